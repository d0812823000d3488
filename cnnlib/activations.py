"""activations: f and f', one number at a time (level 0). Each takes net of any shape and returns
the same shape."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import array


class Activator(Protocol):
    """What a layer asks of its activator: f and f', each of net and in its shape."""

    def forward(self, net: np.ndarray, /) -> np.ndarray:
        """out = f(net)."""

    def derivative(self, net: np.ndarray, /) -> np.ndarray:
        """f'(net)."""


class IdentityActivator:
    """f(net) = net, f'(net) = 1."""

    def forward(self, net: ArrayLike) -> np.ndarray:
        """out = net."""
        return array(net, "net").copy()

    def derivative(self, net: ArrayLike) -> np.ndarray:
        """1 everywhere."""
        return np.ones_like(array(net, "net"))


class ReluActivator:
    """f(net) = max(0, net); f'(net) = 1 where net > 0, else 0. At the kink itself relu'(0) = 0."""

    def forward(self, net: ArrayLike) -> np.ndarray:
        """out = max(0, net)."""
        net = array(net, "net")
        out = np.zeros_like(net)
        return np.maximum(net, out, out=out)  # twice as fast as the maximum with the one number 0

    def derivative(self, net: ArrayLike) -> np.ndarray:
        """1 where net > 0, else 0; NaN where net is NaN, which must not disappear on the way
        back."""
        net = array(net, "net")
        slope = np.array(net > 0, net.dtype)
        slope[np.isnan(net)] = np.nan
        return slope


class SigmoidActivator:
    """f(net) = 1 / (1 + exp(-net)), f' = f (1 - f).

    Both are written with exponentials of numbers that are never above 0: they cannot overflow, and
    the tails keep all their digits, where 1 - f would be 0.
    """

    def forward(self, net: ArrayLike) -> np.ndarray:
        """out = exp(min(net, 0)) / (1 + exp(-|net|)): the formula, on the left times exp(net)."""
        net = array(net, "net")
        with np.errstate(under="ignore"):  # far out on the left, out is 0
            return np.exp(np.minimum(net, 0)) / (1 + np.exp(-np.abs(net)))

    def derivative(self, net: ArrayLike) -> np.ndarray:
        """f (1 - f) = e / (1 + e)^2 with e = exp(-|net|)."""
        with np.errstate(under="ignore"):
            e = np.exp(-np.abs(array(net, "net")))
            return e / (1 + e) ** 2


class TanhActivator:
    """f(net) = tanh(net), f' = 1 - f^2."""

    def forward(self, net: ArrayLike) -> np.ndarray:
        """out = tanh(net)."""
        return np.tanh(array(net, "net"))

    def derivative(self, net: ArrayLike) -> np.ndarray:
        """1 - out^2 = 1 / cosh(net)^2 = 4 e / (1 + e)^2 with e = exp(-2 |net|); far out, 1 - out^2
        would be 0."""
        with np.errstate(under="ignore"):
            e = np.exp(-2 * np.abs(array(net, "net")))
            return 4 * e / (1 + e) ** 2
