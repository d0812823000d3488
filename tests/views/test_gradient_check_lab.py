"""gradient_check_lab: what each design finds of the planted bugs, which are always taken out
again."""

import numpy as np
import pytest

import cnnlib
from cnnlib import bugs, ops, views
from cnnlib.course.result import Result
from cnnlib.views.explorers import designs
from cnnlib.views.explorers.gradient_check_lab import judged
from tests.views.hands import first_frame, seen, wish


@pytest.fixture(scope="module")
def one():
    return views.gradient_check_lab()


@pytest.fixture
def lab(one):
    yield one
    one.reset()


def test_the_default_design_finds_all_that_differences_can_see(lab):
    assert set(lab.survivors) <= {"every tied cell gets the full delta"}
    assert "The right code passes." in lab.sentence


def test_weak_designs_let_bugs_live(lab):
    weak = {"upstream": "ones", "activator": "identity", "compared": "first filter's weights"}
    lab.set(**weak, batch=1, stride=1)
    assert len(lab.survivors) > len(bugs.BUGS) / 2 and "kernel not rotated" in lab.survivors
    assert f"{len(lab.survivors)} live: {', '.join(lab.survivors)}." in lab.sentence


@pytest.mark.parametrize("setting", [{"dtype": "float32"}, {"epsilon": "1e-11"}])
def test_the_lab_says_when_the_right_code_fails_too(lab, setting):
    lab.set(**setting)
    assert "the right code fails, too" in lab.sentence


def test_the_lab_leaves_the_library_right(lab):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 2, 5, 5)), rng.standard_normal((3, 2, 3, 3))
    d = rng.standard_normal((2, 3, 3, 3))
    numeric = cnnlib.numerical_gradient(lambda x: (ops.conv2d(x, w, [0, 0, 0]) * d).sum(), x)
    assert cnnlib.relative_error(ops.conv2d_grad_x(d, w, (5, 5)), numeric) < 1e-6


@pytest.mark.parametrize("wrong", [{"upstream": "twos"}, {"colour": "red"}, {"stride": 9}])
def test_settings_that_are_not_offered_are_refused_and_change_nothing(lab, wrong):
    before = seen(lab)
    with pytest.raises(ValueError, match=r"wanted one of|no setting"):
        lab.set(**wrong)
    assert seen(lab) == before and lab._state.options == designs.START
    with pytest.raises(ValueError, match=r"wanted one of|no setting"):
        views.gradient_check_lab(**wrong)


def test_the_page_sets_every_setting(lab):
    for name, values in designs.CHOICES.items():
        assert wish(lab, do=name, value=values[-1])["ok"]
        assert lab._state.options[name] == lab.state["values"][name] == values[-1]


def test_reset_brings_back_the_design_that_it_was_made_with():
    lab = views.gradient_check_lab(compared="weights only")
    before = seen(lab)
    lab.set(compared="everything")
    assert seen(lab) != before
    lab.reset()
    assert seen(lab) == before


def test_the_table_names_every_bug(lab):
    html = first_frame(lab)
    assert len(html) < 60_000 and html.count("<tr>") == len(bugs.BUGS) + 1
    assert "<select" not in html and "<select" in lab.page["html"]


def test_survivors_are_handed_out_as_a_copy(lab):
    lab.survivors.append("nobody")
    assert "nobody" not in lab.survivors


# ---- predict first


def test_the_lab_hides_every_verdict_until_the_number_is_guessed(lab):
    lab.predict()
    told = str(lab.state["parts"]["table"]) + lab.sentence
    assert "lives" not in told and "found" not in told and told.count("<td") == 2 * len(bugs.BUGS)
    living = len(lab.survivors)
    assert "that are found" in lab.guess(len(bugs.BUGS) - living) and "not 3" in lab.guess(3)
    lab.set(upstream="ones")
    assert "lives" not in lab.state["parts"]["table"]
    assert lab.guess(len(lab.survivors)).startswith("Right")
    assert "lives" in lab.state["parts"]["table"]


def test_a_guess_that_is_no_number_is_refused_in_words(lab):
    lab.predict()
    with pytest.raises(ValueError, match="“many” is not a number; type one, or Show."):
        lab.guess("many")
    lab.show()


@pytest.mark.parametrize(
    "errors, told",
    [
        ({"grad_w": 1e-6, "grad_x": 0.0}, ("<b>lives</b>", "below 1e-6")),
        ({"grad_w": 1e-9, "grad_x": 0.25}, ("found in grad_x", "0.25")),
        ({"grad_b": float("inf"), "grad_x": 0.25}, ("found in grad_b", "does not fit")),
    ],
)
def test_the_verdict_on_a_bug_comes_before_the_size_of_its_error(errors, told):
    assert judged(Result(errors, 1e-6)) == told
