"""marks: what answers tell: who is right, who made which mistake, and how often each was made."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from cnnlib.course import compare
from cnnlib.course.exercise import Exercise
from teaching import paper
from teaching.blanks import is_blank
from teaching.dates import is_date, is_day_of
from teaching.typed import has_mixed, judged, numbers_in

RIGHT, BLANK, OTHER = "right", "no answer", "another answer"
DATED = "a date, which a spreadsheet makes of 3/4"
UNCLEAR = "one number or two, as 3 1/4 may be"
UNREAD = "cannot be read"
UNKNOWN = {BLANK, OTHER, DATED, UNCLEAR, UNREAD}
INSTEAD = {
    DATED: f"is {DATED}; type 0.75 or −0.5",
    UNCLEAR: f"is {UNCLEAR}; type 3.25, or 3; 0.25",
    UNREAD: f"{UNREAD}; type 2.5, or 1; 0; −3, or True",
}
COLOURS = {
    RIGHT: "right",
    **dict.fromkeys((BLANK, *INSTEAD), "none"),
}  # of bars; others have the colour of a mistake


class Mark(NamedTuple):
    """One answer: the question, what was typed, and what it is: RIGHT, BLANK, OTHER, DATED,
    UNCLEAR, UNREAD, or the name of a mistake."""

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
    return Mark(student, asked.name, typed, told.mistake or _other(asked, typed))


def wants_words(asked: Exercise) -> bool:
    """Whether a word is asked for, or several."""
    return any(isinstance(one, str) for one in compare.flat(compare.outcome(asked, asked.right)))


def _other(asked, typed):
    """What an answer is that is neither right nor known."""
    if is_blank(typed):
        return BLANK
    if wants_words(asked):
        return OTHER
    if is_date(typed) or is_day_of(typed, (asked.right, *asked.wrong.values())):
        return DATED
    right = asked.right
    several = isinstance(right, list | tuple | set | frozenset) or np.ndim(right)
    if several and has_mixed(typed):
        return UNCLEAR
    return OTHER if numbers_in(typed) else UNREAD


def misread(marks: Iterable[Mark]) -> list[str]:
    """A line for each answer that has become a date, may be one number or two, or is no number."""
    return [
        f"{one.student}, question {one.question}: {one.typed} {INSTEAD[one.outcome]}"
        for one in marks
        if one.outcome in INSTEAD
    ]


def counted(marks: list[Mark]) -> Iterator[tuple[str, str, int]]:
    """(question, outcome, how many), question after question: the right ones first, what was not
    answered last, the most frequent before the others."""
    last = {RIGHT: 0, OTHER: 2, DATED: 3, UNCLEAR: 4, UNREAD: 5, BLANK: 6}
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
