"""draw_a_digit: a pad to draw a digit on, and what a network makes of it (level 6)."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import datasets
from cnnlib.arguments import Pair, array
from cnnlib.network import Network, digit_network
from cnnlib.training import train
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows, frame
from cnnlib.views.explorers.controls import button, choice, part
from cnnlib.views.explorers.given import finite
from cnnlib.views.explorers.layer_maps import as_maps, error_name, layer_names, shape_of, trace
from cnnlib.views.maps import Stack, number
from cnnlib.views.words import Arrays, Options, Place

Stroke = tuple[tuple[float, float], ...]  # points (row, column)
PAD = 32  # the scans were made of 32x32 dots
PEN = 2.8  # radius of the pen on them
INK = 1.5  # and as it is shown
BLOCK = 4  # dots on each side that are counted for one number
WIDE = 26 / 32  # a digit's box, of its height
TOGETHER = 64  # pieces that are drawn at once: more do not fit into the processor's cache
# a digit for the first frame
EXAMPLE: tuple[Stroke, ...] = (((9, 9), (5, 13), (5, 19), (9, 22), (14, 20), (27, 8), (27, 24)),)


def segments(strokes: Sequence[ArrayLike]) -> np.ndarray:
    """The straight pieces (from, to) of strokes, (n, 2, 2); a stroke of one point is one of length
    0."""
    pieces = []
    for stroke in strokes:
        points = np.array(stroke, float)
        ends = points[1:] if len(points) > 1 else points
        pieces.append(np.stack([points[: len(ends)], ends], axis=1))
    return np.concatenate(pieces) if pieces else np.zeros((0, 2, 2))


def inked(pieces: np.ndarray, radius: float, size: Pair) -> np.ndarray:
    """Which dots of a picture lie within `radius` of a piece: (H, W), bool."""
    centres = (np.indices(size) + 0.5)[:, None]  # (2, 1, H, W)
    start = pieces[:, 0].T[..., None, None]  # (2, n, 1, 1)
    along = pieces[:, 1].T[..., None, None] - start
    there = centres - start
    t = (there * along).sum(0) / np.maximum((along**2).sum(0), 1e-9)
    away = ((there - np.clip(t, 0, 1) * along) ** 2).sum(0)
    return (away <= radius**2).any(0)


class Paper:
    """A picture of strokes that keeps its ink: of a stroke that goes on only the new is drawn."""

    def __init__(self, radius: float, size: Pair) -> None:
        self.radius, self.size = radius, size
        self._pieces = np.zeros((0, 2, 2))
        self._ink = np.zeros(size, bool)

    def ink(self, strokes: Sequence[ArrayLike]) -> np.ndarray:
        """The picture (H, W), 0 or 1, of strokes drawn with a round pen.

        strokes: each a list of points (y, x).
        """
        pieces, kept = segments(strokes), len(self._pieces)
        if not np.array_equal(pieces[:kept], self._pieces):
            kept, self._ink = 0, np.zeros(self.size, bool)
        ink = self._ink
        for k in range(kept, len(pieces), TOGETHER):
            ink = ink | inked(pieces[k : k + TOGETHER], self.radius, self.size)
        self._pieces, self._ink = pieces, ink
        return ink.astype(float)


class Scanner:
    """Strokes -> an image of size (H, W), made as the data set was.

    Fitted to the part `fill` of the height, centred, dots counted in 4x4 blocks.
    """

    def __init__(self, size: Pair = (8, 8), fill: float = 1.0) -> None:
        self.size = size
        dots = BLOCK * size[0], BLOCK * size[1]
        self.pen = PEN * dots[0] * fill / PAD
        self.box = np.array([dots[0] * fill, min(dots[1], dots[0] * WIDE) * fill])
        self.middle = np.array(dots) / 2
        self.paper = Paper(self.pen, dots)

    def scan(self, strokes: Sequence[ArrayLike]) -> np.ndarray:
        """The image, from 0 to 1."""
        points = np.concatenate([np.asarray(s, float) for s in strokes])
        low, size = points.min(0), np.ptp(points, axis=0)
        room = self.box - 2 * self.pen
        scale = room / np.maximum(size, 1e-9)
        scale[1] = min(scale[1], scale[0])
        scale = np.minimum(scale, room[0] / 4)  # a dot stays small
        middle = low + size / 2
        moved = [(np.asarray(s, float) - middle) * scale + self.middle for s in strokes]
        H, W = self.size
        return self.paper.ink(moved).reshape(H, BLOCK, W, BLOCK).mean((1, 3))


def scanner_like(images: np.ndarray) -> Scanner:
    """The Scanner whose images are as large as these, (n, 1, H, W), and as much of them filled."""
    H, W = images.shape[-2:]
    rows = (images[:, 0] > images.max() / 4).any(2)
    heights = H - rows.argmax(1) - rows[:, ::-1].argmax(1)
    return Scanner((H, W), float(np.median(heights[rows.any(1)]) / H) if rows.any() else 1.0)


def stroke_of(points: ArrayLike) -> Stroke:
    """Points (row, column) as a stroke on the pad; ValueError or TypeError for what is none."""
    a = array(points, "a stroke")
    if a.ndim != 2 or a.shape[1] != 2 or not len(a) or not np.isfinite(a).all():
        raise ValueError(f"a stroke has shape {a.shape}, wanted (n, 2): finite (row, column)")
    return tuple(map(tuple, np.clip(a, 0, PAD).tolist()))


@dataclass(frozen=True)
class Drawing(State):
    """What was drawn: strokes, each of points (row, column). example: not by the reader."""

    strokes: tuple[Stroke, ...] = ()
    example: bool = False


@dataclass(frozen=True)
class Desk:
    """What a pad draws with. tops: the end of each layer's colours."""

    network: Network
    tops: Sequence[float]
    paper: Paper
    scanner: Scanner


class PadTale(MapTale):
    """What a network makes of a drawing, and what comes back when its label is known."""

    def __init__(self, desk: Desk, drawing: Drawing) -> None:
        self.desk, self.drawing, self.strokes = desk, drawing, drawing.strokes
        network, scanner = desk.network, desk.scanner
        self.image = (
            scanner.scan(self.strokes)[None] if self.strokes else np.zeros((1, *scanner.size))
        )
        self.names, self.outs, x = layer_names(network.layers), [], self.image
        for layer in network.layers:
            x = layer.forward(x)
            self.outs.append(x)
        self.p = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
        self.label = label_of(drawing.options["label"], len(self.p))
        self.back: Arrays = {}
        if self.strokes and self.label is not None:
            self.back, self.loss, _ = trace(network, self.image, self.label)

    def page(self) -> Page:
        hint = "draw: pointer, finger, arrows, space"
        pen: Options = {"kind": "plain", "scale": 1, "zoom": 8, "pad": True}
        scan: Options = {"kind": "plain", "scale": 1, "zoom": max(1, 128 // self.image.shape[-1])}
        pad = Stack("pad", self.desk.paper.ink(self.strokes)[None], "your pen", hint, **pen)
        x = Stack("x", self.image, "x", "centred and scaled like the scans", **scan)
        rows: Rows = [("", [pad, part("shares"), x]), *self.layers()]
        title, parts = "What does the network make of your digit?", {"shares": self.shares()}
        labels = ["", *map(str, range(len(self.p)))]
        controls = button("clear", "Clear") + choice("label", "it was a", labels)
        values = {"label": "" if self.label is None else str(self.label)}
        return Page(title, rows, controls, parts, values, [self.say()])

    def layers(self) -> Rows:
        """A row of each layer's out, empty while the pad is; where there is an error to go back, a
        row for each layer, with its out and its error."""
        rows: list[tuple[str, list[Stack]]] = []
        layers = self.desk.network.layers
        if self.back:
            grad = as_maps(self.back["grad_x"])
            rows.append(("x", [Stack("grad_x", grad, "grad_x", **shape_of(grad))]))
        for n, (name, out) in enumerate(zip(self.names, self.outs, strict=True)):
            if name == "flatten":
                continue
            maps = as_maps(out if self.strokes else np.full(np.shape(out), np.nan))
            row = [Stack(name, maps, f"{name} out", scale=self.desk.tops[n], **shape_of(maps))]
            if self.back:
                back = as_maps(self.back[f"back:{n}"])
                label = f"{name} {error_name(layers[n])}"
                row.append(Stack(f"back:{n}", back, label, **shape_of(back)))
            rows.append((name, row))
        return rows if self.back else [("Every layer", [row[0] for _, row in rows])]

    def say(self) -> str:
        """The sentence of the page."""
        if not self.strokes:
            return "The pad is empty: draw a digit."
        if self.drawing.example and not self.back:
            return (
                "An example: the bars show what the network reads. Draw, and it gives way to yours."
            )
        p, (best, next_) = self.p, np.argsort(-self.p)[:2]
        read = f"The network reads this as {best}, with the share {p[best]:.0%}"
        said = f"{read}; next comes {next_}, with {p[next_]:.0%}."
        if self.back:
            said += f" It was a {self.label}: the loss {number(self.loss)} goes all the way back."
        return said

    def shares(self) -> str:
        """The ten shares as a table with bars; nothing beside the digits while the pad is empty."""
        body = ""
        for k, v in enumerate(self.p):
            css = f"width:{0.1 + 8 * v:.1f}em;height:.8em;background:#c8511b"
            bar, share = (f'<div style="{css}"></div>', f"{v:.0%}") if self.strokes else ("", "")
            body += (
                f'<tr><th scope="row">{k}</th><td style="width:9em">{bar}</td>'
                f'<td style="width:3em">{share}</td></tr>'
            )
        return f'<table class="mp-shares"><caption>share of each digit</caption>{body}</table>'


class DrawADigit(Canvas):
    """A drawing pad; every layer and the ten shares follow the pen."""

    name = "draw_a_digit"

    def __init__(self, network: Network, typical: np.ndarray) -> None:
        network = copy.deepcopy(network)  # its layers keep what they last computed
        network.forward(typical)
        outs = [getattr(layer, "out", 1) for layer in network.layers]
        tops = [float(np.abs(out).max()) for out in outs]
        self._desk = Desk(network, tops, Paper(INK, (PAD, PAD)), scanner_like(typical))
        super().__init__(Drawing(options={"label": ""}, strokes=EXAMPLE, example=True))

    def _tale(self, state):
        return PadTale(self._desk, state)

    def _still(self):
        """Of the example what does not depend on a training: the notebook stores it."""
        if not self._state.example:
            return super()._still()
        return frame(replace(self._now, rows=self._now.rows[:1]), False)

    def draw(self, *strokes: ArrayLike) -> None:
        """Draw strokes, each a list of points (row, column) from 0 to 32.

        draw([(4, 16), (28, 16)]) draws a line. Raises ValueError or TypeError, and draws nothing,
        for what is no stroke.
        """
        self._draw_on((*self._own(), *map(stroke_of, strokes)))

    def clear(self) -> None:
        """An empty pad."""
        self._change(strokes=(), example=False, options={"label": ""})

    def _own(self):
        """The reader's strokes."""
        return () if self._state.example else self._state.strokes

    def _draw_on(self, strokes):
        """Other strokes; what was said of the example's label is forgotten with it."""
        options = {"label": ""} if self._state.example else self._state.options
        self._change(strokes=strokes, example=False, options=options)

    def do_clear(self) -> None:
        """The page's button Clear."""
        self.clear()

    def do_draw(self, cells: Iterable[Place], go: bool) -> None:
        """Cells of the pad that the pen crossed; go: on with the last stroke."""
        points, strokes = stroke_of([(i + 0.5, j + 0.5) for i, j in cells]), self._own()
        if go and strokes:
            *before, last = strokes
            self._draw_on((*before, last + points))
        else:
            self._draw_on((*strokes, points))

    @property
    def image(self) -> np.ndarray:
        """What the network sees: (1, H, W), from 0 to 1; all 0 where nothing is drawn."""
        return self._drawn.tale.image.copy()


def label_of(label: object, classes: int) -> int | None:
    """The class that a reader named, as a number or a text; None for "".

    Raises ValueError for what is none of 0 .. classes - 1.
    """
    text = label if isinstance(label, str) else repr(label)
    if text == "":
        return None
    if text not in map(str, range(classes)):
        raise ValueError(f"label is {label!r:.60}, wanted one of 0 to {classes - 1}, or nothing")
    return int(text)


def draw_a_digit(network: Network | None = None, images: ArrayLike | None = None) -> DrawADigit:
    """Lesson 08: draw with pointer, finger or keys; every layer and ten shares follow the pen.

    network: a trained cnnlib.Network for digits; default: the digit network after 5 epochs (about
    two seconds). images: some that it was made for, (n, 1, H, W), from 0 to 1: a drawing is made as
    large; default: 8x8 digits. Drive it: pad.draw([(4, 16), (28, 16)]), pad.set(label=1) for the
    way back from this label, pad.clear(), print(pad.sentence), pad.image. By keys: the space bar
    lowers and lifts the pen, the arrows move it, Delete clears. The reader makes the picture:
    nothing is played or guessed. Raises ValueError for images of another shape.
    """
    typical = datasets.digits().test_x[:50]
    if images is not None:
        typical = finite(array(images, "images"), "images").astype(float)
    if typical.ndim != 4 or typical.shape[1] != 1 or not typical.size:
        raise ValueError(f"images has shape {typical.shape}, wanted (n, 1, H, W)")
    return DrawADigit(trained() if network is None else network, typical)


@cache
def trained() -> Network:
    """The digit network after 5 epochs, trained once: a pad takes a copy."""
    digits, network = datasets.digits(), digit_network(np.random.default_rng(0))
    rng, x, labels = np.random.default_rng(0), digits.train_x, digits.train_y
    train(network, x, labels, epochs=5, batch_size=32, momentum=0.9, rng=rng)
    return network


def example() -> DrawADigit:
    """A pad with an example on it, and a trained network."""
    return draw_a_digit()
