"""ward: sick trainings that can be told apart by what they show, the same for a whole class."""

import contextlib
from functools import cache

import numpy as np
import pytest

from cnnlib import clinic
from cnnlib.course import ward
from cnnlib.loss import softmax_cross_entropy

LOG_K = np.log(ward.CLASSES)
ALL = range(1, len(ward.AILMENTS) + 1)
traced = cache(ward.traced)


def by_rule(trace):
    """What lesson 08b teaches: its order of looking, on what is shown. None: healthy."""
    first, last = (np.median(trace.updates[part]) for part in (slice(5), slice(-5, None)))
    ratios = trace.ratios
    spread = any(np.ptp(found) > 0.1 for found in ratios.values() if len(found))
    rules = {
        "pixels from 0 to 255": trace.images.max() > 1,
        "labels moved by one": (trace.labels[1:] == trace.truth[:-1]).all(),
        "labels shuffled": (trace.labels != trace.truth).mean() > 0.5,
        "every ReLU is dead": min(trace.dead[0]) == 1,
        "all weights begin equal": np.ptp(trace.kernels[0], axis=0).max() == 0,
        "softmax over the whole batch": trace.loss[0] > 2 * LOG_K,
        "kernel not rotated": spread and np.allclose(ratios["conv 2"], 1, rtol=0.01),
        "1/N applied twice": np.allclose(ratios["conv 1"], 1 / ward.BATCH, rtol=0.01),
        "learning rate too large": first > 0.1,
        "learning rate too small": first < 1e-5,
        "learning rate decays to nothing": last < first / 1000,
    }
    return next((name for name, holds in rules.items() if holds), None)


@pytest.mark.parametrize("seed", range(100, 104))
def test_the_rules_of_the_page_name_every_ailment_and_the_healthy_one(seed):
    named = {name: by_rule(traced(name, seed)) for name in [None, *ward.AILMENTS]}
    assert named == {name: name for name in named}


@pytest.mark.parametrize("seed", range(100, 104))
def test_what_is_told_tells_each_from_every_other(seed):
    facts = [traced(name, seed).facts() for name in [None, *ward.AILMENTS]]
    assert all(a != b for n, a in enumerate(facts) for b in facts[:n])
    assert all(list(one) == list(facts[0]) for one in facts)


@pytest.mark.parametrize("name", ward.AILMENTS)
def test_twenty_images_are_learnt_by_heart_where_the_page_says_so(name):
    for seed in (0, 1):
        assert (ward.overfitted(name, seed) == 20) == ward.AILMENTS[name].fits


def test_a_healthy_training_learns_and_its_steps_are_as_large_as_the_page_says():
    for seed in range(3):
        trace = traced(None, seed)
        assert trace.accuracy[-1][0] > 0.85 and trace.accuracy[-1][1] > 0.75 and not trace.words
        assert len(trace.loss) == ward.STEPS * ward.EPOCHS == 80
        assert abs(trace.loss[0] - LOG_K) < 0.2 and ward.overfitted(None, seed) == 20
        middle = np.quantile(trace.updates, [0.1, 0.9])
        assert 0.001 < middle[0] < middle[1] < 0.06
        assert all(np.allclose(found, 1, rtol=1e-3) for found in trace.ratios.values())


def test_what_is_taken_down_of_a_training_is_what_happened():
    trace = traced("learning rate too small", 3)
    assert np.array_equal(trace.labels, trace.truth) and trace.images.shape == (320, 1, 8, 8)
    assert len(trace.kernels) == len(trace.accuracy) == len(trace.dead) == ward.EPOCHS + 1
    moved = np.linalg.norm(trace.kernels[-1] - trace.kernels[0])
    assert 0 < moved <= sum(u[0] for u in trace.updates) * np.linalg.norm(trace.kernels[0]) * 1.01
    broken_off = traced("softmax over the whole batch", 3)
    assert "step" in broken_off.words and len(broken_off.loss) == len(broken_off.updates) < 80
    assert "died" in traced("every ReLU is dead", 3).words


def test_the_slip_in_softmax_is_one_sum_for_the_whole_batch():
    scores, labels = np.random.default_rng(0).standard_normal((4, 3)), np.array([0, 2, 1, 1])
    loss, grad = ward.whole_batch_softmax(scores, labels)
    powers = np.exp(scores)
    assert np.isclose(loss, -np.log(powers[range(4), labels] / powers.sum()).mean())
    assert np.allclose(grad, (powers / powers.sum() - np.eye(3)[labels]) / 4)
    one = ward.whole_batch_softmax(scores[:1], labels[:1])
    right = softmax_cross_entropy(scores[:1], labels[:1])
    assert np.isclose(one[0], right[0]) and np.allclose(one[1], right[1])
    assert np.isclose(
        ward.whole_batch_softmax(np.zeros((16, 10)), np.zeros(16, int))[0], 5.075, 1e-4
    )


def test_the_same_word_gives_the_same_trainings_and_another_word_others():
    order = [clinic.training("Our Class", n).open() for n in ALL]
    assert order == [clinic.training(" our class ", n).open() for n in ALL]
    assert set(order) == set(ward.AILMENTS)
    assert order != [clinic.training("another", n).open() for n in ALL]
    a, b = (clinic.training("our class", 1).trace for _ in range(2))
    assert a.loss == b.loss and np.array_equal(a.images, b.images)
    assert len({clinic.training().word for _ in range(5)}) == 5


def test_it_says_nothing_before_it_is_named_and_a_wrong_name_is_answered_with_what_differs():
    patient = clinic.training("our class", 7)
    assert repr(patient) == "training 7 of “our class”: not examined yet"
    assert patient.diagnose(...) == f"{patient!r}."
    answer = patient.diagnose("pixels from 0 to 255")
    name = "pixels from 0 to 255"
    assert answer == f"Not yet. With “{name}” you would see the largest pixel: 255. Here: 1."
    assert "not examined yet" in repr(patient)
    answer = patient.diagnose("learning rate decays to nothing")
    assert answer.startswith("Right: learning rate decays to nothing. You see it: the first steps")
    assert repr(patient).endswith("learning rate decays to nothing")


@pytest.mark.parametrize("number", [1, 5])
def test_every_name_is_answered(number):
    patient = clinic.training("today", number)
    for name in ward.AILMENTS:
        right = name == clinic.training("today", number).open()
        assert patient.diagnose(name).startswith("Right" if right else "Not yet. With “")


def test_what_is_no_ailment_and_no_number_is_refused():
    with pytest.raises(ValueError, match="'a cold' is no ailment here"):
        clinic.training("today").diagnose("a cold")
    with pytest.raises(ValueError, match="number is 0, wanted 1, 2, 3"):
        clinic.training("today", 0)


def test_the_library_is_right_again_after_a_planted_bug():
    from cnnlib import ops

    right = ops.conv2d_grad_x, ops.conv2d_grad_w
    with contextlib.suppress(FloatingPointError):
        ward.traced("kernel not rotated", 0)
        ward.overfitted("1/N applied twice")
    assert (ops.conv2d_grad_x, ops.conv2d_grad_w) == right


def test_words_for_sizes_and_ratios():
    assert ward.sized(np.array([0.02, 0.03])) == "about 0.01 of the weights"
    assert ward.sized(np.zeros(3)) == "none"
    assert ward.ratios_told(
        {"a": np.array([]), "b": np.array([1, 1.0]), "c": np.array([-2, 3])}
    ) == ("a: none; b: 1; c: -2 to 3")
    assert ward.shares([0.5, 1]) == "50 % and 100 %"
