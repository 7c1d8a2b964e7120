"""PPT-entangled families with their proven verdicts: nothing contradicts what is proven of them."""

import numpy as np
import pytest

from qent_core.api import cuts

FAMILIES = {
    "horodecki-3x3": {},
    "horodecki-alpha": {},
    "horodecki-2x4": {},
    "horodecki-2x4 as qubits": {"qubits": True},
    "horodecki-2xd": {"d": 5},
    "acin": {},
    "smolin": {},
    "chessboard": {},
    "breuer-hall": {},
    "lattice": {},
    "upb-tiles": {},
    "upb-tiles in 4x4": {"embed": [4, 4]},
    "upb-pyramid": {},
    "upb-pyramid in 3x4": {"embed": [3, 4]},
    "upb-sixparam": {},
    "upb-shifts": {},
    "upb-shifts in 2x3x2": {"embed": [2, 3, 2]},
    "upb-gentiles1": {},
    "upb-gentiles2": {},
    "upb-quadres": {"d": 3},
    "upb-min4x4": {},
    "extreme-ppt 2x4": {"dims": [2, 4]},
    "extreme-ppt 3x3": {"dims": [3, 3]},
    "extreme-ppt 2x2x2": {"dims": [2, 2, 2]},
}
QUICK = ("horodecki-3x3", "horodecki-2x4", "acin", "chessboard", "upb-tiles", "upb-shifts")
SHORT = {"decomposition": 60, "low-rank": 30, "witness": 60, "ppt-mixer": 200}
"""Budgets: soundness is asked here, not completeness."""

EXACT = {"white_noise": 0.0}
SLIGHT = {"white_noise": {"uniform": [0.0, 0.02]}}
ANY = {"white_noise": {"uniform": [0.0, 1.0]}}


@pytest.mark.parametrize("noise", [EXACT, SLIGHT, ANY], ids=["exact", "slight noise", "any noise"])
@pytest.mark.parametrize(
    ("name", "count"),
    [(name, 2) for name in QUICK]
    + [pytest.param(name, 12, marks=pytest.mark.slow) for name in FAMILIES],
)
def test_no_verdict_contradicts_a_proven_one(bench, report, name, count, noise):
    moved = {"permute": True, "rotate": True, **noise, **FAMILIES[name]}
    batch = bench.family(name.split()[0], count, seed=5, **moved)
    if batch.dimension > 16:
        batch = batch[:4]
    questions = [*cuts(batch.parties)]
    if batch.parties == 3:
        questions += ["A|B|C", "biseparable"]
    found, _labels = bench.label(batch, *questions, budgets=SHORT)
    wrong = known = agree = decided = 0
    for question, values in found.items():
        truth = batch.known.get(question, np.full(len(batch), -1))
        both = (values >= 0) & (truth >= 0)
        wrong += int((both & (values != truth)).sum())
        agree += int((both & (values == truth)).sum())
        known += int((truth >= 0).sum())
        decided += int((values >= 0).sum())
    report(
        family=name, states=len(batch), questions=len(questions), proven_by_the_family=known,
        of_these_certified=agree, decided=decided, wrong=wrong,
    )  # fmt: skip
    assert wrong == 0


@pytest.mark.parametrize("name", ["acin", "upb-shifts", "smolin", "horodecki-alpha"])
def test_certificates_that_families_give_are_accepted(bench, report, name):
    batch = bench.family(name, 10, seed=6, certify=True, rotate=True, permute=True)
    questions = list(batch.certificates)
    found, _labels = bench.label(batch, *questions, stages=["supplied"])
    accepted = 0
    for question, values in found.items():
        given = batch.certificates[question].present
        assert (values[given] == batch.known[question][given]).all()
        accepted += int(given.sum())
    report(family=name, certificates=accepted)
    assert accepted
