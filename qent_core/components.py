"""Base classes of what plugins implement: state families, channels and labelers.

Each is a frozen pydantic model: its fields are the parameters (typed, bounded, documented, with
defaults), one method does the work. Feature extractors and models follow scikit-learn instead.
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qent_core.foreign_states import accepting_states
from qent_core.parameters import Values

if TYPE_CHECKING:
    from qent_core.labels import Labels
    from qent_core.states import StateBatch


class Component(BaseModel):
    """What state families, channels and labelers have in common: validated, frozen parameters."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        arbitrary_types_allowed=True,
        allow_inf_nan=False,
    )

    def parameters(self) -> dict[str, Any]:
        """Returns every parameter in the form TOML has it."""
        return self.model_dump(mode="json", exclude_none=True)

    def for_states(self, start: int, stop: int) -> Self:
        """Returns the component for states ``start`` to ``stop``: written-out values are cut."""
        cut = {
            name: Values(value.values[start:stop])
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), Values)
        }
        return self.model_copy(update=cut) if cut else self


class StateFamily(Component):
    """A family of quantum states.

    Example:
        >>> class Bell(StateFamily):
        ...     def sample(self, count, rng):
        ...         from qent_core.states import StateBatch
        ...         ket = np.array([1, 0, 0, 1]) / 2**0.5
        ...         return StateBatch(np.tile(ket, (count, 1)), dims=(2, 2))
        >>> len(Bell().sample(3, np.random.default_rng(0)))
        3
    """

    @abstractmethod
    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` states; randomness comes from ``rng`` alone."""

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        """Returns the closed form of a label column, if the family knows one, else None.

        Args:
            column: Name of the label column, for example ``"negativity[A|B]"``.
            parameters: The states' parameters, as `sample` records them.
        """
        return None

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns where the answer to a question flips: parameter name to value."""
        return {}


class Channel(Component):
    """A quantum channel: completely positive, trace preserving, the identity at strength 0.

    `apply` takes states in any form that `qent_core.foreign_states.as_states` knows; what a
    subclass writes always gets a `StateBatch`.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **settings: Any) -> None:
        """Makes the subclass take states of other libraries."""
        super().__pydantic_init_subclass__(**settings)
        _accept(cls, "apply")

    @abstractmethod
    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the batch after the channel; randomness comes from ``rng`` alone."""


class Labeler(Component):
    """Answers questions about states, or measures them.

    `label` takes states in any form that `qent_core.foreign_states.as_states` knows; what a
    subclass writes always gets a `StateBatch`.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **settings: Any) -> None:
        """Makes the subclass take states of other libraries."""
        super().__pydantic_init_subclass__(**settings)
        _accept(cls, "label")

    @abstractmethod
    def label(self, batch: StateBatch) -> Labels:
        """Returns one column per question or measure."""


def _accept(component: type[Component], name: str) -> None:
    method = vars(component).get(name)
    if inspect.isfunction(method):
        setattr(component, name, accepting_states(method))


def _half_integer(spin: float) -> float:
    if round(2 * spin) != 2 * spin:
        raise ValueError("must be an integer or half-integer: 1/2, 1, 3/2, ...")
    return spin


def _distinct(parties: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(parties)) != len(parties):
        raise ValueError("must name each party once")
    return parties


Spin = Annotated[float, Field(ge=0.5, le=63.5), AfterValidator(_half_integer)]
"""A spin quantum number J; the local dimension is 2J + 1."""

LocalDims = Annotated[tuple[Annotated[int, Field(ge=2)], ...], Field(min_length=1)]
"""Local dimensions, one per party."""

Parties = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1), AfterValidator(_distinct)
]
"""Parties a channel acts on, counted from 0."""
