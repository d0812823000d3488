"""maps: stacks of maps -> bytes for a canvas, and a PNG of palette indices for the first frame
(level 5, NumPy only).

A number becomes a palette index from 1 to 255: on the signed scale 128 is exactly 0, on the others
1 is 0. Index 0 is no number: the gap between maps, or a map that is not computed yet. The page
looks colours up and counts nothing.
"""

import base64
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import pairwise

import numpy as np

from cnnlib.geometry import index_map, output_size
from cnnlib.views import words

KINDS = ("signed", "plain", "heat")  # around 0; grey from 0 up; distance from 0 up


@dataclass(frozen=True)
class Stack:
    """n maps of one size that share one scale, drawn in rows of `columns` maps, a cell `zoom`
    pixels wide.

    maps: (n, H, W), or (T, n, H, W) for T recorded steps; nan is "not computed yet". scale: the
    number at the end of the colours (default: the largest |number| of all maps and steps). names:
    the leading indices of each map, as text. windows: {other stack: (rows, columns)}, where rows[i]
    = (first, count) are the rows of the other stack's cells that meet row i here: in the map of the
    same number if same_map, else in all its maps.
    """

    name: str
    maps: np.ndarray
    label: str = ""
    note: str = ""
    kind: str = "signed"
    scale: float = None
    columns: int = 8
    zoom: int = 5
    names: tuple = ()
    windows: dict = None
    same_map: bool = False
    pad: bool = False

    @cached_property
    def steps(self):
        """The maps with their axis of steps, (T, n, H, W), float32."""
        maps = np.asarray(self.maps, np.float32)
        if maps.ndim not in (3, 4) or not maps.size or self.kind not in KINDS:
            met = f"{self.name}: {self.kind} maps of shape {maps.shape}"
            raise ValueError(
                f"{met}, wanted one of {', '.join(KINDS)} and (n, H, W) or (T, n, H, W)"
            )
        return maps if maps.ndim == 4 else maps[None]

    @cached_property
    def top(self):
        """The number at the end of the colours; 1 where all is 0."""
        with np.errstate(invalid="ignore"):
            top = (
                float(np.nanmax(np.abs(self.steps), initial=0))
                if self.scale is None
                else float(self.scale)
            )
        return top if top > 0 and np.isfinite(top) else 1.0

    @property
    def tall(self):
        """Pixels from row to row: a single row of numbers is drawn higher, to be seen and pointed
        at."""
        return max(self.zoom, 12) if self.steps.shape[1:3] == (1, 1) else self.zoom


def number(value):
    """At most four significant digits, with a true minus sign; words where there is no number."""
    return words.number(value) or "not known"


def indices(numbers, top, kind):
    """Palette indices (uint8) of numbers: signed 128 + 127 v/top, else 1 + 254 v/top, both clipped;
    nan is 0."""
    share = np.clip(np.nan_to_num(np.asarray(numbers, float)) / top, -1, 1)
    share = share * (
        1 + 1e-6
    )  # a value half between two colours goes the same way on every machine
    found = 128 + np.rint(127 * share) if kind == "signed" else 1 + np.rint(254 * np.abs(share))
    return np.where(np.isnan(numbers), 0, np.clip(found, 1, 255)).astype(np.uint8)


def sheet(maps, columns):
    """(n, H, W) palette indices side by side in one (rows, columns) sheet, a gap of index 0 between
    maps."""
    n, H, W = maps.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    out = np.zeros((rows * (H + 1), columns * (W + 1)), np.uint8)
    for k, one in enumerate(maps):
        y, x = k // columns * (H + 1), k % columns * (W + 1)
        out[y : y + H, x : x + W] = one
    return out[:-1, :-1]


def _code(value, bits):
    """deflate's code for a length - 3 (bits 2) or a distance - 1 (bits 1): (number, its extra bits
    as text)."""
    extra = max(value.bit_length() - bits - 1, 0)
    return (extra << bits) + (value >> extra), format(value % (1 << extra), "b").zfill(extra)[
        ::-1
    ] if extra else ""


def _symbol(n):
    """The fixed Huffman code of a byte (0 to 255), of the end (256), of a length (257 up)."""
    width, start = (
        (8, 48 + n)
        if n < 144
        else (9, 256 + n)
        if n < 256
        else (7, n - 256)
        if n < 280
        else (8, n - 88)
    )
    return format(start, "b").zfill(width)


def _again(count, distance):
    """The last bytes again, `count` of them, `distance` back; in pieces of 3 to 257."""
    bits, (far, more_far) = "", _code(distance - 1, 1)
    while count:
        piece = count if count <= 257 else min(257, count - 3)
        length, more = _code(piece - 3, 2)
        bits, count = (
            bits + _symbol(257 + length) + more + format(far, "05b") + more_far,
            count - piece,
        )
    return bits


def _deflate(pixels, tall, wide):
    """The rows of a PNG, every pixel tall x wide, as a zlib stream. Own code: every zlib writes
    other bytes."""
    bits, line = ["110"], pixels.shape[1] * wide + 1
    for row in np.pad(pixels, ((0, 0), (1, 0))):
        cuts, text = [0, 1, *(np.flatnonzero(np.diff(row[1:])) + 2), len(row)], ""
        for k, (a, b) in enumerate(pairwise(cuts)):
            count, value = int(b - a) * (wide if k else 1), _symbol(int(row[a]))
            text += value + _again(count - 1, 1) if count > 3 else value * count
        copies = (tall - 1) * line
        bits.append(text + (_again(copies, line) if copies > 2 else text * (tall - 1)))
    stream = "".join([*bits, _symbol(256)])
    packed = np.packbits(
        np.frombuffer(stream.encode(), np.uint8) - ord("0"), bitorder="little"
    ).tobytes()
    raw = np.pad(pixels.repeat(tall, 0).repeat(wide, 1), ((0, 0), (1, 0))).tobytes()
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(raw))


def png(pixels, table, tall=1, wide=1):
    """An 8-bit palette PNG, every pixel tall x wide, index 0 transparent; the same bytes on every
    machine."""
    H, W = pixels.shape[0] * tall, pixels.shape[1] * wide
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", W, H, 8, 3, 0, 0, 0)),
        (b"PLTE", table[:, :3].tobytes()),
    ]
    chunks += [(b"tRNS", b"\x00"), (b"IDAT", _deflate(pixels, tall, wide)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def coarse(pixels, table):
    """The same picture in 65 colours, 0 and the middle kept: a third of the bytes, and small
    differences vanish."""
    steps = np.where(pixels == 0, 0, 33 + np.rint((pixels.astype(int) - 128) / 4)).astype(np.uint8)
    return steps, table[[0, *np.clip(128 + 4 * np.arange(-32, 33), 1, 255)]]


def image(pixels, table, alt, tall=1, wide=1, style=""):
    """An <img> that holds its PNG. Enlarged in the PNG: a page that is not trusted may not ask for
    sharp pixels."""
    code = base64.b64encode(png(pixels, table, tall, wide)).decode()
    size = f'width="{pixels.shape[1] * wide}" height="{pixels.shape[0] * tall}"'
    return f'<img src="data:image/png;base64,{code}" {size} alt="{escape(alt)}" style="max-width:none;margin:0{style}">'


def ends(stack):
    """What the colours of a stack mean, in words."""
    top = number(stack.top)
    return {
        "signed": f"blue {number(-stack.top)}, white 0, red {top}",
        "plain": f"black 0, white {top}",
        "heat": f"black 0, yellow {top}",
    }[stack.kind]


def describe(stack):
    """The words for a stack: how many maps of what size, and what its colours mean."""
    _, n, H, W = stack.steps.shape
    what = f"{n} maps of {H}×{W}" if n > 1 else f"{H}×{W}"
    return f"{stack.label or stack.name}, {what}; {ends(stack)}"


def legend(stack, table):
    """The colour scale of a stack with its numbers."""
    colours = np.arange(1, 256, 2, dtype=np.uint8)[None]
    low, zero = (number(-stack.top), ", white is 0") if stack.kind == "signed" else ("0", "")
    return f"{low} {image(colours, table, ends(stack), 9)} {number(stack.top)}{zero}"


def figure(stack, table, live):
    """One stack: caption, picture, scale. Live, the picture is a canvas for maps.js; else an <img>
    of step 0."""
    steps = stack.steps
    height, width = sheet(np.zeros(steps.shape[1:], np.uint8), stack.columns).shape
    _, n, H, W = steps.shape
    size, label = f"{n} of {H}×{W}" if n > 1 else f"{H}×{W}", escape(stack.label or stack.name)
    note = f"<br>{escape(stack.note)}" if stack.note else ""
    caption = f"<figcaption><b>{label}</b> {size}{note}</figcaption>"
    if live:
        picture = (
            f'<div data-sheet="{escape(stack.name)}"><canvas width="{width}" height="{height}" tabindex="0" '
            f'role="application" aria-label="{label}, {size}. Arrow keys walk through the cells."></canvas></div>'
        )
        scale = f'<div class="mp-scale" data-part="scale:{escape(stack.name)}"></div>'
    else:
        pixels = sheet(indices(steps[0], stack.top, stack.kind), stack.columns)
        picture = image(*coarse(pixels, table), describe(stack), stack.tall, stack.zoom)
        scale = f'<div style="font-size:.85em">{ends(stack)}</div>'
    return f'<figure style="margin:0">{caption}{picture}{scale}</figure>'


def layout(stacks):
    """Where each stack lies in the bytes of one step, for maps.js: {name: {...}}."""
    found, pixel, place = {}, 0, 0
    for stack in stacks:
        _, n, H, W = stack.steps.shape
        rows, columns = sheet(np.zeros((n, H, W), np.uint8), stack.columns).shape
        names = list(stack.names) or ([f"{k}, " for k in range(n)] if n > 1 else [""])
        found[stack.name] = {
            "label": stack.label or stack.name, "count": n, "height": H, "width": W, "rows": rows, "columns": columns,
            "across": min(stack.columns, n), "zoom": stack.zoom, "tall": stack.tall, "kind": stack.kind, "names": names,
            "pad": stack.pad, "windows": stack.windows or {}, "same": stack.same_map, "pixel": pixel, "place": place,
        }  # fmt: skip
        pixel, place = pixel + rows * columns, place + n * H * W
    return found


def pack(stacks):
    """(pixels, numbers) as bytes: all stacks of step 0, then of step 1, ...; uint8 indices and
    little float32."""
    count = max((len(stack.steps) for stack in stacks), default=0)
    pixels, numbers = [], []
    for t in range(count):
        for stack in stacks:
            maps = stack.steps[min(t, len(stack.steps) - 1)]
            pixels.append(sheet(indices(maps, stack.top, stack.kind), stack.columns).tobytes())
            numbers.append(maps.astype("<f4").tobytes())
    return b"".join(pixels), b"".join(numbers)


def reach(cells, kernel, stride=1, padding=0):
    """(rows, columns) for a Stack's windows: the input places of each output place, from the index
    map."""
    table = index_map(output_size(cells, kernel, stride, padding), kernel, stride, padding)
    return tuple(windows(table[:, [k, k + 4]], n) for k, n in enumerate(cells))


def windows(rows, cells):
    """[(first, count), ...]: which of `cells` places on one axis of the input each output place
    meets.

    rows: (output place, input place) pairs of an index map on that axis; places outside 0..cells-1
    are padding.
    """
    found = []
    for place in range(int(rows[:, 0].max()) + 1):
        met = rows[rows[:, 0] == place, 1]
        met = met[(met >= 0) & (met < cells)]
        found.append((int(met.min()), int(met.max() - met.min() + 1)) if len(met) else (0, 0))
    return found
