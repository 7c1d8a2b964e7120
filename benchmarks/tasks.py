"""What is measured: one record per row of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One operation on states of given dimensions."""

    name: str
    """Row of the table."""
    operation: str
    """Which method of a library does it."""
    dims: tuple[int, ...]
    tolerance: float = 1e-10
    """How closely the libraries must agree; for sampling, in standard errors of the mean."""
    why: str = ""
    """What there is to say where qent is not ahead."""

    @property
    def samples(self) -> bool:
        """True if states are made rather than measured."""
        return self.operation in ("haar_pure", "hilbert_schmidt", "bures")

    @property
    def size(self) -> int:
        """Total dimension."""
        size = 1
        for d in self.dims:
            size *= d
        return size


_LAPACK = "They are the same LAPACK calls and array operations in both, so nobody can be far ahead."

OPERATIONS = (
    Task("negativity 2x2", "negativity", (2, 2)),
    Task("negativity 2x4", "negativity", (2, 4), why=_LAPACK),
    Task("partial transpose 2x2", "partial_transpose", (2, 2), why=_LAPACK),
    Task("partial transpose 2x4", "partial_transpose", (2, 4), why=_LAPACK),
    Task("concurrence 2x2", "concurrence", (2, 2)),
    Task("PPT test 2x2", "ppt", (2, 2)),
    Task("PPT test 2x4", "ppt", (2, 4)),
    Task("PPT with proof 2x2", "ppt_with_proof", (2, 2)),
    Task("PPT with proof 2x4", "ppt_with_proof", (2, 4)),
)

_KETS = "Both draw one array of normal numbers and divide by norms, so nobody can be far ahead."

_DRAWN = (
    "Both draw the same normal numbers and multiply the same matrices, so nobody can be far ahead."
)

SAMPLING = (
    Task("Haar pure d=4", "haar_pure", (4,), tolerance=5.0, why=_KETS),
    Task("Haar pure d=8", "haar_pure", (8,), tolerance=5.0, why=_KETS),
    Task("Hilbert-Schmidt d=4", "hilbert_schmidt", (4,), tolerance=5.0, why=_DRAWN),
    Task("Hilbert-Schmidt d=8", "hilbert_schmidt", (8,), tolerance=5.0, why=_DRAWN),
    Task("Bures d=4", "bures", (4,), tolerance=5.0, why=_DRAWN),
    Task("Bures d=8", "bures", (8,), tolerance=5.0, why=_DRAWN),
)


def expected_mean(task: Task) -> float:
    """Returns the exact mean of what a sampling task is judged by.

    Haar kets: the fourth moment of one amplitude, 2/(d(d+1)). Density matrices: the purity,
    2d/(d^2+1) for Hilbert-Schmidt, (5d^2+1)/(2d(d^2+2)) for Bures (Sommers and Zyczkowski,
    J. Phys. A 37, 8457, 2004).
    """
    d = task.size
    if task.operation == "haar_pure":
        return 2 / (d * (d + 1))
    if task.operation == "bures":
        return (5 * d * d + 1) / (2 * d * (d * d + 2))
    return 2 * d / (d * d + 1)
