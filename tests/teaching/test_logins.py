"""Logins for the hub, from a class list; and folders named by them."""

import os
import re
import tomllib

import pytest

from teaching.__main__ import main
from teaching.files import read_table
from teaching.hub.classroom import NAME
from teaching.logins import LONGEST, logins
from teaching.people import class_list, same_person
from teaching.seals import seal
from tests.teaching.handed_in import answered, notebook, stored

PAGE = "03_weigh_the_kernel"
CLASS = ["Zoë Ångström", "María-José O’Neill", "王小明", "Teacher", "zoe angstrom", "=Ada"]


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Zoë Ångström", "zoe-angstrom"),
        ("María-José O’Neill", "maria-jose-oneill"),
        ("Łukasz Größe", "lukasz-grosse"),
        ("王小明", "student-@"),
        ("Ольга", "student-@"),
        ("Teacher", "teacher-2"),
        ("3 Ada 4", "ada-4"),
        ("..", "student-@"),
        ("x" * 60, "x" * LONGEST),
    ],
)
def test_a_login_has_letters_of_every_keyboard(name, login):
    assert logins([name]) == [login.replace("@", seal(same_person(name)).lower())]


def test_a_login_of_other_letters_is_of_the_name_and_not_of_its_place():
    assert logins(["王小明"]) == ["student-bjfw"]
    assert logins(["Ben", "Ольга", "王小明"])[2] == "student-bjfw"


def test_all_are_different_allowed_and_stay_when_somebody_comes_later():
    many = [*CLASS, *(f"Ada B{'.' * n}" for n in range(12)), "Ada B-2", "x" * 60, "x" * 61]
    made = logins(many)
    assert len({*made}) == len(many) and all(re.match(NAME, login) for login in made)
    assert logins(many[:7]) == made[:7]


def test_the_files_are_a_class_list_strips_and_the_hubs_line(tmp_path, capsys):
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
    assert "address" not in capsys.readouterr().out
    assert main("logins", str(names), str(tmp_path / "out")) == 0
    assert "The strips do not say where the hub is" in capsys.readouterr().out


def test_strips_have_the_place_in_the_list_and_fonts_are_told(again, tmp_path, capsys):
    again("Ben", "Ada")
    assert "need a font" not in capsys.readouterr().out
    again("王小明", "Ben")
    told = capsys.readouterr().out
    assert "Look at the print: names in other scripts, such as 王小明, need a font." in told
    strips = (tmp_path / "logins.html").read_text(encoding="utf-8")
    assert re.findall("<h2>(.*?)</h2>", strips) == [
        *("1 · <bdi>王小明</bdi>", "2 · <bdi>Ben</bdi>"),  # Ada is not in the list any more
    ]


@pytest.fixture
def again(tmp_path):
    """again(names): the command in one folder; (its status, {student: login})."""

    def run(*names):
        (tmp_path / "class.txt").write_text("\n".join(names), encoding="utf-8")
        status = main("logins", str(tmp_path / "class.txt"), str(tmp_path))
        rows = read_table(tmp_path / "logins.csv", ["student", "login"])
        return status, {row["student"]: row["login"] for row in rows}

    return run


def test_a_second_run_keeps_every_login_wherever_the_names_stand(again, tmp_path, capsys):
    assert again("Zoë", "Ben", "王小明") == (0, first := again("Zoë", "Ben", "王小明")[1])
    assert again("王小明", "Zoe", "zoë", "Ada")[1] == {
        "王小明": first["王小明"],
        "Zoe": "zoe-2",
        "zoë": "zoe",
        "Ada": "ada",
        "Ben": "ben",
    }
    told = capsys.readouterr().out
    assert (
        "new: Zoe, zoe-2\nnew: Ada, ada\nnot in the list, does not come in, keeps ben: Ben\n"
        in told
    )
    line = (tmp_path / "names.toml").read_text(encoding="utf-8")
    assert {*tomllib.loads(line)["names"]} == {first["王小明"], "zoe-2", "zoe", "ada"}
    assert again("Bén")[1] == {
        **{"Bén": "ben-2", "王小明": first["王小明"], "Zoe": "zoe-2", "zoë": "zoe"},
        **{"Ada": "ada", "Ben": "ben"},
    }
    assert "is it Ben, who has ben?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Ben,zoe\nZoë,ben\nCy,ben", "line 4: Cy has ben, the login of Zoë"),
        ("Ben,teacher", "line 2: Ben has teacher, the login of the teacher"),
        ("Ben,Ben", "line 2: Ben has 'Ben'; a login is made of small letters"),
        ("Ben,ben\n,zoe", "line 3: nobody has zoe; each student has one login"),
        ("Ben,ben\nBEN,ben-2", "line 3: BEN has ben-2; each student has one login"),
    ],
)
def test_logins_that_cannot_be_kept_are_told_and_stay(rows, told, again, tmp_path, capsys):
    (tmp_path / "logins.csv").write_text(f"student,login\n{rows}\n", encoding="utf-8")
    before = (tmp_path / "logins.csv").read_bytes()
    assert again("Ben", "Zoë", "Cy")[0] == 1
    assert told in capsys.readouterr().err
    assert (tmp_path / "logins.csv").read_bytes() == before
    assert not (tmp_path / "names.toml").exists()


def test_a_login_written_by_hand_is_kept_and_not_given_twice(again, tmp_path):
    (tmp_path / "logins.csv").write_text("Student;Login\nBen;zoe\nCy;\n", encoding="utf-8")
    assert again("Zoë", "Ben", "Cy") == (0, {"Zoë": "zoe-2", "Ben": "zoe", "Cy": "cy"})


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
    assert said == ["ZOE/x.ipynb", "zoe/x.ipynb"]
