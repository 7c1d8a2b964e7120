"""Installing and removing plugins with pip or uv as a child process of this interpreter.

No plugin is imported here, so that a broken one can be repaired or removed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qent_core.discovery import discover
from qent_core.errors import InstallationFailedError, ParameterInvalidError, RunFolderError
from qent_core.names import canonical, listed, nearest

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9.!+_-]+")


def installer() -> list[str]:
    """Returns the words that start pip, or uv where this interpreter has no pip.

    Raises:
        InstallationFailedError: There is neither.
    """
    if _pip_is_installed():
        return [sys.executable, "-m", "pip"]
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip"]
    raise InstallationFailedError(
        "neither pip nor uv is there to install with",
        do=f"install pip: {sys.executable} -m ensurepip",
    )


def _pip_is_installed() -> bool:
    # Asked of the metadata: setuptools hooks into imports of pip and warns once distutils is in.
    try:
        return bool(version("pip"))
    except PackageNotFoundError:
        return False


def install_command(
    targets: Sequence[str], *, editable: bool = False, upgrade: bool = False
) -> list[str]:
    """Returns the command that installs distributions or plugin folders.

    Args:
        targets: Requirements such as ``"qent-werner==0.1.0"``, or folders.
        editable: Install folders in place, for working on them.
        upgrade: Take newer versions of what is installed already.

    Raises:
        ParameterInvalidError: There is no target, or one is neither a requirement nor a folder.
    """
    if not targets:
        raise ParameterInvalidError(
            "nothing to install was named", do="name a plugin, a folder, or --from manifest.json"
        )
    words = [*installer(), "install"]
    words += ["--upgrade"] if upgrade else []
    words += [] if "uv" in words[0] else ["--disable-pip-version-check"]
    for target in targets:
        _check_target(target)
        words += ["--editable", target] if editable and Path(target).is_dir() else [target]
    return words


def uninstall_command(names: Sequence[str]) -> list[str]:
    """Returns the command that removes plugins.

    Raises:
        ParameterInvalidError: A name is no installed plugin.
    """
    plugins = {canonical(plugin.distribution) for plugin in discover()}
    strangers = [name for name in names if canonical(name) not in plugins]
    if strangers:
        near = nearest(strangers[0], plugins, count=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ParameterInvalidError(
            f"{listed(strangers)} {'is' if len(strangers) == 1 else 'are'} no installed plugin",
            do=f"{hint}See: qent plugins",
        )
    words = [*installer(), "uninstall"]
    # pip would ask; uv never does.
    return [*words, *([] if "uv" in words[0] else ["--yes"]), *names]


def targets_from(manifest: Path) -> list[str]:
    """Returns the plugins of an earlier run, with their versions, from its ``manifest.json``.

    Raises:
        RunFolderError: There is no such file, or it is no manifest.
    """
    file = manifest / "manifest.json" if manifest.is_dir() else manifest
    try:
        plugins = json.loads(file.read_text(encoding="utf-8"))["plugins"]
        pairs = {str(name): str(version) for name, version in plugins.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(
            f"the plugins of that run cannot be read: {type(error).__name__}: {error}",
            where=str(file),
            do="name the manifest.json of a run folder",
        ) from error
    # Components of scripts and local files have no distribution; they cannot be installed.
    named = {n: v for n, v in pairs.items() if v and _VERSION.fullmatch(v) and _NAME.fullmatch(n)}
    if not named:
        raise RunFolderError("that run used no installed plugin", where=str(file))
    return [f"{name}=={version}" for name, version in sorted(named.items())]


def run_installer(command: Sequence[str]) -> None:
    """Runs pip or uv; what it prints goes to stderr.

    Raises:
        InstallationFailedError: It failed.
    """
    try:
        done = subprocess.run(command, check=False, stdout=sys.stderr.fileno())
    except OSError as error:
        raise InstallationFailedError(f"{command[0]} cannot be started: {error}") from error
    if done.returncode:
        raise InstallationFailedError(
            f"{' '.join(command[:4])} failed (exit code {done.returncode}); its messages are above",
            do="check the names and versions; the installed plugins are as they were: qent plugins",
        )


def _check_target(target: str) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    if target and Path(target).exists():
        return
    if "://" not in target and any(sign in target for sign in ("/", "\\")):
        raise ParameterInvalidError(f"there is no folder {target}", do="check the path")
    try:
        Requirement(target)
    except InvalidRequirement:
        # An option of pip, or an address without a name in front of it, is refused here too.
        raise ParameterInvalidError(
            f"'{target}' is neither a distribution nor a folder",
            do="write, for example, qent-werner, qent-werner==0.1.0 or ./my-plugin",
        ) from None
