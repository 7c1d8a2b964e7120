"""One batched pass equals separate trainings, by hand and by torch's automatic differentiation."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from qent_bell.bell_correlations import BellCorrelations
from qent_bell.classifier import BellClassifier
from qent_bell.losses import LOSSES
from qent_bell.networks import Networks, Passes, glorot_layers
from qent_bell.optimizers import Adam, Sgd
from qent_bell.regressor import BellRegressor
from qent_bell.together import fit_together
from torch import nn

from qent_core.api import ParameterInvalidError, component

SUBSETS = range(1, 16)
KINDS = {
    "classifier": (BellClassifier, {}),
    "regressor": (BellRegressor, {"hidden_layers": (20, 10, 10)}),
    "logistic": (BellRegressor, {"hidden_layers": (12, 8), "output": "logistic"}),
}


@pytest.fixture
def data(sampled):
    batch = sampled("psi2", 300, "dephasing")
    concurrence = component("concurrence").label(batch).values("concurrence[A|B]")
    return BellCorrelations().fit_transform(batch), concurrence


def problem(kind, data):
    X, concurrence = data
    return X, (concurrence > 0).astype(int) if kind is BellClassifier else concurrence


def same_layers(one, two, tolerance):
    for (weights, biases), (others, shifts) in zip(one.layers_, two.layers_, strict=True):
        np.testing.assert_allclose(weights, others, atol=tolerance)
        np.testing.assert_allclose(biases, shifts, atol=tolerance)


@pytest.mark.parametrize("recipe", ["paper", "modern"])
@pytest.mark.parametrize("name", KINDS)
def test_fifteen_subsets_in_one_pass_equal_fifteen_trainings_in_torch(data, name, recipe):
    kind, settings = KINDS[name]
    X, y = problem(kind, data)
    settings = {**settings, "recipe": recipe, "epochs": 6, "random_state": 3}
    together = fit_together([kind(features=k, **settings) for k in SUBSETS], X, y)
    # ADAM divides by roots of second moments, which enlarges rounding where gradients vanish.
    tolerance = 1e-5 if recipe == "paper" else 5e-4
    for k, model in zip(SUBSETS, together, strict=True):
        alone = kind(features=k, engine="torch", **settings).fit(X, y)
        same_layers(model, alone, tolerance)
        np.testing.assert_allclose(model.loss_curve_, alone.loss_curve_, atol=tolerance)
        assert model.layers_[0][0].shape[0] == k


@pytest.mark.parametrize("name", KINDS)
def test_together_equals_alone(data, name):
    kind, settings = KINDS[name]
    X, y = problem(kind, data)
    settings = {**settings, "epochs": 20, "random_state": 3}
    together = fit_together([kind(features=k, **settings) for k in SUBSETS], X, y)
    for k in (1, 4, 9, 15):
        alone = kind(features=k, **settings).fit(X, y)
        same_layers(together[k - 1], alone, 2e-5)


def test_several_seeds_share_the_pass(data):
    X, y = problem(BellClassifier, data)
    models = [BellClassifier(features=4, epochs=5, random_state=seed) for seed in (1, 2)]
    first, second = fit_together(models, X, y)
    same_layers(first, BellClassifier(features=4, epochs=5, random_state=1).fit(X, y), 1e-6)
    assert not np.allclose(first.layers_[0][0], second.layers_[0][0], atol=0.01)


def test_columns_may_be_chosen_one_by_one(data):
    X, y = problem(BellRegressor, data)
    settings = {"hidden_layers": (10,), "epochs": 5, "random_state": 1}
    chosen = BellRegressor(features=[4, 0], **settings).fit(X, y)
    cut = BellRegressor(**settings).fit(X[:, [4, 0]], y)
    same_layers(chosen, cut, 1e-6)
    np.testing.assert_allclose(chosen.predict(X), cut.predict(X[:, [4, 0]]), atol=1e-6)


@pytest.mark.parametrize("hidden", [(7,), (6, 5), (6, 5, 4)])
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_against_torch(hidden, loss):
    rng = np.random.default_rng(0)
    columns = [np.array([0]), np.array([2, 1]), np.arange(3)]
    networks = Networks(columns, 3, hidden)
    for net, chosen in enumerate(columns):
        networks.start(net, glorot_layers(len(chosen), hidden, seed=net))
    table = np.ones((5, 4), dtype=np.float32)
    table[:, :3] = rng.normal(size=(5, 3))
    goals = rng.uniform(0, 1, (5, 1)).astype(np.float32)
    gradient = np.zeros_like(networks.vector)
    passes = Passes(networks, gradient, 5)
    outputs = passes.forward(table)
    values = LOSSES[loss].value(outputs, goals)
    passes.backward(table, LOSSES[loss].error(outputs, goals))

    vector = torch.tensor(networks.vector, requires_grad=True)
    at = 4 * 3 * hidden[0]
    wide = torch.relu(torch.tensor(table) @ vector[:at].reshape(4, -1)).reshape(5, 3, -1)
    deep = wide.transpose(0, 1)
    sizes = (*hidden, 1)
    for layer, (a, b) in enumerate(pairwise(sizes)):
        weights = vector[at : at + 3 * a * b].reshape(3, a, b)
        biases = vector[at + 3 * a * b : at + 3 * a * b + 3 * b].reshape(3, 1, b)
        at += 3 * (a * b + b)
        deep = deep @ weights + biases
        deep = torch.relu(deep) if layer < len(hidden) - 1 else deep
    wanted = torch.tensor(goals).expand(3, 5, 1)
    if loss == "cross-entropy":
        total = nn.functional.binary_cross_entropy_with_logits(deep, wanted, reduction="none")
    else:
        total = ((deep.sigmoid() if loss == "logistic-squared" else deep) - wanted) ** 2
    np.testing.assert_allclose(values, total.detach().numpy(), rtol=1e-5, atol=1e-6)
    total.sum().backward()
    reference = vector.grad.numpy().copy()
    reference[: networks.first.size] *= networks.mask.ravel()
    np.testing.assert_allclose(gradient, reference, rtol=1e-4, atol=1e-6)


def test_optimisers_against_torch():
    rng = np.random.default_rng(0)
    start = rng.normal(size=10).astype(np.float32)
    for ours, theirs in ((Sgd(), torch.optim.SGD), (Adam(10), torch.optim.Adam)):
        weights, reference = start.copy(), torch.tensor(start.copy(), requires_grad=True)
        optimizer = theirs([reference], lr=0.05)
        for _ in range(20):
            gradient = rng.normal(size=10).astype(np.float32)
            reference.grad = torch.tensor(gradient)
            optimizer.step()
            ours.step(weights, gradient * np.float32(8), 0.05, 8)
        np.testing.assert_allclose(weights, reference.detach().numpy(), atol=1e-6)


def test_unequal_models_are_refused(data):
    X, y = problem(BellClassifier, data)
    with pytest.raises(ParameterInvalidError, match="differ in epochs: 5 and 6"):
        fit_together([BellClassifier(epochs=5), BellClassifier(epochs=6)], X, y)
    with pytest.raises(ParameterInvalidError, match="one kind"):
        fit_together([BellClassifier(), BellRegressor()], X, y)
    with pytest.raises(ParameterInvalidError, match="at least one"):
        fit_together([], X, y)
