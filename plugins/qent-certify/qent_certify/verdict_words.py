"""Verdicts, questions and the checker's answers in the words of the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import BISEPARABLE, CertificateBlock, Verdict, check_block
from qent_core.certificates import Certificate

Array = NDArray[Any]


def answer_in_words(verdict: Verdict, question: str) -> str:
    """Returns a verdict in the words of the field.

    Example:
        >>> answer_in_words(Verdict.ENTANGLED, "A|B|C")
        'not fully separable (A|B|C)'
        >>> answer_in_words(Verdict.ENTANGLED, "biseparable")
        'genuinely multipartite entangled (not biseparable)'
    """
    separable = verdict == Verdict.SEPARABLE
    if question == BISEPARABLE:
        return "biseparable" if separable else "genuinely multipartite entangled (not biseparable)"
    if question.count("|") == 1:
        return f"{verdict.word} across {question}"
    if all(len(block) == 1 for block in question.split("|")):
        return f"{'fully' if separable else 'not fully'} separable ({question})"
    return f"{'separable' if separable else 'not separable'} for the partition {question}"


def asked_in_words(question: str) -> str:
    """Returns what a question is about, to follow "nothing is proven"."""
    return "about biseparability" if question == BISEPARABLE else f"for {question}"


def checked_in_words(rho: Array, dims: tuple[int, ...], proof: Certificate) -> str:
    """Returns what the checker says of a certificate, and how far it is from the other answer."""
    arrays = {name: np.asarray(array)[None] for name, array in proof.arrays().items()}
    block = CertificateBlock(proof.kind, proof.question, proof.quality, np.array([0]), arrays)
    outcome = check_block(rho, dims, block)
    word = {1: "accepts", 0: "does not decide", -1: "refuses"}[int(outcome.status[0])]
    return f"The checker {word} it{_BEYOND.get(proof.kind, _by)(float(outcome.slack[0]), proof)}."


def _by(slack: float, proof: Certificate) -> str:
    return f": beyond the bound by {slack:.2g} more than its margin"


def _of_the_room(slack: float, proof: Certificate) -> str:
    blocks = 2 if proof.question == BISEPARABLE else proof.question.count("|") + 1
    share = 1 - slack / 2.0 ** (1 - blocks / 2)
    return f": with rounding the rest takes {100 * share:.2g} % of what the noise makes up for"


def _of_delta(slack: float, proof: Certificate) -> str:
    return f": with rounding within {1e-12 - slack:.2g} in trace distance, allowed is 1e-12"


_BEYOND: Mapping[str, Callable[[float, Certificate], str]] = {
    "decomposition": _of_the_room,
    "biseparable-decomposition": _of_the_room,
    "low-rank": _of_delta,
    # Of a witness the checker proves that it holds, not by how much.
    "witness": lambda slack, proof: "",
    "extremal": lambda slack, proof: "",
}
