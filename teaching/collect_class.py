"""collect_class: who of a class has handed in nothing, and of which lesson."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from teaching.files import Refused
from teaching.handins import HandIn
from teaching.lesson_pages import lesson_of, pages
from teaching.people import alike, likeness
from teaching.whose import is_nameless

NOTHING = "has handed in nothing"
UNLESS = ", unless what came as {} is theirs"
MOST = 2  # a lesson is everybody's where this many times those who have it are as many as any has


def chosen(given: Iterable[str], own: Sequence[str] = ()) -> list[str]:
    """The lessons as lesson_of tells them, 5 for 05; own: the names of pages of a teacher's own
    exercises. Raises Refused for one without exercises."""
    lessons = [*(lesson_of(page) for page in pages().values()), *own]
    known = {lesson.casefold(): lesson for lesson in lessons}
    found = []
    for one in given:
        name = one.casefold()
        name = f"0{name}" if f"0{name}" in known else name
        if name not in known:
            asked = ", ".join(lessons)
            raise Refused(f"lesson {one} has no exercises; these have: {asked}")
        found.append(known[name])
    return found


def of_the_class(
    handins: Collection[HandIn],
    path: Path,
    known: Mapping[str, str],
    lessons: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """What is to be said, (student, words), of who is not in the class list at `path`, and of who
    has handed in nothing, at all or of a lesson; known: {as same_person writes a name or a login:
    student}; lessons: those that were asked for, else those that most have handed in."""
    names = [*dict.fromkeys(known.values())]
    unknown = sorted(one for one in strangers(handins) if not is_nameless(one))
    return [
        *((one, f"not in {path}; {likeness(one, names)}") for one in unknown),
        *_nothing(handins, names, unknown, lessons),
    ]


def strangers(handins: Iterable[HandIn]) -> set[str]:
    """The students of hand-ins who are not in the class list."""
    return {one.student for one in handins if not one.listed and not one.perhaps}


def _nothing(handins, names, unknown, lessons):
    """(student, words) of who has handed in nothing, as far as that is known."""
    given: dict[str, set[str]] = {}
    theirs: dict[str, list[str]] = {}
    wanted = lessons or _of_most(handins)
    for one in handins:
        # what may be of any lesson may be of the one that is missed
        given.setdefault(one.listed, set()).update(wanted if one.placed else [lesson_of(one.page)])
        for student in one.perhaps:
            theirs.setdefault(student, []).append(one.student)
    for one in unknown:
        theirs.setdefault(alike(one, names), []).append(one)
    for name in names:
        missed = [lesson for lesson in wanted if lesson not in given.get(name, ())]
        if not missed:
            continue
        of = f" of lesson {', '.join(missed)}" if lessons or name in given else ""
        others = [*dict.fromkeys(theirs.get(name, ()))]
        yield name, NOTHING + of + (UNLESS.format(" or ".join(others)) if others else "")


def _of_most(handins):
    """The lessons that were to be handed in, as what the class has handed in tells."""
    counted = Counter(lesson_of(one.meant) for one in handins)
    most = max(counted.values(), default=0)
    return sorted(lesson for lesson, count in counted.items() if MOST * count >= most)
