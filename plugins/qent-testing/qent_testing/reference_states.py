r"""A bank of states whose truth is known from the literature, to hold labelers to.

Everything is written out here in plain NumPy, so that the bank depends on no plugin. Each entry
names its source; its truth is a verdict per question, and questions it says nothing about are
UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.questions import BISEPARABLE, check_question, cuts
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict
from qent_testing.reference_families import (
    acin,
    ghz,
    horodecki_2x4,
    horodecki_3x3,
    horodecki_sigma,
    isotropic,
    pyramid_upb,
    shifts_upb,
    smolin,
    tiles_upb,
    w_state,
    werner,
)

S, E = Verdict.SEPARABLE, Verdict.ENTANGLED

OFFSETS = (1e-9, 1e-6, 1e-2)
"""How far from a threshold states lie, on both sides of it."""


@dataclass(frozen=True, eq=False)
class ReferenceState:
    """One state with what is known about it."""

    name: str
    array: NDArray[Any]
    """``(D,)`` ket or ``(D, D)`` density matrix."""
    dims: tuple[int, ...]
    truth: Mapping[str, Verdict]
    source: str
    """Where the truth is proved."""


@cache
def reference_states() -> tuple[ReferenceState, ...]:
    """Returns the whole bank.

    Example:
        >>> bank = reference_states()
        >>> sorted({state.name.split()[0] for state in bank})[:3]
        ['Acin', 'Bell', 'Bell-diagonal']
    """
    return (*_pure(), *_two_parties(), *_bound(), *_three_qubits(), *_four_qubits())


def reference_batches() -> Iterator[StateBatch]:
    """Yields the bank as batches of equal dims, with the truth as known verdicts.

    The array of each batch is new memory.
    """
    groups: dict[tuple[tuple[int, ...], int], list[ReferenceState]] = {}
    for state in reference_states():
        groups.setdefault((state.dims, state.array.ndim), []).append(state)
    for (dims, _), states in groups.items():
        questions = dict.fromkeys(q for state in states for q in state.truth)
        yield StateBatch(
            np.stack([state.array for state in states]),
            dims,
            known={
                q: np.array([state.truth.get(q, Verdict.UNKNOWN) for state in states])
                for q in questions
            },
            source=[state.name for state in states],
        )


def reference_names(batch: StateBatch) -> list[str]:
    """Returns what the states of a batch of the bank are called."""
    return [str(name) for name in batch.source]


def _every(parties: int, verdict: Verdict) -> dict[str, Verdict]:
    """Returns one verdict for every cut, full separability and biseparability."""
    questions = [*cuts(parties)]
    if parties > 2:
        questions += ["|".join("ABCD"[:parties]), BISEPARABLE]
    return {check_question(q, parties): verdict for q in questions}


def _pure() -> Iterator[ReferenceState]:
    plus = np.array([1, 1]) / 2**0.5
    zero, tilted = np.array([1.0, 0.0]), np.array([0.6, 0.8j])
    for name, factors in {
        "product |00>": (zero, zero),
        "product |0+>": (zero, plus),
        "product of tilted qubits": (tilted, tilted),
        "product of three": (zero, plus, tilted),
        "product of a qutrit and a qubit": (np.array([0.6, 0, 0.8]), plus),
    }.items():
        ket = np.ones(1)
        for factor in factors:
            ket = np.kron(ket, factor)
        dims = tuple(len(factor) for factor in factors)
        yield ReferenceState(name, ket, dims, _every(len(dims), S), "a product by construction")
    entangled = "a pure state is separable across a cut exactly if it is a product there"
    bells = {"Phi+": [1, 0, 0, 1], "Phi-": [1, 0, 0, -1], "Psi+": [0, 1, 1, 0], "Psi-": [0, 1, -1]}
    for name, entries in bells.items():
        ket = np.zeros(4)
        ket[: len(entries)] = entries
        yield ReferenceState(f"Bell {name}", ket / 2**0.5, (2, 2), _every(2, E), entangled)
    weak = np.array([np.cos(1e-3), 0, 0, np.sin(1e-3)])
    yield ReferenceState("Bell pair, weak", weak, (2, 2), _every(2, E), entangled)
    for parties in (3, 4):
        dims = (2,) * parties
        yield ReferenceState(f"GHZ of {parties}", ghz(parties), dims, _every(parties, E), entangled)
        yield ReferenceState(
            f"W of {parties}", w_state(parties), dims, _every(parties, E), entangled
        )
    split = np.kron([1, 0], np.array([1, 0, 0, 1]) / 2**0.5)
    truth = {"A|BC": S, "B|AC": E, "C|AB": E, "A|B|C": E, BISEPARABLE: S}
    yield ReferenceState("|0> beside a Bell pair", split, (2, 2, 2), truth, entangled)


def _around(threshold: float, *, entangled_above: bool = True) -> Iterator[tuple[float, Verdict]]:
    for offset in OFFSETS:
        yield threshold - offset, S if entangled_above else E
        yield threshold + offset, E if entangled_above else S


def _two_parties() -> Iterator[ReferenceState]:
    for d in (2, 3):
        for weight, truth in _around(0.5):
            yield ReferenceState(
                f"Werner d={d} w={weight:.9f}",
                werner(d, weight),
                (d, d),
                {"A|B": truth},
                "R. F. Werner, Phys. Rev. A 40, 4277 (1989)",
            )
        for alpha, truth in _around(1 / (d + 1)):
            yield ReferenceState(
                f"isotropic d={d} alpha={alpha:.9f}",
                isotropic(d, alpha),
                (d, d),
                {"A|B": truth},
                "M. and P. Horodecki, Phys. Rev. A 59, 4206 (1999)",
            )
    signs = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / 2**0.5
    for largest, truth in _around(0.5):
        rest = (1 - largest) / 3
        weights = np.array([largest, rest, rest, rest])
        rho = np.einsum("k,ki,kj->ij", weights, signs, signs)
        yield ReferenceState(
            f"Bell-diagonal p={largest:.9f}",
            rho,
            (2, 2),
            {"A|B": truth},
            "R. and M. Horodecki, Phys. Rev. A 54, 1838 (1996)",
        )
    for dims in ((2, 2), (2, 3), (3, 3)):
        rng = np.random.default_rng([4, *dims])
        a = rng.normal(size=(7, dims[0])) + 1j * rng.normal(size=(7, dims[0]))
        b = rng.normal(size=(7, dims[1])) + 1j * rng.normal(size=(7, dims[1]))
        kets = np.einsum("ki,kj->kij", a, b).reshape(7, -1)
        rho = np.einsum("ki,kj->ij", kets, kets.conj())
        yield ReferenceState(
            f"mixture of products {dims}",
            rho / np.trace(rho).real,
            dims,
            {"A|B": S},
            "separable by construction",
        )


def _bound() -> Iterator[ReferenceState]:
    for a in (0.1, 0.3, 0.5, 0.7, 0.9):
        yield ReferenceState(
            f"Horodecki 3x3 a={a}",
            horodecki_3x3(a),
            (3, 3),
            {"A|B": E},
            "P. Horodecki, Phys. Lett. A 232, 333 (1997), Eq. 20: entangled for 0 < a < 1",
        )
        yield ReferenceState(
            f"Horodecki 2x4 b={a}",
            horodecki_2x4(a),
            (2, 4),
            {"A|B": E},
            "P. Horodecki, Phys. Lett. A 232, 333 (1997), Eq. 31: entangled for 0 < b < 1",
        )
    for alpha, truth in ((2.2, S), (2.8, S), (3.2, E), (3.8, E), (4.5, E)):
        yield ReferenceState(
            f"Horodecki sigma alpha={alpha}",
            horodecki_sigma(alpha),
            (3, 3),
            {"A|B": truth},
            "P., M. and R. Horodecki, Phys. Rev. Lett. 82, 1056 (1999): separable up to 3",
        )
    upb = "C. H. Bennett et al., Phys. Rev. Lett. 82, 5385 (1999)"
    yield ReferenceState("UPB tiles", tiles_upb(), (3, 3), {"A|B": E}, upb)
    yield ReferenceState("UPB pyramid", pyramid_upb(), (3, 3), {"A|B": E}, upb)


def _three_qubits() -> Iterator[ReferenceState]:
    dims = (2, 2, 2)
    bound = {"A|BC": S, "B|AC": S, "C|AB": S, "A|B|C": E, BISEPARABLE: S}
    upb = "C. H. Bennett et al., Phys. Rev. Lett. 82, 5385 (1999): separable across every cut"
    yield ReferenceState("UPB shifts", shifts_upb(), dims, bound, upb)
    source = "A. Acin et al., Phys. Rev. Lett. 87, 040401 (2001); fully separable iff ab = c"
    for a, b, c in ((3.0, 0.2, 40.0), (2.0, 2.0, 2.0), (0.5, 4.0, 1.0)):
        yield ReferenceState(f"Acin {a}, {b}, {c}", acin(a, b, c), dims, bound, source)
    for a, b in ((2.0, 3.0), (0.5, 0.8)):
        name = f"Acin {a}, {b}, {a * b}"
        yield ReferenceState(name, acin(a, b, a * b), dims, _every(3, S), source)
    cut = "P. Horodecki 1997 across A|BC; a negative partial transpose across the other cuts"
    for b in (0.2, 0.6):
        truth = {"A|BC": E, "B|AC": E, "C|AB": E, "A|B|C": E}
        yield ReferenceState(f"Horodecki 2x4 as qubits b={b}", horodecki_2x4(b), dims, truth, cut)
    noise = "W. Duer, J. I. Cirac and R. Tarrach, Phys. Rev. Lett. 83, 3562 (1999)"
    projector = np.outer(ghz(3), ghz(3))
    for v, verdict in _around(1 / 5):
        truth = dict.fromkeys([*cuts(3), "A|B|C"], verdict) | {BISEPARABLE: S}
        rho = v * projector + (1 - v) * np.eye(8) / 8
        yield ReferenceState(f"noisy GHZ v={v:.9f}", rho, dims, truth, noise)
    genuine = "O. Guehne and M. Seevinck, New J. Phys. 12, 053002 (2010): biseparable up to 3/7"
    for v, verdict in _around(3 / 7):
        truth = dict.fromkeys([*cuts(3), "A|B|C"], E) | {BISEPARABLE: verdict}
        rho = v * projector + (1 - v) * np.eye(8) / 8
        yield ReferenceState(f"noisy GHZ v={v:.9f}", rho, dims, truth, genuine)


def _four_qubits() -> Iterator[ReferenceState]:
    pairs = ("AB|CD", "AC|BD", "AD|BC")
    truth = {q: S if q in pairs else E for q in cuts(4)} | {"A|B|C|D": E, BISEPARABLE: S}
    source = "J. A. Smolin, Phys. Rev. A 63, 032306 (2001)"
    yield ReferenceState("Smolin", smolin(), (2, 2, 2, 2), truth, source)
