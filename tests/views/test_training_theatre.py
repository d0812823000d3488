"""training_theatre and Recording: what was recorded is played, and recording changes nothing."""

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, views
from cnnlib.views import maps
from cnnlib.views.explorers.layer_maps import trace
from tests.views.hands import seen, stack


@pytest.fixture(scope="module")
def digits():
    return datasets.digits()


def trained(digits, on_step=None, epochs=1):
    """(network, what on_step(network) made, history) of a short training."""
    network = cnnlib.digit_network(np.random.default_rng(0))
    hook = on_step(network) if on_step else None
    some = digits.train_x[:320], digits.train_y[:320]
    run = {"epochs": epochs, "batch_size": 32, "rng": np.random.default_rng(0)}
    return network, hook, cnnlib.train(network, *some, **run, on_step=hook)


def watching(digits, **options):
    """A function of a network: its Recording of the first held-out digit."""
    return lambda network: views.Recording(network, digits.test_x[0], 5, **options)


def test_recording_changes_nothing_of_the_training(digits):
    plain, _, history = trained(digits)
    watched, recording, watched_history = trained(digits, watching(digits))
    assert history.loss == watched_history.loss and recording.steps == list(range(11))
    assert np.array_equal(plain.layers[0].weights, watched.layers[0].weights)


def test_recording_stays_below_its_limit(digits):
    one = watching(digits)(cnnlib.digit_network(np.random.default_rng(0))).bytes
    _, recording, _ = trained(digits, watching(digits, limit=4 * one), epochs=3)
    assert recording.bytes <= 4 * one and recording.every in (8, 16) and recording.steps[0] == 0
    assert all(step % recording.every == 0 for step in recording.steps) and recording.steps[-1] > 15
    assert f"every {recording.every}" in repr(recording)


def test_what_is_kept_of_a_step_belongs_together(digits):
    """Step, numbers, loss and share are thinned alike."""
    one = watching(digits)(cnnlib.digit_network(np.random.default_rng(0))).bytes
    told = {}

    def hook(network):
        kept = watching(digits, limit=4 * one)(network)

        def also(step, network, loss):
            told[step] = trace(network, digits.test_x[0], 5)

        kept.also = also
        also(0, network, None)
        return kept

    _, recording, _ = trained(digits, hook, epochs=2)
    assert len(recording.steps) < 12
    lists = (recording.steps, recording.frames, recording.losses, recording.shares)
    for step, frame, loss, share in zip(*lists, strict=True):
        found, wanted, p = told[step]
        assert loss == wanted and share == p[5]
        assert np.allclose(frame["grad_w:0"], found["grad_w:0"], atol=1e-6)


def test_recording_refuses_a_limit_without_room(digits):
    with pytest.raises(ValueError, match="room for two"):
        watching(digits, limit=1000)(cnnlib.digit_network(np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"every": 0}, ValueError, "every is 0, wanted at least 1"),
        ({"every": 1.5}, TypeError, "every is 1.5, wanted a whole number"),
        ({"label": 2.7}, TypeError, "label is 2.7, wanted a whole number"),
        ({"also": 3}, TypeError, "also is 3, wanted a function"),
    ],
)
def test_recording_refuses_odd_settings_before_training(settings, error, words, digits):
    network = cnnlib.digit_network(np.random.default_rng(0))
    with pytest.raises(error, match=words):
        views.Recording(network, digits.test_x[0], **{"label": 5, **settings})


def test_theatre_plays_what_was_recorded_on_one_scale(digits):
    network, recording, _ = trained(digits, watching(digits))
    theatre = views.training_theatre(recording)
    found, loss, _ = trace(network, digits.test_x[0], 5)
    shown = stack(theatre, "grad_w:2")
    last = found["grad_w:2"].reshape(-1, 3, 3)
    assert shown.shape == (11, 512, 3, 3) and np.allclose(shown[-1], last, atol=1e-6)
    scale = next(s for s in theatre._now.stacks if s.name == "grad_w:2").top
    assert scale == pytest.approx(np.abs(shown).max())
    assert not np.isclose(scale, np.abs(shown[0]).max())
    assert theatre.at == 0 and "After step 0" in theatre.sentence
    theatre.step(10)
    assert (
        "After step 10" in theatre.sentence and f"loss is {maps.number(loss)}" in theatre.sentence
    )


def test_a_recording_may_go_on_while_it_is_played(digits):
    network, recording, _ = trained(digits, watching(digits))
    theatre = views.training_theatre(recording)
    before = seen(theatre)
    network.layers[0].weights[...] = 0
    recording(11, network, 0.0)
    theatre.reset()
    assert seen(theatre) == before and len(recording.steps) == 12


def test_a_training_that_diverged_can_be_played(digits):
    network = cnnlib.digit_network(np.random.default_rng(0))
    recording = watching(digits)(network)
    network.layers[-1].weights[...] = np.nan
    recording(1, network, np.nan)
    recording.frames.append({k: np.full_like(a, np.inf) for k, a in recording.frames[0].items()})
    recording.steps.append(2)
    recording.losses.append(np.inf)
    recording.shares.append(np.nan)
    theatre = views.training_theatre(recording)
    theatre.step(1)
    assert "the share not known; the loss is not known." in theatre.sentence


def test_theatre_wants_a_recording():
    with pytest.raises(TypeError, match="recording is list, wanted a views.Recording"):
        views.training_theatre([1, 2])
