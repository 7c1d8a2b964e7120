"""The Bell circuit against its closed forms; the data sets against their definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qent_vqc.circuits import from_parts
from qent_vqc.datasets import ad_hoc_data, blobs, parity_means, random_unitary, zz_kets
from qent_vqc.program import translate
from qent_vqc.simulator import Simulator
from qent_vqc.toy import BellTraining, bell_kets, bell_loss

from qent_core.api import ParameterInvalidError, label_states


def test_the_published_rule() -> None:
    angles = BellTraining().angles()
    assert angles[-1] == pytest.approx(-84.948, abs=5e-4)
    loss = bell_loss(angles)
    assert loss[[0, 50, 100, 200]] == pytest.approx([1, 0.4370, 0.1623, 0.0463], abs=1e-4)
    assert loss[-1] == pytest.approx(7.754e-3, abs=1e-6)
    bits = label_states(bell_kets(angles), ["entanglement-entropy"])
    entropy = bits.values("entanglement-entropy[A|B]")
    assert entropy[[50, 100, 200, 500]] == pytest.approx(
        [0.6565, 0.8795, 0.9663, 0.99438], abs=1e-4
    )
    assert (np.diff(entropy) > 0).all()
    concurrence = label_states(bell_kets(angles[-1:]), ["concurrence"]).values("concurrence[A|B]")
    assert concurrence == pytest.approx(0.9961, abs=1e-4)


def test_true_gradient_descent_stays_where_the_slope_vanishes() -> None:
    assert BellTraining("gradient", start=0.0, rate=0.1).angles()[-1] == 0.0
    assert BellTraining("gradient", start=-10.0, rate=0.1).angles()[-1] == pytest.approx(-90.0)
    assert BellTraining("gradient", start=10.0, rate=0.1).angles()[-1] == pytest.approx(90.0)


def test_an_unknown_rule() -> None:
    with pytest.raises(ParameterInvalidError, match="'blog'"):
        BellTraining("newton").angles()  # type: ignore[arg-type]


@pytest.mark.parametrize("features", [2, 3])
def test_ad_hoc_data_keep_their_gap(features: int) -> None:
    rng = np.random.default_rng(0)
    V = random_unitary(2**features, rng)
    X, y = ad_hoc_data(30, rng, features=features, unitary=V)
    means = parity_means(X, V)
    assert means[y == "A"].min() >= 0.3
    assert means[y == "B"].max() <= -0.3
    assert (y == "A").sum() == (y == "B").sum() == 30


def test_the_feature_map_is_the_conjugate_of_qiskits() -> None:
    X = np.random.default_rng(0).uniform(0, 6, (5, 3))
    program = translate(from_parts("zz_feature_map", "real_amplitudes", 3, feature_map_reps=2))
    encoded = Simulator(program).encoded(X)
    overlap = np.abs(np.einsum("nd,nd->n", zz_kets(X), encoded))
    assert overlap == pytest.approx(1.0)


@pytest.mark.parametrize("features", [2, 3])
def test_ad_hoc_data_of_qiskit_machine_learning(
    features: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = pytest.importorskip("qiskit_machine_learning.datasets.ad_hoc")
    V = random_unitary(2**features, np.random.default_rng(5))
    monkeypatch.setattr(library, "_random_unitary", lambda dims: V)
    X, y, _, _ = library.ad_hoc_data(40, 0, features, 0.3, one_hot=False)
    means = parity_means(X, V)
    assert means[y == 0].min() >= 0.3
    assert means[y == 1].max() <= -0.3


@pytest.mark.parametrize("wrong", [{"features": 4}, {"gap": 1.0}, {"gap": -0.1}, {"per_class": 0}])
def test_impossible_ad_hoc_data(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterInvalidError):
        ad_hoc_data(rng=np.random.default_rng(0), **{"per_class": 5, **wrong})


def test_blobs_spread_as_asked() -> None:
    wide, tight = (blobs(400, np.random.default_rng(0), spread=s) for s in (2.0, 0.5))
    for data, spread in ((wide, 2.0), (tight, 0.5)):
        for letter in "AB":
            assert data.X[data.y == letter].std(axis=0) == pytest.approx(spread, rel=0.2)
