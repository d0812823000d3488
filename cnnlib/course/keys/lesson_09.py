"""The answers of lesson 09 and the wrong answers it knows by name."""

import math
import numbers

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib.course.calling import Refused
from cnnlib.course.exercise import Exercise

RNG = np.random.default_rng(9)
OVERWROTE = "overwrote instead of adding: a cell has several copies in X"
NO_STRIDE = "the stride is forgotten: output i begins at cell i*s"
ONE_PLACE = "return stands one level too deep: only the first place of the kernel is done"

# ---- functions, right or wrong


def windows(shape, size):
    """The windows (N, C, H_out, W_out, K_H, K_W) of random images."""
    return sliding_window_view(RNG.standard_normal(shape), size, (2, 3))


def only_reading(columns_of):
    """columns_of on windows that cannot be written, as in the lesson: there they are a view of the
    image."""

    def on_a_view(windows):
        windows.flags.writeable = False
        return columns_of(windows)

    return on_a_view


def in_order(*axes):
    """columns_of with the axes of `windows` in another order."""

    def columns_of(windows):
        rows = windows.shape[1] * windows.shape[4] * windows.shape[5]
        return windows.transpose(axes).reshape(rows, -1)

    return columns_of


def columns_without_a_copy(windows):
    return windows.reshape(windows.shape[1] * windows.shape[4] * windows.shape[5], -1)


def not_a_matrix(windows):
    return windows.transpose(1, 4, 5, 0, 2, 3)


def a_row_for_each_image(windows):
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(windows), -1)


def by_letters(letters):
    return lambda a, b: np.einsum(letters, a, b)


def letters_alone(answer):
    """The function that takes these letters, of a text."""
    if not isinstance(answer, str):
        raise Refused("wanted a function, or the letters in quotes")
    return by_letters(answer)


def adding_back(pick, stride=True, store=np.add, places=None):
    """add_back with pick(sent, u, v) as the numbers that place (u, v) sends; it stops after so many
    places."""

    def add_back(sent, grad_xp, s):
        (K_H, K_W), (H_out, W_out), s = sent.shape[1:3], sent.shape[4:], s if stride else 1
        for u, v in [*np.ndindex(K_H, K_W)][:places]:
            place = grad_xp[:, :, u : u + H_out * s : s, v : v + W_out * s : s]
            place[...] = store(place, pick(sent, u, v))
        return grad_xp

    return add_back


class Round(np.ndarray):
    """Numbers in a ring: an index behind the last one begins again."""

    def __getitem__(self, index):
        if isinstance(index, tuple):
            index = tuple(
                n % size if isinstance(n, numbers.Integral) else n
                for n, size in zip(index, self.shape)
            )
        return super().__getitem__(index)


def forgiving(add_back):
    """The function; where an index runs out, it is tried on numbers in a ring: exchanged indices
    are then named and need not stop."""

    def tried(sent, grad_xp, s):
        try:
            return add_back(sent, grad_xp.copy(), s)
        except IndexError:
            return add_back(sent.view(Round), grad_xp, s)

    return tried


def adding_back_1d(start, store=np.add, stride=True, turned=False, rows=None):
    """add_back_1d with start(u) as the first cell of row u; it stops after so many rows."""

    def add_back(G, n, s):
        grad_x, s = np.zeros(n), s if stride else 1
        for u, row in [*enumerate(G[::-1] if turned else G)][:rows]:
            place = grad_x[start(u) : start(u) + len(row) * s : s]
            place[...] = store(place, row)
        return grad_x

    return add_back


def by_cells(place, part=lambda G, u, i: G[u, i]):
    """An answer to 9.4, cell by cell: part(G, u, i) is added at place(u, i, s)."""

    def add_back(G, n, s):
        grad_x = np.zeros(n)
        for u, i in np.ndindex(G.shape):
            grad_x[place(u, i, s)] += part(G, u, i)
        return grad_x

    return add_back


def to_the_end(G, n, s):
    """Slices that have no end."""
    grad_x = np.zeros(n)
    for u, row in enumerate(G):
        grad_x[u::s] += row
    return grad_x


def as_long_as_needed(G, n, s):
    return adding_back_1d(lambda u: u)(G, (G.shape[1] - 1) * s + len(G), s)


def last(old, new):
    return new


def sent_case(C, K, N, out, s, left=0):
    """The arguments of add_back; `left` rows and columns at the end are met by no window."""
    H, W = ((n - 1) * s + k + left for n, k in zip(out, K))
    return RNG.standard_normal((C, *K, N, *out)), np.zeros((C, N, H, W)), s


# ---- values, right or wrong

IMAGE = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
BLOCK = 2 * 1024**2  # bytes
SIDE = 28  # of a map of our layer
FILTER = np.array([1, -1, 1, -1])  # the first one of the example, row by row
X_BYTES = 16 * 64 * 56 * 56 * 4  # of the array x of 9.1, in float32


def copies(y):
    """The places (u, i) of the copies of x_y in (9.4)."""
    return np.array([(u, y - u) for u in (0, 1)])


def work(N, F, out, C, K):
    """Equation (9.1): out and K are square."""
    return N * F * out**2 * C * K**2


def column(i, j):
    """The column of X that belongs to output (i, j) of the 4x4 image."""
    return IMAGE[i : i + 2, j : j + 2].ravel()


def rows_in_a_block(C=8, K=3, W_out=SIDE, N=64, size=8):
    """How many output rows' part of X fits into a block; not rounded."""
    return BLOCK / (C * K * K * W_out * N * size)


LAYER = work(16, 64, 56, 64, 3)
MILLION = 1e6

EXERCISES = [
    Exercise(
        name="9.derive",
        right=copies(2),
        wrong={
            "transposed: in each pair the row u comes first": copies(2)[:, ::-1],
            "the right places; the copy in row 0 comes first": copies(2)[::-1],
            "those are the copies of x_1": copies(1),
            "those are the places of x_2 and x_3: look for x_2 in both rows": np.array(
                [copies(2)[0], copies(3)[1]]
            ),
            "one off: rows and columns are counted from 0": copies(2) + 1,
            "that is one copy, twice: look for x_2 in row 1, too": copies(2)[[0, 0]],
            "the copy in row 1 is not x_2 there: u + i is 2": np.array(
                [copies(2)[0], copies(4)[1]]
            ),
            "the copy in row 0 is not x_2 there: u + i is 2": np.array(
                [copies(1)[0], copies(2)[1]]
            ),
            "that is one copy; x_2 has one in each row": copies(2)[:1],
            "that is the copy in row 1; x_2 has one in each row": copies(2)[1:],
        },
        hints=(
            "Look for x_2 in the upper row of the matrix, then in the lower one.",
            "By (9.4) you need u + i = 2.",
            "Row 0: column 2. Row 1: column 1.",
        ),
    ),
    Exercise(
        name="9.count",
        right=work(N=1, F=2, out=3, C=1, K=2),
        wrong={
            "that is one filter; there are two": work(N=1, F=1, out=3, C=1, K=2),
            "that is the number of outputs; each adds up four products": 1 * 2 * 3 * 3,
            "the kernel does not fit at all 16 cells: 3 rows of 3 outputs": work(
                N=1, F=2, out=4, C=1, K=2
            ),
            "a multiplication and its addition count as one": 2 * work(N=1, F=2, out=3, C=1, K=2),
            "one filter, and the kernel does not fit at all 16 cells": work(
                N=1, F=1, out=4, C=1, K=2
            ),
            "that is the work of one output": 2 * 2,
            "that is the work of one output of both filters": work(N=1, F=2, out=1, C=1, K=2),
            "additions are counted apart; a multiply-add is both at once": (
                2 * work(N=1, F=2, out=3, C=1, K=2) - work(N=1, F=2, out=3, C=1, K=1)
            ),
            "those are the outputs of one filter; each adds up products": work(
                N=1, F=1, out=3, C=1, K=1
            ),
            "the biases are counted; they are added without a product": (
                work(N=1, F=2, out=3, C=1, K=2) + work(N=1, F=2, out=3, C=1, K=1)
            ),
        },
        hints=(
            "How many outputs are there? How many products in each?",
            "Two filters with 3 rows of 3 outputs. Each output has one channel of 2 * 2 products.",
            "{solution}",
        ),
    ),
    Exercise(
        name="9.hand",
        right=column(2, 1),
        wrong={
            "that is the window (1, 2) or (2, 2), or the right one turned round: "
            "row 2 and column 1 come first, then row by row": column(1, 2),
            "the window is read down its columns; read it row by row": (
                column(2, 1).reshape(2, 2).T.ravel()
            ),
            "that is the window (1, 0): rows and columns are counted from 0": column(1, 0),
            "that is the window (1, 1), one row too high": column(1, 1),
            "that is the window (2, 0), one column too far to the left": column(2, 0),
            "those are products with filter 1; X holds the pixels alone": column(2, 1) * FILTER,
            "that is net; the column holds the pixels before any kernel": (column(2, 1) @ FILTER),
            "the right window; as a column its rows stand one below the other, in one list": (
                column(2, 1).reshape(2, 2)
            ),
            "that is a row of X, a number for each output; asked is a column": IMAGE[
                :3, 1:
            ].ravel(),
        },
        hints=(
            "The window of output (2, 1) has its upper left corner on image cell (2, 1).",
            "Its upper row is x[2,1], x[2,2], its lower row x[3,1], x[3,2].",
            "Row 2 of the image is 1 0 1 0, row 3 is 0 0 1 0. Take columns 1 and 2 of both.",
        ),
    ),
    Exercise(
        name="9.line",
        right=in_order(1, 4, 5, 0, 2, 3),
        wrong={
            "the transpose is missing: reshape alone jumbles the axes": columns_without_a_copy,
            "the rows run u, v, c; the kernels run c, u, v": in_order(4, 5, 1, 0, 2, 3),
            "v before u: the kernels are turned over": in_order(1, 5, 4, 0, 2, 3),
            "the columns run i, j, n: with the batch first they run n, i, j": in_order(
                1, 4, 5, 2, 3, 0
            ),
            "j before i: rows and columns of the output are exchanged": in_order(1, 4, 5, 0, 3, 2),
            "that is X transposed: wanted are the windows as columns": lambda w: (
                in_order(1, 4, 5, 0, 2, 3)(w).T
            ),
            "the order in which the axes are wanted, not the place to which each goes": in_order(
                3, 0, 4, 5, 1, 2
            ),
            "only c is in front: u and v belong to the rows, too": in_order(1, 0, 2, 3, 4, 5),
            "n, i, j come first here; they are the columns, c, u, v the rows": in_order(
                0, 2, 3, 1, 4, 5
            ),
            "i and j stand where u and v belong": in_order(1, 2, 3, 0, 4, 5),
            "the rows run u, c, v; the kernels run c, u, v": in_order(4, 1, 5, 0, 2, 3),
            "the rows run v, u, c; the kernels run c, u, v": in_order(5, 4, 1, 0, 2, 3),
            "n comes first; it belongs to the columns, before i and j": in_order(0, 1, 4, 5, 2, 3),
            "the axes are in order; make a matrix of them, with reshape(rows, -1)": not_a_matrix,
            "a row for each image: the rows are c, u, v, the images belong to the columns": (
                a_row_for_each_image
            ),
        },
        hints=(
            "The axes n, c, i, j, u, v have the numbers 0 to 5. Which numbers have c, u, v?",
            "First 1, 4, 5, then 0, 2, 3.",
            "{solution}",
        ),
        cases=tuple(
            (windows(shape, size),)
            for shape, size in (
                ((2, 3, 5, 4), (4, 2)),
                ((3, 2, 4, 6), (1, 4)),
                ((1, 4, 5, 4), (3, 1)),
            )
        ),
        wrap=only_reading,
    ),
    Exercise(
        name="9.rows",
        right=math.floor(rows_in_a_block()),
        wrong={
            "a number takes 8 bytes": math.floor(rows_in_a_block(size=1)),
            "the batch is forgotten: a row holds W_out * N columns": math.floor(
                rows_in_a_block(N=1)
            ),
            "the last begun row does not fit: round down": math.ceil(rows_in_a_block()),
            "the rows of X are 8 * 3 * 3: channels and kernel places": math.floor(
                rows_in_a_block(K=1)
            ),
            "more than one row fits": 1,
            "only whole rows can be taken": rows_in_a_block(),
            "those are all rows of a map": SIDE,
            "a number takes 8 bytes here": math.floor(rows_in_a_block(size=4)),
            "W_out is forgotten: a row holds W_out * N columns": math.floor(
                rows_in_a_block(W_out=1)
            ),
            "those are the bytes of one output row; how many such rows fit?": (
                BLOCK / rows_in_a_block()
            ),
        },
        hints=(
            "One output row: C*K_H*K_W = 72 rows of X, W_out * N = 28 * 64 columns, 8 bytes each.",
            "72 * 28 * 64 * 8 = 1,032,192 bytes.",
            "{solution}",
        ),
    ),
    Exercise(
        name="9.predict",
        right=np.array([1, 300]),
        wrong={
            "the right step; but a step of a Python loop costs more than that": np.array([1, 30]),
            "the right step, and far too small a factor": np.array([1, 3]),
            "the product gains much, but less than leaving Python's loop": np.array([2, 300]),
            "about so much the product gains; leaving Python's loop gains more": np.array([2, 30]),
            "the product gains much more than that, but it is not the first": np.array([2, 3]),
            "the layout makes copies faster, and copies are a small part": np.array([3, 3]),
            "the layout makes copies faster, and copies are a small part: "
            "no factor of 30": np.array([3, 30]),
            "the layout makes copies faster, and copies are a small part: "
            "no factor of 300": np.array([3, 300]),
            "the blocks save trips to memory, and these are a small part": np.array([4, 3]),
            "the blocks save trips to memory, and these are a small part: "
            "no factor of 30": np.array([4, 30]),
            "the blocks save trips to memory, and these are a small part: "
            "no factor of 300": np.array([4, 300]),
            "the right step; the factor is one of 3, 30 and 300": np.array([1, 100]),
            "the other way round: the step first, then the factor": np.array([1, 300])[::-1],
            "that is the step; and its factor?": np.array([1, 300])[0],
        },
        hints=(
            "Which step says a loop once instead of 57.8 million times?",
            "Step 1. A loop step in Python takes some tenths of a microsecond, "
            "a multiply-add about a nanosecond.",
            "0.3 microseconds are 300 nanoseconds.",
        ),
    ),
    Exercise(
        name="9.back",
        right=adding_back(lambda sent, u, v: sent[:, u, v]),
        wrong={
            "u and v are exchanged: u is the row": adding_back(lambda sent, u, v: sent[:, v, u]),
            "the kernel is rotated; adding back lays it down as it is": adding_back(
                lambda sent, u, v: sent[:, -1 - u, -1 - v]
            ),
            "all places send the same: sent has an axis for u and one for v": adding_back(
                lambda sent, u, v: sent[:, 0, 0]
            ),
            "mean instead of sum": adding_back(
                lambda sent, u, v: sent[:, u, v] / (sent.shape[1] * sent.shape[2])
            ),
            OVERWROTE: adding_back(lambda sent, u, v: sent[:, u, v], store=last),
            NO_STRIDE: adding_back(lambda sent, u, v: sent[:, u, v], stride=False),
            ONE_PLACE: adding_back(lambda sent, u, v: sent[:, u, v], places=1),
            "all places are added up before: place (u, v) sends sent[:, u, v]": adding_back(
                lambda sent, u, v: sent.sum((1, 2))
            ),
            "the mean of all places: place (u, v) sends sent[:, u, v]": adding_back(
                lambda sent, u, v: sent.mean((1, 2))
            ),
            "u is forgotten: each row of the kernel sends its own": adding_back(
                lambda sent, u, v: sent[:, 0, v]
            ),
            "v is forgotten: each column of the kernel sends its own": adding_back(
                lambda sent, u, v: sent[:, u, 0]
            ),
            "the kernel is upside down; adding back lays it down as it is": adding_back(
                lambda sent, u, v: sent[:, -1 - u, v]
            ),
            "the channels come first: take all of them, then u and v": adding_back(
                lambda sent, u, v: sent[u, v]
            ),
            "the images are added up; each image has its own grad_x": adding_back(
                lambda sent, u, v: sent[:, u, v].sum(1, keepdims=True)
            ),
            "the channels are added up; each channel has its own grad_x": adding_back(
                lambda sent, u, v: sent[:, u, v].sum(0)
            ),
            "mean over the batch: 1/N lives in the loss": adding_back(
                lambda sent, u, v: sent[:, u, v] / sent.shape[3]
            ),
        },
        hints=(
            "Which part of sent belongs to the kernel place (u, v)?",
            "sent is (C, K_H, K_W, N, H_out, W_out): take all of C, then u, then v.",
            "{solution}",
        ),
        cases=(
            sent_case(2, (2, 3), 2, (3, 2), 1),
            sent_case(1, (3, 2), 2, (2, 3), 2),
            sent_case(2, (2, 2), 1, (2, 2), 2, left=1),
            sent_case(3, (1, 4), 3, (3, 5), 1),
            sent_case(1, (4, 3), 2, (5, 2), 3, left=2),
        ),
        wrap=forgiving,
    ),
    Exercise(
        name="9.1",
        right=round(3 * LAYER / MILLION),
        tolerance=1e-4,
        wrong={
            "that is the forward pass alone": round(LAYER / MILLION),
            "those are two of three products: forward and both gradients, grad_w and grad_x": round(
                2 * LAYER / MILLION
            ),
            "those are two of three products, and rounded too early": 2 * round(LAYER / MILLION),
            "round at the end: one product of matrices takes 1,849.69 million": (
                3 * round(LAYER / MILLION)
            ),
            "the answer is asked in millions": 3 * LAYER,
            "one image only; the batch has 16": round(3 * LAYER / 16 / MILLION),
            "one image, forward only": round(LAYER / 16 / MILLION),
            "a 3x3 kernel has nine places: "
            "16 * 64 * 56 * 56 * 64 are the outputs times channels": round(
                work(16, 64, 56, 64, K=1) / MILLION
            ),
            "a multiplication and its addition count as one": round(2 * 3 * LAYER / MILLION),
            "the 64 channels are missing, or the 64 filters: "
            "each output adds over all channels, and each filter has outputs": round(
                3 * work(16, 64, 56, C=1, K=3) / MILLION
            ),
            "that is in thousands of millions; the answer is asked in millions": round(
                3 * LAYER / MILLION / 1000, 3
            ),
            "the border is forgotten: with it a map keeps its 56 rows": round(
                3 * work(16, 64, 54, 64, 3) / MILLION
            ),
            "the kernel is forgotten: a 3x3 kernel has nine places": round(
                3 * work(16, 64, 56, 64, K=1) / MILLION
            ),
            "that is the layer of this page; here it is another one": (
                3 * round(work(64, 16, SIDE, 8, 3) / MILLION, 1)
            ),
            "that is one row of each map: there are 56": round(3 * LAYER / 56 / MILLION),
            "rounded too far: to a whole number of millions": round(3 * LAYER / MILLION, -2),
        },
        hints=(
            "Outputs: 16 * 64 * 56 * 56. Products in each: 64 * 3 * 3.",
            "1,849.7 million for one product of matrices. "
            "How many such products make a training step?",
            "{solution}",
        ),
    ),
    Exercise(
        name="9.2",
        right=by_letters("fijn,cuvijn->fcuv"),
        wrong={
            "the axes of the answer are exchanged: F comes first, then C": by_letters(
                "fijn,cuvijn->cfuv"
            ),
            "u and v are exchanged in the answer": by_letters("fijn,cuvijn->fcvu"),
            "those are the letters of the batch-first layout, read off the wrong axes": by_letters(
                "nfij,ncijuv->fcuv"
            ),
            "only the first axes are summed: every image would keep its own gradient": by_letters(
                "fijn,cuvijn->fcuvn"
            ),
            "n is kept: it is summed, as i and j are": by_letters("fijn,cuvijn->nfcuv"),
            "the channels are summed: c must stay": by_letters("fijn,cuvijn->fuv"),
            "the filters are summed: f must stay": by_letters("fijn,cuvijn->cuv"),
            "i and j are exchanged in windows": by_letters("fijn,cuvjin->fcuv"),
            "in windows the kernel's axes come first: u, v, then i, j": by_letters(
                "fijn,cijuvn->fcuv"
            ),
            "the positions of delta and of windows are two different pairs; "
            "the same letters make them meet": by_letters("fijn,cuvyzn->fcuv"),
            "the images of delta and of windows have two letters; "
            "the same letter makes them meet": by_letters("fijn,cuvijm->fcuv"),
            "no letters behind the arrow: everything is summed": by_letters("fijn,cuvijn->"),
            "i and j are kept: they are summed": by_letters("fijn,cuvijn->fcuvij"),
            "the axes of the answer are in another order: F, C, K_H, K_W": by_letters(
                "fijn,cuvijn->fuvc"
            ),
            "the channels have the filters' letter: each has its own": by_letters(
                "fijn,fuvijn->fuv"
            ),
            "mean instead of sum: 1/N lives in the loss": lambda delta, windows: (
                by_letters("fijn,cuvijn->fcuv")(delta, windows) / delta.shape[3]
            ),
        },
        hints=(
            "Write down the axes of delta as letters, then those of windows.",
            "delta is f i j n, windows is c u v i j n. Which letters must stay?",
            "{solution}",
        ),
        # the wrong letters fit here and there, too: so they are named and not only refused
        cases=tuple(
            (RNG.standard_normal((F, *out, N)), RNG.standard_normal((F, *size, *out, N)))
            for F, out, size, N in (
                (2, (4, 3), (2, 3), 4),
                (3, (5, 2), (3, 2), 5),
                (2, (3, 3), (3, 3), 4),
            )
        ),
        as_function=letters_alone,
    ),
    Exercise(
        name="9.3",
        right=round(9 * X_BYTES / MILLION),
        tolerance=5e-3,
        wrong={
            "that is float64; float32 has four bytes a number": round(2 * 9 * X_BYTES / MILLION),
            "that is the count of numbers; each has four bytes": round(9 * X_BYTES / 4 / MILLION),
            "that is x itself; X is nine times as large": round(X_BYTES / MILLION),
            "12.8 is rounded too early; take 12.85. Or the decimals are cut off: round": 9 * 12.8,
            "that is X of one image": round(9 * X_BYTES / 16 / MILLION),
            "the kernel has 3 * 3 places, not 3": round(3 * X_BYTES / MILLION),
            "a megabyte is a million bytes here": round(9 * X_BYTES / 1024**2),
            "those are bytes; a megabyte is a million of them": 9 * X_BYTES,
            "the border is forgotten: with it a map keeps its size": round(
                9 * (16 * 64 * 54 * 54 * 4) / MILLION
            ),
            "those are thousands of megabytes": round(9 * X_BYTES / MILLION / 1000, 3),
            "x itself is in it, too; X alone is asked": round(10 * X_BYTES / MILLION),
            "times the filters; X is the same for all of them": round(64 * 9 * X_BYTES / MILLION),
        },
        hints=(
            "How many times as large as x is X, by (9.9)?",
            "The border keeps the size: 9 times.",
            "{solution}",
        ),
    ),
    Exercise(
        name="9.4",
        right=adding_back_1d(lambda u: u),
        wrong={
            OVERWROTE: adding_back_1d(lambda u: u, store=last),
            NO_STRIDE: adding_back_1d(lambda u: u, stride=False),
            ONE_PLACE: adding_back_1d(lambda u: u, rows=1),
            "every row goes to the same cells: row u begins at cell u": adding_back_1d(lambda u: 0),
            "the kernel is rotated; adding back lays it down as it is": adding_back_1d(
                lambda u: u, turned=True
            ),
            "the stride belongs to i: i*s + u": by_cells(lambda u, i, s: i + u * s),
            "the stride belongs to i alone, not to u: i*s + u": by_cells(
                lambda u, i, s: (i + u) * s
            ),
            "each row is read backwards; the same order in both": by_cells(
                lambda u, i, s: i * s + u, lambda G, u, i: G[u, -1 - i]
            ),
            "u is taken off; it is added: i*s + u": by_cells(lambda u, i, s: i * s - u),
            "i is forgotten: i*s + u": by_cells(lambda u, i, s: u),
            "one cell too far to the left: i*s + u, counted from 0": by_cells(
                lambda u, i, s: i * s + u - 1
            ),
            "mean instead of sum over the kernel": by_cells(
                lambda u, i, s: i * s + u, lambda G, u, i: G[u, i] / len(G)
            ),
            "the rows of G are added up; they go to different cells, by (9.8)": lambda G, n, s: (
                G.sum(0)
            ),
            "the columns of G are added up; they go to different cells, by (9.8)": (
                lambda G, n, s: G.sum(1)
            ),
            "the slice must end: n_out cells, from u to u + n_out * s": to_the_end,
            "grad_x has n cells, also those that no window reaches": as_long_as_needed,
        },
        hints=(
            "To which cells goes row u of G? By (9.8): i*s + u for all i.",
            "From u on, every s-th cell, n_out of them: that is a slice with the step s.",
            "{solution}",
        ),
        cases=(
            (RNG.standard_normal((3, 4)), 6, 1),
            (RNG.standard_normal((3, 3)), 7, 2),
            (RNG.standard_normal((4, 2)), 8, 3),
            (RNG.standard_normal((2, 4)), 13, 3),
            (RNG.standard_normal((1, 3)), 4, 1),
            (RNG.standard_normal((2, 3)), 6, 2),  # here a slice without an end fits
        ),
    ),
    Exercise(
        name="9.5",
        right=by_letters("ncijuv,cuv->ncij"),
        wrong={
            "the channels are added up; here they stay apart": lambda x, w: np.einsum(
                "ncijuv,cuv->nij", x, w
            ),
            "the channels are added up, and every channel gets the sum": lambda x, w: np.einsum(
                "ncijuv,cuv->nij", x, w
            )[:, None].repeat(len(w), 1),
            "every kernel meets every channel: "
            "that is n c d i j, with one channel too many": by_letters("ncijuv,duv->ncdij"),
            "true convolution where cross-correlation is meant": lambda x, w: np.einsum(
                "ncijuv,cuv->ncij", x, w[:, ::-1, ::-1]
            ),
            "the batch is added up": by_letters("ncijuv,cuv->cij"),
            "the channels are mixed: every output adds up all channels": by_letters(
                "ncijuv,duv->ndij"
            ),
            "u and v are exchanged: w is (C, K_H, K_W)": by_letters("ncijuv,cvu->ncij"),
            "those are the letters of the batch-last layout; here n comes first": by_letters(
                "cijuvn,cuv->cijn"
            ),
            "the positions are summed: i and j must stay": by_letters("ncijuv,cuv->nc"),
            "u and v are kept: they are summed": by_letters("ncijuv,cuv->ncijuv"),
            "w has the letters of the positions; its axes are u and v": by_letters(
                "ncijuv,cij->ncuv"
            ),
            "c comes first in the answer; the order is n, c, i, j": by_letters("ncijuv,cuv->cnij"),
            "i and j are exchanged in the answer": by_letters("ncijuv,cuv->ncji"),
            "mean instead of sum: (9.13) adds up the products": lambda x, w: (
                by_letters("ncijuv,cuv->ncij")(x, w) / w[0].size
            ),
            "the channels of w are in reverse order": lambda x, w: by_letters("ncijuv,cuv->ncij")(
                x, w[::-1]
            ),
            "the function gives the array alone; the number has a check of its own": (
                lambda x, w: (by_letters("ncijuv,cuv->ncij")(x, w), 16)
            ),
        },
        hints=(
            "Copy the letters of (9.13): which stand at w, which at net?",
            "w has c, u, v. net has n, c, i, j.",
            "{solution}",
        ),
        cases=(
            (windows((2, 3, 5, 4), (2, 2)), RNG.standard_normal((3, 2, 2))),
            (windows((3, 2, 4, 6), (3, 3)), RNG.standard_normal((2, 3, 3))),
            (windows((1, 4, 5, 6), (1, 4)), RNG.standard_normal((4, 1, 4))),
            # here other letters fit, too: so they are named and not only refused
            (windows((2, 2, 3, 3), (2, 2)), RNG.standard_normal((2, 2, 2))),
        ),
    ),
    Exercise(
        name="9.5.count",
        right=work(64, 16, 28, 8, 3) / work(64, 8, 28, 1, 3),
        wrong={
            "that is C; C leaves the products, but comes into the outputs": 8,
            "C*F: but the depthwise layer also has C outputs at each position": 8 * 16,
            "that is the size of the kernel; it is the same in both": 3 * 3,
            "asked is how many times fewer, a number above 1": (
                work(64, 8, 28, 1, 3) / work(64, 16, 28, 8, 3)
            ),
            "F / C compares the outputs only": 16 / 8,
            "that is what is left, in millions; how many times fewer is it?": round(
                work(64, 8, SIDE, 1, 3) / MILLION, 1
            ),
            "that is what is left; how many times fewer is it?": work(64, 8, SIDE, 1, 3),
            "that is the batch; it is the same in both": (
                work(64, 8, SIDE, 1, 3) / work(1, 8, SIDE, 1, 3)
            ),
            "C and the kernel: the kernel is the same in both, "
            "and C comes into the outputs again": 8 * 3 * 3,
            "F and the kernel: the kernel is the same in both": 16 * 3 * 3,
            "every output of ours adds over all channels, a depthwise one over its own": 8 / 8,
        },
        hints=(
            "Count the outputs: C maps in place of F. "
            "Count the products in each: 9 in place of C * 9.",
            "N * F * 28 * 28 * C * 9, divided by N * C * 28 * 28 * 9.",
            "What is left is F.",
        ),
    ),
    Exercise(
        name="9.6",
        right=np.array([1 * 1, 1 * 1]),
        wrong={
            "the memory is right; add_back adds once for each place of the kernel": np.array(
                [1 * 1, 0]
            ),
            "the memory is right; how many places has the kernel now?": np.array([1 * 1, 3 * 3]),
            "the additions are right; X holds every number of x": np.array([0, 1 * 1]),
            "the additions are right; put K_H = K_W = 1 into (9.9)": np.array([3 * 3, 1 * 1]),
            "those are the numbers for 3x3": np.array([3 * 3, 3 * 3]),
            "the memory is right; there is one addition for each place of the kernel, "
            "whatever the channels": np.array([1 * 1, 8]),
            "the memory is right; an addition takes the whole array at once": np.array(
                [1 * 1, SIDE * SIDE]
            ),
            "X holds every number of x once, and each is added back": np.array([1 * 0, 1 * 0]),
            "that is one of two numbers; asked are memory and additions": 1 * 1,
        },
        hints=(
            "Put K_H = K_W = 1 into (9.9).",
            "How often does the loop over u and v go round?",
            "{solution}",
        ),
    ),
]
