"""Work of the outlook: networks that learn certified labels of three dephased qubits."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from qent_bell.slocc import QUESTIONS
from qent_bell.study.three_qubits_work import CLASSES
from qent_core.api import StateBatch, integer_seed, stream
from qent_core.studies import Made, component

FEW = ("XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY")
"""Correlations of three equatorial directions: what stands for the four Bell-like features."""

CUT = QUESTIONS[0]

_ENVIRONMENT = 18
"""Of the general states: about half of them have a negative partial transpose."""

_TRAINING = 0.75

_ENOUGH = 10
"""Members of the smallest class from which training stops early."""


def learnt(condition: float, count: int, seed: int) -> Made:
    """Trains networks on dephased states of all classes, and on general states, and crosses them.

    Labels are certified; states without a proof are left out of training and scoring, and counted.

    Args:
        condition: Largest condition number of the local operators.
        count: States of each of the two sets.
        seed: Of states and networks.
    """
    dephased, origin = _dephased(condition, count, seed)
    general = component("induced", dims=(2, 2, 2), environment=_ENVIRONMENT).sample(
        count, stream(seed, "outlook-general")
    )
    sets = {"dephased": (dephased, QUESTIONS), "general": (general, (CUT,))}
    X = {name: _features(states) for name, (states, _) in sets.items()}
    y = {name: _labels(states, questions) for name, (states, questions) in sets.items()}
    values: dict[str, Any] = {"partial transpose": _ppt(dephased, y["dephased"][CUT])}
    for chosen, columns in (("few", len(FEW)), ("all", 63)):
        for question in QUESTIONS:
            found = y["dephased"][question]
            key = f"dephased, {chosen}, {question}"
            values[key] = _score(X["dephased"][:, :columns], found, seed)
        values[f"general, {chosen}, {CUT}"] = _score(
            X["general"][:, :columns], y["general"][CUT], seed
        )
        for own, other in (("dephased", "general"), ("general", "dephased")):
            values[f"{own} model on {other}, {chosen}"] = _score(
                X[own][:, :columns], y[own][CUT], seed, X[other][:, :columns], y[other][CUT]
            )
        values[f"origin, {chosen}"] = _score(X["dephased"][:, :columns], origin, seed)
    return Made(values)


def _dephased(condition: float, count: int, seed: int) -> tuple[StateBatch, NDArray[np.int8]]:
    """Returns states of all classes, dephased by any strength, in random order, and their class."""
    parts, origin = [], []
    for number, name in enumerate(CLASSES):
        family = component("slocc", representative=name, condition=condition)
        some = len(range(number, count, len(CLASSES)))
        parts.append(family.sample(some, stream(seed, "outlook-learnt", name)))
        origin += [number] * some
    states = StateBatch.concatenate(parts)
    rng = stream(seed, "outlook-learnt", "noise")
    noisy = component("dephasing", "channel", strength={"uniform": [0.0, 1.0]}).apply(states, rng)
    order = rng.permutation(count)
    batch = StateBatch(noisy.density()[order], states.dims)
    return batch, np.array(origin, dtype=np.int8)[order]


def _features(states: StateBatch) -> NDArray[np.float64]:
    """Returns ``(n, 63)`` correlations, the few first."""
    features = component("pauli-correlations").fit(states)
    names = features.get_feature_names_out().tolist()
    first = [names.index(name) for name in FEW]
    rest = [place for place in range(len(names)) if place not in first]
    X: NDArray[np.float64] = features.transform(states)[:, first + rest]
    return X


def _labels(states: StateBatch, questions: tuple[str, ...]) -> dict[str, NDArray[np.int8]]:
    labels = component("certified", questions=list(questions)).label(states)
    return {question: labels.column(f"certified[{question}]").values for question in questions}


def _ppt(states: StateBatch, y: NDArray[np.int8]) -> dict[str, int]:
    """Scores the sign of the partial transpose, on the held-out states as the networks are."""
    held = slice(int(_TRAINING * len(y)), None)
    negativity = component("negativity", questions=[CUT]).label(states[held])
    said, known = negativity.values(f"negativity[{CUT}]") > 0, y[held] != -1
    return {
        "right": int((said == y[held])[known].sum()),
        "majority": int(max((y[held] == verdict).sum() for verdict in (0, 1))),
        "decided": int(known.sum()),
        "unknown": int((~known).sum()),
        "trained on": 0,
    }


def _score(
    X: NDArray[np.float64],
    y: NDArray[np.int8],
    seed: int,
    others: NDArray[np.float64] | None = None,
    answers: NDArray[np.int8] | None = None,
) -> dict[str, int]:
    """Trains on the first states and counts right answers about the held-out ones.

    Args:
        X: Features.
        y: Verdicts or classes; -1 is left out.
        seed: Of the network.
        others: Features of another set, whose held-out part is asked instead.
        answers: What is true of it.
    """
    train = int(_TRAINING * len(X))
    decided = y[:train] != -1
    learnt_from = y[:train][decided]
    classes, members = np.unique(learnt_from, return_counts=True)
    scaler = StandardScaler().fit(X[:train])
    network = MLPClassifier(
        hidden_layer_sizes=(100,),
        max_iter=400,
        # Stopping early holds out a tenth, of which every class needs its share.
        early_stopping=bool(members.min() >= _ENOUGH),
        n_iter_no_change=30,
        random_state=integer_seed(seed, "outlook-network"),
    )
    with warnings.catch_warnings():
        # Few states are learnt by heart before the loss stands still.
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(scaler.transform(X[:train][decided]), learnt_from)
    asked, true = (X, y) if others is None or answers is None else (others, answers)
    asked, true = asked[train:], true[train:]
    said, known = network.predict(scaler.transform(asked)), true != -1
    most = classes[members.argmax()]
    return {
        "right": int((said == true)[known].sum()),
        "majority": int((true == most)[known].sum()),
        "decided": int(known.sum()),
        "unknown": int((~known).sum()),
        "trained on": int(decided.sum()),
    }
