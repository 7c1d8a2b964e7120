"""Switching plugins off: before import, by distribution name, flag over environment over TOML."""

from __future__ import annotations

import pytest

from qent_core.plugin_info import PluginState
from qent_core.registry import Registry

# QENT_DISABLE, QENT_PLUGINS, disable=, only=, and the plugins of a, b, c that stay active.
CASES = [
    (None, None, (), None, "abc"),
    ("qent-a", None, (), None, "bc"),
    ("QENT_A, qent.b", None, (), None, "c"),  # spelling and spaces do not matter
    (None, "qent-a", (), None, "a"),
    (None, "", (), None, ""),  # set but empty: none
    (None, None, ("qent-a",), None, "bc"),
    (None, None, (), ("qent-a", "qent-b"), "ab"),
    (None, None, (), (), ""),
    ("qent-b", None, ("qent-a",), None, "ac"),  # the environment replaces what TOML disables
    ("", None, ("qent-a",), None, "abc"),
    (None, "qent-b", (), ("qent-a",), "b"),
    ("qent-a", "qent-a,qent-b", (), None, "b"),  # disabled wins over allowed
]


@pytest.mark.parametrize(("disabled", "allowed", "disable", "only", "active"), CASES)
def test_selection(site, monkeypatch, disabled, allowed, disable, only, active):
    packages = {letter: site.add(f"qent-{letter}") for letter in "abc"}
    if disabled is not None:
        monkeypatch.setenv("QENT_DISABLE", disabled)
    if allowed is not None:
        monkeypatch.setenv("QENT_PLUGINS", allowed)

    registry = Registry.load(disable=disable, only=only)

    states = {plugin.distribution[-1]: plugin.state for plugin in registry.plugins}
    assert {letter for letter in "abc" if states[letter] is PluginState.ACTIVE} == set(active)
    for letter, package in packages.items():
        assert site.was_imported(package) == (letter in active)


def test_disabled_plugin_says_by_what(site, monkeypatch):
    site.add("qent-a")
    monkeypatch.setenv("QENT_DISABLE", "qent-a")

    (plugin,) = Registry.load().plugins

    assert plugin.reason == "it is switched off by QENT_DISABLE"
    assert plugin.remedy == "take qent-a out of QENT_DISABLE"


def test_a_broken_plugin_can_be_switched_off(site):
    site.add("qent-a", "raise RuntimeError")

    assert Registry.load(disable=["qent-a"], strict=True).broken == ()
