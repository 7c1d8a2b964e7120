"""Random local unitaries, fresh for each state and party, and what they do to states."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import torch
from torch import Tensor

LAWS = ("angles", "haar")
"""Laws of the unitaries: the paper's two gates with uniform angles, or the Haar measure."""


def random_unitaries(count: int, d: int, law: str, like: Tensor, draws: torch.Generator) -> Tensor:
    r"""Returns ``(count, d, d)`` random unitaries.

    ``"angles"`` multiplies two gates $U(\theta, \phi, \lambda)$ with all angles uniform in
    $[0, 2\pi)$, which is not the Haar measure; it exists for qubits, other parties take Haar.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410, Appendix.

    Args:
        count: How many.
        d: Dimension of the party.
        law: One of `LAWS`.
        like: Real tensor whose number type and device they get.
        draws: Source of the random numbers.

    Example:
        >>> u = random_unitaries(3, 2, "angles", torch.zeros(1), torch.Generator().manual_seed(0))
        >>> bool(torch.allclose(u @ u.mH, torch.eye(2, dtype=u.dtype), atol=1e-6))
        True
    """
    if d == 2 and law == "angles":
        angles = torch.rand((6, count), generator=draws, dtype=like.dtype, device=like.device).mul_(
            2 * pi
        )
        return gate(*angles[:3]) @ gate(*angles[3:])
    normal = torch.randn((2, count, d, d), generator=draws, dtype=like.dtype, device=like.device)
    q, r = torch.linalg.qr(torch.complex(normal[0], normal[1]))
    # Without these phases the result depends on the routine and is not Haar distributed.
    return q * torch.sgn(torch.diagonal(r, dim1=-2, dim2=-1))[:, None, :]


def gate(theta: Tensor, phi: Tensor, lam: Tensor) -> Tensor:
    r"""Returns the one-qubit gates $U(\theta, \phi, \lambda)$, ``(n, 2, 2)``.

    $U = \begin{pmatrix} \cos\frac\theta2 & -e^{i\lambda}\sin\frac\theta2 \\
    e^{i\phi}\sin\frac\theta2 & e^{i(\phi+\lambda)}\cos\frac\theta2 \end{pmatrix}$
    """
    cosine, sine = torch.cos(theta / 2), torch.sin(theta / 2)
    entries = (
        torch.complex(cosine, torch.zeros_like(cosine)),
        -torch.polar(torch.ones_like(lam), lam) * sine,
        torch.polar(torch.ones_like(phi), phi) * sine,
        torch.polar(torch.ones_like(phi), phi + lam) * cosine,
    )
    return torch.stack(entries, dim=-1).reshape(-1, 2, 2)


def local_unitaries(
    count: int, dims: Sequence[int], law: str, like: Tensor, draws: torch.Generator
) -> Tensor:
    r"""Returns $U_A \otimes U_B \otimes \dots$ with fresh factors for each state, ``(n, D, D)``."""
    product = random_unitaries(count, dims[0], law, like, draws)
    for d in dims[1:]:
        factor = random_unitaries(count, d, law, like, draws)
        size = product.shape[-1] * d
        grid = product[:, :, None, :, None] * factor[:, None, :, None, :]
        product = grid.reshape(count, size, size)
    return product


def rotated(images: Tensor, unitaries: Tensor) -> Tensor:
    r"""Returns $U \rho U^\dagger$ as images.

    Args:
        images: ``(n, 2, D, D)``: real and imaginary part.
        unitaries: ``(n, D, D)``.
    """
    rho = torch.complex(images[:, 0], images[:, 1])
    turned = unitaries @ rho @ unitaries.mH
    return torch.stack([turned.real, turned.imag], dim=1)
