"""shell: the one anywidget around every explorer on number grids: holds the numbers, recomputes on an edit (level 6)."""
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from cnnlib.views.frames import frame, label, number
from cnnlib.views.links import hide, index_of, name_of

VIEWS = Path(__file__).parents[1]


class Explorer(anywidget.AnyWidget):
    """An explorer: `tell(**numbers, **options)` gives its Scene; the page adds only behaviour.

    numbers: the arrays the reader may edit. options: keyword arguments of `tell` that switches may set.
    """

    _esm = VIEWS / "linked.js"
    _css = VIEWS / "linked.css"
    scene = traitlets.Dict().tag(sync=True)
    pick = traitlets.Unicode().tag(sync=True)

    def __init__(self, tell, numbers, **options):
        super().__init__()
        self._tell, self._options = tell, options
        self._lesson = {name: np.array(a, dtype=float) for name, a in numbers.items()}
        self._hidden = frozenset()
        self.on_msg(lambda _, message, buffers: self._hear(message))
        self.reset()

    # ---- driven from code ---------------------------------------------------------------------------------------
    def reset(self):
        """Bring the lesson's numbers back."""
        self._edited = {name: a.copy() for name, a in self._lesson.items()}
        self._draw()

    def select(self, name, *index):
        """Select a cell: select("grad_w", 0, 1); every axis in array order, leading axes of length 1 may be left out.

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
        """Put a number into an editable grid: edit("x", 2, 3, 5.0). Raises ValueError, and changes nothing, if it cannot."""
        *index, value = index_and_value
        if name not in self._edited:
            raise ValueError(f"{name} cannot be edited here; {', '.join(self._edited)} can")
        if isinstance(value, (bool, str)) or not np.isscalar(value) or not np.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number")
        place = index_of(self._key(name, index))
        old = self._edited
        self._edited = {n: a.copy() for n, a in old.items()}
        self._edited[name][place] = value
        try:
            self._draw()
        except ValueError:
            self._edited = old
            self._draw()
            raise

    def set(self, **options):
        """Set a switch of this explorer, such as ties="split"."""
        unknown = set(options) - set(self._options)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} is no switch here; {', '.join(self._options) or 'none'} is")
        old = dict(self._options)
        self._options.update(options)
        try:
            self._draw()
        except ValueError:
            self._options = old
            self._draw()
            raise

    def predict(self, on=True):
        """Hide the target's numbers until they are guessed, or show them all again."""
        target = [k for k in self._story if name_of(k) == self._scene.target] if on else []
        self._hidden = frozenset(target)
        self._draw()

    def guess(self, name, *index_and_value):
        """Guess a hidden number: guess("grad_w", 0, 1, 3); returns what the explorer answers, in words."""
        *index, value = index_and_value
        return self._judge(self._key(name, index), float(value))

    def show(self, name, *index):
        """Show one hidden number without guessing it."""
        self._hidden -= {self._key(name, index)}
        self._draw()

    @property
    def sentence(self):
        """In one sentence what the picture shows of the selected cell; what a screen reader speaks."""
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
        shape = known[name].shape
        index = tuple(int(n) for n in index)
        left = len(shape) - len(index)
        if 0 < left and all(n == 1 for n in shape[:left]):
            index = (0,) * left + index
        if -left > 0 and not any(index[:-left]):
            index = index[-left:]
        if len(index) != len(shape) or not all(0 <= n < size for n, size in zip(index, shape)):
            raise ValueError(f"{name}{list(index)} is not a cell: {name} has shape {shape}")
        return f"{name}:{','.join(map(str, index))}"

    def _draw(self):
        self._scene = scene = self._tell(**self._edited, **self._options, hidden=self._hidden)
        self._story = hide(scene.links["stories"], self._hidden)
        links = scene.links | {"stories": self._story}
        if self.pick not in self._story:
            self.pick = links["first"]
        self._links = links
        self.scene = {
            "html": frame(self._shown()), "links": links, "controls": scene.controls, "target": scene.target,
            "hidden": len(self._hidden),
        }  # fmt: skip

    def _shown(self):
        from dataclasses import replace

        return replace(self._scene, links=self._links)

    def _judge(self, key, value):
        """Compare a guess with the number and with the known wrong procedures."""
        if key not in self._hidden:
            return f"{label(key)} is not hidden."
        place = index_of(key)
        right = self._scene.numbers[name_of(key)][place]
        if np.isclose(value, right, rtol=5e-4, atol=1e-9):
            self._hidden -= {key}
            self._draw()
            return f"Right: {label(key)} is {number(right)}."
        for name, wrong in self._scene.wrong.items():
            if np.isclose(value, wrong[place], rtol=5e-4, atol=1e-9):
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
                self.set(**{message["name"]: message["value"]})
            elif do in ("edit", "guess"):
                self._typed(do, key, message["text"], message.get("by", 0))
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self.send({"cell": key, "why": str(error)})

    def _typed(self, do, key, text, by):
        try:
            value = float(text.replace("\N{MINUS SIGN}", "-").replace(",", ".")) + by
        except ValueError:
            value = float("nan")
        if not np.isfinite(value):
            kept = "hidden" if key in self._hidden else number(self._scene.numbers[name_of(key)][index_of(key)])
            return self.send({"cell": key, "why": f"“{text}” is not a number; {label(key)} stays {kept}."})
        if do == "guess":
            return self.send({"cell": key, "why": self._judge(key, value)})
        return self.edit(name_of(key), *index_of(key), value)

    def __repr__(self):
        sizes = ", ".join(f"{name} {'×'.join(map(str, a.shape))}" for name, a in self._edited.items())
        return f"Explorer({self._scene.title} {sizes}; {label(self.pick)} selected)"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return dict(data) | {"text/plain": repr(self), "text/html": frame(self._shown(), self.pick)}, metadata
