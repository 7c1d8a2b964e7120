import sys
from pathlib import Path

# The benchmarks are run from the repository, they are no distribution.
ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)
