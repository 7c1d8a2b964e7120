"""``qent verify``: the independent check of certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet
from qent_core.cli.state_options import Dims, KindOfStates, Order

if TYPE_CHECKING:
    from qent_core.verification import Verification


def verify(
    labels: Annotated[
        str,
        typer.Argument(
            metavar="LABELS", help="An .npz file of labels, or a data set of qent generate."
        ),
    ],
    states: Annotated[
        str | None,
        typer.Option(
            "--states", metavar="STATES", help="The states that were labelled, if in a file."
        ),
    ] = None,
    dims: Dims = None,
    kind: KindOfStates = None,
    order: Order = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="N", help="Most evaluations for the bound of a witness."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Check certificates against their states.

    Uses nothing of the program that found the proofs. A data set is checked shard by shard, in
    bounded memory. Ends with exit code 1 if a certificate is refused.

    Example: qent verify labels.npz --states states.npz
    """
    from os.path import isdir

    from qent_core.checker.witnesses import DEFAULT_BUDGET
    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json, print_note
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.summary import verified_table

    most = DEFAULT_BUDGET if budget is None else whole_number(budget, "--budget", least=0)
    unfinished: tuple[str, ...] = ()
    with showing_progress(quiet=quiet):
        remains_are(lambda: Remains("the check was not finished"))
        if "://" in labels or isdir(labels) or labels.rstrip("/").endswith(".zarr"):
            given = {"--states": states, "--dims": dims, "--kind": kind, "--order": order}
            found, unfinished = _of_dataset(labels, given, most)
        else:
            found = _of_file(labels, states, (dims, kind, order), most)
    if as_json:
        print_json(
            {
                "states": max((column.states for column in found.columns), default=0),
                "sound": not found.refused,
                "columns": {column.name: column.facts() for column in found.columns},
                "unfinished": unfinished,
            }
        )
    elif found.refused or not quiet:
        print_table(verified_table(found.columns))
    if unfinished and not as_json:
        print_note(f"not finished, so not checked: {', '.join(unfinished)}")
    if found.refused:
        raise typer.Exit(1)


def _of_file(
    labels: str,
    states: str | None,
    form: tuple[str | None, str | None, str | None],
    budget: int,
) -> Verification:
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.errors import ParameterInvalidError, QentError
    from qent_core.labels import Labels
    from qent_core.verification import verify_labels

    if states is None:
        raise ParameterInvalidError(
            "a file of labels does not hold the states",
            where=labels,
            do="name their file with --states",
        )
    batch = read_states_as_asked(states, *form)
    read = Labels.load(labels)
    try:
        return verify_labels(batch, read, budget=budget)
    except QentError as error:
        raise error.located(labels) from None


def _of_dataset(
    path: str, given: dict[str, str | None], budget: int
) -> tuple[Verification, tuple[str, ...]]:
    from qent_core.dataset.data_set import Dataset
    from qent_core.dataset.verify import verify_dataset
    from qent_core.errors import ParameterInvalidError

    misplaced = [name for name, value in given.items() if value is not None]
    if misplaced:
        raise ParameterInvalidError(
            "a data set holds the states that it labels",
            where=misplaced[0],
            do=f"leave {misplaced[0]} out",
        )
    data = Dataset.open(path)
    return verify_dataset(data, budget=budget), data.unfinished_columns
