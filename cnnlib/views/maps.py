"""maps: stacks of maps -> bytes for a canvas, and an <img> for the first frame (level 5).

A number becomes a palette index from 1 to 255: on the signed scale 128 is exactly 0, on the others
1 is 0. Index 0 is no number: the gap between maps, or a map that is not computed yet. The page
looks colours up and counts nothing.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from cnnlib.geometry import Geometry
from cnnlib.views import style, words
from cnnlib.views.png import png

KINDS = ("signed", "plain", "heat")  # around 0; grey from 0 up; distance from 0 up
STOPS = 11  # colours of a legend: a table of matplotlib is straight between so many
UNKNOWN = -1  # at a step of which nothing is known, no maps are shown

Spans = list[tuple[int, int]]  # (first, count) of the cells met, one for each row or column
Windows = dict[str, tuple[Spans, Spans]]  # {other stack: (of its rows, of its columns)}


@dataclass(frozen=True)
class Stack:
    """n maps of one size that share one scale, drawn in rows of `columns` maps.

    maps: (n, H, W), or (T, n, H, W) for T recorded steps; nan is "not computed yet".
    scale: the number at the end of the colours (default: the largest |number| of all maps and
    steps). zoom: pixels that a cell is wide. names: the leading indices of each map, as text.
    windows: {other stack: (rows, columns)}, where rows[i] = (first, count) are the rows of the
    other stack's cells that meet row i here: in the map of the same number if same_map, else in
    all its maps. around: (rows, columns) alike, of the cells that are outlined around each cell
    here, and in those other stacks. pad: the reader draws on it. ruled: numbers of rows and columns
    stand beside it.
    """

    name: str
    maps: np.ndarray
    label: str = ""
    note: str = ""
    kind: str = "signed"
    scale: float | None = None
    columns: int = 8
    zoom: int = 5
    names: Sequence[str] = ()
    windows: Windows | None = None
    same_map: bool = False
    around: tuple[Spans, Spans] | None = None
    pad: bool = False
    ruled: bool = False

    @cached_property
    def steps(self) -> np.ndarray:
        """The maps with their axis of steps, (T, n, H, W), float32.

        Raises ValueError for other shapes, for nothing, and for a kind that is not known.
        """
        with np.errstate(over="ignore"):  # what float32 cannot hold is drawn as infinite
            maps = np.asarray(self.maps, np.float32)
        if maps.ndim not in (3, 4) or not maps.size or self.kind not in KINDS:
            met = f"{self.name}: {self.kind} maps of shape {maps.shape}"
            kinds = ", ".join(KINDS)
            raise ValueError(f"{met}, wanted one of {kinds} and (n, H, W) or (T, n, H, W)")
        return maps if maps.ndim == 4 else maps[None]

    @cached_property
    def top(self) -> float:
        """The number at the end of the colours; 1 where all is 0."""
        if self.scale is not None:
            top = float(self.scale)
        else:
            top = float(np.nanmax(np.abs(self.steps), initial=0))
        return top if 0 < top < np.inf else 1.0

    @property
    def tall(self) -> int:
        """Pixels from row to row: a single row of numbers is drawn higher, to be pointed at."""
        return max(self.zoom, 12) if self.steps.shape[1:3] == (1, 1) else self.zoom


def number(value: float) -> str:
    """At most four significant digits, with a true minus sign; words where there is no number."""
    return words.number(value) or "not known"


# ---- numbers -> palette indices


def indices(numbers: np.ndarray, top: float, kind: str) -> np.ndarray:
    """Palette indices (uint8) of numbers; nan is 0.

    signed: 128 + 127 v/top; the other kinds: 1 + 254 |v|/top; both clipped.
    """
    share = np.clip(np.nan_to_num(np.asarray(numbers, float)) / top, -1, 1)
    share = share * (1 + 1e-6)  # a value half between two colours goes the same way everywhere
    found = 128 + np.rint(127 * share) if kind == "signed" else 1 + np.rint(254 * np.abs(share))
    return np.where(np.isnan(numbers), 0, np.clip(found, 1, 255)).astype(np.uint8)


def sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """(n, H, W) palette indices side by side in one sheet, a gap of index 0 between maps."""
    n, H, W = maps.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    out = np.zeros((rows * (H + 1), columns * (W + 1)), np.uint8)
    for k, one in enumerate(maps):
        y = k // columns * (H + 1)
        x = k % columns * (W + 1)
        out[y : y + H, x : x + W] = one
    return out[:-1, :-1]


def coarse(pixels: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same picture in 65 colours, 0 and the middle kept: (pixels, table).

    A third of the bytes, and differences that come from another machine's rounding vanish.
    """
    steps = np.where(pixels == 0, 0, 33 + np.rint((pixels.astype(int) - 128) / 4))
    return steps.astype(np.uint8), table[[0, *np.clip(128 + 4 * np.arange(-32, 33), 1, 255)]]


# ---- HTML


def image(pixels: np.ndarray, table: np.ndarray, alt: str, tall: int = 1, wide: int = 1) -> str:
    """An <img> that holds its PNG.

    Enlarged in the PNG: a page that is not trusted may not ask for sharp pixels.
    """
    code = base64.b64encode(png(pixels, table, tall, wide)).decode()
    size = f'width="{pixels.shape[1] * wide}" height="{pixels.shape[0] * tall}"'
    return (
        f'<img src="data:image/png;base64,{code}" {size} alt="{escape(alt)}"'
        ' style="max-width:none;margin:0">'
    )


def ends(stack: Stack) -> str:
    """What the colours of a stack mean, in words."""
    top = number(stack.top)
    return {
        "signed": f"blue {number(-stack.top)}, white 0, red {top}",
        "plain": f"black 0, white {top}",
        "heat": f"black 0, yellow {top}",
    }[stack.kind]


def describe(stack: Stack) -> str:
    """The words for a stack: how many maps of what size, and what its colours mean."""
    _, n, H, W = stack.steps.shape
    what = f"{n} maps of {H}×{W}" if n > 1 else f"{H}×{W}"
    return f"{stack.label or stack.name}, {what}; {ends(stack)}"


def legend(stack: Stack, table: np.ndarray) -> str:
    """The colour scale of a stack with its numbers, in words for who does not see it."""
    stops = table[np.linspace(1, 255, STOPS).round().astype(int), :3]
    colours = ",".join(f"#{bytes(stop.tolist()).hex()}" for stop in stops)
    bar = (
        f'<span role="img" aria-label="{ends(stack)}" class="mp-colours"'
        f' style="background:linear-gradient(90deg,{colours})"></span>'
    )
    low = number(-stack.top) if stack.kind == "signed" else "0"
    return f"{low} {bar} {number(stack.top)}"


def figure(stack: Stack, table: np.ndarray, live: bool) -> str:
    """One stack: caption, picture, scale; live with a canvas, else with an <img> of step 0."""
    _, n, H, W = stack.steps.shape
    label = escape(stack.label or stack.name)
    size = f"{n} of {H}×{W}" if n > 1 else f"{H}×{W}"
    told = stack.note and (live or not stack.pad)  # a picture invites nobody to draw
    note = f'<br><span class="mp-note">{escape(stack.note)}</span>' if told else ""
    what = label.split()[-1]  # "conv 1 delta" shows a delta
    line = "" if live else f' style="border-bottom:3px solid {style.hue(what)}"'
    of = f' data-of="{style.quantity(what)}"' if live else ""
    caption = f"<figcaption><b{line}>{label}</b> {size}{note}</figcaption>"
    picture = _canvas(stack, f"{label}, {size}") if live else _still(stack, table)
    return f'<figure{of} style="margin:0">{caption}{picture}</figure>'


def _canvas(stack, words_for_it):
    name = escape(stack.name)
    height, width = sheet(np.zeros(stack.steps.shape[1:], np.uint8), stack.columns).shape
    picture = (
        f'<div data-sheet="{name}"><canvas width="{width}" height="{height}" tabindex="0"'
        f' role="application" aria-label="{words_for_it}. Arrow keys walk through the cells.">'
        "</canvas></div>"
    )
    scale = f'<div class="mp-scale" data-part="scale:{name}"></div>'
    return ruled(stack, picture, "calc({}px * var(--k, 1))") + scale


def _still(stack, table):
    pixels = sheet(indices(stack.steps[0], stack.top, stack.kind), stack.columns)
    picture = image(*coarse(pixels, table), describe(stack), stack.tall, stack.zoom)
    return f'{ruled(stack, picture, "{}px")}<div style="font-size:.85em">{ends(stack)}</div>'


def ruled(stack: Stack, picture: str, length: str) -> str:
    """A picture with the numbers of its rows at the left and of its columns above, if the stack
    wants them.

    length: how a page writes a number of pixels.
    """
    if not stack.ruled:
        return picture
    _, n, H, W = stack.steps.shape
    across = min(stack.columns, n)
    wide, high = length.format(stack.zoom), length.format(stack.tall)
    columns = _numbers(W, across, f"display:inline-block;width:{wide};text-align:center")
    rows = _numbers(H, -(-n // across), f"height:{high};line-height:{high};padding-right:3px")
    small = 'aria-hidden="true" style="font-size:11px;white-space:nowrap"'
    return (
        '<div style="display:grid;grid-template-columns:auto auto;justify-content:start">'
        f"<div></div><div {small}>{columns}</div><div {small}>{rows}</div>"
        f"<div>{picture}</div></div>"
    )


def _numbers(size, maps, css):
    """0, 1, ..., size - 1 for each of some maps in a line, a gap between maps."""
    one = [str(k) for k in range(size)]
    line = one + ["&nbsp;", *one] * (maps - 1)
    return "".join(f'<div style="{css}">{text}</div>' for text in line)


# ---- bytes for the page


def layout(stacks: Iterable[Stack]) -> dict[str, dict[str, Any]]:
    """Where the numbers of each stack lie among those of all, for the script: {name: {...}}.

    place: of its first number. zero: the palette index of 0. shows[t]: which of the stack's maps
    that are kept is shown at step t, or UNKNOWN.
    """
    found = {}
    place = 0
    for stack in stacks:
        _, n, H, W = stack.steps.shape
        kept, shows = changes(stack)
        rows, columns = sheet(np.zeros((n, H, W), np.uint8), stack.columns).shape
        found[stack.name] = {
            "label": stack.label or stack.name,
            "count": n,
            "height": H,
            "width": W,
            "rows": rows,
            "columns": columns,
            "across": min(stack.columns, n),
            "zoom": stack.zoom,
            "tall": stack.tall,
            "kind": stack.kind,
            "names": list(stack.names) or ([f"{k}, " for k in range(n)] if n > 1 else [""]),
            "pad": stack.pad,
            "windows": stack.windows or {},
            "same": stack.same_map,
            "around": stack.around,
            "zero": int(indices(np.zeros(1), stack.top, stack.kind)[0]),
            "place": place,
            "shows": shows,
        }
        place += len(kept) * n * H * W
    return found


def pack(stacks: Sequence[Stack]) -> tuple[bytes, bytes, bytes]:
    """(filled, pixels, numbers) as bytes: what is kept of the first stack, then of the second, ...

    Maps are full of zeros, after ReLU and more so on the way back, so only the other numbers
    travel. filled: one bit a number, set where it is not 0; pixels: the uint8 palette indices of
    these; numbers: they themselves, little float32. A step that changes nothing in a stack takes no
    bytes, nor does one of which nothing is known.
    """
    pixels, numbers = [np.zeros(0, np.uint8)], [np.zeros(0, np.float32)]
    for stack in stacks:
        kept = stack.steps[changes(stack)[0]]
        numbers.append(kept.ravel())
        pixels.append(indices(kept, stack.top, stack.kind).ravel())
    every = np.concatenate(numbers)
    filled = every != 0
    shown = np.concatenate(pixels)[filled]
    return np.packbits(filled).tobytes(), shown.tobytes(), every[filled].astype("<f4").tobytes()


def changes(stack: Stack) -> tuple[list[int], list[int]]:
    """(the steps at which there is something new to see; which of these is shown at each step, or
    UNKNOWN)."""
    kept: list[int] = []
    shows: list[int] = []
    for t, maps in enumerate(stack.steps):
        known = not np.isnan(maps).all()
        if known and not (kept and np.array_equal(maps, stack.steps[kept[-1]], equal_nan=True)):
            kept.append(t)
        shows.append(len(kept) - 1 if known else UNKNOWN)
    return kept, shows


# ---- windows


def reach(geometry: Geometry) -> tuple[Spans, Spans]:
    """(rows, columns) for a Stack's windows: the input places of each output place."""
    rows, (height, width) = geometry.rows(), geometry.input_size
    return windows(rows[:, [0, 4]], height), windows(rows[:, [1, 5]], width)


def windows(rows: np.ndarray, cells: int) -> Spans:
    """[(first, count), ...]: which of `cells` places on one axis of the input each output meets.

    rows: (output place, input place) pairs of an index map on that axis; places outside
    0..cells-1 are padding.
    """
    found = []
    for place in range(int(rows[:, 0].max()) + 1):
        met = rows[rows[:, 0] == place, 1]
        met = met[(met >= 0) & (met < cells)]
        found.append((int(met.min()), int(met.max() - met.min() + 1)) if len(met) else (0, 0))
    return found


def together(geometry: Geometry) -> tuple[Spans, Spans]:
    """(rows, columns) for a Stack's around: the cells of all windows that hold each cell."""
    rows, (height, width) = geometry.rows_inside(), geometry.input_size
    return shared(rows[:, [0, 4]], height), shared(rows[:, [1, 5]], width)


def shared(rows: np.ndarray, cells: int) -> Spans:
    """[(first, count), ...]: which cells lie in one window with each of `cells` cells on one axis;
    (0, 0) where no window reaches.

    rows: (output place, input place) pairs of an index map on that axis, without padding.
    """
    found = []
    for cell in range(cells):
        holding = rows[rows[:, 1] == cell, 0]
        met = rows[np.isin(rows[:, 0], holding), 1]
        found.append((int(met.min()), int(np.ptp(met) + 1)) if len(met) else (0, 0))
    return found
