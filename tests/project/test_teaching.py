"""What TEACHING.md promises: a plan for every lesson whose minutes fit the meeting, plans whose
meetings fit, and exit questions whose keys are computed."""

import re

import numpy as np
import pytest

from cnnlib import reference, relative_error
from cnnlib.geometry import Geometry
from cnnlib.loss import softmax_cross_entropy
from tests.project.tree import LESSONS, ROOT, text_of
from tools.builder.check import NO_LESSON

TEXT = text_of(ROOT / "TEACHING.md")
SECTIONS = dict(re.findall(r"^### (\w+) · (.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL))
NUMBERS = [p.stem.partition("_")[0] for p in LESSONS if p.stem not in NO_LESSON]
ROW = np.array([[[2.0, 1]]])  # delta of 02 and 02b
KERNEL = np.array([[[[3.0, 1, -1]]]])


def exit_00():
    x = np.zeros((2, 3, 5, 4))
    return [*x.shape[:2], x.size]


def exit_01():
    geometry = Geometry((1, 10), (1, 3), 2)
    read = {j * 2 + v for j in range(geometry.out_size[1]) for v in range(3)}
    return [geometry.out_size[1], 10 - len(read)]


def exit_02():
    return reference.conv2d_grad_x(ROW, KERNEL, (1, 4))


def exit_02b():
    return reference.conv2d_grad_x(ROW, KERNEL, (1, 6), stride=2)


def exit_03():
    x, delta = np.array([[[1.0, 2, 0, 3]]]), np.array([[[2.0, 1, -1]]])
    return reference.conv2d_grad_w(delta, x, (1, 2))


def exit_04():
    return [reference.conv2d_grad_b(np.array([[[1.0, 2, 3, 0], [0, -1, 1, 1]]]))[0]]


def exit_05():
    x = np.array([[[4.0, 1, 2, 5, 3]]])
    _, winners = reference.max_pool2d(x, (1, 3), 1)
    grad_out = np.array([[[1.0, 2, 3]]])
    return reference.max_pool2d_grad_x(grad_out, winners, (1, 5), (1, 3), 1)


def exit_06():
    return [np.zeros((4, 3, 2, 3)).size + 4]


def exit_07():
    return [relative_error(np.array([3.0]), np.array([1.0]))]


def exit_08():
    _, grad = softmax_cross_entropy(np.array([[0, 0, np.log(2)]]), np.array([2]))
    return grad


def exit_08b():
    before = np.array([6.0, 8])
    step = 0.1 * np.array([0, 3.0])
    first, _ = softmax_cross_entropy(np.zeros((1, 100)), [0])
    return [np.linalg.norm(step) / np.linalg.norm(before), round(first, 1)]


def exit_09():
    out_size = Geometry((6, 6), (3, 3)).out_size
    return [9 * np.prod(out_size) / 36]


def exit_a1():
    h, delta = np.array([1, 2]), np.array([3, 4, 5, 6])
    right = sum(h[m] * delta[1 - m] for m in range(2))  # i_2, counted from 1, uses net_1 and net_2
    printed = sum(h[m - 1] * delta[2 + m - 1] for m in (1, 2))
    return [right, printed]


KEYS = {
    "00": exit_00,
    "01": exit_01,
    "02": exit_02,
    "02b": exit_02b,
    "03": exit_03,
    "04": exit_04,
    "05": exit_05,
    "06": exit_06,
    "07": exit_07,
    "08": exit_08,
    "08b": exit_08b,
    "09": exit_09,
    "A1": exit_a1,
}


def test_every_lesson_has_a_plan():
    assert sorted(SECTIONS) == sorted(NUMBERS) == sorted(KEYS)


@pytest.mark.parametrize("lesson", SECTIONS)
def test_the_minutes_of_a_plan_fit_its_meeting(lesson):
    rows = re.findall(r"^\| [^|]+ \| (\d+) \| (\d+) \|$", SECTIONS[lesson], re.MULTILINE)
    assert [sum(map(int, column)) for column in zip(*rows, strict=True)] == [45, 90]
    assert "| | 45 | 90 |" in SECTIONS[lesson]


@pytest.mark.parametrize("lesson", SECTIONS)
def test_a_plan_says_how_to_open_where_to_stop_and_what_goes_wrong(lesson):
    plan = SECTIONS[lesson]
    for label in ("**Open with**", "**Stop**", "**Most get wrong:**", "**Exit question.**"):
        assert plan.count(label) == 1, label
    assert [plan.count(f" ({n}) ") for n in (1, 2, 3, 4)] == [1, 1, 1, 0]


@pytest.mark.parametrize("lesson", SECTIONS)
def test_the_key_of_an_exit_question_is_computed(lesson):
    key = re.search(r"\*Key:\* (.+)$", SECTIONS[lesson], re.MULTILINE)[1]
    told = [float(number) for number in key.split(",")]
    assert told == pytest.approx(np.ravel(KEYS[lesson]()).tolist(), abs=1e-12)


def test_the_meetings_of_a_plan_are_its_lessons():
    rows = re.findall(r"^\| [^|]+ \| (\d+) \| (\w+ · [\w· ]+) \|$", TEXT, re.MULTILINE)
    counts = [(int(meetings), lessons.split(" · ")) for meetings, lessons in rows]
    assert len(counts) == 3 and all(len(lessons) == meetings for meetings, lessons in counts)
    assert all({*lessons} <= {*NUMBERS} for _, lessons in counts)
    assert counts[-1][1] == NUMBERS and len(NUMBERS) == 13 and "Thirteen lessons" in TEXT
