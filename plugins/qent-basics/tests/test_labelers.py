"""The measures as labelers: columns, closed forms, questions, precision and refusals."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_basics.labelers.concurrence import Concurrence, EntanglementOfFormation
from qent_basics.labelers.entropies import EntanglementEntropy, MeyerWallach
from qent_basics.labelers.negativity import (
    LogarithmicNegativity,
    Negativity,
    NormalizedNegativity,
)

from qent_core.api import (
    DimensionsMismatchError,
    QuestionInvalidError,
    StateBatch,
    cuts,
)

PER_CUT = [Negativity, LogarithmicNegativity, NormalizedNegativity, EntanglementEntropy]
EVERY = [*PER_CUT, Concurrence, EntanglementOfFormation, MeyerWallach]
NAMES = {
    Negativity: "negativity",
    LogarithmicNegativity: "logarithmic-negativity",
    NormalizedNegativity: "normalized-negativity",
    EntanglementEntropy: "entanglement-entropy",
    Concurrence: "concurrence",
    EntanglementOfFormation: "entanglement-of-formation",
}


def kets(count, dims, seed, *, real=False):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    array = rng.normal(size=(count, size)) + (0 if real else 1j) * rng.normal(size=(count, size))
    return StateBatch(array / np.linalg.norm(array, axis=1, keepdims=True), dims)


def mixed(count, dims, seed):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    g = rng.normal(size=(count, size, size)) + 1j * rng.normal(size=(count, size, size))
    rho = g @ g.conj().swapaxes(1, 2)
    return StateBatch(rho / np.einsum("nii->n", rho).real[:, None, None], dims)


def values(labeler, batch, question="A|B"):
    return labeler.label(batch).values(f"{NAMES[type(labeler)]}[{question}]")


@pytest.mark.parametrize("d", [2, 3, 5])
def test_maximally_entangled_states(d):
    batch = StateBatch(np.eye(d).reshape(1, -1) / np.sqrt(d), (d, d))
    assert values(Negativity(), batch)[0] == pytest.approx((d - 1) / 2)
    assert values(LogarithmicNegativity(), batch)[0] == pytest.approx(np.log2(d))
    assert values(NormalizedNegativity(), batch)[0] == pytest.approx(1)
    assert values(NormalizedNegativity(), batch)[0] <= 1
    assert values(EntanglementEntropy(), batch)[0] == pytest.approx(np.log2(d))
    if d == 2:
        assert values(Concurrence(), batch)[0] == pytest.approx(1)
        assert values(EntanglementOfFormation(), batch)[0] == pytest.approx(1)


@pytest.mark.parametrize("labeler", EVERY)
def test_product_states_have_none(labeler):
    batch = StateBatch(np.eye(4)[:3], (2, 2))
    for column in labeler().label(batch).columns.values():
        np.testing.assert_array_equal(column.values, 0)
        assert not np.signbit(column.values).any()


def test_normalisation_follows_the_smaller_side():
    batch = mixed(20, (2, 4), 1)
    np.testing.assert_allclose(
        values(NormalizedNegativity(), batch), 2 * values(Negativity(), batch)
    )
    batch = mixed(20, (3, 4), 1)
    np.testing.assert_allclose(values(NormalizedNegativity(), batch), values(Negativity(), batch))
    trivial = StateBatch(np.eye(3), (1, 3))
    np.testing.assert_array_equal(values(NormalizedNegativity(), trivial), 0)


def test_the_measures_agree_on_pure_two_qubit_states():
    batch = kets(200, (2, 2), 2)
    c = values(Concurrence(), batch)
    np.testing.assert_allclose(values(Negativity(), batch), c / 2, atol=1e-15)
    np.testing.assert_allclose(values(NormalizedNegativity(), batch), c, atol=1e-15)
    np.testing.assert_allclose(values(LogarithmicNegativity(), batch), np.log2(1 + c), atol=1e-14)
    q = MeyerWallach().label(batch).values("meyer-wallach")
    np.testing.assert_allclose(q, c**2, atol=1e-14)
    np.testing.assert_allclose(
        values(EntanglementEntropy(), batch), values(EntanglementOfFormation(), batch), atol=1e-12
    )


def test_weakly_entangled_ket_of_the_dephasing_study():
    batch = StateBatch(np.sqrt([[0.99999, 0, 0, 0.00001]]), (2, 2))
    assert values(Concurrence(), batch)[0] == pytest.approx(0.0063245, abs=1e-7)


def test_horodecki_2x4_has_one_negative_eigenvalue_across_two_cuts():
    """F10: N = |b - sqrt(b^2 + (1-b^2)/4)| / (7b+1) across B|AC and C|AB, 0 across A|BC."""
    b = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    rho = np.zeros((5, 8, 8))
    diagonal = np.stack([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2], axis=1)
    rho[:, range(8), range(8)] = diagonal
    for i, j, value in ((0, 5, b), (1, 6, b), (2, 7, b), (4, 7, np.sqrt(1 - b**2) / 2)):
        rho[:, i, j] = rho[:, j, i] = value
    batch = StateBatch(rho / (7 * b + 1)[:, None, None], (2, 2, 2))
    expected = -(b - np.sqrt(b**2 + (1 - b**2) / 4)) / (7 * b + 1)
    np.testing.assert_allclose(expected, [0.23967, 0.08499, 0.03588, 0.01454, 0.00356], atol=1e-5)
    np.testing.assert_allclose(values(Negativity(), batch, "B|AC"), expected, atol=1e-14)
    np.testing.assert_allclose(values(Negativity(), batch, "C|AB"), expected, atol=1e-14)
    np.testing.assert_array_equal(values(Negativity(), batch, "A|BC"), 0)


@pytest.mark.parametrize("labeler", PER_CUT)
def test_one_column_per_cut_in_order(labeler):
    batch = kets(4, (2, 3, 2), 3)
    labels = labeler().label(batch)
    assert labels.names == tuple(f"{NAMES[labeler]}[{question}]" for question in cuts(3))
    assert [column.question for column in labels.columns.values()] == list(cuts(3))
    chosen = labeler(questions=("AB|C", "A|BC", "C|AB")).label(batch)
    assert chosen.names == (f"{NAMES[labeler]}[C|AB]", f"{NAMES[labeler]}[A|BC]")
    np.testing.assert_array_equal(chosen.values(chosen.names[1]), labels.values(labels.names[0]))


@pytest.mark.parametrize("labeler", [Negativity, LogarithmicNegativity, NormalizedNegativity])
def test_kets_and_density_matrices_agree(labeler):
    batch = kets(50, (2, 3, 2), 4)
    matrices = StateBatch(batch.density(), batch.dims)
    for question in cuts(3):
        np.testing.assert_allclose(
            values(labeler(), batch, question), values(labeler(), matrices, question), atol=1e-12
        )


@pytest.mark.parametrize("labeler", EVERY)
def test_empty_single_and_single_precision(labeler):
    assert len(labeler().label(kets(0, (2, 2), 1))) == 0
    batch = kets(30, (2, 2), 5)
    whole = labeler().label(batch)
    name = whole.names[0]
    one_by_one = [labeler().label(state).values(name)[0] for state in batch]
    np.testing.assert_allclose(one_by_one, whole.values(name), rtol=0, atol=1e-15)
    single = labeler().label(batch.astype(np.complex64))
    assert single.values(name).dtype == np.float64
    np.testing.assert_allclose(single.values(name), whole.values(name), rtol=0, atol=1e-5)


@pytest.mark.parametrize("labeler", [Concurrence, EntanglementOfFormation])
def test_two_qubit_measures_refuse_other_states(labeler):
    for dims in ((2, 3), (2, 2, 2), (4,)):
        with pytest.raises(DimensionsMismatchError, match="two qubits"):
            labeler().label(kets(1, dims, 1))


@pytest.mark.parametrize("labeler", [EntanglementEntropy, MeyerWallach])
def test_measures_of_pure_states_refuse_density_matrices(labeler):
    with pytest.raises(DimensionsMismatchError, match="pure states only"):
        labeler().label(mixed(1, (2, 2), 1))


def test_meyer_wallach_refuses_qutrits():
    with pytest.raises(DimensionsMismatchError, match="defined for qubits"):
        MeyerWallach().label(kets(1, (2, 3), 1))


@pytest.mark.parametrize("labeler", PER_CUT)
def test_questions_that_are_no_cut_are_refused(labeler):
    batch = kets(1, (2, 2, 2), 1)
    for question in ("A|B|C", "biseparable", "A|B", "A|BD", ""):
        with pytest.raises(QuestionInvalidError):
            labeler(questions=(question,)).label(batch)
    with pytest.raises(DimensionsMismatchError, match="one party"):
        labeler().label(kets(1, (4,), 1))
    with pytest.raises(ValidationError):
        labeler(questions=())


@pytest.mark.parametrize("labeler", PER_CUT)
def test_parameters_survive_a_round_trip(labeler):
    chosen = labeler(questions=("A|BC",))
    assert labeler(**chosen.parameters()) == chosen
    assert labeler().parameters() == {}
