"""Random permutations of parties and random local unitaries, and what they do to verdicts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import BISEPARABLE, Verdict, check_question, parse_partition
from qent_core.linalg import Array, Dims, apply_local, permute_parties
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import StandardForm

Orders = NDArray[np.intp]


def random_orders(count: int, dims: Dims, rng: Generator) -> Orders:
    """Returns ``(n, N)`` permutations, uniform among those that keep the local dimensions.

    Row i holds at place k the party that becomes party k.

    Example:
        >>> random_orders(3, (2, 4), np.random.default_rng(0)).tolist()
        [[0, 1], [0, 1], [0, 1]]
    """
    orders = np.empty((count, len(dims)), np.intp)
    keys = rng.random((count, len(dims)))
    for size in set(dims):
        alike = np.flatnonzero(np.asarray(dims) == size)
        orders[:, alike] = alike[np.argsort(keys[:, alike], axis=1)]
    return orders


def order_numbers(orders: Orders) -> NDArray[np.float64]:
    """Returns the place of each permutation in lexicographic order, counted from 0.

    Example:
        >>> order_numbers(np.array([[0, 1, 2], [0, 2, 1], [2, 1, 0]])).tolist()
        [0.0, 1.0, 5.0]
    """
    parties = orders.shape[1]
    numbers = np.zeros(len(orders))
    for place in range(parties):
        smaller = (orders[:, place + 1 :] < orders[:, place, None]).sum(axis=1)
        numbers += smaller * math.factorial(parties - 1 - place)
    return numbers


def order_of(number: int, parties: int) -> tuple[int, ...]:
    """Returns the permutation at a place in lexicographic order; see `order_numbers`.

    Example:
        >>> order_of(5, 3)
        (2, 1, 0)
    """
    return next(itertools.islice(itertools.permutations(range(parties)), number, None))


def question_before(question: str, order: Sequence[int]) -> str:
    """Returns what a question about permuted states asks of the states before.

    Args:
        question: The question.
        order: ``order[k]`` is the party that became party ``k``.

    Example:
        >>> question_before("A|BC", (2, 0, 1))     # the old party C is now called A
        'C|AB'
    """
    if question == BISEPARABLE:
        return question
    blocks = parse_partition(question, len(order))
    old = "|".join("".join(ascii_uppercase[order[party]] for party in block) for block in blocks)
    return check_question(old, len(order))


def permuted(form: StandardForm, orders: Orders) -> StandardForm:
    """Returns the states with their parties permuted, verdicts and mixtures with them."""
    states = np.empty_like(form.states)
    verdicts = {q: np.full(len(states), Verdict.UNKNOWN, np.int8) for q in form.verdicts}
    mixtures: dict[str, list[ProductMixture]] = {}
    numbers = order_numbers(orders)
    for number in np.unique(numbers):
        here = numbers == number
        order = tuple(int(party) for party in orders[here][0])
        states[here] = permute_parties(form.states[here], form.dims, order)
        for question, values in verdicts.items():
            values[here] = form.verdicts[question_before(question, order)][here]
        for question, pieces in form.mixtures.items():
            for piece in pieces:
                mine = piece.taken(here)
                if len(mine.rows):
                    renamed, moved = mine.permuted(question, form.dims, order)
                    mixtures.setdefault(renamed, []).append(moved)
    return StandardForm(
        states=states,
        dims=form.dims,
        parameters={**form.parameters, "permutation": numbers},
        verdicts=verdicts,
        mixtures={question: tuple(pieces) for question, pieces in mixtures.items()},
    )


def rotated(form: StandardForm, unitaries: Sequence[Array]) -> StandardForm:
    """Returns the states turned by local unitaries, mixtures with them; verdicts stay."""
    return StandardForm(
        states=apply_local(form.states, form.dims, unitaries),
        dims=form.dims,
        parameters=form.parameters,
        verdicts=form.verdicts,
        mixtures={
            question: tuple(piece.rotated(question, form.dims, unitaries) for piece in pieces)
            for question, pieces in form.mixtures.items()
        },
    )


def haar_unitaries(count: int, size: int, rng: Generator) -> Array:
    """Returns ``(count, size, size)`` unitaries from the Haar measure.

    The QR decomposition of a complex Gaussian matrix, made unique by a positive diagonal of R
    (Mezzadri, Notices of the AMS 54, 592, 2007).
    """
    gaussian = rng.standard_normal((count, size, size, 2)) @ np.array([1, 1j])
    q, r = np.linalg.qr(gaussian)
    diagonal = np.einsum("nii->ni", r)
    unitaries: Array = q * (diagonal / np.abs(diagonal))[:, None, :]
    return unitaries
