"""The formulas of lesson 05: max and mean pooling, on random sizes, windows, strides and channels,
by brute force and by central differences; and the numbers that its sentences name."""

import numpy as np
import pytest

from cnnlib import bugs, numerical_gradient, ops, reference
from tools.builder.places import LESSONS

TEXT = (LESSONS / "05_route_the_maximum.md").read_text(encoding="utf-8")

SETTINGS = range(200)


class Setting:
    """A random input whose numbers all differ, or tie often, a window, a stride, and what
    arrives."""

    def __init__(self, seed, ties=False):
        rng = np.random.default_rng([5, seed])
        self.C = int(rng.integers(1, 4))
        self.size = tuple(map(int, rng.integers(1, 4, 2)))
        self.stride = tuple(map(int, rng.integers(1, 4, 2)))
        self.image = tuple(int(k + rng.integers(0, 5)) for k in self.size)
        count = self.C * self.image[0] * self.image[1]
        numbers = rng.integers(-1, 2, count) if ties else rng.permutation(count) / 4 - 3
        self.x = numbers.reshape(self.C, *self.image).astype(float)
        starts = zip(self.image, self.size, self.stride)
        self.rows, self.columns = ([*range(0, n - k + 1, s)] for n, k, s in starts)
        self.grad_out = rng.standard_normal((self.C, len(self.rows), len(self.columns)))

    def windows(self):
        """(c, i, j, {cell (y, z): its place in the window}) of each window; (5.9)."""
        for c, i, j in np.ndindex(self.grad_out.shape):
            y, z = i * self.stride[0], j * self.stride[1]
            assert (y, z) == (self.rows[i], self.columns[j])
            places = np.ndindex(self.size)
            yield c, i, j, {(y + u, z + v): u * self.size[1] + v for u, v in places}

    def loss(self, pool):
        """sum of grad_out times what the pool gives out, a function of x."""
        return lambda x: float((self.grad_out * pool(x)).sum())


def largest(setting, x):
    """The forward pass of a max pool, window by window."""
    out = np.zeros(setting.grad_out.shape)
    for c, i, j, cells in setting.windows():
        out[c, i, j] = max(x[c, y, z] for y, z in cells)
    return out


def mean(setting, x):
    """(5.10), window by window."""
    out = np.zeros(setting.grad_out.shape)
    for c, i, j, cells in setting.windows():
        out[c, i, j] = sum(x[c, y, z] for y, z in cells) / len(cells)
    return out


def by_5_1(setting):
    """(grad_x, winners) by (5.1): for each cell the windows that it won, the first in a tie."""
    grad_x, winners = np.zeros(setting.x.shape), np.zeros(setting.grad_out.shape, int)
    for c, i, j, cells in setting.windows():
        top = max(setting.x[c, y, z] for y, z in cells)
        winner = next(cell for cell in cells if setting.x[c, *cell] == top)
        grad_x[c, *winner] += setting.grad_out[c, i, j]
        winners[c, i, j] = cells[winner]
    return grad_x, winners


def by_5_2(setting):
    """grad_x by (5.2): for each cell the windows that hold it."""
    grad_x = np.zeros(setting.x.shape)
    for c, y, z in np.ndindex(setting.x.shape):
        held = [w for w in setting.windows() if w[0] == c and (y, z) in w[3]]
        grad_x[c, y, z] = sum(setting.grad_out[c, i, j] / len(cells) for _, i, j, cells in held)
    return grad_x


def near(a, b, apart=1e-12):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=0, atol=apart)


@pytest.mark.parametrize("seed", SETTINGS)
def test_5_1_is_the_gradient_of_a_max_pool(seed):
    at = Setting(seed)
    grad_x, winners = by_5_1(at)
    numeric = numerical_gradient(at.loss(lambda x: largest(at, x)), at.x, 1e-3)
    assert near(grad_x, numeric, 1e-8)
    for maths, one in ((reference, lambda a: a), (ops, lambda a: a[None])):
        out, found = maths.max_pool2d(one(at.x), at.size, at.stride)
        assert near(out, one(largest(at, at.x))) and np.array_equal(found, one(winners))
        sent = maths.max_pool2d_grad_x(one(at.grad_out), found, at.image, at.size, at.stride)
        assert near(sent, one(grad_x))


@pytest.mark.parametrize("seed", SETTINGS)
def test_in_a_tie_the_first_wins_and_the_sum_goes_on(seed):
    at = Setting(seed, ties=True)
    grad_x, winners = by_5_1(at)
    out, found = ops.max_pool2d(at.x[None], at.size, at.stride)
    sent = ops.max_pool2d_grad_x(at.grad_out[None], found, at.image, at.size, at.stride)
    assert np.array_equal(found[0], winners) and near(sent[0], grad_x)
    assert near(sent.sum(), at.grad_out.sum())


@pytest.mark.parametrize("seed", SETTINGS)
def test_5_2_is_the_gradient_of_a_mean_pool(seed):
    at = Setting(seed)
    grad_x = by_5_2(at)
    assert near(grad_x, numerical_gradient(at.loss(lambda x: mean(at, x)), at.x, 1e-2), 1e-8)
    assert near(reference.mean_pool2d(at.x, at.size, at.stride), mean(at, at.x))
    sent = ops.mean_pool2d_grad_x(at.grad_out[None], at.image, at.size, at.stride)
    assert near(sent[0], grad_x)


@pytest.mark.parametrize("seed", SETTINGS)
def test_5_5_and_5_11_are_the_slopes_of_one_window(seed):
    rng = np.random.default_rng([55, seed])
    window = rng.permutation(int(rng.integers(1, 10))) - 3.0
    won = window == window.max()
    assert near(numerical_gradient(np.max, window, 1e-3), won.astype(float), 1e-9)
    share = np.full(window.shape, 1 / window.size)
    assert near(numerical_gradient(np.mean, window, 1e-3), share, 1e-9)


@pytest.mark.parametrize("seed", SETTINGS)
def test_5_12_hands_every_cell_its_share(seed):
    rng = np.random.default_rng([512, seed])
    window = rng.normal(0, 2, rng.integers(1, 4, rng.integers(1, 3)))
    shares = np.exp(window) / np.exp(window).sum()
    numeric = numerical_gradient(lambda x: np.log(np.exp(x).sum()), window, 1e-5)
    assert near(shares, numeric, 1e-8) and near(shares.sum(), 1) and (shares > 0).all()
    assert shares.argmax() == window.argmax()


@pytest.mark.parametrize("seed", SETTINGS)
def test_place_by_place_with_slices_is_window_by_window(seed):
    at = Setting(seed, ties=True)
    grad_x, winners = by_5_1(at)
    found = np.zeros(at.x.shape)
    (K_H, K_W), (s_v, s_h) = at.size, at.stride
    below, right = (s * (len(n) - 1) + 1 for n, s in ((at.rows, s_v), (at.columns, s_h)))
    for u, v in np.ndindex(K_H, K_W):
        place = found[:, u : u + below : s_v, v : v + right : s_h]
        place += at.grad_out * (winners == u * K_W + v)
    assert near(found, grad_x)


# ---- the numbers of the page

ROW, ARRIVES = np.array([4, 1, 2, 5, 3]), np.array([1, 2, 3, 4])
NET = np.array([[[1, -1, 2], [1, -1, 2], [1, -2, 2]]])
GRID = np.array([[[1, 2, 0, 3], [0, 9, 4, 1], [5, 2, 1, 0], [1, 0, 2, 6]]])
ARRIVING = np.array([[[1, 2, 1], [3, 4, 0], [2, 1, 5]]])


def test_five_inputs_in_a_row():
    out, winners = reference.max_pool2d(ROW[None, None], (1, 2), 1)
    sent = reference.max_pool2d_grad_x(ARRIVES[None, None], winners, (1, 5), (1, 2), 1)
    assert f"the row {tuple(ROW.tolist())}, and {tuple(ARRIVES.tolist())} arrives" in TEXT
    assert out.tolist() == [[[4, 2, 5, 5]]] and sent.tolist() == [[[1, 0, 2, 7, 0]]]


def test_the_4x4_example_to_its_delta():
    image = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
    w = np.array([[[[1, -1], [1, -1]]]])
    assert reference.conv2d(image, w, [0]).tolist() == NET.tolist()
    x = np.maximum(NET, 0)
    assert f"x is {x[0].tolist()}." in TEXT
    out, winners = reference.max_pool2d(x, 2, 1)
    windows = np.lib.stride_tricks.sliding_window_view(x[0], (2, 2))
    assert out.tolist() == [[[1, 2], [1, 2]]]
    assert (windows == out[0][..., None, None]).sum((2, 3)).tolist() == [[2, 2], [2, 2]]
    delta = reference.max_pool2d_grad_x(np.array([[[1, 2], [3, 4]]]), winners, (3, 3), 2, 1)
    assert delta.tolist() == (delta * (NET > 0)).tolist() == [[[1, 0, 2], [3, 0, 4], [0, 0, 0]]]
    assert reference.conv2d_grad_w(delta, image, 2)[0, 0].tolist() == [[10, 3], [10, 1]]
    assert reference.conv2d_grad_b(delta).tolist() == [10]
    below = [[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0] * 4]
    assert reference.conv2d_grad_x(delta, w, (4, 4))[0].tolist() == below


def test_the_9_gets_what_its_four_windows_send():
    _, winners = ops.max_pool2d(GRID[None], 2, 1)
    asked = ARRIVING[None], winners, (4, 4), 2, 1
    assert ARRIVING[0, :2, :2].ravel().tolist() == [1, 2, 3, 4]
    assert ops.max_pool2d_grad_x(*asked)[0, 0, 1, 1] == 10
    assert ops.mean_pool2d_grad_x(ARRIVING[None], (4, 4), 2, 1)[0, 0, 1, 1] == 2.5
    with bugs.planted("= for += in overlapping pools"):
        assert ops.max_pool2d_grad_x(*asked)[0, 0, 1, 1] == 4


def test_a_mean_pool_pays_silent_cells_where_the_factor_is_forgotten():
    shared = reference.mean_pool2d_grad_x(np.array([[[1, 2], [3, 4]]]), (3, 3), 2, 1)
    assert (shared.sum(), (shared * (NET > 0)).sum()) == (10, 5)
