"""case: one gradient check as arrays: each gradient by the backward passes and by differences
(level 4).

A Design says what is checked and how; its Case holds the arrays.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.activations import ReluActivator
from cnnlib.course.result import Result, compared
from cnnlib.gradient_check import StepTooSmall, numerical_gradient
from cnnlib.layers import ConvLayer, MaxPoolingLayer, MeanPoolingLayer
from cnnlib.loss import softmax_cross_entropy

GRADIENTS = ("grad_x", "grad_w", "grad_b", "pool grad_x", "mean pool grad_x", "grad_scores")


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


def convolution_of(design: Design, rng: np.random.Generator) -> ConvLayer:
    """The layer of a design, its weights random, its bias 0."""
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
        self.conv = convolution_of(design, rng)
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
        found: dict[str, Any] = {}
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
