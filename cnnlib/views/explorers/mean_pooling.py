"""mean_pooling: the explorer of mean pooling, eq. 5.2 (level 6)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Size
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.pooling import Pooling, checked_pool, pool_over
from cnnlib.views.explorers.tale import last
from cnnlib.views.words import Arrays, Ids, Key, Place, Stories, plural


class MeanPooling(Pooling):
    """Eq. 5.2, every cell of a window gets an equal share."""

    title = "What does a mean send back?"
    forward_note = "the mean of each window"
    loops = staticmethod(reference.mean_pool2d_grad_x)

    def __init__(self, x: np.ndarray, grad_out: np.ndarray, size: Size, stride: Size) -> None:
        geometry = pool_over(x, size, stride)
        self.size, self.stride = geometry.kernel_size, geometry.stride
        self.cells = self.size[0] * self.size[1]
        out = reference.mean_pool2d(x[None], self.size, self.stride)[0]
        sent = reference.mean_pool2d_grad_x(grad_out[None], x.shape, self.size, self.stride)
        share = np.array([1 / self.cells])
        self.numbers = {"x": x, "out": out, "grad_out": grad_out, "grad_x": sent[0], "share": share}
        rows = geometry.rows()[:, [0, 1, 4, 5]].tolist()
        back = [[f"grad_x:{y},{z}", f"grad_out:{i},{j}", "share:0"] for i, j, y, z in rows]
        self.terms = back + [[f"out:{i},{j}", f"x:{y},{z}", "share:0"] for i, j, y, z in rows]

    def stories(self) -> Stories:
        told = self.gather(self.got, self.keys("grad_x"))
        told |= self.scatter(self.goes, self.keys("grad_out"))
        forward = self.gather(self.mean, self.keys("out"))
        forward |= self.scatter(self.feeds, self.keys("x"))
        for story in forward.values():
            story["line"] = -1  # the loops that are shown go back
        return told | forward

    def got(self, k: Key, ids: Ids) -> str:
        """What is said of a cell of grad_x."""
        return f"{plural(len(ids), 'window', 'holds/hold')} this cell, and each sends a share."

    def goes(self, k: Key, ids: Ids) -> str:
        """What is said of a number that arrives from above."""
        return f"{plural(len(ids), 'cell', 'gets/get')} an equal share."

    def mean(self, k: Key, ids: Ids) -> str:
        """What is said of an output."""
        return f"the mean of {plural(len(ids), 'number')}."

    def feeds(self, k: Key, ids: Ids) -> str:
        """What is said of a pixel."""
        return f"it has a share in {plural(len(ids), 'mean')}."

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        x, place = self.numbers["x"], last(k)
        _, winners = reference.max_pool2d(x[None], self.size, self.stride)
        outs = np.ndindex(winners[0].shape)
        won = [f"grad_out:{i},{j}" for i, j in outs if self.winner(winners[0], (i, j)) == place]
        yield "only windows where the cell is the largest are taken, as in max pooling", won
        yield "only one of its windows is taken", sorted(self.taking_part(k), key=last)[-1:]

    def winner(self, winners: np.ndarray, out: Place) -> Place:
        """The place in x that is the largest of a window."""
        u, v = divmod(int(winners[out]), self.size[1])
        return (out[0] * self.stride[0] + u, out[1] * self.stride[1] + v)

    def wrong(self) -> Arrays:
        x, sent = self.numbers["x"], self.numbers["grad_out"][None]
        where = self.size, self.stride
        _, winners = reference.max_pool2d(x[None], *where)
        routed = reference.max_pool2d_grad_x(sent, winners, x.shape, *where)[0]
        return {
            "the share is forgotten": self.numbers["grad_x"] * self.cells,
            "the largest cell gets everything, as in max pooling": routed,
        }


def explore_mean_pooling(
    x: ArrayLike,
    grad_out: ArrayLike | None = None,
    size: Size = 2,
    stride: Size = 1,
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 5.2 as an explorer, the contrast to max pooling.

    Arguments and errors as explore_max_pooling, without ties. Lesson 05.
    """
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Grids(MeanPooling, numbers, **options, predict=predict)


def example() -> Grids:
    """Four windows side by side, each with its mean."""
    image = [[4, 0, 2, 1], [1, 3, 0, 5], [2, 2, 6, 0], [1, 0, 3, 4]]
    grad_out = [[4, 8], [12, 16]]
    return explore_mean_pooling(image, grad_out, size=2, stride=2)
