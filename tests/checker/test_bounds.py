"""The product-state bounds are never below a product state, and tight enough to be of use."""

import numpy as np
import pytest

from qent_core.checker.disc_bound import proven_below_discs
from qent_core.checker.separable_ball import separable_radius
from qent_core.checker.sphere_bound import proven_below

BUDGET = 3_000_000


def _hermitian(rng, size):
    w = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    w = w + w.conj().T
    return w / np.linalg.norm(w)


def _product_maximum(w, sizes, rng, starts=30):
    """The largest value that alternating optimisation finds: a lower bound on the maximum."""
    best = -np.inf
    for _ in range(starts):
        vectors = [rng.normal(size=d) + 1j * rng.normal(size=d) for d in sizes]
        vectors = [v / np.linalg.norm(v) for v in vectors]
        for _ in range(60):
            for k in range(len(sizes)):
                # Isometry from party k into the product with the other vectors fixed.
                isometry = np.ones((1, 1))
                for j, d in enumerate(sizes):
                    isometry = np.kron(isometry, np.eye(d) if j == k else vectors[j][:, None])
                eigenvalues, basis = np.linalg.eigh(isometry.conj().T @ w @ isometry)
                vectors[k] = basis[:, -1]
        best = max(best, eigenvalues[-1])
    return best


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3), (2, 4), (2, 2, 2)])
def test_the_sphere_bound_brackets_the_maximum(sizes):
    rng = np.random.default_rng(len(sizes) * 10 + sizes[-1])
    for _ in range(4):
        w = _hermitian(rng, int(np.prod(sizes)))
        found = _product_maximum(w, sizes, rng)
        qubits = len(sizes) - 1
        assert proven_below(w, qubits, found - 1e-6, BUDGET) is not True
        assert proven_below(w, qubits, found + 2e-3, BUDGET) is True


@pytest.mark.parametrize("second", [3, 4])
def test_the_disc_bound_brackets_the_maximum(second):
    rng = np.random.default_rng(second)
    w = _hermitian(rng, 3 * second)
    found = _product_maximum(w, (3, second), rng)
    assert proven_below_discs(w, 3, found - 1e-6, BUDGET) is not True
    assert proven_below_discs(w, 3, found + 0.03, BUDGET) is True


def test_both_bounds_agree_on_a_qubit_and_a_ququart():
    rng = np.random.default_rng(5)
    w = _hermitian(rng, 8)
    found = _product_maximum(w, (2, 4), rng)
    for target in (found - 0.01, found + 0.01):
        assert proven_below(w, 1, target, BUDGET) == proven_below_discs(w, 2, target, BUDGET)


def test_a_budget_that_runs_out_is_no_proof():
    w = _hermitian(np.random.default_rng(0), 8)
    assert proven_below(w, 1, float(np.linalg.eigvalsh(w)[-1]), 10) is None
    assert proven_below_discs(w, 2, float(np.linalg.eigvalsh(w)[-1]), 10) is None


def test_the_ball_shrinks_with_the_number_of_blocks():
    assert separable_radius(2) == 1.0
    assert separable_radius(3) == pytest.approx(2**-0.5)
    assert separable_radius(4) == 0.5


def test_states_in_the_two_qubit_ball_have_positive_partial_transpose():
    rng = np.random.default_rng(1)
    for _ in range(200):
        delta = _hermitian(rng, 4)
        rho = (np.eye(4) + separable_radius(2) * delta).reshape(2, 2, 2, 2)
        turned = rho.transpose(0, 3, 2, 1).reshape(4, 4)
        assert np.linalg.eigvalsh(turned)[0] > -1e-12
