"""layer_walk: one image through a network, step by step, and how its numbers are made."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, ops, views
from cnnlib.views import maps, style
from cnnlib.views.explorers import explain
from tests.views.hands import coloured, first_frame, formula, layout, stack


@pytest.fixture
def walk():
    """At its last step, where all is known."""
    walk = views.walk_the_layers()
    walk.at = 13
    return walk


def known(walk):
    """{stack: at which steps all of it is known}."""
    return {s.name: ~np.isnan(s.steps).any((1, 2, 3)) for s in walk._now.stacks}


def test_walk_shows_every_layer_forward_then_backward(walk):
    says, when = walk.state["says"], known(walk)
    assert len(says) == 2 * 6 + 2 and says[0].startswith("The image goes in, its label is 5")
    assert "Backward, conv 1" in says[-1]
    assert [int(np.argmax(when[f"out:{n}"])) for n in range(6)] == [1, 2, 3, 4, 5, 6]
    assert [int(np.argmax(when[f"back:{n}"])) for n in range(6)] == [13, 12, 11, 10, 9, 8]
    assert all(k[-1] and (np.diff(k.astype(int)) >= 0).all() for k in when.values())
    assert {"grad_w:0", "grad_w:2", "grad_w:5"} <= set(when) and "grad_w:1" not in when


def test_walk_opens_at_its_first_step_and_holds_at_its_ends():
    walk = views.walk_the_layers()
    assert walk.at == 0 and walk.sentence.startswith("The image goes in")
    walk.step(99)
    assert walk.at == 13
    walk.step(-99)
    assert walk.at == 0
    walk.step()
    assert "conv 1: 16 maps of 8×8" in walk.sentence


def test_walk_links_a_pool_to_its_window_and_a_convolution_to_its_3x3(walk):
    where = layout(walk)
    rows, columns = where["out:1"]["windows"]["out:0"]
    assert rows == columns == [[0, 2], [2, 2], [4, 2], [6, 2]] and where["out:1"]["same"]
    rows, _ = where["out:0"]["windows"]["x"]
    assert rows[0] == [0, 2] and rows[3] == [2, 3] and rows[7] == [6, 2]


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
        where = self.stride, self.zero_padding
        self.x, self.net = x, ops.conv2d(x[None], self.weights, self.bias, *where)[0]
        return self.activator.forward(self.net)

    def backward(self, grad_out):
        self.delta = grad_out * self.activator.derivative(self.net)
        where = self.stride, self.zero_padding
        size = self.weights.shape[2:]
        self.weights_grad[...] = ops.conv2d_grad_w(self.delta[None], self.x[None], size, *where)
        return ops.conv2d_grad_x(self.delta[None], self.weights, self.x.shape[1:], *where)[0]

    def update(self):
        pass


def test_walk_takes_the_readers_own_layer(walk):
    x = datasets.digits().test_x[0]
    mine = views.walk_the_layers(cnnlib.digit_network(np.random.default_rng(0), Mine), x, 5)
    mine.at = walk.at
    assert repr(mine) == repr(walk) and layout(mine) == layout(walk)
    for key in ("out:2", "grad_w:2", "back:1", "back:0"):
        mine.select(key, 3, 0, 1)
        assert "eq." in formula(mine)


@pytest.mark.parametrize(
    "given, error, words",
    [
        ({"x": np.zeros((1, 8, 8))}, ValueError, "label is missing"),
        ({"label": 5.5}, TypeError, "label is 5.5, wanted a whole number"),
        ({"label": -1}, ValueError, "label is -1, wanted at least 0"),
        ({"label": 10}, ValueError, "labels run from 10 to 10, wanted 0 to 9"),
        ({"x": np.full((1, 8, 8), np.nan), "label": 5}, ValueError, "x holds .* not finite"),
        ({"x": [["a"]], "label": 5}, TypeError, "x holds"),
        ({"x": np.zeros((3, 8, 8)), "label": 5}, ValueError, "x has shape"),
    ],
)
def test_what_cannot_be_walked_is_refused(given, error, words):
    with pytest.raises(error, match=words):
        views.walk_the_layers(**given)


def test_first_frames_are_small_and_still(walk):
    html = first_frame(walk)
    assert len(html) < 60_000 and not re.search("<script|<canvas|<button|<svg|<input", html)


# ---- predict first


def test_walk_predicts_the_first_number_of_the_way_back(walk):
    p = walk._drawn.tale.p[5]
    walk.predict()
    assert len(walk.state["says"]) == 7 and walk.at == 6 and "loss is" in walk.sentence
    for name in ("grad_x", *(f"back:{n}" for n in range(6))):
        assert np.isnan(stack(walk, name)).all()
    assert maps.number(p - 1)[1:] not in str(walk.state["parts"])  # no legend, no formula tells
    walk.select("back:5", 0, 0, 5)
    assert "not known yet" in formula(walk)
    for slip, words in [
        (f"{p:.4g}", "onehot is not subtracted"),
        (1 - p, "sign is turned"),
        (walk._drawn.tale.loss, "loss itself"),
        (-1 / p, "leaves softmax out"),
        (77, "is not 77"),
    ]:
        assert words in walk.guess(slip)
    assert walk.guess(f"{p - 1:.4g}".replace("-", "−")).startswith("Right")
    assert len(walk.state["says"]) == 14


@pytest.fixture
def toy():
    """A convolution of two filters and three scores, asking from the first frame on."""
    rng = np.random.default_rng(3)
    conv = cnnlib.ConvLayer(5, 4, 3, 3, 2, 2, 0, 1, cnnlib.TanhActivator(), 0.1, rng=rng)
    dense = cnnlib.FullyConnectedLayer(2 * 3 * 3, 3, cnnlib.IdentityActivator(), 0.1, rng=rng)
    network = cnnlib.Network([conv, cnnlib.FlattenLayer(), dense])
    return views.walk_the_layers(network, rng.uniform(0.1, 1, (3, 4, 5)), 1, predict=True)


def test_a_delta_that_is_picked_is_asked_for(toy):
    found = toy._drawn.tale.found
    numbers = (found[f"{what}:0"][1, 2, 0] for what in ("net", "grad_out", "out", "back"))
    net, arrives, out, delta = map(float, numbers)
    assert np.isclose(delta, arrives * (1 - out**2)) and not np.isclose(delta, arrives, rtol=0.01)
    toy.select("back:0", 1, 2, 0)
    words = toy.state["parts"]["ask"]
    for told in (net, arrives):
        assert f"[1,2,0] = {maps.number(told)}" in words
    assert "f is tanh. What is delta[1,2,0]" in words and maps.number(delta) not in words
    for slip, told in [
        (arrives, "f′ is left out"),
        (arrives * out, "f stands in the place of f′"),
        (arrives * net, "net stands in the place of f′"),
        (1 - out**2, "grad_out is left out"),
    ]:
        assert told in toy.guess(slip)
    assert np.isnan(stack(toy, "back:0")).all()
    assert toy.guess(delta).startswith("Right: delta[1,2,0] is")
    assert not np.isnan(stack(toy, "back:0")[-1]).any()


def test_a_delta_that_would_tell_the_first_number_is_not_asked_for(toy):
    toy.select("back:2", 0, 0, 1)
    assert "What is grad_scores[1]" in toy.state["parts"]["ask"]


def test_small_maps_are_drawn_larger(toy):
    zooms = {s.name: s.zoom for s in toy._now.stacks}
    assert zooms["x"] == zooms["out:0"] == zooms["back:0"] == 16 > zooms["out:2"]
    assert {s.name: s.zoom for s in views.walk_the_layers()._now.stacks}["out:0"] == 5


def test_a_walk_that_asks_from_the_first_frame_on():
    asking, open_ = views.walk_the_layers(predict=True), views.walk_the_layers()
    assert asking.at == 0 and asking.state["values"]["predict"]
    assert "delta" in first_frame(open_) and "delta" not in first_frame(asking)


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
def test_the_terms_of_a_formula_add_up_to_the_number_in_the_picture(pick, monkeypatch, walk):
    monkeypatch.setattr(explain, "SHOWN", 1000)
    walk.pick = pick
    key, place = walk.picked
    shown, text = stack(walk, key)[-1][place], formula(walk)
    assert text.endswith(maps.number(shown)) or f"= {maps.number(shown)} " in text
    made = value_of(text)
    if "delta =" in text:  # times f', which is 0 or 1 here
        assert shown == pytest.approx(made, rel=2e-2, abs=1e-5) or shown == 0
    else:
        made = max(made, 0) if key in ("out:0", "out:2") else made  # ReLU
        assert shown == pytest.approx(made, rel=2e-2, abs=2e-3)


@pytest.mark.parametrize("pick", PLACES)
def test_the_explanation_of_a_number_cites_its_equation(pick, walk):
    walk.pick = pick
    what = pick.partition(":")[0]
    wanted = {"out": "1.1|8.1", "grad_w": "3.1|8.4", "grad_x": "2.1", "back": r"\d\.\d"}[what]
    assert re.search(rf"\(eq\. ({wanted})\)|of flatten", formula(walk))


def test_pools_say_who_won(walk):
    walk.select("out:1", 4, 1, 1)
    four = stack(walk, "out:0")[-1][4, 2:4, 2:4]
    numbers = ", ".join(map(maps.number, four.flat))
    assert formula(walk) == f"out = max({numbers}) = {maps.number(four.max())}"
    for i, j in np.ndindex(2, 2):
        walk.select("back:0", 4, 2 + i, 2 + j)
        won = int(np.argmax(four)) == 2 * i + j
        assert f"{int(won)} of its 1 windows won   (eq. 5.1)" in formula(walk)


def other_network(rng):
    """Strides, padding, means and overlaps."""
    tanh, identity = cnnlib.TanhActivator(), cnnlib.IdentityActivator()
    return cnnlib.Network(
        [
            cnnlib.ConvLayer(7, 6, 2, 3, 2, 3, (1, 0), (1, 2), tanh, 0.1, rng=rng),
            cnnlib.MeanPoolingLayer(3, 7, 3, 2, 3, (2, 1)),
            cnnlib.MaxPoolingLayer(2, 3, 3, 2, 2, 1),
            cnnlib.FlattenLayer(),
            cnnlib.FullyConnectedLayer(6, 4, identity, 0.1, rng=rng),
        ]
    )


def test_mean_pools_overlaps_and_strides_are_explained():
    rng, size = np.random.default_rng(1), 6
    walk = views.walk_the_layers(other_network(rng), rng.standard_normal((2, 6, 7)), 2)
    found = walk._drawn.tale.found
    walk.at = len(walk.state["says"]) - 1
    walk.select("back:0", 1, 2, 1)
    sent = found["back:1"][1, :2, :2].sum() / size
    assert "(eq. 5.2)" in formula(walk) and value_of(formula(walk)) == pytest.approx(sent, rel=1e-2)
    walk.select("out:1", 2, 1, 0)
    assert formula(walk).startswith("out = mean(") and formula(walk).count(",") == size - 1
    walk.select("back:1", 0, 1, 1)
    won = maps.number(found["back:1"][0, 1, 1])
    assert formula(walk).endswith(won) and "(eq. 5.1)" in formula(walk)
    rows, columns = layout(walk)["out:0"]["windows"]["x"]
    assert rows == [[0, 1], *([i, 2] for i in range(5)), [5, 1]]
    assert columns == [[0, 3], [2, 3], [4, 3]]


@pytest.mark.parametrize(
    ("name", "equations"),
    [
        ("x", []),
        ("out:0", ["1.1"]),  # conv
        ("out:1", []),  # pool
        ("out:5", ["8.1"]),  # dense
        ("back:5", ["8.2", "6.1"]),  # from the loss
        ("back:4", ["8.6"]),  # from dense
        ("back:3", []),  # from flatten
        ("back:2", ["5.1", "6.1"]),  # from max pool
        ("back:1", ["2.1"]),  # from conv
        ("grad_x", ["2.1"]),
        ("grad_w:2", ["3.1"]),
        ("grad_w:5", ["8.4"]),
    ],
)
def test_each_number_cites_the_equations_that_made_it(name, equations, walk):
    walk.at = len(walk.state["says"]) - 1
    walk.select(name, 0, 0, 0)
    assert re.findall(r"eq\. (\d+\.\d+)", formula(walk)) == equations


@pytest.mark.parametrize(
    ("pick", "first", "second"),
    [  # the arrays that the first terms come from: bias, then weight and pixel; delta and weight
        ("out:0:3,2,5", ("w", lambda layer, _: layer[0].bias[3]), ("w", None)),
        ("out:1:4,1,1", ("x", lambda _, found: found["out:0"][4, 2, 2]), ("x", None)),
        ("grad_w:2:77,0,2", ("delta", None), ("x", None)),
        ("back:4:0,0,17", ("delta", lambda _, found: found["back:5"][0]), ("w", None)),
        ("grad_x:0,0,0", ("delta", None), ("w", None)),
        ("out:4:0,0,9", ("x", lambda _, found: found["out:4"][9]), None),
    ],
)
def test_each_factor_has_the_colour_of_its_quantity(pick, first, second, walk):
    walk.at = len(walk.state["says"]) - 1
    walk.pick = pick
    told, tale = coloured(walk), walk._drawn.tale
    for place, wanted in enumerate((first, second)):
        if wanted:
            name, value = wanted
            assert told[place][0] == name
            assert value is None or told[place][1] == maps.number(value(tale.layers, tale.found))
    assert f"border-bottom:2px solid {style.hue(first[0])}" in first_frame(walk)


def test_what_is_not_computed_yet_is_not_explained(walk):
    walk.select("out:2", 0, 0, 0)
    walk.at = 1
    assert formula(walk) == "This number is not known yet."
    assert walk.state["of"] == "out:2:0,0,0@1"
