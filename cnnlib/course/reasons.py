"""reasons: why an answer is not right, by name where the name is known (level 4).

`given` and `right` are outcomes: lists of arrays or words, as compare.outcome makes them.
"""

import itertools

import numpy as np

from cnnlib.course.compare import Outcome, Refused, close, outcome, same
from cnnlib.course.exercise import Exercise


def reason(exercise: Exercise, given: Outcome, right: Outcome) -> str:
    """Why `given` is not `right`: the name of a known wrong answer, else what can be seen of it."""
    tolerance = exercise.tolerance
    name = _name_of(exercise, right, lambda wrong: same(given, wrong, tolerance))
    if name or isinstance(right[0], str) or right[0].dtype == bool:
        return name or "that is another answer"
    if exercise.any_order:  # how many there are is a part of the question
        return "that is another set of numbers"
    if len(given) != len(right):
        cases = len(exercise.cases) or 1
        return f"the number of results is {len(given) // cases}, wanted {len(right) // cases}"
    if any(not np.isfinite(a).all() for a in given):
        return "there is a number that is not finite"
    return (
        _moved(given, right, tolerance)
        or _misshapen(given, right, tolerance)
        or _inexact(given, right)
        or _name_of(exercise, right, lambda wrong: _is_rounded(given, wrong))
        or _scaled(given, right, tolerance)
        or _differing(given, right)
    )


def _name_of(exercise, right, found):
    """The name of the first known wrong answer whose outcome is `found`, or None."""
    for name, wrong in exercise.wrong.items():
        try:
            if found(outcome(exercise, wrong, right)):
                return name
        except Refused:  # a wrong answer that stops on these cases is not what was given
            continue
    return None


# ---- what can be seen of an answer without a name; None where it is something else


def _moved(given, right, tolerance):
    """The right numbers in other places: axes in another order, or turned by 180 degrees."""
    axes = max(a.ndim for a in given)
    for order in itertools.permutations(range(axes)) if axes < 6 else ():
        turned = [np.transpose(a, order) if a.ndim == axes else a for a in given]
        if order != tuple(range(axes)) and same(turned, right, tolerance):
            return _in_another_order(order, given[0].shape, right[0].shape)
    turned = [np.flip(a, axis=tuple(range(a.ndim))[-2:]) for a in given]
    if same(turned, right, tolerance):
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
    shapes = f"the shape is {a.shape}, wanted {b.shape if b.ndim else 'a single number'}"
    if all(_same_in_a_row(a, b, tolerance) for a, b in zip(given, right)):
        return f"{shapes}: the right numbers in another shape"
    return shapes


def _same_in_a_row(a, b, tolerance):
    return a.size == b.size and close(a.reshape(b.shape), b, tolerance)


def _inexact(given, right):
    """The right numbers without their decimals, or with too few of them."""
    if not _whole(right) and all(np.array_equal(a, np.trunc(b)) for a, b in zip(given, right)):
        return "the decimals are cut off; is it an array of integers?"
    return "very near, but not near enough: do not round" if _is_rounded(given, right) else None


def _whole(arrays):
    return all((a == np.round(a)).all() for a in arrays)


def _is_rounded(given, wanted):
    """Whether the numbers lie within one in a hundred, or are `wanted` with two to six decimals."""
    pairs = [*zip(given, wanted)]
    if len(given) != len(wanted) or any(isinstance(b, str) or a.shape != b.shape for a, b in pairs):
        return False
    if (_whole(given) and _whole(wanted)) or not any(a.any() for a in given):
        return False  # a wrong count is wrong, not rounded
    if all((np.abs(a - b) <= 0.01 * np.abs(b)).all() for a, b in pairs):
        return True
    return any(same(given, [np.round(b, n) for b in wanted], 1e-12) for n in range(2, 7))


def _scaled(given, right, tolerance):
    """The right numbers with the other sign, or all of them times a common factor."""
    if same([-a for a in given], right, tolerance):
        return "the sign is turned round"
    top = max(range(len(right)), key=lambda n: np.abs(right[n]).max(initial=0))
    at = np.unravel_index(np.abs(right[top]).argmax(), right[top].shape)
    factor = given[top][at] / right[top][at]
    if all(a.size == 1 for a in given) or not factor or not np.isfinite(factor):
        return None  # a single number is always some factor times another
    if same([a / factor for a in given], right, max(tolerance, 1e-9)):
        return f"every number is {factor:.4g} times the right one"
    return None


def _differing(given, right):
    """How many numbers are wrong."""
    pairs = [*zip(given, right)]
    if all(a.size == 1 for a in given):
        by_one = _whole(right) and all(abs(a - b) == 1 for a, b in pairs)
        return "off by one" if by_one else "that is another number"
    wrong = sum(int((np.abs(a - b) > 1e-9).sum()) for a, b in pairs)
    return f"{wrong} of {sum(b.size for b in right)} numbers differ"
