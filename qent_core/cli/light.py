"""Commands that stay cheap: their parameters are flags and plain text, taken as they are.

Recent versions of typer turn every other parameter into its type with pydantic, which costs as
much as the rest of ``qent list`` together. Heavy commands do not mind; those that only list do.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup

from qent_core.cli.interruption import interruptible


class LightCommand(TyperCommand):
    """A command whose parameters are all flags, text, or lists of text."""

    def get_params(self, *arguments: Any) -> Any:
        """Returns the parameters, each of which takes its value as it is."""
        return _taken_as_is(super().get_params(*arguments))

    def invoke(self, *arguments: Any) -> Any:
        """Runs the command; Ctrl-C says what is kept."""
        with interruptible():
            return super().invoke(*arguments)


class LightGroup(TyperGroup):
    """A group whose own parameters are all flags, text, or lists of text."""

    def get_params(self, *arguments: Any) -> Any:
        """Returns the parameters, each of which takes its value as it is."""
        return _taken_as_is(super().get_params(*arguments))


def _taken_as_is(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if "process_value" not in vars(parameter):
            parameter.process_value = partial(_process_value, parameter)
    return parameters


def _process_value(parameter: Any, context: Any, value: Any) -> Any:
    """Does what typer would do with the value of a flag or a text, without a type adapter."""
    several = parameter.multiple or parameter.nargs == -1
    absent = value is None or value == ()
    if (absent and parameter.required) or isinstance(value, bool):
        # What is missing typer says well, and a flag it takes as it is.
        return type(parameter).process_value(parameter, context, value)
    if several:
        value = tuple(value or ())
    return parameter.callback(context, parameter, value) if parameter.callback else value
