"""words: how numbers are written and read, and how cells and counts are called (level 5).

A key "x:1,0" names the cell x[1,0]. What the explorers print is what they accept: a number that is
copied from the page, or typed as people type them, is read back.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cnnlib.typed import MINUS

# ---- what the views hand each other

Key = str  # of a cell: "x:1,0"
Place = tuple[int, ...]  # of a cell in its array: (1, 0)
Typed = float | str  # what a reader gives as a number or as an answer
Arrays = dict[str, np.ndarray]  # by name
Options = dict[str, Any]  # arguments of a Stack, a Grid or an explorer, by name
Values = dict[Key, float]  # the number of every cell
Term = Sequence[Key]  # receiver, factor, factor: see links
Terms = list[list[Key]]
Ids = list[int]  # places in a list of terms
Story = dict[str, Any]  # what selecting a cell tells: see links
Stories = dict[Key, Story]

# ---- writing


@lru_cache(10_000)
def number(value: float) -> str:
    """At most four significant digits; "" where there is no number.

    With a true minus sign: screen readers say it, a hyphen is often skipped.
    """
    return "" if math.isnan(value) else f"{value + 0:.4g}".replace("-", MINUS)


@lru_cache(10_000)
def factor(value: float) -> str:
    """A number as a factor: a negative one in brackets."""
    text = number(value)
    return f"({text})" if value < 0 else text


def signed(n: int | str) -> str:
    """A whole number, or what stands in its place, with a true minus sign."""
    return str(n).replace("-", MINUS)


def plural(count: int, noun: str, verbs: str = "") -> str:
    """2 products, 1 product; with verbs="is/are" also 2 products are, 1 product is."""
    one, _, many = verbs.partition("/")
    return f"{count} {noun}{'s' * (count != 1)} {one if count == 1 else many}".rstrip()


# ---- comparing


def same(guess: float, right: float) -> bool:
    """Whether a guess is right, as far as four printed digits tell.

    So it is when both are alike within half a unit of their fourth digit, or are printed alike. A
    distance below 1e-9 is taken for rounding.
    """
    if number(guess) == number(right):
        return True
    size = min(abs(guess), abs(right))
    unit = 10.0 ** (math.floor(math.log10(size)) - 3) if 0 < size < math.inf else 0.0
    return abs(guess - right) <= max(0.5000001 * unit, 1e-9)


# ---- keys


def label(key: Key) -> str:
    """What the reader calls a cell: x[1,0] for "x:1,0"."""
    name, _, index = key.rpartition(":")
    return f"{name}[{index}]"


def name_of(key: Key) -> str:
    """The array that a key names: "x" of "x:1,0", "out:2" of "out:2:0,1,5"."""
    return key.rpartition(":")[0]


@lru_cache(10_000)
def index_of(key: Key) -> Place:
    """The place in that array: (1, 0) of "x:1,0"."""
    return tuple(int(n) for n in key.rpartition(":")[2].split(","))


def row_of(key: Key) -> str:
    """All of a key but its last index: the cells of one row share it."""
    return key.rpartition(",")[0]
