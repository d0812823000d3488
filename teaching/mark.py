"""mark: the mistake in each answer of the worksheets, by name, and how often the class made it."""

import argparse
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from textwrap import fill

from cnnlib.course.exercise import Exercise
from teaching import people
from teaching.exchanged import told as misplaced
from teaching.files import offer_semicolons, write_table
from teaching.kinds import LESSONS, of_lesson, title
from teaching.marks import (
    BLANK,
    INSTEAD,
    OTHER,
    RIGHT,
    Mark,
    class_page,
    counted,
    mark,
    misread,
    wants_words,
)
from teaching.own_paper import OwnSheet, about, own_sheets
from teaching.questions import Kind, as_exercise, written
from teaching.typed import HOW, numbers_in
from teaching.worksheets import WITHOUT, kinds_of, named, question_of

EXAMPLE = f"""example:
  python -m teaching mark answers.csv marked --word spring --names class.csv

answers.csv has a column "student" and one for each question, such as 3a, as `worksheets` writes it.
{fill(HOW, 100)}
Of several rows of a student the last answer to each question counts; another one is told. The
folder marked gets marks.csv with the names, and class.csv and class.html without, for the
projector. A question that nobody has answered is not marked, nor one of --without, nor one for
which a student's tables have no column. A dash, a question mark, n/a or k. A. is no answer.
What cannot be read, more or fewer numbers than are wanted, and unknown words are told and count as
no mistake. Told are also columns that are no question, rows that are exchanged and columns that
have slipped by a row.
--names is the list that `worksheets` was given: a name that is written otherwise would be marked by
other numbers, so it is refused, and who has no answers is told. A name whose words stand in another
order is taken as the one name there that has them. Without --names you are asked about students of
whom hardly any answer is known.
--exercises names the files that `worksheets` was given. Their tables are typed as 1 2; 3 4, as
[[1, 2], [3, 4]], or in reading order as 1 2 3 4.
"""
UNLISTED = """The names are not compared with a list: one that is written otherwise than on the
sheet is marked by other numbers. `--names class.csv` tells it."""
FEW, HARDLY = 3, 6  # a part of the answers: so few are known, hardly any is right


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the entry point's."""
    command = commands.add_parser(
        "mark",
        help="the mistake in each answer of the worksheets, by name, and counted for the class",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("answers", type=Path, help="a CSV file, or a folder with several")
    command.add_argument("out", type=Path, help="the folder that gets the files")
    command.add_argument("--word", required=True, help="the word of the worksheets")
    command.add_argument(
        "--exercises", type=Path, nargs="+", default=[], metavar="FILE", help="your own exercises"
    )
    command.add_argument("--names", type=Path, help="the names of the class, as for `worksheets`")
    command.add_argument("--without", help="questions that are not marked, such as 5c", **WITHOUT)
    offer_semicolons(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the marks of all answers, and tell them."""
    sheets = own_sheets(options.exercises)
    own = [one for sheet in sheets for one in sheet.exercises]
    listed = people.class_list(options.names) if options.names else ()
    marks, found = marked(options.answers, options.word, own, options.without, listed)
    missing = found.silent
    if listed:
        students = (one.student for one in marks)
        missing = people.compared(options.answers, students, options.names)
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(options.out / "marks.csv", [people.COLUMN, "question", "answer", "mark"], marks)
    write_table(options.out / "class.csv", ["question", "mark", "count"], counted(marks))
    shows = {kind.name: kind.shows for kind in kinds_of()} | {one.name: about(one) for one in own}
    page = class_page(f"Worksheets of the class: {about_what(marks, sheets)}", marks, shows)
    (options.out / "class.html").write_text(page, encoding="utf-8")
    tell(marks, bool(listed))
    for line in [*found.said, *misread(marks)]:
        print(line)
    for line in exchanged(marks, options.word, found.students, missing):
        print(line)
    if missing:
        print(f"Without answers: {'; '.join(missing)}")
    if not listed and any(one.question in kinds() for one in marks):
        print(UNLISTED)
    return 0


def about_what(marks: Sequence[Mark], own: Sequence[OwnSheet]) -> str:
    """The lessons that were asked, and the titles of own exercises: one lesson by its title."""
    asked = {one.question for one in marks}
    lessons = [n for n in LESSONS if any(kind.name in asked for kind in of_lesson(n))]
    own_titles = [s.title for s in own if any(one.name in asked for one in s.exercises)]
    told = [title(*lessons)] if len(lessons) == 1 else [f"lessons {', '.join(lessons)}"]
    return "; ".join([*told[: len(lessons)], *own_titles])


def marked(
    path: Path,
    word: str,
    own: Sequence[Exercise] = (),
    without: Sequence[str] = (),
    listed: Sequence[str] = (),
) -> tuple[list[Mark], people.Answers]:
    """(the marks of all answers of a file, what it has); listed: the names of the class.

    A question that nobody has answered is left out, and so is one of `without`.
    """
    exercises = {one.name: one for one in own}
    known = [*kinds(), *exercises]
    out = named(without, known)
    asked = [name for name in known if name not in out]
    words = [one.name for one in own if wants_words(one)]
    found = people.answers(path, asked, word, without=out, words=words, listed=listed)
    given = found.given
    answered = {name for typed in given.values() for name, text in typed.items() if text}
    marks = [
        mark(student, exercises.get(name) or _on_sheet(name, word, student), text)
        for student, typed in given.items()
        for name, text in typed.items()
        if name in answered
    ]
    return marks, found


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of questions of all lessons, by name."""
    return {kind.name: kind for kind in kinds_of()}


def _on_sheet(name, word, student):
    return as_exercise(name, question_of(kinds()[name], word, student))


def exchanged(
    marks: Sequence[Mark], word: str, students: Sequence[str], missing: Sequence[str]
) -> list[str]:
    """A line for columns that have slipped, and one for each student whose answers fit another's
    sheet, also that of one of the `missing`; students: all, in the order of their rows."""
    typed: dict[str, dict[str, set[tuple[float, ...]]]] = {}
    for one in marks:
        if one.question in kinds() and one.outcome != BLANK:
            typed.setdefault(one.student, {})[one.question] = numbers_in(one.typed)

    @cache
    def right(question: str, student: str) -> tuple[float, ...]:
        (found,) = numbers_in(written(question_of(kinds()[question], word, student).right))
        return found

    present = {people.same_person(student) for student in students}
    others = [name for name in missing if people.same_person(name) not in present]
    return misplaced(typed, students, others, right)


def tell(marks: list[Mark], listed: bool = False) -> None:
    """Print each student's mistakes, and the class's; listed: names are those of the class list."""
    for student in dict.fromkeys(one.student for one in marks):
        own = [one for one in marks if one.student == student]
        right = sum(one.outcome == RIGHT for one in own)
        print(f"{student}: {right} of {len(own)} right")
        for one in own:
            if one.outcome not in (RIGHT, BLANK):
                print(f"  {one.question} = {one.typed}: {one.outcome}")
        known = doubtful(own, listed)
        if known:
            print(f"  {known} is known: are name and word as on the sheet?")
    print("The class:")
    for question, outcome, count in counted(marks):
        print(f"  {question}: {count} × {outcome}")


def doubtful(own: Sequence[Mark], listed: bool) -> str:
    """ "no answer" or "hardly any answer" where so few of a student's are known that they may be to
    another sheet; "" where that is not so.

    Of right answers to another sheet 5 % are right on this one and 12 % are a known mistake, by
    chance. So of students with a wrong name are met 69 % of 2 questions, 81 % of 3, 67 % of 5, 91 %
    of 6, 95 % of 12; of those with 20 % right, half of whose other answers are known mistakes, 16,
    26, 6, 16, and 5 %. Where the names are `listed`, it takes that nothing is known.
    """
    read = [one for one in own if one.question in kinds()]
    read = [one for one in read if one.outcome not in (BLANK, *INSTEAD)]
    known = sum(one.outcome != OTHER for one in read)
    right = sum(one.outcome == RIGHT for one in read)
    if not read or known * FEW > len(read) or right * HARDLY > len(read) or (known and listed):
        return ""
    return "hardly any answer" if known else "no answer"
