"""kernel_lab: what its picture holds is what the equation says; wishes from the page are done or
refused in words."""

import re

import numpy as np
import pytest

from cnnlib import reference
from cnnlib.views import kernel_lab, maps
from cnnlib.views.maps import number as views_number


@pytest.fixture
def lab():
    return kernel_lab()


def stack(explorer, name):
    return next(s for s in explorer._now.stacks if s.name == name).maps


def kernel(lab):
    return lab.numbers["w"]


def answers(explorer, **message):
    """What the page is told after a message; [] when nothing was refused. Each message has one
    answer, to its view."""
    told = []
    explorer.send = lambda content, buffers=None: told.append(content)
    explorer._hear(message | {"id": 7})
    assert [answer["id"] for answer in told] == [7]
    return [answer["why"] for answer in told if answer["why"]]


@pytest.mark.parametrize("preset", ["all edges", "blur", "relief"])
def test_maps_are_the_reference_convolution(lab, preset):
    lab.preset(preset)
    x = stack(lab, "digits")[2]
    assert np.allclose(
        stack(lab, "digit_net")[2], reference.conv2d(x[None], kernel(lab)[None, None], [0], 1, 1)[0]
    )


def test_the_picked_cell_has_its_nine_products(lab):
    lab.select("net", 10, 20)
    products = re.findall(r">(\(?[\d.−]+\)?)·([\d.]+)<", lab.state["parts"]["formula"])
    value = sum(float(w.strip("()").replace("−", "-")) * float(x) for w, x in products)
    assert len(products) == 9 and value == pytest.approx(stack(lab, "net")[0, 10, 20], abs=2e-3)
    assert lab.state["of"] == "net:0,10,20@0"


@pytest.mark.parametrize("pick", [("net", 0, 10, 20), ("net", 0, 0, 63), ("digit_net", 4, 7, 0)])
def test_each_term_names_the_two_cells_whose_numbers_it_shows(lab, pick):
    lab.preset("relief")
    lab.select(*pick)
    terms = re.findall(
        r'data-cells="entry:(\d),(\d)(?: (\w+):(\d+),(\d+),(\d+))?">\(?([−\d.]+)\)?·([\d.]+)<',
        lab.state["parts"]["formula"],
    )
    assert len(terms) == 9
    for u, v, source, n, y, x, weight, grey in terms:
        assert views_number(kernel(lab)[int(u), int(v)]) == weight
        shown = stack(lab, source)[int(n), int(y), int(x)] if source else 0
        assert float(grey) == pytest.approx(shown, rel=1e-3) and (source or grey == "0")
        assert not source or (int(y), int(x)) == (pick[2] + int(u) - 1, pick[3] + int(v) - 1)


def test_a_pick_sends_words_only(lab, monkeypatch):
    monkeypatch.setattr(maps, "pack", None)  # no picture is made again
    sent = []
    lab.observe(lambda change: sent.append(change["name"]), ["page", "pixels", "floats", "state"])
    lab.select("net", 3, 4)
    assert sent == ["state"]


# ---- predict first
def test_predict_hides_what_the_kernel_makes_and_asks_for_a_sign(lab):
    before = lab.sentence
    lab.select("net", 10, 20)
    lab.predict()
    assert np.isnan(stack(lab, "net")).all() and np.isnan(stack(lab, "digit_net")).all()
    assert "net[10, 20]" in lab.state["parts"]["ask"] and "= ?" in lab.state["parts"]["formula"]
    assert "−2.577" not in lab.sentence
    lab.show()
    assert lab.sentence == before and lab.state["parts"]["ask"] == ""


def test_a_guess_is_answered_by_name(lab):
    value = stack(lab, "net")[0]
    i, j = np.unravel_index(np.argmin(value), value.shape)
    lab.predict()
    lab.select("net", i, j)
    assert "kernel rotated" in lab.guess("positive") and "nine products" in lab.guess("0")
    assert (
        lab.guess("negative").startswith("Right: net is −2.577")
        and not np.isnan(stack(lab, "net")).any()
    )
    assert "Nothing is hidden" in lab.guess("negative")


def test_through_relu_nothing_is_negative(lab):
    lab.relu()
    lab.predict()
    i, j = np.unravel_index(np.argmin(lab._drawn.tale.made["out"][0]), (64, 64))
    lab.select("out", i, j)
    assert "through relu" in lab.guess("negative") and lab.guess("0").startswith("Right")


def test_predicting_without_a_pick_asks_for_the_strongest_cell(lab):
    lab.predict()
    assert answers(lab, do="guess", value="maybe") == [
        "'maybe' is no answer here; negative, 0, positive are"
    ]
    made = lab._drawn.tale.made["net"]
    i, j = map(int, re.search(r"net\[(\d+), (\d+)\]", lab.state["parts"]["ask"]).groups())
    assert abs(made[0, i, j]) == np.abs(made).max()


def test_edit_relu_and_reset(lab):
    before = lab.sentence
    lab.edit("w", 1, 1, 5)
    assert "your own" in lab.sentence and lab._now.values["entry:1,1"] == "5"
    lab.relu()
    assert stack(lab, "out").min() == 0 and "out of the photograph" in lab.sentence
    lab.reset()
    assert lab.sentence == before


def test_a_typed_number_may_have_comma_or_true_minus(lab):
    assert answers(lab, do="entry", at="0,1", value="−1,5") == []
    assert kernel(lab)[0, 1] == -1.5
    assert answers(lab, do="entry", at="0,1", value="2", by=1) == [] and kernel(lab)[0, 1] == 3


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1e999"])
def test_a_bad_number_is_refused_in_words_and_changes_nothing(lab, text):
    before = kernel(lab)
    (why,) = answers(lab, do="entry", at="0,0", value=text)
    assert f"“{text}” is not a number; w[0,0] stays −1." == why and np.array_equal(
        kernel(lab), before
    )


@pytest.mark.parametrize(
    "message",
    [
        {"do": "entry", "at": "7,0", "value": "1"},
        {"do": "preset", "value": "none"},
        {"do": "fly"},
        {"do": "entry"},
        {},
    ],
)
def test_a_strange_wish_is_refused_in_words(lab, message):
    before = lab.sentence
    (why,) = answers(lab, **message)
    assert why and lab.sentence == before


def test_select_refuses_what_is_not_there(lab):
    with pytest.raises(ValueError, match="photograph, net, digits, digit_net"):
        lab.select("delta", 0, 0)
    with pytest.raises(ValueError, match="is not a cell"):
        lab.select("net", 64, 0)


def test_bad_kernels_and_images_are_refused():
    with pytest.raises(ValueError, match="no preset"):
        kernel_lab("magic")
    with pytest.raises(ValueError, match="3x3"):
        kernel_lab([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match=r"wanted \(H, W\)"):
        kernel_lab(image=np.zeros((1, 8, 8)))


def test_first_frame_is_small_still_and_reads_without_a_script(lab):
    html = lab._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000 and not re.search(
        "<script|<canvas|<button|<select|<input|var\\(|<svg", html
    )
    assert len(re.findall(r'<img [^>]*alt="[^"]+', html)) == 4 and lab.sentence in html
    assert html == kernel_lab()._repr_mimebundle_()[0]["text/html"]


def test_arrays_travel_as_bytes(lab):
    assert all(isinstance(getattr(lab, name), bytes) for name in ("pixels", "floats"))
    assert not re.search(r"0x[0-9a-f]{6}", repr(lab))


def test_every_control_of_the_page_has_a_name_and_an_answer(lab):
    html = lab.page["html"]
    for what in re.findall(r'<input data-do="entry"[^>]*>', html):
        assert "aria-label=" in what
    for name in re.findall(r'data-do="([^"]+)"', html):
        (why,) = answers(lab, do=name) or [""]
        assert "nothing that can be done here" not in why
