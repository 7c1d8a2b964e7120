"""Partitions in party letters: which are understood, how they are spelt, which imply which."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core.errors import QuestionInvalidError
from qent_core.questions import (
    BISEPARABLE,
    check_question,
    cut_of,
    cuts,
    full_separability,
    is_coarser,
    parse_partition,
    partition_question,
    suggested_questions,
)


@pytest.mark.parametrize(
    ("question", "parties", "partition", "spelt"),
    [
        ("A|B", 2, ((0,), (1,)), "A|B"),
        ("B|A", 2, ((0,), (1,)), "A|B"),
        ("A|BC", 3, ((0,), (1, 2)), "A|BC"),
        ("BC|A", 3, ((0,), (1, 2)), "A|BC"),
        ("CB|A", 3, ((0,), (1, 2)), "A|BC"),
        ("AC|B", 3, ((0, 2), (1,)), "B|AC"),
        ("C|B|A", 3, ((0,), (1,), (2,)), "A|B|C"),
        ("CD|AB", 4, ((0, 1), (2, 3)), "AB|CD"),
        ("AD|B|C", 4, ((0, 3), (1,), (2,)), "B|C|AD"),
        ("ABC|D", 4, ((0, 1, 2), (3,)), "D|ABC"),
    ],
)
def test_partition_and_its_canonical_spelling(question, parties, partition, spelt):
    assert parse_partition(question, parties) == partition
    assert check_question(question, parties) == spelt
    assert partition_question(partition) == spelt
    assert check_question(spelt, parties) == spelt


@pytest.mark.parametrize(
    ("question", "parties", "reason"),
    [
        ("", 2, "empty"),
        ("AB", 2, "one block is no partition"),
        ("A|", 2, "an empty block, and B is missing"),
        ("A|B|", 2, "an empty block at the end"),
        ("|AB", 2, "an empty block in front"),
        ("A||B", 2, "an empty block in between"),
        ("A|A", 2, "A twice"),
        ("A|AB", 2, "A twice"),
        ("A|BC", 2, "there is no party C"),
        ("A|B", 3, "C is missing"),
        ("a|b", 2, "letters are capital"),
        ("A|B ", 2, "no spaces"),
        ("A:B", 2, "another separator"),
        ("1|2", 2, "digits"),
        ("biseparable", 2, "needs three parties"),
        ("biseparable", 1, "needs three parties"),
        ("Biseparable", 3, "spelt in lower case"),
        ("A|B", 1, "there is one party"),
        ("A", 1, "a single party has no partition"),
        ("A|B", 27, "there is no 27th letter"),
    ],
)
def test_what_is_no_question(question, parties, reason):
    with pytest.raises(QuestionInvalidError):
        check_question(question, parties)


def test_message_names_what_can_be_asked():
    with pytest.raises(QuestionInvalidError) as caught:
        check_question("A|B", 3)
    assert "3 parties" in caught.value.what
    for question in ("'A|BC'", "'B|AC'", "'C|AB'", "'A|B|C'", "'biseparable'"):
        assert question in caught.value.do
    with pytest.raises(QuestionInvalidError, match="1 party") as caught:
        check_question("A|B", 1)
    assert caught.value.do


def test_biseparable():
    assert check_question(BISEPARABLE, 3) == "biseparable"
    with pytest.raises(QuestionInvalidError):
        parse_partition(BISEPARABLE, 3)
    with pytest.raises(QuestionInvalidError):
        cut_of(BISEPARABLE, 3)


def test_cuts():
    assert cuts(1) == ()
    assert cuts(2) == ("A|B",)
    assert cuts(3) == ("A|BC", "B|AC", "C|AB")
    assert cuts(4) == ("A|BCD", "B|ACD", "C|ABD", "D|ABC", "AB|CD", "AC|BD", "AD|BC")


@pytest.mark.parametrize("parties", range(2, 9))
def test_there_are_two_to_the_n_minus_one_cuts_less_one(parties):
    found = cuts(parties)
    assert len(found) == len(set(found)) == 2 ** (parties - 1) - 1
    assert all(check_question(cut, parties) == cut for cut in found)
    assert all(len(cut_of(cut, parties)) <= parties / 2 for cut in found)


@pytest.mark.parametrize(
    ("question", "parties", "side"),
    [
        ("A|B", 2, (0,)),
        ("BC|A", 3, (0,)),
        ("B|AC", 3, (1,)),
        ("CD|AB", 4, (0, 1)),
        ("BD|AC", 4, (0, 2)),
    ],
)
def test_first_side_of_a_cut(question, parties, side):
    assert cut_of(question, parties) == side


def test_three_blocks_are_no_cut():
    with pytest.raises(QuestionInvalidError, match="no cut into two blocks") as caught:
        cut_of("A|B|C", 3)
    assert "'A|BC'" in caught.value.do


def test_suggestions_for_many_parties_come_at_once():
    start = time.perf_counter()
    assert len(suggested_questions(26)) == 9
    with pytest.raises(QuestionInvalidError):
        check_question("A|B", 26)
    with pytest.raises(QuestionInvalidError):
        cut_of(full_separability(26), 26)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("coarse", "fine", "parties", "implied"),
    [
        ("A|BC", "A|B|C", 3, True),
        ("B|AC", "A|B|C", 3, True),
        ("A|B|C", "A|BC", 3, False),
        ("A|BC", "B|AC", 3, False),
        ("A|BC", "A|BC", 3, True),
        ("A|BC", "CB|A", 3, True),
        (BISEPARABLE, "A|BC", 3, True),
        (BISEPARABLE, "A|B|C", 3, True),
        ("A|BC", BISEPARABLE, 3, False),
        ("A|B|C", BISEPARABLE, 3, False),
        (BISEPARABLE, BISEPARABLE, 3, True),
        ("AB|CD", "A|B|CD", 4, True),
        ("AB|CD", "AB|C|D", 4, True),
        ("AC|BD", "AB|C|D", 4, False),
        ("AB|CD", "A|BCD", 4, False),
    ],
)
def test_which_separability_implies_which(coarse, fine, parties, implied):
    assert is_coarser(coarse, fine, parties) is implied


@st.composite
def partitions(draw, parties=5):
    blocks = draw(st.lists(st.integers(0, 4), min_size=parties, max_size=parties))
    found = [tuple(p for p in range(parties) if blocks[p] == b) for b in sorted(set(blocks))]
    return tuple(sorted(found))


@settings(deadline=None)
@given(partitions(), st.randoms())
def test_any_spelling_of_a_partition_is_understood(partition, shuffle):
    if len(partition) < 2:
        return
    blocks = [[*block] for block in partition]
    shuffle.shuffle(blocks)
    for block in blocks:
        shuffle.shuffle(block)
    spelling = "|".join("".join("ABCDE"[party] for party in block) for block in blocks)
    assert parse_partition(spelling, 5) == partition
    assert check_question(spelling, 5) == partition_question(partition)


@settings(deadline=None)
@given(partitions(), partitions())
def test_coarser_is_refinement_of_set_partitions(one, other):
    if len(one) < 2 or len(other) < 2:
        return
    together = {(a, b) for block in one for a, b in itertools.product(block, repeat=2)}
    joined = {(a, b) for block in other for a, b in itertools.product(block, repeat=2)}
    expected = joined <= together
    assert is_coarser(partition_question(one), partition_question(other), 5) is expected
