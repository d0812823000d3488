"""im2col: the explorer of a convolution as one matrix product, eq. 9.5 and 9.2 (level 6)."""

from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from cnnlib.arguments import Pair, Size, same_channels
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.convolution import geometry_switches, padding_note, window_border
from cnnlib.views.explorers.given import given, walk_over
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import Tale, full, keys_of, last, stack, writes
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.words import (
    Arrays,
    Ids,
    Key,
    Options,
    Place,
    Stories,
    Terms,
    label,
    name_of,
    plural,
)


def by_columns(
    xp: np.ndarray, kernels: np.ndarray, size: Place, out_size: Pair, stride: Pair
) -> tuple[np.ndarray, np.ndarray]:
    """Eq. 9.5 and 9.2, without a bias: (columns (C*K_H*K_W, H_out*W_out), net (F, H_out*W_out)).

    xp (C, H + 2p, W + 2p), kernels (F, C*K_H*K_W); size: (C, K_H, K_W).
    """
    s_v, s_h = stride
    columns = np.zeros((kernels.shape[1], out_size[0] * out_size[1]))
    net = np.zeros((len(kernels), columns.shape[1]))
    for k, (c, u, v) in enumerate(np.ndindex(*size)):
        for m, (i, j) in enumerate(np.ndindex(*out_size)):
            columns[k, m] = xp[c, i * s_v + u, j * s_h + v]
    for f, m in np.ndindex(net.shape):
        for k in range(len(columns)):
            net[f, m] += kernels[f, k] * columns[k, m]
    return columns, net


class Columns(Tale):
    """Eq. 9.5, each window copied into a column; eq. 9.2, the kernels as rows times these columns.

    k counts the rows of the columns matrix: all (c, u, v). m counts its columns: all (i, j).
    """

    title = "Which copy of which input stands where?"
    target, source = "columns", "x"
    written = (2, 1)  # w·x
    loops = staticmethod(by_columns)

    def __init__(self, x: np.ndarray, w: np.ndarray, stride: Size, padding: Size) -> None:
        self.x, self.w = full(x, 3), full(w, 4)
        self.geometry = walk_over("x", x.shape[-2:], w.shape[-2:], stride, padding)
        self.cells = list(np.ndindex(*self.w.shape[1:]))  # (c, u, v) of each k
        self.windows = list(np.ndindex(*self.geometry.out_size))  # (i, j) of each m
        columns, net = by_columns(
            self.padded(),
            self.w.reshape(len(self.w), -1),
            self.w.shape[1:],
            self.geometry.out_size,
            self.geometry.stride,
        )
        self.numbers = {"x": x, "w": w, "columns": columns, "net": net}
        self.pixels = keys_of("x", self.x.shape, x.ndim)
        self.weights = keys_of("w", self.w.shape, w.ndim).reshape(len(self.w), -1)
        copies = self.copies()
        self.terms = copies + self.products(copies)
        self.controls = geometry_switches(self.geometry)

    def padded(self) -> np.ndarray:
        """xp: x with its border of zeros."""
        (p_v, p_h) = self.geometry.padding
        return np.pad(self.x, ((0, 0), (p_v, p_v), (p_h, p_h)))

    def copies(self) -> Terms:
        """A term for each copy: (place in columns, cell of x, no factor)."""
        (_, across), (K_H, K_W) = self.geometry.out_size, self.geometry.kernel_size
        i, j, u, v, y, z = self.geometry.rows_inside().T
        terms: Terms = []
        for c, pixels in enumerate(self.pixels):
            k, m = (c * K_H + u) * K_W + v, i * across + j
            for place in np.lexsort((m, k)):
                copied = pixels[y[place], z[place]]
                terms.append([f"columns:{k[place]},{m[place]}", copied, ""])
        return terms

    def products(self, copies: Terms) -> Terms:
        """A term for each product of a weight and a copy; the padding adds nothing."""
        terms: Terms = []
        for f, row in enumerate(self.weights):
            for copy, _, _ in copies:
                k, m = last(copy)
                terms.append([f"net:{f},{m}", copy, row[k]])
        return terms

    # ---- what is said

    def stories(self) -> Stories:
        covered = self.covered()

        def seen(k: Key) -> list[Key]:
            return covered[last(k)[1]]

        told = self.gather(self.copied, self.keys("columns"), seen=seen)
        told |= self.scatter(self.spreads, self.keys("x"))
        for story in told.values():
            story["line"] = writes(self.loops, "columns")
        return told | self.gather(self.added, self.keys("net"), badge=(1, 2), seen=seen)

    def covered(self) -> list[list[Key]]:
        """For each m the keys of all that its window covers: cells of x, and padding."""
        found: list[list[Key]] = [[] for _ in self.windows]
        across = self.geometry.out_size[1]
        for pixels in self.pixels:
            for i, j, _, _, y, z in self.geometry.rows_inside().tolist():
                found[i * across + j].append(pixels[y, z])
        border = window_border(self.pixels[0], self.geometry.padding, self.geometry)
        return [
            cells + border(f"net:{i},{j}")
            for cells, (i, j) in zip(found, self.windows, strict=True)
        ]

    def copied(self, k: Key, ids: Ids) -> str:
        """What is said of a place of the columns matrix."""
        row, m = last(k)
        cell, window = self.cell_name(row), tuple_name(self.windows[m])
        if not ids:
            return f"kernel cell {cell} of window {window} lies on the padding."
        source = label(self.terms[ids[0]][1])
        return f"a copy of {source}, which kernel cell {cell} meets in window {window}."

    def spreads(self, k: Key, ids: Ids) -> str:
        """What is said of a cell of x."""
        if not ids:
            return "no window reaches it, so columns has no copy of it."
        if len(ids) == 1:
            return "columns has 1 copy of it, for the one window that holds it."
        return f"columns has {len(ids)} copies of it, one for each window that holds it."

    def added(self, k: Key, ids: Ids) -> str:
        """What is said of an output."""
        f, m = last(k)
        window, many = tuple_name(self.windows[m]), plural(len(ids), "product", "is/are")
        return f"row {f} of w times column {m} of columns, the window {window}; {many} added."

    def cell_name(self, k: int) -> str:
        """(u, v) of a row of the columns matrix; with its channel where there are some."""
        return tuple_name(self.cells[k][1:] if self.w.shape[1] == 1 else self.cells[k])

    # ---- what is drawn

    def panes(self) -> Panes:
        p = self.geometry.padding
        x = stack("x", self.x.shape, self, padding_note(p), p, role=1, editable=True)
        cells = tuple(self.cell_name(k)[1:-1] for k in range(len(self.cells)))
        windows = tuple(tuple_name(place)[1:-1] for place in self.windows)
        look: Options = {"keys": self.weights, "role": 2, "columns": cells, "editable": True}
        rows = self.w.reshape(len(self.w), -1)
        kernels = Grid("w", rows, "W: each kernel is a row", **look)
        note = "X: a column is a window, a row a kernel cell (9.5)"
        look = {"rows": cells, "columns": windows, "sign": "→"}
        columns = Grid("columns", self.numbers["columns"], note, **look)
        look = {"columns": windows, "sign": "="}
        net = Grid("net", self.numbers["net"], "W X: row times column (9.2), no bias", **look)
        return [("", [[*x, kernels], [columns, net]])]

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        row, m = last(k)
        (c, u, v), (i, j) = self.cells[row], self.windows[m]
        (s_v, s_h), (p_v, p_h) = self.geometry.stride, self.geometry.padding
        yield "the stride is forgotten", self.pixel(c, i + u - p_v, j + v - p_h)
        yield "the padding is forgotten", self.pixel(c, i * s_v + u, j * s_h + v)
        yield "only the window is looked at, not the kernel cell", self.pixel(c, i, j)
        yield "only the kernel cell is looked at, not the window", self.pixel(c, u, v)
        yield (
            "the kernel cells are taken column by column",
            self.pixel(c, i * s_v + v - p_v, j * s_h + u - p_h),
        )
        window = [k for k in self.covered()[m] if name_of(k) == "x"]
        yield "the whole window is taken for one of its cells", window

    def pixel(self, c: int, y: int, z: int) -> list[Key]:
        """The cell of x at that place, if there is one."""
        _, H, W = self.x.shape
        return [self.pixels[c, y, z]] if 0 <= y < H and 0 <= z < W else []

    def wrong(self) -> Arrays:
        g, (p_v, p_h) = self.geometry, self.geometry.padding
        shape = self.numbers["columns"].shape
        windows = self.cut(self.padded(), g)  # axes c, i, j, u, v
        late = np.pad(self.x, ((0, 0), (0, 2 * p_v), (0, 2 * p_h)))
        dense = Geometry(g.padded_size, g.kernel_size)
        down, across = g.out_size
        slips = {
            "the windows are reshaped before their axes are in order": windows,
            "the kernel cells are taken column by column": windows.transpose(0, 4, 3, 1, 2),
            "the windows are taken column by column": windows.transpose(0, 3, 4, 2, 1),
            "the kernel is rotated": in_order(windows[..., ::-1, ::-1]),
            "the padding is forgotten": in_order(self.cut(late, g)),
            "the stride is forgotten": in_order(self.cut(self.padded(), dense)[:, :down, :across]),
        }
        return {name: a.reshape(shape) for name, a in slips.items()}

    def cut(self, xp: np.ndarray, geometry: Geometry) -> np.ndarray:
        """The windows of a padded input, (C, H_out, W_out, K_H, K_W)."""
        s_v, s_h = geometry.stride
        return sliding_window_view(xp, geometry.kernel_size, (1, 2))[:, ::s_v, ::s_h]


def in_order(windows: np.ndarray) -> np.ndarray:
    """Windows (C, H_out, W_out, K_H, K_W) with their axes in the order of eq. 9.5: c u v, i j."""
    return windows.transpose(0, 3, 4, 1, 2)


def tuple_name(place: Place) -> str:
    """A place in words: (2,1)."""
    return f"({','.join(map(str, place))})"


def explore_columns(
    x: ArrayLike, w: ArrayLike, stride: Size = 1, padding: Size = 0, *, predict: bool = False
) -> Grids:
    """Eq. 9.5 and 9.2 as an explorer: the windows of x as columns, the kernels as rows.

    Select a place of X and see of which cell it is a copy, or a cell of x and see all its copies; a
    number of W X is a row times a column. x (H, W) or (C, H, W), w (K_H, K_W) or (F, C, K_H, K_W);
    the bias is 0. predict: X is hidden at first. Switches: stride, padding. Raises ValueError for
    shapes that do not fit or are too large to point at, TypeError for what is not numbers. Lesson
    09.
    """
    x, w = given(x, "x", (2, 3)), given(w, "w", (2, 4))
    same_channels(full(x, 3), full(w, 4))
    return Grids(Columns, {"x": x, "w": w}, stride=stride, padding=padding, predict=predict)


def example() -> Grids:
    """The image of the course and two filters: nine windows, four kernel cells."""
    image = [[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    filters = [[[[1, -1], [1, -1]]], [[[1, 1], [-1, -1]]]]
    return explore_columns(image, filters)
