"""The rules by which data sets keep states, against the same rules written out state by state."""

import numpy as np
import pytest
from qent_circuits.discord import classical_cuts
from qent_circuits.families.biseparable_kronecker import BiseparableKronecker
from qent_circuits.families.carrier_correlated import CarrierCorrelated
from qent_circuits.families.direct_correlated import DirectCorrelated
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.traced_circuit import TracedCircuit
from qent_circuits.families.traced_haar import TracedHaar
from qent_circuits.families.zero_discord import ZeroDiscord
from qent_circuits.filters import entangled_or_classical, nearly_full_rank, verified
from qent_circuits.haar import haar_kets
from qent_circuits.negativity import in_separable_ball, twice_negativity

from qent_core.linalg import projectors, tensor


def _verified_one(values, free):
    return values.mean() >= 1e-4 and (values <= 1e-4).sum() <= 2**free - 1


@pytest.mark.parametrize(
    ("family", "free"),
    [
        (KetMixture(max_terms=16), 0),
        (KetMixture(kets="random-circuit", max_terms=16), 0),
        (BiseparableKronecker(form="outer", max_terms=16, permute=False), 1),
        (BiseparableKronecker(form="comb", source="circuit", permute=False), 1),
    ],
    ids=str,
)
def test_verified_is_the_rule_written_out(family, free, twice, rng):
    rho = family.sample(400, rng).density()
    expected = [_verified_one(values, free) for values in twice(rho)]
    separable = np.tile(np.arange(3) < free, (400, 1))
    found = verified(rho, separable if free else None)
    np.testing.assert_array_equal(found, expected)
    assert found.any()


def test_verified_counts_the_kept_qubits_outside_e(twice, rng):
    batch = TracedCircuit(register_size=6).sample(600, rng)
    free = 3 - batch.parameters["inside"].astype(int)
    separable = np.stack([batch.known[q] == 0 for q in ("A|BC", "B|AC", "C|AB")], axis=1)
    np.testing.assert_array_equal(separable.sum(axis=1), np.where(free == 2, 3, free))
    expected = [_verified_one(v, f) for v, f in zip(twice(batch.density()), free, strict=True)]
    np.testing.assert_array_equal(verified(batch.density(), separable), expected)


@pytest.mark.parametrize(
    ("family", "least"),
    [
        (KetMixture(keep="verified", max_terms=16, pool_size=1000), 3),
        (KetMixture(kets="random-circuit", keep="verified", max_terms=16), 3),
        (BiseparableKronecker(form="inner", keep="verified"), 2),
        (BiseparableKronecker(form="comb", source="circuit", keep="verified"), 2),
        (TracedCircuit(keep="verified"), 2),
        (TracedHaar(max_qubits=9, keep="verified"), 2),
        (DirectCorrelated(keep="verified"), 2),
        (CarrierCorrelated(keep="verified"), 2),
    ],
    ids=str,
)
def test_verified_states_pass_the_rule(family, least, twice, rng):
    batch = family.sample(300, rng)
    values = twice(batch.density())
    entangled = (values > 1e-4).sum(axis=1)
    assert entangled.min() >= least
    assert values.mean(axis=1).min() >= 1e-4
    for cut, column in zip(("A|BC", "B|AC", "C|AB"), values.T, strict=True):
        if cut in batch.known:
            np.testing.assert_array_equal(batch.known[cut] == 0, column <= 1e-4)


@pytest.mark.parametrize(
    "family",
    [
        TracedCircuit(keep="entangled-or-classical", register_size=6),
        TracedHaar(keep="entangled-or-classical"),
        KetMixture(kets="random-circuit", keep="entangled-or-classical"),
    ],
    ids=str,
)
def test_entangled_or_classical_states_pass_the_rule(family, twice, rng):
    rho = family.sample(200, rng).density()
    classical = classical_cuts(rho)
    np.testing.assert_array_equal((twice(rho) <= 1e-4).sum(axis=1), classical.sum(axis=1))


def test_entangled_or_classical_refuses_correlated_separable_states(rng):
    separable = KetMixture(kets="product-circuit").sample(50, rng).density()
    assert not entangled_or_classical(separable).any()
    product = projectors(tensor(*(haar_kets((50, 2), rng) for _ in range(3))))
    assert entangled_or_classical(product).all()


def test_classical_cuts_of_known_states(rng):
    assert classical_cuts(ZeroDiscord(basis="complex").sample(30, rng).density()).all()
    assert not classical_cuts(KetMixture(kets="haar").sample(30, rng).density()).any()
    # A classical, B and C entangled: an even mixture of |0>|phi> and |1>|phi'>.
    one, other = projectors(haar_kets((10, 4), rng)), projectors(haar_kets((10, 4), rng))
    zero = np.tile(np.diag([1.0, 0]), (10, 1, 1))
    mixed = (tensor(zero, one) + tensor(np.eye(2) - zero, other)) / 2
    np.testing.assert_array_equal(classical_cuts(mixed), [[True, False, False]] * 10)


def test_max_rank_rule_written_out(rng):
    rho = TracedCircuit(register_size=5).sample(3000, rng).density()
    expected = []
    for state in rho:
        close = []
        for side in range(3):
            split = state.reshape((2,) * 6).swapaxes(side, 3 + side).reshape(8, 8)
            close.append((abs(np.linalg.eigvalsh(split)) < 1e-3).sum())
        expected.append(close == [1, 1, 1])
    np.testing.assert_array_equal(nearly_full_rank(rho), expected)


def test_states_in_the_separable_ball_are_ppt_in_every_cut(twice, rng):
    rho = TracedHaar(min_qubits=8, max_qubits=9).sample(400, rng).density()
    inside = in_separable_ball(rho)
    assert 0 < inside.sum() < 400
    assert twice(rho[inside]).max() < 1e-12
    assert in_separable_ball(np.eye(8)[None] / 8).all()


def test_twice_negativity_agrees_with_the_oracle(twice, rng):
    rho = KetMixture().sample(50, rng).density()
    found = np.stack([twice_negativity(rho, (side,)) for side in range(3)], axis=1)
    np.testing.assert_allclose(found, twice(rho), atol=1e-13)
    assert twice_negativity(rho[:0], (0,)).shape == (0,)
