"""The separability measure M as a feature extractor."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import ParameterInvalidError, StateBatch
from qent_siamese.models.autoencoder import SeparabilityEstimator


class SeparabilityMeasure(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    r"""The autoencoder's error M of each state, ``(n, 1)``.

    It tells how unlike product form a three-qubit state is; see `SeparabilityEstimator`.

    Source: M. Krawczyk, J. Pawłowski, M. M. Maśka, K. Roszak, arXiv:2307.11091.

    Formula:
        $$M = \frac1{2D^2} \sum_{ij} \bigl(|\mathrm{Re}(\rho'-\rho)_{ij}| +
        |\mathrm{Im}(\rho'-\rho)_{ij}|\bigr)$$

        with $\rho'$ what the autoencoder makes of $\rho$, a sum of products of three matrices,
        and D = 8.

    Args:
        autoencoder: Folder into which a fitted ``separability-autoencoder`` was saved (the
            ``model`` folder of a run), or such a model itself.

    Attributes:
        autoencoder_: The model in use.

    Example:
        >>> import tempfile
        >>> states = StateBatch(np.eye(8)[:4], (2, 2, 2))
        >>> model = SeparabilityEstimator(terms=2, epochs=1, validation_fraction=0.0)
        >>> features = SeparabilityMeasure(model.fit(states)).fit(states)
        >>> features.transform(states).shape, features.get_feature_names_out().tolist()
        ((4, 1), ['M'])
    """

    def __init__(self, autoencoder: Any = None) -> None:
        self.autoencoder = autoencoder

    def fit(self, X: StateBatch, y: Any = None) -> Self:
        """Reads the autoencoder; nothing is learnt from the states.

        Raises:
            ParameterInvalidError: There is none.
            DimensionsMismatchError: The states are not of three qubits.
        """
        self.autoencoder_ = given_autoencoder(self.autoencoder, type(self).__name__)
        self.autoencoder_.measure(X[:0])
        return self

    def transform(self, X: StateBatch) -> NDArray[np.floating[Any]]:
        """Returns M, ``(n, 1)``."""
        check_is_fitted(self, "autoencoder_")
        return self.autoencoder_.measure(X)[:, None].astype(np.float64)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Returns the name of the only column."""
        return np.array(["M"], dtype=object)

    def save(self, folder: Path | str) -> None:
        """Writes the autoencoder in use into an existing, empty folder."""
        check_is_fitted(self, "autoencoder_")
        self.autoencoder_.save(folder)

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Reads what `save` wrote."""
        measure = cls()
        measure.autoencoder_ = SeparabilityEstimator.load(folder)
        return measure

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: a small autoencoder in a file."""
        return [{"autoencoder": _small_autoencoder()}]


def given_autoencoder(given: Any, where: str) -> SeparabilityEstimator:
    """Returns a fitted autoencoder, read from a folder if a path is given.

    Raises:
        ParameterInvalidError: It is neither a path nor a model.
        ModelFileError: The folder holds no such model.
    """
    if isinstance(given, SeparabilityEstimator):
        check_is_fitted(given, "network_")
        return given
    if isinstance(given, str | Path):
        return SeparabilityEstimator.load(given)
    raise ParameterInvalidError(
        "there is no autoencoder whose error could be taken",
        where=f"{where}, parameter autoencoder",
        do="train the model 'separability-autoencoder' and name the folder it was saved into",
    )


@cache
def _small_autoencoder() -> str:
    folder = tempfile.mkdtemp(prefix="qent-siamese-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    states = StateBatch(np.eye(8)[:4], (2, 2, 2))
    model = SeparabilityEstimator(
        terms=2, dense_layers=1, epochs=1, dtype="float64", validation_fraction=0.0, random_state=0
    )
    model.fit(states).save(folder)
    return folder
