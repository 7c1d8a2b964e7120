"""The catalogue: each component has a formula, each family and channel a picture that is true."""

from __future__ import annotations

import importlib
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from qent_core.build import load_target

ROOT = Path(__file__).parents[1]


def tool(name):
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def catalogue():
    return tool("catalogue")


@pytest.fixture(scope="module")
def definitions():
    return tool("definitions")


def test_every_component_has_a_definition_that_browsers_can_draw(definitions, catalogue):
    convert = pytest.importorskip("latex2mathml.converter").convert
    missing = []
    for component in catalogue.components(ROOT):
        formulas = definitions.formulas_of(load_target(component))
        for formula in formulas:
            drawn = ET.fromstring(convert(formula))
            # A command that the converter does not know stays as text, and so does its "&".
            assert not re.search(r"[\\&]", "".join(drawn.itertext())), component.name
        if not formulas:
            missing.append(f"{component.kind} {component.name}")
    assert missing == [], "add a section 'Formula:' to the docstring of the class"


def test_a_definition_is_the_section_or_else_the_paragraph_of_the_first_formula(definitions):
    class Own:
        r"""States of dimension $d$ with $x = 1$.

        Formula:
            $\rho = I/d$

            with ``d`` levels.

        Args:
            d: Dimension, $d = 2$.
        """

    class InTheSummary:
        r"""States $\rho = I/d$.

        Of d levels.

        More: $x = 1$.
        """

    class InAParagraph:
        r"""States without noise.

        Of some energy.

        $$\rho \propto H,$$

        with $H$ the energy.

        Known to be separable.
        """

    class Nothing:
        """States.

        Args:
            d: Dimension, $d = 2$.
        """

    assert definitions.definition_of(Own) == "$$\n\\rho = I/d\n$$\n\nwith `d` levels."
    assert definitions.definition_of(InTheSummary) == (
        "States\n\n$$\n\\rho = I/d\n$$\n\nOf d levels."
    )
    assert definitions.definition_of(InAParagraph) == (
        "$$\n\\rho \\propto H\n$$\n\nwith $H$ the energy."
    )
    assert definitions.definition_of(Nothing) == ""


@pytest.fixture(scope="module")
def table():
    return tool("picture_table")


def picture(name):
    return (ROOT / "docs" / "images" / "catalogue" / f"{name}.svg").read_text(encoding="utf-8")


def polylines(name):
    drawn = [x for x in ET.fromstring(picture(name)) if x.tag.endswith("polyline")]
    return [[tuple(map(float, p.split(","))) for p in x.get("points").split()] for x in drawn]


def strip(name):
    """Returns the colour and the share of the axis of each piece of the strip of verdicts."""
    pieces = [x for x in ET.fromstring(picture(name)) if x.tag.endswith("rect")]
    return [(x.get("fill"), float(x.get("width")) / 300) for x in pieces]


def test_every_family_and_channel_has_a_small_picture(catalogue, table):
    for component in catalogue.components(ROOT):
        if component.kind in ("state-family", "channel") and component.name not in table.WITHOUT:
            assert len(picture(component.name)) < 15_000, component.name


def test_orphaned_pictures_are_gone(table):
    stems = {p.stem for p in (ROOT / "docs" / "images" / "catalogue").iterdir()}
    assert stems == set(table.FAMILIES) | set(table.CHANNELS)


def test_an_isotropic_state_is_drawn_from_separable_to_pure():
    """The negativity is 0 up to 1/3 and 1/2, half the height of the qutrits' 1, at the end."""
    qubits, qutrits = polylines("isotropic")
    assert qubits[0] == (50.0, 140.0)
    assert qubits[-1] == (350.0, 80.0)
    assert qutrits[-1] == (350.0, 20.0)
    assert max(x for x, y in qubits if y == 140.0) == pytest.approx(150, abs=4)


def test_the_strip_shows_where_a_state_is_separable_ppt_entangled_and_npt():
    """Horodecki's states of alpha: borders at 1, 2, 3 and 4 of 5."""
    colours = tool("drawing").VERDICT_COLOURS
    pieces = strip("horodecki-alpha")
    order = ["NPT", "PPT-entangled", "separable", "PPT-entangled", "NPT"]
    assert [colour for colour, _ in pieces] == [colours[name] for name in order]
    assert [share for _, share in pieces] == pytest.approx([0.2] * 5, abs=0.013)


@pytest.mark.parametrize(
    ("name", "share"), [("bures", 25 / 341), ("hilbert-schmidt", 8 / 33), ("bell-diagonal", 1 / 2)]
)
def test_the_share_of_separable_states_is_that_of_the_measure(name, share):
    said = re.search(r"(\d+)% PPT", picture(name)).group(1)
    assert int(said) / 100 == pytest.approx(share, abs=0.03)


def test_white_noise_ends_the_entanglement_of_a_bell_state_at_two_thirds():
    bell = polylines("depolarizing")[0]
    assert bell[0] == (50.0, 20.0)
    assert min(x for x, y in bell if y == 140.0) == pytest.approx(50 + 200, abs=4)
