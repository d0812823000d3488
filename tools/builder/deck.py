"""deck: which cells of a lesson stand on which slide.

A Markdown cell tagged `slide` begins one; a picture or code behind it that is tagged, too, stands
on the same, and an explorer has a slide of its own.
"""

import re

from cnnlib.course.saving import WIDGET_VIEW

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
FEWEST, MOST = 12, 18  # slides of a deck, its exit question included


def groups(notebook):
    """The cells of each slide, [(section, cells), ...], with those between that are not shown."""
    found, section, open_ = [], "", False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = ([section] + SECTION.findall(cell.source))[-1]
        alone = shows_explorer(cell) or not open_ or shows_explorer(found[-1][1][0])
        if cell.cell_type == "markdown" or (tagged(cell) and alone):
            open_ = tagged(cell)
            found += [(section, [cell])] if open_ else []
        elif open_:
            found[-1][1].append(cell)
    return found


def tagged(cell):
    """Is a cell shown on slides?"""
    return "slide" in cell.metadata.get("tags", [])


def shows_explorer(cell):
    """Does a cell show an explorer?"""
    return any(WIDGET_VIEW in output.get("data", {}) for output in cell.get("outputs", []))


def slide_problems(notebook):
    """Whether the deck of a lesson, as it is stored, is too short or too long."""
    slides = len(groups(notebook)) + 1
    if FEWEST <= slides <= MOST:
        return []
    return [f"its deck has {slides} slides, not {FEWEST} to {MOST}: tag cells with `slide`"]
