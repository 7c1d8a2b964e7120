r"""Witnesses that are sums of squares: the dual of a PPT extension to k symmetric copies.

The semidefinite problem asks for the least white noise t with which $\rho + t\,\mathbb{1}/D$ has an
extension X on A and k symmetric copies of B whose partial transposes of 1 to k copies are positive
(Doherty, Parrilo and Spedalieri, Phys. Rev. A 69, 022308 (2004)). Its multipliers are the witness
and its parts. SCS solves it by way of CVXPY: on these problems it is many times as fast as an
interior-point solver. It is not trusted: the witness is lifted until what its parts leave of it is
positive, and the checker works that out again.
"""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from qent_core.api import ParameterInvalidError

Array = NDArray[Any]

_LARGEST = 80
"""Largest positive matrix (complex) that is searched at all."""
_FIRST = 250
"""Iterations of SCS after which the witness is looked at first."""
_LIFT = 1e-12
_ACCURACY = 1e-8


@dataclass(frozen=True, eq=False)
class SquareWitness:
    """A witness that is a sum of squares."""

    operator: Array
    """``(a b, a b)`` W, the extended side last, lifted until every part is positive."""
    parts: tuple[Array, ...]
    """$Z_1$ to $Z_k$."""
    value: float
    r"""$tr(W\rho)$; W had trace D before it was lifted."""


def require_cvxpy() -> Any:
    """Returns the module cvxpy.

    Raises:
        ParameterInvalidError: It is not installed.
    """
    try:
        return import_module("cvxpy")
    except ImportError as error:
        raise ParameterInvalidError(
            "the stage 'extension' needs the package 'cvxpy', which is not installed",
            do='pip install "qent-certify[sdp]", or leave the stage out',
        ) from error


def within_reach(a: int, b: int, copies: int) -> bool:
    """Tells whether the problem is small enough to be searched.

    Example:
        >>> within_reach(4, 4, 2), within_reach(4, 4, 3), within_reach(5, 5, 2)
        (True, False, False)
    """
    return max(_sizes(a, b, copies)) <= _LARGEST and a * b**copies <= 2 * _LARGEST


def square_witness(
    rho: Array, a: int, b: int, copies: int, iterations: int, margin: float = 0.0
) -> SquareWitness | None:
    """Searches a witness of one state that is such a sum of squares.

    Args:
        rho: ``(a b, a b)``, the extended side last.
        a: Dimension of the side that is not extended.
        b: Dimension of the extended side.
        copies: Number of copies k.
        iterations: Most iterations of SCS.
        margin: How far below zero the witness must be to be returned.

    Returns:
        The first witness below the margin, or None if there is none within the iterations.

    Raises:
        ParameterInvalidError: CVXPY is not installed.
    """
    problem = _problem(a, b, copies)
    problem.state.value = _coefficients(rho)
    steps, left = _FIRST, iterations
    while left > 0:
        # Each round begins anew; as each is twice as long, that costs no more than twice the last.
        finished = _solved(problem, min(steps, left))
        found = problem.witness(rho)
        if found is not None and found.value < -margin:
            return found
        if finished:
            break
        left -= steps
        steps *= 2
    return None


def _solved(problem: _Problem, steps: int) -> bool:
    """Runs the solver and tells whether it is done, whatever the state of its answer."""
    with warnings.catch_warnings():
        # Inaccurate answers are welcome: the checker has the last word.
        warnings.simplefilter("ignore")
        try:
            problem.whole.solve(solver="SCS", warm_start=False, max_iters=steps, eps=_ACCURACY)
        except import_module("cvxpy").error.SolverError:
            return True
    return str(problem.whole.status) in ("optimal", "infeasible", "unbounded")


@dataclass(frozen=True, eq=False)
class _Problem:
    """The semidefinite problem of one size, with the state as its parameter."""

    whole: Any
    state: Any
    marginal: Any
    positive: list[Any]
    reduced: Any
    """State of A and one copy, from the coefficients of X."""
    turned: list[Any]
    """Real forms of the partial transposes, from the coefficients of X."""

    def witness(self, rho: Array) -> SquareWitness | None:
        """Returns what the multipliers of the last solution make of a witness."""
        found = [constraint.dual_value for constraint in self.positive[1:]]
        multipliers = self.marginal.dual_value
        if multipliers is None or any(x is None for x in found):
            return None
        parts = [_complex_form(np.asarray(x)) for x in found]
        # What W on all copies leaves after the other parts, in coefficients of X.
        left = self.reduced.T @ np.asarray(multipliers)
        for matrix, part in zip(self.turned[1:], found, strict=True):
            left = left - matrix.T @ np.asarray(part).ravel()
        first = np.einsum("i,ijk->jk", left, _hermitian_basis(math.isqrt(len(left))))
        lowest = [min(0.0, float(np.linalg.eigvalsh(z)[0])) for z in (first, *parts)]
        operator = np.einsum("i,ijk->jk", multipliers, _hermitian_basis(len(rho)))
        operator = operator + (_LIFT - sum(lowest)) * np.eye(len(rho))
        value = float(np.einsum("ij,ji->", operator, rho).real)
        return SquareWitness(operator, tuple(parts), value)


@lru_cache(maxsize=4)
def _problem(a: int, b: int, copies: int) -> _Problem:
    cp = require_cvxpy()
    size, symmetric = a * b, a * math.comb(b + copies - 1, copies)
    basis = _hermitian_basis(symmetric)
    unknowns = cp.Variable(len(basis))
    noise = cp.Variable()
    state = cp.Parameter(size * size)
    reduced = sparse.csr_array(
        np.array([_coefficients(_reduced(x, a, b, copies)) for x in basis]).T
    )
    white = _coefficients(np.eye(size) / size)
    # With this order CVXPY's multipliers are the coefficients of W.
    marginal = reduced @ unknowns - white * noise == state
    turned, positive = [], []
    for transposed in range(copies + 1):
        # One sparse column at a time: all of them together would not fit into memory.
        columns = [
            sparse.csc_array(_real_form(_turned(x, a, b, copies, transposed)).reshape(-1, 1))
            for x in basis
        ]
        matrix = sparse.csr_array(sparse.hstack(columns))
        side = math.isqrt(matrix.shape[0])
        turned.append(matrix)
        positive.append(cp.reshape(matrix @ unknowns, (side, side), order="C") >> 0)
    whole = cp.Problem(cp.Minimize(noise), [marginal, *positive])
    return _Problem(whole, state, marginal, positive, reduced, turned)


def _sizes(a: int, b: int, copies: int) -> list[int]:
    return [
        a * math.comb(b + copies - j - 1, copies - j) * math.comb(b + j - 1, j)
        for j in range(copies + 1)
    ]


def _reduced(x: Array, a: int, b: int, copies: int) -> Array:
    """Returns the state of A and one copy."""
    lift = np.kron(np.eye(a), _isometry(b, copies))
    rest = b ** (copies - 1)
    wide = (lift @ x @ lift.T).reshape(a * b, rest, a * b, rest)
    traced: Array = np.einsum("iaja->ij", wide)
    return traced


def _turned(x: Array, a: int, b: int, copies: int, transposed: int) -> Array:
    """Returns X with some copies transposed, on A and the two groups of symmetric copies."""
    lift = np.kron(np.eye(a), _isometry(b, copies))
    group = b**transposed
    rest = a * b ** (copies - transposed)
    wide = (lift @ x @ lift.T).reshape(rest, group, rest, group).swapaxes(1, 3)
    fold = np.kron(np.eye(a), np.kron(_isometry(b, copies - transposed), _isometry(b, transposed)))
    folded: Array = fold.T @ wide.reshape(rest * group, -1) @ fold
    return folded


def _isometry(b: int, copies: int) -> Array:
    """Returns ``(b^k, s)``: the symmetric basis by occupied levels, normalised."""
    levels = list(itertools.combinations_with_replacement(range(b), copies))
    rows = np.zeros((len(levels), *(b,) * copies))
    for index, level in enumerate(levels):
        for order in set(itertools.permutations(level)):
            rows[(index, *order)] = 1
    flat = rows.reshape(len(levels), -1).T
    return np.asarray(flat / np.linalg.norm(flat, axis=0))


@lru_cache(maxsize=8)
def _hermitian_basis(size: int) -> Array:
    """Returns an orthonormal basis of the Hermitian matrices, ``(size^2, size, size)``."""
    basis = np.zeros((size, size, size, size), dtype=np.complex128)
    half = np.sqrt(0.5)
    for i, j in itertools.product(range(size), repeat=2):
        first, second = (1, 1) if i <= j else (1j, -1j)
        basis[i, j, i, j] += first * (0.5 if i == j else half)
        basis[i, j, j, i] += second * (0.5 if i == j else half)
    return basis.reshape(size * size, size, size)


def _coefficients(matrix: Array) -> Array:
    basis = _hermitian_basis(len(matrix))
    return np.asarray(np.einsum("ijk,kj->i", basis, matrix).real)


def _real_form(matrix: Array) -> Array:
    """Returns the real symmetric matrix with the same eigenvalues, twice each."""
    return np.block([[matrix.real, -matrix.imag], [matrix.imag, matrix.real]])


def _complex_form(matrix: Array) -> Array:
    """Returns the adjoint of `_real_form`; positive matrices stay positive."""
    half = len(matrix) // 2
    real = matrix[:half, :half] + matrix[half:, half:]
    imag = matrix[half:, :half] - matrix[:half, half:]
    return np.asarray((real + real.T) / 2 + 0.5j * (imag - imag.T))
