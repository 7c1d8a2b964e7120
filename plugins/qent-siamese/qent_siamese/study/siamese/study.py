"""The study ``siamese``: Tables I to III and Figures 3a and A1 of arXiv:2210.07410."""

from __future__ import annotations

from collections.abc import Mapping

from qent_siamese.study.siamese import drawings
from qent_siamese.study.siamese.networks import NetworkConclusions
from qent_siamese.study.siamese.plan import tasks_of
from qent_siamese.study.siamese.sets import SetConclusions
from qent_siamese.study.siamese.settings import Settings, settings_of
from qent_siamese.study.siamese.tables import TableConclusions
from qent_studies import Drawing, Results, Study, Task


class Siamese(SetConclusions, TableConclusions, NetworkConclusions, Study):
    r"""Networks that find the entanglement of three qubits: the paper's tables, and what is true.

    Every cell stands under the paper's labels and under proven verdicts, beside the constant
    answers and PPT. Two of the five tests are labelled wrongly, which the run proves anew.

    Source: J. Pawłowski and M. Krawczyk, arXiv:2210.07410.

    Formula:
        $$\text{accuracy} = \frac1K \sum_{j=1}^K \frac{TP_j + TN_j}{n}$$

        the share of n states that are answered rightly, entangled (TP) or separable (TN),
        averaged over the K = 3 cuts.

    Example:
        >>> [claim.id for claim in Siamese().claims][:2]
        ['S1-01', 'S1-02']
    """

    def settings(self, scale: str) -> Settings:
        """Returns sizes and readings; ``paper`` is the text at its own size."""
        return settings_of(scale)

    def tasks(self, settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
        """Returns the tasks; each training is one."""
        return tasks_of(settings, seeds)

    def figures(self, results: Results, settings: Settings) -> Mapping[str, Drawing]:
        """Returns the tables as a figure, M's distributions, the architectures, the curves."""
        return {
            "tables": Drawing(
                lambda: drawings.tables(results, settings),
                "Accuracy by test. Filled: ours by the paper's labels; crosses: by proven labels; "
                "diamonds: published.",
                ("S1-04", "S1-05"),
            ),
            "measure": Drawing(
                lambda: drawings.measure(results),
                "Fig. 3a: distribution of M by group of states.",
                ("S1-09",),
            ),
            "architectures": Drawing(
                lambda: drawings.architectures(results),
                "Fig. A1: mean accuracy on both validation sets against kernel size.",
                ("S1-10",),
            ),
            "training": Drawing(
                lambda: drawings.training(results, settings),
                "Loss and validation accuracy by epoch, first seed.",
                ("S1-11",),
            ),
        }
