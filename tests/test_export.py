"""export: the keys of value exercises as data, and a judge that goes by its words."""

import json
import subprocess
import sys

import numpy as np
import pytest

from cnnlib.course import verdict
from cnnlib.course.exercise import Exercise, find
from cnnlib.course.export import COMPARED, kind_of, value_exercises

DATA = json.loads(json.dumps(value_exercises(), allow_nan=False))
EXERCISES = {exercise["name"]: exercise for exercise in DATA["exercises"]}


def judged(exercise, answer):
    """(status, mistake) by nothing but the data and the words of COMPARED."""

    def same(value):
        if exercise["kind"] in ("word", "truth"):
            return str(answer).casefold() == str(value).casefold()
        mine, theirs = answer, value
        if exercise["kind"] == "set":
            mine, theirs = sorted(answer), sorted(value)
        several = exercise["kind"] == "several"
        pairs = zip(mine, theirs, strict=True) if several else [(mine, theirs)]
        return all(near(np.array(a, float), np.array(b, float)) for a, b in pairs)

    def near(a, b):
        if a.shape != b.shape:
            return False
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            return np.array_equal(a, b)
        scale = np.abs(b).max(initial=0) or 1
        return bool((np.abs(a - b) <= exercise["tolerance"] * scale).all())

    if same(exercise["right"]):
        return "right", ""
    named = (wrong["name"] for wrong in exercise["wrong"] if same(wrong["value"]))
    return "wrong", next(named, "")


def test_all_value_exercises_are_there_and_say_how_they_are_compared():
    assert len(EXERCISES) >= 80 and DATA["schema"] == 1
    assert {exercise["kind"] for exercise in EXERCISES.values()} <= set(COMPARED)
    assert all(len(exercise["wrong"]) >= 2 and exercise["hints"] for exercise in EXERCISES.values())
    assert EXERCISES["2.3"]["kind"] == "set" and EXERCISES["4.1"]["kind"] == "number"


@pytest.mark.parametrize(
    "right, kind",
    [
        (3, "number"),
        ([3], "numbers"),
        (True, "truth"),
        ("the input", "word"),
        ((np.eye(2), np.ones(3)), "several"),
    ],
)
def test_the_kind_of_an_exercise_follows_from_its_answer(right, kind):
    assert kind_of(Exercise("88.one", right)) == kind


@pytest.mark.parametrize("name", EXERCISES)
def test_the_data_judge_as_the_keys_do(name):
    exercise = EXERCISES[name]
    assert judged(exercise, exercise["right"]) == ("right", "")
    for value in find(name).wrong.values():
        told = verdict(name, value)
        plain = value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(plain, tuple) and exercise["kind"] == "number":
            plain = float("{}.{}".format(*plain))  # typed with a comma
        elif isinstance(plain, tuple):
            plain = [a.tolist() if isinstance(a, np.ndarray) else a for a in plain]
        assert judged(exercise, plain) == (told.status, told.mistake)


def test_the_file_is_written_from_the_command_line(tmp_path):
    path = tmp_path / "keys.json"
    command = [sys.executable, "-m", "cnnlib.course.export"]
    done = subprocess.run([*command, path], capture_output=True, text=True, check=True)
    assert f"{len(EXERCISES)} exercises" in done.stdout
    assert json.loads(path.read_text(encoding="utf-8")) == DATA
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 1
