"""Figures inside a page: SVG text that shares the page's colours and clashes with no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qent_report.figures import svg_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_WIDE = 1.75
"""Width over height from which on a figure gets a row of its own."""


@dataclass(frozen=True)
class Picture:
    """A figure of a report."""

    name: str
    svg: str
    caption: str
    command: str = ""

    @property
    def wide(self) -> bool:
        """Whether it needs the whole width of a page, as several panels side by side do."""
        box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', self.svg)
        return box is not None and float(box[1]) > _WIDE * float(box[2])


def stored_pictures(folder: Path, captions: Mapping[str, str], command: str) -> list[Picture]:
    """Returns the figures in a folder, in the order of their captions.

    Args:
        folder: Holds ``NAME.svg``.
        captions: Name to caption. A name may lack a number at its end that the file has.
        command: Draws them.
    """
    order = list(captions)
    found = []
    for file in folder.glob("*.svg"):
        name = file.stem
        stem = name if name in captions else re.sub(r"-\d+$", "", name)
        place = order.index(stem) if stem in captions else len(order)
        number = int(name.removeprefix(stem).lstrip("-") or 0) if stem != name else 0
        picture = Picture(
            name, inline(file.read_text("utf-8"), name), captions.get(stem, name), command
        )
        found.append((place, number, name, picture))
    return [picture for *_, picture in sorted(found, key=lambda entry: entry[:3])]


def drawn_picture(
    name: str, draw: Callable[[], Figure], caption: str, command: str = ""
) -> Picture:
    """Returns a figure that is drawn for the page alone."""
    return Picture(name, inline(svg_text(draw), name), caption, command)


def inline(svg: str, name: str) -> str:
    """Returns an SVG file as it may stand inside an HTML page, beside others.

    The XML head and the metadata are dropped, and every id gets the figure's name in front.

    Example:
        >>> inline('<?xml version="1.0"?><svg><g id="a"/><use xlink:href="#a"/></svg>', "one")
        '<svg aria-hidden="true"><g id="one-a"/><use xlink:href="#one-a"/></svg>'
    """
    text = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    # The figure around it has the caption as its label.
    return text.replace("<svg", '<svg aria-hidden="true"', 1).strip()
