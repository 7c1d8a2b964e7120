"""Writing ``registry.toml`` from the records of the plugins in a clone."""

from __future__ import annotations

import difflib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qent_core.errors import IndexOutdatedError, PluginBrokenError, PluginUnknownError
from qent_core.kinds import KINDS
from qent_core.loading import load_plugin
from qent_core.plugin_info import PluginInfo, PluginState
from qent_core.projects import PluginProject, plugin_projects, requirement_name

INDEX_FILE = "registry.toml"

_HEADER = """\
# The index of known plugins: what each provides, where it lives, what it needs. It turns "no model
# is called 'stacking'" into "pip install qent-stacking" and does nothing else: no plugin is loaded
# because of it. Generated from the plugins' records; do not edit, run: qent registry sync

format = 1
"""


def find_root(start: Path) -> Path:
    """Returns the clone that a folder lies in: the nearest with ``plugins`` and a project file.

    Raises:
        PluginUnknownError: There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "plugins").is_dir() and (folder / "pyproject.toml").is_file():
            return folder
    raise PluginUnknownError(
        f"there is no folder 'plugins' with a pyproject.toml beside it at {start} or above",
        do="run this in a clone of qent, or name it with --root",
    )


def index_text(root: Path) -> str:
    """Returns what ``registry.toml`` of a clone should say.

    Raises:
        PluginBrokenError: A plugin cannot be loaded.
        PluginUnknownError: A project file cannot be read, or there is no plugin.
    """
    parts = [_HEADER]
    for project in plugin_projects(root):
        info = _loaded(project)
        path = project.folder.relative_to(root).as_posix()
        needs = [name for r in project.requirements if (name := requirement_name(r)) != "qent-core"]
        parts.append(
            f"[plugins.{project.name}]\n"
            f"summary = {_text(project.summary)}\n"
            f"path = {_text(path)}\n"
            f"requires = [{', '.join(map(_text, needs))}]\n"
        )
        for kind in KINDS:
            lines = [f"{s.name} = {_text(s.summary)}" for s in info.provides if s.kind == kind]
            if lines:
                head = f"[plugins.{project.name}.provides.{kind}]"
                parts.append("\n".join([head, *sorted(lines), ""]))
    if len(parts) == 1:
        raise PluginUnknownError(f"there is no plugin in {root / 'plugins'}")
    return "\n".join(parts)


def sync(root: Path) -> bool:
    """Writes ``registry.toml`` of a clone, whole or not at all; tells whether that changed it."""
    text, file = index_text(root), root / INDEX_FILE
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    working = file.with_name(f".{INDEX_FILE}.{os.getpid()}")
    working.write_text(text, encoding="utf-8")
    working.replace(file)
    return True


def check_synced(root: Path) -> None:
    """Raises unless ``registry.toml`` of a clone is what `sync` would write.

    Raises:
        IndexOutdatedError: It was edited by hand, or a record has changed; the message says where.
    """
    file = root / INDEX_FILE
    present = file.read_text(encoding="utf-8") if file.is_file() else ""
    wanted = index_text(root)
    if present == wanted:
        return
    lines = difflib.unified_diff(present.splitlines(), wanted.splitlines(), lineterm="", n=0)
    changes = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    shown = "\n    ".join(changes[:6])
    more = f"\n    and {len(changes) - 6} more lines" if len(changes) > 6 else ""
    raise IndexOutdatedError(
        f"{INDEX_FILE} does not say what the plugins' records say; it needs these changes:\n"
        f"    {shown}{more}",
        where=str(file),
        do="change the record in the plugin, never this file, then run: qent registry sync",
    )


def _loaded(project: PluginProject) -> PluginInfo:
    with _importable(project.import_root):
        info = load_plugin(project.discovered())
    if info.state is not PluginState.ACTIVE:
        raise PluginBrokenError(
            f"the plugin {project.name} cannot be loaded: {info.reason}",
            where=str(project.folder),
            do="repair it; nothing was written",
        )
    return info


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _text(value: str) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)
