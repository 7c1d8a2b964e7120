"""Which epoch's weights are kept, by a rule that names its data."""

from __future__ import annotations

from collections.abc import Mapping

RULES = ("accuracy", "loss", "last")
"""Names of the rules.

``accuracy``: largest mean accuracy over the validation sets (as the paper's text says), ``loss``:
least sum of their losses (as its code does), ``last``: the last epoch, whatever it is worth.
"""

Measured = Mapping[str, Mapping[str, float]]
"""Validation set to its ``loss`` and ``accuracy``."""


def merit(rule: str, measured: Measured) -> float | None:
    """Returns how good an epoch was, more is better; None if nothing was measured.

    An empty validation set has loss 0 and no accuracy.

    Example:
        >>> sets = {"a": {"loss": 0.2, "accuracy": 0.9}, "b": {"loss": 0.4, "accuracy": 0.7}}
        >>> round(merit("accuracy", sets), 3), round(merit("loss", sets), 3)
        (0.8, -0.6)
    """
    if rule == "last" or not measured:
        return None
    if rule == "loss":
        return -sum(row["loss"] for row in measured.values())
    accuracies = [row["accuracy"] for row in measured.values() if "accuracy" in row]
    return sum(accuracies) / len(accuracies) if accuracies else None


def sentence(rule: str, names: tuple[str, ...]) -> str:
    """Returns the rule with its data in words.

    Example:
        >>> sentence("loss", ("verified", "horodecki"))
        "least summed loss over the validation sets 'verified', 'horodecki'"
    """
    if rule == "last" or not names:
        return "the last epoch, without validation"
    words = {"accuracy": "largest mean accuracy", "loss": "least summed loss"}[rule]
    return f"{words} over the validation sets {', '.join(map(repr, names))}"
