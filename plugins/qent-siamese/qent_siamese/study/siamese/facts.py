"""Tasks without a network: composition of the sets, proofs of labels, what constants score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, cuts, stream
from qent_core.linalg import apply_local, partial_transpose
from qent_siamese.study.proven import certified_separability, certified_verdicts
from qent_siamese.study.scores import share_of
from qent_siamese.study.siamese.datasets import (
    hand_labels,
    maximal_rank_group,
    test_sets,
)
from qent_siamese.study.siamese.evaluation import evaluated
from qent_studies import Made, recipe

_SIZES = {
    "validation 1": "validation-1",
    "validation 2": "validation-2",
    "pure": "test-pure",
    "mixed": "test-mixed",
    "Horodecki": "test-horodecki",
    "UPB": "test-upb",
    "Acin": "test-acin",
    "maximal rank": "max-rank",
}
_FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])


def composition() -> Made:
    """Counts the states of every set at full size, group by group of Table I."""
    counts: dict[str, int] = {}
    for entry in recipe("verified").states:
        row = _row_of_table_1(entry)
        counts[row] = counts.get(row, 0) + entry.count
    counts["total"] = sum(counts.values())
    for name, source in _SIZES.items():
        counts[name] = sum(entry.count for entry in recipe(source).states)
    weights = np.linspace(0.1, 0.9, 17).tolist()
    rng = np.random.default_rng(0)  # nothing random is drawn
    family = [
        component(name, "state-family", **parameters).sample(len(weights), rng).density()
        for name, parameters in (
            ("horodecki-2x4", {"qubits": True, "b": {"values": weights}}),
            ("horodecki-2xd", {"d": 4, "b": {"values": weights}}),
        )
    ]
    turned = apply_local(family[0], (2, 2, 2), [_FLIP] * 3)
    return Made({"counts": counts, "families_apart": float(np.abs(turned - family[1]).max())})


def _row_of_table_1(entry: Any) -> str:
    parameters = entry.parameters
    if entry.use == "pure-product":
        return "pure separable"
    if entry.use in ("circuit-pure", "haar-ket"):
        return "pure entangled"
    if entry.use == "biseparable-kronecker":
        return f"{'pure' if parameters['form'] == 'pure' else 'mixed'} biseparable"
    separable = entry.use in ("kronecker-mixture", "traced-product")
    if separable or parameters.get("kets") == "product-circuit":
        return "mixed separable"
    return "mixed entangled"


def label_proofs(states: int, witnesses: int, seed: int) -> Made:
    """Proves the labels of the three PPT-entangled tests, on fresh states of each.

    Args:
        states: States of UPB and of Acin, each permuted and rotated.
        witnesses: Horodecki states whose bound cut is proven entangled by a witness.
        seed: Seed of the study.
    """
    values: dict[str, object] = {"shifts_residual": _shifts_residual()}
    for name, family in (("UPB", "upb-shifts"), ("Acin", "acin")):
        rng = stream(seed, "label-proofs", family)
        batch = component(family, "state-family", certify=True, permute=True, rotate=True).sample(
            states, rng
        )
        # The product vectors that come along, re-verified by the checker; no verdict on trust.
        separable = [certified_separability(batch, ["supplied"], cut) for cut in cuts(3)]
        whole = certified_separability(batch, ["permutation-norm", "x-form"], "A|B|C")
        values[name] = {
            "states": states,
            "cuts": 3 * states,
            "separable cuts": int(sum((v == Verdict.SEPARABLE).sum() for v in separable)),
            "not fully separable": int((whole == Verdict.ENTANGLED).sum()),
        }
    weights = np.linspace(0.1, 0.9, max(2, witnesses))
    batch = component("horodecki-2x4", "state-family", qubits=True, b={"values": weights.tolist()})
    sample = batch.sample(len(weights), np.random.default_rng(0))
    least = [
        np.linalg.eigvalsh(partial_transpose(sample.density(), (2, 2, 2), [party]))[:, 0]
        for party in range(3)
    ]
    closed = (weights - np.sqrt(weights**2 + (1 - weights**2) / 4)) / (7 * weights + 1)
    bound = certified_verdicts(StateBatch(sample.density(), (2, 2, 2)), "A|BC", {})
    values["Horodecki"] = {
        "states": len(weights),
        "least eigenvalue of the bound cut": float(np.abs(least[0]).max()),
        "off the closed form": float(
            max(np.abs(least[1] - closed).max(), np.abs(least[2] - closed).max())
        ),
        "bound cut proven entangled": int((bound == Verdict.ENTANGLED).sum()),
        "unknown": int((bound == Verdict.UNKNOWN).sum()),
    }
    return Made(values)


def _shifts_residual() -> float:
    """Returns how far the explicit mixture is from the state of the shifts basis across A|BC."""
    zero, one = np.array([1.0, 0]), np.array([0, 1.0])
    plus, minus = (zero + one) / 2**0.5, (zero - one) / 2**0.5
    f, g = np.kron(zero, zero), np.kron(minus, plus)
    f2, g2 = np.kron(one, minus), np.kron(plus, one)
    terms = [(zero, g - f / 2), (one, f - g / 2), (plus, g2 + f2 / 2), (minus, f2 + g2 / 2)]
    kets = np.stack([np.kron(a, b / np.linalg.norm(b)) for a, b in terms])
    state = component("upb-shifts", "state-family").sample(1, np.random.default_rng(0)).density()[0]
    return float(np.abs(kets.T @ kets / 4 - state).max())


def maximal_rank(numbers: str, fraction: float, seed: int) -> Made:
    """Compares the hand-made labels of the maximal-rank group with proven verdicts."""
    group = maximal_rank_group(numbers, fraction, seed, ())
    labels, proven = hand_labels(group), group.proven
    ppt = 2 * group.negativity < 1e-9
    by_hand = ppt & (labels == 1)
    rank = np.linalg.matrix_rank(group.states.density(), tol=1e-4, hermitian=True)
    return Made(
        {
            "states": len(group),
            "with a PPT cut": int(ppt.any(axis=1).sum()),
            "PPT cuts": int(ppt.sum()),
            "PPT cuts labelled entangled": int(by_hand.sum()),
            "of them proven separable": int((proven[by_hand] == Verdict.SEPARABLE).sum()),
            "of them proven entangled": int((proven[by_hand] == Verdict.ENTANGLED).sum()),
            "of them unknown": int((proven[by_hand] == Verdict.UNKNOWN).sum()),
            "wrong labels": share_of((labels == 1) & (proven == Verdict.SEPARABLE)),
            "states of full rank": int((rank == 8).sum()),
        }
    )


def constants(numbers: str, fraction: float, seed: int, proofs: Mapping[str, int]) -> Made:
    """Scores three answers that learn nothing: PPT, always entangled, always separable."""
    values: dict[str, dict[str, object]] = {}
    tests = test_sets(fraction, numbers, seed, tuple(sorted(proofs.items())))
    for column, test in tests.items():
        answers: dict[str, NDArray[np.float64]] = {
            "PPT": (~test.ppt).astype(float),
            "always entangled": np.ones(test.ppt.shape),
            "always separable": np.zeros(test.ppt.shape),
        }
        for name, p in answers.items():
            values.setdefault(name, {})[column] = evaluated(p, test)
    return Made(values)
