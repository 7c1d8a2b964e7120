"""Where and how exactly a network is computed: device, number type, threads, compilation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from qent_core.api import ParameterInvalidError

DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(frozen=True)
class Numerics:
    """What ``device``, ``dtype``, ``mixed_precision`` and ``cuda_graphs`` come to."""

    device: torch.device
    dtype: torch.dtype
    mixed: bool
    compiled: bool

    def precision(self) -> AbstractContextManager[Any]:
        """Returns the context in which the network's training step runs."""
        if not self.mixed:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def prepared(self, network: nn.Module) -> Any:
        """Returns the network as it is called in training: compiled, if that was asked for.

        "reduce-overhead" records CUDA graphs: these steps are shorter than their launches.
        """
        if not self.compiled:
            return network
        return torch.compile(network, mode="reduce-overhead", dynamic=False)


def numerics(device: str, dtype: str, mixed_precision: str | bool, cuda_graphs: bool) -> Numerics:
    """Returns what the parameters come to on this machine.

    ``"auto"`` takes a GPU if torch finds one. Mixed precision (bfloat16 in the network, everything
    else as ``dtype`` says) is by itself used on a GPU in single precision only. Compilation acts on
    a GPU only.

    Raises:
        ParameterInvalidError: There is no such device.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ParameterInvalidError(
            f"torch cannot compute on the device '{device}'",
            where="parameter device",
            do="use device='auto', 'cpu', or the name of a GPU such as 'cuda:0'",
        ) from error
    on_gpu = chosen.type == "cuda"
    exact_enough = on_gpu and dtype == "float32" and torch.cuda.is_bf16_supported()
    mixed = exact_enough if mixed_precision == "auto" else bool(mixed_precision)
    return Numerics(chosen, DTYPES[dtype], mixed, cuda_graphs and on_gpu)


@contextmanager
def repeatable(threads: int) -> Iterator[None]:
    """Makes torch's sums come out the same each time, and restores the caller's settings.

    The order of summation, hence the last bits, depends on the number of threads and, on a GPU, on
    the convolution that cuDNN picks.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.backends.cudnn.flags(deterministic=True, benchmark=False):
            yield
    finally:
        torch.set_num_threads(before)
