"""exercise: an exercise with its right answer and the wrong ones known by name; how one is found.

The keys lie in keys/lesson_NN.py; a key is loaded only when its lesson asks (level 4). Beside it
lies lesson_NN.json with the code of the worked answers that last hints show: the builder of the
lessons writes it from solutions/NN.py.
"""

import importlib.util
import json
import pkgutil
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOLUTION = "{solution}"  # stands in a hint for the code of the worked answer


@dataclass(frozen=True)
class Exercise:
    """One exercise: a value to be found, or a function to be written.

    right: the value (a number, an array, a word, or a tuple of arrays for several results), or the
    function, which is compared on every tuple of arguments in `cases`.
    wrong: what a known wrong answer is called -> that answer. hints: from a nudge to the solution.
    wrap: makes a comparable function of an answer that is none by itself, such as a method.
    as_function: makes a function of a value that stands for one, such as the axes of a sum; raises
    Refused, in words, where it cannot. any_order: the answer is a set of numbers, given as a list,
    a tuple or a set. results: what the results are called, where there are several.
    tolerance: how far a number may lie from the right one, relative to the largest number of the
    right answer. text: the question in Markdown, of an exercise that stands in no lesson's text.
    """

    name: str
    right: Any
    wrong: dict[str, Any] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    cases: tuple = ()
    tolerance: float = 1e-9
    wrap: Callable[..., Any] | None = None
    as_function: Callable[[Any], Callable[..., Any]] | None = None
    any_order: bool = False
    results: tuple[str, ...] = ()
    text: str = ""

    def hint(self, n: int) -> str:
        """Hint number `n`, counted from 0, with the code of the worked answer where it is shown."""
        before, asks, after = self.hints[n].partition(SOLUTION)
        code = worked_code(self.name) if asks else ""
        if "\n" in code:
            return f"{before.rstrip()}\n{textwrap.indent(code, '    ')}{after}"
        return before + code + after


def find(name: str) -> Exercise:
    """The Exercise of that name; raises KeyError, telling the names there are, without one."""
    typed, name = name, str(name)
    lesson = lesson_of(name)
    known = exercises_of(lesson) if re.fullmatch("[0-9]{1,2}|A[0-9]", lesson) else {}
    if isinstance(typed, float) and f"{name}0" in known:  # 7.10 is 7.1 for Python
        raise KeyError(f'Put the name in quotes: "{name}" or "{name}0"? The numbers are the same.')
    if name in known:
        return known[name]
    if known:
        raise KeyError(f"There is no exercise {name!r}; there are {', '.join(known)}.")
    some = f"the lessons {', '.join(lessons())} have some, named as 3.1"
    raise KeyError(f"There is no exercise {name!r}; {some}.")


def lesson_of(name: str) -> str:
    """The lesson of an exercise, as its name says: "3" of "3.1", "A1" of "A1.2"."""
    return name.partition(".")[0]


def lessons() -> list[str]:
    """The lessons that have a key, as their exercises name them: 0, 1, 2, ..., and A1."""
    from cnnlib.course import keys

    names = sorted(module.name for module in pkgutil.iter_modules(keys.__path__))
    return [name.removeprefix("lesson_").removeprefix("0") for name in names]


def exercises_of(lesson: str) -> dict[str, Exercise]:
    """The exercises of a lesson, such as "3" or "A1", by name; none for a lesson without a key."""
    key = _key(lesson)
    if key is None:
        return {}
    return {exercise.name: exercise for exercise in importlib.import_module(key.name).EXERCISES}


def worked_code(name: str) -> str:
    """The code of the worked answer to exercise `name`, as its last hint shows it."""
    kept = Path(_key(lesson_of(name)).origin).with_suffix(".json")
    return json.loads(kept.read_text(encoding="utf-8"))[name]


def _key(lesson):
    """The module spec of a lesson's key, not loaded; None for a lesson without one."""
    return importlib.util.find_spec(f"cnnlib.course.keys.lesson_{lesson.zfill(2)}")
