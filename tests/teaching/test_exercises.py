"""A teacher's own exercises: looked at, as a notebook, on the site, in the lists of the class."""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from cnnlib.course import own
from teaching.__main__ import main
from teaching.files import read_table
from teaching.own_page import notebook, own_exercises
from tests.project.tree import ROOT
from tests.teaching.handed_in import printed, stored
from tools.builder import places
from tools.website import build, exercises

EXAMPLE = ROOT / "teaching" / "example_exercises.py"


def test_a_file_is_listed_or_its_mistakes_are(tmp_path, capsys):
    assert main("exercises", str(EXAMPLE)) == 0
    seen = capsys.readouterr().out
    assert "class.1: a value, 2 known mistakes, 2 hints: A kernel of 4 rows" in seen
    assert "class.3: a function, 2 known mistakes" in seen
    bad = tmp_path / "bad.py"
    bad.write_text("EXERCISES = [\n", encoding="utf-8")
    assert main("exercises", str(bad)) == 1
    assert capsys.readouterr().err.startswith("bad.py, line 1: this is no Python")
    bad.write_text("EXERCISES = []\n", encoding="utf-8")
    assert main("exercises", str(bad)) == 1
    assert "bad.py holds no exercises" in capsys.readouterr().err


def test_the_notebook_is_valid_runs_and_is_never_written_over(tmp_path, capsys):
    path = tmp_path / "class.ipynb"
    assert main("exercises", str(EXAMPLE), "--notebook", str(path)) == 0
    made = nbformat.read(path, 4)
    nbformat.validate(made)
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    (tmp_path / own.FOLDER).mkdir()
    (tmp_path / own.FOLDER / "class.py").write_bytes(EXAMPLE.read_bytes())
    run = [sys.executable, "-c", code.replace("# cnnlib.hint", "cnnlib.hint")]
    seen = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert re.findall("(class.*) is not answered yet", seen) == ["class.1", "class.2", "class.3"]
    assert seen.count("Hint 1 of 2: ") == 3
    assert main("exercises", str(EXAMPLE), "--notebook", str(path)) == 1
    assert "is there already" in capsys.readouterr().err


def test_the_site_has_a_page_that_asks_them(monkeypatch, tmp_path):
    first = places.texts()[:1]
    monkeypatch.setattr(places, "texts", lambda: first)
    site = build.Site([EXAMPLE])
    index, page = site.pages[0], site.pages[-1]
    assert (page.name, page.title) == ("own_example_exercises", "Exercises of our class")
    assert f'href="{page.name}.html"' in index.body
    assert re.findall('data-exercise="(.*?)"', page.body) == ["class.1", "class.2"]
    assert "This one needs the notebook" in page.body.partition("class.3")[2]
    exercises.write(tmp_path, site.own)
    keys = json.loads(
        (tmp_path / "keys.js").read_text(encoding="utf-8")[len("window.cnnlibKeys = ") : -2]
    )
    assert [one["name"] for one in keys["exercises"]][-2:] == ["class.1", "class.2"]


@pytest.mark.skipif(sys.platform == "win32", reason="--rerun asks for limits")
@pytest.mark.parametrize("more", [(), ("--rerun",)], ids=str)
def test_the_class_list_knows_their_mistakes(more, tmp_path, monkeypatch):
    monkeypatch.setattr(own, "_added", [])
    monkeypatch.setenv(own.PLACES, "")
    made = notebook(EXAMPLE)
    cell = next(cell for cell in made["cells"] if cell["id"] == "class-1-check")
    printed(cell, "class.1: Not yet: that is stride 1.")
    cell["source"] = cell["source"].replace("...", "7")
    stored(tmp_path / "Ada" / "x.ipynb", made)
    assert main("collect", str(tmp_path), "--exercises", str(EXAMPLE), *more) == 0
    rows = read_table(tmp_path.with_name(f"{tmp_path.name}_collected") / "students.csv", ["state"])
    blank = "not answered" if more else "not run"
    assert [(row["exercise"], row["state"]) for row in rows] == [
        ("class.1", "mistake"),
        ("class.2", blank),
        ("class.3", blank),
    ]


@pytest.mark.parametrize(
    "line",
    re.findall(
        r"^ {4}\.venv/bin/(python .*)$",
        (ROOT / "docs/own_exercises.md").read_text(encoding="utf-8"),
        re.M,
    ),
)
def test_every_command_of_the_text_is_one(line):
    program = line.split()[1:]
    words = 3 if program[0] == "-m" else 2
    run = [sys.executable, *program[:words], "--help"]
    seen = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for option in re.findall(r"--[\w]+", line):
        assert option in seen


def test_the_example_of_the_text_is_a_file_that_can_be_used(tmp_path):
    text = (ROOT / "docs" / "own_exercises.md").read_text(encoding="utf-8")
    path = tmp_path / "class.py"
    path.write_text(re.search("```python\n(.*?)```", text, re.S)[1], encoding="utf-8")
    assert [one.name for one in own_exercises(path)] == ["class.1"]
    parts = re.findall(r"^\| `(\w+)` \|", text, re.M)
    assert {*parts} < {*own.Exercise.__dataclass_fields__}
