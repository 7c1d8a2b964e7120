"""Recipes: found in installed packages, isolated from each other, suggested by near names."""

import sys

import pytest

from qent_core.dataset import recipes
from qent_core.errors import ComponentAmbiguousError, ComponentUnknownError

RECIPE = '# Mixtures of two qubits\n[[states]]\nuse = "hilbert-schmidt"\ncount = 1000\n'


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Function that installs a fake distribution with recipes."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("QENT_DISABLE", raising=False)
    monkeypatch.delenv("QENT_PLUGINS", raising=False)

    def add(distribution, files, init=""):
        package = distribution.replace("-", "_")
        folder = tmp_path / package / "recipes"
        folder.mkdir(parents=True)
        (tmp_path / package / "__init__.py").write_text(init)
        for name, text in files.items():
            (folder / name).write_text(text)
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(
            f"[qent.recipes]\n{distribution} = {package}.recipes\n"
        )

    everything = recipes.metadata.distributions
    monkeypatch.setattr(recipes.metadata, "distributions", lambda: everything(path=[str(tmp_path)]))
    yield add
    for name in list(sys.modules):
        if name.partition(".")[0] in ("qent_one", "qent_two", "qent_bad"):
            del sys.modules[name]


def test_recipes_are_found_by_name(site):
    site("qent-one", {"mixtures.toml": RECIPE, "README.md": "no recipe"})
    found, broken = recipes.installed_recipes()
    assert [(r.name, r.distribution, r.summary) for r in found] == [
        ("mixtures", "qent-one", "Mixtures of two qubits")
    ]
    assert not broken
    assert recipes.find_recipe("mixtures").text == RECIPE
    assert recipes.find_recipe("qent_one:mixtures").version == "1.0"


def test_two_of_one_name_stay_apart(site):
    site("qent-one", {"same.toml": RECIPE})
    site("qent-two", {"same.toml": RECIPE})
    with pytest.raises(ComponentAmbiguousError, match=r"qent-one 1\.0 and qent-two 1\.0"):
        recipes.find_recipe("same")
    assert recipes.find_recipe("qent-two:same").distribution == "qent-two"


def test_an_unknown_name(site):
    site("qent-one", {"mixtures.toml": RECIPE})
    with pytest.raises(ComponentUnknownError, match="no recipe 'mixture'") as caught:
        recipes.find_recipe("mixture")
    assert "did you mean 'mixtures'" in caught.value.do


def test_a_broken_package_hides_no_other(site):
    site("qent-bad", {"x.toml": RECIPE}, init="raise RuntimeError('broken')")
    site("qent-one", {"mixtures.toml": RECIPE})
    found, broken = recipes.installed_recipes()
    assert [recipe.name for recipe in found] == ["mixtures"]
    assert [(b.distribution, b.reason) for b in broken] == [("qent-bad", "RuntimeError: broken")]
    with pytest.raises(ComponentUnknownError) as caught:
        recipes.find_recipe("x")
    assert "qent-bad (RuntimeError: broken)" in caught.value.do


def test_plugins_that_are_switched_off_are_not_imported(site, monkeypatch):
    site("qent-bad", {"x.toml": RECIPE}, init="raise RuntimeError('broken')")
    monkeypatch.setenv("QENT_DISABLE", "qent-bad")
    assert recipes.installed_recipes() == ((), ())
