"""kernel_lab: what its picture holds is what the equation says; wishes from the page are done or refused in words."""
import re

import numpy as np
import pytest

from cnnlib import reference
from cnnlib.views import kernel_lab


@pytest.fixture
def lab():
    return kernel_lab()


def stack(explorer, name):
    return next(s for s in explorer._now.stacks if s.name == name).maps


def answers(explorer, **message):
    """What the page is told after a message; [] when nothing was refused."""
    told = []
    explorer.send = lambda content, buffers=None: told.append(content["why"])
    explorer._hear(message)
    return told


@pytest.mark.parametrize("preset", ["all edges", "blur", "relief"])
def test_maps_are_the_reference_convolution(lab, preset):
    lab.preset(preset)
    x = stack(lab, "digits")[2]
    assert np.allclose(stack(lab, "digit_net")[2], reference.conv2d(x[None], lab._kernel[None, None], [0], 1, 1)[0])


def test_the_picked_cell_has_its_nine_products(lab):
    lab.select("net", 10, 20)
    text = lab._now.parts["formula"]
    products = re.findall(r"(\(?[\d.−]+\)?)·([\d.]+)", text)
    value = sum(float(w.strip("()").replace("−", "-")) * float(x) for w, x in products)
    assert len(products) == 9 and value == pytest.approx(stack(lab, "net")[0, 10, 20], abs=2e-3)


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
    assert lab._kernel[0, 1] == -1.5
    assert answers(lab, do="entry", at="0,1", value="2", by=1) == [] and lab._kernel[0, 1] == 3


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1e999"])
def test_a_bad_number_is_refused_in_words_and_changes_nothing(lab, text):
    before = lab._kernel.copy()
    (why,) = answers(lab, do="entry", at="0,0", value=text)
    assert f"“{text}” is not a number; w[0, 0] stays −1." == why and np.array_equal(lab._kernel, before)


@pytest.mark.parametrize(
    "message", [{"do": "entry", "at": "7,0", "value": "1"}, {"do": "preset", "value": "none"}, {"do": "fly"}, {"do": "entry"}, {}]
)
def test_a_strange_wish_is_refused_in_words(lab, message):
    before = lab.sentence
    (why,) = answers(lab, **message)
    assert why and lab.sentence == before


def test_select_refuses_what_is_not_there(lab):
    with pytest.raises(ValueError, match="photograph, net, digits, digit_net are"):
        lab.select("delta", 0, 0)
    with pytest.raises(IndexError, match="outside"):
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
    assert len(html) < 60_000 and not re.search("<script|<canvas|<button|<select|<input|var\\(|<svg", html)
    assert len(re.findall(r'<img [^>]*alt="[^"]+', html)) == 4 and lab.sentence in html
    assert html == kernel_lab()._repr_mimebundle_()[0]["text/html"]


def test_arrays_travel_as_bytes(lab):
    assert all(isinstance(lab.state[name], bytes) for name in ("pixels", "numbers"))
    assert not re.search(r"0x[0-9a-f]{6}", repr(lab))


def test_every_control_of_the_page_has_a_name_and_an_answer(lab):
    html = lab.page["html"]
    for what in re.findall(r'<input data-do="entry"[^>]*>', html):
        assert "aria-label=" in what
    for name in re.findall(r'data-do="([^"]+)"', html):
        assert callable(getattr(lab, f"do_{name}"))
