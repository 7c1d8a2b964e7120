"""Merging, and writing selections: new data sets with the same states, labels and proofs."""

import numpy as np
import pytest

from qent_core.api import check_labels
from qent_core.dataset import check_dataset, merge_datasets, save_selection
from qent_core.errors import DatasetError, DatasetMismatchError
from qent_core.experiment import use


def test_a_selection_of_its_own(data, tmp_path):
    chosen = data.where(question="A|B", verdict="entangled").take(slice(200, 320))
    saved = save_selection(chosen, tmp_path / "entangled.zarr")
    assert len(saved) == 120
    assert np.array_equal(saved.states().array, chosen.states().array)
    assert [section.kind for section in saved.by_section()] == ["kets", "density"]
    assert np.array_equal(saved.columns["purity"], chosen.columns["purity"])
    proofs = saved.labels().column("transposed[A|B]").certificates
    wanted = chosen.labels().column("transposed[A|B]").certificates
    assert np.array_equal(proofs[119].vector, wanted[119].vector)
    assert np.array_equal(saved.known["A|B"], chosen.known["A|B"])
    assert check_dataset(saved.path).sound
    assert check_labels(saved.states(), saved.labels())
    assert saved.manifest["form"] == "selection"
    assert saved.manifest["parents"][0]["seed"] == 11


def test_split_and_merge_give_all_states_back(data, tmp_path):
    train, test = data.split(0.25, seed=3)
    parts = [
        save_selection(part, tmp_path / f"{name}.zarr")
        for name, part in (("train", train), ("test", test))
    ]
    merged = merge_datasets(parts, tmp_path / "merged.zarr")
    order = np.argsort(np.concatenate([train.rows, test.rows]))
    assert np.array_equal(merged[order].array, data.states().array)
    for name, summary in data.summary.items():
        for key, value in summary.items():
            assert merged.summary[name][key] == pytest.approx(value)
    assert check_dataset(merged.path).sound


def test_copying_is_repeatable_and_refuses_another_selection(data, tmp_path, contents):
    first = save_selection(data.take(slice(0, 100)), tmp_path / "x.zarr")
    before = contents(first.path)
    save_selection(data.take(slice(0, 100)), tmp_path / "x.zarr")
    assert contents(first.path) == before
    with pytest.raises(DatasetMismatchError, match="another selection"):
        save_selection(data.take(slice(1, 101)), tmp_path / "x.zarr")
    other = save_selection(data.take(slice(1, 101)), tmp_path / "x.zarr", overwrite=True)
    assert len(other) == 100


def test_merging_needs_the_same_columns_and_dims(data, make, experiment, tmp_path):
    bare = make(tmp_path / "p.zarr", experiment.model_copy(update={"labels": (use("purity"),)}))
    with pytest.raises(DatasetError, match=r"only one .* 'transposed\[A\|B\]'") as caught:
        merge_datasets([data, bare], tmp_path / "m.zarr")
    assert caught.value.do.endswith("p.zarr --use transposed")
    with pytest.raises(DatasetError, match="nothing to merge"):
        merge_datasets([data], tmp_path / "m.zarr")
