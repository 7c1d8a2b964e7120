"""Invariants that are invariant, equivariant over cuts, and enough to tell PPT from NPT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qent_siamese.baselines.boosting import BoostingClassifier, PurityOnly
from qent_siamese.invariants.features import LocalUnitaryInvariants
from qent_siamese.invariants.spectra import cut_spectra
from qent_siamese.models.invariant import InvariantClassifier

from qent_core.api import StateBatch, cuts
from qent_core.linalg import apply_local, permute_parties

ORDERS = [(0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]


def unitaries(rng: np.random.Generator, count: int, d: int) -> Any:
    drawn = rng.normal(size=(count, d, d)) + 1j * rng.normal(size=(count, d, d))
    return np.linalg.qr(drawn)[0]


def rotated(states: StateBatch, seed: int) -> StateBatch:
    rng = np.random.default_rng(seed)
    local = [unitaries(rng, len(states), d) for d in states.dims]
    return states.replaced(apply_local(states.density().astype(complex), states.dims, local))


def permuted(states: StateBatch, order: tuple[int, ...]) -> StateBatch:
    return states.replaced(permute_parties(states.density(), states.dims, order))


def random_states(dims: tuple[int, ...], count: int = 12, seed: int = 3) -> StateBatch:
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    drawn = rng.normal(size=(count, size, 3)) + 1j * rng.normal(size=(count, size, 3))
    rho = drawn @ drawn.conj().swapaxes(1, 2)
    return StateBatch(rho / np.trace(rho, axis1=1, axis2=2)[:, None, None], dims)


@pytest.mark.parametrize("dims", [(2, 2), (2, 2, 2), (2, 4), (3, 3), (2, 3, 2), (2, 2, 2, 2)])
def test_no_local_unitary_changes_them(dims: tuple[int, ...]) -> None:
    states = random_states(dims)
    before, after = cut_spectra(states)[0], cut_spectra(rotated(states, 0))[0]
    assert before.shape[1] == len(cuts(len(dims)))
    np.testing.assert_allclose(after, before, atol=1e-10)


@pytest.mark.parametrize("order", ORDERS)
def test_they_move_with_the_cuts(order: tuple[int, ...]) -> None:
    states = random_states((2, 2, 2))
    before, after = cut_spectra(states)[0], cut_spectra(permuted(states, order))[0]
    np.testing.assert_allclose(after, before[:, list(order)], atol=1e-12)


def test_sides_of_equal_dimension_have_no_order() -> None:
    states = random_states((3, 3))
    swapped = permuted(states, (1, 0))
    np.testing.assert_allclose(cut_spectra(swapped)[0], cut_spectra(states)[0], atol=1e-12)


def test_values_of_a_noisy_bell_state() -> None:
    p = 0.6
    bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
    values, names = cut_spectra(StateBatch((p * bell + (1 - p) * np.eye(4) / 4)[None], (2, 2)))
    row = dict(zip(names, values[0, 0], strict=True))
    assert row["state 0"] == pytest.approx((1 + 3 * p) / 4)
    assert row["transpose 3"] == pytest.approx((1 - 3 * p) / 4)
    assert row["negativity 0"] == pytest.approx((3 * p - 1) / 4)
    assert row["realignment 0"] == pytest.approx((1 + 3 * p) / 2 - 1)
    # Maximally mixed marginals: the filter does nothing, three correlations of p / 2.
    assert [row[f"correlation {i}"] for i in range(4)] == pytest.approx([p / 2] * 3 + [0], abs=1e-9)
    assert [row[f"filtered {i}"] for i in range(4)] == pytest.approx([0.5] + [p / 2] * 3)
    assert row["marginal 0"] == row["other marginal 1"] == pytest.approx(0.5)
    # sqrt(rho) (1/2 - rho) sqrt(rho) has the eigenvalues x (1/2 - x) of rho's eigenvalues x.
    eigenvalues = np.array([(1 + 3 * p) / 4] + [(1 - p) / 4] * 3)
    expected = np.sort(eigenvalues * (0.5 - eigenvalues))[::-1]
    assert [row[f"range {i}"] for i in range(4)] == pytest.approx(expected)


@pytest.fixture(scope="module")
def fitted() -> tuple[InvariantClassifier, StateBatch]:
    states = random_states((2, 2, 2), 120)
    purity = np.einsum("nij,nji->n", states.density(), states.density()).real
    verdicts = (purity > np.median(purity))[:, None] ^ np.array([[False, True, False]])
    model = InvariantClassifier(hidden=(32,), epochs=5, batch_size=16, random_state=0)
    return model.fit(states, verdicts.astype(int)), states


def test_violation_of_the_symmetry_is_rounding(fitted: Any) -> None:
    model, states = fitted
    p = model.predict_proba(states)
    assert p.std() > 1e-3
    assert np.abs(model.predict_proba(rotated(states, 5)) - p).max() < 1e-8
    for order in ORDERS:
        moved = model.predict_proba(permuted(states, order))
        assert np.abs(moved - p[:, list(order)]).max() < 1e-8


def test_states_in_single_precision_keep_the_symmetry(fitted: Any) -> None:
    model, states = fitted
    rough = StateBatch(states.density().astype(np.complex64), (2, 2, 2))
    p = model.predict_proba(rough)
    assert np.abs(model.predict_proba(rotated(rough, 5)) - p).max() < 1e-5


def test_it_learns_the_sign_of_the_partial_transpose(problems: Any) -> None:
    train, labels = problems(11, 300)
    test, truth = problems(12, 200)
    model = InvariantClassifier(hidden=(32,), epochs=15, batch_size=16, random_state=0)
    model.fit(train, labels)
    assert model.score(test, truth) > 0.97


def test_questions_that_are_no_cut_do_not_depend_on_the_order(problem: Any) -> None:
    states, verdicts = problem
    model = InvariantClassifier(
        hidden=(8,), epochs=2, questions=("A|B|C", "B|AC"), validation_fraction=0.0, random_state=0
    ).fit(states, verdicts[:, :2])
    p, moved = (model.predict_proba(x) for x in (states, permuted(states, (2, 1, 0))))
    np.testing.assert_allclose(moved, p, atol=1e-9)


def test_saved_and_loaded(fitted: Any, tmp_path: Path) -> None:
    model, states = fitted
    model.save(tmp_path)
    again = InvariantClassifier.load(tmp_path)
    np.testing.assert_array_equal(again.predict_proba(states), model.predict_proba(states))


@pytest.mark.parametrize("dims", [(2, 4), (3, 3)])
def test_two_parties_of_other_dimensions(dims: tuple[int, ...]) -> None:
    states = random_states(dims, 40)
    model = InvariantClassifier(hidden=(8,), epochs=1, random_state=0)
    p = model.fit(states, np.arange(40)[:, None] % 2).predict_proba(states)
    assert p.shape == (40, 1)


def test_purities_as_features() -> None:
    states = random_states((2, 2, 2))
    features = LocalUnitaryInvariants(purities=True).fit(states)
    found, rho = features.transform(states), states.density()
    assert found.shape == (12, 9)
    np.testing.assert_allclose(found[:, 0], np.einsum("nij,nji->n", rho, rho).real, atol=1e-12)


def test_boosting_is_invariant_too_and_beats_purity(problems: Any) -> None:
    train, labels = problems(11, 300)
    test, truth = problems(12, 200)
    masked = labels.copy()
    masked[:20] = -1
    model = BoostingClassifier(rounds=30, random_state=0).fit(train, masked)
    assert model.unknown_labels_["A|BC"] == 20
    assert (
        model.score(test, truth)
        > 0.97
        > PurityOnly(random_state=0).fit(train, masked).score(test, truth)
    )
    p = model.predict_proba(test)
    for order in ORDERS:
        moved = model.predict_proba(permuted(test, order))
        assert np.abs(moved - p[:, list(order)]).max() < 1e-8
