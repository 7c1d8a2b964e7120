"""What qent-stacking provides; importing this costs nothing, the models load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import FeatureSpec, ModelSpec, Reference, StudySpec, hookimpl

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

_FISHER = Reference(
    key="liu2020",
    title="Quantum Fisher information matrix and multiparameter estimation",
    authors="J. Liu and H. Yuan and X.-M. Lu and X. Wang",
    year=2020,
    journal="J. Phys. A: Math. Theor.",
    volume="53",
    pages="023001",
    doi="10.1088/1751-8121/ab5d4d",
    arxiv="1907.08037",
)

_REQUIRES = ("sklearn", "xgboost", "catboost", "torch", "skops", "safetensors")


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the two stacking ensembles and the network that knows the symmetry."""
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
    yield ModelSpec(
        name="symmetric-network",
        target="qent_stacking.symmetric_regressor:SymmetricNetwork",
        summary="Neural network on real kets that knows that local rotations change no measure",
        accepts="vector",
        tasks=("regression",),
        requires=("sklearn", "torch", "safetensors"),
        references=(_PAPER,),
    )


@hookimpl
def qent_features() -> Iterator[FeatureSpec]:
    """Yields the descriptors from the quantum Fisher information."""
    yield FeatureSpec(
        name="quantum-fisher",
        target="qent_stacking.quantum_fisher:QuantumFisher",
        summary="Quantum Fisher information of local generators: eigenvalues, blocks or entries",
        output="vector",
        requires=("sklearn",),
        references=(_FISHER, _PAPER),
    )


@hookimpl
def qent_studies() -> Iterator[StudySpec]:
    """Yields the study of the paper."""
    yield StudySpec(
        name="stacking",
        target="qent_stacking.study.study:Stacking",
        summary="Negativity of two spin-J systems by a stacking ensemble: every claim, recomputed",
        requires=_REQUIRES,
        uses=(
            "spin-pure",
            "isotropic",
            "zeta",
            "negativity",
            "normalized-negativity",
            "ket-coefficients",
            "density-vector",
            "quantum-fisher",
        ),
        references=(_PAPER, _FISHER),
    )
