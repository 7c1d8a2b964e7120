"""Runs: the folder, its repeatability, the refusals before the work, and prediction."""

import json

import numpy as np
import pytest

from qent_core.api import Experiment, Predictor, StateBatch
from qent_core.errors import (
    CompositionInvalidError,
    DimensionsMismatchError,
    ModelFileError,
    ParameterInvalidError,
    QentError,
    RunFailedError,
    RunFolderError,
)

CURVE = {"sweep": "visibility", "over": "visibility * (1 - white_noise.strength)"}


@pytest.fixture
def run(spec, registry, tmp_path):
    spec["evaluation"]["curves"] = [CURVE]
    return Experiment(**spec).execute(tmp_path / "run", registry=registry)


def test_a_linear_target_is_learnt_exactly(run):
    ridge = run.metrics["models"]["ridge"]
    assert ridge["r2"] == pytest.approx(1.0, abs=1e-9)
    assert run.metrics["models"]["constant answer"]["r2"] <= 0.0
    assert (run.metrics["train"], run.metrics["test"]) == (225, 75)
    assert set(run.split.train).isdisjoint(run.split.test)


def test_the_folder_holds_what_a_rerun_needs(run):
    names = {path.name for path in run.folder.iterdir()}
    assert {"experiment.toml", "manifest.json", "metrics.json", "report.html", "model"} <= names
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest["seed"] == 5
    assert manifest["libraries"]["numpy"] == np.__version__
    assert Experiment.from_file(run.folder / "experiment.toml") == run.experiment
    assert not list(run.folder.parent.glob("*.incomplete"))


def test_the_report_stands_alone(run):
    page = (run.folder / "report.html").read_text()
    assert page.count("<svg") == 3
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "R²" in page


def test_the_curve_has_the_closed_form_the_model_and_the_threshold(run):
    (curve,) = run.curves
    assert curve.closed_form
    assert curve.exact == pytest.approx((1 + 3 * curve.x) / 4)
    assert curve.predicted == pytest.approx(curve.exact, abs=1e-6)
    assert curve.threshold == pytest.approx(1 / 3)
    effective = run.states[run.split.test].parameters
    expected = effective["visibility"] * (1 - effective["white-noise.strength"])
    assert curve.test_x == pytest.approx(expected)


def test_the_same_experiment_gives_the_same_files(spec, registry, tmp_path):
    def result(name):
        folder = Experiment(**spec).execute(tmp_path / name, registry=registry).folder
        same = ("metrics.json", "predictions.npz", "labels.npz", "figures/predicted.svg")
        return [(folder / file).read_bytes() for file in same]

    assert result("one") == result("two")


def test_a_saved_model_predicts_the_same(run, registry):
    loaded = Predictor.load(run.folder, registry)
    fresh = run.states[:40]
    assert np.array_equal(loaded.predict(fresh)["overlap"], run.predict(fresh)["overlap"])


def test_states_of_other_dims_are_refused(run, registry):
    with pytest.raises(DimensionsMismatchError, match=r"trained on states of dims \(2, 2\)"):
        run.predict(StateBatch(np.eye(9)[:1], (3, 3)))


@pytest.mark.parametrize("name", ["metrics.json", "model/estimator.skops", "experiment.toml"])
def test_a_changed_folder_is_refused(run, registry, name):
    file = run.folder / name
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(RunFolderError, match="was changed after the run"):
        Predictor.load(run.folder, registry)


def test_a_model_of_untrusted_types_is_refused_even_with_matching_checksums(run, registry):
    from skops import io

    from qent_core.run_folder import write_manifest

    io.dump({"function": json.loads}, run.folder / "model" / "estimator.skops")
    manifest = json.loads((run.folder / "manifest.json").read_text())
    write_manifest(run.folder, manifest)
    with pytest.raises(ModelFileError, match=r"not trusted: json\.loads"):
        Predictor.load(run.folder, registry)


def test_no_model_means_states_and_labels(spec, registry, tmp_path):
    for table in ("features", "model", "evaluation"):
        del spec[table]
    run = Experiment(**spec).execute(tmp_path / "run", registry=registry)
    again = StateBatch.load(run.folder / "states.npz")
    assert np.array_equal(again.array, run.states.array)
    assert "overlap" in run.table()
    with pytest.raises(RunFailedError, match="no model"):
        run.predict(run.states)
    with pytest.raises(RunFolderError, match="trained no model"):
        Predictor.load(run.folder, registry)


def test_undecided_states_are_left_out_of_classification(spec, registry, tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    class Tree(DecisionTreeClassifier):
        pass

    registry.register(Tree, name="tree", kind="model", tasks=("classification",))
    spec["labels"] = [{"use": "overlap-verdict", "margin": 0.1}]
    spec["model"] = {"use": "tree", "max_depth": 3}
    metrics = Experiment(**spec).execute(tmp_path / "run", registry=registry).metrics
    assert metrics["undecided"] > 0
    assert metrics["train"] + metrics["test"] + metrics["undecided"] == 300
    assert metrics["models"]["tree"]["accuracy"] > 0.95
    assert metrics["models"]["constant answer"]["balanced_accuracy"] == pytest.approx(0.5)


def test_a_taken_folder_is_not_overwritten_unless_asked(run, spec, registry):
    experiment = Experiment(**spec)
    with pytest.raises(RunFolderError, match="something in the run folder"):
        experiment.execute(run.folder, registry=registry)
    experiment.execute(run.folder, registry=registry, overwrite=True)


def test_a_folder_that_is_no_run_is_never_replaced(spec, registry, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    with pytest.raises(RunFolderError, match="no run folder"):
        Experiment(**spec).execute(tmp_path / "mine", registry=registry, overwrite=True)
    assert (tmp_path / "mine" / "thesis.tex").exists()


def test_a_run_that_fails_is_marked_incomplete(spec, registry, tmp_path):
    from sklearn.linear_model import LinearRegression

    class Failing(LinearRegression):
        def fit(self, X, y):
            raise MemoryError("too large")

    registry.register(Failing, name="failing", kind="model")
    spec["model"] = {"use": "failing"}
    with pytest.raises(RunFailedError, match="'failing' failed: MemoryError"):
        Experiment(**spec).execute(tmp_path / "run", registry=registry)
    assert not (tmp_path / "run").exists()
    assert "too large" in (tmp_path / "run.incomplete" / "INCOMPLETE.txt").read_text()
    with pytest.raises(RunFolderError, match="did not finish"):
        Predictor.load(tmp_path / "run", registry)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"features": None}, CompositionInvalidError, ["needs features", "[model]"]),
        ({"model": None}, CompositionInvalidError, ["no model to use them", "[features]"]),
        ({"labels": []}, CompositionInvalidError, ["nothing to learn"]),
        ({"labels": [{"use": "overlap-verdict"}]}, CompositionInvalidError, ["regression"]),
        ({"model": {"use": "ridge", "alfa": 1}}, ParameterInvalidError, ["alfa", "alpha"]),
        (
            {"states": [{"use": "noisy-bell", "count": 9, "visibility": 1.5}]},
            ParameterInvalidError,
            ["visibility", "1.5", "[0, 1]"],
        ),
        ({"channels": [{"use": "wite-noise"}]}, QentError, ["did you mean 'white-noise'"]),
        ({"evaluation": {"target": "overlop"}}, CompositionInvalidError, ["overlop", "overlap"]),
        (
            {"evaluation": {"curves": [{"sweep": "alpha"}]}},
            CompositionInvalidError,
            ["no parameter 'alpha'", "visibility"],
        ),
        (
            {"evaluation": {"curves": [{"sweep": "visibility", "stop": 2.0}]}},
            CompositionInvalidError,
            ["cannot run from 0.0 to 2.0"],
        ),
        (
            {"states": [{"use": "noisy-bell", "count": 1}]},
            CompositionInvalidError,
            ["1 labelled states cannot be split"],
        ),
    ],
)
def test_what_cannot_work_is_refused(spec, registry, tmp_path, change, error, words):
    with pytest.raises(error) as caught:
        Experiment(**{**spec, **change}).execute(tmp_path / "run", registry=registry)
    for word in words:
        assert word in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_an_image_model_on_vector_features_is_refused_before_any_import(spec, registry, tmp_path):
    from qent_core.api import ModelSpec

    registry.register(
        ModelSpec(name="cnn", target="nowhere:CNN", summary="An image model", accepts="image")
    )
    spec["model"] = {"use": "cnn"}
    with pytest.raises(CompositionInvalidError, match="form 'image', 'entries' gives 'vector'"):
        Experiment(**spec).execute(tmp_path / "run", registry=registry)


def test_two_columns_need_a_choice(spec, registry, tmp_path):
    from qent_core.api import Labeler, Labels

    class Two(Labeler):
        def label(self, batch):
            zeros = np.zeros(len(batch))
            return Labels.measure("one", zeros) | Labels.measure("two", zeros + 1)

    registry.register(Two, name="two", gives="measure")
    spec["labels"] = [{"use": "two"}]
    with pytest.raises(CompositionInvalidError, match="2 label columns") as caught:
        Experiment(**spec).execute(tmp_path / "run", registry=registry)
    assert "one, two" in caught.value.do
    spec["evaluation"]["target"] = ["one", "two"]
    run = Experiment(**spec).execute(tmp_path / "run", registry=registry)
    assert set(run.predict(run.states[:2])) == {"one", "two"}


def test_local_files_never_run_when_a_folder_is_read(tmp_path, registry):
    (tmp_path / "own.py").write_text(
        "from pathlib import Path\n"
        "note = Path(__file__).with_name('ran.txt')\n"
        "note.write_text((note.read_text() if note.exists() else '') + 'x')\n"
        "import numpy as np\n"
        "from qent_core.api import Labeler, Labels, StateBatch, StateFamily\n"
        "class Own(StateFamily):\n"
        "    def sample(self, count, rng):\n"
        "        return StateBatch(np.full((count, 4), 0.5), (2, 2))\n"
        "class Size(Labeler):\n"
        "    def label(self, batch):\n"
        "        return Labels.measure('size', np.arange(len(batch)))\n"
    )
    experiment = Experiment(
        run={"seed": 1},
        plugins={"local": ["own.py"]},
        states={"use": "own", "count": 20},
        labels={"use": "size"},
        features={"use": "entries"},
        model={"use": "ridge"},
    )

    run = experiment.execute(tmp_path / "run", base=tmp_path, registry=registry)
    before = (tmp_path / "ran.txt").read_text()
    Predictor.load(run.folder, registry).predict(run.states)
    assert (tmp_path / "ran.txt").read_text() == before
