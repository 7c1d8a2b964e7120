"""Run folders appear whole or are marked; strangers' folders are refused."""

import json

import pytest

from qent_core.errors import RunFolderError
from qent_core.run_folder import choose_folder, read_run_folder, write_manifest, writing


def _finished(path):
    with writing(path) as working:
        (working / "data.txt").write_text("42")
        write_manifest(working, {"name": "x"})
    return path


def test_a_folder_is_renamed_into_place_at_the_end(tmp_path):
    with writing(tmp_path / "run") as working:
        write_manifest(working, {})
        assert not (tmp_path / "run").exists()
    assert (tmp_path / "run" / "manifest.json").is_file()


def test_an_interrupted_run_is_marked_and_replaced_by_the_next(tmp_path):
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "run"):
        raise KeyboardInterrupt
    marked = tmp_path / "run.incomplete"
    assert "KeyboardInterrupt" in (marked / "INCOMPLETE.txt").read_text()
    with pytest.raises(RunFolderError, match="did not finish"):
        read_run_folder(tmp_path / "run")
    with pytest.raises(RunFolderError, match="did not finish"):
        read_run_folder(marked)
    _finished(tmp_path / "run")
    assert not marked.exists()


def test_default_folders_are_numbered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = choose_folder(None, "x", overwrite=False)
    _finished(first)
    assert str(first) == "runs/x"
    assert str(choose_folder(None, "x", overwrite=False)) == "runs/x-2"


def test_an_unwritable_place_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"), writing(tmp_path / "file" / "x"):
        pass


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda p: (p / "data.txt").unlink(), "data.txt is missing"),
        (lambda p: (p / "data.txt").write_text("43"), "data.txt was changed"),
        (lambda p: (p / "manifest.json").unlink(), "no manifest.json"),
        (lambda p: (p / "manifest.json").write_text("{"), "manifest.json is broken"),
        (lambda p: (p / "manifest.json").write_text("[]"), "manifest.json is broken"),
        (
            lambda p: (p / "manifest.json").write_text(
                json.dumps({"files": {"../../secret": "00"}})
            ),
            "outside",
        ),
    ],
)
def test_a_broken_folder_says_what_is_broken(tmp_path, break_it, message):
    path = _finished(tmp_path / "run")
    break_it(path)
    with pytest.raises(RunFolderError, match=message):
        read_run_folder(path)
