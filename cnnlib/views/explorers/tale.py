"""cells: what the explorers on number grids share: keys of cells, borders, holes, lines of
reference.py (level 6)."""

import inspect
from functools import cache, cached_property

import numpy as np

from cnnlib.arguments import array
from cnnlib.views.frames import Grid, Scene
from cnnlib.views.links import gather, scatter, values_of
from cnnlib.views.words import index_of, name_of

LARGEST = 40  # rows or columns of one grid; beyond that the cells of a map are too many to point at


def given(value, name, ranks):
    """A float array of one of the allowed ranks, not empty, finite and small enough to point at."""
    a = array(value, name)
    if a.ndim not in ranks or not a.size:
        wanted = " or ".join(f"{r} axes" for r in ranks)
        raise ValueError(f"{name} has shape {a.shape}, wanted {wanted} and at least one number")
    if not np.isfinite(a).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    if max(a.shape[-2:]) > LARGEST:
        raise ValueError(
            f"{name} has shape {a.shape}, wanted at most {LARGEST}x{LARGEST}: more cannot be pointed at"
        )
    return a


def full(a, rank):
    """The array with leading axes of length 1, so that it has `rank` axes."""
    return a.reshape((1,) * (rank - a.ndim) + a.shape)


def trim(a, rank):
    """The array without leading axes of length 1, so that it has `rank` axes."""
    return a.reshape(a.shape[a.ndim - rank :])


def switch(name, label, value, options):
    """A switch of an explorer; a number that is none of its options becomes one, a text is
    refused."""
    value = value[0] if isinstance(value, tuple) and value[0] == value[1] else value
    if value not in options:
        if isinstance(options[0], str):
            raise ValueError(f"{name} is {value!r}, wanted one of {', '.join(options)}")
        options = (value, *options)
    return {"name": name, "label": label, "value": value, "options": list(options)}


def key(name, index, rank):
    """The key of a cell of an array with `rank` axes: leading axes that the array does not have are
    left out."""
    return f"{name}:{','.join(map(str, index[len(index) - rank :]))}"


def keys_of(name, shape, rank):
    """The keys of a whole array of the full `shape`, as an array of texts; `rank` axes are
    named."""
    out = np.empty(shape, object)
    for index in np.ndindex(*shape):
        out[index] = key(name, index, rank)
    return out


def last(k):
    """Row and column of a cell, whatever its leading indices."""
    return index_of(k)[-2:]


def fill(keys, kind):
    """Name the empty places of a 2-D array of keys: they hold no variable."""
    for place in np.argwhere(keys == ""):
        keys[tuple(place)] = f"{kind}:{','.join(map(str, place))}"
    return keys


def surround(keys, before, after, kind="pad"):
    """2-D keys with a border of places that hold no variable; negative widths cut keys off."""
    (top, left), (bottom, right) = before, after
    H, W = keys.shape
    kept = keys[max(0, -top) : H - max(0, -bottom), max(0, -left) : W - max(0, -right)]
    wide = [(max(0, top), max(0, bottom)), (max(0, left), max(0, right))]
    return fill(np.pad(kept, wide, constant_values=""), kind)


def spread(keys, stride):
    """2-D keys with stride - 1 holes between them."""
    out = np.full([(n - 1) * s + 1 for n, s in zip(keys.shape, stride, strict=True)], "", object)
    out[:: stride[0], :: stride[1]] = keys
    return fill(out, "gap")


def border(places):
    """The keys among `places` that hold no variable."""
    return [k for k in np.ravel(places) if name_of(k) in ("pad", "gap")]


def numbers_at(keys, values):
    """The number in each place; 0 where the place holds no variable."""
    return np.array([values.get(k, 0.0) for k in keys.flat]).reshape(keys.shape)


def padded_grid(name, keys, padding, values, note="", title="", kind="pad", **options):
    """A grid of `keys` with a border: the padding has the negative row and column numbers."""
    places, size = surround(keys, padding, padding, kind), keys.shape
    rows, columns = (tuple(range(-p, n + p)) for n, p in zip(size, padding, strict=True))
    options |= {"keys": places, "rows": rows, "columns": columns, "size": size}
    return Grid(name, numbers_at(places, values), note, title, **options)


def stack(name, shape, tale, note="", padding=(0, 0), **options):
    """The grids of an array of the full shape (..., H, W), one for each leading index, below each
    other."""
    rank, grids = tale.numbers[name].ndim, []
    keys = keys_of(name, shape, rank)
    for lead in np.ndindex(*shape[:-2]):
        title = f"{name}[{','.join(map(str, lead[len(lead) - rank + 2 :]))}]" if rank > 2 else name
        grids.append(padded_grid(name, keys[lead], padding, tale.values, note, title, **options))
    return grids


@cache
def code_of(function):
    """The loops of a reference function, from its first `for`, indented by 2; and the number of the
    line that adds."""
    source = inspect.getsource(function).splitlines()
    start = next(n for n, line in enumerate(source) if line.strip().startswith("for "))
    stop = max(n for n, line in enumerate(source) if "] += " in line)
    bare = [(line.lstrip(), len(line) - len(line.lstrip())) for line in source[start : stop + 1]]
    return [" " * ((deep - bare[0][1]) // 2) + text for text, deep in bare], stop - start


class Tale:
    """What one explorer tells of its numbers. A subclass sets `numbers` and `terms` in
    __init__(**numbers, **options) and gives panes(), stories() and wrong(); target is the array
    that may be predicted."""

    title = target = ""
    loops = None  # the function of reference.py whose lines are shown
    controls = ()

    @property
    def line(self):
        return code_of(self.loops)[1]

    def keys(self, name):
        """All cells of an array, in the order of the loops."""
        shape = self.numbers[name].shape
        return keys_of(name, shape, len(shape)).ravel().tolist()

    @cached_property
    def values(self):
        """The number of every cell, by its key."""
        return values_of(self.numbers)

    def gather(self, say, keys, **how):
        return gather(self.terms, self.values, say, self.line, keys, **how)

    def scatter(self, say, keys):
        return scatter(self.terms, self.values, say, self.line, keys)

    def first(self, stories):
        """The cell that is selected at the start: of the target the first one with most to tell, in
        reading order."""
        return max(self.keys(self.target), key=lambda k: len(stories[k]["terms"]))

    def scene(self, hidden=frozenset()):
        """The Scene, the cells `hidden` waiting for a guess."""
        code, stories = code_of(self.loops)[0], self.stories()
        links = {"terms": self.terms, "stories": stories, "first": self.first(stories)}
        return Scene(
            self.title,
            self.panes(),
            links,
            self.numbers,
            code,
            self.target,
            self.wrong,
            self.controls,
            hidden,
        )
