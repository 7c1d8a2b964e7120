"""The plain multilayer perceptron over the density matrix, a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.random import Generator, RandomState
from torch import Tensor, nn

from qent_core.api import StateBatch
from qent_siamese.models.reading import images
from qent_siamese.models.verdict_model import VerdictModel
from qent_siamese.networks.convolutional import dense


class DenseClassifier(VerdictModel):
    r"""Fully connected network over the entries of the density matrix, a baseline for `cnn`.

    Source: the paper names such a backbone without numbers (J. Pawłowski, M. Krawczyk,
    arXiv:2210.07410, Discussion); see also J. Ureña et al., arXiv:2304.05946.

    Formula:
        $$p = \sigma\,L_{k+1}\,(\mathrm{ReLU}\,L)^k\,(\mathrm{Re}\,\rho,\ \mathrm{Im}\,\rho)$$

        with affine maps L and a sigmoid per question. For three qubits 128 - 256 - 128 - 128 -
        128 - 128 - 128 - 3; 132,355 parameters.

    Args:
        hidden: Units of the hidden layers.
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
        >>> model = DenseClassifier(hidden=(16,), epochs=60, batch_size=8, learning_rate=0.01,
        ...                         select="loss", random_state=0).fit(states, p[:, 0, 0] > 1 / 3)
        >>> bool(model.score(states, p[:, 0, 0] > 1 / 3) > 0.9)
        True
    """

    def __init__(
        self,
        hidden: Sequence[int] = (256, 128, 128, 128, 128, 128),
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
        self.hidden = hidden
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
        return nn.Sequential(nn.Flatten(), *dense(2 * size**2, tuple(self.hidden), outputs))

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        return [{"epochs": 2, "batch_size": 16, "hidden": [8]}]
