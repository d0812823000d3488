"""The answers of lesson 03 and the wrong answers it knows by name."""

import numbers

import numpy as np

from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(3)
ONE_OFF = "off by one: counted from 0, delta[0,0] meets x[u,v]"
MEAN = "mean instead of sum: every position counts in full"
OVERWROTE = "overwrote instead of adding: only the last product is left"
ROTATED = "true convolution where cross-correlation is meant: nothing is rotated here"
TRANSPOSED = "transposed: rows go with i and u, columns with j and v"
ONE_OFF_BACK = "off by one, the other way: x[i + u - 1, ...] is for counting from 1"
NO_DELTA = "delta is missing: times delta, then add up"
NO_INPUT = "the input is missing: each delta is multiplied by the input beside the weight"
PLUS = "plus where times is meant"
NO_WEIGHT = "the input index knows no weight: every weight reads the same cells"
NO_OUTPUT = "the input index knows no output: every delta reads the same cell"
I_AND_J = "i and j are exchanged in x: i counts rows"
U_AND_V = "u and v are exchanged: u counts rows"
DELTA_TRANSPOSED = "delta is transposed: i counts its rows"
DELTA_BY_WEIGHT = "delta is read at the weight's place: its indices are i and j"
SUBTRACTED = "minus turns the kernel round: plus"
AXES_TOO_MANY = "two axes too many: grad_w is one plain grid here; take [0, 0]"
ONE_WEIGHT = "return stands one level too deep: only the first weight has a gradient"
ONE_PRODUCT = "return stands inside both loops: only the first product is added"


# ---- functions, right or wrong


def own(i, j, *_):
    return i, j


def sliding(where, product=np.multiply, total=np.sum, which=own, weights=None):
    """A weight gradient by loops, right or wrong: where(i, j, u, v, ...) is the input cell that
    delta[which(...)] meets; it stops after so many weights."""

    def grad_w(delta, x, kernel_size, *more):
        grad = np.zeros(kernel_size)
        for u, v in [*np.ndindex(*kernel_size)][:weights]:
            products = [
                product(delta[which(i, j, u, v, *more)], x[where(i, j, u, v, *more)])
                for i, j in np.ndindex(*delta.shape)
            ]
            grad[u, v] = total(products)
        return grad

    return grad_w


def first(products):
    return products[0]


def last(products):
    return products[-1]


def rotated_delta(function):
    return lambda delta, *rest: function(delta[::-1, ::-1], *rest)


def with_axes(function):
    """As the library gives it, for one filter and one channel."""
    return lambda *arguments: function(*arguments)[None, None]


def turned(function):
    return lambda *arguments: function(*arguments)[::-1, ::-1]


class Walled(np.ndarray):
    """An array behind whose last row and column stand cells with one strange number, though its
    shape says nothing of it."""

    def __new__(cls, a, strange):
        array = np.asarray(a).view(cls)
        array.wide = np.pad(a, (0, 16), constant_values=strange)
        return array

    def __getitem__(self, index):
        one = isinstance(index, tuple) and all(isinstance(n, numbers.Integral) for n in index)
        return self.wide[index] if one else np.asarray(self)[index]


def walled(function):
    """The function with walls around its arrays, should an index run out: a known slip is then
    named and need not stop."""

    def grad_w(delta, x, *rest):
        try:
            return function(delta, x, *rest)
        except IndexError as error:
            if "too many indices" in str(error):
                raise IndexError(
                    "delta and x are plain grids here, two indices each: no channel, no filter"
                ) from None
            return function(Walled(delta, 1e2), Walled(x, 1e3), *rest)

    return grad_w


def right_line(i, j, u, v):
    return i + u, j + v


def by_stride(i, j, u, v, stride):
    return i * stride[0] + u, j * stride[1] + v


def some_deltas(delta, x, kernel_size, stride):
    """The stride of 3.2 skips deltas, not cells of x."""
    (s_v, s_h), grad_w = stride, sliding(by_stride)
    spread = np.zeros(delta.shape)
    spread[::s_v, ::s_h] = delta[::s_v, ::s_h]
    return grad_w(spread, x, kernel_size, (1, 1))


def dilated(i, j, u, v, d):
    return i + d * u, j + d * v


def arrays(out_size, in_size):
    return RNG.standard_normal(out_size), RNG.standard_normal(in_size)


# ---- the 4x4 example

X = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
DELTA = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
W = np.array([[1, -1], [1, -1]])
OUT = np.array([[1, 0, 2], [1, 0, 2], [1, 0, 2]])  # of filter 1, after ReLU
ONES = np.ones((3, 3))


def slid(delta=DELTA, image=X, off=0):
    """grad_w of a 2x2 kernel, with delta `off` cells too far; beyond the image stands 0."""
    wide = np.pad(image, (0, 4))
    rows, columns = (range(off, off + 2),) * 2
    return np.array([[(delta * wide[y : y + 3, z : z + 3]).sum() for z in columns] for y in rows])


def cells(u, v, s=1):
    """The cells beside w[u,v] in net_00 and in net_12."""
    return np.array([(i * s + u, j * s + v) for i, j in ((0, 0), (1, 2))])


GRAD_W = slid()
EDITED = np.where(np.arange(16).reshape(4, 4) == 2 * 4 + 3, 5, X)  # x[2,3] is 5
EXERCISES = [
    Exercise(
        name="3.derive",
        right=cells(1, 1),
        wrong={
            "those are the cells beside w_00: add the weight's own index": cells(0, 0),
            "those are the cells beside w_01; w_11 also stands one row lower": cells(0, 1),
            "those are the cells beside w_10; w_11 also stands one column further": cells(1, 0),
            "one off: the first row and column have the number 0": cells(1, 1) + 1,
            "the first cell is right; in net_12 the weight's own index is added, too": np.array(
                [cells(1, 1)[0], cells(0, 0)[1]]
            ),
            "the first cell is right; w_11 also stands one row below net_12's own cell": np.array(
                [cells(1, 1)[0], cells(0, 1)[1]]
            ),
            "the first cell is right; "
            "w_11 also stands one column further than net_12's own cell": np.array(
                [cells(1, 1)[0], cells(1, 0)[1]]
            ),
            "the first cell is right; the second lies one column less to the right": cells(1, 1)
            + [[0, 0], [0, 1]],
            "the first cell is right; the second lies one row higher": cells(1, 1)
            + [[0, 0], [1, 0]],
            "one cell twice: in net_12 the kernel has moved": cells(1, 1)[[0, 0]],
            "minus turns the kernel round: the weight's index is added": cells(-1, -1),
            "that is stride 2; here it is 1": cells(1, 1, s=2),
            "transposed in the second cell: the row comes first": np.array(
                [cells(1, 1)[0], cells(1, 1)[1, ::-1]]
            ),
            "the right cells; the one of net_00 comes first": cells(1, 1)[::-1],
        },
        hints=(
            "Look at (3.8) with i = 0 and j = 0. What stands beside w_11?",
            "In (3.8) it is x[i+1, j+1]. Now i = 1 and j = 2.",
            "Row 1 + 1 = 2, column 2 + 1 = 3, so the second cell is (2, 3).",
        ),
    ),
    Exercise(
        name="3.hand",
        right=GRAD_W[1, 1],
        wrong={
            "that is grad_w[0,0] or grad_w[1,0]: "
            "for w[1,1] delta lies one row lower AND one column further": GRAD_W[0, 0],
            "that is grad_w[0,1]: delta must also lie one row lower": GRAD_W[0, 1],
            "delta's corner belongs on x[1,1], and each input is multiplied by its delta": slid(
                off=1
            )[1, 1],
            "delta or x is transposed: the first index is the row": slid(DELTA.T)[1, 1],
            "those are products with the layer's own output; the input belongs there": slid(
                image=OUT, off=1
            )[1, 1],
            "is delta upright? Rotated, or on the output, it gives 0; "
            "its corner, the 1, lies on x[1,1]": slid(DELTA[::-1, ::-1])[1, 1],
            "mean instead of sum: every position counts in full": GRAD_W[1, 1] / DELTA.size,
            "delta[1,2] = 4 lies on x[2,3], not on x[2,2]": (
                GRAD_W[1, 1] + DELTA[1, 2] * (X[2, 2] - X[2, 3])
            ),
            "plus where times is meant: each input times its delta": (DELTA + X[1:, 1:]).sum(),
            "all four numbers; wanted only the last one": GRAD_W,
        },
        hints=(
            "Put delta's corner on x[1,1]. Only four deltas are not 0: "
            "which inputs lie under them?",
            "delta[0,0] = 1 lies on x[1,1], delta[0,2] = 2 on x[1,3], delta[1,0] = 3 on x[2,1], "
            "delta[1,2] = 4 on x[2,3].",
            "{solution}",
        ),
    ),
    Exercise(
        name="3.line",
        right=sliding(right_line),
        wrong={
            NO_DELTA: sliding(right_line, product=lambda d, x: x),
            NO_INPUT: sliding(right_line, product=lambda d, x: d),
            NO_WEIGHT: sliding(lambda i, j, u, v: (i, j)),
            NO_OUTPUT: sliding(lambda i, j, u, v: (u, v)),
            ONE_OFF: sliding(lambda i, j, u, v: (i + u + 1, j + v + 1)),
            ONE_OFF_BACK: sliding(lambda i, j, u, v: (i + u - 1, j + v - 1)),
            TRANSPOSED: sliding(lambda i, j, u, v: (j + v, i + u)),
            U_AND_V: sliding(lambda i, j, u, v: (i + v, j + u)),
            I_AND_J: sliding(lambda i, j, u, v: (j + u, i + v)),
            "v is missing: the column is j + v": sliding(lambda i, j, u, v: (i + u, j)),
            "u is missing: the row is i + u": sliding(lambda i, j, u, v: (i, j + v)),
            "times in the index: the weight's index is added": sliding(
                lambda i, j, u, v: (i * u, j * v)
            ),
            "the weight's index belongs to x, not to delta: x[i + u, j + v]": sliding(
                lambda i, j, u, v: (i, j), which=lambda i, j, u, v: (i - u, j - v)
            ),
            "the weight's index belongs to x only: delta[i, j]": sliding(
                right_line, which=lambda i, j, u, v: (i + u, j + v)
            ),
            ROTATED: rotated_delta(sliding(right_line)),
            OVERWROTE: sliding(right_line, total=last),
            MEAN: sliding(right_line, total=np.mean),
            PLUS: sliding(right_line, product=np.add),
            SUBTRACTED: sliding(lambda i, j, u, v: (i - u, j - v)),
            "the rows are right, the column is off by one": sliding(
                lambda i, j, u, v: (i + u, j + v + 1)
            ),
            "the columns are right, the row is off by one": sliding(
                lambda i, j, u, v: (i + u + 1, j + v)
            ),
            DELTA_TRANSPOSED: sliding(right_line, which=lambda i, j, u, v: (j, i)),
            DELTA_BY_WEIGHT: sliding(right_line, which=lambda i, j, u, v: (u, v)),
            AXES_TOO_MANY: with_axes(sliding(right_line)),
            "the result is turned: nothing is rotated here": turned(sliding(right_line)),
            ONE_WEIGHT: sliding(right_line, weights=1),
            ONE_PRODUCT: sliding(right_line, weights=1, total=first),
        },
        hints=(
            "One product: the delta of output (i, j), times one cell of x.",
            "Which cell? The one beside w[u,v] when it makes net[i,j]: see (3.13).",
            "{solution}",
        ),
        cases=(
            (*arrays((3, 3), (4, 4)), (2, 2)),
            (*arrays((4, 2), (6, 4)), (3, 3)),
            (*arrays((2, 4), (3, 6)), (2, 3)),
            (*arrays((1, 3), (4, 3)), (4, 1)),
        ),
        wrap=walled,
    ),
    Exercise(
        name="3.predict",
        right=slid(image=EDITED)[1, 1],
        wrong={
            "the 1 that was there is still there: only one product of nine has changed": (
                5 * DELTA[1, 2]
            ),
            "5 was added, without its delta": GRAD_W[1, 1] + 5,
            "that is the new input alone, without its delta": EDITED[2, 3],
            "no: x[2,3] lies under a delta when the corner is on x[1,1]": GRAD_W[1, 1],
            "that delta lies on another input: on x[2,3] lies delta[1,2]": (
                GRAD_W[1, 1] + 5 * DELTA[1, 0]
            ),
            "that is delta[1,2] alone; it is multiplied by 5": DELTA[1, 2],
            "on x[2,3] lies delta[1,2], not delta[0,2]": GRAD_W[1, 1] + 5 * DELTA[0, 2],
            "that is grad_w[0,0] or grad_w[1,0] with the new product; w[1,1] has its own": (
                GRAD_W[0, 0] + 5 * DELTA[1, 2]
            ),
            "that is grad_w[0,1] with the new product; w[1,1] has its own": (
                GRAD_W[0, 1] + 5 * DELTA[1, 2]
            ),
            "5 was added to its delta; it is multiplied by it": GRAD_W[1, 1] + 5 + DELTA[1, 2],
            "what was there is multiplied; the new product is added": (
                (GRAD_W[1, 1] + DELTA[1, 2]) * 5
            ),
        },
        hints=(
            "Delta's corner lies on x[1,1]. "
            "Which delta lies one row down and two columns to the right of it?",
            "It is delta[1,2] = 4. Its product was 4*0.",
            "Now the product is 4*5; the other eight stay: {solution}",
        ),
    ),
    Exercise(
        name="3.1",
        right=slid(ONES),
        wrong={
            "used the layer's own output where the input belongs": slid(ONES, OUT),
            "used the layer's own output where the input belongs, one off": slid(ONES, OUT, off=1),
            "off by one: the first patch begins at x[0,0]": slid(ONES, off=1),
            "that is the number of deltas; the inputs are missing": np.full((2, 2), ONES.size),
            "mean instead of sum": slid(ONES) / ONES.size,
            "those are the numbers for the old delta": GRAD_W,
            "transposed: the first index is the row": slid(ONES).T,
            "the other way round: w[0,0] meets the upper left frame": slid(ONES)[::-1, ::-1],
            "those are frames of 2x2; each weight meets the nine inputs of a 3x3 frame": np.array(
                [[X[u : u + 2, v : v + 2].sum() for v in range(2)] for u in range(2)]
            ),
            "that is the sum of the image; each weight meets nine inputs": np.full((2, 2), X.sum()),
            "all four together; each weight has its own": slid(ONES).sum(),
        },
        hints=(
            "1 times the input is the input.",
            "So each weight gets the sum of the nine inputs in its frame.",
            "For w[0,0]: rows 0 to 2, columns 0 to 2, that is 2 + 3 + 2.",
        ),
    ),
    Exercise(
        name="3.2",
        right=sliding(by_stride),
        wrong={
            "the stride is forgotten": sliding(lambda i, j, u, v, s: (i + u, j + v)),
            "the stride belongs to the output's index: i * s_v + u": sliding(
                lambda i, j, u, v, s: (i + u * s[0], j + v * s[1])
            ),
            "the stride multiplies i and j only, not the sum with u and v": sliding(
                lambda i, j, u, v, s: ((i + u) * s[0], (j + v) * s[1])
            ),
            "the two strides are exchanged: s_v goes down, with i": sliding(
                lambda i, j, u, v, s: (i * s[1] + u, j * s[0] + v)
            ),
            "the same stride on both axes; they may differ": sliding(
                lambda i, j, u, v, s: (i * s[0] + u, j * s[0] + v)
            ),
            TRANSPOSED: sliding(lambda i, j, u, v, s: (j * s[1] + v, i * s[0] + u)),
            "s_v is for the rows only; columns go in steps of s_h": sliding(
                lambda i, j, u, v, s: (i * s[0] + u, j + v)
            ),
            "s_h is for the columns only; rows go in steps of s_v": sliding(
                lambda i, j, u, v, s: (i + u, j * s[1] + v)
            ),
            "s_h on both axes; rows go in steps of s_v": sliding(
                lambda i, j, u, v, s: (i * s[1] + u, j * s[1] + v)
            ),
            "the weight's index is missing: every weight reads the same cells": sliding(
                lambda i, j, u, v, s: (i * s[0], j * s[1])
            ),
            NO_OUTPUT: sliding(lambda i, j, u, v, s: (u, v)),
            "v is missing: the column is j * s_h + v": sliding(
                lambda i, j, u, v, s: (i * s[0] + u, j * s[1])
            ),
            "u is missing: the row is i * s_v + u": sliding(
                lambda i, j, u, v, s: (i * s[0], j * s[1] + v)
            ),
            "a step is s_v, not s_v - 1: that is the number of rows left out": sliding(
                lambda i, j, u, v, s: (i * (s[0] - 1) + u, j * (s[1] - 1) + v)
            ),
            "a step is s_v, not s_v + 1": sliding(
                lambda i, j, u, v, s: (i * (s[0] + 1) + u, j * (s[1] + 1) + v)
            ),
            "the strides are added; they multiply i and j": sliding(
                lambda i, j, u, v, s: (i + s[0] + u, j + s[1] + v)
            ),
            "the strides divide; they multiply i and j": sliding(
                lambda i, j, u, v, s: (i // s[0] + u, j // s[1] + v)
            ),
            "every delta counts: the stride skips cells of x, not deltas": some_deltas,
            "the stride belongs to the index of x, not to that of delta": sliding(
                lambda i, j, u, v, s: (i + u, j + v),
                which=lambda i, j, u, v, s: (i * s[0], j * s[1]),
            ),
            "the stride belongs to the index of x only, not to that of delta": sliding(
                by_stride, which=lambda i, j, u, v, s: (i * s[0], j * s[1])
            ),
            SUBTRACTED: sliding(lambda i, j, u, v, s: (i * s[0] - u, j * s[1] - v)),
            I_AND_J: sliding(lambda i, j, u, v, s: (j * s[0] + u, i * s[1] + v)),
            U_AND_V: sliding(lambda i, j, u, v, s: (i * s[0] + v, j * s[1] + u)),
            NO_DELTA: sliding(by_stride, product=lambda d, x: x),
            NO_INPUT: sliding(by_stride, product=lambda d, x: d),
            PLUS: sliding(by_stride, product=np.add),
            DELTA_TRANSPOSED: sliding(by_stride, which=lambda i, j, u, v, s: (j, i)),
            DELTA_BY_WEIGHT: sliding(by_stride, which=lambda i, j, u, v, s: (u, v)),
            AXES_TOO_MANY: with_axes(sliding(by_stride)),
            ONE_OFF: sliding(lambda i, j, u, v, s: (i * s[0] + u + 1, j * s[1] + v + 1)),
            ONE_OFF_BACK: sliding(lambda i, j, u, v, s: (i * s[0] + u - 1, j * s[1] + v - 1)),
            ROTATED: rotated_delta(sliding(by_stride)),
            OVERWROTE: sliding(by_stride, total=last),
            MEAN: sliding(by_stride, total=np.mean),
            ONE_WEIGHT: sliding(by_stride, weights=1),
            ONE_PRODUCT: sliding(by_stride, weights=1, total=first),
        },
        hints=(
            "At which row does output i start to read?",
            "At row i * s_v: see (3.14).",
            "{solution}",
        ),
        cases=(
            (*arrays((3, 3), (6, 6)), (2, 2), (2, 2)),
            (*arrays((2, 3), (5, 5)), (2, 3), (3, 1)),
            (*arrays((3, 2), (5, 6)), (3, 2), (1, 3)),
            (*arrays((2, 3), (7, 8)), (4, 2), (2, 3)),
            (*arrays((4, 2), (9, 8)), (2, 3), (2, 3)),
        ),
        wrap=walled,
    ),
    Exercise(
        name="3.3",
        right=sliding(dilated),
        wrong={
            "the gaps are forgotten: that is the gradient of an ordinary kernel": sliding(
                lambda i, j, u, v, d: (i + u, j + v)
            ),
            "that is the stride: here d belongs to the kernel's index, u and v": sliding(
                lambda i, j, u, v, d: (i * d + u, j * d + v)
            ),
            "d multiplies u and v only": sliding(lambda i, j, u, v, d: ((i + u) * d, (j + v) * d)),
            "d - 1 is the number of zeros in a gap, but a step is d": sliding(
                lambda i, j, u, v, d: (i + (d - 1) * u, j + (d - 1) * v)
            ),
            "the rows have gaps, too": sliding(lambda i, j, u, v, d: (i + u, j + d * v)),
            "the columns have gaps, too": sliding(lambda i, j, u, v, d: (i + d * u, j + v)),
            "d + 1 is too far: from one weight to the next are d cells": sliding(
                lambda i, j, u, v, d: (i + (d + 1) * u, j + (d + 1) * v)
            ),
            TRANSPOSED: sliding(lambda i, j, u, v, d: (j + d * v, i + d * u)),
            U_AND_V: sliding(lambda i, j, u, v, d: (i + d * v, j + d * u)),
            I_AND_J: sliding(lambda i, j, u, v, d: (j + d * u, i + d * v)),
            "d is added; it multiplies u and v": sliding(
                lambda i, j, u, v, d: (i + u + d, j + v + d)
            ),
            "minus turns the kernel round: i + d*u": sliding(
                lambda i, j, u, v, d: (i - d * u, j - d * v)
            ),
            NO_WEIGHT: sliding(lambda i, j, u, v, d: (i, j)),
            NO_OUTPUT: sliding(lambda i, j, u, v, d: (d * u, d * v)),
            ONE_OFF: sliding(lambda i, j, u, v, d: (i + d * u + 1, j + d * v + 1)),
            ONE_OFF_BACK: sliding(lambda i, j, u, v, d: (i + d * u - 1, j + d * v - 1)),
            NO_DELTA: sliding(dilated, product=lambda d, x: x),
            NO_INPUT: sliding(dilated, product=lambda d, x: d),
            PLUS: sliding(dilated, product=np.add),
            DELTA_TRANSPOSED: sliding(dilated, which=lambda i, j, u, v, d: (j, i)),
            DELTA_BY_WEIGHT: sliding(dilated, which=lambda i, j, u, v, d: (u, v)),
            AXES_TOO_MANY: with_axes(sliding(dilated)),
            ROTATED: rotated_delta(sliding(dilated)),
            OVERWROTE: sliding(dilated, total=last),
            MEAN: sliding(dilated, total=np.mean),
            ONE_WEIGHT: sliding(dilated, weights=1),
            ONE_PRODUCT: sliding(dilated, weights=1, total=first),
        },
        hints=(
            "Who uses w[u,v]? Every output. What stands beside it in (3.17)?",
            "x[i + d*u, j + d*v]. Times delta[i, j], and added up over i and j.",
            "Take the loop of section 3 and change only the index of x: {solution}",
        ),
        cases=(
            (*arrays((3, 3), (5, 5)), (2, 2), 2),
            (*arrays((2, 3), (8, 6)), (3, 2), 3),
            (*arrays((2, 2), (4, 3)), (3, 2), 1),
            (*arrays((1, 4), (3, 10)), (2, 4), 2),
        ),
        wrap=walled,
    ),
    Exercise(
        name="3.4",
        right=GRAD_W.sum(0),
        wrong={
            "that is one of the two uses; add up both": GRAD_W[0],
            "that is the lower use alone; add up both": GRAD_W[1],
            "mean instead of sum: both uses count in full": GRAD_W.mean(0),
            "a stands in both ROWS: w[0,0] and w[1,0]": GRAD_W.sum(1),
            "the other way round: a first, then b": GRAD_W.sum(0)[::-1],
            "all four together, twice: a stands in the left column, b in the right one": np.full(
                2, GRAD_W.sum()
            ),
            "all four together: asked is a pair, one number for a and one for b": GRAD_W.sum(),
            "the products of both uses; what arrives is added": GRAD_W.prod(0),
            "that is a; asked is a pair, b comes second": GRAD_W.sum(0)[0],
            "that is b; asked is a pair, a comes first": GRAD_W.sum(0)[1],
            "a and b on the diagonals: a is w[0,0] and w[1,0]": np.array(
                [np.trace(GRAD_W), np.trace(GRAD_W[::-1])]
            ),
            "those are all four weights; asked is a pair, and both rows are shared": GRAD_W,
        },
        hints=(
            "Who uses a? Which of the four weights are a?",
            "w[0,0] and w[1,0]. Their gradients are 10 and 10.",
            "In the same way b: {solution}",
        ),
    ),
    Exercise(
        name="3.5",
        right=0.1 * (GRAD_W**2).sum(),
        wrong={
            "the rate 0.1 is missing": (GRAD_W**2).sum(),
            "each gradient counts twice: "
            "once for the step, once for what the step does. Square them": 0.1 * GRAD_W.sum(),
            "asked is by how much it falls: a positive number": -0.1 * (GRAD_W**2).sum(),
            "the rate counts once: E is linear in w": 0.1**2 * (GRAD_W**2).sum(),
            "that is the sum of the gradients; each is squared, and the rate is missing": (
                GRAD_W.sum()
            ),
            "no half: E is linear in w, each weight changes it by its step times its gradient": (
                0.1 * (GRAD_W**2).sum() / 2
            ),
            "twice too much: each weight changes E by its step times its gradient": (
                2 * 0.1 * (GRAD_W**2).sum()
            ),
            "that is the square of the sum; square each gradient, then add": (
                0.1 * GRAD_W.sum() ** 2
            ),
            "the square of the sum, without the rate; square each gradient, then add": (
                GRAD_W.sum() ** 2
            ),
            "the root belongs to the length of the gradient; asked is by how much E falls": (
                np.sqrt((GRAD_W**2).sum())
            ),
            "mean instead of sum: the four weights all move": 0.1 * (GRAD_W**2).mean(),
            "that is E before the step; asked is by how much it falls": (GRAD_W * W).sum(),
            "that is E after the step; asked is by how much it falls": (
                (GRAD_W * (W - 0.1 * GRAD_W)).sum()
            ),
            "that is grad_w[0,0] only, there are four weights": 0.1 * GRAD_W[0, 0] ** 2,
        },
        hints=(
            "How far does w[0,0] move? How much does E change when w[0,0] moves that far?",
            "It moves by -0.1 * 10, and E changes by 10 times that: -10.",
            "{solution}",
        ),
    ),
]
