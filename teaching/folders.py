"""folders: what a class has handed in as a folder: which of two files counts, and what cannot
be read. Nothing vanishes: what is not read is told, and its student has a row."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from teaching.handins import RIGHT, HandIn, Unreadable, legible, read
from teaching.lesson_pages import lesson_of
from teaching.lost import Lost, add_unreadable, is_of, is_told, page_named
from teaching.people import same_person
from teaching.whose import is_nameless, is_of_moodle, owners

COLUMNS = ("student", "page", "exercise", "state", "why")  # of students.csv
LISTS = ("students.csv", "mistakes.csv", "to_look_at.csv", "students.html", "heat_map.html")
NAMED = "named {}, but it is lesson {}"
NOT_COUNTED = "does not count: of the same student"
NAMELESS = "carries no student's name: add it to the file's, or use a folder called by the name"
LINK, EMPTY, NO_FILE = (
    "a link: it is not followed",
    "an empty folder",
    "neither a file nor a folder",
)
FOLDER, FILE, LISTED = "folder", "file", "a list of an earlier run"
# what hub/desk.py puts into a student's folder; in a copy of it the news may be a file
HUBS = {("notebooks", LINK), ("mine/news.md", LINK), ("mine/news.md", FILE)}
MOST = 3  # so many files of a student are told one by one, for each reason


def collected(
    folder: Path,
    out: Path,
    names: Mapping[str, str] | None = None,
    lessons: Collection[str] = (),
) -> tuple[list[HandIn], list[tuple[str, str]]]:
    """(the hand-ins in a folder and its sub-folders, what is to be said of files: (path, words)).

    out: where lists are written; an empty one is nobody's. names: of a class list, as owners takes
    them. lessons: as lesson_of tells them; what is known to be of another one is left out, unless
    its file is called after one of them. Of two notebooks of the same student for the same page one
    with answers counts before one without any, then the newer file, of two as old the one with more
    right answers. What cannot be read stands as `unreadable` at its page, where that is not known
    at the likeliest one of which the student has no other. Raises OSError for the folder itself.
    """
    files = [(path, path.relative_to(folder), trouble) for path, trouble in _files(folder, out)]
    places = [(where, os.path.isdir(path)) for path, where, _ in files]
    whose, told = owners(places, names or {})
    read_ones, lost = [], []
    for (path, where, trouble), owner in zip(files, whose):
        try:
            read_ones.append(_read(path, where, owner, trouble))
        except Unreadable as error:
            lost.append(Lost(owner, where, error))
    students = {same_person(one.student) for one in read_ones}
    lost = [one for one in lost if is_of(one, lessons)]
    said = [(one.where, str(one.error)) for one in lost if is_told(one, students)]
    said += [note for one in read_ones for note in _notes(one, folder, lessons)]
    best, others = _counting(read_ones, folder, lessons)
    add_unreadable(lost, best, students, lessons)
    ordered = sorted(best.values(), key=lambda one: (one.student.casefold(), one.page.name))
    return ordered, [*told, *_folded([*said, *others])]


def _read(path, where, owner, trouble):
    if trouble:
        raise Unreadable(trouble)
    one = read(path, owner.student)
    one.listed, one.perhaps, one.parent = owner.listed, owner.perhaps, owner.parent
    named = page_named(where)
    if named and named != one.page:
        one.named = named
    return one


def _notes(one, folder, lessons):
    """What is to be said of a notebook that was read: (its place, words)."""
    where, pages_of = one.path.relative_to(folder), (one.page, one.named)
    if lessons and not any(page and lesson_of(page) in lessons for page in pages_of):
        return
    if one.named:
        yield where, NAMED.format(lesson_of(one.named), lesson_of(one.page))
    for note in one.notes:
        yield where, note


def _counting(read_ones, folder, lessons):
    """({(student, page): the notebook that counts}, what is to be said of names and others)."""
    of: dict[tuple[str, str], list[HandIn]] = {}
    for one in read_ones:
        if not lessons or lesson_of(one.page) in lessons:
            of.setdefault((same_person(one.student), one.page.name), []).append(one)
    best = {key: max(own, key=_age) for key, own in of.items()}
    said = [(o.path.relative_to(folder), NAMELESS) for o in best.values() if is_nameless(o.student)]
    for key, own in of.items():
        others = (one for one in own if one is not best[key])
        said += [(o.path.relative_to(folder), _why_not(o, best[key], folder)) for o in others]
    return best, said


def _age(one):
    """What is larger for the notebook that counts."""
    return one.answers > 0, one.when, sum(told.status == RIGHT for told in one.told.values())


def _why_not(one, best, folder):
    """Why a notebook does not count beside the one that does."""
    if one.answers == 0 < best.answers:
        why = "has answers"
    elif best.when > one.when:
        why = "is newer"
    else:
        why = "is as old, and has no fewer right answers"
    place = _shown(best.path.relative_to(folder))
    return f"{NOT_COUNTED} {place} {why}; answers: {one.answers} here, {best.answers} there"


# ---- what is said


def _folded(said: Iterable[tuple[Path, str]]) -> list[tuple[str, str]]:
    """(path, words); of many files of one student with the same words the first, and how many."""
    found: dict[tuple[str, str], list[Path]] = {}
    for where, why in said:
        top = where.parts[0] if len(where.parts) > 1 else ""
        found.setdefault((top, why), []).append(where)
    told: list[tuple[str, str]] = []
    for (_, why), places in found.items():
        names = [_shown(where) for where in places]
        more = len(names) - 1
        told += (
            [(f"{names[0]} and {more} more", why)] if more >= MOST else [(n, why) for n in names]
        )
    return told


def _shown(where):
    return legible(where.as_posix())


# ---- a folder


def _files(folder: Path, out: Path) -> Iterator[tuple[Path, str]]:
    """(path, why it is not to be read) of all that is handed in, also of folders without anything;
    nothing that is hidden, and no lists of an earlier run."""
    for path, kind in _entries(folder):
        inside = [*_below(path)] if kind == FOLDER else [(path, kind)]
        if not inside and path.resolve() != out.resolve():
            inside = [(path, EMPTY)]
        yield from ((one, "" if why == FILE else why) for one, why in inside if why != LISTED)


def _below(folder):
    """All that lies in a student's folder, however deep."""
    left = [folder]
    hubs = {(folder / name, kind) for name, kind in HUBS}
    while left:
        here = left.pop()
        try:
            entries = _entries(here)
        except OSError as error:
            yield here, str(error.strerror)
            continue
        if not entries and here != folder and is_of_moodle(here.name):
            yield here, EMPTY
        left += [path for path, kind in reversed(entries) if kind == FOLDER]
        yield from (one for one in entries if one[1] != FOLDER and one not in hubs)


def _entries(folder: Path) -> list[tuple[Path, str]]:
    """(path, what it is: FOLDER, FILE, LISTED, or why it cannot be read), in their order."""
    with os.scandir(folder) as found:
        names = sorted(entry.name for entry in found)
    ours = LISTS if _has_lists(folder, names) else ()
    seen = [folder / name for name in names if not name.startswith((".", "__MACOSX"))]
    return [(path, LISTED if path.name in ours else _kind(path)) for path in seen]


def _kind(path):
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return str(error.strerror)
    if stat.S_ISLNK(mode):
        return LINK
    return FOLDER if stat.S_ISDIR(mode) else FILE if stat.S_ISREG(mode) else NO_FILE


def _has_lists(folder, names):
    """Whether a folder holds lists that this command has written: students.csv says so."""
    path = folder / LISTS[0]
    if LISTS[0] not in names or _kind(path) != FILE:
        return False
    try:
        with path.open("rb") as file:
            first = file.readline(200).decode("utf-8-sig", errors="replace")
    except OSError:
        return False
    return first.strip().replace(";", ",").split(",") == [*COLUMNS]
