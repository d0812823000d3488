"""reference: the numbers of the lessons, worked by hand, to the last digit; ops gives the same."""

import numpy as np
import pytest

from cnnlib import numerical_gradient, ops, reference, relative_error

IMAGE = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
FILTERS = np.array([[[[1, -1], [1, -1]]], [[[1, 1], [-1, -1]]]])
DELTA = np.array([[[1, 0, 2], [3, 0, 4], [0, 0, 0]]])


class Batch:
    """ops with reference's face: one image in, one image out."""

    def __getattr__(self, name):
        def one(*arguments, **options):
            arguments = [np.asarray(a)[None] if np.ndim(a) == 3 else a for a in arguments]
            found = getattr(ops, name)(*arguments, **options)
            if name in ("conv2d_grad_w", "conv2d_grad_b"):
                return found
            return tuple(a[0] for a in found) if isinstance(found, tuple) else found[0]

        return one


both = pytest.mark.parametrize("maths", [reference, Batch()], ids=["reference", "ops"])


@both
def test_the_4x4_example_forward(maths):
    net = maths.conv2d(IMAGE, FILTERS, [0, 0])
    assert net.tolist() == [
        [[1, -1, 2], [1, -1, 2], [1, -2, 2]],
        [[-1, -1, 0], [1, 1, 0], [1, 0, 0]],
    ]
    out, winners = maths.max_pool2d(np.maximum(net[:1], 0), 2, 1)
    assert out.tolist() == [[[1, 2], [1, 2]]]
    assert winners.tolist() == [[[0, 1], [0, 1]]]  # every window ties; the first cell wins


@both
def test_the_4x4_example_backward(maths):
    winners = np.array([[[0, 1], [0, 1]]])
    routed = maths.max_pool2d_grad_x(np.array([[[1, 2], [3, 4]]]), winners, (3, 3), 2, 1)
    assert routed.tolist() == DELTA.tolist()
    assert maths.conv2d_grad_w(DELTA, IMAGE, 2).tolist() == [[[[10, 3], [10, 1]]]]
    assert maths.conv2d_grad_b(DELTA).tolist() == [10]
    grad_x = maths.conv2d_grad_x(DELTA, FILTERS[:1], (4, 4))
    assert grad_x.tolist() == [[[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]]


@both
def test_mean_pooling_by_hand(maths):
    x = np.arange(12.0).reshape(1, 3, 4)
    assert maths.mean_pool2d(x, (2, 2), (1, 2)).tolist() == [[[2.5, 4.5], [6.5, 8.5]]]
    grad_x = maths.mean_pool2d_grad_x(np.array([[[4.0, 8], [12, 16]]]), (3, 4), 2, (1, 2))
    assert grad_x.tolist() == [[[1, 1, 2, 2], [4, 4, 6, 6], [3, 3, 4, 4]]]


@both
@pytest.mark.parametrize(
    ("window", "winner"),
    [
        ([3, 2, 1, np.nan], 3),
        ([np.nan, 2, 9, 4], 0),
        ([1, np.nan, np.inf, np.nan], 1),
        ([-np.inf, 1, np.nan, 2], 2),
        ([np.nan] * 4, 0),
        ([-np.inf] * 4, 0),
        ([-np.inf, np.inf, np.inf, 1], 1),
        ([0.0, -0.0, 0, -1], 0),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_nan_wins_its_window_and_stays_the_winner(maths, window, winner, dtype):
    x = np.array(window, dtype).reshape(1, 2, 2)
    out, winners = maths.max_pool2d(x, 2, 1)
    assert winners.item() == winner
    assert np.array_equal(out.ravel(), x.ravel()[[winner]], equal_nan=True)
    grad_x = maths.max_pool2d_grad_x(np.full((1, 1, 1), 5.0), winners, (2, 2), 2, 1)
    assert grad_x.ravel().tolist() == [5.0 * (n == winner) for n in range(4)]


@both
def test_a_nan_in_a_map_reaches_its_windows_and_no_other(maths):
    x = np.arange(20.0).reshape(1, 4, 5)
    x[0, 1, 1] = x[0, 3, 4] = np.nan
    told = [[True, True, False, False], [True, True, False, False], [False, False, False, True]]
    out, winners = maths.max_pool2d(x, 2, 1)
    assert np.isnan(out[0]).tolist() == told
    assert np.isnan(maths.mean_pool2d(x, 2, 1)[0]).tolist() == told
    assert winners[0].tolist() == [[3, 2, 3, 3], [1, 0, 3, 3], [3, 3, 3, 3]]
    net = maths.conv2d(x, np.ones((1, 1, 2, 2)), [0])
    assert np.isnan(net[0]).tolist() == told
    grad_out = np.ones((1, 3, 4))
    grad_out[0, 2, 3] = np.nan
    for grad_x in (
        maths.max_pool2d_grad_x(grad_out, winners, (4, 5), 2, 1),
        maths.mean_pool2d_grad_x(grad_out, (4, 5), 2, 1),
    ):
        assert np.isnan(grad_x[0, 3, 4]) and np.isnan(grad_x).sum() in (1, 4)
    assert np.isnan(maths.conv2d_grad_b(grad_out)).all()
    assert np.isnan(maths.conv2d_grad_w(grad_out, x, 2)).all()


@both
def test_strides_and_paddings_go_down_then_across(maths):
    x, w = np.arange(1.0, 7).reshape(1, 2, 3), np.ones((1, 1, 1, 1))
    assert maths.conv2d(x, w, [0], (2, 1)).tolist() == [[[1, 2, 3]]]
    assert maths.conv2d(x, w, [0], 1, (1, 0)).tolist() == [
        [[0, 0, 0], [1, 2, 3], [4, 5, 6], [0, 0, 0]]
    ]
    assert maths.conv2d(x, w, [0], (1, 2), (0, 1)).tolist() == [[[0, 2, 0], [0, 5, 0]]]


@both
def test_channels_add_up_and_filters_stand_apart(maths):
    x, w = np.array([[[1.0]], [[10]]]), np.array([[[[2.0]], [[3]]], [[[5]], [[7]]]])
    assert maths.conv2d(x, w, [100, 200]).ravel().tolist() == [132, 275]
    assert maths.conv2d_grad_x(np.array([[[1.0]], [[10]]]), w, (1, 1)).ravel().tolist() == [52, 73]
    assert maths.conv2d_grad_w(np.array([[[1.0]], [[10]]]), x, 1).ravel().tolist() == [
        1,
        10,
        10,
        100,
    ]


@both
def test_the_kernel_is_not_rotated_on_the_way_forward(maths):
    x, w = np.array([[[1.0, 2, 3]]]), np.array([[[[1.0, 10, 100]]]])
    assert maths.conv2d(x, w, [0]).item() == 321  # true convolution would give 123


@both
def test_a_dilated_kernel_leaves_cells_out(maths):
    x, w = np.arange(1.0, 8).reshape(1, 1, 7), np.array([[[[1.0, 10, 100]]]])
    delta = np.array([[[1.0, 0, 2]]])
    assert maths.conv2d(x, w, [0], dilation=2).tolist() == [[[531, 642, 753]]]
    assert maths.conv2d(x, w, [0], (1, 2), (0, 1), (5, 3)).tolist() == [[[630, 52]]]
    grad_x = maths.conv2d_grad_x(delta, w, (1, 7), dilation=2)
    assert grad_x.tolist() == [[[1, 0, 12, 0, 120, 0, 200]]]
    assert maths.conv2d_grad_w(delta, x, (1, 3), dilation=2).tolist() == [[[[7, 13, 19]]]]


@pytest.mark.parametrize("maths", [reference, ops])
def test_a_dense_layer_by_hand(maths):
    """One sample for reference, two for ops."""
    w, b = [[1, 2], [3, 4], [5, 6]], [10, 20, 30]
    x, delta = np.array([[1, -1], [0, 2]]), np.array([[1, 0, 2], [0, 3, 0]])
    net, grad_x = [[9, 19, 29], [14, 28, 42]], [[11, 14], [9, 12]]
    grad_w, grad_b = [[[1, -1], [0, 0], [2, -2]], [[0, 0], [0, 6], [0, 0]]], [[1, 0, 2], [0, 3, 0]]
    if maths is ops:
        assert ops.dense(x, w, b).tolist() == net and ops.dense_grad_x(delta, w).tolist() == grad_x
        assert ops.dense_grad_w(delta, x).tolist() == np.sum(grad_w, 0).tolist()
        assert ops.dense_grad_b(delta).tolist() == np.sum(grad_b, 0).tolist()
        return
    for n in range(2):
        assert maths.dense(x[n], w, b).tolist() == net[n]
        assert maths.dense_grad_x(delta[n], w).tolist() == grad_x[n]
        assert maths.dense_grad_w(delta[n], x[n]).tolist() == grad_w[n]
        assert maths.dense_grad_b(delta[n]).tolist() == grad_b[n]


@pytest.mark.parametrize(
    ("stride", "padding", "dilation"),
    [
        ((2, 1), (1, 2), 1),
        ((1, 3), (3, 0), 1),
        ((1, 2), (1, 0), (2, 3)),
        ((3, 2), (0, 4), (2, 4)),
    ],
)
def test_gradients_of_the_loops_numerically(stride, padding, dilation):
    rng, how = np.random.default_rng(0), (stride, padding, dilation)
    x, w, b = (rng.standard_normal(shape) for shape in ((2, 6, 5), (2, 2, 3, 2), 2))
    delta = rng.standard_normal(reference.conv2d(x, w, b, *how).shape)

    def error(_):
        return (reference.conv2d(x, w, b, *how) * delta).sum()

    grad_x = reference.conv2d_grad_x(delta, w, (6, 5), *how)
    grad_w = reference.conv2d_grad_w(delta, x, (3, 2), *how)
    assert relative_error(grad_x, numerical_gradient(error, x)) < 1e-7
    assert relative_error(grad_w, numerical_gradient(error, w)) < 1e-7
    assert relative_error(reference.conv2d_grad_b(delta), numerical_gradient(error, b)) < 1e-7


def test_a_dense_layer_of_the_loops_numerically():
    rng = np.random.default_rng(0)
    x, w, b, delta = (rng.standard_normal(shape) for shape in (4, (3, 4), 3, 3))

    def error(_):
        return (reference.dense(x, w, b) * delta).sum()

    assert relative_error(reference.dense_grad_x(delta, w), numerical_gradient(error, x)) < 1e-7
    assert relative_error(reference.dense_grad_w(delta, x), numerical_gradient(error, w)) < 1e-7
    assert relative_error(reference.dense_grad_b(delta), numerical_gradient(error, b)) < 1e-7


def test_pools_of_the_loops_numerically():
    rng = np.random.default_rng(0)
    x = rng.permutation(2 * 6 * 5).reshape(2, 6, 5).astype(float)
    out, winners = reference.max_pool2d(x, (3, 2), (2, 1))
    grad_out = rng.standard_normal(out.shape)
    numeric = numerical_gradient(
        lambda x: (reference.max_pool2d(x, (3, 2), (2, 1))[0] * grad_out).sum(), x, 0.25
    )
    assert np.allclose(
        reference.max_pool2d_grad_x(grad_out, winners, (6, 5), (3, 2), (2, 1)), numeric, atol=1e-12
    )
    numeric = numerical_gradient(
        lambda x: (reference.mean_pool2d(x, (3, 2), (2, 1)) * grad_out).sum(), x, 0.25
    )
    assert np.allclose(
        reference.mean_pool2d_grad_x(grad_out, (6, 5), (3, 2), (2, 1)), numeric, atol=1e-12
    )


def test_results_are_new_arrays_and_arguments_stay():
    x, w = np.random.default_rng(0).standard_normal((2, 1, 3, 3))[:, :, :2, :2]
    image, kept = x, x.copy()
    for found in (
        reference.conv2d(image, w[None], [0.0]),
        reference.conv2d_grad_x(image, np.ones((1, 1, 1, 1)), (2, 2)),
        *reference.max_pool2d(image, 1, 1),
        reference.mean_pool2d(image, 1, 1),
    ):
        assert not np.shares_memory(found, image) and found.base is None
    assert np.array_equal(image, kept)


def test_float32_stays_and_whole_numbers_become_float64():
    single = np.ones((1, 3, 3), np.float32)
    kernel = np.ones((1, 1, 2, 2), np.float32)
    assert reference.conv2d(single, kernel, np.zeros(1, np.float32)).dtype == np.float32
    assert reference.conv2d(single.astype(int), kernel.astype(int), [0]).dtype == np.float64
    assert reference.conv2d_grad_w(np.ones((1, 2, 2), int), IMAGE[:, :3, :3], 2).dtype == np.float64
    assert reference.mean_pool2d(np.array([[[1, 2]]]), (1, 2), 1).item() == 1.5
