"""Proofs: how many states the labeler `certified` decides, and how fast, beside the peers.

Every certificate is checked a second time within the measured time. The random states are those
whose partial transpose is positive; each repeat takes fresh ones. The peers take the first of the
same states one by one: a corrective Frank-Wolfe search, which proves separability only, and
toqito's `is_separable`, whose answer comes without a certificate.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measurements import Measurements
from benchmarks.options import Options
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import summary

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
    from qent_core.linalg import partial_transpose

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


PEERS = ("Frank-Wolfe", "toqito")

COMPARED = (
    "2x4, induced K=16",
    "3x3, induced K=20",
    "Horodecki 2x4, strict",
    "Horodecki 3x3, strict",
)
"""Rows that the peers get, too."""

STATES, FAMILY, NOISY = 200, 30, 10
"""States per repeat of a random ensemble, and of a family, in noise too, in one repeat."""

REPEATS = 5
"""Most repeats; each takes fresh states."""

PEER_STATES = {"Frank-Wolfe": 15, "toqito": 2}
PEER_SECONDS = 8.0
"""After so much time on the clock a peer is told to give a state up."""


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    answers, missing = ask("certify", ("qent", *PEERS), options.request())
    rows = []
    for task in answers["qent"]["rows"]:
        found = {name: a["rows"][task] for name, a in answers.items() if task in a["rows"]}
        rows.append(row(task, found, PEERS))
    return group(
        "certify", rows, unit="states per CPU-second",
        columns=["qent", *PEERS], answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one library does; the child's part."""
    library = request["library"]
    if library == "qent":
        return Measurements(metadata.version("qent-core"), _own(request))
    if library == "toqito":
        from toqito.state_props import is_separable

        def decide(rho: Any, dims: tuple[int, ...]) -> bool:
            # A plain "no" may mean "not found": only the reason tells.
            found = is_separable(rho, list(dims))
            verdict, reason = found if isinstance(found, tuple) else (found, "")
            return bool(verdict) or "inconclusive" not in str(reason).lower()

        version = metadata.version("toqito")
    else:
        from benchmarks.frank_wolfe import decomposes as decide

        version = "of this project"
    count = 1 if request["quick"] else PEER_STATES[library]
    compared = COMPARED[:1] if request["quick"] else COMPARED
    if library == "Frank-Wolfe":  # it proves separability only
        compared = tuple(task for task in compared if not task.startswith("Horodecki"))
    return Measurements(
        version, {task: partial(one_by_one, decide, task, count) for task in compared}
    )


def one_by_one(decide: Any, task: str, count: int) -> dict[str, Any]:
    """Returns how fast a peer decides states, and how many; what takes too long is undecided."""
    batch, _ = states_of(task, count, 0)
    states, dims = batch.array, batch.dims

    def stop(*_: Any) -> None:
        raise TimeoutError

    found, decided = [], 0
    # Not the timer of CPU time: while it runs, Linux counts a process in ticks of milliseconds.
    previous = signal.signal(signal.SIGALRM, stop)
    try:
        for rho in states:
            start = time.process_time()
            signal.setitimer(signal.ITIMER_REAL, PEER_SECONDS)
            try:
                decided += bool(decide(rho, dims))
            except TimeoutError:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            found.append(1 / max(time.process_time() - start, 1e-9))
    finally:
        signal.signal(signal.SIGALRM, previous)
    return summary(found, note=f"{decided}/{len(states)}", counts=decided > 0)


def states_of(task: str, count: int, seed: int) -> tuple[Any, dict[str, Any]]:
    """Returns states of a row, and the parameters of the labeler that decides them."""
    from qent_core.api import StateBatch
    from qent_core.build import build
    from qent_core.registry import default_registry

    for name, dims, environment in RANDOM:
        if name == task:
            return StateBatch(
                random_ppt(dims, environment, count, 100 * environment + seed), dims
            ), {}
    _, family, parameters, labeler = next(kind for kind in FAMILIES if kind[0] == task)
    component = default_registry().resolve(family, "state-family", where="benchmark")
    made: Any = build(component, {"rotate": True, **parameters}, where="benchmark")
    return made.sample(count, np.random.default_rng(seed)), labeler


def _own(request: dict[str, Any]) -> dict[str, Callable[[], dict[str, Any]]]:
    quick, rows = request["quick"], {}
    repeats = min(request["repeats"], REPEATS)
    for name, *_ in RANDOM:
        rows[name] = partial(labelled, name, 20 if quick else STATES, repeats)
    for name, *_ in FAMILIES:
        count = NOISY if "noise" in name else FAMILY
        rows[name] = partial(labelled, name, 2 if quick else count, 1)
    return rows


def labelled(task: str, count: int, repeats: int) -> dict[str, Any]:
    """Returns how fast and how often `certified` decides, counted over all repeats."""
    from qent_core.api import check_labels
    from qent_core.build import build
    from qent_core.registry import default_registry

    component = default_registry().resolve("certified", "labeler", where="benchmark")
    found: list[float] = []
    questions: dict[str, dict[str, Any]] = {}
    for repeat in range(repeats):
        batch, parameters = states_of(task, count, repeat)
        labeler: Any = build(component, parameters, where="benchmark")
        if not repeat:
            labeler.label(batch[:1])
        start = time.process_time()
        labels = labeler.label(batch)
        checks = check_labels(batch, labels)
        found.append(count / (time.process_time() - start))
        for column, checked in zip(labels.columns.values(), checks, strict=True):
            count_in(questions.setdefault(column.question, {}), batch, column, checked)
    total, decided = count * repeats, sum(kept["decided"] for kept in questions.values())
    for kept in questions.values():
        kept["interval"] = wilson(kept["decided"], total)
    asked = len(questions)
    note = f"{decided}/{asked * total}" + (f" of {asked} questions" if asked > 1 else "")
    return summary(found, note=note, states=total, questions=questions)


def count_in(kept: dict[str, Any], batch: Any, column: Any, checked: Any) -> None:
    """Adds one labelled column: decided, wrong, refused by the checker, and by which criteria."""
    truth = batch.known.get(column.question, np.full(len(batch), -1))
    given = column.values >= 0
    wrong = given & (truth >= 0) & (column.values != truth)
    counted = {
        "decided": given, "wrong": wrong, "within_delta": checked.within_delta,
    }  # fmt: skip
    for name, which in counted.items():
        kept[name] = kept.get(name, 0) + int(which.sum())
    kept["refused"] = kept.get("refused", 0) + len(checked.refused)
    criteria = kept.setdefault("criteria", {})
    for kind, number in zip(*np.unique(column.criteria[given], return_counts=True), strict=True):
        criteria[str(kind)] = criteria.get(str(kind), 0) + int(number)
