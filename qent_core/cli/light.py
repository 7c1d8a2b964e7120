"""Commands that stay cheap: their parameters are flags and plain text, taken as they are.

Recent versions of typer turn every other parameter into its type with pydantic, which costs as
much as the rest of ``qent list`` together. Heavy commands do not mind; those that only list do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup


class LightCommand(TyperCommand):
    """A command whose parameters are all flags, text, or lists of text."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        _take_as_is(self.params)


class LightGroup(TyperGroup):
    """A group whose own parameters are all flags, text, or lists of text."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        _take_as_is(self.params)


def _take_as_is(parameters: Iterable[Any]) -> None:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False) or parameter.callback is not None:
            continue
        several = parameter.multiple or parameter.nargs == -1
        parameter.process_value = partial(
            _text, parameter.process_value, bool(parameter.required), several
        )


def _text(
    original: Callable[[Any, Any], Any], required: bool, several: bool, context: Any, value: Any
) -> Any:
    if value is None or value == ():
        # typer's own way says what is missing, and says it well.
        return original(context, value) if required else () if several else None
    return tuple(value) if several else value
