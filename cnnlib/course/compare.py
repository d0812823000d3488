"""compare: what an answer gives, and whether that is the same as the right one (level 4)."""

import contextlib
import itertools
import math
import numbers
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.course.calling import Refused, called
from cnnlib.course.exercise import Exercise
from cnnlib.typed import digits_of, plain, read

FLOAT32 = 1e-5  # an answer in float32 cannot be nearer
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
LEAST_DIGITS = 3  # of a number that is taken as a printed one


@dataclass(frozen=True)
class Stop:
    """A case that gives nothing to compare; why: in words."""

    why: str


Result = Any  # an array, or a word
Outcome = list[list[Result] | Stop]  # the results of each case; a value is one case


# ---- what does it give?


def outcome(
    exercise: Exercise, answer: Any, right: Outcome | None = None, changed: list[str] | None = None
) -> Outcome:
    """What an answer gives: for each case the list of its results, or a Stop.

    right: the outcome of the right answer; it says what kind of results is wanted. changed: a list
    that takes the names of the arguments that a function writes over.
    Raises Refused for an answer of another kind than is wanted, Blank for one that gives `...`.
    """
    if not exercise.cases:
        if callable(answer):
            raise Refused("that is a function, wanted its result")
        return [_value(exercise, answer, right and right[0])]
    if not callable(answer) and exercise.as_function:
        answer = exercise.as_function(answer)
    if not callable(answer):
        raise Refused(f"that is {_kind(answer)}, wanted a function")
    return [
        _case(exercise, answer, case, right and right[n], changed)
        for n, case in enumerate(exercise.cases)
    ]


def _case(exercise, function, case, wanted, changed):
    """The results of one case, or a Stop."""
    try:
        comparable = exercise.wrap(function) if exercise.wrap else function
        result, over = called(function, comparable, case)
        if changed is not None:
            changed += over
        return _results(result, wanted)
    except Refused as refusal:
        return Stop(str(refusal))


def _value(exercise, value, right):
    """The results of a value. Where it can be read in several ways, the right one counts."""
    if exercise.any_order:
        value = in_rising_order(value)
    if right is None or isinstance(right[0], str) or right[0].dtype == bool:
        return _results(value, right)
    refused = None
    found = []
    for reading in _readings(value, single=len(right) == 1 and not right[0].ndim):
        try:
            found.append(_results(reading, right))
        except Refused as refusal:
            refused = refused or refusal
    if not found:
        raise refused
    near = (
        results
        for results in found
        if same([results], [right], exercise.tolerance) or as_printed([results], [right])
    )
    return next(near, found[0])


def in_rising_order(answer: Any) -> Any:
    """A list, a tuple, a set or an array of one axis as a list in rising order; anything else as it
    is."""
    if isinstance(answer, np.ndarray) and answer.ndim == 1:
        answer = answer.tolist()
    if isinstance(answer, (list, tuple, set, frozenset)):
        with contextlib.suppress(TypeError):  # of what has no order
            return sorted(answer)
    return answer


def _readings(value: Any, single: bool) -> Iterator[Any]:
    """The ways to read a value in which numbers may be typed as texts.

    single: one number is wanted. Then it may stand in brackets, and a comma may have made two
    numbers of it: 2,5 for 2.5, and 1,936 for 1936. In a text this comma has both meanings, too.
    """
    if not single:
        yield _read(value)
        return
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        yield _read(next(iter(value)))
    elif isinstance(value, np.ndarray) and value.size == 1:
        yield value.reshape(())
    whole = isinstance(value, tuple) and len(value) == 2 and all(type(n) is int for n in value)
    if whole and value[1] >= 0:
        yield float(f"{value[0]}.{value[1]}")
        if value[1] == 0 or 100 <= value[1] <= 999:
            yield int(f"{value[0]}{value[1]:03d}")
    yield _read(value)
    if isinstance(value, str) and THOUSANDS.fullmatch(plain(value).strip()):
        yield float(plain(value).replace(",", ""))


def _read(value):
    """The value with its texts read as numbers; what cannot be read stays."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return read(value)
    return type(value)(map(_read, value)) if type(value) in (list, tuple) else value


def _results(value, right):
    """The results in a value: one, or several where `right` has several.

    Without `right`, a tuple with arrays in it is several results.
    """
    several = isinstance(value, tuple) and any(_is_grid(part) for part in value)
    if len(right) > 1 if right else several:
        return [_array(part) for part in _parts(value)]
    if isinstance(right[0] if right else value, str):
        return [_word(value)]
    try:
        result = _array(value)
    except Refused:
        if not several:
            raise
        return [_array(part) for part in value]
    if right and result.dtype == bool and right[0].dtype != bool:
        raise Refused(f"that is {result}, wanted a number")
    return [result]


def _is_grid(part):
    return isinstance(part, np.ndarray) and part.ndim > 0


def _parts(value):
    """The parts of a tuple, a list or an array; anything else is the only part of itself."""
    return list(value) if isinstance(value, (tuple, list)) or _is_grid(value) else [value]


def _word(value):
    """A word without capitals and without spaces around it."""
    if not isinstance(value, str):
        raise Refused(f"that is {_kind(value)}, wanted a word in quotes")
    return " ".join(value.casefold().split())


def _array(value):
    """`value` as an array; whole numbers, fractions and masks become float64, one truth value
    stays."""
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(number, numbers.Real) for number in array.flat):
            array = array.astype(float)  # Fraction, or whole numbers beyond 64 bits
    except Exception:
        array = None
    if array is None or array.dtype.kind not in "fiub":
        if isinstance(value, (list, tuple)):
            raise Refused("the rows have different lengths, or hold something that is no number")
        raise Refused(f"that is {_kind(value)}, wanted numbers")
    mask = array.dtype == bool and array.ndim > 0
    return array.astype(float) if array.dtype.kind in "iu" or mask else array


def _kind(value):
    if value is None or isinstance(value, str):
        return "None" if value is None else "text"
    return f"of type {type(value).__name__}"


# ---- is it the same?


def close(a: Result, b: Result, tolerance: float) -> bool:
    """Whether two words are the same, or two arrays within `tolerance` of b's largest number."""
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a == b
    if a.shape != b.shape:
        return False
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.array_equal(a, b, equal_nan=True)  # so that a wrong answer of NaN has a name
    if a.dtype == np.float32:
        tolerance = max(tolerance, FLOAT32)
    scale = np.abs(b, dtype=float).max(initial=0.0) or 1.0
    return bool((np.abs(np.subtract(a, b, dtype=float)) <= tolerance * scale).all())


def same_case(given: list[Result] | Stop, wanted: list[Result] | Stop, tolerance: float) -> bool:
    """Whether the results of one case agree, each within the tolerance; or both have stopped."""
    if isinstance(given, Stop) or isinstance(wanted, Stop):
        return isinstance(given, Stop) and isinstance(wanted, Stop)
    return len(given) == len(wanted) and all(close(a, b, tolerance) for a, b in zip(given, wanted))


def same(given: Outcome, wanted: Outcome, tolerance: float) -> bool:
    """Whether two outcomes agree in every case, and not only in where they stop."""
    if all(isinstance(case, Stop) for case in given):
        return False
    return len(given) == len(wanted) and all(
        same_case(a, b, tolerance) for a, b in zip(given, wanted)
    )


def flat(outcomes: Outcome) -> list[Result]:
    """The results of all cases in a row; none where a case has stopped."""
    cases = [case for case in outcomes if not isinstance(case, Stop)]
    return list(itertools.chain(*cases)) if len(cases) == len(outcomes) else []


def as_printed(given: Outcome, right: Outcome) -> bool:
    """Whether the numbers of a value are the right ones as they are printed: rounded to the digits
    that they have, three at least. Whole numbers are not rounded."""
    numbers_given, numbers_right = flat(given), flat(right)
    pairs = list(zip(numbers_given, numbers_right))
    if len(numbers_given) != len(numbers_right) or any(isinstance(b, str) for _, b in pairs):
        return False
    if any(a.shape != b.shape or bool in (a.dtype, b.dtype) for a, b in pairs):
        return False
    return all(_is_rounded_to(a, b) for x, y in pairs for a, b in zip(x.flat, y.flat))


def _is_rounded_to(a, b):
    if a == b:
        return True
    if not math.isfinite(a) or b == round(b):
        return False
    digits = digits_of(a)
    return digits >= LEAST_DIGITS and float(str(a)) == float(f"{b:.{digits - 1}e}")
