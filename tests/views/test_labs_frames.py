"""What all explorers on maps owe: first frames that compare anywhere, small messages, text as text,
honest windows."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cnnlib
from cnnlib import datasets, layers, ops, views
from cnnlib.views.explorers import draw_a_digit as drawing
from cnnlib.views.explorers import training_theatre as theatre
from cnnlib.views.explorers.base import State
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page
from cnnlib.views.explorers.controls import asked, button, choice, entries, part, switch
from cnnlib.views.explorers.layer_maps import stack_of
from cnnlib.views.explorers.questions import how_much, which
from cnnlib.views.maps import Stack

MAKERS = [
    views.kernel_lab,
    views.walk_the_layers,
    views.gradient_check_lab,
    views.bug_clinic,
    views.training_theatre,
    views.draw_a_digit,
    views.TrainingProgress,
]


def first_frame(explorer):
    return explorer._repr_mimebundle_()[0]["text/html"]


@pytest.fixture(scope="module")
def made():
    return {make.__name__: make() for make in MAKERS}


# ---- first frames
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_first_frames_survive_the_rounding_of_another_machine(make, made, monkeypatch):
    def rounded_elsewhere(function):
        def other(*args, **kwargs):
            out = function(*args, **kwargs)  # each place rounds in its own way, always the same
            return out * (1 + 1e-15 * np.random.default_rng(0).standard_normal(out.shape))

        return other

    for name in ("conv2d", "conv2d_grad_x", "conv2d_grad_w", "conv2d_grad_b", "mean_pool2d"):
        monkeypatch.setattr(ops, name, rounded_elsewhere(getattr(ops, name)))
    assert first_frame(make()) == first_frame(made[make.__name__])


@pytest.mark.parametrize(
    "module, make", [(theatre, views.training_theatre), (drawing, views.draw_a_digit)]
)
def test_first_frames_do_not_depend_on_what_training_gives(module, make, made, monkeypatch):
    def other(*args, **kwargs):
        return cnnlib.train(*args, **kwargs | {"rng": np.random.default_rng(99), "momentum": 0.5})

    monkeypatch.setattr(module, "train", other)
    explorer = make()
    assert (
        first_frame(explorer) == first_frame(made[make.__name__])
        and explorer.sentence == made[make.__name__].sentence
    )
    assert explorer.floats != made[make.__name__].floats or make is views.draw_a_digit


def test_first_frames_are_small_still_and_plain(made):
    for explorer in made.values():
        html = first_frame(explorer)
        assert len(html) < 60_000 and not re.search(
            r"<script|<canvas|<button|<select|<input|<svg|var\(|nan|None", html
        )
        assert not re.search(r'<img (?![^>]*alt="[^"]+)', html) and explorer.sentence in html
        assert not re.search("0x[0-9a-f]{6}|np\\.", explorer._repr_mimebundle_()[0]["text/plain"])


# ---- messages
def leaves(value):
    for inner in (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, (list, tuple))
        else ()
    ):
        yield from leaves(inner)
    if not isinstance(value, (dict, list, tuple)):
        yield value


def test_numbers_travel_as_bytes_never_as_text(made):
    for explorer in made.values():
        assert isinstance(explorer.pixels, bytes) and isinstance(explorer.floats, bytes)
        kinds = {type(leaf) for leaf in leaves([explorer.page, explorer.state])}
        assert kinds <= {str, int, bool, bytes}


def test_steps_and_picks_of_the_theatre_send_no_pictures():
    explorer, sent = views.walk_the_layers(), []
    explorer.observe(
        lambda change: sent.append(change["name"]), ["page", "pixels", "floats", "state"]
    )
    explorer.select("out:0", 3, 1, 1)
    explorer.at = 2
    assert sent == ["state", "state"]


# ---- text is text
HOSTILE = """<img src=x onerror="alert('&')">"""


def test_hostile_text_is_shown_as_text_wherever_it_may_come_from():
    x, network = datasets.digits().test_x[0], cnnlib.digit_network(np.random.default_rng(0))
    network.layers[4] = type(HOSTILE, (layers.FlattenLayer,), {})()
    for explorer in (
        views.walk_the_layers(network, x, 5),
        views.training_theatre(views.Recording(network, x, 5)),
    ):
        for text in (
            first_frame(explorer),
            explorer.page["html"],
            *explorer.state["parts"].values(),
        ):
            assert "<img src=x" not in text.lower()
        assert "&lt;img src=x onerror=&quot;" in explorer.page["html"]


def test_every_piece_of_a_page_escapes_its_words():
    stack = Stack("a", np.ones((1, 2, 2)), HOSTILE, HOSTILE)
    controls = choice("c", HOSTILE, [HOSTILE]) + switch("s", HOSTILE) + button("b", HOSTILE)
    page = Page(
        HOSTILE, [(HOSTILE, [stack, part("p", style="color:red")])], controls, says=[HOSTILE]
    )

    class OddTale(MapTale):
        def page(self):
            return page

    class Odd(Canvas):
        def _tale(self, state):
            return OddTale()

    explorer, question = Odd(State()), which(HOSTILE, [HOSTILE], str)
    assert "<img src=x" not in explorer.page["html"] + first_frame(explorer) + asked(question)
    assert HOSTILE in explorer.state["says"]  # the script writes it as text
    assert "<img src=x" not in "".join(entries("e", "w", [[1.0]]))
    with pytest.raises(ValueError, match=re.escape(f"“{HOSTILE}” is not a number")):
        how_much("", "q", 1.0, {}).judge(HOSTILE)


def test_a_guess_near_the_right_number_is_right_and_a_slip_is_named():
    judge = how_much("", "q", 1 / 3, {"the sign is wrong": -1 / 3}).judge
    assert judge("0.3333") == judge(1 / 3) == (True, "Right: q is 0.3333.")
    assert judge("−1/3") == (False, "Not yet: −0.3333 comes out when the sign is wrong.")
    assert judge(7) == (False, "Not yet: q is not 7.") == judge(7.0)
    assert judge(0.33) == (False, "Not yet: q is not 0.33.")


# ---- windows
def lit(stack, count, cell):
    """The cells of the other stack that light up with `cell` = (map, row, column): as the page
    reads the layout."""
    ((rows, columns),) = stack.windows.values()
    (i, high), (j, wide) = rows[cell[1]], columns[cell[2]]
    maps = [cell[0]] if stack.same_map else range(count)
    return {(n, y, x) for n in maps for y in range(i, i + high) for x in range(j, j + wide)}


def moved(layer, x):
    """{output cell: the input cells that change it}, by raising one input cell after the other."""
    base, found = layer.forward(x).copy(), {}
    for place in np.ndindex(*x.shape):
        other = x.copy()
        other[place] += 100
        for cell in np.argwhere(layer.forward(other) != base):
            found.setdefault(tuple(map(int, cell)), set()).add(tuple(map(int, place)))
    return found


pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    pairs,
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    st.sampled_from(["conv", "max", "mean"]),
    st.integers(0, 99),
)
def test_the_lit_cells_are_exactly_those_that_move_the_number(
    size, kernel, stride, padding, kind, seed
):
    (H, W), (K_H, K_W), rng = size, kernel, np.random.default_rng(seed)
    padding = padding if kind == "conv" else (0, 0)
    assume(K_H <= H + 2 * padding[0] and K_W <= W + 2 * padding[1])
    if kind == "conv":
        layer = layers.ConvLayer(
            W, H, 2, K_W, K_H, 2, padding, stride, cnnlib.IdentityActivator(), 0.1, rng=rng
        )
    else:
        layer = (layers.MaxPoolingLayer if kind == "max" else layers.MeanPoolingLayer)(
            W, H, 2, K_W, K_H, stride
        )
    x = rng.standard_normal((2, H, W))
    out = layer.forward(x)
    stack, read = stack_of("out:0", [out], {"x": x, "out:0": out}, [layer]), moved(layer, x)
    for cell in np.ndindex(*out.shape):
        assert lit(stack, 2, cell) == read.get(cell, set())
    assert list(stack.windows) == ["x"]


def test_a_delta_lights_its_own_cell_of_out_and_a_gradient_its_pixel():
    stacks = {s.name: s for s in views.walk_the_layers()._now.stacks}
    for name, other, cell in [
        ("back:2", "out:2", (31, 3, 0)),
        ("back:1", "out:1", (4, 1, 2)),
        ("grad_x", "x", (0, 7, 1)),
        ("back:5", "out:5", (0, 0, 9)),
    ]:
        assert list(stacks[name].windows) == [other] and lit(stacks[name], 99, cell) == {cell}
    assert stacks["grad_w:2"].windows is None
