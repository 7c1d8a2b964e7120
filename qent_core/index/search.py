"""Looking for a word in everything that is known: installed components and the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qent_core.kinds import KINDS
from qent_core.names import canonical
from qent_core.provider_index import ProviderIndex
from qent_core.registered import Component


@dataclass(frozen=True, slots=True)
class Hit:
    """One component that a search found."""

    kind: str
    name: str
    distribution: str
    summary: str
    installed: bool


def search(
    words: Iterable[str], components: Iterable[Component], index: ProviderIndex
) -> list[Hit]:
    """Returns the components in whose name, kind, summary or provider every word occurs.

    Args:
        words: What to look for; upper and lower case are the same.
        components: What is installed and active.
        index: What is known beyond that.
    """
    hits = {
        (c.kind, c.name, canonical(c.distribution)): Hit(
            c.kind, c.name, c.distribution, c.spec.summary, True
        )
        for c in components
    }
    for line in index.provisions:
        key = (line.kind, line.name, canonical(line.package))
        hits.setdefault(key, Hit(line.kind, line.name, line.package, line.summary, False))
    wanted = [word.lower() for word in words]
    order = list(KINDS)
    return sorted(
        (hit for hit in hits.values() if all(word in _text(hit) for word in wanted)),
        key=lambda hit: (order.index(hit.kind), hit.name, hit.distribution),
    )


def _text(hit: Hit) -> str:
    return " ".join((hit.name, hit.kind, hit.summary, hit.distribution)).lower()
