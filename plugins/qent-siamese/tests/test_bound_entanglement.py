"""The benchmark: certificates, matched pairs, scores, and what is held out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from qent_siamese.study.bound_entanglement import benchmark, work
from qent_siamese.study.bound_entanglement.families import FAMILIES, family_states, rank_of
from qent_siamese.study.bound_entanglement.matching import matched, purity
from qent_siamese.study.bound_entanglement.separable import product_mixtures
from qent_siamese.study.bound_entanglement.settings import Settings, settings_of
from qent_siamese.study.bound_entanglement.study import BoundEntanglement, _reaches_chance
from qent_siamese.study.proven import certified_verdicts
from qent_siamese.study.qubits import permuted
from qent_siamese.study.scores import area_under_curve, balanced_accuracy
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from qent_core.api import StateBatch, label_states
from qent_core.linalg import partial_transpose
from qent_studies import Quantity, run_study

TINY = settings_of("smoke").model_copy(
    update={
        "test_states": 16,
        "training_states": 16,
        "noisy_states": 4,
        "general_fraction": 0.0002,
        "autoencoder_fraction": 0.0002,
        "autoencoder_epochs": 1,
        "proofs": {"low-rank": 0, "witness": 60},
    }
)


def sizes(settings: Settings = TINY) -> dict:
    return settings.model_dump(mode="json", exclude={"systems", "models", "epochs"})


def test_every_claim_has_a_conclusion():
    study = BoundEntanglement()
    ids = [claim.id for claim in study.claims]
    assert set(study._conclusions()) == set(ids)
    tasks = study.tasks(study.settings("smoke"), (1,))
    assert {claim for task in tasks for claim in task.claims} == set(ids)
    held = {(t.parameters["system"], t.parameters.get("held_out")) for t in tasks}
    assert all((system, name) in held for system in FAMILIES for name in FAMILIES[system])


def test_only_the_models_that_are_wanted_are_asked(tmp_path):
    settings = TINY.model_copy(update={"models": ("boosting", "siamese-ensemble")})
    tasks = BoundEntanglement().tasks(settings, (1,))
    asked = {(t.parameters["system"], t.parameters.get("model")) for t in tasks}
    assert asked == {
        ("2x4", None),
        ("2x4", "boosting"),
        ("2x4", "siamese-ensemble"),
        ("3x3", None),
        ("3x3", "boosting"),
    }
    # A claim about models that were not asked is neither right nor wrong.
    run = run_study(
        "bound-entanglement",
        tmp_path,
        scale="smoke",
        only=["BE-04", "BE-05"],
        settings={
            **TINY.model_dump(),
            "systems": ["2x4"],
            "models": ["boosting"],
            "epochs": 20,
            "test_states": 16,
        },
    )
    verdicts = {f.claim: (f.outcome.value, f.reason) for f in run.findings}
    assert verdicts["BE-04"] == (
        "not tested",
        "none of the models that were asked (boosting) is meant",
    )
    assert "areas under the curve" in verdicts["BE-05"][1]


def test_scores_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    truth = rng.random(300) < 0.4
    scores = np.round(rng.normal(size=300) + truth, 1)  # with ties
    found = area_under_curve(scores, truth)
    assert found["value"] == pytest.approx(100 * roc_auc_score(truth, scores))
    assert found["low"] < found["value"] < found["high"]
    answers = scores > 0.5
    found = balanced_accuracy(answers, truth)
    assert found["value"] == pytest.approx(100 * balanced_accuracy_score(truth, answers))


def test_the_interval_of_the_area_covers_it():
    rng = np.random.default_rng(1)
    truth = np.arange(120) < 60
    exact, hits = 76.02, 0  # Phi(1/sqrt(2)) for two unit normals one apart
    for _ in range(300):
        found = area_under_curve(rng.normal(size=120) + truth, truth)
        hits += found["low"] <= exact <= found["high"]
    assert 0.9 < hits / 300 < 0.985


@pytest.mark.parametrize(("dims", "terms"), [((2, 4), 5), ((3, 3), 4), ((3, 3), 7)])
def test_separable_candidates(dims, terms):
    batch = product_mixtures(dims, terms, 40, np.random.default_rng(2))
    assert (rank_of(batch) == terms).all()
    least = np.linalg.eigvalsh(partial_transpose(batch.density(), dims, [1]))[:, 0]
    assert least.min() > -1e-14
    assert (certified_verdicts(batch, "A|B", {}) == 0).all()
    # Equal weights on orthonormal products: the flat spectrum of an unextendible product basis.
    assert purity(batch.density()).min() == pytest.approx(1 / terms)
    noisy = product_mixtures(dims, terms, 9, np.random.default_rng(2), noise=(0.01, 0.1))
    assert (rank_of(noisy) == dims[0] * dims[1]).all()
    assert (certified_verdicts(noisy, "A|B", {}) == 0).all()


def test_pairs_are_close_and_of_equal_rank():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(300, 2))
    strata = rng.integers(4, 6, 20), rng.integers(4, 6, 300)
    rows, partners = matched(x, y, *strata, caliper=0.4)
    assert len(rows) > 5
    assert len(set(partners)) == len(partners)
    assert (strata[0][rows] == strata[1][partners]).all()
    assert (np.abs(x[rows] - y[partners]) / x.std(axis=0)).max() <= 0.4


def test_verdicts_need_certificates():
    found = family_states("3x3", "Horodecki", 6, 1, "test", {})
    assert found.entangled.all()
    assert found.unknown == 0
    assert not found.states.known
    labels = label_states(found.states, ["ppt", "realignment"])
    assert (labels.values("ppt[A|B]") == -1).all()
    assert (labels.values("realignment[A|B]") == 1).all()


def test_permuted_states_take_their_verdicts_along():
    rng = np.random.default_rng(4)
    state = product_mixtures((2, 4), 2, 6, rng).density()
    batch = permuted(StateBatch(state, (2, 2, 2), known={"A|BC": [0] * 6}))
    labels = label_states(batch, ["negativity"])
    for cut in ("A|BC", "B|AC", "C|AB"):
        known = batch.known[cut] == 0
        assert known.sum() == 2
        assert labels.values(f"negativity[{cut}]")[known].max() < 1e-14


@pytest.fixture(scope="module")
def physical():
    return work.physical(system="3x3", seed=5, sizes=sizes()).values["families"]


def test_matching_leaves_nothing_to_trivial_scores(physical):
    for name in ("Horodecki", "extreme", "UPB"):
        found = physical[name]["matched"]
        assert physical[name]["pairs"] >= 8, name
        assert found["least eigenvalue of the state"]["auc"]["value"] == 50.0
        assert found["least eigenvalue of the partial transpose"]["auc"]["value"] == 50.0
        assert 25 < found["purity"]["auc"]["value"] < 75


def test_one_interval_of_many_may_miss_chance():
    just_beside = Quantity(value=44.9, name="purity", interval=(40.3, 49.5), n=626)
    assert not _reaches_chance(just_beside, 1)
    assert _reaches_chance(just_beside, 16)
    far = Quantity(value=30.0, name="purity", interval=(25.0, 35.0), n=626)
    assert not _reaches_chance(far, 16)


def test_ppt_is_at_chance_and_realignment_sees_horodecki(physical):
    for found in physical.values():
        for answer in ("always entangled", "always separable"):
            cell = found["matched"][answer]["balanced"]
            assert not cell or cell["value"] == 50.0
    horodecki = physical["Horodecki"]["matched"]
    assert horodecki["least eigenvalue of the partial transpose"]["balanced"]["value"] == 50.0
    assert horodecki["realignment"]["balanced"]["value"] == 100.0


def test_the_held_out_family_is_not_trained_on():
    given = benchmark.Sizes.of(sizes())
    general, labels = benchmark.training_data("3x3", [], given, 5)
    taught, more = benchmark.training_data("3x3", ["Horodecki"], given, 5)
    pairs = benchmark.training_families("3x3", given, 5)["Horodecki"].pairs
    assert len(taught) == len(general) + len(pairs)
    assert more[len(labels) :, 0].tolist() == pairs.entangled.astype(int).tolist()
    # Without families no PPT state is labelled entangled.
    ppt = label_states(StateBatch(general.array, general.dims), ["ppt"]).values("ppt[A|B]")
    assert (ppt[labels[:, 0] == 1] == 1).all()
    # Tests are drawn from other streams.
    tested = benchmark.test_families("3x3", given, 5)["Horodecki"].pairs.states.array
    apart = np.abs(tested[:, None] - pairs.states.array[None]).max(axis=(2, 3))
    assert apart.min() > 1e-6


def test_a_model_is_asked_about_the_family_it_has_not_seen():
    task = {
        "system": "3x3",
        "model": "boosting",
        "held_out": "UPB",
        "seed": 5,
        "sizes": sizes(),
        "options": {},
    }
    first, second = (work.trained(**task).values for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert list(first["families"]) == ["UPB"]
    assert 0 <= first["families"]["UPB"]["auc"]["value"] <= 100


@pytest.mark.slow
def test_the_whole_study(tmp_path):
    changes = TINY.model_dump(mode="json", include={*Settings.model_fields} - {"systems"})
    run = run_study("bound-entanglement", scale="smoke", out=tmp_path, settings=changes)
    outcomes = {finding.claim: str(finding.outcome) for finding in run.findings}
    assert list(outcomes) == [claim.id for claim in BoundEntanglement().claims]
    assert outcomes["BE-01"] == "reproduced"
