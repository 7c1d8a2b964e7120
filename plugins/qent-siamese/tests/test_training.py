"""The training engine: selection, checkpoints, streaming, failures, progress."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from qent_siamese.models.siamese import SiameseClassifier
from qent_siamese.training import loop
from qent_siamese.training.batches import ResidentRows, StreamedRows
from qent_siamese.training.checkpoint import Checkpoint
from qent_siamese.training.failures import TrainingDivergedError

from qent_core.api import ModelFileError, RunFailedError
from qent_core.progress import listening

SMALL: dict[str, Any] = {
    "conv_layers": 2,
    "dense_layers": 1,
    "width": 8,
    "epochs": 4,
    "batch_size": 16,
    "regularise_from": 1,
    "random_state": 0,
}


def small(**changes: Any) -> SiameseClassifier:
    return SiameseClassifier(**{**SMALL, **changes})


def weights(model: Any) -> dict[str, Any]:
    return {name: tensor.numpy() for name, tensor in model.network_.state_dict().items()}


def assert_same(first: Any, second: Any) -> None:
    one, other = weights(first), weights(second)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("killed_after", [1, 3])
def test_a_killed_training_ends_with_the_same_bits(
    problem: Any, tmp_path: Path, monkeypatch: Any, dtype: str, killed_after: int
) -> None:
    whole = small(dtype=dtype).fit(*problem)
    write = Checkpoint.write

    def killing(self: Checkpoint, *arguments: Any) -> None:
        write(self, *arguments)
        if arguments[2].epochs == killed_after:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "write", killing)
    with pytest.raises(KeyboardInterrupt):
        small(dtype=dtype, checkpoint=str(tmp_path / "kept")).fit(*problem)
    monkeypatch.setattr(Checkpoint, "write", write)
    resumed = small(dtype=dtype, checkpoint=str(tmp_path / "kept")).fit(*problem)
    assert_same(whole, resumed)
    assert [row["loss"] for row in whole.history_] == [row["loss"] for row in resumed.history_]
    assert whole.best_epoch_ == resumed.best_epoch_


def test_a_finished_training_is_not_repeated(problem: Any, tmp_path: Path) -> None:
    first = small(checkpoint=str(tmp_path)).fit(*problem)
    again = small(checkpoint=str(tmp_path)).fit(*problem)
    assert_same(first, again)
    longer = small(checkpoint=str(tmp_path), epochs=5).fit(*problem)
    assert len(longer.history_) == 5
    assert longer.history_[:4] == first.history_


@pytest.mark.parametrize(
    ("change", "said"), [({"learning_rate": 0.1}, "learning_rate"), ({"random_state": 1}, "seed")]
)
def test_a_checkpoint_of_another_training_is_refused(
    problem: Any, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    small(checkpoint=str(tmp_path)).fit(*problem)
    with pytest.raises(ValueError, match=f"these differ: .*{said}"):
        small(checkpoint=str(tmp_path), **change).fit(*problem)
    with pytest.raises(ValueError, match="these differ: rows"):
        small(checkpoint=str(tmp_path), validation_fraction=0.1).fit(problem[0], 1 - problem[1])


def test_a_damaged_checkpoint_is_refused(problem: Any, tmp_path: Path) -> None:
    small(checkpoint=str(tmp_path)).fit(*problem)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ModelFileError, match="checkpoint cannot be read"):
        small(checkpoint=str(tmp_path)).fit(*problem)


@pytest.mark.parametrize("rule", ["accuracy", "loss", "last"])
def test_selection_keeps_the_epoch_the_rule_prefers(problem: Any, problems: Any, rule: str) -> None:
    sets = {"one": problems(5, 40), "other": problems(6, 40)}
    model = small(select=rule, epochs=6, learning_rate=0.01).fit(*problem, validation=sets)
    measured = [row["validation"] for row in model.history_]

    def loss(row: Any) -> float:
        return sum(row[name]["loss"] for name in sets)

    if rule == "accuracy":
        worth = [(np.mean([row[n]["accuracy"] for n in sets]), -loss(row)) for row in measured]
    elif rule == "loss":
        worth = [-loss(row) for row in measured]
    else:
        worth = list(range(6))
    assert worth[model.best_epoch_] == max(worth)
    kept = measured[model.best_epoch_]
    for name, (states, verdicts) in sets.items():
        assert model.score(states, verdicts) == pytest.approx(kept[name]["accuracy"])
    if rule != "last":
        assert "'one', 'other'" in model.selected_by_


def test_of_equal_accuracies_the_least_loss_is_kept(problem: Any) -> None:
    states, verdicts = problem
    few = {"few": (states[:4], verdicts[:4])}
    model = small(epochs=12, learning_rate=0.01).fit(states, verdicts, validation=few)
    rows = [row["validation"]["few"] for row in model.history_]
    best = max(row["accuracy"] for row in rows)
    tied = [number for number, row in enumerate(rows) if row["accuracy"] == best]
    assert len(tied) > 1
    assert model.best_epoch_ == min(tied, key=lambda number: rows[number]["loss"])


def test_early_stopping_counts_epochs_without_more_accuracy(problem: Any) -> None:
    model = small(epochs=50, patience=2, learning_rate=1e-9, regularise_from=60).fit(*problem)
    accuracies = {row["validation"]["held out"]["accuracy"] for row in model.history_}
    assert len(accuracies) == 1
    assert len(model.history_) == 3


def test_a_loss_that_is_no_number_stops_and_keeps_good_weights(
    problem: Any, monkeypatch: Any
) -> None:
    states, verdicts = problem
    good = small(epochs=2, select="last", validation_fraction=0.0).fit(states, verdicts)
    step = loop.Training._look
    seen = []

    def spoiled(self: Any, epoch: int, losses: Any, before: Any) -> None:
        seen.append(epoch)
        if epoch == 2 and len(seen) == 2 * 4 + 3:
            losses[2] = float("nan")
        step(self, epoch, losses, before)

    monkeypatch.setattr(loop.Training, "_look", spoiled)
    model = small(select="last", validation_fraction=0.0)
    with pytest.raises(TrainingDivergedError, match="epoch 2, batch 2") as caught:
        model.fit(states, verdicts)
    assert "those of epoch 1" in str(caught.value)
    assert_same(good, model)
    assert np.isfinite(model.predict_proba(states)).all()


def test_an_enormous_learning_rate_diverges_with_advice(problem: Any) -> None:
    with pytest.raises(TrainingDivergedError, match="smaller learning_rate"):
        small(learning_rate=1e30).fit(*problem)


@pytest.mark.parametrize(
    "failure",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_out_of_memory_proposes_a_smaller_batch(
    problem: Any, monkeypatch: Any, failure: Exception
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr("qent_siamese.symmetry.objective.rotated", full)
    with pytest.raises(RunFailedError, match="set batch_size=8"):
        small(regularise_from=0).fit(*problem)


def test_other_errors_are_not_taken_for_memory(problem: Any, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr("qent_siamese.symmetry.objective.rotated", broken)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        small(regularise_from=0).fit(*problem)


def test_a_stream_gives_every_row_once_and_the_same_each_time() -> None:
    inputs = torch.arange(50.0)[:, None]
    targets = torch.arange(50, dtype=torch.int8)[:, None]
    bounds = [0, 7, 20, 41, 50]
    parts = [slice(a, b) for a, b in itertools.pairwise(bounds)]
    rows = StreamedRows(
        [lambda part=part: (inputs[part], targets[part]) for part in parts],
        [part.stop - part.start for part in parts],
        torch.device("cpu"),
    )
    assert rows.size == 50
    epochs = [
        torch.cat([x for x, _ in rows.batches(epoch, 8, seed=3)]).flatten() for epoch in (0, 0, 1)
    ]
    assert torch.equal(epochs[0].sort().values, inputs.flatten())
    assert torch.equal(epochs[0], epochs[1])
    assert not torch.equal(epochs[0], epochs[2])
    sizes = [len(x) for x, _ in rows.batches(0, 8, seed=3)]
    assert sizes == [8] * 6 + [2]
    for x, y in rows.batches(2, 8, seed=3):
        assert torch.equal(x.to(torch.int8), y)


def test_resident_rows_give_every_row_once() -> None:
    rows = ResidentRows(torch.arange(9.0)[:, None], torch.zeros(9, 1), torch.device("cpu"))
    found = torch.cat([x for x, _ in rows.batches(0, 4, seed=1)]).flatten()
    assert sorted(found.tolist()) == list(range(9))


def test_progress_is_told(problem: Any) -> None:
    class Listener:
        def __init__(self) -> None:
            self.total, self.done, self.details = 0.0, 0.0, []

        def start(self, description: str, total: float) -> int:
            self.total = total
            return 1

        def advance(self, task: int, amount: float, detail: str) -> None:
            self.done += amount
            self.details.append(detail)

        def finish(self, task: int) -> None:
            pass

    listener = Listener()
    with listening(listener):
        small(validation_fraction=0.0).fit(*problem)
    assert listener.total == listener.done == 4 * 64
    assert listener.details[-1].startswith("epoch 4 of 4: loss 0.")
    assert "accuracy 0." in listener.details[-1]


def test_time_spent_on_data_is_measured(problem: Any) -> None:
    model = small().fit(*problem)
    assert 0 < model.loading_share_ < 1
    assert all(row["seconds"] > 0 for row in model.history_)


def test_saved_and_loaded(problem: Any, tmp_path: Path) -> None:
    states, verdicts = problem
    model = small(questions=("C|AB", "A|BC", "B|AC")).fit(states, verdicts)
    model.save(tmp_path)
    again = SiameseClassifier.load(tmp_path)
    np.testing.assert_array_equal(again.predict_proba(states), model.predict_proba(states))
    assert again.history_ == model.history_
    assert again.questions_ == model.questions_ == ("C|AB", "A|BC", "B|AC")
    assert again.selected_by_ == model.selected_by_
    with pytest.raises(ModelFileError, match="existing, empty folder"):
        model.save(tmp_path)
    file = tmp_path / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFileError, match="changed after it was written"):
        SiameseClassifier.load(tmp_path)
