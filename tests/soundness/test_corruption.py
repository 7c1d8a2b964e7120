"""Certificates corrupted at random: the checker accepts none that no longer proves anything.

A small corruption may leave a valid proof, so a refusal cannot be asked for each time. Two things
can. For every kind of proof there is a pair of states close to each other on the two sides of a
known border. A certificate of one side, however corrupted, must not be accepted for the other,
where its claim is false. And where it is accepted for its own state, an independent computation has
to confirm it. So that this is not vacuous, the proof as found is accepted, most corruptions change
it, and a good part of them is refused.
"""

import numpy as np
import pytest

from qent_core.api import CertificateBlock, StateBatch, check_block, cut_of
from qent_core.certificates import CERTIFICATE_KINDS
from qent_core.linalg import partial_transpose

CORRUPTIONS = ["bit", "bits", "scale one", "scale all", "swap", "noise", "sign", "state"]
MOST_CONFIRMED = 60
"""Of the accepted ones, those that are computed again with fifty digits; each takes 0.1 s."""
QUIET = [20]
LOUD = [pytest.param(500, marks=pytest.mark.slow)]


def _mixed(ket, v):
    ket = np.asarray(ket, dtype=float) / np.linalg.norm(ket)
    return v * np.outer(ket, ket) + (1 - v) * np.eye(len(ket)) / len(ket)


def _iso(d, v):
    return _mixed(np.eye(d).ravel(), v)


def _pair(v):
    # A pure state of a qubit and a ququart in white noise: separable up to 1/(1 + 8 c_1 c_2).
    return _mixed([1, 0, 0, 0, 0, 1, 0, 0], v)


def _ghz(v):
    return _mixed([1, 0, 0, 0, 0, 0, 0, 1], v)


def _coherent(c):
    rho = np.diag([0.5, 0, 0, 0.5])
    rho[0, 3] = rho[3, 0] = c
    return rho


def _acin(a, b, c):
    rho = np.diag([1, a, b, c, 1 / c, 1 / b, 1 / a, 1]).astype(float)
    rho[0, 7] = rho[7, 0] = 1
    return rho / np.trace(rho)


def _tiles(v):
    e, s = np.eye(3), np.sqrt(0.5)
    basis = [
        np.kron(e[0], s * (e[0] - e[1])),
        np.kron(e[2], s * (e[1] - e[2])),
        np.kron(s * (e[0] - e[1]), e[2]),
        np.kron(s * (e[1] - e[2]), e[0]),
        np.ones(9) / 3,
    ]
    rest = np.eye(9) - sum(np.outer(ket, ket) for ket in basis)
    return v * rest / 4 + (1 - v) * np.eye(9) / 9


PAIRS = {
    "npt": ((3, 3), "A|B", _iso(3, 0.25 + 1e-4), _iso(3, 0.25 - 1e-4)),
    "ppt-small": ((2, 2), "A|B", _iso(2, 1 / 3 - 1e-4), _iso(2, 1 / 3 + 1e-4)),
    "realignment": ((3, 3), "A|B", _iso(3, 0.25 + 1e-4), _iso(3, 0.25 - 1e-4)),
    "permutation-norm": ((2, 2, 2), "A|B|C", _ghz(0.7), _ghz(0.2 - 1e-4)),
    "x-form": ((2, 2, 2), "A|B|C", _acin(2, 3, 6.1), _acin(2, 3, 6)),
    "decomposition": ((3, 3), "A|B", _iso(3, 0.25 - 1e-3), _iso(3, 0.25 + 1e-3)),
    "decomposition of three": ((2, 2, 2), "A|B|C", _ghz(0.2 - 1e-2), _ghz(0.2 + 1e-3)),
    "low-rank": ((2, 2), "A|B", _coherent(0), _coherent(1e-6)),
    "biseparable-decomposition": ((2, 2, 2), "biseparable", _ghz(3 / 7 - 0.02), _ghz(3 / 7 + 1e-3)),
    "ppt-mixer": ((2, 2, 2), "biseparable", _ghz(3 / 7 + 0.02), _ghz(3 / 7 - 1e-4)),
    "witness": ((2, 2), "A|B", _iso(2, 1 / 3 + 0.01), _iso(2, 1 / 3 - 1e-4)),
    "witness of 2x4": ((2, 4), "A|B", _pair(0.22), _pair(0.2 - 1e-4)),
    "witness of qutrits": ((3, 3), "A|B", _iso(3, 0.4), _iso(3, 0.25 - 1e-4)),
    # At visibility 0.29 it is inside the separable ball.
    "extremal": ((3, 3), "A|B", _tiles(1.0), _tiles(0.29)),
    "extension": ((3, 3), "A|B", _iso(3, 0.3), _iso(3, 0.25 - 1e-4)),
}
"""Name to dims, question, a state with such a proof, and one nearby where it would be false."""


def _found(bench, name):
    """Returns a certificate of the kind for the first state, and for a second one like it."""
    dims, question, state, _ = PAIRS[name]
    other = (1 - 1e-5) * state + 1e-5 * np.diag(np.diag(state))
    kind = name.split()[0]
    labels = bench.label(StateBatch([state, other], dims), question, stages=[kind])[1]
    column = labels.column(f"certified[{question}]")
    assert (column.criteria == kind).all(), f"{name}: {column.criteria}"
    return column.certificates[0], column.certificates[1]


def _corrupted(arrays, others, rng):
    """Returns the content with something wrong in one field."""
    name = str(rng.choice(sorted(arrays)))
    array = np.array(arrays[name])
    how = str(
        rng.choice(["bit", "bits", "scale one", "scale all", "swap", "noise", "sign", "state"])
    )
    flat = array.reshape(-1)
    place = int(rng.integers(flat.size))
    if how in ("bit", "bits"):
        raw = np.frombuffer(array.tobytes(), dtype=np.uint8).copy()
        for _ in range(1 if how == "bit" else 8):
            raw[rng.integers(len(raw))] ^= np.uint8(1 << rng.integers(8))
        array = np.frombuffer(raw.tobytes(), dtype=array.dtype).reshape(array.shape)
    elif how == "scale one":
        flat[place] = flat[place] * (1 + 10 ** rng.uniform(-8, 1))
    elif how == "scale all":
        array = (array * (1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-8, 0))).astype(array.dtype)
    elif how == "swap":
        with_axis = array if array.ndim else array[None]
        axis = int(rng.integers(with_axis.ndim))
        array = np.roll(with_axis, int(rng.integers(1, 3)), axis=axis).reshape(array.shape)
    elif how == "noise":
        array = (array + 10 ** rng.uniform(-8, 0) * rng.normal(size=array.shape)).astype(
            array.dtype
        )
    elif how == "sign":
        flat[place] = -flat[place]
    elif others[name].shape == array.shape:
        array = others[name].astype(array.dtype)
    return {**arrays, name: array}


def _confirmed(bench, name, proof):
    """Confirms a certificate for its own state by other means than the checker's, None if none."""
    dims, question, state, _ = PAIRS[name]
    kind = proof.kind
    if kind in ("decomposition", "low-rank", "biseparable-decomposition"):
        return bench.proven(state, dims, proof)
    if kind == "npt":
        turned = partial_transpose(state[None], dims, cut_of(question, len(dims)))[0]
        return float((proof.vector.conj() @ turned @ proof.vector).real) < 0
    if kind == "witness":
        # No product vector that an alternating search finds may reach the expectation.
        w = (proof.operator + proof.operator.conj().T) / 2
        return _best_product(w, dims) < float(np.trace(w @ state).real)
    if kind == "ppt-mixer":
        w = (proof.operator + proof.operator.conj().T) / 2
        below = 0.0
        for cut, part in proof.parts.items():
            p = (part + part.conj().T) / 2
            q = partial_transpose((w - p)[None], dims, cut_of(cut, 3))[0]
            below = max(below, sum(max(0.0, -np.linalg.eigvalsh(m)[0]) for m in (p, q)))
        return float(np.trace(w @ state).real) < -below
    return None


def _best_product(w, dims):
    a, b = dims
    rng = np.random.default_rng(0)
    tensor = w.reshape(a, b, a, b)
    best = -np.inf
    for _ in range(20):
        x = rng.normal(size=(a, 2)) @ np.array([1, 1j])
        for _ in range(40):
            x /= np.linalg.norm(x)
            y = np.linalg.eigh(np.einsum("i,ijkl,k->jl", x.conj(), tensor, x))[1][:, -1]
            values, vectors = np.linalg.eigh(np.einsum("j,ijkl,l->ik", y.conj(), tensor, y))
            x = vectors[:, -1]
        best = max(best, float(values[-1]))
    return best


@pytest.mark.parametrize("count", QUIET + LOUD)
@pytest.mark.parametrize("name", PAIRS)
def test_no_corrupted_certificate_proves_what_is_false(bench, report, name, count):
    if name == "extension":
        pytest.importorskip("cvxpy")
    dims, _, state, opposite = PAIRS[name]
    # A bound in unit discs takes a second each.
    budget, count = (3_000_000, -(-count // 100)) if "qutrits" in name else (200_000, count)
    proof, other = _found(bench, name)
    arrays, others = proof.arrays(), other.arrays()
    rng = np.random.default_rng(len(name))

    def statuses(rho, contents):
        found = []
        for content in contents:  # shapes may differ after a corruption, so one by one
            block = CertificateBlock(
                proof.kind, proof.question, "strict", np.array([0]),
                {key: np.asarray(value)[None] for key, value in content.items()},
            )  # fmt: skip
            found.append(int(check_block(rho[None], dims, block, budget=budget).status[0]))
        return np.array(found)

    # The proof as it was found holds for its state, and not for the one across the border.
    assert statuses(state, [arrays]).tolist() == [1]
    assert statuses(opposite, [arrays]).tolist() != [1]
    if not arrays:
        report(name=name, corruptions=0, remark="the certificate has no content")
        return
    with np.errstate(all="ignore"):  # flipped bits make all sorts of numbers
        contents = [_corrupted(arrays, others, rng) for _ in range(count)]
    changed = np.array(
        [any(c[k].tobytes() != arrays[k].tobytes() for k in arrays) for c in contents]
    )
    false = statuses(opposite, contents)
    own = statuses(state, contents)
    kind = CERTIFICATE_KINDS[proof.kind]
    confirmed = 0
    for row in np.flatnonzero(own == 1)[:MOST_CONFIRMED]:
        accepted = kind.from_arrays(proof.question, "strict", contents[row])
        answer = _confirmed(bench, name, accepted)
        assert answer is None or answer, f"{name}: corruption {row}"
        confirmed += answer is not None
    report(
        name=name, corruptions=count, changed=int(changed.sum()),
        accepted_where_false=int((false == 1).sum()),
        still_accepted=int((own == 1).sum()), of_these_confirmed=confirmed,
        refused_or_open=int((own != 1).sum()),
    )  # fmt: skip
    assert not (false == 1).any()
    if count < 20:
        return
    assert changed.mean() > 0.5
    # An X-form is tested in the basis nearest to whatever the certificate holds: most do.
    least = 0.01 if proof.kind == "x-form" else 0.1
    assert (own != 1).mean() > (least if count > 100 else 0.0)


@pytest.mark.parametrize("count", [200, pytest.param(20_000, marks=pytest.mark.slow)])
def test_proofs_exchanged_between_random_states(bench, report, count):
    rho = bench.induced((2, 4), 14, count, seed=11)
    labels = bench.label(StateBatch(rho, (2, 4)))[1]
    column = labels.column("certified[A|B]")
    accepted = wrong = tried = 0
    for block in column.certificates.blocks:
        if len(block.rows) < 2:
            continue
        # Every proof goes to the next state of the same verdict, and to one of the opposite.
        for target in (np.roll(block.rows, 1), np.flatnonzero(column.values != _proves(block))):
            if not len(target):
                continue
            places = np.resize(target, len(block.rows))
            status = np.concatenate(
                [
                    check_block(rho[places[i : i + 1000]], (2, 4), _piece(block, i)).status
                    for i in range(0, len(places), 1000)
                ]
            )
            tried += len(places)
            accepted += int((status == 1).sum())
            wrong += int(((status == 1) & (column.values[places] != _proves(block))).sum())
    report(exchanged=tried, accepted=accepted, wrong=wrong)
    assert tried >= count
    assert wrong == 0


def _proves(block):
    return int(CERTIFICATE_KINDS[block.kind].proves)


def _piece(block, start):
    part = slice(start, start + 1000)
    arrays = {name: array[part] for name, array in block.arrays.items()}
    return CertificateBlock(block.kind, block.question, block.quality, block.rows[part], arrays)
