"""What the symmetry terms cost."""

from __future__ import annotations

import statistics
import time

import pytest
import torch
from qent_siamese.networks.convolutional import ConvolutionalNetwork, draw_weights
from qent_siamese.symmetry.objective import SiameseObjective
from qent_siamese.symmetry.permutations import non_trivial
from qent_siamese.training.batches import Batch
from qent_siamese.training.devices import repeatable
from qent_siamese.training.objectives import Draws, VerdictObjective
from qent_siamese.training.schedule import Schedule

from qent_core.api import cuts


@pytest.mark.slow
def test_a_siamese_step_costs_at_most_3_3_steps_of_the_cnn() -> None:
    network, generator = ConvolutionalNetwork(8, 3), torch.Generator().manual_seed(0)
    draw_weights(network, generator)
    adam = torch.optim.Adam(network.parameters(), fused=True)
    images = 0.1 * torch.randn(128, 2, 8, 8, generator=generator)
    verdicts = torch.randint(0, 2, (128, 3), dtype=torch.int8, generator=generator)
    batch = Batch(images, verdicts, 128, torch.tensor(384), slice(0, 128))
    permutations = non_trivial((2, 2, 2), cuts(3))
    siamese = SiameseObjective((2, 2, 2), permutations, Schedule(0, 0.5), "angles")
    draws = Draws.of(0, 0, torch.device("cpu"))
    ratios = []
    with repeatable(1):
        # Steps in turn, so that whatever else the machine does slows both alike.
        for _ in range(24):
            seconds = []
            for objective in (VerdictObjective(), siamese):
                start = time.perf_counter()
                adam.zero_grad()
                objective.step(network, batch, 0, draws).loss.backward()
                adam.step()
                seconds.append(time.perf_counter() - start)
            ratios.append(seconds[1] / seconds[0])
    assert statistics.median(ratios[4:]) < 3.3
