"""Is this the data set that this command would make? If not, what differs?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qent_core.dataset.layout import Head
from qent_core.dataset.storage import Storage
from qent_core.errors import DatasetMismatchError
from qent_core.experiment_file import parse_toml
from qent_core.names import counted

_SHOWN = 5
_COSMETIC = ("run.name", "run.description", "plugins", "prefer")
"""Settings that change no number; the plugins in use are compared by their versions."""


def check_same_origin(storage: Storage, found: Head, wanted: Head) -> None:
    """Refuses to go on with a data set that something else began.

    Raises:
        DatasetMismatchError: It says which settings differ.
    """
    differing = list(_differences(found, wanted))
    if not differing:
        return
    shown = "\n".join(f"         {line}" for line in differing[:_SHOWN])
    rest = len(differing) - _SHOWN
    more = f"\n         and {counted(rest, 'more difference')}" if rest > 0 else ""
    raise DatasetMismatchError(
        f"the data set was written by another {found.origin['form']}:\n{shown}{more}",
        where=storage.url,
        do="choose another --out, take the settings back, or add --overwrite",
    )


def check_same_versions(
    storage: Storage, found: Mapping[str, str], wanted: Mapping[str, str]
) -> None:
    """Refuses to finish a data set with other versions than it was begun with.

    Raises:
        DatasetMismatchError: It names the packages.
    """
    differing = [
        f"{name} {found.get(name, 'none')} then, {wanted.get(name, 'none')} now"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    ]
    if differing:
        raise DatasetMismatchError(
            f"the data set was begun with other versions: {'; '.join(differing)}",
            where=storage.url,
            do="install the versions it was begun with, or make it anew with --overwrite",
        )


def _differences(found: Head, wanted: Head) -> Iterator[str]:
    if found.origin["form"] != wanted.origin["form"]:
        yield f"made by {found.origin['form']} then, by {wanted.origin['form']} now"
        return
    if "spec" not in found.origin:
        yield from _differing(_flat(found.origin, ""), _flat(wanted.origin, ""))
        return
    before, now = (_flat(parse_toml(head.origin["spec"]), "") for head in (found, wanted))
    yield from _differing(before, now)
    old, new = ({e["file"]: e["sha256"] for e in h.origin["local"]} for h in (found, wanted))
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"the content of the local file {name}"
    if before == now and old == new:
        # The same words may mean other states: another provider, or other defaults of a plugin.
        yield from _differing(_flat(_shape(found), ""), _flat(_shape(wanted), ""))


def _shape(head: Head) -> dict[str, Any]:
    content = head.to_dict()
    return {
        "dims": content["dims"],
        "sections": content["sections"],
        "columns": content["passes"][0]["columns"],
        "labelers": content["passes"][0]["labelers"],
    }


def _flat(value: Any, path: str) -> dict[str, Any]:
    if path in _COSMETIC:
        return {}
    if isinstance(value, Mapping):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value):
        items = [(str(key), item) for key, item in enumerate(value)]
    else:
        return {path: list(value) if isinstance(value, tuple) else value}
    flat: dict[str, Any] = {}
    for key, item in items:
        flat |= _flat(item, f"{path}.{key}" if path else key)
    return flat


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*before, *now]):
        if before.get(key) != now.get(key):
            yield f"{key}: {_shown(before, key)} then, {_shown(now, key)} now"


def _shown(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return "not set"
    text = repr(values[key])
    return text if len(text) <= 40 else text[:37] + "..."
