"""The loss of the triple Siamese network: one network, three copies of each state, one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from qent_siamese.symmetry.permutations import Permutation
from qent_siamese.symmetry.unitaries import local_unitaries, rotated
from qent_siamese.training.batches import Batch
from qent_siamese.training.losses import disagreement_sum
from qent_siamese.training.objectives import Draws, Measured, VerdictObjective, supervised
from qent_siamese.training.schedule import Schedule


class SiameseObjective(VerdictObjective):
    r"""Cross-entropy of the state, plus disagreement with its rotated and its permuted copy.

    $L = L_\mathrm{BCE}(p(\rho), q) + w \langle |p_j(\rho) - p_j(U\rho U^\dagger)| \rangle
    + w \langle |p_j(\rho) - p_{\pi(j)}(\pi(\rho))| \rangle$ with gradients through
    all three copies.
    Local unitaries are drawn for each state, one permutation for each batch.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410, Eq. (6).

    Args:
        dims: Local dimensions.
        permutations: Those to choose from; none leaves the last term out.
        schedule: The weight w in each epoch; while it is zero no copies are made.
        law: Law of the unitaries.
    """

    def __init__(
        self,
        dims: Sequence[int],
        permutations: Sequence[Permutation],
        schedule: Schedule,
        law: str,
    ) -> None:
        self.dims = dims
        self.permutations = permutations
        self.schedule = schedule
        self.law = law

    def step(self, network: Any, batch: Batch, epoch: int, draws: Draws) -> Measured:
        """Returns the loss of a batch; see `Objective`."""
        weight = self.schedule(epoch)
        if weight == 0.0:
            return super().step(network, batch, epoch, draws)
        inputs = batch.inputs
        # All processes draw for the whole batch, so that their number changes no state's rotation.
        unitaries = local_unitaries(batch.size, self.dims, self.law, inputs, draws.device)
        copies = [inputs, rotated(inputs, unitaries[batch.share])]
        permutation = None
        if self.permutations:
            permutation = self.permutations[draws.host.integers(len(self.permutations))]
            copies.append(permutation.apply(inputs))
        logits = network(torch.cat(copies))
        logits = logits.float() if logits.dtype == torch.bfloat16 else logits
        parts = logits.chunk(len(copies)) if len(inputs) else [logits] * len(copies)
        found = supervised(parts[0], batch)
        p = [part.sigmoid() for part in parts]
        same = tuple((j, j) for j in range(logits.shape[1]))
        loss = found.loss + weight * disagreement_sum(p[0], p[1], same) / (batch.size * len(same))
        if permutation is not None:
            apart = disagreement_sum(p[0], p[2], permutation.pairs)
            loss = loss + weight * apart / (batch.size * len(permutation.pairs))
        return Measured(loss, found.correct, found.decided)
