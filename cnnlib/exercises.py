"""exercises: check an answer against the right one and against the wrong ones known by name (level 4).

The keys lie in cnnlib/keys/lesson_NN.py; a key is loaded only when its lesson asks.
"""
import importlib.util
import inspect
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Exercise:
    """One exercise. `right` is a value, or a function that is compared on every tuple of arguments in `cases`.

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


def verdict(name, answer):
    """Compare `answer` with exercise `name`, such as "3.1"; returns a Verdict. Raises KeyError for an unknown name."""
    exercise = find(name)
    if is_blank(answer):
        return Verdict("unanswered", f"{name} is not answered yet.")
    try:
        given = _outcome(exercise, answer)
        right = _outcome(exercise, exercise.right)
    except _Refused as refusal:
        return Verdict("wrong", f"Not yet: {refusal}.")
    if _equal(given, right, exercise.tolerance):
        return Verdict("right", "Right.")
    return Verdict("wrong", f"Not yet: {_reason(exercise, given, right)}.")


def check(name, answer):
    """Print the verdict on `answer` in one line; never raises."""
    try:
        print(verdict(name, answer).text)
    except KeyError as error:
        print(error.args[0])


def hint(name, shown={}):  # noqa: B006  the memory of which hints were given, on purpose
    """Print the next hint of exercise `name`; after the last one it begins again."""
    try:
        hints = find(name).hints or ("there is none for this one",)
    except KeyError as error:
        return print(error.args[0])
    n = shown.get(name, 0)
    shown[name] = (n + 1) % len(hints)
    print(f"Hint {n + 1} of {len(hints)}: {hints[n]}")


def show_source(function):
    """Print the live source of a function of the library, without its docstring."""
    source = inspect.getsource(function)
    doc = function.__doc__
    if doc and (at := source.find('"""')) >= 0:
        start = source.rfind("\n", 0, at) + 1
        source = source[:start] + source[source.index('"""', at + 3) + 4 :]
    print(source.rstrip())


def find(name):
    """The Exercise of that name; KeyError with the names there are."""
    lesson = str(name).split(".")[0]
    known = exercises_of(int(lesson)) if lesson.isdigit() and len(lesson) < 3 else {}
    if name not in known:
        names = ", ".join(known) or "lessons 1 to 9 have some, such as 3.1"
        raise KeyError(f"There is no exercise {name!r}; there are: {names}.")
    return known[name]


def exercises_of(lesson):
    """The exercises of a lesson, by name; none for a lesson without a key."""
    module = f"cnnlib.keys.lesson_{lesson:02d}"
    if importlib.util.find_spec(module) is None:
        return {}
    return {exercise.name: exercise for exercise in importlib.import_module(module).EXERCISES}


def is_blank(answer):
    """Whether the answer is `...`, holds one, or is a function in whose code one still stands."""
    if answer is ... or (isinstance(answer, (list, tuple)) and any(is_blank(part) for part in answer)):
        return True
    code = getattr(answer, "__code__", None)
    return code is not None and _still_empty(code)


def _still_empty(code):
    """Whether a `...` is left that is no index: x[..., 0] is an index, `total += ...` is a blank."""
    import dis  # only a check of a function needs it

    steps = [s for s in dis.get_instructions(code) if s.opname not in ("EXTENDED_ARG", "NOP", "CACHE", "RESUME")]
    for step, after in zip(steps, [*(s.opname for s in steps[1:]), "END"]):
        holds = step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval is Ellipsis
        if holds and not (after.startswith(("LOAD", "BUILD_TUPLE", "BUILD_SLICE")) or "SUBSCR" in after):
            return True
    return _has_bare_ellipsis(code)


def _has_bare_ellipsis(code):
    """A statement `...` leaves no instruction: look at the text, where there is one."""
    import ast
    import textwrap

    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError):  # typed where no text is kept, or a lambda in the middle of a line
        return False
    return any(isinstance(n, ast.Expr) and getattr(n.value, "value", None) is ... for n in ast.walk(tree))


def _outcome(exercise, answer):
    """The answer as a list of arrays: its value, or what the function gives on each case."""
    if not exercise.cases:
        if callable(answer):
            raise _Refused("a function was given, wanted its result")
        return _arrays(answer)
    if not callable(answer):
        raise _Refused(f"{type(answer).__name__} was given, wanted a function")
    function = exercise.wrap(answer) if exercise.wrap else answer
    return [part for case in exercise.cases for part in _arrays(_called(function, case))]


def _called(function, case):
    copies = [np.copy(a) if isinstance(a, np.ndarray) else a for a in case]
    try:
        with np.errstate(all="ignore"):
            return function(*copies)
    except Exception as error:  # noqa: BLE001  whatever a learner's code raises is told in words, never thrown at him
        raise _Refused(f"your function stops with {type(error).__name__}: {error}") from None


def _arrays(value):
    """One array, or one for each part of a tuple of arrays, as floats."""
    if isinstance(value, tuple) and any(np.ndim(part) for part in value if not isinstance(part, str)):
        return [array for part in value for array in _arrays(part)]
    if value is None or isinstance(value, (str, bytes, dict, set)):
        raise _Refused(f"{'nothing' if value is None else type(value).__name__} was given, wanted numbers")
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            raise TypeError
        return [array.astype(float)]
    except (TypeError, ValueError):
        raise _Refused(f"{type(value).__name__} was given that does not hold plain numbers") from None


def _close(a, b, tolerance):
    scale = max(1e-300, float(np.max(np.abs(b), initial=0.0)) if np.isfinite(b).all() else 1.0)
    return a.shape == b.shape and bool(np.isfinite(a).all()) and bool((np.abs(a - b) <= tolerance * scale).all())


def _equal(given, wanted, tolerance):
    return len(given) == len(wanted) and all(_close(a, b, tolerance) for a, b in zip(given, wanted))


def _reason(exercise, given, right):
    """Why the answer is not right, by name where the name is known."""
    for name, wrong in exercise.wrong.items():
        try:
            if _equal(given, _outcome(exercise, wrong), exercise.tolerance):
                return name
        except _Refused:
            continue
    if len(given) != len(right):
        return f"{len(given)} results, wanted {len(right)}"
    for a, b in zip(given, right):
        if a.shape != b.shape:
            return _shape_reason(a, b, exercise.tolerance)
    if any(not np.isfinite(a).all() for a in given):
        return "there is a number that is not finite"
    if any(a.ndim > 1 and _close(a.swapaxes(-1, -2), b, exercise.tolerance) for a, b in zip(given, right)):
        return "transposed: rows and columns are exchanged"
    if _equal(given, right, max(1e-3, exercise.tolerance)):
        return "very near; it is rounded too much"
    if _equal([-a for a in given], right, exercise.tolerance):
        return "the sign is turned round"
    return "that is another number" if all(a.size == 1 for a in given) else "some numbers differ"


def _shape_reason(a, b, tolerance):
    shapes = f"the shape is {a.shape}, wanted {b.shape}"
    if sorted(a.shape) == sorted(b.shape) and _is_transpose(a, b, tolerance):
        return f"{shapes}: the right numbers with the axes in another order (transposed)"
    if a.size == b.size and _close(a.reshape(b.shape), b, tolerance):
        return f"{shapes}: the right numbers in another shape"
    return shapes


def _is_transpose(a, b, tolerance):
    from itertools import permutations

    return any(_close(a.transpose(axes), b, tolerance) for axes in permutations(range(a.ndim)))
