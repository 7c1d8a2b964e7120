"""Mixtures that prove isotropic and Werner states separable, up to their thresholds."""

import numpy as np
import pytest
from qent_werner.isotropic import Isotropic
from qent_werner.werner import WernerState

from qent_core.api import Labels, check_labels

RNG = np.random.default_rng


def statuses(batch):
    column = batch.certificates["A|B"]
    labels = Labels.verdicts("x", "A|B", batch.known["A|B"], "x", column)
    (checked,) = check_labels(batch, labels)
    return checked


@pytest.mark.parametrize("spin", [0.5, 1, 1.5, 2, 2.5])
def test_every_separable_state_is_proven(spin):
    d = round(2 * spin + 1)
    low, threshold = -1 / (d * d - 1), 1 / (d + 1)
    for family in (
        Isotropic(spin=spin, alpha={"uniform": [low, threshold]}, certify=True),
        Isotropic(spin=spin, alpha=low, certify=True),
        Isotropic(spin=spin, alpha=threshold - 1e-11, certify=True),
        WernerState(spin=spin, weight={"uniform": [0, 0.5]}, certify=True),
        WernerState(spin=spin, weight=0.0, certify=True),
        WernerState(spin=spin, weight=0.5 - 1e-11, certify=True),
    ):
        checked = statuses(family.sample(5, RNG(0)))
        assert checked.status.tolist() == [1] * 5
        assert checked.within_delta.all()


def test_entangled_states_have_none():
    batch = Isotropic(certify=True).sample(50, RNG(1))
    entangled = batch.known["A|B"] == 1
    assert entangled.any()
    assert (batch.certificates["A|B"].present == ~entangled).all()
    # Beyond the threshold the same formula proves nothing.
    from qent_werner.twirl_mixtures import mixture_certificates

    column = mixture_certificates(np.array([0.4]), 2, np.array([True]))["A|B"]
    labels = Labels.verdicts("x", "A|B", [0], "x", column)
    state = Isotropic(alpha=0.4).sample(1, RNG(0))
    assert check_labels(state, labels)[0].status.tolist() == [-1]


def test_nothing_is_attached_unless_asked_for():
    assert not Isotropic(alpha=0.1).sample(1, RNG(0)).certificates
    random = Isotropic(alpha=0.1, phi="random-real", certify=True).sample(1, RNG(0))
    assert not random.certificates


@pytest.mark.parametrize(
    "family", [Isotropic(alpha=0.9, certify=True), WernerState(weight=0.9, certify=True)]
)
def test_no_state_of_the_batch_may_be_separable(family):
    batch = family.sample(2, RNG(0))
    assert (batch.known["A|B"] == 1).all()
    assert not batch.certificates["A|B"].present.any()
