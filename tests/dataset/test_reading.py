"""Reading: lazily, in any order, within a memory limit, as filtered views."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from qent_core.dataset import Dataset, local_storage
from qent_core.dataset.rows import memory_size
from qent_core.errors import CompositionInvalidError, DatasetError, LabelsInvalidError
from qent_core.evaluation import split_rows
from qent_core.states import StateBatch


@pytest.fixture
def everything(data):
    return data.states()


@pytest.mark.parametrize(
    "index",
    [
        slice(None),
        slice(10, 20),
        slice(35, 95),  # over shard borders
        slice(240, 260),  # over the border of the sections
        slice(300, 2, -7),
        slice(5, 5 + 1),
        [3, 379, 100, 100, 0],
        [-1, -380],
        np.array([379, 0]),
        np.arange(380) % 3 == 0,
    ],
)
def test_any_index_gives_what_an_array_gives(data, everything, index):
    batch = data[index]
    assert np.array_equal(batch.array, everything.array[index])
    assert batch.source.tolist() == everything.source[index].tolist()
    seen = batch.parameters.get("visibility", np.full(len(batch), np.nan))
    assert np.array_equal(seen, everything.parameters["visibility"][index], equal_nan=True)
    labels = data.labels(index)
    assert np.array_equal(labels.values("purity"), data.columns["purity"][index])
    column, whole = labels.column("transposed[A|B]"), data.labels().column("transposed[A|B]")
    assert np.array_equal(column.criteria, whole.criteria[index])
    assert np.array_equal(column.certificates.present, whole.certificates.present[index])


def test_shards_read_together_are_those_read_one_by_one(data, everything):
    for section in data.by_section():
        together = section.states()
        apart = [section[i] for i in range(len(section))]
        assert together.kind == apart[0].kind
        assert together.dtype == apart[0].dtype
        assert np.array_equal(together.array, np.concatenate([one.array for one in apart]))
        for name, values in together.parameters.items():
            assert values.tolist() == [one.parameters[name][0] for one in apart]
    densities = np.concatenate([data[i].density() for i in range(len(data))])
    assert np.array_equal(everything.density(), densities)


def test_an_integer_gives_a_batch_of_one(data, everything):
    assert isinstance(data[7], StateBatch)
    assert np.array_equal(data[-1].array, everything.array[-1:])


@pytest.mark.parametrize("index", [380, -381, [0, 380], [0.5], np.ones(3, bool), (1, 2)])
def test_an_index_outside_is_refused(data, index):
    with pytest.raises(IndexError):
        data[index]


def test_nothing_asked_for_is_an_error(data):
    with pytest.raises(DatasetError, match="no state"):
        data[5:5]


def test_opening_reads_no_states(data, monkeypatch):
    read = []
    original = local_storage.LocalStorage.read
    monkeypatch.setattr(
        local_storage.LocalStorage,
        "read",
        lambda self, name: read.append(name) or original(self, name),
    )
    opened = Dataset.open(data.path)
    assert len(opened) == 380
    assert list(opened.columns)
    assert list(opened.parameters)
    assert read == ["zarr.json"]
    view = opened.take(slice(0, 100))
    train, _ = view.split(0.5)
    assert len(train) == 50
    assert read == ["zarr.json"]
    opened[0:3]
    assert sum("states/c" in name for name in read) == 1


@pytest.mark.parametrize("memory", ["4kB", "20kB", "100 kB", "1GB"])
def test_batches_cover_everything_in_order_within_the_memory(data, everything, memory):
    batches = list(data.batches(memory))
    assert all(b.array.nbytes <= memory_size(memory) for b, _ in batches)
    assert all(len(b) == len(labels) for b, labels in batches)
    joined = np.concatenate([b.array for b, _ in batches])
    assert np.array_equal(joined, everything.array)
    purity = np.concatenate([labels.values("purity") for _, labels in batches])
    assert np.array_equal(purity, data.columns["purity"])


def test_each_shard_is_read_once_if_the_memory_allows(data, monkeypatch):
    read = []
    original = local_storage.LocalStorage.read
    monkeypatch.setattr(
        local_storage.LocalStorage,
        "read",
        lambda self, name: read.append(name) or original(self, name),
    )
    list(data.batches("60kB"))
    states = [name for name in read if "/states/c/" in name]
    assert len(states) == len(set(states)) == 11


def test_batches_of_a_shuffled_selection_keep_its_order(data, everything):
    rows = np.random.default_rng(1).permutation(380)
    joined = np.concatenate([b.array for b, _ in data.take(rows).batches("30kB")])
    assert np.array_equal(joined, everything.array[rows])


def test_selections_of_selections(data, everything):
    view = data.take(slice(100, 300)).take([5, 3, 150])
    assert view.rows.tolist() == [105, 103, 250]
    assert np.array_equal(view.states().array, everything.array[[105, 103, 250]])
    assert data.take(slice(250, 260)).kind == "density"
    assert data.take(slice(0, 250)).kind == "kets"


def test_where(data):
    verdicts = data.columns["transposed[A|B]"]
    entangled = data.where(question="A|B", verdict="entangled")
    assert np.array_equal(entangled.rows, np.flatnonzero(verdicts == 1))
    noisy = data.where(source="noisy-bell", between={"visibility": (0.2, 0.5)})
    visibility = noisy.parameters["visibility"]
    assert visibility.min() >= 0.2
    assert visibility.max() <= 0.5
    both = noisy.where(question="A|B", verdict=1)
    assert (both.parameters["visibility"] > 1 / 3 - 1e-5).all()
    pure = data.where(between={"purity": (1 - 1e-9, 1 + 1e-9)})
    assert set(pure.sources) == {"kets"}
    assert len(data.where(source=["kets", "noisy-bell"])) == len(data)


@pytest.mark.parametrize(
    ("wish", "error", "message"),
    [
        ({"between": {"purity": (2, 3)}}, DatasetError, r"none of the 380 states.*purity in"),
        ({"question": "A|B"}, DatasetError, "needs a verdict"),
        ({"question": "A|B", "verdict": "maybe"}, DatasetError, "'maybe' is no verdict"),
        ({"source": "noisybell"}, DatasetError, "did you mean 'noisy-bell'"),
        ({"between": {"visibilty": (0, 1)}}, DatasetError, "did you mean 'visibility'"),
    ],
)
def test_filters_that_make_no_sense(data, wish, error, message):
    with pytest.raises(error, match=message):
        data.where(**wish)


def test_a_question_without_labels(make, experiment, tmp_path):
    from qent_core.experiment import use

    only = experiment.model_copy(update={"labels": (use("purity"),)})
    data = make(tmp_path / "x.zarr", only)
    with pytest.raises(LabelsInvalidError, match=r"no label column answers 'A\|B'"):
        data.where(question="A|B", verdict="entangled")


def test_split_by_the_rule_of_a_run(data):
    expected = split_rows(np.ones(380, dtype=bool), 0.2, 11)
    train, test = data.split(0.2, seed=11)
    assert np.array_equal(train.rows, expected.train)
    assert np.array_equal(test.rows, expected.test)
    decided = data.columns["transposed[A|B]"] != -1
    train, test = data.split(0.3, seed=4, target="transposed[A|B]")
    expected = split_rows(decided, 0.3, 4)
    assert np.array_equal(test.rows, expected.test)
    with pytest.raises(CompositionInvalidError, match="cannot be split"):
        data.take([0]).split()


def test_scikit_learn_slices_it(data):
    train, test = train_test_split(data, test_size=0.25, random_state=0)
    assert isinstance(train, StateBatch)
    assert len(train) == 285
    assert len(test) == 95


def test_columns_parameters_and_known_are_lazy_mappings(data):
    assert list(data.columns) == ["purity", "transposed[A|B]"]
    assert list(data.parameters) == ["visibility"]
    assert list(data.known) == ["A|B"]
    assert np.isnan(data.parameters["visibility"][:250]).all()
    assert (data.known["A|B"][:250] == -1).all()
    assert np.array_equal(data.known["A|B"][250:] == 1, data.parameters["visibility"][250:] > 1 / 3)
    with pytest.raises(KeyError):
        data.columns["nothing"]
    with pytest.raises(LabelsInvalidError, match="no label column 'nothing'"):
        data.labels(columns=["nothing"])


@pytest.mark.parametrize(
    ("text", "size"),
    [("512MB", 512_000_000), ("1 GiB", 2**30), ("10k", 10_000), (2048, 2048), ("7", 7)],
)
def test_memory_sizes(text, size):
    assert memory_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-5MB", "1 XB", 0])
def test_no_memory_sizes(text):
    with pytest.raises(DatasetError, match="no amount of memory"):
        memory_size(text)
