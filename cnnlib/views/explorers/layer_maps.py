"""layer_maps: the numbers of a network's layers as stacks of maps (level 6)."""

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.geometry import Geometry
from cnnlib.network import Network, softmax_cross_entropy
from cnnlib.views.explorers.explain import Layer, geometry_of, kind_of
from cnnlib.views.maps import Stack, Windows, reach
from cnnlib.views.words import Arrays, Key, Options

Trace = tuple[Arrays, float, np.ndarray]  # see trace
ROW = 340  # pixels: so wide is a phone
SMALL = 6  # so few maps, so few cells wide: a toy, drawn larger


def layer_names(layers: Sequence[Layer]) -> list[str]:
    """["conv 1", "pool 1", "conv 2", ...]; a kind that comes once has no number."""
    kinds = [kind_of(layer) for layer in layers]
    counts = [f" {kinds[: n + 1].count(k)}" * (kinds.count(k) > 1) for n, k in enumerate(kinds)]
    return [kind + count for kind, count in zip(kinds, counts, strict=True)]


def trace(network: Network, x: ArrayLike, label: int) -> Trace:
    """One image x (C, H, W) forward and back through a copy of the network.

    Returns ({key: array}, loss, p). Keys: "x", "grad_x", and for each layer n "out:n", "back:n"
    (delta = dE/dnet where the layer has weights, else dE/dout) and, where it has weights,
    "grad_w:n", "grad_out:n" and its "net:n" if it keeps one. The network itself stays untouched.
    """
    layers: list[Any] = copy.deepcopy(network).layers
    found = {"x": np.array(x, float)}
    out = found["x"]
    for n, layer in enumerate(layers):
        out = found[f"out:{n}"] = layer.forward(out)
    loss, grad = softmax_cross_entropy(out, label)
    p = grad + np.eye(len(grad))[label]
    for n, layer in reversed(list(enumerate(layers))):
        above, grad = grad, layer.backward(grad)
        weighted = hasattr(layer, "weights_grad")
        found[f"back:{n}"] = layer.delta if weighted else above
        if weighted:
            found |= {f"grad_w:{n}": layer.weights_grad, f"grad_out:{n}": above}
        if getattr(layer, "net", None) is not None:
            found[f"net:{n}"] = layer.net
    found["grad_x"] = grad
    return found, loss, p


def as_maps(a: ArrayLike) -> np.ndarray:
    """Any layer's numbers as maps (n, H, W).

    A vector is one row, kernels (F, C, K_H, K_W) are F*C maps.
    """
    a = np.asarray(a, float)
    return a.reshape(-1, *a.shape[-2:]) if a.ndim > 2 else a.reshape(1, -1, a.shape[-1])


def shape_of(maps: np.ndarray) -> Options:
    """How many maps stand in a row, and how many pixels wide a cell is: none needs more than ROW
    pixels where that can be helped."""
    count, _, wide = maps.shape[-3:]
    if count == 1:
        return {"zoom": max(3, min(12, ROW // 2 // wide))}
    if count <= SMALL and wide <= SMALL:
        return {"columns": SMALL, "zoom": 16}
    columns, zoom = (32, 3) if count > 100 else (16, 4) if count > 16 else (8, 5)
    zoom = max(3, min(zoom, ROW // (columns * wide)))
    return {"columns": max(1, min(columns, ROW // (zoom * wide))), "zoom": zoom}


def stack_of(
    key: Key, arrays: Iterable[np.ndarray], found: Arrays, layers: Sequence[Layer]
) -> Stack:
    """The Stack for one key of a trace.

    arrays: its numbers at every step. found: any step's trace, for the shapes.
    """
    what, _, index = key.partition(":")
    maps = np.stack([as_maps(a) for a in arrays])
    zoom = 16 if max(maps.shape[1:]) <= SMALL else 9
    if what == "x":
        return Stack(key, maps, key, kind="plain", zoom=zoom)
    if what == "grad_x":
        return Stack(key, maps, key, zoom=zoom, windows=cell_by_cell("x", maps), same_map=True)
    n = int(index)
    layer = layers[n]
    shape = np.shape(layer.weights if what == "w" else found[key])
    label = error_name(layer) if what == "back" else what
    names: list[str] = []
    if len(shape) == 4:
        names = [f"{f}, {c}, " for f, c in np.ndindex(*shape[:2])]
    return Stack(
        key,
        maps,
        f"{layer_names(layers)[n]} {label}",
        names=names,
        windows=windows_of(what, n, maps, found, layers),
        same_map=what == "back" or kind_of(layer) == "pool",
        **shape_of(maps),
    )


def windows_of(
    what: str, n: int, maps: np.ndarray, found: Arrays, layers: Sequence[Layer]
) -> Windows | None:
    """Which cells of which other stack light up with a cell of a layer's out or error, or None."""
    if what == "back":
        return cell_by_cell(f"out:{n}", maps)
    above = f"out:{n - 1}" if n else "x"
    geometry = geometry_of(layers[n], found[above]) if what == "out" else None
    return {above: reach(geometry)} if geometry else None


def cell_by_cell(name: str, maps: np.ndarray) -> Windows:
    """The windows of a stack whose cells stand for those of the stack `name`, each for one."""
    return {name: reach(Geometry(maps.shape[-2:], 1))}


def error_name(layer: Layer) -> str:
    """What the error at a layer is called: delta = dE/dnet where it has weights."""
    return "delta" if hasattr(layer, "weights") else "grad_out"


def rows_of(
    found: Arrays, count: int, shown: Callable[[str], Stack]
) -> list[tuple[str, list[Stack]]]:
    """The rows of a Page: the image, then what is found of each of `count` layers: its out, error,
    w and grad_w.

    shown(key): its Stack, whose caption names the layer: no heading takes room for that.
    """
    rows = [("", [shown("x"), shown("grad_x")])]
    for n in range(count):
        keys = [f"{what}:{n}" for what in ("out", "back", "w", "grad_w")]
        rows.append(("", [shown(key) for key in keys if key in found]))
    return rows
