"""Fake distributions on disk: what pip would have installed, without pip."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pytest

from qent_core import discovery, registration
from qent_core.registry import default_registry

LABELER = """
from qent_core.api import LabelerSpec, hookimpl

@hookimpl
def qent_labelers():
    yield LabelerSpec(name="{name}", target="{package}.labels:Label", summary="A fake labeler")
"""


def labeler_plugin(name: str, package: str) -> str:
    """Returns the source of a plugin module that gives one labeler."""
    return LABELER.format(name=name, package=package)


@dataclass
class FakeSite:
    """A folder that looks like site-packages."""

    root: Path
    packages: list[str] = field(default_factory=list)

    def add(
        self,
        distribution: str,
        plugin: str | None = None,
        *,
        version: str = "1.0",
        group: str = "qent.v1",
        entry: str = "",
        entry_points: str | None = None,
        metadata_text: str | None = None,
        requires: tuple[str, ...] = (),
        modules: dict[str, str] | None = None,
    ) -> str:
        """Installs a distribution and returns the name of its package.

        Args:
            distribution: Its name; the package is named after it.
            plugin: Source of ``plugin.py``; by default it gives a labeler named as the package.
            modules: Further modules of the package by file name.
        """
        package = distribution.replace("-", "_")
        folder = self.root / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        if plugin is None:
            plugin = labeler_plugin(distribution.removeprefix("qent-"), package)
        (folder / "plugin.py").write_text(textwrap.dedent(plugin))
        for file, source in (modules or {}).items():
            (folder / file).write_text(textwrap.dedent(source))
        info = self.root / f"{package}-{version}.dist-info"
        info.mkdir()
        if metadata_text is None:
            lines = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
            lines += [f"Requires-Dist: {requirement}" for requirement in requires]
            metadata_text = "\n".join([*lines, "Summary: a fake plugin", ""])
        if metadata_text:
            (info / "METADATA").write_text(metadata_text)
        if entry_points is None:
            entry_points = f"[{group}]\n{package} = {entry or package + '.plugin'}\n"
        (info / "entry_points.txt").write_text(entry_points)
        self.packages.append(package)
        return package

    def was_imported(self, package: str) -> bool:
        """Tells whether the package was imported in this process."""
        return any(name.partition(".")[0] == package for name in sys.modules)

    def run(
        self, *arguments: str, code: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs ``qent ARGUMENTS``, or Python code, in a process that sees the site."""
        command = ["-c", code] if code else ["-m", "qent_core.cli.main", *arguments]
        root = Path(discovery.__file__).parents[1]
        return subprocess.run(
            [sys.executable, *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={
                **{key: value for key, value in os.environ.items() if "QENT" not in key},
                "PYTHONPATH": os.pathsep.join([str(self.root), str(root)]),
                **environment,
            },
        )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSite]:
    """An empty site that is all this process sees of installed distributions."""
    fake = FakeSite(tmp_path / "site")
    fake.root.mkdir()
    monkeypatch.syspath_prepend(str(fake.root))
    everything = metadata.distributions
    monkeypatch.setattr(
        discovery.metadata, "distributions", lambda: everything(path=[str(fake.root)])
    )
    for name in ("QENT_DISABLE", "QENT_PLUGINS", "QENT_STRICT", "QENT_DEBUG"):
        # Set first, so that what the command line sets is taken back after the test.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(registration, "_registered", {})
    importlib.invalidate_caches()
    discovery.discover.cache_clear()
    default_registry.cache_clear()
    yield fake
    discovery.discover.cache_clear()
    default_registry.cache_clear()
    for name in list(sys.modules):
        if name.partition(".")[0] in fake.packages or name.startswith("qent_local_"):
            del sys.modules[name]
