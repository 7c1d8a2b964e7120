"""The public interface for plugins and scripts.

Records and hook markers are imported at once: they are all that listing a plugin needs. Everything
else (base classes, states, labels) is imported when it is first asked for, so that ``plugin.py`` of
a plugin stays free of NumPy and pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qent_core.hooks import ENTRY_POINT_GROUP, hookimpl
from qent_core.records import (
    ChannelSpec,
    FeatureSpec,
    LabelerSpec,
    ModelSpec,
    Reference,
    StateFamilySpec,
    StudySpec,
)
from qent_core.verdicts import Verdict

if TYPE_CHECKING:
    pass

_HOME = {
    "qent_core.certificate_column": ("CertificateColumn",),
    "qent_core.certificates": (
        "BiseparableDecompositionCertificate",
        "Certificate",
        "DecompositionCertificate",
        "ExtensionCertificate",
        "ExtremalCertificate",
        "LowRankCertificate",
        "NptCertificate",
        "PermutationNormCertificate",
        "PptMixerCertificate",
        "PptSmallCertificate",
        "Quality",
        "RealignmentCertificate",
        "WitnessCertificate",
        "XFormCertificate",
    ),
    "qent_core.components": (
        "Channel",
        "Labeler",
        "LocalDims",
        "Parties",
        "Spin",
        "StateFamily",
    ),
    "qent_core.errors": (
        "CertificateInvalidError",
        "DimensionsMismatchError",
        "LabelsInvalidError",
        "ParameterInvalidError",
        "QentError",
        "QuestionInvalidError",
        "StateInvalidError",
    ),
    "qent_core.labels": ("Labels", "MeasureColumn", "VerdictColumn", "column_name"),
    "qent_core.parameters": (
        "Angle",
        "Choice",
        "Distribution",
        "LogUniform",
        "Normal",
        "Probability",
        "Uniform",
        "Values",
        "Varying",
        "Within",
        "draw",
    ),
    "qent_core.progress": ("track",),
    "qent_core.questions": (
        "BISEPARABLE",
        "check_question",
        "cut_of",
        "cuts",
        "full_separability",
        "is_coarser",
        "parse_partition",
    ),
    "qent_core.seeds": ("stream",),
    "qent_core.states": ("StateBatch",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [  # noqa: PLE0604 - the lazy names are appended below
    "ENTRY_POINT_GROUP",
    "ChannelSpec",
    "FeatureSpec",
    "LabelerSpec",
    "ModelSpec",
    "Reference",
    "StateFamilySpec",
    "StudySpec",
    "Verdict",
    "hookimpl",
    *_MODULE_OF,
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'qent_core.api' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
