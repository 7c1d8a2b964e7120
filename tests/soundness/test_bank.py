"""States whose truth is known to the last digit: thresholds from both sides, down to 1e-9."""

import itertools

import numpy as np
import pytest

from qent_core.api import StateBatch, cuts
from qent_core.linalg import partial_transpose
from qent_testing.reference_states import reference_batches

OFFSETS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
CLEAR = 1e-5
"""Beyond this distance from a threshold UNKNOWN is a failure, too."""

MIXED_3 = ("A|BC", "B|AC", "C|AB", "A|B|C", "biseparable")


def _ends(threshold):
    """Yields distances and points on both sides of a threshold."""
    for offset in OFFSETS:
        for sign in (-1, 1):
            if 0 <= threshold + sign * offset <= 1:
                yield sign * offset, threshold + sign * offset


def _judged(bench, report, states, dims, truth, offsets, name, seed=0):
    """Labels states in random local bases and compares with the truth, question by question."""
    batch = bench.turned(states, dims, seed=seed)
    found, _labels = bench.label(batch, *truth)
    wrong = undecided = clear = 0
    for question, expected in truth.items():
        values = found[question]
        known = np.asarray(expected)
        wrong += int(((values != known) & (values >= 0) & (known >= 0)).sum())
        far = (np.abs(offsets) >= CLEAR) & (known >= 0)
        clear += int(far.sum())
        undecided += int((values[far] < 0).sum())
    decided = sum(int((values >= 0).sum()) for values in found.values())
    report(
        name=name, dims=dims, states=len(states), questions=len(truth),
        verdicts=decided, wrong=wrong, undecided_beyond_1e_5=undecided, clear=clear,
    )  # fmt: skip
    assert wrong == 0
    return undecided


def _isotropic(d, v):
    phi = np.eye(d).ravel() / np.sqrt(d)
    return v * np.outer(phi, phi) + (1 - v) * np.eye(d * d) / d**2


def _werner(d, w):
    swap = np.eye(d * d)[[d * j + i for i in range(d) for j in range(d)]]
    anti, sym = (np.eye(d * d) - swap) / (d * d - d), (np.eye(d * d) + swap) / (d * d + d)
    return w * anti + (1 - w) * sym


def _bell_diagonal(largest, rng):
    rest = rng.dirichlet(np.ones(3)) * (1 - largest)
    # No other weight may exceed one half, or it would be the largest.
    rest = np.where(rest.max() > 0.49, np.full(3, (1 - largest) / 3), rest)
    bells = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / np.sqrt(2)
    return np.einsum("k,ki,kj->ij", np.concatenate([[largest], rest]), bells, bells)


@pytest.mark.parametrize("d", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["isotropic", "werner"])
def test_isotropic_and_werner_states(bench, report, kind, d):
    make, threshold = (_isotropic, 1 / (d + 1)) if kind == "isotropic" else (_werner, 0.5)
    offsets, points = zip(*_ends(threshold), strict=True)
    states = [make(d, point) for point in points]
    truth = {"A|B": [int(offset > 0) for offset in offsets]}
    undecided = _judged(bench, report, states, (d, d), truth, np.array(offsets), f"{kind} d={d}")
    assert undecided == 0


def test_bell_diagonal_states(bench, report):
    rng = np.random.default_rng(0)
    offsets, states = [], []
    for _ in range(20):
        for offset, largest in _ends(0.5):
            offsets.append(offset)
            states.append(_bell_diagonal(largest, rng))
    truth = {"A|B": [int(offset > 0) for offset in offsets]}
    undecided = _judged(bench, report, states, (2, 2), truth, np.array(offsets), "Bell-diagonal")
    assert undecided == 0


@pytest.mark.parametrize("count", [1, pytest.param(15, marks=pytest.mark.slow)])
def test_pure_products_and_mixtures_of_products(bench, report, count):
    rng = np.random.default_rng(1)
    for dims in ((2, 2), (2, 3), (2, 4), (3, 3), (2, 2, 2)):
        kets = np.ones((count, 1))
        for d in dims:
            factor = rng.normal(size=(count, d, 2)) @ np.array([1, 1j])
            factor /= np.linalg.norm(factor, axis=1)[:, None]
            kets = (kets[:, :, None] * factor[:, None, :]).reshape(count, -1)
        pure = np.einsum("ni,nj->nij", kets, kets.conj())
        white = np.eye(pure.shape[1]) / pure.shape[1]
        states = np.concatenate([pure, 0.9 * pure + 0.1 * white, (1 - 1e-9) * pure + 1e-9 * white])
        questions = ["A|B"] if len(dims) == 2 else list(MIXED_3)
        truth = {question: [0] * (3 * count) for question in questions}
        far = np.repeat([1.0, 1.0, 1e-9], count)
        assert _judged(bench, report, states, dims, truth, far, "products") == 0


def _ghz_basis():
    kets = []
    for bits in range(4):
        for sign in (1, -1):
            ket = np.zeros(8)
            ket[bits], ket[7 - bits] = 1, sign
            kets.append(ket / np.sqrt(2))
    return np.array(kets)


def _dct(plus, minus, rest):
    """The states of Duer, Cirac and Tarrach: weights of GHZ+, GHZ-, and of three pairs."""
    weights = np.concatenate([[plus, minus], np.repeat(rest, 2)])
    return np.einsum("k,ki,kj->ij", weights, _ghz_basis(), _ghz_basis())


@pytest.mark.parametrize("count", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_ghz_diagonal_states(bench, report, count):
    # Duer, Cirac and Tarrach 1999: separable across a cut exactly if PPT there, fully separable
    # exactly if PPT across all three. Guehne and Seevinck 2010: biseparable up to fidelity 1/2.
    rng = np.random.default_rng(2)
    states, truth, offsets = [], {q: [] for q in MIXED_3}, []
    for _ in range(count):
        for offset in OFFSETS[1::2]:
            for sign in (-1, 1):
                # 2 lambda_k = Delta + distance, one cut on the threshold, the others clear of it.
                delta, minus = rng.uniform(0.1, 0.3), rng.uniform(0.02, 0.1)
                gaps = rng.choice([-0.4, 0.4], size=3) * delta
                gaps[rng.integers(3)] = -sign * offset
                rest = (delta + gaps) / 2
                total = delta + 2 * minus + 2 * rest.sum()
                rho = _dct(delta + minus, minus, rest) / total
                # |01> of the pairs: bit pattern 1 flips C, 2 flips B, 3 flips A.
                npt = {"C|AB": gaps[0] < 0, "B|AC": gaps[1] < 0, "A|BC": gaps[2] < 0}
                for cut, verdict in npt.items():
                    lowest = np.linalg.eigvalsh(
                        partial_transpose(rho[None], (2, 2, 2), ["ABC".index(cut[0])])
                    )[0, 0]
                    assert (lowest < 0) == verdict
                    truth[cut].append(int(verdict))
                truth["A|B|C"].append(int(any(npt.values())))
                truth["biseparable"].append(int((delta + minus) / total > 0.5))
                states.append(rho)
                offsets.append(offset if sign > 0 else -offset)
    undecided = _judged(bench, report, states, (2, 2, 2), truth, np.array(offsets), "GHZ-diagonal")
    assert undecided == 0


@pytest.mark.parametrize("question", ["A|B|C", "biseparable"])
def test_ghz_in_white_noise(bench, report, question):
    threshold = 1 / 5 if question == "A|B|C" else 3 / 7
    ghz = np.array([1, 0, 0, 0, 0, 0, 0, 1]) / np.sqrt(2)
    some = [(o, v) for o, v in _ends(threshold) if abs(o) < 1e-1]
    offsets, points = zip(*some, strict=True)
    states = [v * np.outer(ghz, ghz) + (1 - v) * np.eye(8) / 8 for v in points]
    truth = {question: [int(offset > 0) for offset in offsets]}
    batch_offsets = np.where(np.abs(offsets) < 1e-3, 0, offsets)
    undecided = _judged(bench, report, states, (2, 2, 2), truth, batch_offsets, f"GHZ, {question}")
    assert undecided == 0


@pytest.mark.parametrize("count", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_mixtures_of_dicke_states(bench, report, count):
    # A mixture of Dicke states of three qubits is fully separable exactly if it is PPT (Yu 2016),
    # that is if a_1^2 <= a_0 a_2 and a_2^2 <= a_1 a_3 for a_k = p_k / binomial(3, k).
    levels = np.array([[bin(i).count("1") == k for i in range(8)] for k in range(4)], dtype=float)
    dicke = levels / np.linalg.norm(levels, axis=1)[:, None]
    rng = np.random.default_rng(3)
    states, expected, offsets = [], [], []
    for _ in range(count):
        for offset, sign in itertools.product(OFFSETS, (-1, 1)):
            a = np.empty(4)
            a[0], a[2] = rng.uniform(0.2, 1.0, size=2)
            a[1] = np.sqrt(a[0] * a[2]) * (1 + sign * offset)
            a[3] = rng.uniform(2, 4) * a[2] ** 2 / a[1]
            p = a * [1, 3, 3, 1] / (a @ [1, 3, 3, 1])
            states.append(np.einsum("k,ki,kj->ij", p, dicke, dicke))
            expected.append(int(sign > 0))
            # Singular states: no proof of separability is promised.
            offsets.append(offset if sign > 0 else 0.0)
    truth = dict.fromkeys(("A|BC", "A|B|C"), expected)
    undecided = _judged(
        bench, report, states, (2, 2, 2), truth, np.array(offsets), "Dicke mixtures"
    )
    assert undecided == 0


def test_reference_states_of_the_core(bench, report):
    for batch in reference_batches():
        if batch.parties > 3:
            continue
        questions = [*cuts(batch.parties)]
        if batch.parties == 3:
            questions += ["A|B|C", "biseparable"]
        found, _ = bench.label(batch, *questions)
        wrong = decided = 0
        for question, values in found.items():
            known = batch.known.get(question, np.full(len(batch), -1))
            wrong += int(((values != known) & (values >= 0) & (known >= 0)).sum())
            decided += int((values >= 0).sum())
        report(dims=batch.dims, states=len(batch), verdicts=decided, wrong=wrong)
        assert wrong == 0


@pytest.mark.parametrize("dims", [(3, 3), (3, 4), (4, 4), (4, 3)])
def test_tiles_embedded_in_larger_spaces(bench, report, dims):
    # A rule on ranks that forgets the ranks of the marginals calls these separable.
    small = bench.family("upb-tiles", 1).density()[0].reshape(3, 3, 3, 3)
    large = np.zeros((*dims, *dims), dtype=complex)
    large[:3, :3, :3, :3] = small
    size = dims[0] * dims[1]
    batch = bench.turned(large.reshape(1, size, size).repeat(5, 0), dims)
    found, _labels = bench.label(batch)
    report(dims=dims, entangled=int((found["A|B"] == 1).sum()), states=5)
    assert (found["A|B"] == 1).all()


def test_nothing_is_decided_by_a_state_that_is_none(bench):
    rho = np.stack([np.eye(9) / 9 * 1.5, np.diag([2.0] + [-1 / 8] * 8)])
    assert (bench.label(StateBatch(rho, (3, 3)))[0]["A|B"] == -1).all()
