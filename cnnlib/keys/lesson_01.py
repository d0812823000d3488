"""The answers of lesson 01 and the wrong answers it knows by name."""
import numpy as np

from cnnlib import reference
from cnnlib.exercises import Exercise

rng = np.random.default_rng(1)
XP, W, IMAGE = rng.standard_normal((6, 7)), rng.standard_normal((3, 2)), rng.standard_normal((2, 3))
SQUARE = rng.standard_normal((5, 5)), rng.standard_normal((2, 2))


def _conv(xp, w, b, s):
    return reference.conv2d(xp[None], w[None, None], [b], s)[0]


def _first_only(xp, w, b, s):
    return xp[: (len(xp) - len(w)) // s * s + 1 : s, : (xp.shape[1] - w.shape[1]) // s * s + 1 : s]


def _no_stride(xp, w, b, s):
    size = _conv(xp, w, b, s).shape
    return _conv(xp, w, b, 1)[: size[0], : size[1]]


EXERCISES = [
    Exercise(
        name="1.line",
        right=_conv,
        wrong={
            "true convolution where cross-correlation is meant: the kernel is not rotated forward": (
                lambda xp, w, b, s: _conv(xp, w[::-1, ::-1], b, s)
            ),
            "the stride is forgotten: output i begins at row i*s": _no_stride,
            "the weight is missing: only pixels are added": lambda xp, w, b, s: _conv(xp, np.ones_like(w), b, s),
            "overwrote instead of adding: only the last product is left": (
                lambda xp, w, b, s: _first_only(xp[len(w) - 1 :, w.shape[1] - 1 :], w[:1, :1], b, s) * w[-1, -1]
            ),
        },
        hints=(
            "Output row i meets input row i*s + u.",
            "Multiply the weight w[u, v] by the pixel it stands on.",
            "w[u, v] * xp[i*s + u, j*s + v]",
        ),
        cases=((XP, W, 0.5, 1), (XP, W, -1.0, 2), (*SQUARE, 0.0, 1)),
    ),
    Exercise(
        name="1.predict",
        right=3,
        wrong={
            "+1 inside the division, or the +1 forgotten": 2,
            "that is stride 1": 5,
            "floor forgotten": 3.5,
        },
        hints=("5 rows and 2 rows of padding: 7.", "The first window takes 3 of them, 4 are left.", "4 / 2 + 1"),
    ),
    Exercise(
        name="1.1",
        right=(10, 10),
        wrong={
            "the +1 is forgotten: the first window counts, too": (9, 9),
            "the padding is forgotten": (8, 8),
            "that is stride 1": (28, 28),
            "floor forgotten": (10.333, 10.333),
        },
        hints=("Use (1.6).", "28 + 2*2 - 5 = 27.", "27 // 3 + 1"),
    ),
    Exercise(
        name="1.2",
        right=1936,
        wrong={
            "the biases are forgotten": 1920,
            "one filter only; there are 16": 121,
            "the channels are forgotten: a filter has one kernel for each": 256,
            "one bias for each kernel; there is one for each filter": 2048,
        },
        hints=("One filter: a 5x3 kernel for each channel.", "8 * 5 * 3 weights and one bias.", "16 * 121"),
    ),
    Exercise(
        name="1.3",
        right=lambda x, p_v, p_h: np.pad(x, ((p_v, p_v), (p_h, p_h))),
        wrong={
            "transposed: p_v is for the rows": lambda x, p_v, p_h: np.pad(x, ((p_h, p_h), (p_v, p_v))),
            "zeros on one side only": lambda x, p_v, p_h: np.pad(x, ((p_v, 0), (p_h, 0))),
            "the same padding on both axes": lambda x, p_v, p_h: np.pad(x, p_v),
        },
        hints=("np.pad wants a pair (before, after) for each axis.", "Rows first.", "((p_v, p_v), (p_h, p_h))"),
        cases=((IMAGE, 1, 2), (IMAGE, 0, 1)),
    ),
    Exercise(
        name="1.4",
        right=lambda n, k, d: n - d * (k - 1),
        wrong={
            "off by one": lambda n, k, d: n - d * (k - 1) + 1,
            "that is the output without dilation": lambda n, k, d: n - k + 1,
            "there are k - 1 gaps between k cells": lambda n, k, d: n - d * k + 1,
        },
        hints=("How many inputs lie under the spread kernel?", "d*(k-1) + 1.", "n - (d*(k-1) + 1) + 1"),
        cases=((10, 3, 2), (12, 2, 3), (9, 4, 1)),
    ),
]
