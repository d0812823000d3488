"""pooling: what the explorers of max and mean pooling share (level 6). x (H, W), one channel."""

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import Pair, Size, pair, same_shape
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.given import given, walk_over
from cnnlib.views.explorers.tale import Tale
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.words import Arrays, number


class Pooling(Tale):
    """x and out forward, grad_out and grad_x back."""

    target, source = "grad_x", "grad_out"
    forward_note = ""

    def panes(self) -> Panes:
        n = self.numbers
        x = Grid("x", n["x"], "the input", role=1, editable=True)
        out = Grid("out", n["out"], self.forward_note, sign="→")
        grad_out = Grid("grad_out", n["grad_out"], "arrives from above", role=1, editable=True)
        grad_x = Grid("grad_x", n["grad_x"], "what is sent on", sign="→")
        arrives, sent = (number(n[name].sum()) for name in ("grad_out", "grad_x"))
        back = f"Backward: sum of grad_out {arrives}, sum of grad_x {'?' if self.asked else sent}"
        return [("Forward", [[x], [out]]), (back, [[grad_out], [grad_x]])]


def pool_over(x: np.ndarray, size: Size, stride: Size) -> Geometry:
    """The Geometry of a pooling window on x."""
    return walk_over("x", x.shape, pair(size, "size", 1), stride)


def checked_pool(
    x: ArrayLike, grad_out: ArrayLike | None, size: Size, stride: Size
) -> tuple[Arrays, dict[str, Pair]]:
    """(numbers, options) of both pooling explorers, checked; grad_out by default 1, 2, 3, ..."""
    x = given(x, "x", (2,))
    geometry = pool_over(x, size, stride)
    shape = geometry.out_size
    if grad_out is None:
        grad_out = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape)
    grad_out = given(grad_out, "grad_out", (2,))
    same_shape(grad_out, "grad_out", shape, "one number for each window")
    return {"x": x, "grad_out": grad_out}, {"size": geometry.kernel_size, "stride": geometry.stride}
