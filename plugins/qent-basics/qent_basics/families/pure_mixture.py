"""Random mixtures of random pure states."""

from __future__ import annotations

import math

from numpy.random import Generator
from pydantic import Field

from qent_basics.random_matrices import haar_kets, mixtures, simplex_weights
from qent_core.api import LocalDims, StateBatch, StateFamily


class PureMixture(StateFamily):
    r"""Mixtures $\sum_k w_k |\psi_k\rangle\langle\psi_k|$ of Haar-random pure states.

    The weights are uniform on the simplex, the kets independent; the rank is min(D, terms).

    States: complex density matrices ``(n, D, D)``.

    Source: F. Mezzadri, Notices of the AMS 54, 592 (2007), for the pure states.

    Example:
        >>> import numpy as np
        >>> rho = PureMixture(terms=2).sample(3, np.random.default_rng(0)).density()
        >>> np.linalg.matrix_rank(rho).tolist()
        [2, 2, 2]
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    terms: int = Field(default=4, ge=1, description="Number of pure states in each mixture.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        size = math.prod(self.dims)
        weights = simplex_weights(count, self.terms, rng)
        kets = haar_kets(count * self.terms, size, rng).reshape(count, self.terms, size)
        return StateBatch(mixtures(weights, kets), self.dims, source="pure-mixture")
