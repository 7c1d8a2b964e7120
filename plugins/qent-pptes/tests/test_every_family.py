"""What must hold for every family, whatever its physics."""

import numpy as np
import pytest
from qent_pptes.acin import Acin
from qent_pptes.breuer_hall import BreuerHall
from qent_pptes.chessboard import Chessboard
from qent_pptes.extreme_ppt import ExtremePpt
from qent_pptes.horodecki_qubit import Horodecki2x4, Horodecki2xD
from qent_pptes.horodecki_qutrits import Horodecki3x3, HorodeckiAlpha
from qent_pptes.lattice import Lattice
from qent_pptes.smolin import Smolin
from qent_pptes.upb_minimal import UpbMin4x4, UpbQuadRes
from qent_pptes.upb_qubits import UpbGenShifts, UpbShifts
from qent_pptes.upb_qutrits import UpbPyramid, UpbSixParam, UpbTiles
from qent_pptes.upb_tilings import UpbGenTiles1, UpbGenTiles2

from qent_core.api import Verdict, cuts, full_separability

FAMILIES = {
    "horodecki-3x3": (Horodecki3x3, {}),
    "horodecki-alpha": (HorodeckiAlpha, {}),
    "horodecki-2x4": (Horodecki2x4, {}),
    "horodecki-2x4-qubits": (Horodecki2x4, {"qubits": True}),
    "horodecki-2x5": (Horodecki2xD, {"d": 5}),
    "acin": (Acin, {}),
    "smolin": (Smolin, {}),
    "chessboard": (Chessboard, {}),
    "breuer-hall": (BreuerHall, {}),
    "breuer-hall-npt": (BreuerHall, {"d": 6, "lam": {"uniform": [0.0, 1.0]}}),
    "lattice": (Lattice, {}),
    "lattice-npt": (Lattice, {"points": [[0, 0], [0, 1], [1, 2]]}),
    "upb-tiles": (UpbTiles, {}),
    "upb-tiles-4x4": (UpbTiles, {"embed": (4, 4)}),
    "upb-pyramid": (UpbPyramid, {"embed": (3, 4)}),
    "upb-sixparam": (UpbSixParam, {}),
    "upb-shifts": (UpbShifts, {}),
    "upb-shifts-embedded": (UpbShifts, {"embed": (2, 3, 2)}),
    "upb-gen-shifts": (UpbGenShifts, {}),
    "upb-gentiles1": (UpbGenTiles1, {}),
    "upb-gentiles2": (UpbGenTiles2, {}),
    "upb-quadres": (UpbQuadRes, {"d": 3}),
    "upb-min4x4": (UpbMin4x4, {}),
    "extreme-2x4": (ExtremePpt, {"dims": (2, 4)}),
    "extreme-3x3": (ExtremePpt, {"dims": (3, 3)}),
    "extreme-2x2x2": (ExtremePpt, {"dims": (2, 2, 2)}),
}
NPT = {"horodecki-alpha", "horodecki-2x4-qubits", "smolin", "breuer-hall-npt", "lattice-npt"}
"""Those that are not PPT across every cut."""
MOVED = {"permute": True, "rotate": True, "white_noise": {"uniform": [0.0, 1.0]}}

every = pytest.mark.parametrize("key", FAMILIES)


def family(key, **more):
    kind, parameters = FAMILIES[key]
    return kind(**{**parameters, **more})


@every
@pytest.mark.parametrize("more", [{}, MOVED], ids=["plain", "moved"])
def test_states_are_physical_to_1e_12(key, more, rng):
    batch = family(key, **more).sample(12, rng)
    batch.validated(atol=1e-12)
    assert np.linalg.eigvalsh(batch.density()).min() > -1e-12
    assert set(batch.source) == {family(key).name}


@every
def test_no_state_and_one_state(key, rng):
    for more in ({}, MOVED):
        empty = family(key, **more).sample(0, rng)
        assert len(empty) == 0
        assert all(len(values) == 0 for values in empty.known.values())
        assert len(family(key, **more).sample(1, rng)) == 1


@every
def test_every_question_is_answered_and_the_answers_agree(key, rng):
    batch = family(key, **MOVED).sample(30, rng)
    parties = batch.parties
    full = batch.known[full_separability(parties)] if parties > 2 else batch.known["A|B"]
    assert set(cuts(parties)) <= set(batch.known)
    for cut in cuts(parties):
        known = batch.known[cut]
        assert not ((full == Verdict.SEPARABLE) & (known != Verdict.SEPARABLE)).any()
        assert not ((known == Verdict.ENTANGLED) & (full != Verdict.ENTANGLED)).any()
        if parties > 2:
            biseparable = batch.known["biseparable"]
            assert not ((known == 0) & (biseparable != Verdict.SEPARABLE)).any()


@every
@pytest.mark.parametrize("more", [{}, MOVED], ids=["plain", "moved"])
def test_no_criterion_contradicts_a_verdict(key, more, rng, spectrum, ccnr):
    batch = family(key, **more).sample(40, rng)
    for cut in cuts(batch.parties):
        entangled = (spectrum(batch, cut).min(axis=1) < -1e-11) | (ccnr(batch, cut) > 1 + 1e-11)
        assert not (entangled & (batch.known[cut] == Verdict.SEPARABLE)).any(), cut


@every
def test_ppt_across_every_cut_unless_said_otherwise(key, rng, spectrum):
    batch = family(key, rotate=True).sample(20, rng)
    lowest = min(spectrum(batch, cut).min() for cut in cuts(batch.parties))
    assert (lowest < -1e-3) if key in NPT else (lowest > -1e-12)


@every
@pytest.mark.parametrize("more", [{}, MOVED], ids=["plain", "moved"])
def test_exact_negativity_is_the_computed_one(key, more, rng, negativity):
    chosen = family(key, **more)
    batch = chosen.sample(25, rng)
    for cut in cuts(batch.parties):
        exact = chosen.exact(f"negativity[{cut}]", batch.parameters)
        np.testing.assert_allclose(exact, negativity(batch, cut), atol=1e-11)


@every
def test_exact_knows_its_limits(key, rng):
    chosen = family(key)
    parameters = chosen.sample(2, rng).parameters
    for column in ("concurrence[A|B]", "negativity", "negativity[A|BCDEFGH]", "negativity[B|A]"):
        assert chosen.exact(column, parameters) is None
    assert chosen.exact("negativity[A|B]", {}) is None


@every
def test_equal_generators_give_equal_states(key):
    first, second = (family(key, **MOVED).sample(7, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.array, second.array)
    for question, values in first.known.items():
        np.testing.assert_array_equal(values, second.known[question])


@every
def test_parameters_survive_toml(key):
    chosen = family(key, **MOVED)
    assert type(chosen)(**chosen.parameters()) == chosen
