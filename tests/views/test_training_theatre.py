"""training_theatre and Recording: what was recorded is played, and recording changes nothing."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, views
from cnnlib.views import maps
from cnnlib.views.explorers import training_theatre
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
    watched, _, watched_history = trained(digits, watching(digits))
    assert history.loss == watched_history.loss
    assert np.array_equal(plain.layers[0].weights, watched.layers[0].weights)


def test_steps_lie_close_together_at_first_and_the_last_one_is_kept(digits):
    _, recording, _ = trained(digits, watching(digits), epochs=3)
    assert recording.steps == [0, 1, 2, 3, 5, 8, 13, 21]
    recording.finish()
    recording.finish()
    assert recording.steps == [0, 1, 2, 3, 5, 8, 13, 21, 30]
    assert "9 steps, 0 to 30" in repr(recording)


def test_the_last_step_takes_the_place_of_one_just_before_it(digits):
    network, recording, _ = trained(digits, watching(digits), epochs=2)
    before = len(recording.frames)
    some, rng = (digits.train_x[:32], digits.train_y[:32]), np.random.default_rng(1)
    cnnlib.train(network, *some, epochs=2, batch_size=32, rng=rng, on_step=recording)
    recording.finish()
    assert recording.steps == [0, 1, 2, 3, 5, 8, 13, 22]
    lists = (recording.frames, recording.losses, recording.shares)
    assert {len(kept) for kept in lists} == {len(recording.steps)} == {before + 1}
    _, loss, p = trace(network, digits.test_x[0], 5)
    assert recording.losses[-1] == loss and recording.shares[-1] == p[5]


def test_a_second_training_goes_on_counting(digits):
    network, recording, _ = trained(digits, watching(digits))
    some = digits.train_x[:96], digits.train_y[:96]
    rng = np.random.default_rng(1)
    cnnlib.train(network, *some, epochs=1, batch_size=32, rng=rng, on_step=recording)
    assert recording.steps == [0, 1, 2, 3, 5, 8, 13]


def test_what_is_kept_of_a_step_belongs_together(digits):
    """Step, numbers, loss and share are those of the network after that step."""
    told = {}

    def hook(network):
        kept = watching(digits)(network)

        def also(step, network, loss):
            weights = network.layers[0].weights.copy()
            told[step] = (*trace(network, digits.test_x[0], 5), weights)

        kept.also = also
        also(0, network, None)
        return kept

    _, recording, _ = trained(digits, hook, epochs=2)
    recording.finish()
    lists = (recording.steps, recording.frames, recording.losses, recording.shares)
    for step, frame, loss, share in zip(*lists, strict=True):
        found, wanted, p, weights = told[step]
        assert loss == wanted and share == p[5]
        assert np.array_equal(frame["w:0"], weights.astype(np.float32))
        for key, kept in frame.items():
            assert key == "w:0" or np.allclose(kept, found[key], atol=1e-6)


def test_only_maps_that_are_looked_at_are_kept(digits):
    recording = watching(digits)(cnnlib.digit_network(np.random.default_rng(0)))
    each = {"out:0", "out:1", "out:2", "out:3", "out:5", "back:0", "back:2", "back:5"}
    assert set(recording.frames[0]) == each | {"x", "grad_x", "w:0", "grad_w:0"}


@pytest.mark.parametrize("kernels, kept", [(64, True), (65, False)])
def test_weights_of_at_most_64_kernels_are_kept(digits, kernels, kept):
    identity = cnnlib.IdentityActivator()
    network = cnnlib.Network(
        [
            cnnlib.ConvLayer(8, 8, 1, 3, 3, kernels, 0, 1, identity, 0.1),
            cnnlib.FlattenLayer(),
            cnnlib.FullyConnectedLayer(36 * kernels, 10, identity, 0.1),
        ]
    )
    names = watching(digits)(network).frames[0].keys()
    assert ("w:0" in names, "grad_w:0" in names) == (kept, kept)


def test_the_example_learns_from_its_first_step_to_its_last_and_is_small():
    theatre = training_theatre.example()
    assert (len(theatre.pixels) + len(theatre.floats)) * 4 / 3 < 600_000  # base64 in a notebook
    recording = training_theatre.recorded()
    at = [recording.steps.index(step) for step in (0, 8, 21, 55, 90)]
    shares = [recording.shares[n] for n in at]
    losses = [recording.losses[n] for n in at]
    assert shares == sorted(shares) and losses == sorted(losses, reverse=True)
    assert shares[0] < 0.15 and 0.2 < shares[2] < 0.5 and shares[-1] > 0.95
    said = re.findall(r"the share ([\d.]+);", " ".join(theatre._now.says))
    assert [float(share) for share in said] == pytest.approx(recording.shares, rel=1e-3)
    w = stack(theatre, "w:0")
    assert w.shape[1:] == (16, 3, 3) and np.abs(w[-1] - w[0]).max() > 0.2


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
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
    shown = stack(theatre, "back:2")
    assert shown.shape == (7, 32, 4, 4) and np.allclose(shown[-1], found["back:2"], atol=1e-6)
    scale = next(s for s in theatre._now.stacks if s.name == "back:2").top
    assert scale == pytest.approx(np.abs(shown).max())
    assert not np.allclose(scale, np.abs(shown).max((1, 2, 3)))
    assert theatre.at == 0 and "After step 0" in theatre.sentence
    theatre.step(6)
    assert (
        "After step 10" in theatre.sentence and f"loss is {maps.number(loss)}" in theatre.sentence
    )


def test_the_answer_and_its_error_stand_beside_the_image():
    rows = views.training_theatre()._now.rows
    assert [stack.name for stack in rows[0][1]] == ["x", "grad_x", "out:5", "back:5"]
    shown = [stack.name for _, row in rows[1:-1] for stack in row]
    assert shown[:4] == ["out:0", "back:0", "w:0", "grad_w:0"] and "out:5" not in shown


def test_a_recording_may_go_on_while_it_is_played(digits):
    network, recording, _ = trained(digits, watching(digits))
    theatre = views.training_theatre(recording)
    before = seen(theatre)
    network.layers[0].weights[...] = 0
    for step in (11, 12, 13):
        recording(step, network, 0.0)
    theatre.reset()
    assert seen(theatre) == before and recording.steps[-2:] == [10, 13]


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
