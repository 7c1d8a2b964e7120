"""Rejection gives the conditional distribution, exactly as many states as asked, or an error."""

import numpy as np
import pytest
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.traced_haar import TracedHaar
from qent_circuits.rejection import Draft, collect

from qent_core.errors import RunFailedError


def _numbers(pools, rng):
    value = rng.random(len(pools))
    return Draft.of(value[:, None].astype(complex), value=value, pool=pools)


def _below(limit):
    return lambda draft: draft.columns["value"] < limit


@pytest.mark.parametrize("count", [0, 1, 7, 5000, 9000])
@pytest.mark.parametrize("limit", [1.0, 0.3, 0.01])
def test_count_and_condition(count, limit, rng):
    draft = collect(count, _numbers, rng, accept=_below(limit))
    assert len(draft.states) == len(draft.columns["value"]) == count
    assert (draft.columns["value"] < limit).all()
    np.testing.assert_array_equal(draft.states[:, 0].real, draft.columns["value"])


def test_accepted_values_keep_their_distribution(rng):
    """Uniform below 0.2, given that: the first accepted states must not be special."""
    value = np.concatenate(
        [collect(50, _numbers, rng, accept=_below(0.2)).columns["value"] for _ in range(400)]
    )
    assert value.mean() == pytest.approx(0.1, abs=5 * 0.2 / 12**0.5 / len(value) ** 0.5)
    assert (value**2).mean() == pytest.approx(0.04 / 3, rel=0.03)


@pytest.mark.parametrize("count", [1, 2300, 5001])
def test_states_of_a_pool_stand_in_their_thousand(count, rng):
    draft = collect(count, _numbers, rng, accept=_below(0.1), per_pool=1000)
    np.testing.assert_array_equal(draft.columns["pool"], np.arange(count) // 1000)


def test_pools_of_different_luck(rng):
    """Pool 1 passes ten times less often than the others; each place is still filled."""

    def accept(draft):
        limit = np.where(draft.columns["pool"] == 1, 0.05, 0.5)
        return draft.columns["value"] < limit

    draft = collect(3000, _numbers, rng, accept=accept, per_pool=1000)
    np.testing.assert_array_equal(draft.columns["pool"], np.arange(3000) // 1000)
    assert (draft.columns["value"][1000:2000] < 0.05).all()


def test_tries_may_drop_out_before_their_state_is_made(rng):
    def propose(pools, rng):
        rows = np.flatnonzero(rng.random(len(pools)) < 0.4)
        return Draft(np.ones((len(rows), 1), complex), rows, {"pool": pools[rows]})

    def accept(draft):
        return np.ones(len(draft.states), dtype=bool)

    draft = collect(2500, propose, rng, accept=accept, per_pool=1000)
    np.testing.assert_array_equal(draft.columns["pool"], np.arange(2500) // 1000)


def test_memory_bounds_the_batch(rng):
    sizes = []

    def propose(pools, rng):
        sizes.append(len(pools))
        return _numbers(pools, rng)

    collect(100, propose, rng, amplitudes=2**20)
    assert max(sizes) == 8
    assert sum(sizes) == 100


def test_nothing_passes(rng):
    said = r"only 0 of \d+ .* passed .*\(acceptance 0\)"
    with pytest.raises(RunFailedError, match=said) as error:
        collect(3, _numbers, rng, accept=_below(-1.0))
    assert error.value.do
    # Marginals of nine qubits with fewer than four kept are positive under partial transposition.
    with pytest.raises(RunFailedError, match="verified"):
        TracedHaar(min_qubits=9, max_qubits=9, keep="verified").sample(10, rng)


def test_too_little_passes(rng):
    calls = iter(range(10**6))

    def accept(draft):
        return (next(calls) == 0) & (np.arange(len(draft.states)) == 0)

    with pytest.raises(RunFailedError, match=r"only 1 of .* \(acceptance 3"):
        collect(2, _numbers, rng, accept=accept)


def test_filtered_families_do_not_depend_on_other_states(rng):
    """The same seed gives the same states, whatever was made before."""
    family = KetMixture(keep="verified", pool_size=500, max_terms=16)
    first = family.sample(1500, np.random.default_rng(8)).array
    family.sample(10, rng)
    np.testing.assert_array_equal(first, family.sample(1500, np.random.default_rng(8)).array)
