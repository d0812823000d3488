"""Lesson 08: the dense layer and the loss."""

from cnnlib.course.keys import lesson_08 as key
from teaching.draw import Draw
from teaching.questions import Question


def score(draw: Draw) -> Question:
    """The gradient of the right class's score."""
    tenths, N = draw.whole(1, 9), draw.one_of([2, 4, 5, 8, 10])
    p = tenths / 10
    return Question(
        f"Softmax and cross-entropy, a batch of {N} images. The network gives the right class of "
        f"one image the share {p}. The gradient of that class's score?",
        "∂E/∂s",
        (p - 1) / N,
        key.not_of_a_score(p, N),
        {},
        {"p": p, "N": N},
        (p, N),
    )


def inputs(draw: Draw) -> Question:
    """The gradients of the inputs of a dense layer."""
    delta, w, x = draw.grid(2), draw.grid(2, 3), draw.grid(3)
    return Question(
        "A dense layer with three inputs `x` and two outputs. From above came `delta`. "
        "The gradients of all three inputs?",
        "grad_x",
        delta @ w,
        key.not_the_way_back(delta, w, x),
        {"w": w, "x": x, "delta": delta},
        {},
        (delta[:, None] * w).ravel(),
    )


def to_learn(draw: Draw) -> Question:
    """How many numbers a dense layer learns."""
    maps, side, outputs = draw.whole(3, 16), draw.whole(2, 6), draw.one_of([2, 5, 10, 20])
    return Question(
        f"A dense layer with {outputs} outputs reads {maps} maps of {side}×{side} numbers. "
        "How many numbers does it learn?",
        "numbers",
        key.to_learn(maps, side, outputs),
        key.not_to_learn(maps, side, outputs),
        {},
        {"maps": maps, "side": side, "outputs": outputs},
        (maps, side, outputs),
    )


KINDS = (
    ("the gradient of a score", score),
    ("the way back through a dense layer", inputs),
    ("how many numbers are learned", to_learn),
)
