"""words: numbers are written for people, and read as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import typed
from cnnlib.views import words

finite = st.floats(-1e300, 1e300)


# ---- writing


@pytest.mark.parametrize(
    "value, text",
    [
        (1.0, "1"),
        (-0.0, "0"),
        (-2.5, "−2.5"),
        (1 / 3, "0.3333"),
        (123456.0, "1.235e+05"),
        (-1e-9, "−1e−09"),
        (math.nan, ""),
    ],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    words.number.cache_clear()
    assert words.number(value) == text


def test_factors_counts_and_keys():
    assert words.factor(-2.0) == "(−2)" and words.factor(2.0) == "2"
    assert words.signed(-12) == "−12"
    assert [words.plural(n, "cell") for n in (0, 1)] == ["0 cells", "1 cell"]
    assert [words.plural(n, "cell", "is/are") for n in (1, 2)] == ["1 cell is", "2 cells are"]
    assert words.label("w:1,0") == "w[1,0]" and words.label("out:2:0,1,5") == "out:2[0,1,5]"
    assert words.index_of("w:1,0,12") == (1, 0, 12) and words.index_of("out:2:0,1,5") == (0, 1, 5)
    assert words.name_of("w:1,0") == "w" and words.name_of("out:2:0,1,5") == "out:2"
    assert words.row_of("w:2,1,0") == "w:2,1"


# ---- comparing


@pytest.mark.parametrize(
    "guess, right, is_same",
    [
        (0.3333, 1 / 3, True),
        (0.333, 1 / 3, False),
        (1 / 3, 1 / 3, True),
        (1.0004, 1, True),
        (1.0006, 1, False),
        (9.999, 10, False),
        (10.004, 10, True),
        (10.01, 10, False),
        (9.994, 9.99, False),
        (-0.8141, -0.81406669, True),
        (-0.814, -0.81406669, False),
        (0.8141, -0.81406669, False),
        (2.5775, 2.57749999, True),
        (2.5766, 2.5774, True),  # both are printed 2.577: "it is not 2.577" would be odd
        (2.5764, 2.5774, False),
        (0, 1e-17, True),
        (1e-6, 0, False),
        (0, 1e-6, False),
        (123410, 123456, True),
        (123400, 123456, False),
        (123500, 123456, True),
        (1e300, 1e300, True),
        (1, math.inf, False),
        (1, math.nan, False),
    ],
)
def test_a_guess_is_right_as_far_as_four_digits_tell(guess, right, is_same):
    assert words.same(guess, right) is is_same


@given(finite.filter(lambda v: abs(v) > 1e-5))
def test_a_number_as_printed_is_right_and_one_in_a_thousand_off_is_not(right):
    assert words.same(right, right) and words.same(typed.read(words.number(right)), right)
    assert not words.same(right * 1.0012, right) and not words.same(right * 0.9988, right)
