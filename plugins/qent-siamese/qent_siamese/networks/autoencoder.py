"""The separability autoencoder: three qubits in, a sum of products of 2x2 matrices out."""

from __future__ import annotations

from math import isqrt

import torch
from torch import Tensor, nn


class SeparabilityAutoencoder(nn.Module):
    r"""Maps a three-qubit state to lists of matrices A, B, C and back to their sum of products.

    $\rho' = \frac1T \sum_i A_i \otimes B_i \otimes C_i$ with T unconstrained complex 2x2 matrices
    per qubit: no positivity, trace or Hermiticity is imposed.

    Sources: M. Krawczyk, J. Pawłowski, M. M. Maśka, K. Roszak, arXiv:2307.11091, for the idea; the
    layers are those of the variant that arXiv:2210.07410 uses.

    Args:
        terms: Number T of products.
        dense_layers: Dense layers per qubit.

    Example:
        >>> network = SeparabilityAutoencoder()
        >>> sum(parameter.numel() for parameter in network.parameters())
        449889
    """

    def __init__(self, terms: int = 24, dense_layers: int = 4) -> None:
        super().__init__()
        self.terms = terms
        channels, narrow = 2 * terms, isqrt(4 * terms)
        width = 4 * channels
        conv = nn.utils.skip_init
        # Strides and dilations match the places of the qubits in the index: A moves by 4, B by 2.
        self.first = conv(nn.Conv2d, 2, channels, 4, stride=4)
        self.remainder = conv(nn.Conv2d, 2, narrow, 2, dilation=4)
        self.second = conv(nn.Conv2d, narrow, channels, 2, stride=2)
        self.third = conv(nn.Conv2d, narrow, channels, 2, dilation=2)
        self.dense = nn.ModuleList(
            nn.Sequential(
                *(
                    layer
                    for _ in range(dense_layers)
                    for layer in (nn.ReLU(), nn.utils.skip_init(nn.Linear, width, width))
                )
            )
            for _ in range(3)
        )

    def factors(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns the matrices of the three qubits, each ``(n, T, 2, 2)`` and complex."""
        rest = self.remainder(images)
        heads = (self.first(images), self.second(rest), self.third(rest))
        found = []
        for head, layers in zip(heads, self.dense, strict=True):
            # Mixed precision knows no complex numbers.
            values = layers(head.flatten(1)).to(images.dtype)
            values = values.reshape(len(images), 2, self.terms, 2, 2)
            found.append(torch.complex(values[:, 0], values[:, 1]))
        return found[0], found[1], found[2]

    def forward(self, images: Tensor) -> Tensor:
        """Returns the reconstruction as images, ``(n, 2, 8, 8)``."""
        a, b, c = self.factors(images)
        # Two matrix products of batches: far quicker than one einsum over seven indices.
        ab = a[..., :, None, :, None] * b[..., None, :, None, :]
        left = ab.reshape(len(images), self.terms, 16).transpose(1, 2)
        rho = (left @ c.reshape(len(images), self.terms, 4)) / self.terms
        rho = rho.reshape(-1, 4, 4, 2, 2).permute(0, 1, 3, 2, 4).reshape(-1, 8, 8)
        return torch.stack([rho.real, rho.imag], dim=1)
