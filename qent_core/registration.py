"""From a class of the user's own to a registered component, without a package around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, overload

from qent_core.errors import ParameterInvalidError
from qent_core.kinds import KINDS, parse_kind
from qent_core.names import kebab_case, listed
from qent_core.records import ComponentSpec
from qent_core.registered import Component

C = TypeVar("C")

SCRIPT = "script"
"""Stands in the place of a distribution for components that a script registered."""

Key = tuple[str, str, str]
"""Kind, name and provider of a component."""

_registered: dict[Key, Component] = {}
_collecting: ContextVar[list[Component] | None] = ContextVar("qent_collecting", default=None)


@contextmanager
def collecting() -> Iterator[list[Component]]:
    """Gathers what is registered inside the ``with`` block instead of registering it."""
    gathered: list[Component] = []
    token = _collecting.set(gathered)
    try:
        yield gathered
    finally:
        _collecting.reset(token)


def key_of(component: Component) -> Key:
    """Returns what a component replaces another by."""
    return (component.kind, component.name, component.distribution)


def script_components() -> dict[Key, Component]:
    """Returns what `register` was given in this process; every registry has it."""
    return dict(_registered)


def gathered_elsewhere(component: Component) -> bool:
    """Hands a component to the file that is being collected; tells whether there is one."""
    gathered = _collecting.get()
    if gathered is None:
        return False
    gathered.append(component)
    return True


def script_component(
    implementation: Any, *, name: str | None = None, kind: str | None = None, **facts: Any
) -> Component:
    """Returns the component that a class or a record stands for.

    Args:
        implementation: A class, or a record whose target can be imported.
        name: Its name; by default the class name in lower case with hyphens.
        kind: Its kind; needed only if the class does not tell.
        facts: Further fields of the record, for example ``gives="measure"``.

    Raises:
        ParameterInvalidError: The kind is not clear, or the record refuses a field.
    """
    if isinstance(implementation, ComponentSpec):
        if name or kind or facts:
            raise ParameterInvalidError(
                f"the record of '{implementation.name}' already has its name, kind and facts",
                do="register the record alone",
            )
        return Component(spec=implementation, distribution=SCRIPT, version="", origin="script")
    if not isinstance(implementation, type):
        raise ParameterInvalidError(
            f"only a class or a record can be registered, not {type(implementation).__name__}",
            do="register the class; its parameters are given where it is used",
        )
    record = KINDS[parse_kind(kind) if kind else kind_of(implementation)].record
    facts.setdefault("summary", _summary(implementation))
    try:
        spec = record(
            name=name or kebab_case(implementation.__name__),
            target=f"{implementation.__module__}:{implementation.__name__}",
            **facts,
        )
    except (TypeError, ValueError) as error:
        raise ParameterInvalidError(
            f"{implementation.__name__} cannot be registered: {error}",
            do="see the fields of the record: " + record.__name__,
        ) from error
    return Component(
        spec=spec, distribution=SCRIPT, version="", origin="script", implementation=implementation
    )


def kind_of(implementation: type) -> str:
    """Returns the kind of a class: from its base class, else from the methods it has.

    Raises:
        ParameterInvalidError: Neither tells.
    """
    # The base classes bring pydantic and NumPy; a class that derives from one already did.
    from qent_core.components import Channel, Labeler, StateFamily

    bases = {StateFamily: "state-family", Channel: "channel", Labeler: "labeler"}
    for base, kind in bases.items():
        if issubclass(implementation, base):
            return kind
    methods = {name for name in ("predict", "transform") if hasattr(implementation, name)}
    if hasattr(implementation, "fit") and len(methods) == 1:
        return "model" if methods == {"predict"} else "feature"
    raise ParameterInvalidError(
        f"the kind of {implementation.__name__} is not clear from its base class",
        do=f"say it with kind=: {listed(KINDS, 'or')}",
    )


def _summary(implementation: type) -> str:
    lines = (vars(implementation).get("__doc__") or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else implementation.__name__


@overload
def register(
    implementation: C, /, *, name: str | None = None, kind: str | None = None, **facts: Any
) -> C: ...


@overload
def register(
    *, name: str | None = None, kind: str | None = None, **facts: Any
) -> Callable[[C], C]: ...


def register(
    implementation: Any = None,
    /,
    *,
    name: str | None = None,
    kind: str | None = None,
    **facts: Any,
) -> Any:
    """Registers a class of your own with every registry of this process; also a decorator.

    In a script it can be used by its name from then on. In a file that an experiment names under
    ``[plugins] local`` it says under which name, which is otherwise made from the class name.

    Args:
        implementation: A class that derives from StateFamily, Channel or Labeler, a scikit-learn
            estimator or transformer, or a record.
        name: Its name; by default the class name in lower case with hyphens.
        kind: Its kind; needed only if the class does not tell.
        facts: Further fields of its record, for example ``gives="measure"`` for a labeler.

    Example:
        >>> @register(name="mean-of-everything")
        ... class Mean:
        ...     def fit(self, X, y): return self
        ...     def predict(self, X): return 0 * X[:, 0]
    """
    if implementation is None:
        return lambda later: register(later, name=name, kind=kind, **facts)
    component = script_component(implementation, name=name, kind=kind, **facts)
    if not gathered_elsewhere(component):
        # Registering again, as a notebook cell does when it is run again, replaces.
        _registered[key_of(component)] = component
    return implementation
