"""convolution: what the explorers of a convolution share, forward and back (level 6).

They take one channel and one filter as 2-D arrays, or all axes: x (C, H, W), w (F, C, K_H, K_W),
delta (F, H_out, W_out). Which cells belong together follows from geometry.index_map, the numbers
from reference.
"""

import numpy as np

from cnnlib.views.explorers.given import BORDER, LARGEST, pointable
from cnnlib.views.explorers.tale import border, full, keys_of, last, switch


def products(order, numbers, filters, channels, rows):
    """The terms of eq. 1.1, 2.1 or 3.1: (receiver, factor, factor), `order` naming the arrays.

    numbers: the arrays, with as many axes as their keys shall name. rows: an index map.
    """
    terms, (i, j, u, v, y, z) = [], rows.T
    for f, c in np.ndindex(filters, channels):
        places = {"net": (f, i, j), "delta": (f, i, j), "x": (c, y, z), "w": (f, c, u, v)}
        columns = []
        for name in order:
            place, a = places[name.removeprefix("grad_")], numbers[name]
            columns.append(keys_of(name, full(a, len(place)).shape, a.ndim)[place].tolist())
        terms += map(list, zip(*columns, strict=True))
    return terms


def window_border(places, kernel, stride, dilation=(1, 1)):
    """A function of a cell's key: the keys of the padding that its window covers.

    places: the padded keys of a channel. kernel, stride, dilation: (vertical, horizontal).
    """
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]

    def seen(k):
        top, left = (n * s for n, s in zip(last(k), stride, strict=True))
        rows = slice(top, top + spans[0], dilation[0])
        return border(places[rows, left : left + spans[1] : dilation[1]])

    return seen


def in_pair(text, sizes, between=" and "):
    """Two sizes in words: once where they are equal."""
    first, second = sizes
    return text.format(first) if first == second else text.format(first) + between + str(second)


def padding_note(padding):
    """What is said of a padded input."""
    return "the layer’s input" + (in_pair(", padding {}", padding) if any(padding) else "")


def geometry_switches(stride, padding):
    """Switches for stride and padding."""
    return [
        switch("stride", "stride", stride, (1, 2, 3)),
        switch("padding", "padding", padding, (0, 1, 2)),
    ]


def padded_size(x, padding):
    """(rows, columns) of an input with its padding; ValueError where they are too many."""
    size = tuple(n + 2 * p for n, p in zip(x.shape[-2:], padding, strict=True))
    pointable(size, "x with its padding", LARGEST + BORDER)
    return size
