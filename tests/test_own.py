"""Exercises of a teacher's own: where they are found, and what is told of a file with mistakes."""

import re

import pytest

import cnnlib
from cnnlib.course import own, verdict
from tests.project.tree import ROOT

pytestmark = pytest.mark.usefixtures("alone")
EXAMPLE = ROOT / "teaching" / "example_exercises.py"
START = "from cnnlib.course.exercise import Exercise\n"
GOOD = 'Exercise(name="class.1", text="2 + 2?", right=4, wrong={"times": 5}, hints=("4",))'


def written(path, *exercises, more=""):
    path.parent.mkdir(exist_ok=True)
    lines = "\n".join(f"    {one}," for one in exercises)
    path.write_text(f"{START}{more}EXERCISES = [\n{lines}\n]\n", encoding="utf-8")
    return path


# ---- found


def test_beside_the_notebook_by_the_environment_or_added(monkeypatch, tmp_path):
    assert "There is no exercise 'class.1'" in verdict("class.1", 4).text
    beside = written(tmp_path / own.FOLDER / "any.py", GOOD)
    assert verdict("class.1", 4).text == "class.1: Right."
    beside.unlink()
    elsewhere = written(tmp_path / "else" / "where.py", GOOD)
    assert verdict("class.1", 4).status == "unanswered"
    monkeypatch.setenv(own.PLACES, str(elsewhere))
    assert verdict("class.1", 5).plain() == {
        "exercise": "class.1",
        "status": "wrong",
        "mistake": "times",
    }
    monkeypatch.delenv(own.PLACES)
    own.add(elsewhere.parent)
    assert verdict("class.1", ...).text == "class.1 is not answered yet."


def test_a_file_that_changes_is_read_again(tmp_path):
    path = written(tmp_path / own.FOLDER / "any.py", GOOD)
    assert verdict("class.1", 4).status == "right"
    written(path, GOOD.replace("right=4", "right=40"))
    assert verdict("class.1", 4).status == "wrong"


def test_an_unknown_name_tells_those_of_the_class(tmp_path):
    written(tmp_path / own.FOLDER / "any.py", GOOD)
    assert verdict("class.7", 4).text.endswith("Your class has class.1.")


def test_the_course_is_asked_without_any_file(tmp_path):
    (tmp_path / own.FOLDER / "bad.py").write_text("1 +")
    assert verdict("3.4", 20, 4).status == "right"


# ---- the example


def test_the_example_names_each_of_its_wrong_answers():
    own.add(EXAMPLE)
    exercises = own.exercises()
    assert [*exercises] == ["class.1", "class.2", "class.3"]
    for name, exercise in exercises.items():
        assert verdict(name, exercise.right).status == "right"
        for mistake, answer in exercise.wrong.items():
            assert verdict(name, answer).mistake == mistake
    assert own.title_of(EXAMPLE) == "Exercises of our class"


# ---- mistakes in a file

MISTAKES = {
    "no Python": ("1 +", "line 1: this is no Python"),
    "stops": ("x = 1\ny = x / 0", "line 2: ZeroDivisionError: division by zero"),
    "leaves": ("import sys\nsys.exit(3)", "line 2: SystemExit: 3"),
    "a return of nothing": ("x = 1\nreturn x", "line 2: this is no Python: 'return' outside"),
    "a character of no text": ("x = '\0'", "line 1: this is no Python"),
    "no list": ("x = 1", "line 1: wanted EXERCISES = "),
}
ONE = {
    "no right": ("right=4, ", "", "an Exercise lacks 'right'"),
    "a case without brackets": (
        "right=4",
        "right=sum, cases=[[1, 2], __import__('numpy').ones(2)]",
        "cases holds something that is of type ndarray; wanted cases=[(argument,), ...]",
    ),
    "names of no results": ("right=4", "right=4, results=('one', 'two')", "results names 2, and"),
    "nothing": ("right=4", "right=[]", "the right answer holds nothing"),
    "an unknown part": ("right=4", "right=4, points=2", "an Exercise has no 'points'; it has name"),
    "no text": ('text="2 + 2?", ', "", "class.1 has no text"),
    "no hints": (', hints=("4",)', "", "class.1 has no hints"),
    "hints in one text": ('("4",)', '"4"', "class.1 has no hints"),
    "the course's code": ('("4",)', '("{solution}",)', "is for the course's own"),
    "a wrong one that is right": ("5}", "4.0}", "'times' gives the right answer"),
    "of another kind": ("5}", "print}", "'times' cannot be compared"),
    "two that are the same": ("5}", '5, "plus": 5}', "'plus' gives the same as 'times'"),
    "a taken name": ('"class.1"', '"3.1"', "the name 3.1 is taken"),
    "a name of an appendix": ('"class.1"', '"A1.9"', "the name A1.9 is taken"),
    "a name without a dot": ('"class.1"', '"class"', "wanted a word, a dot and a number"),
    "a function without cases": ("right=4", "right=abs", "there are no cases"),
    "a right one that stops": ("right=4", "right=lambda: 1 / 0, cases=((),)", "ZeroDivisionError"),
    "a right one that is no number": ("right=4", "right={}", "wanted numbers"),
}


@pytest.mark.parametrize("text, told", MISTAKES.values(), ids=MISTAKES)
def test_what_a_file_says_is_told_with_its_line(text, told, tmp_path, capsys):
    path = tmp_path / own.FOLDER / "ours.py"
    path.write_text(text)
    with pytest.raises(own.Unusable, match=re.escape(f"ours.py, {told}")):
        own.read(path)
    cnnlib.check("class.1", 4)
    cnnlib.hint("class.1")
    seen = capsys.readouterr().out
    assert seen.count("Show this to your teacher:\nours.py, ") == 2


@pytest.mark.parametrize("old, new, told", ONE.values(), ids=ONE)
def test_what_is_wrong_with_an_exercise_is_told_with_its_line(old, new, told, tmp_path):
    assert old in GOOD
    other = GOOD.replace("class.1", "class.0")
    path = written(tmp_path / "ours.py", other, GOOD.replace(old, new))
    with pytest.raises(own.Unusable, match=f"ours.py, line 4: .*{re.escape(told)}"):
        own.read(path)


def test_every_mistake_is_told_and_a_wrong_answer_has_its_own_line(tmp_path):
    bad = GOOD.replace('"times": 5', '\n    "times": 5, \n    "plus": 4')
    path = written(tmp_path / "ours.py", bad, GOOD)
    with pytest.raises(own.Unusable) as error:
        own.read(path)
    lines = str(error.value).splitlines()
    assert lines[0] == "ours.py, line 5: class.1: 'plus' gives the right answer"
    assert lines[1] == "ours.py, line 6: the name class.1 stands here for the second time"


def test_two_files_with_one_name(tmp_path):
    for name in "ab":
        written(tmp_path / own.FOLDER / f"{name}.py", GOOD)
    with pytest.raises(own.Unusable, match="b.py: class.1 also stands in a.py"):
        own.exercises()


def test_what_is_no_file_and_what_is_not_in_utf_8(tmp_path):
    with pytest.raises(own.Unusable, match="nothing.py cannot be read: No such file"):
        own.read(tmp_path / "nothing.py")
    (tmp_path / "old.py").write_bytes("# Zoë".encode("latin-1"))
    with pytest.raises(own.Unusable, match="old.py, line 1: this is not in UTF-8: save .* UTF-8"):
        own.read(tmp_path / "old.py")
    (tmp_path / "line3.py").write_bytes("1\n2\n# Zoë".encode("cp1252"))
    with pytest.raises(own.Unusable, match="line3.py, line 3: this is not in UTF-8"):
        own.read(tmp_path / "line3.py")


def test_the_mark_that_an_editor_of_windows_writes_is_no_mistake(tmp_path):
    path = written(tmp_path / "ours.py", GOOD)
    path.write_text('"""Of Zoë."""\n' + path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert [one.name for one in own.read(path)] == ["class.1"]
    assert own.title_of(path) == "Of Zoë"


def test_a_file_without_exercises_stops_nobody(tmp_path):
    written(tmp_path / own.FOLDER / "empty.py")
    written(tmp_path / own.FOLDER / "any.py", GOOD)
    assert verdict("class.1", 4).status == "right"
