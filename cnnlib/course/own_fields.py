"""own_fields: of what kind each part of a teacher's exercise has to be (level 4)."""

import numbers
import sys
from collections.abc import Callable, Iterator
from typing import Any

from cnnlib.course.exercise import Exercise

MANY = (tuple, list)


def misfits(one: Exercise) -> Iterator[tuple[str, str]]:
    """(part, what it is and what is wanted) of each part of an exercise that is of another kind."""
    for part, (met, wanted) in WANTED.items():
        found = met(getattr(one, part))
        if found:
            yield part, f"{part} {found}; wanted {wanted}"


def _kind(value):
    """What a value is, in words."""
    if value is None or value is ...:
        return "None" if value is None else "..."
    return "text" if isinstance(value, str) else f"of type {type(value).__name__}"


# ---- each gives what was met in place of what is wanted; "" where all is well


def _one(*kinds: type) -> Callable[[Any], str]:
    """What is wanted is of one of these kinds."""
    return lambda value: "" if isinstance(value, kinds) else f"is {_kind(value)}"


def _many(*kinds: type) -> Callable[[Any], str]:
    """What is wanted are several of these kinds in a row."""

    def met(value):
        if not isinstance(value, MANY):
            return f"is {_kind(value)}"
        others = [_kind(inner) for inner in value if not isinstance(inner, kinds)]
        return f"holds something that is {others[0]}" if others else ""

    return met


def _hints(value):
    return "" if isinstance(value, str) else _many(str)(value)  # a single text is told elsewhere


def _mistakes(value):
    return _one(dict)(value) or _many(str)(list(value))


def _function(value):
    return "" if value is None or callable(value) else f"is {_kind(value)}"


def _tolerance(value):
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return f"is {_kind(value)}"
    return "" if 0 <= value <= sys.float_info.max else "is no such number"


WANTED: dict[str, tuple[Callable[[Any], str], str]] = {
    "name": (_one(str), "a word, a dot and a number in quotes, as class.1"),
    "text": (_one(str), "the question in quotes"),
    "wrong": (_mistakes, '{"what the mistake is": its answer}'),
    "hints": (_hints, 'hints=("...",), texts in brackets'),
    "cases": (_many(*MANY), "cases=[(argument,), ...]: a case is a tuple of arguments"),
    "tolerance": (_tolerance, "a number that is not negative, as 0.005"),
    "wrap": (_function, "a function"),
    "as_function": (_function, "a function"),
    "any_order": (_one(bool), "True or False"),
    "results": (_many(str), 'names, as ("grad_w", "grad_x")'),
}
