"""A trained model with its feature extractor, as it is kept in a run folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qent_core.build import load_target
from qent_core.errors import DimensionsMismatchError, RunFolderError
from qent_core.experiment import Experiment
from qent_core.foreign_states import as_states
from qent_core.model_files import load_estimator, save_estimator
from qent_core.registry import Registry
from qent_core.run_folder import read_run_folder, write_json
from qent_core.states import StateBatch

Array = NDArray[Any]


@dataclass(frozen=True)
class Predictor:
    """Predicts label columns for new states."""

    experiment: Experiment
    targets: tuple[str, ...]
    task: str
    features: Any
    model: Any
    dims: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.experiment.model.use if self.experiment.model else "model"

    def predict(self, states: Any) -> dict[str, Array]:
        """Returns the model's prediction of every target column, ``(n,)`` each.

        Args:
            states: A batch, or states in any other form that
                `qent_core.foreign_states.as_states` knows.

        Raises:
            DimensionsMismatchError: The model was trained on states of other dims.
        """
        states = as_states(states)
        if self.dims and states.dims != self.dims:
            raise DimensionsMismatchError(
                f"the model was trained on states of dims {self.dims}, these have {states.dims}",
                do="train a model on states of these dims",
            )
        predicted = self.all_predictions(self.inputs(states))[self.name]
        columns = predicted[:, None] if predicted.ndim == 1 else predicted
        return {name: columns[:, i] for i, name in enumerate(self.targets)}

    def inputs(self, states: StateBatch) -> Any:
        """Returns what the model takes: features, or the states themselves."""
        return states if self.features is None else self.features.transform(states)

    def all_predictions(self, x: Any) -> dict[str, Array]:
        """Returns predictions of the model and, if it is an ensemble, of each base learner.

        Args:
            x: What `inputs` gives.
        """
        predictions = {self.name: np.asarray(self.model.predict(x))}
        if hasattr(self.model, "base_predictions"):
            predictions |= {k: np.asarray(v) for k, v in self.model.base_predictions(x).items()}
        return predictions

    def save(self, folder: Path) -> None:
        """Writes model, features and what they predict into a run folder."""
        if self.features is not None:
            save_estimator(self.features, folder / "features")
        save_estimator(self.model, folder / "model")
        content = {"targets": list(self.targets), "task": self.task, "dims": list(self.dims)}
        write_json(folder / "predictor.json", content)

    @classmethod
    def load(cls, path: str | Path, registry: Registry | None = None) -> Self:
        """Reads the model of a run folder; files of the user's own are never run by this.

        Raises:
            RunFolderError: The folder is incomplete, was changed, or holds no model.
            ModelFileError: The model's files are broken or not trusted.
        """
        folder = read_run_folder(Path(path))
        if "predictor.json" not in folder.manifest["files"]:
            raise RunFolderError(
                "this run trained no model", where=str(path), do="add a [model] table and run it"
            )
        experiment = Experiment.from_toml(folder.text("experiment.toml"), where=str(path))
        kept = json.loads(folder.text("predictor.json"))
        registry = registry or Registry.load(
            disable=experiment.plugins.disable,
            only=experiment.plugins.only,
            prefer=experiment.prefer,
        )
        features = None
        if experiment.features is not None:
            component = registry.resolve(experiment.features.use, "feature", where=str(path))
            features = load_estimator(load_target(component), folder.path / "features")
        assert experiment.model is not None
        component = registry.resolve(experiment.model.use, "model", where=str(path))
        model = load_estimator(load_target(component), folder.path / "model")
        targets = tuple(kept["targets"])
        return cls(experiment, targets, kept["task"], features, model, tuple(kept["dims"]))
