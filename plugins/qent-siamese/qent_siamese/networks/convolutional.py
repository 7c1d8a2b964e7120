"""The convolutional network: density matrix in, one logit per question out."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from qent_core.api import ParameterInvalidError


def channel_numbers(layers: int, *, first: int = 2, ratio: float = 16.0) -> tuple[int, ...]:
    r"""Returns the channels before and after each convolution.

    $c_i = \lfloor r_i c_{i-1} \rfloor$ with $r_i = \sqrt{r_{i-1}}$.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410, section "Deep convolutional networks".

    Example:
        >>> channel_numbers(3)
        (2, 32, 128, 256)
    """
    channels = [first]
    for _ in range(layers):
        channels.append(int(ratio * channels[-1]))
        ratio **= 0.5
    return tuple(channels)


def map_sizes(size: int, layers: int, kernel: int) -> tuple[int, ...]:
    """Returns the side of the image before and after each convolution, stride 1, no padding.

    Raises:
        ParameterInvalidError: A convolution would leave nothing.

    Example:
        >>> map_sizes(8, layers=3, kernel=2)
        (8, 7, 6, 5)
    """
    sizes = tuple(size - layer * (kernel - 1) for layer in range(layers + 1))
    if sizes[-1] < 1:
        most = (size - 1) // layers + 1
        raise ParameterInvalidError(
            f"{layers} convolutions with {kernel}x{kernel} kernels do not fit into a density "
            f"matrix of {size}x{size}",
            where=f"kernel_size={kernel}, conv_layers={layers}",
            do=f"use kernels of at most {most}x{most}, or fewer layers",
        )
    return sizes


class ConvolutionalNetwork(nn.Module):
    """Convolutions without padding or pooling, dense layers, one logit per question.

    Args:
        size: Dimension D of the states; the input is ``(n, 2, D, D)``, real and imaginary part.
        outputs: Number of questions.
        conv_layers: Number of convolutions.
        kernel_size: Side of their kernels.
        dense_layers: Number of dense layers before the output.
        width: Their units.

    Raises:
        ParameterInvalidError: The convolutions do not fit into the matrix.

    Example:
        >>> network = ConvolutionalNetwork(8, 3)
        >>> sum(parameter.numel() for parameter in network.parameters())
        1033891
    """

    def __init__(
        self,
        size: int,
        outputs: int,
        conv_layers: int = 3,
        kernel_size: int = 2,
        dense_layers: int = 5,
        width: int = 128,
    ) -> None:
        super().__init__()
        side = map_sizes(size, conv_layers, kernel_size)[-1]
        channels = channel_numbers(conv_layers)
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [nn.utils.skip_init(nn.Conv2d, before, after, kernel_size), nn.ReLU()]
        layers.append(nn.Flatten())
        layers += dense(channels[-1] * side**2, (width,) * dense_layers, outputs)
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        """Returns the logits, ``(n, outputs)``."""
        logits: Tensor = self.layers(inputs)
        return logits


def dense(inputs: int, hidden: tuple[int, ...], outputs: int) -> list[nn.Module]:
    """Returns dense layers with ReLU between them, their weights not yet drawn."""
    layers: list[nn.Module] = []
    for before, after in pairwise((inputs, *hidden, outputs)):
        layers += [nn.utils.skip_init(nn.Linear, before, after), nn.ReLU()]
    return layers[:-1]


def draw_weights(network: nn.Module, generator: torch.Generator) -> None:
    """Draws the initial weights by torch's own law, from ``generator`` and nothing else.

    Uniform within one over the square root of the number of inputs of a unit, weights and biases
    alike. It is written out because torch's layers draw from its global state.
    """
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                bound = layer.weight[0].numel() ** -0.5
                layer.weight.uniform_(-bound, bound, generator=generator)
                if layer.bias is not None:
                    layer.bias.uniform_(-bound, bound, generator=generator)
