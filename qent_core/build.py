"""Phase C of the plugin host: from a component's record to its class, and to an instance of it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from qent_core.errors import ComponentBrokenError, ParameterInvalidError, QentError
from qent_core.kinds import word_for
from qent_core.loading import is_within, place_of
from qent_core.names import counted, listed, nearest
from qent_core.parameter_docs import is_pydantic
from qent_core.registered import Component
from qent_core.requirements import missing_modules, pip_name

_METHODS = {"feature": ("fit", "transform"), "model": ("fit", "predict")}


def load_target(component: Component) -> type:
    """Imports the class that implements a component and checks that it is what its kind needs.

    Args:
        component: What the registry knows about it.

    Raises:
        ComponentBrokenError: A package it requires is missing, its module cannot be imported or
            has no such class, or the class is not what the kind needs.

    Example:
        >>> from qent_core.records import StudySpec
        >>> spec = StudySpec(name="x", target="fractions:Fraction", summary="A class")
        >>> load_target(Component(spec=spec, distribution="qent-x", version="1"))
        <class 'fractions.Fraction'>
    """
    target = component.implementation
    if target is None:
        target = _imported(component)
    _check(component, target)
    return target  # type: ignore[no-any-return]


def build(component: Component, parameters: Mapping[str, Any], *, where: str = "") -> Any:
    """Returns an instance of a component.

    Args:
        component: What the registry knows about it.
        parameters: Its parameters by name, as TOML or a script gives them.
        where: Where they were written, for the error: file and table.

    Raises:
        ComponentBrokenError: See `load_target`; also if building it fails in an unforeseen way.
        ParameterInvalidError: A parameter is unknown, missing, of the wrong type or out of bounds.
    """
    target = load_target(component)
    try:
        if is_pydantic(target):
            return _validated(component, target, parameters, where)
        _check_names(component, target, parameters, where)
        return target(**parameters)
    except QentError:
        raise
    except (TypeError, ValueError) as error:
        raise ParameterInvalidError(
            f"{subject(component)} refuses its parameters: {error}",
            where=where,
            do=f"see: qent show {component.name}",
        ) from error
    except Exception as error:
        raise _broken(component, f"raised {_said(error)} while it was built") from error


def subject(component: Component) -> str:
    """Returns a component as the subject of a sentence."""
    return f"the {word_for(component.kind)} '{component.name}'"


def _imported(component: Component) -> Any:
    missing = missing_modules(component.spec)
    if missing:
        packages = " ".join(pip_name(module) for module in missing)
        raise _broken(
            component,
            f"needs {listed(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            do=f"pip install {packages}",
        )
    module_name, _, attribute = component.spec.target.partition(":")
    try:
        module = import_module(module_name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and error.name:
            if is_within(module_name, error.name):
                raise _broken(component, f"has no module {error.name}") from error
            top = error.name.partition(".")[0]
            raise _broken(
                component,
                f"needs {error.name}, which is not installed",
                do=f"pip install {pip_name(top)}",
            ) from error
        raise _broken(component, f"cannot be imported: {_said(error)}") from error
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        near = nearest(attribute, (name for name in vars(module) if name[0] != "_"), count=1)
        hint = f"; it has {near[0]}" if near else ""
        raise _broken(component, f"has no {attribute} in {module_name}{hint}") from error


def _check(component: Component, target: Any) -> None:
    if not isinstance(target, type):
        raise _broken(component, f"names {component.spec.target}, which is no class")
    if component.kind in ("state-family", "channel", "labeler"):
        from qent_core.components import Channel, Labeler, StateFamily

        base = {"state-family": StateFamily, "channel": Channel, "labeler": Labeler}[component.kind]
        if not issubclass(target, base):
            raise _broken(
                component, f"is no {base.__name__}: see the base classes of {target.__name__}"
            )
        if inspect.isabstract(target):
            methods = listed(sorted(getattr(target, "__abstractmethods__", ())))
            raise _broken(component, f"does not implement {methods}")
    lacking = [name for name in _METHODS.get(component.kind, ()) if not hasattr(target, name)]
    if lacking:
        raise _broken(component, f"has no method {listed(lacking)} in {target.__name__}")


def _validated(component: Component, target: Any, parameters: Mapping[str, Any], where: str) -> Any:
    from pydantic import ValidationError

    try:
        return target.model_validate(dict(parameters))
    except ValidationError as error:
        from qent_core.parameter_errors import explained

        raise explained(error, target, component, where) from error


def _check_names(
    component: Component, target: type, parameters: Mapping[str, Any], where: str
) -> None:
    """Refuses parameters that a constructor does not have, and asks for those it needs."""
    accepted = inspect.signature(target).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values()):
        return
    unknown = [name for name in parameters if name not in accepted]
    missing = [
        name
        for name, parameter in accepted.items()
        if parameter.default is parameter.empty
        and parameter.kind is not parameter.VAR_POSITIONAL
        and name not in parameters
    ]
    if unknown:
        near = nearest(unknown[0], accepted, count=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ParameterInvalidError(
            f"{subject(component)} has no parameter {listed(map(repr, unknown))}",
            where=f"{where} {', '.join(unknown)}" if where else "",
            do=f"{hint}See: qent show {component.name}",
        )
    if missing:
        raise ParameterInvalidError(
            f"{subject(component)} needs {counted(len(missing), 'more parameter')}: "
            f"{listed(missing)}",
            where=where,
            do=f"see: qent show {component.name}",
        )


def _broken(component: Component, what: str, *, do: str = "") -> ComponentBrokenError:
    remedy = f"pip install --upgrade {component.distribution}, or report it to its authors"
    return ComponentBrokenError(
        f"{subject(component)} ({component.provider}) {what}",
        do=do or (remedy if component.origin == "plugin" else "repair the class"),
    )


def _said(error: BaseException) -> str:
    message = str(error).strip().splitlines()
    place = place_of(error)
    text = f"{type(error).__name__}: {message[0]}" if message else type(error).__name__
    return f"{text} ({place})" if place else text
