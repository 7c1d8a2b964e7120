"""``qent dataset``: look into data sets, check them, turn them into others."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.generate import Overwrite
from qent_core.cli.light import LightCommand, LightGroup
from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet

app = typer.Typer(cls=LightGroup, rich_markup_mode=None)

Data = Annotated[str, typer.Argument(metavar="DATA.zarr", help="A path or an fsspec URL.")]


@app.callback(invoke_without_command=True)
def commands(context: typer.Context) -> None:
    """Inspect, check and convert data sets."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command("info", cls=LightCommand)
def info(path: Data, as_json: AsJson = False) -> None:
    """Show what a data set holds, finished or not.

    Example: qent dataset info data.zarr
    """
    from qent_core.cli.dataset_info import print_facts
    from qent_core.cli.output import print_json
    from qent_core.dataset.facts import facts_of

    facts = facts_of(path)
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)


@app.command("check", cls=LightCommand)
def check(path: Data, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Check every file of a data set.

    Each is read and compared with its checksum; what is missing or was changed is named.

    The exit code is 1 if a file is missing or was changed, or if the data set is not finished.

    Example: qent dataset check data.zarr
    """
    from dataclasses import asdict

    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.dataset.check import check_dataset
    from qent_core.names import counted

    with showing_progress(quiet=quiet):
        remains_are(lambda: Remains("the check was not finished"))
        report = check_dataset(path)
    if as_json:
        print_json({"dataset": path, "sound": report.sound, **asdict(report)})
    elif not (quiet and report.sound):
        print_lines(*(str(damage) for damage in report.damage))
        print_lines(*(f"not finished: {part}" for part in report.unfinished))
        print_lines(*(f"no part of the data set: {name}" for name in report.unknown))
        if report.damage:
            print_lines(
                "",
                f"{counted(len(report.damage), 'file')} missing or changed. Delete the changed "
                "ones and run the command that made the data set again to repair it.",
            )
        elif report.unfinished:
            print_lines("", "The command that began it goes on where it stopped.")
        else:
            print_lines(f"all {counted(report.files, 'file')} are as they were written")
    if not report.sound:
        raise typer.Exit(1)


@app.command("export", cls=LightCommand)
def export(
    path: Data,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Ends in .npz, .h5 or .safetensors.")
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="npz|hdf5|safetensors", help="If the ending is another."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write a data set as one file.

    For other tools: NumPy, HDF5 or safetensors (torch). Certificates stay behind.

    Example: qent dataset export data.zarr --out data.npz
    """
    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.dataset.data_set import Dataset
    from qent_core.dataset.export import export_dataset

    data = Dataset.open(path)
    with showing_progress(quiet=quiet):
        export_dataset(data, out, form=form)
        remains_are(lambda: Remains(f"{out} is written", ""))
    if as_json:
        print_json({"dataset": path, "file": out, "states": len(data)})
    elif not quiet:
        print_lines(f"written to {out}")


@app.command("merge", cls=LightCommand)
def merge(
    paths: Annotated[
        list[str], typer.Argument(metavar="DATA.zarr...", help="Two data sets or more.")
    ],
    out: Annotated[str, typer.Option("--out", metavar="DATA.zarr", help="The new data set.")],
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Put several data sets into one.

    Example: qent dataset merge data.zarr more.zarr --out all.zarr
    """
    from qent_core.cli.data_tables import data_facts, data_table
    from qent_core.cli.dataset_remains import dataset_remains
    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.dataset.copying import merge_datasets
    from qent_core.dataset.data_set import Dataset

    with showing_progress(quiet=quiet) as watch:
        remains_are(lambda: dataset_remains(out, watch.begun, overwrite=overwrite))
        data = merge_datasets([Dataset.open(path) for path in paths], out, overwrite=overwrite)
    if as_json:
        print_json(data_facts(data))
    elif not quiet:
        print_table(data_table(data))


@app.command("split", cls=LightCommand)
def split(
    path: Data,
    train: Annotated[str, typer.Option("--train", metavar="DATA.zarr", help="Training states.")],
    test: Annotated[str, typer.Option("--test", metavar="DATA.zarr", help="Held-out states.")],
    test_fraction: Annotated[
        str, typer.Option("--test-fraction", metavar="F", help="Share held out.")
    ] = "0.2",
    seed: Annotated[str, typer.Option("--seed", metavar="N", help="Fixes the split.")] = "0",
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="COLUMN", help="Leave out states it does not decide."),
    ] = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Cut a data set into training and test.

    By the rule of qent run: the same seed holds out the same states.

    Example: qent dataset split data.zarr --train train.zarr --test test.zarr --seed 7
    """
    from qent_core.cli.data_tables import data_facts, data_table
    from qent_core.cli.dataset_remains import split_remains
    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import share, whole_number
    from qent_core.dataset.copying import save_selection
    from qent_core.dataset.data_set import Dataset

    held_out = share(test_fraction, "--test-fraction")
    parts = Dataset.open(path).split(held_out, whole_number(seed, "--seed", least=0), target=target)
    written: list[Dataset] = []
    with showing_progress(quiet=quiet) as watch:
        remains_are(
            lambda: split_remains(
                (train, test), watch.begun, overwrite=overwrite, done=len(written) == len(parts)
            )
        )
        for part, out in zip(parts, (train, test), strict=True):
            written.append(save_selection(part, out, overwrite=overwrite))
    if as_json:
        print_json({"train": data_facts(written[0]), "test": data_facts(written[1])})
    elif not quiet:
        for data in written:
            print_table(data_table(data))
