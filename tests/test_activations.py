"""activations: f and f' against their formulas and differences; kinks, far numbers, number
types."""

import decimal
import math

import numpy as np
import pytest

import cnnlib
from cnnlib import IdentityActivator, ReluActivator, SigmoidActivator, TanhActivator

FORMULAS = {
    IdentityActivator: lambda net: net,
    ReluActivator: lambda net: max(0.0, net),
    SigmoidActivator: lambda net: 1 / (1 + math.exp(-net)),
    TanhActivator: math.tanh,
}
NET = np.array([[-3.0, -0.5, 0.25], [0.5, 2.0, 6.0]])
every = pytest.mark.parametrize("kind", FORMULAS, ids=lambda kind: kind.__name__)


@every
def test_forward_is_the_formula(kind):
    kept = NET.copy()
    assert np.allclose(kind().forward(NET), np.vectorize(FORMULAS[kind])(NET), rtol=0, atol=1e-15)
    assert np.array_equal(NET, kept)


@every
def test_derivative_by_differences(kind):
    activator, weights = kind(), np.arange(1.0, 7).reshape(2, 3)
    numeric = cnnlib.numerical_gradient(
        lambda net: (activator.forward(net) * weights).sum(), NET.copy()
    )
    assert cnnlib.relative_error(activator.derivative(NET) * weights, numeric) < 1e-6


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_number_type_and_shape_stay(kind, dtype):
    net = np.linspace(-2, 2, 12).reshape(1, 3, 4).astype(dtype)
    for found in (kind().forward(net), kind().derivative(net)):
        assert found.dtype == dtype
        assert found.shape == net.shape
        assert not np.shares_memory(found, net)


@every
def test_whole_numbers_become_float64(kind):
    net = np.array([-2, 0, 1])
    for function in (kind().forward, kind().derivative):
        assert function(net).dtype == np.float64
        assert np.array_equal(function(net), function(net.astype(float)))
    assert kind().forward([1, 2]).shape == (2,)


@every
def test_far_numbers_overflow_nowhere(kind):
    with np.errstate(all="raise"):
        out, slope = kind().forward([-1e4, 1e4]), kind().derivative([-1e4, 1e4])
    wanted = {
        IdentityActivator: ([-1e4, 1e4], [1, 1]),
        ReluActivator: ([0, 1e4], [0, 1]),
        SigmoidActivator: ([0, 1], [0, 0]),
        TanhActivator: ([-1, 1], [0, 0]),
    }[kind]
    assert (out.tolist(), slope.tolist()) == wanted


TAILS = {  # f and f', by formulas that lose nothing in 60 digits
    SigmoidActivator: (lambda e: 1 / (1 + e), lambda e: e / (1 + e) ** 2),
    TanhActivator: (lambda e: (1 - e * e) / (1 + e * e), lambda e: 4 * e * e / (1 + e * e) ** 2),
}


@pytest.mark.parametrize("kind", TAILS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_tails_keep_their_digits(kind, dtype):
    """On both sides, from 0 to where the type itself ends, relative to the number."""
    far = 80 if dtype == np.float32 else 700
    scale = 1 if kind is SigmoidActivator else 0.5
    net = np.concatenate([np.linspace(-far, far, 281) * scale, np.linspace(-2, 2, 101)]).astype(
        dtype
    )
    with decimal.localcontext(prec=60):
        exponentials = [(-decimal.Decimal(float(n))).exp() for n in net]
        wanted = [np.array([float(f(e)) for e in exponentials]) for f in TAILS[kind]]
    with np.errstate(all="raise"):
        found = kind().forward(net), kind().derivative(net)
    close = 40 * np.finfo(dtype).eps
    for some, exact in zip(found, wanted):
        np.testing.assert_allclose(some, exact, rtol=close, atol=np.finfo(dtype).tiny)
    assert (found[1] > 0).all()


def test_sigmoids_of_the_left_tail():
    sigmoid = SigmoidActivator()
    left = np.array([-20, -17], np.float32)
    assert sigmoid.forward(left) == pytest.approx([2.0611536e-9, 4.1399377e-8], rel=1e-6)
    assert sigmoid.forward([-40.0])[0] == pytest.approx(4.248354255291589e-18, rel=1e-15)
    assert sigmoid.derivative([-40.0, 40]) == pytest.approx([4.248354255291589e-18] * 2, rel=1e-15)
    assert sigmoid.forward([0.0])[0] == 0.5 and sigmoid.derivative([0.0])[0] == 0.25


@pytest.mark.parametrize("kind", [ReluActivator, SigmoidActivator, TanhActivator])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_nan_does_not_disappear(kind, dtype):
    net = np.array([[np.nan, 1], [-1, np.nan]], dtype)
    for found in (kind().forward(net), kind().derivative(net)):
        assert np.isnan(found).tolist() == [[True, False], [False, True]]
    assert np.isnan(kind().derivative(np.array(np.nan))) and kind().derivative(np.array(0.5)) > 0


def test_on_the_kink_the_slope_of_relu_is_zero():
    assert ReluActivator().derivative([0.0, -0.0, 1e-300, -1e-300]).tolist() == [0, 0, 1, 0]


@every
def test_words_are_refused(kind):
    with pytest.raises(TypeError, match="net holds .* values, wanted real numbers"):
        kind().forward(["one"])
