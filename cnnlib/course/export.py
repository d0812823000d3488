"""export: the keys of all value exercises as plain data, for what has no Python: a page, a
worksheet, a class list (level 5).

    python -m cnnlib.course.export keys.json
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cnnlib.course.compare import LEAST_DIGITS, flat, outcome
from cnnlib.course.exercise import Exercise, exercises_of, lesson_of, lessons

SCHEMA = 1
COMPARED = {
    "number": "one number; see tolerance and printed",
    "numbers": "an array of the shape of `right`, row by row; see tolerance and printed",
    "set": "numbers in any order, each once; sort both sides, then as numbers",
    "several": "several arrays in this order, each compared as numbers",
    "word": "a word, without regard to capitals and spaces around it",
    "truth": "true or false",
    "tolerance": "a number may lie off by tolerance times the largest number of `right`; "
    "inf, which only a wrong answer may hold, is a text and equals itself alone",
    "printed": f"a number that is not whole may be rounded to the digits that it is written with, "
    f"{LEAST_DIGITS} at least, unless it is a known wrong answer",
    "typed": "2.5, 2,5, 1/9, −3, –3 and [−3] are numbers; 1,936 is 1936 where that is right",
    "wrong": "the first one that an answer equals gives the mistake its name",
}


def value_exercises(own: Iterable[Exercise] = ()) -> dict[str, Any]:
    """All exercises whose answer is a value, as data that JSON can hold; those of a teacher's `own`
    come last.

    {"schema", "compared": how each kind is compared, "exercises": [{"name", "lesson", "kind",
    "right", "tolerance", "wrong": [{"name", "value"}], "results": names of several, "hints"}]}.
    """
    asked = [*_of_values(), *((lesson_of(one.name), one) for one in own if not one.cases)]
    found = [as_data(exercise, lesson) for lesson, exercise in asked]
    return {"schema": SCHEMA, "compared": COMPARED, "exercises": found}


def _of_values() -> Iterator[tuple[str, Exercise]]:
    for lesson in lessons():
        for exercise in exercises_of(lesson).values():
            if not exercise.cases:
                yield lesson, exercise


def as_data(exercise: Exercise, lesson: str) -> dict[str, Any]:
    """One exercise, as value_exercises gives it."""
    right = outcome(exercise, exercise.right)
    wrong = {name: outcome(exercise, value, right) for name, value in exercise.wrong.items()}
    kind = kind_of(exercise)
    return {
        "name": exercise.name,
        "lesson": lesson,
        "kind": kind,
        "right": _value(right, kind),
        "tolerance": exercise.tolerance,
        "wrong": [{"name": name, "value": _value(value, kind)} for name, value in wrong.items()],
        "results": list(exercise.results),
        "hints": [exercise.hint(n) for n in range(len(exercise.hints))],
    }


def kind_of(exercise: Exercise) -> str:
    """How the answer to a value exercise is compared: a key of COMPARED."""
    results = flat(outcome(exercise, exercise.right))
    first = results[0]
    if len(results) > 1:
        return "several"
    if isinstance(first, str):
        return "word"
    if first.dtype == bool:
        return "truth"
    if exercise.any_order:
        return "set"
    return "numbers" if first.ndim else "number"


def _value(outcomes, kind):
    """The results as JSON can hold them; what is not finite as a text."""
    results = [a if isinstance(a, str) else _listed(a) for a in flat(outcomes)]
    return results if kind == "several" else results[0]


def _listed(a: np.ndarray) -> Any:
    if np.isfinite(a).all():
        return a.tolist()
    texts = [number if np.isfinite(number) else str(number) for number in a.ravel().tolist()]
    return np.array(texts, dtype=object).reshape(a.shape).tolist()


def main(path: str) -> None:
    """Write the exercises into a file."""
    text = json.dumps(value_exercises(), ensure_ascii=False, indent=1, allow_nan=False)
    Path(path).write_text(text + "\n", encoding="utf-8")
    print(f"{path}: {len(value_exercises()['exercises'])} exercises")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m cnnlib.course.export FILE.json")
    main(sys.argv[1])
