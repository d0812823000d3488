"""Lesson 02b: the gradient of the input, stride above 1."""

import numpy as np

from cnnlib.course.keys import lesson_02 as key
from teaching.draw import Draw
from teaching.questions import Question, slips


def one_row(draw: Draw) -> Question:
    """All pixels in one dimension at stride 2, the last one read by nobody."""
    delta, w = draw.grid(2), draw.grid(3)
    right, wrong = slips(
        "2.line",
        (delta[None], w[None], (1, 6), 2),
        lambda grad: grad[0],
        *("the stride is forgotten", key.ROTATED, key.OVERWROTE, "delta is turned"),
        "the weight is missing",
    )
    return Question(
        "A kernel `w` of three weights has slid over a row of six pixels with stride 2. "
        "All six gradients?",
        "grad_x",
        right,
        wrong,
        {"delta": delta, "w": w},
        {"s": 2, "H": 1, "W": 6},
        np.outer(delta, w).ravel(),
    )


def border(draw: Draw) -> Question:
    """How many zeros stand around the spread-out delta."""
    size, K, s, p = draw.whole(8, 15), draw.whole(3, 6), draw.whole(2, 4), draw.whole(0, 2)
    right, wrong = slips(
        "2.border",
        (size, K, s, p),
        np.array,
        *(key.NO_REMAINDER, "the remainder belongs behind, not before", "the padding is forgotten"),
        *("off by one: B", "the remainder is what % gives", "the padding is taken away"),
    )
    return Question(
        f"An axis of {size} pixels, padding {p} on each side, a kernel of {K}, stride {s}. "
        "Delta is spread out. How many zeros stand before it, and how many behind?",
        "before; behind",
        right,
        wrong,
        {},
        {"size": size, "K": K, "s": s, "p": p},
        (size, K, s, p),
    )


def one_pixel(draw: Draw) -> Question:
    """A pixel that two windows share at stride 2."""
    delta, w = draw.grid(2, 2), draw.grid(3, 3)
    y, z = draw.one_of([(2, 1), (2, 2), (1, 2), (2, 3), (3, 2)])
    right, wrong = slips(
        "2.line",
        (delta, w, (5, 5), 2),
        lambda grad: grad[y, z],
        *("the stride is forgotten", key.ROTATED, "the kernel is transposed", "delta is turned"),
        "the weight is missing",
    )
    return Question(
        "The kernel `w` has slid over an image of 5×5 with stride 2. From above came `delta`. "
        f"The gradient of the pixel `x[{y},{z}]`?",
        f"grad_x[{y},{z}]",
        right,
        wrong,
        {"delta": delta, "w": w},
        {"y": y, "z": z, "s": 2, "H": 5, "W": 5},
        delta.ravel(),
    )


KINDS = (
    ("all pixels, in one dimension", one_row),
    ("the border", border),
    ("one pixel", one_pixel),
)
