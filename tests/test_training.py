"""training: the formulas against a loop written out, the same seed twice, when it stops, what it
refuses."""

import warnings

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    FlattenLayer,
    FullyConnectedLayer,
    History,
    IdentityActivator,
    MaxPoolingLayer,
    Network,
    ReluActivator,
    Training,
    datasets,
    digit_network,
    softmax_cross_entropy,
    train,
)
from cnnlib.training import TrainingWarning

RNG = np.random.default_rng(5)
X, LABELS = RNG.standard_normal((10, 1, 4, 4)), RNG.integers(0, 3, 10)


def small(rate=0.1, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return Network(
        [
            ConvLayer(4, 4, 1, 3, 3, 2, 1, 1, ReluActivator(), rate, rng=rng, dtype=dtype),
            MaxPoolingLayer(4, 4, 2, 2, 2, 2),
            FlattenLayer(),
            FullyConnectedLayer(8, 3, IdentityActivator(), rate / 2, rng=rng, dtype=dtype),
        ]
    )


def dense(rate=0.1):
    """One dense layer from 16 numbers to 3 classes, its weights not 0."""
    return Network(
        [
            FlattenLayer(),
            FullyConnectedLayer(16, 3, IdentityActivator(), rate, rng=np.random.default_rng(1)),
        ]
    )


def run(network, **settings):
    """train with what a test does not care for filled in."""
    usual = {
        "x": X,
        "labels": LABELS,
        "epochs": 2,
        "batch_size": 4,
        "rng": np.random.default_rng(0),
    }
    return train(network, **usual | settings)


def numbers(network):
    return [
        a.copy()
        for layer in network.layers
        if hasattr(layer, "weights")
        for a in (layer.weights, layer.bias)
    ]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


# ---- the formulas


@pytest.mark.parametrize(("momentum", "decay"), [(0.0, 1.0), (0.9, 1.0), (0.0, 0.5), (0.7, 0.6)])
def test_momentum_and_decay_as_written_out(momentum, decay):
    network, rate, rates = dense(), 0.1, []
    w, b = numbers(network)

    def watch(step, network, loss):
        rates.append(network.layers[1].learning_rate)

    history = run(network, epochs=3, momentum=momentum, decay=decay, on_step=watch)
    rng, v_w, v_b, losses = np.random.default_rng(0), np.zeros_like(w), np.zeros_like(b), []
    for _ in range(3):
        order = rng.permutation(10)
        for batch in (order[:4], order[4:8], order[8:]):  # the last one is smaller
            x, onehot = X[batch].reshape(len(batch), 16), np.eye(3)[LABELS[batch]]
            p = np.exp(x @ w.T + b)
            p /= p.sum(1, keepdims=True)
            losses.append(-np.log((p * onehot).sum(1)).mean())
            grad = (p - onehot) / len(batch)
            v_w, v_b = momentum * v_w + grad.T @ x, momentum * v_b + grad.sum(0)
            w, b = w - rate * v_w, b - rate * v_b
        rate *= decay
    assert np.allclose(history.loss, losses, rtol=0, atol=1e-12)
    for found, wanted in zip(numbers(network), (w, b)):
        assert np.allclose(found, wanted, rtol=0, atol=1e-12)
    decayed = [0.1 * decay**epoch for epoch in range(3) for _ in range(3)]
    assert rates == pytest.approx(decayed, rel=1e-12)
    assert network.layers[1].learning_rate == 0.1  # as it was found


def rates_of(network):
    return [layer.learning_rate for layer in network.layers if hasattr(layer, "learning_rate")]


def test_each_layer_keeps_its_own_learning_rate():
    network, rates = small(rate=0.1), []
    run(
        network,
        epochs=3,
        decay=0.5,
        momentum=0.9,
        on_step=lambda *a: rates.append(rates_of(network)),
    )
    wanted = [0.1, 0.05, 0.05, 0.025, 0.025, 0.0125]
    assert np.ravel(rates[::3]) == pytest.approx(wanted) and rates_of(network) == [0.1, 0.05]
    frozen, before = small(rate=0.1), numbers(small(rate=0.1))
    frozen.layers[0].learning_rate = 0
    run(frozen, momentum=0.9)
    after = numbers(frozen)
    assert same(after[:2], before[:2]) and not same(after[2:], before[2:])


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_learning_rates_are_left_as_found_also_when_a_run_breaks_off(stop):
    network, met = small(rate=0.1), []

    def on_step(step, network, loss):
        met.append(network.layers[0].learning_rate)
        if step == 5:
            raise stop

    with pytest.raises(stop):
        run(network, epochs=4, decay=0.5, on_step=on_step)
    assert met[-1] == 0.05 and rates_of(network) == [0.1, 0.05]
    with pytest.raises(FloatingPointError):
        run(small_one := small(rate=1e150), epochs=5, decay=0.5)
    assert rates_of(small_one) == [1e150, 5e149]


@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_layers_of_one_type_and_shape_have_velocities_of_their_own(momentum):
    """Two dense layers of 4 to 4 in a row, against the steps written out."""
    rng = np.random.default_rng(6)
    network = Network(
        [FullyConnectedLayer(4, 4, IdentityActivator(), 0.1, rng=rng) for _ in range(2)]
    )
    x, labels = rng.standard_normal((6, 4)), rng.integers(0, 4, 6)
    weights = [layer.weights.copy() for layer in network.layers]
    biases = [layer.bias.copy() for layer in network.layers]
    velocity = [np.zeros_like(a) for a in weights + biases]
    for _ in range(4):
        hidden = x @ weights[0].T + biases[0]
        p = np.exp(hidden @ weights[1].T + biases[1])
        delta = (p / p.sum(1, keepdims=True) - np.eye(4)[labels]) / 6
        below = delta @ weights[1]
        gradients = [below.T @ x, delta.T @ hidden, below.sum(0), delta.sum(0)]
        velocity = [momentum * v + g for v, g in zip(velocity, gradients)]
        for number, v in zip(weights + biases, velocity):
            number -= 0.1 * v
    train(
        network, x, labels, epochs=4, batch_size=6, rng=np.random.default_rng(0), momentum=momentum
    )
    for layer, w, b in zip(network.layers, weights, biases):
        assert np.allclose(layer.weights, w, rtol=0, atol=1e-13)
        assert np.allclose(layer.bias, b, rtol=0, atol=1e-13)


def test_without_momentum_a_step_is_the_layers_own_update():
    class Counts(FlattenLayer):
        steps = 0

        def update(self):
            self.steps += 1

    network = Network([Counts(), FullyConnectedLayer(16, 3, IdentityActivator(), 0.1)])
    run(network)
    assert network.layers[0].steps == 6
    run(network, momentum=0.5)
    assert network.layers[0].steps == 12  # a layer without weights is asked in any case


# ---- the same seed, the same result


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_same_seed_gives_the_same_numbers_bit_for_bit(dtype, momentum):
    def once(seed):
        network = small(dtype=dtype)
        history = run(
            network,
            rng=np.random.default_rng(seed),
            momentum=momentum,
            decay=0.9,
            validation=(X, LABELS),
        )
        return numbers(network), history

    (first, one), (second, two), (other, _) = once(3), once(3), once(4)
    assert same(first, second) and one == two and not same(first, other)
    assert {a.dtype for a in first} == {np.dtype(dtype)}


def test_every_image_is_met_once_an_epoch_in_a_new_order():
    seen = []

    class Watches(FlattenLayer):
        def forward(self, x):
            seen.append([int(n) for n in np.ravel(x)])
            return super().forward(x)

    network = Network([Watches(), FullyConnectedLayer(1, 2, IdentityActivator(), 0.1)])
    train(
        network,
        np.arange(7.0).reshape(7, 1, 1, 1),
        np.zeros(7, int),
        epochs=2,
        batch_size=3,
        rng=np.random.default_rng(0),
    )
    assert seen.pop(0) == [0]  # before the first step one image is tried
    first, second = sum(seen[:3], []), sum(seen[3:], [])
    assert [len(batch) for batch in seen] == [3, 3, 1] * 2
    assert sorted(first) == sorted(second) == list(range(7)) and first != second


def test_data_stay_as_they_were():
    x, labels = X.copy(), LABELS.copy()
    run(small(), x=x, labels=labels, momentum=0.9)
    assert np.array_equal(x, X) and np.array_equal(labels, LABELS)


# ---- what is told


def test_the_history_holds_every_step_and_epoch():
    told = []
    history = run(
        small(), epochs=3, validation=(X[:4], LABELS[:4]), on_step=lambda *a: told.append(a)
    )
    assert isinstance(history, History)
    assert len(history.loss) == 9
    assert all(type(n) is float for n in history.loss)
    assert history.epoch_loss == [
        pytest.approx(np.mean(history.loss[n : n + 3])) for n in (0, 3, 6)
    ]
    assert len(history.train_accuracy) == len(history.validation_accuracy) == 3
    assert [step for step, *_ in told] == list(range(1, 10))
    assert [loss for *_, loss in told] == history.loss
    assert run(small()).validation_accuracy == [] and run(small(), epochs=0) == History()


def test_on_step_sees_the_network_after_the_step():
    network, weights = dense(), []
    start = numbers(network)
    run(
        network,
        epochs=1,
        on_step=lambda step, n, loss: weights.append(numbers(n)) if n is network else None,
    )
    assert len(weights) == 3 and not same(weights[0], start) and same(weights[-1], numbers(network))


def test_accuracies_are_shares():
    """All images are of one class; the network is made sure of it, so every image is right as it is
    met."""
    network, sure = dense(rate=0.0), np.array([50.0, 0, 0])
    network.layers[1].weights, network.layers[1].bias = np.zeros((3, 16)), sure
    history = run(
        network,
        labels=np.array([0] * 7 + [1] * 3),
        epochs=1,
        validation=(X[:4], np.array([0, 0, 0, 2])),
    )
    assert history.train_accuracy == [0.7] and history.validation_accuracy == [0.75]


def test_training_takes_rows_as_well_as_images():
    network = Network(
        [FullyConnectedLayer(16, 3, IdentityActivator(), 0.1, rng=np.random.default_rng(1))]
    )
    history = run(network, x=X.reshape(10, 16))
    assert history.loss == run(dense()).loss


def test_a_network_learns_real_digits():
    digits, rng = datasets.digits(), np.random.default_rng(0)
    network = digit_network(rng)
    history = train(
        network,
        digits.train_x[:800],
        digits.train_y[:800],
        epochs=3,
        batch_size=32,
        rng=rng,
        momentum=0.9,
        validation=(digits.test_x, digits.test_y),
    )
    assert history.validation_accuracy[-1] > 0.9
    assert history.epoch_loss[2] < history.epoch_loss[0] / 2


# ---- what goes wrong in silence


def quiet(network, **settings):
    """train, and what its warnings say."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = run(network, **settings)
    assert all(one.category is TrainingWarning for one in said)
    assert history.notes == [str(one.message) for one in said]
    return history


def dies(network, layer=0):
    """Make every ReLU of a layer 0, whatever the image."""
    network.layers[layer].bias = np.full(network.layers[layer].bias.shape, -100.0)
    return network


def test_a_layer_that_has_died_is_told_once_in_words():
    notes = quiet(dies(small()), epochs=5).notes
    assert len(notes) == 1
    assert notes[0].startswith(
        "after epoch 1, layer 0 (ConvLayer) has died: no ReLU there is above 0"
    )
    assert "smaller learning rate" in notes[0]
    both = Network(
        [
            ConvLayer(4, 4, 1, 3, 3, 2, 1, 1, ReluActivator(), 0.1),
            FlattenLayer(),
            FullyConnectedLayer(32, 5, ReluActivator(), 0.1),
            FullyConnectedLayer(5, 3, IdentityActivator(), 0.1),
        ]
    )
    (note,) = quiet(dies(dies(both), 2), momentum=0.9).notes
    assert "layer 0 (ConvLayer) and layer 2 (FullyConnectedLayer) have died" in note


def test_a_layer_that_dies_later_is_told_then():
    def kill(step, network, loss):
        if step == 5:
            dies(network)

    (note,) = quiet(small(), epochs=4, on_step=kill).notes
    assert note.startswith("after epoch 2, ")


@pytest.mark.parametrize("alive", [0, 100, 199])
def test_a_layer_with_one_image_alive_is_not_dead(alive):
    """Above 0 for one of 200 images only, which no other part of them sees."""
    x = np.zeros((200, 1, 4, 4))
    x[alive] = 5
    network = Network(
        [
            ConvLayer(4, 4, 1, 4, 4, 1, 0, 1, ReluActivator(), 0.0),
            FlattenLayer(),
            FullyConnectedLayer(1, 3, IdentityActivator(), 0.0),
        ]
    )
    network.layers[0].weights, network.layers[0].bias = np.ones((1, 1, 4, 4)), [-1]
    network.layers[2].bias = [3, 0, 0]  # a loss far from log 3
    labels = np.arange(200) % 3
    assert quiet(network, x=x, labels=labels, epochs=1, batch_size=50).notes == []
    x[alive] = 0.01
    assert "layer 0 (ConvLayer) has died" in quiet(network, x=x, labels=labels, epochs=1).notes[0]


def test_a_loss_that_stands_at_log_k_is_told_once_in_words():
    network = dense(rate=0.0)
    network.layers[1].weights = np.zeros((3, 16))
    notes = quiet(network, epochs=4, batch_size=2).notes
    assert len(notes) == 1
    assert notes[0].startswith("after epoch 1, the loss still stands at log 3 = 1.10")
    assert quiet(network, epochs=1, batch_size=10).notes == []  # one step says nothing yet
    assert quiet(network, epochs=4, batch_size=10).notes[0].startswith("after epoch 4, ")
    network.layers[1].bias = [2, 0, 0]
    assert quiet(network, epochs=4, batch_size=2).notes == []


@pytest.mark.parametrize(("scale", "hint"), [(255, "; x goes up to 255, try x / 255."), (1, ".")])
def test_pixels_up_to_255_are_named_as_a_reason(scale, hint):
    digits = datasets.digits()
    network = digit_network(np.random.default_rng(0))
    rate = 0.03 if scale == 255 else 0.3
    for layer in (network.layers[0], network.layers[2], network.layers[5]):
        layer.learning_rate = rate
    (note,) = quiet(
        network,
        x=digits.train_x[:600] * scale,
        labels=digits.train_y[:600],
        batch_size=16,
        momentum=0.9,
    ).notes
    assert "died" in note and note.endswith(hint)


def test_a_network_that_learns_is_told_nothing_and_warnings_come_in_every_run(recwarn):
    digits = datasets.digits()
    for seed in range(3):
        network = digit_network(np.random.default_rng(seed))
        x, labels = digits.train_x[:500], digits.train_y[:500]
        assert quiet(network, x=x, labels=labels, batch_size=16, momentum=0.9).notes == []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")  # as in a notebook: once a place
        for _ in range(3):
            run(dies(small()))
    assert len(said) == 3


def test_a_warning_made_an_error_leaves_the_learning_rates(recwarn):
    network = dies(small(rate=0.1))
    with warnings.catch_warnings(), pytest.raises(TrainingWarning):
        warnings.simplefilter("error")
        run(network, decay=0.5)
    assert rates_of(network) == [0.1, 0.05]


# ---- when it stops


@pytest.mark.parametrize("wrong", [np.nan, np.inf], ids=str)
def test_a_loss_that_is_not_finite_stops_with_the_step_and_the_weights_of_before(wrong):
    network, weights = dense(), []
    x = X.copy()
    x[np.random.default_rng(0).permutation(10)[5], 0, 2, 2] = (
        wrong  # met in the second batch of four
    )
    with pytest.raises(FloatingPointError) as stop:
        run(
            network,
            x=x,
            epochs=3,
            momentum=0.9,
            on_step=lambda step, n, loss: weights.append(numbers(n)),
        )
    assert str(stop.value) == (
        f"the loss is {wrong} at step 2 (epoch 1): try a smaller learning rate or a smaller "
        f"momentum, "
        "and look for numbers in x that are not finite"
    )
    assert len(weights) == 1 and same(numbers(network), weights[0])


def test_steps_that_are_too_large_stop_it_without_a_warning():
    with pytest.raises(
        FloatingPointError,
        match=r"the loss is (nan|inf) at step \d+ \(epoch \d\): try a smaller learning rate",
    ):
        run(small(rate=1e150), epochs=5)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"x": X[:0], "labels": LABELS[:0]},
            "ValueError: x has shape (0, 1, 4, 4), wanted a batch of 1 or more samples: (N, C, H, "
            "W) or (N, I)",
        ),
        (
            {"x": X[0]},
            "ValueError: x has shape (1, 4, 4), wanted a batch of 1 or more samples: (N, C, H, W) "
            "or (N, I)",
        ),
        (
            {"x": X[:, :, :3]},
            "ValueError: x has shape (1, 1, 3, 4), this layer wants (1, 4, 4) or a batch (N, 1, "
            "4, 4) as (N, C, H, W)",
        ),
        (
            {"labels": LABELS[:3]},
            "ValueError: labels has shape (3,), wanted (10,): one label for each sample",
        ),
        ({"labels": LABELS + 5}, "ValueError: labels run from 5 to 7, wanted 0 to 2"),
        ({"labels": LABELS / 2}, "TypeError: labels holds float64 values, wanted whole numbers"),
        ({"epochs": -1}, "ValueError: epochs is -1, wanted at least 0"),
        ({"epochs": 1.5}, "TypeError: epochs is 1.5, wanted a whole number"),
        ({"batch_size": 0}, "ValueError: batch_size is 0, wanted at least 1"),
        ({"momentum": 1}, "ValueError: momentum is 1, wanted a number from 0 up to below 1"),
        (
            {"momentum": float("nan")},
            "ValueError: momentum is nan, wanted a number from 0 up to below 1",
        ),
        (
            {"momentum": "much"},
            "TypeError: momentum is 'much', wanted a number from 0 up to below 1",
        ),
        ({"decay": 0}, "ValueError: decay is 0, wanted a number above 0, at most 1"),
        ({"decay": 1.1}, "ValueError: decay is 1.1, wanted a number above 0, at most 1"),
        ({"decay": None}, "TypeError: decay is None, wanted a number above 0, at most 1"),
        ({"rng": 3}, "TypeError: rng is 3, wanted a generator: np.random.default_rng(0)"),
        ({"on_step": 5}, "TypeError: on_step is 5, wanted a function of (step, network, loss)"),
        ({"validation": X}, "TypeError: validation is not a pair, wanted (x, labels)"),
        (
            {"validation": (X, LABELS[:2])},
            "ValueError: labels has shape (2,), wanted (10,): one label for each sample",
        ),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(settings, said):
    network = small()
    before = numbers(network)
    with pytest.raises((ValueError, TypeError)) as refusal:
        run(network, **settings)
    assert f"{refusal.type.__name__}: {refusal.value}" == said
    assert same(numbers(network), before) and network.layers[0].learning_rate == 0.1


# ---- step by step


def stepped(network, **settings):
    """A Training with what a test does not care for filled in."""
    usual = {"x": X, "labels": LABELS, "batch_size": 4, "rng": np.random.default_rng(0)}
    return Training(network, **usual | settings)


def test_a_run_step_by_step_is_what_train_does():
    whole, parts = small(), small()
    wanted = run(whole, epochs=2, momentum=0.9, validation=(X[:3], LABELS[:3]))
    one = stepped(parts, momentum=0.9, validation=(X[:3], LABELS[:3]))
    losses = [one.step() for _ in range(6)]
    assert losses == one.history.loss == wanted.loss and one.history == wanted
    assert one.epochs == 2 and same(numbers(whole), numbers(parts))


def test_an_epoch_is_over_with_its_last_batch():
    one = stepped(small())
    met = []
    for _ in range(4):
        one.step()
        met.append(one.epochs)
    assert met == [0, 0, 1, 1]  # 10 images: 4, 4 and 2


def test_each_image_comes_once_an_epoch_whatever_the_batch_size_becomes():
    network = dense()
    one = stepped(network)
    met, forward = [], network.forward
    network.forward = lambda x: (met.extend(x[:, 0, 0, 0]), forward(x))[1]
    for size in (1, 5, 3, 100):
        one.batch_size = size
        one.step()
    assert one.epochs == 1
    assert sorted(met[:10]) == sorted(X[:, 0, 0, 0])  # then each once more, for dead ReLUs


def test_decay_stays_with_who_steps():
    network = small()
    one = stepped(network, decay=0.5)
    for _ in range(3):
        one.step()
    assert rates_of(network) == [0.05, 0.025]


def test_after_a_loss_that_is_not_finite_a_run_can_go_on():
    network = small()
    one = stepped(network)
    one.step()
    before = numbers(network)
    weights = network.layers[3].weights.copy()
    network.layers[3].weights[...] = np.inf
    with pytest.raises(FloatingPointError, match=r"at step 2 \(epoch 1\)"):
        one.step()
    network.layers[3].weights[...] = weights
    assert same(numbers(network), before)
    one.step()
    assert len(one.history.loss) == 2


def test_a_loss_of_ones_own_gives_the_number_and_the_gradient():
    def halved(scores, labels):
        loss, grad = softmax_cross_entropy(scores, labels)
        return loss + 1, grad / 2

    mine, other = small(), small(rate=0.05)
    history = run(mine, loss=halved, epochs=1)
    np.testing.assert_allclose(history.loss, np.add(run(other, epochs=1).loss, 1))
    for a, b in zip(numbers(mine), numbers(other), strict=True):
        np.testing.assert_allclose(a, b)


def test_what_is_no_loss_is_refused():
    with pytest.raises(TypeError, match=r"loss is 3, wanted a function of \(scores, labels\)"):
        run(small(), loss=3)
