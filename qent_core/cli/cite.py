"""``qent cite``: BibTeX for what components, runs, studies, labels and data sets are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qent_core.cli.listing import AsJson, component_names

if TYPE_CHECKING:
    from pathlib import Path

    from qent_core.records import Reference
    from qent_core.registry import Registry


def cite(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help="Components, folders of runs or studies, files of labels, or data sets.",
            autocompletion=component_names,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Print what to cite, as BibTeX.

    For components, or, given the folder of a run or study, a file of labels or a data set, for
    everything that it used.

    Example: qent cite isotropic runs/quickstart
    """
    from dataclasses import asdict

    from qent_core.cli.output import print_json, print_lines, print_note
    from qent_core.registry import default_registry

    found: dict[str, Reference] = {}
    for name in names:
        references = references_of(name, default_registry())
        if not references:
            print_note(f"{name} cites nothing")
        for reference in references:
            known = found.setdefault(reference.key, reference)
            if known != reference:
                print_note(f"two publications share the key {reference.key}; the first is printed")
    ordered = [found[key] for key in sorted(found)]
    if as_json:
        entries = [{**asdict(r), "text": r.text(), "bibtex": r.bibtex()} for r in ordered]
        print_json({"references": entries})
        return
    if ordered:
        print_lines("\n\n".join(reference.bibtex() for reference in ordered))


def references_of(name: str, registry: Registry) -> tuple[Reference, ...]:
    """Returns what a component, the folder of a run or study, labels or a data set cite.

    Args:
        name: A component, bare or qualified, of any kind, a folder with a ``manifest.json``, an
            ``.npz`` file of labels, or a data set.
        registry: Where components are looked up.

    Raises:
        ComponentUnknownError: It is none of these.
        RunFolderError: The folder has no manifest that can be read.
        StateFileError: The file does not say where its labels come from.
        DatasetError: The data set cannot be read.
    """
    from pathlib import Path

    from qent_core.resolution import candidates

    # A name without a slash may also be a folder; the component is the likelier wish.
    components = candidates(registry.components(), name, None)
    folder = Path(name)
    if not components and ("://" in name or (folder / "zarr.json").is_file()):
        return _references_of_dataset(name, registry)
    if not components and folder.suffix == ".npz":
        return _references_of_labels(folder)
    if not components and (folder.is_dir() or "/" in name or folder.suffix == ".json"):
        return _references_in(folder)
    found = components or (registry.resolve(name),)
    return tuple(dict.fromkeys(ref for c in found for ref in c.spec.references))


def _references_of_dataset(path: str, registry: Registry) -> tuple[Reference, ...]:
    """Returns what a data set was made from, and what labelled it later."""
    from qent_core.dataset.data_set import Dataset
    from qent_core.records import Reference
    from qent_core.resolution import candidates

    data = Dataset.open(path)
    found = [Reference(**entry) for entry in data.manifest.get("references", ())]
    for name in data.labelers:
        # A labeler that is not installed here any more cites nothing more than the columns do.
        for component in candidates(registry.components(), name, "labeler"):
            found += component.spec.references
    return tuple(dict.fromkeys(found))


def _references_of_labels(file: Path) -> tuple[Reference, ...]:
    from qent_core.errors import StateFileError
    from qent_core.label_files import read_origin
    from qent_core.records import Reference

    try:
        return tuple(Reference(**entry) for entry in read_origin(file)["references"])
    except (LookupError, TypeError, ValueError) as error:
        raise StateFileError(
            "the file does not say where its labels come from",
            where=str(file),
            do="name the labelers instead, for example: qent cite negativity",
        ) from error


def _references_in(folder: Path) -> tuple[Reference, ...]:
    import json

    from qent_core.errors import RunFolderError
    from qent_core.records import Reference

    manifest = folder if folder.suffix == ".json" else folder / "manifest.json"
    try:
        entries: list[dict[str, Any]] = json.loads(manifest.read_text("utf-8"))["references"]
        return tuple(Reference(**entry) for entry in entries)
    except OSError as error:
        raise RunFolderError(
            f"{folder} is no folder of a run: {error.strerror}",
            where=str(manifest),
            do="name a component, or the folder that qent run wrote",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(
            "the manifest has no list of references that can be read",
            where=str(manifest),
            do="run the experiment again",
        ) from error
