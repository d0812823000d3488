"""worksheets: a sheet for each student and lesson, with numbers of their own, and the key."""

import argparse
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import ascii_lowercase

from teaching import paper, people
from teaching.files import Refused, write_table
from teaching.kinds import LESSONS, of_lesson, title
from teaching.people import same_person
from teaching.questions import Kind, Question, drawn, written

EXAMPLE = """example:
  python -m teaching worksheets class.csv sheets --word spring --lessons 03 05 --paper Letter

class.csv has a column "student"; a text file with one name a line will do as well. The folder
sheets gets sheets.html to print, key.html and key.csv with the number of every known mistake, and
answers.csv to be filled in for `python -m teaching mark`. The same word and name give the same
numbers, today and in five years.
"""
NOTE = "Rows and columns are counted from 0. No machine: pencil and paper."
RIGHT = "right"


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
    command.add_argument("--lessons", nargs="+", default=LESSONS, metavar="NN", help="default: all")
    command.add_argument("--paper", choices=paper.SIZES, default="A4")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the sheets and their key."""
    names, lessons = people.class_list(options.names), checked(options.lessons)
    options.out.mkdir(parents=True, exist_ok=True)
    files = {
        "sheets.html": sheets(names, lessons, options.word, options.paper),
        "key.html": key_page(names, lessons, options.word, options.paper),
    }
    for name, text in files.items():
        (options.out / name).write_text(text, encoding="utf-8")
    columns = [people.COLUMN, "question", "answer", "meaning"]
    write_table(options.out / "key.csv", columns, key_rows(names, lessons, options.word))
    asked = [kind.name for kind in kinds_of(lessons)]
    blank = [[name, *[""] * len(asked)] for name in names]
    write_table(options.out / "answers.csv", [people.COLUMN, *asked], blank)
    print(
        f"{options.out / 'sheets.html'}: {len(names) * len(lessons)} sheets, {len(names)} students"
    )
    return 0


def checked(lessons: Sequence[str]) -> list[str]:
    """The lessons in their order; raises Refused for one without questions."""
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


def sheets(names: Sequence[str], lessons: Sequence[str], word: str, size: str) -> str:
    """All sheets as one page: one lesson after the other, each in the order of the names."""
    body = [
        paper.sheet(
            title(lesson),
            name,
            NOTE,
            {kind.name: question_of(kind, word, name) for kind in of_lesson(lesson)},
        )
        for lesson in lessons
        for name in names
    ]
    return paper.page("Worksheets", "".join(body), size)


def key_rows(names: Sequence[str], lessons: Sequence[str], word: str) -> Iterator[list[str]]:
    """[student, question, answer, what it means] for each right and each known wrong answer."""
    for name in names:
        for kind in kinds_of(lessons):
            question = question_of(kind, word, name)
            yield [name, kind.name, written(question.right), RIGHT]
            for mistake, value in question.wrong.items():
                yield [name, kind.name, written(value), mistake]


def key_page(names: Sequence[str], lessons: Sequence[str], word: str, size: str) -> str:
    """The key: for each kind of question the mistakes by letter, and a line for each student."""
    parts = [f"<h1>Key to the worksheets, word “{paper.escape(word)}”</h1>\n"]
    for lesson in lessons:
        parts.append(f"<h2>{paper.escape(title(lesson))}</h2>\n")
        parts += [_key_of(kind, names, word) for kind in of_lesson(lesson)]
    return paper.page("Key to the worksheets", "".join(parts), size)


def _key_of(kind, names, word):
    questions = {name: question_of(kind, word, name) for name in names}
    most = max(len(question.wrong) for question in questions.values())
    letters = ascii_lowercase[:most]
    legend = "".join(
        f"<li>{paper.escape(mistake)}</li>" for mistake in next(iter(questions.values())).wrong
    )
    rows = [
        [name, written(question.right), *map(written, question.wrong.values())]
        for name, question in questions.items()
    ]
    return (
        f"<h3>{kind.name}: {paper.escape(kind.shows)}</h3>\n"
        f'<ol type="a">{legend}</ol>\n{paper.table([people.COLUMN, RIGHT, *letters], rows)}'
    )
