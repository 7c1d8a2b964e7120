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
    from qent_core.certificate_column import (
        CertificateBlock,
        CertificateColumn,
    )
    from qent_core.certificates import (
        BiseparableDecompositionCertificate,
        Certificate,
        DecompositionCertificate,
        ExtensionCertificate,
        ExtremalCertificate,
        LowRankCertificate,
        NptCertificate,
        PermutationNormCertificate,
        PptMixerCertificate,
        PptSmallCertificate,
        Quality,
        RealignmentCertificate,
        WitnessCertificate,
        XFormCertificate,
    )
    from qent_core.checker.check import (
        check_block,
        check_labels,
    )
    from qent_core.checker.outcome import (
        Status,
    )
    from qent_core.components import (
        Channel,
        Labeler,
        LocalDims,
        Parties,
        Spin,
        StateFamily,
    )
    from qent_core.dataset.data_set import (
        Dataset,
    )
    from qent_core.dataset.generate import (
        generate_dataset,
    )
    from qent_core.errors import (
        CertificateInvalidError,
        DimensionsMismatchError,
        LabelsInvalidError,
        ModelFileError,
        ParameterInvalidError,
        QentError,
        QuestionInvalidError,
        RunFailedError,
        StateInvalidError,
    )
    from qent_core.experiment import (
        Experiment,
        use,
    )
    from qent_core.foreign_states import (
        as_states,
    )
    from qent_core.labelling import (
        label_states,
    )
    from qent_core.labels import (
        Labels,
        MeasureColumn,
        VerdictColumn,
        column_name,
    )
    from qent_core.lookup import (
        component,
    )
    from qent_core.parameters import (
        Angle,
        Choice,
        Distribution,
        LogUniform,
        Normal,
        Probability,
        Uniform,
        Values,
        Varying,
        Within,
        draw,
    )
    from qent_core.predictor import (
        Predictor,
    )
    from qent_core.progress import (
        track,
    )
    from qent_core.questions import (
        BISEPARABLE,
        check_question,
        cut_of,
        cuts,
        full_separability,
        is_coarser,
        parse_partition,
    )
    from qent_core.registration import (
        register,
    )
    from qent_core.run import (
        Run,
        run_experiment,
    )
    from qent_core.seeds import (
        integer_seed,
        stream,
    )
    from qent_core.states import (
        StateBatch,
    )
    from qent_core.threshold import (
        certified_bracket,
    )
    from qent_core.tracking import (
        Preparation,
        StatePreparing,
        Track,
        Tracker,
        TrainingStep,
        prepared_by,
    )

__all__ = [
    "BISEPARABLE",
    "ENTRY_POINT_GROUP",
    "Angle",
    "BiseparableDecompositionCertificate",
    "Certificate",
    "CertificateBlock",
    "CertificateColumn",
    "CertificateInvalidError",
    "Channel",
    "ChannelSpec",
    "Choice",
    "Dataset",
    "DecompositionCertificate",
    "DimensionsMismatchError",
    "Distribution",
    "Experiment",
    "ExtensionCertificate",
    "ExtremalCertificate",
    "FeatureSpec",
    "Labeler",
    "LabelerSpec",
    "Labels",
    "LabelsInvalidError",
    "LocalDims",
    "LogUniform",
    "LowRankCertificate",
    "MeasureColumn",
    "ModelFileError",
    "ModelSpec",
    "Normal",
    "NptCertificate",
    "ParameterInvalidError",
    "Parties",
    "PermutationNormCertificate",
    "PptMixerCertificate",
    "PptSmallCertificate",
    "Predictor",
    "Preparation",
    "Probability",
    "QentError",
    "Quality",
    "QuestionInvalidError",
    "RealignmentCertificate",
    "Reference",
    "Run",
    "RunFailedError",
    "Spin",
    "StateBatch",
    "StateFamily",
    "StateFamilySpec",
    "StateInvalidError",
    "StatePreparing",
    "Status",
    "StudySpec",
    "Track",
    "Tracker",
    "TrainingStep",
    "Uniform",
    "Values",
    "Varying",
    "Verdict",
    "VerdictColumn",
    "Within",
    "WitnessCertificate",
    "XFormCertificate",
    "as_states",
    "certified_bracket",
    "check_block",
    "check_labels",
    "check_question",
    "column_name",
    "component",
    "cut_of",
    "cuts",
    "draw",
    "full_separability",
    "generate_dataset",
    "hookimpl",
    "integer_seed",
    "is_coarser",
    "label_states",
    "parse_partition",
    "prepared_by",
    "register",
    "run_experiment",
    "stream",
    "track",
    "use",
]

_HOME = {
    "qent_core.certificate_column": (
        "CertificateBlock",
        "CertificateColumn",
    ),
    "qent_core.checker.check": (
        "check_block",
        "check_labels",
    ),
    "qent_core.checker.outcome": ("Status",),
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
    "qent_core.dataset.data_set": ("Dataset",),
    "qent_core.dataset.generate": ("generate_dataset",),
    "qent_core.errors": (
        "CertificateInvalidError",
        "DimensionsMismatchError",
        "LabelsInvalidError",
        "ModelFileError",
        "ParameterInvalidError",
        "QentError",
        "QuestionInvalidError",
        "RunFailedError",
        "StateInvalidError",
    ),
    "qent_core.experiment": (
        "Experiment",
        "use",
    ),
    "qent_core.foreign_states": ("as_states",),
    "qent_core.labelling": ("label_states",),
    "qent_core.labels": (
        "Labels",
        "MeasureColumn",
        "VerdictColumn",
        "column_name",
    ),
    "qent_core.lookup": ("component",),
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
    "qent_core.predictor": ("Predictor",),
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
    "qent_core.registration": ("register",),
    "qent_core.run": (
        "Run",
        "run_experiment",
    ),
    "qent_core.seeds": (
        "integer_seed",
        "stream",
    ),
    "qent_core.states": ("StateBatch",),
    "qent_core.threshold": ("certified_bracket",),
    "qent_core.tracking": (
        "Preparation",
        "StatePreparing",
        "Track",
        "Tracker",
        "TrainingStep",
        "prepared_by",
    ),
}
"""Module of every name that is imported only when it is asked for."""

_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'qent_core.api' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
