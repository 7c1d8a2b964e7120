"""Products of one random state per party."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_basics.families.by_construction import mixture_certificates, separable_for
from qent_basics.random_matrices import haar_kets, induced_states
from qent_core.api import CertificateColumn, LocalDims, StateBatch, StateFamily, full_separability
from qent_core.linalg import Array, tensor


class Product(StateFamily):
    r"""Products $\rho_A \otimes \rho_B \otimes \dots$ of independent random states.

    Each factor is a Haar-random pure state or, with ``mixed``, a state from the Hilbert-Schmidt
    measure. Known to be separable for every question.

    States: kets ``(n, D)``, or density matrices ``(n, D, D)`` with ``mixed``; complex.

    Source: R. F. Werner, Phys. Rev. A 40, 4277 (1989), for what separable means.

    Example:
        >>> import numpy as np
        >>> batch = Product(dims=(2, 2, 2)).sample(2, np.random.default_rng(0))
        >>> batch.shape, sorted(batch.known)
        ((2, 8), ['A|BC', 'A|B|C', 'B|AC', 'C|AB', 'biseparable'])
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    mixed: bool = Field(default=False, description="Multiply mixed states instead of pure ones.")
    certify: bool = Field(
        default=False, description="Attach the product vectors as certificates of separability."
    )

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` kets, or density matrices."""
        if self.mixed:
            factors = [induced_states(count, size, size, rng) for size in self.dims]
        else:
            factors = [haar_kets(count, size, rng) for size in self.dims]
        several = len(self.dims) > 1
        question = full_separability(len(self.dims))
        return StateBatch(
            tensor(*factors),
            self.dims,
            known=separable_for(question, len(self.dims), count) if several else None,
            certificates=self._certificates(question, factors) if several else None,
            source="product",
        )

    def _certificates(self, question: str, factors: list[Array]) -> dict[str, CertificateColumn]:
        if not self.certify:
            return {}
        if not self.mixed:
            weights = np.ones((len(factors[0]), 1))
            vectors = [kets[:, None, :] for kets in factors]
        else:
            weights, vectors = _eigenproducts(factors)
        return mixture_certificates(question, self.dims, weights, vectors)


def _eigenproducts(factors: list[Array]) -> tuple[Array, list[Array]]:
    """Returns a product's spectrum ``(n, D)`` and its eigenvectors' ``(n, D, d)`` factors."""
    sizes = tuple(factor.shape[1] for factor in factors)
    spectra = [np.linalg.eigh(factor) for factor in factors]
    digits = np.unravel_index(np.arange(math.prod(sizes)), sizes)
    weights = tensor(*(values.clip(min=0.0) for values, _ in spectra))
    bases = [basis.swapaxes(1, 2) for _, basis in spectra]
    vectors = [basis[:, digit] for basis, digit in zip(bases, digits, strict=True)]
    return weights, vectors
