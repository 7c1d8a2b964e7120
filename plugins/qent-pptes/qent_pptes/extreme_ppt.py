"""Random extreme points of the set of states with positive partial transposes."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field, field_validator

from qent_core.api import (
    CertificateColumn,
    ExtremalCertificate,
    LocalDims,
    Quality,
    Verdict,
    cut_of,
    cuts,
    full_separability,
)
from qent_pptes.extreme_walk import extreme_states
from qent_pptes.family import PptFamily
from qent_pptes.standard_form import StandardForm, with_implications

_LARGEST = 25


class ExtremePpt(PptFamily):
    r"""Random extreme points of the set of states that are PPT across every cut.

    A random walk inside the set, along directions that keep the ranges of the state and of its
    partial transposes, from the maximally mixed state until no direction is left (Leinaas,
    Myrheim, Ovrum, Phys. Rev. A 76, 034304, 2007; with Sollid, 81, 062330, 2010). Each direction is
    Gaussian, that is isotropic, among those allowed; no other property of the law is claimed.

    Verdict: fully separable states are mixtures of pure products, which are PPT; so an extreme
    point is either a pure product, SEPARABLE for every question, or not fully separable. Two
    parties: ``A|B`` is ENTANGLED whenever the rank is above 1. More parties: ``A|B|C`` is
    ENTANGLED, and nothing is claimed for cuts and biseparability. So that rounding cannot matter,
    states whose smallest nonzero eigenvalue, or singular value in the test for extremality, is
    below 1e-5 are drawn again. White noise leaves the verdict UNKNOWN until the state is inside the
    separable ball.

    Ranks of state and partial transpose: 2x4 (5,6) and (6,5), equally often; 3x3 (6,6), in 3 % of
    the states (7,5) or (5,7); 2x5 (7,7), seldom (6,8) or (8,6); 3x4 (8,9) and (9,8); 4x4 (11,11),
    seldom (10,12) or (12,10). In 2x2 and 2x3 only pure products are extreme. The realignment
    criterion sees no 2x4 state and about half of the 3x3 ones. One core takes about 1 ms for a 2x4
    state, 2 ms for 3x3, 25 ms for 4x4 and 240 ms for 5x5.

    Formula:
        $$\rho = \tfrac12(\sigma+\tau) \ \Rightarrow\ \sigma = \tau = \rho
        \quad \text{for all PPT states } \sigma, \tau$$

        that is, $\rho$ is PPT across every cut and no mixture of other such states.

    Example:
        >>> batch = ExtremePpt(dims=(2, 4)).sample(2, np.random.default_rng(0))
        >>> ranks = batch.parameters["rank"] + batch.parameters["rank_transposed"]
        >>> batch.known["A|B"].tolist(), ranks.tolist()
        ([1, 1], [11.0, 11.0])
    """

    name: ClassVar[str] = "extreme-ppt"

    dims: LocalDims = Field(default=(3, 3), description="Local dimensions, one per party.")
    certify: bool = Field(
        default=False,
        description="Attach certificates of extremality (two parties, without white noise).",
    )

    @field_validator("dims")
    @classmethod
    def _size(cls, dims: tuple[int, ...]) -> tuple[int, ...]:
        if len(dims) < 2:
            raise ValueError("must name at least two parties")
        if math.prod(dims) > _LARGEST:
            raise ValueError(f"must have a product of at most {_LARGEST}")
        return dims

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.dims)

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with ``rank`` and, for two parties, ``rank_transposed``."""
        views = [(), *(cut_of(cut, self.parties) for cut in cuts(self.parties))]
        found = extreme_states(count, self.dims, views, rng)
        pure = found.ranks[:, 0] == 1
        verdicts = np.where(pure, Verdict.SEPARABLE, Verdict.ENTANGLED)
        parameters = {"rank": found.ranks[:, 0]}
        if self.parties == 2:
            parameters["rank_transposed"] = found.ranks[:, 1]
        return StandardForm(
            states=found.states,
            dims=self.dims,
            parameters=parameters,
            verdicts=with_implications(
                {full_separability(self.parties): verdicts}, self.parties, count
            ),
        )

    def certificates(self, form: StandardForm) -> dict[str, CertificateColumn] | None:
        """Returns certificates of extremality for the entangled states of two parties."""
        if not self.certify or self.parties > 2:
            return None
        rows = np.flatnonzero(form.verdicts["A|B"] == Verdict.ENTANGLED)
        column = CertificateColumn.stacked(
            len(form.states), ExtremalCertificate, "A|B", rows, quality=Quality.STRICT
        )
        return {"A|B": column}
