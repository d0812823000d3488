"""kernel_lab: try a kernel on real images (level 6)."""

from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import datasets, ops, reference
from cnnlib.arguments import Pair
from cnnlib.geometry import Geometry
from cnnlib.typed import read
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, Rows
from cnnlib.views.explorers.controls import button, choice, entries, part, switch
from cnnlib.views.explorers.given import kernel_3x3, pictures
from cnnlib.views.explorers.questions import Question, how_much
from cnnlib.views.explorers.tale import code_of
from cnnlib.views.links import coloured
from cnnlib.views.maps import Spans, Stack, number, reach
from cnnlib.views.words import Arrays, Options, Place, Typed, factor

PRESETS: dict[str, ArrayLike] = {
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
ROUNDING = 1e-9  # a blur of white may be a last digit brighter than white
MONO = "flex:1 1 20em;min-height:7.5em;font-family:monospace;white-space:pre-wrap"
CODE = "in code: " + escape(code_of(reference.conv2d)[0][-1].strip())


@lru_cache(16)
def seen_through(size: Pair) -> tuple[Spans, Spans]:
    """What each place of net sees of images of this size, for a Stack's windows."""
    return reach(Geometry(size, 3, padding=1))


def convolved(images: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Eq. 1.1: net (n, H, W) of images (n, H, W) with one 3x3 kernel, padding 1, stride 1, bias
    0."""
    return ops.conv2d(images[:, None], kernel[None, None], [0.0], 1, 1)[:, 0]


def name_of_kernel(kernel: np.ndarray) -> str:
    """The name of the preset that a kernel is."""
    return next((name for name, k in PRESETS.items() if np.array_equal(k, kernel)), OWN)


def product(image: np.ndarray, kernel: np.ndarray, i: int, j: int) -> float:
    """net[i, j] of an image (H, W): the sum of nine products, padding 1."""
    return float((kernel * np.pad(image, 1)[i : i + 3, j : j + 3]).sum())


def slips_of(image: np.ndarray, kernel: np.ndarray, i: int, j: int) -> dict[str, float]:
    """{what was done: the net[i, j] that comes out}, in words that follow "when"."""
    inner = np.pad(image, 1)[i + 1 : i + 4, j + 1 : j + 4]
    return {
        "the kernel is rotated by 180°, true convolution": product(image, kernel[::-1, ::-1], i, j),
        "rows and columns of the kernel are exchanged": product(image, kernel.T, i, j),
        "the cell itself is the window’s first cell": float(
            (kernel[: len(inner), : inner.shape[1]] * inner).sum()
        ),
        "the nine products are averaged": product(image, kernel, i, j) / 9,
        "the nine numbers of x are added without the kernel": product(
            image, np.ones_like(kernel), i, j
        ),
    }


class KernelTale(MapTale):
    """What one kernel makes of a photograph (1, H, W) and of digits (n, H, W)."""

    def __init__(
        self,
        photograph: np.ndarray,
        digits: np.ndarray,
        kernel: ArrayLike,
        relu: bool,
        hidden: bool,
    ) -> None:
        if not isinstance(relu, (bool, np.bool_)):
            raise TypeError(f"relu is {relu!r}, wanted True or False")
        self.images = {"photograph": photograph, "digits": digits}
        self.kernel, self.relu, self.hidden = checked(kernel), relu, hidden
        self.word = "out" if relu else "net"
        self.sources = {self.word: "photograph", f"digit_{self.word}": "digits"}
        self.made = self.through(self.kernel)

    def through(self, kernel: np.ndarray) -> Arrays:
        """{name of its stack: net, or out = relu(net)} of the photograph and of the digits."""
        nets: Options = {
            name: convolved(self.images[source], kernel) for name, source in self.sources.items()
        }
        return {name: np.maximum(net, 0) if self.relu else net for name, net in nets.items()}

    def page(self) -> Page:
        rows: Rows = [
            ("", [entries("entry", "w", self.kernel), part("formula", style=MONO)]),
            ("", self.stacks()),
        ]
        controls = choice("preset", "kernel", [*PRESETS, OWN])
        controls += switch("relu", "ReLU") + button("reset", "Reset")
        values: dict[str, Any] = {
            f"entry:{i},{j}": number(v) for (i, j), v in np.ndenumerate(self.kernel)
        }
        values |= {
            "preset": name_of_kernel(self.kernel),
            "relu": bool(self.relu),
            "predict": self.hidden,
        }
        return Page("What does a kernel see?", rows, controls, {}, values, [self.say()])

    def stacks(self) -> list[Stack]:
        """Each image beside what the kernel makes of it."""
        large: Options = {"zoom": 4}
        tiny: Options = {"zoom": 9, "columns": 3, "same_map": True}
        photo, digits = self.images.values()
        looks = large | self.grey(photo, photo), tiny | self.grey(digits, digits)
        net, digit_net = self.sources
        return [
            Stack("photograph", photo, "photograph x", "grey from 0 to 1", **looks[0]),
            self.seen(net, self.word, large),
            Stack("digits", digits, "digit x", "scans, from 0 to 1", **looks[1]),
            self.seen(digit_net, f"digit {self.word}", tiny),
        ]

    def seen(self, name: str, label: str, look: Options) -> Stack:
        """The Stack of what the kernel makes of one image; while it is asked for, no number of it,
        and no window that tells."""
        source, made = self.sources[name], self.made[name]
        note = "relu(net), padding 1, stride 1" if self.relu else "padding 1, stride 1, bias 0"
        if self.hidden:
            return Stack(name, made * np.nan, label, note, **look)
        image = self.images[source]
        windows = {source: seen_through(image.shape[1:])}
        return Stack(name, made, label, note, windows=windows, **look | self.grey(made, image))

    def grey(self, made: np.ndarray, image: np.ndarray) -> Options:
        """How a Stack paints what is made of an image.

        Grey as the image itself where it stays in its range, from 0 to its largest number; else in
        the signed colours.
        """
        top = max(float(image.max()), 0.0)
        inside = made.min() >= -ROUNDING * top and made.max() <= (1 + ROUNDING) * top
        return {"kind": "plain", "scale": top} if top and inside else {}

    def say(self) -> str:
        """The sentence of the page."""
        made, total = self.made[self.word], self.kernel.sum()
        name = name_of_kernel(self.kernel)
        start = f"“{name}” adds up to {number(total)}, "
        if self.hidden:
            return f"{start}and what it makes of the images is hidden."
        return (
            f"{start}so flat grey 0.5 gives {number(total / 2)}; {self.word} of the"
            f" photograph runs from {number(made.min())} to {number(made.max())}."
        )

    def asked(self, name: str | None, place: Place | None) -> tuple[str, Place]:
        """(stack, place) that is asked for: the picked cell of net, or where the photograph's net
        is strongest."""
        if name in self.made and place is not None:
            return name, place
        net = self.made[self.word]
        return self.word, tuple(map(int, np.unravel_index(np.abs(net).argmax(), net.shape)))

    def formula(self, name: str | None, place: Place | None, at: int) -> str:
        """The nine products of a cell, each tied to its cell of the image and its weight."""
        if self.hidden:
            return "The nine products appear here when the number is found."
        if place is None or name not in self.made:
            return f"Pick a cell of {self.word}: its nine products appear here."
        _, i, j = place
        terms = self.terms(name, place)
        wide = max(len(w) + len(x) for w, x, _ in terms)
        spans = [
            f'{" " * (wide - len(w) - len(x))}<span data-cells="{cells}">'
            f"{coloured(w, 'w')}·{coloured(x, 'x')}</span>"
            for w, x, cells in terms
        ]
        lines = "\n  + ".join(" + ".join(spans[k : k + 3]) for k in (0, 3, 6))
        return f"net[{i}, {j}] =\n    {lines}\n  = {self.total(name, place)}\n{CODE}"

    def terms(self, name: str, place: Place) -> list[tuple[str, str, str]]:
        """(weight, pixel, keys of both), nine times."""
        (n, i, j), source = place, self.sources[name]
        image, terms = self.images[source][n], []
        padded = np.pad(image, 1)
        for (u, v), w in np.ndenumerate(self.kernel):
            y, x = i + u - 1, j + v - 1
            cells = f"entry:{u},{v}"
            if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                cells += f" {source}:{n},{y},{x}"
            terms.append((factor(w), number(padded[y + 1, x + 1]), cells))
        return terms

    def total(self, name: str, place: Place) -> str:
        """What the nine products add up to, in words."""
        (n, i, j), images = place, self.images[self.sources[name]]
        net = product(images[n], self.kernel, i, j)
        return number(net) + (f"; relu makes it {number(max(net, 0))}" if self.relu else "")

    def question(self, name: str | None, place: Place | None) -> Question:
        name, place = self.asked(name, place)
        (n, i, j), source = place, self.sources[name]
        slips = slips_of(self.images[source][n], self.kernel, i, j)
        if self.relu:
            net = product(self.images[source][n], self.kernel, i, j)
            slips = {"relu is left out": net} | {k: max(v, 0.0) for k, v in slips.items()}
        of = f"{source[:-1]} {n}, " if source == "digits" else ""
        label = f"{self.word}[{i}, {j}]"
        words = f"How much is {label} of the {of or 'photograph, '}to four digits? x is at hand."
        return how_much(words, label, float(self.made[name][place]), slips)


class KernelLab(Canvas):
    """One editable 3x3 kernel, and what it makes of a photograph and of six digits."""

    name = "kernel_lab"

    def __init__(self, kernel: np.ndarray, image: np.ndarray, digits: np.ndarray) -> None:
        self._images = image[None], digits
        super().__init__(State({"w": kernel}, {"relu": False}))

    def _tale(self, state):
        kernel, relu = state.numbers["w"], state.options["relu"]
        return KernelTale(*self._images, kernel, relu, bool(state.hidden))

    def preset(self, name: str | ArrayLike) -> None:
        """Take one of the ready kernels, by name, or 3x3 numbers.

        Raises ValueError, and changes nothing, for another name or shape.
        """
        self._change(numbers={"w": checked(name)})

    def relu(self, on: bool = True) -> None:
        """Show out = relu(net) in place of net, or net again."""
        self.set(relu=bool(on))

    def do_preset(self, value: str) -> None:
        """The page's list of ready kernels."""
        if value != OWN:
            self.preset(value)

    def do_entry(self, at: str, value: Typed, by: float = 0) -> None:
        """An entry of the kernel, typed."""
        self.do_edit(f"w:{at}", value, by)


def checked(kernel: str | ArrayLike) -> np.ndarray:
    """A kernel, or the name of a preset, as an array of its own; ValueError for anything else."""
    if isinstance(kernel, str):
        if kernel not in PRESETS:
            raise ValueError(f"{kernel!r} is no preset; {', '.join(PRESETS)} are")
        kernel = PRESETS[kernel]
    return kernel_3x3(typed(kernel))


def typed(kernel: ArrayLike) -> ArrayLike:
    """Numbers, also where some are texts as people type them: "1/9"; ValueError for no number."""
    rows = np.asarray(kernel, object)
    if not any(isinstance(v, str) for v in rows.flat):
        return kernel
    return np.array([read(v) for v in rows.flat]).reshape(rows.shape)


def kernel_lab(
    kernel: str | ArrayLike = "left-right edges",
    image: ArrayLike | None = None,
    digits: ArrayLike | None = None,
    *,
    predict: bool = False,
) -> KernelLab:
    """Lesson 01: edit a 3x3 kernel or take a preset; watch a photograph and real digits follow.

    kernel: the name of a preset, or 3x3 numbers, also as texts such as "1/9". image (H, W), default
    a photograph of 64x64 numbers; digits (n, H, W), default six held-out digits; numbers from 0 to
    1. Drive it: lab.preset("blur"), lab.edit("w", 0, 2, "1/9"), lab.select("net", 3, 5),
    lab.relu(), print(lab.sentence); lab.predict() hides net and asks for a number, lab.guess(2.5)
    answers; predict=True asks from the first frame on. Nothing is played: the reader makes the
    steps. Raises ValueError for an unknown preset and for arrays that do not fit, TypeError for
    what is not numbers.
    """
    if image is None:
        image = ops.mean_pool2d(datasets.photograph()[None, None], 2, 2)[0, 0]
    if digits is None:
        digits = datasets.digits().test_x[:6, 0]
    images = pictures(image, "image", "(H, W)"), pictures(digits, "digits", "(n, H, W)")
    return KernelLab(checked(kernel), *images).asking(predict)


def example() -> KernelLab:
    """Left-right edges in a photograph and in six digits."""
    return kernel_lab("left-right edges")
