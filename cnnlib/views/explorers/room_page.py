"""room_page: what a training room shows of a run (level 6)."""

from dataclasses import replace
from itertools import product

import numpy as np

from cnnlib.views.explorers.canvas import Item, MapTale, Page, Rows
from cnnlib.views.explorers.controls import button, choice, part, player
from cnnlib.views.explorers.curves import bar, chart, line, polyline, recent, thinned
from cnnlib.views.explorers.layer_maps import stack_of
from cnnlib.views.explorers.shares import softmax, table
from cnnlib.views.explorers.training_run import Run
from cnnlib.views.explorers.training_theatre import says
from cnnlib.views.maps import Stack, number
from cnnlib.views.words import Key, Options

OFFERED = {  # beside the value that a knob has
    "learning_rate": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
    "momentum": (0.0, 0.5, 0.8, 0.9, 0.95, 0.99),
    "batch_size": (1, 4, 8, 16, 32, 64, 128, 256),
}
WORDS = {"learning_rate": "learning rate", "momentum": "momentum", "batch_size": "batch"}
KERNELS, IMAGE, DELTA = (300, 110), (110, 110), (240, 120)  # pixels that a picture may take
Room = tuple[int, int]
ZOOMS = range(16, 0, -1)
CHART = 254, 84
COLUMN = '<div style="flex:none">'
END = "</div>"
BESIDE = '<div style="flex:1;min-width:240px;display:flex;flex-wrap:wrap;gap:.3em .9em">'
WAITS = '<span class="mp-wait">Once it waits, its recorded steps can be played here.</span>'
SEEN, HELD = "stroke:var(--x)", "stroke:var(--delta);stroke-dasharray:4 3"


def fitted(maps: Stack, room: Room) -> Options:
    """The columns and the zoom with which maps are largest in so many pixels."""
    n, H, W = maps.steps.shape[1:]
    for zoom, columns in product(ZOOMS, range(n, 0, -1)):
        wide, high = columns * (W + 1) * zoom, -(-n // columns) * (H + 1) * zoom
        if wide <= room[0] and high <= room[1]:
            lines = -(-n // columns)
            return {"zoom": zoom, "columns": -(-n // lines)}
    return {"zoom": 1, "columns": n}


class RoomTale(MapTale):
    """A run as it stands: live while it trains, else with all recorded steps.

    why: what made it stop, in words.
    """

    def __init__(self, run: Run, training: bool, why: str) -> None:
        self.run, self.training, self.why = run, training, why
        self._page = self._made()  # once: the run goes on

    def page(self) -> Page:
        return self._page

    def _made(self):
        r = self.run.recording
        self.frames = [r.now()] if self.training else r.frames
        scores = f"out:{len(r.layers) - 1}"
        p = [softmax(frame[scores].ravel()) for frame in self.frames]
        self.share = p[-1][r.label]
        status = self.say()
        parts = {
            "shares": [table(one, "share of each digit", r.label, small=True) for one in p],
            "held": repr(r),
            "live:go": self.go(),
            "live:knobs": self.knobs(),
            "live:player": WAITS if self.training or len(p) == 1 else PLAYER,
            "live:bar": self.bar(),
            "live:curves": self.loss_curve() + self.accuracy_curves(),
        }
        values = {name: f"{value:g}" for name, value in self.run.settings.items()}
        said = [status] if self.training else [*says(r)[:-1], status]
        return Page("Watch it learn", self.rows(), CONTROLS, parts, values, said, attended=True)

    # ---- pictures

    def rows(self) -> Rows:
        """The curves beside the first layer's kernels; the watched image, its shares, and what
        comes back."""
        keys = self.frames[0]
        kernels = [key for key in keys if key.startswith("w:")][:1]
        deltas = [key for key in reversed(keys) if key.startswith("back:")]
        curves = f"<div>{part('live:bar')}{part('live:curves')}</div>"
        image: list[Item] = [COLUMN, self.shown("x", IMAGE), self.shown("grad_x", IMAGE), END]
        back: list[Item] = [BESIDE, *(self.shown(key, DELTA) for key in sorted(deltas)), END]
        return [
            ("", [curves, *(self.shown(key, KERNELS) for key in kernels)]),
            ("", [*image, part("shares"), *back]),
            ("", [part("held")]),
        ]

    def shown(self, key: Key, room: Room) -> Stack:
        """The Stack of a key of the frames, as large as its room; while it trains, on a scale that
        holds what was recorded, too."""
        r = self.run.recording
        stack = stack_of(key, [frame[key] for frame in self.frames], r.shapes, r.layers)
        look = fitted(stack, room)
        if key != "grad_x":  # what the others meet is not shown
            look["windows"] = None
        if self.training:
            numbers = [frame[key] for frame in (*r.frames, *self.frames)]
            look["scale"] = max(float(np.abs(a).max()) for a in numbers)
        return replace(stack, **look)

    # ---- texts and controls

    def go(self) -> str:
        """The button that starts, pauses, goes on."""
        if self.training:
            return button("pause", "Pause")
        begun = "One epoch more" if self.run.done else "Go on"
        return button("start", begun if self.run.steps else "Start")

    def knobs(self) -> str:
        """Three lists, which hold the values of now."""
        return "".join(
            choice(name, WORDS[name], [f"{v:g}" for v in sorted({*OFFERED[name], value})])
            for name, value in self.run.settings.items()
        )

    def bar(self) -> str:
        """How many of the epochs are over."""
        words = f"epochs, of {self.run.total}"
        return bar(round(self.run.epochs, 3), self.run.total, words)

    def loss_curve(self) -> str:
        """The losses of all steps."""
        curve = thinned(self.run.history.loss)
        words = "loss, from 0"
        if curve:
            words = f"loss, from 0 to {number(max(curve))}"
        return drawn(line(polyline(curve, *CHART)), words)

    def accuracy_curves(self) -> str:
        """What share is read right of the images that it trains on, and of held-out ones."""
        run = self.run
        curves = {SEEN: run.seen, HELD: run.held}
        lines = "".join(
            line(polyline(thinned(values), *CHART, top=1.0), look)
            for look, values in curves.items()
        )
        return drawn(lines, "read right, to 100 %: — training, -- held-out")

    def say(self) -> str:
        """The sentence of the page."""
        run, label = self.run, self.run.recording.label
        found = np.isfinite(self.share)
        share = f"the share {self.share:.0%}" if found else "a share that is no number"
        watched = f"the watched {label} has {share}"
        if not run.steps:
            said = f"Nothing is trained yet: {watched}. Start, or turn a knob first."
            return f"{self.why} {said}".strip()
        where = f"Epoch {min(int(run.epochs) + 1, run.total)} of {run.total}, step {run.steps:,}"
        loss = f"mean loss {number(recent(run.history.loss))}"
        right = f"right are {run.trained():.0%}, of held-out images {run.held[-1]:.0%}"
        said = f"{where}: {loss}; {right}; {watched}."
        return " ".join([self.why, said, *run.history.notes]).strip()


PLAYER = player("recorded step")
CONTROLS = (
    part("live:go")
    + button("anew", "Start anew")
    + part("live:knobs", style="display:contents")
    + '<span class="mp-break"></span>'
    + part("live:player", PLAYER, style="display:contents")
)


def drawn(lines: str, words: str) -> str:
    """A small chart with its words above."""
    return f'<div class="mp-chart"><div>{words}</div>{chart(lines, words, *CHART)}</div>'
