"""draw: numbers that are another student's, and the same in ten years.

Python and NumPy may change what their generators give from one release to the next. A hash may not:
so each number is a part of the SHA-256 of some words and of how many numbers came before.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Draw:
    """Numbers that follow from some words: the same words, the same numbers, on every machine."""

    def __init__(self, *words: str) -> None:
        self.words = "\0".join(words)
        self.count = 0

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included, each as likely."""
        digest = hashlib.sha256(f"{self.words}\0{self.count}".encode()).digest()
        self.count += 1
        return low + int.from_bytes(digest[:8]) % (high - low + 1)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """One of several things."""
        return choices[self.whole(0, len(choices) - 1)]

    def grid(self, *shape: int, low: int = -2, high: int = 3) -> np.ndarray:
        """An array of such whole numbers."""
        numbers = [self.whole(low, high) for _ in range(int(np.prod(shape)))]
        return np.array(numbers).reshape(shape)

    def unlike(self, *shape: int, low: int, high: int) -> np.ndarray:
        """An array of such whole numbers of which no two are the same."""
        left = [*range(low, high + 1)]
        numbers = [left.pop(self.whole(0, len(left) - 1)) for _ in range(int(np.prod(shape)))]
        return np.array(numbers).reshape(shape)
