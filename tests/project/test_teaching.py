"""What TEACHING.md promises: a plan for every lesson whose minutes fit the meeting, plans whose
meetings fit, wrong numbers that the keys know, and pictures for the board and exit questions whose
numbers are computed."""

import re
import runpy
from inspect import signature

import numpy as np
import pytest

from cnnlib import reference, relative_error
from cnnlib.course.compare import flat, outcome
from cnnlib.course.exercise import find
from cnnlib.geometry import Geometry
from cnnlib.loss import softmax_cross_entropy
from tests.project.tree import LESSONS, ROOT, text_of
from tools.builder.check import NO_LESSON

TEXT = text_of(ROOT / "TEACHING.md")
SECTIONS = dict(re.findall(r"^### (\w+) · (.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL))
NUMBERS = [p.stem.partition("_")[0] for p in LESSONS if p.stem not in NO_LESSON]
ROW = np.array([[[2.0, 1]]])  # delta of 02 and 02b
KERNEL = np.array([[[[3.0, 1, -1]]]])
LABELS = (
    "Open with",
    "Stop",
    "Most get wrong:",
    "On the board.",
    "Homework.",
    "Exit question.",
)


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
    for label in LABELS:
        assert plan.count(f"**{label}**") == 1, label
    assert [plan.count(f" ({n}) ") for n in (1, 2, 3, 4)] == [1, 1, 1, 0]


# ---- what goes wrong, and the number that shows it


@pytest.mark.parametrize("lesson", SECTIONS)
def test_every_mistake_has_a_number_that_the_key_knows_by_name(lesson):
    told = re.search(r"Most get wrong:\*\* (.+)", SECTIONS[lesson])[1].partition("Without a number")
    for mistake in re.split(r"\(\d\) ", told[0])[1:]:
        shown = re.findall(r"\*([A0-9]+\.\w+) shows ([^*]+)\*", mistake)
        assert shown, mistake
        for name, numbers in shown:
            exercise = find(name)
            right = outcome(exercise, exercise.right)
            known = [outcome(exercise, wrong, right) for wrong in exercise.wrong.values()]
            values = [np.hstack([np.ravel(one) for one in flat(wrong)]) for wrong in known]
            assert any(printed(value) == spelled(numbers) for value in values), (name, numbers)


@pytest.mark.parametrize("lesson", [lesson for lesson in SECTIONS if lesson != "A1"])
def test_a_mistake_is_of_an_exercise_for_which_the_plan_has_minutes(lesson):
    """Nobody walks through the room where it is done at home. The slips of A1 have no sections."""
    wrong = re.search(r"Most get wrong:\*\* (.+)", SECTIONS[lesson])[1]
    parts = re.findall(r"^\| (.*?) \| \d+ \| \d+ \|$", SECTIONS[lesson], re.MULTILINE)
    planned = {n for part in parts for n in re.findall(r"(?:^|and )(\d)", part.partition(":")[0])}
    (text,) = [text_of(path) for path in LESSONS if path.stem.partition("_")[0] == lesson]
    asked = {}
    for number, section in re.findall(r"^## (\d) (.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE):
        asked |= dict.fromkeys(re.findall(r'cnnlib\.(?:check|use)\("(.*?)"', section), number)
    shown = re.findall(r"\*([A0-9]+\.\w+) shows", wrong)
    assert shown and [name for name in shown if asked.get(name) not in planned] == []


def spelled(numbers):
    """Numbers as TEACHING.md writes them, as texts."""
    return numbers.replace("−", "-").split(", ")


def printed(values):
    """Numbers with at most four digits behind the point, as texts; words as they are."""
    if values.dtype.kind not in "fiu":
        return []
    return [f"{value:.4f}".rstrip("0").rstrip(".") for value in values.tolist()]


# ---- the board


def board_00(x, w):
    return {"net": reference.conv2d(x[None], w[None, None], np.zeros(1))}


def board_01(x, w):
    return {"net": reference.conv2d(x[None], w[None, None], np.zeros(1), stride=2)}


def board_02(delta, w, stride=1, size=4):
    ways = [delta * (np.arange(2) == k) for k in range(2)]
    first, then, both = (
        reference.conv2d_grad_x(way[None], w[None, None], (1, size), stride)
        for way in (*ways, delta)
    )
    return {"first": first, "then": then, "grad_x": both}


def board_02b(delta, w):
    return board_02(delta, w, stride=2, size=6)


def board_03(x, delta):
    return {"grad_w": reference.conv2d_grad_w(delta[None], x[None], (1, 2))}


def board_04(first, second):
    return {"grad_b": sum(reference.conv2d_grad_b(delta[None]) for delta in (first, second))}


def board_05(x, grad_out):
    _, winners = reference.max_pool2d(x[None], (1, 2), 1)
    back = reference.max_pool2d_grad_x(grad_out[None], winners, (1, 4), (1, 2), 1)
    return {"winners": winners, "grad_x": back}


def board_06(x, w, grad_out):
    net = reference.conv2d(x[None], w[None, None], np.zeros(1))
    delta = grad_out * (net[0] > 0)
    return {
        "net": net,
        "delta": delta,
        "grad_w": reference.conv2d_grad_w(delta[None], x[None], (1, 2)),
        "grad_b": reference.conv2d_grad_b(delta[None]),
        "grad_x": reference.conv2d_grad_x(delta[None], w[None, None], (1, 4)),
    }


def board_07():
    cubes = np.array([2.1, 1.9]) ** 3
    return {"cubes": cubes, "n": (cubes[0] - cubes[1]) / 0.2}


def board_08(powers, right):
    _, grad = softmax_cross_entropy(np.log(powers), np.array([right.argmax()]))
    return {"p": powers / powers.sum(), "grad_s": grad}


def board_08b(w, grad_w):
    return {"share": 0.1 * np.linalg.norm(grad_w) / np.linalg.norm(w)}


def board_09(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x[0], 2).T
    return {"X": windows, "net": w @ windows}


def board_a1(i, delta, h):
    return {"right": (delta * i).sum(), "printed": (delta * h[0, 0]).sum()}


BOARDS = {
    "00": board_00,
    "01": board_01,
    "02": board_02,
    "02b": board_02b,
    "03": board_03,
    "04": board_04,
    "05": board_05,
    "06": board_06,
    "07": board_07,
    "08": board_08,
    "08b": board_08b,
    "09": board_09,
    "A1": board_a1,
}


def arrays_on(board):
    """{name: its numbers, row by row} of a picture for the board; sums are left out."""
    rows, name = {}, None
    for line in board.strip("\n").splitlines():
        named = re.fullmatch(r" *(?:(\w+) *= *)?([-\d. ]+)", line)
        if named:
            name = named[1] or name
            rows.setdefault(name, []).append([float(number) for number in named[2].split()])
    return {name: np.array(numbers) for name, numbers in rows.items()}


def sums_on(board):
    """The sums that a picture for the board spells out: [(left, right), ...], ready to compute."""
    lines = [line.translate(str.maketrans("−·", "-*")) for line in board.splitlines()]
    return re.findall(r"^ +([\d(].*) = ([-\d.]+)$", "\n".join(lines), re.MULTILINE)


@pytest.mark.parametrize("lesson", SECTIONS)
def test_the_numbers_on_the_board_are_computed(lesson):
    board = re.search(r"On the board\.\*\* .+\n\n((?:    .+\n)+)\n", SECTIONS[lesson])[1]
    arrays = arrays_on(board)
    given = {name: arrays[name] for name in signature(BOARDS[lesson]).parameters if name in arrays}
    computed = BOARDS[lesson](**given)
    assert {*arrays} - {*given} <= {*computed}
    for name in {*arrays} - {*given}:
        np.testing.assert_allclose(np.ravel(arrays[name]), np.ravel(computed[name]), atol=1e-9)
    for left, right in sums_on(board):
        assert eval(left) == pytest.approx(float(right), abs=1e-9), left  # digits and signs only
    assert lesson != "08b" or float(sums_on(board)[0][1]) == pytest.approx(computed["share"])


# ---- homework and keys


@pytest.mark.parametrize("lesson", SECTIONS)
def test_homework_stands_on_the_page_of_its_lesson(lesson):
    names = re.search(r"\*\*Homework\.\*\* (.+)", SECTIONS[lesson])[1]
    [page] = [text_of(path) for path in LESSONS if path.stem.partition("_")[0] == lesson]
    found = re.findall(r"[A0-9]+\.\w+", names)
    assert found and all(find(name).name == name and f'"{name}"' in page for name in found)


@pytest.mark.parametrize("lesson", SECTIONS)
def test_the_key_of_an_exit_question_is_computed(lesson):
    key = re.search(r"\*Key:\* (.+)$", SECTIONS[lesson], re.MULTILINE)[1]
    told = [float(number) for number in key.split(",")]
    assert told == pytest.approx(np.ravel(KEYS[lesson]()).tolist(), abs=1e-12)


def test_the_meetings_of_a_plan_are_its_lessons():
    rows = re.findall(r"^\| [^|]+ \| (\d+) \| (\w+(?: · \w+)*) \| [^|]+ \|$", TEXT, re.MULTILINE)
    counts = {int(meetings): lessons.split(" · ") for meetings, lessons in rows}
    assert {1, 3, 6, 13} <= {*counts} and all(len(counts[n]) == n for n in counts)
    assert all({*lessons} <= {*NUMBERS} for lessons in counts.values())
    assert counts[13] == NUMBERS and len(NUMBERS) == 13 and "Thirteen lessons" in TEXT


# ---- commands and files


COMMAND = re.compile(r"`\.venv/bin/python (?:-m teaching|(tools/\w+\.py)) ([^`]+)`")


@pytest.mark.parametrize("script, arguments", COMMAND.findall(TEXT))
def test_a_command_that_is_told_is_there_with_its_options(script, arguments, capsys):
    main = runpy.run_path(ROOT / (script or "teaching/__main__.py"))["main"]
    words = arguments.split()
    chosen = [word for word in words[:1] if word.islower() and "." not in word]
    with pytest.raises(SystemExit, match="0"):
        main(*chosen, "--help")
    told = capsys.readouterr().out
    assert all(word in told for word in words if word.startswith("--"))


def test_all_commands_of_a_teacher_are_told():
    from teaching.__main__ import COMMANDS

    told = {words.split()[0] for script, words in COMMAND.findall(TEXT) if not script}
    assert told - {"COMMAND"} == {*COMMANDS}


@pytest.mark.parametrize("path", re.findall(r"`((?:teaching|docs)/[\w/.]+)`", TEXT))
def test_a_file_that_is_named_is_there(path):
    assert (ROOT / path).exists()


def test_how_many_a_hub_serves_is_what_its_own_page_says():
    page = text_of(ROOT / "teaching" / "hub" / "README.md")
    assert "16 GB serve 49 students at once, 24 GB serve 70" in TEXT
    assert "**16 GB: 49 students at once**" in page and "**70 students: 24 GB.**" in page
    seat = text_of(ROOT / "teaching" / "hub" / "seat.py")
    system, each = map(int, re.search(r"SYSTEM_MB, STUDENT_MB = (\d+), (\d+)", seat).groups())
    assert f"{each} MB each" in page and f"{system / 1000} GB for the system" in page
    assert (16 * 1024 - system) // each == 49 and (24 * 1024 - system) // each >= 70
