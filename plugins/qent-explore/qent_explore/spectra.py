"""What a cut shows of a state: the spectrum of its partial transpose and its correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, cut_of
from qent_core.linalg import partial_transpose, permute_parties

Array = NDArray[Any]


@dataclass(frozen=True)
class CutView:
    """A state across one cut."""

    question: str
    spectrum: NDArray[np.float64]
    """Eigenvalues of the partial transpose, ascending."""
    correlations: NDArray[np.float64]
    """Correlation matrix, see `correlation_matrix`."""

    @property
    def realignment_norm(self) -> float:
        """Trace norm of the realigned matrix; above 1 the state is entangled."""
        sides = float(np.sqrt(np.sqrt(self.correlations.shape[0] * self.correlations.shape[1])))
        return float(np.linalg.svd(self.correlations, compute_uv=False).sum()) / sides


def cut_views(states: StateBatch, questions: tuple[str, ...]) -> tuple[CutView, ...]:
    """Returns what each cut shows of the first state of a batch.

    Args:
        states: At least one state.
        questions: Cuts such as ``"A|BC"``.
    """
    rho, dims = states.density()[:1], states.dims
    return tuple(
        CutView(
            question,
            np.linalg.eigvalsh(partial_transpose(rho, dims, side))[0],
            correlation_matrix(rho, dims, side)[0],
        )
        for question in questions
        for side in [cut_of(question, states.parties)]
    )


def correlation_matrix(
    rho: Array, dims: tuple[int, ...], side: tuple[int, ...]
) -> NDArray[np.float64]:
    r"""Returns $T_{ij} = \sqrt{d_A d_B}\,\mathrm{tr}(\rho\, G_i \otimes G_j)$ across a cut.

    The $G_i$ are an orthonormal basis of Hermitian matrices that begins with $I/\sqrt d$, the
    generalized Gell-Mann matrices, so $T_{00} = 1$, the first row and column are the Bloch vectors,
    and for two qubits $T$ holds the expectation values of the products of Pauli matrices. The
    singular values of $T/\sqrt{d_A d_B}$ are those of the realigned matrix: their sum is at most 1
    for separable states (Chen and Wu, Quantum Inf. Comput. 3, 193, 2003).

    Args:
        rho: ``(n, D, D)`` states.
        dims: Local dimensions.
        side: Parties on the first side of the cut.

    Returns:
        ``(n, dA^2, dB^2)``.

    Example:
        >>> bell = np.zeros((1, 4, 4)); bell[:, ::3, ::3] = 0.5
        >>> correlation_matrix(bell, (2, 2), (0,))[0].round(12).diagonal().tolist()
        [1.0, 1.0, -1.0, 1.0]
    """
    other = tuple(party for party in range(len(dims)) if party not in side)
    first = int(np.prod([dims[party] for party in side]))
    second = int(np.prod([dims[party] for party in other]))
    ordered = permute_parties(rho, dims, (*side, *other))
    blocks = ordered.reshape(len(rho), first, second, first, second)
    # tr(rho G x H) = sum rho[ab, cd] G[ca] H[db], with the indices c, d of the second pair.
    half = np.einsum("nabcd,jdb->najc", blocks, hermitian_basis(second), optimize=True)
    whole = np.einsum("najc,ica->nij", half, hermitian_basis(first), optimize=True)
    return np.asarray(whole.real * np.sqrt(first * second))


def hermitian_basis(d: int) -> Array:
    r"""Returns an orthonormal basis of Hermitian matrices, ``(d*d, d, d)``.

    First $I/\sqrt d$, then for each pair of levels the symmetric and the antisymmetric matrix, then
    the diagonal ones: for d = 2 the Pauli matrices over $\sqrt2$ in the order I, X, Y, Z.

    Args:
        d: Dimension.

    Example:
        >>> basis = hermitian_basis(3)
        >>> bool(np.allclose(np.einsum("iab,jba->ij", basis, basis), np.eye(9)))
        True
    """
    basis = np.zeros((d * d, d, d), dtype=np.complex128)
    basis[0] = np.eye(d) / np.sqrt(d)
    row = 1
    for high in range(1, d):
        for low in range(high):
            basis[row, low, high] = basis[row, high, low] = 1 / np.sqrt(2)
            basis[row + 1, low, high], basis[row + 1, high, low] = -1j / np.sqrt(2), 1j / np.sqrt(2)
            row += 2
    for level in range(1, d):
        entries = np.r_[np.ones(level), -level]
        basis[row, np.arange(level + 1), np.arange(level + 1)] = entries / np.linalg.norm(entries)
        row += 1
    return basis
