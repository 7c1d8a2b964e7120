"""What the proofs say about states that a published training set labels by hand.

The three-qubit study of arXiv:2210.07410 adds a "max-rank" group: reduced states of random
nine-qubit circuits kept if every cut has exactly one partial-transpose eigenvalue near zero. Cuts
that are not products by construction and look unentangled are labelled entangled by hand. This
script certifies them, cut by cut:

    python examples/max_rank_group.py 100
"""

import math
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


def interval(hits: int, count: int) -> str:
    """Returns the 95 % Wilson interval of a share, in per cent."""
    z, share = 1.959964, hits / count
    centre = share + z**2 / (2 * count)
    width = z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    low, high = ((centre + sign * width) / (1 + z**2 / count) for sign in (-1, 1))
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def report(title: str, states: StateBatch) -> None:
    """Prints, cut by cut, what is proven of those with a positive partial transpose."""
    labels = label_states(states, ["certified"])
    print(f"{title}: {len(states)} states")
    print("| cut | PPT | exact products | separable | entangled | unknown | separable, 95 % |")
    print("|---" * 7 + "|")
    sums = np.zeros(5, dtype=int)
    for party, cut in enumerate(cuts(3)):
        lowest = np.linalg.eigvalsh(partial_transpose(states.density(), (2, 2, 2), [party]))[:, 0]
        ppt = lowest > -1e-12
        product = is_product(states.density(), party)
        verdict = labels.values(f"certified[{cut}]")[ppt]
        verdicts = (Verdict.SEPARABLE, Verdict.ENTANGLED, Verdict.UNKNOWN)
        numbers = [int(ppt.sum()), int((ppt & product).sum())]
        numbers += [int((verdict == v).sum()) for v in verdicts]
        sums += numbers
        show(cut.replace("|", r"\|"), numbers)
    show("all cuts", sums.tolist())


def is_product(rho: np.ndarray, party: int) -> np.ndarray:
    """Tells which states are the product of one qubit and the other two."""
    order = [party, *(p for p in range(3) if p != party)]
    axes = (0, *(1 + p for p in order), *(4 + p for p in order))
    split = rho.reshape(-1, *(2,) * 6).transpose(axes).reshape(-1, 2, 4, 2, 4)
    one, two = np.einsum("nabcb->nac", split), np.einsum("nabac->nbc", split)
    rest = split - np.einsum("nac,nbd->nabcd", one, two)
    return np.abs(rest).reshape(len(rho), -1).max(axis=1) < 1e-10


def show(name: str, numbers: list[int]) -> None:
    """Prints one row; the interval is that of the share proven separable."""
    share = interval(numbers[2], numbers[0])
    print(f"| {name} | " + " | ".join(map(str, numbers)) + f" | {share} |")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    report("max-rank group", sample("traced-circuit", count, keep="max-rank"))
