"""Where the command ``qent`` begins and ends: it imports nothing before it can be interrupted.

Worker processes import this module as well, because it is what their parent was started with.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: The words after ``qent``; by default those of this process.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments is None:
            from qent_core.cli.interruption import listen_for_interruption

            listen_for_interruption()
        from qent_core.cli.application import execute

        code = execute(words)
    except KeyboardInterrupt:
        code = _interrupted_at_the_start(words)
    if arguments is None:
        from qent_core.cli.interruption import command_over

        command_over(code)
    return code


def _interrupted_at_the_start(words: Sequence[str]) -> int:
    from qent_core.cli.interruption import Remains, print_interruption

    return print_interruption(Remains(), words)


if __name__ == "__main__":
    sys.exit(main())
