"""Studies: a paper as a command, recomputed claim by claim.

A study derives from `Study`: it splits its work into independent tasks, and draws a finding for
every claim of the paper from their results. The runner does the rest. The names below are imported
when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qent_studies.claims import Claim, read_claims
    from qent_studies.comparison import compare, mean_over_seeds, share
    from qent_studies.drawing import (
        EXACT,
        GUIDE,
        OURS,
        POINTS,
        PUBLISHED,
        Drawing,
        mark_published,
        new_axes,
    )
    from qent_studies.findings import Finding, Outcome, Quantity
    from qent_studies.recipes import RecipeShard, recipe, recipe_shards
    from qent_studies.results import Results, TaskResult
    from qent_studies.runner import StudyRun, plan_study, run_study
    from qent_studies.study import Study, concludes
    from qent_studies.tasks import Made, Task

_HOME = {
    "Claim": "claims",
    "Drawing": "drawing",
    "EXACT": "drawing",
    "Finding": "findings",
    "GUIDE": "drawing",
    "Made": "tasks",
    "OURS": "drawing",
    "Outcome": "findings",
    "POINTS": "drawing",
    "PUBLISHED": "drawing",
    "Quantity": "findings",
    "RecipeShard": "recipes",
    "Results": "results",
    "Study": "study",
    "StudyRun": "runner",
    "Task": "tasks",
    "TaskResult": "results",
    "compare": "comparison",
    "concludes": "study",
    "mark_published": "drawing",
    "mean_over_seeds": "comparison",
    "new_axes": "drawing",
    "plan_study": "runner",
    "read_claims": "claims",
    "recipe": "recipes",
    "recipe_shards": "recipes",
    "run_study": "runner",
    "share": "comparison",
}

__all__ = [
    "EXACT",
    "GUIDE",
    "OURS",
    "POINTS",
    "PUBLISHED",
    "Claim",
    "Drawing",
    "Finding",
    "Made",
    "Outcome",
    "Quantity",
    "RecipeShard",
    "Results",
    "Study",
    "StudyRun",
    "Task",
    "TaskResult",
    "compare",
    "concludes",
    "mark_published",
    "mean_over_seeds",
    "new_axes",
    "plan_study",
    "read_claims",
    "recipe",
    "recipe_shards",
    "run_study",
    "share",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qent_studies' has no attribute {name!r}")
    value = getattr(import_module(f"qent_studies.{_HOME[name]}"), name)
    globals()[name] = value
    return value
