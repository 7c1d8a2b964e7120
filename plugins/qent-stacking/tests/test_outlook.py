"""The outlook: descriptors from the quantum Fisher information beside raw coefficients."""

from importlib.resources import files

import numpy as np
import pytest
from qent_stacking.quantum_fisher import QuantumFisher
from qent_stacking.study.outlook import (
    CLAIM,
    SPINS,
    FisherOutlook,
    OutlookSettings,
    outlook_figures,
    outlook_sizes,
    outlook_tasks,
)
from qent_stacking.study.outlook_work import (
    LEARNERS,
    REPRESENTATIONS,
    descriptors,
    exact_negativity,
    same_information,
)

from qent_core.api import component, stream
from qent_studies import Results, Study, TaskResult
from qent_studies.work import perform


class Alone(FisherOutlook, Study):
    """The outlook without the rest of the study."""

    claims_file = str(files("qent_stacking.study") / "outlook.toml")

    def settings(self, scale):
        return OutlookSettings(**outlook_sizes(scale))

    def tasks(self, settings, seeds):
        return list(outlook_tasks(settings, seeds))


@pytest.mark.parametrize("d", [2, 3, 5])
def test_negativity_of_pure_states_from_two_blocks(d):
    states = component("haar-pure", dims=(d, d)).sample(20, stream(1))
    features = QuantumFisher(generators="complete", descriptors="blocks").fit(states)
    columns = dict(zip(features.get_feature_names_out(), features.transform(states).T, strict=True))
    own, cross = (
        np.stack([columns[f"{block} {k}"] for k in range(1, d * d)], axis=1)
        for block in ("F_A", "F_AB")
    )
    exact = component("negativity").label(states).values("negativity[A|B]")
    assert exact_negativity(own, cross, d) == pytest.approx(exact, abs=1e-10)


def test_a_separable_and_an_entangled_state_of_equal_information():
    values = same_information().values
    assert values["apart"] < 1e-14
    assert values["separable"] == 0
    assert values["entangled"] == pytest.approx(1 / 8)


def test_a_linear_model_is_exact_on_blocks_and_no_learner_on_spin_operators_is():
    values = descriptors("pure", 1.0, 300, seed=5).values
    assert values["complete blocks, linear"] == pytest.approx(1, abs=1e-9)
    assert values["raw, linear"] < 0.1
    assert max(values[f"spin, {learner}"] for learner in LEARNERS) < 0.95
    assert values["raw: numbers"] == 9
    assert values["complete: numbers"] == 16


def test_sizes_of_the_descriptors_at_spin_five():
    values = descriptors("isotropic", 5.0, 12, seed=1).values
    found = [values[f"{name}: numbers"] for name in REPRESENTATIONS]
    assert found == [14641, 6, 240, 600]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    study = Alone()
    settings = OutlookSettings(
        outlook_pure=(60, 40, 20), outlook_isotropic=(40, 40, 10), outlook_seeds=1
    )
    done = []
    for task in study.tasks(settings, (1,)):
        made = perform(task)
        file = tmp_path_factory.mktemp("task") / "arrays.npz"
        np.savez(file, **made.arrays)
        done.append(TaskResult(task, made.values, made.measured, file))
    return study, settings, Results(done, (CLAIM,))


def test_the_finding_names_every_case(outcome):
    study, settings, results = outcome
    (finding,) = study.conclude(results, settings)
    assert len(finding.ours) == 2 * len(SPINS) * len(REPRESENTATIONS)
    text = finding.ours_text()
    assert "pure, J = 5, raw (121 numbers)" in text
    assert "isotropic, J = 5, complete (240 numbers)" in text
    assert "variance of the target" in text
    assert "alpha = -1/3 and 1/2" in finding.truth


def test_the_figure(outcome):
    _, _, results = outcome
    for drawing in outlook_figures(results).values():
        assert len(drawing.draw().axes) == 3


def test_tasks_of_every_scale():
    for scale in ("smoke", "standard", "paper"):
        settings = OutlookSettings(**outlook_sizes(scale))
        tasks = list(outlook_tasks(settings, (1, 2)))
        per_seed = min(2, settings.outlook_seeds)
        assert len({task.key for task in tasks}) == len(tasks) == 6 * per_seed + 1
        assert all(task.claims == (CLAIM,) for task in tasks)
