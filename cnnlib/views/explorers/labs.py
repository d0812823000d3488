"""labs: try a kernel on real images, try a gradient check on planted bugs, look a bug in the face (level 6)."""
from functools import lru_cache, partial
from html import escape

import numpy as np

from cnnlib import datasets, ops
from cnnlib.views.explorers.canvas import Canvas, Page, button, choice, entries, part, switch
from cnnlib.views.maps import Stack, number, reach

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
MONO = "flex:1 1 20em;font-family:monospace;white-space:pre-wrap"


def typed(text, by, name, kept):
    """The number in a reader's text, plus `by`; ValueError in words that name what stays."""
    try:
        value = float(str(text).replace("\N{MINUS SIGN}", "-").replace(",", ".")) + by
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ValueError(f"“{text}” is not a number; {name} stays {number(kept)}.")
    return value


def convolved(images, kernel):
    """net (n, H, W) of images (n, H, W) with one 3x3 kernel, padding 1, stride 1, bias 0 (eq. 1.1)."""
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
            raise ValueError(f"{name}[{i}, {j}] = {value} cannot be set; w[0, 0] to w[2, 2] can, to a finite number")
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
        self.edit("w", i, j, typed(value, by, f"w[{i}, {j}]", self._kernel[i, j]))

    def _preset_name(self):
        return next((name for name, k in PRESETS.items() if np.array_equal(k, self._kernel)), OWN)

    def _page(self):
        shown, word = (np.maximum, "out") if self._relu else (lambda net, zero: net, "net")
        net, small = (shown(convolved(images, self._kernel), 0) for images in (self._image, self._digits))
        self._net = {"photograph": self._image, "digits": self._digits}
        H, W = self._image.shape[1:]
        note = "out = relu(net)" if self._relu else "net, padding 1, stride 1"
        rows = [
            ("", [entries("entry", "w", self._kernel), part("formula", style=MONO)]),
            ("A photograph", [
                Stack("photograph", self._image, "x", kind="plain", zoom=4),
                Stack(word, net, word, note, zoom=4, windows={"photograph": seen_through((H, W))}),
            ]),
            ("Six digits", [
                Stack("digits", self._digits, "digit", kind="plain", columns=3, zoom=9),
                Stack(f"digit_{word}", small, f"digit {word}", note, columns=3, zoom=9, same_map=True,
                      windows={"digits": seen_through(self._digits.shape[1:])}),
            ]),
        ]  # fmt: skip
        controls = choice("preset", "kernel", [*PRESETS, OWN]) + switch("relu", "ReLU") + button("reset", "Reset")
        values = {f"entry:{i},{j}": number(v) for (i, j), v in np.ndenumerate(self._kernel)}
        return Page("What does a kernel see?", rows, controls, {"formula": self._formula(word)},
                    values | {"preset": self._preset_name(), "relu": self._relu}, [self._say(word, net)])  # fmt: skip

    def _say(self, word, net):
        total = self._kernel.sum()
        return (
            f"The kernel “{self._preset_name()}” adds up to {number(total)}, "
            f"so a flat part of grey 0.5 gives {number(total / 2)}; "
            f"{word} of the photograph runs from {number(net.min())} to {number(net.max())}."
        )

    def _formula(self, word):
        """The nine products of the picked cell."""
        name, place = self.picked
        if name not in (word, f"digit_{word}"):
            return f"Pick a cell of {word}: its nine products appear here."
        n, i, j = place
        padded = np.pad((self._image if name == word else self._digits)[n], 1)[i : i + 3, j : j + 3]
        terms = [f"{_factor(w)}·{number(v)}" for w, v in zip(self._kernel.flat, padded.flat, strict=True)]
        products = "\n  + ".join(" + ".join(terms[k : k + 3]) for k in (0, 3, 6))
        net = float((self._kernel * padded).sum())
        relu = f"; relu makes it {number(max(net, 0))}" if self._relu else ""
        return f"{word if not self._relu else 'net'}[{i}, {j}] =\n    {escape(products)}\n  = {number(net)}{relu}"


def _factor(value):
    return f"({number(value)})" if value < 0 else number(value)


def kernel_lab(kernel="left-right edges", image=None, digits=None):
    """Lesson 01: edit a 3x3 kernel or take a preset, and watch what it makes of a photograph and of real digits.

    kernel: the name of a preset, or 3x3 numbers. image (H, W), default a photograph of 64x64 numbers; digits
    (n, H, W), default six held-out digits; numbers from 0 to 1. Drive it: lab.preset("blur"),
    lab.edit("w", 0, 2, 5.0), lab.relu(), lab.select("net", 3, 5), print(lab.sentence).
    Raises ValueError for an unknown preset and for arrays that do not fit.
    """
    if image is None:
        image = ops.mean_pool2d(datasets.photograph()[None, None], 2, 2)[0, 0]
    digits = datasets.digits().test_x[:6, 0] if digits is None else np.asarray(digits, float)
    image = np.asarray(image, float)
    if image.ndim != 2 or digits.ndim != 3:
        raise ValueError(f"image has shape {image.shape}, digits {digits.shape}, wanted (H, W) and (n, H, W)")
    return KernelLab(kernel, image, digits)
