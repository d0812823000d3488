"""The formulas of lesson 03: the weight gradient for any stride, padding, dilation, channels,
filters and batch, compared with how far the loss moves when one weight moves.

The loss sum(delta * net) is linear in w, so one step of 1 gives its derivative without an error of
the step.
"""

import itertools

import numpy as np
import pytest

from cnnlib import geometry, ops, reference
from tools.builder.places import LESSONS

SETTINGS = range(200)
TEXT = (LESSONS / "03_weigh_the_kernel.md").read_text(encoding="utf-8")


class Setting:
    """A random batch, kernels, and the deltas of their outputs."""

    def __init__(self, seed, gaps=True):
        rng = np.random.default_rng([3, seed])

        def pair(low, high):
            return tuple(map(int, rng.integers(low, high, 2)))

        self.N, self.C, self.F = map(int, rng.integers(1, 4, 3))
        self.size, self.stride = pair(1, 4), pair(1, 4)
        self.dilation = pair(1, 3) if gaps else (1, 1)
        self.padding = pair(0, 4)
        reach = [d * (k - 1) + 1 for k, d in zip(self.size, self.dilation)]
        image = [
            max(1, r - 2 * p) + int(extra)
            for r, p, extra in zip(reach, self.padding, rng.integers(0, 5, 2))
        ]
        self.x = rng.standard_normal((self.N, self.C, *image))
        self.w = rng.standard_normal((self.F, self.C, *self.size))
        self.out = tuple(
            (n + 2 * p - r) // s + 1 for n, p, r, s in zip(image, self.padding, reach, self.stride)
        )
        self.delta = rng.standard_normal((self.N, self.F, *self.out))
        (p_v, p_h) = self.padding
        self.xp = np.pad(self.x, ((0, 0), (0, 0), (p_v, p_v), (p_h, p_h)))

    def alone(self):
        """The same with one image, one channel, one filter."""
        self.N = self.C = self.F = 1
        self.w, self.delta, self.xp = self.w[:1, :1], self.delta[:1, :1], self.xp[:1, :1]
        return self

    def beside(self, i, j, u, v):
        """The row and the column of xp that stand beside w[u,v] in net[i,j]: (3.14), (3.17)."""
        rows, columns = zip((i, j), (u, v), self.stride, self.dilation)
        return tuple(at * s + d * k for at, k, s, d in (rows, columns))

    def loss(self, w):
        """sum of delta * net, net by (1.1) and (3.17) word by word."""
        total = 0.0
        for n, f, i, j in np.ndindex(self.delta.shape):
            net = 0.0
            for c, u, v in np.ndindex(w.shape[1:]):
                net += w[f, c, u, v] * self.xp[n, c, *self.beside(i, j, u, v)]
            total += self.delta[n, f, i, j] * net
        return total

    def by_definition(self):
        """How far the loss moves when one weight moves by 1."""
        grad, start = np.zeros(self.w.shape), self.loss(self.w)
        for place in np.ndindex(self.w.shape):
            moved = self.w.copy()
            moved[place] += 1
            grad[place] = self.loss(moved) - start
        return grad

    def by_3_16(self):
        """(3.16); (3.1) for one image, (3.13) without stride and padding, (3.17) with gaps."""
        grad = np.zeros(self.w.shape)
        for f, c, u, v in np.ndindex(grad.shape):
            for n, i, j in itertools.product(range(self.N), *map(range, self.out)):
                x = self.xp[n, c, *self.beside(i, j, u, v)]
                grad[f, c, u, v] += self.delta[n, f, i, j] * x
        return grad


@pytest.mark.parametrize("seed", SETTINGS)
def test_the_weight_gradient(seed):
    setting = Setting(seed)
    grad = setting.by_3_16()
    assert grad == pytest.approx(setting.by_definition(), rel=1e-9, abs=1e-9)
    how = {"stride": setting.stride, "padding": setting.padding, "dilation": setting.dilation}
    found = ops.conv2d_grad_w(setting.delta, setting.x, setting.size, **how)
    assert found == pytest.approx(grad, rel=1e-9, abs=1e-9)
    loops = sum(
        reference.conv2d_grad_w(delta, x, setting.size, **how)
        for delta, x in zip(setting.delta, setting.x)
    )
    assert loops == pytest.approx(grad, rel=1e-9, abs=1e-9)


def test_the_settings_are_as_wide_as_the_sentences():
    """Strides above 1 with a remainder, padding, kernels that are not square, several of each."""
    all_of_them = [Setting(seed) for seed in SETTINGS]
    wanted = {
        "a remainder": lambda s: any(
            (s.xp.shape[2 + a] - s.dilation[a] * (s.size[a] - 1) - 1) % s.stride[a] for a in (0, 1)
        ),
        "unlike strides": lambda s: s.stride[0] != s.stride[1],
        "unlike paddings": lambda s: s.padding[0] != s.padding[1],
        "not square": lambda s: s.size[0] != s.size[1],
        "a batch, channels, filters": lambda s: min(s.N, s.C, s.F) > 1,
        "gaps": lambda s: max(s.dilation) > 1,
        "padding as wide as the kernel": lambda s: max(s.padding) >= max(s.size),
    }
    counts = {name: sum(map(holds, all_of_them)) for name, holds in wanted.items()}
    assert min(counts.values()) > 30, counts


@pytest.mark.parametrize("seed", SETTINGS)
def test_delta_slides_as_a_kernel(seed):
    """Section 3: with stride 1 the forward function, handed delta as its kernel, gives grad_w; with
    stride s the delta that is spread out does."""
    setting = Setting(seed, gaps=False)
    x, delta, (s_v, s_h) = setting.x[0, :1], setting.delta[0, 0], setting.stride
    spread = np.zeros([(n - 1) * s + 1 for n, s in zip(delta.shape, setting.stride)])
    spread[::s_v, ::s_h] = delta
    slid = reference.conv2d(x, spread[None, None], [0], padding=setting.padding)[0]
    K_H, K_W = setting.size  # a remainder lets delta slide further than the kernel has weights
    wanted = setting.alone().by_3_16()[0, 0]
    assert slid[:K_H, :K_W] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SETTINGS)
def test_shared_weights_and_one_step(seed):
    """Answers 3.4 and 3.5: a shared number adds up the gradients of its uses; a step of gradient
    descent lets a loss that is linear in w fall by the rate times the sum of squares."""
    setting = Setting(seed)
    grad, rate = setting.by_3_16(), 0.1
    start = setting.loss(setting.w)
    fall = start - setting.loss(setting.w - rate * grad)
    assert fall == pytest.approx(rate * (grad**2).sum(), rel=1e-7, abs=1e-9)
    rows = setting.w.copy()
    rows[:, :, :, 0] += 1  # the first number of every row moves, in all rows at once
    assert setting.loss(rows) - start == pytest.approx(grad[:, :, :, 0].sum(), rel=1e-7, abs=1e-7)


def test_the_numbers_that_the_page_names():
    x = np.array([[[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
    w, delta = np.array([[[[1, -1], [1, -1]]]]), np.array([[[1, 0, 2], [3, 0, 4], [0, 0, 0]]])

    def grad_w_of(image):
        return reference.conv2d_grad_w(delta, image, 2)[0, 0].astype(int).tolist()

    assert f"x is {x[0].tolist()}, delta is {delta[0].tolist()}." in TEXT
    assert delta[0, 0] @ x[0, 0, :3] == 3  # (3.5)
    assert grad_w_of(x) == [[10, 3], [10, 1]]
    assert not x[0, :, 3].any() and delta[0, 2, 2] == 0
    changed = x.copy()
    changed[0, 2, 3] = 5
    assert grad_w_of(changed) == [[10, 3], [10, 21]]
    out = np.maximum(reference.conv2d(x, w, [0]), 0)
    wide = [np.pad(a, ((0, 0), (0, 9), (0, 9)))[:, n:, n:] for a in (out, x) for n in (0, 1, 2)]
    slips = [
        reference.conv2d_grad_w(delta, a[:, :4, :4], 2)[0, 0].astype(int).tolist() for a in wide
    ]
    assert slips[:2] == [[[16, 0], [16, 0]], [[0, 8], [0, 2]]]  # own output; and one off
    assert slips[4:] == [[[1, 4], [0, 4]], [[4, 0], [1, 0]]]  # one off; typed from 0


def test_where_the_cells_beside_w_0_2_lie():
    """The explorer with stride 2 and padding 1, and the answer folded under it."""
    rows = geometry.index_map((3, 3), (3, 3), stride=2, padding=1)
    met = rows[(rows[:, 2] == 0) & (rows[:, 3] == 2)]
    outside = np.setdiff1d(met[:, 4:] @ [10, 1], geometry.inside(met, (5, 5))[:, 4:] @ [10, 1])
    assert len(met) == 9 and len(outside) == 5
    y, x = met[:, 4], met[:, 5]
    assert {*outside} == {*(met[(y == y.min()) | (x == x.max())][:, 4:] @ [10, 1])}
    assert "Five lie outside: the top row and the right column." in TEXT
