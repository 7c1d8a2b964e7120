"""Measures recorded while something trains: by name, per stage, compressed or not, as a table."""

import csv

import numpy as np
import pytest

from qent_core.api import LabelsInvalidError, ParameterInvalidError, StateBatch, label_states
from qent_core.tracking import StatePreparing, Track, Tracker, TrainingStep, prepared_by


def _kets(parties, count=6, seed=0):
    rng = np.random.default_rng(seed)
    kets = rng.normal(size=(count, 2**parties)) + 1j * rng.normal(size=(count, 2**parties))
    kets[0] = np.eye(2**parties)[0]  # a product state among them
    kets[1] = np.eye(2**parties)[-1]  # whose first rows vanish
    return StateBatch(kets / np.linalg.norm(kets, axis=1, keepdims=True), (2,) * parties)


# Every measure of a cut that is installed: compression must not change any.
CUT_MEASURES = [
    "entanglement-entropy",
    "negativity",
    "logarithmic-negativity",
    "normalized-negativity",
]


@pytest.mark.parametrize("parties", [2, 3, 5])
@pytest.mark.parametrize("measure", CUT_MEASURES)
def test_one_party_marginals_are_what_the_labeler_says(measure, parties):
    batch = _kets(parties)
    letters = "ABCDE"[:parties]
    questions = [f"{a}|{letters.replace(a, '')}" for a in letters]
    tracker = Tracker([measure])
    tracker.record(0, {"trained": batch})
    whole = label_states(batch, [measure], questions=questions)
    for name in whole.names:
        column = tracker.track.column(f"trained {name} mean")
        assert column == pytest.approx(whole.values(name).mean(), abs=1e-12)
        spread = tracker.track.column(f"trained {name} spread")
        assert spread == pytest.approx(whole.values(name).std(), abs=1e-12)
    assert len(tracker.track.names) == 2 + 2 * len(whole.names)


def test_chosen_and_all_cuts():
    batch = _kets(4)
    some = Tracker(["negativity"], questions=["CD|AB"])
    some.record(0, {"trained": batch})
    assert some.track.names[2] == "trained negativity[AB|CD] mean"
    every = Tracker(["negativity"], questions="all")
    every.record(0, {"trained": batch})
    assert len(every.track.names) == 2 + 2 * 7


def test_defaults_by_kind_of_party():
    qubits, qutrits = Tracker(), Tracker()
    qubits.record(0, {"trained": _kets(2)})
    qutrits.record(0, {"trained": StateBatch(np.eye(9)[:2], (3, 3))})
    assert "trained meyer-wallach mean" in qubits.track.names
    assert qutrits.track.names[2] == "trained entanglement-entropy[A|B] mean"


def test_mixed_states_and_samples():
    rho = StateBatch(np.eye(4)[None] / 4, (2, 2))
    tracker = Tracker(["negativity"], samples=[0])
    tracker.record(3, {"noisy": rho}, parameters=[0.5], loss=0.1)
    row = dict(zip(tracker.track.names, tracker.track.values[0], strict=True))
    assert row["step"] == 3
    assert row["loss"] == 0.1
    assert row["parameter[0]"] == 0.5
    assert row["noisy negativity[A|B] sample[0]"] == 0


def test_a_stage_that_does_not_move_is_measured_once():
    batch, tracker = _kets(2), Tracker(["negativity"])
    tracker.record(0, {"encoded": batch})
    tracker._labelers = []  # nothing could be measured any more
    tracker.record(1, {"encoded": batch})
    column = tracker.track.column("encoded negativity[A|B] mean")
    assert column[0] == column[1]


def test_a_torch_module_is_followed():
    torch = pytest.importorskip("torch")
    angle = torch.nn.Parameter(torch.tensor(0.3, dtype=torch.float64))

    def kets(X, weights):
        half = torch.as_tensor(weights[0]) * torch.as_tensor(X)
        zero = torch.zeros_like(half)
        return torch.stack([torch.cos(half), zero, zero, torch.sin(half)], dim=1)

    model = prepared_by(kets, (2, 2))
    assert isinstance(model, StatePreparing)
    X = np.array([0.5, 1.0])
    tracker = Tracker(["concurrence"], every=2)
    follow = tracker.following(X)
    optimizer = torch.optim.SGD([angle], lr=0.1)
    for step in range(5):
        loss = (kets(X, [angle])[:, 0] ** 2).mean()
        values = np.array([float(angle.detach())])
        follow(TrainingStep(step, values, float(loss.detach()), model, model.preparations(X)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    track = tracker.track
    assert track.column("step").tolist() == [0, 2, 4]
    assert track.column("trained concurrence[A|B] mean")[0] == pytest.approx(np.sin(0.6 * X).mean())
    assert (np.diff(track.column("loss")) < 0).all()


def test_other_parameters_can_be_put_into_the_circuit():
    model = prepared_by(lambda X, w: np.array([[np.cos(w[0]), 0, 0, np.sin(w[0])]]), (2, 2))
    data = model.preparations(None)
    tracker = Tracker(["concurrence"])
    follow = tracker.following(parameters=lambda step: step.memory["moment"])
    follow(TrainingStep(1, np.zeros(1), 0.5, model, data, {"moment": np.array([np.pi / 4])}))
    assert tracker.track.column("trained concurrence[A|B] mean") == pytest.approx(1.0)


@pytest.mark.parametrize("ending", [".csv", ".zarr"])
def test_the_table_comes_back(ending, tmp_path):
    if ending == ".zarr":
        pytest.importorskip("zarr")
    tracker = Tracker()
    for step in range(3):
        tracker.record(step, {"trained": _kets(3, seed=step)}, parameters=[0.1, step], loss=1 / 3)
    path = tmp_path / f"track{ending}"
    tracker.track.save(path)
    again = Track.load(path)
    assert again.names == tracker.track.names
    assert np.array_equal(again.values, tracker.track.values)
    if ending == ".csv":
        with path.open(newline="") as file:
            assert next(csv.reader(file)) == list(again.names)


def test_a_figure_has_three_views():
    pytest.importorskip("matplotlib")
    tracker = Tracker(["negativity"])
    for step in range(3):
        tracker.record(step, {"trained": _kets(2, seed=step)}, loss=1.0 - step)
    figure = tracker.track.figure("trained negativity[A|B] mean")
    labels = [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes]
    assert labels[2] == ("step", "loss")
    assert labels[1][0] == "loss"


def test_refusals(tmp_path):
    tracker = Tracker(["ppt"])
    with pytest.raises(LabelsInvalidError, match="verdicts"):
        tracker.record(0, {"trained": _kets(2)})
    with pytest.raises(ParameterInvalidError, match="at least 1"):
        Tracker(every=0)
    empty = Tracker()
    with pytest.raises(ParameterInvalidError, match=r"\.csv"):
        empty.track.save(tmp_path / "track.xlsx")
    with pytest.raises(LabelsInvalidError, match="no column"):
        empty.track.column("x")
    model = prepared_by(lambda X, w: np.eye(4)[:1], (2, 2))
    follow = Tracker(stages=["encoded"]).following()
    with pytest.raises(ParameterInvalidError, match="'encoded'"):
        follow(TrainingStep(0, np.zeros(1), 0.0, model, model.preparations(None)))
