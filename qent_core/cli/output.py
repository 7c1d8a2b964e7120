"""What the command line prints where: results to stdout, all else to stderr.

With ``--json`` stdout carries exactly one JSON document. Whatever else writes to stdout meanwhile,
a chatty plugin for example, is led to stderr.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_reserved: ContextVar[TextIO | None] = ContextVar("qent_stdout", default=None)
_printed: ContextVar[bool] = ContextVar("qent_document", default=False)


@contextmanager
def reserved_stdout(active: bool = True) -> Iterator[None]:
    """Keeps stdout for `print_json` alone inside the ``with`` block; the rest goes to stderr."""
    if not active:
        yield
        return
    real = sys.stdout
    token = _reserved.set(real)
    _printed.set(False)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = real
        _reserved.reset(token)


def print_json(document: Mapping[str, Any]) -> None:
    """Prints the one JSON document of a command to stdout."""
    stream = _reserved.get() or sys.stdout
    text = json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)
    _printed.set(True)
    stream.write(text + "\n")
    stream.flush()


def document_printed() -> bool:
    """Whether this command has printed its JSON document already."""
    return _printed.get()


def plain(value: Any) -> Any:
    """Returns a value as JSON can have it: NaN and infinities become null, arrays become lists.

    Example:
        >>> plain({"a": (1, float("nan")), "b": {2: "x"}})
        {'a': [1, None], 'b': {'2': 'x'}}
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return plain(value.tolist())
    return str(value)


def print_lines(*lines: str) -> None:
    """Prints lines of a result to stdout."""
    for line in lines:
        print(line)


def print_note(*lines: str) -> None:
    """Prints lines that are no part of the result: to stderr."""
    for line in lines:
        print(line, file=sys.stderr)


def bold(text: str) -> str:
    """Returns text in bold if stdout is a terminal that shows it."""
    return f"\x1b[1m{text}\x1b[0m" if _coloured() else text


def faint(text: str) -> str:
    """Returns text in a fainter colour if stdout is a terminal that shows it."""
    return f"\x1b[2m{text}\x1b[0m" if _coloured() else text


def columns(rows: Sequence[Sequence[str]], *, indent: int = 2) -> list[str]:
    """Returns rows as lines with aligned columns; on a terminal a line is cut at its width.

    Example:
        >>> columns([("a", "one"), ("long", "two")])
        ['  a     one', '  long  two']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        " " * indent
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if not sys.stdout.isatty():
        return lines
    from shutil import get_terminal_size

    room = max(get_terminal_size().columns, 40)
    return [line if len(line) <= room else line[: room - 1] + "…" for line in lines]


def wrapped(text: str, *, indent: int = 0, hanging: int = 0) -> list[str]:
    """Returns text as lines of at most 100 characters, fewer on a narrower terminal.

    Args:
        text: One paragraph.
        indent: Spaces in front of every line.
        hanging: Further spaces in front of all lines but the first.

    Example:
        >>> wrapped("a short text", indent=2)
        ['  a short text']
    """
    from shutil import get_terminal_size
    from textwrap import wrap

    width = max(min(get_terminal_size((100, 24)).columns, 100), 40)
    return wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def console(*, stderr: bool = False) -> Console:
    """Returns a rich console; it respects ``NO_COLOR`` and is plain where there is no terminal.

    Args:
        stderr: Write to stderr. With ``--json`` the console writes there in any case.
    """
    from rich.console import Console

    return Console(stderr=stderr or _reserved.get() is not None, highlight=False)


def _coloured() -> bool:
    dumb = os.environ.get("TERM", "") == "dumb"
    return sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR")
