"""The checks that learners run: right answers, every known wrong answer, nonsense, and other forms of the right one."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cnnlib import check, hint
from cnnlib.exercises import exercises_of, verdict

ROOT = Path(__file__).parents[1]
KEYS = sorted(int(p.stem[-2:]) for p in (ROOT / "cnnlib/keys").glob("lesson_*.py"))
ALL = [exercise for lesson in KEYS for exercise in exercises_of(lesson).values()]
NAMES = [exercise.name for exercise in ALL]
KNOWN_WRONG = [(exercise, name) for exercise in ALL for name in exercise.wrong]


def solution(name):
    lesson = int(name.split(".")[0])
    spec = importlib.util.spec_from_file_location("solutions", ROOT / f"solutions/{lesson:02d}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "exercise_" + name.replace(".", "_"))()


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_the_solution_is_right(exercise):
    assert verdict(exercise.name, solution(exercise.name)).text == "Right."


@pytest.mark.parametrize(("exercise", "name"), KNOWN_WRONG, ids=[f"{e.name} {n[:30]}" for e, n in KNOWN_WRONG])
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


@pytest.mark.parametrize("exercise", [e for e in ALL if not e.cases], ids=[e.name for e in ALL if not e.cases])
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
