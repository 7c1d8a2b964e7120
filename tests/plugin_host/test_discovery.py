"""Phase A: what the metadata says, however damaged, and nothing imported."""

from __future__ import annotations

import pytest

from qent_core import discovery


def test_name_version_and_module_come_from_the_metadata(site):
    package = site.add("qent-alpha", version="2.3", requires=("numpy", "qent_core>=0.1,<1"))

    (plugin,) = discovery.discover()

    assert (plugin.distribution, plugin.version) == ("qent-alpha", "2.3")
    assert plugin.module == "qent_alpha.plugin"
    assert plugin.summary == "a fake plugin"
    assert plugin.core_requirement == "qent_core>=0.1,<1"
    assert plugin.problem == ""
    assert not site.was_imported(package)


def test_metadata_is_read_once_until_refresh(site):
    site.add("qent-alpha")
    assert len(discovery.discover()) == 1
    site.add("qent-beta")

    assert len(discovery.discover()) == 1
    assert [plugin.distribution for plugin in discovery.refresh()] == ["qent-alpha", "qent-beta"]
    assert len(discovery.discover()) == 2


@pytest.mark.parametrize(
    ("group", "outdated"),
    [("qent.v2", "qent-core"), ("qent.v0", "qent-alpha")],
    ids=["plugin newer than the core", "plugin older than the core"],
)
def test_plugin_for_another_api_is_listed_and_not_imported(site, group, outdated):
    package = site.add("qent-alpha", group=group)

    (plugin,) = discovery.discover()

    assert "of the plugin API" in plugin.problem
    assert plugin.remedy == f"pip install --upgrade {outdated}"
    assert not site.was_imported(package)


def test_plugin_for_two_apis_is_taken_for_ours(site):
    site.add("qent-alpha", entry_points="[qent.v1]\na = qent_alpha.plugin\n[qent.v2]\na = x.y\n")

    (plugin,) = discovery.discover()

    assert plugin.problem == ""
    assert plugin.module == "qent_alpha.plugin"


@pytest.mark.parametrize("text", ["", "Metadata-Version: 2.1\nVersion: 1.0\n", "\0\0garbage"])
def test_distribution_without_a_name_survives(site, text):
    site.add("qent-alpha", metadata_text=text)
    site.add("qent-beta")

    nameless, good = discovery.discover()

    assert nameless.distribution == discovery.NO_NAME
    assert "no name" in nameless.problem
    assert good.distribution == "qent-beta"
    assert good.problem == ""


def test_two_distributions_without_a_name_are_two(site):
    site.add("qent-alpha", metadata_text="Version: 1.0\n")
    site.add("qent-beta", metadata_text="Version: 1.0\n")

    assert {plugin.module for plugin in discovery.discover()} == {
        "qent_alpha.plugin",
        "qent_beta.plugin",
    }


def test_missing_version_is_called_unknown(site):
    site.add("qent-alpha", metadata_text="Name: qent-alpha\n")

    (plugin,) = discovery.discover()

    assert plugin.version == "unknown"
    assert plugin.problem == ""


@pytest.mark.parametrize(
    ("entry_points", "said"),
    [
        ("[qent.v1]\nno equals sign\n", "cannot be read"),
        ("[qent.v1]\na = qent_alpha.plugin\nb = qent_alpha.other\n", "several plugin modules"),
        ("[qent.v1]\na = not a module!\n", "names no module"),
        ("[qent.v1]\na =\n", "names no module"),
    ],
)
def test_damaged_entry_points_are_a_problem_of_that_plugin_alone(site, entry_points, said):
    site.add("qent-alpha", entry_points=entry_points)
    site.add("qent-beta")

    bad, good = discovery.discover()

    assert said in bad.problem
    assert bad.remedy
    assert good.problem == ""


@pytest.mark.parametrize(
    "entry_points",
    ["[console_scripts]\nx = y:z\n", "[qent.vx]\na = b\n", "broken\n[also\nbroken = = =", ""],
)
def test_strangers_are_left_alone_even_when_damaged(site, entry_points):
    site.add("some-other-package", entry_points=entry_points)

    assert discovery.discover() == ()


def test_distribution_twice_on_the_path_counts_once(site):
    site.add("qent-alpha", version="1.0")
    twin = site.root / "QENT_Alpha-0.9.dist-info"
    twin.mkdir()
    (twin / "METADATA").write_text("Name: QENT_Alpha\nVersion: 0.9\n")
    (twin / "entry_points.txt").write_text("[qent.v1]\nx = qent_alpha.plugin\n")

    assert len(discovery.discover()) == 1
