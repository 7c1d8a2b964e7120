"""The child process: one library measures one group, row by row, and says what it finds.

Request, as JSON on the standard input: ``group``, ``library``, ``skip`` (rows that are not wanted)
and the options. Answer, a line of JSON after `MARK` for each event: ``version``; ``begins``, a row;
``ends``, with ``row`` or with ``failed``, the reason; ``missing``, why the library cannot be
imported.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from importlib import import_module
from typing import Any

MARK = "benchmark:"
"""Begins every line of the answer; libraries print lines of their own."""


def main() -> None:
    """Reads a request, measures, and says so."""
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    request = json.loads(sys.stdin.read())
    try:
        found = import_module(f"benchmarks.{request['group']}").measure(request)
    except ImportError as error:
        say(missing=str(error))
        return
    say(version=found.version)
    for task, call in found.rows.items():
        if task in request["skip"]:
            continue
        say(begins=task)
        try:
            row = call()
        except Exception as error:  # a peer may raise anything
            say(ends=task, failed=f"{type(error).__name__}: {error}".splitlines()[0])
        else:
            say(ends=task, row=row)


def end_with_parent(parent: int) -> None:
    """Ends this process when the one that asked is gone: nobody would hear the answer."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def say(**event: Any) -> None:
    """Prints one event."""
    print(MARK + json.dumps(event), flush=True)


if __name__ == "__main__":
    main()
