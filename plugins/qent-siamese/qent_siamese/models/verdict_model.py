"""What the networks that give verdicts share: fitted to labels, asked for probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from torch import Tensor, nn

from qent_core.api import Dataset, ParameterInvalidError, StateBatch
from qent_siamese.models.network_model import NetworkModel, digest_of, digest_of_rows
from qent_siamese.models.reading import checked_states, read_source
from qent_siamese.models.verdict_targets import (
    VerdictTargets,
    as_given,
    check_learnable,
    column_names,
    mean_accuracy,
    read_verdicts,
    resolved_questions,
)
from qent_siamese.training.batches import Rows, as_targets
from qent_siamese.training.objectives import Objective, VerdictObjective

Validation = Mapping[str, tuple[StateBatch, ArrayLike]]
"""Name of a validation set to its states and verdicts."""

_HELD_OUT = "held out"


class VerdictModel(ClassifierMixin, NetworkModel):  # type: ignore[misc]
    """Base of the networks that say of each question how probable entanglement is."""

    _drop_undecided = True

    def _objective(self, device: torch.device) -> Objective:
        return VerdictObjective()

    def fit(
        self, X: StateBatch | Dataset, y: ArrayLike, *, validation: Validation | None = None
    ) -> Self:
        """Trains the network.

        Args:
            X: States, or a data set, which is read as needed if it does not fit ``memory``.
            y: Verdicts ``(n,)`` or ``(n, k)``: 0 separable, 1 entangled, -1 unknown. As many
                columns as there are cuts are taken to be the cuts in order. For a data set the
                names of its label columns.
            validation: Sets for the selection rule by name; without any, a share of the states
                (``validation_fraction``) is held out.

        Raises:
            LabelsInvalidError: Labels are no verdicts, do not fit the states, or all unknown.
            StateInvalidError: X holds no states.
            TrainingDivergedError: The loss became NaN; the model keeps its last good weights.
            RunFailedError: Out of memory; a smaller batch is proposed.
        """
        seed, how = self._ready()
        states = checked_states(X, self._where)
        self.dims_ = states.dims
        source = read_source(
            states,
            y,
            self._prepare,
            where=f"{self._where}.fit",
            device=how.device,
            memory=self.memory,
            fraction=0.0 if validation else self.validation_fraction,
            seed=seed,
            drop_undecided=self._drop_undecided,
        )
        targets = source.targets
        self._set_questions(targets, len(states.dims))
        self._warn(targets)
        sets = self._validation_sets(validation, source.held_out, targets)
        self.n_samples_ = source.used
        rows = source.rows
        identity: dict[str, Any] = {}
        if self.checkpoint is not None:
            identity["rows"] = digest_of_rows(rows, states)
            identity["validation"] = {name: digest_of(*kept) for name, kept in sets.items()}
        self._train(
            self._objective(how.device), rows, sets, seed, how, targets.values.shape[1], identity
        )
        return self

    def predict_proba(self, X: StateBatch) -> NDArray[np.floating[Any]]:
        """Returns the probability of entanglement for each question, ``(n, k)``.

        If labels were given as one column ``(n,)``, the two columns are the probabilities of
        separable and of entangled.
        """
        p = self._outputs_of(X)
        return np.hstack([1 - p, p]) if self._flat else p

    def predict(self, X: StateBatch) -> NDArray[np.int8]:
        """Returns 1 (entangled) where the probability is at least one half, else 0."""
        p = self._outputs_of(X)
        return as_given((p >= 0.5).astype(np.int8), self._flat)

    def score(self, X: StateBatch, y: ArrayLike, sample_weight: None = None) -> float:
        """Returns the accuracy per question, averaged over questions; UNKNOWN counts nothing."""
        return mean_accuracy(self.predict(X), y, len(X), self._where)

    def _read_out(self, network: nn.Module, inputs: Tensor) -> Tensor:
        p: Tensor = network(inputs).sigmoid()
        return p

    def _set_questions(self, targets: VerdictTargets, parties: int) -> None:
        columns = targets.values.shape[1]
        self.questions_ = resolved_questions(self.questions, parties, columns, self._where)
        self._flat = targets.flat
        self.classes_ = np.array([0, 1], dtype=np.int8)
        names = column_names(self.questions_, columns)
        self.unknown_labels_ = dict(zip(names, targets.unknown(), strict=True))

    def _warn(self, targets: VerdictTargets) -> None:
        check_learnable(targets, list(self.unknown_labels_), f"{self._where}.fit")

    def _validation_sets(
        self, given: Validation | None, held_out: Rows | None, targets: VerdictTargets
    ) -> dict[str, Rows]:
        if not given:
            return {} if held_out is None else {_HELD_OUT: held_out}
        sets = {}
        for name, (states, y) in given.items():
            where = f"{self._where}.fit, validation set '{name}'"
            checked_states(states, where, dims=self.dims_)
            verdicts = read_verdicts(y, len(states), where)
            if verdicts.values.shape[1] != targets.values.shape[1]:
                raise ParameterInvalidError(
                    f"its labels have {verdicts.values.shape[1]} columns, "
                    f"those to learn {targets.values.shape[1]}",
                    where=where,
                    do="give the same columns",
                )
            sets[name] = (self._prepare(states), as_targets(verdicts.values))
        return sets

    def _kept(self) -> dict[str, Any]:
        return super()._kept() | {
            "questions": list(self.questions_),
            "unknown_labels": self.unknown_labels_,
            "flat": self._flat,
            "samples": self.n_samples_,
        }

    def _restore(self, kept: Mapping[str, Any]) -> int:
        super()._restore(kept)
        self.questions_ = tuple(kept["questions"])
        self.unknown_labels_ = {name: int(count) for name, count in kept["unknown_labels"].items()}
        self.n_samples_ = int(kept["samples"])
        self._flat = bool(kept["flat"])
        self.classes_ = np.array([0, 1], dtype=np.int8)
        return len(self.unknown_labels_)
