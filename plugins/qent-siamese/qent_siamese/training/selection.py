"""Which epoch's weights are kept, by a rule that names its data."""

from __future__ import annotations

from collections.abc import Mapping

RULES = ("accuracy", "loss", "last")
"""Names of the rules.

``accuracy``: largest mean accuracy over the validation sets (as the paper's text says), of equal
ones the least sum of losses; ``loss``: least sum of their losses (as its code does), ``last``: the
last epoch, whatever it is worth.
"""

Measured = Mapping[str, Mapping[str, float]]
"""Validation set to its ``loss`` and ``accuracy``."""


Merit = tuple[float, ...]
"""Compared number by number: the first decides, the second breaks ties."""


def merit(rule: str, measured: Measured) -> Merit | None:
    """Returns how good an epoch was, more is better; None if nothing was measured.

    A small validation set gives the same accuracy epoch after epoch. The first of equals would be
    the least trained one, so the loss decides between them.

    An empty validation set has loss 0 and no accuracy.

    Example:
        >>> sets = {"a": {"loss": 0.25, "accuracy": 0.75}, "b": {"loss": 0.5, "accuracy": 0.5}}
        >>> merit("accuracy", sets), merit("loss", sets)
        ((0.625, -0.75), (-0.75,))
    """
    if rule == "last" or not measured:
        return None
    loss = sum(row["loss"] for row in measured.values())
    if rule == "loss":
        return (-loss,)
    accuracies = [row["accuracy"] for row in measured.values() if "accuracy" in row]
    return (sum(accuracies) / len(accuracies), -loss) if accuracies else None


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
