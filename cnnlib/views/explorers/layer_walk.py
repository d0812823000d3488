"""network: one image through every layer of a network, and the error all the way back (level 6)."""

import copy

import numpy as np

from cnnlib import datasets
from cnnlib.network import digit_network, softmax_cross_entropy
from cnnlib.views.explorers.canvas import Canvas, Page, judged, part, player, typed
from cnnlib.views.explorers.explain import explain, geometry, kind_of
from cnnlib.views.maps import Stack, number, reach

MONO = "font-family:monospace;white-space:pre-wrap;min-height:4.2em"


def layer_names(layers):
    """ "conv 1", "pool 1", "conv 2", ... ; a kind that comes once has no number."""
    kinds = [kind_of(layer) for layer in layers]
    return [
        f"{k} {kinds[: n + 1].count(k)}" if kinds.count(k) > 1 else k for n, k in enumerate(kinds)
    ]


def trace(network, x, label):
    """One image x (C, H, W) forward and back through a copy of the network: ({key: array}, loss,
    p).

    keys: "x", "grad_x", and for each layer n "out:n", "back:n" (delta = dE/dnet where the layer has
    weights, else dE/dout) and "grad_w:n". The network itself stays untouched.
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
    """Any layer's numbers as maps (n, H, W): a vector is one row, kernels (F, C, K_H, K_W) are F*C
    maps."""
    a = np.asarray(a, float)
    return a.reshape(-1, *a.shape[-2:]) if a.ndim > 2 else a.reshape(1, -1, a.shape[-1])


def shape_of(maps):
    """How many maps stand in a row, and how many pixels wide a cell is."""
    count, _, wide = maps.shape[-3:]
    if count == 1:
        return {"zoom": 3 if wide > 30 else 12}
    columns, zoom = (32, 3) if count > 100 else (16, 4) if count > 16 else (8, 5)
    return {"columns": columns, "zoom": zoom}


def stack_of(key, arrays, found, layers):
    """The stack for one key of a trace: `arrays` at every step; `found` is any step's trace, for
    the shapes."""
    what, _, n = key.partition(":")
    maps, n = np.stack([as_maps(a) for a in arrays]), int(n or 0)
    if what == "x":
        return Stack(key, maps, key, kind="plain", zoom=9)
    places = {
        what.replace("grad_x", "x").replace("back", "out") + key[len(what) :]: reach(
            maps.shape[-2:], 1
        )
    }
    if what == "grad_x":
        return Stack(key, maps, key, zoom=9, windows=places, same_map=True)
    name, shape, weighted = (
        layer_names(layers)[n],
        np.shape(found[key]),
        hasattr(layers[n], "weights"),
    )
    label = {"out": "out", "back": "delta" if weighted else "grad_out", "grad_w": "grad_w"}[what]
    names = (
        [f"{f}, {c}, " for f in range(shape[0]) for c in range(shape[1])] if len(shape) == 4 else ()
    )
    if what != "back":
        above = f"out:{n - 1}" if n else "x"
        met = geometry(layers[n], found[above]) if what == "out" else None
        places = {above: reach(*met)} if met else None
    same = what == "back" or kind_of(layers[n]) == "pool"
    return Stack(
        key, maps, f"{name} {label}", names=names, windows=places, same_map=same, **shape_of(maps)
    )


def rows_of(found, names, shown):
    """The rows of a page: the image, then each layer's out, delta and grad_w."""
    rows = [("image", [shown("x"), shown("grad_x")])]
    for n, name in enumerate(names):
        keys = (f"out:{n}", f"back:{n}", f"grad_w:{n}")
        rows.append((f"{n + 1} · {name}", [shown(key) for key in keys if key in found]))
    return rows


def _sizes(a):
    a = as_maps(a)
    return (
        f"{len(a)} maps of {a.shape[1]}×{a.shape[2]}"
        if len(a) > 1
        else f"{a.shape[1]}×{a.shape[2]} numbers"
    )


def _span(a):
    return f"from {number(np.min(a))} to {number(np.max(a))}"


class LayerWalk(Canvas):
    """The steps: the image, each layer forward, the loss, each layer backward."""

    name = "walk_the_layers"

    def __init__(self, network, x, label):
        self._layers, self._names, self._label = (
            network.layers,
            layer_names(network.layers),
            int(label),
        )
        self._found, self._loss, self._p = trace(network, x, label)
        super().__init__()
        self.at = len(self._now.says) - 1

    def _order(self):
        """{key: the step at which it becomes known}."""
        L = len(self._layers)
        when = {"x": 0, "grad_x": 2 * L + 1}
        for n in range(L):
            when |= {f"out:{n}": n + 1, f"back:{n}": 2 * L + 1 - n, f"grad_w:{n}": 2 * L + 1 - n}
        return when

    def _says(self):
        found, L = self._found, len(self._layers)
        says = [f"The image goes in, its label is {self._label}: {_sizes(found['x'])}."]
        for n, name in enumerate(self._names):
            says.append(
                f"Forward, {name}: {_sizes(found[f'out:{n}'])} come out, {_span(found[f'out:{n}'])}."
            )
        share = number(self._p[self._label])
        says[-1] += (
            f" Label {self._label} has the share {share}, so the loss is {number(self._loss)}."
        )
        if self._asking:
            return says
        sent = self._p - np.eye(len(self._p))[self._label]
        says.append(f"The loss sends back grad_scores = p − onehot, {_span(sent)}.")
        for n in reversed(range(L)):
            what = "delta" if f"grad_w:{n}" in found else "grad_out"
            weights = (
                f", and grad_w runs {_span(found[f'grad_w:{n}'])}" if f"grad_w:{n}" in found else ""
            )
            says.append(
                f"Backward, {self._names[n]}: {what} runs {_span(found[f'back:{n}'])}{weights}."
            )
        return says

    def _page(self):
        says, when = self._says(), self._order()

        def shown(key):
            a = self._found[key]
            steps = [
                a if t >= when[key] else np.full(np.shape(a), np.nan) for t in range(len(says))
            ]
            return stack_of(key, steps, self._found, self._layers)

        rows = [("", [part("formula", style=MONO)]), *rows_of(self._found, self._names, shown)]
        title, parts = (
            "How does one image go through the network, and the error back?",
            {"formula": self._formula()},
        )
        return Page(title, rows, player("step"), parts, {"predict": self._asking}, says, wide=True)

    def _formula(self):
        name, place = self.picked
        if name is None:
            return "Pick a cell: how its number is made appears here."
        if self.at < self._order()[name] or (
            self._asking and name not in ("x", "grad_x") and name[:3] != "out"
        ):
            return "This number is not known yet."
        return explain(name, place, self._found, self._layers, self._p, self._label)

    def _question(self):
        k, share = self._label, number(self._p[self._label])
        return (
            f"Label {k} has the share {share}. What is grad_scores[{k}], which starts the way back?",
            (),
        )

    def _judge(self, guess):
        p = float(self._p[self._label])
        wrong = {
            "when the 1 of onehot is not subtracted": p, "with the sign turned round": 1 - p,
            "when the loss itself is sent back": self._loss, "of −1/p, which leaves softmax out": -1 / p,
        }  # fmt: skip
        return judged(typed(guess), p - 1, f"grad_scores[{self._label}] = p − 1", wrong)


def walk_the_layers(network=None, x=None, label=None):
    """Lesson 06: one image forward through every layer, and the deltas all the way back.

    network: a cnnlib.Network, default the untrained digit network; x (C, H, W) and its label,
    default the first held-out digit. Drive it: walk.step(-1), walk.at = 0, walk.select("out:0", 3,
    2, 5), print(walk.sentence); walk.predict() hides the way back and asks for its first number,
    walk.guess(-0.8) answers. Nothing is edited here. Raises ValueError or TypeError when the
    network cannot take x.
    """
    network = digit_network(np.random.default_rng(0)) if network is None else network
    if x is None:
        digits = datasets.digits()
        x, label = digits.test_x[0], int(digits.test_y[0]) if label is None else label
    if label is None:
        raise ValueError("label is missing, wanted the right class of x: the error starts from it")
    return LayerWalk(network, x, label)
