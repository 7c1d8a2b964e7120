"""Oracles for these tests, written without the plugin, and the families they go through."""

import numpy as np
import pytest
from qent_circuits.families.biseparable_kronecker import BiseparableKronecker
from qent_circuits.families.carrier_correlated import CarrierCorrelated
from qent_circuits.families.circuit_pure import CircuitPure
from qent_circuits.families.direct_correlated import DirectCorrelated
from qent_circuits.families.haar_ket import HaarKet
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.kronecker_mixture import KroneckerMixture
from qent_circuits.families.pure_product import PureProduct
from qent_circuits.families.real_grid_product import RealGridProduct
from qent_circuits.families.traced_circuit import TracedCircuit
from qent_circuits.families.traced_haar import TracedHaar
from qent_circuits.families.traced_product import TracedProduct
from qent_circuits.families.zero_discord import ZeroDiscord

EVERY_FAMILY = [
    PureProduct(),
    PureProduct(source="haar", qubits=5, pool_size=3000),
    CircuitPure(),
    CircuitPure(block="w", qubits=4),
    CircuitPure(block="ghz", subset_sizes=(3,)),
    HaarKet(qubits=2),
    RealGridProduct(),
    KroneckerMixture(form="outer", source="haar", qubits=4, max_terms=16),
    KroneckerMixture(form="inner", pool_size=3000),
    KroneckerMixture(form="comb", source="haar", max_terms=16, pool_size=3000),
    KetMixture(kets="product-circuit", qubits=2),
    KetMixture(kets="random-circuit", qubits=4, max_terms=5),
    KetMixture(kets="haar", keep="verified", pool_size=1000),
    KetMixture(kets="half-and-half", keep="entangled-or-classical", max_terms=16),
    BiseparableKronecker(form="pure"),
    BiseparableKronecker(form="outer", source="circuit", permute=False),
    BiseparableKronecker(form="inner", pool_size=1000, keep="verified"),
    BiseparableKronecker(form="comb", max_terms=4),
    TracedCircuit(),
    TracedCircuit(block="w", register_size=6, max_rounds=2),
    TracedCircuit(block="ghz"),
    TracedCircuit(register_size=7, keep="verified"),
    TracedHaar(),
    TracedHaar(parts="single", max_qubits=9),
    TracedHaar(keep="entangled-or-classical"),
    TracedProduct(register_size=6),
    ZeroDiscord(),
    ZeroDiscord(basis="complex", terms="many", qubits=4),
    CarrierCorrelated(),
    CarrierCorrelated(inside=1.0, keep="verified"),
    DirectCorrelated(),
]


def _twice(rho):
    """Returns 2N in every cut of one qubit against the rest, state by state and cut by cut."""
    qubits = rho.shape[1].bit_length() - 1
    values = []
    for qubit in range(qubits):
        before, after = 2**qubit, 2 ** (qubits - qubit - 1)
        split = rho.reshape(-1, before, 2, after, before, 2, after)
        flipped = split.swapaxes(2, 5).reshape(rho.shape)
        spectrum = np.linalg.eigvalsh(flipped)
        values.append(np.abs(spectrum).sum(axis=1) - 1)
    return np.stack(values, axis=1)


def _entangled_cuts(batch):
    """Returns the shares of states with 0, 1, 2, ... entangled cuts by 2N > 1e-4."""
    count = (_twice(batch.density()) > 1e-4).sum(axis=1)
    return np.bincount(count, minlength=batch.parties + 1) / len(batch)


@pytest.fixture
def rng():
    return np.random.default_rng(221007410)


@pytest.fixture(scope="session")
def twice():
    return _twice


@pytest.fixture(scope="session")
def entangled_cuts():
    return _entangled_cuts


def _name(family):
    chosen = {
        key: value
        for key, value in family.parameters().items()
        if type(family).model_fields[key].default != value and value != []
    }
    return "-".join([type(family).__name__, *(str(value) for value in chosen.values())])


@pytest.fixture(params=EVERY_FAMILY, ids=_name)
def family(request):
    return request.param
