"""network: layers in a row, and the loss at their end (level 3)."""

import os
from pathlib import Path

import numpy as np

from cnnlib.activations import IdentityActivator, ReluActivator
from cnnlib.arguments import array, samples
from cnnlib.layers import ConvLayer, FlattenLayer, FullyConnectedLayer, MaxPoolingLayer


def softmax_cross_entropy(scores, labels):
    """Eq. 8.2: loss = mean over n of -log p[n, labels[n]] with p = softmax(scores); grad_scores =
    (p - onehot) / N.

    scores (N, K) with labels (N,), or one image's (K,) with one label; returns (loss, grad_scores).
    1/N lives here and only here. Stable: the largest score is subtracted before exp.
    Raises ValueError or TypeError for labels that are not whole numbers from 0 to K-1, one a
    sample.
    """
    scores = array(scores, "scores")
    if scores.ndim not in (1, 2) or scores.size == 0:
        raise ValueError(
            f"scores has shape {scores.shape}, wanted (N, K) or (K,) with N and K at least 1"
        )
    rows = np.atleast_2d(scores)
    labels = checked_labels(labels, len(rows), rows.shape[1])
    shifted = rows - rows.max(1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    samples = np.arange(len(rows))
    grad = np.exp(log_p)
    grad[samples, labels] -= 1
    return -float(log_p[samples, labels].mean()), (grad / len(rows)).reshape(scores.shape)


def checked_labels(labels, count, classes):
    """labels as (N,) integers from 0 to classes-1, one for each of `count` samples."""
    labels = np.atleast_1d(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels holds {labels.dtype.name} values, wanted whole numbers")
    if labels.shape != (count,):
        raise ValueError(
            f"labels has shape {labels.shape}, wanted ({count},): one label for each sample"
        )
    if count and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, wanted 0 to {classes - 1}"
        )
    return labels


def trainable(layer):
    """The (numbers, their gradient) pairs of a layer, by name: {} for a layer without weights."""
    names = [name for name in ("weights", "bias") if hasattr(layer, name)]
    return {name: (getattr(layer, name), getattr(layer, name + "_grad")) for name in names}


class Network:
    """Layers in a row. Each has forward(x), backward(grad_out) -> grad_x and update().

    Raises TypeError for a layer that lacks one of the three, ValueError for no layers.
    """

    def __init__(self, layers):
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("the network has 0 layers, wanted at least 1")
        for n, layer in enumerate(self.layers):
            for method in ("forward", "backward", "update"):
                if not callable(getattr(layer, method, None)):
                    raise TypeError(f"layer {n} ({type(layer).__name__}) has no {method}()")

    def forward(self, x):
        """scores (N, K); one image gives (K,)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad_scores, *, to_images=True):
        """Every layer's gradients, last layer first; returns grad_x of the first layer.

        to_images=False: training has no use for that grad_x, and a ConvLayer leaves it out: None is
        returned.
        """
        first = self.layers[0]
        first.sends_back = to_images
        try:
            for layer in reversed(self.layers):
                grad_scores = layer.backward(grad_scores)
        finally:
            first.sends_back = True
        return grad_scores if to_images else None

    def update(self):
        """One step of gradient descent in every layer."""
        for layer in self.layers:
            layer.update()

    def predict(self, x):
        """labels (N,): the place of the largest score, in blocks of 256 images; one image gives one
        label."""
        x = samples(x, "x")
        if x.ndim in (1, 3):
            return int(np.argmax(self.forward(array(x, "x"))))
        blocks = [
            self.forward(array(x[n : n + 256], "x")).argmax(-1) for n in range(0, len(x), 256)
        ]
        return np.concatenate(blocks) if blocks else np.zeros(0, int)

    def accuracy(self, x, labels):
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

    def save(self, path):
        """Write the weights and biases to the .npz file `path`; the file appears whole or not at
        all."""
        part = Path(f"{os.fspath(path)}.part")
        try:
            with part.open("wb") as file:
                np.savez(file, **self._state())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def load(self, path):
        """Read what `save` wrote. A wrong or damaged file raises ValueError with its reason; the
        network stays as it was."""
        wanted = self._state()
        try:
            with Path(path).open("rb") as file:
                found = _arrays(file)
        except FileNotFoundError:
            raise
        except Exception as error:  # a damaged file can break off the reading anywhere
            raise ValueError(f"{path} is not a saved network: {error}") from error
        if found.keys() != wanted.keys():
            raise ValueError(f"{path} holds {sorted(found) or 'nothing'}, wanted {sorted(wanted)}")
        for name, value in found.items():
            if value.shape != wanted[name].shape or value.dtype.kind != "f":
                met = f"{value.dtype.name} {value.shape}"
                raise ValueError(
                    f"{path}: {name} is {met}, wanted floats of shape {wanted[name].shape}"
                )
            with np.errstate(over="ignore"):  # told in words
                found[name] = value.astype(wanted[name].dtype)
            if not np.isfinite(found[name]).all():
                raise ValueError(f"{path}: {name} holds numbers that are not finite")
        for name, value in found.items():
            wanted[name][...] = value


def _arrays(file):
    """{name: array} of an open .npz file."""
    import zipfile  # here, since `import cnnlib` should stay light

    if not zipfile.is_zipfile(file):
        raise ValueError("it is no .npz file, or only a part of one")
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def digit_network(rng, conv_layer=ConvLayer):
    """The network that reads 8x8 digits: conv 16 of 3x3, pool 2x2, conv 32 of 3x3, pool 2x2, dense
    10 (lesson 08).

    rng: a generator for the starting weights. conv_layer: any class with ConvLayer's face, such as
    the reader's own.
    """
    rate = 0.03
    return Network([
        conv_layer(8, 8, 1, 3, 3, 16, 1, 1, ReluActivator(), rate, rng=rng),
        MaxPoolingLayer(8, 8, 16, 2, 2, 2),
        conv_layer(4, 4, 16, 3, 3, 32, 1, 1, ReluActivator(), rate, rng=rng),
        MaxPoolingLayer(4, 4, 32, 2, 2, 2),
        FlattenLayer(),
        FullyConnectedLayer(2 * 2 * 32, 10, IdentityActivator(), rate, rng=rng),
    ])  # fmt: skip
