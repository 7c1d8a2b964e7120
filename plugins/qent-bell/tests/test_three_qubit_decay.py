"""Three qubits under dephasing: closed forms, thresholds from both sides, the sudden end."""

import numpy as np
import pytest
from qent_bell.slocc import CUTS, QUESTIONS, Slocc
from qent_bell.three_qubit_decay import (
    W_BISEPARABLE_FROM,
    certainly_separable_from,
    ghz_negativity,
    w_negativity,
)

from qent_core.api import StateBatch, Values, component, label_states, stream

STRENGTHS = (0.0, 0.1, 0.35, 0.7, 0.95, 0.999, 1.0)


def dephased(batch, strengths):
    return component("dephasing", "channel", strength=Values(tuple(strengths))).apply(
        batch, stream(0)
    )


def certified(batch, questions, **settings):
    labels = component("certified", questions=questions, **settings).label(batch)
    return {q: labels.column(f"certified[{q}]").values.tolist() for q in questions}


@pytest.mark.parametrize(("name", "exact"), [("ghz", ghz_negativity), ("w", w_negativity)])
def test_negativity_across_every_cut(name, exact):
    batch = component(name).sample(len(STRENGTHS), stream(1))
    labels = label_states(dephased(batch, STRENGTHS), ["negativity"])
    for cut in CUTS:
        assert labels.values(f"negativity[{cut}]") == pytest.approx(exact(STRENGTHS), abs=1e-13)


def test_uneven_ghz_states():
    theta = np.linspace(0.2, 3.0, 5)
    kets = np.zeros((5, 8))
    kets[:, 0], kets[:, 7] = np.cos(theta / 2), np.sin(theta / 2)
    labels = label_states(dephased(StateBatch(kets, (2, 2, 2)), [0.3] * 5), ["negativity"])
    for cut in CUTS:
        found = labels.values(f"negativity[{cut}]")
        assert found == pytest.approx(ghz_negativity(0.3, theta), abs=1e-13)


def test_ghz_stays_genuinely_entangled_until_the_last_coherence_is_gone():
    batch = component("ghz").sample(3, stream(2))
    found = certified(dephased(batch, [0.5, 0.8, 1.0]), QUESTIONS)
    for question in QUESTIONS:
        assert found[question] == [1, 1, 0], question


def test_w_is_genuinely_entangled_up_to_the_threshold_and_in_every_cut_beyond():
    batch = component("w").sample(3, stream(3))
    around = [W_BISEPARABLE_FROM - 0.005, W_BISEPARABLE_FROM + 0.005, 0.9]
    found = certified(dephased(batch, around), (*CUTS, "biseparable"))
    assert found["biseparable"][0] == 1
    assert 1 not in found["biseparable"][1:]
    for cut in CUTS:
        assert found[cut] == [1, 1, 1]


def test_from_the_threshold_on_w_is_a_mixture_of_bell_pairs_and_populations():
    pairs = np.zeros((3, 8))
    for row, places in enumerate([(1, 2), (1, 4), (2, 4)]):
        pairs[row, list(places)] = 2**-0.5
    mixture = np.einsum("na,nb->ab", pairs, pairs) / 3
    w = component("w").sample(1, stream(4))
    for strength in (W_BISEPARABLE_FROM, 0.5, 0.9):
        weight = 2 * (1 - strength) ** 2
        assert weight <= 1 + 1e-15
        made = weight * mixture + (1 - weight) * np.diag(np.diag(mixture))
        assert dephased(w, [strength]).array[0] == pytest.approx(made, abs=1e-15)


def test_a_trace_of_white_noise_lets_certificates_prove_it():
    """Searches for biseparable mixtures need states of full rank."""
    noise = component("depolarizing", strength=0.02)
    batch = dephased(component("w").sample(1, stream(4)), [W_BISEPARABLE_FROM + 0.02])
    assert certified(noise.apply(batch, stream(4)), ("biseparable",)) == {"biseparable": [0]}


@pytest.mark.parametrize("name", ["w", "ghz"])
def test_other_states_of_the_class_lose_everything_before_the_end(name):
    batch = Slocc(representative=name, condition=2).sample(3, stream(5))
    bound = certainly_separable_from(batch.array)
    assert (bound < 1).all()
    found = certified(dephased(batch, bound), QUESTIONS)
    for question in QUESTIONS:
        assert found[question] == [0, 0, 0], question


def test_no_bound_for_states_with_empty_places():
    for name in ("ghz", "w"):
        kets = component(name).sample(1, stream(6)).array
        assert certainly_separable_from(kets).tolist() == [1.0]
