"""cells: what the explorers on number grids share: keys of cells, borders, holes, the lines of reference.py."""
import inspect

import numpy as np

from cnnlib.arguments import array, pair
from cnnlib.views.frames import Grid
from cnnlib.views.links import index_of, name_of, value

LARGEST = 24  # rows or columns of one printed grid; beyond that numbers help nobody
MOST_CELLS = 900  # of all grids together: keeps the first frame below 60 KB


def given(value, name, ranks):
    """A float array of one of the allowed ranks, not empty, finite and small enough to print."""
    a = array(value, name)
    if a.ndim not in ranks or not a.size:
        wanted = " or ".join(f"{r} axes" for r in ranks)
        raise ValueError(f"{name} has shape {a.shape}, wanted {wanted} and at least one number")
    if not np.isfinite(a).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    if max(a.shape[-2:]) > LARGEST:
        raise ValueError(f"{name} has shape {a.shape}; explorers print grids of up to {LARGEST}x{LARGEST} numbers")
    return a


def key(name, index, rank):
    """The key of a cell of an array with `rank` axes: leading axes that the array does not have are left out."""
    return f"{name}:{','.join(map(str, index[len(index) - rank :]))}"


def keys_of(name, shape, rank):
    """The keys of a whole array of the full `shape`, as an array of texts; `rank` axes are named."""
    out = np.empty(shape, object)
    for index in np.ndindex(*shape):
        out[index] = key(name, index, rank)
    return out


def fill(keys, kind):
    """Name the empty places of a 2-D array of keys: they hold no variable."""
    for place in np.argwhere(keys == ""):
        keys[tuple(place)] = f"{kind}:{','.join(map(str, place))}"
    return keys


def surround(keys, before, after, kind="pad"):
    """2-D keys with a border of places that hold no variable; negative widths cut keys off."""
    (top, left), (bottom, right) = before, after
    rows, columns = slice(max(0, -top), len(keys) - max(0, -bottom)), slice(max(0, -left), keys.shape[1] - max(0, -right))
    wide = [(max(0, top), max(0, bottom)), (max(0, left), max(0, right))]
    return fill(np.pad(keys[rows, columns], wide, constant_values=""), kind)


def spread(keys, stride):
    """2-D keys with stride - 1 holes between them."""
    out = np.full([(n - 1) * s + 1 for n, s in zip(keys.shape, stride)], "", object)
    out[:: stride[0], :: stride[1]] = keys
    return fill(out, "gap")


def numbers_at(keys, numbers):
    """The number in each place; 0 where the place holds no variable."""
    out = np.zeros(keys.shape)
    for place, k in np.ndenumerate(keys):
        if name_of(k) in numbers:
            out[place] = value(numbers, k)
    return out


def headings(size, padding):
    """Row and column numbers of a padded image: the padding has the negative ones."""
    if not any(padding):
        return {}
    rows, columns = (tuple(range(-p, n + p)) for n, p in zip(size, padding))
    return {"rows": rows, "columns": columns}


def stack(name, full, note="", padding=(0, 0), rank=2, **options):
    """The grids of an array of full shape (..., H, W), one for each leading index, below each other."""
    keys, grids = keys_of(name, full.shape, rank), []
    for lead in np.ndindex(*full.shape[:-2]):
        places = surround(keys[lead], padding, padding)
        title = f"{name}[{','.join(map(str, lead[len(lead) - rank + 2 :]))}]" if rank > 2 else name
        numbers = numbers_at(places, {name: full.reshape(full.shape[full.ndim - rank :])})
        grids.append(Grid(name, numbers, note, title, keys=places, **headings(full.shape[-2:], padding), **options))
    return grids


def code_of(function):
    """The loops of a reference function, from its first `for`; and the number of the line that adds."""
    lines = inspect.getsource(function).splitlines()
    start = next(n for n, line in enumerate(lines) if line.strip().startswith("for "))
    stop = max(n for n, line in enumerate(lines) if "] += " in line or "winners[" in line)
    return [line[4:] for line in lines[start : stop + 1]], stop - start


def full(a, rank):
    """The array with leading axes of length 1, so that it has `rank` axes."""
    return a.reshape((1,) * (rank - a.ndim) + a.shape)


def border(places, kinds=("pad", "gap")):
    """The keys among `places` that hold no variable."""
    return [k for k in np.ravel(places) if name_of(k) in kinds]


def both(value, name, least):
    """stride or padding as (vertical, horizontal)."""
    return pair(value, name, least)


def last(k):
    """Row and column of a cell, whatever its leading indices."""
    return index_of(k)[-2:]
