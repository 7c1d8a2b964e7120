"""Three-qubit classes: invariants of local operations, their law, and verdicts by certificates."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_bell.slocc import CUTS, QUESTIONS, Slocc, local_operators
from scipy import stats

from qent_core.api import component, label_states, stream
from qent_core.linalg import apply_local

CLASSES = ("product", "biseparable", "w", "ghz")


def three_tangle(kets):
    """4 |hyperdeterminant|: positive for the GHZ class alone."""
    c = kets.reshape(-1, 2, 2, 2)
    # Of the pencil c0 + t c1 (first qubit) the discriminant of its determinant in t.
    a = c[:, 0, 0, 0] * c[:, 0, 1, 1] - c[:, 0, 0, 1] * c[:, 0, 1, 0]
    e = c[:, 1, 0, 0] * c[:, 1, 1, 1] - c[:, 1, 0, 1] * c[:, 1, 1, 0]
    b = (
        c[:, 0, 0, 0] * c[:, 1, 1, 1]
        + c[:, 1, 0, 0] * c[:, 0, 1, 1]
        - c[:, 0, 0, 1] * c[:, 1, 1, 0]
        - c[:, 1, 0, 1] * c[:, 0, 1, 0]
    )
    return 4 * np.abs(b**2 - 4 * a * e)


def negativities(batch):
    labels = label_states(batch, ["negativity"])
    return {cut: labels.values(f"negativity[{cut}]") for cut in CUTS}


@pytest.mark.parametrize("name", CLASSES)
def test_every_state_is_of_its_class(name):
    batch = Slocc(representative=name, condition=10).sample(400, stream(1)).validated()
    tangle, cuts = three_tangle(batch.array), negativities(batch)
    assert (tangle > 1e-9).all() if name == "ghz" else (tangle < 1e-12).all()
    for cut in CUTS:
        entangled = batch.known[cut] == 1
        assert (cuts[cut][entangled] > 1e-4).all()
        assert (cuts[cut][~entangled] < 1e-12).all()
    if name == "biseparable":
        alone = np.stack([batch.known[cut] == 0 for cut in CUTS])
        assert (alone.sum(axis=0) == 1).all()
        assert (alone.sum(axis=1) > 90).all()


def test_the_three_tangle_changes_as_an_invariant_must():
    """tau of (A x B x C) psi is |det A det B det C|^2 tau(psi), before normalisation."""
    kets = component("haar-pure", dims=(2, 2, 2)).sample(50, stream(2)).array
    operators = [local_operators(50, 20, stream(2, name))[0] for name in "abc"]
    factor = np.prod([np.abs(np.linalg.det(matrix)) ** 2 for matrix in operators], axis=0)
    after = three_tangle(apply_local(kets, (2, 2, 2), operators))
    assert after == pytest.approx(factor * three_tangle(kets), rel=1e-9, abs=1e-14)


def test_operators_are_ginibre_matrices_of_bounded_condition_number():
    """Against Gaussian matrices of which those beyond the bound are thrown away."""
    bound = 5.0
    matrices, numbers = local_operators(20_000, bound, stream(3))
    assert np.linalg.cond(matrices) == pytest.approx(numbers, rel=1e-9)
    assert numbers.max() <= bound
    rng = stream(3, "gauss")
    gauss = rng.normal(size=(40_000, 2, 2)) + 1j * rng.normal(size=(40_000, 2, 2))
    numbers_of_gauss = np.linalg.cond(gauss)
    kept = gauss[numbers_of_gauss <= bound]
    assert stats.ks_2samp(numbers, numbers_of_gauss[numbers_of_gauss <= bound]).pvalue > 1e-3
    share = ((bound**2 - 1) / (bound**2 + 1)) ** 3
    assert len(kept) / 40_000 == pytest.approx(share, abs=4 * 0.0025)
    # Directions: a column of the matrix beside its norm.
    column = np.abs(matrices[:, 0, 0]) / np.linalg.norm(matrices, axis=(1, 2))
    same = np.abs(kept[:, 0, 0]) / np.linalg.norm(kept, axis=(1, 2))
    assert stats.ks_2samp(column, same).pvalue > 1e-3


@pytest.mark.parametrize(("name", "exact"), [("ghz", 0.5), ("w", 2**0.5 / 3)])
def test_local_unitaries_change_no_entanglement(name, exact):
    batch = Slocc(representative=name, condition=1).sample(20, stream(4))
    assert batch.parameters["condition"] == pytest.approx(1, abs=1e-12)
    for values in negativities(batch).values():
        assert values == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("name", ["w", "ghz"])
def test_entanglement_left_is_bounded_by_the_condition_number(name):
    batch = Slocc(representative=name, condition=100).sample(2000, stream(5))
    r = 2**-0.5 / batch.parameters["condition"]
    for values in negativities(batch).values():
        assert (values >= r / (1 + r**2) - 1e-12).all()


def test_products_are_haar_distributed():
    """Whatever the operators: the height on each Bloch sphere is uniform."""
    kets = Slocc(representative="product", condition=50).sample(4000, stream(6)).array
    weights = np.abs(kets.reshape(-1, 2, 2, 2)) ** 2
    for axes in ((2, 3), (1, 3), (1, 2)):
        height = weights.sum(axis=axes)[:, 0]
        assert stats.kstest(height, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("name", CLASSES)
def test_certificates_say_the_same(name):
    batch = Slocc(representative=name, condition=3).sample(4, stream(7))
    labels = component("certified", questions=QUESTIONS).label(batch)
    for question in QUESTIONS:
        found = labels.column(f"certified[{question}]").values
        assert found.tolist() == batch.known[question].tolist(), question


def test_only_a_bell_pair_has_a_partner_to_choose():
    batch = Slocc(representative="biseparable", cut="C|AB").sample(5, stream(8))
    assert (batch.known["C|AB"] == 0).all()
    assert (batch.known["A|BC"] == 1).all()
    with pytest.raises(ValidationError, match="'w' does not use 'cut'"):
        Slocc(representative="w", cut="A|BC")
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Slocc(condition=0.5)
