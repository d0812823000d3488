"""convolution: what the explorers of a convolution share, forward and back (level 6).

They take one channel and one filter as 2-D arrays, or all axes: x (C, H, W), w (F, C, K_H, K_W),
delta (F, H_out, W_out). Which cells belong together follows from geometry.index_map, the numbers
from reference.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from cnnlib.arguments import Pair
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.tale import Switch, border, full, keys_of, last, surround, switch
from cnnlib.views.words import Arrays, Key, Terms, signed


def products(
    order: Sequence[str], numbers: Arrays, filters: int, channels: int, rows: np.ndarray
) -> Terms:
    """The terms of eq. 1.1, 2.1 or 3.1: (receiver, factor, factor), `order` naming the arrays.

    numbers: the arrays, with as many axes as their keys shall name. rows: an index map.
    """
    terms: Terms = []
    i, j, u, v, y, z = rows.T
    for f, c in np.ndindex(filters, channels):
        places = {"net": (f, i, j), "delta": (f, i, j), "x": (c, y, z), "w": (f, c, u, v)}
        columns = []
        for name in order:
            place, a = places[name.removeprefix("grad_")], numbers[name]
            columns.append(keys_of(name, full(a, len(place)).shape, a.ndim)[place].tolist())
        terms += map(list, zip(*columns, strict=True))
    return terms


def window_border(
    pixels: np.ndarray, padding: Pair, geometry: Geometry
) -> Callable[[Key], list[Key]]:
    """A function of a cell's key: the keys of the padding that its window covers.

    pixels: the keys of a channel; geometry: of the window that walks over them.
    """
    places = surround(pixels, padding, padding)
    (s_v, s_h), (d_v, d_h), (high, wide) = geometry.stride, geometry.dilation, geometry.span

    def seen(k):
        i, j = last(k)
        top, left = i * s_v, j * s_h
        return border(places[top : top + high : d_v, left : left + wide : d_h])

    return seen


def rectangle(
    keys: Iterable[Key], start: np.ndarray, size: Pair, apart: Pair = (1, 1)
) -> list[Key]:
    """Those of the keys, in all channels, whose row is one of start, start + apart, .. (size of
    them), and whose column alike."""
    rows, columns = (
        range(n, n + k * d, d) for n, k, d in zip(start.tolist(), size, apart, strict=True)
    )
    return [k for k in keys if last(k)[0] in rows and last(k)[1] in columns]


def in_pair(text: str, sizes: Sequence[int], between: str = " and ") -> str:
    """Two sizes in words: once where they are equal."""
    first, second = sizes
    return text.format(first) if first == second else text.format(first) + between + str(second)


def set_apart(question: str, stride: Pair, padding: Pair) -> str:
    """The question of an explorer with its stride and padding, where they are not 1 and 0: on one
    page it may be asked several times."""
    steps = [in_pair("stride {}", stride)] * (tuple(stride) != (1, 1))
    told = steps + [in_pair("padding {}", padding)] * any(padding)
    return f"{question.removesuffix('?')}, with {' and '.join(told)}?" if told else question


def padding_note(padding: Pair) -> str:
    """What is said of a padded input."""
    return "the layer’s input" + (in_pair(", padding {}", padding) if any(padding) else "")


def spread_note(geometry: Geometry) -> str:
    """What is done to delta before the turned kernel slides over it: zeros between, zeros around,
    or a border that is cropped."""
    edges = sides(*geometry.border)
    zeros = [text for size, text in edges if size > 0] + between(geometry.stride)
    cropped = [text for size, text in edges if size < 0]
    notes = [f"zeros: {', '.join(zeros)}"] * bool(zeros)
    notes += [f"cropped: {', '.join(cropped)}"] * bool(cropped)
    return "\n".join(notes) or "no zeros around"


def sides(down: Pair, across: Pair) -> list[tuple[int, str]]:
    """(width, words) of each part of delta's border; a negative width is cropped.

    down, across: B before delta, and behind it B + r, where r rows or columns are left over.
    """
    if len({*down, *across}) == 1:
        return [(down[0], f"{abs(down[0])} around")]
    found = []
    names = (("above", "below", "above and below"), ("left", "right", "beside"))
    for (B, behind), (before, after, beside) in zip((down, across), names, strict=True):
        if B == behind:
            found.append((B, f"{abs(B)} {beside}"))
        else:
            found.append((B, f"{abs(B)} {before}"))
            found.append((behind, f"B + r = {signed(behind)} {after}"))
    return found


def between(stride: Pair) -> list[str]:
    """The zeros between the deltas, in words."""
    down, across = (s - 1 for s in stride)
    if down == across:
        return [f"{down} between"] * bool(down)
    axes = ((down, "rows"), (across, "columns"))
    return [f"{size} between {name}" for size, name in axes if size]


def geometry_switches(geometry: Geometry) -> list[Switch]:
    """Switches for stride and padding."""
    return [
        switch("stride", "stride", geometry.stride, (1, 2, 3)),
        switch("padding", "padding", geometry.padding, (0, 1, 2)),
    ]
