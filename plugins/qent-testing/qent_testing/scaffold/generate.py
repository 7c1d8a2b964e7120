"""Writing a new plugin: a folder that appears whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from qent_core import __version__
from qent_core.errors import ScaffoldRefusedError
from qent_core.kinds import KINDS, parse_kind
from qent_testing.scaffold.names import ScaffoldNames, refuse_taken, scaffold_names

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_SUFFIX = ".tmpl"

_PLACES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "test_conformance.py": "tests/test_conformance.py",
    "experiment.toml": "experiment.toml",
    "least_squares.py": "least_squares.py",
    "plugin.py": "{{package}}/plugin.py",
    "component.py": "{{package}}/{{module}}.py",
    "claims.toml": "{{package}}/claims.toml",
}
"""Where each template goes in the new folder."""

_EMPTY = ("{{package}}/__init__.py", "{{package}}/py.typed")

_DEPENDENCIES = {
    "feature": ('"scikit-learn>=1.6"',),
    "model": ('"scikit-learn>=1.6"',),
    "study": ('"qent-studies"', '"qent-basics"'),
}
"""Beyond qent-core and NumPy."""


def new_plugin(kind: str, name: str, folder: Path) -> Path:
    """Writes a complete plugin with one working component.

    Args:
        kind: Kind of the component.
        name: Name of the distribution; ``qent-`` is put in front if it is missing.
        folder: Where the new folder is made.

    Returns:
        The new folder.

    Raises:
        ParameterInvalidError: There is no such kind.
        ScaffoldRefusedError: The name is not valid or taken, the folder exists already, or it
            cannot be written.
    """
    kind = parse_kind(kind)
    names = scaffold_names(name)
    refuse_taken(names, kind)
    home = folder / names.distribution
    if home.exists() or home.is_symlink():
        raise ScaffoldRefusedError(
            f"there is already something at {home}", do="remove it, or choose another --dir"
        )
    contents = plugin_files(kind, names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Written beside its place and moved there when it is whole.
        working = Path(tempfile.mkdtemp(prefix=f".{names.distribution}-", dir=folder))
        try:
            made = working / names.distribution
            for place, text in contents.items():
                file = made / place
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            made.rename(home)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    except OSError as error:
        raise ScaffoldRefusedError(
            f"the new plugin cannot be written: {error}",
            where=str(home),
            do="choose another --dir",
        ) from error
    return home


def plugin_files(kind: str, names: ScaffoldNames) -> dict[str, str]:
    """Returns the files of a new plugin: path to text."""
    values = _values(kind, names)
    texts = dict.fromkeys(_EMPTY, "")
    root = files("qent_testing.scaffold") / "templates"
    for room in ("common", kind):
        for template in (root / room).iterdir():
            if template.name.endswith(_SUFFIX):
                place = _PLACES[template.name.removesuffix(_SUFFIX)]
                texts[place] = template.read_text(encoding="utf-8")
    return {_filled(place, values): _filled(text, values) for place, text in texts.items()}


def _values(kind: str, names: ScaffoldNames) -> dict[str, str]:
    major, minor = __version__.split(".")[:2]
    needs = [f'"qent-core>={major}.{minor},<{int(major) + 1}"', '"numpy>=1.26"']
    needs += _DEPENDENCIES.get(kind, ())
    return {
        "kind": kind,
        "kind_word": KINDS[kind].word,
        "distribution": names.distribution,
        "package": names.package,
        "component": names.component,
        "module": names.module,
        "class_name": names.class_name,
        "dependencies": "\n".join(f"    {need}," for need in needs),
        # A study depends on the plugins it uses; for the others they are for the example only.
        "examples": "[]" if kind == "study" else '["qent-basics"]',
        "page": {"study": "studies", "state-family": "state-families"}.get(kind, f"{kind}s"),
    }


def _filled(text: str, values: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
