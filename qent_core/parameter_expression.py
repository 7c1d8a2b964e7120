"""Arithmetic in per-state parameters, such as ``alpha * (1 - depolarizing.strength)``.

A small closed language: numbers, parameter names, ``+ - * / **``, and a few functions. It is
parsed, never evaluated as Python.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import ExperimentInvalidError

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
}


def check_expression(text: str) -> str:
    """Returns the text if it is an expression, else raises ValueError."""
    _parse(text)
    return text


def expression_names(text: str) -> tuple[str, ...]:
    """Returns the parameter names in an expression, sorted.

    Example:
        >>> expression_names("alpha * (1 - depolarizing.strength)")
        ('alpha', 'depolarizing.strength')
    """
    names: set[str] = set()
    _collect(_parse(text), names)
    return tuple(sorted(names))


def evaluate(text: str, parameters: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Returns the value of an expression for every state.

    Args:
        text: The expression; a name with hyphens is written with underscores.
        parameters: Parameter name to ``(n,)`` values.

    Raises:
        ExperimentInvalidError: It names a parameter the states do not have.

    Example:
        >>> evaluate("2 * a - 1", {"a": np.array([0.5, 1.0])})
        array([0., 1.])
    """
    spelled = {name.replace("-", "_"): values for name, values in parameters.items()}
    for name in expression_names(text):
        if name not in spelled:
            held = ", ".join(spelled) or "none"
            raise ExperimentInvalidError(
                f"the states have no parameter '{name}'",
                where=f"expression '{text}'",
                do=f"use the parameters they have: {held}",
            )
    return np.asarray(_value(_parse(text), spelled), dtype=np.float64)


def _parse(text: str) -> ast.expr:
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"'{text}' is no arithmetic expression") from error
    _collect(tree, set())
    return tree


def _collect(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name() | ast.Attribute():
            names.add(_dotted(node))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _collect(left, names)
            _collect(right, names)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _collect(operand, names)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            _collect(argument, names)
        case _:
            raise ValueError(
                f"'{ast.unparse(node)}' is not allowed: write numbers, parameter names, "
                f"+ - * / ** and {', '.join(_FUNCTIONS)}"
            )


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError(f"'{ast.unparse(node)}' is no parameter name")


def _value(node: ast.expr, parameters: Mapping[str, NDArray[np.float64]]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.BinOp():
            left, right = _value(node.left, parameters), _value(node.right, parameters)
            return _BINARY[type(node.op)](left, right)
        case ast.UnaryOp():
            value = _value(node.operand, parameters)
            return -value if isinstance(node.op, ast.USub) else value
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](_value(argument, parameters))
        case _:
            return parameters[_dotted(node)]
