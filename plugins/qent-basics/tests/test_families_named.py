"""Named pure states, Bell-diagonal states and X states: closed forms and thresholds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qent_basics.families.bell_diagonal import BELL_STATES, BellDiagonal
from qent_basics.families.by_construction import main_questions
from qent_basics.families.named_pure import GHZ, Dicke, W, dicke_ket
from qent_basics.families.x_state import XState

from qent_core.api import BISEPARABLE, Verdict, cut_of, cuts, stream
from qent_core.linalg import partial_transpose, reduced_kets, schmidt_matrix


def meyer_wallach(batch):
    mean = np.mean(
        [
            np.einsum("nij,nji->n", r, r).real
            for r in (reduced_kets(batch.array, batch.dims, [k]) for k in range(batch.parties))
        ],
        axis=0,
    )
    return 2 * (1 - mean)


@pytest.mark.parametrize(
    ("family", "value"),
    [
        (GHZ(), 1.0),
        (GHZ(parties=5), 1.0),
        (W(), 8 / 9),
        (Dicke(parties=4, excitations=2), 1.0),
        (Dicke(parties=4, excitations=0), 0.0),
    ],
)
def test_meyer_wallach_measure(family, value):
    assert np.allclose(meyer_wallach(family.sample(2, stream(0))), value, atol=1e-14)


@pytest.mark.parametrize(("parties", "dim"), [(2, 2), (3, 2), (2, 5), (4, 3)])
def test_ghz_has_flat_schmidt_coefficients_across_every_cut(parties, dim):
    batch = GHZ(parties=parties, dim=dim).sample(1, stream(0))
    for cut in cuts(parties):
        matrix = schmidt_matrix(batch.array, batch.dims, cut_of(cut, parties))
        values = np.linalg.svd(matrix, compute_uv=False)[0]
        expected = np.zeros(len(values))
        expected[:dim] = dim**-0.5
        assert np.allclose(values, expected, atol=1e-14)


def test_w_is_the_dicke_state_with_one_excitation():
    w, dicke = W(parties=4), Dicke(parties=4, excitations=1)
    assert np.array_equal(w.sample(1, stream(0)).array, dicke.sample(1, stream(0)).array)


@pytest.mark.parametrize(("parties", "excitations"), [(3, 1), (4, 2), (5, 0), (5, 5), (6, 3)])
def test_dicke_ket_is_even_over_all_ways_to_excite(parties, excitations):
    ket = dicke_ket(parties, excitations)
    (places,) = np.nonzero(ket)
    assert len(places) == math.comb(parties, excitations)
    assert all(int(place).bit_count() == excitations for place in places)
    assert np.allclose(ket[places], math.comb(parties, excitations) ** -0.5)


@pytest.mark.parametrize("family", [GHZ(), GHZ(parties=4, dim=3), W(parties=5), Dicke()])
def test_named_states_are_entangled_for_every_question(family):
    batch = family.sample(3, stream(0))
    assert tuple(batch.known) == main_questions(batch.parties)
    assert all((column == Verdict.ENTANGLED).all() for column in batch.known.values())


@pytest.mark.parametrize("excitations", [0, 3])
def test_extreme_dicke_states_are_separable_for_every_question(excitations):
    batch = Dicke(parties=3, excitations=excitations).sample(3, stream(0))
    assert set(batch.known) == set(main_questions(3))
    assert all((column == Verdict.SEPARABLE).all() for column in batch.known.values())


def test_many_parties_list_the_cuts_of_single_parties():
    batch = GHZ(parties=12).sample(1, stream(0))
    assert len(batch.known) == 12 + 2
    assert "A|BCDEFGHIJKL" in batch.known


# --- Bell-diagonal states --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("largest", "verdict"),
    [
        pytest.param(0.5, Verdict.SEPARABLE, id="at the threshold"),
        pytest.param(0.5 + 1e-9, Verdict.ENTANGLED, id="just above"),
        pytest.param(0.5 - 1e-9, Verdict.SEPARABLE, id="just below"),
        pytest.param(1.0, Verdict.ENTANGLED, id="a Bell state"),
    ],
)
@pytest.mark.parametrize("position", range(4))
def test_bell_diagonal_threshold(largest, verdict, position):
    weights = [(1 - largest) / 3] * 4
    weights[position] = largest
    batch = BellDiagonal(weights=weights).sample(2, stream(0))
    assert (batch.known["A|B"] == verdict).all()


def test_bell_diagonal_negativity_is_the_closed_form():
    family = BellDiagonal()
    batch = family.sample(500, stream(1))
    spectrum = np.linalg.eigvalsh(partial_transpose(batch.density(), batch.dims, [1]))
    negativity = -np.minimum(spectrum, 0).sum(axis=1)
    assert np.allclose(
        family.exact("negativity[A|B]", batch.parameters), negativity, rtol=0, atol=1e-14
    )
    assert np.array_equal(negativity > 1e-13, batch.known["A|B"] == Verdict.ENTANGLED)
    concurrence = family.exact("concurrence[A|B]", batch.parameters)
    assert np.allclose(concurrence, 2 * negativity, atol=1e-13)
    assert family.exact("ppt[A|B]", batch.parameters) is None
    assert family.exact("negativity[A|B]", {}) is None


def test_bell_diagonal_spectrum_is_the_recorded_weights():
    batch = BellDiagonal().sample(50, stream(2))
    weights = np.sort(np.stack([batch.parameters[name] for name in BELL_STATES], 1), axis=1)
    assert np.allclose(np.linalg.eigvalsh(batch.density()), weights, atol=1e-14)
    signs = {"phi_plus": (0, 3, 1), "phi_minus": (0, 3, -1), "psi_plus": (1, 2, 1)}
    signs["psi_minus"] = (1, 2, -1)
    for name, (low, high, sign) in signs.items():
        bell = np.zeros(4)
        bell[low], bell[high] = 2**-0.5, sign * 2**-0.5
        overlap = np.einsum("i,nij,j->n", bell, batch.density(), bell)
        assert np.allclose(overlap, batch.parameters[name], atol=1e-14)


# --- X states --------------------------------------------------------------------------------


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_x_states_have_two_diagonals(parties):
    rho = XState(parties=parties).sample(20, stream(3)).density()
    size = 2**parties
    shape = np.eye(size, dtype=bool) | np.eye(size, dtype=bool)[::-1]
    assert (rho[:, ~shape] == 0).all()
    assert (rho[:, shape] != 0).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), parties=st.integers(2, 4), real=st.booleans())
def test_x_state_verdicts_are_those_of_ppt(seed, parties, real):
    batch = XState(parties=parties, real=real).sample(20, stream(seed))
    for cut in cuts(parties):
        transposed = partial_transpose(batch.density(), batch.dims, cut_of(cut, parties))
        least = np.linalg.eigvalsh(transposed)[:, 0]
        clear = np.abs(least) > 1e-12
        assert np.array_equal((least < 0)[clear], (batch.known[cut] == Verdict.ENTANGLED)[clear])
        assert (batch.known[cut][clear] != Verdict.UNKNOWN).all()


def test_x_states_that_are_genuinely_entangled_exceed_the_biseparable_bound():
    """GHZ with white noise is an X state: biseparable up to visibility 3/7."""
    batch = XState(parties=3).sample(2000, stream(4))
    rho = batch.density()
    limit = np.sqrt(np.einsum("nii,nii->ni", rho, rho[:, ::-1, ::-1]).real[:, :4])
    coherence = np.abs(rho[:, np.arange(4), 7 - np.arange(4)])
    excess = (coherence - (limit.sum(axis=1, keepdims=True) - limit)).max(axis=1)
    assert np.array_equal(excess > 0, batch.known[BISEPARABLE] == Verdict.ENTANGLED)
    shares = [(batch.known[BISEPARABLE] == verdict).mean() for verdict in (0, 1)]
    assert min(shares) > 0.001
