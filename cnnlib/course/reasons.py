"""reasons: why an answer is not right, by name where the name is known (level 4).

`given` and `right` are outcomes: for each case a list of arrays or words, as compare.outcome makes
them.
"""

import itertools

import numpy as np

from cnnlib.course.calling import Refused
from cnnlib.course.compare import Outcome, Stop, close, flat, outcome, same, same_case
from cnnlib.course.exercise import Exercise
from cnnlib.course.failing import smallest_failure

NEAR = 0.01  # relative: how far rounding may lead
PLACES = range(2, 7)  # decimals that people round to
FEW = 2  # wrong numbers that are told by their places
SOME = 3  # numbers that make a common factor a finding


def name_of(exercise: Exercise, given: Outcome, right: Outcome) -> str | None:
    """The name of the known wrong answer that gives the same, or None."""
    return _named(exercise, right, lambda wrong: same(given, wrong, exercise.tolerance))


def reason(exercise: Exercise, given: Outcome, right: Outcome) -> str:
    """Why `given`, which has no name, is not `right`: what can be seen of it. For a function with
    the smallest case in which it fails."""
    seen, enough = _seen(exercise, given, right)
    if enough or not exercise.cases:
        return seen
    return f"{seen}.\n{smallest_failure(exercise, given, right)}"


def is_guess(exercise: Exercise, given: Outcome, right: Outcome) -> bool:
    """Whether a wrong answer can be a guess: where one number is wanted it is one, and finite."""
    wanted, met = flat(right), flat(given)
    one = not exercise.cases and len(wanted) == 1 and not isinstance(wanted[0], str)
    if not one or wanted[0].ndim or wanted[0].dtype == bool:
        return True
    return len(met) == 1 and met[0].size == 1 and bool(np.isfinite(met[0]).all())


def _seen(exercise, given, right):
    """(what can be seen, whether that is enough to know what to do)."""
    stops = [case.why for case in given if isinstance(case, Stop)]
    if stops:
        return stops[0], "stops with" not in stops[0]
    if any(isinstance(b, str) or b.dtype == bool for case in right for b in case):
        return "that is another answer", not exercise.cases
    if exercise.any_order:  # how many there are is a part of the question
        return "that is another set of numbers", True
    counts = [(len(a), len(b)) for a, b in zip(given, right) if len(a) != len(b)]
    if counts:
        return f"the number of results is {counts[0][0]}, wanted {counts[0][1]}", False
    rounded = _named(exercise, right, lambda wrong: _is_rounded(flat(given), flat(wrong)))
    part, given, right = _wrong_part(exercise, given, right)
    told = _told(exercise, given, right, rounded)
    if told:
        return part + told, True
    return part + (_not_finite(exercise, given) or _differing(exercise, given, right)), False


def _wrong_part(exercise, given, right):
    """(which of several results are wrong, in words; these of `given` and of `right`, flat)."""
    several = range(len(right[0]))
    wrong = [
        k
        for k in several
        if not all(same_case([a[k]], [b[k]], exercise.tolerance) for a, b in zip(given, right))
    ]
    part = ""
    if 0 < len(wrong) < len(several):
        names = exercise.results or [f"result {k + 1}" for k in several]
        good = " and ".join(names[k] for k in several if k not in wrong)
        is_right = "is" if len(several) - len(wrong) == 1 else "are"
        part = f"{good} {is_right} right; {' and '.join(names[k] for k in wrong)}: "
    flat = [[case[k] for case in outcomes for k in wrong] for outcomes in (given, right)]
    return part, *flat


def _told(exercise, given, right, rounded):
    """What can be seen of an answer that has a shape or a rule in it; None where it has none.

    rounded: the name of the wrong answer that it is near to, or None.
    """
    tolerance = exercise.tolerance
    return (
        _moved(given, right, tolerance)
        or _misshapen(given, right, tolerance)
        or _inexact(given, right)
        or rounded
        or _scaled(given, right, tolerance)
    )


def _named(exercise, right, found):
    """The name of the first known wrong answer whose outcome is `found`, or None."""
    for name, wrong in exercise.wrong.items():
        try:
            if found(outcome(exercise, wrong, right)):
                return name
        except Refused:  # a wrong answer of another kind than is wanted is not what was given
            continue
    return None


# ---- what can be seen of an answer without a name; None where it is something else


def _moved(given, right, tolerance):
    """The right numbers in other places: axes in another order, or turned by 180 degrees."""
    axes = max(a.ndim for a in given)
    for order in itertools.permutations(range(axes)) if axes < 6 else ():
        turned = [np.transpose(a, order) if a.ndim == axes else a for a in given]
        if order != tuple(range(axes)) and same([turned], [right], tolerance):
            return _in_another_order(order, given[0].shape, right[0].shape)
    turned = [np.flip(a, axis=tuple(range(a.ndim))[-2:]) for a in given]
    if same([turned], [right], tolerance):
        degrees = ": turned by 180 degrees" if given[0].ndim > 1 else ""
        return f"the right numbers in reverse order{degrees}"
    return None


def _in_another_order(order, shape, wanted):
    told = "" if shape == wanted else f"; the shape is {shape}, wanted {wanted}"
    if len(order) == 2:
        return f"transposed: rows and columns are exchanged{told}"
    remedy = f"np.transpose(..., {order}) puts them right"
    return f"the right numbers with the axes in another order, {remedy}{told}"


def _misshapen(given, right, tolerance):
    """Another shape than is wanted, and whether the numbers in it are right."""
    pairs = [(a, b) for a, b in zip(given, right) if a.shape != b.shape]
    if not pairs:
        return None
    a, b = pairs[0]
    if not a.ndim:
        return f"that is a single number, wanted {b.size} numbers of shape {b.shape}"
    if not b.ndim and a.size != 1:
        return f"one number is wanted, met {a.size} numbers of shape {a.shape}"
    shapes = f"the shape is {a.shape}, wanted {b.shape if b.ndim else 'a single number'}"
    if all(_same_in_a_row(a, b, tolerance) for a, b in zip(given, right)):
        return f"{shapes}: the right numbers in another shape"
    return shapes


def _same_in_a_row(a, b, tolerance):
    return a.size == b.size and close(a.reshape(b.shape), b, tolerance)


def _inexact(given, right):
    """The right numbers without their decimals, with too few of them, or with a small error."""
    if not _whole(right) and all(np.array_equal(a, np.trunc(b)) for a, b in zip(given, right)):
        return "the decimals are cut off; is it an array of integers?"
    if not _is_rounded(given, right):
        return None
    if any(same([given], [[np.round(b, n) for b in right]], 1e-12) for n in PLACES):
        return "very near, but not near enough: do not round"
    most = max(np.abs(a - b).max(initial=0) for a, b in zip(given, right))
    return f"very near: the largest difference is {most:.2g}; is something small added, or left?"


def _whole(arrays):
    return all((a == np.round(a)).all() for a in arrays)


def _is_rounded(given, wanted):
    """Whether the numbers lie within one in a hundred, or are `wanted` with two to six decimals."""
    pairs = [*zip(given, wanted)]
    if len(given) != len(wanted) or any(isinstance(b, str) or a.shape != b.shape for a, b in pairs):
        return False
    if (_whole(given) and _whole(wanted)) or not any(a.any() for a in given):
        return False  # a wrong count is wrong, not rounded
    if not all(np.isfinite(b).all() for b in wanted):
        return False
    if all((np.abs(a - b) <= NEAR * np.abs(b)).all() for a, b in pairs):
        return True
    return any(same([given], [[np.round(b, n) for b in wanted]], 1e-12) for n in PLACES)


def _scaled(given, right, tolerance):
    """The right numbers with the other sign, or all of them times a common factor."""
    if same([[-a for a in given]], [right], tolerance):
        return "the sign is turned round"
    if sum(np.count_nonzero(b) for b in right) < SOME:
        return None  # a number or two are always some factor times the others
    top = max(range(len(right)), key=lambda n: np.abs(right[n]).max(initial=0))
    at = np.unravel_index(np.abs(right[top]).argmax(), right[top].shape)
    factor = given[top][at] / right[top][at]
    if not factor or not np.isfinite(factor):
        return None
    if same([[a / factor for a in given]], [right], max(tolerance, 1e-9)):
        return f"every number is {factor:.4g} times the right one"
    return None


def _not_finite(exercise, given):
    """Numbers that are none: infinite, or not a number."""
    if all(np.isfinite(a).all() for a in given):
        return None
    if not exercise.cases and all(a.size == 1 for a in given):
        return f"that is {given[0].flat[0]:g}, wanted a number that can be counted"
    return "there is a number that is not finite"


def _differing(exercise, given, right):
    """How many numbers are wrong; which, where they are few in a value."""
    if all(a.size == 1 for a in given):
        if not exercise.cases:
            return "that is another number"
        wrong = sum(abs(a - b) > 1e-9 for a, b in zip(given, right))
        return f"{int(wrong)} of {len(right)} results differ"
    differ = [np.abs(a - b) > 1e-9 for a, b in zip(given, right)]
    wrong, size = sum(int(d.sum()) for d in differ), sum(d.size for d in differ)
    if exercise.cases or len(differ) > 1 or wrong > min(FEW, size // 2):
        return f"{wrong} of {size} numbers differ"
    places = [f"[{','.join(map(str, place))}]" for place in np.argwhere(differ[0])]
    is_wrong, it = ("is", "it") if wrong == 1 else ("are", "them")
    return f"only {' and '.join(places)} {is_wrong} not right: look at {it} again"
