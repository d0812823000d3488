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


# what a page of a kernel may hold, and what a bare Python has not
WISHES = [
    "%matplotlib inline",
    "%matplotlib widget",
    "%config InlineBackend.figure_format = 'retina'",
    "%autosave 60",
    "%load_ext no_such_extension",
    "%no_such_magic",
    "%gui qt",
    "!pip install numpy > started",
    "%pip install numpy",
    "%conda install numpy",
    "%sx touch started",
    "%ls",
    "files = !touch started",
    "get_ipython().system('touch started')",
    "get_ipython().getoutput('touch started')",
    "get_ipython().run_line_magic('matplotlib', 'inline')",
    "np.max?",
]
CELLS = ["%%bash\ntouch started", "%%sh\ntouch started", "%%!\ntouch started"]
CELLS += ["%%script touch started\n1", "%%python\nopen('started', 'w')", "%%time\nagain = np"]
CELLS += ["%%capture\nimport numpy as captured"]


def test_what_asks_for_a_window_or_a_program_gets_none_and_its_cell_goes_on(tmp_path):
    counting = [f"{wish}\nnp, seen = __import__('numpy'), seen + 1" for wish in WISHES]
    last = "import pathlib\nassert again is captured is np\n"
    last += "started = pathlib.Path('started').exists()\n"
    last += 'cnnlib.check("3.4", (20, 4) if not started else (0, 0))'
    handed_in(
        tmp_path / "Ada" / "x.ipynb",
        "import cnnlib\nimport numpy as np\nseen = 0",
        *counting,
        *CELLS,
        last,
        f'cnnlib.check("3.5", "21,0" if seen == {len(WISHES)} else seen)',
    )
    states, said = fresh_and_said(tmp_path)
    assert states["Ada", "3.4"] == states["Ada", "3.5"] == (RIGHT, "")
    assert said == []


def test_a_line_knows_the_names_of_its_cell(tmp_path):
    handed_in(
        tmp_path / "Ada" / "x.ipynb",
        "import cnnlib\ndef f():\n    n = 20\n    %time m = n\n    return n\n"
        "%time pair = (f(), 4)\ncnnlib.check('3.4', *pair)",
    )
    assert fresh_and_said(tmp_path)[0]["Ada", "3.4"] == (RIGHT, "")


@pytest.mark.parametrize(
    "cell, why",
    [
        ("answer", "the cell stops with NameError: name 'answer' is not defined"),
        ("*(", "the cell stops with SyntaxError: "),
        ("__import__('sys').exit()", "the cell stops with SystemExit"),
    ],
)
def test_why_a_check_is_not_run_is_told(cell, why, tmp_path):
    handed_in(
        tmp_path / "Ada" / "x.ipynb",
        "import cnnlib",
        f'cnnlib.check("3.4", {cell})',
        'if False:\n    cnnlib.check("3.5", 1)',
    )
    states, said = fresh_and_said(tmp_path)
    assert states["Ada", "3.4"][0] == NOT_RUN and states["Ada", "3.4"][1].startswith(why)
    assert dict(said)["Ada, 3.4"].startswith(f"stored: right; fresh: not run, {why}")
    assert states["Ada", "3.5"] == (NOT_RUN, "the cell does not come to its check")


def test_the_cell_that_takes_names_away_is_told_where_verdicts_differ(tmp_path):
    right = DILATED.format("d") + 'cnnlib.check("3.3", grad_w_dilated)'
    for name, start in (("Ada", "import nowhere\n" + START), ("Ben", START)):
        cells = "import cnnlib", start, "1 / 0", right
        handed_in(tmp_path / name / "x.ipynb", *cells)
    states, said = fresh_and_said(tmp_path)
    assert states["Ada", "3.3"][0] == WRONG and states["Ben", "3.3"] == (RIGHT, "")
    assert [what for what, _ in said] == ["Ada, 03_weigh_the_kernel", "Ada, 3.3"]
    stop = "a cell stops with ModuleNotFoundError: No module named 'nowhere'"
    assert said[0][1] == f"run again, {stop}: what it makes is missing below"


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


def test_why_nothing_came_is_told_where_nothing_came():
    right, empty = {"name": "3.4", "value": packed((20, 4))}, {"name": "3.4", "blank": True}
    stopped = {"name": "3.4", "stopped": "so\n\x1b[2J" + "x" * 9999}
    assert judged([right, stopped, empty]) == {"3.4": Told(RIGHT)}
    assert judged([stopped, right]) == {"3.4": Told(RIGHT)}
    for told in (judged([empty, stopped]), judged([stopped, empty])):
        assert told["3.4"].status == NOT_RUN
        assert told["3.4"].why.startswith("so \\x1b[2J") and len(told["3.4"].why) < 520
    assert judged([{"name": "no.such", "stopped": "x"}, {"name": [], "stopped": 3}]) == {}


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
