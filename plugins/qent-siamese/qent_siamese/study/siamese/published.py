"""Numbers of the paper: Tables II and III, the order of its columns, the edges of M's domains."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS = ("pure", "mixed", "Horodecki", "UPB", "Acin")
"""The tests, in the order of the tables."""

MODELS: Mapping[str, str] = {
    "cnn": "CNN",
    "siamese-cnn": "Siamese",
    "siamese-ensemble": "Ensemble",
}
"""Component to its name in the tables."""

STRATEGIES = ("verified+max-rank", "verified", "negativity", "certified")
"""Training sets: the paper's first, the same without the hand-labelled group, the second, and the
states of the second with proven verdicts."""

TABLE_2: Mapping[str, tuple[float, ...]] = {
    "cnn": (97.40, 86.39, 83.01, 88.85, 57.45),
    "siamese-cnn": (98.31, 90.79, 86.99, 94.89, 50.81),
    "siamese-ensemble": (98.18, 87.88, 88.63, 89.58, 87.36),
}
"""Accuracy in per cent, trained on the verified set."""

TABLE_3: Mapping[str, tuple[float, ...]] = {
    "cnn": (97.37, 88.89, 82.80, 95.78, 5.71),
    "siamese-cnn": (98.43, 91.49, 83.04, 87.39, 1.04),
    "siamese-ensemble": (98.13, 89.71, 84.51, 90.61, 4.01),
}
"""Accuracy in per cent, trained on the set labelled by negativity."""

EDGES = (0.0, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2)
"""Where the ten domains of M begin; the last has no end."""

LABEL_THRESHOLD = 1e-4
"""A cut is labelled entangled if 2N, the sum of moduli minus the trace, exceeds this."""

MAX_RANK_THRESHOLD = 1e-3
"""Cuts of the maximal-rank group with 2N below this are labelled entangled by hand."""
