"""Parameters that may vary from state to state: a number, or a distribution to draw from.

In TOML a number is written as such and a distribution as a one-key table, for example
``strength = { uniform = [0.0, 0.3] }``. In Python use the classes: ``Uniform(0.0, 0.3)``.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from qent_core.errors import ParameterInvalidError


class Distribution:
    """A law from which one value per state is drawn."""

    keyword: ClassVar[str]
    """The key that stands for it in TOML."""

    @abstractmethod
    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns ``(count,)`` values."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Returns the smallest and the largest value it can give."""

    @abstractmethod
    def arguments(self) -> list[float]:
        """Returns the numbers that stand behind its keyword in TOML."""


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform on an interval.

    Example:
        >>> Uniform(0.0, 0.3).support()
        (0.0, 0.3)
    """

    low: float
    high: float
    keyword: ClassVar[str] = "uniform"

    def __post_init__(self) -> None:
        _finite(self, (self.low, self.high))
        _ordered(self, self.low, self.high)

    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns ``(count,)`` values."""
        return rng.uniform(self.low, self.high, count)

    def support(self) -> tuple[float, float]:
        """Returns the interval."""
        return (self.low, self.high)

    def arguments(self) -> list[float]:
        """Returns the two ends."""
        return [self.low, self.high]


@dataclass(frozen=True)
class LogUniform(Distribution):
    """Uniform in the logarithm, on an interval of positive numbers."""

    low: float
    high: float
    keyword: ClassVar[str] = "log_uniform"

    def __post_init__(self) -> None:
        _finite(self, (self.low, self.high))
        _ordered(self, self.low, self.high)
        if self.low <= 0:
            raise ParameterInvalidError(f"log_uniform needs positive ends, got {self.low}")

    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns ``(count,)`` values."""
        exponents = rng.uniform(math.log(self.low), math.log(self.high), count)
        return np.clip(np.exp(exponents), self.low, self.high)

    def support(self) -> tuple[float, float]:
        """Returns the interval."""
        return (self.low, self.high)

    def arguments(self) -> list[float]:
        """Returns the two ends."""
        return [self.low, self.high]


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with a mean and a standard deviation; for parameters without bounds only."""

    mean: float
    std: float
    keyword: ClassVar[str] = "normal"

    def __post_init__(self) -> None:
        _finite(self, (self.mean, self.std))
        if self.std < 0:
            raise ParameterInvalidError(f"normal needs a standard deviation >= 0, got {self.std}")

    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns ``(count,)`` values."""
        return rng.normal(self.mean, self.std, count)

    def support(self) -> tuple[float, float]:
        """Returns the real line."""
        return (-math.inf, math.inf)

    def arguments(self) -> list[float]:
        """Returns mean and standard deviation."""
        return [self.mean, self.std]


@dataclass(frozen=True)
class Choice(Distribution):
    """One of several values, all equally likely."""

    options: tuple[float, ...]
    keyword: ClassVar[str] = "choice"

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(float(value) for value in self.options))
        _finite(self, self.options)
        if not self.options:
            raise ParameterInvalidError("choice needs at least one value")

    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns ``(count,)`` values."""
        return rng.choice(np.asarray(self.options), count)

    def support(self) -> tuple[float, float]:
        """Returns the least and the greatest option."""
        return (min(self.options), max(self.options))

    def arguments(self) -> list[float]:
        """Returns the options."""
        return list(self.options)


@dataclass(frozen=True)
class Values(Distribution):
    """The value of each state, written out: state i gets the i-th value.

    Raises:
        ParameterInvalidError: ``draw`` is asked for another number of states.
    """

    values: tuple[float, ...]
    keyword: ClassVar[str] = "values"

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        _finite(self, self.values)

    def draw(self, count: int, rng: Generator) -> NDArray[np.float64]:
        """Returns the values."""
        if count != len(self.values):
            raise ParameterInvalidError(
                f"{len(self.values)} values were given for {count} states",
                do="give one value per state, or a distribution",
            )
        return np.asarray(self.values)

    def support(self) -> tuple[float, float]:
        """Returns the least and the greatest value."""
        return (min(self.values, default=0.0), max(self.values, default=0.0))

    def arguments(self) -> list[float]:
        """Returns the values."""
        return list(self.values)


DISTRIBUTIONS: dict[str, type[Distribution]] = {
    kind.keyword: kind for kind in (Uniform, LogUniform, Normal, Choice, Values)
}


def distribution_from(table: Mapping[str, Any]) -> Distribution:
    """Returns the distribution that a one-key table such as ``{"uniform": [0, 1]}`` stands for.

    Raises:
        ParameterInvalidError: Another number of keys, an unknown one, or wrong numbers.
    """
    if len(table) != 1 or next(iter(table)) not in DISTRIBUTIONS:
        raise ParameterInvalidError(
            f"{dict(table)} is no distribution",
            do="write one of " + ", ".join(f"{{ {name} = [...] }}" for name in DISTRIBUTIONS),
        )
    keyword, arguments = next(iter(table.items()))
    kind = DISTRIBUTIONS[keyword]
    if not isinstance(arguments, Sequence | np.ndarray) or isinstance(arguments, str):
        raise ParameterInvalidError(f"{keyword} needs a list of numbers, got {arguments!r}")
    numbers = [_number(keyword, value) for value in arguments]
    if kind in (Choice, Values):
        return kind(tuple(numbers))
    if len(numbers) != 2:
        raise ParameterInvalidError(f"{keyword} needs two numbers, got {len(numbers)}")
    return kind(*numbers)


def _number(keyword: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ParameterInvalidError(f"{keyword} needs numbers, got {value!r}")
    return float(value)


def _finite(law: Distribution, numbers: Sequence[float]) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise ParameterInvalidError(f"{law.keyword} needs finite numbers, got {list(numbers)}")


def _ordered(law: Distribution, low: float, high: float) -> None:
    if low > high:
        raise ParameterInvalidError(f"{law.keyword} needs low <= high, got [{low}, {high}]")


@dataclass(frozen=True)
class Within:
    """Bounds of a varying parameter: a number must lie within, a distribution's support too."""

    low: float = -math.inf
    high: float = math.inf

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        shown = handler(schema)
        for variant in shown.get("anyOf", []):
            if variant.get("type") == "number":
                variant.update(self.json_bounds())
        return shown

    def json_bounds(self) -> dict[str, float]:
        """Returns the finite bounds under their JSON-schema names."""
        bounds = {"minimum": self.low, "maximum": self.high}
        return {key: value for key, value in bounds.items() if math.isfinite(value)}

    def check(self, value: Any) -> Any:
        """Returns the value if it lies within the bounds, else raises ValueError."""
        low, high = value.support() if isinstance(value, Distribution) else (value, value)
        if low < self.low or high > self.high:
            raise ValueError(f"must lie within [{self.low:g}, {self.high:g}]")
        return value


class _VaryingSchema:
    """Teaches pydantic what a varying parameter is."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.serialize),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        laws = {name: {"type": "array", "items": {"type": "number"}} for name in DISTRIBUTIONS}
        law = {"type": "object", "properties": laws, "minProperties": 1, "maxProperties": 1}
        return {"anyOf": [{"type": "number"}, law]}

    @staticmethod
    def validate(value: Any) -> float | Distribution:
        if isinstance(value, Distribution):
            return value
        if isinstance(value, Mapping):
            try:
                return distribution_from(value)
            except ParameterInvalidError as error:
                raise ValueError(f"{error.what}; {error.do}" if error.do else error.what) from error
        if isinstance(value, np.ndarray) and value.ndim == 1:
            return Values(tuple(value.tolist()))
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise ValueError("must be a number or a distribution such as { uniform = [0.0, 1.0] }")
        if not math.isfinite(value):
            raise ValueError("must be finite")
        return float(value)

    @staticmethod
    def serialize(value: float | Distribution) -> Any:
        if isinstance(value, Distribution):
            return {value.keyword: value.arguments()}
        return value


Varying = Annotated[float | Distribution, _VaryingSchema]
"""Type of a parameter that takes a number or a distribution; bound it with `Within`."""

Probability = Annotated[float | Distribution, _VaryingSchema, Within(0.0, 1.0)]
"""A varying parameter in [0, 1]."""

Angle = Annotated[float | Distribution, _VaryingSchema]
"""A varying parameter in radians."""


def draw(value: float | Distribution, count: int, rng: Generator) -> NDArray[np.float64]:
    """Returns ``(count,)`` values of a varying parameter; a number is repeated.

    Args:
        value: The parameter: a number, or a distribution.
        count: Number of values.
        rng: Where they come from; untouched for a number.

    Example:
        >>> draw(0.5, 3, np.random.default_rng(1))
        array([0.5, 0.5, 0.5])
    """
    if isinstance(value, Distribution):
        return value.draw(count, rng)
    return np.full(count, float(value))
