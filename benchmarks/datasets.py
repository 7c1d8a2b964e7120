"""Data sets: two-qubit Hilbert-Schmidt states made, labelled, checked, written and read back.

qent works through its command's functions: shards with checksums, complex64, a data set that can
be resumed. The peers work as scripts do: state by state, one file of states at the end. CPU time
of one process, reading and writing in the page cache.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES
from benchmarks.options import Options
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import once, summary

PEERS = ("QuTiP", "Qiskit", "toqito")

NAMES = ("qent", "numpy", *PEERS)

MADE = "sample, label negativity, write"
CHECKED = "check that states are physical"
READ = "read back"

SPEC = """
[run]
seed = 1

[[states]]
use = "hilbert-schmidt"
count = {count}
dims = [2, 2]

[[labels]]
use = "negativity"

[data]
dtype = "complex64"
"""


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    answers, missing = ask("datasets", NAMES, options.request())
    rows = [
        row(task, {name: a["rows"][task] for name, a in answers.items() if task in a["rows"]},
            ("numpy",) if task == READ else PEERS,
            why="A plain array file is read without looking at it; qent reads shards and verifies "
            "their checksums." if task == READ else "")
        for task in (MADE, CHECKED, READ)
    ]  # fmt: skip
    return group(
        "datasets", rows, unit="states per CPU-second",
        columns=NAMES, answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> dict[str, Any]:
    """Returns what one library does; the child's part."""
    library = LIBRARIES[request["library"]]()
    batched = request["library"] in ("qent", "numpy")
    count = (200_000 if batched else 2_000) // (10 if request["quick"] else 1)
    repeats = min(request["repeats"], 5)
    with tempfile.TemporaryDirectory() as name:
        if request["library"] == "qent":
            calls = own(count, Path(name))
        else:
            calls = by_script(library, count, Path(name))
        rows = {task: summary(once(call, count, repeats=repeats)) for task, call in calls.items()}
    return {"version": library.version(), "rows": rows}


def own(count: int, folder: Path) -> dict[str, Callable[[], Any]]:
    """Returns what qent is timed at."""
    from qent_core.api import Dataset, Experiment, StateBatch
    from qent_core.dataset.generate import generate_dataset

    out = folder / "data.zarr"
    experiment = Experiment.from_toml(SPEC.format(count=count))
    batch = StateBatch(density_matrices(4, count), (2, 2))

    def read() -> int:
        return sum(len(states) for states, _ in Dataset.open(out).batches("256MB"))

    return {
        MADE: lambda: generate_dataset(experiment, out, overwrite=True),
        CHECKED: batch.validated,
        READ: read,
    }


def by_script(library: Any, count: int, folder: Path) -> dict[str, Callable[[], Any]]:
    """Returns what a library is timed at that is used from a script."""
    file = folder / "data.npz"
    given = density_matrices(4, count)
    objects = library.prepare(given, (2, 2))

    def make() -> None:
        states = library.sample("hilbert_schmidt", 4, count, 1)
        labels = library.run("negativity", library.prepare(states, (2, 2)))
        np.savez(file, states=states.astype(np.complex64), negativity=labels)

    def read() -> int:
        with np.load(file) as kept:
            return len(kept["states"]) + len(kept["negativity"])

    calls = {MADE: make, CHECKED: lambda: library.physical(objects)}
    return calls | ({READ: read} if library.name == "numpy" else {})
