"""The bank of reference states: physical, and consistent with all that can be computed exactly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qent_core.linalg import partial_transpose, realign
from qent_core.questions import cut_of
from qent_testing.exact_criteria import contradiction, inconsistency
from qent_testing.reference_families import acin, horodecki_sigma, shifts_upb
from qent_testing.reference_states import reference_batches, reference_states

BANK = {state.name: state for state in reference_states()}


def lowest(rho, dims, question):
    parties = cut_of(question, len(dims))
    return np.linalg.eigvalsh(partial_transpose(rho[None], dims, parties))[0].min()


def test_states_are_physical_and_truths_consistent():
    for batch in reference_batches():
        batch.validated()
        assert inconsistency(batch) == ""
        for question, verdicts in batch.known.items():
            assert contradiction(batch, question, verdicts) == ""


def test_names_are_unique_and_sources_given():
    assert len(BANK) == len(reference_states())
    assert all(state.source for state in reference_states())


@pytest.mark.parametrize(
    ("name", "question"),
    [(f"Horodecki 3x3 a={a}", "A|B") for a in (0.1, 0.5, 0.9)]
    + [(f"Horodecki 2x4 b={b}", "A|B") for b in (0.1, 0.5, 0.9)]
    + [("UPB tiles", "A|B"), ("UPB pyramid", "A|B"), ("Horodecki sigma alpha=3.8", "A|B")]
    + [("UPB shifts", cut) for cut in ("A|BC", "B|AC", "C|AB")],
)
def test_bound_states_have_a_positive_partial_transpose(name, question):
    state = BANK[name]
    assert lowest(state.array, state.dims, question) > -1e-12


def test_horodecki_sigma_flips_where_it_should():
    # Free entanglement begins at 4: the partial transpose loses positivity.
    assert lowest(horodecki_sigma(4 - 1e-6), (3, 3), "A|B") > 0
    assert lowest(horodecki_sigma(4 + 1e-6), (3, 3), "A|B") < 0


def test_tiles_are_found_by_realignment():
    for name in ("UPB tiles", "UPB pyramid"):
        norm = np.linalg.svd(realign(BANK[name].array[None], (3, 3), (0,)), compute_uv=False).sum()
        assert norm > 1.05


def test_shifts_is_a_mixture_of_products_across_the_first_cut():
    """The decomposition behind 'separable across A|BC'; the other cuts follow by symmetry."""
    plus, minus = np.array([1, 1]) / 2**0.5, np.array([1, -1]) / 2**0.5
    zero, one = np.eye(2)
    f, g = np.kron(zero, zero), np.kron(minus, plus)
    f2, g2 = np.kron(one, minus), np.kron(plus, one)
    parts = [(zero, g - f / 2), (one, f - g / 2), (plus, g2 + f2 / 2), (minus, f2 + g2 / 2)]
    rho = np.zeros((8, 8))
    for a, rest in parts:
        ket = np.kron(a, rest / np.linalg.norm(rest))
        rho += np.outer(ket, ket) / 4
    np.testing.assert_allclose(rho, shifts_upb(), atol=1e-15)


def test_acin_with_ab_equal_c_is_a_mixture_of_full_products():
    a, b = 2.0, 3.0
    c, w = a * b, np.exp(2j * np.pi / 3)
    rho = np.zeros((8, 8), dtype=complex)
    for i, j in itertools.product(range(3), repeat=2):
        x, y = np.array([1, c**-0.5 * w**i]), np.array([1, b**0.5 * w**j])
        ket = np.kron(np.kron(x, y), np.array([1, a**0.5 * w ** (-i - j)]))
        rho += np.outer(ket, ket.conj()) / 9
    np.testing.assert_allclose(rho / np.trace(rho), acin(a, b, c), atol=1e-14)


def test_acin_with_another_c_breaks_the_inequality_of_full_products():
    for name, state in BANK.items():
        if not name.startswith("Acin"):
            continue
        diagonal = state.array.diagonal()
        first = np.prod(diagonal[[1, 2, 4, 7]]) ** 0.25
        second = np.prod(diagonal[[0, 3, 5, 6]]) ** 0.25
        broken = abs(state.array[0, 7]) > min(first, second) + 1e-12
        assert broken == (state.truth["A|B|C"] == 1), name


def test_smolin_is_symmetric_and_npt_for_single_parties():
    state = BANK["Smolin"]
    for pair in ("AB|CD", "AC|BD", "AD|BC"):
        assert lowest(state.array, state.dims, pair) > -1e-12
    for single in ("A|BCD", "B|ACD", "C|ABD", "D|ABC"):
        assert lowest(state.array, state.dims, single) < -0.1
