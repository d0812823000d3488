"""mark: the mistake in each answer of the worksheets, by name, and how often the class made it."""

import argparse
from pathlib import Path

from teaching import people
from teaching.files import write_table
from teaching.marks import BLANK, OTHER, RIGHT, Mark, class_page, counted, mark
from teaching.questions import as_exercise
from teaching.worksheets import kinds_of, question_of

EXAMPLE = """example:
  python -m teaching mark answers.csv marked --word spring

answers.csv has a column "student" and one for each question, such as 3a, as `worksheets` writes it;
answers are typed as people type them: 2.5 or 2,5 or 5/2, several as 1; 0; −3. The folder marked
gets marks.csv with the names, and class.csv and class.html without, for the projector.
"""


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
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the marks of all answers, and tell them."""
    marks = marked(options.answers, options.word)
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(options.out / "marks.csv", [people.COLUMN, "question", "answer", "mark"], marks)
    write_table(options.out / "class.csv", ["question", "mark", "count"], counted(marks))
    shows = {kind.name: kind.shows for kind in kinds_of()}
    page = class_page("Worksheets of the class", marks, shows)
    (options.out / "class.html").write_text(page, encoding="utf-8")
    tell(marks)
    return 0


def marked(path: Path, word: str) -> list[Mark]:
    """The marks of all answers of a file; a question that nobody has answered is left out."""
    kinds = kinds_of()
    given = people.answers(path, [kind.name for kind in kinds])
    asked = [k for k in kinds if any(typed.get(k.name, "") for typed in given.values())]
    return [
        mark(
            student,
            as_exercise(kind.name, question_of(kind, word, student)),
            typed.get(kind.name, ""),
        )
        for student, typed in given.items()
        for kind in asked
    ]


def tell(marks: list[Mark]) -> None:
    """Print each student's mistakes, and the class's."""
    for student in dict.fromkeys(one.student for one in marks):
        own = [one for one in marks if one.student == student]
        right = sum(one.outcome == RIGHT for one in own)
        print(f"{student}: {right} of {len(own)} right")
        for one in own:
            if one.outcome not in (RIGHT, BLANK):
                print(f"  {one.question} = {one.typed}: {one.outcome}")
        if {one.outcome for one in own} <= {OTHER, BLANK}:
            print("  no answer is known: are name and word as on the sheet?")
    print("The class:")
    for question, outcome, count in counted(marks):
        print(f"  {question}: {count} × {outcome}")
