"""Generating: the states of the specification, stored as Zarr, the same bits whoever makes them."""

import json

import numpy as np
import pytest
import zarr

from qent_core.api import check_labels
from qent_core.composition import compose
from qent_core.dataset import Dataset, generate_dataset
from qent_core.experiment import Experiment, use
from qent_core.generation import generate
from qent_core.local_plugins import load_own_files

SECTIONS = {"0-kets": "kets", "1-noisy-bell": "density"}


@pytest.fixture
def pipeline(experiment, registry, own):
    load_own_files(["own.py"], registry, own, "")
    return compose(experiment, registry).pipeline


def _changed(experiment, **tables):
    """Returns the experiment with some tables replaced."""
    return Experiment(**{**experiment.model_dump(exclude_unset=True), **tables})


def test_states_and_labels_are_those_of_a_run(data, pipeline):
    states, labels = generate(pipeline)
    stored = data.states()
    assert np.array_equal(stored.array, states.array)
    assert stored.source.tolist() == states.source.tolist()
    assert np.array_equal(
        stored.parameters["visibility"], states.parameters["visibility"], equal_nan=True
    )
    assert np.array_equal(stored.known["A|B"], states.known["A|B"])
    read = data.labels()
    assert read.names == labels.names == ("purity", "transposed[A|B]")
    assert np.array_equal(read.values("purity"), labels.values("purity"))
    mine, theirs = read.column("transposed[A|B]"), labels.column("transposed[A|B]")
    assert np.array_equal(mine.values, theirs.values)
    assert mine.criteria.tolist() == theirs.criteria.tolist()
    for row in (0, 39, 40, 249, 250, 379):
        ours, other = mine.certificates[row], theirs.certificates[row]
        assert (ours is None) == (other is None)
        if ours is not None:
            assert np.array_equal(ours.vector, other.vector)


def test_the_stored_certificates_prove_the_stored_verdicts(data):
    report = check_labels(data.states(), data.labels())
    assert report


def test_workers_do_not_change_a_bit(make, tmp_path, contents, data):
    make(tmp_path / "two.zarr", workers=2)
    assert contents(tmp_path / "two.zarr") == contents(tmp_path / "data.zarr")


def test_plain_zarr_reads_it_without_a_warning(data):
    group = zarr.open_group(data.path, mode="r")
    assert {name for name, _ in group.groups()} == set(SECTIONS)
    for name, kind in SECTIONS.items():
        section = group[name]
        array = section["states"]
        assert array.metadata.dimension_names[0] == "state"
        assert array.chunks[0] == 40
        assert section.attrs["kind"] == kind
        rows = np.flatnonzero(data.source_mask([name[2:]]))
        native = data.by_section()[int(name[0])].states().array
        assert np.array_equal(array[:], native)
        assert np.array_equal(section["label.purity"][:], data.columns["purity"][rows])
    assert dict(group.members(max_depth=None))  # walks everything
    table = group["shards"][:]
    assert table[:, 2].max() == len(data)
    assert len(table) == 11


def test_real_states_stay_real(data):
    kets, bells = data.by_section()
    assert kets.dtype == np.complex128
    assert bells.dtype == np.float64
    assert bells.states().is_real


def test_all_kets_stay_kets(make, experiment, tmp_path):
    only = _changed(experiment, states=[use("kets", count=50)])
    data = make(tmp_path / "kets.zarr", only)
    assert data.kind == "kets"
    assert data.shape == (50, 4)
    assert data[3:5].kind == "kets"


def test_kets_become_density_matrices_beside_others(data):
    assert data.kind == "density"
    assert data.shape == (380, 4, 4)
    kets = data.where(source="kets")
    assert kets.kind == "kets"
    assert kets.shape == (250, 4)
    assert np.allclose(data[:5].array, kets[:5].density())


def test_single_precision_is_cast_first_and_labelled_then(make, experiment, tmp_path):
    data = make(tmp_path / "single.zarr", _changed(experiment, data={"dtype": "complex64"}))
    stored = data.where(source="noisy-bell").states()
    assert stored.dtype == np.float32
    assert data.where(source="kets").states().dtype == np.complex64
    exact = stored.array.astype(np.float64)
    purity = np.einsum("nij,nji->n", exact, exact)
    # To the last bit of double precision: the labels are those of the numbers on the disk.
    assert np.array_equal(data.where(source="noisy-bell").columns["purity"], purity)


def test_a_finished_data_set_is_left_alone(make, tmp_path, contents, data):
    before = contents(data.path)
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "data.zarr").rglob("*") if p.is_file()}
    again = make(tmp_path / "data.zarr")
    assert len(again) == len(data)
    assert contents(data.path) == before
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


def test_overwrite_replaces_a_data_set(make, experiment, tmp_path, data):
    other = _changed(experiment, run={"seed": 12, "shard_size": 40})
    before = data[:3].array
    new = make(tmp_path / "data.zarr", other, overwrite=True)
    assert not np.array_equal(new[:3].array, before)


@pytest.mark.parametrize("url", ["memory://{}/data.zarr", "file://{}/data.zarr"])
def test_any_fsspec_store_holds_the_same(make, tmp_path, data, contents, url):
    other = make(url.format(tmp_path / "else"))
    assert np.array_equal(other.states().array, data.states().array)
    if url.startswith("file"):
        assert contents(tmp_path / "else" / "data.zarr") == contents(data.path)
    else:
        import fsspec

        files = fsspec.filesystem("memory")
        root = str(tmp_path / "else" / "data.zarr")
        found = {path.removeprefix(root + "/"): files.cat_file(path) for path in files.find(root)}
        assert found.pop("shards/log.txt").endswith(b"done\n")
        assert found == contents(data.path)


def test_features_and_models_are_left_alone(make, experiment, tmp_path, data, contents):
    more = _changed(experiment, features=use("any"), model=use("any"))
    make(tmp_path / "more.zarr", more)
    assert contents(tmp_path / "more.zarr") == contents(data.path)


def test_it_remembers_what_made_it(data):
    manifest = data.manifest
    assert manifest["seed"] == 11
    assert Experiment.from_toml(manifest["spec"]).states[0].count == 250
    assert [entry["name"] for entry in manifest["components"]] == [
        "kets", "noisy-bell", "purity", "transposed",
    ]  # fmt: skip
    assert "numpy" in manifest["libraries"]
    head = json.loads((data._storage.root / "zarr.json").read_text())
    assert head["attributes"]["qent"]["layout"] == 1


def test_the_summary_is_that_of_all_states(data):
    purity = data.columns["purity"]
    summary = data.summary["purity"]
    assert summary["mean"] == pytest.approx(purity.mean())
    assert summary["std"] == pytest.approx(purity.std())
    assert (summary["min"], summary["max"]) == (purity.min(), purity.max())
    verdicts = data.columns["transposed[A|B]"]
    shares = data.summary["transposed[A|B]"]
    assert shares["entangled"] == pytest.approx((verdicts == 1).mean())
    assert sum(shares["criteria"].values()) == (verdicts >= 0).sum()


def test_scaling_takes_a_share_of_every_family(experiment):
    assert [entry.count for entry in experiment.scaled(0.1).states] == [25, 13]
    assert [entry.count for entry in experiment.scaled(1e-6).states] == [1, 1]


def test_without_labels_there_are_states_only(make, experiment, tmp_path):
    data = make(tmp_path / "bare.zarr", _changed(experiment, labels=[]))
    assert list(data.columns) == []
    assert len(data.labels()) == 380
    assert len(next(iter(data.batches()))[0]) == 380


def test_the_method_of_an_experiment(experiment, registry, own, tmp_path):
    data = experiment.generate(tmp_path / "x.zarr", registry=registry, base=own)
    assert isinstance(data, Dataset)
    assert np.array_equal(
        data[:2].array,
        generate_dataset(experiment, tmp_path / "x.zarr", base=own)[:2].array,
    )
