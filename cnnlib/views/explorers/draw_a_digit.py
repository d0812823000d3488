"""draw_a_digit: a pad to draw a digit on, and what a network makes of it (level 6)."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import datasets
from cnnlib.arguments import array
from cnnlib.network import Network, digit_network
from cnnlib.training import train
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import button, part
from cnnlib.views.explorers.layer_maps import as_maps, layer_names, shape_of
from cnnlib.views.maps import Stack
from cnnlib.views.words import Options, Place

Stroke = tuple[tuple[float, float], ...]  # points (row, column)
PAD = 32  # the scans were made of 32x32 dots
PEN = 2.8  # radius of the pen on them
INK = 1.5  # and as it is shown
BOX = (32, 26)  # a digit fills their height and about three quarters of their width


def ink(strokes: Sequence[ArrayLike], radius: float) -> np.ndarray:
    """A PAD x PAD picture, 0 or 1, of strokes drawn with a round pen.

    strokes: each a list of points (y, x).
    """
    y, x = np.indices((PAD, PAD)) + 0.5
    out = np.zeros((PAD, PAD), bool)
    for stroke in strokes:
        points = np.array(stroke, float)
        ends = np.vstack([points[1:], points[-1:]])
        for a, b in zip(points, ends, strict=True):
            along = b - a
            t = ((y - a[0]) * along[0] + (x - a[1]) * along[1]) / max(along @ along, 1e-9)
            t = np.clip(t, 0, 1)
            away = (y - a[0] - t * along[0]) ** 2 + (x - a[1] - t * along[1]) ** 2
            out |= away <= radius**2
    return out.astype(float)


def as_scanned(strokes: Sequence[ArrayLike]) -> np.ndarray:
    """Strokes as an 8x8 image, made as the data set was.

    Fitted to the height, centred, dots counted in 4x4 blocks.
    """
    points = np.concatenate([np.asarray(s, float) for s in strokes])
    low, size = points.min(0), np.ptp(points, axis=0)
    room = np.array(BOX) - 2 * PEN
    scale = room / np.maximum(size, 1e-9)
    scale[1] = min(scale[1], scale[0])
    scale = np.minimum(scale, room[0] / 4)  # a dot stays small
    middle = low + size / 2
    moved = [(np.asarray(s, float) - middle) * scale + PAD / 2 for s in strokes]
    return ink(moved, PEN).reshape(8, 4, 8, 4).mean((1, 3))


def stroke_of(points: ArrayLike) -> Stroke:
    """Points (row, column) as a stroke on the pad; ValueError or TypeError for what is none."""
    a = array(points, "a stroke")
    if a.ndim != 2 or a.shape[1] != 2 or not len(a) or not np.isfinite(a).all():
        raise ValueError(f"a stroke has shape {a.shape}, wanted (n, 2): finite (row, column)")
    return tuple(map(tuple, np.clip(a, 0, PAD).tolist()))


@dataclass(frozen=True)
class Drawing(State):
    """What was drawn: strokes, each of points (row, column)."""

    strokes: tuple[Stroke, ...] = ()


class PadTale(MapTale):
    """What a network makes of strokes. tops: the end of each layer's colours."""

    def __init__(
        self, network: Network, tops: Sequence[float], strokes: tuple[Stroke, ...]
    ) -> None:
        self.strokes, self.tops = strokes, tops
        self.image = as_scanned(strokes)[None] if strokes else np.zeros((1, 8, 8))
        self.names, self.outs, x = layer_names(network.layers), [], self.image
        for layer in network.layers:
            x = layer.forward(x)
            self.outs.append(x)
        self.p = np.exp(x - x.max()) / np.exp(x - x.max()).sum()

    def page(self) -> Page:
        hint = "draw here: pointer, finger, or arrows and space"
        pen: Options = {"kind": "plain", "scale": 1, "zoom": 8, "pad": True}
        scan: Options = {"kind": "plain", "scale": 1, "zoom": 16}
        pad = Stack("pad", ink(self.strokes, INK)[None], "your pen", hint, **pen)
        x = Stack("x", self.image, "x", "centred and scaled like the scans", **scan)
        rows: Rows = [("", [pad, part("shares"), x]), ("Every layer", self.layers())]
        title, parts = "What does the network make of your digit?", {"shares": self.shares()}
        return Page(title, rows, button("clear", "Clear"), parts, says=[self.say()])

    def layers(self) -> list[Stack]:
        """A stack for each layer; empty ones while the pad is."""
        stacks = []
        for name, out, top in zip(self.names, self.outs, self.tops, strict=True):
            if name != "flatten":
                maps = as_maps(out if self.strokes else np.full(np.shape(out), np.nan))
                stacks.append(Stack(name, maps, f"{name} out", scale=top, **shape_of(maps)))
        return stacks

    def say(self) -> str:
        """The sentence of the page."""
        if not self.strokes:
            return "The pad is empty: draw a digit."
        p, (best, next_) = self.p, np.argsort(-self.p)[:2]
        read = f"The network reads this as {best}, with the share {p[best]:.0%}"
        return f"{read}; next comes {next_}, with {p[next_]:.0%}."

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
        self._network = copy.deepcopy(network)  # its layers keep what they last computed
        self._network.forward(typical)
        outs = [getattr(layer, "out", 1) for layer in self._network.layers]
        self._tops = [float(np.abs(out).max()) for out in outs]
        super().__init__(Drawing())

    def _tale(self, state):
        return PadTale(self._network, self._tops, state.strokes)

    def draw(self, *strokes: ArrayLike) -> None:
        """Draw strokes, each a list of points (row, column) from 0 to 32.

        draw([(4, 16), (28, 16)]) draws a line. Raises ValueError or TypeError, and draws nothing,
        for what is no stroke.
        """
        self._change(strokes=self._state.strokes + tuple(map(stroke_of, strokes)))

    def clear(self) -> None:
        """An empty pad."""
        self.reset()

    def do_clear(self) -> None:
        """The page's button Clear."""
        self.clear()

    def do_draw(self, cells: Iterable[Place], go: bool) -> None:
        """Cells of the pad that the pen crossed; go: on with the last stroke."""
        points, strokes = stroke_of([(i + 0.5, j + 0.5) for i, j in cells]), self._state.strokes
        if go and strokes:
            *before, last = strokes
            self._change(strokes=(*before, last + points))
        else:
            self._change(strokes=(*strokes, points))

    @property
    def image(self) -> np.ndarray:
        """What the network sees: (1, 8, 8), from 0 to 1; all 0 before anything is drawn."""
        return self._drawn.tale.image.copy()


def draw_a_digit(network: Network | None = None) -> DrawADigit:
    """Lesson 08: draw with pointer, finger or keys; every layer and ten shares follow the pen.

    network: a trained cnnlib.Network for 8x8 digits; default: the digit network after 5 epochs
    (about two seconds). Drive it: pad.draw([(4, 16), (28, 16)]), pad.clear(), print(pad.sentence),
    pad.image. By keys: the space bar lowers and lifts the pen, the arrows move it, Delete clears.
    The reader makes the picture: nothing is played or guessed.
    """
    return DrawADigit(trained() if network is None else network, datasets.digits().test_x[:50])


def trained() -> Network:
    """The digit network after 5 epochs."""
    digits, network = datasets.digits(), digit_network(np.random.default_rng(0))
    rng, x, labels = np.random.default_rng(0), digits.train_x, digits.train_y
    train(network, x, labels, epochs=5, batch_size=32, momentum=0.9, rng=rng)
    return network


def example() -> DrawADigit:
    """An empty pad and a trained network."""
    return draw_a_digit()
