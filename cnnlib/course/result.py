"""result: what a check of gradients found, in numbers and in words (level 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.gradient_check import relative_error

PASS = 1e-6
Pairs = Mapping[str, tuple[ArrayLike, ArrayLike]]  # what was compared: (found, wanted)


@dataclass(frozen=True)
class Result:
    """What one check found.

    errors: {what was compared: its largest relative error}, infinite where nothing can be compared.
    words: what is wrong, by name where it is known; empty where nothing is said beyond the numbers.
    """

    errors: dict[str, float]
    limit: float = PASS
    words: str = ""

    @property
    def passed(self) -> bool:
        """True when every error is at most the limit."""
        return all(error <= self.limit for error in self.errors.values())

    def __str__(self) -> str:
        """One line: "passes", or what is wrong."""
        if self.passed:
            return "passes"
        wrong = [name for name, error in self.errors.items() if not error <= self.limit]
        return f"does not pass: {self.words or ', '.join(wrong)}"


def compared(pairs: Callable[[], Pairs], limit: float = PASS) -> Result:
    """The Result of {name: (found, wanted)}, pairs being a function that gives it.

    Infinite where shapes differ, and when the code refuses to run: a bug may well make shapes that
    fit nowhere, and then it is found at once.
    """
    try:
        errors = {name: apart(np.array(a), np.array(n)) for name, (a, n) in pairs().items()}
    except (ValueError, IndexError):
        return Result({"shapes": float("inf")}, limit)
    return Result(errors, limit)


def apart(a: np.ndarray, n: np.ndarray) -> float:
    """The relative error of a against n; infinite where shapes differ or a number is NaN."""
    error = relative_error(a, n) if a.shape == n.shape else np.nan
    return float("inf") if np.isnan(error) else error
