"""Lesson 05: pooling backward."""

import numpy as np

from cnnlib import reference
from cnnlib.course.keys import lesson_05 as key
from teaching.draw import Draw
from teaching.questions import Question, slips


def overlapping(draw: Draw) -> Question:
    """The cell that won most windows, which overlap; ties are a question of their own."""
    x, grad_out = draw.unlike(3, 3, low=0, high=9), draw.grid(2, 2, low=1, high=9)
    winners = reference.max_pool2d(x[None], 2, 1)[1][0]
    won = key.routing(key.to_winner)(np.ones((2, 2)), winners, (3, 3), 2, 1)
    y, z = divmod(int(won.argmax()), 3)
    right, wrong = slips(
        "5.line",
        (grad_out, winners, (3, 3), 2, 1),
        lambda grad: grad[y, z],
        *(key.OVERWROTE, "that is mean pooling", "u and v are exchanged", "each winner got 1"),
    )
    return Question(
        "Max pooling of `x` with windows of 2×2, stride 1. From above came `grad_out`. "
        f"The gradient of `x[{y},{z}]`?",
        f"grad_x[{y},{z}]",
        right,
        wrong,
        {"x": x, "grad_out": grad_out},
        {"y": y, "z": z},
        [grad_out[window] for window in np.ndindex(2, 2) if _winner(window, winners) == (y, z)],
    )


def _winner(window, winners):
    """The cell that a window of 2×2 takes its maximum from, stride 1."""
    return key.to_winner(*window, *divmod(int(winners[window]), 2), 1)


def tied(draw: Draw) -> Question:
    """A window in which several cells are the largest."""
    x, error = draw.grid(2, 2, low=1, high=3), draw.one_of([4, 6, 8, 12])

    def paid(shares):
        return key.shared(np.array([[error]]), x, 2, 2, shares).ravel()

    return Question(
        "One window of a max pool. In a tie the first cell in reading order wins. "
        f"From above came the gradient {error}. All four numbers of `grad_x`, row by row?",
        "grad_x",
        paid(key.first),
        {name: paid(shares) for name, shares in key.OTHER_RULES.items()},
        {"x": x},
        {"error": error},
        x.ravel(),
    )


def mean(draw: Draw) -> Question:
    """A cell that lies in several windows of a mean pool."""
    grad_out = draw.grid(2, 2, low=1, high=9)
    y, z = draw.one_of([(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)])
    right, wrong = slips(
        "5.2",
        (grad_out, (3, 3), 2, 1),
        lambda grad: grad[y, z],
        *(key.OVERWROTE, "the share is missing", "divided by K;", "// drops the decimals"),
    )
    return Question(
        "Mean pooling of an image of 3×3 with windows of 2×2, stride 1. From above came "
        f"`grad_out`. The gradient of `x[{y},{z}]`?",
        f"grad_x[{y},{z}]",
        right,
        wrong,
        {"grad_out": grad_out},
        {"y": y, "z": z},
        grad_out.ravel(),
    )


KINDS = (
    ("a max, overlapping windows", overlapping),
    ("a tie", tied),
    ("a mean, overlapping windows", mean),
)
