"""The split and the metrics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qent_core.api import Labels
from qent_core.errors import CompositionInvalidError
from qent_core.evaluation import (
    choose_targets,
    choose_task,
    classification_metrics,
    decided_rows,
    regression_metrics,
    score,
    split_rows,
    target_array,
)

LABELS = Labels.measure("m", [0.1, 0.2, 0.3]) | Labels.verdicts("v", "A|B", [0, 1, -1], "c")


@given(st.integers(2, 200), st.floats(0.05, 0.95), st.integers(0, 99))
def test_a_split_uses_every_usable_row_once(count, fraction, seed):
    usable = np.random.default_rng(seed).random(count) < 0.8
    rows = int(usable.sum())
    if not 0 < round(rows * fraction) < rows:
        with pytest.raises(CompositionInvalidError):
            split_rows(usable, fraction, seed)
        return
    split = split_rows(usable, fraction, seed)
    assert sorted([*split.train, *split.test]) == np.flatnonzero(usable).tolist()
    assert len(split.test) == round(rows * fraction)
    again = split_rows(usable, fraction, seed)
    assert np.array_equal(split.test, again.test)


def test_targets_fit_the_task():
    assert choose_targets(LABELS, (), "regression") == ("m",)
    assert choose_targets(LABELS, (), "classification") == ("v",)
    with pytest.raises(CompositionInvalidError, match="does not fit regression"):
        choose_targets(LABELS, ("v",), "regression")


def test_the_task_is_the_first_that_has_a_column():
    both = ("regression", "classification")
    assert choose_task(LABELS, (), both) == "regression"
    assert choose_task(LABELS, ("v",), both) == "classification"
    assert choose_task(LABELS, (), ("classification",)) == "classification"
    with pytest.raises(CompositionInvalidError, match="none of the label columns v fits regr"):
        choose_task(LABELS, ("v",), ("regression",))


def test_unknown_verdicts_are_not_learnt_from():
    assert decided_rows(LABELS.values("v"), "classification").tolist() == [True, True, False]
    both = np.array([[0, 1], [1, -1]])
    assert decided_rows(both, "classification").tolist() == [True, False]


def test_several_targets_make_columns():
    assert target_array(LABELS, ("m",)).shape == (3,)
    assert target_array(LABELS, ("m", "v")).shape == (3, 2)


def test_regression_metrics_by_hand():
    metrics = regression_metrics(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0]))
    assert metrics == pytest.approx({"r2": 0.5, "mse": 1 / 3, "mae": 1 / 3, "max_error": 1.0})


def test_classification_metrics_by_hand():
    true, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0])
    metrics = classification_metrics(true, predicted)
    assert metrics == pytest.approx(
        {
            "accuracy": 0.5,
            "balanced_accuracy": 1 / 3,
            "separable_called_entangled": 1 / 3,
            "entangled_called_separable": 1.0,
        }
    )


def test_the_constant_answer_is_the_training_mean_or_majority():
    true = np.array([1.0, 3.0])
    rows = score("regression", true, {"perfect": true}, np.array([2.0, 2.0]))
    assert rows["perfect"]["r2"] == 1.0
    assert rows["constant answer"]["mse"] == 1.0
    votes = score("classification", np.array([0, 1]), {}, np.array([1, 1, 0]))
    assert votes["constant answer"]["separable_called_entangled"] == 1.0
