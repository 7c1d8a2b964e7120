"""Which figures the study draws, and what they show."""

from __future__ import annotations

from typing import Any

from qent_bell.study.sizes import NetworkSettings
from qent_studies import Drawing, Results


def network_figures(results: Results, settings: NetworkSettings) -> dict[str, Drawing]:
    """Returns figures 2 to 8 by name."""

    def draw(name: str, *arguments: str) -> Any:
        from qent_bell.study import drawings

        return getattr(drawings, name)(results, *arguments)

    main = settings.spectrum
    return {
        "fig2-depolarised-psi1": Drawing(
            lambda: draw("errors", "psi1-depolarized"),
            "Fig. 2: where the four-feature classifier errs on depolarised psi1: over p, with the "
            "exact error of the best rule; over p and theta, with the exact boundary; by theta.",
            ("S2-01",),
        ),
        "fig3-dephased-psi2": Drawing(
            lambda: draw("errors", "psi2"),
            "Fig. 3: the same for dephased psi2. The boundary does not depend on theta; the last "
            "state turns separable at p = 2 - sqrt(2).",
            ("S2-02",),
        ),
        "fig4-general-states": Drawing(
            lambda: draw("partial_transposes"),
            "Fig. 4: least eigenvalue of the partial transpose of general two-qubit states, for "
            "both readings of the law of eigenvalues.",
            ("S2-03",),
        ),
        "fig5-accuracy": Drawing(
            lambda: draw("accuracies", main),
            "Fig. 5: accuracy by number of features, and without retraining on the other's data. "
            "The published numbers of the cross-test fit when interchanged.",
            ("S2-04", "S2-05"),
        ),
        "fig6-large-network": Drawing(
            lambda: draw("large_networks"),
            "Fig. 6: accuracy on general states with 15 and with 100 nodes.",
            ("S2-06",),
        ),
        "fig7-r2": Drawing(
            lambda: draw("r2_by_features", main),
            "Fig. 7: R² of the concurrence by number of features. Five features determine psi2.",
            ("S2-07", "S2-08"),
        ),
        "fig8-concurrence": Drawing(
            lambda: draw("concurrences"),
            "Fig. 8: true concurrence and what four features predict.",
            ("S2-10",),
        ),
    }
