"""The tree of random streams: a place in it depends on the seed and the path alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core.seeds import integer_seed, sequence, stream

KEYS = st.lists(st.one_of(st.text(max_size=8), st.integers(0, 2**31)), max_size=4)


def first(seed, *keys):
    return stream(seed, *keys).integers(0, 2**63, 4).tolist()


def test_streams_are_the_same_whatever_was_drawn_before():
    places = [("states", "isotropic", shard) for shard in range(5)]
    forward = {place: first(42, *place) for place in places}
    backward = {place: first(42, *place) for place in reversed(places)}
    assert forward == backward
    assert len({tuple(numbers) for numbers in forward.values()}) == 5


@settings(deadline=None)
@given(st.integers(0, 2**32), KEYS, KEYS)
def test_equal_paths_agree_and_distinct_paths_differ(seed, one, other):
    assert first(seed, *one) == first(seed, *one)
    assert (first(seed, *one) == first(seed, *other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("0",), (0,)),
        (("1", 2), (1, "2")),
        (("ab",), ("a", "b")),
        ((1, 2), (12,)),
        ((), (0,)),
        ((0,), (0, 0)),
        (("states", "a"), ("channels", "a")),
    ],
    ids=str,
)
def test_paths_that_look_alike(one, other):
    assert first(7, *one) != first(7, *other)


def test_seeds_matter():
    assert first(1, "x") != first(2, "x")


def test_pinned_numbers():
    """These must not change: results would no longer be those of the same spec and seed."""
    assert sequence(42, "states", "bell", 0).generate_state(2).tolist() == [3949630626, 2499475106]
    assert integer_seed(42, "model") == 695147087


def test_integer_seed_fits_libraries_that_want_31_bits():
    seeds = [integer_seed(5, "model", number) for number in range(200)]
    assert min(seeds) >= 0
    assert max(seeds) < 2**31
    assert len(set(seeds)) == 200


def test_streams_look_independent():
    table = np.stack([stream(0, "shard", number).standard_normal(2_000) for number in range(20)])
    correlation = np.corrcoef(table) - np.eye(20)
    assert np.abs(correlation).max() < 5 / 2_000**0.5


def test_global_random_state_is_not_touched():
    before = np.random.get_state()[1].copy()
    stream(3, "x").random(10)
    np.testing.assert_array_equal(before, np.random.get_state()[1])


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="non-negative"):
        stream(-1, "x")
