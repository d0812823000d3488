"""Keys that prove themselves: every answer of solutions/ with one small slip is called wrong."""

import importlib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cnnlib.course import compare
from cnnlib.course.check import verdict
from cnnlib.course.exercise import exercises_of, find, lessons
from tests import other_answers
from tests.mutants import mutants

ROOT = Path(__file__).parents[1]
NAMES = [name for lesson in lessons() for name in exercises_of(lesson)]
pytestmark = pytest.mark.filterwarnings("ignore")  # a reader's code may warn, and go on

# what mutants are as right as the answer itself: why -> {exercise: the lines with the slip}
EXCUSED = {
    "a set has no order": {
        "2.3": ["return [0, 3, 1]", "return [1, 0, 3]"],
        "8.fit": ["return [2, 3, 8, 7]", "return [2, 7, 3, 8]", "return [3, 2, 7, 8]"],
    },
    "the axes of a maximum have no order": {
        "8.dead": [
            "return (out.max((2, 0, 3)) <= 0).mean()",
            "return (out.max((0, 3, 2)) <= 0).mean()",
        ],
    },
    "no number is below 0 behind a ReLU: the mean is 0 where the maximum is": {
        "8.dead": ["return (out.mean((0, 2, 3)) <= 0).mean()"],
    },
    "a length has no sign": {
        "8.update": [
            "return np.linalg.norm(-(after - before)) / np.linalg.norm(before)",
            "return np.linalg.norm(before - after) / np.linalg.norm(before)",
        ],
    },
    "only one channel, filter or image goes in: the last one is the first one": {
        "2.gather": ["return reference.conv2d(wide[None], turned[None, None], [0])[-1]"],
        "2.4": ["return reference.conv2d(wide[None], w[None, None, ::-1, ::-1], [0])[-1]"],
        "2.5": [
            "return reference.conv2d_grad_x(delta[None], w[None, None, ::-1, ::-1], input_size)[-1]"
        ],
        "5.4": ["lambda x: reference.max_pool2d(-x[None], 2, 2)[1][-1]"],
        "6.forward": ["self.net = net if x.ndim == 4 else net[-1]"],
        "6.backward": ["return grad_x if self.x.ndim == 4 else grad_x[-1]"],
        "7.11.mend": [
            "grad_w += deltas[n, -1, i, j] * xs[n, 0, i:i + 3, j:j + 3]",
            "grad_w += deltas[n, 0, i, j] * xs[n, -1, i:i + 3, j:j + 3]",
        ],
    },
    "two arrays have the same length, or the same shape": {
        "5.line": ["for i, j in np.ndindex(winners.shape):"],
        "6.backward": [
            "self.weights_grad[...] = "
            "ops.conv2d_grad_w(delta, x, self.weights_grad.shape[2:], *places)",
            "return grad_x if self.delta.ndim == 4 else grad_x[0]",
        ],
        "7.line": ["for place in np.ndindex(grad.shape):"],
        "7.3.mend": ["for f in range(len(w)):"],
        "7.7.mend": [
            "grad_x = np.zeros((len(winners), H, W))",
            "for c, i, j in np.ndindex(winners.shape):",
        ],
        "7.9.mend": ["for f in range(len(grad_b)):"],
        "7.10.mend": ["for f in range(len(grad_b)):"],
        "7.11.mend": ["for n, i, j in np.ndindex(len(deltas), 3, 3):"],
        "8.line": [
            "onehot = np.eye(p.shape[1])[labels]",
            "onehot = np.eye(e.shape[1])[labels]",
            "return (p - onehot) / len(labels)",
            "return (p - onehot) / len(p)",
            "return (p - onehot) / len(e)",
            "return (p - onehot) / len(onehot)",
        ],
        "8.3": ["return (scores - targets) / len(targets)"],
        "8.weights": ["return noise * np.sqrt(2 / noise[-1].size)"],
    },
    "a place is written once only: what stood there before does not matter, or is 0": {
        "1.4": ["xp[p_v:p_v + x.shape[0], p_h:p_h + x.shape[1]] += x"],
        "2.4": ["spread[::s, ::s] += delta"],
        "3.3": [
            "grad_w = np.ones(kernel_size)",
            "grad_w[u, v] += (delta * x[d * u:d * u + H_out, d * v:d * v + W_out]).sum()",
        ],
        "7.line": [
            "grad = np.ones(x.shape)",
            "grad[place] += (high - low) / (2 * epsilon)",
        ],
        "7.9.mend": ["grad_b = np.ones(len(delta))", "grad_b[f] += delta[f].sum()"],
        "7.10.mend": ["grad_b = np.ones(len(delta))", "grad_b[f] += delta[f].sum()"],
        "A1.2": [
            "gathered = np.ones((delta.shape[0] + K_H - 1, delta.shape[1] + K_W - 1))",
            "gathered[y, z] += (wide[y:y + K_H, z:z + K_W] * turned).sum()",
        ],
    },
    "the same numbers are added in another order": {
        "4.line": [
            "grad_b[f] += delta[n - 1, f, i, j]",
            "grad_b[f] += delta[n, f, i - 1, j]",
            "grad_b[f] += delta[n, f, i, j - 1]",
        ],
        "4.axes": [
            "lambda delta: delta.sum(axis=(2, 0, 3))",
            "lambda delta: delta.sum(axis=(0, 3, 2))",
        ],
        "4.3": [
            "lambda delta: 3 * delta.sum((2, 0, 3))",
            "lambda delta: 3 * delta.sum((0, 3, 2))",
        ],
        "7.11.mend": ["for n, j, i in np.ndindex(len(xs), 3, 3):"],
    },
    "a full convolution does not know which of the two is the kernel": {
        "2.gather": ["def gather(w, delta):"],
        "A1.2": ["def grad_input(kernel, delta):"],
    },
    "more zeros lie behind the image than are read": {
        **{
            f"7.{patient}.mend": [
                "grad_xp = np.zeros((w.shape[1], H + 3 * p, W + 2 * p))",
                "grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 3 * p))",
            ]
            for patient in (1, 2, 3)
        },
        "A1.2": [
            "wide = np.pad(delta, ((K_H - 1, K_H + 1), (K_W - 1, K_W - 1)))",
            "wide = np.pad(delta, ((K_H - 1, K_H), (K_W - 1, K_W - 1)))",
            "wide = np.pad(delta, ((K_H - 1, K_H - 0), (K_W - 1, K_W - 1)))",
            "wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W + 1)))",
            "wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W)))",
            "wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 0)))",
        ],
    },
    "there is nothing beyond: no number above the maximum, no more than four axes": {
        "5.3": ["tied = x[place] >= x[place].max()"],
        "6.forward": [
            "return a if a.ndim >= 4 else a[None]",
            "self.net = net if x.ndim >= 4 else net[0]",
        ],
        "6.backward": [
            "return a if a.ndim >= 4 else a[None]",
            "return grad_x if self.x.ndim >= 4 else grad_x[0]",
        ],
    },
    "NumPy takes it for the same, or in another type": {
        "2.4": ["wide = np.pad(spread, [(k - 1,) for k in w.shape])"],
        "7.7.mend": ["u, v = divmod(winners[c, i, j], 3)"],
        "7.8.mend": ["u, v = divmod(window.argmax(), 2)"],
        "8.5": ["counts = np.zeros((K, K))"],
        "9.line": ["return in_order.reshape(rows, -2)"],
    },
    "what is not above 0 is masked, whatever it is": {
        "7.6.mend": [
            "out = net",
            "out = np.maximum(0, net)",
            "out = np.maximum(net, -1)",
            "return grad_out * (out != 0)",
            "return grad_out * (net > 0)",
        ],
    },
    "to both sides the difference is the same": {
        "7.13": ["return (4 * central(epsilon) - central(-(2 * epsilon))) / 3"],
    },
    "more digits than are asked": {
        "9.1": ["return 3 * 16 * 64 * 56 * 56 * 64 * 3 * 3 / 1000000.0"],
        "9.3": ["return 64 * 3 * 3 * 16 * 56 * 56 * 4 / 1000000.0"],
    },
}


@cache
def answers(lesson):
    """The text of solutions/NN.py, and the names that it makes when it is run."""
    source = (ROOT / f"solutions/{lesson.zfill(2)}.py").read_text(encoding="utf-8")
    names = {}
    exec(compile(source, f"solutions/{lesson}", "exec"), names)
    return source, names


def tried(name, slips):
    """(mutant, what verdict says of it) for each mutant of the answer to an exercise; None for one
    that stops before it is an answer. Values that are the right ones are no mutants."""
    source, names = answers(name.partition(".")[0])
    for form in ("exercise", "also"):
        function = f"{form}_{name.replace('.', '_')}"
        if function not in names:
            continue
        own = names[function]()
        for mutant in slips(source, function):
            room = dict(names)
            with np.errstate(all="ignore"):
                try:
                    exec(mutant.code, room)
                    answer = room[function]()
                except Exception:
                    yield mutant, None
                    continue
                if callable(own) or not equal(answer, own):
                    yield mutant, verdict(name, answer).status


def equal(value, own):
    """Whether a value is the right one, but for the last digit of a float."""
    try:
        return np.shape(value) == np.shape(own) and np.allclose(value, own, rtol=1e-12, atol=0)
    except (TypeError, ValueError):
        return False


@pytest.fixture(autouse=True)
def in_haste(monkeypatch):
    """Why an answer is wrong takes long to find, and here nobody asks; the right outcome of an
    exercise is computed once."""

    def outcome(exercise, answer, *right):
        known = answer is exercise.right and not right
        return right_outcome(exercise.name) if known else compare.outcome(exercise, answer, *right)

    judge = importlib.import_module("cnnlib.course.check")
    monkeypatch.setattr(judge, "name_of", lambda *_: None)
    monkeypatch.setattr(judge, "reason", lambda *_: "it is")
    monkeypatch.setattr(judge, "outcome", outcome)


@cache
def right_outcome(name):
    return compare.outcome(find(name), find(name).right)


@cache
def ends_of(name):
    """How many mutants of an exercise met which end, and the lines of those that are not wrong."""
    results = [(mutant.line, status) for mutant, status in tried(name, mutants)]
    alive = [line for line, status in results if status not in (None, "wrong")]
    return Counter(status for _, status in results), alive


def excused(name):
    return [line for lines in EXCUSED.values() for line in lines.get(name, ())]


@pytest.mark.parametrize("name", NAMES)
def test_a_slip_in_the_answer_is_called_wrong(name):
    _, alive = ends_of(name)
    assert sorted({*alive}) == sorted(excused(name))


def test_there_are_many_mutants_and_few_excuses():
    ends = sum((ends_of(name)[0] for name in NAMES), Counter())
    made, excuses = sum(ends.values()), sum(len(excused(name)) for name in NAMES)
    told = f"{made} mutants made, {ends['wrong'] + ends[None]} killed, {excuses} excused"
    print(told)
    assert made >= 10_000 and excuses <= 0.01 * made, told


@pytest.mark.parametrize("name", NAMES)
def test_the_key_s_own_answer_is_right(name):
    assert verdict(name, find(name).right).status == "right"


@pytest.mark.parametrize("function", [name for name in vars(other_answers) if "exercise" in name])
def test_a_right_answer_in_another_form_is_right(function):
    name = function.removeprefix("exercise_").replace("_", ".")
    assert verdict(name, getattr(other_answers, function)()).status == "right"


def test_code_that_may_never_end_is_refused():
    source = "def endless():\n    while True:\n        pass"
    with pytest.raises(ValueError, match="`while`"):
        list(mutants(source, "endless"))
