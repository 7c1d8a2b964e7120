"""What an interrupted command leaves of a data set that it was writing."""

from __future__ import annotations

from collections.abc import Sequence

from qent_core.cli.interruption import Remains


def dataset_remains(path: str, begun: bool, *, overwrite: bool) -> Remains:
    """Returns what is there and how to go on.

    Args:
        path: The data set.
        begun: Whether the work on its shards has begun.
        overwrite: Whether the command was to replace an earlier data set.
    """
    from qent_core.dataset.facts import facts_of
    from qent_core.errors import QentError

    if not begun:
        return Remains()
    try:
        facts = facts_of(path)
    except QentError:
        return Remains()
    if facts["complete"]:
        return Remains(f"{path} is finished", "")
    done, shards = facts["passes"][-1]["shards"], facts["shards"]
    # What would be replaced now is the beginning of the new data set.
    without = ("--overwrite",) if overwrite else ()
    return Remains(f"{path} keeps {done} of {shards} shards", "go on with", without)


def split_remains(paths: Sequence[str], begun: bool, *, overwrite: bool, done: bool) -> Remains:
    """Returns what is there of several data sets that are written one after the other.

    Args:
        paths: The data sets.
        begun: Whether the work on their shards has begun.
        overwrite: Whether the command was to replace earlier data sets.
        done: Whether all are finished.
    """
    if done:
        return Remains(f"{' and '.join(paths)} are finished", "")
    if not begun:
        return Remains()
    if overwrite:  # which of them were replaced already cannot be said in one command
        return Remains("the copies are not finished")
    found = [dataset_remains(path, begun, overwrite=False) for path in paths]
    kept = [one.kept for one in found if one != Remains()]
    return Remains(", ".join(kept), "go on with") if kept else Remains()
