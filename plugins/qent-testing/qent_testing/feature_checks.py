"""Checks of feature extractors: numbers that are finite, named, and each state's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.states import StateBatch
from qent_testing.acting import accepted, act
from qent_testing.checks import check, require
from qent_testing.samples import copied
from qent_testing.subject import Subject

_CLOSE = 1e-9


@check("feature", needs=("check_works",))
def check_feature_finite(subject: Subject) -> None:
    """Its numbers are real and finite."""
    for _, X, _ in _features(subject):
        require(X.dtype.kind == "f", f"its numbers have the type {X.dtype}, not a float type")
        require(np.isfinite(X).all(), "it gives NaN or infinite numbers")


@check("feature", needs=("check_works",))
def check_feature_output(subject: Subject) -> None:
    """It gives what the record declares: ``"vector"`` (n, k), ``"image"`` (n, channels, D, D).

    Models say which of the two they accept, and an experiment that joins the wrong ones is refused
    before anything runs.
    """
    for given, X, _ in _features(subject):
        if subject.spec.output == "vector":
            fits = X.ndim == 2
        else:
            fits = X.ndim == 4 and X.shape[2:] == (given.dimension, given.dimension)
        require(fits, f"the record says '{subject.spec.output}', it gives the shape {X.shape}")


@check("feature", needs=("check_feature_output",))
def check_feature_names(subject: Subject) -> None:
    """``get_feature_names_out`` gives one name per column, each once; per channel for images.

    Reports and scikit-learn's own tools show these names.
    """
    for _, X, fitted in _features(subject):
        require(hasattr(fitted, "get_feature_names_out"), "it has no method get_feature_names_out")
        names = [str(name) for name in fitted.get_feature_names_out()]
        require(
            len(names) == X.shape[1],
            f"it names {len(names)} features and gives {X.shape[1]}",
        )
        require(len(set(names)) == len(names), "two of its features have one name")


@check("feature", needs=("check_works",))
def check_feature_rows(subject: Subject) -> None:
    """The row of a state is the same alone and among others.

    A fitted extractor may have learnt from the training states, but transforms each state on its
    own.
    """
    for given, X, fitted in _features(subject):
        for row in range(len(given)):
            alone = fitted.transform(copied(given[row]))
            require(
                alone.shape == X[row : row + 1].shape
                and np.allclose(alone[0], X[row], rtol=_CLOSE, atol=_CLOSE, equal_nan=True),
                f"the features of state {row} are others when it is transformed alone",
            )


def _features(subject: Subject) -> Iterator[tuple[StateBatch, NDArray[Any], Any]]:
    for instance in subject.instances():
        for given in accepted(subject, instance):
            X = act("feature", instance, given)
            yield given, X, instance.fit(copied(given))
