"""The answers of lesson 02 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(2)
NOT_ROTATED = "not rotated: gathering reads the kernel backwards"
ROTATED = "the kernel is rotated; scattering lays it down as it is"
OVERWROTE = "overwrote instead of adding: where kernels overlap, products add"
ONE_AXIS = "turned on one axis only: rows and columns are both read backwards"

# ---- the 4x4 example

DELTA = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
KERNEL = np.array([[1, -1], [1, -1]])
FIVE = np.where(np.arange(9).reshape(3, 3) == 4, 5, DELTA)  # delta[1,1] is 5

# ---- functions, right or wrong


def _grad_x(delta, w, input_size, s=1):
    return reference.conv2d_grad_x(delta[None], w[None, None], input_size, s)[0]


def _full(delta, w, s=1):
    return tuple((n - 1) * s + k for n, k in zip(delta.shape, w.shape))


def scattering(where, add=np.add, until=None):
    """grad_x by loops, right or wrong: where(i, j, u, v, s) is the cell that delta[i, j] * w[u, v]
    goes to; it stops after until(w) products."""

    def grad_x(delta, w, input_size, s):
        grad = np.zeros(input_size)
        products = [*np.ndindex(*delta.shape, *w.shape)]
        for i, j, u, v in products[: until and until(w)]:
            y, z = where(i, j, u, v, s)
            # below 0 NumPy counts from the end, as it does for learners
            if y < input_size[0] and z < input_size[1]:
                grad[y, z] = add(grad[y, z], delta[i, j] * w[u, v])
        return grad

    return grad_x


def by_stride(i, j, u, v, s):
    return i * s + u, j * s + v


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


def small(*shape):
    """Random numbers of a shape."""
    return RNG.standard_normal(shape)


# ---- values, right or wrong


def beside(y):
    """The pairs (i, u) of outputs and weights that meet x_y, in equation (2.2)."""
    return [(i, u) for i in range(3) for u in range(2) if i + u == y]


LEFT_EDGE = np.array([(2 - i, 0 - 0) for i in (1, 2)])  # beside delta_10 and delta_20, for x_20


def exercise_2_1(delta=((2, 0), (0, -1)), w=((1, 2), (3, 4))):
    return _grad_x(np.array(delta), np.array(w), (3, 3))


def one_over_the_other(order):
    """grad_x of 2.1 when each delta that is not 0 overwrites what lies there, in this order."""
    grad = np.zeros((3, 3))
    for n in order:
        grad[n : n + 2, n : n + 2] = (2, -1)[n] * np.array([[1, 2], [3, 4]])
    return grad


def border(K=(5, 3), p=(1, 3)):
    """Equation (2.20), for each axis."""
    return tuple(size - 1 - pad for size, pad in zip(K, p))


FIVE_KERNELS = [
    np.reshape(four, (2, 2))
    for four in ((1, 1, 1, 1), (1, 2, 2, 1), (1, 2, 3, 4), (1, -1, -1, 1), (1, 1, -1, -1))
]
BLIND = [n for n, w in enumerate(FIVE_KERNELS) if (w == w[::-1, ::-1]).all()]


def blind(without=(), besides=()):
    return sorted({*BLIND, *besides} - {*without})


COLUMNS = np.array([(d, h) for d in (1, 2, 3) for h in (1, 2) if d + h == 3 + 1])  # from 1


EXERCISES = [
    Exercise(
        name="2.edge",
        right=beside(3)[0],
        wrong={
            "the indices must add up to 3: output 2 meets input 2 + u": beside(2)[1],
            "there is no delta 3: the output has three numbers, 0 to 2": (3, 3 - 3),
            "the other way round: the index of delta comes first": beside(3)[0][::-1],
            "that is beside x_2; x_3 stands one further to the right": beside(2)[0],
            "that is beside x_0, at the other edge": beside(0)[0],
        },
        hints=(
            "In which of the three lines of (2.2) does x_3 stand?",
            "In net_2 only. Which weight stands beside it there?",
            "w_1. So delta_2 and w_1: (2, 1).",
        ),
    ),
    Exercise(
        name="2.derive",
        right=LEFT_EDGE,
        wrong={
            "not rotated, or in the other order: output row and kernel row add up to 2": LEFT_EDGE[
                ::-1
            ],
            "transposed: u is the row and comes first": LEFT_EDGE[:, ::-1],
            "transposed and not rotated: "
            "u is the row, and output row and kernel row add up to 2": LEFT_EDGE[::-1, ::-1],
            "the pixel lies in the left column of both windows: v is 0": LEFT_EDGE + [0, 1],
            "those are the outputs; asked are the cells of the kernel": np.array([[1, 0], [2, 0]]),
            "the rows must add up to 2: 1 + u and 2 + u": 0 * LEFT_EDGE,
        },
        hints=(
            "The window of net_10 holds rows 1 and 2. Which of its two rows is row 2?",
            "Its lower one, so u = 1. The window of net_20 begins at row 2.",
            "Beside delta_10 stands w[1,0], beside delta_20 stands w[0,0].",
        ),
    ),
    Exercise(
        name="2.hand",
        right=_grad_x(DELTA, KERNEL, (4, 4))[1, 2],
        wrong={
            "not rotated: beside delta_01 stands w_11, as in (2.13)": _grad_x(
                DELTA, KERNEL[::-1, ::-1], (4, 4)
            )[1, 2],
            "one product is missing, or the kernel is turned by 90 degrees": (
                DELTA[0, 2] * KERNEL[1, 0]
            ),
            "one product is missing: delta_02 reaches this pixel, too": DELTA[1, 2] * KERNEL[0, 0],
            "mean instead of sum: every output that uses the pixel counts in full": (
                _grad_x(DELTA, KERNEL, (4, 4))[1, 2] / 4
            ),
            "that is grad_x[1,1], one column to the left": _grad_x(DELTA, KERNEL, (4, 4))[1, 1],
        },
        hints=(
            "Four deltas reach x[1,2]: delta_01, delta_02, delta_11 and delta_12. "
            "Two of them are 0.",
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
            "the weight is missing: only deltas are added": lambda d, w, *rest: scattering(
                by_stride
            )(d, 0 * w + 1, *rest),
            "delta is missing: only weights are added": lambda d, w, *rest: scattering(by_stride)(
                0 * d + 1, w, *rest
            ),
            "nothing is laid down: grad_x stays 0": lambda d, w, size, s: np.zeros(size),
            "return stands one level too deep: "
            "only the first delta lays its kernel down": scattering(
                by_stride, until=lambda w: w.size
            ),
            "return stands inside both loops: only the first product is added": scattering(
                by_stride, until=lambda w: 1
            ),
        },
        hints=(
            "Delta (i, j) begins at row i*s, column j*s.",
            "Kernel cell (u, v) lies u rows and v columns further. Add there: +=",
            "{solution}",
        ),
        cases=(
            (small(3, 2), small(2, 3), (4, 4), 1),
            (small(3, 2), small(2, 3), (6, 5), 2),
            (small(3, 3), small(2, 2), (4, 4), 1),
            (small(3, 3), small(2, 2), (9, 8), 3),
            (small(2, 4), small(4, 1), (8, 12), 3),
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
        cases=tuple(
            (small(*out), small(*kernel))
            for out, kernel in (
                ((3, 2), (2, 3)),
                ((3, 3), (2, 2)),
                ((2, 5), (4, 2)),
                ((5, 4), (1, 4)),
            )
        ),
    ),
    Exercise(
        name="2.predict",
        right=_grad_x(FIVE, KERNEL, (4, 4))[1, 1],
        wrong={
            "that is the new product alone; the old ones are still there": 5 * KERNEL[0, 0],
            "beside delta[1,1] stands w[0,0] = 1, not a -1": (
                _grad_x(DELTA, KERNEL, (4, 4))[1, 1] + 5 * KERNEL[0, 1]
            ),
            "no: the window of net[1,1] holds x[1,1], in its upper left corner": _grad_x(
                DELTA, KERNEL, (4, 4)
            )[1, 1],
            "mind the sign of what was there: it was -4": (
                5 * KERNEL[0, 0] - _grad_x(DELTA, KERNEL, (4, 4))[1, 1]
            ),
        },
        hints=(
            "Look at (2.12): which weight stands beside delta_11?",
            "w_00 = 1. Its product was 0*1.",
            "{solution}",
        ),
    ),
    Exercise(
        name="2.1",
        right=exercise_2_1(),
        wrong={
            "rotated; scattering lays the kernel down as it is": exercise_2_1(w=((4, 3), (2, 1))),
            "overwrote instead of adding: in the middle two kernels overlap": one_over_the_other(
                (0, 1)
            ),
            "overwrote the other way round: in the middle two kernels overlap": one_over_the_other(
                (1, 0)
            ),
            "rotated by 90 degrees": exercise_2_1(w=np.rot90([[1, 2], [3, 4]])),
            "the kernel is transposed": exercise_2_1(w=((1, 3), (2, 4))),
            "the minus of delta_11 is dropped": exercise_2_1(delta=((2, 0), (0, 1))),
            "the kernel without delta": exercise_2_1(delta=((1, 0), (0, 1))),
        },
        hints=(
            "Scatter. Where does delta_00 = 2 lay its kernel? Where does delta_11 = -1?",
            "2*w into rows 0 and 1, columns 0 and 1. -1*w into rows 1 and 2, columns 1 and 2.",
            "They overlap in the middle: 2*4 - 1*1 = 7.",
        ),
    ),
    Exercise(
        name="2.2",
        right=border(),
        wrong={
            "each axis has its own K and its own p: the columns have 3 - 1 - 3": border(p=(1, 1)),
            "the padding is forgotten: K - 1 - p": border(p=(0, 0)),
            "the other way round: rows first": border()[::-1],
            "p may be larger than K - 1; then the border is negative, and delta is cropped": tuple(
                max(0, B) for B in border()
            ),
            "off by one: K - 1 - p": border(K=(6, 4)),
            "the sign is turned round: negative means crop": tuple(-B for B in border()),
        },
        hints=(
            "Use (2.20), once for each axis.",
            "Rows: 5 - 1 - 1 = 3.",
            "Columns: 3 - 1 - 3 = -1.",
        ),
    ),
    Exercise(
        name="2.3",
        right=BLIND,
        any_order=True,
        wrong={
            "those are the two that do show it; asked are the blind ones": [
                n for n in range(5) if n not in BLIND
            ],
            "equal numbers are not the only way to be blind: read each kernel backwards": [
                n for n, w in enumerate(FIVE_KERNELS) if (w == w[0, 0]).all()
            ],
            "look at kernel 3 again: 1, -1, -1, 1, read backwards": blind(without=[3]),
            "look at kernel 1 again: 1, 2, 2, 1, read backwards": blind(without=[1]),
            "turned by 180 degrees, kernel 4 is [[-1, -1], [1, 1]]: it shows the slip": blind(
                besides=[4]
            ),
            "kernel 0 is blind, too: all turns leave it as it is": blind(without=[0]),
            "that is the example in the question; read each kernel backwards": [0, 4],
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
            "Then `reference.conv2d` with the kernel read backwards, as gather does above: "
            "{solution}",
        ),
        cases=tuple(
            (small(*out), small(*kernel), s)
            for out, kernel, s in (
                ((3, 2), (2, 3), 1),
                ((3, 2), (2, 3), 2),
                ((3, 3), (2, 2), 3),
                ((4, 3), (4, 2), 2),
                ((2, 4), (1, 4), 3),
            )
        ),
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
        cases=tuple(
            (small(*out), small(*kernel), _full(np.empty(out), np.empty(kernel)))
            for out, kernel in (((3, 2), (3, 2)), ((2, 5), (2, 3)), ((4, 1), (1, 4)))
        ),
    ),
    Exercise(
        name="2.6",
        right=COLUMNS,
        wrong={
            "those are the printed products: their columns do not add up to 4": np.array(
                [[2, 3], [2, 1]]
            ),
            "those count from 0; the article counts from 1": COLUMNS - 1,
            "not rotated: column of delta and column of h must add up to 4": np.column_stack(
                [COLUMNS[:, 0], COLUMNS[::-1, 1]]
            ),
            "the smaller column of delta first": COLUMNS[::-1],
            "the column of delta comes first in each pair": COLUMNS[:, ::-1],
            "in each pair the column of delta comes first, then that of h": COLUMNS[::-1, ::-1],
        },
        hints=(
            "Find them counted from 0 first, by (2.15): which columns add up to 2?",
            "delta_01 w_01 and delta_02 w_00. Now add 1 to every index.",
            "delta_12 h_12 and delta_13 h_11: the columns are (2, 2) and (3, 1).",
        ),
    ),
]
