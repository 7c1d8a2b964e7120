"""The classifiers that are timed beside each other are the same function of data and weights."""

import numpy as np
import pytest

from benchmarks import vqc
from benchmarks.timing import summary


def test_own_probabilities_are_those_of_qiskits_circuits():
    circuit = next(c for c in vqc.CIRCUITS if c.qubits == 6)
    X, _ = vqc.samples(circuit)
    weights = np.random.default_rng(3).uniform(0, 2 * np.pi, circuit.weights)
    own, peer = (
        vqc.probabilities(library, circuit, X[:4], weights) for library in ("qent", vqc.QISKIT)
    )
    assert np.ptp(own) > 0.01
    np.testing.assert_allclose(own, peer, atol=vqc.TOLERANCE, rtol=0)


def test_circuits_that_differ_end_the_run():
    measured = {
        "qent": summary([1.0], found=[0.5, 0.25]),
        vqc.PENNYLANE: summary([1.0], found=[0.5, 0.25 + 1e-9]),
    }
    with pytest.raises(AssertionError, match="PennyLane and qent differ by 1e-09 on two qubits"):
        vqc.compare("two qubits", measured)
