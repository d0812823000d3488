"""typed: answers as they are typed from paper into a table, and the verdict on them."""

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from cnnlib import typed as numbers
from cnnlib.course import check, compare
from cnnlib.course.exercise import Exercise

HOW = (
    "A number is typed as 2.5 or 2,5; a fraction as 0.25, since a spreadsheet makes a date of 1/4. "
    "Between several numbers of one answer stand spaces, commas, semicolons, | or /: 1; 0; −3."
)
ROWS = re.compile(r";|\](?:\s*,)?\s*\[")
BETWEEN = (r",\s+|\s+", r",", r"[|/]")  # a comma or / may also stand in one
MIXED = re.compile(r"(?<![\d.,])([+-]?)(\d{1,6})\s+(\d{1,6})[/\u2044](\d{1,6})(?![\d./])")
PAIR = re.compile(r"(0|-?[1-9]\d{0,5}),\s+(\d{1,6})", re.ASCII)  # of -0, 5 the minus would be lost
APART = re.compile(r"([+-])\s+(?=[\d.])")  # a sign from its number
ONE_CHARACTER = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")  # 3¼ is 3 1/4, and not 31/4
NAMED = re.compile(r"\A\s*([^\W\d][^=]*)?=")  # x[1,1] = 15
QUOTES = " \t\"'“”"
TRUTHS = {"true": True, "false": False}
PLAIN = str.maketrans("(){}", "[][]") | dict.fromkeys(map(ord, numbers.DASHES), "-")
PLAIN |= {ord("、"): ", "}


def judged(exercise: Exercise, typed: str) -> check.Verdict:
    """The verdict on an answer as it was typed. Where it can be read in several ways, the right
    one counts, then one whose mistake has a name, then the first that can be compared. Never
    raises. The quiz's page does the same (tools/website/static/exercises/handwritten.js)."""
    if not typed.strip():
        return check.judged(exercise, ...)
    read = [*readings(typed)]
    read += [np.reshape(row, shape) for shape in _tables(exercise) for row in _single(read, shape)]
    different = {repr(value): value for value in read}.values()
    told = []
    for value in different:
        told.append(check.judged(exercise, value))
        if told[-1].status == "right":
            return told[-1]
    compared = [one for one in told if not one.refused]
    return next((one for one in compared if one.mistake), [*compared, *told][0])


def readings(typed: str) -> Iterator[Any]:
    """The ways to read a text that is not empty: as a word or a number, also a mixed one, a truth
    value, a pair that a decimal comma has made, arrays as Python writes them, rows with semicolons
    between them, which may be one row after the other of what is wanted in reading order."""
    yield _unquoted(typed)
    typed = NAMED.sub("", typed, count=1)
    yield _unquoted(typed)
    text = _plain(typed)
    yield text.strip("[]")
    mixed = MIXED.fullmatch(text.strip("[] "))
    if mixed and int(mixed[4]):
        yield float(f"{mixed[1]}1") * (int(mixed[2]) + int(mixed[3]) / int(mixed[4]))
    if text.casefold() in TRUTHS:
        yield TRUTHS[text.casefold()]
    pair = PAIR.fullmatch(text.strip("[] "))
    if pair:
        yield int(pair[1]), int(pair[2])
    with suppress(ValueError, RecursionError):
        yield json.loads(text)
    lines = ROWS.split(text.strip(" []\t,;|/"))
    for between in BETWEEN:
        rows = [[_number(part) for part in re.split(between, line.strip())] for line in lines]
        if len({len(row) for row in rows}) == 1:
            yield [number for row in rows for number in row]
        yield rows


def _unquoted(typed):
    """A text without the quotes and the spaces of any kind around it."""
    return re.sub(r"\s", " ", typed).strip(QUOTES)


def _tables(exercise):
    """The shape of the table that is asked for; none where something else is."""
    shapes = [np.shape(one) for one in compare.flat(compare.outcome(exercise, exercise.right))]
    return [shape for shape in shapes if len(shapes) == 1 and len(shape) > 1]


def _single(read, shape):
    """The readings that are one row or one column of all the numbers of a table of this shape: it
    was typed in reading order, and rows of another shape were not."""
    for rows in read:
        if isinstance(rows, list) and all(isinstance(row, list) for row in rows):
            found = _flat(rows)
            if len(found) == math.prod(shape) and (len(rows) in (1, len(found))):
                yield found


def numbers_in(typed: str) -> set[tuple[float, ...]]:
    """The ways to read a text that is not empty as numbers, one after the other, six decimals each;
    none where it cannot be read."""
    found = set()
    for value in readings(typed):
        with suppress(RecursionError):
            found.add(tuple(round(number, 6) for number in _flat(value)))
    return found - {()}


def _flat(value):
    """The numbers of a reading in reading order; [] where a part is none."""
    if isinstance(value, list):
        parts = [_flat(part) for part in value]
        return [number for part in parts for number in part] if all(parts) else []
    number = value if isinstance(value, bool) else _number(value)
    return [float(number)] if isinstance(number, (bool, float)) else []


def has_mixed(typed: str) -> bool:
    """Whether a text has a whole number, a blank and a fraction in it: one number or two?"""
    return bool(MIXED.search(_plain(typed)))


def _plain(typed):
    spaced = ONE_CHARACTER.sub(" ", typed.strip())
    text = unicodedata.normalize("NFKC", spaced).translate(PLAIN)
    text = "".join(str(unicodedata.decimal(one, one)) for one in text)  # digits of other scripts
    return APART.sub(r"\1", text)


def _number(text):
    """A number where it is one: a set is sorted before it is read."""
    try:
        return numbers.read(text)
    except ValueError:
        return text
