"""The base class of studies."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import BaseModel

from qent_core.errors import StudyBrokenError
from qent_core.names import listed
from qent_studies.claims import Claim, read_claims
from qent_studies.findings import Finding
from qent_studies.results import Results
from qent_studies.tasks import Task

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qent_studies.drawing import Drawing

F = TypeVar("F", bound=Callable[..., Finding])

_MARK = "_qent_concludes"


def concludes(*claims: str) -> Callable[[F], F]:
    """Marks a method of a study that draws the finding on one or several claims.

    The method takes the claim, the results and the settings, and returns a `Finding`. It is called
    only if the claim is wanted, and then every task that serves the claim has a result.

    Example:
        >>> @concludes("S9-01")
        ... def slope(self, claim, results, settings):
        ...     return compare(claim, mean_over_seeds(results.values_by_seed("slope")))
    """

    def mark(method: F) -> F:
        setattr(method, _MARK, claims)
        return method

    return mark


class Study(ABC):
    """A paper as a command: tasks, a finding per claim, figures.

    A study has no parameters of its own; its readings of the paper are fields of the settings,
    which ``--set`` changes.
    """

    claims_file: ClassVar[str | tuple[str, ...]] = "claims.toml"
    """The claims, relative to the module that defines the class: one file, or several in turn."""

    scales: ClassVar[tuple[str, ...]] = ("smoke", "standard", "paper")
    """From minutes to the paper's own sizes."""

    @abstractmethod
    def settings(self, scale: str) -> BaseModel:
        """Returns the sizes and the readings of the paper, with the defaults of a scale.

        The model should be frozen, forbid other fields and describe each reading.
        """

    @abstractmethod
    def tasks(self, settings: Any, seeds: tuple[int, ...]) -> Sequence[Task]:
        """Returns the work, as tasks that know nothing of each other."""

    def default_seeds(self, scale: str) -> tuple[int, ...]:
        """Returns the seeds used if none are asked for, by default ``(42,)``."""
        return (42,)

    def conclude(self, results: Results, settings: Any) -> Iterable[Finding]:
        """Returns a finding for every claim in ``results.claims``.

        By default it asks the methods that `concludes` marks.

        Args:
            results: What the tasks made.
            settings: The settings of the run.
        """
        methods = self._conclusions()
        return [
            methods[claim.id](claim, results, settings)
            for claim in self.claims
            if claim.id in results.claims and claim.id in methods
        ]

    def figures(
        self, results: Results, settings: Any
    ) -> Mapping[str, Drawing | Callable[[], Figure]]:
        """Returns the figures by name, as a `Drawing` or a bare function; by default none."""
        return {}

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, in the order of the files."""
        folder = Path(inspect.getfile(type(self))).parent
        files = self._claims_files()
        claims = tuple(claim for file in files for claim in read_claims(folder / file))
        names = [claim.id for claim in claims]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise StudyBrokenError(f"{listed(twice)} stands there twice", where=listed(files))
        return claims

    def _claims_files(self) -> tuple[str, ...]:
        return (self.claims_file,) if isinstance(self.claims_file, str) else self.claims_file

    def _conclusions(self) -> dict[str, Callable[..., Finding]]:
        methods: dict[str, Callable[..., Finding]] = {}
        for name, method in inspect.getmembers(type(self), inspect.isfunction):
            for claim in getattr(method, _MARK, ()):
                if claim in methods:
                    raise StudyBrokenError(f"two methods conclude on {claim}", where=name)
                methods[claim] = getattr(self, name)
        unknown = sorted({*methods} - {claim.id for claim in self.claims})
        if unknown:
            raise StudyBrokenError(
                f"a method concludes on {listed(unknown)}, which "
                f"{listed(self._claims_files())} does not list"
            )
        return methods
