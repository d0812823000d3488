"""compare: what an answer gives, and whether that is the same as the right one (level 4)."""

import ast
import copy
import inspect
import numbers
import re
import textwrap

import numpy as np

FLOAT32 = 1e-5  # an answer in float32 cannot be nearer


class Refused(Exception):
    """An answer that cannot be compared; the message says why."""


class Blank(Exception):
    """The answer turned out to be `...` when it was called."""


# ---- is it answered?


def is_blank(answer):
    """Whether the answer is `...`, holds one, or is a function or a class in whose code one still
    stands."""
    if isinstance(answer, (list, tuple)):
        return any(
            part is ... or (isinstance(part, (list, tuple)) and is_blank(part)) for part in answer
        )
    methods = vars(answer).values() if isinstance(answer, type) else (answer,)
    return answer is ... or any(
        _holds_blank(method) for method in methods if hasattr(method, "__code__")
    )


def _holds_blank(function):
    """Whether a `...` stands in the function's text that is no index: x[..., 0] is one, `total +=
    ...` is a blank."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (
        OSError,
        TypeError,
        SyntaxError,
    ):  # no text is kept, or a lambda in the middle of a longer expression
        return False  # calling it will tell
    wanted = (
        ast.Lambda if function.__name__ == "<lambda>" else (ast.FunctionDef, ast.AsyncFunctionDef)
    )
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, wanted)]
    nodes = [
        node
        for body in bodies
        for part in (body if isinstance(body, list) else [body])
        for node in ast.walk(part)
    ]
    indices = {
        id(n) for node in nodes if isinstance(node, ast.Subscript) for n in ast.walk(node.slice)
    }
    return any(
        isinstance(n, ast.Constant) and n.value is ... and id(n) not in indices for n in nodes
    )


# ---- what does it give?


def outcome(exercise, answer, right=None):
    """The answer as a list of arrays (or words): its value, or what the function gives on each case
    in turn."""
    if not exercise.cases:
        if callable(answer):
            raise Refused("that is a function, wanted its result")
        return _results(answer, right)
    if not callable(answer):
        raise Refused(f"that is {_kind(answer)}, wanted a function")
    each = None if right is None else len(right) // len(exercise.cases)
    return [
        result
        for n, case in enumerate(exercise.cases)
        for result in _results(
            _called(exercise, answer, case), right and right[n * each : (n + 1) * each]
        )
    ]


def _called(exercise, function, case):
    try:
        result = (exercise.wrap(function) if exercise.wrap else function)(*copy.deepcopy(case))
    except (Exception, SystemExit) as error:
        code = getattr(function, "__code__", None)
        if (
            code is not None
            and any(constant is ... for constant in code.co_consts)
            and "llipsis" in str(error)
        ):
            raise Blank from None
        told = re.sub(" at 0x[0-9a-fA-F]+", "", " ".join(str(error).split()))[:200]
        raise Refused(
            f"your function stops with {type(error).__name__}{': ' * bool(told)}{told.rstrip('.')}"
        ) from None
    if result is ... or (isinstance(result, (list, tuple)) and is_blank(result)):
        raise Blank
    if result is None:
        raise Refused("your function returns None; is the return missing?")
    return result


def _results(value, right):
    """[array] or [word], or one array for each of several results: a tuple of arrays, or as many
    parts as `right` has."""
    parts = (
        list(value)
        if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim)
        else []
    )
    several = isinstance(value, tuple) and any(
        isinstance(part, np.ndarray) and part.ndim for part in parts
    )
    if len(right) > 1 if right else several:
        return [_array(part) for part in parts or [value]]
    words = bool(right) and isinstance(right[0], str)
    if isinstance(value, str) and (words or not right):
        return [" ".join(value.casefold().split())]
    if words:
        raise Refused(f"that is {_kind(value)}, wanted a word in quotes")
    try:
        result = _array(value)
    except Refused:
        if not several:
            raise
        return [_array(part) for part in parts]
    if result.dtype == bool and right and right[0].dtype != bool:
        raise Refused(f"that is {result}, wanted a number")
    return [result]


def _array(value):
    """`value` as an array; whole numbers, fractions and masks become float64, a single True or
    False stays."""
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(number, numbers.Real) for number in array.flat):
            array = array.astype(float)  # Fraction, or whole numbers beyond 64 bits
    except Exception:
        array = None
    if isinstance(value, (list, tuple)) and (array is None or array.dtype.kind not in "fiub"):
        raise Refused("the rows have different lengths, or hold something that is no number")
    if array is None or array.dtype.kind not in "fiub":
        raise Refused(f"that is {_kind(value)}, wanted numbers")
    return (
        array.astype(float)
        if array.dtype.kind in "iu" or (array.dtype == bool and array.ndim)
        else array
    )


def _kind(value):
    if value is None or isinstance(value, str):
        return "None" if value is None else "text in quotes"
    return f"of type {type(value).__name__}"


# ---- is it the same?


def close(a, b, tolerance):
    """Whether two words are the same, or two arrays within `tolerance` of the largest number of b."""
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a == b
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    if a.dtype == np.float32:
        tolerance = max(tolerance, FLOAT32)
    scale = np.abs(b, dtype=float).max(initial=0.0) or 1.0
    return bool((np.abs(np.subtract(a, b, dtype=float)) <= tolerance * scale).all())


def same(given, wanted, tolerance):
    """Whether two lists of results agree, each within the tolerance."""
    return len(given) == len(wanted) and all(close(a, b, tolerance) for a, b in zip(given, wanted))
