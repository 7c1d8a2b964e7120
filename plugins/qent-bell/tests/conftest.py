"""Shared by the tests of the plugin."""

import numpy as np
import pytest

from qent_core.api import component


@pytest.fixture
def sampled():
    """Returns a function that samples a family, sent through a channel if one is named."""

    def sample(family, count=200, channel=None, seed=1, **parameters):
        rng = np.random.default_rng(seed)
        batch = component(family, **parameters).sample(count, rng)
        if channel is not None:
            noise = component(channel, "channel", strength={"uniform": [0.0, 1.0]})
            batch = noise.apply(batch, rng)
        return batch

    return sample
