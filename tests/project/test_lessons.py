"""The lessons: text and notebook agree, nothing depends on the machine, every link leads
somewhere."""

import copy
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from tools import lessons

ROOT = Path(__file__).parents[2]
TEXTS = lessons.texts()
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COURSE = ["00_start_here", "01_slide_a_kernel", "02_send_delta_back", "03_weigh_the_kernel", "04_sum_the_bias",
          "05_route_the_maximum", "06_build_the_layer", "07_trust_but_check", "08_train_a_network", "09_make_it_fast",
          "A1_errata_of_the_source"]  # fmt: skip
stems = [path.stem for path in TEXTS]


def stored(path):
    return nbformat.read(path, 4)


def outputs(notebook):
    """(cell, kind, text) of every text that a cell has put out."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                yield cell, "stream", output.text
            for kind in ("text/plain", "text/html"):
                if kind in output.get("data", {}):
                    yield cell, kind, output.data[kind]


def test_every_lesson_of_the_course_is_there_and_no_notebook_without_its_text():
    assert set(COURSE) <= set(stems)
    assert {path.stem for path in NOTEBOOKS} == set(stems)


@pytest.mark.parametrize("text", TEXTS, ids=stems)
def test_text_and_notebook_agree_and_keep_the_template(text):
    assert lessons.check(text) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_hold_on_another_machine(path):
    """No addresses, no times, no echoes of NumPy types, at most four significant digits."""
    for cell, kind, text in outputs(stored(path)):
        assert not re.search(r"0x[0-9a-f]{6,}|np\.(float|int)\d+\(|object at", text), (
            cell.id,
            text,
        )
        if kind == "stream" and "timing" not in cell.metadata.get("tags", []):
            assert not re.search(r"\d (s|ms|seconds|MB)\b", text), (cell.id, text)
            for number in re.findall(r"(?<![\w.])\d+\.\d+(?:e-?\d+)?", text):
                digits = number.split("e")[0].replace(".", "").lstrip("0").rstrip("0")
                assert len(digits) <= 4, (cell.id, number)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_at_most_one_cell_is_not_compared_and_it_says_why(path):
    cells = [c for c in stored(path).cells if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(cells) <= 1
    assert all(cell.source.startswith("#") for cell in cells), (
        "the reason stands in the cell's first line"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_stays_small(path):
    assert path.stat().st_size < 1_500_000
    frames = [text for _, kind, text in outputs(stored(path)) if kind == "text/html"]
    assert all(len(text.encode()) < 60_000 for text in frames)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_picture_has_words(path):
    for cell in stored(path).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                words = output.metadata.get("image/png", {}).get("alt", "")
                assert len(words) > 20 and output.data["text/plain"] == words, cell.id
            html = output.get("data", {}).get("text/html", "")
            assert all(
                re.search(r'alt="[^"]{5,}"', image) for image in re.findall("<img[^>]*>", html)
            ), cell.id


def markdown_pages():
    """(page, its text) of everything that people read: lessons, and the documents at the top."""
    for path in NOTEBOOKS:
        yield path, "\n".join(c.source for c in stored(path).cells if c.cell_type == "markdown")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md")]:
        yield path, path.read_text(encoding="utf-8")


def anchors(path):
    """The headings of a page, as JupyterLab (words-with-dashes) and code-hosting pages (lower case)
    name them."""
    text = (
        path.read_text(encoding="utf-8") if path.suffix == ".md" else dict(markdown_pages())[path]
    )
    names = [
        name.strip().replace(" ", "-") for name in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    ]
    return {form for name in names for form in (name, name.lower())}


@pytest.mark.parametrize(
    ("page", "text"), [*markdown_pages()], ids=lambda v: v.name if isinstance(v, Path) else ""
)
def test_every_link_leads_somewhere(page, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match("[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        found = (page.parent / place).resolve() if place else page
        assert found.exists(), target
        assert page.suffix == ".md" or found.parent == page.parent, (
            f"JupyterLab serves notebooks/ only: {target}"
        )
        assert not anchor or anchor in anchors(found), target


# ---- a check that cannot fail is none: each defect planted in a good notebook must be told


@pytest.fixture
def good():
    text = ROOT / "lessons" / "03_weigh_the_kernel.md"
    return lessons.read(text), stored(lessons.notebook_path(text))


def problems(source, notebook):
    return "\n".join([*lessons.template_problems(source), *lessons.budget_problems(source),
                      *lessons.prose_problems(source), *lessons.numbering_problems(source),
                      *lessons.notebook_problems(source, notebook)])  # fmt: skip


def first(notebook, kind, holding=""):
    return next(
        cell for cell in notebook.cells if cell.cell_type == kind and holding in cell.source
    )


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
        ("## Keep", "## Keep", "## Keep\n\n" + "word " * 900, "words of prose a line of code"),
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
        ("plt.show()", "1 figures are shown without number"),
        ('cnnlib.hint("3.1")', "1 hints are told unasked"),
        ('views.show(figure, "3.9", "x")', "the figures are numbered"),
        ("views.explore_bias_gradient(delta)", "there are 3 explorers"),
    ],
)
def test_a_planted_slip_in_the_code_is_told(good, line, told):
    source, notebook = good
    first(source, "code", "assert").source += "\n" + line
    assert told in problems(source, notebook)


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


def test_a_stored_error_a_warning_and_a_widget_are_told(good):
    source, notebook = good
    for output in (
        nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]),
        nbformat.v4.new_output("stream", name="stderr", text="Warning"),
    ):
        sick = copy.deepcopy(notebook)
        first(sick, "code").outputs.append(output)
        assert "an error or a warning" in problems(source, sick)
    sick = copy.deepcopy(notebook)
    view = nbformat.v4.new_output("display_data", data={lessons.WIDGET_VIEW: {}})
    first(sick, "code").outputs.append(view)
    assert "a widget's state or view is stored" in problems(source, sick)


def without_pictures(path):
    """A notebook's text without its PNGs, which depend on the machine's fonts."""
    return re.sub(r'"image/png": "[^"]*"', '"image/png": ""', path.read_text(encoding="utf-8"))


def test_a_lesson_rebuilds_byte_for_byte(tmp_path, monkeypatch):
    """The real build of one text, twice, in another folder; and against the notebook in git."""
    text, built = (
        ROOT / "lessons" / "03_weigh_the_kernel.md",
        tmp_path / "03_weigh_the_kernel.ipynb",
    )
    kept = lessons.notebook_path(text)
    monkeypatch.setattr(lessons, "notebook_path", lambda text: built)
    lessons.build(text)
    once = built.read_bytes()
    lessons.build(text)
    assert built.read_bytes() == once
    assert without_pictures(built) == without_pictures(kept)


TIMED = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

```{code-cell} ipython3
:tags: [timing]
import secrets
from IPython.display import display
display({"image/png": secrets.token_bytes(8), "text/plain": "a chart"}, raw=True)
```

```{code-cell} ipython3
print("one")
```
"""


def test_a_picture_of_times_changes_only_with_its_lesson(tmp_path, monkeypatch):
    text, built = tmp_path / "99_timed.md", tmp_path / "99_timed.ipynb"
    monkeypatch.setattr(lessons, "notebook_path", lambda text: built)
    kept = []
    for words in (
        TIMED,
        TIMED,
        TIMED.replace('"one"', '"two"'),
        TIMED.replace(":tags: [timing]\n", ""),
    ):
        text.write_text(words)
        lessons.build(text)
        kept.append(built.read_bytes())
    pictures = [first(nbformat.reads(k, 4), "code").outputs[0].data["image/png"] for k in kept]
    assert kept[0] == kept[1] and pictures[1] != pictures[2]
    lessons.build(text)
    assert built.read_bytes() != kept[3], "a picture without the tag is compared"


def test_the_readme_has_the_map_of_lesson_00():
    table = re.compile(r"\| lesson \|.*?\n(?=\n)", re.DOTALL)
    shown = table.search((ROOT / "lessons" / "00_start_here.md").read_text(encoding="utf-8")).group(
        0
    )
    assert shown.replace("](", "](notebooks/") in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_stream_that_came_in_pieces_is_stored_in_one():
    def said(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    picture = nbformat.v4.new_output("display_data", data={"text/plain": "a chart"})
    pieces = [
        said("a"),
        said("b\n"),
        picture,
        said("c\n"),
        said("d\n", "stderr"),
        said("e\n", "stderr"),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=pieces)])
    outputs = lessons.canonical(notebook).cells[0].outputs
    assert [o.get("text", "a chart") for o in outputs] == ["ab\n", "a chart", "c\n", "d\ne\n"]
