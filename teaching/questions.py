"""questions: what is asked on paper, with other numbers for everybody, and what each mistake gives.

A wrong answer is computed by the same wrong code as in the keys of the lessons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.course.exercise import Exercise, find
from cnnlib.views.words import number, signed
from teaching.draw import Draw

WHOLE = 1e-9
ROUNDED = 4e-3  # where some answers have decimals: two or three digits of them are enough
Grids = dict[str, np.ndarray]  # by name


@dataclass(frozen=True)
class Question:
    """One question with its numbers.

    ask: the text, code between backquotes. grids: arrays of one or two axes, by name. answer: what
    stands before the line for the answer. right: a number, or an array of one axis. wrong: what a
    mistake is called -> its answer. given: the numbers in the text, by name. terms: the numbers
    that are added up by hand, or that the formula takes: they tell how much work it is. tolerance:
    as that of an exercise, where two digits are too few.
    """

    ask: str
    answer: str
    right: Any
    wrong: dict[str, Any]
    grids: Grids = field(default_factory=dict)
    given: dict[str, float] = field(default_factory=dict)
    terms: ArrayLike = ()
    tolerance: float = ROUNDED


@dataclass(frozen=True)
class Kind:
    """A kind of question: its name, such as "3a", what it shows, and what makes one of a Draw."""

    name: str
    shows: str
    make: Callable[[Draw], Question]


def drawn(kind: Kind, *words: str) -> Question:
    """The question of a kind that some words give: the first attempt that is one."""
    found = (attempted(kind, attempt, *words) for attempt in count())
    return next(question for question in found if question)


def attempted(kind: Kind, attempt: int, *words: str) -> Question | None:
    """An attempt at a question; None where two answers are alike, or the right one is 0."""
    question = kind.make(Draw(*words, kind.name, str(attempt)))
    return question if tells_apart(question) else None


def tells_apart(question: Question) -> bool:
    """Whether no answer can be taken for another one, and the right one is not all zeros."""
    exercise = as_exercise("", question)
    answers = np.array([np.ravel(a) for a in (exercise.right, *exercise.wrong.values())])
    apart = abs(answers[:, None] - answers).max(2)
    sizes = abs(answers).max(1)
    near = 2 * exercise.tolerance * np.maximum(sizes[:, None], sizes)
    return bool(
        np.any(exercise.right) and np.all((apart > near) | np.eye(len(answers), dtype=bool))
    )


def written(value: Any) -> str:
    """An answer as it stands in a key: whole numbers in full, others with four digits."""
    return "; ".join(
        signed(round(n)) if abs(n - round(n)) < WHOLE else number(n) for n in np.ravel(value)
    )


# ---- mistakes, from the keys


# paper has no code
SPOKEN = {
    "floor forgotten: / gives a fraction, // rounds down": "the quotient is not rounded down",
    "the remainder is what % gives; // gives the number of steps": (
        "that is the number of steps; the remainder is what is left"
    ),
    "// drops the decimals: / divides": "the decimals are dropped: a share is a fraction",
}


def slips(
    name: str, arguments: Sequence[Any], take: Callable[[np.ndarray], Any], *starts: str
) -> tuple[Any, dict[str, Any]]:
    """(the right answer, {mistake: its answer}) of the function that exercise `name` asks for.

    take: what is asked of the function's result. starts: how the names of the mistakes begin; on
    paper those that speak of code have names of their own.
    """
    exercise = find(name)

    def answer(function):
        comparable = exercise.wrap(function) if exercise.wrap else function
        copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in arguments]
        return take(np.asarray(comparable(*copies)))

    names = [named(exercise.wrong, start) for start in starts]
    wrong = {SPOKEN.get(name, name): answer(exercise.wrong[name]) for name in names}
    return answer(exercise.right), wrong


def named(wrong: dict[str, Any], start: str) -> str:
    """The one name among the mistakes that begins like this."""
    found = [name for name in wrong if name == start] or [n for n in wrong if n.startswith(start)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} mistakes begin with {start!r}")
    return found[0]


# ---- answers


def as_exercise(name: str, question: Question) -> Exercise:
    """The question as an exercise of the course: judged as those are, also on a page."""
    right = np.asarray(question.right, float)
    wrong = {mistake: np.asarray(value, float) for mistake, value in question.wrong.items()}
    numbers = np.concatenate([np.ravel(value) for value in (right, *wrong.values())])
    whole = np.all(abs(numbers - np.round(numbers)) < WHOLE)
    return Exercise(
        name=name, right=right, wrong=wrong, tolerance=WHOLE if whole else question.tolerance
    )
