"""columns: the windows of a convolution as the columns of matrix products, made in blocks that stay
in the cache; what ops is made of (level 1). The first lines of ops tell the idea."""

import threading
from collections.abc import Iterator
from math import gcd
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib.geometry import Geometry

BLOCK = 6 << 20  # bytes of strips and of their product at a time: what a processor's caches hold
WIDE = 1 << 10  # columns of one matrix product: enough for its full speed
# multiplications up to which BLAS may take its short way: the columns are not rearranged before
SMALL = 10**6
# kernels up to which that pays: so few that rearranging costs a part of the product itself
FEW = 48
_scratch = threading.local()


class Walk(NamedTuple):
    """A window's walk along one axis: it takes `places` places; place i holds the cells
    start + i*step + u*apart, u < K."""

    start: int
    places: int
    step: int = 1
    K: int = 1
    apart: int = 1


def walks(geometry: Geometry) -> tuple[Walk, Walk]:
    """The walk down and the walk across; cells below 0 are padding."""
    (H_out, W_out), (K_H, K_W) = geometry.out_size, geometry.kernel_size
    (s_v, s_h), (p_v, p_h), (d_v, d_h) = geometry.stride, geometry.padding, geometry.dilation
    return Walk(-p_v, H_out, s_v, K_H, d_v), Walk(-p_h, W_out, s_h, K_W, d_h)


def _reused(purpose, shape, dtype):
    """An uninitialised array in memory kept for this purpose: fresh megabytes cost page faults.
    Never returned.

    Its rows along the last axis start on 64 bytes, what a processor reads at once, and an odd
    number of 64 bytes apart: rows a power of two apart would compete for the same places in the
    cache.
    """
    *outer, n = shape
    itemsize = np.dtype(dtype).itemsize
    spread = (-(-n * itemsize // 64) | 1) * 64
    size = int(np.prod(outer)) * spread
    kept = getattr(_scratch, purpose, None)
    if kept is None or kept.size < size:
        kept = np.empty(size + 64, np.uint8)
        kept = kept[-kept.ctypes.data % 64 :]
        setattr(_scratch, purpose, kept)
    return kept[:size].view(dtype).reshape(*outer, spread // itemsize)[..., :n]


def batch_last(a: np.ndarray, dtype: np.dtype | None = None) -> np.ndarray:
    """(N, C, H, W) as contiguous (C, H, W, N); no copy when it already lies so in memory."""
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0), dtype)


def batch_first(a: np.ndarray) -> np.ndarray:
    """(C, H, W, N) seen as (N, C, H, W)."""
    return a.transpose(3, 0, 1, 2)


def places_inside(start: int, step: int, count: int, length: int) -> tuple[slice, slice]:
    """Of the places start, start + step, .. (count of them): which lie in 0..length-1, and those
    places, as slices."""
    first = min(count, max(0, -(start // step)))
    stop = max(first, min(count, -((start - length) // step)))
    last = start + (stop - 1) * step
    return slice(first, stop), slice(start + first * step, max(0, last + 1), step)


def _strips(x, rows, across):
    """strips[r, c, v, j, n] = x[c, row r, cell v of window j, n], and 0 outside x."""
    C, H, W, N = x.shape
    first, count, every, _, _ = rows
    start, J, step, K_W, apart = across
    strips = _reused("strips", (count, C, K_W, J * N), x.dtype).reshape(count, C, K_W, J, N)
    r, ys = places_inside(first, every, count, H)
    strips[: r.start] = strips[r.stop :] = 0
    for v in range(K_W):
        j, xs = places_inside(start + v * apart, step, J, W)
        strips[r, :, v, : j.start] = strips[r, :, v, j.stop :] = 0
        strips[r, :, v, j] = x[:, ys, xs].transpose(1, 0, 2, 3)
    return strips.reshape(count * C * K_W, J * N)


def blocks(
    x: np.ndarray, down: Walk, across: Walk, made: int
) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Cut the output (H_out, W_out) into blocks; yields (rows, cols, columns): two slices and
    (rows, K_H*C*K_W, cols*N).

    x (C, H, W, N); down, across: the walks; made: how many numbers the caller makes of each column.
    """
    C, _, _, N = x.shape
    if x.size == 0:
        return
    start, _, step, K_W, apart = across
    cols = _share(across.places, WIDE // N)
    strip = (C * K_W + made) * cols * N * x.itemsize  # bytes
    for rows, needed, on in _rows(down, BLOCK // strip):
        for j in range(0, across.places, cols):
            J = min(cols, across.places - j)
            strips = _strips(x, needed, Walk(start + j * step, J, step, K_W, apart))
            columns = sliding_window_view(strips, down.K * C * K_W, 0)[:: on * C * K_W]
            yield rows, slice(j, j + J), columns.swapaxes(1, 2)


def _rows(down, most):
    """Cut the output rows into parts that meet at most `most` input rows, or are one row; yields
    (rows, the input rows that they meet, how many of these each output row goes on).

    Without dilation the rows of a part follow each other. With dilation they meet every apart-th
    input row, so they are output rows that are as far apart as keeps to these.
    """
    start, count, step, K_H, apart = down
    every = apart // gcd(apart, step)
    on = every * step // apart
    for first in range(min(every, count)):
        total = len(range(first, count, every))
        part = _share(total, (most - K_H) // on + 1)
        for k in range(0, total, part):
            i, R = first + k * every, min(part, total - k)
            needed = Walk(start + i * step, (R - 1) * on + K_H, apart)
            yield slice(i, i + (R - 1) * every + 1, every), needed, on


def _share(total, most):
    """The size of a part when `total` is cut into equal parts of at most `most`, or of 1."""
    return -(-total // -(-total // max(1, most)))


def times(a: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """a (F, K) @ columns (rows, K, n) in reused memory; few kernels meet the columns in pieces that
    BLAS counts as small."""
    F, (rows, _, n) = len(a), columns.shape
    product = _reused("product", (rows, F, n), columns.dtype)
    most = SMALL // a.size // 16 * 16 if F <= FEW else 0
    piece = -(-_share(n, most) // 16) * 16
    whole = n // piece * piece if most >= 32 else 0  # narrower pieces cost more than they save
    if whole:
        pieces, results = (
            m[:, :, :whole].reshape(rows, -1, whole // piece, piece).swapaxes(1, 2)
            for m in (columns, product)
        )
        np.matmul(a, pieces, out=results)
    if whole < n:
        np.matmul(a, columns[:, :, whole:], out=product[:, :, whole:])
    return product
