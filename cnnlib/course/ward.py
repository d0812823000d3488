"""ward: short trainings of a network that reads digits, each with one thing wrong that is not named
(level 5).

8x8 digits, 80 steps, a quarter of a second each. What is told of one, and of a wrong guess, is
computed from what it shows.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from cnnlib import datasets
from cnnlib.course import bugs
from cnnlib.course.closed import Closed
from cnnlib.loss import softmax_cross_entropy
from cnnlib.network import Network, digit_network
from cnnlib.threads import one_blas_thread
from cnnlib.training import TrainingWarning, train

IMAGES, HELD_OUT, BATCH, EPOCHS, CLASSES = 320, 160, 16, 4, 10
STEPS = IMAGES // BATCH  # of an epoch
LAYERS = {"conv 1": 0, "conv 2": 2, "dense": 5}  # those with weights, by their place
RELUS = ("conv 1", "conv 2")
ENTRIES = 6  # of each layer's weights: those that the gradient check tries
TRIES = (20, 7)  # epochs, and rounds in each of them, with few images
NOTHING = 1e-9  # so small a gradient is rounding
QUIET = 0.1  # the dense layer's first weights are made so much smaller: the scores begin near 0


def whole_batch_softmax(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """(loss, grad_scores) with a slip: the sum under the shares runs over the whole batch."""
    powers, each = np.exp(scores - scores.max()), np.arange(len(scores))
    p = powers / powers.sum()
    with np.errstate(divide="ignore"):
        loss = -np.log(p[each, labels]).mean()
    p[each, labels] -= 1
    return float(loss), p / len(scores)


@dataclass
class Setup:
    """What a training begins with: images, their labels, a network and the settings."""

    x: np.ndarray
    labels: np.ndarray
    network: Network
    rate: float = 0.03
    momentum: float = 0.9
    decay: float = 0.8
    loss: Callable[..., Any] = softmax_cross_entropy
    bug: str = ""
    scale: float = 1.0  # of all pixels, held out ones included

    @property
    def weighted(self) -> list[Any]:
        """The three layers with weights."""
        return [self.network.layers[n] for n in LAYERS.values()]


# ---- what can be wrong


@dataclass(frozen=True)
class Ailment:
    """symptom: how it is told from the others; harm(setup, rng): changes one thing of a Setup;
    fits: few images are learnt by heart all the same."""

    symptom: str
    harm: Callable[[Setup, np.random.Generator], object]
    fits: bool = False


def _set(**changed):
    """The harm that sets attributes of the Setup."""
    return lambda setup, rng: setup.__dict__.update(changed)


def _shuffle(setup, rng):
    setup.labels = rng.permutation(setup.labels)


def _move(setup, rng):
    setup.labels = np.roll(setup.labels, 1)


def _bury(setup, rng):
    for layer in setup.weighted[:2]:
        layer.bias[...] = -50


def _level(setup, rng):
    for layer in setup.weighted:
        layer.weights[...] = 1 / layer.weights[0].size


AILMENTS = {
    "pixels from 0 to 255": Ailment("the largest pixel is not 1", _set(scale=255.0)),
    "labels shuffled": Ailment("a label fits its image by chance only", _shuffle, fits=True),
    "labels moved by one": Ailment(
        "each image has the label of the one before it", _move, fits=True
    ),
    "every ReLU is dead": Ailment("all filters are dead before the first step", _bury),
    "all weights begin equal": Ailment("all kernels are the same, and stay so", _level),
    "softmax over the whole batch": Ailment(
        "the first loss is far above log K", _set(loss=whole_batch_softmax)
    ),
    "1/N applied twice": Ailment(
        "two layers have gradients of one sixteenth", _set(bug="1/N applied twice"), fits=True
    ),
    "kernel not rotated": Ailment(
        "the gradient of one layer is wrong, the first", _set(bug="kernel not rotated"), fits=True
    ),
    "learning rate too large": Ailment(
        "the first steps are nearly as large as the weights", _set(rate=2.0)
    ),
    "learning rate too small": Ailment(
        "the steps are tiny from the first to the last", _set(rate=1e-6)
    ),
    "learning rate decays to nothing": Ailment(
        "the first steps are good, the last ones next to nothing", _set(decay=1e-3)
    ),
}


# ---- what is seen


@dataclass
class Trace:
    """What a training shows; lists by step, or by epoch with the state before training first.

    images, labels: as they are given to the network; truth: what the images show. loss (a number a
    step); accuracy (epochs, 2), on training and held-out images; dead (epochs, 2), the share of
    filters without a number above 0 in any image; updates (steps, 3), the length of a step as a
    share of the length of the weights, for each of LAYERS; kernels (epochs, 16, 3, 3). ratios:
    {layer: a / n for some weights} of a gradient check before training. words: what `train` said.
    """

    images: np.ndarray
    labels: np.ndarray
    truth: np.ndarray
    loss: list[float] = field(default_factory=list)
    accuracy: list[tuple[float, float]] = field(default_factory=list)
    dead: list[list[float]] = field(default_factory=list)
    updates: list[list[float]] = field(default_factory=list)
    kernels: list[np.ndarray] = field(default_factory=list)
    ratios: dict[str, np.ndarray] = field(default_factory=dict)
    words: str = ""

    def facts(self) -> dict[str, str]:
        """{what one looks at: what is seen}, in the order in which it is worth looking."""
        before = int((self.labels == np.roll(self.truth, 1)).sum())
        own = int((self.labels == self.truth).sum())
        fits = f"{own} of {len(self.labels)} fit their image"
        alike = np.ptp(self.kernels[0], axis=0).max() == 0
        updates = np.array(self.updates or [[np.nan] * len(LAYERS)])
        return {
            "the largest pixel": f"{self.images.max():g}",
            "the labels": fits + f", {before} the image before" * (own < len(self.labels)),
            "dead filters before training": shares(self.dead[0]),
            "the kernels before training": "all the same" if alike else "each another",
            "the first loss": f"{self.loss[0]:.2g}" if self.loss else "no number",
            "backward ÷ differences": ratios_told(self.ratios),
            "the first steps": sized(updates[:5]),
            "the last steps": sized(updates[-5:]),
        }


def shares(found: Iterable[float]) -> str:
    """Some shares in per cent, in words."""
    return " and ".join(f"{100 * share:.0f} %" for share in found)


def ratios_told(ratios: dict[str, np.ndarray]) -> str:
    """What backward says as a multiple of what differences say, for each layer."""
    return "; ".join(f"{layer}: {_span(found)}" for layer, found in ratios.items())


def _span(found):
    if not len(found):
        return "none"  # nothing comes back
    low, high = (f"{value:.3g}" for value in (min(found), max(found)))
    return low if low == high else f"{low} to {high}"


def sized(updates: np.ndarray) -> str:
    """The size of some steps beside their weights, as a power of ten."""
    size = np.median(updates)
    return f"about {10.0 ** round(np.log10(size)):g} of the weights" if size > 0 else "none"


def traced(name: str | None, seed: int) -> Trace:
    """The Trace of a training with one ailment; None: healthy. The same seed gives the same images
    and weights. Raises ValueError for a name that is none of AILMENTS."""
    rng = np.random.default_rng(seed)
    setup, truth, held_out = _begun(name, rng)
    trace = Trace(setup.x, setup.labels, truth)
    with _slip(setup), one_blas_thread():
        trace.ratios = checked(setup)
        _watch(trace, setup, held_out)
        _train(trace, setup, held_out, rng)
    return trace


def overfitted(name: str | None, seed: int = 0, images: int = 20) -> int:
    """How many of its first images a training with this ailment reads right when it sees nothing
    else. Labels count as they are given."""
    rng = np.random.default_rng(seed)
    setup, _, _ = _begun(name, rng)
    setup.x, setup.labels = setup.x[:images], setup.labels[:images]
    with _slip(setup), one_blas_thread(), contextlib.suppress(FloatingPointError):
        _run(setup, rng, None, epochs=TRIES[0], rounds=TRIES[1])
    return int((setup.network.predict(setup.x) == setup.labels).sum())


def _begun(name, rng):
    """(Setup with this ailment, the digits that its images show, held-out images and labels)."""
    if name is not None and name not in AILMENTS:
        raise ValueError(f"{name!r} is no ailment here; {', '.join(AILMENTS)} are")
    digits = datasets.digits()
    own, other = np.split(rng.permutation(len(digits.train_x))[: IMAGES + HELD_OUT], [IMAGES])
    setup = Setup(digits.train_x[own], digits.train_y[own], digit_network(rng))
    setup.weighted[-1].weights *= QUIET
    if name is not None:
        AILMENTS[name].harm(setup, rng)
    setup.x = setup.x * setup.scale
    for layer in setup.weighted:
        layer.learning_rate = setup.rate
    return setup, digits.train_y[own], (digits.train_x[other] * setup.scale, digits.train_y[other])


def _slip(setup):
    """The bug of a Setup, planted while the block runs."""
    return bugs.planted(setup.bug) if setup.bug else contextlib.nullcontext()


def _train(trace, setup, held_out, rng):
    """Train, and enter what is seen into the trace."""
    kept = [layer.weights.copy() for layer in setup.weighted]

    def on_step(step, network, loss):
        trace.loss.append(loss)
        trace.updates.append([_moved(a, w.weights) for a, w in zip(kept, setup.weighted)])
        for before, layer in zip(kept, setup.weighted, strict=True):
            before[...] = layer.weights
        if step % STEPS == 0:
            _watch(trace, setup, held_out)

    try:
        trace.words = " ".join(_run(setup, rng, on_step).notes)
    except FloatingPointError as error:
        trace.words = str(error)


def _run(setup, rng, on_step, epochs=EPOCHS, rounds=1):
    """The History of the training; each epoch goes `rounds` times through the images."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", TrainingWarning)
        return train(
            setup.network,
            np.tile(setup.x, (rounds, 1, 1, 1)),
            np.tile(setup.labels, rounds),
            epochs=epochs,
            batch_size=BATCH,
            rng=rng,
            momentum=setup.momentum,
            decay=setup.decay,
            loss=setup.loss,
            on_step=on_step,
        )


def _moved(before, now):
    """|now − before| / |before|, lengths of all numbers together."""
    return float(np.linalg.norm(now - before) / np.linalg.norm(before))


def _watch(trace, setup, held_out):
    """Enter the accuracies, the dead filters and the first kernels of this moment."""
    right = setup.network.accuracy(*held_out)
    predicted = setup.network.forward(setup.x).argmax(1)
    trace.accuracy.append((float(np.mean(predicted == setup.labels)), right))
    outs = [setup.network.layers[LAYERS[name]].out for name in RELUS]
    trace.dead.append([float((out.max((0, 2, 3)) <= 0).mean()) for out in outs])
    trace.kernels.append(setup.weighted[0].weights[:, 0].copy())


def checked(setup: Setup) -> dict[str, np.ndarray]:
    """{layer: a / n} for the weights with the largest gradients, on the first batch.

    a: what backward says; n: the difference quotient. Empty where nothing comes back.
    """
    x, labels = setup.x[:BATCH], setup.labels[:BATCH]

    def graded():
        return setup.loss(setup.network.forward(x), labels)

    setup.network.backward(graded()[1])
    gradients = [layer.weights_grad.copy() for layer in setup.weighted]
    found: dict[str, list[float]] = {}
    for name, layer, grad in zip(LAYERS, setup.weighted, gradients, strict=True):
        w, found[name] = layer.weights.reshape(-1), []
        for place in np.argsort(-np.abs(grad), axis=None)[:ENTRIES]:
            a, n = grad.flat[place], _quotient(lambda: graded()[0], w, place)
            if min(abs(a), abs(n)) > NOTHING:
                found[name].append(a / n)
    return {name: np.array(ratios) for name, ratios in found.items()}


def _quotient(loss, w, place, epsilon=1e-5):
    """The central difference of loss() by one number of w, which is put back."""
    kept, losses = w[place], []
    for w[place] in (kept + epsilon, kept - epsilon):
        losses.append(loss())
    w[place] = kept
    return (losses[0] - losses[1]) / (2 * epsilon)


# ---- a training whose ailment is not named


class SickTraining(Closed):
    """One short training with one thing wrong that is not named: one of AILMENTS."""

    called, causes = "training", AILMENTS

    @cached_property
    def trace(self) -> Trace:
        """What it shows."""
        return traced(self._cause, self._seed)

    def diagnose(self, name: str) -> str:
        """The answer, in words, to "the ailment is the one of this name".

        The same training is run with the ailment that was named, and what differs is told. Raises
        ValueError for a name that is none.
        """
        if name is ...:
            return f"{self!r}."
        if name == self._cause:
            return f"Right: {self.open()}. You see it: {AILMENTS[name].symptom}."
        there, here = traced(name, self._seed).facts(), self.trace.facts()
        first = next(what for what in here if here[what] != there[what])
        return f"Not yet. With “{name}” you would see {first}: {there[first]}. Here: {here[first]}."
