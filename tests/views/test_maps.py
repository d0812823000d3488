"""maps: numbers -> palette indices, bytes and HTML."""

import re

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.geometry import Geometry, index_map
from cnnlib.views import maps
from cnnlib.views.maps import Stack

TABLE = np.stack([np.arange(256)] * 3 + [np.full(256, 255)], 1).astype(np.uint8)


def test_signed_scale_has_zero_in_the_middle_and_is_symmetric():
    v = np.array([-2.0, -1, 0, 1, 2, np.nan, 9])
    assert maps.indices(v, 2, "signed").tolist() == [1, 64, 128, 192, 255, 0, 255]


def test_plain_scale_starts_at_zero():
    assert maps.indices(np.array([0.0, 1, 2]), 2, "plain").tolist() == [1, 128, 255]


def test_a_number_between_two_colours_survives_rounding_noise():
    half = np.array([0.5]) * (1 + np.array([-4e-16, 0, 4e-16]))
    assert len(set(maps.indices(half, 1, "signed").tolist())) == 1


def test_the_still_picture_keeps_gaps_zero_and_both_ends():
    pixels = np.arange(256, dtype=np.uint8)[None]
    steps, table = maps.coarse(pixels, TABLE)
    shown = table[steps[0], 0].astype(int)
    assert shown[0] == 0 and shown[[1, 128, 255]].tolist() == [1, 128, 255]
    assert np.abs(shown - pixels[0]).max() <= 2 and (np.diff(shown) >= 0).all()


def test_the_sheet_puts_a_gap_between_maps():
    out = maps.sheet(np.full((3, 1, 2), 7, np.uint8), 2)
    assert out.tolist() == [[7, 7, 0, 7, 7], [0] * 5, [7, 7, 0, 0, 0]]


def shown(stacks, name, step):
    """(palette indices, numbers) of a stack at a step, found as the page finds them."""
    where, (filled, pixels, numbers) = maps.layout(stacks)[name], maps.pack(stacks)
    filled = np.unpackbits(np.frombuffer(filled, np.uint8)).astype(bool)
    every = np.zeros(len(filled), np.float32)
    every[filled] = np.frombuffer(numbers, "<f4")
    indices = np.full(len(filled), where["zero"])
    indices[filled] = np.frombuffer(pixels, np.uint8)
    kept = where["shows"][min(step, len(where["shows"]) - 1)]
    shape = where["count"], where["height"], where["width"]
    if kept == maps.UNKNOWN:
        return np.zeros(shape), np.full(shape, np.nan)
    place = slice(where["place"] + kept * np.prod(shape), None)
    found = (a[place][: np.prod(shape)].reshape(shape) for a in (indices, every))
    return tuple(found)


STEPS = np.array([np.nan, np.nan, 3, 3, np.nan, 3, 0, 0, -2]).reshape(9, 1, 1, 1)
SOME = np.arange(-12.0, 12).reshape(2, 3, 2, 2)
SOME[1, 0, 0, 0] = np.nan


@pytest.mark.parametrize("kind", maps.KINDS)
def test_bytes_of_each_step_lie_where_the_layout_says(kind):
    numbers = {"a": SOME, "b": np.zeros((1, 1, 3)), "c": STEPS, "d": np.arange(3.0)[:, None, None]}
    stacks = [Stack(name, a, kind=kind) for name, a in numbers.items()]
    for stack in stacks:
        for step in range(len(STEPS)):
            maps_then = stack.steps[min(step, len(stack.steps) - 1)]
            indices, numbers = shown(stacks, stack.name, step)
            assert np.array_equal(numbers, maps_then, equal_nan=True)
            assert np.array_equal(indices, maps.indices(maps_then, stack.top, kind))


def test_a_step_that_changes_nothing_and_an_unknown_one_take_no_bytes():
    stacks = [Stack("a", STEPS), Stack("b", np.ones((5, 2, 3, 3)))]
    filled, pixels, numbers = maps.pack(stacks)
    assert maps.layout(stacks)["a"]["shows"] == [-1, -1, 0, 0, -1, 0, 1, 1, 2]
    assert len(filled) == -(-(3 + 18) // 8)
    assert len(pixels) == 2 + 18 and len(numbers) == 4 * (2 + 18)  # the 0 at steps 6 and 7 is none


def test_the_legend_shows_both_ends_and_the_middle_of_its_colours():
    stack = Stack("a", np.array([[[-2.0, 1]]]))
    html = maps.legend(stack, TABLE)
    stops = re.findall("#([0-9a-f]{6})", html)
    assert len(stops) == maps.STOPS
    assert [stops[0], stops[5], stops[-1]] == ["010101", "808080", "ffffff"]
    assert html.startswith("−2 <span") and html.endswith("</span> 2, white is 0")
    assert 'aria-label="blue −2, white 0, red 2"' in html


def test_one_scale_for_all_steps_and_one_for_a_stack_of_zeros():
    assert Stack("a", np.array([[[[1.0]]], [[[-4.0]]]])).top == 4
    assert Stack("a", np.zeros((1, 2, 2))).top == 1
    assert Stack("a", np.array([[[np.nan, -2.0]]])).top == 2
    assert Stack("a", np.array([[[1e300, -np.inf]]])).top == 1  # more than the page can hold


@pytest.mark.parametrize(
    "shape, kind", [((3,), "signed"), ((0, 2, 2), "signed"), ((1, 1, 1), "pink")]
)
def test_what_is_no_stack_is_refused(shape, kind):
    with pytest.raises(ValueError, match="wanted"):
        maps.layout([Stack("a", np.zeros(shape), kind=kind)])


@pytest.mark.parametrize(
    "size, kernel, stride, padding", [(7, 3, 2, 1), (5, 2, 1, 0), (6, 3, 3, 2), (4, 1, 1, 2)]
)
def test_windows_are_the_rows_whose_derivative_is_not_zero(size, kernel, stride, padding):
    x, w = np.zeros((size, 1, size, 1)), np.ones((1, 1, kernel, 1))
    x[np.arange(size), 0, np.arange(size), 0] = 1
    net = ops.conv2d(x, w, [0.0], (stride, 1), (padding, 0))[:, 0, :, 0]
    table = index_map((net.shape[1], 1), (kernel, 1), (stride, 1), (padding, 0))
    for i, (first, count) in enumerate(maps.windows(table[:, [0, 4]], size)):
        assert np.flatnonzero(net[:, i]).tolist() == list(range(first, first + count))


def test_a_cell_that_no_window_reaches_shares_none():
    rows, columns = maps.together(Geometry((6, 4), (2, 4), (3, 1)))
    assert rows == [(0, 2), (0, 2), (0, 0), (3, 2), (3, 2), (0, 0)]
    assert columns == [(0, 4)] * 4


def test_text_is_shown_as_text():
    stack = Stack('a"<b>', np.ones((1, 2, 2)), "<script>", note="a & b")
    for live in (True, False):
        html = maps.figure(stack, TABLE, live)
        assert "<script>" not in html and "&lt;script&gt;" in html and "a &amp; b" in html


def test_the_still_picture_says_in_words_what_it_shows():
    html = maps.figure(Stack("a", -np.ones((2, 3, 4)), "delta"), TABLE, False)
    assert re.search(r'alt="delta, 2 maps of 3×4; blue −1, white 0, red 1"', html)
    assert "data-" not in html.replace("data:image", "")


@pytest.mark.parametrize(
    "value, text",
    [(1.23456, "1.235"), (-0.5, "−0.5"), (0.0, "0"), (-0.0, "0"), (np.nan, "not known")],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    assert maps.number(value) == text
