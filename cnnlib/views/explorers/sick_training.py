"""sick_training: a short training with one thing wrong that is not named (level 6)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

import numpy as np

from cnnlib.course.ward import (
    AILMENTS,
    CLASSES,
    EPOCHS,
    LAYERS,
    SickTraining,
    Trace,
    ratios_told,
    shares,
    sized,
    traced,
)
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import QUESTION, Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import part, scrub, switch
from cnnlib.views.explorers.questions import Question, which
from cnnlib.views.maps import Stack, number
from cnnlib.views.words import Place

WIDE, HIGH, LEFT, ROOM = 208, 112, 40, 8  # of a chart; left of and around its lines
SHOWN = 8  # images
PIXEL, KERNEL = 5, 8  # how many pixels a cell is wide, in an image and in a kernel
DASHES = ("", "7 3", "2 3")  # of a chart's first, second, third line
LARGEST, SMALLEST = 1.0, -8.0  # powers of ten that the chart of steps shows
CEILING = 6.0  # of the chart of losses
CLOSED = "One thing is wrong with this training: some of what you see is not as it should be."
Line = Sequence[float]


# ---- charts: lines from left to right, each in a dash of its own; marks are lines across


def chart(
    name: str, lines: Sequence[Line], span: tuple[float, float], marks: dict[str, float], say: str
) -> str:
    """An SVG of some lines between the numbers of `span`; what lies beyond is drawn at its edge.

    marks: {what stands at the left: the number there}. say: the same in words.
    """
    low, high = span

    def y(value):
        share = np.clip((np.nan_to_num(value, nan=low) - low) / (high - low), 0, 1)
        return HIGH - ROOM - share * (HIGH - 2 * ROOM)

    across = "".join(
        f'<line x1="{LEFT}" x2="{WIDE}" y1="{y(at):.1f}" y2="{y(at):.1f}" stroke="currentColor"'
        f' opacity=".35"/><text x="{LEFT - 4}" y="{y(at) + 4:.1f}" text-anchor="end"'
        f' font-size="11" fill="currentColor">{escape(text)}</text>'
        for text, at in marks.items()
    )
    drawn = "".join(_line(line, y, DASHES[n % len(DASHES)]) for n, line in enumerate(lines))
    return (
        f'<figure style="margin:0"><figcaption style="font-size:.9em">{name}</figcaption>'
        f'<svg width="{WIDE}" height="{HIGH}" role="img" aria-label="{escape(say)}">'
        f"{across}{drawn}</svg></figure>"
    )


def _line(line, y, dash):
    step = (WIDE - LEFT - ROOM) / max(len(line) - 1, 1)
    points = " ".join(f"{LEFT + n * step:.1f},{y(value):.1f}" for n, value in enumerate(line))
    return (
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.6"'
        f' stroke-dasharray="{dash}"/>'
    )


def losses(trace: Trace) -> str:
    """The chart of the losses, with log K marked."""
    top = max(trace.loss, default=float("nan"))
    say = f"loss of each step: first {number(trace.loss[0])}, last {number(trace.loss[-1])}"
    name = f"<b>loss</b>, up to {number(float(f'{top:.3g}'))}"
    marks = {"0": 0.0, "log 10": float(np.log(CLASSES)), "6": CEILING}
    return chart(name, [trace.loss], (0, CEILING), marks, say)


def accuracies(trace: Trace) -> str:
    """The chart of the accuracies before training and after each epoch."""
    own, other = np.array(trace.accuracy).T
    say = f"read right at the end, trained with and held out: {shares([own[-1], other[-1]])}"
    name = "<b>right</b>: trained —, held out - -"
    return chart(name, [own, other], (0, 1), {"0": 0, "50 %": 0.5, "100 %": 1}, say)


def steps(trace: Trace) -> str:
    """The chart of the steps' sizes beside the weights, by powers of ten."""
    updates = np.array(trace.updates)
    with np.errstate(divide="ignore"):
        lines = np.log10(updates).T
    say = ", ".join(
        f"steps of {layer}: first {sized(updates[:5, n])}, last {sized(updates[-5:, n])}"
        for n, layer in enumerate(LAYERS)
    )
    marks = {"10": LARGEST, "0.01": -2.0, "1e-5": -5.0, "1e-8": SMALLEST}
    name = "<b>|Δw| / |w|</b>: 1 —, 2 - -, dense ··"
    return chart(name, list(lines), (SMALLEST, LARGEST), marks, say)


# ---- what is told


class SickTale(MapTale):
    """What a training shows: curves, first kernels, images with their labels."""

    def __init__(self, patient: SickTraining, hidden: bool, healthy: bool) -> None:
        self.patient, self.hidden, self.healthy = patient, hidden, healthy
        self.trace = healthy_trace() if healthy else patient.trace

    def page(self) -> Page:
        trace = self.trace
        charts = {"live:loss": losses(trace), "live:right": accuracies(trace)}
        parts = charts | {"live:steps": steps(trace), "seen": self.seen(), "live:end": self.end()}
        rows: Rows = [
            ("", [part(name) for name in ("live:loss", "live:right", "live:steps")]),
            ("", [self.images(), self.kernels(), part("seen", style="max-width:20em")]),
            ("", [part("live:end")]),
        ]
        of = "A healthy training" if self.healthy else f"{self.patient!r}".partition(":")[0]
        return Page(
            of[0].upper() + of[1:],
            rows,
            scrub("epoch") + switch("healthy", "a healthy one"),
            parts,
            {"predict": self.hidden, "healthy": self.healthy},
            self.says(),
        )

    def images(self) -> Stack:
        """The first images as they are given to the network, with their labels."""
        shown, labels = self.trace.images[:SHOWN, 0], self.trace.labels[:SHOWN]
        told = f"labels {' '.join(map(str, labels[:4]))} / {' '.join(map(str, labels[4:]))}"
        names = [f"label {label}: " for label in labels]
        return Stack("x", shown, "x", told, "plain", columns=4, zoom=PIXEL, names=names)

    def kernels(self) -> Stack:
        """The first layer's kernels, before training and after each epoch."""
        kernels = np.stack(self.trace.kernels)
        return Stack("w", kernels, "conv 1 w", columns=4, zoom=KERNEL)

    def seen(self) -> str:
        """What is known before the first step, as a table."""
        facts = self.trace.facts()
        told = ("the largest pixel", "dead filters before training", "the first loss")
        rows = "".join(f"<tr><td>{what}<td>{facts[what]}" for what in told)
        ratios = ratios_told(self.trace.ratios)
        return f"<table>{rows}<tr><td>backward ÷ differences<td>{ratios}</table>"

    def end(self) -> str:
        """What the training came to."""
        dead = shares(self.trace.dead[-1])
        said = f"<br>train says: {escape(self.trace.words)}" if self.trace.words else ""
        return f"dead filters at the end: {dead}{said}"

    def says(self) -> list[str]:
        """One sentence before training, and one after each epoch that was reached."""
        first = CLOSED
        if self.healthy:
            first = "This is how the same network learns when nothing is wrong."
        elif not self.hidden:
            name = self.patient.open()
            first = f"{name}: {AILMENTS[name].symptom}."
        own = [
            f"After epoch {n} of {EPOCHS}: {100 * mine:.0f} % of its own images are read right, "
            f"{100 * others:.0f} % of others."
            for n, (mine, others) in enumerate(self.trace.accuracy)
        ]
        return [first, *own[1:]]

    def question(self, name: str | None, place: Place | None) -> Question:
        return which("What is wrong?", list(AILMENTS), self.judged)

    def judged(self, guess: str) -> tuple[bool, str]:
        """(is it this ailment; the answer in words)."""
        answer = self.patient.diagnose(guess)
        return answer.startswith("Right"), answer


@cache
def healthy_trace() -> Trace:
    """What the network shows when nothing is wrong."""
    return traced(None, 0)


class SickRoom(Canvas):
    """A training whose ailment is not named, and the next one."""

    name = "sick_training"

    def __init__(self, patient: SickTraining, predict: bool) -> None:
        self._patient = patient
        options = {"word": patient.word, "number": patient.number, "healthy": False}
        super().__init__(State(options=options, hidden=frozenset([QUESTION] * bool(predict))))

    def _tale(self, state):
        word, number_ = state.options["word"], state.options["number"]
        if (word, number_) != (self._patient.word, self._patient.number):
            self._patient = SickTraining(word, number_)
        return SickTale(self._patient, bool(state.hidden), bool(state.options["healthy"]))

    def _book(self):
        return {}  # each guess is a training: all of them take longer than a reader waits

    def set(self, **options: Any) -> None:
        """Take another training: set(number=2), set(word="another class"), which is not named; or
        show a healthy one in its place: set(healthy=True).

        Raises ValueError, and changes nothing, for what is no word or number.
        """
        state = replace(self._state, options=self._with(options))
        self._show(state if options.keys() <= {"healthy"} else self._all_hidden(state))

    def predict(self, on: bool = True) -> None:
        """Ask for the ailment; where it was named, take the next training. Or name it."""
        number_ = self._state.options["number"] + bool(self._patient.named)
        if on:
            self.set(number=number_)
        else:
            super().predict(False)


def sick_training(patient: SickTraining | None = None, *, predict: bool = False) -> SickRoom:
    """Lesson 08b: a training with one thing wrong: loss, accuracy, size of the steps beside the
    weights, dead filters, first kernels, images with their labels, a gradient check.

    patient: clinic.training("a word of the class", 2); default the first of "today". 320 digits of
    8x8, digit_network, four epochs, a quarter of a second. Drive it: room.guess("labels shuffled")
    answers with what differs, room.set(number=2) takes the next one, room.set(healthy=True) shows a
    healthy one, room.at = 4 the kernels after four epochs; room.predict() closes it; predict=True
    asks from the first frame on. Nothing is edited. Raises TypeError for what is no SickTraining.
    """
    patient = SickTraining("today") if patient is None else patient
    if not isinstance(patient, SickTraining):
        raise TypeError(f"patient is {patient!r:.60}, wanted clinic.training(word, number)")
    return SickRoom(patient, predict).asking(predict)


def example() -> SickRoom:
    """The first training of "today", and what it has."""
    return sick_training()
