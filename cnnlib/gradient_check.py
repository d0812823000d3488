"""gradient_check: the derivative by its definition, to hold every formula against (level 0; knows
no layers)."""

import numpy as np

from cnnlib.arguments import array, real


def numerical_gradient(f, x, epsilon=1e-5):
    """Central differences, every entry: grad[k] = (f(x + epsilon e_k) - f(x - epsilon e_k)) / (2
    epsilon).

    f takes x and gives one number. An entry of x is moved in place and always restored, so f may
    also be a function that reads x elsewhere (a layer's weights). Returns an array of x's shape.
    An x that cannot be moved (a list, integers, a read-only array) is copied first.
    Raises ValueError when epsilon is not positive or f does not give one number.
    """
    epsilon, x = real(epsilon, "epsilon", lambda e: 0 < e < np.inf, "above 0"), array(x, "x")
    if not x.flags.writeable:
        x = x.copy()
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        kept = x[place]
        try:
            x[place] = kept + epsilon
            above = x[place]
            high = _one_number(f(x))
            x[place] = kept - epsilon
            below = x[place]
            low = _one_number(f(x))
        finally:
            x[place] = kept
        # in float32 x + epsilon is rounded: divide by the step that was really taken
        grad[place] = (high - low) / (float(above) - float(below)) if above != below else 0.0
    return grad


def _one_number(value):
    if np.size(value) != 1:
        raise ValueError(f"f gave an array of shape {np.shape(value)}, wanted one number")
    return float(np.reshape(value, ()))


def relative_error(analytic, numeric):
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
