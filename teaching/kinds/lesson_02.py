"""Lesson 02: the gradient of the input, stride 1."""

import numpy as np

from cnnlib.course.keys import lesson_02 as key
from teaching.draw import Draw
from teaching.questions import Question, slips


def products(delta: np.ndarray, w: np.ndarray, y: int, z: int) -> list[float]:
    """What reaches pixel (y, z): delta[i,j] * w[y-i,z-j]."""
    (rows, columns), (K_H, K_W) = delta.shape, w.shape
    return [
        delta[i, j] * w[y - i, z - j]
        for i in range(max(0, y - K_H + 1), min(rows, y + 1))
        for j in range(max(0, z - K_W + 1), min(columns, z + 1))
    ]


def one_pixel(draw: Draw) -> Question:
    """A pixel inside a 4x4 image."""
    delta, w = draw.grid(3, 3), draw.grid(2, 2)
    y, z = draw.one_of([(1, 1), (1, 2), (2, 1)])
    right, wrong = slips(
        "2.line",
        (delta, w, (4, 4), 1),
        lambda grad: grad[y, z],
        *(key.ROTATED, "the kernel is transposed", "delta is turned", key.OVERWROTE),
        *("the weight is missing", "mean instead of sum"),
    )
    return Question(
        "The kernel `w` has slid over an image of 4×4 with stride 1. From above came `delta`. "
        f"The gradient of the pixel `x[{y},{z}]`?",
        f"grad_x[{y},{z}]",
        right,
        wrong,
        {"delta": delta, "w": w},
        {"y": y, "z": z, "s": 1, "H": 4, "W": 4},
        products(delta, w, y, z),
    )


def one_row(draw: Draw) -> Question:
    """All pixels in one dimension."""
    delta, w = draw.grid(3), draw.grid(2)
    right, wrong = slips(
        "2.line",
        (delta[None], w[None], (1, 4), 1),
        lambda grad: grad[0],
        *(key.ROTATED, key.OVERWROTE, "delta is turned", "the weight is missing"),
        *("mean instead of sum", "plus where times"),
    )
    return Question(
        "A kernel `w` of two weights has slid over a row of four pixels. All four gradients?",
        "grad_x",
        right,
        wrong,
        {"delta": delta, "w": w},
        {"s": 1, "H": 1, "W": 4},
        np.outer(delta, w).ravel(),
    )


def middle(draw: Draw) -> Question:
    """The pixel in the middle, gathered through the kernel that is read backwards."""
    delta, w = draw.grid(2, 2), draw.grid(2, 2)
    right, wrong = slips(
        "2.gather",
        (delta, w),
        lambda grad: grad[1, 1],
        *(key.NOT_ROTATED, key.ONE_AXIS, key.ONE_AXIS_ROWS, key.BY_90, key.BY_90_BACK),
        *(key.KERNEL_TRANSPOSED, "a minus does not turn"),
    )
    return Question(
        "The kernel `w` has slid over an image of 3×3. Gather: lay the turned kernel on `delta`. "
        "The gradient of the pixel in the middle, `x[1,1]`?",
        "grad_x[1,1]",
        right,
        wrong,
        {"delta": delta, "w": w},
        {"y": 1, "z": 1, "s": 1, "H": 3, "W": 3},
        products(delta, w, 1, 1),
    )


KINDS = (
    ("one pixel", one_pixel),
    ("all pixels, in one dimension", one_row),
    ("the middle, by gathering", middle),
)
