"""Gates merged into layers, each one pass over a batch of kets.

Neighbouring permutations (CX, X, SWAP) become one, and so do diagonal gates; single-qubit gates
are multiplied into matrices on up to five neighbouring qubits. A gate slides back over layers that
act on other qubits, so that it finds its like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qent_vqc.program import Operation

Angles = Sequence[Tensor]
"""One tensor per angle: ``()`` if all samples share it, else ``(n,)``."""

_BLOCK = 5


@dataclass(eq=False)
class Permute:
    """A permutation of the basis states."""

    index: Tensor
    """Amplitude i comes from amplitude ``index[i]``."""
    support: set[int]

    def apply(self, kets: Tensor, angles: Angles) -> Tensor:
        """Returns ``(n, D)`` kets after the layer."""
        return kets.index_select(1, self.index)


@dataclass(eq=False)
class Diagonal:
    """Phases that depend on the basis state."""

    factor: NDArray[np.complex128]
    """``(D,)`` constant phases."""
    terms: list[tuple[NDArray[np.float64], int]]
    """``(D,)`` coefficients and the angle they multiply."""
    support: set[int]

    def apply(self, kets: Tensor, angles: Angles) -> Tensor:
        """Returns ``(n, D)`` kets after the layer."""
        factor = torch.as_tensor(self.factor)
        if not self.terms:
            return kets * factor
        coefficients = torch.as_tensor(np.stack([coefficients for coefficients, _ in self.terms]))
        chosen = torch.broadcast_tensors(*(angles[number] for _, number in self.terms))
        phase = torch.stack(chosen, dim=-1) @ coefficients
        return kets * (torch.polar(torch.ones_like(phase), phase) * factor)


@dataclass(eq=False)
class Local:
    """Single-qubit gates, at most one product per qubit."""

    qubits: int
    gates: dict[int, list[Operation]] = field(default_factory=dict)

    @property
    def support(self) -> set[int]:
        """Qubits it acts on."""
        return set(self.gates)

    def apply(self, kets: Tensor, angles: Angles) -> Tensor:
        """Returns ``(n, D)`` kets after the layer."""
        matrices = {
            qubit: _product([_matrix(gate, angles) for gate in gates])
            for qubit, gates in self.gates.items()
        }
        shared = {q: matrix for q, matrix in matrices.items() if matrix.ndim == 2}
        for first in range(0, self.qubits, _BLOCK):
            inside = [q for q in range(first, min(first + _BLOCK, self.qubits)) if q in shared]
            if inside:
                low, high = inside[0], inside[-1]
                factors = [shared.get(q) for q in range(low, high + 1)]
                kets = _times(kets, _kronecker(factors), low, self.qubits - 1 - high)
        for qubit, matrix in matrices.items():
            if matrix.ndim == 3:
                kets = _times(kets, matrix, qubit, self.qubits - 1 - qubit)
        return kets


@dataclass(eq=False)
class Dense:
    """One gate without parameters on several qubits."""

    qubits: int
    operation: Operation

    @property
    def support(self) -> set[int]:
        """Qubits it acts on."""
        return set(self.operation.qubits)

    def apply(self, kets: Tensor, angles: Angles) -> Tensor:
        """Returns ``(n, D)`` kets after the layer."""
        on = self.operation.qubits
        split = kets.reshape(-1, *(2,) * self.qubits)
        front = torch.movedim(split, [1 + q for q in on], list(range(-len(on), 0)))
        matrix = torch.as_tensor(self.operation.matrix)
        turned = front.reshape(-1, 2 ** len(on)) @ matrix.T
        back = torch.movedim(
            turned.reshape(front.shape), list(range(-len(on), 0)), [1 + q for q in on]
        )
        return back.reshape(kets.shape)


Layer = Permute | Diagonal | Local | Dense


def layers_of(operations: Sequence[Operation], qubits: int) -> list[Layer]:
    """Returns the layers of consecutive operations.

    Example:
        >>> import numpy as np
        >>> from qent_vqc.program import constant
        >>> cx = [constant("cx", (0, 1)), constant("cx", (1, 2)), constant("h", (2,))]
        >>> [type(layer).__name__ for layer in layers_of(cx, 3)]
        ['Permute', 'Local']
    """
    layers: list[Layer] = []
    for operation in operations:
        new = _layer(operation, qubits)
        if not _taken_in(layers, new):
            layers.append(new)
    return [layer for layer in layers if not _is_identity(layer)]


def _layer(operation: Operation, qubits: int) -> Layer:
    support = set(operation.qubits)
    if operation.angles:
        terms = _diagonal_terms(operation, qubits)
        if terms:
            return Diagonal(np.ones(2**qubits, dtype=complex), terms, support)
        return Local(qubits, {operation.qubits[0]: [operation]})
    matrix = operation.matrix
    assert matrix is not None
    inner = _inner_index(operation.qubits, qubits)
    if np.count_nonzero(matrix - np.diag(np.diag(matrix))) == 0:
        return Diagonal(np.diag(matrix)[inner], [], support)
    if np.isin(matrix, (0, 1)).all():
        source = matrix.real.argmax(axis=1)
        return Permute(torch.as_tensor(_moved(inner, source, operation.qubits, qubits)), support)
    if len(operation.qubits) == 1:
        return Local(qubits, {operation.qubits[0]: [operation]})
    return Dense(qubits, operation)


def _taken_in(layers: list[Layer], new: Layer) -> bool:
    """Slides a new layer back until one of its kind takes it in; False if none is reached."""
    for earlier in reversed(layers):
        if _merged(earlier, new):
            return True
        if isinstance(new, Diagonal) and isinstance(earlier, Permute):
            new = _before(new, earlier)
        elif earlier.support & new.support:
            return False
    return False


def _before(diagonal: Diagonal, permutation: Permute) -> Diagonal:
    """Returns the phases that do the same when they act before the permutation."""
    back = np.argsort(permutation.index.numpy())
    return Diagonal(
        diagonal.factor[back],
        [(coefficients[back], number) for coefficients, number in diagonal.terms],
        diagonal.support | permutation.support,
    )


def _is_identity(layer: Layer) -> bool:
    return isinstance(layer, Permute) and bool(
        (layer.index == torch.arange(len(layer.index))).all()
    )


def _merged(earlier: Layer, new: Layer) -> bool:
    """Takes a new layer into an earlier one of its kind, if there is one rule for both."""
    if isinstance(earlier, Permute) and isinstance(new, Permute):
        earlier.index = earlier.index[new.index]
        earlier.support |= new.support
        return True
    if isinstance(earlier, Diagonal) and isinstance(new, Diagonal):
        earlier.factor = earlier.factor * new.factor
        earlier.terms += new.terms
        earlier.support |= new.support
        return True
    if isinstance(earlier, Local) and isinstance(new, Local):
        for qubit, gates in new.gates.items():
            earlier.gates.setdefault(qubit, []).extend(gates)
        return True
    return False


def _bits(qubit: int, qubits: int) -> NDArray[np.int64]:
    return np.arange(2**qubits) >> (qubits - 1 - qubit) & 1


def _inner_index(on: tuple[int, ...], qubits: int) -> NDArray[np.int64]:
    """Returns for every basis state its digits on some qubits, first the most significant."""
    index = np.zeros(2**qubits, dtype=np.int64)
    for qubit in on:
        index = 2 * index + _bits(qubit, qubits)
    return index


def _moved(
    inner: NDArray[np.int64], source: NDArray[np.int64], on: tuple[int, ...], qubits: int
) -> NDArray[np.int64]:
    came_from = source[inner]
    index = np.arange(2**qubits)
    for place, qubit in enumerate(reversed(on)):
        weight = 1 << (qubits - 1 - qubit)
        index = index - _bits(qubit, qubits) * weight + (came_from >> place & 1) * weight
    return index


def _diagonal_terms(operation: Operation, qubits: int) -> list[tuple[NDArray[np.float64], int]]:
    if operation.name == "global_phase":
        return [(np.ones(2**qubits), operation.angles[0])]
    if operation.name == "p":
        return [(_bits(operation.qubits[0], qubits).astype(float), operation.angles[0])]
    if operation.name in ("rz", "rzz"):
        bits = np.stack([_bits(q, qubits) for q in operation.qubits])
        return [(bits.sum(axis=0) % 2 - 0.5, operation.angles[0])]
    return []


def _matrix(gate: Operation, angles: Angles) -> Tensor:
    """Returns ``(2, 2)`` or ``(n, 2, 2)``; real if it can be."""
    if gate.matrix is not None:
        return torch.as_tensor(gate.matrix.real if not gate.matrix.imag.any() else gate.matrix)
    half = angles[gate.angles[0]] / 2
    c, s = torch.cos(half), torch.sin(half)
    if gate.name == "ry":
        return _square(c, -s, s, c)
    if gate.name == "rx":
        return _square(c + 0j, -1j * s, -1j * s, c + 0j)
    phi, lam = angles[gate.angles[1]], angles[gate.angles[2]]
    e_phi, e_lam = torch.exp(1j * phi), torch.exp(1j * lam)
    return _square(c + 0j, -e_lam * s, e_phi * s, e_phi * e_lam * c)


def _square(*entries: Tensor) -> Tensor:
    four = torch.stack(torch.broadcast_tensors(*entries), dim=-1)
    return four.reshape(*four.shape[:-1], 2, 2)


def _product(factors: list[Tensor]) -> Tensor:
    total = factors[0]
    for factor in factors[1:]:
        if total.is_complex() != factor.is_complex():
            total, factor = total + 0j, factor + 0j  # noqa: PLW2901
        total = factor @ total
    return total


def _kronecker(factors: list[Tensor | None]) -> Tensor:
    kind = torch.complex128 if any(f is not None and f.is_complex() for f in factors) else None
    total = None
    for factor in factors:
        matrix = torch.eye(2, dtype=torch.float64) if factor is None else factor
        matrix = matrix.to(kind) if kind is not None else matrix
        total = matrix if total is None else torch.kron(total, matrix)
    assert total is not None
    return total


def _times(kets: Tensor, matrix: Tensor, before: int, after: int) -> Tensor:
    """Applies a matrix to neighbouring qubits with so many qubits before and after them."""
    size = matrix.shape[-1]
    if matrix.ndim == 3:
        grid = kets.reshape(-1, 2**before, size, 2**after)
        full = matrix if matrix.is_complex() else matrix + 0j
        return (full.unsqueeze(1) @ grid).reshape(kets.shape)
    if after == 0:
        full = matrix if matrix.is_complex() else matrix + 0j
        return (kets.reshape(-1, size) @ full.T).reshape(kets.shape)
    if matrix.is_complex():
        grid = kets.reshape(-1, size, 2**after)
        return torch.bmm(matrix.expand(len(grid), -1, -1), grid).reshape(kets.shape)
    # A real matrix acts on real and imaginary parts alike: half the multiplications.
    parts = torch.view_as_real(kets).reshape(-1, size, 2 ** (after + 1))
    turned = torch.bmm(matrix.expand(len(parts), -1, -1), parts)
    return torch.view_as_complex(turned.reshape(*kets.shape, 2))


def layer_bytes(layers: Sequence[Layer], dimension: int) -> int:
    """Returns the bytes per sample that the gradient through layers keeps."""
    return 16 * dimension * (2 * len(layers) + 2)
