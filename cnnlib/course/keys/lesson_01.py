"""The answers of lesson 01 and the wrong answers it knows by name."""

import math

import numpy as np

from cnnlib import reference
from cnnlib.course.exercise import Exercise
from cnnlib.geometry import index_map

RNG = np.random.default_rng(1)
X = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
FILTERS = np.array([[[1, -1], [1, -1]], [[1, 1], [-1, -1]]])
SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
MIDDLE = np.where(SHARPEN > 0, SHARPEN, 0)


def _conv(xp, w, b=0, s=1):
    return reference.conv2d(xp[None], w[None, None], [b], s)[0]


# ---- 1 dimension: row 0 of the image and of filter 1

ROW, TWO = X[0], FILTERS[0, 0]
NET = _conv(ROW[None], TWO[None])[0]


def places(n, k, p, s):
    """Equation (1.9)."""
    return (n + 2 * p - k) // s + 1


def readings(size, s):
    """How many numbers of net read each pixel: an image of 5x5, a kernel of 3x3, padding 1."""
    count = np.zeros((size, size), int)
    for y, x in index_map(places(size, 3, 1, s), 3, s, 1)[:, 4:]:
        if 0 <= y < size and 0 <= x < size:
            count[y, x] += 1
    return count


def upper_first(window, w=FILTERS[1]):
    """The first number of net of filter 2."""
    return (window * w).sum()


def both(number):
    """The same on both axes."""
    return number, number


def at_two_places(pixel=0.5, b=-0.2, kernel=SHARPEN, corner=(0, 0), p=1):
    """net in the middle of an image of equal pixels, and in its corner."""
    net = reference.conv2d(np.full((1, 5, 5), pixel), kernel[None, None], [b], padding=p)[0]
    return net[2, 2], net[corner]


def learned(F, C, K_H, K_W):
    """How many numbers F filters over C channels have."""
    return F * (C * K_H * K_W + 1)


def miscounted(F, C, K_H, K_W):
    """What is counted in place of learned(F, C, K_H, K_W)."""
    return {
        "the biases are forgotten": F * (C * K_H * K_W),
        "one filter only; every filter has as many": C * K_H * K_W + 1,
        "the channels are forgotten: a filter has one kernel for each": F * (K_H * K_W + 1),
        "one bias for each kernel; there is one for each filter": F * C * (K_H * K_W + 1),
        "one bias for the whole layer; each filter has its own": F * (C * K_H * K_W) + 1,
        "channels and biases are forgotten": F * (K_H * K_W),
        "one bias for each channel; there is one for each filter": (F * (C * K_H * K_W) + C),
        "the kernel is not square: that has as many columns as rows": learned(F, C, K_H, K_H),
        "the kernel is not square: that has as many rows as columns": learned(F, C, K_W, K_W),
        "channels and sides are multiplied, not added": F * (C + K_H + K_W + 1),
        "the sides of the kernel are multiplied, not added": (F * (C * (K_H + K_W) + 1)),
        "one filter only, without its bias": C * K_H * K_W,
        "one kernel only; each filter has one for each channel, and a bias": K_H * K_W,
        "one kernel and a bias only; each filter has a kernel for each channel": (K_H * K_W + 1),
        "those are the kernels; each of them has as many weights as cells": F * C,
    }


# ---- functions, right or wrong


def by_stride(i, j, u, v, s):
    return i * s + u, j * s + v


def upright(w, u, v):
    return w[u, v]


def _reading(where=by_stride, store=np.add, until=None, weight=upright, product=np.multiply):
    """The loop of the lesson, right or wrong: product(weight(w, u, v), xp[where(i, j, u, v, s)]) is
    stored; it stops after until(w) products."""

    def conv(xp, w, b, s):
        net = np.full([(n - k) // s + 1 for n, k in zip(xp.shape, w.shape)], float(b))
        products = [*np.ndindex(*net.shape, *w.shape)]
        for i, j, u, v in products[: until and until(w)]:
            net[i, j] = store(net[i, j], product(weight(w, u, v), xp[where(i, j, u, v, s)]))
        return net

    return conv


def last(_, product):
    return product


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


def _numbers(*shape):
    return RNG.standard_normal(shape)


def _padded(x, above, below, left, right, **how):
    return np.pad(x, ((above, below), (left, right)), **how)


def _filled(**how):
    """The border of 1.4, filled with something else than zeros."""
    return lambda x, p_v, p_h: _padded(x, p_v, p_v, p_h, p_h, **how)


def _in_the_corner(x, p_v, p_h):
    return _padded(x, 0, 2 * p_v, 0, 2 * p_h)


def _up_to_minus_p(x, p_v, p_h):
    xp = np.zeros((x.shape[0] + 2 * p_v, x.shape[1] + 2 * p_h))
    xp[p_v:-p_v, p_h:-p_h] = x
    return xp


EXERCISES = [
    Exercise(
        name="1.first",
        right=NET[2],
        wrong={
            "that is net_1, or the kernel is turned round: w_0 lies on the left one": NET[1],
            "that is one product; two are added: w_0 x_2 + w_1 x_3": TWO[1] * ROW[3],
        },
        hints=(
            "The third row of Figure 1.1: on which inputs does the kernel stand?",
            "On x_2 = 1 and x_3 = 0. w_0 = 1 lies on the first, w_1 = -1 on the second.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.size",
        right=places(5, 3, 1, 2),
        wrong={
            "the +1 is forgotten: the first window counts, too; or the padding, which lies on both "
            "sides": places(5, 3, 1, 2) - 1,
            "that is stride 1": places(5, 3, 1, 1),
            "those are all numbers of net; asked are its rows": places(5, 3, 1, 2) ** 2,
            "that is the padded input, before a window is placed": 5 + 2 * 1,
            "the +1 and the padding are forgotten": places(5, 3, 0, 2) - 1,
            "+1 inside the division: it comes after": (5 + 2 * 1 - 3 + 1) / 2,
            "the kernel is forgotten: its first window takes 3 rows": (5 + 2 * 1) / 2,
            "4 rows are left after the first window; each step takes 2 of them": 5 + 2 * 1 - 3,
        },
        hints=(
            "5 rows and 2 rows of padding: 7.",
            "The first window takes 3 of them, 4 are left.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.hand",
        right=upper_first(X[:2, :2]),
        wrong={
            "that is filter 1, or filter 2 turned upside down, or its upper row alone; "
            "upper minus lower is wanted": upper_first(X[:2, :2], FILTERS[0]),
            "the minus signs are dropped: the lower row counts negative": upper_first(
                X[:2, :2], abs(FILTERS[1])
            ),
            "that is the lower row alone; the upper one is added": upper_first(
                X[1, :2], FILTERS[1, 1]
            ),
            "all four count negative: the upper row counts positive": upper_first(
                X[:2, :2], -abs(FILTERS[1])
            ),
            "that is ReLU of it; asked is net, before the activation": max(
                0, upper_first(X[:2, :2])
            ),
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
            "turned on one axis only, and nothing is turned: row u of w belongs there": _reading(
                weight=lambda w, u, v: w[-1 - u, v]
            ),
            "turned on one axis only, and nothing is turned: column v of w belongs there": _reading(
                weight=lambda w, u, v: w[u, -1 - v]
            ),
            "the kernel is transposed: u is the row of w and comes first": _reading(
                weight=lambda w, u, v: w[v, u]
            ),
            "a minus does not turn the kernel, and nothing is turned: w[u, v]": _reading(
                weight=lambda w, u, v: w[-u, -v]
            ),
            "the whole window is added in each inner step; add one product at a time": (
                lambda xp, w, b, s: _conv(xp, w * w.size, b, s)
            ),
            "u and v are added to the index, not multiplied": _reading(
                lambda i, j, u, v, s: (i * u, j * v)
            ),
            "u and v are added to i*s and j*s, not multiplied": _reading(
                lambda i, j, u, v, s: (i * s * u, j * s * v)
            ),
            "the bias multiplies; it is added, once": lambda xp, w, b, s: _conv(xp, b * w, b, s),
            "the bias is added once, outside the product of weight and pixel": (
                lambda xp, w, b, s: _conv(xp + b, w, b, s)
            ),
            "ReLU of each product; asked is net, before the activation": _reading(
                product=lambda weight, pixel: np.maximum(0, weight * pixel)
            ),
            "the first weight in all products: the weight is w[u, v]": _reading(
                weight=lambda w, u, v: w[0, 0]
            ),
            "the stride is forgotten: output i begins at row i*s": _reading(
                lambda i, j, u, v, s: (i + u, j + v)
            ),
            "every place of stride 1 is there: with stride s net has (n - k)//s + 1 rows": (
                lambda xp, w, b, s: _conv(xp, w, b)
            ),
            "the stride counts down only: columns begin at j*s": _reading(
                lambda i, j, u, v, s: (i * s + u, j + v)
            ),
            "the stride counts across only: rows begin at i*s": _reading(
                lambda i, j, u, v, s: (i + u, j * s + v)
            ),
            "the stride is added; it multiplies: i*s": _reading(
                lambda i, j, u, v, s: (i + s + u, j + s + v)
            ),
            "plus, not minus: row u of the kernel lies u rows further": _reading(
                lambda i, j, u, v, s: (i * s - u, j * s - v)
            ),
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
            "transposed in part: i counts rows of net, so it belongs to the rows of xp": _reading(
                lambda i, j, u, v, s: (j * s + u, i * s + v)
            ),
            "transposed in part: u counts rows of w, so it belongs to the rows of xp": _reading(
                lambda i, j, u, v, s: (i * s + v, j * s + u)
            ),
            "xp is one plain grid here, with two indices: no channel": _reading(
                lambda i, j, u, v, s: (0, i * s + u, j * s + v)
            ),
            "v is missing: the column is j*s + v": _reading(
                lambda i, j, u, v, s: (i * s + u, j * s)
            ),
            "u is missing: the row is i*s + u": _reading(lambda i, j, u, v, s: (i * s, j * s + v)),
            "every weight reads the same pixel: u and v are missing in the index of xp": _reading(
                lambda i, j, u, v, s: (i * s, j * s)
            ),
            "the pixel's index is the output's: the stride is missing, and u and v": _reading(
                lambda i, j, u, v, s: (i, j)
            ),
            "every output reads the same window: i and j are missing in the index of xp": _reading(
                lambda i, j, u, v, s: (u, v)
            ),
            "the bias comes once, before the sum; here it comes with every product": (
                lambda xp, w, b, s: _conv(xp, w, b + b * w.size, s)
            ),
            "the bias is forgotten": lambda xp, w, b, s: _conv(xp, w, 0, s),
            "the bias is subtracted; it is added": lambda xp, w, b, s: _conv(xp, w, -b, s),
            "the products are subtracted: +=": _reading(store=np.subtract),
            "plus where times is meant: weight times pixel": _reading(product=np.add),
            "minus where times is meant: weight times pixel": _reading(
                product=lambda weight, pixel: pixel - weight
            ),
            "mean instead of sum: the products are added, not averaged": (
                lambda xp, w, b, s: _conv(xp, w / w.size, b, s)
            ),
            "mean instead of sum, over products and bias": lambda xp, w, b, s: (
                _conv(xp, w, b, s) / w.size
            ),
            "only the first product of each output is added: does the inner loop end too soon?": (
                _reading(weight=lambda w, u, v: w[u, v] * (u == v == 0))
            ),
            "that is ReLU of net; asked is net, before the activation": lambda xp, w, b, s: (
                np.maximum(_conv(xp, w, b, s), 0)
            ),
            "a channel too many: net is one plain grid here; take [0]": lambda xp, w, b, s: _conv(
                xp, w, b, s
            )[None],
            "two axes too many: net is one plain grid here; take [0, 0]": lambda xp, w, b, s: _conv(
                xp, w, b, s
            )[None, None],
            "the weight is missing: only pixels are added": lambda xp, w, b, s: _conv(
                xp, np.ones_like(w), b, s
            ),
            "the pixel is missing: only weights are added": lambda xp, w, b, s: _conv(
                np.ones_like(xp), w, b, s
            ),
            "overwrote instead of adding: only the last product is left": _reading(store=last),
            "return stands one level too deep: only the first number of net is done": _reading(
                until=lambda w: w.size
            ),
            "return stands inside both loops: only the first product is added": _reading(
                until=lambda w: 1
            ),
        },
        hints=(
            "Output row i meets input row i*s + u.",
            "Multiply the weight w[u, v] by the pixel it stands on.",
            "{solution}",
        ),
        cases=(
            (_numbers(6, 7), _numbers(3, 2), 0.5, 1),
            (_numbers(6, 7), _numbers(3, 2), -1.25, 2),
            (_numbers(5, 5), _numbers(2, 2), 0.0, 1),
            (_numbers(8, 9), _numbers(4, 1), 2, 3),
            (_numbers(2, 4), _numbers(1, 3), -3, 1),
        ),
        wrap=_walled,
    ),
    Exercise(
        name="1.predict",
        right=readings(5, 2)[2, 2],
        wrong={
            "that would be a pixel in the middle with stride 1: its nine windows; "
            "with stride 2 those are all numbers of net": readings(5, 1)[2, 2],
            "those are all pixels; asked is how many numbers of net read x[2,2]": readings(
                5, 2
            ).size,
            "those are the rows of net; in which windows does row 2 of x lie?": places(5, 3, 1, 2),
            "x[2,2] does not stand in an overlap: with padding 1 the windows begin at rows "
            "-1, 1 and 3": readings(5, 2)[1, 1],
            "the windows begin at rows -1, 1 and 3; only one of them holds row 2": readings(5, 2)[
                1, 2
            ],
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
        right=both(places(30, 5, 2, 4)),
        wrong={
            "the +1 is forgotten, or the padding is not counted on both sides": both(
                places(30, 5, 2, 4) - 1
            ),
            "floor forgotten: a broken step is no step": both((30 + 2 * 2 - 5) / 4 + 1),
            "floor is forgotten, and the +1 or the padding": both((30 + 2 * 2 - 5) / 4),
            "+1 inside the division: it comes after": both((30 + 2 * 2 - 5 + 1) / 4),
            "rounded up; a broken step is no step. Or the kernel is not taken away": both(
                math.ceil((30 + 2 * 2 - 5) / 4) + 1
            ),
            "that is stride 1": both(places(30, 5, 2, 1)),
            "that is stride 1, and the padding is forgotten: (1.9) has 2p and s": both(
                places(30, 5, 0, 1)
            ),
            "the division by the stride is there, but +1 and padding are forgotten": both(
                places(30, 5, 0, 4) - 1
            ),
            "the stride and the +1 are forgotten": both(places(30, 5, 2, 1) - 1),
            "floor forgotten, and the padding counts on both sides": both((30 + 2 - 5) / 4 + 1),
            "floor forgotten, and the kernel is not taken away": both((30 + 2 * 2) / 4 + 1),
            "that is the padded input, before a window is placed": both(30 + 2 * 2),
            "that is one axis; asked is a pair, rows and columns": places(30, 5, 2, 4),
            "those are all numbers of net; asked is a pair, rows and columns": (
                places(30, 5, 2, 4) ** 2
            ),
        },
        hints=("Use (1.9).", "30 + 2*2 - 5 = 29.", "{solution}"),
    ),
    Exercise(
        name="1.2",
        right=learned(16, 8, 5, 3),
        wrong=miscounted(16, 8, 5, 3),
        hints=(
            "One filter: a 5x3 kernel for each channel.",
            "8 * 5 * 3 weights and one bias.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.3",
        right=at_two_places(),
        wrong={
            "the bias is forgotten": at_two_places(b=0),
            "the pixels are 0.5, not 1": at_two_places(pixel=1),
            "the padding counts 0: in the corner four weights lie on pixels": both(
                at_two_places()[0]
            ),
            "that is at an edge; at a corner two neighbours lie on the padding": at_two_places(
                corner=(0, 2)
            ),
            "the other way round: the middle first": at_two_places()[::-1],
            "the bias is added, and it is negative": at_two_places(b=0.2),
            "the middle is right; in the corner three neighbours count, too: "
            "only those on the padding are 0": (
                at_two_places()[0],
                at_two_places(kernel=MIDDLE)[1],
            ),
            "all weights count, not only the 5; in the corner those that lie on pixels": (
                at_two_places(kernel=MIDDLE)
            ),
            "the corner is right; in the middle all weights count, not only the 5": (
                at_two_places(kernel=MIDDLE)[0],
                at_two_places()[1],
            ),
            "the middle is right; in the corner the kernel's middle lies on a pixel, "
            "only a part of it on the padding": (at_two_places()[0], at_two_places(pixel=0)[1]),
            "those are the sums of the weights; times 0.5, and the bias is added": at_two_places(
                pixel=1, b=0
            ),
            "the middle is right; the bias belongs to the corner, too": (
                at_two_places()[0],
                at_two_places(b=0)[1],
            ),
            "the corner is right; the bias belongs to the middle, too": (
                at_two_places(b=0)[0],
                at_two_places()[1],
            ),
            "the bias is forgotten, and the padding counts 0 in the corner": both(
                at_two_places(b=0)[0]
            ),
            "the bias is forgotten, and all weights count, not only the 5": at_two_places(
                b=0, kernel=MIDDLE
            ),
            "the bias is added once, not with every product": at_two_places(b=-0.2 * SHARPEN.size),
            "that is the middle; asked is a pair, the corner comes second": at_two_places()[0],
            "that is the corner; asked is a pair, the middle comes first": at_two_places()[1],
        },
        hints=(
            "Where all pixels are 0.5, net is 0.5 times the sum of the weights, plus b.",
            "The nine weights add up to 1. In the corner only 5, -1, -1 and 0 lie on pixels.",
            "{solution}",
        ),
    ),
    Exercise(
        name="1.4",
        right=lambda x, p_v, p_h: _padded(x, p_v, p_v, p_h, p_h),
        wrong={
            "transposed: p_v is for the rows": lambda x, p_v, p_h: _padded(x, p_h, p_h, p_v, p_v),
            "zeros on one side only": lambda x, p_v, p_h: _padded(x, p_v, 0, p_h, 0),
            "zeros on one side only, below and to the right": lambda x, p_v, p_h: _padded(
                x, 0, p_v, 0, p_h
            ),
            "the same padding on both axes": lambda x, p_v, p_h: np.pad(x, p_v),
            "the same padding on both axes, that of the columns": lambda x, p_v, p_h: np.pad(
                x, p_h
            ),
            "before and after are meant, not rows and columns": lambda x, p_v, p_h: np.pad(
                x, (p_v, p_h)
            ),
            "each axis has its own padding, the same on both sides": lambda x, p_v, p_h: _padded(
                x, p_v, p_h, p_h, p_v
            ),
            "each axis has its own padding, the same on both sides: p_v for the rows": (
                lambda x, p_v, p_h: _padded(x, p_h, p_v, p_v, p_h)
            ),
            "the image is missing: only zeros": lambda x, p_v, p_h: _padded(
                0 * x, p_v, p_v, p_h, p_h
            ),
            "the border must be zeros": _filled(mode="edge"),
            "the border must be zeros, not ones": _filled(constant_values=1),
            "the border must be zeros, not the image mirrored": _filled(mode="symmetric"),
            "the border must be zeros, not the image mirrored about its edge": _filled(
                mode="reflect"
            ),
            "the border must be zeros, not the image once more": _filled(mode="wrap"),
            "the border must be zeros, not the mean": _filled(mode="mean"),
            "nothing is added: p_v rows of zeros above and below, p_h columns on the left and on "
            "the right": lambda x, p_v, p_h: x,
            "the columns are missing: p_h zeros on the left and on the right": (
                lambda x, p_v, p_h: _padded(x, p_v, p_v, 0, 0)
            ),
            "the rows are missing: p_v zeros above and below": (
                lambda x, p_v, p_h: _padded(x, 0, 0, p_h, p_h)
            ),
            "one row and one column on each side, whatever p_v and p_h are": (
                lambda x, p_v, p_h: np.pad(x, 1)
            ),
            "twice too much: p_v rows above and p_v below, p_h columns on each side": (
                lambda x, p_v, p_h: _padded(x, 2 * p_v, 2 * p_v, 2 * p_h, 2 * p_h)
            ),
            "p_v and p_h are added; each axis has its own": lambda x, p_v, p_h: np.pad(
                x, p_v + p_h
            ),
            "the size is right; the image must begin at row p_v and column p_h": _in_the_corner,
            "the size is right; the image must end p_v rows and p_h columns before the end": (
                lambda x, p_v, p_h: _padded(x, 2 * p_v, 0, 2 * p_h, 0)
            ),
            "a slice that ends at -0 is empty: let it end at p_v + H and p_h + W": _up_to_minus_p,
            "a channel too many: x is one plain grid here": lambda x, p_v, p_h: _padded(
                x, p_v, p_v, p_h, p_h
            )[None],
        },
        hints=(
            "`np.pad` wants a pair (before, after) for each axis.",
            "Rows first.",
            "{solution}",
        ),
        cases=(
            (10 * _numbers(2, 3), 1, 2),
            (10 * _numbers(2, 3), 0, 1),
            (10 * _numbers(3, 1), 3, 0),
            (10 * _numbers(1, 4), 2, 3),
        ),
    ),
    Exercise(
        name="1.5",
        right=lambda n, k, d: n - d * (k - 1),
        wrong={
            "off by one": lambda n, k, d: n - d * (k - 1) + 1,
            "one too few: the first place counts, too": lambda n, k, d: n - d * (k - 1) - 1,
            "that is the output without dilation": lambda n, k, d: n - k + 1,
            "that is the output with stride d; here the kernel's cells stand apart": (
                lambda n, k, d: (n - k) // d + 1
            ),
            "there are k - 1 gaps between k cells": lambda n, k, d: n - d * k + 1,
            "there are k - 1 gaps between k cells, and the first place counts, too": (
                lambda n, k, d: n - d * k
            ),
            "the spread kernel is not k + d long: each of its k - 1 steps is d": lambda n, k, d: (
                n - (k + d) + 1
            ),
            "the spread kernel is not k + d - 1 long: each of its k - 1 steps is d": (
                lambda n, k, d: n - (k + d - 1) + 1
            ),
            "from one cell to the next are d inputs, so d - 1 lie between them, not d": (
                lambda n, k, d: n - (k + (k - 1) * d) + 1
            ),
            "that is how long the spread kernel is; how many places has it?": lambda n, k, d: (
                d * (k - 1) + 1
            ),
            "that is the output with stride d, not rounded; here the kernel's cells stand apart": (
                lambda n, k, d: (n - k) / d + 1
            ),
            "the input is spread; it is the kernel whose cells stand apart": lambda n, k, d: (
                n * d - k + 1
            ),
            "that is the output without dilation, one too few": lambda n, k, d: n - k,
            "a step is d; d - 1 is the number of cells left out": lambda n, k, d: (
                n - (d - 1) * (k - 1)
            ),
            "that is divided by d; here the kernel's cells stand apart, the windows do not": (
                lambda n, k, d: (n - d * (k - 1) - 1) // d + 1
            ),
        },
        hints=(
            "How many inputs lie under the spread kernel?",
            "d*(k-1) + 1.",
            "{solution}",
        ),
        cases=((10, 3, 2), (12, 2, 3), (9, 4, 1), (7, 1, 4)),
    ),
    Exercise(
        name="1.6",
        right=lambda k1, s1, k2: k1 + (k2 - 1) * s1,
        wrong={
            "those are k2 windows one behind the other; each begins s1 after the one before": (
                lambda k1, s1, k2: k1 * k2
            ),
            "the stride is forgotten": lambda k1, s1, k2: k1 + k2 - 1,
            "off by one: between k2 outputs there are k2 - 1 steps": lambda k1, s1, k2: (
                k1 + k2 * s1
            ),
            "one too few: the first of the k2 windows counts in full": lambda k1, s1, k2: (
                k1 + (k2 - 1) * s1 - 1
            ),
            "one too many: k1 inputs, and s1 more for each further window": lambda k1, s1, k2: (
                k1 + (k2 - 1) * s1 + 1
            ),
            "added: each further window of the first begins s1 inputs later": (
                lambda k1, s1, k2: k1 + k2
            ),
            "the stride multiplies the steps between windows only, not the whole": (
                lambda k1, s1, k2: (k1 + k2 - 1) * s1
            ),
            "the stride multiplies the k2 - 1 steps between windows, not k1": lambda k1, s1, k2: (
                k1 * s1 + k2 - 1
            ),
            "added and multiplied by the stride; only the k2 - 1 steps are multiplied": (
                lambda k1, s1, k2: (k1 + k2) * s1
            ),
            "a step is s1, not s1 - 1": lambda k1, s1, k2: k1 + (k2 - 1) * (s1 - 1),
            "k1 and the stride do not multiply: after the first window come k2 - 1 steps of s1": (
                lambda k1, s1, k2: k1 * s1
            ),
            "that is what one output of the first layer reads; the second reads k2 of them": (
                lambda k1, s1, k2: k1
            ),
            "those are k2 outputs of the first layer; which inputs do they read?": (
                lambda k1, s1, k2: k2
            ),
            "those are the steps alone; the first window has k1 inputs": lambda k1, s1, k2: (
                (k2 - 1) * s1
            ),
            "those are the steps and one input; the first window has k1 of them": (
                lambda k1, s1, k2: (k2 - 1) * s1 + 1
            ),
            "that is k2 steps; the first window has k1 inputs, and k2 - 1 steps follow": (
                lambda k1, s1, k2: k2 * s1
            ),
            "the stride counts once for each of k2 - 1 steps, not once in all": (
                lambda k1, s1, k2: k1 + k2 - 1 + s1
            ),
            "the three do not multiply: k2 - 1 steps of s1 follow the first window": (
                lambda k1, s1, k2: k1 * k2 * s1
            ),
            "that is how many are read; asked is how far from the first to the last, and what is "
            "skipped between two windows counts, too": lambda k1, s1, k2: len(
                {m * s1 + u for m in range(k2) for u in range(k1)}
            ),
            "the other way round: k2 outputs of the first, each k1 wide": lambda k1, s1, k2: (
                k2 + (k1 - 1) * s1
            ),
        },
        hints=(
            "One output of the second reads k2 neighbours. Which inputs does the first of them "
            "read? Which the last?",
            "k1 inputs. Each further one ends s1 inputs later.",
            "{solution}",
        ),
        cases=((3, 1, 3), (3, 2, 4), (5, 3, 2), (4, 4, 1), (2, 4, 3), (1, 2, 2)),
    ),
]
