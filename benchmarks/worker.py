"""The child process: one library measures one group, and the answer is printed as JSON.

Request: ``group``, ``library``, ``repeats``, ``seconds``, ``quick``. Answer: ``version`` and
``rows``, for each task a summary of `benchmarks.timing`; or ``missing``, the reason why the library
cannot be imported.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module


def main() -> None:
    """Reads a request, measures, prints the answer."""
    request = json.loads(sys.stdin.read())
    try:
        answer = import_module(f"benchmarks.{request['group']}").measure(request)
    except ImportError as error:
        answer = {"missing": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
