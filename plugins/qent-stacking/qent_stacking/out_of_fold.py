"""Out-of-fold predictions: what each learner says about rows it has not seen.

A meta-learner fitted on predictions for the very rows its base learners were fitted on would learn
to trust the one that memorises best (D. H. Wolpert, Neural Networks 5, 241 (1992)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_stacking.learner import Floats, Learner, Targets, Task


def assign_folds(y: Targets, task: Task, folds: int, rng: Generator) -> NDArray[np.intp]:
    """Deals the rows out to folds at random, each class evenly.

    Args:
        y: Targets, ``(n, size)`` or class numbers ``(n,)``.
        task: What is learnt; only classes are dealt out evenly.
        folds: Number of folds.
        rng: Source of the random order.

    Returns:
        The fold of each row, ``(n,)``; fold sizes differ by at most one.

    Example:
        >>> import numpy as np
        >>> classes = np.array([0] * 6 + [1] * 3)
        >>> fold = assign_folds(classes, Task("classification", 2), 3, np.random.default_rng(0))
        >>> [np.bincount(classes[fold == i]).tolist() for i in range(3)]
        [[2, 1], [2, 1], [2, 1]]
    """
    order = rng.permutation(len(y))
    if task.is_classification:
        order = order[np.argsort(y[order], kind="stable")]
    fold = np.empty(len(y), dtype=np.intp)
    fold[order] = np.arange(len(y)) % folds
    return fold


def out_of_fold_predictions(
    learners: Mapping[str, Callable[[], Learner]],
    X: Floats,
    y: Targets,
    task: Task,
    fold: NDArray[np.intp],
    seed_of: Callable[[str, int], int],
) -> Iterator[tuple[str, int, NDArray[np.bool_], Floats]]:
    """Fits each learner on all folds but one and asks it about that one, for every fold.

    Args:
        learners: Makes a fresh learner, by name.
        X: Features, ``(n, features)``.
        y: Targets, see `Learner`.
        task: What is learnt.
        fold: Fold of each row, ``(n,)``.
        seed_of: Seed of a learner in a fold.

    Yields:
        Name of the learner, fold, mask ``(n,)`` of the rows held out, predictions for them.
    """
    for number in range(int(fold.max()) + 1):
        held = fold == number
        X_seen, y_seen, X_held = X[~held], y[~held], X[held]
        for name, make in learners.items():
            learner = make().fit(X_seen, y_seen, task, seed_of(name, number))
            yield name, number, held, learner.predict(X_held)
