"""Criteria that need no training, in the form of models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qent_core.api import StateBatch, cut_of, cuts
from qent_core.linalg import Array, partial_transpose, realign
from qent_siamese.baselines.baseline import Baseline, Reals
from qent_siamese.models.verdict_targets import VerdictTargets

_STATES_AT_ONCE = 8192


class CriterionOracle(Baseline):
    """Base of the oracles: a criterion of each cut; a question that is no cut asks for any cut."""

    _needs_both_classes = False

    def __init__(self, tolerance: float = 1e-9, questions: Sequence[str] | None = None) -> None:
        self.tolerance = tolerance
        self.questions = questions

    def _violation(self, rho: Array, dims: tuple[int, ...], side: tuple[int, ...]) -> Reals:
        """Returns by how much a separable state's bound is violated, ``(n,)``."""
        raise NotImplementedError

    def _learn(self, states: StateBatch, targets: VerdictTargets) -> None:
        """Learns nothing."""

    def _probabilities(self, states: StateBatch) -> Reals:
        named = cuts(states.parties)
        asked = self.questions_ or ("",) * self.columns_
        result = np.empty((len(states), len(asked)))
        for start in range(0, len(states), _STATES_AT_ONCE):
            part = slice(start, start + _STATES_AT_ONCE)
            rho = states[part].density()
            found = np.stack(
                [
                    self._violation(rho, states.dims, cut_of(cut, states.parties)) > self.tolerance
                    for cut in named
                ],
                axis=1,
            )
            for column, question in enumerate(asked):
                chosen = [named.index(question)] if question in named else list(range(len(named)))
                result[part, column] = found[:, chosen].any(axis=1)
        return result


class PptOracle(CriterionOracle):
    r"""The PPT criterion as a model: entangled if a partial transpose has a negative eigenvalue.

    It learns nothing from the labels. Whatever claims to find PPT-entangled states must beat it
    there, and not lose to it elsewhere.

    Source: A. Peres, Phys. Rev. Lett. 77, 1413 (1996).

    Formula:
        $$\hat y_j = [\,\lambda_{\min}(\rho^{T_j}) < 0\,]$$

        with the least eigenvalue of the partial transpose across cut j; [ ] is 1, entangled,
        where it holds and 0 elsewhere.

    Args:
        tolerance: By how much an eigenvalue must be negative.
        questions: Question of each column of the labels; None means all cuts if there are as many
            columns. A question that is no cut, or not known, is answered with "any cut".

    Example:
        >>> bell = StateBatch([[0.5**0.5, 0, 0, 0.5**0.5], [1, 0, 0, 0]], (2, 2))
        >>> PptOracle().fit(bell, [1, 0]).predict(bell).tolist()
        [1, 0]
    """

    def _violation(self, rho: Array, dims: tuple[int, ...], side: tuple[int, ...]) -> Reals:
        least: Reals = np.linalg.eigvalsh(partial_transpose(rho, dims, side))[:, 0]
        return -least


class RealignmentOracle(CriterionOracle):
    r"""The realignment criterion as a model: entangled if the trace norm exceeds 1.

    It learns nothing from the labels.

    Source: K. Chen, L.-A. Wu, Quantum Inf. Comput. 3, 193 (2003); O. Rudolph, Quantum Inf.
    Process. 4, 219 (2005).

    Formula:
        $$\hat y_j = [\,\|R_j(\rho)\|_1 > 1\,]$$

        with the trace norm of the state realigned across cut j; [ ] is 1, entangled, where it
        holds and 0 elsewhere.

    Args:
        tolerance: By how much 1 must be exceeded.
        questions: Question of each column of the labels; None means all cuts if there are as many
            columns. A question that is no cut, or not known, is answered with "any cut".

    Example:
        >>> bell = StateBatch([[0.5**0.5, 0, 0, 0.5**0.5], [1, 0, 0, 0]], (2, 2))
        >>> RealignmentOracle().fit(bell, [1, 0]).predict(bell).tolist()
        [1, 0]
    """

    def _violation(self, rho: Array, dims: tuple[int, ...], side: tuple[int, ...]) -> Reals:
        norm: Reals = np.linalg.svd(realign(rho, dims, side), compute_uv=False).sum(axis=1)
        return norm - 1
