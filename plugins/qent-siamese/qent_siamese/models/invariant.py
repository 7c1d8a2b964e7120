"""The detector that is built on the symmetry instead of trained towards it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.random import Generator, RandomState
from torch import Tensor, nn

from qent_core.api import StateBatch, cuts
from qent_siamese.invariants.spectra import cut_spectra, scaled
from qent_siamese.models.reading import check_finite_states
from qent_siamese.models.verdict_model import VerdictModel
from qent_siamese.networks.equivariant import EquivariantNetwork


class InvariantClassifier(VerdictModel):
    r"""Equivariant network over local-unitary invariants: the symmetry holds exactly.

    Each cut is described by spectra that no local unitary changes (state, partial transpose,
    marginals, realigned and locally filtered state, correlation tensor, and two that compare the
    ranges of the state and of its partial transpose), on linear and logarithmic scales. One network
    is applied to every cut, with mean and maximum over all cuts as context. Rotating a state
    locally leaves every answer as it is, up to rounding; permuting its parties permutes them.

    Trained without PPT-entangled states it cannot do better on its own training set than the PPT
    criterion; what it says about PPT-entangled states then is a guess by likeness, which orders
    them better than chance but mostly answers "separable" (study ``bound-entanglement``).

    Source: no network with this symmetry was found in the literature; for the layers M. Zaheer et
    al., arXiv:1703.06114, for the invariants see `qent_siamese.invariants.spectra`.

    Formula:
        $$p_j = \sigma\,g\bigl(h_j,\ \tfrac1K\textstyle\sum_k h_k,\ \max_k h_k\bigr), \quad
        h_j = \phi(f_j(\rho))$$

        with the invariants $f_j$ of cut j and two networks, the same for each of the K cuts. For
        three qubits $\phi$ has layers 156 - 128 - 128 and g 384 - 128 - 128 - 1; 102,529
        parameters. Hence $p_j(U\rho U^\dagger) = p_j(\rho)$ for local U, and $p_{\pi(j)}(\pi\rho)
        = p_j(\rho)$ for a permutation $\pi$ of the parties.

    Args:
        hidden: Units of the layers before, and again after, the cuts are joined.
        questions: Question of each column of the labels, such as ``["A|BC"]``; None means all cuts
            if there are as many columns. Questions that are no cut, or not known, are answered
            from all cuts together.
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
        dtype: ``"float64"`` or ``"float32"``; invariants near zero need double precision.
        mixed_precision: Whether training steps compute in bfloat16; ``"auto"`` means no.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        network_: The trained torch module.
        questions_: Question of each output, empty if they are not known.
        history_: Loss, accuracy, validation, seconds of each epoch.
        best_epoch_: The epoch whose weights were kept, counted from 0.
        selected_by_: The rule by which it was chosen, with its data.

    Example:
        >>> p = np.random.default_rng(0).uniform(size=(200, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> verdicts = p[:, 0, 0] > 1 / 3
        >>> model = InvariantClassifier(hidden=(32,), batch_size=16, learning_rate=3e-3,
        ...                             select="loss", random_state=0).fit(states, verdicts)
        >>> bool(model.score(states, verdicts) > 0.98)
        True
    """

    _mixes = False

    def __init__(
        self,
        hidden: Sequence[int] = (128, 128),
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
        dtype: str = "float64",
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
        check_finite_states(states)
        return torch.from_numpy(scaled(cut_spectra(states)[0])).to(self._number_type)

    def _build(self, dims: tuple[int, ...], outputs: int) -> nn.Module:
        size = 1
        for d in dims:
            size *= d
        features = self._prepare(StateBatch(np.eye(size)[None] / size, dims)).shape[2]
        named = cuts(len(dims))
        asked = self.questions_ or ("",) * outputs
        picked = [named.index(q) if q in named else None for q in asked]
        return EquivariantNetwork(features, picked, self.hidden)

    def _begin(self, network: nn.Module, first: Tensor) -> None:
        network.standardise(first)

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        small = {"epochs": 2, "batch_size": 16, "hidden": [8]}
        return [small, {**small, "questions": ["B|AC"], "dtype": "float32"}]
