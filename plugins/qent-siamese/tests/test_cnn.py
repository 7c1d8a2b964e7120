"""The convolutional network: its size, what it learns, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from qent_siamese.models.convolutional import ConvolutionalClassifier
from qent_siamese.networks.convolutional import ConvolutionalNetwork, draw_weights
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split

from qent_core.api import StateBatch

SMALL: dict[str, Any] = {
    "conv_layers": 2,
    "dense_layers": 1,
    "width": 8,
    "epochs": 2,
    "batch_size": 16,
    "random_state": 0,
}


def small(**changes: Any) -> ConvolutionalClassifier:
    return ConvolutionalClassifier(**{**SMALL, **changes})


@pytest.mark.parametrize(
    ("size", "outputs", "parameters"),
    [
        # 288 + 16512 + 131328 + 819328 + 4 x 16512 + 387, the paper's network for three qubits.
        (8, 3, 1_033_891),
        # Four qubits: 13 x 13 x 256 = 43264 inputs of the first dense layer, seven cuts.
        (16, 7, 288 + 16512 + 131328 + 43264 * 128 + 128 + 4 * 16512 + 7 * 129),
    ],
)
def test_number_of_parameters(size: int, outputs: int, parameters: int) -> None:
    network = ConvolutionalNetwork(size, outputs)
    assert sum(tensor.numel() for tensor in network.parameters()) == parameters


@pytest.mark.parametrize(("layers", "kernel"), [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3)])
def test_kernel_sizes_of_figure_a1(layers: int, kernel: int) -> None:
    network = ConvolutionalNetwork(8, 3, conv_layers=layers, kernel_size=kernel, width=4)
    draw_weights(network, torch.Generator().manual_seed(0))
    assert network(torch.zeros(2, 2, 8, 8)).shape == (2, 3)


def test_initial_weights_follow_torchs_law() -> None:
    ours = ConvolutionalNetwork(8, 3)
    draw_weights(ours, torch.Generator().manual_seed(0))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = [torch.nn.Conv2d(32, 128, 2), torch.nn.Linear(6400, 128)]
    for layer, reference in zip((ours.layers[2], ours.layers[7]), theirs, strict=True):
        assert layer.weight.shape == reference.weight.shape
        assert layer.weight.std().item() == pytest.approx(reference.weight.std().item(), rel=0.02)
        assert layer.weight.abs().max().item() == pytest.approx(
            reference.weight.abs().max().item(), rel=0.01
        )


def test_a_kernel_that_does_not_fit_is_refused(problem: Any) -> None:
    with pytest.raises(ValueError, match="3 convolutions with 4x4 kernels do not fit") as caught:
        ConvolutionalClassifier(kernel_size=4).fit(*problem)
    assert "at most 3x3" in str(caught.value)


def test_it_learns_product_from_entangled_pure_states(problem: Any) -> None:
    states, verdicts = problem
    model = ConvolutionalClassifier(
        conv_layers=2, dense_layers=1, width=32, epochs=45, batch_size=16, random_state=0,
        learning_rate=2e-3, select="last", validation_fraction=0.0,
    )  # fmt: skip
    model.fit(states, verdicts)
    assert model.history_[-1]["loss"] < 0.3 < model.history_[0]["loss"]
    assert model.score(states, verdicts) > 0.9


def test_probabilities_come_one_per_cut(problem: Any) -> None:
    states, verdicts = problem
    model = small().fit(states, verdicts)
    p = model.predict_proba(states)
    assert p.shape == (64, 3)
    assert model.questions_ == ("A|BC", "B|AC", "C|AB")
    np.testing.assert_array_equal(model.predict(states), (p >= 0.5).astype(int))


def test_cross_entropy_is_that_of_the_formula(problem: Any) -> None:
    states, verdicts = problem
    model = small(epochs=1, select="last").fit(
        states, verdicts, validation={"same": (states, verdicts)}
    )
    p = model.predict_proba(states).astype(np.float64)
    expected = -np.mean(verdicts * np.log(p) + (1 - verdicts) * np.log(1 - p))
    assert model.history_[0]["validation"]["same"]["loss"] == pytest.approx(expected, rel=1e-5)
    share = model.history_[0]["validation"]["same"]["accuracy"]
    assert share == pytest.approx(model.score(states, verdicts))


def test_unknown_labels_count_nothing(problem: Any) -> None:
    states, verdicts = problem
    masked = verdicts.copy()
    masked[40:] = -1
    masked[:5, 1] = -1
    options = {"epochs": 1, "validation_fraction": 0.0, "select": "last", "batch_size": 64}
    model = small(**options).fit(states, masked)
    assert model.unknown_labels_ == {"A|BC": 24, "B|AC": 29, "C|AB": 24}
    assert model.n_samples_ == 40
    # What stands in place of an unknown label makes no difference to the loss.
    start = small(**options, learning_rate=1e-12).fit(states, masked)
    p = start.predict_proba(states).astype(np.float64)
    each = -(verdicts * np.log(p) + (1 - verdicts) * np.log(1 - p))
    assert start.history_[0]["loss"] == pytest.approx(each[masked != -1].mean(), rel=1e-5)


def test_all_unknown_is_refused(problem: Any) -> None:
    with pytest.raises(ValueError, match="all labels are unknown"):
        small().fit(problem[0], np.full((64, 3), -1))


def test_one_class_is_said(problem: Any) -> None:
    states, verdicts = problem
    verdicts = verdicts.copy()
    verdicts[:, 1] = 1
    with pytest.warns(UserWarning, match=r"all decided labels of B\|AC are entangled"):
        small().fit(states, verdicts)


def test_measures_are_refused(problem: Any) -> None:
    with pytest.raises(ValueError, match="the labels are not verdicts"):
        small().fit(problem[0], np.linspace(0, 1, 64))


def test_real_states_are_taken(problem: Any) -> None:
    states, verdicts = problem
    real = StateBatch(states.density().real.copy(), (2, 2, 2))
    complex_ = StateBatch(real.density().astype(complex), (2, 2, 2))
    first, second = small().fit(real, verdicts), small().fit(complex_, verdicts)
    np.testing.assert_array_equal(first.predict_proba(real), second.predict_proba(real))


def test_another_number_of_qubits_is_refused(problem: Any) -> None:
    model = small().fit(*problem)
    with pytest.raises(ValueError, match=r"fitted to states of dims \(2, 2, 2\)"):
        model.predict(StateBatch(np.eye(4)[None] / 4, (2, 2)))


def test_arrays_need_dims(problem: Any) -> None:
    states, verdicts = problem
    with pytest.raises(ValueError, match="dims"):
        small().fit(states.density(), verdicts)
    model = small().fit((states.density(), (2, 2, 2)), verdicts)
    np.testing.assert_array_equal(
        model.predict(states), small().fit(states, verdicts).predict(states)
    )


def test_nan_in_a_state_is_named(problem: Any) -> None:
    states, verdicts = problem
    rho = states.density().copy()
    rho[7, 0, 0] = np.nan
    with pytest.raises(ValueError, match="state 7"):
        small().fit(StateBatch(rho, (2, 2, 2)), verdicts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("learning_rate", -1.0),
        ("dtype", "float16"),
        ("select", "best"),
        ("device", "abacus"),
        ("questions", "A|BC"),
        ("mixed_precision", "sometimes"),
    ],
)
def test_parameters_out_of_range(problem: Any, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=str(value) if name == "device" else name):
        small(**{name: value}).fit(*problem)


def test_scikit_learn_slices_and_searches(problem: Any) -> None:
    states, verdicts = problem
    train, test, y_train, y_test = train_test_split(states, verdicts, random_state=0)
    assert 0 <= small().fit(train, y_train).score(test, y_test) <= 1
    assert len(cross_val_score(small(), states, verdicts, cv=2)) == 2
    search = GridSearchCV(small(), {"width": [4, 8]}, cv=2).fit(states, verdicts)
    assert search.best_params_["width"] in (4, 8)
    assert clone(small()).get_params() == small().get_params()


def test_other_dims_than_qubits() -> None:
    rng = np.random.default_rng(0)
    rho = rng.normal(size=(20, 6, 6))
    rho = rho @ rho.swapaxes(1, 2)
    states = StateBatch(rho / np.trace(rho, axis1=1, axis2=2)[:, None, None], (2, 3))
    assert small().fit(states, np.arange(20) % 2).predict(states).shape == (20,)
