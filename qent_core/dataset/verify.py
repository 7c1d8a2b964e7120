"""Checking every certificate of a data set, shard by shard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.checker.witnesses import DEFAULT_BUDGET
from qent_core.dataset.data_set import Dataset
from qent_core.dataset.storage import Storage
from qent_core.errors import QentError
from qent_core.labels import Labels, VerdictColumn
from qent_core.progress import track
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict
from qent_core.verification import AT_ONCE, Verification, need_verdicts


def verify_dataset(
    path: str | Path | Storage | Dataset,
    *,
    budget: int = DEFAULT_BUDGET,
    storage_options: Mapping[str, Any] | None = None,
) -> Verification:
    """Checks every certificate of a data set against its state.

    One shard is in memory at a time. Beside the label columns, the certificates with which
    families prove what they know by construction are checked, as columns ``known[QUESTION]``.

    Args:
        path: A path, the URL of any fsspec store, or a selection.
        budget: Most evaluations for the bound of one witness.
        storage_options: Passed to the fsspec file system.

    Raises:
        DatasetError: There is no data set.
        DatasetCorruptError: A file was changed or is missing.
        LabelsInvalidError: It has no verdicts.
    """
    data = (
        path if isinstance(path, Dataset) else Dataset.open(path, storage_options=storage_options)
    )
    columns = data.verdict_columns
    need_verdicts([*columns, *data.known])
    found = Verification(budget)
    with track("checking proofs", total=len(data)) as step:
        for part in data.stretches(data.shard_size):
            states = part.states()
            labels = part.labels(columns=columns) | _known(states, tuple(data.known))
            for start in range(0, len(part), AT_ONCE):
                piece = slice(start, start + AT_ONCE)
                try:
                    step(found.add(states[piece], labels[piece]))
                except QentError as error:
                    raise error.located(data.path) from None
    return found


def _known(states: StateBatch, questions: tuple[str, ...]) -> Labels:
    """Returns the verdicts by construction that come with a certificate, as label columns."""
    found = Labels(len(states))
    for question in questions:
        if question not in states.certificates:
            proofs = None
            values = np.full(len(states), Verdict.UNKNOWN, dtype=np.int8)
        else:
            proofs = states.certificates[question]
            values = np.where(proofs.present, states.known[question], Verdict.UNKNOWN)
        criteria = np.where(values == Verdict.UNKNOWN, "", "known")
        name = f"known[{question}]"
        column = (
            VerdictColumn(values, question, criteria)
            if proofs is None
            else VerdictColumn(values, question, criteria, proofs)
        )
        found = found | Labels(len(states), {name: column})
    return found
