"""An observation as HTML: what the page shows to the right of the controls."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qent_core.api import QentError
from qent_explore.drawings import matrix_figure, spectrum_figure
from qent_explore.observation import Observation


def observation_html(seen: Observation) -> str:
    """Returns everything that is known about the state as HTML."""
    return (
        '<div class="qx">'
        + _state(seen)
        + _verdicts(seen)
        + _measures(seen)
        + _models(seen)
        + _cuts(seen)
        + "</div>"
    )


def error_html(error: Exception) -> str:
    """Returns an error as one line: what is wrong, where, and what to do.

    Example:
        >>> error_html(QentError("spin is 0.3", do="choose 1/2"))
        '<div class="qx"><p class="problem" role="alert">spin is 0.3. To do: choose 1/2</p></div>'
    """
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, QentError):
        text = " ".join(error.what.split())
        text += f" ({' '.join(error.where.split())})" if error.where else ""
        text += f". To do: {' '.join(error.do.split())}" if error.do else ""
    return f'<div class="qx"><p class="problem" role="alert">{escape(text)}</p></div>'


def _state(seen: Observation) -> str:
    sizes = " × ".join(map(str, seen.states.dims))
    kind = "pure" if seen.states.kind == "ket" else "density matrix"
    given = ", ".join(f"{k} = {float(v[0]):.4g}" for k, v in seen.states.parameters.items())
    return f'<p class="state">{sizes}, {kind}{escape("; " + given if given else "")}</p>'


def _verdicts(seen: Observation) -> str:
    if not seen.findings:
        return (
            '<h2>Verdicts</h2><p class="problem">no labeler of verdicts is installed. '
            "To do: pip install qent-certify</p>"
        )
    rows = []
    for found in seen.findings:
        word = found.verdict.word
        known = "" if found.known is None else found.known.word
        flips = seen.thresholds.get(found.question, {})
        where = ", ".join(f"{name} = {value:.6g}" for name, value in flips.items())
        rows.append(
            [
                f"<b>{escape(found.question)}</b>",
                f'<span class="verdict {word}" data-question="{escape(found.question)}">'
                f"{word}</span>",
                escape(found.criterion or "—"),
                escape(found.proof or "—"),
                escape(found.checked or "—"),
                escape(known or "—"),
                escape(where or "—"),
            ]
        )
    heads = ["cut", "verdict", "certificate", "it holds", "checker", "by construction", "flips at"]
    return f"<h2>Verdicts</h2>{_table(heads, rows)}<p class='from'>labeler: {seen.prover}</p>"


def _measures(seen: Observation) -> str:
    if not seen.measures:
        return ""
    rows = [[escape(name), f"{value:.6f}"] for name, value in seen.measures.items()]
    return f"<h2>Measures</h2>{_table(['measure', 'value'], rows)}"


def _models(seen: Observation) -> str:
    if not seen.predictions:
        return ""
    rows = [
        [
            escape(p.run),
            escape(p.model),
            escape(p.target),
            f'<span class="problem">{escape(p.problem)}</span>' if p.problem else escape(p.says),
            escape(p.exact or "—"),
        ]
        for p in seen.predictions
    ]
    return f"<h2>Models</h2>{_table(['run', 'model', 'target', 'says', 'exact'], rows)}"


def _cuts(seen: Observation) -> str:
    parts = ["<h2>Partial transpose and correlations</h2>"]
    if seen.cut_count > len(seen.cuts):
        parts.append(f"<p class='from'>{len(seen.cuts)} of {seen.cut_count} cuts</p>")
    parts.append('<div class="figures">')
    for cut in seen.cuts:
        question, least = escape(cut.question), float(cut.spectrum[0])
        parts.append(
            f'<figure aria-label="spectrum of the partial transpose across {question}">'
            f"{spectrum_figure(cut.spectrum)}<figcaption><b>{question}</b> partial transpose: "
            f"least eigenvalue {least:.6f}</figcaption></figure>"
            f'<figure aria-label="correlation matrix across {question}">'
            f"{matrix_figure(cut.correlations)}<figcaption><b>{question}</b> correlation matrix: "
            f"norm of the realigned state {cut.realignment_norm:.6f}, above 1 entangled"
            "</figcaption></figure>"
        )
    return "".join([*parts, "</div>"])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
