"""Claims as data: what a paper says, where, how exactly, and what is provably true."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qent_core.errors import StudyBrokenError, StudyClaimUnknownError
from qent_core.names import counted, listed, nearest

Stated = float | str | dict[str, float | str]
"""A number, a sentence, or several by name: ``{ psi1 = 0.99999, psi2 = 0.975 }``."""


class Claim(BaseModel):
    """One claim of a paper.

    Example:
        >>> claim = Claim(id="S9-01", where="Fig. 1", statement="The slope is one half",
        ...               published=0.5, tolerance=0.01)
        >>> claim.published_text()
        '0.5'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
    """Short and unique in the study, for example ``"S2-04"``."""
    where: str
    """Figure, table, equation or sentence of the paper."""
    statement: str
    """What is claimed, in one sentence."""
    published: Stated | None = None
    """The published value or values; None if the claim is in words only."""
    tolerance: float | dict[str, float] | None = Field(default=None)
    """How far ours may be from the published value and still reproduce it, per name if several."""
    better: Literal["higher", "lower"] | None = None
    """Which direction exceeds the published value; None if neither is better."""
    unit: str = ""
    truth: Stated | None = None
    """What is provably true, where it is known."""
    derivation: str = ""
    """How the truth is known: the proof in a sentence or two, or where it stands."""

    def published_text(self) -> str:
        """Returns what was published as a table shows it."""
        return shown(self.published, self.unit)

    def truth_text(self) -> str:
        """Returns what is true as a table shows it."""
        return shown(self.truth, self.unit)

    def value(self, name: str = "") -> float | None:
        """Returns one published number, or None if there is none of that name."""
        value = self.published
        if isinstance(value, dict):
            value = value.get(name)
        return float(value) if isinstance(value, int | float) else None

    def allowance(self, name: str = "") -> float | None:
        """Returns the tolerance of one published number, or None."""
        if isinstance(self.tolerance, dict):
            return self.tolerance.get(name)
        return self.tolerance


def shown(stated: Stated | None, unit: str = "") -> str:
    """Returns a stated value as text.

    Example:
        >>> shown({"D": 98.0, "GT": 81.9}, "%")
        'D: 98 %; GT: 81.9 %'
    """
    if stated is None:
        return ""
    if isinstance(stated, str):
        return stated
    if isinstance(stated, dict):
        return "; ".join(f"{name}: {shown(value, unit)}" for name, value in stated.items())
    return f"{stated:.12g} {unit}".strip()


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Returns the claims of a ``claims.toml``, in its order.

    Raises:
        StudyBrokenError: It is missing, no TOML, or an entry is no claim; the message says which.
    """
    where = path.name
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("claim", [])
    except OSError as error:
        raise StudyBrokenError(
            f"the claims of the study cannot be read: {error.strerror or error}", where=str(path)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyBrokenError(f"the claims are no valid TOML: {error}", where=where) from error
    if not isinstance(entries, list) or not entries:
        raise StudyBrokenError("there is no claim", where=where, do="add [[claim]] tables")
    claims = []
    for number, entry in enumerate(entries, start=1):
        named = entry.get("id", number) if isinstance(entry, Mapping) else number
        try:
            claims.append(Claim.model_validate(entry))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(str(step) for step in first["loc"])
            raise StudyBrokenError(
                f"a claim is malformed: {key}: {first['msg']}",
                where=f"{where}, [[claim]] {named}",
                do="a claim has id, where, statement, and optionally published, tolerance, "
                "better, unit, truth, derivation",
            ) from error
    names = [claim.id for claim in claims]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyBrokenError(f"{listed(twice)} stands there twice", where=where)
    return tuple(claims)


def choose_claims(claims: Sequence[Claim], only: Sequence[str]) -> tuple[str, ...]:
    """Returns the ids asked for, in the order of the claims; all if none was named.

    Raises:
        StudyClaimUnknownError: There is no such claim.
    """
    spelt = {claim.id.lower(): claim.id for claim in claims}
    wanted = {word.strip().lower(): word.strip() for word in only if word.strip()}
    for key, word in wanted.items():
        if key in spelt:
            continue
        near = nearest(word, spelt.values(), count=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        first, last = claims[0].id, claims[-1].id
        raise StudyClaimUnknownError(
            f"the study has no claim '{word}'",
            where="--only",
            do=f"{hint}It has {counted(len(claims), 'claim')}, {first} to {last}",
        )
    return tuple(claim.id for claim in claims if not wanted or claim.id.lower() in wanted)
