"""dates: what a spreadsheet makes of a fraction, such as 3/4."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np

from teaching.people import bare

DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d|\d{1,2}([./-])\d{1,2}\1\d{4}|\d\d([./-])\d\d\2\d\d"
)  # 2026-03-04, 3/4/2026, 03/04/26
WITH_NAME = re.compile(
    r"\d{1,2}[.\s/-]+(?:de\s+)?([^\W\d]+)\.?(?:[.\s/-]+(?:de\s+)?\d{2,4})?"
    r"|([^\W\d]+)[.\s/-]+\d{1,4}(?:,?\s+\d{4})?"
)  # 03. Apr, 4-Mar, 4 de marzo, Mar-26, Nov 4
MONTHS = """
january february march april may june july august september october november december
januar februar marz mrz april mai juni juli august september oktober november dezember
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart mrt april mei juni juli augustus september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia
januar februar marts april maj juni juli augusti september oktober november december
""".split()  # English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Scandinavian
SHORTEST = 3  # letters of an abbreviation
DAYS = re.compile(r"[345]\d{4}")  # a date as a spreadsheet counts it, of the years 1982 to 2064
FIRST = date(1899, 12, 30)  # its day 0
NEAR = 1e-9


def is_date(text: str) -> bool:
    """Whether a text is a date as spreadsheets write them; with a word in it, that of a month."""
    named = WITH_NAME.fullmatch(text)
    return bool(DATE.fullmatch(text)) or bool(named) and _is_month(bare(named[1] or named[2]))


def _is_month(word):
    return len(word) >= SHORTEST and any(month.startswith(word) for month in MONTHS)


def is_day_of(text: str, known: Iterable[Any]) -> bool:
    """Whether a text is the number of a day that a spreadsheet makes of one of the `known` answers,
    of those that are fractions."""
    if not DAYS.fullmatch(text):
        return False
    day = FIRST + timedelta(int(text))
    made = (day.day / day.month, day.month / day.day, day.month / (day.year % 100 or 100))
    fractions = [float(one) for one in known if np.ndim(one) == 0 and _is_fraction(one)]
    return any(abs(one - value) < NEAR for one in fractions for value in made)


def _is_fraction(value):
    return np.asarray(value).dtype.kind == "f" and float(value) % 1 != 0
