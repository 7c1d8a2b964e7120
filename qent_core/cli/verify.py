"""``qent verify``: the independent check of certificates."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.state_options import Dims, KindOfStates, Order


def verify(
    labels: Annotated[str, typer.Argument(metavar="LABELS", help="Labels: an .npz file.")],
    states: Annotated[
        str, typer.Option("--states", metavar="STATES", help="The states that were labelled.")
    ],
    dims: Dims = None,
    kind: KindOfStates = None,
    order: Order = None,
    as_json: AsJson = False,
) -> None:
    """Check certificates against their states.

    Uses nothing of the program that found the proofs. Ends with exit code 1 if one is refused.

    Example: qent verify labels.npz --states states.npz
    """
    from qent_core.checker.check import check_labels
    from qent_core.cli.output import print_json
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.cli.tables import print_table
    from qent_core.labels import Labels
    from qent_core.summary import checked_table

    batch = read_states_as_asked(states, dims, kind, order)
    checked = check_labels(batch, Labels.load(labels))
    if as_json:
        print_json(
            {
                "states": len(batch),
                "columns": {
                    column.name: {
                        "question": column.question,
                        "criteria": column.counts(),
                        "within_delta": int(column.within_delta.sum()),
                        "without_proof": column.without_proof,
                        "refused_states": column.refused,
                    }
                    for column in checked
                },
            }
        )
    else:
        print_table(checked_table(checked))
    if any(len(column.refused) for column in checked):
        raise typer.Exit(1)
