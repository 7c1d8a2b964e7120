"""The cascade: every stage in turn, from cheap to dear, on what is still undecided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from qent_certify.docket import Docket
from qent_certify.settings import DEFAULT_BUDGETS, Settings, StageName
from qent_certify.stages.biseparable import find_biseparable
from qent_certify.stages.criteria import (
    find_npt,
    find_permutation_norm,
    find_pure_products,
    find_realignment,
    find_small,
)
from qent_certify.stages.decomposition import find_decompositions
from qent_certify.stages.extension import find_extension
from qent_certify.stages.extremal import find_extremal
from qent_certify.stages.low_rank import find_low_rank
from qent_certify.stages.mixer import find_mixer
from qent_certify.stages.witness import find_witnesses
from qent_certify.stages.x_form import find_x_form
from qent_core.api import track

Stage = Callable[[Docket, Settings], None]

_WORK: Mapping[StageName, Stage] = {
    "pure": find_pure_products,
    "npt": find_npt,
    "ppt-small": find_small,
    "realignment": find_realignment,
    "permutation-norm": find_permutation_norm,
    "x-form": find_x_form,
    "extremal": find_extremal,
    "decomposition": find_decompositions,
    "low-rank": find_low_rank,
    "witness": find_witnesses,
    "biseparable-decomposition": find_biseparable,
    "ppt-mixer": find_mixer,
    "extension": find_extension,
}


def run_cascade(
    docket: Docket,
    stages: Collection[StageName],
    budgets: Mapping[StageName, int],
    *,
    margin: float,
    seed: int,
    device: str,
    copies: int,
) -> None:
    """Runs the chosen stages in their order.

    Args:
        docket: What is known so far; changed in place.
        stages: Names of stages.
        budgets: Stage to its budget, where it is not the default; 0 skips it.
        margin: How far beyond its bound a number must be to be worth offering.
        seed: Fixes every random start.
        device: Where the decomposition search runs.
        copies: Number of copies in a symmetric extension.
    """
    chosen = [name for name in _WORK if name in stages]
    with track("proofs", total=len(chosen)) as step:
        for name in chosen:
            budget = budgets.get(name, DEFAULT_BUDGETS[name])
            if budget and any(len(docket.undecided(q)) for q in docket.questions):
                _WORK[name](docket, Settings(budget, margin, seed, device, copies))
            step(detail=name)
