"""Genuine proofs are accepted, anything else is refused or left open, never the reverse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core import certificates as proofs
from qent_core.api import Labels, StateBatch, Verdict
from qent_core.certificate_column import CertificateColumn
from qent_core.checker.check import check_labels
from qent_core.checker.outcome import Status
from qent_core.errors import DimensionsMismatchError
from qent_core.linalg import partial_transpose

BELL = np.array([1, 0, 0, 1]) / np.sqrt(2)


def _ket(*digits):
    vector = np.ones(1)
    for digit in digits:
        vector = np.kron(vector, {"0": [1, 0], "1": [0, 1], "+": [1, 1], "-": [1, -1]}[digit])
    return vector / np.linalg.norm(vector)


def _noisy(ket, visibility):
    size = len(ket)
    return visibility * np.outer(ket, ket.conj()) + (1 - visibility) * np.eye(size) / size


def _shifts():
    members = [_ket(*"000"), _ket(*"1-+"), _ket(*"+1-"), _ket(*"-+1")]
    return (np.eye(8) - sum(np.outer(v, v) for v in members)) / 4


def _horodecki_2x4(b):
    rho = np.zeros((8, 8))
    rho[np.arange(8), np.arange(8)] = [b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2]
    for i, j, value in ((0, 5, b), (1, 6, b), (2, 7, b), (4, 7, np.sqrt(1 - b * b) / 2)):
        rho[i, j] = rho[j, i] = value
    return rho / (7 * b + 1)


def _status(rho, dims, proof, verdict=None, question=None):
    batch = StateBatch(np.asarray(rho)[None], dims)
    verdict = proof.proves if verdict is None else verdict
    column = CertificateColumn.from_records([proof])
    labels = Labels.verdicts("x", question or proof.question, [verdict], "x", column)
    (checked,) = check_labels(batch, labels)
    return Status(int(checked.status[0])), bool(checked.within_delta[0])


def _npt(rho, dims, question, side):
    turned = partial_transpose(np.asarray(rho)[None], dims, side)[0]
    return proofs.NptCertificate(question=question, vector=np.linalg.eigh(turned)[1][:, 0])


@pytest.mark.parametrize(
    ("above", "status"),
    [(1e-3, 1), (1e-9, 1), (1e-14, 0), (-1e-14, 0), (-1e-9, -1), (-1e-3, -1)],
)
def test_npt_at_the_threshold_of_noisy_bell_states(above, status):
    rho = _noisy(BELL, 1 / 3 + above)
    assert _status(rho, (2, 2), _npt(rho, (2, 2), "A|B", (0,)))[0] == status


@pytest.mark.parametrize(
    ("below", "status", "within"),
    [(0.1, 1, False), (1e-9, 1, False), (0.0, 1, True), (-1e-9, -1, False), (-0.1, -1, False)],
)
def test_ppt_in_small_systems_at_the_threshold(below, status, within):
    rho = _noisy(BELL, 1 / 3 - below)
    proof = proofs.PptSmallCertificate(question="A|B")
    assert _status(rho, (2, 2), proof) == (status, within)


def test_ppt_proves_nothing_beyond_two_by_three():
    proof = proofs.PptSmallCertificate(question="A|B")
    assert _status(np.eye(8) / 8, (2, 4), proof)[0] == Status.REFUSED
    assert _status(np.eye(6) / 6, (2, 3), proof)[0] == Status.ACCEPTED


def _isotropic(d, alpha):
    phi = np.eye(d).reshape(-1) / np.sqrt(d)
    return alpha * np.outer(phi, phi) + (1 - alpha) * np.eye(d * d) / d**2


@pytest.mark.parametrize("d", [2, 3, 4])
def test_realignment_at_the_isotropic_threshold(d):
    proof = proofs.RealignmentCertificate(question="A|B")
    threshold = 1 / (d + 1)
    assert _status(_isotropic(d, threshold + 1e-9), (d, d), proof)[0] == Status.ACCEPTED
    assert _status(_isotropic(d, threshold), (d, d), proof)[0] == Status.UNDECIDED
    assert _status(_isotropic(d, threshold - 1e-9), (d, d), proof)[0] == Status.REFUSED


def test_permutation_norms_see_the_shifts_state_and_no_product():
    # Rows A, A', B: one of the reshuffles that no partial transposition reaches.
    order = np.array([0, 3, 1, 2, 4, 5])
    proof = proofs.PermutationNormCertificate(question="A|B|C", permutation=order)
    assert _status(_shifts(), (2, 2, 2), proof)[0] == Status.ACCEPTED
    product = np.outer(_ket(*"0+1"), _ket(*"0+1"))
    assert _status(product, (2, 2, 2), proof)[0] != Status.ACCEPTED
    assert _status(np.eye(8) / 8, (2, 2, 2), proof)[0] == Status.REFUSED
    nonsense = proofs.PermutationNormCertificate(question="A|B|C", permutation=np.zeros(6, int))
    assert _status(_shifts(), (2, 2, 2), nonsense)[0] == Status.REFUSED


def _acin(a, b, c):
    rho = np.diag([1, a, b, c, 1 / c, 1 / b, 1 / a, 1]).astype(float)
    rho[0, 7] = rho[7, 0] = 1
    return rho / np.trace(rho)


def test_the_x_form_decides_acin_states_unless_ab_is_c():
    eye = tuple(np.eye(2) for _ in range(3))
    proof = proofs.XFormCertificate(question="A|B|C", unitaries=eye)
    assert _status(_acin(3, 0.2, 40), (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(_acin(2, 3, 6.01), (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(_acin(2, 3, 6), (2, 2, 2), proof)[0] != Status.ACCEPTED


def test_the_x_form_is_tested_in_the_basis_that_the_certificate_names():
    rng = np.random.default_rng(3)
    turns = [np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))[0] for _ in "abc"]
    local = np.kron(np.kron(turns[0], turns[1]), turns[2])
    rho = local @ _acin(3, 0.2, 40) @ local.conj().T
    back = tuple(turn.conj().T for turn in turns)
    proof = proofs.XFormCertificate(question="A|B|C", unitaries=back)
    assert _status(rho, (2, 2, 2), proof)[0] == Status.ACCEPTED
    # Twice a unitary is no unitary; its unitary part is what counts.
    doubled = tuple(2 * turn for turn in back)
    proof = proofs.XFormCertificate(question="A|B|C", unitaries=doubled)
    assert _status(rho, (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(_acin(2, 3, 6), (2, 2, 2), proof)[0] != Status.ACCEPTED


def _decomposition(rho, factors, weights, depth, question="A|B"):
    return proofs.DecompositionCertificate(
        question=question, weights=np.asarray(weights), factors=factors, depth=depth
    )


def test_a_decomposition_with_its_rest_inside_the_ball():
    rng = np.random.default_rng(2)
    a, b = (rng.normal(size=(6, d)) + 1j * rng.normal(size=(6, d)) for d in (2, 4))
    weights = rng.random(6)
    vectors = np.einsum("ki,kj->kij", a, b).reshape(6, 8)
    sigma = np.einsum("k,ki,kj->ij", weights, vectors, vectors.conj())
    weights, sigma = weights / np.trace(sigma).real, sigma / np.trace(sigma).real
    depth = 1e-6
    rho = (1 - depth) * sigma + depth * np.eye(8) / 8
    assert _status(rho, (2, 4), _decomposition(rho, (a, b), weights, depth)) == (1, False)
    # A slightly wrong vector leaves a rest far outside the ball of this depth ...
    wrong = a.copy()
    wrong[0, 0] += 1e-4
    proof = _decomposition(rho, (wrong, b), weights, depth)
    assert _status(rho, (2, 4), proof)[0] == Status.REFUSED
    # ... a negative weight is no mixture, and a depth outside (0, 1) no depth.
    negative = weights.copy()
    negative[0] *= -1
    proof = _decomposition(rho, (a, b), negative, depth)
    assert _status(rho, (2, 4), proof)[0] == Status.REFUSED
    for bad in (0.0, 1.0, -0.5):
        proof = _decomposition(rho, (a, b), weights, bad)
        assert _status(rho, (2, 4), proof)[0] == Status.REFUSED


def test_no_decomposition_of_an_entangled_state_passes():
    # The ball alone must not swallow a Bell state, whatever depth is claimed.
    rho = np.outer(BELL, BELL)
    zero = (np.zeros((1, 2)), np.zeros((1, 2)))
    for depth in (1e-6, 0.1, 0.5, 0.9, 0.999999):
        assert _status(rho, (2, 2), _decomposition(rho, zero, [0.0], depth))[0] == Status.REFUSED


def test_blocks_of_a_partition_keep_their_parties():
    b_state = np.array([0.6, 0.8])
    pair = np.array([1, 0, 0, 1]) / np.sqrt(2)
    # B in a state of its own, A and C in a Bell state.
    ket = np.einsum("b,ac->abc", b_state, pair.reshape(2, 2)).reshape(8)
    rho = np.outer(ket, ket)
    # Blocks are ordered by their first party: AC before B.
    right = proofs.LowRankCertificate(
        question="B|AC", weights=np.ones(1), factors=(pair[None], b_state[None])
    )
    assert _status(rho, (2, 2, 2), right) == (1, True)
    for question in ("A|BC", "C|AB"):
        wrong = proofs.LowRankCertificate(
            question=question, weights=np.ones(1), factors=(b_state[None], pair[None])
        )
        assert _status(rho, (2, 2, 2), wrong)[0] == Status.REFUSED


def test_the_shifts_state_is_separable_across_its_cuts():
    plus, minus = np.array([1, 1]) / np.sqrt(2), np.array([1, -1]) / np.sqrt(2)
    zero, one = np.eye(2)
    f, g = np.kron(zero, zero), np.kron(minus, plus)
    f2, g2 = np.kron(one, minus), np.kron(plus, one)
    bc = np.array([g - f / 2, f - g / 2, g2 + f2 / 2, f2 + g2 / 2])
    bc = bc / np.linalg.norm(bc, axis=1)[:, None]
    proof = proofs.LowRankCertificate(
        question="A|BC", weights=np.full(4, 0.25), factors=(np.array([zero, one, plus, minus]), bc)
    )
    assert _status(_shifts(), (2, 2, 2), proof) == (1, True)


def _nearest_separable_witness(rho, seed=0, atoms=24, steps=4000):
    """A witness for a 2 x 4 state from plain gradient descent on product vectors."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)

    def unpack(x):
        parts = x.reshape(2, atoms, 6)
        z = parts[0] + 1j * parts[1]
        return z[:, :2], z[:, 2:]

    def loss(x):
        a, b = unpack(x)
        v = np.einsum("ki,kj->kij", a, b).reshape(atoms, 8)
        rest = rho - np.einsum("ki,kj->ij", v, v.conj())
        gradient = -4 * (v.conj() @ rest).reshape(atoms, 2, 4)
        ga = np.einsum("kij,kj->ki", gradient, b).conj()
        gb = np.einsum("kij,ki->kj", gradient, a).conj()
        g = np.concatenate([ga, gb], axis=1)
        return np.linalg.norm(rest) ** 2, np.stack([g.real, g.imag]).ravel()

    start = 0.2 * rng.normal(size=2 * atoms * 6)
    options = {"maxiter": steps, "maxfun": 2 * steps, "ftol": 1e-18, "gtol": 1e-12}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    a, b = unpack(found.x)
    v = np.einsum("ki,kj->kij", a, b).reshape(atoms, 8)
    rest = rho - np.einsum("ki,kj->ij", v, v.conj())
    return rest / np.linalg.norm(rest)


def test_a_witness_for_a_horodecki_state_and_not_for_a_noisier_one():
    rho = _horodecki_2x4(0.4)
    witness = proofs.WitnessCertificate(
        question="A|B", operator=_nearest_separable_witness(rho), bound=0.0
    )
    assert _status(rho, (2, 4), witness)[0] == Status.ACCEPTED
    noisy = 0.9 * rho + 0.1 * np.eye(8) / 8
    assert _status(noisy, (2, 4), witness)[0] == Status.REFUSED


def test_the_claimed_bound_of_a_witness_is_not_believed():
    product = np.outer(_ket(*"00"), _ket(*"00"))
    witness = proofs.WitnessCertificate(question="A|B", operator=product, bound=-1.0)
    assert _status(product, (2, 2), witness)[0] != Status.ACCEPTED


def test_ghz_projector_as_a_ppt_mixer_witness():
    ghz = (_ket(*"000") + _ket(*"111")) / np.sqrt(2)
    # W = I/2 - |GHZ><GHZ|; across each cut P = sum of two projectors makes Q = (W - P)^T positive.
    w = np.eye(8) / 2 - np.outer(ghz, ghz)
    parts = {}
    for side, cut in (((0,), "A|BC"), ((1,), "B|AC"), ((2,), "C|AB")):
        flipped = [0, 0, 0]
        flipped[side[0]] = 1
        index = flipped[0] * 4 + flipped[1] * 2 + flipped[2]
        minus = np.zeros(8)
        minus[index], minus[7 - index] = 1 / np.sqrt(2), -1 / np.sqrt(2)
        q = np.outer(minus, minus)
        p = w - partial_transpose(q[None], (2, 2, 2), side)[0]
        assert np.linalg.eigvalsh(p)[0] > -1e-12
        parts[cut] = p
    proof = proofs.PptMixerCertificate(question="biseparable", operator=w, parts=parts)
    assert _status(np.outer(ghz, ghz), (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(_noisy(ghz, 3 / 7 + 1e-6), (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(_noisy(ghz, 3 / 7 - 1e-6), (2, 2, 2), proof)[0] == Status.REFUSED
    # It decides the finer questions too: genuine entanglement is entanglement across every cut.
    for question in ("A|BC", "A|B|C"):
        status, _ = _status(np.outer(ghz, ghz), (2, 2, 2), proof, question=question)
        assert status == Status.ACCEPTED
    spoilt = {**parts, "A|BC": parts["A|BC"] - 0.01 * np.eye(8)}
    proof = proofs.PptMixerCertificate(question="biseparable", operator=w, parts=spoilt)
    assert _status(_noisy(ghz, 3 / 7 + 1e-6), (2, 2, 2), proof)[0] == Status.REFUSED


def test_a_mixture_over_cuts_is_biseparable():
    pair = np.array([1, 0, 0, 1]) / np.sqrt(2)
    zero = np.array([1.0, 0.0])
    kets = [np.kron(zero, pair), np.kron(pair, zero)]
    rho = sum(np.outer(k, k) for k in kets) / 2
    depth = 1e-3
    noisy = (1 - depth) * rho + depth * np.eye(8) / 8
    proof = proofs.BiseparableDecompositionCertificate(
        question="biseparable",
        weights={"A|BC": np.array([0.5]), "C|AB": np.array([0.5])},
        first={"A|BC": zero[None], "C|AB": pair[None]},
        second={"A|BC": pair[None], "C|AB": zero[None]},
        depth=depth,
    )
    assert _status(noisy, (2, 2, 2), proof)[0] == Status.ACCEPTED
    assert _status(noisy, (2, 2, 2), proof, question="A|BC")[0] == Status.REFUSED
    assert _status(rho, (2, 2, 2), proof)[0] == Status.REFUSED


def test_extremality_accepts_a_bound_entangled_face_and_no_mixture():
    tiles = _tiles()
    proof = proofs.ExtremalCertificate(question="A|B")
    assert _status(tiles, (3, 3), proof) == (1, False)
    assert _status(np.eye(9) / 9, (3, 3), proof)[0] == Status.REFUSED
    product = np.zeros((9, 9))
    product[0, 0] = 1
    assert _status(product, (3, 3), proof)[0] == Status.REFUSED
    # The proof is quantitative: a little noise leaves it standing, more does not.
    for noise, expected in ((1e-4, Status.ACCEPTED), (0.05, Status.REFUSED)):
        noisy = (1 - noise) * tiles + noise * np.eye(9) / 9
        assert _status(noisy, (3, 3), proof) == (expected, False)
    # Separable across the cut, of rank 4: not extreme.
    cut = proofs.ExtremalCertificate(question="A|BC")
    assert _status(_shifts(), (2, 2, 2), cut)[0] == Status.REFUSED


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 4), (3, 3)]), st.integers(1, 7))
def test_extremality_never_accepts_a_mixture_of_products(seed, dims, terms):
    rng = np.random.default_rng(seed)
    sides = [rng.normal(size=(terms, d)) + 1j * rng.normal(size=(terms, d)) for d in dims]
    vectors = np.einsum("ma,mb->mab", *sides).reshape(terms, -1)
    # Weights over many orders of magnitude, so that eigenvalues lie on both sides of each cutoff.
    weights = 10.0 ** rng.uniform(-9, 0, size=terms)
    rho = np.einsum("m,mi,mj->ij", weights, vectors, vectors.conj())
    proof = proofs.ExtremalCertificate(question="A|B")
    assert _status(rho / np.trace(rho).real, dims, proof)[0] != Status.ACCEPTED


def _tiles():
    e = np.eye(3)
    s = np.sqrt(0.5)
    members = [
        np.kron(e[0], s * (e[0] - e[1])),
        np.kron(e[2], s * (e[1] - e[2])),
        np.kron(s * (e[0] - e[1]), e[2]),
        np.kron(s * (e[1] - e[2]), e[0]),
        np.kron(e.sum(axis=0), e.sum(axis=0)) / 3,
    ]
    return (np.eye(9) - sum(np.outer(v, v) for v in members)) / 4


def test_a_certificate_of_the_wrong_verdict_or_question_is_refused():
    rho = np.outer(BELL, BELL)
    proof = _npt(rho, (2, 2), "A|B", (0,))
    assert _status(rho, (2, 2), proof, verdict=Verdict.SEPARABLE)[0] == Status.REFUSED
    # Separable across A|BC says nothing of A|B|C; fully separable says everything of A|BC.
    product = np.outer(_ket(*"000"), _ket(*"000"))
    factors = tuple(np.array([[1.0, 0.0]]) for _ in range(3))
    full = proofs.LowRankCertificate(question="A|B|C", weights=np.ones(1), factors=factors)
    assert _status(product, (2, 2, 2), full, question="A|BC")[0] == Status.ACCEPTED
    cut = proofs.LowRankCertificate(
        question="A|BC", weights=np.ones(1), factors=(factors[0], np.eye(4)[:1])
    )
    assert _status(product, (2, 2, 2), cut, question="A|B|C")[0] == Status.REFUSED


def test_a_matrix_that_is_no_state_is_refused():
    rho = np.diag([1.5, -0.5, 0, 0]).astype(float)
    assert _status(rho, (2, 2), _npt(rho, (2, 2), "A|B", (0,)))[0] == Status.REFUSED


@pytest.mark.parametrize("seed", range(20))
def test_random_corruption_never_turns_a_refusal_into_acceptance(seed):
    """Whatever is changed in a proof about the Bell state, it is never found separable."""
    rng = np.random.default_rng(seed)
    rho = np.outer(BELL, BELL)
    m = 4
    factors = tuple(rng.normal(size=(m, 2)) + 1j * rng.normal(size=(m, 2)) for _ in range(2))
    weights, depth = rng.normal(size=m), float(rng.uniform(-0.5, 1.5))
    assert _status(rho, (2, 2), _decomposition(rho, factors, weights, depth))[0] == Status.REFUSED
    low = proofs.LowRankCertificate(question="A|B", weights=weights, factors=factors)
    assert _status(rho, (2, 2), low)[0] == Status.REFUSED


def test_counts_and_rows_of_a_batch():
    batch = StateBatch(np.stack([np.outer(BELL, BELL), np.eye(4) / 4, np.eye(4) / 4]), (2, 2))
    good, bad = _npt(batch.array[0], (2, 2), "A|B", (0,)), _npt(np.eye(4) / 4, (2, 2), "A|B", (0,))
    column = CertificateColumn.from_records([good, bad, None])
    labels = Labels.verdicts("x", "A|B", [1, 1, 0], "x", column)
    (checked,) = check_labels(batch, labels)
    assert checked.counts() == {"npt": {"accepted": 1, "refused": 1, "open": 0}}
    assert checked.refused.tolist() == [1]
    assert checked.without_proof == 1


def test_labels_of_other_states_are_refused():
    with pytest.raises(DimensionsMismatchError, match="2 states and labels for 1"):
        check_labels(StateBatch(np.eye(4)[:2], (2, 2)), Labels(1))
