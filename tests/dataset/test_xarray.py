"""Data sets in xarray: by its own reader, and a selection with names."""

import numpy as np
import pytest

from qent_core.errors import DatasetError

xarray = pytest.importorskip("xarray", reason="xarray is not installed")


def test_a_selection_has_its_values_under_their_names(data):
    whole = data.to_xarray()
    assert dict(whole.sizes) == {"state": 380, "row": 4, "column": 4}
    assert np.array_equal(whole["states"].values, data.states().array)
    assert np.array_equal(whole["purity"].values, data.columns["purity"])
    noisy = whole.isel(state=(whole["family"] == "noisy-bell").values)
    v = noisy["visibility"].values
    # Closed form: the purity of a Bell state of visibility v in white noise.
    assert noisy["purity"].values == pytest.approx((1 + 3 * v**2) / 4)
    assert np.array_equal(noisy["known[A|B]"].values, (v > 1 / 3).astype(int))
    assert np.isnan(whole["visibility"].values[:250]).all()


def test_kets_stay_kets_and_states_may_be_left_out(data):
    kets = data.where(source="kets").to_xarray()
    assert kets["states"].dims == ("state", "amplitude")
    assert (kets["number"].values == np.arange(250)).all()
    assert "states" not in data.to_xarray(states=False)


def test_what_is_on_the_disk_is_read_without_qent(data):
    group = xarray.open_zarr(data.path, group="1-noisy-bell", consolidated=False)
    assert group["states"].dims == ("state", "row", "column")
    stored = data.where(source="noisy-bell")
    assert np.array_equal(group["states"].values, stored.states().array)
    assert np.array_equal(group["parameter.visibility"].values, stored.parameters["visibility"])


def test_nothing_is_no_data_set(data):
    with pytest.raises(DatasetError, match="no state"):
        data.take([]).to_xarray()
