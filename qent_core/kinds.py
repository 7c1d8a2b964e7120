"""The kinds of components, one per hook, with the words and the TOML tables that go with them."""

from __future__ import annotations

from dataclasses import dataclass

from qent_core.errors import ParameterInvalidError
from qent_core.hooks import RECORD_OF_HOOK
from qent_core.names import canonical, listed, nearest
from qent_core.records import ComponentSpec


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of component."""

    name: str
    """As records and ``--kind`` spell it, for example ``"state-family"``."""
    word: str
    """As a sentence says it, for example ``"state family"``."""
    plural: str
    table: str
    """Header of the TOML table that uses it, or empty."""
    record: type[ComponentSpec]


_WORDS = {
    "state-family": ("state family", "state families", "[[states]]"),
    "channel": ("channel", "channels", "[[channels]]"),
    "labeler": ("labeler", "labelers", "[labels]"),
    "feature": ("feature", "features", "[features]"),
    "model": ("model", "models", "[model]"),
    "study": ("study", "studies", ""),
}

KINDS: dict[str, Kind] = {
    record.kind: Kind(record.kind, *_WORDS[record.kind], record)
    for record in RECORD_OF_HOOK.values()
    if issubclass(record, ComponentSpec)
}
"""Every kind by its name, in the order data flows through them."""


def word_for(kind: str | None) -> str:
    """Returns the word a sentence uses for a kind; None stands for any kind.

    Example:
        >>> word_for("state-family"), word_for(None)
        ('state family', 'component')
    """
    return KINDS[kind].word if kind in KINDS else "component"


def parse_kind(text: str) -> str:
    """Returns the name of the kind that a user means.

    Raises:
        ParameterInvalidError: There is no such kind.

    Example:
        >>> parse_kind("labelers"), parse_kind("states")
        ('labeler', 'state-family')
    """
    meant: dict[str, str] = {}
    for kind in KINDS.values():
        spellings = (kind.name, kind.word, kind.plural, kind.table.strip("[]"))
        meant.update({canonical(word).replace(" ", "-"): kind.name for word in spellings if word})
    meant["family"] = meant["families"] = "state-family"
    key = canonical(text).replace(" ", "-")
    if key not in meant:
        near = nearest(key, meant, count=1)
        hint = f"did you mean '{meant[near[0]]}'? " if near else ""
        raise ParameterInvalidError(
            f"no kind of component is called '{text}'",
            do=f"{hint}The kinds are {listed(KINDS)}",
        )
    return meant[key]
