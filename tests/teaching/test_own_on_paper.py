"""A teacher's own exercises on paper: printed, typed into the table, and marked."""

import csv
import re

import numpy as np
import pytest

from cnnlib.course.exercise import Exercise
from teaching import own_paper
from teaching.__main__ import main
from teaching.files import read_table, write_table
from teaching.typed import judged, numbers_in
from tests.project.tree import ROOT

EXAMPLE = ROOT / "teaching" / "example_exercises.py"
WORDS = '''"""Words & numbers."""

from cnnlib.course.exercise import Exercise

EXERCISES = [
    Exercise(
        name="Words.1",
        text="| a | b |\\n|---|---|\\n| x <i> 1 | `w` |\\n\\nWhat stops *negative* numbers?",
        right="ReLU",
        wrong={"that one only squeezes": "sigmoid"},
        hints=("A layer of its own.",),
    ),
]
'''


@pytest.fixture
def folder(tmp_path):
    """A folder with a class of two and a file with words."""
    (tmp_path / "class.txt").write_text("Ada\nŁucja\n", encoding="utf-8")
    (tmp_path / "words.py").write_text(WORDS, encoding="utf-8")
    return tmp_path


def worksheets(folder, *more):
    """The exit status; what is written lies in folder/out."""
    return main("worksheets", str(folder / "class.txt"), str(folder / "out"), "--word", "w", *more)


def marked(folder, columns, *rows):
    """{(student, question): mark} of answers to both files."""
    write_table(folder / "filled.csv", columns, rows)
    files = ("--exercises", str(EXAMPLE), str(folder / "words.py"))
    options = (str(folder / "filled.csv"), str(folder / "marked"), "--word", "w")
    assert main("mark", *options, *files) == 0
    found = read_table(folder / "marked" / "marks.csv", ["student", "question", "mark"])
    return {(row["student"], row["question"]): row["mark"] for row in found}


def test_each_student_has_a_page_and_functions_are_left_out(folder, capsys):
    assert worksheets(folder, "--exercises", str(EXAMPLE), str(folder / "words.py")) == 0
    told = capsys.readouterr().out
    assert "4 sheets, 2 students" in told
    assert "class.3 asks for a function: left out" in told
    html = (folder / "out" / "sheets.html").read_text(encoding="utf-8")
    assert html.count('<section class="sheet own">') == html.count("<section") == 4
    assert html.count("<strong>class.1</strong> A kernel of 4 rows") == 2
    assert "<h1>Words &amp; numbers</h1>" in html
    assert "x &lt;i&gt; 1</td>" in html and "<code>w</code>" in html and "<em>negative</em>" in html
    assert "class.3" not in html and "ReLU" not in html


def test_the_sheets_of_a_student_lie_together_lessons_first(folder):
    assert worksheets(folder, "--lessons", "04", "--exercises", str(EXAMPLE)) == 0
    html = (folder / "out" / "sheets.html").read_text(encoding="utf-8")
    assert re.findall(r"<h1>(.*?)</h1><p>Name: <b>(\d)", html) == [
        (head, student)
        for student in "12"
        for head in ("04 · Sum the bias", "Exercises of our class")
    ]
    with (folder / "out" / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    assert columns == ["student", "4a", "4b", "4c", "class.1", "class.2", "seal"]


def test_every_answer_of_the_key_gets_its_meaning_back(folder):
    files = ("--exercises", str(EXAMPLE), str(folder / "words.py"))
    assert worksheets(folder, *files) == 0
    page = (folder / "out" / "key.html").read_text(encoding="utf-8")
    key = read_table(folder / "out" / "key.csv", ["student", "question", "answer", "meaning"])
    assert [row["question"] for row in key] == [
        *("class.1",) * 3,
        *("class.2",) * 4,
        *("Words.1",) * 2,
    ] * 2
    for row in key:
        assert f"<td>{row['answer']}</td><td>{row['meaning']}</td>" in page
        found = marked(folder, ["student", row["question"]], ["Ada", row["answer"]])
        assert found == {("Ada", row["question"]): row["meaning"]}


def test_answers_are_marked_as_people_write_them(folder, capsys):
    found = marked(
        folder,
        ["student", "class.1", "class.2", "WORDS.1"],
        ["Ada", "7", "0 4; 3 0", " relu "],
        ["Łucja", "seven?", "6, 2; −1, 4", "Sigmoid"],
        ["Bo", "", "[[0 4] [3", "5"],
    )
    assert found == {
        ("Ada", "class.1"): "that is stride 1",
        ("Ada", "class.2"): "right",
        ("Ada", "Words.1"): "right",
        ("Łucja", "class.1"): "cannot be read",
        ("Łucja", "class.2"): "the kernel is not turned round in this course",
        ("Łucja", "Words.1"): "that one only squeezes",
        ("Bo", "class.1"): "no answer",
        ("Bo", "class.2"): "fewer numbers than are wanted",
        ("Bo", "Words.1"): "no word that is known here",
    }
    assert "Ada: 2 of 3 right" in capsys.readouterr().out
    page = (folder / "marked" / "class.html").read_text(encoding="utf-8")
    assert "<h2>class.1: A kernel of 4 rows" in page and "Ada" not in page


def test_lessons_and_own_exercises_are_marked_together(folder):
    assert worksheets(folder, "--lessons", "04", "--exercises", str(EXAMPLE)) == 0
    key = read_table(folder / "out" / "key.csv", ["student", "question", "answer", "meaning"])
    right = {row["question"]: row["answer"] for row in key if row["meaning"] == "right"}
    columns = ["student", *right]
    students = [[name, *_right_of(key, name)] for name in ("Ada", "Łucja")]
    assert set(marked(folder, columns, *students).values()) == {"right"}


def _right_of(key, name):
    return [r["answer"] for r in key if (r["student"], r["meaning"]) == (name, "right")]


FUNCTION = """from cnnlib.course.exercise import Exercise
EXERCISES = [
    Exercise(name="f.1", text="Write it.", right=abs, cases=((-1.0,),), hints=("abs",)),
]
"""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("EXERCISES = [\n", "bad.py, line 1: this is no Python"),
        (
            WORDS.replace("sigmoid", "relu"),
            "bad.py, line 10: Words.1: 'that one only squeezes' giv",
        ),
        (WORDS.replace("Words.1", "words.1"), "words.1 cannot be told from Words.1 of "),
        (FUNCTION, "no exercise asks for a value"),
    ],
)
@pytest.mark.parametrize("command", ["worksheets", "mark"])
def test_a_file_that_cannot_be_used_is_told_and_nothing_is_written(
    command, content, told, folder, capsys
):
    (folder / "bad.py").write_text(content, encoding="utf-8")
    write_table(folder / "mark.csv", ["student", "Words.1"], [["Ada", "relu"]])
    (folder / "worksheets.csv").write_text("student\nAda\n", encoding="utf-8")
    files = ("--exercises", str(folder / "words.py"), str(folder / "bad.py"))
    options = (str(folder / f"{command}.csv"), str(folder / "out"), "--word", "w")
    assert main(command, *options, *files) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "out").exists()


# ---- what is typed

GRID = np.array([[0.5, -2.0], [3.0, 1.5]])
ROW = np.array([10.0, 9.0, 2.5])


@pytest.mark.parametrize(
    ("right", "typed"),
    [
        *((GRID, text) for text in ("0.5 -2; 3 1.5", "0,5 −2; 3 1,5", "[[1/2, -2], [3, 1.5]]")),
        *((GRID, text) for text in ("[[0.5 -2] [3 1.5]]", "((.5, -2), (3, 3/2))", "0.5,–2;3,1.5")),
        *((ROW, text) for text in ("10; 9; 2,5", "10, 9, 2.5", "[10 9 5/2]", "10,9,2.5,")),
        *((ROW, text) for text in ("10 | 9 | 2,5", "10/9/2.5", "10\n9\n2.5", "10\t9\t5/2")),
        *((0.75, text) for text in ("3/4", "[3 / 4]")),
        *((ROW[None], text) for text in ("10 9 2.5", "[[10, 9, 2.5]]")),
        *((ROW[:, None], text) for text in ("10; 9; 2.5", "[[10], [9], [2.5]]")),
        *((np.stack([GRID, GRID]), t) for t in ["[[[0.5,-2],[3,1.5]], [[0.5,-2],[3,1.5]]]"]),
        *(((GRID, ROW), t) for t in ["([[0.5, −2], [3, 1.5]], [10, 9, 2.5])"]),
        *((1936, text) for text in ("1,936", "1936", "（1936）", "[1936]")),
        *((True, text) for text in ("true", "TRUE", "True")),
        *(("max pool", text) for text in ("Max  pool", '"max pool"')),
        *(("3", "3"), ("max(0, x)", "max(0, X)")),
    ],
    ids=str,
)
def test_what_is_typed_is_read(right, typed):
    asked = Exercise("q.1", right, {"none": "nothing" if isinstance(right, str) else -8})
    assert judged(asked, typed).status == "right"
    assert judged(asked, "7 7; 8").status == "wrong"
    assert judged(asked, "  ").status == "unanswered"


@pytest.mark.parametrize(
    "typed", ["1 2 3 4 5 6", "1;2;3;4;5;6", "[1, 2, 3, 4, 5, 6]", "1/2/3/4/5/6"]
)
def test_a_table_is_typed_in_reading_order_too(typed):
    table = np.arange(1.0, 7).reshape(2, 3)
    for asked in (Exercise("q.1", table), Exercise("q.1", table[:, :, None])):
        assert judged(asked, typed).status == "right"
        for wrong in ("1 2; 3 4; 5 6", "1 2 3 4 5", "1 2 3 4 6 5", "1 2 3 4 5 x"):
            assert judged(asked, wrong).status == "wrong"
    turned = Exercise("q.1", table[::-1], {"the rows are turned": table})
    assert judged(turned, typed).mistake == "the rows are turned"


@pytest.mark.parametrize("typed", ["9 10 2,5", "{2.5, 9, 10}", "10; 2.5; 9"])
def test_a_set_is_typed_in_any_order(typed):
    asked = Exercise("q.1", [2.5, 9, 10], {"one lacks": [9, 10]}, any_order=True)
    assert judged(asked, typed).status == "right"
    assert judged(asked, "10 9").mistake == "one lacks"


@pytest.mark.parametrize("typed", ["[" * 5000, ";", "1;;2", "][", "nan", "9" * 5000, "{}", "=1+1"])
def test_nothing_that_is_typed_stops_the_marking(typed):
    for right in (1.0, GRID, "word", True, (GRID, ROW)):
        told = judged(Exercise("q.1", right), typed)
        assert (told.status, told.mistake) == ("wrong", "")


def test_lists_without_an_end_are_no_numbers_and_stop_nothing():
    for typed in ("[" * 600 + "1" + "]" * 600, "[" * 5000, "9" * 5000, "nan", "[null]", "{}"):
        assert numbers_in(typed) in (set(), {(1.0,)})


def test_the_key_writes_what_is_not_finite_too():
    one = Exercise("q.1", np.array([1.5, 2]), {"by 0": np.array([np.inf, np.nan])})
    assert own_paper.meanings(one) == [("[1.5, 2]", "right"), ("[inf, nan]", "by 0")]
    assert own_paper.meanings(Exercise("q.2", True)) == [("True", "right")]
