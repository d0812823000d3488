"""Every formula of lesson 04 on hundreds of random settings, with any stride and padding."""

import numpy as np

from cnnlib import numerical_gradient, ops, reference
from tests.formulas.settings import settings

ALL = settings(300, seed=4)


def close(a, b):
    return np.allclose(a, b, rtol=0, atol=1e-9)


def with_bias(a, b):
    return a.net(a.x) + b[:, None, None]


def by_steps(a, b):
    """dE/db of E = sum of delta * net by central differences."""
    return numerical_gradient(lambda b: (a.delta * with_bias(a, b)).sum(), b, 1e-2)


def test_4_1_and_4_9_the_sum_over_positions_and_images():
    for a in ALL:
        b = np.linspace(-1, 1, len(a.w))
        summed = np.zeros(len(a.w))
        for n, f, i, j in np.ndindex(a.delta.shape):
            summed[f] += a.delta[n, f, i, j]
        assert close(summed, by_steps(a, b))
        assert close(ops.conv2d_grad_b(a.delta), summed)
        assert close(reference.conv2d_grad_b(a.delta[0]), a.delta[0].sum((1, 2)))


def test_4_6_and_4_8_the_local_derivative():
    """1 for each cell of the filter's own net, 0 for all others."""
    for a in ALL:
        zero = np.zeros(len(a.w))
        for f in range(len(a.w)):
            moved = ops.conv2d(a.x, a.w, zero + np.eye(len(a.w))[f], a.s, a.p)
            local = moved - ops.conv2d(a.x, a.w, zero, a.s, a.p)
            assert close(local, np.eye(len(a.w))[f][:, None, None])


def test_4_10_and_4_11_one_nth_is_in_every_delta():
    """Where E is the mean of the images' losses, grad_b is the plain sum of its deltas."""
    for a in ALL:
        N = len(a.x)

        def loss(b, a=a):
            return np.mean([(d * n).sum() for d, n in zip(a.delta, with_bias(a, b))])

        numeric = numerical_gradient(loss, np.zeros(len(a.w)), 1e-2)
        assert close(ops.conv2d_grad_b(a.delta / N), numeric)


def test_a_bias_is_a_weight_whose_input_is_1():
    for a in ALL:
        size = a.delta.shape[2:]
        ones = np.ones((len(a.x), 1, *size))
        as_a_weight = ops.conv2d_grad_w(a.delta, ones, (1, 1))
        assert close(as_a_weight[:, 0, 0, 0], ops.conv2d_grad_b(a.delta))


def test_the_same_image_n_times():
    """With 1/N in the loss grad_b stays; without, it grows N times; twice, it falls to an Nth."""
    for N, a in enumerate(ALL[:200], 2):
        one = a.delta[:1]
        right, many = ops.conv2d_grad_b(one), np.repeat(one, N, axis=0)
        assert close(ops.conv2d_grad_b(many / N), right)
        assert close(ops.conv2d_grad_b(many) / N, right)
        assert close(ops.conv2d_grad_b(many / N**2), right / N)


# ---- what the page claims of its own numbers

X = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
W = np.array([[[[1, -1], [1, -1]]]])
DELTA = np.array([[[1, 0, 2], [3, 0, 4], [0, 0, 0]]])


def test_figure_4_1_every_cell_is_lifted_by_1():
    lifted = reference.conv2d(X, W, [1]) - reference.conv2d(X, W, [0])
    assert lifted.shape == (1, 3, 3) and (lifted == 1).all()


def test_figure_4_2_stays_grows_and_falls():
    never = np.array([ops.conv2d_grad_b(np.repeat(DELTA[None], N, axis=0))[0] for N in (1, 8)])
    once, twice = never / (1, 8), never / (1, 64)
    assert (never.tolist(), once.tolist(), twice.tolist()) == ([10, 80], [10, 10], [10, 1.25])


def test_the_slips_of_section_5():
    found = reference.conv2d_grad_b(DELTA)
    without_b = numerical_gradient(
        lambda b: (reference.conv2d(X, W, [0]) * DELTA).sum(), np.zeros(1)
    )
    assert found == 10 and DELTA.size == 9 and DELTA[0, :2, :2].sum() == 4 and without_b == 0
    assert found / DELTA.mean() == 9  # "a factor of nine"


def test_the_two_filters_of_section_4():
    two = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])
    assert reference.conv2d_grad_b(two).tolist() == [9, 7]
    two[0, 0, 0] = 5
    assert reference.conv2d_grad_b(two).tolist() == [14, 7]
