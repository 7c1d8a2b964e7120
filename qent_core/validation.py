"""Is this array a set of physical states? The first one that is not gets named."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import StateInvalidError

_CHUNK_BYTES = 2**18
"""States are checked in chunks that stay in the processor's cache with what is made of them."""


def check_physical(array: NDArray[Any], *, atol: float | None = None) -> None:
    """Checks that kets are normalised, or density matrices Hermitian, of trace 1 and positive.

    Args:
        array: ``(n, D)`` kets or ``(n, D, D)`` density matrices.
        atol: Tolerance; by default 1e-8 for double and 1e-5 for single precision.

    Raises:
        StateInvalidError: Names the first bad state, the violation and its size.
    """
    if atol is None:
        atol = 1e-5 if array.dtype.itemsize <= (8 if np.iscomplexobj(array) else 4) else 1e-8
    if not len(array):
        return
    rows = max(1, _CHUNK_BYTES // max(1, array[0].nbytes))
    for start in range(0, len(array), rows):
        # Absurdly large entries overflow to infinity and are refused as such, without a warning.
        with np.errstate(over="ignore", invalid="ignore"):
            _check_chunk(array[start : start + rows], start, atol)


def _check_chunk(chunk: NDArray[Any], start: int, atol: float) -> None:
    if not np.isfinite(chunk).all():
        bad = ~np.isfinite(chunk).reshape(len(chunk), -1).all(axis=1)
        _refuse_first(bad, start, "holds NaN or infinite numbers")
    if chunk.dtype.char not in "fdFD":  # what NumPy's linear algebra takes
        chunk = chunk.astype(np.complex128 if np.iscomplexobj(chunk) else np.float64)
    if chunk.ndim == 2:
        _check_norm(chunk, start, atol)
    else:
        _check_density(chunk, start, atol)


def _check_norm(kets: NDArray[Any], start: int, atol: float) -> None:
    norms = np.linalg.norm(kets, axis=1)
    _refuse_first(
        np.abs(norms - 1) > atol,
        start,
        "has norm {:.10g}, not 1",
        norms,
        do="divide each ket by its norm",
    )


def _check_density(rho: NDArray[Any], start: int, atol: float) -> None:
    skew = np.subtract(rho, rho.conj().swapaxes(1, 2), order="C")
    # Moduli cost more than the rest of the checks: parts that are small enough do without.
    if not np.abs(skew.view(skew.real.dtype)).max() <= atol / 2:
        moduli = np.abs(skew).max(axis=(1, 2))
        _refuse_first(
            moduli > atol,
            start,
            "is not Hermitian: rho and its conjugate transpose differ by up to {:.3g}",
            moduli,
            do="use (rho + rho^dagger) / 2 if the difference is rounding",
        )
    trace = np.einsum("nii->n", rho).real
    _refuse_first(
        np.abs(trace - 1) > atol,
        start,
        "has trace {:.10g}, not 1",
        trace,
        do="divide each density matrix by its trace",
    )
    try:
        # Cholesky of the slightly lifted matrices succeeds exactly when all are positive enough,
        # at a fraction of the cost of eigenvalues.
        np.linalg.cholesky(rho + atol * np.eye(rho.shape[1]))
    except np.linalg.LinAlgError:
        lowest = np.linalg.eigvalsh(rho)[:, 0]
        _refuse_first(
            lowest < -atol,
            start,
            "is not positive: its smallest eigenvalue is {:.3g}",
            lowest,
            do="check how the state was made; qent does not repair it",
        )


def _refuse_first(
    bad: NDArray[np.bool_],
    start: int,
    what: str,
    values: NDArray[Any] | None = None,
    *,
    do: str = "",
) -> None:
    if not bad.any():
        return
    first = int(np.argmax(bad))
    text = what.format(values[first]) if values is not None else what
    others = int(bad.sum()) - 1
    more = f" ({others} more in the same chunk)" if others else ""
    raise StateInvalidError(f"state {start + first} {text}{more}", do=do)
