"""walk_the_layers, training_theatre, draw_a_digit, TrainingProgress."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, ops, views
from cnnlib.views import maps
from cnnlib.views.explorers import explain, layer_maps
from cnnlib.views.explorers.training_progress import polyline, thinned


@pytest.fixture(scope="module")
def digits():
    return datasets.digits()


def small(digits, on_step, epochs=1, seed=0):
    network = cnnlib.digit_network(np.random.default_rng(seed))
    hook = on_step(network) if on_step else None
    rng = np.random.default_rng(0)
    some = digits.train_x[:320], digits.train_y[:320]
    history = cnnlib.train(network, *some, epochs=epochs, batch_size=32, rng=rng, on_step=hook)
    return network, hook, history


def stack(explorer, name):
    return next(s for s in explorer._now.stacks if s.name == name).steps


# ---- walk
def test_trace_is_what_the_network_computes_and_leaves_it_alone(digits):
    network = cnnlib.digit_network(np.random.default_rng(1))
    found, loss, p = layer_maps.trace(network, digits.test_x[3], 5)
    assert all(layer.out is None for layer in network.layers if hasattr(layer, "out"))
    wanted, grad = cnnlib.softmax_cross_entropy(network.forward(digits.test_x[3]), 5)
    grad_x = network.backward(grad)
    assert (
        loss == wanted and np.array_equal(found["grad_x"], grad_x) and p.sum() == pytest.approx(1)
    )
    assert -np.log(p[5]) == pytest.approx(loss)
    assert np.array_equal(found["back:2"], network.layers[2].delta)
    assert np.array_equal(found["grad_w:0"], network.layers[0].weights_grad)


def test_walk_shows_every_layer_forward_then_backward():
    walk = views.walk_the_layers()
    says = walk._now.says
    assert (
        len(says) == 2 * 6 + 2
        and says[0].startswith("The image goes in, its label is 5")
        and "Backward, conv 1" in says[-1]
    )
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
    assert walk.at == 0 and walk.sentence.startswith("The image goes in")
    walk.step()
    assert "conv 1: 16 maps of 8×8" in walk.sentence


def test_walk_links_a_pool_to_its_window_and_a_convolution_to_its_3x3():
    where = views.walk_the_layers().page["stacks"]
    rows, columns = where["out:1"]["windows"]["out:0"]
    assert rows == columns == [(0, 2), (2, 2), (4, 2), (6, 2)] and where["out:1"]["same"]
    rows, _ = where["out:0"]["windows"]["x"]
    assert rows[0] == (0, 2) and rows[3] == (2, 3) and rows[7] == (6, 2)


class Mine:
    """The least that a reader's own layer has: what lesson 06 gives it, no name that the library
    uses beside."""

    def __init__(
        self, width, height, C, K_W, K_H, F, zero_padding, stride, activator, learning_rate, *, rng
    ):
        self.weights, self.bias = cnnlib.layers.he_normal(rng, (F, C, K_H, K_W), float), np.zeros(F)
        self.weights_grad, self.bias_grad = np.zeros_like(self.weights), np.zeros(F)
        self.zero_padding, self.stride, self.activator = zero_padding, stride, activator

    def forward(self, x):
        self.x, self.net = (
            x,
            ops.conv2d(x[None], self.weights, self.bias, self.stride, self.zero_padding)[0],
        )
        return self.activator.forward(self.net)

    def backward(self, grad_out):
        self.delta = grad_out * self.activator.derivative(self.net)
        where = self.stride, self.zero_padding
        self.weights_grad[...] = ops.conv2d_grad_w(
            self.delta[None], self.x[None], self.weights.shape[2:], *where
        )
        return ops.conv2d_grad_x(self.delta[None], self.weights, self.x.shape[1:], *where)[0]

    def update(self):
        pass


def test_walk_takes_the_readers_own_layer(digits):
    walk = views.walk_the_layers(
        cnnlib.digit_network(np.random.default_rng(0), Mine), digits.test_x[0], 5
    )
    assert repr(walk) == repr(views.walk_the_layers())
    assert walk.page["stacks"] == views.walk_the_layers().page["stacks"]
    for key in ("out:2", "grad_w:2", "back:1", "back:0"):
        walk.select(key, 3, 0, 1)
        assert "eq." in walk.state["parts"]["formula"]


def test_walk_predicts_the_first_number_of_the_way_back():
    walk = views.walk_the_layers()
    p = walk._drawn.tale.p[5]
    walk.predict()
    assert len(walk._now.says) == 7 and walk.at == 6 and "loss is" in walk.sentence
    assert (
        all(np.isnan(stack(walk, f"back:{n}")).all() for n in range(6))
        and np.isnan(stack(walk, "grad_x")).all()
    )
    assert maps.number(p - 1)[1:] not in str(walk.state["parts"])  # no legend and no formula tells
    walk.select("back:5", 0, 0, 5)
    assert "not known yet" in walk.state["parts"]["formula"]
    assert "onehot is not subtracted" in walk.guess(f"{p:.4g}") and "sign is turned" in walk.guess(
        1 - p
    )
    assert "loss itself" in walk.guess(walk._drawn.tale.loss) and "not 77" in walk.guess(77)
    assert (
        walk.guess(f"{p - 1:.4g}".replace("-", "−")).startswith("Right")
        and len(walk._now.says) == 14
    )


# ---- how a number is made
def value_of(text):
    """What the terms of an explanation add up to, read from the text."""
    plain = text.split("   (eq.")[0].split(", ")[0].replace("−", "-").replace("·", "*")
    return next(eval(part) for part in plain.split(" = ") if re.fullmatch(r"[\d.e+*/() -]+", part))


PLACES = [
    "out:0:3,2,5",
    "out:0:15,0,0",
    "back:2:31,3,3",
    "back:1:5,1,2",
    "grad_x:0,0,0",
    "grad_x:0,4,5",
    "grad_w:0:4,1,2",
    "grad_w:2:77,0,2",
    "out:2:8,1,1",
    "out:5:0,0,5",
    "back:4:0,0,17",
    "grad_w:5:0,5,9",
    "back:5:0,0,3",
    "back:5:0,0,5",
]


@pytest.mark.parametrize("pick", PLACES)
def test_the_terms_of_a_formula_add_up_to_the_number_in_the_picture(pick, monkeypatch):
    monkeypatch.setattr(explain, "SHOWN", 1000)
    walk = views.walk_the_layers()
    walk.pick = pick
    key, place = walk.picked
    shown = stack(walk, key)[-1][place]
    text = walk.state["parts"]["formula"]
    assert text.endswith(maps.number(shown)) or f"= {maps.number(shown)} " in text
    made = value_of(text)
    if "delta =" in text:  # times f', which is 0 or 1 here
        assert shown == pytest.approx(made, rel=2e-2, abs=1e-5) or shown == 0
    else:
        made = max(made, 0) if key in ("out:0", "out:2") else made  # ReLU
        assert shown == pytest.approx(made, rel=2e-2, abs=2e-3)


def test_pools_say_who_won():
    walk = views.walk_the_layers()
    walk.select("out:1", 4, 1, 1)
    four = stack(walk, "out:0")[-1][4, 2:4, 2:4]
    assert (
        walk.state["parts"]["formula"]
        == f"out = max({', '.join(map(maps.number, four.flat))}) = {maps.number(four.max())}"
    )
    for i, j in np.ndindex(2, 2):
        walk.select("back:0", 4, 2 + i, 2 + j)
        won = int(np.argmax(four)) == 2 * i + j
        assert f"{int(won)} of its 1 windows won   (eq. 5.1)" in walk.state["parts"]["formula"]


def test_mean_pools_overlaps_and_strides_are_explained():
    rng, label = np.random.default_rng(1), 2
    network = cnnlib.Network(
        [
            cnnlib.ConvLayer(
                7, 6, 2, 3, 2, 3, (1, 0), (1, 2), cnnlib.TanhActivator(), 0.1, rng=rng
            ),
            cnnlib.MeanPoolingLayer(3, 7, 3, 2, 3, (2, 1)),
            cnnlib.MaxPoolingLayer(2, 3, 3, 2, 2, 1),
            cnnlib.FlattenLayer(),
            cnnlib.FullyConnectedLayer(6, 4, cnnlib.IdentityActivator(), 0.1, rng=rng),
        ]
    )
    walk = views.walk_the_layers(network, rng.standard_normal((2, 6, 7)), label)
    walk.select("back:0", 1, 2, 1)
    size = 6
    text, grad_out = walk.state["parts"]["formula"], walk._drawn.tale.found["back:1"][1]
    sent = (grad_out[0, 0] + grad_out[0, 1] + grad_out[1, 0] + grad_out[1, 1]) / size
    assert "(eq. 5.2)" in text and value_of(text) == pytest.approx(sent, rel=1e-2)
    walk.select("out:1", 2, 1, 0)
    assert (
        walk.state["parts"]["formula"].startswith("out = mean(")
        and walk.state["parts"]["formula"].count(",") == size - 1
    )
    walk.select("back:1", 0, 1, 1)
    won = walk._drawn.tale.found["back:1"][0, 1, 1]
    assert (
        walk.state["parts"]["formula"].endswith(maps.number(won))
        and "(eq. 5.1)" in walk.state["parts"]["formula"]
    )
    rows, columns = walk.page["stacks"]["out:0"]["windows"]["x"]
    assert rows == [(0, 1), *((i, 2) for i in range(5)), (5, 1)] and columns == [
        (0, 3),
        (2, 3),
        (4, 3),
    ]


def test_what_is_not_computed_yet_is_not_explained():
    walk = views.walk_the_layers()
    walk.select("out:2", 0, 0, 0)
    walk.at = 1
    assert (
        walk.state["parts"]["formula"] == "This number is not known yet."
        and walk.state["of"] == "out:2:0,0,0@1"
    )


def test_walk_wants_a_label(digits):
    with pytest.raises(ValueError, match="label is missing"):
        views.walk_the_layers(x=digits.test_x[0])


@pytest.mark.parametrize("make", [views.walk_the_layers, views.training_theatre])
def test_first_frames_are_small_and_still(make):
    html = make()._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000 and not re.search("<script|<canvas|<button|<svg|<input", html)
    assert not re.search(r'<img (?![^>]*alt="[^"]+)', html)


# ---- theatre
def test_recording_changes_nothing_of_the_training(digits):
    plain, _, history = small(digits, None)
    watched, recording, watched_history = small(
        digits, lambda n: views.Recording(n, digits.test_x[0], digits.test_y[0])
    )
    assert history.loss == watched_history.loss and np.array_equal(
        plain.layers[0].weights, watched.layers[0].weights
    )
    assert recording.steps == list(range(11))


def test_recording_stays_below_its_limit(digits):
    one = views.Recording(cnnlib.digit_network(np.random.default_rng(0)), digits.test_x[0], 5).bytes
    _, recording, _ = small(
        digits, lambda n: views.Recording(n, digits.test_x[0], 5, limit=4 * one), epochs=3
    )
    assert recording.bytes <= 4 * one and recording.every in (8, 16) and recording.steps[0] == 0
    assert all(step % recording.every == 0 for step in recording.steps) and recording.steps[-1] > 15
    assert f"every {recording.every}" in repr(recording)


def test_recording_refuses_a_limit_without_room(digits):
    with pytest.raises(ValueError, match="room for two"):
        views.Recording(
            cnnlib.digit_network(np.random.default_rng(0)), digits.test_x[0], 5, limit=1000
        )


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"every": 0}, ValueError, "every is 0, wanted at least 1"),
        ({"every": 1.5}, TypeError, "every is 1.5, wanted a whole number"),
        ({"label": 2.7}, TypeError, "label is 2.7, wanted a whole number"),
        ({"also": 3}, TypeError, "also is 3, wanted a function"),
    ],
)
def test_recording_refuses_odd_settings_before_training(settings, error, words, digits):
    with pytest.raises(error, match=words):
        views.Recording(
            cnnlib.digit_network(np.random.default_rng(0)),
            digits.test_x[0],
            **{"label": 5, **settings},
        )


@pytest.mark.parametrize(
    "settings", [{"steps": "a"}, {"steps": 2.5}, {"epochs": 1, "images": 10, "batch_size": 0}]
)
def test_progress_refuses_what_gives_no_number_of_steps(settings):
    with pytest.raises((TypeError, ValueError), match="wanted"):
        views.TrainingProgress(**settings)


def test_theatre_plays_what_was_recorded_on_one_scale(digits):
    network, recording, _ = small(
        digits, lambda n: views.Recording(n, digits.test_x[0], digits.test_y[0])
    )
    theatre = views.training_theatre(recording)
    found, loss, _ = layer_maps.trace(network, digits.test_x[0], digits.test_y[0])
    shown = stack(theatre, "grad_w:2")
    assert shown.shape == (11, 512, 3, 3) and np.allclose(
        shown[-1], found["grad_w:2"].reshape(-1, 3, 3), atol=1e-6
    )
    scale = next(s for s in theatre._now.stacks if s.name == "grad_w:2").top
    assert scale == pytest.approx(np.abs(shown).max()) and not np.isclose(
        scale, np.abs(shown[0]).max()
    )
    assert theatre.at == 0 and "After step 0" in theatre.sentence
    theatre.step(10)
    assert (
        "After step 10" in theatre.sentence and f"loss is {maps.number(loss)}" in theatre.sentence
    )


def test_theatre_wants_a_recording():
    with pytest.raises(TypeError, match="views.Recording"):
        views.training_theatre([1, 2])


# ---- progress
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
    assert (
        len(thinned(range(1000))) <= 160
        and thinned([1, 2, 3]) == [1, 2, 3]
        and thinned([1.0, 3, 5, 7], 2) == [2, 6]
    )


def test_the_words_beside_the_curve_tell_its_own_top():
    progress = views.TrainingProgress(400)
    for step in range(1, 401):
        progress(step, None, 4.0 if step % 2 else 2.0)
    progress.finish()
    assert (
        progress.state["parts"]["live:top"]
        == "loss of steps 1 to 400: 3.333 at the top, 0 at the bottom"
    )
