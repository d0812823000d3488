"""whose: whose a file is that a class has handed in, by what it and its folder are called."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from teaching.handins import NOTEBOOK, legible
from teaching.lesson_pages import pages
from teaching.people import same_person, words_of

MOODLE = re.compile(r"_(\d+)_assignsubmission_.*", re.DOTALL)
COPY = re.compile(
    r"(?i)[-_ ]*(?<![^\W_])(?:copy|kopie|copie|copia)\d*(?:[-_ ](?:of|von|de|di))?(?![^\W_])"
    r"|\(\d+\)"
)
BESIDE = {"lesson", "notebook", "homework", "my", "solved", "final"}  # words beside a name
TAKEN = "taken as {}: no other name in the class list has these words"
TWINS = "{} students of this name, told apart by Moodle's numbers: {}"
AGAIN = "{} of the names have other numbers of Moodle in each folder: taken as one student each"


class Owner(NamedTuple):
    """Whose a file is: the student as lists show them; as the class list has them, "" where it does
    not or where there is none; `sure`: it is a student's, and no file that lies among theirs."""

    student: str
    listed: str
    sure: bool


class _Named(NamedTuple):
    """What a path says: in which folder lies what is called after a student, how that is called,
    the student's name in it, and Moodle's number."""

    parent: str
    called: str
    name: str
    number: str


def owners(
    places: Sequence[tuple[Path, bool]], names: Mapping[str, str]
) -> tuple[list[Owner], list[tuple[str, str]]]:
    """(whose each place is, what is to be said of names: (name, words)).

    places: (path below the folder of the class, whether it is a folder). names: {a name as
    same_person writes it: the student of the class list}; a name with the same words, whatever
    their order and whatever stands between them, is that student's, where no other has them. Who
    have the same name and other numbers of Moodle in one folder are several students.
    """
    named = [_named(where, is_folder) for where, is_folder in places]
    by_words = _by_words(names)
    spelled, said = dict(names), []
    for name in dict.fromkeys(one.name for one in named):
        key = same_person(name)
        student = names.get(key) or _with_words(name, by_words)
        if student and key not in names:
            said.append((name, TAKEN.format(student)))
        spelled.setdefault(key, student or _spelled(name))
    students = [spelled[same_person(one.name)] for one in named]
    twins, told = _twins(named, students)
    in_list = {*names.values()}
    found = []
    for (where, is_folder), one, student in zip(places, named, students):
        numbered = f"{student} ({one.number})" if one.number else student
        own = names.get(same_person(numbered), "")
        apart = numbered if student in twins else student
        listed = own or (student if student in in_list else "")
        sure = is_folder or len(where.parts) > 1 or _is_handed_in(where) or bool(listed)
        found.append(Owner(own or apart, listed, sure))
    return found, [*said, *told]


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
    return _Named("/".join(parts[:level]), called, name, number)


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


# ---- a class list


def _by_words(names):
    """{words: the students of the class list who have them}."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, student in names.items():
        found.setdefault(words_of(name), set()).add(student)
    return found


def _with_words(name, by_words):
    """The student whose words these are, beside which a lesson's number may stand; "" where that
    is nobody, or several."""
    words = words_of(_without_page(name) or name)
    fitting = by_words.get(words) or {
        student
        for listed, students in by_words.items()
        if _is_beside(Counter(words), Counter(listed))
        for student in students
    }
    return next(iter(fitting)) if len(fitting) == 1 else ""


def _is_beside(words, listed):
    """Whether what is left of the words is a lesson's; a number beside one in the name may be the
    name's."""
    left = words - listed
    if not listed or listed - words or not all(map(_is_lesson, left)):
        return False
    return not (_has_digit(left) and _has_digit(listed))


def _has_digit(words):
    return any(letter.isdigit() for letter in "".join(words))


def _is_lesson(word):
    return word in BESIDE or word.removeprefix("lesson").lstrip("0") in _numbers()


@cache
def _numbers():
    """The numbers of the pages, without zeros in front."""
    return {page.partition("_")[0].casefold().lstrip("0") for page in pages()}


# ---- Moodle's numbers


def _twins(
    named: Iterable[_Named], students: Iterable[str]
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
