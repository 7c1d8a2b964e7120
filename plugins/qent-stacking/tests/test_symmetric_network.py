"""Learners that know the symmetry: invariant, accurate, saved without pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from qent_stacking.ensemble import StackingEnsemble
from qent_stacking.learner import Task
from qent_stacking.local_rotations import random_rotation, rotated
from qent_stacking.neural_network import NeuralNetwork
from qent_stacking.rotation_invariants import Invariants, invariant_count, invariants
from qent_stacking.scaling import Scaling
from qent_stacking.symmetric_regressor import SymmetricNetwork
from scipy.stats import ortho_group
from sklearn.metrics import r2_score

from qent_core.api import ModelFileError

Kets = tuple[NDArray[Any], NDArray[Any]]


def random_kets(d: int, count: int, seed: int) -> Kets:
    rng = np.random.default_rng(seed)
    C = rng.normal(size=(count, d, d))
    C /= np.linalg.norm(C, axis=(1, 2), keepdims=True)
    s = np.linalg.svd(C, compute_uv=False)
    return C.reshape(count, d * d), (s.sum(axis=1) ** 2 - 1) / (d - 1)


@pytest.mark.parametrize("kind", ["log-determinants", "moments"])
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 5), (5, 2), (11, 11)])
def test_rotations_change_nothing(kind: Invariants, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    C = rng.normal(size=(20, *shape))
    left, right = (ortho_group.rvs(d, size=20, random_state=rng) for d in shape)
    turned = left @ C @ right.swapaxes(1, 2)
    found = invariants(C, kind)
    assert found.shape == (20, invariant_count(shape, kind))
    assert invariants(turned, kind) == pytest.approx(found, rel=1e-9, abs=1e-9)
    s2 = np.linalg.svd(C, compute_uv=False) ** 2
    s2 /= s2.sum(axis=1, keepdims=True)
    d = min(shape)
    if kind == "moments":
        expected = np.log(d * (s2**2).sum(axis=1))
        assert found[:, 1] == pytest.approx(expected)
    else:
        assert found[:, 1] == pytest.approx(np.log1p(0.1 * d * s2).sum(axis=1))


# The published R2 are 0.9999, 0.9962 and 0.9717, from 8,000, 16,000 and 80,000 training states.
@pytest.mark.parametrize(
    ("d", "least"), [(2, 0.9999), (3, 0.999), pytest.param(11, 0.99, marks=pytest.mark.slow)]
)
def test_a_few_thousand_states_suffice(d: int, least: float) -> None:
    X, y = random_kets(d, 4000, seed=d)
    model = SymmetricNetwork(random_state=0).fit(X[:3000], y[:3000])
    assert model.score(X[3000:], y[3000:]) > least


def test_augmentation_beats_the_plain_network() -> None:
    X, y = random_kets(2, 700, seed=5)
    settings: dict[str, Any] = {"epochs": 60, "batch_size": 64}
    units = Scaling.of(y[:500, None])
    plain = NeuralNetwork(**settings)
    plain.fit(X[:500], units.apply(y[:500, None]), Task("regression", 1), seed=0)
    scores = {"none": r2_score(y[500:], units.undo(plain.predict(X[500:])))}
    for symmetry in ("augmentation", "invariants"):
        model = SymmetricNetwork(symmetry, **settings, random_state=0).fit(X[:500], y[:500])
        scores[symmetry] = model.score(X[500:], y[500:])
    assert scores["none"] < scores["augmentation"] < scores["invariants"]
    assert scores["invariants"] > 0.9995


@pytest.mark.parametrize("symmetry", ["invariants", "augmentation"])
def test_a_symmetric_stack_is_saved(symmetry: str, tiny: dict[str, Any], tmp_path: Path) -> None:
    X, y = random_kets(3, 200, seed=2)
    X[:, 4] = 0.0  # no variation, and still part of the matrix
    model = StackingEnsemble(**tiny, nn_symmetry=symmetry).fit(X, y)
    assert model.varying_features_.size == 9
    model.save(tmp_path)
    assert np.array_equal(StackingEnsemble.load(tmp_path).predict(X), model.predict(X))


def test_a_stack_needs_a_square_matrix(tiny: dict[str, Any]) -> None:
    X = np.random.default_rng(0).normal(size=(60, 5))
    with pytest.raises(ValueError, match="5 features are no square matrix"):
        StackingEnsemble(**tiny, nn_symmetry="invariants").fit(X, X[:, 0])
    with pytest.raises(ValueError, match="nn_symmetry must be 'none' or 'invariants'"):
        StackingEnsemble(**tiny, nn_symmetry="both").fit(X, X[:, 0])


def test_in_sample_meta_features_trust_the_memoriser(noise: Kets, tiny: dict[str, Any]) -> None:
    X, y = noise
    settings = tiny | {"et_min_samples_leaf": 1, "et_trees": 30}
    honest = StackingEnsemble(**settings).fit(X[:400], y[:400])
    fooled = StackingEnsemble(**settings, meta_features="in-sample").fit(X[:400], y[:400])
    assert fooled.score(X[:400], y[:400]) > 0.7 > honest.score(X[:400], y[:400])
    assert fooled.score(X[400:], y[400:]) < honest.score(X[400:], y[400:])
    with pytest.raises(ValueError, match="meta_features must be 'out-of-fold' or 'in-sample'"):
        StackingEnsemble(**tiny, meta_features="some").fit(X, y)


def test_rotations_are_haar() -> None:
    generator = torch.Generator().manual_seed(0)
    O = torch.stack([random_rotation(3, generator) for _ in range(4000)]).numpy()  # noqa: E741
    assert np.abs(O @ O.swapaxes(1, 2) - np.eye(3)).max() < 1e-5
    # First and second moments of the Haar measure; both determinants equally often.
    assert np.abs(O.mean(axis=0)).max() < 0.05
    assert np.abs((O**2).mean(axis=0) - 1 / 3).max() < 0.03
    assert abs(np.linalg.det(O).mean()) < 0.06


def test_rotated_rows_keep_their_negativity() -> None:
    X, y = random_kets(3, 50, seed=1)
    turned = rotated(torch.from_numpy(X).float(), 3, torch.Generator().manual_seed(1)).numpy()
    assert np.abs(turned - X).max() > 0.1
    s = np.linalg.svd(turned.reshape(-1, 3, 3), compute_uv=False)
    assert (s.sum(axis=1) ** 2 - 1) / 2 == pytest.approx(y, abs=1e-5)


def test_equal_seeds_equal_bits_and_a_saved_model(tmp_path: Path) -> None:
    X, y = random_kets(2, 300, seed=3)
    before = torch.random.get_rng_state()
    for symmetry in ("invariants", "moments", "augmentation"):
        settings = {"symmetry": symmetry, "epochs": 3, "random_state": 4}
        model = SymmetricNetwork(**settings).fit(X, y)
        again = SymmetricNetwork(**settings).fit(X, y)
        assert np.array_equal(model.predict(X), again.predict(X))
        folder = tmp_path / symmetry
        folder.mkdir()
        model.save(folder)
        assert np.array_equal(SymmetricNetwork.load(folder).predict(X), model.predict(X))
    assert torch.equal(before, torch.random.get_rng_state())


def test_rectangular_matrices() -> None:
    rng = np.random.default_rng(0)
    C = rng.normal(size=(2000, 2, 4))
    C /= np.linalg.norm(C, axis=(1, 2), keepdims=True)
    y = np.linalg.svd(C, compute_uv=False).sum(axis=1) ** 2 - 1
    X = C.reshape(2000, 8)
    model = SymmetricNetwork(party_a=2, random_state=0).fit(X[:1500], y[:1500])
    assert model.score(X[1500:], y[1500:]) > 0.999


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "5 features are no square matrix"),
        ({"party_a": 2}, "5 features cannot be arranged in 2 rows"),
        ({"party_a": 0}, "party_a must be a whole number"),
        ({"epochs": 0}, "epochs must be a whole number"),
        ({"learning_rate": -1.0}, "learning_rate must be a number above 0"),
        ({"hidden_layers": [0]}, r"hidden_layers\[0\] must be a whole number"),
        ({"symmetry": "all"}, "symmetry must be one of invariants"),
    ],
)
def test_bad_parameters(settings: dict[str, Any], said: str) -> None:
    X = np.random.default_rng(0).normal(size=(60, 5))
    with pytest.raises(ValueError, match=said):
        SymmetricNetwork(**settings).fit(X, X[:, 0])


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    X, y = random_kets(2, 100, seed=3)
    model = SymmetricNetwork(epochs=1, random_state=0).fit(X, y)
    with pytest.raises(ModelFileError, match="existing, empty folder"):
        model.save(tmp_path / "absent")
    model.save(tmp_path)
    weights = tmp_path / "network.safetensors"
    good = weights.read_bytes()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(ModelFileError, match="was changed after it was written"):
        SymmetricNetwork.load(tmp_path)
    weights.unlink()
    with pytest.raises(ModelFileError, match="cannot be read"):
        SymmetricNetwork.load(tmp_path)
