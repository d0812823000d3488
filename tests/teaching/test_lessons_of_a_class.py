"""collect: which lesson a class has handed in, who has nothing of it, and --lessons."""

import json
import sys

import pytest

from teaching.__main__ import main
from teaching.class_list import class_list
from teaching.collect_class import NOTHING, chosen
from teaching.files import read_table
from teaching.folders import collected
from teaching.handins import UNANSWERED
from tests.project.tree import NOTEBOOKS
from tests.teaching.handed_in import answered, notebook, printed, stored

PAGE, NEXT, LAST = "03_weigh_the_kernel", "04_sum_the_bias", "05_route_the_maximum"
MARK = "assignsubmission_file_"
STRAY = "named 05, but it is lesson 03"


def handed_in(path, stem=LAST):
    """A page with one right answer."""
    name = {PAGE: "3.4", NEXT: "4.1", LAST: "5.1"}[stem]
    return stored(path, notebook(stem, {name: answered(name)}))


def looked_at(folder, names, *more):
    """The (what, why) of a class with a list of names, after the command; {student} of each
    lesson."""
    listed = folder.parent / "class.csv"
    listed.write_text("\n".join(["student", *(f'"{name}"' for name in names)]), encoding="utf-8")
    assert main("collect", str(folder), "--names", str(listed), *more) == 0
    out = folder.with_name(f"{folder.name}_collected")
    rows = {}
    for row in read_table(out / "students.csv", ["student", "page"]):
        rows.setdefault(row["page"][:2], set()).add(row["student"])
    said = read_table(out / "to_look_at.csv", ["what"])
    return [(row["what"], row["why"]) for row in said], rows


@pytest.fixture
def folder(tmp_path):
    """A class of three and one more with the notebook of another lesson."""
    for n, name in enumerate(("Lena Fischer", "Ben Wolf", "Zoë Bo")):
        handed_in(tmp_path / "class" / f"{name}_{n}_{MARK}" / "05.ipynb")
    handed_in(tmp_path / "class" / f"Pia Krause_7_{MARK}" / f"{LAST}.ipynb", PAGE)
    return tmp_path / "class"


NAMES = ["Bo, Zoë", "Fischer, Lena", "Krause, Pia", "Wolf, Ben", "Late, Kim"]
PIA = f"Pia Krause_7_{MARK}/{LAST}.ipynb"


@pytest.mark.parametrize("more", [(), ("--lessons", "05")])
def test_the_notebook_of_another_lesson_is_told_and_is_nothing_of_this_one(folder, more, capsys):
    said, rows = looked_at(folder, NAMES, *more)
    of = f"{NOTHING} of lesson 05"
    late = of if more else NOTHING
    assert said == [(PIA, STRAY), ("Krause, Pia", of), ("Late, Kim", late)]
    assert rows.pop("05") == {"Bo, Zoë", "Fischer, Lena", "Wolf, Ben"}
    assert rows == ({} if more else {"03": {"Krause, Pia"}})
    assert "\nHanded in nothing of lesson 05: Krause, Pia" in capsys.readouterr().out


def test_of_two_students_the_one_with_the_wrong_notebook_has_nothing(tmp_path):
    folder = tmp_path / "class"
    handed_in(folder / f"Lena Fischer_1_{MARK}" / "05.ipynb")
    handed_in(folder / f"Pia Krause_2_{MARK}" / "05.ipynb", PAGE)
    said, _ = looked_at(folder, ["Fischer, Lena", "Krause, Pia"])
    assert [why for _, why in said] == [STRAY, f"{NOTHING} of lesson 05"]


def test_a_number_alone_names_a_lesson_only_in_a_students_folder(tmp_path):
    for called in ("05", "Student_05", f"Ben/{PAGE}", "Ada/my 05", "Ada/03"):
        handed_in(tmp_path / "class" / f"{called}.ipynb", PAGE)
    assert not any("named" in why for _, why in collected(tmp_path / "class", tmp_path)[1])


def test_every_lesson_that_most_have_is_everybodys(tmp_path):
    folder = tmp_path / "class"
    for student, stems in (("Ada", [PAGE, LAST]), ("Ben", [LAST]), ("Cleo", [PAGE, NEXT, LAST])):
        for stem in stems:
            handed_in(folder / student / f"{stem}.ipynb", stem)
    handed_in(folder / "Dan" / "x.ipynb", PAGE)
    said, _ = looked_at(folder, ["Ada", "Ben", "Cleo", "Dan", "Eve"])
    assert said == [
        ("Ben", f"{NOTHING} of lesson 03"),
        ("Dan", f"{NOTHING} of lesson 05"),
        ("Eve", NOTHING),
    ]


# ---- the order of pages, and what cannot be read


def test_the_lesson_that_most_have_handed_in_stands_first(folder):
    handins, _ = collected(folder, folder.with_name("out"))
    assert [page.title[:2] for page in class_list(handins)] == ["05", "03"]
    (folder / "Dan.ipynb").write_bytes(b"")
    (folder / f"Eve_8_{MARK}").mkdir()
    handins, _ = collected(folder, folder.with_name("out"))
    unread = {p.title[:2]: [*filter(p.unreadable, p.rows)] for p in class_list(handins)}
    assert unread == {"05": ["Dan", "Eve"], "03": []}


def test_what_cannot_be_read_is_of_the_lesson_of_its_folder(tmp_path):
    folder = tmp_path / "class"
    for n, stem in enumerate((PAGE, PAGE, NEXT)):
        handed_in(folder / stem[:2] / f"Student {n}_{n}_{MARK}" / "x.ipynb", stem)
    for stem in (PAGE, NEXT):
        (folder / stem[:2] / f"Cleo_9{stem[1]}_{MARK}").mkdir()
        (folder / stem[:2] / f"Dan {stem[1]}_8_{MARK}").mkdir()
    handins, _ = collected(folder, folder.with_name("out"))
    found = {(one.student, one.page.name[:2]) for one in handins if not one.cells}
    assert found == {("Cleo", "03"), ("Cleo", "04"), ("Dan 3", "03"), ("Dan 4", "04")}


def test_who_has_something_of_an_unknown_lesson_may_have_every_one(tmp_path):
    folder = tmp_path / "class"
    for stem in (PAGE, NEXT):
        handed_in(folder / "Ada" / f"{stem}.ipynb", stem)
    stored(folder / "Ben" / "x.ipynb", 3)
    said, rows = looked_at(folder, ["Ada", "Ben"])
    assert said == [("Ben/x.ipynb", "not a notebook")]
    assert rows == {"03": {"Ada", "Ben"}, "04": {"Ada"}}


# ---- --lessons


@pytest.fixture
def hub(tmp_path):
    """The folder of a hub, in which each student has all pages."""
    for student in ("ada", "ben", "cleo"):
        for page in NOTEBOOKS:
            path = tmp_path / "students" / student / "mine" / page.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page.read_bytes())
        (path.parent / "Untitled.ipynb").write_text('{"cells": []}')
        (path.parent / "news.md").write_text("news")
    handed_in(tmp_path / "students" / "ada" / "mine" / f"{LAST}.ipynb")
    for stem in (LAST, NEXT):
        (tmp_path / "students" / "cleo" / "mine" / f"{stem}.ipynb").unlink()
    return tmp_path / "students"


def test_of_a_hub_only_the_lessons_that_are_asked_for_are_listed(hub):
    no_page = "no page of the course: it asks no exercise"
    names = ["ada", "ben", "cleo", "dan"]
    (hub / "ben" / "mine" / f"{NEXT}_1.ipynb").write_bytes(b"{")
    told = [(f"{name}/mine/Untitled.ipynb", no_page) for name in ("ada", "ben", "cleo")]
    for lesson in ("05", "5"):
        said, rows = looked_at(hub, names, "--lessons", lesson)
        assert rows == {"05": {"ada", "ben"}}
        of = f"{NOTHING} of lesson 05"
        assert said == [*told, ("cleo", of), ("dan", of)]
    said, rows = looked_at(hub, names, "--lessons", "3", "05")
    assert rows == {"03": {"ada", "ben", "cleo"}, "05": {"ada", "ben"}}
    assert said[3:] == [("cleo", of), ("dan", f"{NOTHING} of lesson 03, 05")]


def test_what_cannot_be_read_may_be_of_the_lesson_that_is_asked_for(hub):
    (hub / "cleo" / "mine" / "x.ipynb").write_bytes(b"")
    (hub / "dan").mkdir()
    _, rows = looked_at(hub, ["ada", "ben", "cleo", "dan"], "--lessons", "05")
    assert rows == {"05": {"ada", "ben", "cleo", "dan"}}


def test_lessons_that_nobody_has_and_that_do_not_exist_are_refused(folder, capsys):
    assert main("collect", str(folder), "--lessons", "04") == 1
    assert "holds no notebook of lesson 04" in capsys.readouterr().err
    assert main("collect", str(folder), "--lessons", "05", "42") == 1
    assert "lesson 42 has no exercises; these have: 00, 01, 02, 02b, " in capsys.readouterr().err
    assert main("collect", str(folder), "--lessons", "2B") == 1
    assert "holds no notebook of lesson 02b" in capsys.readouterr().err


def test_a_lesson_may_be_a_page_of_own_exercises(folder):
    cell = {"cell_type": "code", "source": 'cnnlib.check("own.first", 3)', "outputs": []}
    stored(folder / "Ben" / "x.ipynb", {"cells": [cell]})
    handins, _ = collected(folder, folder.with_name("out"), lessons=["own"])
    assert [one.student for one in handins] == ["Ben"]
    assert chosen(["OWN", "05", "a1"], ["own"]) == ["own", "05", "A1"]


# ---- --rerun


def shipped(path, stem, change=lambda cells: None):
    """A page as it is shipped, with a change."""
    page = next(page for page in NOTEBOOKS if page.stem == stem)
    made = json.loads(page.read_text(encoding="utf-8"))
    change([cell for cell in made["cells"] if cell["cell_type"] == "code"])
    return stored(path, made)


@pytest.mark.skipif(sys.platform == "win32", reason="--rerun asks for limits")
def test_a_copy_without_any_answer_is_not_run(tmp_path, monkeypatch, capsys):
    def typed(cells):
        cell = next(c for c in cells if 'check("3.4", ' in "".join(c["source"]))
        cell["source"] = "".join(cell["source"]).replace("...", "20, 4")

    def begun(cells):  # an answer with an ellipsis in it, whose output is taken away
        cell = next(c for c in cells if 'check("3.4", ' in "".join(c["source"]))
        cell["source"], cell["outputs"] = f"x = [...]\n{''.join(cell['source'])}", []

    def forged(cells):
        cell = next(c for c in cells if 'check("3.4", ' in "".join(c["source"]))
        printed(cell, "3.4: Right.")

    def cleared(cells):
        for cell in cells:
            cell["outputs"], cell["execution_count"] = [], None

    for change in (typed, begun, forged, cleared):
        shipped(tmp_path / "class" / change.__name__ / "x.ipynb", PAGE, change)
    shipped(tmp_path / "class" / "untouched" / "x.ipynb", PAGE)
    run = []

    def told(handins, *_):
        run.extend(one.student for one in handins)
        return [], True

    monkeypatch.setattr("teaching.rerun.rerun", told)
    assert main("collect", str(tmp_path / "class"), "--rerun") == 0
    assert run == ["begun", "forged", "typed"]
    shown = capsys.readouterr()
    assert "Running 3 notebooks, " in shown.err
    assert "2 without any answer: nothing to run." in shown.err
    rows = read_table(tmp_path / "class_collected" / "students.csv", ["student", "state"])
    for name in ("untouched", "cleared"):
        assert {row["state"] for row in rows if row["student"] == name} == {UNANSWERED}


@pytest.mark.skipif(sys.platform == "win32", reason="--rerun asks for limits")
def test_only_the_lessons_that_are_asked_for_are_run(hub, monkeypatch):
    run = []

    def told(handins, *_):
        run.extend((one.student, one.page.name) for one in handins)
        return [], True

    monkeypatch.setattr("teaching.rerun.rerun", told)
    handed_in(hub / "ben" / "mine" / f"{NEXT}.ipynb", NEXT)
    assert main("collect", str(hub), "--rerun", "--lessons", "05") == 0
    assert run == [("ada", LAST)]
