"""quiz and gain: two forms as much work as each other, and what was won between them."""

import re

import numpy as np
import pytest

from teaching.__main__ import main
from teaching.files import read_table, write_table
from teaching.forms import FORMS, NAMES, effort, form, kinds
from teaching.gain import normalised
from teaching.gain_page import class_page
from teaching.questions import Question, written
from teaching.quiz import on_screen
from teaching.seals import seal
from tests.project.tree import LESSONS, text_of

WORDS = ("spring", "autumn", "e")


@pytest.mark.parametrize("word", WORDS)
def test_both_forms_are_as_much_work_and_have_other_numbers(word):
    first, second = (form(letter, word) for letter in FORMS)
    assert tuple(first) == tuple(second) == NAMES and len(NAMES) == 10
    for name, question in first.items():
        assert effort(question) == effort(second[name])
        assert written(question.right) != written(second[name].right)
        assert list(question.wrong) == list(second[name].wrong)
        assert question.answer.partition("[")[0] == second[name].answer.partition("[")[0]


def test_a_form_is_the_same_for_ever():
    kept = {letter: [written(q.right) for q in form(letter, "spring").values()] for letter in FORMS}
    assert kept == {
        "A": "7 | 8 | 1 | −9 | 7 | 9 | 3.25 | 0; 0; 0; 9 | 0.4 | −0.06".split(" | "),
        "B": "5 | 7 | 3 | −8 | 6 | 5 | 2.25 | 0; 2; 0; 0 | 0.6 | −0.15".split(" | "),
    }


def test_effort_counts_what_is_to_be_done():
    question = Question("", "", np.array([-12, 3.5]), {}, {}, {}, [0, 3, -10])
    assert effort(question) == {
        "numbers": 2,
        "with a minus": 1,
        "digits": 4,
        "digits of the answer": 4,
        "minus in the answer": 1,
    }
    other = Question("", "", np.array([-21, 5.3]), {}, {}, {}, [3, 1, -10])
    assert effort(other) == effort(question) | {"numbers": 3}


def test_the_quiz_asks_of_the_whole_course_and_no_grid_of_a_lesson():
    asked = {lesson for lesson, _ in kinds().values()}
    assert asked == {"01", "02", "03", "04", "05", "06", "07", "08"}
    in_lessons = re.sub(r"\s", "", "".join(map(text_of, LESSONS)))
    grids = [g for n in FORMS for q in form(n, "spring").values() for g in q.grids.values()]
    shown = [re.sub(r"\s", "", str(grid.tolist())) for grid in grids if grid.size >= 4]
    assert len(shown) > 15
    assert not [grid for grid in shown if grid in in_lessons]


def test_the_key_tells_what_each_number_shows(tmp_path):
    assert main("quiz", str(tmp_path), "--word", "spring", "--paper", "Letter") == 0
    key = (tmp_path / "key.html").read_text(encoding="utf-8")
    for letter in FORMS:
        for question in form(letter, "spring").values():
            assert f"<td>{written(question.right)}</td>" in key
        page = (tmp_path / f"paper-{letter}.html").read_text(encoding="utf-8")
        assert page.count('class="question"') == 10 and "size: 215.9mm 279.4mm" in page
    rows = re.findall(r"<tr><td>(\d+)</td>.*<td>(\d\d) · [^<]+</td></tr>", key)
    assert rows == [(name, lesson) for name, (lesson, _) in kinds().items()]


# ---- gain


def line(student, right, letter):
    """A row of answers.csv: so many right answers, the others wrong by the first known mistake."""
    questions = form(letter, "spring").values()
    given = [
        written(q.right if n < right else next(iter(q.wrong.values())))
        for n, q in enumerate(questions)
    ]
    return [student, letter, *given]


def gained(folder, before, after, columns=("student", "form", *NAMES), options=()):
    """The exit status of the command on two tables."""
    for name, rows in (("before.csv", before), ("after.csv", after)):
        write_table(folder / name, columns, [row[: len(columns)] for row in rows])
    files = str(folder / "before.csv"), str(folder / "after.csv")
    return main("gain", *files, str(folder / "gained"), "--word", "spring", *options)


def test_gains_of_students_questions_and_class(tmp_path, capsys):
    before = [line("Ada", 2, "A"), line("Bob", 10, "B"), line("Cy", 4, "A"), line("Eve", 5, "A")]
    after = [line("ADA", 6, "B"), line("bob", 9, "A"), line("Dan", 9, "B"), line("Cy", 3, "B")]
    assert gained(tmp_path, before, after) == 0
    rows = read_table(tmp_path / "gained" / "gain.csv", ["student", "before", "after", "gain"])
    assert [list(row.values()) for row in rows] == [
        ["Ada", "2", "6", "0.50"],
        ["Bob", "10", "9", "all right before"],
        ["Cy", "4", "3", "-0.17"],
        ["Eve", "5", "", "only before, left out"],
        ["Dan", "", "9", "only after, left out"],
    ]
    told = capsys.readouterr().out
    assert "Eve: only before, left out" in told and "Dan: only after, left out" in told
    # the class: (16, 18) of 30
    assert "5.3 of 10 right before, 6.0 after. Gain of the class: 0.14" in told
    assert "mean of the single gains: 0.17; 1 had all right before." in told
    questions = read_table(tmp_path / "gained" / "questions.csv", ["question", "gain"])
    wanted = ["all right before", "all right before", "1.00", "0.00", "0.50"]
    assert [row["gain"] for row in questions[:5]] == wanted
    assert (questions[2]["before"], questions[2]["after"]) == ("2", "3")
    mistake = next(iter(form("A", "spring")["7"].wrong))
    assert questions[6]["often before"] == f"2 × {mistake}"
    page = (tmp_path / "gained" / "gain.html").read_text(encoding="utf-8")
    assert "of every 100 answers that were not right before, we have won 14." in page
    assert "Left out: 1 who answered only before, 1 who answered only after." in page
    for name in ("questions.csv", "gain.html"):
        text = (tmp_path / "gained" / name).read_text(encoding="utf-8-sig")
        assert not any(student in text for student in ("Ada", "Bob", "Cy", "Dan", "Eve"))


def test_without_a_form_a_comes_before_b(tmp_path):
    columns = ("student", *NAMES)
    before, after = ([[row[0], *row[2:]]] for row in (line("Ada", 1, "A"), line("Ada", 10, "B")))
    assert gained(tmp_path, before, after, columns) == 0
    rows = read_table(tmp_path / "gained" / "gain.csv", ["gain"])
    assert [row["gain"] for row in rows] == ["1.00"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([line("Ada", 1, "A")], [line("Bob", 1, "B")], "nobody is in both files"),
        ([line("Ada", 1, "A")], [], "no student"),
        (
            [line("Ada Lee", 1, "A")],
            [line("Lee, Ada", 1, "B")],
            "left out; is it Lee, Ada, only after?",
        ),
        ([["Ada", "C", *"1234567890"]], [line("Ada", 1, "B")], "Ada has form 'C'; wanted A or B"),
    ],
)
def test_what_cannot_be_compared_is_told(before, after, told, tmp_path, capsys):
    assert gained(tmp_path, before, after) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "gained").exists()


def test_of_two_rows_the_last_with_answers_counts_and_that_is_told(tmp_path, capsys):
    empty = ["Ada", "A", *[""] * 10]
    before = [line("ADA", 1, "A"), line("Bob", 3, "A"), line("Ada", 2, "A"), empty]
    assert gained(tmp_path, before, [line("Ada", 6, "B"), empty]) == 0
    told = capsys.readouterr().out
    assert "Ada: 2 before, 6 after" in told
    assert (
        "Ada stands there twice: line 4 of before.csv counts, and not question 2 of line 2 of be"
        in told
    )
    assert told.count("stands there twice") == told.count("Delete a row to take another") == 1


def test_of_two_files_of_a_folder_the_later_name_counts(tmp_path, capsys):
    columns = ("student", "form", *NAMES)
    moodle = tmp_path / "before" / "Ada_1_file"
    moodle.mkdir(parents=True)
    for n, name in enumerate(("x.csv", "x (2).csv", "x (10).csv", "._x.csv"), 1):
        write_table(moodle / name, columns, [line("Ada", n, "A")])
    write_table(moodle.parent / "note.csv", ["student", "note"], [["Bob", "ill"]])
    write_table(tmp_path / "after.csv", columns, [line("Ada", 9, "B")])
    files = [str(tmp_path / name) for name in ("before", "after.csv", "out")]
    assert main("gain", *files, "--word", "spring") == 0
    told = capsys.readouterr().out
    lost = "question 2 and 3 of line 2 of x.csv, question 3 of line 2 of x (2).csv."
    assert f"line 2 of x (10).csv counts, and not {lost}" in told
    assert "Ada: 3 before" in told
    assert "note.csv has no column of a question: left out." in told and "Bob" not in told


def test_who_had_the_same_form_both_times_is_told(tmp_path, capsys):
    before = [line("Ada", 2, "A"), line("Bob", 2, "B"), line("Cy", 2, "A"), line("Dee", 3, "A")]
    after = [line("ada", 9, "A"), line("Bob", 9, "B"), line("Cy", 9, "B"), line("Eve", 9, "A")]
    before[1][1] = "b"
    assert gained(tmp_path, before, after) == 0
    assert re.findall("(.*) both times: a gain may be", capsys.readouterr().out) == [
        "Ada had form A",
        "Bob had form B",
    ]
    assert gained(tmp_path, before[:2], after[:2]) == 0
    told = re.findall("(.*) both times: a gain may be", capsys.readouterr().out)
    assert told == ["All had the same form"]
    before[0][1] = before[1][1] = ""  # as the file before: A
    assert gained(tmp_path, before[:2], after[:2]) == 0
    told = re.findall("(.*) both times: a gain may be", capsys.readouterr().out)
    assert told == ["Ada had form A"]


@pytest.mark.parametrize("second", ["before.csv", "more/../before.csv"])
def test_the_same_file_twice_is_refused(second, tmp_path, capsys):
    (tmp_path / "more").mkdir()
    write_table(tmp_path / "before.csv", ("student", "form", *NAMES), [line("Ada", 2, "A")])
    files = [str(tmp_path / name) for name in ("before.csv", second, "out")]
    assert main("gain", *files, "--word", "spring") == 1
    assert "before.csv is given twice: wanted the answers before, and" in capsys.readouterr().err
    assert main("gain", str(tmp_path), str(tmp_path), str(tmp_path / "out"), "--word", "w") == 1
    assert "is given twice" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_words_of_a_name_in_another_order_are_the_one_student_who_has_them(tmp_path, capsys):
    names = tmp_path / "class.txt"
    names.write_text("Müller, Jürgen\nLee, Ada\nAda, Lee\nFox, Cy\n", encoding="utf-8")
    before = [line("Jürgen Müller", 2, "A"), line("Fox, Cy", 2, "A")]
    after = [line("JÜRGEN  MÜLLER", 6, "B"), line("Fox, Cy", 6, "B"), line("Lee, Ada", 6, "B")]
    options = ["--names", str(names)]
    assert gained(tmp_path, before, after, options=options) == 0
    told = capsys.readouterr().out
    assert "Müller, Jürgen: 2 before, 6 after, gain 0.50" in told
    assert told.count("has the same words: ") == 2
    assert "words: Jürgen Müller as Müller, Jürgen.\n" in told
    assert "Without answers before: Lee, Ada; Ada, Lee\nWithout answers after: Ada, Lee\n" in told
    assert gained(tmp_path, [*before, line("Lee Ada", 1, "A")], after, options=options) == 1
    told = capsys.readouterr().err
    assert "before.csv: not in" in told and "Lee Ada" in told and "Müller" not in told


def test_who_may_be_the_same_person_is_told(tmp_path, capsys):
    before = [line(name, 1, "A") for name in ("Zoë Ång", "Bob", "Ann", "Cy", "Dee Fox")]
    after = [line(name, 2, "B") for name in ("zoe ang", "Rob", "Anna", "Cy", "Jon Smith")]
    assert gained(tmp_path, before, after) == 0
    rows = read_table(tmp_path / "gained" / "gain.csv", ["student", "gain"])
    assert {
        row["student"]: row["gain"].partition("out")[2] for row in rows if "left out" in row["gain"]
    } == {
        "Zoë Ång": "; is it zoe ang, only after?",
        "Bob": "; is it Rob, only after?",
        "Ann": "; is it Anna, only after?",
        "Dee Fox": "",
        "zoe ang": "; is it Zoë Ång, only before?",
        "Rob": "; is it Bob, only before?",
        "Anna": "; is it Ann, only before?",
        "Jon Smith": "",
    }
    assert "Zoë Ång: only before, left out; is it zoe ang" in capsys.readouterr().out


def test_the_names_of_a_class_stand_in_the_quizs_table_and_who_is_away_is_told(tmp_path, capsys):
    names = tmp_path / "class.txt"
    names.write_text("Zoë Müller\nBob\nCy\nDee\n", encoding="utf-8")
    command = ["quiz", str(tmp_path), "--word", "spring", "--names", str(names)]
    assert main(*command) == 0
    rows = read_table(tmp_path / "answers.csv", ["student", "form", *NAMES])
    assert [row["student"] for row in rows] == ["Zoë Müller", "Bob", "Cy", "Dee"]
    before = {row["student"]: [row["student"], *[""] * 11] for row in rows}
    after = before | {name: line(name, 6, "B") for name in ("Zoë Müller", "Cy")}
    before |= {name: line(name, 2, "A") for name in ("Zoë Müller", "Bob")}
    options = ["--names", str(names)]
    assert gained(tmp_path, before.values(), after.values(), options=options) == 0
    told = capsys.readouterr().out
    assert "Zoë Müller: 2 before, 6 after" in told and "1 answered both times: 2.0 of 10" in told
    assert "Without answers before: Cy; Dee\nWithout answers after: Bob; Dee\n" in told
    assert gained(tmp_path, before.values(), [line("zoe muller", 1, "B")], options=options) == 1
    assert "zoe muller (most like Zoë Müller); write" in capsys.readouterr().err
    assert gained(tmp_path, before.values(), [["Bob", *[""] * 11]]) == 1
    assert "after.csv: no student has answered" in capsys.readouterr().err


def test_answers_to_the_other_form_and_dates_are_told(tmp_path, capsys):
    dated = line("Cy", 3, "B")
    dated[9:11] = "05. Feb", "2.5"
    rows = [line("Ada", 8, "A"), ["Bob", "A", *line("", 8, "B")[2:]]]
    assert gained(tmp_path, [*rows, line("Cy", 2, "A")], [line("Ada", 9, "B"), dated]) == 0
    told = capsys.readouterr().out
    assert told.count("the answers fit form") == 1
    assert "Bob: the answers fit form B, not A. Which one was it?" in told
    assert told.count(" is a date") == 1
    assert "Cy, question 8: 05. Feb is a date, which a spreadsheet makes of 3/4" in told


def test_columns_that_are_no_question_are_told_and_a_dash_is_no_answer(tmp_path, capsys):
    before, after = [[*line("Ada", 2, "A"), "3"]], [[*line("Ada", 6, "B"), ""]]
    before[0][5] = "–"
    assert gained(tmp_path, before, after, ("Student", "Form", " 1", *NAMES[1:], "11")) == 0
    told = capsys.readouterr().out
    assert told.count("11: no question known here, left out.\n") == 1
    assert "Ada: 2 before, 6 after" in told and "cannot be read" not in told


def test_a_quiz_without_a_column_for_each_question_is_refused(tmp_path, capsys):
    rows = [line("Ada", 2, "A")]
    assert gained(tmp_path, rows, rows, ("student", "form", *NAMES[:-2])) == 1
    assert "before.csv: Ada has no column for question 9, 10" in capsys.readouterr().err


def test_the_seal_in_the_head_of_the_papers_table_guards_every_row(tmp_path, capsys):
    assert main("quiz", str(tmp_path), "--word", "autumn") == 0
    assert "spaces, commas, semicolons, | or /" in " ".join(capsys.readouterr().out.split())
    text = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig")
    columns = text.strip().split(",")
    assert columns == ["student", "form", *NAMES, f"seal {seal('autumn')}"]
    rows = [[*line("Ada", 2, "A"), ""]]
    assert gained(tmp_path, rows, rows, columns) == 1
    told = capsys.readouterr().err
    assert f"its seal is {seal('autumn')}, that of 'spring' is {seal('spring')}" in told
    assert gained(tmp_path, rows, rows, [*columns[:-1], f"seal {seal('spring')}"]) == 0


def test_a_gain_has_a_decimal_comma_where_that_is_asked_for(tmp_path):
    before, after = [line("Ada", 2, "A")], [line("Ada", 6, "B")]
    assert gained(tmp_path, before, after) == 0
    files = [str(tmp_path / name) for name in ("before.csv", "after.csv", "gained")]
    for option, wanted in ((["--semicolons"], "Ada;2;6;0,50"), ([], "Ada,2,6,0.50")):
        assert main("gain", *files, "--word", "spring", *option) == 0
        text = (tmp_path / "gained" / "gain.csv").read_text(encoding="utf-8-sig")
        assert text.splitlines()[1] == wanted


@pytest.mark.parametrize(
    ("before", "after", "most", "gain"),
    [(2, 6, 10, 0.5), (4, 3, 10, -1 / 6), (0, 10, 10, 1), (10, 10, 10, None), (10, 3, 10, None)],
)
def test_the_normalised_gain(before, after, most, gain):
    assert normalised(before, after, most) == (gain if gain is None else pytest.approx(gain))


def test_the_page_of_the_class_says_what_a_gain_is():
    rows = [["1", "a sum", 4, 3, "-0.17", "3 × the sign is -1", ""]]
    page = class_page("We lost -0.17.", -1 / 6, (0, 0), rows)
    assert page.count("−0.17") == 2 and "-0.17" not in page
    assert "before: 3 × the sign is −1</td>" in page and "<br>after" not in page
    assert "fewer answers are right than before" in page and "Left out" not in page
    assert "To say in class" not in class_page("All right before.", None, (0, 0), rows)
    assert "we have won 0." in class_page("", 0.0, (2, 0), rows)


def test_the_seal_of_another_word_is_refused(tmp_path, capsys):
    rows = [[*line("Ada", 2, "A"), seal("spring")]]
    columns = ("student", "form", *NAMES, "seal")
    assert gained(tmp_path, rows, rows, columns) == 0
    assert gained(tmp_path, [[*rows[0][:-1], seal("autumn")]], rows, columns) == 1
    told = capsys.readouterr().err
    assert f"its seal is {seal('autumn')}, that of 'spring' is {seal('spring')}" in told


def test_answers_to_another_quiz_are_refused_though_they_have_no_seal(tmp_path, capsys):
    rows = [["Ada", "A", *["12345"] * 10]]
    assert gained(tmp_path, rows, rows) == 1
    assert "was the quiz made with the word 'spring'?" in capsys.readouterr().err


def test_the_page_does_not_give_the_word_away():
    page = on_screen("A", "aSecretWord")
    assert "aSecretWord" not in page and seal("aSecretWord") in page
