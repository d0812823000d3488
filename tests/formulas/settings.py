"""settings: random convolutions of every shape, and their forward pass written down once more.

The formulas of the lessons are tried on them in the generality that their sentences promise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


@dataclass(frozen=True)
class Setting:
    """A convolution with its numbers: x (N, C, H, W), w (F, C, K_H, K_W), delta as net, float64;
    stride s and padding p are pairs."""

    x: np.ndarray
    w: np.ndarray
    delta: np.ndarray
    s: tuple
    p: tuple

    @property
    def size(self):
        """(H, W)."""
        return self.x.shape[2:]

    @property
    def kernel(self):
        """(K_H, K_W)."""
        return self.w.shape[2:]

    @property
    def remainder(self):
        """The rows and columns that no window reaches."""
        axes = zip(self.size, self.kernel, self.s, self.p)
        return tuple((n + 2 * p - k) % s for n, k, s, p in axes)

    def net(self, x):
        """Equation (1.1) without the bias, by windows; it calls nothing of the library."""
        wide = np.pad(x, [(0, 0), (0, 0), *((n, n) for n in self.p)])
        windows = sliding_window_view(wide, self.kernel, axis=(2, 3))
        read = windows[:, :, :: self.s[0], :: self.s[1]]
        return np.einsum("fcuv,ncijuv->nfij", self.w, read)

    def jacobian(self):
        """dnet/dx (as net, as x) of the first image: net is linear in x, so unit images give it."""
        shape = self.x.shape[1:]
        units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
        return np.moveaxis(
            self.net(units).reshape(*shape, *self.delta.shape[1:]), (0, 1, 2), (3, 4, 5)
        )

    def grad_x(self):
        """dE/dx of E = sum of delta * net, a number of x at a time."""
        return np.einsum("nfij,fijcyz->ncyz", self.delta, self.jacobian())


def settings(count, seed, many=True, strides=3, paddings=5):
    """`count` random settings: strides up to `strides` and paddings up to `paddings`, unlike on the
    axes, kernels of 1 to 4; many: several images, channels and filters."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        N, C, F = rng.integers(1, 4, 3) if many else (1, 1, 1)
        kernel, size = rng.integers(1, 5, 2), rng.integers(1, 8, 2)
        s, p = rng.integers(1, strides + 1, 2), rng.integers(0, paddings + 1, 2)
        if (kernel > size + 2 * p).any():
            continue
        out = (size + 2 * p - kernel) // s + 1
        shapes = (N, C, *size), (F, C, *kernel), (N, F, *out)
        numbers = (rng.standard_normal(shape) for shape in shapes)
        found.append(Setting(*numbers, tuple(s.tolist()), tuple(p.tolist())))
    return found
