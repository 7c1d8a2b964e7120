"""A data set in a table, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qent_core.summary import Table, shares_table

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset


def data_table(data: Dataset) -> Table:
    """Returns the label statistics of a data set, one row per column."""
    table = shares_table(
        {
            "run": data.path,
            "states": len(data),
            "dims": data.dims,
            "labels": data.summary,
        }
    )
    return Table(f"{table.title}, {data.kind}, {data.dtype}", table.headings, table.rows)


def data_facts(data: Dataset) -> dict[str, Any]:
    """Returns what there is to know about a data set, for JSON."""
    return {
        "dataset": data.path,
        "states": len(data),
        "dims": list(data.dims),
        "kind": data.kind,
        "dtype": str(data.dtype),
        "sources": list(data.sources),
        "parameters": list(data.parameters),
        "known": list(data.known),
        "labels": data.summary,
    }
