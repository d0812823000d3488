"""The formulas of lesson 06: delta, the step, and the layer that hangs on them, on random sizes,
activations and batches, by central differences and by brute force."""

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    IdentityActivator,
    ReluActivator,
    SigmoidActivator,
    TanhActivator,
    numerical_gradient,
    softmax_cross_entropy,
)
from tests.test_layers import W1, W2, X

SETTINGS = range(200)
ACTIVATORS = (IdentityActivator, ReluActivator, SigmoidActivator, TanhActivator)
DELTA = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])


def near(a, b, apart=1e-8):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=apart, atol=apart)


def activator_of(rng):
    return ACTIVATORS[rng.integers(len(ACTIVATORS))]()


def layer_of(rng, activator, rate=0.1):
    """A layer of random sizes, with a random bias: (layer, its image's shape)."""
    C, F = map(int, rng.integers(1, 4, 2))
    K_H, K_W, s, p = (int(rng.integers(*span)) for span in ((1, 4), (1, 4), (1, 4), (0, 3)))
    H, W = (max(1, k - 2 * p) + int(rng.integers(0, 4)) for k in (K_H, K_W))
    layer = ConvLayer(W, H, C, K_W, K_H, F, p, s, activator, rate, rng=rng)
    layer.bias = rng.standard_normal(F)
    return layer, (C, H, W)


def off_the_kink(net):
    """Is no number so near to 0 that a step of a difference passes ReLU's kink?"""
    return np.abs(net).min() > 1e-3


def drawn(seed, make):
    """What make(rng) gives, drawn anew until its layers stand off the kink: (..., nets)."""
    rng = np.random.default_rng(seed)
    while True:
        *made, nets = make(rng)
        if all(map(off_the_kink, nets)):
            return made


@pytest.mark.parametrize("seed", SETTINGS)
def test_6_1_is_the_gradient_with_respect_to_net(seed):
    rng = np.random.default_rng([61, seed])
    f, shape = activator_of(rng), rng.integers(1, 4, 3)
    net, grad_out = rng.standard_normal((2, *shape))
    net += 0.01 * np.sign(net)
    delta = grad_out * f.derivative(net)
    assert near(delta, numerical_gradient(lambda n: (grad_out * f.forward(n)).sum(), net))


@pytest.mark.parametrize("seed", SETTINGS)
def test_the_layer_s_three_gradients_hang_on_delta(seed):
    """For one image or a batch; at each position its own slope, over the batch a sum."""

    def make(rng):
        layer, image = layer_of(rng, activator_of(rng))
        x = rng.standard_normal((*map(int, rng.integers(1, 4, rng.integers(2))), *image))
        grad_out = rng.standard_normal(layer.forward(x).shape)
        return layer, x, grad_out, [layer.net]

    layer, x, grad_out = drawn([62, seed], make)
    grad_x = layer.backward(grad_out)
    found = {"delta": layer.delta, "w": layer.weights_grad, "b": layer.bias_grad}
    found = {name: np.array(a) for name, a in found.items()}
    assert near(found["delta"], grad_out * layer.activator.derivative(layer.net), 1e-15)

    def loss(_):
        return float((grad_out * layer.forward(x)).sum())

    assert near(grad_x, numerical_gradient(loss, x), 1e-7)
    assert near(found["w"], numerical_gradient(loss, layer.weights), 1e-7)
    assert near(found["b"], numerical_gradient(loss, layer.bias), 1e-7)


@pytest.mark.parametrize("seed", SETTINGS)
def test_every_layer_applies_its_own_slope_at_its_own_net(seed):
    """Two layers in a row: what the upper one hands down is finished."""

    def make(rng):
        lower, image = layer_of(rng, activator_of(rng))
        x = rng.standard_normal(image)
        C, H, W = lower.forward(x).shape
        kernel = int(rng.integers(1, min(H, W) + 1))
        ten = (W, H, C, kernel, kernel, 2, 0, 1, activator_of(rng), 0.1)
        upper = ConvLayer(*ten, rng=rng)
        grad_out = rng.standard_normal(upper.forward(lower.out).shape)
        return lower, upper, x, grad_out, [lower.net, upper.net]

    lower, upper, x, grad_out = drawn([63, seed], make)
    grad_x = lower.backward(upper.backward(grad_out))

    def loss(image):
        return float((grad_out * upper.forward(lower.forward(image))).sum())

    assert near(grad_x, numerical_gradient(loss, x), 1e-7)


@pytest.mark.parametrize("seed", SETTINGS)
def test_6_6_goes_downhill_for_a_small_rate(seed):
    rng = np.random.default_rng([66, seed])
    layer, image = layer_of(rng, TanhActivator(), rate=1e-6)
    x = rng.standard_normal(image)
    upstream = rng.standard_normal(layer.forward(x).shape)
    layer.backward(upstream)
    before = {name: getattr(layer, name).copy() for name in ("weights", "bias")}
    loss = (upstream * layer.out).sum()
    layer.update()
    for name, old in before.items():
        grad = getattr(layer, f"{name}_grad")
        assert near(getattr(layer, name), old - 1e-6 * grad, 1e-15)
    squares = (layer.weights_grad**2).sum() + (layer.bias_grad**2).sum()
    fallen = loss - (upstream * layer.forward(x)).sum()
    assert np.isclose(fallen, 1e-6 * squares, rtol=1e-2)


@pytest.mark.parametrize("seed", SETTINGS)
def test_a_batch_is_its_images_side_by_side_and_grad_w_is_their_sum(seed):
    rng = np.random.default_rng([616, seed])
    layer, image = layer_of(rng, activator_of(rng))
    x = rng.standard_normal((int(rng.integers(1, 5)), *image))
    upstream = rng.standard_normal(layer.forward(x).shape)
    at_once = [layer.backward(upstream), layer.weights_grad.copy(), layer.bias_grad.copy()]
    each = []
    for one, sent in zip(x, upstream):
        layer.forward(one)
        each.append((layer.backward(sent), layer.weights_grad.copy(), layer.bias_grad.copy()))
    grad_x, grad_w, grad_b = map(np.stack, zip(*each))
    for a, b in zip(at_once, (grad_x, grad_w.sum(0), grad_b.sum(0))):
        assert near(a, b, 1e-12)


@pytest.mark.parametrize("seed", SETTINGS)
def test_the_size_counts_the_windows_that_fit(seed):
    rng = np.random.default_rng([19, seed])
    n, k, p, s = (int(rng.integers(*span)) for span in ((1, 12), (1, 6), (0, 4), (1, 5)))
    k = min(k, n + 2 * p)
    fit = sum(at + k <= n + 2 * p for at in range(0, n + 2 * p, s))
    assert ConvLayer.calculate_output_size(n, k, p, s) == fit


@pytest.mark.parametrize("seed", SETTINGS)
def test_weight_decay_is_the_step_of_a_larger_loss(seed):
    """Exercise 6.2: the step for E + (lam / 2) * sum of w², for any E."""
    rng = np.random.default_rng([602, seed])
    w, grad_w = rng.standard_normal((2, *rng.integers(1, 4, 4)))
    rate, lam = rng.uniform(0, 1, 2)

    def larger(v):
        return float((grad_w * v).sum() + lam / 2 * (v**2).sum())

    wanted = w - rate * numerical_gradient(larger, w)
    assert near(w - rate * (grad_w + lam * w), wanted)


@pytest.mark.parametrize("seed", SETTINGS)
def test_parts_of_a_batch_add_up_when_each_is_divided_by_all(seed):
    """Exercise 6.5: with the mean of each of m equal parts the sum is m times too large."""
    rng = np.random.default_rng([605, seed])
    m, size, classes = (int(rng.integers(*span)) for span in ((2, 5), (1, 5), (2, 5)))
    scores, labels = rng.standard_normal((m * size, classes)), rng.integers(0, classes, m * size)
    whole = softmax_cross_entropy(scores, labels)[1]
    halves = zip(np.split(scores, m), np.split(labels, m))
    parts = np.concatenate([softmax_cross_entropy(*half)[1] for half in halves])
    assert near(parts, m * whole, 1e-12) and near(parts / m, whole, 1e-12)


# ---- the numbers of the page


def test_the_5x5x3_example():
    layer = ConvLayer(5, 5, 3, 3, 3, 2, 1, 2, IdentityActivator(), 0.001)
    layer.weights, layer.bias = [W1, W2], [1, 0]
    out = [[[6, 7, 5], [3, -1, -1], [2, -1, 4]], [[2, -5, -8], [1, -4, -4], [0, -5, -5]]]
    assert layer.forward(X).tolist() == out
    layer.backward(DELTA)
    assert layer.weights_grad[0, 0].tolist() == [[8, 10, 9], [5, 6, 6], [6, 5, 4]]
    assert layer.bias_grad.tolist() == [9, 7]
    layer.update()
    assert near(layer.bias, [0.991, -0.007], 1e-15)
    assert layer.weights.size + layer.bias.size == 56


def test_the_slopes_that_the_page_prints():
    sigmoid, tanh = SigmoidActivator(), TanhActivator()
    assert round(float(tanh.derivative(np.array(0.5))), 4) == 0.7864
    assert sigmoid.derivative(np.arange(3)).round(4).tolist() == [0.25, 0.1966, 0.105]
    assert sigmoid.derivative(np.arange(3)).astype(int).tolist() == [0, 0, 0]


def test_the_neighbour_s_slope_is_thirty_times_too_large():
    f, w_1, w_2 = SigmoidActivator(), 2.0, -3.0
    out_1 = f.forward(np.array(w_1))
    own = w_2 * f.derivative(w_2 * out_1) * f.derivative(np.array(w_1))
    neighbours = w_2 * f.derivative(out_1)
    numeric = numerical_gradient(lambda w: f.forward(w_2 * f.forward(w))[0], np.array([w_1]))
    assert near(own, numeric[0]) and (round(float(own), 4), round(float(neighbours), 4)) == (
        -0.0195,
        -0.6215,
    )
