"""layer_walk: one image through every layer of a network, and the error all the way back (level
6)."""

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import datasets
from cnnlib.arguments import array, whole
from cnnlib.network import Network, digit_network
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import part, player
from cnnlib.views.explorers.explain import Layer, explain
from cnnlib.views.explorers.given import finite
from cnnlib.views.explorers.layer_maps import Trace, as_maps, layer_names, rows_of, stack_of, trace
from cnnlib.views.explorers.questions import Question, how_much
from cnnlib.views.maps import number
from cnnlib.views.words import Place

MONO = "font-family:monospace;white-space:pre-wrap;min-height:4.2em"


def sizes(a: np.ndarray) -> str:
    """The size of a layer's numbers, in words."""
    a = as_maps(a)
    size = f"{a.shape[1]}×{a.shape[2]}"
    return f"{len(a)} maps of {size}" if len(a) > 1 else f"{size} numbers"


def spoken(layer: Layer) -> str:
    """What the activation of a layer is called."""
    name = type(layer.activator).__name__.removesuffix("Activator")
    return {"Relu": "ReLU", "Identity": "the identity"}.get(name, name.lower())


def span(a: np.ndarray) -> str:
    """The smallest and the largest number, in words."""
    return f"from {number(np.min(a))} to {number(np.max(a))}"


class WalkTale(MapTale):
    """The steps: the image, each layer forward, the loss, each layer backward.

    trace: what layer_maps.trace found.
    """

    def __init__(self, layers: Sequence[Layer], trace: Trace, label: int, hidden: bool) -> None:
        self.layers, self.names = layers, layer_names(layers)
        (self.found, self.loss, self.p), self.label = trace, label
        self.hidden = hidden
        self.known = self.order()

    def order(self) -> dict[str, int]:
        """{key: the step at which it becomes known}."""
        count = len(self.layers)
        when = {"x": 0, "grad_x": 2 * count + 1}
        for n in range(count):
            when[f"out:{n}"] = n + 1
            when[f"back:{n}"] = when[f"grad_w:{n}"] = 2 * count + 1 - n
        return when

    def page(self) -> Page:
        says = self.forward() + ([] if self.hidden else self.backward())

        def shown(key):
            a = self.found[key]
            unknown = np.full(np.shape(a), np.nan)
            steps = [a if t >= self.known[key] else unknown for t in range(len(says))]
            return stack_of(key, steps, self.found, self.layers)

        rows: Rows = [
            ("", [part("formula", style=MONO)]),
            *rows_of(self.found, len(self.names), shown),
        ]
        title = "How does one image go through the network, and the error back?"
        values = {"predict": self.hidden}
        return Page(title, rows, player("step"), values=values, says=says, wide=True)

    def forward(self) -> list[str]:
        """The sentences of the way there."""
        says = [f"The image goes in, its label is {self.label}: {sizes(self.found['x'])}."]
        for n, name in enumerate(self.names):
            out = self.found[f"out:{n}"]
            says.append(f"Forward, {name}: {sizes(out)} come out, {span(out)}.")
        share = number(self.p[self.label])
        loss = f"so the loss is {number(self.loss)}"
        says[-1] += f" Label {self.label} has the share {share}, {loss}."
        return says

    def backward(self) -> list[str]:
        """The sentences of the way back."""
        sent = self.p - np.eye(len(self.p))[self.label]
        says = [f"The loss sends back grad_scores = p − onehot, {span(sent)}."]
        for n, name in reversed(list(enumerate(self.names))):
            weighted = f"grad_w:{n}" in self.found
            what, more = "grad_out", ""
            if weighted:
                what, more = "delta", f", and grad_w runs {span(self.found[f'grad_w:{n}'])}"
            says.append(f"Backward, {name}: {what} runs {span(self.found[f'back:{n}'])}{more}.")
        return says

    def formula(self, name: str | None, place: Place | None, at: int) -> str:
        if name is None or place is None:
            return "Pick a cell: how its number is made appears here."
        secret = self.hidden and name not in ("x", "grad_x") and name[:3] != "out"
        if at < self.known[name] or secret:
            return "This number is not known yet."
        return explain(name, place, self.found, self.layers, self.p, self.label)

    def question(self, name: str | None, place: Place | None) -> Question:
        what, _, n = (name or "").partition(":")
        net = self.found.get(f"net:{n}") if what == "back" else None
        if net is not None and net.ndim == 3 and place is not None:
            return self.one_delta(n, place)  # a dense layer's would tell p − onehot
        k, p = self.label, float(self.p[self.label])
        words = f"Label {k} has the share {number(p)}."
        words += f" What is grad_scores[{k}], which starts the way back?"
        slips = {
            "the 1 of onehot is not subtracted": p,
            "the sign is turned round": 1 - p,
            "the loss itself is sent back": self.loss,
            "−1/p is sent back, which leaves softmax out": -1 / p if p else np.nan,
        }
        return how_much(words, f"grad_scores[{k}] = p − 1", p - 1, slips)

    def one_delta(self, n: str, place: Place) -> Question:
        """The Question for a delta of layer n, which has weights: eq. 6.1."""
        layer, at = self.layers[int(n)], "[" + ",".join(map(str, place)) + "]"
        arrives, net, out, delta = (
            float(as_maps(self.found[f"{what}:{n}"])[place])
            for what in ("grad_out", "net", "out", "back")
        )
        f = spoken(layer)
        words = f"{self.names[int(n)]}: net{at} = {number(net)}, and grad_out{at} = "
        words += f"{number(arrives)} arrives. f is {f}. What is delta{at} = dE/dnet{at}?"
        slips = {
            "f′ is left out": arrives,
            "f stands in the place of f′": arrives * out,
            "net stands in the place of f′": arrives * net,
            "grad_out is left out": delta / arrives if arrives else np.nan,
        }
        return how_much(words, f"delta{at}", delta, slips)


class LayerWalk(Canvas):
    """One image through a network and back, step by step."""

    name = "walk_the_layers"

    def __init__(self, network: Network, x: np.ndarray, label: int) -> None:
        network = copy.deepcopy(network)  # the caller may train on
        self._walked = network.layers, trace(network, x, label), label
        super().__init__()

    def _tale(self, state):
        return WalkTale(*self._walked, bool(state.hidden))

    def _still(self):
        """Before a step is taken, all that is known at the end: without a script nothing steps."""
        return self._frame(self.at or len(self._now.says) - 1)


def walk_the_layers(
    network: Network | None = None,
    x: ArrayLike | None = None,
    label: int | None = None,
    *,
    predict: bool = False,
) -> LayerWalk:
    """Lesson 06: one image forward through every layer, and the deltas all the way back.

    network: a cnnlib.Network, default the untrained digit network; x (C, H, W) and its label,
    default the first held-out digit. It opens at its first step. Drive it: walk.step(), walk.at =
    13, walk.select("out:0", 3, 2, 5), print(walk.sentence); walk.predict() hides the way back and
    asks for its first number, or for the delta that is picked, walk.guess(-0.8) answers;
    predict=True asks from the first frame on.
    Nothing is edited here. Raises ValueError or TypeError when the network cannot take x, or x
    holds numbers that are not finite.
    """
    network = digit_network(np.random.default_rng(0)) if network is None else network
    if x is None:
        digits = datasets.digits()
        x, label = digits.test_x[0], int(digits.test_y[0]) if label is None else label
    if label is None:
        raise ValueError("label is missing, wanted the right class of x: the error starts from it")
    walk = LayerWalk(network, finite(array(x, "x"), "x"), whole(label, "label", 0))
    return walk.asking(predict)


def example() -> LayerWalk:
    """The first held-out digit and an untrained network."""
    digits = datasets.digits()
    network = digit_network(np.random.default_rng(0))
    return walk_the_layers(network, digits.test_x[0], digits.test_y[0])
