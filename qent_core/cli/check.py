"""``qent check``: the conformance kit from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson
from qent_core.cli.run import Quiet

if TYPE_CHECKING:
    from qent_testing.examination import CheckResult


def check(
    target: Annotated[
        str | None,
        typer.Argument(metavar="[DIST|FOLDER]", help="An installed plugin, or a plugin's folder."),
    ] = None,
    list_checks: Annotated[bool, typer.Option("--list", help="List the checks.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Check a plugin.

    Everything that can be checked without knowing its physics: it loads, its records are right, its
    components are sound, repeatable and documented. A folder is checked as it is, installed or not.
    The exit code is 1 if a check fails. It needs the package qent-testing.

    Example: qent check ./qent-tilted
    """
    from pathlib import Path

    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json
    from qent_core.cli.progress_display import showing_progress
    from qent_core.errors import ParameterInvalidError, require_package

    require_package("qent-testing", purpose="checking a plugin")
    if list_checks:
        _list(as_json)
        return
    if not target:
        raise ParameterInvalidError(
            "nothing to check was named", do="name a plugin or its folder; see: qent plugins"
        )
    from qent_core.discovery import discover
    from qent_core.names import canonical
    from qent_core.progress import track
    from qent_core.projects import read_project
    from qent_testing.examination import run_checks
    from qent_testing.report import check_project, document

    # The name of an installed plugin means that plugin, even beside a folder of the same name.
    named = canonical(target) in {canonical(plugin.distribution) for plugin in discover()}
    with showing_progress(quiet=quiet), track(f"checking {target}", total=1) as step:
        remains_are(lambda: Remains("the check was not finished"))
        if not named and (Path(target).is_dir() or any(sign in target for sign in ("/", "\\"))):
            project = read_project(Path(target))
            name, results = project.name, check_project(project)
        else:
            name, results = target, run_checks(target)
        step()
    failed = any(result.outcome == "failed" for result in results)
    if as_json:
        print_json(document(name, results))
    elif failed or not quiet:
        _print(name, results)
    if failed:
        raise typer.Exit(1)


def _list(as_json: bool) -> None:
    from qent_core.cli.output import columns, print_json, print_lines
    from qent_testing.checks import all_checks

    if as_json:
        entries = [
            {"name": c.name, "kinds": c.kinds, "needs": c.needs, "summary": c.summary}
            for c in all_checks()
        ]
        print_json({"checks": entries})
        return
    print_lines(*columns([(c.name, c.summary) for c in all_checks()], indent=0))


def _print(name: str, results: list[CheckResult]) -> None:
    from collections import Counter

    from qent_core.cli.output import bold, columns, print_lines
    from qent_core.kinds import word_for
    from qent_core.names import counted

    rows = []
    for kind, component in dict.fromkeys((r.kind, r.component) for r in results):
        outcomes = Counter(r.outcome for r in results if (r.kind, r.component) == (kind, component))
        said = [f"{outcomes[word]} {word}" for word in ("passed", "failed", "skipped")]
        what = component or name
        rows.append((what, word_for(kind) if component else "plugin", *said))
    print_lines(*columns(rows, indent=0), "")
    for result in results:
        if result.outcome == "failed":
            print_lines(bold(f"failed: {result.id}"))
            print_lines(*(f"  {line}" for line in result.message.splitlines()), "")
    failed = sum(result.outcome == "failed" for result in results)
    total = counted(sum(result.outcome != "skipped" for result in results), "check")
    print_lines(f"{failed} of {total} failed" if failed else f"all {total} passed")
