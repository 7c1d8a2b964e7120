"""The features: order, axes, QuTiP's expectation values, bad input."""

import numpy as np
import pytest
import qutip
from qent_bell.bell_correlations import NAMES, BellCorrelations

from qent_core.api import DimensionsMismatchError, ParameterInvalidError, StateBatch

ORDER = ["xa", "xb", "ya", "yb", "xz", "yz", "za", "zb", "zz", "xI", "yI", "zI", "Ia", "Ib", "Iz"]


def test_the_papers_order():
    assert list(NAMES) == ORDER


def test_against_qutip(sampled):
    batch = sampled("random-spectrum", 20)
    x, y, z, one = qutip.sigmax(), qutip.sigmay(), qutip.sigmaz(), qutip.qeye(2)
    turned = {"a": (x + y) / 2**0.5, "b": (y - x) / 2**0.5, "z": z, "I": one}
    plain = {"x": x, "y": y, "z": z, "I": one}
    features = BellCorrelations().fit(batch)
    assert features.get_feature_names_out().tolist() == ORDER
    for state, row in zip(batch.to_qutip(), features.transform(batch), strict=True):
        theirs = [qutip.expect(qutip.tensor(plain[n[0]], turned[n[1]]), state) for n in ORDER]
        np.testing.assert_allclose(row, theirs, atol=1e-13)


def test_states_in_any_known_form(sampled):
    batch = sampled("random-spectrum", 3)
    wanted = BellCorrelations().fit_transform(batch)
    for states in (batch.to_qutip(), (batch.density(), (2, 2))):
        np.testing.assert_allclose(BellCorrelations().fit_transform(states), wanted, atol=1e-14)


@pytest.mark.parametrize("count", [1, 4, 9])
def test_the_first_few_are_the_first_columns(sampled, count):
    batch = sampled("psi3", 30, "dephasing")
    whole = BellCorrelations().fit_transform(batch)
    np.testing.assert_allclose(
        BellCorrelations(count=count).fit_transform(batch), whole[:, :count], atol=1e-15
    )


def test_all_fifteen_determine_the_state(sampled):
    from qent_bell.bell_correlations import observables

    batch = sampled("random-spectrum", 10)
    features = BellCorrelations().fit_transform(batch)
    rebuilt = (np.eye(4) + np.einsum("nk,kij->nij", features, observables())) / 4
    np.testing.assert_allclose(rebuilt, batch.density(), atol=1e-14)


def test_maximal_violation_of_the_chsh_inequality():
    bell = StateBatch(np.array([[1, 0, 0, 1]]) / 2**0.5, (2, 2))
    xa, xb, ya, yb = BellCorrelations(count=4).fit_transform(bell)[0]
    assert abs(xa - xb - ya - yb) == pytest.approx(2 * 2**0.5)


def test_without_a_turn_they_are_pauli_correlations(sampled):
    from qent_core.api import component

    batch = sampled("random-spectrum", 10)
    pauli = component("pauli-correlations", strings=["XX", "XY", "YX", "YY", "XZ"])
    ours = BellCorrelations(count=5, angle=0.0).fit_transform(batch)
    np.testing.assert_allclose(ours, pauli.fit_transform(batch), atol=1e-14)


def test_real_and_complex_states_agree(sampled):
    real = StateBatch(np.eye(4)[None] / 4 + np.ones((1, 4, 4)) / 16 - np.eye(4) / 16, (2, 2))
    features = BellCorrelations()
    np.testing.assert_allclose(
        features.fit_transform(real), features.fit_transform(real.astype(complex)), atol=1e-15
    )


@pytest.mark.parametrize("count", [0, 16, 2.5, True, "four"])
def test_bad_counts_are_refused(sampled, count):
    with pytest.raises(ParameterInvalidError, match="from 1 to 15"):
        BellCorrelations(count=count).fit(sampled("psi1", 2))


def test_other_states_are_refused(sampled):
    with pytest.raises(DimensionsMismatchError, match=r"dims \(2, 3\)"):
        BellCorrelations().fit(sampled("random-spectrum", 2, dims=(2, 3)))
    with pytest.raises(DimensionsMismatchError, match="ndarray"):
        BellCorrelations().fit(np.eye(4))
    with pytest.raises(ParameterInvalidError, match="degrees"):
        BellCorrelations(angle=float("nan")).fit(sampled("psi1", 2))
