"""book: what a page needs to answer guesses where no Python is (level 6).

All that can be said of a guess is known before it is made. So an explorer that is displayed stores
its book: questions, the words of answers, what known slips give, and what is shown in the end. The
page compares and looks up. It is written so that nobody reads an answer by looking at the page.
"""

import base64
import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from cnnlib.typed import NO_NUMBER
from cnnlib.views.explorers.questions import CELLS, TOLD, Question
from cnnlib.views.words import Key

Book = dict[str, Any]
PLACE = re.compile("(<td data-cell=.*?</td>)", re.DOTALL)  # as the page's script has it
KEY = re.compile('<td data-cell="(.*?)"')


def sealed(book: Book) -> str:
    """A book as a text that says nothing to who looks at it."""
    text = json.dumps(book, separators=(",", ":"), ensure_ascii=False, default=as_text)
    return base64.b64encode(text.encode()).decode()


def as_text(value: bytes) -> dict[str, str]:
    """Bytes travel as text."""
    return {"bytes64": base64.b64encode(value).decode()}


def edits(asked: str, shown: str) -> dict[Key, list[list[Any]]]:
    """{key: [[place, HTML while it is asked for, HTML when it is shown], ...]} of what differs
    between two frames, "" for what lies between the cells."""
    found: dict[Key, list[list[Any]]] = {}
    pairs = zip(PLACE.split(asked), PLACE.split(shown), strict=True)
    for n, (before, after) in enumerate(pairs):
        if before != after:
            cell = KEY.match(before)
            found.setdefault(cell[1] if cell else "", []).append([n, before, after])
    return found


class Slips:
    """Known slips, each text kept once."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        """The texts, in the order of their numbers."""
        return list(self._texts)

    def number(self, slip: str) -> int:
        """The number of a slip."""
        return self._texts.setdefault(slip, len(self._texts))


class Sets:
    """Sets of keys, each kept once, as numbers of keys in rising order of the keys' texts."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = sorted(keys)
        self._numbers = {key: n for n, key in enumerate(self.keys)}
        self._sets: dict[frozenset[Key], int] = {}

    @property
    def listed(self) -> list[list[int]]:
        """The sets, in the order of their numbers."""
        return [sorted(map(self._numbers.__getitem__, cells)) for cells in self._sets]

    def number(self, cells: frozenset[Key]) -> int:
        """The number of a set."""
        return self._sets.setdefault(cells, len(self._sets))


def number_page(question: Question, slips: Slips) -> list[Any]:
    """What a page needs for one Question for a number: [right, [[slip, number], ...]].

    What is no finite number is nothing that anybody can type.
    """
    known = question.known["slips"].items()
    wrong = [[slips.number(slip), float(value)] for slip, value in known if np.isfinite(value)]
    return [float(question.known["right"]), wrong]


def cells_page(
    right: frozenset[Key], wrong: Iterable[tuple[str, frozenset[Key]]], sets: Sets, slips: Slips
) -> list[Any]:
    """What a page needs for one question for cells: [the right set, [[slip, set], ...]].

    The first slip that gives a set is the one that is told.
    """
    first: dict[frozenset[Key], str] = {}
    for slip, cells in wrong:
        if cells and cells != right:
            first.setdefault(cells, slip)
    named = [[slips.number(slip), sets.number(cells)] for cells, slip in first.items()]
    return [sets.number(right), named]


def answers_of(question: Question) -> Book:
    """What a page needs for the only Question of an explorer: what is told of each of its options,
    or of a number."""
    if question.options:
        told = {guess: judged(question, guess) for guess in ("", *question.options)}
        return {"options": told}
    slips = Slips()
    right, wrong = number_page(question, slips)
    known = {name: question.known[name] for name in ("label", "otherwise")}
    named = [[slips.texts[slip], value] for slip, value in wrong]
    return {"words": words()["number"], "number": known | {"right": right, "slips": named}}


def judged(question: Question, guess: str) -> dict[str, Any]:
    """What is told of a guess: was it an answer, is it right, in which words."""
    try:
        right, why = question.judge(guess)
    except ValueError as error:
        return {"ok": False, "right": False, "why": str(error)}
    return {"ok": True, "right": right, "why": why}


def words() -> dict[str, Any]:
    """The words of all answers, with {places} to be filled in."""
    return {"number": TOLD | {"error": NO_NUMBER}, "cells": CELLS}
