"""bug_clinic: every planted bug is shown where it hurts, and always taken out again."""

import re

import numpy as np
import pytest

from cnnlib import bugs, clinic, views
from tests.views.hands import first_frame, seen, wish


@pytest.fixture(scope="module")
def one():
    return views.bug_clinic()


@pytest.fixture
def ward(one):
    yield one
    one.reset()


@pytest.mark.parametrize("bug", list(bugs.BUGS))
def test_the_clinic_shows_where_each_bug_hurts(bug, ward):
    ward.choose(bug)
    away, found, judge = (stack.maps for stack in ward._now.stacks)
    assert np.allclose(away, np.abs(found - judge), atol=1e-6) and away.max() > 1e-3
    wrong, size = map(int, re.search(r"(\d+) of (\d+) entries", ward.sentence).groups())
    assert size == away.size and 0 < wrong <= size and wrong == (away > clinic.PASS).sum()


def test_the_clinic_changes_patients_from_code_and_from_the_page(ward):
    first, *_, last = bugs.BUGS
    assert ward.sentence.startswith(first)
    ward.choose(last)
    assert ward.sentence.startswith(last)
    assert wish(ward, do="bug", value=first)["ok"] and ward.sentence.startswith(first)
    ward.set(bug=last)
    assert ward.sentence.startswith(last)
    ward.reset()
    assert ward.sentence.startswith(first)


@pytest.mark.parametrize("bug", ["a cold", 7, None, ["kernel not rotated"]])
def test_an_unknown_bug_is_refused_and_the_patient_stays(ward, bug):
    before = seen(ward)
    with pytest.raises(ValueError, match="is no bug here"):
        ward.choose(bug)
    assert "is no bug here" in wish(ward, do="bug", value=bug)["why"] and seen(ward) == before


def test_first_frame_of_the_clinic_is_small_and_the_same_each_time(ward):
    html = first_frame(ward)
    assert len(html) < 60_000 and html == first_frame(views.bug_clinic())


# ---- predict first


def test_a_patient_without_a_name_is_found_by_the_map(ward):
    unnamed = set()
    for _ in bugs.BUGS:
        ward.predict()
        bug = ward._state.options["bug"]
        unnamed.add(bug)
        told = f"{ward.sentence} {ward.state['parts']['what']} {ward.state['values']}"
        assert bug not in told and bugs.BUGS[bug].symptom not in told
        other = "bias mean for sum" if bug != "bias mean for sum" else "kernel not rotated"
        assert ward.guess(other) == f"Not yet. With “{other}”: {bugs.BUGS[other].symptom}"
        assert ward._state.hidden
        assert ward.guess(bug) == f"Right: {bug}." and bug in ward.sentence
    assert unnamed == set(bugs.BUGS)


def test_a_bug_with_the_same_map_is_right_too(ward):
    ward.choose("ReLU mask missing")
    ward._change(hidden=frozenset(ward._askable()))
    answer = ward.guess("ReLU mask >= on the output")
    assert answer == "Right: it gives the same numbers. This patient has “ReLU mask missing”."


def test_choosing_a_patient_ends_the_guessing(ward):
    ward.predict()
    assert ward.state["parts"]["ask"]
    assert wish(ward, do="bug", value="bias mean for sum")["ok"]
    assert ward.sentence.startswith("bias mean for sum") and ward.state["parts"]["ask"] == ""
