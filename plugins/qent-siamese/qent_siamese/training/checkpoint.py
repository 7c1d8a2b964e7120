"""The state of a training on disk, one file that is replaced as a whole.

All randomness is keyed by seed and epoch, so weights, optimiser and history are the whole state at
the end of an epoch; a training that goes on from there gives the same bits as one that was never
interrupted. The format is safetensors with a JSON header: reading it runs no code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from qent_core.api import ModelFileError, ParameterInvalidError
from qent_siamese.training.selection import Merit

_FORMAT = "qent-siamese training 1"
_FILE = "training.safetensors"

Weights = dict[str, Tensor]


@dataclass
class Progress:
    """How far a training has come."""

    epochs: int = 0
    """Finished epochs."""
    history: list[dict[str, Any]] = field(default_factory=list)
    best: Weights | None = None
    """Weights of the epoch that the selection rule prefers so far."""
    best_epoch: int = -1
    best_merit: Merit | None = None
    stale: int = 0
    """Epochs since the first number of the merit last rose."""


def copied(network: nn.Module) -> Weights:
    """Returns a copy of the network's weights, on its device."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


class Checkpoint:
    """Writes and reads the state of one training in a folder.

    Args:
        folder: Made if it does not exist.
        identity: What fixes the result; a checkpoint of another identity is refused.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.path = folder / _FILE
        self.identity = json.loads(json.dumps(identity))

    def write(self, network: nn.Module, adam: torch.optim.Adam, progress: Progress) -> None:
        """Replaces the file; a process killed in between leaves the former one."""
        tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
        for number, state in adam.state_dict()["state"].items():
            tensors |= {f"adam.{number}.{name}": tensor for name, tensor in state.items()}
        tensors |= {f"best.{name}": tensor for name, tensor in (progress.best or {}).items()}
        told = {
            "format": _FORMAT,
            "identity": self.identity,
            "epochs": progress.epochs,
            "history": progress.history,
            "best_epoch": progress.best_epoch,
            "best_merit": progress.best_merit,
            "stale": progress.stale,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        working = self.path.with_suffix(".writing")
        here = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        save_file(here, working, metadata={"training": json.dumps(told)})
        os.replace(working, self.path)

    def read(self, network: nn.Module, adam: torch.optim.Adam) -> Progress:
        """Restores network and optimiser; a folder without a checkpoint changes nothing.

        Raises:
            ModelFileError: The file is damaged.
            ParameterInvalidError: It belongs to another training; the message says what differs.
        """
        if not self.path.exists():
            return Progress()
        told, tensors = self._content()
        if told["identity"] != self.identity:
            raise self._mismatch(told["identity"])
        try:
            network.load_state_dict(_part(tensors, "network."))
            state: dict[int, dict[str, Tensor]] = {}
            for name, tensor in _part(tensors, "adam.").items():
                number, _, field_name = name.partition(".")
                state.setdefault(int(number), {})[field_name] = tensor
            adam.load_state_dict({**adam.state_dict(), "state": state})
        except (RuntimeError, ValueError, KeyError) as error:
            raise self._damaged(error) from error
        device = next(network.parameters()).device
        best = {name: tensor.to(device) for name, tensor in _part(tensors, "best.").items()}
        return Progress(
            told["epochs"],
            told["history"],
            best or None,
            told["best_epoch"],
            None if told["best_merit"] is None else tuple(told["best_merit"]),
            told["stale"],
        )

    def _content(self) -> tuple[dict[str, Any], Weights]:
        try:
            with safe_open(self.path, framework="pt") as file:
                told = json.loads((file.metadata() or {})["training"])
                if told["format"] != _FORMAT:
                    raise ValueError(f"the format is {told['format']!r}")
                return told, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> ModelFileError:
        return ModelFileError(
            f"the checkpoint cannot be read: {error or type(error).__name__}",
            where=str(self.path),
            do="delete it to begin the training again",
        )

    def _mismatch(self, other: Mapping[str, Any]) -> ParameterInvalidError:
        names = sorted({*other, *self.identity})
        differing = [name for name in names if other.get(name) != self.identity.get(name)]
        return ParameterInvalidError(
            f"the checkpoint belongs to another training; these differ: {', '.join(differing)}",
            where=str(self.path),
            do="name another folder as checkpoint, or delete this one to begin again",
        )


def _part(tensors: Weights, prefix: str) -> Weights:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
