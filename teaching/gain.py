"""gain: how much of what was missing before the course is there after it.

The normalised gain of a student is (after - before) / (all - before), with the number of right
answers of the ten: 0 where nothing was won, 1 where all that was missing is there. That of the
class takes the means of those who have answered both times.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from teaching import gain_page, people
from teaching.files import Refused, offer_semicolons, write_table
from teaching.forms import FORMS, NAMES, form, kinds
from teaching.marks import RIGHT, UNKNOWN, Mark, counted, mark, misread
from teaching.people import COLUMN, same_person
from teaching.questions import as_exercise

EXAMPLE = """example:
  python -m teaching gain before.csv after.csv gained --word spring

Both files have a column "student" and the columns 1 to 10, as the quiz's answers.csv; a folder with
the files that students have saved will do as well. A column "form" says A or B; without it, A is
taken before and B after. Of several rows of a student the last answer to each question counts;
another one is told. A row without any answer is nobody's. Who had the same form both times is
told. The folder gained gets gain.csv with the names, and questions.csv and gain.html without.
--names is the list of the class: a name that is written otherwise is refused, and who has no
answers is told. A name whose words stand in another order is taken as the one name there that has
them.
"""
NONE_LEFT = "all right before"


class Gain(NamedTuple):
    """One student: how many were right, and the gain; None where nothing was missing before."""

    student: str
    before: int
    after: int
    gain: float | None


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the entry point's."""
    command = commands.add_parser(
        "gain",
        help="what a class has gained between the quiz before the course and the one after it",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("before", type=Path, help="the answers before: a CSV file, or a folder")
    command.add_argument("after", type=Path, help="the answers after")
    command.add_argument("out", type=Path, help="the folder that gets the files")
    command.add_argument("--word", required=True, help="the word of the quiz")
    command.add_argument("--names", type=Path, help="the names of the class: CSV, or one a line")
    offer_semicolons(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the gains, and tell them."""
    _check_files(options.before, options.after)
    listed = people.class_list(options.names) if options.names else ()
    before, had_before = marked(options.before, options.word, FORMS[0], listed)
    after, had_after = marked(options.after, options.word, FORMS[1], listed)
    silent_before, silent_after = had_before.silent, had_after.silent
    if options.names:
        silent_before = people.compared(options.before, before, options.names)
        silent_after = people.compared(options.after, after, options.names)
    both, once = partners(before, after)
    gains = [gain_of(*pair) for pair in both]
    rows = list(by_question(both))
    options.out.mkdir(parents=True, exist_ok=True)
    columns = [COLUMN, "before", "after", "gain"]
    told = [[g.student, g.before, g.after, _told(g.gain)] for g in gains]
    alone = [[name, _count(before, name), _count(after, name), why] for name, why in once]
    write_table(options.out / "gain.csv", columns, told + alone)
    write_table(options.out / "questions.csv", QUESTIONS, rows)
    counted_once = len(before) - len(both), len(after) - len(both)
    page = gain_page.class_page(summary(gains), of_class(gains), counted_once, rows)
    (options.out / "gain.html").write_text(page, encoding="utf-8")
    tell(gains, once)
    twice = same_form([name for name, *_ in gains], had_before, had_after)
    for line in dict.fromkeys([*had_before.said, *had_after.said, *twice]):
        print(line)
    for when, silent in (("before", silent_before), ("after", silent_after)):
        if silent:
            print(f"Without answers {when}: {'; '.join(silent)}")
    print(summary(gains))
    return 0


def tell(gains: Sequence[Gain], once: Sequence[tuple[str, str]]) -> None:
    """Print each gain, and who is left out and why."""
    for student, before, after, gained in gains:
        print(f"{student}: {before} before, {after} after, gain {_told(gained)}")
    for name, why in once:
        print(f"{name}: {why}")


def _check_files(before, after):
    """Raise Refused where both are the same file or folder."""
    if before.exists() and after.exists() and before.samefile(after):
        raise Refused(f"{before} is given twice: wanted the answers before, and those after")


def marked(
    path: Path, word: str, usual: str, listed: Sequence[str] = ()
) -> tuple[dict[str, list[Mark]], people.Answers]:
    """({student: the marks of the ten answers}, what a file has, with all that is to be said of
    it); usual: the form of who names none; listed: the names of the class."""
    found = people.answers(path, NAMES, word, ("form",), listed=listed)
    marks, said = {}, list(found.said)
    for student, typed in found.given.items():
        letter = form_of(typed, usual)
        if letter not in FORMS:
            raise Refused(f"{path}: {student} has form {letter!r}; wanted {' or '.join(FORMS)}")
        missing = [name for name in NAMES if name not in typed]
        if missing:
            raise Refused(f"{path}: {student} has no column for question {', '.join(missing)}")
        by_form = {one: _marks(student, one, word, typed) for one in FORMS}
        marks[student] = by_form.pop(letter)
        said += misread(marks[student])
        [(other, others)] = by_form.items()
        if _right(others) > len(NAMES) / 2 > _right(marks[student]):
            said.append(f"{student}: the answers fit form {other}, not {letter}. Which one was it?")
    if {one.outcome for own in marks.values() for one in own} <= UNKNOWN:
        raise Refused(f"{path}: no answer is known: was the quiz made with the word {word!r}?")
    return marks, found._replace(said=said)


def form_of(typed: Mapping[str, str], usual: str) -> str:
    """The form that a row names, or else the usual one, in capitals."""
    return typed.get("form", "").upper() or usual


def same_form(
    students: Sequence[str], before: people.Answers, after: people.Answers
) -> Iterator[str]:
    """A line for each of the students who had the same form both times, one where all had it."""
    times = [
        {same_person(name): form_of(typed, usual) for name, typed in had.given.items()}
        for had, usual in zip((before, after), FORMS)
    ]
    first, second = ([time[same_person(name)] for name in students] for time in times)
    twice = [
        f"{name} had form {one}"
        for name, one, other in zip(students, first, second)
        if one == other
    ]
    if len(twice) == len(students) > 1:
        twice = ["All had the same form"]
    for who in twice:
        yield f"{who} both times: a gain may be what was remembered."


def _marks(student, letter, word, typed):
    asked = [as_exercise(*one) for one in form(letter, word).items()]
    return [mark(student, one, typed[one.name]) for one in asked]


def _count(marks, name):
    """How many are right; "" without an answer."""
    return _right(marks[name]) if name in marks else ""


def _right(marks):
    return sum(one.outcome == RIGHT for one in marks)


def partners(
    before: dict[str, list[Mark]], after: dict[str, list[Mark]]
) -> tuple[list[tuple[list[Mark], list[Mark]]], list[tuple[str, str]]]:
    """(the marks of each who has answered both times, [(name, why it is left out)] of the others).

    Raises Refused where nobody has.
    """
    later = {same_person(name): marks for name, marks in after.items()}
    first = {same_person(name) for name in before}
    both = [
        (marks, later[same_person(name)])
        for name, marks in before.items()
        if same_person(name) in later
    ]
    only_before = [name for name in before if same_person(name) not in later]
    only_after = [name for name in after if same_person(name) not in first]
    once = [*_left_out(only_before, only_after, "before", "after")]
    once += _left_out(only_after, only_before, "after", "before")
    if not both:
        told = "\n".join(f"{name}: {why}" for name, why in once)
        raise Refused(f"nobody is in both files: are the names written alike?\n{told}")
    return both, once


def _left_out(names, others, here, there):
    """(name, why it is left out) of who is in one file only; a name that differs by little is
    told."""
    for name in names:
        like = people.alike(name, others)
        yield name, f"only {here}, left out" + (f"; is it {like}, only {there}?" if like else "")


def gain_of(before: Sequence[Mark], after: Sequence[Mark]) -> Gain:
    """The gain of one student."""
    first, second = _right(before), _right(after)
    return Gain(before[0].student, first, second, normalised(first, second, len(before)))


def normalised(before: float, after: float, most: float) -> float | None:
    """(after - before) / (most - before); None where nothing was missing before."""
    return (after - before) / (most - before) if before < most else None


QUESTIONS = ("question", "about", "before", "after", "gain", "often before", "often after")


def by_question(both: Sequence[tuple[list[Mark], list[Mark]]]) -> list[list[str | int]]:
    """A row of QUESTIONS for each question: how many were right, and the most frequent mistake."""
    rows: list[list[str | int]] = []
    for n, (name, (_, kind)) in enumerate(kinds().items()):
        times = [[pair[time][n] for pair in both] for time in (0, 1)]
        before, after = map(_right, times)
        gained = _told(normalised(before, after, len(both)))
        rows.append([name, kind.shows, before, after, gained, *map(_mistake, times)])
    return rows


def _mistake(marks):
    """The most frequent mistake that has a name, and how often it was made; "" without."""
    named = [(outcome, n) for _, outcome, n in counted(marks) if outcome not in {RIGHT, *UNKNOWN}]
    return f"{named[0][1]} × {named[0][0]}" if named else ""


def of_class(gains: Sequence[Gain]) -> float | None:
    """The gain of the class, from its means."""
    count = len(gains)
    before, after = sum(g.before for g in gains) / count, sum(g.after for g in gains) / count
    return normalised(before, after, len(NAMES))


def summary(gains: Sequence[Gain]) -> str:
    """The class in one sentence, without names."""
    count, most = len(gains), len(NAMES)
    before, after = sum(g.before for g in gains) / count, sum(g.after for g in gains) / count
    own = [g.gain for g in gains if g.gain is not None]
    mean = f"{sum(own) / len(own):.2f}" if own else "none"
    away = f"; {count - len(own)} had {NONE_LEFT}" if len(own) < count else ""
    return (
        f"{count} answered both times: {before:.1f} of {most} right before, {after:.1f} after. "
        f"Gain of the class: {_told(of_class(gains))}; "
        f"mean of the single gains: {mean}{away}."
    )


def _told(gain):
    return NONE_LEFT if gain is None else f"{gain:.2f}"
