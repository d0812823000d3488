"""explain: how one number of a network came about, with its numbers filled in (level 6, NumPy
only).

All texts follow from geometry's index map and the numbers of a trace (see layer_maps.trace). Long
sums show their first terms that are not 0; how many follow stands behind. A number that another is
made of has the colour of its quantity, in a span.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlib.geometry import Geometry
from cnnlib.views.links import coloured
from cnnlib.views.words import Arrays, Key, Place, factor, number

Layer = Any  # of a network: a reader's own class counts, too
SHOWN = 6  # terms of a sum

# ---- what a layer is


def kind_of(layer: Layer) -> str:
    """ "conv", "dense", "pool", ...: by what a layer has, for a reader's own class may have any
    name."""
    rank = np.ndim(getattr(layer, "weights", 0.0))
    if rank in (2, 4):
        return "conv" if rank == 4 else "dense"
    if hasattr(layer, "filter_width"):
        return "pool"
    return type(layer).__name__.removesuffix("Layer").lower()


def geometry_of(layer: Layer, x: np.ndarray) -> Geometry | None:
    """The Geometry of a convolution or a pool that reads x (C, H, W); None of other layers."""
    kind = kind_of(layer)
    if kind not in ("conv", "pool"):
        return None
    size = layer.weights.shape[2:] if kind == "conv" else (layer.filter_height, layer.filter_width)
    return Geometry(np.shape(x)[-2:], size, layer.stride, getattr(layer, "zero_padding", 0))


def _rows(layer, read, /, **at):
    """The rows (i, j, u, v, y, x) of the layer's index map that lie in the image.

    at: of those the rows with these numbers.
    """
    rows = geometry_of(layer, read).rows_inside()
    for name, value in at.items():
        rows = rows[rows[:, "ijuvyx".index(name)] == value]
    return [tuple(map(int, row)) for row in rows]


# ---- the texts


def _unravel(k, a):
    return tuple(map(int, np.unravel_index(k, np.shape(a))))


def _sum(terms, *names):
    """Terms that are not 0, added up as text; a term has as many factors as there are names of
    what they are, which say their colours."""
    kept = [np.atleast_1d(t) for t in terms if np.all(t)]
    alone = len(kept) == 1 and len(names) == 1  # no brackets
    texts = [
        "·".join(coloured((number if alone else factor)(v), name) for v, name in zip(t, names))
        for t in kept[:SHOWN]
    ]
    more = [f"… ({len(kept) - SHOWN} more)"] if len(kept) > SHOWN else []
    return " + ".join(texts + more) or "0"


def _forward(layer, place, x, out):
    """How the number `out` of a layer is made, which reads x."""
    kind = kind_of(layer)
    if kind == "flatten":
        return (
            f"out = x{list(_unravel(place[-1], x))} = {coloured(number(out), 'x')}, row after row"
        )
    if kind == "pool":
        f, i, j = place
        values = [x[f, y, m] for *_, y, m in _rows(layer, x, i=i, j=j)]
        how = "max" if np.isclose(out, max(values)) else "mean"
        cells = ", ".join(coloured(number(value), "x") for value in values)
        return f"out = {how}({cells}) = {number(out)}"
    terms, tag = _weighted(layer, place, x)
    bias = layer.bias[place[0]]
    net = bias + sum(a * b for a, b in terms)
    made = f"net = {coloured(factor(bias), 'b')} + {_sum(terms, 'w', 'x')} = {number(net)}"
    return f"{made}   (eq. {tag})\nout = f(net) = {number(out)}"


def _weighted(layer, place, x):
    """(the terms weight times input, the number of their equation) of a layer with weights."""
    if kind_of(layer) == "dense":
        return list(zip(layer.weights[place[-1]], x)), "8.1"
    f, i, j = place
    rows = _rows(layer, x, i=i, j=j)
    pairs = ((c, u, v, y, m) for c in range(len(x)) for _, _, u, v, y, m in rows)
    return [(layer.weights[f, c, u, v], x[c, y, m]) for c, u, v, y, m in pairs], "1.1"


def _back(layer, place, x, out, back):
    """dE/dx at one place of the layer's input, from `back`, the delta or grad_out of the layer."""
    kind = kind_of(layer)
    if kind == "flatten":
        return f"grad_out[{np.ravel_multi_index(place, np.shape(x))}] of flatten"
    if kind == "dense":
        return f"{_sum(zip(back, layer.weights[:, place[-1]]), 'delta', 'w')}   (eq. 8.6)"
    c, y, m = place
    rows = _rows(layer, x, y=y, x=m)
    if kind == "conv":
        pairs = ((f, i, j, u, v) for f in range(len(back)) for i, j, u, v, _, _ in rows)
        terms = [(back[f, i, j], layer.weights[f, c, u, v]) for f, i, j, u, v in pairs]
        return f"{_sum(terms, 'delta', 'w')}   (eq. 2.1)"
    winners = {(i, j): _winner(layer, x[c], i, j, out[c, i, j]) for i, j, *_ in rows}
    if None in winners.values():
        cells = layer.filter_height * layer.filter_width
        sent = _sum((back[c, i, j] for i, j in winners), "grad_out")
        return f"({sent})/{cells}   (eq. 5.2)"
    won = [window for window, cell in winners.items() if cell == (y, m)]
    sent = _sum((back[c, i, j] for i, j in won), "grad_out")
    return f"{sent}, {len(won)} of its {len(rows)} windows won   (eq. 5.1)"


def _winner(layer, x, i, j, out):
    """The first cell of window (i, j) whose number is `out`; None where there is none: the pool
    takes means."""
    return next(((y, m) for *_, y, m in _rows(layer, x, i=i, j=j) if x[y, m] == out), None)


def _grad_w(layer, place, x, delta):
    """How one weight's gradient is made."""
    if kind_of(layer) == "dense":
        o, k = place
        return f"delta·x = {_sum([(delta[o], x[k])], 'delta', 'x')}   (eq. 8.4)"
    f, c, u, v = place
    rows = _rows(layer, x, u=u, v=v)
    terms = [(delta[f, i, j], x[c, y, m]) for i, j, _, _, y, m in rows]
    return f"{_sum(terms, 'delta', 'x')}   (eq. 3.1)"


def explain(
    key: Key, place: Place, found: Arrays, layers: Sequence[Layer], p: np.ndarray, label: int
) -> str:
    """How the number at `place` (map, row, column) of found[key] is made: one to three lines of
    HTML.

    layers: the network's; p: the shares that softmax gives; label: the right class.
    """
    what, _, index = key.partition(":")
    n, a = int(index or 0), found[key]
    H, W = a.shape[-2:] if a.ndim > 1 else (1, len(a))
    place = _unravel((place[0] * H + place[1]) * W + place[2], a)
    value, x = number(a[place]), found[f"out:{n - 1}"] if n else found["x"]
    if what == "x":
        return f"x = {value}: a grey level of the image, from 0 to 1"
    if what == "out":
        return _forward(layers[n], place, x, a[place])
    if what == "grad_w":
        return f"grad_w = {_grad_w(layers[n], place, x, found[f'back:{n}'])}\n    = {value}"
    above = 0 if what == "grad_x" else n + 1  # the layer that sends this error
    if above == len(layers):
        onehot = int(place[0] == label)
        sent = f"p − onehot = {number(p[place])} − {onehot}   (eq. 8.2)"
    else:
        read = found[f"out:{above - 1}"] if above else found["x"]
        sent = _back(layers[above], place, read, found[f"out:{above}"], found[f"back:{above}"])
    if what == "back" and hasattr(layers[n], "weights"):
        return f"grad_out = {sent}\ndelta = grad_out·f′(net) = {value}   (eq. 6.1)"
    return f"{'grad_x' if what == 'grad_x' else 'grad_out'} = {sent}\n    = {value}"
