"""training_room: train a network and watch it learn (level 6)."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlib.arguments import whole
from cnnlib.datasets import Dataset, mnist_small
from cnnlib.network import Network, mnist_network
from cnnlib.threads import one_blas_thread
from cnnlib.training import MNIST_RECIPE, History
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas
from cnnlib.views.explorers.recording import Recording
from cnnlib.views.explorers.room_page import RoomTale
from cnnlib.views.explorers.training_run import Run
from cnnlib.views.explorers.turns import Turns, Whole, alone

WATCHED = 962  # of mnist_small: a held-out 9 that is learnt little by little
PAUSE = 0.2  # seconds between two pictures
ALONE = 1.0  # seconds that it goes on while nobody sees it
NO_LOOP = "start() trains between the cells of a notebook, and here is none: room.run() trains here"
OUSTED = "Paused, since another room was opened or started."
UNSEEN = "Paused, since nobody saw it."
INTERRUPTED = "Paused by an interrupt, after a whole step."
BROKEN = "Interrupted in the middle of a step: start anew."
Settings = dict[str, Any]


class TrainingRoom(Canvas):
    """A network that trains while its reader watches and turns the knobs."""

    name = "training_room"

    def __init__(self, made: Callable[[], Run], run: Run) -> None:
        self._made, self._run = made, run
        self._training, self._why = False, ""  # why: what made it stop, in words
        alone()  # who runs a cell again has no use for the training of before
        self._turns = Turns(self._turn, lambda: self._halt(OUSTED))
        self._views: set[str] = set()  # those who see it
        self._unseen = 0.0  # since when nobody does
        self._pictured = 0.0  # when the last picture was drawn
        self._chosen: Settings = self._run.settings
        super().__init__(State(options=self._chosen))

    def _tale(self, state):
        return RoomTale(self._run, self._training, self._why)

    # ---- driven from code

    def start(self) -> None:
        """Train, or go on; after the last epoch for one more. Cells can be run meanwhile.

        Raises RuntimeError where no event loop runs, as in a script: run() trains there.
        """
        if not self._turns.able:
            raise RuntimeError(NO_LOOP)
        if not self._training:
            self._begin()
            self._turns.start()

    def pause(self) -> None:
        """Wait after the step that is being made; start() goes on."""
        if self._training:
            self._halt("Paused.")

    def anew(self) -> None:
        """The same untrained weights as at first, with the knobs as they were turned; it waits."""
        run = self._made()
        run.tune(**self._chosen)
        self._run = run
        self._halt("")

    def reset(self) -> None:
        """Anew, with the knobs as they were at first."""
        self._chosen = dict(self._lesson.options)
        self.anew()

    def set(self, **options: Any) -> None:
        """Turn knobs, also while it trains: set(learning_rate=0.05, momentum=0.9, batch_size=32).

        anew() keeps them. Raises ValueError or TypeError, and changes nothing, if it cannot.
        """
        self._with(options)
        self._run.tune(**options)
        self._chosen |= {name: self._run.settings[name] for name in options}
        self._change(options=self._run.settings)

    def run(self, steps: int | None = None) -> None:
        """Train so many steps, or to the end of the last epoch, and return then.

        After the last epoch it trains one more. Raises what the training raises; the page tells of
        it, too.
        """
        left = np.inf if steps is None else whole(steps, "steps", 0)
        self._turns.stop()
        self._begin()
        try:
            while left > 0 and not self._run.done:
                self._step()
                left -= 1
        except BaseException as error:
            self._halt(told(error))
            raise
        self._halt("" if self._run.done else "Paused.")

    @property
    def network(self) -> Network:
        """The network that trains."""
        return self._run.network

    @property
    def history(self) -> History:
        """Its losses and accuracies so far."""
        return self._run.history

    @property
    def recording(self) -> Recording:
        """What views.training_theatre plays."""
        return self._run.recording

    def close(self) -> None:
        """Stop, and free it."""
        self._turns.stop()
        super().close()

    # ---- steps and stops

    def _begin(self):
        """From now on it trains."""
        self._training, self._why, self._unseen = True, "", 0.0
        if self._run.done:
            self._run.total += 1
        self._picture()

    def _turn(self):
        """A step between two things that the kernel does; may there be another one?"""
        try:
            self._step()
        except (Exception, KeyboardInterrupt) as error:
            self._halt(told(error))  # nobody is there to catch it
        else:
            if self._run.done:
                self._halt("")
            elif self._unseen and time.monotonic() - self._unseen > ALONE:
                self._halt(UNSEEN)
        return self._training

    def _step(self):
        """One step, and a picture when it is time."""
        with one_blas_thread(), Whole() as block:
            self._run.step()
        if block.asked:
            raise KeyboardInterrupt(INTERRUPTED)
        if time.monotonic() - self._pictured > PAUSE:
            self._picture()

    def _picture(self):
        self._pictured = time.monotonic()
        self._change(options=self._run.settings)

    def _halt(self, why):
        """Stand still and show all that was recorded; why: in words."""
        self._turns.stop()
        self._training, self._why = False, why
        try:
            self._run.recording.finish()
        except Exception as error:  # of a reader's own layer
            self._why = why or told(error)
        with self.hold_sync():
            self._change(options=self._run.settings)
            self.at = len(self._now.says) - 1

    # ---- heard from the page

    def _handle_msg(self, msg):
        """A message, heard where the training runs: JupyterLab sends it to another thread."""
        if self._turns.elsewhere():
            self._turns.call(super()._handle_msg, msg)
        else:
            super()._handle_msg(msg)

    def do_start(self) -> None:
        """The page's button Start, or Go on."""
        self.start()

    def do_pause(self) -> None:
        """The page's button Pause."""
        self.pause()

    def do_anew(self) -> None:
        """The page's button Start anew: untrained, and on its way at once."""
        self.anew()
        self.start()

    def do_here(self, view: str) -> None:
        """A view has come."""
        self._views.add(view)
        self._unseen = 0.0

    def do_gone(self, view: str) -> None:
        """A view has gone; with the last one the training stops soon."""
        self._views.discard(view)
        if not self._views:
            self._unseen = time.monotonic()


def told(error: BaseException) -> str:
    """What made a training stop, in words."""
    if isinstance(error, KeyboardInterrupt):
        return str(error) or BROKEN
    if isinstance(error, FloatingPointError):
        return f"Stopped: {error}. Then start anew."
    return f"Stopped by {type(error).__name__}: {error}. Mend it, and make a new room."


def training_room(
    make: Callable[[np.random.Generator], Network] = mnist_network,
    data: Dataset | None = None,
    *,
    watch: int | None = None,
    seed: int = 0,
    recipe: Mapping[str, Any] | None = None,
) -> TrainingRoom:
    """Lesson 08: train a network, watch it learn, turn its knobs.

    make(rng) -> the untrained Network; data: a Dataset of images that it takes, default
    datasets.mnist_small(). watch: the place of the held-out image that is watched, default a 9; its
    shares, its deltas and the first kernels are recorded at steps 0, 1, 2, 3, 5, 8, ... seed: of
    weights and batches, the same each time it starts anew. recipe: keyword arguments of train but
    for rng, and a learning_rate for all layers; default MNIST_RECIPE.

    Drive it: room.start(), room.pause(), room.anew(), room.set(learning_rate=0.05, momentum=0.9,
    batch_size=32), room.run(100), which returns when they are made, room.at = 3, room.step(-1),
    room.network, room.history, print(room.sentence); views.training_theatre(room.recording) shows
    every layer. By keys: Tab goes to buttons, knobs and the bar of steps, whose arrow keys go
    through the recorded steps; in a picture the arrows go from number to number. Raises ValueError
    or TypeError for what cannot be trained.
    """
    place = whole(watch, "watch", 0) if watch is not None else 0 if data else WATCHED
    data = Dataset(*data) if data else mnist_small()
    if place >= len(data.test_x):
        raise ValueError(f"watch is {place}, wanted one of {len(data.test_x)} held-out images")
    settings = dict(MNIST_RECIPE if recipe is None else recipe)

    def made():
        return Run(make, data, place, seed, settings)

    return TrainingRoom(made, made())


def example() -> TrainingRoom:
    """The network of lesson 08 on real digits, untrained."""
    return training_room()
