"""Rows that are exchanged and columns that have slipped, on sheets of a large class."""

import random
import re
from functools import cache

import numpy as np
import pytest

from teaching.__main__ import main
from teaching.exchanged import stretch, told
from teaching.files import write_table
from teaching.questions import written
from teaching.worksheets import kinds_of, question_of

NAMES = [f"Student {n}" for n in range(70)]
SHORT = ("5a", "5b")  # the sheet that TEACHING.md recommends
KINDS = {kind.name: kind for kind in kinds_of()}


@cache
def question(name, student):
    return question_of(KINDS[name], "spring", student)


def right(name, student):
    return tuple(round(float(number), 6) for number in np.ravel(question(name, student).right))


def answers(rng, skill, asked=SHORT):
    """{student: {question: an answer}}: right, a known mistake, or what is right for anybody."""
    return {
        student: {name: answer(rng, skill, name, student) for name in asked} for student in NAMES
    }


def answer(rng, skill, name, student):
    if rng.random() < skill:
        return {right(name, student)}
    if rng.random() < 0.6:
        known = rng.choice([*question(name, student).wrong.values()])
        return {tuple(round(float(number), 6) for number in np.ravel(known))}
    return {right(name, f"nobody {rng.random()}")}


def down(given, first, columns=SHORT):
    """The answers from a row on, one row lower."""
    moved = {name: dict(own) for name, own in given.items()}
    for above, below in zip(NAMES[first:], NAMES[first + 1 :]):
        moved[below] |= {column: given[above][column] for column in columns}
    for column in columns:
        del moved[NAMES[first]][column]
    return moved


@pytest.mark.parametrize("asked", [SHORT, ("5a", "5b", "5c")], ids=len)
@pytest.mark.parametrize("skill", [0.9, 0.6, 0.3])
def test_honest_mistakes_are_hardly_ever_called_exchanged(skill, asked):
    rng = random.Random(1)
    lines = [line for _ in range(10) for line in told(answers(rng, skill, asked), NAMES, [], right)]
    assert len(lines) <= 3 and not any("slipped" in line for line in lines)


@pytest.mark.parametrize("skill", [0.9, 0.6])
def test_a_slip_is_one_line_for_the_class(skill):
    given = down(answers(random.Random(2), skill), 30)
    (line,) = [line for line in told(given, NAMES, [], right) if "slipped" in line]
    count, _, rest = line.partition(" rows, from ")
    assert 39 * skill * 0.6 < int(count) <= 39
    assert rest.endswith("fit the sheet of the row before, question 5a, 5b: has a column slipped?")


def test_many_answers_on_the_sheets_of_others_are_one_line():
    given = answers(random.Random(5), 0.6)
    mixed = random.Random(6).sample(NAMES, len(NAMES))
    for others in (mixed, NAMES[2:] + NAMES[:2]):
        moved = {name: given[other] for name, other in zip(NAMES, others)}
        (line,) = told(moved, NAMES, [], right)
        told_of = r"The answers of (\d+) students fit sheets of others: was a column sorted alone"
        assert 12 <= int(re.match(told_of, line)[1]) < 40


def test_one_column_that_has_slipped_up_is_told_with_its_name():
    given = answers(random.Random(3), 0.9)
    up = {name: dict(own) for name, own in given.items()}
    for above, below in zip(NAMES[10:], NAMES[11:40]):
        up[above]["5b"] = given[below]["5b"]
    (line,) = told(up, NAMES, [], right)
    assert "fit the sheet of the row after, question 5b: has" in line


def test_two_answers_are_enough_beside_the_row_and_for_two_that_are_exchanged():
    given = answers(random.Random(4), 1.0)
    for first, second in ((20, 21), (5, 50)):
        one, other = NAMES[first], NAMES[second]
        swapped = given | {one: given[other], other: given[one]}
        assert told(swapped, NAMES, [], right) == [
            f"{one}: the answers fit the sheet of {other}: are two rows exchanged?",
            f"{other}: the answers fit the sheet of {one}: are two rows exchanged?",
        ]
        assert told(given | {one: given[other]}, NAMES, [], right) == (
            [f"{one}: the answers fit the sheet of {other}: are two rows exchanged?"]
            if second == first + 1
            else []
        )


def test_the_slipped_table_is_told_by_the_command(tmp_path, capsys):
    given = {
        name: {column: written(question(column, name).right) for column in SHORT} for name in NAMES
    }
    rows = [[name, *(own.get(c, "") for c in SHORT)] for name, own in down(given, 30).items()]
    write_table(tmp_path / "answers.csv", ["student", *SHORT], rows)
    assert main("mark", str(tmp_path / "answers.csv"), str(tmp_path), "--word", "spring") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4:-2] == [
        "39 rows, from Student 31 to Student 69, fit the sheet of the row before, "
        "question 5a, 5b: has a column slipped?",
        "Without answers: Student 30",
    ]
    assert not any("two rows exchanged" in line for line in lines)


def test_one_without_answers_is_one_person_in_table_and_list(tmp_path, capsys):
    (tmp_path / "class.txt").write_text("Ada\nCy\nBob\n", encoding="utf-8")
    asked = ("5a", "5b", "5c")
    given = [written(question(column, "Bob").right) for column in asked]
    rows = [["Ada", *given], ["Cy", "1"], ["bob"]]
    write_table(tmp_path / "a.csv", ["student", *asked], rows)
    command = ["mark", str(tmp_path / "a.csv"), str(tmp_path), "--word", "spring"]
    assert main(*command, "--names", str(tmp_path / "class.txt")) == 0
    assert "Ada: the answers fit the sheet of bob: are two rows" in capsys.readouterr().out


def test_the_stretch_that_scores_most():
    assert stretch([]) == stretch([-1, -1]) == (0, 0, 0)
    assert stretch([1, -1, 1, -0.5, 1, -1]) == (2, 5, 1.5)
    assert stretch([-1, 1, 1]) == (1, 3, 2)
