"""Checks of every component before it does anything: its class, parameters and documentation."""

from __future__ import annotations

import doctest
import inspect
import sys
import tomllib
from typing import Any

from qent_core.build import build
from qent_core.experiment_file import write_toml
from qent_core.names import listed
from qent_core.parameter_docs import class_parameters, is_pydantic
from qent_testing.checks import WORKING_KINDS, CheckFailedError, check, require
from qent_testing.imports import WITH_THE_CORE, is_declared, needed_packages
from qent_testing.subject import SETTINGS, Subject

_ALL = (*WORKING_KINDS, "study")
_STUDIES = "qent_studies"


@check(*_ALL, needs=("check_hooks",))
def check_target(subject: Subject) -> None:
    """The record's ``target`` names a class that can be imported and is what its kind needs.

    State families, channels and labelers derive from the base class of `qent_core.api` and
    implement its method; features have ``fit`` and ``transform``, models ``fit`` and ``predict``,
    studies ``run``.
    """
    require(isinstance(subject.target, type), f"{subject.spec.target} is no class")


@check(*_ALL, needs=("check_target",))
def check_requires(subject: Subject) -> None:
    """The record's ``requires`` names every package that the implementation imports.

    The source of the target is read, and that of the modules of its own package that it imports.
    What qent-core itself needs (numpy, scipy, pydantic) need not be named, and neither need
    ``qent_studies``, with which studies are written. What is named must also be among the
    distribution's dependencies, and so must ``qent-studies`` where it is imported. A plugin imports
    no other plugin: plugins meet at run time, by component name.
    """
    needed = needed_packages(subject.spec.target.partition(":")[0])
    studies = needed.pop(_STUDIES, "")
    require(
        not studies or is_declared(_STUDIES, subject.plugin.distribution),
        f"{studies} imports {_STUDIES}, but the distribution does not depend on qent-studies; "
        "add it to dependencies in pyproject.toml",
    )
    plugins = [name for name in needed if name.startswith("qent_")]
    require(
        not plugins,
        f"it imports the plugin {listed(plugins)}; use its components by name at run time",
    )
    missing = [name for name in needed if name not in subject.spec.requires]
    require(
        not missing,
        f"{listed(f'{name} (imported by {needed[name]})' for name in missing)} "
        f"must be among the requires of the record of '{subject.spec.name}'",
    )
    undeclared = [
        name
        for name in subject.spec.requires
        if name not in WITH_THE_CORE and not is_declared(name, subject.plugin.distribution)
    ]
    require(
        not undeclared,
        f"its record requires {listed(undeclared)}, but the distribution does not depend on it; "
        "add it to dependencies in pyproject.toml",
    )


@check(*_ALL, needs=("check_target",))
def check_parameters(subject: Subject) -> None:
    """Every parameter has a default, and parameters survive the way through TOML.

    Writing the parameters of an instance as TOML and reading them back gives an equal instance.
    A parameter that cannot have a default is given in the class method
    ``conformance_parameters()``.
    """
    required = [doc.name for doc in class_parameters(subject.target) if doc.required]
    require(
        not required or hasattr(subject.target, SETTINGS),
        f"{listed(required)} has no default; give it one, or offer values in a class method "
        f"{SETTINGS}()",
    )
    for index, instance in enumerate(subject.instances()):
        before = _parameters(instance)
        hint = subject.said(index)
        try:
            text = write_toml({"parameters": before})
        except (TypeError, ValueError) as error:
            raise CheckFailedError(f"its parameters{hint} are not plain TOML: {error}") from error
        again = build(subject.component, tomllib.loads(text)["parameters"])
        require(
            _parameters(again) == before and (not is_pydantic(subject.target) or again == instance),
            f"its parameters{hint} are not the same after a way through TOML:\n{text}",
        )


@check(*_ALL, needs=("check_target",))
def check_docstring(subject: Subject) -> None:
    """The class has a docstring with an example that works, and every parameter is described.

    ``qent show`` prints it. The example stands after ``>>>`` and is executed. Parameters are
    described under ``Args:`` or with ``Field(description=...)``.
    """
    target = subject.target
    text = inspect.cleandoc(vars(target).get("__doc__") or "")
    require(text, f"{target.__name__} has no docstring")
    globs = dict(vars(sys.modules[target.__module__]))
    name = f"{target.__module__}.{target.__name__}"
    example = doctest.DocTestParser().get_doctest(text, globs, name, None, None)
    require(example.examples, f"the docstring of {target.__name__} has no example (>>> ...)")
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(example, out=said.append)
    require(not runner.failures, "its example does not give what it says:\n" + "".join(said))
    silent = [doc.name for doc in class_parameters(target) if not doc.description]
    require(
        not silent,
        f"the parameters {listed(silent)} are not described; do it under 'Args:' or with "
        "Field(description=...)",
    )


@check("state-family", "channel", "labeler", "model", "study", needs=("check_hooks",))
def check_references(subject: Subject) -> None:
    """The record names at least one publication, with what is needed to cite it.

    ``qent cite`` and every run folder are made from it. Features are exempt: many only rearrange
    numbers.
    """
    require(
        subject.spec.references,
        f"the record of '{subject.spec.name}' has no references; add the paper it comes from",
    )
    for ref in subject.spec.references:
        require(
            ref.key and ref.title and ref.authors and ref.year > 1800,
            f"the reference {ref.key!r} of '{subject.spec.name}' lacks a key, title, authors or "
            "year",
        )


def _parameters(instance: Any) -> dict[str, Any]:
    if is_pydantic(type(instance)):
        plain: dict[str, Any] = instance.parameters()
        return plain
    found = instance.get_params(deep=False) if hasattr(instance, "get_params") else {}
    return {name: _plain(value) for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
