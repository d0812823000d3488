"""style: the colours of the page and of its quantities (level 5).

A quantity has one colour wherever it stands: in grids, formulas, maps and still frames. Sign,
selection and quantity are never shown by colour alone.
"""

from typing import NamedTuple

import numpy as np


class Colour(NamedTuple):
    """A colour on light paper, on dark paper, and one between that is seen on both."""

    light: str
    dark: str
    still: str


# far apart for every kind of eye; shared/colours.css says the same, and a test compares them
QUANTITIES = {
    "x": Colour("#2f4b66", "#53b0e9", "#3f86d0"),
    "w": Colour("#713403", "#fbbe60", "#b8701c"),
    "delta": Colour("#b609ac", "#f670b6", "#c545b5"),
    "net": Colour("#1f1c20", "#f3f9f8", "#888888"),
    "grad": Colour("#0a765b", "#65efb6", "#1f9a78"),
}
PLAIN = "#888888"  # of what is no quantity
# what a name is called beside the quantity that it belongs to
ALIASES = {
    "b": "w",
    "w_rot": "w",
    "C": "w",
    "out": "net",
    "columns": "x",
    "s": "net",
    "exp": "net",
    "p": "net",
    "delta_wide": "delta",
    "so_far": "grad",
    "grad_x": "grad",
    "grad_w": "grad",
    "grad_b": "grad",
    "grad_out": "grad",
}


def quantity(name: str) -> str:
    """The quantity that the grid, array or cell of this name shows, a key of QUANTITIES; "" for
    none."""
    name = name.partition(":")[0]
    name = ALIASES.get(name, name)
    return name if name in QUANTITIES else ""


def hue(name: str) -> str:
    """The colour of what a name stands for, on a paper that may be light or dark."""
    kind = quantity(name)
    return QUANTITIES[kind].still if kind else PLAIN


def tints(name: str, count: int) -> list[str]:
    """So many tints of that colour, from pale to strong, to write black on: for the parts of one
    quantity, such as the weights of a kernel."""
    own = np.array([int(hue(name)[n : n + 2], 16) for n in (1, 3, 5)])
    strengths = np.linspace(0.25, 0.75, count)
    mixed = (np.round(255 + strength * (own - 255)).astype(int) for strength in strengths)
    return ["#" + bytes(rgb.tolist()).hex() for rgb in mixed]


def table(name: str, size: int = 256) -> np.ndarray:
    """matplotlib's colour table `name` as (size, 3) bytes."""
    import matplotlib  # only where colours are needed: grids of numbers do without

    colours = matplotlib.colormaps[name](np.linspace(0, 1, size))
    return np.round(255 * colours[:, :3]).astype(np.uint8)
