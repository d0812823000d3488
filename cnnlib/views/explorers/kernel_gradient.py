"""kernel_gradient: the explorer of a convolution's kernel gradient, eq. 3.1 (level 6)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Size, pair
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.convolution import (
    in_pair,
    padding_note,
    products,
    rectangle,
    set_apart,
    window_border,
)
from cnnlib.views.explorers.given import given, walk_over
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import Tale, full, keys_of, last, stack, trim
from cnnlib.views.frames import Panes
from cnnlib.views.words import Arrays, Ids, Key, Stories, plural, signed


class KernelGradient(Tale):
    """Eq. 3.1, delta slides over the input."""

    title = "How does one weight change the loss?"
    target, source = "grad_w", "x"
    loops = staticmethod(reference.conv2d_grad_w)

    def __init__(
        self, x: np.ndarray, delta: np.ndarray, stride: Size, padding: Size, kernel_size: Size
    ) -> None:
        self.x, self.delta = full(x, 3), full(delta, 3)
        self.geometry = walk_over("x", x.shape[-2:], kernel_size, stride, padding)
        self.s, self.p = self.geometry.stride, self.geometry.padding
        self.title = set_apart(self.title, self.s, self.p)
        self.grad_w = self.slide(self.delta, self.x)
        rank = 2 if x.ndim == delta.ndim == 2 else 4
        self.numbers = {"x": x, "delta": delta, "grad_w": trim(self.grad_w, rank)}
        rows = self.geometry.rows_inside()
        rows = rows[np.lexsort(rows.T[[1, 0, 3, 2]])]  # in the order of the loops u, v, i, j
        order = ("grad_w", "delta", "x")
        self.terms = products(order, self.numbers, len(self.delta), len(self.x), rows)

    def slide(self, delta: np.ndarray, x: np.ndarray) -> np.ndarray:
        """grad_w (F, C, K_H, K_W) of these deltas and inputs."""
        return reference.conv2d_grad_w(delta, x, self.geometry.kernel_size, self.s, self.p)

    def stories(self) -> Stories:
        pixels = keys_of("x", self.x.shape, self.numbers["x"].ndim)
        # delta walks over the input cell by cell, its own cells a stride apart
        walk = Geometry(self.x.shape[1:], self.delta.shape[1:], 1, self.p, dilation=self.s)
        seen = window_border(pixels[0], self.p, walk)
        told = self.gather(self.added, self.keys("grad_w"), badge=(2, 1), seen=seen)
        return told | self.scatter(self.feeds, self.keys("delta"))

    def added(self, k: Key, ids: Ids) -> str:
        """What is said of a weight's gradient."""
        steps = "" if self.s == (1, 1) else in_pair(" in steps of {}", self.s, " down, across ")
        row, column = (signed(n - p) for n, p in zip(last(k), self.p, strict=True))
        place = f"delta lies on the input{steps} from row {row}, column {column} on"
        return f"{place}, and {plural(len(ids), 'product', 'is/are')} added."

    def feeds(self, k: Key, ids: Ids) -> str:
        """What is said of a delta."""
        return f"it takes part in {plural(len(ids), 'product')}, each for another weight."

    def panes(self) -> Panes:
        note = padding_note(self.p)
        x = stack("x", self.x.shape, self, note, self.p, role=2, editable=True)
        note = "dE/dnet, the error term"
        delta = stack("delta", self.delta.shape, self, note, role=1, sign="⋆", editable=True)
        note = "dE/dw, one number a weight"
        return [("", [x, delta, stack("grad_w", self.grad_w.shape, self, note, sign="=")])]

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        place, cells = np.array(last(k)), self.keys("x")
        size = self.delta.shape[1:]
        own = rectangle(cells, place * self.s - self.p, self.geometry.kernel_size)
        yield "the stride is forgotten", rectangle(cells, place - self.p, size)
        yield "the padding is forgotten", rectangle(cells, place, size, self.s)
        yield "the window of net at the same place is taken", own

    def wrong(self) -> Arrays:
        later = np.zeros_like(self.x)
        later[:, :-1, :-1] = self.x[:, 1:, 1:]
        turned = self.delta[:, ::-1, ::-1]
        slips = {
            "delta is rotated; here it slides as it is": self.slide(turned, self.x),
            "every index is one off": self.slide(self.delta, later),
            "the mean is taken instead of the sum": self.grad_w / self.delta[0].size,
            "the inputs are added without delta": self.slide(np.ones_like(self.delta), self.x),
        }
        high, wide = self.geometry.kernel_size
        if high == wide:
            slips["rows and columns are exchanged (transposed)"] = self.grad_w.swapaxes(2, 3)
        return {name: a.reshape(self.numbers["grad_w"].shape) for name, a in slips.items()}


def explore_kernel_gradient(
    x: ArrayLike,
    delta: ArrayLike,
    stride: Size = 1,
    padding: Size = 0,
    kernel_size: Size | None = None,
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 3.1 as an explorer: select a weight's gradient, and its products light up.

    x (H, W) or (C, H, W), delta (H_out, W_out) or (F, H_out, W_out); kernel_size (K_H, K_W), by
    default the largest that fits without a remainder. predict: everything is hidden at first.
    Raises ValueError for shapes that do not fit or are too large to point at, TypeError for what is
    not numbers. Lesson 03.
    """
    x, delta = given(x, "x", (2, 3)), given(delta, "delta", (2, 3))
    s, p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    if kernel_size is None:
        axes = zip(x.shape[-2:], delta.shape[-2:], p, s, strict=True)
        kernel_size = tuple(n + 2 * q - (m - 1) * t for n, m, q, t in axes)
        if min(kernel_size) < 1:
            met = f"delta {delta.shape} is too large for x {x.shape}"
            raise ValueError(f"{met} at stride {s} and padding {p}")
    sizes = {"stride": s, "padding": p, "kernel_size": pair(kernel_size, "kernel_size", 1)}
    return Grids(KernelGradient, {"x": x, "delta": delta}, **sizes, predict=predict)


def example() -> Grids:
    """Delta of lesson 03 on its 4x4 image: nine products for each of four weights."""
    image = [[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    delta = [[1, 0, 2], [3, 0, 4], [0, 0, 0]]
    return explore_kernel_gradient(image, delta)
