"""From an experiment to ready components: everything that cannot work is refused before it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qent_core.build import build
from qent_core.errors import CompositionInvalidError
from qent_core.experiment import Experiment, Use
from qent_core.generation import Part, Pipeline
from qent_core.records import FeatureSpec, LabelerSpec, ModelSpec, Reference
from qent_core.registry import Component, Registry
from qent_core.seeds import integer_seed


@dataclass(frozen=True)
class Composition:
    """The components of one experiment, built, with the records they came from."""

    experiment: Experiment
    pipeline: Pipeline
    features: Any = None
    model: Any = None
    tasks: tuple[str, ...] = ()
    """What the model may do with the labels: ``"regression"``, ``"classification"``, or both."""
    used: tuple[Component, ...] = field(default=())

    def references(self) -> tuple[Reference, ...]:
        """Returns what a publication that uses this experiment should cite, without repeats."""
        found = {ref.key: ref for component in self.used for ref in component.spec.references}
        return tuple(found[key] for key in sorted(found))

    def distributions(self) -> dict[str, str]:
        """Returns distribution name to version of every component used."""
        return {c.distribution: c.version for c in self.used if c.distribution}


def compose(experiment: Experiment, registry: Registry, *, where: str = "") -> Composition:
    """Returns the built components of an experiment.

    Args:
        experiment: What to compose.
        registry: Where names are looked up.
        where: The experiment's file, for messages.

    Raises:
        ComponentUnknownError, ParameterInvalidError, CompositionInvalidError: Each names the table.
    """
    place = f"{where}, " if where else ""
    used: list[Component] = []

    def made(entry: Use, kind: str, table: str, defaults: Mapping[str, Any] | None = None) -> Any:
        component = registry.resolve(entry.use, kind, where=f"{place}{table} use")
        used.append(component)
        located = f"{place}{table} '{entry.use}'"
        parameters = entry.parameters
        if defaults:
            parameters = {**_accepted(component, defaults), **parameters}
        return build(component, parameters, where=located)

    seed = experiment.run.seed
    sources = [
        Part(key, entry.use, made(entry, "state-family", f"[[states]] {n}"), entry.count)
        for n, (key, entry) in enumerate(_keyed(experiment.states), start=1)
    ]
    channels = [
        Part(key, entry.use, made(entry, "channel", f"[[channels]] {n}"))
        for n, (key, entry) in enumerate(_keyed(experiment.channels), start=1)
    ]
    labelers = [
        Part(key, entry.use, made(entry, "labeler", f"[[labels]] {n}"))
        for n, (key, entry) in enumerate(_keyed(experiment.labels), start=1)
    ]
    label_specs = [c.spec for c in used if isinstance(c.spec, LabelerSpec)]
    features = model = None
    tasks: tuple[str, ...] = ()
    if experiment.features is not None:
        random = {"random_state": integer_seed(seed, "features", experiment.features.use)}
        features = made(experiment.features, "feature", "[features]", random)
    if experiment.model is not None:
        spec = registry.resolve(experiment.model.use, "model", where=f"{place}[model] use").spec
        feature_spec = used[-1].spec if features is not None else None
        tasks = _check_chain(spec, feature_spec, label_specs, place)
        random = {"random_state": integer_seed(seed, "model", experiment.model.use)}
        model = made(experiment.model, "model", "[model]", random)
    elif experiment.features is not None:
        raise CompositionInvalidError(
            "there are features but no model to use them",
            where=f"{place}[features]",
            do="add a [model] table, or leave [features] out",
        )
    pipeline = Pipeline(
        seed, experiment.run.shard_size, tuple(sources), tuple(channels), tuple(labelers)
    )
    return Composition(experiment, pipeline, features, model, tasks, tuple(used))


def _keyed(entries: tuple[Any, ...]) -> list[tuple[str, Any]]:
    # The random stream of a component is named after it, with a number only when it is used twice,
    # so that adding or reordering other components never changes its numbers.
    seen: Counter[str] = Counter()
    keyed = []
    for entry in entries:
        seen[entry.use] += 1
        again = f"#{seen[entry.use]}" if seen[entry.use] > 1 else ""
        keyed.append((entry.use + again, entry))
    return keyed


def _accepted(component: Component, defaults: Mapping[str, Any]) -> dict[str, Any]:
    from inspect import signature

    from qent_core.build import load_target

    known = signature(load_target(component)).parameters
    return {name: value for name, value in defaults.items() if name in known}


def _check_chain(
    spec: Any, feature: Any, labelers: list[LabelerSpec], place: str
) -> tuple[str, ...]:
    assert isinstance(spec, ModelSpec)
    if not labelers:
        raise CompositionInvalidError(
            f"the model '{spec.name}' has nothing to learn: there are no labels",
            where=f"{place}[model]",
            do="add a [labels] table, for example use = 'negativity'",
        )
    if spec.accepts == "states" and feature is not None:
        raise CompositionInvalidError(
            f"the model '{spec.name}' takes the states themselves, not features",
            where=f"{place}[features]",
            do="leave the [features] table out",
        )
    if spec.accepts != "states":
        if not isinstance(feature, FeatureSpec):
            raise CompositionInvalidError(
                f"the model '{spec.name}' needs features of form '{spec.accepts}'",
                where=f"{place}[model]",
                do="add a [features] table; see qent list --kind feature",
            )
        if feature.output != spec.accepts:
            raise CompositionInvalidError(
                f"the model '{spec.name}' takes features of form '{spec.accepts}', "
                f"'{feature.name}' gives '{feature.output}'",
                where=f"{place}[features] use",
                do=f"choose a feature extractor of form '{spec.accepts}': qent list --kind feature",
            )
    tasks = tuple(
        task
        for task, gives in (("regression", "measure"), ("classification", "verdict"))
        if task in spec.tasks and any(labeler.gives in (gives, None) for labeler in labelers)
    )
    if not tasks:
        given = " and ".join(sorted({labeler.gives or "label" for labeler in labelers}))
        raise CompositionInvalidError(
            f"the model '{spec.name}' does {' and '.join(spec.tasks)}, the labels are {given}s",
            where=f"{place}[model]",
            do="use a regression model for measures and a classification model for verdicts",
        )
    return tasks
