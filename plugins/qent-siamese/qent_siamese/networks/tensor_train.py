"""A tensor-train network: the density matrix as a chain of parties."""

from __future__ import annotations

from torch import Tensor, nn

from qent_siamese.networks.convolutional import dense


class TensorTrainNetwork(nn.Module):
    r"""A tensor-train layer over the parties, then dense layers, one logit per question.

    The state is a tensor with one index of size $d_k^2$ per party. The layer maps it to a tensor
    with one index of size ``features`` per party, through cores joined by bonds of size ``bond``: a
    matrix product operator.

    Source: A. Novikov et al., Tensorizing neural networks, arXiv:1509.06569.

    Args:
        dims: Local dimensions.
        outputs: Number of questions.
        bond: Size of the bonds.
        features: Size of each party's output index.
        dense_layers: Number of dense layers before the output.
        width: Their units.

    Example:
        >>> import torch
        >>> network = TensorTrainNetwork((2, 2, 2), 3)
        >>> network(torch.zeros(4, 2, 8, 8)).shape
        torch.Size([4, 3])
    """

    def __init__(
        self,
        dims: tuple[int, ...],
        outputs: int,
        bond: int = 8,
        features: int = 6,
        dense_layers: int = 5,
        width: int = 128,
    ) -> None:
        super().__init__()
        self.dims = dims
        bonds = [2, *([bond] * (len(dims) - 1)), 1]
        # A linear layer from (bond, index) to (output, next bond) is one core of the train; the
        # first bond is open: it takes the real and the imaginary part.
        self.cores = nn.ModuleList(
            nn.utils.skip_init(nn.Linear, bonds[k] * d * d, features * bonds[k + 1], bias=False)
            for k, d in enumerate(dims)
        )
        self.bonds = bonds
        self.features = features
        size = features ** len(dims)
        self.bias = nn.utils.skip_init(nn.Linear, 1, size)
        self.dense = nn.Sequential(nn.ReLU(), *dense(size, (width,) * dense_layers, outputs))

    def forward(self, images: Tensor) -> Tensor:
        """Returns the logits, ``(n, outputs)``."""
        n, parties = len(images), len(self.dims)
        split = images.reshape(n, 2, *self.dims, *self.dims)
        # Row and column index of a party side by side: (n, 2, r1, c1, r2, c2, ...).
        order = [axis for k in range(parties) for axis in (2 + k, 2 + parties + k)]
        train = split.permute(0, 1, *order).reshape(n, 1, 2, -1)
        for k, (core, d) in enumerate(zip(self.cores, self.dims, strict=True)):
            done, bond = train.shape[1], self.bonds[k]
            grid = train.reshape(n, done, bond, d * d, -1).movedim(4, 2).flatten(3)
            mapped = core(grid).reshape(n, done, -1, self.features, self.bonds[k + 1])
            rest = mapped.shape[2]
            train = mapped.permute(0, 1, 3, 4, 2).reshape(n, done * self.features, -1, rest)
        logits: Tensor = self.dense(train.flatten(1) + self.bias.bias)
        return logits
