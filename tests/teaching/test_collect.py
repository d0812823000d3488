"""collect: who is stuck, from notebooks in any state."""

import csv
import json

import pytest

from teaching.__main__ import main
from teaching.class_list import MISSING, MISTAKE, class_list
from teaching.files import read_table
from teaching.folders import collected
from teaching.handins import (
    NOT_RUN,
    RIGHT,
    UNANSWERED,
    WRONG,
    Told,
    Unreadable,
    read,
    verdicts,
)
from teaching.lesson_pages import pages
from tests.project.tree import NOTEBOOKS
from tests.teaching.handed_in import answered, notebook, printed, stored

PAGE = "03_weigh_the_kernel"
ONE_OFF = "off by one: counted from 0, delta[0,0] meets x[u,v]"


def states(handins, student):
    """{exercise: state} of a student in the only page."""
    (page,) = class_list(handins)
    return {name: state for name, (state, _) in page.rows[student].items()}


# ---- one notebook


def test_right_named_wrong_empty_and_taken_away_are_told_apart(tmp_path):
    other = "12345", "3.hand: Not yet: that is another number."
    answers = {"3.4": answered("3.4"), "3.1": answered("3.1", 0), "3.hand": other}
    made = notebook(PAGE, answers)
    made["cells"] = [c for c in made["cells"] if '"3.5"' not in "".join(c["source"])]
    stored(tmp_path / "Ada" / "x.ipynb", made)
    handins, said = collected(tmp_path, tmp_path / "out")
    assert said == []
    found = states(handins, "Ada")
    wanted = {"3.4": RIGHT, "3.1": MISTAKE, "3.hand": WRONG, "3.5": MISSING, "3.2": UNANSWERED}
    assert {name: found[name] for name in wanted} == wanted
    assert [*found] and set(found) == {*pages()[PAGE].exercises}


def test_an_exercise_that_is_built_in_is_named_too(tmp_path):
    made = notebook(PAGE, {"3.line": answered("3.line", 4)})
    path = stored(tmp_path / "x.ipynb", made)
    assert read(path, "x").told["3.line"] == Told(WRONG, f"{ONE_OFF}.")


def test_the_verdict_that_was_run_last_counts_and_an_empty_one_never(tmp_path):
    made = notebook(PAGE, {})
    check = next(c for c in made["cells"] if '"3.4"' in "".join(c["source"]))
    for count, text in (
        (5, "3.4: Right."),
        (9, "3.4: Not yet: no."),
        (None, "3.4 is not answered yet."),
    ):
        more = json.loads(json.dumps(check))
        printed(more, text)
        more["execution_count"] = count
        made["cells"].insert(3, more)
    assert read(stored(tmp_path / "x", made), "x").told["3.4"] == Told(WRONG, "no.")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_as_it_ships_has_no_answer(path):
    if path.stem not in pages():
        with pytest.raises(Unreadable, match="it asks no exercise"):
            read(path, "x")
        return
    one = read(path, "x")
    assert (one.page.name, one.notes) == (path.stem, [])
    assert {*one.told} == {*one.page.exercises}
    assert {told.status for told in one.told.values()} == {UNANSWERED}


def test_what_is_printed_beside_a_verdict_is_no_part_of_it():
    printed = (
        "hello\n3.4: Not yet: that is a; asked is a pair.\nHint 1 of 3: look\n3.5: Right.\n"
        "3.3: Not yet: off by one.\nwith x = [[1]]\n3.line: Right. Yours is built in.\n"
        "3.2 is not answered yet. The library's stands in for it.\nno 3.1: Right.\n"
    )
    assert [*verdicts(printed)] == [
        ("3.4", Told(WRONG, "that is a; asked is a pair.")),
        ("3.5", Told(RIGHT)),
        ("3.3", Told(WRONG, "off by one.")),
        ("3.line", Told(RIGHT)),
        ("3.2", Told(UNANSWERED)),
    ]


# ---- which page


def test_the_content_says_which_page_it_is_and_which_version(tmp_path):
    made = notebook("02b_spread_delta_out", {})
    made["cells"][0]["source"] = "# My own title"
    cell = {"cell_type": "code", "source": ['cnnlib.check("2.99", 1)'], "outputs": []}
    made["cells"].append(cell)
    one = read(stored(tmp_path / "03_weigh_the_kernel.ipynb", made), "x")
    assert one.page.name == "02b_spread_delta_out"
    assert one.notes == ["02b_spread_delta_out does not ask 2.99: another version?"]


@pytest.mark.parametrize(
    "metadata, told",
    [
        ({"kernelspec": {"language": "R", "name": "ir"}}, ["its kernel is R, not Python"]),
        ({"language_info": {"name": "julia"}}, ["its kernel is julia, not Python"]),
        ({"kernelspec": {"language": "python"}, "language_info": {"name": "R"}}, []),
        ({"kernelspec": {"name": "conda-env-r-py"}, "language_info": 3}, []),
        ([], []),
    ],
)
def test_a_kernel_of_another_language_is_told(metadata, told, tmp_path):
    made = notebook(PAGE, {}) | {"metadata": metadata}
    notes = read(stored(tmp_path / "x.ipynb", made), "x").notes
    assert [note.partition(":")[0] for note in notes] == told


# ---- files in any state


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(encoding, tmp_path):
    made = notebook(PAGE, {"3.4": answered("3.4")})
    made["cells"] = [c for c in made["cells"] if c["cell_type"] == "code"]
    text = json.dumps({"cells": made["cells"], "by": "Zoë"}, ensure_ascii=False)
    path = tmp_path / "x.ipynb"
    path.write_bytes(text.encode(encoding, errors="replace"))
    assert read(path, "x").told["3.4"].status == RIGHT


def test_a_notebook_of_format_3(tmp_path):
    cells = notebook(PAGE, {"3.4": answered("3.4")})["cells"]
    for cell in cells:
        cell["input"] = cell.pop("source")
    path = stored(tmp_path / "x.ipynb", {"nbformat": 3, "worksheets": [{"cells": cells}]})
    assert read(path, "x").told["3.4"].status == RIGHT


# ---- the command


def test_tables_and_pages_are_written_and_the_heat_map_has_no_names(tmp_path, capsys):
    for student in ("=Ada", "<b>Zoë</b>"):
        answers = {"3.line": answered("3.line", 4), "3.4": answered("3.4")}
        stored(tmp_path / f"{student}_1_assignsubmission_" / "x.ipynb", notebook(PAGE, answers))
    stored(tmp_path / "bad" / "x.ipynb", 3)
    assert main("collect", str(tmp_path)) == 0
    seen = capsys.readouterr().out
    assert f"   2 x 3.line: {ONE_OFF}" in seen
    out = tmp_path.with_name(f"{tmp_path.name}_collected")
    assert read_table(out / "mistakes.csv", ["how many"]) == [
        {"exercise": "3.line", "mistake": ONE_OFF, "how many": "2"}
    ]
    rows = read_table(out / "students.csv", ["student", "state"])
    assert len(rows) == 3 * len(pages()[PAGE].exercises)
    states = [(r["student"], r["state"]) for r in rows if r["exercise"] == "3.4"]
    assert sorted(state for _, state in states) == ["right", "right", "unreadable"]
    students = (out / "students.html").read_text(encoding="utf-8")
    heat = (out / "heat_map.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Zoë" in students and "<b>Zoë" not in students
    assert "Zoë" not in heat and "Ada" not in heat and f"2 &times; {ONE_OFF}" in heat
    assert ">2</td>" in heat and "http" not in heat + students
    with (out / "to_look_at.csv").open(encoding="utf-8-sig") as file:
        told = dict(csv.reader(file))
    assert told["bad/x.ipynb"] == "not a notebook"
    assert "'course.exercise' in its code" in told["'=Ada_1_assignsubmission_/x.ipynb"]
    assert main("collect", str(tmp_path)) == 0  # what it has written is no hand-in


@pytest.mark.parametrize("option", ["--jobs", "--seconds", "--memory"])
def test_limits_are_above_nothing(option, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main("collect", str(tmp_path), option, "0")
    assert "wanted a whole number above 0" in capsys.readouterr().err


def test_nothing_to_read_is_told(tmp_path, capsys):
    assert main("collect", str(tmp_path / "nothing")) == 1
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert main("collect", str(tmp_path)) == 1
    assert "a.pdf: not a notebook" in capsys.readouterr().err


def test_what_was_filled_in_and_not_run_is_told_apart_from_what_was_left_blank(tmp_path):
    """The pages are shipped with "is not answered yet" below each blank."""
    shipped = next(path for path in NOTEBOOKS if path.stem == PAGE)
    made = json.loads(shipped.read_text(encoding="utf-8"))
    cell = next(c for c in made["cells"] if 'check("3.4", ' in "".join(c["source"]))
    cell["source"] = "".join(cell["source"]).replace("...", "20, 4")
    stored(tmp_path / "Ada" / "x.ipynb", made)
    ((one,), _) = collected(tmp_path, tmp_path / "out")
    states = {name: told.status for name, told in one.told.items()}
    assert states.pop("3.4") == NOT_RUN
    assert {*states.values()} == {UNANSWERED}
