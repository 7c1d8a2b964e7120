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


def share(text: str, option: str, *, whole: bool = False) -> float:
    """Returns a share of the states: above 0 and below 1, or up to 1 if the whole is allowed.

    Raises:
        ParameterInvalidError: The text is no such number.

    Example:
        >>> share("0.2", "--test-fraction")
        0.2
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (0 < number < 1 or (whole and number == 1)):
        raise ParameterInvalidError(
            f"'{text}' is no share of the states",
            where=option,
            do=f"write a number above 0 and {'up to' if whole else 'below'} 1, "
            f"for example {option} 0.1",
        )
    return number


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


def positive_number(text: str, option: str) -> float:
    """Returns a positive number.

    Raises:
        ParameterInvalidError: The text is no such number.

    Example:
        >>> positive_number("1e-3", "--width")
        0.001
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ParameterInvalidError(
            f"'{text}' is no positive number", where=option, do=f"write, for example, {option} 1e-3"
        )
    return number
