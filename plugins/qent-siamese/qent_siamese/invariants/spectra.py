r"""Local-unitary invariants of a state, cut by cut.

For a cut S|R everything here is unchanged by $U_S \otimes U_R$, hence by local unitaries of the
parties, and moves with the cut when parties change places. All are spectra, in descending order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, cut_of, cuts
from qent_core.linalg import (
    Array,
    dagger,
    partial_trace,
    partial_transpose,
    permute_parties,
    realign,
)

Reals = NDArray[np.float64]

_STATES_AT_ONCE = 8192
_SCALES = (1e-2, 1e-5)
_FILTER_NOISE = 1e-3
"""White noise mixed into the marginals before they are inverted, relative to their trace."""


def cut_spectra(states: StateBatch) -> tuple[Reals, tuple[str, ...]]:
    r"""Returns the invariants of every cut, ``(n, cuts, k)``, and their k names.

    * spectra of $\rho$, of its partial transpose and of the two marginals;
    * singular values of the realigned state, of the realigned $\rho - \rho_S \otimes \rho_R$ (the
      correlation tensor) and of the realigned state after the local filter
      $\rho_S^{-1/2} \otimes \rho_R^{-1/2}$;
    * spectra of $\sqrt\rho\,(1 \otimes \rho_R - \rho)\sqrt\rho$ and
      $\sqrt\rho\,(\rho_S \otimes 1 - \rho)\sqrt\rho$, which tell how the ranges of the state and of
      its partial transpose lie to each other.

    Shorter lists are filled with zeros if the cuts differ in size. Sides of equal dimension are
    treated alike.

    Args:
        states: Of two or more parties.

    Example:
        >>> bell = StateBatch([[0.5**0.5, 0, 0, 0.5**0.5]], (2, 2))
        >>> values, names = cut_spectra(bell)
        >>> values[0, 0, [names.index(f"transpose {i}") for i in range(4)]].round(3).tolist()
        [0.5, 0.5, 0.5, -0.5]
    """
    named = list(cuts(states.parties))
    pieces = []
    names: tuple[str, ...] = ()
    for start in range(0, max(len(states), 1), _STATES_AT_ONCE):
        rho = np.asarray(states[start : start + _STATES_AT_ONCE].density(), dtype=np.complex128)
        # Rounding in the last bit of one triangle would otherwise break the invariance.
        rho = (rho + dagger(rho)) / 2
        blocks = [_of_cut(rho, states.dims, cut_of(cut, states.parties)) for cut in named]
        widths = {name: max(block[name].shape[1] for block in blocks) for name in blocks[0]}
        names = tuple(f"{name} {i}" for name, width in widths.items() for i in range(width))
        rows = [
            np.concatenate([_padded(block[name], width) for name, width in widths.items()], axis=1)
            for block in blocks
        ]
        pieces.append(np.stack(rows, axis=1))
    return np.concatenate(pieces), names


def _of_cut(rho: Array, dims: tuple[int, ...], side: tuple[int, ...]) -> dict[str, Reals]:
    rest = tuple(party for party in range(len(dims)) if party not in side)
    size = int(np.prod([dims[party] for party in side]))
    other = int(np.prod([dims[party] for party in rest]))
    if size > other:
        side, rest, size, other = rest, side, other, size
    whole = permute_parties(rho, dims, (*side, *rest))
    dims = (size, other)
    first, second = (partial_trace(whole, dims, [party]) for party in (0, 1))
    root = _function(whole, lambda x: np.sqrt(np.clip(x, 0, None)))
    product = _kron(first, second)
    one, another = np.eye(size)[None], np.eye(other)[None]
    filtered = _filtered(whole, first, second)
    pairs = [
        (_eigenvalues(first), _eigenvalues(second)),
        (
            _eigenvalues(root @ (_kron(one, second) - whole) @ root),
            _eigenvalues(root @ (_kron(first, another) - whole) @ root),
        ),
    ]
    if size == other:
        # The sides have no order: the larger and the smaller of each pair of numbers.
        pairs = [(np.maximum(a, b), np.minimum(a, b)) for a, b in pairs]
    transposed = _eigenvalues(partial_transpose(whole, dims, [0]))
    realigned = _singular_values(whole, dims)
    return {
        "state": _eigenvalues(whole),
        "transpose": transposed,
        "negativity": np.clip(-transposed, 0, None).sum(axis=1, keepdims=True),
        "realigned": realigned,
        "realignment": realigned.sum(axis=1, keepdims=True) - 1,
        "correlation": _singular_values(whole - product, dims),
        "filtered": _singular_values(filtered, dims),
        "marginal": pairs[0][0],
        "other marginal": pairs[0][1],
        "range": pairs[1][0],
        "other range": pairs[1][1],
    }


def _filtered(rho: Array, first: Array, second: Array) -> Array:
    noisy = []
    for marginal in (first, second):
        d = marginal.shape[-1]
        mixed = (1 - _FILTER_NOISE) * marginal + _FILTER_NOISE * np.eye(d) / d
        noisy.append(_function(mixed, lambda x: np.clip(x, _FILTER_NOISE / 100, None) ** -0.5))
    local = _kron(*noisy)
    result = local @ rho @ local
    return result / np.einsum("nii->n", result).real[:, None, None]


def _eigenvalues(matrices: Array) -> Reals:
    found: Reals = np.linalg.eigvalsh((matrices + dagger(matrices)) / 2)[:, ::-1]
    return found


def _singular_values(rho: Array, dims: tuple[int, int]) -> Reals:
    found: Reals = np.linalg.svd(realign(rho, dims, [0]), compute_uv=False)
    return found


def _function(matrices: Array, function: Callable[[Reals], Reals]) -> Array:
    values, vectors = np.linalg.eigh(matrices)
    result: Array = (vectors * function(values)[:, None, :]) @ dagger(vectors)
    return result


def _kron(a: Array, b: Array) -> Array:
    grid = a[:, :, None, :, None] * b[:, None, :, None, :]
    size = grid.shape[1] * grid.shape[2]
    return grid.reshape(len(grid), size, size)


def _padded(values: Reals, width: int) -> Reals:
    return np.pad(values, ((0, 0), (0, width - values.shape[1])))


def scaled(values: Reals) -> Reals:
    r"""Returns numbers beside their logarithms with sign, so that the small ones are seen too.

    $x$, $\operatorname{arsinh}(x / 10^{-2})$ and $\operatorname{arsinh}(x / 10^{-5})$, ``(n, cuts,
    3k)``: whether an eigenvalue is negative matters more than how much.
    """
    return np.concatenate([values, *(np.arcsinh(values / s) for s in _SCALES)], axis=-1)
