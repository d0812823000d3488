"""canvas: the one anywidget shell around every explorer that paints maps (level 6).

Point at a cell: its number, and the cells that it reads. A click or an arrow key picks it, so the
pick stays while the pointer goes elsewhere; Escape lets go. PageUp and PageDown go from map to map.
Steps are recorded or computed before:
Play, Back, Step and the scrub bar need no kernel. Colours show sign; the number under the pointer
says it.
"""

from dataclasses import dataclass, field, replace
from html import escape

import anywidget
import numpy as np
import traitlets

from cnnlib.views import maps, scripts, style

ROW = "display:flex;flex-wrap:wrap;gap:.6em 1.6em;align-items:flex-start"


def _colours(name):
    """256 RGBA rows of a matplotlib table: entry 0 transparent, 1 to 255 its colours from first to
    last."""
    return np.pad(
        np.pad(style.table(name, 255), ((0, 0), (0, 1)), constant_values=255), ((1, 0), (0, 0))
    )


TABLES = {
    kind: _colours(name)
    for kind, name in zip(maps.KINDS, ("RdBu_r", "gray", "inferno"), strict=True)
}


@dataclass
class Page:
    """What a canvas explorer shows. rows: (heading, [item, ...]); an item is a Stack, HTML text, or
    a pair of texts (live, still). controls: HTML, shown live only. wide: the pictures of all rows
    stand below each other.

    parts: {name: HTML} that changes without a new page ("live:..." stays out of the still frame);
    values: {control:
    value}; says: one sentence a step.
    """

    title: str
    rows: list
    controls: str = ""
    parts: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    says: list = field(default_factory=lambda: [""])
    wide: bool = False

    @property
    def stacks(self):
        return [item for _, items in self.rows for item in items if isinstance(item, maps.Stack)]


def part(name, html="", tag="div", style=""):
    """A place in the page whose content is filled from `parts`."""
    return f'<{tag} data-part="{escape(name)}" style="{style}">{html}</{tag}>'


def choice(do, label, options):
    """A labelled <select>; Python hears do_<do>(value)."""
    inside = "".join(f'<option value="{escape(str(o))}">{escape(str(o))}</option>' for o in options)
    return f'<label>{escape(label)} <select data-do="{do}">{inside}</select></label>'


def switch(do, label):
    """A labelled checkbox; Python hears do_<do>(True or False)."""
    return f'<label><input type="checkbox" data-do="{do}"> {escape(label)}</label>'


def button(do, label):
    """A button; Python hears do_<do>()."""
    return f'<button type="button" data-do="{do}">{escape(label)}</button>'


def player(label):
    """Back, Play, Step, a scrub bar over the recorded steps, speed."""
    return (
        '<button type="button" data-play="back">◀ Back</button><button type="button" data-play="play">▶ Play</button>'
        '<button type="button" data-play="step">Step ▶</button>'
        f'<label>{escape(label)} <input type="range" min="0" step="1" data-play="range"></label>'
        '<output data-play="count"></output><label>speed <select data-play="speed">'
        "<option>slow</option><option selected>normal</option><option>fast</option></select></label>"
    )


def entries(do, name, numbers):
    """A table of labelled inputs for a small 2-D array, and the same numbers as a still table:
    (live, still)."""
    live = still = (
        f'<figcaption><b>{name}</b></figcaption><table class="mp-entries" role="presentation">'
    )
    for i, row in enumerate(numbers):
        live, still = live + "<tr>", still + "<tr>"
        for j, v in enumerate(row):
            label = f'aria-label="{name}[{i}, {j}]" inputmode="decimal" size="4"'
            live += f'<td><input data-do="{do}" data-at="{i},{j}" {label}></td>'
            still += f"<td>{maps.number(v)}</td>"
    return tuple(f'<figure style="margin:0">{table}</table></figure>' for table in (live, still))


def typed(text, otherwise="Type one, or Show."):
    """The number in a reader's text; ValueError in words, which end in `otherwise`."""
    try:
        value = float(str(text).replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ValueError(f"“{text}” is not a number. {otherwise}")
    return value


def judged(guess, right, label, wrong):
    """(is it right, the answer in words); wrong: {what was done: the number that comes out}."""

    def near(value):
        return abs(guess - value) <= 0.02 * abs(value)

    if near(right):
        return True, f"Right: {label} is {maps.number(right)}."
    slip = next((name for name, value in wrong.items() if near(value)), None)
    return (
        False,
        f"Not yet: {maps.number(guess)} comes out {slip}."
        if slip
        else f"Not yet: not {maps.number(guess)}.",
    )


def _item(item, live, at):
    if isinstance(item, maps.Stack):
        if not live:  # the first frame uses the scale of its own step: later ones may come from trained numbers
            steps = item.steps
            item = replace(item, maps=steps[min(at, len(steps) - 1)])
            if np.isnan(item.maps).all():
                return ""
        return maps.figure(item, TABLES[item.kind], live)
    return item if isinstance(item, str) else item[0 if live else 1]


def _rows(page, live, at):
    body = ""
    for heading, items in page.rows:
        inside = "".join(_item(item, live, at) for item in items)
        if not inside:
            continue
        head = f'<p style="margin:.6em 0 .2em 0"><b>{escape(heading)}</b></p>' if heading else ""
        body += f'{head}<div data-row style="{ROW}">{inside}</div>'
    if not live:
        for name, html in page.parts.items():
            start = f'data-part="{escape(name)}"'
            where = (
                body.find(">", body.find(start)) + 1
                if start in body and not name.startswith("live:")
                else 0
            )
            body = body[:where] + html + body[where:] if where else body
    return body


def frame(page, live, at=0):
    """The page as HTML: with canvases and controls, or still, as the first frame that a notebook
    stores."""
    tools = '<button type="button" data-play="large" aria-pressed="false" aria-label="larger type">A+</button>'
    asks = live and "predict" in page.values
    bar = f'<div class="mp-bar">{switch("predict", "Predict first") if asks else ""}{page.controls}{tools}</div>'
    say = (
        "" if live else escape(page.says[at])
    )  # live, what changes comes in the state: the page is built once
    cell = '<p data-part="cell" class="mp-cell"></p>' if live and page.stacks else ""
    return (
        f'<div style="font-size:14px"{" data-wide" if live and page.wide else ""}>'
        f'<p style="margin:0 0 .4em 0;font-size:1.15em"><b>{escape(page.title)}</b></p>{bar if live else ""}'
        f'<p data-part="say" style="margin:.4em 0;min-height:1.5em">{say}</p>'
        f"{part('ask') if asks else ''}{cell}{_rows(page, live, at)}</div>"
    )


class Canvas(anywidget.AnyWidget):
    """The shell: a subclass says what its `_page()` is and answers do_<name>(...) from the page's
    controls."""

    _esm = scripts.script("maps")
    _css = scripts.style("maps")
    page = traitlets.Dict().tag(sync=True)
    pixels = traitlets.Bytes().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    pick = traitlets.Unicode().tag(sync=True)
    at = traitlets.Int().tag(sync=True)
    name = "canvas"

    def __init__(self):
        super().__init__()
        self._turn, self._asking = 0, False
        self.on_msg(lambda _, message, buffers: self._hear(message))
        self._draw()
        self.observe(lambda _: self._tell() if self._formula() else None, ["pick", "at"])

    def _page(self):
        raise NotImplementedError("a canvas explorer says what it shows")

    def _formula(self):
        """The formula of the picked cell, numbers filled in, for the part "formula"; None where
        there is none."""

    def _draw(self):
        """Make the page again; only what changed travels."""
        self._now = now = self._page()
        stacks, where = now.stacks, maps.layout(now.stacks)
        self._scales = {f"scale:{s.name}": maps.legend(s, TABLES[s.kind]) for s in stacks}
        with self.hold_sync():
            self.page = {
                "html": frame(now, True), "stacks": where, "tables": {k: t.tobytes() for k, t in TABLES.items()},
                "pixels": sum(s["rows"] * s["columns"] for s in where.values()),
                "places": sum(s["count"] * s["height"] * s["width"] for s in where.values()),
            }  # fmt: skip
            self.pixels, self.numbers = maps.pack(stacks)
            self.at = min(self.at, len(now.says) - 1)
            self._tell()

    def _tell(self):
        """The texts of the page: they change oftener than its pictures."""
        now, formula = self._now, self._formula()
        self._turn += 1
        parts = now.parts | self._scales | ({"formula": formula} if formula else {})
        if "predict" in now.values:
            parts["ask"] = self._ask() if self._asking else ""
        of = f"{self.pick}@{self.at}"
        self.state = {
            "parts": parts,
            "of": of,
            "values": now.values,
            "says": now.says,
            "turn": self._turn,
        }

    # ---- predict first: a subclass with values["predict"] has a _question() and a _judge(guess) ------------------
    def predict(self, on=True):
        """Hide what the reader is to guess, and ask for it; or show it again."""
        self._asking = bool(on)
        self._draw()

    def show(self):
        """Show what is hidden, without a guess."""
        self.predict(False)

    def guess(self, value):
        """What the explorer answers to a guess, in words; a right one also shows what was
        hidden."""
        if not self._asking:
            return "Nothing is hidden; predict() hides something."
        right, words = self._judge(value)
        if right:
            self.show()
        return words

    def _ask(self):
        words, options = self._question()
        field = '<label>your guess <input data-do="guess" inputmode="decimal" size="8"></label>'
        field = choice("guess", "your guess", ["", *options]) if options else field
        return f'<div class="mp-bar mp-ask"><span>{escape(words)}</span> {field} {button("show", "Show")}</div>'

    def do_predict(self, value):
        self.predict(value)

    def do_show(self):
        self.show()

    def do_guess(self, value):
        return self.guess(value)

    def _hear(self, message):
        """A wish from the page, and its one answer, in words or empty; a refusal changes
        nothing."""
        wish = dict(message)
        do, view = wish.pop("do", None), wish.pop("id", None)
        try:
            answer = getattr(self, f"do_{do}", None)
            if answer is None:
                raise ValueError(f"{do!r} is nothing that can be done here")
            words = answer(**wish)
        except (ValueError, TypeError, IndexError) as error:
            words = str(error)
        self.send({"why": words or "", "id": view})

    def select(self, name, *index):
        """Pick a cell: select("net", 3, 5); leading axes of length 1 may be left out."""
        stack = next((s for s in self._now.stacks if s.name == name), None)
        if stack is None:
            raise ValueError(
                f"{name!r} is no stack of maps here; {', '.join(s.name for s in self._now.stacks)} are"
            )
        size = stack.steps.shape[1:]
        full = (0,) * (3 - len(index)) + tuple(index)
        if len(full) != 3 or any(not 0 <= k < n for k, n in zip(full, size, strict=True)):
            raise IndexError(
                f"{name}{list(index)} is outside its {size[0]} maps of {size[1]}x{size[2]}"
            )
        self.pick = f"{name}:{','.join(str(int(k)) for k in full)}"

    def step(self, by=1):
        """Go `by` recorded steps on (back when negative); the ends hold."""
        self.at = min(max(self.at + by, 0), len(self._now.says) - 1)

    @property
    def picked(self):
        """(stack name, (map, row, column)) of the picked cell, or (None, None)."""
        name, _, index = self.pick.rpartition(":")
        place = tuple(int(k) for k in index.split(",")) if index else None
        found = (
            next((s for s in self._now.stacks if s.name == name), None)
            if hasattr(self, "_now")
            else None
        )
        if (
            found is None
            or place is None
            or any(k >= n for k, n in zip(place, found.steps.shape[1:], strict=True))
        ):
            return None, None
        return name, place

    @property
    def sentence(self):
        """What the picture shows, in one sentence."""
        return self._now.says[self.at]

    def __repr__(self):
        return f"{self.name}: {self.sentence}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return dict(data) | {
            "text/plain": repr(self),
            "text/html": frame(self._now, False, self.at),
        }, metadata
