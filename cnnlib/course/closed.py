"""closed: a case whose cause is not named, the same for a whole class that shares a word (level 4).

The patients of lesson 07 and the sick trainings of lesson 08b are such cases.
"""

import secrets
import zlib
from collections.abc import Collection

import numpy as np


class Closed:
    """One of several causes, chosen by a word and a number, and not named.

    The same two give the same case on every machine; number 1, 2, 3, ... are all different until
    every cause has come. word None: one by chance. A kind of case sets `called`, what it is called,
    and `causes`, the names. Raises ValueError for a number below 1.
    """

    called: str
    causes: Collection[str]

    def __init__(self, word: str | None = None, number: int = 1) -> None:
        if number < 1:
            raise ValueError(f"number is {number}, wanted 1, 2, 3, ...")
        self.word, self.number = secrets.token_hex(3) if word is None else str(word), int(number)
        self.named = ""  # the cause, once it was found
        seed = zlib.crc32(self.word.strip().casefold().encode())
        order = np.random.default_rng(seed).permutation(list(self.causes))
        self._cause = str(order[(self.number - 1) % len(order)])
        self._seed = (seed + self.number) % 2**32

    def __repr__(self) -> str:
        return f"{self.called} {self.number} of “{self.word}”: {self.named or 'not examined yet'}"

    def open(self) -> str:
        """The name of the cause, for who gives up."""
        self.named = self._cause
        return self._cause
