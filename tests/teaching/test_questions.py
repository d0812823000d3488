"""Questions on paper: right by other code than theirs, all mistakes apart, the same for ever."""

import hashlib
import re

import numpy as np
import pytest

from cnnlib import numerical_gradient, reference
from cnnlib.activations import ReluActivator
from cnnlib.geometry import Geometry, output_size
from cnnlib.layers import ConvLayer, FullyConnectedLayer
from cnnlib.loss import softmax_cross_entropy
from teaching import kinds
from teaching.draw import Draw
from teaching.forms import FORMS, form
from teaching.kinds import LESSONS, of_lesson
from teaching.marks import OTHER, RIGHT, UNCLEAR, mark, misread
from teaching.questions import Question, as_exercise, drawn, tells_apart, written
from teaching.typed import has_mixed, judged
from tests.project.tree import text_of
from tools.builder import places

ALL = [kind for lesson in LESSONS for kind in of_lesson(lesson)]
of_each_kind = pytest.mark.parametrize("kind", ALL, ids=[kind.name for kind in ALL])
SEEDS = 25


# ---- right, by other code: forward passes and their numerical gradients


def net_of(x, w, b=0.0, s=1):
    """One plane, one filter."""
    x, w = np.atleast_2d(x), np.atleast_2d(w)
    return reference.conv2d(x[None], w[None, None], [b], s)[0]


def slope(loss, start):
    return numerical_gradient(loss, np.array(start, float))


def by_x(delta, w, s, H, W, **_):
    return slope(lambda x: (np.atleast_2d(delta) * net_of(x, w, s=s)).sum(), np.zeros((H, W)))


def by_w(x, delta, K, s=1):
    return slope(lambda w: (np.atleast_2d(delta) * net_of(x, w, s=s)).sum(), np.zeros(K))


def spread_border(size, K, s, p):
    return Geometry((size, 1), (K, 1), s, (p, 0)).border[0]


def delta_behind_relu(net, grad_out):
    away = np.where(net == 0, -1.0, net)  # at 0 our rule says 0, as below it
    return slope(lambda q: (grad_out * np.maximum(q, 0)).sum(), away)


def kernel_behind_relu(x, net, grad_out):
    return by_w(x, delta_behind_relu(net, grad_out), (1, 2))[0]


def learned_by_a_layer(F, C, K_H, K_W):
    layer = ConvLayer(9, 9, C, K_W, K_H, F, 0, 1, ReluActivator(), 0.1)
    return layer.weights.size + layer.bias.size


def bias_of_a_batch(given):
    """delta of two images and two filters, as one filter at a time."""
    f = given["f"]
    planes = [given[f"delta[{n},{f}]"] for n in range(2)]
    return slope(lambda b: sum((plane * b).sum() for plane in planes), np.zeros(1))[0]


def at_a_kink(above, at, below):
    net = np.array([1.0] * above + [0.0] * at + [-1.0] * below)
    return slope(lambda b: np.maximum(net + b, 0).sum(), np.zeros(1))[0]


def of_a_score(p, N):
    """One image of the batch has the share p; the others do not matter."""
    scores = np.log(np.array([[p, 1 - p]] * N))
    return softmax_cross_entropy(scores, np.zeros(N, int))[1][0, 0]


def max_pool_grad(x, grad_out, s):
    winners = reference.max_pool2d(x[None], 2, s)[1]
    return reference.max_pool2d_grad_x(grad_out[None], winners, x.shape, 2, s)[0]


def mean_pool_grad(grad_out):
    return slope(lambda x: (grad_out * reference.mean_pool2d(x[None], 2, 1)[0]).sum(), np.eye(3))


def learned_by_a_dense_layer(maps, side, outputs):
    layer = FullyConnectedLayer(maps * side * side, outputs, ReluActivator(), 0.1)
    return layer.weights.size + layer.bias.size


ORACLES = {
    "1a": lambda g: net_of(g["x"], g["w"], g["b"], g["s"])[g["i"], g["j"]],
    "1b": lambda g: net_of(g["x"], g["w"], g["b"], g["s"])[g["i"], g["j"]],
    "1c": lambda g: output_size((g["n"], g["n"]), g["k"], g["s"], g["p"])[0],
    "2a": lambda g: by_x(**g)[g["y"], g["z"]],
    "2b": lambda g: by_x(**g)[0],
    "2c": lambda g: by_x(**g)[g["y"], g["z"]],
    "2d": lambda g: by_x(**g)[0],
    "2e": lambda g: spread_border(**g),
    "2f": lambda g: by_x(**g)[g["y"], g["z"]],
    "3a": lambda g: by_w(g["x"], g["delta"], (2, 2))[g["u"], g["v"]],
    "3b": lambda g: by_w(g["x"], g["delta"], (1, 2))[0],
    "3c": lambda g: by_w(g["x"], g["delta"], (2, 2), 2)[g["u"], g["v"]],
    "4a": bias_of_a_batch,
    "4b": lambda g: g["b"] - g["rate"] * slope(lambda b: (g["delta"] * b).sum(), [0.0])[0],
    "4c": lambda g: slope(lambda b: np.full((g["N"], g["H"], g["W"]), b).sum(), [0.0])[0],
    "5a": lambda g: max_pool_grad(g["x"], g["grad_out"], 1)[g["y"], g["z"]],
    "5b": lambda g: max_pool_grad(g["x"], np.array([[g["error"]]]), 2).ravel(),
    "5c": lambda g: mean_pool_grad(g["grad_out"])[g["y"], g["z"]],
    "6a": lambda g: delta_behind_relu(**g),
    "6b": lambda g: kernel_behind_relu(**g),
    "6c": lambda g: learned_by_a_layer(**g),
    "7a": lambda g: slope(lambda q: (q**3).sum(), [float(g["q"])])[0] + g["e"] ** 2,
    "7b": lambda g: (max(g.values()) - min(g.values())) / sum(g.values()),
    "7c": lambda g: at_a_kink(**g),
    "8a": lambda g: of_a_score(**g),
    "8b": lambda g: slope(lambda x: g["delta"] @ (g["w"] @ x), np.zeros(3)),
    "8c": lambda g: learned_by_a_dense_layer(**g),
}


@of_each_kind
def test_right_answers_are_right_and_every_mistake_is_told(kind):
    for n in range(SEEDS):
        question = drawn(kind, "oracle", f"student {n}")
        right = ORACLES[kind.name](question.grids | question.given)
        np.testing.assert_allclose(question.right, right, rtol=1e-6, atol=1e-6)
        assert tells_apart(question)
        assert judged(as_exercise(kind.name, question), written(question.right)).status == "right"
        for mistake, value in question.wrong.items():
            assert np.abs(value).max() < 100 or not question.grids  # no number of a key's walls
            told = judged(as_exercise(kind.name, question), written(value))
            assert (told.status, told.mistake) == ("wrong", mistake)


def test_every_lesson_has_three_kinds_and_known_mistakes():
    for lesson in LESSONS:
        found = of_lesson(lesson)
        assert len(found) >= 3
        assert all(len(drawn(kind, "count", "x").wrong) >= 4 for kind in found)
    assert len({kind.name for kind in ALL}) == len(ALL)
    assert [kind.name for kind in of_lesson("02b")] == ["2d", "2e", "2f"]
    assert LESSONS == tuple(sorted(LESSONS))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_sheet_has_the_title_of_its_lesson(lesson):
    (text,) = [path for path in places.texts() if places.number(path) == lesson]
    assert f"\n# {kinds.title(lesson)}\n" in text_of(text)


@of_each_kind
def test_mistakes_have_the_same_names_for_all(kind):
    found = {tuple(drawn(kind, "names", str(n)).wrong) for n in range(5)}
    assert len(found) == 1
    assert all(len(name) < 120 for names in found for name in names)


def test_no_window_has_a_tie_where_the_rule_for_ties_is_not_told():
    asked = [drawn(kind, "ties", str(n)) for kind in ALL for n in range(15)]
    asked += [form(letter, word)["6"] for letter in FORMS for word in ("spring", "autumn", "e")]
    untold = [one for one in asked if "ax pool" in one.ask and "In a tie the first" not in one.ask]
    assert len(untold) == 15 + 6  # 5a, on sheets and in the quiz
    for question in untold:
        windows = np.lib.stride_tricks.sliding_window_view(question.grids["x"], (2, 2))
        winners = (windows == windows.max((2, 3), keepdims=True)).sum((2, 3))
        assert winners.tolist() == [[1, 1], [1, 1]]


@of_each_kind
def test_students_and_words_have_other_numbers(kind):
    asked = {
        repr((q.ask, q.grids))
        for q in (drawn(kind, word, f"s{n}") for word in ("a", "b") for n in range(6))
    }
    assert len(asked) >= 6


# ---- the same in five years

KEPT = {
    "Ada": (
        "2 | −1 | 9 | 5 | 0; −6; 6; 3 | −6 | −2; 0; 8; 0; −6; 0 | 0; 2 | −7 | 6 | −2; 1 | 13 "
        "| −2 | 0.7 | 120 | 7 | 4; 0; 0; 0 | 2.75 | 0; 8; 2; 0 | −14; −14 | 610 | 31 | 0.7 | "
        "6.5 | −0.4 | −6; 13; −10 | 760"
    ),
    "Łucja": (
        "−5 | −7 | 7 | −5 | 0; −6; 10; −4 | 4 | −2; 2; −3; −1; 2; 0 | 3; 4 | −4 | −4 | −2; −4 "
        "| −12 | 13 | −0.1 | 90 | 30 | 12; 0; 0; 0 | 2.5 | 0; 0; 5; 0 | 15; 15 | 782 | 7 | 0.7 "
        "| 5.5 | −0.3 | 0; −1; 0 | 250"
    ),
}
DIGESTS = {"Ada": "85c5f0003d49b0b4", "Łucja": "2323726fb52e073c"}


@pytest.mark.parametrize("student", KEPT)
def test_the_numbers_are_those_that_were_printed(student):
    questions = [drawn(kind, "spring", student) for kind in ALL]
    assert [written(question.right) for question in questions] == KEPT[student].split(" | ")
    printed = repr([(q.ask, {n: a.tolist() for n, a in q.grids.items()}) for q in questions])
    assert hashlib.sha256(printed.encode()).hexdigest()[:16] == DIGESTS[student]


def test_a_draw_is_as_likely_everywhere_and_known():
    draw = Draw("a word", "Ada")
    assert [draw.whole(0, 99) for _ in range(6)] == [44, 72, 14, 55, 78, 24]
    counts = np.bincount([draw.whole(0, 4) for _ in range(5000)])
    assert len(counts) == 5 and abs(counts - 1000).max() < 120
    grid = Draw("x").grid(40, 40)
    assert (grid.min(), grid.max()) == (-2, 3)


# ---- what was typed


@pytest.mark.parametrize(
    "typed", ["0.5; -2; 3", "0,5; −2; 3", "0.5, -2, 3", "0,5 -2 3", "[1/2, -2, 3]", "(.5;−2;3)"]
)
def test_several_numbers_are_read_as_people_type_them(typed):
    question = Question("", "", np.array([0.5, -2, 3]), {"reversed": np.array([3, -2, 0.5])})
    assert judged(as_exercise("q", question), typed).status == "right"
    turned = "; ".join(reversed(["0.5", "-2", "3"]))
    assert judged(as_exercise("q", question), turned).mistake == "reversed"


@pytest.mark.parametrize("typed", ["2.5", "2,5", " 5/2 ", "２.５", "2.50", "[2.5]"])
def test_one_number_is_read_as_people_type_it(typed):
    question = Question("", "", 2.5, {"negative": -2.5, "a third": 1 / 3})
    assert judged(as_exercise("q", question), typed).status == "right"
    assert judged(as_exercise("q", question), "−" + typed.strip(" []")).mistake == "negative"
    assert judged(as_exercise("q", question), "0.333").mistake == "a third"
    assert judged(as_exercise("q", question), "0.3").mistake == ""
    assert judged(as_exercise("q", question), "what?").status == "wrong"
    assert judged(as_exercise("q", question), "  ").status == "unanswered"


@pytest.mark.parametrize("typed", ["3 1/4", "3¼", " [3  1/4] ", "3 1⁄4", "３ １/４"])
def test_a_mixed_number_is_one_number_where_one_is_wanted(typed):
    question = Question("", "", 3.25, {"negative": -3.25, "31 quarters": 7.75})
    assert judged(as_exercise("q", question), typed).status == "right"
    assert judged(as_exercise("q", question), "−" + typed.strip(" []")).mistake == "negative"
    assert not has_mixed("3.5 1/4") and not has_mixed("3 1/4/5.") and not has_mixed("3; 1/4")


@pytest.mark.parametrize("typed", ["3 1/0", "9" * 5000 + " 1/4", "3 1/" + "9" * 5000])
def test_what_is_no_mixed_number_is_wrong_and_raises_nothing(typed):
    assert judged(as_exercise("q", Question("", "", 3.25, {"a": 1})), typed).status == "wrong"


def test_a_mixed_number_among_several_is_told_to_be_unclear():
    several = as_exercise("q", Question("", "", np.array([3, 0.25]), {"turned": np.array([1, 2])}))
    assert mark("Ada", several, "3 1/4").outcome == RIGHT
    assert mark("Ada", several, "3 4").outcome == OTHER
    unclear = mark("Ada", several, "2 1/4; 1")
    assert unclear.outcome == UNCLEAR
    assert misread([unclear]) == [
        "Ada, question q: 2 1/4; 1 is one number or two, as 3 1/4 may be; type 3.25, or 3; 0.25"
    ]
    single = as_exercise("q", Question("", "", 3.25, {"a": 1}))
    assert mark("Ada", single, "2 1/4").outcome == OTHER


@pytest.mark.parametrize("typed", ["[[0, 12], [0, 0]]", "0 12; 0 0", "0, 12; 0, 0", "0;12;0;0"])
def test_rows_are_numbers_in_reading_order_where_these_are_wanted(typed):
    four = np.array([0, 12, 0, 0])
    question = as_exercise("q", Question("", "", four, {"turned": four[::-1]}))
    assert judged(question, typed).status == "right"
    assert judged(question, "[[0, 0], [12, 0]]").mistake == "turned"
    assert judged(question, "0 12; 0").status == "wrong"


def test_questions_that_tell_nothing_are_not_drawn():
    assert not tells_apart(Question("", "", 0, {"a": 1}))
    assert not tells_apart(Question("", "", 2, {"a": 2}))
    assert not tells_apart(Question("", "", 2, {"a": 3, "b": 3}))
    assert not tells_apart(Question("", "", 2.5, {"a": 2.505}))
    assert tells_apart(Question("", "", 2001, {"a": 2002}))
    assert as_exercise("q", Question("", "", 2001, {"a": 2002})).tolerance < 1e-8


@of_each_kind
def test_a_mistake_on_paper_is_told_without_code(kind):
    assert not [name for name in drawn(kind, "w", "Ada").wrong if re.search("//|==|np[.]", name)]
