"""The extremely randomised trees among the base learners, from scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self
from zipfile import ZIP_DEFLATED

import numpy as np
import skops.io
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.tree import ExtraTreeClassifier, ExtraTreeRegressor

from qent_stacking.learner import Floats, Targets, Task

# All that skops may build beyond the scikit-learn and NumPy types it trusts by itself.
TRUSTED_TYPES = frozenset({"sklearn.tree._tree.Tree"})

_NO_CHILD = -1


@dataclass
class ExtraTrees:
    """A forest of trees whose cut points are drawn at random and compared.

    Leaves hold at least a *share* of the rows by default, so that a saved forest stays small
    however many states it has seen; fully grown trees weigh hundreds of megabytes.

    Example:
        >>> import numpy as np
        >>> x = np.linspace(-1.0, 1.0, 200)[:, None]
        >>> forest = ExtraTrees(trees=50).fit(x, x**2, Task("regression", 1), seed=0)
        >>> bool(np.abs(forest.predict(x) - x**2).max() < 0.1)
        True
    """

    trees: int = 60
    max_depth: int | None = None
    max_leaf_nodes: int | None = None
    min_samples_leaf: int | float = 3e-4
    max_features: int | float | str = 1.0
    threads: int = 2
    forest: Any = field(init=False, repr=False)
    task: Task = field(init=False, repr=False)

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Grows the forest; see `Learner.fit`."""
        self.task = task
        kind = ExtraTreesClassifier if task.is_classification else ExtraTreesRegressor
        self.forest = kind(
            n_estimators=self.trees,
            max_depth=self.max_depth,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            max_features=self.max_features,
            n_jobs=self.threads,
            random_state=seed,
        )
        self.forest.fit(X, y if task.is_classification or task.size > 1 else y[:, 0])
        # Threads add the trees' answers in the order in which they finish: only a single one
        # gives the same last bits every time.
        self.forest.n_jobs = 1
        return self

    def predict(self, X: Floats) -> Floats:
        """Averages over the trees; see `Learner.predict`."""
        if not self.task.is_classification:
            values: Floats = self.forest.predict(X).reshape(len(X), self.task.size)
            return values
        probabilities = np.zeros((len(X), self.task.size))
        probabilities[:, self.forest.classes_] = self.forest.predict_proba(X)
        return self.task.columns(probabilities)

    def to_bytes(self) -> bytes:
        """Returns the forest as a skops archive."""
        data: bytes = skops.io.dumps(self.forest, compression=ZIP_DEFLATED)
        return data

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads a skops archive that holds trusted types only; see `Learner.restore`."""
        untrusted = set(skops.io.get_untrusted_types(data=data)) - TRUSTED_TYPES
        if untrusted:
            raise ValueError(f"the forest holds types that are not trusted: {sorted(untrusted)}")
        forest = skops.io.loads(data, trusted=sorted(TRUSTED_TYPES))
        _check_forest(forest, task, features)
        forest.n_jobs = 1
        self.forest, self.task = forest, task
        return self


def _check_forest(forest: Any, task: Task, features: int) -> None:
    """Refuses a forest that could make prediction read outside its arrays or never end."""
    kinds: tuple[type, type] = (ExtraTreesRegressor, ExtraTreeRegressor)
    if task.is_classification:
        kinds = (ExtraTreesClassifier, ExtraTreeClassifier)
    # isinstance would let a subclass with methods of its own pass.
    found: Any = type(forest)
    if found is not kinds[0] or not forest.estimators_:
        raise ValueError(f"the forest is not a fitted {kinds[0].__name__}")
    outputs = 1 if task.is_classification else task.size
    if forest.n_features_in_ != features or forest.n_outputs_ != outputs:
        raise ValueError("the forest has another number of features or targets")
    if task.is_classification:
        classes = np.asarray(forest.classes_)
        known = classes.dtype.kind == "i" and np.array_equal(classes, np.arange(len(classes)))
        if not known or len(classes) != task.size or forest.n_classes_ != task.size:
            raise ValueError("the forest knows other classes")
    shape = (outputs, task.size if task.is_classification else 1)
    for estimator in forest.estimators_:
        tree = getattr(estimator, "tree_", None)
        if estimator.__class__ is not kinds[1] or not _is_sound(tree, features, shape):
            raise ValueError("the forest holds a malformed tree")


def _is_sound(tree: Any, features: int, shape: tuple[int, int]) -> bool:
    """True if every path from the root goes forward and ends in a leaf of this very tree."""
    if tree is None or tree.n_features != features:
        return False
    count = len(tree.__getstate__()["nodes"])
    if tree.node_count != count or count < 1 or tree.value.shape != (count, *shape):
        return False
    left, right, feature = tree.children_left, tree.children_right, tree.feature
    inner = left != _NO_CHILD
    own = np.arange(count)
    forward = (left > own) & (left < count) & (right > own) & (right < count)
    known = (feature >= 0) & (feature < features)
    return bool(np.all(forward[inner] & known[inner]) and np.isfinite(tree.value).all())
