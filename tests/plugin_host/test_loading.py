"""Phase B: whatever a plugin does wrong, it is broken with a reason, and nothing else changes."""

from __future__ import annotations

import sys

import pytest

from qent_core import discovery
from qent_core.errors import PluginBrokenError
from qent_core.loading import load_plugin
from qent_core.plugin_info import PluginState
from qent_core.registry import Registry

HEAD = """
from qent_core.api import ChannelSpec, LabelerSpec, hookimpl

def labeler(name="alpha"):
    return LabelerSpec(name=name, target="qent_bad.labels:Label", summary="A fake labeler")
"""

# What the plugin module holds, and what the reason must say.
CULPRITS = {
    "import error": ("import no_such_module_at_all", "no_such_module_at_all"),
    "exception at import": ("raise RuntimeError('boom at import')", "boom at import"),
    "syntax error": ("def broken(:\n    pass", "SyntaxError"),
    "system exit": ("raise SystemExit('bye')", "SystemExit: bye"),
    "sys.exit without a word": ("import sys; sys.exit()", "SystemExit"),
    "wrong record": (
        HEAD + "@hookimpl\ndef qent_channels():\n    yield labeler()",
        "yielded LabelerSpec; it must yield ChannelSpec",
    ),
    "no record": (
        HEAD + "@hookimpl\ndef qent_labelers():\n    yield {'name': 'alpha'}",
        "yielded dict",
    ),
    "record returned, not yielded": (
        HEAD + "@hookimpl\ndef qent_labelers():\n    return labeler()",
        "returned LabelerSpec; it must yield",
    ),
    "number returned": (HEAD + "@hookimpl\ndef qent_labelers():\n    return 3", "returned int"),
    "misspelt hook": (
        HEAD + "@hookimpl\ndef qent_labellers():\n    yield labeler()",
        "did it mean qent_labelers?",
    ),
    "mark forgotten": (HEAD + "def qent_labelers():\n    yield labeler()", "lacks the mark"),
    "no hook": ("x = 1", "implements no hook"),
    "raise after first record": (
        HEAD
        + "@hookimpl\ndef qent_labelers():\n    yield labeler()\n    raise ValueError('later')",
        "ValueError: later (qent_bad/plugin.py, line 9)",
    ),
    "exit after first record": (
        HEAD + "@hookimpl\ndef qent_labelers():\n    yield labeler()\n    raise SystemExit(4)",
        "SystemExit: 4",
    ),
    "duplicate name": (
        HEAD + "@hookimpl\ndef qent_labelers():\n    yield labeler()\n    yield labeler()",
        "gives the labeler 'alpha' twice",
    ),
    "record refuses a field": (
        HEAD + "@hookimpl\ndef qent_labelers():\n    yield labeler('Not A Name')",
        "(qent_bad/plugin.py, line 5)",
    ),
    "hook with arguments": (
        HEAD + "@hookimpl\ndef qent_labelers(registry):\n    yield labeler()",
        "wrong signature",
    ),
    "wrapper": (
        HEAD + "@hookimpl(wrapper=True)\ndef qent_labelers():\n    return (yield)",
        "is a wrapper",
    ),
    "endless": (
        HEAD + "@hookimpl\ndef qent_labelers():\n"
        "    n = 0\n    while True:\n        n += 1\n        yield labeler(f'l{n}')",
        "more than 10000 records",
    ),
}


@pytest.mark.parametrize("culprit", CULPRITS)
def test_broken_plugin_gives_nothing_and_disturbs_nobody(site, culprit):
    source, said = CULPRITS[culprit]
    site.add("qent-bad", source)
    site.add("qent-good")

    bad, good = Registry.load().plugins

    assert bad.state is PluginState.BROKEN
    assert said in bad.reason
    assert "\n" not in bad.reason
    assert bad.remedy
    assert bad.provides == ()
    assert good.state is PluginState.ACTIVE
    assert [spec.name for spec in good.provides] == ["good"]


@pytest.mark.parametrize("culprit", CULPRITS)
def test_strict_raises_instead(site, culprit, monkeypatch):
    site.add("qent-bad", CULPRITS[culprit][0])
    monkeypatch.setenv("QENT_STRICT", "1")

    with pytest.raises(PluginBrokenError) as caught:
        Registry.load()

    assert caught.value.__cause__ is not None
    assert "qent-bad 1.0" in caught.value.what
    assert caught.value.exit_code == 3


def test_traceback_of_foreign_errors_is_kept(site):
    site.add("qent-bad", "raise RuntimeError('boom')")

    (bad,) = Registry.load().plugins

    assert bad.traceback.startswith("Traceback")
    assert "boom" in bad.traceback


def test_keyboard_interrupt_passes(site):
    site.add("qent-bad", "raise KeyboardInterrupt")
    (found,) = discovery.discover()

    with pytest.raises(KeyboardInterrupt):
        load_plugin(found)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("qent_bad.nowhere", "there is no qent_bad.nowhere"),
        ("no_such_package.plugin", "there is no no_such_package"),
        ("qent_bad.plugin:absent", "names absent"),
    ],
)
def test_entry_point_to_nothing(site, entry, said):
    site.add("qent-bad", entry=entry)

    (bad,) = Registry.load().plugins

    assert bad.state is PluginState.BROKEN
    assert said in bad.reason


def test_entry_point_to_an_object_works(site):
    source = (
        "class Plugin:\n    @hookimpl\n    def qent_labelers(self):\n        yield labeler()\n"
        "plugin = Plugin()"
    )
    site.add("qent-object", HEAD + source, entry="qent_object.plugin:plugin")

    (plugin,) = Registry.load().plugins

    assert plugin.reason == ""
    assert [spec.name for spec in plugin.provides] == ["alpha"]


def test_hook_may_give_none_a_list_or_nothing(site):
    site.add(
        "qent-alpha",
        HEAD + "@hookimpl\ndef qent_channels():\n    return None\n"
        "@hookimpl\ndef qent_models():\n    return []\n"
        "@hookimpl\ndef qent_labelers():\n    return [labeler('b'), labeler('a')]",
    )

    (plugin,) = Registry.load().plugins

    assert plugin.state is PluginState.ACTIVE
    assert [spec.name for spec in plugin.provides] == ["a", "b"]
    assert plugin.load_seconds > 0


def test_plugin_for_the_next_api_is_broken_without_import(site):
    package = site.add("qent-next", "raise AssertionError", group="qent.v2")

    (plugin,) = Registry.load().plugins

    assert plugin.state is PluginState.BROKEN
    assert "version 2" in plugin.reason
    assert package not in sys.modules


def test_distribution_named_none_is_broken_without_import(site):
    package = site.add("qent-alpha", "raise AssertionError", metadata_text="Version: 1\n")

    (plugin,) = Registry.load().plugins

    assert plugin.state is PluginState.BROKEN
    assert package not in sys.modules
