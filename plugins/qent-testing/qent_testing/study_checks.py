"""Checks of studies: a record that names real components, claims that are all answered."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from qent_core.names import listed, nearest
from qent_core.provider_index import provider_index
from qent_core.registry import default_registry
from qent_testing.checks import check, require
from qent_testing.subject import Subject

_SCALE = "smoke"


@check("study", needs=("check_target",))
def check_study_uses(subject: Subject) -> None:
    """Every component that the record says it uses exists, here or in a plugin that is known.

    A study imports no other plugin; it finds components by name when it runs.
    """
    known = {component.name for component in default_registry().components()}
    known |= {spec.name for spec in subject.info.provides}
    known |= {provision.name for provision in provider_index().provisions}
    for name in subject.spec.uses:
        bare = name.rpartition(":")[2]
        near = nearest(bare, known, count=1)
        hint = f"; did it mean '{near[0]}'?" if near else ""
        require(bare in known, f"it uses '{name}', which no known plugin provides{hint}")


@check("study", needs=("check_parameters",))
def check_study_claims(subject: Subject) -> None:
    """Its claims can be read, and every one of them has a method that concludes on it.

    Claims are data, in ``claims.toml`` beside the class. A claim without a conclusion would stand
    in the table without an answer.
    """
    from qent_studies import Study

    for study in _studies(subject):
        require(isinstance(study, Study), "it does not derive from qent_studies.Study")
        claims = [claim.id for claim in study.claims]
        if type(study).conclude is not Study.conclude:
            continue
        concluded = study._conclusions()
        silent = [name for name in claims if name not in concluded]
        require(not silent, f"no method concludes on {listed(silent)}; mark one with @concludes")


@check("study", needs=("check_study_claims",))
def check_study_tasks(subject: Subject) -> None:
    """At the scale ``"smoke"`` every claim is served by a task, and every task can be started.

    Tasks name their function as text, so a renamed function is found here and not after hours.
    Their keys differ.
    """
    for study in _studies(subject):
        tasks = study.tasks(study.settings(_SCALE), study.default_seeds(_SCALE))
        keys = [task.key for task in tasks]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        require(not twice, f"several tasks have the key {listed(twice)}")
        for function in dict.fromkeys(task.run for task in tasks):
            module, _, name = function.partition(":")
            require(
                callable(getattr(import_module(module), name, None)),
                f"a task names {function}, which is no function",
            )
        served = {claim for task in tasks for claim in task.claims}
        idle = [claim.id for claim in study.claims if claim.id not in served]
        require(not idle, f"no task serves the claim {listed(idle)}")


def _studies(subject: Subject) -> list[Any]:
    return subject.instances()
