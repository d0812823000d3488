"""training_progress: a bar and a live loss curve while a network trains (level 6)."""

import time
from collections.abc import Sequence
from html import escape
from typing import Any

from cnnlib.arguments import whole
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page
from cnnlib.views.explorers.controls import part
from cnnlib.views.maps import number

WIDE, HIGH = 320, 90
POINTS = 160  # of the curve
RECENT = 20  # steps of which the mean loss is told
PAUSE = 0.1  # seconds between two pictures


def thinned(values: Sequence[float], points: int = POINTS) -> list[float]:
    """At most `points` means of neighbouring values."""
    step = max(1, -(-len(values) // points))
    groups = (values[k : k + step] for k in range(0, len(values), step))
    return [sum(group) / len(group) for group in groups]


def polyline(values: Sequence[float], width: int = WIDE, height: int = HIGH) -> str:
    """The points of an SVG line through `values`: 0 at the bottom, the largest at the top."""
    top, across = max(max(values, default=0), 1e-12), max(len(values) - 1, 1)
    return " ".join(
        f"{k / across * width:.1f},{height - 3 - v / top * (height - 6):.1f}"
        for k, v in enumerate(values)
    )


class ProgressTale(MapTale):
    """How far a training is, and its losses so far. total: None where nobody knows."""

    def __init__(self, losses: Sequence[float], total: int | None) -> None:
        self.losses, self.total = losses, total

    def page(self) -> Page:
        say = self.say()
        done, line = len(self.losses), thinned(self.losses)
        top = f"loss of steps 1 to {done:,}: {number(max(line))} at the top" if line else "loss"
        parts = {
            "live:bar": f'<progress value="{done}" max="{self.total or max(done, 1)}"'
            ' aria-label="training steps"></progress>',
            "live:top": f"{top}, 0 at the bottom" if line else top,
            "live:curve": f'<svg width="{WIDE}" height="{HIGH}" role="img"'
            f' aria-label="{escape(f"loss curve; {say}")}"><polyline points="{polyline(line)}"'
            ' fill="none" stroke="currentColor" stroke-width="1.5"/></svg>',
        }
        places = "".join(part(name) for name in parts)
        return Page("Training", [("", [f"<div>{places}</div>"])], parts=parts, says=[say])

    def say(self) -> str:
        """The sentence of the page."""
        of = f" of {self.total:,}" if self.total else ""
        recent, loss = self.losses[-RECENT:], "no loss yet"
        if recent:
            loss = f"mean loss of the last {len(recent)}: {number(sum(recent) / len(recent))}"
        return f"{len(self.losses):,}{of} steps; {loss}."


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
