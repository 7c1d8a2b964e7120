"""The command: where it listens, how it ends, and one clear line for what goes wrong."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from qent_explore.server import first_family, listening

from qent_core.cli.main import main
from qent_core.errors import ExplorerError

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def test_port_in_use(capsys):
    with listening(0) as door:
        port = door.getsockname()[1]
        with pytest.raises(ExplorerError, match=f"port {port} is in use"):
            listening(port)
        assert main(["explore", "--no-browser", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert "qent explore --port 0" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--port", "x"], "'x' is no whole number"),
        (["--port", "70000"], "port 70000 cannot be listened on"),
        (["--family", "isotropc"], "isotropic"),
        (["--model", "no/such/run"], "no/such/run"),
    ],
)
def test_wrong_options(words, message, capsys):
    assert main(["explore", "--no-browser", *words]) == 2
    assert message in capsys.readouterr().err


def test_not_installed(monkeypatch, capsys):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["explore"]) == 2
    said = capsys.readouterr().err
    assert "the explorer is not installed" in said
    assert "pip install qent-explore" in said


def test_missing_browser(monkeypatch, capsys):
    import webbrowser

    from qent_explore import server

    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    server._open("http://127.0.0.1:1")
    assert "open http://127.0.0.1:1 yourself" in capsys.readouterr().out


def test_first_family():
    assert first_family(None) == "isotropic"
    assert first_family("werner") == "werner"


@pytest.fixture(scope="module")
def served():
    """The real command in a process of its own; ends it with Ctrl-C and sees that it ends well."""
    command = [
        sys.executable,
        "-c",
        "from qent_core.cli.main import main; raise SystemExit(main())",
    ]
    process = subprocess.Popen(
        [*command, "explore", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    yield address[0]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "stopped" in out
    assert "Traceback" not in err


def test_only_this_machine_is_served(served):
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    port = int(served.rpartition(":")[2])
    with urlopen(served, timeout=120) as answer:
        assert answer.status == 200
    with pytest.raises(HTTPError, match="400"):
        urlopen(Request(served, headers={"Host": "elsewhere.example"}), timeout=120)
    # Any other address of this machine refuses.
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", port))


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium that talks to nobody."""
    place = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if place is None:
        pytest.skip("no Chromium is installed here: apt-get install chromium")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no playwright is installed here: pip install playwright"
    )
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=place, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [pytest.param(1400, "light", marks=pytest.mark.slow), (400, "dark")]
)
def test_a_slider_flips_the_verdict_in_a_real_browser(served, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    errors, foreign = [], []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((served, "data:", "blob:")) else foreign.append(asked.url)
        ),
    )
    page.set_default_timeout(120_000)
    page.goto(served)
    page.wait_for_selector(".verdict.entangled", timeout=120_000)
    alpha = page.get_by_role("slider").nth(1)
    # From 0.5 in steps of 1/200 down to 0.335, above the threshold 1/3, and one more.
    alpha.focus()
    for key in ["PageDown"] * 3 + ["ArrowLeft"] * 3:  # ten steps, and one
        alpha.press(key)
    page.get_by_text("alpha = 0.335", exact=False).first.wait_for(timeout=120_000)
    assert page.locator(".verdict").inner_text() == "entangled"
    alpha.press("ArrowLeft")
    page.wait_for_selector(".verdict.separable", timeout=120_000)
    assert "alpha = 0.33" in page.locator(".state").inner_text()
    for figure in page.locator("figure svg").all():
        box = figure.bounding_box()
        assert min(box["width"], box["height"]) > 60
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        "[...document.querySelectorAll('.explorer *')].filter(e => !e.closest('.scroll')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
    ink = page.evaluate("getComputedStyle(document.querySelector('.explorer')).color")
    dark_ink = sum(map(float, re.findall(r"[\d.]+", ink)[:3])) < 380
    assert dark_ink == (scheme == "light"), ink
    context.close()
    assert errors == []
    assert foreign == []


def test_the_menu_that_is_hidden_is_that_of_marimo():
    import marimo

    name = b"notebook-actions-dropdown"
    assert name in files("qent_explore").joinpath("page.css").read_bytes()
    scripts = Path(marimo.__file__).parent.joinpath("_static", "assets").glob("*.js")
    assert any(name in script.read_bytes() for script in scripts)
