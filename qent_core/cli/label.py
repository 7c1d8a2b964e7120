"""``qent label``: labels for a user's own states."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet, Settings
from qent_core.cli.state_options import Dims, KindOfStates, Order, StateFile


def label(
    file: StateFile,
    use: Annotated[
        list[str], typer.Option("--use", metavar="LABELER", help="A labeler; may be repeated.")
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
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Label your own states.

    Prints a table; with --out also writes the labels and their certificates.

    Example: qent label states.npz --use negativity --use ppt --set ppt.margin=1e-10
    """
    from qent_core.cli.label_document import label_document
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.labelling import label_states
    from qent_core.overrides import parse_assignments
    from qent_core.summary import state_rows

    limit = whole_number(rows, "--rows", least=0)
    states = read_states_as_asked(file, dims, kind, order)
    with showing_progress(quiet=quiet):
        labels = label_states(
            states,
            use,
            questions=questions or (),
            parameters=parse_assignments(settings or []),
        )
    if out:
        labels.save(out)
    if as_json:
        print_json(label_document(labels))
        return
    print_table(state_rows(labels, limit))
    if out:
        print_lines("", f"written to {out}")
