"""failing: the smallest case in which an answer fails, shown in a few lines (level 4)."""

from typing import Any

import numpy as np

from cnnlib.course.calling import argument
from cnnlib.course.compare import Outcome, Result, Stop, flat, same_case
from cnnlib.course.exercise import Exercise

MOST = 30  # numbers of an array that is written out
WIDE = 110  # characters of one line


def smallest_failure(exercise: Exercise, given: Outcome, right: Outcome) -> str:
    """The arguments of the smallest case that fails, what the answer gives, and what is wanted.

    given: an outcome in which some case fails.
    """
    failed = [
        n for n, (a, b) in enumerate(zip(given, right)) if not same_case(a, b, exercise.tolerance)
    ]
    n = min(failed, key=lambda n: sum(np.size(part) for part in exercise.cases[n]))
    case, found, wanted = exercise.cases[n], given[n], right[n]
    names = [argument(exercise.right, k) for k in range(len(case))]
    told = ", ".join(f"{name} = {_short(part)}" for name, part in zip(names, case))
    lines = [f"The smallest case that fails: {told}"]
    if isinstance(found, Stop) or isinstance(wanted, Stop):
        why = found.why if isinstance(found, Stop) else ""
        lines += [f"  yours:  {why}", f"  wanted: {_results(flat([wanted]), exercise.results)}"]
    elif len(found) != len(wanted):
        lines += [f"  yours:  {_results(found)}", f"  wanted: {_results(wanted, exercise.results)}"]
    else:
        lines += _beside_each_other(found, wanted, exercise)
    return "\n".join(line[:WIDE] + "…" * (len(line) > WIDE) for line in lines)


def _beside_each_other(found, wanted, exercise):
    """The first result that is wrong: the whole of it, or where it differs first."""
    pairs = enumerate(zip(found, wanted))
    k, (a, b) = next((k, p) for k, p in pairs if not same_case([p[0]], [p[1]], exercise.tolerance))
    name = f"{_name(k, exercise.results)} " if len(wanted) > 1 else ""
    if a.shape != b.shape or b.size <= MOST:
        return [f"  yours:  {name}{_short(a)}", f"  wanted: {name}{_short(b)}"]
    tolerance = exercise.tolerance * np.abs(b).max(initial=1.0)
    place = tuple(np.argwhere(~(np.abs(a - b) <= tolerance))[0].tolist())
    at = f"{name}[{','.join(map(str, place))}]"
    return [f"  yours:  {at} is {a[place]:.6g}", f"  wanted: {at} is {b[place]:.6g}"]


def _results(results: list[Result], names: tuple[str, ...] = ()) -> str:
    if len(results) == 1:
        return _short(results[0])
    return ", ".join(f"{_name(k, names)} {_short(a)}" for k, a in enumerate(results))


def _name(k, names):
    return names[k] if k < len(names) else f"result {k + 1}"


def _short(part: Any) -> str:
    """A number, an array or an object in one line: large arrays by their shape only."""
    if not isinstance(part, (np.ndarray, list, tuple, int, float, str, np.generic)):
        return f"a {type(part).__name__}"
    if not isinstance(part, np.ndarray):
        return repr(part) if not isinstance(part, np.generic) else f"{part:.6g}"
    if part.size > MOST:
        return f"numbers of shape {part.shape}"
    short: Any = {"float_kind": "{:.5g}".format}
    text = np.array2string(part, formatter=short, separator=", ", max_line_width=10**6)
    return " ".join(text.split())
