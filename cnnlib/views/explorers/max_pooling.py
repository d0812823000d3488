"""pooling: the explorers of max and mean pooling (level 6). x (H, W), one channel."""

import numpy as np

from cnnlib import reference
from cnnlib.arguments import pair, same_shape
from cnnlib.geometry import index_map, output_size
from cnnlib.views.explorers.grids import Explorer
from cnnlib.views.explorers.tale import Tale, given, last, switch
from cnnlib.views.frames import Grid
from cnnlib.views.links import says
from cnnlib.views.words import label, number, plural

TIES = ("first", "all", "split")


class Pooling(Tale):
    """What both poolings share: x and out forward, grad_out and grad_x back. `back` are the rows
    (i, j, y, z)."""

    target, forward_note, backward_note = "grad_x", "", ""

    def panes(self):
        n = self.numbers
        x = Grid("x", n["x"], "the input", role=1, editable=True)
        out = Grid("out", n["out"], self.forward_note, sign="→")
        grad_out = Grid("grad_out", n["grad_out"], "arrives from above", role=1, editable=True)
        grad_x = Grid("grad_x", n["grad_x"], self.backward_note, sign="→")
        total = f"sum of grad_out {number(n['grad_out'].sum())}, sum of grad_x {number(n['grad_x'].sum())}"
        return [("Forward", [[x], [out]]), (f"Backward: {total}", [[grad_out], [grad_x]])]


class MaxPooling(Pooling):
    """Eq. 5.1, the error goes to the winner of each window; ties: to the first, to all, or split
    among them."""

    title, forward_note, backward_note = (
        "Where does the error go through a max?", "the largest of each window", "only winners get any"
    )  # fmt: skip
    loops = staticmethod(reference.max_pool2d_grad_x)

    def __init__(self, x, grad_out, size, stride, ties):
        self.controls = [switch("ties", "in a tie", ties, TIES)]
        self.size, self.stride, self.ties = size, stride, ties
        out, winners = (a[0] for a in reference.max_pool2d(x[None], size, stride))
        self.numbers = {"x": x, "out": out, "grad_out": grad_out}
        self.rows = self.routes(winners)
        self.numbers["grad_x"] = self.pay(np.add)
        shares = [f"share:{n}" if ties == "split" else "" for n in range(len(self.rows))]
        if ties == "split":
            self.numbers["share"] = np.array([row[-1] for row in self.rows])
        sent = zip(self.rows, shares, strict=True)
        self.terms = [
            [f"grad_x:{y},{z}", f"grad_out:{i},{j}", share] for (i, j, y, z, _), share in sent
        ]
        self.back = len(self.terms)
        self.terms += [[f"out:{i},{j}", f"x:{y},{z}", ""] for i, j, y, z, _ in self.rows]

    def routes(self, winners):
        """Rows (i, j, y, z, share): the cell (y, z) of x gets that share of the error of window (i,
        j)."""
        rows = []
        for i, j in np.ndindex(winners.shape):
            window = [last(k) for k in self.window((i, j))]
            tied = [
                place for place in window if self.numbers["x"][place] == self.numbers["out"][i, j]
            ]
            paid = [window[int(winners[i, j])]] if self.ties == "first" else tied
            rows += [
                (i, j, *place, 1 / len(tied) if self.ties == "split" else 1.0) for place in paid
            ]
        return rows

    def window(self, place):
        """The keys of the cells that window (i, j) reads."""
        top, left = (n * s for n, s in zip(place, self.stride, strict=True))
        return [f"x:{top + u},{left + v}" for u, v in np.ndindex(*self.size)]

    def pay(self, how):
        """grad_x, the parts of a cell put together by `how`: added, or the later in place of the
        earlier."""
        grad_x = np.zeros_like(self.numbers["x"])
        for i, j, y, z, share in self.rows:
            grad_x[y, z] = how(grad_x[y, z], share * self.numbers["grad_out"][i, j])
        return grad_x

    def stories(self):
        def got(k, ids):
            return f"this cell won {plural(len(ids), 'window')}{'; what they send is added' * (len(ids) > 1)}."

        def sent(k, ids):
            names = " and ".join(label(self.terms[t][0]) for t in ids)
            return (
                f"all of it goes to the winner, {names}."
                if len(ids) == 1
                else f"it goes to the tied cells {names}."
            )

        told = self.gather(got, self.keys("grad_x"), seen=lambda k: ["x:" + k.partition(":")[2]])
        told |= self.scatter(sent, self.keys("grad_out"))
        return (
            told
            | {k: self.won(k) for k in self.keys("out")}
            | {k: self.wins(k) for k in self.keys("x")}
        )

    def told(self, k, column, text, tail, seen):
        """The story of a cell of the forward side, which reads much and decides by one."""
        ids = [n + self.back for n, term in enumerate(self.terms[self.back :]) if term[column] == k]
        names = [label(self.terms[t][1 - column]) for t in ids]
        say = says(k, self.values, tail(names))
        return {
            "terms": ids,
            "formula": f"{label(k)} = {text}",
            "say": say,
            "line": -1,
            "seen": seen,
        }

    def won(self, k):
        """The story of a window: all of it is read, the largest number wins."""
        window, n = self.window(last(k)), number(self.values[k])
        cells = [number(self.values[cell]) for cell in window]
        ties = f", one of {cells.count(n)} equal cells" if cells.count(n) > 1 else ""
        ties = (
            ties.replace("one", "the first") + " in reading order"
            if ties and self.ties == "first"
            else ties
        )
        text = f"max({', '.join(cells)})\n{' ' * len(label(k))} = <b>{n}</b>"
        return self.told(k, 0, text, lambda names: f"{names[0]} wins{ties}.", window)

    def wins(self, k):
        """The story of a pixel: the windows that read it, and those that it wins."""
        seen = [out for out in self.keys("out") if k in self.window(last(out))]
        text = f"<b>{number(self.values[k])}</b> is read by {', '.join(map(label, seen)) or 'no window'}"
        return self.told(
            k, 1, text, lambda names: f"it wins {', '.join(names) or 'no window'}.", seen
        )

    def wrong(self):
        x, grad_out = self.numbers["x"], self.numbers["grad_out"]
        mean = reference.mean_pool2d_grad_x(grad_out[None], x.shape, self.size, self.stride)[0]
        return {
            "the last window overwrites instead of adding": self.pay(lambda old, new: new),
            "every cell of a window gets its error": mean * self.size[0] * self.size[1],
        }


def checked_pool(x, grad_out, size, stride):
    """The arguments of both pooling explorers, checked; grad_out by default 1, 2, 3, ..."""
    x, size, stride = given(x, "x", (2,)), pair(size, "size", 1), pair(stride, "stride", 1)
    shape = output_size(x.shape, size, stride)
    if grad_out is None:
        grad_out = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape)
    grad_out = given(grad_out, "grad_out", (2,))
    same_shape(grad_out, "grad_out", shape, "one number for each window")
    return {"x": x, "grad_out": grad_out}, {"size": size, "stride": stride}


def explore_max_pooling(x, grad_out=None, size=2, stride=1, ties="first"):
    """Eq. 5.1 as an explorer: winners, windows that overlap, and three rules for a tie: first, all,
    split.

    x (H, W), grad_out (H_out, W_out). "first" is the library's rule. Switch: ties. Raises
    ValueError for shapes that do not fit, are too large to point at, or an unknown rule, TypeError
    for what is not numbers. Lesson 05.
    """
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Explorer(MaxPooling, numbers, **options, ties=ties)


class MeanPooling(Pooling):
    """Eq. 5.2, every cell of a window gets an equal share."""

    title, forward_note, backward_note = (
        "What does a mean send back?", "the mean of each window", "everybody gets a share"
    )  # fmt: skip
    loops = staticmethod(reference.mean_pool2d_grad_x)

    def __init__(self, x, grad_out, size, stride):
        self.size, self.stride = size, stride
        out = reference.mean_pool2d(x[None], size, stride)[0]
        grad_x = reference.mean_pool2d_grad_x(grad_out[None], x.shape, size, stride)[0]
        share = np.array([1 / (size[0] * size[1])])
        self.numbers = {"x": x, "out": out, "grad_out": grad_out, "grad_x": grad_x, "share": share}
        rows = index_map(out.shape, size, stride).tolist()
        self.terms = [
            [f"grad_x:{y},{z}", f"grad_out:{i},{j}", "share:0"] for i, j, _, _, y, z in rows
        ]
        self.terms += [[f"out:{i},{j}", f"x:{y},{z}", "share:0"] for i, j, _, _, y, z in rows]

    def stories(self):
        def got(k, ids):
            return f"{plural(len(ids), 'window', 'holds/hold')} this cell, and each sends a share."

        def feeds(k, ids):
            return f"it has a share in {plural(len(ids), 'mean')}."

        told = self.gather(got, self.keys("grad_x"))
        told |= self.scatter(
            lambda k, ids: f"{plural(len(ids), 'cell')} get an equal share.", self.keys("grad_out")
        )
        told |= self.gather(
            lambda k, ids: f"the mean of {plural(len(ids), 'number')}.", self.keys("out")
        )
        return told | self.scatter(feeds, self.keys("x"))

    def wrong(self):
        sent = self.numbers["grad_out"][None]
        _, winners = reference.max_pool2d(self.numbers["x"][None], self.size, self.stride)
        routed = reference.max_pool2d_grad_x(
            sent, winners, self.numbers["x"].shape, self.size, self.stride
        )[0]
        return {
            "the share is forgotten": self.numbers["grad_x"] * self.size[0] * self.size[1],
            "the largest cell gets everything, as in max pooling": routed,
        }


def explore_mean_pooling(x, grad_out=None, size=2, stride=1):
    """Eq. 5.2 as an explorer, the contrast to max pooling. Arguments and errors as
    explore_max_pooling. Lesson 05."""
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Explorer(MeanPooling, numbers, **options)
