"""kernel_lab: what its picture holds is what the equation says."""

import re

import numpy as np
import pytest

from cnnlib import reference
from cnnlib.views import kernel_lab, maps, style
from cnnlib.views.explorers.kernel_lab import PRESETS
from tests.views.hands import coloured, first_frame, formula, layout, seen, stack, wish


@pytest.fixture
def lab():
    return kernel_lab()


def kernel(lab):
    return lab.numbers["w"]


def maps_of(lab, name):
    return stack(lab, name)[0]


@pytest.mark.parametrize("preset", ["all edges", "blur", "relief"])
def test_maps_are_the_reference_convolution(lab, preset):
    lab.preset(preset)
    x = maps_of(lab, "digits")[2].astype(float)
    net = reference.conv2d(x[None], kernel(lab)[None, None], [0], 1, 1)[0]
    assert np.allclose(maps_of(lab, "digit_net")[2], net, atol=1e-6)


# preset: how each of a few pictures is seen, by rules that know no kernel
RISING, FALLING = np.tile(np.arange(6.0), (6, 1)), np.tile(np.arange(6.0).T[:, None], (1, 6))
SLOPES = {
    "left-right edges": (6, 0),
    "top-bottom edges": (0, 6),
    "all edges": (0, 0),
    "sharpen": (2, 2),
    "blur": (2, 2),
    "relief": (8, 8),
    "one pixel to the left": (3, 2),
    "nothing": (2, 2),
}


def test_every_preset_has_its_direction():
    """On brightness that rises to the right, and on one that rises downwards, by 1 a cell."""
    assert set(SLOPES) == set(PRESETS)
    for name, wanted in SLOPES.items():
        found = [maps_of(kernel_lab(name, image), "net")[0, 2, 2] for image in (RISING, FALLING)]
        assert found == pytest.approx(wanted), name


def test_what_stays_in_the_range_of_the_image_is_grey_as_the_image(lab):
    greys = {}
    for name in PRESETS:
        lab.preset(name)
        stacks = {s.name: s for s in lab._now.stacks}
        greys[name] = [stacks[n].kind == "plain" for n in ("net", "digit_net")]
        for net, image in (("net", "photograph"), ("digit_net", "digits")):
            inside = 0 <= stacks[net].maps.min() and stacks[net].maps.max() <= 1 + 1e-9
            assert not inside or stacks[net].top == stacks[image].top
    still = {"blur", "one pixel to the left", "nothing"}
    assert {name for name, grey in greys.items() if all(grey)} == still
    assert {name for name, grey in greys.items() if not any(grey)} == set(PRESETS) - still
    lab.preset("nothing")
    stacks = {s.name: s for s in lab._now.stacks}
    pixels = [
        maps.indices(stacks[n].maps, stacks[n].top, stacks[n].kind) for n in ("photograph", "net")
    ]
    assert np.array_equal(*pixels)


def test_no_kernel_makes_another_page(lab):
    """Same controls, same captions, same places: nothing jumps."""
    html, sizes = lab.page["html"], {k: v["tall"] for k, v in layout(lab).items()}
    for name in PRESETS:
        lab.preset(name)
        assert lab.page["html"] == html
        assert {k: v["tall"] for k, v in layout(lab).items()} == sizes


def test_a_kernel_may_be_typed_as_text():
    lab = kernel_lab([["1/9"] * 3] * 3)
    assert "“blur”" in lab.sentence
    for place in np.ndindex(3, 3):
        kernel = np.zeros((3, 3), object)
        kernel[place] = "1/4"
        assert kernel_lab(kernel).numbers["w"][place] == 0.25
    with pytest.raises(ValueError, match="“one” is not a number"):
        lab.preset([["one", 1, 1]] * 3)
    assert "“blur”" in lab.sentence


def test_presets_do_what_they_are_called(lab):
    image = np.random.default_rng(0).random((5, 6))
    lab = kernel_lab("nothing", image)
    assert np.allclose(maps_of(lab, "net")[0], image)
    lab.preset("one pixel to the left")
    assert np.allclose(maps_of(lab, "net")[0, :, :-1], image[:, 1:])
    lab.preset("blur")
    assert maps_of(lab, "net")[0, 2, 2] == pytest.approx(image[1:4, 1:4].mean())
    lab = kernel_lab("left-right edges", np.tile(np.arange(6.0), (5, 1)))
    assert (maps_of(lab, "net")[0, 1:-1, 1:-1] == 6).all()  # brighter to the right: positive
    lab.preset("top-bottom edges")
    assert (maps_of(lab, "net")[0, 1:-1, 1:-1] == 0).all()


# ---- formulas


def test_the_picked_cell_has_its_nine_products(lab):
    lab.select("net", 10, 20)
    products = re.findall(r">(\(?[\d.−]+\)?)·([\d.]+)<", formula(lab))
    value = sum(float(w.strip("()").replace("−", "-")) * float(x) for w, x in products)
    assert len(products) == 9
    assert value == pytest.approx(maps_of(lab, "net")[0, 10, 20], abs=2e-3)
    assert lab.state["of"] == "net:0,10,20@0"


def test_weights_and_pixels_of_a_formula_have_the_colours_of_their_pictures(lab):
    lab.preset("relief")
    lab.select("net", 10, 20)
    names, numbers = zip(*coloured(lab), strict=True)
    assert names == ("w", "x") * 9
    weights = [maps.number(v) for v in kernel(lab).flat]
    pixels = [maps.number(v) for v in maps_of(lab, "photograph")[0, 9:12, 19:22].flat]
    assert [*numbers[::2]] == weights and [*numbers[1::2]] == pixels
    assert style.hue("w") in first_frame(lab) and style.hue("x") in first_frame(lab)


TERM = re.compile(
    r'data-cells="entry:(\d),(\d)(?: (\w+):(\d+),(\d+),(\d+))?">\(?([−\d.]+)\)?·([\d.]+)<'
)


@pytest.mark.parametrize("pick", [("net", 0, 10, 20), ("net", 0, 0, 63), ("digit_net", 4, 7, 0)])
def test_each_term_names_the_two_cells_whose_numbers_it_shows(lab, pick):
    lab.preset("relief")
    lab.select(*pick)
    terms = TERM.findall(formula(lab))
    assert len(terms) == 9
    for u, v, source, n, y, x, weight, grey in terms:
        assert maps.number(kernel(lab)[int(u), int(v)]) == weight
        if source:
            assert (int(y), int(x)) == (pick[2] + int(u) - 1, pick[3] + int(v) - 1)
            shown = maps_of(lab, source)[int(n), int(y), int(x)]
            assert float(grey) == pytest.approx(shown, rel=1e-3)
        else:
            assert grey == "0"  # the padding


def test_a_pick_sends_words_only(lab, monkeypatch):
    monkeypatch.setattr(maps, "pack", None)  # no picture is made again
    sent = []
    lab.observe(lambda change: sent.append(change["name"]), ["page", "pixels", "floats", "state"])
    lab.select("net", 3, 4)
    assert sent == ["state"]


def test_the_stored_frame_has_the_formula_of_the_picked_cell(lab):
    assert "Pick a cell of net" in first_frame(lab)
    lab.select("net", 3, 4)
    assert "net[3, 4] =" in first_frame(lab)


# ---- predict first


def test_predict_hides_what_the_kernel_makes_and_asks_for_a_number(lab):
    before = lab.sentence
    lab.select("net", 10, 20)
    lab.predict()
    assert np.isnan(maps_of(lab, "net")).all() and np.isnan(maps_of(lab, "digit_net")).all()
    assert "net[10, 20]" in lab.state["parts"]["ask"] and "data-cells" not in formula(lab)
    assert not any(layout(lab)[name]["windows"] for name in ("net", "digit_net"))
    assert layout(lab)["net"]["kind"] == "signed"  # no preset is told by its colours
    assert "−2.577" not in lab.sentence
    lab.show()
    assert lab.sentence == before and lab.state["parts"]["ask"] == ""


def other_ways(x, w, i, j):
    """{words of a slip: what wrong code gives}, by loops."""

    def net(weight, first=-1):
        total = 0.0
        for u in range(3):
            for v in range(3):
                y, m = i + u + first, j + v + first
                if 0 <= y < len(x) and 0 <= m < len(x[0]):
                    total += weight(u, v) * x[y][m]
        return total

    return {
        "rotated by 180°": net(lambda u, v: w[2 - u][2 - v]),
        "rows and columns of the kernel are exchanged": net(lambda u, v: w[v][u]),
        "the window’s first cell": net(lambda u, v: w[u][v], 0),
        "averaged": net(lambda u, v: w[u][v]) / 9,
        "without the kernel": net(lambda u, v: 1.0),
    }


@pytest.mark.parametrize("pick", [("net", 0, 10, 20), ("net", 0, 63, 63), ("digit_net", 4, 7, 3)])
def test_wrong_numbers_are_named(pick):
    kernel = np.array([[1.0, -2, 0.5], [4, 3, -1.5], [0.25, 7, 2]])
    rng = np.random.default_rng(3)
    lab = kernel_lab(kernel, rng.random((64, 64)), rng.random((6, 8, 8)))
    name, n, i, j = pick
    right = float(maps_of(lab, name)[n, i, j])
    image = maps_of(lab, "digits" if name == "digit_net" else "photograph")[n]
    lab.select(*pick)
    lab.predict()
    for words, value in other_ways(image.tolist(), kernel.tolist(), i, j).items():
        answer = lab.guess(value)
        assert answer.startswith("Not yet: ") and words in answer
    assert lab.guess(right + 11) == f"Not yet: net[{i}, {j}] is not {maps.number(right + 11)}."
    assert np.isnan(maps_of(lab, name)).all()
    assert lab.guess(right) == f"Right: net[{i}, {j}] is {maps.number(right)}."
    assert not np.isnan(maps_of(lab, name)).any()
    assert "Nothing is hidden" in lab.guess(right)


def test_relu_that_is_left_out_is_named(lab):
    net = maps_of(lab, "net")[0]
    i, j = map(int, np.unravel_index(np.argmin(net), net.shape))
    lab.relu()
    lab.predict()
    lab.select("out", i, j)
    assert "relu is left out" in lab.guess(float(net[i, j])) and lab.guess("0").startswith("Right")


def test_predicting_without_a_pick_asks_for_the_strongest_cell(lab):
    net = maps_of(lab, "net")[0]
    lab.predict()
    answer = wish(lab, do="guess", value="maybe")
    assert answer["why"] == "“maybe” is not a number; type one, or Show." and not answer["ok"]
    i, j = map(int, re.search(r"net\[(\d+), (\d+)\]", lab.state["parts"]["ask"]).groups())
    assert abs(net[i, j]) == np.abs(net).max()


def test_an_explorer_that_asks_from_the_first_frame_on():
    lab = kernel_lab(predict=True)
    assert "is hidden" in first_frame(lab) and "−2.577" not in first_frame(lab)
    assert lab.state["values"]["predict"] and np.isnan(lab.numbers["net"]).all()
    lab.reset()
    assert not np.isnan(lab.numbers["net"]).any()
    with pytest.raises(TypeError, match="predict is 'no', wanted True or False"):
        kernel_lab(predict="no")


# ---- changes


def test_edit_relu_and_reset(lab):
    before = lab.sentence
    lab.edit("w", 1, 1, 5)
    assert "your own" in lab.sentence and lab.state["values"]["entry:1,1"] == "5"
    lab.relu()
    assert maps_of(lab, "out").min() == 0 and "out of the photograph" in lab.sentence
    lab.set(relu=False)
    assert maps_of(lab, "net").min() < 0
    lab.reset()
    assert lab.sentence == before


def test_the_page_edits_the_kernel(lab):
    for value, by, made in [("−1,5", 0, -1.5), ("2", 1, 3), ("1/9", 0, 1 / 9)]:
        assert wish(lab, do="entry", at="0,1", value=value, by=by)["ok"]
        assert kernel(lab)[0, 1] == made
    assert wish(lab, do="relu", value=True)["ok"] and "out of" in lab.sentence
    assert wish(lab, do="preset", value="blur")["ok"] and "“blur” adds up to 1," in lab.sentence
    assert wish(lab, do="preset", value="your own")["ok"] and "“blur”" in lab.sentence
    assert wish(lab, do="reset")["ok"] and lab.sentence == kernel_lab().sentence


def test_nine_times_a_ninth_is_a_blur(lab):
    for i, j in np.ndindex(3, 3):
        lab.edit("w", i, j, "1/9")
    assert "“blur” adds up to 1," in lab.sentence


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1e999"])
def test_a_bad_number_is_refused_in_words_and_changes_nothing(lab, text):
    before = seen(lab)
    answer = wish(lab, do="entry", at="0,0", value=text)
    assert answer["why"] == f"“{text}” is not a number; w[0,0] stays −1." and seen(lab) == before


@pytest.mark.parametrize(
    "message",
    [
        {"do": "entry", "at": "7,0", "value": "1"},
        {"do": "preset", "value": "none"},
        {"do": "relu", "value": "yes"},
        {"do": "fly"},
        {"do": "entry"},
        {},
    ],
)
def test_a_strange_wish_is_refused_in_words(lab, message):
    before = seen(lab)
    answer = wish(lab, **message)
    assert answer["why"] and not answer["ok"] and seen(lab) == before


@pytest.mark.parametrize(
    "kernel, words",
    [
        ("magic", "'magic' is no preset; left-right edges, .* are"),
        ([[1, 2], [3, 4]], r"kernel has shape \(2, 2\), wanted 3x3 numbers"),
        ([[1, 2, 3], [4, 5]], "kernel is not a rectangular array"),
        (np.full((3, 3), np.nan), "kernel holds numbers that are not finite"),
        (np.full((3, 3), 1e31), "kernel holds numbers beyond 1e[+]30"),
        ([["a"] * 3] * 3, "“a” is not a number"),
    ],
)
def test_a_refused_kernel_leaves_nothing_behind(lab, kernel, words):
    lab.edit("w", 0, 0, 7)
    before = seen(lab)
    with pytest.raises((ValueError, TypeError), match=words):
        lab.preset(kernel)
    assert seen(lab) == before
    lab.relu()
    assert lab.numbers["w"][0, 0] == 7
    with pytest.raises((ValueError, TypeError), match=words):
        kernel_lab(kernel)


def test_select_refuses_what_is_not_there(lab):
    with pytest.raises(ValueError, match="there is no delta here; photograph, net, digits, digit_"):
        lab.select("delta", 0, 0)
    with pytest.raises(ValueError, match=r"net\[64, 0\] is not a cell: net has shape \(1, 64, 64"):
        lab.select("net", 64, 0)
    with pytest.raises(ValueError, match="w.* is not a cell to select here"):
        lab.select("w", 0, 0)


COLOURS = r"image\[\.\.\., :3\]\.mean\(axis=-1\) makes colours grey"


@pytest.mark.parametrize(
    "given, words",
    [
        ({"image": np.zeros((1, 8, 8))}, r"image has shape \(1, 8, 8\), wanted \(H, W\)$"),
        ({"image": np.zeros((8, 8, 3))}, rf"image has shape \(8, 8, 3\), wanted .*: {COLOURS}"),
        ({"image": np.zeros((8, 8, 4))}, COLOURS),
        ({"image": np.full((8, 8), np.nan)}, "image holds numbers that are not finite"),
        ({"image": np.full((8, 8), 1e31)}, "image holds numbers beyond 1e[+]30"),
        ({"image": np.zeros((0, 8))}, r"image has shape \(0, 8\)"),
        ({"digits": np.zeros((8, 8))}, r"digits has shape \(8, 8\), wanted \(n, H, W\)$"),
        ({"digits": np.zeros((2, 8, 8, 3))}, r"digits\[\.\.\., :3\]\.mean\(axis=-1\)"),
    ],
)
def test_other_pictures_are_refused_with_what_to_do(given, words):
    with pytest.raises(ValueError, match=words):
        kernel_lab(**given)


def test_a_colour_picture_made_grey_is_taken():
    image = np.random.default_rng(0).random((6, 5, 4))
    lab = kernel_lab("nothing", image=image[..., :3].mean(axis=-1))
    assert np.allclose(maps_of(lab, "net")[0], image[..., :3].mean(2))


# ---- the page


def test_first_frame_is_small_still_and_reads_without_a_script(lab):
    html = first_frame(lab)
    assert len(html) < 60_000
    assert not re.search(r"<script|<canvas|<button|<select|<input|var\(|<svg", html)
    assert len(re.findall(r'<img [^>]*alt="[^"]+', html)) == 4 and lab.sentence in html
    assert html == first_frame(kernel_lab())


def test_every_control_of_the_page_has_a_name_and_an_answer(lab):
    html = lab.page["html"]
    for what in re.findall(r'<input data-do="entry"[^>]*>', html):
        assert "aria-label=" in what
    names = set(re.findall(r'data-do="([^"]+)"', html))
    assert names == {"entry", "preset", "relu", "reset", "predict"}
    for name in names:
        assert "nothing that can be done here" not in wish(lab, do=name)["why"]


def test_every_preset_is_a_kernel():
    assert all(np.shape(k) == (3, 3) for k in PRESETS.values())
