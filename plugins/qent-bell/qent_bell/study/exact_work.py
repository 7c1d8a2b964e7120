"""Tasks without learning: closed forms against the states, ceilings, shares of entangled states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_bell import closed_forms as exact
from qent_bell.study import ceilings
from qent_bell.study.data_sets import least_eigenvalues, pieces, table
from qent_core.api import component, stream
from qent_studies import Made

_FIGURE_4 = "gt-"
"""Data sets whose partial transposes are shown."""

_EDGES = np.linspace(-0.5, 0.25, 151)
"""Bins of the least eigenvalue of the partial transpose, which is at least -1/2."""


def closed_forms(count: int, seed: int) -> Made:
    """Returns the largest distance of each closed form from what the states give."""
    one, two = (table(name, count, seed, "closed forms") for name in ("psi1", "psi2"))
    noisy = table("psi1-depolarized", count, seed, "closed forms")
    a, b, c = one.parameters, two.parameters, noisy.parameters
    determinant = np.concatenate(
        [
            np.linalg.det(
                batch.density().reshape(-1, 2, 2, 2, 2).swapaxes(2, 4).reshape(-1, 4, 4)
            ).real
            for batch in pieces("psi2", count, seed, "closed forms")
        ]
    )
    least = np.concatenate(
        [least_eigenvalues(x) for x in pieces("psi1-depolarized", count, seed, "closed forms")]
    )

    def off(found: object, closed: object) -> float:
        return float(np.abs(np.asarray(found) - np.asarray(closed)).max())

    angles = (b["theta"], b["phi"], b["p"])
    signed = c["p"] / 4 - (1 - c["p"]) * np.sin(c["theta"]) / 2 < 0
    values = {
        "psi1 features": off(one.features, exact.psi1_features(a["theta"], a["phi"], a["p"])),
        "psi1 concurrence": off(one.concurrence, exact.psi1_concurrence(a["theta"], a["p"])),
        "psi2 features": off(two.features, exact.psi2_features(*angles)),
        "psi2 concurrence": off(two.concurrence, exact.psi2_concurrence(*angles)),
        "psi2 determinant": off(determinant, exact.psi2_transposed_determinant(*angles)),
        "psi2 from five features": off(
            exact.psi2_concurrence_from_five(two.features), exact.psi2_concurrence(*angles)
        ),
        "psi1 from two features": off(
            np.hypot(one.features[:, 0], one.features[:, 1]), one.concurrence
        ),
        "psi1 depolarised margin": off(least, exact.psi1_depolarized_margin(c["theta"], c["p"])),
        "psi2 verdicts wrong": int(
            (two.entangled != (b["p"] < exact.psi2_boundary(b["phi"]))).sum()
        ),
        "rule without modulus wrong": float((signed != noisy.entangled).mean()),
        "weakly entangled": float(exact.pure_concurrence(_almost_product())[0]),
        **_three_components(count, seed),
    }
    return Made(values)


def _almost_product() -> np.ndarray:
    return np.array([[0.99999**0.5, 0, 0, 0.00001**0.5]], dtype=complex)


def _three_components(count: int, seed: int) -> dict[str, float | int]:
    """Sends kets with one amplitude zero through dephasing; counts verdicts that change."""
    rng = stream(seed, "dephasing", "three components")
    farthest, changed = 0.0, 0
    for missing in range(4):
        kets = rng.standard_normal((count, 8)).view(np.complex128)
        kets[:, missing] = 0
        kets /= np.linalg.norm(kets, axis=1, keepdims=True)
        q = 1 - rng.random(count)
        expected = q**2 * exact.pure_concurrence(kets)
        found = dephased_concurrence(kets, q)
        farthest = max(farthest, float(np.abs(found - expected).max()))
        changed += int(((expected > 1e-12) != (found > 1e-12)).sum())
    return {"three components": farthest, "three components changed": changed}


def dephased_concurrence(kets: NDArray[np.complex128], q: NDArray[np.float64]) -> exact.Array:
    r"""Returns the concurrence of dephased kets to the last digits, also near 0.

    Dephasing multiplies $cc^\dagger$ entry by entry with $K \otimes K$, K = ((1, q), (q, 1)) =
    $LL^T$. So $W = \mathrm{diag}(c)(L \otimes L)$ is an exact factor of the state, and the
    singular values of $W^T(Y \otimes Y)W$ need no root of a rounded eigenvalue.

    Args:
        kets: ``(n, 4)``.
        q: ``(n,)`` factors 1 - p.

    Example:
        >>> bell = np.array([[2**-0.5, 0, 0, 2**-0.5]], dtype=complex)
        >>> dephased_concurrence(bell, np.array([0.5])).round(12).tolist()
        [0.25]
    """
    one = np.zeros((len(q), 2, 2))
    one[:, 0, 0], one[:, 1, 0], one[:, 1, 1] = 1, q, np.sqrt(1 - q**2)
    both = np.einsum("nij,nkl->nikjl", one, one).reshape(-1, 4, 4)
    factor = kets[:, :, None] * both
    flip = np.fliplr(np.diag([-1.0, 1.0, 1.0, -1.0]))
    values = np.linalg.svd(factor.swapaxes(1, 2) @ flip @ factor, compute_uv=False)
    return np.maximum(0.0, 2 * values[:, 0] - values.sum(axis=1))


def bayes() -> Made:
    """Returns the ceilings of four features, and the exact error rates over the strength."""
    mean, variance = ceilings.psi2_concurrence_moments()
    strength = np.linspace(0, 1, 1001)
    arrays = {
        "strength": strength,
        "psi1-depolarized": ceilings.psi1_error(strength),
        "psi2": ceilings.psi2_error(strength),
    }
    values = {
        "psi1 accuracy": ceilings.psi1_accuracy(),
        "psi1 share": ceilings.psi1_share(),
        "psi2 accuracy": ceilings.psi2_accuracy(),
        "psi2 R2": ceilings.psi2_r2(),
        "psi2 share": ceilings.psi2_share(),
        "psi2 mean concurrence": mean,
        "psi2 variance": variance,
    }
    return Made(values, arrays)


def shares(name: str, count: int, seed: int) -> Made:
    """Counts entangled states; for general states also bins the partial transpose's spectrum."""
    hits, latest, seen = 0, 0.0, np.zeros(len(_EDGES) - 1, dtype=np.int64)
    ppt = component("ppt")
    for batch in pieces(name, count, seed, "shares"):
        entangled = ppt.label(batch).values("ppt[A|B]") == 1
        hits += int(entangled.sum())
        if _FIGURE_4 in name:
            seen += np.histogram(least_eigenvalues(batch), _EDGES)[0]
        for key, values in batch.parameters.items():
            if "." in key and entangled.any():
                latest = max(latest, float(values[entangled].max()))
    values = {"entangled": hits, "zeros": count - hits, "count": count, "latest entangled": latest}
    return Made(values, {"edges": _EDGES, "histogram": seen} if _FIGURE_4 in name else {})
