"""The formulas of lesson 09: a convolution as matrix products, there and back, and what they cost,
on random sizes, strides, borders, channels, filters and batches."""

import numpy as np
import pytest

from cnnlib import reference

SETTINGS = range(200)


class Setting:
    """A random batch, kernels and deltas, and the matrices of (9.2) and (9.5)."""

    def __init__(self, seed):
        rng = np.random.default_rng([9, seed])

        def pair(low, high):
            return tuple(map(int, rng.integers(low, high, 2)))

        self.N, self.C, self.F = map(int, rng.integers(1, 4, 3))
        self.size, self.stride, self.padding = pair(1, 4), pair(1, 4), pair(0, 3)
        room = zip(self.size, self.padding, rng.integers(0, 5, 2))
        self.image = tuple(max(1, k - 2 * p) + int(extra) for k, p, extra in room)
        self.x = rng.standard_normal((self.N, self.C, *self.image))
        self.w = rng.standard_normal((self.F, self.C, *self.size))
        self.b = rng.standard_normal(self.F)
        (p_v, p_h), (s_v, s_h) = self.padding, self.stride
        self.xp = np.pad(self.x, ((0, 0), (0, 0), (p_v, p_v), (p_h, p_h)))
        windows = np.lib.stride_tricks.sliding_window_view(self.xp, self.size, (2, 3))
        self.windows = windows[:, :, ::s_v, ::s_h]
        self.out = self.windows.shape[2:4]
        self.delta = rng.standard_normal((self.N, self.F, *self.out))
        self.rows = list(np.ndindex(self.C, *self.size))  # k: (c, u, v)
        self.columns = list(np.ndindex(self.N, *self.out))  # m: (n, i, j)
        self.how = {"stride": self.stride, "padding": self.padding}

    def place(self, k, m):
        """Where in xp the number X[k,m] stands: (9.5)."""
        (c, u, v), (n, i, j) = self.rows[k], self.columns[m]
        return n, c, i * self.stride[0] + u, j * self.stride[1] + v

    def matrices(self):
        """W, X and D, entry by entry."""
        X = np.array(
            [
                [self.xp[self.place(k, m)] for m in range(len(self.columns))]
                for k in range(len(self.rows))
            ]
        )
        D = np.array([[self.delta[n, f, i, j] for n, i, j in self.columns] for f in range(self.F)])
        W = np.array([[self.w[f, c, u, v] for c, u, v in self.rows] for f in range(self.F)])
        return W, X, D


@pytest.mark.parametrize("seed", SETTINGS)
def test_three_products_and_adding_back(seed):
    """(9.2), (9.6), (9.7), (9.8) against the loops, which are checked against the definition."""
    s = Setting(seed)
    W, X, D = s.matrices()
    net = (W @ X + s.b[:, None]).reshape(s.F, s.N, *s.out)
    loops = np.stack([reference.conv2d(x, s.w, s.b, **s.how) for x in s.x], axis=1)
    assert net == pytest.approx(loops, rel=1e-9, abs=1e-9)
    grad_w = sum(reference.conv2d_grad_w(d, x, s.size, **s.how) for d, x in zip(s.delta, s.x))
    assert (D @ X.T).reshape(s.w.shape) == pytest.approx(grad_w, rel=1e-9, abs=1e-9)
    grad_xp, G = np.zeros(s.xp.shape), W.T @ D
    for k, m in np.ndindex(G.shape):
        grad_xp[s.place(k, m)] += G[k, m]
    (p_v, p_h), (H, W_in) = s.padding, s.image
    cropped = grad_xp[:, :, p_v : p_v + H, p_h : p_h + W_in]
    grad_x = np.stack([reference.conv2d_grad_x(d, s.w, s.image, **s.how) for d in s.delta])
    assert cropped == pytest.approx(grad_x, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SETTINGS)
def test_the_counts(seed):
    """(9.1), the exact part of (9.9), (9.11) and (9.12)."""
    s = Setting(seed)
    _, X, _ = s.matrices()
    (K_H, K_W), (H_out, W_out), (H, W) = s.size, s.out, s.image
    products = sum(1 for _ in np.ndindex(s.N, s.F, H_out, W_out, s.C, K_H, K_W))
    assert products == s.N * s.F * H_out * W_out * s.C * K_H * K_W == s.F * X.size
    ratio = s.C * K_H * K_W * s.N * H_out * W_out / (s.N * s.C * H * W)
    assert X.size / s.x.size == pytest.approx(ratio)
    assert ratio == pytest.approx(K_H * K_W * H_out * W_out / (H * W))
    assert s.C * K_H * K_W * W_out * s.N * 8 == X.nbytes / H_out


@pytest.mark.parametrize("seed", SETTINGS)
def test_runs_in_memory(seed):
    """(9.10): where a number lies; (9.11): with stride 1 the copies of X are as many runs as it
    says, in either layout."""
    s = Setting(seed)
    place = tuple(int(n) - 1 for n in s.xp.shape)
    start = s.xp.__array_interface__["data"][0]
    end = s.xp[place[:-1]][-1:].__array_interface__["data"][0]
    assert end - start == sum(n * jump for n, jump in zip(place, s.xp.strides))
    xp = s.xp
    H_out, W_out = (n - k + 1 for n, k in zip(xp.shape[2:], s.size))
    numbers = np.arange(xp.size).reshape(xp.shape)  # the batch first: a number's address
    addresses = {
        "first": (numbers, (s.N, s.C, *s.size, H_out), W_out),
        "last": (
            np.arange(xp.size).reshape(*xp.shape[1:], s.N),
            (s.C, *s.size, H_out),
            W_out * s.N,
        ),
    }
    for layout, (address, runs, length) in addresses.items():
        for run in np.ndindex(runs):
            c, u, v, i = run[-4:]
            if layout == "first":
                taken = address[run[0], c, i + u, v : v + W_out]
            else:
                taken = address[c, i + u, v : v + W_out].ravel()
            assert len(taken) == length and (np.diff(taken) == 1).all()


@pytest.mark.parametrize("seed", SETTINGS)
def test_depthwise(seed):
    """(9.13)."""
    s = Setting(seed)
    net = np.einsum("ncijuv,cuv->ncij", s.windows, s.w[0])
    for n, c, i, j in np.ndindex(net.shape):
        (s_v, s_h), (K_H, K_W) = s.stride, s.size
        window = s.xp[n, c, i * s_v : i * s_v + K_H, j * s_h : j * s_h + K_W]
        assert net[n, c, i, j] == pytest.approx((window * s.w[0, c]).sum(), rel=1e-9, abs=1e-12)


def test_the_numbers_that_the_page_names():
    image = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
    X = np.array([image[u : u + 3, v : v + 3].ravel() for u, v in np.ndindex(2, 2)])
    assert X[:, 7].tolist() == [0, 1, 0, 1] and X.size / image.size == 2.25
    W, D = np.array([[1, -1, 1, -1]]), np.array([[1, 0, 2, 3, 0, 4, 0, 0, 0]])
    assert (D @ X.T).tolist() == [[10, 3, 10, 1]]
    sent, grad_x = (W.T @ D).reshape(4, 3, 3), np.zeros((4, 4), int)
    for (u, v), part in zip(np.ndindex(2, 2), sent):
        grad_x[u : u + 3, v : v + 3] += part
    assert grad_x.tolist() == [[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]
    assert round(64 * 16 * 28 * 28 * 8 * 9 / 1e6, 1) == 57.8
