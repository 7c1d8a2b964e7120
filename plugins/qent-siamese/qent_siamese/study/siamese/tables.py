"""Conclusions about Tables II and III: the figures, their order, and what they measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qent_siamese.study.siamese.plan import switch_key, table_2_strategy, training_key
from qent_siamese.study.siamese.published import COLUMNS, MODELS, TABLE_2, TABLE_3
from qent_siamese.study.siamese.settings import Settings
from qent_studies import (
    Claim,
    Finding,
    Outcome,
    Quantity,
    Results,
    TaskResult,
    compare,
    concludes,
    mean_over_seeds,
)

_TOO_SHORT = "the trainings of this scale are too short to be compared with the paper's"
_PROVEN_SEPARABLE = ("UPB", "Acin")


class TableConclusions:
    """Findings on S1-04 to S1-08."""

    @concludes("S1-04")
    def table_2(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives every cell by the paper's labels and by proof, and what the switches change."""
        rows = {model: _row(results, settings, model, None) for model in MODELS}
        ours = [*_cells(rows), *_truths(rows)]
        for model in MODELS:
            other = "verified" if table_2_strategy(settings, model) != "verified" else None
            if other and (found := _row(results, settings, model, other)):
                name = f"{MODELS[model]} without the maximal-rank group"
                ours += [
                    figure_of(found, column, "claimed", f"{name}, {column}") for column in COLUMNS
                ]
        said = "without" if settings.permutation_error else "with"
        switched = [results[switch_key(seed)] for seed in _seeds(results, settings)]
        name = f"Siamese {said} the permutation error"
        ours += [figure_of(switched, column, "claimed", f"{name}, {column}") for column in COLUMNS]
        ours += list(_constant_rows(results))
        return _judged(claim, results, settings, tuple(ours), TABLE_2)

    @concludes("S1-05")
    def table_3(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """The same for negativity labels, beside the same states with proven labels."""
        rows = {model: _row(results, settings, model, "negativity") for model in MODELS}
        ours = [*_cells(rows), *_truths(rows)]
        for model in MODELS:
            if found := _row(results, settings, model, "certified"):
                name = f"{MODELS[model]} on proven labels"
                ours += [
                    figure_of(found, column, "proven", f"{name}, {column}, proven")
                    for column in COLUMNS
                ]
                ours.append(figure_of(found, "Horodecki", "bound", f"{name}, bound cut"))
        return _judged(claim, results, settings, tuple(ours), TABLE_3)

    @concludes("S1-06")
    def accuracy(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Scores the answers that learn nothing with the paper's formula."""
        return compare(claim, *_constant_rows(results))

    @concludes("S1-07")
    def order(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the differences that the text speaks of, and the false positives behind them."""
        rows = {model: _row(results, settings, model, None) for model in MODELS}
        cnn, siamese, ensemble = rows.values()
        ours = list(_differences(siamese, cnn, COLUMNS, "Siamese minus CNN"))
        ours += _differences(ensemble, siamese, COLUMNS, "Ensemble minus Siamese")
        for model, found in rows.items():
            for column in _PROVEN_SEPARABLE if found else ():
                name = f"{MODELS[model]}, separable cuts of {column} called entangled"
                ours.append(figure_of(found, column, "claimed", name))
        return refuted_by_proofs(
            claim,
            results,
            tuple(ours),
            "every cut of a UPB or Acin state is separable, so the accuracy there is the rate of "
            "false positives: where the text sees better recognition, 88.85 to 94.89 % and 57.45 "
            "to 87.36 %, the models err more",
        )

    @concludes("S1-08")
    def negativity_labels(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives Table III minus Table II, published and ours."""
        ours: list[Quantity] = []
        for model, name in MODELS.items():
            second, third = (
                _row(results, settings, model, strategy) for strategy in (None, "negativity")
            )
            ours += _differences(third, second, COLUMNS, f"{name}, Table III minus II")
        up = [MODELS[model] for model in MODELS if TABLE_3[model][3] > TABLE_2[model][3]]
        return refuted_by_proofs(
            claim,
            results,
            tuple(ours),
            f"on UPB the published accuracy rises for {' and '.join(up)}; and as the cuts of UPB "
            "and Acin are separable, the fall on Acin is a gain: what is lost there are false "
            "positives",
        )


def _judged(
    claim: Claim,
    results: Results,
    settings: Settings,
    ours: tuple[Quantity, ...],
    table: Any,
) -> Finding:
    """Returns the finding on a table: refuted where its labels are, with what was reproduced."""
    apart = [
        f"{quantity.name} {quantity.value:.1f} against {claim.value(quantity.name):.1f}"
        for quantity in ours
        if claim.value(quantity.name) is not None
        and abs(quantity.value - claim.value(quantity.name)) > claim.allowance()
    ]
    cells = sum(claim.value(quantity.name) is not None for quantity in ours)
    said = f"by the paper's labels {cells - len(apart)} of {cells} cells are within 3 points"
    if apart:
        said += f"; others: {', '.join(apart)}"
    if not settings.decisive:
        said += f"; {_TOO_SHORT}"
    return refuted_by_proofs(
        claim,
        results,
        ours,
        "the columns UPB and Acin grade against wrong labels, and Horodecki's has one bound cut of "
        f"three; {said}",
    )


def refuted_by_proofs(
    claim: Claim, results: Results, ours: tuple[Quantity, ...], reason: str
) -> Finding:
    """Returns a refutation that rests on the proofs made in this run, or none if they failed."""
    proofs = [result for key, result in results.items() if key.startswith("label-proofs")]
    cuts = sum(p[name]["cuts"] for p in proofs for name in _PROVEN_SEPARABLE)
    separable = sum(p[name]["separable cuts"] for p in proofs for name in _PROVEN_SEPARABLE)
    proven = 0 < cuts == separable
    said = f"proofs re-verified in this run: {separable} of {cuts} cuts separable"
    return Finding(
        claim=claim.id,
        outcome=Outcome.REFUTED if proven else Outcome.NOT_REPRODUCED,
        ours=ours,
        reason=f"{reason} ({said})",
    )


def _cells(rows: dict[str, list[TaskResult]]) -> Iterator[Quantity]:
    for model, found in rows.items():
        for column in COLUMNS if found else ():
            yield figure_of(found, column, "claimed", f"{MODELS[model]}, {column}")


def _truths(rows: dict[str, list[TaskResult]]) -> Iterator[Quantity]:
    for model, found in rows.items():
        if not found:
            continue
        for column in COLUMNS:
            yield figure_of(found, column, "proven", f"{MODELS[model]}, {column}, proven")
        yield figure_of(found, "Horodecki", "bound", f"{MODELS[model]}, Horodecki's bound cut")
        yield figure_of(found, "Horodecki", "npt", f"{MODELS[model]}, Horodecki's NPT cuts")
        for column in COLUMNS[2:]:
            name = f"{MODELS[model]}, PPT cuts of {column} against separable ones, AUC"
            yield figure_of(found, column, "auc", name)


def _constant_rows(results: Results) -> Iterator[Quantity]:
    found = [result for key, result in results.items() if key.startswith("constants")]
    for answer in ("PPT", "always entangled", "always separable"):
        for column in COLUMNS:
            yield figure_of(found, column, "claimed", f"{answer}, {column}", (answer,))


def _row(
    results: Results, settings: Settings, model: str, strategy: str | None
) -> list[TaskResult]:
    """Returns the trainings of a model, one per seed; of Table II if no strategy is named."""
    wanted = strategy or table_2_strategy(settings, model)
    keys = [training_key(model, wanted, seed) for seed in _seeds(results, settings)]
    return [results[key] for key in keys if key in results]


def _seeds(results: Results, settings: Settings) -> list[int]:
    return sorted(
        {int(r.parameter("seed")) for r in results.values() if "seed" in r.task.parameters}
    )


def figure_of(
    found: Sequence[TaskResult],
    column: str,
    figure: str,
    name: str,
    path: tuple[str, ...] = ("tests",),
) -> Quantity:
    """Returns a figure of one test: with the interval of its states, or over seeds if several."""
    cells = {}
    for result in found:
        place: Any = result.values
        for step in path:
            place = place[step]
        cells[int(result.parameter("seed"))] = place[column][figure]
    if len(cells) == 1:
        ((seed, cell),) = cells.items()
        return Quantity(
            value=cell["value"],
            name=name,
            interval=(cell["low"], cell["high"]),
            n=cell["n"],
            seeds=(seed,),
        )
    values = {seed: cell["value"] for seed, cell in cells.items()}
    return mean_over_seeds(values, name=name, n=next(iter(cells.values()))["n"])


def _differences(
    left: Sequence[TaskResult], right: Sequence[TaskResult], columns: Sequence[str], name: str
) -> Iterator[Quantity]:
    """Yields differences of accuracy by the paper's labels; nothing if one side was not trained."""
    for column in columns if left and right else ():
        values = {}
        for one, other in zip(left, right, strict=True):
            cells = (result["tests"][column]["claimed"] for result in (one, other))
            first, second = (cell["value"] for cell in cells)
            values[int(one.parameter("seed"))] = first - second
        n = left[0]["tests"][column]["claimed"]["n"]
        yield mean_over_seeds(values, name=f"{name}, {column}", n=n)
