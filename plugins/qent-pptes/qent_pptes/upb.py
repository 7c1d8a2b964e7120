"""States from unextendible product bases: what all of them share."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Self

import numpy as np
from numpy.random import Generator
from pydantic import Field, model_validator

from qent_core.api import LocalDims, Verdict, full_separability
from qent_core.linalg import Array, Dims, realign, tensor
from qent_pptes.family import PptFamily
from qent_pptes.standard_form import StandardForm, repeated, with_implications
from qent_pptes.white_noise import Floats, NoiseLimits

Vectors = tuple[Array, ...]
"""Per party ``(m, d)`` local vectors of m product vectors."""


class UnextendibleFamily(PptFamily):
    r"""The even mixture of what an unextendible product basis leaves: $(1 - \sum_k P_k)/(D - m)$.

    The m product vectors are orthonormal and no product vector is orthogonal to all of them. So the
    range of the state has no product vector: it is ENTANGLED for full separability by the range
    criterion. Every partial transpose is such a state again, with some local vectors conjugated:
    PPT across every cut (Bennett et al., Phys. Rev. Lett. 82, 5385, 1999).
    """

    embed: LocalDims | None = Field(
        default=None,
        description="Larger local dimensions whose first levels hold the state, such as [3, 4]; "
        "left out: its own.",
    )

    @abstractmethod
    def product_vectors(self) -> Vectors:
        """Returns per party the ``(m, d)`` unit vectors."""

    @property
    def own_dims(self) -> Dims:
        """Local dimensions before embedding."""
        return tuple(int(factor.shape[1]) for factor in self.product_vectors())

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.own_dims)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        own, large = self.own_dims, self.embed
        if large is not None and (
            len(large) != len(own) or any(d < e for d, e in zip(large, own, strict=True))
        ):
            raise ValueError(f"embed {list(large)} cannot hold a state of dims {list(own)}")
        return self

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns ``count`` times the same state."""
        vectors = self.product_vectors()
        state, dims = embedded(complement_state(vectors)[None], self.own_dims, self.embed)
        return StandardForm(
            states=repeated(state[0], count),
            dims=dims,
            verdicts=with_implications(self.proven(), len(dims), count),
        )

    def proven(self) -> dict[str, Verdict]:
        """Returns the verdicts beyond what follows from them."""
        return {full_separability(self.parties): Verdict.ENTANGLED}

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns up to which noise the realignment criterion proves entanglement."""
        if form.parties != 2 or not len(form.states):
            return NoiseLimits()
        limit = realignment_limit(form.states[:1], form.dims)
        return NoiseLimits(entangled_below={"A|B": np.repeat(limit, len(form.states))})


def complement_state(vectors: Vectors) -> Array:
    r"""Returns $(1 - \sum_k |v_k\rangle\langle v_k|)/(D-m)$ for orthonormal product vectors.

    Args:
        vectors: Per party ``(m, d)``.

    Returns:
        ``(D, D)``.
    """
    kets = tensor(*vectors)
    count, size = kets.shape
    state: Array = (np.eye(size) - kets.T @ kets.conj()) / (size - count)
    return state


def embedded(states: Array, dims: Dims, large: Dims | None) -> tuple[Array, Dims]:
    """Returns states ``(n, D, D)`` inside larger local dimensions, and these dimensions."""
    if large is None or tuple(large) == dims:
        return states, dims
    digits = np.unravel_index(np.arange(math.prod(dims)), dims)
    places = np.ravel_multi_index(digits, tuple(large))
    size = math.prod(large)
    result = np.zeros((len(states), size, size), states.dtype)
    result[:, places[:, None], places] = states
    return result, tuple(large)


def realignment_limit(states: Array, dims: Dims) -> Floats:
    """Returns up to which white noise the realignment criterion proves two parties entangled.

    The trace norm of the realigned state is a convex function of the noise that is at most 1 for
    the maximally mixed state, so it crosses 1 once if it starts above.

    Args:
        states: ``(n, D, D)`` two-party states.
        dims: Local dimensions.

    Returns:
        ``(n,)`` strengths, 0 where the criterion says nothing about the noiseless state.
    """
    size = math.prod(dims)
    return norm_limit(realign(states, dims, [0]), realign(np.eye(size)[None] / size, dims, [0]))


def norm_limit(reshaped: Array, white: Array) -> Floats:
    """Returns where the trace norm of ``(1 - p) reshaped + p white`` falls to 1, or 0.

    Args:
        reshaped: ``(n, k, l)`` linear reshapings of states.
        white: ``(1, k, l)`` the same of the maximally mixed state, of trace norm at most 1.
    """
    low, high = np.zeros(len(reshaped)), np.ones(len(reshaped))
    for _ in range(44):
        middle = (low + high) / 2
        share = middle[:, None, None]
        norms = np.linalg.svd((1 - share) * reshaped + share * white, compute_uv=False).sum(axis=1)
        above = norms > 1 + 1e-12
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(low)
