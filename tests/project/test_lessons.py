"""The lessons as they are stored: text and notebook agree, nothing depends on the machine, every
link leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from tools.builder import places
from tools.builder.check import check

ROOT = Path(__file__).parents[2]
TEXTS = places.texts()
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COURSE = [
    "00_start_here",
    "01_slide_a_kernel",
    "02_send_delta_back",
    "02b_spread_delta_out",
    "03_weigh_the_kernel",
    "04_sum_the_bias",
    "05_route_the_maximum",
    "06_build_the_layer",
    "07_trust_but_check",
    "08_train_a_network",
    "08b_when_it_does_not_learn",
    "09_make_it_fast",
    "A1_errata_of_the_source",
]
of_each_text = pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
of_each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


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
    stems = {path.stem for path in TEXTS}
    assert set(COURSE) <= stems
    assert {path.stem for path in NOTEBOOKS} == stems


@of_each_text
def test_text_and_notebook_agree_and_keep_the_template(text):
    assert check(text) == []


@of_each_notebook
def test_outputs_hold_on_another_machine(path):
    """No addresses, no times, no echoes of NumPy types, at most four significant digits."""
    for cell, kind, text in outputs(stored(path)):
        of_the_machine = re.search(r"0x[0-9a-f]{6,}|np\.(float|int)\d+\(|object at", text)
        assert not of_the_machine, (cell.id, text)
        if kind == "stream" and "timing" not in cell.metadata.get("tags", []):
            assert not re.search(r"\d (s|ms|seconds|MB)\b", text), (cell.id, text)
            for number in re.findall(r"(?<![\w.])\d+\.\d+(?:e-?\d+)?", text):
                digits = number.split("e")[0].replace(".", "").lstrip("0").rstrip("0")
                assert len(digits) <= 4, (cell.id, number)


@of_each_notebook
def test_at_most_one_cell_is_not_compared_and_it_says_why(path):
    tagged = [c for c in stored(path).cells if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(tagged) <= 1
    reasons = [cell.source.splitlines()[0] for cell in tagged]
    assert all(reason.startswith("#") for reason in reasons), "the first line is the reason"


@of_each_notebook
def test_a_notebook_stays_small(path):
    assert path.stat().st_size < 1_500_000
    frames = [text for _, kind, text in outputs(stored(path)) if kind == "text/html"]
    assert all(len(text.encode()) < 60_000 for text in frames)


@of_each_notebook
def test_every_picture_has_words(path):
    for cell in stored(path).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                words = output.metadata.get("image/png", {}).get("alt", "")
                assert len(words) > 20 and output.data["text/plain"] == words, cell.id
            html = output.get("data", {}).get("text/html", "")
            images = re.findall("<img[^>]*>", html)
            assert all(re.search(r'alt="[^"]{5,}"', image) for image in images), cell.id


# ---- links


def markdown_pages():
    """(page, its text) of everything that people read: lessons, and the documents at the top."""
    for path in NOTEBOOKS:
        yield path, "\n".join(c.source for c in stored(path).cells if c.cell_type == "markdown")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md")]:
        yield path, path.read_text(encoding="utf-8")


PAGES = dict(markdown_pages())


def anchors(path):
    """The headings of a page, as JupyterLab (words-with-dashes) and code-hosting pages (lower case)
    name them."""
    text = PAGES[path] if path in PAGES else path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    names = [heading.strip().replace(" ", "-") for heading in headings]
    return {form for name in names for form in (name, name.lower())}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if re.match("[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        found = (page.parent / place).resolve() if place else page
        assert found.exists(), target
        served = page.suffix == ".md" or found.parent == page.parent
        assert served, f"JupyterLab serves notebooks/ only: {target}"
        assert not anchor or anchor in anchors(found), target


def test_the_readme_has_the_map_of_lesson_00():
    table = re.compile(r"\| lesson \|.*?\n(?=\n)", re.DOTALL)
    start = (ROOT / "lessons" / "00_start_here.md").read_text(encoding="utf-8")
    shown = table.search(start)[0].replace("](", "](notebooks/")
    assert shown in (ROOT / "README.md").read_text(encoding="utf-8")
