"""Option values as text, read with one clear error each."""

from __future__ import annotations

from collections.abc import Sequence

from qent_core.errors import ParameterInvalidError


def whole_number(text: str, option: str, *, least: int) -> int:
    """Returns a whole number that is not below ``least``.

    Raises:
        ParameterInvalidError: The text is no such number.

    Example:
        >>> whole_number("4", "--workers", least=1)
        4
    """
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise ParameterInvalidError(
            f"'{text}' is no whole number of at least {least}",
            where=option,
            do=f"write, for example, {option} {max(least, 2)}",
        )
    return number


def whole_numbers(text: str, option: str) -> tuple[int, ...]:
    """Returns whole numbers joined by commas.

    Raises:
        ParameterInvalidError: The text is no such list.

    Example:
        >>> whole_numbers("2,4", "--dims")
        (2, 4)
    """
    return tuple(whole_number(word.strip(), option, least=2) for word in text.split(","))


def one_of(text: str | None, option: str, allowed: Sequence[str]) -> str | None:
    """Returns the text if it is one of the allowed words, or None if nothing was given.

    Raises:
        ParameterInvalidError: It is another word.
    """
    if text is not None and text not in allowed:
        raise ParameterInvalidError(
            f"'{text}' is not known here", where=option, do=f"use one of: {', '.join(allowed)}"
        )
    return text
