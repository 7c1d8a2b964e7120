"""Shares of entangled cuts per group, against exact values and the shares seen in the paper's data.

Tolerances are four standard errors of the difference, from the sizes of both samples.
"""

import numpy as np
import pytest
from qent_circuits.families.biseparable_kronecker import BiseparableKronecker
from qent_circuits.families.circuit_pure import CircuitPure
from qent_circuits.families.haar_ket import HaarKet
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.traced_circuit import TracedCircuit
from qent_circuits.families.traced_haar import TracedHaar
from qent_circuits.filters import nearly_full_rank, verified

_CODE = {"max_terms": 16, "pool_size": 1000}
"""The numbers of the released code, with which the shares were seen."""


def _close(found, count, expected, seen):
    variance = expected * (1 - expected) * (1 / count + (1 / seen if seen else 0))
    assert found == pytest.approx(expected, abs=4 * variance**0.5 + 1e-9)


# One CU more in a row on the same pair has chance 1/3, so n gates join all three qubits with
# chance 1 - 3**(1 - n), n uniform on 1..5; subsets of two and three qubits are equally likely.
_RC_THREE = sum(1 - 3.0 ** (1 - n) for n in range(1, 6)) / 10


@pytest.mark.parametrize(
    ("family", "count", "cuts", "expected", "seen"),
    [
        (CircuitPure(block="w"), 4000, 3, 0.5, 0),
        (CircuitPure(block="w"), 4000, 2, 96 / 200, 200),
        (CircuitPure(block="ghz"), 4000, 3, 0.5, 0),
        (CircuitPure(), 8000, 3, _RC_THREE, 0),
        (CircuitPure(), 8000, 2, 0.65, 4000),
        (HaarKet(), 2000, 3, 1.0, 0),
        (KetMixture(kets="half-and-half", **_CODE), 3000, 0, 0.18, 200),
        (KetMixture(kets="half-and-half", **_CODE), 3000, 3, 0.48, 200),
        (BiseparableKronecker(form="comb", source="circuit", **_CODE), 3000, 0, 0.88, 200),
        (BiseparableKronecker(form="comb", source="haar", **_CODE), 3000, 0, 0.88, 200),
        (TracedCircuit(block="w"), 4000, 0, 72 / 200, 200),
        (TracedCircuit(block="ghz"), 4000, 0, 158 / 200, 200),
        (TracedHaar(), 4000, 0, 204 / 400, 400),
    ],
    ids=lambda value: str(value) if not isinstance(value, float) else f"{value:.3f}",
)
def test_share_of_entangled_cuts(family, count, cuts, expected, seen, entangled_cuts, rng):
    found = entangled_cuts(family.sample(count, rng))[cuts]
    # Pools make the states of a thousand alike; their share varies a little more.
    _close(found, count / 2 if getattr(family, "pool_size", 0) else count, expected, seen)


def test_the_texts_eight_terms_give_other_shares_than_the_codes_sixteen(entangled_cuts, rng):
    """Fewer terms leave more entanglement: 8 % instead of 18 % have none at all."""
    text = entangled_cuts(KetMixture(kets="half-and-half").sample(3000, rng))
    assert text[0] == pytest.approx(0.08, abs=0.02)
    assert text[3] == pytest.approx(0.70, abs=0.04)


def test_traced_haar_never_entangles_a_and_c_beside_a_free_b(twice, rng):
    batch = TracedHaar().sample(3000, rng)
    entangled = (twice(batch.density()) > 1e-4)[batch.parameters["blocks"] == 2]
    assert set(entangled.sum(axis=1)) == {0, 2}
    assert entangled[entangled.any(axis=1), 1].all()  # B takes part in every entangled pair


def test_traced_haar_parts_have_the_chances_of_the_paper(rng):
    blocks = TracedHaar().sample(30_000, rng).parameters["blocks"].astype(int)
    np.testing.assert_allclose(np.bincount(blocks)[1:] / 30_000, [1 / 3, 1 / 2, 1 / 6], atol=0.012)


def test_acceptance_of_traced_circuits(rng):
    """The released generator makes 4.1 verified and 22 unfiltered states a second: near 0.19."""
    plain = TracedCircuit().sample(4000, rng)
    free = 3 - plain.parameters["inside"].astype(int)
    separable = np.stack([plain.known[q] == 0 for q in ("A|BC", "B|AC", "C|AB")], axis=1)
    share = verified(plain.density(), separable).mean()
    assert free.max() == 2
    assert share == pytest.approx(0.20, abs=0.03)


@pytest.mark.slow
def test_acceptance_of_the_max_rank_rule(rng):
    """30 of 4450 random circuits were accepted, 0.67 %."""
    tries = 40_000
    accepted = nearly_full_rank(TracedCircuit().sample(tries, rng).density()).sum()
    _close(accepted / tries, tries, 30 / 4450, 4450)


@pytest.mark.slow
def test_max_rank_states_pass_their_rule_and_most_have_a_ppt_cut(twice, rng):
    """25 of 30 had a PPT cut, 61 of the 90 cuts were PPT."""
    values = twice(TracedCircuit(keep="max-rank").sample(200, rng).density())
    ppt = values < 1e-12
    _close(ppt.any(axis=1).mean(), 200, 25 / 30, 30)
    _close(ppt.mean(), 200, 61 / 90, 90)
