"""The decomposition search of `levenberg` on a device of torch, in double precision."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.layout import Layout
from qent_certify.search.levenberg import Fit, fit_mixtures
from qent_certify.search.product_algebra import Factors
from qent_core.api import ParameterInvalidError

Array = NDArray[Any]

_FASTER, _SLOWER = 0.1, 4.0
_SMALLEST_DAMPING = 1e-13
_WORKING_SET = 2_000_000_000
"""Bytes of normal matrices handled at a time."""


def fit_with_torch(
    device: str,
    targets: Array,
    start: Factors,
    tolerance: Array,
    iterations: int,
    *,
    layout: Layout | None = None,
) -> Fit:
    """Runs the search of `fit_mixtures` on a torch device.

    Args:
        device: ``"cuda"``, ``"cuda:1"`` ... or ``"cpu"`` for torch on the CPU.
        targets: ``(n, D, D)``.
        start: One ``(m, d_i)`` array per block.
        tolerance: ``(n,)``.
        iterations: Most iterations per target.
        layout: Mixtures over several partitions are searched by NumPy.

    Raises:
        ParameterInvalidError: torch is not installed, or it has no such device.
    """
    if layout is not None:
        return fit_mixtures(targets, start, tolerance, iterations, layout=layout)
    require_device(device)
    torch = _torch()
    room = max(1, _WORKING_SET // (80 * targets.shape[1] ** 4))
    parts = []
    with torch.no_grad():
        for first in range(0, len(targets), room):
            piece = slice(first, first + room)
            parts.append(_fit(torch, device, targets[piece], start, tolerance[piece], iterations))
    return Fit(
        [np.concatenate([part.factors[i] for part in parts]) for i in range(len(start))],
        np.concatenate([part.distance for part in parts]),
        np.concatenate([part.iterations for part in parts]),
    )


def require_device(device: str) -> None:
    """Checks that torch can compute on a device.

    Raises:
        ParameterInvalidError: torch is not installed, or it has no such device.
    """
    torch = _torch()
    try:
        torch.zeros(1, dtype=torch.complex128, device=device)
    except (RuntimeError, AssertionError, NotImplementedError, TypeError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise ParameterInvalidError(
            f"torch cannot compute on the device '{device}': {reason}",
            do='leave the device at "cpu", or name one that torch finds, such as "cuda"',
        ) from error


def _torch() -> Any:
    try:
        return import_module("torch")
    except ImportError as error:
        raise ParameterInvalidError(
            "the search on another device needs torch",
            do='pip install "qent-certify[gpu]", or leave the device at "cpu"',
        ) from error


def _fit(
    torch: Any, device: str, targets: Array, start: Factors, tolerance: Array, iterations: int
) -> Fit:
    count, size = targets.shape[:2]
    goal = torch.as_tensor(np.ascontiguousarray(targets), device=device)
    wanted = torch.as_tensor(tolerance, device=device)
    found = [
        torch.as_tensor(f.astype(np.complex128), device=device).repeat(count, 1, 1) for f in start
    ]
    distance = torch.full((count,), np.inf, dtype=torch.float64, device=device)
    spent = torch.zeros(count, dtype=torch.int64, device=device)
    damping = torch.full((count,), 1e-2, dtype=torch.float64, device=device)
    distance = torch.linalg.matrix_norm(goal - _mixture(_products(found)))
    diagonal = torch.arange(size * size, device=device)
    for _ in range(iterations):
        rows = torch.nonzero(distance > wanted).ravel()
        if not len(rows):
            break
        factors = [f[rows] for f in found]
        vectors = _products(factors)
        rest = goal[rows] - _mixture(vectors)
        gram = _gram(torch, factors, vectors)
        scale = gram.diagonal(dim1=1, dim2=2).mean(dim=1)
        gram[:, diagonal, diagonal] += (damping[rows] * scale)[:, None]
        real = (rest.real + rest.imag).reshape(len(rows), -1)
        solved = torch.linalg.solve(gram, real).reshape(rest.shape)
        turned = solved.transpose(1, 2)
        hermitian = torch.complex((solved + turned) / 2, (solved - turned) / 2)
        moves = _pulled_back(torch, factors, vectors, hermitian)
        trial = [f + move for f, move in zip(factors, moves, strict=True)]
        new = torch.linalg.matrix_norm(goal[rows] - _mixture(_products(trial)))
        better = new < distance[rows]
        for whole, old, changed in zip(found, factors, _balanced(torch, trial), strict=True):
            whole[rows] = torch.where(better[:, None, None], changed, old)
        distance[rows] = torch.where(better, new, distance[rows])
        factor = torch.where(better, _FASTER, _SLOWER)
        damping[rows] = (damping[rows] * factor).clamp(min=_SMALLEST_DAMPING)
        spent[rows] += 1
    return Fit([f.cpu().numpy() for f in found], distance.cpu().numpy(), spent.cpu().numpy())


def _products(factors: list[Any]) -> Any:
    vectors = factors[0]
    for factor in factors[1:]:
        vectors = (vectors[..., :, None] * factor[..., None, :]).flatten(2)
    return vectors


def _mixture(vectors: Any) -> Any:
    return vectors.transpose(1, 2) @ vectors.conj()


def _gram(torch: Any, factors: list[Any], vectors: Any) -> Any:
    count, terms, size = vectors.shape
    p = (vectors[..., :, None] * vectors[..., None, :].conj()).flatten(2)
    single = [f[..., :, None] * f[..., None, :].conj() for f in factors]
    total: Any = 0
    for free, factor in enumerate(factors):
        side = factor.shape[2]
        one = torch.eye(side, dtype=factor.dtype, device=factor.device)
        blocks = [
            one.expand(count, terms, side, side) if i == free else s for i, s in enumerate(single)
        ]
        whole = blocks[0]
        for block in blocks[1:]:
            grid = whole[:, :, :, None, :, None] * block[:, :, None, :, None, :]
            whole = grid.reshape(count, terms, grid.shape[2] * grid.shape[3], -1)
        total = total + whole
    both = (total.flatten(2).transpose(1, 2) @ p).reshape(count, size, size, size, size)
    real, imag = both.real, both.imag
    gram = real.permute(0, 1, 4, 2, 3) + real.permute(0, 4, 1, 3, 2)
    gram = gram + imag.permute(0, 1, 4, 3, 2) - imag.permute(0, 4, 1, 2, 3)
    return (2 * gram).reshape(count, size * size, size * size)


def _pulled_back(torch: Any, factors: list[Any], vectors: Any, hermitian: Any) -> list[Any]:
    image = 2 * (vectors @ hermitian.transpose(1, 2))
    whole = image.reshape(*vectors.shape[:2], *(f.shape[2] for f in factors))
    parts = []
    for free in range(len(factors)):
        part = whole
        for block in reversed(range(len(factors))):
            if block != free:
                part = part.movedim(2 + block, -1)
                part = torch.einsum("nm...d,nmd->nm...", part, factors[block].conj())
        parts.append(part)
    return parts


def _balanced(torch: Any, factors: list[Any]) -> list[Any]:
    lengths = [torch.linalg.vector_norm(f, dim=2, keepdim=True).clamp(min=1e-150) for f in factors]
    whole = lengths[0]
    for length in lengths[1:]:
        whole = whole * length
    share = whole ** (1 / len(factors))
    return [f * (share / length) for f, length in zip(factors, lengths, strict=True)]
