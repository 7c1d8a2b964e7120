"""What a finished study writes: claims, measurements, and the rows of its table."""

from __future__ import annotations

import json
import platform
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import qent_core
from qent_core.manifest import LIBRARIES, MANIFEST_VERSION
from qent_core.records import Reference
from qent_studies.claims import Claim
from qent_studies.findings import LEFT_OUT, Finding, Outcome
from qent_studies.plan import StudyPlan
from qent_studies.results import Results


@dataclass(frozen=True, slots=True)
class Row:
    """One claim with its finding, as text."""

    claim: str
    where: str
    statement: str
    published: str
    ours: str
    short: str
    """Ours without intervals and counts, for the terminal."""
    truth: str
    derivation: str
    outcome: Outcome
    reason: str
    measured: str


def rows(claims: Sequence[Claim], findings: Sequence[Finding]) -> tuple[Row, ...]:
    """Returns the rows of the table, in the order of the claims."""
    return tuple(
        Row(
            claim=claim.id,
            where=claim.where,
            statement=claim.statement,
            published=claim.published_text(),
            ours=finding.ours_text(claim.unit),
            short=finding.ours_text(claim.unit, short=True),
            truth=finding.truth or claim.truth_text(),
            derivation=claim.derivation,
            outcome=finding.outcome,
            reason=finding.reason,
            measured=finding.measured,
        )
        for claim, finding in zip(claims, findings, strict=True)
    )


def claims_document(plan: StudyPlan, findings: Sequence[Finding]) -> dict[str, Any]:
    """Returns ``claims.json``: it follows from the study, its settings and seeds alone."""
    return {
        "study": plan.name,
        "summary": plan.component.spec.summary,
        "scale": plan.scale,
        "seeds": list(plan.seeds),
        "only": list(plan.only),
        "settings": plan.settings_document(),
        "outcomes": counts(findings),
        "claims": [
            {
                "id": claim.id,
                "where": claim.where,
                "statement": claim.statement,
                "published": claim.published,
                "tolerance": claim.tolerance,
                "unit": claim.unit,
                "ours": finding.ours
                if isinstance(finding.ours, str)
                else [quantity.document() for quantity in finding.ours],
                "truth": finding.truth or claim.truth,
                "derivation": claim.derivation,
                "verdict": str(finding.outcome),
                "reason": finding.reason,
            }
            for claim, finding in zip(plan.study.claims, findings, strict=True)
        ],
    }


def measurements_document(
    plan: StudyPlan, results: Results, findings: Sequence[Finding], workers: str
) -> dict[str, Any]:
    """Returns ``measurements.json``: times, memory and versions, which differ from run to run."""
    tasks = {key: dict(result.measured) for key, result in results.items()}
    return {
        "study": plan.name,
        "workers": workers,
        "task_seconds": round(sum(entry.get("seconds", 0.0) for entry in tasks.values()), 3),
        "memory_peak": max((entry.get("memory_peak", 0) for entry in tasks.values()), default=0),
        "claims": {f.claim: f.measured for f in findings if f.measured},
        "tasks": tasks,
        "versions": versions(plan),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
    }


def head_document(plan: StudyPlan) -> dict[str, Any]:
    """Returns what a study's folder is identified by: all that its results depend on."""
    return {
        "study": plan.name,
        "provider": plan.component.distribution,
        "scale": plan.scale,
        "seeds": list(plan.seeds),
        "settings": plan.settings_document(),
        "versions": versions(plan),
    }


def manifest_document(plan: StudyPlan, captions: Mapping[str, str]) -> dict[str, Any]:
    """Returns the manifest of a study's folder, without the checksums of its files.

    Args:
        plan: What was run.
        captions: Figure to what stands under it.
    """
    fields = type(plan.settings).model_fields
    return {
        "manifest": MANIFEST_VERSION,
        "qent": qent_core.__version__,
        "name": plan.name,
        "command": command(plan),
        "seeds": list(plan.seeds),
        "settings": [
            {
                "name": name,
                "value": json.dumps(value, ensure_ascii=False),
                "description": fields[name].description or "",
                "changed": name in plan.changes,
            }
            for name, value in plan.settings_document().items()
        ],
        "figures": dict(captions),
        "components": [
            {
                "kind": component.kind,
                "name": component.name,
                "distribution": component.distribution,
                "version": component.version,
            }
            for component in (plan.component, *plan.used)
        ],
        "versions": versions(plan),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "references": [asdict(reference) for reference in references(plan)],
    }


def references(plan: StudyPlan) -> tuple[Reference, ...]:
    """Returns the paper of the study first, then those of the components it used."""
    every = [r for c in (plan.component, *plan.used) for r in c.spec.references]
    return tuple({reference.key: reference for reference in every}.values())


def versions(plan: StudyPlan) -> dict[str, str]:
    """Returns the versions of qent, of the plugins used and of the numerical libraries."""
    found = {"qent-core": qent_core.__version__}
    for component in (plan.component, *plan.used):
        if component.origin == "plugin":
            found[component.distribution] = component.version
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def command(plan: StudyPlan) -> str:
    """Returns the command that repeats the run."""
    words = ["qent", "reproduce", plan.name, "--scale", plan.scale]
    words += ["--seeds", ",".join(map(str, plan.seeds))]
    if plan.only:
        words += ["--only", ",".join(plan.only)]
    for key, value in plan.changes.items():
        words += ["--set", f"{key}={_toml(value)}"]
    return shlex.join(words)


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Returns how many claims have each verdict, in the order of the verdicts.

    Claims that were not asked for are counted by themselves, last.
    """
    number = Counter(finding.outcome for finding in findings if finding.reason != LEFT_OUT)
    found = {str(outcome): number[outcome] for outcome in Outcome if number[outcome]}
    left_out = len(findings) - number.total()
    return found | ({"left out": left_out} if left_out else {})


def summary(findings: Sequence[Finding]) -> str:
    """Returns the counts of the verdicts as a sentence."""
    return summary_of(counts(findings))


def summary_of(outcomes: Mapping[str, int]) -> str:
    """Returns how many claims have each verdict as a sentence.

    Example:
        >>> summary_of({"reproduced": 3, "refuted": 1})
        '4 claims: 3 reproduced, 1 refuted'
    """
    total = sum(outcomes.values())
    return f"{total} claims: " + ", ".join(f"{n} {word}" for word, n in outcomes.items())


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)
