r"""The quantum Fisher information matrix of local generators, batched over states.

$F_{ab} = 2\sum_{ij} \frac{(\lambda_i-\lambda_j)^2}{\lambda_i+\lambda_j}
\mathrm{Re}\,\langle i|H_a|j\rangle\langle j|H_b|i\rangle$ for
$\rho = \sum_i \lambda_i|i\rangle\langle i|$; for pure states four times the symmetrised covariance,
$4\,\mathrm{Re}(\langle H_aH_b\rangle - \langle H_a\rangle\langle H_b\rangle)$.

Source: J. Liu, H. Yuan, X.-M. Lu and X. Wang, J. Phys. A 53, 023001 (2020), section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch
from qent_core.linalg import Array, Dims, dagger
from qent_stacking.local_generators import Generators

Reals = NDArray[np.float64]

PIECE_BYTES = 24 * 2**20
"""Bytes of the largest intermediate array; there are about three of that size at a time."""


def fisher_matrices(batch: StateBatch, parties: Sequence[Generators]) -> Iterator[Reals]:
    """Yields ``(m, k, k)`` Fisher information matrices for one piece of the batch after the other.

    Args:
        batch: Kets or density matrices.
        parties: Generators of every party; k is the number of all of them, party by party, in each
            party symmetric before antisymmetric ones.

    Example:
        >>> from qent_stacking.local_generators import local_generators
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> (matrix,) = fisher_matrices(bell, local_generators("spin", (2, 2)))
        >>> np.linalg.eigvalsh(matrix)[0].round(12).tolist()
        [0.0, 0.0, 0.0, 2.0, 2.0, 2.0]
    """
    count = sum(len(party) for party in parties)
    groups = symmetry_groups(parties)
    widest = max((len(group) for group in groups), default=0) if batch.is_real else count
    size = batch.dimension if batch.kind == "kets" else batch.dimension**2
    rows = max(1, PIECE_BYTES // max(1, (8 if batch.is_real else 16) * widest * size))
    for start in range(0, len(batch), rows):
        states = batch.array[start : start + rows]
        matrix = np.zeros((len(states), count, count))
        spectrum = np.linalg.eigh(_double(states)) if batch.kind == "density" else None
        for group, operators in _groups(parties, groups, real=batch.is_real):
            if spectrum is None:
                block = _of_kets(_double(states), batch.dims, operators)
            else:
                block = _of_spectrum(*spectrum, batch.dims, operators)
            matrix[:, group[:, None], group] = block
        yield matrix


def symmetry_groups(parties: Sequence[Generators]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the places of the symmetric and of the antisymmetric generators among all.

    Example:
        >>> from qent_stacking.local_generators import local_generators
        >>> [group.tolist() for group in symmetry_groups(local_generators("spin", (2, 2)))]
        [[0, 1, 3, 4], [2, 5]]
    """
    antisymmetric = np.concatenate(
        [
            np.repeat([False, True], [len(party.symmetric), len(party.antisymmetric)])
            for party in parties
        ]
    )
    return np.flatnonzero(~antisymmetric), np.flatnonzero(antisymmetric)


def _groups(
    parties: Sequence[Generators], groups: tuple[NDArray[np.intp], ...], *, real: bool
) -> Iterator[tuple[NDArray[np.intp], list[Array]]]:
    """Yields what can be computed apart: both groups for real states, all at once for others."""
    if real:
        # A real matrix K stands for iK: the factors i and -i cancel in every product of two, and
        # the mean of iK vanishes by itself.
        yield groups[0], [party.symmetric for party in parties]
        yield groups[1], [party.antisymmetric for party in parties]
    else:
        everything = [np.concatenate([p.symmetric, 1j * p.antisymmetric]) for p in parties]
        yield np.arange(sum(len(party) for party in parties)), everything


def _double(states: Array) -> Array:
    return states.astype(np.complex128 if np.iscomplexobj(states) else np.float64, copy=False)


def _applied(states: Array, dims: Dims, operators: Sequence[Array]) -> Array:
    """Returns ``(n, k, D, m)``: every local operator applied to the columns ``(n, D, m)``."""
    count, size, columns = states.shape
    images = []
    for party, stack in enumerate(operators):
        d = dims[party]
        before, after = int(np.prod(dims[:party])), int(np.prod(dims[party + 1 :]))
        split = states.reshape(count, before, d, after * columns)
        image = stack.reshape(len(stack) * d, d) @ split
        image = image.reshape(count, before, len(stack), d, after * columns).swapaxes(1, 2)
        images.append(image.reshape(count, len(stack), size, columns))
    return np.concatenate(images, axis=1)


def _of_kets(kets: Array, dims: Dims, operators: Sequence[Array]) -> Reals:
    images = _applied(kets[:, :, None], dims, operators)[..., 0]
    gram = (images @ dagger(images)).real
    means = (images @ kets.conj()[:, :, None])[..., 0].real
    result: Reals = 4 * (gram - means[:, :, None] * means[:, None, :])
    return result


def _of_spectrum(values: Reals, vectors: Array, dims: Dims, operators: Sequence[Array]) -> Reals:
    size = values.shape[1]
    elements = dagger(vectors)[:, None] @ _applied(vectors, dims, operators)
    # i and j enter alike and the diagonal not at all, so each pair is counted once, and doubled.
    i, j = np.triu_indices(size, k=1)
    weighted = elements[:, :, i, j]
    weighted *= np.sqrt(_weights(values)[:, i, j])[:, None]
    gram: Reals = (weighted @ dagger(weighted)).real
    return 4 * gram


def _weights(values: Reals) -> Reals:
    r"""Returns $(\lambda_i-\lambda_j)^2/(\lambda_i+\lambda_j)$, 0 where both vanish."""
    positive = values.clip(min=0.0)
    total = positive[:, :, None] + positive[:, None, :]
    apart = positive[:, :, None] - positive[:, None, :]
    floor = values.shape[1] * np.finfo(np.float64).eps
    result: Reals = apart**2 / np.where(total > floor, total, np.inf)
    return result
