"""Every formula of the appendix A1 on 200 random settings, in the article's subscripts: from 1."""

import numpy as np
import pytest

import cnnlib
from cnnlib import reference

FUNCTIONS = (
    cnnlib.IdentityActivator,
    cnnlib.ReluActivator,
    cnnlib.SigmoidActivator,
    cnnlib.TanhActivator,
)


@pytest.fixture(params=range(200))
def rng(request):
    """The random numbers of one setting."""
    return np.random.default_rng(request.param)


def at(array, m, n):
    """A number by subscripts from 1; 0 outside."""
    rows, columns = array.shape
    return array[m - 1, n - 1] if 1 <= m <= rows and 1 <= n <= columns else 0


def subscripts(array):
    return [(r + 1, c + 1) for r, c in np.ndindex(array.shape)]


def setting(rng):
    """(i, h, delta): one image, one kernel, stride 1, no padding."""
    h = rng.standard_normal(rng.integers(1, 4, 2))
    delta = rng.standard_normal(rng.integers(1, 5, 2))
    i = rng.standard_normal((delta.shape[0] + h.shape[0] - 1, delta.shape[1] + h.shape[1] - 1))
    return i, h, delta


def loss(i, h, delta, b=0.0):
    return (reference.conv2d(i[None], h[None, None], [b])[0] * delta).sum()


def test_A1_1_the_weights(rng):
    i, h, delta = setting(rng)
    cells = subscripts(delta)
    told = [
        sum(at(delta, r, c) * at(i, r + m - 1, c + n - 1) for r, c in cells)
        for m, n in subscripts(h)
    ]
    numeric = cnnlib.numerical_gradient(lambda h: loss(i, h, delta), h)
    assert np.allclose(np.reshape(told, h.shape), numeric, atol=1e-7)


def test_A1_2_the_bias(rng):
    i, h, delta = setting(rng)
    numeric = cnnlib.numerical_gradient(lambda b: loss(i, h, delta, b[0]), np.zeros(1))
    assert np.isclose(sum(at(delta, *cell) for cell in subscripts(delta)), numeric[0], atol=1e-7)


@pytest.mark.parametrize("activator", FUNCTIONS)
def test_A1_3_delta(rng, activator):
    net, grad_out = rng.standard_normal((2, *rng.integers(1, 5, 2)))
    net += np.sign(net) * 0.01  # away from the kink
    f = activator()
    numeric = cnnlib.numerical_gradient(lambda net: (f.forward(net) * grad_out).sum(), net)
    assert np.allclose(grad_out * f.derivative(net), numeric, atol=1e-7)


def test_A1_4_the_input(rng):
    i, h, delta = setting(rng)
    told = [
        sum(at(h, m, n) * at(delta, r - m + 1, c - n + 1) for m, n in subscripts(h))
        for r, c in subscripts(i)
    ]
    numeric = cnnlib.numerical_gradient(lambda i: loss(i, h, delta), i)
    assert np.allclose(np.reshape(told, i.shape), numeric, atol=1e-7)
