"""What a study finds: per claim our numbers, a verdict, and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The verdict on one claim."""

    REPRODUCED = "reproduced"
    """Ours agrees with the published value within the claim's tolerance."""
    EXCEEDED = "exceeded"
    """Ours is better than the published value by more than the tolerance."""
    NOT_REPRODUCED = "not reproduced"
    """Ours is worse, or different; the reason says what is known about why."""
    REFUTED = "refuted"
    """The claim is provably false; the reason or the claim's derivation is the proof."""
    NOT_TESTED = "not tested"
    """Not tested at this scale, or left out of this run; the reason says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number of ours with what is needed to trust it.

    Example:
        >>> print(Quantity(name="psi2", value=0.9767, interval=(0.9761, 0.9773), n=20000,
        ...                seeds=(1, 2)).text())
        psi2: 0.9767 [0.9761, 0.9773], n = 20000, 2 seeds
    """

    value: float
    name: str = ""
    """Which of several; the same name as in the claim's ``published`` where it has several."""
    interval: tuple[float, float] | None = None
    """95 % confidence interval."""
    n: int | None = None
    """Number of states that the number rests on."""
    seeds: tuple[int, ...] = ()
    note: str = ""
    """For example the variance of the target beside an R²."""

    def text(self, unit: str = "") -> str:
        """Returns the number as a table shows it."""
        parts = [f"{self.value:.6g} {unit}".strip()]
        if self.interval is not None:
            parts[0] += f" [{self.interval[0]:.6g}, {self.interval[1]:.6g}]"
        if self.n is not None:
            parts.append(f"n = {self.n}")
        if self.seeds:
            parts.append(f"{len(self.seeds)} seed" + ("s" if len(self.seeds) > 1 else ""))
        if self.note:
            parts.append(self.note)
        text = ", ".join(parts)
        return f"{self.name}: {text}" if self.name else text

    def short(self, unit: str = "") -> str:
        """Returns the name and the number alone."""
        text = f"{self.value:.6g} {unit}".strip()
        return f"{self.name}: {text}" if self.name else text

    def document(self) -> dict[str, Any]:
        """Returns the number as JSON has it, without what is empty."""
        whole = {
            "name": self.name,
            "value": self.value,
            "interval": list(self.interval) if self.interval else None,
            "n": self.n,
            "seeds": list(self.seeds),
            "note": self.note,
        }
        return {key: item for key, item in whole.items() if item not in (None, "", [])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one claim.

    Everything but ``measured`` must follow from the seeds and settings alone.

    Raises:
        ValueError: The verdict needs a reason and there is none.

    Example:
        >>> Finding(claim="S9-01", outcome="not reproduced")
        Traceback (most recent call last):
            ...
        ValueError: the finding on S9-01 is 'not reproduced' and needs a reason
    """

    claim: str
    """Id of the claim."""
    outcome: Outcome
    ours: str | tuple[Quantity, ...] = ()
    """Our numbers under the paper's protocol, or a sentence."""
    reason: str = ""
    """Why: needed unless the claim is reproduced or exceeded."""
    truth: str = ""
    """What is true, where the run itself computed it; else the claim's own truth is shown."""
    measured: str = ""
    """Times and memory, shown but kept out of ``claims.json``: they differ from run to run."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", Outcome(self.outcome))
        if isinstance(self.ours, Quantity):
            object.__setattr__(self, "ours", (self.ours,))
        elif not isinstance(self.ours, str):
            object.__setattr__(self, "ours", tuple(self.ours))
        good = (Outcome.REPRODUCED, Outcome.EXCEEDED)
        if self.outcome not in good and not self.reason:
            raise ValueError(f"the finding on {self.claim} is '{self.outcome}' and needs a reason")

    def ours_text(self, unit: str = "", *, short: bool = False) -> str:
        """Returns our numbers as a table shows them."""
        if isinstance(self.ours, str):
            return self.ours
        return "; ".join(q.short(unit) if short else q.text(unit) for q in self.ours)


LEFT_OUT = "left out by --only"
"""The reason why a claim that nobody asked for is not tested."""


def not_tested(claim: str, reason: str) -> Finding:
    """Returns the finding that nothing was found."""
    return Finding(claim=claim, outcome=Outcome.NOT_TESTED, reason=reason)
