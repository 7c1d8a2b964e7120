"""Phase B of the plugin host: import one plugin module and collect its records, all or nothing.

Whatever a plugin does wrong, it becomes a *broken* plugin with a reason and nothing else changes.
Only a keyboard interrupt passes.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from types import TracebackType
from typing import Any

import pluggy

from qent_core.discovery import DiscoveredPlugin
from qent_core.errors import PluginBrokenError
from qent_core.hooks import PROJECT_NAME, RECORD_OF_HOOK, QentHooks
from qent_core.kinds import word_for
from qent_core.names import nearest
from qent_core.plugin_info import PluginInfo, PluginState
from qent_core.records import ComponentSpec

_MOST_RECORDS = 10_000
_MACHINERY = tuple(
    os.path.dirname(os.path.abspath(file)) + os.sep
    for file in (__file__, pluggy.__file__, importlib.__file__)
)


class _PluginRefusedError(Exception):
    """The host found something wrong; its message is the reason, no traceback is needed."""


def load_plugin(found: DiscoveredPlugin, *, strict: bool = False) -> PluginInfo:
    """Imports a plugin's module, calls its hooks and checks what they yield.

    Args:
        found: What discovery knows about the plugin.
        strict: Raise instead of returning a broken plugin.

    Returns:
        The plugin, active with all its records or broken with none.

    Raises:
        PluginBrokenError: The plugin is broken and ``strict`` is set; the cause is chained.
    """
    start = perf_counter()
    try:
        if found.problem:
            raise _PluginRefusedError(found.problem)
        records = _records_of(found)
    except (Exception, SystemExit) as error:
        broken = _broken(found, error, perf_counter() - start)
        if strict:
            raise PluginBrokenError(
                f"the plugin {broken.label} is broken: {broken.reason}", do=broken.remedy
            ) from error
        return broken
    return PluginInfo(
        distribution=found.distribution,
        version=found.version,
        module=found.module,
        state=PluginState.ACTIVE,
        summary=found.summary,
        provides=records,
        load_seconds=perf_counter() - start,
        core_requirement=found.core_requirement,
    )


def _records_of(found: DiscoveredPlugin) -> tuple[ComponentSpec, ...]:
    if found.entry_point is None:
        raise _PluginRefusedError("it has no entry point")
    plugin = found.entry_point.load()
    # A manager of its own for each plugin: a half-registered one can never disturb another.
    manager = pluggy.PluginManager(PROJECT_NAME)
    manager.add_hookspecs(QentHooks)
    manager.register(plugin, name=found.distribution)
    callers = manager.get_hookcallers(plugin) or []
    _check_hooks(plugin, callers)
    records: dict[tuple[str, str], ComponentSpec] = {}
    for caller in callers:
        for implementation in caller.get_hookimpls():
            if implementation.wrapper or implementation.hookwrapper:
                raise _PluginRefusedError(f"its hook {caller.name} is a wrapper; hooks are plain")
            for record in _yielded(caller.name, implementation.function()):
                key = (record.kind, record.name)
                if key in records:
                    raise _PluginRefusedError(
                        f"it gives the {word_for(record.kind)} '{record.name}' twice"
                    )
                records[key] = record
    return tuple(records[key] for key in sorted(records))


def _check_hooks(plugin: Any, callers: Iterable[pluggy.HookCaller]) -> None:
    """Refuses misspelt hooks, forgotten marks and modules without any hook."""
    names = [caller.name for caller in callers]
    for name in names:
        if name not in RECORD_OF_HOOK:
            near = nearest(name, RECORD_OF_HOOK, count=1)
            hint = f"; did it mean {near[0]}?" if near else ""
            raise _PluginRefusedError(f"it implements the hook {name}, which does not exist{hint}")
    for name in RECORD_OF_HOOK:
        if name not in names and callable(vars(plugin).get(name)):
            raise _PluginRefusedError(f"its function {name} lacks the mark @hookimpl")
    if not names:
        raise _PluginRefusedError("it implements no hook")


def _yielded(hook: str, result: Any) -> Iterator[ComponentSpec]:
    """Yields the records of one hook implementation; None means none."""
    if result is None:
        return
    expected = RECORD_OF_HOOK[hook]
    if isinstance(result, ComponentSpec) or not isinstance(result, Iterable):
        raise _PluginRefusedError(
            f"its hook {hook} returned {type(result).__name__}; it must yield {expected.__name__}"
        )
    for number, record in enumerate(islice(result, _MOST_RECORDS + 1)):
        if number == _MOST_RECORDS:
            raise _PluginRefusedError(f"its hook {hook} yields more than {_MOST_RECORDS} records")
        if not isinstance(record, expected):
            raise _PluginRefusedError(
                f"its hook {hook} yielded {type(record).__name__}; "
                f"it must yield {expected.__name__}"
            )
        assert isinstance(record, ComponentSpec)
        yield record


def _broken(found: DiscoveredPlugin, error: BaseException, seconds: float) -> PluginInfo:
    remedy = found.remedy or (
        f"pip install --upgrade --force-reinstall --no-deps {found.distribution}, or report it to "
        f"its authors; switch it off with QENT_DISABLE={found.distribution}"
    )
    trace = ""
    if isinstance(error, _PluginRefusedError):
        reason = str(error)
    else:
        from traceback import format_exception

        reason = _reason(found, error)
        trace = "".join(format_exception(error))
    return PluginInfo(
        distribution=found.distribution,
        version=found.version,
        module=found.module,
        state=PluginState.BROKEN,
        summary=found.summary,
        reason=reason,
        remedy=remedy,
        traceback=trace,
        load_seconds=seconds,
        core_requirement=found.core_requirement,
    )


def _reason(found: DiscoveredPlugin, error: BaseException) -> str:
    module, _, attribute = (part.strip() for part in found.module.partition(":"))
    if isinstance(error, ModuleNotFoundError) and error.name and is_within(module, error.name):
        return f"its entry point names the module {module}, but there is no {error.name}"
    if isinstance(error, AttributeError) and attribute and attribute in str(error):
        return f"its entry point names {attribute}, which the module {module} does not have"
    message = str(error).strip().splitlines()
    if isinstance(error, pluggy.PluginValidationError) and message:
        # pluggy's message names plugin and function first; the reason is its last line.
        return f"one of its hooks has a wrong signature: {message[-1].strip()}"
    text = f"{type(error).__name__}: {message[0]}" if message else type(error).__name__
    place = place_of(error)
    return f"{text} ({place})" if place else text


def is_within(module: str, package: str) -> bool:
    """Tells whether ``package`` is ``module`` or one of the packages that contain it."""
    return module == package or module.startswith(package + ".")


def place_of(error: BaseException) -> str:
    """Returns file and line where foreign code raised an error, or nothing if it was our own."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename)}, line {error.lineno}"
    place = ""
    step: TracebackType | None = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        # The last frame that is neither this host nor the machinery it stands on.
        if not file.startswith(("<", *_MACHINERY)):
            place = f"{_short(file)}, line {step.tb_lineno}"
        step = step.tb_next
    return place


def _short(file: str) -> str:
    """Returns the last two parts of a path: enough to know the file, short enough for a line."""
    return "/".join(file.replace("\\", "/").rsplit("/", 2)[-2:])
