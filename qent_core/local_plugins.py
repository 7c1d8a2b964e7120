"""Components from a file of the user's own, without packaging: ``[plugins] local``.

The file is ordinary Python. Every class in it that derives from StateFamily, Channel or Labeler is
a component; its name is the class name in lower case with hyphens (``MyFamily`` is ``my-family``)
unless ``@register(name="...")`` from `qent_core.api` says otherwise. Features and models become
components only with ``@register``. Classes whose names begin with an underscore, abstract ones and
imported ones are left alone.

Loading such a file runs it, so only ``run`` and ``generate`` do so, on a file the user names.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from qent_core.errors import ExperimentInvalidError, PluginBrokenError, QentError
from qent_core.kinds import word_for
from qent_core.loading import place_of
from qent_core.registered import Component, LocalSource
from qent_core.registration import collecting, script_component

if TYPE_CHECKING:
    from qent_core.registry import Registry

_ATTRIBUTE = "__qent_components__"


def load_local(
    path: str | Path, registry: Registry, *, sha256: str = "", where: str = ""
) -> tuple[Component, ...]:
    """Runs a user's file and registers the components it defines.

    Args:
        path: The Python file.
        registry: Gets the components; the file's name takes the place of a distribution, so that
            ``"my_family.py:my-family"`` is a qualified name.
        sha256: Hash the file must have, as `LocalSource` recorded it; empty accepts any. A worker
            process passes it, so that it never samples from another version of the file.
        where: Where the file was named, for the error.

    Returns:
        The components, sorted by kind and name.

    Raises:
        ExperimentInvalidError: The file is missing, not Python, has changed, or defines nothing.
        PluginBrokenError: The file has a syntax error or raises; the message has the line.
    """
    file = Path(path).expanduser().absolute()
    content = _read(file, where)
    digest = hashlib.sha256(content).hexdigest()
    if sha256 and digest != sha256:
        raise ExperimentInvalidError(
            f"the local plugin {file.name} has changed since this run began",
            where=where or str(file),
            do="start the run again",
        )
    module = _module(file, content, digest, where)
    components: tuple[Component, ...] = getattr(module, _ATTRIBUTE)
    source = LocalSource(str(file), digest)
    found = tuple(replace(component, source=source) for component in components)
    for component in found:
        registry.add(component)
    return found


def load_own_files(
    paths: Iterable[str], registry: Registry, base: Path, where: str
) -> tuple[LocalSource, ...]:
    """Loads the files of ``[plugins] local`` and returns what another process needs to do so too.

    Args:
        paths: The files as the experiment names them.
        registry: Gets their components.
        base: Folder that relative paths start from.
        where: The experiment's file, for errors.
    """
    located = f"{where}, [plugins] local" if where else "[plugins] local"
    found = [load_local(base / path, registry, where=located) for path in paths]
    sources = (component.source for components in found for component in components)
    return tuple(dict.fromkeys(source for source in sources if source is not None))


def _read(file: Path, where: str) -> bytes:
    if file.suffix != ".py":
        raise ExperimentInvalidError(
            f"the local plugin {file.name} is no Python file", where=where, do="name a .py file"
        )
    try:
        return file.read_bytes()
    except OSError as error:
        raise ExperimentInvalidError(
            f"the local plugin {file} cannot be read: {error.strerror}",
            where=where,
            do="give its path relative to the current folder, or an absolute one",
        ) from error


def _module(file: Path, content: bytes, digest: str, where: str) -> ModuleType:
    """Returns the module of a file, run once per content.

    It stays in ``sys.modules`` under a name made from its content, the same in every process, so
    that what the file defines can be pickled.
    """
    stem = re.sub(r"\W", "_", file.stem)
    name = f"qent_local_{stem}_{digest[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    if spec is None:
        raise ExperimentInvalidError(f"the local plugin {file} cannot be imported", where=where)
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        # Compiled from what was hashed, not from what the disk or a cache has by now.
        code = compile(content, str(file), "exec")
        with collecting() as registered:
            exec(code, module.__dict__)
        setattr(module, _ATTRIBUTE, _components(module, file, digest, registered, where))
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        if isinstance(error, ExperimentInvalidError):
            raise
        raise _broken(file, error, where) from error
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _components(
    module: ModuleType, file: Path, digest: str, registered: list[Component], where: str
) -> tuple[Component, ...]:
    from qent_core.components import Channel, Labeler, StateFamily

    explicit = [component.implementation for component in registered]
    implicit = [
        script_component(value)
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, StateFamily | Channel | Labeler)
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and not inspect.isabstract(value)
        and value not in explicit
    ]
    named: dict[tuple[str, str], Component] = {}
    for component in [*registered, *implicit]:
        key = (component.kind, component.name)
        if key in named:
            raise ExperimentInvalidError(
                f"{file.name} defines the {word_for(component.kind)} '{component.name}' twice",
                where=where,
                do="give one of the classes another name with @register(name=...)",
            )
        named[key] = replace(
            component, distribution=file.name, version=f"sha256:{digest[:12]}", origin="local file"
        )
    if not named:
        raise ExperimentInvalidError(
            f"{file.name} defines no component",
            where=where,
            do="derive a class from StateFamily, Channel or Labeler of qent_core.api, "
            "or mark an estimator with @register",
        )
    return tuple(named[key] for key in sorted(named))


def _broken(file: Path, error: BaseException, where: str) -> PluginBrokenError:
    if isinstance(error, QentError):
        reason = error.what
    else:
        text = str(error.msg if isinstance(error, SyntaxError) else error).strip()
        reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    line = _line_in(file, error)
    place = f"{file.name}, line {line}" if line else place_of(error) or file.name
    return PluginBrokenError(
        f"the local plugin {file.name} is broken: {reason}",
        where=f"{where}, {place}" if where else place,
        do=f"repair it; its traceback: python {file}",
    )


def _line_in(file: Path, error: BaseException) -> int:
    """Returns the last line of the file that was running when it failed, 0 if none was."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno or 0
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(file):
            line = step.tb_lineno
        step = step.tb_next
    return line
