"""collect --rerun: what is forged is seen, and what a notebook does stays where it is."""

import sys

import numpy as np
import pytest

from cnnlib.course.exercise import find
from teaching import rerun
from teaching.__main__ import main
from teaching.answers import packed, packed_outcome, unpacked, unpacked_outcome
from teaching.class_list import MISTAKE
from teaching.files import read_table
from teaching.handins import NOT_RUN, RIGHT, WRONG, Told
from teaching.rerun import judged
from tests.teaching.handed_in import printed, stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="--rerun asks for limits")
DILATED = """def grad_w_dilated(delta, x, kernel_size, d):
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] += delta[i, j] * x[i + d * u, j + {} * v]
    return grad_w
"""

START = "import numpy as np\nimport cnnlib"
HONEST = [
    START,
    'cnnlib.check("3.4", 20, 4)',
    'print("half run"); 1 / 0',
    DILATED.format("d") + 'cnnlib.check("3.3", grad_w_dilated)',
    DILATED.format("1") + 'cnnlib.check("3.line", grad_w_dilated)',
    'mine = cnnlib.use("3.2", lambda delta, x, size, stride: 0)\nassert callable(mine)',
    "assert mine(np.ones((1, 1)), np.ones((1, 1)), (1, 1), (1, 1)).shape == (1, 1)\n"
    'cnnlib.check("3.5", "21,0")',
]
FORGED = [
    START + "\nimport cnnlib.course.compare as c, cnnlib.course.check as k, builtins",
    "cnnlib.check = lambda name, *answers: print(f'{name}: Right.')",
    "builtins.print = lambda *a, **k: None\nc.same = k.same = lambda *a: True\n"
    "c._case = lambda exercise, answer, case, *more: [exercise.right(*case)]",
    'cnnlib.check("3.4", 1, 1)',
    "np.allclose = np.array_equal = lambda *a, **k: True",
    'from cnnlib import check\ncheck("3.1", [[0, 0], [0, 0]])',
    "import cnnlib.course.keys.lesson_03 as key\n"
    "def wrong(delta, x, kernel_size, d):\n    return np.zeros(kernel_size)\n\n"
    'key.EXERCISES[:] = []\ncnnlib.check("3.3", wrong)',
    "import sys\nsys.exit()",
    'cnnlib.check("3.5", object())',
]


def handed_in(path, *cells):
    """A notebook of these cells; each of them has stored "Right"."""
    made = []
    for source in cells:
        cell = {"cell_type": "code", "source": source, "outputs": []}
        name = source.partition('"')[2].partition('"')[0]
        if "check(" in source or "use(" in source:
            printed(cell, f"{name}: Right.")
        made.append(cell)
    return stored(path, {"cells": made})


def fresh_and_said(folder, *more):
    """{(student, exercise): (state, why)} after a fresh run, and {what: words}."""
    assert main("collect", str(folder), "--rerun", *more) == 0
    rows = read_table(folder.with_name(f"{folder.name}_collected") / "students.csv", ["state"])
    said = read_table(folder.with_name(f"{folder.name}_collected") / "to_look_at.csv", ["what"])
    states = {(r["student"], r["exercise"]): (r["state"], r["why"]) for r in rows}
    return states, [(row["what"], row["why"]) for row in said]


def test_honest_answers_stay_and_forged_ones_are_seen(tmp_path):
    handed_in(tmp_path / "Honest" / "x.ipynb", *HONEST)
    handed_in(tmp_path / "Forged" / "x.ipynb", *FORGED)
    states, said = fresh_and_said(tmp_path)
    right = {name for (student, name), (state, _) in states.items() if state == RIGHT}
    assert {student for (student, _), (state, _) in states.items() if state == RIGHT} == {"Honest"}
    assert right == {"3.4", "3.3", "3.5"}
    forged_names = ("3.4", "3.1", "3.3", "3.5")
    assert {states["Forged", name][0] for name in forged_names} <= {WRONG, MISTAKE}
    differ = {what for what, words in said if words.startswith("stored: right; fresh: ")}
    assert {f"Forged, {name}" for name in forged_names} <= differ
    assert differ - {f"Forged, {n}" for n in forged_names} == {
        f"Honest, {name}" for name in ("3.line", "3.2")
    }
    assert any(what.startswith("Forged") and "read it yourself" in words for what, words in said)


def test_there_is_no_network_no_other_program_and_the_folder_is_a_temporary_one(tmp_path):
    handed_in(
        tmp_path / "Loud" / "x.ipynb",
        "import cnnlib, os, socket, subprocess, pathlib\nseen = []",
        "for act in (lambda: socket.create_connection(('127.0.0.1', 9), 1), os.fork,\n"
        "            lambda: subprocess.run(['true']), lambda: bytearray(3 * 10**9)):\n"
        "    try:\n        act()\n    except (PermissionError, MemoryError):\n"
        "        seen.append(1)",
        "pathlib.Path('mine.txt').write_text('x')",
        "free = pathlib.Path.cwd() == pathlib.Path(os.environ['HOME'])",
        'cnnlib.check("3.4", (20, 4) if len(seen) == 4 and free else (0, len(seen)))',
    )
    states, _ = fresh_and_said(tmp_path)
    assert states["Loud", "3.4"] == (RIGHT, "")
    assert not [*tmp_path.rglob("mine.txt")]


def test_what_never_ends_is_ended(tmp_path):
    handed_in(tmp_path / "Long" / "x.ipynb", "while True:\n    pass", 'cnnlib.check("3.4", 20, 4)')
    states, said = fresh_and_said(tmp_path, "--seconds", "4")
    assert states["Long", "3.4"] == (NOT_RUN, "")
    note = dict(said)["Long, 03_weigh_the_kernel"]
    assert note.startswith("stopped after ")


# ---- what comes out of a process


@pytest.mark.parametrize(
    "value",
    [3, 2.5, "1/9", True, None, [1, [2, ("3",)]], {4, 5}, 10**40, float("inf"), ...],
    ids=str,
)
def test_plain_answers_come_back_as_they_were(value):
    assert unpacked(packed(value)) == value


@pytest.mark.parametrize("dtype", [np.float32, np.int64, bool])
def test_arrays_come_back_as_they_were(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)[:, ::2]
    back = unpacked(packed(array))
    assert back.dtype == array.dtype and np.array_equal(back, array)


def test_what_has_no_plain_form_is_of_no_use():
    assert packed(np.array([object()])) == {"other": "ndarray"}
    assert type(unpacked(packed(object()))).__name__ == "object"
    assert callable(unpacked(packed(print)))


def test_no_message_says_right():
    exercise = find("3.3")
    forged = [
        {"name": "3.3", "status": "right", "text": "3.3: Right."},
        {"name": "3.4", "cases": [], "value": {"array": "", "dtype": "O", "shape": [1]}},
        {"name": "3.5", "value": {}},
        {"name": "3.hand", "value": {"array": "AA==", "dtype": "|u1", "shape": [9**9]}},
        {"name": "3.1", "value": 5},
        {"name": "3.2", "cases": [{"results": [{"plain": 3}]}] * len(find("3.2").cases)},
        {"name": "3.line", "cases": []},
        {"name": "no.such", "value": {"plain": 3}},
        {},
    ]
    told = judged(forged)
    assert {*told} == {"3.hand", "3.3", "3.4", "3.5", "3.1", "3.2", "3.line"}
    assert {one.status for one in told.values()} == {WRONG}
    with pytest.raises(Exception, match="cannot be looked at"):
        unpacked_outcome([], len(exercise.cases))


def test_the_last_answer_counts_and_an_empty_one_never():
    right = {"name": "3.4", "value": packed((20, 4))}
    wrong, empty = right | {"value": packed(3)}, {"name": "3.4", "blank": True}
    assert judged([wrong, right, empty]) == {"3.4": Told(RIGHT)}
    assert judged([right, wrong])["3.4"].status == WRONG


def test_what_a_function_writes_over_is_told():
    exercise = find("3.3")
    cases = packed_outcome([[exercise.right(*case)] for case in exercise.cases])
    told = judged([{"name": "3.3", "cases": cases, "changed": ["x"]}])["3.3"]
    assert told == Told(WRONG, "the result is right, but your function writes over its argument x.")


def test_what_is_said_of_the_network_is_so(monkeypatch):
    monkeypatch.setattr(rerun, "_apart", tuple)
    assert "refused" in rerun.network()
