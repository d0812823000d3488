"""frames: named grids of numbers -> HTML text. Pure functions: no widget, no script (level 5).

Two ideas. A grid has *places*; a place shows a *cell*, named by its key "x:1,0". The same cell may
stand in several places (a rotated kernel, a padded input, a second view): whatever lights a cell
lights all its places. Inline styles only, and of those only what JupyterLab leaves in an untrusted
notebook (no var(), no outline-offset). A grid with too many numbers to print becomes a map: small
coloured cells, in the still frame one picture.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from itertools import chain
from typing import Any

import numpy as np

from cnnlib.views import maps, style
from cnnlib.views.words import Arrays, Key, Place, Story, Terms, name_of, number, signed

PRINTED = 14 * 14  # numbers of one printed grid,
SIDE = 20  # on one side of it,
TOGETHER = 480  # of all printed grids of a frame

# how the cells of a term's three columns are marked, and what is only looked at: in a table,
# where {} is the colour of the quantity,
LIT = (
    "background:#ffc933;color:#000;font-weight:700;outline:3px solid #888",
    "outline:3px solid {}",
    "outline:3px dashed {}",
    "outline:2px dotted #888",
)
# places that hold no variable: padding, the holes of a stride, the border that is cut off
NO_CELL = {
    "pad": "opacity:.7",
    "gap": "opacity:.7;border:1px dotted #888",
    "cut": "border:1px dashed #888",
}
GREY = "#8882"
FLEX = "display:flex;flex-wrap:wrap;"
TEXTS = f"{FLEX}gap:.4em 1.5em;align-items:flex-start"
TELLS = "17.5em"  # of the texts beside the grids: room for a formula
FORMULA = "18.7em"  # the same in its own, smaller letters: links.WIDE of them and a margin
TALL = 16  # lines of a formula; a longer one scrolls
OF = re.compile("class=q-(\\w*)")  # what links.coloured writes
SAY = "margin:.5em 0 .3em 0;width:0;min-width:100%;min-height:1.5em"
UNTOLD: Story = {"say": "", "formula": "", "line": -1}
MONO = "white-space:pre;font-family:monospace;background:none;overflow:auto"


@dataclass(frozen=True)
class Grid:
    """One table of numbers (H, W).

    note: what the caption adds, in one line or more. keys: the cell in each place (default
    name:i,j). role: the cells' column in a term. sign: what stands before the grid. rows, columns:
    their numbers, where they are not 0, 1, 2, ... size: what the caption says, where it is not the
    number of places: a padded image keeps its own size. step: what one arrow key adds in an
    editable grid, where that is not 1; such numbers can be dragged. room: characters that a number
    has room for, at least.
    """

    name: str
    numbers: np.ndarray
    note: str = ""
    title: str = ""
    keys: np.ndarray | None = None
    role: int = 0
    sign: str = ""
    editable: bool = False
    step: float = 0
    room: int = 0
    shaded: bool = True
    rows: tuple[int | str, ...] = ()
    columns: tuple[int | str, ...] = ()
    size: tuple[int, ...] = ()

    def key(self, place: Place) -> Key:
        """The key of the cell that stands in a place."""
        if self.keys is not None:
            return str(self.keys[place])
        return f"{self.name}:{place[0]},{place[1]}"


Panes = list[tuple[str, list[list[Grid]]]]  # (title, columns); a column is a list of grids


@dataclass(frozen=True)
class Scene:
    """What an explorer shows: panes of grids, the lines of code, and the links between the cells.

    panes: (title, columns); a column is a list of grids, below each other. numbers: every array by
    name. target: the array whose cells the reader may predict; hidden: their keys while they wait
    for a guess; wrong: a function that returns {known wrong procedure: the array it gives}.
    controls: switches, each {"name", "label", "value", "options"}. room: lines that the formula
    has room for, at least: as many as it will have when nothing is hidden any more.
    """

    title: str
    panes: Panes
    links: dict[str, Any]
    numbers: Arrays
    code: list[str] = field(default_factory=list)
    target: str = ""
    wrong: Callable[[], Arrays] = dict
    controls: Sequence[dict[str, Any]] = ()
    hidden: frozenset[Key] = frozenset()
    room: int = 0


@dataclass(frozen=True)
class Look:
    """How grids are drawn.

    live: with keys for the script, or still, lit by inline styles. lit: {key: column of the term}.
    hidden: keys that wait for a guess. small: the names of the grids that are maps.
    """

    live: bool
    lit: dict[Key, int]
    hidden: frozenset[Key]
    small: frozenset[str]


# ---- one cell


def lit_pixels(name: str) -> np.ndarray:
    """The colours of LIT as bytes, for the picture of a map."""
    own = style.hue(name)
    colours = [bytes.fromhex(c[1:]) for c in ("#ffc933", own, own, style.PLAIN)]
    return np.frombuffer(b"".join(colours), np.uint8).reshape(-1, 3)


def shade(value: float, largest: float) -> str:
    """One diverging tint centred on 0; pale enough for black and for white text."""
    if not largest or not value or np.isnan(value):
        return GREY
    hue = "d6604d" if value > 0 else "4393c3"
    return f"#{hue}{round(14 + 66 * abs(value) / largest):02x}"


@cache
def colours() -> np.ndarray:
    """The palette of a map: red above 0, blue below."""
    return np.pad(style.table("RdBu_r", 255), ((1, 0), (0, 0)))


def cell(grid: Grid, place: Place, tint: str, look: Look) -> str:
    """One place of a grid as a <td>."""
    key = grid.key(place)
    kind = name_of(key)
    secret = key in look.hidden
    if kind in NO_CELL:
        text = number(grid.numbers[place]) if kind == "cut" else "0"
        css = NO_CELL[kind]
    else:
        text = "?" if secret else number(grid.numbers[place])
        css = f"background:{GREY if secret else tint}"
    if key in look.lit:
        css += f";{LIT[look.lit[key]].format(style.hue(kind))}"
    data = f' data-cell="{key}"{" data-guess" * secret}' if look.live else ""
    return f'<td{data} style="text-align:center;{css}">{text}</td>'


# ---- one grid


def printed(grid: Grid, look: Look) -> str:
    """A table of numbers with row and column numbers."""
    height, width = grid.numbers.shape
    largest = np.nanmax(np.abs(grid.numbers), initial=0) if grid.shaded else 0
    longest = max(grid.room, *(len(number(v)) for v in grid.numbers.flat))
    plain = "padding:0 1px;font-weight:400"

    def row(i, name):
        tints = (shade(value, largest) for value in grid.numbers[i])
        cells = "".join(cell(grid, (i, j), tint, look) for j, tint in enumerate(tints))
        head = f'<th scope="row" style="{plain}">{name}</th>'
        return f'<tr style="background:none">{head}{cells}</tr>'

    head = "".join(
        f'<th scope="col" style="text-align:center;{plain}">{n}</th>'
        for n in names(grid.columns, width)
    )
    body = "".join(row(i, name) for i, name in enumerate(names(grid.rows, height)))
    wide = f"{max(1.9, 0.62 * longest + 0.5):.3g}em"
    return (
        '<table style="border-collapse:separate;border-spacing:2px;width:auto;margin:0;'
        'font-size:1em">'
        f'<colgroup><col style="width:1.4em"><col span="{width}" style="width:{wide}"></colgroup>'
        '<thead style="border:none"><tr style="background:none"><td style="padding:0"></td>'
        f"{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def names(given: Sequence[int | str], count: int) -> list[str]:
    """The numbers of rows or columns, as texts."""
    return [signed(n) for n in given or range(count)]


def mapped(grid: Grid, look: Look) -> str:
    """A map of numbers: live a table of small cells for the script, still one picture."""
    stack = maps.Stack(grid.name, grid.numbers[None], grid.title or grid.name)
    pixels, table = maps.coarse(maps.indices(grid.numbers, stack.top, "signed"), colours())
    if not look.live:
        for place in np.ndindex(grid.numbers.shape):
            key = grid.key(place)
            if key in look.lit:
                pixels[place] = len(table) + look.lit[key]
            elif key in look.hidden:
                pixels[place] = len(table) // 2  # the colour of 0
        return maps.image(
            pixels, np.vstack([table, lit_pixels(grid.name)]), maps.describe(stack), 9, 9
        )
    tints = ["#" + bytes(rgb).hex() for rgb in table]
    rows = (
        "".join(cell(grid, (i, j), tints[index], look) for j, index in enumerate(row))
        for i, row in enumerate(pixels)
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table data-map style="width:auto;margin:0">{body}</table>'


def figure(grid: Grid, look: Look) -> str:
    """One grid with its caption."""
    small = grid.name in look.small
    size = "×".join(map(str, grid.size or grid.numbers.shape))
    scale = maps.ends(maps.Stack(grid.name, grid.numbers[None])) if small else ""
    notes = "".join(f"<br>{escape(note)}" for note in (*grid.note.split("\n"), scale) if note)
    data = line = ""
    if look.live:
        kind = style.quantity(grid.name)
        data = f' data-grid="{grid.name}" data-role="{grid.role}" data-of="{kind}"'
    else:
        line = f' style="border-bottom:3px solid {style.hue(grid.name)}"'
    data += " data-edit" * (look.live and grid.editable)
    data += f' data-step="{grid.step}"' * (look.live and grid.step > 0)
    return (
        f'<figure{data} style="margin:0"><figcaption style="padding-left:{0 if small else 1.6}em">'
        f"<b{line}>{escape(grid.title or grid.name)}</b> {size}{notes}</figcaption>"
        f"{(mapped if small else printed)(grid, look)}</figure>"
    )


def too_large(scene: Scene) -> frozenset[str]:
    """The names of the grids that become maps.

    Large ones, and the largest where all together are too many.
    """
    grids = [grid for _, columns in scene.panes for grid in chain(*columns)]
    total, found = 0, set()
    for grid in sorted(grids, key=lambda grid: grid.numbers.size):
        size = grid.numbers.size
        total += size
        if total > TOGETHER or size > PRINTED or max(grid.numbers.shape) > SIDE:
            found.add(grid.name)
    return frozenset(found)


# ---- the frame


def sign(text: str) -> str:
    """A sign between two grids, such as "⋆" for correlation."""
    if not text:
        return ""
    big = 2.4 if text == "⋆" else 1.8  # the star is a small glyph
    css = f"font-size:{big}em;line-height:1;align-self:center;opacity:.8"
    return f'<div style="{css}">{text}</div>'


def column(grids: Sequence[Grid], look: Look) -> str:
    """Grids below each other, the sign of the first before them: once for all its channels."""
    first, *below = grids
    shown = figure(first, look)
    for grid in below:
        mark = "" if grid.sign == first.sign else f"{grid.sign} "
        shown += figure(replace(grid, title=mark + (grid.title or grid.name)), look)
    box = f'<div style="display:grid;gap:.6em">{shown}</div>'
    # a sign and what it leads to are never parted by a line's end
    return f'<div data-column style="display:flex;gap:.4em">{sign(first.sign)}{box}</div>'


def pane(title: str, columns: Sequence[Sequence[Grid]], look: Look) -> str:
    """Columns of grids side by side, under their title."""
    row = "".join(column(grids, look) for grids in columns)
    head = f'<p style="margin:0 0 .5em 0"><b>{escape(title)}</b></p>' if title else ""
    css = f"{FLEX}gap:.4em .6em;align-items:center"
    return f'<div data-pane>{head}<div data-row style="{css}">{row}</div></div>'


def frame(scene: Scene, pick: Key | None = None) -> str:
    """The whole explorer as HTML.

    With `pick`, still, that cell's story lit: the first frame of a notebook. Live, the page's
    script writes what is told.
    """
    links = scene.links
    story = links["stories"][pick] if pick else UNTOLD
    lit = lit_by(story, links["terms"], pick) if pick else {}
    lines = [] if pick and "asks" in story else scene.code  # the script hides it for a while
    look = Look(not pick, lit, scene.hidden, too_large(scene))
    panes = "".join(pane(title, columns, look) for title, columns in scene.panes)
    say = f'<p data-part="say" style="{SAY}">{escape(story["say"])}'
    return (
        '<div data-frame style="font-size:14px">'
        f'<p style="margin:0 0 .4em 0;font-size:1.15em"><b>{escape(scene.title)}</b></p>'
        f'<div data-main style="{FLEX}gap:.3em 1.5em;align-items:flex-start">'
        '<div data-left style="max-width:100%;min-width:min(100%,22em)">'
        f'<div data-panes style="{FLEX}gap:.6em 1em">{panes}</div>{say}</p></div>'
        f'<div data-texts style="flex:1 1 {TELLS};min-width:0;{TEXTS}">'
        f"{formula(story, max(scene.room, tallest(links)), not pick)}{code(lines, story)}"
        "</div></div></div>"
    )


def lit_by(story: Story, terms: Terms, pick: Key) -> dict[Key, int]:
    """{key: column} of the cells that light up with `pick`; 3 for what is only looked at."""
    lit = dict.fromkeys(story["seen"], 3)
    for term in story["terms"]:
        lit.update({key: column for column, key in enumerate(terms[term]) if key})
    return lit | {pick: 0}


def tallest(links: dict[str, Any]) -> int:
    """The lines of the longest formula that the stories have."""
    return max(1 + story["formula"].count("\n") for story in links["stories"].values())


def underlined(formula: str) -> str:
    """A formula for a still frame: a factor is underlined in the colour of its quantity."""
    return OF.sub(lambda of: f'style="border-bottom:2px solid {style.hue(of[1])}"', formula)


def formula(story: Story, room: int, live: bool) -> str:
    """The formula of a story, with room for so many lines, so that nothing jumps.

    Still, a factor is underlined.
    """
    text = story["formula"] if live else underlined(story["formula"])
    high = f"{1.5 * min(room, TALL) + 1.2:.4g}em"
    box = f"flex:1 1 {FORMULA};min-width:min(100%,{FORMULA});min-height:{high};max-height:{high}"
    css = f"{MONO};line-height:1.5;{box}"
    return f'<div data-part="formula" style="{css}">{text}</div>'


def code(lines: Sequence[str], story: Story) -> str:
    """The lines of reference.py that compute it; the one at work is bold."""
    bold = ' style="font-weight:700"'
    marked = "".join(
        f'<span data-line="{n}"{bold * (n == story["line"])}>{escape(line)}\n</span>'
        for n, line in enumerate(lines)
    )
    return f'<div data-part="code" style="{MONO};line-height:1.4;flex:3 1 17em">{marked}</div>'
