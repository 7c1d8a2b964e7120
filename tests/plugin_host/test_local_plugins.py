"""A user's own file as a plugin: what it defines, under which names, and what can go wrong."""

from __future__ import annotations

import pickle
import sys

import pytest

from qent_core.build import build
from qent_core.errors import ExperimentInvalidError, PluginBrokenError
from qent_core.local_plugins import load_local
from qent_core.registry import Registry

FAMILY = '''
from qent_core.api import Channel, Labeler, StateFamily
from qent_core.registration import register

class MyFamily(StateFamily):
    """States of my own."""

    angle: float = 0.5

    def sample(self, count, rng): ...

class Unfinished(StateFamily):
    """Abstract: it cannot sample."""

class _Hidden(MyFamily):
    pass

@register(name="purity", gives="measure")
class MyLabeler(Labeler):
    def label(self, batch): ...

class NotMarked:
    def fit(self, X, y): ...
    def predict(self, X): ...

@register
class MyModel(NotMarked):
    pass
'''


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_family.py"
    path.write_text(FAMILY)
    return path


def test_what_a_file_defines(site, file):
    registry = Registry.load()

    components = load_local(file, registry)

    assert [(c.kind, c.name) for c in components] == [
        ("labeler", "purity"),
        ("model", "my-model"),
        ("state-family", "my-family"),
    ]
    assert registry.resolve("my_family.py:my-family") == components[2]
    assert {c.origin for c in components} == {"local file"}
    assert components[0].spec.gives == "measure"
    assert components[2].spec.summary == "States of my own"


def test_provenance_is_path_and_hash(site, file):
    component = load_local(file, Registry.load())[0]

    assert component.distribution == "my_family.py"
    assert component.source.path == str(file)
    assert component.version == f"sha256:{component.source.sha256[:12]}"


def test_instances_pickle_and_a_second_load_is_the_same_class(site, file):
    first = load_local(file, Registry.load())[2]
    second = load_local(file, Registry.load())[2]

    assert first.implementation is second.implementation
    family = build(first, {"angle": 1.0})
    assert pickle.loads(pickle.dumps(family)) == family


def test_worker_process_loads_the_same_file_again(site, file):
    component = load_local(file, Registry.load())[2]
    data = pickle.dumps(build(component, {"angle": 0.25}))
    code = (
        "import pickle; from qent_core.local_plugins import load_local\n"
        "from qent_core.registry import Registry\n"
        f"load_local({component.source.path!r}, Registry.load(only=()), "
        f"sha256={component.source.sha256!r})\n"
        f"print(pickle.loads({data!r}).angle)"
    )

    assert site.run(code=code).stdout == "0.25\n"


def test_changed_file_is_refused_where_the_hash_matters(site, file):
    source = load_local(file, Registry.load())[0].source
    file.write_text(FAMILY + "\n# changed\n")

    with pytest.raises(ExperimentInvalidError, match="has changed"):
        load_local(file, Registry.load(), sha256=source.sha256)
    assert load_local(file, Registry.load())[0].source.sha256 != source.sha256


def test_name_clash_with_a_plugin_is_resolved_by_prefer(site, file):
    site.add("qent-purity")
    registry = Registry.load(prefer={"purity": "my_family.py"})
    load_local(file, registry)

    assert registry.resolve("purity", "labeler").origin == "local file"


def test_missing_file(site, tmp_path):
    with pytest.raises(ExperimentInvalidError, match=r"absent.py cannot be read: No such file"):
        load_local(tmp_path / "absent.py", Registry.load(), where="study.toml, [plugins] local")


def test_not_python(site, tmp_path):
    with pytest.raises(ExperimentInvalidError, match="no Python file"):
        load_local(tmp_path / "data.csv", Registry.load())


@pytest.mark.parametrize(
    ("source", "said", "line"),
    [
        ("x = 1\ndef broken(:\n    pass\n", "SyntaxError", 2),
        ("x = 1\ny = 1 / 0\n", "ZeroDivisionError: division by zero", 2),
        ("\n\nimport no_such_module_at_all\n", "no_such_module_at_all", 3),
        ("def f():\n    raise SystemExit(3)\nf()\n", "SystemExit: 3", 2),
    ],
)
def test_broken_file_says_which_line(site, tmp_path, source, said, line):
    file = tmp_path / "mine.py"
    file.write_text(source)
    registry = Registry.load()

    with pytest.raises(PluginBrokenError) as caught:
        load_local(file, registry, where="study.toml, [plugins] local")

    assert said in caught.value.what
    assert caught.value.where == f"study.toml, [plugins] local, mine.py, line {line}"
    assert caught.value.__cause__ is not None
    assert registry.components() == ()
    assert not [name for name in sys.modules if name.startswith("qent_local_mine")]


def test_refused_registration_says_which_line(site, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("from qent_core.registration import register\n\n@register\nclass X: pass\n")

    with pytest.raises(PluginBrokenError, match="kind of X is not clear") as caught:
        load_local(file, Registry.load())
    assert caught.value.where == "mine.py, line 3"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n", "defines no component"),
        ("from qent_core.api import StateFamily\n", "defines no component"),
        (
            FAMILY + "@register(name='my-family')\nclass Other(MyFamily): pass\n",
            "defines the state family 'my-family' twice",
        ),
    ],
)
def test_file_that_defines_nothing_or_twice(site, tmp_path, source, said):
    file = tmp_path / "mine.py"
    file.write_text(source)

    with pytest.raises(ExperimentInvalidError, match=said):
        load_local(file, Registry.load())


def test_keyboard_interrupt_passes_and_leaves_nothing(site, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        load_local(file, Registry.load())
    assert not [name for name in sys.modules if name.startswith("qent_local_mine")]
