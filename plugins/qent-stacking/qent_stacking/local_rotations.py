"""Random orthogonal rotations of both parties of a batch of real kets, in torch."""

from __future__ import annotations

import torch
from torch import Tensor


def random_rotation(d: int, generator: torch.Generator) -> Tensor:
    """Returns a Haar-random orthogonal matrix ``(d, d)``, reflections included.

    Example:
        >>> O = random_rotation(3, torch.Generator().manual_seed(0))
        >>> bool(torch.allclose(O @ O.T, torch.eye(3), atol=1e-5))
        True
    """
    q, r = torch.linalg.qr(torch.randn(d, d, generator=generator))
    # Without these signs the law would be that of the QR algorithm, not Haar's.
    return q * torch.sign(torch.diagonal(r))


def rotated(rows: Tensor, party_a: int, generator: torch.Generator) -> Tensor:
    """Returns rows ``(n, d_A * d_B)`` with C replaced by one random $O_A C O_B^T$.

    One pair of rotations for the whole batch: the next batch gets another, which is as good on
    average and a thousand times cheaper than one pair per row.

    Args:
        rows: Coefficients, row by row.
        party_a: d_A.
        generator: Source of the rotations.
    """
    party_b = rows.shape[1] // party_a
    left, right = random_rotation(party_a, generator), random_rotation(party_b, generator)
    matrices = rows.reshape(len(rows), party_a, party_b)
    return (left @ matrices @ right.T).reshape(rows.shape)
