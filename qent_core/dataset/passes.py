"""One journey over all shards of a data set: what is left of it is done, then it is signed off."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

from qent_core.dataset.comparison import check_same_versions
from qent_core.dataset.executors import Workers, run_job
from qent_core.dataset.head import write_head
from qent_core.dataset.jobs import Job
from qent_core.dataset.layout import Head, Place
from qent_core.dataset.pass_log import logging_in
from qent_core.dataset.records import finished_records, joined_criteria, joined_seal, joined_summary
from qent_core.dataset.shards import check_codes
from qent_core.dataset.storage import Storage
from qent_core.progress import FINISHED_BEFORE, track
from qent_core.registered import LocalSource


def finish_pass(
    job: Job,
    number: int,
    *,
    versions: Mapping[str, str],
    workers: Workers,
    local: tuple[LocalSource, ...] = (),
    description: str,
) -> Head:
    """Does what is left of a pass.

    Args:
        job: What is done for each shard.
        number: Which pass of the data set.
        versions: What is installed now; a pass is finished with what began it.
        workers: Who does the work.
        local: The user's own files, which other processes must load too.
        description: What is being done, for the progress.

    Returns:
        The head of the data set, in which the pass is complete.

    Raises:
        QentError: A shard failed; those that were finished stay finished.
    """
    storage, head = job.storage, job.head
    storage.sweep()
    records = finished_records(storage, head, number)
    left = [place for place in head.places() if place not in records]
    if left:
        check_same_versions(storage, head.passes[number].versions, versions)
    finished = not left and head.passes[number].complete
    with nullcontext() if finished else logging_in(storage):
        with track(description, total=head.count) as step:
            if records:
                step(sum(record["states"] for record in records.values()), FINISHED_BEFORE)

            def done(place: Place) -> None:
                section = head.sections[place.section]
                step(section.length(place.shard), section.source)

            try:
                run_job(job, left, workers, local=local, done=done)
            finally:
                storage.sweep()
        return _signed_off(storage, head, number)


def _signed_off(storage: Storage, head: Head, number: int) -> Head:
    records = finished_records(storage, head, number)
    criteria = joined_criteria(records)
    check_codes(criteria)
    complete = replace(
        head.passes[number],
        complete=True,
        criteria=criteria,
        summary=joined_summary(head, records),
        records=joined_seal(head, records),
    )
    passes = tuple(complete if i == number else entry for i, entry in enumerate(head.passes))
    head = replace(head, passes=passes)
    write_head(storage, head)
    return head
