"""Every message of every error, as it stands in the source; ``pytest -s`` prints them to read.

A message is one sentence for a physicist: what is wrong, without a full stop, because ``where`` and
``do`` follow on lines of their own.
"""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from pathlib import Path

import pytest

from qent_core import errors

ROOT = Path(__file__).parents[1]
CLASSES = {
    name: kind
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.QentError)
}


def template(node):
    """Returns a string as it is written, with what is filled in between braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(template, node.values))
    if isinstance(node, ast.FormattedValue):
        return "{" + ast.unparse(node.value) + "}"
    if isinstance(node, ast.BinOp):
        return template(node.left) + template(node.right)
    if isinstance(node, ast.IfExp):
        return f"{template(node.body)} | {template(node.orelse)}"
    return "{" + ast.unparse(node) + "}"


def messages():
    """Returns class to (place, what, do) of every error that is made anywhere in the source."""
    found = defaultdict(list)
    sources = [*ROOT.glob("qent_core/**/*.py"), *ROOT.glob("plugins/*/qent_*/**/*.py")]
    for file in sorted(sources):
        if "templates" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in CLASSES or not node.args:
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            do = template(given["do"]) if "do" in given else ""
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            found[node.func.id].append((place, template(node.args[0]), do))
    return found


MESSAGES = messages()


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_messages_of_one_style(name):
    assert inspect.getdoc(CLASSES[name])
    derived = [n for n, kind in CLASSES.items() if kind.__base__ is CLASSES[name]]
    assert MESSAGES[name] or derived, "nothing raises it"
    wrong = []
    for place, what, do in MESSAGES[name]:
        print(f"{name}: {what}\n  where: {place}" + (f"\n  do:    {do}" if do else ""))
        if SKLEARN in what:
            continue
        if not what.strip() or what.rstrip().endswith((".", "!")):
            wrong.append(f"{place}: ends with a full stop or is empty: {what}")
        if what[:1].isupper() and not what.split()[0].rstrip(",:'s").isupper():
            first = what.split()[0].strip("'")
            if not any(letter.isupper() for letter in first[1:]) and first not in PROPER:
                wrong.append(f"{place}: begins with a capital letter: {what}")
        if do.rstrip().endswith("!") or "sorry" in (what + do).lower():
            wrong.append(f"{place}: no drama: {do}")
    assert wrong == []


SKLEARN = "Only binary classification is supported."
"""The words that scikit-learn's own checks of estimators look for."""

PROPER = {"Zarr", "Hilbert", "Qiskit", "Bell", "Adam", "Kraus", "Dask", "Pauli", "Fock"}


def test_most_errors_say_what_to_do():
    every = [entry for entries in MESSAGES.values() for entry in entries]
    told = [entry for entry in every if entry[2]]
    # The others say it in the sentence itself: "the width must be positive".
    assert len(told) > 0.6 * len(every)
