"""What holds for all families: physical states, exact counts, determinism, honest verdicts."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_circuits.families.biseparable_kronecker import BiseparableKronecker
from qent_circuits.families.circuit_pure import CircuitPure
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.traced_circuit import TracedCircuit
from qent_circuits.families.traced_haar import TracedHaar

from qent_core.questions import cut_of, cuts


def test_states_are_physical(family, rng):
    batch = family.sample(300, rng).validated(atol=1e-12)
    assert batch.dims == (2,) * batch.parties
    assert batch.dtype in (np.complex128, np.float64)
    if batch.kind == "density":
        hermitian = batch.array - batch.array.conj().swapaxes(1, 2)
        assert abs(hermitian).max() < 1e-14


@pytest.mark.parametrize("count", [0, 1, 2, 1001])
def test_any_count(family, count):
    batch = family.sample(count, np.random.default_rng(5))
    assert len(batch) == count
    assert all(len(values) == count for values in batch.parameters.values())


def test_same_seed_same_bits(family):
    first = family.sample(40, np.random.default_rng(11))
    again = family.sample(40, np.random.default_rng(11))
    other = family.sample(40, np.random.default_rng(12))
    np.testing.assert_array_equal(first.array, again.array)
    assert abs(first.array - other.array).max() > 1e-3


def test_known_verdicts_agree_with_the_spectra(family, rng, twice):
    """SEPARABLE is never NPT; ENTANGLED of a pure state is never a product."""
    batch = family.sample(300, rng)
    values = twice(batch.density())
    for question, verdicts in batch.known.items():
        if question not in cuts(batch.parties):
            continue
        side = cut_of(question, batch.parties)
        if len(side) > 1:
            continue
        assert values[verdicts == 0, side[0]].max(initial=0) < 1e-9
        assert values[verdicts == 1, side[0]].min(initial=1) > 1e-6
    fully = batch.known.get("|".join("ABCDEFGHI"[: batch.parties]))
    if fully is not None:
        assert values[fully == 0].max(initial=0) < 1e-9


def test_parameters_survive_toml(family):
    assert type(family)(**family.parameters()) == family


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: KetMixture(kets="product-circuit", keep="verified"), "keep must be 'all'"),
        (lambda: KetMixture(qubits=2, keep="entangled-or-classical"), "three qubits"),
        (lambda: KetMixture(subset_sizes=(4,)), "must not exceed the 3 qubits"),
        (lambda: CircuitPure(qubits=2, subset_sizes=(2, 3)), "must not exceed the 2 qubits"),
        (lambda: BiseparableKronecker(form="pure", keep="verified"), "keep must be 'all'"),
        (lambda: TracedHaar(min_qubits=6, max_qubits=5), "min_qubits must not exceed"),
        (lambda: TracedHaar(parts="single", keep="verified"), "keep must be 'all'"),
        (lambda: TracedCircuit(register_size=3), "greater than or equal to 4"),
        (lambda: TracedCircuit(keep="some"), "Input should be"),
        (lambda: KetMixture(max_terms=1), "greater than or equal to 2"),
    ],
)
def test_impossible_parameters_are_refused_at_once(make, said):
    with pytest.raises(ValidationError, match=said):
        make()


def test_a_thousand_states_share_a_pool_and_the_next_do_not(rng):
    """Two kets in the pool: the support of all mixtures of a thousand is one plane."""
    family = KetMixture(kets="haar", pool_size=2, max_terms=4)
    rho = family.sample(2000, rng).array
    for thousand in (rho[:1000], rho[1000:]):
        assert np.linalg.matrix_rank(thousand.sum(axis=0), tol=1e-9) == 2
    assert np.linalg.matrix_rank(rho.sum(axis=0), tol=1e-9) == 4


def test_fresh_members_fill_the_space(rng):
    rho = KetMixture(kets="haar", max_terms=4).sample(20, rng).array
    assert np.linalg.matrix_rank(rho.sum(axis=0), tol=1e-9) == 8
