"""Mixtures of pure products: separable, or biseparable, by construction."""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from numpy.random import Generator
from pydantic import Field, model_validator

from qent_basics.families.by_construction import (
    block_dimensions,
    joined_factors,
    mixture_certificates,
    separable_for,
)
from qent_basics.random_matrices import haar_kets, mixtures, simplex_weights
from qent_core.api import (
    BISEPARABLE,
    BiseparableDecompositionCertificate,
    CertificateColumn,
    LocalDims,
    Quality,
    StateBatch,
    StateFamily,
    check_question,
    cut_of,
    cuts,
    full_separability,
    parse_partition,
)


class SeparableMixture(StateFamily):
    r"""Mixtures $\sum_k w_k |a_k\rangle\langle a_k| \otimes |b_k\rangle\langle b_k| \otimes \dots$.

    One factor per block of a partition, each Haar-random in the space of its block; the weights are
    uniform on the simplex. Known to be separable for the partition and for every coarser question.
    With ``certify`` the product vectors themselves come along as certificates.

    States: complex density matrices ``(n, D, D)`` of rank min(D, terms).

    Source: R. F. Werner, Phys. Rev. A 40, 4277 (1989).

    Example:
        >>> family = SeparableMixture(dims=(2, 2, 2), question="B|AC", terms=3)
        >>> sorted(family.sample(2, np.random.default_rng(0)).known)
        ['B|AC', 'biseparable']
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    question: str | None = Field(
        default=None,
        description="Partition across which every term is a product, such as 'A|BC'; "
        "left out: fully separable.",
    )
    terms: int = Field(default=8, ge=1, description="Number of product states in each mixture.")
    certify: bool = Field(
        default=False, description="Attach the product vectors as certificates of separability."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _need_parties(self.dims, 2)
        parse_partition(self._partition, len(self.dims))
        return self

    @property
    def _partition(self) -> str:
        return self.question or full_separability(len(self.dims))

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        parties = len(self.dims)
        question = check_question(self._partition, parties)
        weights = simplex_weights(count, self.terms, rng)
        factors = [
            haar_kets(count * self.terms, size, rng).reshape(count, self.terms, size)
            for size in block_dimensions(question, self.dims)
        ]
        blocks = parse_partition(question, parties)
        kets = joined_factors(factors, blocks, self.dims, range(parties))
        return StateBatch(
            mixtures(weights, kets),
            self.dims,
            known=separable_for(question, parties, count),
            certificates=mixture_certificates(question, self.dims, weights, factors)
            if self.certify
            else None,
            source="separable-mixture",
        )


class BiseparableMixture(StateFamily):
    r"""Mixtures of pure states each of which is a product across some cut of its own.

    $\rho = \sum_k w_k |\psi_k\rangle\langle\psi_k|$, where $|\psi_k\rangle$ is a product of two
    Haar-random states across a cut drawn from ``cuts``, all equally likely; the weights are uniform
    on the simplex. Known to be biseparable: not genuinely multipartite entangled, though often
    entangled across every cut. If ``cuts`` names one cut, separability across it is known too. With
    ``certify`` the product vectors come along as certificates.

    States: complex density matrices ``(n, D, D)``.

    Source: A. Acín, D. Bruß, M. Lewenstein and A. Sanpera, Phys. Rev. Lett. 87, 040401 (2001).

    Example:
        >>> batch = BiseparableMixture(terms=4).sample(2, np.random.default_rng(0))
        >>> batch.dims, dict(batch.known)
        ((2, 2, 2), {'biseparable': array([0, 0], dtype=int8)})
    """

    dims: LocalDims = Field(default=(2, 2, 2), description="Local dimensions, three or more.")
    cuts: tuple[str, ...] | None = Field(
        default=None, description="Cuts to draw from, such as ['A|BC', 'B|AC']; left out: all."
    )
    terms: int = Field(default=8, ge=1, description="Number of product states in each mixture.")
    certify: bool = Field(
        default=False, description="Attach the product vectors as certificates of biseparability."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _need_parties(self.dims, 3)
        if self.cuts is not None and not self.cuts:
            raise ValueError("cuts must name at least one cut")
        for cut in self._chosen:
            cut_of(cut, len(self.dims))
        return self

    @property
    def _chosen(self) -> tuple[str, ...]:
        parties = len(self.dims)
        if self.cuts is None:
            return cuts(parties)
        return tuple(dict.fromkeys(check_question(cut, parties) for cut in self.cuts))

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        parties, size = len(self.dims), math.prod(self.dims)
        weights = simplex_weights(count, self.terms, rng)
        drawn = rng.integers(len(self._chosen), size=(count, self.terms))
        kets = np.empty((count, self.terms, size), dtype=np.complex128)
        arrays = {"depth": np.zeros(count)}
        for number, cut in enumerate(self._chosen):
            here = drawn == number
            factors = [
                haar_kets(int(here.sum()), block, rng)[None]
                for block in block_dimensions(cut, self.dims)
            ]
            arrays[f"weights/{cut}"] = np.where(here, weights, 0.0)
            for name, factor in zip(("first", "second"), factors, strict=True):
                whole = np.zeros((count, self.terms, factor.shape[2]), dtype=np.complex128)
                whole[here] = factor[0]
                arrays[f"{name}/{cut}"] = whole
            blocks = parse_partition(cut, parties)
            kets[here] = joined_factors(factors, blocks, self.dims, range(parties))[0]
        finest = self._chosen[0] if len(self._chosen) == 1 else BISEPARABLE
        return StateBatch(
            mixtures(weights, kets),
            self.dims,
            known=separable_for(finest, parties, count),
            certificates={
                BISEPARABLE: CertificateColumn.stacked(
                    count,
                    BiseparableDecompositionCertificate,
                    BISEPARABLE,
                    np.arange(count),
                    quality=Quality.WITHIN_DELTA,
                    **arrays,
                )
            }
            if self.certify
            else None,
            source="biseparable-mixture",
        )


def _need_parties(dims: tuple[int, ...], least: int) -> None:
    if len(dims) < least:
        raise ValueError(f"dims must name at least {least} parties, got {list(dims)}")
