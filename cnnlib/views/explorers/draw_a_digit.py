"""draw_a_digit: a pad to draw a digit on, and what a network makes of it (level 6)."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import datasets
from cnnlib.arguments import array
from cnnlib.network import Network
from cnnlib.trained import trained_network
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows, frame
from cnnlib.views.explorers.controls import button, choice, part
from cnnlib.views.explorers.given import finite
from cnnlib.views.explorers.layer_maps import as_maps, error_name, layer_names, shape_of, trace
from cnnlib.views.explorers.scanner import Paper, Scanner, scanner_like
from cnnlib.views.explorers.shares import softmax, table
from cnnlib.views.maps import Stack, number
from cnnlib.views.words import Arrays, Options, Place

Stroke = tuple[tuple[float, float], ...]  # points (row, column)
PAD = 32  # cells on each side
INK = 1.5  # radius of the pen, as it is shown
# a digit for the first frame
EXAMPLE: tuple[Stroke, ...] = (((9, 9), (5, 13), (5, 19), (9, 22), (14, 20), (27, 8), (27, 24)),)


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
        self.p = softmax(x)
        self.label = label_of(drawing.options["label"], len(self.p))
        self.back: Arrays = {}
        if self.strokes and self.label is not None:
            self.back, self.loss, _ = trace(network, self.image, self.label)

    def page(self) -> Page:
        hint = "draw: pointer, finger, arrows, space"
        pen: Options = {"kind": "plain", "scale": 1, "zoom": 8, "pad": True}
        scan: Options = {"kind": "plain", "scale": 1, "zoom": max(1, 128 // self.image.shape[-1])}
        pad = Stack("pad", self.desk.paper.ink(self.strokes)[None], "your pen", hint, **pen)
        x = Stack("x", self.image, "x", "centred and scaled", **scan)
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
        p = self.p if self.strokes else np.full(len(self.p), np.nan)
        return table(p, "share of each digit", self.label)


class DrawADigit(Canvas):
    """A drawing pad; every layer and the ten shares follow the pen."""

    name = "draw_a_digit"

    def __init__(self, network: Network, typical: np.ndarray) -> None:
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

    network: a trained cnnlib.Network for digits of any size; default: trained_network(). images:
    some twenty that it was made for, (n, 1, H, W), from 0 to 1: a drawing is made as large, and
    centred as they are; default: MNIST's, or the 8x8 digits for a network that reads these. Drive
    it: pad.draw([(4, 16), (28, 16)]), pad.set(label=1) for the way back from this label,
    pad.clear(), print(pad.sentence), pad.image. By keys: the space bar lowers and lifts the pen,
    the arrows move it, Delete clears. The reader makes the picture: nothing is played or guessed.
    Raises ValueError for images of another shape, and for a network of another input size without
    images.
    """
    network = trained_network() if network is None else copy.deepcopy(network)  # layers keep data
    typical = known(network) if images is None else finite(array(images, "images"), "images")
    if typical.ndim != 4 or typical.shape[1] != 1 or not typical.size:
        raise ValueError(f"images has shape {typical.shape}, wanted (n, 1, H, W)")
    return DrawADigit(network, typical.astype(float))


def known(network: Network) -> np.ndarray:
    """Images of the data set that a network can read: MNIST's, else the 8x8 digits; ValueError for
    one that reads neither."""
    why = None
    for dataset in (datasets.mnist_small, datasets.digits):
        images = dataset().test_x[:50]
        try:
            network.forward(images)
        except Exception as error:  # a reader's own layer may refuse in any way
            why = error
        else:
            return images
    raise ValueError(
        f"network takes neither images of 28x28 nor of 8x8 pixels ({why}); give some that it was "
        "made for: draw_a_digit(network, images)"
    ) from why


def example() -> DrawADigit:
    """A pad with an example on it, and a trained network."""
    return draw_a_digit()
