"""arguments: what every public function asks of its arrays and numbers, and the words of its
refusals (level 0)."""

import numbers
import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

Pair = tuple[int, int]  # vertical, horizontal
Size = int | tuple[int, ...] | list[int]  # what is taken for a Pair: one number for both, or two
AnyPath = str | os.PathLike[str]


def array(value: ArrayLike, name: str, shape: str | None = None) -> np.ndarray:
    """`value` as a floating-point array: integers and booleans become float64, float32 stays.

    shape: the axes wanted, in words such as "(F, C, K_H, K_W)"; their number is checked.
    Raises TypeError for what is not real numbers and for masked arrays, ValueError for a wrong
    number of axes.
    """
    a = unmasked(value, name)
    if a.dtype.kind not in "fiub":
        raise TypeError(f"{name} holds {a.dtype.name} values, wanted real numbers")
    if a.dtype not in (np.float32, np.float64):
        a = a.astype(np.float64)
    if shape is not None and a.ndim != shape.count(",") + (shape[-2] != ","):
        raise ValueError(f"{name} has shape {a.shape}, wanted {shape}")
    return a


def unmasked(value: ArrayLike, name: str) -> np.ndarray:
    """`value` as an array; a masked one is refused, since its mask would be lost."""
    if type(value) is np.ndarray:
        return value
    parts = value if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise TypeError(
            f"{name} is a masked array, and its mask would be lost; wanted plain numbers: "
            f"{name}.filled(0), if 0 is what stands for the masked ones"
        )
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} is not a rectangular array of numbers: its rows have different lengths"
        ) from error


def float_type(dtype: DTypeLike) -> np.dtype:
    """float32 or float64 as a NumPy dtype; TypeError for any other number type."""
    found = np.dtype(dtype)
    if found not in (np.float32, np.float64):
        raise TypeError(f"dtype is {found}, wanted float32 or float64")
    return found


def samples(value: ArrayLike, name: str) -> np.ndarray:
    """A stack of samples as an array in its own number type: each batch of it becomes floats later,
    by array().

    So 60,000 images of whole numbers are not copied to eight times their size. Raises as array()
    does.
    """
    if not isinstance(value, np.ndarray):
        return array(value, name)
    array(value[:0] if value.ndim else value, name)  # refuses what holds no real numbers
    return value


AXES = {"image": "(C, H, W)", "batch": "(N, C, H, W)"}
CURES = {  # (wanted, axes met): what to write
    ("image", 2): "; a grey picture is {}[None]",
    ("image", 4): "; the first image of a batch is {}[0]",
    ("batch", 2): "; a grey picture is {}[None, None]",
    ("batch", 3): "; one image is {}[None]",
}


def images(value: ArrayLike, name: str, rank: str) -> np.ndarray:
    """A batch or one image; the refusal says how to turn the one into the other."""
    try:
        return array(value, name, AXES[rank])
    except ValueError as error:
        ndim = np.ndim(value) if isinstance(value, np.ndarray) else 0
        raise ValueError(f"{error}{CURES.get((rank, ndim), '').format(name)}") from None


def weights(
    value: ArrayLike,
    axes: str = "(F, C, K_H, K_W)",
    what: tuple[str, str] = ("filters", "channels"),
) -> np.ndarray:
    """Kernels (F, C, K_H, K_W), at least one filter of at least one channel; or a dense layer's
    weights, by their axes and what these count."""
    w = array(value, "w", axes)
    for count, counted in zip(w.shape, what):
        if not count:
            raise ValueError(f"w has 0 {counted}, wanted at least 1")
    return w


def dense_weights(value: ArrayLike) -> np.ndarray:
    """The weights (O, I) of a dense layer, at least one output of at least one input."""
    return weights(value, "(O, I)", ("outputs", "inputs"))


def whole(value: int, name: str, least: int) -> int:
    """`value` as an int that is at least `least`; TypeError for anything but a whole number."""
    if type(value) is not int:  # an int skips the slow questions
        number = _of_no_axes(value)
        if isinstance(number, (bool, np.bool_)) or not isinstance(number, numbers.Integral):
            raise TypeError(f"{name} is {value!r}, wanted a whole number")
        value = int(number)
    if value < least:
        raise ValueError(f"{name} is {value}, wanted at least {least}")
    return value


def _of_no_axes(value):
    """The number in an array without axes, such as np.array(2); anything else as it is."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def real(value: float, name: str, fits: Callable[[float], bool], wanted: str) -> float:
    """`value` when it is a real number and fits(value); `wanted` says in words which numbers
    fit."""
    value = _of_no_axes(value)
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is {value!r}, wanted a number {wanted}")
    if not fits(value):
        raise ValueError(f"{name} is {value}, wanted a number {wanted}")
    return value


def generator(rng: np.random.Generator) -> np.random.Generator:
    """`rng` when it is a generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}, wanted a generator: np.random.default_rng(0)")
    return rng


def pair(value: Size, name: str, least: int) -> tuple[int, int]:
    """An int for both axes, or (vertical, horizontal), as a pair of ints of at least `least`."""
    if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim):
        if len(value) != 2:
            raise ValueError(
                f"{name} has {len(value)} numbers, wanted one or two: (vertical, horizontal)"
            )
        vertical, horizontal = value
        return whole(vertical, name, least), whole(horizontal, name, least)
    number = whole(value, name, least)
    return number, number


def same_shape(a: np.ndarray, name: str, wanted: Sequence[int], why: str) -> None:
    """Refuse `a` unless it has the shape `wanted`; `why` says where that shape comes from."""
    if a.shape != tuple(wanted):
        raise ValueError(f"{name} has shape {a.shape}, wanted {tuple(wanted)}: {why}")


TURNS = {  # the axes of other libraries: how to bring them into the order of this one
    "(H, W, C)": (2, 0, 1),
    "(N, H, W, C)": (0, 3, 1, 2),
    "(K_H, K_W, C, F)": (3, 2, 0, 1),
    "(I, O)": (1, 0),
}


def turn(name: str, axes: str) -> str:
    """What to write for an array whose axes are those of another library."""
    return f"; if {name} is {axes}, take {name}.transpose{TURNS[axes]}"


def turned_to(a: np.ndarray, name: str, wanted: Sequence[int]) -> str:
    """What to write if the axes of `a`, taken for another library's, make the shape wanted; "" if
    none do."""
    for axes, order in TURNS.items():
        if a.ndim == len(order) and a.transpose(order).shape[-len(wanted) :] == tuple(wanted):
            return turn(name, axes)
    return ""


def same_channels(x: np.ndarray, w: np.ndarray) -> None:
    """Refuse an input and kernels whose numbers of channels differ; say what to transpose."""
    if x.shape[-3] == w.shape[1]:
        return
    of_x = turn("x", "(H, W, C)" if x.ndim == 3 else "(N, H, W, C)")
    of_w = turn("w", "(K_H, K_W, C, F)")
    picture = x.shape[-1] < min(x.shape[-3:-1])  # fewer channels than pixels
    cure = ""
    if picture and x.shape[-1] == w.shape[1]:
        cure = of_x
    elif x.shape[-3] == w.shape[2]:
        cure = of_w
    elif picture and x.shape[-1] == w.shape[2]:
        cure = of_x + of_w
    raise ValueError(f"x has {x.shape[-3]} channels, w expects {w.shape[1]}{cure}")


def same_inputs(x: np.ndarray, w: np.ndarray) -> None:
    """Refuse samples whose length is not the number of inputs of a dense layer."""
    if x.shape[-1] != w.shape[1]:
        cure = turn("w", "(I, O)") if x.shape[-1] == w.shape[0] else ""
        raise ValueError(f"x has {x.shape[-1]} numbers a sample, w expects {w.shape[1]}{cure}")


def one_bias_a_filter(b: np.ndarray, w: np.ndarray) -> None:
    """Refuse biases that do not match the filters, or a dense layer's outputs, in number."""
    if b.shape[0] != w.shape[0]:
        dense = w.ndim == 2
        axes, of = ("(I, O)", "outputs") if dense else ("(K_H, K_W, C, F)", "filters")
        cure = turn("w", axes) if b.shape[0] == w.shape[-1] else ""
        raise ValueError(f"b has {b.shape[0]} numbers, w has {w.shape[0]} {of}{cure}")


def winners_of(winners: ArrayLike, shape: Sequence[int], size: tuple[int, int]) -> np.ndarray:
    """`winners` as integers inside the window, one for each output cell."""
    a = unmasked(winners, "winners")
    if a.dtype.kind not in "iu":
        raise TypeError(f"winners holds {a.dtype.name} values, wanted whole numbers")
    same_shape(a, "winners", shape, "one winner for each number of grad_out")
    if a.size and not 0 <= a.min() <= a.max() < size[0] * size[1]:
        met, last = f"{a.min()} to {a.max()}", size[0] * size[1] - 1
        raise ValueError(
            f"winners runs from {met}, wanted 0 to {last} in a {size[0]}x{size[1]} window"
        )
    return a
