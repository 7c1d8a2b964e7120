"""Gate angles as expressions of data and weights, evaluated for all samples at once.

Qiskit binds one set of numbers at a time. Here its expression is read once, from the text Qiskit
prints, into nested tuples of a few known operations; these evaluate NumPy arrays, torch tensors
(with gradients) and Qiskit's own parameters alike, and they are plain data that can be saved.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from qiskit.circuit import Parameter, ParameterExpression

from qent_core.api import ParameterInvalidError

Expression = tuple[Any, ...]
"""``("number", x)``, ``("data", i)``, ``("weight", j)`` or ``(operation, operand, ...)``."""

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_FUNCTIONS = ("sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "abs", "sign", "conj")
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "negative": lambda a: -a,
}
_QISKIT_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "conj": "conjugate"}


def number(value: float) -> Expression:
    """Returns the expression of a number."""
    return ("number", float(value))


def read_expression(
    angle: float | ParameterExpression, data: Mapping[Any, int], weights: Mapping[Any, int]
) -> Expression:
    """Returns a gate's angle as an expression.

    Args:
        angle: A number, or what Qiskit keeps: a parameter or an expression of parameters.
        data: Data parameter to feature number.
        weights: Weight parameter to weight number.

    Raises:
        ParameterInvalidError: A parameter is neither, the angle is complex, or it uses an
            operation that is not known here.

    Example:
        >>> x, t = Parameter("x"), Parameter("t")
        >>> read_expression(x * t.sin(), {x: 0}, {t: 0})
        ('*', ('data', 0), ('sin', ('weight', 0)))
    """
    if not isinstance(angle, ParameterExpression):
        return number(_real(angle))
    if not angle.parameters:
        return number(_real(angle.numeric()))
    names: dict[Any, Any] = {}
    for parameter in angle.parameters:
        if parameter in data:
            names[parameter] = Parameter(f"data_{data[parameter]}")
        elif parameter in weights:
            names[parameter] = Parameter(f"weight_{weights[parameter]}")
        else:
            raise ParameterInvalidError(
                f"the parameter '{parameter.name}' of the circuit is neither data nor weight",
                where=f"the angle {angle}",
                do="bind it, or name it among the data or the weight parameters",
            )
    renamed = angle.subs(names)
    try:
        expression = _read(ast.parse(str(renamed), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ParameterInvalidError(
            f"the angle {angle} cannot be read: {error}",
            do=f"use + - * / ** and the functions {', '.join(_FUNCTIONS)}",
        ) from error
    _compare(renamed, expression, str(angle))
    return expression


def uses(expression: Expression, kind: str) -> bool:
    """Tells whether an expression contains ``"data"`` or ``"weight"``.

    Example:
        >>> uses(("*", ("number", 2.0), ("data", 1)), "data")
        True
    """
    if expression[0] == kind:
        return True
    if expression[0] in ("number", "data", "weight"):
        return False
    return any(uses(part, kind) for part in expression[1:])


def evaluate(expression: Expression, data: Any, weights: Any) -> Any:
    """Returns the value of an expression.

    Args:
        expression: What to evaluate.
        data: Sequence of features: ``data[i]`` is a number, an ``(n,)`` tensor or array, or a
            Qiskit parameter.
        weights: Sequence of weights likewise.

    Example:
        >>> evaluate(("*", ("number", 2.0), ("data", 0)), np.array([[1.0, 2.0]]), ())
        array([2., 4.])
    """
    kind, *parts = expression
    if kind == "number":
        return parts[0]
    if kind == "data":
        return data[parts[0]]
    if kind == "weight":
        return weights[parts[0]]
    values = [evaluate(part, data, weights) for part in parts]
    if kind in _OPERATIONS:
        return _OPERATIONS[kind](*values)
    return _call(kind, values[0])


def checked(stored: Any, features: int, weights: int) -> Expression:
    """Returns an expression read from a file, after checking every part of it.

    Raises:
        ValueError: It is no expression of so many features and weights.

    Example:
        >>> checked(["sin", ["weight", 0]], features=0, weights=1)
        ('sin', ('weight', 0))
    """
    if not isinstance(stored, list | tuple) or not stored:
        raise ValueError("an angle is no expression")
    kind, *parts = stored
    if kind == "number" and len(parts) == 1 and isinstance(parts[0], int | float):
        if not math.isfinite(parts[0]):
            raise ValueError("an angle is not finite")
        return number(parts[0])
    limits = {"data": features, "weight": weights}
    if kind in limits and len(parts) == 1 and type(parts[0]) is int:
        if not 0 <= parts[0] < limits[kind]:
            raise ValueError(f"an angle names {kind} {parts[0]}, there are {limits[kind]}")
        return (kind, parts[0])
    arity = 2 if kind in _BINARY.values() else 1
    if len(parts) == arity and (arity == 2 or kind in (*_FUNCTIONS, "negative")):
        return (kind, *(checked(part, features, weights) for part in parts))
    raise ValueError(f"an angle uses the unknown operation {kind!r}")


def _read(node: ast.expr) -> Expression:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return number(node.value)
    if isinstance(node, ast.Name):
        kind, _, place = node.id.rpartition("_")
        if kind in ("data", "weight"):
            return (kind, int(place))
        if node.id == "pi":
            return number(math.pi)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return ("negative", _read(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return (_BINARY[type(node.op)], _read(node.left), _read(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name, operands = node.func.id, node.args
        if name in _FUNCTIONS and len(operands) == 1:
            return (name, _read(operands[0]))
    raise ValueError(f"unknown part '{ast.unparse(node)}'")


def _call(name: str, value: Any) -> Any:
    if name == "conj":
        return value  # every angle is real
    if isinstance(value, torch.Tensor):
        return getattr(torch, name)(value)
    if isinstance(value, ParameterExpression):
        return getattr(value, _QISKIT_NAMES.get(name, name))()
    return getattr(np, _QISKIT_NAMES.get(name, name))(value)


def _real(value: Any) -> float:
    if isinstance(value, complex):
        if value.imag:
            raise ParameterInvalidError(
                f"the angle {value} is complex", do="gate angles must be real numbers"
            )
        value = value.real
    return float(value)


def _compare(angle: ParameterExpression, expression: Expression, shown: str) -> None:
    """Compares what was read with what Qiskit computes, so that a misreading cannot pass."""
    values = {p: 0.31 + 0.17 * i for i, p in enumerate(sorted(angle.parameters, key=str))}
    table: dict[str, dict[int, float]] = {"data": {}, "weight": {}}
    for parameter, value in values.items():
        kind, _, place = parameter.name.rpartition("_")
        table[kind][int(place)] = value
    expected = complex(angle.bind(values).numeric())
    found = complex(evaluate(expression, table["data"], table["weight"]))
    if not abs(found - expected) <= 1e-12 * max(1.0, abs(expected)):
        if math.isnan(found.real) and math.isnan(expected.real):
            return
        raise ParameterInvalidError(
            f"the angle {shown} was read as {found:.6g} where Qiskit gives {expected:.6g}",
            do="write the expression in a simpler way",
        )
