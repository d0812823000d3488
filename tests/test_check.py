"""The rules of check, use and hint, on a key made for the test: every form of the right answer, why
an answer is wrong, blanks, hostile answers, names and hints."""

import importlib
import subprocess
import sys
import threading
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cnnlib import check, course, hint, use
from cnnlib.course import compare, failing, keys, verdict
from cnnlib.course.exercise import find
from cnnlib.course.reasons import name_of

ROOT = Path(__file__).parents[1]
GRID = np.array([[1.0, 2.5, 3.0], [4.0, 5.0, 7.25]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])
CUBE = np.arange(24.0).reshape(2, 3, 4) ** 2
KEY = """
import numpy as np
from cnnlib.course.exercise import Exercise

GRID = np.array([[1.0, 2.5, 3.0], [4.0, 5.0, 7.25]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])
CUBE = np.arange(24.0).reshape(2, 3, 4) ** 2
PI = 3.14159265
EXERCISES = [
    Exercise("88.number", 10.0, {"that is one window of two": 4.0}, ("count", "add")),
    Exercise("88.irrational", PI, {"that is half of it": PI / 2, "that is its square": PI**2}),
    Exercise("88.thousands", 1936),
    Exercise("88.eleventh", 1 / 11, {"that is printed alike": 0.09092}),
    Exercise("88.grid", GRID, {"that is the kernel without rotation": GRID[::-1, ::-1] + 0.5}),
    Exercise("88.square", SQUARE, hints=("nothing", "{solution}", "So: {solution}")),
    Exercise("88.cube", CUBE, hints=("{solution}", "So: {solution}")),
    Exercise("88.word", "the input", {"the layer's own output is what comes out": "the output"}),
    Exercise("88.yes", True, {"look again: the padding is cropped": False}),
    Exercise("88.pair", (SQUARE, np.array([1.0, 2.0]))),
    Exercise("88.square_twice", (SQUARE, SQUARE + 1)),
    Exercise("88.small", [0.0467, 0.3]),
    Exercise("88.zeros", np.zeros((2, 2))),
    Exercise(
        "88.function",
        lambda x, k: x.sum(0) * k,
        {"mean instead of sum": lambda x, k: x.mean(0) * k, "stops": lambda x, k: 1 / 0},
        cases=((GRID, 2), (SQUARE, 3)),
    ),
    Exercise("88.list", lambda xs: xs[0] + 1, cases=(([1, 2],), ([5],))),
    Exercise(
        "88.both",
        lambda x: (x.sum(0), x.sum()),
        {"the sums are exchanged": lambda x: (x.sum(), x.sum(0))},
        cases=((GRID,), (SQUARE,)),
        results=("columns", "total"),
    ),
    Exercise(
        "88.three",
        lambda x: (x.sum(0), x.sum(1), x.max()),
        cases=((GRID,), (SQUARE,)),
        results=("columns", "rows", "most"),
    ),
]
"""
WOVEN = '{"88.square": "1 + 1", "88.cube": "a = 1\\nb = 2"}'


@pytest.fixture(autouse=True, scope="module")
def made_up_key(tmp_path_factory):
    """A lesson 88, in a folder of its own."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "lesson_88.py").write_text(KEY)
    (folder / "lesson_88.json").write_text(WOVEN)
    keys.__path__.append(str(folder))
    importlib.invalidate_caches()
    yield
    keys.__path__.remove(str(folder))
    sys.modules.pop("cnnlib.course.keys.lesson_88", None)


# ---- right

RIGHT = {
    "number": [
        10,
        "10",
        " 20/2 ",
        [10],
        (10,),
        {10},
        np.array([[10.0]]),
        np.float32(10),
        np.array(10),
        Fraction(10),
        np.array(Fraction(20, 2), dtype=object),
    ],
    "irrational": [
        3.14159265,
        np.float32(3.14159265),
        3.14,
        3.142,
        "3,1416",
        (3, 14),
        np.float16(3.14159265),
    ],
    "thousands": [1936, (1, 936), "1936", [1936.0]],
    "eleventh": [1 / 11, 0.0909, 0.09091, "1/11", Fraction(1, 11), [0.0909]],
    "grid": [
        GRID.tolist(),
        tuple(map(tuple, GRID)),
        [GRID[0], GRID[1].tolist()],
        [["1", "5/2", 3], [4, 5, "7,25"]],
        GRID.astype(np.float32),
        np.asfortranarray(GRID),
    ],
    "square": [[[1, 2], [3, 5]], SQUARE.astype(np.uint8)],
    "cube": [CUBE.astype(np.int64)],
    "word": ["The  Input "],
    "yes": [True, np.True_],
    "pair": [(SQUARE, [1, 2]), [SQUARE.tolist(), np.array([1, 2])]],
    "square_twice": [np.stack([SQUARE, SQUARE + 1]).tolist()],
    "zeros": [np.zeros((2, 2), bool), [[0, 0], [0, -0.0]]],
    "function": [
        lambda x, k: x.sum(0) * k,
        lambda x, k: list(k * x.sum(0)),
        lambda *arguments: arguments[0].sum(0) * arguments[1],
    ],
    "both": [
        lambda x: [x.sum(0), x.sum()],
        lambda x: (x.sum(0).tolist(), float(x.sum())),
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_in_every_form(name):
    told = [(answer, verdict(f"88.{name}", answer)) for answer in RIGHT[name]]
    assert [case for case in told if case[1].text != f"88.{name}: Right."] == []


def test_several_answers_are_one_tuple():
    assert verdict("88.both", np.ones(2), 2).text == verdict("88.both", (np.ones(2), 2)).text
    assert verdict("3.4", 20, 4).status == "right" and verdict("3.4").status == "unanswered"
    single = "3.4: Not yet: that is a single number, wanted 2 numbers of shape (2,)."
    assert verdict("3.4", 21).text == single


def test_a_function_that_writes_over_its_argument_is_told_and_got_its_own_copy():
    def eats(xs):
        return xs.pop(0) + 1

    for _ in range(2):
        told = verdict("88.list", eats)
        assert told.status == "wrong"
        assert told.text.endswith("but your function writes over its argument xs.")
    assert verdict("88.list", lambda xs: xs[0] + 1).status == "right"


def test_a_function_that_spoils_its_arguments_spoils_no_other_answer():
    def spoils(delta):
        delta[...] = 0
        return delta.sum(0)

    assert verdict("4.2", spoils).status == "wrong"
    assert verdict("4.2", lambda delta: delta.sum(0)).status == "right"


def test_axes_stand_for_their_sum():
    for axes in ((0, 2, 3), [3, 2, 0], np.array([0, 2, 3]), (0, -2, -1), {0, 2, 3}):
        assert verdict("4.axes", axes).status == "right"
    assert verdict("4.axes", (2, 3)).mistake == verdict("4.axes", lambda d: d.sum((2, 3))).mistake
    assert verdict("4.axes", 1).mistake.startswith("that is the axis that stays")
    assert "delta has the axes 0 to 3" in verdict("4.axes", (1, 3, 4)).text
    assert "named twice" in verdict("4.axes", (0, 0, 2)).text
    assert "wanted is a tuple of axes" in verdict("4.axes", "all").text


# ---- wrong, and why


def put_a_row(x, k):
    found = np.zeros(2)
    found[0] = x[0]
    return found


WRONG = {
    "number": [
        (4, "that is one window of two"),
        (4.0000001, "that is one window of two"),
        (11, "that is another number"),
        (10.5, "another number"),
        (-10, "sign is turned round"),
        (9.99, "very near: the largest difference is 0.01"),
        ("ten", "that is text, wanted numbers"),
        ((1, 1), "that is another number"),
        ((4, 0), "that is one window of two"),
        (None, "that is None, wanted numbers"),
        (True, "that is True, wanted a number"),
        (np.nan, "that is nan, wanted a number that can be counted"),
        (np.inf, "that is inf, wanted a number that can be counted"),
        ([4], "that is one window of two"),
        ([10, 10], "one number is wanted, met 2 numbers of shape (2,)"),
        ((np.ones(2), np.ones((3, 2))), "the number of results is 2, wanted 1"),
        (np.ones((2, 3)), "one number is wanted, met 6 numbers of shape (2, 3)"),
        ([[10]], "wanted a single number: the right numbers in another shape"),
        ("–10", "sign is turned round"),
        ({10, 11}, "of type set, wanted numbers"),
        (10 + 0j, "of type complex, wanted numbers"),
        (map(int, "1"), "of type map, wanted numbers"),
        (lambda: 10, "that is a function, wanted its result"),
        (int, "that is a function, wanted its result"),
        (10**400, "wanted numbers"),
    ],
    "irrational": [
        (3.1, "that is another number"),
        (3.1415, "very near: the largest difference is 9.3e-05"),
        (3.13, "very near: the largest difference is 0.012"),
        (np.pi + 1e-8, "very near: the largest difference is 1"),
        (3, "decimals are cut off"),
        (1.57, "that is half of it"),
        (9.87, "that is its square"),
    ],
    "grid": [
        (GRID.T, "transposed: rows and columns are exchanged; the shape is (3, 2), wanted (2, 3)"),
        (GRID.astype(int), "decimals are cut off"),
        (GRID[::-1, ::-1] + 0.5, "that is the kernel without rotation"),
        (GRID[::-1, ::-1], "turned by 180 degrees"),
        (GRID.ravel(), "the shape is (6,), wanted (2, 3): the right numbers in another shape"),
        (GRID.ravel()[:5], "the shape is (5,), wanted (2, 3)"),
        (-GRID, "sign is turned round"),
        (GRID / 6, "every number is 0.1667 times the right one"),
        (GRID + [[0, 0, 9], [0, 0, 0]], "only [0,2] is not right: look at it again"),
        (GRID + [[0, 9, 0], [7, 0, 0]], "only [0,1] and [1,0] are not right: look at them again"),
        (GRID + [[0, 9, 0], [7, 7, 0]], "3 of 6 numbers differ"),
        (np.where(GRID > 7, np.nan, GRID), "not finite"),
        (np.where(GRID > 7, np.inf, GRID), "not finite"),
        (GRID * 1e307, "every number is 1e+307 times"),
        ([[1, 2.5, 3], [4, 5]], "rows have different lengths"),
        ([[1, 2.5, 3], [4, 5, None]], "different lengths, or hold something that is no number"),
        ([[1, 2.5, 3], [4, 5, "a lot"]], "hold something that is no number"),
    ],
    "square": [(SQUARE.T, "transposed: rows and columns are exchanged.")],
    "cube": [
        (CUBE.transpose(1, 2, 0), "in another order, np.transpose(..., (2, 0, 1)) puts them right")
    ],
    "word": [
        ("the output", "own output"),
        ("kernel", "another answer"),
        (3, "wanted a word in quotes"),
    ],
    "yes": [(False, "look again"), (0.5, "that is another answer"), ("no", "that is text, wanted")],
    "pair": [
        (SQUARE, "the shape"),
        ((SQUARE, [1, 2], 3), "the number of results is 3, wanted 2"),
        ((SQUARE.T, [1, 2]), "transposed"),
        (5, "the number of results is 1, wanted 2"),
    ],
    "small": [
        ([0.05, 0.3], "do not round"),
        ([0.06, 0.3], "only [0] is not right"),
        ([0.0934, 0.6], "2 of 2 numbers differ"),
    ],
    "zeros": [
        (np.ones((2, 2)), "4 of 4 numbers differ"),
        (np.full((2, 2), 1e-3), "4 of 4 numbers differ"),
    ],
    "function": [
        (lambda x, k: x.mean(0) * k, "mean instead of sum"),
        (lambda x, k: 1 / 0, "your function stops with ZeroDivisionError: division by zero"),
        (lambda x, k: x + np.ones(7), "arrays of shapes (2,3) and (7,) do not fit together"),
        (lambda x, k: x[9], "your function stops with IndexError: index 9 is out of bounds"),
        (lambda x, k: sys.exit(3), "your function stops with SystemExit: 3"),
        (lambda x: x, "your function stops with TypeError"),
        (put_a_row, "a whole array stands where one number belongs: are indices missing?"),
        (lambda x, k: None, "returns None; is the return missing?"),
        (lambda x, k: x.sum(0), "numbers differ"),
        (lambda x, k: (x.sum(0) * k, x), "the number of results is 2, wanted 1"),
        (lambda x, k: "done", "that is text, wanted numbers"),
        (lambda x, k: x.sum(0) * k * 1.0001, "very near: the largest difference is"),
        (GRID, "of type ndarray, wanted a function"),
        ("a", "that is text, wanted a function"),
    ],
    "both": [
        (lambda x: (x.sum(), x.sum(0)), "the sums are exchanged"),
        (lambda x: x.sum(0), "wanted 2"),
        (lambda x: (x.sum(0), x.sum() + 1), "columns is right; total: 2 of 2 results differ"),
        (lambda x: (x.sum(0) + x[0], x.sum()), "total is right; columns: 5 of 5 numbers differ"),
    ],
    "three": [
        (lambda x: (x.sum(0), x.sum(1), x.sum() / 7), "columns and rows are right; most: 2 of 2"),
        (lambda x: (x.sum(0), x.sum(1) ** 2, x.sum() / 7), "columns is right; rows and most: "),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_says_why_in_one_line(name):
    told = [(answer, words, verdict(f"88.{name}", answer)) for answer, words in WRONG[name]]
    assert [case for case in told if case[2].status != "wrong" or case[1] not in case[2].text] == []
    lines = [case[2].text for case in told]
    assert all(line.startswith(f"88.{name}: Not yet: ") for line in lines)
    assert all(line.endswith((".", "?")) for line in lines if "\n" not in line)
    assert all(line.count("\n") in (0, 3) for line in lines)


class BadError(Exception):
    def __str__(self):
        return "one\ntwo <object at 0x7f00aa>."


def raises_bad_error(x, k):
    raise BadError


def test_a_message_is_one_line_without_addresses():
    text = verdict("88.function", raises_bad_error).text
    first, *case = text.splitlines()
    assert first == "88.function: Not yet: your function stops with BadError: one two <object>."
    assert case == [
        "The smallest case that fails: x = [[1, 2], [3, 5]], k = 3",
        "  yours:  your function stops with BadError: one two <object>",
        "  wanted: [12, 21]",
    ]


class Hostile:
    """An answer whose every face raises."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no")

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __bool__ = __float__ = __array__
    __hash__ = None


HOSTILE = {
    "hostile": Hostile(),
    "hostile in a list": [Hostile()],
    "hostile in a tuple": (np.ones(2), Hostile()),
    "ragged": ([1], [[1], [2, 3]]),
    "a function that gives hostile": lambda *a: Hostile(),
    "a function that gives ragged": lambda *a: ([1], [[1], 2]),
    "no rows": np.zeros((0, 3)),
    "nine axes": np.zeros((1,) * 9),
    "a dictionary in an array": np.array([{}]),
    "bytes": b"10",
    "a date": np.datetime64("2020-01-01"),
    "nothing, deep down": [[[[]]]],
    "a huge number": -1e308,
    "a class": type,
}


@pytest.mark.parametrize("name", "number grid word yes pair both function cube".split())
def test_a_hostile_answer_is_wrong_in_one_line(name, capsys):
    failed = []
    for kind, answer in HOSTILE.items():
        check(f"88.{name}", answer)
        said = capsys.readouterr().out
        if verdict(f"88.{name}", answer).status != "wrong" or said.count("\n") not in (1, 4):
            failed.append((kind, said))
    assert failed == []


# ---- not answered yet


def blank_assignment(x, k):
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        out[j] = ...
    return out


def blank_inside(x, k):
    def inner(column):
        return ...

    return [inner(column) for column in x.T]


def blank_argument(x, k):
    return np.add(..., x)


def blank_operand(x, k):
    total = np.zeros(x.shape[1])
    total += ...
    return total


def blank_statement(x, k):
    for _ in x:
        ...
    return x.sum(0) * k


class BlankMethod:
    def __init__(self, x, k):
        self.sum = ...


NO_TEXT = {}
exec("def through(x, k):\n    out = x[0].copy()\n    out[0] = ...\n    return out\n", NO_TEXT)
exec("def returned(x, k):\n    return ...\n", NO_TEXT)
exec("def speaks(x, k):\n    raise ValueError('an Ellipsis')\n", NO_TEXT)
exec("def named(x, k, blank=Ellipsis):\n    return [blank, 2]\n", NO_TEXT)
BLANK = {
    "dots": ...,
    "dots in a list": [..., 1],
    "dots deep in a tuple": (1, [2, ...]),
    "a lambda": lambda x, k: ...,
    **{f.__name__: f for f in (blank_assignment, blank_inside, blank_argument)},
    **{f.__name__: f for f in (blank_operand, blank_statement, BlankMethod)},
    **{f"{name}, without its text": NO_TEXT[name] for name in ("through", "returned", "named")},
}


@pytest.mark.parametrize("kind", BLANK)
def test_a_blank_is_not_answered(kind, capsys):
    check("88.function", BLANK[kind])
    assert capsys.readouterr().out == "88.function is not answered yet.\n"


def test_no_answer_at_all_is_not_answered(capsys):
    check("88.number")
    assert capsys.readouterr().out == "88.number is not answered yet.\n"


def test_an_ellipsis_that_is_an_index_is_no_blank():
    def first(x, k):
        total = np.zeros(x.shape[-1])
        total[...] = k * x[..., :].sum(axis=0)
        return total[...]

    assert verdict("88.function", first).status == "right"
    assert verdict("4.2", lambda delta: delta[..., :].sum(0)).status == "right"


def test_an_error_that_speaks_of_dots_is_no_blank():
    text = verdict("88.function", NO_TEXT["speaks"]).text
    assert "88.function: Not yet: your function stops with ValueError: an Ellipsis." in text


def test_dots_among_the_arguments_of_a_function_are_no_blank():
    def with_a_default(x, k, axis=...):
        return x.sum(0) * k

    assert verdict("88.function", with_a_default).status == "right"


# ---- names


@pytest.mark.parametrize("name", ["88.nothing", "88", "88.", 88, 88.7])
def test_an_unknown_name_is_told_the_known_ones(name, capsys):
    check(name, 1)
    hint(name)
    known = f"There is no exercise '{name}'; there are 88.number, 88.irrational, 88.thousands"
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and all(line.startswith(known) for line in lines)


def test_a_name_of_no_lesson_is_told_the_lessons(capsys):
    names = ["", "x", None, "³.1", "-1.2", [], "88x.number", "99.1", "../1", 5j, "A9.1", "a1.1"]
    for name in [*names, "A1x.1", "nonsense", "77.1"]:
        assert verdict(name, 1).status == "unanswered"
        check(name, 1)
        hint(name)
        told = f"There is no exercise {str(name)!r}; the lessons 0, 1, "
        for line in capsys.readouterr().out.splitlines():
            assert line.startswith(told) and ", 88, A1 have some, named as 3.1" in line


def test_no_name_at_all_is_told_the_lessons(capsys):
    check()
    hint()
    assert capsys.readouterr().out.count("There is no exercise ''") == 2


def test_the_appendix_has_exercises_of_its_own(capsys):
    assert find("A1.1").name == "A1.1"
    check("A1.99", 1)
    assert capsys.readouterr().out.startswith("There is no exercise 'A1.99'; there are A1.")


def test_a_name_may_be_a_number(capsys):
    check(4.1, 30)
    assert capsys.readouterr().out == "4.1: Right.\n"
    check(7.10, "a")
    assert '"7.1" or "7.10"' in capsys.readouterr().out


# ---- hints and use


@pytest.fixture
def fresh_hints(monkeypatch):
    """Nobody has tried anything."""
    judge = importlib.import_module("cnnlib.course.check")
    monkeypatch.setattr(judge, "_progress", {})


def told(capsys):
    """What was printed, without what is said of the next hint."""
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if not line.startswith("The next one: ")]


def test_another_hint_comes_after_another_try(fresh_hints, capsys):
    hint("88.number")
    hint("88.number")  # the cell is run again
    check("88.number", ...)  # nothing was tried
    hint("88.number")
    assert told(capsys)[:2] == ["Hint 1 of 2: count"] * 2
    check("88.number", 7)
    capsys.readouterr()
    hint("88.number")
    hint("88.number")
    check("88.number", 7)  # all cells are run again
    hint("88.number")
    assert [line for line in told(capsys) if "Hint" in line] == ["Hint 2 of 2: add"] * 3
    hint("88.grid")
    assert told(capsys) == ["88.grid has no hints."]


def test_a_hint_is_asked_for_by_its_number(fresh_hints, capsys):
    hint("88.number", 2)
    assert capsys.readouterr().out == "Hint 2 of 2: add\n"
    hint("88.number", 1)
    said = 'The next one: after another try, or at once with cnnlib.hint("88.number", 2)'
    assert capsys.readouterr().out.splitlines() == ["Hint 1 of 2: count", said]
    for n in (0, 3, -1, "1", 1.0, True, [1]):
        hint("88.number", n)
        assert capsys.readouterr().out.startswith("88.number has the hints 1 to 2; there is no")


def test_hints_stop_after_the_right_answer_and_begin_again_after_a_wrong_one(fresh_hints, capsys):
    check("88.number", 10)
    hint("88.number")
    assert told(capsys)[1:] == ["88.number: you have it, no hint is needed."]
    check("88.number", 4)
    hint("88.number")
    assert told(capsys)[1:] == ["Hint 1 of 2: count"]


def test_a_hint_shows_the_code_of_the_worked_answer(fresh_hints, capsys):
    for n in (1, 2, 3):
        hint("88.square", n)
    lines = ["Hint 1 of 3: nothing", "Hint 2 of 3: 1 + 1", "Hint 3 of 3: So: 1 + 1"]
    assert told(capsys) == lines
    hint("88.cube", 1)
    hint("88.cube", 2)
    lines = ["Hint 1 of 2:", "    a = 1", "    b = 2", "Hint 2 of 2: So:", "    a = 1", "    b = 2"]
    assert told(capsys) == lines


def test_use_gives_a_right_answer_back_and_else_the_key_s_own(capsys):
    def mine(x, k):
        return k * x.sum(0)

    assert use("88.function", mine) is mine
    assert capsys.readouterr().out == "88.function: Right. Yours is built in.\n"
    for other, told in (
        (..., "88.function is not answered yet."),
        (lambda x, k: x.mean(0) * k, "88.function: Not yet: mean instead of sum."),
    ):
        assert use("88.function", other) is find("88.function").right
        assert capsys.readouterr().out == f"{told} The library's stands in for it.\n"
    with pytest.raises(KeyError, match="There is no exercise '88.nothing'"):
        use("88.nothing", mine)


# ---- what is loaded


def loaded(statement):
    """The modules of the course that a fresh Python has loaded after a statement."""
    code = f"import sys; {statement}; print(*(m for m in sys.modules if 'cnnlib.course' in m))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )
    names = done.stdout.splitlines()[-1].split()
    return {name.removeprefix("cnnlib.course.") for name in names}


def test_a_key_is_loaded_only_when_its_lesson_asks():
    asked = loaded("import cnnlib; cnnlib.check('4.1', 30); cnnlib.check('99.1', 30)")
    assert {name for name in asked if name.startswith("keys.")} == {"keys.lesson_04"}


def test_verdict_is_imported_without_bugs_clinic_and_keys():
    assert loaded("from cnnlib.course import verdict").isdisjoint({"bugs", "clinic", "keys"})
    assert "bugs" in loaded("from cnnlib.course import bugs")


@pytest.mark.parametrize(
    "answer", [[3, 1, 0], (0, 3, 1), {0, 1, 3}, frozenset((3, 1, 0)), [0.0, 1, 3]]
)
def test_where_order_means_nothing_every_order_is_right(answer):
    assert verdict("2.3", answer).status == "right"


@pytest.mark.parametrize("answer", [[0, 3], {1, 2, 3}, [0, 1, 3, 3], [3, 1, 0, 2], [], [[0, 1, 3]]])
def test_another_set_does_not_leak_how_many_there_are(answer):
    told = verdict("2.3", answer)
    assert told.status == "wrong" and "shape" not in told.text and "wanted" not in told.text


def test_an_index_out_of_place_is_no_blank():
    def backward(self, grad_out):
        grad = find("6.backward").right(self, grad_out)
        self.bias_grad["a"] = 0
        return grad

    told = verdict("6.backward", backward)
    assert told.status == "wrong" and "IndexError" in told.text


def test_a_key_that_looks_at_a_layer_says_what_it_saw_in_its_own_words():
    def spoils(self, grad_out):
        grad_out[...] = find("6.delta").right(self, grad_out.copy())
        return grad_out

    assert verdict("6.delta", spoils).text == (
        "6.delta: Not yet: grad_out is written over: it belongs to who called; make a new array."
    )


# ---- the smallest case that fails


def test_an_unknown_wrong_function_is_shown_its_smallest_failing_case():
    text = verdict("88.function", lambda x, k: x.sum(0) * k + (len(x) > 1)).text
    assert text.splitlines() == [
        "88.function: Not yet: 5 of 5 numbers differ.",
        "The smallest case that fails: x = [[1, 2], [3, 5]], k = 3",
        "  yours:  [13, 22]",
        "  wanted: [12, 21]",
    ]
    some = verdict("88.function", lambda x, k: x.sum(0) * k + (x.size > 4)).text
    assert "x = [[1, 2.5, 3], [4, 5, 7.25]], k = 2" in some


def test_of_several_results_the_wrong_one_is_named():
    text = verdict("88.both", lambda x: (x.sum(0), x.sum() + 1)).text
    assert text.splitlines()[2:] == ["  yours:  total 12", "  wanted: total 11"]


def test_a_slip_that_stops_in_some_cases_has_its_name_all_the_same():
    def mean(x, k):
        if x.shape != (2, 2):
            raise IndexError("beyond the end")
        return x.mean(0) * k

    wrong = {"stops where it is not square": mean}
    exercise = replace(find("88.function"), wrong=wrong)
    given = compare.outcome(exercise, mean, compare.outcome(exercise, exercise.right))
    right = compare.outcome(exercise, exercise.right)
    assert isinstance(given[0], compare.Stop) and not isinstance(given[1], compare.Stop)
    assert name_of(exercise, given, right) == "stops where it is not square"
    stops = compare.outcome(exercise, lambda x, k: 1 / 0, right)
    assert name_of(replace(exercise, wrong={"always": lambda x, k: 1 / 0}), stops, right) is None


# ---- a time limit


@pytest.fixture
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(importlib.import_module("cnnlib.course.check"), "SECONDS", 0.2)


def endless(x, k):
    while True:
        pass


def endless_whatever_happens(x, k):
    while x.size:
        try:
            while x.size:
                pass
        except BaseException:
            x = x[1:]


@pytest.mark.parametrize("function", [endless, endless_whatever_happens])
def test_a_loop_without_an_end_is_ended_in_words(function, in_a_hurry):
    text = verdict("88.function", function).text
    assert text == (
        "88.function: Not yet: your function had not come to an end after 0.2 seconds: "
        "does a loop go on for ever?"
    )
    assert verdict("88.function", find("88.function").right).status == "right"


def test_the_limit_leaves_no_thread_and_no_exception_behind(in_a_hurry):
    known = threading.active_count()
    for _ in range(20):
        assert verdict("88.number", 10).status == "right"
    assert threading.active_count() == known
    time.sleep(0.3)


# ---- never raises


class Evil:
    """Whatever is looked at raises."""

    def __getattribute__(self, name):
        raise RuntimeError("do not look at me")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def unspeakable(x, k):
    raise Unspeakable


def holds_itself():
    a = [1]
    a.append(a)
    return a


def deep():
    a = []
    for _ in range(100_000):
        a = [a]
    return a


EVIL = {
    "evil": Evil,
    "evil in a list": lambda: [Evil()],
    "an evil class": lambda: Evil,
    "a list that holds itself": holds_itself,
    "a deep list": deep,
    "an error without words": lambda: unspeakable,
    "a function that gives evil": lambda: lambda *a: Evil(),
    "a function that gives a deep list": lambda: lambda *a: deep(),
}


@pytest.mark.parametrize("name", ["number", "grid", "word", "function", "both", "pair", "yes"])
@pytest.mark.parametrize("kind", EVIL)
def test_whatever_an_answer_is_the_verdict_never_raises(name, kind):
    told = verdict(f"88.{name}", EVIL[kind]())
    assert told.status == "wrong" and told.text.startswith(f"88.{name}: Not yet: ")


def test_a_blank_that_an_answer_uses_is_no_error():
    other = ...
    for uses in (lambda x, k: other(x), lambda x, k: other[0], lambda x, k: other + x):
        assert verdict("88.function", uses).status == "unanswered"


def test_dots_in_a_tuple_that_is_an_index_are_no_blank():
    def first(x, k):
        place = (..., slice(None))
        return x[place].sum(0) * k

    def left(x, k):
        place = (..., 0)
        return place

    assert verdict("88.function", first).status == "right"
    assert verdict("88.function", left).status == "unanswered"


# ---- for a machine


def test_a_verdict_has_a_plain_form():
    assert verdict("88.number", 10).plain() == {
        "exercise": "88.number",
        "status": "right",
        "mistake": "",
    }
    named = verdict("88.number", 4).plain()
    assert named["status"] == "wrong" and named["mistake"] == "that is one window of two"
    assert verdict("88.number", 5).plain()["mistake"] == ""
    assert verdict("88.number").plain()["status"] == "unanswered"


def test_lone_numbers_in_the_smallest_case_are_short():
    assert failing._short(np.float64(1 / 3)) == "0.333333" and failing._short(0.1) == "0.1"
    assert failing._short("word") == "'word'"


def test_the_course_gives_out_verdicts():
    assert sorted(course.__all__) == ["Verdict", "verdict"]
