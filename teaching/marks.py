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
from teaching.typed import has_mixed, judged, numbers_in, readings

RIGHT, BLANK, OTHER = "right", "no answer", "another answer"
DATED = "a date, which a spreadsheet makes of 3/4"
UNCLEAR = "one number or two, as 3 1/4 may be"
UNREAD = "cannot be read"
MORE, FEWER = "more numbers than are wanted", "fewer numbers than are wanted"
NO_WORD = "no word that is known here"
INSTEAD = {
    DATED: f"is {DATED}; type 0.75 or −0.5",
    UNCLEAR: f"is {UNCLEAR}; type 3.25, or 3; 0.25",
    UNREAD: f"{UNREAD}; type 2.5, or 1; 0; −3, or True",
    MORE: f"is {MORE}; type 2.5, or 1; 0; −3",
    FEWER: f"is {FEWER}; type 1; 0; −3",
    NO_WORD: f"is {NO_WORD}; type the word alone, as the key has it",
}
UNKNOWN = {BLANK, OTHER, *INSTEAD}
COLOURS = {
    RIGHT: "right",
    **dict.fromkeys((BLANK, *INSTEAD), "none"),
}  # of bars; others have the colour of a mistake


class Mark(NamedTuple):
    """One answer: the question, what was typed, and what it is: RIGHT, BLANK, OTHER, one of
    INSTEAD, or the name of a mistake."""

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
        return NO_WORD
    if is_date(typed) or is_day_of(typed, (asked.right, *asked.wrong.values())):
        return DATED
    right = asked.right
    several = isinstance(right, list | tuple | set | frozenset) or np.ndim(right)
    if several and has_mixed(typed):
        return UNCLEAR
    return _by_count(asked, typed)


def _by_count(asked, typed):
    """What an answer is by how many numbers it has: as many as the right answer or a known mistake,
    or else so many that a slip of the key may have made them. Of a set, and of a table that is
    typed in rows, how many there are is a part of the answer."""
    met = {len(read) for read in numbers_in(typed)}
    if not met:
        return UNREAD
    right = compare.outcome(asked, asked.right)
    wanted = _sizes(asked, right)
    is_table = any(np.ndim(one) > 1 for one in compare.flat(right))
    free = asked.any_order or (is_table and any(map(_is_rows, readings(typed))))
    if met & wanted or free:
        return OTHER
    return MORE if min(met) > max(wanted) else FEWER


def _sizes(asked, right):
    """How many numbers the right outcome has, and that of each known mistake."""
    known = [right, *(compare.outcome(asked, value, right) for value in asked.wrong.values())]
    return {sum(np.size(one) for one in compare.flat(outcomes)) for outcomes in known}


def _is_rows(reading):
    """Whether it is rows of the same length, two numbers at least in each."""
    if not isinstance(reading, list) or not all(isinstance(row, list) for row in reading):
        return False
    return len(reading) > 1 and len({len(row) for row in reading}) == 1 < len(reading[0])


def misread(marks: Iterable[Mark]) -> list[str]:
    """A line for each answer that is one of INSTEAD: what it is, and what to type."""
    return [
        f"{one.student}, question {one.question}: {one.typed} {INSTEAD[one.outcome]}"
        for one in marks
        if one.outcome in INSTEAD
    ]


def counted(marks: list[Mark]) -> Iterator[tuple[str, str, int]]:
    """(question, outcome, how many), question after question: the right ones first, what was not
    answered last, the most frequent before the others."""
    last = {RIGHT: 0, **{one: n for n, one in enumerate((OTHER, *INSTEAD, BLANK), 2)}}
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
