"""Proofs that travel through channels: certified afterwards without any search."""

import numpy as np
import pytest
from qent_certify.certified import Certified

from qent_core.api import StateBatch, Verdict
from qent_core.build import build
from qent_core.registry import default_registry

CHANNELS = [
    ("random-local-unitary", {}),
    ("depolarizing", {"strength": 0.2, "parties": [0]}),
    ("dephasing", {"strength": {"uniform": [0.0, 1.0]}}),
    ("amplitude-damping", {"strength": 0.3, "parties": [1]}),
    ("bit-flip", {"strength": 0.25}),
]


def component(name, kind, **parameters):
    registry = default_registry()
    if not any(c.spec.name == name for c in registry.components(kind)):
        pytest.skip(f"no plugin provides {name}")
    return build(registry.resolve(name, kind), parameters)


@pytest.fixture
def searched(monkeypatch):
    """The stages that were run after the supplied proofs had been checked."""
    from qent_certify import cascade

    ran = []
    for name, work in cascade._WORK.items():

        def stage(docket, settings, name=name, work=work):
            ran.append(name)
            return work(docket, settings)

        monkeypatch.setitem(cascade._WORK, name, stage)
    return ran


@pytest.mark.parametrize(("name", "parameters"), CHANNELS, ids=[c[0] for c in CHANNELS])
def test_carried_proofs_decide_without_a_search(name, parameters, searched):
    family = component("separable-mixture", "state-family", dims=[2, 2, 2], terms=3, certify=True)
    batch = family.sample(8, np.random.default_rng(1))
    after = component(name, "channel", **parameters).apply(batch, np.random.default_rng(2))
    assert np.abs(after.density() - batch.density()).max() > 1e-3
    questions = ("A|BC", "B|AC", "C|AB", "A|B|C", "biseparable")
    labels = Certified(questions=questions).label(after)
    for question in questions:
        column = labels.column(f"certified[{question}]")
        assert (column.values == Verdict.SEPARABLE).all()
        # The criterion is the kind of the proof that came along, not that of a search.
        assert set(column.criteria) == {"low-rank"}
    assert searched == []


def test_verdicts_of_the_labeler_itself_travel(searched):
    rng = np.random.default_rng(3)
    g = rng.normal(size=(5, 8, 24, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.trace(rho, axis1=1, axis2=2).real[:, None, None]
    first = Certified().label(StateBatch(rho, (2, 4))).column("certified[A|B]")
    assert set(first.criteria) == {"decomposition"}
    searched.clear()
    proven = StateBatch(
        rho, (2, 4), known={"A|B": first.values}, certificates={"A|B": first.certificates}
    )
    noise = component("depolarizing", "channel", strength=0.1, parties=[0])
    turned = component("random-local-unitary", "channel").apply(proven, rng)
    after = noise.apply(turned, rng)
    column = Certified().label(after).column("certified[A|B]")
    assert column.values.tolist() == [0] * 5
    assert set(column.criteria) == {"decomposition"}
    assert searched == []


def test_entanglement_is_proven_anew(searched):
    bell = np.array([1, 0, 0, 1]) / np.sqrt(2)
    first = Certified().label(StateBatch([bell], (2, 2))).column("certified[A|B]")
    proven = StateBatch(
        [bell], (2, 2), known={"A|B": first.values}, certificates={"A|B": first.certificates}
    )
    searched.clear()
    noise = component("depolarizing", "channel", strength=1.0)
    after = noise.apply(proven, np.random.default_rng(0))
    assert Certified().label(after).values("certified[A|B]").tolist() == [0]
    assert "ppt-small" in searched
