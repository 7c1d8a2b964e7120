"""Checks of state families: physical states, honest records, verdicts that hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qent_core.questions import cut_of, cuts
from qent_core.states import StateBatch
from qent_testing.acting import SEED
from qent_testing.checks import NotApplicableError, check, require
from qent_testing.exact_criteria import contradiction, inconsistency, negativities
from qent_testing.subject import Subject

_COUNT = 40
_CLOSE = 1e-6


@check("state-family", needs=("check_works",))
def check_family_physical(subject: Subject) -> None:
    """Every state is a state: Hermitian, of trace 1, positive; kets are normalised.

    Numbers are float or complex, of double or single precision, and every parameter recorded with
    the states is finite.
    """
    for batch, hint in _samples(subject):
        batch.validated()
        require(
            batch.dtype.char in "fdFD",
            f"its states have the number type {batch.dtype}{hint}; use float64 or complex128",
        )
        for name, values in batch.parameters.items():
            require(np.isfinite(values).all(), f"the parameter '{name}' is not finite{hint}")


@check("state-family", needs=("check_works",))
def check_family_dims(subject: Subject) -> None:
    """The states have the local dimensions that the record declares.

    ``dims`` in the record is for families whose dimensions are the same for every parameter; leave
    it out otherwise.
    """
    declared = subject.spec.dims
    for batch, hint in _samples(subject):
        require(
            declared is None or tuple(declared) == batch.dims,
            f"the record says dims {declared}, the states have {batch.dims}{hint}",
        )


@check("state-family", needs=("check_family_physical",))
def check_family_known(subject: Subject) -> None:
    """Verdicts that the family knows by construction are never contradicted by an exact criterion.

    *Separable* is contradicted by a negative partial transpose or a realigned matrix of trace norm
    above 1; *entangled* by a positive partial transpose up to 2x3, by a product form, or by lying
    in the separable ball. Verdicts on several questions must fit each other.
    """
    for batch, hint in _samples(subject):
        for question, verdicts in batch.known.items():
            found = contradiction(batch, question, verdicts)
            require(not found, f"{found}{hint}")
        found = inconsistency(batch)
        require(not found, f"{found}{hint}")


@check("state-family", needs=("check_family_physical",))
def check_family_exact(subject: Subject) -> None:
    """Where ``exact`` gives a closed form of the negativity, it is the negativity of the states.

    The column ``negativity[A|BC]`` is computed from the partial transpose and compared. Families
    without a closed form return None.
    """
    compared = 0
    for instance, (batch, hint) in zip(subject.instances(), _samples(subject), strict=True):
        for question in cuts(batch.parties) if 1 < batch.parties < 5 else ():
            closed = instance.exact(f"negativity[{question}]", batch.parameters)
            if closed is None:
                continue
            compared += 1
            found = negativities(batch.density(), batch.dims, cut_of(question, batch.parties))
            worst = float(np.abs(np.asarray(closed) - found).max(initial=0.0))
            require(
                worst < _CLOSE,
                f"exact('negativity[{question}]') differs by up to {worst:.3g} from the "
                f"negativity of the states{hint}",
            )
    if not compared:
        raise NotApplicableError("it has no closed form of the negativity")


def _samples(subject: Subject) -> Iterator[tuple[StateBatch, str]]:
    for index, instance in enumerate(subject.instances()):
        yield instance.sample(_COUNT, np.random.default_rng(SEED)), subject.said(index)
