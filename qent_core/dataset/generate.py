"""Generating a data set: shard by shard, resumable at any moment, the same bits every time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qent_core.composition import compose
from qent_core.dataset.comparison import check_same_origin
from qent_core.dataset.executors import Workers
from qent_core.dataset.head import read_head, with_files, write_skeleton
from qent_core.dataset.jobs import GenerateJob
from qent_core.dataset.layout import Head
from qent_core.dataset.passes import finish_pass
from qent_core.dataset.plan import data_part, planned_head
from qent_core.dataset.storage import Storage, open_storage
from qent_core.errors import DatasetCorruptError, DatasetError, DatasetMismatchError
from qent_core.local_plugins import load_own_files
from qent_core.registry import Registry

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset
    from qent_core.experiment import Experiment


def generate_dataset(
    experiment: Experiment,
    out: str | Path,
    *,
    workers: int = 1,
    executor: str = "processes",
    scheduler: str = "",
    overwrite: bool = False,
    registry: Registry | None = None,
    base: str | Path | None = None,
    storage_options: Mapping[str, Any] | None = None,
    where: str = "",
) -> Dataset:
    """Makes the states and labels of an experiment and stores them as a data set.

    If the data set was begun before and not finished, the work goes on where it stopped; if it is
    finished, nothing is done. Features, model and evaluation of the experiment are left alone.

    Args:
        experiment: States, channels and labels.
        out: A path, or the URL of any fsspec store.
        workers: Number of processes; the result does not depend on it.
        executor: ``"processes"`` on this machine, or ``"dask"``.
        scheduler: Address of a Dask scheduler; empty starts a cluster on this machine.
        overwrite: Remove an earlier data set in ``out`` first.
        registry: Where components are looked up; by default what is installed.
        base: Folder that ``[plugins] local`` paths start from; by default the current one.
        storage_options: Passed to the fsspec file system.
        where: Name of the experiment's file, for messages.

    Raises:
        DatasetMismatchError: ``out`` holds the data set of another experiment.
        DatasetWriteError: The disk is full, or access is refused.
        QentError: Anything else that cannot work, before the work starts where possible.

    Example:
        >>> from qent_core.api import StateBatch, StateFamily
        >>> from qent_core.experiment import Experiment, use
        >>> from qent_core.registry import Registry
        >>> class Bell(StateFamily):
        ...     def sample(self, count, rng):
        ...         return StateBatch([[2**-0.5, 0, 0, 2**-0.5]] * count, dims=(2, 2))
        >>> registry = Registry.load(only=())
        >>> _ = registry.register(Bell)
        >>> experiment = Experiment(states=[use("bell", count=5)])
        >>> data = generate_dataset(experiment, "memory://bell.zarr", registry=registry)
        >>> len(data), data.dims
        (5, (2, 2))
    """
    from qent_core.dataset.data_set import Dataset

    experiment, _ = data_part(experiment)
    storage = open_storage(out, storage_options)
    crew = Workers(workers, executor, scheduler)
    crew.check(storage)
    settings = experiment.plugins
    if registry is None:
        registry = Registry.load(
            disable=settings.disable, only=settings.only, prefer=experiment.prefer
        )
    local = load_own_files(settings.local, registry, Path(base or "."), where)
    composition = compose(experiment, registry, where=where)
    head, files = with_files(planned_head(composition, local))
    with storage.locked():
        found = prepare(storage, head, files, overwrite=overwrite)
        finish_pass(
            GenerateJob(composition.pipeline, storage, found),
            0,
            versions=head.passes[0].versions,
            workers=crew,
            local=local,
            description="states and labels",
        )
    return Dataset.open(storage)


def prepare(storage: Storage, wanted: Head, files: dict[str, bytes], *, overwrite: bool) -> Head:
    """Makes room for a data set, or finds the one that was begun there.

    Returns:
        Its head, which may have more passes than was asked for.
    """
    found = None
    if not overwrite:
        found = read_head(storage)
    elif storage.names():
        _check_replaceable(storage)
        storage.clear()
    if found is None:
        _check_empty(storage)
        write_skeleton(storage, wanted, files)
        return wanted
    check_same_origin(storage, found, wanted)
    if wanted.files.items() <= found.files.items():  # not so with another version of Zarr
        write_skeleton(storage, found, files)
    return found


def _check_empty(storage: Storage) -> None:
    names = storage.names()
    if names:
        raise DatasetError(
            "there is something else where the data set should be written",
            where=f"{storage.url}, which holds {names[0]}",
            do="choose another --out",
        )


def _check_replaceable(storage: Storage) -> None:
    """Refuses to remove what is no data set of qent; one that is damaged or old may be removed."""
    try:
        replaceable = read_head(storage) is not None
    except (DatasetCorruptError, DatasetMismatchError):
        replaceable = True
    except DatasetError:
        replaceable = False
    if not replaceable:
        raise DatasetError(
            "what is there is no data set and is not replaced",
            where=storage.url,
            do="choose another --out",
        )
