"""The answers of lesson 05 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

rng = np.random.default_rng(5)
GRAD_OUT = rng.integers(1, 9, (3, 3)).astype(float)
WINNERS = np.array([[3, 2, 0], [1, 0, 2], [1, 0, 3]])
DISTINCT = rng.permutation(24).reshape(4, 6).astype(float)
TIED = np.array([[1.0, 1.0, 0.0, 2.0], [1.0, 1.0, 0.0, 0.0]])
TIES = rng.integers(0, 2, (4, 4)).astype(float)
RELU_OUT = np.array([[1, 0, 2], [1, 0, 2], [1, 0, 2]])  # of filter 1, after ReLU
ARRIVED = np.array([[1, 2], [3, 4]])
WINDOW = rng.standard_normal((2, 2))
OVERWROTE = "overwrote instead of adding: overlapping windows must add"
NOTHING = "nothing is sent: grad_x stays 0"


def in_its_window(i, j, u, v, s):
    return i * s + u, j * s + v


def routing(place=in_its_window, store=np.add):
    """The error of each window to its winner, right or wrong: place(i, j, u, v, s) is the cell."""

    def route(grad_out, winners, input_size, K_W, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(grad_out.shape):
            at = place(i, j, *divmod(int(winners[i, j]), K_W), s)
            grad_x[at] = store(grad_x[at], grad_out[i, j])
        return grad_x

    return route


def strides_too_far(grad_out, winners, input_size, K_W, s):
    """The slip writes beyond the image: what lies there is cut off, so that it is named."""
    wide = [s * side for side in input_size]
    slip = routing(lambda i, j, u, v, s: ((i + u) * s, (j + v) * s))
    return slip(grad_out, winners, wide, K_W, s)[: input_size[0], : input_size[1]]


def shared(grad_out, x, K, s, shares, store=np.add):
    """The error of each window, times shares(window of x), to the cells of the window."""
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        place = np.s_[i * s : i * s + K, j * s : j * s + K]
        grad_x[place] = store(grad_x[place], grad_out[i, j] * shares(x[place]))
    return grad_x


def sharing(shares, store=np.add):
    """An answer to 5.3, right or wrong."""
    return lambda grad_out, x, K, s: shared(grad_out, x, K, s, shares, store)


def spreading(shares, store=np.add):
    """An answer to 5.2, right or wrong: shares knows only the window's size."""
    return lambda grad_out, input_size, K, s: shared(
        grad_out, np.zeros(input_size), K, s, shares, store
    )


def replace(old, new):
    return new


def equal(window):
    return np.ones(window.shape) / window.size


def tied(window):
    return window == window.max()


def split(window):
    return tied(window) / tied(window).sum()


def first(window):
    return np.arange(window.size).reshape(window.shape) == window.argmax()


def last(window):
    return first(window[::-1, ::-1])[::-1, ::-1]


def of_4x4(shares):
    """What the pool of the 4x4 example sends on by another rule."""
    return shared(ARRIVED, RELU_OUT, 2, 1, shares)


def numbered(x, pick):
    """pick(the four numbers) of each 2x2 block."""
    blocks = x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    return pick(blocks.reshape(*blocks.shape[:2], 4))


EXERCISES = [
    Exercise(
        name="5.derive",
        right=[1, 0],
        wrong={
            "x_4 is read by window 3, but the 5 wins there": [1, 4],
            "those are the numbers of x; the error does not depend on them": [4, 3],
            "x_0 is read by window 0, and its 4 beats the 1": [0, 0],
            "the other way round: x_0 first": [0, 1],
            "each cell got half; a max gives all to the winner": [0.5, 2],
        },
        hints=(
            "Which windows read x_0? And x_4? Who wins there?",
            "x_0 is read by window 0 alone, and wins it. x_4 is read by window 3 alone.",
            "Window 3 is won by x_3 = 5. So x_4 gets nothing.",
        ),
    ),
    Exercise(
        name="5.hand",
        right=of_4x4(first),
        wrong={
            "every tied cell got all; by our rule the first one does": of_4x4(tied),
            "the tied cells share; by our rule the first one gets all": of_4x4(split),
            "the last of the tied cells got it; by our rule the first one does": of_4x4(last),
            "that is mean pooling: only winners get any": of_4x4(equal),
            "that is grad_out; grad_x has the shape of the pool's input, 3x3": ARRIVED,
            "those are the numbers that won; wanted are the errors": [
                [1, 0, 2],
                [1, 0, 2],
                [0, 0, 0],
            ],
        },
        hints=(
            "Window (1,0) holds the rows 1 and 2, columns 0 and 1 of x. Where is its first 1?",
            "At (1,0): it gets 3. In window (1,1) the first 2 is at (1,2).",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.line",
        right=routing(),
        wrong={
            OVERWROTE: routing(store=replace),
            "the stride is forgotten: window i begins at row i*s": routing(
                lambda i, j, u, v, s: (i + u, j + v)
            ),
            "the winner's place is forgotten: u and v say where in the window": routing(
                lambda i, j, u, v, s: (i * s, j * s)
            ),
            "the window's place is forgotten: it begins at row i*s, column j*s": routing(
                lambda i, j, u, v, s: (u, v)
            ),
            "u and v are exchanged: u goes down, v goes across": routing(
                lambda i, j, u, v, s: (i * s + v, j * s + u)
            ),
            "the stride belongs to i and j only, not to u and v": strides_too_far,
            NOTHING: lambda g, n, size, K, s: np.zeros(size),
        },
        hints=(
            "Window (i, j) begins at row i*s, column j*s.",
            "The winner lies u rows and v columns further. Windows may overlap: add.",
            "{solution}",
        ),
        cases=((GRAD_OUT, WINNERS, (4, 4), 2, 1), (GRAD_OUT[:2], WINNERS[:2], (4, 6), 2, 2)),
    ),
    Exercise(
        name="5.sign",
        right=3,
        wrong={
            "that is the first place: > keeps it, since an equal number is not larger": 0,
            "counted from 1: the last of four places has the number 3": 4,
            "one more equal number follows, and takes the place again": 2,
            "that is the place right of the first; two more equal numbers follow": 1,
        },
        hints=(
            "Go through the places 0, 1, 2, 3 with four equal numbers. "
            "When is the comparison true?",
            "With >= it is true each time: every later cell takes the place.",
            "So the last one has it: place 3.",
        ),
    ),
    Exercise(
        name="5.predict",
        right=10,
        wrong={
            "overwrote instead of adding: that is the last window alone": 4,
            "that is the first window alone; four windows hold the 9": 1,
            "that is mean pooling: mean instead of sum": 2.5,
            "that is the number that won; the error does not depend on it": 9,
            "errors of windows that do not hold the 9 are in it": 19,
        },
        hints=(
            "Which windows hold the cell (1, 1)?",
            "(0,0), (0,1), (1,0) and (1,1): all won by the 9.",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.mean",
        right=2.5,
        wrong={
            "the share is missing: a cell gets a quarter of each error": 10,
            "overwrote instead of adding: that is the last window's share alone": 1,
            "divided by 2; a window has 2*2 cells": 5,
            "that is the first window's share alone": 0.25,
            "those are shares of the 9; what is shared is the errors": 2.25,
        },
        hints=(
            "Which windows hold the cell (1, 1)?",
            "Each of the four sends a quarter of its error.",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.1",
        right=shared(ARRIVED, np.zeros((4, 4)), 2, 2, first),
        wrong={
            "every tied cell got all: error was made out of nothing": shared(
                ARRIVED, np.zeros((4, 4)), 2, 2, tied
            ),
            "the tied cells share; the rule here is first": shared(
                ARRIVED, np.zeros((4, 4)), 2, 2, split
            ),
            "all zeros: a zero can win, too": np.zeros((4, 4)),
            "the last tied cell got it; the rule here is first": shared(
                ARRIVED, np.zeros((4, 4)), 2, 2, last
            ),
            "that is grad_out; grad_x has the shape of the input": ARRIVED,
        },
        hints=(
            "All four cells of a window tie.",
            "The upper left comes first in reading order.",
            "Row 0 is 1, 0, 2, 0.",
        ),
    ),
    Exercise(
        name="5.2",
        right=spreading(equal),
        wrong={
            OVERWROTE: spreading(equal, replace),
            "the share is missing: each cell gets grad_out / K^2": spreading(lambda window: 1),
            "divided by K; a window has K*K cells": spreading(lambda window: 1 / len(window)),
            "only the first cell of each window got any": spreading(
                lambda window: first(window) / window.size
            ),
            NOTHING: spreading(lambda window: 0),
        },
        hints=(
            "All K*K cells of the window get the same share.",
            "A slice takes the whole window: rows i*s to i*s + K.",
            "{solution}",
        ),
        cases=((GRAD_OUT, (4, 4), 2, 1), (GRAD_OUT[:, :2], (7, 5), 3, 2)),
    ),
    Exercise(
        name="5.3",
        right=sharing(split),
        wrong={
            OVERWROTE: sharing(split, replace),
            "every tied cell got all: divide by the number of equal cells": sharing(tied),
            "that is the rule first: only one of the equal cells got any": sharing(first),
            "that is mean pooling: only equal cells that reach the maximum share": sharing(equal),
            "divided by the size of the window, not by the number of equal cells": sharing(
                lambda window: tied(window) / window.size
            ),
            NOTHING: sharing(lambda window: 0),
        },
        hints=(
            "Take the window of x. Which of its cells equal its largest number?",
            "`tied = x[place] == x[place].max()` is 1 for them and 0 for the others. "
            "How many are there?",
            "{solution}",
        ),
        cases=(
            (GRAD_OUT, TIES, 2, 1),
            (GRAD_OUT, DISTINCT[:, :4], 2, 1),
            (GRAD_OUT[:1, :1], np.zeros((3, 3)), 3, 2),
        ),
    ),
    Exercise(
        name="5.4",
        right=lambda x: reference.max_pool2d(-x[None], 2, 2)[1][0],
        wrong={
            "those are the winners of the maximum": lambda x: reference.max_pool2d(x[None], 2, 2)[
                1
            ][0],
            "that is the smallest number itself, not its place": lambda x: numbered(
                x, lambda b: b.min(-1)
            ),
            "in a tie the last won; the rule is first": lambda x: numbered(
                x, lambda b: 3 - b[..., ::-1].argmin(-1)
            ),
            "counted from 1: the first place has the number 0": lambda x: numbered(
                x, lambda b: b.argmin(-1) + 1
            ),
        },
        hints=(
            "Which number of -x is the largest?",
            "The smallest of x is the largest of -x, in the same place.",
            "{solution}",
        ),
        cases=((DISTINCT,), (TIED,)),
    ),
    Exercise(
        name="5.5",
        right=lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum(),
        wrong={
            "that is the hard max: all to the winner": lambda g, x: (
                g * first(np.atleast_2d(x)).reshape(x.shape)
            ),
            "the log is forgotten: its derivative is 1 over the sum": lambda g, x: g * np.exp(x),
            "the inner derivative is forgotten: the sum by x_y gives exp(x_y)": lambda g, x: (
                g / np.exp(x).sum() + 0 * x
            ),
            "grad_out is missing: times what arrives": lambda g, x: np.exp(x) / np.exp(x).sum(),
            "that is out, times grad_out; wanted is its slope": lambda g, x: (
                g * np.log(np.exp(x).sum()) + 0 * x
            ),
            "exp is missing: the shares are exp(x) over their sum": lambda g, x: g * x / x.sum(),
        },
        hints=(
            "The outer function is the log. Its derivative is 1 over what stands inside.",
            "Inside stands a sum of exponentials. Its derivative by x_y is exp(x_y).",
            "{solution}",
        ),
        cases=((2.0, WINDOW), (-3.0, WINDOW[0])),
    ),
    Exercise(
        name="5.6",
        right=np.zeros((2, 2)),
        wrong={
            "no ReLU mask: the net of the winner is -3, so f' is 0 there": [[7, 0], [0, 0]],
            "the pool sees four zeros, not the net; and f' is 0 where net is not positive": [
                [0, 7],
                [0, 0],
            ],
            "the tied cells share; and where is f'?": np.full((2, 2), 1.75),
            "every tied cell got all; and where is f'?": np.full((2, 2), 7),
        },
        hints=(
            "What does the pool see after ReLU? Who wins?",
            "Four zeros: cell (0,0) wins and gets the 7. Now ReLU's own factor.",
            "f'(-3) = 0, and 7 * 0 = 0.",
        ),
    ),
]
