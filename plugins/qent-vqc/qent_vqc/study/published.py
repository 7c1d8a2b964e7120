"""What the blog and its public notebooks report, as numbers.

``published_moments.csv`` holds the column "m" of the optimiser's snapshots of the blobs run: S. F.
Ahmad, born-2learn/Entanglement_in_QML, ``adam_params.csv`` (Apache-2.0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

POINT = (0.5, 0.9)
"""The one point at which the notebooks evaluate the Meyer-Wallach measure."""

INITIAL = (5.93038576, 0.55633854, 4.36914465, 4.3981691)
r"""Initial parameters: $2\pi$ times NumPy's legacy generator with seed 137."""

FINAL = {
    "ad-hoc": (5.98091485, 0.60635221, 4.31953022, 4.44815442),
    "blobs": (5.98098437, 0.60489986, 4.4170257, 4.35099431),
}
FIRST_MOMENT = {
    "ad-hoc": (-0.00730427, -0.00114775, -0.00303513, 0.00280176),
    "blobs": (-0.00138112, -0.00263767, -0.00611378, 0.00321299),
}
LOSS = {"ad-hoc": (0.6350, 0.6274), "blobs": (0.5339, 0.5283)}
ACCURACY = {"ad-hoc": 0.725, "blobs": 0.4}
MEYER_WALLACH = {"ad-hoc t=1": 0.94719, "blobs t=1": 0.94815419, "blobs t=50": 0.94546945}

TOY_RATE, TOY_STEPS = 1.29, 500


def blobs_moments() -> NDArray[np.float64]:
    """Returns Adam's first moments of the published blobs run, ``(50, 4)`` for t = 1 to 50.

    Example:
        >>> blobs_moments().shape
        (50, 4)
    """
    path = Path(__file__).with_name("published_moments.csv")
    table: NDArray[np.float64] = np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:]
    return table
