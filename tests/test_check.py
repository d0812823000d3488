"""The rules of check, use and hint, on a key made for the test: every form of the right answer, why
an answer is wrong, blanks, hostile answers, names and hints."""

import importlib
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cnnlib import check, hint, use
from cnnlib.course import Verdict, keys, verdict
from cnnlib.course.exercise import find

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
        np.float32(10),
        np.array(10),
        Fraction(10),
        np.array(Fraction(20, 2), dtype=object),
    ],
    "irrational": [3.14159265, np.float32(3.14159265)],
    "grid": [
        GRID.tolist(),
        tuple(map(tuple, GRID)),
        [GRID[0], GRID[1].tolist()],
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
    assert [case for case in told if case[1] != Verdict("right", "Right.")] == []


def test_several_answers_are_one_tuple():
    assert verdict("88.both", np.ones(2), 2).text == verdict("88.both", (np.ones(2), 2)).text
    assert verdict("3.4", 20, 4).status == "right" and verdict("3.4").status == "unanswered"
    single = "Not yet: that is a single number, wanted 2 numbers of shape (2,)."
    assert verdict("3.4", 20).text == single


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


# ---- wrong, and why

WRONG = {
    "number": [
        (4, "that is one window of two"),
        (4.0000001, "that is one window of two"),
        (11, "off by one"),
        (10.5, "another number"),
        (-10, "sign is turned round"),
        (9.99, "do not round"),
        ("10", "text in quotes, wanted numbers"),
        (None, "that is None, wanted numbers"),
        (True, "that is True, wanted a number"),
        (np.nan, "not finite"),
        ([10], "wanted a single number: the right numbers in another shape"),
        ([10, 10], "the shape is (2,), wanted a single number"),
        ({10}, "of type set, wanted numbers"),
        (10 + 0j, "of type complex, wanted numbers"),
        (map(int, "1"), "of type map, wanted numbers"),
        (lambda: 10, "that is a function, wanted its result"),
        (int, "that is a function, wanted its result"),
        (10**400, "wanted numbers"),
    ],
    "irrational": [
        (3.14, "do not round"),
        (3.1415, "do not round"),
        (3, "decimals are cut off"),
        (1.57, "that is half of it"),
        (9.87, "that is its square"),
        (np.float16(3.14159265), "do not round"),
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
        (GRID + [[0, 0, 9], [0, 0, 0]], "1 of 6 numbers differ"),
        (np.where(GRID > 7, np.nan, GRID), "not finite"),
        (np.where(GRID > 7, np.inf, GRID), "not finite"),
        (GRID * 1e307, "every number is 1e+307 times"),
        ([[1, 2.5, 3], [4, 5]], "rows have different lengths"),
        ([[1, 2.5, 3], [4, 5, None]], "different lengths, or hold something that is no number"),
        ([[1, 2.5, 3], [4, 5, "7.25"]], "hold something that is no number"),
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
    "yes": [(False, "look again")],
    "pair": [
        (SQUARE, "the shape"),
        ((SQUARE, [1, 2], 3), "the number of results is 3, wanted 2"),
        ((SQUARE.T, [1, 2]), "transposed"),
        (5, "the number of results is 1, wanted 2"),
    ],
    "small": [([0.05, 0.3], "do not round"), ([0.06, 0.3], "1 of 2 numbers differ")],
    "zeros": [
        (np.ones((2, 2)), "4 of 4 numbers differ"),
        (np.full((2, 2), 1e-3), "4 of 4 numbers differ"),
    ],
    "function": [
        (lambda x, k: x.mean(0) * k, "mean instead of sum"),
        (lambda x, k: 1 / 0, "your function stops with ZeroDivisionError: division by zero"),
        (lambda x, k: x[9], "your function stops with IndexError: index 9 is out of bounds"),
        (lambda x, k: sys.exit(3), "your function stops with SystemExit: 3"),
        (lambda x: x, "your function stops with TypeError"),
        (lambda x, k: None, "returns None; is the return missing?"),
        (lambda x, k: x.sum(0), "numbers differ"),
        (lambda x, k: (x.sum(0) * k, x), "the number of results is 2, wanted 1"),
        (lambda x, k: "done", "text in quotes, wanted numbers"),
        (lambda x, k: x.sum(0) * k * 1.0001, "do not round"),
        (GRID, "of type ndarray, wanted a function"),
        ("a", "text in quotes, wanted a function"),
    ],
    "both": [
        (lambda x: (x.sum(), x.sum(0)), "the sums are exchanged"),
        (lambda x: x.sum(0), "wanted 2"),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_says_why_in_one_line(name):
    told = [(answer, words, verdict(f"88.{name}", answer)) for answer, words in WRONG[name]]
    assert [case for case in told if case[2].status != "wrong" or case[1] not in case[2].text] == []
    lines = [case[2].text for case in told]
    assert all(line.startswith("Not yet: ") and line.endswith((".", "?")) for line in lines)
    assert not any("\n" in line for line in lines)


class BadError(Exception):
    def __str__(self):
        return "one\ntwo <object at 0x7f00aa>."


def raises_bad_error(x, k):
    raise BadError


def test_a_message_is_one_line_without_addresses():
    text = verdict("88.function", raises_bad_error).text
    assert text == "Not yet: your function stops with BadError: one two <object>."


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
        if verdict(f"88.{name}", answer).status != "wrong" or said.count("\n") != 1:
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
    assert text == "Not yet: your function stops with ValueError: an Ellipsis."


def test_dots_among_the_arguments_of_a_function_are_no_blank():
    def with_a_default(x, k, axis=...):
        return x.sum(0) * k

    assert verdict("88.function", with_a_default).status == "right"


# ---- names


@pytest.mark.parametrize("name", ["88.nothing", "88", "88.", 88, 88.7])
def test_an_unknown_name_is_told_the_known_ones(name, capsys):
    check(name, 1)
    hint(name)
    known = f"There is no exercise '{name}'; there are 88.number, 88.irrational, 88.grid"
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
    assert capsys.readouterr().out == "Right.\n"


# ---- hints and use


def test_hints_come_in_order_and_begin_again(capsys):
    for _ in range(3):
        hint("88.number")
    hint("88.grid")
    lines = ["Hint 1 of 2: count", "Hint 2 of 2: add", "Hint 1 of 2: count"]
    assert capsys.readouterr().out.splitlines() == [*lines, "88.grid has no hints."]


def test_a_hint_shows_the_code_of_the_worked_answer(capsys):
    for _ in range(3):
        hint("88.square")
    lines = ["Hint 1 of 3: nothing", "Hint 2 of 3: 1 + 1", "Hint 3 of 3: So: 1 + 1"]
    assert capsys.readouterr().out.splitlines() == lines
    hint("88.cube")
    hint("88.cube")
    lines = ["Hint 1 of 2:", "    a = 1", "    b = 2", "Hint 2 of 2: So:", "    a = 1", "    b = 2"]
    assert capsys.readouterr().out.splitlines() == lines


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
        "Not yet: grad_out is written over: it belongs to who called; make a new array."
    )
