"""StateBatch: the one value that flows through qent, an immutable batch of quantum states."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core import linalg
from qent_core.certificate_column import CertificateColumn
from qent_core.errors import DimensionsMismatchError, ParameterInvalidError, StateInvalidError
from qent_core.questions import check_question
from qent_core.verdict_arrays import verdict_array
from qent_core.verdicts import Verdict

if TYPE_CHECKING:
    from qent_core.linalg import Array, Dims

Index = int | slice | Sequence[int] | NDArray[Any]


class StateBatch:
    """An immutable batch of n states with the same local dimensions.

    Pure states are stored as kets ``(n, D)`` until someone asks for `density`; mixed states as
    density matrices ``(n, D, D)``. Indexing with an integer, slice, mask or index array gives a
    batch again, so scikit-learn slices it as it slices an array.

    Args:
        states: ``(n, D)`` kets or ``(n, D, D)`` density matrices, real or complex.
        dims: Local dimensions, party A first; their product is D.
        parameters: Name to ``(n,)`` numbers, one per state.
        known: Question to ``(n,)`` verdicts that hold by construction.
        certificates: Question to the certificates that come with known verdicts.
        source: Which family made the states: one name, or one per state.

    Raises:
        DimensionsMismatchError: ``dims`` or a column do not fit the states.
        StateInvalidError: The array is neither kets nor density matrices. Physical validity is
            checked by `validated`, not here, so that families pay for it only once.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> bell.kind, bell.density().shape
        ('kets', (1, 4, 4))
    """

    __slots__ = ("_array", "_certificates", "_dims", "_known", "_parameters", "_source")

    def __init__(
        self,
        states: ArrayLike,
        dims: Sequence[int],
        *,
        parameters: Mapping[str, ArrayLike] | None = None,
        known: Mapping[str, ArrayLike] | None = None,
        certificates: Mapping[str, CertificateColumn] | None = None,
        source: str | Sequence[str] | NDArray[np.str_] | _Source = "",
    ) -> None:
        self._dims = checked_dims(dims)
        self._array = _checked_array(states, self._dims)
        count = len(self._array)
        self._parameters = {
            name: _column(_real(values, name), count, f"parameter '{name}'")
            for name, values in (parameters or {}).items()
        }
        self._known: dict[str, NDArray[np.int8]] = {}
        for question, values in (known or {}).items():
            what = f"known '{question}'"
            column = _column(verdict_array(values, what), count, what)
            self._known[check_question(question, self.parties)] = column
        self._certificates = {
            check_question(question, self.parties): column
            for question, column in (certificates or {}).items()
        }
        for question, certified in self._certificates.items():
            if len(certified) != count:
                raise DimensionsMismatchError(
                    f"{len(certified)} certificates for '{question}' were given for {count} states"
                )
        self._source = _Source.of(source, count)

    # --- what it holds -------------------------------------------------------------------------

    @property
    def array(self) -> Array:
        """The states as stored, read-only: ``(n, D)`` kets or ``(n, D, D)`` matrices."""
        return self._array

    @property
    def kind(self) -> str:
        """``"kets"`` or ``"density"``."""
        return "kets" if self._array.ndim == 2 else "density"

    @property
    def dims(self) -> Dims:
        """Local dimensions, party A first."""
        return self._dims

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self._dims)

    @property
    def dimension(self) -> int:
        """Total dimension D."""
        return math.prod(self._dims)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array as stored."""
        return tuple(self._array.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Number type of the array as stored."""
        return self._array.dtype

    @property
    def is_real(self) -> bool:
        """True if the states are stored as real numbers."""
        return not np.iscomplexobj(self._array)

    @property
    def parameters(self) -> Mapping[str, NDArray[np.float64]]:
        """Name to ``(n,)`` numbers; NaN where a state has no such parameter."""
        return MappingProxyType(self._parameters)

    @property
    def known(self) -> Mapping[str, NDArray[np.int8]]:
        """Question to ``(n,)`` verdicts that hold by construction."""
        return MappingProxyType(self._known)

    @property
    def certificates(self) -> Mapping[str, CertificateColumn]:
        """Question to certificates that came with known verdicts."""
        return MappingProxyType(self._certificates)

    @property
    def source(self) -> NDArray[np.str_]:
        """``(n,)`` names of the families that made the states."""
        return self._source.names()

    def density(self) -> Array:
        """Returns the states as ``(n, D, D)`` density matrices."""
        return self._array if self._array.ndim == 3 else linalg.projectors(self._array)

    def __len__(self) -> int:
        return len(self._array)

    def __repr__(self) -> str:
        extra = f", parameters={sorted(self._parameters)}" if self._parameters else ""
        return f"<StateBatch of {len(self)} {self.kind}, dims={self.dims}{extra}>"

    # --- selecting and joining -----------------------------------------------------------------

    def __getitem__(self, index: Index | tuple[Any, ...]) -> StateBatch:
        """Returns the chosen states as a batch; an integer gives a batch of one."""
        if isinstance(index, tuple):
            if len(index) != 2 or index[1] is not Ellipsis:
                raise IndexError("a StateBatch is indexed by states only: batch[rows]")
            index = index[0]
        if isinstance(index, bool | np.bool_):
            raise IndexError("a StateBatch is indexed by a number, slice, mask or index array")
        if isinstance(index, int | np.integer):
            rows: Any = np.arange(len(self))[index : index + 1 or None]
            if not rows.size:
                raise IndexError(f"state {index} of a batch of {len(self)}")
        else:
            rows = index if isinstance(index, slice) else np.asarray(index)
            if isinstance(rows, np.ndarray) and rows.size == 0:
                rows = rows.astype(np.intp)
        return StateBatch(
            self._array[rows],
            self._dims,
            parameters={name: values[rows] for name, values in self._parameters.items()},
            known={question: values[rows] for question, values in self._known.items()},
            certificates={q: column.take(rows) for q, column in self._certificates.items()},
            source=self._source.take(rows),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor: NumPy forgets on the way that an array was read-only.
        return (_rebuild, tuple(getattr(self, name) for name in _FIELDS))

    def __iter__(self) -> Iterator[StateBatch]:
        return (self[index] for index in range(len(self)))

    @classmethod
    def concatenate(cls, batches: Sequence[StateBatch]) -> StateBatch:
        """Joins batches of the same dims; kets become density matrices if any part is mixed.

        Columns that a part lacks are filled: parameters with NaN, known verdicts with UNKNOWN.

        Raises:
            DimensionsMismatchError: No batch, or batches of different dims.
        """
        if not batches:
            raise DimensionsMismatchError("there is no batch to concatenate")
        if len(batches) == 1:
            return batches[0]
        dims = {batch.dims for batch in batches}
        if len(dims) > 1:
            raise DimensionsMismatchError(f"batches of different dims {sorted(dims)} cannot join")
        kets = all(batch.kind == "kets" for batch in batches)
        states = np.concatenate([batch.array if kets else batch.density() for batch in batches])
        return joined(batches, states, kind=cls)

    # --- changed copies ------------------------------------------------------------------------

    def replaced(
        self,
        states: ArrayLike,
        *,
        dims: Sequence[int] | None = None,
        known: Mapping[str, ArrayLike] | None = None,
        certificates: Mapping[str, CertificateColumn] | None = None,
    ) -> StateBatch:
        """Returns other states with the same parameters and source, as a channel makes them.

        Known verdicts and certificates are dropped unless given again: a channel must say which
        of them still hold.
        """
        return StateBatch(
            states,
            self._dims if dims is None else dims,
            parameters=self._parameters,
            known=known,
            certificates=certificates,
            source=self._source,
        )

    def with_parameter(self, name: str, values: ArrayLike) -> StateBatch:
        """Returns a copy with one more per-state parameter.

        If the name is taken, as when one channel acts twice, ``#2``, ``#3`` … is appended.
        """
        unique, number = name, 1
        while unique in self._parameters:
            number += 1
            unique = f"{name}#{number}"
        return self._copy(parameters={**self._parameters, unique: values})

    def with_known(self, question: str, verdicts: ArrayLike) -> StateBatch:
        """Returns a copy with verdicts that hold by construction; a scalar is repeated."""
        column = verdict_array(verdicts, f"known '{question}'")
        values = np.broadcast_to(column, (len(self),)) if column.ndim == 0 else column
        return self._copy(known={**self._known, check_question(question, self.parties): values})

    def with_source(self, source: str) -> StateBatch:
        """Returns a copy that says another family made the states."""
        return self._copy(source=source)

    def astype(self, dtype: Any) -> StateBatch:
        """Returns the states cast to another number type."""
        return self._copy(states=self._array.astype(dtype))

    def _copy(self, **changes: Any) -> StateBatch:
        fields: dict[str, Any] = {
            "states": self._array,
            "dims": self._dims,
            "parameters": self._parameters,
            "known": self._known,
            "certificates": self._certificates,
            "source": self._source,
        }
        return StateBatch(**{**fields, **changes})

    # --- checking, files and other libraries ---------------------------------------------------

    def validated(self, *, atol: float | None = None) -> Self:
        """Returns itself if every state is physical.

        Args:
            atol: Tolerance on Hermiticity, trace and eigenvalues; by default 1e-8 for double and
                1e-5 for single precision.

        Raises:
            StateInvalidError: Names the first bad state, what is wrong with it and by how much.
        """
        from qent_core.validation import check_physical

        check_physical(self._array, atol=atol)
        return self

    @classmethod
    def from_numpy(
        cls,
        states: ArrayLike,
        dims: Sequence[int],
        *,
        kind: str | None = None,
        order: str = "big",
    ) -> StateBatch:
        """Returns validated states from a plain array; see `qent_core.conversion`."""
        from qent_core.conversion import from_numpy

        return from_numpy(states, dims, kind=kind, order=order)

    @classmethod
    def from_qutip(cls, states: Any) -> StateBatch:
        """Returns validated states from a QuTiP ``Qobj`` or a sequence of them."""
        from qent_core.conversion import from_qutip

        return from_qutip(states)

    @classmethod
    def from_qiskit(cls, states: Any) -> StateBatch:
        """Returns validated states from Qiskit; its qubit 0 becomes party A."""
        from qent_core.conversion import from_qiskit

        return from_qiskit(states)

    @classmethod
    def from_pennylane(cls, states: Any, *, kind: str | None = None) -> StateBatch:
        """Returns validated states of qubits from PennyLane; its wire 0 is party A."""
        from qent_core.conversion import from_pennylane

        return from_pennylane(states, kind=kind)

    def to_numpy(self) -> Array:
        """Returns a copy of the array of the states that may be written to."""
        return np.array(self._array)

    def to_pennylane(self) -> Array:
        """Returns an array for PennyLane's ``StatePrep`` or ``QubitDensityMatrix``."""
        from qent_core.conversion import to_pennylane

        array: Array = to_pennylane(self)
        return array

    def to_qutip(self) -> list[Any]:
        """Returns a list of QuTiP ``Qobj``."""
        from qent_core.conversion import to_qutip

        return to_qutip(self)

    def to_qiskit(self) -> list[Any]:
        """Returns a list of Qiskit ``Statevector`` or ``DensityMatrix``; party A is qubit 0."""
        from qent_core.conversion import to_qiskit

        return to_qiskit(self)

    def save(self, path: str | Path) -> None:
        """Writes an ``.npz`` file that `load` reads back; no pickle is involved."""
        from qent_core.state_files import write_states

        write_states(self, Path(path))

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        dims: Sequence[int] | None = None,
        kind: str | None = None,
        order: str | None = None,
    ) -> StateBatch:
        """Reads states from ``.npz`` or ``.npy``; see `qent_core.state_files.read_states`."""
        from qent_core.state_files import read_states

        return read_states(Path(path), dims=dims, kind=kind, order=order)


_FIELDS = ("_array", "_dims", "_parameters", "_known", "_certificates", "_source")


def _rebuild(
    states: Array,
    dims: Dims,
    parameters: Mapping[str, ArrayLike],
    known: Mapping[str, ArrayLike],
    certificates: Mapping[str, CertificateColumn],
    source: _Source,
) -> StateBatch:
    return StateBatch(
        states,
        dims,
        parameters=parameters,
        known=known,
        certificates=certificates,
        source=source,
    )


class _Source:
    """Names of families, stored once each, and a small code per state."""

    __slots__ = ("codes", "table")

    def __init__(self, table: tuple[str, ...], codes: NDArray[np.int32]) -> None:
        self.table = table
        self.codes = codes

    @classmethod
    def of(cls, source: str | Sequence[str] | NDArray[Any] | _Source, count: int) -> _Source:
        if isinstance(source, _Source):
            if len(source.codes) != count:
                raise DimensionsMismatchError(
                    f"{len(source.codes)} sources were given for {count} states"
                )
            return source
        names = np.asarray(source, dtype=np.str_)
        if names.ndim == 0:
            return cls((str(names),), np.zeros(count, dtype=np.int32))
        if names.shape != (count,):
            raise DimensionsMismatchError(f"{len(names)} sources were given for {count} states")
        table, codes = np.unique(names, return_inverse=True)
        return cls(tuple(str(name) for name in table), codes.astype(np.int32))

    def names(self) -> NDArray[np.str_]:
        return np.asarray(self.table, dtype=np.str_)[self.codes]

    def take(self, rows: Any) -> _Source:
        return _Source(self.table, self.codes[rows])

    @classmethod
    def concatenate(cls, sources: Sequence[_Source]) -> _Source:
        table = tuple(dict.fromkeys(name for source in sources for name in source.table))
        place = {name: index for index, name in enumerate(table)}
        parts = [
            np.asarray([place[name] for name in source.table], dtype=np.int32)[source.codes]
            for source in sources
        ]
        return cls(table, np.concatenate(parts))


def joined(
    batches: Sequence[StateBatch], states: Array, *, kind: type[StateBatch] = StateBatch
) -> StateBatch:
    """Returns states that were joined already, with the joined columns of their batches.

    Args:
        batches: Of the same dims.
        states: ``(n, D)`` or ``(n, D, D)``, those of all batches one after the other.
        kind: What is made.
    """
    names = list(dict.fromkeys(name for batch in batches for name in batch.parameters))
    questions = list(dict.fromkeys(q for batch in batches for q in batch.known))
    certified = list(dict.fromkeys(q for batch in batches for q in batch.certificates))
    return kind(
        states,
        batches[0].dims,
        parameters={
            name: np.concatenate([b.parameters.get(name, np.full(len(b), np.nan)) for b in batches])
            for name in names
        },
        known={
            q: np.concatenate([b.known.get(q, np.full(len(b), Verdict.UNKNOWN)) for b in batches])
            for q in questions
        },
        certificates={
            q: CertificateColumn.concatenate(
                [b.certificates.get(q, CertificateColumn.empty(len(b))) for b in batches]
            )
            for q in certified
        },
        source=_Source.concatenate([batch._source for batch in batches]),
    )


def checked_dims(dims: Sequence[int]) -> Dims:
    """Returns local dimensions as a tuple of positive integers.

    Raises:
        DimensionsMismatchError: They are none.
    """
    try:
        checked = tuple(int(d) for d in dims)
    except (TypeError, ValueError):
        checked = ()
    if not checked or any(d < 1 for d in checked) or checked != tuple(dims):
        raise DimensionsMismatchError(
            f"dims {dims!r} are no local dimensions", do="give one integer per party, like (2, 2)"
        )
    return checked


def _checked_array(states: ArrayLike, dims: Dims) -> Array:
    try:
        array = np.asarray(states)
    except ValueError as error:
        raise StateInvalidError(f"states must form one array: {error}") from error
    if array.dtype.kind in "iub":
        array = array.astype(np.float64)
    if array.dtype.kind not in "fc":
        raise StateInvalidError(f"states must be numbers, got an array of type {array.dtype}")
    size = math.prod(dims)
    if array.ndim not in (2, 3) or array.shape[1:] not in ((size,), (size, size)):
        raise DimensionsMismatchError(
            f"an array of shape {array.shape} does not fit dims {dims}",
            do=f"give kets of shape (n, {size}) or density matrices of shape (n, {size}, {size})",
        )
    view = array.view()
    view.flags.writeable = False
    return view


def _real(values: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterInvalidError(
            f"parameter '{name}' holds values that are no real numbers: {error}"
        ) from error


def _column(values: NDArray[Any], count: int, what: str) -> NDArray[Any]:
    if values.shape != (count,):
        raise DimensionsMismatchError(
            f"{what} has shape {values.shape}, the batch has {count} states",
            do="give one number per state",
        )
    view = values.view()
    view.flags.writeable = False
    return view
