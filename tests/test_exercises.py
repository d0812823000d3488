"""The checks that learners run: right answers, every known wrong answer, nonsense, and other forms
of the right one."""

import importlib.util
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cnnlib import check, hint, use
from cnnlib.course import keys
from cnnlib.course.check import Verdict, verdict
from cnnlib.course.exercise import exercises_of, find

ROOT = Path(__file__).parents[1]
KEYS = sorted(
    p.stem.removeprefix("lesson_") for p in (ROOT / "cnnlib/course/keys").glob("lesson_*.py")
)
ALL = [exercise for lesson in KEYS for exercise in exercises_of(lesson).values()]
NAMES = [exercise.name for exercise in ALL]
KNOWN_WRONG = [(exercise, name) for exercise in ALL for name in exercise.wrong]


def solution(name):
    lesson = name.split(".")[0].zfill(2)
    spec = importlib.util.spec_from_file_location("solutions", ROOT / f"solutions/{lesson}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "exercise_" + name.replace(".", "_"))()


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_the_solution_is_right(exercise):
    assert verdict(exercise.name, solution(exercise.name)).text == "Right."


@pytest.mark.parametrize(
    ("exercise", "name"), KNOWN_WRONG, ids=[f"{e.name} {n[:30]}" for e, n in KNOWN_WRONG]
)
def test_every_known_wrong_answer_is_named(exercise, name):
    told = verdict(exercise.name, exercise.wrong[name])
    assert told.status == "wrong"
    assert name in told.text


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_every_exercise_has_graded_hints_and_known_wrong_answers(exercise):
    assert len(exercise.hints) >= 2
    assert len(exercise.wrong) >= 2


NONSENSE = ["yes", "", None, np.nan, [np.nan], [[1, 2], [3]], {}, {"a": 1}, object(), np.zeros((9, 9, 9)), [], 1 + 2j,
            np.array(["1"]), print, lambda: 1, lambda *a: None, lambda *a: "x", lambda *a: 1 / 0, lambda *a: np.nan]  # fmt: skip


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
@pytest.mark.parametrize("answer", NONSENSE, ids=[f"nonsense{n}" for n in range(len(NONSENSE))])
def test_nonsense_is_never_right_and_never_raises(exercise, answer, capsys):
    assert verdict(exercise.name, answer).status == "wrong"
    check(exercise.name, answer)
    assert capsys.readouterr().out.count("\n") >= 1


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_an_empty_answer_is_called_empty(exercise):
    def blank(*arguments):
        return ...

    for answer in (..., blank):
        assert verdict(exercise.name, answer).status == "unanswered"


@pytest.mark.parametrize(
    "exercise", [e for e in ALL if not e.cases], ids=[e.name for e in ALL if not e.cases]
)
def test_right_values_in_another_form(exercise):
    right = np.asarray(exercise.right)
    for form in (right.tolist(), np.array(right, dtype=object).tolist(), right.astype(np.float64)):
        assert verdict(exercise.name, form).status == "right"
    if (right == right.astype(int)).all():
        assert verdict(exercise.name, right.astype(np.int32)).status == "right"
    if right.ndim == 2 and right.shape[0] != right.shape[1]:
        assert "transposed" in verdict(exercise.name, right.T).text


def test_a_blank_statement_or_operand_is_empty_but_an_index_is_not():
    def statement(delta):
        for _ in delta:
            ...
        return delta.sum((0, 2, 3))

    def operand(delta):
        total = np.zeros(delta.shape[1])
        total += ...
        return total

    assert verdict("4.line", statement).status == verdict("4.line", operand).status == "unanswered"
    assert verdict("4.2", lambda delta: delta[..., :].sum(0)).status == "right"


def test_functions_get_copies_and_their_errors_are_told():
    def spoils(delta):
        delta[...] = 0
        return delta.sum(0)

    assert verdict("4.2", spoils).status == "wrong"
    assert verdict("4.2", lambda delta: delta.sum(0)).status == "right"
    assert "ZeroDivisionError" in verdict("4.2", lambda delta: 1 / 0).text


def test_unknown_names_and_hints(capsys):
    for name in ("4.99", "77.1", "nonsense", None, 4):
        check(name, 1)
        assert "There is no exercise" in capsys.readouterr().out
    for n in (1, 2, 3, 1):
        hint("4.line")
        assert f"Hint {n} of 3" in capsys.readouterr().out
    hint("nothing")
    assert "There is no exercise" in capsys.readouterr().out


# ---- the rules, on a key made for the test

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
    Exercise("88.grid", GRID, {"that is the kernel without rotation": GRID[::-1, ::-1] + 0.5}),
    Exercise("88.square", SQUARE),
    Exercise("88.cube", CUBE),
    Exercise("88.word", "the input", {"the layer's own output is what comes out": "the output"}),
    Exercise("88.yes", True, {"look again: the padding is cropped": False}),
    Exercise("88.pair", (SQUARE, np.array([1.0, 2.0]))),
    Exercise("88.square_twice", (SQUARE, SQUARE + 1)),
    Exercise("88.zeros", np.zeros((2, 2))),
    Exercise("88.function", lambda x, k: x.sum(0) * k,
             {"mean instead of sum": lambda x, k: x.mean(0) * k, "stops": lambda x, k: 1 / 0}, cases=((GRID, 2), (SQUARE, 3))),
    Exercise("88.list", lambda xs: xs[0] + 1, cases=(([1, 2],), ([5],))),
    Exercise("88.both", lambda x: (x.sum(0), x.sum()), {"the sums are exchanged": lambda x: (x.sum(), x.sum(0))},
             cases=((GRID,), (SQUARE,))),
]
"""


@pytest.fixture(autouse=True, scope="module")
def made_up_key(tmp_path_factory):
    """A lesson 88, in a folder of its own."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "lesson_88.py").write_text(KEY)
    keys.__path__.append(str(folder))
    importlib.invalidate_caches()
    yield
    keys.__path__.remove(str(folder))
    sys.modules.pop("cnnlib.course.keys.lesson_88", None)


GRID = np.array([[1.0, 2.5, 3.0], [4.0, 5.0, 7.25]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])
CUBE = np.arange(24.0).reshape(2, 3, 4) ** 2


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("number", 10),
        ("number", np.float32(10)),
        ("number", np.array(10)),
        ("number", Fraction(10)),
        ("number", np.array(Fraction(20, 2), dtype=object)),
        ("irrational", 3.14159265),
        ("irrational", np.float32(3.14159265)),
        ("grid", GRID.tolist()),
        ("grid", tuple(map(tuple, GRID))),
        ("grid", [GRID[0], GRID[1].tolist()]),
        ("grid", GRID.astype(np.float32)),
        ("grid", np.asfortranarray(GRID)),
        ("square", [[1, 2], [3, 5]]),
        ("square", SQUARE.astype(np.uint8)),
        ("cube", CUBE.astype(np.int64)),
        ("word", "The  Input "),
        ("yes", True),
        ("yes", np.True_),
        ("pair", (SQUARE, [1, 2])),
        ("pair", [SQUARE.tolist(), np.array([1, 2])]),
        ("square_twice", np.stack([SQUARE, SQUARE + 1]).tolist()),
        ("zeros", np.zeros((2, 2), bool)),
        ("zeros", [[0, 0], [0, -0.0]]),
        ("function", lambda x, k: x.sum(0) * k),
        ("function", lambda x, k: list(k * x.sum(0))),
        ("function", lambda *arguments: arguments[0].sum(0) * arguments[1]),
        ("both", lambda x: [x.sum(0), x.sum()]),
        ("both", lambda x: (x.sum(0).tolist(), float(x.sum()))),
    ],
)
def test_right_in_every_form(name, answer):
    assert verdict(f"88.{name}", answer) == Verdict("right", "Right.")


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("number", 4, "that is one window of two"),
        ("number", 4.0000001, "that is one window of two"),
        ("number", 11, "off by one"),
        ("number", 10.5, "another number"),
        ("number", -10, "sign is turned round"),
        ("number", 9.99, "do not round"),
        ("number", "10", "text in quotes, wanted numbers"),
        ("number", None, "that is None, wanted numbers"),
        ("number", True, "that is True, wanted a number"),
        ("number", np.nan, "not finite"),
        ("number", [10], "wanted a single number: the right numbers in another shape"),
        ("number", [10, 10], "the shape is (2,), wanted a single number"),
        ("number", {10}, "of type set, wanted numbers"),
        ("number", 10 + 0j, "of type complex, wanted numbers"),
        ("number", map(int, "1"), "of type map, wanted numbers"),
        ("number", lambda: 10, "that is a function, wanted its result"),
        ("number", int, "that is a function, wanted its result"),
        ("number", 10**400, "wanted numbers"),
        ("irrational", 3.14, "do not round"),
        ("irrational", 3.1415, "do not round"),
        ("irrational", 3, "decimals are cut off"),
        ("irrational", 1.57, "that is half of it"),
        ("irrational", 9.87, "that is its square"),
        ("irrational", np.float16(3.14159265), "do not round"),
        ("grid", GRID.T, "transposed: rows and columns are exchanged; the shape is (3, 2), wanted (2, 3)"),
        ("grid", GRID.astype(int), "decimals are cut off"),
        ("grid", GRID[::-1, ::-1] + 0.5, "that is the kernel without rotation"),
        ("grid", GRID[::-1, ::-1], "turned by 180 degrees"),
        ("grid", GRID.ravel(), "the shape is (6,), wanted (2, 3): the right numbers in another shape"),
        ("grid", GRID.ravel()[:5], "the shape is (5,), wanted (2, 3)"),
        ("grid", -GRID, "sign is turned round"),
        ("grid", GRID / 6, "every number is 0.1667 times the right one"),
        ("grid", GRID + [[0, 0, 9], [0, 0, 0]], "1 of 6 numbers differ"),
        ("grid", np.where(GRID > 7, np.nan, GRID), "not finite"),
        ("grid", np.where(GRID > 7, np.inf, GRID), "not finite"),
        ("grid", GRID * 1e307, "every number is 1e+307 times"),
        ("grid", [[1, 2.5, 3], [4, 5]], "rows have different lengths"),
        ("grid", [[1, 2.5, 3], [4, 5, None]], "rows have different lengths, or hold something that is no number"),
        ("grid", [[1, 2.5, 3], [4, 5, "7.25"]], "hold something that is no number"),
        ("square", SQUARE.T, "transposed: rows and columns are exchanged."),
        ("cube", CUBE.transpose(1, 2, 0), "the axes in another order, np.transpose(..., (2, 0, 1)) puts them right"),
        ("word", "the output", "own output"),
        ("word", "kernel", "another answer"),
        ("word", 3, "wanted a word in quotes"),
        ("yes", False, "look again"),
        ("pair", SQUARE, "the shape"),
        ("pair", (SQUARE, [1, 2], 3), "the number of results is 3, wanted 2"),
        ("pair", (SQUARE.T, [1, 2]), "transposed"),
        ("pair", 5, "the number of results is 1, wanted 2"),
        ("zeros", np.ones((2, 2)), "4 of 4 numbers differ"),
        ("zeros", np.full((2, 2), 1e-3), "4 of 4 numbers differ"),
        ("function", lambda x, k: x.mean(0) * k, "mean instead of sum"),
        ("function", lambda x, k: 1 / 0, "your function stops with ZeroDivisionError: division by zero"),
        ("function", lambda x, k: x[9], "your function stops with IndexError: index 9 is out of bounds"),
        ("function", lambda x, k: sys.exit(3), "your function stops with SystemExit: 3"),
        ("function", lambda x: x, "your function stops with TypeError"),
        ("function", lambda x, k: None, "returns None; is the return missing?"),
        ("function", lambda x, k: x.sum(0), "numbers differ"),
        ("function", lambda x, k: (x.sum(0) * k, x), "the number of results is 2, wanted 1"),
        ("function", lambda x, k: "done", "text in quotes, wanted numbers"),
        ("function", lambda x, k: x.sum(0) * k * 1.0001, "do not round"),
        ("function", GRID, "of type ndarray, wanted a function"),
        ("function", "a", "text in quotes, wanted a function"),
        ("both", lambda x: (x.sum(), x.sum(0)), "the sums are exchanged"),
        ("both", lambda x: x.sum(0), "wanted 2"),
    ],
)  # fmt: skip
def test_wrong_says_why(name, answer, words):
    told = verdict(f"88.{name}", answer)
    assert told.status == "wrong"
    assert (
        told.text.startswith("Not yet: ")
        and told.text.endswith((".", "?"))
        and "\n" not in told.text
    )
    assert words in told.text


def test_several_answers_are_one_tuple_and_no_name_is_told_the_names(capsys):
    assert verdict("88.both", np.ones(2), 2).text == verdict("88.both", (np.ones(2), 2)).text
    assert verdict("3.4", 20, 4).status == "right" and verdict("3.4").status == "unanswered"
    assert (
        verdict("3.4", 20).text
        == "Not yet: that is a single number, wanted 2 numbers of shape (2,)."
    )
    check()
    hint()
    assert capsys.readouterr().out.count("There is no exercise ''") == 2


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


class BlankMethod:
    def __init__(self, x, k):
        self.sum = ...


NO_TEXT = {}
exec("def through(x, k):\n    out = x[0].copy()\n    out[0] = ...\n    return out\n", NO_TEXT)
exec("def returned(x, k):\n    return ...\n", NO_TEXT)
exec("def named(x, k, blank=Ellipsis):\n    return [blank, 2]\n", NO_TEXT)


@pytest.mark.parametrize(
    "answer",
    [..., [..., 1], (1, [2, ...]), blank_assignment, blank_inside, blank_argument, BlankMethod, lambda x, k: ...,
     NO_TEXT["through"], NO_TEXT["returned"], NO_TEXT["named"]],
)  # fmt: skip
def test_a_blank_is_not_answered(answer, capsys):
    check("88.function", answer)
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


def test_a_function_gets_its_own_copies_also_of_lists():
    def eats(xs):
        return xs.pop(0) + 1

    for _ in range(2):
        assert verdict("88.list", eats).status == "right"


class Hostile:
    """An answer whose every face raises."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no")

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __bool__ = __float__ = __array__
    __hash__ = None


class BadError(Exception):
    def __str__(self):
        return "one\ntwo <object at 0x7f00aa>."


def raises_bad_error(x, k):
    raise BadError


def test_a_message_is_one_line_without_addresses():
    text = verdict("88.function", raises_bad_error).text
    assert text == "Not yet: your function stops with BadError: one two <object>."


@pytest.mark.parametrize(
    "name", ["number", "grid", "word", "yes", "pair", "both", "function", "cube"]
)
@pytest.mark.parametrize(
    "answer",
    [Hostile(), [Hostile()], (np.ones(2), Hostile()), ([1], [[1], [2, 3]]), lambda *a: Hostile(), lambda *a: ([1], [[1], 2]),
     np.zeros((0, 3)), np.zeros((1,) * 9), np.array([{}]), b"10", np.datetime64("2020-01-01"), [[[[]]]], -1e308, type],
)  # fmt: skip
def test_a_hostile_answer_is_wrong_in_one_line(name, answer, capsys):
    assert verdict(f"88.{name}", answer).status == "wrong"
    check(f"88.{name}", answer)
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("name", ["88.nothing", "88", "88.", 88, 88.7])
def test_an_unknown_name_is_told_the_known_ones(name, capsys):
    check(name, 1)
    hint(name)
    for line in capsys.readouterr().out.splitlines():
        assert line.startswith(
            f"There is no exercise '{name}'; there are 88.number, 88.irrational, 88.grid"
        )


@pytest.mark.parametrize(
    "name",
    ["", "x", None, "³.1", "-1.2", [], "88x.number", "99.1", "../1", 5j, "A9.1", "a1.1", "A1x.1"],
)
def test_a_name_of_no_lesson_is_told_the_lessons(name, capsys):
    assert verdict(name, 1).status == "unanswered"
    check(name, 1)
    out = capsys.readouterr().out
    assert out.startswith("There is no exercise") and "the lessons 0, 1, " in out
    assert ", 88, A1 have some, named as 3.1" in out


def test_the_appendix_has_exercises_of_its_own(capsys):
    assert find("A1.1").name == "A1.1"
    check("A1.99", 1)
    assert capsys.readouterr().out.startswith("There is no exercise 'A1.99'; there are A1.")


def test_a_name_may_be_a_number(capsys):
    check(4.1, 30)
    assert capsys.readouterr().out == "Right.\n"


def test_hints_come_in_order_and_begin_again(capsys):
    for _ in range(3):
        hint("88.number")
    hint("88.grid")
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 2: count", "Hint 2 of 2: add", "Hint 1 of 2: count", "88.grid has no hints.",
    ]  # fmt: skip


def test_a_key_is_loaded_only_when_its_lesson_asks():
    code = (
        "import sys, cnnlib\n"
        "keys = lambda: sorted(m for m in sys.modules if m.startswith('cnnlib.course.keys.'))\n"
        "assert keys() == [], keys()\n"
        "cnnlib.check('4.1', 30); cnnlib.check('99.1', 30)\n"
        "assert keys() == ['cnnlib.course.keys.lesson_04'], keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def test_use_gives_a_right_answer_back_and_else_the_key_s_own(capsys):
    def mine(x, k):
        return k * x.sum(0)

    assert use("88.function", mine) is mine
    assert capsys.readouterr().out == "Right. Yours is built in.\n"
    for other, told in (
        (..., "88.function is not answered yet."),
        (lambda x, k: x.mean(0) * k, "Not yet: mean instead of sum."),
    ):
        assert use("88.function", other) is find("88.function").right
        assert capsys.readouterr().out == f"{told} The library's stands in for it.\n"
    with pytest.raises(KeyError, match="There is no exercise '88.nothing'"):
        use("88.nothing", mine)
