"""What qent-bell provides; importing this costs nothing, the components load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import Reference, StateFamilySpec, hookimpl

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
    """Yields three-qubit states of a chosen class."""
    yield StateFamilySpec(
        name="slocc",
        target="qent_bell.slocc:Slocc",
        summary="Three-qubit states of one class: a representative under random local operations",
        dims=(2, 2, 2),
        references=(_DUR,),
    )
