"""Logins for the hub, from a class list; and folders named by them."""

import os
import re
import tomllib

import pytest

from teaching.__main__ import main
from teaching.files import read_table
from teaching.hub.classroom import NAME
from teaching.logins import LONGEST, logins
from teaching.people import class_list
from tests.teaching.handed_in import answered, notebook, stored

PAGE = "03_weigh_the_kernel"
CLASS = ["Zoë Ångström", "María-José O’Neill", "王小明", "Teacher", "zoe angstrom", "=Ada"]


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Zoë Ångström", "zoe-angstrom"),
        ("María-José O’Neill", "maria-jose-oneill"),
        ("Łukasz Größe", "lukasz-grosse"),
        ("王小明", "student-1"),
        ("Ольга", "student-1"),
        ("Teacher", "teacher-2"),
        ("3 Ada 4", "ada-4"),
        ("..", "student-1"),
        ("x" * 60, "x" * LONGEST),
    ],
)
def test_a_login_has_letters_of_every_keyboard(name, login):
    assert logins([name]) == [login]


def test_all_are_different_allowed_and_stay_when_somebody_comes_later():
    many = [*CLASS, *("Ada B",) * 12, "Ada B-2", "x" * 60, "x" * 61]
    made = logins(many)
    assert len({*made}) == len(many) and all(re.match(NAME, login) for login in made)
    assert logins(many[:7]) == made[:7]


def test_the_files_are_a_class_list_strips_and_the_hubs_line(tmp_path):
    names = tmp_path / "class.txt"
    names.write_text("\n".join(CLASS), encoding="utf-8")
    assert main("logins", str(names), str(tmp_path / "out"), "--address", "http://hub:8000") == 0
    listed = tmp_path / "out" / "logins.csv"
    assert class_list(listed) == CLASS
    made = [row["login"] for row in read_table(listed, ["login"])]
    strips = (tmp_path / "out" / "logins.html").read_text(encoding="utf-8")
    assert all(f"<code>{login}</code>" in strips for login in made)
    assert strips.count("http://hub:8000") == len(CLASS)
    line = (tmp_path / "out" / "names.toml").read_text(encoding="utf-8")
    assert tomllib.loads(line) == {"names": made}


def test_folders_of_logins_get_the_names_and_who_is_missing_is_told(tmp_path):
    names, hub = tmp_path / "logins.csv", tmp_path / "students"
    names.write_text("student,login\nZoë,zoe\nBen,ben\nCara,cara\n", encoding="utf-8")
    for login in ("zoe", "ben", "carla"):
        stored(hub / login / "mine" / "x.ipynb", notebook(PAGE, {"3.4": answered("3.4")}))
    assert main("collect", str(hub), "--names", str(names)) == 0
    out = tmp_path / "students_collected"
    assert {row["student"] for row in read_table(out / "students.csv", ["student"])} == {
        "Zoë",
        "Ben",
        "carla",
    }
    said = {row["what"]: row["why"] for row in read_table(out / "to_look_at.csv", ["what"])}
    assert said["carla"].endswith("most like Cara")
    assert said["Cara"].startswith("has handed in nothing")
    assert {*said} == {"carla", "Cara"}


def test_a_folder_of_the_name_and_one_of_the_login_are_one_student(tmp_path):
    names, hub = tmp_path / "logins.csv", tmp_path / "students"
    names.write_text("student,login\nZoë,zoe\n", encoding="utf-8")
    for time, (who, n) in enumerate((("zoe", 0), ("Zoë", 0), ("ZOE", None))):
        answers = {} if n is None else {"3.4": answered("3.4")}
        path = stored(hub / who / "x.ipynb", notebook(PAGE, answers))
        os.utime(path, (time, time))
    assert main("collect", str(hub), "--names", str(names)) == 0
    out = tmp_path / "students_collected"
    assert {row["student"] for row in read_table(out / "students.csv", ["student"])} == {"Zoë"}
    said = [row["what"] for row in read_table(out / "to_look_at.csv", ["what"])]
    assert said == ["Zoë/x.ipynb", "zoe/x.ipynb"]
