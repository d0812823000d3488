"""network: one image through every layer and back; a training run to scrub through; a drawing pad (level 6)."""
import copy

import numpy as np

from cnnlib import datasets
from cnnlib.network import digit_network, softmax_cross_entropy
from cnnlib.training import train
from cnnlib.views.explorers.canvas import Canvas, Page, button, part, player
from cnnlib.views.maps import Stack, number, reach


def _kind(layer):
    """What a layer is, by what it has: a reader's own class may have any name."""
    if hasattr(layer, "filter_number"):
        return "conv"
    if hasattr(layer, "filter_width"):
        return "pool"
    return "dense" if hasattr(layer, "output_number") else type(layer).__name__.removesuffix("Layer").lower()


def layer_names(layers):
    """ "conv 1", "pool 1", "conv 2", ... ; a kind that comes once has no number."""
    kinds = [_kind(layer) for layer in layers]
    return [f"{k} {kinds[: n + 1].count(k)}" if kinds.count(k) > 1 else k for n, k in enumerate(kinds)]


def trace(network, x, label):
    """One image x (C, H, W) forward and back through a copy of the network: ({key: array}, loss, p).

    keys: "x", "grad_x", and for each layer n "out:n", "back:n" (delta = dE/dnet where the layer has weights, else
    dE/dout) and "grad_w:n". The network itself stays untouched.
    """
    layers = copy.deepcopy(network).layers
    found = {"x": np.asarray(x, float)}
    out = found["x"]
    for n, layer in enumerate(layers):
        out = found[f"out:{n}"] = layer.forward(out)
    loss, grad = softmax_cross_entropy(out, label)
    p = grad + np.eye(len(grad))[label]
    for n, layer in reversed(list(enumerate(layers))):
        above, grad = grad, layer.backward(grad)
        weighted = hasattr(layer, "weights_grad")
        found[f"back:{n}"] = layer.delta if weighted else above
        if weighted:
            found[f"grad_w:{n}"] = layer.weights_grad
    found["grad_x"] = grad
    return found, loss, p


def as_maps(a):
    """Any layer's numbers as maps (n, H, W): a vector is one row, kernels (F, C, K_H, K_W) are F*C maps."""
    a = np.asarray(a, float)
    return a.reshape(-1, *a.shape[-2:]) if a.ndim > 2 else a.reshape(1, -1, a.shape[-1])


def _windows(layer, above):
    """{the stack above: windows}: the cells that each output cell of a convolution or a pool reads."""
    if not hasattr(layer, "filter_width"):
        return None
    cells, size = (layer.input_height, layer.input_width), (layer.filter_height, layer.filter_width)
    return {above: reach(cells, size, layer.stride, getattr(layer, "zero_padding", 0))}


def _zoom(maps):
    wide = maps.shape[-1]
    return 12 if maps.shape[-3] == 1 and 1 < wide <= 16 else 3 if wide > 40 or maps.shape[-3] > 100 else 5


def _columns(maps):
    return 32 if maps.shape[-3] > 100 else 16 if maps.shape[-3] > 16 else 8


def _stack(key, arrays, names, layers):
    """The stack for one key of a trace; arrays: that key at every step."""
    what, _, n = key.partition(":")
    maps = np.stack([as_maps(a) for a in arrays])
    shape = np.shape(arrays[0])
    if what in ("x", "grad_x"):
        return Stack(key, maps, key, kind="plain" if what == "x" else "signed", zoom=9)
    layer, title = layers[int(n)], names[int(n)]
    weighted = hasattr(layer, "weights")
    label = {"out": "out", "back": "delta" if weighted else "grad_out", "grad_w": "grad_w"}[what]
    names = [f"{f}, {c}, " for f in range(shape[0]) for c in range(shape[1])] if len(shape) == 4 else ()
    windows = _windows(layer, f"out:{int(n) - 1}" if int(n) else "x") if what == "out" else None
    return Stack(key, maps, f"{title} {label}", columns=_columns(maps), zoom=_zoom(maps), names=names, windows=windows,
                 same_map="pool" in title)  # fmt: skip


def _sizes(a):
    a = as_maps(a)
    return f"{len(a)} maps of {a.shape[1]}×{a.shape[2]}" if len(a) > 1 else f"{a.shape[1]}×{a.shape[2]} numbers"


def _span(a):
    return f"from {number(np.min(a))} to {number(np.max(a))}"


def _rows(found, names, shown):
    """The rows of a page: the image, then each layer's out, delta and grad_w."""
    rows = [("image", [shown("x"), shown("grad_x")])]
    for n, name in enumerate(names):
        keys = (f"out:{n}", f"back:{n}", f"grad_w:{n}")
        rows.append((f"{n + 1} · {name}", [shown(key) for key in keys if key in found]))
    return rows


class LayerWalk(Canvas):
    """The steps: the image, each layer forward, the loss, each layer backward."""

    name = "walk_the_layers"

    def __init__(self, network, x, label):
        self._layers, self._names = network.layers, layer_names(network.layers)
        self._found, self._loss, self._p = trace(network, x, label)
        self._label = label
        super().__init__()
        self.at = len(self._now.says) - 1

    def _order(self):
        """The keys in the order in which they become known, with the step at which each does."""
        L = len(self._layers)
        when = {"x": 0, "grad_x": 2 * L + 1}
        for n in range(L):
            when |= {f"out:{n}": n + 1, f"back:{n}": 2 * L + 1 - n, f"grad_w:{n}": 2 * L + 1 - n}
        return when

    def _says(self):
        found, L = self._found, len(self._layers)
        says = [f"The image of a {self._label} goes in: {_sizes(found['x'])}."]
        for n, name in enumerate(self._names):
            says.append(f"Forward, {name}: {_sizes(found[f'out:{n}'])} come out, {_span(found[f'out:{n}'])}.")
        share = number(self._p[self._label])
        says[-1] += f" The {self._label} has the share {share}, so the loss is {number(self._loss)}."
        for n in reversed(range(L)):
            back, what = found[f"back:{n}"], "delta" if f"grad_w:{n}" in found else "grad_out"
            weights = f", and grad_w runs {_span(found[f'grad_w:{n}'])}" if f"grad_w:{n}" in found else ""
            says.append(f"Backward, {self._names[n]}: {what} runs {_span(back)}{weights}.")
        sent = f"The loss sends back grad_scores = p − onehot, {_span(found[f'back:{L - 1}'])}."
        return [*says[: L + 1], sent, *says[L + 1 :]]

    def _page(self):
        says, when = self._says(), self._order()

        def shown(key):
            a = self._found[key]
            known = [t >= when[key] for t in range(len(says))]
            return _stack(key, [a if k else np.full(np.shape(a), np.nan) for k in known], self._names, self._layers)

        rows = _rows(self._found, self._names, shown)
        return Page("How does one image go through the network, and the error back?", rows, player("step"), says=says)


def walk_the_layers(network=None, x=None, label=None):
    """Lesson 06: one image forward through every layer, and the deltas all the way back.

    network: a cnnlib.Network, default the untrained digit network; x (C, H, W) and its label, default the first
    held-out digit. Drive it: walk.step(-1), walk.at = 0, walk.select("out:0", 3, 2, 5), print(walk.sentence).
    Raises ValueError or TypeError when the network cannot take x.
    """
    network = digit_network(np.random.default_rng(0)) if network is None else network
    if x is None:
        digits = datasets.digits()
        x, label = digits.test_x[0], int(digits.test_y[0]) if label is None else label
    if label is None:
        raise ValueError("label is missing, wanted the right class of x: the error starts from it")
    return LayerWalk(network, x, label)


class Recording:
    """What training_theatre plays: train(..., on_step=recording) keeps the numbers of one watched image.

    It holds at most `limit` bytes: when that is reached, every second recorded step is dropped and from then on
    half as many are taken. Step 0 is the network before training. `bytes` says what it holds now.
    """

    def __init__(self, network, x, label, every=1, limit=4_000_000, also=None):
        self.label, self.every, self.limit, self.also = int(label), int(every), int(limit), also
        self._x, self.layers, self.names = np.asarray(x, float), network.layers, layer_names(network.layers)
        self.steps, self.frames, self.losses, self.shares = [], [], [], []
        self._keep(0, network)
        if 2 * self.bytes > self.limit:
            raise ValueError(f"limit is {limit} bytes, wanted room for two steps of {self.bytes} bytes each")

    @property
    def bytes(self):
        """Bytes of all recorded numbers (float32)."""
        return sum(a.nbytes for frame in self.frames for a in frame.values())

    def __call__(self, step, network, loss):
        """What train calls after each step."""
        if step % self.every == 0:
            self._keep(step, network)
            if self.bytes > self.limit:
                self.every *= 2
                for kept in (self.steps, self.frames, self.losses, self.shares):
                    del kept[1::2]
        if self.also is not None:
            self.also(step, network, loss)

    def _keep(self, step, network):
        found, loss, p = trace(network, self._x, self.label)
        self.steps.append(step)
        self.frames.append({key: np.asarray(a, np.float32) for key, a in found.items()})
        self.losses.append(loss)
        self.shares.append(float(p[self.label]))

    def __repr__(self):
        return (
            f"Recording: {len(self.steps)} steps, 0 to {self.steps[-1]}, every {self.every}; "
            f"{self.bytes / 1e6:.1f} of at most {self.limit / 1e6:.1f} MB"
        )


class Theatre(Canvas):
    """Every layer's out, delta and grad_w at each recorded step."""

    name = "training_theatre"

    def __init__(self, recording):
        self._recording = recording
        super().__init__()

    def _page(self):
        r = self._recording

        def shown(key):
            return _stack(key, [f[key] for f in r.frames], r.names, r.layers)

        says = [
            f"After step {step} the network gives this {r.label} the share {number(share)}; its loss is {number(loss)}."
            for step, share, loss in zip(r.steps, r.shares, r.losses, strict=True)
        ]
        rows = [*_rows(r.frames[0], r.names, shown), ("", [part("held")])]
        title, held = "What changes while the network learns?", {"held": repr(r)}
        return Page(title, rows, player("recorded step"), held, says=says)


def training_theatre(recording=None):
    """Lesson 08: feature maps, deltas and kernel gradients of every layer, with a scrub bar over the recorded steps.

    recording: a views.Recording that was train's on_step; default: 45 steps of the digit network on real digits.
    Colours have one signed scale a stack, fixed over all steps. Drive it: theatre.at = 3, theatre.step(),
    theatre.select("grad_w:0", 4, 1, 2), print(theatre.sentence). Raises TypeError for anything but a Recording.
    """
    if recording is None:
        digits, network = datasets.digits(), digit_network(np.random.default_rng(0))
        recording = Recording(network, digits.test_x[0], digits.test_y[0])
        rng = np.random.default_rng(0)
        train(network, digits.train_x, digits.train_y, epochs=1, batch_size=32, rng=rng, on_step=recording)
    if not isinstance(recording, Recording):
        raise TypeError(f"recording is {type(recording).__name__}, wanted a views.Recording")
    return Theatre(recording)


PAD, PEN = 32, 2.8  # the scans were made of 32x32 dots
BOX = (32, 26)  # a digit fills their height and about three quarters of their width


def ink(strokes, radius):
    """A PAD x PAD picture (0 or 1) of strokes, each a list of points (y, x), drawn with a round pen."""
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
    """Strokes as an 8x8 image as the data set was made: fitted to the height, centred, dots counted in 4x4 blocks."""
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
        self._tops = [float(np.abs(layer.out if hasattr(layer, "out") else 1).max()) for layer in network.layers]
        super().__init__()

    def draw(self, *strokes):
        """Draw strokes, each a list of points (row, column) from 0 to 32: draw([(4, 16), (28, 16)])."""
        for stroke in strokes:
            points = np.asarray(stroke, float)
            if points.ndim != 2 or points.shape[1:] != (2,) or not len(points) or not np.isfinite(points).all():
                raise ValueError(f"a stroke has shape {points.shape}, wanted (n, 2): points (row, column)")
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
        seen, x = self.image, self.image
        rows = [("", [
            Stack("pad", ink(self._strokes, 1.5)[None], "your pen", "draw here: pointer, or arrows and the space bar",
                  kind="plain", scale=1, zoom=8, pad=True),
            Stack("x", seen, "x", "centred and scaled like the scans", kind="plain", scale=1, zoom=16), part("shares"),
        ])]  # fmt: skip
        for name, layer, top in zip(self._names, self._network.layers, self._tops, strict=True):
            x = layer.forward(x)
            maps = as_maps(x if self._strokes else np.full(np.shape(x), np.nan))
            if name != "flatten":
                shape = {"columns": _columns(maps), "zoom": _zoom(maps)}
                rows.append((name, [Stack(name, maps, f"{name} out", scale=top, **shape)]))
        shares = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
        return Page("What does the network make of your digit?", rows, button("clear", "Clear"),
                    {"shares": self._table(shares)}, says=[self._say(shares)])  # fmt: skip

    def _say(self, p):
        if not self._strokes:
            return "The pad is empty: draw a digit."
        best, second = np.argsort(-p)[:2]
        return f"The network reads a {best}, with the share {p[best]:.0%}; next comes {second}, with {p[second]:.0%}."

    def _table(self, p):
        """The ten shares as a table with bars."""
        if not self._strokes:
            return ""
        bar = '<div style="width:{:.0f}px;height:.8em;background:#c8511b"></div>'
        row = f'<tr><th scope="row">{{}}</th><td>{bar}</td><td>{{:.0%}}</td></tr>'
        body = "".join(row.format(k, 1 + 120 * v, v) for k, v in enumerate(p))
        return f'<table class="mp-shares"><caption>share of each digit</caption>{body}</table>'


def draw_a_digit(network=None):
    """Lesson 08: draw with the pointer, a finger or the keyboard; every layer and ten probabilities follow the pen.

    network: a trained cnnlib.Network for 8x8 digits; default: the digit network after 5 epochs (about two seconds).
    Drive it: pad.draw([(4, 16), (28, 16)]), pad.clear(), print(pad.sentence), pad.image.
    """
    digits = datasets.digits()
    if network is None:
        network, rng = digit_network(np.random.default_rng(0)), np.random.default_rng(0)
        train(network, digits.train_x, digits.train_y, epochs=5, batch_size=32, rng=rng, momentum=0.9)
    return DrawADigit(network, digits.test_x[:50])
