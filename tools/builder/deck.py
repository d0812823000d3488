"""deck: which cells of a lesson stand on which slide.

A Markdown cell tagged `slide` begins one; a picture or code behind it that is tagged, too, stands
on the same, and an explorer has a slide of its own. Further tags tell the speaker's notes where
words of the plan in TEACHING.md are wanted: `board`, `stop`, and `part` where a part of the meeting
begins that names no section.
"""

import re
from typing import NamedTuple

from cnnlib.course.saving import WIDGET_VIEW

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
FEWEST, MOST = 12, 18  # slides of a deck, its exit question included
ONCE = ("board", "stop")  # tags that one slide of each deck has


class Group(NamedTuple):
    """What a slide is made of: the section that it stands in; its cells, with those between that
    are not shown; and the cells behind it that no slide shows, as far as the section goes."""

    section: str
    cells: list
    beside: list


def groups(notebook):
    """The Group of each slide of a deck."""
    found, section, open_ = [], "", False
    for cell in notebook.cells:
        before = section
        if cell.cell_type == "markdown":
            section, open_ = ([section] + SECTION.findall(cell.source))[-1], False
        alone = shows_explorer(cell) or not open_ or shows_explorer(found[-1].cells[0])
        if tagged(cell) and alone:
            open_ = True
            found.append(Group(section, [cell], []))
        elif open_:
            found[-1].cells.append(cell)
        elif found and found[-1].section == before:
            found[-1].beside.append(cell)
    return found


def tagged(cell, tag="slide"):
    """Has a cell this tag: is it shown on slides?"""
    return tag in cell.metadata.get("tags", [])


def shows_explorer(cell):
    """Does a cell show an explorer?"""
    return any(WIDGET_VIEW in output.get("data", {}) for output in cell.get("outputs", []))


def slide_problems(notebook):
    """Where the deck of a lesson, as it is stored, is too short, too long or says too little."""
    slides = groups(notebook)
    problems = [
        f"a slide of {section!r} has code and no words: tag the text before it, too"
        for section, (first, *_), _ in slides
        if first.cell_type == "code" and not shows_explorer(first)
    ]
    if not FEWEST <= len(slides) + 1 <= MOST:
        many = f"its deck has {len(slides) + 1} slides, not {FEWEST} to {MOST}"
        problems.append(f"{many}: tag cells with `slide`")
    for tag in ONCE:
        count = sum(any(tagged(cell, tag) for cell in cells) for _, cells, _ in slides)
        if count != 1:
            problems.append(f"{count} of its slides have the tag `{tag}`, not one")
    return problems
