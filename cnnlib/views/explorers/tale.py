"""tale: what the explorers on number grids share (level 6).

Keys of cells, borders, holes, the lines of reference.py, and the Tale: what one explorer tells.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np

from cnnlib.arguments import Pair
from cnnlib.views.frames import Grid, Panes, Scene
from cnnlib.views.links import FACTORS, gather, scatter, values_of
from cnnlib.views.words import Arrays, Ids, Key, Place, Stories, Terms, Values, index_of, name_of

Switch = dict[str, Any]  # name, label, value, options
HUGE = 1e300  # numbers beyond it cannot be computed with


def switch(name: str, text: str, value: Any, options: Sequence[Any]) -> Switch:
    """A switch of an explorer.

    A number that is none of its options becomes one; for a text ValueError is raised.
    """
    if isinstance(value, tuple) and value[0] == value[1]:
        value = value[0]
    if value not in options:
        if isinstance(options[0], str):
            raise ValueError(f"{name} is {value!r}, wanted one of {', '.join(options)}")
        options = (value, *options)
    return {"name": name, "label": text, "value": value, "options": list(options)}


# ---- axes and keys


def full(a: np.ndarray, rank: int) -> np.ndarray:
    """The array with leading axes of length 1, so that it has `rank` axes."""
    return a.reshape((1,) * (rank - a.ndim) + a.shape)


def trim(a: np.ndarray, rank: int) -> np.ndarray:
    """The array without leading axes of length 1, so that it has `rank` axes."""
    return a.reshape(a.shape[a.ndim - rank :])


def key(name: str, index: Place, rank: int) -> Key:
    """The key of a cell of an array with `rank` axes; leading indices that it has not are left
    out."""
    return f"{name}:{','.join(map(str, index[len(index) - rank :]))}"


def keys_of(name: str, shape: Place, rank: int) -> np.ndarray:
    """The keys of a whole array of the full `shape`, as an array of texts with `rank` indices."""
    out = np.empty(shape, object)
    for index in np.ndindex(*shape):
        out[index] = key(name, index, rank)
    return out


def last(k: Key) -> Place:
    """Row and column of a cell, whatever its leading indices."""
    return index_of(k)[-2:]


def numbers_at(keys: np.ndarray, values: Values) -> np.ndarray:
    """The number in each place; 0 where the place holds no variable."""
    return np.array([values.get(k, 0.0) for k in keys.flat]).reshape(keys.shape)


# ---- places that hold no variable


def fill(keys: np.ndarray, kind: str, lead: Place = ()) -> np.ndarray:
    """Name the empty places of a 2-D array of keys: they hold no variable. lead: what their names
    begin with, where there are several such arrays."""
    for place in np.argwhere(keys == ""):
        keys[tuple(place)] = f"{kind}:{','.join(map(str, (*lead, *place)))}"
    return keys


def surround(
    keys: np.ndarray, before: Pair, after: Pair, kind: str = "pad", lead: Place = ()
) -> np.ndarray:
    """2-D keys with a border of empty places; negative widths cut keys off."""
    (top, left), (bottom, right) = before, after
    H, W = keys.shape
    kept = keys[max(0, -top) : H - max(0, -bottom), max(0, -left) : W - max(0, -right)]
    wide = [(max(0, top), max(0, bottom)), (max(0, left), max(0, right))]
    return fill(np.pad(kept, wide, constant_values=""), kind, lead)


def spread(keys: np.ndarray, stride: Pair, lead: Place = ()) -> np.ndarray:
    """2-D keys with stride - 1 holes between them."""
    out = np.full([(n - 1) * s + 1 for n, s in zip(keys.shape, stride, strict=True)], "", object)
    out[:: stride[0], :: stride[1]] = keys
    return fill(out, "gap", lead)


def border(places: np.ndarray) -> list[Key]:
    """The keys among `places` that hold no variable."""
    return [k for k in np.ravel(places) if name_of(k) in ("pad", "gap")]


# ---- grids


def padded_grid(
    name: str,
    keys: np.ndarray,
    padding: Pair,
    values: Values,
    note: str = "",
    title: str = "",
    kind: str = "pad",
    **options: Any,
) -> Grid:
    """A Grid of `keys` with a border: the padding has the negative row and column numbers."""
    places, size = surround(keys, padding, padding, kind), keys.shape
    rows, columns = (tuple(range(-p, n + p)) for n, p in zip(size, padding, strict=True))
    options |= {"keys": places, "rows": rows, "columns": columns, "size": size}
    return Grid(name, numbers_at(places, values), note, title, **options)


def stack(
    name: str, shape: Place, tale: "Tale", note: str = "", padding: Pair = (0, 0), **options: Any
) -> list[Grid]:
    """The Grids of an array of the full shape (..., H, W), one for each leading index."""
    rank, grids = tale.numbers[name].ndim, []
    keys = keys_of(name, shape, rank)
    for lead in np.ndindex(*shape[:-2]):
        title = f"{name}[{','.join(map(str, lead[len(lead) - rank + 2 :]))}]" if rank > 2 else name
        grids.append(padded_grid(name, keys[lead], padding, tale.values, note, title, **options))
    return grids


@cache
def code_of(function: Callable[..., Any]) -> tuple[list[str], int]:
    """(lines, number of the line that adds): the loops of a reference function, indented by 2."""
    source = inspect.getsource(function).splitlines()
    start = next((n for n, line in enumerate(source) if line.strip().startswith("for ")), None)
    stop = max((n for n, line in enumerate(source) if "] += " in line), default=None)
    if start is None or stop is None:
        raise ValueError(f"{function.__name__} has no loop to show: a for, and a line with ] += ")
    bare = [(line.lstrip(), len(line) - len(line.lstrip())) for line in source[start : stop + 1]]
    return [" " * ((deep - bare[0][1]) // 2) + text for text, deep in bare], stop - start


def writes(function: Callable[..., Any], name: str) -> int:
    """The number of the line, among those of code_of, that writes into an array."""
    return next(n for n, line in enumerate(code_of(function)[0]) if line.strip().startswith(name))


class Tale:
    """What one explorer tells of its numbers; it changes none of them.

    A subclass sets `numbers` (all arrays by name) and `terms` in __init__(**numbers, **options),
    and gives panes(), stories() and wrong() as frames.Scene wants them. target: the array that may
    be predicted; source: the array whose cells are marked before that; written: the columns of a
    term's factors, in the order in which the equation has them.
    """

    numbers: Arrays
    terms: Terms
    title = target = source = ""
    written: Sequence[int] = FACTORS
    asked = False  # is something hidden, so that sums must not tell it?
    loops: Callable[..., Any]  # the function of reference.py whose lines are shown
    controls: Sequence[Switch] = ()

    def panes(self) -> Panes:
        """Titles and columns of grids."""
        raise NotImplementedError("a tale of grids has panes")

    def stories(self) -> Stories:
        """What each cell tells that can be selected."""
        raise NotImplementedError("a tale of grids has stories")

    def wrong(self) -> Arrays:
        """{known wrong procedure: the target array that it gives}."""
        raise NotImplementedError("a tale of grids knows wrong procedures")

    def missed(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        """(known slip, the cells of the source that are met then) for a cell of the target; those
        of `misplaced` besides."""
        return ()

    @property
    def line(self) -> int:
        """The line of the loops that adds."""
        return code_of(self.loops)[1]

    def keys(self, name: str) -> list[Key]:
        """All cells of an array, in the order of the loops."""
        shape = self.numbers[name].shape
        return keys_of(name, shape, len(shape)).ravel().tolist()

    @cached_property
    def values(self) -> Values:
        """The number of every cell, by its key."""
        return values_of(self.numbers)

    def gather(self, say: Callable[[Key, Ids], str], keys: Sequence[Key], **how: Any) -> Stories:
        """The stories of receivers: see links.gather."""
        how["written"] = self.written
        return gather(self.terms, self.values, say, self.line, keys, **how)

    def scatter(self, say: Callable[[Key, Ids], str], keys: Sequence[Key]) -> Stories:
        """The stories of sources: see links.scatter."""
        return scatter(self.terms, self.values, say, self.line, keys, self.written)

    # ---- which cells take part

    @cached_property
    def _parts(self):
        found: dict[Key, set[Key]] = {k: set() for k in self.keys(self.target)}
        for receiver, *factors in self.terms:
            if receiver in found:
                found[receiver].update(k for k in factors if name_of(k) == self.source)
        return found

    def taking_part(self, k: Key) -> frozenset[Key]:
        """The cells of the source that take part in a cell of the target."""
        return frozenset(self._parts[k])

    def wrong_cells(self, k: Key) -> list[tuple[str, frozenset[Key]]]:
        """(known slip, the cells that are met then) for a cell of the target."""
        sources = frozenset(self.keys(self.source))
        slips = [*self.missed(k), *self.misplaced(k)]
        return [(slip, frozenset(cells) & sources) for slip, cells in slips]

    def misplaced(self, k: Key) -> Iterable[tuple[str, Iterable[Key]]]:
        """The slips of every explorer: the cells of another place are taken for those of `k`."""
        rows, columns = self.numbers[self.target].shape[-2:]
        (*_, i, j), outer = index_of(k), index_of(k)[:-2]

        def of(i, j):
            return self._parts.get(key(self.target, (*outer, i, j), len(outer) + 2), ())

        yield "rows and columns are exchanged (transposed)", of(j, i)
        yield "it is counted from the far corner (turned)", of(rows - 1 - i, columns - 1 - j)
        yield (
            f"only the cell of {self.source} at the same place is taken",
            [cell for cell in self.keys(self.source) if last(cell) == (i, j)],
        )
        for down, across in np.ndindex(3, 3):
            yield "every index is one off", of(i + down - 1, j + across - 1)

    def first(self, stories: Stories) -> Key:
        """The cell that is selected at the start: the first of the target with most to tell."""
        return max(self.keys(self.target), key=lambda k: len(stories[k]["terms"]))

    def scene(self, hidden: frozenset[Key] = frozenset()) -> Scene:
        """The Scene, the cells `hidden` waiting for a guess; ValueError for numbers too large."""
        self.asked = bool(hidden)
        for name, a in self.numbers.items():
            if not (np.abs(a) <= HUGE).all():
                raise ValueError(f"{name} would hold numbers beyond {HUGE:g}: too large to show")
        stories = self.stories()
        links = {
            "terms": self.terms,
            "written": list(self.written),
            "stories": stories,
            "first": self.first(stories),
        }
        return Scene(
            self.title,
            self.panes(),
            links,
            self.numbers,
            code_of(self.loops)[0],
            self.target,
            self.wrong,
            self.controls,
            hidden,
        )
