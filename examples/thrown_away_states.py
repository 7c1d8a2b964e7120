"""What the proofs say about the states that a published training set throws away.

The three-qubit study of arXiv:2210.07410 keeps a mixed state in its ``verified`` training set only
if every cut that is not separable by construction has a negative partial transpose: of the others
it cannot say what they are. This script makes the same groups without that filter, keeps what it
throws away, and asks for proof, cut by cut:

    python examples/thrown_away_states.py 100

The number is how many discarded states of each group are certified.
"""

import math
import sys
from collections.abc import Iterator

import numpy as np

from qent_core.api import StateBatch, Verdict, cuts, label_states, stream
from qent_core.build import build
from qent_core.linalg import partial_transpose
from qent_core.registry import default_registry

GROUPS = (
    ("mixture, half product circuits", "ket-mixture", {"kets": "half-and-half", "max_terms": 8}),
    ("mixture of random circuits", "ket-mixture", {"kets": "random-circuit", "max_terms": 8}),
    ("mixture of Haar kets", "ket-mixture", {"kets": "haar", "max_terms": 8}),
    *(
        (
            f"biseparable, {source}, {form}",
            "biseparable-kronecker",
            {"source": source, "form": form, "max_terms": 8},
        )
        for source in ("circuit", "haar")
        for form in ("outer", "inner", "comb")
    ),
    ("traced random circuit", "traced-circuit", {"block": "random"}),
)
"""The filtered groups of Table I: title, family, parameters."""

LEVEL = 1e-4
"""2N above this counts as entangled in the study."""


def twice_negativities(states: StateBatch) -> np.ndarray:
    """Returns 2N of every cut, ``(n, 3)``."""
    rho = states.density()
    spectra = [np.linalg.eigvalsh(partial_transpose(rho, states.dims, [p])) for p in range(3)]
    return np.stack([2 * np.clip(-s, 0, None).sum(axis=1) for s in spectra], axis=1)


def separable_by_construction(states: StateBatch) -> np.ndarray:
    """Returns the ``(n, 3)`` mask of the cuts that the family knows to be separable."""
    unknown = np.full(len(states), Verdict.UNKNOWN)
    return np.stack([states.known.get(c, unknown) == Verdict.SEPARABLE for c in cuts(3)], axis=1)


def kept(states: StateBatch) -> np.ndarray:
    """Returns the mask of the states that the study's filter keeps."""
    twice, free = twice_negativities(states), separable_by_construction(states)
    few = (twice <= LEVEL).sum(axis=1) <= 2 ** free.sum(axis=1) - 1
    return (twice.mean(axis=1) >= LEVEL) & few


def discarded(family: str, parameters: dict, count: int) -> tuple[StateBatch | None, str]:
    """Returns so many discarded states of a group, and how many were discarded of how many."""
    component = default_registry().resolve(family, "state-family")
    made, tries, found = build(component, parameters), 0, []
    rng = stream(1, f"{family} {parameters}")
    while sum(map(len, found)) < count and tries < max(3_000, 100 * count):
        batch = made.sample(1000, rng)
        tries += len(batch)
        if len(rows := np.flatnonzero(~kept(batch))):
            found.append(batch[rows])
    whole = StateBatch.concatenate(found) if found else None
    return whole and whole[:count], f"{sum(map(len, found))} of {tries}"


def interval(hits: int, count: int) -> str:
    """Returns the 95 % Wilson interval of a share, in per cent."""
    z, share = 1.959964, hits / count
    centre, width = (
        share + z**2 / (2 * count),
        z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)),
    )
    low, high = ((centre + sign * width) / (1 + z**2 / count) for sign in (-1, 1))
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def rows(title: str, states: StateBatch, share: str) -> Iterator[str]:
    """Yields one row per cut: what is proven where the study could say nothing."""
    labels = label_states(states, ["certified"])
    twice, free = twice_negativities(states), separable_by_construction(states)
    for number, cut in enumerate(cuts(3)):
        # Open: not separable by construction, and not entangled by the study's own measure.
        open_cuts = (twice[:, number] <= LEVEL) & ~free[:, number]
        column = labels.column(f"certified[{cut}]")
        verdicts, criteria = column.values, column.criteria
        verdict = verdicts[open_cuts]
        separable, entangled = (
            int((verdict == v).sum()) for v in (Verdict.SEPARABLE, Verdict.ENTANGLED)
        )
        total = len(verdict)
        yield " | ".join(
            (
                f"| {title}",
                share,
                cut.replace("|", r"\|"),
                str(total),
                str(separable),
                str(entangled),
                str(int((open_cuts & (verdicts == Verdict.ENTANGLED) & (criteria != "npt")).sum())),
                str(total - separable - entangled),
                f"{interval(separable, total)} |" if total else "- |",
            )
        )


def main(count: int) -> None:
    """Prints the table."""
    heads = "group|discarded|cut|open|separable|entangled|of these PPT|unknown|separable, 95 %"
    print("| " + " | ".join(heads.split("|")) + " |")
    print("|---" * 9 + "|")
    for title, family, parameters in GROUPS:
        states, share = discarded(family, parameters, count)
        if states is None:
            print(f"| {title} | {share} | - | 0 | 0 | 0 | 0 | 0 | - |", flush=True)
            continue
        for row in rows(title, states, share):
            print(row, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
