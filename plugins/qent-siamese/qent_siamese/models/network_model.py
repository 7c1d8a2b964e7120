"""What all models with a network share: parameters checked, trained, saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from qent_core.api import ModelFileError, StateBatch, integer_seed
from qent_siamese.models import persistence
from qent_siamese.models.parameters import check_parameters, root_seed
from qent_siamese.models.reading import checked_states
from qent_siamese.networks.convolutional import draw_weights
from qent_siamese.training.batches import ResidentRows, TrainingRows
from qent_siamese.training.checkpoint import Checkpoint
from qent_siamese.training.devices import DTYPES, Numerics, numerics, repeatable
from qent_siamese.training.evaluation import Sets
from qent_siamese.training.failures import memory_advice
from qent_siamese.training.loop import Settings, Training
from qent_siamese.training.objectives import Objective
from qent_siamese.training.processes import process_count
from qent_siamese.training.selection import sentence

_BATCHES_AT_ONCE = 8
"""Prediction needs no gradients, so it takes larger batches than training."""
_NO_EFFECT = ("epochs", "checkpoint", "device", "random_state", "patience")
"""Parameters a checkpoint need not agree on: they are told otherwise, or may grow."""


class NetworkModel(BaseEstimator):  # type: ignore[misc]
    """Base of the models with a network; subclasses say what goes in and what is trained for."""

    _mixes = True
    """Whether mixed precision is exact enough for this model."""

    network_: nn.Module
    dims_: tuple[int, ...]

    def _prepare(self, states: StateBatch) -> Tensor:
        """Returns the network's inputs, on the host."""
        raise NotImplementedError

    def _build(self, dims: tuple[int, ...], outputs: int) -> nn.Module:
        """Returns a network without weights."""
        raise NotImplementedError

    def _begin(self, network: nn.Module, first: Tensor) -> None:
        """Sets what a network takes from the training inputs before training."""

    @property
    def _where(self) -> str:
        return type(self).__name__

    def _ready(self) -> tuple[int, Numerics]:
        """Checks the parameters and returns the seed and how numbers are computed."""
        check_parameters(self.get_params(deep=False), self._where)
        mixed = self.mixed_precision
        if mixed == "auto" and not self._mixes:
            mixed = False
        how = numerics(self.device, self.dtype, mixed, self.cuda_graphs)
        return root_seed(self.random_state), how

    def _train(
        self,
        objective: Objective,
        rows: TrainingRows,
        validation: Sets,
        seed: int,
        how: Numerics,
        outputs: int,
        identity: Mapping[str, Any],
    ) -> None:
        """Trains a fresh network, or goes on from the checkpoint."""
        network = self._build(self.dims_, outputs).to(how.dtype)
        draw_weights(network, torch.Generator().manual_seed(integer_seed(seed, "weights")))
        self._begin(network, rows.first())
        settings = Settings(
            self.epochs,
            self.batch_size,
            self.learning_rate,
            self.select,
            self.patience,
            seed,
            self._where,
        )
        training = Training(
            network.to(how.device),
            objective,
            rows,
            validation,
            settings,
            how,
            self._checkpoint({**identity, "seed": seed, "device": how.device.type}),
        )
        self.network_ = network
        self.selected_by_ = sentence(self.select, tuple(validation))
        try:
            with repeatable(self.threads), memory_advice(self.batch_size, self._where):
                training.run()
        finally:
            self._note(training)

    def _note(self, training: Training) -> None:
        progress = training.progress
        self.history_ = progress.history
        self.n_iter_ = progress.epochs
        self.best_epoch_ = progress.best_epoch
        self.n_parameters_ = sum(tensor.numel() for tensor in self.network_.parameters())
        spent = sum(row["seconds"] for row in self.history_)
        waited = sum(row["seconds"] * row["loading_share"] for row in self.history_)
        self.loading_share_ = waited / spent if spent else 0.0
        self.network_.eval().to("cpu")

    def _checkpoint(self, identity: Mapping[str, Any]) -> Checkpoint | None:
        if self.checkpoint is None:
            return None
        parameters = self.get_params(deep=False)
        told = {k: v for k, v in parameters.items() if k not in _NO_EFFECT}
        told |= {"model": self._where, "processes": process_count(), "torch": torch.__version__}
        return Checkpoint(Path(self.checkpoint), {**told, **identity})

    def _outputs_of(self, X: Any) -> NDArray[Any]:
        """Returns what the network makes of states, ``(n, ...)``."""
        check_is_fitted(self, "network_")
        states = checked_states(X, self._where, dims=self.dims_)
        how = numerics(self.device, self.dtype, False, False)
        found = []
        size = _BATCHES_AT_ONCE * self.batch_size
        network = self.network_.to(how.device)
        try:
            with (
                repeatable(self.threads),
                memory_advice(self.batch_size, self._where),
                torch.inference_mode(),
            ):
                for start in range(0, max(len(states), 1), size):
                    part = states[start : start + size]
                    inputs = self._prepare(part).to(how.device)
                    found.append(self._read_out(network, inputs).cpu().numpy())
        finally:
            self.network_.to("cpu")
        return np.concatenate(found)

    def _read_out(self, network: nn.Module, inputs: Tensor) -> Tensor:
        result: Tensor = network(inputs)
        return result

    @property
    def _number_type(self) -> torch.dtype:
        return DTYPES[self.dtype]

    # --- saving ----------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Any]:
        """Returns what besides parameters and weights is saved, as JSON knows it."""
        return {
            "dims": list(self.dims_),
            "history": self.history_,
            "best_epoch": self.best_epoch_,
            "selected_by": self.selected_by_,
            "loading_share": self.loading_share_,
        }

    def _restore(self, kept: Mapping[str, Any]) -> int:
        """Takes back what `_kept` gave and returns the number of the network's outputs."""
        self.dims_ = tuple(int(d) for d in kept["dims"])
        self.history_ = list(kept["history"])
        self.n_iter_ = len(self.history_)
        self.best_epoch_ = int(kept["best_epoch"])
        self.selected_by_ = str(kept["selected_by"])
        self.loading_share_ = float(kept["loading_share"])
        return 0

    def save(self, folder: Path | str) -> None:
        """Writes the fitted model into an existing, empty folder: JSON and safetensors.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self, "network_")
        persistence.save(self, self._kept(), self.network_.state_dict(), Path(folder))

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Reads a model that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or does not describe such a model.
        """
        with persistence.reading(Path(folder)):
            content, weights = persistence.read(Path(folder), cls.__name__)
            model = cls(**persistence.parameters_of(content))
            check_parameters(model.get_params(deep=False), cls.__name__)
            outputs = model._restore(content["kept"])
            network = model._build(model.dims_, outputs).to(model._number_type)
            if not all(bool(tensor.isfinite().all()) for tensor in weights.values()):
                raise ModelFileError("the weights are not all finite")
            network.load_state_dict(weights)
            model.network_ = network.eval()
            model.n_parameters_ = sum(tensor.numel() for tensor in network.parameters())
        return model


def digest_of(*tensors: Tensor) -> str:
    """Returns a fingerprint of training rows."""
    total = hashlib.sha256()
    for tensor in tensors:
        total.update(json.dumps([str(tensor.dtype), list(tensor.shape)]).encode())
        total.update(tensor.detach().cpu().contiguous().numpy().data)
    return total.hexdigest()


def digest_of_rows(rows: TrainingRows, data: Any) -> str:
    """Returns a fingerprint of training rows, or of the data set they are read from as needed."""
    if isinstance(rows, ResidentRows):
        return digest_of(rows.inputs, rows.targets)
    return f"{data.head_digest} {digest_of(torch.from_numpy(np.array(data.rows)))}"
