"""checks: design a gradient check and see which planted bugs live; look one bug in the face (level
6)."""

from html import escape

import numpy as np

from cnnlib import activations, layers, reference
from cnnlib.course import bugs, clinic
from cnnlib.views.explorers.canvas import Canvas, Page, button, choice, judged, part, typed
from cnnlib.views.explorers.layer_walk import as_maps
from cnnlib.views.maps import Stack, number

CHOICES = {
    "upstream": ("random", "ones"),
    "activator": ("relu", "identity"),
    "batch": ("2", "1"),
    "image": ("7x5", "6x6"),
    "channels_filters": ("3, 2", "2, 2", "1, 1"),
    "kernel": ("3x2", "3x3"),
    "stride": ("2", "1", "3"),
    "padding": ("1", "0", "2"),
    "epsilon": ("1e-5", "1e-1", "1e-3", "1e-7", "1e-9", "1e-11"),
    "dtype": ("float64", "float32"),
    "compared": ("everything", "weights only", "first filter's weights"),
}
LEFT = 'style="text-align:left"'
START = {name: values[0] for name, values in CHOICES.items()}
LABELS = {"channels_filters": "channels, filters", "dtype": "number type"}


def _case(settings):
    """The arrays of the design that the page's words describe."""
    d = settings
    channels, filters = map(int, d["channels_filters"].split(", "))
    sizes = {name: tuple(map(int, d[name].split("x"))) for name in ("image", "kernel")}
    activator = (
        activations.ReluActivator if d["activator"] == "relu" else activations.IdentityActivator
    )
    return clinic.Case(clinic.Design(
        **sizes, channels=channels, filters=filters, stride=int(d["stride"]), padding=int(d["padding"]),
        batch=int(d["batch"]), upstream=d["upstream"], activator=activator,
        epsilon=float(d["epsilon"]), dtype=d["dtype"],
        gradients=clinic.GRADIENTS if d["compared"] == "everything" else ("grad_w",),
        first_filter_only=d["compared"].startswith("first"),
    ))  # fmt: skip


class GradientCheckLab(Canvas):
    """The settings of a gradient check, and what it finds of all planted bugs."""

    name = "gradient_check_lab"

    def __init__(self, **design):
        self._design = dict(START)
        self._take(design)
        super().__init__()

    def _take(self, design):
        for name, value in design.items():
            if name not in CHOICES:
                raise ValueError(f"{name!r} is no setting; {', '.join(CHOICES)} are")
            if str(value) not in CHOICES[name]:
                raise ValueError(f"{name} is {value!r}, wanted one of {', '.join(CHOICES[name])}")
        self._design |= {name: str(value) for name, value in design.items()}
        case = _case(self._design)
        self._right = case.result().passed
        self._found = {}
        for name in bugs.BUGS:
            with bugs.planted(name):
                self._found[name] = case.result()

    def set(self, **design):
        """Change settings: set(upstream="ones", stride=1). Raises ValueError for what is not
        offered."""
        self._take(design)
        self._draw()

    def reset(self):
        """Back to the default design."""
        self.set(**START)

    def do_reset(self):
        self.reset()

    def __getattr__(self, name):
        if name.startswith("do_") and name[3:] in CHOICES:
            return lambda value: self.set(**{name[3:]: value})
        raise AttributeError(name)

    @property
    def survivors(self):
        """The names of the bugs that this design lets live."""
        return [name for name, result in self._found.items() if result.passed]

    def _page(self):
        controls = "".join(
            choice(name, LABELS.get(name, name), values) for name, values in CHOICES.items()
        )
        found, living = len(self._found) - len(self.survivors), self.survivors
        say = f"This design finds {found} of {len(self._found)} planted bugs"
        say += f"; {len(living)} live: {', '.join(living)}." if living else "."
        say += (
            " The right code passes."
            if self._right
            else " But the right code fails, too: that is noise or a kink."
        )
        say = "What this design finds is hidden." if self._asking else say
        return Page("Which bugs does your gradient check let live?", [("", [part("table")])],
                    controls + button("reset", "Reset"), {"table": self._table()},
                    self._design | {"predict": self._asking}, [say])  # fmt: skip

    def _table(self):
        rows = ""
        for name, result in self._found.items():
            worst, error = max(result.errors.items(), key=lambda entry: entry[1])
            size = (
                "below 1e-6"
                if result.passed
                else "does not fit"
                if np.isinf(error)
                else f"{error:.2g}"
            )
            verdict = "<b>lives</b>" if result.passed else f"found in {escape(worst)}"
            verdict, size = ("?", "") if self._asking else (verdict, size)
            cells = f"<td {LEFT}>{verdict}</td><td {LEFT}>{size}</td>"
            rows += f'<tr><th scope="row" {LEFT}>{escape(name)}</th>{cells}</tr>'
        words = ("bug", "verdict", "largest relative error")
        head = "".join(f'<th scope="col" {LEFT}>{word}</th>' for word in words)
        return (
            f'<table class="mp-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )

    def _question(self):
        return f"How many of the {len(self._found)} planted bugs does this design let live?", ()

    def _judge(self, guess):
        wrong = {"if those that are found are counted": len(self._found) - len(self.survivors)}
        return judged(typed(guess), len(self.survivors), "the number of bugs that live", wrong)


def gradient_check_lab(**design):
    """Lesson 07: design a gradient check and see which of the planted bugs survive it.

    design: upstream, activator, batch, image, channels_filters, kernel, stride, padding, epsilon,
    dtype, compared; what each may be stands in the page. Default: random upstream, ReLU, a batch of
    two 7x5 images with 3 channels, two 3x2 filters, stride 2, padding 1, epsilon 1e-5, float64,
    every gradient. Drive it: lab.set(upstream="ones"), lab.survivors, print(lab.sentence);
    lab.predict() hides the verdicts and asks how many live, lab.guess(2) answers. There are no
    cells to point at and no steps to play: a design is one table. Raises ValueError for a setting
    that is not offered.
    """
    return GradientCheckLab(**design)


WARD = START | {"kernel": "3x3", "channels_filters": "2, 2", "stride": "1"}
TIES = np.array([[[[1.0, -1, 2], [1, -1, 2], [1, -2, 2]]]]).clip(
    0
)  # relu(net) of lesson 05: a tie in every window


class BugClinic(Canvas):
    """One planted bug: its gradient, the numeric one, and the distance between them, entry by
    entry."""

    name = "bug_clinic"

    def __init__(self, bug):
        self._cases = [_case(WARD | change) for change in ({}, {"stride": "2", "padding": "0"})]
        self._bug, self._shown = self._examined(bug)
        super().__init__()

    def choose(self, bug):
        """Take another patient, by the bug's name."""
        self._bug, self._shown, self._asking = *self._examined(bug), False
        self._draw()

    def _examined(self, bug):
        if bug not in bugs.BUGS:
            raise ValueError(f"{bug!r} is no bug here; {', '.join(bugs.BUGS)} are")
        return bug, self._sick(bug)

    def predict(self, on=True):
        """Take a patient whose bug is not named, and ask for it; or name it."""
        names = list(bugs.BUGS)
        if on:
            self._bug, self._shown = self._examined(
                names[(names.index(self._bug) + 7) % len(names)]
            )
        super().predict(on)

    def _question(self):
        return "Which bug is it?", list(bugs.BUGS)

    def _judge(self, guess):
        _, (name, found, _) = self._examined(guess)
        if guess != self._bug and name == self._shown[0] and np.allclose(found, self._shown[1]):
            return True, f"Right: it gives the same numbers. This patient has “{self._bug}”."
        words = f"Not yet. With “{guess}”: {bugs.BUGS[guess].symptom}"
        return guess == self._bug, f"Right: {self._bug}." if guess == self._bug else words

    def do_bug(self, value):
        self.choose(value)

    def _sick(self, bug):
        """(gradient, analytic, numeric) where the bug hurts most: by differences, or by hand where
        cells tie."""
        best = ("grad_w", None, None, -1.0)
        for case in self._cases:
            right = case.analytic()
            with bugs.planted(bug):
                try:
                    found = case.analytic()
                except (
                    ValueError,
                    IndexError,
                ):  # shapes that fit nowhere cannot be drawn; the other case may fit
                    continue
            for name, numeric in case.numeric.items():
                error = (
                    float(np.abs(found[name] - right[name]).max())
                    if found[name].shape == numeric.shape
                    else -1
                )
                if error > best[3]:
                    best = (name, found[name], numeric, error)
        return best[:3] if best[3] > clinic.PASS else self._tied(bug)

    def _tied(self, bug):
        """Max pooling 2x2, stride 1, on cells that tie: no difference quotient there, so the loops
        are the judge."""
        pool, grad_out = layers.MaxPoolingLayer(3, 3, 1, 2, 2, 1), np.array([[[[1.0, 2], [3, 4]]]])
        with bugs.planted(bug):
            pool.forward(TIES)
            found = pool.backward(grad_out)
        winners = reference.max_pool2d(TIES[0], 2, 1)[1]
        return (
            "pool grad_x with ties",
            found,
            reference.max_pool2d_grad_x(grad_out[0], winners, (3, 3), 2, 1)[None],
        )

    def _page(self):
        name, found, judge = self._shown
        by = "right" if "ties" in name else "numeric"
        away, top, shape = (
            np.abs(found - judge),
            max(np.abs(found).max(), np.abs(judge).max()),
            np.shape(found),
        )
        names = tuple(f"{n}, {c}, " for n, c in np.ndindex(*shape[:2])) if len(shape) == 4 else ()
        both = {
            "scale": top,
            "columns": shape[1] if names else 4,
            "names": names,
            "zoom": 26 if shape[-1] < 4 else 18,
        }
        rows = [
            ("", [part("what", style="max-width:60em")]),
            ("", [Stack("away", as_maps(away), f"|analytic − {by}|", name, kind="heat", **both | {"scale": None}),
                  Stack("analytic", as_maps(found), "analytic", name, **both),
                  Stack("judge", as_maps(judge), by, name, **both)]),
        ]  # fmt: skip
        values = {"bug": "" if self._asking else self._bug, "predict": self._asking}
        return Page("Where does it hurt?", rows, choice("bug", "patient", bugs.BUGS), {"what": self._words()},
                    values, [self._say(name, away, by)])  # fmt: skip

    def _words(self):
        if self._asking:
            return "This patient’s bug is not named."
        bug = bugs.BUGS[self._bug]
        return f"{escape(bug.what)}<br>{escape(bug.symptom)}"

    def _say(self, name, away, by):
        wrong, worst = int((away > clinic.PASS).sum()), number(float(f"{away.max():.2g}"))
        bug = "A bug" if self._asking else self._bug
        return f"{bug}: {wrong} of {away.size} entries of {name} differ from the {by} gradient, the worst by {worst}."


def bug_clinic(bug=None):
    """Lesson 07: one planted bug as a heat map of |analytic - numeric|, the numbers under the
    pointer.

    bug: a name of cnnlib.bugs.BUGS, default the first. Batch of two 7x5 images, 2 channels, two 3x3
    filters, ReLU. Drive it: ward.choose("stride ignored backward"), ward.select("away", 0, 1, 2),
    print(ward.sentence); ward.predict() takes a patient without a name, ward.guess("bias mean for
    sum") answers. Nothing is edited or played. Raises ValueError for an unknown bug.
    """
    return BugClinic(next(iter(bugs.BUGS)) if bug is None else bug)
