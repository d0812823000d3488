"""logins: what each student of a class types to come into the hub, made of the class list."""

import argparse
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from pathlib import Path

from teaching import paper
from teaching.files import offer_semicolons, write_table
from teaching.hub.classroom import NAME
from teaching.people import COLUMN, LOGIN, class_list

ABOUT = """Make a login for each student of a class list: letters that every keyboard has.

The folder OUT gets
  logins.csv        student and login: a class list, too, for collect --names and mark --names
  logins.html       a strip to cut off for each student: address and login, not the word
  names.toml        the line with all logins for the hub's class.toml, so that nobody else comes in

The same list gives the same logins. Who comes later stands at the list's end: then the others keep
theirs.
"""
# letters that are not one of a to z with an accent
APART = str.maketrans(dict(zip("æœøđðþłı", ("ae", "oe", "o", "d", "d", "th", "l", "i"))))
LONGEST = 24  # letters of a name: as many as are typed without a slip, and room for a number
TAKEN = {"teacher"}  # the hub's own


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the entry point's."""
    command = commands.add_parser(
        "logins",
        help="logins for the hub, and strips to give out, from a class list",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("students", type=Path, help='CSV with a column "student", or names')
    command.add_argument("out", type=Path)
    command.add_argument("--address", default="", help="of the hub, for the strips")
    command.add_argument("--paper", choices=paper.SIZES, default="A4")
    offer_semicolons(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write what ABOUT says."""
    names = class_list(options.students)
    made = list(zip(names, logins(names)))
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(options.out / "logins.csv", (COLUMN, LOGIN), made)
    strips = "".join(_strip(name, login, options.address) for name, login in made)
    html = paper.page("Logins", f"<h1>Logins</h1>\n{strips}", options.paper)
    (options.out / "logins.html").write_text(html, encoding="utf-8")
    listed = ", ".join(f'"{login}"' for _, login in made)
    (options.out / "names.toml").write_text(f"names = [{listed}]\n", encoding="utf-8")
    print(f"{len(made)} logins, for example {made[0][1]} for {made[0][0]}: {options.out}")
    return 0


def logins(names: Sequence[str]) -> list[str]:
    """A login for each name, all different: its letters without accents, hyphens between words;
    student-3 for the third name where no letter of it is Latin; a number behind one that is taken.
    """
    made: list[str] = []
    for place, name in enumerate(names, 1):
        base = _letters(name) or f"student-{place}"
        login, again = base, 1
        while login in TAKEN or login in made:
            again += 1
            login = f"{base}-{again}"
        assert re.match(NAME, login)
        made.append(login)
    return made


def _letters(name):
    """The name in small letters a to z, digits and hyphens, a letter first; "" where none is
    left."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(APART))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "-", re.sub("['’.]", "", bare))
    return re.sub("^[^a-z]+", "", words)[:LONGEST].strip("-")


def _strip(name, login, address):
    where = f"<p>Open <b>{escape(address)}</b></p>\n" if address else ""
    return (
        f'<div class="strip"><h2>{escape(name)}</h2>\n{where}'
        f"<p>Your name there: <code>{login}</code></p>\n"
        "<p>The word of the class: <span></span></p></div>\n"
    )
