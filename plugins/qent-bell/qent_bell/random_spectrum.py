"""Mixed states with a chosen law of eigenvalues in a Haar-random basis."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from qent_bell.spectrum_laws import Dirichlet, Spectrum
from qent_core.api import LocalDims, StateBatch, StateFamily


class RandomSpectrum(StateFamily):
    r"""General mixed states $U\,\mathrm{diag}(\lambda)\,U^\dagger$ with U from the Haar measure.

    The law of the eigenvalues decides how many states are entangled. Dirichlet(0.875), the
    default, and $\lambda_1$ uniform in [0.386, 0.666] with a uniform rest both make 42 % of
    two-qubit states entangled, the share that Liu et al. report for a law they do not name.

    Source: Q. Liu et al., arXiv:2410.21504v2, Sec. III C; random U by QR: F. Mezzadri, Notices of
    the AMS 54, 592 (2007).

    Formula:
        $$\rho = U\,\mathrm{diag}(\lambda_1, \dots, \lambda_D)\,U^\dagger$$

        with a Haar-random unitary U and eigenvalues of the chosen law, by default the Dirichlet
        law of density proportional to $\prod_i \lambda_i^{c-1}$ with c = 0.875.

    Args:
        dims: Local dimensions, one per party.
        spectrum: Law of the eigenvalues.

    Example:
        >>> family = RandomSpectrum(spectrum={"law": "largest", "low": 0.9, "high": 0.9})
        >>> rho = family.sample(1, np.random.default_rng(0)).density()[0]
        >>> float(np.linalg.eigvalsh(rho)[-1].round(9))
        0.9
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    spectrum: Spectrum = Field(
        default=Dirichlet(), description="Law of the eigenvalues and its numbers."
    )

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns density matrices ``(count, D, D)``."""
        size = math.prod(self.dims)
        eigenvalues = self.spectrum.draw(count, size, rng)
        columns = haar_unitaries(count, size, rng) * np.sqrt(eigenvalues)[:, None, :]
        rho = columns @ columns.conj().swapaxes(1, 2)
        return StateBatch(rho, self.dims, source="random-spectrum")


def haar_unitaries(count: int, size: int, rng: Generator) -> NDArray[np.complex128]:
    """Returns ``(count, size, size)`` unitaries from the Haar measure.

    QR of Gaussian matrices, made unique by a positive diagonal of R.

    Example:
        >>> u = haar_unitaries(4, 3, np.random.default_rng(0))
        >>> np.allclose(u @ u.conj().swapaxes(1, 2), np.eye(3))
        True
    """
    gaussian = rng.standard_normal((count, size, 2 * size)).view(np.complex128)
    q, r = np.linalg.qr(gaussian)
    diagonal = np.einsum("nii->ni", r)
    return np.asarray(q * (diagonal / np.abs(diagonal))[:, None, :])
