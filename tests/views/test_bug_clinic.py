"""bug_clinic: every planted bug is shown where it hurts, and always taken out again."""

import re

import numpy as np
import pytest

from cnnlib import bugs, clinic, views
from cnnlib.geometry import Geometry
from cnnlib.views.explorers.bug_clinic import WORST
from tests.views.hands import first_frame, layout, seen, wish


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
    found, judge, away = (stack.maps for stack in ward._now.stacks)
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


@pytest.mark.parametrize("bug", list(bugs.BUGS))
def test_the_words_are_those_of_the_pictures(bug, ward):
    ward.choose(bug)
    what = ward.state["parts"]["what"]
    for gradient in ("grad_x", "grad_w", "grad_b"):
        ward.set(gradient=gradient)
        away = ward._now.stacks[2].maps
        wrong = int((away > clinic.PASS).sum())
        said = re.search(rf"(?<!pool ){gradient} is wrong in (\d+) of (\d+) entries", what)
        assert ([*map(int, said.groups())] if said else [0]) == (
            [wrong, away.size] if wrong else [0]
        )


@pytest.mark.parametrize("gradient", ["grad_x", "grad_w", "grad_b"])
def test_each_gradient_can_be_looked_at(gradient, ward):
    hurts = {
        "kernel not rotated": {"grad_x"},
        "bias mean for sum": {"grad_b"},
        "ReLU mask missing": {"grad_x", "grad_w", "grad_b"},
    }
    assert wish(ward, do="gradient", value=gradient)["ok"]
    for bug, where in hurts.items():
        ward.choose(bug)
        right = f"{bug}: {gradient} is right, all {ward._drawn.tale.away.size} entries agree with"
        assert ward.sentence.startswith(right) == (gradient not in where)
        assert (f"entries of {gradient} differ" in ward.sentence) == (gradient in where)
    before = seen(ward)
    with pytest.raises(ValueError, match="gradient is 'grad_z', wanted one of"):
        ward.set(gradient="grad_z")
    assert seen(ward) == before


def test_the_three_maps_stand_side_by_side_and_share_the_cell_that_is_pointed_at(ward):
    names = [stack.name for stack in ward._now.stacks]
    assert names == ["analytic", "judge", "away"]
    for name, where in layout(ward).items():
        assert where["same"] and set(where["windows"]) == set(names) - {name}
        for rows, columns in where["windows"].values():
            assert rows == [[i, 1] for i in range(7)] and columns == [[j, 1] for j in range(5)]


@pytest.mark.parametrize(
    ("bug", "gradient", "walk"),
    [
        ("kernel not rotated", "grad_x", ((7, 5), (3, 3), (1, 1), (1, 1))),
        ("stride ignored backward", "grad_x", ((7, 5), (3, 3), (2, 2), (0, 0))),
        ("every tied cell gets the full delta", WORST, ((3, 3), (2, 2), (1, 1), (0, 0))),
        ("bias mean for sum", WORST, None),
    ],
)
def test_the_true_windows_are_outlined_not_those_of_the_bug(bug, gradient, walk, ward):
    ward.set(bug=bug, gradient=gradient)
    if walk is None:
        assert [where["around"] for where in layout(ward).values()] == [None] * 3
        return
    true = Geometry(*walk)
    rows, pages = true.rows_inside(), layout(ward).values()
    for cell in np.ndindex(*true.input_size):
        held = rows[(rows[:, 4:] == cell).all(1), :2]
        shared = rows[[(row[:2] == held).all(1).any() for row in rows], 4:]
        low, high = shared.min(0), shared.max(0)
        wanted = [[int(a), int(b - a + 1)] for a, b in zip(low, high)]
        for where in pages:
            assert [spans[k] for spans, k in zip(where["around"], cell)] == wanted
    assert all(stack.note for stack in ward._now.stacks)
    assert "dotted" in ward._now.stacks[2].note


def test_rows_and_columns_have_numbers(ward):
    rulers = re.findall(r'<div aria-hidden="true"[^>]*>((?:<div.*?</div>)+)', first_frame(ward))
    told = [re.sub("<.*?>", "", ruler.replace("</div>", " ")).split() for ruler in rulers]
    rows, columns = [*"0123456"], [*"01234"]
    assert told == [columns + ["&nbsp;"] + columns, rows + ["&nbsp;"] + rows] * 3


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
        answer = ward.guess(other)
        assert answer.startswith(f"Not yet. With “{other}” grad_")
        assert ward._state.hidden
        assert ward.guess(bug) == f"Right: {bug}." and bug in ward.sentence
    assert unnamed == set(bugs.BUGS)


def test_a_bug_with_the_same_map_is_right_too(ward):
    ward.choose("ReLU mask missing")
    ward._show(ward._all_hidden(ward._state))
    answer = ward.guess("ReLU mask >= on the output")
    assert answer == "Right: it gives the same numbers. This patient has “ReLU mask missing”."


def test_another_gradient_does_not_end_the_guessing_nor_make_a_wrong_guess_right(ward):
    ward.choose("kernel not rotated")
    ward._show(ward._all_hidden(ward._state))
    ward.set(gradient="grad_b")  # neither bug shows here
    assert ward._state.hidden and "kernel not rotated" not in ward.sentence
    assert ward.guess("kernel rotated by 90").startswith("Not yet")


def test_choosing_a_patient_ends_the_guessing(ward):
    ward.predict()
    assert ward.state["parts"]["ask"]
    assert wish(ward, do="bug", value="bias mean for sum")["ok"]
    assert ward.sentence.startswith("bias mean for sum") and ward.state["parts"]["ask"] == ""


def test_a_number_of_a_kernel_is_called_by_its_filter_and_its_channel():
    ward = views.bug_clinic()
    ward.set(gradient="grad_w")
    F, C = ward._drawn.tale.found.shape[:2]
    names = [f"{f}, {c}, " for f in range(F) for c in range(C)]
    assert F != C or names[1] == "0, 1, "
    assert all(list(stack.names) == names for stack in ward._now.stacks)
