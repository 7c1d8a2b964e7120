"""Every error qent raises on purpose: what went wrong, where, and what to do about it.

Each class docstring is the error's manual page; the documentation is made from them.
"""

from __future__ import annotations


class QentError(Exception):
    """Base of all errors that qent raises on purpose.

    Args:
        what: One sentence for a physicist: what is wrong.
        where: File, table, key or index of the state.
        do: What to do next.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what, where, do)
        self.what = what
        self.where = where
        self.do = do

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.do))

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.do:
            lines.append(f"  do:    {self.do}")
        return "\n".join(lines)

    def located(self, where: str) -> QentError:
        """Returns the same error with ``where`` filled in if it was empty, else put in front."""
        joined = f"{where}, {self.where}" if self.where else where
        return type(self)(self.what, where=joined, do=self.do)


def _rebuild(kind: type[QentError], what: str, where: str, do: str) -> QentError:
    return kind(what, where=where, do=do)


class StateInvalidError(QentError, ValueError):
    """An array is no set of quantum states: wrong shape, NaN, not Hermitian, trace or positivity.

    The message names the index of the first bad state and the size of the violation.
    """


class DimensionsMismatchError(QentError, ValueError):
    """Local dimensions, parties or operators do not fit the states they are used with."""


class QuestionInvalidError(QentError, ValueError):
    """A question such as ``"A|BC"`` is malformed or names parties the states do not have."""


class LabelsInvalidError(QentError, ValueError):
    """Label columns have wrong lengths, an unknown verdict value, or contradict each other."""


class CertificateInvalidError(QentError, ValueError):
    """A certificate record is malformed: wrong shapes, NaN, or a question it cannot answer."""


class ParameterInvalidError(QentError, ValueError):
    """A component refused a parameter: unknown name, wrong type, or out of range."""


class ComponentUnknownError(QentError, LookupError):
    """No installed plugin provides a component of this name.

    The message suggests near names first, then the package known to provide it, then plugins
    that would provide it if they were not broken.
    """


class ComponentAmbiguousError(QentError, LookupError):
    """Two plugins provide one name; ask for ``distribution:name`` or set ``[prefer]``."""


class ComponentBrokenError(QentError):
    """A component is known, but its implementation cannot be imported or is not what it claims."""

    exit_code = 3


class PluginBrokenError(QentError):
    """A plugin failed to load; raised only under ``QENT_STRICT=1`` or when its component is asked.

    Every other plugin keeps working; ``qent doctor`` shows the whole story.
    """

    exit_code = 3


class CompositionInvalidError(QentError, ValueError):
    """The chosen components cannot work together, for example an image model on vector features."""


class ExperimentInvalidError(QentError, ValueError):
    """An experiment file has a syntax error, an unknown table or key, or an impossible value."""


class StateFileError(QentError):
    """A file of states cannot be read: missing, broken, without dims, or of unknown layout."""


class RunFolderError(QentError):
    """A run folder is missing, incomplete, in the way, or was changed after it was written."""


class ReportError(QentError):
    """A report cannot be made of what was named, or not be written or opened."""


class DatasetError(QentError):
    """A data set is missing, in the way, or cannot do what was asked of it."""


class DatasetMismatchError(DatasetError, ValueError):
    """A data set was written by another experiment, other versions, or with another layout.

    The message says what differs. A data set is continued only by what began it, so that its
    states and labels are those of one experiment.
    """


class DatasetIncompleteError(DatasetError):
    """A data set is not finished; the command that began it goes on where it stopped."""


class DatasetCorruptError(DatasetError):
    """A file of a data set is missing or is not what was written; the message names it."""


class DatasetWriteError(DatasetError):
    """A data set cannot be written: the disk is full, or access is refused.

    Finished shards are kept; the same command goes on from there.
    """

    exit_code = 1


class ModelFileError(QentError):
    """A saved model is incomplete, was changed, or holds types that are not trusted."""


class PluginUnknownError(QentError, LookupError):
    """No plugin of this name is installed, or a folder that was named holds none."""


class ScaffoldRefusedError(QentError, ValueError):
    """A new plugin cannot be written: a bad or taken name, or a folder that is in the way."""


class InstallationFailedError(QentError):
    """pip or uv could not install or remove a plugin; nothing of qent was changed."""

    exit_code = 1


class IndexOutdatedError(QentError):
    """``registry.toml`` is not what the plugins' records say: edited by hand, or out of date."""

    exit_code = 1


class StudyError(QentError):
    """A study cannot be run as asked, or its folder is in the way."""


class StudyClaimUnknownError(StudyError, LookupError):
    """A study has no claim of this id; the message suggests the nearest."""


class StudyScaleUnknownError(StudyError, LookupError):
    """A study has no scale of this name; usual ones are smoke, standard and paper."""


class StudyMismatchError(StudyError, ValueError):
    """A study's folder was begun with other settings, seeds, scale or versions.

    The message says what differs. A study is continued only by what began it, so that all of its
    numbers come from one protocol.
    """


class StudyMemoryError(StudyError):
    """A study would need more memory than there is; said before the work starts."""


class StudyTaskError(StudyError):
    """A task of a study failed; finished tasks are kept, the same command goes on from there."""

    exit_code = 1


class StudyBrokenError(StudyError):
    """A study is not what it must be: malformed claims or tasks, or a claim without a finding."""

    exit_code = 3


class ExplorerError(QentError):
    """The explorer is not installed, has nothing to show, or its port is in use."""


class ExtraMissingError(QentError, ImportError):
    """An optional part of qent is needed but not installed; the message says what to install."""


class RunFailedError(QentError):
    """A component raised an unexpected error while a run was using it."""

    exit_code = 1


def require_module(module: str, *, extra: str, purpose: str) -> None:
    """Raises `ExtraMissingError` if a top-level module is not installed, without importing it.

    Args:
        module: Import name, for example ``"matplotlib"``.
        extra: Extra of ``qent-core`` that brings it.
        purpose: What it is needed for, for the message.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise ExtraMissingError(
            f"{purpose} needs the package '{module}', which is not installed",
            do=f"install it with: pip install 'qent-core[{extra}]'",
        )


def require_package(distribution: str, *, purpose: str) -> None:
    """Raises `ExtraMissingError` if a distribution of qent's own is not installed.

    Args:
        distribution: Its name, for example ``"qent-testing"``. Nothing of it is imported.
        purpose: What it is needed for, for the message.
    """
    from importlib.util import find_spec

    if find_spec(distribution.replace("-", "_")) is None:
        raise ExtraMissingError(
            f"{purpose} needs the package '{distribution}', which is not installed",
            do=f"install it with: pip install {distribution}",
        )
