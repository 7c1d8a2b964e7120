"""Random pure states of two spin-J systems, in the three regimes of the stacking study."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from qent_core.api import Spin, StateBatch, StateFamily, Verdict
from qent_werner.exact_columns import QUESTION
from qent_werner.spins import local_dimension

_SURE = 1e-9
"""Linear entropy of a party above which the float64 ket is entangled beyond doubt."""

_UNUSED = {
    "unstructured": ("entangled_share", "zero_share", "zeros_in"),
    "semi-structured": ("entangled_share", "zeros_in"),
    "structured": (),
}


class SpinPure(StateFamily):
    r"""Pure states $\sum_{mn} C_{mn} |m n\rangle$ with Gaussian C of Frobenius norm 1.

    Real coefficients give the orthogonal ensemble. The three regimes of Abd-Rabbou et al.,
    arXiv:2507.12775, are:

    * ``unstructured``: every entry of C is Gaussian;
    * ``semi-structured``: besides, each entry is set to zero with probability ``zero_share``;
    * ``structured``: a state is as in ``semi-structured`` with probability ``entangled_share``,
      else it is a product, $C = a b^T$ with Gaussian a and b.

    Zeros are set before C is normalised, and drawn again where none of a state's coefficients
    would be left. The paper leaves open which states have zeros; with ``zeros_in = "all"`` the
    products have them too, in a and b, each entry with probability $1 - \sqrt{1 - z}$, so that C
    has a share z of them and the state stays a product.

    The verdict on ``A|B`` is known: separable for products, also for those that zeros make (one
    row or one column left), entangled where $1 - \mathrm{tr}\rho_A^2 > 10^{-9}$. Their negativity
    is fixed by the coefficients, not by parameters: see `qent_werner.closed_forms`.

    Args:
        spin: Spin quantum number J of both parties; the local dimension is d = 2J + 1.
        regime: How the coefficients are drawn.
        entangled_share: Share of states that are no products; for the structured regime.
        zero_share: Share z of the coefficients that are zero; not for the unstructured regime.
        zeros_in: Which states have zeros, the entangled ones or all; for the structured regime.
        real: Real coefficients, or complex ones.

    Example:
        >>> batch = SpinPure(spin=1).sample(3, np.random.default_rng(0))
        >>> batch.shape, batch.is_real, batch.known["A|B"].tolist()
        ((3, 9), True, [1, 1, 1])
    """

    spin: Spin = 0.5
    regime: Literal["structured", "semi-structured", "unstructured"] = "unstructured"
    entangled_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    zero_share: Annotated[float, Field(ge=0, le=0.95)] = 0.2
    zeros_in: Literal["entangled", "all"] = "entangled"
    real: bool = True

    @model_validator(mode="after")
    def _used(self) -> Self:
        """Refuses a value that the regime would silently ignore."""
        for name in _UNUSED[self.regime]:
            if getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(f"the {self.regime} regime does not use '{name}'; leave it out")
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, d*d)``, row by row the coefficients C; no parameters."""
        d = local_dimension(self.spin)
        shape = (count, d, d)
        coefficients = self._gaussian(shape, rng)
        product = np.zeros(count, dtype=bool)
        if self.regime == "structured":
            product = rng.random(count) >= self.entangled_share
        if self.regime != "unstructured":
            coefficients *= _kept(shape, self.zero_share, rng)
        if product.any():
            coefficients[product] = self._products(int(product.sum()), d, rng)
        coefficients /= np.linalg.norm(coefficients, axis=(1, 2), keepdims=True)
        return StateBatch(
            coefficients.reshape(count, d * d),
            (d, d),
            known={QUESTION: _verdicts(coefficients, product)},
            source="spin-pure",
        )

    def _gaussian(self, shape: tuple[int, ...], rng: Generator) -> NDArray[Any]:
        if self.real:
            return rng.standard_normal(shape)
        return np.asarray(rng.standard_normal(shape) + 1j * rng.standard_normal(shape))

    def _products(self, count: int, d: int, rng: Generator) -> NDArray[Any]:
        """Returns ``(count, d, d)`` products of two random vectors."""
        a, b = self._gaussian((count, d), rng), self._gaussian((count, d), rng)
        if self.zeros_in == "all":
            share = 1 - (1 - self.zero_share) ** 0.5
            a, b = a * _kept((count, d), share, rng), b * _kept((count, d), share, rng)
        return np.asarray(a[:, :, None] * b[:, None, :])


def _kept(shape: tuple[int, ...], zero_share: float, rng: Generator) -> NDArray[np.bool_]:
    """Returns which entries stay, at least one per state; each goes with the given probability."""
    kept = rng.random(shape) >= zero_share
    axes = tuple(range(1, len(shape)))
    while (empty := ~kept.any(axis=axes)).any():
        kept[empty] = rng.random((int(empty.sum()), *shape[1:])) >= zero_share
    return kept


def _verdicts(coefficients: NDArray[Any], product: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Returns what is known about normalised coefficients ``(n, d, d)``."""
    reduced = coefficients @ coefficients.conj().swapaxes(1, 2)
    linear_entropy = 1 - (np.abs(reduced) ** 2).sum(axis=(1, 2))
    filled = coefficients != 0
    line = (filled.any(axis=2).sum(axis=1) == 1) | (filled.any(axis=1).sum(axis=1) == 1)
    known = np.full(len(coefficients), Verdict.UNKNOWN, dtype=np.int8)
    known[linear_entropy > _SURE] = Verdict.ENTANGLED
    known[product | line] = Verdict.SEPARABLE
    return known
