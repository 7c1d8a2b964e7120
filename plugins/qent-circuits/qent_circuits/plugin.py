"""What qent-circuits provides; importing this costs nothing, components load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import ChannelSpec, Reference, StateFamilySpec, hookimpl

_SIAMESE = Reference(
    key="pawlowski2022",
    title=(
        "Identification of quantum entanglement with Siamese convolutional neural networks "
        "and semi-supervised learning"
    ),
    authors="Jarosław Pawłowski and Mateusz Krawczyk",
    year=2022,
    arxiv="2210.07410",
)
_AUTOENCODER = Reference(
    key="krawczyk2023",
    title="Data-driven criteria for quantum correlations",
    authors="Mateusz Krawczyk and Jarosław Pawłowski and Maciej M. Maśka and Katarzyna Roszak",
    year=2023,
    arxiv="2307.11091",
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
_CRUZ = Reference(
    key="cruz2019",
    title=(
        "Efficient quantum algorithms for GHZ and W states, and implementation on the "
        "IBM quantum computer"
    ),
    authors=(
        "Diogo Cruz and Romain Fournier and Fabien Gremion and Alix Jeannerot and "
        "Kenichi Komagata and Tara Tosic and Jarla Thiesbrummel and Chun Lam Chan and "
        "Nicolas Macris and Marc-André Dupertuis and Clément Javerzac-Galy"
    ),
    year=2019,
    journal="Adv. Quantum Technol.",
    volume="2",
    pages="1900015",
    doi="10.1002/qute.201900015",
)
_DAKIC = Reference(
    key="dakic2010",
    title="Necessary and sufficient condition for nonzero quantum discord",
    authors="Borivoje Dakić and Vlatko Vedral and Časlav Brukner",
    year=2010,
    journal="Phys. Rev. Lett.",
    volume="105",
    pages="190502",
    doi="10.1103/PhysRevLett.105.190502",
)
_QUBITS = (2, 2, 2)


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields pure, mixed separable, biseparable, traced and correlated states of circuits."""
    yield StateFamilySpec(
        name="pure-product",
        target="qent_circuits.families.pure_product:PureProduct",
        summary="Pure products of qubits: a circuit of one-qubit gates, or Haar",
        references=(_SIAMESE,),
    )
    yield StateFamilySpec(
        name="circuit-pure",
        target="qent_circuits.families.circuit_pure:CircuitPure",
        summary="Random circuits, W or GHZ on a random subset of qubits, locally rotated",
        references=(_SIAMESE, _CRUZ),
    )
    yield StateFamilySpec(
        name="haar-ket",
        target="qent_circuits.families.haar_ket:HaarKet",
        summary="Haar-random kets of qubits, from uniform numbers and phases",
        references=(_SIAMESE, _MEZZADRI),
    )
    yield StateFamilySpec(
        name="real-grid-product",
        target="qent_circuits.families.real_grid_product:RealGridProduct",
        summary="Products of real qubits from a grid, locally rotated",
        references=(_AUTOENCODER,),
    )
    yield StateFamilySpec(
        name="kronecker-mixture",
        target="qent_circuits.families.kronecker_mixture:KroneckerMixture",
        summary="Fully separable mixtures of products of one-qubit states, in three forms",
        references=(_SIAMESE, _AUTOENCODER),
    )
    yield StateFamilySpec(
        name="ket-mixture",
        target="qent_circuits.families.ket_mixture:KetMixture",
        summary="Mixtures of product circuits, random circuits, Haar kets, or half and half",
        references=(_SIAMESE, _DAKIC),
    )
    yield StateFamilySpec(
        name="biseparable-kronecker",
        target="qent_circuits.families.biseparable_kronecker:BiseparableKronecker",
        summary="One qubit beside an entangled pair, pure or mixed, qubits permuted",
        dims=_QUBITS,
        references=(_SIAMESE,),
    )
    yield StateFamilySpec(
        name="traced-circuit",
        target="qent_circuits.families.traced_circuit:TracedCircuit",
        summary="Three qubits of a larger random circuit, the others traced out",
        dims=_QUBITS,
        references=(_SIAMESE, _CRUZ, _DAKIC),
    )
    yield StateFamilySpec(
        name="traced-haar",
        target="qent_circuits.families.traced_haar:TracedHaar",
        summary="Products of marginals of Haar-random kets, three qubits in all",
        dims=_QUBITS,
        references=(_SIAMESE, _MEZZADRI, _DAKIC),
    )
    yield StateFamilySpec(
        name="traced-product",
        target="qent_circuits.families.traced_product:TracedProduct",
        summary="Products of one-qubit marginals of random circuits",
        dims=_QUBITS,
        references=(_SIAMESE,),
    )
    yield StateFamilySpec(
        name="zero-discord",
        target="qent_circuits.families.zero_discord:ZeroDiscord",
        summary="Mixtures of two opposite corners of a product basis: classically correlated",
        references=(_AUTOENCODER, _DAKIC),
    )
    yield StateFamilySpec(
        name="carrier-correlated",
        target="qent_circuits.families.carrier_correlated:CarrierCorrelated",
        summary="Three qubits correlated through carriers that are traced out",
        dims=_QUBITS,
        references=(_SIAMESE, _AUTOENCODER, _DAKIC),
    )
    yield StateFamilySpec(
        name="direct-correlated",
        target="qent_circuits.families.direct_correlated:DirectCorrelated",
        summary="Three qubits of a circuit, also entangled with qubits that are traced out",
        dims=_QUBITS,
        references=(_SIAMESE, _DAKIC),
    )


@hookimpl
def qent_channels() -> Iterator[ChannelSpec]:
    """Yields the random local rotation of the paper's circuits."""
    yield ChannelSpec(
        name="local-u2",
        target="qent_circuits.channels.local_u2:LocalU2",
        summary="Two consecutive random gates U on every qubit",
        local=True,
        references=(_SIAMESE,),
    )
