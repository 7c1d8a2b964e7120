"""The ensemble of Siamese networks, one for each interval of the separability measure."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from math import isinf
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import Dataset, LabelsInvalidError, StateBatch, Verdict, integer_seed, track
from qent_siamese.models import persistence
from qent_siamese.models.autoencoder import SeparabilityEstimator
from qent_siamese.models.domains import EDGES, Domain, answering, domain_of, upper_ends
from qent_siamese.models.measure import given_autoencoder
from qent_siamese.models.parameters import check_parameters, root_seed
from qent_siamese.models.reading import checked_states
from qent_siamese.models.siamese import SiameseClassifier
from qent_siamese.models.verdict_model import Validation
from qent_siamese.models.verdict_targets import as_given, mean_accuracy, read_verdicts

_STATES_AT_ONCE = 16_384
_OWN = ("edges", "reading", "autoencoder", "autoencoder_epochs")
"""Parameters of the ensemble itself; all others are those of its networks."""


class SiameseEnsemble(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    r"""Ten Siamese networks, each for the states in one interval of the separability measure M.

    Each network is trained only on the states whose M lies in its interval; a new state is sent to
    one network by its M, nothing is averaged. An interval without training states is answered for
    by the nearest one that has some; ``domains_`` says so.

    Source: J. Pawłowski, M. Krawczyk, arXiv:2210.07410, Fig. 2(c), section "Ensemble of networks".

    Formula:
        $$p(\rho) = p^{(k)}(\rho) \quad \text{where} \quad m_k \le M(\rho) < m_{k+1}$$

        with ten networks $p^{(0)}, \dots, p^{(9)}$ of the kind ``siamese-cnn``, the error M of a
        ``separability-autoencoder``, and the edges $m_k$.

    Args:
        edges: Lower ends of the intervals of M; None means the paper's ten.
        reading: ``"paper"``: the last interval has no upper end; ``"code"``: its network is
            trained up to M = 0.1 only, and answers for all above, which it has never seen.
        autoencoder: Folder of a saved ``separability-autoencoder``, or such a model; None trains
            one on the training states whose labels are all separable.
        autoencoder_epochs: Epochs of that training.
        regularisation: Weight of each of the two symmetry terms.
        regularise_from: First epoch, counted from 0, in which they act.
        unitaries: ``"angles"`` (the paper's) or ``"haar"``.
        matching: ``"all"``, or ``"code"`` for the paper's partial matching of outputs.
        permutation_bug: Whether one permutation is carried out wrongly, as in the paper's code.
        conv_layers: Number of convolutions.
        kernel_size: Side of their kernels.
        dense_layers: Number of dense layers before the output.
        width: Their units.
        questions: Question of each column of the labels; None means all cuts if there are as many.
        epochs: Passes through the training states of an interval.
        batch_size: States per step.
        learning_rate: Step size of Adam.
        select: Which epoch's weights are kept, within each interval: ``"accuracy"``, ``"loss"``
            or ``"last"``. Validation states of other intervals do not count.
        patience: Epochs without a better one before training stops; None means never.
        validation_fraction: Share of the states held out for selection if no validation sets are
            given to ``fit``.
        checkpoint: Folder where the state of each training is kept after each epoch.
        memory: Most memory for the training rows; a data set that needs more is read as needed.
        device: ``"auto"``, ``"cpu"``, or a GPU such as ``"cuda:0"``.
        dtype: ``"float32"`` or ``"float64"``.
        mixed_precision: Whether training steps compute in bfloat16.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        domains_: The intervals: their states, which network answers, what is to be said of them.
        networks_: Number of the interval to its network.
        autoencoder_: The autoencoder in use.
        n_unused_: Training states in no interval, under the code's reading.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> kets = rng.normal(size=(48, 8))
        >>> factors = rng.normal(size=(3, 24, 2))
        >>> kets[:24] = np.einsum("na,nb,nc->nabc", *factors).reshape(24, 8)
        >>> states = StateBatch(kets / np.linalg.norm(kets, axis=1, keepdims=True), (2, 2, 2))
        >>> verdicts = np.repeat([[0, 0, 0], [1, 1, 1]], 24, axis=0)
        >>> model = SiameseEnsemble(epochs=1, autoencoder_epochs=1, width=8, edges=[0.0, 0.1],
        ...                         random_state=0).fit(states, verdicts)
        >>> sum(domain.states for domain in model.domains_), model.predict_proba(states).shape
        (48, (48, 3))
    """

    def __init__(
        self,
        edges: Sequence[float] | None = None,
        reading: str = "paper",
        autoencoder: Any = None,
        autoencoder_epochs: int = 20,
        regularisation: float = 0.5,
        regularise_from: int = 11,
        unitaries: str = "angles",
        matching: str = "all",
        permutation_bug: bool = False,
        conv_layers: int = 3,
        kernel_size: int = 2,
        dense_layers: int = 5,
        width: int = 128,
        questions: Sequence[str] | None = None,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        select: str = "accuracy",
        patience: int | None = None,
        validation_fraction: float = 0.1,
        checkpoint: str | None = None,
        memory: str = "4GB",
        device: str = "auto",
        dtype: str = "float32",
        mixed_precision: str | bool = "auto",
        cuda_graphs: bool = False,
        threads: int = 1,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.edges = edges
        self.reading = reading
        self.autoencoder = autoencoder
        self.autoencoder_epochs = autoencoder_epochs
        self.regularisation = regularisation
        self.regularise_from = regularise_from
        self.unitaries = unitaries
        self.matching = matching
        self.permutation_bug = permutation_bug
        self.conv_layers = conv_layers
        self.kernel_size = kernel_size
        self.dense_layers = dense_layers
        self.width = width
        self.questions = questions
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.select = select
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.checkpoint = checkpoint
        self.memory = memory
        self.device = device
        self.dtype = dtype
        self.mixed_precision = mixed_precision
        self.cuda_graphs = cuda_graphs
        self.threads = threads
        self.random_state = random_state

    def fit(
        self, X: StateBatch | Dataset, y: ArrayLike, *, validation: Validation | None = None
    ) -> Self:
        """Trains the autoencoder, if none is given, and then a network for each interval.

        Args:
            X: States of three qubits, or a data set of them.
            y: Verdicts ``(n,)`` or ``(n, k)``: 0 separable, 1 entangled, -1 unknown; for a data set
                the names of its label columns.
            validation: Sets for the selection rule by name.

        Raises:
            LabelsInvalidError: All labels are unknown, or, without an autoencoder, no state is
                separable.
            DimensionsMismatchError: The states are not of three qubits.
        """
        check_parameters(self.get_params(deep=False), type(self).__name__)
        seed = root_seed(self.random_state)
        states = checked_states(X, type(self).__name__)
        self.dims_ = states.dims
        decided = self._decided(states, y)
        self.autoencoder_ = self._fitted_autoencoder(states, y, seed)
        m = self._measured(states)
        edges = self._edges()
        place = domain_of(m, edges)
        place[m >= upper_ends(edges, self.reading)[-1]] = -1
        self.n_unused_ = int((place == -1).sum())
        sets = {
            name: (part, np.asarray(labels), domain_of(self._measured(part), edges))
            for name, (part, labels) in (validation or {}).items()
        }
        self.networks_: dict[int, SiameseClassifier] = {}
        notes: list[list[str]] = [[] for _ in edges]
        with track("training the domains of the ensemble", total=len(edges)) as step:
            for number in range(len(edges)):
                rows = np.flatnonzero(place == number)
                if decided[rows].any():
                    chosen = {
                        name: (part[where == number], labels[where == number])
                        for name, (part, labels, where) in sets.items()
                        if (where == number).any()
                    }
                    self._fit_domain(number, rows, states, y, chosen, bool(sets), seed, notes)
                step(detail=f"domain {number}, {len(rows)} states")
        self._describe(edges, place, notes)
        return self

    def predict_proba(self, X: StateBatch) -> NDArray[np.floating[Any]]:
        """Returns the probability of entanglement for each question; see the single network."""
        return self._routed(X, "predict_proba")

    def predict(self, X: StateBatch) -> NDArray[np.int8]:
        """Returns 1 (entangled) where the probability is at least one half, else 0."""
        return self._routed(X, "predict").astype(np.int8)

    def score(self, X: StateBatch, y: ArrayLike, sample_weight: None = None) -> float:
        """Returns the accuracy per question, averaged over questions; UNKNOWN counts nothing."""
        return mean_accuracy(self.predict(X), y, len(X), type(self).__name__)

    def domains(self, X: StateBatch) -> NDArray[np.intp]:
        """Returns the number of the interval of each state, ``(n,)``."""
        check_is_fitted(self, "networks_")
        return domain_of(self._measured(X), self._edges())

    # --- training --------------------------------------------------------------------------------

    def _decided(self, states: Any, y: ArrayLike) -> NDArray[np.bool_]:
        if isinstance(states, Dataset):
            names = [y] if isinstance(y, str) else list(y)  # type: ignore[arg-type]
            columns = [np.asarray(states.columns[name]) for name in names]
            verdicts = np.stack(columns, axis=1)
            self._flat = isinstance(y, str)
        else:
            targets = read_verdicts(y, len(states), f"{type(self).__name__}.fit")
            verdicts, self._flat = targets.values, targets.flat
        self._columns = verdicts.shape[1]
        self.classes_ = np.array([0, 1], dtype=np.int8)
        decided: NDArray[np.bool_] = (verdicts != Verdict.UNKNOWN).any(axis=1)
        if not decided.any():
            raise LabelsInvalidError(
                "all labels are unknown: there is nothing to learn",
                where=f"{type(self).__name__}.fit",
                do="use a labeler that decides some of the states",
            )
        return decided

    def _fitted_autoencoder(self, states: Any, y: ArrayLike, seed: int) -> SeparabilityEstimator:
        if self.autoencoder is not None:
            return given_autoencoder(self.autoencoder, type(self).__name__)
        names = ("batch_size", "learning_rate", "memory", "device", "dtype", "threads")
        model = SeparabilityEstimator(
            epochs=self.autoencoder_epochs,
            checkpoint=self._folder("autoencoder"),
            random_state=integer_seed(seed, "autoencoder"),
            **{name: getattr(self, name) for name in names},
        )
        return model.fit(states, y)

    def _fit_domain(
        self,
        number: int,
        rows: NDArray[np.intp],
        states: Any,
        y: Any,
        validation: Validation,
        was_given: bool,
        seed: int,
        notes: list[list[str]],
    ) -> None:
        parameters = {k: v for k, v in self.get_params(deep=False).items() if k not in _OWN}
        network = SiameseClassifier(**parameters)
        network.set_params(
            random_state=integer_seed(seed, "domain", number),
            checkpoint=self._folder(f"domain-{number}"),
        )
        if was_given and not validation:
            network.set_params(validation_fraction=0.0)
            notes[number].append("no validation state: the last epoch is kept")
        of_data_set = isinstance(states, Dataset)
        part = states.take(rows) if of_data_set else states[rows]
        labels = y if of_data_set else np.asarray(y)[rows]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", UserWarning)
            network.fit(part, labels, validation=validation or None)
        # That an interval of M holds one answer only is what it is for: a note, no warning.
        notes[number] += [str(entry.message) for entry in said]
        self.networks_[number] = network

    def _describe(
        self, edges: Sequence[float], place: NDArray[np.intp], notes: list[list[str]]
    ) -> None:
        trained = [number in self.networks_ for number in range(len(edges))]
        ends = upper_ends(edges, self.reading)
        self.domains_ = []
        for number, nearest in enumerate(answering(trained)):
            domain = Domain(
                edges[number],
                None if isinf(ends[number]) else ends[number],
                int((place == number).sum()),
                nearest,
                tuple(notes[number]),
            )
            if nearest != number:
                said = f"no training states: domain {nearest} answers for {domain.interval}"
                domain = replace(domain, notes=(said,))
            self.domains_.append(domain)
        networks = self.networks_.values()
        self.n_parameters_ = sum(network.n_parameters_ for network in networks)
        self.history_ = {number: network.history_ for number, network in self.networks_.items()}
        self.questions_ = next(iter(networks)).questions_
        self.selected_by_ = f"in each of {len(self.networks_)} domains: " + " / ".join(
            sorted({network.selected_by_ for network in networks})
        )
        spent = [sum(row["seconds"] for row in network.history_) for network in networks]
        waited = [t * n.loading_share_ for t, n in zip(spent, networks, strict=True)]
        self.loading_share_ = sum(waited) / max(sum(spent), 1e-12)

    def _folder(self, name: str) -> str | None:
        return None if self.checkpoint is None else str(Path(self.checkpoint) / name)

    def _edges(self) -> tuple[float, ...]:
        return EDGES if self.edges is None else tuple(float(edge) for edge in self.edges)

    def _measured(self, states: Any) -> NDArray[np.floating[Any]]:
        parts = [
            self.autoencoder_.measure(states[start : start + _STATES_AT_ONCE])
            for start in range(0, len(states), _STATES_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    # --- answering -------------------------------------------------------------------------------

    def _routed(self, X: StateBatch, method: str) -> NDArray[Any]:
        check_is_fitted(self, "networks_")
        states = checked_states(X, type(self).__name__, dims=self.dims_)
        answering_one = np.array([domain.answered_by for domain in self.domains_])
        chosen = answering_one[self.domains(states)]
        columns = (2 if self._flat else self._columns) if method == "predict_proba" else None
        width = self._columns if columns is None else columns
        result = np.zeros((len(states), width))
        for number in np.unique(chosen):
            rows = np.flatnonzero(chosen == number)
            answer = getattr(self.networks_[int(number)], method)(states[rows])
            result[rows] = answer.reshape(len(rows), width)
        return result if columns is not None else as_given(result, self._flat)

    # --- saving ----------------------------------------------------------------------------------

    def save(self, folder: Path | str) -> None:
        """Writes the fitted ensemble into an existing, empty folder: one folder per part.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self, "networks_")
        home = Path(folder)
        kept = {
            "dims": list(self.dims_),
            "domains": [domain.as_json() for domain in self.domains_],
            "flat": self._flat,
            "columns": self._columns,
            "unused": self.n_unused_,
        }
        persistence.save(self, kept, {}, home)
        parts = {"autoencoder": self.autoencoder_}
        parts |= {f"domain-{number}": network for number, network in self.networks_.items()}
        for name, part in parts.items():
            (home / name).mkdir()
            part.save(home / name)

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Reads an ensemble that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or does not describe an ensemble.
        """
        home = Path(folder)
        with persistence.reading(home):
            content, _ = persistence.read(home, cls.__name__)
            kept = content["kept"]
            model = cls(**{**persistence.parameters_of(content), "autoencoder": None})
            check_parameters(model.get_params(deep=False), cls.__name__)
            model.dims_ = tuple(int(d) for d in kept["dims"])
            model._flat, model._columns = bool(kept["flat"]), int(kept["columns"])
            model.classes_ = np.array([0, 1], dtype=np.int8)
            model.n_unused_ = int(kept["unused"])
            model.autoencoder_ = SeparabilityEstimator.load(home / "autoencoder")
            domains = [Domain.from_json(entry) for entry in kept["domains"]]
            model.networks_ = {
                number: SiameseClassifier.load(home / f"domain-{number}")
                for number in sorted({domain.answered_by for domain in domains})
            }
            nowhere = np.zeros(0, dtype=np.intp)
            model._describe(model._edges(), nowhere, [[] for _ in domains])
            model.domains_ = domains
        return model

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        return [
            {
                "epochs": 1,
                "autoencoder_epochs": 1,
                "batch_size": 16,
                "width": 8,
                "dense_layers": 1,
                "conv_layers": 2,
                "edges": [0.0, 0.075, 0.08],
            }
        ]
