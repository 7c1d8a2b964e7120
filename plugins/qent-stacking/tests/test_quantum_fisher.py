"""Quantum Fisher information: closed forms, invariance, QuTiP, bounds, and what it cannot tell."""

import tracemalloc

import numpy as np
import pytest
import qutip
from qent_stacking.fisher_matrix import fisher_matrices
from qent_stacking.local_generators import complete_generators, local_generators, spin_generators
from qent_stacking.quantum_fisher import DESCRIPTORS, QuantumFisher
from sklearn.base import clone

from qent_core.api import (
    DimensionsMismatchError,
    ParameterInvalidError,
    StateBatch,
    component,
    stream,
)
from qent_core.linalg import apply_local


def matrices(batch, kind="spin"):
    found = list(fisher_matrices(batch, local_generators(kind, batch.dims)))
    return np.concatenate(found)


def collective(batch, axis):
    """F of the sum of one spin operator over the parties; axes in the order x, z, y."""
    places = np.arange(axis, 3 * batch.parties, 3)
    return matrices(batch)[:, places[:, None], places].sum(axis=(1, 2))


def noon(d, parties=2):
    """(|-J ... -J> + |J ... J>)/sqrt 2."""
    ket = np.zeros(d**parties)
    ket[0] = ket[-1] = 2**-0.5
    return StateBatch([ket], (d,) * parties)


def real_kets(count, d, *keys):
    kets = stream(1, *keys).standard_normal((count, d * d))
    return StateBatch(kets / np.linalg.norm(kets, axis=1, keepdims=True), (d, d))


def real_mixed(count, dims, rank):
    size = int(np.prod(dims))
    g = stream(2).standard_normal((count, size, rank))
    rho = g @ g.swapaxes(1, 2)
    return StateBatch(rho / np.trace(rho, axis1=1, axis2=2)[:, None, None], dims)


def rotations(kind, batch, real=False):
    """A random element of the group that the generators span, per state and party."""
    if kind == "complete":
        turned = component("random-local-unitary", real=real).apply(batch, stream(3))
        return turned.array
    operators = []
    for d in batch.dims:
        spin = spin_generators(d)
        hermitian = np.concatenate([spin.symmetric, 1j * spin.antisymmetric])
        angles = stream(3, d).normal(size=(len(batch), 3))
        values, vectors = np.linalg.eigh(np.einsum("nk,kij->nij", angles, hermitian))
        phases = np.exp(-1j * values)[:, None, :]
        operators.append(vectors * phases @ vectors.conj().swapaxes(1, 2))
    return apply_local(batch.array.astype(complex), batch.dims, operators)


# --- generators --------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [2, 3, 11])
def test_spin_operators_are_those_of_qutip(d):
    spin = spin_generators(d)
    j = (d - 1) / 2
    # QuTiP's basis begins at +J.
    for ours, letter in zip((*spin.symmetric, 1j * spin.antisymmetric[0]), "xzy", strict=True):
        assert ours[::-1, ::-1] == pytest.approx(qutip.jmat(j, letter).full(), abs=1e-12)


@pytest.mark.parametrize("d", [2, 3, 11])
def test_a_complete_basis_is_orthogonal_traceless_and_complete(d):
    basis = complete_generators(d)
    matrices = np.concatenate([basis.symmetric, 1j * basis.antisymmetric])
    gram = np.einsum("aij,bji->ab", matrices, matrices)
    assert gram == pytest.approx(2 * np.eye(d * d - 1), abs=1e-12)
    assert np.abs(np.trace(matrices, axis1=1, axis2=2)).max() < 1e-12
    assert len(basis) == len(set(basis.names)) == d * d - 1


# --- closed forms ------------------------------------------------------------------------------


@pytest.mark.parametrize(("d", "parties"), [(2, 2), (2, 3), (2, 5), (3, 2), (11, 2)])
def test_ghz_and_noon_states_reach_the_heisenberg_limit(d, parties):
    """The squared spread of the collective spin: N^2 for N qubits, (2 N J)^2 in general."""
    limit = (parties * (d - 1)) ** 2
    assert collective(noon(d, parties), 1) == pytest.approx(limit, rel=1e-12)


@pytest.mark.parametrize("d", [2, 3, 11])
def test_products_stay_below_the_shot_noise_limit(d):
    """At most (2J)^2 from each party, reached by (|-J> + |J>)/sqrt 2 on each."""
    batch = component("product", dims=(d, d)).sample(200, stream(4))
    limit = 2 * (d - 1) ** 2
    assert max(collective(batch, axis).max() for axis in range(3)) <= limit + 1e-9
    one = np.zeros(d)
    one[0] = one[-1] = 2**-0.5
    assert collective(StateBatch([np.kron(one, one)], (d, d)), 1) == pytest.approx(limit)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_pure_states_by_their_schmidt_coefficients(d):
    """4 (s_i +- s_j)^2 twice per pair, 16 eig(diag p - p p^T) and zeros."""
    batch = component("haar-pure", dims=(d, d)).sample(5, stream(5))
    found = QuantumFisher(generators="complete").fit_transform(batch)
    for row, ket in zip(found, batch.array, strict=True):
        s = np.linalg.svd(ket.reshape(d, d), compute_uv=False)
        i, j = np.triu_indices(d, k=1)
        pairs = 4 * np.concatenate([(s[i] + s[j]) ** 2, (s[i] - s[j]) ** 2])
        diagonal = 16 * np.linalg.eigvalsh(np.diag(s**2) - np.outer(s**2, s**2))[1:]
        expected = np.concatenate([pairs, pairs, diagonal, np.zeros(d - 1)])
        assert row == pytest.approx(np.sort(expected)[::-1], abs=1e-12)


@pytest.mark.parametrize("kind", ["spin", "complete"])
@pytest.mark.parametrize("spin", [0.5, 1])
def test_isotropic_states(kind, spin):
    """White noise scales the matrix of phi by alpha^2 / (alpha + 2 (1 - alpha)/d^2)."""
    d = int(2 * spin + 1)
    alpha = np.array([-1 / (d * d - 1), -0.05, 0.2, 0.7, 1.0])
    states = component("isotropic", spin=spin, alpha=alpha).sample(5, stream(6))
    phi = StateBatch(np.eye(d).reshape(1, d * d) / d**0.5, (d, d))
    factor = alpha**2 / (alpha + 2 * (1 - alpha) / d**2)
    expected = factor[:, None, None] * matrices(phi, kind)
    assert matrices(states, kind) == pytest.approx(expected, abs=1e-12)


def test_isotropic_states_of_spin_five():
    states = component("isotropic", spin=5, alpha=0.3).sample(2, stream(6))
    phi = StateBatch(np.eye(11).reshape(1, 121) / 11**0.5, (11, 11))
    factor = 0.3**2 / (0.3 + 2 * 0.7 / 121)
    assert matrices(states) == pytest.approx(factor * matrices(phi).repeat(2, 0), abs=1e-10)


def test_equal_information_of_a_separable_and_an_entangled_state():
    """alpha = -1/3 and 1/2 have the same factor 1/3: F alone cannot tell entanglement."""
    states = component("isotropic", alpha=np.array([-1 / 3, 0.5])).sample(2, stream(7))
    assert states.known["A|B"].tolist() == [0, 1]
    for kind in ("spin", "complete"):
        both = matrices(states, kind)
        assert both[0] == pytest.approx(both[1], abs=1e-14)


# --- independent computations ------------------------------------------------------------------


def test_against_the_definition_through_the_symmetric_logarithmic_derivative():
    """F = tr(rho {L_a, L_b})/2 with rho L + L rho = 2 i [rho, H], solved as a linear system."""
    batch = component("hilbert-schmidt", dims=(2, 3)).sample(2, stream(8))
    found = matrices(batch, "complete")
    for rho, matrix in zip(batch.array, found, strict=True):
        eye = np.eye(6)
        operators = []
        for party, basis in enumerate(local_generators("complete", (2, 3))):
            for h in np.concatenate([basis.symmetric, 1j * basis.antisymmetric]):
                whole = np.kron(h, np.eye(3)) if party == 0 else np.kron(np.eye(2), h)
                change = 1j * (rho @ whole - whole @ rho)
                system = np.kron(rho, eye) + np.kron(eye, rho.T)
                operators.append(np.linalg.solve(system, 2 * change.reshape(-1)).reshape(6, 6))
        slow = np.array(
            [[np.trace(rho @ (a @ b + b @ a)).real / 2 for b in operators] for a in operators]
        )
        assert matrix == pytest.approx(slow, abs=1e-10)


def test_variances_of_qutip():
    batch = component("haar-pure", dims=(3, 3)).sample(3, stream(9))
    jz = qutip.tensor(qutip.jmat(1, "z"), qutip.qeye(3))
    # QuTiP's basis begins at +J; a flipped axis has the same variance.
    variances = [qutip.variance(jz, state) for state in batch.to_qutip()]
    assert matrices(batch)[:, 1, 1] == pytest.approx(4 * np.array(variances), abs=1e-12)


def test_a_pure_state_as_density_matrix_gives_the_same():
    for batch in (real_kets(4, 3), component("haar-pure", dims=(2, 3)).sample(4, stream(10))):
        mixed = StateBatch(batch.density(), batch.dims)
        for kind in ("spin", "complete"):
            assert matrices(mixed, kind) == pytest.approx(matrices(batch, kind), abs=1e-10)


@pytest.mark.parametrize("kind", ["spin", "complete"])
def test_real_states_take_a_short_cut_to_the_same_numbers(kind):
    for batch in (real_kets(5, 3), real_mixed(5, (2, 3), 4)):
        whole = matrices(batch.astype(complex), kind)
        assert matrices(batch, kind) == pytest.approx(whole, abs=1e-12)
        for what in DESCRIPTORS:
            features = QuantumFisher(generators=kind, descriptors=what).fit(batch)
            complex_ones = features.transform(batch.astype(complex))
            assert features.transform(batch) == pytest.approx(complex_ones, abs=1e-10)


# --- properties --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["eigenvalues", "blocks"])
@pytest.mark.parametrize("kind", ["spin", "complete"])
def test_invariants_do_not_change_under_rotations(kind, what):
    kets = component("haar-pure", dims=(3, 2)).sample(6, stream(11))
    mixed = component("induced", dims=(3, 3), environment=3).sample(6, stream(11))
    for batch in (kets, mixed):
        turned = StateBatch(rotations(kind, batch), batch.dims)
        features = QuantumFisher(generators=kind, descriptors=what).fit(batch)
        assert features.transform(turned) == pytest.approx(features.transform(batch), abs=1e-9)


def test_entries_do_change_under_rotations():
    batch = real_kets(5, 2)
    turned = StateBatch(rotations("spin", batch), batch.dims)
    features = QuantumFisher(descriptors="entries").fit(batch)
    assert np.abs(features.transform(turned) - features.transform(batch)).max() > 0.1


def test_white_noise_never_adds_information():
    batch = component("induced", dims=(2, 2), environment=2).sample(20, stream(12))
    noisy = component("depolarizing", strength=0.2).apply(batch, stream(12))
    lost = matrices(batch, "complete") - matrices(noisy, "complete")
    assert np.linalg.eigvalsh(lost).min() > -1e-12


def test_names_and_sizes():
    batch = real_kets(2, 11)
    for kind, per_party in (("spin", 3), ("complete", 120)):
        total = 2 * per_party
        sizes = {"eigenvalues": total, "blocks": 2 * total + per_party}
        for what, size in sizes.items():
            features = QuantumFisher(generators=kind, descriptors=what).fit(batch)
            assert len(features.get_feature_names_out()) == size
            assert features.transform(batch).shape == (2, size)
    names = QuantumFisher(descriptors="entries").fit(batch).get_feature_names_out()
    assert names[:2].tolist() == ["F[A.x,A.x]", "F[A.x,A.z]"]
    assert len(set(names)) == 21


def test_an_empty_batch_and_a_clone():
    features = clone(QuantumFisher(generators="complete", descriptors="blocks"))
    assert features.fit(real_kets(1, 2)).transform(real_kets(1, 2)[:0]).shape == (0, 15)


def test_memory_is_bounded_at_spin_five():
    """Twelve mixed states of 121 dimensions; all their matrix elements would take 340 MB."""
    states = component("isotropic", spin=5).sample(12, stream(13))
    features = QuantumFisher(generators="complete").fit(states)
    tracemalloc.start()
    features.transform(states)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6


@pytest.mark.parametrize(
    ("bad", "words"),
    [({"generators": "spins"}, "generators is 'spins'"), ({"descriptors": "all"}, "one of")],
)
def test_unknown_choices(bad, words):
    with pytest.raises(ParameterInvalidError, match=words):
        QuantumFisher(**bad).fit(real_kets(1, 2))


def test_states_of_qutip_are_taken():
    bell = qutip.bell_state("00")
    features = QuantumFisher(generators="complete").fit(bell)
    assert features.transform(bell)[0] == pytest.approx([8, 8, 8, 0, 0, 0], abs=1e-12)


def test_arrays_and_other_dimensions_are_refused():
    with pytest.raises(DimensionsMismatchError, match="needs a StateBatch"):
        QuantumFisher().fit(np.eye(4))
    with pytest.raises(DimensionsMismatchError, match="fitted to states with dims"):
        QuantumFisher().fit(real_kets(1, 2)).transform(real_kets(1, 3))
