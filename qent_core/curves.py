"""Curves of a target against one parameter: the exact line, the model's line, the test states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qent_core.components import StateFamily
from qent_core.composition import Composition
from qent_core.errors import CompositionInvalidError
from qent_core.evaluation import Array, target_array
from qent_core.experiment import CurveSettings
from qent_core.generation import Part, Pipeline
from qent_core.labels import MeasureColumn
from qent_core.parameter_expression import evaluate
from qent_core.parameters import Values
from qent_core.predictor import Predictor
from qent_core.states import StateBatch


@dataclass(frozen=True)
class Curve:
    """One target along one parameter."""

    target: str
    label: str
    """Axis label."""
    x: Array
    """``(points,)`` values of the swept parameter."""
    exact: Array
    """``(points,)`` exact target, without channels."""
    closed_form: bool
    """True if the exact line is the family's formula, False if it was computed state by state."""
    predicted: Array
    """``(points,)`` the model's answer for the same states."""
    test_x: Array
    """Where each test state of the family falls on the axis."""
    test_predicted: Array
    threshold: float | None = None
    """Where the family says the state becomes entangled."""


def draw_curves(
    composition: Composition,
    test_states: StateBatch,
    predictor: Predictor,
    predictions: dict[str, Array],
) -> tuple[Curve, ...]:
    """Returns the curves that the experiment asks for, one per target and setting.

    Raises:
        CompositionInvalidError: The swept parameter does not exist, or the sweep is out of range.
    """
    settings = composition.experiment.evaluation.curves
    return tuple(
        curve
        for number, setting in enumerate(settings, start=1)
        for curve in _curves(composition, setting, number, test_states, predictor, predictions)
    )


def check_curves(composition: Composition) -> None:
    """Refuses curves that cannot be drawn, before the work starts.

    Raises:
        CompositionInvalidError: See `draw_curves`.
    """
    for number, setting in enumerate(composition.experiment.evaluation.curves, start=1):
        swept_family(composition.pipeline.families[0], setting, number)


def swept_family(part: Part, setting: CurveSettings, number: int) -> StateFamily:
    """Returns the first family with one parameter running evenly along the axis."""
    family: StateFamily = part.component
    where = f"[[evaluation.curves]] {number}"
    if setting.sweep not in type(family).model_fields:
        raise CompositionInvalidError(
            f"the family '{part.name}' has no parameter '{setting.sweep}'",
            where=f"{where} sweep",
            do=f"sweep one of: {', '.join(type(family).model_fields)}",
        )
    x = np.linspace(setting.start, setting.stop, setting.points)
    try:
        fields = {name: getattr(family, name) for name in type(family).model_fields}
        return type(family)(**{**fields, setting.sweep: Values(tuple(x))})
    except ValueError as error:
        raise CompositionInvalidError(
            f"'{setting.sweep}' cannot run from {setting.start} to {setting.stop}: {error}",
            where=where,
            do="choose start and stop within the parameter's bounds",
        ) from error


def _curves(
    composition: Composition,
    setting: CurveSettings,
    number: int,
    test_states: StateBatch,
    predictor: Predictor,
    predictions: dict[str, Array],
) -> list[Curve]:
    pipeline = composition.pipeline
    part = pipeline.families[0]
    family = swept_family(part, setting, number)
    sweep = Pipeline(
        pipeline.seed,
        setting.points,
        (Part(f"curve:{part.key}", part.name, family, setting.points),),
        labelers=pipeline.labelers,
    )
    states, labels = sweep.make(next(sweep.shards()))
    predicted = predictor.predict(states)
    mine = test_states.source == part.name
    over = setting.over or setting.sweep
    test_x = evaluate(over, test_states.parameters)[mine]
    tested = predictions[predictor.name][mine]
    exact = target_array(labels, predictor.targets).reshape(setting.points, -1)
    curves = []
    for i, target in enumerate(predictor.targets):
        column = labels.column(target)
        formula = family.exact(target, states.parameters)
        threshold = family.thresholds(column.question).get(setting.sweep)
        curves.append(
            Curve(
                target=target,
                label=setting.label or over,
                x=np.linspace(setting.start, setting.stop, setting.points),
                exact=exact[:, i] if formula is None else np.asarray(formula),
                closed_form=formula is not None and isinstance(column, MeasureColumn),
                predicted=predicted[target],
                test_x=test_x,
                test_predicted=tested if tested.ndim == 1 else tested[:, i],
                threshold=threshold,
            )
        )
    return curves
