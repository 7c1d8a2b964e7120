"""Names to components, and errors that say what to do next."""

from __future__ import annotations

import pytest

from qent_core import resolution
from qent_core.errors import (
    ComponentAmbiguousError,
    ComponentUnknownError,
    ParameterInvalidError,
    PluginBrokenError,
)
from qent_core.provider_index import ProviderIndex, Provision
from qent_core.records import LabelerSpec
from qent_core.registry import Registry, default_registry

TWO_KINDS = """
from qent_core.api import ChannelSpec, LabelerSpec, hookimpl

@hookimpl
def qent_labelers():
    yield LabelerSpec(name="realignment", target="a.b:C", summary="A labeler")
    yield LabelerSpec(name="both", target="a.b:C", summary="A labeler")

@hookimpl
def qent_channels():
    yield ChannelSpec(name="dephasing", target="a.b:C", summary="A channel")
    yield ChannelSpec(name="both", target="a.b:C", summary="A channel")
"""


@pytest.fixture
def index(monkeypatch):
    """An index that knows what two packages provide."""
    known = ProviderIndex(
        (
            Provision("qent-pptes", "state-family", "acin", "Acin states"),
            Provision("qent-bad", "labeler", "witness", "A witness"),
        )
    )
    monkeypatch.setattr(resolution, "provider_index", lambda: known)


def test_components_are_sorted_by_kind_and_name(site):
    site.add("qent-zeta", TWO_KINDS)

    components = Registry.load().components()

    assert [(c.kind, c.name) for c in components] == [
        ("channel", "both"),
        ("channel", "dephasing"),
        ("labeler", "both"),
        ("labeler", "realignment"),
    ]
    assert [c.name for c in Registry.load().components("channels")] == ["both", "dephasing"]


def test_resolve_by_bare_and_qualified_name(site):
    site.add("qent-alpha", TWO_KINDS)
    registry = Registry.load()

    for name in ("realignment", "qent-alpha:realignment", "qent_alpha:realignment"):
        component = registry.resolve(name, "labeler")
        assert (component.name, component.provider) == ("realignment", "qent-alpha 1.0")
        assert component.origin == "plugin"
    assert registry.resolve("both", "channel").kind == "channel"


def test_name_of_two_kinds_asks_for_the_kind(site):
    site.add("qent-alpha", TWO_KINDS)

    with pytest.raises(ComponentAmbiguousError, match="a channel and a labeler") as caught:
        Registry.load().resolve("both")
    assert "--kind channel or labeler" in caught.value.do


class TestTwoProviders:
    @pytest.fixture(autouse=True)
    def two(self, site):
        site.add("qent-alpha", TWO_KINDS)
        site.add("qent-beta", TWO_KINDS, version="2.5")

    def test_bare_name_names_both_and_the_ways_out(self):
        with pytest.raises(ComponentAmbiguousError) as caught:
            Registry.load().resolve("realignment", "labeler", where="study.toml, [labels] use")
        error = caught.value
        assert error.what == (
            "2 plugins provide the labeler 'realignment': qent-alpha 1.0 and qent-beta 2.5"
        )
        assert error.where == "study.toml, [labels] use"
        assert "'qent-alpha:realignment' or 'qent-beta:realignment'" in error.do
        assert '[prefer] realignment = "qent-alpha"' in error.do

    def test_qualified_name_chooses(self):
        assert Registry.load().resolve("qent-beta:realignment").version == "2.5"

    def test_prefer_chooses(self):
        registry = Registry.load(prefer={"realignment": "qent_beta"})
        assert registry.resolve("realignment").distribution == "qent-beta"

    def test_prefer_for_a_stranger_is_said(self):
        registry = Registry.load(prefer={"realignment": "qent-gamma"})
        with pytest.raises(ComponentAmbiguousError, match="names qent-gamma, which does not"):
            registry.resolve("realignment")

    def test_both_stay_listed(self):
        assert len(Registry.load().components("labeler")) == 4


class TestUnknownName:
    def test_misspelt(self, site, index):
        site.add("qent-alpha", TWO_KINDS)
        with pytest.raises(ComponentUnknownError) as caught:
            Registry.load().resolve("realignmnt", "labeler", where="study.toml, [labels] use")
        assert str(caught.value).splitlines() == [
            "no labeler is called 'realignmnt'",
            "  where: study.toml, [labels] use",
            "  do:    did you mean 'realignment' (qent-alpha)?",
            "         List them all with: qent list --kind labeler",
        ]

    def test_of_another_kind(self, site, index):
        site.add("qent-alpha", TWO_KINDS)
        with pytest.raises(ComponentUnknownError, match=r"'dephasing' is a channel \(qent-alpha\)"):
            Registry.load().resolve("dephasing", "labeler")

    def test_from_another_distribution(self, site, index):
        site.add("qent-alpha", TWO_KINDS)
        with pytest.raises(ComponentUnknownError) as caught:
            Registry.load().resolve("qent-beta:dephasing", "channel")
        assert caught.value.what == "qent-beta provides no channel called 'dephasing'"
        assert "'qent-alpha:dephasing'" in caught.value.do

    def test_not_installed(self, site, index):
        with pytest.raises(ComponentUnknownError) as caught:
            Registry.load().resolve("acin", "state-family")
        assert "'acin' is provided by qent-pptes, which is not installed" in caught.value.do
        assert "pip install qent-pptes" in caught.value.do

    def test_misspelt_and_not_installed(self, site, index):
        with pytest.raises(ComponentUnknownError, match="did you mean 'acin'") as caught:
            Registry.load().resolve("acinn", "state-family")
        assert "pip install qent-pptes" in caught.value.do

    def test_disabled(self, site, index):
        site.add("qent-pptes")
        with pytest.raises(ComponentUnknownError, match="switched off by"):
            Registry.load(disable=["qent-pptes"]).resolve("acin", "state-family")

    def test_installed_in_another_version(self, site, index):
        site.add("qent-pptes")
        with pytest.raises(ComponentUnknownError, match="pip install --upgrade qent-pptes"):
            Registry.load().resolve("acin", "state-family")

    def test_known_provider_is_broken(self, site, index):
        site.add("qent-bad", "raise RuntimeError('boom')")
        with pytest.raises(PluginBrokenError) as caught:
            Registry.load().resolve("witness", "labeler")
        assert "the labeler 'witness' comes from qent-bad 1.0, which is broken" in caught.value.what
        assert "boom" in caught.value.what
        assert "qent doctor" in caught.value.do
        assert caught.value.exit_code == 3

    def test_unknown_plugin_is_broken(self, site, index):
        site.add("qent-own", "raise RuntimeError('boom')")
        with pytest.raises(ComponentUnknownError, match="may come from qent-own, which is broken"):
            Registry.load().resolve("anything", "labeler")

    def test_damaged_index_costs_hints_only(self, site, monkeypatch):
        monkeypatch.setattr(resolution, "provider_index", ProviderIndex)
        with pytest.raises(ComponentUnknownError, match="no state family is called 'acin'"):
            Registry.load().resolve("acin", "state-family")

    def test_unknown_kind(self, site):
        with pytest.raises(ParameterInvalidError, match="did you mean 'labeler'"):
            Registry.load().components("labeller")


class TestInstalledLater:
    def test_unknown_name_looks_again(self, site):
        registry = Registry.load()
        site.add("qent-alpha", TWO_KINDS)
        assert registry.resolve("realignment").distribution == "qent-alpha"

    def test_removed_plugin_is_gone_after_refresh(self, site):
        site.add("qent-alpha", TWO_KINDS)
        registry = Registry.load()
        (site.root / "qent_alpha-1.0.dist-info" / "entry_points.txt").write_text("")
        registry.refresh()
        assert registry.plugins == ()

    def test_repaired_plugin_is_found(self, site):
        site.add("qent-alpha", "raise RuntimeError")
        registry = Registry.load()
        file = site.root / "qent_alpha" / "plugin.py"
        file.write_text(TWO_KINDS + "# longer than before, so that no cached bytecode is taken\n")
        assert registry.resolve("realignment").distribution == "qent-alpha"
        assert registry.broken == ()


class TestRegister:
    def test_class_by_base(self, site):
        from qent_core.api import StateFamily

        registry = Registry.load()

        @registry.register
        class MyFamily(StateFamily):
            """States of my own."""

            def sample(self, count, rng): ...

        component = registry.resolve("my-family", "state-family")
        assert component.implementation is MyFamily
        assert (component.origin, component.distribution) == ("script", "script")
        assert component.spec.summary == "States of my own"

    def test_named_decorator_with_facts(self, site):
        from qent_core.api import Labeler

        registry = Registry.load()

        @registry.register(name="purity", gives="measure")
        class Anything(Labeler):
            def label(self, batch): ...

        assert registry.resolve("purity").spec.gives == "measure"
        assert Anything.__name__ == "Anything"

    def test_estimators_by_their_methods(self, site):
        registry = Registry.load()

        class Mean:
            def fit(self, X, y): ...
            def predict(self, X): ...

        class Square:
            def fit(self, X, y=None): ...
            def transform(self, X): ...

        class Unclear:
            pass

        registry.register(Mean)
        registry.register(Square, name="squares")
        assert registry.resolve("mean").kind == "model"
        assert registry.resolve("squares").kind == "feature"
        with pytest.raises(ParameterInvalidError, match="kind of Unclear is not clear"):
            registry.register(Unclear)
        registry.register(Unclear, kind="study")
        assert registry.resolve("unclear").kind == "study"

    def test_record(self, site):
        registry = Registry.load()
        registry.register(LabelerSpec(name="mine", target="a.b:C", summary="Mine"))
        assert registry.resolve("mine").implementation is None

    def test_again_replaces(self, site):
        registry = Registry.load()
        for summary in ("first", "second"):
            registry.register(LabelerSpec(name="mine", target="a.b:C", summary=summary))
        assert registry.resolve("mine").spec.summary == "second"

    def test_clash_with_a_plugin_is_ambiguous(self, site):
        site.add("qent-alpha", TWO_KINDS)
        registry = Registry.load()
        registry.register(LabelerSpec(name="realignment", target="a.b:C", summary="Mine"))
        with pytest.raises(ComponentAmbiguousError, match=r"qent-alpha 1\.0 and script"):
            registry.resolve("realignment")
        assert registry.resolve("script:realignment").origin == "script"

    @pytest.mark.parametrize(
        ("thing", "settings", "said"),
        [
            (3, {}, "only a class or a record"),
            (LabelerSpec(name="x", target="a:B", summary="x"), {"name": "y"}, "already has"),
            (dict, {"kind": "labeler", "gives": "nonsense"}, "cannot be registered"),
            (dict, {"kind": "labeler", "nonsense": 1}, "cannot be registered"),
            (dict, {"kind": "labeler", "name": "Not A Name"}, "cannot be registered"),
        ],
    )
    def test_refusals(self, site, thing, settings, said):
        with pytest.raises(ParameterInvalidError, match=said):
            Registry.load().register(thing, **settings)

    def test_module_level_register_reaches_every_registry(self, site):
        from qent_core.registration import register

        before = Registry.load()
        register(LabelerSpec(name="mine", target="a.b:C", summary="Mine"))
        assert before.resolve("mine") == default_registry().resolve("mine")
