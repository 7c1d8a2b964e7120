"""Sizes of the study, and its readings of what the paper leaves open."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from qent_stacking.study.outlook import OutlookSettings, outlook_sizes

Regime = Literal["a", "b", "c"]

SPINS = (0.5, 1.0, 5.0)
SEEDS = (42, 123, 456, 789, 1024)
"""The paper's."""

Three = tuple[int, int, int]


class Settings(OutlookSettings):
    """Sizes first, readings after them. Each J means J = 1/2, 1 and 5, in this order."""

    pure_states: Three = Field(description="Pure states for each J; the paper has 1e4, 2e4, 1e5")
    isotropic_states: Three = Field(description='"Werner" states for each J; the same sizes')
    symmetric_states: Three = Field(description="Pure states for the symmetric learners, each J")
    scaling_sizes: tuple[int, ...] = Field(description="Training states S of Figs. 3 and 4")
    scaling_largest: Three = Field(description="Largest S of pure states for each J")
    scaling_tests: int = Field(ge=10, description="Test states of Figs. 3 and 4")
    scaling_seeds: int = Field(ge=1, description="Seeds of Figs. 3 and 4, the first of all")
    symmetric_epochs: int = Field(default=30, ge=1, description="Beyond: epochs at most")
    curve_points: int = Field(default=181, ge=9, description="Points of each curve")

    regimes: tuple[Regime, ...] = Field(
        default=("a", "b", "c"),
        min_length=1,
        description="Reading: regimes of pure states that are trained on; all are reported",
    )
    pure_regime: Regime = Field(
        default="c", description="Reading: regime whose R2 decides on Fig. 7; all are reported"
    )
    coefficients: Literal["real", "complex"] = Field(
        default="real", description="Reading: pure states' C, real (orthogonal ensemble) or complex"
    )
    structured: Literal["entangled", "all", "zeros-only"] = Field(
        default="entangled",
        description="Reading of regime a: 10 % generic states and 90 % products, 20 % zeros in the "
        "generic ones or in all; or zeros only",
    )
    target: Literal["normalised", "raw"] = Field(
        default="normalised", description="Reading: 2N/(d-1) in [0, 1], or N"
    )
    phi: Literal["maximally-entangled", "random-real"] = Field(
        default="maximally-entangled",
        description='Reading of phi in "Werner" states, A or B; at J = 5 always A',
    )
    training_share: float = Field(default=0.8, gt=0, lt=1, description="Reading: the split")
    sizes_are: Literal["before-split", "training-part"] = Field(
        default="before-split", description="Reading of the sizes 1e4, 2e4, 1e5"
    )
    meta_features: Literal["out-of-fold", "in-sample"] = Field(
        default="out-of-fold", description="Reading: what CatBoost learns from"
    )
    folds: int = Field(default=5, ge=2, description="Reading: folds of the out-of-fold predictions")
    nn_hidden_layers: tuple[int, ...] = Field(
        default=(128, 64, 32), description="Reading: the network, ReLU and Adam"
    )
    nn_epochs: int = Field(default=200, ge=1, description="Reading: its epochs at most")
    nn_batch_size: int = Field(default=200, ge=1, description="Reading: its largest batch")
    nn_symmetry: Literal["none", "invariants", "augmentation"] = Field(
        default="none", description="Beyond: symmetry of the stack's network on pure states"
    )
    et_trees: int = Field(default=200, ge=1, description="Reading: extra trees")
    et_min_samples_leaf: int | float = Field(default=1, description="Reading: rows in a leaf")
    et_max_features: float = Field(
        default=1.0, gt=0, le=1, description="Reading: share of features compared at a split"
    )
    xgb_rounds: int = Field(default=300, ge=1, description="Reading: XGBoost, depth 6, rate 0.1")
    cb_iterations: int = Field(default=500, ge=1, description="Reading: CatBoost")
    duplicates: Literal["drop", "keep"] = Field(
        default="drop",
        description='Equal columns of "Werner" features: dropped without loss, or kept',
    )
    memory: Literal["resident", "python-heap"] = Field(
        default="resident", description="Reading of peak memory; array bytes stand beside either"
    )
    symmetric_kinds: tuple[Literal["invariants", "moments", "augmentation"], ...] = Field(
        default=("invariants", "moments", "augmentation"),
        min_length=1,
        description="Beyond: symmetric learners",
    )
    augmented_epochs: int = Field(
        default=3, ge=1, description="Beyond: how many times as many epochs augmentation has"
    )

    @model_validator(mode="after")
    def _possible(self) -> Settings:
        """Refuses settings that no run could follow."""
        if self.pure_regime not in self.regimes:
            raise ValueError(
                f"pure_regime is '{self.pure_regime}', which is not among the regimes; add it there"
            )
        if min(*self.pure_states, *self.isotropic_states, *self.symmetric_states) < 100:
            raise ValueError("each number of states must be at least 100")
        if len(self.scaling_sizes) < 3 or min(self.scaling_sizes) < 20:
            raise ValueError("scaling_sizes needs three sizes or more, each at least 20")
        if self.nn_symmetry != "none" and self.coefficients == "complex":
            raise ValueError("nn_symmetry is for real coefficients; leave one of the two out")
        return self

    def learners(self) -> dict[str, Any]:
        """Returns the parameters of the stack that are the same for all its fits."""
        names = ("folds", "nn_hidden_layers", "nn_epochs", "nn_batch_size", "meta_features")
        names += ("et_trees", "et_min_samples_leaf", "et_max_features")
        names += ("xgb_rounds", "cb_iterations")
        return {name: getattr(self, name) for name in names}

    def phi_at(self, spin: float) -> str:
        """Returns the reading of phi for a J: for J = 5 the 11.7 GB of reading B do not shrink."""
        return self.phi if spin < SPINS[-1] else "maximally-entangled"

    def reading(self) -> dict[str, Any]:
        """Returns what decides which states are drawn and what is learnt."""
        names = ("coefficients", "structured", "target", "phi", "duplicates")
        return {name: getattr(self, name) for name in names}


def sizes(scale: str) -> Settings:
    """Returns the settings of a scale.

    Example:
        >>> sizes("paper").pure_states
        (10000, 20000, 100000)
    """
    outlook: dict[str, Any] = outlook_sizes(scale)
    if scale == "paper":
        return Settings(
            pure_states=(10_000, 20_000, 100_000),
            isotropic_states=(10_000, 20_000, 100_000),
            symmetric_states=(10_000, 20_000, 100_000),
            scaling_sizes=(100, 300, 1000, 3000, 10_000, 30_000),
            scaling_largest=(10_000, 30_000, 30_000),
            scaling_tests=10_000,
            scaling_seeds=2,
            augmented_epochs=7,
            **outlook,
        )
    if scale == "standard":
        return Settings(
            pure_states=(3000, 4000, 2000),
            isotropic_states=(10_000, 10_000, 5000),
            symmetric_states=(10_000, 20_000, 10_000),
            scaling_sizes=(100, 300, 1000, 3000),
            scaling_largest=(3000, 3000, 1000),
            scaling_tests=3000,
            scaling_seeds=1,
            folds=3,
            nn_epochs=60,
            et_trees=50,
            augmented_epochs=1,
            **outlook,
        )
    return Settings(
        pure_states=(400, 400, 300),
        isotropic_states=(400, 400, 300),
        symmetric_states=(1000, 1000, 1000),
        scaling_sizes=(60, 120, 240),
        scaling_largest=(240, 240, 240),
        scaling_tests=200,
        scaling_seeds=1,
        curve_points=31,
        folds=2,
        nn_epochs=8,
        et_trees=10,
        xgb_rounds=30,
        cb_iterations=60,
        augmented_epochs=1,
        **outlook,
    )
