"""Labels as one JSON document."""

from __future__ import annotations

from typing import Any

from qent_core.labels import Labels, VerdictColumn
from qent_core.summary import label_summary
from qent_core.verdicts import Verdict


def label_document(labels: Labels) -> dict[str, Any]:
    """Returns every column with its values in words or numbers, and its statistics."""
    columns: dict[str, Any] = {}
    for name, column in labels.columns.items():
        if isinstance(column, VerdictColumn):
            columns[name] = {
                "question": column.question,
                "verdicts": [Verdict(int(value)).word for value in column.values],
                "criteria": [criterion or None for criterion in column.criteria.tolist()],
                "certificates": [kind or None for kind in column.certificates.kinds().tolist()],
            }
        else:
            columns[name] = {"question": column.question or None, "values": column.values}
    return {"states": len(labels), "columns": columns, "summary": label_summary(labels)}
