"""``qent threshold``: where white noise makes a state separable, bracketed by proven verdicts."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson, labeler_names
from qent_core.cli.run import Quiet, Settings
from qent_core.cli.state_options import Dims, KindOfStates, Order, StateFile
from qent_core.errors import ParameterInvalidError


def threshold(
    file: StateFile,
    question: Annotated[
        str, typer.Option("--question", metavar="Q", help="Such as 'A|B' or 'biseparable'.")
    ],
    use: Annotated[
        str,
        typer.Option(
            "--use",
            metavar="LABELER",
            help="Gives the verdicts.",
            autocompletion=labeler_names,
        ),
    ] = "certified",
    row: Annotated[
        str, typer.Option("--state", metavar="N", help="Which state of the file, from 0.")
    ] = "0",
    width: Annotated[
        str, typer.Option("--width", metavar="W", help="How narrow the bracket shall be.")
    ] = "1e-3",
    settings: Settings = None,
    dims: Dims = None,
    kind: KindOfStates = None,
    order: Order = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Bracket the white-noise threshold of a state.

    Mixes the state with white noise and bisects the visibility, using proven verdicts only.

    Example: qent threshold ghz.npz --question "A|B|C" --width 1e-4
    """
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.cli.values import positive_number, whole_number
    from qent_core.labelling import labelers_of
    from qent_core.overrides import parse_assignments
    from qent_core.threshold import certified_bracket

    number = whole_number(row, "--state", least=0)
    narrow = positive_number(width, "--width")
    states = read_states_as_asked(file, dims, kind, order)
    if number >= len(states):
        raise ParameterInvalidError(
            f"there is no state {number} among {len(states)}", where="--state"
        )
    (labeler,) = labelers_of(
        [use], questions=[question], parameters=parse_assignments(settings or [])
    ).labelers
    with showing_progress(quiet=quiet):
        bracket = certified_bracket(states[number], question, labeler.component, width=narrow)
    below = bracket.below.kind if bracket.below else None
    above = bracket.above.kind if bracket.above else None
    if as_json:
        print_json(
            {
                "question": bracket.question,
                "separable_up_to": bracket.separable,
                "entangled_from": bracket.entangled if above else None,
                "certificates": {"separable": below, "entangled": above},
                "undecided": bracket.unknown,
            }
        )
    if as_json or quiet:
        return
    entangled = (
        f"entangled from visibility {bracket.entangled:.6f} ({above})"
        if above
        else "not proven entangled at any visibility"
    )
    print_lines(
        f"{bracket.question}: separable up to visibility {bracket.separable:.6f}"
        f" ({below or 'white noise itself'}), {entangled}",
        f"width {bracket.width:.2g}; {bracket.unknown} visibilities stayed undecided",
    )
    if bracket.unknown and bracket.width > narrow and hasattr(labeler.component, "further"):
        hint = labeler.component.further(bracket.question)
        print_lines(*([hint] if hint else []))
