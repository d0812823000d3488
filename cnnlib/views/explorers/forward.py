"""convolution: the explorers of a convolution forward, and of its gradients with respect to kernel
and bias (level 6).

Every explorer takes one channel and one filter as 2-D arrays, or all axes: x (C, H, W), w (F, C,
K_H, K_W), delta (F, H_out, W_out). Which cells belong together follows from geometry.index_map, the
numbers from reference.
"""

import numpy as np

from cnnlib import reference
from cnnlib.arguments import pair
from cnnlib.geometry import index_map, inside
from cnnlib.views.explorers.grids import Explorer
from cnnlib.views.explorers.tale import (
    Tale,
    border,
    full,
    given,
    key,
    keys_of,
    last,
    stack,
    surround,
    switch,
    trim,
)
from cnnlib.views.frames import Grid
from cnnlib.views.words import label, plural, signed


def products(order, numbers, filters, channels, rows):
    """The terms of eq. 1.1, 2.1 or 3.1: (receiver, factor, factor), `order` naming the three
    arrays.

    numbers: the arrays, as many axes as their keys shall name. rows: an index map.
    """
    terms, (i, j, u, v, y, z) = [], rows.T
    for f, c in np.ndindex(filters, channels):
        places, columns = (
            {"net": (f, i, j), "delta": (f, i, j), "x": (c, y, z), "w": (f, c, u, v)},
            [],
        )
        for name in order:
            place, a = places[name.removeprefix("grad_")], numbers[name]
            columns.append(keys_of(name, full(a, len(place)).shape, a.ndim)[place].tolist())
        terms += map(list, zip(*columns, strict=True))
    return terms


def window_border(places, kernel, stride, dilation=(1, 1)):
    """For a cell (row, column): the padding that its window covers among the padded places of a
    channel."""

    def seen(k):
        top, left = (n * s for n, s in zip(last(k), stride, strict=True))
        rows = slice(top, top + (kernel[0] - 1) * dilation[0] + 1, dilation[0])
        return border(places[rows, left : left + (kernel[1] - 1) * dilation[1] + 1 : dilation[1]])

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


class Forward(Tale):
    """Eq. 1.1, the kernel slides over the input. A bias that is not given is not drawn."""

    title, target = "Which numbers of the image decide one output number?", "net"
    loops = staticmethod(reference.conv2d)

    def __init__(self, x, w, stride, padding, b=None):
        self.x, self.w, self.b = full(x, 3), full(w, 4), b
        self.s, self.p = pair(stride, "stride", 1), pair(padding, "padding", 0)
        self.net = self.slide(self.w)
        self.numbers = {"x": x, "w": w, "net": trim(self.net, 2 if w.ndim == 2 else 3)}
        rows = inside(
            index_map(self.net.shape[1:], self.w.shape[2:], self.s, self.p), self.x.shape[1:]
        )
        self.terms = products(("net", "x", "w"), self.numbers, len(self.w), len(self.x), rows)
        self.controls = geometry_switches(self.s, self.p)
        if b is not None:
            self.numbers["b"] = b
            rank = self.numbers["net"].ndim
            self.terms += [
                [key("net", index, rank), f"b:{index[0]}", ""]
                for index in np.ndindex(*self.net.shape)
            ]

    def slide(self, w):
        return reference.conv2d(
            self.x, w, np.zeros(len(w)) if self.b is None else self.b, self.s, self.p
        )

    def stories(self):
        def say(k, ids):
            count = sum(1 for t in ids if self.terms[t][2])
            off = self.w[0].size - count
            more = (
                f"; {plural(off, 'kernel cell')} on the padding {'adds' if off == 1 else 'add'} 0"
                if off
                else ""
            )
            bias = f"{plural(count, 'product')} and the bias are added"
            return (
                (plural(count, "product", "is/are") + " added" if self.b is None else bias)
                + more
                + "."
            )

        def feeds(k, ids):
            return f"it takes part in {plural(len(ids), 'output')}."

        pixels = keys_of("x", self.x.shape, self.numbers["x"].ndim)
        seen = window_border(surround(pixels[0], self.p, self.p), self.w.shape[2:], self.s)
        told = self.gather(say, self.keys("net"), badge=(1, 2), seen=seen) | self.scatter(
            feeds, self.keys("x")
        )
        return told if self.b is None else told | self.scatter(feeds, self.keys("b"))

    def panes(self):
        columns = [
            stack("x", self.x.shape, self, padding_note(self.p), self.p, role=1, editable=True),
            stack("w", self.w.shape, self, "the kernel", role=2, sign="⋆", editable=True),
            stack("net", self.net.shape, self, in_pair("stride {}", self.s, ", "), sign="="),
        ]
        if self.b is not None:
            keys = keys_of("b", (1, len(self.b)), 1)
            columns.insert(
                2, [Grid("b", self.b[None], "the bias", role=1, keys=keys, sign="+", editable=True)]
            )
        return [("", columns)]

    def wrong(self):
        name = "the kernel is rotated: true convolution where cross-correlation is meant"
        return {name: self.slide(self.w[..., ::-1, ::-1]).reshape(self.numbers["net"].shape)}


def explore_forward(x, w, stride=1, padding=0, b=0.0):
    """Eq. 1.1 as an explorer: select a cell of net and its window lights up; select a pixel and see
    whom it feeds.

    x (H, W) or (C, H, W), w (K_H, K_W) or (F, C, K_H, K_W), b a number or (F,). Switches: stride,
    padding. Raises ValueError for shapes that do not fit or are too large to point at, TypeError
    for no numbers. Lessons 00 and 01.
    """
    x, w = given(x, "x", (2, 3)), given(w, "w", (2, 4))
    numbers = {"x": x, "w": w}
    if np.any(b):
        filters = full(w, 4).shape[0]
        numbers["b"] = np.full(filters, b, float) if np.ndim(b) == 0 else given(b, "b", (1,))
    return Explorer(Forward, numbers, stride=stride, padding=padding)


class KernelGradient(Tale):
    """Eq. 3.1, delta slides over the input."""

    title, target = "How does one weight change the error?", "grad_w"
    loops = staticmethod(reference.conv2d_grad_w)

    def __init__(self, x, delta, stride, padding, kernel_size):
        self.x, self.delta, self.s, self.p, self.K = (
            full(x, 3),
            full(delta, 3),
            stride,
            padding,
            kernel_size,
        )
        self.grad_w = self.slide(self.delta, self.x)
        self.numbers = {
            "x": x,
            "delta": delta,
            "grad_w": trim(self.grad_w, 2 if x.ndim == delta.ndim == 2 else 4),
        }
        rows = inside(index_map(delta.shape[-2:], self.K, self.s, self.p), x.shape[-2:])
        rows = rows[np.lexsort(rows.T[[1, 0, 3, 2]])]  # in the order of the loops u, v, i, j
        self.terms = products(
            ("grad_w", "delta", "x"), self.numbers, len(self.delta), len(self.x), rows
        )

    def slide(self, delta, x):
        return reference.conv2d_grad_w(delta, x, self.K, self.s, self.p)

    def stories(self):
        steps = "" if self.s == (1, 1) else in_pair(" in steps of {}", self.s, " down, across ")

        def say(k, ids):
            row, column = (signed(n - p) for n, p in zip(last(k), self.p, strict=True))
            added = plural(len(ids), "product", "is/are")
            return f"delta lies on the input{steps} from row {row}, column {column} on, and {added} added."

        def feeds(k, ids):
            return f"it takes part in {plural(len(ids), 'product')}, each for another weight."

        pixels = keys_of("x", self.x.shape, self.numbers["x"].ndim)
        seen = window_border(
            surround(pixels[0], self.p, self.p), self.delta.shape[1:], (1, 1), self.s
        )
        told = self.gather(say, self.keys("grad_w"), badge=(2, 1), seen=seen)
        return told | self.scatter(feeds, self.keys("delta"))

    def panes(self):
        x, d, w = self.x.shape, self.delta.shape, self.grad_w.shape
        return [("", [
            stack("x", x, self, padding_note(self.p), self.p, role=2, editable=True),
            stack("delta", d, self, "dE/dnet, the error term", role=1, sign="⋆", editable=True),
            stack("grad_w", w, self, "dE/dw, one number a weight", sign="="),
        ])]  # fmt: skip

    def wrong(self):
        later = np.zeros_like(self.x)
        later[:, :-1, :-1] = self.x[:, 1:, 1:]
        slips = {
            "delta is rotated; here it slides as it is": self.slide(
                self.delta[:, ::-1, ::-1], self.x
            ),
            "every index is one off": self.slide(self.delta, later),
            "the mean is taken instead of the sum": self.grad_w / self.delta[0].size,
            "the inputs are added without delta": self.slide(np.ones_like(self.delta), self.x),
        }
        if self.K[0] == self.K[1]:
            slips["rows and columns are exchanged (transposed)"] = self.grad_w.swapaxes(2, 3)
        return {name: a.reshape(self.numbers["grad_w"].shape) for name, a in slips.items()}


def explore_kernel_gradient(x, delta, stride=1, padding=0, kernel_size=None):
    """Eq. 3.1 as an explorer: select a weight's gradient, and the products that make it light up in
    x and delta.

    x (H, W) or (C, H, W), delta (H_out, W_out) or (F, H_out, W_out); kernel_size (K_H, K_W), by
    default the largest that fits without a remainder. Raises ValueError for shapes that do not fit
    or are too large to point at, TypeError for what is not numbers. Lesson 03.
    """
    x, delta = given(x, "x", (2, 3)), given(delta, "delta", (2, 3))
    s, p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    if kernel_size is None:
        sizes = zip(x.shape[-2:], delta.shape[-2:], p, s, strict=True)
        kernel_size = tuple(n + 2 * q - (m - 1) * t for n, m, q, t in sizes)
        if min(kernel_size) < 1:
            raise ValueError(
                f"delta {delta.shape} is too large for x {x.shape} at stride {s} and padding {p}"
            )
    kernel_size = pair(kernel_size, "kernel_size", 1)
    return Explorer(
        KernelGradient, {"x": x, "delta": delta}, stride=s, padding=p, kernel_size=kernel_size
    )


class BiasGradient(Tale):
    """Eq. 4.1, each delta flows into its filter's one bias."""

    title, target = "Why is the bias gradient a sum?", "grad_b"
    loops = staticmethod(reference.conv2d_grad_b)

    def __init__(self, delta):
        self.delta = full(delta, 3)
        self.grad_b = reference.conv2d_grad_b(self.delta)
        self.numbers = {"delta": delta, "grad_b": self.grad_b}
        places = np.ndindex(*self.delta.shape)
        self.terms = [
            [f"grad_b:{index[0]}", key("delta", index, delta.ndim), ""] for index in places
        ]

    def stories(self):
        def say(k, ids):
            return f"all {len(ids)} deltas of the filter are added."

        def flows(k, ids):
            return f"it flows into {label(self.terms[ids[0]][0])} with the factor 1."

        return self.gather(say, self.keys("grad_b")) | self.scatter(flows, self.keys("delta"))

    def panes(self):
        keys = keys_of("grad_b", (1, len(self.grad_b)), 1)
        grad_b = Grid(
            "grad_b", self.grad_b[None], "dE/db, one number a filter", keys=keys, sign="="
        )
        delta = stack("delta", self.delta.shape, self, "the error term", role=1, editable=True)
        return [("", [delta, [grad_b]])]

    def wrong(self):
        slips = {
            "the mean is taken instead of the sum": self.grad_b / self.delta[0].size,
            "the deltas are counted, not added": np.full_like(self.grad_b, self.delta[0].size),
        }
        if len(self.delta) > 1:
            slips["the filters are added together"] = np.full_like(self.grad_b, self.grad_b.sum())
        return slips


def explore_bias_gradient(delta):
    """Eq. 4.1 as an explorer: point at a delta and see its bias, select a bias and see all its
    deltas.

    delta (H_out, W_out) or (F, H_out, W_out). Raises ValueError for what is too large to point at.
    Lesson 04.
    """
    return Explorer(BiasGradient, {"delta": given(delta, "delta", (2, 3))})
