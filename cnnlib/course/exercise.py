"""exercise: an exercise with its right answer and the wrong ones known by name; where they are found.

The keys lie in keys/lesson_NN.py; a key is loaded only when its lesson asks (level 4).
"""

import importlib.util
import pkgutil
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Exercise:
    """One exercise. `right` is a value, or a function that is compared on every tuple of arguments
    in `cases`.

    A value is a number, an array, a word, or a tuple of arrays (several results).
    wrong: what a known wrong answer is called -> that answer. hints: from a nudge to the solution.
    wrap: makes a comparable function of an answer that is none by itself, such as a method.
    tolerance: how far a number may lie from the right one, relative to the largest number of the
    right answer.
    """

    name: str
    right: object
    wrong: dict = field(default_factory=dict)
    hints: tuple = ()
    cases: tuple = ()
    tolerance: float = 1e-9
    wrap: object = None


def find(name):
    """The Exercise of that name; KeyError with the names there are."""
    name = str(name)
    lesson = name.partition(".")[0]
    known = exercises_of(lesson) if re.fullmatch("[0-9]{1,2}|A[0-9]", lesson) else {}
    if name not in known:
        those = (
            f"there are {', '.join(known)}"
            if known
            else f"the lessons {', '.join(lessons())} have some, named as 3.1"
        )
        raise KeyError(f"There is no exercise {name!r}; {those}.")
    return known[name]


def lessons():
    """The lessons that have a key, as their exercises name them: 0, 1, 2, ..., and A1 for an
    appendix."""
    from cnnlib.course import keys

    tags = sorted(
        module.name.removeprefix("lesson_") for module in pkgutil.iter_modules(keys.__path__)
    )
    return [tag.removeprefix("0") for tag in tags]


def exercises_of(lesson):
    """The exercises of a lesson, such as "3" or "A1", by name; none for a lesson without a key."""
    module = f"cnnlib.course.keys.lesson_{lesson.zfill(2)}"
    if importlib.util.find_spec(module) is None:
        return {}
    return {exercise.name: exercise for exercise in importlib.import_module(module).EXERCISES}
