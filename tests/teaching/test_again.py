"""collect --rerun: what is told while it runs, when it is ended, and of verdicts that differ."""

import io
import sys
import time

import pytest

from cnnlib.course.exercise import find
from teaching import rerun
from teaching.__main__ import main
from teaching.answers import packed
from teaching.files import read_table
from teaching.handins import NOT_RUN, RIGHT, UNANSWERED, WRONG, Told, read
from teaching.progress import Progress
from teaching.rerun import NOT_AGAIN, Runs
from tests.teaching.handed_in import answered, notebook, printed, stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="--rerun asks for limits")
PAGE = "03_weigh_the_kernel"
EMPTY, NONE = Told(UNANSWERED), Told(NOT_RUN)
FIRST, SECOND = (answered("3.4", n)[1].partition("Not yet: ")[2] for n in (0, 1))
STORED = {
    "right": Told(RIGHT),
    "first": Told(WRONG, FIRST),
    "second": Told(WRONG, SECOND),
    "wrong": Told(WRONG, "no."),
    "empty": EMPTY,
    "none": NONE,
}


def records(answer):
    """What a run sends for an answer of 3.4."""
    known = {"right": find("3.4").right, "wrong": 12345}
    known |= zip(("first", "second"), find("3.4").wrong.values())
    if answer == "none":
        return []
    return [
        {"name": "3.4"} | ({"value": packed(known[answer])} if answer in known else {"blank": 1})
    ]


@pytest.fixture
def differing(tmp_path, monkeypatch):
    """Whether it is told that a stored verdict and a fresh one of 3.4 differ."""
    path = stored(tmp_path / "x.ipynb", notebook(PAGE, {}))
    monkeypatch.setattr(rerun, "_warm", lambda _: None)

    def told(before, now, note=""):
        one = read(path, "Ada")
        one.told = {"3.4": STORED[before]}
        monkeypatch.setattr(Runs, "run", lambda *_: (records(now), note))
        said, whole = rerun.rerun([one], 1, 1, 1)
        assert whole and one.told["3.4"].status == (STORED[now].status)
        return dict(said).get("Ada, 3.4", "")

    return told


def test_another_mistake_than_the_stored_one_is_told(differing):
    words = f"stored: mistake, {FIRST}; fresh: mistake, {SECOND}".replace(".;", ";")
    assert differing("first", "second") == words.removesuffix(".")
    assert differing("second", "wrong").startswith("stored: mistake, ")


@pytest.mark.parametrize(
    "before, now, words",
    [
        ("right", "first", "stored: right; fresh: mistake, "),
        ("empty", "wrong", "stored: not answered; fresh: wrong, "),
        ("wrong", "empty", "stored: wrong, no; fresh: not answered"),
        ("wrong", "right", "stored: wrong, no; fresh: right"),
        ("first", "none", "stored: mistake, "),
    ],
)
def test_another_state_is_told(differing, before, now, words):
    assert differing(before, now).startswith(words)


@pytest.mark.parametrize(
    "before, now, note",
    [
        ("first", "first", ""),
        ("wrong", "first", ""),
        ("wrong", "wrong", ""),
        ("none", "right", ""),
        ("empty", "none", ""),
        ("first", "none", "stopped"),
    ],
)
def test_what_tells_nothing_is_not_told(differing, before, now, note):
    assert differing(before, now, note) == ""


def test_a_right_that_a_stopped_run_did_not_reach_is_told(differing):
    assert differing("right", "none", "stopped") == "stored: right; fresh: not run"


def test_ctrl_c_keeps_what_is_done_and_ends_what_runs(tmp_path, monkeypatch):
    folder = tmp_path / "class"
    for name, start in (("Ada", "import cnnlib\n"), ("Ben", "while True:\n    pass\n")):
        cell = {"cell_type": "code", "source": start + 'cnnlib.check("3.4", 3)'}
        printed(cell, "3.4: Right.")
        stored(folder / name / "x.ipynb", {"cells": [cell] * 4})  # 4 x 30 seconds for Ben

    def pressed(self, done):
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "tell", pressed)
    start = time.monotonic()
    assert main("collect", str(folder), "--rerun", "--jobs", "1") == 130
    assert time.monotonic() - start < 60
    out = tmp_path / "class_collected"
    rows = read_table(out / "students.csv", ["state"])
    assert {r["student"]: r["state"] for r in rows if r["exercise"] == "3.4"} == {
        "Ada": "wrong",
        "Ben": "right",
    }
    said = read_table(out / "to_look_at.csv", ["why"])
    assert [row["what"] for row in said if row["why"] == NOT_AGAIN] == [f"Ben, {PAGE}"]


def test_who_cannot_be_read_is_not_run(tmp_path, monkeypatch):
    stored(tmp_path / "class" / f"{PAGE}.ipynb", 3)
    monkeypatch.setattr(rerun, "_warm", lambda _: None)
    monkeypatch.setattr(Runs, "run", lambda *_: pytest.fail("it has no cells"))
    assert main("collect", str(tmp_path / "class"), "--rerun") == 0


def test_no_room_for_a_run_keeps_the_stored_verdicts(differing, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Runs, "run", full)
    one = read(tmp_path / "x.ipynb", "Ada")
    before = one.told
    ((_, why),), _ = rerun.rerun([one], 1, 1, 1)
    assert one.told == before and why == f"{NOT_AGAIN} (No space left on device)"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_is_told_how_far_it_is_and_a_pipe_nothing(monkeypatch):
    for screen, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", screen)
        progress = Progress(70, clock=iter([0, 60, 90, 400]).__next__)
        for done in (0, 12, 45, 69, 70):
            progress.tell(done)
        progress.end()
        parts = screen.getvalue().split("\r")
        told = [part.strip() for part in parts]
        assert all(len(new) >= len(old.strip()) for old, new in zip(parts, parts[1:-2]))
        wanted = ["", "0 of 70", "12 of 70, about 5 minutes more"]
        wanted += ["45 of 70, about a minute more", "69 of 70, less than a minute more", "70 of 70"]
        assert told == ([*wanted, "", "", ""] if shown else [""])
