"""What qent-siamese provides; importing this costs nothing, the models load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import ModelSpec, Reference, hookimpl

_SIAMESE = Reference(
    key="pawlowski2022",
    title=(
        "Identification of quantum entanglement with Siamese convolutional neural networks "
        "and semi-supervised learning"
    ),
    authors="J. Pawłowski and M. Krawczyk",
    year=2022,
    arxiv="2210.07410",
)
_TORCH = ("sklearn", "torch", "safetensors")


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the networks."""
    yield ModelSpec(
        name="cnn",
        target="qent_siamese.models.convolutional:ConvolutionalClassifier",
        summary="Convolutional network over the density matrix, a verdict for each cut",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE,),
    )
    yield ModelSpec(
        name="siamese-cnn",
        target="qent_siamese.models.siamese:SiameseClassifier",
        summary="Triple Siamese network: cnn regularised towards its symmetries",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE,),
    )
