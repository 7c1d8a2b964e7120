"""Memory does not grow with the number of states."""

import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """
[[states]]
use = "hilbert-schmidt"
count = {count}
dims = [2, 2]
[[labels]]
use = "negativity"
[data]
dtype = "complex64"
"""

# Not ru_maxrss: it starts from what the process of the tests had when it began this one.
MEASURE = """
import re, sys
from pathlib import Path
from qent_core.cli.main import main
assert main(["generate", sys.argv[1], "--out", sys.argv[2], "-q"]) == 0
print("peak", re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
def test_a_million_states_take_no_more_memory_than_a_hundred_thousand(tmp_path):
    """Ten million take 80 MB as well; the limit set for them is 1.5 GB."""
    pytest.importorskip("qent_basics")
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process is read from /proc")
    peaks = []
    for count in (100_000, 1_000_000):
        spec = tmp_path / f"{count}.toml"
        spec.write_text(SPEC.format(count=count))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, spec, tmp_path / f"{count}.zarr"],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]) * 1024)
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 0.5e9
