"""frames: named grids of numbers -> HTML text. Pure functions: no widget, no JavaScript.

Two ideas. A grid has *places*; a place shows a *cell*, named by its key "x:1,0". The same cell may stand in several
places (a rotated kernel, a padded input, a second view): whatever lights a cell lights all its places.
Inline styles only, and of those only what JupyterLab leaves in an untrusted notebook (no var(), no outline-offset).
"""
import re
from dataclasses import dataclass, field, replace
from html import escape

import numpy as np

TAG = re.compile("<[^>]+>")

LIT = ("background:#ffc933;color:#000;outline:3px solid #888", "outline:3px solid #00897b", "outline:3px dashed #ab47bc")
# places that hold no variable: padding, the holes of a stride, the border that is cut off
NO_CELL = {"pad": "opacity:.7", "gap": "opacity:.7;border:1px dotted #888", "cut": "border:1px dashed #888"}


@dataclass(frozen=True)
class Grid:
    """One table. `keys` names the cell in each place (default name:i,j); `role` is the cells' column in a term."""

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
    hidden: frozenset = frozenset()

    def key(self, i, j):
        return str(self.keys[i, j]) if self.keys is not None else f"{self.name}:{i},{j}"


@dataclass(frozen=True)
class Scene:
    """What an explorer shows: panes of grids, the lines of code, and the links between the cells.

    numbers: every array by name. target: the array whose cells the reader may predict; wrong: a known wrong procedure -> the array it gives.
    controls: switches, each {"name", "label", "options", "value"}.
    """

    title: str
    panes: list
    links: dict
    numbers: dict
    code: list = field(default_factory=list)
    target: str = ""
    wrong: dict = field(default_factory=dict)
    controls: list = field(default_factory=list)


def number(value):
    """At most four significant digits, with a true minus sign (screen readers say it, a hyphen is often skipped)."""
    return "" if np.isnan(value) else f"{value + 0:.4g}".replace("-", "\N{MINUS SIGN}")


def factor(value):
    """A number as a factor: negative ones in brackets."""
    text = number(value)
    return f"({text})" if value < 0 else text


def label(key):
    """What the reader calls a cell: x[1,0] for "x:1,0"."""
    return key.replace(":", "[") + "]"


def shade(value, largest):
    """One diverging tint centred on 0; pale enough for black and for white text."""
    if not largest or not value or np.isnan(value):
        return "#8882"
    return f"#{'d6604d' if value > 0 else '4393c3'}{round(14 + 66 * abs(value) / largest):02x}"


def cell(grid, i, j, largest, lit):
    """One place of a grid."""
    key = grid.key(i, j)
    kind = key.split(":")[0]
    if kind in NO_CELL:
        style = NO_CELL[kind] + (";outline:2px dotted #888" if key in lit else "")
        return f'<td data-cell="{key}" style="text-align:center;{style}">{"" if kind == "cut" else "0"}</td>'
    secret = key in grid.hidden
    tint = shade(grid.numbers[i, j], largest if grid.shaded and not secret else 0)
    style = f"text-align:center;background:{tint}" + (";" + LIT[lit[key]] if key in lit else "")
    guess = " data-guess" if secret else ""
    return f'<td data-cell="{key}"{guess} style="{style}">{"?" if secret else number(grid.numbers[i, j])}</td>'


def table(grid, lit):
    """One grid with its caption, row and column numbers."""
    height, width = grid.numbers.shape
    largest = np.nanmax(np.abs(grid.numbers), initial=0)
    longest = max(len(number(v)) for v in grid.numbers.flat)
    head = "".join(f'<th scope="col" style="text-align:center;padding:0;font-weight:400">{c}</th>' for c in names(grid.columns, width))
    body = "".join(
        f'<tr style="background:none"><th scope="row" style="padding:0 2px;font-weight:400">{name}</th>'
        + "".join(cell(grid, i, j, largest, lit) for j in range(width)) + "</tr>"
        for i, name in enumerate(names(grid.rows, height))
    )
    note = f"<br>{escape(grid.note)}" if grid.note else ""
    marks = f' data-grid="{grid.name}" data-role="{grid.role}"' + (" data-edit" if grid.editable else "")
    return (
        f'<figure{marks} style="margin:0"><figcaption style="padding-left:1.6em">'
        f"<b>{escape(grid.title or grid.name)}</b> {height}×{width}{note}</figcaption>"
        f'<table style="border-collapse:separate;border-spacing:3px;width:auto;margin:0;font-size:1em">'
        f'<colgroup><col style="width:1.4em"><col span="{width}" style="width:{max(2.3, 0.62 * longest + 0.6):.3g}em"></colgroup>'
        f'<thead style="border:none"><tr style="background:none"><td style="padding:0"></td>{head}</tr></thead><tbody>{body}</tbody></table></figure>'
    )


def names(given, count):
    """The numbers of rows or columns, as texts."""
    return [str(n).replace("-", "\N{MINUS SIGN}") for n in given or range(count)]


def sign(text):
    """A sign between two grids, such as "⋆" for correlation."""
    big, up = (3, 1) if text == "⋆" else (2, 1.6)  # the star is a small glyph
    return f'<div style="font-size:{big}em;line-height:1;margin:{up}em 0 0 0;opacity:.8">{text}</div>' if text else ""


def pane(title, columns, lit):
    """Columns of grids side by side, a column may stack several; a sign ("⋆", "=") stands before its grid."""
    row = ""
    for column in columns:
        first, *below = column if isinstance(column, list) else [column]
        under = "".join(table(replace(g, title=f"{g.sign} {g.title or g.name}".strip()), lit) for g in below)
        row += sign(first.sign) + f'<div style="display:grid;gap:.8em">{table(first, lit)}{under}</div>'
    head = f'<p style="margin:0 0 .5em 0"><b>{escape(title)}</b></p>' if title else ""
    flex = "display:flex;flex-wrap:wrap;gap:.5em .8em;align-items:flex-start"
    return f'<div data-pane>{head}<div data-row style="{flex}">{row}</div></div>'


def frame(scene, pick=None):
    """The whole explorer as HTML; with `pick`, that cell's story is lit by inline styles (the first frame of a notebook)."""
    links = scene.links
    story = links["stories"][pick or links["first"]]
    lit = lit_by(story, links["terms"], pick) if pick else {}
    panes = "".join(pane(title, columns, lit) for title, columns in scene.panes)
    return (
        f'<div data-frame style="font-size:14px"><p style="margin:0 0 .6em 0;font-size:1.15em"><b>{escape(scene.title)}</b></p>'
        f'<div data-panes style="display:flex;flex-wrap:wrap;gap:1em">{panes}</div>'
        f'<p data-part="say" style="margin:.8em 0 .4em 0;min-height:1.5em">{escape(story["say"])}</p>'
        f'<div data-texts style="display:flex;flex-wrap:wrap;gap:.5em 2em;align-items:flex-start">'
        f"{formula(story, links)}{code(scene.code, story)}</div></div>"
    )


def lit_by(story, terms, pick):
    """key -> column: the cells that light up when `pick` is selected."""
    lit = dict.fromkeys(story["seen"], 0)
    for term in story["terms"]:
        lit.update({key: column for column, key in enumerate(terms[term]) if key})
    return lit | {pick: 0}


MONO = "white-space:pre;font-family:monospace;background:none;overflow-x:auto"


def formula(story, links):
    """The formula of a story, with room for the largest one, so that nothing jumps."""
    texts = [TAG.sub("", s["formula"]) for s in links["stories"].values()]
    lines = max(text.count("\n") + 1 for text in texts)
    wide = min(0.61 * max(len(line) for text in texts for line in text.split("\n")) + 1, 80)
    room = f"line-height:1.7;flex:1 1 {wide:.0f}em;min-width:1em;min-height:{1.7 * lines + 1.2:.4g}em"
    return f'<div data-part="formula" style="{MONO};{room}">{story["formula"]}</div>'


def code(lines, story):
    """The lines of reference.py that compute it; the one at work is bold."""
    marked = "".join(
        f'<span data-line="{n}"' + (' style="font-weight:700"' if n == story["line"] else "") + f">{escape(line)}\n</span>"
        for n, line in enumerate(lines)
    )
    return f'<div data-part="code" style="{MONO};line-height:1.6">{marked}</div>'
