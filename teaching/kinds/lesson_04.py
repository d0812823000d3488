"""Lesson 04: the gradient of the bias."""

from cnnlib.course.keys import lesson_04 as key
from teaching.draw import Draw
from teaching.questions import Question, named, slips


def of_a_batch(draw: Draw) -> Question:
    """One filter's bias, two images."""
    delta, f = draw.grid(2, 2, 2, 2), draw.whole(0, 1)
    right, wrong = slips(
        "4.line",
        (delta,),
        lambda grad: grad[f],
        *(key.MEAN, key.BATCH_MEAN, key.FIRST_IMAGE, key.LAST_IMAGE, key.ONE_PER_FILTER),
        *("mean over the positions", "counted the cells", "the signs are dropped"),
    )
    maps = {f"delta[{n},{g}]": delta[n, g] for n in range(2) for g in range(2)}
    return Question(
        "Two images, two filters: `delta[n,f]` is of image n and filter f, the 1/N is in it. "
        f"The gradient of the bias of filter {f}?",
        f"grad_b[{f}]",
        right,
        wrong,
        maps,
        {"f": f},
        delta[:, f].ravel(),
    )


def one_step(draw: Draw) -> Question:
    """The bias after a step."""
    delta, b, rate = draw.grid(3, 3), draw.one_of([1, 2, 3, -1]), draw.one_of([0.1, 0.2])
    known = key.steps(b, rate, delta)
    starts = ("descent", "mean", "that is the gradient", "the rate is forgotten", "that is the old")
    return Question(
        f"The bias is {b}, the learning rate {rate}. From above came `delta`. "
        "The bias after one step downhill?",
        "b",
        b - rate * delta.sum(),
        {name: known[name] for name in (named(known, start) for start in starts)},
        {"delta": delta},
        {"b": b, "rate": rate},
        delta.ravel(),
    )


def how_many(draw: Draw) -> Question:
    """How many numbers of net use one bias."""
    N, F, H, W = draw.whole(3, 9), draw.whole(2, 6), draw.whole(3, 6), draw.whole(3, 6)
    return Question(
        f"A batch of {N} images, {F} filters, each `net` {H}×{W}. "
        "How many deltas are added up in the gradient of one bias?",
        "deltas",
        N * H * W,
        key.uses(N, F, H * W),
        {},
        {"N": N, "F": F, "H": H, "W": W},
        (N, F, H, W),
    )


KINDS = (
    ("one bias, a batch", of_a_batch),
    ("one step", one_step),
    ("how many deltas", how_many),
)
