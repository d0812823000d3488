"""training_run: one training, its recording and its curves, without a page (level 6)."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlib.arguments import real, whole
from cnnlib.datasets import Dataset
from cnnlib.loss import softmax_cross_entropy
from cnnlib.network import Network
from cnnlib.training import History, Training, TrainingWarning
from cnnlib.typed import read
from cnnlib.views.explorers.recording import Recording
from cnnlib.views.words import Options

PROBE = 250  # held-out images that are read while it trains
EVERY = 25  # steps between two of these readings


def _rate(value):
    return real(read(value), "learning_rate", lambda rate: rate > 0, "above 0")


def _momentum(value):
    return real(read(value), "momentum", lambda m: 0 <= m < 1, "from 0 up to below 1")


def _batch(value):
    size = read(value)
    return whole(int(size) if size.is_integer() else size, "batch_size", 1)


KNOBS = {"learning_rate": _rate, "momentum": _momentum, "batch_size": _batch}


class Run:
    """A network that trains on data and is watched.

    make(rng) gives the network, `seed` its weights and the order of the images: with the same
    knobs every run is the same. recipe: keyword arguments of train, and a learning_rate.
    """

    def __init__(
        self,
        make: Callable[[np.random.Generator], Network],
        data: Dataset,
        watch: int,
        seed: int,
        recipe: Mapping[str, Any],
    ) -> None:
        rng, settings = np.random.default_rng(seed), dict(recipe)
        if "epochs" not in settings:
            raise ValueError("recipe has no epochs, wanted how many of them are trained")
        self.total = whole(settings.pop("epochs"), "epochs", 1)
        rate, network = settings.pop("learning_rate", None), make(rng)
        self.data = data
        self.training = Training(
            network,
            data.train_x,
            data.train_y,
            rng=rng,
            validation=(data.test_x, data.test_y),
            on_step=self._after,
            loss=self._loss,
            **settings,
        )
        if rate is not None:
            self.tune(learning_rate=rate)
        self.recording = Recording(network, data.test_x[watch], int(data.test_y[watch]))
        places = np.linspace(0, len(data.test_x) - 1, min(PROBE, len(data.test_x))).astype(int)
        self.probe = data.test_x[places], data.test_y[places]
        self.met, self.right = [0], [0]  # images, and those that were read right, up to each step
        self.points: list[int] = []  # the steps after which held-out images were read
        self.held: list[float] = []  # what share of them was read right
        self.seen: list[float] = []  # and of the images of the steps before

    # ---- how it stands

    @property
    def network(self) -> Network:
        """The network that trains."""
        return self.training.network

    @property
    def history(self) -> History:
        """What the training leaves."""
        return self.training.history

    @property
    def steps(self) -> int:
        """How many steps are made."""
        return len(self.history.loss)

    @property
    def epochs(self) -> float:
        """How many epochs are over, with the part of the one that is not."""
        size = len(self.data.train_x)
        return self.training.epochs + (self.met[-1] % size) / size

    @property
    def done(self) -> bool:
        """Are all epochs over?"""
        return self.training.epochs >= self.total

    @property
    def settings(self) -> Options:
        """The knobs as they stand: {"learning_rate": ..., "momentum": ..., "batch_size": ...}."""
        rates = [layer.learning_rate for layer in self._rated()]
        training = self.training
        return {
            "learning_rate": float(rates[0]) if rates else 0.0,
            "momentum": training.momentum,
            "batch_size": training.batch_size,
        }

    # ---- how it goes on

    def step(self) -> None:
        """One step of the training; now and then held-out images are read."""
        if not self.points:
            self._probe()
        with warnings.catch_warnings(), np.errstate(all="ignore"):  # all of it is told in words
            warnings.simplefilter("ignore", TrainingWarning)  # those of history.notes
            self.training.step()
            if self.steps % EVERY == 0 or self.steps in self.recording.steps:
                self._probe()

    def tune(self, **knobs: Any) -> None:
        """Turn some knobs: learning_rate, momentum, batch_size, as numbers or as typed.

        Raises ValueError or TypeError, and changes nothing, for what they cannot be.
        """
        found = {name: KNOBS[name](value) for name, value in knobs.items()}
        if "learning_rate" in found and not self._rated():
            raise ValueError("no layer has a learning_rate")
        for layer in self._rated():
            layer.learning_rate = found.get("learning_rate", layer.learning_rate)
        self.training.momentum = found.get("momentum", self.training.momentum)
        self.training.batch_size = found.get("batch_size", self.training.batch_size)

    def trained(self, steps: int = EVERY) -> float:
        """Of the images of the last steps, the share that was read right, as it was met."""
        since = max(0, self.steps - steps)
        return (self.right[-1] - self.right[since]) / max(1, self.met[-1] - self.met[since])

    def _rated(self) -> list[Any]:
        """The layers that have a learning rate."""
        layers: list[Any] = self.network.layers
        return [layer for layer in layers if hasattr(layer, "learning_rate")]

    def _loss(self, scores, labels):
        """Softmax cross-entropy; on its way it counts what is read right."""
        self._batch = len(labels), int((scores.argmax(1) == labels).sum())
        return softmax_cross_entropy(scores, labels)

    def _after(self, step, network, loss):
        """What the training calls after each step."""
        met, right = self._batch
        self.met.append(self.met[-1] + met)
        self.right.append(self.right[-1] + right)
        self.recording(step, network, loss)

    def _probe(self):
        """Read some held-out images."""
        self.points.append(self.steps)
        self.held.append(self.network.accuracy(*self.probe))
        self.seen.append(self.trained())
