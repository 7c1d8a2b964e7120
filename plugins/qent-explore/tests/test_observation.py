"""What the explorer says of a state agrees with closed forms, thresholds and other routes."""

from __future__ import annotations

import numpy as np
import pytest
from qent_explore.controls import controls_of, parameters_from
from qent_explore.observation import Choice, observe
from qent_explore.spectra import correlation_matrix
from qent_explore.view import error_html, observation_html

from qent_core.api import ParameterInvalidError, QentError, Verdict, component
from qent_core.linalg import realign
from qent_core.registry import Registry, default_registry

SEPARABLE, ENTANGLED, UNKNOWN = Verdict.SEPARABLE, Verdict.ENTANGLED, Verdict.UNKNOWN


@pytest.mark.parametrize("spin", [0.5, 1.0, 1.5])
@pytest.mark.parametrize(("side", "verdict"), [(-0.004, SEPARABLE), (0.004, ENTANGLED)])
def test_isotropic_states_flip_at_their_threshold(spin, side, verdict):
    d = round(2 * spin + 1)
    alpha = 1 / (d + 1) + side
    seen = observe(Choice("isotropic", {"spin": spin, "alpha": alpha, "certify": True}))
    (found,) = seen.findings
    assert found.verdict is found.known is verdict
    assert found.checked.startswith("accepted by the checker")
    assert seen.thresholds["A|B"]["alpha"] == pytest.approx(1 / (d + 1))
    # The d(d-1)/2 eigenvalues of the swap's odd part: (1-a)/d^2 - a/d.
    least = (1 - alpha) / d**2 - alpha / d
    np.testing.assert_allclose(seen.cuts[0].spectrum[: d * (d - 1) // 2], least, atol=1e-12)
    assert seen.measures["negativity[A|B]"] == pytest.approx(
        max(0, -least) * d * (d - 1) / 2, abs=1e-12
    )


@pytest.mark.parametrize(("weight", "verdict"), [(0.495, SEPARABLE), (0.505, ENTANGLED)])
def test_werner_states_flip_at_one_half(weight, verdict):
    # As p|singlet><singlet| + (1-p) I/4 the weight 1/2 is p = 1/3.
    seen = observe(Choice("werner", {"weight": weight}))
    assert seen.findings[0].verdict is verdict
    p = (4 * weight - 1) / 3
    expected = np.diag([1, -p, -p, -p])
    np.testing.assert_allclose(seen.cuts[0].correlations, expected, atol=1e-12)
    assert seen.cuts[0].realignment_norm == pytest.approx((1 + 3 * abs(p)) / 2)


@pytest.mark.parametrize(("strength", "verdict"), [(0.65, ENTANGLED), (0.68, SEPARABLE)])
def test_white_noise_ends_the_entanglement_of_a_bell_state_at_two_thirds(strength, verdict):
    choice = Choice("isotropic", {"alpha": 1.0}, "depolarizing", {"strength": strength})
    assert observe(choice).findings[0].verdict is verdict


def test_bound_entanglement_is_proved_although_the_partial_transpose_is_positive():
    seen = observe(Choice("horodecki-3x3", {"a": 0.3}))
    (found,) = seen.findings
    assert (found.verdict, found.criterion) == (ENTANGLED, "realignment")
    assert found.checked == "accepted by the checker"
    assert seen.cuts[0].spectrum[0] > -1e-12
    assert seen.cuts[0].realignment_norm > 1
    assert seen.measures["negativity[A|B]"] == pytest.approx(0, abs=1e-12)


def test_three_qubits_have_all_their_questions():
    seen = observe(Choice("ghz"))
    said = {found.question: found.verdict for found in seen.findings}
    assert set(said) == {"A|BC", "B|AC", "C|AB", "A|B|C", "biseparable"}
    assert set(said.values()) == {ENTANGLED}
    assert seen.cuts[1].correlations.shape == (4, 16)
    np.testing.assert_allclose(seen.cuts[2].spectrum[[0, -1]], [-0.5, 0.5], atol=1e-12)


@pytest.mark.parametrize(("dims", "side"), [((2, 3), (0,)), ((2, 2, 3), (1,)), ((3, 2, 2), (0, 2))])
def test_correlation_matrix_has_the_singular_values_of_the_realigned_state(dims, side):
    states = component("hilbert-schmidt", dims=dims).sample(3, np.random.default_rng(1))
    rho = states.density()
    first = int(np.prod([dims[party] for party in side]))
    second = states.dimension // first
    matrix = correlation_matrix(rho, dims, side)
    other = np.linalg.svd(realign(rho, dims, side), compute_uv=False)
    found = np.linalg.svd(matrix, compute_uv=False) / np.sqrt(first * second)
    count = min(first, second) ** 2
    np.testing.assert_allclose(found[:, :count], other[:, :count], atol=1e-12)
    np.testing.assert_allclose(matrix[:, 0, 0], 1, atol=1e-12)
    # The sum of the squares is the purity.
    purity = np.einsum("nij,nji->n", rho, rho).real
    np.testing.assert_allclose((matrix**2).sum((1, 2)) / (first * second), purity)


def test_a_seed_fixes_what_is_random():
    first, again, other = (observe(Choice("bures", seed=seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.states.array, again.states.array)
    assert not np.array_equal(first.states.array, other.states.array)


@pytest.mark.parametrize("kind", ["state-family", "channel"])
def test_controls_of_everything_installed_give_valid_parameters(kind):
    from qent_core.build import build

    for part in default_registry().components(kind):
        controls = controls_of(part)
        if part.name != "kraus":  # its operators have no default
            build(part, parameters_from(controls, {}))
        for control in controls:
            if control.kind == "slider":
                assert control.low <= control.value <= control.high, (part.name, control)
                assert control.low < control.high


def test_controls_have_bounds_and_descriptions_of_the_model():
    part = default_registry().resolve("isotropic", "state-family")
    by_name = {control.name: control for control in controls_of(part)}
    assert by_name["spin"].step == 0.5
    assert (by_name["alpha"].low, by_name["alpha"].high) == (0.0, 1.0)
    assert by_name["alpha"].description.startswith("Weight of the pure state")
    assert by_name["phi"].options == ("maximally-entangled", "random-real")
    assert by_name["certify"].kind == "switch"
    dims = controls_of(default_registry().resolve("bures", "state-family"))
    assert parameters_from(dims, {"dims": "[2, 3]"}) == {"dims": [2, 3]}
    with pytest.raises(ParameterInvalidError, match="no value as TOML"):
        parameters_from(dims, {"dims": "two"})


def test_a_family_of_the_users_own_has_a_slider_by_itself():
    from qent_core.api import Probability, StateBatch, StateFamily, draw

    class Mine(StateFamily):
        """A pair of my own.

        Args:
            mix: How much of it.
        """

        mix: Probability = 0.25

        def sample(self, count, rng):
            mix = draw(self.mix, count, rng)
            rho = (1 - mix)[:, None, None] * np.eye(4) / 4
            rho[:, ::3, ::3] += mix[:, None, None] / 2
            return StateBatch(rho, (2, 2), parameters={"mix": mix})

    Mine.__module__ = "mine"  # that of a test is no name that could be imported
    registry = Registry.load()
    registry.register(Mine, kind="state-family", name="mine")
    (control,) = controls_of(registry.resolve("mine", "state-family"))
    assert (control.kind, control.low, control.high, control.value) == ("slider", 0.0, 1.0, 0.25)
    assert control.description == "How much of it."
    for mix, verdict in ((0.33, SEPARABLE), (0.34, ENTANGLED)):
        seen = observe(Choice("mine", parameters_from((control,), {"mix": mix})), (), registry)
        assert seen.findings[0].verdict is verdict


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice("isotropic", {"alpha": 3.0}), "must lie within"),
        (Choice("isotropc"), "isotropc"),
        (Choice("ghz", {"parties": 7}), "dimension 128"),
        (Choice("isotropic", {"spin": 1.0}, "bit-flip"), "qubit"),
    ],
)
def test_bad_input_is_one_line(choice, message):
    with pytest.raises(QentError) as caught:
        observe(choice)
    text = error_html(caught.value)
    assert message in text
    assert "\n" not in text
    assert text.count("<p") == 1


def test_page_escapes_what_it_shows():
    assert "&lt;b&gt;" in error_html(QentError("<b>"))
    text = observation_html(observe(Choice("isotropic", {"alpha": 0.4})))
    assert text.count("<svg") == 2
    assert 'class="verdict entangled"' in text
