"""``qent search``: a word in everything known, installed or not."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="All must occur.")],
    as_json: AsJson = False,
) -> None:
    """Search the known components.

    Names, kinds, summaries and packages of what is installed and of what the index of known plugins
    lists. Nothing heavy is imported.

    Example: qent search bell
    """
    from dataclasses import asdict

    from qent_core.cli.output import columns, print_json, print_lines
    from qent_core.index.search import search as find
    from qent_core.names import counted
    from qent_core.provider_index import provider_index
    from qent_core.registry import default_registry

    hits = find(words, default_registry().components(), provider_index())
    if as_json:
        print_json({"hits": [asdict(hit) for hit in hits]})
        return
    if not hits:
        print_lines(f"nothing known mentions {' '.join(words)}. All components: qent list")
        return
    rows = [
        (hit.kind, hit.name, hit.distribution if hit.installed else f"({hit.distribution})",
         hit.summary)
        for hit in hits
    ]  # fmt: skip
    print_lines(*columns(rows))
    away = sorted({hit.distribution for hit in hits if not hit.installed})
    print_lines("", f"{counted(len(hits), 'component')}. More: qent show NAME")
    if away:
        print_lines(f"(in brackets: not installed)  qent install {' '.join(away)}")
