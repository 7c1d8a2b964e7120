"""Checks of a plugin as a whole: its metadata, its entry point, its hooks, the cost of listing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import qent_core
from qent_core.loading import place_of
from qent_core.names import listed
from qent_core.plugin_info import PluginState
from qent_testing.checks import PLUGIN, CheckFailedError, check, require
from qent_testing.subject import Subject

_IMPORT = """
import json, sys
import qent_core.loading, qent_core.api
from importlib import import_module
before = set(sys.modules)
module = import_module({module!r})
from qent_core.hooks import RECORD_OF_HOOK
for hook in RECORD_OF_HOOK:
    list(getattr(module, hook, tuple)() or ())
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@check(PLUGIN)
def check_entry_point(subject: Subject) -> None:
    """The entry point in the group ``qent.v1`` names a module that can be imported.

    It must name one module, such as ``qent_dicke.plugin``, for the version of the interface that
    this qent-core has. An edited entry point counts only after the plugin is installed again.
    """
    found = subject.plugin
    require(not found.problem, found.problem)
    try:
        import_module(found.module.partition(":")[0].strip())
    except (Exception, SystemExit) as error:
        place = place_of(error)
        text = f"{type(error).__name__}: {error}".rstrip(": ")
        raise CheckFailedError(
            f"importing {found.module} raises {text}{f' ({place})' if place else ''}"
        ) from error


@check(PLUGIN, needs=("check_entry_point",))
def check_hooks(subject: Subject) -> None:
    """Every hook exists, is marked with ``@hookimpl``, and yields valid records of its kind.

    A plugin is loaded whole or not at all: a misspelt hook, a record of another kind, a field that
    the record refuses, or two records of one name make it broken for everybody.
    """
    require(subject.info.state is PluginState.ACTIVE, subject.info.reason)
    require(subject.info.provides, "it provides nothing: none of its hooks yields a record")


@check(PLUGIN, needs=("check_hooks",))
def check_import_light(subject: Subject) -> None:
    """Importing the plugin module and yielding its records imports no library.

    ``qent list`` imports the plugin module of every plugin, so it may import the standard library
    and ``qent_core.api`` only. Heavy imports belong in the modules that ``target`` names; the
    package's ``__init__.py`` is empty.
    """
    module = subject.plugin.module.partition(":")[0].strip()
    path = [str(Path(qent_core.__file__).parents[1]), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT.format(module=module)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    require(done.returncode == 0, f"it cannot be imported alone:\n{done.stderr.strip()}")
    loaded = json.loads(done.stdout.splitlines()[-1])
    known = {*sys.stdlib_module_names, subject.package, "qent_core", "pluggy"}
    foreign = sorted({name.partition(".")[0] for name in loaded} - known)
    require(
        not foreign,
        f"listing it imports {listed(foreign)} ({len(loaded)} modules in all); import those in "
        "the modules that target names",
    )


@check(PLUGIN, needs=("check_entry_point",))
def check_core_requirement(subject: Subject) -> None:
    """The distribution requires qent-core, below its next major version.

    For example ``qent-core>=0.1,<1``: then pip never brings a plugin and a core together that do
    not fit.
    """
    from packaging.requirements import Requirement

    text = subject.plugin.core_requirement
    require(text, "it does not require qent-core; add qent-core>=0.1,<1 to its dependencies")
    operators = {clause.operator for clause in Requirement(text).specifier}
    require(
        operators & {"<", "<=", "==", "~="},
        f"it requires {text} without an upper bound; write, for example, qent-core>=0.1,<1",
    )
