"""What a network's probabilities are worth: by the paper's labels, and by what is proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, stream
from qent_core.linalg import permute_parties
from qent_siamese.study.scores import area_under_curve, share_of
from qent_siamese.study.siamese.datasets import Test

Predict = Callable[[StateBatch], NDArray[np.floating[Any]]]
"""States to probabilities ``(n, cuts)``."""

THRESHOLD = 0.5


def evaluated(probabilities: NDArray[Any], test: Test) -> dict[str, Any]:
    """Returns accuracies in per cent with intervals, n counting states.

    * ``claimed``: Eq. 9 of the paper, by its labels; ``proven``: the same by proven verdicts, over
      the decided cuts.
    * ``bound``: answers "entangled" on cuts that are entangled though PPT; ``npt``: on NPT cuts;
      ``separable``: answers "separable" on separable cuts.
    * ``cuts``: ``claimed`` cut by cut, in the order A|BC, B|AC, C|AB; ``unknown``: undecided cuts.

    Args:
        probabilities: ``(n, 3)`` of entanglement.
        test: The test set.
    """
    answers = np.asarray(probabilities) > THRESHOLD
    decided = test.proven != Verdict.UNKNOWN
    separable = test.proven == Verdict.SEPARABLE
    right = answers == (test.claimed == Verdict.ENTANGLED)
    return {
        "claimed": share_of(right),
        "proven": share_of(answers == (test.proven == Verdict.ENTANGLED), decided),
        "bound": share_of(answers, test.bound),
        "npt": share_of(answers, ~test.ppt),
        "separable": share_of(~answers, separable),
        "cuts": (100 * right.mean(axis=0)).tolist(),
        "unknown": int((~decided).sum()),
    }


def evaluated_on(predict: Predict, tests: Mapping[str, Test]) -> dict[str, dict[str, Any]]:
    """Returns `evaluated` for every test, and how well PPT cuts are told apart.

    ``auc`` is the area under the ROC curve, in per cent, of the PPT cuts that the paper labels
    entangled against the separable cuts of the mixed test. For Horodecki's bound cuts it should be
    100; UPB and Acin cuts are separable too, so that 50 is right.
    """
    found, scores = {}, {name: predict(test.states) for name, test in tests.items()}
    for name, test in tests.items():
        found[name] = evaluated(scores[name], test)
        suspects = test.ppt & (test.claimed == Verdict.ENTANGLED)
        if name != "mixed" and suspects.any():
            others = scores["mixed"][tests["mixed"].proven == Verdict.SEPARABLE]
            both = np.concatenate([scores[name][suspects], others])
            truth = np.arange(len(both)) < suspects.sum()
            found[name]["auc"] = area_under_curve(both, truth)
    return found


def symmetry_violation(predict: Predict, states: StateBatch, seed: int) -> dict[str, float]:
    r"""Returns the means of $|p - p(U\rho U^\dagger)|$ and $|p_j(\rho) - p_{\pi(j)}(\pi\rho)|$.

    Local unitaries are Haar-random, one per state and qubit; the second mean is over the five
    permutations that move a qubit. Both in the units of a probability, 0 to 1; the largest values
    too.

    Args:
        predict: The model.
        states: Three qubits.
        seed: Seed of the study.
    """
    p = np.asarray(predict(states), float)
    rotated = component("random-local-unitary", "channel").apply(
        states.astype(np.complex128), stream(seed, "symmetry")
    )
    local = np.abs(p - predict(rotated))
    moved = []
    for order in permutations(range(3)):
        if order == (0, 1, 2):
            continue
        # New party k is old party order[k], and so is the cut that separates it from the others.
        image = StateBatch(permute_parties(states.density(), states.dims, order), states.dims)
        moved.append(np.abs(p[:, list(order)] - predict(image)))
    return {
        "local": float(local.mean()),
        "local_largest": float(local.max()),
        "permuted": float(np.mean(moved)),
        "permuted_largest": float(np.max(moved)),
        "states": len(states),
    }
