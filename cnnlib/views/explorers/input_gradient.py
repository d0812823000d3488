"""input_gradient: the explorers of the way back to the input, eq. 2.1 (level 6).

One channel and one filter as 2-D arrays, or all axes: delta (F, H_out, W_out), w (F, C, K_H, K_W).
"""

import numpy as np

from cnnlib import reference
from cnnlib.arguments import pair
from cnnlib.geometry import index_map, inside
from cnnlib.views.explorers.forward import geometry_switches, in_pair, products
from cnnlib.views.explorers.grids import Explorer
from cnnlib.views.explorers.tale import (
    Tale,
    border,
    fill,
    full,
    given,
    keys_of,
    last,
    numbers_at,
    padded_grid,
    spread,
    stack,
    surround,
    switch,
    trim,
)  # fmt: skip
from cnnlib.views.frames import Grid
from cnnlib.views.links import group
from cnnlib.views.words import number, plural, signed

MOST_PLACES = 2_500  # of the matrix C


def least_input(delta, w, s, p):
    """(H, W) of the smallest input that a delta of this size belongs to."""
    sizes = zip(delta.shape[-2:], s, w.shape[-2:], p, strict=True)
    return [(m - 1) * t + k - 2 * q for m, t, k, q in sizes]


class InputGradient(Tale):
    """Eq. 2.1 twice: scattered and gathered. remainder: input rows and columns that no window
    reaches, below s."""

    title, target = "What does one input pixel owe to the error?", "grad_x"
    loops = staticmethod(reference.conv2d_grad_x)

    def __init__(self, delta, w, stride, padding, remainder, matrix="hidden"):
        self.delta, self.w = full(delta, 3), full(w, 4)
        s, p = self.s, self.p = pair(stride, "stride", 1), pair(padding, "padding", 0)
        rest = self.rest = tuple(
            np.minimum(pair(remainder, "remainder", 0), np.subtract(s, 1)).tolist()
        )
        self.size = tuple(np.add(least_input(delta, w, s, p), rest).tolist())
        if min(self.size) < 1:
            raise ValueError(
                f"padding {p} leaves no input for delta {delta.shape} and kernel {w.shape}"
            )
        self.K = w.shape[-2:]
        self.grad_x = self.send(self.w)
        self.numbers = {
            "delta": delta,
            "w": w,
            "grad_x": trim(self.grad_x, 2 if w.ndim == 2 else 3),
        }
        rows = inside(index_map(delta.shape[-2:], self.K, s, p), self.size)
        self.terms = products(
            ("grad_x", "delta", "w"), self.numbers, len(self.delta), self.w.shape[1], rows
        )
        self.targets = keys_of("grad_x", self.grad_x.shape, self.numbers["grad_x"].ndim)
        before = np.subtract(self.K, 1) - p
        deltas = keys_of("delta", self.delta.shape, delta.ndim)
        self.wide = [surround(spread(keys, s), before, before + rest) for keys in deltas]
        self.matrix = matrix
        self.controls = [switch("matrix", "matrix C", matrix, ("hidden", "shown"))]

    def send(self, w):
        return reference.conv2d_grad_x(self.delta, w, self.size, self.s, self.p)

    def seen(self, k):
        """The zeros that the turned kernel meets when it collects for the pixel k."""
        y, z = last(k)
        return [
            e for places in self.wide for e in border(places[y : y + self.K[0], z : z + self.K[1]])
        ]

    def collects(self, k, ids):
        find = "finds" if len(ids) == 1 else "find"
        more = "; the products are added" if len(ids) > 1 else ""
        return f"{len(ids)} of the {self.w[:, 0].size} kernel cells {find} a delta here{more}."

    def spreads(self, k, ids):
        return f"it adds {number(self.values[k])} times the kernel to {plural(len(ids), 'cell')} of grad_x."

    def stories(self):
        spread_out = self.scatter(self.spreads, self.keys("delta"))
        for k, texts in self.so_far(self.keys("grad_x")).items():
            spread_out[k]["show"] = {"so_far": texts}
        return (
            self.gather(self.collects, self.keys("grad_x"), badge=(1, 2), seen=self.seen)
            | spread_out
        )

    def so_far(self, places):
        """For each delta in turn, the texts of grad_x after that delta has been added."""
        total, texts, groups = {}, {}, group(self.terms, 1)
        for source in self.keys("delta"):
            for target, _, weight in (self.terms[t] for t in groups.get(source, [])):
                total[target] = total.get(target, 0.0) + self.values[source] * self.values[weight]
            texts[source] = [number(total[k]) if k in total else "" for k in places]
        return texts

    def sources(self):
        """The grids that a reader may edit."""
        delta = stack("delta", self.delta.shape, self, "the error term", role=1, editable=True)
        return delta + stack("w", self.w.shape, self, "the kernel", role=2, editable=True)

    def spread_deltas(self, title, sign=""):
        """Delta with zeros between and around, or cropped."""
        sizes = [int(k - 1 - q) for k, q in zip(self.K, self.p, strict=True)]
        note = f"rows: {border_note(sizes[0])}, columns: {border_note(sizes[1])}"
        note = border_note(sizes[0]) if sizes[0] == sizes[1] else note
        between = in_pair("{}", np.subtract(self.s, 1).tolist(), " down, ")
        note += f"; zeros between: {between}" if self.s != (1, 1) else ""
        titles = [f"{title}[{f}]" if len(self.wide) > 1 else title for f in range(len(self.wide))]
        return [
            Grid(
                "delta_wide",
                numbers_at(places, self.values),
                note,
                name,
                keys=places,
                role=1,
                sign=sign,
            )
            for name, places in zip(titles, self.wide, strict=True)
        ]

    def turned_kernels(self):
        """The kernels turned by 180 degrees: the same cells in other places."""
        rows, columns = (tuple(range(n))[::-1] for n in self.K)
        options = {"role": 2, "sign": "⋆", "rows": rows, "columns": columns}
        keys, grids = keys_of("w", self.w.shape, self.numbers["w"].ndim)[..., ::-1, ::-1], []
        for f, c in np.ndindex(self.w.shape[:2]):
            title = f"w[{f},{c}]" if self.numbers["w"].ndim == 4 else "w"
            numbers = self.w[f, c, ::-1, ::-1]
            grids.append(
                Grid("w_rot", numbers, "rotated by 180°", title, keys=keys[f, c], **options)
            )
        return grids

    def panes(self):
        grad_x = [
            Grid(
                "so_far",
                self.grad_x[c],
                "filled delta by delta",
                title.title,
                keys=keys,
                sign="→",
                shaded=False,
            )
            for c, (keys, title) in enumerate(zip(self.targets, self.gradients(), strict=True))
        ]
        right = [self.spread_deltas("delta"), self.turned_kernels() + self.gradients()]
        panes = [("Scatter: each delta spreads the kernel", [self.sources(), grad_x]),
                 ("Gather: each pixel collects", right)]  # fmt: skip
        if self.matrix == "shown":
            panes.append(("The matrix C: net = C x, grad_x = Cᵀ delta", [[self.matrix_grid()]]))
        return panes

    def gradients(self):
        return stack("grad_x", self.grad_x.shape, self, "collected pixel by pixel", sign="=")

    def matrix_grid(self):
        """C as a grid: a row for each number of delta, a column for each pixel, a weight where they
        meet."""
        outs, pixels = self.keys("delta"), self.keys("grad_x")
        if len(outs) * len(pixels) > MOST_PLACES:
            raise ValueError(
                f"matrix C has {len(outs)}x{len(pixels)} places, wanted at most {MOST_PLACES:,}"
            )
        keys = np.full((len(outs), len(pixels)), "", object)
        for pixel, out, weight in self.terms:
            keys[outs.index(out), pixels.index(pixel)] = weight
        fill(keys, "cut")
        note = "rows: delta, columns: pixels, both in reading order"
        return Grid("C", numbers_at(keys, self.values), note, keys=keys, role=2)

    def wrong(self):
        turned = {
            "the kernel is not rotated when gathering": self.w[..., ::-1, ::-1],
            "the kernel is flipped on one axis only": self.w[..., ::-1, :],
        }
        shape = self.numbers["grad_x"].shape
        return {name: self.send(w).reshape(shape) for name, w in turned.items()}


def border_note(size):
    """What was done to delta on an axis before the turned kernel slides over it."""
    return (
        f"{-size} cropped"
        if size < 0
        else f"{plural(size, 'zero')} around"
        if size
        else "no zeros around"
    )


def remainder_of(delta, w, stride, padding, input_size):
    """Stride and padding as pairs, and the remainder that input_size leaves; ValueError where delta
    does not fit it."""
    s, p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    rest = (0, 0)
    if input_size is not None:
        reference.conv2d_grad_x(
            full(delta, 3), full(w, 4), input_size, s, p
        )  # refuses what does not fit
        rest = tuple(
            np.subtract(pair(input_size, "input_size", 1), least_input(delta, w, s, p)).tolist()
        )
    return {"stride": s, "padding": p, "remainder": rest}


def explore_input_gradient(delta, w, stride=1, padding=0, input_size=None, matrix=False):
    """Eq. 2.1 as an explorer: scatter and gather side by side, one selection, the same number;
    matrix C on demand.

    delta (H_out, W_out) or (F, H_out, W_out), w (K_H, K_W) or (F, C, K_H, K_W), input_size (H, W),
    by default the smallest that fits. Switch: matrix. Raises ValueError for shapes that do not fit
    or are too large to point at, TypeError for what is not numbers. Lesson 02.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    options = remainder_of(delta, w, stride, padding, input_size)
    return Explorer(
        InputGradient, {"delta": delta, "w": w}, **options, matrix="shown" if matrix else "hidden"
    )


class StrideAndPadding(InputGradient):
    """Eq. 2.1 with any geometry: delta spread out, padded or cropped, the remainder, the crop."""

    title = "What do stride and padding do on the way back?"

    def __init__(self, delta, w, stride, padding, remainder):
        super().__init__(delta, w, stride, padding, remainder)
        options = tuple(range(max(self.s)))
        self.controls = [
            *geometry_switches(self.s, self.p), switch("remainder", "rows left over", self.rest, options)
        ]  # fmt: skip

    def collects(self, k, ids):
        top = np.add(self.size, np.multiply(self.p, 2)) - self.rest
        if any(n + q >= t for n, q, t in zip(last(k), self.p, top, strict=True)):
            return "no window reaches this row or column, it is the dropped remainder."
        zeros = self.w[:, 0].size - len(ids)
        return f"the turned kernel meets {plural(len(ids), 'delta')} and {plural(zeros, 'zero')}."

    def spreads(self, k, ids):
        row, column = (signed(n * s - p) for n, s, p in zip(last(k), self.s, self.p, strict=True))
        lost = self.w[0].size - len(ids)
        crop = (
            f"; of its products {lost} on the padding {'is' if lost == 1 else 'are'} dropped"
            if lost
            else ""
        )
        return f"its kernel lies on grad_x from row {row}, column {column} on{crop}."

    def panes(self):
        note = "dashed: padding, cropped" if any(self.p) else ""
        grad_x = [
            padded_grid("grad_x", keys, self.p, self.values, note, grid.title, "cut", sign="=")
            for keys, grid in zip(self.targets, self.gradients(), strict=True)
        ]
        return [("", [self.sources(), self.spread_deltas("delta, spread", "→"), grad_x])]

    def wrong(self):
        size = np.add(self.size, np.multiply(self.p, 2)).tolist()
        whole = reference.conv2d_grad_x(self.delta, self.w, size, self.s, 0)[
            :, : self.size[0], : self.size[1]
        ]
        slips = {
            "the padding is not cropped": whole,
            "the kernel is not rotated": self.send(self.w[..., ::-1, ::-1]),
        }
        return {name: a.reshape(self.numbers["grad_x"].shape) for name, a in slips.items()}


def explore_stride_and_padding(delta, w, input_size=None, stride=1, padding=0):
    """Eq. 2.1 with any geometry: delta spread by the stride, padded or cropped per axis, the
    dropped remainder.

    Arguments and errors as explore_input_gradient; switches: stride, padding, remainder (delta
    keeps its size, the input follows). Lesson 02.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    options = remainder_of(delta, w, stride, padding, input_size)
    return Explorer(StrideAndPadding, {"delta": delta, "w": w}, **options)
