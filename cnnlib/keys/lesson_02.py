"""The answers of lesson 02 and the wrong answers it knows by name."""
import numpy as np

from cnnlib import reference
from cnnlib.exercises import Exercise

rng = np.random.default_rng(2)
DELTA, W = rng.standard_normal((3, 2)), rng.standard_normal((2, 3))
SQUARE, W2 = rng.standard_normal((3, 3)), rng.standard_normal((2, 2))


def _grad_x(delta, w, input_size, s=1):
    return reference.conv2d_grad_x(delta[None], w[None, None], input_size, s)[0]


def _full(delta, w, s):
    return tuple((n - 1) * s + k for n, k in zip(delta.shape, w.shape))


def _stride_forgotten(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    part = _grad_x(delta, w, _full(delta, w, 1))
    grad_x[: part.shape[0], : part.shape[1]] = part
    return grad_x


def _overwritten(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(delta.shape):
        grad_x[i * s : i * s + w.shape[0], j * s : j * s + w.shape[1]] = delta[i, j] * w
    return grad_x


NOT_ROTATED = "not rotated: gathering reads the kernel backwards"

EXERCISES = [
    Exercise(
        name="2.derive",
        right=[(2, 1)],
        wrong={
            "the indices must add up to 3": [(2, 0)],
            "there is no delta 3: the output has three numbers, 0 to 2": [(3, 0)],
            "x_3 stands in net_2 only: at the edge one product is left": [(2, 1), (3, 0)],
            "transposed: the index of delta comes first": [(1, 2)],
        },
        hints=("In which of the three nets of (2.2) does x_3 stand?", "In net_2, with the weight w_1.", "[(2, 1)]"),
    ),
    Exercise(
        name="2.line",
        right=_grad_x,
        wrong={
            "the kernel is rotated; scattering lays it down as it is": lambda d, w, size, s: _grad_x(
                d, w[::-1, ::-1], size, s
            ),
            "overwrote instead of adding: where kernels overlap, products add": _overwritten,
            "the stride is forgotten: delta i begins at row i*s": _stride_forgotten,
            "nothing is laid down: grad_x stays 0": lambda d, w, size, s: np.zeros(size),
        },
        hints=(
            "Delta (i, j) begins at row i*s, column j*s.",
            "Kernel cell (u, v) lies u rows and v columns further.",
            "grad_x[i*s + u, j*s + v] += delta[i, j] * w[u, v]",
        ),
        cases=((DELTA, W, (4, 4), 1), (DELTA, W, (6, 5), 2), (SQUARE, W2, (4, 4), 1)),
    ),
    Exercise(
        name="2.predict",
        right=9,
        wrong={
            "that is a corner pixel: only one window holds it": 1,
            "three rows of windows hold it, and three columns": 3,
            "that is the number of pixels of the input": 25,
            "a 2x2 kernel would give that": 4,
        },
        hints=("Which windows hold the middle pixel?", "All nine windows do.", "One product for each."),
    ),
    Exercise(
        name="2.1",
        right=np.array([[2, 4], [6, 8]]),
        wrong={
            "that is rotated; one delta lays down the kernel as it is": np.array([[8, 6], [4, 2]]),
            "transposed": np.array([[2, 6], [4, 8]]),
            "delta is missing as a factor": np.array([[1, 2], [3, 4]]),
            "rotated by 90 degrees": np.array([[6, 2], [8, 4]]),
        },
        hints=("Scatter: one delta, one kernel.", "2 times w.", "[[2, 4], [6, 8]]"),
    ),
    Exercise(
        name="2.2",
        right=lambda d, w, s: _grad_x(d, w, _full(d, w, s), s),
        wrong={
            NOT_ROTATED: lambda d, w, s: _grad_x(d, w[::-1, ::-1], _full(d, w, s), s),
            "the stride is ignored: there are no zeros between the deltas": lambda d, w, s: _grad_x(
                d, w, _full(d, w, 1)
            ),
        },
        hints=(
            "Begin with zeros of shape ((n-1)*s + 1, (m-1)*s + 1) and put delta at [::s, ::s].",
            "Pad K_H - 1 rows and K_W - 1 columns on each side.",
            "Then reference.conv2d with w[::-1, ::-1], as gather does above.",
        ),
        cases=((DELTA, W, 1), (DELTA, W, 2), (SQUARE, W2, 3)),
    ),
    Exercise(
        name="2.3",
        right=1,
        wrong={
            "padding forgotten: K - 1 - p": 2,
            "there is a border: K - 1 - p = 1": 0,
            "off by one: the border is K - 1 - p, not K - p + 1": 3,
        },
        hints=("The full border has K - 1 zeros.", "p of them would only reach the padding.", "3 - 1 - 1"),
    ),
    Exercise(
        name="2.4",
        right=lambda d, w, size: _grad_x(d, w[::-1, ::-1], size),
        wrong={
            "that is the gradient of cross-correlation": lambda d, w, size: _grad_x(d, w, size),
            "turned on one axis only": lambda d, w, size: _grad_x(d, w[::-1], size),
            "turned on one axis only: the rows are missing": lambda d, w, size: _grad_x(d, w[:, ::-1], size),
        },
        hints=(
            "True convolution by w is correlation by which kernel?",
            "By w[::-1, ::-1].",
            "reference.conv2d_grad_x(delta[None], w[None, None, ::-1, ::-1], input_size)[0]",
        ),
        cases=((DELTA, W, (4, 4)), (SQUARE, W2, (4, 4))),
    ),
]
