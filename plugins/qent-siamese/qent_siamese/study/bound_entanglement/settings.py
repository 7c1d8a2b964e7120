"""Sizes of the benchmark."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

System = Literal["2x4", "3x3"]
Model = Literal[
    "cnn",
    "siamese-cnn",
    "siamese-ensemble",
    "mlp",
    "tensor-network",
    "invariant",
    "boosting",
]


class Settings(BaseModel):
    """Sizes; the defaults are those of the scale ``paper``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systems: tuple[System, ...] = Field(
        default=("2x4", "3x3"), min_length=1, description="Local dimensions; 2x4 as three qubits"
    )
    models: tuple[Model, ...] = Field(
        default=get_args(Model),
        min_length=1,
        description="Models that are asked; each is trained once per family and once without any",
    )
    test_states: int = Field(default=2000, ge=8, description="States drawn of each tested family")
    training_states: int = Field(
        default=4000, ge=8, description="States drawn of each family that is trained on"
    )
    noisy_states: int = Field(
        default=1000,
        ge=4,
        description="Of the noisy family, for tests and for training: a proof takes 0.3 s",
    )
    pool: int = Field(
        default=10, ge=2, description="Separable candidates per entangled state, to match among"
    )
    caliper: float = Field(
        default=0.1,
        gt=0,
        description="Largest difference of a pair in purity and in M, in standard deviations",
    )
    general_fraction: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Share of the 560 000 other states that every model is trained on",
    )
    epochs: int = Field(default=20, ge=1, description="Epochs of the networks")
    autoencoder_fraction: float = Field(
        default=0.2, gt=0, le=1, description="Share of the training set of M's autoencoder"
    )
    autoencoder_epochs: int = Field(default=20, ge=1, description="Its epochs")
    proofs: dict[str, int] = Field(
        default_factory=dict,
        description="Iterations per state of single stages of the search for certificates",
    )
    general_proofs: dict[str, int] = Field(
        default_factory=lambda: {"decomposition": 20},
        description="The same for the other states that every model is trained on",
    )

    @property
    def decisive(self) -> bool:
        """Whether trainings and tests are large enough to speak for or against a claim."""
        return self.epochs >= 20 and self.test_states >= 200


def settings_of(scale: str) -> Settings:
    """Returns the settings of a scale.

    Example:
        >>> settings_of("smoke").epochs
        4
    """
    if scale == "smoke":
        return Settings(
            test_states=60,
            training_states=90,
            noisy_states=24,
            caliper=0.3,
            general_fraction=0.002,
            epochs=4,
            autoencoder_fraction=0.005,
            autoencoder_epochs=3,
            proofs={"low-rank": 0, "witness": 200},
            general_proofs={"decomposition": 60, "low-rank": 0, "witness": 0},
        )
    if scale == "standard":
        return Settings(
            test_states=400,
            training_states=600,
            noisy_states=200,
            caliper=0.2,
            general_fraction=0.02,
            autoencoder_fraction=0.02,
        )
    return Settings()
