"""Reading and writing the TOML of experiments, with errors that name table and key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from qent_core.errors import ExperimentInvalidError

KNOWN_KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "run",
        "plugins",
        "prefer",
        "states",
        "channels",
        "labels",
        "features",
        "model",
        "evaluation",
        "data",
    ),
    "run": ("name", "seed", "description", "shard_size"),
    "plugins": ("local", "disable", "only"),
    "data": ("dtype",),
    "evaluation": ("test_fraction", "target", "curves"),
    "evaluation.curves": ("sweep", "start", "stop", "points", "over", "label"),
}
"""Keys of each table that is no component, for did-you-mean; a test holds them to the models."""


def read_toml(path: Path) -> str:
    """Returns the text of an experiment's file.

    Raises:
        ExperimentInvalidError: The file is missing, no text, or empty.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ExperimentInvalidError(
            "there is no such experiment file", where=str(path), do="check the path"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExperimentInvalidError(
            f"the experiment file cannot be read: {error}", where=str(path)
        ) from error
    if not text.strip():
        raise ExperimentInvalidError(
            "the experiment file is empty",
            where=str(path),
            do="start from examples/quickstart.toml",
        )
    return text


def parse_toml(text: str, *, where: str = "") -> dict[str, Any]:
    """Returns the tables of a TOML text.

    Raises:
        ExperimentInvalidError: Names line and column of a syntax error.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExperimentInvalidError(
            f"this is not valid TOML: {error}",
            where=where,
            do="check that line; strings need quotes, tables are [name] or [[name]]",
        ) from error


def write_toml(tables: Mapping[str, Any]) -> str:
    """Returns tables as TOML text, as a person would write it; keys without a value are left out.

    Lists of tables become ``[[table]]``, and tables inside a component's parameters, such as
    distributions, stay on one line.
    """
    document = tomlkit.document()
    for name, content in tables.items():
        if content is not None:
            document.add(name, _table_item(content))
    return tomlkit.dumps(document)


def _table_item(content: Any) -> Any:
    if isinstance(content, list | tuple) and all(isinstance(item, Mapping) for item in content):
        tables = tomlkit.aot()
        for item in content:
            tables.append(_table_item(item))
        return tables
    table = tomlkit.table()
    for key, value in content.items():
        nested = isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value)
        if nested and "use" not in content:
            table.add(key, _table_item(value))
        elif value is not None:
            table.add(key, _inline(value))
    return table


def _inline(value: Any) -> Any:
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update({key: _inline(item) for key, item in value.items() if item is not None})
        return inline
    if isinstance(value, list | tuple):
        return [_inline(item) for item in value]
    return value


@contextmanager
def spec_errors() -> Iterator[None]:
    """Turns pydantic's complaint about a spec into one `ExperimentInvalidError`."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        table, key = _place(first["loc"])
        what, do = _explain(first, table, key)
        others = error.error_count() - 1
        more = f" ({others} more like this)" if others else ""
        place = f"[{table}] {key}" if table else key
        raise ExperimentInvalidError(what + more, where=place, do=do) from None


def _place(loc: tuple[int | str, ...]) -> tuple[str, str]:
    """Splits pydantic's location into a table as TOML writes it and a key."""
    words: list[str] = []
    for item in loc:
        if isinstance(item, int):
            words[-1] += f" #{item + 1}"
        elif item not in ("Use", "StatesUse"):
            words.append(str(item))
    if len(words) == 1:
        return "", words[0]
    return ".".join(words[:-1]), words[-1]


def _explain(problem: Any, table: str, key: str) -> tuple[str, str]:
    plain = ".".join(part.split(" #")[0] for part in table.split("."))
    known = KNOWN_KEYS.get(plain, ())
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, known, n=1)
        kind = "key" if table else "table"
        hint = f"did you mean '{near[0]}'? " if near else ""
        return f"there is no {kind} '{key}'", f"{hint}Known here: {', '.join(known)}"
    if problem["type"] == "missing":
        if key == "use":
            return "a component has no name", 'write use = "name"; see qent list'
        if key == "count":
            return "the family does not say how many states to take", "write count = 1000"
        if key == "states" and not table:
            return "the experiment has no states", "add a [[states]] table with use and count"
        return f"'{key}' is missing", f"set {key}"
    message = problem["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    shown = repr(problem["input"])
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"{key} = {shown} is not allowed: {message}", f"set {key} to an allowed value"
