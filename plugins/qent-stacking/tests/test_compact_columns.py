"""Dropping columns loses nothing: the full matrix comes back bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from qent_stacking.compact_columns import CompactColumns
from qent_stacking.study.states import isotropic_features, isotropic_states

from qent_core.api import ParameterInvalidError, component, stream

READING = {"duplicates": "drop", "phi": "maximally-entangled", "target": "normalised"}


@pytest.mark.parametrize(("spin", "kept"), [(0.5, 3), (1.0, 3), (5.0, 3)])
def test_the_whole_matrix_is_rebuilt(spin: float, kept: int) -> None:
    rows = isotropic_features(component("isotropic", spin=spin).sample(40, stream(1)))
    compact = CompactColumns()
    for shard in np.array_split(rows, 3):
        compact.partial_fit(shard)
    small = compact.transform(rows)
    assert small.shape == (40, kept)
    assert compact.inverse_transform(small).tobytes() == rows.tobytes()


def test_random_phi_repeats_nothing_bit_by_bit() -> None:
    rows = isotropic_features(
        component("isotropic", spin=1, phi="random-real").sample(30, stream(2))
    )
    compact = CompactColumns().fit(rows)
    # rho_ij = (alpha c_i) c_j and rho_ji = (alpha c_j) c_i may differ in the last bit.
    assert compact.kept_.size > 45
    assert np.array_equal(compact.inverse_transform(compact.transform(rows)), rows)


def test_shards_give_what_the_whole_gives() -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 2, (60, 40)).astype(float)[:, rng.integers(0, 8, 40)]
    whole = CompactColumns().fit(rows)
    shards = CompactColumns()
    for shard in np.array_split(rows, 20):
        shards.partial_fit(shard)
    assert np.array_equal(whole.representative_, shards.representative_)
    assert np.array_equal(whole.kept_, shards.kept_)
    firsts = [next(j for j in range(40) if np.array_equal(rows[:, j], c)) for c in rows.T]
    assert whole.representative_.tolist() == firsts


def test_signs_of_zero_and_nan_are_bits_too() -> None:
    rows = np.array([[0.0, -0.0, np.nan, np.nan], [1.0, 1.0, 2.0, 2.0]])
    compact = CompactColumns().fit(rows)
    assert compact.kept_.tolist() == [0, 1, 2]
    assert compact.inverse_transform(compact.transform(rows)).tobytes() == rows.tobytes()


def test_rows_that_could_not_be_rebuilt_are_refused() -> None:
    rows = np.array([[1.0, 1.0, 5.0], [2.0, 2.0, 5.0]])
    compact = CompactColumns().fit(rows)
    with pytest.raises(ParameterInvalidError, match="column 1 no longer follows"):
        compact.transform([[1.0, 3.0, 5.0]])
    with pytest.raises(ParameterInvalidError, match="column 2 no longer follows"):
        compact.transform([[1.0, 1.0, 6.0]])
    with pytest.raises(ParameterInvalidError, match="4 columns, those before had 3"):
        compact.partial_fit(np.ones((2, 4)))
    with pytest.raises(ParameterInvalidError, match="rows of numbers"):
        compact.partial_fit(np.ones((0, 3)))


def test_duplicates_can_stay() -> None:
    rows = isotropic_features(component("isotropic", spin=1).sample(20, stream(3)))
    compact = CompactColumns(duplicates=False).fit(rows)
    assert compact.kept_.size == 9 + 6
    assert np.array_equal(compact.inverse_transform(compact.transform(rows)), rows)


def test_states_are_the_same_whatever_is_dropped() -> None:
    few, _ = isotropic_states(1.0, 50, 7, "test", READING)
    many, compact = isotropic_states(1.0, 50, 7, "test", {**READING, "duplicates": "keep"})
    assert np.array_equal(few.y, many.y)
    assert few.dense_bytes == many.dense_bytes == 50 * 81 * 8
    whole = compact.inverse_transform(many.X)
    assert np.array_equal(CompactColumns().fit(whole).transform(whole), few.X)
