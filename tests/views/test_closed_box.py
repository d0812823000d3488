"""A closed patient in the bug clinic: its pictures, and nothing of its name before it is found."""

import re

import numpy as np
import pytest

from cnnlib import bugs, clinic, views
from cnnlib.course.patient import BEDS
from tests.views.hands import first_frame, seen, stack, wish

BUG = "only the first filter's gradient"


@pytest.fixture
def box():
    return views.bug_clinic(patient=clinic.patient("today"), predict=True)


def test_it_opens_with_a_heat_map_for_each_gradient_and_one_question(box):
    pairs = clinic.patient("today").pairs
    assert [s.name for s in box._now.stacks] == list(pairs)
    for name, (a, n) in pairs.items():
        assert np.allclose(stack(box, name).ravel(), (a - n).ravel(), atol=1e-6)
    still = re.sub("<[^>]*>", " ", first_frame(box))
    assert still.count("Which bug is it?") == 1 and len(first_frame(box)) < 60_000


def test_nothing_gives_the_name_away(box):
    options = "".join(f"<option>{name}" for name in bugs.BUGS)
    for shown in (first_frame(box), repr(box), box.sentence, str(box.state["values"])):
        assert BUG not in shown
    assert bugs.BUGS[BUG].what not in str(seen(box)) and options not in first_frame(box)


def test_a_guess_is_answered_with_its_numbers_and_the_right_one_opens_the_box(box):
    assert wish(box, do="guess", value="bias mean for sum")["ok"]
    assert box._state.hidden
    answer = box.guess("padding not cropped")
    assert answer.startswith("Not yet: with “padding not cropped” grad_x is wrong in")
    assert box.guess(BUG).startswith(f"Right: {BUG}.") and not box._state.hidden
    assert box.sentence.startswith(f"{BUG}: grad_w is wrong in")
    assert BEDS[BUG] in box.state["parts"]["what"]


def test_closing_an_open_box_brings_the_next_patient(box):
    box.predict()
    assert box._state.options["number"] == 1  # it was not opened yet
    box.show()
    box.predict()
    assert box._state.options["number"] == 2 and box._state.hidden
    box.set(number=5)
    assert box._patient.number == 5 and box._state.hidden
    box.reset()
    assert box._patient.number == 1 and box._state.hidden


def test_an_open_box_names_its_bug_at_once():
    box = views.bug_clinic(patient=clinic.patient("today"))
    assert box.sentence.startswith(BUG) and not box._state.hidden


@pytest.mark.parametrize("options", [{"number": 0}, {"colour": "red"}])
def test_what_is_no_patient_is_refused_and_the_box_stays(box, options):
    before = seen(box)
    with pytest.raises(ValueError, match=r"number is 0|is no switch here"):
        box.set(**options)
    assert seen(box) == before


def test_a_bug_and_a_patient_are_too_much():
    with pytest.raises(ValueError, match="give one of the two"):
        views.bug_clinic("bias mean for sum", patient=clinic.patient("today"))
