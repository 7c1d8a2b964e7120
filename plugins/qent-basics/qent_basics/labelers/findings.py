"""Verdicts of one question while criteria are being tried: who decided what, with which proof."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import Certificate, CertificateColumn, Labels, Quality, Verdict
from qent_core.linalg import Array

Rows = NDArray[np.intp]


class Findings:
    """Collects verdicts, criteria and certificates of n states for one question.

    Args:
        count: Number of states, all UNKNOWN at first.
        question: What is answered.
        certify: If False certificates are dropped.

    Example:
        >>> findings = Findings(2, "A|B", certify=False)
        >>> findings.decide(np.array([1]), Verdict.ENTANGLED, "realignment")
        >>> findings.labels("realignment[A|B]").values("realignment[A|B]").tolist()
        [-1, 1]
    """

    def __init__(self, count: int, question: str, *, certify: bool = True) -> None:
        self.question = question
        self.certify = certify
        self.verdicts = np.full(count, Verdict.UNKNOWN, dtype=np.int8)
        self._criteria = np.full(count, "", dtype="<U16")
        self._proofs: dict[tuple[type[Certificate], Quality], list[dict[str, Array]]] = {}

    def __len__(self) -> int:
        return len(self.verdicts)

    def undecided(self) -> Rows:
        """Returns the states without a verdict."""
        return np.flatnonzero(self.verdicts == Verdict.UNKNOWN)

    def decide(self, rows: Rows, verdict: Verdict, criterion: str) -> None:
        """Records a verdict."""
        self.verdicts[rows] = verdict
        self._criteria[rows] = criterion

    def prove(
        self,
        rows: Rows,
        kind: type[Certificate],
        *,
        quality: Quality = Quality.STRICT,
        **arrays: Array,
    ) -> None:
        """Records certificates of decided states, as stacked arrays ``(len(rows), ...)``."""
        if self.certify and len(rows):
            self._proofs.setdefault((kind, quality), []).append({"rows": rows, **arrays})

    def labels(self, column: str) -> Labels:
        """Returns the label column."""
        blocks: list[Any] = []
        for (kind, quality), parts in self._proofs.items():
            whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            stack = CertificateColumn.stacked(
                len(self), kind, self.question, quality=quality, **whole
            )
            blocks += stack.blocks
        return Labels.verdicts(
            column,
            self.question,
            self.verdicts,
            self._criteria,
            CertificateColumn(len(self), blocks),
        )
