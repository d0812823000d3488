"""own_paper: a teacher's own exercises on paper: the same for everybody, one page a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from cnnlib.course.compare import flat, outcome
from cnnlib.course.exercise import Exercise
from cnnlib.course.own import title_of
from teaching import paper
from teaching.files import Refused
from teaching.marks import RIGHT
from teaching.own_page import own_exercises
from teaching.questions import written

NOTE = "The answer goes on the line; of a table, one row on a line."
ABOUT = 90  # characters of a question that tell which one it is


@dataclass(frozen=True)
class OwnSheet:
    """The exercises of a file that ask for a value; left_out: the names of its functions."""

    title: str
    exercises: list[Exercise]
    left_out: list[str]


def own_sheets(paths: Sequence[Path]) -> list[OwnSheet]:
    """The sheet of each file; raises Refused for a file that cannot be used or has no value to ask
    for, and for two names that a table cannot tell apart."""
    found = [_own_sheet(path) for path in paths]
    homes: dict[str, str] = {}
    for path, own in zip(paths, found):
        for one in own.exercises:
            column = one.name.lower()
            if column in homes:
                raise Refused(f"{path}: {one.name} cannot be told from {homes[column]}")
            homes[column] = f"{one.name} of {path}"
    return found


def _own_sheet(path):
    exercises = own_exercises(path)
    values = [one for one in exercises if not one.cases]
    if not values:
        raise Refused(f"{path}: no exercise asks for a value; functions are not asked on paper")
    return OwnSheet(title_of(path), values, [one.name for one in exercises if one.cases])


# ---- pages


def sheet(own: OwnSheet, who: str) -> str:
    """The exercises of a file for one student, as paper.listed writes a name, on as many pages as
    they need."""
    asked = "".join(_asked(one) for one in own.exercises)
    return paper.framed(own.title, who, NOTE, asked, "own")


def _asked(one):
    """The text, squares to reckon on, and a line for the answer; of a table for each row."""
    lines = '<span class="line"></span>' * _lines(one)
    return (
        f'<div class="question"><div class="text">{_html(f"**{one.name}** {one.text}")}</div>\n'
        f'<div class="work"><div class="squares"></div></div>\n'
        f'<p class="answer">{one.name} = <span class="lines">{lines}</span></p></div>\n'
    )


def _lines(one):
    """One; for a table or several arrays at least three, so that few rows are not told."""
    results = flat(outcome(one, one.right))
    rows = sum(len(result) if np.ndim(result) > 1 else 1 for result in results)
    return max(3, rows) if len(results) > 1 or np.ndim(results[0]) > 1 else 1


def _html(markdown):
    import mistune  # comes with JupyterLab, which shows a notebook's text by it

    return mistune.create_markdown(escape=True, plugins=["table"])(markdown)


def about(one: Exercise) -> str:
    """The beginning of the question, without marks of Markdown."""
    plain = re.sub(r"[`|]|-{3,}|(?<!\w)\*+|\*+(?!\w)", "", one.text)  # not the * of x*w
    return shorten(plain, ABOUT, placeholder=" …")


# ---- the key


def meanings(one: Exercise) -> list[tuple[str, str]]:
    """(an answer as it is typed, RIGHT or the name of the mistake) of all that are known."""
    right = outcome(one, one.right)
    wrong = [(_typed(outcome(one, value, right)), name) for name, value in one.wrong.items()]
    return [(_typed(right), RIGHT), *wrong]


def key_of(own: OwnSheet) -> str:
    """What each answer to the exercises of a file means."""
    tables = [
        f"<h3>{one.name}: {paper.escape(about(one))}</h3>\n"
        + paper.table(["an answer", "shows"], meanings(one))
        for one in own.exercises
    ]
    return f"<h2>{paper.escape(own.title)}</h2>\n{''.join(tables)}"


def _typed(outcomes):
    results = [_one(result) for result in flat(outcomes)]
    return results[0] if len(results) == 1 else f"[{', '.join(results)}]"


def _one(result: Any) -> str:
    """A word, a truth value, a number, or rows as Python writes them."""
    if isinstance(result, str):
        return result
    if result.ndim:
        return f"[{', '.join(map(_one, result))}]"
    plain = result.dtype == bool or not np.isfinite(result)
    return str(result) if plain else written(result)
