"""draw_a_digit: what is drawn is read as the scans were made, and every layer follows."""

import copy

import numpy as np
import pytest

import cnnlib
from benchmarks import drawings
from cnnlib import views
from cnnlib.views import maps
from cnnlib.views.explorers.layer_maps import trace
from cnnlib.views.explorers.scanner import MassScanner, Scanner
from tests.views.hands import first_frame, layout, seen, stack, wish
from tests.views.test_scanner import STROKES

LINE = [(4, 16), (28, 16)]


@pytest.fixture(scope="module")
def one():
    return views.draw_a_digit()


@pytest.fixture
def pad(one):
    yield one
    one.clear()


@pytest.mark.parametrize("digit", STROKES)
def test_digits_drawn_by_hand_are_read(pad, digit):
    pad.draw(*STROKES[digit])
    assert f"as {digit}," in pad.sentence


@pytest.mark.parametrize("style", ["normal", "printed", "small in a corner"])
def test_drawings_of_every_digit_are_read(pad, style):
    rng, read = np.random.default_rng(1), []
    for digit in range(10):
        pad.clear()
        pad.draw(*drawings.strokes(digit, style, rng))
        read.append(int(pad.sentence.split("as ")[1][0]))
    assert sum(np.array(read) == range(10)) >= 9, read


def test_the_page_draws_point_by_point(pad):
    for go, (y, x) in enumerate([(5, 5), (20, 5)]):
        assert wish(pad, do="draw", cells=[[y, x]], go=bool(go))["ok"]
    assert np.array_equal(pad._state.strokes, [[(5.5, 5.5), (20.5, 5.5)]])
    assert stack(pad, "pad")[0, 0, 12, 5] == 1 and pad.image.max() > 0.5
    assert wish(pad, do="draw", cells=[[5, 9], [6, 9]], go=False)["ok"]
    assert [len(stroke) for stroke in pad._state.strokes] == [2, 2]
    assert wish(pad, do="clear")["ok"]
    assert pad.image.max() == 0 and "empty" in pad.sentence
    assert wish(pad, do="draw", cells=[[5, 9]], go=True)["ok"]  # after another view has cleared
    assert len(pad._state.strokes) == 1


def test_nothing_is_shown_of_an_empty_pad(pad):
    assert np.isnan(stack(pad, "conv 1")).all() and "%" not in pad.state["parts"]["shares"]
    assert "conv 1" not in first_frame(pad)


def test_every_layer_follows_the_pen(pad):
    pad.draw(LINE)
    network = copy.deepcopy(pad._desk.network)
    scores = network.forward(pad.image)
    assert np.allclose(stack(pad, "dense").ravel(), scores, atol=1e-5)
    assert np.allclose(stack(pad, "conv 2")[0], network.layers[2].out, atol=1e-5)
    assert pad.state["parts"]["shares"].count("<tr>") == 10


def test_points_beyond_the_pad_lie_on_its_edge(pad):
    pad.draw([(-5, 16), (99, 16)])
    assert pad._state.strokes == (((0, 16), (32, 16)),)


@pytest.mark.parametrize(
    "stroke", [[1, 2, 3], [(np.nan, 1)], [(np.inf, 1)], [], [(1, 2, 3)], 5, [("a", "b")], None]
)
def test_what_is_no_stroke_is_refused_and_nothing_is_drawn(pad, stroke):
    pad.draw(LINE)
    before = seen(pad)
    with pytest.raises((ValueError, TypeError), match="wanted"):
        pad.draw(LINE, stroke)
    for go in (False, True):
        answer = wish(pad, do="draw", cells=stroke, go=go)
        assert answer["why"] and not answer["ok"]
    assert seen(pad) == before


def test_the_image_is_handed_out_as_a_copy(pad):
    pad.draw(LINE)
    pad.image[...] = 7
    assert pad.image.max() <= 1


# ---- the example


def test_it_opens_with_an_example_that_gives_way_to_the_first_stroke(one):
    one.reset()
    assert one.image.max() == 1 and one.sentence.startswith("An example")
    html = first_frame(one)
    assert "your pen" in html and "conv 1" not in html and "%" not in html
    assert not np.isnan(stack(one, "conv 1")).any()
    assert wish(one, do="draw", cells=[[5, 9]], go=True)["ok"]
    assert one._state.strokes == (((5.5, 9.5),),) and "reads this as" in one.sentence


# ---- it was a ...


def test_the_way_back_of_the_readers_own_digit(pad):
    pad.draw(*STROKES[3])
    before = [a.copy() for a in stack(pad, "conv 1")]
    answer = wish(pad, do="label", value="3")
    assert answer["ok"] and "It was a 3" in pad.sentence
    found, loss, _ = trace(pad._desk.network, pad.image, 3)
    for name, key in (("back:0", "back:0"), ("back:5", "back:5"), ("grad_x", "grad_x")):
        assert np.allclose(stack(pad, name)[0].ravel(), np.ravel(found[key]), atol=1e-6)
    assert f"the loss {maps.number(loss)} goes" in pad.sentence
    assert np.array_equal(before, stack(pad, "conv 1"))
    other = stack(pad, "grad_x").copy()
    pad.set(label=8)
    assert "It was a 8" in pad.sentence and not np.allclose(other, stack(pad, "grad_x"))
    pad.draw(LINE)  # the label stays, the way back follows
    assert "It was a 8" in pad.sentence
    pad.set(label="")
    assert "back:0" not in layout(pad)


@pytest.mark.parametrize("label", [10, -1, "ten", 2.0, None, True, [3], "03"])
def test_what_is_no_label_is_refused(pad, label):
    pad.draw(LINE)
    before = seen(pad)
    with pytest.raises(ValueError, match="wanted one of 0 to 9, or nothing"):
        pad.set(label=label)
    assert not wish(pad, do="label", value=label)["ok"] and seen(pad) == before


# ---- other sizes


@pytest.mark.parametrize("size", [(12, 10), (28, 28), (6, 9)])
def test_any_input_size(size):
    rng = np.random.default_rng(0)
    images = np.zeros((3, 1, *size))
    edge = size[0] // 6
    images[:, :, edge : size[0] - edge] = 1
    cells = size[0] * size[1]
    network = cnnlib.Network(
        [
            cnnlib.FlattenLayer(),
            cnnlib.FullyConnectedLayer(cells, 10, cnnlib.IdentityActivator(), 0.1, rng=rng),
        ]
    )
    pad = views.draw_a_digit(network, images)
    pad.draw(*STROKES[1])
    assert pad.image.shape == (1, *size)
    rows = np.flatnonzero(pad.image[0].max(1))
    assert abs(rows[0] - edge) <= 1 and abs(rows[-1] - (size[0] - 1 - edge)) <= 1
    pad.set(label=1)
    assert stack(pad, "grad_x").shape[-2:] == size


@pytest.mark.parametrize(
    ("make", "size", "kind"),
    [(cnnlib.mnist_network, 28, MassScanner), (cnnlib.digit_network, 8, Scanner)],
)
def test_a_network_for_known_images_needs_none(make, size, kind):
    pad = views.draw_a_digit(make(np.random.default_rng(0)))
    assert pad.image.shape == (1, size, size) and type(pad._desk.scanner) is kind


def test_a_network_of_another_size_asks_for_images():
    dense = cnnlib.FullyConnectedLayer(99, 10, cnnlib.IdentityActivator(), 0.1)
    network = cnnlib.Network([cnnlib.FlattenLayer(), dense])
    wanted = r"neither images of 28x28 nor of 8x8 pixels \(x has .*draw_a_digit\(network, images\)"
    with pytest.raises(ValueError, match=wanted):
        views.draw_a_digit(network)


def test_the_readers_network_is_left_alone():
    network = cnnlib.mnist_network(np.random.default_rng(0))
    pad = views.draw_a_digit(network)
    pad.set(label=2)
    assert network.layers[0].x is None and pad._desk.network is not network


def test_images_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"images has shape \(8, 8\), wanted \(n, 1, H, W\)"):
        views.draw_a_digit(cnnlib.digit_network(np.random.default_rng(0)), np.zeros((8, 8)))
