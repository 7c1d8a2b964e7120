"""``qent report``: the same page again, one clear error for everything else."""

from __future__ import annotations

import json
import re

import pytest

from qent_core.cli.main import main
from qent_core.dataset.check import check_dataset
from qent_core.run_folder import read_run_folder


def text_of(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("folder", "name"), [("run", "report.html"), ("study", "study.html")])
def test_the_page_is_made_again_from_the_files_alone(here, capsys, folder, name):
    page = here / folder / name
    first = text_of(page)
    page.unlink()
    assert main(["report", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": folder, "report": f"{folder}/{name}"}
    assert text_of(page) == first
    # One of an older version is replaced, and the folder stays sealed.
    page.write_text(first.replace("<h1>", "<h1>old "))
    assert main(["report", folder]) == 0
    assert text_of(page) == first
    read_run_folder(here / folder)


def test_every_number_stands_with_its_command(here):
    for path in ("run", "labels.npz", "data.zarr", "study"):
        assert main(["report", path, "--out", "page.html"]) == 0
        page = text_of(here / "page.html")
        tables = page.count('<table class="sortable">')
        figures = page.count("<figure")
        assert page.count("from <code>qent ") == tables + figures
    rows = re.findall(r'<tr id="(S9-\d+)">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == 4
    for claim, row in rows:
        # Claims that were not tested have no number of ours.
        assert (f"--only {claim}</code>" in row) == ("not tested" not in row)


def test_ids_of_figures_do_not_clash(here):
    assert main(["report", "run", "--out", "page.html"]) == 0
    page = text_of(here / "page.html")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {name[1:] for name in re.findall(r'href="(#[^"]+)"', page)} <= set(ids)


def test_text_is_escaped(here):
    assert "learns about &lt;corners&gt;" in text_of(here / "run" / "report.html")


def test_labels_say_by_which_command(here, capsys):
    import numpy as np

    np.savez("states.npz", states=np.eye(4)[None] / 4, dims=[2, 2])
    assert main(["label", "states.npz", "--use", "ppt", "--out", "own.npz", "--quiet"]) == 0
    assert main(["report", "own.npz"]) == 0
    page = text_of(here / "own.report.html")
    assert "qent label states.npz --use ppt --out own.npz" in page
    assert "A. Peres" in page
    capsys.readouterr()
    assert main(["cite", "own.npz"]) == 0
    assert "peres1996" in capsys.readouterr().out.lower()


def test_a_data_set_is_left_as_it_is(here):
    assert main(["report", "data.zarr"]) == 0
    assert (here / "data.report.html").is_file()
    report = check_dataset("data.zarr")
    assert report.sound
    assert not report.unknown
    page = text_of(here / "data.report.html")
    assert "entangled" in page
    assert "transposed[A|B]" in page


def test_an_unfinished_data_set_has_a_report_that_says_so(here, monkeypatch):
    import shutil

    from qent_core.dataset import generate_dataset
    from qent_core.experiment import Experiment

    shutil.rmtree("data.zarr")
    experiment = Experiment.from_file("corner.toml", overrides=["run.shard_size=30"])
    monkeypatch.setattr("qent_core.dataset.passes._signed_off", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        generate_dataset(experiment, "data.zarr")
    assert main(["report", "data.zarr"]) == 0
    page = text_of(here / "data.report.html")
    assert "unfinished data set" in page
    assert "goes on where it stopped" in page


def _interrupted(*_):
    raise KeyboardInterrupt


def _foreign(here):
    (here / "other").mkdir()
    (here / "other" / "manifest.json").write_text('{"files": {}}')
    return "other"


def _incomplete(here):
    (here / "run").rename(here / "gone.incomplete")
    return "gone"


def _unfinished_study(here):
    (here / "study" / "manifest.json").unlink()
    return "study"


def _changed(here):
    (here / "run" / "metrics.json").write_text("{}")
    return "run"


def _strange_manifest(here):
    from qent_core.run_folder import read_run_folder, write_manifest

    content = dict(read_run_folder(here / "run").manifest)
    content.pop("files")
    write_manifest(here / "run", {**content, "libraries": 3})
    return "run"


def _no_labels(here):
    import numpy as np

    np.savez("x.npz", a=np.zeros(3))
    return "x.npz"


def _no_data_set(here):
    (here / "x.zarr").mkdir()
    return "x.zarr"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nothing", ["there is nothing of this name", "nothing"]),
        ("corner.toml", ["no report on a file of this kind", "corner.toml"]),
        ("site", ["no run folder", "site"]),
        (_foreign, ["not one that this version of qent can report on", "other"]),
        (_incomplete, ["did not finish", "gone.incomplete"]),
        (_unfinished_study, ["this study is not finished", "goes on where it stopped"]),
        (_changed, ["metrics.json was changed"]),
        (_strange_manifest, ["not one that this version of qent can report on", "run it again"]),
        (_no_labels, ["holds no labels of qent", "x.npz"]),
        (_no_data_set, ["x.zarr"]),
        ("memory://x.zarr", ["--out report.html"]),
    ],
)
def test_everything_else_is_one_clear_error(here, capsys, path, words):
    path = path(here) if callable(path) else path
    assert main(["report", path]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for word in words:
        assert word in err
    assert "Traceback" not in err
    assert err.count("do:") == 1


def test_a_file_of_somebody_else_is_not_replaced(here, capsys):
    (here / "mine.html").write_text("<p>mine</p>")
    assert main(["report", "run", "--out", "mine.html"]) == 2
    assert "no report of qent" in capsys.readouterr().err
    assert text_of(here / "mine.html") == "<p>mine</p>"
    assert main(["report", "run", "--out", "no/such/page.html"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_page_is_opened(here, capsys, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(opened.append(url)) or len(opened) < 2)
    assert main(["report", "run", "--open"]) == 0
    assert opened == [(here / "run" / "report.html").as_uri()]
    assert main(["report", "run", "--open"]) == 2
    assert "no browser could be started" in capsys.readouterr().err
