"""Every exercise of every lesson: its solution, the wrong answers known by name, nonsense, other
forms of the right answer, and its hints."""

import re

import numpy as np
import pytest

from cnnlib import check
from cnnlib.course import verdict
from cnnlib.course.exercise import SOLUTION, exercises_of, lessons
from tools.builder.answers import Solutions, solutions_of

LESSONS = {lesson: [*exercises_of(lesson).values()] for lesson in lessons()}
ALL = [exercise for exercises in LESSONS.values() for exercise in exercises]
of_each_exercise = pytest.mark.parametrize("exercise", ALL, ids=[e.name for e in ALL])
of_each_lesson = pytest.mark.parametrize("lesson", LESSONS)


def told(name, answer, wanted):
    """A sentence for an answer that gets another verdict than `wanted`, as a list to add up."""
    found = verdict(name, answer)
    return [] if found.status == wanted else [f"{name}: {found.status}, {found.text}: {answer!r}"]


# ---- right


@pytest.mark.parametrize("name", [exercise.name for exercise in ALL])
def test_the_solution_is_right(name):
    solutions = Solutions(name.partition(".")[0].zfill(2))
    assert told(name, solutions.value(name), "right") == []


@of_each_lesson
def test_a_solution_is_of_an_exercise_and_a_second_answer_is_right_as_well(lesson):
    solutions = Solutions(lesson.zfill(2))
    names = {exercise.name.replace(".", "_"): exercise.name for exercise in LESSONS[lesson]}
    for function in solutions.functions:
        kind, _, name = function.partition("_")
        if kind == "also":
            assert told(names[name], solutions.value(f"also {names[name]}"), "right") == []
        assert kind not in ("also", "exercise") or name in names, function


@of_each_lesson
def test_right_values_in_another_form(lesson):
    failed = []
    for exercise in LESSONS[lesson]:
        for form in other_forms(np.asarray(exercise.right)) if not exercise.cases else ():
            failed += told(exercise.name, form, "right")
    assert failed == []


def other_forms(right):
    """The right value as lists, as objects, as floats, as whole numbers where it is whole; a word
    with capitals and spaces."""
    if right.dtype.kind == "U":
        yield f" {right.item().upper()} "
        return
    yield right.tolist()
    yield np.array(right, dtype=object).tolist()
    yield right.astype(np.float64)
    if (right == right.astype(int)).all():
        yield right.astype(np.int32)


@of_each_lesson
def test_a_right_table_turned_over_is_called_transposed(lesson):
    for exercise in LESSONS[lesson]:
        right = np.asarray(exercise.right)
        if not exercise.cases and right.ndim == 2 and right.shape[0] != right.shape[1]:
            assert "transposed" in verdict(exercise.name, right.T).text, exercise.name


# ---- wrong, nonsense, empty


@of_each_exercise
def test_every_known_wrong_answer_is_named(exercise):
    assert len(exercise.wrong) >= 2
    found = {name: verdict(exercise.name, answer) for name, answer in exercise.wrong.items()}
    unnamed = {name: v for name, v in found.items() if v.status != "wrong" or name not in v.text}
    assert unnamed == {}


NONSENSE = {
    "a word": "yes",
    "no word": "",
    "None": None,
    "nan": np.nan,
    "nan in a list": [np.nan],
    "rows of two lengths": [[1, 2], [3]],
    "an empty dictionary": {},
    "a dictionary": {"a": 1},
    "an object": object(),
    "a block of zeros": np.zeros((9, 9, 9)),
    "an empty list": [],
    "a complex number": 1 + 2j,
    "a word in an array": np.array(["1"]),
    "print": print,
    "a function without arguments": lambda: 1,
    "a function that gives None": lambda *a: None,
    "a function that gives a word": lambda *a: "x",
    "a function that stops": lambda *a: 1 / 0,
    "a function that gives nan": lambda *a: np.nan,
}


@of_each_exercise
def test_nonsense_is_wrong_in_one_line_and_never_raises(exercise, capsys):
    said = {}
    for kind, answer in NONSENSE.items():
        check(exercise.name, answer)
        said[kind] = capsys.readouterr().out
    shown = said["print"]  # it also prints what it is given
    said["print"] = shown[shown.index(f"{exercise.name}: Not yet") :]
    assert {
        k: s for k, s in said.items() if not re.fullmatch("[^ ]+: Not yet: .+\n(.+\n){0,3}", s)
    } == {}


@of_each_lesson
def test_an_empty_answer_is_called_empty(lesson):
    def blank(*arguments):
        return ...

    names = [exercise.name for exercise in LESSONS[lesson]]
    empty = [told(name, answer, "unanswered") for name in names for answer in (..., blank)]
    assert sum(empty, []) == []


# ---- hints


@of_each_lesson
def test_hints_are_graded_and_show_only_code_of_the_solutions(lesson):
    """Code stands in backticks and is a part of a solution, or it is woven in."""
    source = " ".join(Solutions(lesson.zfill(2)).source.split())
    for exercise in LESSONS[lesson]:
        assert len(exercise.hints) >= 2
        for hint in exercise.hints:
            assert [span for span in re.findall("`([^`]+)`", hint) if span not in source] == []
            plain = re.sub("`[^`]+`", "", hint).replace(SOLUTION, "")
            assert not re.search(r"\w\.\w+\(|\bnp\.|\bself\.|\w\[[^\]]*:|[{}]", plain), hint


def reckonings(text):
    """(left, right) of every part of a sentence such as "30 + 2*2 - 5 = 29"."""
    parts = re.split(r"[.:;,?] | and ", text)
    equations = (re.match(r"([\d(][\d.()*/ +-]*) = (-?\d[\d,]*(?:\.\d+)?)", p) for p in parts)
    return [(found[1], float(found[2].replace(",", ""))) for found in equations if found]


def test_the_reckonings_in_hints_are_right():
    found = [(e.name, *both) for e in ALL for hint in e.hints for both in reckonings(hint)]
    assert [(name, left) for name, left, right in found if not np.isclose(eval(left), right)] == []
    assert len(found) >= 7


def test_reckonings_are_found():
    assert reckonings("30 + 2*2 - 5 = 29.") == [("30 + 2*2 - 5", 29)]
    assert reckonings("Channel 0: 2*(-1) + 1 = -1. Now channel 1.") == [("2*(-1) + 1", -1)]
    assert reckonings("72 * 14,336 = 1,032,192 bytes.") == []
    assert reckonings("2 * 516,096 = 1,032,192; 72 * 8 = 576 bytes") == [("72 * 8", 576)]
    assert reckonings("x_3 = 5, 3u = 3.3, alpha * 1/6 = 0") == []


@of_each_lesson
def test_the_last_hint_holds_the_answer(lesson):
    """Of a function the last hint shows its code; of a value, its reckoning or words for it."""
    for exercise in LESSONS[lesson]:
        last = exercise.hints[-1]
        assert SOLUTION in last or not exercise.cases, exercise.name
        if SOLUTION in last:
            shown = " ".join(exercise.hint(len(exercise.hints) - 1).split())
            assert shown.endswith(" ".join(solutions_of(exercise.name).code(exercise.name).split()))
