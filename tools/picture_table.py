"""What the catalogue's pictures show: a sweep, a histogram or a map for each family and channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """Measures along one parameter; below them, what is known along it.

    Attributes:
        over: The parameter.
        along: From where to where, or the values themselves.
        variants: Label of each curve to the other parameters.
        cuts: Of which the measures are drawn.
        questions: Of which the verdicts are drawn; none for a channel.
        realignment: Whether the realignment's excess is drawn too.
        states: For a channel, the state it acts on where it is not a Bell state, by the label of
            the curve.
        singly: Whether the parameter takes one number for all states; a range is always so.
    """

    over: str
    along: tuple[float, float] | range
    variants: dict[str, Parameters] = field(default_factory=lambda: {"": {}})
    cuts: tuple[str, ...] = ("A|B",)
    questions: tuple[str, ...] = ("A|B",)
    realignment: bool = False
    states: dict[str, str] = field(default_factory=dict)
    singly: bool = False


@dataclass(frozen=True)
class Histogram:
    """The law of a measure over random states.

    Attributes:
        variants: Label of each outline to the parameters, with ``use`` if another component's.
        measure: ``negativity`` or ``realignment`` (excess) across ``cut``, ``purity``, or ``z``,
            the expectation value of Z on party A.
        cut: A cut.
        count: Number of states.
    """

    variants: dict[str, Parameters] = field(default_factory=lambda: {"": {}})
    measure: str = "negativity"
    cut: str = "A|B"
    count: int = 2000


@dataclass(frozen=True)
class Map:
    """A verdict over two parameters: the first on a logarithmic axis, the second on a plain one."""

    over: tuple[str, str]
    along: tuple[tuple[float, float], tuple[float, float]]
    question: str
    fixed: Parameters = field(default_factory=dict)


def _noise(to: float = 0.4, **parameters: Any) -> Sweep:
    return Sweep("white_noise", (0.0, to), {"": parameters}, realignment=True)


def _three(variants: dict[str, Parameters] | None = None, **rest: Any) -> Histogram:
    return Histogram(variants or {"": {}}, cut="A|BC", **rest)


def _damped(over: str = "strength", to: float = 1.0, **one: Any) -> Sweep:
    bell = "Bell state, each qubit" if one else "Bell state, qubit A"
    ghz = "GHZ state, A|BC"
    variants = {"Bell state": {}, bell: one or {"parties": [0]}, ghz: {}}
    return Sweep(over, (0.0, to), variants, states={ghz: "GHZ"}, questions=())


_SPINS = {"J = 1/2": {"spin": 0.5}, "J = 1": {"spin": 1}}
_GENERIC = {"gamma_a": 0.9, "theta_a": 0.7, "phi_a": 0.5, "gamma_b": 0.8, "theta_b": 0.9}
_RESET = [[[1, 0], [0, 0]], [[0, 1], [0, 0]]]
_TURNS = {
    "two random U": {"use": "local-u2"},
    "Haar": {"use": "random-local-unitary"},
}

FAMILIES: dict[str, Sweep | Histogram | Map] = {
    "acin": Map(("a", "white_noise"), ((0.01, 100.0), (0.0, 0.4)), "A|B|C", {"b": 1.0, "c": 1.0}),
    "bell-diagonal": Histogram(),
    "biseparable-kronecker": _three({"pure": {"form": "pure"}, "outer": {}}),
    "biseparable-mixture": _three({"2 terms": {"terms": 2}, "8 terms": {}}),
    "breuer-hall": Sweep("lam", (0.0, 1.0), realignment=True, singly=True),
    "bures": Histogram({"Bures": {}, "Hilbert-Schmidt": {"use": "hilbert-schmidt"}}),
    "carrier-correlated": _three({"": {}, "CU inside": {"inside": 1.0}}, count=500),
    "chessboard": Histogram(measure="realignment"),
    "circuit-pure": _three(),
    "dicke": Sweep(
        "excitations",
        range(7),
        {"": {"parties": 6}},
        ("A|BCDEF", "AB|CDEF", "ABC|DEF"),
        (),
    ),
    "direct-correlated": _three(count=500),
    "ghz": Sweep("dim", range(2, 6), cuts=("A|BC",), questions=()),
    "haar-ket": Histogram({f"{n} qubits": {"qubits": n} for n in (2, 3, 4)}, cut="half"),
    "haar-pure": Histogram({"complex": {}, "real": {"real": True}}),
    "hilbert-schmidt": Histogram({"complex": {}, "real": {"real": True}}),
    "horodecki-2x4": Sweep("b", (0.0, 1.0), realignment=True),
    "horodecki-2xd": Sweep("b", (0.0, 1.0), realignment=True),
    "horodecki-3x3": Sweep("a", (0.0, 1.0), realignment=True),
    "horodecki-alpha": Sweep("alpha", (0.0, 5.0), realignment=True),
    "induced": Histogram({f"K = {k}": {"environment": k} for k in (2, 4, 8)}),
    "isotropic": Sweep("alpha", (0.0, 1.0), _SPINS),
    "ket-mixture": _three({"half and half": {}, "Haar": {"kets": "haar"}}, count=1000),
    "kronecker-mixture": Histogram({"outer": {}, "inner": {"form": "inner"}}, "purity", count=1000),
    "lattice": _noise(points=[[0, 1], [0, 2], [1, 0], [1, 1], [3, 1], [3, 3]]),
    "product": Histogram({"pure": {}, "mixed": {"mixed": True}}, "z"),
    "psi1": Sweep("theta", (0.0, 2 * pi), {"": {"phi": 0.0}}, questions=()),
    "psi2": Sweep(
        "theta",
        (0.0, 2 * pi),
        {"phi = pi/2": {"phi": pi / 2}, "pi/4": {"phi": pi / 4}, "pi/8": {"phi": pi / 8}},
        questions=(),
    ),
    "psi3": Histogram({"uniform angles": {}, "Haar": {"use": "haar-pure"}}),
    "pure-mixture": Histogram({f"{k} terms": {"terms": k} for k in (2, 4, 8)}),
    "pure-product": Histogram({"circuit": {}, "Haar": {"source": "haar"}}, "z"),
    "random-spectrum": Histogram({"default": {}, "Hilbert-Schmidt": {"use": "hilbert-schmidt"}}),
    "real-grid-product": Histogram(
        {"grid": {}, "Haar": {"use": "pure-product", "source": "haar"}}, "z"
    ),
    "reduced-pure": Histogram(
        {"2 qubits traced out": {"environment": [2, 2]}, "1 qubit": {"environment": [2]}}
    ),
    "separable-mixture": Histogram({f"{k} terms": {"terms": k} for k in (2, 8, 32)}, "purity"),
    "slocc": _three({"GHZ": {}, "W": {"representative": "w"}}),
    "smolin": Sweep(
        "white_noise",
        (0.0, 1.0),
        cuts=("A|BCD", "AB|CD"),
        questions=("A|BCD", "AB|CD"),
    ),
    "spin-pure": Histogram(
        {
            "unstructured": {"spin": 1},
            "semi-structured": {"spin": 1, "regime": "semi-structured"},
            "structured": {"spin": 1, "regime": "structured"},
        }
    ),
    "traced-circuit": _three(count=500),
    "traced-haar": _three(count=1000),
    "traced-product": Histogram(measure="purity", count=500),
    "upb-gen-shifts": Sweep(
        "white_noise",
        (0.0, 1.0),
        cuts=("A|BCDE",),
        questions=("A|BCDE", "A|B|C|D|E"),
        realignment=True,
    ),
    "upb-gentiles1": _noise(),
    "upb-gentiles2": _noise(),
    "upb-min4x4": _noise(),
    "upb-pyramid": _noise(),
    "upb-quadres": _noise(d=3),
    "upb-shifts": Sweep("white_noise", (0.0, 1.0), {"": {}}, ("A|BC",), ("A|BC", "A|B|C"), True),
    "upb-sixparam": _noise(phi_b=0.3, **_GENERIC),
    "upb-tiles": _noise(),
    "w": Sweep("parties", range(3, 8), cuts=("A|rest", "AB|rest"), questions=()),
    "werner": Sweep("weight", (0.0, 1.0), _SPINS),
    "x-state": Histogram({"complex": {}, "real": {"real": True}}),
    "zero-discord": Histogram({"two terms": {}, "many": {"terms": "many"}}, "purity"),
    "zeta": Sweep("theta", (0.0, pi), questions=()),
}

CHANNELS: dict[str, Sweep | Histogram | Map] = {
    "amplitude-damping": _damped(),
    "bit-flip": _damped(),
    "bit-phase-flip": _damped(),
    "dephasing": _damped(),
    "dephasing-in-time": _damped("time", 3.0),
    "depolarizing": _damped(parties=[0, 1]),
    "generalized-amplitude-damping": Sweep(
        "strength",
        (0.0, 1.0),
        {f"Bell, e = {e:g}": {"excited": e} for e in (0.0, 0.2, 0.5)},
        questions=(),
    ),
    "kraus": Sweep(
        "strength",
        (0.0, 1.0),
        {"Bell state, qubit A reset": {"operators": _RESET, "parties": [0]}},
        questions=(),
    ),
    "local-u2": Histogram(_TURNS, "z"),
    "phase-flip": _damped(),
    "random-local-unitary": Histogram(_TURNS, "z"),
}

# Its walks choose among directions that LAPACK lists in an order and basis of its own, so pictures
# would differ from machine to machine.
WITHOUT = {"extreme-ppt"}
