"""What qent-bell provides; importing this costs nothing, the components load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import FeatureSpec, ModelSpec, Reference, StateFamilySpec, StudySpec, hookimpl

_PAPER = Reference(
    key="liu2024",
    title="Disentanglement in dephasing channel with machine learning",
    authors="Q. Liu and A. Qiao and J.-T. Shen",
    year=2024,
    arxiv="2410.21504",
)
_MA_YUNG = Reference(
    key="ma2018",
    title="Transforming Bell's inequalities into state classifiers with machine learning",
    authors="Yue-Chi Ma and Man-Hong Yung",
    year=2018,
    journal="npj Quantum Inf.",
    volume="4",
    pages="34",
    doi="10.1038/s41534-018-0081-3",
)
_WOOTTERS = Reference(
    key="wootters1998",
    title="Entanglement of formation of an arbitrary state of two qubits",
    authors="William K. Wootters",
    year=1998,
    journal="Phys. Rev. Lett.",
    volume="80",
    pages="2245",
    doi="10.1103/PhysRevLett.80.2245",
)
_MEZZADRI = Reference(
    key="mezzadri2007",
    title="How to generate random matrices from the classical compact groups",
    authors="Francesco Mezzadri",
    year=2007,
    journal="Notices of the AMS",
    volume="54",
    pages="592",
    arxiv="math-ph/0609050",
)
_DUR = Reference(
    key="dur2000",
    title="Three qubits can be entangled in two inequivalent ways",
    authors="W. Dür and G. Vidal and J. I. Cirac",
    year=2000,
    journal="Phys. Rev. A",
    volume="62",
    pages="062314",
    doi="10.1103/PhysRevA.62.062314",
    arxiv="quant-ph/0005115",
)


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields the families of the paper and of its outlook."""
    yield StateFamilySpec(
        name="psi1",
        target="qent_bell.pure_families:Psi1",
        summary="Two-basis states cos(theta/2) |00> + e^(i phi) sin(theta/2) |11>",
        dims=(2, 2),
        references=(_PAPER,),
    )
    yield StateFamilySpec(
        name="psi2",
        target="qent_bell.pure_families:Psi2",
        summary="Special four-basis states of two qubits, solved exactly under dephasing",
        dims=(2, 2),
        references=(_PAPER,),
    )
    yield StateFamilySpec(
        name="psi3",
        target="qent_bell.pure_families:Psi3",
        summary="General four-basis states of two qubits from six angles",
        dims=(2, 2),
        references=(_PAPER,),
    )
    yield StateFamilySpec(
        name="random-spectrum",
        target="qent_bell.random_spectrum:RandomSpectrum",
        summary="Mixed states with a chosen law of eigenvalues in a Haar-random basis",
        references=(_PAPER, _MEZZADRI),
    )
    yield StateFamilySpec(
        name="slocc",
        target="qent_bell.slocc:Slocc",
        summary="Three-qubit states of one class: a representative under random local operations",
        dims=(2, 2, 2),
        references=(_DUR,),
    )


@hookimpl
def qent_features() -> Iterator[FeatureSpec]:
    """Yields the spin correlations."""
    yield FeatureSpec(
        name="bell-correlations",
        target="qent_bell.bell_correlations:BellCorrelations",
        summary="Spin correlations of two qubits in the order of a Bell test, or the first of them",
        output="vector",
        dims=(2, 2),
        requires=("sklearn",),
        references=(_PAPER, _MA_YUNG),
    )


@hookimpl
def qent_models() -> Iterator[ModelSpec]:
    """Yields the networks."""
    yield ModelSpec(
        name="bell-classifier",
        target="qent_bell.classifier:BellClassifier",
        summary="Small network for verdicts; many subsets of features train in one pass",
        accepts="vector",
        tasks=("classification",),
        requires=("sklearn", "torch", "safetensors", "threadpoolctl"),
        references=(_PAPER, _MA_YUNG),
    )
    yield ModelSpec(
        name="bell-regressor",
        target="qent_bell.regressor:BellRegressor",
        summary="Network of three hidden layers for measures; many subsets train in one pass",
        accepts="vector",
        tasks=("regression",),
        requires=("sklearn", "torch", "safetensors", "threadpoolctl"),
        references=(_PAPER,),
    )


@hookimpl
def qent_studies() -> Iterator[StudySpec]:
    """Yields the study of the paper."""
    yield StudySpec(
        name="dephasing",
        target="qent_bell.study.study:Dephasing",
        summary="Two qubits under dephasing: published accuracies, exact ceilings, the outlook",
        requires=("sklearn", "scipy", "torch", "safetensors", "threadpoolctl"),
        uses=(
            # The study has the name of the channel: the distribution tells them apart.
            "qent-basics:dephasing",
            "dephasing-in-time",
            "depolarizing",
            "ppt",
            "concurrence",
            "negativity",
            "certified",
            "pauli-correlations",
            "induced",
            "ghz",
            "w",
        ),
        references=(_PAPER, _MA_YUNG, _WOOTTERS),
    )
