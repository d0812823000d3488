"""Lesson 01: the forward pass and its sizes."""

from teaching.draw import Draw
from teaching.questions import Question, slips


def one_output(draw: Draw) -> Question:
    """A number of net at stride 1, with a bias."""
    x, w, b = draw.grid(4, 4), draw.grid(2, 2), draw.one_of([-3, -2, 2, 3])
    i, j = draw.one_of([(0, 1), (1, 0), (1, 1)])
    right, wrong = slips(
        "1.line",
        (x, w, b, 1),
        lambda net: net[i, j],
        *("true convolution", "the kernel is transposed", "the bias is forgotten"),
        *("the bias comes once", "off by one: counted from 0, net[0,0] begins at xp[0,0]"),
        *("transposed: rows", "overwrote"),
    )
    return Question(
        f"The kernel `w` slides over `x` with stride 1, without padding; the bias is {b}. "
        f"The number `net[{i},{j}]`?",
        f"net[{i},{j}]",
        right,
        wrong,
        {"x": x, "w": w},
        {"b": b, "i": i, "j": j, "s": 1},
        (x[i : i + 2, j : j + 2] * w).ravel(),
    )


def with_stride(draw: Draw) -> Question:
    """A number of net at stride 2."""
    x, w = draw.grid(5, 5), draw.grid(2, 2)
    i, j = draw.one_of([(0, 1), (1, 0)])
    right, wrong = slips(
        "1.line",
        (x, w, 0, 2),
        lambda net: net[i, j],
        *("the stride is forgotten", "the stride is added", "transposed: rows"),
        *("the stride belongs to i and j, not", "true convolution", "the kernel is transposed"),
    )
    return Question(
        f"The kernel `w` slides over `x` with stride 2, without padding and bias. "
        f"The number `net[{i},{j}]`?",
        f"net[{i},{j}]",
        right,
        wrong,
        {"x": x, "w": w},
        {"b": 0, "i": i, "j": j, "s": 2},
        (x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] * w).ravel(),
    )


def size(draw: Draw) -> Question:
    """How many rows net has."""
    n, k, p, s = draw.whole(7, 20), draw.whole(2, 5), draw.whole(1, 2), draw.whole(2, 3)
    right, wrong = slips(
        "6.size",
        (n, k, p, s),
        float,
        *("floor forgotten", "the + 1 is missing", "the padding is forgotten"),
        "the stride is forgotten",
    )
    return Question(
        f"An image of {n} rows, {p} rows of zeros above and {p} below, a kernel of {k} rows, "
        f"stride {s}. How many rows has `net`?",
        "rows",
        right,
        wrong,
        {},
        {"n": n, "k": k, "p": p, "s": s},
        (n, k, p, s),
    )


KINDS = (
    ("one number of net", one_output),
    ("stride 2", with_stride),
    ("the size of net", size),
)
