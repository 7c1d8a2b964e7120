"""The model for real kets of two parties that knows the symmetry of entanglement."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from qent_core.api import integer_seed
from qent_core.errors import ModelFileError, ParameterInvalidError
from qent_stacking.coefficient_shape import matrix_shape
from qent_stacking.learner import Floats, Learner, Task
from qent_stacking.neural_network import NeuralNetwork
from qent_stacking.parameters import root_seed
from qent_stacking.scaling import Scaling, largest_size
from qent_stacking.symmetric_network import InvariantNetwork

_FORMAT = "qent-symmetric-network 1"
_DESCRIPTION, _WEIGHTS = "model.json", "network.safetensors"
_SYMMETRIES = ("invariants", "moments", "augmentation")
_LARGEST = float(np.finfo(np.float32).max)


class SymmetricNetwork(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    r"""Predicts measures of real kets $\sum C_{mn}|mn\rangle$ from their coefficients.

    No measure of entanglement changes when C becomes $O_A C O_B^T$. ``invariants`` and ``moments``
    build this in: a small network sees only numbers that no such rotation changes, see
    `qent_stacking.rotation_invariants`. ``augmentation`` teaches it: a plain network is trained on
    coefficients that are turned at random, anew for every batch.

    Formula:
        $$\hat y(C) = g\bigl(\|C\|,\ \log\det(1 + t_1 d\,\hat C\hat C^T),\ \dots,\
        \log\det(1 + t_m d\,\hat C\hat C^T)\bigr), \quad \hat C = C/\|C\|$$

        with a network g of layers 128 - 64 - 32 and m = max(d + 1, 4) values t from 0.1 to
        10,000, d the dimension of a party; so with ``symmetry="invariants"``, $\hat y(O_ACO_B^T)
        = \hat y(C)$.

    Args:
        symmetry: ``"invariants"`` (logarithms of the characteristic polynomial), ``"moments"``
            or ``"augmentation"``.
        party_a: Dimension of party A, or None for two equal parties.
        hidden_layers: Sizes of the hidden layers.
        epochs: Most epochs of training.
        batch_size: Largest batch.
        learning_rate: First step size of Adam; it falls to 0 along half a cosine.
        patience: Epochs without a better held-out loss before training stops.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        n_features_in_: Number of coefficients.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> C = rng.normal(size=(1200, 4))
        >>> C /= np.linalg.norm(C, axis=1, keepdims=True)
        >>> concurrence = 2 * np.abs(C[:, 0] * C[:, 3] - C[:, 1] * C[:, 2])
        >>> model = SymmetricNetwork(random_state=0).fit(C[:1000], concurrence[:1000])
        >>> bool(model.score(C[1000:], concurrence[1000:]) > 0.999)
        True
    """

    def __init__(
        self,
        symmetry: Literal["invariants", "moments", "augmentation"] = "invariants",
        party_a: int | None = None,
        hidden_layers: tuple[int, ...] = (128, 64, 32),
        epochs: int = 30,
        batch_size: int = 512,
        learning_rate: float = 3e-3,
        patience: int = 10,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.symmetry = symmetry
        self.party_a = party_a
        self.hidden_layers = hidden_layers
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.random_state = random_state

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for any number of features: party A has one dimension."""
        return [{"party_a": 1, "hidden_layers": [8], "epochs": 2}]

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Trains the network.

        Args:
            X: Coefficients ``(n, d_A * d_B)``, row by row.
            y: Target ``(n,)``.

        Raises:
            ValueError: A parameter is out of range, the features make no matrix, or a number is
                NaN, infinite or beyond single precision.
        """
        rows, target = validate_data(self, X, y, dtype=(np.float64, np.float32), y_numeric=True)
        self._check(rows)
        target = np.asarray(target, dtype=np.float64)
        if largest_size(target) > _LARGEST:
            raise ParameterInvalidError(
                "a target is beyond the range of single precision",
                where="SymmetricNetwork, y",
                do="rescale the target",
            )
        self._units = Scaling.of(target[:, None])
        seed = integer_seed(root_seed(self.random_state), "symmetric-network")
        self.learner_ = self._learner().fit(
            rows, self._units.apply(target[:, None]), Task("regression", 1), seed
        )
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Returns predictions ``(n,)``."""
        check_is_fitted(self, "learner_")
        rows = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        predictions: Floats = self._units.undo(self.learner_.predict(rows))[:, 0]
        return predictions

    def save(self, folder: Path) -> None:
        """Writes ``model.json`` and ``network.safetensors`` into an existing, empty folder.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self, "learner_")
        folder = Path(folder)
        if not folder.is_dir() or any(folder.iterdir()):
            raise ModelFileError(
                "a model is saved into an existing, empty folder",
                where=str(folder),
                do="make a new folder and save there",
            )
        weights = self.learner_.to_bytes()
        parameters = self.get_params(deep=False)
        parameters["hidden_layers"] = list(self.hidden_layers)
        if isinstance(self.random_state, RandomState | Generator):
            parameters["random_state"] = None
        names = getattr(self, "feature_names_in_", None)
        content = {
            "format": _FORMAT,
            "parameters": {k: v.item() if hasattr(v, "item") else v for k, v in parameters.items()},
            "features": int(self.n_features_in_),
            "feature_names": None if names is None else [str(name) for name in names],
            "units": self._units.to_texts(),
            "weights": hashlib.sha256(weights).hexdigest(),
        }
        (folder / _WEIGHTS).write_bytes(weights)
        text = json.dumps(content, indent=2, allow_nan=False) + "\n"
        (folder / _DESCRIPTION).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads what `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or describes no such model.
        """
        folder = Path(folder)
        try:
            content = json.loads((folder / _DESCRIPTION).read_bytes())
            if content["format"] != _FORMAT:
                raise ValueError(f"the format is {content['format']!r}, known is {_FORMAT!r}")
            weights = (folder / _WEIGHTS).read_bytes()
            if hashlib.sha256(weights).hexdigest() != content["weights"]:
                raise ValueError(f"{_WEIGHTS} was changed after it was written")
            parameters = content["parameters"]
            parameters["hidden_layers"] = tuple(parameters["hidden_layers"])
            model = cls(**parameters)
            features = int(content["features"])
            model._check_parameters()
            model._units = Scaling.from_texts(content["units"], 1)
            learner = model._learner()
            model.learner_ = learner.restore(weights, Task("regression", 1), features)
            model.n_features_in_ = features
            if content["feature_names"] is not None:
                model.feature_names_in_ = np.array(content["feature_names"], dtype=object)
            model.learner_.predict(np.zeros((1, features)))
        # Damaged bytes make the libraries fail in ways that only they can list.
        except Exception as error:
            raise ModelFileError(
                f"the saved model cannot be read: {error or type(error).__name__}",
                where=str(folder),
                do="train the model again, or take a fresh copy of its folder",
            ) from error
        return model

    def _learner(self) -> Learner:
        network = NeuralNetwork(
            hidden_layers=tuple(self.hidden_layers),
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            patience=self.patience,
        )
        if self.symmetry == "augmentation":
            network.rotate, network.party_a = True, self.party_a
            return network
        kind: Literal["moments", "log-determinants"] = (
            "moments" if self.symmetry == "moments" else "log-determinants"
        )
        return InvariantNetwork(network, kind, self.party_a)

    def _check(self, X: Floats) -> None:
        self._check_parameters()
        matrix_shape(X.shape[1], self.party_a, "SymmetricNetwork.fit")
        if largest_size(X) > _LARGEST:
            raise ParameterInvalidError(
                "a feature is beyond the range of single precision",
                where="SymmetricNetwork, X",
                do="give coefficients of normalised kets",
            )

    def _check_parameters(self) -> None:
        whole = {name: getattr(self, name) for name in ("epochs", "batch_size", "patience")}
        if self.party_a is not None:
            whole["party_a"] = self.party_a
        sizes = list(self.hidden_layers) if isinstance(self.hidden_layers, tuple | list) else [0]
        whole |= {f"hidden_layers[{i}]": size for i, size in enumerate(sizes)}
        for name, value in whole.items():
            number = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not number or value < 1:
                raise ParameterInvalidError(
                    f"{name} must be a whole number, at least 1, not {value!r}",
                    where=f"SymmetricNetwork, parameter {name}",
                    do=f"set {name} to a whole number from 1",
                )
        rate = self.learning_rate
        if not isinstance(rate, int | float | np.floating) or not 0 < rate <= 1:
            raise ParameterInvalidError(
                f"learning_rate must be a number above 0 and at most 1, not {rate!r}",
                where="SymmetricNetwork, parameter learning_rate",
                do="set it to, for example, 0.003",
            )
        if self.symmetry not in _SYMMETRIES:
            raise ParameterInvalidError(
                f"symmetry must be one of {', '.join(_SYMMETRIES)}, not {self.symmetry!r}",
                where="SymmetricNetwork, parameter symmetry",
                do="set it to 'invariants'",
            )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # A party of one dimension leaves a single invariant, the norm.
        tags.regressor_tags.poor_score = self.party_a == 1
        return tags
