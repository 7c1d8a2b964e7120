"""The criteria: no wrong verdict, thresholds from both sides, and certificates that verify."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from qent_basics.labelers.criteria import PPT, Realignment, Reduction

from qent_core.api import (
    DimensionsMismatchError,
    Labels,
    Quality,
    QuestionInvalidError,
    StateBatch,
    Status,
    Verdict,
    check_labels,
    cuts,
    parse_partition,
)
from qent_core.linalg import apply_local, partial_transpose, projectors, realign, tensor

SEPARABLE, ENTANGLED, UNKNOWN = (int(v) for v in Verdict)
CRITERIA = [PPT(), Realignment(), Reduction()]
each_criterion = pytest.mark.parametrize("criterion", CRITERIA, ids=lambda c: type(c).__name__)


def random_kets(count, size, seed, *, real=False):
    rng = np.random.default_rng(seed)
    kets = rng.normal(size=(count, size)) + (0 if real else 1j) * rng.normal(size=(count, size))
    return kets / np.linalg.norm(kets, axis=1, keepdims=True)


def random_states(count, dims, rank, seed, *, real=False):
    size = int(np.prod(dims))
    kets = random_kets(count, size * rank, seed, real=real).reshape(count, size, rank)
    return StateBatch(kets @ kets.conj().swapaxes(1, 2), dims)


def separable_states(count, dims, terms, seed):
    """Mixtures of product kets: separable by construction, singular if there are few terms."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(terms), count)
    factors = [random_kets(count * terms, d, seed + 1 + i) for i, d in enumerate(dims)]
    products = projectors(tensor(*factors)).reshape(count, terms, np.prod(dims), np.prod(dims))
    return StateBatch(np.einsum("nt,ntij->nij", weights, products), dims)


def isotropic(d, alpha):
    alpha = np.asarray(alpha, dtype=float).reshape(-1, 1, 1)
    phi = np.eye(d).reshape(1, -1) / np.sqrt(d)
    return StateBatch(alpha * projectors(phi) + (1 - alpha) * np.eye(d * d) / d**2, (d, d))


def tiles():
    """The bound entangled state of the Tiles unextendible product basis, 3x3."""
    e = np.eye(3)
    vectors = [
        np.kron(e[0], e[0] - e[1]) / np.sqrt(2),
        np.kron(e[2], e[1] - e[2]) / np.sqrt(2),
        np.kron(e[0] - e[1], e[2]) / np.sqrt(2),
        np.kron(e[1] - e[2], e[0]) / np.sqrt(2),
        np.ones(9) / 3,
    ]
    return StateBatch((np.eye(9) - sum(np.outer(v, v) for v in vectors))[None] / 4, (3, 3))


def horodecki(a):
    """P. Horodecki's PPT-entangled 3x3 states (1997), 0 < a < 1."""
    rho = np.zeros((len(a), 9, 9))
    for row, value in enumerate(a):
        rho[row] = value * np.eye(9)
        for i in (0, 4, 8):
            for j in (0, 4, 8):
                rho[row, i, j] = value
        rho[row, 6, 6] = rho[row, 8, 8] = (1 + value) / 2
        rho[row, 6, 8] = rho[row, 8, 6] = np.sqrt(1 - value**2) / 2
        rho[row] /= 8 * value + 1
    return StateBatch(rho, (3, 3))


DELTA = 1e-12


def check(batch: StateBatch, labels: Labels, *, all_proved=True):
    """Re-verifies every certificate, by the checker of the core and by the formulae here."""
    for name, column in labels.columns.items():
        decided = column.values != UNKNOWN
        np.testing.assert_array_equal(column.criteria != "", decided)
        if all_proved:
            np.testing.assert_array_equal(column.certificates.present, decided)
        for row in np.flatnonzero(column.certificates.present)[:40]:
            recheck(batch[int(row)], column.certificates[row], column.values[row], name)
    for column in check_labels(batch, labels):
        assert (column.status[column.certified] == Status.ACCEPTED).all(), column.counts()


def recheck(state: StateBatch, proof, verdict, name):
    """Recomputes what a certificate claims, from the state and the certificate alone."""
    assert proof.proves == verdict
    assert name.endswith(f"[{proof.question}]")
    blocks = parse_partition(proof.question, state.parties)
    rho = state.density().astype(complex)
    matrix = partial_transpose(rho, state.dims, blocks[0])[0]
    if proof.kind == "npt":
        assert np.linalg.norm(proof.vector) == pytest.approx(1)
        assert (proof.vector.conj() @ matrix @ proof.vector).real < -1e-12
    elif proof.kind == "ppt-small":
        assert state.dimension <= 6
        strict = proof.quality == Quality.STRICT
        # White noise of trace norm delta must lift the smallest eigenvalue to zero.
        floor = 0.99e-12 if strict else -DELTA / (2 * state.dimension)
        assert np.linalg.eigvalsh(matrix)[0] > floor
    elif proof.kind == "low-rank":
        assert proof.quality == Quality.WITHIN_DELTA
        product = tensor(*proof.factors)[0]
        order = [party for block in blocks for party in block]
        grouped = product.reshape([state.dims[party] for party in order])
        ket = grouped.transpose(np.argsort(order)).reshape(-1)
        difference = rho[0] - proof.weights[0] * np.outer(ket, ket.conj())
        assert np.abs(np.linalg.eigvalsh(difference)).sum() < DELTA
    else:
        assert proof.kind == "realignment"
        realigned = realign(rho, state.dims, blocks[0])[0]
        assert np.linalg.svd(realigned, compute_uv=False).sum() > 1 + 1e-12


def verdicts(criterion, batch, question="A|B"):
    labels = criterion.label(batch)
    check(batch, labels)
    return labels.column(f"{type(criterion).__name__.lower()}[{question}]")


# --- thresholds -----------------------------------------------------------------------------------

OFFSETS = np.array([1e-3, 1e-6, 1e-9, 1e-11])


def test_ppt_decides_two_qubit_werner_states_on_both_sides_of_one_third():
    threshold = 1 / 3
    assert (verdicts(PPT(), isotropic(2, threshold + OFFSETS)).values == ENTANGLED).all()
    below = verdicts(PPT(), isotropic(2, threshold - OFFSETS))
    assert (below.values == SEPARABLE).all()
    assert set(below.criteria) == {"ppt-small"}
    assert [below.certificates[i].quality for i in range(4)] == [Quality.STRICT] * 4


def test_ppt_at_the_threshold_is_within_delta_and_undecided_just_above():
    """lambda = (1 - 3p)/4: a hundredth of delta is within delta, half the margin is neither."""
    near = isotropic(2, 1 / 3 + np.array([-1, 0, 1]) * 1e-14)
    column = verdicts(PPT(), near)
    assert column.values.tolist() == [SEPARABLE] * 3
    assert all(column.certificates[i].quality == Quality.WITHIN_DELTA for i in range(3))
    gap = isotropic(2, [1 / 3 + 4 / 3 * 0.5e-12])
    assert verdicts(PPT(), gap).values.tolist() == [UNKNOWN]
    assert PPT(margin=1e-9).label(isotropic(2, [1 / 3 + 1e-9])).values("ppt[A|B]")[0] == UNKNOWN


@pytest.mark.parametrize("d", [3, 4])
def test_isotropic_states_of_larger_dimension(d):
    threshold = 1 / (d + 1)
    for criterion in CRITERIA:
        assert (verdicts(criterion, isotropic(d, threshold + OFFSETS)).values == ENTANGLED).all()
        assert (verdicts(criterion, isotropic(d, threshold - OFFSETS)).values == UNKNOWN).all()
        assert verdicts(criterion, isotropic(d, [threshold])).values[0] == UNKNOWN


def test_true_werner_states_show_what_reduction_misses():
    """For d = 3 antisymmetric Werner states are NPT above w = 1/2; reduction sees none."""
    d = 3
    swap = np.eye(9).reshape(3, 3, 3, 3).swapaxes(2, 3).reshape(9, 9)
    w = np.array([0.5 - 1e-9, 0.5 + 1e-9, 0.9])[:, None, None]
    rho = w * (np.eye(9) - swap) / (d * (d - 1)) + (1 - w) * (np.eye(9) + swap) / (d * (d + 1))
    batch = StateBatch(rho, (3, 3))
    assert verdicts(PPT(), batch).values.tolist() == [UNKNOWN, ENTANGLED, ENTANGLED]
    assert verdicts(Reduction(), batch).values.tolist() == [UNKNOWN] * 3


# --- soundness ------------------------------------------------------------------------------------


@each_criterion
@pytest.mark.parametrize("dims", [(2, 2), (2, 3), (3, 2), (2, 4), (3, 3), (2, 2, 2)])
@pytest.mark.parametrize("terms", [1, 2, 3, 30])
def test_separable_states_are_never_called_entangled(criterion, dims, terms):
    batch = separable_states(200, dims, terms, 5)
    labels = criterion.label(batch)
    check(batch, labels)
    for column in labels.columns.values():
        assert not (column.values == ENTANGLED).any()
        if isinstance(criterion, PPT) and (batch.dimension <= 6 or terms == 1):
            assert (column.values == SEPARABLE).all()


@each_criterion
@pytest.mark.parametrize("dims", [(2, 2), (2, 3), (3, 2), (3, 3), (2, 2, 2), (2, 3, 2)])
@pytest.mark.parametrize("rank", [1, 2, 4, 12])
def test_random_states(criterion, dims, rank):
    """No verdict contradicts the sign of the smallest eigenvalue of the partial transpose."""
    batch = random_states(150, dims, rank, rank, real=rank == 4)
    labels = criterion.label(batch)
    check(batch, labels)
    for question in cuts(batch.parties):
        column = labels.column(f"{type(criterion).__name__.lower()}[{question}]")
        side = parse_partition(question, batch.parties)[0]
        least = np.linalg.eigvalsh(partial_transpose(batch.array, dims, side))[:, 0]
        if isinstance(criterion, PPT):
            np.testing.assert_array_equal(column.values == ENTANGLED, least < -1e-12)
            if batch.dimension <= 6:
                assert (column.values != UNKNOWN).all()
        elif isinstance(criterion, Reduction):
            assert (least[column.values == ENTANGLED] < 0).all()
            if 2 in (dims[0], dims[-1]) and len(dims) == 2:
                np.testing.assert_array_equal(column.values == ENTANGLED, least < -1e-12)


@each_criterion
@pytest.mark.parametrize("dims", [(2, 2), (2, 3), (3, 3), (2, 2, 2), (3, 2, 2)])
@pytest.mark.parametrize("real", [False, True])
def test_kets_and_their_projectors_get_the_same_answer(criterion, dims, real):
    kets = StateBatch(random_kets(60, int(np.prod(dims)), 1, real=real), dims)
    matrices = StateBatch(kets.density(), dims)
    from_kets, from_matrices = criterion.label(kets), criterion.label(matrices)
    check(kets, from_kets)
    check(matrices, from_matrices)
    for name in from_kets.names:
        assert (from_kets.values(name) == ENTANGLED).all()
        assert (from_matrices.values(name) == ENTANGLED).all()


@pytest.mark.parametrize("dims", [(2, 2), (3, 4), (2, 2, 2), (2, 3, 2)])
def test_product_kets_are_separable_across_every_cut(dims):
    kets = StateBatch(tensor(*(random_kets(80, d, d) for d in dims)), dims)
    for batch in (kets, StateBatch(kets.density(), dims)):
        labels = PPT().label(batch)
        check(batch, labels)
        for column in labels.columns.values():
            assert (column.values == SEPARABLE).all()
            if batch.kind == "kets" or batch.dimension > 6:
                assert set(column.criteria) == {"pure-product"}


def test_kets_close_to_product_are_undecided_between_delta_and_margin():
    angle = np.array([0, 1e-14, 6e-13, 9e-13, 2e-12, 1e-9])
    kets = np.stack([np.cos(angle), 0 * angle, 0 * angle, np.sin(angle)], axis=1)
    column = verdicts(PPT(), StateBatch(kets, (2, 2)))
    expected = [SEPARABLE, SEPARABLE, UNKNOWN, UNKNOWN, ENTANGLED, ENTANGLED]
    assert column.values.tolist() == expected


def test_bound_entangled_states_are_never_called_separable():
    for batch in (tiles(), horodecki(np.linspace(0.01, 0.99, 25))):
        assert (verdicts(PPT(), batch).values == UNKNOWN).all()
        assert (verdicts(Reduction(), batch).values == UNKNOWN).all()
        seen = verdicts(Realignment(), batch)
        assert (seen.values == ENTANGLED).all()
        assert set(seen.criteria) == {"realignment"}


def test_bound_entanglement_embedded_in_larger_space_is_not_called_separable():
    wide = np.zeros((1, 3, 4, 3, 4))
    wide[:, :, :3, :, :3] = tiles().array.reshape(1, 3, 3, 3, 3)
    batch = StateBatch(wide.reshape(1, 12, 12), (3, 4))
    assert verdicts(PPT(), batch).values[0] == UNKNOWN
    assert verdicts(Realignment(), batch).values[0] == ENTANGLED


def test_three_qubit_states_are_answered_cut_by_cut():
    bell = np.array([1, 0, 0, 1]) / np.sqrt(2)
    pair = StateBatch(np.kron(bell, [0.6, 0.8])[None], (2, 2, 2))  # A and B share it, C is alone
    expected = {"A|BC": ENTANGLED, "B|AC": ENTANGLED, "C|AB": SEPARABLE}
    for batch in (pair, StateBatch(pair.density(), pair.dims)):
        labels = PPT().label(batch)
        check(batch, labels)
        assert {c.question: int(c.values[0]) for c in labels.columns.values()} == expected
    only = PPT(questions=("BC|A", "A|BC")).label(pair)
    assert only.names == ("ppt[A|BC]",)


def test_unphysical_matrices_are_never_called_separable():
    negative = np.diag([0.5, 0.5, 1e-9, -1e-9])
    assert PPT().label(StateBatch(negative[None], (2, 2))).values("ppt[A|B]")[0] != SEPARABLE
    skew = np.eye(4) / 4 + 0.3 * np.triu(np.ones((4, 4)), 1) * [[0, 1, 0, 0]]
    check(StateBatch(skew[None], (2, 2)), PPT().label(StateBatch(skew[None], (2, 2))))


@each_criterion
def test_a_violation_that_rounding_of_the_state_explains_proves_nothing(criterion):
    """A trace off by 2e-9, as validation allows, against a violation of about 1e-9."""
    batch = isotropic(3, [0.25 + 1e-9])
    assert verdicts(criterion, batch).values.tolist() == [ENTANGLED]
    loose = StateBatch(batch.array * (1 + 2e-9), batch.dims)
    assert verdicts(criterion, loose).values.tolist() == [UNKNOWN]


def test_a_trace_slightly_above_one_is_no_entanglement():
    batch = separable_states(50, (3, 3), 1, 1)
    scaled = StateBatch(batch.array * (1 + 1e-9), batch.dims)
    assert (Realignment().label(scaled).values("realignment[A|B]") == UNKNOWN).all()
    kets = StateBatch(np.eye(9)[:1] * (1 + 1e-9), (3, 3))
    assert (Realignment().label(kets).values("realignment[A|B]") == UNKNOWN).all()


# --- precision ------------------------------------------------------------------------------------


@each_criterion
@pytest.mark.parametrize("dtype", [np.complex64, np.float32])
def test_single_precision_never_makes_a_false_verdict(criterion, dtype):
    for dims in ((2, 2), (2, 3), (3, 3)):
        states = [separable_states(300, dims, terms, terms).array for terms in (1, 2, 3)]
        array = np.concatenate(states)
        if dtype == np.float32:
            array = array.real  # the mean with the complex conjugate: still separable
        batch = StateBatch(array.astype(dtype), dims)
        labels = criterion.label(batch)
        assert not (labels.values(labels.names[0]) == ENTANGLED).any()
        bound = StateBatch(tiles().array.astype(dtype), (3, 3))
        assert PPT().label(bound).values("ppt[A|B]")[0] == UNKNOWN


def test_single_precision_still_decides_what_is_clear():
    batch = isotropic(2, [0.2, 0.5]).astype(np.float32)
    column = PPT().label(batch).column("ppt[A|B]")
    assert column.values.tolist() == [SEPARABLE, ENTANGLED]
    assert column.certificates[0].quality == Quality.STRICT
    at_border = isotropic(2, [1 / 3]).astype(np.float32)
    assert PPT().label(at_border).values("ppt[A|B]")[0] == UNKNOWN
    product = StateBatch(np.eye(4, dtype=np.complex64)[:1], (2, 2))
    assert PPT().label(product).values("ppt[A|B]")[0] == UNKNOWN


@given(seed=st.integers(0, 2**32 - 1), rank=st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_local_unitaries_do_not_change_verdicts(seed, rank):
    batch = random_states(20, (2, 3), rank, seed)
    local = [np.linalg.qr(random_kets(d, d, seed + d))[0] for d in batch.dims]
    moved = batch.replaced(apply_local(batch.array, batch.dims, local))
    for criterion in CRITERIA:
        before, after = criterion.label(batch), criterion.label(moved)
        check(moved, after)
        for name in before.names:
            np.testing.assert_array_equal(before.values(name), after.values(name))


# --- the rest -------------------------------------------------------------------------------------


@each_criterion
def test_without_certificates_the_verdicts_are_the_same(criterion):
    batch = StateBatch.concatenate([random_states(50, (2, 3), r, r) for r in (1, 2, 6, 12)])
    plain = type(criterion)(certify=False).label(batch)
    proved = criterion.label(batch)
    for name in proved.names:
        np.testing.assert_array_equal(plain.values(name), proved.values(name))
        assert not plain.column(name).certificates.present.any()


@each_criterion
@pytest.mark.parametrize("shape", [(0, 4), (0, 4, 4)])
def test_empty_batches(criterion, shape):
    labels = criterion.label(StateBatch(np.zeros(shape), (2, 2)))
    assert len(labels) == 0
    assert len(labels.names) == 1


@each_criterion
def test_one_state_at_a_time_gives_the_same(criterion):
    batch = random_states(12, (2, 2), 3, 4)
    whole = criterion.label(batch)
    name = whole.names[0]
    single = [criterion.label(state).values(name)[0] for state in batch]
    np.testing.assert_array_equal(single, whole.values(name))


@each_criterion
def test_refusals_say_what_to_do(criterion):
    with pytest.raises(DimensionsMismatchError, match="one party"):
        criterion.label(StateBatch(np.eye(4), (4,)))
    three = StateBatch(np.eye(8)[:1], (2, 2, 2))
    for question in ("A|B|C", "biseparable", "A|B", "A|D"):
        with pytest.raises(QuestionInvalidError):
            type(criterion)(questions=(question,)).label(three)
    with pytest.raises(ValidationError):
        type(criterion)(margin=-1e-9)
    with pytest.raises(ValidationError):
        type(criterion)(questions=())


def test_large_systems():
    """Two spin-5 particles: 121 dimensions, handed to LAPACK one by one."""
    batch = isotropic(11, 1 / 12 + np.array([-1e-4, 1e-4]))
    for criterion in CRITERIA:
        values = verdicts(criterion, batch).values
        assert values.tolist() == [UNKNOWN, ENTANGLED]
