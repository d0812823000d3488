"""The builder of the notebooks: what check tells, ids and lines that stay, builds that repeat.

A check that cannot fail is none: each defect planted in a good notebook must be told.
"""

import copy
import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import lessons
from tools.builder import places
from tools.builder.check import check, notebook_problems, text_problems
from tools.builder.read import name_cells, read
from tools.builder.reading import minutes, parts, time_line, time_problems
from tools.builder.run import canonical
from tools.builder.template import (
    asking_problems,
    budget_problems,
    folding_problems,
    numbering_problems,
    opening_problems,
    template_problems,
)
from tools.builder.widgets import WIDGET_VIEW, Kept, states_in, views_in
from tools.builder.write import write_hints, write_notebook

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "lessons" / "03_weigh_the_kernel.md"


def stored(path):
    return nbformat.read(path, 4)


def first(notebook, kind, holding=""):
    cells = [c for c in notebook.cells if c.cell_type == kind and holding in c.source]
    return cells[0]


# ---- slips that check tells


@pytest.fixture
def good():
    return read(GOOD), stored(places.notebook_path(GOOD))


RULES = [template_problems, budget_problems, asking_problems, numbering_problems]


def problems(source, notebook):
    told = [problem for rule in RULES for problem in rule(source)]
    return "\n".join([*told, *notebook_problems(source, notebook)])


def test_a_good_lesson_has_no_problems(good):
    assert problems(*good) == ""


@pytest.mark.parametrize(
    ("holding", "old", "new", "told"),
    [
        ("## 5 Check it", "## 5 Check it", "## 5 Look", "the headings are"),
        ("**Needs**", "**Needs**", "Needs", "the label **Needs** is missing"),
        ("# 03", "# 03 · Weigh", "# Weigh", "the title is not"),
        (r"\tag{3.7}", r"\tag{3.7}", r"\tag{3.8}", "the equations are numbered"),
        (r"\tag{3.7}", r"\tag{3.7}", "", "the equations are numbered"),
        ("**3.2 ", "**3.2 ", "**3.4 ", "the exercises are numbered"),
    ],
)
def test_a_planted_slip_in_the_prose_is_told(good, holding, old, new, told):
    source, notebook = good
    cell = first(source, "markdown", holding)
    cell.source = cell.source.replace(old, new, 1)
    assert told in problems(source, notebook)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("\n".join(f"a{n} = {n}" for n in range(21)), "a code cell has"),
        ("plt.show()", "1 figures have no number"),
        ('cnnlib.hint("3.1")', "1 hints are told unasked"),
        ('views.show(figure, "3.9", "x")', "the figures are numbered"),
        ("views.explore_bias_gradient(delta)\n" * 2, "there are 5 explorers"),
    ],
)
def test_a_planted_slip_in_the_code_is_told(good, line, told):
    source, notebook = good
    first(source, "code", "rng = ").source += "\n" + line
    assert told in problems(source, notebook)


def test_a_long_way_without_a_question_is_told(good):
    source, notebook = good
    source.cells[40:40] = [nbformat.v4.new_markdown_cell("It is so.") for _ in range(9)]
    assert "cells without a question, at most 8" in problems(source, notebook)


# ---- the opening, what is folded, how long it takes

OPENED = """# 99 · Open

**Question.** Which cell decides?

```{code-cell} ipython3
:tags: [fold]
views.explore_forward(x, w, predict=True)
```

**Time** 5 minutes of reading, 5 minutes of exercises. $$a$$ <details>more $$b$$ words</details>

```{code-cell} ipython3
:tags: [fold]
plt.plot(x)
```

Guess it. What comes out?

```{code-cell} ipython3
:tags: [reveal]
print(1)
```

## 7 Exercises

One two three.

```{code-cell} ipython3
cnnlib.check("3.1", ...)
```

## Optional · More

Not counted.
"""


def opened(tmp_path, old="", new=""):
    assert old in OPENED
    path = tmp_path / "99_opened.md"
    path.write_text(OPENED.replace(old, new, 1) if old else OPENED)
    return read(path)


def opening_told(notebook):
    rules = (opening_problems, folding_problems, time_problems)
    return "\n".join(problem for rule in rules for problem in rule(notebook))


def test_what_is_folded_is_hidden_in_jupyterlab(tmp_path):
    hidden = [cell.metadata.get("jupyter") for cell in opened(tmp_path).cells]
    assert hidden[1] == hidden[3] == {"source_hidden": True}
    assert hidden[5] == {"source_hidden": True, "outputs_hidden": True}
    assert hidden[7] is None and hidden[0] is None


def test_the_minutes_of_a_lesson(tmp_path):
    reading, exercises = parts(opened(tmp_path))
    assert minutes(reading) == pytest.approx(20 / 120 + 1 / 3)
    assert minutes(exercises, 4) == pytest.approx(5 / 120 + 1 / 12 + 4)
    assert opening_told(opened(tmp_path)) == ""
    assert time_line(opened(tmp_path)) == "**Time** 5 minutes of reading, 5 minutes of exercises."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("views.explore_forward", "print", "the first three cells make no explorer"),
        ("Which cell decides?", "One does.", "nothing is asked before the first explorer"),
        ("Which", "word " * 80 + "Which", "words before the first explorer, at most 80"),
        (":tags: [fold]\nviews", "views", "the code of the first explorer is not folded"),
        (":tags: [fold]\nplt", "plt", "draws: give it the tag fold"),
        (":tags: [reveal]\n", "", "the next cell tells: tag it reveal"),
        ("Time** 5", "Time** 10", "the Time line is not '**Time** 5 minutes"),
        ("Guess it", "word " * 4200 + "Guess it", "reading takes 36 minutes, at most 35"),
    ],
)
def test_a_slip_in_the_opening_is_told(tmp_path, old, new, told):
    assert told in opening_told(opened(tmp_path, old, new))


def test_a_notebook_that_was_edited_or_run_out_of_order_is_told(good):
    source, notebook = good
    edited, unrun, swapped = (copy.deepcopy(notebook) for _ in range(3))
    first(edited, "markdown", "## Keep").source += " Really."
    first(unrun, "code").execution_count = None
    code = [cell for cell in swapped.cells if cell.cell_type == "code"]
    code[0].execution_count, code[1].execution_count = 2, 1
    assert "text and notebook differ" in problems(source, edited)
    assert "not run once from top to bottom" in problems(source, unrun)
    assert "not run once from top to bottom" in problems(source, swapped)


def test_a_notebook_that_lacks_its_last_cell_is_told(good):
    source, notebook = good
    notebook.cells.pop()
    assert f"differ from cell {len(notebook.cells)} on" in problems(source, notebook)


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (nbformat.v4.new_output("error", ename="E"), "an error or a warning"),
        (nbformat.v4.new_output("stream", name="stderr", text="!"), "an error or a warning"),
        (
            nbformat.v4.new_output("display_data", {WIDGET_VIEW: {"model_id": "lost"}}),
            "the state of the widget lost is missing",
        ),
    ],
    ids=["an error", "a warning", "a widget"],
)
def test_a_stored_error_a_warning_and_a_widget_without_state_are_told(good, output, told):
    source, notebook = good
    first(notebook, "code").outputs.append(output)
    assert told in problems(source, notebook)


def test_a_state_that_nothing_shows_or_that_is_needed_and_missing_is_told(good):
    source, notebook = good
    states = states_in(notebook)
    states["model-99"] = {"state": {}}
    assert "the state of model-99 is kept, and nothing shows it" in problems(source, notebook)
    del states["model-99"], states["model-1"]
    assert "the state of the widget model-1 is missing" in problems(source, notebook)


# ---- widgets


def model(**state):
    return {"model_name": "M", "model_module": "m", "state": state}


def test_a_widget_is_kept_as_it_was_when_it_was_displayed():
    kept, there = Kept(), {"a": model(pick="x"), "b": model(pick="x")}
    assert kept.keep("a", there.get) == "model-1"
    assert kept.keep("a", there.get) == "model-1"  # shown again, and nothing has changed
    assert kept.keep("b", there.get) == "model-2"  # alike, but another one
    there["a"] = model(pick="y")
    assert kept.keep("a", there.get) == "model-3"
    assert [one["state"]["pick"] for one in kept.states.values()] == ["x", "x", "y"]


def test_what_widgets_need_is_kept_once_under_a_name_of_its_own():
    needed = {name: model(script="one") for name in ("s1", "s2")} | {"s3": model(script="two")}
    there = {f"a{n}": model(uses=f"IPY_MODEL_s{n}", n=n) for n in (1, 2, 3)} | needed
    kept = Kept()
    for name in ("a1", "a2", "a3"):
        kept.keep(name, there.get)
    told = {name: one["state"] for name, one in kept.states.items()}
    assert told == {
        "model-1": {"script": "one"},
        "model-2": {"uses": "IPY_MODEL_model-1", "n": 1},
        "model-3": {"uses": "IPY_MODEL_model-1", "n": 2},
        "model-4": {"script": "two"},
        "model-5": {"uses": "IPY_MODEL_model-4", "n": 3},
    }


def test_a_text_that_speaks_of_a_name_names_nothing():
    there = {"a": model(script='const PREFIX = "IPY_MODEL_";')}
    kept = Kept()
    kept.keep("a", there.get)
    assert kept.states == {"model-1": there["a"]}


def test_a_notebook_without_widgets_says_nothing_of_them():
    assert Kept().metadata() == {}


@pytest.mark.parametrize("text", places.texts(), ids=lambda path: path.stem)
def test_each_explorer_of_a_lesson_is_stored_and_the_script_once(text):
    notebook = stored(places.notebook_path(text))
    states = states_in(notebook)
    assert {*states} == {f"model-{n + 1}" for n in range(len(states))}
    for name in views_in(notebook):
        assert states[name]["model_name"] == "AnyModel"
    scripts = [one["state"]["script"] for one in states.values() if "script" in one["state"]]
    assert len(scripts) == len(set(scripts)) <= 2  # of grids, and of maps


def test_notebooks_stay_small_enough_to_open_and_to_clone():
    """1.5 MB a notebook, 8 MB all of them: with the states of their explorers."""
    sizes = {path.name: path.stat().st_size for path in map(places.notebook_path, places.texts())}
    assert {name: size for name, size in sizes.items() if size > 1_500_000} == {}
    assert sum(sizes.values()) <= 8_000_000


def test_a_stream_that_came_in_pieces_is_stored_in_one():
    def said(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    picture = nbformat.v4.new_output("display_data", data={"text/plain": "a chart"})
    errors = said("d\n", "stderr"), said("e\n", "stderr")
    pieces = [said("a"), said("b\n"), picture, said("c\n"), *errors]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=pieces)])
    outputs = canonical(notebook).cells[0].outputs
    assert [o.get("text", "a chart") for o in outputs] == ["ab\n", "a chart", "c\n", "d\ne\n"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("## Keep", "{value}`3.5`\n\n## Keep", "the answer to 3.5 stands outside of a folded"),
        ("{solution} 3.3", "python", "a folded answer has code that is not woven"),
        ("{value}`3.5`", "{valeu}`3.5`", "{valeu}`3.5` asks for an answer in no known form"),
        (r"\tag{3.7}", "", "the equations are numbered"),
        ("## 6 Faster", "## 6 Slower", "the headings are"),
        ("rng = np", "# a\n" * 21 + "rng = np", "a code cell has"),
    ],
)
def test_check_tells_each_kind_of_slip_in_a_text(tmp_path, old, new, told):
    text = GOOD.read_text(encoding="utf-8")
    path = tmp_path / GOOD.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert text_problems(GOOD) == [] and told in "\n".join(text_problems(path))


# ---- ids: a cell's own, so that an addition leaves all other lines as they are


def test_ids_are_made_of_what_a_cell_says_and_repeats_are_numbered():
    says = ["a", "b", "a", "c", "a"]
    cells = [nbformat.v4.new_markdown_cell(text) for text in says]
    cells.append(nbformat.v4.new_code_cell("a"))
    name_cells(cells)
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == 6 and all(re.fullmatch(r"[0-9a-f]{8}(-\d)?", name) for name in ids)
    assert [ids[2], ids[4]] == [f"{ids[0]}-2", f"{ids[0]}-3"]
    name_cells(cells[::-1])
    assert [cell.id for cell in (cells[1], cells[3], cells[5])] == [ids[1], ids[3], ids[5]]


@pytest.mark.parametrize("text", places.texts(), ids=lambda path: path.stem)
def test_no_two_cells_of_a_lesson_have_one_id(text):
    ids = [cell.id for cell in read(text).cells]
    assert len(ids) == len(set(ids))


def rebuilt(text, folder):
    """The lines of the notebook of GOOD with another text: outputs kept, counts from 1 on."""
    path = folder / GOOD.name
    path.write_text(text, encoding="utf-8")
    kept = {
        cell.source: cell.get("outputs", []) for cell in stored(places.notebook_path(GOOD)).cells
    }
    notebook = read(path)
    notebook.metadata.widgets = stored(places.notebook_path(GOOD)).metadata.widgets
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        cell.outputs = copy.deepcopy(kept.get(cell.source, []))
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return nbformat.writes(notebook, indent=1).splitlines()


def changed(before, after):
    """(lines that went, lines that came)."""
    lines = [*difflib.ndiff(before, after)]
    return [x for x in lines if x[0] == "-"], [x for x in lines if x[0] == "+"]


PLACE = "**How to test well.** Our numbers have been friendly."
PARAGRAPH = "A paragraph that was not there before, in a cell of its own."
CODE = 'print("a cell that was not there before")'


@pytest.fixture(scope="module")
def as_stored(tmp_path_factory):
    lines = rebuilt(GOOD.read_text(encoding="utf-8"), tmp_path_factory.mktemp("stored"))
    assert "\n".join(lines) + "\n" == places.notebook_path(GOOD).read_text(encoding="utf-8")
    return lines


def test_a_new_paragraph_changes_nothing_outside_its_cell(as_stored, tmp_path):
    text = GOOD.read_text(encoding="utf-8")
    own_cell = text.replace(PLACE, f"{PARAGRAPH}\n\n+++\n\n{PLACE}")
    went, came = changed(as_stored, rebuilt(own_cell, tmp_path))
    assert len(went) == 0 and len(came) == 8
    same_cell = text.replace(PLACE, f"{PARAGRAPH}\n\n{PLACE}")
    went, came = changed(as_stored, rebuilt(same_cell, tmp_path))
    assert len(went) == 1 and '"id": ' in went[0] and len(came) == 3


def test_a_new_code_cell_changes_counts_and_nothing_else_outside_it(as_stored, tmp_path):
    cell = f"```{{code-cell}} ipython3\n{CODE}\n```\n\n{PLACE}"
    text = GOOD.read_text(encoding="utf-8")
    went, came = changed(as_stored, rebuilt(text.replace(PLACE, cell), tmp_path))
    assert all('"execution_count"' in line for line in went)
    assert sum('"execution_count"' not in line for line in came) <= 10


# ---- builds


HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
TIMED = f"""{HEAD}
```{{code-cell}} ipython3
:tags: [timing]
import secrets
from IPython.display import display
display({{"image/png": secrets.token_bytes(8), "text/plain": "a chart"}}, raw=True)
```

```{{code-cell}} ipython3
print("one")
```
"""


def without_pictures(path):
    """A notebook's text without its PNGs, which depend on the machine's fonts."""
    return re.sub(r'"image/png": "[^"]*"', '"image/png": ""', path.read_text(encoding="utf-8"))


def test_a_lesson_rebuilds_byte_for_byte(tmp_path, monkeypatch):
    """The real build of one text, twice, in another folder; and against the notebook in git."""
    kept, built = places.notebook_path(GOOD), tmp_path / "03_weigh_the_kernel.ipynb"
    monkeypatch.setattr(places, "notebook_path", lambda text: built)
    write_notebook(GOOD)
    once = built.read_bytes()
    write_notebook(GOOD)
    assert built.read_bytes() == once
    assert without_pictures(built) == without_pictures(kept)


def test_a_picture_of_times_changes_only_with_its_lesson(tmp_path, monkeypatch):
    text, built = tmp_path / "99_timed.md", tmp_path / "99_timed.ipynb"
    monkeypatch.setattr(places, "notebook_path", lambda text: built)
    kept = []
    for words in (
        TIMED,
        TIMED,
        TIMED.replace('"one"', '"two"'),
        TIMED.replace(":tags: [timing]\n", ""),
    ):
        text.write_text(words)
        write_notebook(text)
        kept.append(built.read_bytes())
    pictures = [first(nbformat.reads(k, 4), "code").outputs[0].data["image/png"] for k in kept]
    assert kept[0] == kept[1] and pictures[1] != pictures[2]
    write_notebook(text)
    assert built.read_bytes() != kept[3], "a picture without the tag is compared"


def test_a_cell_that_complains_is_not_written(tmp_path, monkeypatch):
    text, built = tmp_path / "99_loud.md", tmp_path / "99_loud.ipynb"
    monkeypatch.setattr(places, "notebook_path", lambda text: built)
    text.write_text(TIMED.replace('print("one")', 'import sys; print("!", file=sys.stderr)'))
    with pytest.raises(SystemExit, match="99_loud.md: [0-9a-f]{8} writes to stderr: !"):
        write_notebook(text)
    assert not built.exists()


def test_hints_are_written_beside_their_key_and_told_when_they_differ(tmp_path, monkeypatch):
    kept = (places.KEYS / "lesson_03.json").read_text(encoding="utf-8")
    monkeypatch.setattr(places, "KEYS", tmp_path)
    assert "a hint shows another answer than solutions/" in "\n".join(check(GOOD))
    write_hints(GOOD)
    written = tmp_path / "lesson_03.json"
    assert written.read_text(encoding="utf-8") == kept and check(GOOD) == []
    written.write_text(kept.replace("+=", "="), encoding="utf-8")
    assert "a hint shows another answer than solutions/" in "\n".join(check(GOOD))


def test_hints_that_nobody_asks_for_are_taken_away(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "KEYS", tmp_path)
    (left,) = places.texts(["gallery"])
    (tmp_path / "lesson_gallery.json").write_text("{}")
    assert "a hint shows another answer than solutions/" in "\n".join(check(left))
    write_hints(left)
    assert [*tmp_path.iterdir()] == [] and check(left) == []


def test_a_changed_solution_changes_the_folded_answer_and_the_hint(tmp_path, monkeypatch):
    """Answers have one home: nothing else is touched, and both follow."""
    right, other = "x[i * s_v + u, j * s_h + v]", "x[u + s_v * i, v + s_h * j]"
    source = (places.SOLUTIONS / "03.py").read_text(encoding="utf-8")
    (tmp_path / "03.py").write_text(source.replace(right, other))
    monkeypatch.setattr(places, "SOLUTIONS", tmp_path)
    monkeypatch.setattr(places, "KEYS", tmp_path)
    folded = [
        c.source for c in read(GOOD).cells if f"`grad_w[u, v] += delta[i, j] * {other}`" in c.source
    ]
    write_hints(GOOD)
    hints = json.loads((tmp_path / "lesson_03.json").read_text(encoding="utf-8"))
    assert len(folded) == 1 and other in hints["3.2"]


# ---- the command line


def run(*arguments):
    script = [sys.executable, "tools/lessons.py", *arguments]
    return subprocess.run(script, cwd=ROOT, capture_output=True, text=True)


def test_the_script_in_the_shell():
    done = run("check", "03")
    assert (done.returncode, done.stdout) == (0, "lessons and notebooks agree\n"), done.stderr
    done = run("publish")
    assert done.returncode == 1 and "python tools/lessons.py build [03 ...]" in done.stderr


@pytest.mark.parametrize("words", [(), ("publish", "03"), ("check", "77")])
def test_an_unknown_command_or_lesson_is_told_how_it_is_used(words):
    with pytest.raises(SystemExit, match="python tools/lessons.py check"):
        lessons.main(*words)


def test_problems_are_printed_and_make_the_status_1(monkeypatch, capsys):
    monkeypatch.setattr(lessons, "check", lambda text: [f"{text.name}: crooked"])
    assert lessons.main("check", "03", "04") == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed == ["03_weigh_the_kernel.md: crooked", "04_sum_the_bias.md: crooked"]


def test_an_answer_that_is_not_there_is_told_with_its_lesson(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(places, "SOLUTIONS", tmp_path)
    for command in ("check", "build"):
        assert lessons.main(command, "03") == 1
        told = capsys.readouterr().out.splitlines()[-1]
        assert told == "03_weigh_the_kernel.md: there is no solutions/03.py"
