"""``qent predict``: a trained model on new states."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet
from qent_core.cli.state_options import Dims, KindOfStates, Order, StateFile


def predict(
    folder: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    file: StateFile,
    dims: Dims = None,
    kind: KindOfStates = None,
    order: Order = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE.npz", help="Write every prediction.")
    ] = None,
    rows: Annotated[str, typer.Option("--rows", metavar="N", help="States to print.")] = "20",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Predict with the model of a run.

    Example: qent predict runs/quickstart my_states.npz --dims 3,3
    """
    from pathlib import Path

    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.state_options import read_states_as_asked
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.predictor import Predictor
    from qent_core.progress import track
    from qent_core.state_files import save_npz
    from qent_core.summary import prediction_rows

    limit = whole_number(rows, "--rows", least=0)
    states = read_states_as_asked(file, dims, kind, order)
    with showing_progress(quiet=quiet):
        predictor = Predictor.load(folder)
        with track("predictions", total=len(states)) as step:
            predictions = predictor.predict(states)
            step(len(states))
        if out:
            save_npz(Path(out), {f"predicted:{name}": v for name, v in predictions.items()})
            remains_are(lambda: Remains(f"{out} is written", ""))
    if as_json:
        print_json({"run": folder, "states": len(states), "predictions": predictions})
    if as_json or quiet:
        return
    print_table(prediction_rows(predictions, limit))
    if out:
        print_lines("", f"written to {out}")
