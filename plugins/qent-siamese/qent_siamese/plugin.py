"""What qent-siamese provides; importing this costs nothing, the models load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import FeatureSpec, ModelSpec, Reference, StudySpec, hookimpl

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
_SETS = Reference(
    key="zaheer2017",
    title="Deep sets",
    authors=(
        "M. Zaheer and S. Kottur and S. Ravanbakhsh and B. Poczos and R. Salakhutdinov and A. Smola"
    ),
    year=2017,
    arxiv="1703.06114",
)
_TENSOR_TRAIN = Reference(
    key="novikov2015",
    title="Tensorizing neural networks",
    authors="A. Novikov and D. Podoprikhin and A. Osokin and D. Vetrov",
    year=2015,
    arxiv="1509.06569",
)
_PPT = Reference(
    key="peres1996",
    title="Separability criterion for density matrices",
    authors="A. Peres",
    year=1996,
    journal="Phys. Rev. Lett.",
    volume="77",
    pages="1413",
)
_REALIGNMENT = Reference(
    key="chen2003",
    title="A matrix realignment method for recognizing entanglement",
    authors="K. Chen and L.-A. Wu",
    year=2003,
    journal="Quantum Inf. Comput.",
    volume="3",
    pages="193",
)
_BOOSTING = Reference(
    key="friedman2001",
    title="Greedy function approximation: a gradient boosting machine",
    authors="J. H. Friedman",
    year=2001,
    journal="Ann. Stat.",
    volume="29",
    pages="1189",
)
_TORCH = ("sklearn", "torch", "safetensors")


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the networks and the baselines."""
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
    yield ModelSpec(
        name="invariant",
        target="qent_siamese.models.invariant:InvariantClassifier",
        summary="Equivariant network over local-unitary invariants: the symmetry holds exactly",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SETS,),
    )
    yield ModelSpec(
        name="mlp",
        target="qent_siamese.models.dense:DenseClassifier",
        summary="Fully connected network over the density matrix, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE,),
    )
    yield ModelSpec(
        name="tensor-network",
        target="qent_siamese.models.tensor_train:TensorTrainClassifier",
        summary="Tensor train over the parties instead of convolutions, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE, _TENSOR_TRAIN),
    )
    yield ModelSpec(
        name="boosting",
        target="qent_siamese.baselines.boosting:BoostingClassifier",
        summary="Gradient boosting on local-unitary invariants, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=(*_TORCH, "skops"),
        references=(_BOOSTING,),
    )
    yield ModelSpec(
        name="purity-only",
        target="qent_siamese.baselines.boosting:PurityOnly",
        summary="Gradient boosting on the purity alone, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=(*_TORCH, "skops"),
        references=(_BOOSTING,),
    )
    yield ModelSpec(
        name="ppt-oracle",
        target="qent_siamese.baselines.criteria:PptOracle",
        summary="The PPT criterion in the form of a model, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_PPT,),
    )
    yield ModelSpec(
        name="realignment-oracle",
        target="qent_siamese.baselines.criteria:RealignmentOracle",
        summary="The realignment criterion in the form of a model, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_REALIGNMENT,),
    )
    yield ModelSpec(
        name="constant",
        target="qent_siamese.baselines.constant:ConstantAnswer",
        summary="The same answer for every state, a baseline",
        accepts="states",
        tasks=("classification",),
        requires=_TORCH,
        references=(_SIAMESE,),
    )


@hookimpl
def qent_features() -> Iterator[FeatureSpec]:
    """Yields the autoencoder's measure and the invariants."""
    yield FeatureSpec(
        name="separability-measure",
        target="qent_siamese.models.measure:SeparabilityMeasure",
        summary="The error M of a trained separability autoencoder",
        dims=(2, 2, 2),
        requires=_TORCH,
        references=(_AUTOENCODER,),
    )
    yield FeatureSpec(
        name="local-unitary-invariants",
        target="qent_siamese.invariants.features:LocalUnitaryInvariants",
        summary="Spectra of each cut that no local unitary changes",
        requires=("sklearn",),
    )


@hookimpl
def qent_studies() -> Iterator[StudySpec]:
    """Yields the study of the paper and the benchmark of bound entanglement."""
    yield StudySpec(
        name="siamese",
        target="qent_siamese.study.siamese.study:Siamese",
        summary="Networks for three qubits: the paper's tables, its labels, and proven labels",
        requires=(*_TORCH, "scipy"),
        uses=(
            "cnn",
            "siamese-cnn",
            "siamese-ensemble",
            "separability-autoencoder",
            "mlp",
            "tensor-network",
            "invariant",
            "negativity",
            "ppt",
            "certified",
            "kronecker-mixture",
            "separable-mixture",
            "hilbert-schmidt",
            "horodecki-2x4",
            "horodecki-2xd",
            "upb-shifts",
            "acin",
            "extreme-ppt",
            "local-u2",
            "random-local-unitary",
        ),
        references=(_SIAMESE, _AUTOENCODER),
    )
    yield StudySpec(
        name="bound-entanglement",
        target="qent_siamese.study.bound_entanglement.study:BoundEntanglement",
        summary="Certified PPT-entangled against matched certified PPT-separable states",
        requires=(*_TORCH, "scipy"),
        uses=(
            "cnn",
            "siamese-cnn",
            "siamese-ensemble",
            "separability-autoencoder",
            "mlp",
            "tensor-network",
            "invariant",
            "boosting",
            "ppt",
            "certified",
            "kronecker-mixture",
            "separable-mixture",
            "haar-pure",
            "product",
            "induced",
            "horodecki-2x4",
            "horodecki-3x3",
            "extreme-ppt",
            "chessboard",
            "upb-tiles",
            "upb-pyramid",
            "upb-sixparam",
        ),
        references=(_SIAMESE,),
    )
