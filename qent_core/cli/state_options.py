"""Options of every command that reads a file of states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qent_core.states import StateBatch

StateFile = Annotated[
    str, typer.Argument(metavar="STATES", help="States: an .npz or .npy file (see the docs).")
]
Dims = Annotated[
    str | None,
    typer.Option("--dims", metavar="2,2,2", help="Local dimensions, if the file does not say."),
]
KindOfStates = Annotated[
    str | None,
    typer.Option("--kind", metavar="kets|density", help="What a lone (D, D) array is."),
]
Order = Annotated[
    str | None,
    typer.Option(
        "--order", metavar="big|little", help="little: party A is the least significant digit."
    ),
]


def read_states_as_asked(
    file: str, dims: str | None, kind: str | None, order: str | None
) -> StateBatch:
    """Returns the states of a file, read with what the command line says about them.

    Raises:
        QentError: The options or the file are wrong; the message says which.
    """
    from qent_core.cli.values import one_of, whole_numbers
    from qent_core.conversion import KINDS, ORDERS
    from qent_core.states import StateBatch

    return StateBatch.load(
        file,
        dims=whole_numbers(dims, "--dims") if dims is not None else None,
        kind=one_of(kind, "--kind", KINDS),
        order=one_of(order, "--order", ORDERS),
    )
