"""gradient_check_lab and bug_clinic: every planted bug is found, shown, and always taken out
again."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import bugs, clinic, ops, views
from cnnlib.views.explorers import designs


@pytest.fixture(scope="module")
def lab():
    return views.gradient_check_lab()


@pytest.fixture(autouse=True)
def start(request):
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").reset()


def test_the_default_design_finds_all_that_differences_can_see(lab):
    assert set(lab.survivors) <= {"every tied cell gets the full delta"}
    assert "The right code passes." in lab.sentence


def test_weak_designs_let_bugs_live(lab):
    lab.set(
        upstream="ones", activator="identity", compared="first filter's weights", batch=1, stride=1
    )
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


def test_settings_that_are_not_offered_are_refused_and_change_nothing(lab):
    before = lab.sentence
    for wrong in ({"upstream": "twos"}, {"colour": "red"}, {"stride": 9}):
        with pytest.raises(ValueError, match=r"wanted one of|no setting"):
            lab.set(**wrong)
    assert lab.sentence == before and lab._state.options == designs.START


def test_the_page_sets_every_setting(lab):
    for name, values in designs.CHOICES.items():
        lab._hear({"do": name, "value": values[-1]})
        assert lab._state.options[name] == values[-1]


def test_the_table_names_every_bug(lab):
    html = lab._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000 and html.count("<tr>") == len(bugs.BUGS) + 1
    assert "<select" not in html and "<select" in lab.page["html"]


@pytest.mark.parametrize("bug", list(bugs.BUGS))
def test_the_clinic_shows_where_each_bug_hurts(bug):
    ward = views.bug_clinic(bug)
    away, found, judge = (s.maps for s in ward._now.stacks)
    assert np.allclose(away, np.abs(found - judge), atol=1e-6) and away.max() > 1e-3
    wrong, size = map(int, re.search(r"(\d+) of (\d+) entries", ward.sentence).groups())
    assert size == away.size and 0 < wrong <= size and wrong == (away > clinic.PASS).sum()


def test_the_clinic_changes_patients_from_code_and_from_the_page():
    ward = views.bug_clinic()
    first, *_, last = bugs.BUGS
    assert ward.sentence.startswith(first)
    ward.choose(last)
    assert ward.sentence.startswith(last)
    ward._hear({"do": "bug", "value": first})
    assert ward.sentence.startswith(first)
    with pytest.raises(ValueError, match="is no bug here"):
        ward.choose("a cold")


def test_first_frame_of_the_clinic_is_small_and_the_same_each_time():
    html = views.bug_clinic()._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000 and html == views.bug_clinic()._repr_mimebundle_()[0]["text/html"]


# ---- predict first
def test_the_lab_hides_every_verdict_until_the_number_is_guessed(lab):
    lab.predict()
    told = str(lab.state["parts"]["table"]) + lab.sentence
    assert "lives" not in told and "found" not in told and told.count("<td") == 2 * len(bugs.BUGS)
    living = len(lab.survivors)
    assert "that are found" in lab.guess(len(bugs.BUGS) - living) and "not 3" in lab.guess(3)
    lab.set(upstream="ones")
    assert "lives" not in lab.state["parts"]["table"]
    assert (
        lab.guess(len(lab.survivors)).startswith("Right") and "lives" in lab.state["parts"]["table"]
    )


def test_a_guess_that_is_no_number_is_refused_in_words(lab):
    lab.predict()
    with pytest.raises(ValueError, match="“many” is not a number"):
        lab.guess("many")
    lab.show()


def test_a_patient_without_a_name_is_found_by_the_map():
    ward = views.bug_clinic()
    seen = set()
    for _ in bugs.BUGS:
        ward.predict()
        bug = ward._state.options["bug"]
        seen.add(bug)
        told = f"{ward.sentence} {ward.state['parts']['what']} {ward.state['values']}"
        assert bug not in told and bugs.BUGS[bug].symptom not in told
        other = "bias mean for sum" if bug != "bias mean for sum" else "kernel not rotated"
        assert (
            ward.guess(other) == f"Not yet. With “{other}”: {bugs.BUGS[other].symptom}"
            and ward._state.hidden
        )
        assert ward.guess(bug) == f"Right: {bug}." and bug in ward.sentence
    assert seen == set(bugs.BUGS)


def test_a_bug_with_the_same_map_is_right_too():
    ward = views.bug_clinic("ReLU mask missing")
    ward._change(hidden=frozenset(ward._askable()))
    assert (
        ward.guess("ReLU mask >= on the output")
        == "Right: it gives the same numbers. This patient has “ReLU mask missing”."
    )


def test_choosing_a_patient_ends_the_guessing():
    ward = views.bug_clinic()
    ward.predict()
    ward._hear({"do": "bug", "value": "bias mean for sum"})
    assert ward.sentence.startswith("bias mean for sum") and ward.state["parts"]["ask"] == ""
