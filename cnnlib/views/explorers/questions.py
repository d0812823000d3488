"""questions: what a reader who predicts first is asked, and what a guess is worth (level 6).

One tolerance for all explorers: a guess is right as far as four printed digits tell. A wrong one is
called by its name where the slip is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnlib.typed import read
from cnnlib.views.words import number, same

Judge = Callable[[Any], tuple[bool, str]]  # of a guess: is it right, the answer in words

# what is told of a number,
TOLD = {
    "right": "Right: {label} is {right}.",
    "slip": "Not yet: {value} comes out when {slip}.",
    "wrong": "Not yet: {label} is not {value}.",
    "unread": "{error}; {otherwise}",
}
# and of a set of cells: for each case what is told when none, one or more of them take part
CELLS = {
    "right": (
        "Right: no cell takes part.",
        "Right: this cell takes part.",
        "Right: these {good} cells take part.",
    ),
    "slip": ("Not yet: these cells are met when {slip}.",),
    "empty": ("Not yet: you marked none, and there are cells that take part.",),
    "strange": ("Not yet: none of your cells takes part.",),
    "few": (
        "",
        "Not yet: this cell takes part, but others are missing.",
        "Not yet: these {good} cells take part, but others are missing.",
    ),
    "many": (
        "",
        "Not yet: of your {count} cells only {good} takes part.",
        "Not yet: of your {count} cells only {good} take part.",
    ),
    "mixed": (
        "",
        "Not yet: of your {count} cells only {good} takes part, and others are missing.",
        "Not yet: of your {count} cells only {good} take part, and others are missing.",
    ),
}


@dataclass(frozen=True)
class Question:
    """words: what is asked. judge(guess): (is it right, the answer in words); it raises ValueError
    for what is no answer. options: the answers to choose from, none where a number is typed.
    known: of a number what how_much was told, by the same names."""

    words: str
    judge: Judge
    options: tuple[str, ...] = ()
    known: dict[str, Any] = field(default_factory=dict)


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
            raise ValueError(TOLD["unread"].format(error=error, otherwise=otherwise)) from None
        if same(value, right):
            return True, TOLD["right"].format(label=label, right=number(right))
        slip = next((slip for slip, wrong in slips.items() if same(value, wrong)), "")
        told = TOLD["slip" if slip else "wrong"]
        return False, told.format(label=label, value=number(value), slip=slip)

    known = {"label": label, "right": right, "slips": slips, "otherwise": otherwise}
    return Question(words, judge, known=known)


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
        slip = next((slip for slip, wrong in slips if found and found == wrong), "")
        return found == right, compared(found, right, slip)

    return Question(words, judge)


def compared(found: frozenset[str], right: frozenset[str], slip: str = "") -> str:
    """How a set of cells is like the right one, in words that do not say which are which.

    slip: what was done, where the set is known for it.
    """
    good = len(found & right)
    if found == right:
        case = "right"
    elif slip:
        case = "slip"
    elif not good:
        case = "strange" if found else "empty"
    elif found < right:
        case = "few"
    else:
        case = "many" if found > right else "mixed"
    told = CELLS[case][min(good, len(CELLS[case]) - 1)]
    return told.format(good=good, count=len(found), slip=slip)


def which(words: str, options: Iterable[str], judge: Judge) -> Question:
    """The Question for one of some texts; judge(guess) as for a Question."""

    def judged(guess):
        if guess not in options:
            raise ValueError(f"{guess!r} is no answer here; {', '.join(options)} are")
        return judge(guess)

    return Question(words, judged, tuple(options))
