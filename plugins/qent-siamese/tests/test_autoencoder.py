"""The separability autoencoder: its size and decoder, and what M measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from qent_siamese.models.autoencoder import SeparabilityEstimator
from qent_siamese.models.measure import SeparabilityMeasure
from qent_siamese.networks.autoencoder import SeparabilityAutoencoder
from qent_siamese.networks.convolutional import draw_weights

from qent_core.api import ModelFileError, StateBatch

SMALL: dict[str, Any] = {
    "terms": 4, "dense_layers": 2, "epochs": 3, "batch_size": 16, "random_state": 0,
}  # fmt: skip


def small(**changes: Any) -> SeparabilityEstimator:
    return SeparabilityEstimator(**{**SMALL, **changes})


def products(seed: int, count: int) -> StateBatch:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(3, count, 2)) + 1j * rng.normal(size=(3, count, 2))
    factors /= np.linalg.norm(factors, axis=2, keepdims=True)
    return StateBatch(np.einsum("na,nb,nc->nabc", *factors).reshape(count, 8), (2, 2, 2))


@pytest.mark.parametrize(
    ("dense_layers", "parameters"), [(4, 449_889), (0, 5_217), (1, 5_217 + 3 * 37_056)]
)
def test_number_of_parameters(dense_layers: int, parameters: int) -> None:
    network = SeparabilityAutoencoder(dense_layers=dense_layers)
    assert sum(tensor.numel() for tensor in network.parameters()) == parameters


def test_layers_of_the_table() -> None:
    network = SeparabilityAutoencoder()
    draw_weights(network, torch.Generator().manual_seed(0))
    images = torch.zeros(5, 2, 8, 8)
    assert network.first(images).shape == (5, 48, 2, 2)
    rest = network.remainder(images)
    assert rest.shape == (5, 9, 4, 4)
    assert network.second(rest).shape == network.third(rest).shape == (5, 48, 2, 2)


def test_the_decoder_is_the_mean_of_products() -> None:
    network = SeparabilityAutoencoder(terms=3, dense_layers=1).double()
    draw_weights(network, torch.Generator().manual_seed(1))
    images = torch.randn(
        6, 2, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(2)
    )
    factors = [part.detach().numpy() for part in network.factors(images)]
    expected = np.zeros((6, 8, 8), dtype=complex)
    for n in range(6):
        for i in range(3):
            a, b, c = (part[n, i] for part in factors)
            expected[n] += np.kron(np.kron(a, b), c) / 3
    found = network(images).detach().numpy()
    np.testing.assert_allclose(found[:, 0] + 1j * found[:, 1], expected, atol=1e-14)


def test_m_is_the_mean_absolute_difference(problem: Any) -> None:
    states, _ = problem
    model = small(dtype="float64").fit(products(0, 40))
    difference = model.reconstruct(states) - states.density()
    expected = (np.abs(difference.real) + np.abs(difference.imag)).mean((1, 2)) / 2
    np.testing.assert_allclose(model.measure(states), expected, atol=1e-12)


def test_training_brings_products_below_entangled_states() -> None:
    train, test = products(1, 256), products(2, 64)
    ghz = StateBatch(np.eye(8)[[0]] / 2**0.5 + np.eye(8)[[7]] / 2**0.5, (2, 2, 2))
    model = small(epochs=60, learning_rate=3e-3, terms=8).fit(train)
    assert model.history_[-1]["loss"] < 0.5 * model.history_[0]["loss"]
    assert model.selected_by_ == "least summed loss over the validation sets 'held out'"
    assert model.measure(ghz)[0] > np.median(model.measure(test))


def test_only_separable_states_are_learnt_from(problem: Any) -> None:
    states, verdicts = problem
    separable = np.flatnonzero((verdicts == 0).all(axis=1))
    first = small().fit(states, verdicts)
    assert first.n_left_out_ == len(states) - len(separable)
    second = small().fit(states[separable])
    np.testing.assert_array_equal(first.measure(states), second.measure(states))
    with pytest.raises(ValueError, match="no state is labelled separable"):
        small().fit(states, np.ones(64))


def test_predictions_compare_with_a_quantile() -> None:
    states = products(3, 100)
    model = small(quantile=0.8).fit(states)
    assert model.predict(states).mean() == pytest.approx(0.2)
    assert small().fit(states, np.zeros((100, 3))).predict(states).shape == (100, 3)


def test_a_killed_training_ends_with_the_same_bits(tmp_path: Path) -> None:
    states = products(4, 60)
    whole = small().fit(states)
    small(epochs=1, checkpoint=str(tmp_path)).fit(states)
    resumed = small(checkpoint=str(tmp_path)).fit(states)
    np.testing.assert_array_equal(whole.measure(states), resumed.measure(states))


def test_other_dims_and_selection_by_accuracy_are_refused() -> None:
    with pytest.raises(ValueError, match="made for three qubits"):
        small().fit(StateBatch(np.eye(4), (2, 2)))
    with pytest.raises(ValueError, match="no accuracy"):
        small(select="accuracy").fit(products(0, 8))


def test_the_measure_as_a_feature(tmp_path: Path) -> None:
    states = products(5, 30)
    model = small().fit(states)
    model.save(tmp_path)
    for given in (model, str(tmp_path)):
        found = SeparabilityMeasure(given).fit(states).transform(states)
        np.testing.assert_array_equal(found[:, 0], model.measure(states))
    with pytest.raises(ValueError, match="there is no autoencoder"):
        SeparabilityMeasure().fit(states)
    with pytest.raises(ModelFileError, match="cannot be read"):
        SeparabilityMeasure(str(tmp_path / "nowhere")).fit(states)
