"""ops: equal to the loops of reference and to scipy and PyTorch on every shape and layout; its
results are its own."""

import sys
import threading

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from cnnlib import columns, numerical_gradient, ops, reference
from cnnlib.geometry import output_size

LAYOUTS = {
    "C order": np.ascontiguousarray,
    "batch last": lambda a: np.ascontiguousarray(a.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2),
    "Fortran order": np.asfortranarray,
    "sliced": lambda a: np.repeat(np.repeat(a, 2, 2), 3, 3)[:, :, ::2, ::3],
    "negative strides": lambda a: np.ascontiguousarray(a[::-1, ::-1, ::-1, ::-1])[
        ::-1, ::-1, ::-1, ::-1
    ],
    "broadcast": lambda a: np.broadcast_to(a, a.shape),  # read-only
}
# the cases are drawn anew only when a strategy changes, so that a run tells about the code and not
# about luck
many = settings(max_examples=300, deadline=None, derandomize=True)


@st.composite
def geometries(draw):
    """N, C, F, (H, W), kernel, stride, padding, dilation: any that fit, with remainders, and
    padding beyond the kernel."""
    N, C, F = draw(st.integers(0, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(st.tuples(*[st.integers(1, 4)] * 2))
    stride = draw(st.tuples(*[st.integers(1, 3)] * 2))
    dilation = draw(st.tuples(*[st.integers(1, 4)] * 2))
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    padding = tuple(draw(st.integers(0, n + 1)) for n in span)
    size = tuple(max(1, n - 2 * p) + draw(st.integers(0, 4)) for n, p in zip(span, padding))
    return N, C, F, size, kernel, stride, padding, dilation


@st.composite
def pools(draw):
    """N, C, (H, W), window, stride: any that fit, with remainders."""
    N, C = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    window = draw(st.tuples(*[st.integers(1, 4)] * 2))
    stride = draw(st.tuples(*[st.integers(1, 3)] * 2))
    size = tuple(k + draw(st.integers(0, 4)) for k in window)
    return N, C, size, window, stride


def arrays(geometry, seed):
    """x, w, b and a delta, of numbers between -1 and 1, for a geometry."""
    N, C, F, size, kernel, *how = geometry
    rng = np.random.default_rng(seed)
    out = output_size(size, kernel, *how)
    shapes = (N, C, *size), (F, C, *kernel), (F,), (N, F, *out)
    return [rng.uniform(-1, 1, shape) for shape in shapes]


def one_by_one(function, *stacks, like):
    """What reference gives on each image in turn; `like` is the shape of no images."""
    each = [function(*images) for images in zip(*stacks)]
    return np.stack(each) if each else np.zeros((0, *like))


def equal(found, wanted, tolerance=1e-12):
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)  # NaN only beside NaN


layout = st.sampled_from(list(LAYOUTS))
seeds = st.integers(0, 2**32 - 1)


# ---- equal to the loops


@many
@given(geometries(), layout, layout, layout, seeds)
# padding beyond K-1
@example((2, 2, 3, (5, 6), (3, 2), (2, 3), (4, 0)), "C order", "batch last", "C order", 1)
# no image at all
@example((0, 2, 3, (5, 5), (3, 3), (2, 2), (1, 1)), "C order", "C order", "C order", 0)
@example((1, 1, 1, (1, 1), (1, 1), (1, 1), (0, 0)), "C order", "C order", "C order", 0)
# dilation and stride with a common divisor on one axis, without one on the other
@example((2, 2, 3, (9, 8), (3, 2), (2, 3), (3, 1), (4, 2)), "C order", "sliced", "C order", 2)
def test_convolution_equals_the_loops(geometry, of_x, of_w, of_delta, seed):
    (x, w, b, delta), (_, C, F, size, kernel, *how) = arrays(geometry, seed), geometry
    x, w, delta = LAYOUTS[of_x](x), LAYOUTS[of_w](w), LAYOUTS[of_delta](delta)
    net = one_by_one(lambda x: reference.conv2d(x, w, b, *how), x, like=delta.shape[1:])
    equal(ops.conv2d(x, w, b, *how), net)
    back = one_by_one(lambda d: reference.conv2d_grad_x(d, w, size, *how), delta, like=(C, *size))
    equal(ops.conv2d_grad_x(delta, w, size, *how), back)
    weights = one_by_one(
        lambda d, x: reference.conv2d_grad_w(d, x, kernel, *how), delta, x, like=w.shape
    )
    equal(ops.conv2d_grad_w(delta, x, kernel, *how), weights.sum(0))
    equal(ops.conv2d_grad_b(delta), one_by_one(reference.conv2d_grad_b, delta, like=(F,)).sum(0))


def numbers(shape, seed, whole=False):
    """Numbers between -1 and 1; whole: one of five whole numbers each, so that there are ties."""
    drawn = np.random.default_rng(seed).uniform(-1, 1, shape)
    return np.round(2 * drawn) if whole else drawn


@many
@given(pools(), layout, layout, st.sampled_from(["any", "ties", "ties and NaN"]), seeds)
# windows side by side, remainders
@example((2, 2, (6, 7), (2, 3), (2, 3)), "C order", "C order", "any", 0)
@example((0, 2, (5, 5), (3, 3), (1, 1)), "C order", "C order", "ties", 0)
def test_pooling_equals_the_loops(pool, of_x, of_grad, kind, seed):
    N, C, size, window, stride = pool
    shape = (N, C, *output_size(size, window, stride))
    x = numbers((N, C, *size), seed, whole=kind != "any")
    if "NaN" in kind:
        x[x == 2] = np.nan
    x = LAYOUTS[of_x](x)
    grad_out = LAYOUTS[of_grad](numbers(shape, seed + 1))
    out, winners = ops.max_pool2d(x, window, stride)
    pooled = [reference.max_pool2d(image, window, stride) for image in x]
    for found, n in ((out, 0), (winners, 1)):
        equal(found.astype(float), np.array([p[n] for p in pooled], float).reshape(shape))
    routed = one_by_one(
        lambda g, w: reference.max_pool2d_grad_x(g, w, size, window, stride),
        grad_out,
        winners,
        like=(C, *size),
    )
    equal(ops.max_pool2d_grad_x(grad_out, winners, size, window, stride), routed)
    means = one_by_one(lambda x: reference.mean_pool2d(x, window, stride), x, like=shape[1:])
    equal(ops.mean_pool2d(x, window, stride), means)
    shared = one_by_one(
        lambda g: reference.mean_pool2d_grad_x(g, size, window, stride), grad_out, like=(C, *size)
    )
    equal(ops.mean_pool2d_grad_x(grad_out, size, window, stride), shared)


@many
@given(*[st.integers(0, 5)] + [st.integers(1, 5)] * 2, st.booleans(), seeds)
def test_a_dense_layer_equals_the_loops(N, O, I, turned, seed):  # noqa: E741 - as in (8.1)
    rng = np.random.default_rng(seed)
    x, w, b, delta = (rng.uniform(-1, 1, shape) for shape in ((N, I), (O, I), O, (N, O)))
    x, w, delta = (np.asfortranarray(a) if turned else a for a in (x, w, delta))
    equal(ops.dense(x, w, b), one_by_one(lambda x: reference.dense(x, w, b), x, like=(O,)))
    back = one_by_one(lambda d: reference.dense_grad_x(d, w), delta, like=(I,))
    equal(ops.dense_grad_x(delta, w), back)
    weights = one_by_one(reference.dense_grad_w, delta, x, like=(O, I))
    equal(ops.dense_grad_w(delta, x), weights.sum(0))
    equal(ops.dense_grad_b(delta), one_by_one(reference.dense_grad_b, delta, like=(O,)).sum(0))


def test_one_number_stands_for_both_axes():
    x, w, b, delta = arrays((2, 3, 2, (7, 6), (3, 3), (2, 2), (1, 1)), 0)
    equal(ops.conv2d(x, w, b, 2, 1), ops.conv2d(x, w, b, (2, 2), (1, 1)), 0)
    equal(
        ops.conv2d_grad_w(delta, x, 3, 2, 1),
        ops.conv2d_grad_w(delta, x, (3, 3), [2, 2], np.array([1, 1])),
        0,
    )
    equal(ops.max_pool2d(x, 3, 2)[0], ops.max_pool2d(x, (3, 3), (2, 2))[0], 0)
    equal(ops.conv2d(x, w, b), ops.conv2d(x, w, b, 1, 0), 0)


def test_in_a_tie_the_first_cell_in_reading_order_wins():
    out, winners = ops.max_pool2d(np.full((1, 1, 3, 3), 5.0), 2, 1)
    assert (out == 5).all() and (winners == 0).all()
    x = np.array([[[[1.0, 2, 7], [7, 0, 7]]]])
    assert ops.max_pool2d(x, (2, 3), 1)[1].ravel().tolist() == [2]


def test_a_large_window_names_its_last_cell():
    x = np.zeros((1, 1, 20, 17))
    x[..., -1, -1] = 1  # 340 places: more than a byte counts
    out, winners = ops.max_pool2d(x, (20, 17), 1)
    assert out.item() == 1 and winners.item() == 339
    grad_x = ops.max_pool2d_grad_x(np.ones((1, 1, 1, 1)), winners, (20, 17), (20, 17), 1)
    assert grad_x[0, 0, -1, -1] == 1 == grad_x.sum()


def test_max_pooling_of_negative_numbers_never_gives_zero():
    out, _ = ops.max_pool2d(np.full((1, 1, 4, 5), -3.0), 2, 2)
    assert (out == -3).all()


def test_rows_and_columns_that_no_window_reaches_get_no_error():
    grad_x = ops.conv2d_grad_x(np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3)), (6, 6), 2, 0)
    assert not grad_x[..., 5, :].any() and not grad_x[..., 5].any() and grad_x[..., :5, :5].all()
    for grad_x in (
        ops.max_pool2d_grad_x(np.ones((1, 1, 2, 2)), np.zeros((1, 1, 2, 2), int), (5, 5), 2, 2),
        ops.mean_pool2d_grad_x(np.ones((1, 1, 2, 2)), (5, 5), 2, 2),
    ):
        assert not grad_x[..., 4, :].any() and not grad_x[..., 4].any() and grad_x.sum() == 4


# ---- equal to other libraries


def correlated(stack, kernels):
    """SciPy's correlation of each picture of a stack with its kernel, summed."""
    return sum(signal.correlate(*pair, "valid") for pair in zip(stack, kernels, strict=True))


@pytest.mark.parametrize("stride", [(1, 1), (2, 1), (3, 2)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2), (4, 0)])
def test_convolution_equals_scipy(stride, padding):
    geometry = (2, 3, 2, (7, 6), (3, 2), stride, padding)
    x, w, b, delta = arrays(geometry, 3)
    how = stride, padding
    (p_v, p_h), (s_v, s_h) = padding, stride
    xp = np.pad(x, ((0, 0), (0, 0), (p_v, p_v), (p_h, p_h)))
    # delta at stride 1: zeros between its numbers
    spread = np.zeros((2, 2, xp.shape[2] - 2, xp.shape[3] - 1))
    spread[:, :, ::s_v, ::s_h] = delta

    met = np.array([[correlated(image, kernel) for kernel in w] for image in xp])
    net = met[:, :, ::s_v, ::s_h] + b[:, None, None]
    equal(ops.conv2d(x, w, b, *how), net)
    equal(np.stack([reference.conv2d(image, w, b, *how) for image in x]), net)

    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    around = np.pad(spread, ((0, 0), (0, 0), (2, 2), (1, 1)))
    back = np.array([[correlated(d, kernel) for kernel in turned] for d in around])
    grad_x = back[:, :, p_v : p_v + 7, p_h : p_h + 6]
    equal(ops.conv2d_grad_x(delta, w, (7, 6), *how), grad_x)
    equal(np.stack([reference.conv2d_grad_x(d, w, (7, 6), *how) for d in delta]), grad_x)

    grad_w = np.array([[correlated(xp[:, c], spread[:, f]) for c in range(3)] for f in range(2)])
    equal(ops.conv2d_grad_w(delta, x, (3, 2), *how), grad_w)
    weights = [reference.conv2d_grad_w(d, image, (3, 2), *how) for d, image in zip(delta, x)]
    equal(np.sum(weights, 0), grad_w)


@many
@given(geometries(), seeds)
def test_convolution_equals_pytorch(torch, geometry, seed):
    if not geometry[0]:
        return
    (x, w, b, delta), (_, _, _, size, kernel, *how) = arrays(geometry, seed), geometry
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    net = torch.nn.functional.conv2d(*leaves, *how)
    net.backward(torch.tensor(delta))
    equal(ops.conv2d(x, w, b, *how), net.detach().numpy())
    grad_x, grad_w, grad_b = (leaf.grad.numpy() for leaf in leaves)
    equal(ops.conv2d_grad_x(delta, w, size, *how), grad_x)
    equal(ops.conv2d_grad_w(delta, x, kernel, *how), grad_w)
    equal(ops.conv2d_grad_b(delta), grad_b)
    equal(reference.conv2d(x[0], w, b, *how), net[0].detach().numpy())
    equal(reference.conv2d_grad_x(delta[0], w, size, *how), grad_x[0])
    loops = [reference.conv2d_grad_w(d, image, kernel, *how) for d, image in zip(delta, x)]
    equal(np.sum(loops, 0), grad_w)


@many
@given(pools(), st.sampled_from(["any", "ties", "ties and one NaN"]), seeds)
def test_pooling_equals_pytorch_also_in_a_tie(torch, pool, kind, seed):
    N, C, size, window, stride = pool
    if not N:
        return
    x = numbers((N, C, *size), seed, whole=kind != "any")
    if kind == "ties and one NaN":
        x[..., -1, -1] = np.nan
    grad_out = numbers((N, C, *output_size(size, window, stride)), seed + 1)
    out, winners = ops.max_pool2d(x, window, stride)
    grad_x = ops.max_pool2d_grad_x(grad_out, winners, size, window, stride)
    means = ops.mean_pool2d(x, window, stride)
    shares = ops.mean_pool2d_grad_x(grad_out, size, window, stride)
    functional = torch.nn.functional
    for pooled, ours in (
        (functional.max_pool2d, (out, grad_x)),
        (functional.avg_pool2d, (means, shares)),
    ):
        leaf = torch.tensor(x, requires_grad=True)
        theirs = pooled(leaf, window, stride)
        theirs.backward(torch.tensor(grad_out))
        equal(ours[0], theirs.detach().numpy())
        equal(ours[1], leaf.grad.numpy())


def by_windows(x, w, b, delta, stride, padding, dilation=(1, 1)):
    """net, grad_x and grad_w by one einsum over windows, and by laying down one kernel place at a
    time."""
    kernel = w.shape[2:]
    (s_v, s_h), (p_v, p_h), (d_v, d_h) = stride, padding, dilation
    xp = np.pad(x, ((0, 0), (0, 0), (p_v, p_v), (p_h, p_h)))
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    windows = sliding_window_view(xp, span, (2, 3))[:, :, ::s_v, ::s_h, ::d_v, ::d_h]
    net = np.einsum("ncijuv,fcuv->nfij", windows, w, optimize=True) + b[:, None, None]
    grad_w = np.einsum("ncijuv,nfij->fcuv", windows, delta, optimize=True)
    grad_xp = np.zeros(xp.shape)
    height, width = ((n - 1) * s + 1 for n, s in zip(delta.shape[2:], stride))
    for u, v in np.ndindex(kernel):
        sent = np.einsum("nfij,fc->ncij", delta, w[:, :, u, v])
        y, x_ = u * d_v, v * d_h
        grad_xp[:, :, y : y + height : s_v, x_ : x_ + width : s_h] += sent
    return net, grad_xp[:, :, p_v : p_v + x.shape[2], p_h : p_h + x.shape[3]], grad_w


def check_by_windows(geometry, seed=5):
    (x, w, b, delta), (_, _, _, size, kernel, *how) = arrays(geometry, seed), geometry
    net, grad_x, grad_w = by_windows(x, w, b, delta, *how)
    equal(ops.conv2d(x, w, b, *how), net)
    equal(ops.conv2d_grad_x(delta, w, size, *how), grad_x)
    equal(ops.conv2d_grad_w(delta, x, kernel, *how), grad_w, 1e-13 * delta[:, 0].size)


@pytest.mark.parametrize(
    "geometry",
    [
        (8, 4, 5, (64, 50), (5, 4), (2, 1), (3, 2)),
        (2, 1, 1, (300, 40), (3, 3), (1, 1), (1, 1)),
        (1, 2, 3, (40, 300), (1, 7), (1, 3), (0, 4)),
        (200, 3, 4, (9, 8), (3, 2), (2, 2), (1, 0)),
        (8, 4, 5, (64, 50), (5, 4), (2, 3), (3, 2), (4, 3)),
        (3, 2, 3, (200, 90), (3, 3), (1, 1), (6, 2), (6, 2)),
    ],
)
def test_large_arrays_come_out_as_small_ones_do(geometry):
    """Megabytes of windows, which ops takes in several pieces."""
    check_by_windows(geometry)


# of blocks and products
SIZES = [name for name, n in vars(columns).items() if name.isupper() and isinstance(n, int)]


@pytest.mark.parametrize("size", [1, 100, 1000, 10_000])
@pytest.mark.parametrize("name", [*SIZES, "all"])
def test_the_sizes_of_the_pieces_change_no_number(name, size, monkeypatch):
    for one in SIZES if name == "all" else [name]:
        monkeypatch.setattr(columns, one, size)
    for geometry in [
        (3, 2, 3, (9, 11), (3, 2), (1, 1), (1, 0)),
        (2, 2, 1, (12, 9), (4, 3), (3, 2), (0, 2)),
        (5, 1, 2, (6, 40), (2, 3), (1, 2), (2, 5)),
        (1, 3, 2, (8, 70), (1, 1), (1, 1), (0, 0)),
        (40, 1, 1, (3, 5), (3, 3), (2, 1), (1, 1)),
        (3, 2, 2, (17, 14), (3, 2), (2, 1), (1, 3), (4, 3)),
    ]:
        check_by_windows(geometry)


@pytest.mark.parametrize("windows", [1, 100, 250, 10_000])
def test_overlapping_pools_add_up_the_same_in_parts_of_any_size(windows, monkeypatch):
    monkeypatch.setattr(ops, "PART", windows)
    x = np.random.default_rng(2).standard_normal((3, 5, 9, 7))
    _, winners = ops.max_pool2d(x, (3, 2), (2, 1))
    grad_out = np.random.default_rng(3).standard_normal(winners.shape)
    found = ops.max_pool2d_grad_x(grad_out, winners, (9, 7), (3, 2), (2, 1))
    for n in range(3):
        equal(
            found[n], reference.max_pool2d_grad_x(grad_out[n], winners[n], (9, 7), (3, 2), (2, 1))
        )


# ---- number types, layouts, memory


def calls(x, w, b, delta):
    """Every function of ops on the same arrays: (name, arguments)."""
    _, winners = ops.max_pool2d(x, 2, 1)
    return {
        "conv2d": (x, w, b),
        "conv2d_grad_x": (delta, w, x.shape[2:]),
        "conv2d_grad_w": (delta, x, w.shape[2:]),
        "conv2d_grad_b": (delta,),
        "max_pool2d": (x, 2, 1),
        "mean_pool2d": (x, 2, 1),
        "max_pool2d_grad_x": (winners.astype(x.dtype), winners, x.shape[2:], 2, 1),
        "mean_pool2d_grad_x": (winners.astype(x.dtype), x.shape[2:], 2, 1),
    }


def results(function, arguments):
    """A function's results as a list of arrays."""
    found = function(*arguments)
    return list(found) if isinstance(found, tuple) else [found]


NAMES = list(calls(*arrays((2, 2, 3, (4, 5), (2, 2), (1, 1), (0, 0)), 0)))


@pytest.fixture
def given_arrays():
    return calls(*arrays((2, 2, 3, (6, 5), (3, 2), (1, 1), (0, 0)), 11))


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32_and_whole_numbers_become_float64(name, given_arrays):
    def result(change):
        arguments = [
            change(a) if getattr(a, "dtype", None) == np.float64 else a for a in given_arrays[name]
        ]
        return results(getattr(ops, name), arguments)[0]

    double, single = result(lambda a: a), result(np.float32)
    assert single.dtype == np.float32 and double.dtype == np.float64
    equal(single, double, 1e-5)
    whole, as_float = result(lambda a: (9 * a).astype(int)), result(lambda a: np.trunc(9 * a))
    assert whole.dtype == np.float64 and as_float.any()
    equal(whole, as_float, 0)


def test_small_whole_numbers_do_not_overflow():
    x = np.full((1, 1, 3, 3), 100, np.int8)
    assert ops.conv2d(x, x, np.zeros(1, np.int8)).item() == 90000
    assert ops.mean_pool2d(x, 3, 1).item() == 100


@pytest.mark.parametrize("maths", [reference, ops])
def test_a_dense_layer_keeps_number_types_and_its_arguments(maths):
    shapes = {"x": (3,), "w": (2, 3), "b": (2,), "delta": (2,)}
    batch = {
        name: (4, *shape) if maths is ops and name in ("x", "delta") else shape
        for name, shape in shapes.items()
    }
    rng = np.random.default_rng(0)
    for dtype, found in ((np.float32, np.float32), (np.float64, np.float64), (int, np.float64)):
        x, w, b, delta = (rng.integers(-9, 9, shape).astype(dtype) for shape in batch.values())
        kept = [a.copy() for a in (x, w, b, delta)]
        results = [
            maths.dense(x, w, b),
            maths.dense_grad_x(delta, w),
            maths.dense_grad_w(delta, x),
            maths.dense_grad_b(delta),
        ]
        assert {a.dtype for a in results} == {np.dtype(found)}
        for result in results:
            assert not any(np.shares_memory(result, a) for a in (x, w, b, delta))
        assert all(np.array_equal(a, before) for a, before in zip((x, w, b, delta), kept))


def test_float32_with_float64_gives_float64():
    x, w, b, delta = arrays((1, 1, 1, (3, 3), (2, 2), (1, 1), (0, 0)), 0)
    single = [a.astype(np.float32) for a in (x, w, b)]
    assert ops.conv2d(*single).dtype == np.float32
    for n in range(3):
        mixed = [*single[:n], (x, w, b)[n], *single[n + 1 :]]
        assert (
            ops.conv2d(*mixed).dtype
            == np.float64
            == reference.conv2d(mixed[0][0], *mixed[1:]).dtype
        )
    assert ops.conv2d_grad_x(delta, w.astype(np.float32), (3, 3)).dtype == np.float64


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", LAYOUTS)
def test_arguments_in_any_layout_stay_as_they_were(name, kind, given_arrays):
    laid = [LAYOUTS[kind](a) if np.ndim(a) == 4 else a for a in given_arrays[name]]
    for found, wanted in zip(
        results(getattr(ops, name), laid), results(getattr(ops, name), given_arrays[name])
    ):
        equal(found.astype(float), wanted.astype(float))
    for a, kept in zip(laid, given_arrays[name]):
        assert np.array_equal(a, kept)


@pytest.mark.parametrize("name", NAMES)
def test_results_are_new_arrays_that_may_be_written(name, given_arrays):
    """No result shares memory with an argument or with another call's result, however the library
    reuses buffers."""
    for lay in LAYOUTS.values():
        laid = [lay(a) if np.ndim(a) == 4 else a for a in given_arrays[name]]
        first = results(getattr(ops, name), laid)
        kept = [a.copy() for a in first]
        for other in NAMES:
            for later in results(getattr(ops, other), given_arrays[other]):
                assert not any(np.shares_memory(later, a) for a in first)
        for a, before in zip(first, kept):
            assert np.array_equal(a, before) and a.flags.writeable
            assert not any(np.shares_memory(a, b) for b in laid if isinstance(b, np.ndarray))
            a[...] = 0  # must not reach any argument
        assert all(np.array_equal(a, b) for a, b in zip(laid, given_arrays[name]))


def test_a_window_of_one_cell_is_a_copy():
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    out, winners = ops.max_pool2d(x, 1, 1)
    assert np.array_equal(out, x) and not np.shares_memory(out, x) and not winners.any()
    assert not np.shares_memory(ops.mean_pool2d(x, 1, 1), x)
    grad_x = ops.max_pool2d_grad_x(x, winners, (4, 5), 1, 1)
    assert np.array_equal(grad_x, x) and not np.shares_memory(grad_x, x)


def test_threads_do_not_disturb_each_other():
    jobs = [arrays((4, 3, 4, (20 + n, 20), (3, 3), (1, 1), (1, 1)), n) for n in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # as often as it can be

    def work(x, w, b, delta):
        back = ops.conv2d_grad_x(delta, w, x.shape[2:], 1, 1)
        return [ops.conv2d(x, w, b, 1, 1), back, ops.conv2d_grad_w(delta, x, 3, 1, 1)]

    alone, together = [work(*job) for job in jobs], [None] * 4

    def repeat(n):
        for _ in range(30):
            done = work(*jobs[n])
            if together[n] is None or all(
                np.array_equal(a, b) for a, b in zip(alone[n], together[n])
            ):
                together[n] = done  # a wrong one stays

    threads = [threading.Thread(target=repeat, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    for one, other in zip(alone, together):
        assert all(np.array_equal(a, b) for a, b in zip(one, other))


# ---- every derivative by its definition


@pytest.mark.parametrize("stride", [1, (2, 1), (3, 2)])
@pytest.mark.parametrize("padding", [0, (1, 0), (4, 3)])
@pytest.mark.parametrize("kernel", [(3, 2), (1, 1)])
@pytest.mark.parametrize("dilation", [1, (2, 3), (3, 2)])
def test_convolution_gradients_numerically(kernel, stride, padding, dilation):
    rng, size, how = np.random.default_rng(4), (7, 5), (stride, padding, dilation)
    x, w, b = (rng.uniform(-1, 1, shape) for shape in ((2, 3, *size), (2, 3, *kernel), 2))
    delta = rng.uniform(-1, 1, ops.conv2d(x, w, b, *how).shape)

    def error(_):
        return (ops.conv2d(x, w, b, *how) * delta).sum()

    found = {
        "x": (ops.conv2d_grad_x(delta, w, size, *how), x),
        "w": (ops.conv2d_grad_w(delta, x, kernel, *how), w),
        "b": (ops.conv2d_grad_b(delta), b),
    }
    for analytic, over in found.values():  # linear in each: a wide step has no error but rounding
        equal(analytic, numerical_gradient(error, over, 0.5), 1e-11)


@pytest.mark.parametrize(
    ("size", "stride"), [(3, 2), (2, 1), ((2, 3), (1, 2)), (2, 2), ((1, 4), (3, 1))]
)
def test_pooling_gradients_numerically(size, stride):
    rng = np.random.default_rng(1)
    x = rng.permutation(2 * 3 * 7 * 6).reshape(2, 3, 7, 6).astype(float)  # distinct: no window ties
    out, winners = ops.max_pool2d(x, size, stride)
    grad_out = rng.standard_normal(out.shape)
    largest = numerical_gradient(
        lambda x: (ops.max_pool2d(x, size, stride)[0] * grad_out).sum(), x, 0.25
    )
    equal(ops.max_pool2d_grad_x(grad_out, winners, (7, 6), size, stride), largest, 1e-9)
    mean = numerical_gradient(
        lambda x: (ops.mean_pool2d(x, size, stride) * grad_out).sum(), x, 0.25
    )
    equal(ops.mean_pool2d_grad_x(grad_out, (7, 6), size, stride), mean, 1e-9)


@pytest.mark.parametrize(("size", "stride"), [(3, 2), (2, 1), (2, 2)])
@pytest.mark.parametrize("whole", [True, False])
def test_no_error_is_lost_or_made_by_a_pool(size, stride, whole):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 3, (2, 3, 7, 6)) if whole else rng.standard_normal((2, 3, 7, 6))
    out, winners = ops.max_pool2d(x, size, stride)
    grad_out = rng.integers(-9, 9, out.shape)
    assert ops.max_pool2d_grad_x(grad_out, winners, (7, 6), size, stride).sum() == grad_out.sum()
    assert ops.mean_pool2d_grad_x(grad_out, (7, 6), size, stride).sum() == pytest.approx(
        grad_out.sum(), abs=1e-11
    )
