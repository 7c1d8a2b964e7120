"""States of other libraries, wherever a batch is taken."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from qent_core.api import (
    DimensionsMismatchError,
    Labels,
    ParameterInvalidError,
    StateBatch,
    StateInvalidError,
    as_states,
    certified_bracket,
    label_states,
)
from qent_core.registry import Registry
from qent_core.verification import verify_labels

ANGLE = 0.7
# cos a |00> + sin a |01>|..: A is entangled with B, C is alone in |1>.
KET = np.zeros(8)
KET[0b001], KET[0b111] = np.cos(ANGLE), np.sin(ANGLE)
NEGATIVITY = np.sin(2 * ANGLE) / 2


def of_qutip():
    qutip = pytest.importorskip("qutip")
    return qutip.Qobj(KET[:, None], dims=[[2, 2, 2], [1, 1, 1]])


def of_qutip_mixed():
    return [of_qutip(), of_qutip().proj()]


def of_qiskit():
    pytest.importorskip("qiskit")
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Statevector

    circuit = QuantumCircuit(3)
    circuit.ry(2 * ANGLE, 0)
    circuit.cx(0, 1)
    circuit.x(2)
    return Statevector(circuit)


def of_qiskit_mixed():
    from qiskit.quantum_info import DensityMatrix

    return [DensityMatrix(of_qiskit())]


def of_pennylane():
    qml = pytest.importorskip("pennylane")

    @qml.qnode(qml.device("default.qubit", wires=3))
    def circuit():
        qml.RY(2 * ANGLE, wires=0)
        qml.CNOT(wires=[0, 1])
        qml.PauliX(wires=2)
        return qml.state()

    from pennylane import numpy as pnp

    return pnp.tensor(circuit())


def of_numpy():
    return KET[None], (2, 2, 2)


def of_lists():
    return [KET.tolist()], [2, 2, 2]


FORMS = [of_qutip, of_qutip_mixed, of_qiskit, of_qiskit_mixed, of_pennylane, of_numpy, of_lists]


# PennyLane and QuTiP warn about their own future on import.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", FORMS)
def test_party_a_is_the_same_in_every_library(form):
    batch = as_states(form())
    assert batch.dims == (2, 2, 2)
    assert batch.density()[-1] == pytest.approx(np.outer(KET, KET), abs=1e-7)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", FORMS)
def test_components_and_functions_take_them(form, registry):
    labels = label_states(form(), ["negativity", "ppt"])
    assert labels.values("negativity[A|BC]") == pytest.approx(NEGATIVITY, abs=1e-6)
    assert labels.values("negativity[C|AB]") == pytest.approx(0, abs=1e-6)
    assert verify_labels(form(), labels).columns
    full = Registry.load()
    component = full.resolve("negativity", "labeler")
    from qent_core.build import build

    assert isinstance(build(component, {}).label(form()), Labels)
    noise = build(full.resolve("depolarizing", "channel"), {"strength": 1.0})
    gone = noise.apply(form(), np.random.default_rng(1))
    assert gone.density()[0] == pytest.approx(np.eye(8) / 8, abs=1e-7)
    feature = build(full.resolve("density-vector", "feature"), {})
    assert feature.fit_transform(form()).shape[0] == len(as_states(form()))


def test_own_components_take_them(registry):
    from qent_core.api import Channel, Labeler

    class Twice(Labeler):
        """Counts."""

        def label(self, batch):
            assert isinstance(batch, StateBatch)
            return Labels.measure("size", np.full(len(batch), float(batch.dimension)))

    class Same(Channel):
        """Does nothing."""

        def apply(self, batch, rng):
            assert isinstance(batch, StateBatch)
            return batch

    bell = (np.array([[1, 0, 0, 1]]) / np.sqrt(2), (2, 2))
    assert Twice().label(bell).values("size").tolist() == [4.0]
    assert Same().apply(bell, np.random.default_rng(0)).dims == (2, 2)
    assert Twice.label.__name__ == "label"


def test_wrapped_components_still_pickle():
    component = Registry.load().resolve("negativity", "labeler")
    from qent_core.build import build

    labeler = pickle.loads(pickle.dumps(build(component, {})))
    assert labeler.label(of_numpy()).values("negativity[A|BC]") == pytest.approx(NEGATIVITY)


def test_labelers_go_by_name():
    from qent_core.build import build

    labeler = build(Registry.load().resolve("negativity", "labeler"), {})
    with pytest.raises(ParameterInvalidError, match="go by name, got a Negativity"):
        label_states(of_numpy(), [labeler])


def test_a_threshold_of_a_foreign_state():
    from qent_core.labelling import labelers_of

    (ppt,) = labelers_of(["ppt"]).labelers
    bell = (np.array([[1, 0, 0, 1]]) / np.sqrt(2), (2, 2))
    bracket = certified_bracket(bell, "A|B", ppt.component, width=0.05)
    assert bracket.separable < 1 / 3 < bracket.entangled


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_there_and_back_again():
    batch = as_states(of_numpy())
    assert as_states(batch) is batch
    for back in (
        as_states(batch.to_qutip()),
        as_states(batch.to_qiskit()),
        StateBatch.from_pennylane(batch.to_pennylane(), kind="kets"),
        StateBatch.from_numpy(batch.to_numpy(), batch.dims),
    ):
        assert back.array == pytest.approx(batch.array)
    batch.to_numpy()[:] = 0  # a copy, which may be written to
    assert batch.array[0] @ batch.array[0] == pytest.approx(1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pennylane_prepares_our_states():
    qml = pytest.importorskip("pennylane")
    batch = as_states(of_numpy())

    @qml.qnode(qml.device("default.qubit", wires=3))
    def z():
        qml.StatePrep(batch.to_pennylane()[0], wires=[0, 1, 2])
        return [qml.expval(qml.PauliZ(wire)) for wire in range(3)]

    @qml.qnode(qml.device("default.mixed", wires=3))
    def mixed():
        qml.QubitDensityMatrix(batch.density().astype(complex)[0], wires=[0, 1, 2])
        return qml.density_matrix([0, 1, 2])

    assert np.array(z()) == pytest.approx([np.cos(2 * ANGLE), np.cos(2 * ANGLE), -1])
    assert StateBatch.from_pennylane(mixed()).array[0] == pytest.approx(np.outer(KET, KET))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pennylane_takes_torch_tensors_with_a_gradient():
    torch = pytest.importorskip("torch")
    tensor = torch.tensor(KET, requires_grad=True)
    assert StateBatch.from_pennylane(tensor).dims == (2, 2, 2)
    assert len(StateBatch.from_pennylane([tensor, tensor])) == 2


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (np.eye(4) / 4, "does not say which parties"),
        ("bell", "str is no known form"),
        (None, "NoneType is no known form"),
        ([], "list is no known form"),
        ([object()], "list is no known form"),
        ((np.eye(4)[None] / 4, (2, 3)), "does not fit dims"),
    ],
)
def test_unknown_forms_are_one_clear_error(states, words):
    with pytest.raises(DimensionsMismatchError, match=words) as error:
        as_states(states)
    assert "(array, (2, 2))" in error.value.do or "shape" in error.value.do


def test_unphysical_and_other_systems_are_refused():
    with pytest.raises(StateInvalidError, match="state 0"):
        as_states(([[1, 1, 0, 0]], (2, 2)))
    with pytest.raises(DimensionsMismatchError, match="no states of qubits"):
        StateBatch.from_pennylane(np.array([1.0, 0, 0]))
    with pytest.raises(DimensionsMismatchError, match="wires are qubits"):
        StateBatch(np.eye(6)[:1], (2, 3)).to_pennylane()
