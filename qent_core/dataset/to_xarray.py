"""A data set, or a selection of it, as one labelled ``xarray.Dataset``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qent_core.errors import DatasetError, require_module

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset


def to_xarray(data: Dataset, *, states: bool = True) -> Any:
    """Returns a data set as an ``xarray.Dataset`` in memory.

    Dimension ``state`` runs over the selection; its coordinates are the number of each state in the
    whole data set, the family that made it, and its parameters under their own names. Label columns
    are variables under theirs, verdicts known by construction are called ``known[QUESTION]``.
    The sections of a data set on a disk are also read without qent and without loading them:
    ``xarray.open_zarr(path, group="0-isotropic", consolidated=False)``.

    Args:
        data: The data set or a selection of it.
        states: Whether to read the states too; without them only numbers per state are read.

    Raises:
        ExtraMissingError: xarray is not installed.
        DatasetError: No state is left in the selection.
    """
    require_module("xarray", extra="xarray", purpose="a data set in xarray")
    import xarray

    if not len(data):
        raise DatasetError("there is no state to show", where=data.path)
    family = np.empty(len(data), dtype=f"<U{max(map(len, data.sources))}")
    for name in data.sources:
        family[data.source_mask([name])] = name
    coordinates: dict[str, Any] = {
        "number": ("state", data.rows),
        "family": ("state", family),
        **{name: ("state", values) for name, values in data.parameters.items()},
    }
    variables: dict[str, Any] = {}
    if states:
        axes = ("amplitude",) if data.kind == "kets" else ("row", "column")
        variables["states"] = (("state", *axes), data.states().array)
    variables |= {name: ("state", values) for name, values in data.columns.items()}
    variables |= {f"known[{question}]": ("state", v) for question, v in data.known.items()}
    return xarray.Dataset(
        variables, coordinates, {"dims": list(data.dims), "kind": data.kind, "path": data.path}
    )
