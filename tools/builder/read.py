"""read: a lesson's text as a notebook that was not run yet."""

import hashlib
from collections import Counter

import jupytext
import nbformat

from tools.builder.weave import woven

# what JupyterLab writes of an IPython kernel: so saving a page changes nothing here; of another
# Python the version would differ, and cnnlib.course.saving leaves it as it is
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.7",
    },
}


FOLDED = {  # tag -> what JupyterLab does not show until its bar is clicked
    "fold": {"source_hidden": True},
    "reveal": {"source_hidden": True, "outputs_hidden": True},
}


def read(text):
    """The lesson as a notebook without outputs: its answers woven in, each cell with a fixed id.

    A cell tagged `fold` is built with its code hidden, one tagged `reveal` with its outputs too.
    """
    notebook = jupytext.read(text, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = woven(cell.source)
        cell.metadata = nbformat.from_dict(_kept(cell))
    name_cells(notebook.cells)
    return notebook


def _kept(cell):
    """What the builder keeps of a cell's metadata: its tags, and what they fold; hidden outputs
    are written down twice, as JupyterLab does when it saves."""
    tags = list(cell.metadata.get("tags", []))
    hidden = {part: on for tag in tags for part, on in FOLDED.get(tag, {}).items()}
    kept = {"tags": tags, "jupyter": hidden, "collapsed": "outputs_hidden" in hidden}
    return {name: value for name, value in kept.items() if value}


def folded(cell):
    """Is the code of a cell hidden?"""
    return not FOLDED.keys().isdisjoint(cell.metadata.get("tags", []))


def name_cells(cells):
    """Give each cell an id made of what it says: so no other cell's id changes with it.

    A cell that says the same as one before it gets a number behind, in reading order.
    """
    met = Counter()
    for cell in cells:
        name = hashlib.sha256(f"{cell.cell_type} {cell.source}".encode()).hexdigest()[:8]
        met[name] += 1
        cell.id = name if met[name] == 1 else f"{name}-{met[name]}"


def prose(notebook):
    """All prose of a lesson, cell by cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    """All code of a lesson, cell by cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]
