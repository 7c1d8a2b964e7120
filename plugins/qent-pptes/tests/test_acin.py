"""Acín's states: the matrix, the bound that proves them entangled, the border ab = c."""

import numpy as np
import pytest
from qent_pptes.acin import Acin

from qent_core.api import Verdict


def _bounds(batch):
    """Both bounds of the anti-diagonal inequality, divided by the element they bound."""
    diagonal = np.einsum("nii->ni", batch.array).real
    element = np.abs(batch.array[:, 0, 7])
    first = diagonal[:, [1, 2, 4, 7]].prod(axis=1) ** 0.25 / element
    second = diagonal[:, [0, 3, 5, 6]].prod(axis=1) ** 0.25 / element
    return np.minimum(first, second)


def test_matrix_as_printed(rng):
    a, b, c = 3.0, 0.2, 40.0
    expected = np.diag([1, a, b, c, 1 / c, 1 / b, 1 / a, 1])
    expected[0, 7] = expected[7, 0] = 1
    n = 2 + a + 1 / a + b + 1 / b + c + 1 / c
    batch = Acin(a=a, b=b, c=c).sample(1, rng)
    np.testing.assert_allclose(batch.array[0], expected / n, atol=1e-16)
    assert {name: float(v[0]) for name, v in batch.parameters.items()} == {
        "a": a,
        "b": b,
        "c": c,
        "white_noise": 0.0,
    }


def test_realignment_norms_per_cut(rng, ccnr):
    batch = Acin(a=3, b=0.2, c=40).sample(1, rng)
    norms = [ccnr(batch, cut)[0] for cut in ("A|BC", "B|AC", "C|AB")]
    np.testing.assert_allclose(norms, [0.931, 0.9325, 0.8598], atol=5e-4)


def test_entangled_means_that_a_bound_of_full_separability_is_violated(rng):
    batch = Acin().sample(500, rng)
    assert (batch.known["A|B|C"] == Verdict.ENTANGLED).all()
    assert (_bounds(batch) < 1).all()


def test_the_bound_holds_for_fully_separable_states(rng):
    kets = rng.standard_normal((3, 400, 6, 2, 2)) @ np.array([1, 1j])
    joined = np.einsum("nka,nkb,nkc->nkabc", *kets).reshape(400, 6, 8)
    rho = np.einsum("nki,nkj->nij", joined, joined.conj())

    class Mixture:
        array = rho

    assert (_bounds(Mixture) >= 1 - 1e-12).all()


@pytest.mark.parametrize(
    ("relative", "verdict"),
    [(0.0, 0), (3e-15, 0), (1e-12, -1), (-1e-10, -1), (1e-8, 1), (-1e-8, 1), (0.3, 1)],
)
def test_border_of_full_separability(relative, verdict, rng):
    a, b = 1.7, 0.31
    batch = Acin(a=a, b=b, c=a * b * (1 + relative)).sample(1, rng)
    assert batch.known["A|B|C"].tolist() == [verdict]


def test_noise_keeps_the_entanglement_exactly_as_far_as_the_bound_proves_it(rng):
    batch = Acin(white_noise={"uniform": [0.0, 0.2]}).sample(400, rng)
    violated = _bounds(batch) < 1
    np.testing.assert_array_equal(batch.known["A|B|C"] == Verdict.ENTANGLED, violated)
    assert 20 < violated.sum() < 380
