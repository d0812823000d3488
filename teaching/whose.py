"""whose: whose a file is that a class has handed in, by what it and its folder are called."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from teaching.handins import NOTEBOOK, legible
from teaching.in_list import Called, Match, matches
from teaching.lesson_pages import pages
from teaching.people import same_person, words_of

MOODLE = re.compile(r"_(\d+)_assignsubmission_.*", re.DOTALL)
COPY = re.compile(
    r"(?i)[-_ ]*(?<![^\W_])(?:copy|kopie|copie|copia)\d*(?:[-_ ](?:of|von|de|di))?(?![^\W_])"
    r"|\(\d+\)"
)
TAKEN = "taken as {}: no other name in the class list has these words"
TWINS = "{} students of this name, told apart by Moodle's numbers: {}"
COULD = "could be {}: "
BY_NUMBER = "write Moodle's number into the class list, as in {} ({})"
BY_NAME = "give each a letter in the class list, and write theirs into the file's or folder's name"
FEW = 3  # so many names are told one by one
AGAIN = "{} of the names have other numbers of Moodle in each folder: taken as one student each"


class Owner(NamedTuple):
    """Whose a file is: the student as lists show them; as the class list has them, "" where it does
    not or where there is none; who of the class list it may be, where that is not known; `sure`: it
    is a student's, and no file that lies among theirs; the folder in which it or the student's
    folder lies."""

    student: str
    listed: str
    perhaps: tuple[str, ...]
    sure: bool
    parent: str


def owners(
    places: Sequence[tuple[Path, bool]], names: Mapping[str, str]
) -> tuple[list[Owner], list[tuple[str, str]]]:
    """(whose each place is, what is to be said of names: (name, words)).

    places: (path below the folder of the class, whether it is a folder). names: {a name as
    same_person writes it: the student of the class list}; whom of it a name means say `matches`.
    Who have the same name and other numbers of Moodle in one folder are several students.
    """
    named = [_named(where, is_folder) for where, is_folder in places]
    found = matches(named, names)
    spelled: dict[str, str] = {}
    for one in named:
        spelled.setdefault(same_person(one.name), _spelled(one.name))
    students = [
        (not match.by_number and match.student) or spelled[same_person(one.name)]
        for one, match in zip(named, found)
    ]
    # who stand in the list with their numbers are nothing to look at
    unknown = {who for who, match in zip(students, found) if not match.by_number}
    twins, told = _twins(named, students)
    owned = []
    for (where, is_folder), one, student, match in zip(places, named, students, found):
        if match.by_number:
            shown = match.student
        elif one.number and student in twins:
            shown = f"{student} ({one.number})"
        else:
            shown = f"{student} (?)" if match.perhaps else student
        in_list = bool(match.student or match.perhaps)
        sure = is_folder or len(where.parts) > 1 or _is_handed_in(where) or in_list
        owned.append(Owner(shown, match.student, match.perhaps, sure, one.parent))
    told = [(who, why) for who, why in told if who in unknown or who not in students]
    return owned, [*_told(named, found), *told]


def _told(named: Iterable[Called], found: Iterable[Match]) -> list[tuple[str, str]]:
    """What is to be said of who is guessed, and of who may be several of the class list."""
    said = {}
    for one, match in zip(named, found):
        name = _spelled(one.name)
        if match.guessed:
            said[name, match.student] = TAKEN.format(match.student)
        if match.perhaps:
            how = BY_NUMBER.format(name, one.number) if one.number else BY_NAME
            said.setdefault((name, match.perhaps), COULD.format(_or(match.perhaps)) + how)
    return [(name, why) for (name, _), why in said.items()]


def _or(names):
    """Some of the names in words."""
    more = len(names) - FEW
    shown = [*names[:FEW], *([f"one of {more} others"] if more > 0 else [])]
    return " or ".join(shown)


def is_nameless(student: str) -> bool:
    """Whether it is but the name of a page: who has handed it in has not said."""
    return not _without_page(student)


def is_of_moodle(name: str) -> bool:
    """Whether a file or a folder carries Moodle's mark."""
    return bool(MOODLE.search(name))


def _is_handed_in(where):
    """Whether a file that lies in no student's folder is a student's by what it is called."""
    return where.suffix.lower() == NOTEBOOK or is_of_moodle(where.name)


# ---- a name


def _named(where, is_folder):
    """What a path says; is_folder: of its last part."""
    parts = [legible(os.fsencode(p).decode("utf-8", "backslashreplace")) for p in where.parts]
    level = next((n for n, part in enumerate(parts) if is_of_moodle(part)), 0)
    called = parts[level]
    found = MOODLE.search(called)
    name = MOODLE.sub("", called)
    if is_folder or level < len(parts) - 1:
        name = name.strip(" _-") or called
    else:
        stem = name if found else Path(called).stem
        name = _without_page(stem) or stem
    number = found[1] if found else ""
    if level and same_person(parts[0]) == same_person(name):
        number = ""  # a student's folder: the number is that of an assignment
    words = words_of(_without_page(name) or name)
    lessons = () if found else words_of(called)
    return Called("/".join(parts[:level]), name, words, number, lessons, bool(found))


def _spelled(name):
    """A name as it is shown, in one of the ways to write an accent."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _without_page(name):
    return _page_names().sub("", COPY.sub(" ", name).strip()).strip(" _-.")


@cache
def _page_names():
    """A page's name, whatever stands between its words, and what students add to it. "My" is also a
    student's name: only in front of all it is not."""
    names = "|".join(r"[\W_]+".join(map(re.escape, page.split("_"))) for page in pages())
    before, behind = r"(?:^(?:my|solved|final)[-_ ]+)?", r"(?:[-_ ]+(?:solved|final)(?![^\W_]))?"
    return re.compile(f"{before}(?:{names}){behind}", re.IGNORECASE)


# ---- Moodle's numbers


def _twins(
    named: Iterable[Called], students: Iterable[str]
) -> tuple[set[str], list[tuple[str, str]]]:
    """(the names that are several students', what is to be said of them and of numbers). Moodle
    gives a student another number in each assignment, so that only those in one folder tell."""
    numbers: dict[str, dict[str, set[str]]] = {}
    for one, student in zip(named, students):
        if one.number:
            numbers.setdefault(student, {}).setdefault(one.parent, set()).add(one.number)
    twins = {who for who, own in numbers.items() if any(len(some) > 1 for some in own.values())}
    said = []
    for who in sorted(twins):
        most = max(map(len, numbers[who].values()))
        said.append((who, TWINS.format(most, _listed(numbers[who]))))
    moved = {who for who, own in numbers.items() if len(set().union(*own.values())) > 1} - twins
    if moved:
        folders = sorted({folder or "." for who in moved for folder in numbers[who]})
        said.append((", ".join(folders), AGAIN.format(len(moved))))
    return twins, said


def _listed(numbers):
    """The numbers of a name in each folder."""
    told = []
    for folder, some in sorted(numbers.items()):
        told.append(", ".join(sorted(some, key=int)) + (f" in {folder}" if folder else ""))
    return "; ".join(told)
