"""Small components that the tests of the core compose, independent of any plugin."""

from __future__ import annotations

import signal

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge

from qent_core.api import (
    Channel,
    Labeler,
    Labels,
    Probability,
    StateBatch,
    StateFamily,
    Uniform,
    draw,
)
from qent_core.registry import Registry

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class NoisyBell(StateFamily):
    """Bell state of visibility v mixed with white noise: negativity max(0, (3v - 1)/4)."""

    visibility: Probability = Uniform(0.0, 1.0)

    def sample(self, count, rng):
        v = draw(self.visibility, count, rng)
        bell = np.zeros((4, 4))
        bell[[0, 0, 3, 3], [0, 3, 0, 3]] = 0.5
        rho = v[:, None, None] * bell + (1 - v)[:, None, None] * np.eye(4) / 4
        return StateBatch(rho, (2, 2), parameters={"visibility": v})

    def exact(self, column, parameters):
        if column == "overlap":
            return (1 + 3 * parameters["visibility"]) / 4
        return None

    def thresholds(self, question):
        return {"visibility": 1 / 3}


class WhiteNoise(Channel):
    """Mixes with white noise of the given strength."""

    strength: Probability = 0.0

    def apply(self, batch, rng):
        p = draw(self.strength, len(batch), rng)[:, None, None]
        size = batch.dimension
        rho = (1 - p) * batch.density() + p * np.eye(size) / size
        return batch.replaced(rho).with_parameter("white-noise.strength", p[:, 0, 0])


class Overlap(Labeler):
    """Overlap with the Bell state, a measure."""

    def label(self, batch):
        rho = batch.density()
        value = (rho[:, 0, 0] + rho[:, 0, 3] + rho[:, 3, 0] + rho[:, 3, 3]).real / 2
        return Labels.measure("overlap", value, question="A|B")


class OverlapVerdict(Labeler):
    """Entangled if the overlap exceeds 1/2 by a margin, else unknown or separable by fiat."""

    margin: float = 0.01

    def label(self, batch):
        value = Overlap().label(batch).values("overlap") - 0.5
        verdict = np.where(value > self.margin, 1, np.where(value < -self.margin, 0, -1))
        return Labels.verdicts("fiat[A|B]", "A|B", verdict, "fiat")


class Entries(TransformerMixin, BaseEstimator):
    """The real parts of all matrix entries."""

    def fit(self, X, y=None):
        self.n_states_ = len(X)
        return self

    def transform(self, X):
        return X.density().real.reshape(len(X), -1)


class PlainRidge(Ridge):
    """Ridge regression under a name of its own."""


@pytest.fixture
def registry():
    """A registry without plugins that knows the components above."""
    registry = Registry.load(only=())
    registry.register(NoisyBell, name="noisy-bell")
    registry.register(WhiteNoise, name="white-noise", local=True)
    registry.register(Overlap, name="overlap", gives="measure")
    registry.register(OverlapVerdict, name="overlap-verdict")
    registry.register(Entries, name="entries", kind="feature")
    registry.register(PlainRidge, name="ridge", kind="model")
    return registry


@pytest.fixture
def spec():
    """The tables of a small experiment over those components."""
    return {
        "run": {"name": "small", "seed": 5, "shard_size": 64},
        "states": [{"use": "noisy-bell", "count": 300}],
        "channels": [{"use": "white-noise", "strength": {"uniform": [0.0, 0.2]}}],
        "labels": [{"use": "overlap"}],
        "features": {"use": "entries"},
        "model": {"use": "ridge", "alpha": 1e-9},
        "evaluation": {"test_fraction": 0.25},
    }
