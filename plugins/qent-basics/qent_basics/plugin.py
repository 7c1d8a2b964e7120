"""What qent-basics provides; importing this costs nothing, components load when they are used."""

from __future__ import annotations

from collections.abc import Iterator

from qent_core.api import (
    ChannelSpec,
    FeatureSpec,
    LabelerSpec,
    Reference,
    StateFamilySpec,
    hookimpl,
)

# --- literature: random states ------------------------------------------------------------------

_MEZZADRI = Reference(
    key="mezzadri2007",
    title="How to generate random matrices from the classical compact groups",
    authors="F. Mezzadri",
    year=2007,
    journal="Notices of the AMS",
    volume="54",
    pages="592",
    arxiv="math-ph/0609050",
)
_ZYCZKOWSKI_SOMMERS = Reference(
    key="zyczkowski2001",
    title="Induced measures in the space of mixed quantum states",
    authors="K. Życzkowski and H.-J. Sommers",
    year=2001,
    journal="J. Phys. A: Math. Gen.",
    volume="34",
    pages="7111",
    doi="10.1088/0305-4470/34/35/335",
    arxiv="quant-ph/0012101",
)
_ZYCZKOWSKI_RANDOM = Reference(
    key="zyczkowski2011",
    title="Generating random density matrices",
    authors="K. Życzkowski and K. A. Penson and I. Nechita and B. Collins",
    year=2011,
    journal="J. Math. Phys.",
    volume="52",
    pages="062201",
    doi="10.1063/1.3595693",
    arxiv="1010.3570",
)
_OSIPOV = Reference(
    key="osipov2010",
    title="Random Bures mixed states and the distribution of their purity",
    authors="V. A. Osipov and H.-J. Sommers and K. Życzkowski",
    year=2010,
    journal="J. Phys. A: Math. Theor.",
    volume="43",
    pages="055302",
    doi="10.1088/1751-8113/43/5/055302",
    arxiv="0909.5094",
)
_PAGE = Reference(
    key="page1993",
    title="Average entropy of a subsystem",
    authors="D. N. Page",
    year=1993,
    journal="Phys. Rev. Lett.",
    volume="71",
    pages="1291",
    doi="10.1103/PhysRevLett.71.1291",
    arxiv="gr-qc/9305007",
)
_GHZ = Reference(
    key="ghz1990",
    title="Bell's theorem without inequalities",
    authors="D. M. Greenberger and M. A. Horne and A. Shimony and A. Zeilinger",
    year=1990,
    journal="Am. J. Phys.",
    volume="58",
    pages="1131",
    doi="10.1119/1.16243",
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
_DICKE = Reference(
    key="dicke1954",
    title="Coherence in spontaneous radiation processes",
    authors="R. H. Dicke",
    year=1954,
    journal="Phys. Rev.",
    volume="93",
    pages="99",
    doi="10.1103/PhysRev.93.99",
)
_BELL_DIAGONAL = Reference(
    key="horodecki1996b",
    title="Information-theoretic aspects of inseparability of mixed states",
    authors="R. Horodecki and M. Horodecki",
    year=1996,
    journal="Phys. Rev. A",
    volume="54",
    pages="1838",
    doi="10.1103/PhysRevA.54.1838",
    arxiv="quant-ph/9607007",
)
_YU_EBERLY = Reference(
    key="yu2007",
    title="Evolution from entanglement to decoherence of bipartite mixed 'X' states",
    authors="T. Yu and J. H. Eberly",
    year=2007,
    journal="Quantum Inf. Comput.",
    volume="7",
    pages="459",
    arxiv="quant-ph/0503089",
)
_X_MATRICES = Reference(
    key="hashemi2012",
    title="Genuinely multipartite concurrence of N-qubit X matrices",
    authors="S. M. Hashemi Rafsanjani and M. Huber and C. J. Broadbent and J. H. Eberly",
    year=2012,
    journal="Phys. Rev. A",
    volume="86",
    pages="062303",
    doi="10.1103/PhysRevA.86.062303",
    arxiv="1208.2706",
)
_WERNER = Reference(
    key="werner1989",
    title="Quantum states with Einstein-Podolsky-Rosen correlations admitting a "
    "hidden-variable model",
    authors="R. F. Werner",
    year=1989,
    journal="Phys. Rev. A",
    volume="40",
    pages="4277",
    doi="10.1103/PhysRevA.40.4277",
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

# --- literature: channels -----------------------------------------------------------------------

_LIU = Reference(
    key="liu2024",
    title="Disentanglement in dephasing channel with machine learning",
    authors="Q. Liu and A. Qiao and J.-T. Shen",
    year=2024,
    arxiv="2410.21504",
)
_NIELSEN_CHUANG = Reference(
    key="nielsen2010",
    title="Quantum Computation and Quantum Information",
    authors="M. A. Nielsen and I. L. Chuang",
    year=2010,
    doi="10.1017/CBO9780511976667",
)
_KING = Reference(
    key="king2003",
    title="The capacity of the quantum depolarizing channel",
    authors="C. King",
    year=2003,
    journal="IEEE Trans. Inf. Theory",
    volume="49",
    pages="221",
    doi="10.1109/TIT.2002.806153",
    arxiv="quant-ph/0204172",
)
_CHUANG = Reference(
    key="chuang1997",
    title="Bosonic quantum codes for amplitude damping",
    authors="I. L. Chuang and D. W. Leung and Y. Yamamoto",
    year=1997,
    journal="Phys. Rev. A",
    volume="56",
    pages="1114",
    doi="10.1103/PhysRevA.56.1114",
    arxiv="quant-ph/9610043",
)
_FUJIWARA = Reference(
    key="fujiwara2004",
    title="Estimation of a generalized amplitude-damping channel",
    authors="A. Fujiwara",
    year=2004,
    journal="Phys. Rev. A",
    volume="70",
    pages="012317",
    doi="10.1103/PhysRevA.70.012317",
)
_KRAUS = Reference(
    key="kraus1983",
    title="States, Effects, and Operations",
    authors="K. Kraus",
    year=1983,
    doi="10.1007/3-540-12732-1",
)

# --- literature: measures and criteria ----------------------------------------------------------

_VIDAL_WERNER = Reference(
    key="vidal2002",
    title="Computable measure of entanglement",
    authors="G. Vidal and R. F. Werner",
    year=2002,
    journal="Phys. Rev. A",
    volume="65",
    pages="032314",
    doi="10.1103/PhysRevA.65.032314",
    arxiv="quant-ph/0102117",
)
_PLENIO = Reference(
    key="plenio2005",
    title="Logarithmic negativity: a full entanglement monotone that is not convex",
    authors="M. B. Plenio",
    year=2005,
    journal="Phys. Rev. Lett.",
    volume="95",
    pages="090503",
    doi="10.1103/PhysRevLett.95.090503",
    arxiv="quant-ph/0505071",
)
_LEE = Reference(
    key="lee2003",
    title="Convex-roof extended negativity as an entanglement measure for bipartite "
    "quantum systems",
    authors="S. Lee and D. P. Chi and S. D. Oh and J. Kim",
    year=2003,
    journal="Phys. Rev. A",
    volume="68",
    pages="062304",
    doi="10.1103/PhysRevA.68.062304",
    arxiv="quant-ph/0310027",
)
_WOOTTERS = Reference(
    key="wootters1998",
    title="Entanglement of formation of an arbitrary state of two qubits",
    authors="W. K. Wootters",
    year=1998,
    journal="Phys. Rev. Lett.",
    volume="80",
    pages="2245",
    doi="10.1103/PhysRevLett.80.2245",
    arxiv="quant-ph/9709029",
)
_BENNETT = Reference(
    key="bennett1996",
    title="Concentrating partial entanglement by local operations",
    authors="C. H. Bennett and H. J. Bernstein and S. Popescu and B. Schumacher",
    year=1996,
    journal="Phys. Rev. A",
    volume="53",
    pages="2046",
    doi="10.1103/PhysRevA.53.2046",
    arxiv="quant-ph/9511030",
)
_MEYER_WALLACH = Reference(
    key="meyer2002",
    title="Global entanglement in multiparticle systems",
    authors="D. A. Meyer and N. R. Wallach",
    year=2002,
    journal="J. Math. Phys.",
    volume="43",
    pages="4273",
    doi="10.1063/1.1497700",
    arxiv="quant-ph/0108104",
)
_BRENNEN = Reference(
    key="brennen2003",
    title="An observable measure of entanglement for pure states of multi-qubit systems",
    authors="G. K. Brennen",
    year=2003,
    journal="Quantum Inf. Comput.",
    volume="3",
    pages="619",
    arxiv="quant-ph/0305094",
)
_PERES = Reference(
    key="peres1996",
    title="Separability criterion for density matrices",
    authors="A. Peres",
    year=1996,
    journal="Phys. Rev. Lett.",
    volume="77",
    pages="1413",
    doi="10.1103/PhysRevLett.77.1413",
    arxiv="quant-ph/9604005",
)
_HORODECKI_PPT = Reference(
    key="horodecki1996",
    title="Separability of mixed states: necessary and sufficient conditions",
    authors="M. Horodecki and P. Horodecki and R. Horodecki",
    year=1996,
    journal="Phys. Lett. A",
    volume="223",
    pages="1",
    doi="10.1016/S0375-9601(96)00706-2",
    arxiv="quant-ph/9605038",
)
_CHEN_WU = Reference(
    key="chen2003",
    title="A matrix realignment method for recognizing entanglement",
    authors="K. Chen and L.-A. Wu",
    year=2003,
    journal="Quantum Inf. Comput.",
    volume="3",
    pages="193",
    arxiv="quant-ph/0205017",
)
_RUDOLPH = Reference(
    key="rudolph2005",
    title="Further results on the cross norm criterion for separability",
    authors="O. Rudolph",
    year=2005,
    journal="Quantum Inf. Process.",
    volume="4",
    pages="219",
    doi="10.1007/s11128-005-5664-1",
    arxiv="quant-ph/0202121",
)
_HORODECKI_REDUCTION = Reference(
    key="horodecki1999",
    title="Reduction criterion of separability and limits for a class of distillation protocols",
    authors="M. Horodecki and P. Horodecki",
    year=1999,
    journal="Phys. Rev. A",
    volume="59",
    pages="4206",
    doi="10.1103/PhysRevA.59.4206",
    arxiv="quant-ph/9708015",
)
_CERF = Reference(
    key="cerf1999",
    title="Reduction criterion for separability",
    authors="N. J. Cerf and C. Adami and R. M. Gingrich",
    year=1999,
    journal="Phys. Rev. A",
    volume="60",
    pages="898",
    doi="10.1103/PhysRevA.60.898",
    arxiv="quant-ph/9710001",
)

# --- literature: features -----------------------------------------------------------------------

_JAMES = Reference(
    key="james2001",
    title="Measurement of qubits",
    authors="D. F. V. James and P. G. Kwiat and W. J. Munro and A. G. White",
    year=2001,
    journal="Phys. Rev. A",
    volume="64",
    pages="052312",
    doi="10.1103/PhysRevA.64.052312",
    arxiv="quant-ph/0103121",
)
_BERTLMANN = Reference(
    key="bertlmann2008",
    title="Bloch vectors for qudits",
    authors="R. A. Bertlmann and P. Krammer",
    year=2008,
    journal="J. Phys. A: Math. Theor.",
    volume="41",
    pages="235303",
    doi="10.1088/1751-8113/41/23/235303",
    arxiv="0806.1174",
)


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields random pure and mixed states, named pure states and separable mixtures."""
    yield StateFamilySpec(
        name="haar-pure",
        target="qent_basics.families.haar_pure:HaarPure",
        summary="Pure states from the Haar measure, complex or real",
        references=(_MEZZADRI, _ZYCZKOWSKI_SOMMERS),
    )
    yield StateFamilySpec(
        name="product",
        target="qent_basics.families.product:Product",
        summary="Fully separable products of one random state per party, pure or mixed",
        references=(_WERNER,),
    )
    yield StateFamilySpec(
        name="hilbert-schmidt",
        target="qent_basics.families.random_mixed:HilbertSchmidt",
        summary="Mixed states from the Hilbert-Schmidt (flat) measure",
        references=(_ZYCZKOWSKI_SOMMERS, _ZYCZKOWSKI_RANDOM),
    )
    yield StateFamilySpec(
        name="induced",
        target="qent_basics.families.random_mixed:Induced",
        summary="Mixed states from the measure induced by an environment of dimension K",
        references=(_ZYCZKOWSKI_SOMMERS, _ZYCZKOWSKI_RANDOM),
    )
    yield StateFamilySpec(
        name="bures",
        target="qent_basics.families.random_mixed:Bures",
        summary="Mixed states from the Bures measure",
        references=(_OSIPOV, _ZYCZKOWSKI_RANDOM),
    )
    yield StateFamilySpec(
        name="reduced-pure",
        target="qent_basics.families.reduced_pure:ReducedPure",
        summary="Haar-random pure states with the parties of an environment traced out",
        references=(_PAGE, _ZYCZKOWSKI_SOMMERS),
    )
    yield StateFamilySpec(
        name="pure-mixture",
        target="qent_basics.families.pure_mixture:PureMixture",
        summary="Mixtures of a few Haar-random pure states with weights uniform on the simplex",
        references=(_MEZZADRI,),
    )
    yield StateFamilySpec(
        name="ghz",
        target="qent_basics.families.named_pure:GHZ",
        summary="Greenberger-Horne-Zeilinger states of any number of qudits",
        references=(_GHZ,),
    )
    yield StateFamilySpec(
        name="w",
        target="qent_basics.families.named_pure:W",
        summary="W states: one excitation shared evenly by all qubits",
        references=(_DUR,),
    )
    yield StateFamilySpec(
        name="dicke",
        target="qent_basics.families.named_pure:Dicke",
        summary="Dicke states: k excitations shared evenly by all qubits",
        references=(_DICKE,),
    )
    yield StateFamilySpec(
        name="bell-diagonal",
        target="qent_basics.families.bell_diagonal:BellDiagonal",
        summary="Mixtures of the four Bell states, separable up to a largest weight of 1/2",
        dims=(2, 2),
        references=(_BELL_DIAGONAL,),
    )
    yield StateFamilySpec(
        name="x-state",
        target="qent_basics.families.x_state:XState",
        summary="Random X states of qubits, with exact verdicts for every cut",
        references=(_YU_EBERLY, _X_MATRICES),
    )
    yield StateFamilySpec(
        name="separable-mixture",
        target="qent_basics.families.separable:SeparableMixture",
        summary="Mixtures of pure products across a chosen partition: separable by construction",
        references=(_WERNER,),
    )
    yield StateFamilySpec(
        name="biseparable-mixture",
        target="qent_basics.families.separable:BiseparableMixture",
        summary="Mixtures of pure products, each across a cut of its own: biseparable",
        references=(_ACIN,),
    )


@hookimpl
def qent_channels() -> Iterator[ChannelSpec]:
    """Yields the standard noise channels, random local unitaries and arbitrary Kraus maps."""
    yield ChannelSpec(
        name="depolarizing",
        target="qent_basics.channels.depolarizing:Depolarizing",
        summary="White noise on the whole state, or on each chosen party",
        references=(_KING, _NIELSEN_CHUANG),
    )
    yield ChannelSpec(
        name="dephasing",
        target="qent_basics.channels.dephasing:Dephasing",
        summary="Loss of coherence of each party in its computational basis",
        local=True,
        references=(_NIELSEN_CHUANG,),
    )
    yield ChannelSpec(
        name="dephasing-in-time",
        target="qent_basics.channels.dephasing_in_time:DephasingInTime",
        summary="Dephasing for a time at a rate: the strength is 1 - exp(-rate * time)",
        local=True,
        references=(_LIU, _NIELSEN_CHUANG),
    )
    yield ChannelSpec(
        name="amplitude-damping",
        target="qent_basics.channels.amplitude_damping:AmplitudeDamping",
        summary="Loss of excitations of each party, qubit or qudit",
        local=True,
        references=(_NIELSEN_CHUANG, _CHUANG),
    )
    yield ChannelSpec(
        name="generalized-amplitude-damping",
        target="qent_basics.channels.amplitude_damping:GeneralizedAmplitudeDamping",
        summary="Relaxation of qubits towards a thermal state",
        local=True,
        references=(_NIELSEN_CHUANG, _FUJIWARA),
    )
    yield ChannelSpec(
        name="bit-flip",
        target="qent_basics.channels.pauli_flips:BitFlip",
        summary="Pauli X on each qubit with some probability",
        local=True,
        references=(_NIELSEN_CHUANG,),
    )
    yield ChannelSpec(
        name="phase-flip",
        target="qent_basics.channels.pauli_flips:PhaseFlip",
        summary="Pauli Z on each qubit with some probability",
        local=True,
        references=(_NIELSEN_CHUANG,),
    )
    yield ChannelSpec(
        name="bit-phase-flip",
        target="qent_basics.channels.pauli_flips:BitPhaseFlip",
        summary="Pauli Y on each qubit with some probability",
        local=True,
        references=(_NIELSEN_CHUANG,),
    )
    yield ChannelSpec(
        name="random-local-unitary",
        target="qent_basics.channels.random_local_unitary:RandomLocalUnitary",
        summary="A Haar-random unitary on each party of each state",
        local=True,
        references=(_MEZZADRI,),
    )
    yield ChannelSpec(
        name="kraus",
        target="qent_basics.channels.kraus:Kraus",
        summary="Any channel given by its Kraus operators",
        references=(_KRAUS,),
    )


@hookimpl
def qent_labelers() -> Iterator[LabelerSpec]:
    """Yields measures of entanglement and criteria for it."""
    yield LabelerSpec(
        name="negativity",
        target="qent_basics.labelers.negativity:Negativity",
        summary="Negativity across cuts: (||rho^T||_1 - 1) / 2",
        gives="measure",
        references=(_VIDAL_WERNER,),
    )
    yield LabelerSpec(
        name="logarithmic-negativity",
        target="qent_basics.labelers.negativity:LogarithmicNegativity",
        summary="Logarithmic negativity across cuts: log2 ||rho^T||_1",
        gives="measure",
        references=(_VIDAL_WERNER, _PLENIO),
    )
    yield LabelerSpec(
        name="normalized-negativity",
        target="qent_basics.labelers.negativity:NormalizedNegativity",
        summary="Negativity scaled to 1 at maximal entanglement: (||rho^T||_1 - 1) / (d - 1)",
        gives="measure",
        references=(_LEE, _VIDAL_WERNER),
    )
    yield LabelerSpec(
        name="concurrence",
        target="qent_basics.labelers.concurrence:Concurrence",
        summary="Concurrence of two qubits",
        gives="measure",
        dims=(2, 2),
        references=(_WOOTTERS,),
    )
    yield LabelerSpec(
        name="entanglement-of-formation",
        target="qent_basics.labelers.concurrence:EntanglementOfFormation",
        summary="Entanglement of formation of two qubits, in bits",
        gives="measure",
        dims=(2, 2),
        references=(_WOOTTERS,),
    )
    yield LabelerSpec(
        name="entanglement-entropy",
        target="qent_basics.labelers.entropies:EntanglementEntropy",
        summary="Entropy of the reduced state across cuts of pure states, in bits",
        gives="measure",
        pure_only=True,
        references=(_BENNETT,),
    )
    yield LabelerSpec(
        name="meyer-wallach",
        target="qent_basics.labelers.entropies:MeyerWallach",
        summary="Meyer-Wallach global entanglement of pure states of qubits",
        gives="measure",
        pure_only=True,
        references=(_MEYER_WALLACH, _BRENNEN),
    )
    yield LabelerSpec(
        name="ppt",
        target="qent_basics.labelers.criteria:PPT",
        summary="Positive partial transpose: proves entanglement, and separability up to 2 x 3",
        gives="verdict",
        references=(_PERES, _HORODECKI_PPT),
    )
    yield LabelerSpec(
        name="realignment",
        target="qent_basics.labelers.criteria:Realignment",
        summary="Realignment (cross-norm) criterion: proves entanglement across cuts",
        gives="verdict",
        references=(_CHEN_WU, _RUDOLPH),
    )
    yield LabelerSpec(
        name="reduction",
        target="qent_basics.labelers.criteria:Reduction",
        summary="Reduction criterion: proves distillable entanglement across cuts",
        gives="verdict",
        references=(_HORODECKI_REDUCTION, _CERF),
    )


@hookimpl
def qent_features() -> Iterator[FeatureSpec]:
    """Yields plain features: matrix elements, amplitudes and correlations."""
    yield FeatureSpec(
        name="density-vector",
        target="qent_basics.features.density:DensityVector",
        summary="The entries of the density matrix as real numbers",
        output="vector",
        requires=("sklearn",),
    )
    yield FeatureSpec(
        name="density-image",
        target="qent_basics.features.density:DensityImage",
        summary="Real and imaginary part of the density matrix as two image channels",
        output="image",
        requires=("sklearn",),
    )
    yield FeatureSpec(
        name="ket-coefficients",
        target="qent_basics.features.kets:KetCoefficients",
        summary="The amplitudes of pure states",
        output="vector",
        pure_only=True,
        requires=("sklearn",),
    )
    yield FeatureSpec(
        name="pauli-correlations",
        target="qent_basics.features.correlations:PauliCorrelations",
        summary="Expectation values of products of Pauli matrices on qubits",
        output="vector",
        requires=("sklearn",),
        references=(_JAMES,),
    )
    yield FeatureSpec(
        name="gell-mann-correlations",
        target="qent_basics.features.correlations:GellMannCorrelations",
        summary="Expectation values of products of generalized Gell-Mann matrices",
        output="vector",
        requires=("sklearn",),
        references=(_BERTLMANN,),
    )
