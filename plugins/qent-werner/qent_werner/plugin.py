"""What qent-werner provides; importing this costs nothing, the families load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import Reference, StateFamilySpec, hookimpl

_STACKING = Reference(
    key="abdrabbou2025",
    title=(
        "Detecting entanglement in high-spin quantum systems "
        "via a stacking ensemble of machine learning models"
    ),
    authors=(
        "M. Y. Abd-Rabbou and Amr M. Abdallah and Ahmed A. Zahia "
        "and Ashraf A. Gouda and Cong-Feng Qiao"
    ),
    year=2025,
    arxiv="2507.12775",
)
_WERNER = Reference(
    key="werner1989",
    title=(
        "Quantum states with Einstein-Podolsky-Rosen correlations admitting a hidden-variable model"
    ),
    authors="Reinhard F. Werner",
    year=1989,
    journal="Phys. Rev. A",
    volume="40",
    pages="4277",
    doi="10.1103/PhysRevA.40.4277",
)
_HORODECKI = Reference(
    key="horodecki1999",
    title="Reduction criterion of separability and limits for a class of distillation protocols",
    authors="Michał Horodecki and Paweł Horodecki",
    year=1999,
    journal="Phys. Rev. A",
    volume="59",
    pages="4206",
    doi="10.1103/PhysRevA.59.4206",
)
_VIDAL = Reference(
    key="vidal1999",
    title="Robustness of entanglement",
    authors="Guifré Vidal and Rolf Tarrach",
    year=1999,
    journal="Phys. Rev. A",
    volume="59",
    pages="141",
    doi="10.1103/PhysRevA.59.141",
)


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields the four families of two spin-J systems."""
    yield StateFamilySpec(
        name="spin-pure",
        target="qent_werner.spin_pure:SpinPure",
        summary="Random pure states of two spin-J systems with real Gaussian coefficients",
        references=(_STACKING,),
    )
    yield StateFamilySpec(
        name="zeta",
        target="qent_werner.zeta:Zeta",
        summary="cos(theta) |-J,-J> + sin(theta) |J,J>, pure states of Schmidt rank 2",
        references=(_STACKING,),
    )
    yield StateFamilySpec(
        name="isotropic",
        target="qent_werner.isotropic:Isotropic",
        summary="An entangled pure state of two spin-J systems mixed with white noise",
        references=(_HORODECKI, _VIDAL, _STACKING),
    )
    yield StateFamilySpec(
        name="werner",
        target="qent_werner.werner:WernerState",
        summary="True Werner states: the antisymmetric and the symmetric projector mixed",
        references=(_WERNER,),
    )
