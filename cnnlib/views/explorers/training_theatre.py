"""training_theatre: scrub through what changed while a network learned (level 6)."""

from functools import cache

import numpy as np

from cnnlib import datasets
from cnnlib.network import digit_network
from cnnlib.training import train
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import part, player
from cnnlib.views.explorers.layer_maps import rows_of, stack_of
from cnnlib.views.explorers.recording import Recording
from cnnlib.views.maps import number
from cnnlib.views.words import Options

WATCHED = 47  # a held-out 3 that is learnt little by little


class TheatreTale(MapTale):
    """Every layer's out, delta, w and grad_w at each step that was recorded so far."""

    def __init__(self, recording: Recording) -> None:
        self._page = page_of(recording)  # made once: the recording may go on

    def page(self) -> Page:
        return self._page


def page_of(r: Recording) -> Page:
    """The Page of a Recording as it stands."""

    def shown(key):
        return stack_of(key, [frame[key] for frame in r.frames], r.shapes, r.layers)

    (_, image), *layers, (_, answer) = rows_of(r.frames[0], len(r.names), shown)
    seen = ("", [*image, *answer])  # what is looked at first, on one screen
    rows: Rows = [seen, *layers, ("", [part("held")])]
    title, held = "What changes while the network learns?", {"held": repr(r)}
    return Page(title, rows, player("recorded step"), held, says=says(r), wide=True)


def says(r: Recording) -> list[str]:
    """One sentence for each step."""
    return [
        f"After step {step} the network gives label {r.label} the share {number(share)}; "
        f"the loss is {number(loss)}."
        for step, share, loss in zip(r.steps, r.shares, r.losses, strict=True)
    ]


class Theatre(Canvas):
    """A recorded training, to play and to point at."""

    name = "training_theatre"

    def __init__(self, recording: Recording) -> None:
        self._recorded = TheatreTale(recording)
        super().__init__()

    def _tale(self, state):
        return self._recorded


def training_theatre(recording: Recording | None = None) -> Theatre:
    """Lesson 08: feature maps and deltas, kernels and their gradients at each recorded step.

    recording: a views.Recording that was train's on_step; its last step is kept, too. Default: two
    epochs of the digit network on real digits. Colours have one signed scale a stack, fixed over
    all steps. Drive it: theatre.at = 3, theatre.step(), theatre.select("w:0", 4, 1, 2),
    print(theatre.sentence). Nothing is edited, guessed or spelled out as a formula: the numbers
    come from training. Raises TypeError for anything but a Recording.
    """
    recording = recorded() if recording is None else recording
    if not isinstance(recording, Recording):
        raise TypeError(f"recording is {type(recording).__name__}, wanted a views.Recording")
    recording.finish()
    return Theatre(recording)


@cache
def recorded() -> Recording:
    """A Recording of two epochs of the digit network, made once: whoever shows it, copies it."""
    digits, network = datasets.digits(), digit_network(np.random.default_rng(0))
    recording = Recording(network, digits.test_x[WATCHED], digits.test_y[WATCHED])
    rng, x, labels = np.random.default_rng(0), digits.train_x, digits.train_y
    recipe: Options = {"epochs": 2, "batch_size": 32, "momentum": 0.9}
    train(network, x, labels, rng=rng, on_step=recording, **recipe)
    return recording


def example() -> Theatre:
    """Two epochs of the digit network on real digits."""
    return training_theatre()
