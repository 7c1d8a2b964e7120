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
from qent_core.api import StateBatch, component, integer_seed, stream
from qent_studies import Made

FEW = ("XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY")
"""Correlations of three equatorial directions: what stands for the four Bell-like features."""

CUT = QUESTIONS[0]

_ENVIRONMENT = 18
"""Of the general states: about half of them have a negative partial transpose."""

_TRAINING = 0.75

_MORE = 20
"""How many times as many states there are for one cut as for all questions."""

_ENOUGH = 10
"""Members of the smallest class from which training stops early."""


def learnt(condition: float, count: int, seed: int) -> Made:
    """Trains networks on dephased states of all classes, and on general states, and crosses them.

    Labels are certified; states without a proof are left out of training and scoring, and counted.
    Proofs about one cut are cheap, so that question has twenty times as many states.

    Args:
        condition: Largest condition number of the local operators.
        count: States about which all questions are asked.
        seed: Of states and networks.
    """
    dephased, origin = _dephased(condition, _MORE * count, seed)
    general = component("induced", dims=(2, 2, 2), environment=_ENVIRONMENT).sample(
        _MORE * count, stream(seed, "outlook-general")
    )
    sets = {"dephased": dephased, "general": general}
    X = {name: _features(states) for name, states in sets.items()}
    y = {name: _labels(states, (CUT,))[CUT] for name, states in sets.items()}
    others = _labels(dephased[:count], QUESTIONS[1:])
    values: dict[str, Any] = {"partial transpose": _ppt(dephased, y["dephased"])}
    for chosen, columns in (("few", len(FEW)), ("all", 63)):
        some = {name: features[:, :columns] for name, features in X.items()}
        for own, other in (("dephased", "general"), ("general", "dephased")):
            network = _Network(some[own], y[own], seed)
            values[f"{own}, {chosen}, {CUT}"] = network.score(some[own], y[own])
            values[f"{own} model on {other}, {chosen}"] = network.score(some[other], y[other])
        for question, found in others.items():
            network = _Network(some["dephased"][:count], found, seed)
            values[f"dephased, {chosen}, {question}"] = network.score(
                some["dephased"][:count], found
            )
        network = _Network(some["dephased"], origin, seed)
        values[f"origin, {chosen}"] = network.score(some["dephased"], origin)
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


class _Network:
    """A network trained on the first states of a set; the others are held out.

    Args:
        X: ``(n, k)`` features.
        y: Verdicts or classes; -1 is left out.
        seed: Of the network.
    """

    def __init__(self, X: NDArray[np.float64], y: NDArray[np.int8], seed: int) -> None:
        train = int(_TRAINING * len(X))
        decided = y[:train] != -1
        learnt_from = y[:train][decided]
        classes, members = np.unique(learnt_from, return_counts=True)
        self.most, self.trained_on = classes[members.argmax()], len(learnt_from)
        self.scaler = StandardScaler().fit(X[:train])
        self.network = MLPClassifier(
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
            self.network.fit(self.scaler.transform(X[:train][decided]), learnt_from)

    def score(self, X: NDArray[np.float64], y: NDArray[np.int8]) -> dict[str, int]:
        """Counts right answers about the held-out part of this or another set."""
        held = slice(int(_TRAINING * len(X)), None)
        said, true = self.network.predict(self.scaler.transform(X[held])), y[held]
        known = true != -1
        return {
            "right": int((said == true)[known].sum()),
            "majority": int((true == self.most)[known].sum()),
            "decided": int(known.sum()),
            "unknown": int((~known).sum()),
            "trained on": self.trained_on,
        }
