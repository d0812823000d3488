"""progress: a bar and a live loss curve while a network trains (level 6)."""

import time
from html import escape

from cnnlib.arguments import whole
from cnnlib.views.explorers.canvas import Canvas, Page, part
from cnnlib.views.maps import number

WIDE, HIGH = 320, 90


def thinned(values, points=160):
    """At most `points` means of neighbouring values."""
    step = max(1, -(-len(values) // points))
    return [
        sum(values[k : k + step]) / len(values[k : k + step]) for k in range(0, len(values), step)
    ]


def polyline(values, width=WIDE, height=HIGH):
    """The points of an SVG line through `values`, 0 at the bottom and the largest at the top."""
    top, across = max(max(values, default=0), 1e-12), max(len(values) - 1, 1)
    return " ".join(
        f"{k / across * width:.1f},{height - 3 - v / top * (height - 6):.1f}"
        for k, v in enumerate(values)
    )


class TrainingProgress(Canvas):
    """A progress bar with a live loss curve: train(..., on_step=progress).

    steps: how many steps in all; or epochs, images and batch_size, from which it follows. Without
    either the bar counts without an end. Shown before training, its stored first frame is one line
    of text. It only reports: nothing is picked, edited or guessed.
    Raises ValueError or TypeError for what gives no whole number of steps.
    """

    name = "TrainingProgress"

    def __init__(self, steps=None, *, epochs=None, images=None, batch_size=None):
        if steps is None and None not in (epochs, images, batch_size):
            steps = whole(epochs, "epochs", 0) * -(
                -whole(images, "images", 1) // whole(batch_size, "batch_size", 1)
            )
        steps = steps if steps is None else whole(steps, "steps", 0)
        self._total, self._losses, self._shown = steps, [], 0.0
        super().__init__()

    def __call__(self, step, network, loss):
        """What train calls after each step; the page is drawn at most ten times a second."""
        if step <= len(self._losses):
            self._losses.clear()
        self._losses.append(float(loss))
        if time.monotonic() - self._shown > 0.1 or step == self._total:
            self._shown = time.monotonic()
            self._draw()

    on_step = __call__

    def finish(self):
        """Draw the last state, whatever the clock says."""
        self._draw()

    def _page(self):
        done, total = len(self._losses), self._total
        of = f" of {total:,}" if total else ""
        recent = self._losses[-20:]
        loss = (
            f"mean loss of the last {len(recent)}: {number(sum(recent) / len(recent))}"
            if recent
            else "no loss yet"
        )
        say = f"{done:,}{of} steps; {loss}."
        bar = f'<progress value="{done}" max="{total or max(done, 1)}" aria-label="training steps"></progress>'
        line = thinned(self._losses)
        curve = (
            f'<svg width="{WIDE}" height="{HIGH}" role="img" aria-label="{escape(f"loss curve; {say}")}">'
            f'<polyline points="{polyline(line)}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>'
        )
        top = (
            f"loss of steps 1 to {done:,}: {number(max(line))} at the top, 0 at the bottom"
            if line
            else "loss"
        )
        parts = {"live:bar": bar, "live:top": top, "live:curve": curve}
        return Page(
            "Training",
            [("", ["<div>" + "".join(map(part, parts)) + "</div>"])],
            parts=parts,
            says=[say],
        )
