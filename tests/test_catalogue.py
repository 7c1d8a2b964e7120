"""The catalogue: each component of this repository has a formula that browsers can be shown."""

from __future__ import annotations

import importlib
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from qent_core.build import load_target

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def catalogue():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("catalogue")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_every_component_has_a_formula_or_a_picture(catalogue):
    convert = pytest.importorskip("latex2mathml.converter").convert
    missing = []
    for component in catalogue.components(ROOT):
        formula = catalogue.formula_of(load_target(component))
        picture = ROOT / "docs" / "images" / "catalogue" / f"{component.name}.svg"
        if formula:
            ET.fromstring(convert(formula))
        elif component.kind != "state-family" or not picture.is_file():
            missing.append(f"{component.kind} {component.name}")
    assert missing == [], "add a section 'Formula:' to the docstring of the class"


def test_a_formula_is_the_section_or_else_the_first_that_says_something(catalogue):
    class Own:
        r"""States of dimension $d$ with $x = 1$.

        Formula:
            $\rho = I/d$

        Args:
            d: Dimension, $d = 2$.
        """

    class First:
        r"""States of dimension $d$, $\rho = I/d$."""

    class Nothing:
        """States.

        Args:
            d: Dimension, $d = 2$.
        """

    assert catalogue.formula_of(Own) == r"\rho = I/d"
    assert catalogue.formula_of(First) == r"\rho = I/d"
    assert catalogue.formula_of(Nothing) == ""


def test_pictures_are_what_their_numbers_say(catalogue):
    """At weight 1 the isotropic state of two qubits is pure, with negativity 1/2."""
    text = (ROOT / "docs" / "images" / "catalogue" / "isotropic.svg").read_text(encoding="utf-8")
    negativity, purity = (
        line.get("points").split() for line in ET.fromstring(text) if line.tag.endswith("polyline")
    )
    assert (negativity[0], negativity[-1]) == ("30.0,140.0", "350.0,74.0")
    assert purity[-1] == "350.0,8.0"


def test_orphaned_pictures_are_gone(catalogue):
    names = {component.name for component in catalogue.components(ROOT)}
    assert {p.stem for p in (ROOT / "docs" / "images" / "catalogue").iterdir()} <= names
