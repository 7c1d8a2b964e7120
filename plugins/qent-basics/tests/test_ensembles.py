"""The laws of the random ensembles: closed-form shares and moments, within three sigma."""

import math

import numpy as np
import pytest
from qent_basics.families.haar_pure import HaarPure
from qent_basics.families.random_mixed import Bures, HilbertSchmidt, Induced
from qent_basics.families.reduced_pure import ReducedPure
from qent_basics.families.x_state import XState
from qent_basics.random_matrices import haar_kets, haar_unitaries, simplex_weights

from qent_core.api import stream
from qent_core.linalg import partial_transpose

COUNT = 100_000


def ppt_share(batch):
    transposed = partial_transpose(batch.density(), batch.dims, [len(batch.dims) - 1])
    return float((np.linalg.eigvalsh(transposed)[:, 0] >= 0).mean())


def mean_within(values, expected, sigmas=3.0):
    """Whether a sample mean agrees with its expectation within its own standard error."""
    error = np.std(values, axis=0) / math.sqrt(len(values))
    return np.all(np.abs(np.mean(values, axis=0) - expected) <= sigmas * error + 1e-12)


def purities(rho):
    return np.einsum("nij,nji->n", rho, rho).real


@pytest.mark.parametrize(
    ("family", "share"),
    [
        pytest.param(HilbertSchmidt(), 8 / 33, id="Hilbert-Schmidt"),
        pytest.param(HilbertSchmidt(real=True), 29 / 64, id="Hilbert-Schmidt, real"),
        pytest.param(Induced(environment=4), 8 / 33, id="environment 4 is Hilbert-Schmidt"),
        pytest.param(Induced(environment=5, real=True), 29 / 64, id="real, environment 5"),
        pytest.param(Bures(), 25 / 341, id="Bures"),
        pytest.param(XState(), 2 / 5, id="X states"),
        pytest.param(XState(real=True), 16 / (3 * math.pi**2), id="X states, real"),
        pytest.param(ReducedPure(environment=(2, 2)), 8 / 33, id="reduced from four qubits"),
    ],
)
def test_share_of_separable_two_qubit_states(family, share):
    sigma = math.sqrt(share * (1 - share) / COUNT)
    measured = ppt_share(family.sample(COUNT, stream(11, type(family).__name__)))
    assert abs(measured - share) <= 3 * sigma


def test_square_real_matrices_are_not_the_flat_measure():
    """A 4x4 real Gaussian matrix gives a share of about 0.301 instead of 29/64."""
    measured = ppt_share(Induced(environment=4, real=True).sample(50_000, stream(12)))
    assert abs(measured - 0.301) < 0.008


def test_ppt_share_of_a_qubit_and_a_qutrit():
    """0.0273(4) by numerical integration of others."""
    measured = ppt_share(HilbertSchmidt(dims=(2, 3)).sample(50_000, stream(13)))
    assert abs(measured - 0.0273) < 3 * math.sqrt(0.0273 / 50_000) + 4e-4


@pytest.mark.parametrize(
    ("size", "environment", "real"), [(2, 2, False), (4, 3, False), (3, 5, True), (4, 5, True)]
)
def test_mean_purity_of_induced_states(size, environment, real):
    family = Induced(dims=(size,), environment=environment, real=real)
    rho = family.sample(20_000, stream(14, size)).density()
    if real:
        expected = (size + environment + 1) / (size * environment + 2)
    else:
        expected = (size + environment) / (size * environment + 1)
    assert mean_within(purities(rho), expected)


def test_purity_of_bures_qubit_states():
    """Mean purity (5 N^2 + 1) / (2 N (N^2 + 2)) (Osipov, Sommers, Życzkowski 2010)."""
    for size in (2, 4):
        rho = Bures(dims=(size,)).sample(20_000, stream(15, size)).density()
        assert mean_within(purities(rho), (5 * size**2 + 1) / (2 * size * (size**2 + 2)))


def test_environment_of_several_parties_counts_by_its_dimension():
    rho = ReducedPure(dims=(2, 3), environment=(2, 2)).sample(20_000, stream(16)).density()
    assert mean_within(purities(rho), (6 + 4) / (6 * 4 + 1))


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_haar_unitaries_are_unitary_with_the_right_moments(size, real):
    u = haar_unitaries(40_000, size, stream(17, size, int(real)), real=real)
    assert np.allclose(u @ u.conj().swapaxes(1, 2), np.eye(size), atol=1e-12)
    assert np.isrealobj(u) == real
    assert mean_within(u.real, 0.0, 4.5)
    assert mean_within(u.imag, 0.0, 4.5)
    assert mean_within(np.abs(u) ** 2, 1 / size, 4.5)
    # The trace tells Haar measure from a QR decomposition with unfixed phases: E |tr U|^2 = 1.
    traces = np.trace(u, axis1=1, axis2=2)
    assert mean_within(np.abs(traces) ** 2, 1.0, 4.0)
    fourth = 3 / (size * (size + 2)) if real else 2 / (size * (size + 1))
    assert mean_within(np.abs(u[:, 0, 0]) ** 4, fourth, 4.0)


def test_haar_unitaries_are_invariant_under_a_fixed_unitary():
    """Second moments of V U equal those of U, for a V far from the identity."""
    v = haar_unitaries(1, 3, stream(18, "fixed"))[0]
    u = haar_unitaries(40_000, 3, stream(18))
    for moved in (v @ u, u @ v):
        assert mean_within(np.abs(moved) ** 2, 1 / 3, 4.5)
        assert mean_within(np.abs(moved) ** 4, 2 / (3 * 4), 4.5)
        crossed = moved[:, 0, 0] * moved[:, 1, 1] * (moved[:, 0, 1] * moved[:, 1, 0]).conj()
        assert mean_within(crossed.real, -1 / (3 * (3**2 - 1)), 4.5)


def test_haar_kets_follow_the_porter_thomas_law():
    """Against the construction by exponentials and phases (y_i / sum y, independent angles)."""
    size = 4
    kets = haar_kets(COUNT, size, stream(19))
    probabilities = np.abs(kets) ** 2
    for power in (1, 2, 3):
        exact = math.factorial(power) * math.factorial(size - 1) / math.factorial(size + power - 1)
        assert mean_within(probabilities**power, exact, 4.0)
    rng = stream(20)
    y = -np.log(1 - rng.random((COUNT, size)))
    other = y[:, 0] / y.sum(axis=1)
    levels = np.linspace(0.05, 0.95, 10)
    assert np.allclose(
        np.quantile(probabilities[:, 0], levels), np.quantile(other, levels), atol=0.01
    )
    phases = np.angle(kets)
    assert mean_within(np.exp(1j * phases[:, 0] - 1j * phases[:, 1]).real, 0.0)


def test_real_haar_kets_have_the_moments_of_the_real_sphere():
    kets = HaarPure(dims=(2, 3), real=True).sample(COUNT, stream(21)).array
    assert mean_within(kets**2, 1 / 6, 4.0)
    assert mean_within(kets**4, 3 / (6 * 8), 4.0)


def test_concurrence_of_real_two_qubit_kets_is_uniform():
    kets = HaarPure(real=True).sample(COUNT, stream(22)).array
    concurrence = 2 * np.abs(kets[:, 0] * kets[:, 3] - kets[:, 1] * kets[:, 2])
    levels = np.linspace(0.1, 0.9, 9)
    assert np.allclose(np.quantile(concurrence, levels), levels, atol=0.01)


def test_simplex_weights_are_uniform():
    weights = simplex_weights(COUNT, 4, stream(23))
    assert np.allclose(weights.sum(axis=1), 1.0, atol=1e-14)
    assert mean_within(weights, 1 / 4, 4.0)
    assert mean_within(weights**2, 2 / (4 * 5), 4.0)
    assert abs((weights.max(axis=1) > 0.5).mean() - 0.5) < 3 * 0.5 / math.sqrt(COUNT)
