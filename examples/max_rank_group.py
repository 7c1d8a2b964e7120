"""What the proofs say about states that a published training set labels by hand.

The three-qubit study of arXiv:2210.07410 adds a "max-rank" group: reduced states of random
nine-qubit circuits kept if every cut has exactly one partial-transpose eigenvalue near zero. Cuts
that are not products by construction and look unentangled are labelled entangled by hand. This
script certifies them, cut by cut:

    python examples/max_rank_group.py 100
"""

import sys

import numpy as np

from qent_core.api import StateBatch, Verdict, cuts, label_states, stream
from qent_core.build import build
from qent_core.linalg import partial_transpose
from qent_core.registry import default_registry


def sample(family: str, count: int, **parameters: object) -> StateBatch:
    """Returns states of a family by name."""
    component = default_registry().resolve(family, "state-family")
    return build(component, parameters).sample(count, stream(1, family))


def report(title: str, states: StateBatch) -> None:
    """Prints, over all cuts, what is proven of those with a positive partial transpose."""
    labels = label_states(states, ["certified"])
    positive = proven = entangled = unknown = 0
    for party, cut in enumerate(cuts(3)):
        lowest = np.linalg.eigvalsh(partial_transpose(states.density(), (2, 2, 2), [party]))[:, 0]
        ppt = lowest > -1e-12
        verdict = labels.values(f"certified[{cut}]")[ppt]
        positive += int(ppt.sum())
        proven += int((verdict == Verdict.SEPARABLE).sum())
        entangled += int((verdict == Verdict.ENTANGLED).sum())
        unknown += int((verdict == Verdict.UNKNOWN).sum())
    print(f"{title}: {len(states)} states, {3 * len(states)} cuts")
    print(f"  cuts with positive partial transpose: {positive}")
    print(f"  of these proven separable {proven}, entangled {entangled}, undecided {unknown}")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    report("max-rank group", sample("traced-circuit", count, keep="max-rank"))
