"""The toy study."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qent_studies import (
    OURS,
    Drawing,
    Finding,
    Outcome,
    Study,
    Task,
    compare,
    concludes,
    mark_published,
    mean_over_seeds,
    new_axes,
    share,
)


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(ge=10, description="States per seed")
    noise: Literal["white", "coloured"] = Field("white", description="Reading: which noise")


class NoisyBellStudy(Study):
    """Negativity of Bell states in white noise."""

    def settings(self, scale):
        return Settings(count={"smoke": 60, "standard": 300, "paper": 10**6}[scale])

    def default_seeds(self, scale):
        return (1, 2, 3)

    def tasks(self, settings, seeds):
        for seed in seeds:
            yield Task(
                key=f"noise-{seed}",
                run="qent_toy.work:negativities",
                parameters={"seed": seed, "count": settings.count},
                claims=("S9-01", "S9-03"),
                memory=3e8 if settings.count < 10**6 else 1e18,
            )
        yield Task(key="threshold", run="qent_toy.work:no_state", claims=("S9-02",))

    @concludes("S9-01")
    def slope(self, claim, results, settings):
        slopes = results.values_by_seed("slope")
        seconds = sum(result.measured["seconds"] for result in results.serving("S9-01"))
        return compare(
            claim, mean_over_seeds(slopes, n=settings.count), measured=f"{seconds:.3f} s"
        )

    @concludes("S9-02")
    def threshold(self, claim, results, settings):
        return Finding(
            claim=claim.id,
            outcome=Outcome.REFUTED,
            ours=f"{results['threshold']['least']:.4f}",
            reason="states between 1/3 and 1/2 violate the criterion",
        )

    @concludes("S9-03")
    def table(self, claim, results, settings):
        runs = results.where(count=settings.count)
        hits = sum(result["entangled"] for result in runs)
        means = {result.parameter("seed"): float(result.arrays["n"].mean()) for result in runs}
        return compare(
            claim,
            mean_over_seeds(means, name="mean"),
            share(hits, settings.count * len(runs), name="share", percent=True),
        )

    @concludes("S9-04")
    def million(self, claim, results, settings):
        return Finding(claim=claim.id, outcome="not tested", reason="needs scale paper")

    def figures(self, results, settings):
        def draw():
            figure, axes = new_axes()
            for result in results.serving("S9-01"):
                axes.plot(result.arrays["v"], result.arrays["n"], ".", color=OURS)
            mark_published(axes, [1 / 2], [0])
            return figure

        return {"line": Drawing(draw, "Negativity against visibility <", ("S9-01",))}
