"""``qent label``: labels for a user's own states, or more labels for a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qent_core.cli.generate import Executor, Scheduler, WorkerCount
from qent_core.cli.listing import AsJson, labeler_names
from qent_core.cli.run import Quiet, Settings
from qent_core.cli.state_options import Dims, KindOfStates, Order

if TYPE_CHECKING:
    from qent_core.cli.interruption import Remains
    from qent_core.generation import Pipeline
    from qent_core.kept_shards import KeptShards
    from qent_core.states import StateBatch

_AT_ONCE = 1000
"""States labelled together: what an interruption may cost."""


def label(
    file: Annotated[
        str,
        typer.Argument(
            metavar="STATES", help="An .npz or .npy file, or a data set of qent generate."
        ),
    ],
    use: Annotated[
        list[str],
        typer.Option(
            "--use",
            metavar="LABELER",
            help="A labeler; may be repeated.",
            autocompletion=labeler_names,
        ),
    ],
    questions: Annotated[
        list[str] | None,
        typer.Option("--questions", metavar="Q", help="Such as 'A|BC'; may be repeated."),
    ] = None,
    settings: Settings = None,
    dims: Dims = None,
    kind: KindOfStates = None,
    order: Order = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE.npz", help="Write every label.")
    ] = None,
    rows: Annotated[str, typer.Option("--rows", metavar="N", help="States to print.")] = "20",
    workers: WorkerCount = "1",
    executor: Executor = "processes",
    scheduler: Scheduler = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Drop an earlier labelling that was not finished."),
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Label your own states, or a data set.

    For a file of states, prints a table; with --out also writes the labels and their certificates.
    For a data set, adds columns to it; --workers, --executor, --scheduler and --overwrite are for
    data sets.

    Example: qent label states.npz --use negativity --use ppt --set ppt.margin=1e-10
    """
    from os.path import isdir

    if "://" in file or isdir(file) or file.rstrip("/").endswith(".zarr"):
        only_for_files = {"--dims": dims, "--kind": kind, "--order": order, "--out": out}
        _label_dataset(
            file,
            {
                "labelers": use,
                "questions": questions or (),
                "executor": executor,
                "scheduler": scheduler or "",
                "overwrite": overwrite,
            },
            settings or [],
            workers,
            [name for name, value in only_for_files.items() if value is not None],
            quiet=quiet,
            as_json=as_json,
        )
        return
    from pathlib import Path

    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.label_document import label_document
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.label_files import write_labels
    from qent_core.labelling import explain_state, label_with, labelers_of, origin_of
    from qent_core.overrides import parse_assignments
    from qent_core.summary import state_rows

    limit = whole_number(rows, "--rows", least=0)
    states = read_states_as_asked(file, dims, kind, order)
    labelers = labelers_of(
        use, questions=questions or (), parameters=parse_assignments(settings or [])
    )
    kept = _kept(out, labelers, states) if out else None
    with showing_progress(quiet=quiet):
        remains_are(lambda: _remains(out))
        labels = label_with(labelers, states, shard_size=_AT_ONCE, keeper=kept)
        if out:
            command = _command(file, use, questions, settings, dims, kind, order, out)
            write_labels(labels, Path(out), origin_of(labelers, command))
            remains_are(lambda: Remains(f"{out} is written", ""))
    if kept:
        kept.forget()
    if as_json:
        print_json(label_document(labels))
    if as_json or quiet:
        return
    print_table(state_rows(labels, limit))
    if len(states) == 1 and (explanation := explain_state(labelers, states, labels, 0)):
        print_lines("", explanation)
    if out:
        print_lines("", f"written to {out}", f"report      qent report {out}")


def _remains(out: str | None) -> Remains:
    from os.path import isdir

    from qent_core.cli.interruption import Remains
    from qent_core.run_folder import INCOMPLETE_SUFFIX

    if out is None:
        return Remains("nothing was kept; with --out it could be")
    if isdir(out + INCOMPLETE_SUFFIX):
        kept = f"{out}{INCOMPLETE_SUFFIX} keeps the labels of finished states"
        return Remains(kept, "go on with")
    return Remains()


def _kept(out: str, labelers: Pipeline, states: StateBatch) -> KeptShards:
    """Returns where the labels of finished states wait for an interrupted command."""
    import hashlib
    from pathlib import Path

    from qent_core.kept_shards import KeptShards, fingerprint
    from qent_core.run_folder import INCOMPLETE_SUFFIX

    seen = hashlib.sha256(states.array.tobytes())
    for columns in (states.parameters, states.known):
        for name, values in columns.items():
            seen.update(name.encode() + values.tobytes())
    dims = list(states.dims)
    work = fingerprint(labelers, states=seen.hexdigest(), dims=dims, at_once=_AT_ONCE)
    return KeptShards(Path(out + INCOMPLETE_SUFFIX), work)


def _command(
    file: str,
    use: Sequence[str],
    questions: Sequence[str] | None,
    settings: Sequence[str] | None,
    dims: str | None,
    kind: str | None,
    order: str | None,
    out: str,
) -> str:
    """Returns the command line that gives the same labels again."""
    import shlex

    words = ["qent", "label", file]
    for option, values in (
        ("--use", use),
        ("--questions", questions),
        ("--set", settings),
        ("--dims", [dims]),
        ("--kind", [kind]),
        ("--order", [order]),
        ("--out", [out]),
    ):
        words += [word for value in values or () if value for word in (option, value)]
    return shlex.join(words)


def _label_dataset(
    path: str,
    wishes: dict[str, Any],
    settings: Sequence[str],
    workers: str,
    misplaced: Sequence[str],
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    from qent_core.cli.data_tables import data_facts, data_table
    from qent_core.cli.dataset_remains import dataset_remains
    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.dataset.label import label_dataset
    from qent_core.errors import ParameterInvalidError
    from qent_core.overrides import parse_assignments

    if misplaced:
        raise ParameterInvalidError(
            "a data set says itself what its states are, and its labels are written into it",
            where=misplaced[0],
            do=f"leave {misplaced[0]} out",
        )
    with showing_progress(quiet=quiet) as watch:
        remains_are(lambda: dataset_remains(path, watch.begun, overwrite=False))
        data = label_dataset(
            path,
            **wishes,
            parameters=parse_assignments(settings),
            workers=whole_number(workers, "--workers", least=1),
        )
    if as_json:
        print_json(data_facts(data))
    elif not quiet:
        print_table(data_table(data))
