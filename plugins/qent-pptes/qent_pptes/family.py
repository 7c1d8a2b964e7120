"""What all families here share: noise, permuted parties, local unitaries, certificates."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from qent_core.api import CertificateColumn, Probability, StateBatch, StateFamily, cuts, draw
from qent_core.linalg import Array
from qent_pptes.party_moves import (
    haar_unitaries,
    order_of,
    permuted,
    question_before,
    random_orders,
    rotated,
)
from qent_pptes.product_mixture import certificate_column
from qent_pptes.standard_form import StandardForm
from qent_pptes.white_noise import NoiseLimits, with_white_noise

Parameters = Mapping[str, NDArray[np.float64]]


class PptFamily(StateFamily):
    r"""A family of states whose verdicts are proven, optionally noisy, permuted and turned.

    A subclass says what its states look like in `standard_form`. `sample` then mixes in white
    noise, $\rho \mapsto (1-p)\rho + p I/D$, permutes the parties and turns each of them, in this
    order, and carries verdicts and product mixtures along:

    * white noise keeps SEPARABLE; it keeps ENTANGLED where the family proves that it survives,
      otherwise the verdict becomes UNKNOWN;
    * a permutation of the parties permutes the questions, state by state;
    * local unitaries keep every verdict.
    """

    name: ClassVar[str]
    """The name it goes by in records and in the states' ``source``."""

    white_noise: Probability = Field(
        default=0.0, description="Share p of white noise mixed in, from 0 to 1."
    )
    permute: bool = Field(
        default=False,
        description="Permute parties of equal dimension at random, state by state.",
    )
    rotate: bool = Field(
        default=False, description="Turn each party of each state by a Haar-random unitary."
    )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        moved = {"white_noise": {"uniform": [0.0, 0.2]}, "permute": True, "rotate": True}
        return [{}, moved]

    @property
    def parties(self) -> int:
        """Number of parties."""
        return 2

    @abstractmethod
    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns ``count`` states as the literature writes them."""

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns how much white noise the verdicts are proven to bear; here nothing."""
        return NoiseLimits()

    def certificates(self, form: StandardForm) -> dict[str, CertificateColumn] | None:
        """Returns certificates of the final states; here none."""
        return None

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices with their proven verdicts.

        Recorded are the family's own parameters, ``white_noise``, and with ``permute`` the
        ``permutation``: its place in lexicographic order, 0 for none.
        """
        form = self.standard_form(count, rng)
        noise = draw(self.white_noise, count, rng)
        if noise.any():
            form = with_white_noise(form, noise, self.noise_limits(form))
        if self.permute:
            form = permuted(form, random_orders(count, form.dims, rng))
        if self.rotate:
            form = rotated(form, [haar_unitaries(count, d, rng) for d in form.dims])
        return StateBatch(
            form.states,
            form.dims,
            parameters={**form.parameters, "white_noise": noise},
            known=form.verdicts,
            certificates=self.certificates(form),
            source=self.name,
        )

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        """Returns the negativity across a cut before any permutation; 0, since all cuts are PPT."""
        return np.zeros(len(parameters["white_noise"]))

    def exact(self, column: str, parameters: Parameters) -> NDArray[np.float64] | None:
        """Returns the closed form of a negativity, for example of ``"negativity[A|BC]"``.

        Args:
            column: Name of the label column.
            parameters: The states' parameters, as `sample` records them.
        """
        question = column.removeprefix("negativity[").removesuffix("]")
        if column != f"negativity[{question}]" or question not in cuts(self.parties):
            return None
        if "white_noise" not in parameters:
            return None
        if "permutation" not in parameters:
            return None if self.permute else self.standard_negativity(question, parameters)
        result = np.zeros(len(parameters["white_noise"]))
        for number in np.unique(parameters["permutation"]):
            here = parameters["permutation"] == number
            before = question_before(question, order_of(int(number), self.parties))
            part = {name: values[here] for name, values in parameters.items()}
            values = self.standard_negativity(before, part)
            if values is None:
                return None
            result[here] = values
        return result


class CertifiedFamily(PptFamily):
    """A family that knows explicit product mixtures for some of its questions."""

    certify: bool = Field(
        default=False,
        description="Attach the product mixtures known in closed form as certificates.",
    )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [*super().conformance_parameters(), {"certify": True, "rotate": True}]

    def certificates(self, form: StandardForm) -> dict[str, CertificateColumn] | None:
        """Returns the product mixtures as certificates of quality "within-delta"."""
        if not self.certify:
            return None
        return {
            question: certificate_column(question, len(form.states), pieces)
            for question, pieces in form.mixtures.items()
        }
