# ruff: noqa: D102 - every adapter has the same methods, named after the operations
"""One adapter per library: how a physicist would call it, without needless conversions.

``prepare`` turns arrays into the library's own objects and is not timed. Every other method is
timed. It takes what ``prepare`` gave and returns an array with one result per state, or raises
NotImplementedError where the library has no such function.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import Any

import numpy as np

from benchmarks.inputs import Array

OPERATIONS = frozenset(
    {
        "negativity",
        "partial_transpose",
        "concurrence",
        "ppt",
        "ppt_with_proof",
        "haar_pure",
        "hilbert_schmidt",
        "bures",
    }
)
"""Every operation that is measured."""


class Library:
    """A library, loaded on construction."""

    name: str
    distribution: str
    batches: frozenset[str] = frozenset()
    """Operations of which one call does a whole batch; the others take states one by one."""

    def version(self) -> str:
        """Returns the installed version."""
        return metadata.version(self.distribution)

    def prepare(self, rho: Array, dims: tuple[int, ...]) -> Any:
        """Returns the states in the library's own form."""
        return [(matrix, dims) for matrix in rho]

    def run(self, operation: str, states: Any) -> Array:
        """Returns one result per state."""
        method = self.method(operation)
        if operation in self.batches:
            return method(states)
        return np.asarray([method(state) for state in states])

    def sample(self, operation: str, size: int, count: int, seed: int) -> Array:
        """Returns ``count`` random states as arrays."""
        method = self.method(operation)
        if operation in self.batches:
            return method(size, count, seed)
        return np.asarray([method(size) for _ in range(count)])

    def method(self, operation: str) -> Any:
        """Returns the method of an operation, or raises NotImplementedError."""
        method = getattr(self, operation, None)
        if method is None:
            raise NotImplementedError(f"{self.name} has no {operation}")
        return method


class Qent(Library):
    """This project: labelers and families on a StateBatch."""

    name, distribution, batches = "qent", "qent-core", OPERATIONS

    def __init__(self) -> None:
        from qent_basics.families.haar_pure import HaarPure
        from qent_basics.families.random_mixed import Bures, HilbertSchmidt
        from qent_basics.labelers.concurrence import Concurrence
        from qent_basics.labelers.criteria import PPT
        from qent_basics.labelers.negativity import Negativity

        self._families = {
            "haar_pure": HaarPure,
            "hilbert_schmidt": HilbertSchmidt,
            "bures": Bures,
        }
        self._negativity, self._concurrence = Negativity(), Concurrence()
        self._ppt, self._ppt_with_proof = PPT(certify=False), PPT()

    def prepare(self, rho: Array, dims: tuple[int, ...]) -> Any:
        from qent_core.api import StateBatch

        return StateBatch(rho, dims)

    def negativity(self, batch: Any) -> Array:
        return self._negativity.label(batch).values("negativity[A|B]")

    def partial_transpose(self, batch: Any) -> Array:
        from qent_core.linalg import partial_transpose

        return partial_transpose(batch.array, batch.dims, [1])

    def concurrence(self, batch: Any) -> Array:
        return self._concurrence.label(batch).values("concurrence[A|B]")

    def ppt(self, batch: Any) -> Array:
        return self._ppt.label(batch).values("ppt[A|B]") != 1

    def ppt_with_proof(self, batch: Any) -> Array:
        return self._ppt_with_proof.label(batch).values("ppt[A|B]") != 1

    def haar_pure(self, size: int, count: int, seed: int) -> Array:
        family = self._families["haar_pure"](dims=(size,))
        return family.sample(count, np.random.default_rng(seed)).array

    def hilbert_schmidt(self, size: int, count: int, seed: int) -> Array:
        family = self._families["hilbert_schmidt"](dims=(size,))
        return family.sample(count, np.random.default_rng(seed)).array

    def bures(self, size: int, count: int, seed: int) -> Array:
        family = self._families["bures"](dims=(size,))
        return family.sample(count, np.random.default_rng(seed)).array


class PlainNumpy(Library):
    """Plain batched NumPy, as a yardstick; no peer."""

    name, distribution, batches = "numpy", "numpy", OPERATIONS

    def prepare(self, rho: Array, dims: tuple[int, ...]) -> Any:
        return rho, dims

    def partial_transpose(self, states: Any) -> Array:
        rho, (a, b) = states
        return rho.reshape(-1, a, b, a, b).swapaxes(2, 4).reshape(rho.shape)

    def negativity(self, states: Any) -> Array:
        eigenvalues = np.linalg.eigvalsh(self.partial_transpose(states))
        return -np.minimum(eigenvalues, 0).sum(axis=1)

    def ppt(self, states: Any) -> Array:
        return np.linalg.eigvalsh(self.partial_transpose(states))[:, 0] >= -1e-12

    def concurrence(self, states: Any) -> Array:
        rho, _ = states
        flip = np.fliplr(np.diag([-1.0, 1, 1, -1]))
        squares = np.linalg.eigvals(rho @ flip @ rho.conj() @ flip).real
        values = np.sort(np.sqrt(np.maximum(squares, 0)), axis=1)
        return np.maximum(2 * values[:, 3] - values.sum(axis=1), 0)

    def physical(self, states: Any) -> bool:
        rho, _ = states
        hermitian = np.abs(rho - rho.conj().swapaxes(1, 2)).max() < 1e-8
        trace = np.abs(np.einsum("nii->n", rho) - 1).max() < 1e-8
        return bool(hermitian and trace and np.linalg.eigvalsh(rho).min() > -1e-8)

    def haar_pure(self, size: int, count: int, seed: int) -> Array:
        rng = np.random.default_rng(seed)
        g = rng.normal(size=(count, size)) + 1j * rng.normal(size=(count, size))
        return g / np.linalg.norm(g, axis=1, keepdims=True)

    def hilbert_schmidt(self, size: int, count: int, seed: int) -> Array:
        rng = np.random.default_rng(seed)
        g = rng.normal(size=(count, size, size)) + 1j * rng.normal(size=(count, size, size))
        rho = g @ g.conj().swapaxes(1, 2)
        return rho / np.einsum("nii->n", rho).real[:, None, None]

    def bures(self, size: int, count: int, seed: int) -> Array:
        rng = np.random.default_rng(seed)
        g, h = (rng.normal(size=(2, count, size, size, 2)) @ np.array([1, 1j])).astype(complex)
        q, r = np.linalg.qr(h)
        phases = np.einsum("nii->ni", r)
        u = q * (phases / np.abs(phases))[:, None, :]
        g = (np.eye(size) + u) @ g
        rho = g @ g.conj().swapaxes(1, 2)
        return rho / np.einsum("nii->n", rho).real[:, None, None]


class Qutip(Library):
    """QuTiP, on Qobj."""

    name, distribution = "QuTiP", "qutip"

    def __init__(self) -> None:
        self._qutip = import_module("qutip")

    def prepare(self, rho: Array, dims: tuple[int, ...]) -> Any:
        return [self._qutip.Qobj(matrix, dims=[list(dims)] * 2) for matrix in rho]

    def negativity(self, state: Any) -> float:
        # The faster of its two methods.
        return self._qutip.negativity(state, 0, method="eigenvalues")

    def partial_transpose(self, state: Any) -> Array:
        return self._qutip.partial_transpose(state, [0, 1]).full()

    def ppt(self, state: Any) -> bool:
        return self._qutip.partial_transpose(state, [0, 1]).eigenenergies()[0] >= -1e-12

    def concurrence(self, state: Any) -> float:
        return self._qutip.concurrence(state)

    def physical(self, states: Any) -> bool:
        return all(
            state.isherm and abs(state.tr() - 1) < 1e-8 and state.eigenenergies()[0] > -1e-8
            for state in states
        )

    def haar_pure(self, size: int) -> Array:
        return self._qutip.rand_ket(size).full()[:, 0]

    def hilbert_schmidt(self, size: int) -> Array:
        return self._qutip.rand_dm(size, distribution="hs").full()


class Qiskit(Library):
    """Qiskit, on DensityMatrix; its subsystem 0 is the last tensor factor."""

    name, distribution = "Qiskit", "qiskit"

    def __init__(self) -> None:
        self._info = import_module("qiskit.quantum_info")

    def prepare(self, rho: Array, dims: tuple[int, ...]) -> Any:
        return [self._info.DensityMatrix(matrix, dims=dims[::-1]) for matrix in rho]

    def negativity(self, state: Any) -> float:
        return self._info.negativity(state, [0])

    def partial_transpose(self, state: Any) -> Array:
        return state.partial_transpose([0]).data

    def ppt(self, state: Any) -> bool:
        return np.linalg.eigvalsh(state.partial_transpose([0]).data)[0] >= -1e-12

    def concurrence(self, state: Any) -> float:
        return self._info.concurrence(state)

    def physical(self, states: Any) -> bool:
        return all(state.is_valid() for state in states)

    def haar_pure(self, size: int) -> Array:
        return self._info.random_statevector(size).data

    def hilbert_schmidt(self, size: int) -> Array:
        return self._info.random_density_matrix(size).data

    def bures(self, size: int) -> Array:
        return self._info.random_density_matrix(size, method="Bures").data


class Toqito(Library):
    """toqito, on arrays."""

    name, distribution = "toqito", "toqito"

    def __init__(self) -> None:
        self._properties = import_module("toqito.state_props")
        self._operations = import_module("toqito.matrix_ops")
        self._random = import_module("toqito.rand")

    def negativity(self, state: Any) -> float:
        matrix, dims = state
        return self._properties.negativity(matrix, list(dims))

    def partial_transpose(self, state: Any) -> Array:
        matrix, dims = state
        return self._operations.partial_transpose(matrix, [1], list(dims))

    def ppt(self, state: Any) -> bool:
        matrix, dims = state
        return self._properties.is_ppt(matrix, 1, list(dims))

    def concurrence(self, state: Any) -> float:
        return self._properties.concurrence(state[0])

    def physical(self, states: Any) -> bool:
        is_density = import_module("toqito.matrix_props").is_density
        return all(is_density(matrix) for matrix, _ in states)

    def haar_pure(self, size: int) -> Array:
        return self._random.random_state_vector(size)[:, 0]

    def hilbert_schmidt(self, size: int) -> Array:
        return self._random.random_density_matrix(size)

    def bures(self, size: int) -> Array:
        return self._random.random_density_matrix(size, distance_metric="bures")


class Numqi(Library):
    """numqi, on arrays; its sampler of kets takes a batch."""

    name, distribution, batches = "numqi", "numqi", frozenset({"haar_pure"})

    def __init__(self) -> None:
        self._numqi = import_module("numqi")

    def ppt(self, state: Any) -> bool:
        matrix, dims = state
        return self._numqi.entangle.is_ppt(matrix, dims)

    def concurrence(self, state: Any) -> float:
        return self._numqi.entangle.get_concurrence_2qubit(state[0])

    def haar_pure(self, size: int, count: int, seed: int) -> Array:
        return self._numqi.random.rand_haar_state(size, batch_size=count, seed=seed)

    def hilbert_schmidt(self, size: int) -> Array:
        return self._numqi.random.rand_density_matrix(size)

    def bures(self, size: int) -> Array:
        return self._numqi.random.rand_density_matrix(size, kind="bures")


LIBRARIES: dict[str, type[Library]] = {
    kind.name: kind for kind in (Qent, PlainNumpy, Qutip, Qiskit, Toqito, Numqi)
}
PEERS = ("QuTiP", "Qiskit", "toqito", "numqi")
