"""worksheets: a sheet for each student and lesson, with numbers of their own, and the key."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import fill

from teaching import paper, people
from teaching.files import Refused, offer_semicolons, write_table, write_to_fill_in
from teaching.kinds import LESSONS, of_lesson, title
from teaching.lesson_key import lesson_key
from teaching.own_paper import OwnSheet, key_of, meanings, own_sheets
from teaching.own_paper import sheet as own_sheet
from teaching.people import same_person
from teaching.questions import Kind, Question, drawn, written
from teaching.seals import seal
from teaching.typed import HOW

EXAMPLE = """example:
  python -m teaching worksheets class.csv sheets --word spring --lessons 03 05 --paper Letter

class.csv has a column "student"; a text file with one name a line will do as well. The folder
sheets gets sheets.html to print, key.html and key.csv with the number of every known mistake, and
answers.csv to be filled in for `python -m teaching mark`. The same word and name give the same
numbers, today and in five years; the seal, on each sheet and in answers.csv, tells which word it
was. On sheets and key a name has its place in the list before it; no number hangs on the place.

--without leaves questions out of the sheets, the key and answers.csv. --exercises adds a page for
each file of your own exercises (docs/own_exercises.md); without --lessons there are no other pages.
The pages then come one student after the other.
"""
NOTE = "Rows and columns are counted from 0. No machine: pencil and paper."
RIGHT = "right"
WITHOUT = {"nargs": "+", "default": [], "metavar": "QUESTION"}  # of the option
Lessons = Mapping[str, Sequence[Kind]]  # {lesson: the kinds that are asked}


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the entry point's."""
    command = commands.add_parser(
        "worksheets",
        help="a sheet of paper for each student and lesson, with numbers of their own, and the key",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("names", type=Path, help="names of the class: CSV, or one a line")
    command.add_argument("out", type=Path, help="the folder that gets the files")
    command.add_argument(
        "--word", required=True, help="a word of the class: another word, another draw"
    )
    command.add_argument(
        "--lessons", nargs="+", metavar="NN", help="default: all, or none beside --exercises"
    )
    command.add_argument(
        "--exercises", type=Path, nargs="+", default=[], metavar="FILE", help="your own exercises"
    )
    command.add_argument("--without", help="questions to leave out, such as 5c", **WITHOUT)
    command.add_argument("--paper", choices=paper.SIZES, default="A4")
    offer_semicolons(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the sheets and their key."""
    names, own = people.class_list(options.names), own_sheets(options.exercises)
    wanted = checked((() if own else LESSONS) if options.lessons is None else options.lessons)
    lessons, own = without(options.without, {one: of_lesson(one) for one in wanted}, own)
    files = {
        "sheets.html": sheets(names, lessons, options.word, options.paper, own),
        "key.html": key_page(names, lessons, options.word, options.paper, own),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (options.out / name).write_text(text, encoding="utf-8")
    columns = [people.COLUMN, "question", "answer", "meaning"]
    write_table(options.out / "key.csv", columns, key_rows(names, lessons, options.word, own))
    asked = [kind.name for kinds in lessons.values() for kind in kinds]
    asked += [one.name for sheet in own for one in sheet.exercises]
    blank = [[name, *[""] * len(asked), seal(options.word)] for name in names]
    columns = [people.COLUMN, *asked, people.SEAL]
    write_to_fill_in(options.out / "answers.csv", columns, blank)
    tell(options.out / "sheets.html", names, lessons, own)
    return 0


def without(
    left_out: Sequence[str], lessons: Lessons, own: Sequence[OwnSheet]
) -> tuple[Lessons, list[OwnSheet]]:
    """The kinds and own exercises that stay; raises Refused for a question that is not asked, and
    where none stays."""
    asked = [kind.name for kinds in lessons.values() for kind in kinds]
    out = named(left_out, [*asked, *(one.name for sheet in own for one in sheet.exercises)])
    kinds = {n: [kind for kind in kinds if kind.name not in out] for n, kinds in lessons.items()}
    sheets = [
        replace(s, exercises=[one for one in s.exercises if one.name not in out]) for s in own
    ]
    stay = {n: kinds for n, kinds in kinds.items() if kinds}, [s for s in sheets if s.exercises]
    if not any(stay):
        raise Refused("--without leaves no question")
    return stay


def named(given: Sequence[str], asked: Sequence[str]) -> set[str]:
    """Those of the questions `asked` that are given, 05C for 5c; raises Refused for another one."""
    known = {name.lower(): name for name in asked}
    wanted = [name.lower() if name.lower() in known else name.lower().lstrip("0") for name in given]
    for name, told in zip(wanted, given):
        if name not in known:
            raise Refused(f"there is no question {told}; these are asked: {', '.join(asked)}")
    return {known[name] for name in wanted}


def tell(path: Path, names: Sequence[str], lessons: Lessons, own: Sequence[OwnSheet]) -> None:
    """Print what was written, and what is not asked on paper."""
    print(f"{path}: {len(names) * (len(lessons) + len(own))} sheets, {len(names)} students")
    for sheet in own:
        for name in sheet.left_out:
            print(f"{name} asks for a function: left out")
    print(fill(f"answers.csv: {HOW}", 100))
    for line in people.fonts_told(names):
        print(line)


def checked(lessons: Sequence[str]) -> list[str]:
    """The lessons in their order, 5 for 05; raises Refused for one without questions."""
    lessons = [f"0{lesson}" if f"0{lesson}" in LESSONS else lesson for lesson in lessons]
    for lesson in lessons:
        if lesson not in LESSONS:
            raise Refused(f"lesson {lesson} has no questions; these have: {', '.join(LESSONS)}")
    return [lesson for lesson in LESSONS if lesson in lessons]


def kinds_of(lessons: Sequence[str] = LESSONS) -> list[Kind]:
    """The kinds of questions of some lessons."""
    return [kind for lesson in lessons for kind in of_lesson(lesson)]


@cache
def question_of(kind: Kind, word: str, student: str) -> Question:
    """The question of this kind on a student's sheet."""
    return drawn(kind, word, same_person(student))


def sheets(
    names: Sequence[str],
    lessons: Lessons,
    word: str,
    size: str,
    own: Sequence[OwnSheet] = (),
) -> str:
    """All sheets as one page: one lesson after the other, each in the order of the names; with the
    teacher's own exercises one student after the other, the lessons first."""

    def of_lesson_for(lesson: str, name: str, who: str) -> str:
        asked = {kind.name: question_of(kind, word, name) for kind in lessons[lesson]}
        return paper.sheet(title(lesson), who, f"{NOTE} Seal {seal(word)}.", asked)

    students = [*zip(names, paper.listed(names))]
    piles = [[of_lesson_for(lesson, *student) for student in students] for lesson in lessons]
    piles += [[own_sheet(one, who) for _, who in students] for one in own]
    ordered = zip(*piles) if own else piles
    return paper.page("Worksheets", "".join("".join(pile) for pile in ordered), size)


def key_rows(
    names: Sequence[str], lessons: Lessons, word: str, own: Sequence[OwnSheet] = ()
) -> Iterator[list[str]]:
    """[student, question, answer, what it means] for each right and each known wrong answer."""
    for name in names:
        for kind in (kind for kinds in lessons.values() for kind in kinds):
            question = question_of(kind, word, name)
            yield [name, kind.name, written(question.right), RIGHT]
            for mistake, value in question.wrong.items():
                yield [name, kind.name, written(value), mistake]
        for one in (one for sheet in own for one in sheet.exercises):
            yield from ([name, one.name, *meaning] for meaning in meanings(one))


def key_page(
    names: Sequence[str],
    lessons: Lessons,
    word: str,
    size: str,
    own: Sequence[OwnSheet] = (),
) -> str:
    """The key: for each lesson a table with a row for each student; for own exercises what each
    answer shows."""
    parts = [f"<h1>Key to the worksheets, word “{paper.escape(word)}”, seal {seal(word)}</h1>\n"]

    def asked(kind: Kind, name: str) -> Question:
        return question_of(kind, word, name)

    for lesson, kinds in lessons.items():
        parts.append(lesson_key(title(lesson), kinds, names, asked))
    parts += [key_of(one) for one in own]
    return paper.page("Key to the worksheets", "".join(parts), size)
