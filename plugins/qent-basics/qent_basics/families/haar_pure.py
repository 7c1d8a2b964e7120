"""Pure states drawn from the Haar measure."""

from __future__ import annotations

import math

from numpy.random import Generator
from pydantic import Field

from qent_basics.random_matrices import haar_kets
from qent_core.api import LocalDims, StateBatch, StateFamily


class HaarPure(StateFamily):
    r"""Pure states uniform on the unit sphere of all parties' space.

    $|\psi\rangle = g / \|g\|$ with g a vector of independent Gaussian numbers, which is the first
    column of a Haar-random unitary (or, with ``real``, orthogonal) matrix. Almost every such state
    is entangled across every cut, but none is by construction: no verdict is known.

    States: kets ``(n, D)``, complex or real.

    Source: F. Mezzadri, Notices of the AMS 54, 592 (2007).

    Example:
        >>> import numpy as np
        >>> HaarPure(dims=(2, 3)).sample(4, np.random.default_rng(0)).shape
        (4, 6)
        >>> HaarPure(real=True).sample(4, np.random.default_rng(0)).is_real
        True
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    real: bool = Field(default=False, description="Draw real amplitudes (orthogonal ensemble).")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` kets."""
        kets = haar_kets(count, math.prod(self.dims), rng, real=self.real)
        return StateBatch(kets, self.dims, source="haar-pure")
