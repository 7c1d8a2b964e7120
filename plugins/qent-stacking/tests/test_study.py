"""The study: each claim has a verdict, what is provable is proved, seeds fix the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from qent_stacking.study.anchors import from_one_entry, from_singular_values
from qent_stacking.study.data_size import saturation
from qent_stacking.study.errors import spread_in_bins
from qent_stacking.study.plan import fit_memory, split, study_tasks
from qent_stacking.study.published import FIG_2, asked_sizes, peak_memory, training_time
from qent_stacking.study.settings import SEEDS, Settings, sizes
from qent_stacking.study.states import isotropic_states, pure_features, pure_states
from qent_stacking.study.study import Stacking
from qent_stacking.study.work import fit_isotropic, fit_pure, spread_of_schmidt

from qent_core.errors import StudyMemoryError
from qent_studies import run_study
from qent_studies.estimate import check_memory

IDS = [f"S0-{number:02d}" for number in range(1, 23)]

TINY = {
    "pure_states": [100, 100, 100],
    "isotropic_states": [100, 100, 100],
    "symmetric_states": [100, 100, 100],
    "scaling_sizes": [20, 40, 60],
    "scaling_largest": [60, 60, 60],
    "scaling_tests": 50,
    "outlook_pure": [60, 60, 40],
    "outlook_isotropic": [60, 60, 20],
    "curve_points": 11,
    "nn_hidden_layers": [8],
    "nn_epochs": 2,
    "symmetric_epochs": 2,
    "et_trees": 3,
    "xgb_rounds": 3,
    "cb_iterations": 5,
}


def test_the_claims_are_the_papers() -> None:
    names = [claim.id for claim in Stacking().claims]
    assert [name for name in names if name[3:].isdigit()] == IDS
    assert set(names) - set(IDS) == {"S0-B1", "S0-O1"}


def test_every_claim_is_concluded_by_one_method_and_served_at_every_scale() -> None:
    study = Stacking()
    assert set(study._conclusions()) == {claim.id for claim in study.claims}
    for scale in study.scales:
        tasks = study.tasks(study.settings(scale), study.default_seeds(scale))
        assert {claim for task in tasks for claim in task.claims} >= set(IDS)
    assert study.default_seeds("paper") == SEEDS == (42, 123, 456, 789, 1024)


def test_published_triples_are_impossible() -> None:
    variances = [v["MSE"] / (1 - v["R2"]) for v in FIG_2.values()]
    assert variances == pytest.approx([1.474, 3.056, 3.368], abs=1e-3)
    assert min(variances) > 0.25
    # No MSE is below the square of its MAE.
    assert all(v["MSE"] >= v["MAE"] ** 2 for v in FIG_2.values())


def test_equation_12_is_sub_linear_and_13_asks_for_more() -> None:
    assert training_time(5) / training_time(1) == pytest.approx(3.88, abs=0.005)
    assert peak_memory(5) / peak_memory(1) == pytest.approx(4.21, abs=0.005)
    asked = asked_sizes()
    assert asked["J = 5"] == pytest.approx(2.10e6, rel=0.003)
    assert asked["J = 1, metrics of Fig. 2a"] == pytest.approx(7.3e3, rel=0.01)


def reading(**changes: Any) -> dict[str, Any]:
    return {**sizes("smoke").reading(), **changes}


@pytest.mark.parametrize("spin", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("coefficients", ["real", "complex"])
def test_anchors_are_exact(spin: float, coefficients: str) -> None:
    own = reading(coefficients=coefficients)
    drawn = pure_states(spin, "b", 200, 1, "test", own)
    assert from_singular_values(drawn.X, spin, "normalised") == pytest.approx(drawn.y, abs=1e-12)
    d = round(2 * spin) + 1
    states, compact = isotropic_states(spin, 60, 1, "test", own)
    entry = compact.inverse_transform(states.X)[:, d + 1]
    assert from_one_entry(entry, spin, "normalised") == pytest.approx(states.y, abs=1e-12)


def test_regimes_have_the_distributions_that_are_known() -> None:
    own = reading()
    y = {(r, s): pure_states(s, r, 4000, 2, "test", own).y for r in "abc" for s in (0.5, 1.0, 5.0)}
    assert y["c", 0.5].mean() == pytest.approx(0.5, abs=0.02)
    assert y["c", 0.5].std() == pytest.approx(0.289, abs=0.01)
    assert y["c", 1.0].mean() == pytest.approx(0.569, abs=0.01)
    assert y["c", 5.0].std() == pytest.approx(0.035, abs=0.002)
    assert np.mean(y["b", 0.5] < 1e-9) == pytest.approx(0.129, abs=0.02)
    assert np.mean(y["a", 1.0] > 1e-9) == pytest.approx(0.1, abs=0.02)
    only = pure_states(1.0, "a", 500, 2, "test", reading(structured="zeros-only")).y
    assert np.mean(only > 1e-9) > 0.99


def test_target_in_raw_units() -> None:
    raw = pure_states(5.0, "c", 20, 3, "test", reading(target="raw")).y
    normalised = pure_states(5.0, "c", 20, 3, "test", reading()).y
    assert raw == pytest.approx(5 * normalised)


def test_constructed_states_reach_both_ends() -> None:
    made = pure_features(spread_of_schmidt(5.0, 50, 1), 5.0, reading())
    assert made.y[[0, -1]] == pytest.approx([0, 1], abs=1e-12)
    assert (np.diff(made.y) > 0).all()
    assert np.linalg.norm(made.X, axis=1) == pytest.approx(1)


def test_saturation_and_bins() -> None:
    scores = {s: {"R2": v} for s, v in ((10, 0.2), (100, 0.985), (1000, 0.989), (10000, 0.99))}
    assert saturation(scores) == 100
    truth = np.repeat([0.05, 0.95], 20)
    residual = np.tile([-1.0, 1.0], 20) * np.repeat([1, 2], 20)
    assert spread_in_bins(truth, residual, 1.0) == {0.05: 1.0, 0.95: 2.0}


def test_sizes_before_the_split_or_of_the_training_part() -> None:
    paper = sizes("paper")
    assert split(100_000, paper) == (100_000, 80_000)
    other = paper.model_copy(update={"sizes_are": "training-part"})
    assert split(100_000, other) == (125_000, 100_000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"regimes": ["a"]}, "pure_regime is 'c', which is not among the regimes"),
        ({"pure_states": [10, 100, 100]}, "at least 100"),
        ({"scaling_sizes": [100, 200]}, "three sizes or more"),
        ({"nn_symmetry": "invariants", "coefficients": "complex"}, "for real coefficients"),
        ({"training_share": 1.0}, "less than 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_impossible_settings(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings.model_validate({**sizes("smoke").model_dump(), **changes})


def test_no_task_of_the_paper_needs_six_gigabytes() -> None:
    study = Stacking()
    tasks = [
        task
        for task in study.tasks(study.settings("paper"), SEEDS)
        if not task.key.startswith("outlook")
    ]
    assert max(task.memory for task in tasks) < 6e9
    assert fit_memory(80_000, 121, sizes("paper")) > 24 * 80_000 * 121
    with pytest.raises(StudyMemoryError, match="needs about"):
        check_memory(tasks, room=1_000_000_000)


def test_reading_b_of_phi_is_for_small_spins() -> None:
    settings = sizes("paper").model_copy(update={"phi": "random-real"})
    tasks = {task.key: task for task in study_tasks(settings, (42,))}
    phi = {
        s: tasks[f"isotropic-j{s}-seed42"].parameters["reading"]["phi"] for s in ("0.5", "1", "5")
    }
    assert phi == {"0.5": "random-real", "1": "random-real", "5": "maximally-entangled"}
    assert max(task.memory for task in tasks.values()) < 6e9
    small = reading(phi="random-real")
    drawn, _ = isotropic_states(1.0, 40, 1, "test", small)
    assert drawn.X.shape[1] > 3
    assert 0 <= drawn.y.min() <= drawn.y.max() <= 1


def test_one_fit_of_each_kind() -> None:
    settings = Settings.model_validate({**sizes("smoke").model_dump(), **TINY})
    learners = settings.learners()
    pure = fit_pure(1.0, "a", 120, 90, 5, 11, {**learners, "nn_symmetry": "none"}, reading(), False)
    for name in ("stack R2", "on b: stack R2", "on c: variance", "xgboost MAE", "curve MAE"):
        assert name in pure.values
    assert pure.values["singular values R2"] == pytest.approx(1, abs=1e-12)
    assert pure.arrays["curve"].max() == pytest.approx(0.5, abs=0.03)
    mixed = fit_isotropic(5.0, 60, 40, 5, 11, learners, reading(), True)
    assert (mixed.values["columns"], mixed.values["kept"]) == (14641, 3)
    assert mixed.values["dense_bytes"] == 60 * 14641 * 8
    assert mixed.values["one entry R2"] == pytest.approx(1, abs=1e-12)
    assert mixed.measured["heap_peak"] > 0
    again = fit_isotropic(5.0, 60, 40, 5, 11, learners, reading(), False)
    assert again.values == mixed.values


@pytest.mark.slow
def test_the_whole_study_whatever_the_workers(tmp_path: Path) -> None:
    written = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        run = run_study("stacking", scale="smoke", settings=TINY, out=folder, workers=workers)
        written.append((folder / "claims.json").read_bytes())
        assert [f.claim for f in run.findings][:22] == IDS
    assert written[0] == written[1]
    claims = json.loads(written[0])
    assert "seconds" not in json.dumps(claims["claims"][8].get("ours", ""))
