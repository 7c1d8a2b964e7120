"""The outlook: three qubits with certified labels, and the time axis."""

from importlib.resources import files

import numpy as np
import pytest
from pydantic import ValidationError
from qent_bell.death_in_time import PSI2_LATEST, W_BISEPARABLE_AFTER, psi2_alive, psi2_death
from qent_bell.slocc import CUTS, QUESTIONS
from qent_bell.study.outlook import OutlookSettings, outlook_figures, outlook_sizes, outlook_tasks
from qent_bell.study.outlook_findings import DephasingOutlook
from qent_bell.study.three_qubits_work import contradictions, decay, implied, shares
from qent_bell.study.time_axis_work import psi2_in_time
from qent_bell.three_qubit_decay import W_BISEPARABLE_FROM, ghz_negativity, w_negativity
from scipy.integrate import quad

from qent_studies import Results, Study, TaskResult
from qent_studies.work import perform

CLAIMS = ("S2-O1", "S2-O2", "S2-O3", "S2-O4")


class Alone(DephasingOutlook, Study):
    """The outlook without the rest of the study."""

    claims_file = str(files("qent_bell.study") / "outlook.toml")

    def settings(self, scale):
        return OutlookSettings(**outlook_sizes(scale))

    def tasks(self, settings, seeds):
        return list(outlook_tasks(settings, seeds))


# --- times of death ----------------------------------------------------------------------------


def test_strength_and_time_of_death_agree():
    phi = np.linspace(0, 2 * np.pi, 50)
    sine = np.abs(np.sin(phi))
    strength = 1 - (np.sqrt(1 + sine**2) - sine)
    assert 1 - np.exp(-2.5 * psi2_death(phi, 2.5)) == pytest.approx(strength, abs=1e-14)
    assert 1 - np.exp(-W_BISEPARABLE_AFTER) == pytest.approx(W_BISEPARABLE_FROM)
    assert psi2_death(np.pi / 2) == pytest.approx(PSI2_LATEST)


def test_the_share_alive_gives_the_share_over_all_strengths():
    """Averaged over p uniform, dp = exp(-t) dt, it is the study's 0.420613."""
    whole, _ = quad(lambda t: float(psi2_alive(t)) * np.exp(-t), 0, PSI2_LATEST)
    assert whole == pytest.approx(0.420613, abs=1e-6)


def test_psi2_follows_the_closed_form():
    made = psi2_in_time([0.0, 0.3, 0.8, 1.0], count=2000, seed=1)
    assert made.values["death apart"] < 1e-8
    exact = np.array(made.values["exact"])
    error = np.sqrt(exact * (1 - exact) / 2000)
    assert (np.abs(np.array(made.values["alive"]) / 2000 - exact) <= 4 * error).all()
    assert made.values["alive"][-1] == 0


# --- three qubits ------------------------------------------------------------------------------


def test_proofs_never_contradict_each_other_along_the_noise():
    made = shares("w", 5.0, [0.0, 0.2, 0.5, 0.9], count=2, seed=3)
    assert made.values["contradictions"] == 0
    assert made.values["wrong at strength 0"] == 0
    counts = made.values["certified"]
    assert counts["biseparable"]["entangled"][0] == 2
    assert counts["A|B|C"]["separable"][-1] == 2
    for question in QUESTIONS:
        assert np.sum(list(counts[question].values()), axis=0).tolist() == [2] * 4
    assert sum(made.values["positive partial transpose"].values()) <= 2 * 3 * 4


def test_other_parts_of_a_seed_are_other_states():
    first, second = (shares("product", 5.0, [0.0], 2, 3, start) for start in (0, 60))
    assert first.values["certified"] == second.values["certified"]
    again = shares("product", 5.0, [0.0], 2, 3, 0)
    assert again.arrays["verdicts"].tobytes() == first.arrays["verdicts"].tobytes()


def test_what_follows_from_other_strengths():
    found = np.array([[[1, -1], [-1, -1], [0, -1], [-1, 0]]], dtype=np.int8)
    assert implied(found)[0].tolist() == [[1, -1], [-1, -1], [0, -1], [0, 0]]
    assert contradictions(found) == 0
    assert contradictions(found[:, ::-1]) == 1


def test_decay_of_the_representatives_is_exact():
    times = [0.0, 0.5, 2.0]
    made = decay(3.0, times, count=8, seed=1)
    strength = 1 - np.exp(-np.array(times))
    assert made.arrays["ghz"] == pytest.approx(ghz_negativity(strength), abs=1e-12)
    assert made.arrays["w"] == pytest.approx(w_negativity(strength), abs=1e-12)
    for name in ("w", "ghz"):
        deaths = made.arrays[f"{name} deaths"]
        assert (deaths > 0).all()
        assert (deaths < 12).all()
    # Of a Bell pair and a qubit two cuts are entangled, the third never was.
    assert ((made.arrays["biseparable deaths"] > 0).sum(axis=1) == 2).all()


# --- the part as a whole -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    study = Alone()
    small = {
        "outlook_kets": 2,
        "outlook_strengths": (0.0, 0.2, 0.5),
        "outlook_learnt": 40,
        "outlook_curves": 10,
    }
    settings = OutlookSettings(**{**outlook_sizes("smoke"), **small})
    done = []
    for task in study.tasks(settings, (1,)):
        made = perform(task)
        file = tmp_path_factory.mktemp("task") / "arrays.npz"
        np.savez(file, **made.arrays)
        done.append(TaskResult(task, made.values, made.measured, file))
    return study, settings, Results(done, CLAIMS)


def test_every_claim_of_the_outlook_has_a_finding(outcome):
    study, settings, results = outcome
    findings = {finding.claim: finding for finding in study.conclude(results, settings)}
    assert tuple(findings) == CLAIMS
    assert str(findings["S2-O4"].outcome) == "reproduced"
    assert "0 contradictions" in findings["S2-O1"].reason
    assert "arsinh|sin phi|" in findings["S2-O4"].reason
    shown = findings["S2-O1"].ours_text()
    assert "w, p = 0.2, genuinely entangled" in shown
    assert "unknown" in shown


def test_networks_are_scored_on_proven_labels(outcome):
    values = outcome[2]["outlook-learnt-seed1"].values
    for key, score in values.items():
        whole = 10 if any(question in key for question in QUESTIONS[1:]) else 200
        assert score["decided"] + score["unknown"] == whole, key
        assert 0 <= score["right"] <= score["decided"]
    ppt = values["partial transpose"]
    assert ppt["right"] == ppt["decided"]
    assert {f"dephased, all, {cut}" for cut in CUTS} <= set(values)


def test_figures_of_the_outlook(outcome):
    _, settings, results = outcome
    for drawing in outlook_figures(results, settings).values():
        assert drawing.draw().axes


@pytest.mark.parametrize("scale", ["smoke", "standard", "paper"])
def test_tasks_divide_the_states_among_the_seeds(scale):
    settings = OutlookSettings(**outlook_sizes(scale))
    tasks = list(outlook_tasks(settings, (1, 2, 3)))
    assert len({task.key for task in tasks}) == len(tasks)
    kets = [t.parameters["count"] for t in tasks if t.parameters.get("representative") == "w"]
    assert sum(kets) == settings.outlook_kets
    assert {claim for task in tasks for claim in task.claims} == set(CLAIMS)


@pytest.mark.parametrize("bad", [(0.1, 0.5), (0.0, 0.5, 0.5), (0.0, 1.5), (0.0,)])
def test_strengths_must_ascend_from_zero(bad):
    with pytest.raises(ValidationError, match="outlook_strengths"):
        OutlookSettings(**{**outlook_sizes("smoke"), "outlook_strengths": bad})
