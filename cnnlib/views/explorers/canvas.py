"""canvas: the shell around every explorer that paints maps (level 6).

Point at a cell: its number, and the cells that it reads. A click or an arrow key picks it, so the
pick stays while the pointer goes elsewhere; Escape lets go. PageUp and PageDown go from map to map.
Steps are recorded or computed before: Play, Back, Step and the scrub bar need no kernel. Colours
show sign; the number under the pointer says it.
"""

import json
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Self

import numpy as np
import traitlets

from cnnlib.views import maps, style
from cnnlib.views.explorers.base import Explorer, State
from cnnlib.views.explorers.book import answers_of
from cnnlib.views.explorers.controls import asked, more, part, switch
from cnnlib.views.explorers.questions import Question
from cnnlib.views.frames import underlined
from cnnlib.views.words import Key, Place, index_of, name_of

Picked = tuple[str | None, Place | None]  # a stack's name and (map, row, column); or no cell
Item = maps.Stack | str | tuple[str, str]  # of a Page
Rows = Sequence[tuple[str, Sequence[Item]]]  # (heading, items)
Parts = Mapping[str, str | list[str]]
ROW = "display:flex;flex-wrap:wrap;gap:.6em 1.6em;align-items:flex-start;margin-top:.4em"
QUESTION = "question:0"  # the key of the one thing that an explorer of maps asks


def colours(name: str) -> np.ndarray:
    """256 RGBA rows of a matplotlib table: entry 0 transparent, then its colours."""
    opaque = np.pad(style.table(name, 255), ((0, 0), (0, 1)), constant_values=255)
    return np.pad(opaque, ((1, 0), (0, 0)))


PALETTES = ("RdBu_r", "gray", "inferno")
TABLES = {kind: colours(name) for kind, name in zip(maps.KINDS, PALETTES, strict=True)}


# ---- a page of maps -> HTML


@dataclass
class Page:
    """What an explorer of maps shows.

    rows: (heading, [item, ...]); an item is a Stack, HTML text, or a pair of texts (live, still).
    controls: HTML, shown live only. parts: {name: HTML, or a list with that of each step} that
    changes without a new page; "live:..." stays out of the still frame. values: {control: value}.
    says: one sentence a step. wide: the pictures of all rows stand below each other. attended:
    Python wants to hear whether somebody sees it.
    """

    title: str
    rows: Rows
    controls: str = ""
    parts: Parts = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    says: list[str] = field(default_factory=lambda: [""])
    wide: bool = False
    attended: bool = False

    @property
    def stacks(self) -> list[maps.Stack]:
        """The stacks of maps among the items."""
        return [item for _, items in self.rows for item in items if isinstance(item, maps.Stack)]


def _item(item, live, at):
    if isinstance(item, str):
        return item
    if not isinstance(item, maps.Stack):
        return item[0 if live else 1]
    if not live:  # on the scale of its own step: later ones may come from trained numbers
        item = replace(item, maps=item.steps[min(at, len(item.steps) - 1)])
        if np.isnan(item.maps).all():
            return ""
    return maps.figure(item, TABLES[item.kind], live)


def _rows(page, live, at):
    body = ""
    for heading, items in page.rows:
        inside = "".join(_item(item, live, at) for item in items)
        if not inside:
            continue
        head = f'<p style="margin:.6em 0 .2em 0"><b>{escape(heading)}</b></p>' if heading else ""
        body += f'{head}<div data-row style="{ROW}">{inside}</div>'
    return body


def _filled(body, parts, at):
    """The still frame's rows with the parts in their places."""
    for name, html in parts.items():
        place = body.find(f'data-part="{escape(name)}"')
        if place >= 0 and not name.startswith("live:"):
            inside = body.find(">", place) + 1
            html = html if isinstance(html, str) else html[min(at, len(html) - 1)]
            body = body[:inside] + underlined(html) + body[inside:]
    return body


def frame(
    page: Page, live: bool, at: int = 0, parts: Parts | None = None, question: str = ""
) -> str:
    """The page as HTML.

    Live, with canvases and controls: what changes comes in the state, so the page is built once.
    Still, as the first frame that a notebook stores: step `at`, filled with `parts`; below the
    sentence the `question` that is asked.
    """
    asks = live and "predict" in page.values
    rows = _rows(page, live, at)
    bar = say = cell = wide = top = ""
    if live:
        predict = switch("predict", "Predict first") if asks else ""
        top = ' class="mp-top"'  # stays in view
        bar = f'<div class="mp-bar">{predict}{page.controls}{more(page.controls)}</div>'
        cell = '<p data-part="cell" class="mp-cell"></p>' if page.stacks else ""
        wide = " data-wide" * page.wide + " data-attended" * page.attended
    else:
        say = escape(page.says[at])
        rows = _filled(rows, parts or {}, at)
        cell = f"<p><b>{escape(question)}</b></p>" if question else ""
    return (
        f'<div style="font-size:14px"{wide}>'
        f'<p style="margin:0 0 .4em 0;font-size:1.15em"><b>{escape(page.title)}</b></p>'
        f"<div{top}>{bar}"
        f'<p data-part="say" style="margin:.4em 0;min-height:1.5em">{say}</p>'
        f"{part('ask') if asks else ''}{cell}</div>{rows}</div>"
    )


# ---- what is told, and the shell


class MapTale:
    """What one explorer of maps tells of a state; it changes nothing."""

    def page(self) -> Page:
        """The Page."""
        raise NotImplementedError("a tale of maps has a page")

    def formula(self, name: str | None, place: Place | None, at: int) -> str | None:
        """How the number of a cell is made, at step `at`, for the part "formula".

        name None: no cell is picked. Returns None where there are no formulas.
        """
        return None

    def question(self, name: str | None, place: Place | None) -> Question | None:
        """The Question that is asked while a cell is picked; None where nothing is asked."""
        return None


@dataclass(frozen=True)
class Drawn:
    """A tale, its page, and the scales of its stacks as HTML parts."""

    tale: MapTale
    page: Page
    scales: dict[str, str]


class Whole(traitlets.Int[int, int]):
    """A whole number; True, which Python takes for one, becomes 1."""

    def validate(self, obj: Any, value: Any) -> int:
        """The number, at once: what is equal to the number before is looked at by nobody else."""
        return int(super().validate(obj, value))


class Canvas(Explorer):
    """An explorer of maps: `_tale(state)` is what it tells."""

    kind = "maps"
    page = traitlets.Dict().tag(sync=True)
    filled = traitlets.Bytes().tag(sync=True)  # this and the next two: what maps.pack gives
    pixels = traitlets.Bytes().tag(sync=True)
    floats = traitlets.Bytes().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    at = Whole().tag(sync=True)  # the step that is shown
    name = "canvas"

    def __init__(self, lesson: State | None = None) -> None:
        super().__init__(lesson or State())
        self.observe(lambda _: self._retell(), ["pick", "at"])

    def _tale(self, state):
        """The MapTale of a state."""
        raise NotImplementedError("an explorer of maps has a tale")

    # ---- what a kind of explorer says of itself

    def _draw(self, state):
        tale = self._tale(state)
        page = tale.page()
        where = maps.layout(page.stacks)
        scales = {f"scale:{s.name}": maps.legend(s, TABLES[s.kind]) for s in page.stacks}
        drawn = Drawn(tale, page, scales)
        filled, pixels, floats = maps.pack(page.stacks)
        kinds = dict.fromkeys(stack.kind for stack in page.stacks)
        at = min(self.at, len(page.says) - 1)
        changes = {
            "page": {
                "html": frame(page, True),
                "stacks": json.dumps(where),  # short, and stored in one line
                "tables": {kind: TABLES[kind].tobytes() for kind in kinds},
            },
            "filled": filled,
            "pixels": pixels,
            "floats": floats,
            "at": at,
            "state": self._told(drawn, state, self.pick, at),
        }
        return drawn, changes

    def _told(self, drawn, state, pick, at):
        """The texts of the page: they change oftener than its pictures."""
        page, picked = drawn.page, cell_in(drawn.page, pick)
        parts = {**page.parts, **drawn.scales}
        formula = drawn.tale.formula(*picked, at)
        of = ""  # which cell and step the formula is about
        if formula is not None:
            parts["formula"], of = formula, f"{pick}@{at}"
        if "predict" in page.values:
            parts["ask"] = asked(drawn.tale.question(*picked)) if state.hidden else ""
        return {"parts": parts, "of": of, "values": page.values, "says": page.says}

    def _retell(self):
        """Another cell or step: there may be another formula, or another question."""
        self.state = self._told(self._drawn, self._state, self.pick, self.at)

    def _still(self):
        return self._frame(self.at)

    def _frame(self, at):
        """The still frame of step `at`, with what is asked."""
        asked = self._question(QUESTION).words if self._state.hidden else ""
        return frame(self._now, False, at, self.state["parts"], asked)

    def _arrays(self):
        stacks = {stack.name: stack.steps for stack in self._now.stacks}
        now = {name: steps[min(self.at, len(steps) - 1)] for name, steps in stacks.items()}
        return now | self._state.numbers

    def _names(self):
        return [stack.name for stack in self._now.stacks]

    def _walk(self, name):
        shape = self._arrays()[name].shape
        return [f"{name}:{','.join(map(str, place))}" for place in np.ndindex(shape)]

    def _has(self, key):
        return cell_in(self._now, key) != (None, None)

    def _taken(self, pick):
        """Any pick: outside of this picture it lets go, and comes back with one that holds it."""
        return pick

    def _askable(self, state):
        return [QUESTION] if "predict" in self._now.values else [], ()

    def _asked(self, cell):
        if cell:
            raise ValueError("one thing is asked here: guess(value)")
        return QUESTION

    def _question(self, key):
        question = self._drawn.tale.question(*self.picked)
        return question or super()._question(key)

    def _book(self):
        if not self._state.hidden:
            return {}
        question = self._question(QUESTION)
        _, told = self._draw(replace(self._state, hidden=frozenset()))
        shown = {name: value for name, value in told.items() if value != getattr(self, name)}
        return {"shown": shown} | answers_of(question)

    # ---- driven from code

    def step(self, by: int = 1) -> None:
        """Go `by` recorded steps on, back when negative; the ends hold.

        Where no steps are recorded, to the next cell of the picked map.
        """
        if len(self._now.says) == 1:
            super().step(by)
        else:
            self.at += operator.index(by)

    def asking(self, predict: bool) -> Self:
        """Itself; when `predict`, with what can be guessed hidden from the first frame on.

        Raises TypeError for what is neither True nor False.
        """
        if not isinstance(predict, (bool, np.bool_)):
            raise TypeError(f"predict is {predict!r}, wanted True or False")
        if predict:
            self.predict()
        return self

    @property
    def picked(self) -> Picked:
        """(stack name, (map, row, column)) of the picked cell, or (None, None)."""
        return cell_in(self._now, self.pick)

    @property
    def sentence(self) -> str:
        """What the picture shows, in one sentence."""
        return self._now.says[self.at]

    def __repr__(self) -> str:
        return f"{self.name}: {self.sentence}"

    # ---- inside

    @property
    def _now(self):
        """The Page as it stands."""
        return self._drawn.page

    @traitlets.validate("at")
    def _on_at(self, proposal):  # whatever code or page write: the first and the last step hold
        return min(max(int(proposal["value"]), 0), len(self._now.says) - 1)


def cell_in(page: Page, key: Key) -> Picked:
    """(stack name, (map, row, column)) of a key, or (None, None) for what is no cell of a page."""
    try:
        name, place = name_of(key), index_of(key)
    except ValueError:
        return None, None
    shapes = {stack.name: stack.steps.shape[1:] for stack in page.stacks}
    shape = shapes.get(name, ())
    inside = len(place) == len(shape) and all(
        0 <= n < size for n, size in zip(place, shape, strict=True)
    )
    return (name, place) if inside and shape else (None, None)
