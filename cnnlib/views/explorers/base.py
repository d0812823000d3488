"""base: what every explorer is, on grids and on maps (level 6).

One face for code: select, step, edit, set, predict, guess, show, reset, sentence, numbers. One ear
for the page: each wish has exactly one answer. One rule for changes: the picture of a new state is
made completely, then taken over; after any exception everything is as it was.
"""

import copy
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import anywidget
import ipywidgets
import numpy as np
import traitlets

from cnnlib.typed import read
from cnnlib.views import scripts
from cnnlib.views.explorers.behaviour import Behaviour, behaviour_of
from cnnlib.views.explorers.book import Book, sealed
from cnnlib.views.words import Arrays, Key, Place, Typed, index_of, label, name_of, number


@dataclass(frozen=True)
class State:
    """What a reader may change. It is never written into: a change makes another State.

    numbers: the arrays that can be edited, by name. options: what the switches say, by name.
    hidden: the keys that wait for a guess; unplaced: those of them of which is asked first which
    cells take part.
    """

    numbers: Arrays = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    hidden: frozenset[Key] = frozenset()
    unplaced: frozenset[Key] = frozenset()

    def own(self) -> Self:
        """The same with arrays and options of its own: a caller may change his later."""
        numbers = {name: np.array(a, dtype=float) for name, a in self.numbers.items()}
        return replace(self, numbers=numbers, options=copy.deepcopy(self.options))


class Explorer(anywidget.AnyWidget):
    """An explorer of some kind. A kind says how a state is drawn, and which cells there are.

    lesson: the State that it starts with, and that reset() brings back.
    """

    kind: ClassVar[str]  # the name of its behaviour
    _esm = scripts.script("loader")
    behaviour = traitlets.Instance(Behaviour).tag(sync=True, **ipywidgets.widget_serialization)
    pick = traitlets.Unicode().tag(sync=True)  # the key of the selected cell
    answers = traitlets.Unicode().tag(sync=True)  # its book, sealed, as long as nothing is changed

    def __init__(self, lesson: State) -> None:
        super().__init__(behaviour=behaviour_of(self.kind))
        self._picked = ""
        self._lesson = lesson.own()
        self._show(self._lesson)
        self.on_msg(lambda _, message, buffers: self._hear(message))

    # ---- what a kind of explorer says of itself

    def _draw(self, state):
        """(what the kind keeps of this state, {name: value} of all that changes with it).

        It changes nothing, and raises ValueError or TypeError for what cannot be shown.
        """
        raise NotImplementedError("an explorer draws its state")

    def _still(self):
        """The first frame that a notebook stores, as HTML without a script."""
        raise NotImplementedError("an explorer has a first frame")

    def _arrays(self):
        """All arrays whose cells have a name, as they stand now."""
        raise NotImplementedError("an explorer shows arrays")

    def _names(self):
        """The names of the arrays whose cells can be selected."""
        raise NotImplementedError("an explorer has cells")

    def _walk(self, name):
        """The keys of an array's cells that can be selected, in walking order."""
        raise NotImplementedError("an explorer has cells")

    def _has(self, key):
        """Whether a key names a cell that can be selected now."""
        raise NotImplementedError("an explorer has cells")

    def _askable(self, state):
        """(the keys that predict() hides in a state, those of them of which it asks first which
        cells take part)."""
        return (), ()

    def _asked(self, cell):
        """The key that is guessed when code says guess(*cell, value)."""
        raise NotImplementedError("an explorer that hides something asks for it")

    def _question(self, key):
        """The Question about a key."""
        raise ValueError("there is nothing to guess here")

    def _which_cells(self, key):
        """The Question for the cells that take part in a key, a set of keys."""
        raise ValueError("no cells are asked for here")

    def _book(self) -> Book:
        """What the page needs to answer guesses about the state without Python; {} for nothing."""
        return {}

    # ---- driven from code

    def reset(self) -> None:
        """Bring the lesson's numbers and switches back; hidden is what was hidden at first."""
        self._show(self._lesson)

    def select(self, name: str, *index: int) -> None:
        """Select a cell: select("grad_w", 0, 1).

        Every axis in array order; leading axes of length 1 may be left out. Raises ValueError for a
        cell that is not there or cannot be selected.
        """
        key = self._key(name, index)
        if not self._has(key):
            names = ", ".join(self._names()) or "nothing"
            raise ValueError(f"{label(key)} is not a cell to select here; the cells of {names} are")
        self.pick = key

    def step(self, by: int = 1) -> None:
        """Go to the next cell of the same array, or `by` cells on; the ends hold."""
        names = self._names()
        if not names:
            raise ValueError("there are no cells here to step through")
        name = name_of(self.pick)
        walk = self._walk(name if name in names else names[0])
        to = walk.index(self.pick) + operator.index(by) if self.pick in walk else 0
        self.pick = walk[min(max(to, 0), len(walk) - 1)]

    def edit(self, name: str, *index_and_value: Typed) -> None:
        """Put a number into an editable array: edit("x", 2, 3, 5.0); everything follows.

        The number may be a text as people type it: "1/9". Raises ValueError, and changes nothing,
        for a cell that is not there or cannot be edited, and for what is no number.
        """
        *index, value = index_and_value or [""]
        self._edit(name, index, value)

    def set(self, **options: Any) -> None:
        """Set switches of this explorer: set(ties="split").

        Raises ValueError or TypeError, and changes nothing, if it cannot.
        """
        self._change(options=self._with(options))

    def predict(self, on: bool = True) -> None:
        """Hide what can be guessed until it is, or show it again."""
        shown = replace(self._state, hidden=frozenset(), unplaced=frozenset())
        state = self._all_hidden(shown) if on else shown
        if on and not state.hidden:
            raise ValueError("there is nothing to predict here")
        self._show(state)

    def guess_cells(self, *cell_and_cells: Any) -> str:
        """Guess which cells take part: guess_cells("net", 0, 1, [(0, 1), (0, 2)]).

        The cells are places in the array that the question names. Returns what the explorer
        answers, in words; after the right cells their number is asked. Raises ValueError for what
        are no cells, or where none are asked for.
        """
        *cell, cells = cell_and_cells or [()]
        key = self._asked(cell)
        right, words = self._which_cells(key).judge(cells)
        if key not in self._state.unplaced:
            return f"The cells of {label(key)} are not asked for."
        if right:
            self._change(unplaced=self._state.unplaced - {key})
        return words

    def show_cells(self, *cell: Any) -> None:
        """Show which cells take part without a guess, show_cells("net", 0, 1), or those of all."""
        shown = {self._key(cell[0], cell[1:])} if cell else self._state.unplaced
        self._change(unplaced=self._state.unplaced - shown)

    def guess(self, *cell_and_value: Typed) -> str:
        """Guess a hidden number, guess("grad_w", 0, 1, 3), or what is asked for, guess("negative").

        Returns what the explorer answers, in words; a right guess shows what it guessed. Raises
        ValueError for what is no answer.
        """
        *cell, value = cell_and_value or [""]
        key = self._asked(cell)
        right, words = self._question(key).judge(value)
        if key not in self._state.hidden:
            return f"{label(key)} is not hidden." if cell else "Nothing is hidden here."
        if right:
            self._reveal({key})
        return words

    def show(self, *cell: Any) -> None:
        """Show a hidden number without a guess, show("grad_w", 0, 1), or all that is hidden."""
        self._reveal({self._key(cell[0], cell[1:])} if cell else self._state.hidden)

    @property
    def sentence(self) -> str:
        """In one sentence what the picture shows; what a screen reader speaks."""
        raise NotImplementedError("an explorer says what it shows")

    @property
    def numbers(self) -> Arrays:
        """Copies of all arrays as they stand now, by name."""
        return {name: np.array(a, dtype=float) for name, a in self._arrays().items()}

    def close(self) -> None:
        """Free it: its pages say that it is gone, and its numbers and its layout are let go."""
        self.layout.close()
        super().close()

    # ---- changes

    def _change(self, **parts):
        """Show the state with some parts changed, or raise and change nothing."""
        self._show(replace(self._state, **parts))

    def _all_hidden(self, state):
        """The state with all hidden that can be guessed."""
        hidden, unplaced = self._askable(state)
        return replace(state, hidden=frozenset(hidden), unplaced=frozenset(unplaced))

    def _reveal(self, keys):
        """Nothing is asked about these keys any more."""
        state = self._state
        self._change(hidden=state.hidden - keys, unplaced=state.unplaced - keys)

    def _show(self, state):
        """Take over a state: all that follows from it is made before anything changes."""
        drawn, changes = self._draw(state)
        self._state, self._drawn = state, drawn
        with self.hold_sync():
            for name, value in (changes | {"answers": ""}).items():
                setattr(self, name, value)

    def _with(self, options):
        """All options, some of them changed; ValueError for a name that is none."""
        known = self._state.options
        unknown = [name for name in options if name not in known]
        if unknown:
            met = f"{', '.join(unknown)} is no switch here"
            raise ValueError(f"{met}; {', '.join(known) or 'none'} is")
        return known | copy.deepcopy(options)

    def _edit(self, name, index, value, by=0):
        editable = self._state.numbers
        if name not in editable:
            raise ValueError(
                f"{name} cannot be edited here; {', '.join(editable) or 'nothing'} can"
            )
        key = self._key(name, index)
        place = index_of(key)
        numbers = editable | {name: editable[name].copy()}
        try:
            numbers[name][place] = read(value) + by
        except ValueError as error:
            kept = number(editable[name][place])
            raise ValueError(f"{error}; {label(key)} stays {kept}.") from None
        self._change(numbers=numbers)

    def _key(self, name, index):
        """The key of a cell; ValueError for an array or a place that is not there."""
        known = self._arrays()
        if name not in known:
            raise ValueError(f"there is no {name} here; {', '.join(known) or 'nothing'} are")
        place = place_in(name, known[name].shape, index)
        return f"{name}:{','.join(map(str, place))}"

    @traitlets.validate("pick")
    def _on_pick(self, proposal):
        return self._taken(proposal["value"])

    def _taken(self, pick):
        """What becomes of a pick that code or page wrote: the last good one in place of another."""
        if self._has(pick):
            self._picked = pick
        return self._picked

    # ---- heard from the page

    def _hear(self, message):
        """A wish {do, id, ...} and its one answer {id, cell, why, ok}, whatever goes wrong.

        It is sent when all that has changed is sent, so the page may wait for it. why: words for
        the reader, or "". ok: whether the wish was done.
        """
        wish = dict(message) if isinstance(message, dict) else {}
        view, cell = wish.pop("id", None), wish.get("cell")
        answer = {
            "id": view if isinstance(view, (int, float, str)) else None,
            "cell": cell if isinstance(cell, str) else "",
            "why": "Python was interrupted.",
            "ok": False,
        }
        try:
            answer |= {"why": self._obey(wish) or "", "ok": True}
        except Exception as error:
            plain = isinstance(error, (ValueError, TypeError)) and str(error)
            answer["why"] = plain or f"{type(error).__name__}: {error}"
        finally:  # also when the kernel is interrupted
            self.send(answer)

    def _obey(self, wish):
        """Do what the page wishes; words for the reader, if there are any."""
        do = wish.pop("do", None)
        if isinstance(do, str) and do in self._state.options:
            wish, do = {"name": do, **wish}, "set"
        act = getattr(self, f"do_{do}", None)
        if act is None:
            raise ValueError(f"{do!r:.60} is nothing that can be done here")
        return act(**wish)

    def do_reset(self) -> None:
        """The page's button Reset."""
        self.reset()

    def do_predict(self, value: bool | None = None) -> None:
        """The page's switch Predict: on, off, or the other way round."""
        self.predict(not self._state.hidden if value is None else value)

    def do_show(self, cell: Key = "") -> None:
        """The page's button Show, for one cell or for all."""
        self.show(*cell_of(cell))

    def do_set(self, name: str, value: Any) -> None:
        """A switch of the page."""
        self.set(**{name: value})

    def do_edit(self, cell: Key, text: Typed, by: float = 0) -> None:
        """A number that was typed into a cell, and how much the arrow keys added."""
        name, *index = cell_of(cell)
        self._edit(name, index, text, by)

    def do_guess(self, value: Any = None, cell: Key = "", text: Typed | None = None) -> str:
        """A guess: `text` typed into a cell, or the `value` of a control."""
        return self.guess(*cell_of(cell), value if text is None else text)

    def do_guess_cells(self, cell: Key, cells: Iterable[Key]) -> str:
        """The cells that were marked in the page, as keys."""
        return self.guess_cells(*cell_of(cell), cells)

    def do_show_cells(self, cell: Key) -> None:
        """The page's button Show, while cells are asked for."""
        self.show_cells(*cell_of(cell))

    # ---- how it is stored

    def write_answers(self) -> None:
        """Let the page have what it needs to answer guesses without Python."""
        book = self._book()
        self.answers = sealed(book) if book else ""

    def _repr_mimebundle_(self, **kwargs):
        self.write_answers()
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        stored = {"text/plain": repr(self), "text/html": self._still()}
        return dict(data) | stored, metadata


def place_in(name: str, shape: Place, index: Iterable[Any]) -> Place:
    """The place that `index` names in an array, leading axes of length 1 added or left out.

    Raises ValueError for what is outside, or is no index.
    """
    try:
        place = tuple(map(operator.index, index))
    except TypeError:
        place = None
    if place is not None:
        missing = len(shape) - len(place)
        if missing > 0 and all(n == 1 for n in shape[:missing]):
            place = (0,) * missing + place
        elif missing < 0 and not any(place[:-missing]):
            place = place[-missing:]
    if (
        place is None
        or len(place) != len(shape)
        or not all(0 <= n < size for n, size in zip(place, shape, strict=True))
    ):
        raise ValueError(f"{name}{list(index)} is not a cell: {name} has shape {shape}")
    return place


def cell_of(key: Key) -> tuple[Any, ...]:
    """(name, *index) of a key that the page sent, () for an empty one; ValueError for no key."""
    try:
        return (name_of(key), *index_of(key)) if key else ()
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"{key!r:.60} is no cell") from None
