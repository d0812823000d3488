"""paper: questions and tables as HTML that prints."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from cnnlib.views.words import signed
from teaching.questions import Question

STYLE = Path(__file__).with_name("paper.css")
SIZES = {"A4": (210, 297), "Letter": (215.9, 279.4)}  # width and height in mm
MARGIN = 14  # mm
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
@page {{ size: {width}mm {height}mm; margin: {margin}mm; }}
:root {{ --width: {inner_width:g}mm; --height: {inner_height:g}mm; }}
{style}</style>
</head>
<body>
{body}</body>
</html>
"""


def page(title: str, body: str, paper: str = "A4") -> str:
    """A page that prints on a paper of SIZES."""
    width, height = SIZES[paper]
    return PAGE.format(
        title=escape(title),
        body=body,
        width=width,
        height=height,
        margin=MARGIN,
        inner_width=width - 2 * MARGIN,
        inner_height=height - 2 * MARGIN - 1,  # a sheet as high as its page may spill over
        style=STYLE.read_text(encoding="utf-8"),
    )


def sheet(title: str, who: str, note: str, questions: dict[str, Question], kind: str = "") -> str:
    """One sheet of paper for one student, `who` as `listed` writes a name; without, a line for it.
    kind: "quiz" for two columns."""
    asked = "".join(asked_on_paper(name, question) for name, question in questions.items())
    return framed(title, who, note, asked, kind)


def listed(names: Sequence[str]) -> list[str]:
    """Each name as HTML, its place in the list before it: that tells names apart that no font
    draws."""
    return [f"{place} · {isolated(one)}" for place, one in enumerate(names, 1)]


def isolated(name: str) -> str:
    """A name as HTML, which runs to the right or to the left as it is written."""
    return f"<bdi>{escape(name)}</bdi>"


def framed(title: str, who: str, note: str, asked: str, kind: str = "") -> str:
    """A sheet of which the questions are HTML. kind: "own" where they may need several pages: each
    of them has the head."""
    name = f"<b>{who}</b>" if who else '<span class="line"></span>'
    return (
        f'<section class="sheet {kind}"><div class="head">'
        f"<header><h1>{escape(title)}</h1><p>Name: {name}</p></header>\n"
        f'<p class="note">{escape(note)}</p></div>\n<div class="asked">{asked}</div></section>\n'
    )


def asked_on_paper(name: str, question: Question) -> str:
    """A question with its grids, squares to reckon on, and a box for each number of the answer."""
    boxes = "".join('<span class="box"></span>' for _ in range(np.size(question.right)))
    return (
        f'<div class="question"><p><b class="number">{escape(name)}</b> {asked(question)}</p>\n'
        f'<div class="work"><div class="grids">{grids(question)}</div>'
        f'<div class="squares"></div></div>\n'
        f'<p class="answer">{escape(question.answer)} = {boxes}</p></div>\n'
    )


def asked(question: Question) -> str:
    """The text of a question; what stands between backquotes is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", told(question.ask))


def told(text: str) -> str:
    """Words as HTML; a hyphen before a number is a minus, but not in code such as a[::-1]."""
    return re.sub(r"(?<![\w\]:])-(?=\d)", "\N{MINUS SIGN}", escape(text))


def grids(question: Question) -> str:
    """The arrays of a question, each with the numbers of its rows and columns."""
    return "".join(grid(name, array) for name, array in question.grids.items())


def grid(name: str, array: np.ndarray) -> str:
    """An array of one or two axes as a table."""
    rows = np.atleast_2d(array)
    head = "".join(f'<th scope="col">{n}</th>' for n in range(rows.shape[1]))
    counted = array.ndim == 2
    lines = [
        "<tr>"
        + (f'<th scope="row">{n}</th>' if counted else "<td></td>")
        + "".join(f'<td class="cell">{signed(int(number))}</td>' for number in row)
        + "</tr>"
        for n, row in enumerate(rows)
    ]
    return (
        f'<table class="grid"><caption><code>{escape(name)}</code></caption>'
        f"<tr><td></td>{head}</tr>{''.join(lines)}</table>"
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table with a line for the names of its columns."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{told(str(cell))}</td>" for cell in row) + "</tr>\n" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"
