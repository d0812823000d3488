"""given: what explorers ask of the arrays that they are given (level 6)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import Size, array
from cnnlib.geometry import Geometry
from cnnlib.views.words import Place

LARGEST = (
    40  # rows or columns of one array; beyond that the cells of a map are too many to point at
)
BORDER = 8  # what padding and holes may add to them
BRIGHTEST = 1e30  # of numbers that are painted: maps are float32


def given(value: ArrayLike, name: str, ranks: Sequence[int]) -> np.ndarray:
    """A float array of one of the allowed ranks, not empty, finite and small enough to point at.

    Raises ValueError for what is none of that, TypeError for what holds no numbers.
    """
    a = array(value, name)
    if a.ndim not in ranks or not a.size:
        wanted = " or ".join(f"{r} axes" for r in ranks)
        raise ValueError(f"{name} has shape {a.shape}, wanted {wanted} and at least one number")
    pointable(a.shape, name)
    return finite(a, name)


def finite(a: np.ndarray, name: str) -> np.ndarray:
    """The array, when all its numbers are finite; else ValueError."""
    if not np.isfinite(a).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return a


def pointable(shape: Place, what: str, most: int = LARGEST) -> None:
    """Refuse an array whose cells are too many to point at; before it is made, where it grows."""
    if max(shape[-2:]) > most:
        met = f"{what} has shape {tuple(shape)}, wanted at most {most}x{most}"
        raise ValueError(f"{met}: more cannot be pointed at")


def walk_over(
    name: str, input_size: Size, kernel_size: Size, stride: Size, padding: Size = 0
) -> Geometry:
    """The Geometry of a window on an input called `name`.

    Raises ValueError where the padded input has more cells than can be pointed at, and for a stride
    beyond them; else as Geometry does.
    """
    geometry = Geometry(input_size, kernel_size, stride, padding)
    most = LARGEST + BORDER
    pointable(geometry.padded_size, f"{name} with its padding", most)
    if max(geometry.stride) > most:
        raise ValueError(f"stride is {geometry.stride}, wanted at most {most}")
    return geometry


def pictures(value: ArrayLike, name: str, wanted: str) -> np.ndarray:
    """Grey pictures as floats; `wanted` is their shape in words, such as "(H, W)".

    Raises ValueError for other shapes, and says how a colour picture becomes grey; and for numbers
    that are not finite.
    """
    a = array(value, name)
    rank = wanted.count(",") + 1
    if a.ndim != rank or not a.size:
        colour = a.ndim == rank + 1 and a.shape[-1] in (3, 4)
        how = f": {name}[..., :3].mean(axis=-1) makes colours grey" if colour else ""
        raise ValueError(f"{name} has shape {a.shape}, wanted {wanted}{how}")
    if np.abs(finite(a, name)).max() > BRIGHTEST:
        raise ValueError(f"{name} holds numbers beyond {BRIGHTEST:g}, wanted grey from 0 to 1")
    return a.astype(float)


def kernel_3x3(value: ArrayLike) -> np.ndarray:
    """A 3x3 kernel as floats; ValueError for another shape and for numbers that are too large."""
    w = array(value, "kernel").astype(float)
    if w.shape != (3, 3):
        raise ValueError(f"kernel has shape {w.shape}, wanted 3x3 numbers")
    if np.abs(finite(w, "kernel")).max() > BRIGHTEST:
        raise ValueError(f"kernel holds numbers beyond {BRIGHTEST:g}, wanted smaller ones")
    return w
