"""collect: who is stuck where: what the notebooks of a class say."""

import argparse
import os
import sys
from pathlib import Path

from teaching.class_list import LETTERS, STATES, class_list
from teaching.class_pages import heat_map, listed, mistakes
from teaching.files import Refused, offer_semicolons, write_table
from teaching.handins import collected
from teaching.people import by_login, most_like, same_person
from teaching.people import class_list as class_names

ABOUT = """Read the notebooks that students have handed in: who is stuck where, with which mistake.

FOLDER holds notebooks, or a sub-folder for each student. Whose a notebook is: the name of the first
sub-folder; in FOLDER itself the file's name without the lesson's. What Moodle adds is left out.
Which lesson it is: the one that asks most of its exercises; the file's name does not matter. Of two
notebooks of a student for the same lesson the newer file counts, and the other one is named.

It reads the verdicts that are stored in the notebooks and runs nothing. Whoever edits a notebook
can store "Right": --rerun runs each one again and tells where the fresh verdict is another.

Written into the folder OUT, which only you can read; show the class heat_map.html alone:
  students.csv      a row a student and exercise: the state, and why
  mistakes.csv      how many made which named mistake
  to_look_at.csv    files that could not be read, and where stored and fresh verdicts differ
  students.html     all of it to read or to print
  heat_map.html     for the projector: how many are where, without names
"""
RERUN = """run each notebook in a clean process: without network, with limits of time and memory, in
a temporary folder; see docs/rerun.md for what that keeps out and what not"""
NAMES = """class list: a CSV file with a column student, and a column login where folders are named
by logins; or one name a line. It tells who has handed in nothing, and whose name is not in it"""


def add(commands):
    """The command, for python -m teaching."""
    parser = commands.add_parser(
        "collect",
        help="who is stuck where: read the notebooks of a class",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--out", type=Path, help="instead of FOLDER_collected, which lies beside FOLDER"
    )
    parser.add_argument("--names", type=Path, help=NAMES)
    parser.add_argument("--rerun", action="store_true", help=RERUN)
    parser.add_argument("--jobs", type=_positive, default=2, help="so many at a time (2)")
    parser.add_argument(
        "--seconds", type=_positive, default=120, help="of processor time for each (120)"
    )
    parser.add_argument("--memory", type=_positive, default=2000, help="MB for each (2000)")
    parser.add_argument("--exercises", type=Path, nargs="+", default=[], help="your own exercises")
    offer_semicolons(parser)
    parser.set_defaults(run=run)


def _positive(text):
    """A whole number above 0."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r}: wanted a whole number above 0")
    return int(text)


def run(options):
    """Read, print and write."""
    folder = options.folder
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder")
    out = options.out or folder.resolve().with_name(f"{folder.resolve().name}_collected")
    _know(options.exercises)
    known = _known(options.names) if options.names else {}
    handins, said = collected(folder, out, known)
    if not handins:
        told = "".join(f"\n{path}: {why}" for path, why in said)
        raise Refused(f"{folder} holds no notebook of the course{told}")
    if options.names:
        said += of_the_class(handins, options.names, known)
    if options.rerun:
        from teaching.rerun import network, rerun  # loads NumPy

        print(f"Running {len(handins)} notebooks, {network()}.", file=sys.stderr)
        said += rerun(handins, options.jobs, options.seconds, options.memory)
    pages = class_list(handins)
    _write(out, pages, said)
    _print(pages, said)
    print(f"\nWritten: {out / 'students.html'} and, without names, {out / 'heat_map.html'}")
    return 0


def of_the_class(handins, path, known):
    """What is to be said, (student, words), of who is not in the class list at `path`, and of who
    has handed in nothing; known: {as same_person writes a name or a login: student}."""
    given = {one.student for one in handins}
    names = {same_person(name): name for name in known.values()}
    strangers = sorted(given - {*known.values()})
    missing = [name for name in names.values() if name not in given]
    return [
        *((one, f"not in {path}; most like {most_like(one, names)}") for one in strangers),
        *((name, "has handed in nothing that can be read") for name in missing),
    ]


def _known(path):
    """{as same_person writes a name or a login: student} of a class list."""
    return by_login(path) | {same_person(name): name for name in class_names(path)}


def _know(files):
    """Find a teacher's own exercises, also in the processes that run notebooks."""
    if not files:
        return
    from cnnlib.course import own
    from teaching.own_page import own_exercises

    for path in files:
        own_exercises(path)
    named = [os.environ.get(own.PLACES, ""), *(str(path.resolve()) for path in files)]
    os.environ[own.PLACES] = os.pathsep.join(filter(None, named))


def _print(pages, said):
    """The lists in letters, for a terminal of any alphabet."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    print(", ".join(f"{LETTERS[state]} {state}" for state in STATES))
    for page in pages:
        print(f"\n{page.title}")
        wide = max(len(student) for student in page.rows)
        print(" " * wide, *page.exercises)
        for student, row in page.rows.items():
            letters = (LETTERS[row[name][0]].center(len(name)) for name in page.exercises)
            print(student.ljust(wide), *letters)
        for name, why, count in mistakes([page]):
            print(f"{count:4d} x {name}: {why}")
    for what, why in said:
        print(f"\n{what}: {why}", end="")
    print()


def _write(out, pages, said):
    """The tables and the pages."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{out} cannot be made: {error.strerror}; name a folder by --out") from None
    rows = [
        (student, page.title, name, *page.rows[student][name])
        for page in pages
        for student in page.rows
        for name in page.exercises
    ]
    write_table(out / "students.csv", ("student", "page", "exercise", "state", "why"), rows)
    write_table(out / "mistakes.csv", ("exercise", "mistake", "how many"), mistakes(pages))
    write_table(out / "to_look_at.csv", ("what", "why"), said)
    for name, html in (("students", listed(pages, said)), ("heat_map", heat_map(pages))):
        (out / f"{name}.html").write_text(html, encoding="utf-8")
