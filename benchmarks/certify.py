"""How many states the `certified` labeler decides, and how fast: ``python -m benchmarks.certify``.

Every row labels states with proofs, checks each proof a second time with the core's checker, and
prints the decided share with its 95 % Wilson interval and states per CPU-second on one thread.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qent_core.api import StateBatch, check_labels
from qent_core.build import build
from qent_core.linalg import partial_transpose
from qent_core.registry import default_registry

RANDOM = (
    ("2x4, induced K=12", (2, 4), 12),
    ("2x4, induced K=16", (2, 4), 16),
    ("2x4, induced K=24", (2, 4), 24),
    ("3x3, induced K=16", (3, 3), 16),
    ("3x3, induced K=20", (3, 3), 20),
    ("3x3, induced K=30", (3, 3), 30),
    ("2x4, Hilbert-Schmidt", (2, 4), 8),
)
"""Random states with a positive partial transpose: name, dims, environment."""

_FOUR = {"questions": ["A|BC", "B|AC", "C|AB", "A|B|C"]}
_STRICT = {"quality": "strict"}

FAMILIES: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "Horodecki 2x4, strict",
        "horodecki-2x4",
        {"b": {"uniform": [0.02, 0.98]}},
        {"quality": "strict"},
    ),
    (
        "Horodecki 3x3, strict",
        "horodecki-3x3",
        {"a": {"uniform": [0.05, 0.95]}},
        {"quality": "strict"},
    ),
    ("extreme 2x4", "extreme-ppt", {"dims": [2, 4]}, {}),
    ("extreme 3x3", "extreme-ppt", {"dims": [3, 3]}, {}),
    (
        "extreme 2x4, up to 1 % noise",
        "extreme-ppt",
        {"dims": [2, 4], "white_noise": {"uniform": [0.0, 0.01]}},
        {},
    ),
    (
        "extreme 3x3, up to 1 % noise",
        "extreme-ppt",
        {"dims": [3, 3], "white_noise": {"uniform": [0.0, 0.01]}},
        {},
    ),
    ("chessboard 3x3", "chessboard", {}, {}),
    ("Acin, three cuts and A|B|C", "acin", {}, _FOUR),
    (
        "Shifts, three cuts and A|B|C",
        "upb-shifts",
        {},
        {"questions": ["A|BC", "B|AC", "C|AB", "A|B|C"]},
    ),
)
"""Families of qent-pptes, turned by random local unitaries: name, family, parameters, labeler's."""


def random_ppt(
    dims: tuple[int, ...], environment: int, count: int, seed: int
) -> NDArray[np.complex128]:
    """Returns random states of the induced measure, those with a positive partial transpose."""
    rng = np.random.default_rng(seed)
    size, found, kept = math.prod(dims), 0, []
    while found < count:
        g = rng.normal(size=(2000, size, environment, 2)) @ np.array([1, 1j])
        rho = g @ g.conj().swapaxes(1, 2)
        rho /= np.einsum("nii->n", rho).real[:, None, None]
        positive = np.linalg.eigvalsh(partial_transpose(rho, dims, [0]))[:, 0] > 0
        kept.append(rho[positive])
        found += len(kept[-1])
    return np.concatenate(kept)[:count]


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Returns the 95 % Wilson interval of a share."""
    z, share = 1.959964, hits / count
    centre = share + z**2 / (2 * count)
    width = z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return (centre - width) / (1 + z**2 / count), (centre + width) / (1 + z**2 / count)


def measured(name: str, batch: StateBatch, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Labels a batch and yields one row per question."""
    component = default_registry().resolve("certified", "labeler", where="benchmark")
    labeler: Any = build(component, parameters, where="benchmark")
    with threadpool_limits(1):
        labeler.label(batch[:1])
        start = time.process_time()
        labels = labeler.label(batch)
        seconds = time.process_time() - start
    for column, checked in zip(labels.columns.values(), check_labels(batch, labels), strict=True):
        decided = int((column.values >= 0).sum())
        truth = batch.known.get(column.question, np.full(len(batch), -1))
        wrong = int(((column.values >= 0) & (truth >= 0) & (column.values != truth)).sum())
        kinds, numbers = np.unique(column.criteria[column.values >= 0], return_counts=True)
        yield {
            "states": name,
            "question": column.question,
            "count": len(batch),
            "decided": decided,
            "interval": wilson(decided, len(batch)),
            "wrong": wrong,
            "refused": len(checked.refused),
            "within_delta": int(checked.within_delta.sum()),
            "criteria": dict(zip(kinds.tolist(), numbers.tolist(), strict=True)),
            "states_per_second": len(batch) / seconds,
        }


def run(count: int, few: int) -> Iterator[dict[str, Any]]:
    """Yields every row of the table."""
    for name, dims, environment in RANDOM:
        number = count // 10 if environment == 8 else count
        if number:
            states = StateBatch(random_ppt(dims, environment, number, environment), dims)
            yield from measured(name, states, {})
    for name, family, parameters, labeler in FAMILIES if few else ():
        component = default_registry().resolve(family, "state-family", where="benchmark")
        made: Any = build(component, {"rotate": True, **parameters}, where="benchmark")
        yield from measured(name, made.sample(few, np.random.default_rng(0)), labeler)


def main() -> None:
    """Runs the benchmark and prints a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certify", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="random states per row")
    parser.add_argument("--families", type=int, default=100, help="states per family")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results there")
    chosen = parser.parse_args()
    print("| states | question | decided | 95 % interval | wrong | refused | by | states/CPU-s |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for row in run(chosen.count, chosen.families):
        rows.append(row)
        low, high = row["interval"]
        by = ", ".join(f"{kind} {number}" for kind, number in row["criteria"].items())
        name, question = (row[key].replace("|", r"\|") for key in ("states", "question"))
        print(
            f"| {name} | {question} | {row['decided']}/{row['count']} "
            f"| {100 * low:.3f} to {100 * high:.3f} % | {row['wrong']} | {row['refused']} | {by} "
            f"| {row['states_per_second']:.3g} |",
            flush=True,
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
