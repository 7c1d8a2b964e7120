"""The claims: published rows with the artefact switched on, and the truth."""

from __future__ import annotations

import numpy as np
import pytest
from qent_vqc.circuits import from_parts
from qent_vqc.program import translate
from qent_vqc.simulator import Simulator
from qent_vqc.study.published import MEYER_WALLACH
from qent_vqc.study.study import EntropyTracking
from qent_vqc.study.work import artefact, toy, training, true_values

from qent_core.api import StateBatch, label_states
from qent_studies import run_study


def test_the_artefact_gives_the_published_rows() -> None:
    made = artefact()
    for name, published in MEYER_WALLACH.items():
        assert made.values[name] == pytest.approx(published, abs=1e-5), name
    assert made.values["final_off"] < 2e-7
    assert made.values["zero angles"] == pytest.approx(made.values["closed form"])
    assert made.values["true falls"]
    assert made.arrays["true"][[0, -1]] == pytest.approx([0.85692, 0.85305], abs=1e-5)


def test_the_true_values() -> None:
    values = true_values().values
    point = {"initial": 0.85692, "ad-hoc": 0.85277, "blobs": 0.85305}
    mean = {"initial": 0.48166, "ad-hoc": 0.48975, "blobs": 0.48970}
    for name, value in point.items():
        assert values[name]["point"] == pytest.approx(value, abs=1e-5)
        assert values[name]["mean"] == pytest.approx(mean[name], abs=1e-5)
    assert values["feature map"]["mean"] == pytest.approx(0.480047, abs=1e-6)


def test_closed_forms_of_the_feature_map() -> None:
    simulator = Simulator(translate(from_parts("zz_feature_map", "real_amplitudes", 2)))
    X = np.random.default_rng(0).uniform(0, 2 * np.pi, (50, 2))
    encoded = StateBatch(simulator.encoded(X), (2, 2))
    zero = StateBatch(simulator.kets(X, np.zeros(4)), (2, 2))
    share = np.sin(2 * (np.pi - X[:, 0]) * (np.pi - X[:, 1])) ** 2
    assert label_states(encoded, ["meyer-wallach"]).values("meyer-wallach") == pytest.approx(share)
    after = label_states(zero, ["meyer-wallach"]).values("meyer-wallach")
    assert after == pytest.approx(np.sin(2 * X[:, 1]) ** 2)


def test_the_toy_circuit() -> None:
    values = toy(1.29, 500).values
    assert values["blog"]["angle"] == pytest.approx(-84.948, abs=5e-4)
    # Beside 7.785e-3 and 7.754e-3, the losses of the last two angles.
    assert values["blog"]["entropy"][-2:] == pytest.approx([0.99438, 0.99440], abs=1e-5)
    assert values["blog"]["rises"]
    assert values["blog"]["entropy_of_the_whole"] < 1e-13
    assert values["lorentzian_off"] < 0.01
    assert values["parabola_r2"] < 0.95


def test_a_training_without_entanglers_has_no_entanglement() -> None:
    made = training("blobs", seed=1, rate=0.1, entanglers=False, iterations=5, spread=1.0)
    assert np.abs(made.arrays["trained meyer-wallach mean"]).max() < 1e-12


def test_a_training_like_the_published_one() -> None:
    made = training("ad-hoc", seed=1, rate=1e-3, entanglers=True, iterations=50, spread=1.0)
    assert made.values["moved"] < 0.06
    # In shape: the artefact stays near its value at zero angles whatever the data.
    assert np.abs(made.arrays["artefact"] - np.sin(1.8) ** 2).max() < 0.05
    assert made.arrays["point"][0] == pytest.approx(0.85692, abs=1e-5)
    assert made.values["loss_end"] < made.values["loss_start"]
    assert max(made.values["steps_in_five"].values()) < 1e-2


@pytest.mark.slow
def test_the_whole_study(tmp_path: object) -> None:
    run = run_study("entropy-tracking", scale="smoke", out=tmp_path)  # type: ignore[arg-type]
    assert [finding.claim for finding in run.findings] == [c.id for c in EntropyTracking().claims]
    assert {str(finding.outcome) for finding in run.findings} == {"refuted"}
