"""The stage that turns three qubits to the basis of their marginals and tests the anti-diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket
from qent_certify.settings import Settings
from qent_core.api import XFormCertificate
from qent_core.linalg import apply_local, dagger, partial_trace

Array = NDArray[Any]

_QUESTION = "A|B|C"


def find_x_form(docket: Docket, settings: Settings) -> None:
    """Offers the basis as given, and the basis in which the marginals are diagonal."""
    if docket.dims != (2, 2, 2) or _QUESTION not in docket.questions:
        return
    for turned in (False, True):
        rows = docket.undecided(_QUESTION)
        states = docket.rho[rows]
        bases = [_basis(states, party, turned) for party in range(3)]
        found = violation(apply_local(states, docket.dims, bases)) > settings.margin
        arrays = {f"unitaries/{i}": b[found] for i, b in enumerate(bases)}
        docket.offer(_QUESTION, rows[found], XFormCertificate, **arrays)


def violation(states: Array) -> NDArray[np.float64]:
    r"""Returns by how much the anti-diagonal inequality is violated.

    $\max_i |\rho_{i,7-i}| - \min\{(\rho_{11}\rho_{22}\rho_{44}\rho_{77})^{1/4},
    (\rho_{00}\rho_{33}\rho_{55}\rho_{66})^{1/4}\}$ (Guehne and Seevinck, New J. Phys. 12, 053002
    (2010)); a fully separable state of three qubits has none.

    Args:
        states: ``(n, 8, 8)``.

    Example:
        >>> ghz = np.zeros((1, 8, 8)); ghz[0, ::7, ::7] = 0.5
        >>> violation(ghz).tolist()
        [0.5]
    """
    diagonal = np.clip(np.einsum("nii->ni", states).real, 0, None)
    first = diagonal[:, [1, 2, 4, 7]].prod(axis=1) ** 0.25
    second = diagonal[:, [0, 3, 5, 6]].prod(axis=1) ** 0.25
    anti = np.abs(states[:, [0, 1, 2, 3], [7, 6, 5, 4]]).max(axis=1)
    return np.asarray(anti - np.minimum(first, second))


def _basis(states: Array, party: int, turned: bool) -> Array:
    if not turned:
        return np.tile(np.eye(2, dtype=np.complex128), (len(states), 1, 1))
    return dagger(np.linalg.eigh(partial_trace(states, (2, 2, 2), [party]))[1])
