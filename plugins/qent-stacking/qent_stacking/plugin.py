"""What qent-stacking provides; importing this costs nothing, the models load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import ModelSpec, Reference, hookimpl

_PAPER = Reference(
    key="abdrabbou2025",
    title=(
        "Detecting entanglement in high-spin quantum systems "
        "via a stacking ensemble of machine learning models"
    ),
    authors=(
        "M. Y. Abd-Rabbou and Amr M. Abdallah and Ahmed A. Zahia "
        "and Ashraf A. Gouda and Cong-Feng Qiao"
    ),
    year=2025,
    arxiv="2507.12775",
)

_REQUIRES = ("sklearn", "xgboost", "catboost", "torch", "skops", "safetensors")


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the two stacking ensembles."""
    yield ModelSpec(
        name="stacking",
        target="qent_stacking.ensemble:StackingEnsemble",
        summary="Neural network, extra trees and XGBoost stacked under CatBoost, for measures",
        accepts="vector",
        tasks=("regression",),
        requires=_REQUIRES,
        references=(_PAPER,),
    )
    yield ModelSpec(
        name="stacking-classifier",
        target="qent_stacking.classifier:StackingEnsembleClassifier",
        summary="Neural network, extra trees and XGBoost stacked under CatBoost, for verdicts",
        accepts="vector",
        tasks=("classification",),
        requires=_REQUIRES,
        references=(_PAPER,),
    )
