"""The study ``stacking``: the negativity of two spin-J systems by a stacking ensemble."""

from __future__ import annotations

from qent_stacking.study.cost import Cost, cost_figures
from qent_stacking.study.curves import Curves, curve_figures
from qent_stacking.study.data_size import DataSize, size_figures
from qent_stacking.study.errors import Errors, error_figures
from qent_stacking.study.learners import Learners, learner_figures
from qent_stacking.study.outlook import FisherOutlook, outlook_figures, outlook_tasks
from qent_stacking.study.plan import study_tasks
from qent_stacking.study.predictions import Predictions, prediction_figures
from qent_stacking.study.regimes import Regimes, regime_figures
from qent_stacking.study.settings import SEEDS, Settings, sizes
from qent_stacking.study.symmetry import Symmetry, symmetry_figures
from qent_studies import Drawing, Results, Study, Task

_FIGURES = (
    regime_figures,
    learner_figures,
    cost_figures,
    size_figures,
    error_figures,
    prediction_figures,
    curve_figures,
    symmetry_figures,
)


class Stacking(
    Learners,
    Regimes,
    Cost,
    DataSize,
    Errors,
    Predictions,
    Curves,
    Symmetry,
    FisherOutlook,
    Study,
):
    r"""The paper's tables and figures, its formulae, and what is provably true about them.

    Each group of claims is a class of its own, mixed in here. Where the paper is silent, its
    reading is a setting. "Werner" states are isotropic states, which they are for d > 2.

    Source: M. Y. Abd-Rabbou et al., arXiv:2507.12775 (2025), Results of the later text.

    Formula:
        $$\hat N = \frac{(\sum_i s_i)^2 - 1}{d-1}, \qquad
        \hat N = \max\Bigl(0, \frac{(d+1)\alpha-1}{d}\Bigr)$$

        the exact normalised negativity of a pure state with Schmidt coefficients $s_i$, and of an
        isotropic state of weight $\alpha$.

    Example:
        >>> [claim.id for claim in Stacking().claims][:2]
        ['S0-01', 'S0-02']
    """

    claims_file = ("claims.toml", "outlook.toml")

    def settings(self, scale: str) -> Settings:
        """Returns the sizes of a scale and the readings; the scale ``paper`` has its sizes."""
        return sizes(scale)

    def default_seeds(self, scale: str) -> tuple[int, ...]:
        """Returns the paper's five seeds, two of them for the scale ``smoke``."""
        return SEEDS[:2] if scale == "smoke" else SEEDS

    def tasks(self, settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
        """Returns the fits, the runs on data size, the distributions, and what is beyond."""
        return [
            *study_tasks(settings, seeds),
            *outlook_tasks(settings, seeds),
        ]

    def figures(self, results: Results, settings: Settings) -> dict[str, Drawing]:
        """Returns the figures of all parts."""
        drawn: dict[str, Drawing] = {}
        for part in _FIGURES:
            drawn |= part(results, settings)
        return {**drawn, **outlook_figures(results)}
