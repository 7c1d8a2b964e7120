"""What defines a component, as Markdown: its formula and what the symbols in it mean.

It is the section "Formula:" of the class's docstring or, without one, the paragraph there in which
the first formula stands that says what something is, with those that go on from it. So a plugin of
anybody brings its own.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

_SAYS = re.compile(r"=|\\mapsto|\\to|\\le|\\ge|\\propto|\\rangle|\\otimes")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<!\$)\$([^$]+)\$", re.DOTALL)
_SECTION = re.compile(r"^(?:Args|Example|Raises|Attributes):$", re.MULTILINE)
# What a sentence leaves behind when its formula is set on a line of its own.
_LONE = re.compile(r"^[.,;:]\s*")


def definition_of(target: Any) -> str:
    r"""Returns the definition of a class as Markdown; empty if there is none.

    Example:
        >>> class Thermal:
        ...     r'''States $\rho \propto e^{-\beta H}$ of a spin.
        ...
        ...     H is its energy.
        ...     '''
        >>> print(definition_of(Thermal))
        States
        <BLANKLINE>
        $$
        \rho \propto e^{-\beta H}
        $$
        <BLANKLINE>
        of a spin.
        <BLANKLINE>
        H is its energy.
    """
    text = inspect.cleandoc(vars(target).get("__doc__") or "")
    own = re.search(r"^Formula:\n((?:[ ]+.*\n?|\n)+)", text, re.MULTILINE)
    chosen = inspect.cleandoc(own.group(1)) if own else _first_that_says(text)
    return _displayed(chosen.replace("``", "`")) if chosen else ""


def formulas_of(target: Any) -> list[str]:
    """Returns the formulas in the definition of a class, in TeX without dollars."""
    return [" ".join((a or b).split()) for a, b in _FORMULA.findall(definition_of(target))]


def _first_that_says(text: str) -> str:
    paragraphs = re.split(r"\n{2,}", _SECTION.split(text)[0].strip())
    says = [any(_SAYS.search(a or b) for a, b in _FORMULA.findall(p)) for p in paragraphs]
    if not any(says):
        return ""
    start = says.index(True)
    kept = [paragraphs[start]]
    for number in range(start + 1, len(paragraphs)):
        goes_on = re.match(r"[a-z$]", paragraphs[number]) or kept[-1].endswith(":")
        # The summary line never explains its own symbols.
        if not (goes_on or number == 1) or re.match(r"[A-Z][\w ]*:$", paragraphs[number]):
            break
        kept.append(paragraphs[number])
    return "\n\n".join(kept)


def _displayed(text: str) -> str:
    """Returns the text with its first formula, or those marked so, on lines of their own."""
    if "$$" not in text:
        first = next(found for found in _FORMULA.finditer(text) if _SAYS.search(found.group(2)))
        text = f"{text[: first.start()]}$${first.group(2)}$${text[first.end() :]}"
    pieces = re.split(r"\$\$(.+?)\$\$", text, flags=re.DOTALL)
    for odd in range(1, len(pieces), 2):
        pieces[odd] = "$$\n" + " ".join(pieces[odd].split()).rstrip(",.") + "\n$$"
        pieces[odd + 1] = _LONE.sub("", pieces[odd + 1].strip())
    return "\n\n".join(piece.strip() for piece in pieces if piece.strip())
