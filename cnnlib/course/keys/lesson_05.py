"""The answers of lesson 05 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(5)
OVERWROTE = "overwrote instead of adding: overlapping windows must add"
NOTHING = "nothing is sent: grad_x stays 0"
ONE_WINDOW = "return stands one level too deep: only the first window is done"

# ---- functions, right or wrong


def routing(
    place, store=np.add, windows=None, sent=lambda error, winner: error, wide=lambda K_W, s: K_W
):
    """An answer to 5.line, right or wrong: place(i, j, u, v, s) is the cell that gets
    sent(error, winner) of window (i, j), whose winner stands at (u, v) in it, wide(K_W, s) cells in
    a row; it stops after so many windows."""

    def route(grad_out, winners, input_size, K_W, s):
        grad_x = np.zeros(input_size)
        for i, j in [*np.ndindex(grad_out.shape)][:windows]:
            at = place(i, j, *divmod(int(winners[i, j]), wide(K_W, s)), s)
            grad_x[at] = store(grad_x[at], sent(grad_out[i, j], winners[i, j]))
        return grad_x

    return route


def to_winner(i, j, u, v, s):
    return i * s + u, j * s + v


def without_stride(grad_out, winners, input_size, K_W, s):
    return routing(to_winner)(grad_out, winners, input_size, K_W, 1)


def as_in_pytorch(grad_out, winners, input_size, K_W, s):
    """Winners taken for numbers of cells in the whole image."""
    grad_x = np.zeros(input_size)
    np.add.at(grad_x.reshape(-1), winners, grad_out)
    return grad_x


def shared(grad_out, x, K, s, shares, store=np.add, windows=None):
    """The error of each window, times shares(window of x), to the cells of the window."""
    grad_x = np.zeros(x.shape)
    for i, j in [*np.ndindex(grad_out.shape)][:windows]:
        place = np.s_[i * s : i * s + K, j * s : j * s + K]
        grad_x[place] = store(grad_x[place], grad_out[i, j] * shares(x[place]))
    return grad_x


def sharing(shares, step=lambda s: s, **slip):
    """An answer to 5.3, right or wrong."""
    return lambda grad_out, x, K, s: shared(grad_out, x, K, step(s), shares, **slip)


def spreading(shares, step=lambda s: s, **slip):
    """An answer to 5.2, right or wrong: shares knows only the window's size."""
    return lambda grad_out, input_size, K, s: shared(
        grad_out, np.zeros(input_size), K, step(s), shares, **slip
    )


def spreading_what(errors, side=lambda K: K):
    """An answer to 5.2 that adds errors(grad_out, K) to all cells of a window, side(K) wide."""
    return lambda grad_out, input_size, K, s: shared(
        errors(grad_out, K), np.zeros(input_size), side(K), s, np.ones_like
    )


def always_1(s):
    """The stride, forgotten."""
    return 1


def of_the_image(grad_out, x, K, s):
    """Shared by the cells that equal the largest number of the whole image."""

    def shares(window):
        hits = window == x.max()
        return hits / max(hits.sum(), 1)

    return shared(grad_out, x, K, s, shares)


def like_a_mean(grad_out, winners, input_size, K_W, s):
    """What mean pooling sends on, as an answer to 5.line."""
    return spreading(equal)(grad_out, input_size, K_W, s)


def replace(old, new):
    return new


def equal(window):
    return np.ones(window.shape) / window.size


def tied(window):
    return window == window.max()


def split(window):
    return tied(window) / tied(window).sum()


def cell(window, n):
    """All to the cell with the number n."""
    return np.arange(window.size).reshape(window.shape) == n


def corner(window):
    return cell(window, 0)


def first(window):
    return cell(window, window.argmax())


def last(window):
    return first(window[::-1, ::-1])[::-1, ::-1]


def min_pool(x, s=2):
    """(out, winners) of a max pool of -x, with its channel."""
    return reference.max_pool2d(-x[None], 2, s)


def min_winners(x):
    return min_pool(x)[1][0]


def softmax(x, axis=None):
    return np.exp(x) / np.exp(x).sum(axis, keepdims=True)


def numbered(x, pick):
    """pick(the four numbers) of each 2x2 block."""
    blocks = x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    return pick(blocks.reshape(*blocks.shape[:2], 4))


def in_the_image(x):
    """The winners of 5.4 as numbers of cells of the whole image."""
    i, j = np.indices(min_winners(x).shape)
    u, v = np.divmod(min_winners(x), 2)
    return (2 * i + u) * x.shape[1] + 2 * j + v


OTHER_RULES = {  # by which a window of a max pool may pay its cells
    "every tied cell got all; by our rule the first one does": tied,
    "the tied cells share; by our rule the first one gets all": split,
    "the last of the tied cells got it; by our rule the first one does": last,
    "that is mean pooling: only winners get any": equal,
}


# ---- cases


def numbers(*shape):
    return RNG.standard_normal(shape)


def ties(*shape):
    """Few different numbers, below 0 and above, so that most windows tie."""
    return RNG.integers(-1, 1, shape) * 1.5


NEARLY = np.array([[1.0, 1 + 1e-7], [0.5, -1.0]])  # no tie, though the two are near


def won(out, size):
    """Winners of windows of a size."""
    return RNG.integers(0, size[0] * size[1], out)


# ---- values, right or wrong

ROW, GRAD_ROW = np.array([4, 1, 2, 5, 3]), np.array([1, 2, 3, 4])  # Figure 5.1
RELU_OUT = np.array([[1, 0, 2], [1, 0, 2], [1, 0, 2]])  # of filter 1, after ReLU
ARRIVED = np.array([[1, 2], [3, 4]])
FOUR_EQUAL = np.flatnonzero(tied(np.ones(4)))  # the places of a 2x2 window that tie
GRID = np.array([[1, 2, 0, 3], [0, 9, 4, 1], [5, 2, 1, 0], [1, 0, 2, 6]])
ERRORS = np.array([[1, 2, 1], [3, 4, 0], [2, 1, 5]])
SILENT = np.array([[-3, -1], [-2, -2]])  # a net of which ReLU makes zeros
FOUR_ZEROS = np.maximum(SILENT, 0)


def at_the_ends(paid, arrived=GRAD_ROW, ends=(0, 4)):
    """What x_0 and x_4 get where a window pays paid(its two cells) shares."""
    got = np.zeros(5)
    for j, error in enumerate(arrived):
        got[j : j + 2] += error * paid(ROW[j : j + 2])
    return got[[*ends]]


def of_4x4(shares, arrived=ARRIVED, s=1, **slip):
    """What the pool of the 4x4 example sends on by another rule."""
    return shared(arrived, RELU_OUT, 2, s, shares, **slip)


def of_zeros(shares, K=2, s=2):
    """grad_x of 5.1 by another rule."""
    return shared(ARRIVED, np.zeros((4, 4)), K, s, shares)


def to_the_9(shares, **slip):
    """What the 9 of the grid gets by another rule."""
    return shared(ERRORS, GRID, 2, 1, shares, **slip)[1, 1]


def of_silence(shares, seen=FOUR_ZEROS):
    """What the pool of 5.6 sends on, before f'."""
    return shared(np.array([[7]]), seen, 2, 2, shares)


EXERCISES = [
    Exercise(
        name="5.derive",
        right=at_the_ends(tied),
        wrong={
            "x_4 is read by window 3, but the 5 wins there": at_the_ends(np.ones_like),
            "those are the numbers of x; the gradient does not depend on them": ROW[[0, -1]],
            "x_0 is read by window 0, and its 4 beats the 1": at_the_ends(np.zeros_like),
            "the other way round: x_0 first": at_the_ends(tied)[::-1],
            "each cell got half; a max gives all to the winner": at_the_ends(equal),
            "the other way round: the larger of the two cells gets the gradient": at_the_ends(
                lambda cells: ~tied(cells)
            ),
            "that is what x_0 and x_3 get; asked is x_4, which wins nothing": at_the_ends(
                tied, ends=(0, 3)
            ),
            "x_0 gets the gradient of window 0, a 1; its own 4 does not come in": at_the_ends(
                lambda cells: cells * tied(cells)
            ),
            "those are slopes, times no gradient; and x_4 does not win its window": at_the_ends(
                np.ones_like, arrived=np.ones(4)
            ),
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
            **{name: of_4x4(shares) for name, shares in OTHER_RULES.items()},
            "that is grad_out; grad_x has the shape of the pool's input, 3x3": ARRIVED,
            "those are the numbers that won; wanted are the gradients": (
                RELU_OUT * (of_4x4(first) > 0)
            ),
            "the windows move by 1 here, not by 2: window (1,0) begins at row 1": of_4x4(
                first, s=2
            ),
            "those are the upper two windows alone; the lower two send theirs, too": of_4x4(
                first, windows=2
            ),
            "each window paid its upper left cell, whoever has won": of_4x4(corner),
            "the lower two windows do not hold row 0: look for their winners in rows 1 and 2": (
                of_4x4(first, arrived=ARRIVED.sum(0, keepdims=True))
            ),
        },
        hints=(
            "Window (1,0) holds the rows 1 and 2, columns 0 and 1 of x. Where is its first 1?",
            "At (1,0): it gets 3. In window (1,1) the first 2 is at (1,2).",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.line",
        right=routing(to_winner),
        wrong={
            OVERWROTE: routing(to_winner, store=replace),
            "the stride is forgotten: window i begins at row i*s": without_stride,
            "the winner's place is forgotten: u and v say where in the window": routing(
                lambda i, j, u, v, s: (i * s, j * s)
            ),
            "the window's place is forgotten: it begins at row i*s, column j*s": routing(
                lambda i, j, u, v, s: (u, v)
            ),
            "u and v are exchanged: u goes down, v goes across": routing(
                lambda i, j, u, v, s: (i * s + v, j * s + u)
            ),
            "the stride belongs to i and j only, not to u and v": routing(
                lambda i, j, u, v, s: ((i + u) * s, (j + v) * s)
            ),
            "winners are counted in the window here, not in the whole image as in PyTorch": (
                as_in_pytorch
            ),
            NOTHING: lambda g, n, size, K, s: np.zeros(size),
            ONE_WINDOW: routing(to_winner, windows=1),
            "rows and columns are exchanged: i goes down, j goes across": routing(
                lambda i, j, u, v, s: (j * s + u, i * s + v)
            ),
            "the stride belongs to i and j, not to u and v: i*s + u": routing(
                lambda i, j, u, v, s: (i + u * s, j + v * s)
            ),
            "the stride counts for the rows only: columns move by s, too": routing(
                lambda i, j, u, v, s: (i * s + u, j + v)
            ),
            "the stride counts for the columns only: rows move by s, too": routing(
                lambda i, j, u, v, s: (i + u, j * s + v)
            ),
            "that is the place in grad_out; wanted is the winner's place in the input": routing(
                lambda i, j, u, v, s: (i, j)
            ),
            "each winner got 1: it gets the gradient of its window, grad_out[i, j]": routing(
                to_winner, sent=lambda error, winner: 1
            ),
            "the winner's number was added; wanted is the gradient, grad_out[i, j]": routing(
                to_winner, sent=lambda error, winner: winner
            ),
            "a row of the window has K_W cells, not s: divmod(..., K_W)": routing(
                to_winner, wide=lambda K_W, s: s
            ),
            "that is mean pooling: only the winner of a window gets its gradient": like_a_mean,
        },
        hints=(
            "Window (i, j) begins at row i*s, column j*s.",
            "The winner lies u rows and v columns further. Windows may overlap: add.",
            "{solution}",
        ),
        cases=tuple(
            (numbers(*out), won(out, size), image, size[1], s)
            for out, size, image, s in (
                ((3, 3), (2, 2), (4, 4), 1),
                ((2, 3), (2, 2), (4, 6), 2),
                ((3, 2), (3, 3), (8, 6), 2),
                ((2, 3), (4, 4), (7, 10), 3),
                ((2, 2), (3, 2), (6, 5), 2),
                ((3, 2), (1, 3), (4, 6), 1),
            )
        ),
    ),
    Exercise(
        name="5.sign",
        right=FOUR_EQUAL[-1],
        wrong={
            "that is the first place: > keeps it, since an equal number is not larger": FOUR_EQUAL[
                0
            ],
            "counted from 1: the last of four places has the number 3": FOUR_EQUAL[-1] + 1,
            "one more equal number follows, and takes the place again": FOUR_EQUAL[2],
            "that is the place right of the first; two more equal numbers follow": FOUR_EQUAL[1],
            "that is the row and the column of the place; asked is its number": divmod(
                FOUR_EQUAL[-1].item(), 2
            ),
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
        right=to_the_9(first),
        wrong={
            "overwrote instead of adding: that is the last window alone, "
            "or the number of windows": to_the_9(first, store=replace),
            "that is the first window alone; four windows hold the 9": to_the_9(first, windows=1),
            "that is mean pooling: mean instead of sum": to_the_9(equal),
            "that is the number that won; the gradient does not depend on it": GRID[1, 1],
            "gradients of windows that do not hold the 9 are in it": ERRORS.sum(),
            "times the number that won; the gradient does not depend on it": (
                to_the_9(first) * GRID[1, 1]
            ),
            "window (1,1) is missing: it holds the 9, too": to_the_9(first, windows=4),
        },
        hints=(
            "Which windows hold the cell (1, 1)?",
            "(0,0), (0,1), (1,0) and (1,1): all won by the 9.",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.mean",
        right=to_the_9(equal),
        wrong={
            "the share is missing: a cell gets a quarter of each gradient": to_the_9(np.ones_like),
            "overwrote instead of adding: that is the last window's share alone": to_the_9(
                equal, store=replace
            ),
            "divided by 2; a window has 2*2 cells": to_the_9(lambda window: 1 / len(window)),
            "that is the first window's share alone": to_the_9(equal, windows=1),
            "those are shares of the 9; what is shared is the gradients": GRID[1, 1] / 4,
            "times the 9: what is shared is the gradients, whatever the numbers": (
                to_the_9(equal) * GRID[1, 1]
            ),
            "divided by the number of windows; a window has 2*2 cells": (
                to_the_9(np.ones_like) / ERRORS.size
            ),
            "gradients of windows that do not hold the 9 are in it": ERRORS.sum() / 4,
        },
        hints=(
            "Which windows hold the cell (1, 1)?",
            "Each of the four sends a quarter of its gradient.",
            "{solution}",
        ),
    ),
    Exercise(
        name="5.1",
        right=of_zeros(first),
        wrong={
            "every tied cell got all: gradient was made out of nothing": of_zeros(tied),
            "the tied cells share; the rule here is first": of_zeros(split),
            "all zeros: a zero can win, too": of_zeros(np.zeros_like),
            "the last tied cell got it; the rule here is first": of_zeros(last),
            "that is grad_out; grad_x has the shape of the input": ARRIVED,
            "the windows move by 2 and do not overlap; here they move by 1": of_zeros(first, s=1),
            "the upper right cell got it; the first in reading order is the upper left": of_zeros(
                lambda window: cell(window, 1)
            ),
            "the lower left cell got it; the first in reading order is the upper left": of_zeros(
                lambda window: cell(window, 2)
            ),
            "those are the corners of the image; "
            "wanted is the upper left cell of each window": of_zeros(corner, K=1, s=3),
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
            OVERWROTE: spreading(equal, store=replace),
            "the share is missing: each cell gets grad_out / K^2": spreading(lambda window: 1),
            "divided by K; a window has K*K cells": spreading(lambda window: 1 / len(window)),
            "only the first cell of each window got any": spreading(
                lambda window: first(window) / window.size
            ),
            NOTHING: spreading(lambda window: 0),
            ONE_WINDOW: spreading(equal, windows=1),
            "a fixed number is right for one K only: divide by K*K": spreading(
                lambda window: 1 / 4
            ),
            "divided by the number of windows; a window is shared by its K*K cells": spreading_what(
                lambda grad_out, K: grad_out / grad_out.size
            ),
            "// drops the decimals: / divides": spreading_what(
                lambda grad_out, K: grad_out // K**2
            ),
            "the stride is forgotten: window i begins at row i*s": spreading(equal, step=always_1),
            "the slice ends too early: it goes from i*s to i*s + K, the end does not count": (
                spreading_what(lambda grad_out, K: grad_out / K**2, side=lambda K: K - 1)
            ),
        },
        hints=(
            "All K*K cells of the window get the same share.",
            "A slice takes the whole window: rows i*s to i*s + K.",
            "{solution}",
        ),
        cases=(
            (numbers(3, 3), (4, 4), 2, 1),
            (numbers(3, 2), (7, 5), 3, 2),
            (numbers(2, 4), (6, 13), 2, 3),
            (numbers(2, 1), (7, 5), 4, 3),
        ),
    ),
    Exercise(
        name="5.3",
        right=sharing(split),
        wrong={
            OVERWROTE: sharing(split, store=replace),
            "every tied cell got all: divide by the number of equal cells": sharing(tied),
            "that is the rule first: only one of the equal cells got any": sharing(first),
            "that is mean pooling: only equal cells that reach the maximum share": sharing(equal),
            "divided by the size of the window, not by the number of equal cells": sharing(
                lambda window: tied(window) / window.size
            ),
            NOTHING: sharing(lambda window: 0),
            ONE_WINDOW: sharing(split, windows=1),
            "the last of the equal cells got all; here they share": sharing(last),
            "divided by 2: how many cells are equal differs from window to window": sharing(
                lambda window: tied(window) / 2
            ),
            "that is the largest number of the whole image: each window has its own": of_the_image,
            "those are the cells with the smallest number; the largest one wins": sharing(
                lambda window: split(-window)
            ),
            "the stride is forgotten: window i begins at row i*s": sharing(split, step=always_1),
            "the winners got nothing: the cells that equal the maximum share": sharing(
                lambda window: ~tied(window) / max((~tied(window)).sum(), 1)
            ),
            "times the number in the cell; the gradient does not depend on it": sharing(
                lambda window: window * split(window)
            ),
        },
        hints=(
            "Take the window of x. Which of its cells equal its largest number?",
            "`tied = x[place] == x[place].max()` is 1 for them and 0 for the others. "
            "How many are there?",
            "{solution}",
        ),
        cases=(
            (numbers(3, 3), ties(4, 4), 2, 1),
            (numbers(3, 4), numbers(4, 5), 2, 1),
            (numbers(1, 1), np.zeros((3, 3)), 3, 2),
            (numbers(3, 2), ties(7, 6), 3, 2),
            (numbers(2, 3), ties(6, 9), 2, 3),
            (numbers(1, 1), NEARLY, 2, 1),
        ),
    ),
    Exercise(
        name="5.4",
        right=min_winners,
        wrong={
            "those are the winners of the maximum": lambda x: min_winners(-x),
            "that is the smallest number itself, not its place": lambda x: numbered(
                x, lambda b: b.min(-1)
            ),
            "in a tie the last won; the rule is first": lambda x: numbered(
                x, lambda b: 3 - b[..., ::-1].argmin(-1)
            ),
            "counted from 1: the first place has the number 0": lambda x: min_winners(x) + 1,
            "counted in the whole image, as PyTorch does; here 0 to 3, in the window": in_the_image,
            "the windows move by 2 and do not overlap; here they move by 1": lambda x: min_pool(
                x, s=1
            )[1][0],
            "the places are counted column by column; count them row by row": lambda x: numbered(
                x, lambda b: b[..., [0, 2, 1, 3]].argmin(-1)
            ),
            "that is what comes out of the pool; the winners are its second result": lambda x: (
                min_pool(x)[0][0]
            ),
            "the channel is still there: take [0] of the winners": lambda x: min_pool(x)[1],
            "the pool gives two results, out and winners; wanted are the winners": min_pool,
            "that is one place for the whole image; each window has a winner of its own": (
                lambda x: x.argmin()
            ),
        },
        hints=(
            "Which number of -x is the largest?",
            "The smallest of x is the largest of -x, in the same place.",
            "{solution}",
        ),
        cases=((numbers(4, 6),), (ties(2, 4),), (ties(6, 4),), (numbers(5, 7),), (-NEARLY,)),
    ),
    Exercise(
        name="5.5",
        right=lambda g, x: g * softmax(x),
        wrong={
            "that is the hard max: all to the winner": lambda g, x: (
                g * first(np.atleast_2d(x)).reshape(x.shape)
            ),
            "the log is forgotten: its derivative is 1 over the sum": lambda g, x: g * np.exp(x),
            "the inner derivative is forgotten: the sum by x_y gives exp(x_y)": lambda g, x: (
                g / np.exp(x).sum() + 0 * x
            ),
            "grad_out is missing: times what arrives": lambda g, x: softmax(x),
            "that is out, times grad_out; wanted is its slope": lambda g, x: (
                g * np.log(np.exp(x).sum()) + 0 * x
            ),
            "exp is missing: the shares are exp(x) over their sum": lambda g, x: g * x / x.sum(),
            "that is p (1 - p), the slope of a share; asked is the slope of the log of the sum": (
                lambda g, x: g * softmax(x) * (1 - softmax(x))
            ),
            "the sum is over the whole window; here each column has a sum of its own": (
                lambda g, x: g * softmax(x, axis=0)
            ),
            "the sum is over the whole window; here each row has a sum of its own": (
                lambda g, x: g * softmax(x, axis=-1)
            ),
            "mean instead of sum under the fraction line": lambda g, x: g * softmax(x) * x.size,
            "nothing is subtracted here: that is the slope of -log p, a loss": lambda g, x: (
                g * (softmax(x) - 1)
            ),
            "only the winner got its share; here every cell has one": lambda g, x: (
                g * softmax(x) * tied(x)
            ),
        },
        hints=(
            "The outer function is the log. Its derivative is 1 over what stands inside.",
            "Inside stands a sum of exponentials. Its derivative by x_y is exp(x_y).",
            "{solution}",
        ),
        cases=((2.0, numbers(2, 2)), (-3.0, numbers(3)), (0.5, numbers(1, 4))),
    ),
    Exercise(
        name="5.6",
        right=of_silence(first) * (SILENT > 0),
        wrong={
            "no ReLU mask: the net of the winner is -3, so f' is 0 there": of_silence(first),
            "the pool sees four zeros, not the net; "
            "and f' is 0 where net is not positive": of_silence(first, seen=SILENT),
            "the tied cells share; and where is f'?": of_silence(split),
            "every tied cell got all; and where is f'?": of_silence(tied),
            "that is the gradient that arrives; grad_x has a number for each cell of net": (
                of_silence(first).sum()
            ),
            "the last of the tied cells got it, by our rule the first one; and where is f'?": (
                of_silence(last)
            ),
        },
        hints=(
            "What does the pool see after ReLU? Who wins?",
            "Four zeros: cell (0,0) wins and gets the 7. Now ReLU's own factor.",
            "f'(-3) = 0, and 7 * 0 = 0.",
        ),
    ),
]
