"""ops: the operations of reference under the same names, for a batch (N, C, H, W), fast (level 1).

One idea carries it all: keep the batch axis LAST in memory. A block (C, H, W, N) seen through a
transpose is the batch (N, C, H, W), and in it every formula for one image holds unchanged, the last
axis just rides along, and every copy, maximum and sum runs over contiguous numbers. Any layout is
accepted; batch-last arrays are used without a copy, results come batch-last.

A convolution becomes matrix products. Copy each input row K_W times, each copy shifted by one, and
lay the copies under each other: the row's strip (C*K_W, W_out*N). An output row meets K_H input
rows, so K_H strips that follow each other in memory. They ARE its columns (K_H*C*K_W, W_out*N), and
no number is copied again for the row below:
    net row = kernels (F, K_H*C*K_W) @ columns
    grad_w  = the sum over the rows of columns @ (delta row).T
    grad_x  : kernels (K_H*C, F*K_W) @ the strip of a delta row; each of the K_H results is added
              to its row
The strips are made for a few output rows at a time. They stay in the cache, and memory stays at
input plus output plus a few megabytes. A dilated kernel meets every d-th row: strips of every d-th
row follow each other in the same way.
"""

from math import gcd

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.arguments import (
    Size,
    array,
    dense_weights,
    images,
    one_bias_a_filter,
    same_channels,
    same_inputs,
    same_shape,
    weights,
    winners_of,
)
from cnnlib.columns import (
    Walk,
    batch_first,
    batch_last,
    blocks,
    places_inside,
    times,
    walks,
)
from cnnlib.geometry import Geometry

PART = 1 << 15  # windows of a pool at a time


def conv2d(
    x: ArrayLike, w: ArrayLike, b: ArrayLike,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    """Eq. 1.1: net[n,f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] * xp[n,c, i*s + u*d, j*s + v*d].

    x (N, C, H, W), w (F, C, K_H, K_W), b (F,); returns net (N, F, H_out, W_out).
    Raises ValueError for shapes that do not fit, TypeError for what is not numbers.
    """
    x, w, b = images(x, "x", "batch"), weights(w), array(b, "b", "(F,)")
    same_channels(x, w)
    one_bias_a_filter(b, w)
    geometry = Geometry(x.shape[2:], w.shape[2:], stride, padding, dilation)
    F, dtype = len(w), np.result_type(x, w, b)
    x, w, b = batch_last(x, dtype), w.astype(dtype, copy=False), b.astype(dtype, copy=False)
    kernels = w.transpose(0, 2, 1, 3).reshape(F, -1)
    net = np.empty((F, *geometry.out_size, x.shape[-1]), dtype)
    for rows, cols, columns in blocks(x, *walks(geometry), made=F):
        part = net[:, rows, cols]
        product = times(kernels, columns).swapaxes(0, 1).reshape(part.shape)
        np.add(product, b[:, None, None, None], out=part)
    return batch_first(net)


def conv2d_grad_x(
    delta: ArrayLike, w: ArrayLike, input_size: Size,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    """Eq. 2.1: grad_xp[n,c, i*s + u*d, j*s + v*d] gets delta[n,f,i,j] * w[f,c,u,v] from every
    f,i,j,u,v; then p is cropped.

    delta (N, F, H_out, W_out), w (F, C, K_H, K_W), input_size (H, W); returns grad_x (N, C, H, W).
    A column x meets only the kernel columns v with x + p = j*s + v*d. Going on by s, it meets the
    same ones, and each j is one more. So the columns that are s apart are one correlation along the
    row of delta with those kernel columns, turned around. Raises ValueError for shapes that do not
    fit.
    """
    delta, w = array(delta, "delta", "(N, F, H_out, W_out)"), weights(w)
    geometry = Geometry(input_size, w.shape[2:], stride, padding, dilation)
    wanted = (len(delta), len(w), *geometry.out_size)
    same_shape(delta, "delta", wanted, "one number for each output cell of each filter")
    dtype = np.result_type(delta, w)
    delta, w = batch_last(delta, dtype), w.astype(dtype, copy=False)
    down, across = walks(geometry)
    H, W = geometry.input_size
    grad_x = np.zeros((w.shape[1], H, W, delta.shape[-1]), dtype)
    for x in range(min(across.step, W)):
        for met, along in _readers(across, x, W):
            _send_rows(delta, w[:, :, :, met], down, along, grad_x[:, :, x :: across.step])
    return batch_first(grad_x)


def _readers(walk, x, length):
    """Who reads the cells x, x + step, .. below length: yields the places v in the window, last
    first, as a slice, and the walk along delta that meets the windows of these places; or nothing.
    """
    start, _, step, K, apart = walk
    common = gcd(step, apart)
    every = step // common
    for last in range(K - 1, max(-1, K - 1 - every), -1):
        window, between = divmod(x - start - last * apart, step)
        if not between:
            cells = len(range(x, length, step))
            along = Walk(window, cells, 1, last // every + 1, apart // common)
            yield slice(last, None, -every), along


def _send_rows(delta, turned, down, across, grad_x):
    """To each row down.start + i*step + u*apart of grad_x (C, H, W, N) add what row i of delta
    sends it through row u of the turned kernels, which walk across."""
    F, C, K_H, K_W = turned.shape
    H, N = grad_x.shape[1], grad_x.shape[-1]
    kernels = turned.transpose(2, 1, 0, 3).reshape(K_H * C, F * K_W)
    for rows, cols, columns in blocks(delta, Walk(0, down.places), across, made=len(kernels)):
        sent = times(kernels, columns).reshape(len(columns), K_H, C, -1, N)
        for u in range(K_H):
            start = down.start + rows.start * down.step + u * down.apart
            i, y = places_inside(start, down.step, len(sent), H)
            grad_x[:, y, cols] += sent[i, u].swapaxes(0, 1)


def conv2d_grad_w(
    delta: ArrayLike, x: ArrayLike, kernel_size: Size,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    """Eq. 3.1: grad_w[f,c,u,v] = sum over n,i,j of delta[n,f,i,j] * xp[n,c, i*s + u*d, j*s + v*d].

    delta (N, F, H_out, W_out), x (N, C, H, W), kernel_size an int or (K_H, K_W); returns grad_w (F,
    C, K_H, K_W). Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(N, F, H_out, W_out)"), images(x, "x", "batch")
    geometry = Geometry(x.shape[2:], kernel_size, stride, padding, dilation)
    N, C, F = len(x), x.shape[1], delta.shape[1]
    wanted = (N, F, *geometry.out_size)
    same_shape(delta, "delta", wanted, "one number for each output cell of each filter")
    dtype = np.result_type(delta, x)
    delta, x = batch_last(delta, dtype), batch_last(x, dtype)
    K_H, K_W = geometry.kernel_size
    grad_w = np.zeros((K_H * C * K_W, F), dtype)
    made = grad_w.size // max(1, geometry.out_size[1] * N)
    for rows, cols, columns in blocks(x, *walks(geometry), made):
        part = delta[:, rows, cols].reshape(F, len(columns), -1)
        grad_w += np.matmul(columns, part.transpose(1, 2, 0)).sum(0)
    return np.ascontiguousarray(grad_w.reshape(K_H, C, K_W, F).transpose(3, 1, 0, 2))


def conv2d_grad_b(delta: ArrayLike) -> np.ndarray:
    """Eq. 4.1: grad_b[f] = sum over n,i,j of delta[n,f,i,j].

    delta (N, F, H_out, W_out); returns grad_b (F,). Raises ValueError for another number of axes.
    """
    delta = batch_last(array(delta, "delta", "(N, F, H_out, W_out)"))
    each = delta[:1].size
    ones = np.ones(each, delta.dtype)
    return delta.reshape(len(delta), each) @ ones  # two to three times as fast as sum()


def _places(a, geometry):
    """For each place (u, v) in a window, in reading order: the view of a (C, H, W, N) with that
    place of every window."""
    (K_H, K_W), (s_v, s_h) = geometry.kernel_size, geometry.stride
    height, width = ((n - 1) * s + 1 for n, s in zip(geometry.out_size, geometry.stride))
    return [a[:, u : u + height : s_v, v : v + width : s_h] for u in range(K_H) for v in range(K_W)]


def max_pool2d(x: ArrayLike, size: Size, stride: Size) -> tuple[np.ndarray, np.ndarray]:
    """out[n,c,i,j] = the largest number of its window, and who won it; in a tie the first cell in
    reading order wins, and a NaN wins over all numbers.

    x (N, C, H, W), size and stride an int or (vertical, horizontal); returns (out, winners), both
    (N, C, H_out, W_out). winners = u*K_W + v, the row-major place inside the window. Raises
    ValueError for a window larger than x.
    """
    x = images(x, "x", "batch")
    geometry = Geometry.of_pool(x.shape[2:], size, stride)
    places = _places(batch_last(x), geometry)
    out = places[0].copy()
    winners = np.zeros(out.shape, np.min_scalar_type(len(places) - 1))
    won, mark = np.empty(out.shape, bool), np.empty_like(winners)
    for n, place in enumerate(places[1:], 1):
        np.greater(place, out, out=won)
        np.maximum(out, place, out=out)  # keeps a NaN, which is greater than nothing
        np.multiply(won.view(np.uint8), winners.dtype.type(n), out=mark)
        np.maximum(winners, mark, out=winners)  # n only grows: the larger is the later winner
    if np.isnan(out.max(initial=0)):
        for n in reversed(range(len(places))):  # so the first NaN in reading order comes last
            winners[np.isnan(places[n])] = n
    return batch_first(out), batch_first(winners)


def max_pool2d_grad_x(
    grad_out: ArrayLike, winners: ArrayLike, input_size: Size, size: Size, stride: Size
) -> np.ndarray:
    """Eq. 5.1: grad_x[cell] = sum of grad_out over ALL windows that this cell won.

    grad_out and winners (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W).
    Raises ValueError for shapes that do not fit or a winner outside its window.
    """
    grad_out = array(grad_out, "grad_out", "(N, C, H_out, W_out)")
    geometry = Geometry.of_pool(input_size, size, stride)
    grad_x = _unfilled(grad_out, geometry)
    winners = batch_last(winners_of(winners, grad_out.shape, geometry.kernel_size))
    grad_out = batch_last(grad_out)
    if _apart(geometry):
        for n, place in enumerate(_places(grad_x, geometry)):
            np.multiply(grad_out, winners == n, out=place)
    elif grad_out.size:
        _add_to_winners(grad_out, winners, grad_x, geometry)
    return batch_first(grad_x)


def _add_to_winners(grad_out, winners, grad_x, geometry):
    """Add each number of grad_out to the cell of grad_x that won its window; all (C, .., .., N).
    Some channels at a time."""
    channels = max(1, PART // grad_out[:1].size)
    cells = np.arange(grad_x[:channels].size).reshape(grad_x[:channels].shape)  # each cell's number
    places = _places(cells, geometry)
    first, beyond = places[0].copy(), np.array([place.flat[0] for place in places])
    for c in range(0, len(grad_x), channels):
        some = slice(c, c + channels)
        won = beyond.take(winners[some])
        won += first[: len(won)]
        np.add.at(grad_x[some].reshape(-1), won.reshape(-1), grad_out[some].reshape(-1))


def mean_pool2d(x: ArrayLike, size: Size, stride: Size) -> np.ndarray:
    """out[n,c,i,j] = the mean of its window. x (N, C, H, W); returns out (N, C, H_out, W_out).
    Raises as max_pool2d does."""
    x = images(x, "x", "batch")
    first, *others = _places(batch_last(x), Geometry.of_pool(x.shape[2:], size, stride))
    out = first.copy()
    for place in others:
        out += place
    out /= 1 + len(others)
    return batch_first(out)


def mean_pool2d_grad_x(
    grad_out: ArrayLike, input_size: Size, size: Size, stride: Size
) -> np.ndarray:
    """Eq. 5.2: grad_x[cell] = sum of grad_out / (K_H*K_W) over all windows that hold the cell.

    grad_out (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W). Raises ValueError
    for shapes that do not fit.
    """
    grad_out = array(grad_out, "grad_out", "(N, C, H_out, W_out)")
    geometry = Geometry.of_pool(input_size, size, stride)
    grad_x = _unfilled(grad_out, geometry)
    places = _places(grad_x, geometry)
    share = batch_last(grad_out) / len(places)
    apart = _apart(geometry)
    for place in places:
        if apart:
            place[...] = share
        else:
            place += share
    return batch_first(grad_x)


def _apart(geometry):
    """True if no two windows of a pool share a cell."""
    return all(K <= s for K, s in zip(geometry.kernel_size, geometry.stride))


def _unfilled(grad_out, geometry):
    """The array (C, H, W, N) for a pool's grad_x: zeros, to be added to; uninitialised where each
    cell lies in one window and will be written."""
    N, C = grad_out.shape[:2]
    wanted = (N, C, *geometry.out_size)
    same_shape(grad_out, "grad_out", wanted, "one number for each window")
    tiled = geometry.kernel_size == geometry.stride and geometry.remainder == (0, 0)
    return (np.empty if tiled else np.zeros)((C, *geometry.input_size, N), grad_out.dtype)


def dense(x: ArrayLike, w: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Eq. 8.1: net[n,o] = b[o] + sum over k of w[o,k] * x[n,k].

    x (N, I), w (O, I), b (O,); returns net (N, O). Raises ValueError for shapes that do not fit,
    TypeError for what is not numbers.
    """
    x, w, b = array(x, "x", "(N, I)"), dense_weights(w), array(b, "b", "(O,)")
    same_inputs(x, w)
    one_bias_a_filter(b, w)
    return x @ w.T + b


def dense_grad_x(delta: ArrayLike, w: ArrayLike) -> np.ndarray:
    """Eq. 8.1 and 8.6: grad_x[n,k] = sum over o of delta[n,o] * w[o,k].

    delta (N, O), w (O, I); returns grad_x (N, I). Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(N, O)"), dense_weights(w)
    same_shape(delta, "delta", (len(delta), len(w)), "one number for each output of each sample")
    return delta @ w


def dense_grad_w(delta: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Eq. 8.1 and 8.4: grad_w[o,k] = sum over n of delta[n,o] * x[n,k].

    delta (N, O), x (N, I); returns grad_w (O, I). Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(N, O)"), array(x, "x", "(N, I)")
    same_shape(delta, "delta", (len(x), delta.shape[1]), "one row for each sample of x")
    return delta.T @ x


def dense_grad_b(delta: ArrayLike) -> np.ndarray:
    """Eq. 8.1: grad_b[o] = sum over n of delta[n,o].

    delta (N, O); returns grad_b (O,). Raises ValueError for another number of axes.
    """
    return array(delta, "delta", "(N, O)").sum(0)
