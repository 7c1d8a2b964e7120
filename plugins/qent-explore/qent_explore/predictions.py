"""What trained models say about a state, beside what is exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qent_core.api import Predictor, QentError, StateBatch, Verdict


@dataclass(frozen=True)
class RunModel:
    """The model of a run folder."""

    run: str
    """The folder, as the user named it."""
    predictor: Predictor

    @classmethod
    def load(cls, folder: str) -> RunModel:
        """Reads the model of a run folder; nothing of the user's own is executed.

        Raises:
            RunFolderError: The folder is missing, incomplete, changed, or holds no model.
            ModelFileError: The model's files are broken or not trusted.
        """
        return cls(folder, Predictor.load(Path(folder)))


@dataclass(frozen=True)
class Prediction:
    """What one model says of one target."""

    run: str
    model: str
    target: str
    says: str = ""
    exact: str = ""
    """The measure, or the proved verdict; empty if there is none."""
    problem: str = ""
    """Why it says nothing, in one line."""


def predictions(
    models: tuple[RunModel, ...],
    states: StateBatch,
    measures: Mapping[str, float],
    verdicts: Mapping[str, Verdict],
) -> tuple[Prediction, ...]:
    """Returns what every model says about the first state.

    Args:
        models: From `RunModel.load`.
        states: What they are asked about.
        measures: Exact measures by column name.
        verdicts: Proved verdicts by question.
    """
    found = []
    for model in models:
        predictor = model.predictor
        try:
            said = predictor.predict(states[:1])
        except QentError as error:
            target = ", ".join(predictor.targets)
            found.append(Prediction(model.run, predictor.name, target, problem=error.what))
            continue
        for target, values in said.items():
            verdict = predictor.task == "classification"
            says = Verdict(round(float(values[0]))).word if verdict else f"{float(values[0]):.4f}"
            exact = _exact(target, verdict, measures, verdicts)
            found.append(Prediction(model.run, predictor.name, target, says, exact))
    return tuple(found)


def _exact(
    target: str, verdict: bool, measures: Mapping[str, float], verdicts: Mapping[str, Verdict]
) -> str:
    if not verdict:
        return f"{measures[target]:.4f}" if target in measures else ""
    question = target.partition("[")[2].rstrip("]")
    return verdicts[question].word if question in verdicts else ""
