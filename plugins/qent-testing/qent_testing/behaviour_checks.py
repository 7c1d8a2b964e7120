"""Checks of every component at work: repeatable, without side effects, in another process."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from qent_core.labels import Labels
from qent_core.names import listed
from qent_core.states import StateBatch
from qent_testing.acting import SEED, accepted, act, difference
from qent_testing.checks import NotApplicableError, check, require
from qent_testing.global_random import touched_states
from qent_testing.other_process import other_process
from qent_testing.samples import copied
from qent_testing.subject import Subject

_KINDS = ("state-family", "channel", "labeler", "feature")
_ROUNDING = 1e-10
"""What two processes may differ by: their linear algebra may use another number of threads."""


@check(*_KINDS, needs=("check_parameters",))
def check_works(subject: Subject) -> None:
    """It does its work on a handful of states and gives back as many rows as it was given.

    States may be refused with one of qent's own errors, but not all of them; the record's
    ``dims`` and ``pure_only`` say what it needs.
    """
    for index, instance in enumerate(subject.instances()):
        for given in accepted(subject, instance):
            result = act(subject.kind, instance, given)
            _check_result(subject.kind, result, given, subject.said(index))


@check(*_KINDS, needs=("check_works",))
def check_few_states(subject: Subject) -> None:
    """It works for no state at all and for a single one.

    Shards of a run may be of any size, and scikit-learn may ask for an empty selection. Reductions
    such as ``max`` fail on empty arrays; give them an initial value.
    """
    for index, instance in enumerate(subject.instances()):
        for given in accepted(subject, instance):
            for count in (0, 1):
                few = count if isinstance(given, int) else given[:count]
                if subject.kind == "feature":
                    # A feature extractor may need states to be fitted, but none to transform.
                    fitted = instance.fit(copied(given))
                    require(
                        len(fitted.transform(few)) == count,
                        f"{count} states give another number of rows{subject.said(index)}",
                    )
                    continue
                result = act(subject.kind, instance, few)
                _check_result(subject.kind, result, few, subject.said(index))


@check(*_KINDS, needs=("check_works",))
def check_same_seed(subject: Subject) -> None:
    """The same input and seed give the same numbers, bit for bit, as often as one asks.

    Randomness comes from the generator that is handed in and from nowhere else.
    """
    for index, instance in enumerate(subject.instances()):
        for given in accepted(subject, instance):
            first = act(subject.kind, instance, given)
            found = difference(first, act(subject.kind, instance, given))
            require(not found, f"a second call gives another result{subject.said(index)}: {found}")


@check("state-family", "channel", needs=("check_same_seed",))
def check_other_seed(subject: Subject) -> None:
    """Another seed gives other numbers, where numbers are drawn at all.

    A family whose states differ from each other with one seed must give others with the next. One
    that counts through a fixed list of states fails this and says so in ``expected_failed``.
    """
    random_ones = 0
    for index, instance in enumerate(subject.instances()):
        for offered in accepted(subject, instance):
            given = _repeated(offered) if subject.kind == "channel" else offered
            first = act(subject.kind, instance, given)
            if len(first) < 2 or not difference(first[[0] * len(first)], first):
                continue
            random_ones += 1
            other = act(subject.kind, instance, given, SEED + 1)
            require(
                difference(first, other),
                f"its states differ from each other, but not from one seed to the next"
                f"{subject.said(index)}: use the generator that is handed in",
            )
    if not random_ones:
        raise NotApplicableError("it draws no random numbers with these parameters")


@check(*_KINDS, needs=("check_works",))
def check_global_random_state(subject: Subject) -> None:
    """The global random states of Python, NumPy and torch are left alone.

    Seeding them would change what other components draw, and drawing from them would make a result
    depend on what ran before.
    """
    for instance in subject.instances():
        for given in accepted(subject, instance):
            touched = touched_states(partial(act, subject.kind, instance, given))
            require(not touched, f"it changes the global random state of {listed(touched)}")


@check("channel", "labeler", "feature", needs=("check_works",))
def check_input_untouched(subject: Subject) -> None:
    """The states it is given are the same afterwards.

    A batch is shared by all channels, labelers and features of a run; its arrays are read-only, and
    lifting that is no way to save a copy.
    """
    for instance in subject.instances():
        for given in accepted(subject, instance):
            handed = copied(given)
            if subject.kind == "channel":
                instance.apply(handed, np.random.default_rng(SEED))
            elif subject.kind == "labeler":
                instance.label(handed)
            else:
                instance.fit(handed).transform(handed)
            found = difference(handed, given)
            require(not found, f"it writes into the states it is given: {found}")


@check(*_KINDS, needs=("check_same_seed",))
def check_pickles(subject: Subject) -> None:
    """An instance can be sent to another process and gives the same result there.

    Runs with several workers send components to them. Lambdas, open files and classes made inside
    functions do not travel.
    """
    for index, instance in enumerate(subject.instances()):
        given = accepted(subject, instance)[0]
        here = act(subject.kind, instance, given)
        try:
            there = other_process().call(act, subject.kind, instance, given)
        except Exception as error:
            require(False, f"it cannot work in another process{subject.said(index)}: {error}")
        found = difference(here, there, tolerance=_ROUNDING)
        require(not found, f"another process gives another result{subject.said(index)}: {found}")


def _check_result(kind: str, result: Any, given: StateBatch | int, hint: str) -> None:
    count = given if isinstance(given, int) else len(given)
    wanted = {"state-family": StateBatch, "channel": StateBatch, "labeler": Labels}.get(
        kind, np.ndarray
    )
    require(
        isinstance(result, wanted),
        f"it gives a {type(result).__name__}, not a {wanted.__name__}{hint}",
    )
    require(len(result) == count, f"it gives {len(result)} rows for {count} states{hint}")


def _repeated(batch: StateBatch) -> StateBatch:
    """Returns a batch of one state over and over: what differs afterwards was drawn."""
    return batch[[0] * len(batch)]
