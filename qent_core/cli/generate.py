"""``qent generate``: a data set from a TOML file or a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet, Settings

if TYPE_CHECKING:
    from qent_core.experiment import Experiment

WorkerCount = Annotated[
    str, typer.Option("--workers", metavar="N", help="Processes that do the work.")
]
Executor = Annotated[
    str, typer.Option("--executor", metavar="processes|dask", help="Who does the work.")
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Of Dask; default: a cluster right here."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier data set there.")]


def generate(
    spec: Annotated[
        str | None,
        typer.Argument(metavar="SPEC", help="The experiment: a TOML file, or a recipe's name."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DATA.zarr", help="A path or an fsspec URL.")
    ] = None,
    workers: WorkerCount = "1",
    executor: Executor = "processes",
    scheduler: Scheduler = None,
    fraction: Annotated[
        str | None,
        typer.Option("--fraction", metavar="F", help="Take this share of every count, e.g. 0.01."),
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option("--dtype", metavar="complex64|complex128", help="How states are stored."),
    ] = None,
    settings: Settings = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    recipes: Annotated[bool, typer.Option("--list", help="List the recipes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Generate a data set.

    Makes the states, sends them through the channels and labels them, shard by shard, and writes
    them as a Zarr group. If the work is interrupted, the same command goes on where it stopped.

    Example: qent generate examples/dataset.toml --out data.zarr --workers 4
    """
    from pathlib import Path

    from qent_core.cli.data_tables import data_facts, data_table
    from qent_core.cli.dataset_remains import dataset_remains
    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json, print_lines, print_note
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import share, whole_number
    from qent_core.dataset.generate import generate_dataset
    from qent_core.dataset.plan import data_part
    from qent_core.errors import ExperimentInvalidError

    if recipes:
        _list_recipes(as_json)
        return
    if spec is None or out is None:
        lacking = "SPEC" if spec is None else "--out"
        raise ExperimentInvalidError(
            f"{lacking} is missing",
            where="qent generate",
            do="write, for example: qent generate examples/dataset.toml --out data.zarr",
        )
    number = whole_number(workers, "--workers", least=1)
    overrides = [*(settings or []), *([f"data.dtype={dtype!r}"] if dtype else [])]
    experiment, base = _experiment(spec, overrides)
    if fraction is not None:
        experiment = experiment.scaled(share(fraction, "--fraction", whole=True))
    _, ignored = data_part(experiment)
    if ignored and not quiet:
        print_note(f"left alone, it is no part of a data set: [{'], ['.join(ignored)}]")
    with showing_progress(quiet=quiet) as watch:
        remains_are(lambda: dataset_remains(out, watch.begun, overwrite=overwrite))
        data = generate_dataset(
            experiment,
            out,
            workers=number,
            executor=executor,
            scheduler=scheduler or "",
            overwrite=overwrite,
            base=Path(base),
            where=spec,
        )
    if as_json:
        print_json(data_facts(data))
    if as_json or quiet:
        return
    print_table(data_table(data))
    print_lines("", f"data set  {out}", f"check     qent dataset check {out}")


def _experiment(spec: str, overrides: list[str]) -> tuple[Experiment, str]:
    """Returns the experiment, and the folder that its local files are relative to."""
    import os

    from qent_core.dataset.recipes import find_recipe
    from qent_core.errors import ExperimentInvalidError
    from qent_core.experiment import Experiment

    if spec.endswith(".toml") or os.sep in spec or os.path.exists(spec):
        return Experiment.from_file(spec, overrides=overrides), os.path.dirname(spec) or "."
    recipe = find_recipe(spec)
    experiment = Experiment.from_toml(
        recipe.text, where=f"recipe {recipe.qualified_name}", overrides=overrides
    )
    if experiment.plugins.local:
        raise ExperimentInvalidError(
            "a recipe names local files, which only a file of your own may do",
            where=f"recipe {recipe.qualified_name}, [plugins] local",
            do=f"report it to the authors of {recipe.distribution}",
        )
    return experiment, "."


def _list_recipes(as_json: bool) -> None:
    from qent_core.cli.output import bold, columns, print_json, print_lines
    from qent_core.dataset.recipes import installed_recipes

    recipes, broken = installed_recipes()
    if as_json:
        print_json(
            {
                "recipes": [
                    {
                        "name": recipe.name,
                        "distribution": recipe.distribution,
                        "version": recipe.version,
                        "summary": recipe.summary,
                    }
                    for recipe in recipes
                ],
                "broken": [{"distribution": b.distribution, "reason": b.reason} for b in broken],
            }
        )
        return
    rows = [(r.name, r.distribution, r.summary) for r in recipes]
    print_lines(bold("Recipes"), *(columns(rows) if rows else ["  none"]))
    for entry in broken:
        print_lines(f"  recipes of {entry.distribution} cannot be read: {entry.reason}")
    print_lines("", "Use one with: qent generate NAME --out data.zarr")
