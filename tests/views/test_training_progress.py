"""training_progress: it counts the steps, keeps the losses and disturbs nothing."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, views
from cnnlib.views.explorers.curves import polyline, thinned
from tests.views.hands import first_frame


def train(on_step):
    """The history of ten steps."""
    digits, network = datasets.digits(), cnnlib.digit_network(np.random.default_rng(0))
    some = digits.train_x[:320], digits.train_y[:320]
    run = {"epochs": 1, "batch_size": 32, "rng": np.random.default_rng(0)}
    return cnnlib.train(network, *some, **run, on_step=on_step)


def test_progress_counts_and_keeps_the_loss():
    progress = views.TrainingProgress(epochs=1, images=320, batch_size=32)
    assert repr(progress) == "TrainingProgress: 0 of 10 steps; no loss yet."
    history = train(progress)
    assert progress.sentence.startswith("10 of 10 steps; mean loss of the last 10: ")
    assert progress._losses == history.loss
    assert 'value="10"' in progress.state["parts"]["live:bar"]


def test_a_batch_that_is_not_full_is_a_step_too():
    progress = views.TrainingProgress(epochs=2, images=33, batch_size=32)
    assert "0 of 4 steps" in progress.sentence


@pytest.mark.parametrize(
    "settings", [{"steps": "a"}, {"steps": 2.5}, {"epochs": 1, "images": 10, "batch_size": 0}]
)
def test_progress_refuses_what_gives_no_number_of_steps(settings):
    with pytest.raises((TypeError, ValueError), match="wanted"):
        views.TrainingProgress(**settings)


def test_progress_without_a_total_just_counts():
    progress = views.TrainingProgress()
    progress(1, None, 2.0)
    progress.finish()
    assert progress.sentence == "1 step; mean loss of the last 1: 2."


def test_the_mean_loss_is_that_of_the_last_twenty_steps():
    progress = views.TrainingProgress(30)
    for step in range(1, 31):
        progress(step, None, float(step))
    progress.finish()
    assert progress.sentence == "30 of 30 steps; mean loss of the last 20: 20.5."


def test_a_second_training_starts_again():
    progress = views.TrainingProgress(3)
    for step in (1, 2, 3, 1):
        progress(step, None, 1.0)
    assert progress._losses == [1.0]


def test_stored_frame_of_the_progress_is_text():
    progress = views.TrainingProgress(7)
    html = first_frame(progress)
    assert "0 of 7 steps; no loss yet." in html and "svg" not in html
    assert not re.search("0x[0-9a-f]+", repr(progress))


def test_recording_passes_on_to_the_progress():
    digits, network = datasets.digits(), cnnlib.digit_network(np.random.default_rng(0))
    progress = views.TrainingProgress(10)
    train(views.Recording(network, digits.test_x[0], 5, also=progress))
    assert progress.sentence.startswith("10 of 10")


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_loss_that_is_no_number_does_not_stop_the_training(loss):
    progress = views.TrainingProgress(2)
    for step in (1, 2):
        progress(step, None, loss)
    assert progress.sentence.startswith("2 of 2 steps; mean loss of the last 2: ")


def test_curve_has_its_largest_loss_at_the_top_and_is_thinned():
    points = [tuple(map(float, p.split(","))) for p in polyline([4.0, 2.0, 0.0], 100, 50).split()]
    assert points == [(0, 3), (50, 25), (100, 47)]
    assert len(thinned(range(1000))) <= 160 and thinned([1, 2, 3]) == [1, 2, 3]
    assert thinned([1.0, 3, 5, 7], 2) == [2, 6]


def test_the_words_beside_the_curve_tell_its_own_top():
    progress = views.TrainingProgress(400)
    for step in range(1, 401):
        progress(step, None, 4.0 if step % 2 else 2.0)
    progress.finish()
    top = progress.state["parts"]["live:top"]
    assert top == "loss of steps 1 to 400: 3.333 at the top, 0 at the bottom"
