"""The triple Siamese network as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from numpy.random import Generator, RandomState

from qent_siamese.models.convolutional import ConvolutionalClassifier
from qent_siamese.symmetry.objective import SiameseObjective
from qent_siamese.symmetry.permutations import non_trivial
from qent_siamese.training.objectives import Objective
from qent_siamese.training.schedule import Schedule


class SiameseClassifier(ConvolutionalClassifier):
    r"""Triple Siamese network: `ConvolutionalClassifier` regularised towards its symmetries.

    Entanglement across a cut does not change under local unitaries, and moves to another cut when
    parties change places. From epoch ``regularise_from`` on the loss has two more terms: the mean
    disagreement with a copy rotated by fresh local unitaries for each state, and with a copy whose
    parties are permuted, one permutation for each batch. The three copies share the weights and go
    through the network in one pass; prediction uses the state alone. Parties of a dimension other
    than 2 are rotated by Haar unitaries, and only parties of equal dimension are permuted.

    Source: J. Pawłowski, M. Krawczyk, arXiv:2210.07410, Eq. (6), Fig. 2(b).

    Formula:
        $$L = \mathrm{BCE}(p(\rho), y) + w\,\mathrm{mean}\,|p_j(\rho) - p_j(U\rho U^\dagger)| +
        w\,\mathrm{mean}\,|p_j(\rho) - p_{\pi(j)}(\pi\rho)|$$

        with the network p of ``cnn``, random local unitaries U, a random permutation $\pi$ of the
        parties, means over states and questions j, and the weight w, which is 0 at first.

    Args:
        regularisation: Weight of each of the two terms.
        regularise_from: First epoch, counted from 0, in which they act; 11 in the paper's code.
        unitaries: ``"angles"``: two gates with uniform angles (the paper's, not Haar distributed);
            ``"haar"``.
        matching: ``"all"`` compares every output with the one it becomes, ``"code"`` only the one
            or two that the paper's code compares.
        permutation_bug: Whether one of the five permutations of three parties is carried out
            wrongly, as in the paper's code.
        conv_layers: Number of convolutions.
        kernel_size: Side of their kernels.
        dense_layers: Number of dense layers before the output.
        width: Their units.
        questions: Question of each column of the labels; None means all cuts if there are as many
            columns. If the questions are not known there is no permuted copy.
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
        mixed_precision: Whether training steps compute in bfloat16; ``"auto"`` means on a GPU in
            single precision.
        cuda_graphs: Whether training steps are compiled and recorded as CUDA graphs; acts on a GPU.
        threads: Threads of the CPU. The last bits depend on their number, so it is fixed.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        network_: The trained torch module.
        questions_: Question of each output, empty if they are not known.
        history_: Loss, accuracy, validation, seconds of each epoch.
        best_epoch_: The epoch whose weights were kept, counted from 0.
        selected_by_: The rule by which it was chosen, with its data.
        unknown_labels_: How many labels of each question were UNKNOWN. They count nothing in the
            cross-entropy; their states still take part in the symmetry terms.
        loading_share_: Share of the training time that was spent waiting for data.

    Example:
        >>> import numpy as np
        >>> from qent_core.api import StateBatch
        >>> p = np.random.default_rng(0).uniform(size=(64, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> verdicts = p[:, 0, 0] > 1 / 3
        >>> model = SiameseClassifier(
        ...     epochs=2, regularise_from=1, width=16, conv_layers=2, random_state=0
        ... )
        >>> model.fit(states, verdicts).predict(states).shape
        (64,)
    """

    _drop_undecided = False

    def __init__(
        self,
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
        super().__init__(
            conv_layers=conv_layers,
            kernel_size=kernel_size,
            dense_layers=dense_layers,
            width=width,
            questions=questions,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            select=select,
            patience=patience,
            validation_fraction=validation_fraction,
            checkpoint=checkpoint,
            memory=memory,
            device=device,
            dtype=dtype,
            mixed_precision=mixed_precision,
            cuda_graphs=cuda_graphs,
            threads=threads,
            random_state=random_state,
        )
        self.regularisation = regularisation
        self.regularise_from = regularise_from
        self.unitaries = unitaries
        self.matching = matching
        self.permutation_bug = permutation_bug

    def _objective(self, device: torch.device) -> Objective:
        permutations = (
            non_trivial(
                self.dims_,
                self.questions_,
                matching=self.matching,
                bug=self.permutation_bug,
                device=device,
            )
            if self.questions_
            else ()
        )
        schedule = Schedule(self.regularise_from, self.regularisation)
        return SiameseObjective(self.dims_, permutations, schedule, self.unitaries)

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        small = {"epochs": 2, "batch_size": 16, "width": 8, "dense_layers": 1, "conv_layers": 2}
        return [
            {**small, "regularise_from": 1},
            {**small, "regularise_from": 0, "questions": ["A|BC"], "unitaries": "haar"},
        ]
