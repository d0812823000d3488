"""Nothing is answered before it is asked: on the page as it is shipped no exercise with a value has
its answer in sight, from the question to the cell after its check.

In sight is what is neither folded (a cell tagged `fold` hides its code, `reveal` its output too,
<details> its answer) nor in another form than numbers. An answer of one number is looked for behind
its question, since a question names numbers of its own.
"""

import re

import nbformat
import numpy as np
import pytest

from cnnlib.course.exercise import find
from tools.builder import places
from tools.builder.check import NO_LESSON
from tools.builder.read import folded
from tools.builder.reading import unfolded

TEXTS = [text for text in places.texts() if text.stem not in NO_LESSON]
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w.]*\d|\.[a-z])")
CHECK = re.compile(r'cnnlib\.check\("([\w.]+)", \.\.\.')
HARMLESS = {  # exercise: why its number may stand there
    "9.rows": "the steps that the next question compares are numbered: 2 columns",
    "9.6": "the kernel of the question is 1×1",
}


def numbers_in(text):
    """All numbers of a text, in reading order."""
    return [float(n.replace("−", "-").replace(",", "")) for n in NUMBER.findall(text)]


def seen(cell):
    """What a reader sees of a cell without opening anything, as text."""
    if cell.cell_type == "markdown":
        return unfolded(cell.source)
    shown = [] if folded(cell) else [cell.source]
    if "reveal" not in cell.metadata.get("tags", []):
        shown += [said(output) for output in cell.outputs]
    return "\n".join(shown)


def said(output):
    """The text of an output; of a table that stands in for an explorer the text in its cells."""
    data = output.get("data", {})
    html = re.sub(r"<style>.*?</style>|<[^>]*>", " ", data.get("text/html", ""), flags=re.DOTALL)
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), html])


def answer_of(name):
    """The right answer as numbers; none where it is a function or a word."""
    right = find(name).right
    if callable(right) or isinstance(right, (str, bool)):
        return []
    return [float(n) for part in _parts(right) for n in np.ravel(part)]


def _parts(right):
    return right if isinstance(right, (tuple, list, set)) else [right]


def stands_in(answer, numbers):
    """Do these numbers stand there, one behind the other?"""
    size = len(answer)
    places_ = range(len(numbers) - size + 1)
    return any(np.allclose(numbers[n : n + size], answer, 1e-3, 1e-9) for n in places_)


def spoiled(notebook):
    """The exercises whose answer is in sight."""
    found = []
    for n, cell in enumerate(notebook.cells):
        for name in CHECK.findall(cell.source if cell.cell_type == "code" else ""):
            asked = max(k for k in range(n) if notebook.cells[k].cell_type == "markdown")
            answer = answer_of(name)
            first = asked + (len(answer) == 1)
            numbers = [x for c in notebook.cells[first : n + 2] for x in numbers_in(seen(c))]
            if answer and name not in HARMLESS and stands_in(answer, numbers):
                found.append(name)
    return found


def page(*cells):
    """A notebook of cells (kind, source, output, *tags)."""
    made = []
    for kind, source, output, *tags in cells:
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(source, metadata={"tags": tags})
        if output:
            cell.outputs = [nbformat.v4.new_output("stream", text=output)]
        made.append(cell)
    return nbformat.v4.new_notebook(cells=made)


ASKED = ("markdown", "What is grad_w, with nine deltas of 1?", "")
CHECKED = ("code", 'cnnlib.check("3.1", ...)', "3.1: Not answered yet.")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (("code", "print(grad_w)", "[[7 4]\n [6 4]]"), ["3.1"]),
        (("markdown", "So it is [[7, 4], [6, 4]].", ""), ["3.1"]),
        (("markdown", "<details>\n\n[[7, 4], [6, 4]]\n\n</details>", ""), []),
        (("code", "print(grad_w)", "[[7 4]\n [6 4]]", "reveal"), []),
        (("code", "assert grad_w == [[7, 4], [6, 4]]", ""), ["3.1"]),
        (("code", "assert grad_w == [[7, 4], [6, 4]]", "", "fold"), []),
    ],
)
def test_what_is_in_sight(cell, wanted):
    assert spoiled(page(ASKED, CHECKED, cell)) == wanted
    assert spoiled(page(ASKED, CHECKED, ("markdown", "Go on.", ""), cell)) == []


def test_numbers_are_found_however_they_are_written():
    assert numbers_in("x[2] is −3, net = 1,936 (0.5) w_4 7.") == [2, -3, 1936, 0.5, 7]
    assert numbers_in("1.first is not answered yet. 12.hand") == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_no_answer_is_in_sight_before_its_question(text):
    assert spoiled(nbformat.read(places.notebook_path(text), 4)) == []


def test_what_is_called_harmless_would_be_found():
    known = {name for text in TEXTS for name in CHECK.findall(text.read_text(encoding="utf-8"))}
    assert set(HARMLESS) <= known
