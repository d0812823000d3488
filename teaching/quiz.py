"""quiz: ten questions before the course and ten after it, on paper and as a page, and the key."""

import argparse
import json
from pathlib import Path
from textwrap import fill

from cnnlib.course.export import as_data
from teaching import paper, typed
from teaching.files import offer_semicolons, write_to_fill_in
from teaching.forms import FORMS, NAMES, form, kinds
from teaching.kinds import title
from teaching.people import COLUMN, SEAL, class_list
from teaching.questions import Question, as_exercise, written
from teaching.seals import seal
from tools.website import exercises

EXAMPLE = """example:
  python -m teaching quiz quiz --word spring --paper Letter

The folder quiz gets paper-A.html and paper-B.html to print, two pages each; screen-A.html and
screen-B.html, which judge without Python and keep answers in the browser, until the student saves
them as a CSV file; key.html; and answers.csv to be filled in, with the word's seal in its head.
--names writes the names of a class into answers.csv; who stays without answers was not there.
Give A before the course and B after it, or half of the class the other way round.
`python -m teaching gain` compares the two.
"""
NOTE = "Rows and columns are counted from 0. Pencil and paper. No box may stay empty: guess."
ON_SCREEN = "Rows and columns are counted from 0. Use pencil and paper."
HOW = "Several numbers: commas between them."
PER_SHEET = 6


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the entry point's."""
    command = commands.add_parser(
        "quiz",
        help="ten questions before and after the course, in two forms that are equally hard",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("out", type=Path, help="the folder that gets the files")
    command.add_argument("--word", required=True, help="a word: another word, other numbers")
    command.add_argument("--names", type=Path, help="names of the class: CSV, or one a line")
    command.add_argument("--paper", choices=paper.SIZES, default="A4")
    offer_semicolons(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write both forms and the key."""
    names = class_list(options.names) if options.names else []
    options.out.mkdir(parents=True, exist_ok=True)
    files = {"key.html": key_page(options.word, options.paper)}
    for letter in FORMS:
        files[f"paper-{letter}.html"] = on_paper(letter, options.word, options.paper)
        files[f"screen-{letter}.html"] = on_screen(letter, options.word)
    for name, text in files.items():
        (options.out / name).write_text(text, encoding="utf-8")
    columns = [COLUMN, "form", *NAMES, f"{SEAL} {seal(options.word)}"]
    blank = [""] * (len(columns) - 1)
    write_to_fill_in(options.out / "answers.csv", columns, [[name, *blank] for name in names])
    print(f"{options.out}: {', '.join(sorted(files))}, answers.csv")
    print(fill(f"answers.csv: a line for each student. {typed.HOW}", 100))
    return 0


def on_paper(letter: str, word: str, size: str) -> str:
    """A form as two sheets."""
    questions = form(letter, word)
    parts = [NAMES[:PER_SHEET], NAMES[PER_SHEET:]]
    note = f"{NOTE} Seal {seal(word)}."
    sheets = [
        paper.sheet(
            f"Quiz {letter}, page {n}", "", note, {name: questions[name] for name in part}, "quiz"
        )
        for n, part in enumerate(parts, 1)
    ]
    return paper.page(f"Quiz {letter}", "".join(sheets), size)


def on_screen(letter: str, word: str) -> str:
    """A form as a page that judges, in one file."""
    questions = form(letter, word)
    known = [as_data(as_exercise(name, question), "") for name, question in questions.items()]
    data = {"form": letter, "seal": seal(word), "exercises": known}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")
    asked = "".join(_on_screen(name, question) for name, question in questions.items())
    body = (
        f"<style>{exercises.style()}</style>\n"
        f'<main class="screen"><h1>Quiz {letter}</h1>\n<p>{ON_SCREEN} {HOW}</p>\n'
        f'<div class="exercise" data-student></div>\n{asked}'
        '<div class="exercise" data-finish></div></main>\n'
        f"<script>window.cnnlibQuiz = {text};</script>\n"
        f"<script>{exercises.script('quiz')}</script>\n"
    )
    return paper.page(f"Quiz {letter}", body)


def _on_screen(name: str, question: Question) -> str:
    return (
        f'<section class="exercise" data-question="{name}"><h2>{name}</h2>\n'
        f"<p>{paper.asked(question)}</p>\n"
        f'<div class="grids">{paper.grids(question)}</div></section>\n'
    )


def key_page(word: str, size: str) -> str:
    """What each question asks for, its right answers, and which mistake each wrong number shows."""
    both = [form(letter, word) for letter in FORMS]
    parts = [
        f"<h1>Key to the quiz, word “{paper.escape(word)}”, seal {seal(word)}</h1>\n",
        paper.table(OVERVIEW, _overview(*both)),
        "<h2>What a wrong answer shows</h2>\n",
    ]
    for name, (_, kind) in kinds().items():
        one, other = (questions[name] for questions in both)
        rows = [
            (written(value), written(other.wrong[mistake]), mistake)
            for mistake, value in one.wrong.items()
        ]
        parts.append(
            f'<section class="whole"><h3>{name}: {paper.escape(kind.shows)}</h3>\n'
            f"{paper.table([*FORMS, 'shows'], rows)}</section>\n"
        )
    return paper.page("Key to the quiz", "".join(parts), size)


OVERVIEW = ("question", *(f"right in {letter}" for letter in FORMS), "asks for", "lesson")


def _overview(one, other):
    """A row of OVERVIEW for each question."""
    for name, (lesson, kind) in kinds().items():
        right = written(one[name].right), written(other[name].right)
        yield name, *right, kind.shows, title(lesson)
