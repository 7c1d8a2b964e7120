"""Checks of the certificates that prove separability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import (
    DELTA,
    EPSILON,
    SAFETY,
    eigenvalue_margin,
    state_defect,
)
from qent_core.checker.outcome import Outcome, all_refused, joined_where
from qent_core.checker.separable_ball import separable_radius
from qent_core.linalg import Dims, local_dimensions, partial_transpose, permute_parties
from qent_core.questions import Partition, parse_partition

Array = NDArray[Any]

_LARGEST_SMALL_CUT = 6


def check_ppt_small(rho: Array, dims: Dims, partition: Partition) -> Outcome:
    """Checks that a positive partial transpose proves separability: d_A d_B <= 6.

    Strict where the smallest eigenvalue exceeds the margin. Where it is zero up to rounding, the
    state mixed with white noise of weight t has a positive partial transpose and lies within
    trace distance 2t of rho, so the verdict is within-delta if 2t <= 1e-12.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
    """
    if len(partition) != 2 or math.prod(dims) > _LARGEST_SMALL_CUT:
        return all_refused(len(rho))
    size = rho.shape[1]
    margin = eigenvalue_margin(size)
    lowest = np.linalg.eigvalsh(_hermitian(partial_transpose(rho, dims, partition[0])))[:, 0]
    outcome = Outcome.by_slack(lowest - state_defect(rho), margin)
    noise = size * (np.clip(-lowest, 0, None) + margin / SAFETY)
    near = (outcome.status != 1) & (2 * noise + state_defect(rho) <= DELTA)
    status = np.where(near, 1, outcome.status).astype(np.int8)
    return Outcome(status, outcome.slack, near)


def check_decomposition(
    rho: Array, dims: Dims, partition: Partition, arrays: Mapping[str, Array]
) -> Outcome:
    r"""Checks that rho is a mixture of product states and of the separable ball.

    With $\sigma = \sum_k w_k |v_k\rangle\langle v_k|$ and depth t, the rest
    $\rho - (1-t)\sigma = (t/D)(I + \Delta)$ is separable if $\|\Delta\|_F \le r$.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Blocks of parties.
        arrays: ``weights`` (k, m), ``factors/i`` (k, m, d_i) per block, ``depth`` (k,).
    """
    factors = _factors(arrays, "factors", len(partition))
    if not _fit(factors, arrays["weights"], local_dimensions(dims, partition)):
        return all_refused(len(rho))
    weights = arrays["weights"].real
    sigma, size = _mixture(weights, factors, dims, partition)
    return _in_ball(
        rho, sigma, size, arrays["depth"].real, separable_radius(len(partition))
    ).refused_where(_negative(weights))


def check_biseparable_decomposition(rho: Array, dims: Dims, arrays: Mapping[str, Array]) -> Outcome:
    """Checks that rho is a mixture of pure states, each a product across some cut, and a ball.

    With depth 0 there is no ball: the mixture must lie within 1e-12 of rho in trace norm.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        arrays: ``weights/CUT``, ``first/CUT``, ``second/CUT`` per cut, and ``depth``.
    """
    sigma = np.zeros(rho.shape, dtype=np.complex128)
    size = np.zeros(len(rho))
    bad = np.zeros(len(rho), dtype=bool)
    for name in (key for key in arrays if key.startswith("weights/")):
        cut = name.removeprefix("weights/")
        partition = parse_partition(cut, len(dims))
        factors = [arrays[f"first/{cut}"], arrays[f"second/{cut}"]]
        weights = arrays[name].real
        if len(partition) != 2 or not _fit(factors, weights, local_dimensions(dims, partition)):
            return all_refused(len(rho))
        part, part_size = _mixture(weights, factors, dims, partition)
        sigma, size = sigma + part, size + part_size
        bad |= _negative(weights)
    # A ball that is separable across one cut is biseparable.
    depth, exact = arrays["depth"].real, arrays["depth"] == 0
    outcome = _in_ball(rho, sigma, size, depth, separable_radius(2))
    if exact.any():
        terms = sum(w.shape[1] for name, w in arrays.items() if name.startswith("weights/"))
        near = _equal(rho[exact], sigma[exact], size[exact], _rounding(terms, rho.shape[1]))
        outcome = joined_where(exact, near, outcome)
    return outcome.refused_where(bad)


def check_low_rank(
    rho: Array, dims: Dims, partition: Partition, arrays: Mapping[str, Array]
) -> Outcome:
    """Checks that an explicit mixture of product states lies within 1e-12 of rho in trace norm.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Blocks of parties.
        arrays: ``weights`` (k, m) and ``factors/i`` (k, m, d_i) per block.
    """
    factors = _factors(arrays, "factors", len(partition))
    if not _fit(factors, arrays["weights"], local_dimensions(dims, partition)):
        return all_refused(len(rho))
    weights = arrays["weights"].real
    sigma, size = _mixture(weights, factors, dims, partition)
    rounding = _rounding(factors[0].shape[1], rho.shape[1])
    return _equal(rho, sigma, size, rounding).refused_where(_negative(weights))


def _equal(rho: Array, sigma: Array, size: Array, rounding: float) -> Outcome:
    """Tells whether mixtures, at trace 1, lie within 1e-12 of rho in trace norm."""
    trace = np.einsum("nii->n", sigma).real
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = rho - sigma / trace[:, None, None]
        error = rounding * size / trace
    distance = np.linalg.svd(_finite(rest), compute_uv=False).sum(axis=1)
    outcome = Outcome.by_slack(DELTA - distance - error, 0.0)
    return outcome.refused_where(~np.isfinite(rest).all(axis=(1, 2))).only_within_delta()


def _in_ball(rho: Array, sigma: Array, size: Array, depth: Array, radius: float) -> Outcome:
    dimension = rho.shape[1]
    t = depth[:, None, None]
    rest = rho - (1 - t) * sigma - t * np.eye(dimension) / dimension
    norm = np.linalg.norm(rest, axis=(1, 2))
    rounding = SAFETY * EPSILON * (8 * dimension * size + 8)
    with np.errstate(divide="ignore", invalid="ignore"):
        slack = radius - dimension * (norm + rounding) / depth
    return Outcome.by_slack(slack, 0.0).refused_where(~((depth > 0) & (depth < 1)))


def _mixture(
    weights: Array, factors: Sequence[Array], dims: Dims, partition: Partition
) -> tuple[Array, Array]:
    """Returns the mixture of product vectors in the usual order of parties, and its size."""
    vectors = factors[0].astype(np.complex128)
    for factor in factors[1:]:
        grid = vectors[..., :, None] * factor[..., None, :]
        vectors = grid.reshape(*grid.shape[:2], -1)
    count, terms, dimension = vectors.shape
    order = [party for block in partition for party in block]
    inverse = tuple(int(i) for i in np.argsort(order))
    block_dims = tuple(dims[party] for party in order)
    flat = permute_parties(vectors.reshape(-1, dimension), block_dims, inverse)
    vectors = flat.reshape(count, terms, dimension)
    weighted = vectors * weights[..., None]
    sigma = np.einsum("kmi,kmj->kij", weighted, vectors.conj(), optimize=True)
    squares = (vectors.real**2 + vectors.imag**2).sum(axis=2)
    size = (np.abs(weights) * squares).sum(axis=1) * max(1.0, terms / dimension)
    return sigma, size


def _negative(weights: Array) -> NDArray[np.bool_]:
    return np.asarray((weights < 0).any(axis=1))


def _rounding(terms: int, dimension: int) -> float:
    return float(8 * EPSILON * math.sqrt(dimension) * (1 + terms / dimension))


def _factors(arrays: Mapping[str, Array], name: str, blocks: int) -> list[Array]:
    return [arrays[f"{name}/{i}"] for i in range(blocks) if f"{name}/{i}" in arrays]


def _fit(factors: Sequence[Array], weights: Array, sizes: Dims) -> bool:
    shapes = [(*weights.shape, size) for size in sizes]
    return weights.ndim == 2 and [factor.shape for factor in factors] == shapes


def _hermitian(matrices: Array) -> Array:
    half: Array = (matrices + matrices.conj().swapaxes(1, 2)) / 2
    return half


def _finite(matrices: Array) -> Array:
    return np.where(np.isfinite(matrices), matrices, 0)
