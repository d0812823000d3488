"""stride_and_padding: the explorer of eq. 2.1 with any geometry (level 6)."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Size
from cnnlib.views.explorers.convolution import geometry_switches
from cnnlib.views.explorers.given import given
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.input_gradient import InputGradient, remainder_of
from cnnlib.views.explorers.tale import last, padded_grid, switch
from cnnlib.views.frames import Panes
from cnnlib.views.words import Arrays, Ids, Key, Options, Place, Stories, plural, signed


class StrideAndPadding(InputGradient):
    """Eq. 2.1 with any geometry: delta spread out, padded or cropped, the remainder, the crop."""

    title = "What do stride and padding do on the way back?"

    def __init__(
        self, delta: np.ndarray, w: np.ndarray, stride: Size, padding: Size, remainder: Size
    ) -> None:
        super().__init__(delta, w, stride, padding, remainder)
        rest, most = self.geometry.remainder, max(self.geometry.stride)
        left_over = switch("remainder", "rows left over", rest, tuple(range(most)))
        self.controls = [*geometry_switches(self.geometry), left_over]

    def collects(self, k: Key, ids: Ids) -> str:
        g = self.geometry
        reached = np.subtract(g.padded_size, g.remainder)
        if (np.add(last(k), g.padding) >= reached).any():
            return "no window reaches this row or column, it is the dropped remainder."
        zeros = self.w[:, 0].size - len(ids)
        return f"the turned kernel meets {plural(len(ids), 'delta')} and {plural(zeros, 'zero')}."

    def spreads(self, k: Key, ids: Ids) -> str:
        (i, j), (s_v, s_h), (p_v, p_h) = last(k), self.geometry.stride, self.geometry.padding
        row, column = signed(i * s_v - p_v), signed(j * s_h - p_h)
        say = f"its kernel lies on grad_x from row {row}, column {column} on"
        lost = self.w[0].size - len(ids)
        if lost:
            drop = "is" if lost == 1 else "are"
            say += f"; of its products {lost} on the padding {drop} dropped"
        return say + "."

    def stories(self) -> Stories:
        told, dropped = super().stories(), self.dropped()
        for k in self.keys("delta"):
            told[k]["seen"] = told[k]["seen"] + dropped.get(last(k), [])
        return told

    def dropped(self) -> dict[Place, list[Key]]:
        """{(i, j): the places of the padding that a delta there reaches}."""
        g, found = self.geometry, dict[Place, list[Key]]()
        for i, j, _, _, y, z in g.rows().tolist():
            if not (0 <= y < g.input_size[0] and 0 <= z < g.input_size[1]):
                place = f"cut:{y + g.padding[0]},{z + g.padding[1]}"
                found.setdefault((i, j), []).append(place)
        return found

    def padded(self) -> np.ndarray:
        """grad_xp (C, H + 2p, W + 2p): what eq. 2.1 gives before the padding is cropped."""
        return reference.conv2d_grad_x(
            self.delta, self.w, self.geometry.padded_size, self.geometry.stride
        )

    def panes(self) -> Panes:
        p = self.geometry.padding
        note = "dashed: padding, cropped" if any(p) else ""
        grids = [
            padded_grid("grad_x", keys, p, self.values, note, grid.title, "cut", sign="=")
            for keys, grid in zip(self.targets, self.gradients(), strict=True)
        ]
        grad_x = [
            replace(grid, numbers=numbers)
            for grid, numbers in zip(grids, self.padded(), strict=True)
        ]
        return [("", [self.sources(), self.spread_deltas("delta, spread", "→"), grad_x])]

    def wrong(self) -> Arrays:
        H, W = self.geometry.input_size
        slips = {
            "the padding is not cropped": self.padded()[:, :H, :W],
            "the kernel is not rotated": self.send(self.w[..., ::-1, ::-1]),
        }
        return {name: a.reshape(self.numbers["grad_x"].shape) for name, a in slips.items()}


def explore_stride_and_padding(
    delta: ArrayLike,
    w: ArrayLike,
    input_size: Size | None = None,
    stride: Size = 1,
    padding: Size = 0,
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 2.1 with any geometry: delta spread by the stride, padded or cropped, the remainder.

    Arguments and errors as explore_input_gradient; switches: stride, padding, remainder (delta
    keeps its size, the input follows). Lesson 02b.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    options = remainder_of(delta, w, stride, padding, input_size)
    return Grids(StrideAndPadding, {"delta": delta, "w": w}, **options, predict=predict)


def example() -> Grids:
    """Stride 2, padding on the left and right, and a row that no window reaches."""
    delta = [[1, 2], [3, 4]]
    kernel = [[1, 0, -1], [2, 0, -2]]
    sizes: Options = {"input_size": (5, 3), "stride": 2, "padding": (0, 1)}
    return explore_stride_and_padding(delta, kernel, **sizes)
