"""The variational quantum classifier, a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from qent_core.api import ParameterInvalidError, StateBatch, stream, track
from qent_core.tracking import Preparation, TrainingStep
from qent_vqc import persistence
from qent_vqc.backends import make_backend
from qent_vqc.circuits import ModelCircuit, from_circuit, from_parts
from qent_vqc.costs import COSTS
from qent_vqc.objective import Objective
from qent_vqc.optimizers import Adam, Optimizer, Sgd, Vector, l_bfgs
from qent_vqc.parameters import check_parameters, initial_weights, root_seed
from qent_vqc.program import translate
from qent_vqc.readouts import classes_of_outcomes
from qent_vqc.simulator import Simulator, check_memory, modest_threads

Observer = Callable[[TrainingStep], str | None]


class VQCClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    r"""A variational quantum classifier: encode, rotate, entangle, measure, assign.

    Features become angles of a feature map, an ansatz with trained angles follows, and the
    measured outcome stands for a class. Features are used as angles as they are: scale them to a
    period of the feature map first. By default all samples are simulated exactly and at once, with
    gradients by automatic differentiation; with ``backend`` the same model runs on Qiskit's
    primitives, with shots, noise, or on hardware.

    Sources: V. Havlicek et al., Nature 567, 209 (2019); the defaults of optimiser and cost are
    those of S. F. Ahmad, QOSF mentorship blog (2021).

    Formula:
        $$p(y|x) = \sum_{b \in y} |\langle b|V(\theta)\,U(x)|0\dots0\rangle|^2$$

        with the feature map U, whose angles are the features x, the ansatz V with trained angles
        $\theta$, and the outcomes b that stand for class y: by default those of even or odd
        parity.

    Args:
        feature_map: ``"zz_feature_map"``, ``"z_feature_map"``, or a circuit whose parameters are
            the features. A named map has one qubit per feature.
        ansatz: ``"real_amplitudes"``, ``"efficient_su2"``, or a circuit whose parameters are the
            weights.
        feature_map_reps: Repetitions of a named feature map.
        ansatz_reps: Repetitions of a named ansatz: its depth.
        entanglement: Which qubits the entanglers of a named ansatz join (``"reverse_linear"``,
            ``"linear"``, ``"circular"``, ``"full"``), or ``"none"`` for a control without any.
        circuit: One whole circuit in place of the two, in which data may enter anywhere.
        data_parameters: Which parameters of ``circuit`` take the features: names, parameters, or
            the common name of a vector.
        weight_parameters: Which are trained; None means all others.
        readout: ``"parity"``, ``"index"`` or ``"first-qubit"``, see
            `qent_vqc.readouts.classes_of_outcomes`.
        cost: ``"sigmoid"`` (the blog's estimation cost), ``"cross-entropy"`` or ``"mse"``.
        optimizer: ``"adam"``, ``"sgd"`` or ``"l-bfgs"``.
        learning_rate: Of ADAM and SGD.
        beta1: ADAM's memory of the gradient.
        beta2: ADAM's memory of its square.
        epsilon: Keeps ADAM's division finite.
        max_iter: Epochs, or iterations of L-BFGS.
        batch_size: Samples per step of ADAM and SGD; None means all.
        gradient: ``"exact"``, ``"parameter-shift"``, ``"finite-difference"``, or ``"auto"`` for
            the first of them that the backend allows.
        difference_step: Step of the (forward) finite differences.
        backend: ``"exact"``, ``"sampler"``, ``"estimator"`` or ``"aer"``.
        primitive: A sampler or estimator (version 2) of your own. It is not saved.
        shots: Shots of a sampler, inverse square of an estimator's precision.
        pass_manager: Applied to the circuit before a primitive runs it. It is not saved.
        initial_weights: Where training starts; None means uniform in $[0, 2\pi)$.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        classes_: Class labels in ascending order.
        weights_: Trained weights.
        initial_weights_: Where training started.
        loss_curve_: Loss after 0, 1, 2, ... steps.
        program_: The circuit as the simulator runs it.
        n_iter_: Number of steps.
        n_features_in_: Number of features seen in ``fit``.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> X = rng.uniform(0, np.pi, (60, 2))
        >>> y = np.where(np.cos(2 * X[:, 0]) > 0, "A", "B")
        >>> model = VQCClassifier(feature_map="z_feature_map", readout="first-qubit",
        ...                       cost="cross-entropy", learning_rate=0.1, random_state=1)
        >>> model = model.fit(X, y)
        >>> bool(model.score(X, y) > 0.9)
        True
    """

    def __init__(
        self,
        feature_map: str | QuantumCircuit = "zz_feature_map",
        ansatz: str | QuantumCircuit = "real_amplitudes",
        feature_map_reps: int = 1,
        ansatz_reps: int = 1,
        entanglement: str = "reverse_linear",
        circuit: QuantumCircuit | None = None,
        data_parameters: Sequence[Any] | str = "x",
        weight_parameters: Sequence[Any] | str | None = None,
        readout: str = "parity",
        cost: str = "sigmoid",
        optimizer: str = "adam",
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.99,
        epsilon: float = 1e-10,
        max_iter: int = 50,
        batch_size: int | None = None,
        gradient: str = "auto",
        difference_step: float = 1e-6,
        backend: str = "exact",
        primitive: Any = None,
        shots: int = 1024,
        pass_manager: Any = None,
        initial_weights: ArrayLike | None = None,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.feature_map = feature_map
        self.ansatz = ansatz
        self.feature_map_reps = feature_map_reps
        self.ansatz_reps = ansatz_reps
        self.entanglement = entanglement
        self.circuit = circuit
        self.data_parameters = data_parameters
        self.weight_parameters = weight_parameters
        self.readout = readout
        self.cost = cost
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.gradient = gradient
        self.difference_step = difference_step
        self.backend = backend
        self.primitive = primitive
        self.shots = shots
        self.pass_manager = pass_manager
        self.initial_weights = initial_weights
        self.random_state = random_state

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings with which a fit takes a moment, for tests that make hundreds."""
        return [
            {"feature_map": "z_feature_map", "max_iter": 3, "learning_rate": 0.1},
            {"max_iter": 2, "optimizer": "l-bfgs", "cost": "cross-entropy", "readout": "index"},
        ]

    def fit(self, X: ArrayLike, y: ArrayLike, *, on_step: Observer | None = None) -> Self:
        """Trains the weights.

        Args:
            X: Features, ``(n, features)``, used as angles.
            y: Class labels, ``(n,)``.
            on_step: Called with a `TrainingStep` before the first optimiser step and after each;
                what it returns is shown beside the progress bar. See
                `qent_core.tracking.Tracker.following`.

        Raises:
            ValueError: A parameter, circuit or label does not fit; the message says what to do.
        """
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        check_parameters(self.get_params(deep=False))
        self.classes_, numbers = np.unique(column_or_1d(labels, warn=True), return_inverse=True)
        if len(self.classes_) < 2:
            raise ParameterInvalidError(
                f"all rows belong to one class, {self.classes_.tolist()[0]!r}",
                where="VQCClassifier.fit",
                do="give examples of two or more classes",
            )
        seed = root_seed(self.random_state)
        self._set_up(self._model_circuit(rows), seed)
        with modest_threads(len(rows), self.program_.qubits):
            self._train(rows, numbers, seed, on_step)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Returns the probability of each class, ``(n, classes)``."""
        check_is_fitted(self)
        rows = self._rows(X)
        if self.backend == "exact":
            groups = np.eye(len(self.classes_))[self._outcomes]
            with modest_threads(len(rows), self.program_.qubits):
                kets = self._simulator.kets(rows, self.weights_)
            probabilities: NDArray[np.float64] = np.abs(kets) ** 2 @ groups
            return probabilities
        return self._backend.probabilities(self.program_.angle_table(rows, self.weights_))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Returns the most probable class of each sample."""
        probabilities = self.predict_proba(X)
        chosen: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return chosen

    def preparations(self, X: ArrayLike) -> Mapping[str, Preparation]:
        """Returns the stages ``"encoded"`` and ``"trained"`` as functions of the weights.

        With them the model is a `qent_core.tracking.StatePreparing` one. Qubit 0 is party A.
        """
        rows = self._rows(X)
        return self._preparations(rows, lambda weights: self._simulator.kets(rows, weights))

    def states(self, X: ArrayLike, stage: str = "trained") -> StateBatch:
        """Returns the kets of the fitted circuit, one per sample."""
        check_is_fitted(self)
        return self.preparations(X)[stage](self.weights_)

    def save(self, folder: Path) -> None:
        """Writes the fitted classifier into an existing, empty folder: JSON and safetensors.

        Circuits of your own are kept as lists of gates and read back as such; a primitive and a
        pass manager of your own are not kept.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self)
        persistence.save(self, Path(folder))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads a classifier that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or does not describe a classifier.
        """
        return persistence.load(cls, Path(folder))

    def _train(
        self,
        rows: NDArray[np.float64],
        numbers: NDArray[np.int64],
        seed: int,
        on_step: Observer | None,
    ) -> None:
        self.initial_weights_ = initial_weights(self.initial_weights, self.program_.weights, seed)
        objective = Objective(
            self._simulator,
            COSTS[self.cost],
            rows,
            numbers,
            self._outcomes,
            len(self.classes_),
            backend=None if self.backend == "exact" else self._backend,
            gradient=self._gradient(),
            difference=self.difference_step,
        )
        self.loss_curve_: list[float] = []
        self.weights_ = self._trained(objective, rows, seed, on_step)
        self.n_iter_ = len(self.loss_curve_) - 1

    def _model_circuit(self, rows: NDArray[np.float64]) -> ModelCircuit:
        features = rows.shape[1]
        if self.circuit is None and isinstance(self.feature_map, str):
            check_memory(len(rows), features)
            return self._from_parts(features)
        if self.circuit is None:
            model = self._from_parts(features)
        else:
            model = from_circuit(self.circuit, self.data_parameters, self.weight_parameters)
        if len(model.data) != features:
            raise ParameterInvalidError(
                f"the data have n_features={features}, the circuit takes {len(model.data)}",
                where="VQCClassifier.fit",
                do="reduce the features (PCA, for example), or use a feature map for as many",
            )
        check_memory(len(rows), model.circuit.num_qubits)
        return model

    def _from_parts(self, features: int) -> ModelCircuit:
        return from_parts(
            self.feature_map,
            self.ansatz,
            features,
            feature_map_reps=self.feature_map_reps,
            ansatz_reps=self.ansatz_reps,
            entanglement=self.entanglement,
        )

    def _set_up(self, model: ModelCircuit, seed: int | None) -> None:
        count = len(self.classes_)
        # Before translating, which takes longer.
        self._outcomes = classes_of_outcomes(self.readout, model.circuit.num_qubits, count)
        self.program_ = translate(model)
        self._connect(seed)

    def _connect(self, seed: int | None) -> None:
        """Makes simulator and backend for the program."""
        count = len(self.classes_)
        self._outcomes = classes_of_outcomes(self.readout, self.program_.qubits, count)
        self._simulator = Simulator(self.program_)
        self._backend = make_backend(
            self.backend,
            self._simulator,
            self._outcomes,
            count,
            readout=self.readout,
            primitive=self.primitive,
            shots=self.shots,
            pass_manager=self.pass_manager,
            seed=seed,
        )

    def _gradient(self) -> str:
        if self.gradient != "auto":
            return self.gradient
        return "exact" if self.backend == "exact" else "parameter-shift"

    def _rows(self, X: ArrayLike) -> NDArray[np.float64]:
        rows: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, reset=False)
        return rows

    def _preparations(
        self, rows: NDArray[np.float64], trained: Callable[[Vector], NDArray[np.complex128]]
    ) -> Mapping[str, Preparation]:
        dims = (2,) * self.program_.qubits
        encoded: list[StateBatch] = []

        def encoding(weights: Vector) -> StateBatch:
            if not encoded:
                encoded.append(StateBatch(self._simulator.encoded(rows), dims))
            return encoded[0]

        return {"encoded": encoding, "trained": lambda w: StateBatch(trained(w), dims)}

    def _trained(
        self,
        objective: Objective,
        rows: NDArray[np.float64],
        seed: int,
        on_step: Observer | None,
    ) -> Vector:
        data = self._preparations(
            rows, objective.kets if self.backend == "exact" else self._kets_of(rows)
        )
        objective.keep_kets = on_step is not None
        weights = self.initial_weights_
        with track("variational classifier", total=self.max_iter) as progress:

            def report(weights: Vector, loss: float, memory: Mapping[str, Vector]) -> None:
                number = len(self.loss_curve_)
                self.loss_curve_.append(loss)
                said = f"loss {loss:.4f}"
                if on_step is not None:
                    event = TrainingStep(number, weights.copy(), loss, self, data, memory)
                    said = ", ".join(filter(None, [said, on_step(event)]))
                progress(1 if number else 0, said)

            if self.optimizer == "l-bfgs":
                report(weights, objective.loss(weights), {})
                return l_bfgs(
                    objective.loss_and_gradient,
                    weights,
                    self.max_iter,
                    lambda w, loss: report(w, loss, {}),
                )
            optimizer = self._optimizer()
            batches = self._batches(len(rows), seed)
            for batch in batches:
                loss, gradient = objective.loss_and_gradient(weights, batch)
                report(weights, loss, optimizer.state())
                weights = optimizer.step(weights, gradient)
            report(weights, objective.loss(weights), optimizer.state())
        return weights

    def _kets_of(self, rows: NDArray[np.float64]) -> Callable[[Vector], NDArray[np.complex128]]:
        return lambda weights: self._simulator.kets(rows, weights)

    def _optimizer(self) -> Optimizer:
        if self.optimizer == "sgd":
            return Sgd(self.learning_rate)
        return Adam(self.learning_rate, self.beta1, self.beta2, self.epsilon)

    def _batches(self, count: int, seed: int) -> list[NDArray[np.intp] | None]:
        if self.batch_size is None or self.batch_size >= count:
            return [None] * self.max_iter
        rng = stream(seed, "vqc", "batches")
        parts = -(-count // self.batch_size)
        return [
            part
            for _ in range(self.max_iter)
            for part in np.array_split(rng.permutation(count), parts)
        ]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # A handful of rotation angles need not reach the accuracy that classical models must.
        tags.classifier_tags.poor_score = True
        tags.non_deterministic = self.backend != "exact"
        return tags
