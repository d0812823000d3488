"""Lesson 07: checking a gradient."""

from cnnlib.course.keys import lesson_07 as key
from teaching.draw import Draw
from teaching.questions import Question, named


def difference(draw: Draw) -> Question:
    """The central difference of a cube."""
    q, e = draw.whole(1, 4), draw.one_of([0.1, 0.2, 2])
    return Question(
        f"`E = q³`. The central difference `n` at `q = {q}` with `ε = {e}`?",
        "n",
        ((q + e) ** 3 - (q - e) ** 3) / (2 * e),
        key.of_cubes(q, e),
        {},
        {"q": q, "e": e},
        (q, e),
        tolerance=5e-4,  # the mistakes lie as near as that
    )


def relative(draw: Draw) -> Question:
    """The relative error of two numbers."""
    a, n = draw.one_of([(a, n) for a in range(1, 20) for n in range(1, 20) if a + n in (5, 10, 20)])
    known = key.not_relative(a, n) if a != n else {}
    return Question(
        f"A backward pass says `a = {a}`, the central difference says `n = {n}`. "
        "Their relative error?",
        "error",
        abs(a - n) / (a + n),
        known,
        {},
        {"a": a, "n": n},
        (a, n),
    )


def kink(draw: Draw) -> Question:
    """A central difference where some outputs of ReLU stand at 0."""
    above, at, below = draw.whole(2, 6), draw.whole(2, 6), draw.whole(1, 5)
    known = key.at_kinks(above, at, below)
    starts = (
        "that is our rule",
        "an output at 0",
        "the outputs below",
        "that is one half for",
        "the outputs at 0 are there",
        "each output at 0 gives one half, each",
    )
    return Question(
        "A bias moves all numbers of `net`; behind them stands ReLU, and `E` is the sum of all "
        f"outputs. {above} numbers of `net` are above 0, {at} are exactly 0, {below} are below 0. "
        "What does the central difference give for the bias?",
        "n",
        above + at / 2,
        {name: known[name] for name in (named(known, start) for start in starts)},
        {},
        {"above": above, "at": at, "below": below},
        (above, at, below),
    )


KINDS = (
    ("a central difference", difference),
    ("a relative error", relative),
    ("a kink", kink),
)
