"""typed: numbers are read as people write them."""

import math
import re
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import typed
from cnnlib.views import words

finite = st.floats(-1e300, 1e300)


@pytest.mark.parametrize(
    "text, value",
    [
        ("2", 2),
        ("2,5", 2.5),
        ("2.5", 2.5),
        (" 7\n", 7),
        ("\N{NO-BREAK SPACE}7\N{IDEOGRAPHIC SPACE}", 7),
        ("−3", -3),
        ("-3", -3),
        ("+3", 3),
        (".5", 0.5),
        ("5.", 5),
        ("1e2", 100),
        ("1e−2", 0.01),
        ("−2,5E+3", -2500),
        ("1/9", 1 / 9),
        ("−1/8", -0.125),
        ("1/−8", -0.125),
        (" 1 / 4 ", 0.25),
        ("2,5/0.5", 5),
        ("1⁄4", 0.25),
        ("1∕4", 0.25),
        ("２，５", 2.5),
        ("－１．５", -1.5),
        ("＋３", 3),
        ("–9", -9),
        ("—9", -9),
        ("‐9", -9),
        ("‑9", -9),
        ("‒9", -9),
        ("―9", -9),
        ("﹣9", -9),
        ("⁻9", -9),
        ("–2,5e–3", -0.0025),
        ("–1/8", -0.125),
        ("1/–8", -0.125),
        ("\ufeff7", 7),
        ("１／４", 0.25),
        ("5e-324", 5e-324),
        ("1.7e308", 1.7e308),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value):
    assert typed.read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "two",
        "nan",
        "inf",
        "-inf",
        "infinity",
        "1e999",
        "1e308*10",
        "1e308/1e-308",
        "1/0",
        "0/0",
        "1/",
        "/2",
        "1/2/3",
        "1,2,3",
        "1.2.3",
        "1 2",
        "1_000",
        "0x10",
        "--1",
        "1-",
        "3-5",
        "3–5",
        "3 – 5",
        "3—5",
        "–",
        "––9",
        "–-9",
        "9–",
        "1/9–",
        "2,–5",
        "½",
        "2²",
        "٣",
        "1+1",
        "(1)",
        "[1]",
        "1j",
        "True",
    ],
)
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(ValueError, match="^“.*” is not a number$"):
        typed.read(text)


def test_a_long_text_is_quoted_in_part():
    for text in ("x", "x" * typed.SHOWN):
        with pytest.raises(ValueError, match=f"^“{text}” is not a number$"):
            typed.read(text)
    with pytest.raises(ValueError, match=f"^“{'x' * typed.SHOWN}…” is not a number$"):
        typed.read("x" * 100_000)


@pytest.mark.parametrize(
    "text",
    ["9" * 100_000, "9" * 100_000 + "x", "9." * 50_000, "9" * 50_000 + "e", "1" + "0/" * 50_000],
)
def test_a_long_text_is_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(ValueError, match=f"^“{re.escape(text[:40])}…” is not a number$"):
        typed.read(text)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("value", [2, 2.5, np.float32(0.5), np.int8(3), Fraction(1, 9)])
def test_a_number_from_code_is_taken(value):
    assert typed.read(value) == float(value) and type(typed.read(value)) is float


@pytest.mark.parametrize(
    "value", [True, np.bool_(False), None, [1], (1,), b"1", 1j, math.nan, -math.inf, 10**400, {}]
)
def test_what_is_no_finite_number_is_refused_in_words(value):
    with pytest.raises(ValueError, match="is not a finite number"):
        typed.read(value)


@given(finite)
def test_what_is_printed_is_read_back_to_four_digits(value):
    printed = words.number(value)
    assert words.number(typed.read(printed)) == printed


@given(st.text())
def test_a_text_is_a_finite_number_or_is_refused(text):
    try:
        assert math.isfinite(typed.read(text))
    except ValueError as error:
        assert "is not a number" in str(error)


@pytest.mark.parametrize(
    "value, digits",
    [(0.0909, 3), (300.0, 1), (1936, 4), (-2.50, 2), (1e-9, 1), (1.25e300, 3), (0.0, 1)],
)
def test_digits_are_counted_as_they_are_written(value, digits):
    assert typed.digits_of(value) == digits
    assert typed.digits_of(np.float16(3.14)) == 3
