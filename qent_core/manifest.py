"""What a run must remember to be rerun: versions, seed, plugins, references, timings."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import qent_core
from qent_core.composition import Composition
from qent_core.registered import LocalSource

MANIFEST_VERSION = 1

LIBRARIES = (
    "numpy",
    "scipy",
    "pydantic",
    "pluggy",
    "torch",
    "scikit-learn",
    "xgboost",
    "catboost",
    "qiskit",
    "skops",
    "safetensors",
    "matplotlib",
)
"""Libraries whose version may change a result or a file; those installed are recorded."""


def manifest_content(
    composition: Composition,
    spec: str,
    *,
    local: tuple[LocalSource, ...] = (),
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Returns the manifest of a run, without the checksums of its files.

    Args:
        composition: What was run.
        spec: The experiment as TOML.
        local: The user's own files that provided components.
        seconds: Stage to wall-clock seconds.
    """
    return {
        "manifest": MANIFEST_VERSION,
        "qent": qent_core.__version__,
        "name": composition.experiment.run.name,
        "seed": composition.experiment.run.seed,
        "spec_sha256": hashlib.sha256(spec.encode()).hexdigest(),
        "components": [
            {
                "kind": component.spec.kind,
                "name": component.spec.name,
                "distribution": component.distribution,
                "version": component.version,
            }
            for component in composition.used
        ],
        "plugins": composition.distributions(),
        "local": [{"file": Path(source.path).name, "sha256": source.sha256} for source in local],
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "libraries": _versions(),
        "references": [asdict(reference) for reference in composition.references()],
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
