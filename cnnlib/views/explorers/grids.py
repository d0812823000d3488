"""grids: the shell around every explorer on number grids (level 6)."""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from cnnlib.views.explorers.base import Explorer, State
from cnnlib.views.explorers.questions import how_much
from cnnlib.views.explorers.tale import Switch, Tale
from cnnlib.views.frames import Scene, frame
from cnnlib.views.links import hide
from cnnlib.views.words import Arrays, index_of, label, name_of


@dataclass(frozen=True)
class Drawn:
    """A scene, and the JSON text of what the page gets of it."""

    scene: Scene
    text: str


class Grids(Explorer):
    """An explorer on number grids: `tale(**numbers, **options).scene(hidden)` is what it shows.

    tale: a Tale. numbers: the arrays that the reader may edit. options: what the switches set. The
    page adds behaviour and nothing of the lesson.
    """

    kind = "grids"
    scene = traitlets.Dict().tag(  # one text travels fastest
        sync=True, to_json=lambda scene, explorer: explorer._drawn.text if scene else "{}"
    )

    def __init__(self, tale: type[Tale], numbers: Arrays, **options: Any) -> None:
        self._tale = tale
        super().__init__(State(numbers, options))

    # ---- what a kind of explorer says of itself

    def _draw(self, state):
        with np.errstate(over="ignore", invalid="ignore"):  # the tale refuses what is too large
            scene = self._tale(**state.numbers, **state.options).scene(state.hidden)
        stories = hide(scene.links["stories"], state.hidden)
        scene = replace(scene, links=scene.links | {"stories": stories})
        sent = {
            "html": frame(scene),
            "links": scene.links,
            "controls": [as_text(control) for control in scene.controls],
            "target": scene.target,
            "hidden": len(state.hidden),
        }
        pick = self.pick if self.pick in stories else scene.links["first"]
        return Drawn(scene, json.dumps(sent)), {"scene": sent, "pick": pick}

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

    def _askable(self):
        return self._walk(self._scene.target)

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
        return how_much(self._stories[key]["say"], label(key), right, slips, otherwise)

    # ---- driven from code

    def set(self, **options: Any) -> None:
        """Set switches of this explorer: set(ties="split").

        Where results are hidden, all are hidden anew: there may be more of them, and others. Raises
        ValueError or TypeError, and changes nothing, if it cannot.
        """
        state = replace(self._state, options=self._with(options))
        if state.hidden:
            tale = self._tale(**state.numbers, **state.options)
            state = replace(state, hidden=frozenset(tale.keys(tale.target)))
        self._show(state)

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


def as_text(control: Switch) -> Switch:
    """A switch as the page gets it: its value and its options as texts."""
    options = list(map(str, control["options"]))
    return control | {"value": str(control["value"]), "options": options}
