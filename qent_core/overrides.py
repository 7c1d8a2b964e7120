"""Settings given on the command line: ``--set run.seed=7 --set states.0.spin=1``."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Sequence
from typing import Any

from qent_core.errors import ExperimentInvalidError


def apply_overrides(tables: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Returns tables with some values replaced.

    Args:
        tables: Tables of an experiment.
        overrides: ``path=value``; the path's words are joined by dots, items of a list are
            counted from 0 (``states.0.count``; a list of one needs no number), and the value is
            written as in TOML; a bare word is a string.

    Raises:
        ExperimentInvalidError: No ``=``, or a path that leads nowhere.

    Example:
        >>> apply_overrides({"run": {"seed": 1}}, ["run.seed=7", "run.name=test"])
        {'run': {'seed': 7, 'name': 'test'}}
    """
    result = copy.deepcopy(tables)
    for override in overrides:
        path, sign, value = override.partition("=")
        words = path.strip().split(".")
        if not sign or not all(words):
            raise ExperimentInvalidError(
                f"'{override}' is no setting",
                where="--set",
                do="write it as table.key=value, for example --set run.seed=7",
            )
        _assign(result, words, _value(value.strip()), override)
    return result


def parse_assignments(settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Returns ``component.key=value`` settings as one table of parameters per component.

    Example:
        >>> parse_assignments(["ppt.margin=1e-9"])
        {'ppt': {'margin': 1e-09}}
    """
    return apply_overrides({}, settings)


def _assign(tables: dict[str, Any], words: list[str], value: Any, override: str) -> None:
    place: Any = tables
    for word in words[:-1]:
        place = _step(place, word, override)
    last = words[-1]
    if isinstance(place, list):
        if last.isdigit():
            _step(place, last, override)
            place[int(last)] = value
            return
        place = _only(place, last, override)
    if not isinstance(place, dict):
        raise _lost(last, override)
    place[last] = value


def _step(place: Any, word: str, override: str) -> Any:
    if isinstance(place, list):
        if word.isdigit():
            if int(word) >= len(place):
                raise ExperimentInvalidError(
                    f"there is no item {word} in a list of {len(place)}", where=f"--set {override}"
                )
            return place[int(word)]
        place = _only(place, word, override)
    if not isinstance(place, dict):
        raise _lost(word, override)
    return place.setdefault(word, {})


def _only(items: list[Any], word: str, override: str) -> Any:
    if len(items) != 1:
        raise ExperimentInvalidError(
            f"'{word}' could belong to any of {len(items)} items",
            where=f"--set {override}",
            do="count the item from 0, for example states.0.count=100",
        )
    return items[0]


def _lost(word: str, override: str) -> ExperimentInvalidError:
    return ExperimentInvalidError(
        f"'{word}' is inside something that is no table", where=f"--set {override}"
    )


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
