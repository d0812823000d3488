"""frames: named grids of numbers -> HTML text. Pure functions: no widget, no JavaScript (level 5).

Two ideas. A grid has *places*; a place shows a *cell*, named by its key "x:1,0". The same cell may
stand in several places (a rotated kernel, a padded input, a second view): whatever lights a cell
lights all its places. Inline styles only, and of those only what JupyterLab leaves in an untrusted
notebook (no var(), no outline-offset). A grid with too many numbers to print becomes a map: small
coloured cells, in the still frame one picture.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from itertools import chain

import numpy as np

from cnnlib.views import maps, style
from cnnlib.views.words import TAG, name_of, number, signed

PRINTED, SIDE, TOGETHER = (
    14 * 14,
    20,
    480,
)  # numbers of one printed grid, on one side of it, of all grids of a frame

# the cells of a term's three columns, and what is only looked at: in a table and in the picture of
# a map
LIT = (
    "background:#ffc933;color:#000;font-weight:700;outline:3px solid #888",
    "outline:3px solid #00897b",
    "outline:3px dashed #ab47bc",
    "outline:2px dotted #888",
)
LIT_PIXELS = np.array([[255, 201, 51], [0, 137, 123], [171, 71, 188], [136, 136, 136]], np.uint8)
# places that hold no variable: padding, the holes of a stride, the border that is cut off
NO_CELL = {
    "pad": "opacity:.7",
    "gap": "opacity:.7;border:1px dotted #888",
    "cut": "border:1px dashed #888",
}


@dataclass(frozen=True)
class Grid:
    """One table. `keys` names the cell in each place (default name:i,j); `role` is the cells'
    column in a term.

    size: what the caption says, where it is not the number of places: a padded image keeps its own
    size.
    """

    name: str
    numbers: np.ndarray
    note: str = ""
    title: str = ""
    keys: np.ndarray = None
    role: int = 0
    sign: str = ""
    editable: bool = False
    shaded: bool = True
    rows: tuple = ()
    columns: tuple = ()
    size: tuple = ()

    def key(self, place):
        """The key of the cell that stands in a place."""
        return (
            str(self.keys[place]) if self.keys is not None else f"{self.name}:{place[0]},{place[1]}"
        )


@dataclass(frozen=True)
class Scene:
    """What an explorer shows: panes of grids, the lines of code, and the links between the cells.

    numbers: every array by name. target: the array whose cells the reader may predict; hidden:
    their keys while they wait for a guess; wrong: a function that returns {known wrong procedure:
    the array it gives}. controls: switches, each {"name", "label", "options", "value"}.
    """

    title: str
    panes: list
    links: dict
    numbers: dict
    code: list = field(default_factory=list)
    target: str = ""
    wrong: object = dict
    controls: list = field(default_factory=list)
    hidden: frozenset = frozenset()


@dataclass(frozen=True)
class Look:
    """How grids are drawn: live (keys for the script) or still (lit by inline styles), and which of
    them as maps."""

    live: bool
    lit: dict
    hidden: frozenset
    small: frozenset


def shade(value, largest):
    """One diverging tint centred on 0; pale enough for black and for white text."""
    if not largest or not value or np.isnan(value):
        return "#8882"
    return f"#{'d6604d' if value > 0 else '4393c3'}{round(14 + 66 * abs(value) / largest):02x}"


@cache
def colours():
    """The palette of a map: red above 0, blue below."""
    return np.pad(style.table("RdBu_r", 255), ((1, 0), (0, 0)))


def cell(grid, place, tint, look):
    """One place of a grid."""
    key = grid.key(place)
    kind = name_of(key)
    empty, secret = kind in NO_CELL, key in look.hidden
    text = (
        ("" if kind == "cut" else "0") if empty else "?" if secret else number(grid.numbers[place])
    )
    css = NO_CELL[kind] if empty else f"background:{'#8882' if secret else tint}"
    if key in look.lit:
        css += f";{LIT[look.lit[key]]}"
    data = f' data-cell="{key}"' + " data-guess" * secret if look.live else ""
    return f'<td{data} style="text-align:center;{css}">{text}</td>'


def printed(grid, look):
    """A table of numbers with row and column numbers."""
    height, width = grid.numbers.shape
    largest = np.nanmax(np.abs(grid.numbers), initial=0) if grid.shaded else 0
    longest = max(len(number(v)) for v in grid.numbers.flat)
    plain = "padding:0 2px;font-weight:400"
    head = "".join(
        f'<th scope="col" style="text-align:center;{plain}">{n}</th>'
        for n in names(grid.columns, width)
    )
    body = "".join(
        f'<tr style="background:none"><th scope="row" style="{plain}">{name}</th>'
        + "".join(cell(grid, (i, j), shade(grid.numbers[i, j], largest), look) for j in range(width)) + "</tr>"
        for i, name in enumerate(names(grid.rows, height))
    )  # fmt: skip
    wide = f"{max(2.3, 0.62 * longest + 0.6):.3g}em"
    return (
        '<table style="border-collapse:separate;border-spacing:3px;width:auto;margin:0;font-size:1em">'
        f'<colgroup><col style="width:1.4em"><col span="{width}" style="width:{wide}"></colgroup>'
        '<thead style="border:none"><tr style="background:none"><td style="padding:0"></td>'
        f"{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def mapped(grid, look):
    """A map of numbers: live a table of small cells that the script can point at, still one
    picture."""
    stack = maps.Stack(grid.name, grid.numbers[None], grid.title or grid.name)
    pixels, table = maps.coarse(maps.indices(grid.numbers, stack.top, "signed"), colours())
    if not look.live:
        for place in np.ndindex(grid.numbers.shape):
            if (key := grid.key(place)) in look.hidden or key in look.lit:
                pixels[place] = len(table) + look.lit[key] if key in look.lit else 33
        return maps.image(pixels, np.vstack([table, LIT_PIXELS]), maps.describe(stack), 9, 9)
    tints = ["#" + bytes(rgb).hex() for rgb in table]
    rows = (
        "".join(cell(grid, (i, j), tints[index], look) for j, index in enumerate(row))
        for i, row in enumerate(pixels)
    )
    return f'<table data-map style="width:auto;margin:0">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def figure(grid, look):
    """One grid with its caption."""
    small = grid.name in look.small
    size = "×".join(map(str, grid.size or grid.numbers.shape))
    stack = maps.Stack(grid.name, grid.numbers[None])
    notes = "".join(
        f"<br>{escape(note)}" for note in (grid.note, small and maps.ends(stack)) if note
    )
    data = (
        f' data-grid="{grid.name}" data-role="{grid.role}"' + " data-edit" * grid.editable
        if look.live
        else ""
    )
    return (
        f'<figure{data} style="margin:0"><figcaption style="padding-left:{0 if small else 1.6}em">'
        f"<b>{escape(grid.title or grid.name)}</b> {size}{notes}</figcaption>"
        f"{(mapped if small else printed)(grid, look)}</figure>"
    )


def names(given, count):
    """The numbers of rows or columns, as texts."""
    return [signed(n) for n in given or range(count)]


def sign(text):
    """A sign between two grids, such as "⋆" for correlation."""
    big, up = (3, 1) if text == "⋆" else (2, 1.6)  # the star is a small glyph
    return (
        f'<div style="font-size:{big}em;line-height:1;margin:{up}em 0 0 0;opacity:.8">{text}</div>'
        if text
        else ""
    )


def pane(title, columns, look):
    """Columns of grids side by side, a column may stack several; a sign ("⋆", "=") stands before
    its grid."""
    row = ""
    for first, *below in columns:
        signs = [
            "" if g.sign == first.sign else f"{g.sign} " for g in below
        ]  # once for the channels of one array
        grids = [
            replace(g, title=mark + (g.title or g.name))
            for mark, g in zip(signs, below, strict=True)
        ]
        under = "".join(figure(g, look) for g in grids)
        row += (
            sign(first.sign)
            + f'<div style="display:grid;gap:.8em">{figure(first, look)}{under}</div>'
        )
    head = f'<p style="margin:0 0 .5em 0"><b>{escape(title)}</b></p>' if title else ""
    flex = "display:flex;flex-wrap:wrap;gap:.5em .8em;align-items:flex-start"
    return f'<div data-pane>{head}<div data-row style="{flex}">{row}</div></div>'


def too_large(scene):
    """The names of the grids that become maps: large ones, and the largest where all together are
    too many."""
    grids = sorted(
        (g for _, columns in scene.panes for g in chain(*columns)), key=lambda g: g.numbers.size
    )
    total = np.cumsum([g.numbers.size for g in grids])
    return frozenset(
        g.name for g, sum_ in zip(grids, total, strict=True)
        if sum_ > TOGETHER or g.numbers.size > PRINTED or max(g.numbers.shape) > SIDE
    )  # fmt: skip


def frame(scene, pick=None):
    """The whole explorer as HTML; with `pick`, still, that cell's story lit (the first frame of a
    notebook)."""
    links = scene.links
    story = links["stories"][pick or links["first"]]
    look = Look(
        not pick,
        lit_by(story, links["terms"], pick) if pick else {},
        scene.hidden,
        too_large(scene),
    )
    panes = "".join(pane(title, columns, look) for title, columns in scene.panes)
    return (
        '<div data-frame style="font-size:14px">'
        f'<p style="margin:0 0 .6em 0;font-size:1.15em"><b>{escape(scene.title)}</b></p>'
        f'<div data-panes style="display:flex;flex-wrap:wrap;gap:1em">{panes}</div>'
        f'<p data-part="say" style="margin:.8em 0 .4em 0;min-height:1.5em">{escape(story["say"])}</p>'
        '<div data-texts style="display:flex;flex-wrap:wrap;gap:.5em 2em;align-items:flex-start">'
        f"{formula(story, links)}{code(scene.code, story)}</div></div>"
    )


def lit_by(story, terms, pick):
    """key -> column: the cells that light up when `pick` is selected; 3 for those that are only
    looked at."""
    lit = dict.fromkeys(story["seen"], 3)
    for term in story["terms"]:
        lit.update({key: column for column, key in enumerate(terms[term]) if key})
    return lit | {pick: 0}


MONO = "white-space:pre;font-family:monospace;background:none;overflow-x:auto"


def formula(story, links):
    """The formula of a story, with room for the largest one, so that nothing jumps."""
    texts = [TAG.sub("", s["formula"]).split("\n") for s in links["stories"].values()]
    tall, wide = max(map(len, texts)), min(0.61 * max(map(len, chain(*texts))) + 1, 80)
    room = (
        f"line-height:1.7;flex:0 1 {wide:.0f}em;min-width:1em;min-height:{1.7 * tall + 1.2:.4g}em"
    )
    return f'<div data-part="formula" style="{MONO};{room}">{story["formula"]}</div>'


def code(lines, story):
    """The lines of reference.py that compute it; the one at work is bold."""
    marked = "".join(
        f'<span data-line="{n}"'
        + ' style="font-weight:700"' * (n == story["line"])
        + f">{escape(line)}\n</span>"
        for n, line in enumerate(lines)
    )
    return f'<div data-part="code" style="{MONO};line-height:1.6">{marked}</div>'
