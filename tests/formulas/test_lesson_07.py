"""Every formula of lesson 07 on 200 random settings, and what its sentences claim in numbers."""

import math

import numpy as np
import pytest

import cnnlib
from cnnlib import bugs, clinic, ops


@pytest.fixture(params=range(200))
def rng(request):
    """The random numbers of one setting."""
    return np.random.default_rng(request.param)


class Smooth:
    """E(q), a sum of three sines, at a random q: its derivatives, and what bounds them."""

    def __init__(self, rng):
        self.a, self.k, self.phase = (rng.uniform(-2, 2, 3) for _ in range(3))
        self.q, self.epsilon = rng.uniform(-3, 3), 10 ** rng.uniform(-2, -0.5)

    def derivative(self, n, off=0.0):
        """The n-th derivative at q + off."""
        angle = self.k * (self.q + off) + self.phase + n * np.pi / 2
        return (self.a * self.k**n * np.sin(angle)).sum()

    def bound(self, n):
        """No n-th derivative is larger than this."""
        return np.abs(self.a * self.k**n).sum()

    def taylor(self, sign, terms=4):
        """E + sign*epsilon*E' + ..., so many terms."""
        powers = ((sign * self.epsilon) ** n / math.factorial(n) for n in range(terms))
        return sum(power * self.derivative(n) for n, power in enumerate(powers))

    def central(self):
        e = self.epsilon
        return (self.derivative(0, e) - self.derivative(0, -e)) / (2 * e)


TINY = 1e-12  # what float64 leaves of numbers around 1


@pytest.mark.parametrize("sign", [1, -1])
def test_7_2_and_7_4_taylor_to_both_sides(rng, sign):
    E = Smooth(rng)
    rest = E.epsilon**4 / 24 * E.bound(4)
    assert abs(E.derivative(0, sign * E.epsilon) - E.taylor(sign)) <= rest + TINY


def test_7_3_the_forward_difference(rng):
    E = Smooth(rng)
    e = E.epsilon
    forward = (E.derivative(0, e) - E.derivative(0)) / e
    assert abs(forward - E.derivative(1) - e / 2 * E.derivative(2)) <= e**2 / 6 * E.bound(3) + TINY


def test_7_1_and_7_5_the_central_difference(rng):
    E = Smooth(rng)
    e = E.epsilon
    told = E.derivative(1) + e**2 / 6 * E.derivative(3)
    assert abs(E.central() - told) <= e**4 / 120 * E.bound(5) + TINY
    library = cnnlib.numerical_gradient(lambda x: E.derivative(0, x[0]), np.zeros(1), e)[0]
    assert math.isclose(library, E.central(), rel_tol=1e-9, abs_tol=1e-12)


def test_7_6_the_two_parts_of_what_is_off(rng):
    E = Smooth(rng)
    u, e = 1e-4, E.epsilon  # a coarse computer: float64 itself plays no part
    stored = [E.derivative(0, sign * e) * (1 + rng.uniform(-u, u)) for sign in (1, -1)]
    largest = max(abs(E.derivative(0, sign * e)) for sign in (1, -1))
    n = (stored[0] - stored[1]) / (2 * e)
    assert abs(n - E.derivative(1)) <= e**2 / 6 * E.bound(3) + u * largest / e + TINY


def test_7_7_the_best_epsilon(rng):
    u, E, third = 10 ** rng.uniform(-17, -6), *(10 ** rng.uniform(-3, 3, 2))
    best = (3 * u * E / third) ** (1 / 3)

    def off(e):
        return e**2 / 6 * third + u * E / e

    assert all(off(best) < off(best * factor) for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2))
    assert math.isclose(best * third / 3, u * E / best**2)


def test_7_8_the_relative_error(rng):
    shape = tuple(rng.integers(1, 4, rng.integers(1, 5)))
    a, n = (rng.standard_normal(shape) * 10 ** rng.uniform(-12, 6) for _ in range(2))
    r = max(abs(p - q) / max(1e-8, abs(p) + abs(q)) for p, q in zip(a.flat, n.flat))
    assert math.isclose(cnnlib.relative_error(a, n), r) and 0 <= r <= 1
    assert cnnlib.relative_error(a, a) == 0


def test_7_9_the_gradient_of_the_invented_loss(rng):
    out, upstream = rng.standard_normal((2, 2, *rng.integers(1, 4, 3)))
    found = cnnlib.numerical_gradient(lambda out: (upstream * out).sum(), out)
    assert np.allclose(found, upstream, atol=1e-8)


def test_7_10_ones_look_alike_from_every_side(rng):
    K = int(rng.integers(1, 5))
    W = int(rng.integers(K, 12))
    x, w = rng.standard_normal((1, 1, 1, W)), rng.standard_normal((1, 1, 1, K))
    ones = np.ones((1, 1, 1, W - K + 1))
    grad_w, grad_x = ops.conv2d_grad_w(ones, x, (1, K)), ops.conv2d_grad_x(ones, w, (1, W))
    sums = [sum(x[0, 0, 0, i + u] for i in range(W - K + 1)) for u in range(K)]
    inside = np.s_[..., K - 1 : W - K + 1]
    assert np.allclose(grad_w[0, 0, 0], sums) and np.allclose(grad_x[inside], w.sum())
    rotated = ops.conv2d_grad_x(ones, w[..., ::-1], (1, W))
    assert np.array_equal(ops.conv2d_grad_w(ones[..., ::-1], x, (1, K)), grad_w)
    assert np.allclose(rotated[inside], grad_x[inside])


def test_7_11_the_ramp_at_the_kink(rng):
    epsilon = 10 ** rng.uniform(-6, 0)
    q = rng.uniform(-1, 1) * epsilon
    n = (max(0, q + epsilon) - max(0, q - epsilon)) / (2 * epsilon)
    assert math.isclose(n, 1 / 2 + q / (2 * epsilon), abs_tol=1e-12)


def test_7_12_along_a_direction(rng):
    F, C, K_H, K_W, s, p = map(int, rng.integers(1, 4, 6))
    x = rng.standard_normal((2, C, K_H + rng.integers(0, 4), K_W + rng.integers(0, 4)))
    w, d = rng.standard_normal((2, F, C, K_H, K_W))
    upstream = rng.standard_normal(ops.conv2d(x, w, np.zeros(F), s, p).shape)

    def loss(w):
        return (np.tanh(ops.conv2d(x, w, np.zeros(F), s, p)) * upstream).sum()

    delta = upstream * (1 - np.tanh(ops.conv2d(x, w, np.zeros(F), s, p)) ** 2)
    along = (ops.conv2d_grad_w(delta, x, (K_H, K_W), s, p) * d).sum()
    n = (loss(w + 1e-5 * d) - loss(w - 1e-5 * d)) / 2e-5
    assert abs(along - n) <= 1e-6 * (1 + abs(along))


# ---- what the sentences claim


def test_a_tenth_of_epsilon_leaves_a_hundredth():
    off = [(np.exp(e) - np.exp(-e)) / (2 * e) - 1 for e in (0.1, 0.01)]
    assert round(off[0] / off[1]) == 100


def test_float32_never_comes_below_the_limit_and_float64_does():
    places = np.linspace(0.5, 2, 40)
    best = {}
    for dtype in (np.float32, np.float64):
        q, epsilons = places.astype(dtype), (10.0 ** np.arange(-13, 0)).astype(dtype)
        slopes = [(np.exp(q + e) - np.exp(q - e)) / (2 * e) for e in epsilons]
        off = [np.median(np.abs(slope / np.exp(q) - 1)) for slope in slopes]
        best[dtype] = min(off), float(epsilons[int(np.argmin(off))])
    assert best[np.float32][0] > 1e-6 > best[np.float64][0] and 9e-7 < best[np.float64][1] < 2e-4


def test_a_square_by_hand_and_the_outputs_on_the_kink():
    assert (round(3.1**2, 2), round(2.9**2, 2)) == (9.61, 8.41)
    x = np.array([[[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]]])
    net = ops.conv2d(x, np.array([[[[1, 1], [-1, -1]]]]), [0])
    assert (net > 0).sum() == 3 and (net == 0).sum() == 4
    b = cnnlib.numerical_gradient(
        lambda b: np.maximum(ops.conv2d(x, np.array([[[[1, 1], [-1, -1]]]]), b), 0).sum(),
        np.zeros(1),
    )
    assert round(float(b[0]), 6) == cnnlib.course.exercise.find("7.kink").right


def test_the_first_picture_is_white_where_the_folded_answer_says_so():
    patient = clinic.patient("today")
    off = {name: np.abs(a - n) > clinic.PASS for name, (a, n) in patient.pairs.items()}
    assert not off["grad_x"].any() and not off["pool grad_x"].any()
    assert off["grad_w"].any((1, 2, 3)).tolist() == off["grad_b"].tolist() == [False, True]


def test_ones_alone_let_no_more_live_than_the_strong_design():
    strong = {"strong": clinic.Design(), "ones": clinic.Design(upstream="ones")}
    checks = {name: clinic.Case(design).result for name, design in strong.items()}
    alive = clinic.survivors(checks)
    assert len(bugs.BUGS) == 15
    assert all(row["strong"] == row["ones"] for row in alive.values())


def test_a_missing_mask_hides_behind_a_max_pool():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        relu, x = cnnlib.ReluActivator(), rng.standard_normal((1, 6, 6))
        conv = cnnlib.ConvLayer(6, 6, 1, 3, 3, 1, 1, 1, relu, 0.1, rng=rng)
        pool = cnnlib.MaxPoolingLayer(6, 6, 1, 3, 3, 3)
        if (pool.forward(conv.forward(x)) <= 0).any():
            continue  # nearly always positive, the page says
        upstream, network = rng.standard_normal((1, 2, 2)), cnnlib.Network([conv, pool])
        network.forward(x)
        right = network.backward(upstream).copy()
        with bugs.planted("ReLU mask missing"):
            network.forward(x)
            assert np.array_equal(network.backward(upstream), right)


def test_where_the_windows_of_the_patient_together_lie():
    x = np.zeros((1, 1, 9, 7))
    for (i, j), rows, columns in (((1, 1), (1, 3), (1, 3)), ((3, 2), (5, 7), (3, 5))):
        delta = np.zeros((1, 1, 5, 4))
        delta[0, 0, i, j] = 1
        met = np.argwhere(ops.conv2d_grad_x(delta, np.ones((1, 1, 3, 3)), x.shape[2:], 2, 1)[0, 0])
        assert (*met.min(0), *met.max(0)) == (rows[0], columns[0], rows[1], columns[1])
