"""Lesson 03: the gradient of a kernel."""

import numpy as np

from cnnlib.course.keys import lesson_03 as key
from teaching.draw import Draw
from teaching.questions import Question, slips


def one_weight(draw: Draw) -> Question:
    """A weight of a 2x2 kernel that has slid over a 4x4 image."""
    x, delta = draw.grid(4, 4), draw.grid(3, 3)
    u, v = draw.one_of([(0, 1), (1, 0), (1, 1)])
    right, wrong = slips(
        "3.line",
        (delta, x, (2, 2)),
        lambda grad: grad[u, v],
        *(key.ROTATED, key.TRANSPOSED, key.NO_DELTA, key.NO_WEIGHT, key.DELTA_TRANSPOSED),
        *(key.OVERWROTE, key.MEAN),
    )
    return Question(
        "A kernel `w` of 2×2 weights has slid over `x`. From above came `delta`. "
        f"The gradient of `w[{u},{v}]`?",
        f"grad_w[{u},{v}]",
        right,
        wrong,
        {"x": x, "delta": delta},
        {"u": u, "v": v},
        (x[u : u + 3, v : v + 3] * delta).ravel(),
    )


def all_weights(draw: Draw) -> Question:
    """Both weights of a kernel in one dimension."""
    x, delta = draw.grid(5), draw.grid(4)
    right, wrong = slips(
        "3.line",
        (delta[None], x[None], (1, 2)),
        lambda grad: grad[0],
        *(key.ROTATED, key.NO_DELTA, key.PLUS, key.MEAN, "the result is turned"),
    )
    return Question(
        "A kernel of two weights has slid over the row `x`. Both gradients?",
        "grad_w",
        right,
        wrong,
        {"x": x, "delta": delta},
        {},
        np.concatenate([x[:4] * delta, x[1:] * delta]),
    )


def with_stride(draw: Draw) -> Question:
    """A weight of a kernel that has moved by 2."""
    x, delta = draw.grid(5, 5), draw.grid(2, 2)
    u, v = draw.one_of([(0, 1), (1, 0), (1, 1)])
    right, wrong = slips(
        "3.2",
        (delta, x, (2, 2), (2, 2)),
        lambda grad: grad[u, v],
        *("the stride is forgotten", "the stride multiplies i and j only", key.NO_DELTA),
        *(key.ROTATED, key.DELTA_TRANSPOSED, "the weight's index is missing"),
    )
    return Question(
        f"A kernel of 2×2 weights has slid over `x` with stride 2. The gradient of `w[{u},{v}]`?",
        f"grad_w[{u},{v}]",
        right,
        wrong,
        {"x": x, "delta": delta},
        {"u": u, "v": v},
        (x[u : u + 3 : 2, v : v + 3 : 2] * delta).ravel(),
    )


KINDS = (
    ("one weight", one_weight),
    ("all weights, in one dimension", all_weights),
    ("stride 2", with_stride),
)
