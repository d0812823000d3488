"""drawing: a pad to draw a digit on, and what a network makes of it (level 6)."""

import numpy as np

from cnnlib import datasets
from cnnlib.network import digit_network
from cnnlib.training import train
from cnnlib.views.explorers.canvas import Canvas, Page, button, part
from cnnlib.views.explorers.layer_walk import as_maps, layer_names, shape_of
from cnnlib.views.maps import Stack

PAD, PEN = 32, 2.8  # the scans were made of 32x32 dots
BOX = (32, 26)  # a digit fills their height and about three quarters of their width


def ink(strokes, radius):
    """A PAD x PAD picture (0 or 1) of strokes, each a list of points (y, x), drawn with a round
    pen."""
    y, x = np.indices((PAD, PAD)) + 0.5
    out = np.zeros((PAD, PAD), bool)
    for stroke in strokes:
        points = np.array(stroke, float)
        ends = np.vstack([points[1:], points[-1:]])
        for a, b in zip(points, ends, strict=True):
            along = b - a
            t = ((y - a[0]) * along[0] + (x - a[1]) * along[1]) / max(along @ along, 1e-9)
            t = np.clip(t, 0, 1)
            out |= (y - a[0] - t * along[0]) ** 2 + (x - a[1] - t * along[1]) ** 2 <= radius**2
    return out.astype(float)


def as_scanned(strokes):
    """Strokes as an 8x8 image as the data set was made: fitted to the height, centred, dots counted
    in 4x4 blocks."""
    points = np.concatenate([np.asarray(s, float) for s in strokes])
    low, size = points.min(0), np.ptp(points, axis=0)
    room = np.array(BOX) - 2 * PEN
    scale = room / np.maximum(size, 1e-9)
    scale[1] = min(scale[1], scale[0])
    scale = np.minimum(scale, room[0] / 4)  # a dot stays small
    middle = low + size / 2
    moved = [(np.asarray(s, float) - middle) * scale + PAD / 2 for s in strokes]
    return ink(moved, PEN).reshape(8, 4, 8, 4).mean((1, 3))


class DrawADigit(Canvas):
    """A drawing pad; every layer and the ten shares follow the pen."""

    name = "draw_a_digit"

    def __init__(self, network, typical):
        self._network, self._names, self._strokes = network, layer_names(network.layers), []
        network.forward(typical)
        self._tops = [
            float(np.abs(layer.out if hasattr(layer, "out") else 1).max())
            for layer in network.layers
        ]
        super().__init__()

    def draw(self, *strokes):
        """Draw strokes, each a list of points (row, column) from 0 to 32: draw([(4, 16), (28,
        16)])."""
        for stroke in strokes:
            points = np.asarray(stroke, float)
            if (
                points.ndim != 2
                or points.shape[1:] != (2,)
                or not len(points)
                or not np.isfinite(points).all()
            ):
                raise ValueError(
                    f"a stroke has shape {points.shape}, wanted (n, 2): points (row, column)"
                )
            self._strokes.append(np.clip(points, 0, PAD).tolist())
        self._draw()

    def clear(self):
        """An empty pad."""
        self._strokes = []
        self._draw()

    reset = clear

    def do_clear(self):
        self.clear()

    def do_draw(self, cells, go):
        points = [(float(i) + 0.5, float(j) + 0.5) for i, j in cells]
        if go and self._strokes:
            self._strokes[-1] += points
            self._draw()
        else:
            self.draw(points)

    @property
    def image(self):
        """What the network sees: (1, 8, 8), from 0 to 1; all 0 before anything is drawn."""
        return as_scanned(self._strokes)[None] if self._strokes else np.zeros((1, 8, 8))

    def _page(self):
        seen, x, layers = self.image, self.image, []
        for name, layer, top in zip(self._names, self._network.layers, self._tops, strict=True):
            x = layer.forward(x)
            maps = as_maps(x if self._strokes else np.full(np.shape(x), np.nan))
            if name != "flatten":
                layers.append(Stack(name, maps, f"{name} out", scale=top, **shape_of(maps)))
        shares = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
        rows = [("", [
            Stack("pad", ink(self._strokes, 1.5)[None], "your pen", "draw here: pointer, finger, or arrows and space",
                  kind="plain", scale=1, zoom=8, pad=True),
            Stack("x", seen, "x", "centred and scaled like the scans", kind="plain", scale=1, zoom=16), part("shares"),
        ]), ("Every layer", layers)]  # fmt: skip
        return Page("What does the network make of your digit?", rows, button("clear", "Clear"),
                    {"shares": self._table(shares)}, says=[self._say(shares)])  # fmt: skip

    def _say(self, p):
        if not self._strokes:
            return "The pad is empty: draw a digit."
        best, next_ = np.argsort(-p)[:2]
        return f"The network reads this as {best}, with the share {p[best]:.0%}; next comes {next_}, with {p[next_]:.0%}."

    def _table(self, p):
        """The ten shares as a table with bars; nothing beside the digits while the pad is empty."""
        row, body = (
            '<tr><th scope="row">{}</th><td style="width:9em">{}</td><td style="width:3em">{}</td></tr>',
            "",
        )
        bar = '<div style="width:{:.1f}em;height:.8em;background:#c8511b"></div>'
        for k, v in enumerate(p):
            body += (
                row.format(k, bar.format(0.1 + 8 * v), f"{v:.0%}")
                if self._strokes
                else row.format(k, "", "")
            )
        return f'<table class="mp-shares"><caption>share of each digit</caption>{body}</table>'


def draw_a_digit(network=None):
    """Lesson 08: draw with the pointer, a finger or the keyboard; every layer and ten probabilities
    follow the pen.

    network: a trained cnnlib.Network for 8x8 digits; default: the digit network after 5 epochs
    (about two seconds). Drive it: pad.draw([(4, 16), (28, 16)]), pad.clear(), print(pad.sentence),
    pad.image. By keys: the space bar lowers and lifts the pen, the arrows move it, Delete clears.
    The reader makes the picture: nothing is played or guessed.
    """
    digits = datasets.digits()
    if network is None:
        network, rng = digit_network(np.random.default_rng(0)), np.random.default_rng(0)
        train(
            network, digits.train_x, digits.train_y, epochs=5, batch_size=32, rng=rng, momentum=0.9
        )
    return DrawADigit(network, digits.test_x[:50])
