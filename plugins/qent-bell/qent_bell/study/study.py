"""The study ``dephasing``: what a few spin correlations tell about two qubits under noise."""

from __future__ import annotations

from collections.abc import Mapping

from qent_bell.study.classifier_findings import ClassifierFindings
from qent_bell.study.exact_findings import ExactFindings
from qent_bell.study.network_figures import network_figures
from qent_bell.study.outlook import (
    OutlookSettings,
    outlook_figures,
    outlook_sizes,
    outlook_tasks,
)
from qent_bell.study.outlook_findings import DephasingOutlook
from qent_bell.study.regressor_findings import RegressorFindings
from qent_bell.study.sizes import NetworkSettings, network_sizes, network_tasks
from qent_studies import Drawing, Results, Study, Task


class Settings(NetworkSettings, OutlookSettings):
    """Sizes and readings of the paper and of its outlook."""


class Dephasing(ExactFindings, ClassifierFindings, RegressorFindings, DephasingOutlook, Study):
    r"""Spin correlations, small networks, dephasing: the paper's figures and what is exact.

    The paper's settings: networks of 15 nodes on 200,000 states for verdicts, of 100-50-50 on
    100,000 states for the concurrence, plain gradient descent, 200 epochs. Where it is silent our
    readings are squared loss for the regressor, a split of 80 to 20, Glorot's first weights, and
    two laws of eigenvalues for general states. The outlook follows three qubits.

    Source: Q. Liu, A. Qiao and J.-T. Shen, Disentanglement in dephasing channel with machine
    learning, arXiv:2410.21504v2 (2025).

    Formula:
        $$\rho_{ij} \mapsto (1-p)^{h(i,j)}\,\rho_{ij}$$

        dephasing of strength p; $h(i,j)$ counts the qubits that differ in the basis states i and
        j.

    Example:
        >>> [claim.id for claim in Dephasing().claims][:2]
        ['S2-01', 'S2-02']
    """

    claims_file = ("claims.toml", "outlook.toml")

    def settings(self, scale: str) -> Settings:
        """Returns the settings of a scale.

        ``standard`` has the paper's sizes, with two exceptions: 10 epochs for the large network of
        Fig. 6, and regressors on 2, 4, 5, 9 and 15 features only.
        """
        return Settings.model_validate({**network_sizes(scale), **outlook_sizes(scale)})

    def default_seeds(self, scale: str) -> tuple[int, ...]:
        """Returns the seeds; the paper shows one run."""
        return (42, 123, 456) if scale == "paper" else (42,)

    def tasks(self, settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
        """Returns the tasks of the paper, then those of its outlook."""
        return [*network_tasks(settings, seeds), *outlook_tasks(settings, seeds)]

    def figures(self, results: Results, settings: Settings) -> Mapping[str, Drawing]:
        """Returns figures 2 to 8, and those of the outlook."""
        return {**network_figures(results, settings), **outlook_figures(results, settings)}
