"""How many states of a recipe are made and labelled per second on one core.

Run it as ``python -m qent_circuits.rates [RECIPE] [STATES]``: up to so many states of each group
are made, then labelled with the negativity of all cuts. Groups of other plugins are left out.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from qent_circuits import plugin
from qent_circuits.negativity import cut_parties, twice_negativity
from qent_circuits.recipe_paths import recipe_path
from qent_core.api import StateFamily

_LEAST = 200


@dataclass(frozen=True)
class Rate:
    """The speed of one group."""

    group: str
    count: int
    """States in the recipe."""
    made: float
    """States per second of processor time."""
    labelled: float
    """Labels in all cuts, states per second of processor time."""
    entangled: tuple[float, ...]
    """Shares of states with 0, 1, ... entangled cuts by 2N > 1e-4."""

    @property
    def seconds(self) -> float:
        """Processor time for the whole group."""
        return self.count / self.made + self.count / self.labelled


def rates(recipe: str, states: int) -> Iterator[Rate]:
    """Yields the speed of each group of a recipe, measured on at most ``states`` states."""
    targets = {spec.name: spec.target for spec in plugin.qent_state_families()}
    for table in tomllib.loads(recipe_path(recipe).read_text(encoding="utf-8"))["states"]:
        if table["use"] in targets:
            yield _rate(targets[table["use"]], table, states)


def _rate(target: str, table: dict[str, Any], states: int) -> Rate:
    module, _, name = target.partition(":")
    settings = {key: value for key, value in table.items() if key not in ("use", "count")}
    family: StateFamily = getattr(import_module(module), name)(**settings)
    family.sample(_LEAST, np.random.default_rng(0))
    size = min(states, table["count"])
    start = time.process_time()
    batch = family.sample(size, np.random.default_rng(1))
    middle = time.process_time()
    rho = batch.density()
    twice = np.stack([twice_negativity(rho, side) for side in cut_parties(batch.parties)], axis=1)
    end = time.process_time()
    cuts = (twice > 1e-4).sum(axis=1)
    shares = np.bincount(cuts, minlength=twice.shape[1] + 1) / size
    shown = ", ".join(f"{value}" for value in settings.values())
    return Rate(
        f"{table['use']} ({shown})" if shown else table["use"],
        table["count"],
        size / max(middle - start, 1e-6),
        size / max(end - middle, 1e-6),
        tuple(shares.tolist()),
    )


def main(recipe: str = "verified", states: str = "5000") -> None:
    """Prints the table."""
    print(f"{'group':66} {'states':>7} {'made/s':>9} {'labelled/s':>10}  entangled cuts 0, 1, 2, 3")
    total = seconds = 0.0
    for rate in rates(recipe, int(states)):
        shares = "  ".join(f"{share:5.3f}" for share in rate.entangled)
        print(
            f"{rate.group:66} {rate.count:>7} {rate.made:>9,.0f} {rate.labelled:>10,.0f}  {shares}"
        )
        total += rate.count
        seconds += rate.seconds
    print(f"{total:,.0f} states: {seconds:.0f} s of processor time, {total / seconds:,.0f} per s")


if __name__ == "__main__":
    main(*sys.argv[1:])
