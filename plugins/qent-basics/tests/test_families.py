"""What every family of states promises, whichever it is."""

import doctest
import importlib
import itertools
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import qent_basics.families
from pydantic import ValidationError
from qent_basics import plugin, random_matrices
from qent_basics.families.bell_diagonal import BellDiagonal
from qent_basics.families.haar_pure import HaarPure
from qent_basics.families.named_pure import GHZ, Dicke, W
from qent_basics.families.product import Product
from qent_basics.families.pure_mixture import PureMixture
from qent_basics.families.random_mixed import Bures, HilbertSchmidt, Induced
from qent_basics.families.reduced_pure import ReducedPure
from qent_basics.families.separable import BiseparableMixture, SeparableMixture
from qent_basics.families.x_state import XState

from qent_core.api import BISEPARABLE, StateBatch, Verdict, cut_of, is_coarser, stream
from qent_core.linalg import partial_transpose

FAMILIES = [
    HaarPure(),
    HaarPure(dims=(2, 3, 2)),
    HaarPure(dims=(5,)),
    HaarPure(real=True),
    Product(),
    Product(dims=(2, 3, 2), mixed=True, certify=True),
    Product(dims=(2, 2, 2), certify=True),
    Product(dims=(3,)),
    HilbertSchmidt(dims=(2, 3)),
    HilbertSchmidt(real=True),
    Induced(environment=1),
    Induced(dims=(2, 3), environment=9, real=True),
    Bures(dims=(3, 2)),
    ReducedPure(dims=(3, 2), environment=(2, 2)),
    PureMixture(terms=1),
    PureMixture(dims=(2, 2, 2), terms=3),
    GHZ(),
    GHZ(parties=2, dim=3),
    W(parties=4),
    Dicke(),
    Dicke(parties=3, excitations=3),
    BellDiagonal(),
    BellDiagonal(weights=(0.5, 0.5, 0, 0)),
    XState(),
    XState(real=True),
    XState(parties=3),
    XState(parties=4),
    SeparableMixture(),
    SeparableMixture(dims=(2, 3, 2), question="B|AC", terms=2, certify=True),
    SeparableMixture(dims=(2, 2, 2), terms=1),
    BiseparableMixture(),
    BiseparableMixture(dims=(2, 3, 2), cuts=("A|BC", "C|AB"), terms=5),
    BiseparableMixture(cuts=("BC|A",)),
]
each_family = pytest.mark.parametrize("family", FAMILIES, ids=repr)


def least_transposed(batch, question):
    cut = cut_of(question, batch.parties)
    return np.linalg.eigvalsh(partial_transpose(batch.density(), batch.dims, cut))[:, 0]


def same_bits(one: StateBatch, other: StateBatch) -> bool:
    return (
        one.dims == other.dims
        and one.array.dtype == other.array.dtype
        and one.array.tobytes() == other.array.tobytes()
        and {k: v.tobytes() for k, v in one.parameters.items()}
        == {k: v.tobytes() for k, v in other.parameters.items()}
        and {k: v.tobytes() for k, v in one.known.items()}
        == {k: v.tobytes() for k, v in other.known.items()}
    )


@each_family
def test_states_are_physical(family):
    batch = family.sample(50, stream(1)).validated(atol=1e-12)
    assert len(batch) == 50
    assert set(batch.source) == {batch.source[0]}
    assert batch.source[0] != ""


@each_family
@pytest.mark.parametrize("count", [0, 1])
def test_any_count_works(family, count):
    batch = family.sample(count, stream(2))
    more = family.sample(3, stream(2))
    assert len(batch) == count
    assert batch.kind == more.kind
    assert batch.dtype == more.dtype
    assert set(batch.known) == set(more.known)
    assert set(batch.certificates) == set(more.certificates)
    assert set(batch.parameters) == set(more.parameters)
    assert all(len(column) == count for column in batch.known.values())


@each_family
def test_equal_streams_give_equal_bits_and_leave_global_state_alone(family):
    before = np.random.get_state()[1].tobytes()
    first, second = family.sample(7, stream(3)), family.sample(7, stream(3))
    assert same_bits(first, second)
    assert np.random.get_state()[1].tobytes() == before


@each_family
def test_parameters_survive_toml_form(family):
    assert type(family)(**family.parameters()) == family


@each_family
def test_known_verdicts_agree_with_ppt(family):
    batch = family.sample(300, stream(4))
    for question, verdicts in batch.known.items():
        if question == BISEPARABLE or question.count("|") != 1:
            continue
        least = least_transposed(batch, question)
        assert (least[verdicts == Verdict.SEPARABLE] > -1e-12).all()
        # None of these families makes PPT-entangled states.
        assert (least[verdicts == Verdict.ENTANGLED] < 0).all()


@each_family
def test_known_verdicts_agree_with_each_other(family):
    known = family.sample(300, stream(5)).known
    parties = len(family.sample(0, stream(5)).dims)
    for fine, coarse in itertools.permutations(known, 2):
        if is_coarser(coarse, fine, parties):
            separable = known[fine] == Verdict.SEPARABLE
            assert (known[coarse][separable] == Verdict.SEPARABLE).all()
            entangled = known[coarse] == Verdict.ENTANGLED
            assert (known[fine][entangled] == Verdict.ENTANGLED).all()


@pytest.mark.parametrize(
    ("family", "real"),
    [
        (HaarPure(), False),
        (HaarPure(real=True), True),
        (HilbertSchmidt(real=True), True),
        (Induced(real=True), True),
        (ReducedPure(real=True), True),
        (GHZ(), True),
        (W(), True),
        (Dicke(), True),
        (BellDiagonal(), True),
        (XState(real=True), True),
        (XState(), False),
    ],
)
def test_states_of_real_numbers_are_stored_as_real(family, real):
    assert family.sample(2, stream(6)).is_real == real


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HaarPure(dims=(1, 2)), "greater than or equal to 2"),
        (lambda: HaarPure(dims=()), "at least 1"),
        (lambda: Induced(environment=0), "greater than or equal to 1"),
        (lambda: ReducedPure(environment=()), "at least 1"),
        (lambda: GHZ(parties=1), "greater than or equal to 2"),
        (lambda: Dicke(parties=3, excitations=4), "at most the number of parties, 3"),
        (lambda: BellDiagonal(weights=(0.5, 0.6, -0.1, 0)), "must not be negative"),
        (lambda: BellDiagonal(weights=(0.5, 0.4, 0, 0)), "must add up to 1"),
        (lambda: SeparableMixture(dims=(2,)), "at least 2 parties"),
        (lambda: SeparableMixture(question="A|BC"), "does not fit states of 2 parties"),
        (lambda: SeparableMixture(dims=(2, 2, 2), question="biseparable"), "does not fit"),
        (lambda: SeparableMixture(terms=0), "greater than or equal to 1"),
        (lambda: BiseparableMixture(dims=(2, 2)), "at least 3 parties"),
        (lambda: BiseparableMixture(cuts=()), "at least one cut"),
        (lambda: BiseparableMixture(cuts=("A|B|C",)), "no cut into two blocks"),
        (lambda: XState(parties=1), "greater than or equal to 2"),
        (lambda: PureMixture(terms=0), "greater than or equal to 1"),
        (lambda: Product(mixd=True), "Extra inputs are not permitted"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(ValidationError, match=message):
        make()


def test_records_say_what_the_families_are():
    """States name the registered family as their source; fixed dims are what they claim."""
    for record in plugin.qent_state_families():
        module, _, name = record.target.partition(":")
        kind = getattr(importlib.import_module(module), name)
        batch = kind().sample(1, stream(0))
        assert batch.source.tolist() == [record.name]
        assert record.dims in (None, batch.dims)
        properties = kind.model_json_schema()["properties"]
        assert all("description" in entry for entry in properties.values())


def test_listing_the_plugin_imports_nothing_heavy():
    code = (
        "import qent_basics.plugin, sys; print({'numpy', 'pydantic', 'sklearn'} & {*sys.modules})"
    )
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "set()"


MODULES = [
    random_matrices,
    *(
        importlib.import_module(f"qent_basics.families.{module.name}")
        for module in pkgutil.iter_modules(qent_basics.families.__path__)
    ),
]


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0


def test_example_in_the_readme():
    readme = Path(__file__).parents[1] / "README.md"
    result = doctest.testfile(str(readme), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0
