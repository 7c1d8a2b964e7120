"""M, the error of the separability autoencoder, on the groups of Fig. 3a."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, integer_seed, stream
from qent_siamese.study.recipes import draw
from qent_siamese.study.scores import area_under_curve
from qent_siamese.study.siamese.datasets import TESTS
from qent_studies import Made, recipe

_GROUPS = {
    ("pure-product", None): "pure product",
    ("kronecker-mixture", "inner"): "product of mixed",
    ("kronecker-mixture", "outer"): "separable, outer",
    ("kronecker-mixture", "comb"): "separable, comb",
    ("ket-mixture", "product-circuit"): "separable, circuits",
    ("biseparable-kronecker", "pure"): "pure biseparable",
    ("ket-mixture", "random-circuit"): "entangled, circuits",
    ("ket-mixture", "haar"): "entangled, Haar",
    ("haar-ket", None): "pure entangled",
}
"""Family and form, or kets, of a training group to its name in the figure."""

_PRODUCTS = ("pure product", "product of mixed")
_ENTANGLED = ("entangled, circuits", "entangled, Haar", "pure entangled")
_MIXTURES = ("separable, outer", "separable, circuits")
_PER_GROUP = 2000

Options = tuple[tuple[str, Any], ...]


@lru_cache(maxsize=1)
def fitted_autoencoder(seed: int, fraction: float, options: Options) -> Any:
    """Returns the autoencoder, trained on separable states alone.

    Args:
        seed: Fixes states and weights.
        fraction: Share of its 530 000 training states.
        options: Parameters of the model.
    """
    train = draw("autoencoder-training", fraction, seed)
    validation = draw("autoencoder-validation", fraction, seed)
    model = component(
        "separability-autoencoder",
        "model",
        **dict(options),
        random_state=integer_seed(seed, "model", "separability-autoencoder"),
    )
    return model.fit(train.states, validation={"separable": validation.states})


def measured(autoencoder: Any, states: StateBatch) -> NDArray[np.float64]:
    """Returns M of three-qubit states, ``(n,)``."""
    return np.asarray(autoencoder.measure(states), float)


def measure(*, seed: int, fraction: float, test_fraction: float, options: dict[str, Any]) -> Made:
    """Trains the autoencoder and measures M on groups of the training and test sets."""
    autoencoder = fitted_autoencoder(seed, fraction, tuple(sorted(options.items())))
    found = {
        name: measured(autoencoder, states) for name, states in _groups(seed, test_fraction).items()
    }
    values = {
        "medians": {name: float(np.median(m)) for name, m in found.items()},
        "quantiles": {name: np.quantile(m, (0.05, 0.5, 0.95)) for name, m in found.items()},
        "counts": {name: len(m) for name, m in found.items()},
        "auc": {
            f"{word} against entangled, AUC": area_under_curve(*_against(found, names))
            for word, names in (("products", _PRODUCTS), ("separable mixtures", _MIXTURES))
        },
    }
    return Made(values, {f"M {name}": m for name, m in found.items()})


def _against(
    found: dict[str, NDArray[np.float64]], separable: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    parts = [found[name] for name in (*_ENTANGLED, *separable)]
    entangled = sum(len(found[name]) for name in _ENTANGLED)
    scores = np.concatenate(parts)
    return scores, np.arange(len(scores)) < entangled


def _groups(seed: int, fraction: float) -> dict[str, StateBatch]:
    entries = recipe("verified").states
    drawn = draw("verified", min(fraction, 0.1), seed, stream="measure")
    rows: dict[str, list[NDArray[np.intp]]] = {}
    for number, entry in enumerate(entries):
        name = _GROUPS.get(_kind(entry))
        if name:
            rows.setdefault(name, []).append(np.flatnonzero(drawn.group == number))
    groups = {
        name: drawn.states[np.concatenate(rows[name])[:_PER_GROUP]] for name in _GROUPS.values()
    }
    for column in ("Horodecki", "UPB", "Acin"):
        groups[column] = draw(TESTS[column], min(fraction, 0.2), seed).states
    family = component("hilbert-schmidt", "state-family", dims=(2, 2, 2))
    groups["Hilbert-Schmidt"] = family.sample(_PER_GROUP, stream(seed, "measure", "random"))
    return groups


def _kind(entry: Any) -> tuple[str, str | None]:
    parameters = entry.parameters
    return entry.use, parameters.get("form", parameters.get("kets"))
