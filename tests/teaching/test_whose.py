"""collect: students of the same name, names written in other ways, and finished work beside a fresh
copy."""

import os
from pathlib import Path

import pytest

from teaching.__main__ import main
from teaching.collect_class import NOTHING
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
    return dict(lines(folder, names, tmp_path))


def lines(folder, names, tmp_path):
    """The (what, why) of a class with a list of names, after the command."""
    listed = tmp_path / "class.txt"
    listed.write_text("\n".join(names), encoding="utf-8")
    assert main("collect", str(folder), "--names", str(listed)) == 0
    out = folder.with_name(f"{folder.name}_collected")
    return [(row["what"], row["why"]) for row in read_table(out / "to_look_at.csv", ["what"])]


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
    assert found == {"Anna Schmidt": words, "Wei Li": words}
    found = told(folder, ["Anna Schmidt (1020)", "Li Wei"], tmp_path)
    assert {*found} == {"Anna Schmidt", "Anna Schmidt (1021)", "Li Wei"}
    assert found["Anna Schmidt (1021)"].startswith("not in ")


def test_a_name_with_its_number_may_stand_in_the_list():
    assert in_list(f"Anna Schmidt_1020_{MARK}", ["Anna Schmidt (1020)"]) == "Anna Schmidt (1020)"
    assert in_list(f"Anna Schmidt_1021_{MARK}", ["Anna Schmidt (1020)"]) == ""


def test_the_words_of_a_name_with_its_number_stand_in_any_order():
    names = ["Schmidt, Anna (1006)", "Schmidt, Anna (1016)", "Wolf, Ben"]
    for number in (1006, 1016):
        called = f"Anna Schmidt_{number}_{MARK}"
        assert in_list(called, names) == f"Schmidt, Anna ({number})"
    assert in_list(f"Anna Schmidt_1026_{MARK}", names) == ""
    assert in_list(f"Student_5_{MARK}05.ipynb", ["Student", "Wolf, Ben"]) == "Student"


def test_two_of_a_list_with_their_numbers_are_nothing_to_look_at(tmp_path):
    for number in (1006, 1016):
        handed_in(tmp_path / "class" / f"Anna Schmidt_{number}_{MARK}" / "x.ipynb")
    names = ["Schmidt, Anna (1016)", "Schmidt, Anna (1006)"]
    assert told(tmp_path / "class", names, tmp_path) == {}
    states = read_table(tmp_path / "class_collected" / "students.csv", ["student"])
    assert {row["student"] for row in states} == {*names}


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


def test_numbers_of_other_folders_are_told_after_what_is_to_be_looked_at(tmp_path):
    folder = tmp_path / "class"
    for place in ("03/Anna_1020", "04/Anna_1050"):
        handed_in(folder / f"{place}_{MARK}" / "x.ipynb")
    (folder / "04" / f"Cleo_1052_{MARK}").mkdir()
    (folder / "04" / f"Dan_1053_{MARK}.ipynb").write_bytes(b"")
    found = lines(folder, ["Anna", "Cleo", "Dan", "Eve"], tmp_path)
    assert [what for what, _ in found] == [
        f"04/Dan_1053_{MARK}.ipynb",
        f"04/Cleo_1052_{MARK}",
        f"04/Anna_1050_{MARK}/x.ipynb",
        "03, 04",
        "Eve",
    ]


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
    assert in_list("Ben Bach", ["Bach, Ben", "Ben Bach"]) == ""


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


NAMESAKES = [
    ["Schmidt, Anna", "Schmidt, Anna (b)"],
    ["Anna Schmidt", "Anna Schmidt B"],
    ["Anna Schmidt", "Schmidt, Anna (biology)"],
    ["Anna Schmidt", "Anna Schmidt 2", "Anna Schmidt 3"],
    ["Schmidt, Anna", "Schmidt, Anna jr."],
    ["Schmidt, Anna", "Anna Schmidt"],
    ["Schmidt, Anna (a)", "Schmidt, Anna (b)"],
    ["Schmidt, Anna", "Schmidt, Anna (1006)"],
]


@pytest.mark.parametrize("names", NAMESAKES)
def test_a_name_that_two_may_have_is_credited_to_nobody(names, tmp_path):
    handed_in(tmp_path / "class" / f"Anna Schmidt_1016_{MARK}" / "x.ipynb")
    others = "Schmidt, Anna Maria", "Schmidt, Hanna"
    (first, *found) = lines(tmp_path / "class", [*names, *others], tmp_path)
    could = f"could be {' or '.join(names)}: write Moodle's number into the class list"
    assert first == ("Anna Schmidt", f"{could}, as in Anna Schmidt (1016)")
    unless = f"{NOTHING}, unless what came as Anna Schmidt (?) is theirs"
    assert found == [*((name, unless) for name in names), *((name, NOTHING) for name in others)]
    assert {who for who, _ in rows(tmp_path / "class")} == {"Anna Schmidt"}  # without a list
    states = read_table(tmp_path / "class_collected" / "students.csv", ["student"])
    assert {row["student"] for row in states} == {"Anna Schmidt (?)"}  # no name of the list
    heat = tmp_path / "class_collected" / "heat_map.html"
    assert "not in the class list" not in heat.read_text(encoding="utf-8")


def test_two_who_have_a_name_and_both_handed_in_are_not_said_to_have_nothing(tmp_path, capsys):
    for number in (1006, 1016):
        handed_in(tmp_path / "class" / f"Anna Schmidt_{number}_{MARK}" / "x.ipynb")
    names = ["Schmidt, Anna", "Schmidt, Anna B"]
    found = told(tmp_path / "class", names, tmp_path)
    unless = f"{NOTHING}, unless what came as Anna Schmidt (1006) or Anna Schmidt (1016) is theirs"
    assert {found[name] for name in names} == {unless}
    shown = capsys.readouterr().out
    assert "\nAnna Schmidt: could be Schmidt, Anna or Schmidt, Anna B: write" in shown
    assert f"\nH{unless[5:]}: Schmidt, Anna; Schmidt, Anna B\n" in shown


def all_in_list(called, names):
    """The student of the list of each folder."""
    known = {name.casefold(): name for name in names}
    return [one.listed for one in owners([(Path(name), True) for name in called], known)[0]]


def test_a_namesake_with_a_folder_of_their_own_is_nobody_else():
    names = ["Schmidt, Anna", "Schmidt, Anna (b)", "Ann", "Ann B", "Li Na", "Na Li"]
    assert all_in_list(["Anna Schmidt", "anna_schmidt_b"], names) == names[:2]
    assert all_in_list(["Anna Schmidt", "Schmidt, Anna"], names) == ["", ""]
    assert all_in_list(["Ann"], names) == [""]
    assert all_in_list(["Ann B", "Ann"], names) == ["Ann B", "Ann"]
    assert all_in_list(["Na Li", "Li Na"], names) == ["Na Li", "Li Na"]
    numbered = ["Schmidt, Anna", "Schmidt, Anna (1006)"]
    moodle = [f"{place}Anna Schmidt_{n}_{MARK}" for place in ("", "04/") for n in (1006, 1016)]
    assert all_in_list(moodle[:2], numbered) == numbered[::-1]
    assert all_in_list([moodle[0], moodle[3]], numbered) == [numbered[1], ""]  # other folders
    assert all_in_list(["Anna Schmidt b 03", "Anna Schmidt 04"], names) == [names[1], ""]
    for beside in ("", "homework "):
        called = [f"{beside}Anna Schmidt b 04", "Anna Schmidt 04"]
        assert all_in_list(called, names) == [names[1], names[0]]
    assert all_in_list(["Hand-in Anna Schmidt b", "Anna Schmidt"], names) == [names[1], ""]


def test_who_may_be_another_one_leaves_everybody_in_question():
    known = {name.casefold(): name for name in ("Ann B", "Ann B 2")}
    owned, _ = owners([(Path("B_Ann"), True), (Path("Ann"), True)], known)
    assert [one.perhaps for one in owned] == [("Ann B", "Ann B 2")] * 2


def test_what_is_no_mark_of_a_namesake_is_another_name():
    names = ["欧阳", "欧阳 娜", "2", "B 2", "Ann", "Ann Bo"]
    for name in ("欧阳", "2", "Ann"):
        assert all_in_list([name], names) == [name]


def test_a_title_beside_a_name_is_no_other_form_of_it():
    called = ["lea klein - route the maximum", "Lea Klein 03"]
    assert all_in_list(called, ["Klein, Lea"]) == ["Klein, Lea"] * 2


def test_a_login_is_one_students_whoever_has_the_name():
    known = {"anna-schmidt": "Schmidt, Anna", "anna-schmidt-b": "Schmidt, Anna (b)"}
    known |= {name.casefold(): name for name in known.values()}
    for login in ("anna-schmidt", "anna-schmidt-b"):
        ((owner,), said) = owners([(Path(login), True)], known)
        assert owner.listed == known[login] and said == []


def test_many_namesakes_are_told_in_few_words():
    names = [f"Student {n}" for n in range(1, 10)]
    ((owner,), said) = owners([(Path("Student"), True)], {name.casefold(): name for name in names})
    assert owner.listed == "" and owner.perhaps == (*names,)
    could = "could be Student 1 or Student 2 or Student 3 or one of 6 others: give each a letter"
    assert said[0][1].startswith(could)


LONG = [*CLASS, "Braun, Nils", "Klein, Lea", "Nguyễn Thị Hồng", "Nguyễn Thị Hồng Nhung", "王 伟"]


@pytest.mark.parametrize(
    "called, student",
    [
        ("Abgabe Woche 5 - Nils Braun.ipynb", "Braun, Nils"),
        ("Abgabe Woche 5 - Nils Braun", "Braun, Nils"),
        ("lea klein - route the maximum.ipynb", "Klein, Lea"),
        ("hand-in_lea_klein_v2_FINAL.ipynb", "Klein, Lea"),
        ("2026-11-27 Klein Lea.ipynb", "Klein, Lea"),
        ("Hand-in Nguyễn Thị Hồng Nhung.ipynb", "Nguyễn Thị Hồng Nhung"),
        ("Hand-in Nguyễn Thị Hồng.ipynb", "Nguyễn Thị Hồng"),
        ("作业 王 伟.ipynb", "王 伟"),
        ("Abgabe Nils Braun und Lea Klein.ipynb", ""),
        ("Abgabe Nils Braun B.ipynb", ""),
        ("Hand-in Student 5 of 7.ipynb", ""),
        ("Ann Lee hand-in.ipynb", ""),
        ("Hand-in Nils.ipynb", ""),
        (f"Lea Sophie Klein_77_{MARK}", ""),
    ],
)
def test_a_name_among_other_words_is_the_one_of_the_list(called, student):
    assert in_list(called, LONG) == student


def test_another_form_of_a_name_that_has_handed_in_is_a_guess_too_many(tmp_path):
    folder, names = tmp_path / "class", ["Schmidt, Anna", "Braun, Nils"]
    for name in (
        "Anna Schmidt",
        "Anna Lopez Schmidt",
        "Abgabe 2 Nils Braun",
        "Abgabe 3 Nils Braun",
    ):
        handed_in(folder / name / "x.ipynb")
    assert all_in_list([path.name for path in sorted(folder.iterdir())], names) == [
        *("Braun, Nils", "Braun, Nils"),
        *("", "Schmidt, Anna"),
    ]
    found = told(folder, names, tmp_path)
    assert found["Anna Lopez Schmidt"].endswith("; most like Schmidt, Anna")
    for n in (2, 3):
        assert found[f"Abgabe {n} Nils Braun"].startswith("taken as Braun, Nils: ")


def test_who_is_guessed_is_told_and_strangers_are_counted(tmp_path):
    folder = tmp_path / "class"
    for name in ("Ben_Bach_03", f"{PAGE}_Ada", "Nobody_03", "Lea Klein"):
        handed_in(folder / f"{name}.ipynb")
    (folder / "Nobody_03").mkdir()
    names = ["Ben Bach", "Ada", "Klein, Lea", "Zoë"]
    found = told(folder, names, tmp_path)
    # first what is to be looked at
    assert [*found] == ["Nobody_03", "Ben_Bach_03", "Zoë"]
    assert found["Ben_Bach_03"].startswith("taken as Ben Bach: ")
    heat = tmp_path / "class_collected" / "heat_map.html"
    assert "<p>not in the class list: 1 of 4</p>" in heat.read_text(encoding="utf-8")
    told(folder, [*names, "Nobody 03"], tmp_path)
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
