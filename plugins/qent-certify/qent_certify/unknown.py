"""Why a question stays open: which numbers lie within their margins, and what was in the way."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import (
    CertificateBlock,
    NptCertificate,
    Quality,
    RealignmentCertificate,
    Status,
    check_block,
    cut_of,
    cuts,
    is_coarser,
    parse_partition,
)
from qent_core.linalg import Dims, partial_transpose, realign

Array = NDArray[Any]

_SINGULAR = 1e-9

_LARGEST_DEFECT = 1e-5
"""The checker refuses every certificate of a matrix that is further from all states."""


def why_unknown(rho: Array, dims: Dims, question: str) -> list[str]:
    """Returns what can be said about a state on which nothing is proven.

    Args:
        rho: ``(1, D, D)`` the state.
        dims: Local dimensions.
        question: The question that stays open.

    Example:
        >>> why_unknown(np.eye(4)[None] / 2, (2, 2), "A|B")
        ['The matrix is no state: it is 1 away from the nearest one. Nothing is proven of it.']
    """
    defect = _distance_from_states(rho[0])
    if not defect < _LARGEST_DEFECT:
        return [
            f"The matrix is no state: it is {defect:.3g} away from the nearest one. "
            "Nothing is proven of it."
        ]
    lines = []
    # A cut that is coarser than the question would settle it if it were entangled.
    parties = len(dims)
    for cut in (c for c in cuts(parties) if is_coarser(c, question, parties)):
        lines += _on_the_margin(rho, dims, cut)
    lowest = float(np.linalg.eigvalsh(rho)[0, 0])
    if lowest < _SINGULAR:
        rank = int((np.linalg.eigvalsh(rho)[0] > _SINGULAR).sum())
        lines.append(
            f"The state is singular (rank {rank} of {rho.shape[1]}): no white noise can be split "
            "off to make up for rounding, so a proof of separability needs product vectors inside "
            'its range and can only be of quality "within-delta".'
        )
    if not lines:
        lines.append(
            "No stage found a proof that the checker accepts. The search may need a larger budget "
            "(parameter budgets), or the state lies too near to a border."
        )
    return lines


def _on_the_margin(rho: Array, dims: Dims, cut: str) -> list[str]:
    turned = partial_transpose(rho, dims, parse_partition(cut, len(dims))[0])
    values, vectors = np.linalg.eigh((turned + turned.conj().swapaxes(1, 2)) / 2)
    excess = np.linalg.svd(realign(rho, dims, cut_of(cut, len(dims))), compute_uv=False).sum() - 1
    lines = []
    for kind, content, value, what, border in (
        (
            NptCertificate.kind,
            {"vector": vectors[:, :, 0]},
            -values[0, 0],
            f"The smallest eigenvalue of the partial transpose across {cut}, {values[0, 0]:.3g}",
            "zero",
        ),
        (
            RealignmentCertificate.kind,
            {},
            excess,
            f"The trace norm of the realigned matrix across {cut}, 1 {excess:+.3g}",
            "1",
        ),
    ):
        block = CertificateBlock(kind, cut, Quality.STRICT, np.array([0]), content)
        outcome = check_block(rho, dims, block)
        if outcome.status[0] == Status.UNDECIDED:
            # What the checker asks for beyond the bound: margin and distance to the nearest state.
            margin = float(value - outcome.slack[0])
            lines.append(
                f"{what}, lies within its margin {margin:.2g} of {border}: rounding could have "
                "made it, so it decides nothing."
            )
    return lines


def _distance_from_states(matrix: Array) -> float:
    """Returns a bound on the distance to the nearest state in the Frobenius norm."""
    hermitian = (matrix + matrix.conj().T) / 2
    negative = np.clip(-np.linalg.eigvalsh(hermitian), 0, None).sum()
    trace = abs(np.trace(hermitian).real - 1)
    return float(np.linalg.norm(matrix - hermitian) + 2 * negative + trace)
