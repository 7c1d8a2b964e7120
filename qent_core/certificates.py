"""Certificates: the data with which an independent checker re-verifies a verdict.

One record type per kind of proof. A record holds only what the check needs besides the state; it
says nothing about how it was found. Product vectors are stored as one array of factors per block
of the question's partition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import CertificateInvalidError
from qent_core.verdicts import Verdict

Array = NDArray[Any]


class Quality(StrEnum):
    """How literally a verdict holds."""

    STRICT = "strict"
    """For the matrix as given."""
    WITHIN_DELTA = "within-delta"
    """For an explicit state within trace distance 1e-12 of it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Certificate:
    """What all certificates have in common.

    Raises:
        CertificateInvalidError: A field is not finite or has an impossible shape.

    Example:
        >>> proof = NptCertificate(question="A|B", vector=np.array([0, 1, -1, 0]) / 2**0.5)
        >>> proof.kind, proof.proves.word
        ('npt', 'entangled')
    """

    kind: ClassVar[str]
    proves: ClassVar[Verdict]

    question: str
    quality: Quality = Quality.STRICT

    def __post_init__(self) -> None:
        where = f"certificate for '{self.question}'"
        object.__setattr__(self, "quality", _quality(self.quality))
        flat = self.arrays()
        for name in _content_names(type(self)):
            items = [flat[key] for key in flat if key.split("/", 1)[0] == name]
            if not items or any(item.ndim != _AXES[name] for item in items):
                raise CertificateInvalidError(
                    f"'{name}' of the {self.kind} certificate has an impossible shape", where=where
                )
            if any(i.dtype.kind not in "biufc" or not np.isfinite(i).all() for i in items):
                raise CertificateInvalidError(
                    f"'{name}' of the {self.kind} certificate is not finite", where=where
                )

    def arrays(self) -> dict[str, Array]:
        """Returns the content as named arrays; collections get one name per item."""
        flat: dict[str, Array] = {}
        for name in _content_names(type(self)):
            value = getattr(self, name)
            if isinstance(value, tuple):
                flat |= {f"{name}/{index}": np.asarray(item) for index, item in enumerate(value)}
            elif isinstance(value, Mapping):
                flat |= {f"{name}/{key}": np.asarray(item) for key, item in value.items()}
            else:
                flat[name] = np.asarray(value)
        return flat

    @classmethod
    def from_arrays(cls, question: str, quality: str, arrays: Mapping[str, Array]) -> Self:
        """Rebuilds a certificate from `arrays`.

        Raises:
            CertificateInvalidError: An array is missing, unknown or not what its field holds.
        """
        content: dict[str, Any] = {}
        left = dict(arrays)
        for name, form in _content_forms(cls).items():
            items = {key: left.pop(key) for key in list(left) if key.split("/", 1)[0] == name}
            if not items:
                raise CertificateInvalidError(f"the {cls.kind} certificate has no '{name}'")
            if form == "mapping" and name not in items:
                content[name] = {key.split("/", 1)[1]: value for key, value in items.items()}
            elif form == "tuple" and set(items) == {f"{name}/{i}" for i in range(len(items))}:
                content[name] = tuple(items[f"{name}/{i}"] for i in range(len(items)))
            elif form == "plain" and set(items) == {name}:
                value = items[name]
                content[name] = value.item() if value.ndim == 0 else value
            else:
                raise CertificateInvalidError(
                    f"'{name}' of the {cls.kind} certificate is stored as {', '.join(items)}"
                )
        if left:
            raise CertificateInvalidError(
                f"the {cls.kind} certificate has unknown content: {', '.join(sorted(left))}"
            )
        return cls(question=question, quality=_quality(quality), **content)


_AXES = {
    "vector": 1,
    "permutation": 1,
    "unitaries": 2,
    "weights": 1,
    "factors": 2,
    "first": 2,
    "second": 2,
    "operator": 2,
    "parts": 2,
    "depth": 0,
    "bound": 0,
    "copies": 0,
    "extended_side": 0,
}
"""Number of axes of each field, or of each item of it."""


def _quality(word: str) -> Quality:
    try:
        return Quality(word)
    except ValueError as error:
        raise CertificateInvalidError(
            f"'{word}' is no quality of a certificate", do="use 'strict' or 'within-delta'"
        ) from error


def _content_names(kind: type[Certificate]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name not in ("question", "quality"))


def _content_forms(kind: type[Certificate]) -> dict[str, str]:
    """Returns how each field is stored: plain, as a tuple, or as a mapping of arrays."""
    forms = {"tuple": "tuple", "Mappi": "mapping"}
    annotations = {f.name: str(f.type) for f in fields(kind)}
    return {name: forms.get(annotations[name][:5], "plain") for name in _content_names(kind)}


@dataclass(frozen=True, eq=False, kw_only=True)
class NptCertificate(Certificate):
    r"""Entangled across a cut: $\langle v|\rho^{T_A}|v\rangle < 0$."""

    kind: ClassVar[str] = "npt"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    vector: Array
    """``(D,)`` vector v, parties in their usual order; the block of the cut that holds party A is
    the transposed one."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PptSmallCertificate(Certificate):
    """Separable across a cut with d_A d_B <= 6, because the partial transpose is positive."""

    kind: ClassVar[str] = "ppt-small"
    proves: ClassVar[Verdict] = Verdict.SEPARABLE


@dataclass(frozen=True, eq=False, kw_only=True)
class RealignmentCertificate(Certificate):
    """Entangled across a cut: the realigned matrix has trace norm above 1."""

    kind: ClassVar[str] = "realignment"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED


@dataclass(frozen=True, eq=False, kw_only=True)
class PermutationNormCertificate(Certificate):
    """Not fully separable: a reshuffle of the indices has trace norm above 1."""

    kind: ClassVar[str] = "permutation-norm"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    permutation: Array
    """``(2N,)`` order of the indices (A, B, ..., A', B', ...); the first N become the rows."""


@dataclass(frozen=True, eq=False, kw_only=True)
class XFormCertificate(Certificate):
    """Not fully separable: the anti-diagonal inequality is violated in a product basis."""

    kind: ClassVar[str] = "x-form"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    unitaries: tuple[Array, ...]
    """One ``(2, 2)`` unitary per party, applied to the state before the test."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DecompositionCertificate(Certificate):
    r"""Separable for a partition: product vectors whose mixture lies within the separable ball.

    The checker forms $\sigma = \sum_k w_k |a_k b_k \dots\rangle\langle\cdot|$ and tests that
    $\rho - (1-t)\sigma$ stays inside the separable ball of radius proportional to t around I/D.
    """

    kind: ClassVar[str] = "decomposition"
    proves: ClassVar[Verdict] = Verdict.SEPARABLE

    weights: Array
    """``(m,)`` non-negative weights."""
    factors: tuple[Array, ...]
    """Per block of the partition ``(m, d_block)`` vectors."""
    depth: float
    """The depth t in (0, 1)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class BiseparableDecompositionCertificate(Certificate):
    """Separable for ``biseparable``: product vectors, each with its own cut."""

    kind: ClassVar[str] = "biseparable-decomposition"
    proves: ClassVar[Verdict] = Verdict.SEPARABLE

    weights: Mapping[str, Array]
    """Cut to ``(m_cut,)`` weights."""
    first: Mapping[str, Array]
    """Cut to ``(m_cut, d_first)`` vectors of the cut's first block."""
    second: Mapping[str, Array]
    """Cut to ``(m_cut, d_second)`` vectors of the cut's second block."""
    depth: float
    """The depth t in [0, 1); with 0 the mixture is the state itself, within 1e-12."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LowRankCertificate(Certificate):
    """Separable although exactly singular: an explicit mixture of product vectors equals rho."""

    kind: ClassVar[str] = "low-rank"
    proves: ClassVar[Verdict] = Verdict.SEPARABLE

    weights: Array
    factors: tuple[Array, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class WitnessCertificate(Certificate):
    r"""Entangled for a partition: $tr(W\rho)$ exceeds a bound on W over product states."""

    kind: ClassVar[str] = "witness"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    operator: Array
    """``(D, D)`` Hermitian W."""
    bound: float
    """Claimed maximum of W over product states; the checker derives its own."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PptMixerCertificate(Certificate):
    """Genuinely multipartite entangled: a witness that is decomposable across every cut.

    For each cut M the checker derives $Q_M = (W - P_M)^{T_M}$ and tests both for positivity.
    """

    kind: ClassVar[str] = "ppt-mixer"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    operator: Array
    parts: Mapping[str, Array]
    """Cut to the ``(D, D)`` matrix P_M."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ExtensionCertificate(Certificate):
    r"""Entangled across a cut: dual of a k-symmetric PPT extension, as sums of squares.

    W is not negative on product states because $\langle ab|W|ab\rangle = \sum_j
    \langle a\,b^{k-j}\,\bar b^j|Z_j|a\,b^{k-j}\,\bar b^j\rangle$ with positive
    $Z_j$; the checker works out $Z_0$ from W and the others. The symmetric copies are in the basis
    of occupied levels, (0, 0), (0, 1), ..., (1, 1), ..., each vector normalised.
    """

    kind: ClassVar[str] = "extension"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED

    operator: Array
    """``(D, D)`` Hermitian W, parties in their usual order."""
    copies: int
    """How many copies k of the extended side."""
    extended_side: int
    """0 if the block that holds party A is extended, 1 if the other."""
    parts: tuple[Array, ...]
    """$Z_1$ to $Z_k$: $Z_j$ is ``(s, s)`` on the side that is not extended, k - j symmetric copies,
    and j symmetric copies that are conjugated."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ExtremalCertificate(Certificate):
    """Entangled across a cut: an extreme point of the PPT states that is no pure product."""

    kind: ClassVar[str] = "extremal"
    proves: ClassVar[Verdict] = Verdict.ENTANGLED


CERTIFICATE_KINDS: dict[str, type[Certificate]] = {
    kind.kind: kind
    for kind in (
        NptCertificate,
        PptSmallCertificate,
        RealignmentCertificate,
        PermutationNormCertificate,
        XFormCertificate,
        DecompositionCertificate,
        BiseparableDecompositionCertificate,
        LowRankCertificate,
        WitnessCertificate,
        PptMixerCertificate,
        ExtensionCertificate,
        ExtremalCertificate,
    )
}
"""Every kind of certificate by its name in files."""
