"""The quickstart in Python: learn the negativity of noisy isotropic qutrits."""

from qent_core.api import Experiment, Uniform, use

if __name__ == "__main__":
    experiment = Experiment(
        run={"name": "quickstart-script", "seed": 42},
        states=use("isotropic", count=20_000, spin=1, alpha=Uniform(0.0, 1.0)),
        channels=use("depolarizing", strength=Uniform(0.0, 0.3)),
        labels=use("normalized-negativity"),
        features=use("density-vector"),
        model=use("stacking"),
    )
    print(experiment.execute().table())
