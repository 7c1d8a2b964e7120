"""The commands: generate, label, and those of ``qent dataset``."""

import json

import numpy as np
import pytest

from qent_core.api import StateBatch
from qent_core.cli.main import main
from qent_core.dataset import Dataset, recipes


@pytest.fixture
def command(capsys):
    """Runs a command in this process; returns exit code, stdout and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def out(command, own, tmp_path):
    path = tmp_path / "data.zarr"
    code, said, _ = command("generate", own / "spec.toml", "--out", path)
    assert code == 0
    assert "380 states" in said
    return path


def test_generate_with_options(command, own, tmp_path):
    path = tmp_path / "small.zarr"
    code, said, _ = command(
        "generate", own / "spec.toml", "--out", path, "--fraction", "0.1", "--dtype", "complex64",
        "--set", "run.seed=3", "--json", "-q",
    )  # fmt: skip
    assert code == 0
    document = json.loads(said)
    assert document["states"] == 38
    assert document["dtype"] == "complex64"
    data = Dataset.open(path)
    assert len(data) == 38
    assert data.manifest["seed"] == 3


def test_generate_says_what_it_leaves_alone(command, own, tmp_path):
    spec = own / "spec.toml"
    spec.write_text(spec.read_text() + '\n[model]\nuse = "stacking"\n')
    code, _, said = command("generate", spec, "--out", tmp_path / "x.zarr")
    assert code == 0
    assert "[model]" in said


def test_generate_again_and_with_other_settings(command, own, out):
    assert command("generate", own / "spec.toml", "--out", out, "-q")[0] == 0
    code, said, error = command(
        "generate", own / "spec.toml", "--out", out, "--set", "run.seed=3", "--json", "-q"
    )
    assert code == 2
    assert "run.seed: 11 then, 3 now" in error
    assert json.loads(said)["error"]["type"] == "DatasetMismatchError"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dataset", "nope"], "No such command"),
        (["generate"], "SPEC is missing"),
        (["generate", "spec.toml"], "--out is missing"),
        (["generate", "spec.toml", "--out", "x.zarr"], "no such experiment file"),
        (["generate", "no-recipe", "--out", "x.zarr"], "no recipe 'no-recipe'"),
        (["generate", "s.toml", "--out", "x.zarr", "--workers", "no"], "no whole number"),
        (["dataset", "info", "none.zarr"], "no data set here"),
        (["dataset", "split", "none.zarr", "--train", "a", "--test", "b", "--test-fraction", "2"],
         "no share"),
    ],
)  # fmt: skip
def test_wrong_usage(command, words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, error = command(*words)
    assert code == 2
    assert message in error
    assert list(tmp_path.iterdir()) == []


def test_recipes(command, own, tmp_path, monkeypatch):
    text = (own / "spec.toml").read_text().replace('local = ["own.py"]\nonly = []', "")
    recipe = recipes.Recipe("tiny", "qent-x", "1.0", "# Tiny states\n" + text)
    monkeypatch.setattr(recipes, "installed_recipes", lambda: ((recipe,), ()))
    code, said, _ = command("generate", "--list")
    assert code == 0
    assert "tiny" in said
    assert "Tiny states" in said
    code, said, _ = command("generate", "--list", "--json")
    assert json.loads(said)["recipes"][0]["name"] == "tiny"
    code, _, error = command("generate", "tinny", "--out", tmp_path / "x.zarr")
    assert code == 2
    assert "did you mean 'tiny'" in error
    stranger = recipes.Recipe("own", "qent-x", "1.0", (own / "spec.toml").read_text())
    monkeypatch.setattr(recipes, "installed_recipes", lambda: ((stranger,), ()))
    code, _, error = command("generate", "own", "--out", tmp_path / "x.zarr")
    assert code == 2
    assert "only a file of your own may do" in error


def test_info(command, out):
    code, said, _ = command("dataset", "info", out)
    assert code == 0
    for text in ("380 states", "0-kets", "1-noisy-bell", "float64", "purity", "seed = 11"):
        assert text in said
    facts = json.loads(command("dataset", "info", out, "--json")[1])
    assert facts["complete"]
    assert facts["sections"][1]["parameters"] == ["visibility"]


def test_check(command, out):
    assert command("dataset", "check", out, "-q")[0] == 0
    path = out / "0-kets/states/c/2/0"
    path.write_bytes(path.read_bytes()[:-1])
    code, said, _ = command("dataset", "check", out, "-q")
    assert code == 1
    assert "changed: 0-kets/states/c/2/0 (shard 2 of 0-kets" in said
    code, said, _ = command("dataset", "check", out, "--json", "-q")
    document = json.loads(said)
    assert code == 1
    assert not document["sound"]
    assert document["damage"][0]["file"] == "0-kets/states/c/2/0"


def test_split_merge_and_export(command, out, tmp_path):
    train, test = tmp_path / "train.zarr", tmp_path / "test.zarr"
    words = ("dataset", "split", out, "--train", train, "--test", test, "--seed", "11", "-q")
    assert command(*words)[0] == 0
    wanted, _ = Dataset.open(out).split(0.2, 11)
    assert np.array_equal(Dataset.open(train).states().array, wanted.states().array)
    merged = tmp_path / "merged.zarr"
    assert command("dataset", "merge", train, test, "--out", merged, "-q")[0] == 0
    assert command("dataset", "info", merged)[1].rstrip().endswith("merge from 2 data sets")
    code, _, _ = command("dataset", "export", merged, "--out", tmp_path / "x.npz", "-q")
    assert code == 0
    assert len(StateBatch.load(tmp_path / "x.npz")) == 380


def test_labels_for_a_data_set(command, own, tmp_path):
    pytest.importorskip("qent_basics")
    path = tmp_path / "data.zarr"
    bare = own / "bare.toml"
    bare.write_text((own / "spec.toml").read_text().partition("[[labels]]")[0])
    assert command("generate", bare, "--out", path, "-q")[0] == 0
    code, said, _ = command("label", path, "--use", "negativity", "--json", "-q")
    assert code == 0
    assert list(json.loads(said)["labels"]) == ["negativity[A|B]"]
    code, _, error = command("label", path, "--use", "ppt", "--dims", "2,2")
    assert code == 2
    assert "--dims" in error


def test_the_group_alone_shows_its_commands(command):
    code, said, _ = command("dataset")
    assert code == 0
    assert all(name in said for name in ("info", "check", "export", "merge", "split"))
