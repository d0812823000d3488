"""closed_box: a patient whose bug is not named: one heat map for each gradient (level 6)."""

from dataclasses import replace
from html import escape
from typing import Any

import numpy as np

from cnnlib.course import bugs
from cnnlib.course.patient import BEDS, Patient, differing
from cnnlib.course.result import PASS
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import QUESTION, Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import part
from cnnlib.views.explorers.layer_maps import as_maps
from cnnlib.views.explorers.questions import Question, which
from cnnlib.views.maps import Stack
from cnnlib.views.words import Options, Place

CLOSED = "The bug is not named yet. White is right: where do you see marks, and where none?"


class ClosedTale(MapTale):
    """What lies between each gradient of a patient and the right one."""

    def __init__(self, patient: Patient, hidden: bool) -> None:
        self.patient, self.hidden = patient, hidden

    def page(self) -> Page:
        stacks = [self.stack(name, *pair) for name, pair in self.patient.pairs.items()]
        rows: Rows = [("", stacks), ("", [part("what", style="max-width:60em")])]
        number, word = self.patient.number, self.patient.word
        open_ = "" if self.hidden else f"{self.patient.open()}: {self.patient.told()}."
        return Page(
            f"Patient {number} of “{word}”: a − n for each gradient",
            rows,
            parts={"what": self.what()},
            values={"predict": self.hidden},
            says=[open_ or CLOSED],
        )

    def stack(self, name: str, found: np.ndarray, right: np.ndarray) -> Stack:
        """The heat maps of one gradient: a map for each filter, channel or image."""
        away = np.where(np.abs(found - right) <= PASS, 0, found - right)
        shape, narrow = found.shape, found.shape[-1] <= 3
        look: Options = {"columns": 4, "ruled": True, "zoom": 18 if narrow else 10}
        if len(shape) == 4:
            look["names"] = tuple(f"{n}, {c}, " for n, c in np.ndindex(*shape[:2]))
            look["columns"] = shape[1]
        words = differing(found, right)
        return Stack(name, as_maps(away), name, f"wrong: {words}" if words else "right", **look)

    def what(self) -> str:
        """What the bug is, as HTML, once it is named."""
        if self.hidden:
            return ""
        bug = self.patient.open()
        where = f"Its code lies closed in exercise {BEDS[bug]}."
        return f"{escape(bugs.BUGS[bug].what)}<br>{where}"

    def question(self, name: str | None, place: Place | None) -> Question:
        return which("Which bug is it?", list(bugs.BUGS), self.judged)

    def judged(self, guess: str) -> tuple[bool, str]:
        """(is it this bug, or one that gives the same numbers; the answer in words)."""
        answer = self.patient.diagnose(guess)
        return answer.startswith("Right"), answer


class ClosedBox(Canvas):
    """A patient whose bug is not named, and the next one."""

    name = "bug_clinic"

    def __init__(self, patient: Patient, predict: bool) -> None:
        self._patient = patient
        options = {"word": patient.word, "number": patient.number}
        super().__init__(State(options=options, hidden=frozenset([QUESTION] * bool(predict))))

    def _tale(self, state):
        word, number = state.options["word"], state.options["number"]
        if (word, number) != (self._patient.word, self._patient.number):
            self._patient = Patient(word, number)
        return ClosedTale(self._patient, bool(state.hidden))

    def _book(self):
        named = self._patient.named
        book = super()._book()
        self._patient.named = named  # who writes down what is inside has not opened it
        return book

    def set(self, **options: Any) -> None:
        """Take another patient: set(number=2), set(word="another class"); its bug is not named.

        Raises ValueError, and changes nothing, for what is no word or number.
        """
        self._show(self._all_hidden(replace(self._state, options=self._with(options))))

    def predict(self, on: bool = True) -> None:
        """Close the box; where it stood open, take the next patient. Or name the bug."""
        number = self._state.options["number"] + bool(self._patient.named)
        if on:
            self.set(number=number)
        else:
            super().predict(False)
