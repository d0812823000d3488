"""training_progress: a bar and a live loss curve while a network trains (level 6)."""

import time
from collections.abc import Sequence
from typing import Any

from cnnlib.arguments import whole
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page
from cnnlib.views.explorers.controls import part
from cnnlib.views.explorers.curves import RECENT, bar, chart, line, polyline, recent, thinned
from cnnlib.views.maps import number

PAUSE = 0.1  # seconds between two pictures


class ProgressTale(MapTale):
    """How far a training is, and its losses so far. total: None where nobody knows."""

    def __init__(self, losses: Sequence[float], total: int | None) -> None:
        self.losses, self.total = losses, total

    def page(self) -> Page:
        say = self.say()
        done, curve = len(self.losses), thinned(self.losses)
        top = f"loss of steps 1 to {done:,}: {number(max(curve))} at the top" if curve else "loss"
        parts = {
            "live:bar": bar(done, self.total or max(done, 1), "training steps"),
            "live:top": f"{top}, 0 at the bottom" if curve else top,
            "live:curve": chart(line(polyline(curve)), f"loss curve; {say}"),
        }
        places = "".join(part(name) for name in parts)
        return Page("Training", [("", [f"<div>{places}</div>"])], parts=parts, says=[say])

    def say(self) -> str:
        """The sentence of the page."""
        done, loss = len(self.losses), "no loss yet"
        steps = (
            f"{done:,} of {self.total:,} steps"
            if self.total
            else f"{done:,} step{'' if done == 1 else 's'}"
        )
        if done:
            loss = f"mean loss of the last {min(done, RECENT)}: {number(recent(self.losses))}"
        return f"{steps}; {loss}."


class TrainingProgress(Canvas):
    """A progress bar with a live loss curve: train(..., on_step=progress).

    steps: how many steps in all; or epochs, images and batch_size, from which it follows. Without
    either the bar counts without an end. Shown before training, its stored first frame is one line
    of text. It only reports: nothing is picked, edited or guessed.
    Raises ValueError or TypeError for what gives no whole number of steps.
    """

    name = "TrainingProgress"

    def __init__(
        self,
        steps: int | None = None,
        *,
        epochs: int | None = None,
        images: int | None = None,
        batch_size: int | None = None,
    ) -> None:
        if steps is None and epochs is not None and images is not None and batch_size is not None:
            batches = -(-whole(images, "images", 1) // whole(batch_size, "batch_size", 1))
            steps = whole(epochs, "epochs", 0) * batches
        self._total = steps if steps is None else whole(steps, "steps", 0)
        self._losses: list[float] = []
        self._last = 0.0
        super().__init__()

    def _tale(self, state):
        return ProgressTale(self._losses, self._total)

    def __call__(self, step: int, network: Any, loss: float) -> None:
        """What train calls after each step; the page is drawn at most ten times a second."""
        if step <= len(self._losses):
            self._losses.clear()
        self._losses.append(float(loss))
        if time.monotonic() - self._last > PAUSE or step == self._total:
            self._last = time.monotonic()
            self._change()

    on_step = __call__

    def finish(self) -> None:
        """Draw the last state, whatever the clock says."""
        self._change()


def example() -> TrainingProgress:
    """A bar for ten steps, before the first."""
    return TrainingProgress(epochs=1, images=320, batch_size=32)
