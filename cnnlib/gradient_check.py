"""gradient_check: the derivative by its definition, to hold every formula against (level 0; knows
no layers)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import array, real


class StepTooSmall(ValueError):
    """epsilon does not move a number: the differences would say 0 and mean nothing."""


def numerical_gradient(
    f: Callable[[np.ndarray], ArrayLike], x: np.ndarray, epsilon: float = 1e-5
) -> np.ndarray:
    """Central differences, every entry: grad[k] = (f(x + epsilon e_k) - f(x - epsilon e_k)) / (2
    epsilon).

    f takes x and gives one number. An entry of x is moved in place and always restored, so f may
    also be a function that reads x elsewhere (a layer's weights). Returns an array of x's shape.
    Raises TypeError or ValueError for an x that cannot be moved in place (a list, whole numbers, a
    read-only array), StepTooSmall (a ValueError) when epsilon does not move a number of x, and
    ValueError when it is not positive or f does not give one number.
    """
    epsilon = real(epsilon, "epsilon", lambda e: 0 < e < np.inf, "above 0")
    x = _movable(x)
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        kept = x[place]
        try:
            above = _moved(x, place, kept, epsilon)
            high = _one_number(f(x))
            below = _moved(x, place, kept, -epsilon)
            low = _one_number(f(x))
        finally:
            x[place] = kept
        # in float32 x + epsilon is rounded: divide by the step that was really taken
        grad[place] = (high - low) / (float(above) - float(below))
    return grad


def _movable(x):
    """x, refused with what to write if its entries cannot be moved by a small step in place."""
    array(x, "x")  # refuses what is no real numbers
    if not isinstance(x, np.ndarray):
        raise TypeError(
            f"x is a {type(x).__name__}, whose numbers f may read from elsewhere; wanted an array "
            "that can be moved in place: x = np.asarray(x).astype(float)"
        )
    if x.dtype.kind != "f":
        raise TypeError(
            f"x holds {x.dtype.name} values, which cannot move by a small step; wanted floats: "
            "x = x.astype(float)"
        )
    if not x.flags.writeable:
        raise ValueError(
            "x is read-only, its numbers cannot be moved; wanted an array of your own: "
            "x = x.astype(float)"
        )
    return x


def _moved(x, place, kept, step):
    """Move one entry of x, and give what it is then; a step that changes nothing is refused."""
    with np.errstate(over="ignore"):
        x[place] = kept + step
    if x[place] == kept:
        where = f"x[{', '.join(map(str, place))}]" if place else "x"
        finer = ", or x = x.astype(float)" if x.dtype.itemsize < 8 else ""
        cure = f"take a larger epsilon{finer}" if np.isfinite(kept) else "wanted finite numbers"
        raise StepTooSmall(
            f"epsilon {abs(step):g} does not move {where} = {kept:g} in {x.dtype.name}; {cure}"
        )
    return x[place]


def _one_number(value):
    if np.size(value) != 1:
        raise ValueError(f"f gave an array of shape {np.shape(value)}, wanted one number")
    return float(np.reshape(value, ()))


def relative_error(analytic: ArrayLike, numeric: ArrayLike) -> float:
    """The largest |a - n| / max(1e-8, |a| + |n|) over every entry; 0 for empty arrays, nan where an
    entry is nan.

    Raises ValueError when the shapes differ.
    """
    a, n = array(analytic, "analytic"), array(numeric, "numeric")
    if a.shape != n.shape:
        raise ValueError(
            f"analytic has shape {a.shape}, numeric has shape {n.shape}, wanted the same"
        )
    return float(np.max(np.abs(a - n) / np.maximum(1e-8, np.abs(a) + np.abs(n)), initial=0.0))
