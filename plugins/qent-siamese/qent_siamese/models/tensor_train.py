"""The tensor-network backbone as an estimator, a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.random import Generator, RandomState
from torch import Tensor, nn

from qent_core.api import StateBatch
from qent_siamese.models.reading import images
from qent_siamese.models.verdict_model import VerdictModel
from qent_siamese.networks.tensor_train import TensorTrainNetwork


class TensorTrainClassifier(VerdictModel):
    r"""Tensor train over the parties in the place of the convolutions, a baseline for `cnn`.

    Source: the paper names such a backbone without numbers or details (J. Pawłowski, M. Krawczyk,
    arXiv:2210.07410, Discussion); the layer is that of A. Novikov et al., arXiv:1509.06569.

    Formula:
        $$p = \sigma\,L_6\,(\mathrm{ReLU}\,L)^5\,\mathrm{ReLU}(h), \quad h_{o_1\dots o_N} =
        b_{o_1\dots o_N} + \sum_{s,\,i_1\dots i_N} \bigl(A^{(1)}_{i_1o_1} \cdots
        A^{(N)}_{i_No_N}\bigr)_s\,x^s_{i_1\dots i_N}$$

        $x^1 = \mathrm{Re}\,\rho$ and $x^2 = \mathrm{Im}\,\rho$ with the row and column index of
        party k together in $i_k$, $d_k^2$ values; $o_k$ has 6 values. For each $i_k, o_k$ the
        core $A^{(k)}$ is a matrix, 2 x 8, then 8 x 8, at last 8 x 1. For three qubits 96,755
        parameters, of which 2,112 in the cores.

    Args:
        bond: Size of the bonds between the parties.
        features: Size of each party's output index.
        dense_layers: Number of dense layers before the output.
        width: Their units.
        questions: Question of each column of the labels; None means all cuts if there are as many.
        epochs: Passes through the training states.
        batch_size: States per step.
        learning_rate: Step size of Adam.
        select: Which epoch's weights are kept: ``"accuracy"``, ``"loss"`` or ``"last"``.
        patience: Epochs without a better one before training stops; None means never.
        validation_fraction: Share of the states held out for selection if no validation sets are
            given to ``fit``.
        checkpoint: Folder where the state of the training is kept after each epoch.
        memory: Most memory for the training rows; a data set that needs more is read as needed.
        device: ``"auto"``, ``"cpu"``, or a GPU such as ``"cuda:0"``.
        dtype: ``"float32"`` or ``"float64"``.
        mixed_precision: Whether training steps compute in bfloat16.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        network_: The trained torch module.
        questions_: Question of each output, empty if they are not known.
        history_: Loss, accuracy, validation, seconds of each epoch.

    Example:
        >>> import numpy as np
        >>> p = np.random.default_rng(0).uniform(size=(64, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> model = TensorTrainClassifier(dense_layers=1, width=16, epochs=2, random_state=0)
        >>> model.fit(states, p[:, 0, 0] > 1 / 3).predict(states).shape
        (64,)
    """

    def __init__(
        self,
        bond: int = 8,
        features: int = 6,
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
        self.bond = bond
        self.features = features
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

    def _prepare(self, states: StateBatch) -> Tensor:
        return images(states, self._number_type)

    def _build(self, dims: tuple[int, ...], outputs: int) -> nn.Module:
        return TensorTrainNetwork(
            dims, outputs, self.bond, self.features, self.dense_layers, self.width
        )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        return [{"epochs": 2, "batch_size": 16, "width": 8, "dense_layers": 1, "bond": 2}]
