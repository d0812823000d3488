"""checks: design a gradient check and see which planted bugs live; look one bug in the face (level 6)."""
from html import escape

import numpy as np

from cnnlib import activations, bugs, gradient_check, layers, network, reference
from cnnlib.views.explorers.canvas import Canvas, Page, button, choice, part
from cnnlib.views.explorers.network import as_maps
from cnnlib.views.maps import Stack, number

PASS = 1e-6
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


def _two(text, by):
    return tuple(int(k) for k in text.split(by))


def _upstream(rng, shape, how):
    return np.ones(shape) if how == "ones" else rng.standard_normal(shape)


class Case:
    """The arrays of one design, and each gradient twice: numeric once, analytic as often as a bug is planted."""

    def __init__(self, design):
        d, rng = design, np.random.default_rng(7)
        self.design, self.dtype, self.N = d, np.dtype(d["dtype"]), int(d["batch"])
        C, F = _two(d["channels_filters"], ", ")
        (H, W), (K_H, K_W) = _two(d["image"], "x"), _two(d["kernel"], "x")
        activator = activations.ReluActivator() if d["activator"] == "relu" else activations.IdentityActivator()
        stride, padding = int(d["stride"]), int(d["padding"])
        self.conv = layers.ConvLayer(W, H, C, K_W, K_H, F, padding, stride, activator, 0.1, rng=rng, dtype=self.dtype)
        self.conv.bias = rng.standard_normal(F)
        self.pool = layers.MaxPoolingLayer(W, H, C, 3, 3, stride)
        self.x = rng.standard_normal((self.N, C, H, W)).astype(self.dtype)
        self.up = _upstream(rng, self.conv.forward(self.x).shape, d["upstream"]).astype(self.dtype)
        self.pool_up = _upstream(rng, self.pool.forward(self.x).shape, d["upstream"]).astype(self.dtype)
        self.scores, self.labels = rng.standard_normal((self.N, 4)).astype(self.dtype), np.arange(self.N)
        self.numeric = self._numeric()

    def _error(self, layer, up):
        return lambda x: float((layer.forward(self.x) * up).sum()) / self.N

    def _numeric(self):
        """Every gradient by central differences of E = sum(upstream * out) / N; of the loss for the scores."""
        conv, pool = self._error(self.conv, self.up), self._error(self.pool, self.pool_up)
        over = {"grad_w": (conv, self.conv.weights)}
        if self.design["compared"] == "everything":
            over |= {"grad_b": (conv, self.conv.bias), "grad_x": (conv, self.x), "pool grad_x": (pool, self.x)}
            over["grad_scores"] = (lambda s: network.softmax_cross_entropy(s, self.labels)[0], self.scores)
        step = float(self.design["epsilon"])
        return {name: gradient_check.numerical_gradient(f, q, step) for name, (f, q) in over.items()}

    def analytic(self):
        """The same gradients by the backward passes, with whatever bug is planted now; 1/N once, in the upstream."""
        self.conv.forward(self.x)
        found = {"grad_x": self.conv.backward(self.up / self.N)}
        found |= {"grad_w": self.conv.weights_grad.copy(), "grad_b": self.conv.bias_grad.copy()}
        self.pool.forward(self.x)
        found["pool grad_x"] = self.pool.backward(self.pool_up / self.N)
        found["grad_scores"] = network.softmax_cross_entropy(self.scores, self.labels)[1]
        return {name: found[name] for name in self.numeric}

    def errors(self):
        """{gradient: largest relative error}; inf for another shape, and for code that refuses to run."""
        try:
            found = self.analytic()
        except (ValueError, IndexError):  # a bug may well make shapes that fit nowhere: that is found at once
            return {"shapes": float("inf")}
        cut = slice(1) if self.design["compared"].startswith("first") else slice(None)
        return {name: _apart(found[name], n, cut) for name, n in self.numeric.items()}


def _apart(a, n, cut):
    return gradient_check.relative_error(a[cut], n[cut]) if a.shape == n.shape else float("inf")


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
        case = Case(self._design)
        self._right = max(case.errors().values())
        self._found = {}
        for name in bugs.BUGS:
            with bugs.planted(name):
                self._found[name] = case.errors()

    def set(self, **design):
        """Change settings: set(upstream="ones", stride=1). Raises ValueError for what is not offered."""
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
        return [name for name, errors in self._found.items() if max(errors.values()) < PASS]

    def _page(self):
        controls = "".join(choice(name, LABELS.get(name, name), values) for name, values in CHOICES.items())
        say = f"This design finds {len(self._found) - len(self.survivors)} of {len(self._found)} planted bugs"
        say += f"; {len(self.survivors)} live: {', '.join(self.survivors)}." if self.survivors else "."
        failed = "But the right code fails, too: that error is noise or a kink."
        say += " The right code passes." if self._right < PASS else " " + failed
        return Page("Which bugs does your gradient check let live?", [("", [part("table")])],
                    controls + button("reset", "Reset"), {"table": self._table()}, self._design, [say])  # fmt: skip

    def _table(self):
        rows = ""
        for name, errors in self._found.items():
            worst = max(errors, key=errors.get)
            lives = errors[worst] < PASS
            size = "below 1e-6" if lives else "does not fit" if np.isinf(errors[worst]) else f"{errors[worst]:.2g}"
            verdict = "<b>lives</b>" if lives else f"found in {escape(worst)}"
            cells = f"<td {LEFT}>{verdict}</td><td {LEFT}>{size}</td>"
            rows += f'<tr><th scope="row" {LEFT}>{escape(name)}</th>{cells}</tr>'
        words = ("bug", "verdict", "largest relative error")
        head = "".join(f'<th scope="col" {LEFT}>{word}</th>' for word in words)
        return f'<table class="mp-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def gradient_check_lab(**design):
    """Lesson 07: design a gradient check and see which of the planted bugs survive it.

    design: upstream, activator, batch, image, channels_filters, kernel, stride, padding, epsilon, dtype, compared;
    what each may be stands in the page. Default: random upstream, ReLU, a batch of two 7x5 images with 3 channels,
    two 3x2 filters, stride 2, padding 1, epsilon 1e-5, float64, every gradient. Drive it: lab.set(upstream="ones"),
    lab.survivors, print(lab.sentence). Raises ValueError for a setting that is not offered.
    """
    return GradientCheckLab(**design)


WARD = START | {"kernel": "3x3", "channels_filters": "2, 2", "stride": "1"}
TIES = np.array([[[[1.0, -1, 2], [1, -1, 2], [1, -2, 2]]]]).clip(0)  # relu(net) of lesson 05: a tie in every window


class BugClinic(Canvas):
    """One planted bug: its gradient, the numeric one, and the distance between them, entry by entry."""

    name = "bug_clinic"

    def __init__(self, bug):
        self._cases = [Case(WARD | change) for change in ({}, {"stride": "2", "padding": "0"})]
        self.choose(bug, draw=False)
        super().__init__()

    def choose(self, bug, draw=True):
        """Take another patient, by the bug's name."""
        if bug not in bugs.BUGS:
            raise ValueError(f"{bug!r} is no bug here; {', '.join(bugs.BUGS)} are")
        self._bug, self._shown = bug, self._sick(bug)
        if draw:
            self._draw()

    def do_bug(self, value):
        self.choose(value)

    def _sick(self, bug):
        """(gradient, analytic, numeric) where the bug hurts most: by differences, or by hand where cells tie."""
        best = ("grad_w", None, None, -1.0)
        for case in self._cases:
            right = case.analytic()
            with bugs.planted(bug):
                try:
                    found = case.analytic()
                except (ValueError, IndexError):  # shapes that fit nowhere cannot be drawn; the other case may fit
                    continue
            for name, numeric in case.numeric.items():
                error = float(np.abs(found[name] - right[name]).max()) if found[name].shape == numeric.shape else -1
                if error > best[3]:
                    best = (name, found[name], numeric, error)
        return best[:3] if best[3] > PASS else self._tied(bug)

    def _tied(self, bug):
        """Max pooling 2x2, stride 1, on cells that tie: no difference quotient there, so the loops are the judge."""
        pool, grad_out = layers.MaxPoolingLayer(3, 3, 1, 2, 2, 1), np.array([[[[1.0, 2], [3, 4]]]])
        with bugs.planted(bug):
            pool.forward(TIES)
            found = pool.backward(grad_out)
        winners = reference.max_pool2d(TIES[0], 2, 1)[1]
        return "pool grad_x with ties", found, reference.max_pool2d_grad_x(grad_out[0], winners, (3, 3), 2, 1)[None]

    def _page(self):
        name, found, judge = self._shown
        by = "by hand" if "ties" in name else "numeric"
        away, top = np.abs(found - judge), max(np.abs(found).max(), np.abs(judge).max())
        prefix = ()
        if np.ndim(found) == 4:
            prefix = tuple(f"{n}, {c}, " for n in range(found.shape[0]) for c in range(found.shape[1]))
        zoom = 22 if as_maps(found).shape[0] <= 4 else 12
        both = {"scale": top, "columns": 4, "zoom": zoom, "names": prefix}
        rows = [
            ("", [part("what", style="max-width:60em")]),
            ("", [Stack("away", as_maps(away), f"|analytic − {by}|", kind="heat", **both | {"scale": None}),
                  Stack("analytic", as_maps(found), "analytic", name, **both),
                  Stack("judge", as_maps(judge), by, name, **both)]),
        ]  # fmt: skip
        return Page("Where does it hurt?", rows, choice("bug", "patient", bugs.BUGS), {"what": self._words()},
                    {"bug": self._bug}, [self._say(name, away, by)])  # fmt: skip

    def _words(self):
        bug = bugs.BUGS[self._bug]
        return f"{escape(bug.what)}<br>{escape(bug.symptom)}"

    def _say(self, name, away, by):
        wrong, worst = int((away > PASS).sum()), number(float(f"{away.max():.2g}"))
        return f"{self._bug}: {wrong} of {away.size} entries of {name} are wrong, the worst by {worst}, judged {by}."


def bug_clinic(bug=None):
    """Lesson 07: one planted bug as a heat map of |analytic - numeric|, the numbers under the pointer.

    bug: a name of cnnlib.bugs.BUGS, default the first. Batch of two 7x5 images, 2 channels, two 3x3 filters, ReLU.
    Drive it: ward.choose("stride ignored backward"), ward.select("away", 0, 1, 2), print(ward.sentence).
    Raises ValueError for an unknown bug.
    """
    return BugClinic(next(iter(bugs.BUGS)) if bug is None else bug)
