"""``python -m benchmarks operations [--quick] [--repeats N] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import operations, table


def main() -> None:
    """Runs the chosen benchmark and prints its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="benchmark", required=True)
    command = commands.add_parser(
        "operations", help="throughput of elementary operations beside the peers"
    )
    command.add_argument("--repeats", type=int, default=15, help="measurements per number")
    command.add_argument("--quick", action="store_true", help="short measurements, for a look")
    command.add_argument("--json", type=Path, metavar="FILE", help="write all results there")
    chosen = parser.parse_args()
    if chosen.quick:
        results = operations.run(repeats=1, seconds=0.05)
    else:
        results = operations.run(repeats=chosen.repeats)
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n")
    table.show(results)


if __name__ == "__main__":
    main()
