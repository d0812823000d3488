"""exercises: check an answer against the right one and against the wrong ones known by name (level 4).

The keys lie in cnnlib/keys/lesson_NN.py; a key is loaded only when its lesson asks.
"""
import ast
import copy
import importlib.util
import inspect
import itertools
import numbers
import pkgutil
import re
import textwrap
from dataclasses import dataclass, field

import numpy as np

FLOAT32 = 1e-5  # an answer in float32 cannot be nearer
_hints_shown = {}  # exercise name -> how many of its hints were printed


@dataclass(frozen=True)
class Exercise:
    """One exercise. `right` is a value, or a function that is compared on every tuple of arguments in `cases`.

    A value is a number, an array, a word, or a tuple of arrays (several results).
    wrong: what a known wrong answer is called -> that answer. hints: from a nudge to the solution.
    wrap: makes a comparable function of an answer that is none by itself, such as a method.
    tolerance: how far a number may lie from the right one, relative to the largest number of the right answer.
    """

    name: str
    right: object
    wrong: dict = field(default_factory=dict)
    hints: tuple = ()
    cases: tuple = ()
    tolerance: float = 1e-9
    wrap: object = None


@dataclass(frozen=True)
class Verdict:
    """status: "right", "wrong" or "unanswered"; text: one line for the learner."""

    status: str
    text: str


class _Refused(Exception):
    """An answer that cannot be compared; the message says why."""


class _Blank(Exception):
    """The answer turned out to be `...` when it was called."""


def verdict(name="", *answers):
    """Compare an answer with exercise `name`, such as "3.1"; returns a Verdict and never raises.

    Several answers are one tuple: check("3.4", 1, 2) is check("3.4", (1, 2)). A function is called with copies of the
    arguments. An unknown name counts as unanswered; the text names the known ones.
    """
    answer = answers[0] if len(answers) == 1 else answers or ...
    try:
        exercise = find(name)
    except KeyError as error:
        return Verdict("unanswered", error.args[0])
    try:
        if is_blank(answer):
            raise _Blank
        with np.errstate(all="ignore"):
            right = _outcome(exercise, exercise.right)
            given = _outcome(exercise, answer, right)
            if _same(given, right, exercise.tolerance):
                return Verdict("right", "Right.")
            reason = _reason(exercise, given, right)
    except _Blank:
        return Verdict("unanswered", f"{exercise.name} is not answered yet.")
    except _Refused as refusal:
        reason = str(refusal)
    return Verdict("wrong", f"Not yet: {reason}{'' if reason.endswith(('?', '!')) else '.'}")


def check(name="", *answers):
    """Print the verdict on an answer in one line; never raises."""
    print(verdict(name, *answers).text)


def use(name, answer):
    """Print the verdict on `answer`; return it where it is right, else the key's own answer, so that the page runs on.

    Raises KeyError for an unknown name.
    """
    told = verdict(name, answer)
    print(told.text, "Yours is built in." if told.status == "right" else "The library's stands in for it.")
    return answer if told.status == "right" else find(name).right


def hint(name=""):
    """Print the next hint of exercise `name`; after the last one it begins again. Never raises."""
    try:
        exercise = find(name)
    except KeyError as error:
        print(error.args[0])
        return
    if not exercise.hints:
        print(f"{exercise.name} has no hints.")
        return
    n = _hints_shown.get(exercise.name, 0) % len(exercise.hints)
    _hints_shown[exercise.name] = n + 1
    print(f"Hint {n + 1} of {len(exercise.hints)}: {exercise.hints[n]}")


def find(name):
    """The Exercise of that name; KeyError with the names there are."""
    name = str(name)
    lesson = name.partition(".")[0]
    known = exercises_of(lesson) if re.fullmatch("[0-9]{1,2}|A[0-9]", lesson) else {}
    if name not in known:
        those = f"there are {', '.join(known)}" if known else f"the lessons {', '.join(lessons())} have some, named as 3.1"
        raise KeyError(f"There is no exercise {name!r}; {those}.")
    return known[name]


def lessons():
    """The lessons that have a key, as their exercises name them: 0, 1, 2, ..., and A1 for an appendix."""
    from cnnlib import keys

    tags = sorted(module.name.removeprefix("lesson_") for module in pkgutil.iter_modules(keys.__path__))
    return [tag.removeprefix("0") for tag in tags]


def exercises_of(lesson):
    """The exercises of a lesson, such as "3" or "A1", by name; none for a lesson without a key."""
    module = f"cnnlib.keys.lesson_{lesson.zfill(2)}"
    if importlib.util.find_spec(module) is None:
        return {}
    return {exercise.name: exercise for exercise in importlib.import_module(module).EXERCISES}


# ---- is it answered?


def is_blank(answer):
    """Whether the answer is `...`, holds one, or is a function or a class in whose code one still stands."""
    if isinstance(answer, (list, tuple)):
        return any(part is ... or (isinstance(part, (list, tuple)) and is_blank(part)) for part in answer)
    methods = vars(answer).values() if isinstance(answer, type) else (answer,)
    return answer is ... or any(_holds_blank(method) for method in methods if hasattr(method, "__code__"))


def _holds_blank(function):
    """Whether a `...` stands in the function's text that is no index: x[..., 0] is one, `total += ...` is a blank."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # no text is kept, or a lambda in the middle of a longer expression
        return False  # calling it will tell
    wanted = ast.Lambda if function.__name__ == "<lambda>" else (ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, wanted)]
    nodes = [node for body in bodies for part in (body if isinstance(body, list) else [body]) for node in ast.walk(part)]
    indices = {id(n) for node in nodes if isinstance(node, ast.Subscript) for n in ast.walk(node.slice)}
    return any(isinstance(n, ast.Constant) and n.value is ... and id(n) not in indices for n in nodes)


# ---- what does it give?


def _outcome(exercise, answer, right=None):
    """The answer as a list of arrays (or words): its value, or what the function gives on each case in turn."""
    if not exercise.cases:
        if callable(answer):
            raise _Refused("that is a function, wanted its result")
        return _results(answer, right)
    if not callable(answer):
        raise _Refused(f"that is {_kind(answer)}, wanted a function")
    each = None if right is None else len(right) // len(exercise.cases)
    return [
        result
        for n, case in enumerate(exercise.cases)
        for result in _results(_called(exercise, answer, case), right and right[n * each : (n + 1) * each])
    ]


def _called(exercise, function, case):
    try:
        result = (exercise.wrap(function) if exercise.wrap else function)(*copy.deepcopy(case))
    except (Exception, SystemExit) as error:
        code = getattr(function, "__code__", None)
        if code is not None and any(constant is ... for constant in code.co_consts) and "llipsis" in str(error):
            raise _Blank from None
        told = re.sub(" at 0x[0-9a-fA-F]+", "", " ".join(str(error).split()))[:200]
        raise _Refused(f"your function stops with {type(error).__name__}{': ' * bool(told)}{told.rstrip('.')}") from None
    if result is ... or (isinstance(result, (list, tuple)) and is_blank(result)):
        raise _Blank
    if result is None:
        raise _Refused("your function returns None; is the return missing?")
    return result


def _results(value, right):
    """[array] or [word], or one array for each of several results: a tuple of arrays, or as many parts as `right` has."""
    parts = list(value) if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim) else []
    several = isinstance(value, tuple) and any(isinstance(part, np.ndarray) and part.ndim for part in parts)
    if len(right) > 1 if right else several:
        return [_array(part) for part in parts or [value]]
    words = bool(right) and isinstance(right[0], str)
    if isinstance(value, str) and (words or not right):
        return [" ".join(value.casefold().split())]
    if words:
        raise _Refused(f"that is {_kind(value)}, wanted a word in quotes")
    try:
        result = _array(value)
    except _Refused:
        if not several:
            raise
        return [_array(part) for part in parts]
    if result.dtype == bool and right and right[0].dtype != bool:
        raise _Refused(f"that is {result}, wanted a number")
    return [result]


def _array(value):
    """`value` as an array; whole numbers, fractions and masks become float64, a single True or False stays."""
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(number, numbers.Real) for number in array.flat):
            array = array.astype(float)  # Fraction, or whole numbers beyond 64 bits
    except Exception:
        array = None
    if isinstance(value, (list, tuple)) and (array is None or array.dtype.kind not in "fiub"):
        raise _Refused("the rows have different lengths, or hold something that is no number")
    if array is None or array.dtype.kind not in "fiub":
        raise _Refused(f"that is {_kind(value)}, wanted numbers")
    return array.astype(float) if array.dtype.kind in "iu" or (array.dtype == bool and array.ndim) else array


def _kind(value):
    if value is None or isinstance(value, str):
        return "None" if value is None else "text in quotes"
    return f"of type {type(value).__name__}"


# ---- is it right, and if not, why?


def _close(a, b, tolerance):
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a == b
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    if a.dtype == np.float32:
        tolerance = max(tolerance, FLOAT32)
    scale = np.abs(b, dtype=float).max(initial=0.0) or 1.0
    return bool((np.abs(np.subtract(a, b, dtype=float)) <= tolerance * scale).all())


def _same(given, wanted, tolerance):
    return len(given) == len(wanted) and all(_close(a, b, tolerance) for a, b in zip(given, wanted))


def _named(exercise, given, right, like):
    """The name of the known wrong answer that `like(given, wrong)` finds, or None."""
    for name, wrong in exercise.wrong.items():
        try:
            if like(given, _outcome(exercise, wrong, right)):
                return name
        except _Refused:  # a wrong answer that stops on these cases is not what was given
            continue
    return None


def _reason(exercise, given, right):
    """Why the answer is not right, by name where the name is known."""
    tolerance = exercise.tolerance
    name = _named(exercise, given, right, lambda given, wrong: _same(given, wrong, tolerance))
    if name or isinstance(right[0], str) or right[0].dtype == bool:
        return name or "that is another answer"
    if len(given) != len(right):
        cases = len(exercise.cases) or 1
        return f"the number of results is {len(given) // cases}, wanted {len(right) // cases}"
    if any(not np.isfinite(a).all() for a in given):
        return "there is a number that is not finite"
    moved = _moved(given, right, tolerance)
    if moved or any(a.shape != b.shape for a, b in zip(given, right)):
        return moved or _shapes(given, right, tolerance)
    if not _whole(right) and all(np.array_equal(a, np.trunc(b)) for a, b in zip(given, right)):
        return "the decimals are cut off; is it an array of integers?"
    if _rounded(given, right):
        return "very near, but not near enough: do not round"
    return _named(exercise, given, right, _rounded) or _scaled(given, right, tolerance)


def _moved(given, right, tolerance):
    """The right numbers in other places: axes in another order, or turned by 180 degrees."""
    axes = max(a.ndim for a in given)
    for order in itertools.permutations(range(axes)) if axes < 6 else ():
        turned = [np.transpose(a, order) if a.ndim == axes else a for a in given]
        if order != tuple(range(axes)) and _same(turned, right, tolerance):
            met = "" if given[0].shape == right[0].shape else f"; the shape is {given[0].shape}, wanted {right[0].shape}"
            if axes == 2:
                return f"transposed: rows and columns are exchanged{met}"
            return f"the right numbers with the axes in another order, np.transpose(..., {order}) puts them right{met}"
    turned = [a[..., ::-1, ::-1] if a.ndim > 1 else a[::-1] if a.ndim else a for a in given]
    if _same(turned, right, tolerance):
        return "the right numbers in reverse order" + ": turned by 180 degrees" * (given[0].ndim > 1)
    return None


def _shapes(given, right, tolerance):
    a, b = next((a, b) for a, b in zip(given, right) if a.shape != b.shape)
    shapes = f"the shape is {a.shape}, wanted {b.shape if b.ndim else 'a single number'}"
    if not a.ndim:
        return f"that is a single number, wanted {b.size} numbers of shape {b.shape}"
    if all(a.size == b.size and _close(a.reshape(b.shape), b, tolerance) for a, b in zip(given, right)):
        return f"{shapes}: the right numbers in another shape"
    return shapes


def _whole(arrays):
    return all((a == np.round(a)).all() for a in arrays)


def _rounded(given, wanted):
    """Whether the numbers lie within one in a hundred, or are `wanted` with two to six decimals."""
    if len(given) != len(wanted) or any(isinstance(b, str) or a.shape != b.shape for a, b in zip(given, wanted)):
        return False
    if (_whole(given) and _whole(wanted)) or not any(a.any() for a in given):
        return False  # a wrong count is wrong, not rounded
    near = all((np.abs(a - b) <= 0.01 * np.abs(b)).all() for a, b in zip(given, wanted))
    return near or any(_same(given, [np.round(b, digits) for b in wanted], 1e-12) for digits in range(2, 7))


def _scaled(given, right, tolerance):
    """The sign, a common factor, one more or less; else that it is wrong."""
    if _same([-a for a in given], right, tolerance):
        return "the sign is turned round"
    if all(a.size == 1 for a in given):
        by_one = _whole(right) and all(abs(a - b) == 1 for a, b in zip(given, right))
        return "off by one" if by_one else "that is another number"
    top = max(range(len(right)), key=lambda n: np.abs(right[n]).max(initial=0))
    at = np.unravel_index(np.abs(right[top]).argmax(), right[top].shape)
    factor = given[top][at] / right[top][at]
    if factor and np.isfinite(factor) and _same([a / factor for a in given], right, max(tolerance, 1e-9)):
        return f"every number is {factor:.4g} times the right one"
    wrong = sum(int((np.abs(a - b) > 1e-9).sum()) for a, b in zip(given, right))
    return f"{wrong} of {sum(b.size for b in right)} numbers differ"
