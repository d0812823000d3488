"""clinic: gradient checks, strong and weak, and which planted bug each of them lets live (level 4).

A Design says what is checked and how; its Case holds the arrays, and each gradient once by central
differences.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cnnlib.activations import IdentityActivator, ReluActivator
from cnnlib.course import bugs
from cnnlib.course.layer_check import check_layer, wrong_gradient
from cnnlib.course.own_layer import use_layer
from cnnlib.course.result import PASS, Result, compared
from cnnlib.gradient_check import StepTooSmall, numerical_gradient
from cnnlib.layers import ConvLayer, MaxPoolingLayer, MeanPoolingLayer
from cnnlib.loss import softmax_cross_entropy

__all__ = [
    "CHECKS",
    "PASS",
    "WEAK",
    "Case",
    "Design",
    "Result",
    "check_layer",
    "survivors",
    "use_layer",
    "wrong_gradient",
]
GRADIENTS = ("grad_x", "grad_w", "grad_b", "pool grad_x", "mean pool grad_x", "grad_scores")
Check = Callable[[], Result]


@dataclass(frozen=True)
class Design:
    """The settings of one gradient check: sizes are (vertical, horizontal), `gradients` names what
    is compared."""

    image: tuple[int, int] = (7, 5)
    channels: int = 3
    filters: int = 2
    kernel: tuple[int, int] = (3, 2)
    stride: int = 2
    padding: int = 1
    batch: int = 2
    upstream: str = "random"
    activator: type = ReluActivator
    pool: tuple[int, int] = (3, 3)
    epsilon: float = 1e-5
    dtype: str = "float64"
    gradients: tuple[str, ...] = GRADIENTS
    first_filter_only: bool = False


def _convolution(design, rng):
    """The layer of a design."""
    (H, W), (K_H, K_W) = design.image, design.kernel
    return ConvLayer(
        input_width=W,
        input_height=H,
        channel_number=design.channels,
        filter_width=K_W,
        filter_height=K_H,
        filter_number=design.filters,
        zero_padding=design.padding,
        stride=design.stride,
        activator=design.activator(),
        learning_rate=0.1,
        rng=rng,
        dtype=np.dtype(design.dtype),
    )


class Case:
    """The arrays of one design. numeric: its gradients by differences; analytic(): by whatever code
    is planted now."""

    def __init__(self, design: Design, seed: int = 7) -> None:
        rng, C, (H, W) = np.random.default_rng(seed), design.channels, design.image
        self.design, self.N, self.dtype = design, design.batch, np.dtype(design.dtype)
        self.conv = _convolution(design, rng)
        self.conv.bias[...] = rng.standard_normal(design.filters)
        height, width = design.pool
        pools = [
            kind(W, H, C, width, height, design.stride)
            for kind in (MaxPoolingLayer, MeanPoolingLayer)
        ]
        every = dict(zip(("grad_x", "pool grad_x", "mean pool grad_x"), (self.conv, *pools)))
        wanted = {"grad_x" if name in ("grad_w", "grad_b") else name for name in design.gradients}
        self.layers = {name: layer for name, layer in every.items() if name in wanted}
        self.x = rng.standard_normal((self.N, C, H, W)).astype(self.dtype)
        self.upstream = {name: self._upstream(rng, layer) for name, layer in self.layers.items()}
        self.scores = rng.standard_normal((self.N, 4)).astype(self.dtype)
        self.labels = np.arange(self.N) % 4
        self.numeric = {name: self._by_differences(name) for name in design.gradients}

    def _upstream(self, rng, layer):
        random = rng.standard_normal(layer.forward(self.x).shape).astype(self.dtype)
        return random if self.design.upstream == "random" else np.ones_like(random)

    def _by_differences(self, name):
        """The gradient of this name; NaN if epsilon is too small to measure anything."""
        error, over = self._measured(name)
        try:
            return numerical_gradient(error, over, self.design.epsilon)
        except StepTooSmall:
            return np.full(over.shape, np.nan)

    def _measured(self, name):
        """(error, over): E = sum(upstream * out) / N, or the loss for grad_scores, and the numbers
        to move."""
        if name == "grad_scores":
            return lambda scores: softmax_cross_entropy(scores, self.labels)[0], self.scores
        over = {"grad_w": self.conv.weights, "grad_b": self.conv.bias}.get(name, self.x)
        of = name if name in self.layers else "grad_x"
        layer, upstream = self.layers[of], self.upstream[of]
        return lambda _: float((layer.forward(self.x) * upstream).sum()) / self.N, over

    def analytic(self) -> dict[str, np.ndarray]:
        """{gradient: array} by the backward passes; 1/N once, in the upstream."""
        found = {}
        for name, layer in self.layers.items():
            layer.forward(self.x)
            found[name] = layer.backward(self.upstream[name] / self.N)
        found |= {"grad_w": self.conv.weights_grad.copy(), "grad_b": self.conv.bias_grad.copy()}
        found["grad_scores"] = softmax_cross_entropy(self.scores, self.labels)[1]
        return {name: found[name] for name in self.numeric}

    def pairs(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """{gradient: (analytic, numeric)}, cut to the first filter if the design looks no
        further."""
        found, cut = self.analytic(), slice(1) if self.design.first_filter_only else slice(None)
        return {name: (found[name][cut], numeric[cut]) for name, numeric in self.numeric.items()}

    def result(self) -> Result:
        """The Result of comparing the two."""
        return compared(self.pairs)


_case = cache(Case)


def _check(**settings):
    return lambda: _case(replace(Design(), **settings)).result()


def _hand_numbers():
    """Ties and net = 0: the 4x4 example by the library, beside the numbers worked by hand."""
    design = Design(image=(4, 4), channels=1, kernel=(2, 2), stride=1, padding=0)
    conv = _convolution(design, np.random.default_rng(0))
    conv.weights[...] = [[[[1, -1], [1, -1]]], [[[1, 1], [-1, -1]]]]
    pool = MaxPoolingLayer(3, 3, 1, 2, 2, 1)
    image = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
    out = conv.forward(image)
    pool.forward(out[:1])
    routed = pool.backward(np.array([[[1, 2], [3, 4]]]))
    grad_x = conv.backward(np.concatenate([routed, np.zeros((1, 3, 3))]))
    grad_w = conv.weights_grad[0, 0].copy()
    # filter 2: four outputs stand on ReLU's kink
    conv.backward(np.stack([np.zeros((3, 3)), np.ones((3, 3))]))
    return {
        "pool grad_x": (routed[0], [[1, 0, 2], [3, 0, 4], [0, 0, 0]]),
        "sum of pool grad_x": (routed.sum(), 10),
        "grad_w": (grad_w, [[10, 3], [10, 1]]),
        "grad_x": (grad_x[0], [[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]),
        "delta on the kink": (conv.delta[1], [[0, 0, 0], [1, 1, 0], [1, 0, 0]]),
    }


CONV, POOLS = ("grad_x", "grad_w", "grad_b", "grad_scores"), ("pool grad_x", "mean pool grad_x")
CHECKS = {
    "(a)": _check(gradients=CONV),
    "(b)": _check(gradients=CONV, image=(8, 6), padding=0),
    "(c)": _check(gradients=POOLS),
    "(d)": lambda: compared(_hand_numbers, limit=0.0),
}
WEAK = {
    "ones, identity": _check(gradients=CONV, upstream="ones", activator=IdentityActivator),
    "identity": _check(gradients=CONV, activator=IdentityActivator),
    "one image": _check(gradients=CONV, batch=1),
    "one channel, one filter": _check(gradients=CONV, channels=1, filters=1),
    "stride 1, no padding": _check(gradients=CONV, stride=1, padding=0),
    "weights only": _check(gradients=("grad_w",)),
    "2x2/2 pool": _check(gradients=POOLS, pool=(2, 2)),
    "the source's": _check(
        gradients=("grad_w",),
        image=(5, 5),
        kernel=(3, 3),
        batch=1,
        upstream="ones",
        activator=IdentityActivator,
        first_filter_only=True,
    ),
}


def survivors(checks: Mapping[str, Check] | None = None) -> dict[str, dict[str, bool]]:
    """{bug: {check: True where the bug lives, that is, where the check passes}}, computed now.

    checks: {name: function that gives a Result}; default CHECKS, then WEAK.
    """
    checks, alive = CHECKS | WEAK if checks is None else checks, {}
    for name in bugs.BUGS:
        with bugs.planted(name):
            alive[name] = {check: run().passed for check, run in checks.items()}
    return alive
