"""worksheets and mark: what a teacher prints, what comes back, and what is refused."""

import re
from html import escape
from string import ascii_lowercase

import numpy as np
import pytest

from cnnlib.course.exercise import Exercise
from teaching.__main__ import main
from teaching.files import read_table, write_table
from teaching.marks import (
    BLANK,
    DATED,
    FEWER,
    MORE,
    NO_WORD,
    OTHER,
    RIGHT,
    UNREAD,
    Mark,
    class_page,
    mark,
    misread,
)
from teaching.own_paper import own_sheets
from teaching.seals import seal
from teaching.typed import HOW, readings
from teaching.worksheets import kinds_of
from tests.project.tree import ROOT

NAMES = ["Ada Lovelace", "Łucja Żółć", "O'Neil & <Sons>", "=1+1"]
LESSONS = ("03", "04")
ASKED = [kind.name for kind in kinds_of(LESSONS)]


@pytest.fixture
def printed(tmp_path):
    """A folder with the sheets of a small class."""
    names = tmp_path / "class.txt"
    names.write_text("\n".join(NAMES) + "\n\n", encoding="utf-8")
    out = tmp_path / "sheets"
    assert main("worksheets", str(names), str(out), "--word", "spring", "--lessons", *LESSONS) == 0
    return out


def known(folder):
    """{(student, question): {meaning: answer}} of the key."""
    found = {}
    for row in read_table(folder / "key.csv", ["student", "question", "answer", "meaning"]):
        found.setdefault((row["student"], row["question"]), {})[row["meaning"]] = row["answer"]
    return found


def answered(folder, choose):
    """answers.csv filled in: choose(student's number, {meaning: answer}) is what was written."""
    key = known(folder)
    rows = [
        [name, *(choose(n, key[name, question]) for question in ASKED)]
        for n, name in enumerate(row["student"] for row in read_table(folder / "answers.csv", []))
    ]
    path = folder / "filled.csv"
    write_table(path, ["student", *ASKED], rows)
    return path


def unknown(answer):
    """As many numbers as an answer has, which are no known answer."""
    return re.sub(r"[^;\s]+", "9999", answer)


def marked(folder, answers, word="spring"):
    """The rows of marks.csv."""
    assert main("mark", str(answers), str(folder / "marked"), "--word", word) == 0
    return read_table(folder / "marked" / "marks.csv", ["student", "question", "answer", "mark"])


def test_each_student_has_a_sheet_for_each_lesson_and_the_key_all_answers(printed):
    html = (printed / "sheets.html").read_text(encoding="utf-8")
    assert html.count('<section class="sheet') == len(NAMES) * len(LESSONS)
    assert "O&#x27;Neil &amp; &lt;Sons&gt;" in html and "<Sons>" not in html
    assert "size: 210mm 297mm" in html
    key = known(printed)
    assert len(key) == len(NAMES) * len(ASKED)
    page = (printed / "key.html").read_text(encoding="utf-8")
    for lesson, table in zip(LESSONS, re.findall(r"<tbody>.*?</tbody>", page, re.S), strict=True):
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
        heads = [f"{n} · <bdi>{escape(name)}</bdi>" for n, name in enumerate(NAMES, 1)]
        assert [head for head, _ in rows] == heads
        assert all(f"<p>Name: <b>{head}</b></p>" in html for head in heads)
        for name, (_, row) in zip(dict.fromkeys(name for name, _ in key), rows):
            for kind in kinds_of([lesson]):
                right, *wrong = key[name, kind.name].values()
                told = re.search(f"<p>{kind.name} <b>{right}</b>(.*)</p>", row)[1]
                letters = "".join(
                    f"<span><i>{letter}</i> <span>{answer}</span></span>"
                    for letter, answer in zip(ascii_lowercase, wrong)
                )
                assert told == letters


def test_the_place_in_the_list_changes_no_number(printed):
    names = printed.parent / "turned.txt"
    names.write_text("\n".join(reversed(NAMES)), encoding="utf-8")
    options = ["--word", "spring", "--lessons", *LESSONS]
    assert main("worksheets", str(names), str(printed / "turned"), *options) == 0
    assert known(printed / "turned") == known(printed)
    assert "4 · <bdi>Ada Lovelace" in (printed / "turned" / "key.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(
            (name, False)
            for name in ("Łucja Żółć-O’Neil 2", "Ольга", "Zoe\u0308", "Αθηνά", "Kaʻiulani")
        ),
        *((name, True) for name in ("Li 王小明", "عمر", "ქეთევან", "अमर", "さくら")),
    ],
)
def test_names_that_need_a_font_are_told(name, told, tmp_path, capsys):
    (tmp_path / "c.txt").write_text(f"Bob\n{name}\n", encoding="utf-8")
    options = ["--word", "w", "--lessons", "03"]
    assert main("worksheets", str(tmp_path / "c.txt"), str(tmp_path), *options) == 0
    line = f"Look at the print: names in other scripts, such as {name}, need a font."
    assert (line in capsys.readouterr().out.splitlines()) == told


@pytest.mark.parametrize("meaning", [0, 1, -1])
def test_an_answer_of_the_key_gets_its_meaning_back(printed, meaning):
    path = answered(printed, lambda n, key: list(key.values())[meaning])
    key = known(printed)
    for row in marked(printed, path):
        wanted = list(key[row["student"], row["question"]])[meaning]
        assert row["mark"] == wanted


def test_the_class_is_counted_without_names(printed, capsys):
    path = answered(printed, lambda n, key: ["", unknown(key["right"]), *key.values()][n])
    marked(printed, path)
    told = capsys.readouterr().out
    counts = read_table(printed / "marked" / "class.csv", ["question", "mark", "count"])
    for question in ASKED:
        own = {row["mark"]: row["count"] for row in counts if row["question"] == question}
        assert own.pop("right") == own.pop("another answer") == "1"
        assert list(own.values()) == ["1"]
    for name in ("class.csv", "class.html"):
        text = (printed / "marked" / name).read_text(encoding="utf-8-sig")
        assert not any(part in text for part in ("Ada", "Łucja", "Sons", "1+1"))
    assert f"O'Neil & <Sons>: {len(ASKED)} of {len(ASKED)} right" in told
    assert told.count("no answer is known") == 1
    assert "Without answers: Ada Lovelace\n" in told


def test_a_bar_is_full_where_everybody_asked_has_it():
    marks = [Mark(str(n), "5a", "", "right" if n else "no answer") for n in range(4)]
    page = class_page("Class", marks, {"5a": "a sum"})
    assert re.findall(r"(\d of \d).*?width: (\d+%)", page, re.S) == [
        ("3 of 4", "75%"),
        ("1 of 4", "25%"),
    ]


def test_capitals_and_spaces_of_a_name_do_not_matter_but_the_word_does(printed):
    answers = known(printed)
    path = printed / "one.csv"
    right = [answers["Ada Lovelace", question]["right"] for question in ASKED]
    write_table(path, ["Student", *ASKED], [["  ADA  lovelace", *right]])
    assert {row["mark"] for row in marked(printed, path)} == {"right"}
    assert {row["mark"] for row in marked(printed, path, "autumn")} != {"right"}


def test_a_question_that_nobody_was_asked_is_left_out(printed):
    path = printed / "one.csv"
    write_table(path, ["student", "3a", "3b"], [["Ada", "1", ""], ["Bob", "", ""]])
    assert [(row["student"], row["question"]) for row in marked(printed, path)] == [("Ada", "3a")]


def test_a_gap_of_who_has_answered_something_is_counted(printed):
    path = printed / "one.csv"
    write_table(path, ["student", "3a", "3b"], [["Ada", "1", ""], ["Bob", "", "2"]])
    found = [(row["student"], row["question"], row["mark"]) for row in marked(printed, path)]
    assert [one for one in found if one[2] == "no answer"] == [
        ("Ada", "3b", "no answer"),
        ("Bob", "3a", "no answer"),
    ]


@pytest.mark.parametrize(
    "content", ["student\nA\nB\n", "No,Student\n1,A\n2,B\n", "student;age\nB;9"]
)
def test_names_come_from_a_table_as_well(content, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text(content, encoding="utf-8")
    assert main("worksheets", str(path), str(tmp_path), "--word", "w", "--lessons", "04") == 0
    names = [row["student"] for row in read_table(tmp_path / "answers.csv", ["student"])]
    assert names == re.findall(r"\b[AB]\b", content)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("class.txt", "Name\nAda\n\n ada \nB\nb", "twice: Ada (lines 2 and 4); B (lines 5 and 6)."),
        (
            "class.csv",
            "no;student\n1;Ada\n\n2;ADA",
            "names that stand there twice: Ada (lines 2 and 4). Two students: add a letter",
        ),
        (
            "class.txt",
            "Gross, Jan\nGroß,  Jan\n",
            "twice: Gross, Jan or Groß,  Jan (lines 1 and 2).",
        ),
        ("class.xlsx", "", "class.xlsx is a workbook"),
        ("class.txt", "\n \n", "holds no names"),
        ("class.csv", "name\nAda\n", "line 1: no column student"),
        ("class.csv", "student\nZoë\n", "not in UTF-8"),
        ("class.txt", "Zoë\n", "not in UTF-8"),
        ("nothing.txt", None, "cannot be read"),
    ],
)
def test_a_class_that_cannot_be_read_is_told(name, content, told, tmp_path, capsys):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8" if "ß" in content else "latin-1")
    assert main("worksheets", str(tmp_path / name), str(tmp_path / "out"), "--word", "w") == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_lesson_without_questions_is_told(tmp_path, capsys):
    (tmp_path / "c.txt").write_text("Ada", encoding="utf-8")
    options = ["--word", "w", "--lessons", "3", "9"]
    assert main("worksheets", str(tmp_path / "c.txt"), str(tmp_path), *options) == 1
    assert "lesson 9 has no questions; these have: 01, 02" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("student,points\nAda,3\n", "no column of a question, such as 1a; there are points"),
        ("student,3a\n,\n,3\n", "answers.csv, line 3: a row has answers and no student"),
        ("student,3a,seal\n,,VUPT\n", "its seal is VUPT"),
        ("student,3a\n", "no student"),
        ("name,3a\nAda,3\n", "line 1: no column student"),
    ],
)
def test_answers_that_cannot_be_marked_are_told(content, told, tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(content, encoding="utf-8")
    assert main("mark", str(tmp_path / "answers.csv"), str(tmp_path / "out"), "--word", "w") == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_of_two_rows_of_a_student_the_last_one_is_marked(tmp_path, capsys):
    path = tmp_path / "answers.csv"
    write_table(path, ["student", "3a"], [["Ada", "1"], ["Bob", "2"], ["ada", "3"], ["Ada", ""]])
    assert [(row["student"], row["answer"]) for row in marked(tmp_path, path)] == [
        ("ada", "3"),
        ("Bob", "2"),
    ]
    told = capsys.readouterr().out
    assert "ada stands there twice: line 4 of answers.csv counts, and not line 2 of" in told


def test_of_two_rows_only_what_does_not_count_is_told(tmp_path, capsys):
    path = tmp_path / "answers.csv"
    rows = [["Groß, Jan", "1", "2", "3"], ["gross, jan", "", "2", "4"], ["Bob", "1", "2", "3"]]
    write_table(
        path, ["student", "5a", "5b", "5c"], [*rows, ["BOB", "4", "5", "6"], ["Cy", "", "1"]]
    )
    marked(tmp_path, path)
    told = re.findall("(.*) stands there twice: (.*)", capsys.readouterr().out)
    assert told == [
        (
            "gross, jan or Groß, Jan",
            "line 3 of answers.csv counts, and not question 5c of line 2 of answers.csv.",
        ),
        ("BOB", "line 5 of answers.csv counts, and not line 4 of answers.csv."),
    ]


def test_tables_of_several_piles_are_put_together(tmp_path, capsys):
    write_table(tmp_path / "1.csv", ["student", "3a", "3b"], [["Ada", "1", "2"]])
    write_table(tmp_path / "2.csv", ["student", "5a", "3b"], [["Ada", "4", ""]])
    answers = {row["question"]: row["answer"] for row in marked(tmp_path, tmp_path)}
    assert answers == {"3a": "1", "3b": "2", "5a": "4"}
    assert "twice" not in capsys.readouterr().out


def test_a_question_without_a_column_was_not_asked(tmp_path):
    write_table(tmp_path / "1.csv", ["student", "3a", "3b"], [["Ada", "1", "2"], ["Bob", "1", ""]])
    write_table(tmp_path / "2.csv", ["Student", "03B"], [["Cy", "1"]])
    write_table(tmp_path / "class.csv", ["question", "count"], [["3a", 1]])
    rows = [(row["student"], row["question"]) for row in marked(tmp_path, tmp_path)]
    assert rows == [("Ada", "3a"), ("Ada", "3b"), ("Bob", "3a"), ("Bob", "3b"), ("Cy", "3b")]


def test_questions_are_left_out_of_sheets_key_and_marks(printed, capsys):
    names, out = printed.parent / "class.txt", printed.parent / "fewer"
    command = ["worksheets", str(names), str(out), "--word", "spring", "--lessons", "03", "04"]
    lesson_4 = [name for name in ASKED if name[0] == "4"]
    assert main(*command, "--without", "03B", *lesson_4) == 0
    asked = [name for name in ASKED if name != "3b" and name[0] == "3"]
    assert {question for _, question in known(out)} == {*asked}
    sheets, key = ((out / f"{name}.html").read_text(encoding="utf-8") for name in ("sheets", "key"))
    assert sheets.count("<section") == len(NAMES)
    assert re.findall(r'<b class="number">(\w+)', sheets)[: len(asked)] == asked
    assert re.findall(r"<div><b>(\w+):", key) == asked and key.count("<h2>") == 1
    head = (out / "answers.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head == f"student,{','.join(asked)},seal"
    path = answered(printed, lambda n, key: key["right"])
    options = ["--word", "spring", "--without", "03B", *lesson_4]
    assert main("mark", str(path), str(out), *options) == 0
    marks = read_table(out / "marks.csv", ["question", "mark"])
    assert {(row["question"], row["mark"]) for row in marks} == {(name, "right") for name in asked}


@pytest.mark.parametrize(
    ("without", "told"),
    [
        (["3z", "3a"], "no question 3z; these are asked: 3a, 3b, 3c"),
        (["4a"], "no question 4a; these are asked: 3a, 3b, 3c"),
        (["3a", "3b", "3c"], "leaves no question"),
    ],
)
def test_a_question_that_cannot_be_left_out_is_told(without, told, tmp_path, capsys):
    (tmp_path / "c.txt").write_text("Ada", encoding="utf-8")
    options = ["--word", "w", "--lessons", "3", "--without", *without]
    assert main("worksheets", str(tmp_path / "c.txt"), str(tmp_path / "out"), *options) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_page_of_the_class_names_its_lessons(tmp_path):
    own = ROOT / "teaching" / "example_exercises.py"
    (name,) = [one.name for one in own_sheets([own])[0].exercises][:1]
    for columns, head in (
        (["3a", "3b"], "03 · Weigh the kernel"),
        (["4a", "2d", "3a"], "lessons 02b, 03, 04"),
        (["3a", name], f"03 · Weigh the kernel; {own_sheets([own])[0].title}"),
        ([name], own_sheets([own])[0].title),
    ):
        write_table(tmp_path / "a.csv", ["student", *columns], [["Ada", *"123"[: len(columns)]]])
        command = ["mark", str(tmp_path / "a.csv"), str(tmp_path), "--word", "w"]
        assert main(*command, "--exercises", str(own)) == 0
        page = (tmp_path / "class.html").read_text(encoding="utf-8")
        assert f"<h1>Worksheets of the class: {escape(head)}</h1>" in page


def test_an_empty_paper_is_not_taken_for_another_ones(tmp_path, capsys):
    rows = [["Ada", "", ""], ["Bob", "9999", ""], ["Cy", "9999", "8888"]]
    write_table(tmp_path / "answers.csv", ["student", "3a", "3b"], rows)
    marked(tmp_path, tmp_path / "answers.csv")
    told = capsys.readouterr().out
    assert told.startswith("Bob: 0 of 2 right\n  3a")
    assert "Without answers: Ada\n" in told
    assert told.count("no answer is known: are name and word") == 2


DOUBTS = "(.*) is known: are name and word as on the sheet"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((None, None), ["no answer"]),
        ((1, None), []),
        ((1, None, None), ["hardly any answer"]),
        ((0, None, None), []),
        ((1, 1, None), []),
        ((0, 1, None, None, None, None), ["hardly any answer"]),
        ((0, 0, None, None, None, None), []),
        ((1, 1, 1, None, None, None), []),
    ],
)
def test_who_has_hardly_any_known_answer_is_asked_about_name_and_word(given, told, printed, capsys):
    key, path = known(printed), printed / "filled.csv"
    answers = [list(key[NAMES[0], question].values()) for question in ASKED]
    typed = [unknown(own[0]) if n is None else own[n] for own, n in zip(answers, given)]
    write_table(path, ["student", *ASKED[: len(given)]], [[NAMES[0], *typed]])
    marked(printed, path)
    assert re.findall(DOUBTS, capsys.readouterr().out) == [f"  {one}" for one in told]


def test_a_name_that_is_written_otherwise_is_nearly_always_asked_about(tmp_path, capsys):
    names = [f"Søren {letter}" for letter in ascii_lowercase[:20]]
    (tmp_path / "class.txt").write_text("\n".join(names), encoding="utf-8")
    command = [str(tmp_path / "class.txt"), str(tmp_path), "--word", "spring", "--lessons", "05"]
    assert main("worksheets", *command) == 0
    key = known(tmp_path)
    rows = [
        [
            name.replace("ø", "oe"),
            *(key[name, question]["right"] for question in ("5a", "5b", "5c")),
        ]
        for name in names
    ]
    write_table(tmp_path / "filled.csv", ["student", "5a", "5b", "5c"], rows)
    capsys.readouterr()
    marked(tmp_path, tmp_path / "filled.csv")
    told = capsys.readouterr().out
    assert len(re.findall(DOUBTS, told)) >= 14
    assert told.count("The names are not compared with a list") == 1
    options = ["--word", "spring", "--names", str(tmp_path / "class.txt")]
    right = [[name, *row[1:]] for name, row in zip(names, rows)]
    write_table(tmp_path / "filled.csv", ["student", "5a", "5b", "5c"], right)
    assert main("mark", str(tmp_path / "filled.csv"), str(tmp_path / "out"), *options) == 0
    told = capsys.readouterr().out
    assert "not compared" not in told and not re.findall(DOUBTS, told)


def test_words_of_a_name_in_another_order_get_the_numbers_of_the_sheet(printed, capsys):
    names = printed.parent / "class.txt"
    names.write_text("Lovelace, Ada\nŁucja Żółć\n", encoding="utf-8")
    options = ["--word", "spring", "--names", str(names)]
    assert main("worksheets", str(names), str(printed), "--word", "spring", "--lessons", "03") == 0
    key, asked = known(printed), ("3a", "3b", "3c")
    rows = [["Ada Lovelace", *(key["Lovelace, Ada", question]["right"] for question in asked)]]
    write_table(printed / "filled.csv", ["student", *asked], rows)
    assert main("mark", str(printed / "filled.csv"), str(printed / "out"), *options) == 0
    told = capsys.readouterr().out
    assert "Lovelace, Ada: 3 of 3 right" in told
    assert "has the same words: Ada Lovelace as Lovelace, Ada.\n" in told
    for namesake in ("Ada; Lovelace", "Lovelace, Ada (b)"):
        names.write_text(f"Lovelace, Ada\n{namesake}\n", encoding="utf-8")
        assert main("mark", str(printed / "filled.csv"), str(printed / "out"), *options) == 1
        assert "not in" in capsys.readouterr().err


def test_rows_that_are_exchanged_are_told(printed, capsys):
    key, path = known(printed), printed / "filled.csv"
    others = dict(zip(NAMES, [NAMES[1], NAMES[0], *NAMES[2:]]))
    same, first_only = dict(zip(NAMES, NAMES)), {NAMES[0]: NAMES[1]}
    cases = [(others, ASKED, NAMES[:2]), (same, ASKED, []), (first_only, ASKED, NAMES[:1])]
    for sheet_of, copied, wanted in (*cases, (first_only, ASKED[: len(ASKED) // 2], [])):
        rows = [
            [name, *(key[other, q]["right"] if q in copied else "9999" for q in ASKED)]
            for name, other in sheet_of.items()
        ]
        rows += [[name] for name in NAMES if name not in sheet_of]
        write_table(path, ["student", *ASKED], rows)
        marked(printed, path)
        told = capsys.readouterr().out
        assert re.findall("(.*): the answers fit the sheet of (.*): are", told) == [
            (name, others[name]) for name in wanted
        ]


@pytest.mark.parametrize(
    ("typed", "dated"),
    [
        *((text, True) for text in ("03. Apr", "4-Mar", "3 avr.", "Mar-26", "3月4日")),
        *((text, True) for text in ("2026-04-03", "3/4/2026", "03/04/26", "4. März 2026")),
        *((text, True) for text in ("Nov 4", "4 févr.", "3. Mrz", "4 de marzo", "1 gen", "1-Out")),
        *((text, True) for text in ("Sept-26", "2 kwi", "12-Dez", "NOV-4", "4 November")),
        *((text, False) for text in ("3/4", "3; 4", "1/0/12", "0.75", "three", "3 a", "−3 4 5")),
        *(
            (text, False)
            for text in ("4 windows", "15 cells", "7 rows", "12 euro", "3 ma", "45965")
        ),
    ],
)
def test_a_date_that_was_a_fraction_is_told(typed, dated, tmp_path, capsys):
    write_table(tmp_path / "answers.csv", ["student", "6a"], [["Ada", typed]])
    (row,) = marked(tmp_path, tmp_path / "answers.csv")
    assert (row["mark"] == DATED) == dated
    assert (f"Ada, question 6a: {typed} is {DATED}" in capsys.readouterr().out) == dated


@pytest.mark.parametrize(
    ("right", "typed", "found"),
    [
        *((0.75, str(days), DATED) for days in (45750, 45720, 45385)),  # 3 April, 4 March
        *((0.75, str(days), OTHER) for days in (45751, 45719, 75, 457500)),
        (1 / 26, "46023", DATED),  # January 26
        (2, "45750", OTHER),
        (-0.25, "45750", DATED),  # the mistake "three quarters"
    ],
)
def test_the_number_of_a_day_that_was_a_fraction_is_told(right, typed, found):
    wrong = {"three quarters": 0.75} if right == -0.25 else {"none": -8}
    assert mark("Ada", Exercise("q.1", right, wrong), typed).outcome == found


UNREADABLE = ("fifteen", "15?", "4 windows", "15 cells", "1;;2", "about 3", "x", "2+3=5")


@pytest.mark.parametrize("question", ["3a", "5b"])
@pytest.mark.parametrize("typed", UNREADABLE)
def test_what_is_no_number_is_told_and_no_mistake(question, typed, tmp_path, capsys):
    write_table(tmp_path / "answers.csv", ["student", question], [["Ada", typed]])
    (row,) = marked(tmp_path, tmp_path / "answers.csv")
    assert row["mark"] == UNREAD
    told = capsys.readouterr().out
    assert f"Ada, question {question}: {typed} cannot be read; type 2.5" in told
    assert "are name and word as on the sheet" not in told
    page = (tmp_path / "marked" / "class.html").read_text(encoding="utf-8")
    assert '<span class="bar none"' in page and '<span class="bar "' not in page


ONE = Exercise("q.1", 1.5, {"half of it": 0.75})
FOUR = Exercise("q.2", np.array([0, 0, 0, 9.0]), {"the place only": np.array([1, 1])})
TABLE = Exercise("q.3", np.array([[1.0, 2, 3], [4, 5, 6]]), {"turned": np.zeros((3, 2))})
SET = Exercise("q.4", [1, 4, 7], {"rows": [1, 2, 3]}, any_order=True)
TOLD_BY_COUNT = [
    *(
        (ONE, typed, MORE)
        for typed in ("1,5.", "1 ,5", "1. 5", "1;5", "1,.5", "1 + 1/2", "1, 5, 0")
    ),
    *((ONE, typed, OTHER) for typed in ("15", "2,5", "1 1/4", "[7]", "3/4.5", "True")),
    *((FOUR, typed, FEWER) for typed in ("8000", "8 0 0", "4; ; ;", "0; 8; 0")),
    *((FOUR, typed, MORE) for typed in ("8 0 0 0 0", "1 2; 3 4; 5 6")),
    *((FOUR, typed, OTHER) for typed in ("8 0 0 0", "8,0,0,0", "3 3", "1,5 0 0 0", "3,3")),
    *((TABLE, typed, FEWER) for typed in ("1 2 3 4", "21")),
    *((TABLE, typed, OTHER) for typed in ("1 2; 3 4", "[[1, 2], [3, 4]]", "9 9 9; 9 9 9")),
    *((SET, typed, OTHER) for typed in ("1; 4", "1 4 7 8", "4")),
]


@pytest.mark.parametrize(("asked", "typed", "found"), TOLD_BY_COUNT)
def test_another_count_of_numbers_than_is_wanted_is_told_and_no_mistake(asked, typed, found):
    given = mark("Ada", asked, typed)
    assert given.outcome == found
    lines = [f"Ada, question {asked.name}: {typed} is {found}; type "]
    assert [line[: len(lines[0])] for line in misread([given])] == lines * (found != OTHER)


@pytest.mark.parametrize("typed", ["First.", "first rule", "the 1st", "third", "1"])
def test_a_text_that_is_no_known_word_is_told_and_no_mistake(typed):
    asked = Exercise("q.1", "first", {"that is the other one": "second"})
    (line,) = misread([mark("Ada", asked, typed)])
    assert line.startswith(f"Ada, question q.1: {typed} is {NO_WORD}; type the word alone")
    assert mark("Ada", asked, " FIRST ").outcome == RIGHT
    assert mark("Ada", asked, "Second").outcome == "that is the other one"


NOTHING = ("n/a", "N/A", "N. A.", "k.A.", "k. A.", "kA", "#NV", "#N/A", "#N/D", "#N/D!", "#N/B")


@pytest.mark.parametrize(
    "typed", ["-", "–", "—", "−", "‑", "―", "?", "??", "？", "/", "--", " ", *NOTHING]
)
def test_a_dash_is_no_answer(typed, tmp_path, capsys):
    rows = [["Ada", "5", typed], ["Bob", typed, typed], ["Cy", "1", "7"], ["Cy", typed, "7"]]
    write_table(tmp_path / "answers.csv", ["student", "3a", "3b"], rows)
    found = marked(tmp_path, tmp_path / "answers.csv")
    assert [(row["student"], row["answer"]) for row in found] == [
        *(("Ada", "5"), ("Ada", "")),
        *(("Cy", "1"), ("Cy", "7")),
    ]
    assert found[1]["mark"] == "no answer"
    told = capsys.readouterr().out
    assert "Without answers: Bob\n" in told and "twice" not in told


def test_a_dash_may_be_a_word_and_is_a_minus_before_a_number():
    stroke = Exercise("q.1", "/", {"rounds down": "//"})
    assert mark("Ada", stroke, "/").outcome == RIGHT
    assert mark("Ada", stroke, "//").outcome == "rounds down"
    assert mark("Ada", stroke, "-").outcome == BLANK
    row = Exercise("q.2", np.array([1.0, 0, -3]), {"none": np.zeros(3)})
    assert mark("Ada", row, "1; 0; -3").outcome == RIGHT
    assert mark("Ada", row, "1; -; -3").outcome == UNREAD


def test_a_name_before_the_answer_is_cut_off(printed):
    path = answered(
        printed, lambda n, key: f"{['x[1,1] =', 'grad_w=', 'Δ =', '='][n]} {key['right']}"
    )
    assert {row["mark"] for row in marked(printed, path)} == {"right"}


def test_help_tells_every_separator_that_is_read(capsys):
    with pytest.raises(SystemExit):
        main("mark", "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert HOW in told
    assert "answer stand spaces, commas, semicolons, | or /:" in HOW
    for separator in (" ", ",", ";", "|", "/", "、"):
        assert any(
            isinstance(one, list) and [*np.ravel(one)] == [1, 0, -3]
            for one in readings(separator.join(("1", "0", "−3")))
        )


def test_columns_that_are_no_question_are_told(tmp_path, capsys):
    columns = ["No.", "Student", "login", "5 b", "03A", "class.1", "class.2", "", "q3b", "seal", ""]
    row = ["1", "Ada", "ada", "0; 1; 2; 3", "4", "7", "", "8", "9", seal("spring"), ""]
    write_table(tmp_path / "answers.csv", columns, [row])
    found = marked(tmp_path, tmp_path / "answers.csv")
    assert [(row["question"], row["answer"]) for row in found] == [("3a", "4"), ("5b", row[3])]
    (line,) = re.findall(".*no question known.*", capsys.readouterr().out)
    assert line == (
        "class.1, a column without a head, q3b: no question known here, left out; "
        "is --exercises missing?"
    )


def test_a_question_of_without_is_no_strange_column(tmp_path, capsys):
    write_table(tmp_path / "a.csv", ["student", "5b", "5c", "points"], [["Ada", "1", "2", ""]])
    command = ["mark", str(tmp_path / "a.csv"), str(tmp_path), "--word", "w", "--without", "5c"]
    assert main(*command) == 0
    assert "no question known" not in capsys.readouterr().out


def test_who_has_answered_only_what_is_not_known_is_not_called_silent(tmp_path, capsys):
    write_table(tmp_path / "a.csv", ["student", "5a", "class.1"], [["Ada", "", "7"]])
    assert main("mark", str(tmp_path / "a.csv"), str(tmp_path / "out"), "--word", "w") == 1
    told = capsys.readouterr().err
    assert "no known question has an answer" in told and "class.1: no question known here" in told
    write_table(tmp_path / "a.csv", ["student", "5a", "05 A"], [["Ada", "", "7"]])
    assert main("mark", str(tmp_path / "a.csv"), str(tmp_path / "out"), "--word", "w") == 1
    assert "two columns are called 5a: 5a, 05 a" in capsys.readouterr().err


def test_a_file_of_a_folder_without_students_is_told(tmp_path, capsys):
    for name, head in (("1.csv", ["student", "3a"]), ("2.csv", ["3a", "name"])):
        write_table(tmp_path / name, head, [["Ada", "5"]])
    assert main("mark", str(tmp_path), str(tmp_path / "out"), "--word", "w") == 1
    assert "2.csv: there are answers, and no column student" in capsys.readouterr().err


def test_a_folder_of_answers_is_one_table(tmp_path):
    for name in ("Ada", "Bob"):
        write_table(tmp_path / f"{name}.csv", ["student", "4c"], [[name, "5"]])
    rows = marked(tmp_path, tmp_path)
    assert [row["student"] for row in rows] == ["Ada", "Bob"]


def test_answers_that_were_filled_in_are_not_written_over(tmp_path, capsys):
    (tmp_path / "class.txt").write_text("Ada\nBob\n", encoding="utf-8")
    command = ["worksheets", str(tmp_path / "class.txt"), str(tmp_path), "--word", "w"]
    assert main(*command, "--lessons", "03") == 0
    write_table(tmp_path / "answers.csv", ["student", "3a"], [["Ada", "5"]])
    filled = (tmp_path / "answers.csv").read_bytes()
    capsys.readouterr()
    assert main(*command, "--lessons", "03") == 0
    assert "answers.csv is there already and stays as it is" in capsys.readouterr().out
    assert (tmp_path / "answers.csv").read_bytes() == filled


def test_a_name_that_is_not_in_the_class_is_refused_and_who_is_missing_is_told(tmp_path, capsys):
    (tmp_path / "class.txt").write_text("Łukasz Wójcik\nJosé\nBob\n", encoding="utf-8")
    command = ["mark", str(tmp_path / "answers.csv"), str(tmp_path / "out"), "--word", "w"]
    command += ["--names", str(tmp_path / "class.txt")]
    write_table(tmp_path / "answers.csv", ["student", "3a"], [["Łukasz Wojcik", "5"], ["bob", ""]])
    assert main(*command) == 1
    assert "Łukasz Wojcik (most like Łukasz Wójcik)" in capsys.readouterr().err
    write_table(tmp_path / "answers.csv", ["student", "3a"], [["Wendy Ford", "5"]])
    assert main(*command) == 1
    assert "Wendy Ford (no name there is like it)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    write_table(tmp_path / "answers.csv", ["student", "3a"], [["łukasz  wójcik", "5"], ["Bob", ""]])
    assert main(*command) == 0
    assert "Without answers: José; Bob\n" in capsys.readouterr().out


def test_the_seal_of_another_word_is_refused(tmp_path, capsys):
    (tmp_path / "class.txt").write_text("Ada\n", encoding="utf-8")
    command = [str(tmp_path / "class.txt"), str(tmp_path), "--lessons", "03", "--word", "spring"]
    assert main("worksheets", *command) == 0
    assert f"Seal {seal('spring')}." in (tmp_path / "sheets.html").read_text(encoding="utf-8")
    answers = str(tmp_path / "answers.csv")
    assert main("mark", answers, str(tmp_path / "out"), "--word", "Spring") == 1
    told = capsys.readouterr().err
    assert f"its seal is {seal('spring')}, that of 'Spring' is {seal('Spring')}" in told
    assert main("mark", answers, str(tmp_path / "out"), "--word", "spring") == 1
    assert "no student has answered" in capsys.readouterr().err


def test_a_seal_stays_what_it_is():
    assert [seal(word) for word in ("spring", "autumn", "")] == ["VUPT", "NJGB", "USHC"]


def test_lesson_5_is_lesson_05_and_the_head_of_a_list_is_no_student(tmp_path):
    (tmp_path / "c.txt").write_text("Name\nAda\n", encoding="utf-8")
    options = ["--word", "w", "--lessons", "5", "2b"]
    assert main("worksheets", str(tmp_path / "c.txt"), str(tmp_path), *options) == 0
    html = (tmp_path / "sheets.html").read_text(encoding="utf-8")
    assert html.count("<section") == 2 and "05 · Route the maximum" in html
    assert [row["student"] for row in read_table(tmp_path / "answers.csv", [])] == ["Ada"]
