"""Formulas of the site as MathML: browsers draw it themselves, so no script is loaded."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
_BAR = re.compile(r"<mo([^>]*)>(?:\||&#x0007C;)</mo>")

_SCROLLING = "overflow-x:auto;overflow-y:hidden;padding:0.2em 0"


def on_page_content(content: str, **_: Any) -> str:
    """Replaces what the extension arithmatex marked; a formula that cannot be read is an error."""
    return _FORMULA.sub(_mathml, content)


def _mathml(found: re.Match[str]) -> str:
    block = found.group(1) == "div"
    formula = convert(html.unescape(found.group(2)), display="block" if block else "inline")
    # The bar of kets, bras and moduli is no operator that asks for space around it.
    formula = _BAR.sub(r'<mo lspace="0" rspace="0"\1>|</mo>', formula)
    # A wide formula scrolls by itself; the page does not.
    return f'<div style="{_SCROLLING}">{formula}</div>' if block else formula
