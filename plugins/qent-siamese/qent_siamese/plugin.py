"""What qent-siamese provides; importing this costs nothing, the models load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import FeatureSpec, ModelSpec, Reference, hookimpl

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
_AUTOENCODER = Reference(
    key="krawczyk2023",
    title="Data-driven criteria for quantum correlations",
    authors="M. Krawczyk and J. Pawłowski and M. M. Maśka and K. Roszak",
    year=2023,
    arxiv="2307.11091",
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
    yield ModelSpec(
        name="separability-autoencoder",
        target="qent_siamese.models.autoencoder:SeparabilityEstimator",
        summary="Autoencoder of separable three-qubit states; its error M measures how unlike",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_AUTOENCODER, _SIAMESE),
    )
    yield ModelSpec(
        name="siamese-ensemble",
        target="qent_siamese.models.ensemble:SiameseEnsemble",
        summary="One Siamese network for each interval of the separability measure M",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE, _AUTOENCODER),
    )


@hookimpl
def qent_features() -> Iterator[FeatureSpec]:
    """Yields the autoencoder's measure."""
    yield FeatureSpec(
        name="separability-measure",
        target="qent_siamese.models.measure:SeparabilityMeasure",
        summary="The error M of a trained separability autoencoder",
        dims=(2, 2, 2),
        requires=_TORCH,
        references=(_AUTOENCODER,),
    )
