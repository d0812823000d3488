"""Answers woven into texts: what is shown of a solution, how values are spelled, and what is
refused."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tools.builder import places
from tools.builder.answers import NoAnswer, Solutions, body_on_the_page, solutions_of
from tools.builder.weave import FOLDED, spelled, typeset, weaving_problems, woven

ROOT = Path(__file__).parents[2]
TEXT = """A page.

```{code-cell} ipython3
def line(x):
    total = 0
    for u in range(3):
        total += ...  # your line
    return total


cnnlib.check("77.line", line)
```

```{code-cell} ipython3
def free(x):
    return ...


cnnlib.check("77.free", free)
```
"""
SOLUTIONS = '''"""Answers."""


def exercise_77_value():
    return 2 * (-3) + 0.5


def exercise_77_pair():
    return 16 * (8 * 5 * 3 + 1), [1 / 3, -(2**2)]


def exercise_77_word():
    return "kernel"


def exercise_77_lambda():
    return lambda k, s: k - (k - 1) * s


def exercise_77_line():
    def line(x):
        total = 0
        for u in range(3):
            total += x[u]
        return total

    return line


def exercise_77_free():
    def free(x):
        def inside(y):
            return y + 1

        return inside(x)

    return free


def also_77_free():
    def free(x):
        return x + 1

    return free


def exercise_77_two_steps():
    a = 1
    return a
'''


@pytest.fixture(autouse=True)
def lesson_77(tmp_path, monkeypatch):
    """A small lesson and its solutions, in a folder of their own."""
    (tmp_path / "77_small.md").write_text(TEXT)
    (tmp_path / "77.py").write_text(SOLUTIONS)
    monkeypatch.setattr(places, "LESSONS", tmp_path)
    monkeypatch.setattr(places, "SOLUTIONS", tmp_path)


# ---- what is shown of a solution


def test_of_a_value_or_a_lambda_the_expression_is_shown():
    solutions = Solutions("77")
    assert solutions.code("77.value") == "2 * (-3) + 0.5"
    assert solutions.code("77.pair") == "16 * (8 * 5 * 3 + 1), [1 / 3, -(2**2)]"
    assert solutions.code("77.pair", [1]) == "[1 / 3, -(2**2)]"
    assert solutions.code("77.pair", [1, 0]) == "1 / 3"
    assert solutions.code("77.lambda") == "k - (k - 1) * s"


def test_of_a_function_what_the_page_leaves_to_the_reader_is_shown():
    solutions = Solutions("77")
    assert solutions.code("77.line") == "total += x[u]"
    body = "def inside(y):\n    return y + 1\n\nreturn inside(x)"
    assert solutions.code("77.free") == body
    assert solutions.code("also 77.free") == "x + 1"


def test_the_lines_that_a_page_has_already():
    given = ["total = 0", "for u in range(3):", "    total += ...", "return total"]
    assert body_on_the_page("77", "77.line", "line")[:4] == given
    assert body_on_the_page("77", "77.free", "line") == []


def test_values_are_found_by_running():
    solutions = Solutions("77")
    assert solutions.value("77.value") == -5.5
    assert solutions.value("77.pair", [1, 1]) == -4
    assert solutions.value("77.line")([1, 2, 3]) == 6 and solutions.value("also 77.free")(1) == 2


@pytest.mark.parametrize(
    ("name", "part", "told"),
    [
        ("77.nothing", [], "there is no exercise_77_nothing() in solutions/77.py"),
        ("also 77.line", [], "there is no also_77_line() in solutions/77.py"),
        ("78.line", [], "there is no solutions/78.py"),
        ("77.pair", [2], "the answer to 77.pair is not written in 3 parts"),
        ("77.value", [0], "the answer to 77.value is not written in 1 parts"),
        ("77.two.steps", [], "is not one return, or one function and its return"),
    ],
)
def test_code_that_cannot_be_shown_is_refused(name, part, told):
    with pytest.raises(NoAnswer, match=re.escape(told)):
        solutions_of(name).code(name, part)


@pytest.mark.parametrize(("name", "part"), [("77.pair", [2]), ("77.value", [0])])
def test_a_part_that_a_value_does_not_have_is_refused(name, part):
    with pytest.raises(NoAnswer, match=re.escape(f"the answer to {name} has no part {part}")):
        solutions_of(name).value(name, part)


# ---- how it is written


def test_weaving_of_blocks_and_within_sentences():
    assert woven("```{solution} 77.line\n```\n") == "```python\ntotal += x[u]\n```\n"
    assert woven("Add: {solution}`77.line`.") == "Add: `total += x[u]`."
    assert woven("{terms}`77.value` = **{value}`77.value`**") == "2 · (−3) + 0.5 = **−5.5**"
    assert woven("{terms}`77.pair[1][1]` = {value}`77.pair[1][1]`") == "−(2²) = −4"
    assert woven("k: {terms}`77.lambda`, or {solution}`also 77.free`") == (
        "k: k − (k − 1) · s, or `x + 1`"
    )
    assert woven("`{solution}` and {other}`77.line`") == "`{solution}` and {other}`77.line`"


@pytest.mark.parametrize(
    ("prose", "told"),
    [
        ("{solution}`77.free`", "the answer to 77.free has several lines: show it as a block"),
        ("{terms}`77.free`", "the answer to 77.free has several lines: show it as a block"),
        ("{value}`77.word`", "'kernel' is neither numbers nor lists of numbers"),
        ("```{solution} 77.none\n```", "there is no exercise_77_none() in solutions/77.py"),
    ],
)
def test_what_cannot_be_woven_is_refused(prose, told):
    with pytest.raises(NoAnswer, match=re.escape(told)):
        woven(prose)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1936, "1,936"),
        (-4, "−4"),
        (30.0, "30"),
        (1 / 3, "0.3333"),
        (1 / (1 - 0.9), "10"),
        (np.float64(-0.04), "−0.04"),
        (np.int64(5549), "5,549"),
        ((8, 8), "(8, 8)"),
        ([[2, -4], [0, 7]], "[[2, −4], [0, 7]]"),
        ([(2, 2), (3, 1)], "[(2, 2), (3, 1)]"),
        (np.array([[1.0, 0.5]]), "[[1, 0.5]]"),
        (Fraction(1, 2), None),
    ],
)
def test_how_values_are_spelled(value, words):
    if words is None:
        with pytest.raises(NoAnswer, match="neither numbers"):
            spelled(value)
    else:
        assert spelled(value) == words


def test_how_reckonings_are_typeset():
    assert typeset("0.1 * (10**2 + 3**2)") == "0.1 · (10² + 3²)"
    assert typeset("-np.log(1 / 10) - 2**3") == "−log(1 / 10) − 2³"


# ---- what check tells


def test_answers_in_a_wrong_place_or_form_are_told():
    folded = "<details><summary>Worked answer</summary>\n\n{}\n\n</details>\n"
    assert weaving_problems("Text.\n" + folded.format("```{solution} 77.line\n```")) == []
    assert weaving_problems("```python\nprint()\n```\n" + folded.format("{value}`77.value`")) == []
    shown = weaving_problems("So: {value}`77.value`\n" + folded.format("No more."))
    assert shown == ["the answer to 77.value stands outside of a folded answer"]
    for words in ("{vallue}`77.value`", "```{answer} 77.line", "{value}`77 value`"):
        told = weaving_problems(folded.format(words))
        assert told[0] == f"{words} asks for an answer in no known form"
    typed = weaving_problems(folded.format("```python\ntotal += 1\n```"))
    assert typed == ["a folded answer has code that is not woven, from 'total += 1' on"]


# ---- the lessons of the course

LESSONS = sorted((ROOT / "lessons").glob("*.md"))
EXERCISE = re.compile(r'cnnlib\.(?:check|use)\("([\w.]+)"')
ASKED = re.compile(r"\{(?:solution|terms|value)\}[ `](?:also )?([\w.]+)")


@pytest.mark.parametrize("text", LESSONS, ids=lambda path: path.stem)
def test_every_worked_answer_is_woven_from_the_solutions_of_its_exercise(text):
    """Of an exercise that stands between it and the folded answer before."""
    before, bare = "", []
    for part in re.split(f"({FOLDED.pattern})", text.read_text(encoding="utf-8"), flags=re.DOTALL):
        if "<summary>Worked answer</summary>" in part:
            exercises = set(EXERCISE.findall(before))
            asked = set(ASKED.findall(part))
            bare += [] if asked and asked <= exercises else [(exercises, asked)]
        before = part
    assert bare == []
