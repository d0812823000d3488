"""The answers of lesson 01 and the wrong answers it knows by name."""

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise

rng = np.random.default_rng(1)
XP = rng.standard_normal((6, 7))
W = rng.standard_normal((3, 2))
IMAGE = 10 * rng.standard_normal((2, 3))
SQUARE = rng.standard_normal((5, 5)), rng.standard_normal((2, 2))


def _conv(xp, w, b, s):
    return reference.conv2d(xp[None], w[None, None], [b], s)[0]


def _first_only(xp, w, b, s):
    return xp[: (len(xp) - len(w)) // s * s + 1 : s, : (xp.shape[1] - w.shape[1]) // s * s + 1 : s]


def _no_stride(xp, w, b, s):
    size = _conv(xp, w, b, s).shape
    return _conv(xp, w, b, 1)[: size[0], : size[1]]


def _reading(where):
    """The loop of the lesson with an index of its own: where(i, j, u, v, s) is the cell of xp that
    is read."""

    def conv(xp, w, b, s):
        net = np.full([(n - k) // s + 1 for n, k in zip(xp.shape, w.shape)], float(b))
        for i, j in np.ndindex(*net.shape):
            for u, v in np.ndindex(*w.shape):
                net[i, j] += w[u, v] * xp[where(i, j, u, v, s)]
        return net

    return conv


class Walled(np.ndarray):
    """Around the image stands a wall of one strange number: an index one off is named by it and
    does not stop."""

    def __getitem__(self, index):
        try:
            return super().__getitem__(index)
        except IndexError:
            if isinstance(index, tuple):
                return 1e3
            raise  # the end of a loop over the rows


def _walled(function):
    return lambda xp, *rest: function(xp.view(Walled), *rest)


EXERCISES = [
    Exercise(
        name="1.first",
        right=1,
        wrong={
            "that is net_1, or the kernel is turned round: w_0 lies on the left one": -1,
            "that is one product; two are added: w_0 x_2 + w_1 x_3": 0,
        },
        hints=(
            "The third row of Figure 1.2: on which inputs does the kernel stand?",
            "On x_2 = 1 and x_3 = 0. w_0 = 1 lies on the first, w_1 = -1 on the second.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.size",
        right=3,
        wrong={
            "the +1 is forgotten: the first window counts, too": 2,
            "that is stride 1": 5,
            "+1 inside the division: it comes after": 2.5,
            "the kernel is forgotten: its first window takes 3 rows": 3.5,
            "4 rows are left after the first window; each step takes 2 of them": 4,
        },
        hints=(
            "5 rows and 2 rows of padding: 7.",
            "The first window takes 3 of them, 4 are left.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.hand",
        right=-1,
        wrong={
            "that is filter 1, or filter 2 turned upside down, "
            "or its upper row alone; upper minus lower is wanted": 1,
            "the minus signs are dropped: the lower row counts negative": 3,
            "that is the lower row alone; the upper one is added": -2,
            "that is ReLU of it; asked is net, before the activation": 0,
        },
        hints=(
            "The window is [[1, 0], [1, 1]].",
            "The upper row counts 1*1 + 1*0, the lower row -1*1 - 1*1.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.line",
        right=_conv,
        wrong={
            "true convolution where cross-correlation is meant: "
            "the kernel is not rotated forward": (
                lambda xp, w, b, s: _conv(xp, w[::-1, ::-1], b, s)
            ),
            "the stride is forgotten: output i begins at row i*s": _no_stride,
            "the stride belongs to i and j, not to u and v": _reading(
                lambda i, j, u, v, s: (i + u * s, j + v * s)
            ),
            "the stride multiplies i and j only, not the sum": _reading(
                lambda i, j, u, v, s: ((i + u) * s, (j + v) * s)
            ),
            "off by one: counted from 0, net[0,0] begins at xp[0,0]": _reading(
                lambda i, j, u, v, s: (i * s + u + 1, j * s + v + 1)
            ),
            "off by one: counted from 0, net[0,0] begins at xp[0,0], not before it": _reading(
                lambda i, j, u, v, s: (i * s + u - 1, j * s + v - 1)
            ),
            "transposed: rows go with i and u, columns with j and v": _reading(
                lambda i, j, u, v, s: (j * s + v, i * s + u)
            ),
            "the bias comes once, before the sum; here it comes with every product": (
                lambda xp, w, b, s: _conv(xp, w, b + b * w.size, s)
            ),
            "the weight is missing: only pixels are added": lambda xp, w, b, s: _conv(
                xp, np.ones_like(w), b, s
            ),
            "the pixel is missing: only weights are added": lambda xp, w, b, s: _conv(
                np.ones_like(xp), w, b, s
            ),
            "overwrote instead of adding: only the last product is left": (
                lambda xp, w, b, s: (
                    _first_only(xp[len(w) - 1 :, w.shape[1] - 1 :], w[:1, :1], b, s) * w[-1, -1]
                )
            ),
        },
        hints=(
            "Output row i meets input row i*s + u.",
            "Multiply the weight w[u, v] by the pixel it stands on.",
            "{solution}",
        ),
        cases=((XP, W, 0.5, 1), (XP, W, -1.0, 2), (*SQUARE, 0.0, 1)),
        wrap=_walled,
    ),
    Exercise(
        name="1.predict",
        right=1,
        wrong={
            "that would be a pixel in the middle with stride 1: its nine windows": 9,
            "x[2,2] does not stand in an overlap: "
            "with padding 1 the windows begin at rows -1, 1 and 3": 4,
            "the windows begin at rows -1, 1 and 3; only one of them holds row 2": 2,
            "which window holds it? The one of net[1,1], whose middle it is": 0,
        },
        hints=(
            "With padding 1 and stride 2, the windows begin at rows -1, 1 and 3 of x.",
            "Row 2 lies only in the window of rows 1 to 3. The columns are the same.",
            "So only net[1,1] reads it.",
        ),
    ),
    Exercise(
        name="1.1",
        right=(8, 8),
        wrong={
            "the +1 is forgotten, or the padding is not counted on both sides": (7, 7),
            "floor forgotten: a broken step is no step": (8.25, 8.25),
            "floor and +1 are forgotten": (7.25, 7.25),
            "+1 inside the division: it comes after": (7.5, 7.5),
            "rounded up; a broken step is no step": (9, 9),
            "that is stride 1": (30, 30),
        },
        hints=("Use (1.9).", "30 + 2*2 - 5 = 29.", "{solution}"),
    ),
    Exercise(
        name="1.2",
        right=1936,
        wrong={
            "the biases are forgotten": 1920,
            "one filter only; there are 16": 121,
            "the channels are forgotten: a filter has one kernel for each": 256,
            "one bias for each kernel; there is one for each filter": 2048,
            "one bias for the whole layer; each filter has its own": 1921,
        },
        hints=(
            "One filter: a 5x3 kernel for each channel.",
            "8 * 5 * 3 weights and one bias.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.3",
        right=(0.3, 1.3),
        wrong={
            "the bias is forgotten": (0.5, 1.5),
            "the pixels are 0.5, not 1": (0.8, 2.8),
            "the padding counts 0: in the corner four weights lie on pixels": (0.3, 0.3),
            "that is at an edge; at a corner two neighbours lie on the padding": (0.3, 0.8),
            "the other way round: the middle first": (1.3, 0.3),
            "the bias is added, and it is negative": (0.7, 1.7),
        },
        hints=(
            "Where all pixels are 0.5, net is 0.5 times the sum of the weights, plus b.",
            "The nine weights add up to 1. In the corner only 5, -1, -1 and 0 lie on pixels.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.4",
        right=lambda x, p_v, p_h: np.pad(x, ((p_v, p_v), (p_h, p_h))),
        wrong={
            "transposed: p_v is for the rows": lambda x, p_v, p_h: np.pad(
                x, ((p_h, p_h), (p_v, p_v))
            ),
            "zeros on one side only": lambda x, p_v, p_h: np.pad(x, ((p_v, 0), (p_h, 0))),
            "zeros on one side only, below and to the right": lambda x, p_v, p_h: np.pad(
                x, ((0, p_v), (0, p_h))
            ),
            "the same padding on both axes": lambda x, p_v, p_h: np.pad(x, p_v),
            "before and after are meant, not rows and columns": lambda x, p_v, p_h: np.pad(
                x, ((p_v, p_h), (p_v, p_h))
            ),
            "the image is missing: only zeros": lambda x, p_v, p_h: np.pad(
                0 * x, ((p_v, p_v), (p_h, p_h))
            ),
            "the border must be zeros": lambda x, p_v, p_h: np.pad(
                x, ((p_v, p_v), (p_h, p_h)), mode="edge"
            ),
        },
        hints=(
            "`np.pad` wants a pair (before, after) for each axis.",
            "Rows first.",
            "{solution}",
        ),
        cases=((IMAGE, 1, 2), (IMAGE, 0, 1)),
    ),
    Exercise(
        name="1.5",
        right=lambda n, k, d: n - d * (k - 1),
        wrong={
            "off by one": lambda n, k, d: n - d * (k - 1) + 1,
            "that is the output without dilation": lambda n, k, d: n - k + 1,
            "there are k - 1 gaps between k cells": lambda n, k, d: n - d * k + 1,
            "a step is d; d - 1 is the number of cells left out": lambda n, k, d: (
                n - (d - 1) * (k - 1)
            ),
        },
        hints=(
            "How many inputs lie under the spread kernel?",
            "d*(k-1) + 1.",
            "{solution}",
        ),
        cases=((10, 3, 2), (12, 2, 3), (9, 4, 1)),
    ),
    Exercise(
        name="1.6",
        right=lambda k1, s1, k2: k1 + (k2 - 1) * s1,
        wrong={
            "the windows of the first overlap: do not count pixels twice": lambda k1, s1, k2: (
                k1 * k2
            ),
            "the stride is forgotten": lambda k1, s1, k2: k1 + k2 - 1,
            "off by one: between k2 outputs there are k2 - 1 steps": lambda k1, s1, k2: (
                k1 + k2 * s1
            ),
            "the other way round: k2 outputs of the first, each k1 wide": lambda k1, s1, k2: (
                k2 + (k1 - 1) * s1
            ),
        },
        hints=(
            "One output of the second reads k2 neighbours. "
            "Which inputs does the first of them read?",
            "k1 inputs. The next one begins s1 inputs later.",
            "{solution}",
        ),
        cases=((3, 1, 3), (3, 2, 4), (5, 3, 2)),
    ),
]
