"""network: layers in a row (level 3)."""

import os
import stat
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import npz
from cnnlib.activations import IdentityActivator, ReluActivator
from cnnlib.arguments import AnyPath, array, samples
from cnnlib.layers import (
    ConvLayer,
    FlattenLayer,
    FullyConnectedLayer,
    MaxPoolingLayer,
    in_order,
)
from cnnlib.loss import checked_labels, softmax_cross_entropy
from cnnlib.threads import one_blas_thread

__all__ = ["Network", "digit_network", "mnist_network", "softmax_cross_entropy", "trainable"]


class Layer(Protocol):
    """What a network asks of each of its layers."""

    def forward(self, x: Any, /) -> np.ndarray:
        """out."""

    def backward(self, grad_out: Any, /) -> np.ndarray | None:
        """grad_x; None where nobody asks for it."""

    def update(self) -> None:
        """One step of gradient descent."""


def trainable(layer: Layer) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The (numbers, their gradient) pairs of a layer, by name: {} for a layer without weights."""
    names = [name for name in ("weights", "bias") if hasattr(layer, name)]
    return {name: (getattr(layer, name), getattr(layer, name + "_grad")) for name in names}


class Network:
    """Layers in a row. Each has forward(x), backward(grad_out) -> grad_x and update().

    Raises TypeError for a layer that lacks one of the three, ValueError for no layers and for one
    layer that stands in two places.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("the network has 0 layers, wanted at least 1")
        places: dict[int, int] = {}
        for n, layer in enumerate(self.layers):
            name = f"layer {n} ({type(layer).__name__})"
            for method in ("forward", "backward", "update"):
                if not callable(getattr(layer, method, None)):
                    raise TypeError(f"{name} has no {method}()")
            first = places.setdefault(id(layer), n)
            if first != n:  # it would keep the input of its last place only
                raise ValueError(
                    f"{name} is layer {first} once more; wanted a layer of its own for each place"
                )

    def forward(self, x: ArrayLike) -> np.ndarray:
        """scores (N, K); one image gives (K,)."""
        out: Any = x
        for layer in self.layers:
            out = layer.forward(out)
        return out

    def backward(self, grad_scores: ArrayLike, *, to_images: bool = True) -> np.ndarray | None:
        """Every layer's gradients, last layer first; returns grad_x of the first layer.

        to_images=False: training has no use for that grad_x, and a ConvLayer leaves it out: None is
        returned.
        """
        first: Any = self.layers[0]  # only a ConvLayer looks at sends_back
        grad: Any = grad_scores
        first.sends_back = to_images
        try:
            for layer in reversed(self.layers):
                grad = layer.backward(grad)
        finally:
            first.sends_back = True
        return grad if to_images else None

    def update(self) -> None:
        """One step of gradient descent in every layer."""
        for layer in self.layers:
            layer.update()

    def predict(self, x: ArrayLike) -> np.ndarray | int:
        """labels (N,): the place of the largest score, in blocks of 256 images; one image gives one
        label."""
        x = samples(x, "x")
        with one_blas_thread():
            if x.ndim in (1, 3):
                return int(np.argmax(self.forward(array(x, "x"))))
            blocks = [
                self.forward(array(x[n : n + 256], "x")).argmax(-1) for n in range(0, len(x), 256)
            ]
        return np.concatenate(blocks) if blocks else np.zeros(0, int)

    def accuracy(self, x: ArrayLike, labels: ArrayLike) -> float:
        """The share of images whose predicted label is right, from 0 to 1."""
        predicted = np.atleast_1d(self.predict(x))
        if not predicted.size:
            raise ValueError("x holds 0 images, wanted at least 1")
        return float(np.mean(predicted == checked_labels(labels, len(predicted), np.inf)))

    def _state(self):
        return {
            f"layer{n}.{type(layer).__name__}.{name}": value
            for n, layer in enumerate(self.layers)
            for name, (value, _) in trainable(layer).items()
        }

    def save(self, path: AnyPath) -> None:
        """Write the weights and biases to the .npz file `path`; the file appears whole or not at
        all.

        A link is followed, and a file that is there keeps its rights. Raises OSError for what
        cannot be written.
        """
        target = Path(os.path.realpath(Path(path).expanduser()))
        if target.exists() and not target.is_file():
            raise FileExistsError(f"{path} is there and is no file; wanted the name of a file")
        part = target.with_name(f"{target.name}.{os.urandom(8).hex()}.part")  # nobody else's name
        try:
            with part.open("xb") as file:
                np.savez(file, **self._state())
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def load(self, path: AnyPath) -> None:
        """Read what `save` wrote. A wrong or damaged file raises ValueError with its reason; the
        network stays as it was, and nothing is unpacked that it could not hold."""
        wanted, path = self._state(), Path(path).expanduser()
        try:
            with npz.opened(path) as archive:
                _compare(npz.headers(archive), wanted)
                found = {name: npz.numbers(archive, name) for name in wanted}
        except FileNotFoundError:
            raise
        except _Unlike as error:
            raise ValueError(f"{path}{error}") from None
        except Exception as error:  # a damaged file can break off the reading anywhere
            raise ValueError(f"{path} is not a saved network: {error}") from error
        for name, value in found.items():
            with np.errstate(over="ignore"):  # told in words
                found[name] = value.astype(wanted[name].dtype)
            if not np.isfinite(found[name]).all():
                raise ValueError(f"{path}: {name} holds numbers that are not finite")
        for name, value in found.items():
            wanted[name][...] = value


class _Unlike(ValueError):
    """A file of arrays, but not of this network's."""


def _compare(found, wanted):
    """Refuse the headers of other arrays than those that this network holds."""
    if found.keys() != wanted.keys():
        names = sorted(found)
        met = f"{names[:8]}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        raise _Unlike(f" holds {met if names else 'nothing'}, wanted {sorted(wanted)}")
    for name, (dtype, shape) in found.items():
        if shape != wanted[name].shape or dtype.kind != "f":
            met = f"{dtype.name} {shape}"
            raise _Unlike(f": {name} is {met}, wanted floats of shape {wanted[name].shape}")


def digit_network(rng: np.random.Generator | None, conv_layer: type = ConvLayer) -> Network:
    """The network that reads 8x8 digits: conv 16 of 3x3, pool 2x2, conv 32 of 3x3, pool 2x2, dense
    10 (lesson 06).

    rng: a generator for the starting weights. conv_layer: any class with ConvLayer's face, such as
    the reader's own.
    """
    rate = 0.03
    convolution = partial(_convolution, conv_layer, rng=rng, learning_rate=rate)
    return Network(
        [
            convolution(side=8, channels=1, kernel=3, filters=16, padding=1),
            MaxPoolingLayer(8, 8, 16, 2, 2, 2),
            convolution(side=4, channels=16, kernel=3, filters=32, padding=1),
            MaxPoolingLayer(4, 4, 32, 2, 2, 2),
            FlattenLayer(),
            FullyConnectedLayer(2 * 2 * 32, 10, IdentityActivator(), rate, rng=rng),
        ]
    )


def mnist_network(
    rng: np.random.Generator | None,
    conv_layer: type = ConvLayer,
    dense_layer: type = FullyConnectedLayer,
) -> Network:
    """The network that reads 28x28 digits: conv 8 of 5x5 with padding 2, pool 2x2, conv 16 of 5x5,
    pool 2x2, dense 10 (lesson 08); float32.

    rng: a generator for the starting weights. conv_layer, dense_layer: any classes with the face of
    ConvLayer and FullyConnectedLayer; one that is not derived from these has its own number type.
    """
    rate = 0.02
    convolution = partial(
        _convolution, conv_layer, rng=rng, learning_rate=rate, **_single(conv_layer)
    )
    return Network(
        [
            convolution(side=28, channels=1, kernel=5, filters=8, padding=2),
            MaxPoolingLayer(28, 28, 8, 2, 2, 2),
            convolution(side=14, channels=8, kernel=5, filters=16, padding=0),
            MaxPoolingLayer(10, 10, 16, 2, 2, 2),
            FlattenLayer(),
            dense_layer(400, 10, IdentityActivator(), rate, rng=rng, **_single(dense_layer)),
        ]
    )


def _single(layer: type) -> dict[str, Any]:
    """float32, for a class that knows number types."""
    return {"dtype": np.float32} if issubclass(layer, (ConvLayer, FullyConnectedLayer)) else {}


def _convolution(
    layer: Callable[..., Layer],
    *,
    side: int,
    channels: int,
    kernel: int,
    filters: int,
    padding: int,
    learning_rate: float,
    **more: Any,
) -> Layer:
    """A convolution of square images and kernels, stride 1, with ReLU."""
    ten = in_order(
        input_width=side,
        input_height=side,
        channel_number=channels,
        filter_width=kernel,
        filter_height=kernel,
        filter_number=filters,
        zero_padding=padding,
        stride=1,
        activator=ReluActivator(),
        learning_rate=learning_rate,
    )
    return layer(*ten, **more)
