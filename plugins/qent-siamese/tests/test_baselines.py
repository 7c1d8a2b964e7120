"""The baselines: what they answer, where they must be right, and how they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qent_siamese.baselines import boosted_files
from qent_siamese.baselines.boosting import BoostingClassifier, PurityOnly
from qent_siamese.baselines.constant import ConstantAnswer
from qent_siamese.baselines.criteria import PptOracle, RealignmentOracle
from qent_siamese.models.dense import DenseClassifier
from qent_siamese.models.tensor_train import TensorTrainClassifier
from qent_siamese.networks.convolutional import draw_weights
from qent_siamese.networks.tensor_train import TensorTrainNetwork
from skops import io

from qent_core.api import ModelFileError, StateBatch


def horodecki(b: float) -> StateBatch:
    """Returns Horodecki's 2x4 state as three qubits: PPT in A|BC, NPT in the two other cuts."""
    rho = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2])
    for i, j in ((0, 5), (1, 6), (2, 7)):
        rho[i, j] = rho[j, i] = b
    rho[4, 7] = rho[7, 4] = np.sqrt(1 - b**2) / 2
    return StateBatch(rho[None] / (7 * b + 1), (2, 2, 2))


def shifts() -> StateBatch:
    """Returns the PPT-entangled state of the unextendible product basis Shifts."""
    zero, one = np.eye(2)
    plus, minus = (zero + one) / 2**0.5, (zero - one) / 2**0.5
    rows = [(zero, zero, zero), (one, plus, minus), (minus, one, plus), (plus, minus, one)]
    kets = [np.kron(np.kron(a, b), c) for a, b, c in rows]
    return StateBatch((np.eye(8) - sum(np.outer(k, k) for k in kets))[None] / 4, (2, 2, 2))


def test_ppt_sees_two_cuts_of_horodecki_and_none_of_the_upb() -> None:
    oracle = PptOracle().fit(horodecki(0.5), [[1, 1, 1]])
    for b in (0.1, 0.5, 0.9):
        assert oracle.predict(horodecki(b)).tolist() == [[0, 1, 1]]
        assert oracle.score(horodecki(b), [[1, 1, 1]]) == pytest.approx(2 / 3)
    assert oracle.predict(shifts()).tolist() == [[0, 0, 0]]


def test_ppt_is_exact_for_two_qubits_and_answers_any_cut_if_asked_about_all() -> None:
    bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
    p = np.array([0.33, 0.34, 0.9])[:, None, None]
    states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
    assert PptOracle().fit(states, [0, 1, 1]).predict(states).tolist() == [0, 1, 1]
    asked = PptOracle(questions=["A|B|C"]).fit(horodecki(0.5), [1])
    assert asked.predict(horodecki(0.5)).tolist() == [1]


def test_realignment_misses_horodeckis_bound_cut() -> None:
    # 0.8469 for b = 0.5: the criterion says nothing of A|BC.
    oracle = RealignmentOracle().fit(horodecki(0.5), [[1, 1, 1]])
    assert oracle.predict(horodecki(0.5))[0, 0] == 0
    ghz = StateBatch((np.eye(8)[[0]] + np.eye(8)[[7]]) / 2**0.5, (2, 2, 2))
    assert oracle.predict(ghz).tolist() == [[1, 1, 1]]


def test_a_constant_scores_100_where_all_labels_are_one() -> None:
    states = StateBatch.concatenate([horodecki(b) for b in (0.2, 0.4)])
    verdicts = np.array([[1, 0, -1], [1, 1, 0]])
    # Warnings are errors: labels of one class are nothing to warn of here.
    model = ConstantAnswer().fit(states, verdicts)
    assert model.share_.tolist() == [1.0, 0.5, 0.0]
    assert model.predict(states).tolist() == [[1, 1, 0], [1, 1, 0]]
    always = ConstantAnswer("entangled").fit(states, np.ones((2, 3)))
    assert always.score(states, np.ones((2, 3))) == 1.0
    with pytest.warns(UserWarning, match="all labels of C"):
        ConstantAnswer().fit(states, [[1, 0, -1], [1, 1, -1]])


def test_unknown_labels_are_counted_and_all_unknown_is_refused(problem: Any) -> None:
    states, verdicts = problem
    masked = verdicts.copy()
    masked[:10, 2] = -1
    for model in (PurityOnly(rounds=3, random_state=0), BoostingClassifier(rounds=3)):
        assert model.fit(states, masked).unknown_labels_["C|AB"] == 10
        with pytest.raises(ValueError, match="all labels are unknown"):
            model.fit(states, np.full((64, 3), -1))


def test_purity_only_sees_nothing_but_the_purity(problem: Any) -> None:
    states, verdicts = problem
    model = PurityOnly(rounds=5, random_state=0).fit(states, verdicts)
    rng = np.random.default_rng(0)
    u = np.linalg.qr(rng.normal(size=(8, 8)) + 1j * rng.normal(size=(8, 8)))[0]
    turned = states.replaced(u @ states.density() @ u.conj().T)
    np.testing.assert_allclose(model.predict_proba(turned), model.predict_proba(states))


def test_a_tree_that_was_tampered_with_is_refused(problem: Any, tmp_path: Path) -> None:
    model = BoostingClassifier(rounds=3, random_state=0).fit(*problem)
    nodes = model.boosters_["cut"]._predictors[0][0].nodes
    kept = nodes.copy()
    for name, value, said in (
        ("left", 10**6, "no tree"), ("left", 0, "no tree"), ("feature_idx", 10**6, "do not exist"),
    ):  # fmt: skip
        nodes[:] = kept
        nodes[name][0] = value
        folder = tmp_path / f"{name}{value}"
        folder.mkdir()
        boosted_files.save(model, folder)
        with pytest.raises(ModelFileError, match=said):
            BoostingClassifier.load(folder)


def test_another_class_in_the_file_is_refused(problem: Any, tmp_path: Path) -> None:
    io.dump(PptOracle(), tmp_path / "model.skops")
    with pytest.raises(ModelFileError, match="not trusted: qent_siamese"):
        BoostingClassifier.load(tmp_path)


def test_the_tensor_train_is_a_chain_of_cores() -> None:
    import torch

    network = TensorTrainNetwork((2, 3), 1, bond=4, features=5, dense_layers=0).double()
    draw_weights(network, torch.Generator().manual_seed(0))
    images = torch.randn(3, 2, 6, 6, dtype=torch.float64)
    first = network.cores[0].weight.reshape(5, 4, 2, 2, 2)
    second = network.cores[1].weight.reshape(5, 1, 4, 3, 3)
    rho = images.reshape(3, 2, 2, 3, 2, 3)
    expected = torch.einsum("obxij,pubkl,nxikjl->nop", first, second, rho).reshape(3, 25)
    logits = network.dense(expected + network.bias.bias)
    torch.testing.assert_close(network(images), logits)


@pytest.mark.parametrize("model", [DenseClassifier, TensorTrainClassifier])
def test_backbones_learn(problem: Any, model: Any) -> None:
    states, verdicts = problem
    small = {"hidden": (64, 32)} if model is DenseClassifier else {"dense_layers": 1, "width": 32}
    fitted = model(
        **small, epochs=60, batch_size=16, learning_rate=4e-3, select="last",
        validation_fraction=0.0, random_state=0,
    ).fit(states, verdicts)  # fmt: skip
    assert fitted.score(states, verdicts) > 0.9
