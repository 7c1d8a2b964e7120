"""Families whose states follow from a formula: grid products, zero discord, correlated qubits."""

import numpy as np
import pytest
from qent_circuits.channels.local_u2 import LocalU2
from qent_circuits.families.carrier_correlated import CarrierCorrelated
from qent_circuits.families.direct_correlated import DirectCorrelated
from qent_circuits.families.pure_product import PureProduct
from qent_circuits.families.real_grid_product import RealGridProduct
from qent_circuits.families.traced_product import TracedProduct
from qent_circuits.families.zero_discord import ZeroDiscord

from qent_core.errors import DimensionsMismatchError
from qent_core.linalg import partial_trace, reduced_kets, tensor
from qent_core.states import StateBatch


@pytest.mark.parametrize(
    "family", [PureProduct(), PureProduct(source="haar", pool_size=50), RealGridProduct()], ids=str
)
def test_pure_products_have_pure_marginals(family, rng):
    kets = family.sample(50, rng).array
    for qubit in range(3):
        marginal = reduced_kets(kets, (2, 2, 2), [qubit])
        np.testing.assert_allclose(np.linalg.det(marginal), 0, atol=1e-14)


def test_traced_product_is_the_product_of_its_marginals(rng):
    rho = TracedProduct(register_size=5).sample(40, rng).array
    marginals = [partial_trace(rho, (2, 2, 2), [qubit]) for qubit in range(3)]
    np.testing.assert_allclose(rho, tensor(*marginals), atol=1e-14)
    purity = np.einsum("nij,nji->n", marginals[0], marginals[0]).real
    assert purity.max() - purity.min() > 0.1


@pytest.mark.parametrize("basis", ["real", "complex"])
@pytest.mark.parametrize("terms", ["two", "many"])
def test_zero_discord_spectrum_is_the_weight(basis, terms, rng):
    batch = ZeroDiscord(basis=basis, terms=terms).sample(200, rng)
    p = batch.parameters["weight"]
    expected = np.sort(np.stack([p, 1 - p], axis=1), axis=1)
    np.testing.assert_allclose(np.linalg.eigvalsh(batch.array)[:, -2:], expected, atol=1e-13)
    assert batch.is_real == (basis == "real")


def test_zero_discord_weights(rng):
    two = ZeroDiscord().sample(20_000, rng).parameters["weight"]
    many = ZeroDiscord(terms="many").sample(20_000, rng).parameters["weight"]
    assert two.std() == pytest.approx(12**-0.5, abs=0.005)
    assert many.mean() == pytest.approx(0.5, abs=0.01)
    # All n terms alike has chance 2 * 2**-n; n uniform on 2..16.
    alike = np.mean([2.0 ** (1 - n) for n in range(2, 17)])
    sure = ((many < 1e-12) | (many > 1 - 1e-12)).mean()
    assert sure == pytest.approx(alike, abs=0.008)


def test_carriers_alone_never_entangle(twice, rng):
    batch = CarrierCorrelated().sample(2000, rng)
    alone = batch.parameters["coupled"] == 0
    assert alone.mean() == pytest.approx(0.5, abs=0.05)
    values = twice(batch.density())
    assert values[alone].max() < 1e-12
    assert (values[~alone] > 1e-4).any(axis=1).mean() > 0.8
    assert (batch.known["A|B|C"][alone] == 0).all()


@pytest.mark.parametrize("family", [CarrierCorrelated(inside=1.0), DirectCorrelated()], ids=str)
def test_third_qubit_of_a_pair_is_free(family, twice, rng):
    batch = family.sample(600, rng)
    pair = batch.parameters["subsystem"] == 2
    assert pair.mean() == pytest.approx(0.5, abs=0.1)
    free = np.stack([batch.known[q] == 0 for q in ("A|BC", "B|AC", "C|AB")], axis=1)
    np.testing.assert_array_equal(free.sum(axis=1), pair)
    assert twice(batch.density())[free].max() < 1e-12
    np.testing.assert_allclose(free[pair].mean(axis=0), [1 / 3] * 3, atol=0.1)


def test_local_u2_keeps_spectra_and_verdicts(twice, rng):
    batch = DirectCorrelated().sample(100, rng)
    turned = LocalU2().apply(batch, rng)
    assert abs(turned.array - batch.array).max() > 0.1
    np.testing.assert_allclose(twice(turned.density()), twice(batch.density()), atol=1e-12)
    assert set(turned.known) == set(batch.known)
    half = LocalU2(strength=0.5).apply(batch, rng)
    same = (abs(half.array - batch.array).max(axis=(1, 2)) < 1e-14).mean()
    assert same == pytest.approx(0.5, abs=0.2)


def test_local_u2_absorbs_a_flip_of_every_qubit():
    """Why the second validation set has the distribution of the Horodecki test: <z> moments."""
    zero = StateBatch(np.tile([1.0, 0], (100_000, 1)), (2,))
    one = StateBatch(np.tile([0, 1.0], (100_000, 1)), (2,))
    z = []
    for batch, seed in ((zero, 1), (one, 2)):
        kets = LocalU2().apply(batch, np.random.default_rng(seed)).array
        z.append(abs(kets[:, 0]) ** 2 - abs(kets[:, 1]) ** 2)
    for power in (1, 2, 4):
        assert (z[0] ** power).mean() == pytest.approx((z[1] ** power).mean(), abs=0.01)


def test_local_u2_is_for_qubits(rng):
    with pytest.raises(DimensionsMismatchError, match="rotates qubits"):
        LocalU2().apply(StateBatch(np.eye(6), (2, 3)), rng)
