"""parts: which part of a meeting, as TEACHING.md plans it, each slide of a deck stands in.

A part that names sections by their numbers ("2 and 3", "4 to 6") begins at the first slide of them.
One without a number begins at a slide whose cell is tagged `part`; where none is, it has no slide,
and comes after those of the part before it.
"""

import itertools
import re
from typing import NamedTuple

LABEL = r"(?:\d+|[A-Z])"
NAMED = rf"{LABEL}(?: [A-Z][a-z]+(?: [a-z]+)*?)?"  # "4", "2 By hand"
LIST = re.compile(rf"{NAMED}(?:(?:,| and| to) {NAMED})*(?=[:,]|$)")
ONE = re.compile(rf"(to )?\b({LABEL})\b")


class Part(NamedTuple):
    """A part of a meeting: its row of the plan, the minutes at which it ends in a meeting of 45 and
    in one of 90, its slides by their numbers from 0, and the rows without slides that follow it."""

    row: tuple
    ends: tuple
    slides: list
    then: list


def sections_in(text):
    """The labels of the sections that a part names first, such as ["4", "5"]; [] where it names
    none."""
    head = LIST.match(text)
    found = []
    for link, label in ONE.findall(head[0]) if head else []:
        between = range(int(found[-1]) + 1, int(label)) if link and label.isdigit() else ()
        found += [*map(str, between), label]
    return found


def parts_of(slides, rows):
    """The Parts of a meeting that have slides; a slide in none has no minutes in the plan.

    Raises ValueError for a row that names sections of which no slide is left.
    """
    begins = _begins(slides, rows)
    shown = [n for n, begin in enumerate(begins) if begin is not None]
    found = []
    for n, after in itertools.zip_longest(shown, shown[1:], fillvalue=len(rows)):
        end = begins[after] if after < len(rows) else len(slides)
        behind = rows[: n + 1]
        ends = sum(row.short for row in behind), sum(row.long for row in behind)
        labels = sections_in(rows[n].part) or [label_of(slides[begins[n]])]
        held = [k for k in range(begins[n], end) if label_of(slides[k]) in labels]
        found.append(Part(rows[n], ends, held, rows[n + 1 : after]))
    return found


def as_held(slides, rows):
    """The slides in the order of a meeting: those for which the plan has no minutes come behind the
    exit question, marked as for home."""
    planned = {n for part in parts_of(slides, rows) for n in part.slides}
    for n, slide in enumerate(slides):
        slide.home = n not in planned
    return sorted(slides, key=lambda slide: slide.home)


def label_of(slide):
    """The label of a slide's section: "1" of "1 Derive"; the whole heading where it has none."""
    label, _, name = slide.section.partition(" ")
    return label if name and re.fullmatch(r"\d+|[A-Z]", label) else slide.section


def _begins(slides, rows):
    """For each row the number of the slide at which it begins, or None."""
    begins = [None] * len(rows)
    begins[0], begins[-1] = 0, len(slides) - 1
    for n, row in enumerate(rows):
        labels = sections_in(row.part)
        if labels and begins[n] is None:
            begins[n] = _first(slides, labels, max(filter(None, begins[:n]), default=1), row)
    for n in range(1, len(rows) - 1):
        if begins[n] is None:
            low = max(begin for begin in begins[:n] if begin is not None)
            high = next(begin for begin in begins[n + 1 :] if begin is not None)
            marked = (k for k in range(low + 1, high) if slides[k].has("part"))
            begins[n] = next(marked, None)
    return begins


def _first(slides, labels, at, row):
    """The first slide of some sections, from slide `at` on."""
    for n, slide in enumerate(slides[at:-1], at):
        if label_of(slide) in labels:
            return n
    raise ValueError(f"no slide is left for the part {row.part!r} of the plan")
