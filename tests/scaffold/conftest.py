"""Installing new plugins for real, with pip, into a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import qent_core

CORE = Path(qent_core.__file__).parents[1]


class Place:
    """A folder to work in and one that pip installs into; nothing else of the system changes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.target = root / "installed"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("QENT", "PIP"))},
            "PYTHONPATH": os.pathsep.join([str(self.target), str(CORE)]),
            # pip reads its options from here, so that commands can be run as users write them.
            "PIP_TARGET": str(self.target),
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one upside down
            "PIP_NO_INDEX": "1",
            "PIP_UPGRADE": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "MPLBACKEND": "agg",
        }

    def run(self, *words: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a program in the folder; ``qent`` is the one of this clone."""
        if words[0] == "qent":
            words = (sys.executable, "-m", "qent_core.cli.main", *words[1:])
        elif words[0] in ("pip", "pytest"):
            words = (sys.executable, "-m", *words)
        done = subprocess.run(
            words,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=180,
        )
        assert not ok or done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An empty place with hatchling to build with."""
    pytest.importorskip("hatchling")
    return Place(tmp_path_factory.mktemp("place"))
