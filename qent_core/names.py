"""How names are spelt and compared: component names, distribution names, near misses."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_SEPARATORS = re.compile(r"[-_.]+")


def kebab_case(class_name: str) -> str:
    """Returns the component name that a class name stands for.

    Example:
        >>> kebab_case("BellDiagonal"), kebab_case("PPTState"), kebab_case("WState3")
        ('bell-diagonal', 'ppt-state', 'w-state3')
    """
    words = (word for word in _WORD_BREAK.split(class_name) if word)
    return "-".join(word.lower() for word in words)


def canonical(distribution: str) -> str:
    """Returns the spelling under which two names of one distribution are equal.

    Example:
        >>> canonical("Qent_Basics")
        'qent-basics'
    """
    return _SEPARATORS.sub("-", distribution.strip()).lower()


def nearest(word: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Returns the known words that ``word`` may have been meant to be, best first.

    Example:
        >>> nearest("realignmnt", ["realignment", "reduction", "ppt"])
        ['realignment']
    """
    # Needed on the way to an error only.
    from difflib import get_close_matches

    spelt = {canonical(candidate): candidate for candidate in known}
    return [spelt[match] for match in get_close_matches(canonical(word), spelt, n=count)]


def listed(words: Iterable[str], last: str = "and") -> str:
    """Returns words as an enumeration.

    Example:
        >>> listed(["a", "b", "c"]), listed(["a", "b"], "or")
        ('a, b and c', 'a or b')
    """
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Returns a number with its noun.

    Example:
        >>> counted(1, "plugin"), counted(2, "study", "studies")
        ('1 plugin', '2 studies')
    """
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
