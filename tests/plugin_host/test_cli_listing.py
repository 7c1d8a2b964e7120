"""The commands that look: list, plugins, show, doctor, cite; and how errors leave the program."""

from __future__ import annotations

import json
import tomllib

import pytest

from qent_core import __version__
from qent_core.cli.application import app
from qent_core.cli.main import main
from qent_core.registry import default_registry

PLUGIN = """
from qent_core.api import LabelerSpec, ModelSpec, Reference, StateFamilySpec, StudySpec, hookimpl

PAPER = Reference(key="doe2020", title="On states", authors="J. Doe", year=2020, journal="J. Phys.")

@hookimpl
def qent_state_families():
    yield StateFamilySpec(name="twisted", target="qent_alpha.parts:Twisted",
                          summary="Twisted states", dims=(2, 2), references=(PAPER,))

@hookimpl
def qent_labelers():
    yield LabelerSpec(name="twist", target="qent_alpha.parts:Absent", summary="How twisted",
                      gives="measure", pure_only=True)

@hookimpl
def qent_models():
    yield ModelSpec(name="oracle", target="qent_alpha.parts:Oracle", summary="Knows all",
                    requires=("no_such_module",), references=(PAPER,))

@hookimpl
def qent_studies():
    yield StudySpec(name="doe2020", target="qent_alpha.parts:Study", summary="A paper")
"""

PARTS = '''
from qent_core.api import Probability, StateFamily, Uniform

class Twisted(StateFamily):
    """Twisted states, $|t\\\\rangle$.

    They are twisted.

    Args:
        angle: How far.
    """

    rank: int
    angle: float = 0.5
    weight: Probability = Uniform(0.0, 1.0)
    label: str | None = None

    def sample(self, count, rng): ...

class Study:
    pass
'''


@pytest.fixture
def alpha(site):
    site.add("qent-alpha", PLUGIN, modules={"parts.py": PARTS})
    return site


@pytest.fixture
def out(capsys):
    """Runs the command line and returns exit code, stdout and stderr."""

    def run(*words):
        default_registry.cache_clear()
        code = main(words)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


class TestList:
    def test_plain(self, alpha, out):
        code, text, err = out("list")
        assert (code, err) == (0, "")
        assert "State families\n  twisted  qent-alpha  Twisted states\n" in text
        assert text.endswith("4 components from 1 plugin. More: qent show NAME\n")
        assert "\x1b" not in text

    def test_one_kind(self, alpha, out):
        text = out("list", "--kind", "labelers")[1]
        assert "twist " in text
        assert "twisted " not in text

    def test_footer_names_broken_plugins(self, alpha, out):
        alpha.add("qent-bad", "raise RuntimeError")
        assert out("list")[1].endswith("1 plugin is broken: qent-bad. See: qent doctor\n")
        assert "qent doctor" in out("plugins")[1]

    def test_json(self, alpha, out):
        alpha.add("qent-bad", "raise RuntimeError")
        document = json.loads(out("list", "--json")[1])
        assert document["broken"] == ["qent-bad"]
        twist = next(c for c in document["components"] if c["name"] == "twist")
        assert twist["kind"] == "labeler"
        assert twist["facts"]["gives"] == "measure"
        assert twist["distribution"] == "qent-alpha"
        assert not twist["ambiguous"]

    def test_clashing_names_are_listed_qualified(self, alpha, out):
        alpha.add("qent-twist")
        text = out("list")[1]
        assert "qent-alpha:twist " in text
        assert "qent-twist:twist " in text

    def test_nothing_installed(self, site, out):
        assert out("list")[1].startswith("no component is installed")
        assert out("plugins")[1].startswith("no plugins are installed")

    def test_unknown_kind(self, site, out):
        code, text, err = out("list", "--kind", "labeller")
        assert (code, text) == (2, "")
        assert err.startswith("ParameterInvalidError: no kind of component is called 'labeller'\n")


class TestPlugins:
    def test_plain(self, alpha, out):
        alpha.add("qent-bad", "raise RuntimeError('boom')")
        lines = out("--disable", "qent-twist", "plugins")[1].splitlines()
        assert lines[0].split() == ["Plugin", "Version", "State", "Load", "Provides"]
        assert "1 state family, 1 labeler, 1 model, 1 study" in lines[1]
        assert "RuntimeError: boom" in lines[2]

    def test_json(self, alpha, out):
        (plugin,) = json.loads(out("plugins", "--json")[1])["plugins"]
        assert plugin["state"] == "active"
        assert {"kind": "model", "name": "oracle"} in plugin["provides"]
        assert plugin["load_seconds"] > 0


class TestShow:
    def test_plain(self, alpha, out):
        code, text, err = out("show", "twisted")
        assert (code, err) == (0, "")
        assert text.startswith("twisted: Twisted states\n")
        assert "provided by     qent-alpha 1.0 (plugin)" in text
        assert "dims            2 x 2" in text
        assert "They are twisted." in text
        assert "Args:" not in text
        assert "  rank    integer                 required" in text
        assert "How far." in text
        assert "default { uniform = [0.0, 1.0] }  0 <= weight <= 1" in text
        assert "[doe2020] J. Doe, On states, J. Phys. (2020)" in text

    def test_snippet_is_toml(self, alpha, out):
        snippet = json.loads(out("show", "twisted", "--json")[1])["toml"]
        (table,) = tomllib.loads(snippet)["states"]
        assert table == {
            "use": "twisted",
            "count": 1000,
            "angle": 0.5,
            "weight": {"uniform": [0.0, 1.0]},
        }
        assert "# rank =    # required: integer" in snippet

    def test_json_has_schema_and_bibtex(self, alpha, out):
        document = json.loads(out("show", "qent-alpha:twisted", "--json")[1])
        assert document["schema"]["properties"]["angle"]["type"] == "number"
        assert document["references"][0]["bibtex"].startswith("@article{doe2020,")
        assert [p["name"] for p in document["parameters"]] == ["rank", "angle", "weight", "label"]

    def test_study(self, alpha, out):
        assert "qent reproduce doe2020" in out("show", "doe2020")[1]

    @pytest.mark.parametrize(
        ("name", "said"),
        [("twist", "has no Absent"), ("oracle", "needs no_such_module, which is not installed")],
    )
    def test_broken_component_shows_its_record_and_the_reason(self, alpha, out, name, said):
        code, text, err = out("show", name)
        assert code == 3
        assert text.startswith(f"{name}: ")
        assert err.startswith("ComponentBrokenError: ")
        assert said in err
        document = json.loads(out("show", name, "--json")[1])
        assert document["error"]["type"] == "ComponentBrokenError"
        assert document["schema"] is None

    def test_unknown(self, alpha, out):
        code, text, err = out("show", "twistd")
        assert (code, text) == (2, "")
        lines = err.splitlines()
        assert lines[0] == "ComponentUnknownError: no component is called 'twistd'"
        assert lines[1].startswith("  do:    did you mean 'twist")

    def test_unknown_in_json(self, alpha, out):
        code, text, err = out("show", "twistd", "--json")
        assert code == 2
        error = json.loads(text)["error"]
        assert error["type"] == "ComponentUnknownError"
        assert error["what"] == "no component is called 'twistd'"
        assert error["exit_code"] == 2
        assert err.startswith("ComponentUnknownError")


class TestDoctor:
    def test_healthy(self, site, out):
        site.add("qent-good")
        code, text, err = out("doctor")
        assert (code, err) == (0, "")
        assert f"qent-core     {__version__}" in text
        assert text.endswith("all is well\n")

    def test_everything_wrong_at_once(self, alpha, out):
        alpha.add("qent-bad", "raise RuntimeError('boom')")
        alpha.add("qent-next", group="qent.v2")
        alpha.add("qent-twist", requires=("qent-core>=99",))
        alpha.add("qent-nameless", metadata_text="Version: 1\n")
        code, text, _ = out("--disable", "qent-absent", "doctor", "--traceback")
        assert code == 3
        for said in (
            "broken: qent-bad 1.0",
            "what: RuntimeError: boom (qent_bad/plugin.py, line 1)",
            "    Traceback (most recent call last):",
            "it was made for version 2 of the plugin API",
            "its installed metadata is damaged: it has no name",
            f"it needs qent-core>=99, installed is qent-core {__version__}",
            "oracle needs no_such_module, which is not installed",
            "warning: labeler 'twist'",
            "qent-alpha and qent-twist",
            "QENT_DISABLE names it, but no such plugin is installed",
        ):
            assert said in text
        assert text.endswith("something is broken\n")

    def test_json(self, alpha, out):
        code, text, _ = out("doctor", "--json")
        document = json.loads(text)
        assert code == 3
        assert document["healthy"] is False
        assert document["findings"][0]["level"] == "broken"
        assert document["versions"]["qent-core"] == __version__

    def test_clash_alone_is_no_illness(self, site, out):
        site.add("qent-twist")
        site.add("qent-other", "from qent_twist.plugin import qent_labelers")
        assert out("doctor")[0] == 0

    def test_edited_entry_point_of_an_editable_plugin(self, site, out, tmp_path):
        site.add("qent-alpha")
        project = tmp_path / "project"
        project.mkdir()
        (project / "pyproject.toml").write_text(
            "[project.entry-points.'qent.v1']\nx = 'qent_alpha.moved'\n"
        )
        origin = {"url": project.as_uri(), "dir_info": {"editable": True}}
        info = site.root / "qent_alpha-1.0.dist-info"
        (info / "direct_url.json").write_text(json.dumps(origin))
        text = out("doctor")[1]
        assert "its project file names the plugin module qent_alpha.moved" in text
        assert f"pip install -e {project}" in text

    def test_survives_a_check_that_fails(self, site, out, monkeypatch):
        from qent_core import diagnosis

        monkeypatch.setattr(diagnosis, "missing_modules", None)
        site.add("qent-good")
        code, text, _ = out("doctor")
        assert code == 0
        assert "a check could not be made" in text

    def test_strict_does_not_stop_it(self, site, out, monkeypatch):
        monkeypatch.setenv("QENT_STRICT", "1")
        site.add("qent-bad", "raise RuntimeError('boom')")
        assert out("doctor")[0] == 3
        code, _, err = out("list")
        assert code == 3
        assert err.startswith("PluginBrokenError: the plugin qent-bad 1.0 is broken: RuntimeError")


class TestCite:
    def test_components(self, alpha, out):
        code, text, err = out("cite", "twisted", "oracle", "twist")
        assert code == 0
        assert text.count("@article{doe2020,") == 1
        assert err == "twist cites nothing\n"

    def test_run_folder(self, site, out, tmp_path):
        references = [{"key": "roe1999", "title": "T", "authors": "R. Roe", "year": 1999}]
        (tmp_path / "manifest.json").write_text(json.dumps({"references": references}))
        assert "@misc{roe1999," in out("cite", str(tmp_path))[1]
        document = json.loads(out("cite", str(tmp_path), "--json")[1])
        assert document["references"][0]["text"] == "R. Roe, T (1999)"

    @pytest.mark.parametrize(
        "manifest", [None, "{", "[]", "{}", '{"references": 3}', '{"references": [{"x": 1}]}']
    )
    def test_folder_that_is_no_run(self, site, out, tmp_path, manifest):
        if manifest is not None:
            (tmp_path / "manifest.json").write_text(manifest)
        code, _, err = out("cite", str(tmp_path))
        assert code == 2
        assert err.startswith("RunFolderError: ")

    def test_unknown(self, site, out):
        assert out("cite", "nothing")[0] == 2


class TestGlobalFlags:
    def test_version(self, site, out):
        assert out("--version") == (0, f"qent {__version__}\n", "")

    def test_no_command_shows_help(self, site, out):
        code, text, _ = out()
        assert code == 0
        assert "Usage: qent" in text
        assert "doctor" in text

    def test_no_plugins_imports_none(self, site, out):
        package = site.add("qent-alpha", "raise AssertionError")
        text = out("--no-plugins", "plugins")[1]
        assert "disabled" in text
        assert not site.was_imported(package)

    def test_disable_replaces_the_environment(self, site, out, monkeypatch):
        site.add("qent-alpha")
        site.add("qent-beta")
        monkeypatch.setenv("QENT_DISABLE", "qent-beta")
        document = json.loads(out("--disable", "qent-alpha", "plugins", "--json")[1])
        states = {p["distribution"]: p["state"] for p in document["plugins"]}
        assert states == {"qent-alpha": "disabled", "qent-beta": "active"}


class TestFailures:
    @pytest.mark.parametrize(
        "words",
        [("lst",), ("list", "--nonsense"), ("show",), ("cite",), ("list", "extra"), ("--kind",)],
    )
    def test_wrong_usage(self, site, out, words):
        code, text, err = out(*words)
        assert (code, text) == (2, "")
        assert err.startswith("UsageError: ")
        assert "--help" in err.splitlines()[2]

    def test_wrong_usage_in_json(self, site, out):
        code, text, _ = out("show", "--json")
        assert code == 2
        assert json.loads(text)["error"]["type"] == "UsageError"

    @pytest.fixture
    def failing(self, monkeypatch):
        """Makes every command that needs the registry raise."""

        def set_error(error):
            def fail():
                raise error

            fail.cache_clear = lambda: None
            monkeypatch.setattr("qent_core.registry.default_registry", fail)

        return set_error

    def test_unexpected(self, site, out, failing):
        failing(RuntimeError("what now"))
        code, text, err = out("list")
        assert (code, text) == (1, "")
        assert err.splitlines()[0] == "Unexpected error: RuntimeError: what now"
        assert "QENT_DEBUG=1" in err
        assert "Traceback" not in err
        assert json.loads(out("list", "--json")[1])["error"]["type"] == "RuntimeError"

    def test_debug_shows_the_traceback_last(self, site, out, failing, monkeypatch):
        monkeypatch.setenv("QENT_DEBUG", "1")
        failing(RuntimeError("what now"))
        err = out("list")[2]
        assert err.startswith("Unexpected error")
        assert "Traceback" in err

    def test_interrupt(self, site, out, failing):
        failing(KeyboardInterrupt())
        code, text, err = out("list")
        assert (code, text) == (130, "")
        assert err == "Interrupted: nothing was written; begin again with: qent list\n"

    def test_reader_that_went_away(self, site, out, failing):
        failing(BrokenPipeError(32, "Broken pipe"))
        assert out("list") == (141, "", "")


class TestProcess:
    def test_chatty_plugin_does_not_spoil_json(self, site):
        site.add("qent-alpha", "print('hello from a plugin')\n" + PLUGIN)
        done = site.run("list", "--json", QENT_PLUGINS="qent-alpha")
        assert done.returncode == 0
        assert len(json.loads(done.stdout)["components"]) == 4
        assert "hello from a plugin" in done.stderr

    def test_exit_code_reaches_the_shell(self, site):
        done = site.run("show", "nothing-like-it", QENT_PLUGINS="")
        assert done.returncode == 2
        assert done.stderr.startswith("ComponentUnknownError")

    def test_closed_pipe_is_quiet(self, site):
        code = (
            "import os, subprocess, sys\n"
            "reader, writer = os.pipe()\n"
            "os.close(reader)\n"
            "command = [sys.executable, '-m', 'qent_core.cli.main', 'list']\n"
            "done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)\n"
            "print(done.returncode, done.stderr)"
        )
        assert site.run(code=code).stdout == "141 b''\n"


def test_every_command_has_one_line_of_help_that_fits():
    for command in app.registered_commands:
        first = (command.callback.__doc__ or "").strip().splitlines()[0]
        assert len(first) <= 45, command.name
