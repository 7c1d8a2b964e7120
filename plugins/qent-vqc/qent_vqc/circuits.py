"""Which circuit is meant: named circuits of Qiskit's library, or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, library
from qiskit.exceptions import QiskitError

from qent_core.api import ParameterInvalidError

FEATURE_MAPS = ("zz_feature_map", "z_feature_map")
ANSATZE = ("real_amplitudes", "efficient_su2")


@dataclass(frozen=True)
class ModelCircuit:
    """A circuit and the roles of its parameters."""

    circuit: QuantumCircuit
    data: tuple[Parameter, ...]
    """Feature i is bound to ``data[i]``."""
    weights: tuple[Parameter, ...]
    encoding_length: int
    """Instructions at the start of ``circuit`` that encode the data; the rest is trained."""

    def __post_init__(self) -> None:
        both = {p.name for p in self.data} & {p.name for p in self.weights}
        if both:
            raise ParameterInvalidError(
                f"'{min(both)}' is both a data and a weight parameter",
                do="give feature map and ansatz parameters of different names",
            )
        stray = set(self.circuit.parameters) - {*self.data, *self.weights}
        if stray:
            raise ParameterInvalidError(
                f"the parameter '{min(p.name for p in stray)}' of the circuit is neither data "
                "nor weight",
                do="bind it, or name it in data_parameters or weight_parameters",
            )
        if not self.data:
            raise ParameterInvalidError(
                "the circuit has no data parameter, so it cannot see the features",
                do="use a feature map with parameters",
            )


def from_parts(
    feature_map: str | QuantumCircuit,
    ansatz: str | QuantumCircuit,
    features: int,
    *,
    feature_map_reps: int = 1,
    ansatz_reps: int = 1,
    entanglement: str = "reverse_linear",
) -> ModelCircuit:
    """Returns a feature map followed by an ansatz.

    Args:
        feature_map: ``"zz_feature_map"``, ``"z_feature_map"``, or a circuit all of whose
            parameters are data, in Qiskit's order.
        ansatz: ``"real_amplitudes"``, ``"efficient_su2"``, or a circuit all of whose parameters
            are weights.
        features: Number of features; a named feature map has one qubit for each.
        feature_map_reps: Repetitions of a named feature map.
        ansatz_reps: Repetitions of a named ansatz: its depth.
        entanglement: Which qubits the entanglers of a named ansatz join, or ``"none"`` for a
            model without any entangler: no CX and no ZZ.

    Raises:
        ParameterInvalidError: A name is unknown, or the parts do not fit together.

    Example:
        >>> from_parts("zz_feature_map", "real_amplitudes", 2).circuit.num_parameters
        6
    """
    separate = entanglement == "none"
    if isinstance(feature_map, str):
        name = "z_feature_map" if separate and feature_map in FEATURE_MAPS else feature_map
        encode = _named(name, FEATURE_MAPS, "feature_map", features, reps=feature_map_reps)
    else:
        encode = _own(feature_map, "feature_map")
    if isinstance(ansatz, str):
        pairs: Any = [] if separate else entanglement
        train = _named(
            ansatz, ANSATZE, "ansatz", encode.num_qubits, reps=ansatz_reps, entanglement=pairs
        )
    else:
        train = _own(ansatz, "ansatz")
    if train.num_qubits != encode.num_qubits:
        raise ParameterInvalidError(
            f"the feature map has {encode.num_qubits} qubits, the ansatz {train.num_qubits}",
            do="give both the same number of qubits",
        )
    data, weights = tuple(encode.parameters), tuple(train.parameters)
    both = {p.name for p in data} & {p.name for p in weights}
    if both:
        raise ParameterInvalidError(
            f"'{min(both)}' is a parameter of the feature map and of the ansatz",
            do="rename it in one of the two circuits",
        )
    whole = QuantumCircuit(encode.num_qubits)
    whole.compose(encode, inplace=True)
    whole.compose(train, inplace=True)
    return ModelCircuit(whole, data, weights, len(encode.data))


def from_circuit(
    circuit: QuantumCircuit,
    data_parameters: Sequence[Any] | str,
    weight_parameters: Sequence[Any] | str | None = None,
) -> ModelCircuit:
    """Returns a whole circuit of the user's, in which data may enter anywhere and repeatedly.

    Args:
        circuit: Any circuit without measurements.
        data_parameters: The parameters that take the features, in their order: parameters, names,
            or the common name of a vector (``"x"`` stands for x[0], x[1], ...).
        weight_parameters: The trained parameters likewise; None means all others.

    Raises:
        ParameterInvalidError: A parameter does not exist or has no role.
    """
    circuit = _own(circuit, "circuit")
    data = _chosen(circuit, data_parameters, "data_parameters")
    if weight_parameters is None:
        weights = tuple(p for p in circuit.parameters if p not in data)
    else:
        weights = _chosen(circuit, weight_parameters, "weight_parameters")
    first = next(
        (i for i, item in enumerate(circuit.data) if _angles_of(item) & {p.name for p in weights}),
        len(circuit.data),
    )
    return ModelCircuit(circuit, data, weights, first)


def _angles_of(item: Any) -> set[str]:
    return {p.name for angle in item.operation.params for p in getattr(angle, "parameters", ())}


def _named(name: str, known: tuple[str, ...], role: str, size: int, **options: Any) -> Any:
    if name not in known:
        raise ParameterInvalidError(
            f"{role} {name!r} is not known",
            where=f"VQCClassifier, parameter {role}",
            do=f"choose one of {', '.join(known)}, or give a QuantumCircuit",
        )
    try:
        return getattr(library, name)(size, **options)
    except (QiskitError, ValueError) as error:
        raise ParameterInvalidError(
            f"{name} cannot be built for n_features={size}: {str(error).strip(chr(39))}",
            where=f"VQCClassifier, parameter {role}",
            do="z_feature_map takes a single feature; zz_feature_map needs two or more",
        ) from error


def _own(circuit: object, role: str) -> QuantumCircuit:
    if not isinstance(circuit, QuantumCircuit):
        raise ParameterInvalidError(
            f"{role} must be a name or a QuantumCircuit, not {type(circuit).__name__}",
            where=f"VQCClassifier, parameter {role}",
            do="pass a name from the documentation or a circuit",
        )
    return circuit


def _chosen(circuit: QuantumCircuit, wanted: Sequence[Any] | str, role: str) -> tuple[Any, ...]:
    if isinstance(wanted, str):
        vector = [p for p in circuit.parameters if p.name.split("[")[0] == wanted]
        if not vector:
            raise _missing(wanted, circuit, role)
        return tuple(vector)
    by_name = {p.name: p for p in circuit.parameters}
    chosen = []
    for item in wanted:
        name = getattr(item, "name", item)
        if name not in by_name:
            raise _missing(name, circuit, role)
        chosen.append(by_name[name])
    if len(set(chosen)) != len(chosen):
        raise ParameterInvalidError(f"{role} names a parameter twice", do="name each one once")
    return tuple(chosen)


def _missing(name: object, circuit: QuantumCircuit, role: str) -> ParameterInvalidError:
    return ParameterInvalidError(
        f"the circuit has no parameter {name!r}",
        where=f"VQCClassifier, parameter {role}",
        do=f"it has: {', '.join(p.name for p in circuit.parameters) or 'none'}",
    )
