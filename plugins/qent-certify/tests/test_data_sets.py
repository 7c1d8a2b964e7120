"""Proofs in data sets: stored small, the same for any number of workers, whole after a kill."""

import json

import numpy as np
import pytest

from qent_core.cli.main import main
from qent_core.dataset import Dataset, generate_dataset, jobs, label_dataset, verify_dataset
from qent_core.experiment import Experiment
from qent_core.local_plugins import load_own_files
from qent_core.registry import Registry

OWN = '''
import numpy as np

from qent_core.api import StateBatch, StateFamily


class Induced(StateFamily):
    """Random states of a qubit and a ququart, and some PPT-entangled ones among them."""

    def sample(self, count, rng):
        g = rng.normal(size=(count, 8, 16, 2)) @ np.array([1, 1j])
        rho = g @ g.conj().swapaxes(1, 2)
        rho /= np.trace(rho, axis1=1, axis2=2).real[:, None, None]
        rho[rng.random(count) < 0.1] = horodecki(0.3)
        return StateBatch(rho, (2, 4))


def horodecki(b):
    rho = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2]).astype(complex)
    for i, j in ((0, 5), (1, 6), (2, 7)):
        rho[i, j] = rho[j, i] = b
    rho[4, 7] = rho[7, 4] = np.sqrt(1 - b * b) / 2
    return rho / (7 * b + 1)
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    return tmp_path


@pytest.fixture
def registry(folder):
    registry = Registry.load(only=("qent-certify",))
    load_own_files(["own.py"], registry, folder, "")
    return registry


def _made(folder, registry, name, count=120, **settings):
    tables = {
        "run": {"seed": 4, "shard_size": 40},
        "plugins": {"local": ["own.py"], "only": ["qent-certify"]},
        "states": [{"use": "induced", "count": count}],
        **settings,
    }
    experiment = Experiment.model_validate(tables)
    return generate_dataset(experiment, folder / name, base=folder)


def _contents(path):
    files = [p for p in path.rglob("*") if p.is_file() and p.name != "log.txt"]
    return {str(p.relative_to(path)): p.read_bytes() for p in files}


def test_labelled_with_the_states_or_later(folder, registry):
    together = _made(folder, registry, "a.zarr", labels=[{"use": "certified"}])
    _made(folder, registry, "b.zarr")
    later = label_dataset(folder / "b.zarr", ["certified"], registry=registry)
    for data in (together, later):
        (column,) = verify_dataset(data).columns
        assert column.states == column.decided == column.accepted == 120
        assert column.within_delta == 0
        assert {"npt", "decomposition", "extremal"} <= set(column.kinds)
    a, b = (d.labels().column("certified[A|B]") for d in (together, later))
    assert a.values.tolist() == b.values.tolist()
    row = int(np.flatnonzero(a.criteria == "decomposition")[-1])
    for mine, theirs in zip(a.certificates[row].factors, b.certificates[row].factors, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_any_number_of_workers_and_a_kill_give_the_same_bytes(folder, registry, monkeypatch):
    for name in ("a.zarr", "b.zarr"):
        _made(folder, registry, name)
    label_dataset(folder / "a.zarr", ["certified"], registry=registry, workers=2)
    once = jobs.LabelJob.__call__

    def stop(self, place):
        if place.shard == 1:
            raise KeyboardInterrupt
        once(self, place)

    monkeypatch.setattr(jobs.LabelJob, "__call__", stop)
    with pytest.raises(KeyboardInterrupt):
        label_dataset(folder / "b.zarr", ["certified"], registry=registry)
    assert Dataset.open(folder / "b.zarr").unfinished_columns == ("certified[A|B]",)
    monkeypatch.undo()
    label_dataset(folder / "b.zarr", ["certified"], registry=registry)
    assert _contents(folder / "a.zarr") == _contents(folder / "b.zarr")


def test_a_proof_takes_less_room_than_its_state(folder, registry):
    data = _made(folder, registry, "a.zarr", count=200, labels=[{"use": "certified"}])
    size = sum(p.stat().st_size for p in (folder / "a.zarr").rglob("certificates/*.npz"))
    assert size / len(data) < 16 * 8 * 8


def test_single_precision_states_keep_their_proofs(folder, registry):
    data = _made(
        folder, registry, "a.zarr", labels=[{"use": "certified"}], data={"dtype": "complex64"}
    )
    (column,) = verify_dataset(data).columns
    assert not column.refused
    assert column.accepted == column.decided > 110


def test_the_command_line(folder, registry, capsys):
    _made(folder, registry, "a.zarr", count=40)
    data = label_dataset(folder / "a.zarr", ["certified"], registry=registry)
    assert main(["verify", str(data.path), "--json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    column = document["columns"]["certified[A|B]"]
    assert document["sound"] is True
    assert column["decided"] == 40
    assert main(["cite", str(data.path)]) == 0
    assert "leinaas2010" in capsys.readouterr().out
