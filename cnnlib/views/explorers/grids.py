"""grids: the shell around every explorer on number grids (level 6)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from cnnlib.views.explorers.base import Explorer, State, cell_of
from cnnlib.views.explorers.book import Sets, Slips, cells_page, edits, number_page, words
from cnnlib.views.explorers.questions import how_much, which_cells
from cnnlib.views.explorers.tale import Switch, Tale
from cnnlib.views.frames import Scene, frame, tallest
from cnnlib.views.links import asking
from cnnlib.views.words import Arrays, Stories, index_of, label, name_of

MOST = 10_000  # pairs of a target's and a source's cell: with more a book takes too long
STAYS = "{label} stays hidden."  # what a reader hears who typed no number


@dataclass(frozen=True)
class Drawn:
    """A tale, its scene, and the JSON text of what the page gets of it."""

    tale: Tale
    scene: Scene
    text: str


class Grids(Explorer):
    """An explorer on number grids: `tale(**numbers, **options).scene(hidden)` is what it shows.

    tale: a Tale. numbers: the arrays that the reader may edit. options: what the switches set.
    predict: is everything hidden at first? The page adds behaviour and nothing of the lesson.
    """

    kind = "grids"
    scene = traitlets.Dict().tag(  # one text travels fastest
        sync=True, to_json=lambda scene, explorer: explorer._drawn.text if scene else "{}"
    )

    def __init__(
        self, tale: type[Tale], numbers: Arrays, *, predict: bool = False, **options: Any
    ) -> None:
        self._tale = tale
        state = State(numbers, options)
        super().__init__(self._all_hidden(state) if predict else state)

    # ---- what a kind of explorer says of itself

    def _draw(self, state):
        with np.errstate(over="ignore", invalid="ignore"):  # the tale refuses what is too large
            tale = self._tale(**state.numbers, **state.options)
            scene = tale.scene(state.hidden)
        if state.hidden:
            links = scene.links | {"stories": asked(tale, scene, state)}
            scene = replace(scene, links=links, room=tallest(scene.links))
        sent = {
            "html": frame(scene),
            "links": scene.links,
            "controls": [as_text(control) for control in scene.controls],
            "target": scene.target,
            "source": tale.source,
            "hidden": len(state.hidden),
        }
        pick = self.pick if self.pick in scene.links["stories"] else scene.links["first"]
        return Drawn(tale, scene, json.dumps(sent)), {"scene": sent, "pick": pick}

    def _still(self):
        return frame(self._scene, self.pick)

    def _arrays(self):
        return self._scene.numbers

    def _names(self):
        return sorted({name_of(key) for key in self._stories})

    def _walk(self, name):
        return [key for key in self._stories if name_of(key) == name]

    def _has(self, key):
        return key in self._stories

    def _askable(self, state):
        tale = self._tale(**state.numbers, **state.options)
        keys = tale.keys(tale.target)
        return keys, keys if tale.source else ()

    def _asked(self, cell):
        if not cell:
            raise ValueError('which cell? A guess names it: guess("net", 0, 1, 3)')
        return self._key(cell[0], cell[1:])

    def _question(self, key):
        name, place = name_of(key), index_of(key)
        if name != self._scene.target:
            return how_much("", label(key), self._scene.numbers[name][place], {})
        return self._number_of(key, self._wrong())

    def _wrong(self):
        with np.errstate(over="ignore", invalid="ignore"):
            return self._scene.wrong()

    def _number_of(self, key, wrong):
        """The Question for a number of the target; wrong: what known slips give."""
        called, place = label(key), index_of(key)
        right = self._scene.numbers[self._scene.target][place]
        slips = {slip: a[place] for slip, a in wrong.items()}
        return how_much(ask_number(called), called, right, slips, STAYS.format(label=called))

    def _which_cells(self, key):
        tale = self._drawn.tale
        if not tale.source:
            return super()._which_cells(key)
        if name_of(key) != tale.target:
            raise ValueError(f"cells are asked for of {tale.target}, not of {name_of(key)}")
        question, right = ask_cells(label(key), tale.source), tale.taking_part(key)
        return which_cells(question, self._marked, right, tale.wrong_cells(key))

    def _marked(self, cells):
        """The keys of the cells that a reader gave: keys from the page, or places in the source."""
        source = self._drawn.tale.source
        if isinstance(cells, (str, bytes)) or not isinstance(cells, Iterable):
            raise ValueError(f"{cells!r:.60} are no cells, wanted a list of places in {source}")
        found = set()
        for cell in cells:
            name, *index = cell_of(cell) if isinstance(cell, str) else (source, *places(cell))
            if name != source:
                raise ValueError(f"cells of {source} are asked for, not of {name}")
            found.add(self._key(name, index))
        return frozenset(found)

    def _book(self):
        tale, state, first = self._drawn.tale, self._state, self._lesson
        targets, sources = tale.keys(tale.target), tale.keys(tale.source) if tale.source else []
        if len(targets) * max(1, len(sources)) > MOST:
            return {}
        shown = replace(state, hidden=frozenset(), unplaced=frozenset())
        (full, told), (_, asked) = self._draw(shown), self._draw(self._all_hidden(shown))
        slips, sets, wrong = Slips(), Sets(sources), self._wrong()
        cells, numbers = {}, {}
        for key in targets:
            if sources:
                right, missed = tale.taking_part(key), tale.wrong_cells(key)
                cells[key] = cells_page(right, missed, sets, slips)
            numbers[key] = number_page(self._number_of(key, wrong), slips)
        kept = (np.array_equal(value, first.options[name]) for name, value in state.options.items())
        untouched = state.numbers is first.numbers and all(kept)
        return {
            "words": words() | {"otherwise": STAYS},
            "asks": questions(tale.source),
            "lesson": ("asked" if first.hidden else "shown") if untouched else "",
            "html": edits(asked["scene"]["html"], told["scene"]["html"]),
            "stories": full.scene.links["stories"] if state.hidden else None,
            "slips": slips.texts,
            "sources": sets.keys,
            "sets": sets.listed,
            "cells": cells,
            "numbers": numbers,
        }

    # ---- driven from code

    def set(self, **options: Any) -> None:
        """Set switches of this explorer: set(ties="split").

        Where results are hidden, all are hidden anew: there may be more of them, and others. Raises
        ValueError or TypeError, and changes nothing, if it cannot.
        """
        state = replace(self._state, options=self._with(options))
        self._show(self._all_hidden(state) if state.hidden else state)

    @property
    def sentence(self) -> str:
        """In one sentence what the picture shows of the selected cell."""
        return self._stories[self.pick]["say"]

    def __repr__(self) -> str:
        arrays = self._state.numbers.items()
        sizes = ", ".join(f"{name} {'×'.join(map(str, a.shape))}" for name, a in arrays)
        return f"Explorer({self._scene.title} {sizes}; {label(self.pick)} selected)"

    # ---- heard from the page

    def do_set(self, name: str, value: Any) -> None:
        """A switch, set by the text of one of its options."""
        controls = (control for control in self._scene.controls if control["name"] == name)
        options: list[Any] = next(controls, {"options": []})["options"]
        self.set(**{name: next((option for option in options if str(option) == value), value)})

    # ---- inside

    @property
    def _scene(self):
        return self._drawn.scene

    @property
    def _stories(self):
        """{key: story} of all cells that can be selected, what is hidden left out."""
        return self._drawn.scene.links["stories"]


# ---- what is asked


def ask_cells(called: str, source: str) -> str:
    """The first question about a cell."""
    return f"Which cells of {source} take part in {called}, zeros too? Mark and check."


def ask_number(called: str) -> str:
    """The second question about a cell."""
    return f"How much is {called}? Type it into its cell."


def questions(source: str, called: str = "{label}") -> Stories:
    """The stories of a cell that is asked for, by what is asked, in the order of the questions."""
    cells = {"cells": asking(called, "cells", ask_cells(called, source))} if source else {}
    return cells | {"number": asking(called, "number", ask_number(called))}


def asked(tale: Tale, scene: Scene, state: State) -> Stories:
    """The stories of the target's cells while some are hidden; the others would tell of these."""
    stories = {}
    for key in tale.keys(tale.target):
        if key in state.unplaced:
            stories[key] = questions(tale.source, label(key))["cells"]
        elif key in state.hidden:
            marked = sorted(tale.taking_part(key)) if tale.source else []
            stories[key] = questions("", label(key))["number"] | {"marked": marked}
        else:
            told = scene.links["stories"][key]
            stories[key] = {part: told[part] for part in told if part != "show"}
    return stories


def places(cell: Any) -> tuple[Any, ...]:
    """The indices of a cell that code gave; ValueError for what has none."""
    if not isinstance(cell, Iterable):
        raise ValueError(f"{cell!r:.60} is no place, wanted one such as (0, 1)")
    return tuple(cell)


def as_text(control: Switch) -> Switch:
    """A switch as the page gets it: its value and its options as texts."""
    options = list(map(str, control["options"]))
    return control | {"value": str(control["value"]), "options": options}
