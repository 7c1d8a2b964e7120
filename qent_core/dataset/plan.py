"""From an experiment to the head of the data set that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from qent_core.composition import Composition
from qent_core.dataset.layout import (
    Head,
    LabelPass,
    Section,
    column_places,
)
from qent_core.dataset.node_names import node_names, section_name
from qent_core.experiment import Experiment
from qent_core.generation import Part
from qent_core.labels import Labels
from qent_core.manifest import manifest_content
from qent_core.registered import LocalSource
from qent_core.states import StateBatch

_LIBRARIES = ("numpy", "scipy", "zarr", "numcodecs")
"""Libraries, beside the plugins, on whose version the bytes of a data set may depend."""


def data_part(experiment: Experiment) -> tuple[Experiment, tuple[str, ...]]:
    """Returns what an experiment says about data, and the names of the tables left out."""
    ignored = tuple(
        name
        for name in ("features", "model", "evaluation")
        if name in experiment.model_fields_set and getattr(experiment, name)
    )
    kept = {name for name in type(experiment).model_fields if name not in ignored}
    tables = {name: getattr(experiment, name) for name in kept & experiment.model_fields_set}
    return Experiment(**tables), ignored


def planned_head(composition: Composition, local: tuple[LocalSource, ...]) -> Head:
    """Returns the head of the data set that a composition makes.

    One state of each family is made and labelled to learn the form of what will come.

    Raises:
        QentError: What cannot work is refused here, before the work starts.
    """
    experiment = composition.experiment
    samples = composition.pipeline.samples()
    labels = Labels.concatenate([labels for _, labels in samples])
    sections = tuple(
        _section(number, batch, part, experiment)
        for number, ((batch, _), part) in enumerate(
            zip(samples, composition.pipeline.families, strict=True)
        )
    )
    first = LabelPass(
        column_places(labels),
        labeler_tables(composition.pipeline.labelers),
        versions_of(composition.distributions()),
    )
    return Head(samples[0][0].dims, sections, (first,), _origin(composition, local))


def labeler_tables(labelers: Sequence[Part]) -> tuple[dict[str, Any], ...]:
    """Returns the name and all parameters of labelers, as a data set records them."""
    return tuple({"use": part.name, **part.component.parameters()} for part in labelers)


def versions_of(distributions: Mapping[str, str]) -> dict[str, str]:
    """Returns the versions of plugins and of what else decides about the bytes of a shard."""
    found = dict(sorted(distributions.items()))
    for name in ("qent-core", *_LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def stored_dtype(dtype: np.dtype[Any], precision: str) -> str:
    """Returns the number type in which states are stored: real ones stay real.

    Example:
        >>> stored_dtype(np.dtype("float64"), "complex64")
        'float32'
    """
    if dtype.kind == "c":
        return precision
    return {"complex64": "float32", "complex128": "float64"}[precision]


def _section(number: int, batch: StateBatch, part: Part, experiment: Experiment) -> Section:
    name = section_name(number, part.name)
    parameters = node_names("parameter", batch.parameters)
    return Section(
        name,
        part.name,
        part.count,
        min(experiment.run.shard_size, part.count),
        batch.kind,
        stored_dtype(batch.dtype, experiment.data.dtype),
        batch.dimension,
        parameters,
        node_names("known", batch.known, parameters.values()),
    )


def _origin(composition: Composition, local: tuple[LocalSource, ...]) -> dict[str, Any]:
    spec = composition.experiment.to_toml()
    content = manifest_content(composition, spec, local=local, seconds={})
    del content["seconds"]
    return {"form": "experiment", "spec": spec, **content}
