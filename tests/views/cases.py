"""cases: explorers on number grids with random numbers and geometries, and what is read from them.

A case is a function of a random generator: it gives (explorer, {target: the function of all arrays
that gives it, by ops}).
"""

import numpy as np
import pytest

from cnnlib import ops, views

MINUS = "\N{MINUS SIGN}"


def whole(rng, *shape):
    """Small whole numbers, none of them 0: no derivative vanishes by accident."""
    return rng.choice([-4.0, -3, -2, -1, 1, 2, 3, 4], size=shape)


def geometry(rng):
    """Kernel, output size, stride, padding, input size, channels and filters.

    The input has a remainder that no window reaches.
    """
    while True:
        ranges = ((1, 4), (1, 4), (1, 4), (0, 4))
        K, out, s, p = (rng.integers(low, high, 2) for low, high in ranges)
        size = (out - 1) * s + K - 2 * p + rng.integers(0, s)
        if size.min() >= 1:
            pairs = [tuple(map(int, pair)) for pair in (K, out, s, p, size)]
            return *pairs, *map(int, rng.integers(1, 3, 2))


def flat(rng, a):
    """The array with or without its leading axes, where they have length 1."""
    alone = a.size == a.shape[-1] * a.shape[-2]
    return a.reshape(a.shape[-2:]) if alone and rng.random() < 0.5 else a


def full(a):
    """The array with all four axes."""
    return a.reshape((1,) * (4 - a.ndim) + a.shape)


def forward(rng):
    K, _, s, p, size, C, F = geometry(rng)
    x, w = flat(rng, whole(rng, C, *size)), flat(rng, whole(rng, F, C, *K))
    b = whole(rng, F) if rng.random() < 0.5 else np.zeros(F)

    def net(n):
        return ops.conv2d(full(n["x"]), full(n["w"]), n.get("b", np.zeros(F)), s, p)[0]

    return views.explore_forward(x, w, s, p, b), {"net": net}


def input_gradient(rng, make=views.explore_input_gradient, **more):
    K, out, s, p, size, C, F = geometry(rng)
    delta, w = flat(rng, whole(rng, F, *out)), flat(rng, whole(rng, F, C, *K))

    def grad_x(n):
        return ops.conv2d_grad_x(full(n["delta"]), full(n["w"]), size, s, p)[0]

    return make(delta, w, input_size=size, stride=s, padding=p, **more), {"grad_x": grad_x}


def with_matrix(rng):
    return input_gradient(rng, matrix=True)


def stride_and_padding(rng):
    return input_gradient(rng, views.explore_stride_and_padding)


def kernel_gradient(rng):
    K, out, s, p, size, C, F = geometry(rng)
    x, delta = flat(rng, whole(rng, C, *size)), flat(rng, whole(rng, F, *out))

    def grad_w(n):
        return ops.conv2d_grad_w(full(n["delta"]), full(n["x"]), K, s, p)

    return views.explore_kernel_gradient(x, delta, s, p, K), {"grad_w": grad_w}


def bias_gradient(rng):
    delta = flat(rng, whole(rng, *rng.integers(1, 4, 3)))

    def grad_b(n):
        return ops.conv2d_grad_b(full(n["delta"]))

    return views.explore_bias_gradient(delta), {"grad_b": grad_b}


def pool(rng):
    """Window size, stride, input size and grad_out of a pool."""
    K, out, s, *_ = geometry(rng)
    least = ((n - 1) * t + k for n, t, k in zip(out, s, K, strict=True))
    size = tuple(n + int(rng.integers(0, t)) for n, t in zip(least, s, strict=True))
    return K, s, size, whole(rng, *out)


def max_pooling(rng):
    K, s, size, grad_out = pool(rng)
    x = rng.permutation(np.arange(1.0, np.prod(size) + 1)).reshape(size)  # no ties
    winners = ops.max_pool2d(full(x), K, s)[1]

    def out(n):
        return ops.max_pool2d(full(n["x"]), K, s)[0]

    def grad_x(n):
        return ops.max_pool2d_grad_x(full(n["grad_out"]), winners, size, K, s)

    return views.explore_max_pooling(x, grad_out, K, s), {"out": out, "grad_x": grad_x}


def mean_pooling(rng):
    K, s, size, grad_out = pool(rng)

    def out(n):
        return ops.mean_pool2d(full(n["x"]), K, s)

    def grad_x(n):
        return ops.mean_pool2d_grad_x(full(n["grad_out"]), size, K, s)

    made = views.explore_mean_pooling(whole(rng, *size), grad_out, K, s)
    return made, {"out": out, "grad_x": grad_x}


def columns(rng):
    K, _, s, p, size, C, F = geometry(rng)
    x, w = flat(rng, whole(rng, C, *size)), flat(rng, whole(rng, F, C, *K))

    def copied(n):
        xp = np.pad(full(n["x"])[0], ((0, 0), (p[0], p[0]), (p[1], p[1])))
        windows = np.lib.stride_tricks.sliding_window_view(xp, K, (1, 2))[:, :: s[0], :: s[1]]
        return windows.transpose(0, 3, 4, 1, 2).reshape(n["columns"].shape)

    def net(n):
        return full(n["w"]).reshape(F, -1) @ n["columns"]

    return views.explore_columns(x, w, s, p), {"columns": copied, "net": net}


def softmax(rng):
    s = np.round(whole(rng, int(rng.integers(2, 6))) + rng.random(), 2)
    label = int(rng.integers(len(s)))

    def p(n):
        return n["exp"] / n["exp"].sum()

    def delta(n):
        return n["p"] - n["onehot"]

    def E(n):
        return -np.log(n["p"][[label]])

    functions = {"exp": lambda n: np.exp(n["s"]), "p": p, "delta": delta, "E": E}
    return views.explore_softmax(s, label), functions


CASES = [
    forward,
    input_gradient,
    with_matrix,
    stride_and_padding,
    kernel_gradient,
    bias_gradient,
    max_pooling,
    mean_pooling,
    columns,
    softmax,
]
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


def random(case, seed):
    """(explorer, functions) of a case."""
    return case(np.random.default_rng([seed, CASES.index(case)]))


def make(case, seed=0):
    """The explorer of a case."""
    return random(case, seed)[0]


# ---- what is read from an explorer


def stories(explorer):
    return explorer.scene["links"]["stories"]


def carried(explorer, key):
    """The cells of the terms of a story, without the cell itself."""
    links = explorer.scene["links"]
    return {k for t in links["stories"][key]["terms"] for k in links["terms"][t] if k} - {key}


def grids(explorer, name):
    """All grids of a name."""
    columns = [column for _, columns in explorer._scene.panes for column in columns]
    return [grid for column in columns for grid in column if grid.name == name]


def key(name, place):
    """The key of a cell: "x:1,0"."""
    return f"{name}:{','.join(map(str, place))}"


def cells(name, shape):
    """The keys of all cells of an array, in reading order."""
    return [key(name, place) for place in np.ndindex(*shape)]


def number(value):
    """A number as the page writes it."""
    return f"{value + 0:.4g}".replace("-", MINUS)


def as_float(text):
    """The number that the page wrote; 0 for nothing."""
    return float(text.replace(MINUS, "-") or 0)
