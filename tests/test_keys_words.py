"""The words of the keys: a number in a hint, or in the name of a wrong answer, is that of the page.

Each number in them stands in the question, or is one that the key computes, or is a side of an
equation that holds, or stands in one of the FACTS. What is only a formula or a name (K - 1, 90
degrees) is not looked at. Whether a name describes its wrong answer well cannot be computed.
"""

import ast
import math
import re
from functools import cache

import numpy as np
import pytest

from cnnlib.course import bugs, clinic
from cnnlib.course.exercise import exercises_of, find, lesson_of, lessons
from tests.key_facts import FACTS
from tests.project.tree import KEYS, LESSONS, name_of
from tools.builder import places

NAMES = [name for lesson in lessons() for name in exercises_of(lesson)]
NOT_A_NUMBER = re.compile(
    r"`[^`]*`|\{solution\}"  # code
    r"|\((?:A1|\d)\.\d+\)|\(0\d\)|eq\. \d\.\d|[Ff]igure \d\.\d|section \d|slip \d+"  # a place
    r"|\b\w+\[[^\]]*\]|\b\w+_\d+\b|\b[a-z]\d\b|\[?::-1\]?"  # x[1,2], w_01, k1
    r"|(?:90|180) degrees|by 180|base \d+|float\d\d|conv2d"  # a name
    r"|\b1/N\b|[a-zA-Z_)] [-+*/^] \d+\b|\b\d+ [-+*/] [a-z]|/ K\^2|\([nmk]-1\)"  # a formula
    r"|\b2 epsilon|[Ff]our spaces"
)
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?")
TERM = r"\(?-?\d+(?:\.\d+)?\)?"
SUM = re.compile(
    rf"(?<![\w.*/+-])(?<![*/+-] )({TERM}(?: ?[-+*/] ?{TERM})+) = (-?[\d,]*\d(?:\.\d+)?)"
)
WORDS = dict(zip("four five six seven eight nine ten".split(), range(4, 11)))


def texts(exercise):
    """The names of the wrong answers and the hints; a diagnosis names its wrong answers by the
    symptoms of bugs and ailments, which have tests of their own."""
    count = {"7": len(bugs.BUGS), "8": len(clinic.AILMENTS)}.get(lesson_of(exercise.name))
    diagnosis = isinstance(exercise.right, str) and len(exercise.wrong) + 1 == count
    return [*(() if diagnosis else exercise.wrong), *exercise.hints]


def numbers(text):
    """The numbers in a text, also those from four to ten in words."""
    found = {float(n.replace(",", "")) for n in NUMBER.findall(text)}
    return found | {n for word, n in WORDS.items() if re.search(rf"\b{word}\b", text, re.I)}


@cache
def question(name):
    """The text of a lesson from the last heading before an exercise to the cell that checks it."""
    pages = [p for p in LESSONS if places.lesson(p) == lesson_of(name).zfill(2)]
    asked = re.compile(rf'(?:check|use)\("{re.escape(name)}"')
    texts = [page.read_text(encoding="utf-8") for page in pages]
    (before,) = [text[: asked.search(text).start()] for text in texts if asked.search(text)]
    return re.split(r"^(?=## |\+\+\+|\*\*\*|\*\*[A-Z\d])", before, flags=re.M)[-1]


def computed(exercise):
    """The numbers of the right and the wrong answers; none where they are words."""
    words = isinstance(exercise.right, str)
    answers = [] if exercise.cases or words else [exercise.right, *exercise.wrong.values()]
    return {float(n) for answer in answers for n in np.abs(np.ravel(answer))}


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_words_has_its_reason(name):
    exercise = find(name)
    known = numbers(question(name)) | computed(exercise) | {0, 1, 2, 3}
    for text in texts(exercise):
        rest = text
        for fact in sorted(FACTS.get(name, ()), key=len, reverse=True):
            rest = rest.replace(fact, " ")
        rest = NOT_A_NUMBER.sub(" ", SUM.sub(" ", rest))
        assert numbers(rest) <= known, f"{text!r}: whence {numbers(rest) - known}?"


@pytest.mark.parametrize(("name", "words"), [(n, words) for n in FACTS for words in FACTS[n]])
def test_facts_hold_and_are_told(name, words):
    assert FACTS[name][words] in (True, np.True_)
    assert any(words in text for text in texts(find(name)))


def test_sums_in_words_are_right():
    told = [m for name in NAMES for text in texts(find(name)) for m in SUM.finditer(text)]
    for left, right in (m.groups() for m in told):
        assert math.isclose(eval(left), float(right.replace(",", ""))), f"{left} = {right}"
    assert len(told) >= 10


# ---- wrong answers are computed, not typed

# a choice of the reader, or a number of the question: there is nothing to compute
ONE_TYPED = """0.maps 1.predict 2.derive 4.predict 4.1 4.4 4.5 7.best 8.batch 8.6 9.rows
9.5.count A1.live A1.4""".split()
TYPED = dict.fromkeys(ONE_TYPED, 1) | {"6.5": 2, "9.predict": 13}


def typed(node):
    """Whether a value is written down as it is: a number, or a list, tuple or array of such."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.array":
        return typed(node.args[0])
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(map(typed, node.elts))
    return isinstance(getattr(node, "operand", node), ast.Constant)


@pytest.mark.parametrize("path", KEYS, ids=name_of)
def test_answers_are_computed(path):
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_value(n)]
    for call in calls:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        # where a function of the numbers gives the wrong answers, they are computed
        answers = [given["right"], *getattr(given["wrong"], "values", ())]
        written = sum(map(typed, answers))
        assert written == TYPED.get(given["name"].value, 0), given["name"].value


def _is_value(node):
    """Whether a node makes an exercise with a value, under a name that is written there."""
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exercise"):
        return False
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    return "cases" not in given and isinstance(given["name"], ast.Constant)


# ---- what the keys say of the bugs and of the checks


def test_the_slips_of_the_appendix_are_counted():
    check = {"its check": clinic.WEAK["the source's"], "ours": clinic.CHECKS["(a)"]}
    nine = """kernel not rotated; delta rotated in grad_w; grad_w from the layer's own output;
        stride ignored backward; ReLU mask missing; bias mean for sum; channels in reverse order;
        only the first filter's gradient; padding not cropped"""
    nine = [" ".join(name.split()) for name in nine.split(";")]
    alive = clinic.survivors(check)
    living = [name for name in nine if alive[name]["its check"]]
    assert len(living) == find("A1.live").right
    assert "delta rotated in grad_w" in living
    assert len(living) - 1 == find("A1.4").right


def test_a_diagnosis_knows_the_symptoms_of_all_other_bugs():
    for number in range(1, 12):
        exercise = find(f"7.{number}")
        assert sorted([exercise.right, *exercise.wrong.values()]) == sorted(bugs.BUGS)
    for number in range(1, 4):
        exercise = find(f"8.sick{number}")
        assert sorted([exercise.right, *exercise.wrong.values()]) == sorted(clinic.AILMENTS)
