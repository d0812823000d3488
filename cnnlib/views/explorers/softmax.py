"""softmax: the explorer of softmax cross-entropy, eq. 8.2, for one image (level 6)."""

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.loss import softmax_cross_entropy
from cnnlib.views.explorers.given import given
from cnnlib.views.explorers.grids import Grids
from cnnlib.views.explorers.tale import Tale, keys_of, switch, writes
from cnnlib.views.frames import Grid, Panes
from cnnlib.views.links import WIDE, coloured, lines, says
from cnnlib.views.words import Arrays, Ids, Key, Stories, Story, index_of, label, name_of, number

LARGEST = 300.0  # of a score: e to it, and a share made of it, still are numbers
STEP = 0.1  # of a score that is dragged
ROOM = 7  # characters: a column stays as wide while its numbers change


def softmax_backward(s: np.ndarray, y: int) -> dict[str, np.ndarray]:
    """Eq. 8.2 and 8.10 for one image, letter by letter; the arrays by name.

    s (K,), y the right class.
    """
    exp, p, onehot, delta = np.zeros((4, len(s)))
    E = np.zeros(1)
    for k in range(len(s)):
        exp[k] = math.exp(s[k])
    for k in range(len(s)):
        p[k] = exp[k] / exp.sum()
    E[0] = -math.log(p[y])
    onehot[y] = 1
    for k in range(len(s)):
        delta[k] += p[k] - onehot[k]
    return {"exp": exp, "p": p, "E": E, "onehot": onehot, "delta": delta}


class Softmax(Tale):
    """Eq. 8.2, from the scores s of one image to the shares p, the error E and dE/ds."""

    title = "What do the scores hear of the loss?"
    target, source = "delta", "p"
    loops = staticmethod(softmax_backward)

    def __init__(self, s: np.ndarray, label: int) -> None:
        self.y = right_class(label, len(s))
        if (np.abs(s) > LARGEST).any():
            met = f"s would hold numbers beyond {LARGEST:g}"
            raise ValueError(f"{met}: e to such a power is too large or too small to show")
        self.numbers = {"s": s} | softmax_backward(s, self.y)
        loss, delta = softmax_cross_entropy(s, self.y)  # which loses no digit near 0
        self.numbers |= {"E": np.array([loss]), "delta": delta}
        classes = range(len(s))
        self.terms = [[f"exp:{k}", f"s:{k}", ""] for k in classes]
        self.terms += [[f"p:{k}", f"exp:{m}", ""] for k in classes for m in classes]
        self.terms += [["E:0", f"p:{self.y}", ""]]
        self.terms += [
            [f"delta:{k}", f"{name}:{k}", ""] for k in classes for name in ("p", "onehot")
        ]
        self.controls = [switch("label", "right class", self.y, tuple(classes))]

    # ---- what is said

    def stories(self) -> Stories:
        told: dict[str, tuple[Callable[..., str], Callable[[Key], str]]] = {
            "delta": (self.difference, self.apart),
            "s": (self.read_by, self.moves),
            "exp": (self.power, self.positive),
            "p": (self.share, self.part),
            "onehot": (self.read_by, self.right),
            "E": (self.logarithm, self.small),
        }
        return {k: self.story(k, *how) for name, how in told.items() for k in self.keys(name)}

    def story(self, k: Key, formula: Callable[..., str], say: Callable[[Key], str]) -> Story:
        """The story of a cell: what is read of it, or what it is made of."""
        name = name_of(k)
        column = 1 if name in ("s", "onehot") else 0
        ids = [n for n, term in enumerate(self.terms) if term[column] == k]
        made = f"{label(k)} = {formula(k, ids)}"
        follow = [*self.keys("p"), *self.keys("E")] if name == "s" else []
        line = writes(self.loops, "exp[" if name == "s" else f"{name}[")
        said = says(k, self.values, say(k))
        return {"terms": ids, "formula": made, "say": said, "line": line, "seen": follow}

    def span(self, term: int) -> str:
        """The number of a term's factor, tied to its cell."""
        key = self.terms[term][1]
        return f"<span data-term={term}>{coloured(number(self.values[key]), key)}</span>"

    def result(self, k: Key) -> str:
        """The last line of a formula: what comes out."""
        return f"\n{' ' * len(label(k))} = <b>{number(self.values[k])}</b>"

    def read_by(self, k: Key, ids: Ids) -> str:
        """The formula of a cell that others are made of."""
        return f"<b>{number(self.values[k])}</b> is read by {label(self.terms[ids[0]][0])}"

    def power(self, k: Key, ids: Ids) -> str:
        """The formula of an exponential."""
        return f"exp({self.span(ids[0])}){self.result(k)}"

    def share(self, k: Key, ids: Ids) -> str:
        """The formula of a share, by eq. 8.2."""
        texts = [number(self.values[self.terms[t][1]]) for t in ids]
        head = f"{texts[index_of(k)[0]]} / ("
        indent = "\n" + " " * (len(label(k)) + 3 + len(head))
        room = WIDE - len(indent) - 2  # between "+ " and ")"
        shares = lines(ids, texts, [""] * len(ids), " + ", self.terms, room=room)
        added = f"{indent}+ ".join(shares)
        return f"{head}{added}){self.result(k)}"

    def logarithm(self, k: Key, ids: Ids) -> str:
        """The formula of the error, by eq. 8.2."""
        return f"−log({self.span(ids[0])}){self.result(k)}"

    def difference(self, k: Key, ids: Ids) -> str:
        """The formula of a delta, by eq. 8.10."""
        return f"{' − '.join(map(self.span, ids))}{self.result(k)}"

    def moves(self, k: Key) -> str:
        """What is said of a score."""
        of = index_of(k)[0]
        return f"drag it up or down, or type: exp[{of}] follows, and by the sum every share."

    def positive(self, k: Key) -> str:
        """What is said of an exponential."""
        return f"e to the power {label('s:' + k.partition(':')[2])}, above 0 for any score."

    def part(self, k: Key) -> str:
        """What is said of a share."""
        total = number(self.numbers["exp"].sum())
        return f"its part of the sum {total}; all shares together are 1."

    def right(self, k: Key) -> str:
        """What is said of the bracket [k = y]."""
        of = index_of(k)[0]
        return (
            f"class {of} is right." if of == self.y else f"class {of} is wrong, {self.y} is right."
        )

    def apart(self, k: Key) -> str:
        """What is said of a delta."""
        said, right = (number(self.values[f"{name}:{index_of(k)[0]}"]) for name in ("p", "onehot"))
        return f"the network said {said} for this class, and right is {right}."

    def small(self, k: Key) -> str:
        """What is said of the error."""
        return f"minus the logarithm of p[{self.y}], the share of the right class."

    # ---- what is drawn

    def panes(self) -> Panes:
        total = number(self.numbers["exp"].sum())
        s = self.upright("s", "the scores", role=1, editable=True, step=STEP)
        exp = self.upright("exp", f"sum {total}", title="exp(s)", sign="→")
        p = self.upright("p", "shares (8.2)", sign="→", role=1)
        E = self.upright("E", f"−log p[{self.y}] (8.2)")
        # while a delta is asked for, no sign says what it is made of
        minus, equals, by = ("", "", "") if self.asked else ("−", "=", " (8.10)")
        onehot = self.upright("onehot", f"right: class {self.y}", sign=minus, role=1)
        delta = self.upright("delta", f"dE/ds{by}", sign=equals)
        return [("", [[s], [exp], [p], [onehot], [delta, E]])]

    def upright(self, name: str, note: str, **look: Any) -> Grid:
        """An array (K,) as a grid of one column, a row for each class."""
        a = self.numbers[name]
        keys = keys_of(name, a.shape, 1)[:, None]
        head = f"{name}[k]" if len(a) > 1 else f"{name}[0]"
        look |= {"keys": keys, "columns": (head,), "size": a.shape, "room": ROOM}
        return Grid(name, a[:, None], note, **look)

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        yield "all shares are taken, since all scores make each of them", self.keys("p")
        yield "the share of the right class is taken for every class", [f"p:{self.y}"]

    def misplaced(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        for share in self.keys("p"):
            yield "another class is taken", [share]

    def wrong(self) -> Arrays:
        s, p, onehot, delta = (self.numbers[name] for name in ("s", "p", "onehot", "delta"))
        slips = {
            "onehot is not taken off": p,
            "p is taken off onehot: the other way round": onehot - p,
            "it is divided by the number of classes": delta / len(s),
            "only a share by its own score is derived: p (1 − p)": p * (1 - p),
            "E is derived by the share and not by the score: −onehot / p": -onehot / p,
            "the score is taken for the share": s - onehot,
            "1 is taken off every class": p - 1,
        }
        if s.sum():
            slips["the shares are made without e: s / sum of s"] = s / s.sum() - onehot
        return slips


def right_class(label: Any, count: int) -> int:
    """The right class as a whole number from 0 to count - 1, or ValueError or TypeError."""
    try:
        y = operator.index(label)
    except TypeError:
        raise TypeError(f"label is {label!r:.60}, wanted a whole number") from None
    if not 0 <= y < count:
        raise ValueError(f"label is {y}, wanted 0 to {count - 1}: one of the {count} classes")
    return y


def explore_softmax(scores: ArrayLike, label: int = 0, *, predict: bool = False) -> Grids:
    """Eq. 8.2 as an explorer, for one image: scores, shares, the error, and what the scores hear.

    Drag a score up or down, or type over it. scores (K,); label: the right class, a switch.
    predict: every delta is hidden at first. Raises ValueError for another shape, a score beyond
    300, or a label that is no class, TypeError for what is not numbers. Lesson 08.
    """
    s = given(scores, "scores", (1,))
    return Grids(Softmax, {"s": s}, label=label, predict=predict)


def example() -> Grids:
    """Three scores whose exponentials are 1, 2 and 5; the right class is number 1."""
    return explore_softmax(np.log([1, 2, 5]), label=1)
