"""ops: the operations of reference under the same names, for a batch (N, C, H, W), fast (level 1).

One idea carries it all: keep the batch axis LAST in memory. A block (C, H, W, N) seen through a transpose is the
batch (N, C, H, W), and in it
- every formula for one image holds unchanged, the last axis just rides along;
- every copy, maximum and sum runs over contiguous numbers;
- the windows, copied side by side as columns (C*K_H*K_W, H_out*W_out*N), times the kernels (F, C*K_H*K_W) ARE the
  output, without a transpose.
The columns are made for a few output rows at a time: the block stays in the cache, and memory stays at input plus
output plus that block. Any layout is accepted; batch-last arrays are used without a copy, results come batch-last.
"""
import threading

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib.arguments import array, images, one_bias_a_filter, pair, same_channels, same_shape, weights, winners_of
from cnnlib.geometry import output_size

BLOCK = 2 << 20  # bytes of columns at a time: about a core's second-level cache
_scratch = threading.local()


def _reused(shape, dtype):
    """An uninitialised array in memory kept for this purpose: fresh megabytes cost page faults. Never returned."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if getattr(_scratch, "bytes", None) is None or _scratch.bytes.size < size:
        _scratch.bytes = np.empty(size, np.uint8)
    return _scratch.bytes[:size].view(dtype).reshape(shape)


def _batch_last(a):
    """(N, C, H, W) as contiguous (C, H, W, N); no copy when it already lies so in memory."""
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0))


def _batch_first(a):
    """(C, H, W, N) seen as (N, C, H, W)."""
    return a.transpose(3, 0, 1, 2)


def _pad(x, padding):
    """xp (C, H + 2p, W + 2p, N): the batch x (N, C, H, W), batch-last and with its zeros around."""
    (p_v, p_h), (N, C, H, W) = padding, x.shape
    if p_v == p_h == 0:
        return _batch_last(x)
    xp = np.zeros((C, H + 2 * p_v, W + 2 * p_h, N), x.dtype)
    xp[:, p_v : p_v + H, p_h : p_h + W] = x.transpose(1, 2, 3, 0)
    return xp


def _windows(xp, size, stride):
    """A view (C, K_H, K_W, H_out, W_out, N) of every window of xp (C, H, W, N)."""
    windows = sliding_window_view(xp, size, (1, 2))[:, :: stride[0], :: stride[1]]
    return windows.transpose(0, 4, 5, 1, 2, 3)


def _row_blocks(rows, bytes_a_row):
    """The slices that cut the output rows so that a block of columns has about BLOCK bytes."""
    step = max(1, BLOCK // max(1, bytes_a_row))
    return [slice(r, min(r + step, rows)) for r in range(0, rows, step)]


def _columns(windows):
    """The windows, copied side by side: a matrix (C*K_H*K_W, rows*W_out*N) in reused memory."""
    block = _reused(windows.shape, windows.dtype)
    np.copyto(block, windows)
    return block.reshape(int(np.prod(windows.shape[:3])), -1)


def _places(a, size, stride, out_size):
    """For each place (u, v) inside a window, in reading order: the view of a (C, H, W, N) with that place of every window."""
    rows, columns = ((n - 1) * s + 1 for n, s in zip(out_size, stride))
    return [
        a[:, u : u + rows : stride[0], v : v + columns : stride[1]] for u in range(size[0]) for v in range(size[1])
    ]


def conv2d(x, w, b, stride=1, padding=0):
    """Eq. 1.1: net[n,f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] * xp[n,c,i*s+u,j*s+v].

    x (N, C, H, W), w (F, C, K_H, K_W), b (F,); returns net (N, F, H_out, W_out).
    Raises ValueError for shapes that do not fit, TypeError for what is not numbers.
    """
    x, w, b = images(x, "x", "batch"), weights(w), array(b, "b", "(F,)")
    same_channels(x, w)
    one_bias_a_filter(b, w)
    F, size, step, p = len(w), w.shape[2:], pair(stride, "stride", 1), pair(padding, "padding", 0)
    H_out, W_out = output_size(x.shape[2:], size, stride, padding)
    dtype = np.result_type(x, w, b)
    windows = _windows(_pad(x.astype(dtype, copy=False), p), size, step)
    kernels = w.reshape(F, -1).astype(dtype, copy=False)
    net = np.empty((F, H_out, W_out, len(x)), dtype)
    for rows in _row_blocks(H_out, windows[:, :, :, :1].size * dtype.itemsize):
        np.matmul(kernels, _columns(windows[:, :, :, rows]), out=net[:, rows].reshape(F, -1))
    net += b[:, None, None, None]
    return _batch_first(net)


def conv2d_grad_x(delta, w, input_size, stride=1, padding=0):
    """Eq. 2.1: grad_xp[n,c,i*s+u,j*s+v] gets delta[n,f,i,j] * w[f,c,u,v] from every f,i,j,u,v; then p is cropped.

    delta (N, F, H_out, W_out), w (F, C, K_H, K_W), input_size (H, W); returns grad_x (N, C, H, W).
    Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(N, F, H_out, W_out)"), weights(w)
    (H, W), (s_v, s_h) = pair(input_size, "input_size", 1), pair(stride, "stride", 1)
    (p_v, p_h), (F, C, K_H, K_W) = pair(padding, "padding", 0), w.shape
    H_out, W_out = output_size((H, W), (K_H, K_W), stride, padding)
    same_shape(delta, "delta", (len(delta), F, H_out, W_out), "one number for each output cell of each filter")
    dtype = np.result_type(delta, w)
    delta, kernels = _batch_last(delta.astype(dtype, copy=False)), w.reshape(F, -1).T.astype(dtype)
    N = delta.shape[3]
    grad_xp = np.zeros((C, H + 2 * p_v, W + 2 * p_h, N), dtype)
    for rows in _row_blocks(H_out, len(kernels) * W_out * N * dtype.itemsize):
        n = rows.stop - rows.start
        sent = _reused((len(kernels), n * W_out * N), dtype)
        np.matmul(kernels, delta[:, rows].reshape(F, -1), out=sent)
        sent = sent.reshape(C, K_H * K_W, n, W_out, N)
        for k, place in enumerate(_places(grad_xp[:, rows.start * s_v :], (K_H, K_W), (s_v, s_h), (n, W_out))):
            place += sent[:, k]
    return _batch_first(grad_xp[:, p_v : p_v + H, p_h : p_h + W])


def conv2d_grad_w(delta, x, kernel_size, stride=1, padding=0):
    """Eq. 3.1: grad_w[f,c,u,v] = sum over n,i,j of delta[n,f,i,j] * xp[n,c,i*s+u,j*s+v].

    delta (N, F, H_out, W_out), x (N, C, H, W), kernel_size an int or (K_H, K_W); returns grad_w (F, C, K_H, K_W).
    Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(N, F, H_out, W_out)"), images(x, "x", "batch")
    size, step, p = pair(kernel_size, "kernel_size", 1), pair(stride, "stride", 1), pair(padding, "padding", 0)
    F, out_size = delta.shape[1], output_size(x.shape[2:], size, stride, padding)
    same_shape(delta, "delta", (len(x), F, *out_size), "one number for each output cell of each filter")
    dtype = np.result_type(delta, x)
    delta = _batch_last(delta.astype(dtype, copy=False))
    windows = _windows(_pad(x.astype(dtype, copy=False), p), size, step)
    grad_w = np.zeros((F, x.shape[1] * size[0] * size[1]), dtype)
    for rows in _row_blocks(out_size[0], windows[:, :, :, :1].size * dtype.itemsize):
        grad_w += delta[:, rows].reshape(F, -1) @ _columns(windows[:, :, :, rows]).T
    return grad_w.reshape(F, x.shape[1], *size)


def conv2d_grad_b(delta):
    """Eq. 4.1: grad_b[f] = sum over n,i,j of delta[n,f,i,j]. delta (N, F, H_out, W_out); returns grad_b (F,)."""
    return array(delta, "delta", "(N, F, H_out, W_out)").sum((0, 2, 3))


def max_pool2d(x, size, stride):
    """out[n,c,i,j] = the largest number of its window, and who won it; in a tie the first cell in reading order wins.

    x (N, C, H, W), size and stride an int or (vertical, horizontal); returns (out, winners), both (N, C, H_out, W_out).
    winners = u*K_W + v, the row-major place inside the window. Raises ValueError for a window larger than x.
    """
    x, size, step = images(x, "x", "batch"), pair(size, "size", 1), pair(stride, "stride", 1)
    first, *others = _places(_batch_last(x), size, step, output_size(x.shape[2:], size, step))
    out, winners = first.copy(), np.zeros(first.shape, np.min_scalar_type(size[0] * size[1] - 1))
    won, mark = np.empty(first.shape, bool), np.empty_like(winners)
    for n, place in enumerate(others, 1):
        np.greater(place, out, out=won)
        np.maximum(out, place, out=out)
        np.multiply(won, winners.dtype.type(n), out=mark)
        np.maximum(winners, mark, out=winners)  # n only grows, so the larger number is the later winner
    return _batch_first(out), _batch_first(winners)


def max_pool2d_grad_x(grad_out, winners, input_size, size, stride):
    """Eq. 5.1: grad_x[cell] = sum of grad_out over ALL windows that this cell won.

    grad_out and winners (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W).
    Raises ValueError for shapes that do not fit or a winner outside its window.
    """
    grad_out, size, step, grad_x, places = _routes(grad_out, input_size, size, stride)
    winners = _batch_last(winners_of(winners, _batch_first(grad_out).shape, size))
    apart = size[0] <= step[0] and size[1] <= step[1]  # no two windows share a cell
    for n, place in enumerate(places):
        if apart:
            np.multiply(grad_out, winners == n, out=place)
        else:
            place += grad_out * (winners == n)
    return _batch_first(grad_x)


def mean_pool2d(x, size, stride):
    """out[n,c,i,j] = the mean of its window. x (N, C, H, W); returns out (N, C, H_out, W_out). Raises as max_pool2d does."""
    x, size, step = images(x, "x", "batch"), pair(size, "size", 1), pair(stride, "stride", 1)
    first, *others = _places(_batch_last(x), size, step, output_size(x.shape[2:], size, step))
    out = first.copy()
    for place in others:
        out += place
    out /= size[0] * size[1]
    return _batch_first(out)


def mean_pool2d_grad_x(grad_out, input_size, size, stride):
    """Eq. 5.2: grad_x[cell] = sum of grad_out / (K_H*K_W) over all windows that hold the cell.

    grad_out (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W). Raises ValueError for shapes that do not fit.
    """
    grad_out, size, _, grad_x, places = _routes(grad_out, input_size, size, stride)
    share = grad_out / (size[0] * size[1])
    for place in places:
        place += share
    return _batch_first(grad_x)


def _routes(grad_out, input_size, size, stride):
    """What both pools need on the way back: grad_out batch-last, sizes as pairs, a grad_x of zeros, its places."""
    grad_out = array(grad_out, "grad_out", "(N, C, H_out, W_out)")
    H_W, size, step = pair(input_size, "input_size", 1), pair(size, "size", 1), pair(stride, "stride", 1)
    out_size = output_size(H_W, size, step)
    same_shape(grad_out, "grad_out", (*grad_out.shape[:2], *out_size), "one number for each window")
    grad_x = np.zeros((grad_out.shape[1], *H_W, len(grad_out)), grad_out.dtype)
    return _batch_last(grad_out), size, step, grad_x, _places(grad_x, size, step, out_size)
