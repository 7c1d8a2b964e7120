"""The dual of a symmetric extension: the identity it rests on, closed forms, and spoilt proofs."""

import itertools
import math

import numpy as np
import pytest

from qent_core.api import (
    CertificateColumn,
    ExtensionCertificate,
    Labels,
    StateBatch,
    check_labels,
)
from qent_core.checker.extension import remaining_part


def status(rho, dims, proof):
    labels = Labels.verdicts("x", proof.question, [1], "x", CertificateColumn.from_records([proof]))
    (column,) = check_labels(StateBatch(np.asarray(rho)[None], dims), labels)
    return int(column.status[0])


def random_complex(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def symmetric_power(vector, copies):
    """Amplitudes of copies of a vector in the basis of occupied levels, built level by level."""
    found = []
    for level in itertools.combinations_with_replacement(range(len(vector)), copies):
        counts = [level.count(i) for i in set(level)]
        orders = math.factorial(copies) / math.prod(math.factorial(c) for c in counts)
        found.append(math.sqrt(orders) * math.prod(vector[i] for i in level))
    return np.array(found)


@pytest.mark.parametrize(("a", "b", "copies"), [(2, 2, 1), (4, 2, 2), (3, 2, 3), (2, 3, 2)])
def test_the_parts_and_the_witness_agree_on_product_vectors(a, b, copies):
    rng = np.random.default_rng(1)
    w = random_complex(rng, a * b, a * b)
    w = w + w.conj().T
    sizes = [
        a * math.comb(b + copies - j - 1, copies - j) * math.comb(b + j - 1, j)
        for j in range(copies + 1)
    ]
    parts = [random_complex(rng, s, s) for s in sizes[1:]]
    parts = [(p + p.conj().T)[None] for p in parts]
    first = remaining_part(w[None], a, b, parts)
    for _ in range(5):
        u, v = random_complex(rng, a), random_complex(rng, b)
        total = 0
        for j, part in enumerate([first, *parts]):
            bra = np.kron(u, np.kron(symmetric_power(v, copies - j), symmetric_power(v.conj(), j)))
            total += (bra.conj() @ part[0] @ bra).real
        product = np.kron(u, v)
        expected = (product.conj() @ w @ product).real * np.linalg.norm(v) ** (2 * copies - 2)
        assert total == pytest.approx(expected, rel=1e-10)


FLIP = np.eye(4)[[0, 2, 1, 3]]
PAIR = np.outer([1, 0, 0, 1], [1, 0, 0, 1]).astype(float)


def flip_proof(**changes):
    """The flip operator is the partial transpose of a positive matrix: one copy is enough."""
    content = {"operator": FLIP, "copies": 1, "extended_side": 1, "parts": (PAIR,)} | changes
    return ExtensionCertificate(question="A|B", **content)


def werner(share):
    singlet = np.array([0, 1, -1, 0]) / np.sqrt(2)
    return share * np.outer(singlet, singlet) + (1 - share) * np.eye(4) / 4


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(("above", "expected"), [(1e-9, 1), (-1e-9, -1), (0.0, 0)])
def test_werner_states_flip_at_one_third(side, above, expected):
    assert status(werner(1 / 3 + above), (2, 2), flip_proof(extended_side=side)) == expected


def test_negative_eigenvalues_count_against_the_proof():
    # tr(flip rho) = (1 - 3 p) / 2; what is left of the flip has an eigenvalue -0.1.
    spoilt = 1.1 * PAIR
    needed = (1 + 2 * 0.1) / 3
    assert status(werner(needed + 1e-6), (2, 2), flip_proof(parts=(spoilt,))) == 1
    assert status(werner(needed - 1e-6), (2, 2), flip_proof(parts=(spoilt,))) == -1
    # Without the part nothing is left to make the flip positive.
    assert status(werner(1.0), (2, 2), flip_proof(parts=(np.zeros((4, 4)),))) != 1


def test_shapes_and_numbers_that_do_not_fit_are_refused():
    rho = werner(1.0)
    assert status(rho, (2, 2), flip_proof()) == 1
    assert status(rho, (2, 2), flip_proof(copies=2)) == -1
    assert status(rho, (2, 2), flip_proof(extended_side=2)) == -1
    assert status(rho, (2, 2), flip_proof(parts=(np.eye(3),))) == -1
    assert status(rho, (2, 2), flip_proof(parts=(PAIR, PAIR), copies=2)) == -1
    assert status(rho, (2, 2), flip_proof(operator=np.eye(3))) == -1
    assert status(rho, (2, 2), flip_proof(operator=np.zeros((4, 4)))) != 1


def test_an_extension_too_large_to_work_through_is_not_decided():
    a, b, copies = 3, 3, 6
    sizes = [a * math.comb(b + copies - j - 1, 2) * math.comb(b + j - 1, 2) for j in range(1, 7)]
    proof = ExtensionCertificate(
        question="A|B",
        operator=-np.eye(9),
        copies=copies,
        extended_side=1,
        parts=tuple(np.eye(s) for s in sizes),
    )
    assert status(np.eye(9) / 9, (3, 3), proof) == 0


@pytest.mark.parametrize("seed", range(10))
def test_no_random_proof_finds_a_product_entangled(seed):
    rng = np.random.default_rng(seed)
    u, v = random_complex(rng, 4), random_complex(rng, 2)
    product = np.kron(u, v)
    rho = np.outer(product, product.conj()) / np.linalg.norm(product) ** 2
    w = random_complex(rng, 8, 8)
    w = w + w.conj().T - 3 * rho
    parts = tuple(m @ m.conj().T for m in (random_complex(rng, 16, 9), random_complex(rng, 12, 9)))
    proof = ExtensionCertificate(question="A|B", operator=w, copies=2, extended_side=1, parts=parts)
    assert status(rho, (4, 2), proof) == -1
