"""How fast data sets are made, checked and read, and in how much memory.

    python -m benchmarks.datasets [--states 1000000] [--workers 1,2] [--json FILE]

Two-qubit states of the Hilbert-Schmidt measure with their negativity, stored as complex64. Every
step runs in a process of its own; the memory is the sum over that process and its workers, sampled
every 50 ms. Needs psutil.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SPEC = """
[run]
seed = 1

[[states]]
use = "hilbert-schmidt"
count = {count}
dims = [2, 2]

[[labels]]
use = "negativity"

[data]
dtype = "complex64"
"""

READ = """
import sys
from qent_core.dataset import Dataset
total = 0
for states, labels in Dataset.open(sys.argv[1]).batches("256MB"):
    total += len(states)
print(total)
"""


def measured(*words: str) -> tuple[float, float]:
    """Returns seconds and the peak memory in MB of a Python process and its children."""
    start = time.perf_counter()
    process = psutil.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(words)}")
    return time.perf_counter() - start, peak / 1e6


def _memory(process: psutil.Process) -> int:
    total = 0
    for member in [process, *_children(process)]:
        try:
            total += member.memory_info().rss
        except psutil.Error:  # it has just ended
            continue
    return total


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def run(count: int, workers: list[int], folder: Path) -> list[dict[str, float | str]]:
    """Returns one row per step: what, seconds, states per second, memory in MB."""
    spec, out = folder / "spec.toml", folder / "data.zarr"
    spec.write_text(SPEC.format(count=count))
    cli = ("-m", "qent_core.cli.main")
    steps = [
        (
            f"generate and label, {number} worker{'s' if number > 1 else ''}",
            (*cli, "generate", str(spec), "--out", str(out), "--overwrite", "-q",
             "--workers", str(number)),
        )
        for number in workers
    ]  # fmt: skip
    steps += [
        ("add ppt, with certificates", (*cli, "label", str(out), "--use", "ppt", "-q")),
        ("check every byte", (*cli, "dataset", "check", str(out), "-q")),
        ("read in batches of 256MB", ("-c", READ, str(out))),
    ]
    rows: list[dict[str, float | str]] = []
    for name, words in steps:
        seconds, memory = measured(*words)
        rows.append(
            {
                "step": name,
                "seconds": round(seconds, 1),
                "states_per_second": round(count / seconds),
                "memory_mb": round(memory),
            }
        )
        print(f"{name:40} {seconds:8.1f} s {count / seconds:12,.0f} states/s {memory:8.0f} MB")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{'on the disk':40} {size / 1e6:8.0f} MB, {size / count:.0f} bytes per state")
    return rows


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.datasets", description=__doc__)
    parser.add_argument("--states", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--workers", default="1,2", metavar="1,2")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = run(chosen.states, [int(n) for n in chosen.workers.split(",")], Path(folder))
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
