"""The corpus of answers, made from the pages alone: right ones are right and wrong ones are not;
of the wrong ones that a student would give, most are told their mistake by name."""

import re
from functools import cache

import pytest

import tests.corpus.right_answers
import tests.corpus.wrong_answers  # noqa: F401
from cnnlib.course import verdict
from tests.corpus import RIGHT, WRONG

NAMED = 0.85  # the share of a student's mistakes that has a name
# what can be said of a wrong answer without a name
UNNAMED = re.compile(
    r"\d+ of \d+ numbers differ|that is another (number|answer|set of numbers)"
    r"|there is a number that is not finite|your function stops with"
)
BRACKETS = re.compile(r"\[-?[\d.]+\]")  # one value in brackets, where a number is wanted
TYPED = re.compile(r"'[-\d.,/]+'|\('[-\d.,/]+', '[-\d.,/]+'\)")  # numbers in quotes
KNOWN_REFUSED = {
    "1.2 (1, 936)": "1,936 typed with a comma",
    "2.3 array([3, 1, 0])": "an array in another order, where the order means nothing",
    "3.3 grad_w_dilated_by_the_library": "x is larger than delta and kernel_size allow",
    "4.axes (0, 2, 3)": "the tuple alone",
    "6.1 (4, 704)": "4,704 typed with a comma",
    "6.4 (4, 800)": "4,800 typed with a comma",
    "7.hand 0.0909": "1/11 with four digits",
    "7.hand 0.090909": "1/11 as numbers are printed",
    "7.hand 0.09091": "1/11 with four digits",
    "8.4 (5, 130)": "5,130 typed with a comma",
    "9.1 (5, 549)": "5,549 typed with a comma",
    "9.2 'fijn,cuvijn->fcuv'": "the letters alone",
}
KNOWN_PASSED = {}


@cache
def told_of(kind):
    """The "right" or the "wrong" answers, each with its verdict."""
    answers = {"right": RIGHT, "wrong": WRONG}[kind]
    return [(one, verdict(one.name, one.answer)) for one in answers]


def is_known_to_be_refused(one):
    """Whether a right answer is one of those that are still refused."""
    value = one.label.removeprefix(one.name).strip()
    return one.label in KNOWN_REFUSED or BRACKETS.fullmatch(value) or TYPED.fullmatch(value)


def share_that_is_named():
    """The share of a student's mistakes that has a name, and those that have none."""
    wrong = [(one, v) for one, v in told_of("wrong") if one.student and v.status == "wrong"]
    unnamed = [(one, v) for one, v in wrong if UNNAMED.match(v.text.removeprefix("Not yet: "))]
    return 1 - len(unnamed) / len(wrong), unnamed


def test_the_corpus_is_large_and_covers_every_exercise():
    assert len(RIGHT) >= 300 and len(WRONG) >= 300
    assert {one.name for one in RIGHT} == {one.name for one in WRONG}
    assert len({one.name for one in RIGHT}) == 130


def test_right_answers_are_right():
    refused = [(one, v.text) for one, v in told_of("right") if v.status != "right"]
    assert [(o.label, text) for o, text in refused if not is_known_to_be_refused(o)] == []


def test_wrong_answers_are_wrong():
    passed = {one.label: v.status for one, v in told_of("wrong") if v.status != "wrong"}
    assert {label: status for label, status in passed.items() if label not in KNOWN_PASSED} == {}


def test_what_is_known_is_still_so():
    """An entry of these lists goes as soon as the key is mended."""
    refused = {one.label for one, v in told_of("right") if v.status != "right"}
    passed = {one.label for one, v in told_of("wrong") if v.status == "right"}
    assert set(KNOWN_REFUSED) <= refused and set(KNOWN_PASSED) <= passed


@pytest.mark.xfail(strict=False, reason="names are still missing for a part of the corpus")
def test_most_mistakes_have_a_name(capsys):
    share, unnamed = share_that_is_named()
    with capsys.disabled():
        print(f"\nmistakes told by name: {share:.1%}, without a name: {len(unnamed)}")
    assert share >= NAMED
