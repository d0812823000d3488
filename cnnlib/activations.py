"""activations: f and f', one number at a time (level 0). Each takes net of any shape and returns
the same shape."""

import numpy as np

from cnnlib.arguments import array


class IdentityActivator:
    """f(net) = net, f'(net) = 1."""

    def forward(self, net):
        """out = net."""
        return array(net, "net").copy()

    def derivative(self, net):
        """1 everywhere."""
        return np.ones_like(array(net, "net"))


class ReluActivator:
    """f(net) = max(0, net); f'(net) = 1 where net > 0, else 0. At the kink itself relu'(0) = 0."""

    def forward(self, net):
        """out = max(0, net)."""
        net = array(net, "net")
        out = np.zeros_like(net)
        return np.maximum(net, out, out=out)  # twice as fast as the maximum with the one number 0

    def derivative(self, net):
        """1 where net > 0, else 0."""
        net = array(net, "net")
        return (net > 0).astype(net.dtype)


class SigmoidActivator:
    """f(net) = 1 / (1 + exp(-net)), f' = f (1 - f)."""

    def forward(self, net):
        """out = 1 / (1 + exp(-net)), written with tanh so that no exponential overflows."""
        return 0.5 * (1 + np.tanh(0.5 * array(net, "net")))

    def derivative(self, net):
        """out (1 - out)."""
        out = self.forward(net)
        return out * (1 - out)


class TanhActivator:
    """f(net) = tanh(net), f' = 1 - f^2."""

    def forward(self, net):
        """out = tanh(net)."""
        return np.tanh(array(net, "net"))

    def derivative(self, net):
        """1 - out^2."""
        return 1 - np.tanh(array(net, "net")) ** 2
