"""A saved ensemble comes back bit by bit, and a damaged or hostile folder is refused."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
import torch
from numpy.typing import NDArray
from qent_stacking.classifier import StackingEnsembleClassifier
from qent_stacking.ensemble import StackingEnsemble
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression

from qent_core.errors import ModelFileError

Data = tuple[NDArray[Any], NDArray[Any]]
PARTS = ["neural-network.safetensors", "extra-trees.skops", "xgboost.json", "catboost.json"]


@pytest.fixture(scope="module")
def saved(
    isotropic: Data, tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[StackingEnsemble, dict[str, bytes]]:
    """A fitted ensemble and the files it saved."""
    folder = tmp_path_factory.mktemp("model")
    model = StackingEnsemble(**tiny).fit(*isotropic)
    model.save(folder)
    return model, {path.name: path.read_bytes() for path in folder.iterdir()}


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def _signed(files: dict[str, bytes], change: Callable[[dict[str, Any]], None]) -> dict[str, bytes]:
    """Changes the description and makes every checksum right again, as a forger would."""
    content = json.loads(files["model.json"])["content"]
    change(content)
    content["files"] = {name: hashlib.sha256(files[name]).hexdigest() for name in PARTS}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    outer = {"content": content, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return files | {"model.json": json.dumps(outer).encode()}


def _forged(files: dict[str, bytes], name: str, data: bytes) -> dict[str, bytes]:
    return _signed(files | {name: data}, lambda content: None)


def test_a_forger_who_changes_nothing_is_believed(saved: Any, tmp_path: Path) -> None:
    # The tests below rest on this: what they find is not their own forging.
    files = _signed(saved[1], lambda content: None)
    assert StackingEnsemble.load(_write(tmp_path, files)).n_features_in_ == 81


def test_a_reloaded_regressor_predicts_the_same_bits(
    saved: Any, isotropic: Data, tmp_path: Path
) -> None:
    model, files = saved
    again = StackingEnsemble.load(_write(tmp_path, files))
    assert sorted(files) == sorted([*PARTS, "model.json"])
    assert again.get_params() == model.get_params()
    assert again.out_of_fold_scores_ == model.out_of_fold_scores_
    assert np.array_equal(again.predict(isotropic[0]), model.predict(isotropic[0]))
    said = again.base_predictions(isotropic[0])
    for name, values in model.base_predictions(isotropic[0]).items():
        assert np.array_equal(said[name], values), name


@pytest.mark.parametrize(
    "labels",
    [
        ["separable", "entangled"],  # text
        [0, 1],  # verdicts
        [-1, 0, 1],  # verdicts with "unknown"
        [False, True],
        [0.0, 2.0, 4.0, 6.0],
        np.array(["a", "b", "c"], dtype=object),  # as pandas holds text
    ],
)
def test_a_reloaded_classifier_predicts_the_same_bits(
    labels: Any, isotropic: Data, tiny: dict[str, Any], tmp_path: Path
) -> None:
    X, y = isotropic[0][:200], isotropic[1][:200]
    classes = np.asarray(labels)[np.argsort(np.argsort(y)) * len(labels) // len(y)]
    model = StackingEnsembleClassifier(**tiny).fit(X, classes)
    model.save(tmp_path)
    again = StackingEnsembleClassifier.load(tmp_path)
    assert again.classes_.dtype == model.classes_.dtype
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.predict(X), model.predict(X))


def test_several_targets_names_and_constants_come_back(
    isotropic: Data, tiny: dict[str, Any], tmp_path: Path
) -> None:
    pandas = pytest.importorskip("pandas")
    X, y = isotropic[0][:60, [0, 4, 1]], isotropic[1][:60]
    frame = pandas.DataFrame(X, columns=["a", "b", "zero"])
    cases = {
        "two": (frame, np.column_stack([y, -y])),
        "constant": (frame, np.ones(60)),
        "nothing-varies": (frame * 0.0, y),
    }
    for name, (features, targets) in cases.items():
        folder = tmp_path / name
        folder.mkdir()
        model = StackingEnsemble(**tiny).fit(features, targets)
        model.save(folder)
        again = StackingEnsemble.load(folder)
        assert again.feature_names_in_.tolist() == ["a", "b", "zero"]
        assert np.array_equal(again.predict(frame), model.predict(frame)), name
        assert again.predict(frame).shape == targets.shape


def test_no_pickle_is_opened(
    saved: Any, isotropic: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a pickle was opened")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, forbidden)
    monkeypatch.setattr(torch, "load", forbidden)
    model = StackingEnsemble.load(_write(tmp_path, saved[1]))
    assert np.array_equal(model.predict(isotropic[0]), saved[0].predict(isotropic[0]))


@pytest.mark.parametrize("name", [*PARTS, "model.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "flipped", "folder"])
def test_a_damaged_file_is_refused(name: str, damage: str, saved: Any, tmp_path: Path) -> None:
    files = dict(saved[1])
    data = files.pop(name)
    middle = len(data) // 2
    if damage == "cut":
        files[name] = data[:middle]
    elif damage == "empty":
        files[name] = b""
    elif damage == "flipped":
        files[name] = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    elif damage == "folder":
        (tmp_path / name).mkdir()
    with pytest.raises(ModelFileError) as caught:
        StackingEnsemble.load(_write(tmp_path, files))
    assert str(tmp_path) in str(caught.value)
    assert caught.value.do


class _Tripwire:
    """Leaves a file behind if anybody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("name", [*PARTS, "model.json"])
def test_a_pickle_in_place_of_a_file_is_not_opened(name: str, saved: Any, tmp_path: Path) -> None:
    trace, folder = tmp_path / "trace", tmp_path / "model"
    folder.mkdir()
    data = pickle.dumps(_Tripwire(trace))
    files = saved[1] | {name: data} if name == "model.json" else _forged(saved[1], name, data)
    with pytest.raises(ModelFileError):
        StackingEnsemble.load(_write(folder, files))
    assert not trace.exists()
    pickle.loads(data)
    assert trace.exists()  # the wire does work


class Stranger:
    """A type nobody has reason to trust."""


def test_an_untrusted_type_is_refused(saved: Any, tmp_path: Path) -> None:
    forest = skops.io.loads(saved[1]["extra-trees.skops"], trusted=["sklearn.tree._tree.Tree"])
    forest.estimators_[0].extra = Stranger()
    files = _forged(saved[1], "extra-trees.skops", skops.io.dumps(forest))
    with pytest.raises(ModelFileError, match=r"not trusted.*Stranger"):
        StackingEnsemble.load(_write(tmp_path, files))


def _with_node(field: str, value: int) -> Callable[[ExtraTreesRegressor], None]:
    def change(forest: Any) -> None:
        tree = forest.estimators_[0].tree_
        state = tree.__getstate__()
        state["nodes"][field][0] = value
        tree.__setstate__(state)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _with_node("left_child", 0),  # prediction would never end
        _with_node("right_child", 10**6),  # prediction would read outside the array
        _with_node("left_child", -7),
        _with_node("feature", 81),
        lambda forest: forest.estimators_.clear(),
        lambda forest: setattr(forest, "n_features_in_", 5),
        lambda forest: forest.estimators_.append(LinearRegression()),
    ],
)
def test_a_malformed_forest_is_refused(change: Any, saved: Any, tmp_path: Path) -> None:
    forest = skops.io.loads(saved[1]["extra-trees.skops"], trusted=["sklearn.tree._tree.Tree"])
    change(forest)
    files = _forged(saved[1], "extra-trees.skops", skops.io.dumps(forest))
    with pytest.raises(ModelFileError, match="the forest"):
        StackingEnsemble.load(_write(tmp_path, files))


def test_a_forest_that_cannot_answer_is_refused(saved: Any, tmp_path: Path) -> None:
    forest = skops.io.loads(saved[1]["extra-trees.skops"], trusted=["sklearn.tree._tree.Tree"])
    forest.estimators_[0].n_outputs_ = 3
    files = _forged(saved[1], "extra-trees.skops", skops.io.dumps(forest))
    with pytest.raises(ModelFileError):
        StackingEnsemble.load(_write(tmp_path, files))


def test_a_forest_of_other_classes_is_refused(
    isotropic: Data, tiny: dict[str, Any], tmp_path: Path
) -> None:
    folders = []
    for count in (2, 3):
        folders.append(tmp_path / str(count))
        folders[-1].mkdir()
        model = StackingEnsembleClassifier(**tiny)
        model.fit(isotropic[0][:60], np.arange(60) % count).save(folders[-1])
    files, others = ({p.name: p.read_bytes() for p in folder.iterdir()} for folder in folders)
    forged = _forged(files, "extra-trees.skops", others["extra-trees.skops"])
    with pytest.raises(ModelFileError, match="other classes"):
        StackingEnsembleClassifier.load(_write(folders[0], forged))


def test_another_estimator_is_no_forest(saved: Any, tmp_path: Path) -> None:
    files = _forged(saved[1], "extra-trees.skops", skops.io.dumps(LinearRegression()))
    with pytest.raises(ModelFileError, match="not a fitted ExtraTreesRegressor"):
        StackingEnsemble.load(_write(tmp_path, files))


def test_a_malformed_network_is_refused(saved: Any, tmp_path: Path) -> None:
    name = "neural-network.safetensors"
    good = load_tensors(saved[1][name])
    wrong = {
        "not finite": good | {"network.0.bias": torch.full((16,), torch.nan, dtype=torch.float64)},
        "single precision": good | {"network.0.bias": torch.zeros(16)},
        "another shape": good | {"network.0.bias": torch.zeros(17, dtype=torch.float64)},
        "another width": good | {"inputs.mean": torch.zeros(2, dtype=torch.float64)},
        "one layer more": good | {"network.9.bias": torch.zeros(1, dtype=torch.float64)},
        "a layer missing": {k: v for k, v in good.items() if k != "network.0.bias"},
    }
    for case, tensors in wrong.items():
        folder = tmp_path / case
        folder.mkdir()
        with pytest.raises(ModelFileError):
            StackingEnsemble.load(_write(folder, _forged(saved[1], name, save_tensors(tensors))))


def _numbers(change: Callable[[dict[str, Any]], None], data: bytes) -> bytes:
    document = json.loads(data)
    change(document)
    return json.dumps(document).encode()


def _set(path: list[Any], value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


_TREE = ["learner", "gradient_booster", "model", "trees", 0]


def _cycle(document: Any) -> None:
    """Ties nodes 1 and 3 to a circle and hangs what was below node 3 on the root."""
    for key in _TREE:
        document = document[key]
    left, parents = document["left_children"], document["parents"]
    assert left[0] == 1
    assert left[1] == 3
    below = left[3]
    assert below > 3
    left[0], left[3] = below, 1
    parents[below], parents[1] = 0, 3


@pytest.mark.parametrize(
    "change",
    [
        _set([*_TREE, "left_children", 0], 10**6),  # XGBoost would read outside its arrays
        _set([*_TREE, "left_children", 0], 0),  # a path without end
        _cycle,
        _set([*_TREE, "left_children", 0], -1),  # a leaf with a right child
        _set([*_TREE, "right_children", 0], 1),  # both children are one
        _set([*_TREE, "right_children", 0], 2.0),  # whole numbers only
        _set([*_TREE, "parents", 1], 2),
        _set([*_TREE, "parents", 0], 0),
        _set([*_TREE, "split_indices", 0], 81),
        _set([*_TREE, "split_indices", 0], -1),
        _set([*_TREE, "default_left", 0], 2),
        _set([*_TREE, "split_conditions", 0], 1e300),  # beyond single precision
        _set([*_TREE, "split_conditions", 0], float("nan")),
        _set([*_TREE, "split_conditions"], []),  # shorter than the others
        _set([*_TREE, "tree_param", "num_feature"], "3"),
        _set(["learner", "gradient_booster", "model", "trees"], []),
        _set(["learner", "gradient_booster", "model", "tree_info", 0], 1),
    ],
)
def test_malformed_boosted_trees_are_refused(change: Any, saved: Any, tmp_path: Path) -> None:
    files = _forged(saved[1], "xgboost.json", _numbers(change, saved[1]["xgboost.json"]))
    with pytest.raises(ModelFileError, match="boosted tree"):
        StackingEnsemble.load(_write(tmp_path, files))


_SPLIT = ["oblivious_trees", 0, "splits", 0]


@pytest.mark.parametrize(
    "change",
    [
        _set([*_SPLIT, "float_feature_index"], 3),  # there are three base learners
        _set([*_SPLIT, "float_feature_index"], -1),
        _set([*_SPLIT, "float_feature_index"], True),
        _set([*_SPLIT, "border"], 123.0),  # no border of this feature
        _set(["oblivious_trees", 0, "leaf_values", 0], None),
        _set(["oblivious_trees", 0, "leaf_values", 0], float("inf")),
        _set(["oblivious_trees", 0, "leaf_values"], [0.0]),  # too few leaves for the splits
        _set(["oblivious_trees", 0, "leaf_weights"], []),
        _set(["oblivious_trees", 0, "splits"], []),
        _set(["features_info", "float_features", 0, "borders"], [2.0, 1.0]),
        _set(["features_info", "float_features"], []),
        _set(["scale_and_bias"], [1.0, [0.0, 0.0]]),  # a bias for two targets
        _set(["scale_and_bias"], ["1", [0.0]]),
        _set(["constant"], [0.0, 0.0]),
    ],
)
def test_a_malformed_meta_learner_is_refused(change: Any, saved: Any, tmp_path: Path) -> None:
    files = _forged(saved[1], "catboost.json", _numbers(change, saved[1]["catboost.json"]))
    with pytest.raises(ModelFileError):
        StackingEnsemble.load(_write(tmp_path, files))


def test_parts_of_another_model_are_refused(
    saved: Any, isotropic: Data, tiny: dict[str, Any], tmp_path: Path
) -> None:
    narrow = tmp_path / "narrow"
    narrow.mkdir()
    X, y = isotropic[0][:60, :1], isotropic[1][:60]
    StackingEnsemble(**tiny).fit(X, np.column_stack([y, y])).save(narrow)
    for name in PARTS:
        folder = tmp_path / name
        folder.mkdir()
        files = _forged(saved[1], name, (narrow / name).read_bytes())
        with pytest.raises(ModelFileError):
            StackingEnsemble.load(_write(folder, files))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "qent-stacking 99"),
        ("estimator", "StackingEnsembleClassifier"),
        ("task", ["classification", 2]),
        ("task", ["regression", 0]),
        ("task", ["regression", 10**9]),
        ("classes", {"dtype": "O", "values": ["a", "b"]}),
        ("varying_features", [81]),
        ("varying_features", [-1]),
        ("varying_features", []),
        ("parameters", {"surprise": 1}),
        ("features", 3),
        ("units", None),
        ("units", {"mean": "0x1p0", "spread": "nan"}),
        ("units", {"mean": "0x1p0 0x1p0", "spread": "0x1p0"}),
    ],
)
def test_a_forged_description_is_refused(
    key: str, value: object, saved: Any, tmp_path: Path
) -> None:
    files = _signed(saved[1], lambda content: content.update({key: value}))
    with pytest.raises(ModelFileError):
        StackingEnsemble.load(_write(tmp_path, files))


def test_checksums_find_a_change_that_makes_sense(saved: Any, tmp_path: Path) -> None:
    files = dict(saved[1])
    change = _set([*_TREE, "split_conditions", 0], 0.125)
    files["xgboost.json"] = _numbers(change, files["xgboost.json"])
    with pytest.raises(ModelFileError, match=r"xgboost\.json was changed"):
        StackingEnsemble.load(_write(tmp_path, files))
    # The same change with a right checksum is a model like any other.
    forged = _forged(saved[1], "xgboost.json", files["xgboost.json"])
    assert StackingEnsemble.load(_write(tmp_path, forged)).n_features_in_ == 81
    text = saved[1]["model.json"].replace(b'"cb_depth": 3', b'"cb_depth": 4')
    with pytest.raises(ModelFileError, match=r"model\.json was changed"):
        StackingEnsemble.load(_write(tmp_path, saved[1] | {"model.json": text}))


def test_each_class_reads_its_own_models(saved: Any, tmp_path: Path) -> None:
    _write(tmp_path, saved[1])
    with pytest.raises(ModelFileError, match="holds a StackingEnsemble, not a StackingEnsembleCl"):
        StackingEnsembleClassifier.load(tmp_path)


def test_saving_never_overwrites(saved: Any, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="existing, empty folder"):
        saved[0].save(tmp_path / "absent")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelFileError, match="existing, empty folder"):
        saved[0].save(tmp_path)


def test_only_a_fitted_ensemble_is_saved(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        StackingEnsemble().save(tmp_path)


def test_a_generator_as_seed_is_not_kept(
    isotropic: Data, tiny: dict[str, Any], tmp_path: Path
) -> None:
    settings = tiny | {"random_state": np.random.default_rng(0), "folds": np.int64(2)}
    model = StackingEnsemble(**settings).fit(isotropic[0][:60], isotropic[1][:60])
    model.save(tmp_path)
    again = StackingEnsemble.load(tmp_path)
    assert again.random_state is None
    assert again.folds == 2
    assert np.array_equal(again.predict(isotropic[0]), model.predict(isotropic[0]))
