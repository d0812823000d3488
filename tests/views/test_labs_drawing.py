"""draw_a_digit: what is drawn is read as the scans were made, and every layer follows."""

import copy

import numpy as np
import pytest

from cnnlib import datasets, views
from cnnlib.views.explorers import draw_a_digit as drawing

STROKES = {
    0: [[(4, 16), (8, 10), (16, 8), (24, 10), (28, 16), (24, 22), (16, 24), (8, 22), (4, 16)]],
    1: [[(8, 12), (4, 17), (28, 17)]],
    2: [[(9, 9), (5, 13), (5, 19), (9, 22), (14, 20), (27, 8), (27, 24)]],
    3: [[(5, 9), (4, 16), (8, 21), (13, 19), (15, 14), (18, 20), (24, 22), (28, 16), (26, 9)]],
    4: [[(4, 14), (18, 8), (18, 24)], [(10, 20), (29, 18)]],
    5: [[(4, 23), (4, 10), (14, 10), (13, 18), (18, 23), (25, 21), (28, 14), (26, 9)]],
    6: [[(4, 19), (12, 11), (22, 9), (28, 14), (27, 20), (22, 22), (18, 18), (20, 11)]],
    7: [[(5, 8), (5, 23), (16, 17), (28, 13)], [(16, 11), (16, 22)]],
    8: [[(15, 16), (9, 10), (4, 16), (9, 22), (15, 16), (22, 9), (28, 16), (22, 23), (15, 16)]],
    9: [[(12, 22), (15, 15), (11, 10), (5, 14), (5, 20), (12, 22), (20, 21), (28, 16)]],
}


def stack(explorer, name):
    return next(s for s in explorer._now.stacks if s.name == name).steps


@pytest.fixture(scope="module")
def pad():
    return views.draw_a_digit()


@pytest.fixture(autouse=True)
def empty(request):
    yield
    if "pad" in request.fixturenames:
        request.getfixturevalue("pad").clear()


def test_digits_drawn_by_hand_are_read(pad):
    right = 0
    for digit, strokes in STROKES.items():
        pad.clear()
        pad.draw(*strokes)
        right += f"as {digit}," in pad.sentence
    assert right >= 9


def test_size_and_place_of_the_drawing_do_not_matter(pad):
    big = drawing.as_scanned(STROKES[5])
    moved = [[(2 + y / 3, 15 + x / 3) for y, x in stroke] for stroke in STROKES[5]]
    assert np.allclose(drawing.as_scanned(moved), big, atol=1 / 16)


def test_a_drawing_looks_like_the_data():
    digits = datasets.digits()
    drawn = np.stack([drawing.as_scanned(s) for s in STROKES.values()])
    assert (
        drawn.shape == (10, 8, 8)
        and drawn.min() >= 0
        and drawn.max() == 1
        and np.allclose(drawn * 16 % 1, 0)
    )
    assert (drawn[:, 0].max(1) > 0).all() and (
        drawn[:, -1].max(1) > 0
    ).all()  # full height, as every scan
    assert abs(drawn.mean() - digits.train_x.mean()) < 0.05
    dot = drawing.as_scanned([[(3, 3)]])
    assert dot[3:5, 3:5].min() > 0 and dot[:2].max() == 0 and dot.sum() < 4
    dash = drawing.as_scanned([[(3, 3), (4, 3)]])
    assert dash[:1].max() == 0 and dash[-1:].max() == 0  # a short dash is not blown up to a 1


def test_the_page_draws_point_by_point(pad):
    for go, (y, x) in enumerate([(5, 5), (20, 5)]):
        pad._hear({"do": "draw", "cells": [[y, x]], "go": bool(go)})
    assert np.array_equal(pad._state.strokes, [[(5.5, 5.5), (20.5, 5.5)]])
    assert stack(pad, "pad")[0, 0, 12, 5] == 1 and pad.image.max() > 0.5
    pad._hear({"do": "clear"})
    assert pad.image.max() == 0 and "empty" in pad.sentence


def test_nothing_is_shown_of_an_empty_pad(pad):
    assert np.isnan(stack(pad, "conv 1")).all() and "%" not in pad.state["parts"]["shares"]
    assert "conv 1" not in pad._repr_mimebundle_()[0]["text/html"]


def test_every_layer_follows_the_pen(pad):
    pad.draw([(4, 16), (28, 16)])
    network = copy.deepcopy(pad._network)
    scores = network.forward(pad.image)
    assert np.allclose(stack(pad, "dense").ravel(), scores, atol=1e-5)
    assert np.allclose(stack(pad, "conv 2")[0], network.layers[2].out, atol=1e-5)
    assert pad._now.parts["shares"].count("<tr>") == 10


def test_what_is_no_stroke_is_refused(pad):
    with pytest.raises(ValueError, match="wanted"):
        pad.draw([1, 2, 3])
    with pytest.raises(ValueError, match="wanted"):
        pad.draw([(np.nan, 1)])
    assert pad._state.strokes == ()
