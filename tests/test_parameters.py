"""Numbers and distributions as parameters: their laws, bounds and forms in TOML."""

import math
import tomllib

import numpy as np
import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from qent_core.components import Component
from qent_core.errors import ParameterInvalidError
from qent_core.parameters import (
    DISTRIBUTIONS,
    Angle,
    Choice,
    Distribution,
    LogUniform,
    Normal,
    Probability,
    Uniform,
    Values,
    Varying,
    Within,
    distribution_from,
    draw,
)

NUMBERS = st.floats(-1e6, 1e6)


class Noise(Component):
    """A component with every sort of varying parameter."""

    strength: Probability = 0.5
    angle: Angle = Uniform(0.0, 1.0)
    gain: Varying = Normal(0.0, 2.0)


def laws():
    pairs = st.tuples(NUMBERS, NUMBERS).map(sorted)
    lists = st.lists(NUMBERS, min_size=1, max_size=6).map(tuple)
    positive = st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6)).map(sorted)
    return st.one_of(
        pairs.map(lambda p: Uniform(*p)),
        positive.map(lambda p: LogUniform(*p)),
        st.tuples(NUMBERS, st.floats(0, 1e3)).map(lambda p: Normal(*p)),
        lists.map(Choice),
        lists.map(Values),
    )


# --- the laws ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(laws(), st.integers(0, 2**32))
def test_draws_lie_in_the_support(law, seed):
    count = len(law.values) if isinstance(law, Values) else 20
    values = law.draw(count, np.random.default_rng(seed))
    low, high = law.support()
    assert values.shape == (count,)
    assert values.dtype == np.float64
    assert ((low <= values) & (values <= high)).all()


@pytest.mark.parametrize(
    ("law", "mean", "std"),
    [
        (Uniform(-1.0, 3.0), 1.0, 4 / 12**0.5),
        (Normal(2.0, 0.5), 2.0, 0.5),
        (Choice((0.0, 1.0, 1.0, 4.0)), 1.5, 1.5),
        (
            LogUniform(1.0, math.e**2),
            (math.e**2 - 1) / 2,
            math.sqrt((math.e**4 - 1) / 4 - ((math.e**2 - 1) / 2) ** 2),
        ),
    ],
    ids=["uniform", "normal", "choice", "log_uniform"],
)
def test_moments(law, mean, std):
    count = 100_000
    values = law.draw(count, np.random.default_rng(1))
    assert values.mean() == pytest.approx(mean, abs=4 * std / count**0.5)
    assert values.std() == pytest.approx(std, rel=0.02)


def test_log_uniform_is_uniform_in_the_logarithm():
    logs = np.log10(LogUniform(1e-4, 1e2).draw(50_000, np.random.default_rng(2)))
    counts, _ = np.histogram(logs, bins=6, range=(-4, 2))
    assert np.abs(counts / 50_000 - 1 / 6).max() < 0.01


def test_choice_takes_every_option_equally_often():
    values = Choice((3.0, 1.0, 2.0)).draw(30_000, np.random.default_rng(3))
    _, counts = np.unique(values, return_counts=True)
    assert np.abs(counts / 30_000 - 1 / 3).max() < 0.01


def test_degenerate_laws():
    assert Uniform(2.0, 2.0).draw(3, np.random.default_rng(0)).tolist() == [2, 2, 2]
    assert LogUniform(2.0, 2.0).draw(3, np.random.default_rng(0)).tolist() == [2, 2, 2]
    assert Normal(2.0, 0.0).draw(3, np.random.default_rng(0)).tolist() == [2, 2, 2]
    assert Uniform(0.0, 1.0).draw(0, np.random.default_rng(0)).shape == (0,)


def test_values_give_state_i_the_ith_value():
    law = Values((0.1, 0.2, 0.3))
    assert law.draw(3, np.random.default_rng(0)).tolist() == [0.1, 0.2, 0.3]
    with pytest.raises(ParameterInvalidError, match="3 values were given for 2 states"):
        law.draw(2, np.random.default_rng(0))
    assert Values(()).support() == (0.0, 0.0)


def test_a_number_is_repeated_and_takes_nothing_from_the_generator():
    rng = np.random.default_rng(0)
    assert draw(0.25, 4, rng).tolist() == [0.25] * 4
    assert draw(1, 0, rng).shape == (0,)
    assert rng.random() == np.random.default_rng(0).random()


def test_same_generator_same_values():
    for law in (Uniform(0, 1), LogUniform(1, 2), Normal(0, 1), Choice((1, 2))):
        first = draw(law, 5, np.random.default_rng(9))
        np.testing.assert_array_equal(first, draw(law, 5, np.random.default_rng(9)))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Uniform(1.0, 0.0), "low <= high"),
        (lambda: Uniform(0.0, math.inf), "finite numbers"),
        (lambda: Uniform(math.nan, 1.0), "finite numbers"),
        (lambda: LogUniform(0.0, 1.0), "positive ends"),
        (lambda: LogUniform(-1.0, 1.0), "positive ends"),
        (lambda: LogUniform(2.0, 1.0), "low <= high"),
        (lambda: Normal(0.0, -1.0), "standard deviation >= 0"),
        (lambda: Normal(math.inf, 1.0), "finite numbers"),
        (lambda: Choice(()), "at least one value"),
        (lambda: Choice((1.0, math.nan)), "finite numbers"),
        (lambda: Values((math.inf,)), "finite numbers"),
    ],
)
def test_impossible_laws(build, said):
    with pytest.raises(ParameterInvalidError, match=said):
        build()


# --- from and to TOML ----------------------------------------------------------------------------


@settings(deadline=None)
@given(laws())
def test_table_form_is_an_identity(law):
    assert distribution_from({law.keyword: law.arguments()}) == law


@given(laws())
def test_round_trip_through_a_toml_file(law):
    noise = Noise(gain=law)
    text = tomlkit.dumps(noise.parameters())
    assert Noise(**tomllib.loads(text)) == noise


def test_toml_forms():
    assert Noise().parameters() == {
        "strength": 0.5,
        "angle": {"uniform": [0.0, 1.0]},
        "gain": {"normal": [0.0, 2.0]},
    }
    assert Noise(strength={"uniform": [0, 1]}).strength == Uniform(0, 1)
    assert Noise(strength=1).strength == 1.0
    assert isinstance(Noise(strength=1).strength, float)
    assert Noise(strength=np.float32(0.25)).strength == 0.25
    assert Noise(gain=np.array([1.0, 2.0])).gain == Values((1.0, 2.0))
    assert set(DISTRIBUTIONS) == {"uniform", "log_uniform", "normal", "choice", "values"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "is no distribution"),
        ({"gaussian": [0, 1]}, "is no distribution"),
        ({"uniform": [0, 1], "normal": [0, 1]}, "is no distribution"),
        ({"uniform": 3}, "needs a list of numbers"),
        ({"uniform": "01"}, "needs a list of numbers"),
        ({"uniform": [0]}, "needs two numbers, got 1"),
        ({"uniform": [0, 1, 2]}, "needs two numbers, got 3"),
        ({"uniform": [0, "1"]}, "needs numbers, got '1'"),
        ({"uniform": [False, True]}, "needs numbers, got False"),
        ({"choice": [None]}, "needs numbers, got None"),
        ({"choice": []}, "at least one value"),
        ({"uniform": [2, 1]}, "low <= high"),
    ],
    ids=str,
)
def test_tables_that_are_no_distribution(table, said):
    with pytest.raises(ParameterInvalidError, match=said):
        distribution_from(table)
    with pytest.raises(ValidationError, match=said):
        Noise(gain=table)


def test_message_lists_what_can_be_written():
    with pytest.raises(ParameterInvalidError) as caught:
        distribution_from({"gauss": [0, 1]})
    for keyword in DISTRIBUTIONS:
        assert f"{{ {keyword} = [...] }}" in caught.value.do


# --- as fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [True, "0.5", None, math.nan, math.inf, [0.1, 0.2], 1j, np.ones((2, 2))], ids=str
)
def test_what_no_varying_parameter_takes(value):
    with pytest.raises(ValidationError):
        Noise(gain=value)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (0.0, True),
        (1.0, True),
        (-1e-12, False),
        (1 + 1e-12, False),
        (Uniform(0.0, 1.0), True),
        (Uniform(0.0, 1.1), False),
        (LogUniform(1e-3, 1.0), True),
        (Choice((0.0, 0.5)), True),
        (Choice((0.0, 1.5)), False),
        (Values((0.2, 0.9)), True),
        (Values((0.2, -0.9)), False),
        (Normal(0.5, 1e-6), False),
    ],
    ids=str,
)
def test_bounds_hold_for_numbers_and_for_whole_supports(value, accepted):
    if accepted:
        assert Noise(strength=value).strength == value
    else:
        with pytest.raises(ValidationError, match=r"must lie within \[0, 1\]"):
            Noise(strength=value)


def test_one_sided_bounds():
    assert Within(low=0.0).check(5.0) == 5.0
    with pytest.raises(ValueError, match=r"\[0, inf\]"):
        Within(low=0.0).check(-1.0)
    assert Within(low=0.0).json_bounds() == {"minimum": 0.0}
    assert Within(high=2.0).json_bounds() == {"maximum": 2.0}
    assert Within().check(Normal(0.0, 1.0)) == Normal(0.0, 1.0)


def test_a_default_outside_its_bounds_is_refused():
    class Broken(Component):
        strength: Probability = 2.0

    with pytest.raises(ValidationError, match="must lie within"):
        Broken()


def test_json_schema_shows_numbers_laws_and_bounds():
    schema = TypeAdapter(Noise).json_schema()["properties"]
    number, law = schema["strength"]["anyOf"]
    assert number == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assert set(law["properties"]) == set(DISTRIBUTIONS)
    assert schema["gain"]["anyOf"][0] == {"type": "number"}


def test_components_are_frozen_closed_and_comparable():
    noise = Noise(strength=Values((0.1, 0.2)))
    with pytest.raises(ValidationError):
        noise.strength = 0.1
    with pytest.raises(ValidationError, match="Extra inputs"):
        Noise(power=1)
    assert noise == Noise(strength={"values": [0.1, 0.2]})
    assert hash(noise) == hash(Noise(strength=Values((0.1, 0.2))))


def test_written_out_values_are_cut_for_a_shard():
    noise = Noise(strength=Values((0.1, 0.2, 0.3, 0.4)), gain=1.0)
    cut = noise.for_states(1, 3)
    assert cut.strength == Values((0.2, 0.3))
    assert (cut.gain, cut.angle) == (noise.gain, noise.angle)
    assert Noise().for_states(1, 3) == Noise()


def test_a_distribution_of_ones_own():
    class Triangle(Distribution):
        keyword = "triangle"

        def draw(self, count, rng):
            return rng.triangular(0, 0.5, 1, count)

        def support(self):
            return (0.0, 1.0)

        def arguments(self):
            return [0, 0.5, 1]

    values = draw(Noise(strength=Triangle()).strength, 100, np.random.default_rng(0))
    assert values.min() >= 0
    assert values.max() <= 1
