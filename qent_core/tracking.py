"""Entanglement watched while a model trains: any measure by name, step by step, in one table.

A model takes part by preparing states: it says which kets or density matrices its data and
parameters stand for (`StatePreparing`) and reports its steps (`TrainingStep`). Torch modules,
Qiskit circuits and plain functions do so alike, see `prepared_by`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core.build import build, load_target
from qent_core.errors import LabelsInvalidError, ParameterInvalidError, require_module
from qent_core.labels import Labels, MeasureColumn, column_name
from qent_core.linalg import schmidt_matrix
from qent_core.questions import PARTY_LETTERS, check_question, cuts, parse_partition
from qent_core.registry import Registry, default_registry
from qent_core.states import StateBatch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Vector = NDArray[np.float64]
Preparation = Callable[[Vector], StateBatch]
"""Parameters to the states of all samples."""


@runtime_checkable
class StatePreparing(Protocol):
    """A model that prepares quantum states from data and parameters."""

    def preparations(self, X: Any) -> Mapping[str, Preparation]:
        """Returns the stages at which states can be asked for, in order.

        For example ``"encoded"`` (after the data encoding) and ``"trained"`` (at the end). What
        does not depend on the parameters is computed here, once; a stage that depends on none may
        return the very same batch each time, which is then measured once.
        """


@dataclass(frozen=True)
class TrainingStep:
    """What a training model reports: the state of affairs after so many optimiser steps."""

    step: int
    parameters: Vector
    loss: float
    model: StatePreparing
    data: Mapping[str, Preparation]
    """The preparations of the training data."""
    memory: Mapping[str, Vector] = field(default_factory=dict)
    """What the optimiser remembers, by name; for example Adam's moments."""


@dataclass(frozen=True)
class Preparing:
    """A plain function as a model that prepares states."""

    kets: Callable[[Any, Vector], ArrayLike]
    dims: tuple[int, ...]

    def preparations(self, X: Any) -> Mapping[str, Preparation]:
        """Returns the one stage, ``"trained"``."""

        def trained(parameters: Vector) -> StateBatch:
            states: Any = self.kets(X, parameters)
            states = states.detach().cpu() if hasattr(states, "detach") else states
            return StateBatch(np.asarray(states), self.dims)

        return {"trained": trained}


def prepared_by(kets: Callable[[Any, Vector], ArrayLike], dims: Sequence[int]) -> Preparing:
    """Returns a function of data and parameters as a model that prepares states.

    Args:
        kets: Data and parameters to ``(n, D)`` kets or ``(n, D, D)`` matrices: an array, or a
            torch tensor of a module.
        dims: Local dimensions.

    Example:
        >>> model = prepared_by(lambda X, w: np.array([[np.cos(w[0]), 0, 0, np.sin(w[0])]]), (2, 2))
        >>> tracker = Tracker(["concurrence"])
        >>> for step, angle in enumerate([0.0, np.pi / 4]):
        ...     w = np.array([angle])
        ...     states = model.preparations(None)["trained"](w)
        ...     shown = tracker.record(step, {"trained": states}, parameters=w)
        >>> tracker.track.column("trained concurrence[A|B] mean").round(12)
        array([0., 1.])
    """
    return Preparing(kets, tuple(dims))


class Tracker:
    """Records measures of a model's states, one row per step.

    Args:
        measures: Names of labelers that measure, or names to parameters. By default the entropy
            of one-party marginals, and the Meyer-Wallach measure if all parties are qubits.
        questions: Cuts for measures of cuts: ``"one-party"``, ``"all"`` or a list such as
            ``["AB|CD"]``.
        stages: Stages to measure; by default all that the model has.
        samples: Samples whose own values are kept beside mean and spread.
        every: Steps between two rows; step 0 is always one.
        registry: Where names are looked up; by default what is installed.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> tracker = Tracker()
        >>> tracker.record(0, {"trained": bell}, loss=0.25)
        'meyer-wallach 1.0000'
        >>> tracker.track.names[:3]
        ('step', 'loss', 'trained meyer-wallach mean')
    """

    def __init__(
        self,
        measures: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
        *,
        questions: str | Sequence[str] = "one-party",
        stages: Sequence[str] | None = None,
        samples: Sequence[int] = (),
        every: int = 1,
        registry: Registry | None = None,
    ) -> None:
        if every < 1:
            raise ParameterInvalidError(f"every must be at least 1, not {every}")
        self._wanted = measures
        self._questions, self._stages, self._samples = questions, stages, tuple(samples)
        self.every = every
        self._registry = registry
        self._labelers: list[_Measure] | None = None
        self._rows: list[dict[str, float]] = []
        self._last: dict[str, tuple[StateBatch, dict[str, float]]] = {}

    def following(
        self,
        X: Any = None,
        parameters: Callable[[TrainingStep], Vector] | None = None,
    ) -> Callable[[TrainingStep], str]:
        """Returns the observer to hand to a model's ``fit``.

        Args:
            X: Data whose states are measured; by default the training data.
            parameters: Which parameters to put into the circuit; by default the step's own.
        """
        prepared: dict[str, Preparation] = {}

        def observe(step: TrainingStep) -> str:
            if step.step % self.every:
                return ""
            if not prepared:
                prepared.update(step.data if X is None else step.model.preparations(X))
            values = step.parameters if parameters is None else parameters(step)
            chosen = self._stages or tuple(prepared)
            states = {stage: _stage(prepared, stage)(values) for stage in chosen}
            return self.record(step.step, states, parameters=values, loss=step.loss)

        return observe

    def record(
        self,
        step: int,
        states: Mapping[str, StateBatch],
        *,
        parameters: ArrayLike = (),
        loss: float = float("nan"),
    ) -> str:
        """Adds a row and returns its short form for a terminal.

        Args:
            step: Number of optimiser steps done.
            states: Stage to states.
            parameters: ``(p,)``, kept in the row.
            loss: Kept in the row.
        """
        row = {"step": float(step), "loss": float(loss)}
        for number, value in enumerate(np.asarray(parameters, dtype=np.float64).ravel()):
            row[f"parameter[{number}]"] = float(value)
        shown = []
        for stage, batch in states.items():
            measured = self._measured(stage, batch)
            row |= {f"{stage} {name}": value for name, value in measured.items()}
            first = next(iter(measured), None)
            if first is not None:
                shown = [f"{first.removesuffix(' mean')} {measured[first]:.4f}"]
        self._rows.append(row)
        return ", ".join(shown)

    @property
    def track(self) -> Track:
        """What was recorded so far."""
        names = tuple(dict.fromkeys(name for row in self._rows for name in row))
        table = [[row.get(name, np.nan) for name in names] for row in self._rows]
        return Track(names, np.array(table, dtype=np.float64).reshape(len(self._rows), len(names)))

    def _measured(self, stage: str, batch: StateBatch) -> dict[str, float]:
        before = self._last.get(stage)
        if before is not None and before[0] is batch:
            return before[1]
        if self._labelers is None:
            self._labelers = self._built(batch)
        found: dict[str, float] = {}
        for measure in self._labelers:
            for name, values in measure.values(batch).items():
                found[f"{name} mean"] = float(values.mean())
                found[f"{name} spread"] = float(values.std())
                for sample in self._samples:
                    found[f"{name} sample[{sample}]"] = float(values[sample])
        self._last[stage] = (batch, found)
        return found

    def _built(self, batch: StateBatch) -> list[_Measure]:
        wanted = self._wanted
        if wanted is None:
            qubits = all(d == 2 for d in batch.dims)
            wanted = ["meyer-wallach"] * qubits + ["entanglement-entropy"]
        own = wanted if isinstance(wanted, Mapping) else {name: {} for name in wanted}
        registry = self._registry or default_registry()
        questions = _chosen(self._questions, batch.parties)
        return [_Measure.of(name, own[name], questions, registry) for name in own]


@dataclass(frozen=True)
class _Measure:
    """One labeler, whole or on kets compressed across one-party cuts."""

    name: str
    whole: Any
    """The labeler with all questions, or None."""
    compressed: Any
    """The labeler for two-party kets, or None if it cannot be asked about those."""
    questions: tuple[str, ...]

    @classmethod
    def of(
        cls, name: str, given: Mapping[str, Any], questions: tuple[str, ...], registry: Registry
    ) -> _Measure:
        component = registry.resolve(name, "labeler", where="the tracker's measures")
        parameters = dict(given)
        where = f"the tracker's measure '{name}'"
        takes = "questions" in getattr(load_target(component), "model_fields", {})
        if not takes or "questions" in parameters:
            return cls(name, build(component, parameters, where=where), None, ())
        invariant = getattr(component.spec, "local_unitary_invariant", False)
        small = build(component, parameters, where=where) if invariant else None
        whole = build(component, {**parameters, "questions": list(questions)}, where=where)
        return cls(name, whole, small, questions)

    def values(self, batch: StateBatch) -> dict[str, Vector]:
        """Returns column name to ``(n,)`` values."""
        sides = [_lone_qubit(question, batch) for question in self.questions]
        if self.compressed is None or None in sides or not sides:
            return _numbers(self.whole.label(batch), self.name)
        # Across one cut a pure state is its Schmidt coefficients: a qubit and all the others are
        # as entangled as the two qubits that have the same ones, and those cost much less.
        kets = np.concatenate([_two_qubits(batch, side) for side in sides if side is not None])
        labels = _numbers(self.compressed.label(StateBatch(kets, (2, 2))), self.name)
        (values,) = labels.values()
        parts = values.reshape(len(sides), len(batch))
        return {column_name(self.name, q): parts[i] for i, q in enumerate(self.questions)}


@dataclass(frozen=True)
class Track:
    """A tidy table: one row per step, one column per quantity."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    """``(rows, columns)``."""

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> Vector:
        """Returns one column.

        Raises:
            LabelsInvalidError: There is none of this name.
        """
        if name not in self.names:
            raise LabelsInvalidError(
                f"the track has no column '{name}'", do=f"choose from: {', '.join(self.names)}"
            )
        return self.values[:, self.names.index(name)]

    def save(self, path: str | Path) -> None:
        """Writes the table; the ending chooses the format: ``.csv``, ``.zarr`` or ``.parquet``.

        Raises:
            ParameterInvalidError: The ending is another.
            ExtraMissingError: Zarr is not installed, or pyarrow for Parquet.
        """
        path = Path(path)
        columns = {name: self.values[:, i] for i, name in enumerate(self.names)}
        if path.suffix == ".csv":
            lines = [",".join(f'"{name}"' for name in self.names)]
            lines += [",".join(repr(float(value)) for value in row) for row in self.values]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        elif path.suffix == ".zarr":
            require_module("zarr", extra="data", purpose="writing a Zarr table")
            import zarr

            group = zarr.open_group(str(path), mode="w")
            group.attrs["columns"] = list(self.names)
            group.create_array("values", data=self.values)
        elif path.suffix == ".parquet":
            require_module("pyarrow", extra="data", purpose="writing a Parquet table")
            import pyarrow as pa
            from pyarrow import parquet

            parquet.write_table(pa.table(columns), path)
        else:
            raise ParameterInvalidError(
                f"a track is not written as '{path.suffix}'", do="use .csv, .zarr or .parquet"
            )

    @classmethod
    def load(cls, path: str | Path) -> Track:
        """Reads a table that `save` wrote as ``.csv`` or ``.zarr``."""
        path = Path(path)
        if path.suffix == ".zarr":
            require_module("zarr", extra="data", purpose="reading a Zarr table")
            import zarr

            group: Any = zarr.open_group(str(path), mode="r")
            return cls(tuple(group.attrs["columns"]), np.asarray(group["values"][:]))
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        table = [[float(word) for word in line.split(",")] for line in lines]
        names = tuple(head.strip('"').split('","'))
        return cls(names, np.array(table, dtype=np.float64).reshape(len(table), len(names)))

    def figure(self, column: str) -> Figure:
        """Draws one column against the step and against the loss, and the loss against the step."""
        require_module("matplotlib", extra="report", purpose="drawing a track")
        from matplotlib.figure import Figure

        figure = Figure(figsize=(12, 3.6), layout="constrained")
        pairs = (("step", column), ("loss", column), ("step", "loss"))
        for axes, (x, y) in zip(figure.subplots(1, 3), pairs, strict=True):
            axes.plot(self.column(x), self.column(y), marker=".", lw=1)
            axes.set(xlabel=x, ylabel=y)
            if y.endswith(" mean") and y.replace(" mean", " spread") in self.names:
                spread = self.column(y.replace(" mean", " spread"))
                middle = self.column(y)
                axes.fill_between(self.column(x), middle - spread, middle + spread, alpha=0.15)
        return figure


def _stage(prepared: Mapping[str, Preparation], stage: str) -> Preparation:
    if stage not in prepared:
        raise ParameterInvalidError(
            f"the model prepares no states at the stage '{stage}'",
            do=f"choose from: {', '.join(prepared)}",
        )
    return prepared[stage]


def _chosen(questions: str | Sequence[str], parties: int) -> tuple[str, ...]:
    if questions == "all":
        return tuple(cuts(parties))
    if questions == "one-party":
        letters = PARTY_LETTERS[:parties]
        lone = [f"{a}|{letters.replace(a, '')}" for a in letters] if parties > 1 else []
        return tuple(dict.fromkeys(check_question(question, parties) for question in lone))
    if isinstance(questions, str):
        questions = [questions]
    return tuple(check_question(question, parties) for question in questions)


def _numbers(labels: Labels, name: str) -> dict[str, Vector]:
    for column in labels.columns.values():
        if not isinstance(column, MeasureColumn):
            raise LabelsInvalidError(
                f"'{name}' gives verdicts, a tracker needs measures", do="use 'negativity'"
            )
    return {key: labels.values(key) for key in labels.names}


def _lone_qubit(question: str, batch: StateBatch) -> int | None:
    """Returns the qubit alone on one side of a cut of many parties' kets, else None."""
    if batch.kind != "kets" or batch.parties < 3:
        return None
    blocks = parse_partition(question, batch.parties)
    lone = [block[0] for block in blocks if len(block) == 1 and batch.dims[block[0]] == 2]
    return lone[0] if len(blocks) == 2 and lone else None


def _two_qubits(batch: StateBatch, party: int) -> NDArray[Any]:
    """Returns kets of two qubits with the same Schmidt coefficients, by Gram and Schmidt."""
    rows = schmidt_matrix(batch.array, batch.dims, [party])
    first, second = rows[:, 0], rows[:, 1]
    length = np.linalg.norm(first, axis=1)
    safe = np.where(length > 0, length, 1.0)
    overlap = np.einsum("nd,nd->n", first.conj(), second) / safe
    rest = np.linalg.norm(second - (overlap / safe)[:, None] * first, axis=1)
    return np.stack([length, np.zeros_like(length), overlap, rest], axis=1)
