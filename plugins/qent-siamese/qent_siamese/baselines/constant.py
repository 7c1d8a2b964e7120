"""The constant answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qent_core.api import StateBatch, Verdict
from qent_siamese.baselines.baseline import Baseline, Reals
from qent_siamese.models.verdict_targets import VerdictTargets


class ConstantAnswer(Baseline):
    r"""Says the same of every state: a floor for every accuracy that is reported.

    On a test set of one class only, "entangled" or "separable" scores 100 %, which is why an
    accuracy on such a set says nothing by itself.

    Formula:
        $$\hat y(\rho) = c$$

        with one c for all states, "entangled" or "separable".

    Args:
        answer: ``"majority"`` (of the decided labels of each question), ``"entangled"`` or
            ``"separable"``.
        questions: Question of each column of the labels; they make no difference.

    Attributes:
        share_: Share of entangled among the decided labels of each question.

    Example:
        >>> states = StateBatch(np.eye(4)[:3], (2, 2))
        >>> ConstantAnswer().fit(states, [1, 1, 0]).predict(states).tolist()
        [1, 1, 1]
    """

    _needs_both_classes = False

    def __init__(self, answer: str = "majority", questions: Sequence[str] | None = None) -> None:
        self.answer = answer
        self.questions = questions

    def _learn(self, states: StateBatch, targets: VerdictTargets) -> None:
        decided = targets.values != Verdict.UNKNOWN
        ones = (targets.values == Verdict.ENTANGLED).sum(axis=0)
        self.share_ = ones / np.maximum(decided.sum(axis=0), 1)

    def _probabilities(self, states: StateBatch) -> Reals:
        fixed = {"entangled": 1.0, "separable": 0.0}
        p = np.full(self.columns_, fixed.get(self.answer, np.nan))
        p = self.share_ if self.answer == "majority" else p
        return np.broadcast_to(p, (len(states), self.columns_)).copy()
