"""Every formula of lesson 01, tried on 200 random settings: a kernel that is laid on the image,
place by place, gives the same."""

import re

import nbformat
import numpy as np

import cnnlib
from cnnlib import ops, reference
from cnnlib.course.exercise import find
from tools.builder.places import LESSONS, NOTEBOOKS

TEXT = (LESSONS / "01_slide_a_kernel.md").read_text(encoding="utf-8")


def settings(test):
    """Run a test with 200 generators of random numbers; where it fails, its seed is told."""

    def run():
        for seed in range(200):
            try:
                test(np.random.default_rng(seed))
            except AssertionError as error:
                error.add_note(f"with seed {seed}")
                raise

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def says(tag, formula):
    """Does the lesson have this formula under this number?"""
    found = re.findall(rf"\$\$(?:(?!\$\$).)*\\tag\{{{re.escape(tag)}\}}\$\$", TEXT, re.DOTALL)
    bare = re.sub(r"\\[;,]|\s", "", formula)
    return len(found) == 1 and bare in re.sub(r"\\[;,]|\s", "", found[0])


# ---- by hand: a window is cut out, laid under the weights, and moved on while it fits


def tops(n, k, s):
    """Where the windows of a kernel of k begin, on an axis of n."""
    found = []
    while s * len(found) + k <= n:
        found.append(s * len(found))
    return found


def bordered(x, p):
    """x (C, H, W) with rows and columns of zeros put around it one by one."""
    for axis, times in ((1, p[0]), (2, p[1])):
        for _ in range(times):
            line = np.zeros_like(x.take([0], axis))
            x = np.concatenate([line, x, line], axis)
    return x


def slid(x, w, b, s, p):
    """net (F, H_out, W_out): every window times its weights, all added."""
    xp, (K_H, K_W) = bordered(x, p), w.shape[2:]
    rows, columns = (tops(n, k, step) for n, k, step in zip(xp.shape[1:], (K_H, K_W), s))
    nets = [
        [[(xp[:, y : y + K_H, z : z + K_W] * kernel).sum() + b[f] for z in columns] for y in rows]
        for f, kernel in enumerate(w)
    ]
    return np.array(nets).reshape(len(w), len(rows), len(columns))


def drawn(rng):
    """x, w, b, stride and padding, each axis with its own; the kernel fits."""
    F, C, K_H, K_W = (int(n) for n in rng.integers(1, 4, 4))
    p = tuple(int(n) for n in rng.integers(0, 3, 2))
    H, W = (int(n) for n in rng.integers(1, 7, 2) + np.maximum(0, np.subtract((K_H, K_W), 1)))
    s = tuple(int(n) for n in rng.integers(1, 5, 2))
    x, w, b = (rng.standard_normal(shape) for shape in ((C, H, W), (F, C, K_H, K_W), F))
    return x, w, b, s, p


def size(n, k, s, p):
    """(1.9)"""
    return int(np.floor((n + 2 * p - k) / s)) + 1


# ---- forward


@settings
def test_1_1_with_everything(rng):
    x, w, b, s, p = drawn(rng)
    xp, (F, C, K_H, K_W) = bordered(x, p), w.shape
    out_size = [size(*axis) for axis in zip(x.shape[1:], (K_H, K_W), s, p)]
    net = np.zeros((F, *out_size))
    for f, i, j in np.ndindex(net.shape):
        net[f, i, j] = b[f] + sum(
            w[f, c, u, v] * xp[c, i * s[0] + u, j * s[1] + v] for c, u, v in np.ndindex(C, K_H, K_W)
        )
    by_hand = slid(x, w, b, s, p)
    assert net.shape == by_hand.shape and np.allclose(net, by_hand, 0, 1e-12)
    assert np.allclose(reference.conv2d(x, w, b, s, p), by_hand, 0, 1e-12)
    assert np.allclose(ops.conv2d(x[None], w, b, s, p)[0], by_hand, 0, 1e-12)


@settings
def test_1_4_in_one_dimension(rng):
    k = int(rng.integers(1, 5))
    x, w = rng.standard_normal(k + rng.integers(0, 6)), rng.standard_normal(k)
    by_hand = slid(x[None, None], w[None, None, None], [0], (1, 1), (0, 0))[0, 0]
    net = [sum(w[u] * x[i + u] for u in range(k)) for i in range(len(x) - k + 1)]
    assert np.allclose(net, by_hand, 0, 1e-12)


@settings
def test_1_5_to_1_8_step_by_step(rng):
    x, w, _, (s, _), _ = drawn(rng)
    x, w = x[:1], w[:1, :1]
    K_H, K_W = w.shape[2:]
    for stride in (1, s):  # (1.6) is (1.7) with stride 1
        by_hand = slid(x, w, [0], (stride, stride), (0, 0))[0]
        for i, j in np.ndindex(by_hand.shape):
            net = sum(
                w[0, 0, u, v] * x[0, i * stride + u, j * stride + v]
                for u, v in np.ndindex(K_H, K_W)
            )
            assert np.isclose(net, by_hand[i, j], 0, 1e-12)
    four, image = rng.standard_normal((2, 2)), np.pad(x[0], 1)
    by_hand = slid(image[None], four[None, None], [0], (1, 1), (0, 0))[0]
    for i, j in np.ndindex(by_hand.shape):
        net = four[0, 0] * image[i, j] + four[0, 1] * image[i, j + 1]
        net += four[1, 0] * image[i + 1, j] + four[1, 1] * image[i + 1, j + 1]
        assert np.isclose(net, by_hand[i, j], 0, 1e-12)


@settings
def test_channels_are_added_and_filters_stand_side_by_side(rng):
    x, w, b, s, p = drawn(rng)
    for f, kernel in enumerate(w):
        one_by_one = [slid(x[c, None], kernel[None, c, None], [0], s, p) for c in range(len(x))]
        assert np.allclose(sum(one_by_one)[0] + b[f], slid(x, w, b, s, p)[f], 0, 1e-12)


@settings
def test_1_11_is_the_convolution_of_mathematics(rng):
    """Sum over m, n of w[m, n] x[y - m, z - n], where all of it lies inside the image."""
    x, w, *_ = drawn(rng)
    x, w = x[0], w[0, 0]
    (H, W), (K_H, K_W) = x.shape, w.shape
    full = np.zeros((H + K_H - 1, W + K_W - 1))
    for m, n in np.ndindex(w.shape):
        for y, z in np.ndindex(x.shape):
            full[y + m, z + n] += w[m, n] * x[y, z]
    inside = full[K_H - 1 : H, K_W - 1 : W]
    turned = np.zeros_like(inside)
    for i, j in np.ndindex(inside.shape):
        turned[i, j] = sum(
            w[K_H - 1 - u, K_W - 1 - v] * x[i + u, j + v] for u, v in np.ndindex(w.shape)
        )
    assert np.allclose(turned, inside, 0, 1e-12)
    assert np.allclose(reference.conv2d(x[None], w[None, None, ::-1, ::-1], [0])[0], inside)


def test_the_lesson_has_these_formulas():
    assert says("1.1", r"\text{net}_{fij} = b_f + \sum_{c,u,v} w_{fcuv} xp_{c, i s + u, j s + v}")
    assert says("1.4", r"\text{net}_i = \sum_u w_u x_{i+u}")
    assert says("1.5", r"w_{00}x_{i,j} + w_{01}x_{i,j+1} + w_{10}x_{i+1,j} + w_{11}x_{i+1,j+1}")
    assert says("1.6", r"\text{net}_{ij} = \sum_{u,v} w_{uv} x_{i+u, j+v}")
    assert says("1.7", r"\text{net}_{ij} = \sum_{u,v} w_{uv} x_{i s + u, j s + v}")
    assert says("1.8", r"\text{net}_{ij} = \sum_{c,u,v} w_{cuv} xp_{c, i s + u, j s + v}")
    assert says("1.9", r"\left\lfloor \frac{H + 2p - K_H}{s} \right\rfloor + 1")
    assert says("1.11", r"\sum_{u,v} w_{K_H - 1 - u, K_W - 1 - v} x_{i+u, j+v}")
    assert says("1.12", r"(C \cdot K_H \cdot K_W + 1) \cdot F")


# ---- sizes, parameters, the activation


@settings
def test_1_9_counts_the_windows_and_what_is_left_is_dropped(rng):
    n, k, s, p = (int(m) for m in rng.integers((1, 1, 1, 0), (12, 6, 6, 4)))
    k = min(k, n + 2 * p)
    found = tops(n + 2 * p, k, s)
    assert size(n, k, s, p) == len(found) == (n + 2 * p - k) // s + 1
    left = (n + 2 * p - k) % s
    assert found[-1] + k == n + 2 * p - left  # the last window ends before the remainder


@settings
def test_odd_kernels_keep_the_size_and_stride_2_halves_it(rng):
    n, K = int(rng.integers(1, 30)), 2 * int(rng.integers(0, 5)) + 1
    p = (K - 1) // 2
    assert len(tops(n + 2 * p, K, 1)) == n
    assert len(tops(n + 2 * p, K, 2)) == int(np.ceil(n / 2))


@settings
def test_1_12_counts_the_numbers_of_a_layer(rng):
    C, H, W, K_H, K_W, F = (int(m) for m in rng.integers(1, 5, 6))
    H, W = H + K_H, W + K_W
    layer = cnnlib.ConvLayer(W, H, C, K_W, K_H, F, 0, 1, cnnlib.IdentityActivator(), 0.1)
    assert (C * K_H * K_W + 1) * F == layer.weights.size + layer.bias.size
    outputs = F * (H - K_H + 1) * (W - K_W + 1)
    dense = cnnlib.FullyConnectedLayer(C * H * W, outputs, cnnlib.IdentityActivator(), 0.1)
    assert (C * H * W + 1) * outputs == dense.weights.size + dense.bias.size


@settings
def test_1_10_relu_and_its_slope(rng):
    net, relu = rng.standard_normal(20), cnnlib.ReluActivator()
    assert relu.forward(net).tolist() == [n if n > 0 else 0 for n in net]
    assert relu.derivative(net).tolist() == [1 if n > 0 else 0 for n in net]
    assert relu.derivative(np.zeros(3)).tolist() == [0, 0, 0]


@settings
def test_two_convolutions_without_an_activation_are_one_with_a_larger_kernel(rng):
    x, w1, b1, s1, _ = drawn(rng)
    F, _, k1, m1 = w1.shape
    k2, m2 = (int(k) for k in rng.integers(1, 4, 2))
    x = rng.standard_normal((len(x), k1 + (k2 + 1) * s1[0], m1 + (m2 + 1) * s1[1]))
    w2, b2 = rng.standard_normal((2, F, k2, m2)), rng.standard_normal(2)
    s2 = tuple(int(s) for s in rng.integers(1, 3, 2))
    twice = slid(slid(x, w1, b1, s1, (0, 0)), w2, b2, s2, (0, 0))
    larger = np.zeros((2, len(x), k1 + (k2 - 1) * s1[0], m1 + (m2 - 1) * s1[1]))
    for u, v in np.ndindex(k2, m2):
        y, z = u * s1[0], v * s1[1]
        larger[:, :, y : y + k1, z : z + m1] += np.einsum("gf,fcuv->gcuv", w2[:, :, u, v], w1)
    bias = b2 + (w2.sum((2, 3)) * b1).sum(1)
    steps = s1[0] * s2[0], s1[1] * s2[1]
    assert np.allclose(twice, slid(x, larger, bias, steps, (0, 0)), 0, 1e-10)


@settings
def test_kernels_that_add_up_to_0_or_1_on_a_flat_image(rng):
    w, grey = rng.standard_normal((1, 1, *rng.integers(2, 4, 2))), rng.standard_normal()
    flat = np.full((1, 5, 5), grey)
    for total in (0, 1):
        shifted = w + (total - w.sum()) / w.size
        assert np.allclose(slid(flat, shifted, [0], (1, 1), (0, 0)), total * grey, 0, 1e-12)


# ---- the exercises, by their keys


def reads(k1, s1, k2):
    """The inputs on which one output of the second convolution depends, found by moving each."""
    n = 2 * k1 + (k2 + 1) * s1
    w1, w2 = np.ones((1, 1, 1, k1)), np.ones((1, 1, 1, k2))

    def second(x):
        first = slid(x[None, None], w1, [0], (1, s1), (0, 0))
        return slid(first, w2, [0], (1, 1), (0, 0))[0, 0, 0]

    return [y for y in range(n) if second(np.eye(n)[y]) != second(np.zeros(n))]


@settings
def test_exercise_1_6_spans_what_it_says(rng):
    k1, s1, k2 = (int(n) for n in rng.integers(1, 7, 3))
    found = reads(k1, s1, k2)
    assert find("1.6").right(k1, s1, k2) == found[-1] - found[0] + 1
    if s1 <= k1:
        assert found == [*range(len(found))]  # nothing is skipped
    (counted,) = [f for name, f in find("1.6").wrong.items() if name.startswith("that is how many")]
    assert counted(k1, s1, k2) == len(found)


def test_exercise_1_6_names_a_setting_in_which_some_are_skipped():
    assert "with k1 = 1, s1 = 2, k2 = 2 the span is 3, and 2 of them are read" in TEXT
    assert reads(1, 2, 2) == [0, 2]


@settings
def test_exercise_1_5_counts_the_places_of_a_spread_kernel(rng):
    k, d = (int(n) for n in rng.integers(1, 6, 2))
    n = d * (k - 1) + 1 + int(rng.integers(0, 8))
    spread = [d * u for u in range(k)]
    fits = [i for i in range(n) if all(i + cell < n for cell in spread)]
    assert find("1.5").right(n, k, d) == len(fits)


@settings
def test_exercises_1_1_to_1_3_in_general(rng):
    pixel, b, w = rng.standard_normal(), rng.standard_normal(), rng.standard_normal((3, 3))
    net = slid(np.full((1, 5, 5), pixel), w[None, None], [b], (1, 1), (1, 1))[0]
    assert np.isclose(net[2, 2], pixel * w.sum() + b)
    assert np.isclose(net[0, 0], pixel * w[1:, 1:].sum() + b)


# ---- the numbers of the page


def test_the_page_prints_the_numbers_that_later_lessons_use():
    notebook = nbformat.read(NOTEBOOKS / "01_slide_a_kernel.ipynb", 4)
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    printed = " ".join(" ".join(o.get("text", "") for o in outputs).split())
    for numbers in (
        "[[[ 1 -1 2] [ 1 -1 2] [ 1 -2 2]] [[-1 -1 0] [ 1 1 0] [ 1 0 0]]]",  # 4x4, two filters
        "[[1 0 2] [1 0 2] [1 0 2]] on the kink in filter 2: 4",
        "4 + 0 + 1 and the bias 1: 6",
        "[[[ 6 7 5] [ 3 -1 -1] [ 2 -1 4]] [[ 2 -5 -8] [ 1 -4 -4] [ 0 -5 -5]]]",  # 5x5x3
        "[[1 2 2 1] [2 4 4 2] [2 4 4 2] [1 2 2 1]]",  # how often a pixel is read
        "parameters of a convolution: 56",
        "15,876 answers, made by 9 numbers that add up to 0",
        "rows read: 0 to 6 of 0 to 7",
        "x[2,2]: numbers of net that change: 1 x[1,1]: numbers of net that change: 4",
    ):
        assert numbers in printed
