"""What qent-pptes provides; importing this costs nothing, the families load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import Reference, StateFamilySpec, hookimpl

_HORODECKI_1997 = Reference(
    key="horodecki1997",
    title="Separability criterion and inseparable mixed states with positive partial transposition",
    authors="P. Horodecki",
    year=1997,
    journal="Phys. Lett. A",
    volume="232",
    pages="333",
    doi="10.1016/S0375-9601(97)00416-7",
    arxiv="quant-ph/9703004",
)
_HORODECKI_1999 = Reference(
    key="horodecki1999",
    title="Bound entanglement can be activated",
    authors="P. Horodecki and M. Horodecki and R. Horodecki",
    year=1999,
    journal="Phys. Rev. Lett.",
    volume="82",
    pages="1056",
    doi="10.1103/PhysRevLett.82.1056",
    arxiv="quant-ph/9806058",
)
_BENNETT = Reference(
    key="bennett1999",
    title="Unextendible product bases and bound entanglement",
    authors=(
        "C. H. Bennett and D. P. DiVincenzo and T. Mor and P. W. Shor and J. A. Smolin "
        "and B. M. Terhal"
    ),
    year=1999,
    journal="Phys. Rev. Lett.",
    volume="82",
    pages="5385",
    doi="10.1103/PhysRevLett.82.5385",
    arxiv="quant-ph/9808030",
)
_DIVINCENZO = Reference(
    key="divincenzo2003",
    title="Unextendible product bases, uncompletable product bases and bound entanglement",
    authors="D. P. DiVincenzo and T. Mor and P. W. Shor and J. A. Smolin and B. M. Terhal",
    year=2003,
    journal="Commun. Math. Phys.",
    volume="238",
    pages="379",
    doi="10.1007/s00220-003-0877-6",
    arxiv="quant-ph/9908070",
)
_PEDERSEN = Reference(
    key="pedersen2002",
    title="Characteristics of unextendible product bases",
    authors="T. B. Pedersen",
    year=2002,
    journal="Thesis, Aarhus Universitet, Datalogisk Institut",
)
_ALON_LOVASZ = Reference(
    key="alon2001",
    title="Unextendible product bases",
    authors="N. Alon and L. Lovász",
    year=2001,
    journal="J. Combin. Theory A",
    volume="95",
    pages="169",
    doi="10.1006/jcta.2000.3122",
)
_HORODECKI_2006 = Reference(
    key="horodecki2006",
    title="Separability of mixed quantum states: linear contractions and permutation criteria",
    authors="M. Horodecki and P. Horodecki and R. Horodecki",
    year=2006,
    journal="Open Syst. Inf. Dyn.",
    volume="13",
    pages="103",
    arxiv="quant-ph/0206008",
)
_ACIN = Reference(
    key="acin2001",
    title="Classification of mixed three-qubit states",
    authors="A. Acín and D. Bruß and M. Lewenstein and A. Sanpera",
    year=2001,
    journal="Phys. Rev. Lett.",
    volume="87",
    pages="040401",
    doi="10.1103/PhysRevLett.87.040401",
    arxiv="quant-ph/0103025",
)
_GUEHNE_SEEVINCK = Reference(
    key="guehne2010",
    title="Separability criteria for genuine multiparticle entanglement",
    authors="O. Gühne and M. Seevinck",
    year=2010,
    journal="New J. Phys.",
    volume="12",
    pages="053002",
    doi="10.1088/1367-2630/12/5/053002",
    arxiv="0905.1349",
)
_BRUSS_PERES = Reference(
    key="bruss2000",
    title="Construction of quantum states with bound entanglement",
    authors="D. Bruß and A. Peres",
    year=2000,
    journal="Phys. Rev. A",
    volume="61",
    pages="030301",
    doi="10.1103/PhysRevA.61.030301",
    arxiv="quant-ph/9911056",
)
_BREUER = Reference(
    key="breuer2006",
    title="Optimal entanglement criterion for mixed quantum states",
    authors="H.-P. Breuer",
    year=2006,
    journal="Phys. Rev. Lett.",
    volume="97",
    pages="080501",
    doi="10.1103/PhysRevLett.97.080501",
    arxiv="quant-ph/0605036",
)
_HALL = Reference(
    key="hall2006",
    title="A new criterion for indecomposability of positive maps",
    authors="W. Hall",
    year=2006,
    journal="J. Phys. A: Math. Gen.",
    volume="39",
    pages="14119",
    arxiv="quant-ph/0607035",
)
_SMOLIN = Reference(
    key="smolin2001",
    title="Four-party unlockable bound entangled state",
    authors="J. A. Smolin",
    year=2001,
    journal="Phys. Rev. A",
    volume="63",
    pages="032306",
    doi="10.1103/PhysRevA.63.032306",
    arxiv="quant-ph/0001001",
)
_AUGUSIAK = Reference(
    key="augusiak2006",
    title="Generalized Smolin states and their properties",
    authors="R. Augusiak and P. Horodecki",
    year=2006,
    journal="Phys. Rev. A",
    volume="73",
    pages="012318",
    doi="10.1103/PhysRevA.73.012318",
    arxiv="quant-ph/0411142",
)
_BENATTI = Reference(
    key="benatti2004",
    title="Non-decomposable quantum dynamical semigroups and bound entangled states",
    authors="F. Benatti and R. Floreanini and M. Piani",
    year=2004,
    journal="Open Syst. Inf. Dyn.",
    volume="11",
    pages="325",
    arxiv="quant-ph/0411095",
)
_PIANI = Reference(
    key="piani2006",
    title="Class of bound entangled states of N + N qubits revealed by nondecomposable maps",
    authors="M. Piani",
    year=2006,
    journal="Phys. Rev. A",
    volume="73",
    pages="012345",
    doi="10.1103/PhysRevA.73.012345",
    arxiv="quant-ph/0411098",
)
_LEINAAS_2007 = Reference(
    key="leinaas2007",
    title="Extreme points of the set of density matrices with positive partial transpose",
    authors="J. M. Leinaas and J. Myrheim and E. Ovrum",
    year=2007,
    journal="Phys. Rev. A",
    volume="76",
    pages="034304",
    doi="10.1103/PhysRevA.76.034304",
    arxiv="0704.3348",
)
_LEINAAS_2010 = Reference(
    key="leinaas2010",
    title="Low-rank extremal positive-partial-transpose states and unextendible product bases",
    authors="J. M. Leinaas and J. Myrheim and P. Ø. Sollid",
    year=2010,
    journal="Phys. Rev. A",
    volume="81",
    pages="062330",
    doi="10.1103/PhysRevA.81.062330",
    arxiv="1003.1221",
)
_GURVITS_BARNUM = Reference(
    key="gurvits2002",
    title="Largest separable balls around the maximally mixed bipartite quantum state",
    authors="L. Gurvits and H. Barnum",
    year=2002,
    journal="Phys. Rev. A",
    volume="66",
    pages="062311",
    doi="10.1103/PhysRevA.66.062311",
    arxiv="quant-ph/0204159",
)


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields the families of PPT-entangled states and their close relatives."""
    yield StateFamilySpec(
        name="horodecki-3x3",
        target="qent_pptes.horodecki_qutrits:Horodecki3x3",
        summary="P. Horodecki's PPT-entangled states of two qutrits",
        dims=(3, 3),
        references=(_HORODECKI_1997,),
    )
    yield StateFamilySpec(
        name="horodecki-alpha",
        target="qent_pptes.horodecki_qutrits:HorodeckiAlpha",
        summary="Two qutrits: separable, then PPT-entangled, then NPT along one parameter",
        dims=(3, 3),
        references=(_HORODECKI_1999,),
    )
    yield StateFamilySpec(
        name="horodecki-2x4",
        target="qent_pptes.horodecki_qubit:Horodecki2x4",
        summary="P. Horodecki's PPT-entangled states of a qubit and a ququart, or three qubits",
        references=(_HORODECKI_1997,),
    )
    yield StateFamilySpec(
        name="horodecki-2xd",
        target="qent_pptes.horodecki_qubit:Horodecki2xD",
        summary="The 2 x d generalisation of P. Horodecki's states",
        references=(_HORODECKI_1997,),
    )
    yield StateFamilySpec(
        name="upb-tiles",
        target="qent_pptes.upb_qutrits:UpbTiles",
        summary="The state of the tiles basis of two qutrits",
        references=(_BENNETT, _DIVINCENZO),
    )
    yield StateFamilySpec(
        name="upb-pyramid",
        target="qent_pptes.upb_qutrits:UpbPyramid",
        summary="The state of the pyramid basis of two qutrits",
        references=(_BENNETT, _DIVINCENZO),
    )
    yield StateFamilySpec(
        name="upb-sixparam",
        target="qent_pptes.upb_qutrits:UpbSixParam",
        summary="The states of all five-member unextendible product bases of two qutrits",
        references=(_DIVINCENZO,),
    )
    yield StateFamilySpec(
        name="upb-shifts",
        target="qent_pptes.upb_qubits:UpbShifts",
        summary="Three qubits: separable across every cut, yet not fully separable",
        references=(_BENNETT, _DIVINCENZO, _HORODECKI_2006),
    )
    yield StateFamilySpec(
        name="upb-gen-shifts",
        target="qent_pptes.upb_qubits:UpbGenShifts",
        summary="The state of the generalised shifts basis of an odd number of qubits",
        references=(_DIVINCENZO,),
    )
    yield StateFamilySpec(
        name="upb-gentiles1",
        target="qent_pptes.upb_tilings:UpbGenTiles1",
        summary="The state of the first generalised tiles basis of even dimension",
        references=(_DIVINCENZO,),
    )
    yield StateFamilySpec(
        name="upb-gentiles2",
        target="qent_pptes.upb_tilings:UpbGenTiles2",
        summary="The state of the second generalised tiles basis, m x n",
        references=(_DIVINCENZO,),
    )
    yield StateFamilySpec(
        name="upb-quadres",
        target="qent_pptes.upb_minimal:UpbQuadRes",
        summary="The state of the quadratic-residue basis of dimension 3, 7, 9, 15 or 19",
        references=(_DIVINCENZO,),
    )
    yield StateFamilySpec(
        name="upb-min4x4",
        target="qent_pptes.upb_minimal:UpbMin4x4",
        summary="The state of a least unextendible product basis of two ququarts",
        references=(_PEDERSEN, _ALON_LOVASZ),
    )
    yield StateFamilySpec(
        name="acin",
        target="qent_pptes.acin:Acin",
        summary="Three-qubit PPT states: separable across every cut, yet not fully separable",
        dims=(2, 2, 2),
        references=(_ACIN, _GUEHNE_SEEVINCK),
    )
    yield StateFamilySpec(
        name="chessboard",
        target="qent_pptes.chessboard:Chessboard",
        summary="Chessboard states of two qutrits: PPT-entangled, six parameters",
        dims=(3, 3),
        references=(_BRUSS_PERES,),
    )
    yield StateFamilySpec(
        name="breuer-hall",
        target="qent_pptes.breuer_hall:BreuerHall",
        summary="A singlet mixed with the symmetric states: PPT-entangled, exact under white noise",
        references=(_BREUER, _HALL),
    )
    yield StateFamilySpec(
        name="lattice",
        target="qent_pptes.lattice:Lattice",
        summary="Even mixtures of Bell states of two ququarts, PPT-entangled by their pattern",
        dims=(4, 4),
        references=(_BENATTI, _PIANI, _BREUER),
    )
    yield StateFamilySpec(
        name="smolin",
        target="qent_pptes.smolin:Smolin",
        summary="Smolin's four-qubit state: separable across 2|2, entangled across 1|3",
        dims=(2, 2, 2, 2),
        references=(_SMOLIN, _AUGUSIAK),
    )
    yield StateFamilySpec(
        name="extreme-ppt",
        target="qent_pptes.extreme_ppt:ExtremePpt",
        summary="Random extreme points of the PPT states of any small dimensions",
        references=(_LEINAAS_2007, _LEINAAS_2010),
    )
