"""check: what is wrong with a lesson, its notebook and its hints, a sentence each."""

import nbformat

from tools.builder import places
from tools.builder.deck import slide_problems
from tools.builder.maps import map_problems
from tools.builder.places import halves
from tools.builder.read import read
from tools.builder.reading import time_problems
from tools.builder.template import (
    asking_problems,
    budget_problems,
    folding_problems,
    numbering_problems,
    opening_problems,
    template_problems,
)
from tools.builder.weave import weaving_problems
from tools.builder.widgets import widget_problems
from tools.builder.write import code_in_hints, hints_path

OF_THEIR_OWN_FORM = {"00_start_here", "A1_errata_of_the_source", "gallery", "troubleshooting"}
NO_LESSON = {"gallery", "troubleshooting"}  # a cupboard of explorers and a page of advice


def check(text):
    """What is wrong with a lesson and its notebook, a sentence each; nothing when all is well."""
    problems = [*text_problems(text), *stored_problems(text)]
    return [f"{text.name}: {problem}" for problem in problems]


def text_problems(text):
    """Where a lesson's text, or a map that it goes with, does not keep the rules."""
    source = read(text)
    problems = weaving_problems(text.read_text(encoding="utf-8"))
    if text.stem not in OF_THEIR_OWN_FORM:
        problems += [*template_problems(source), *asking_problems(source)]
    if text.stem not in NO_LESSON:
        problems += [*numbering_problems(*map(read, halves(text))), *budget_problems(source)]
    if text.stem not in NO_LESSON:
        for rule in (opening_problems, folding_problems, time_problems):
            problems += rule(source)
    if text in places.MAPS:
        problems += [problem for page in places.MAPS for problem in map_problems(page)]
    return problems


def stored_problems(text):
    """Where what was built of a lesson is not what its text and its solutions say."""
    notebook, hints = places.notebook_path(text), hints_path(text)
    problems = []
    if (hints.read_text(encoding="utf-8") if hints.exists() else "") != code_in_hints(text):
        problems.append("a hint shows another answer than solutions/: build it")
    if not notebook.exists():
        return [*problems, f"{notebook.name} is missing: build it"]
    stored = nbformat.read(notebook, 4)
    if text.stem not in NO_LESSON:
        problems += slide_problems(stored)
    return problems + notebook_problems(read(text), stored)


def notebook_problems(source, notebook):
    """Where a stored notebook differs from its text or was not run from top to bottom."""
    told, kept = ([_face(cell) for cell in book.cells] for book in (source, notebook))
    problems = []
    if told != kept:
        differs = [n for n, (a, b) in enumerate(zip(told, kept)) if a != b]
        first = differs[0] if differs else min(len(told), len(kept))
        problems.append(f"text and notebook differ from cell {first} on: build it")
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        problems.append("the cells were not run once from top to bottom: build it")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs):
        problems.append("a stored output is an error or a warning")
    return problems + widget_problems(notebook)


def _face(cell):
    """What text and notebook must agree in."""
    return (
        cell.cell_type,
        cell.source,
        cell.id,
        cell.metadata.get("tags"),
        cell.metadata.get("jupyter"),
    )
