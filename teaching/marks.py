"""marks: what answers tell: who is right, who made which mistake, and how often each was made."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from cnnlib.course.exercise import Exercise
from teaching import paper
from teaching.typed import has_mixed, judged

RIGHT, BLANK, OTHER = "right", "no answer", "another answer"
DATED = "a date, which a spreadsheet makes of 3/4"
UNCLEAR = "one number or two, as 3 1/4 may be"
UNKNOWN = {BLANK, OTHER, DATED, UNCLEAR}
DATE = re.compile(
    r"\d{1,2}[.\s/-]+[^\W\d]{3,9}\.?([.\s/-]+\d{2,4})?|[^\W\d]{3,9}[.\s/-]+\d{2,4}"
    r"|\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d|\d{1,2}([./-])\d{1,2}\2\d{4}|\d\d([./-])\d\d\3\d\d"
)  # 03. Apr, 4-Mar, Mar-26, 2026-03-04, 3/4/2026, 03/04/26
COLOURS = {RIGHT: "right", BLANK: "none"}  # of bars; others have the colour of a mistake


class Mark(NamedTuple):
    """One answer: the question, what was typed, and what it is: RIGHT, BLANK, OTHER, DATED,
    UNCLEAR, or the name of a mistake."""

    student: str
    question: str
    typed: str
    outcome: str


def mark(student: str, asked: Exercise, typed: str) -> Mark:
    """The mark of one answer as it was typed."""
    told = judged(asked, typed)
    if told.status == "unanswered":
        return Mark(student, asked.name, typed, BLANK)
    if told.status == "right":
        return Mark(student, asked.name, typed, RIGHT)
    return Mark(student, asked.name, typed, told.mistake or _other(asked.right, typed))


def _other(right, typed):
    """What an answer is that is neither right nor known."""
    if DATE.fullmatch(typed) and not isinstance(right, str):
        return DATED
    several = isinstance(right, list | tuple | set | frozenset) or np.ndim(right)
    return UNCLEAR if several and has_mixed(typed) else OTHER


def misread(marks: Iterable[Mark]) -> list[str]:
    """A line for each answer that has become a date, or may be one number or two."""
    instead = {DATED: "0.75 or −0.5", UNCLEAR: "3.25, or 3; 0.25"}
    return [
        f"{one.student}, question {one.question}: {one.typed} is {one.outcome}; "
        f"type {instead[one.outcome]}"
        for one in marks
        if one.outcome in instead
    ]


def counted(marks: list[Mark]) -> Iterator[tuple[str, str, int]]:
    """(question, outcome, how many), question after question: the right ones first, what was not
    answered last, the most frequent before the others."""
    last = {RIGHT: 0, OTHER: 2, DATED: 3, UNCLEAR: 4, BLANK: 5}
    for name in dict.fromkeys(one.question for one in marks):
        found = Counter(one.outcome for one in marks if one.question == name)
        for outcome in sorted(found, key=lambda o: (last.get(o, 1), -found[o], o)):
            yield name, outcome, found[outcome]


def class_page(title: str, marks: list[Mark], shows: dict[str, str]) -> str:
    """What a projector shows: how often each mistake was made, and no names.

    shows: {question: what it is about}.
    """
    parts = [f"<h1>{paper.escape(title)}</h1>\n"]
    counts = list(counted(marks))
    for name in dict.fromkeys(question for question, _, _ in counts):
        rows = [(outcome, n) for question, outcome, n in counts if question == name]
        head = f"<h2>{name}: {paper.escape(shows[name])}</h2>"
        parts.append(f'<section class="whole">{head}\n{_bars(rows)}</section>\n')
    return paper.page(title, "".join(parts))


def _bars(rows):
    """A table with a bar for each outcome, all bars of a page on one scale: full where all that
    were asked have it."""
    asked = sum(n for _, n in rows)
    lines = "".join(
        f'<tr><td>{paper.told(outcome)}</td><td class="count">{n} of {asked}</td>'
        f'<td class="bars">'
        f'<span class="bar {COLOURS.get(outcome, "")}" style="width: {n / asked:.0%}"></span>'
        "</td></tr>\n"
        for outcome, n in rows
    )
    return f'<table class="counts"><tbody>{lines}</tbody></table>\n'
