"""White noise: verdicts that survive, and that appear, are proven."""

import numpy as np
import pytest
from qent_pptes.acin import Acin
from qent_pptes.breuer_hall import BreuerHall
from qent_pptes.chessboard import Chessboard
from qent_pptes.horodecki_qubit import Horodecki2x4
from qent_pptes.horodecki_qutrits import Horodecki3x3, HorodeckiAlpha
from qent_pptes.smolin import Smolin
from qent_pptes.upb_qubits import UpbShifts
from qent_pptes.upb_qutrits import UpbPyramid, UpbTiles
from qent_pptes.white_noise import in_separable_ball, npt_limit, surviving_negativity

from qent_core.api import Verdict


def test_noise_is_recorded_and_mixed_in(rng):
    batch = UpbTiles(white_noise={"uniform": [0.0, 1.0]}).sample(10, rng)
    noise = batch.parameters["white_noise"]
    bare = UpbTiles().sample(1, rng).array[0]
    expected = (1 - noise)[:, None, None] * bare + noise[:, None, None] * np.eye(9) / 9
    np.testing.assert_allclose(batch.array, expected, atol=1e-15)


@pytest.mark.parametrize(
    "family", [Horodecki3x3(a=0.5), Chessboard(), UpbTiles(), Acin(), Smolin()], ids=repr
)
def test_pure_noise_is_separable_for_every_question(family, rng):
    batch = type(family)(**{**family.parameters(), "white_noise": 1.0}).sample(2, rng)
    for verdicts in batch.known.values():
        assert (verdicts == Verdict.SEPARABLE).all()


@pytest.mark.parametrize("family", [Horodecki3x3(a=0.5), Chessboard(), Horodecki2x4(b=0.3)])
def test_without_a_proven_limit_a_little_noise_leaves_the_verdict_open(family, rng):
    noisy = type(family)(**{**family.parameters(), "white_noise": 1e-3}).sample(3, rng)
    assert (noisy.known["A|B"] == Verdict.UNKNOWN).all()


def test_separability_survives(rng):
    batch = Acin(white_noise={"uniform": [0.0, 1.0]}).sample(50, rng)
    for cut in ("A|BC", "B|AC", "C|AB", "biseparable"):
        assert (batch.known[cut] == Verdict.SEPARABLE).all()


def test_separable_ball_is_where_gurvits_and_barnum_put_it(rng):
    # For isotropic states of two qutrits the distance is alpha * sqrt(72): inside the ball for
    # alpha <= 0.11785, well below their threshold 1/4.
    phi = np.eye(3).ravel() / 3**0.5
    for alpha, inside in ((0.1179, False), (0.1178, True)):
        rho = alpha * np.outer(phi, phi) + (1 - alpha) * np.eye(9) / 9
        distance = np.linalg.norm(9 * rho - np.eye(9))
        assert (distance <= 1) == inside
        assert in_separable_ball(rho[None], 2).tolist() == [inside]
    # Four parties: half the radius of two.
    direction = np.diag([1.0, -1.0] * 8) / 4
    for radius, two, four in ((0.99, True, False), (0.51, True, False), (0.49, True, True)):
        rho = (np.eye(16) + radius * direction)[None] / 16
        assert in_separable_ball(rho, 2).tolist() == [two]
        assert in_separable_ball(rho, 4).tolist() == [four]


def test_npt_limit_is_where_the_negativity_vanishes():
    lowest = np.array([-0.5, -0.01, 0.0, 0.2])
    limit = npt_limit(lowest, 8)
    np.testing.assert_allclose(surviving_negativity(lowest, limit, 8), 0, atol=1e-16)
    below = np.maximum(limit - 1e-6, 0)
    assert (surviving_negativity(lowest, below, 8)[:2] > 0).all()
    assert (limit[2:] == 0).all()


@pytest.mark.parametrize(
    ("family", "limit"),
    [(UpbTiles(), 0.110313), (UpbPyramid(), 0.121471), (UpbShifts(), 0.126472)],
    ids=["tiles", "pyramid", "shifts"],
)
def test_unextendible_bases_bear_noise_up_to_the_norm_criterion(
    family, limit, rng, ccnr, permutation_norms
):
    question = "A|B" if family.parties == 2 else "A|B|C"
    for noise, verdict in ((limit - 1e-5, 1), (limit + 1e-5, -1)):
        batch = type(family)(white_noise=noise).sample(1, rng)
        assert batch.known[question].tolist() == [verdict]
        norm = ccnr(batch, "A|B") if family.parties == 2 else permutation_norms(batch)["ABa"]
        assert (norm > 1).tolist() == [verdict == 1]


def test_horodecki_qubits_stay_npt_exactly_while_they_are_known_to_be(rng, spectrum):
    batch = Horodecki2x4(qubits=True, white_noise={"uniform": [0.0, 0.6]}).sample(200, rng)
    for cut in ("B|AC", "C|AB"):
        npt = spectrum(batch, cut).min(axis=1) < 0
        np.testing.assert_array_equal(batch.known[cut] == Verdict.ENTANGLED, npt)


@pytest.mark.parametrize(
    ("family", "question", "parameter"),
    [
        (BreuerHall(lam=0.1), "A|B", "white_noise"),
        (BreuerHall(d=6, lam=0.9), "A|B", "white_noise"),
        (BreuerHall(white_noise=0.3), "A|B", "lam"),
        (Smolin(), "A|BCD", "white_noise"),
        (Smolin(), "A|B|C|D", "white_noise"),
        (HorodeckiAlpha(), "A|B", "alpha"),
    ],
    ids=repr,
)
def test_thresholds_are_where_the_verdict_flips(family, question, parameter, rng):
    threshold = family.thresholds(question)[parameter]
    verdicts = []
    for step in (-1e-9, 1e-9):
        moved = type(family)(**{**family.parameters(), parameter: threshold + step})
        verdicts.append(int(moved.sample(1, rng).known[question][0]))
    assert sorted(verdicts) == [Verdict.SEPARABLE, Verdict.ENTANGLED]
    assert family.thresholds("no such question") == {}
