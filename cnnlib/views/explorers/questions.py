"""questions: what a reader who predicts first is asked, and what a guess is worth (level 6).

One tolerance for all explorers: a guess is right as far as four printed digits tell. A wrong one is
called by its name where the slip is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnlib.typed import read
from cnnlib.views.words import number, same

Judge = Callable[[Any], tuple[bool, str]]  # of a guess: is it right, the answer in words


@dataclass(frozen=True)
class Question:
    """words: what is asked. judge(guess): (is it right, the answer in words); it raises ValueError
    for what is no answer. options: the answers to choose from, none where a number is typed."""

    words: str
    judge: Judge
    options: tuple[str, ...] = ()


def how_much(
    words: str,
    label: str,
    right: float,
    slips: Mapping[str, float],
    otherwise: str = "type one, or Show.",
) -> Question:
    """The Question for a number.

    label: what the number is called. slips: {what was done: the number that comes out}, in the
    words that follow "when". otherwise: what a reader hears who typed no number.
    """

    def judge(guess):
        try:
            value = read(guess)
        except ValueError as error:
            raise ValueError(f"{error}; {otherwise}") from None
        if same(value, right):
            return True, f"Right: {label} is {number(right)}."
        for slip, wrong in slips.items():
            if same(value, wrong):
                return False, f"Not yet: {number(value)} comes out when {slip}."
        return False, f"Not yet: {label} is not {number(value)}."

    return Question(words, judge)


def which_cells(
    words: str,
    read: Callable[[Any], frozenset[str]],
    right: frozenset[str],
    slips: Iterable[tuple[str, frozenset[str]]],
) -> Question:
    """The Question for a set of cells.

    read(guess): the keys of the cells that were given; it raises ValueError for what is no set of
    cells. slips: (what was done, the cells that are met then), in the words that follow "when".
    """

    def judge(guess):
        found = read(guess)
        if found == right:
            return True, f"Right: {taking_part(len(right))}."
        for slip, wrong in slips:
            if found and found == wrong:
                return False, f"Not yet: these cells are met when {slip}."
        return False, f"Not yet: {compared(found, right)}."

    return Question(words, judge)


def taking_part(count: int) -> str:
    """How many cells take part, in words: the right ones are marked."""
    if not count:
        return "no cell takes part"
    return "this cell takes part" if count == 1 else f"these {count} cells take part"


def compared(found: frozenset[str], right: frozenset[str]) -> str:
    """How a wrong set of cells is like the right one, in words that do not say which are which."""
    if not found:
        return "you marked none, and there are cells that take part"
    good = len(found & right)
    if not good:
        return "none of your cells takes part"
    if found < right:
        return f"{taking_part(good)}, but others are missing"
    missing = "" if found > right else ", and others are missing"
    takes = "takes" if good == 1 else "take"
    return f"of your {len(found)} cells only {good} {takes} part{missing}"


def which(words: str, options: Iterable[str], judge: Judge) -> Question:
    """The Question for one of some texts; judge(guess) as for a Question."""

    def judged(guess):
        if guess not in options:
            raise ValueError(f"{guess!r} is no answer here; {', '.join(options)} are")
        return judge(guess)

    return Question(words, judged, tuple(options))
