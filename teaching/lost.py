"""lost: what a class has handed in and what cannot be read: its student has a row, too."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from teaching.handins import NOTEBOOK, UNREADABLE, HandIn, NoPage, Told, Unreadable
from teaching.lesson_pages import LessonPage, lesson_of, pages
from teaching.people import same_person
from teaching.whose import Owner

Best = dict[tuple[str, str], HandIn]  # {(student as compared, name of a page): what counts}


class Lost(NamedTuple):
    """What a student has handed in and what was not read."""

    owner: Owner
    where: Path
    error: Unreadable

    @property
    def key(self) -> str:
        """The student as names are compared."""
        return same_person(self.owner.student)

    @property
    def page(self) -> LessonPage | None:
        """The page that it is, by its text or its name; None where neither tells."""
        return self.error.page or page_named(self.where)


def is_of(one: Lost, lessons: Collection[str]) -> bool:
    """Whether it may be of one of these lessons; without any, of all."""
    if not lessons:
        return True
    return lesson_of(one.page) in lessons if one.page else not _is_shipped(one)


def is_told(one: Lost, students: Collection[str]) -> bool:
    """A page of the course without exercises, as everybody has it on a hub, is nothing to look
    at beside others."""
    return not _is_shipped(one) or one.key not in students


def page_named(where: Path) -> LessonPage | None:
    """The page that a file is called after: by its name, or in a student's folder by its number and
    nothing else; None for any other name."""
    called = where.name.casefold()
    found = [page for page in pages().values() if page.name.casefold() in called]
    if not found and len(where.parts) > 1:
        stem = called.removesuffix(NOTEBOOK).removeprefix("lesson").strip(" _-")
        found = [page for page in pages().values() if lesson_of(page).casefold() == stem]
    return max(found, key=lambda page: len(page.name), default=None)


def add_unreadable(
    lost: Collection[Lost], best: Best, students: Collection[str], lessons: Collection[str] = ()
) -> None:
    """Give each student one row more in `best` for what was not read and may be a page of which
    nothing else counts. students: who has handed in what can be read."""
    likely = _likely(lost, best, lessons)
    met_in: set[tuple[str, str]] = set()
    for one in sorted(lost, key=lambda one: (one.page is None, not _is_notebook(one))):
        key, owner = one.key, one.owner
        beside = key in students or (key, owner.parent) in met_in
        if not owner.sure or (not _is_notebook(one) and beside):
            continue
        met = [one.page] if one.page else likely(owner.parent)
        page = next((page for page in met if (key, page.name) not in best), None)
        if page:
            told = dict.fromkeys(page.exercises, Told(UNREADABLE, one.error.told))
            row = HandIn(owner.student, one.where, page, [], told, listed=owner.listed)
            row.perhaps, row.placed = owner.perhaps, one.page is None
            best[key, page.name] = row
        met_in.add((key, owner.parent))


def _likely(lost, best, lessons):
    """A function of a folder: the pages that are met, the one that most have handed in there
    first, then the one that most have handed in anywhere."""
    known = [(one.parent, one.meant) for one in best.values()]
    known += [(one.owner.parent, one.page) for one in lost if one.owner.sure and one.page]
    wanted = [page for page in pages().values() if lesson_of(page) in lessons]
    pages_met = dict.fromkeys(page for _, page in known)
    met = [page for page in pages_met if not lessons or lesson_of(page) in lessons]
    met += [page for page in wanted if page not in met]
    there, all_ = Counter(known), Counter(page for _, page in known)

    def order(parent):
        return sorted(met, key=lambda page: (-there[parent, page], -all_[page], page.name))

    return order


def _is_shipped(one):
    return isinstance(one.error, NoPage) and one.error.is_shipped


def _is_notebook(one):
    """Whether it may be a page with exercises: a file of another kind may lie beside one."""
    return one.where.suffix.lower() == NOTEBOOK and not isinstance(one.error, NoPage)
