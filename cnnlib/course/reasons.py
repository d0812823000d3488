"""reasons: why an answer is not right, by name where the name is known (level 4)."""

import itertools

import numpy as np

from cnnlib.course.compare import Refused, close, outcome, same


def _named(exercise, given, right, like):
    """The name of the known wrong answer that `like(given, wrong)` finds, or None."""
    for name, wrong in exercise.wrong.items():
        try:
            if like(given, outcome(exercise, wrong, right)):
                return name
        except Refused:  # a wrong answer that stops on these cases is not what was given
            continue
    return None


def reason(exercise, given, right):
    """Why the answer is not right, by name where the name is known."""
    tolerance = exercise.tolerance
    name = _named(exercise, given, right, lambda given, wrong: same(given, wrong, tolerance))
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
        if order != tuple(range(axes)) and same(turned, right, tolerance):
            met = (
                ""
                if given[0].shape == right[0].shape
                else f"; the shape is {given[0].shape}, wanted {right[0].shape}"
            )
            if axes == 2:
                return f"transposed: rows and columns are exchanged{met}"
            return f"the right numbers with the axes in another order, np.transpose(..., {order}) puts them right{met}"
    turned = [a[..., ::-1, ::-1] if a.ndim > 1 else a[::-1] if a.ndim else a for a in given]
    if same(turned, right, tolerance):
        return "the right numbers in reverse order" + ": turned by 180 degrees" * (
            given[0].ndim > 1
        )
    return None


def _shapes(given, right, tolerance):
    a, b = next((a, b) for a, b in zip(given, right) if a.shape != b.shape)
    shapes = f"the shape is {a.shape}, wanted {b.shape if b.ndim else 'a single number'}"
    if not a.ndim:
        return f"that is a single number, wanted {b.size} numbers of shape {b.shape}"
    if all(
        a.size == b.size and close(a.reshape(b.shape), b, tolerance) for a, b in zip(given, right)
    ):
        return f"{shapes}: the right numbers in another shape"
    return shapes


def _whole(arrays):
    return all((a == np.round(a)).all() for a in arrays)


def _rounded(given, wanted):
    """Whether the numbers lie within one in a hundred, or are `wanted` with two to six decimals."""
    if len(given) != len(wanted) or any(
        isinstance(b, str) or a.shape != b.shape for a, b in zip(given, wanted)
    ):
        return False
    if (_whole(given) and _whole(wanted)) or not any(a.any() for a in given):
        return False  # a wrong count is wrong, not rounded
    near = all((np.abs(a - b) <= 0.01 * np.abs(b)).all() for a, b in zip(given, wanted))
    return near or any(
        same(given, [np.round(b, digits) for b in wanted], 1e-12) for digits in range(2, 7)
    )


def _scaled(given, right, tolerance):
    """The sign, a common factor, one more or less; else that it is wrong."""
    if same([-a for a in given], right, tolerance):
        return "the sign is turned round"
    if all(a.size == 1 for a in given):
        by_one = _whole(right) and all(abs(a - b) == 1 for a, b in zip(given, right))
        return "off by one" if by_one else "that is another number"
    top = max(range(len(right)), key=lambda n: np.abs(right[n]).max(initial=0))
    at = np.unravel_index(np.abs(right[top]).argmax(), right[top].shape)
    factor = given[top][at] / right[top][at]
    if (
        factor
        and np.isfinite(factor)
        and same([a / factor for a in given], right, max(tolerance, 1e-9))
    ):
        return f"every number is {factor:.4g} times the right one"
    wrong = sum(int((np.abs(a - b) > 1e-9).sum()) for a, b in zip(given, right))
    return f"{wrong} of {sum(b.size for b in right)} numbers differ"
