"""Every formula of lessons 02 and 02b, letter by letter, on hundreds of random settings."""

from itertools import product

import numpy as np
import pytest

from cnnlib import ReluActivator, SigmoidActivator, TanhActivator, ops, reference
from cnnlib.course.exercise import find
from tests.formulas.settings import settings
from tools.builder import places
from tools.builder.read import code, read

ALL = settings(400, seed=2)  # any stride, padding, channels, filters, batch
ONE = settings(300, seed=20, many=False)  # any stride and padding, one image, one kernel
PLAIN = settings(300, seed=21, many=False, strides=1, paddings=0)  # a kernel that moves by 1
PADDED = settings(300, seed=22, many=False, strides=1)


def close(a, b):
    return np.allclose(a, b, rtol=0, atol=1e-10)


def at(delta, *place):
    """A number of delta; outside of the array it counts as 0."""
    inside = all(0 <= n < size for n, size in zip(place, delta.shape))
    return delta[place] if inside else 0.0


def spread(delta, s):
    """(2.21): s - 1 zeros between the deltas of the last two axes."""
    n, m = delta.shape[-2:]
    wide = np.zeros((*delta.shape[:-2], (n - 1) * s[0] + 1, (m - 1) * s[1] + 1))
    wide[..., :: s[0], :: s[1]] = delta
    return wide


def in_border(a, sides):
    """The last two axes with (before, behind) zeros; negative numbers crop."""
    lead = [(0, 0)] * (a.ndim - 2)
    wide = np.pad(a, [*lead, *((max(b, 0), max(e, 0)) for b, e in sides)])
    (top, bottom), (left, right) = sides
    rows = slice(max(-top, 0), wide.shape[-2] + min(bottom, 0))
    return wide[..., rows, max(-left, 0) : wide.shape[-1] + min(right, 0)]


def gathered(delta, w, s, sides):
    """Gather: the turned kernel, filters and channels exchanged, slides by 1 over spread deltas."""
    turned = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    return ops.conv2d(in_border(spread(delta, s), sides), turned, np.zeros(len(turned)))


def borders(a):
    """(2.23) for each axis, by the letters of the lesson."""
    axes = zip(a.kernel, a.p, a.remainder)
    return [(k - 1 - p, k - 1 - p + r) for k, p, r in axes]


def test_the_settings_are_as_various_as_the_lessons_promise():
    assert len(ALL) >= 200 and len(ONE) >= 200 and len(PLAIN) >= 200 and len(PADDED) >= 200
    for some in (ALL, ONE):
        assert sum(a.s[0] != a.s[1] for a in some) > 100
        assert sum(a.kernel[0] != a.kernel[1] for a in some) > 100
        assert sum(any(a.remainder) for a in some) > 100
        assert sum(any(p > k - 1 for p, k in zip(a.p, a.kernel)) for a in some) > 100
        turns = [(b < 0) != (e < 0) for a in some for b, e in borders(a)]
        assert sum(turns) > 20, "cropped before, and not behind"
    assert {a.w.shape[0] for a in ALL} == {a.w.shape[1] for a in ALL} == {1, 2, 3}


def test_2_1_and_2_24_one_number_of_grad_x():
    """The sum over f and all (i, j, u, v) with i s + u = y and j s + v = z; then p is cropped."""
    for a in ALL:
        grad_xp = np.zeros((*a.x.shape[:2], *np.add(a.size, np.multiply(2, a.p))))
        for n, c, f, u, v in np.ndindex(*a.x.shape[:2], len(a.w), *a.kernel):
            for i, j in np.ndindex(a.delta.shape[2:]):
                y, z = i * a.s[0] + u, j * a.s[1] + v
                grad_xp[n, c, y, z] += a.delta[n, f, i, j] * a.w[f, c, u, v]
        (H, W), (down, across) = a.size, a.p
        assert close(grad_xp[:, :, down : down + H, across : across + W], a.grad_x()), a


def test_the_library_is_right_on_all_of_them():
    for a in ALL:
        arguments = a.w, a.size, a.s, a.p
        assert close(ops.conv2d_grad_x(a.delta, *arguments), a.grad_x())
        assert close(reference.conv2d_grad_x(a.delta[0], *arguments), a.grad_x()[0])


def test_2_8_and_2_9_in_one_dimension():
    for a in PLAIN:
        w, delta = a.w[0, 0, :, 0], a.delta[0, 0, :, 0]
        C = [
            [w[y - i] if 0 <= y - i < len(w) else 0 for y in range(a.size[0])]
            for i in range(len(delta))
        ]
        grad = np.array(C).T @ delta
        for y in range(a.size[0]):
            pairs = product(range(len(delta)), range(len(w)))
            assert np.isclose(grad[y], sum(delta[i] * w[u] for i, u in pairs if i + u == y))
            assert np.isclose(grad[y], sum(w[u] * at(delta, y - u) for u in range(len(w))))


def test_2_15_and_2_16_in_two_dimensions():
    for a in PLAIN:
        w, delta, grad = a.w[0, 0], a.delta[0, 0], a.grad_x()[0, 0]
        for y, z in np.ndindex(a.size):
            back = sum(w[u, v] * at(delta, y - u, z - v) for u, v in np.ndindex(a.kernel))
            assert np.isclose(grad[y, z], back)
        met = np.zeros(a.size)
        for i, j, u, v in np.ndindex(*delta.shape, *a.kernel):
            met[i + u, j + v] += delta[i, j] * w[u, v]
        assert close(met, grad)


def test_2_17_and_2_18_padding_with_stride_1():
    """K - 1 - p zeros on each side, a crop where that is negative: right, for the stride is 1."""
    for a in PADDED:
        grad_xp = ops.conv2d_grad_x(a.delta, a.w, tuple(np.add(a.size, np.multiply(2, a.p))))
        (H, W), (down, across) = a.size, a.p
        assert close(grad_xp[:, :, down : down + H, across : across + W], a.grad_x())
        B = [(k - 1 - p, k - 1 - p) for k, p in zip(a.kernel, a.p)]
        assert close(gathered(a.delta, a.w, (1, 1), B), a.grad_x())


@pytest.mark.parametrize("f", [ReluActivator(), SigmoidActivator(), TanhActivator()])
def test_2_19_the_factor_of_the_layer_below(f):
    step = 1e-5
    for a in ALL[:200]:
        high, low = (f.forward(a.x + e) for e in (step, -step))
        smooth = np.abs(a.x) > 2 * step
        local = np.where(smooth, (high - low) / (2 * step), 0)  # each number of out has its own net
        found = ops.conv2d_grad_x(a.delta, a.w, a.size, a.s, a.p) * f.derivative(a.x)
        assert np.allclose(found[smooth], (a.grad_x() * local)[smooth], rtol=0, atol=1e-6)


def test_2_20_scatter_then_crop_for_any_stride_and_padding():
    for a in ONE:
        grad_xp = np.zeros(np.add(a.size, np.multiply(2, a.p)))
        for i, j, u, v in np.ndindex(*a.delta.shape[2:], *a.kernel):
            grad_xp[i * a.s[0] + u, j * a.s[1] + v] += a.delta[0, 0, i, j] * a.w[0, 0, u, v]
        (H, W), (down, across) = a.size, a.p
        assert close(grad_xp[down : down + H, across : across + W], a.grad_x()[0, 0])


def test_2_22_what_the_division_leaves():
    for a in ALL:
        axes = zip(a.size, a.p, a.kernel, a.s, a.delta.shape[2:], a.remainder)
        assert all(H + 2 * p - K == (n - 1) * s + r and 0 <= r < s for H, p, K, s, n, r in axes)


@pytest.mark.parametrize("some", [ALL, ONE], ids=["many", "one kernel"])
def test_2_23_gather_with_B_before_and_B_plus_r_behind(some):
    for a in some:
        assert close(gathered(a.delta, a.w, a.s, borders(a)), a.grad_x()), a


def test_the_rule_without_r_is_wrong_wherever_a_remainder_is_left():
    """As the page says: the result is r rows and columns short."""
    tried = [a for a in ALL if any(a.remainder)]
    for a in tried:
        short = [(B, B) for B, _ in borders(a)]
        missing = np.subtract(a.size, a.remainder)
        if (missing > 0).all():
            assert gathered(a.delta, a.w, a.s, short).shape[2:] == tuple(missing)
    assert len(tried) > 100


def test_2_25_and_2_26_the_matrix():
    for a in ALL[:200]:
        C = a.jacobian().reshape(a.delta[0].size, a.x[0].size)
        assert close(
            C @ a.x[0].ravel(), ops.conv2d(a.x, a.w, np.zeros(len(a.w)), a.s, a.p)[0].ravel()
        )
        sent = ops.conv2d_grad_x(a.delta, a.w, a.size, a.s, a.p)[0]
        assert close(C.T @ a.delta[0].ravel(), sent.ravel())


# ---- the functions that the pages show


def shown(lesson, *names):
    """The functions of these names, as the lesson's cells define them."""
    (text,) = [path for path in places.texts() if places.number(path) == lesson]
    made = {"np": np, "reference": reference, "border": find("2.border").right}
    for cell in code(read(text)):
        for part in cell.split("\n\n\n"):
            if any(part.startswith(f"def {name}(") for name in names):
                exec(part, made)
    return [made[name] for name in names]


def test_the_gather_of_the_page_is_right_for_any_stride_and_padding():
    gather, _ = shown("02b", "gather", "with_border")
    for a in ALL[:200]:
        found = [gather(delta, a.w, a.size, a.s, a.p) for delta in a.delta]
        assert close(np.array(found), a.grad_x()), a


def test_the_faster_scatter_of_the_page_is_right_for_a_batch():
    (scatter_by_place,) = shown("02b", "scatter_by_place")
    some = [a for a in settings(700, seed=23) if a.s[0] == a.s[1]]
    for a in some:
        (H, W), (down, across) = a.size, a.p
        found = scatter_by_place(a.delta, a.w, (H + 2 * down, W + 2 * across), a.s[0])
        assert close(found[:, :, down : down + H, across : across + W], a.grad_x())
    assert len(some) >= 200


def test_the_scatter_of_the_first_half_is_right_for_one_kernel():
    (scatter,) = shown("02", "scatter")
    for a in PLAIN:
        assert close(scatter(a.delta[0, 0], a.w[0, 0], a.size), a.grad_x()[0, 0])


# ---- what the pages claim of their own numbers

DELTA, KERNEL = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]]), np.array([[1, -1], [1, -1]])


def grad_of(delta, w, *rest):
    return reference.conv2d_grad_x(delta[None], w[None, None], *rest)[0]


def test_the_example_of_the_first_half():
    whole = [[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]
    assert grad_of(DELTA, KERNEL, 4).tolist() == whole


def test_figures_2_1_and_2_4_a_pixel_is_seen_through_the_turned_kernel():
    for nine in (np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 2], [3, 4]])):
        size = 2 * len(nine) - 1
        dot = np.zeros((1, size, size))
        dot[0, len(nine) - 1, len(nine) - 1] = 1
        seen = reference.conv2d(dot, nine[None, None], [0])[0]
        readings = (nine, nine[::-1], nine[::-1, ::-1], np.rot90(nine))
        assert [np.array_equal(seen, r) for r in readings] == [False, False, True, False]


def test_the_example_of_the_second_half():
    """As the explorer at the top asks: 12, and nothing in the row that no window reaches."""
    delta, w = np.array([[1, 0, 2], [3, 0, 4]]), np.array([[1, 2], [3, 4], [5, 6]])
    back = grad_of(delta, w, (6, 4), 2, (0, 1))
    assert back[2, 0] == 1 * 6 + 3 * 2 and not back[5].any() and back[:5].any(axis=1).all()


def test_figure_2_5_who_is_used_how_often():
    uses = [len([i for i in range(2) if 0 <= y - 2 * i < 3]) for y in range(6)]
    assert (uses[1], uses[2], uses[5]) == (1, 2, 0)


def test_figure_2_6_its_strips():
    border = find("2.border").right
    assert (7 - 3) // 2 + 1 == (8 - 3) // 2 + 1 == 3
    strips = [border(H, K, s, p) for K, s, p, H in ((3, 2, 0, 7), (3, 2, 0, 8), (2, 3, 2, 5))]
    assert strips == [(2, 2), (2, 3), (-1, 0)]


@pytest.mark.parametrize("ones", [True, False])
def test_a_kernel_of_ones_is_blind(ones):
    rng = np.random.default_rng(0)
    w, delta = np.ones((3, 3)) if ones else rng.standard_normal((3, 3)), rng.standard_normal((4, 3))
    turned = [np.array_equal(w, other) for other in (w[::-1, ::-1], np.rot90(w))]
    assert turned == [ones, ones]
    assert close(grad_of(delta, w, (6, 5)), grad_of(delta, w[::-1, ::-1], (6, 5))) == ones
