"""Running the checks of one plugin: each once, on demand, those it needs first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from qent_core import discovery
from qent_core.discovery import DiscoveredPlugin
from qent_core.errors import PluginUnknownError, QentError
from qent_core.loading import load_plugin
from qent_core.names import canonical, nearest
from qent_testing.checks import (
    PLUGIN,
    Check,
    CheckFailedError,
    NotApplicableError,
    all_checks,
)
from qent_testing.subject import Subject

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Case:
    """One check of one component, or of the plugin as a whole."""

    check: Check
    kind: str = PLUGIN
    component: str = ""

    @property
    def id(self) -> str:
        """The name in reports and in ``expected_failed``, such as ``check_pickles[bell]``."""
        return f"{self.check.name}[{self.component}]" if self.component else self.check.name


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended."""

    check: str
    kind: str
    """Kind of the component, or ``"plugin"``."""
    component: str
    """Name of the component; empty for the plugin as a whole."""
    outcome: Outcome
    message: str = ""
    """Why it failed or was skipped."""
    seconds: float = 0.0
    error: BaseException | None = None
    """What it raised, with its traceback."""

    @property
    def id(self) -> str:
        """The name in reports and in ``expected_failed``, such as ``check_pickles[bell]``."""
        return f"{self.check}[{self.component}]" if self.component else self.check


class Examination:
    """The checks that apply to one plugin, and their results as far as they were asked for.

    Args:
        plugin: The plugin as its metadata describes it.
    """

    def __init__(self, plugin: DiscoveredPlugin) -> None:
        self.plugin = plugin
        self.info = load_plugin(plugin)
        self._subjects = {("plugin", ""): Subject(plugin, self.info)}
        for spec in self.info.provides:
            self._subjects[spec.kind, spec.name] = Subject(plugin, self.info, spec)
        self.cases = tuple(
            Case(check, kind, name)
            for kind, name in self._subjects
            for check in all_checks()
            if kind in check.kinds
        )
        self._results: dict[Case, CheckResult] = {}

    def result(self, case: Case) -> CheckResult:
        """Returns the result of one check, running it and those it needs unless they have run."""
        if case not in self._results:
            self._results[case] = self._run(case)
        return self._results[case]

    def _run(self, case: Case) -> CheckResult:
        for needed in self._needed(case):
            before = self.result(needed)
            if before.outcome == "failed":
                return self._ended(case, "skipped", f"{needed.id} failed")
            if before.outcome == "skipped" and "failed" in before.message:
                return self._ended(case, "skipped", before.message)
        start = perf_counter()
        try:
            case.check.function(self._subjects[case.kind, case.component])
        except NotApplicableError as reason:
            return self._ended(case, "skipped", f"does not apply: {reason}")
        except (Exception, SystemExit) as error:
            message = _message(error)
            return self._ended(case, "failed", message, perf_counter() - start, error)
        return self._ended(case, "passed", "", perf_counter() - start)

    def _needed(self, case: Case) -> list[Case]:
        # Of a component first, then of the plugin as a whole.
        return [
            other
            for name in case.check.needs
            for other in self.cases
            if other.check.name == name
            and (other.kind, other.component) in ((case.kind, case.component), (PLUGIN, ""))
        ]

    @staticmethod
    def _ended(
        case: Case,
        outcome: Outcome,
        message: str,
        seconds: float = 0.0,
        error: BaseException | None = None,
    ) -> CheckResult:
        return CheckResult(
            case.check.name, case.kind, case.component, outcome, message, seconds, error
        )


def examine(distribution: str) -> Examination:
    """Returns the examination of an installed plugin.

    Raises:
        PluginUnknownError: No plugin of this name is installed.
    """
    for look in (discovery.discover, discovery.refresh):
        plugins = {canonical(plugin.distribution): plugin for plugin in look()}
        if canonical(distribution) in plugins:
            return Examination(plugins[canonical(distribution)])
    near = nearest(distribution, plugins, count=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise PluginUnknownError(
        f"no plugin called '{distribution}' is installed",
        do=f"{hint}Install it (pip install -e FOLDER), or check its folder: qent check FOLDER",
    )


def run_checks(
    distribution: str, callback: Callable[[CheckResult], None] | None = None
) -> list[CheckResult]:
    """Runs every check that applies to an installed plugin.

    Args:
        distribution: Name of the plugin's distribution.
        callback: Is called with each result as soon as it is known.

    Returns:
        The results in order; a check is skipped if one that it needs has failed.

    Raises:
        PluginUnknownError: No plugin of this name is installed.
    """
    examination = examine(distribution)
    results = []
    for case in examination.cases:
        results.append(examination.result(case))
        if callback is not None:
            callback(results[-1])
    return results


def _message(error: BaseException) -> str:
    if isinstance(error, CheckFailedError):
        return str(error)
    if isinstance(error, QentError):
        return f"{type(error).__name__}: {error}"
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
