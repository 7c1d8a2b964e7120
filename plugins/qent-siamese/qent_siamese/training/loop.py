"""The training loop that all networks share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qent_core.api import track
from qent_core.progress import Step
from qent_siamese.training import processes
from qent_siamese.training.batches import Batch, Rows, TrainingRows, number_of_batches
from qent_siamese.training.checkpoint import Checkpoint, Progress, Weights, copied
from qent_siamese.training.devices import Numerics
from qent_siamese.training.evaluation import Sets, accuracy, evaluate
from qent_siamese.training.failures import diverged
from qent_siamese.training.losses import UNKNOWN
from qent_siamese.training.objectives import Draws, Measured, Objective
from qent_siamese.training.selection import merit

_STEPS_BETWEEN_LOOKS = 64
"""On a GPU the loss is looked at this seldom: each look waits for the device."""


@dataclass(frozen=True)
class Settings:
    """How long and in what steps."""

    epochs: int
    batch_size: int
    learning_rate: float
    select: str
    patience: int | None
    seed: int
    name: str
    """Of the model, for progress and messages."""


class Training:
    """A network being trained with Adam.

    Args:
        network: On its device, with its initial weights.
        objective: What it is trained for.
        rows: What it learns from.
        validation: What the selection rule looks at.
        settings: How long and in what steps.
        numerics: How it is computed.
        checkpoint: Where the state is kept, if anywhere.
    """

    def __init__(
        self,
        network: nn.Module,
        objective: Objective,
        rows: TrainingRows,
        validation: Sets,
        settings: Settings,
        numerics: Numerics,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.network = network
        self.objective = objective
        self.rows = rows
        self.validation = validation
        self.settings = settings
        self.numerics = numerics
        self.checkpoint = checkpoint
        self.progress = Progress()
        self._adam = torch.optim.Adam(network.parameters(), lr=settings.learning_rate, fused=True)

    def run(self) -> None:
        """Trains to the end, or on from a checkpoint, and leaves the chosen weights in the network.

        Raises:
            TrainingDivergedError: The loss is no longer a number. The network then has the weights
                chosen so far, or those of the last whole epoch.
        """
        settings, steps = self.settings, number_of_batches(self.rows, self.settings.batch_size)
        if self.checkpoint is not None:
            self.progress = self.checkpoint.read(self.network, self._adam)
            processes.wait_for_all()
        called = processes.joined(self.numerics.prepared(self.network), self.numerics.device)
        total = settings.epochs * self.rows.size
        with track(f"training {settings.name}", total=total) as step:
            if self.progress.epochs:
                step(min(self.progress.epochs * self.rows.size, total), "going on")
            for epoch in range(self.progress.epochs, settings.epochs):
                if self._is_patience_over():
                    break
                self._epoch(called, epoch, steps, step)
        if self.progress.best is not None:
            self.network.load_state_dict(self.progress.best)

    def _is_patience_over(self) -> bool:
        patience = self.settings.patience
        return patience is not None and self.progress.stale >= patience

    def _epoch(self, called: Any, epoch: int, steps: int, step: Step) -> None:
        before = copied(self.network)
        start = time.perf_counter()
        self.network.train()
        passed = self._pass(called, epoch, steps, step, before)
        self.network.eval()
        if not all(bool(tensor.isfinite().all()) for tensor in self.network.parameters()):
            self._give_up(epoch, None, before)
        measured = evaluate(self.network, self.objective, self.validation, self.numerics.device)
        seconds = time.perf_counter() - start
        self._note(epoch, {**passed, "validation": measured, "seconds": seconds})
        if self.checkpoint is not None and processes.is_first_process():
            self.checkpoint.write(self.network, self._adam, self.progress)

    def _pass(
        self, called: Any, epoch: int, steps: int, step: Step, before: Weights
    ) -> dict[str, Any]:
        """Goes through all rows once and returns loss, accuracy and the share of waiting."""
        device = self.numerics.device
        draws = Draws.of(self.settings.seed, epoch, device)
        losses = torch.zeros(steps, dtype=torch.float64, device=device)
        totals: list[Tensor] = []
        looks = 1 if device.type == "cpu" else _STEPS_BETWEEN_LOOKS
        waited = 0.0
        started = time.perf_counter()
        for number, (batch, waiting) in enumerate(self._batches(epoch)):
            waited += waiting
            self._adam.zero_grad()
            with self.numerics.precision():
                found = self.objective.step(called, batch, epoch, draws)
            losses[number] = found.loss.detach()
            look = (number + 1) % looks == 0 or number + 1 == steps
            if look:
                # Before the step: weights must not be spoiled by what is already known to be bad.
                self._look(epoch, processes.summed(losses.clone()), before)
            (found.loss * processes.process_count()).backward()
            self._adam.step()
            totals.append(torch.stack([found.correct, found.decided]))
            if look:
                step(batch.size, self._said(epoch, losses[: number + 1], totals, found))
            else:
                step(batch.size)
        counts = processes.summed(torch.stack(totals).sum(0)).tolist()
        mean = float(processes.summed(losses).mean())
        share = waited / max(time.perf_counter() - started, 1e-12)
        passed = {"epoch": epoch, "loss": mean, "loading_share": share}
        met = accuracy(*counts)
        return passed if met is None else {**passed, "accuracy": met}

    def _batches(self, epoch: int) -> Iterator[tuple[Batch, float]]:
        """Yields this process's share of each batch, and how long it had to be waited for."""
        rows: Iterator[Rows] = self.rows.batches(
            epoch, self.settings.batch_size, self.settings.seed
        )
        while True:
            start = time.perf_counter()
            whole = next(rows, None)
            if whole is None:
                return
            inputs, targets = whole
            share = processes.share_of(len(inputs))
            decided = (targets != UNKNOWN).sum().clamp(min=1)
            batch = Batch(inputs[share], targets[share], len(inputs), decided, share)
            yield batch, time.perf_counter() - start

    def _look(self, epoch: int, losses: Tensor, before: Weights) -> None:
        bad = (~losses.isfinite()).nonzero()
        if len(bad):
            self._give_up(epoch, int(bad[0, 0]), before)

    def _give_up(self, epoch: int, batch: int | None, before: Weights) -> None:
        best = self.progress.best
        self.network.load_state_dict(before if best is None else best)
        self.network.eval()
        kept = "its initial weights" if epoch == 0 else f"those of epoch {epoch - 1}"
        if best is not None:
            kept = f"those of epoch {self.progress.best_epoch}"
        raise diverged(epoch, batch, self.settings.name, kept)

    def _note(self, epoch: int, record: dict[str, Any]) -> None:
        progress, rule = self.progress, self.settings.select
        progress.history.append(record)
        progress.epochs = epoch + 1
        worth = merit(rule, record["validation"])
        if worth is None:
            progress.best, progress.best_epoch = None, epoch
            return
        before = progress.best_merit
        # A loss that sinks at the same accuracy does not keep a training going.
        progress.stale = 0 if before is None or worth[0] > before[0] else progress.stale + 1
        if before is None or worth > before:
            progress.best, progress.best_epoch = copied(self.network), epoch
            progress.best_merit = worth

    def _said(self, epoch: int, losses: Tensor, totals: list[Tensor], last: Measured) -> str:
        if not processes.is_first_process():
            return ""
        said = f"epoch {epoch + 1} of {self.settings.epochs}: loss {float(losses.mean()):.4f}"
        if last.decided.numel():
            met = accuracy(*np.asarray(torch.stack(totals[-50:]).sum(0).cpu()))
            said += "" if met is None else f", accuracy {met:.4f}"
        return said
