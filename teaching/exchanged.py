"""exchanged: answers that stand in another student's row: rows exchanged, or a column slipped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

Numbers = tuple[float, ...]
Typed = Mapping[str, Mapping[str, set[Numbers]]]  # {student: {question: ways to read the answer}}
Right = Callable[[str, str], Numbers]  # of a question, on a student's sheet

ENOUGH = 3  # right answers that show whose sheet it was, among all of a class
MANY, PART = 5, 6  # so many at least, and a part of the class, fit others' sheets not by chance
NEAR = 2  # of two rows beside each other, or of two that fit each other's sheet
SLIPPED = 5.0  # what the answers of a slipped column score at least
HERE, NOWHERE = -1.0, -0.35  # scores, where 1 is an answer that fits the other row's sheet only
STEPS = {-1: "before", 1: "after"}


class Slip(NamedTuple):
    """A column that has slipped by one row: the question, -1 or 1 for the sheet of the row before
    or after, and who fits it, in the order of the rows."""

    question: str
    step: int
    students: tuple[str, ...]


def told(typed: Typed, rows: Sequence[str], others: Sequence[str], right: Right) -> list[str]:
    """A line for each direction in which columns have slipped, then one for each other student
    whose answers fit the sheet of another one alone, or one for all where these are many.

    rows: all students in the order of their rows, also without answers. others: more students of
    the class.
    """
    slips = [slip for step in STEPS for slip in slipped(typed, rows, step, right)]
    within = {name for slip in slips for name in slip.students}
    left = {name: own for name, own in typed.items() if name not in within}
    lines = [line for step in STEPS for line in _of_class(slips, rows, step)]
    found = fitting(left, rows, others, right)
    alone = sum(len(fits) == 1 for fits in found.values())
    if alone >= max(MANY, len(rows) / PART):
        why = "was a column sorted alone, or has it slipped?"
        return [*lines, f"The answers of {alone} students fit sheets of others: {why}"]
    return lines + [
        f"{name}: the answers fit the sheet of {other}: are two rows exchanged?"
        for name, other in sure(found, rows)
    ]


def _of_class(slips, rows, step):
    mine = [slip for slip in slips if slip.step == step]
    fits = {name for slip in mine for name in slip.students}
    names = [name for name in rows if name in fits]
    if names:
        columns = ", ".join(dict.fromkeys(slip.question for slip in mine))
        yield (
            f"{len(names)} rows, from {names[0]} to {names[-1]}, fit the sheet of the row "
            f"{STEPS[step]}, question {columns}: has a column slipped?"
        )


# ---- a column


def slipped(typed: Typed, rows: Sequence[str], step: int, right: Right) -> Iterator[Slip]:
    """The columns of which a stretch fits the sheets of the rows one step further."""
    for question in dict.fromkeys(name for own in typed.values() for name in own):
        pairs = [
            (name, other) for name, other in _beside(rows, step) if question in typed.get(name, {})
        ]
        scores = [
            _score(typed[name][question], right(question, name), right(question, other))
            for name, other in pairs
        ]
        first, end, best = stretch(scores)
        if best >= SLIPPED:
            fits = [name for (name, _), s in zip(pairs[first:end], scores[first:end]) if s > 0]
            yield Slip(question, step, tuple(fits))


def _beside(rows, step):
    return zip(rows[1:], rows) if step < 0 else zip(rows, rows[1:])


def _score(read, own, other):
    """What an answer says for a slip; nothing where both sheets have the same right answer."""
    if own == other:
        return 0.0
    return 1.0 if other in read else HERE if own in read else NOWHERE


def stretch(scores: Sequence[float]) -> tuple[int, int, float]:
    """(first, end, sum) of the neighbours that score most together; the sum is 0 without any."""
    best, first, total = (0, 0, 0.0), 0, 0.0
    for n, score in enumerate(scores):
        if total <= 0:
            first, total = n, 0.0
        total += score
        if total > best[2]:
            best = first, n + 1, total
    return best


# ---- a row


def fitting(
    typed: Typed, rows: Sequence[str], others: Sequence[str], right: Right
) -> dict[str, dict[str, int]]:
    """{student: {another one: how many answers fit that sheet}} of each with hardly anything right
    on the own sheet, and more than half on the others."""
    asked = dict.fromkeys(name for own in typed.values() for name in own)
    everybody = sorted({*rows, *others, *typed})
    sheets = {name: {question: right(question, name) for question in asked} for name in everybody}
    return {student: _fitting(student, own, sheets) for student, own in typed.items()}


def sure(found: Mapping[str, Mapping[str, int]], rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(student, the one whose sheet was meant) of what `fitting` gives, where it is no chance.

    Small numbers agree by chance in a large class. So two answers are enough only beside the row of
    the sheet, or where the other's answers fit this sheet in turn.
    """
    near = {*_beside(rows, 1), *_beside(rows, -1)}
    for student, fits in found.items():
        for other, count in fits.items():
            close = (student, other) in near or student in found.get(other, {})
            if close or (count >= ENOUGH and len(fits) == 1):
                yield student, other
                break


def _fitting(student, own, sheets):
    """{another student: how many answers fit that sheet} of those that fit best, where hardly any
    fits the own one and more than half fit those."""
    counts = {
        other: sum(sheet[question] in read for question, read in own.items())
        for other, sheet in sheets.items()
    }
    most = max(counts.values())
    if most < NEAR or not counts[student] * 4 <= len(own) < most * 2:
        return {}
    return {other: count for other, count in counts.items() if count == most}
