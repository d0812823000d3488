"""compare: what an answer gives, and whether that is the same as the right one (level 4)."""

import ast
import contextlib
import copy
import inspect
import numbers
import re
import textwrap
from typing import Any

import numpy as np

from cnnlib.course.exercise import Exercise

Outcome = list[Any]  # arrays, or words, in the order of the results
FLOAT32 = 1e-5  # an answer in float32 cannot be nearer


class Refused(Exception):
    """An answer that cannot be compared; the message says why."""


class Blank(Exception):
    """The answer turned out to be `...` when it was called."""


# ---- is it answered?


def is_blank(answer: object) -> bool:
    """Whether an answer is `...`, holds one, or is a function or class whose code has one left."""
    if isinstance(answer, (list, tuple)):
        return any(part is ... or _is_blank_list(part) for part in answer)
    parts = vars(answer).values() if isinstance(answer, type) else [answer]
    return answer is ... or any(hasattr(f, "__code__") and _has_blank_in_code(f) for f in parts)


def _is_blank_list(part):
    return isinstance(part, (list, tuple)) and is_blank(part)


def _has_blank_in_code(function):
    """Whether a blank stands in a function's text: `total += ...` is one, `x[..., 0]` is none."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False  # no text is kept, or a lambda's is cut out of a longer line: a call will tell
    lambdas = function.__name__ == "<lambda>"
    kinds = ast.Lambda if lambdas else (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [n for f in ast.walk(tree) if isinstance(f, kinds) for n in _nodes_of_body(f)]
    slices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    indices = {id(node) for part in slices for node in ast.walk(part)}
    dots = [n for n in nodes if isinstance(n, ast.Constant) and n.value is ...]
    return any(id(node) not in indices for node in dots)


def _nodes_of_body(function):
    """The syntax nodes of a function without its arguments, whose defaults are no blanks."""
    body = function.body if isinstance(function.body, list) else [function.body]
    return [node for part in body for node in ast.walk(part)]


# ---- what does it give?


def outcome(
    exercise: Exercise, answer: Any, right: Outcome | None = None, changed: list[str] | None = None
) -> Outcome:
    """What an answer gives: a list of arrays or words, of each case in turn where there are cases.

    right: the outcome of the right answer; it says what kind of results is wanted. changed: a list
    that takes the names of the arguments that a function writes over.
    Raises Refused for an answer that cannot be compared, Blank for one that gives `...`.
    """
    if not exercise.cases:
        if callable(answer):
            raise Refused("that is a function, wanted its result")
        return _results(in_rising_order(answer) if exercise.any_order else answer, right)
    if not callable(answer):
        raise Refused(f"that is {_kind(answer)}, wanted a function")
    results = []
    for n, case in enumerate(exercise.cases):
        wanted = right and _share(right, n, len(exercise.cases))
        results += _results(_called(exercise, answer, case, changed), wanted)
    return results


def in_rising_order(answer: Any) -> Any:
    """A list, tuple or set of numbers as a list in rising order; anything else as it is."""
    if isinstance(answer, (list, tuple, set, frozenset)):
        with contextlib.suppress(TypeError):  # of what has no order
            return sorted(answer)
    return answer


def _share(results, n, cases):
    """The results of case `n` in those of all cases."""
    each = len(results) // cases
    return results[n * each : (n + 1) * each]


def _called(exercise, function, case, changed):
    """What the function returns for copies of the arguments in `case`.

    The names of those that it writes over go into the list `changed`. Where a key wraps the
    answer, what it does to its layer is looked at there.
    """
    given = copy.deepcopy(case)
    try:
        comparable = exercise.wrap(function) if exercise.wrap else function
        result = comparable(*given)
    except Refused:  # a key that wraps the answer has something to say
        raise
    except (Exception, SystemExit) as error:
        if _stopped_at_a_blank(function, error):
            raise Blank from None
        told = re.sub(" at 0x[0-9a-fA-F]+", "", " ".join(str(error).split()))[:200].rstrip(".")
        words = f"{type(error).__name__}: {told}" if told else type(error).__name__
        raise Refused(f"your function stops with {words}") from None
    if result is ... or _is_blank_list(result):
        raise Blank
    if changed is not None:
        changed += _written_over(function, given, case)
    if result is None:
        raise Refused("your function returns None; is the return missing?")
    return result


def _written_over(function, given, case):
    """The names of the arguments that are not what they were."""
    pairs = enumerate(zip(given, case))
    return [_argument(function, n) for n, (after, before) in pairs if not _alike(after, before)]


def _alike(after, before):
    """Whether an argument is what it was: arrays and numbers, also within lists and tuples."""
    if isinstance(before, (list, tuple)):
        return len(after) == len(before) and all(map(_alike, after, before))
    if isinstance(before, np.ndarray):
        return np.array_equal(after, before, equal_nan=before.dtype.kind == "f")
    return True


def _argument(function, n):
    """The name of argument `n`; its number, counted from 1, where it has none."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[n] if code and n < code.co_argcount else str(n + 1)


def _stopped_at_a_blank(function, error):
    """Whether a function whose text is not kept has stopped because a `...` stands in it."""
    code = getattr(function, "__code__", None)
    blank = isinstance(error, TypeError) and "llipsis" in str(
        error
    )  # an index out of place is none
    return blank and code is not None and ... in code.co_consts


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
        return "None" if value is None else "text in quotes"
    return f"of type {type(value).__name__}"


# ---- is it the same?


def close(a: np.ndarray | str, b: np.ndarray | str, tolerance: float) -> bool:
    """Whether two words are the same, or two arrays within `tolerance` of b's largest number."""
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a == b
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    if a.dtype == np.float32:
        tolerance = max(tolerance, FLOAT32)
    scale = np.abs(b, dtype=float).max(initial=0.0) or 1.0
    return bool((np.abs(np.subtract(a, b, dtype=float)) <= tolerance * scale).all())


def same(given: Outcome, wanted: Outcome, tolerance: float) -> bool:
    """Whether two lists of results agree, each within the tolerance."""
    return len(given) == len(wanted) and all(close(a, b, tolerance) for a, b in zip(given, wanted))
