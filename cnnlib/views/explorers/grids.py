"""grids: the shell around every explorer on number grids (level 6)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from cnnlib.views.explorers.base import Explorer, State, cell_of
from cnnlib.views.explorers.questions import how_much, which_cells
from cnnlib.views.explorers.tale import Switch, Tale
from cnnlib.views.frames import Scene, frame, tallest
from cnnlib.views.links import asking
from cnnlib.views.words import Arrays, Key, Stories, index_of, label, name_of


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
        with np.errstate(over="ignore", invalid="ignore"):
            wrong = self._scene.wrong()
        slips = {slip: a[place] for slip, a in wrong.items()}
        right = self._scene.numbers[name][place]
        otherwise = f"{label(key)} stays hidden."
        return how_much(ask_number(key), label(key), right, slips, otherwise)

    def _which_cells(self, key):
        tale = self._drawn.tale
        if not tale.source:
            return super()._which_cells(key)
        if name_of(key) != tale.target:
            raise ValueError(f"cells are asked for of {tale.target}, not of {name_of(key)}")
        words, right = ask_cells(key, tale.source), tale.taking_part(key)
        return which_cells(words, self._marked, right, tale.wrong_cells(key))

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


def ask_cells(key: Key, source: str) -> str:
    """The first question about a cell."""
    return f"Which cells of {source} take part in {label(key)}, zeros too? Mark and check."


def ask_number(key: Key) -> str:
    """The second question about a cell."""
    return f"How much is {label(key)}? Type it into its cell."


def asked(tale: Tale, scene: Scene, state: State) -> Stories:
    """The stories of the target's cells while some are hidden; the others would tell of these."""
    stories = {}
    for key in tale.keys(tale.target):
        if key in state.unplaced:
            stories[key] = asking(key, "cells", ask_cells(key, tale.source))
        elif key in state.hidden:
            marked = tale.taking_part(key) if tale.source else ()
            stories[key] = asking(key, "number", ask_number(key), marked)
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
