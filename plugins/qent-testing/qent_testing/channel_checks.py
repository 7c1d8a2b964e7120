"""Checks of channels: quantum channels in the strict sense, that keep only what they may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from qent_core.build import build
from qent_core.linalg import Array
from qent_core.states import StateBatch
from qent_testing.acting import SEED, accepted, act, difference
from qent_testing.checks import NotApplicableError, check, require
from qent_testing.exact_criteria import contradiction, inconsistency, proven_entangled
from qent_testing.reference_states import reference_batches
from qent_testing.samples import kets, mixed, products, with_density
from qent_testing.subject import Subject

_CLOSE = 1e-9
_LARGEST = 6
"""Total dimension up to which the whole map is measured."""


@check("channel", needs=("check_same_seed",))
def check_channel_linear(subject: Subject) -> None:
    """It is linear: a mixture goes to the mixture of what its parts go to.

    Each state is sent through on its own with the same seed, so that a channel that draws its
    strength, or a unitary, draws the same each time.
    """
    for instance, dims, hint in _tried(subject):
        parts = mixed(3, dims, 3)
        weights = np.array([0.5, 0.3, 0.2])
        mixture = np.einsum("n,nij->ij", weights, parts)
        expected = np.einsum("n,nij->ij", weights, [_through(instance, p, dims) for p in parts])
        worst = np.abs(_through(instance, mixture, dims) - expected).max()
        require(worst < _CLOSE, f"it is not linear{hint}: off by {worst:.3g} on dims {dims}")


@check("channel", needs=("check_channel_linear",))
def check_channel_cptp(subject: Subject) -> None:
    """It is completely positive and preserves the trace.

    The map is measured on a basis of operators; its Choi matrix must be positive and its partial
    trace the identity.
    """
    for instance, dims, hint in _tried(subject):
        size = int(np.prod(dims))
        if size > _LARGEST:
            continue
        choi = _choi(instance, dims, size)
        lowest = np.linalg.eigvalsh(choi.reshape(size * size, size * size)).min()
        require(
            lowest > -_CLOSE,
            f"it is not completely positive{hint}: its Choi matrix has the eigenvalue "
            f"{lowest:.3g} on dims {dims}",
        )
        trace = np.einsum("iaja->ij", choi)
        worst = np.abs(trace - np.eye(size)).max()
        require(
            worst < _CLOSE, f"it does not preserve the trace{hint}: off by {worst:.3g} on {dims}"
        )


@check("channel", needs=("check_works",))
def check_channel_identity(subject: Subject) -> None:
    """At strength 0 it is the identity.

    That is so for every channel of qent that has a parameter ``strength``, whatever the convention
    of the paper it comes from.
    """
    if "strength" not in getattr(subject.target, "model_fields", {}):
        raise NotApplicableError("it has no parameter 'strength'")
    for entry in subject.settings:
        instance = build(subject.component, {**entry, "strength": 0.0})
        for given in accepted(subject, instance):
            after = act("channel", instance, given)
            worst = np.abs(after.density() - given.density()).max(initial=0.0)
            require(worst < _CLOSE, f"at strength 0 it changes states by up to {worst:.3g}")


@check("channel", needs=("check_same_seed",))
def check_channel_batching(subject: Subject) -> None:
    """What happens to a state does not depend on the other states of its batch.

    The last state is exchanged; the others must come out as before.
    """
    for index, instance in enumerate(subject.instances()):
        for given in accepted(subject, instance):
            other = StateBatch.concatenate([given[:-1], _another(given)])
            first = act("channel", instance, given)
            second = act("channel", instance, other)
            found = difference(first[:-1].array, second[:-1].array, tolerance=_CLOSE)
            require(
                not found,
                f"a state comes out differently in other company{subject.said(index)}: {found}",
            )


@check("channel", needs=("check_channel_batching",))
def check_channel_local(subject: Subject) -> None:
    """If the record says ``local``, it acts on each party separately: products stay products.

    Certificates and verdicts travel through local channels only.
    """
    if not subject.spec.local:
        raise NotApplicableError("the record does not say that it is local")
    for instance, dims, hint in _tried(subject):
        if len(dims) < 2:
            continue
        for ket in products(4, dims, 9):
            after = _through(instance, np.outer(ket, ket.conj()), dims)
            split = after.reshape(dims[0], -1, dims[0], int(np.prod(dims[1:])))
            product = np.kron(np.einsum("aibi->ab", split), np.einsum("aiaj->ij", split))
            worst = np.abs(after - product).max()
            require(
                worst < _CLOSE,
                f"its record says local, but a product state comes out correlated{hint} "
                f"(by {worst:.3g} on dims {dims})",
            )


@check(
    "channel",
    needs=("check_channel_cptp", "check_channel_batching", "check_channel_local"),
)
def check_channel_known(subject: Subject) -> None:
    """Verdicts that it carries along still hold after it.

    Noise can end entanglement, so a channel that keeps known verdicts must know which of them
    survive. States around their thresholds go through it, with their true verdicts.
    """
    for index, instance in enumerate(subject.instances()):
        for batch in _with_known(subject, instance):
            after = act("channel", instance, batch)
            for question, verdicts in after.known.items():
                found = contradiction(after, question, verdicts)
                require(not found, f"after it {found}{subject.said(index)}")
            found = inconsistency(after)
            require(not found, f"after it {found}{subject.said(index)}")


def _tried(subject: Subject) -> Iterator[tuple[Any, tuple[int, ...], str]]:
    for index, instance in enumerate(subject.instances()):
        for dims in dict.fromkeys(batch.dims for batch in accepted(subject, instance)):
            yield instance, dims, subject.said(index)


def _through(instance: Any, rho: Array, dims: tuple[int, ...]) -> Array:
    """Returns one state after the channel, drawn with the same seed every time."""
    batch = StateBatch(rho[None], dims)
    after = instance.apply(batch, np.random.default_rng(SEED))
    return np.asarray(after.density()[0])


def _choi(instance: Any, dims: tuple[int, ...], size: int) -> Array:
    r"""Returns $C_{iajb} = \langle a|\Phi(|i\rangle\langle j|)|b\rangle$ by polarisation."""
    choi = np.zeros((size, size, size, size), dtype=complex)
    basis = np.eye(size, dtype=complex)
    images = [_through(instance, np.outer(ket, ket), dims) for ket in basis]
    for i in range(size):
        choi[i, :, i, :] = images[i]
        for j in range(i + 1, size):
            plus = (basis[i] + basis[j]) / 2**0.5
            phase = (basis[i] + 1j * basis[j]) / 2**0.5
            real = _through(instance, np.outer(plus, plus.conj()), dims)
            imaginary = _through(instance, np.outer(phase, phase.conj()), dims)
            diagonal = (images[i] + images[j]) / 2
            # |i><j| = (real - diagonal) + i (imaginary - diagonal)
            choi[i, :, j, :] = (real - diagonal) + 1j * (imaginary - diagonal)
            choi[j, :, i, :] = choi[i, :, j, :].conj().T
    return choi


def _another(given: StateBatch) -> StateBatch:
    if given.kind == "kets":
        return StateBatch(kets(1, given.dims, 99), given.dims)
    return StateBatch(mixed(1, given.dims, 99), given.dims)


def _with_known(subject: Subject, instance: Any) -> Iterator[StateBatch]:
    """Yields states with verdicts that hold: references, and random entangled ones."""
    dims_taken = {batch.dims for batch in accepted(subject, instance)}
    for batch in reference_batches():
        if batch.dims in dims_taken:
            yield with_density(batch)
    for dims in dims_taken:
        if len(dims) == 2:
            states = StateBatch(mixed(40, dims, 21), dims)
            found = proven_entangled(states.density(), dims, "A|B")
            yield states.with_known("A|B", np.where(found, 1, -1))
