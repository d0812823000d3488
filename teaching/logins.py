"""logins: what each student of a class types to come into the hub, made of the class list."""

import argparse
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from teaching import paper
from teaching.files import Refused, offer_semicolons, read_table, write_table
from teaching.hub.classroom import NAME, RULE
from teaching.people import COLUMN, LOGIN, alike, bare, class_list, fonts_told, same_person
from teaching.seals import seal

ABOUT = """Make a login for each student of a class list: letters that every keyboard has.

The folder OUT gets
  logins.csv        student and login: a class list, too, for collect --names and mark --names
  logins.html       a strip to cut off for each student: address and login, not the word; before
                    the name its place in the class list
  names.toml        the line with their logins for the hub's class.toml, so that nobody else comes
                    in

A second run keeps every login that stands in OUT/logins.csv, and adds those of new names, wherever
they stand in the list: a student's folder hangs on the login. Who is not in the list any more stays
in logins.csv, so that nobody else gets that folder, but gets no strip and does not come in; delete
the line to give the login free. Whose
name is written otherwise now: write it so in logins.csv, too.
"""
RENAMED = """
  is it {}, who has {}? Then delete the new line of logins.csv, correct the name in the old
  one, and run this again"""
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
    names, listed = class_list(options.students), options.out / "logins.csv"
    kept = kept_logins(listed) if listed.exists() else {}
    present = {same_person(name) for name in names}
    gone = {name: login for name, login in kept.items() if same_person(name) not in present}
    made = dict(zip(names, logins(names, kept)))
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(listed, (COLUMN, LOGIN), (made | gone).items())
    strips = "".join(
        _strip(one, login, options.address)
        for one, login in zip(paper.listed(names), made.values(), strict=True)
    )
    html = paper.page(
        "Logins", f'<h1>Logins</h1>\n<div class="strips">{strips}</div>\n', options.paper
    )
    (options.out / "logins.html").write_text(html, encoding="utf-8")
    quoted = ", ".join(f'"{login}"' for login in made.values())
    (options.out / "names.toml").write_text(f"names = [{quoted}]\n", encoding="utf-8")
    print(f"{len(made)} logins, for example {made[names[0]]} for {names[0]}: {options.out}")
    if not options.address:
        print("The strips do not say where the hub is: run this again with --address.")
    tell(made, kept, gone)
    for line in fonts_told(made):
        print(line)
    return 0


def kept_logins(path: Path) -> dict[str, str]:
    """{student: login} of a logins.csv; raises Refused, with the line, for what is no login, for
    one that two students have, and for a student with two."""
    kept: dict[str, str] = {}
    students, owners = set[str](), dict.fromkeys(TAKEN, "the teacher")
    for row in read_table(path, (COLUMN, LOGIN)):
        name, login = row[COLUMN], row[LOGIN]
        place = f"{path}, line {row.line}: {name or 'nobody'}"
        if not login:
            continue
        if not re.match(NAME, login):
            raise Refused(f"{place} has {login!r}; a login is made of {RULE}")
        if login in owners:
            raise Refused(f"{place} has {login}, the login of {owners[login]}")
        if not name or same_person(name) in students:
            raise Refused(f"{place} has {login}; each student has one login, and each login one")
        students.add(same_person(name))
        owners[login], kept[name] = name, login
    return kept


def tell(made: Mapping[str, str], kept: Mapping[str, str], gone: Mapping[str, str]) -> None:
    """Print who is new beside those who have a login already, and who is not in the list."""
    if not kept:
        return
    before = {same_person(name) for name in kept}
    for name, login in made.items():
        if same_person(name) not in before:
            like = alike(name, gone)
            print(f"new: {name}, {login}" + (RENAMED.format(like, gone[like]) if like else ""))
    for name, login in gone.items():
        print(f"not in the list, does not come in, keeps {login}: {name}")


def logins(names: Sequence[str], kept: Mapping[str, str] | None = None) -> list[str]:
    """A login for each name, all different: that of `kept`, {student: login}; else its letters
    without accents, hyphens between words, four letters made of the name where none of it is Latin,
    and a number behind a login that is taken."""
    owned = {same_person(name): login for name, login in (kept or {}).items()}
    taken = {*TAKEN, *owned.values()}
    for name in names:
        if same_person(name) not in owned:
            base = _letters(name) or f"student-{seal(same_person(name)).lower()}"
            login, again = base, 1
            while login in taken:
                again += 1
                login = f"{base}-{again}"
            assert re.match(NAME, login)
            taken.add(login)
            owned[same_person(name)] = login
    return [owned[same_person(name)] for name in names]


def _letters(name):
    """The name in small letters a to z, digits and hyphens, a letter first; "" where none is
    left."""
    words = re.sub(r"[^a-z0-9]+", "-", re.sub("['’.]", "", bare(name)))
    return re.sub("^[^a-z]+", "", words)[:LONGEST].strip("-")


def _strip(who, login, address):
    where = f"<p>Open <b>{escape(address)}</b></p>\n" if address else ""
    return (
        f'<div class="strip"><h2>{who}</h2>\n{where}'
        f"<p>Your name there: <code>{login}</code></p>\n"
        '<p class="word">The word of the class: <span></span></p></div>\n'
    )
