"""The experiment: which components are composed, with which parameters, from TOML or Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from qent_core.errors import ExperimentInvalidError
from qent_core.experiment_file import parse_toml, read_toml, spec_errors, write_toml
from qent_core.overrides import apply_overrides
from qent_core.parameter_expression import check_expression
from qent_core.parameters import Distribution

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset
    from qent_core.registry import Registry
    from qent_core.run import Run


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Use(BaseModel):
    """One component and its parameters; ``use`` is the only reserved key."""

    model_config = ConfigDict(frozen=True, extra="allow")

    use: Annotated[str, Field(min_length=1)]
    """Name of the component, or ``distribution:name``."""

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters as written."""
        return dict(self.model_extra or {})

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: _plain_value(value) for key, value in dict(self).items()}

    def __iter__(self) -> Any:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return iter({**fields, **(self.model_extra or {})}.items())


class StatesUse(Use):
    """One state family and how many states to take from it."""

    count: Annotated[int, Field(ge=1, strict=True)]
    """Number of states."""


def use(name: str, **parameters: Any) -> Use:
    """Returns a component for an experiment; with ``count`` it is a state family.

    Example:
        >>> use("depolarizing", strength=0.1).parameters
        {'strength': 0.1}
        >>> use("isotropic", count=10, spin=1).count
        10
    """
    kind = StatesUse if "count" in parameters else Use
    return kind(use=name, **parameters)


def _known_name(name: str) -> str:
    if not name or not all(c.isalnum() or c in "-_." for c in name) or name[0] in ".-":
        raise ValueError("must be letters, digits, '-', '_' or '.', it names the run's folder")
    return name


class RunSettings(_Table):
    """Table ``[run]``."""

    name: Annotated[str, AfterValidator(_known_name)] = "run"
    """Name of the run and, by default, of its folder."""
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = 0
    """Fixes every random number."""
    description: str = ""
    shard_size: Annotated[int, Field(ge=1, strict=True)] = 10_000
    """States per shard; part of the spec because every shard has a random stream of its own."""


class PluginSettings(_Table):
    """Table ``[plugins]``."""

    local: tuple[str, ...] = ()
    """Python files with families of your own, relative to the experiment's file."""
    disable: tuple[str, ...] = ()
    """Distributions that are not loaded."""
    only: tuple[str, ...] | None = None
    """If given, the only distributions that are loaded."""


class CurveSettings(_Table):
    """Table ``[[evaluation.curves]]``: the target against one parameter, exact and predicted."""

    sweep: Annotated[str, Field(min_length=1)]
    """Parameter of the first state family that runs along the axis."""
    start: float = 0.0
    stop: float = 1.0
    points: Annotated[int, Field(ge=2, le=10_001)] = 201
    over: Annotated[str, AfterValidator(check_expression)] | None = None
    """Where a test state falls on the axis: arithmetic in its parameters; default ``sweep``."""
    label: str = ""
    """Axis label; default ``over``."""


class DataSettings(_Table):
    """Table ``[data]``: how ``qent generate`` stores the states; ``qent run`` needs none of it."""

    dtype: Literal["complex128", "complex64"] = "complex128"
    """Number type; real states take the real type of the same precision."""


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class EvaluationSettings(_Table):
    """Table ``[evaluation]``."""

    test_fraction: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.2
    """Share of the states held out."""
    target: Annotated[tuple[str, ...], BeforeValidator(_one_or_many)] = ()
    """Label columns to learn; by default the only one."""
    curves: tuple[CurveSettings, ...] = ()


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, Mapping | Use) else value


UseList = Annotated[tuple[Use, ...], BeforeValidator(_as_list)]


class Experiment(_Table):
    """A composition of components: the same tree as an experiment's TOML file.

    Example:
        >>> experiment = Experiment(
        ...     run=RunSettings(name="bell", seed=1),
        ...     states=[use("bell-diagonal", count=100)],
        ...     labels=[use("negativity")],
        ... )
        >>> Experiment.from_toml(experiment.to_toml()) == experiment
        True
    """

    run: RunSettings = RunSettings()
    plugins: PluginSettings = PluginSettings()
    prefer: dict[str, str] = {}
    """Component name to the distribution that provides it, where two do."""
    states: Annotated[tuple[StatesUse, ...], BeforeValidator(_as_list), Field(min_length=1)]
    channels: UseList = ()
    labels: UseList = ()
    features: Use | None = None
    model: Use | None = None
    evaluation: EvaluationSettings = EvaluationSettings()
    data: DataSettings = DataSettings()

    def __init__(self, **tables: Any) -> None:
        with spec_errors():
            super().__init__(**tables)

    @classmethod
    def from_toml(cls, text: str, *, where: str = "", overrides: Sequence[str] = ()) -> Self:
        """Returns the experiment that a TOML text describes.

        Args:
            text: The TOML text.
            where: Name of the file, for messages.
            overrides: ``table.key=value`` settings that replace what the text says.

        Raises:
            ExperimentInvalidError: Syntax error, unknown table or key, or an impossible value.
        """
        tables = apply_overrides(parse_toml(text, where=where), overrides)
        try:
            return cls(**tables)
        except ExperimentInvalidError as error:
            raise (error.located(where) if where else error) from None

    @classmethod
    def from_file(cls, path: str | Path, *, overrides: Sequence[str] = ()) -> Self:
        """Returns the experiment in a TOML file; see `from_toml`."""
        return cls.from_toml(read_toml(Path(path)), where=str(path), overrides=overrides)

    def to_toml(self) -> str:
        """Returns the experiment as TOML; reading it back gives an equal experiment."""
        return write_toml(self.model_dump(mode="json", exclude_defaults=True))

    def execute(
        self,
        out: str | Path | None = None,
        *,
        registry: Registry | None = None,
        base: str | Path | None = None,
        workers: int = 1,
        overwrite: bool = False,
    ) -> Run:
        """Runs the experiment and returns its result; see `qent_core.run.run_experiment`."""
        from qent_core.run import run_experiment

        return run_experiment(
            self, out, registry=registry, base=base, workers=workers, overwrite=overwrite
        )

    def generate(
        self,
        out: str | Path,
        *,
        registry: Registry | None = None,
        base: str | Path | None = None,
        workers: int = 1,
        overwrite: bool = False,
    ) -> Dataset:
        """Stores its states and labels; see `qent_core.dataset.generate.generate_dataset`."""
        from qent_core.dataset.generate import generate_dataset

        return generate_dataset(
            self, out, registry=registry, base=base, workers=workers, overwrite=overwrite
        )

    def scaled(self, fraction: float) -> Experiment:
        """Returns the experiment with a share of the states of each family, at least one.

        Example:
            >>> Experiment(states=[use("bell", count=500)]).scaled(0.01).states[0].count
            5
        """
        states = tuple(
            entry.model_copy(update={"count": max(1, round(entry.count * fraction))})
            for entry in self.states
        )
        return self.model_copy(update={"states": states})


def _plain_value(value: Any) -> Any:
    """Returns a parameter in the form TOML has it."""
    if isinstance(value, Distribution):
        return {value.keyword: value.arguments()}
    if isinstance(value, Mapping):
        return {key: _plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    return value
