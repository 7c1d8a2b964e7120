"""Conclusions about the data: composition, validation, tests, and the autoencoder's M."""

from __future__ import annotations

from qent_siamese.study.siamese.settings import Settings
from qent_studies import (
    Claim,
    Finding,
    Outcome,
    Quantity,
    Results,
    compare,
    concludes,
    mean_over_seeds,
    share,
)

_MOST_APART = 1e-12


class SetConclusions:
    """Findings on S1-01 to S1-03 and S1-09."""

    @concludes("S1-01")
    def training_sets(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Counts the groups, and the wrong labels of the one that was labelled by hand."""
        counts = results["composition"]["counts"]
        assert isinstance(claim.published, dict)
        ours = [Quantity(name=name, value=counts[name]) for name in claim.published]
        found = [result for key, result in results.items() if key.startswith("maximal-rank")]
        hand = sum(result["PPT cuts labelled entangled"] for result in found)
        for word in ("separable", "entangled"):
            proven = sum(result[f"of them proven {word}"] for result in found)
            if hand:
                name = f"PPT cuts of maximal-rank states labelled entangled, proven {word}"
                ours.append(share(proven, hand, name=name, percent=True))
        unknown = sum(result["of them unknown"] for result in found)
        ours.append(Quantity(name="of these cuts undecided", value=unknown, n=hand))
        states = sum(result["states"] for result in found)
        full = sum(result["states of full rank"] for result in found)
        ours.append(share(full, states, name="maximal-rank states of rank 8", percent=True))
        return compare(claim, *ours)

    @concludes("S1-02")
    def validation_sets(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Counts the states and compares the second set's family with the test's."""
        values = results["composition"]
        ours = [
            Quantity(name=name, value=values["counts"][name])
            for name in ("validation 1", "validation 2")
        ]
        apart = values["families_apart"]
        ours.append(Quantity(name="largest entry of F(b) - XXX H(b) XXX", value=apart))
        same = "the same" if apart < _MOST_APART else "not the same"
        return compare(
            claim, *ours, truth=f"validation 2 and the Horodecki test are {same} distribution"
        )

    @concludes("S1-03")
    def tests(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Counts the states and proves the true labels of the PPT-entangled ones."""
        counts = results["composition"]["counts"]
        assert isinstance(claim.published, dict)
        ours = [Quantity(name=name, value=counts[name]) for name in claim.published]
        for key, proofs in results.items():
            if not key.startswith("label-proofs"):
                continue
            for name in ("UPB", "Acin"):
                part = proofs[name]
                ours.append(
                    share(
                        part["separable cuts"],
                        part["cuts"],
                        name=f"cuts of {name} proven separable",
                        percent=True,
                    )
                )
                ours.append(
                    share(
                        part["not fully separable"],
                        part["states"],
                        name=f"{name} states proven not fully separable",
                        percent=True,
                    )
                )
            part = proofs["Horodecki"]
            ours.append(
                share(
                    part["bound cut proven entangled"],
                    part["states"],
                    name="Horodecki's PPT cuts proven entangled",
                    percent=True,
                )
            )
            ours.append(
                Quantity(
                    name="explicit mixture for UPB, largest error", value=proofs["shifts_residual"]
                )
            )
        return compare(claim, *ours)

    @concludes("S1-09")
    def measure(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the medians of M and how well it separates."""
        found = [result for key, result in results.items() if key.startswith("measure")]
        ours = []
        for group in found[0]["medians"]:
            medians = {int(r.parameter("seed")): r["medians"][group] for r in found}
            ours.append(
                mean_over_seeds(medians, name=f"median M, {group}", n=found[0]["counts"][group])
            )
        for name in found[0]["auc"]:
            areas = {int(r.parameter("seed")): r["auc"][name]["value"] for r in found}
            ours.append(mean_over_seeds(areas, name=name, n=found[0]["auc"][name]["n"]))
        lowest = all(
            r["medians"]["Acin"] < min(r["medians"]["Horodecki"], r["medians"]["UPB"])
            for r in found
        )
        apart = all(r["auc"]["products against entangled, AUC"]["value"] > 95 for r in found)
        said = (
            f"Acin has {'the least' if lowest else 'not the least'} median of the three; products "
            f"and entangled states are {'' if apart else 'not '}told apart"
        )
        if settings.autoencoder_epochs < 20:
            return Finding(
                claim=claim.id,
                outcome=Outcome.NOT_TESTED,
                ours=tuple(ours),
                reason=f"{settings.autoencoder_epochs} epochs are too few to judge; {said}",
            )
        if lowest and apart:
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=tuple(ours))
        return Finding(
            claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=tuple(ours), reason=said
        )
