"""The command ``qent``: its commands, its global flags, and how errors become exit codes.

Every command lives in a module of its own that imports nothing heavy: a signature, and imports in
the function body. Exit codes: 0 fine, 1 the run failed, 2 wrong usage or input, 3 a needed plugin
is broken.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from qent_core.cli import (
    check,
    cite,
    dataset,
    doctor,
    generate,
    install,
    label,
    listing,
    new,
    predict,
    registry,
    report,
    reproduce,
    run,
    search,
    show,
    threshold,
    verify,
)
from qent_core.cli.interruption import (
    INTERRUPTED,
    Interruption,
    Remains,
    print_interruption,
)
from qent_core.cli.light import LightCommand, LightGroup
from qent_core.cli.output import print_json, reserved_stdout
from qent_core.errors import QentError

# Without markup and pretty exceptions typer leaves rich alone until a command prints with it.
app = typer.Typer(
    name="qent",
    cls=LightGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Cheap commands take their parameters as plain text; see LightCommand.
app.command("list", cls=LightCommand)(listing.list_components)
app.command("show", cls=LightCommand)(show.show)
app.command("plugins", cls=LightCommand)(listing.list_plugins)
app.command("doctor", cls=LightCommand)(doctor.doctor)
app.command("cite", cls=LightCommand)(cite.cite)
app.command("run", cls=LightCommand)(run.run)
app.command("generate", cls=LightCommand)(generate.generate)
app.add_typer(dataset.app, name="dataset")
app.command("reproduce", cls=LightCommand)(reproduce.reproduce)
app.command("report", cls=LightCommand)(report.report)
app.command("explore", cls=LightCommand)(report.explore)
app.command("predict", cls=LightCommand)(predict.predict)
app.command("label", cls=LightCommand)(label.label)
app.command("verify", cls=LightCommand)(verify.verify)
app.command("threshold", cls=LightCommand)(threshold.threshold)
app.command("search", cls=LightCommand)(search.search)
app.command("install", cls=LightCommand)(install.install)
app.command("uninstall", cls=LightCommand)(install.uninstall)
app.command("new", cls=LightCommand)(new.new)
app.command("check", cls=LightCommand)(check.check)
app.add_typer(registry.app, name="registry")


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    no_plugins: Annotated[
        bool, typer.Option("--no-plugins", help="Load no plugin at all.")
    ] = False,
    disable: Annotated[
        list[str] | None,
        typer.Option("--disable", metavar="NAME", help="Leave this plugin alone; may be repeated."),
    ] = None,
) -> None:
    """Find, prove and learn quantum entanglement."""
    if version:
        from qent_core import __version__

        print(f"qent {__version__}")
        raise typer.Exit
    if no_plugins or disable:
        from qent_core.registry import default_registry
        from qent_core.selection import DISABLE_VARIABLE, ONLY_VARIABLE

        # The environment carries the flags on to worker processes, and ranks before TOML already.
        if no_plugins:
            os.environ[ONLY_VARIABLE] = ""
        if disable:
            os.environ[DISABLE_VARIABLE] = ",".join(disable)
        default_registry.cache_clear()
    if context.invoked_subcommand is None:
        print(context.get_help())


def execute(words: Sequence[str]) -> int:
    """Runs one command.

    Args:
        words: Those after ``qent``.

    Returns:
        The exit code.
    """
    with reserved_stdout("--json" in words):
        try:
            code = _run(list(words))
            sys.stdout.flush()
        except BrokenPipeError:
            return _reader_gone()
        except Interruption as error:
            code = print_interruption(error.remains, words)
        except KeyboardInterrupt:
            code = print_interruption(Remains(), words)
    return code


def _run(words: list[str]) -> int:
    failure: dict[str, Any]
    try:
        code = app(args=words, prog_name="qent", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except QentError as error:
        from qent_core.cli.failures import error_facts, print_error

        print_error(error)
        failure, code = error_facts(error), error.exit_code
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        return error.code if isinstance(error.code, int) else 1
    except BrokenPipeError:
        raise
    except Exception as error:
        from qent_core.cli.failures import print_unexpected, print_usage

        if hasattr(error, "format_message"):
            # What typer raises for a wrong command line; the class has moved between versions.
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "qent"
            failure = print_usage(error.format_message(), command)
        else:
            failure = print_unexpected(error)
        code = int(failure["exit_code"])
    if "--json" in words:
        print_json({"error": failure})
    return code


def _reader_gone() -> int:
    from qent_core.cli.failures import BROKEN_PIPE

    # Python flushes stdout once more at exit and would complain; give it somewhere to write.
    with suppress(OSError, ValueError):
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
    return BROKEN_PIPE
