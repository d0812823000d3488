"""typed: numbers as people type them (level 0)."""

import math
import numbers
import re

MINUS = "\N{MINUS SIGN}"
DASHES = "‐‑‒–—―−︱︲﹘﹣⁻₋"  # a phone or a word processor makes one of a minus
SHOWN = 40  # characters of a text that is no number
NO_NUMBER = "“{text}” is not a number"
# no two parts may take the same digits: a long text would be tried in very many ways
_ONE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# full-width forms, as Chinese and Japanese keyboards type them, lie beside their ASCII characters
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(map(ord, DASHES), ord("-"))
_PLAIN |= dict.fromkeys(map(ord, "\N{FRACTION SLASH}\N{DIVISION SLASH}"), ord("/"))
_PLAIN |= {ord("\N{ZERO WIDTH NO-BREAK SPACE}"): ord(" ")}  # a page's script takes it for a blank


def plain(text: str) -> str:
    """A text in plain characters: keyboards and phones put others in their place."""
    return text.translate(_PLAIN)


def read(value: float | str) -> float:
    """The number that a reader typed, or gave from code, as a float.

    A text may have a decimal comma or point, any of the DASHES or a hyphen for a minus, full-width
    characters, spaces around, and one fraction bar: 2.5, 2,5, −3, –3, 1e-3, 1/9.
    Raises ValueError, in words, for what is no number, and for none that is finite.
    """
    if isinstance(value, str):
        found = _parsed(value)
        wrong = NO_NUMBER.format(text=value[:SHOWN] + "…" * (len(value) > SHOWN))
    else:
        is_real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        found = value if is_real else math.nan
        wrong = f"{value!r} is not a finite number"
    try:
        found = float(found)
    except OverflowError:  # a whole number beyond all floats
        found = math.inf
    if not math.isfinite(found):
        raise ValueError(wrong)
    return found


def _parsed(text):
    """The number in a text; nan where it is none."""
    parts = [part.strip() for part in plain(text).replace(",", ".").split("/")]
    if len(parts) > 2 or not all(map(_ONE.fullmatch, parts)):
        return math.nan
    above, below = float(parts[0]), float(parts[-1]) if len(parts) == 2 else 1.0
    return above / below if below else math.nan


def digits_of(value: float) -> int:
    """How many significant digits a float is written with: 3 for 0.0909, 1 for 300.0."""
    mantissa = str(value).lower().partition("e")[0]
    return max(1, len(mantissa.replace("-", "").replace(".", "").strip("0")))
