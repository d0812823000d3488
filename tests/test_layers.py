"""layers: hand numbers, views, ranks, every gradient by its definition, refusals."""

import copy

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    Filter,
    FlattenLayer,
    FullyConnectedLayer,
    IdentityActivator,
    MaxPoolingLayer,
    MeanPoolingLayer,
    ReluActivator,
    SigmoidActivator,
    TanhActivator,
    numerical_gradient,
    relative_error,
)
from cnnlib.layers import in_order

RELU = ReluActivator()
HYPER = (5, 5, 3, 3, 3, 2, 1, 2, RELU, 0.1)
DENSE = ("input_number", "output_number", "activator", "learning_rate")
NAMES = """input_width input_height channel_number filter_width filter_height filter_number
zero_padding stride activator learning_rate"""
X = np.array([
    [[0, 1, 1, 0, 2], [2, 2, 2, 2, 1], [1, 0, 0, 2, 0], [0, 1, 1, 0, 0], [1, 2, 0, 0, 2]],
    [[1, 0, 2, 2, 0], [0, 0, 0, 2, 0], [1, 2, 1, 2, 1], [1, 0, 0, 0, 0], [1, 2, 1, 1, 1]],
    [[2, 1, 2, 0, 0], [1, 0, 0, 1, 0], [0, 2, 1, 0, 1], [0, 1, 2, 2, 2], [2, 1, 0, 0, 1]],
])  # fmt: skip
W1 = np.array(
    [
        [[-1, 1, 0], [0, 1, 0], [0, 1, 1]],
        [[-1, -1, 0], [0, 0, 0], [0, -1, 0]],
        [[0, 0, -1], [0, 1, 0], [1, -1, -1]],
    ]
)
W2 = np.array(
    [
        [[1, 1, -1], [-1, -1, 1], [0, -1, 1]],
        [[0, 1, 0], [-1, 0, -1], [-1, 1, 0]],
        [[-1, 0, 0], [-1, 0, 1], [-1, 0, 0]],
    ]
)
OUT = [[[6, 7, 5], [3, -1, -1], [2, -1, 4]], [[2, -5, -8], [1, -4, -4], [0, -5, -5]]]
DELTA = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])
GRAD_W = [
    [[[8, 10, 9], [5, 6, 6], [6, 5, 4]], [[4, 1, 4], [10, 9, 12], [2, 2, 2]],
     [[2, 2, 3], [5, 8, 5], [7, 8, 7]]],
    [[[2, 2, 1], [4, 7, 3], [4, 4, 2]], [[0, 1, 0], [9, 5, 4], [4, 0, 0]],
     [[4, 6, 5], [2, 5, 2], [2, 1, 0]]],
]  # fmt: skip
GRAD_X = [
    [[-1, 1, 1, -2, -1], [1, -1, 3, -1, 1], [2, 0, 2, 0, 2], [4, 3, 4, 1, 3], [0, -1, -2, 1, -1]],
    [[0, -1, 0, -2, 0], [-1, -2, -3, -4, -1], [0, 0, 0, 0, 0], [-2, 0, 0, 0, -1],
     [0, -3, 0, -3, 0]],
    [[0, 1, 1, -2, 1], [0, -1, -1, -4, -1], [2, 0, 2, 0, 2], [-2, -3, -2, -1, -2],
     [1, -1, 0, 1, 0]],
]  # fmt: skip


def fixture(activator=None, **extras):
    """The 5x5x3 example: two 3x3 filters, padding 1, stride 2."""
    layer = ConvLayer(5, 5, 3, 3, 3, 2, 1, 2, activator or IdentityActivator(), 0.001, **extras)
    layer.filters[0].weights[...], layer.filters[1].weights = W1, W2
    layer.filters[0].bias = 1
    return layer


def layers(rng, activator=None):
    """One layer of each kind, with an input that fits, by name."""
    activator = activator or TanhActivator()
    x = rng.permutation(3 * 7 * 5).reshape(3, 7, 5) / 40 - 1.2  # distinct numbers: no window ties
    made = {
        "conv": ConvLayer(5, 7, 3, 2, 3, 2, (1, 0), (2, 1), activator, 0.1, rng=rng),
        "max": MaxPoolingLayer(5, 7, 3, 2, 3, 2),
        "mean": MeanPoolingLayer(5, 7, 3, 2, 3, (2, 1)),
        "flatten": FlattenLayer(),
        "dense": FullyConnectedLayer(105, 4, activator, 0.1, rng=rng),
    }
    return {name: (layer, x.ravel() if name == "dense" else x) for name, layer in made.items()}


KINDS = list(layers(np.random.default_rng(0)))
every = pytest.mark.parametrize("kind", KINDS)


# ---- hand numbers


def test_the_5x5x3_example_to_the_last_digit():
    layer = fixture()
    assert layer.forward(X).tolist() == OUT == layer.net.tolist() == layer.out.tolist()
    assert layer.backward(DELTA).tolist() == GRAD_X
    assert np.array_equal(layer.delta, DELTA) and layer.weights_grad.tolist() == GRAD_W
    assert layer.bias_grad.tolist() == [9, 7]
    layer.update()
    assert np.array_equal(layer.weights, np.stack([W1, W2]) - 0.001 * np.array(GRAD_W))
    assert layer.bias.tolist() == [0.991, -0.007]


def test_the_same_example_filter_by_filter():
    layer = fixture()
    layer.forward(X)
    layer.backward(DELTA)
    assert layer.filters[0].weights_grad[0].tolist() == [[8, 10, 9], [5, 6, 6], [6, 5, 4]]
    assert [f.bias_grad for f in layer.filters] == [9, 7]
    for one in layer.filters:
        one.update(0.001)
    assert layer.bias.tolist() == [0.991, -0.007]
    assert np.allclose(layer.weights[0, 0, 0], [-1.008, 0.99, -0.009], atol=1e-15)


def test_the_4x4_example_through_relu_and_a_pool():
    conv = ConvLayer(4, 4, 1, 2, 2, 2, 0, 1, ReluActivator(), 0.1)
    pool = MaxPoolingLayer(3, 3, 2, 2, 2, 1)
    conv.weights = [[[[1, -1], [1, -1]]], [[[1, 1], [-1, -1]]]]
    image = [[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]]
    out = pool.forward(conv.forward(image))
    assert conv.net.tolist() == [
        [[1, -1, 2], [1, -1, 2], [1, -2, 2]],
        [[-1, -1, 0], [1, 1, 0], [1, 0, 0]],
    ]
    assert out.tolist() == [[[1, 2], [1, 2]], [[1, 1], [1, 1]]]
    grad_x = conv.backward(pool.backward([[[1, 2], [3, 4]], [[0, 0], [0, 0]]]))
    assert conv.delta.tolist() == [[[1, 0, 2], [3, 0, 4], [0, 0, 0]], [[0] * 3] * 3]
    assert conv.weights_grad[0].tolist() == [[[10, 3], [10, 1]]]
    assert conv.bias_grad.tolist() == [
        10,
        0,
    ]
    assert grad_x.tolist() == [[[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]]


def test_on_the_kink_of_relu_no_error_passes():
    layer = fixture(ReluActivator())
    layer.filters[1].bias = -1
    layer.forward(X)
    assert layer.net[1, 1, 0] == 0
    layer.backward(np.ones((2, 3, 3)))
    assert np.array_equal(layer.delta, layer.net > 0) and layer.delta[1, 1, 0] == 0


def test_a_dense_layer_by_hand():
    layer = FullyConnectedLayer(2, 3, IdentityActivator(), 0.5)
    layer.weights, layer.bias = [[1, 2], [3, 4], [5, 6]], [10, 20, 30]
    assert layer.forward([1, -1]).tolist() == [9, 19, 29]
    assert layer.backward([1, 0, 2]).tolist() == [1 + 10, 2 + 12]
    assert layer.weights_grad.tolist() == [
        [1, -1],
        [0, 0],
        [2, -2],
    ]
    assert layer.bias_grad.tolist() == [1, 0, 2]
    layer.update()
    assert layer.weights.tolist() == [[0.5, 2.5], [3, 4], [4, 7]]
    assert layer.bias.tolist() == [
        9.5,
        20,
        29,
    ]


def test_output_sizes():
    assert ConvLayer.calculate_output_size(5, 3, 1, 2) == 3
    assert type(ConvLayer.calculate_output_size(6, 3, 0, 2)) is int
    layer = ConvLayer(5, 7, 3, 2, 3, 2, (1, 0), (2, 1), IdentityActivator(), 0.1)
    assert (layer.output_height, layer.output_width) == (4, 4)
    assert layer.forward(np.zeros((3, 7, 5))).shape == (2, 4, 4)
    pool = MaxPoolingLayer(6, 5, 1, 3, 2, 2)
    assert (pool.output_height, pool.output_width) == (2, 2)
    assert pool.forward(np.zeros((1, 5, 6))).shape == (1, 2, 2)


def test_the_ten_hyper_parameters_are_kept_in_their_order():
    values = (5, 7, 3, 2, 4, 6, 1, 2, ReluActivator(), 0.25)
    layer = ConvLayer(*values)
    names = NAMES.split()
    assert tuple(getattr(layer, name) for name in names) == values
    assert in_order(**dict(reversed(list(zip(names, values))))) == list(values)
    assert (
        ConvLayer(**dict(zip(names, values))).weights.shape == layer.weights.shape == (6, 3, 4, 2)
    )


# ---- filters are views


def test_filters_and_layer_are_one_memory():
    layer = fixture()
    for f, one in enumerate(layer.filters):
        assert np.shares_memory(one.weights, layer.weights)
        assert np.shares_memory(one.weights_grad, layer.weights_grad)
        one.weights[...], one.bias = f + 1, f + 2
        one.weights_grad, one.bias_grad = np.full((3, 3, 3), f + 3), f + 4
    assert (layer.weights[1] == 2).all() and layer.bias.tolist() == [2, 3]
    assert (layer.weights_grad[1] == 4).all() and layer.bias_grad.tolist() == [4, 5]
    layer.weights, layer.bias = np.zeros((2, 3, 3, 3)), [7, 8]
    assert not layer.filters[0].weights.any() and [one.bias for one in layer.filters] == [7, 8]


def test_views_outlive_backward_and_update():
    layer = fixture()
    weights, gradient = layer.filters[1].weights, layer.filters[1].weights_grad
    layer.forward(X)
    layer.backward(DELTA)
    assert gradient.tolist() == GRAD_W[1] and gradient is not layer.filters[1].weights_grad
    layer.update()
    assert np.array_equal(weights, layer.weights[1]) and not np.array_equal(weights, W2)


def test_a_dense_layers_arrays_are_written_into_too():
    layer = FullyConnectedLayer(3, 2, IdentityActivator(), 0.1)
    held = [getattr(layer, name) for name in ("weights", "bias", "weights_grad", "bias_grad")]
    layer.weights, layer.bias = [[1, 2, 3], [4, 5, 6]], [7, 8]
    layer.weights_grad, layer.bias_grad = np.ones((2, 3)), [1, 2]
    assert [a.tolist() for a in held] == [[[1, 2, 3], [4, 5, 6]], [7, 8], [[1] * 3] * 2, [1, 2]]
    with pytest.raises(ValueError, match=r"if weights is \(I, O\), take weights.transpose\(1, 0\)"):
        layer.weights = np.ones((3, 2))
    other = FullyConnectedLayer(3, 2, IdentityActivator(), 0.1)
    assert not np.shares_memory(other.weights, layer.weights)


def test_the_stored_arrays_say_what_they_are():
    assert ConvLayer.weights.__doc__ == "The layer's weights; assigning writes into it."
    assert Filter.bias_grad.__doc__ == "This filter's part of the layer's bias_grad."
    with pytest.raises(AttributeError):
        MaxPoolingLayer(4, 4, 1, 2, 2, 2).weights  # noqa: B018 - asking for it is the test


def test_filters_show_themselves():
    assert repr(fixture().filters) == "[Filter(3x3x3, bias 1), Filter(3x3x3, bias 0)]"


def test_a_deep_copy_is_a_layer_of_its_own():
    layer = fixture()
    other = copy.deepcopy(layer)
    other.filters[0].weights[...] = 9
    assert (other.weights[0] == 9).all() and np.array_equal(layer.weights[0], W1)


# ---- ranks, number types, memory


@every
def test_one_image_is_a_batch_of_one(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    one = layer.forward(x).copy()
    grad_out = np.random.default_rng(2).standard_normal(one.shape)
    grad_x = layer.backward(grad_out)
    kept = [getattr(layer, name, np.zeros(1)).copy() for name in ("weights_grad", "bias_grad")]
    many = layer.forward(x[None])
    assert grad_x.shape == x.shape and np.array_equal(many, one[None])
    assert np.allclose(layer.backward(grad_out[None]), grad_x[None], rtol=0, atol=1e-13)
    for name, before in zip(("weights_grad", "bias_grad"), kept):
        assert np.allclose(getattr(layer, name, np.zeros(1)), before, rtol=0, atol=1e-13)


@every
def test_gradients_sum_over_the_batch_and_images_do_not_mix(kind):
    rng = np.random.default_rng(3)
    layer, x = layers(rng)[kind]
    batch = np.stack([x, x[::-1], -x])
    out = layer.forward(batch)
    grad_out = rng.standard_normal(out.shape)
    names = [name for name in ("weights_grad", "bias_grad") if hasattr(layer, name)]
    grad_x, total = layer.backward(grad_out), [getattr(layer, name).copy() for name in names]
    parts = [np.zeros_like(a) for a in total]
    for n in range(3):
        assert np.allclose(layer.forward(batch[n]), out[n], rtol=0, atol=1e-13)
        assert np.allclose(layer.backward(grad_out[n]), grad_x[n], rtol=0, atol=1e-13)
        for part, name in zip(parts, names):
            part += getattr(layer, name)
    assert all(np.allclose(a, b, rtol=0, atol=1e-12) for a, b in zip(total, parts))


@every
def test_no_image_at_all(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    out = layer.forward(np.zeros((0, *x.shape)))
    assert len(out) == 0 and layer.backward(out).shape == (0, *x.shape)
    assert not np.any(getattr(layer, "weights_grad", 0))
    assert not np.any(getattr(layer, "bias_grad", 0))


@every
def test_later_passes_leave_earlier_results_alone(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    batch = np.stack([x, 2 * x])
    results = [layer.forward(batch)]
    results.append(layer.backward(np.ones_like(results[0])))
    kept = [a.copy() for a in results]
    layer.backward(layer.forward(batch - 5))
    assert all(np.array_equal(a, b) for a, b in zip(results, kept))
    assert np.array_equal(batch, np.stack([x, 2 * x]))


@pytest.mark.parametrize("kind", ["conv", "dense"])
def test_layers_compute_in_their_number_type(kind):
    for dtype in (np.float32, np.float64):
        if kind == "conv":
            layer = ConvLayer(5, 5, 3, 3, 3, 2, 1, 2, ReluActivator(), 0.1, dtype=dtype)
        else:
            layer = FullyConnectedLayer(75, 2, ReluActivator(), 0.1, dtype=dtype)
        for given in (np.int64, np.float32, np.float64):
            x = X.astype(given) if kind == "conv" else X.ravel().astype(given)
            out = layer.forward(x)
            grad_x = layer.backward(out.astype(given))
            arrays = (
                out,
                grad_x,
                layer.net,
                layer.delta,
                layer.weights,
                layer.weights_grad,
                layer.bias,
                layer.bias_grad,
            )
            assert {a.dtype for a in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize("kind", ["conv", "dense"])
@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, "float16", int, complex])
def test_other_number_types_are_refused_in_words(kind, dtype):
    settings = (
        dict(zip(NAMES.split(), HYPER)) if kind == "conv" else dict(zip(DENSE, (3, 2, RELU, 0.1)))
    )
    made = ConvLayer if kind == "conv" else FullyConnectedLayer
    with pytest.raises(TypeError) as refusal:
        made(**settings, dtype=dtype)
    assert str(refusal.value) == f"dtype is {np.dtype(dtype)}, wanted float32 or float64"


def test_pools_keep_the_number_type_they_are_given():
    for pool in (MaxPoolingLayer(5, 5, 3, 2, 2, 2), MeanPoolingLayer(5, 5, 3, 2, 2, 2)):
        assert pool.forward(X.astype(np.float32)).dtype == np.float32
        assert pool.forward(X).dtype == np.float64


def test_starting_weights_are_he_normal_and_come_from_the_generator():
    def conv(seed):
        return ConvLayer(
            9, 9, 8, 5, 5, 400, 0, 1, ReluActivator(), 0.1, rng=np.random.default_rng(seed)
        ).weights

    assert np.array_equal(conv(1), conv(1)) and not np.array_equal(conv(1), conv(2))
    assert conv(1).std() == pytest.approx(np.sqrt(2 / (8 * 5 * 5)), rel=0.01)
    assert abs(conv(1).mean()) < 0.001
    plain = [ConvLayer(5, 5, 3, 3, 3, 2, 1, 2, ReluActivator(), 0.1).weights for _ in range(2)]
    assert np.array_equal(*plain)  # without a generator always the same
    dense = FullyConnectedLayer(400, 300, ReluActivator(), 0.1, rng=np.random.default_rng(1))
    assert dense.weights.std() == pytest.approx(np.sqrt(2 / 400), rel=0.01) and not dense.bias.any()


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64, int])
@pytest.mark.parametrize("batch", [False, True])
def test_who_changes_x_or_out_after_forward_changes_no_gradient(kind, dtype, batch):
    layer, x = layers(np.random.default_rng(1), ReluActivator())[kind]
    x = np.round(10 * (np.stack([x, -x]) if batch else x)).astype(dtype)
    grad_out = np.random.default_rng(2).standard_normal(layer.forward(x).shape)

    def gradients(spoil):
        given = x.copy()
        out, upstream = layer.forward(given), grad_out.copy()
        if spoil:
            given[...], out[...] = 7, -5
        grad_x = layer.backward(upstream)
        if spoil:
            upstream[...] = 3
        names = ("weights_grad", "bias_grad", "delta")
        return [grad_x, *(getattr(layer, name).copy() for name in names if hasattr(layer, name))]

    for found, wanted in zip(gradients(spoil=True), gradients(spoil=False), strict=True):
        assert np.array_equal(found, wanted)


@every
@pytest.mark.parametrize("batch", [False, True])
def test_results_share_no_memory_with_what_was_given(kind, batch):
    layer, x = layers(np.random.default_rng(1), IdentityActivator())[kind]
    x = x[None] if batch else x
    out = layer.forward(x)
    grad_out = np.ones_like(out)
    grad_x = layer.backward(grad_out)
    assert not np.shares_memory(out, x) and not np.shares_memory(grad_x, grad_out)


@pytest.mark.parametrize("stride", [np.array(2), np.int64(2), np.array([2, 2]), [2, 2]])
def test_a_stride_may_be_an_array_with_or_without_axes(stride):
    x = np.random.default_rng(0).standard_normal((3, 5, 5))
    for one, two in [
        (ConvLayer(5, 5, 3, 3, 3, 2, np.array(1), stride, RELU, np.array(0.1)), fixture(RELU)),
        (MaxPoolingLayer(5, 5, 3, 2, 2, stride), MaxPoolingLayer(5, 5, 3, 2, 2, 2)),
        (MeanPoolingLayer(5, 5, 3, 2, 2, stride), MeanPoolingLayer(5, 5, 3, 2, 2, 2)),
    ]:
        if hasattr(one, "weights"):
            one.weights, one.bias = two.weights, two.bias
        out = one.forward(x)
        assert np.array_equal(out, two.forward(x))
        assert np.array_equal(one.backward(out), two.backward(out))


# ---- NaN


@pytest.mark.parametrize("batch", [False, True])
def test_a_nan_wins_in_a_max_pool_and_is_told_by_every_layer(batch):
    x = np.arange(2 * 4 * 4, dtype=float).reshape(2, 4, 4)
    x[0, 1, 1] = x[0, 1, 0] = np.nan
    x, pick = (x[None], lambda a: a[0]) if batch else (x, lambda a: a)
    pool = MaxPoolingLayer(4, 4, 2, 2, 2, 2)
    out = pick(pool.forward(x))
    assert np.isnan(out).sum() == 1
    assert np.isnan(out[0, 0, 0])
    assert out[1].tolist() == [[21, 23], [29, 31]]
    grad_x = pick(pool.backward(np.ones_like(pool.out)))
    assert grad_x[0, 1, 0] == 1 and grad_x[0, 1, 1] == 0 and grad_x.sum() == 8
    assert np.isnan(pick(MeanPoolingLayer(4, 4, 2, 2, 2, 2).forward(x))[0]).tolist() == [
        [True, False],
        [False] * 2,
    ]
    assert np.isnan(FlattenLayer().forward(x)).sum() == 2
    conv = ConvLayer(4, 4, 2, 1, 1, 1, 0, 1, ReluActivator(), 0.1)
    out = pick(conv.forward(x))
    assert np.isnan(out[0]).sum() == 2
    grad_x = pick(conv.backward(np.ones_like(conv.out)))
    assert np.isnan(grad_x[:, 1, :2]).all() and np.isnan(grad_x).sum() == 4  # not masked by ReLU
    assert np.isnan(conv.bias_grad).all() and np.isnan(conv.weights_grad).all()


# ---- every derivative by its definition


@every
@pytest.mark.parametrize(
    "activator", [IdentityActivator, ReluActivator, SigmoidActivator, TanhActivator]
)
def test_every_gradient_numerically(kind, activator):
    rng = np.random.default_rng(4)
    layer, x = layers(rng, activator())[kind]
    batch = np.stack([x, x[::-1] * 0.7])
    upstream = rng.standard_normal(layer.forward(batch).shape)
    found = {"x": layer.backward(upstream)}
    found |= {
        name: getattr(layer, name + "_grad").copy()
        for name in ("weights", "bias")
        if hasattr(layer, name)
    }
    for name, analytic in found.items():
        over = batch if name == "x" else getattr(layer, name)
        numeric = numerical_gradient(lambda _: (layer.forward(batch) * upstream).sum(), over)
        assert relative_error(analytic, numeric) < 1e-6, name


def test_descent_lowers_the_error_on_one_example():
    layer, wanted = fixture(), np.random.default_rng(0).uniform(-9, 9, (2, 3, 3))
    layer.learning_rate, errors = 0.01, []
    for _ in range(300):
        out = layer.forward(X)
        errors.append(((out - wanted) ** 2).sum() / 2)
        layer.backward(out - wanted)
        layer.update()
    assert (np.diff(errors) < 0).all() and errors[-1] < 1e-3 * errors[0]


@pytest.mark.parametrize("kind", ["max", "mean", "flatten"])
def test_layers_without_weights_have_nothing_to_update(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    out = layer.forward(x)
    layer.backward(out)
    layer.update()
    assert np.array_equal(layer.forward(x), out) and not hasattr(layer, "weights")


def test_flatten_keeps_the_reading_order():
    layer, x = FlattenLayer(), np.arange(24).reshape(2, 2, 3, 2)
    assert layer.forward(x).tolist() == np.arange(24.0).reshape(2, 12).tolist()
    assert layer.backward(x.reshape(2, 12)).tolist() == x.tolist()


# ---- refusals


def with_(**changed):
    return [changed.get(name, value) for name, value in zip(NAMES.split(), HYPER)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: ConvLayer(*with_(input_width=0)),
            "ValueError: input_size is 0, wanted at least 1",
        ),
        (
            lambda: ConvLayer(*with_(channel_number=0)),
            "ValueError: channel_number is 0, wanted at least 1",
        ),
        (
            lambda: ConvLayer(*with_(filter_number=2.0)),
            "TypeError: filter_number is 2.0, wanted a whole number",
        ),
        (
            lambda: ConvLayer(*with_(filter_width=9)),
            "ValueError: kernel 3x9 is larger than the padded input 7x7",
        ),
        (
            lambda: ConvLayer(*with_(zero_padding=-1)),
            "ValueError: padding is -1, wanted at least 0",
        ),
        (lambda: ConvLayer(*with_(stride=0)), "ValueError: stride is 0, wanted at least 1"),
        (
            lambda: ConvLayer(*with_(activator="relu")),
            "TypeError: activator is 'relu', wanted an object with forward and derivative: "
            "ReluActivator()",
        ),
        (
            lambda: ConvLayer(*with_(activator=ReluActivator)),
            "TypeError: activator is <class 'cnnlib.activations.ReluActivator'>, wanted an object "
            "with forward and derivative: "
            "ReluActivator()",
        ),
        (
            lambda: ConvLayer(*with_(learning_rate=-1)),
            "ValueError: learning_rate is -1, wanted a number from 0 up",
        ),
        (
            lambda: ConvLayer(*with_(learning_rate=float("inf"))),
            "ValueError: learning_rate is inf, wanted a number from 0 up",
        ),
        (
            lambda: ConvLayer(*with_(learning_rate="fast")),
            "TypeError: learning_rate is 'fast', wanted a number from 0 up",
        ),
        (
            lambda: ConvLayer(*HYPER, dtype=int),
            "TypeError: dtype is int64, wanted float32 or float64",
        ),
        (
            lambda: ConvLayer(*HYPER, rng=5),
            "TypeError: rng is 5, wanted a generator: np.random.default_rng(0)",
        ),
        (
            lambda: FullyConnectedLayer(0, 2, RELU, 0.1),
            "ValueError: input_number is 0, wanted at least 1",
        ),
        (
            lambda: FullyConnectedLayer(2, 1.5, RELU, 0.1),
            "TypeError: output_number is 1.5, wanted a whole number",
        ),
        (
            lambda: MaxPoolingLayer(5, 5, 3, 6, 2, 2),
            "ValueError: kernel 2x6 is larger than the padded input 5x5",
        ),
        (
            lambda: MeanPoolingLayer(5, 5, 0, 2, 2, 2),
            "ValueError: channel_number is 0, wanted at least 1",
        ),
        (
            lambda: ConvLayer.calculate_output_size(2, 5, 0, 1),
            "ValueError: kernel 5x5 is larger than the padded input 2x2",
        ),
    ],
)
def test_hyper_parameters_that_do_not_fit_are_refused(make, said):
    with pytest.raises((ValueError, TypeError)) as refusal:
        make()
    assert f"{refusal.type.__name__}: {refusal.value}" == said


IMAGES = "(3, 7, 5) or a batch (N, 3, 7, 5) as (N, C, H, W)"


@pytest.mark.parametrize(
    ("kind", "wanted", "axes"),
    [
        ("conv", IMAGES, 3),
        ("max", IMAGES, 3),
        ("mean", IMAGES, 3),
        ("dense", "(105,) or a batch (N, 105) as (N, I)", 1),
    ],
)
def test_inputs_that_do_not_fit_are_refused_and_change_nothing(kind, wanted, axes):
    layer, x = layers(np.random.default_rng(1))[kind]
    out = layer.forward(x)
    for wrong in (np.zeros((2,) * axes), np.zeros((1, 1, *x.shape)), np.zeros(x.shape)[..., :-1]):
        with pytest.raises(ValueError) as refusal:
            layer.forward(wrong)
        assert str(refusal.value) == f"x has shape {wrong.shape}, this layer wants {wanted}"
    with pytest.raises(TypeError, match="x holds str.* values, wanted real numbers"):
        layer.forward("words")
    assert layer.out is out and np.array_equal(layer.x, x)


@pytest.mark.parametrize("kind", ["conv", "max", "mean"])
@pytest.mark.parametrize("shape", [(2, 7, 5), (4, 7, 5), (1, 7, 5), (2, 2, 7, 5)])
def test_layers_of_images_count_their_channels(kind, shape):
    layer, _ = layers(np.random.default_rng(1))[kind]
    with pytest.raises(ValueError) as refusal:
        layer.forward(np.zeros(shape))
    assert str(refusal.value) == f"x has shape {shape}, this layer wants {IMAGES}"


@pytest.mark.parametrize("kind", ["conv", "max", "mean"])
def test_pictures_with_channels_last_come_with_the_cure(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    picture = x.transpose(1, 2, 0)
    for wrong, cure in [
        (picture, "; if x is (H, W, C), take x.transpose(2, 0, 1)"),
        (picture[None], "; if x is (N, H, W, C), take x.transpose(0, 3, 1, 2)"),
    ]:
        with pytest.raises(ValueError) as refusal:
            layer.forward(wrong)
        assert str(refusal.value) == f"x has shape {wrong.shape}, this layer wants {IMAGES}{cure}"
    assert np.array_equal(layer.forward(picture.transpose(2, 0, 1)), layer.forward(x))


@every
def test_masked_arrays_are_refused(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    with pytest.raises(TypeError, match="x is a masked array, and its mask would be lost"):
        layer.forward(np.ma.masked_array(x, x > 0))
    out = layer.forward(x)
    with pytest.raises(TypeError, match="grad_out is a masked array"):
        layer.backward(np.ma.masked_array(out, out > 0))


@every
def test_backward_refuses_to_come_first_and_another_shape(kind):
    layer, x = layers(np.random.default_rng(1))[kind]
    with pytest.raises(RuntimeError, match="backward was called before forward"):
        layer.backward(np.zeros(3))
    out = layer.forward(x)
    layer.backward(out)
    kept = [getattr(layer, name, np.zeros(1)).copy() for name in ("weights_grad", "bias_grad")]
    for wrong in (out[..., :-1], out[None]):
        with pytest.raises(ValueError) as refusal:
            layer.backward(wrong)
        assert str(refusal.value).startswith(
            f"grad_out has shape {wrong.shape}, wanted {out.shape}: one number for each"
        )
    assert all(
        np.array_equal(getattr(layer, name, np.zeros(1)), a)
        for name, a in zip(("weights_grad", "bias_grad"), kept)
    )


def test_flatten_refuses_what_is_no_image():
    with pytest.raises(ValueError) as refusal:
        FlattenLayer().forward(np.zeros((2, 3)))
    assert str(refusal.value) == "x has shape (2, 3), wanted (C, H, W) or (N, C, H, W)"


@pytest.mark.parametrize(
    ("assign", "said"),
    [
        (
            lambda layer: setattr(layer, "weights", np.zeros((2, 3, 3))),
            "weights has shape (2, 3, 3), wanted (2, 3, 3, 3): the layer's own numbers are "
            "written into",
        ),
        (
            lambda layer: setattr(layer, "weights", np.zeros((3, 3, 3, 2))),
            "weights has shape (3, 3, 3, 2), wanted (2, 3, 3, 3): the layer's own numbers are "
            "written into; "
            "if weights is (K_H, K_W, C, F), take weights.transpose(3, 2, 0, 1)",
        ),
        (
            lambda layer: setattr(layer, "weights", np.ma.ones((2, 3, 3, 3))),
            "weights is a masked array, and its mask would be lost; wanted plain numbers: "
            "weights.filled(0), if 0 is what "
            "stands for the masked ones",
        ),
        (
            lambda layer: setattr(layer, "weights_grad", np.zeros(2)),
            "weights_grad has shape (2,), wanted (2, 3, 3, 3): the layer's own numbers are "
            "written into",
        ),
        (
            lambda layer: setattr(layer, "bias", ["a", "b"]),
            "bias holds str32 values, wanted real numbers",
        ),
        (
            lambda layer: setattr(layer.filters[0], "weights", np.zeros((3, 3))),
            "weights has shape (3, 3), wanted (3, 3, 3): this filter's part of the layer's numbers",
        ),
        (
            lambda layer: setattr(layer.filters[0], "bias", [1, 2]),
            "bias has shape (2,), wanted (): this filter's part of the layer's numbers",
        ),
    ],
)
def test_numbers_that_do_not_fit_are_refused_and_change_nothing(assign, said):
    layer = fixture()
    with pytest.raises((ValueError, TypeError)) as refusal:
        assign(layer)
    assert str(refusal.value) == said
    assert np.array_equal(layer.weights, [W1, W2]) and layer.bias.tolist() == [1, 0]
