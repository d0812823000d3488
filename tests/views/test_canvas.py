"""canvas: what all explorers of maps owe: first frames that compare anywhere, small messages, text
as text."""

import re
from html import escape

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, layers, ops, views
from cnnlib.views.explorers import training_theatre
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page, cell_in
from cnnlib.views.explorers.controls import (
    asked,
    button,
    choice,
    entries,
    more,
    part,
    player,
    switch,
)
from cnnlib.views.explorers.questions import how_much, which
from cnnlib.views.maps import Stack
from tests.views.hands import first_frame, layout, synced

OF_MAPS = [name for name in views.examples() if not name.startswith("explore_")]
TRAITS = ["page", "filled", "pixels", "floats"]  # what the pictures are made of
HOSTILE = """<img src=x onerror="alert('&')">"""


def page_explorer(page, question=None):
    """An explorer of maps that shows this page."""

    class Tale(MapTale):
        def page(self):
            return page

        def question(self, name, place):
            return question

    class Odd(Canvas):
        def _tale(self, state):
            return Tale()

    return Odd()


def test_the_explorers_of_maps_are_on_canvas(made):
    assert OF_MAPS == [name for name, one in made.items() if isinstance(one, Canvas)]


# ---- first frames


@pytest.fixture
def trained_anew(monkeypatch):
    """What an example shows is trained in this test, and not kept from an earlier one."""
    monkeypatch.setattr(training_theatre, "recorded", training_theatre.recorded.__wrapped__)


@pytest.mark.parametrize("name", OF_MAPS)
@pytest.mark.usefixtures("trained_anew")
def test_first_frames_survive_the_rounding_of_another_machine(name, made, monkeypatch):
    def rounded_elsewhere(function):
        def other(*args, **kwargs):
            out = function(*args, **kwargs)  # each place rounds in its own way, always the same
            return out * (1 + 1e-15 * np.random.default_rng(0).standard_normal(out.shape))

        return other

    for function in ("conv2d", "conv2d_grad_x", "conv2d_grad_w", "conv2d_grad_b", "mean_pool2d"):
        monkeypatch.setattr(ops, function, rounded_elsewhere(getattr(ops, function)))
    assert first_frame(views.examples()[name]()) == first_frame(made[name])


@pytest.mark.usefixtures("trained_anew")
def test_first_frames_do_not_depend_on_what_training_gives(made, monkeypatch):
    def other(*args, **kwargs):
        return cnnlib.train(*args, **kwargs | {"rng": np.random.default_rng(99), "momentum": 0.5})

    monkeypatch.setattr(training_theatre, "train", other)
    explorer, before = training_theatre.example(), made["training_theatre"]
    assert first_frame(explorer) == first_frame(before)
    assert explorer.sentence == before.sentence
    assert explorer.floats != before.floats


def test_the_first_frame_of_a_pad_does_not_depend_on_its_weights(made):
    other = views.draw_a_digit(cnnlib.mnist_network(np.random.default_rng(99)))
    assert first_frame(other) == first_frame(made["draw_a_digit"])
    assert other.sentence == made["draw_a_digit"].sentence
    assert other.floats != made["draw_a_digit"].floats


@pytest.mark.parametrize("name", OF_MAPS)
def test_first_frames_are_small_still_and_plain(name, made):
    html = first_frame(made[name])
    walk = name == "walk_the_layers"  # it opens at its first step, and is stored whole
    assert len(html) < 60_000 and made[name].state["says"][-1 if walk else 0] in html
    live = r"<script|<canvas|<button|<select|<input|<svg|var\(|nan|None"
    assert not re.search(live, html) and not re.search(r'<img (?![^>]*alt="[^"]+)', html)
    text = made[name]._repr_mimebundle_()[0]["text/plain"]
    assert not re.search(r"0x[0-9a-f]{6}|np\.", text)


def test_a_still_frame_shows_the_step_that_is_shown(made):
    walk = views.walk_the_layers()
    still = first_frame(walk)
    assert walk.state["says"][-1] in still and "conv 1 delta" in still
    walk.step()
    assert "conv 1 out" in first_frame(walk) and "conv 2 out" not in first_frame(walk)


ASKING = [
    views.kernel_lab,
    views.walk_the_layers,
    views.gradient_check_lab,
    views.bug_clinic,
    views.sick_training,
]


@pytest.mark.parametrize("make", ASKING, ids=lambda make: make.__name__)
def test_a_still_frame_shows_what_is_asked(make):
    explorer = make(predict=True)
    still = re.sub("<[^>]*>", " ", first_frame(explorer))
    words = escape(explorer._question("question:0").words)
    assert words.endswith(("?", ".")) and still.count(words) == 1
    assert re.sub("<[^>]*>", " ", explorer.state["parts"]["ask"]).count(words) == 1
    explorer.show()
    assert words not in first_frame(explorer)


# ---- messages


def leaves(value):
    """All that is no container inside of containers."""
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, (dict, list, tuple)):
        yield value
        return
    for one in inner:
        yield from leaves(one)


@pytest.mark.parametrize("name", OF_MAPS)
def test_numbers_travel_as_bytes_never_as_text(name, made):
    explorer = made[name]
    assert isinstance(explorer.pixels, bytes) and isinstance(explorer.floats, bytes)
    assert {type(leaf) for leaf in leaves([explorer.page, explorer.state])} <= {
        str,
        int,
        bool,
        bytes,
    }
    assert isinstance(explorer.filled, bytes)
    shown = {"page", "filled", "pixels", "floats", "state", "pick", "at", "answers"}
    assert set(synced(explorer)) == shown


def test_the_floats_are_the_numbers(made):
    lab = made["kernel_lab"]
    where, bits = layout(lab)["net"], np.frombuffer(lab.filled, np.uint8)
    every = np.unpackbits(bits).astype(np.float32)
    every[every == 1] = np.frombuffer(lab.floats, "<f4")
    net = every[where["place"] :][: 64 * 64].reshape(64, 64)
    assert np.allclose(net, lab.numbers["net"][0])


def test_steps_and_picks_send_no_pictures():
    explorer, sent = views.walk_the_layers(), []
    explorer.observe(lambda change: sent.append(change["name"]), TRAITS)
    explorer.observe(lambda change: sent.append(change["name"]), ["state"])
    explorer.select("out:0", 3, 1, 1)
    explorer.at = 2
    assert sent == ["state", "state"]


def test_a_pick_without_a_formula_sends_nothing_else(made):
    theatre, sent = made["training_theatre"], []
    theatre.observe(lambda change: sent.append(change["name"]), ["state"])
    theatre.select("out:0", 3, 1, 1)
    theatre.unobserve_all()
    theatre.pick = ""
    assert sent == []


# ---- cells


@pytest.mark.parametrize(
    "key, found",
    [
        ("a:0,1,2", ("a", (0, 1, 2))),
        ("a:b:1,0,0", ("a:b", (1, 0, 0))),
        ("a:0,2,0", (None, None)),
        ("a:-1,0,0", (None, None)),
        ("a:0,0", (None, None)),
        ("a:0,0,0,0", (None, None)),
        ("c:0,0,0", (None, None)),
        ("a:x,0,0", (None, None)),
        ("a", (None, None)),
        ("", (None, None)),
        (":", (None, None)),
    ],
)
def test_a_key_names_a_cell_of_the_page_or_nothing(key, found):
    stacks = [Stack("a", np.ones((1, 2, 3))), Stack("a:b", np.ones((2, 1, 1)))]
    assert cell_in(Page("", [("", stacks)]), key) == found


def test_a_pick_lets_go_outside_and_comes_back():
    ward = views.bug_clinic("kernel not rotated")
    ward.select("away", 3, 6, 4)
    ward.choose("bias mean for sum")
    assert ward.picked == (None, None) and ward.pick == "away:3,6,4"
    ward.choose("kernel not rotated")
    assert ward.picked == ("away", (3, 6, 4))


def test_a_pick_that_comes_after_its_picture_has_gone_comes_back_too():
    ward = views.bug_clinic("bias mean for sum")
    ward.set_state({"pick": "away:3,6,4"})  # the page saw another patient
    assert ward.picked == (None, None)
    ward.choose("kernel not rotated")
    assert ward.picked == ("away", (3, 6, 4))


def test_where_no_steps_are_recorded_step_goes_from_cell_to_cell():
    lab = views.kernel_lab()
    lab.step()
    assert lab.picked == ("photograph", (0, 0, 0))
    lab.select("net", 0, 63)
    lab.step()
    assert lab.picked == ("net", (0, 1, 0))
    lab.step(-99)
    assert lab.picked == ("net", (0, 0, 0))


# ---- text is text


def test_hostile_text_is_shown_as_text_wherever_it_may_come_from():
    x, network = datasets.digits().test_x[0], cnnlib.digit_network(np.random.default_rng(0))
    network.layers[4] = type(HOSTILE, (layers.FlattenLayer,), {})()
    recording = views.Recording(network, x, 5)
    for explorer in (views.walk_the_layers(network, x, 5), views.training_theatre(recording)):
        parts = explorer.state["parts"].values()
        for text in (first_frame(explorer), explorer.page["html"], *parts):
            assert "<img src=x" not in text.lower()
        assert "&lt;img src=x onerror=&quot;" in explorer.page["html"]


def test_every_piece_of_a_page_escapes_its_words():
    stack = Stack("a", np.ones((1, 2, 2)), HOSTILE, HOSTILE)
    controls = choice("c", HOSTILE, [HOSTILE]) + switch("s", HOSTILE) + button("b", HOSTILE)
    rows = [(HOSTILE, [stack, part("p", style="color:red")])]
    controls += player(HOSTILE)
    page = Page(HOSTILE, rows, controls, says=[HOSTILE], values={"predict": True})
    explorer = page_explorer(page, which(HOSTILE, [HOSTILE], str))
    explorer.predict()
    html = explorer.page["html"] + first_frame(explorer) + explorer.state["parts"]["ask"]
    assert "<img src=x" not in html and html.count("&lt;img src=x") >= 8
    assert HOSTILE in explorer.state["says"]  # the script writes it as text
    assert "<img src=x" not in asked(how_much(HOSTILE, "q", 1.0, {}))
    assert "<img src=x" not in "".join(entries("e", "w", [[1.0]]))


def test_where_nothing_is_played_no_speed_is_offered():
    assert 'data-play="speed"' in more(player("step")) and "speed" not in more(button("b", "b"))


def test_a_truth_of_numpy_says_whether_to_begin_hidden():
    def asked_of(predict):
        return [
            first_frame(views.explore_softmax([1, 2], predict=predict)),
            first_frame(views.kernel_lab(predict=predict)),
        ]

    hidden, shown = asked_of(True), asked_of(False)
    assert asked_of(np.True_) == hidden and asked_of(np.False_) == shown
    assert all(one != other for one, other in zip(hidden, shown))


def test_a_tale_of_maps_without_a_page_says_so():
    with pytest.raises(NotImplementedError, match="a tale of maps has a page"):
        MapTale().page()
