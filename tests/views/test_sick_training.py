"""sick_training: a training whose ailment is not named, on one screen."""

import re

import numpy as np
import pytest

from cnnlib import clinic, views
from cnnlib.course.ward import AILMENTS, CLASSES
from tests.views.hands import first_frame, seen, stack, wish

NAME = "labels shuffled"  # of training 4 of "our class"


@pytest.fixture
def room():
    return views.sick_training(clinic.training("our class", 4), predict=True)


def heights(html):
    """The y of each point of each line of a chart."""
    lines = re.findall(r'<polyline points="([^"]*)"', html)
    return [np.array([float(p.split(",")[1]) for p in line.split()]) for line in lines]


def test_it_shows_images_with_their_labels_and_the_first_kernels_of_each_epoch(room):
    trace = clinic.training("our class", 4).trace
    assert np.allclose(stack(room, "x")[0], trace.images[:8, 0], atol=1e-6)
    assert np.allclose(stack(room, "w"), np.stack(trace.kernels), atol=1e-6)
    labels = " ".join(map(str, trace.labels[:4])) + " / " + " ".join(map(str, trace.labels[4:8]))
    assert f"labels {labels}" in first_frame(room)
    assert len(room._now.says) == len(trace.kernels) == 5


def test_charts_are_drawn_from_the_numbers_of_the_training(room):
    parts, trace = room.state["parts"], clinic.training("our class", 4).trace
    (loss,) = heights(parts["live:loss"])
    assert len(loss) == len(trace.loss) and np.argmin(loss) == np.argmax(trace.loss)
    own, other = heights(parts["live:right"])
    assert (np.diff(own) < 0).tolist() == (np.diff(np.array(trace.accuracy)[:, 0]) > 0).tolist()
    assert len(other) == len(own) == 5
    steps = heights(parts["live:steps"])
    assert [len(line) for line in steps] == [len(trace.updates)] * 3
    assert (steps[2] < steps[0]).all()  # the dense layer's steps are larger: higher up
    assert "log 10" in parts["live:loss"] and CLASSES == 10


def test_a_first_frame_holds_nothing_that_was_trained(room):
    still = first_frame(room)
    assert "polyline" not in still and "train says" not in still and len(still) < 30_000
    assert still.count("What is wrong?") == 1 and "epoch" not in re.sub("<[^>]*>", " ", still)
    assert "the first loss" in still and "backward ÷ differences" in still


def test_nothing_gives_the_name_away(room):
    shown = first_frame(room), repr(room), room.sentence, str(room.state["values"])
    assert not any(NAME in text or AILMENTS[NAME].symptom in text for text in shown)


def test_a_guess_is_answered_and_the_right_one_names_it(room):
    assert wish(room, do="guess", value="every ReLU is dead")["ok"] and room._state.hidden
    answer = room.guess("every ReLU is dead")
    assert answer.startswith("Not yet. With “every ReLU is dead” you would see the labels: 320")
    assert room.guess(NAME).startswith(f"Right: {NAME}.") and not room._state.hidden
    assert room.sentence == f"{NAME}: {AILMENTS[NAME].symptom}."
    room.at = 4
    assert room.sentence.startswith("After epoch 4 of 4: ")


def test_a_healthy_one_takes_its_place_and_the_question_stays(room):
    assert wish(room, do="healthy", value=True)["ok"]
    assert room._state.hidden and room._now.title == "A healthy training"
    assert room.sentence.startswith("This is how the same network learns")
    assert room.guess(NAME).startswith("Right")
    room.set(healthy=False)
    assert room.sentence.startswith(NAME)


def test_closing_an_open_one_brings_the_next(room):
    room.predict()
    assert room._state.options["number"] == 4
    room.show()
    room.predict()
    assert room._state.options["number"] == 5 and room._state.hidden
    room.set(number=2)
    assert room._patient.number == 2
    room.reset()
    assert room._patient.number == 4 and room._state.hidden


@pytest.mark.parametrize("options", [{"number": 0}, {"colour": "red"}])
def test_what_is_no_training_is_refused_and_all_stays(room, options):
    before = seen(room)
    with pytest.raises(ValueError, match=r"number is 0|is no switch here"):
        room.set(**options)
    assert seen(room) == before
    with pytest.raises(TypeError, match="wanted clinic.training"):
        views.sick_training("labels shuffled")


@pytest.mark.parametrize("number", range(1, 12))
def test_every_ailment_can_be_drawn(number):
    shown = views.sick_training(clinic.training("today", number))
    assert shown.sentence.partition(":")[0] in AILMENTS
    for chart in ("live:loss", "live:right", "live:steps"):
        for line in heights(shown.state["parts"][chart]):
            assert np.isfinite(line).all() and (line >= 0).all() and (line <= 112).all()
