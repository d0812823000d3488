"""forward: the explorer of a convolution forward, eq. 1.1 (level 6)."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Pair, Size
from cnnlib.views.explorers.convolution import (
    geometry_switches,
    in_pair,
    padding_note,
    products,
    rectangle,
    window_border,
)
from cnnlib.views.explorers.given import given, walk_over
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import Tale, full, key, keys_of, last, stack, trim
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.words import Arrays, Ids, Key, Options, Stories, Terms, plural


def at_every_place(x: np.ndarray, w: np.ndarray, net: np.ndarray) -> np.ndarray:
    """Eq. 1.6, one channel and one kernel: the sums are added to net, which is returned."""
    for i, j in np.ndindex(net.shape):
        for u, v in np.ndindex(w.shape):
            net[i, j] += w[u, v] * x[i + u, j + v]
    return net


def in_steps(xp: np.ndarray, w: np.ndarray, net: np.ndarray, s: int) -> np.ndarray:
    """Eq. 1.7, the same with stride s; xp is x with its padding."""
    for i, j in np.ndindex(net.shape):
        for u, v in np.ndindex(w.shape):
            net[i, j] += w[u, v] * xp[i * s + u, j * s + v]
    return net


class Forward(Tale):
    """Eq. 1.1, the kernel slides over the input. A bias that is not given is not drawn.

    The code that is shown has the letters that these numbers need, and no others.
    """

    title = "Which numbers of the image decide one output number?"
    target, source = "net", "x"
    written = (2, 1)  # w·x
    loops = staticmethod(reference.conv2d)

    def __init__(
        self, x: np.ndarray, w: np.ndarray, stride: Size, padding: Size, b: np.ndarray | None = None
    ) -> None:
        self.x, self.w, self.b = full(x, 3), full(w, 4), b
        self.geometry = walk_over("x", x.shape[-2:], w.shape[-2:], stride, padding)
        self.net = self.slide(self.w)
        self.numbers = {"x": x, "w": w, "net": trim(self.net, 2 if w.ndim == 2 else 3)}
        self.loops = self.shortest()
        self.terms = self.weighted()
        if b is not None:
            self.numbers["b"] = b
            self.terms += self.shifted()
        self.controls = geometry_switches(self.geometry)

    def shortest(self) -> Callable[..., np.ndarray]:
        """The loops without a letter that these numbers do not need."""
        (s_v, s_h), p = self.geometry.stride, self.geometry.padding
        grids = self.numbers["x"].ndim == self.numbers["w"].ndim == 2
        if not grids or self.b is not None or s_v != s_h:
            return reference.conv2d
        return in_steps if s_v > 1 or any(p) else at_every_place

    def slide(self, w: np.ndarray) -> np.ndarray:
        """net (F, H_out, W_out) with these kernels."""
        b = np.zeros(len(w)) if self.b is None else self.b
        return reference.conv2d(self.x, w, b, self.geometry.stride, self.geometry.padding)

    def weighted(self) -> Terms:
        """The terms of weights and pixels."""
        rows, order = self.geometry.rows_inside(), ("net", "x", "w")
        return products(order, self.numbers, len(self.w), len(self.x), rows)

    def shifted(self) -> Terms:
        """The terms of the bias: each output gets its filter's."""
        rank = self.numbers["net"].ndim
        places = np.ndindex(*self.net.shape)
        return [[key("net", place, rank), f"b:{place[0]}", ""] for place in places]

    def stories(self) -> Stories:
        pixels = keys_of("x", self.x.shape, self.numbers["x"].ndim)
        seen = window_border(pixels[0], self.geometry.padding, self.geometry)
        told = self.gather(self.added, self.keys("net"), badge=(1, 2), seen=seen)
        told |= self.scatter(self.feeds, self.keys("x"))
        return told if self.b is None else told | self.scatter(self.feeds, self.keys("b"))

    def added(self, k: Key, ids: Ids) -> str:
        """What is said of an output."""
        count = sum(1 for t in ids if self.terms[t][2])
        off = self.w[0].size - count
        if self.b is None:
            say = plural(count, "product", "is/are") + " added"
        else:
            say = f"{plural(count, 'product')} and the bias are added"
        if off:
            add = "adds" if off == 1 else "add"
            say += f"; {plural(off, 'kernel cell')} on the padding {add} 0"
        return say + "."

    def feeds(self, k: Key, ids: Ids) -> str:
        """What is said of a pixel or a bias."""
        return f"it takes part in {plural(len(ids), 'output')}."

    def panes(self) -> Panes:
        s, p = self.geometry.stride, self.geometry.padding
        columns = [
            stack("x", self.x.shape, self, padding_note(p), p, role=1, editable=True),
            stack("w", self.w.shape, self, "the kernel", role=2, sign="⋆", editable=True),
            stack("net", self.net.shape, self, in_pair("stride {}", s, ", "), sign="="),
        ]
        if self.b is not None:
            keys = keys_of("b", (1, len(self.b)), 1)
            look: Options = {"role": 1, "keys": keys, "sign": "+", "editable": True}
            columns.insert(2, [Grid("b", self.b[None], "the bias", **look)])
        return [("", columns)]

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        s, p, size = self.geometry.stride, self.geometry.padding, self.geometry.kernel_size
        place = np.array(last(k))
        middle = np.subtract(size, 1) // 2
        yield "the stride is forgotten", self.under(place - p, size)
        yield "the padding is forgotten", self.under(place * s, size)
        yield "the cell is taken for the middle of its window", self.under(place * s - middle, size)

    def under(self, start: np.ndarray, size: Pair) -> list[Key]:
        """The keys of the cells of x under a window that begins at `start`, in all channels."""
        return rectangle(self.keys("x"), start, size)

    def wrong(self) -> Arrays:
        name = "the kernel is rotated: true convolution where cross-correlation is meant"
        return {name: self.slide(self.w[..., ::-1, ::-1]).reshape(self.numbers["net"].shape)}


def explore_forward(
    x: ArrayLike,
    w: ArrayLike,
    stride: Size = 1,
    padding: Size = 0,
    b: ArrayLike = 0.0,
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 1.1 as an explorer: select a cell of net, and its window lights up.

    Select a pixel and see whom it feeds. x (H, W) or (C, H, W), w (K_H, K_W) or (F, C, K_H, K_W),
    b a number or (F,). predict: everything is hidden at first, and asked for. Switches: stride,
    padding. Raises ValueError for shapes that do not fit or
    are too large to point at, TypeError for no numbers. Lessons 00 and 01.
    """
    x, w = given(x, "x", (2, 3)), given(w, "w", (2, 4))
    numbers = {"x": x, "w": w}
    if np.any(b):
        filters = full(w, 4).shape[0]
        numbers["b"] = np.full(filters, b, float) if np.ndim(b) == 0 else given(b, "b", (1,))
    return Grids(Forward, numbers, stride=stride, padding=padding, predict=predict)


def example() -> Grids:
    """A vertical edge on a 4x4 image of ones and zeros."""
    image = [[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    kernel = [[1, -1], [1, -1]]
    return explore_forward(image, kernel)
