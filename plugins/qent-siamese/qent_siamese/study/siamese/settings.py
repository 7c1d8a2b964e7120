"""Sizes and readings of the study."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qent_siamese.study.siamese.published import MODELS, STRATEGIES

Model = Literal["cnn", "siamese-cnn", "siamese-ensemble"]
Strategy = Literal["verified+max-rank", "verified", "negativity", "certified"]
Selection = Literal["accuracy-both", "loss-both", "accuracy-validation-1", "last"]

HELD_OUT = "accuracy-held-out"
"""Selection on a tenth of a model's own training states, so that no tested family has a say."""

_TABLES: tuple[tuple[Model, Strategy], ...] = tuple(
    (model, strategy) for strategy in ("verified+max-rank", "negativity") for model in MODELS
)
"""The trainings of Tables II and III."""

_BUT_THE_DEAREST: tuple[tuple[Model, Strategy], ...] = tuple(
    (model, strategy)
    for strategy in STRATEGIES
    for model in MODELS
    if (model, strategy) != ("siamese-ensemble", "certified")
)


class Settings(BaseModel):
    """Sizes and readings; the defaults are the paper's text at its own size."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fraction: float = Field(
        default=1.0, gt=0, le=1, description="Share of the training and validation sets"
    )
    test_fraction: float = Field(default=1.0, gt=0, le=1, description="Share of the tests")
    epochs: int = Field(default=20, ge=1, description="Epochs of every training")
    plain_epochs: int = Field(
        default=11,
        ge=0,
        description="Epochs before the symmetry terms begin: 'after 10 epochs', counted from 0, "
        "leaves 11 in the released program",
    )
    symmetry_weight: float = Field(default=0.5, ge=0, description="Their weight from then on")
    batch_size: int = Field(default=128, ge=1, description="States per step")
    learning_rate: float = Field(default=1e-3, gt=0, description="Of Adam")
    trainings: tuple[tuple[Model, Strategy], ...] = Field(
        default=tuple((model, strategy) for strategy in STRATEGIES for model in MODELS),
        min_length=1,
        description="Models and training sets: the text's, the same without the hand-labelled "
        "group, the second of the paper, and the states of that one with proven labels",
    )
    numbers: Literal["text", "code"] = Field(
        default="text",
        description="Terms per mixture (8 or 16), pools, size of the maximal-rank group (20 000 or "
        "10 000) and of the mixed test (40 000 or 50 000)",
    )
    data_limit: bool = Field(
        default=False,
        description="Table II as the released scripts have it: CNN and Siamese read 560 000 states "
        "and so miss the maximal-rank group behind them, the Ensemble does not",
    )
    permutation_error: bool = Field(
        default=False,
        description="Carry out one of the five permutations wrongly, as the released program does, "
        "in all trainings; without it one more training shows what that does",
    )
    selection: Selection = Field(
        default="accuracy-both",
        description="Which epoch is kept: best mean accuracy on both validation sets (text), least "
        "sum of their losses (code), best accuracy on the first alone, or the last",
    )
    autoencoder_fraction: float = Field(
        default=1.0, gt=0, le=1, description="Share of the autoencoder's training set"
    )
    autoencoder_epochs: int = Field(default=20, ge=1, description="Epochs of the autoencoder")
    architecture_fraction: float = Field(
        default=1.0, gt=0, le=1, description="Share of the training set in Fig. A1"
    )
    architectures: tuple[tuple[int, int], ...] = Field(
        default=((2, 2), (2, 3), (2, 4), (3, 2), (3, 3)),
        description="Convolutions and kernel sizes of Fig. A1",
    )
    other_states: int = Field(
        default=1000,
        ge=2,
        description="Noisy states among the further PPT-entangled families; ten times as many "
        "where proofs are cheap",
    )
    proofs: dict[str, int] = Field(
        default_factory=dict,
        description="Iterations per state of single stages of the search for proofs",
    )
    label_proofs: int = Field(
        default=1000, ge=1, description="UPB and Acin states whose labels are proven anew"
    )
    max_rank_fraction: float = Field(
        default=0.05, gt=0, le=1, description="Share of the maximal-rank group that is examined"
    )

    @property
    def decisive(self) -> bool:
        """Whether the trainings are long enough to speak for or against a claim about them."""
        return self.epochs >= 20 and self.fraction >= 0.1


def settings_of(scale: str) -> Settings:
    """Returns the settings of a scale.

    Example:
        >>> settings_of("standard").fraction
        0.1
    """
    if scale == "smoke":
        return Settings(
            fraction=0.01,
            test_fraction=0.02,
            epochs=3,
            plain_epochs=2,
            trainings=_BUT_THE_DEAREST,
            autoencoder_fraction=0.01,
            autoencoder_epochs=3,
            architecture_fraction=0.002,
            other_states=12,
            proofs={"decomposition": 20},
            label_proofs=50,
            max_rank_fraction=0.01,
        )
    if scale == "standard":
        return Settings(
            fraction=0.1,
            test_fraction=0.1,
            trainings=_TABLES,
            autoencoder_fraction=0.1,
            architecture_fraction=0.01,
            other_states=200,
            proofs={"decomposition": 20},
            label_proofs=300,
        )
    return Settings(proofs={"decomposition": 20})
