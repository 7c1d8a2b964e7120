"""How failures leave the command line: a sentence, a place, a remedy, and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any

from qent_core.errors import QentError

BROKEN_PIPE = 141
"""What a shell sees of any program whose reader went away: 128 + SIGPIPE."""

DEBUG_VARIABLE = "QENT_DEBUG"


def print_error(error: QentError) -> None:
    """Prints an error to stderr: its class and what, where, what to do."""
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    _print_traceback(error)


def error_facts(error: QentError) -> dict[str, Any]:
    """Returns an error for JSON."""
    return {
        "type": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "do": "\n".join(line.strip() for line in error.do.splitlines()),
        "exit_code": error.exit_code,
    }


def print_unexpected(error: BaseException) -> dict[str, Any]:
    """Prints an error nobody foresaw to stderr and returns it for JSON."""
    message = str(error).strip()
    what = f"{type(error).__name__}: {message}" if message else type(error).__name__
    do = f"see the traceback with {DEBUG_VARIABLE}=1, and report it to the developers of qent"
    print(f"Unexpected error: {what}\n  do:    {do}", file=sys.stderr)
    _print_traceback(error)
    return {"type": type(error).__name__, "what": message, "where": "", "do": do, "exit_code": 1}


def print_usage(what: str, command: str) -> dict[str, Any]:
    """Prints a wrong use of the command line to stderr and returns it for JSON."""
    do = f"see: {command} --help"
    print(f"UsageError: {what}\n  where: {command}\n  do:    {do}", file=sys.stderr)
    return {"type": "UsageError", "what": what, "where": command, "do": do, "exit_code": 2}


def _print_traceback(error: BaseException) -> None:
    if os.environ.get(DEBUG_VARIABLE, "") in ("", "0"):
        return
    from traceback import print_exception

    print_exception(error, file=sys.stderr)
