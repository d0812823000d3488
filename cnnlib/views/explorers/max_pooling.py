"""max_pooling: the explorer of max pooling, eq. 5.1 (level 6)."""

from collections.abc import Callable, Iterable
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import reference
from cnnlib.arguments import Size
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.pooling import Pooling, checked_pool, pool_over
from cnnlib.views.explorers.tale import last, switch
from cnnlib.views.links import INDENT, says, wrapped
from cnnlib.views.words import Arrays, Ids, Key, Place, Stories, Story, Terms, label, number, plural

Route = tuple[int, int, int, int, float]  # i, j, y, z, share


def to_all_equal(
    grad_out: np.ndarray, x: np.ndarray, out: np.ndarray, geometry: Geometry
) -> np.ndarray:
    """grad_x when in a tie all get the whole error: the rule "all"."""
    grad_x = np.zeros_like(x)
    for i, j, _, _, y, z in geometry.rows():
        if x[y, z] == out[i, j]:
            grad_x[y, z] += grad_out[i, j]
    return grad_x


def split_among_equal(
    grad_out: np.ndarray, x: np.ndarray, out: np.ndarray, geometry: Geometry
) -> np.ndarray:
    """grad_x when in a tie each gets its share of the error: the rule "split"."""
    grad_x, tied = np.zeros_like(x), np.zeros_like(out)
    for i, j, _, _, y, z in geometry.rows():
        if x[y, z] == out[i, j]:
            tied[i, j] += 1
    for i, j, _, _, y, z in geometry.rows():
        if x[y, z] == out[i, j]:
            grad_x[y, z] += grad_out[i, j] / tied[i, j]
    return grad_x


class MaxPooling(Pooling):
    """Eq. 5.1, the error goes to the winner of each window.

    ties: equal cells leave all to the first, get all of it each, or split it.
    """

    title = "Where does the gradient go through a max?"
    forward_note = "the largest of each window"
    rules: ClassVar[dict[str, Callable[..., Any]]] = {
        "first": reference.max_pool2d_grad_x,
        "all": to_all_equal,
        "split": split_among_equal,
    }

    def __init__(
        self, x: np.ndarray, grad_out: np.ndarray, size: Size, stride: Size, ties: str
    ) -> None:
        self.controls = [switch("ties", "in a tie", ties, tuple(self.rules))]
        self.ties, self.loops = ties, self.rules[ties]
        self.geometry = pool_over(x, size, stride)
        self.size, self.stride = self.geometry.kernel_size, self.geometry.stride
        out, winners = (a[0] for a in reference.max_pool2d(x[None], self.size, self.stride))
        self.numbers = {"x": x, "out": out, "grad_out": grad_out}
        self.rows = self.routes(winners)
        self.numbers["grad_x"] = self.pay(winners)
        self.terms = self.sent()
        self.back = len(self.terms)
        self.terms += [[f"out:{i},{j}", f"x:{y},{z}", ""] for i, j, y, z, _ in self.rows]

    def routes(self, winners: np.ndarray) -> list[Route]:
        """Rows (i, j, y, z, share): cell (y, z) of x gets that share of the error of window
        (i, j)."""
        x, out = self.numbers["x"], self.numbers["out"]
        rows = []
        for i, j in np.ndindex(winners.shape):
            window = [last(k) for k in self.window((i, j))]
            tied = [place for place in window if x[place] == out[i, j]]
            paid = [window[int(winners[i, j])]] if self.ties == "first" else tied
            share = 1 / len(tied) if self.ties == "split" else 1.0
            rows += [(i, j, *place, share) for place in paid]
        return rows

    def window(self, place: Place) -> list[Key]:
        """The keys of the cells that window (i, j) reads."""
        top, left = (n * s for n, s in zip(place, self.stride, strict=True))
        return [f"x:{top + u},{left + v}" for u, v in np.ndindex(*self.size)]

    def pay(self, winners: np.ndarray) -> np.ndarray:
        """grad_x, by the loops that are shown."""
        x, out, grad_out = (self.numbers[name] for name in ("x", "out", "grad_out"))
        if self.ties != "first":
            return self.loops(grad_out, x, out, self.geometry)
        return self.loops(grad_out[None], winners[None], x.shape, self.size, self.stride)[0]

    def sent(self) -> Terms:
        """The terms of the way back; the shares of a tie are an array of their own."""
        shares = [""] * len(self.rows)
        if self.ties == "split":
            self.numbers["share"] = np.array([row[-1] for row in self.rows])
            shares = [f"share:{n}" for n in range(len(self.rows))]
        return [
            [f"grad_x:{y},{z}", f"grad_out:{i},{j}", share]
            for (i, j, y, z, _), share in zip(self.rows, shares, strict=True)
        ]

    def stories(self) -> Stories:
        told = self.gather(self.got, self.keys("grad_x"), seen=self.above)
        told |= self.scatter(self.goes, self.keys("grad_out"))
        for k in self.keys("grad_out"):
            told[k]["seen"] = self.window(last(k))
        told |= {k: self.won(k) for k in self.keys("out")}
        return told | {k: self.wins(k) for k in self.keys("x")}

    def above(self, k: Key) -> list[Key]:
        """The pixel that a cell of grad_x belongs to."""
        return ["x:" + k.partition(":")[2]]

    def got(self, k: Key, ids: Ids) -> str:
        """What is said of a cell of grad_x."""
        added = "; what they send is added" if len(ids) > 1 else ""
        return f"this cell won {plural(len(ids), 'window')}{added}."

    def goes(self, k: Key, ids: Ids) -> str:
        """What is said of a number that arrives from above."""
        names = " and ".join(label(self.terms[t][0]) for t in ids)
        largest = number(self.numbers["out"][last(k)])
        if len(ids) == 1:
            return f"all of it goes to the winner, {names}: {largest} is the largest of its window."
        how = "shared by" if self.ties == "split" else "sent whole to each of"
        return f"it is {how} the tied cells {names}: {largest} is the largest of its window."

    def won(self, k: Key) -> Story:
        """The story of a window: all of it is read, the largest number wins."""
        window, n = self.window(last(k)), number(self.values[k])
        cells = [number(self.values[cell]) for cell in window]
        ids, names = self.decided(k, 0)
        say = f"{names[0]} wins"
        if cells.count(n) > 1:
            one, order = ("the first", " in reading order") if self.ties == "first" else ("one", "")
            say += f", {one} of {cells.count(n)} equal cells{order}"
        made = wrapped(f"{label(k)} = max({', '.join(cells)})")
        formula = f"{made}\n{' ' * len(label(k))} = <b>{n}</b>"
        return self.read(k, ids, formula, say + ".", window)

    def wins(self, k: Key) -> Story:
        """The story of a pixel: the windows that read it, and those that it wins."""
        seen = [out for out in self.keys("out") if k in self.window(last(out))]
        by = ", ".join(map(label, seen)) or "no window"
        ids, names = self.decided(k, 1)
        formula = (
            f"{label(k)} = <b>{number(self.values[k])}</b>{INDENT}{wrapped(f'is read by {by}')}"
        )
        return self.read(k, ids, formula, f"it wins {', '.join(names) or 'no window'}.", seen)

    def decided(self, k: Key, column: int) -> tuple[Ids, list[str]]:
        """The terms of the forward side that hold a cell, and the names of the cells at their other
        end."""
        ids = [n + self.back for n, term in enumerate(self.terms[self.back :]) if term[column] == k]
        return ids, [label(self.terms[t][1 - column]) for t in ids]

    def read(self, k: Key, ids: Ids, formula: str, say: str, seen: list[Key]) -> Story:
        """The story of a cell of the forward side, which reads much and decides by one."""
        said = says(k, self.values, say)
        return {"terms": ids, "formula": formula, "say": said, "line": -1, "seen": seen}

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        pixel = "x:" + k.partition(":")[2]
        outs = [last(out) for out in self.keys("grad_out")]
        read = [f"grad_out:{i},{j}" for i, j in outs if pixel in self.window((i, j))]
        for ties in self.rules:
            yield f"a tie is settled by another rule ({ties})", self.paid(k, ties)
        yield "every window that reads the cell is taken, won or not", read
        yield (
            "only the last window that it won is taken",
            sorted(self.taking_part(k), key=last)[-1:],
        )

    def paid(self, k: Key, ties: str) -> list[Key]:
        """The cells of grad_out that go to a cell of grad_x by another rule."""
        x, grad_out = self.numbers["x"], self.numbers["grad_out"]
        other = MaxPooling(x, grad_out, self.size, self.stride, ties)
        return [term[1] for term in other.terms[: other.back] if term[0] == k]

    def wrong(self) -> Arrays:
        x, grad_out = self.numbers["x"], self.numbers["grad_out"]
        overwritten, each = np.zeros_like(x), np.zeros_like(x)
        for i, j, y, z, share in self.rows:
            overwritten[y, z] = share * grad_out[i, j]
        for i, j, _, _, y, z in self.geometry.rows():
            each[y, z] += grad_out[i, j]
        return {
            "the last window overwrites instead of adding": overwritten,
            "every cell of a window gets its error": each,
            "every cell of a window gets an equal part, as in mean pooling": each / prod(self.size),
            "the number of x is taken, not the errors that it gets": x,
        }


def explore_max_pooling(
    x: ArrayLike,
    grad_out: ArrayLike | None = None,
    size: Size = 2,
    stride: Size = 1,
    ties: str = "first",
    *,
    predict: bool = False,
) -> Grids:
    """Eq. 5.1 as an explorer: winners, windows that overlap, and three rules for a tie.

    x (H, W), grad_out (H_out, W_out). ties: "first", the library's rule, "all" or "split"; it is a
    switch. predict: everything is hidden at first. Raises ValueError for shapes that do not fit,
    are too large to point at, or an unknown rule, TypeError for what is not numbers. Lesson 05.
    """
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Grids(MaxPooling, numbers, **options, ties=ties, predict=predict)


def example() -> Grids:
    """Overlapping windows with a tie in each."""
    image = [[1, 0, 2], [1, 0, 2], [1, 0, 2]]
    grad_out = [[1, 2], [3, 4]]
    return explore_max_pooling(image, grad_out, size=2, stride=1)
