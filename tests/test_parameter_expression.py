"""Arithmetic in parameters: a closed language."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qent_core.errors import ExperimentInvalidError
from qent_core.parameter_expression import check_expression, evaluate, expression_names


def test_names_may_have_dots_and_hyphens_become_underscores():
    values = {"alpha": np.array([0.5]), "white-noise.strength": np.array([0.2])}
    assert evaluate("alpha * (1 - white_noise.strength)", values) == pytest.approx([0.4])


@given(st.floats(-3, 3), st.floats(0.1, 3))
def test_it_agrees_with_python(a, b):
    text = "-a ** 2 / b + sqrt(b) * sin(a) - abs(a) + exp(log(b)) * cos(a)"
    expected = -(a**2) / b + np.sqrt(b) * np.sin(a) - abs(a) + np.exp(np.log(b)) * np.cos(a)
    assert evaluate(text, {"a": np.array([a]), "b": np.array([b])}) == pytest.approx([expected])


def test_its_names_are_listed_sorted():
    assert expression_names("b.c + a") == ("a", "b.c")


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a[0]", "a if b else c", "lambda: 1", "f(a)", "a < b", "'x'", "a +", ""],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"expression|not allowed"):
        check_expression(text)


def test_an_unknown_parameter_is_named_with_those_that_exist():
    with pytest.raises(ExperimentInvalidError, match="no parameter 'b'") as caught:
        evaluate("a + b", {"a": np.array([1.0])})
    assert "a" in caught.value.do
