"""labs: try a kernel on real images (level 6)."""

from functools import lru_cache, partial
from html import escape

import numpy as np

from cnnlib import datasets, ops, reference
from cnnlib.views.explorers.canvas import Canvas, Page, button, choice, entries, part, switch, typed
from cnnlib.views.explorers.tale import code_of
from cnnlib.views.maps import Stack, number, reach
from cnnlib.views.words import factor

PRESETS = {
    "left-right edges": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "top-bottom edges": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "all edges": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "blur": np.full((3, 3), 1 / 9),
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "relief": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "one pixel to the left": [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    "nothing": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
OWN = "your own"
SIGNS = ("negative", "0", "positive")
MONO = "flex:1 1 20em;min-height:7.5em;font-family:monospace;white-space:pre-wrap"
CODE = "in code: " + escape(code_of(reference.conv2d)[0][-1].strip())


def convolved(images, kernel):
    """net (n, H, W) of images (n, H, W) with one 3x3 kernel, padding 1, stride 1, bias 0 (eq.
    1.1)."""
    return ops.conv2d(images[:, None], kernel[None, None], [0.0], 1, 1)[:, 0]


seen_through = lru_cache(16)(partial(reach, kernel=3, padding=1))


class KernelLab(Canvas):
    """One editable 3x3 kernel, and what it makes of a photograph and of six digits."""

    name = "kernel_lab"

    def __init__(self, kernel, image, digits):
        self._image, self._digits, self._start, self._relu = image[None], digits, kernel, False
        self._set_kernel(kernel)
        super().__init__()

    def _set_kernel(self, kernel):
        if isinstance(kernel, str) and kernel not in PRESETS:
            raise ValueError(f"{kernel!r} is no preset; {', '.join(PRESETS)} are")
        self._kernel = np.array(PRESETS[kernel] if isinstance(kernel, str) else kernel, float)
        if self._kernel.shape != (3, 3) or not np.isfinite(self._kernel).all():
            raise ValueError(f"kernel has shape {self._kernel.shape}, wanted 3x3 finite numbers")

    def preset(self, name):
        """Take one of the ready kernels, by name."""
        self._set_kernel(name)
        self._draw()

    def edit(self, name, i, j, value):
        """Put a number into the kernel: edit("w", 0, 2, 5.0)."""
        if name != "w" or not (0 <= i < 3 and 0 <= j < 3) or not np.isfinite(value):
            raise ValueError(
                f"{name}[{i}, {j}] = {value} cannot be set; w[0, 0] to w[2, 2] can, to a finite number"
            )
        self._kernel[i, j] = value
        self._draw()

    def relu(self, on=True):
        """Show out = relu(net) in place of net, or net again."""
        self._relu = bool(on)
        self._draw()

    def reset(self):
        """Bring the first kernel back, without ReLU."""
        self._relu = False
        self._set_kernel(self._start)
        self._draw()

    def do_preset(self, value):
        self.preset(value) if value != OWN else self._draw()

    def do_relu(self, value):
        self.relu(value)

    def do_reset(self):
        self.reset()

    def do_entry(self, at, value, by=0):
        i, j = (int(k) for k in at.split(","))
        kept = number(self._kernel[i, j])
        self.edit("w", i, j, typed(value, f"w[{i}, {j}] stays {kept}.") + by)

    def _preset_name(self):
        return next((name for name, k in PRESETS.items() if np.array_equal(k, self._kernel)), OWN)

    def _shown(self, kernel):
        """{name of its stack: net, or out = relu(net)} of the photograph and of the digits."""
        made = {"": convolved(self._image, kernel), "digit_": convolved(self._digits, kernel)}
        return {
            before + self._word: np.maximum(a, 0) if self._relu else a for before, a in made.items()
        }

    @property
    def _word(self):
        return "out" if self._relu else "net"

    def _page(self):
        word, self._made = self._word, self._shown(self._kernel)
        note = "relu(net), padding 1, stride 1" if self._relu else "padding 1, stride 1, bias 0"
        photo, small = (a * np.nan if self._asking else a for a in self._made.values())
        rows = [
            ("", [entries("entry", "w", self._kernel), part("formula", style=MONO)]),
            ("", [
                Stack("photograph", self._image, "photograph x", "grey from 0 to 1", kind="plain", zoom=4),
                Stack(word, photo, word, note, zoom=4, windows={"photograph": seen_through(self._image.shape[1:])}),
                Stack("digits", self._digits, "digit x", "scans, from 0 to 1", kind="plain", columns=3, zoom=9),
                Stack(f"digit_{word}", small, f"digit {word}", note, columns=3, zoom=9, same_map=True,
                      windows={"digits": seen_through(self._digits.shape[1:])}),
            ]),
        ]  # fmt: skip
        controls = (
            choice("preset", "kernel", [*PRESETS, OWN])
            + switch("relu", "ReLU")
            + button("reset", "Reset")
        )
        values = {f"entry:{i},{j}": number(v) for (i, j), v in np.ndenumerate(self._kernel)}
        values |= {"preset": self._preset_name(), "relu": self._relu, "predict": self._asking}
        parts = {"formula": self._formula()}
        return Page(
            "What does a kernel see?", rows, controls, parts, values, [self._say(self._made[word])]
        )

    def _say(self, made):
        total = self._kernel.sum()
        start = f"The kernel “{self._preset_name()}” adds up to {number(total)}, "
        if self._asking:
            return f"{start}and what it makes of the images is hidden."
        return (
            f"{start}so a flat part of grey 0.5 gives {number(total / 2)}; "
            f"{self._word} of the photograph runs from {number(made.min())} to {number(made.max())}."
        )

    def _asked(self):
        """(stack, place) of the picked cell of net, or where the photograph's net is strongest;
        None if not wanted."""
        name, place = self.picked
        if name in self._made or not self._asking:
            return name, place
        return self._word, np.unravel_index(
            np.abs(self._made[self._word]).argmax(), self._image.shape
        )

    def _formula(self):
        """The nine products of a cell, each tied to its cell of the image and its entry of the
        kernel."""
        name, place = self._asked()
        if name not in self._made:
            return f"Pick a cell of {self._word}: its nine products appear here."
        (n, i, j), images = place, self._image if name == self._word else self._digits
        source, padded = "photograph" if name == self._word else "digits", np.pad(images[n], 1)
        terms = []
        for (u, v), w in np.ndenumerate(self._kernel):
            y, x = i + u - 1, j + v - 1
            inside = 0 <= y < images.shape[1] and 0 <= x < images.shape[2]
            cells = f"entry:{u},{v}" + (f" {source}:{n},{y},{x}" if inside else "")
            terms.append((f"{factor(w)}·{number(padded[y + 1, x + 1])}", cells))
        wide = max(len(text) for text, _ in terms)
        spans = [
            f'{" " * (wide - len(text))}<span data-cells="{cells}">{text}</span>'
            for text, cells in terms
        ]
        net = float((self._kernel * padded[i : i + 3, j : j + 3]).sum())
        end = (
            "?"
            if self._asking
            else f"{number(net)}{f'; relu makes it {number(max(net, 0))}' if self._relu else ''}"
        )
        lines = "\n  + ".join(" + ".join(spans[k : k + 3]) for k in (0, 3, 6))
        return f"net[{i}, {j}] =\n    {lines}\n  = {end}\n{CODE}"

    def _question(self):
        _, (_, i, j) = self._asked()
        return (
            f"Is {self._word}[{i}, {j}] negative, 0 or positive? Its products stand below.",
            SIGNS,
        )

    def _judge(self, guess):
        if guess not in SIGNS:
            raise ValueError(f"{guess!r} is no answer here; {', '.join(SIGNS)} are")
        name, place = self._asked()
        value = self._made[name][place]
        sign, turned = (
            SIGNS[int(np.sign(v)) + 1]
            for v in (value, self._shown(self._kernel[::-1, ::-1])[name][place])
        )
        if guess == sign:
            return True, f"Right: {self._word} is {number(value)} there."
        slip = (
            "through relu nothing is negative"
            if self._relu and guess == SIGNS[0]
            else "add up the nine products"
        )
        return (
            False,
            f"Not yet: {'that is the kernel rotated, true convolution' if guess == turned else slip}.",
        )


def kernel_lab(kernel="left-right edges", image=None, digits=None):
    """Lesson 01: edit a 3x3 kernel or take a preset, and watch what it makes of a photograph and of
    real digits.

    kernel: the name of a preset, or 3x3 numbers. image (H, W), default a photograph of 64x64
    numbers; digits (n, H, W), default six held-out digits; numbers from 0 to 1. Drive it:
    lab.preset("blur"), lab.edit("w", 0, 2, 5.0), lab.select("net", 3, 5), lab.relu(),
    print(lab.sentence); lab.predict() hides net and asks for a sign, lab.guess("negative") answers.
    Nothing is played: the reader makes the steps. Raises ValueError for an unknown preset and for
    arrays that do not fit.
    """
    if image is None:
        image = ops.mean_pool2d(datasets.photograph()[None, None], 2, 2)[0, 0]
    digits = datasets.digits().test_x[:6, 0] if digits is None else np.asarray(digits, float)
    image = np.asarray(image, float)
    if image.ndim != 2 or digits.ndim != 3:
        raise ValueError(
            f"image has shape {image.shape}, digits {digits.shape}, wanted (H, W) and (n, H, W)"
        )
    return KernelLab(kernel, image, digits)
