"""bug_clinic: one planted bug, its gradient beside the right one (level 6)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from html import escape
from typing import Any

import numpy as np

from cnnlib import layers, reference
from cnnlib.course import bugs, clinic
from cnnlib.course.patient import Patient, told
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.closed_box import ClosedBox
from cnnlib.views.explorers.controls import choice, part
from cnnlib.views.explorers.designs import START, case_of
from cnnlib.views.explorers.layer_maps import as_maps
from cnnlib.views.explorers.questions import Question, which
from cnnlib.views.maps import Stack, number, reach, together
from cnnlib.views.words import Options, Place

WARD = START | {"kernel": "3x3", "channels_filters": "2, 2", "stride": "1"}
BEDS = (WARD, WARD | {"stride": "2", "padding": "0"})
NEXT = 7  # from patient to patient without a name; shares no divisor with their number
WORST = "where it hurts most"
SHOWN = (WORST, "grad_x", "grad_w", "grad_b")
STACKS = ("analytic", "judge", "away")
# relu(net) of lesson 05: a tie in every window
TIES = np.array([[[[1.0, -1, 2], [1, -1, 2], [1, -2, 2]]]]).clip(0)

Walk = Geometry | None  # of the windows over a gradient's cells; None where no window walks
# a gradient, what the bug makes of it, the right one, and its windows
Examined = tuple[str, np.ndarray, np.ndarray, Walk]


def examined(cases: Iterable[clinic.Case], bug: str, gradient: str = WORST) -> Examined:
    """(gradient, analytic, right, walk) where the bug hurts most, of all gradients or of the one
    named.

    The right one by differences; by hand where cells tie.
    """
    found = [entry for case in cases for entry in compared(case, bug)]
    if gradient != WORST:
        return max((e for e in found if e[1] == gradient), key=lambda entry: entry[0])[1:]
    worst = max(found, key=lambda entry: entry[0], default=None)
    return worst[1:] if worst and worst[0] > clinic.PASS else tied(bug)


def compared(case: clinic.Case, bug: str) -> list[tuple[float, str, np.ndarray, np.ndarray, Walk]]:
    """(error, gradient, analytic, numeric, walk) of each gradient of a case while the bug is
    planted."""
    right = case.analytic()
    with bugs.planted(bug):
        try:
            found = case.analytic()
        except (ValueError, IndexError):  # shapes that fit nowhere cannot be drawn; others may fit
            return []
    fits = [name for name, numeric in case.numeric.items() if found[name].shape == numeric.shape]
    errors = {name: float(np.abs(found[name] - right[name]).max()) for name in fits}
    return [
        (errors[name], name, found[name], case.numeric[name], walk_over(case.design, name))
        for name in fits
    ]


def walk_over(design: clinic.Design, gradient: str) -> Walk:
    """The true windows of a convolution or a pool over the cells of its grad_x."""
    if gradient == "grad_x":
        return Geometry(design.image, design.kernel, design.stride, design.padding)
    pooled = gradient in ("pool grad_x", "mean pool grad_x")
    return Geometry.of_pool(design.image, design.pool, design.stride) if pooled else None


def tied(bug: str) -> Examined:
    """As examined(), for max pooling 2x2, stride 1, on cells that tie: there is no difference
    quotient there, so the loops are the judge."""
    pool, grad_out = layers.MaxPoolingLayer(3, 3, 1, 2, 2, 1), np.array([[[[1.0, 2], [3, 4]]]])
    with bugs.planted(bug):
        pool.forward(TIES)
        found = pool.backward(grad_out)
    _, winners = reference.max_pool2d(TIES[0], 2, 1)
    right = reference.max_pool2d_grad_x(grad_out[0], winners, (3, 3), 2, 1)[None]
    return "pool grad_x with ties", found, right, Geometry((3, 3), 2, 1)


class PatientTale(MapTale):
    """What one bug does to a gradient. shown: one of SHOWN. examine(bug, shown): see examined."""

    def __init__(
        self, bug: str, shown: str, examine: Callable[[str, str], Examined], hidden: bool
    ) -> None:
        self.bug, self.shown, self.examine, self.hidden = bug, shown, examine, hidden
        self.gradient, self.found, self.right, self.walk = examine(bug, shown)
        self.by = "right" if "ties" in self.gradient else "numeric"
        self.away = np.abs(self.found - self.right)

    def page(self) -> Page:
        rows: Rows = [("", [part("what", style="max-width:60em")]), ("", self.stacks())]
        return Page(
            "Where does it hurt?",
            rows,
            choice("bug", "patient", bugs.BUGS) + choice("gradient", "gradient", SHOWN),
            {"what": self.what()},
            {
                "bug": "" if self.hidden else self.bug,
                "gradient": self.shown,
                "predict": self.hidden,
            },
            [self.say()],
        )

    def stacks(self) -> list[Stack]:
        """The two gradients on one scale, and their distance; a cell is marked in all of them."""
        shape, of = self.found.shape, self.gradient
        top = max(np.abs(self.found).max(), np.abs(self.right).max())
        look: Options = {"columns": 4, "zoom": 26 if shape[-1] < 4 else 18}
        if len(shape) == 4:
            look["names"] = tuple(f"{n}, {c}, " for n, c in np.ndindex(*shape[:2]))
            look["columns"] = shape[1]
        a, n, away = (as_maps(one) for one in (self.found, self.right, self.away))
        look |= {"ruled": True, "same_map": True, "around": self.walk and together(self.walk)}
        cell = reach(Geometry(a.shape[-2:], 1))
        seen = [{other: cell for other in STACKS if other != name} for name in STACKS]
        by = f"{of}, {self.by}"
        dotted = f"{of}; dotted: the true windows that hold the cell" if self.walk else of
        return [
            Stack("analytic", a, "a", f"{of}, analytic", scale=top, windows=seen[0], **look),
            Stack("judge", n, "n", by, scale=top, windows=seen[1], **look),
            Stack("away", away, "|a − n|", dotted, kind="heat", windows=seen[2], **look),
        ]

    def what(self) -> str:
        """What the bug is, and how it looks, as HTML."""
        if self.hidden:
            return "This patient’s bug is not named."
        return f"{escape(bugs.BUGS[self.bug].what)}<br>Here {escape(self.shows(self.bug))}."

    def shows(self, bug: str) -> str:
        """What a bug does to each gradient of this patient, by their numbers."""
        all_ = {name: self.examine(bug, name) for name in SHOWN}
        return told({gradient: (found, right) for gradient, found, right, _ in all_.values()})

    def say(self) -> str:
        """The sentence of the page."""
        wrong = int((self.away > clinic.PASS).sum())
        worst = number(float(f"{self.away.max():.2g}"))
        bug = "A bug" if self.hidden else self.bug
        if not wrong:
            agree = f"all {self.away.size} entries agree with the {self.by} gradient"
            return f"{bug}: {self.gradient} is right, {agree}."
        entries = f"{wrong} of {self.away.size} entries of {self.gradient}"
        return f"{bug}: {entries} differ from the {self.by} gradient, the worst by {worst}."

    def question(self, name: str | None, place: Place | None) -> Question:
        return which("Which bug is it?", list(bugs.BUGS), self.judged)

    def judged(self, guess: str) -> tuple[bool, str]:
        """(is it this bug, or one that looks the same; the answer in words)."""
        if guess == self.bug:
            return True, f"Right: {guess}."
        other, found, *_ = self.examine(guess, WORST)
        gradient, mine, *_ = self.examine(self.bug, WORST)
        if other == gradient and np.allclose(found, mine):
            return True, f"Right: it gives the same numbers. This patient has “{self.bug}”."
        return False, f"Not yet. With “{guess}” {self.shows(guess)}."


class BugClinic(Canvas):
    """One planted bug: its gradient, the right one, and the distance between them."""

    name = "bug_clinic"

    def __init__(self, bug: str) -> None:
        self._examine = cache(partial(examined, [case_of(bed) for bed in BEDS]))
        super().__init__(State(options={"bug": bug, "gradient": WORST}))

    def _tale(self, state):
        bug, shown = state.options["bug"], state.options["gradient"]
        if not isinstance(bug, str) or bug not in bugs.BUGS:
            raise ValueError(f"{bug!r} is no bug here; {', '.join(bugs.BUGS)} are")
        if not isinstance(shown, str) or shown not in SHOWN:
            raise ValueError(f"gradient is {shown!r}, wanted one of {', '.join(SHOWN)}")
        return PatientTale(bug, shown, self._examine, bool(state.hidden))

    def _book(self):
        return {}  # to examine all bugs takes longer than a reader waits

    def choose(self, bug: str) -> None:
        """Take another patient, by the bug's name."""
        self.set(bug=bug)

    def set(self, **options: Any) -> None:
        """Take another patient: set(bug="bias mean for sum"), which ends the guessing; or look at
        another gradient: set(gradient="grad_w").

        Raises ValueError, and changes nothing, for an unknown bug or gradient.
        """
        hidden = frozenset() if "bug" in options else self._state.hidden
        self._change(options=self._with(options), hidden=hidden)

    def predict(self, on: bool = True) -> None:
        """Take a patient whose bug is not named, and ask for it; or name it."""
        if not on:
            super().predict(False)
            return
        options, names = self._state.options, list(bugs.BUGS)
        patient = names[(names.index(options["bug"]) + NEXT) % len(names)]
        self._show(self._all_hidden(replace(self._state, options=options | {"bug": patient})))


def bug_clinic(
    bug: str | None = None, *, patient: Patient | None = None, predict: bool = False
) -> BugClinic | ClosedBox:
    """Lesson 07: one planted bug as a heat map of |analytic - numeric|, its numbers to point at.

    bug: a name of cnnlib.bugs.BUGS, default the first. Batch of two 7x5 images, 2 channels, two 3x3
    filters, ReLU. Drive it: ward.choose("stride ignored backward"), ward.set(gradient="grad_x"),
    ward.select("away", 0, 1, 2), print(ward.sentence); ward.predict() takes a patient without a
    name, ward.guess("bias mean for sum") answers; predict=True asks from the first frame on.
    Nothing is edited or played. patient: a closed box, clinic.patient("a word of the class"), with
    a − n of each gradient: box.guess(name) opens it, box.set(number=2) takes the next one. Raises
    ValueError for an unknown bug, and for a bug and a patient.
    """
    if patient is not None:
        if bug is not None:
            raise ValueError("a patient has a bug of its own: give one of the two")
        return ClosedBox(patient, predict).asking(predict)
    return BugClinic(next(iter(bugs.BUGS)) if bug is None else bug).asking(predict)


def example() -> BugClinic:
    """The kernel that is not rotated on the way back."""
    return bug_clinic("kernel not rotated")
