"""Each part of a teacher's exercise with values of every kind: used, or told with file, line and
reason, to teacher and student; never a traceback."""

import re

import pytest

import cnnlib
from cnnlib.course import own
from cnnlib.course.exercise import Exercise
from cnnlib.course.own_fields import WANTED

pytestmark = pytest.mark.usefixtures("alone")
KINDS = (
    "None",
    "...",
    "5",
    "-2.5",
    "10**400",
    "float('nan')",
    "1j",
    "True",
    "'text'",
    "''",
    "b'x'",
    "[]",
    "['a']",
    "[None]",
    "[...]",
    "[[1], ['a', [None]]]",
    "()",
    "(1,)",
    "('a',)",
    "{'a'}",
    "{1: 'a'}",
    "{'a': 1}",
    "{'a': [None]}",
    "{}",
    "range(3)",
    "np.ones(2)",
    "np.ones((0, 2))",
    "np.array('x')",
    "print",
    "lambda x: x",
    "Exercise",
    "Odd()",
)
ODD = """
class Odd:
    def __getattr__(self, name):
        raise ZeroDivisionError(name)
    def __repr__(self):
        raise ZeroDivisionError("repr")
    __bool__ = __len__ = __iter__ = __eq__ = __str__ = __repr__
"""
VALUE = {
    "name": "'class.1'",
    "text": "'2 + 2?'",
    "right": "4",
    "wrong": "{'times': 5}",
    "hints": "('4',)",
}
FUNCTION = VALUE | {"right": "abs", "wrong": "{'itself': lambda x: x}", "cases": "[(-1,)]"}
FUNCTIONS = {"None", "print", "lambda x: x", "Exercise"}
USED = {  # (kinds that are of use where the answer is a value, where it is a function)
    "name": (set(), set()),
    "text": ({"'text'"}, {"'text'"}),
    "right": ({"-2.5", "True", "(1,)", "range(3)", "np.ones(2)"}, set()),
    "wrong": ({"{'a': 1}", "{}"}, {"{}"}),
    "hints": ({"['a']", "('a',)"}, {"['a']", "('a',)"}),
    "cases": ({"[]", "()"}, set()),
    "tolerance": (set(), set()),
    "wrap": (FUNCTIONS, {"None", "lambda x: x"}),
    "as_function": (FUNCTIONS, FUNCTIONS),
    "any_order": ({"True"}, {"True"}),
    "results": ({"[]", "()", "['a']", "('a',)"}, {"[]", "()", "['a']", "('a',)"}),
}


def test_every_part_is_looked_at():
    assert {*USED} == {*Exercise.__dataclass_fields__}
    assert {*WANTED} == {*USED} - {"right"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", USED)
@pytest.mark.parametrize("good", [VALUE, FUNCTION], ids=["value", "function"])
def test_a_part_of_any_kind_is_used_or_told_with_its_line(good, part, kind, tmp_path, capsys):
    path = tmp_path / own.FOLDER / "ours.py"
    parts = "\n".join(f"    {name}={value}," for name, value in (good | {part: kind}).items())
    start = f"import numpy as np\nfrom cnnlib.course.exercise import Exercise\n{ODD}"
    path.write_text(f"{start}EXERCISES = [Exercise(\n{parts}\n)]\n", encoding="utf-8")
    first = start.count("\n") + 1
    try:
        own.read(path)
        told = ""
    except own.Unusable as error:
        told = str(error)
        lines = [int(n) for n in re.findall(r"^ours\.py, line (\d+): \S", told, re.M)]
        assert len(lines) == len(told.splitlines()) and min(lines) >= first
    assert (not told) == (kind in USED[part][good is FUNCTION]), told
    cnnlib.check("class.1", 4)
    cnnlib.hint("class.1")
    assert ("Show this to your teacher" in capsys.readouterr().out) == bool(told)


@pytest.mark.parametrize(
    ("name", "text_line", "hints_line"),
    [('name="class.1"', "6", "5"), ('name=f"class.{1}"', "2", "2")],
)
def test_a_part_has_its_own_line_or_that_of_the_exercise(name, text_line, hints_line, tmp_path):
    path = tmp_path / "ours.py"
    start = "from cnnlib.course.exercise import Exercise"
    lines = [start, "EXERCISES = [Exercise(", f"{name},", "right=4,", "hints=[None],", "text=5)]"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(own.Unusable) as error:
        own.read(path)
    told = re.findall(r"line (\d+): class.1: (\w+)", str(error.value))
    assert told == [(text_line, "text"), (hints_line, "hints")]
