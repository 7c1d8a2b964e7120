"""The separability autoencoder as an estimator, and its reconstruction error M."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from qent_core.api import (
    Dataset,
    DimensionsMismatchError,
    LabelsInvalidError,
    ParameterInvalidError,
    StateBatch,
    Verdict,
)
from qent_siamese.models.network_model import NetworkModel, digest_of, digest_of_rows
from qent_siamese.models.reading import checked_states, images, read_source
from qent_siamese.models.verdict_targets import read_verdicts
from qent_siamese.networks.autoencoder import SeparabilityAutoencoder
from qent_siamese.training.batches import as_targets
from qent_siamese.training.objectives import ReconstructionObjective

_HELD_OUT = "held out"


class SeparabilityEstimator(NetworkModel):
    r"""Autoencoder of separable three-qubit states; its error M tells how unlike product they are.

    A network maps $\rho$ to 24 complex 2x2 matrices per qubit and a fixed decoder to
    $\rho' = \frac{1}{24} \sum_i A_i \otimes B_i \otimes C_i$; M is the mean absolute difference
    over the 128 real and imaginary entries, which is also the training loss. It is trained on
    separable states only; 449,889 parameters.

    M orders states by their distance from product form, which is not separability: mixtures of
    many product states have a larger M than some PPT-entangled states. ``predict`` compares M with
    a quantile of its values on the training states; it does not tell cuts apart.

    Sources: M. Krawczyk, J. Pawłowski, M. M. Maśka, K. Roszak, arXiv:2307.11091;
    J. Pawłowski, M. Krawczyk, arXiv:2210.07410, Fig. 3.

    Formula:
        $$\rho' = \frac1{24} \sum_{i=1}^{24} A_i \otimes B_i \otimes C_i, \quad
        M = \frac1{128} \sum_{jk} \bigl(|\mathrm{Re}(\rho'-\rho)_{jk}| +
        |\mathrm{Im}(\rho'-\rho)_{jk}|\bigr)$$

        $A_i, B_i, C_i$ are complex 2 x 2 matrices that the network makes of $\rho$: a convolution
        per qubit, then four dense layers of 192; 449,889 parameters.

    Args:
        terms: Number of products.
        dense_layers: Dense layers per qubit.
        quantile: Share of the training states that ``predict`` calls separable.
        epochs: Passes through the training states.
        batch_size: States per step.
        learning_rate: Step size of Adam.
        select: Which epoch's weights are kept: ``"loss"`` (least loss on the validation sets) or
            ``"last"``.
        patience: Epochs without a better one before training stops; None means never.
        validation_fraction: Share of the states held out for selection if no validation sets are
            given to ``fit``.
        checkpoint: Folder where the state of the training is kept after each epoch.
        memory: Most memory for the training rows; a data set that needs more is read as needed.
        device: ``"auto"``, ``"cpu"``, or a GPU such as ``"cuda:0"``.
        dtype: ``"float32"`` or ``"float64"``.
        mixed_precision: Whether training steps compute in bfloat16. M is a small difference of
            large numbers, so ``"auto"`` means no.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        network_: The trained torch module.
        threshold_: The quantile of M on the training states.
        n_samples_: Number of separable states trained on.
        n_left_out_: Number of states left out because not all of their labels are separable.
        history_: Loss, validation, seconds of each epoch.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> factors = rng.normal(size=(3, 64, 2))
        >>> kets = np.einsum("na,nb,nc->nabc", *factors).reshape(64, 8)
        >>> products = StateBatch(kets / np.linalg.norm(kets, axis=1, keepdims=True), (2, 2, 2))
        >>> model = SeparabilityEstimator(terms=4, epochs=60, batch_size=16, learning_rate=3e-3,
        ...                               random_state=0).fit(products)
        >>> ghz = StateBatch([[0.5**0.5, 0, 0, 0, 0, 0, 0, 0.5**0.5]], (2, 2, 2))
        >>> bool(model.measure(ghz)[0] > np.median(model.measure(products)))
        True
    """

    _mixes = False

    def __init__(
        self,
        terms: int = 24,
        dense_layers: int = 4,
        quantile: float = 0.95,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        select: str = "loss",
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
        self.terms = terms
        self.dense_layers = dense_layers
        self.quantile = quantile
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
        self,
        X: StateBatch | Dataset,
        y: ArrayLike | None = None,
        *,
        validation: Mapping[str, StateBatch] | None = None,
    ) -> Self:
        """Trains the autoencoder on the separable states among those given.

        Args:
            X: States of three qubits, or a data set of them.
            y: Verdicts ``(n,)`` or ``(n, k)``, for a data set the names of label columns: only
                states all of whose verdicts are separable are used. None means all states are.
            validation: Separable states for the selection rule, by name; without any, a share of
                the states (``validation_fraction``) is held out.

        Raises:
            LabelsInvalidError: No state is separable.
            DimensionsMismatchError: The states are not of three qubits.
        """
        if self.select == "accuracy":
            raise ParameterInvalidError(
                "an autoencoder has no accuracy to be selected by",
                where=f"{self._where}, parameter select",
                do="set select to 'loss' or 'last'",
            )
        seed, how = self._ready()
        given = checked_states(X, self._where)
        self._check_dims(given.dims)
        self.dims_ = given.dims
        states, self._columns = self._separable(given, y)
        self.n_left_out_ = len(given) - len(states)
        source = read_source(
            states,
            None,
            self._prepare,
            where=f"{self._where}.fit",
            device=how.device,
            memory=self.memory,
            fraction=0.0 if validation else self.validation_fraction,
            seed=seed,
            drop_undecided=False,
        )
        sets = {} if source.held_out is None else {_HELD_OUT: source.held_out}
        for name, others in (validation or {}).items():
            where = f"{self._where}.fit, validation set '{name}'"
            checked_states(others, where, dims=self.dims_)
            nothing = as_targets(np.zeros((len(others), 0)))
            sets[name] = (self._prepare(others), nothing)
        self.n_samples_ = source.used
        rows = source.rows
        identity: dict[str, Any] = {}
        if self.checkpoint is not None:
            identity["rows"] = digest_of_rows(rows, states)
            identity["validation"] = {name: digest_of(inputs) for name, (inputs, _) in sets.items()}
        self._train(ReconstructionObjective(), rows, sets, seed, how, 0, identity)
        few = states[: min(len(states), 10_000)]
        self.threshold_ = float(np.quantile(self.measure(few), self.quantile))
        return self

    def measure(self, X: StateBatch) -> NDArray[np.floating[Any]]:
        """Returns M, the mean absolute difference between state and reconstruction, ``(n,)``."""
        return self._outputs_of(X)

    def reconstruct(self, X: StateBatch) -> NDArray[Any]:
        """Returns the reconstructions, ``(n, 8, 8)`` complex matrices that need not be states."""
        found = [
            self.network_(self._prepare(X[start : start + 4096])).detach().numpy()
            for start in range(0, len(X), 4096)
        ]
        both = np.concatenate(found)
        return both[:, 0] + 1j * both[:, 1]

    def predict(self, X: StateBatch) -> NDArray[np.int8]:
        """Returns 1 (entangled) where M exceeds ``threshold_``, else 0; the same for every cut."""
        said = (self.measure(X) > self.threshold_).astype(np.int8)
        return said if self._columns is None else np.repeat(said[:, None], self._columns, axis=1)

    def _prepare(self, states: StateBatch) -> Tensor:
        return images(states, self._number_type)

    def _build(self, dims: tuple[int, ...], outputs: int) -> nn.Module:
        self._check_dims(dims)
        return SeparabilityAutoencoder(self.terms, self.dense_layers)

    def _read_out(self, network: nn.Module, inputs: Tensor) -> Tensor:
        m: Tensor = (network(inputs) - inputs).abs().flatten(1).mean(1)
        return m

    def _check_dims(self, dims: tuple[int, ...]) -> None:
        if dims != (2, 2, 2):
            raise DimensionsMismatchError(
                f"the separability autoencoder is made for three qubits, not for dims {dims}",
                where=self._where,
                do="use states of dims (2, 2, 2)",
            )

    def _separable(
        self, states: StateBatch | Dataset, y: ArrayLike | None
    ) -> tuple[Any, int | None]:
        """Returns the states to train on and how many columns the labels have."""
        if y is None:
            return states, None
        if isinstance(states, Dataset):
            names = [y] if isinstance(y, str) else list(y)  # type: ignore[arg-type]
            verdicts = np.stack([states.columns[name] for name in names], axis=1)
            columns = None if isinstance(y, str) else len(names)
        else:
            targets = read_verdicts(y, len(states), f"{self._where}.fit")
            verdicts, columns = targets.values, None if targets.flat else targets.values.shape[1]
        chosen = np.flatnonzero((verdicts == Verdict.SEPARABLE).all(axis=1))
        if not len(chosen):
            raise LabelsInvalidError(
                "no state is labelled separable for every question",
                where=f"{self._where}.fit",
                do="give separable states: they are all that this model learns from",
            )
        return states.take(chosen) if isinstance(states, Dataset) else states[chosen], columns

    def _kept(self) -> dict[str, Any]:
        return super()._kept() | {
            "threshold": self.threshold_,
            "samples": self.n_samples_,
            "left_out": self.n_left_out_,
            "columns": self._columns,
        }

    def _restore(self, kept: Mapping[str, Any]) -> int:
        super()._restore(kept)
        self.threshold_ = float(kept["threshold"])
        self.n_samples_, self.n_left_out_ = int(kept["samples"]), int(kept["left_out"])
        self._columns = kept["columns"]
        return 0

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        return [{"terms": 2, "dense_layers": 1, "epochs": 2, "batch_size": 16}]
