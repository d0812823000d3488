"""The corpus of answers, made from the pages alone: right ones are right and wrong ones are not;
of the wrong ones that a student would give, most are told their mistake by name."""

import re
from functools import cache

import tests.corpus.right_answers
import tests.corpus.wrong_answers  # noqa: F401 - importing it fills the registry
from cnnlib.course import verdict
from cnnlib.course.exercise import exercises_of, lessons
from tests.corpus import RIGHT, WRONG

NAMED = 0.92  # the share of a student's mistakes that has a name
# what can be said of a wrong answer without a name, or of one of several results
UNNAMED = re.compile(
    r"(?:^|: )(?:\d+ of \d+ (numbers|results) differ|that is another (number|answer|set of numbers)"
    r"|there is a number that is not finite|your function stops with|that is a single number"
    r"|the shape is|one number is wanted|the number of results is|every number is)"
)


@cache
def told_of(kind):
    """The "right" or the "wrong" answers, each with its verdict."""
    answers = {"right": RIGHT, "wrong": WRONG}[kind]
    return [(one, verdict(one.name, one.answer)) for one in answers]


def reason_in(told):
    """Why an answer is not right: a verdict without what every verdict begins with."""
    return told.text.removeprefix(f"{told.exercise}: Not yet: ")


def share_that_is_named():
    """The share of a student's mistakes that has a name, and those that have none."""
    wrong = [(one, v) for one, v in told_of("wrong") if one.student and v.status == "wrong"]
    unnamed = [(one, v) for one, v in wrong if not v.mistake and UNNAMED.search(reason_in(v))]
    return 1 - len(unnamed) / len(wrong), unnamed


def test_the_corpus_is_large_and_covers_every_exercise():
    assert len(RIGHT) >= 300 and len(WRONG) >= 300
    asked = {name for lesson in lessons() for name in exercises_of(lesson)}
    assert {one.name for one in RIGHT} == {one.name for one in WRONG} == asked


def test_right_answers_are_right():
    refused = [(one, v.text) for one, v in told_of("right") if v.status != "right"]
    assert [(one.label, text) for one, text in refused] == []


def test_wrong_answers_are_wrong():
    passed = {one.label: v.status for one, v in told_of("wrong") if v.status != "wrong"}
    assert passed == {}


def test_most_mistakes_have_a_name(capsys):
    share, unnamed = share_that_is_named()
    with capsys.disabled():
        print(f"\nmistakes told by name: {share:.1%}, without a name: {len(unnamed)}")
    assert share >= NAMED
