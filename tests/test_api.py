"""The public interface: a snapshot, so that no change slips through, and its laziness."""

import ast
import subprocess
import sys
from pathlib import Path

from qent_core import api

SNAPSHOT = Path(__file__).with_name("api_snapshot.txt")


def test_the_public_names_are_those_of_the_snapshot():
    """A removed or renamed name breaks plugins: change the snapshot together with the changelog."""
    assert sorted(api.__all__) == SNAPSHOT.read_text().split()


def test_every_name_resolves():
    for name in api.__all__:
        assert getattr(api, name) is not None


def test_type_checkers_see_what_is_imported_lazily():
    tree = ast.parse(Path(api.__file__).read_text())
    (guarded,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        (node.module, alias.name)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {(module, name) for module, names in api._HOME.items() for name in names}


def test_importing_it_brings_nothing_heavy():
    code = (
        "import sys, qent_core.api;"
        "print([m for m in ('numpy', 'scipy', 'pydantic', 'rich', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
