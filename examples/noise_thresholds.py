"""Thresholds in white noise from proofs alone, beside what is known of them.

For every state the visibility v in v rho + (1 - v) 1/D is bisected with proven verdicts only. The
brackets need no trust: below the first number a decomposition has been checked, above the second a
proof of entanglement.

    python examples/noise_thresholds.py                    all rows, some ten minutes
    python examples/noise_thresholds.py isotropic-3 ghz    these rows
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qent_core.api import StateBatch
from qent_core.labelling import labelers_of
from qent_core.threshold import Bracket, certified_bracket

WIDTH = 9e-4


@dataclass(frozen=True)
class Row:
    """One state, one question, and what is known."""

    name: str
    state: Callable[[], StateBatch]
    question: str
    known: str
    stages: tuple[str, ...] | None = None
    """Stages of the labeler, where not the usual ones."""


def isotropic(d: int) -> StateBatch:
    """Returns the maximally entangled state of two parties."""
    return StateBatch([np.eye(d).ravel() / np.sqrt(d)], (d, d))


def antisymmetric(d: int) -> StateBatch:
    """Returns the Werner state on the antisymmetric subspace."""
    swap = np.eye(d * d)[[d * j + i for i in range(d) for j in range(d)]]
    return StateBatch([(np.eye(d * d) - swap) / (d * (d - 1))], (d, d))


def ket(*levels: int) -> StateBatch:
    """Returns the even superposition of basis states of three qubits."""
    amplitudes = np.zeros(8)
    amplitudes[list(levels)] = 1 / np.sqrt(len(levels))
    return StateBatch([amplitudes], (2, 2, 2))


def horodecki(a: float) -> StateBatch:
    """Returns P. Horodecki's state of two qutrits (Phys. Lett. A 232, 333 (1997))."""
    rho = np.eye(9) * a
    for i, j in ((0, 4), (0, 8), (4, 8)):
        rho[i, j] = rho[j, i] = a
    rho[6, 6] = rho[8, 8] = (1 + a) / 2
    rho[6, 8] = rho[8, 6] = np.sqrt(1 - a * a) / 2
    return StateBatch([rho / (8 * a + 1)], (3, 3))


# Upper bounds on the visibility of separable states, to three digits (arXiv:1207.2889).
PUBLISHED = dict(
    zip(
        (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        ("0.950", "0.939", "0.937", "0.940", "0.946", "0.953", "0.962", "0.972", "0.984"),
        strict=True,
    )
)

# Near the border of two qutrits symmetric extensions (they need CVXPY) prove more than witnesses.
CLOSE = ("realignment", "decomposition", "extension")

ROWS = (
    *(Row(f"isotropic-{d}", lambda d=d: isotropic(d), "A|B", f"1/{d + 1}") for d in (2, 3, 4)),
    Row("werner-3", lambda: antisymmetric(3), "A|B", "1/4"),
    Row("ghz", lambda: ket(0, 7), "A|B|C", "1/5"),
    Row("ghz-biseparable", lambda: ket(0, 7), "biseparable", "3/7"),
    Row("w-biseparable", lambda: ket(1, 2, 4), "biseparable", "0.479"),
    *(
        Row(f"horodecki-{a}", lambda a=a: horodecki(a), "A|B", f"{digits} (published)", CLOSE)
        for a, digits in PUBLISHED.items()
    ),
)


def bracket(row: Row) -> Bracket:
    """Returns the proven bracket of a row."""
    parameters = {"certified": {"stages": row.stages}} if row.stages else {}
    (labeler,) = labelers_of(
        ["certified"], questions=[row.question], parameters=parameters
    ).labelers
    return certified_bracket(row.state(), row.question, labeler.component, width=WIDTH)


def main(names: list[str]) -> None:
    """Prints the chosen rows, or all."""
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"no such rows: {', '.join(sorted(unknown))}; there are {[r.name for r in ROWS]}")
    print(f"{'state':16} {'question':12} {'separable up to':16} {'entangled from':15} known")
    for row in ROWS:
        if not names or row.name in names:
            found = bracket(row)
            print(
                f"{row.name:16} {row.question:12} {found.separable:<16.6f} "
                f"{found.entangled:<15.6f} {row.known}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
