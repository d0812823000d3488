"""gradient_check_lab: design a gradient check and see which planted bugs live (level 6)."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np

from cnnlib.course import bugs
from cnnlib.course.result import Result
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page
from cnnlib.views.explorers.controls import button, choice, part
from cnnlib.views.explorers.designs import CHOICES, START, case_of, offered
from cnnlib.views.explorers.questions import Question, how_much
from cnnlib.views.words import Place

Checked = tuple[bool, dict[str, Result]]  # of a design: the right code passes; each bug's Result
LABELS = {"channels_filters": "channels, filters", "dtype": "number type"}
LEFT = 'style="text-align:left"'


def checked(settings: Iterable[tuple[str, str]]) -> Checked:
    """(does the right code pass, {bug: clinic.Result}) of a design, its settings in pairs."""
    case = case_of(dict(settings))
    right = case.result().passed
    found = {}
    for name in bugs.BUGS:
        with bugs.planted(name):
            found[name] = case.result()
    return right, found


class DesignTale(MapTale):
    """What a design finds of all planted bugs."""

    def __init__(
        self, design: dict[str, str], right: bool, found: dict[str, Result], hidden: bool
    ) -> None:
        self.design, self.right, self.found, self.hidden = design, right, found, hidden
        self.survivors = [name for name, result in found.items() if result.passed]

    def page(self) -> Page:
        labels = {name: LABELS.get(name, name) for name in CHOICES}
        controls = "".join(choice(name, labels[name], CHOICES[name]) for name in CHOICES)
        return Page(
            "Which bugs does your gradient check let live?",
            [("", [part("table")])],
            controls + button("reset", "Reset"),
            {"table": self.table()},
            self.design | {"predict": self.hidden},
            [self.say()],
        )

    def say(self) -> str:
        """The sentence of the page."""
        if self.hidden:
            return "What this design finds is hidden."
        all_, living = len(self.found), self.survivors
        say = f"This design finds {all_ - len(living)} of {all_} planted bugs"
        say += f"; {len(living)} live: {', '.join(living)}." if living else "."
        if self.right:
            return say + " The right code passes."
        return say + " But the right code fails, too: that is noise or a kink."

    def table(self) -> str:
        """One row for each bug, as HTML."""
        words = ("bug", "verdict", "largest r")  # (7.8); narrow, for a phone
        head = "".join(f'<th scope="col" {LEFT}>{word}</th>' for word in words)
        rows = ""
        for name, result in self.found.items():
            verdict, size = ("?", "") if self.hidden else judged(result)
            cells = f"<td {LEFT}>{verdict}</td><td {LEFT}>{size}</td>"
            rows += f'<tr><th scope="row" {LEFT}>{escape(name)}</th>{cells}</tr>'
        return (
            f'<table class="mp-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )

    def question(self, name: str | None, place: Place | None) -> Question:
        all_, living = len(self.found), len(self.survivors)
        words = f"How many of the {all_} planted bugs does this design let live?"
        slips = {"those that are found are counted": all_ - living}
        return how_much(words, "the number of bugs that live", living, slips)


def judged(result: Result) -> tuple[str, str]:
    """(verdict, size of the error) of a clinic.Result, as HTML."""
    worst, error = max(result.errors.items(), key=lambda entry: entry[1])
    if result.passed:
        return "<b>lives</b>", "below 1e-6"
    return f"found in {escape(worst)}", "does not fit" if np.isinf(error) else f"{error:.2g}"


class GradientCheckLab(Canvas):
    """The settings of a gradient check, and what it finds of all planted bugs."""

    name = "gradient_check_lab"

    def __init__(self, **design: Any) -> None:
        self._checked = lru_cache(32)(checked)  # predicting changes no design
        super().__init__(State(options=START | offered(design)))

    def _tale(self, state):
        design = offered(state.options)
        return DesignTale(design, *self._checked(tuple(design.items())), bool(state.hidden))

    def set(self, **design: Any) -> None:
        """Change settings: set(upstream="ones", stride=1).

        Raises ValueError, and changes nothing, for what is not offered.
        """
        super().set(**offered(design))

    @property
    def survivors(self) -> list[str]:
        """The names of the bugs that this design lets live."""
        return list(self._drawn.tale.survivors)


def gradient_check_lab(*, predict: bool = False, **design: Any) -> GradientCheckLab:
    """Lesson 07: design a gradient check and see which of the planted bugs survive it.

    design: upstream, activator, batch, image, channels_filters, kernel, stride, padding, epsilon,
    dtype, compared; what each may be stands in the page. Default: random upstream, ReLU, a batch of
    two 7x5 images with 3 channels, two 3x2 filters, stride 2, padding 1, epsilon 1e-5, float64,
    every gradient. Drive it: lab.set(upstream="ones"), lab.survivors, print(lab.sentence);
    lab.predict() hides the verdicts and asks how many live, lab.guess(2) answers; predict=True asks
    from the first frame on. There are no
    cells to point at and no steps to play: a design is one table. Raises ValueError for a setting
    that is not offered.
    """
    return GradientCheckLab(**design).asking(predict)


def example() -> GradientCheckLab:
    """A weak check: nothing but ones from above, and only the weights compared."""
    return gradient_check_lab(upstream="ones", compared="weights only")
