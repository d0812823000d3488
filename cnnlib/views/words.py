"""words: how numbers, cells and counts are written (level 5). A key "x:1,0" names the cell
x[1,0]."""

import math
import re
from functools import lru_cache

TAG = re.compile("<[^>]+>")


@lru_cache(10_000)
def number(value):
    """At most four significant digits, with a true minus sign (screen readers say it, a hyphen is
    often skipped)."""
    return "" if math.isnan(value) else f"{value + 0:.4g}".replace("-", "\N{MINUS SIGN}")


@lru_cache(10_000)
def factor(value):
    """A number as a factor: a negative one in brackets."""
    text = number(value)
    return f"({text})" if value < 0 else text


def label(key):
    """What the reader calls a cell: x[1,0] for "x:1,0"."""
    return key.replace(":", "[") + "]"


def plural(count, noun, verbs=""):
    """2 products, 1 product; with verbs="is/are" also 2 products are, 1 product is."""
    one, _, many = verbs.partition("/")
    return f"{count} {noun}{'s' * (count != 1)} {one if count == 1 else many}".rstrip()


def signed(n):
    """A whole number with a true minus sign."""
    return str(n).replace("-", "\N{MINUS SIGN}")


def name_of(key):
    """The array that a key names: "x" of "x:1,0"."""
    return key.partition(":")[0]


def index_of(key):
    """The place in that array: (1, 0) of "x:1,0"."""
    return tuple(int(n) for n in key.partition(":")[2].split(","))


def row_of(key):
    """All of a key but its last index: the cells of one row share it."""
    return key.rpartition(",")[0]
