"""A seed fixes every bit, and nothing outside the ensemble is touched."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from qent_stacking import neural_network
from qent_stacking.classifier import StackingEnsembleClassifier
from qent_stacking.ensemble import StackingEnsemble

Data = tuple[NDArray[Any], NDArray[Any]]


def _bits(model: Any, X: NDArray[Any]) -> list[bytes]:
    said = model.base_predictions(X) | {"stack": model.predict(X)}
    return [values.tobytes() for values in said.values()]


def test_equal_seeds_give_equal_bits(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    first, second, other = (
        _bits(StackingEnsemble(**tiny | {"random_state": seed}).fit(X[:900], y[:900]), X[900:])
        for seed in (7, 7, 8)
    )
    assert first == second
    # XGBoost samples neither rows nor columns here: it alone has no use for a seed.
    assert [a != b for a, b in zip(first, other, strict=True)] == [True, True, False, True]


def test_torch_threads_of_the_caller_do_not_matter(isotropic: Data, tiny: dict[str, Any]) -> None:
    # Wide layers: sums this long are split differently among different numbers of threads.
    settings = tiny | {"nn_hidden_layers": (256, 256)}
    X, y = isotropic
    before, results = torch.get_num_threads(), []
    try:
        for count in (1, 3):
            torch.set_num_threads(count)
            results.append(_bits(StackingEnsemble(**settings).fit(X, y), X))
            assert torch.get_num_threads() == count
    finally:
        torch.set_num_threads(before)
    assert results[0] == results[1]


def test_sums_are_taken_in_a_fixed_order(
    isotropic: Data, tiny: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Equal bits alone would prove little: small sums often agree by luck in either order.
    threads_while_training = []

    def watched(*arguments: Any) -> Any:
        threads_while_training.append(torch.get_num_threads())
        return train(*arguments)

    train = neural_network._train
    monkeypatch.setattr(neural_network, "_train", watched)
    before = torch.get_num_threads()
    model = StackingEnsemble(**tiny | {"threads": 2})
    try:
        torch.set_num_threads(3)
        model.fit(isotropic[0][:60], isotropic[1][:60])
    finally:
        torch.set_num_threads(before)
    assert threads_while_training == [1, 1, 1]
    assert model.base_learners_["extra-trees"].forest.n_jobs == 1


@pytest.mark.parametrize("seed", [0, None])
def test_global_randomness_is_untouched(
    seed: int | None, isotropic: Data, tiny: dict[str, Any]
) -> None:
    X, y = isotropic[0][:200], isotropic[1][:200]
    python, numpy, of_torch = random.getstate(), np.random.get_state(), torch.get_rng_state()
    StackingEnsembleClassifier(**tiny | {"random_state": seed}).fit(X, y > 0).predict(X)
    assert random.getstate() == python
    assert np.array_equal(np.random.get_state()[1], numpy[1])
    assert np.random.get_state()[2] == numpy[2]
    assert torch.equal(torch.get_rng_state(), of_torch)


def test_no_seed_means_fresh_randomness(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic[0][:200], isotropic[1][:200]
    settings = tiny | {"random_state": None}
    first, second = (_bits(StackingEnsemble(**settings).fit(X, y), X) for _ in range(2))
    assert first != second


def test_a_generator_is_a_seed(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic[0][:200], isotropic[1][:200]
    for make in (np.random.default_rng, np.random.RandomState):
        first, second = (
            _bits(StackingEnsemble(**tiny | {"random_state": make(3)}).fit(X, y), X)
            for _ in range(2)
        )
        assert first == second


def test_data_are_not_changed(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = (array[:100].copy() for array in isotropic)
    X.setflags(write=False)
    y.setflags(write=False)
    StackingEnsemble(**tiny).fit(X, y).predict(X)
    assert np.array_equal(X, isotropic[0][:100])
