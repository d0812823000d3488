"""layer_slips: layers with one slip each, by which check_layer recognises a reader's (level 4).

Each leans on the library's layer for all but the slip; the planted bugs join them under their
names.
"""

from contextlib import nullcontext

from cnnlib.activations import IdentityActivator
from cnnlib.course import bugs
from cnnlib.layers import ConvLayer


class _AtOut(ConvLayer):
    def _delta(self, grad_out):
        self.delta = grad_out * self.activator.derivative(self.out)
        return self.delta


class _NoActivator(ConvLayer):
    def _activate(self, net):
        self.activator = IdentityActivator()
        return super()._activate(net)


class _NoBias(ConvLayer):
    def forward(self, x):
        kept = self.bias.copy()
        self.bias[...] = 0
        out = super().forward(x)
        self.bias[...] = kept
        return out


class _Turned(ConvLayer):
    def forward(self, x):
        self.weights[...] = self.weights[:, :, ::-1, ::-1].copy()
        out = super().forward(x)
        self.weights[...] = self.weights[:, :, ::-1, ::-1].copy()
        return out


class _Accumulates(ConvLayer):
    def backward(self, grad_out):
        before = self.weights_grad.copy(), self.bias_grad.copy()
        grad_x = super().backward(grad_out)
        self.weights_grad += before[0]
        self.bias_grad += before[1]
        return grad_x


class _FirstInput(ConvLayer):
    def backward(self, grad_out):
        self._first = getattr(self, "_first", self.x)
        self.x = self._first
        return super().backward(grad_out)


class _StepsInside(ConvLayer):
    def backward(self, grad_out):
        grad_x = super().backward(grad_out)
        self.update()
        return grad_x


# name -> (a layer with this slip, what plants a bug while it runs)
SLIPS = {
    "f′ is taken at out, not at net": (_AtOut, nullcontext),
    "the activator is ignored": (_NoActivator, nullcontext),
    "the bias is not added": (_NoBias, nullcontext),
    "the kernel is turned on the way forward: true convolution": (_Turned, nullcontext),
    "the gradients of the call before are still in it": (_Accumulates, nullcontext),
    "the input of the first call is used again": (_FirstInput, nullcontext),
    "backward takes a step of its own": (_StepsInside, nullcontext),
}


def _planting(name):
    return lambda: bugs.planted(name)


SLIPS |= {name: (ConvLayer, _planting(name)) for name in bugs.BUGS}
