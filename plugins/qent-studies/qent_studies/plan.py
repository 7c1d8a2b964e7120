"""From the words of a command to a plan: which study, which claims, which settings, which tasks."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from qent_core.build import load_target
from qent_core.errors import (
    ParameterInvalidError,
    QentError,
    StudyBrokenError,
    StudyError,
    StudyScaleUnknownError,
)
from qent_core.names import listed, nearest
from qent_core.parameter_errors import explained
from qent_core.records import StudySpec
from qent_core.registered import Component
from qent_core.registry import Registry
from qent_studies.claims import choose_claims
from qent_studies.lookup import used_components
from qent_studies.study import Study
from qent_studies.tasks import Task, check_tasks


@dataclass(frozen=True)
class StudyPlan:
    """All that is decided before the work starts."""

    component: Component
    study: Study
    used: tuple[Component, ...]
    """The components of other plugins that it needs."""
    scale: str
    seeds: tuple[int, ...]
    only: tuple[str, ...]
    """The claims asked for; empty if all are."""
    wanted: tuple[str, ...]
    """The claims that a finding is drawn for."""
    settings: BaseModel
    changes: Mapping[str, Any]
    """Settings that were given, where they differ from those of the scale."""
    tasks: tuple[Task, ...]

    @property
    def name(self) -> str:
        """The name of the study."""
        return self.component.name

    def settings_document(self) -> dict[str, Any]:
        """Returns the settings as JSON has them."""
        document: dict[str, Any] = self.settings.model_dump(mode="json")
        return document


def plan_study(
    name: str,
    *,
    scale: str = "standard",
    only: Sequence[str] = (),
    seeds: Sequence[int] | None = None,
    settings: Mapping[str, Any] | None = None,
    registry: Registry | None = None,
) -> StudyPlan:
    """Returns what running a study would do, after checking that it can be done.

    Args:
        name: Name of the study.
        scale: One of the study's scales, usually smoke, standard or paper.
        only: Ids of claims; empty for all.
        seeds: Seeds; by default those of the study.
        settings: Sizes and readings of the paper that differ from the scale's.
        registry: Where components are looked up; by default what is installed.

    Raises:
        QentError: An unknown study, scale, claim or setting, a missing component, a broken study.
    """
    registry = registry or Registry.load()
    component = registry.resolve(name, "study")
    spec = component.spec
    assert isinstance(spec, StudySpec)
    used = used_components(spec, registry)
    study = _instance(component)
    _check_scale(study, component.name, scale)
    wanted = choose_claims(study.claims, only)
    chosen = _seeds(study.default_seeds(scale) if seeds is None else seeds)
    defaults = study.settings(scale)
    final = _changed(defaults, settings or {}, component)
    changes = {
        key: value
        for key, value in final.model_dump(mode="json").items()
        if value != defaults.model_dump(mode="json")[key]
    }
    every = tuple(study.tasks(final, chosen))
    check_tasks(every, tuple(claim.id for claim in study.claims))
    everything = len(wanted) == len(study.claims)
    return StudyPlan(
        component=component,
        study=study,
        used=used,
        scale=scale,
        seeds=chosen,
        only=() if everything else wanted,
        wanted=wanted,
        settings=final,
        changes=changes,
        tasks=tuple(t for t in every if everything or {*t.claims} & {*wanted}),
    )


def _instance(component: Component) -> Study:
    target = load_target(component)
    if not issubclass(target, Study):
        raise StudyBrokenError(
            f"the study '{component.name}' ({component.provider}) does not derive from Study",
            where=component.spec.target,
            do="derive it from qent_core.api.Study",
        )
    if inspect.isabstract(target):
        methods = listed(sorted(target.__abstractmethods__))
        raise StudyBrokenError(
            f"the study '{component.name}' does not implement {methods}",
            where=component.spec.target,
        )
    try:
        return target()
    except QentError:
        raise
    except Exception as error:
        raise StudyBrokenError(
            f"the study '{component.name}' cannot be built: {type(error).__name__}: {error}",
            where=component.spec.target,
        ) from error


def _check_scale(study: Study, name: str, scale: str) -> None:
    if scale in study.scales:
        return
    near = nearest(scale, study.scales, count=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise StudyScaleUnknownError(
        f"the study '{name}' has no scale '{scale}'",
        where="--scale",
        do=f"{hint}It has {listed(study.scales)}",
    )


def _seeds(seeds: Sequence[int]) -> tuple[int, ...]:
    chosen = tuple(int(seed) for seed in seeds)
    if not chosen or min(chosen) < 0 or len({*chosen}) < len(chosen):
        raise StudyError(
            f"the seeds {listed(map(str, chosen)) or '(none)'} cannot be used",
            where="--seeds",
            do="give different whole numbers from 0 on, for example --seeds 1,2,3",
        )
    return chosen


def _changed(defaults: BaseModel, changes: Mapping[str, Any], component: Component) -> BaseModel:
    model = type(defaults)
    see = f"See: qent reproduce {component.name} --plan"
    for key in changes:
        if key not in model.model_fields:
            near = nearest(key, model.model_fields, count=1)
            hint = f"did you mean '{near[0]}'? " if near else ""
            raise ParameterInvalidError(
                f"the study '{component.name}' has no setting '{key}'",
                where=f"--set {key}",
                do=f"{hint}{see}",
            )
    try:
        return model.model_validate({**defaults.model_dump(), **changes})
    except ValidationError as error:
        refused = explained(error, model, component, "--set")
        remedy = refused.do.replace(f"See: qent show {component.name}", see)
        raise ParameterInvalidError(refused.what, where=refused.where, do=remedy) from error
