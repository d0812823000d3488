"""The answers of lesson 02 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

rng = np.random.default_rng(2)
DELTA, W = rng.standard_normal((3, 2)), rng.standard_normal((2, 3))
SQUARE, W2 = rng.standard_normal((3, 3)), rng.standard_normal((2, 2))
NOT_ROTATED = "not rotated: gathering reads the kernel backwards"
ROTATED = "the kernel is rotated; scattering lays it down as it is"
OVERWROTE = "overwrote instead of adding: where kernels overlap, products add"
ONE_AXIS = "turned on one axis only: rows and columns are both read backwards"


def _grad_x(delta, w, input_size, s=1):
    return reference.conv2d_grad_x(delta[None], w[None, None], input_size, s)[0]


def _full(delta, w, s=1):
    return tuple((n - 1) * s + k for n, k in zip(delta.shape, w.shape))


def scattering(where, add=np.add):
    """grad_x by loops, right or wrong: where(i, j, u, v, s) is the cell that delta[i, j] * w[u, v]
    goes to."""

    def grad_x(delta, w, input_size, s):
        grad = np.zeros(input_size)
        for i, j in np.ndindex(*delta.shape):
            for u, v in np.ndindex(*w.shape):
                y, z = where(i, j, u, v, s)
                # below 0 NumPy counts from the end, as it does for learners
                if y < input_size[0] and z < input_size[1]:
                    grad[y, z] = add(grad[y, z], delta[i, j] * w[u, v])
        return grad

    return grad_x


def by_stride(i, j, u, v, s):
    return i * s + u, j * s + v


def only_deltas(delta, w, *rest):
    return scattering(by_stride)(delta, np.ones_like(w), *rest)


def only_weights(delta, w, *rest):
    return scattering(by_stride)(np.ones_like(delta), w, *rest)


def last(_, product):
    return product


def walled(function):
    """What a learner's loop writes beyond the image is cut off, so that an index too large is named
    and does not stop."""

    def grad_x(delta, w, input_size, s):
        try:
            return function(delta, w, input_size, s)
        except IndexError:
            wide = np.asarray(function(delta, w, tuple(n + 32 for n in input_size), s))
            return wide[: input_size[0], : input_size[1]]

    return grad_x


def turned_kernel(function):
    return lambda delta, w, *rest: function(delta, w[::-1, ::-1], *rest)


def gathered(wide, kernel):
    return reference.conv2d(wide[None], kernel[None, None], [0])[0]


def bordered(delta, rows, columns):
    return np.pad(delta, ((rows, rows), (columns, columns)))


def in_its_border(delta, w, kernel):
    """Gathered with the right border of w, through a kernel that may be wrong."""
    return gathered(bordered(delta, len(w) - 1, w.shape[1] - 1), kernel)


def apart(delta, s):
    wide = np.zeros([(n - 1) * s + 1 for n in delta.shape])
    wide[::s, ::s] = delta
    return wide


EXERCISES = [
    Exercise(
        name="2.edge",
        right=(2, 1),
        wrong={
            "the indices must add up to 3: output 2 meets input 2 + u": (2, 0),
            "there is no delta 3: the output has three numbers, 0 to 2": (3, 0),
            "the other way round: the index of delta comes first": (1, 2),
            "that is beside x_2; x_3 stands one further to the right": (1, 1),
            "that is beside x_0, at the other edge": (0, 0),
        },
        hints=(
            "In which of the three lines of (2.2) does x_3 stand?",
            "In net_2 only. Which weight stands beside it there?",
            "w_1. So delta_2 and w_1: (2, 1).",
        ),
    ),
    Exercise(
        name="2.derive",
        right=[[1, 0], [0, 0]],
        wrong={
            "not rotated, or in the other order: output row and kernel row add up to 2": [
                [0, 0],
                [1, 0],
            ],
            "transposed: u is the row and comes first": [[0, 1], [0, 0]],
            "transposed and not rotated: u is the row, and output row and kernel row add up to 2": [
                [0, 0],
                [0, 1],
            ],
            "the pixel lies in the left column of both windows: v is 0": [[1, 1], [0, 1]],
            "those are the outputs; asked are the cells of the kernel": [[1, 0], [2, 0]],
            "the rows must add up to 2: 1 + u and 2 + u": [[0, 0], [0, 0]],
        },
        hints=(
            "The window of net_10 holds rows 1 and 2. Which of its two rows is row 2?",
            "Its lower one, so u = 1. The window of net_20 begins at row 2.",
            "Beside delta_10 stands w[1,0], beside delta_20 stands w[0,0].",
        ),
    ),
    Exercise(
        name="2.hand",
        right=6,
        wrong={
            "not rotated: beside delta_01 stands w_11, as in (2.13)": -6,
            "one product is missing, or the kernel is turned by 90 degrees": 2,
            "one product is missing: delta_02 reaches this pixel, too": 4,
            "mean instead of sum: every output that uses the pixel counts in full": 1.5,
            "that is grad_x[1,1], one column to the left": -4,
        },
        hints=(
            "Four deltas reach x[1,2]: delta_01, delta_02, "
            "delta_11 and delta_12. Two of them are 0.",
            "delta_02 = 2 meets w_10 = 1. What does delta_12 = 4 meet?",
            "{solution}",
        ),
    ),
    Exercise(
        name="2.line",
        right=scattering(by_stride),
        wrong={
            ROTATED: turned_kernel(scattering(by_stride)),
            OVERWROTE: scattering(by_stride, last),
            "plus, not minus: i*s + u is the pixel that output i met through weight u": scattering(
                lambda i, j, u, v, s: (i * s - u, j * s - v)
            ),
            "the stride is forgotten: delta i begins at row i*s": scattering(
                lambda i, j, u, v, s: (i + u, j + v)
            ),
            "the stride belongs to i and j, not to u and v": scattering(
                lambda i, j, u, v, s: (i + u * s, j + v * s)
            ),
            "the stride multiplies i and j only, not the sum": scattering(
                lambda i, j, u, v, s: ((i + u) * s, (j + v) * s)
            ),
            "off by one: counted from 0, delta[0,0] begins at pixel [0,0]": scattering(
                lambda i, j, u, v, s: (i * s + u + 1, j * s + v + 1)
            ),
            "transposed: rows go with i and u, columns with j and v": scattering(
                lambda i, j, u, v, s: (j * s + v, i * s + u)
            ),
            "all weights land on one pixel: u and v are missing in the index": scattering(
                lambda i, j, u, v, s: (i * s, j * s)
            ),
            "the weight is missing: only deltas are added": only_deltas,
            "delta is missing: only weights are added": only_weights,
            "nothing is laid down: grad_x stays 0": lambda d, w, size, s: np.zeros(size),
        },
        hints=(
            "Delta (i, j) begins at row i*s, column j*s.",
            "Kernel cell (u, v) lies u rows and v columns further. Add there: +=",
            "{solution}",
        ),
        cases=(
            (DELTA, W, (4, 4), 1),
            (DELTA, W, (6, 5), 2),
            (SQUARE, W2, (4, 4), 1),
            (SQUARE, W2, (9, 8), 3),
        ),
        wrap=walled,
    ),
    Exercise(
        name="2.gather",
        right=lambda d, w: _grad_x(d, w, _full(d, w)),
        wrong={
            NOT_ROTATED: lambda d, w: _grad_x(d, w[::-1, ::-1], _full(d, w)),
            ONE_AXIS: lambda d, w: _grad_x(d, w[:, ::-1], _full(d, w)),
            "turned on one axis only: the columns are missing": lambda d, w: _grad_x(
                d, w[::-1], _full(d, w)
            ),
            "turned by 90 degrees, not by 180": lambda d, w: in_its_border(d, w, np.rot90(w)),
            "turned by 90 degrees the other way, not by 180": lambda d, w: in_its_border(
                d, w, np.rot90(w, -1)
            ),
            "transposed, not turned: [::-1] on both axes turns": lambda d, w: in_its_border(
                d, w, w.T
            ),
            "delta was turned; it is the kernel that turns": lambda d, w: _grad_x(
                d, w, _full(d, w)
            )[::-1, ::-1],
            "the border is the width's on both axes; rows have K_H - 1": lambda d, w: gathered(
                np.pad(d, w.shape[1] - 1), w[::-1, ::-1]
            ),
            "the border is the height's on both axes; columns have K_W - 1": lambda d, w: gathered(
                np.pad(d, len(w) - 1), w[::-1, ::-1]
            ),
            "off by one: K zeros on each side, wanted K - 1": lambda d, w: gathered(
                bordered(d, *w.shape), w[::-1, ::-1]
            ),
            "before and after are meant, not rows and columns: "
            "np.pad wants a pair for each axis": lambda d, w: gathered(
                np.pad(d, (len(w) - 1, w.shape[1] - 1)), w[::-1, ::-1]
            ),
            "transposed: first the rows, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1))": lambda d, w: (
                gathered(bordered(d, w.shape[1] - 1, len(w) - 1), w[::-1, ::-1])
            ),
        },
        hints=(
            "`np.pad` wants a pair (before, after) for each axis. Backwards on an axis is [::-1].",
            "wide: `np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))`",
            "{solution}",
        ),
        cases=((DELTA, W), (SQUARE, W2)),
    ),
    Exercise(
        name="2.predict",
        right=1,
        wrong={
            "that is the new product alone; the old ones are still there": 5,
            "beside delta[1,1] stands w[0,0] = 1, not a -1": -9,
            "no: the window of net[1,1] holds x[1,1], in its upper left corner": -4,
            "mind the sign of what was there: it was -4": 9,
        },
        hints=(
            "Look at (2.12): which weight stands beside delta_11?",
            "w_00 = 1. Its product was 0*1.",
            "{solution}",
        ),
    ),
    Exercise(
        name="2.1",
        right=[[2, 4, 0], [6, 7, -2], [0, -3, -4]],
        wrong={
            "rotated; scattering lays the kernel down as it is": [
                [8, 6, 0],
                [4, -2, -3],
                [0, -2, -1],
            ],
            "overwrote instead of adding: in the middle two kernels overlap": [
                [2, 4, 0],
                [6, -1, -2],
                [0, -3, -4],
            ],
            "overwrote the other way round: in the middle two kernels overlap": [
                [2, 4, 0],
                [6, 8, -2],
                [0, -3, -4],
            ],
            "rotated by 90 degrees": [[4, 8, 0], [2, 2, -4], [0, -1, -3]],
            "the kernel is transposed": [[2, 6, 0], [4, 7, -3], [0, -2, -4]],
            "the minus of delta_11 is dropped": [[2, 4, 0], [6, 9, 2], [0, 3, 4]],
            "the kernel without delta": [[1, 2, 0], [3, 5, 2], [0, 3, 4]],
        },
        hints=(
            "Scatter. Where does delta_00 = 2 lay its kernel? Where does delta_11 = -1?",
            "2*w into rows 0 and 1, columns 0 and 1. -1*w into rows 1 and 2, columns 1 and 2.",
            "They overlap in the middle: 2*4 - 1*1 = 7.",
        ),
    ),
    Exercise(
        name="2.2",
        right=(3, -1),
        wrong={
            "each axis has its own K and its own p: the columns have 3 - 1 - 3": (3, 1),
            "the padding is forgotten: K - 1 - p": (4, 2),
            "the other way round: rows first": (-1, 3),
            "p may be larger than K - 1; then the border is negative, and delta is cropped": (3, 0),
            "off by one: K - 1 - p": (4, 0),
            "the sign is turned round: negative means crop": (-3, 1),
        },
        hints=(
            "Use (2.20), once for each axis.",
            "Rows: 5 - 1 - 1 = 3.",
            "Columns: 3 - 1 - 3 = -1.",
        ),
    ),
    Exercise(
        name="2.3",
        right=[0, 1, 3],
        wrong={
            "those are the two that do show it; asked are the blind ones": [2, 4],
            "equal numbers are not the only way to be blind: read each kernel backwards": [0],
            "look at kernel 3 again: 1, -1, -1, 1, read backwards": [0, 1],
            "look at kernel 1 again: 1, 2, 2, 1, read backwards": [0, 3],
            "backwards, kernel 4 is [[-1, -1], [1, 1]]: it shows the slip": [0, 1, 3, 4],
            "kernel 0 is blind, too: all turns leave it as it is": [1, 3],
        },
        hints=(
            "Which kernels stay the same when you turn them by 180 degrees?",
            "To turn is to read the four numbers backwards: 1, 2, 3, 4 becomes 4, 3, 2, 1.",
            "0, 1 and 3 read the same both ways.",
        ),
    ),
    Exercise(
        name="2.4",
        right=lambda d, w, s: _grad_x(d, w, _full(d, w, s), s),
        wrong={
            NOT_ROTATED: lambda d, w, s: _grad_x(d, w[::-1, ::-1], _full(d, w, s), s),
            "the stride is ignored: there are no zeros between the deltas": lambda d, w, s: _grad_x(
                d, w, _full(d, w)
            ),
            "s zeros between the deltas; s - 1 belong there": lambda d, w, s: _grad_x(
                d, w, _full(d, w, s + 1), s + 1
            ),
            ONE_AXIS: lambda d, w, s: _grad_x(d, w[:, ::-1], _full(d, w, s), s),
            "the turned kernel moves by 1, whatever the stride": lambda d, w, s: gathered(
                bordered(apart(d, s), len(w) - 1, w.shape[1] - 1), w[::-1, ::-1]
            )[::s, ::s],
            "the border is the width's on both axes; rows have K_H - 1": lambda d, w, s: gathered(
                np.pad(apart(d, s), w.shape[1] - 1), w[::-1, ::-1]
            ),
        },
        hints=(
            "Begin with zeros of shape ((n-1)*s + 1, (m-1)*s + 1) and put delta at [::s, ::s].",
            "Pad K_H - 1 rows and K_W - 1 columns of zeros on each side.",
            "Then `reference.conv2d` with the kernel read backwards, "
            "as gather does above: {solution}",
        ),
        cases=((DELTA, W, 1), (DELTA, W, 2), (SQUARE, W2, 3)),
    ),
    Exercise(
        name="2.5",
        right=lambda d, w, size: _grad_x(d, w[::-1, ::-1], size),
        wrong={
            "that is the gradient of cross-correlation": lambda d, w, size: _grad_x(d, w, size),
            ONE_AXIS: lambda d, w, size: _grad_x(d, w[::-1], size),
            "turned on one axis only: the rows are missing": lambda d, w, size: _grad_x(
                d, w[:, ::-1], size
            ),
        },
        hints=(
            "True convolution by w is correlation by which kernel?",
            "By w read backwards on both axes.",
            "{solution}",
        ),
        cases=((DELTA, W, (4, 4)), (SQUARE, W2, (4, 4))),
    ),
    Exercise(
        name="2.6",
        right=[[2, 2], [3, 1]],
        wrong={
            "those are the printed products: their columns do not add up to 4": [[2, 3], [2, 1]],
            "those count from 0; the article counts from 1": [[1, 1], [2, 0]],
            "not rotated: column of delta and column of h must add up to 4": [[2, 1], [3, 2]],
            "the smaller column of delta first": [[3, 1], [2, 2]],
            "the column of delta comes first in each pair": [[2, 2], [1, 3]],
            "in each pair the column of delta comes first, then that of h": [[1, 3], [2, 2]],
        },
        hints=(
            "Find them counted from 0 first, by (2.15): which columns add up to 2?",
            "delta_01 w_01 and delta_02 w_00. Now add 1 to every index.",
            "delta_12 h_12 and delta_13 h_11: the columns are (2, 2) and (3, 1).",
        ),
    ),
]
