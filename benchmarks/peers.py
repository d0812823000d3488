"""peers: a convolution as others write it, in a few lines each, to be timed beside cnnlib.ops.

Each pair forward(x, w, b, s, p) and backward(delta, x, w, s, p) -> grad_x, grad_w, grad_b takes a
batch (N, C, H, W).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _padded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _cropped(xp, p):
    return xp[:, :, p : xp.shape[2] - p, p : xp.shape[3] - p]


def _apart(delta, s):
    """delta with s-1 zeros between its rows and columns: what stride 1 would have made."""
    out = np.zeros((*delta.shape[:2], *((n - 1) * s + 1 for n in delta.shape[2:])), delta.dtype)
    out[:, :, ::s, ::s] = delta
    return out


# ---- loops: a small product and a sum for each output, in Python


def _slide(a, k):
    """a correlated with k, one position at a time."""
    out = np.empty([n - m + 1 for n, m in zip(a.shape, k.shape)], a.dtype)
    for i, j in np.ndindex(out.shape):
        out[i, j] = (a[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


def loops_forward(x, w, b, s, p):
    """Each output cell: cut the window out, multiply, sum."""
    xp, K = _padded(x, p), w.shape[2]
    out = np.empty((len(x), len(w), *((n - K) // s + 1 for n in xp.shape[2:])), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = (xp[n, :, i * s : i * s + K, j * s : j * s + K] * w[f]).sum() + b[f]
    return out


def loops_backward(delta, x, w, s, p):
    """Turned kernels slid over delta, pulled apart and padded; delta slid over x; by filters."""
    K, apart, xp = w.shape[2], _apart(delta, s), _padded(x, p)
    around = _padded(apart, K - 1)
    grad_xp, grad_w = np.zeros_like(xp), np.zeros_like(w)
    met = np.s_[:, :, : apart.shape[2] + K - 1, : apart.shape[3] + K - 1]
    used, reached = xp[met], grad_xp[met]
    for n, f, c in np.ndindex(len(x), *w.shape[:2]):
        reached[n, c] += _slide(around[n, f], w[f, c, ::-1, ::-1])
        grad_w[f, c] += _slide(used[n, c], apart[n, f])
    return _cropped(grad_xp, p), grad_w, delta.sum((0, 2, 3))


# ---- scipy.signal: the same, but each channel of each image at once


def scipy_forward(x, w, b, s, p):
    """correlate2d for each image, filter and channel; a stride throws away what lies between."""
    from scipy.signal import correlate2d

    xp = _padded(x, p)

    def one(image, kernels):
        return sum(correlate2d(*pair, "valid") for pair in zip(image, kernels))[::s, ::s]

    return np.stack([[one(image, w[f]) + b[f] for f in range(len(w))] for image in xp])


def scipy_backward(delta, x, w, s, p):
    """convolve2d(delta, w) in full, and correlate2d(x, delta)."""
    from scipy.signal import convolve2d, correlate2d

    K, apart, xp = w.shape[2], _apart(delta, s), _padded(x, p)
    grad_xp, grad_w = np.zeros_like(xp), np.zeros_like(w)
    rows, columns = apart.shape[2] + K - 1, apart.shape[3] + K - 1
    for n, f, c in np.ndindex(len(x), *w.shape[:2]):
        grad_xp[n, c, :rows, :columns] += convolve2d(apart[n, f], w[f, c], "full")
        grad_w[f, c] += correlate2d(xp[n, c, :rows, :columns], apart[n, f], "valid")
    return _cropped(grad_xp, p), grad_w, delta.sum((0, 2, 3))


# ---- im2col as courses teach it: index tables, all columns at once, kept for the way back


def _tables(xp, K, s):
    """y and x of each window cell: two tables (K*K, H_out*W_out)."""
    H_out, W_out = ((n - K) // s + 1 for n in xp.shape[2:])
    u, v, i, j = np.indices((K, K, H_out, W_out)).reshape(4, K * K, H_out * W_out)
    return i * s + u, j * s + v, (H_out, W_out)


def im2col(x, K, s, p):
    """The columns (C*K*K, H_out*W_out*N) by fancy indexing."""
    xp = _padded(x, p)
    rows, columns, _ = _tables(xp, K, s)
    return xp[:, :, rows, columns].transpose(1, 2, 3, 0).reshape(x.shape[1] * K * K, -1)


def im2col_forward(x, w, b, s, p):
    """kernels @ columns + b; returns (net, columns)."""
    columns = im2col(x, w.shape[2], s, p)
    H_out, W_out = ((n + 2 * p - w.shape[2]) // s + 1 for n in x.shape[2:])
    net = w.reshape(len(w), -1) @ columns + b[:, None]
    return net.reshape(len(w), H_out, W_out, len(x)).transpose(3, 0, 1, 2), columns


def im2col_backward(delta, x, w, s, p, columns):
    """delta @ columns.T; kernels.T @ delta, and np.add.at adds every copy back."""
    d = delta.transpose(1, 2, 3, 0).reshape(len(w), -1)
    grad_w = (d @ columns.T).reshape(w.shape)
    grad_xp = np.zeros_like(_padded(x, p))
    rows, cols, _ = _tables(grad_xp, w.shape[2], s)
    sent = (w.reshape(len(w), -1).T @ d).reshape(w.shape[1], *rows.shape, len(x))
    np.add.at(grad_xp, np.s_[:, :, rows, cols], sent.transpose(3, 0, 1, 2))
    return _cropped(grad_xp, p), grad_w, d.sum(1)


# ---- the short way: one line forward, one kernel place at a time backward; batch last, as in ops


def _last(a):
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0))


def _padded_last(x, p):
    return np.pad(_last(x), ((0, 0), (p, p), (p, p), (0, 0)))


def short_forward(x, w, b, s, p):
    """windows and tensordot."""
    windows = sliding_window_view(_padded_last(x, p), w.shape[2:], (1, 2))[:, ::s, ::s]
    net = np.tensordot(w, windows.transpose(0, 4, 5, 1, 2, 3), 3) + b[:, None, None, None]
    return net.transpose(3, 0, 1, 2)


def short_backward(delta, x, w, s, p):
    """For each kernel place two products: with the inputs that it met, and back to them."""
    d, xp = _last(delta), _padded_last(x, p)
    (_, H_out, W_out, N), flat = d.shape, d.reshape(len(d), -1)
    grad_xp, grad_w = np.zeros_like(xp), np.empty_like(w)
    for u, v in np.ndindex(w.shape[2:]):
        met = np.s_[:, u : u + s * (H_out - 1) + 1 : s, v : v + s * (W_out - 1) + 1 : s]
        grad_w[:, :, u, v] = flat @ xp[met].reshape(len(xp), -1).T
        grad_xp[met] += (w[:, :, u, v].T @ flat).reshape(-1, H_out, W_out, N)
    return _cropped(grad_xp.transpose(3, 0, 1, 2), p), grad_w, flat.sum(1)
