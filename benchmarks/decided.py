"""``python -m benchmarks.decided``: which share of many states the labeler `certified` decides.

The states are those of the group ``certify``, only more of them. One process per core takes one
row at a time. With ``--docs`` the table of a page is replaced.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.certify import FAMILIES, RANDOM
from benchmarks.environment import available_cores, environment
from benchmarks.page import with_tables
from benchmarks.processes import answer_of, progress
from benchmarks.table import line, said_of, short

PLACE = "decided"

RARE = "2x4, Hilbert-Schmidt"
"""Few of these have a positive partial transpose, so a tenth of the states is taken."""

HEADS = ("states", "question", "decided", "95 % interval", "wrong", "refused", "by", "states/s")


def main(words: Sequence[str] | None = None) -> None:
    """Decides the states, prints the table and puts it into a page."""
    chosen = parsed(words)
    here = environment()
    tasks = [name for name, *_ in (*RANDOM, *FAMILIES)]
    with ThreadPoolExecutor(available_cores()) as pool:
        rows = list(pool.map(lambda task: decided(task, chosen), tasks))
    lines = [line(list(HEADS)), "|---" * len(HEADS) + "|"]
    lines += [text for task, row in zip(tasks, rows, strict=True) for text in lines_of(task, row)]
    text = "\n".join([*lines, "", said_of(here)])
    print(text)
    if chosen.docs:
        chosen.docs.write_text(with_tables(chosen.docs.read_text(), {PLACE: text}))


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Returns the command line; ends the process with one line if it makes no sense."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decided")
    parser.add_argument(
        "--states",
        type=int,
        default=10_000,
        help="of each random ensemble; whole batches are taken",
    )
    parser.add_argument(
        "--families", type=int, default=100, help="of each family; whole batches are taken"
    )
    parser.add_argument("--docs", type=Path, metavar="PAGE", help="replace the table of a page")
    chosen = parser.parse_args(words)
    if min(chosen.states, chosen.families) < 1:
        raise SystemExit("--states and --families: at least one state is needed")
    if chosen.docs:
        try:
            with_tables(chosen.docs.read_text(), {PLACE: ""})
        except (OSError, ValueError) as error:
            raise SystemExit(f"{chosen.docs}: {error}") from error
    return chosen


def decided(task: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Returns the row of one ensemble or family, from a process of its own."""
    count = chosen.families
    if task in {name for name, *_ in RANDOM}:
        count = max(1, chosen.states // (10 if task == RARE else 1))
    request = {"group": "decided", "library": "qent", "limit": 3600.0, "task": task, "count": count}
    row: dict[str, Any] = answer_of(request, progress)["rows"][task]
    return row


def measure(request: dict[str, Any]) -> Any:
    """Returns the one row that is asked for; the child's part."""
    from functools import partial
    from importlib import metadata

    from benchmarks.certify import labelled
    from benchmarks.measurements import Measurements

    # Not all at once: a batch must fit the memory, and the rate is the median of many.
    each = min(request["count"], 1000 if request["task"] in {n for n, *_ in RANDOM} else 20)
    repeats = -(-request["count"] // each)
    call = partial(labelled, request["task"], each, repeats)
    return Measurements(metadata.version("qent-core"), {request["task"]: call})


def lines_of(task: str, row: dict[str, Any]) -> Iterable[str]:
    """Yields one line of the table per question."""
    for question, kept in row["questions"].items():
        low, high = (100 * bound for bound in kept["interval"])
        proofs = ", ".join(
            f"{kind} {number:,}" for kind, number in sorted(kept["criteria"].items())
        )
        yield line(
            [
                task,
                question,
                f"{kept['decided']:,}/{row['states']:,}",
                f"{low:.3f} to {high:.3f} %",
                str(kept["wrong"]),
                str(kept["refused"]),
                proofs,
                short(row["median"]),
            ]
        )


if __name__ == "__main__":
    main(sys.argv[1:])
