"""Data sets: two-qubit Hilbert-Schmidt states made, labelled, checked, written and read back.

qent works through its command's functions: every state is checked, shards are compressed and have
checksums, a data set can be resumed. The libraries beside it work as scripts do, state by state,
one file of states at the end. Plain NumPy does the same in one batch; two more columns say what
that costs where the file is compressed and checked as qent's is: by Zarr, and by hand. CPU time of
one process, reading and writing in the page cache, complex64.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.files import FILES
from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES
from benchmarks.measurements import Measurements
from benchmarks.options import Options, timing
from benchmarks.processes import ask, scratch
from benchmarks.results import group, row
from benchmarks.timing import rates, summary

PEERS = ("QuTiP", "Qiskit", "toqito")

ZARR, BY_HAND = "NumPy and Zarr", "NumPy, checks by hand"

NAMES = ("qent", "numpy", ZARR, BY_HAND, *PEERS)

MADE = "sample, label negativity, write"
CHECKED = "check that states are physical"
READ = "read back"

WHY = {
    MADE: "qent looks at every state before it is written, compresses, and writes checksums of "
    "every shard; plain NumPy writes what it has.",
    READ: "What plain NumPy reads is neither compressed nor in shards.",
}

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
    with scratch() as folder:
        answers, missing = ask("datasets", NAMES, {**options.request(), "folder": str(folder)})
    rows = [
        row(
            task,
            {name: a["rows"][task] for name, a in answers.items() if task in a["rows"]},
            # The others leave their files to NumPy; reading is beside a library that checks, too.
            (ZARR,) if task == READ else PEERS,
            yardstick="numpy",
            why=WHY.get(task, ""),
        )
        for task in (MADE, CHECKED, READ)
    ]
    return group(
        "datasets", rows, unit="states per CPU-second",
        columns=NAMES, answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one library does; the child's part."""
    name, folder = request["library"], Path(request["folder"])
    library = LIBRARIES[name if name in LIBRARIES else "numpy"]()
    count = (2_000 if name in PEERS else 200_000) // (10 if request["quick"] else 1)
    if name == "qent":
        calls, version = own(count, folder), library.version()
    else:
        calls, version = by_script(library, FILES[name], count, folder), FILES[name].version()
    if name in PEERS:
        version = library.version()

    def measured(call: Callable[[], Callable[[], Any]]) -> dict[str, Any]:
        return summary(rates(call(), count, **timing(request, repeats=7)))

    return Measurements(version, {task: partial(measured, call) for task, call in calls.items()})


def own(count: int, folder: Path) -> dict[str, Callable[[], Callable[[], Any]]]:
    """Returns what qent is timed at: functions that prepare and return the call."""
    from qent_core.api import Dataset, Experiment, StateBatch
    from qent_core.dataset.generate import generate_dataset

    out = folder / "data.zarr"
    experiment = Experiment.from_toml(SPEC.format(count=count))

    def make() -> Any:
        return generate_dataset(experiment, out, overwrite=True)

    def read() -> int:
        return sum(len(states) for states, _ in Dataset.open(out).batches("256MB"))

    def made_and_read() -> Callable[[], Any]:
        make()
        return read

    return {
        MADE: lambda: make,
        CHECKED: lambda: StateBatch(density_matrices(4, count), (2, 2)).validated,
        READ: made_and_read,
    }


def by_script(
    library: Any, file: Any, count: int, folder: Path
) -> dict[str, Callable[[], Callable[[], Any]]]:
    """Returns what a library is timed at that is used from a script."""

    def make() -> None:
        states = library.sample("hilbert_schmidt", 4, count, 1)
        labels = library.run("negativity", library.prepare(states, (2, 2)))
        if file.checks:
            assert library.physical(library.prepare(states, (2, 2)))
        file.write(folder, states.astype("complex64"), labels)

    def checked() -> Callable[[], Any]:
        return partial(library.physical, library.prepare(density_matrices(4, count), (2, 2)))

    def made_and_read() -> Callable[[], Any]:
        make()
        return partial(file.read, folder)

    calls: dict[str, Callable[[], Callable[[], Any]]] = {MADE: lambda: make}
    if file.name in LIBRARIES:
        calls[CHECKED] = checked
    if library.name == "numpy":
        calls[READ] = made_and_read
    return calls
