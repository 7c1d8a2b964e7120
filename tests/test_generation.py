"""Generation: bits depend on the seed and the spec alone, and components are held to their word."""

import numpy as np
import pytest

from qent_core.api import Experiment, StateBatch, StateFamily
from qent_core.composition import compose
from qent_core.errors import CompositionInvalidError, RunFailedError, StateInvalidError
from qent_core.generation import Pipeline, Shard, generate

LOCAL = '''
import numpy as np
from qent_core.api import StateBatch, StateFamily

class Local(StateFamily):
    """Random real kets of two qubits."""
    def sample(self, count, rng):
        kets = rng.normal(size=(count, 4))
        return StateBatch(kets / np.linalg.norm(kets, axis=1)[:, None], (2, 2))
'''


def _pipeline(spec, registry, **changes):
    return compose(Experiment(**{**spec, **changes}), registry).pipeline


def test_shards_cover_all_states_once(spec, registry):
    shards = list(_pipeline(spec, registry).shards())
    assert [(s.start, s.stop) for s in shards] == [
        (0, 64), (64, 128), (128, 192), (192, 256), (256, 300),
    ]  # fmt: skip


def test_a_shard_is_the_same_whatever_was_made_before(spec, registry):
    pipeline = _pipeline(spec, registry)
    states, labels = generate(pipeline)
    alone, alone_labels = pipeline.make(Shard(0, 3, 192, 256))
    assert np.array_equal(states.array[192:256], alone.array)
    assert np.array_equal(labels.values("overlap")[192:256], alone_labels.values("overlap"))


def test_another_component_beside_it_changes_nothing(spec, registry):
    alone, _ = generate(_pipeline(spec, registry))
    doubled = {**spec, "states": [{"use": "noisy-bell", "count": 300}] * 2}
    both, _ = generate(_pipeline(doubled, registry))
    assert np.array_equal(both.array[:300], alone.array)
    assert not np.array_equal(both.array[300:], alone.array)


def test_another_seed_gives_other_states(spec, registry):
    first, _ = generate(_pipeline(spec, registry))
    other, _ = generate(_pipeline(spec, registry, run={"seed": 6, "shard_size": 64}))
    assert not np.array_equal(first.array, other.array)


def test_values_written_out_are_cut_to_the_shards(spec, registry):
    wanted = np.linspace(0, 1, 150)
    states = [{"use": "noisy-bell", "count": 150, "visibility": {"values": wanted.tolist()}}]
    made, _ = generate(_pipeline(spec, registry, states=states))
    assert np.array_equal(made.parameters["visibility"], wanted)


def test_worker_processes_give_the_same_bits(tmp_path):
    (tmp_path / "own.py").write_text(LOCAL)
    experiment = Experiment(
        run={"name": "w", "seed": 1, "shard_size": 50},
        plugins={"local": ["own.py"], "only": []},
        states={"use": "local", "count": 170},
    )
    one = experiment.execute(tmp_path / "one", base=tmp_path)
    two = experiment.execute(tmp_path / "two", base=tmp_path, workers=2)
    assert np.array_equal(one.states.array, two.states.array)


class _Wrong(StateFamily):
    how: str

    def sample(self, count, rng):
        if self.how == "count":
            return StateBatch(np.ones((count + 1, 4)) / 2, (2, 2))
        if self.how == "type":
            return np.ones((count, 4)) / 2
        if self.how == "norm":
            return StateBatch(np.ones((count, 4)), (2, 2))
        raise RuntimeError("no luck")


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("count", RunFailedError, "when asked for 5 states"),
        ("type", RunFailedError, "a ndarray"),
        ("norm", StateInvalidError, "norm 2, not 1"),
        ("raise", RunFailedError, "RuntimeError: no luck"),
    ],
)
def test_a_family_that_breaks_its_word_is_named(registry, how, error, message):
    registry.register(_Wrong, name="wrong")
    pipeline = _pipeline({"states": {"use": "wrong", "count": 5, "how": how}}, registry)
    with pytest.raises(error, match=message) as caught:
        generate(pipeline)
    assert "wrong" in str(caught.value)


def test_families_of_different_dims_are_refused_before_the_work(spec, registry):
    class Qutrits(StateFamily):
        def sample(self, count, rng):
            return StateBatch(np.full((count, 9), 1 / 3), (3, 3))

    registry.register(Qutrits, name="qutrits")
    states = [*spec["states"], {"use": "qutrits", "count": 5}]
    pipeline = _pipeline({"states": states}, registry)
    with pytest.raises(CompositionInvalidError, match=r"dims \(2, 2\), 'qutrits'"):
        pipeline.preview()


def test_an_empty_pipeline_has_no_states():
    assert Pipeline(0, 10, ()).count == 0
