"""collect: students of the same name, names written in other ways, and finished work beside a fresh
copy."""

import os
from pathlib import Path

import pytest

from teaching.__main__ import main
from teaching.files import read_table
from teaching.folders import EMPTY, collected
from teaching.handins import RIGHT, UNANSWERED
from teaching.whose import owners
from tests.teaching.handed_in import answered, notebook, stored

PAGE, NEXT = "03_weigh_the_kernel", "04_sum_the_bias"
MARK = "assignsubmission_file_"


def handed_in(path, stem=PAGE):
    """A page with one right answer."""
    return stored(path, notebook(stem, {"3.4": answered("3.4")} if stem == PAGE else {}))


def told(folder, names, tmp_path):
    """{what: why} of a class with a list of names, after the command."""
    listed = tmp_path / "class.txt"
    listed.write_text("\n".join(names), encoding="utf-8")
    assert main("collect", str(folder), "--names", str(listed)) == 0
    out = folder.with_name(f"{folder.name}_collected")
    return {row["what"]: row["why"] for row in read_table(out / "to_look_at.csv", ["what"])}


def rows(folder):
    """The (student, page) that have a row."""
    handins, _ = collected(folder, folder.with_name("out"))
    return {(one.student, one.page.name[:2]) for one in handins}


# ---- the same name


def test_two_students_of_one_name_in_a_folder_of_moodle_are_two_rows(tmp_path):
    folder = tmp_path / "class"
    for number in (1020, 1021):
        handed_in(folder / f"Anna Schmidt_{number}_{MARK}" / "x.ipynb")
        handed_in(folder / f"Li Wei_{number}_{MARK}{PAGE}.ipynb")
    handed_in(folder / f"Li Wei_1020_{MARK}{NEXT}.ipynb", NEXT)
    both = {(f"{name} ({n})", "03") for name in ("Anna Schmidt", "Li Wei") for n in (1020, 1021)}
    assert rows(folder) == both | {("Li Wei (1020)", "04")}
    words = "2 students of this name, told apart by Moodle's numbers: 1020, 1021"
    found = told(folder, ["Anna Schmidt", "Wei Li", "Bo"], tmp_path)
    assert found.pop("Bo") == "has handed in nothing"
    assert found.pop("Li Wei").startswith("taken as Wei Li")
    assert found == {"Anna Schmidt": words, "Wei Li": words}
    found = told(folder, ["Anna Schmidt (1020)", "Li Wei"], tmp_path)
    assert {*found} == {"Anna Schmidt", "Anna Schmidt (1021)", "Li Wei"}
    assert found["Anna Schmidt (1021)"].startswith("not in ")


def test_a_name_with_its_number_may_stand_in_the_list():
    assert in_list(f"Anna Schmidt_1020_{MARK}", ["Anna Schmidt (1020)"]) == "Anna Schmidt (1020)"
    assert in_list(f"Anna Schmidt_1021_{MARK}", ["Anna Schmidt (1020)"]) == ""


def test_one_student_has_another_number_in_another_folder(tmp_path):
    handed_in(tmp_path / "03" / f"Anna_1020_{MARK}" / "x.ipynb")
    handed_in(tmp_path / "04" / f"anna_1050_{MARK}" / "x.ipynb", NEXT)
    handed_in(tmp_path / "04" / f"Ben_1051_{MARK}" / "x.ipynb", NEXT)
    (tmp_path / "04" / f"Cleo_1052_{MARK}").mkdir()
    handins, said = collected(tmp_path, tmp_path / "out")
    found = {(one.student, one.page.name[:2]) for one in handins if one.cells}
    assert found == {("Anna", "03"), ("Anna", "04"), ("Ben", "04")}
    assert {one.student for one in handins if not one.cells} == {"Cleo"}
    many = "1 of the names have other numbers of Moodle in each folder: "
    assert dict(said)["03, 04"].startswith(many)
    assert dict(said)[f"04/Cleo_1052_{MARK}"] == EMPTY


def test_where_two_have_a_name_nobody_is_guessed_in_another_folder(tmp_path):
    for place in ("03/Anna_1020", "03/Anna_1021", "04/Anna_1050"):
        handed_in(tmp_path / f"{place}_{MARK}" / "x.ipynb")
    assert rows(tmp_path) == {(f"Anna ({n})", "03") for n in (1020, 1021, 1050)}
    _, said = collected(tmp_path, tmp_path / "out")
    assert dict(said)["Anna"].endswith("numbers: 1020, 1021 in 03; 1050 in 04")


def test_the_folder_of_a_student_holds_that_student_alone(tmp_path):
    for n, stem in ((1020, PAGE), (1050, NEXT)):
        handed_in(tmp_path / "Anna" / f"Anna_{n}_{MARK}" / "x.ipynb", stem)
    assert rows(tmp_path) == {("Anna", "03"), ("Anna", "04")}


# ---- names of a class list

CLASS = ["Ben Bach", "O'Brien, Liam", "Zoë Müller", "Ada Adler", "Student 5", "Ann", "Ann Bo"]


def in_list(called, names):
    """Whom of a list a file or a folder belongs to."""
    known = {name.casefold(): name for name in names}
    ((owner,), _) = owners([(Path(called), not called.endswith(".ipynb"))], known)
    return owner.listed


@pytest.mark.parametrize(
    "called, student",
    [
        ("Ben_Bach_05.ipynb", "Ben Bach"),
        ("05_Ben_Bach.ipynb", "Ben Bach"),
        ("lesson05_Bach_Ben.ipynb", "Ben Bach"),
        ("Bach.Ben-lesson 5 (2).ipynb", "Ben Bach"),
        ("05 route the maximum Ben Bach.ipynb", "Ben Bach"),
        ("bach_ben", "Ben Bach"),
        (f"Bach Ben_77_{MARK}", "Ben Bach"),
        ("O_Brien, Liam_05_route_the_maximum.ipynb", "O'Brien, Liam"),
        ("Copy of 05_route_the_maximum Ada Adler.ipynb", "Ada Adler"),
        ("Kopie von 05_Ada Adler.ipynb", "Ada Adler"),
        ("Student_5", "Student 5"),
        ("Ann_05.ipynb", "Ann"),
        ("Bo_Ann_05.ipynb", "Ann Bo"),
        ("Ben_Bach_05_of_Ann.ipynb", ""),
        ("Ben_1234567.ipynb", ""),
        ("Ben Bach A", ""),
        ("Zoe_Muller_05.ipynb", ""),
        ("3_Student_5.ipynb", ""),
        ("lesson05.ipynb", ""),
        ("Bach_05.ipynb", ""),
    ],
)
def test_a_name_with_the_same_words_is_the_one_of_the_list(called, student):
    assert in_list(called, CLASS) == student


def test_words_that_two_of_the_list_have_tell_nobody():
    assert in_list("Ben_Bach_05.ipynb", ["Bach, Ben", "Ben Bach"]) == ""
    assert in_list("Ben Bach", ["Bach, Ben", "Ben Bach"]) == "Ben Bach"


@pytest.mark.parametrize(
    "called, student",
    [
        (f"Copy of {PAGE} Ada Adler", "Ada Adler"),
        (f"my_{PAGE}_Ada Adler", "Ada Adler"),
        (f"Copy of my_{PAGE}_Ada", "Ada"),
        (f"{PAGE}_solved Ada Adler", "Ada Adler"),
        (f"Tran My_{PAGE}", "Tran My"),
        (f"My Tran_{PAGE}", "My Tran"),
        (f"Procopio_{PAGE}-Copy1", "Procopio"),
    ],
)
def test_what_students_add_to_a_pages_name_is_no_part_of_theirs(called, student, tmp_path):
    handed_in(tmp_path / f"{called}.ipynb")
    assert rows(tmp_path) == {(student, "03")}


def test_who_is_taken_for_whom_is_told_and_strangers_are_counted(tmp_path):
    folder = tmp_path / "class"
    for name in ("Ben_Bach_03", f"{PAGE}_Ada", "Nobody_03"):
        handed_in(folder / f"{name}.ipynb")
    found = told(folder, ["Ben Bach", "Ada"], tmp_path)
    assert {*found} == {"Ben_Bach_03", "Nobody_03"}
    assert found["Ben_Bach_03"].startswith("taken as Ben Bach: ")
    heat = tmp_path / "class_collected" / "heat_map.html"
    assert "<p>not in the class list: 1 of 3</p>" in heat.read_text(encoding="utf-8")
    told(folder, ["Ben Bach", "Ada", "Nobody 03"], tmp_path)
    assert "not in the class list" not in heat.read_text(encoding="utf-8")
    assert main("collect", str(folder)) == 0
    assert "not in the class list" not in heat.read_text(encoding="utf-8")


# ---- which of two


def aged(path, made, time):
    """A file of that age."""
    os.utime(stored(path, made), (time, time))


def cleared(made):
    """A notebook whose outputs are taken away."""
    cells = [cell | {"outputs": []} if "outputs" in cell else cell for cell in made["cells"]]
    return made | {"cells": cells}


@pytest.mark.parametrize("fresh", [notebook(PAGE, {}), cleared(notebook(PAGE, {}))])
def test_a_fresh_copy_never_beats_answers(fresh, tmp_path):
    answers = {"3.4": answered("3.4"), "3.1": answered("3.1", 0)}
    aged(tmp_path / "Ada" / "x.ipynb", notebook(PAGE, answers), 100)
    aged(tmp_path / "Ada" / "x (2).ipynb", fresh, 200)
    (one,), said = collected(tmp_path, tmp_path / "out")
    assert one.told["3.4"].status == RIGHT and one.told["3.5"].status == UNANSWERED
    words = "does not count: of the same student Ada/x.ipynb has answers; answers: 0 here, 2 there"
    assert dict(said)["Ada/x (2).ipynb"] == words


def test_what_is_filled_in_and_not_run_is_an_answer(tmp_path):
    made = notebook(PAGE, {"3.4": answered("3.4")})
    aged(tmp_path / "Ada" / "a.ipynb", made, 100)
    aged(tmp_path / "Ada" / "b.ipynb", cleared(made), 200)
    (one,), said = collected(tmp_path, tmp_path / "out")
    assert one.path.name == "b.ipynb"
    words = "does not count: of the same student Ada/b.ipynb is newer; answers: 1 here, 1 there"
    assert dict(said)["Ada/a.ipynb"] == words
