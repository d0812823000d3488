"""input_gradient: the explorer of the way back to the input, eq. 2.1 (level 6)."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Pair, Size, pair
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.convolution import products, spread_note
from cnnlib.views.explorers.given import given, walk_over
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import (
    Tale,
    border,
    full,
    keys_of,
    last,
    numbers_at,
    spread,
    stack,
    surround,
    switch,
    trim,
)
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.links import group
from cnnlib.views.words import (
    Arrays,
    Ids,
    Key,
    Options,
    Stories,
    Values,
    index_of,
    name_of,
    number,
    plural,
)

MOST_PLACES = 2_500  # of the matrix C


def least_input(delta: np.ndarray, w: np.ndarray, s: Pair, p: Pair) -> Pair:
    """(H, W) of the smallest input that a delta of this size belongs to."""
    sizes = zip(delta.shape[-2:], s, w.shape[-2:], p, strict=True)
    return tuple((m - 1) * t + k - 2 * q for m, t, k, q in sizes)


class InputGradient(Tale):
    """Eq. 2.1 twice: scattered and gathered.

    remainder: input rows and columns that no window reaches, below the stride.
    """

    title = "What does one input pixel owe to the loss?"
    target, source = "grad_x", "delta"
    loops = staticmethod(reference.conv2d_grad_x)

    def __init__(
        self,
        delta: np.ndarray,
        w: np.ndarray,
        stride: Size,
        padding: Size,
        remainder: Size,
        matrix: str = "hidden",
    ) -> None:
        self.delta, self.w, self.matrix = full(delta, 3), full(w, 4), matrix
        self.geometry = self.walk(stride, padding, remainder)
        self.grad_x = self.send(self.w)
        rank = 2 if w.ndim == 2 else 3
        self.numbers = {"delta": delta, "w": w, "grad_x": trim(self.grad_x, rank)}
        order, channels = ("grad_x", "delta", "w"), self.w.shape[1]
        rows = self.geometry.rows_inside()
        self.terms = products(order, self.numbers, len(self.delta), channels, rows)
        self.targets = keys_of("grad_x", self.grad_x.shape, rank)
        self.wide = self.spread_out(keys_of("delta", self.delta.shape, delta.ndim))
        self.controls = [switch("matrix", "matrix C", matrix, ("hidden", "shown"))]

    def walk(self, stride: Size, padding: Size, remainder: Size) -> Geometry:
        """The Geometry of the input that delta belongs to; the remainder stays below the stride.

        Raises ValueError where there is no input, or more of it than can be pointed at.
        """
        s, p = pair(stride, "stride", 1), pair(padding, "padding", 0)
        rest = pair(remainder, "remainder", 0)
        least = least_input(self.delta, self.w, s, p)
        size = tuple(n + min(r, t - 1) for n, r, t in zip(least, rest, s, strict=True))
        kernel = self.w.shape[2:]
        if min(size) < 1:
            met = f"delta {self.delta.shape[1:]} and kernel {kernel}"
            raise ValueError(f"padding {p} leaves no input for {met}")
        return walk_over("grad_x", size, kernel, s, p)

    def send(self, w: np.ndarray) -> np.ndarray:
        """grad_x (C, H, W) through these kernels."""
        g = self.geometry
        return reference.conv2d_grad_x(self.delta, w, g.input_size, g.stride, g.padding)

    def spread_out(self, deltas: np.ndarray) -> list[np.ndarray]:
        """The keys (F, H_out, W_out) of delta, spread by the stride, with a border or cropped; the
        zeros of each filter have names of their own."""
        before, after = zip(*self.geometry.border, strict=True)
        return [
            surround(spread(keys, self.geometry.stride, (f,)), before, after, lead=(f,))
            for f, keys in enumerate(deltas)
        ]

    # ---- what is said

    def stories(self) -> Stories:
        told = self.gather(self.collects, self.keys("grad_x"), badge=(1, 2), seen=self.seen)
        for k in told:
            told[k]["laid"] = self.laid(k)
        sent = self.scatter(self.spreads, self.keys("delta"))
        for k, texts in self.so_far(self.keys("grad_x")).items():
            sent[k]["show"] = {"so_far": texts}
        if self.matrix == "shown":
            self.light_matrix(told, sent)
        return told | sent

    def light_matrix(self, told: Stories, sent: Stories) -> None:
        """Let a pixel light its column of C, and a delta its row."""
        places = self.matrix_keys()
        for story, column in zip(told.values(), places.T, strict=True):
            story["seen"] = story["seen"] + column.tolist()
        for story, row in zip(sent.values(), places, strict=True):
            story["seen"] = story["seen"] + row.tolist()

    def seen(self, k: Key) -> list[Key]:
        """The zeros that the turned kernel meets when it collects for the pixel k."""
        return [empty for places in self.wide for empty in border(self.under(k, places))]

    def under(self, k: Key, places: np.ndarray) -> np.ndarray:
        """Those of the spread-out deltas that lie under the turned kernel when it collects for the
        pixel k."""
        (y, z), (K_H, K_W) = last(k), self.geometry.kernel_size
        return places[y : y + K_H, z : z + K_W]

    def laid(self, k: Key) -> dict[Key, str]:
        """The turned kernel's numbers on those zeros."""
        c = index_of(k)[0] if self.numbers["grad_x"].ndim == 3 else 0
        turned = self.w[:, c, ::-1, ::-1]
        met = ((self.under(k, places), w) for places, w in zip(self.wide, turned, strict=True))
        pairs = (pair for keys, w in met for pair in zip(keys.flat, w.flat, strict=True))
        return {k: f"×{number(w)}" for k, w in pairs if name_of(k) != "delta"}

    def collects(self, k: Key, ids: Ids) -> str:
        """What is said of a pixel."""
        find = "finds" if len(ids) == 1 else "find"
        more = "; the products are added" if len(ids) > 1 else ""
        return f"{len(ids)} of the {self.w[:, 0].size} kernel cells {find} a delta here{more}."

    def spreads(self, k: Key, ids: Ids) -> str:
        """What is said of a delta."""
        times = number(self.values[k])
        return f"it adds {times} times the kernel to {plural(len(ids), 'cell')} of grad_x."

    def so_far(self, places: Sequence[Key]) -> dict[Key, list[str]]:
        """For each delta in turn, the texts of grad_x after that delta has been added."""
        total: Values = {}
        texts, groups = {}, group(self.terms, 1)
        for source in self.keys("delta"):
            for target, _, weight in (self.terms[t] for t in groups.get(source, [])):
                sent = self.values[source] * self.values[weight]
                total[target] = total.get(target, 0.0) + sent
            texts[source] = [number(total[k]) if k in total else "" for k in places]
        return texts

    # ---- what is drawn

    def panes(self) -> Panes:
        grids = self.gradients()
        look: Options = {"sign": "→", "shaded": False}
        filled = [
            Grid("so_far", a, "filled delta by delta", grid.title, keys=keys, **look)
            for a, keys, grid in zip(self.grad_x, self.targets, grids, strict=True)
        ]
        right = [self.spread_deltas("delta"), self.turned_kernels(), grids]
        panes = [
            ("Scatter: each delta spreads the kernel", [self.sources(), filled]),
            ("Gather: each pixel collects", right),
        ]
        if self.matrix == "shown":
            panes.append(("The matrix C: net = C x, grad_x = Cᵀ delta", [[self.matrix_grid()]]))
        return panes

    def sources(self) -> list[Grid]:
        """The grids that a reader may edit."""
        delta = stack("delta", self.delta.shape, self, "the error term", role=1, editable=True)
        return delta + stack("w", self.w.shape, self, "the kernel", role=2, editable=True)

    def spread_deltas(self, title: str, sign: str = "") -> list[Grid]:
        """Delta with zeros between and around, or cropped."""
        down, across = self.geometry.border
        note = spread_note(self.geometry)
        many = len(self.wide) > 1
        grids = []
        for f, places in enumerate(self.wide):
            name = f"{title}[{f}]" if many else title
            numbers = numbers_at(places, self.values)
            sides = zip((down[0], across[0]), places.shape, strict=True)
            heads = (tuple(range(-before, n - before)) for before, n in sides)
            look: Options = {"keys": places, "role": 1, "sign": sign}
            look |= zip(("rows", "columns"), heads, strict=True)
            grids.append(Grid("delta_wide", numbers, note, name, **look))
        return grids

    def turned_kernels(self) -> list[Grid]:
        """The kernels turned by 180 degrees: the same cells in other places."""
        rows, columns = (tuple(range(n))[::-1] for n in self.geometry.kernel_size)
        look: Options = {"role": 2, "sign": "⋆", "rows": rows, "columns": columns}
        rank, grids = self.numbers["w"].ndim, []
        keys = keys_of("w", self.w.shape, rank)[..., ::-1, ::-1]
        for f, c in np.ndindex(self.w.shape[:2]):
            title = f"w[{f},{c}]" if rank == 4 else "w"
            numbers = self.w[f, c, ::-1, ::-1]
            grids.append(Grid("w_rot", numbers, "rotated by 180°", title, keys=keys[f, c], **look))
        return grids

    def gradients(self) -> list[Grid]:
        """The grids of the result."""
        return stack("grad_x", self.grad_x.shape, self, "collected pixel by pixel", sign="=")

    def matrix_keys(self) -> np.ndarray:
        """The keys of the places of C: each place is a cell of its own, the same weight in many."""
        shape = self.delta.size, self.grad_x.size
        if shape[0] * shape[1] > MOST_PLACES:
            met = "matrix C has {}x{} places".format(*shape)
            raise ValueError(f"{met}, wanted at most {MOST_PLACES:,}")
        return keys_of("C", shape, 2)

    def matrix_grid(self) -> Grid:
        """C as a grid: a row for each number of delta, a column for each pixel."""
        keys = self.matrix_keys()
        rows, columns = (
            {k: n for n, k in enumerate(self.keys(name))} for name in ("delta", "grad_x")
        )
        numbers = np.full(keys.shape, np.nan)  # where they do not meet, nothing is written
        for pixel, out, weight in self.terms:
            numbers[rows[out], columns[pixel]] = self.values[weight]
        note = "rows: delta, columns: pixels, both in reading order"
        return Grid("C", numbers, note, keys=keys, role=2)

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        s, p, K = self.geometry.stride, self.geometry.padding, self.geometry.kernel_size
        place = np.array(last(k))
        back = np.subtract(K, 1)
        yield "the kernel is not turned", self.reached(place + p, K, s)
        yield "the stride is forgotten", self.reached(place + p - back, K, (1, 1))
        yield "the padding is forgotten", self.reached(place - back, K, s)

    def reached(self, start: np.ndarray, size: Pair, s: Pair) -> list[Key]:
        """The keys of the deltas that stand, s apart, under a window that begins at `start`."""
        rows, columns = (range(n, n + k) for n, k in zip(start, size, strict=True))
        places = {k: np.multiply(last(k), s) for k in self.keys("delta")}
        return [k for k, (y, x) in places.items() if y in rows and x in columns]

    def wrong(self) -> Arrays:
        turned = {
            "the kernel is not rotated when gathering": self.w[..., ::-1, ::-1],
            "the kernel is flipped on one axis only": self.w[..., ::-1, :],
        }
        shape = self.numbers["grad_x"].shape
        return {name: self.send(w).reshape(shape) for name, w in turned.items()}


def remainder_of(
    delta: np.ndarray, w: np.ndarray, stride: Size, padding: Size, input_size: Size | None
) -> Options:
    """The options of both explorers of eq. 2.1: stride, padding and remainder as pairs.

    remainder: what input_size leaves over. Raises ValueError where delta does not fit it.
    """
    s, p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    rest = (0, 0)
    if input_size is not None:
        # refuses what does not fit
        reference.conv2d_grad_x(full(delta, 3), full(w, 4), input_size, s, p)
        rest = Geometry(input_size, w.shape[-2:], s, p).remainder
    return {"stride": s, "padding": p, "remainder": rest}


def explore_input_gradient(
    delta: ArrayLike,
    w: ArrayLike,
    stride: Size = 1,
    padding: Size = 0,
    input_size: Size | None = None,
    matrix: bool = False,
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 2.1 as an explorer: scatter and gather side by side, one selection, the same number.

    delta (H_out, W_out) or (F, H_out, W_out), w (K_H, K_W) or (F, C, K_H, K_W), input_size (H, W),
    by default the smallest that fits. predict: everything is hidden at first. Switch: matrix, for
    the matrix C. Raises ValueError for shapes that do not fit or are too large to point at,
    TypeError for what is not numbers. Lesson 02.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    options = remainder_of(delta, w, stride, padding, input_size)
    options["matrix"] = "shown" if matrix else "hidden"
    return Grids(InputGradient, {"delta": delta, "w": w}, **options, predict=predict)


def example() -> Grids:
    """Delta of lesson 02, sent back through a vertical edge."""
    delta = [[1, 0, 2], [3, 0, 4], [0, 0, 0]]
    kernel = [[1, -1], [1, -1]]
    return explore_input_gradient(delta, kernel)
