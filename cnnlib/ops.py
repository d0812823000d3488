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
input plus output plus a few megabytes.
"""

import threading

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib.arguments import (
    array,
    images,
    one_bias_a_filter,
    pair,
    same_channels,
    same_shape,
    weights,
    winners_of,
)
from cnnlib.geometry import output_size

BLOCK = 6 << 20  # bytes of strips and of their product at a time: what a processor's caches hold
WIDE = 1 << 10  # columns of one matrix product: enough for its full speed
PART = 1 << 15  # windows of a pool at a time
# multiplications up to which BLAS may take its short way: the columns are not rearranged before
SMALL = 10**6
# kernels up to which that pays: so few that rearranging costs a part of the product itself
FEW = 48
_scratch = threading.local()


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


def _batch_last(a):
    """(N, C, H, W) as contiguous (C, H, W, N); no copy when it already lies so in memory."""
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0))


def _batch_first(a):
    """(C, H, W, N) seen as (N, C, H, W)."""
    return a.transpose(3, 0, 1, 2)


def _inside(start, step, count, length):
    """Of the places start, start + step, .. (count of them): which lie in 0..length-1, and those
    places, as slices."""
    first = min(count, max(0, -(start // step)))
    stop = max(first, min(count, -((start - length) // step)))
    return slice(first, stop), slice(
        start + first * step, max(0, start + (stop - 1) * step + 1), step
    )


def _strips(x, start, shape, K_W, step):
    """strips[r, c, v, j, n] = x[c, start_v + r, start_h + v + j*step, n], and 0 outside x. shape:
    how many r and j."""
    (C, H, W, N), (rows, J) = x.shape, shape
    strips = _reused("strips", (rows, C, K_W, J * N), x.dtype).reshape(rows, C, K_W, J, N)
    r, ys = _inside(start[0], 1, rows, H)
    strips[: r.start] = strips[r.stop :] = 0
    for v in range(K_W):
        j, xs = _inside(start[1] + v, step, J, W)
        strips[r, :, v, : j.start] = strips[r, :, v, j.stop :] = 0
        strips[r, :, v, j] = x[:, ys, xs].transpose(1, 0, 2, 3)
    return strips.reshape(rows * C * K_W, J * N)


def _blocks(x, start, size, step, out_size, made):
    """Cut the output (H_out, W_out) into blocks; yields (rows, cols, columns): two slices and
    (rows, K_H*C*K_W, cols*N).

    x (C, H, W, N); start: where in x the first window begins, negative in the padding; made: how
    many numbers the caller makes of each column.
    """
    C, N, (K_H, K_W), (s_v, s_h) = x.shape[0], x.shape[3], size, step
    if x.size == 0:
        return
    cols = _share(out_size[1], WIDE // N)
    rows = _share(
        out_size[0], (BLOCK // ((C * K_W + made) * cols * N * x.itemsize) - K_H) // s_v + 1
    )
    for i in range(0, out_size[0], rows):
        for j in range(0, out_size[1], cols):
            R, J = min(rows, out_size[0] - i), min(cols, out_size[1] - j)
            at = start[0] + i * s_v, start[1] + j * s_h
            strips = _strips(x, at, ((R - 1) * s_v + K_H, J), K_W, s_h)
            columns = sliding_window_view(strips, K_H * C * K_W, 0)[:: s_v * C * K_W].swapaxes(1, 2)
            yield slice(i, i + R), slice(j, j + J), columns


def _share(total, most):
    """The size of a part when `total` is cut into equal parts of at most `most`, or of 1."""
    return -(-total // -(-total // max(1, most)))


def _product(a, columns):
    """a (F, K) @ columns (rows, K, n) in reused memory; few kernels meet the columns in pieces that
    BLAS counts as small."""
    F, (rows, _, n) = len(a), columns.shape
    product = _reused("product", (rows, F, n), columns.dtype)
    most = SMALL // a.size // 16 * 16 if F <= FEW else 0
    piece = -(-_share(n, most) // 16) * 16
    whole = n // piece * piece if most >= 32 else 0  # narrower pieces cost more than they save
    if whole:
        cut = [
            m[:, :, :whole].reshape(rows, -1, whole // piece, piece).swapaxes(1, 2)
            for m in (columns, product)
        ]
        np.matmul(a, cut[0], out=cut[1])
    if whole < n:
        np.matmul(a, columns[:, :, whole:], out=product[:, :, whole:])
    return product


def conv2d(x, w, b, stride=1, padding=0):
    """Eq. 1.1: net[n,f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] * xp[n,c,i*s+u,j*s+v].

    x (N, C, H, W), w (F, C, K_H, K_W), b (F,); returns net (N, F, H_out, W_out).
    Raises ValueError for shapes that do not fit, TypeError for what is not numbers.
    """
    x, w, b = images(x, "x", "batch"), weights(w), array(b, "b", "(F,)")
    same_channels(x, w)
    one_bias_a_filter(b, w)
    step, (p_v, p_h) = pair(stride, "stride", 1), pair(padding, "padding", 0)
    out_size, dtype = (
        output_size(x.shape[2:], w.shape[2:], stride, padding),
        np.result_type(x, w, b),
    )
    x, w, b = (
        _batch_last(x.astype(dtype, copy=False)),
        w.astype(dtype, copy=False),
        b.astype(dtype, copy=False),
    )
    net, kernels = (
        np.empty((len(w), *out_size, x.shape[3]), dtype),
        w.transpose(0, 2, 1, 3).reshape(len(w), -1),
    )
    for rows, cols, columns in _blocks(x, (-p_v, -p_h), w.shape[2:], step, out_size, len(w)):
        part = net[:, rows, cols]
        np.add(
            _product(kernels, columns).swapaxes(0, 1).reshape(part.shape),
            b[:, None, None, None],
            out=part,
        )
    return _batch_first(net)


def conv2d_grad_x(delta, w, input_size, stride=1, padding=0):
    """Eq. 2.1: grad_xp[n,c,i*s+u,j*s+v] gets delta[n,f,i,j] * w[f,c,u,v] from every f,i,j,u,v; then
    p is cropped.

    A column x meets only the kernel columns v = (x + p) mod s, + s, + 2s, .., from the last one on.
    So the columns that are s apart are one correlation along the row of delta with those kernel
    columns, turned around. delta (N, F, H_out, W_out), w (F, C, K_H, K_W), input_size (H, W);
    returns grad_x (N, C, H, W). Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(N, F, H_out, W_out)"), weights(w)
    (H, W), (s_v, s_h) = pair(input_size, "input_size", 1), pair(stride, "stride", 1)
    p_v, p_h = pair(padding, "padding", 0)
    wanted = (len(delta), len(w), *output_size((H, W), w.shape[2:], stride, padding))
    same_shape(delta, "delta", wanted, "one number for each output cell of each filter")
    dtype = np.result_type(delta, w)
    delta, w = _batch_last(delta.astype(dtype, copy=False)), w.astype(dtype, copy=False)
    grad_x = np.zeros((w.shape[1], H, W, delta.shape[3]), dtype)
    for x in range(min(s_h, W)):
        j, v = divmod(x + p_h, s_h)
        turned = w[:, :, :, v::s_h][:, :, :, ::-1]
        if turned.size:
            _send_rows(delta, turned, j - turned.shape[3] + 1, (s_v, p_v), grad_x[:, :, x::s_h])
    return _batch_first(grad_x)


def _send_rows(delta, w, start, step, grad_x):
    """grad_x[c, i*s + u - p, x, n] += sum over f, v of w[f,c,u,v] * delta[f, i, start + x + v, n].
    step: (s, p)."""
    (F, C, K_H, K_W), (s, p), (_, H, W, N) = w.shape, step, grad_x.shape
    kernels = w.transpose(2, 1, 0, 3).reshape(K_H * C, F * K_W)
    for rows, cols, columns in _blocks(
        delta, (0, start), (1, K_W), (1, 1), (delta.shape[1], W), len(kernels)
    ):
        sent = _product(kernels, columns).reshape(-1, K_H, C, cols.stop - cols.start, N)
        for u in range(K_H):
            i, y = _inside(rows.start * s + u - p, s, len(sent), H)
            grad_x[:, y, cols] += sent[i, u].swapaxes(0, 1)


def conv2d_grad_w(delta, x, kernel_size, stride=1, padding=0):
    """Eq. 3.1: grad_w[f,c,u,v] = sum over n,i,j of delta[n,f,i,j] * xp[n,c,i*s+u,j*s+v].

    delta (N, F, H_out, W_out), x (N, C, H, W), kernel_size an int or (K_H, K_W); returns grad_w (F,
    C, K_H, K_W). Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(N, F, H_out, W_out)"), images(x, "x", "batch")
    size, step = pair(kernel_size, "kernel_size", 1), pair(stride, "stride", 1)
    (p_v, p_h), out_size = (
        pair(padding, "padding", 0),
        output_size(x.shape[2:], size, stride, padding),
    )
    F, C = delta.shape[1], x.shape[1]
    same_shape(
        delta, "delta", (len(x), F, *out_size), "one number for each output cell of each filter"
    )
    dtype = np.result_type(delta, x)
    delta, x = (
        _batch_last(delta.astype(dtype, copy=False)),
        _batch_last(x.astype(dtype, copy=False)),
    )
    grad_w = np.zeros((size[0] * C * size[1], F), dtype)
    made = grad_w.size // max(1, out_size[1] * x.shape[3])
    for rows, cols, columns in _blocks(x, (-p_v, -p_h), size, step, out_size, made):
        part = delta[:, rows, cols].reshape(F, len(columns), -1)
        grad_w += np.matmul(columns, part.transpose(1, 2, 0)).sum(0)
    return np.ascontiguousarray(grad_w.reshape(size[0], C, size[1], F).transpose(3, 1, 0, 2))


def conv2d_grad_b(delta):
    """Eq. 4.1: grad_b[f] = sum over n,i,j of delta[n,f,i,j]. delta (N, F, H_out, W_out); returns
    grad_b (F,).

    Raises ValueError for another number of axes.
    """
    delta = _batch_last(array(delta, "delta", "(N, F, H_out, W_out)"))
    each = delta[:1].size
    return delta.reshape(len(delta), each) @ np.ones(
        each, delta.dtype
    )  # two to three times as fast as sum()


def _places(a, size, stride, out_size):
    """For each place (u, v) in a window, in reading order: the view of a (C, H, W, N) with that
    place of every window."""
    rows, columns = ((n - 1) * s + 1 for n, s in zip(out_size, stride))
    return [
        a[:, u : u + rows : stride[0], v : v + columns : stride[1]]
        for u in range(size[0])
        for v in range(size[1])
    ]


def max_pool2d(x, size, stride):
    """out[n,c,i,j] = the largest number of its window, and who won it; in a tie the first cell in
    reading order wins.

    x (N, C, H, W), size and stride an int or (vertical, horizontal); returns (out, winners), both
    (N, C, H_out, W_out). winners = u*K_W + v, the row-major place inside the window. Raises
    ValueError for a window larger than x.
    """
    x, size, step = images(x, "x", "batch"), pair(size, "size", 1), pair(stride, "stride", 1)
    first, *others = _places(_batch_last(x), size, step, output_size(x.shape[2:], size, step))
    out, winners = first.copy(), np.zeros(first.shape, np.min_scalar_type(size[0] * size[1] - 1))
    won, mark = np.empty(first.shape, bool), np.empty_like(winners)
    for n, place in enumerate(others, 1):
        np.greater(place, out, out=won)
        np.maximum(out, place, out=out)
        np.multiply(won.view(np.uint8), winners.dtype.type(n), out=mark)
        np.maximum(
            winners, mark, out=winners
        )  # n only grows, so the larger number is the later winner
    return _batch_first(out), _batch_first(winners)


def max_pool2d_grad_x(grad_out, winners, input_size, size, stride):
    """Eq. 5.1: grad_x[cell] = sum of grad_out over ALL windows that this cell won.

    grad_out and winners (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W).
    Raises ValueError for shapes that do not fit or a winner outside its window.
    """
    grad_out, grad_x, places, apart = _routes(grad_out, input_size, size, stride)
    size, step = pair(size, "size", 1), pair(stride, "stride", 1)
    winners = _batch_last(winners_of(winners, _batch_first(grad_out).shape, size))
    if apart:
        for n, place in enumerate(places):
            np.multiply(grad_out, winners == n, out=place)
    elif grad_out.size:
        _add_to_winners(grad_out, winners, grad_x, size, step)
    return _batch_first(grad_x)


def _add_to_winners(grad_out, winners, grad_x, size, step):
    """Add each number of grad_out to the cell of grad_x that won its window; all (C, .., .., N).
    Some channels at a time."""
    channels = max(1, PART // grad_out[:1].size)
    cells = np.arange(grad_x[:channels].size).reshape(grad_x[:channels].shape)  # each cell's number
    places = _places(cells, size, step, grad_out.shape[1:3])
    first, beyond = places[0].copy(), np.array([place.flat[0] for place in places])
    for c in range(0, len(grad_x), channels):
        won = beyond.take(winners[c : c + channels])
        won += first[: len(won)]
        np.add.at(
            grad_x[c : c + channels].reshape(-1),
            won.reshape(-1),
            grad_out[c : c + channels].reshape(-1),
        )


def mean_pool2d(x, size, stride):
    """out[n,c,i,j] = the mean of its window. x (N, C, H, W); returns out (N, C, H_out, W_out).
    Raises as max_pool2d does."""
    x, size, step = images(x, "x", "batch"), pair(size, "size", 1), pair(stride, "stride", 1)
    first, *others = _places(_batch_last(x), size, step, output_size(x.shape[2:], size, step))
    out = first.copy()
    for place in others:
        out += place
    out /= size[0] * size[1]
    return _batch_first(out)


def mean_pool2d_grad_x(grad_out, input_size, size, stride):
    """Eq. 5.2: grad_x[cell] = sum of grad_out / (K_H*K_W) over all windows that hold the cell.

    grad_out (N, C, H_out, W_out), input_size (H, W); returns grad_x (N, C, H, W). Raises ValueError
    for shapes that do not fit.
    """
    grad_out, grad_x, places, apart = _routes(grad_out, input_size, size, stride)
    share = grad_out / len(places)
    for place in places:
        np.copyto(place, share) if apart else np.add(place, share, out=place)
    return _batch_first(grad_x)


def _routes(grad_out, input_size, size, stride):
    """What both pools need on the way back: grad_out batch-last, grad_x, its places, and True if
    none of them share a cell.

    grad_x is 0; where each cell is in one place and will be written, it is left uninitialised.
    """
    grad_out = array(grad_out, "grad_out", "(N, C, H_out, W_out)")
    H_W, size, step = (
        pair(input_size, "input_size", 1),
        pair(size, "size", 1),
        pair(stride, "stride", 1),
    )
    out_size = output_size(H_W, size, step)
    same_shape(grad_out, "grad_out", (*grad_out.shape[:2], *out_size), "one number for each window")
    apart = size[0] <= step[0] and size[1] <= step[1]
    tiled = size == step and H_W == (size[0] * out_size[0], size[1] * out_size[1])
    grad_x = (np.empty if tiled else np.zeros)(
        (grad_out.shape[1], *H_W, len(grad_out)), grad_out.dtype
    )
    return _batch_last(grad_out), grad_x, _places(grad_x, size, step, out_size), apart
