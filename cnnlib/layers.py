"""layers: thin objects around ops (level 2). A layer keeps its input, calls one function of ops,
nothing more.

Every layer has forward(x) -> out, backward(grad_out) -> grad_x and update(). Each takes one image
(C, H, W) or a batch (N, C, H, W) and answers in the same rank. A layer with weights applies its OWN
f' (eq. 6.1), nobody else's, and its gradients are sums over positions and over the batch: 1/N is
the loss's business. What a layer keeps for its way back is its own: whoever changes x or out in
place after forward changes no gradient.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnnlib import ops
from cnnlib.activations import Activator
from cnnlib.arguments import (
    Size,
    array,
    float_type,
    generator,
    real,
    same_shape,
    turned_to,
    whole,
)
from cnnlib.geometry import Geometry, output_size


def he_normal(
    rng: np.random.Generator | None, shape: Sequence[int], dtype: DTypeLike
) -> np.ndarray:
    """Normal numbers with variance 2 / fan-in, the fan-in being the numbers that one output adds
    (He et al., 2015)."""
    rng = np.random.default_rng(0) if rng is None else generator(rng)
    return (rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))).astype(dtype)


class _Stored:
    """An array that a layer keeps: reading gives the layer's own, assigning writes into it.

    It is never replaced, so that a Filter and an optimiser may hold views of it.
    """

    def __set_name__(self, owner, name):
        self.name = name
        self.__doc__ = f"The layer's {name}; assigning writes into it."

    def __get__(self, layer, owner=None):
        return self if layer is None else getattr(layer, f"_{self.name}")

    def __set__(self, layer, value):
        own, value = self.__get__(layer), array(value, self.name)
        why = "the layer's own numbers are written into"
        same_shape(value, self.name, own.shape, why + turned_to(value, self.name, own.shape))
        own[...] = value


class _Part:
    """A filter's part of one of its layer's arrays."""

    def __set_name__(self, owner, name):
        self.name = name
        self.__doc__ = f"This filter's part of the layer's {name}."

    def __get__(self, one, owner=None):
        return self if one is None else getattr(one._layer, self.name)[one._f]

    def __set__(self, one, value):
        wanted, value = np.shape(self.__get__(one)), array(value, self.name)
        same_shape(value, self.name, wanted, "this filter's part of the layer's numbers")
        getattr(one._layer, self.name)[one._f] = value


class Filter:
    """One filter of a ConvLayer: a view of the layer's stacked arrays, so both always agree.

    weights, weights_grad (C, K_H, K_W); bias, bias_grad numbers. Assigning sets the layer's own
    numbers.
    """

    weights, weights_grad = _Part(), _Part()
    bias, bias_grad = _Part(), _Part()

    def __init__(self, layer: "ConvLayer", f: int) -> None:
        self._layer, self._f = layer, f

    def update(self, learning_rate: float) -> None:
        """One step of gradient descent: w -= learning_rate * grad_w, b -= learning_rate *
        grad_b."""
        self.weights -= learning_rate * self.weights_grad
        self.bias -= learning_rate * self.bias_grad

    def __repr__(self) -> str:
        return f"Filter({'x'.join(map(str, self.weights.shape))}, bias {float(self.bias):.4g})"


class _Weighted:
    """What the layers with weights share: the four arrays, the learning rate, f and f', one step of
    descent."""

    weights, weights_grad = _Stored(), _Stored()
    bias, bias_grad = _Stored(), _Stored()

    def _set_up(self, shape, activator, learning_rate, rng, dtype):
        methods = [getattr(activator, name, None) for name in ("forward", "derivative")]
        if isinstance(activator, type) or not all(map(callable, methods)):
            raise TypeError(
                f"activator is {activator!r}, wanted an object with forward and derivative: "
                "ReluActivator()"
            )
        self.dtype = float_type(dtype)
        self.learning_rate = real(
            learning_rate, "learning_rate", lambda rate: 0 <= rate < np.inf, "from 0 up"
        )
        self.activator = activator
        self._weights, self._bias = he_normal(rng, shape, dtype), np.zeros(shape[0], dtype)
        self._weights_grad, self._bias_grad = np.zeros(shape, dtype), np.zeros(shape[0], dtype)
        self.x = self.net = self.out = self.delta = None

    def _keep(self, x, wanted, axes):
        """Keep a copy of x in this layer's number type; gives it as a batch."""
        self.x = np.array(_fitting(x, wanted, axes), self.dtype)
        return _batch(self.x, len(wanted))

    def _activate(self, net):
        """out = f(net) for the net of a batch, in the rank of x."""
        self.net = net if self.x.ndim == net.ndim else net[0]
        self.out = self.activator.forward(self.net)
        return self.out

    def _delta(self, grad_out):
        """Eq. 6.1: delta = grad_out * f'(net)."""
        if self.net is None:
            raise RuntimeError("backward was called before forward: the layer has no net yet")
        grad_out = array(grad_out, "grad_out").astype(self.dtype, copy=False)
        same_shape(grad_out, "grad_out", self.net.shape, "one number for each number of out")
        self.delta = grad_out * self.activator.derivative(self.net)
        return self.delta

    def update(self) -> None:
        """One step of gradient descent: w -= learning_rate * grad_w, b -= learning_rate *
        grad_b."""
        self._weights -= self.learning_rate * self._weights_grad
        self._bias -= self.learning_rate * self._bias_grad


class ConvLayer(_Weighted):
    """A convolution layer: net = x correlated with each filter, plus its bias (eq. 1.1); out =
    f(net).

    The ten hyper-parameters come in this order, width before height; zero_padding and stride are an
    int or (vertical, horizontal). weights (F, C, K_H, K_W) start as He-normal numbers from `rng`,
    bias (F,) as 0. Raises ValueError or TypeError for sizes that do not fit.
    """

    sends_back = True  # False for as long as nobody asks for grad_x: Network.backward says so

    def __init__(
        self,
        input_width: int,
        input_height: int,
        channel_number: int,
        filter_width: int,
        filter_height: int,
        filter_number: int,
        zero_padding: Size,
        stride: Size,
        activator: Activator,
        learning_rate: float,
        *,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.input_width, self.input_height = input_width, input_height
        self.channel_number = whole(channel_number, "channel_number", 1)
        self.filter_number = whole(filter_number, "filter_number", 1)
        self.filter_width, self.filter_height = filter_width, filter_height
        self.zero_padding, self.stride = zero_padding, stride
        geometry = Geometry(
            (input_height, input_width), (filter_height, filter_width), stride, zero_padding
        )
        self.output_height, self.output_width = geometry.out_size
        shape = (self.filter_number, self.channel_number, *geometry.kernel_size)
        self._set_up(shape, activator, learning_rate, rng, dtype)
        self.filters = [Filter(self, f) for f in range(self.filter_number)]

    @staticmethod
    def calculate_output_size(
        input_size: int, filter_size: int, zero_padding: int, stride: int
    ) -> int:
        """(input_size + 2 * zero_padding - filter_size) // stride + 1, for one axis; an int."""
        return output_size(input_size, filter_size, stride, zero_padding)[0]

    def forward(self, x: ArrayLike) -> np.ndarray:
        """out = f(net), net by eq. 1.1. x (C, H, W) or (N, C, H, W); net and out are kept on the
        layer."""
        wanted = (self.channel_number, self.input_height, self.input_width)
        x = self._keep(x, wanted, "(N, C, H, W)")
        net = ops.conv2d(x, self.weights, self.bias, self.stride, self.zero_padding)
        return self._activate(net)

    def backward(self, grad_out: ArrayLike) -> np.ndarray | None:
        """delta = grad_out * f'(net) (6.1), the filters' gradients (3.1, 4.1), and grad_x (2.1),
        which is returned."""
        delta, x = _batch(self._delta(grad_out), 3), _batch(self.x, 3)
        places = self.stride, self.zero_padding
        self.weights_grad = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
        self.bias_grad = ops.conv2d_grad_b(delta)
        if not self.sends_back:
            return None
        grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
        return grad_x if self.x.ndim == 4 else grad_x[0]


TEN = """input_width input_height channel_number filter_width filter_height filter_number
zero_padding stride activator learning_rate""".split()


def in_order(**ten: Any) -> list:
    """ConvLayer's ten hyper-parameters, given by their names, in its order: for a reader's own
    class, which may call them otherwise."""
    return [ten[name] for name in TEN]


class _PoolingLayer:
    """What both pooling layers share. A pooling layer has no weights: update() has nothing to
    do."""

    # each kind of pool has its own: out of a batch x, and grad_x of its grad_out
    _pool: Callable[[np.ndarray], np.ndarray]
    _route: Callable[[np.ndarray], np.ndarray]

    def __init__(
        self,
        input_width: int,
        input_height: int,
        channel_number: int,
        filter_width: int,
        filter_height: int,
        stride: Size,
    ) -> None:
        self.input_width, self.input_height = input_width, input_height
        self.channel_number = whole(channel_number, "channel_number", 1)
        geometry = Geometry.of_pool(
            (input_height, input_width), (filter_height, filter_width), stride
        )
        self.size = geometry.kernel_size
        self.filter_width, self.filter_height, self.stride = filter_width, filter_height, stride
        self.output_height, self.output_width = geometry.out_size
        self.x: np.ndarray | None = None
        self.out: np.ndarray | None = None

    def forward(self, x: ArrayLike) -> np.ndarray:
        """out: one number a window. x (C, H, W) or (N, C, H, W)."""
        wanted = (self.channel_number, self.input_height, self.input_width)
        x = _fitting(x, wanted, "(N, C, H, W)")
        out = self._pool(_batch(x, 3))
        out = out if x.ndim == 4 else out[0]
        self.x, self.out = x, out
        return out

    def backward(self, grad_out: ArrayLike) -> np.ndarray:
        """grad_x: where the error of each window goes (5.1, 5.2). grad_out has the shape of out."""
        if self.out is None:
            raise RuntimeError("backward was called before forward: the layer has no windows yet")
        grad_out = array(grad_out, "grad_out")
        same_shape(grad_out, "grad_out", self.out.shape, "one number for each window")
        grad_x = self._route(_batch(grad_out, 3))
        return grad_x if grad_out.ndim == 4 else grad_x[0]

    def update(self) -> None:
        """Nothing to update: a pooling layer has no weights."""


class MaxPoolingLayer(_PoolingLayer):
    """Max pooling; the error of a window goes to its winner, the first of equals in reading order
    (eq. 5.1)."""

    def _pool(self, x):
        out, self.winners = ops.max_pool2d(x, self.size, self.stride)
        return out

    def _route(self, grad_out):
        size = (self.input_height, self.input_width)
        return ops.max_pool2d_grad_x(grad_out, self.winners, size, self.size, self.stride)


class MeanPoolingLayer(_PoolingLayer):
    """Mean pooling; the error of a window is shared equally by its cells (eq. 5.2)."""

    def _pool(self, x):
        return ops.mean_pool2d(x, self.size, self.stride)

    def _route(self, grad_out):
        size = (self.input_height, self.input_width)
        return ops.mean_pool2d_grad_x(grad_out, size, self.size, self.stride)


class FlattenLayer:
    """(C, H, W) to (C*H*W,), a batch (N, C, H, W) to (N, C*H*W), in row-major order; backward folds
    it again."""

    shape: tuple[int, ...] | None = None

    def forward(self, x: ArrayLike) -> np.ndarray:
        """The numbers of each image in one row."""
        x = array(x, "x")
        if x.ndim not in (3, 4):
            raise ValueError(f"x has shape {x.shape}, wanted (C, H, W) or (N, C, H, W)")
        self.shape = x.shape
        return np.array(x, order="C").reshape(self._rows())

    def backward(self, grad_out: ArrayLike) -> np.ndarray:
        """grad_x: the same numbers in the image's shape."""
        if self.shape is None:
            raise RuntimeError("backward was called before forward: the layer has no shape yet")
        grad_out = array(grad_out, "grad_out")
        same_shape(grad_out, "grad_out", self._rows(), "one number for each number of out")
        return np.array(grad_out, order="C").reshape(self.shape)

    def _rows(self):
        return (*self.shape[:-3], int(np.prod(self.shape[-3:])))

    def update(self) -> None:
        """Nothing to update: a flatten layer has no weights."""


class FullyConnectedLayer(_Weighted):
    """A dense layer, eq. 8.1: net[o] = b[o] + sum over k of w[o,k] * x[k]; out = f(net).

    weights (O, I), bias (O,); x (I,) or a batch (N, I). Raises ValueError or TypeError for what
    does not fit.
    """

    def __init__(
        self,
        input_number: int,
        output_number: int,
        activator: Activator,
        learning_rate: float,
        *,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.input_number = whole(input_number, "input_number", 1)
        self.output_number = whole(output_number, "output_number", 1)
        shape = (self.output_number, self.input_number)
        self._set_up(shape, activator, learning_rate, rng, dtype)

    def forward(self, x: ArrayLike) -> np.ndarray:
        """out = f(w x + b), (O,) or (N, O)."""
        x = self._keep(x, (self.input_number,), "(N, I)")
        return self._activate(ops.dense(x, self.weights, self.bias))

    def backward(self, grad_out: ArrayLike) -> np.ndarray:
        """delta (6.1), then by (8.1) grad_w, grad_b, and grad_x, which is returned."""
        delta, x = _batch(self._delta(grad_out), 1), _batch(self.x, 1)
        self.weights_grad = ops.dense_grad_w(delta, x)
        self.bias_grad = ops.dense_grad_b(delta)
        grad_x = ops.dense_grad_x(delta, self.weights)
        return grad_x if self.x.ndim == 2 else grad_x[0]


def _batch(a: np.ndarray, rank: int) -> np.ndarray:
    """One sample as a batch of one; a batch as it is. No copy."""
    return a if a.ndim == rank + 1 else a[None]


def _fitting(x: ArrayLike, wanted: tuple[int, ...], axes: str) -> np.ndarray:
    """x as an array: one sample of the shape wanted, or a batch of them; axes: those of a batch."""
    x, rank = array(x, "x"), len(wanted)
    if x.ndim not in (rank, rank + 1) or x.shape[-rank:] != wanted:
        batch = ", ".join(map(str, wanted))
        raise ValueError(
            f"x has shape {x.shape}, this layer wants {wanted} or a batch (N, {batch}) as {axes}"
            f"{turned_to(x, 'x', wanted)}"
        )
    return x
