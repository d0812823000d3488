"""patient: a closed box that gives away nothing but its gradients, the same for a whole class."""

import numpy as np
import pytest

from cnnlib import bugs, clinic, ops
from cnnlib.course.exercise import find
from cnnlib.course.patient import BEDS, POOL, differing, told

ALL = range(1, len(BEDS) + 1)


def wrong_in(patient):
    return {name for name, (a, n) in patient.pairs.items() if np.abs(a - n).max() > clinic.PASS}


HURTS = {  # bug: the gradients that it makes wrong
    "padding not cropped": {"grad_x"},
    "stride ignored backward": {"grad_x", "grad_w"},
    "only the last filter": {"grad_x"},
    "delta rotated in grad_w": {"grad_w"},
    "channels in reverse order": {"grad_w"},
    "ReLU mask >= on the output": {"grad_x", "grad_w", "grad_b"},
    "= for += in overlapping pools": {POOL},
    "every tied cell gets the full delta": {POOL},
    "bias mean for sum": {"grad_b"},
    "only the first filter's gradient": {"grad_w", "grad_b"},
    "1/N applied twice": {"grad_w", "grad_b"},
}


@pytest.mark.parametrize("word", ["our class", "七班", ""])
def test_every_patient_is_ill_where_its_bug_hurts_and_nowhere_else(word):
    patients = [clinic.patient(word, number) for number in ALL]
    found = {patient.open(): wrong_in(patient) for patient in patients}
    assert found == HURTS


@pytest.mark.parametrize("seed", range(30))
def test_any_word_gives_patients_that_are_ill(seed):
    patient = clinic.patient(f"class {seed}", seed + 1)
    assert wrong_in(patient) == HURTS[patient.open()]


def test_the_same_word_gives_the_same_patients_and_another_word_others():
    def numbers(word):
        return [clinic.patient(word, n).pairs["grad_w"][1] for n in (1, 2)]

    first, second = numbers("Our Class")
    assert np.array_equal(first, numbers(" our class ")[0]) and not np.array_equal(first, second)
    assert not np.array_equal(first, numbers("another class")[0])
    orders = {tuple(clinic.patient(str(k), n).open() for n in ALL) for k in range(5)}
    assert len(orders) == 5 and all(set(order) == set(BEDS) for order in orders)


def test_without_a_word_each_patient_is_another_and_can_be_had_again():
    some = [clinic.patient() for _ in range(5)]
    assert len({patient.word for patient in some}) == 5
    again = clinic.patient(some[0].word)
    assert np.array_equal(again.pairs["grad_w"][0], some[0].pairs["grad_w"][0])


def test_most_of_the_upstream_is_zero_and_every_filter_of_every_image_sends():
    case = clinic.patient("today")._case
    upstream = case.upstream["grad_x"]
    sent = (upstream != 0) & (case.conv.net > 0)
    assert sent.sum((2, 3)).tolist() == [[1, 1], [1, 1]] and (upstream != 0).sum() == 5


def test_it_says_nothing_before_it_is_named():
    patient = clinic.patient("today")
    assert repr(patient) == "patient 1 of “today”: not examined yet"
    assert patient.diagnose(...) == f"{patient!r}."
    answer = patient.diagnose("bias mean for sum")
    assert answer.startswith("Not yet: with “bias mean for sum” grad_b is wrong in 2 of 2 entries")
    assert f"Here {patient.told()}." in answer and "not examined yet" in repr(patient)
    bug = "only the first filter's gradient"
    assert patient.diagnose(bug) == f"Right: {bug}. Its code lies closed in 7.10: mend it."
    assert repr(patient) == f"patient 1 of “today”: {bug}"


def test_a_bug_that_gives_the_same_numbers_is_right_too():
    number = next(n for n in ALL if clinic.patient("b", n).open().startswith("ReLU"))
    answer = clinic.patient("b", number).diagnose("ReLU mask missing")
    assert answer.startswith("Right: ReLU mask >= on the output. The other name gives the same")


@pytest.mark.parametrize("bug", bugs.BUGS)
def test_every_name_is_answered(bug):
    patient = clinic.patient("today", 2)
    right = "Right" if bug == clinic.patient("today", 2).open() else "Not yet"
    assert patient.diagnose(bug).startswith(right)


def test_what_is_no_bug_and_no_number_is_refused():
    with pytest.raises(ValueError, match="'a cold' is no bug here"):
        clinic.patient("today").diagnose("a cold")
    with pytest.raises(ValueError, match="number is 0, wanted 1, 2, 3"):
        clinic.patient("today", 0)


def test_the_library_is_right_again_and_beds_are_those_of_the_lesson():
    right = ops.conv2d_grad_w
    for number in ALL:
        clinic.patient("today", number).told()
    assert ops.conv2d_grad_w is right
    assert all(find(bed).right == bug and find(f"{bed}.mend") for bug, bed in BEDS.items())


def test_words_come_from_the_numbers():
    right = np.array([1.0, 2, 0])
    assert differing(right, right) == ""
    assert differing(right / 4, right) == "2 of 3 entries, all 0.25 times the right one"
    assert differing([1, 3, 0], right) == "1 of 3 entries"
    assert differing([0, 0, 0], right) == "2 of 3 entries"
    pairs = {"a": ([1.0], [2.0]), "b": (right, right), "c": (right, right), "d": (right, right)}
    assert told(pairs) == (
        "a is wrong in 1 of 1 entries, all 0.5 times the right one; b, c and d are right"
    )
    assert told({"a": (right, right)}) == "a is right"
