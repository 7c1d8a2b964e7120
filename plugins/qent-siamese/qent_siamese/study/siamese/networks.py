"""Conclusions about trainings: architecture, schedule, cost, backbones, symmetry, other states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qent_siamese.study.siamese.plan import BACKBONES, passes, table_2_strategy
from qent_siamese.study.siamese.published import MODELS
from qent_siamese.study.siamese.settings import Settings
from qent_siamese.study.siamese.tables import figure_of, refuted_by_proofs
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

_TOO_SHORT = "the trainings of this scale are too short to judge"


class NetworkConclusions:
    """Findings on S1-10 to S1-15."""

    @concludes("S1-10")
    def architectures(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Ranks the architectures by their mean accuracy on both validation sets."""
        means: dict[str, dict[int, float]] = {}
        for result in results.serving("S1-10"):
            options = result.parameter("options")
            name = (
                f"{MODELS[result.parameter('model')]}, {options['conv_layers']} layers, "
                f"{options['kernel_size']} x {options['kernel_size']}"
            )
            means.setdefault(name, {})[int(result.parameter("seed"))] = 100 * result["mean"]
        ours = tuple(mean_over_seeds(values, name=name) for name, values in means.items())
        best = max(ours, key=lambda quantity: quantity.value)
        said = f"best: {best.name}"
        if settings.epochs < 20 or settings.architecture_fraction < 0.1:
            return _undecided(claim, ours, f"{_TOO_SHORT}; {said}")
        if best.name == "Siamese, 3 layers, 2 x 2":
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=ours)
        return Finding(claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=ours, reason=said)

    @concludes("S1-11")
    def schedule(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Counts the epochs that were trained, with and without the symmetry terms."""
        trained = {
            len(result.arrays["loss"])
            for result in _table_2(results, settings, "siamese-cnn")
            if "loss" in result.arrays
        }
        plain = min(settings.plain_epochs, settings.epochs)
        ours = (
            Quantity(name="epochs", value=max(trained, default=0)),
            Quantity(name="weight at first", value=0.0 if plain else settings.symmetry_weight),
            Quantity(
                name="weight at last",
                value=settings.symmetry_weight if plain < settings.epochs else 0.0,
            ),
            Quantity(name="epochs without symmetry terms", value=plain),
        )
        if settings.epochs != claim.value("epochs"):
            return _undecided(claim, ours, f"this scale trains for {settings.epochs} epochs")
        return compare(claim, *ours)

    @concludes("S1-12")
    def cost(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Counts passes through a network; times are shown beside the document."""
        ours = tuple(
            Quantity(name=f"{MODELS[model]}, passes of each state", value=passes(settings, model))
            for model in MODELS
        )
        times = []
        for model in MODELS:
            for result in _table_2(results, settings, model):
                data, fit = (
                    result.measured.get(f"{part}_seconds", 0.0) for part in ("data", "fit")
                )
                waited = result.measured.get("loading_share")
                share = "" if waited is None else f", {100 * waited:.1f} % of it waiting for data"
                times.append(
                    f"{MODELS[model]}: data {data:.0f} s, training {fit:.0f} s{share}, "
                    f"{result['states']} states"
                )
        return Finding(
            claim=claim.id,
            outcome=Outcome.NOT_TESTED,
            ours=ours,
            reason="times belong to a machine, and no verdict rests on them; ours are among the "
            "measurements",
            measured="; ".join(times),
        )

    @concludes("S1-13")
    def backbones(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Compares other networks with the convolutional one on mixed states and on bound cuts."""
        found = {"CNN": _table_2(results, settings, "cnn")}
        for name in BACKBONES:
            found[name] = _of_model(results, "S1-13", name)
        ours = [
            figure_of(rows, column, figure, f"{name}, {column} {figure}".replace(" claimed", ""))
            for name, rows in found.items()
            for column, figure in (
                ("pure", "claimed"),
                ("mixed", "claimed"),
                ("Horodecki", "bound"),
            )
        ]
        mixed = {name: figure_of(rows, "mixed", "claimed", name) for name, rows in found.items()}
        worse = [name for name in BACKBONES if mixed[name].value < mixed["CNN"].value]
        said = f"worse on mixed states: {', '.join(worse) or 'none'}"
        if not settings.decisive:
            return _undecided(claim, tuple(ours), f"{_TOO_SHORT}; {said}")
        if len(worse) == len(BACKBONES):
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=tuple(ours))
        return Finding(
            claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=tuple(ours), reason=said
        )

    @concludes("S1-14")
    def symmetry(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the mean violations of each model, a model of invariants among them."""
        groups = {name: _table_2(results, settings, model) for model, name in MODELS.items()}
        wrong = not settings.permutation_error
        groups["Siamese, " + ("with" if wrong else "without") + " the permutation error"] = [
            result
            for result in _of_model(results, "S1-14", "siamese-cnn")
            if result.parameter("options")["permutation_bug"] is wrong
        ]
        groups["invariant"] = _of_model(results, "S1-14", "invariant", "certified")
        ours = [
            _violation(rows, kind, f"{name}, mean |p - p({symbol})|")
            for name, rows in groups.items()
            if rows
            for kind, symbol in (("local", "LU"), ("permuted", "permuted"))
        ]
        value = {quantity.name: quantity.value for quantity in ours}
        less = all(
            value[f"Siamese, mean |p - p({symbol})|"] < value[f"CNN, mean |p - p({symbol})|"]
            for symbol in ("LU", "permuted")
        )
        said = (
            f"the terms {'reduce' if less else 'do not reduce'} both violations, to nothing near 0"
        )
        if not settings.decisive:
            return _undecided(claim, tuple(ours), f"{_TOO_SHORT}; {said}")
        if less:
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=tuple(ours))
        return Finding(
            claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=tuple(ours), reason=said
        )

    @concludes("S1-15")
    def other_states(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the answers on other families by proven labels, and those of an invariant model."""
        ours: list[Quantity] = []
        for model, name in MODELS.items():
            rows = _table_2(results, settings, model)
            if rows:
                ours += _on_others(rows, name)
        for strategy, word in (
            ("certified", "no bound states"),
            ("certified+bound", "other bound states"),
        ):
            rows = _of_model(results, "S1-15", "invariant", strategy)
            name = f"invariant, trained with {word}"
            for column, figure in (
                ("pure", "proven"),
                ("mixed", "proven"),
                ("Horodecki", "bound"),
                ("UPB", "separable"),
                ("Acin", "separable"),
            ):
                ours.append(figure_of(rows, column, figure, f"{name}, {column} {figure}"))
            if strategy == "certified":
                ours += _on_others(rows, name)
        return refuted_by_proofs(
            claim,
            results,
            tuple(ours),
            "UPB and Acin states are such other types: at most 12.64 % of the published Ensemble's "
            "answers there are right; bound cuts (found) and separable cuts (kept) of further "
            "families stand under our numbers",
        )


def _on_others(rows: Sequence[TaskResult], name: str) -> Iterator[Quantity]:
    for family in rows[0]["others"]:
        for figure, word in (("bound", "bound cuts found"), ("separable", "separable cuts kept")):
            if rows[0]["others"][family][figure]:
                yield figure_of(rows, family, figure, f"{name}, {family}, {word}", ("others",))
        unknown = sum(row["others"][family]["unknown"] for row in rows)
        if unknown:
            yield Quantity(name=f"{name}, {family}, cuts unknown", value=unknown)


def _violation(rows: Sequence[TaskResult], kind: str, name: str) -> Quantity:
    values = {int(row.parameter("seed")): row["symmetry"][kind] for row in rows}
    largest = max(row["symmetry"][f"{kind}_largest"] for row in rows)
    n = rows[0]["symmetry"]["states"]
    return mean_over_seeds(values, name=name, n=n, note=f"largest {largest:.2g}")


def _table_2(results: Results, settings: Settings, model: str) -> list[TaskResult]:
    strategy = table_2_strategy(settings, model)
    return [
        result
        for key, result in results.items()
        if key.startswith(f"train-{model}-{strategy.replace('+', '-')}-seed")
    ]


def _of_model(
    results: Results, claim: str, model: str, strategy: str | None = None
) -> list[TaskResult]:
    wanted = {"model": model} | ({} if strategy is None else {"strategy": strategy})
    return [result for result in results.where(**wanted) if claim in result.task.claims]


def _undecided(claim: Claim, ours: tuple[Quantity, ...], reason: str) -> Finding:
    return Finding(claim=claim.id, outcome=Outcome.NOT_TESTED, ours=ours, reason=reason)
