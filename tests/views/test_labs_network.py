"""walk_the_layers, training_theatre, draw_a_digit, TrainingProgress."""
import copy
import re

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, views
from cnnlib.views.explorers import network as explorers
from cnnlib.views.explorers.progress import polyline


@pytest.fixture(scope="module")
def digits():
    return datasets.digits()


def small(digits, on_step, epochs=1, seed=0):
    network = cnnlib.digit_network(np.random.default_rng(seed))
    hook = on_step(network) if on_step else None
    rng = np.random.default_rng(0)
    history = cnnlib.train(network, digits.train_x[:320], digits.train_y[:320], epochs=epochs, batch_size=32, rng=rng, on_step=hook)
    return network, hook, history


def stack(explorer, name):
    return next(s for s in explorer._now.stacks if s.name == name).steps


# ---- walk -----------------------------------------------------------------------------------------------------------
def test_trace_is_what_the_network_computes_and_leaves_it_alone(digits):
    network = cnnlib.digit_network(np.random.default_rng(1))
    found, loss, p = explorers.trace(network, digits.test_x[3], 5)
    assert all(layer.out is None for layer in network.layers if hasattr(layer, "out"))
    wanted, grad = cnnlib.softmax_cross_entropy(network.forward(digits.test_x[3]), 5)
    grad_x = network.backward(grad)
    assert loss == wanted and np.array_equal(found["grad_x"], grad_x) and p.sum() == pytest.approx(1)
    assert -np.log(p[5]) == pytest.approx(loss)
    assert np.array_equal(found["back:2"], network.layers[2].delta)
    assert np.array_equal(found["grad_w:0"], network.layers[0].weights_grad)


def test_walk_shows_every_layer_forward_then_backward():
    walk = views.walk_the_layers()
    says = walk._now.says
    assert len(says) == 2 * 6 + 2 and says[0].startswith("The image of a 5") and "Backward, conv 1" in says[-1]
    known = {s.name: ~np.isnan(s.steps).any((1, 2, 3)) for s in walk._now.stacks}
    assert [int(np.argmax(known[f"out:{n}"])) for n in range(6)] == [1, 2, 3, 4, 5, 6]
    assert [int(np.argmax(known[f"back:{n}"])) for n in range(6)] == [13, 12, 11, 10, 9, 8]
    assert all(k[-1] and (np.diff(k.astype(int)) >= 0).all() for k in known.values())
    assert {"grad_w:0", "grad_w:2", "grad_w:5"} <= set(known) and "grad_w:1" not in known


def test_walk_steps_and_holds_at_its_ends():
    walk = views.walk_the_layers()
    walk.step(5)
    assert walk.at == 13
    walk.step(-99)
    assert walk.at == 0 and walk.sentence.startswith("The image of a 5 goes in")
    walk.step()
    assert "conv 1: 16 maps of 8×8" in walk.sentence


def test_walk_links_a_pool_to_its_window_and_a_convolution_to_its_3x3():
    where = views.walk_the_layers().page["stacks"]
    rows, columns = where["out:1"]["windows"]["out:0"]
    assert rows == columns == [(0, 2), (2, 2), (4, 2), (6, 2)] and where["out:1"]["same"]
    rows, _ = where["out:0"]["windows"]["x"]
    assert rows[0] == (0, 2) and rows[3] == (2, 3) and rows[7] == (6, 2)


def test_walk_takes_the_readers_own_layer(digits):
    class Mine(cnnlib.ConvLayer):
        pass

    walk = views.walk_the_layers(cnnlib.digit_network(np.random.default_rng(0), Mine), digits.test_x[0], 5)
    assert repr(walk) == repr(views.walk_the_layers())


def test_walk_wants_a_label(digits):
    with pytest.raises(ValueError, match="label is missing"):
        views.walk_the_layers(x=digits.test_x[0])


@pytest.mark.parametrize("make", [views.walk_the_layers, views.training_theatre])
def test_first_frames_are_small_and_still(make):
    html = make()._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000 and not re.search("<script|<canvas|<button|<svg|<input", html)
    assert not re.search(r'<img (?![^>]*alt="[^"]+)', html)


# ---- theatre --------------------------------------------------------------------------------------------------------
def test_recording_changes_nothing_of_the_training(digits):
    plain, _, history = small(digits, None)
    watched, recording, watched_history = small(digits, lambda n: views.Recording(n, digits.test_x[0], digits.test_y[0]))
    assert history.loss == watched_history.loss and np.array_equal(plain.layers[0].weights, watched.layers[0].weights)
    assert recording.steps == list(range(11))


def test_recording_stays_below_its_limit(digits):
    one = views.Recording(cnnlib.digit_network(np.random.default_rng(0)), digits.test_x[0], 5).bytes
    _, recording, _ = small(digits, lambda n: views.Recording(n, digits.test_x[0], 5, limit=4 * one), epochs=3)
    assert recording.bytes <= 4 * one and recording.every in (8, 16) and recording.steps[0] == 0
    assert all(step % recording.every == 0 for step in recording.steps) and recording.steps[-1] > 15
    assert f"every {recording.every}" in repr(recording)


def test_recording_refuses_a_limit_without_room(digits):
    with pytest.raises(ValueError, match="room for two"):
        views.Recording(cnnlib.digit_network(np.random.default_rng(0)), digits.test_x[0], 5, limit=1000)


def test_theatre_plays_what_was_recorded_on_one_scale(digits):
    network, recording, _ = small(digits, lambda n: views.Recording(n, digits.test_x[0], digits.test_y[0]))
    theatre = views.training_theatre(recording)
    found, loss, _ = explorers.trace(network, digits.test_x[0], digits.test_y[0])
    shown = stack(theatre, "grad_w:2")
    assert shown.shape == (11, 512, 3, 3) and np.allclose(shown[-1], found["grad_w:2"].reshape(-1, 3, 3), atol=1e-6)
    scale = next(s for s in theatre._now.stacks if s.name == "grad_w:2").top
    assert scale == pytest.approx(np.abs(shown).max()) and not np.isclose(scale, np.abs(shown[0]).max())
    assert theatre.at == 0 and "After step 0" in theatre.sentence
    theatre.step(10)
    assert "After step 10" in theatre.sentence and f"loss is {views.explorers.network.number(loss)}" in theatre.sentence


def test_theatre_wants_a_recording():
    with pytest.raises(TypeError, match="views.Recording"):
        views.training_theatre([1, 2])


# ---- drawing --------------------------------------------------------------------------------------------------------
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
        right += f"reads a {digit}," in pad.sentence
    assert right >= 9


def test_size_and_place_of_the_drawing_do_not_matter(pad):
    big = explorers.as_scanned(STROKES[5])
    moved = [[(2 + y / 3, 15 + x / 3) for y, x in stroke] for stroke in STROKES[5]]
    assert np.allclose(explorers.as_scanned(moved), big, atol=1 / 16)


def test_a_drawing_looks_like_the_data(digits):
    drawn = np.stack([explorers.as_scanned(s) for s in STROKES.values()])
    assert drawn.shape == (10, 8, 8) and drawn.min() >= 0 and drawn.max() == 1 and np.allclose(drawn * 16 % 1, 0)
    assert (drawn[:, 0].max(1) > 0).all() and (drawn[:, -1].max(1) > 0).all()  # full height, as every scan
    assert abs(drawn.mean() - digits.train_x.mean()) < 0.05
    dot = explorers.as_scanned([[(3, 3)]])
    assert dot[3:5, 3:5].min() > 0 and dot[:2].max() == 0 and dot.sum() < 4


def test_the_page_draws_point_by_point(pad):
    for go, (y, x) in enumerate([(5, 5), (20, 5)]):
        pad._hear({"do": "draw", "cells": [[y, x]], "go": bool(go)})
    assert np.array_equal(pad._strokes, [[(5.5, 5.5), (20.5, 5.5)]])
    assert stack(pad, "pad")[0, 0, 12, 5] == 1 and pad.image.max() > 0.5
    pad._hear({"do": "clear"})
    assert pad.image.max() == 0 and "empty" in pad.sentence


def test_nothing_is_shown_of_an_empty_pad(pad):
    assert np.isnan(stack(pad, "conv 1")).all() and pad._now.parts["shares"] == ""
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
    assert pad._strokes == []


# ---- progress -------------------------------------------------------------------------------------------------------
def test_progress_counts_and_keeps_the_loss(digits):
    progress = views.TrainingProgress(epochs=1, images=320, batch_size=32)
    assert repr(progress) == "TrainingProgress: 0 of 10 steps; no loss yet."
    _, _, history = small(digits, lambda n: progress)
    assert progress.sentence.startswith("10 of 10 steps; mean loss of the last 10: ")
    assert progress._losses == history.loss
    assert 'value="10"' in progress.state["parts"]["live:bar"]


def test_progress_without_a_total_just_counts(digits):
    progress = views.TrainingProgress()
    progress(1, None, 2.0)
    progress.finish()
    assert progress.sentence == "1 steps; mean loss of the last 1: 2."


def test_a_second_training_starts_again():
    progress = views.TrainingProgress(3)
    for step in (1, 2, 3, 1):
        progress(step, None, 1.0)
    assert progress._losses == [1.0]


def test_stored_frame_of_the_progress_is_text():
    data, _ = views.TrainingProgress(7)._repr_mimebundle_()
    assert "0 of 7 steps; no loss yet." in data["text/html"] and "svg" not in data["text/html"]
    assert not re.search("0x[0-9a-f]+", data["text/plain"])


def test_recording_passes_on_to_the_progress(digits):
    progress = views.TrainingProgress(10)
    small(digits, lambda n: views.Recording(n, digits.test_x[0], 5, also=progress))
    assert progress.sentence.startswith("10 of 10")


def test_curve_has_its_largest_loss_at_the_top_and_is_thinned():
    points = [tuple(map(float, p.split(","))) for p in polyline([4.0, 2.0, 0.0], 100, 50).split()]
    assert points == [(0, 3), (50, 25), (100, 47)]
    assert len(polyline(list(range(1000))).split()) <= 160
