"""The formulas of lesson 08: the dense layer, softmax and cross-entropy, momentum, on random sizes,
written down once more as the page has them and compared with central differences and brute force.
"""

import numpy as np
import pytest

from cnnlib import (
    FullyConnectedLayer,
    IdentityActivator,
    Network,
    numerical_gradient,
    reference,
    softmax_cross_entropy,
    train,
)
from cnnlib.course.exercise import find

SETTINGS = range(200)
of_each_setting = pytest.mark.parametrize("seed", SETTINGS)


def near(a, b, apart=1e-8):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=apart, atol=apart)


def dense_setting(number, seed):
    """x (N, I), w (O, I), b (O,), delta (N, O)."""
    rng = np.random.default_rng([number, seed])
    N, I, O = map(int, rng.integers(1, 5, 3))  # noqa: E741 - the letters of (8.1)
    return [rng.standard_normal(shape) for shape in ((N, I), (O, I), (O,), (N, O))]


def scores_setting(number, seed):
    """scores (N, K) of any size, labels (N,)."""
    rng = np.random.default_rng([number, seed])
    N, K = map(int, rng.integers((1, 2), (5, 7)))
    scores = rng.uniform(0.1, 4) * rng.standard_normal((N, K)) + rng.uniform(-9, 9)
    return scores, rng.integers(0, K, N)


def net(x, w, b):
    """The forward part of (8.1), a number at a time."""
    N, O = len(x), len(w)  # noqa: E741
    return np.array(
        [
            [b[o] + sum(w[o, k] * x[n, k] for k in range(x.shape[1])) for o in range(O)]
            for n in range(N)
        ]
    )


def loss(scores, labels):
    """E of (8.2), an image at a time."""
    shares = [np.exp(s) / sum(np.exp(s)) for s in scores]
    return -sum(np.log(p[y]) for p, y in zip(shares, labels)) / len(scores)


def bracket(labels, K):
    return np.array([[float(k == y) for k in range(K)] for y in labels])


# ---- the dense layer


@of_each_setting
def test_8_1_forward_is_the_layer(seed):
    x, w, b, _ = dense_setting(810, seed)
    layer = FullyConnectedLayer(*w.shape[::-1], IdentityActivator(), 0.1)
    layer.weights, layer.bias = w, b
    assert near(layer.forward(x), net(x, w, b), 1e-12)


@of_each_setting
def test_8_1_backward_is_the_difference_of_the_loss(seed):
    """E = sum of delta * net, so dE/dnet is delta; the gradients as (8.1) adds them up."""
    x, w, b, delta = dense_setting(811, seed)
    (N, I), O = x.shape, len(w)  # noqa: E741
    grad_w = [[sum(delta[n, o] * x[n, k] for n in range(N)) for k in range(I)] for o in range(O)]
    grad_x = [[sum(delta[n, o] * w[o, k] for o in range(O)) for k in range(I)] for n in range(N)]
    grad_b = [sum(delta[n, o] for n in range(N)) for o in range(O)]

    def E(_):
        return (delta * net(x, w, b)).sum()

    for told, numbers in ((grad_w, w), (grad_x, x), (grad_b, b)):
        assert near(told, numerical_gradient(E, numbers))


@of_each_setting
def test_8_4_to_8_6_are_8_1_for_one_number(seed):
    x, w, b, delta = dense_setting(84, seed)
    o, k = seed % len(w), seed % x.shape[1]

    def E(_):
        return (delta * net(x, w, b)).sum()

    by_differences = numerical_gradient(E, w)[o, k], numerical_gradient(E, x)[0, k]
    assert near(np.array(by_differences), [delta[:, o] @ x[:, k], delta[0] @ w[:, k]])


@of_each_setting
def test_the_page_s_layer_is_the_solution_in_the_library_s(seed):
    """dense_backward of the page, and the library's layer, for batches."""
    x, w, b, delta = dense_setting(82, seed)
    layer = FullyConnectedLayer(*w.shape[::-1], IdentityActivator(), 0.1)
    layer.weights, layer.bias = w, b
    layer.forward(x)
    grad_x = layer.backward(delta)
    found = find("8.dense").right(delta, x, w)
    for a, told in zip((layer.weights_grad, layer.bias_grad, grad_x), found):
        assert near(a, told, 1e-12)


@of_each_setting
def test_a_dense_layer_is_a_convolution_with_a_kernel_as_large_as_its_input(seed):
    rng = np.random.default_rng([88, seed])
    C, H, W, O = map(int, rng.integers(1, 5, 4))  # noqa: E741
    maps, kernels, b = (rng.standard_normal(shape) for shape in ((C, H, W), (O, C, H, W), (O,)))
    found = reference.conv2d(maps, kernels, b)
    assert found.shape == (O, 1, 1)
    assert near(found[:, 0, 0], net(maps.reshape(1, -1), kernels.reshape(O, -1), b)[0], 1e-10)


# ---- softmax and cross-entropy


@of_each_setting
def test_8_2_and_8_10_are_the_difference_of_the_loss(seed):
    scores, labels = scores_setting(82, seed)
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    told = (p - bracket(labels, scores.shape[1])) / len(scores)
    assert near(told, numerical_gradient(lambda s: loss(s, labels), scores), 1e-7)
    assert near(loss(scores, labels), softmax_cross_entropy(scores, labels)[0], 1e-10)
    assert near(told, softmax_cross_entropy(scores, labels)[1], 1e-12)
    assert near(told, find("8.line").right(scores, labels), 1e-12)


@of_each_setting
def test_8_7_to_8_9(seed):
    """One image: the loss as two terms, the slope of the second, and the right class."""
    scores, labels = scores_setting(87, seed)
    s, y = scores[0], int(labels[0])
    assert near(-s[y] + np.log(np.exp(s).sum()), loss(scores[:1], labels[:1]), 1e-10)
    p = np.exp(s) / np.exp(s).sum()
    assert near(numerical_gradient(lambda s: np.log(np.exp(s).sum()), s), p, 1e-7)
    slopes = numerical_gradient(lambda s: loss(s[None], [y]), s)
    assert near(slopes[y], p[y] - 1, 1e-7)


@of_each_setting
def test_the_same_step_in_all_scores_changes_nothing(seed):
    """Shares, loss and gradient; so the derivatives of an image add up to 0. With the largest
    score taken off no exponential is above 1, however large the scores are."""
    scores, labels = scores_setting(20, seed)
    moved = scores + np.random.default_rng(seed).uniform(-50, 50, (len(scores), 1))
    assert near(loss(moved, labels), loss(scores, labels))
    grad = find("8.line").right(scores, labels)
    assert near(find("8.line").right(moved, labels), grad)
    assert near(grad.sum(1), np.zeros(len(scores)), 1e-12)
    far = find("8.line").right(moved + 10.0**6, labels)
    assert np.isfinite(far).all() and near(far, grad, 1e-6)


@of_each_setting
def test_8_12_has_the_slope_of_its_exercise(seed):
    scores, _ = scores_setting(812, seed)
    targets = np.random.default_rng(seed).standard_normal(scores.shape)

    def E(s):
        return ((s - targets) ** 2).sum() / (2 * len(s))

    wanted = numerical_gradient(E, scores)
    assert near(find("8.3").right(scores, targets), wanted, 1e-7)


# ---- the step


@of_each_setting
def test_8_11_is_the_step_of_train(seed):
    """Three steps: velocity <- 0.9 velocity + gradient, w <- w - rate * velocity, and after each
    epoch of one step the rate is multiplied by decay."""
    x, w, b, _ = dense_setting(813, seed)
    labels = np.random.default_rng(seed).integers(0, len(w), len(x))
    layer = FullyConnectedLayer(*w.shape[::-1], IdentityActivator(), 0.1)
    layer.weights, layer.bias = w, b
    train(
        Network([layer]), x, labels, epochs=3, batch_size=len(x), momentum=0.9, decay=0.5,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    rate, numbers, velocities = 0.1, [w.copy(), b.copy()], [0 * w, 0 * b]
    for _ in range(3):
        delta = softmax_cross_entropy(net(x, *numbers), labels)[1]
        for n, grad in enumerate((delta.T @ x, delta.sum(0))):
            velocities[n] = 0.9 * velocities[n] + grad
            numbers[n] = numbers[n] - rate * velocities[n]
        rate *= 0.5
    assert near(layer.weights, numbers[0], 1e-9) and near(layer.bias, numbers[1], 1e-9)


@of_each_setting
def test_the_velocity_of_a_steady_gradient(seed):
    """Exercise 8.6, for any momentum m: after t steps (1 - m**t) / (1 - m)."""
    rng = np.random.default_rng([86, seed])
    m, steps = rng.uniform(0, 0.95), int(rng.integers(1, 40))
    velocity = 0.0
    for _ in range(steps):
        velocity = m * velocity + 1
    assert near(velocity, (1 - m**steps) / (1 - m), 1e-12)


# ---- the numbers of the page


def test_the_small_dense_layer():
    x, w, b, delta = np.array([1, 2, 0]), np.array([[1, -1, 2], [0, 1, 1]]), [1, -1], [2, -1]
    assert (w @ x + b).tolist() == [0, 1]
    assert (delta @ w).tolist() == find("8.hand").right.tolist() == [2, -3, 3]
    assert np.outer(delta, x).tolist() == [[2, 4, 0], [-1, -2, 0]]


def test_the_three_scores():
    grad = softmax_cross_entropy(np.log([1.0, 2, 5]), 1)[1]
    assert near(grad, [1 / 8, -6 / 8, 5 / 8], 1e-12)


def test_the_worked_answers():
    assert near(-np.log([1 / 4, 1]).sum(), 1.386, 1e-3) and near(-np.log(5 / 8), 0.47, 1e-2)
    assert find("8.4").right == 10 * 16 * (14 - 5 + 1) ** 2 + 10
    assert 10 * 16 * ((14 - 5 + 1) // 2) ** 2 + 10 == 4010
