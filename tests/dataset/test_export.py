"""Exports hold the same numbers, and other libraries read them."""

import json

import numpy as np
import pytest

from qent_core.api import Labels, StateBatch
from qent_core.dataset import export_dataset
from qent_core.errors import DatasetError, DatasetWriteError


@pytest.fixture(params=[False, True], ids=["whole", "selection"])
def chosen(request, data):
    return data.where(source="kets").take(slice(None, None, 3)) if request.param else data


def test_npz_is_read_as_states_and_as_labels(chosen, tmp_path):
    file = tmp_path / "x.npz"
    export_dataset(chosen, file, rows=64)
    states, wanted = StateBatch.load(file), chosen.states()
    assert np.array_equal(states.array, wanted.array)
    assert states.source.tolist() == wanted.source.tolist()
    assert states.parameters.keys() == wanted.parameters.keys()
    labels, given = Labels.load(file), chosen.labels()
    assert np.array_equal(labels.values("purity"), given.values("purity"))
    mine, theirs = labels.column("transposed[A|B]"), given.column("transposed[A|B]")
    assert np.array_equal(mine.values, theirs.values)
    assert mine.criteria.tolist() == theirs.criteria.tolist()


def test_hdf5(chosen, tmp_path):
    h5py = pytest.importorskip("h5py")
    export_dataset(chosen, tmp_path / "x.h5", rows=64)
    with h5py.File(tmp_path / "x.h5") as file:
        assert tuple(file.attrs["dims"]) == (2, 2)
        assert np.array_equal(file["states"][:], chosen.states().array)
        assert np.array_equal(file["label/purity"][:], chosen.columns["purity"])
        criteria = chosen.labels().column("transposed[A|B]").criteria
        assert file["criterion/transposed[A|B]"][:].astype(str).tolist() == criteria.tolist()
        assert file["source"][:].astype(str).tolist() == chosen.states().source.tolist()


def test_safetensors_for_torch(chosen, tmp_path):
    torch = pytest.importorskip("torch")
    safetensors = pytest.importorskip("safetensors")
    from safetensors.torch import load_file

    export_dataset(chosen, tmp_path / "x.safetensors", rows=64)
    tensors = load_file(tmp_path / "x.safetensors")
    states = torch.view_as_complex(tensors["states"]).numpy()
    assert np.array_equal(states, chosen.states().array)
    assert np.array_equal(tensors["label:purity"].numpy(), chosen.columns["purity"])
    with safetensors.safe_open(tmp_path / "x.safetensors", "pt") as file:
        meaning = json.loads(file.metadata()["qent"])
    names = np.asarray(meaning["criterion:transposed[A|B]"])
    criteria = chosen.labels().column("transposed[A|B]").criteria
    assert names[tensors["criterion:transposed[A|B]"].numpy()].tolist() == criteria.tolist()
    sources = np.asarray(meaning["source"])[tensors["source"].numpy()]
    assert sources.tolist() == chosen.states().source.tolist()


def test_wrong_wishes(data, tmp_path):
    with pytest.raises(DatasetError, match=r"no export format '\.csv'"):
        export_dataset(data, tmp_path / "x.csv")
    with pytest.raises(DatasetWriteError, match="No such file or directory"):
        export_dataset(data, tmp_path / "none" / "x.npz")
    assert not list(tmp_path.glob(".*partial"))
