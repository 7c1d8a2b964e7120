"""What qent-vqc provides; importing this costs nothing, the model loads when it is used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import ModelSpec, Reference, StudySpec, hookimpl

_BLOG = Reference(
    key="ahmad2021",
    title="Effect of Entanglement on Model Training",
    authors="S. F. Ahmad",
    year=2021,
    journal="QOSF mentorship blog",
)
_FEATURE_MAP = Reference(
    key="havlicek2019",
    title="Supervised learning with quantum-enhanced feature spaces",
    authors=(
        "V. Havlicek and A. D. Corcoles and K. Temme and A. W. Harrow and A. Kandala "
        "and J. M. Chow and J. M. Gambetta"
    ),
    year=2019,
    journal="Nature",
    volume="567",
    pages="209",
    arxiv="1804.11326",
)
_MEASURE = Reference(
    key="brennen2003",
    title="An observable measure of entanglement for pure states of multi-qubit systems",
    authors="G. K. Brennen",
    year=2003,
    journal="Quantum Inf. Comput.",
    volume="3",
    pages="619",
)
_REQUIRES = ("sklearn", "scipy", "qiskit", "torch", "safetensors", "threadpoolctl")


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the classifier."""
    yield ModelSpec(
        name="vqc",
        target="qent_vqc.classifier:VQCClassifier",
        summary="Variational quantum classifier: Qiskit circuits, exact gradients, primitives",
        accepts="vector",
        tasks=("classification",),
        requires=_REQUIRES,
        references=(_BLOG, _FEATURE_MAP),
    )


@hookimpl
def qent_studies() -> Iterator[StudySpec]:
    """Yields the study of the blog."""
    yield StudySpec(
        name="entropy-tracking",
        target="qent_vqc.study.study:EntropyTracking",
        summary="Entanglement while a circuit trains: published curves, their artefact, the truth",
        requires=_REQUIRES,
        uses=("vqc", "meyer-wallach", "entanglement-entropy", "concurrence"),
        references=(_BLOG, _FEATURE_MAP, _MEASURE),
    )
