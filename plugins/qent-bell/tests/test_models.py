"""The models: contract, recipes, saving, bad input, a loss that diverges."""

import json

import numpy as np
import pytest
import torch
from qent_bell.classifier import BellClassifier
from qent_bell.regressor import BellRegressor
from qent_bell.torch_engine import layers_of, module_of
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from qent_core.api import ModelFileError, ParameterInvalidError
from qent_core.progress import listening


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (300, 4))
    return X, np.where(X[:, 0] * X[:, 1] > 0, "entangled", "separable"), X[:, 0] + X[:, 1] ** 2


@pytest.mark.parametrize("kind", [BellClassifier, BellRegressor])
def test_the_papers_settings_are_the_default(kind):
    recipe = kind().recipe_in_use()
    assert (recipe.optimizer, recipe.learning_rate, recipe.batch_size) == ("sgd", 0.01, 32)
    assert (recipe.epochs, recipe.cosine, recipe.standardise) == (200, False, False)
    assert kind().hidden_layers == ((15,) if kind is BellClassifier else (100, 50, 50))


def test_modern_learns_more_in_fewer_epochs(table):
    X, y, _ = table
    scores = {
        recipe: BellClassifier(recipe=recipe, epochs=40, batch_size=32, random_state=0)
        .fit(X, y)
        .score(X, y)
        for recipe in ("paper", "modern")
    }
    assert scores["modern"] > max(0.9, scores["paper"] + 0.1)


def test_first_weights_are_glorots():
    from qent_bell.networks import glorot_layers

    (first, zero), (second, _) = glorot_layers(4, (1000,), seed=0)
    assert np.abs(first).max() <= np.sqrt(6 / 1004)
    assert first.std() == pytest.approx(np.sqrt(2 / 1004), rel=0.05)
    assert second.std() == pytest.approx(np.sqrt(2 / 1001), rel=0.1)
    assert not zero.any()
    assert first.dtype == np.float32


def test_search_clone_and_pipeline(table):
    X, y, _ = table
    search = GridSearchCV(
        make_pipeline(StandardScaler(), BellClassifier(epochs=3, random_state=0)),
        {"bellclassifier__features": [1, 2], "bellclassifier__hidden_layers": [(5,), (15, 5)]},
        cv=2,
    ).fit(X, y)
    assert search.best_estimator_[-1].features in (1, 2)
    assert clone(BellRegressor(features=[1, 2])).get_params()["features"] == [1, 2]


@pytest.mark.parametrize("recipe", ["paper", "modern"])
def test_saved_and_loaded_it_predicts_the_same_bits(tmp_path, table, recipe):
    X, y, values = table
    model = BellClassifier(features=[2, 0], recipe=recipe, epochs=3, random_state=0).fit(X, y)
    regressor = BellRegressor(output="logistic", recipe=recipe, epochs=2).fit(X, values)
    for name, fitted in (("c", model), ("r", regressor)):
        (tmp_path / name).mkdir()
        fitted.save(tmp_path / name)
        again = type(fitted).load(tmp_path / name)
        assert np.array_equal(again.predict_outputs(X), fitted.predict_outputs(X))
        assert np.array_equal(again.predict(X), fitted.predict(X))
        assert np.array_equal(again.loss_curve_, fitted.loss_curve_)
        assert {p.name for p in (tmp_path / name).iterdir()} == {
            "model.json",
            "network.safetensors",
        }
    with pytest.raises(ModelFileError, match="BellClassifier"):
        BellRegressor.load(tmp_path / "c")
    with pytest.raises(ModelFileError, match="empty folder"):
        model.save(tmp_path / "c")


def test_damaged_files_are_refused(tmp_path, table):
    X, y, _ = table
    BellClassifier(epochs=1).fit(X, y).save(tmp_path)
    numbers = (tmp_path / "network.safetensors").read_bytes()
    (tmp_path / "network.safetensors").write_bytes(numbers[:-1] + b"\x7f")
    with pytest.raises(ModelFileError, match="changed"):
        BellClassifier.load(tmp_path)
    description = json.loads((tmp_path / "model.json").read_text())
    description["content"]["parameters"]["epochs"] = 2
    (tmp_path / "model.json").write_text(json.dumps(description))
    with pytest.raises(ModelFileError, match="changed"):
        BellClassifier.load(tmp_path)
    (tmp_path / "model.json").unlink()
    with pytest.raises(ModelFileError, match="train the model again"):
        BellClassifier.load(tmp_path)


def test_as_a_torch_module(table):
    from safetensors.torch import save

    X, _, values = table
    model = BellRegressor(hidden_layers=(8, 4), epochs=2, random_state=0).fit(X, values)
    module = module_of(model.layers_)
    with torch.no_grad():
        out = module(torch.tensor(X, dtype=torch.float32))[:, 0].numpy()
    np.testing.assert_allclose(out, model.predict(X), atol=1e-5)
    for (w, b), (v, c) in zip(layers_of(module), model.layers_, strict=True):
        assert np.array_equal(w, v)
        assert np.array_equal(b, c)
    assert save(module.state_dict())


def test_files_have_torchs_names(tmp_path, table):
    from safetensors.torch import load_file

    X, _, values = table
    model = BellRegressor(hidden_layers=(8, 4), epochs=1).fit(X, values)
    model.save(tmp_path)
    tensors = load_file(tmp_path / "network.safetensors")
    module = module_of(model.layers_)
    wanted = {name: tensors[name] for name in module.state_dict()}
    module.load_state_dict(wanted)


@pytest.mark.parametrize("engine", ["numpy", "torch"])
@pytest.mark.parametrize("kind", [BellClassifier, BellRegressor])
def test_a_loss_that_diverges_stops_with_one_error(table, kind, engine):
    X, y, values = table
    target = y if kind is BellClassifier else values
    model = kind(learning_rate=1e5, epochs=50, engine=engine, random_state=0)
    with pytest.raises(ParameterInvalidError, match="no longer a finite") as caught:
        model.fit(1e6 * X, target)
    assert "learning_rate, which is 100000" in caught.value.do
    assert caught.value.where == f"{kind.__name__}.fit"
    assert not hasattr(model, "layers_")


def test_progress_is_reported(table):
    seen = []

    class Listener:
        def start(self, description, total):
            seen.append((description, total))
            return 0

        def advance(self, task, amount, detail):
            seen.append(detail)

        def finish(self, task):
            seen.append("end")

    X, y, _ = table
    with listening(Listener()):
        BellClassifier(epochs=2, random_state=0).fit(X, y)
    assert seen[0][1] == 2
    assert seen[1].startswith("loss 0.")
    assert seen[-1] == "end"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"recipe": "old"}, "one of paper, modern"),
        ({"engine": "jax"}, "one of numpy, torch"),
        ({"hidden_layers": ()}, "list of whole numbers"),
        ({"hidden_layers": (0,)}, "list of whole numbers"),
        ({"features": 0}, "number of first columns"),
        ({"features": [1, 1]}, "different columns"),
        ({"features": 9}, "n_features=4"),
        ({"features": [7]}, "n_features=4"),
        ({"learning_rate": -1.0}, "above 0"),
        ({"batch_size": 0}, "at least 1"),
        ({"epochs": 2.5}, "at least 1"),
        ({"random_state": -1}, "whole number from 0"),
        ({"device": "cuda"}, "engine 'numpy' cannot use"),
        ({"device": "abacus", "engine": "torch"}, "torch cannot use the device 'abacus'"),
    ],
)
def test_bad_parameters(table, parameters, words):
    X, y, _ = table
    with pytest.raises(ParameterInvalidError, match=words):
        BellClassifier(**parameters).fit(X, y)


def test_bad_data(table):
    X, _, values = table
    with pytest.raises(ParameterInvalidError, match="Only binary"):
        BellClassifier().fit(X, np.arange(len(X)) % 3)
    with pytest.raises(ParameterInvalidError, match="one class"):
        BellClassifier().fit(X, np.zeros(len(X)))
    with pytest.raises(ParameterInvalidError, match="output must be"):
        BellRegressor(output="step").fit(X, values)
    with pytest.raises(ValueError, match="NaN"):
        BellRegressor().fit(np.full_like(X, np.nan), values)


def test_equal_seeds_equal_bits(table):
    X, _, values = table
    one, two = (BellRegressor(epochs=2, random_state=7).fit(X, values) for _ in range(2))
    assert np.array_equal(one.predict(X), two.predict(X))
