"""shell: the anywidget around every explorer on number grids: holds the numbers, recomputes on an
edit (level 6)."""

import json
from dataclasses import replace

import anywidget
import numpy as np
import traitlets

from cnnlib.views import scripts
from cnnlib.views.frames import frame
from cnnlib.views.links import hide
from cnnlib.views.words import index_of, label, name_of, number


class Explorer(anywidget.AnyWidget):
    """An explorer: `tale(**numbers, **options).scene(hidden)` is what it shows; the page adds only
    behaviour.

    numbers: the arrays the reader may edit. options: what the switches set.
    """

    _esm = scripts.script("grids")
    _css = scripts.style("grids")
    scene = traitlets.Dict().tag(
        sync=True, to_json=lambda scene, _: json.dumps(scene)
    )  # one text travels fastest
    pick = traitlets.Unicode().tag(sync=True)

    def __init__(self, tale, numbers, **options):
        super().__init__()
        self._tale = tale
        self._lesson = (
            {name: np.array(a, dtype=float) for name, a in numbers.items()},
            dict(options),
        )
        self._numbers, self._options, self._hidden = {}, {}, frozenset()
        self.on_msg(lambda _, message, buffers: self._hear(message))
        self.reset()

    # ---- driven from code ---------------------------------------------------------------------------------------
    def reset(self):
        """Bring the lesson's numbers and switches back, nothing hidden."""
        self._draw(*self._lesson, frozenset())

    def select(self, name, *index):
        """Select a cell: select("grad_w", 0, 1); every axis in array order, leading axes of length
        1 may be left out.

        Raises ValueError for a cell that is not there or has no story.
        """
        key = self._key(name, index)
        if key not in self._story:
            names = ", ".join(sorted({name_of(k) for k in self._story}))
            raise ValueError(f"{label(key)} is not a cell to select here; the cells of {names} are")
        self.pick = key

    def step(self, by=1):
        """Go to the next cell of the same array, in the order of the loops; the ends hold."""
        walk = [k for k in self._story if name_of(k) == name_of(self.pick)]
        self.pick = walk[min(max(walk.index(self.pick) + by, 0), len(walk) - 1)]

    def edit(self, name, *index_and_value):
        """Put a number into an editable grid: edit("x", 2, 3, 5.0); everything follows.

        Raises ValueError, and changes nothing, for a cell that is not there or cannot be edited, or
        for no number.
        """
        *index, value = index_and_value
        if name not in self._numbers:
            raise ValueError(f"{name} cannot be edited here; {', '.join(self._numbers)} can")
        numbers = {n: a.copy() for n, a in self._numbers.items()}
        numbers[name][index_of(self._key(name, index))] = finite(value)
        self._draw(numbers, self._options, self._hidden)

    def set(self, **options):
        """Set a switch of this explorer, such as ties="split". Raises ValueError, and changes
        nothing, if it cannot."""
        unknown = set(options) - set(self._options)
        if unknown:
            raise ValueError(
                f"{', '.join(sorted(unknown))} is no switch here; {', '.join(self._options) or 'none'} is"
            )
        self._draw(self._numbers, self._options | options, self._hidden)

    def predict(self, on=True):
        """Hide the target's numbers until they are guessed, or show them all again."""
        target = [k for k in self._story if on and name_of(k) == self._scene.target]
        self._draw(self._numbers, self._options, frozenset(target))

    def guess(self, name, *index_and_value):
        """Guess a hidden number: guess("grad_w", 0, 1, 3); returns what the explorer answers, in
        words."""
        *index, value = index_and_value
        return self._judge(self._key(name, index), finite(value))

    def show(self, name, *index):
        """Show one hidden number without guessing it."""
        self._draw(self._numbers, self._options, self._hidden - {self._key(name, index)})

    @property
    def sentence(self):
        """In one sentence what the picture shows of the selected cell; what a screen reader
        speaks."""
        return self._story[self.pick]["say"]

    @property
    def numbers(self):
        """Copies of all arrays as they stand now, by name."""
        return {name: a.copy() for name, a in self._scene.numbers.items()}

    # ---- inside -------------------------------------------------------------------------------------------------
    def _key(self, name, index):
        """The key of a cell; ValueError for an array or a place that is not there."""
        known = self._scene.numbers
        if name not in known:
            raise ValueError(f"there is no {name} here; {', '.join(known)} are")
        shape, index = known[name].shape, tuple(int(n) for n in index)
        left = len(shape) - len(index)
        if left > 0 and all(n == 1 for n in shape[:left]):
            index = (0,) * left + index
        elif left < 0 and not any(index[:-left]):
            index = index[-left:]
        if len(index) != len(shape) or not all(
            0 <= n < size for n, size in zip(index, shape, strict=True)
        ):
            raise ValueError(f"{name}{list(index)} is not a cell: {name} has shape {shape}")
        return f"{name}:{','.join(map(str, index))}"

    def _draw(self, numbers, options, hidden):
        """Show these numbers; what cannot be told is refused before anything changes."""
        scene = self._tale(**numbers, **options).scene(hidden)
        story = hide(scene.links["stories"], hidden)
        scene = replace(scene, links=scene.links | {"stories": story})
        html = frame(scene)
        self._numbers, self._options, self._hidden, self._scene, self._story = (
            numbers,
            options,
            hidden,
            scene,
            story,
        )
        if self.pick not in story:
            self.pick = scene.links["first"]
        switches = [
            c | {"value": str(c["value"]), "options": list(map(str, c["options"]))}
            for c in scene.controls
        ]
        self.scene = {
            "html": html, "links": scene.links, "controls": switches, "target": scene.target, "hidden": len(hidden),
        }  # fmt: skip

    def _judge(self, key, value):
        """Compare a guess with the number and with the known wrong procedures."""
        if key not in self._hidden:
            return f"{label(key)} is not hidden."
        place = index_of(key)
        right = self._scene.numbers[name_of(key)][place]
        if close(value, right):
            self._draw(self._numbers, self._options, self._hidden - {key})
            return f"Right: {label(key)} is {number(right)}."
        for name, wrong in self._scene.wrong().items():
            if close(value, wrong[place]):
                return f"Not yet: {number(value)} comes out when {name}."
        return f"Not yet: {label(key)} is not {number(value)}."

    def _hear(self, message):
        """What the page asks for; a refusal answers in words and changes nothing."""
        do, key = message.get("do"), message.get("cell", "")
        try:
            if do == "reset":
                self.reset()
            elif do == "predict":
                self.predict(not self._hidden)
            elif do == "show":
                self.show(name_of(key), *index_of(key))
            elif do == "set":
                self._switch(message["name"], message["value"])
            elif do in ("edit", "guess"):
                self._typed(do, key, message["text"], message.get("by", 0))
            else:
                raise ValueError(f"{do!r} is nothing that can be done here")
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self.send({"cell": key, "why": str(error)})

    def _switch(self, name, text):
        """A switch set by the text of one of its options."""
        options = next((c["options"] for c in self._scene.controls if c["name"] == name), [])
        self.set(**{name: next((option for option in options if str(option) == text), text)})

    def _typed(self, do, key, text, by):
        try:
            value = finite(float(str(text).replace("\N{MINUS SIGN}", "-").replace(",", ".")) + by)
        except ValueError:
            kept = (
                "hidden"
                if key in self._hidden
                else number(self._scene.numbers[name_of(key)][index_of(key)])
            )
            raise ValueError(f"“{text}” is not a number; {label(key)} stays {kept}.") from None
        if do == "guess":
            self.send({"cell": key, "why": self._judge(key, value)})
        else:
            self.edit(name_of(key), *index_of(key), value)

    def __repr__(self):
        sizes = ", ".join(
            f"{name} {'×'.join(map(str, a.shape))}" for name, a in self._numbers.items()
        )
        return f"Explorer({self._scene.title} {sizes}; {label(self.pick)} selected)"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return dict(data) | {
            "text/plain": repr(self),
            "text/html": frame(self._scene, self.pick),
        }, metadata


def finite(value):
    """`value` as a float; ValueError for what is not one finite number."""
    if isinstance(value, (bool, str)) or not np.isscalar(value) or not np.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)


def close(a, b):
    """Equal as far as four printed digits tell."""
    return bool(np.isclose(a, b, rtol=5e-4, atol=1e-9))
