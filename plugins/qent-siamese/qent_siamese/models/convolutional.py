"""The convolutional network as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.random import Generator, RandomState
from torch import Tensor, nn

from qent_core.api import StateBatch
from qent_siamese.models.reading import images
from qent_siamese.models.verdict_model import VerdictModel
from qent_siamese.networks.convolutional import ConvolutionalNetwork


class ConvolutionalClassifier(VerdictModel):
    r"""Convolutional network over the density matrix; a probability of entanglement per cut.

    Real and imaginary part are the two channels of a D x D image. Three 2x2 convolutions without
    padding or pooling (channels 2, 32, 128, 256), five dense layers of 128, one sigmoid per
    question; 1,033,891 parameters for three qubits and their three cuts, in the order A|BC, B|AC,
    C|AB. It takes a StateBatch of any dims.

    Source: J. Pawłowski, M. Krawczyk, arXiv:2210.07410, Fig. 2(a) and Fig. A1. They use double
    precision, ``dtype="float64"``.

    Formula:
        $$p = \sigma\,L_6\,(\mathrm{ReLU}\,L)^5\,(\mathrm{ReLU}\,\mathrm{Conv}_{2\times2})^3\,
        (\mathrm{Re}\,\rho,\ \mathrm{Im}\,\rho)$$

        For three qubits: image 2 x 8 x 8, maps 32 x 7 x 7, 128 x 6 x 6, 256 x 5 x 5, then 6400 -
        128 - 128 - 128 - 128 - 128 - 3 with affine maps L and a sigmoid; 1,033,891 parameters.

    Args:
        conv_layers: Number of convolutions.
        kernel_size: Side of their kernels.
        dense_layers: Number of dense layers before the output.
        width: Their units.
        questions: Question of each column of the labels, such as ``["A|BC"]``; None means all cuts
            if there are as many columns.
        epochs: Passes through the training states.
        batch_size: States per step.
        learning_rate: Step size of Adam.
        select: Which epoch's weights are kept: ``"accuracy"`` (largest mean accuracy over the
            validation sets), ``"loss"`` (least sum of their losses) or ``"last"``.
        patience: Epochs without a better one before training stops; None means never.
        validation_fraction: Share of the states held out for selection if no validation sets are
            given to ``fit``.
        checkpoint: Folder where the state of the training is kept after each epoch. A training
            that was killed goes on from there and ends with the same bits.
        memory: Most memory for the training rows; a data set that needs more is read as needed.
        device: ``"auto"``, ``"cpu"``, or a GPU such as ``"cuda:0"``.
        dtype: ``"float32"`` or ``"float64"``.
        mixed_precision: Whether training steps compute in bfloat16; ``"auto"`` means on a GPU in
            single precision. Evaluation and prediction never do.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        network_: The trained torch module.
        questions_: Question of each output, empty if they are not known.
        history_: Loss, accuracy, validation, seconds of each epoch.
        best_epoch_: The epoch whose weights were kept, counted from 0.
        selected_by_: The rule by which it was chosen, with its data.
        unknown_labels_: How many labels of each question were UNKNOWN and counted nothing.
        loading_share_: Share of the training time that was spent waiting for data.
        n_parameters_: Number of weights.
        n_samples_: Number of states trained on.
        dims_: Local dimensions of the states.

    Example:
        >>> import numpy as np
        >>> p = np.random.default_rng(0).uniform(size=(64, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> verdicts = p[:, 0, 0] > 1 / 3
        >>> model = ConvolutionalClassifier(epochs=2, width=16, conv_layers=2, random_state=0)
        >>> model.fit(states, verdicts).predict_proba(states).shape, model.selected_by_
        ((64, 2), "largest mean accuracy over the validation sets 'held out'")
    """

    def __init__(
        self,
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

    def _prepare(self, states: StateBatch) -> Tensor:
        return images(states, self._number_type)

    def _build(self, dims: tuple[int, ...], outputs: int) -> nn.Module:
        size = 1
        for d in dims:
            size *= d
        return ConvolutionalNetwork(
            size, outputs, self.conv_layers, self.kernel_size, self.dense_layers, self.width
        )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        small = {"epochs": 2, "batch_size": 16, "width": 8, "dense_layers": 1}
        return [{**small, "conv_layers": 2}, {**small, "dtype": "float64", "kernel_size": 3}]
