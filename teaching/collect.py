"""collect: who is stuck where: what the notebooks of a class say."""

import argparse
import os
import sys
import unicodedata
from pathlib import Path

from teaching.class_list import LETTERS, STATES, class_list
from teaching.class_pages import heat_map, listed, mistakes
from teaching.collect_class import NOTHING, chosen, of_the_class, strangers
from teaching.files import Refused, offer_semicolons, write_table
from teaching.folders import COLUMNS, collected
from teaching.people import known_as
from teaching.untouched import without_untouched

ABOUT = """Read the notebooks that students have handed in: who is stuck where, with which mistake.

FOLDER holds notebooks, or a sub-folder for each student. Whose a notebook is: the name of the first
sub-folder; in FOLDER itself the file's name without the lesson's. What Moodle adds is left out;
where it stands deeper, it says whose. Two of one name and with other numbers of Moodle, in the same
folder, are two students. Which lesson it is: the one that asks most of its exercises; a file that
is called after another one is told. Of two notebooks of a student for the same lesson the newer
file counts, and one with an answer before one without any; the other one is named. Who has handed
in nothing but what cannot be read stands in the lists, too, with the reason. Hidden files and the
lists of an earlier run are left out.

It reads the verdicts that are stored in the notebooks and runs nothing. Whoever edits a notebook
can store "Right": --rerun runs each one again in which something was typed, and tells where the
fresh verdict is another.

Written into the folder OUT, which only you can read; show the class heat_map.html alone:
  students.csv      a row a student and exercise: the state, and why
  mistakes.csv      how many made which named mistake
  to_look_at.csv    what could not be read, and where stored and fresh verdicts differ
  students.html     all of it to read or to print
  heat_map.html     for the projector: how many are where, without names
The lesson that most have handed in stands first.
"""
EXAMPLE = """examples:
  python -m teaching collect handed_in --names class.csv
  python -m teaching collect /srv/class/students --lessons 05 --names logins.csv

The second one is a hub's, where everybody has all pages: only those of lesson 05 are looked at.

A name means the one of the class list with the same words, in any order. Where two may be meant, as
by "Anna Schmidt" where the list has "Schmidt, Anna" and "Schmidt, Anna (b)", nobody gets the
notebook: it has a row of its own, "Anna Schmidt (?)", and who it could be is told. Write Moodle's
number, which is another one in each assignment, into the list, "Schmidt, Anna (1016)"; or give each
of them a letter there, and write it into the name of the folder or file.
"""
RERUN = """run each notebook in a clean process: without network, with limits of time and memory, in
a temporary folder; see docs/rerun.md for what that keeps out and what not"""
STOPPED = 130  # the status of what Ctrl-C has ended
LESSONS = """only these lessons; 5 is 05. What is known to be of another one is neither listed nor
run; of whoever has nothing of a lesson --names tells it"""
ANOTHER = "name another folder by --out"
NAMES = """class list: a CSV file with a column student, and a column login where folders are named
by logins; or one name a line. It tells who has handed in nothing, and whose name is not in it.
The words of a name may stand in any order, with _ or - between them, beside a lesson's number and
other words; who is guessed is told"""


def add(commands):
    """The command, for python -m teaching."""
    parser = commands.add_parser(
        "collect",
        help="who is stuck where: read the notebooks of a class",
        description=ABOUT,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--out", type=Path, help="instead of FOLDER_collected, which lies beside FOLDER"
    )
    parser.add_argument("--names", type=Path, help=NAMES)
    parser.add_argument("--lessons", nargs="+", default=[], metavar="NN", help=LESSONS)
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
    if not os.path.isdir(folder):
        raise Refused(f"{folder} is no folder")
    out = options.out or folder.resolve().with_name(f"{folder.resolve().name}_collected")
    lessons = chosen(options.lessons, _know(options.exercises))
    known = known_as(options.names) if options.names else {}
    handins, said = _read(folder, out, known, lessons)
    if options.names:
        said += of_the_class(handins, options.names, known, lessons)
    whole = True
    if options.rerun:
        _make(out)  # before minutes are spent
        told, whole = _run_again(handins, options)
        said += told
    said.sort(key=_urgency)
    pages = class_list(handins)
    _write(out, pages, said, strangers(handins) if options.names else ())
    _print(pages, said)
    print(f"\nWritten: {out / 'students.html'} and, without names, {out / 'heat_map.html'}")
    return 0 if whole else STOPPED


def _read(folder, out, known, lessons):
    """What is handed in, and what is to be said; raises Refused where that is nothing."""
    try:
        handins, said = collected(folder, out, known, lessons)
    except OSError as error:
        raise Refused(f"{folder} cannot be read: {error.strerror}") from None
    if not handins:
        what = f"lesson {', '.join(lessons)}" if lessons else "the course"
        told = "".join(f"\n{path}: {why}" for path, why in said)
        raise Refused(f"{folder} holds no notebook of {what}{told}")
    return handins, said


def _run_again(handins, options):
    """(what is to be said of a fresh run, whether it came to its end)."""
    from teaching.rerun import network, rerun  # loads NumPy

    readable = [one for one in handins if one.cells]
    answered = without_untouched(readable)
    left = len(readable) - len(answered)
    more = f" {left} without any answer: nothing to run." if left else ""
    print(f"Running {len(answered)} notebooks, {network()}.{more}", file=sys.stderr)
    told, whole = rerun(answered, options.jobs, options.seconds, options.memory)
    if not whole:
        print("Stopped: some keep their stored verdicts, see below.", file=sys.stderr)
    return told, whole


def _urgency(line):
    """What comes later among what is to be looked at: who is guessed, who has nothing."""
    _, why = line
    return 2 if why.startswith(NOTHING) else "taken as" in why


def _know(files):
    """Find a teacher's own exercises, also in the processes that run notebooks; the names of their
    pages."""
    if not files:
        return []
    from cnnlib.course import own
    from teaching.own_page import own_exercises

    found = [one.name.partition(".")[0] for path in files for one in own_exercises(path)]
    named = [os.environ.get(own.PLACES, ""), *(str(path.resolve()) for path in files)]
    os.environ[own.PLACES] = os.pathsep.join(filter(None, named))
    return [*dict.fromkeys(found)]


def _print(pages, said):
    """The lists in letters, for a terminal of any alphabet."""
    print(", ".join(f"{LETTERS[state]} {state}" for state in STATES))
    for page in pages:
        print(f"\n{page.title}")
        wide = max(map(_width, page.rows))
        print(" " * wide, *page.exercises)
        for student, row in page.rows.items():
            letters = [LETTERS[row[name][0]].center(len(name)) for name in page.exercises]
            unreadable = page.unreadable(student)
            print(
                student + " " * (wide - _width(student)), *([unreadable] if unreadable else letters)
            )
        for name, why, count in mistakes([page]):
            print(f"{count:4d} x {name}: {why}")
    print()
    missing: dict[str, list[str]] = {}
    for what, why in said:
        if why.startswith(NOTHING):
            missing.setdefault(why.replace("has h", "H", 1), []).append(what)
        else:
            print(f"{what}: {why}")
    for why, names in missing.items():
        print(f"{why}: {'; '.join(names)}")


def _width(text):
    """How many letters wide a terminal shows it: those of Chinese are two, an accent is none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def _write(out, pages, said, unknown):
    """The tables and the pages."""
    rows = [
        (student, page.title, name, *page.rows[student][name])
        for page in pages
        for student in page.rows
        for name in page.exercises
    ]
    tables = {
        "students.csv": (COLUMNS, rows),
        "mistakes.csv": (("exercise", "mistake", "how many"), mistakes(pages)),
        "to_look_at.csv": (("what", "why"), said),
    }
    htmls = {"students.html": listed(pages, said), "heat_map.html": heat_map(pages, unknown)}
    _make(out)
    try:
        for name, table in tables.items():
            write_table(out / name, *table)
        for name, html in htmls.items():
            (out / name).write_text(html, encoding="utf-8")
    except OSError as error:
        place = error.filename or out
        raise Refused(f"{place} cannot be written: {error.strerror}; {ANOTHER}") from None


def _make(out):
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}; {ANOTHER}") from None
