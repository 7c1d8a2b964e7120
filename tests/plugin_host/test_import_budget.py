"""What listing may import: counted in modules, which do not depend on the machine.

The budgets only ever go down. Measured with Python 3.11, typer 0.29 and the plugins of this
repository: 248 modules for ``qent list``, 270 for ``qent doctor``, 167 for ``qent --help``.
"""

from __future__ import annotations

import json

import pytest

HEAVY = (
    "numpy", "scipy", "sklearn", "pandas", "torch", "xgboost", "catboost", "qiskit",
    "pydantic", "rich", "matplotlib", "zarr",
)  # fmt: skip

COUNT = """
import json, sys
code = 0
{body}
heavy = [name for name in {heavy!r} if name in sys.modules]
print(json.dumps([code, len(sys.modules), heavy]), file=sys.stderr)
"""

COMMAND = "from qent_core.cli.main import main\ncode = main({words!r})"
HOST = """
import qent_core.api, qent_core.errors, qent_core.hooks, qent_core.records
import qent_core.discovery, qent_core.loading, qent_core.registry, qent_core.provider_index
import qent_core.build, qent_core.diagnosis, qent_core.local_plugins
"""

CULPRITS = (
    "raise RuntimeError",
    "import no_such_module",
    "raise SystemExit",
    "from qent_core.api import hookimpl\n@hookimpl\ndef qent_labellers(): yield",
    "from qent_core.api import hookimpl\n@hookimpl\ndef qent_labelers(): yield 3",
    "x = 1",
)


def measured(site, body, **environment):
    """Returns exit code, number of modules and the heavy ones among them."""
    done = site.run(code=COUNT.format(body=body, heavy=HEAVY), **environment)
    assert done.stderr, done.stdout
    return json.loads(done.stderr.splitlines()[-1])


@pytest.fixture
def crowd(site):
    """Thirty plugins that would need torch once built, and seven broken ones."""
    for number in range(30):
        site.add(f"qent-heavy{number}", modules={"labels.py": "import torch, sklearn, pydantic"})
    for number, source in enumerate(CULPRITS):
        site.add(f"qent-broken{number}", source)
    site.add("qent-broken-next", group="qent.v2")
    return site


@pytest.mark.parametrize(
    ("words", "budget"),
    [
        ("list", 275),
        ("list --json", 275),
        ("list --kind labeler", 275),
        ("plugins", 275),
        ("doctor", 300),
        ("--help", 180),
        ("list --help", 180),
        ("run --help", 180),
        ("--version", 180),
    ],
)
def test_budget_with_the_plugins_that_are_installed(site, words, budget):
    _, modules, heavy = measured(site, COMMAND.format(words=words.split()))

    assert heavy == []
    assert modules <= budget


@pytest.mark.parametrize(
    "words",
    ["list", "list --json", "plugins", "--disable qent-heavy1 list", "cite heavy1", "doctor"],
)
def test_budget_with_a_crowd_of_plugins(crowd, words):
    code, modules, heavy = measured(crowd, COMMAND.format(words=words.split()))

    assert code == (3 if words == "doctor" else 0)
    assert heavy == []
    assert modules <= 375


def test_host_imports_nothing_heavy(site):
    _, modules, heavy = measured(site, HOST)

    assert heavy == []
    assert modules <= 200
