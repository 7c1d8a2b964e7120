"""What the docket keeps when proofs meet next to the border."""

import numpy as np
from qent_certify.docket import Docket

from qent_core.api import LowRankCertificate, NptCertificate, Verdict

SEPARABLE = {
    "weights": np.ones((1, 1)),
    "factors/0": np.array([[[1.0, 0.0]]]),
    "factors/1": np.array([[[1.0, 0.0]]]),
}
ENTANGLED = {"vector": np.array([[0, 1, -1, 0]]) / 2**0.5}


def _nearly_a_product():
    # Negative by 4.5e-13, which is strict; 9e-13 from |00>, which is within delta.
    ket = np.array([1, 0, 0, 4.5e-13])
    return np.outer(ket, ket)[None]


def test_a_strict_proof_replaces_one_that_holds_within_delta():
    docket, row = Docket(_nearly_a_product(), (2, 2), ["A|B"]), np.array([0])
    assert docket.offer("A|B", row, LowRankCertificate, **SEPARABLE).tolist() == [1]
    assert docket.values("A|B").tolist() == [Verdict.SEPARABLE]
    assert docket.offer("A|B", row, NptCertificate, **ENTANGLED).tolist() == [1]
    labels = docket.labels("certified", ["A|B"])
    (column,) = labels.columns.values()
    assert column.values.tolist() == [Verdict.ENTANGLED]
    assert column.certificates[0].kind == "npt"


def test_a_proof_within_delta_does_not_replace_a_strict_one():
    docket, row = Docket(_nearly_a_product(), (2, 2), ["A|B"]), np.array([0])
    assert docket.offer("A|B", row, NptCertificate, **ENTANGLED).tolist() == [1]
    docket.offer("A|B", row, LowRankCertificate, **SEPARABLE)
    assert docket.values("A|B").tolist() == [Verdict.ENTANGLED]
