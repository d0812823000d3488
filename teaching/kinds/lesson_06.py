"""Lesson 06: a whole layer."""

import numpy as np

from cnnlib import reference
from cnnlib.course.keys import lesson_01
from cnnlib.course.keys import lesson_06 as key
from teaching.draw import Draw
from teaching.questions import Question, named


def delta(draw: Draw) -> Question:
    """From what arrives to delta, behind ReLU."""
    net, grad_out = draw.grid(4), draw.grid(4, low=1, high=9)
    known = key.unmasked(net, grad_out)
    starts = (
        "no ReLU mask",
        "that is grad_out times f(net)",
        "that is f(net)",
        "that is f' alone",
        "at net = 0 we take f' = 0",
        "the other way round",
        "the sign of net",
        "that is grad_out times net",
    )
    return Question(
        "`net` went through ReLU. From above came `grad_out`. All four numbers of `delta`?",
        "delta",
        grad_out * key.RELU.derivative(net),
        {name: known[name] for name in (named(known, start) for start in starts)},
        {"net": net, "grad_out": grad_out},
        {},
        grad_out * (net > 0),
    )


def kernel(draw: Draw) -> Question:
    """From what arrives to the gradients of the kernel, behind ReLU."""
    x, net, grad_out = draw.grid(4), draw.grid(3), draw.grid(3, low=1, high=5)

    def grad_w(errors):
        return reference.conv2d_grad_w(errors[None, None], x[None, None], (1, 2))[0, 0, 0]

    known = key.unmasked(net, grad_out)
    starts = ("no ReLU mask", "that is grad_out times f(net)", "that is f' alone")
    names = [named(known, start) for start in (*starts, "the other way round")]
    right = grad_out * key.RELU.derivative(net)
    return Question(
        "A kernel of two weights has slid over the row `x` and gave `net`, behind it ReLU. "
        "From above came `grad_out`. Both gradients of the kernel?",
        "grad_w",
        grad_w(right),
        {name: grad_w(np.asarray(known[name])) for name in names},
        {"x": x, "net": net, "grad_out": grad_out},
        {},
        np.concatenate([x[:3] * right, x[1:] * right]),
    )


def learned(draw: Draw) -> Question:
    """How many numbers a layer learns."""
    sizes = draw.whole(4, 20), draw.whole(2, 9), *draw.one_of([(2, 3), (3, 2), (5, 3), (3, 5)])
    wrong = lesson_01.miscounted(*sizes)
    F, C, K_H, K_W = sizes
    return Question(
        f"A layer of {F} filters over {C} channels, each kernel {K_H}×{K_W}, each filter with a "
        "bias. How many numbers does it learn?",
        "numbers",
        lesson_01.learned(*sizes),
        {name: wrong[name] for name in wrong if not name.startswith("channels and sides")},
        {},
        {"F": F, "C": C, "K_H": K_H, "K_W": K_W},
        sizes,
    )


KINDS = (
    ("delta behind ReLU", delta),
    ("the kernel's gradient behind ReLU", kernel),
    ("how many numbers are learned", learned),
)
