"""Data sets of states and labels: generated shard by shard, read lazily, checked byte by byte.

The names below are imported when they are first asked for, because listing the recipes, for
example, needs neither Zarr nor NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qent_core.dataset.check import Damage, check_dataset
    from qent_core.dataset.copying import merge_datasets, save_selection
    from qent_core.dataset.data_set import Dataset
    from qent_core.dataset.export import export_dataset
    from qent_core.dataset.generate import generate_dataset
    from qent_core.dataset.label import label_dataset
    from qent_core.dataset.verify import verify_dataset

_HOME = {
    "Damage": "check",
    "Dataset": "data_set",
    "check_dataset": "check",
    "export_dataset": "export",
    "generate_dataset": "generate",
    "label_dataset": "label",
    "merge_datasets": "copying",
    "save_selection": "copying",
    "verify_dataset": "verify",
}

__all__ = [
    "Damage",
    "Dataset",
    "check_dataset",
    "export_dataset",
    "generate_dataset",
    "label_dataset",
    "merge_datasets",
    "save_selection",
    "verify_dataset",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qent_core.dataset' has no attribute {name!r}")
    value = getattr(import_module(f"qent_core.dataset.{_HOME[name]}"), name)
    globals()[name] = value
    return value
