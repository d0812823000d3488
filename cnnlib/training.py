"""training: minibatches and gradient descent with momentum (level 4). Plain data out: no printing,
no plotting; what goes wrong in silence is told once, as a TrainingWarning and in the History."""

import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.activations import ReluActivator
from cnnlib.arguments import array, generator, real, samples, whole
from cnnlib.loss import checked_labels, softmax_cross_entropy
from cnnlib.network import Network, trainable
from cnnlib.threads import one_blas_thread

# settings of train for digit_network, on the training images and their shifted copies
DIGIT_RECIPE = {"epochs": 6, "batch_size": 16, "momentum": 0.9, "decay": 0.7}
# and those for mnist_network on the images of mnist_small
MNIST_RECIPE = {"epochs": 4, "batch_size": 16, "momentum": 0.9, "decay": 0.5}


class TrainingWarning(UserWarning):
    """train runs, but learns nothing: a layer has died, or the loss stays where guessing stands."""


@dataclass
class History:
    """What a training run leaves: the loss of every step; after each epoch the accuracies and the
    mean loss; and in `notes` the sentences of its warnings."""

    loss: list[float] = field(default_factory=list)
    epoch_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]
OnStep = Callable[[int, Network, float], object]


class Training:
    """One run of minibatch gradient descent, step by step: it can wait after each, and go on.

    Arguments, steps and errors as in train. `history` grows; `epochs` counts those that are over.
    network, batch_size and momentum may be changed between two steps, as a layer's learning_rate
    may; each layer's rate is multiplied by `decay` after each epoch, and stays so.
    """

    def __init__(
        self,
        network: Network,
        x: ArrayLike,
        labels: ArrayLike,
        *,
        batch_size: int,
        rng: np.random.Generator,
        validation: tuple[ArrayLike, ArrayLike] | None = None,
        on_step: OnStep | None = None,
        momentum: float = 0.0,
        decay: float = 1.0,
        loss: Loss = softmax_cross_entropy,
    ) -> None:
        self.network, self.momentum, self.decay = network, momentum, decay
        self.x, self.labels = _checked(network, x, labels)
        self.batch_size = whole(batch_size, "batch_size", 1)
        _check_settings(rng, momentum, decay, on_step, validation, loss)
        self.rng, self.on_step, self.loss = rng, on_step, loss
        self.validation = validation and _checked(network, *validation)
        self.history = History()
        self._velocities: dict[tuple[int, str], np.ndarray] = {}
        self._new_epoch()

    @property
    def epochs(self) -> int:
        """How many epochs are over."""
        return len(self.history.epoch_loss)

    def step(self) -> float:
        """One batch forward and back, one step of descent; the loss before it.

        With the last batch of an epoch its accuracies are taken. Raises FloatingPointError as train
        does.
        """
        with one_blas_thread():
            loss, classes = self._descend()
            if self.on_step is not None:
                self.on_step(len(self.history.loss), self.network, loss)
            if self._at >= len(self._order):
                self._end_epoch(classes)
        return loss

    def _new_epoch(self):
        """All images in another order, none of them met yet."""
        self._order, self._at = self.rng.permutation(len(self.x)), 0
        self._right, self._before = 0, len(self.history.loss)

    def _descend(self):
        """(loss, number of classes) of the next batch; the network has made its step."""
        batch = self._order[self._at : self._at + self.batch_size]
        labels, step = self.labels[batch], len(self.history.loss) + 1
        told = f"step {step} (epoch {self.epochs + 1})"
        loss, scores = _gradients(self.network, array(self.x[batch], "x"), labels, self.loss, told)
        _descend(self.network, self._velocities, self.momentum)
        self._at += len(batch)
        self._right += int((scores.argmax(1) == labels).sum())
        self.history.loss.append(loss)
        return loss, scores.shape[1]

    def _end_epoch(self, classes):
        """What is told of an epoch, and a new one."""
        history = self.history
        history.epoch_loss.append(float(np.mean(history.loss[self._before :])))
        history.train_accuracy.append(self._right / len(self.x))
        _tell(history, self.network, self.x, classes)
        if self.validation is not None:
            history.validation_accuracy.append(self.network.accuracy(*self.validation))
        for layer in _with_rates(self.network):
            layer.learning_rate *= self.decay
        self._new_epoch()


def train(
    network: Network,
    x: ArrayLike,
    labels: ArrayLike,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    on_step: OnStep | None = None,
    momentum: float = 0.0,
    decay: float = 1.0,
    loss: Loss = softmax_cross_entropy,
) -> History:
    """Minibatch gradient descent on softmax cross-entropy (eq. 8.2); returns a History.

    x (N, C, H, W) or (N, I), labels (N,); a batch is drawn without replacement, in an order from
    `rng`. Each step: velocity = momentum * velocity + gradient, then number -= learning_rate *
    velocity, with the layer's own learning rate, which is multiplied by `decay` after each epoch
    and is at the end what it was before. Without momentum a step is layer.update(). validation: (x,
    labels) whose accuracy is taken after each epoch. on_step(step, network, loss) is called after
    each step, steps counted from 1. train_accuracy counts each image as it was met during the
    epoch. loss: another function of (scores, labels) that returns (loss, grad_scores).

    Says once, by a TrainingWarning, that a layer of ReLUs has died or that the loss stays at log K.
    Raises ValueError or TypeError for data and settings that do not fit, before anything is
    changed, and FloatingPointError, with the step and what to try, when the loss is not finite; the
    weights are then those from before that step.
    """
    epochs = whole(epochs, "epochs", 0)
    run = Training(
        network,
        x,
        labels,
        batch_size=batch_size,
        rng=rng,
        validation=validation,
        on_step=on_step,
        momentum=momentum,
        decay=decay,
        loss=loss,
    )
    with _rates_left_as_found(network):
        while run.epochs < epochs:
            run.step()
    return run.history


@contextmanager
def _rates_left_as_found(network):
    """After the block, whatever happened in it, each layer has its learning rate of before."""
    found = [(layer, layer.learning_rate) for layer in _with_rates(network)]
    try:
        yield
    finally:
        for layer, rate in found:
            layer.learning_rate = rate


def _with_rates(network):
    return [layer for layer in network.layers if hasattr(layer, "learning_rate")]


def _check_settings(rng, momentum, decay, on_step, validation, loss):
    generator(rng)
    real(momentum, "momentum", lambda m: 0 <= m < 1, "from 0 up to below 1")
    real(decay, "decay", lambda d: 0 < d <= 1, "above 0, at most 1")
    if on_step is not None and not callable(on_step):
        raise TypeError(f"on_step is {on_step!r}, wanted a function of (step, network, loss)")
    if not callable(loss):
        raise TypeError(
            f"loss is {loss!r}, wanted a function of (scores, labels) that returns (loss, "
            "grad_scores)"
        )
    if validation is not None and not (
        isinstance(validation, (tuple, list)) and len(validation) == 2
    ):
        raise TypeError("validation is not a pair, wanted (x, labels)")


def _checked(network: Network, x: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """x and labels, refused before the first step if the network cannot take them."""
    x = samples(x, "x")
    scores = network.forward(x[:1]) if x.ndim > 1 and len(x) else x
    if scores.ndim != 2:  # one image gives one row of scores
        raise ValueError(
            f"x has shape {x.shape}, wanted a batch of 1 or more samples: (N, C, H, W) or (N, I)"
        )
    return x, checked_labels(labels, len(x), scores.shape[1])


def _gradients(network, x, labels, loss_of, told):
    """Forward and backward over one batch; refuses to go on from a loss that is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):  # told below in words, with the step
        scores = network.forward(x)
        loss, grad_scores = loss_of(scores, labels)
        if np.isfinite(loss):
            network.backward(grad_scores, to_images=False)
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"the loss is {loss} at {told}: try a smaller learning rate or a smaller momentum, and "
            "look for numbers in x that are not finite"
        )
    return float(loss), scores


def _descend(network, velocities, momentum):
    """One step in every layer, with a velocity for each array of numbers."""
    for n, layer in enumerate(network.layers):
        pairs = trainable(layer) if momentum else {}
        if not pairs:
            layer.update()
        for name, (value, grad) in pairs.items():
            velocity = velocities.setdefault((n, name), np.zeros_like(value))
            velocity *= momentum
            velocity += grad
            value -= layer.learning_rate * velocity


# ---- what goes wrong in silence


def _tell(history, network, x, classes):
    """Say in words, once a run, that a layer has died or that the loss is that of guessing."""
    if history.notes:
        return
    after = f"after epoch {len(history.epoch_loss)}"
    if dead := _dead(network, x):
        names = " and ".join(f"layer {n} ({type(network.layers[n]).__name__})" for n in dead)
        note = (
            f"{after}, {names} {'has' if len(dead) == 1 else 'have'} died: no ReLU there is above "
            "0 for any image, so nothing passes, forward or back. Start again from new weights, "
            f"with a smaller learning rate or a smaller momentum{_wide(x)}."
        )
    elif _guesses(history, classes):
        note = (
            f"{after}, the loss still stands at log {classes} = {np.log(classes):.2f}, where "
            f"{classes} classes of the same probability have it: the network only guesses. Try "
            "another learning rate and new weights, and look whether each label belongs to its "
            f"image{_wide(x)}."
        )
    else:
        return
    history.notes.append(note)
    # warnings.warn would be silent when the same cell runs again
    warnings.warn_explicit(note, TrainingWarning, "cnnlib.train", 1)


def _wide(x):
    """A word about numbers that are far from those between 0 and 1."""
    return f"; x goes up to {np.max(x):g}, try x / {np.max(x):g}" if np.max(x) > 10 else ""


def _dead(network, x):
    """The numbers of the layers whose ReLUs are all 0, or below, for every image."""
    dead = [n for n, layer in enumerate(network.layers) if _relus(layer) is not None]
    for at in range(0, len(x), 64):
        if not dead:  # as a rule, after the first 64 images
            break
        with np.errstate(over="ignore", invalid="ignore"):
            network.forward(array(x[at : at + 64], "x"))
        dead = [n for n in dead if np.max(_relus(network.layers[n])) <= 0]
    return dead


def _relus(layer):
    """What the ReLUs of a layer gave; None for a layer without any."""
    ours = isinstance(getattr(layer, "activator", None), ReluActivator)
    return getattr(layer, "out", None) if ours else None


def _guesses(history, classes):
    """Did the loss stay at log K for an epoch (of at least four steps)? A network that is right
    more often than by chance passes log K only on its way: for it, "at" means exactly."""
    steps = len(history.loss) // len(history.epoch_loss)
    recent = history.loss[-max(4, steps) :]
    if classes < 2 or len(recent) < 4:
        return False
    chance = history.train_accuracy[-1] < 1.3 / classes
    near = (0.02 if chance else 0.001) * np.log(classes)
    halves = recent[: len(recent) // 2], recent[len(recent) // 2 :]
    return all(abs(np.median(half) - np.log(classes)) < near for half in halves)
