"""notes: what a teacher says to a slide, from the plan in TEACHING.md and the keys."""

import re

import numpy as np

from cnnlib.course.exercise import find
from tools.builder.answers import NoAnswer, solutions_of
from tools.website.code import coloured

NUMBERED = re.compile(r"^(\d)\b(?: and (\d)\b)?")


def annotate(slides, plan, writer):
    """Give each slide of a deck its notes."""

    def say(slide, text):
        slide.notes.append(writer.markdown(text))

    first, last = slides[0], slides[-1]
    say(first, f"**Open with** {plan.opening}")
    say(first, _table(plan.rows))
    say(next((slide for slide in slides if slide.explorer), first), _minutes(plan.rows[0]))
    for row in plan.rows[1:-1]:
        for slide in _beginning(slides, row)[:1]:
            say(slide, _minutes(row))
    derive, rest = _halves(slides)
    say(derive, f"**On the board.** {plan.board}")
    say(rest, f"**Most get wrong:** {plan.wrong}")
    say(slides[-2], f"**Stop** {plan.stop}")
    say(last, _minutes(plan.rows[-1]))
    say(last, f"**Key:** {plan.key}")
    for slide in slides:
        slide.notes += [answer_to(name, writer) for name in slide.asks]


def answer_to(name, writer):
    """The answer to an exercise, in a line or as code."""
    exercise = find(name)
    if not exercise.cases and not callable(exercise.right):
        return writer.markdown(f"**{name}:** `{_plain(exercise.right)}`")
    try:
        return writer.markdown(f"**{name}:**") + coloured(solutions_of(name).code(name))
    except NoAnswer:
        return ""


def _plain(value):
    """A right answer as it is typed."""
    if isinstance(value, (str, set)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return repr(type(value)(np.asarray(one).tolist() for one in value))
    return repr(np.asarray(value).tolist())


def _minutes(row):
    return f"**{row.short}** minutes of 45, **{row.long}** of 90: {row.part}"


def _table(rows):
    """The minutes of all parts."""
    lines = [f"| {row.part} | {row.short} | {row.long} |" for row in rows]
    return "\n".join(["| | 45 | 90 |", "|---|---|---|", *lines])


def _beginning(slides, row):
    """The slides of the sections that a part of the meeting names by their numbers."""
    found = NUMBERED.match(row.part)
    numbers = found.groups() if found else ()
    return [slide for slide in slides if slide.section[:1] in numbers]


def _halves(slides):
    """The slide where the board is wanted, the first of section 1, and the one where mistakes
    come, the first behind that section; in a deck without such sections the second slides."""
    derive = [n for n, slide in enumerate(slides) if slide.section.startswith("1 ")]
    if not derive:
        return slides[1], slides[2]
    return slides[derive[0]], slides[derive[-1] + 1]
