"""Proofs for random PPT states beside the peers: ``python -m benchmarks.separability``.

Random 2x4 states of induced measures with a positive partial transpose are given to the labeler
`certified` (on one core, and on two at once; every certificate checked a second time), to a
corrective Frank-Wolfe search, and to toqito's `is_separable`, all in the same run on the same
states, with linear algebra on one thread.

    python -m benchmarks.separability --toqito .venv-benchmarks/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.certify import random_ppt, wilson
from benchmarks.frank_wolfe import decomposes
from benchmarks.timing import ONE_THREAD, in_children

ENSEMBLES = (("2x4, induced K=16", 16), ("2x4, Hilbert-Schmidt", 8))
DIMS = (2, 4)


def qent(states: Any, folder: Path, repeats: int, processes: int) -> dict[str, Any]:
    """Returns the throughput of so many processes at once, each with its share of the states."""
    requests = []
    for number, part in enumerate(np.array_split(states, processes)):
        file = folder / f"part-{processes}-{number}.npz"
        np.savez(file, states=part, dims=DIMS)
        requests.append({"file": str(file), "repeats": repeats})
    answers = in_children("benchmarks.separability_worker", requests)
    # Rates per CPU-second, added up: what the cores give when they have nothing else to do.
    rates = [
        sum(a["states"] / s for a, s in zip(answers, each, strict=True))
        for each in zip(*(a["seconds"] for a in answers), strict=True)
    ]
    accepted = sum(a["accepted"] for a in answers)
    return _row(
        f"certified, {processes} core{'s' if processes > 1 else ''}",
        1 / statistics.median(rates), 1 / min(rates), accepted, len(states),
    )  # fmt: skip


def frank_wolfe(states: Any) -> dict[str, Any]:
    """Returns how long the baseline takes, state by state."""
    seconds, decided = [], 0
    for rho in states:
        start = time.process_time()
        decided += decomposes(rho, DIMS)
        seconds.append(time.process_time() - start)
    return _row(
        "corrective Frank-Wolfe", statistics.median(seconds), max(seconds), decided, len(states)
    )


def toqito(states: Any, folder: Path, python: str, limit: float) -> dict[str, Any] | None:
    """Returns how long toqito takes; states that are not done in the limit are left out."""
    file = folder / "toqito.npz"
    np.savez(file, states=states, dims=DIMS)
    worker = Path(__file__).with_name("toqito_worker.py")
    command = [python, str(worker), str(file)]
    environment = {**os.environ, **ONE_THREAD}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        try:
            output, _ = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            output, _ = child.communicate()
    lines = [json.loads(line) for line in output.splitlines()]
    if len(lines) < 2:
        return None
    version, found = lines[0]["version"], lines[1:]
    seconds = [line["seconds"] for line in found]
    row = _row(
        f"toqito {version} is_separable", statistics.median(seconds), max(seconds),
        sum(line["separable"] for line in found), len(found),
    )  # fmt: skip
    return {**row, "reasons": sorted({line["reason"] for line in found})}


def _row(tool: str, median: float, worst: float, decided: int, count: int) -> dict[str, Any]:
    return {
        "tool": tool,
        "seconds_per_state": median,
        "worst": worst,
        "decided": decided,
        "count": count,
        "interval": wilson(decided, count),
    }


def run(chosen: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the rows: ensemble and measurement."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, environment in ENSEMBLES:
            states = random_ppt(DIMS, environment, chosen.states, environment)
            for processes in (1, 2):
                yield title, qent(states, folder, chosen.repeats, processes)
            yield title, frank_wolfe(states[: chosen.frank_wolfe])
            if chosen.toqito:
                row = toqito(states[: chosen.peer], folder, chosen.toqito, chosen.limit)
                if row is not None:
                    yield title, row


def main() -> None:
    """Runs the benchmark and prints a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.separability", description=__doc__)
    parser.add_argument("--states", type=int, default=2_000, help="states for certified")
    parser.add_argument("--repeats", type=int, default=5, help="measurements of certified")
    parser.add_argument("--frank-wolfe", type=int, default=40, help="states for Frank-Wolfe")
    parser.add_argument("--peer", type=int, default=3, help="states for toqito")
    parser.add_argument("--toqito", metavar="PYTHON", help="an interpreter that has toqito")
    parser.add_argument("--limit", type=float, default=300, help="seconds for toqito per ensemble")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results there")
    chosen = parser.parse_args()
    print("| states | tool | proven separable | ms/state | slowest | states/s | certified is |")
    print("|---" * 7 + "|")
    rows, reference = [], 1.0
    for title, row in run(chosen):
        rows.append({"states": title, **row})
        median = row["seconds_per_state"]
        if row["tool"] == "certified, 1 core":
            reference = median
        ratio = "-" if row["tool"].startswith("certified") else f"{median / reference:,.0f}x faster"
        print(
            f"| {title} | {row['tool']} | {row['decided']}/{row['count']} | {1e3 * median:.3g} "
            f"| {1e3 * row['worst']:.3g} | {1 / median:,.3g} | {ratio} |",
            flush=True,
        )
    print(f"\n{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
