"""Explicit mixtures of product vectors, and how they move with the states they make up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qent_core.api import (
    CertificateColumn,
    LowRankCertificate,
    Quality,
    check_question,
    parse_partition,
)
from qent_core.linalg import Array, Dims, permute_parties, tensor


@dataclass(frozen=True)
class ProductMixture:
    r"""$\rho_i = \sum_k w_{ik} |a_{ik} b_{ik} \dots\rangle\langle\cdot|$ for states i of a batch.

    The vectors need not be normalised; each block's vectors live on its parties in ascending order.
    """

    rows: NDArray[np.intp]
    """``(r,)`` states of the batch that have one."""
    weights: Array
    """``(r, m)`` non-negative weights."""
    factors: tuple[Array, ...]
    """Per block of the partition ``(r, m, d_block)`` vectors."""

    @classmethod
    def of_all(cls, weights: Array, factors: Sequence[Array]) -> Self:
        """Returns a mixture for every state of a batch of ``len(weights)``."""
        return cls(np.arange(len(weights)), weights, tuple(factors))

    @classmethod
    def same_for(cls, rows: Array, weights: Array, factors: Sequence[Array]) -> Self:
        """Returns one mixture, ``(m,)`` weights and ``(m, d)`` factors, for the chosen states."""
        count = len(rows)
        return cls(
            np.asarray(rows, np.intp),
            np.repeat(weights[None], count, axis=0),
            tuple(np.repeat(factor[None], count, axis=0) for factor in factors),
        )

    def kets(self, question: str, dims: Dims) -> Array:
        """Returns the product vectors ``(r, m, D)``, parties in their usual order."""
        blocks = parse_partition(question, len(dims))
        rows, terms = self.weights.shape
        joined = tensor(*(f.reshape(rows * terms, f.shape[2]) for f in self.factors))
        current = [party for block in blocks for party in block]
        order = tuple(int(place) for place in np.argsort(current))
        in_order = permute_parties(joined, tuple(dims[party] for party in current), order)
        return in_order.reshape(rows, terms, math.prod(dims))

    def density(self, question: str, dims: Dims) -> Array:
        """Returns the states ``(r, D, D)`` that the mixture makes up."""
        kets = self.kets(question, dims)
        density: Array = np.einsum(
            "rk,rki,rkj->rij", self.weights, kets, kets.conj(), optimize=True
        )
        return density

    def taken(self, mask: Array) -> ProductMixture:
        """Returns the part that belongs to the states where ``mask`` ``(n,)`` is true."""
        chosen = mask[self.rows]
        return ProductMixture(
            self.rows[chosen], self.weights[chosen], tuple(f[chosen] for f in self.factors)
        )

    def with_white_noise(self, noise: Array, question: str, dims: Dims) -> ProductMixture:
        """Returns the mixture of the states after white noise of strength ``noise`` ``(n,)``."""
        size, strength = math.prod(dims), noise[self.rows, None]
        digits = np.unravel_index(np.arange(size), dims)
        factors = []
        for block, factor in zip(parse_partition(question, len(dims)), self.factors, strict=True):
            block_dims = tuple(dims[party] for party in block)
            level = np.ravel_multi_index(tuple(digits[party] for party in block), block_dims)
            basis = np.eye(math.prod(block_dims))[level]
            extra = np.broadcast_to(basis, (len(self.rows), *basis.shape))
            factors.append(np.concatenate([factor, extra], axis=1))
        white = np.broadcast_to(strength / size, (len(self.rows), size))
        weights = np.concatenate([(1 - strength) * self.weights, white], axis=1)
        return ProductMixture(self.rows, weights, tuple(factors))

    def permuted(
        self, question: str, dims: Dims, order: Sequence[int]
    ) -> tuple[str, ProductMixture]:
        """Returns the question and the mixture after a permutation of the parties.

        Args:
            question: The partition before.
            dims: Local dimensions, which the permutation keeps.
            order: ``order[k]`` is the party that becomes party ``k``.
        """
        became = {old: new for new, old in enumerate(order)}
        rows, terms = self.weights.shape
        moved = []
        for block, factor in zip(parse_partition(question, len(dims)), self.factors, strict=True):
            places = [became[party] for party in block]
            inner = tuple(int(i) for i in np.argsort(places))
            flat = factor.reshape(rows * terms, factor.shape[2])
            turned = permute_parties(flat, tuple(dims[party] for party in block), inner)
            moved.append((sorted(places), turned.reshape(factor.shape)))
        moved.sort(key=lambda item: item[0])
        letters = ["".join(ascii_uppercase[p] for p in block) for block, _ in moved]
        renamed = check_question("|".join(letters), len(dims))
        return renamed, ProductMixture(self.rows, self.weights, tuple(f for _, f in moved))

    def rotated(self, question: str, dims: Dims, unitaries: Sequence[Array]) -> ProductMixture:
        """Returns the mixture after local unitaries ``(n, d, d)``, one stack per party."""
        turned = []
        for block, factor in zip(parse_partition(question, len(dims)), self.factors, strict=True):
            block_dims = [dims[party] for party in block]
            vectors = factor
            for place, party in enumerate(block):
                before = vectors.shape[1] * math.prod(block_dims[:place])
                after = math.prod(block_dims[place + 1 :])
                split = vectors.reshape(len(self.rows), before, dims[party], after)
                turn = unitaries[party][self.rows][:, None]
                vectors = np.matmul(turn, split).reshape(factor.shape)
            turned.append(vectors)
        return ProductMixture(self.rows, self.weights, tuple(turned))


def certificate_column(
    question: str, count: int, mixtures: Sequence[ProductMixture]
) -> CertificateColumn:
    """Returns the mixtures as `LowRankCertificate` of quality "within-delta"."""
    blocks = []
    for mixture in mixtures:
        arrays = {f"factors/{index}": factor for index, factor in enumerate(mixture.factors)}
        column = CertificateColumn.stacked(
            count,
            LowRankCertificate,
            question,
            mixture.rows,
            quality=Quality.WITHIN_DELTA,
            weights=mixture.weights,
            **arrays,
        )
        blocks += list(column.blocks)
    return CertificateColumn(count, blocks)
