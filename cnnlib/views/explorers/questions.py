"""questions: what a reader who predicts first is asked, and what a guess is worth (level 6).

One tolerance for all explorers: a guess is right as far as four printed digits tell. A wrong one is
called by its name where the slip is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnlib.views.words import number, read, same

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


def which(words: str, options: Iterable[str], judge: Judge) -> Question:
    """The Question for one of some texts; judge(guess) as for a Question."""

    def judged(guess):
        if guess not in options:
            raise ValueError(f"{guess!r} is no answer here; {', '.join(options)} are")
        return judge(guess)

    return Question(words, judged, tuple(options))
