"""``qent reproduce`` as a user types it: run, table, page, resume, refusals."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import time
from html.parser import HTMLParser

import pytest

from qent_core.run_folder import read_run_folder

STUDY = "noisy-bell-study"
SMOKE = ("reproduce", STUDY, "--scale", "smoke", "--quiet")


def claims(folder):
    return {c["id"]: c for c in json.loads((folder / "claims.json").read_text())["claims"]}


class Page(HTMLParser):
    """Collects what a page loads from elsewhere, and its open tags."""

    def __init__(self):
        super().__init__()
        self.loads, self.open = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.loads += [
            value
            for key, value in given.items()
            if key in ("src", "href", "xlink:href") and not (value or "").startswith("#")
        ]
        if tag in ("link", "iframe"):
            self.loads.append(tag)
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the first finished study is kept, with what it printed."""
    return tmp_path_factory.mktemp("kept") / "a", []


@pytest.fixture
def finished(qent, tmp_path, kept):
    folder, printed = kept
    if not printed:
        code, out, err = qent(*SMOKE[:-1], "--out", folder)
        assert code == 0, err
        printed.append(out)
    shutil.copytree(folder, tmp_path / "a")
    return tmp_path / "a", printed[0]


def test_findings(finished):
    found = claims(finished[0])
    assert [c["verdict"] for c in found.values()] == [
        "reproduced", "refuted", "exceeded", "not tested",
    ]  # fmt: skip
    assert found["S9-01"]["ours"][0]["value"] == pytest.approx(0.75, abs=1e-9)
    assert found["S9-01"]["ours"][0]["seeds"] == [1, 2, 3]
    mean = found["S9-03"]["ours"][0]
    # The interval of the mean over three seeds of 60 states covers the closed form 1/6.
    assert mean["interval"][0] < 1 / 6 < mean["interval"][1]


def test_table_and_summary(finished):
    _, out = finished
    assert re.search(r"S9-01 +0\.75 +0\.75 +0\.75 +reproduced", out)
    assert "S9-02 refuted: states between 1/3 and 1/2 violate the criterion" in out
    assert "4 claims: 1 reproduced, 1 exceeded, 1 refuted, 1 not tested" in out
    assert "study.html" in out


def test_page_stands_alone_and_escapes(finished):
    text = (finished[0] / "study.html").read_text()
    page = Page()
    page.feed(text)
    assert not page.open
    assert not page.loads
    assert not re.search(r"url\((?!#)|@import", text)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert "white noise &lt;b&gt;" in text
    assert "1/3 &lt; 1/2 &amp; more" in text
    assert text.count("<svg") == 1
    assert "J. Doe, On noise" in text
    assert "qent reproduce noisy-bell-study --scale smoke --seeds 1,2,3" in text
    assert "Reading: which noise" in text


def test_folder_is_sealed(finished):
    folder = read_run_folder(finished[0])
    for name in ("figures/line.svg", "figures/line.pdf", "figures/line.png", "claims.json"):
        assert name in folder.manifest["files"]
    measured = json.loads(folder.text("measurements.json"))
    assert measured["versions"]["qent-toy"] == "1.0"
    assert measured["tasks"]["noise-1"]["seconds"] >= 0
    assert measured["tasks"]["noise-1"]["note"] == "a line"
    assert measured["claims"]["S9-01"].endswith(" s")


def test_same_bytes_for_any_number_of_workers(finished, qent, tmp_path):
    assert qent(*SMOKE, "--out", tmp_path / "b", "--workers", "2")[0] == 0
    first, second = (tmp_path / name for name in "ab")
    assert (first / "claims.json").read_bytes() == (second / "claims.json").read_bytes()
    name = "tasks/noise-2/arrays.npz"
    assert (first / name).read_bytes() == (second / name).read_bytes()


def test_json_is_one_document(qent, tmp_path):
    code, out, _ = qent(*SMOKE, "--out", tmp_path / "a", "--json", "--only", "s9-02")
    document = json.loads(out)
    assert code == 0
    assert document["only"] == ["S9-02"]
    assert [c["verdict"] for c in document["claims"]].count("not tested") == 3
    assert document["claims"][0]["reason"] == "left out by --only"
    assert document["outcomes"] == {"refuted": 1, "left out": 3}


def test_only_runs_what_serves_the_claim_and_can_be_widened(qent, tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    out = tmp_path / "a"
    assert qent(*SMOKE, "--out", out, "--only", "S9-02")[0] == 0
    assert not (tmp_path / "log").exists()
    assert [path.name for path in (out / "tasks").iterdir()] == ["threshold"]
    assert not list((out / "figures").glob("*"))
    assert qent(*SMOKE, "--out", out)[0] == 0
    assert claims(out)["S9-01"]["verdict"] == "reproduced"
    assert (tmp_path / "log").read_text().split() == ["1", "2", "3"]


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_goes_on_after_a_kill(start, qent, tmp_path, monkeypatch, workers):
    log, out = tmp_path / "log", tmp_path / "a"
    words = (*SMOKE, "--out", out, "--workers", workers)
    process = start(*words, TOY_PAUSE="60", TOY_LOG=str(log))
    waited = time.monotonic()
    while not (out / "tasks" / "noise-1").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - waited < 20
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert not (out / "claims.json").exists()
    log.unlink()
    # What a kill in the middle of writing leaves behind is swept away.
    (out / "tasks" / "noise-2.partial").mkdir()
    monkeypatch.setenv("TOY_LOG", str(log))
    assert qent(*words)[0] == 0
    assert sorted(log.read_text().split()) == ["2", "3"]
    assert not list((out / "tasks").glob("*.partial"))
    assert qent(*SMOKE, "--out", tmp_path / "whole")[0] == 0
    assert (out / "claims.json").read_bytes() == (tmp_path / "whole/claims.json").read_bytes()


def test_ctrl_c_keeps_finished_tasks_and_does_not_wait_for_the_others(
    start, qent, tmp_path, monkeypatch
):
    log, out = tmp_path / "log", tmp_path / "a"
    words = (*SMOKE, "--out", out, "--workers", "2", "--overwrite")
    process = start(*words, TOY_PAUSE="600", TOY_LOG=str(log))
    waited = time.monotonic()
    while not (out / "tasks" / "noise-1").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - waited < 120
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    kept, _, command = err.rstrip("\n").partition("; go on with: qent ")
    assert re.fullmatch(rf"Interrupted: {re.escape(str(out))} keeps [1-3] finished tasks?", kept)
    again = shlex.split(command)
    assert again == [str(word) for word in words[:-1]]  # anew, what is kept would be lost
    log.unlink()
    monkeypatch.setenv("TOY_LOG", str(log))
    assert qent(*again)[0] == 0
    assert sorted(log.read_text().split()) == ["2", "3"]
    assert qent(*SMOKE, "--out", tmp_path / "whole")[0] == 0
    assert (out / "claims.json").read_bytes() == (tmp_path / "whole/claims.json").read_bytes()


def test_damaged_result_is_made_again(finished, qent, tmp_path, monkeypatch):
    folder, _ = finished
    (folder / "tasks/noise-3/arrays.npz").write_bytes(b"junk")
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    assert qent(*SMOKE, "--out", folder)[0] == 0
    assert (tmp_path / "log").read_text().split() == ["3"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "noise=coloured"), 'settings.noise: "white" in the folder, "coloured" now'),
        (("--set", "count=50"), "settings.count: 60 in the folder, 50 now"),
        (("--seeds", "1,2"), "seeds: [1, 2, 3] in the folder, [1, 2] now"),
    ],
)
def test_other_settings_are_refused(finished, qent, words, said):
    code, _, err = qent(*SMOKE, "--out", finished[0], *words)
    assert code == 2
    assert err.startswith("StudyMismatchError: ")
    assert said in err
    assert "--overwrite" in err


def test_overwrite_begins_anew(finished, qent):
    assert qent(*SMOKE, "--out", finished[0], "--seeds", "5", "--overwrite")[0] == 0
    assert sorted(p.name for p in (finished[0] / "tasks").iterdir()) == ["noise-5", "threshold"]


def test_foreign_folder_is_left_alone(qent, tmp_path):
    (tmp_path / "thesis.txt").write_text("x")
    code, _, err = qent(*SMOKE, "--out", tmp_path, "--overwrite")
    assert code == 2
    assert "holds something else" in err
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("noisy-bel-study",), "ComponentUnknownError", "did you mean 'noisy-bell-study'"),
        ((STUDY, "--scale", "smok"), "StudyScaleUnknownError", "did you mean 'smoke'?"),
        ((STUDY, "--only", "S9-1"), "StudyClaimUnknownError", "did you mean 'S9-01'?"),
        ((STUDY, "--set", "nois=1"), "ParameterInvalidError", "did you mean 'noise'?"),
        ((STUDY, "--set", "count=2"), "ParameterInvalidError", "greater than or equal to 10"),
        ((STUDY, "--seeds", "1,x"), "ParameterInvalidError", "'x' is no whole number"),
        ((STUDY, "--seeds", "1,1"), "StudyError", "different whole numbers"),
        ((STUDY, "--scale", "paper"), "StudyMemoryError", "the task noise-1 needs about"),
        ((STUDY, "--executor", "threads"), "ParameterInvalidError", "processes, dask"),
        ((STUDY, "--scheduler", "tcp://a:1"), "ParameterInvalidError", "add --executor dask"),
        ((), "StudyError", "qent reproduce --list"),
    ],
)
def test_refusals(qent, tmp_path, words, error, said):
    code, _, err = qent("reproduce", *words, "--out", tmp_path / "a", "--quiet")
    assert code == 2, err
    assert err.startswith(f"{error}: ")
    assert said in err


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_failing_task_keeps_the_others(qent, tmp_path, monkeypatch, workers):
    monkeypatch.setenv("TOY_FAIL", "3")
    out = tmp_path / "a"
    code, _, err = qent(*SMOKE, "--out", out, "--workers", workers)
    assert code == 1
    assert err.startswith("StudyTaskError: the task noise-3 failed: ZeroDivisionError")
    assert (out / "tasks" / "noise-1").is_dir()
    monkeypatch.delenv("TOY_FAIL")
    assert qent(*SMOKE, "--out", out)[0] == 0


def test_dead_worker(qent, tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_DIE", "2")
    code, _, err = qent(*SMOKE, "--out", tmp_path / "a", "--workers", "2")
    assert code == 1
    assert "a worker process died" in err


def test_list_and_plan(qent):
    code, out, _ = qent("reproduce", "--list")
    assert code == 0
    assert "noisy-bell-study  qent-toy" in out
    assert json.loads(qent("reproduce", "--list", "--json")[1])["studies"][0]["uses"] == []
    code, out, _ = qent("reproduce", STUDY, "--plan", "--scale", "paper", "--set", "noise=coloured")
    assert code == 0
    assert "S9-03" in out
    assert "noise  coloured  Reading: which noise" in out
    assert "4 tasks; about" in out


def test_estimate_is_said_before(qent, tmp_path):
    _, _, err = qent(*SMOKE[:-1], "--out", tmp_path / "a")
    assert "4 tasks; about 4 s and 300 MB with 1 worker" in err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:::(distributed|dask|tornado|asyncio)")
def test_dask_gives_the_same_bytes(finished, qent, tmp_path):
    pytest.importorskip("distributed")
    assert qent(*SMOKE, "--out", tmp_path / "b", "--executor", "dask", "--workers", "2")[0] == 0
    assert (finished[0] / "claims.json").read_bytes() == (tmp_path / "b/claims.json").read_bytes()
