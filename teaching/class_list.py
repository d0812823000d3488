"""class_list: what a class has answered: student x exercise, and the mistakes counted by name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from teaching.handins import NOT_RUN, RIGHT, UNANSWERED, UNREADABLE, WRONG, HandIn, Told

MISTAKE, MISSING = "mistake", "not found"
STATES = (RIGHT, MISTAKE, WRONG, UNANSWERED, NOT_RUN, MISSING, UNREADABLE)
LETTERS = dict(zip(STATES, "RMw?o-!"))


@dataclass
class PageList:
    """The hand-ins of one page: {student: {exercise: (state, why)}}."""

    title: str
    exercises: list[str]
    rows: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def counts(self, exercise: str) -> dict[str, int]:
        """How many students are in each state of an exercise, in the order of STATES."""
        found = Counter(row[exercise][0] for row in self.rows.values())
        return {state: found[state] for state in STATES}

    def unreadable(self, student: str) -> str:
        """Why nothing of a student's page is known; nothing where it could be read."""
        found = {*self.rows[student].values()}
        return next((why for state, why in found if state == UNREADABLE), "")

    def mistakes(self, exercise: str) -> list[tuple[str, int]]:
        """(mistake, how many) of the named ones, the most frequent first."""
        cells = (row[exercise] for row in self.rows.values())
        return Counter(why for state, why in cells if state == MISTAKE).most_common()


def class_list(handins: Iterable[HandIn]) -> list[PageList]:
    """What each page's hand-ins tell, the page that most have handed in first, of two in the order
    of the course."""
    found: dict[str, PageList] = {}
    handins = [*handins]
    most = Counter(one.meant.name for one in handins)
    for one in sorted(handins, key=lambda one: (-most[one.page.name], one.page.name)):
        page = found.setdefault(one.page.name, PageList(one.page.title, [*one.page.exercises]))
        page.exercises = [*dict.fromkeys([*page.exercises, *one.told])]
        page.rows[one.student] = {name: state_of(name, told) for name, told in one.told.items()}
    for page in found.values():
        for student, row in page.rows.items():
            why = page.unreadable(student)
            for name in page.exercises:
                row.setdefault(name, (UNREADABLE, why) if why else (MISSING, ""))
    return [*found.values()]


def state_of(name: str, told: Told) -> tuple[str, str]:
    """(the state, why) of an exercise as a verdict tells it: a mistake with a name, or wrong."""
    if told.status != WRONG:
        return told.status, told.why
    why = told.why.removesuffix(".")
    return (MISTAKE if why in _names(name) else WRONG), why


@cache
def _names(name):
    """What the known mistakes of an exercise are called; none for one that is not known here."""
    from cnnlib.course.own import find  # loads NumPy and the keys: only where something is wrong

    try:
        return {mistake.removesuffix(".") for mistake in find(name).wrong}
    except KeyError:
        return set()
