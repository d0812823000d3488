"""The answers of lesson 02 and the wrong answers it knows by name."""

import itertools

import numpy as np

from cnnlib import reference
from cnnlib.course.calling import Refused
from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(2)
NOT_ROTATED = "not rotated: gathering reads the kernel backwards"
ROTATED = "the kernel is rotated; scattering lays it down as it is"
OVERWROTE = "overwrote instead of adding: where kernels overlap, products add"
ONE_AXIS = "turned on one axis only: rows and columns are both read backwards"
ONE_AXIS_ROWS = "turned on one axis only: the rows are missing"
ONE_AXIS_COLUMNS = "turned on one axis only: the columns are missing"
BY_90 = "turned by 90 degrees, not by 180"
BY_90_BACK = "turned by 90 degrees the other way, not by 180"
KERNEL_TRANSPOSED = "transposed, not turned: [::-1] on both axes turns"
DELTA_TURNED = "delta was turned; it is the kernel that turns"
BOTH_TURNED = "delta is turned, too, or the result: only the kernel turns"
NO_BORDER = "delta has no border: K_H - 1 rows and K_W - 1 columns of zeros on each side"
ABOVE_AND_LEFT = "the border is above and on the left only; zeros belong on each side"
BELOW_AND_RIGHT = "the border is below and on the right only; zeros belong on each side"
K_ZEROS = "off by one: K zeros on each side, wanted K - 1"
BORDER_OF_WIDTH = "the border is the width's on both axes; rows have K_H - 1"
BORDER_OF_HEIGHT = "the border is the height's on both axes; columns have K_W - 1"
BORDERS_TRANSPOSED = (
    "the border is transposed: first the rows, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1))"
)
BEFORE_AND_AFTER = (
    "before and after are meant, not rows and columns: np.pad wants a pair for each axis"
)
ONE_ZERO = "one zero on each side, whatever the kernel is: wanted K - 1"
TWICE_THE_BORDER = "the border is twice too wide: K - 1 zeros on each side"
AN_AXIS_TOO_MANY = "an axis too many: grad_x is one plain grid here; take [0]"

# ---- the 4x4 example

DELTA = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
KERNEL = np.array([[1, -1], [1, -1]])
FIVE = np.where(np.arange(9).reshape(3, 3) == 4, 5, DELTA)  # delta[1,1] is 5

# ---- functions, right or wrong


def _grad_x(delta, w, input_size, s=1):
    return reference.conv2d_grad_x(delta[None], w[None, None], input_size, s)[0]


def _full(delta, w, s=1):
    return tuple((n - 1) * s + k for n, k in zip(delta.shape, w.shape))


def by_stride(i, j, u, v, s):
    return i * s + u, j * s + v


def upright(w, u, v):
    return w[u, v]


def scattering(where=by_stride, add=np.add, until=None, weight=upright, product=np.multiply):
    """grad_x by loops, right or wrong: where(i, j, u, v, s) is the cell that the product of
    delta[i, j] and weight(w, u, v) goes to; it stops after until(w) products."""

    def grad_x(delta, w, input_size, s):
        grad = np.zeros(input_size)
        products = [*np.ndindex(*delta.shape, *w.shape)]
        for i, j, u, v in products[: until and until(w)]:
            y, z = where(i, j, u, v, s)
            # below 0 NumPy counts from the end, as it does for learners
            if y < input_size[0] and z < input_size[1]:
                grad[y, z] = add(grad[y, z], product(delta[i, j], weight(w, u, v)))
        return grad

    return grad_x


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


def gathered(wide, kernel):
    return reference.conv2d(wide[None], kernel[None, None], [0])[0]


def bordered(delta, rows, columns):
    return np.pad(delta, ((rows, rows), (columns, columns)))


def in_its_border(delta, w, kernel):
    """Gathered with the right border of w, through a kernel that may be wrong."""
    return gathered(bordered(delta, len(w) - 1, w.shape[1] - 1), kernel)


def turned(w):
    return w[::-1, ::-1]


def by_border(border):
    """A gather whose border is what border(K_H, K_W) says to np.pad."""
    return lambda delta, w: gathered(np.pad(delta, border(*w.shape)), turned(w))


WRONG_TURNS = {  # what gather makes of delta and w when it turns the wrong thing
    NOT_ROTATED: lambda d, w: in_its_border(d, w, w),
    ONE_AXIS: lambda d, w: in_its_border(d, w, w[::-1]),
    ONE_AXIS_ROWS: lambda d, w: in_its_border(d, w, w[:, ::-1]),
    BY_90: lambda d, w: in_its_border(d, w, np.rot90(w)),
    BY_90_BACK: lambda d, w: in_its_border(d, w, np.rot90(w, -1)),
    KERNEL_TRANSPOSED: lambda d, w: in_its_border(d, w, w.T),
    DELTA_TURNED: lambda d, w: in_its_border(turned(d), w, w),
    BOTH_TURNED: lambda d, w: in_its_border(turned(d), w, turned(w)),
    "a minus does not turn the kernel: [::-1] on both axes": lambda d, w: in_its_border(d, w, -w),
    "the kernel is turned, and transposed: [::-1] on both axes is enough": lambda d, w: (
        in_its_border(d, w, turned(w).T)
    ),
    AN_AXIS_TOO_MANY: lambda d, w: in_its_border(d, w, turned(w))[None],
}
BORDERS = {  # what wrong borders give to np.pad
    NO_BORDER: lambda K_H, K_W: 0,
    ABOVE_AND_LEFT: lambda K_H, K_W: ((K_H - 1, 0), (K_W - 1, 0)),
    BELOW_AND_RIGHT: lambda K_H, K_W: ((0, K_H - 1), (0, K_W - 1)),
    "the border is above and on the left only, and off by one": (
        lambda K_H, K_W: ((K_H, 0), (K_W, 0))
    ),
    "the border is below and on the right only, and off by one": (
        lambda K_H, K_W: ((0, K_H), (0, K_W))
    ),
    K_ZEROS: lambda K_H, K_W: ((K_H, K_H), (K_W, K_W)),
    BORDER_OF_WIDTH: lambda K_H, K_W: K_W - 1,
    BORDER_OF_HEIGHT: lambda K_H, K_W: K_H - 1,
    BORDERS_TRANSPOSED: lambda K_H, K_W: ((K_W - 1, K_W - 1), (K_H - 1, K_H - 1)),
    "the border is K_H on all sides; wanted K_H - 1 and K_W - 1": lambda K_H, K_W: K_H,
    "the border is K_W on all sides; wanted K_H - 1 and K_W - 1": lambda K_H, K_W: K_W,
    BEFORE_AND_AFTER: lambda K_H, K_W: (K_H - 1, K_W - 1),
    "the border has rows only; columns have K_W - 1 on each side": (
        lambda K_H, K_W: ((K_H - 1, K_H - 1), (0, 0))
    ),
    "the border has columns only; rows have K_H - 1 on each side": (
        lambda K_H, K_W: ((0, 0), (K_W - 1, K_W - 1))
    ),
    ONE_ZERO: lambda K_H, K_W: 1,
    TWICE_THE_BORDER: lambda K_H, K_W: ((2 * (K_H - 1),) * 2, (2 * (K_W - 1),) * 2),
    "the border is that of an output as large as delta; wanted K - 1 zeros on each side": (
        lambda K_H, K_W: ((K_H // 2,) * 2, (K_W // 2,) * 2)
    ),
}
WRONG_BORDERS = {name: by_border(border) for name, border in BORDERS.items()}


def apart(delta, s, behind=0):
    wide = np.zeros([(n - 1) * s + 1 + behind for n in delta.shape])
    wide[::s, ::s] = delta
    return wide


def repeated(delta, s):
    """Every delta where its zeros would stand, too."""
    rows, columns = ((n - 1) * s + 1 for n in delta.shape)
    return delta.repeat(s, 0).repeat(s, 1)[:rows, :columns]


def on_spread(gather):
    """A gather, right or wrong, of the deltas with their zeros between them."""
    return lambda delta, w, s: gather(apart(delta, s), w)


def of_plain_grids(function):
    """The function; where it hands plain grids to the library, words for what is missing."""

    def grad_x(delta, w, input_size):
        try:
            return function(delta, w, input_size)
        except ValueError as error:
            if "wanted (F, " in str(error):
                raise Refused(
                    "delta and w are plain grids here; the library wants axes for filters and "
                    "channels: delta[None], w[None, None], and [0] of the result"
                ) from None
            raise

    return grad_x


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


P = (1, 3)  # the padding of 2.2


def border(K=(5, 3), p=P):
    """Equation (2.18), for each axis."""
    return tuple(size - 1 - pad for size, pad in zip(K, p))


FIVE_KERNELS = [
    np.reshape(four, (2, 2))
    for four in ((1, 1, 1, 1), (1, 2, 2, 1), (1, 2, 3, 4), (1, -1, -1, 1), (1, 1, -1, -1))
]
BLIND = [n for n, w in enumerate(FIVE_KERNELS) if (w == w[::-1, ::-1]).all()]


def blind(without=(), besides=()):
    return sorted({*BLIND, *besides} - {*without})


SETS = [list(some) for n in range(1, 6) for some in itertools.combinations(range(5), n)]
SETS.remove(BLIND)


def look_again(some):
    """Words for a set of kernels that is not the right one: which of them to look at."""
    wrong = sorted({*some} ^ {*BLIND})
    told = " and ".join(map(str, wrong))
    return f"look at kernel{'s' * (len(wrong) > 1)} {told} again: read backwards, is it the same?"


SOME_SETS = {
    "those are the two that do show it; asked are the blind ones": [
        n for n in range(5) if n not in BLIND
    ],
    "equal numbers are not the only way to be blind: read each kernel backwards": [
        n for n, w in enumerate(FIVE_KERNELS) if (w == w[0, 0]).all()
    ],
    "look at kernel 3 again: 1, -1, -1, 1, read backwards": blind(without=[3]),
    "look at kernel 1 again: 1, 2, 2, 1, read backwards": blind(without=[1]),
    "turned by 180 degrees, kernel 4 is [[-1, -1], [1, 1]]: it shows the slip": blind(besides=[4]),
    "kernel 0 is blind, too: all turns leave it as it is": blind(without=[0]),
    "that is the example in the question; read each kernel backwards": [0, 4],
    "the kernels are counted from 0": [n + 1 for n in BLIND],
    "whether they add up to 0 does not matter; read each kernel backwards": [
        n for n, w in enumerate(FIVE_KERNELS) if w.sum() == 0
    ],
    "all of them? A kernel that reads backwards as it does forwards is blind": [
        n for n, _ in enumerate(FIVE_KERNELS)
    ],
}
PRINTED = np.array([[2, 3], [2, 1]])  # the columns of the printed products
COLUMNS = np.array([(d, h) for d in (1, 2, 3) for h in (1, 2) if d + h == 3 + 1])  # from 1

# ---- the second half: borders with a remainder


def remainder(size, K, s, p):
    return (size + 2 * p - K) % s


def sides(size, K, s, p):
    """(before, behind) of one axis, by equation (2.23)."""
    return K - 1 - p, K - 1 - p + remainder(size, K, s, p)


def wrong_side(before=sides, behind=sides):
    """The two sides, each by a function that may be wrong."""
    return lambda *axis: (before(*axis)[0], behind(*axis)[1])


def with_rest(rest):
    """(before, behind) with another remainder: rest(size, K, s, p)."""
    return lambda size, K, s, p: (K - 1 - p, K - 1 - p + rest(size, K, s, p))


def with_start(start):
    """(before, behind) with another B: start(K, p)."""
    return lambda size, K, s, p: (start(K, p), start(K, p) + remainder(size, K, s, p))


NO_REMAINDER = "the remainder r is missing behind: B + r"
WRONG_SIDES = {
    NO_REMAINDER: lambda size, K, s, p: (K - 1 - p,) * 2,
    "the remainder belongs behind, not before: the windows begin at the first cell": (
        lambda *axis: sides(*axis)[::-1]
    ),
    "the remainder belongs behind only: the windows begin at the first cell": (
        lambda *axis: (sides(*axis)[1],) * 2
    ),
    "the remainder is taken away; behind stand B + r": lambda size, K, s, p: (
        K - 1 - p,
        K - 1 - p - remainder(size, K, s, p),
    ),
    "behind stands more than r alone: B + r": lambda *axis: (sides(*axis)[0], remainder(*axis)),
    "the padding is forgotten: B = K - 1 - p": with_start(lambda K, p: K - 1),
    "the padding is taken away from B, not added: B = K - 1 - p": with_start(
        lambda K, p: K - 1 + p
    ),
    "off by one: B = K - 1 - p": with_start(lambda K, p: K - p),
    "off by one, the other way: B = K - 1 - p": with_start(lambda K, p: K - 2 - p),
    "the padding counts once on each side: B = K - 1 - p": with_start(lambda K, p: K - 1 - 2 * p),
    "B may be negative: then delta is cropped": lambda *axis: tuple(
        max(n, 0) for n in sides(*axis)
    ),
}
WRONG_RESTS = {
    "the remainder is that of the padded size: H + 2p": lambda size, K, s, p: (size - K) % s,
    "the padding counts twice in the remainder: H + 2p": lambda size, K, s, p: (size + p - K) % s,
    "the kernel is missing in the remainder: H + 2p - K": lambda size, K, s, p: (size + 2 * p) % s,
    "the remainder is what % gives; // gives the number of steps": (
        lambda size, K, s, p: (size + 2 * p - K) // s
    ),
    "the remainder is off by one: (H + 2p - K) % s": (
        lambda size, K, s, p: (size + 2 * p - K + 1) % s
    ),
    "the remainder is off by one, the other way: (H + 2p - K) % s": (
        lambda size, K, s, p: (size + 2 * p - K - 1) % s
    ),
    "one row more whatever the remainder: B + r": lambda size, K, s, p: 1,
    "s - 1 rows more whatever the remainder: B + r": lambda size, K, s, p: s - 1,
    "the stride is added, not the remainder: B + r": lambda size, K, s, p: s,
}
AXES = ((9, 4, 3, 0), (8, 3, 2, 1))  # size, K, s, p of the rows and the columns of 2.7


def four_sides(of=sides, axes=AXES):
    """(above, below, left, right), by a function that may be wrong."""
    return (*of(*axes[0]), *of(*axes[1]))


LINE, LINE_DELTA = np.array([1, 2, 4]), np.array([1, 3, -1])  # of 2.back


def in_one_dimension(delta=LINE_DELTA, w=LINE, s=2, size=8):
    """grad_x of 2.back; the numbers beyond the image are cut off."""
    grad = np.zeros(64, int)
    for i, d in enumerate(delta):
        grad[i * s : i * s + len(w)] += d * np.asarray(w)
    return grad[:size]


def overwritten(order):
    """grad_x of 2.back when each delta overwrites what lies there, in this order."""
    grad = np.zeros(8, int)
    for i in order:
        grad[2 * i : 2 * i + 3] = LINE_DELTA[i] * LINE
    return grad


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
            "those are beside x_1: the indices must add up to 3": beside(1)[0],
            "those are beside x_1; x_3 stands two further to the right": beside(1)[1],
            "counted from 0: w has the indices 0 and 1, delta 0 to 2": (2 + 1, 1 + 1),
            "there is no delta 3: the outputs are net_0 to net_2, and net_2 meets x_3": (
                3,
                beside(3)[0][1],
            ),
            "that is the index of x twice; asked are those of delta and w": (3,) * 2,
            "those are the values of delta_2 and w_1; asked are their indices": (
                DELTA[0, 2],
                KERNEL[0, 1],
            ),
            "that is the product of delta_2 and w_1; asked are their indices": (
                DELTA[0, 2] * KERNEL[0, 1]
            ),
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
            "turned by 180 degrees: the pixel is the lower left cell of the first window": (
                1 - LEFT_EDGE
            ),
            "that is the example in the question": np.array([[n, n] for n in range(2)]),
            "one off: the first row and column have the number 0": LEFT_EDGE + 1,
            "that is the pixel itself; asked are the cells of the kernel": np.array([(2, 0)] * 2),
            "those are the weights; asked are their cells, a row and a column for each": np.array(
                [KERNEL[tuple(cell)] for cell in LEFT_EDGE]
            ),
            "the first cell is right; for delta_20 the pixel lies in the upper row": LEFT_EDGE[
                [0, 0]
            ],
            "the second cell is right; for delta_10 the pixel lies in the lower row": LEFT_EDGE[
                [1, 1]
            ],
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
            "that is grad_x[2,1]: the row comes first": _grad_x(DELTA, KERNEL, (4, 4))[2, 1],
            "mean instead of sum, over the two products that are not 0": (
                _grad_x(DELTA, KERNEL, (4, 4))[1, 2] / 2
            ),
            "beside delta_12 stands w_00 = 1, not a -1": (
                DELTA[0, 2] * KERNEL[1, 0] + DELTA[1, 2] * KERNEL[0, 1]
            ),
            "plus, not times: delta_02 w_10 and delta_12 w_00 are added": (
                DELTA[0, 2] * DELTA[1, 2]
            ),
            "that is the sum of all deltas; each is multiplied by its weight": DELTA.sum(),
        },
        hints=(
            "Four deltas reach x[1,2]: delta_01, delta_02, delta_11 and delta_12. "
            "Two of them are 0.",
            "delta_02 = 2 meets w_10 = 1. What does delta_12 = 4 meet?",
            "{solution}",
        ),
    ),
    Exercise(
        name="2.gather",
        right=lambda d, w: _grad_x(d, w, _full(d, w)),
        wrong={
            **WRONG_TURNS,
            **WRONG_BORDERS,
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
            "not rotated: beside delta[1,1] stands w[0,0], and each delta has its own weight": (
                _grad_x(FIVE, turned(KERNEL), (4, 4))[1, 1]
            ),
            "5 was the new delta, 0 the old one; the product is added once": (
                _grad_x(DELTA, KERNEL, (4, 4))[1, 1] + 2 * 5 * KERNEL[0, 0]
            ),
            "the new product is added to what was there, not multiplied with it": (
                5 * _grad_x(DELTA, KERNEL, (4, 4))[1, 1]
            ),
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
            "rotated by 90 degrees the other way": exercise_2_1(w=np.rot90([[1, 2], [3, 4]], -1)),
            "the kernel is upside down; scattering lays it down as it is": exercise_2_1(
                w=((3, 4), (1, 2))
            ),
            "the kernel is turned from left to right; scattering lays it down as it is": (
                exercise_2_1(w=((2, 1), (4, 3)))
            ),
            "delta is turned: delta_00 = 2 begins at x[0,0], delta_11 = -1 at x[1,1]": exercise_2_1(
                delta=((-1, 0), (0, 2))
            ),
            "grad_x is as large as the image: the right column and the lower row are missing": (
                exercise_2_1()[:2, :2]
            ),
            "everything is turned by 180 degrees: delta_00 = 2 begins at x[0,0]": turned(
                exercise_2_1()
            ),
            "delta times w cell by cell; each delta lays the whole kernel down": (
                np.array([[2, 0], [0, -1]]) * [[1, 2], [3, 4]]
            ),
            "delta_00 only; delta_11 = -1 lays its kernel down, too": exercise_2_1(
                delta=((2, 0), (0, 0))
            ),
            "delta_11 only; delta_00 = 2 lays its kernel down, too": exercise_2_1(
                delta=((0, 0), (0, -1))
            ),
            "the middle is missing: two kernels overlap there, and their products add": np.where(
                np.arange(9).reshape(3, 3) == 4, 0, exercise_2_1()
            ),
            "the minus of delta_11 is dropped in the middle: 2*4 - 1*1": np.where(
                np.arange(9).reshape(3, 3) == 4,
                exercise_2_1(delta=((2, 0), (0, 1))),
                exercise_2_1(),
            ),
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
            "the columns have 3 - 1 - 3, with a minus: crop. "
            "Or is the padding of the rows on both axes?": border(p=(1, 1)),
            "the padding is forgotten: K - 1 - p": border(p=(0, 0)),
            "the other way round: rows first": border()[::-1],
            "p may be larger than K - 1; then the border is negative, and delta is cropped": tuple(
                max(0, B) for B in border()
            ),
            "off by one: K - 1 - p": border(K=(6, 4)),
            "off by one, the other way: K - 1 - p": border(K=(4, 2)),
            "each axis has its own K and its own p: the rows have 5 and 1": border(p=(3, 1)),
            "each axis has its own p: the columns have 3": border(p=(3, 3)),
            "that is the padding forward; asked is the border of delta: K - 1 - p": P,
            "the padding is taken away, not added: K - 1 - p": border(p=(-1, -3)),
            "the padding counts once on each side: K - 1 - p": border(p=(2, 6)),
            "that is the kernel; asked is the border of delta: K - 1 - p": border(
                K=(5 + 1, 3 + 1), p=(0, 0)
            ),
            "that is the padding forward that keeps the size; asked is K - 1 - p": tuple(
                K // 2 for K in (5, 3)
            ),
            "that is one axis; asked is a pair, rows and columns": border()[0],
            "the sign is turned round: negative means crop": tuple(-B for B in border()),
        },
        hints=(
            "Use (2.18), once for each axis.",
            "Rows: 5 - 1 - 1 = 3.",
            "Columns: 3 - 1 - 3 = -1.",
        ),
    ),
    Exercise(
        name="2.3",
        right=BLIND,
        any_order=True,
        wrong={
            **SOME_SETS,
            **{look_again(some): some for some in SETS if some not in SOME_SETS.values()},
        },
        hints=(
            "Which kernels stay the same when you turn them by 180 degrees?",
            "To turn is to read the four numbers backwards: 1, 2, 3, 4 becomes 4, 3, 2, 1.",
            "0, 1 and 3 read the same both ways.",
        ),
    ),
    Exercise(
        name="2.back",
        right=in_one_dimension(),
        wrong={
            "not two cells apart: delta i lays its kernel down from cell 2i on": in_one_dimension(
                s=1
            ),
            "three cells apart: delta i lays its kernel down from cell 2i on": in_one_dimension(
                s=3
            ),
            "rotated; scattering lays the kernel down as it is": in_one_dimension(w=LINE[::-1]),
            "delta is turned; its first number begins at x_0": in_one_dimension(
                delta=LINE_DELTA[::-1]
            ),
            "overwrote instead of adding: two kernels overlap at x_2 and at x_4": overwritten(
                (0, 1, 2)
            ),
            "overwrote the other way round: two kernels overlap at x_2 and at x_4": overwritten(
                (2, 1, 0)
            ),
            "the eighth input is missing: nobody reads it, and it owes 0": in_one_dimension(size=7),
            "the input that nobody reads is the last one, not the first": np.roll(
                in_one_dimension(), 1
            ),
            "the minus of the last delta is dropped": in_one_dimension(delta=(1, 3, 1)),
            "those are the deltas, spread out; each meets its weights": in_one_dimension(w=[1]),
            "the kernel without delta": in_one_dimension(delta=(1, 1, 1)),
            "the first weight is 1, and the others are taken as 1, too": in_one_dimension(
                w=(1, 1, 1)
            ),
        },
        hints=(
            "delta_0 = 1 lays 1, 2, 4 on x_0, x_1, x_2. Where does delta_1 = 3 begin?",
            "At x_2: 3, 6, 12 on x_2, x_3, x_4. And delta_2 = -1 begins at x_4.",
            "x_2 and x_4 get two products, x_7 gets none: {solution}",
        ),
    ),
    Exercise(
        name="2.line",
        right=scattering(),
        wrong={
            ROTATED: scattering(weight=lambda w, u, v: w[-1 - u, -1 - v]),
            "turned on one axis only, and nothing is turned: row u of w belongs there": scattering(
                weight=lambda w, u, v: w[-1 - u, v]
            ),
            "turned on one axis only, and nothing is turned: "
            "column v of w belongs there": scattering(weight=lambda w, u, v: w[u, -1 - v]),
            "the kernel is transposed: u is the row of w and comes first": scattering(
                weight=lambda w, u, v: w[v, u]
            ),
            "a minus does not turn the kernel, and nothing is turned: w[u, v]": scattering(
                weight=lambda w, u, v: w[-u, -v]
            ),
            "delta is turned; scattering takes it as it is": lambda d, *rest: scattering()(
                turned(d), *rest
            ),
            "the sign is turned round: +=": lambda d, *rest: scattering()(-d, *rest),
            "the stride moves the kernel; it does not multiply the product": lambda d, w, size, s: (
                scattering()(d * s, w, size, s)
            ),
            "neither delta nor weight: only the products are counted": scattering(
                product=lambda d, w: 1
            ),
            "the first weight in all products: the weight is w[u, v]": scattering(
                weight=lambda w, u, v: w[0, 0]
            ),
            "mean instead of sum: every product counts in full": scattering(
                weight=lambda w, u, v: w[u, v] / w.size
            ),
            "plus where times is meant: delta times weight": scattering(product=np.add),
            OVERWROTE: scattering(add=last),
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
            "the stride counts down only: columns begin at j*s": scattering(
                lambda i, j, u, v, s: (i * s + u, j + v)
            ),
            "the stride counts across only: rows begin at i*s": scattering(
                lambda i, j, u, v, s: (i + u, j * s + v)
            ),
            "the stride is added; it multiplies: i*s": scattering(
                lambda i, j, u, v, s: (i + s + u, j + s + v)
            ),
            "off by one: counted from 0, delta[0,0] begins at pixel [0,0]": scattering(
                lambda i, j, u, v, s: (i * s + u + 1, j * s + v + 1)
            ),
            "off by one: counted from 0, delta[0,0] begins at pixel [0,0], "
            "not before it": scattering(lambda i, j, u, v, s: (i * s + u - 1, j * s + v - 1)),
            "transposed in part: i counts rows of delta, so it belongs to the rows": scattering(
                lambda i, j, u, v, s: (j * s + u, i * s + v)
            ),
            "transposed in part: u counts rows of w, so it belongs to the rows": scattering(
                lambda i, j, u, v, s: (i * s + v, j * s + u)
            ),
            "every delta begins at pixel [0,0]: i and j are missing in the index": scattering(
                lambda i, j, u, v, s: (u, v)
            ),
            "each delta stays at its own index: the stride is missing, and u and v": scattering(
                lambda i, j, u, v, s: (i, j)
            ),
            "v is missing: the column is j*s + v": scattering(
                lambda i, j, u, v, s: (i * s + u, j * s)
            ),
            "u is missing: the row is i*s + u": scattering(
                lambda i, j, u, v, s: (i * s, j * s + v)
            ),
            "transposed: rows go with i and u, columns with j and v": scattering(
                lambda i, j, u, v, s: (j * s + v, i * s + u)
            ),
            "all weights land on one pixel: u and v are missing in the index": scattering(
                lambda i, j, u, v, s: (i * s, j * s)
            ),
            "the weight is missing: only deltas are added": scattering(product=lambda d, w: d),
            "delta is missing: only weights are added": scattering(product=lambda d, w: w),
            "nothing is laid down: grad_x stays 0": lambda d, w, size, s: np.zeros(size),
            "return stands one level too deep: "
            "only the first delta lays its kernel down": scattering(until=lambda w: w.size),
            "return stands inside both loops: only the first product is added": scattering(
                until=lambda w: 1
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
        name="2.border",
        right=sides,
        wrong={
            **WRONG_SIDES,
            **{name: with_rest(rest) for name, rest in WRONG_RESTS.items()},
            "B may be negative: then delta is cropped, and behind stand B + r": with_start(
                lambda K, p: max(K - 1 - p, 0)
            ),
            "that is one side; wanted is the pair (before, behind)": lambda *axis: sides(*axis)[0],
        },
        hints=(
            "B = K - 1 - p stands before. What does (2.22) say about r?",
            "r is what the division of size + 2*p - K by s leaves: the operator is %.",
            "{solution}",
        ),
        cases=(
            (7, 3, 2, 0),
            (8, 3, 2, 0),
            (9, 4, 3, 1),
            (5, 2, 3, 2),
            (6, 1, 4, 3),
            (10, 3, 4, 1),
            (4, 2, 1, 0),
            (11, 4, 5, 2),
        ),
    ),
    Exercise(
        name="2.4",
        right=lambda d, w, s: _grad_x(d, w, _full(d, w, s), s),
        wrong={
            "the stride is ignored: there are no zeros between the deltas": lambda d, w, s: _grad_x(
                d, w, _full(d, w)
            ),
            "s zeros between the deltas; s - 1 belong there": lambda d, w, s: _grad_x(
                d, w, _full(d, w, s + 1), s + 1
            ),
            "one zero between the deltas, whatever the stride: s - 1 belong there": (
                lambda d, w, s: _grad_x(d, w, _full(d, w, 2), 2)
            ),
            "s - 1 zeros also behind the last delta: they belong between the deltas only": (
                lambda d, w, s: in_its_border(apart(d, s, behind=s - 1), w, turned(w))
            ),
            "the deltas are repeated; zeros belong between them": lambda d, w, s: in_its_border(
                repeated(d, s), w, turned(w)
            ),
            "the border is put on first and spread, too: spread delta, then pad": lambda d, w, s: (
                gathered(apart(bordered(d, len(w) - 1, w.shape[1] - 1), s), turned(w))
            ),
            "the turned kernel moves by 1, whatever the stride": lambda d, w, s: in_its_border(
                apart(d, s), w, turned(w)
            )[::s, ::s],
            "the kernel is spread, too; only the deltas stand apart": lambda d, w, s: gathered(
                bordered(apart(d, s), len(w) - 1, w.shape[1] - 1), apart(turned(w), s)
            ),
            **{name: on_spread(gather) for name, gather in WRONG_TURNS.items()},
            **{name: on_spread(gather) for name, gather in WRONG_BORDERS.items()},
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
            ONE_AXIS_ROWS: lambda d, w, size: _grad_x(d, w[:, ::-1], size),
            BY_90: lambda d, w, size: _grad_x(d, np.rot90(w), size),
            BY_90_BACK: lambda d, w, size: _grad_x(d, np.rot90(w, -1), size),
            KERNEL_TRANSPOSED: lambda d, w, size: _grad_x(d, w.T, size),
            DELTA_TURNED: lambda d, w, size: _grad_x(turned(d), w, size),
            BOTH_TURNED: lambda d, w, size: _grad_x(turned(d), turned(w), size),
            AN_AXIS_TOO_MANY: lambda d, w, size: _grad_x(d, turned(w), size)[None],
            "that is the forward pass: grad_x is as large as the input": lambda d, w, size: (
                gathered(d, w)
            ),
        },
        hints=(
            "True convolution by w is correlation by which kernel?",
            "By w read backwards on both axes.",
            "{solution}",
        ),
        cases=tuple(
            (small(*out), small(*kernel), _full(np.empty(out), np.empty(kernel)))
            for out, kernel in (
                ((3, 2), (3, 2)),
                ((2, 5), (2, 3)),
                ((4, 1), (1, 4)),
                ((3, 4), (2, 2)),
            )
        ),
        wrap=of_plain_grids,
    ),
    Exercise(
        name="2.6",
        right=COLUMNS,
        wrong={
            "those are the printed products: their columns do not add up to 4": PRINTED,
            "those count from 0; the article counts from 1": COLUMNS - 1,
            "not rotated: column of delta and column of h must add up to 4": np.column_stack(
                [COLUMNS[:, 0], COLUMNS[::-1, 1]]
            ),
            "the smaller column of delta first": COLUMNS[::-1],
            "that is i_12, one column to the left: the columns must add up to 4": np.array(
                [(d, h) for d in (1, 2) for h in (1, 2) if d + h == 2 + 1]
            ),
            "the first product is right; in the second, too, the columns must add up to 4": (
                np.array([COLUMNS[0], PRINTED[1]])
            ),
            "the second product is right; in the first, too, the columns must add up to 4": (
                np.array([PRINTED[0], COLUMNS[1]])
            ),
            "those are row and column of the printed deltas; asked are the columns of delta "
            "and of h": np.array([[1, 2]] * 2),
            "those are the rows; asked are the columns": np.array([[1, 1]] * 2),
            "the column of delta comes first in each pair": COLUMNS[:, ::-1],
            "in each pair the column of delta comes first, then that of h": COLUMNS[::-1, ::-1],
        },
        hints=(
            "Find them counted from 0 first, by (2.15): which columns add up to 2?",
            "delta_01 w_01 and delta_02 w_00. Now add 1 to every index.",
            "delta_12 h_12 and delta_13 h_11: the columns are (2, 2) and (3, 1).",
        ),
    ),
    Exercise(
        name="2.7",
        right=four_sides(),
        wrong={
            **{
                name: four_sides(wrong)
                for name, wrong in WRONG_SIDES.items()
                if four_sides(wrong) != four_sides()
            },
            **{
                name: four_sides(with_rest(WRONG_RESTS[name]))
                for name in [
                    "the remainder is what % gives; // gives the number of steps",
                    "one row more whatever the remainder: B + r",
                    "the stride is added, not the remainder: B + r",
                ]
            },
            "the order is above, below, left, right": np.array(four_sides())[[0, 2, 1, 3]],
            "rows first: above, below, left, right": np.array(four_sides())[[2, 3, 0, 1]],
            "that is one axis; asked are both: above, below, left, right": sides(*AXES[0]),
            "those are the remainders; they are added to B behind": [remainder(*a) for a in AXES],
            "the right numbers, in pairs; wanted are four in a row": np.reshape(
                four_sides(), (2, 2)
            ),
        },
        hints=(
            "(2.23) for each axis. First the remainders, by (2.22).",
            "Rows: 9 - 4 = 5; 5 % 3 is 2. Columns: 8 + 2 - 3 = 7; 7 % 2 is 1.",
            "Rows: B = 3, behind 3 + 2. Columns: B = 1, behind 1 + 1.",
        ),
    ),
]
