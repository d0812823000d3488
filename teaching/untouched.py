"""untouched: notebooks in which a student has changed nothing: there is nothing to run."""

import json
from functools import cache

from teaching.handins import NOT_RUN, UNANSWERED, HandIn, Told
from teaching.lesson_pages import TEXTS

SHIPPED = TEXTS.parent / "notebooks"


def without_untouched(handins: list[HandIn]) -> list[HandIn]:
    """Those that have an answer, or other code than the page as it is shipped. Of the others no
    answer was typed: each exercise is not answered."""
    left = []
    for one in handins:
        if not _is_untouched(one):
            left.append(one)
            continue
        for name, told in one.told.items():
            one.told[name] = Told(UNANSWERED) if told.status == NOT_RUN else told
    return left


def _is_untouched(one):
    sources = {cell.source.strip() for cell in one.cells if cell.kind == "code"}
    return not one.answers and sources <= _shipped(one.page.name)


@cache
def _shipped(name):
    """The code cells of a page; none where it is no page of the course."""
    path = SHIPPED / f"{name}.ipynb"
    if not path.is_file():
        return frozenset()
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = (cell["source"] for cell in cells if cell["cell_type"] == "code")
    return frozenset("".join(source).strip() for source in code)
