"""``python -m benchmarks [GROUP ...] [--quick] [--docs PAGE] …``: see `parsed`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.options import Options
from benchmarks.page import tables_of, with_tables
from benchmarks.results import results
from benchmarks.table import markdown, of_group

GROUPS = ("operations", "sampling", "certify", "datasets", "training", "vqc")


def main(words: Sequence[str] | None = None) -> None:
    """Measures the chosen groups, all by default, and prints their tables."""
    chosen = parsed(words)
    options = Options.chosen(chosen.repeats, quick=chosen.quick, limit=chosen.limit)
    here, found, begun = environment(), [], time.monotonic()
    for name in chosen.groups or GROUPS:
        print(f"{time.monotonic() - begun:4.0f} s: {name}", file=sys.stderr, flush=True)
        found.append(import_module(f"benchmarks.{name}").run(options))
        print("\n".join(of_group(found[-1])), flush=True)
    print(f"{time.monotonic() - begun:4.0f} s: done", file=sys.stderr, flush=True)
    everything = results(here, found)
    if chosen.json:
        chosen.json.write_text(json.dumps(everything, indent=1) + "\n")
    if chosen.markdown:
        chosen.markdown.write_text(markdown(everything) + "\n")
    if chosen.docs:
        chosen.docs.write_text(with_tables(chosen.docs.read_text(), tables_of(everything)))


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Returns the command line; ends the process with one line if it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        usage="%(prog)s [GROUP ...] [--quick] [--repeats N] [--limit SECONDS] "
        "[--json FILE] [--markdown FILE] [--docs PAGE]",
        description="qent beside its peers, in one run. Groups: " + ", ".join(GROUPS) + ".",
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="all by default")
    parser.add_argument("--quick", action="store_true", help="a look, one repeat of few states")
    parser.add_argument("--repeats", type=int, metavar="N", help="measurements per figure")
    parser.add_argument(
        "--limit", type=float, metavar="SECONDS", help="give up a row of a library after so long"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there")
    parser.add_argument("--docs", type=Path, metavar="PAGE", help="replace the tables of a page")
    chosen = parser.parse_args(words)
    for name in chosen.groups:
        if name not in GROUPS:
            raise SystemExit(f"no group is called {name!r}: choose from {', '.join(GROUPS)}")
    if chosen.repeats is not None and chosen.repeats < 1:
        raise SystemExit(f"--repeats {chosen.repeats}: at least one measurement is needed")
    if chosen.limit is not None and not chosen.limit > 0:
        raise SystemExit(f"--limit {chosen.limit:g}: give a number of seconds above 0")
    if chosen.docs is not None:
        check_page(chosen.docs, chosen.groups or GROUPS, quick=chosen.quick)
    for file in (chosen.json, chosen.markdown):
        if file is not None and not file.parent.is_dir():
            raise SystemExit(f"{file}: there is no folder {file.parent}")
    return chosen


def check_page(page: Path, groups: Sequence[str], *, quick: bool) -> None:
    """Ends the process with one line if the tables of a page cannot be replaced."""
    if quick:
        raise SystemExit("--docs with --quick: a page shows what a whole run has measured")
    if not page.is_file():
        raise SystemExit(f"{page}: there is no such page")
    try:
        with_tables(page.read_text(), dict.fromkeys((*groups, "environment"), ""))
    except ValueError as error:
        raise SystemExit(f"{page}: {error}") from error


if __name__ == "__main__":
    main()
