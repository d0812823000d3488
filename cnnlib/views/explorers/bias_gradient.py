"""bias_gradient: the explorer of a convolution's bias gradient, eq. 4.1 (level 6)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.views.explorers.given import given
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import Tale, full, key, keys_of, stack
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.words import Arrays, Ids, Key, Stories, label


class BiasGradient(Tale):
    """Eq. 4.1, each delta flows into its filter's one bias."""

    title = "Why is the bias gradient a sum?"
    target, source = "grad_b", "delta"
    loops = staticmethod(reference.conv2d_grad_b)

    def __init__(self, delta: np.ndarray) -> None:
        self.delta = full(delta, 3)
        self.grad_b = reference.conv2d_grad_b(self.delta)
        self.numbers = {"delta": delta, "grad_b": self.grad_b}
        self.terms = [
            [f"grad_b:{place[0]}", key("delta", place, delta.ndim), ""]
            for place in np.ndindex(*self.delta.shape)
        ]

    def stories(self) -> Stories:
        told = self.gather(self.added, self.keys("grad_b"))
        return told | self.scatter(self.flows, self.keys("delta"))

    def added(self, k: Key, ids: Ids) -> str:
        """What is said of a bias's gradient."""
        return f"all {len(ids)} deltas of the filter are added."

    def flows(self, k: Key, ids: Ids) -> str:
        """What is said of a delta."""
        return f"it flows into {label(self.terms[ids[0]][0])} with the factor 1."

    def panes(self) -> Panes:
        keys = keys_of("grad_b", (1, len(self.grad_b)), 1)
        note = "dE/db, one number a filter"
        grad_b = Grid("grad_b", self.grad_b[None], note, keys=keys, sign="=")
        delta = stack("delta", self.delta.shape, self, "the error term", role=1, editable=True)
        return [("", [delta, [grad_b]])]

    def misplaced(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        for f in range(len(self.delta)):
            yield "another filter is taken", self.taking_part(f"grad_b:{f}")
        if len(self.delta) > 1:
            yield "the deltas of all filters are taken", self.keys("delta")
        for cell in self.keys("delta"):
            yield "one delta is taken for its filter", [cell]

    def wrong(self) -> Arrays:
        count = self.delta[0].size
        slips = {
            "the mean is taken instead of the sum": self.grad_b / count,
            "the deltas are counted, not added": np.full_like(self.grad_b, count),
        }
        if len(self.delta) > 1:
            slips["the filters are added together"] = np.full_like(self.grad_b, self.grad_b.sum())
        return slips


def explore_bias_gradient(delta: ArrayLike, *, predict: bool = False) -> Grids:
    """Eq. 4.1 as an explorer: point at a delta and see its bias, or at a bias and see its deltas.

    delta (H_out, W_out) or (F, H_out, W_out). predict: everything is hidden at first. Raises
    ValueError for what is too large to point at, TypeError for what is not numbers. Lesson 04.
    """
    return Grids(BiasGradient, {"delta": given(delta, "delta", (2, 3))}, predict=predict)


def example() -> Grids:
    """The deltas of two filters, whose sums differ."""
    delta_1 = [[0, 1, 1], [2, 2, 2], [1, 0, 0]]
    delta_2 = [[1, 0, 2], [0, 0, 0], [1, 2, 1]]
    return explore_bias_gradient([delta_1, delta_2])
