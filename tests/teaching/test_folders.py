"""collect: the folder of a class: whose a file is, which of two counts, and nothing vanishes."""

import os
import unicodedata
from pathlib import Path

import pytest

from teaching import folders
from teaching.__main__ import main
from teaching.class_list import class_list
from teaching.files import read_table
from teaching.folders import EMPTY, LINK, NAMELESS, collected
from teaching.handins import RIGHT, UNREADABLE, WRONG
from teaching.lesson_pages import pages
from teaching.whose import owners
from tests.project.tree import NOTEBOOKS
from tests.teaching.handed_in import answered, notebook, stored

PAGE, NEXT = "03_weigh_the_kernel", "04_sum_the_bias"


def handed_in(path, stem=PAGE):
    """A page with one right answer."""
    return stored(path, notebook(stem, {"3.4": answered("3.4")} if stem == PAGE else {}))


def not_read(folder):
    """{(student, page): why} of the rows of what could not be read, and what is said of files."""
    handins, said = collected(folder, folder.with_name("out"))
    listed = {p.title: p for p in class_list(handins)}
    rows = {
        (one.student, one.page.name[:2]): listed[one.page.title].unreadable(one.student)
        for one in handins
    }
    return {key: why for key, why in rows.items() if why}, dict(said)


# ---- whose


@pytest.mark.parametrize(
    "path, student",
    [
        ("Ada Lovelace/03_weigh_the_kernel.ipynb", "Ada Lovelace"),
        ("Ada/deep/er/x.ipynb", "Ada"),
        ("03_weigh_the_kernel_Zoë.ipynb", "Zoë"),
        ("zoe-03_weigh_the_kernel (1).ipynb", "zoe"),
        ("03_Weigh_The_Kernel-Copy1.ipynb", "03_Weigh_The_Kernel-Copy1"),
        ("Ada Lovelace_12345_assignsubmission_file_03_weigh_the_kernel.ipynb", "Ada Lovelace"),
        ("Ada Lovelace_12345_assignsubmission_file/03.ipynb", "Ada Lovelace"),
    ],
)
def test_whose_it_is(path, student):
    assert owners([(Path(path), False)], {})[0][0].student == student


def test_what_is_no_notebook_is_told_and_the_others_are_read(tmp_path):
    stored(tmp_path / "Ada" / "x.ipynb", notebook(PAGE, {}))
    whole = (tmp_path / "Ada" / "x.ipynb").read_text(encoding="utf-8")
    bad = {
        "empty.ipynb": b"",
        "half.ipynb": whole[: len(whole) // 2].encode(),
        "page.pdf": b"%PDF-1.7",
        "table.json": b'{"a": 1}',
        "list.ipynb": b"[[]]",
        "numbers.ipynb": b'{"cells": 3, "worksheets": 4}',
        "none.ipynb": b'{"cells": [3, {"cell_type": "code", "source": 4, "outputs": [7]}]}',
        "nested.ipynb": b"[" * 200_000,
        ".hidden.ipynb": b"",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "Ada" / "x.ipynb")
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(60_000_000)
    handins, said = collected(tmp_path, tmp_path / "out")
    assert [one.student for one in handins if one.cells] == ["Ada"]
    told = dict(said)
    assert {*told} == {*bad, "huge.ipynb", "link.ipynb"} - {".hidden.ipynb"}
    assert told["empty.ipynb"] == "an empty file"
    again = "damaged, so it cannot be read: ask for it again ("
    assert told["half.ipynb"].startswith(again) and "line 1 column" in told["half.ipynb"]
    assert told["nested.ipynb"].startswith(again)
    assert told["huge.ipynb"] == "too large: 60 MB"
    assert {told[name] for name in ("page.pdf", "table.json", "list.ipynb")} == {"not a notebook"}


def test_of_two_the_newer_file_counts_and_of_two_as_old_the_better(tmp_path):
    old = stored(tmp_path / "Ada" / "a.ipynb", notebook(PAGE, {"3.4": answered("3.4")}))
    new = stored(tmp_path / "ada" / "b.ipynb", notebook(PAGE, {"3.4": answered("3.4", 0)}))
    for old_time, counts, other in ((100, WRONG, "Ada/a.ipynb"), (200, RIGHT, "ada/b.ipynb")):
        os.utime(old, (old_time, old_time))
        os.utime(new, (200, 200))
        (one,), said = collected(tmp_path, tmp_path / "out")
        assert one.told["3.4"].status == counts
        assert [what for what, why in said if why.startswith("does not count: ")] == [other]


def test_a_name_written_in_other_ways_is_one_student_on_all_pages(tmp_path):
    for n, name in enumerate(("Zoé B", "zoé b", "Zoé  B")):
        for form, stem in (("NFC", PAGE), ("NFD", NEXT)):
            path = handed_in(tmp_path / unicodedata.normalize(form, name) / f"{stem}.ipynb", stem)
            os.utime(path, (n, n))
    handins, said = collected(tmp_path, tmp_path / "out")
    assert len(handins) == 2 and len(said) == 4
    assert {one.student for one in handins} == {"Zoé B"}


def test_a_file_without_a_name_is_told_and_is_like_nobody(tmp_path, capsys):
    names = tmp_path / "class.csv"
    names.write_text("student\nZoë Müller\nWendy Ford\nAda\nBob\n", encoding="utf-8")
    for name in (PAGE, f"my_{PAGE} (1)", "zoe muller", "Nobody Here", f"{PAGE}_Ada"):
        handed_in(tmp_path / "class" / f"{name}.ipynb")
    assert main("collect", str(tmp_path / "class"), "--names", str(names)) == 0
    out = tmp_path / "class_collected"
    told = {row["what"]: row["why"] for row in read_table(out / "to_look_at.csv", ["what"])}
    assert told == {
        f"{PAGE}.ipynb": NAMELESS,
        f"my_{PAGE} (1).ipynb": NAMELESS,
        "zoe muller": f"not in {names}; most like Zoë Müller",
        "Nobody Here": f"not in {names}; no name there is like it",
        **dict.fromkeys(("Wendy Ford", "Bob"), "has handed in nothing"),
        "Zoë Müller": "has handed in nothing, unless what came as zoe muller is theirs",
    }
    shown = capsys.readouterr().out
    assert "\nHanded in nothing: Wendy Ford; Bob\n" in shown
    assert "\nHanded in nothing, unless what came as zoe muller is theirs: Zoë Müller\n" in shown
    assert "has handed in nothing" not in shown


# ---- nothing vanishes


def test_who_cannot_be_read_has_a_row_in_every_list(tmp_path, capsys):
    folder, out = tmp_path / "class", tmp_path / "class_collected"
    handed_in(folder / "Ada" / "x.ipynb")
    whole = (folder / "Ada" / "x.ipynb").read_bytes()
    stored(folder / "Ben" / "x.ipynb", 3)
    (folder / "Cleo").mkdir()
    (folder / "Dan.ipynb").write_bytes(whole[: len(whole) // 2])
    assert main("collect", str(folder)) == 0
    wanted = {
        "Ben": "cannot be read: not a notebook",
        "Cleo": f"cannot be read: {EMPTY}",
        "Dan": "damaged, so it cannot be read: ask for it again (",
    }
    shown = capsys.readouterr().out
    html = (out / "students.html").read_text(encoding="utf-8")
    rows = read_table(out / "students.csv", ["student"])
    for name, why in wanted.items():
        assert f"{name}  {why}" in shown.replace("Cleo", "Cleo ")
        assert f">{why}" in html.partition(f"<th>{name}</th>")[2]
        mine = [row for row in rows if row["student"] == name]
        assert [row["exercise"] for row in mine] == [*pages()[PAGE].exercises]
        assert {row["state"] for row in mine} == {UNREADABLE}
    heat = (out / "heat_map.html").read_text(encoding="utf-8")
    assert "<p>unreadable: 3</p>" in heat and ">unreadable</th>" not in heat
    assert "rgb(86, 160, 235)" in heat  # the only one who could be read is right
    assert not any(name in heat for name in wanted)


def test_the_page_of_what_is_damaged_is_known_by_its_text_or_its_name(tmp_path):
    for stem in (PAGE, NEXT):
        whole = handed_in(tmp_path / "Ada" / f"{stem}.ipynb", stem).read_bytes()
    (tmp_path / "Ben.ipynb").write_bytes(whole[: len(whole) * 2 // 3])
    (tmp_path / f"Cleo_{PAGE}.ipynb").write_bytes(b"")
    (tmp_path / "Dan.ipynb").write_bytes(b"")
    (tmp_path / "Ada" / "x.ipynb").write_bytes(b"")
    rows, said = not_read(tmp_path)
    assert {*rows} == {("Ben", "04"), ("Cleo", "03"), ("Dan", "03")}  # one row each
    assert said["Ada/x.ipynb"] == "an empty file"


def test_folders_and_files_that_are_closed_or_gone_are_told(tmp_path, monkeypatch):
    for name in ("Ada/x.ipynb", "Ben/x.ipynb", "Ben/more/x.ipynb", "Cleo/x.ipynb"):
        handed_in(tmp_path / name)
    scandir, read = os.scandir, folders.read

    def closed(path):
        if Path(path).name in ("Ada", "more"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def gone(path, student):
        if student == "Cleo":
            path.unlink()
        return read(path, student)

    monkeypatch.setattr(os, "scandir", closed)
    monkeypatch.setattr(folders, "read", gone)
    rows, said = not_read(tmp_path)
    assert rows == {
        ("Ada", "03"): "cannot be read: Permission denied",
        ("Cleo", "03"): "cannot be read: No such file or directory",
    }
    assert said["Ben/more"] == "Permission denied" and {*said} == {
        "Ada",
        "Ben/more",
        "Cleo/x.ipynb",
    }


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path, monkeypatch, capsys):
    def closed(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", closed)
    assert main("collect", str(tmp_path)) == 1
    assert "cannot be read: Permission denied" in capsys.readouterr().err


def test_the_links_of_the_hub_are_nothing_to_look_at(tmp_path):
    handed_in(tmp_path / "ada" / "mine" / "x.ipynb")
    (tmp_path / "ada" / "notebooks").symlink_to(tmp_path)
    (tmp_path / "ada" / "mine" / "news.md").symlink_to("../.news.md")
    (tmp_path / "ben" / "mine").mkdir(parents=True)
    (tmp_path / "ben" / "mine" / "news.md").write_text("in a copy of the hub's folder")
    handed_in(tmp_path / "ben" / "mine" / "x.ipynb")
    _, said = collected(tmp_path, tmp_path / "out")
    assert said == []


def test_links_and_what_is_no_file_are_told_and_not_opened(tmp_path):
    handed_in(tmp_path / "Ada" / "x.ipynb")
    (tmp_path / "Ben").symlink_to(tmp_path / "Ada")
    (tmp_path / "J. R. R.").mkdir()
    (tmp_path / "J. R. R." / "x.ipynb").symlink_to("nowhere")
    (tmp_path / "Ada" / "data").symlink_to(tmp_path)
    (tmp_path / "Cleo").mkdir()
    os.mkfifo(tmp_path / "Cleo" / "x.ipynb")
    rows, said = not_read(tmp_path)
    assert {student for student, _ in rows} == {"Ben", "J. R. R.", "Cleo"}
    assert [*said.values()].count(LINK) == 3 and "Ada/data" in said


def test_a_file_that_lies_beside_is_told_and_is_no_student(tmp_path):
    handed_in(tmp_path / "Ada" / "x.ipynb")
    (tmp_path / "Ada" / "photo.jpg").write_bytes(b"jpg")
    (tmp_path / "class.csv").write_text("student\n")
    handed_in(tmp_path / "Cleo" / "x.ipynb", NEXT)
    rows, said = not_read(tmp_path)
    assert rows == {} and {*said} == {"Ada/photo.jpg", "class.csv"}
    (tmp_path / "Ben").mkdir()
    (tmp_path / "Ben" / "report.pdf").write_bytes(b"%PDF")
    assert {*not_read(tmp_path)[0]} == {("Ben", "03")}


def test_a_class_of_which_nothing_can_be_read_is_told(tmp_path, capsys):
    (tmp_path / f"{PAGE}.ipynb").write_bytes(b"")
    assert main("collect", str(tmp_path), "--out", str(tmp_path / "out")) == 0
    assert "<p>unreadable: 1</p>" in (tmp_path / "out" / "heat_map.html").read_text("utf-8")
    (tmp_path / f"{PAGE}.ipynb").rename(tmp_path / "x.ipynb")
    assert main("collect", str(tmp_path), "--out", str(tmp_path / "out")) == 1
    assert "x.ipynb: an empty file" in capsys.readouterr().err


def test_many_of_one_kind_are_one_line(tmp_path):
    handed_in(tmp_path / "Ada" / "x.ipynb")
    for n in range(50):
        (tmp_path / "Ada" / f"{n:02}.py").write_text("1")
    assert not_read(tmp_path)[1] == {"Ada/00.py and 49 more": "not a notebook"}


def test_pages_without_exercises_are_nothing_to_look_at(tmp_path):
    handed_in(tmp_path / "Ada" / "x.ipynb")
    for path in NOTEBOOKS:
        if path.stem not in pages():
            (tmp_path / "Ada" / path.name).write_bytes(path.read_bytes())
    assert not_read(tmp_path) == ({}, {})


# ---- lists of an earlier run


def test_lists_of_an_earlier_run_are_known_by_what_they_hold(tmp_path):
    handed_in(tmp_path / "Ada" / "x.ipynb")
    (tmp_path / "empty").mkdir()
    for out in ("empty", "results", "deep/er", "."):
        assert main("collect", str(tmp_path), "--out", str(tmp_path / out)) == 0
        rows = read_table(tmp_path / out / "students.csv", ["student"])
        assert {row["student"] for row in rows} == {"Ada"}
        assert read_table(tmp_path / out / "to_look_at.csv", ["what"])[1:] == []
    handed_in(tmp_path / "results" / "x.ipynb")
    (tmp_path / "heat_map").mkdir()
    (tmp_path / "heat_map" / "students.csv").write_text("student,mark\n")
    handins, said = collected(tmp_path, tmp_path / "out")
    assert {one.student for one in handins} == {"Ada", "results", "heat_map"}
    assert "heat_map/students.csv" in dict(said)


# ---- hostile


def test_names_and_texts_of_any_letters_are_written(tmp_path, capsys):
    folder, out = tmp_path / "班级", tmp_path / "班级_collected"
    handed_in(folder / "王小明" / "作业.ipynb")
    made = notebook(PAGE, {"3.4": ("1", "3.4: Not yet: \ud800\x1b[2J" + " " * 300_000 + ".")})
    stored(folder / "tab\there\n" / "x.ipynb", made)
    handed_in(folder / os.fsdecode(b"Zo\xeb") / "x.ipynb")
    handed_in(folder / os.fsdecode(b"Zo\xe9") / "x.ipynb")
    assert main("collect", str(folder)) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\t" not in shown
    names = {row["student"] for row in read_table(out / "students.csv", ["student"])}
    assert names == {"王小明", r"tab\x09here\x0a", r"Zo\xeb", r"Zo\xe9"}
    assert "王小明" in (out / "students.html").read_text(encoding="utf-8")


def test_where_lists_cannot_be_written_is_told(tmp_path, capsys):
    folder, file = tmp_path / "class", tmp_path / "file"
    handed_in(folder / "Ada" / "x.ipynb")
    file.write_text("mine")
    (tmp_path / "half" / "mistakes.csv").mkdir(parents=True)
    for out in (file, file / "deeper", tmp_path / "half"):
        assert main("collect", str(folder), "--out", str(out)) == 1
        told = capsys.readouterr().err
        assert str(out) in told and "cannot be written" in told and "--out" in told
    assert file.read_text() == "mine"


def test_the_class_list_is_read_once(tmp_path, monkeypatch):
    names, opened, read = tmp_path / "names.csv", [], Path.read_text
    names.write_text("student,login\nZoë,zoe\nBen,ben\n", encoding="utf-8")
    handed_in(tmp_path / "class" / "ZOE" / "x.ipynb")

    def counted(path, *more, **named):
        opened.append(path)
        return read(path, *more, **named)

    monkeypatch.setattr(Path, "read_text", counted)
    assert main("collect", str(tmp_path / "class"), "--names", str(names)) == 0
    assert opened.count(names) == 1
