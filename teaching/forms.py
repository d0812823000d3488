"""forms: the two forms of the quiz: the same kinds of questions, other numbers, as much work."""

from functools import cache
from itertools import count

import numpy as np

from teaching.kinds import LESSONS, of_lesson
from teaching.questions import Kind, Question, attempted, written

FORMS = ("A", "B")
ASKED = ("1a", "1c", "2a", "3a", "4a", "5a", "5c", "6a", "7b", "8a")
NAMES = tuple(str(n) for n in range(1, len(ASKED) + 1))  # as they are numbered in a form


def kinds() -> dict[str, tuple[str, Kind]]:
    """{number in the quiz: (lesson, kind)}."""
    known = {kind.name: (lesson, kind) for lesson in LESSONS for kind in of_lesson(lesson)}
    return {name: known[asked] for name, asked in zip(NAMES, ASKED)}


@cache
def form(letter: str, word: str) -> dict[str, Question]:
    """The ten questions of form "A" or "B" of a word, by their numbers.

    A question of B has the effort of its partner in A, and another right answer.
    """
    which = FORMS.index(letter)
    return {name: pair(kind, word)[which] for name, (_, kind) in kinds().items()}


@cache
def pair(kind: Kind, word: str) -> tuple[Question, Question]:
    """The first two questions of a kind that are as much work and are answered otherwise."""
    met: dict[tuple[int, ...], Question] = {}
    for attempt in count():
        question = attempted(kind, attempt, "quiz", word)
        if question:
            partner = met.setdefault(tuple(effort(question).values()), question)
            if written(partner.right) != written(question.right):
                return partner, question
    raise AssertionError  # the attempts never end


def effort(question: Question) -> dict[str, int]:
    """How much there is to do by hand: how many numbers count, how many have a minus, and how many
    digits are reckoned with and written down."""
    terms = np.ravel(question.terms)
    return {
        "numbers": int(np.count_nonzero(terms)),
        "with a minus": int((terms < 0).sum()),
        "digits": sum(map(_digits, terms)),
        "digits of the answer": _digits(question.right),
        "minus in the answer": int((np.ravel(question.right) < 0).sum()),
    }


def _digits(value):
    return sum(character.isdigit() for character in written(value))
