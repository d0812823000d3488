"""Right answers to every exercise, in the forms that people use."""

from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib import bugs, ops, reference
from tests.corpus import right

# ---- 00 and 01: numbers and sizes

right("0.maps", 8, 8.0, np.int64(8), [8], "8", Fraction(8))
right("0.net", 3, 3.0, [3], 0 - 1 + 5 - 1, np.array(3))
right("1.first", 1, 1.0, np.float64(1), [1], 1 * 1 + (-1) * 0)
right("1.size", 3, 3.0, (5 + 2 * 1 - 3) // 2 + 1, [3], "3")
right("1.hand", -1, -1.0, np.int64(-1), [-1], "-1", 1 + 0 - 1 - 1)
right("1.predict", 1, 1.0, [1], "1")
right("1.1", (8, 8), [8, 8], np.array([8, 8]), (8.0, 8.0), ((30 + 4 - 5) // 4 + 1,) * 2)
right("1.2", 1936, 1936.0, (8 * 5 * 3 + 1) * 16, (1, 936), "1936", "1,936", np.int32(1936))
right("1.3", (0.3, 1.3), [0.3, 1.3], np.array([0.3, 1.3]), (Fraction(3, 10), Fraction(13, 10)))
right("1.3", (0.5 - 0.2, 1.5 - 0.2), np.float32([0.3, 1.3]), ("0.3", "1.3"), ("0,3", "1,3"))


@right("1.line")
def conv_by_letters(xp, w, b, s):
    H_out, W_out = (xp.shape[0] - w.shape[0]) // s + 1, (xp.shape[1] - w.shape[1]) // s + 1
    net = np.full((H_out, W_out), float(b))
    for i, j in np.ndindex(net.shape):
        for u, v in np.ndindex(w.shape):
            net[i, j] += w[u, v] * xp[i * s + u, j * s + v]
    return net


@right("1.line")
def conv_by_windows(xp, w, b, s):
    return np.einsum("ijuv,uv->ij", sliding_window_view(xp, w.shape)[::s, ::s], w) + b


@right("1.line")
def conv_by_slices(xp, w, b, s):
    rows, cols = w.shape
    net = []
    for top in range(0, len(xp) - rows + 1, s):
        lefts = range(0, xp.shape[1] - cols + 1, s)
        net.append([(xp[top : top + rows, l0 : l0 + cols] * w).sum() + b for l0 in lefts])
    return net


@right("1.line")
def conv_by_columns(xp, w, b, s):
    windows = sliding_window_view(xp, w.shape)[::s, ::s]
    return (windows.reshape(-1, w.size) @ w.ravel() + b).reshape(windows.shape[:2])


@right("1.line")
def conv_by_place(xp, w, b, s):
    H_out, W_out = [(n - k) // s + 1 for n, k in zip(xp.shape, w.shape)]
    return b + sum(
        w[u, v] * xp[u : u + (H_out - 1) * s + 1 : s, v : v + (W_out - 1) * s + 1 : s]
        for u, v in np.ndindex(w.shape)
    )


@right("1.line")
def conv_by_fourier(xp, w, b, s):
    size = xp.shape
    product = np.fft.fft2(xp) * np.conj(np.fft.fft2(w, size))
    everywhere = np.fft.ifft2(product).real[: size[0] - w.shape[0] + 1, : size[1] - w.shape[1] + 1]
    return everywhere[::s, ::s] + b


@right("1.line")
def conv_in_float32(xp, w, b, s):
    windows = sliding_window_view(np.float32(xp), w.shape)[::s, ::s]
    return np.tensordot(windows, np.float32(w), 2) + np.float32(b)


right("1.line", lambda xp, w, b, s: reference.conv2d(xp[None], w[None, None], [b], s)[0])
right("1.line", lambda a, k, c, t: ops.conv2d(a[None, None], k[None, None], [c], t)[0, 0])

right("1.4", lambda x, p_v, p_h: np.pad(x, ((p_v, p_v), (p_h, p_h))))
right("1.4", lambda x, p_v, p_h: np.pad(x, [(p_v,), (p_h,)], mode="constant"))


@right("1.4")
def pad_by_slice(x, p_v, p_h):
    xp = np.zeros((x.shape[0] + 2 * p_v, x.shape[1] + 2 * p_h))
    xp[p_v : p_v + x.shape[0], p_h : p_h + x.shape[1]] = x
    return xp


@right("1.4")
def pad_by_stacks(x, p_v, p_h):
    sides = np.zeros((len(x), p_h))
    middle = np.hstack([sides, x, sides])
    ends = np.zeros((p_v, middle.shape[1]))
    return np.vstack([ends, middle, ends])


@right("1.4")
def pad_by_loops(x, p_v, p_h):
    H, W = x.shape
    xp = np.zeros((H + 2 * p_v, W + 2 * p_h))
    for y in range(H):
        for z in range(W):
            xp[y + p_v, z + p_h] = x[y, z]
    return xp


@right("1.4")
def pad_with_lists(x, p_v, p_h):
    wide = [[0] * p_h + list(row) + [0] * p_h for row in x]
    empty = [[0] * (x.shape[1] + 2 * p_h)]
    return np.array(empty * p_v + wide + empty * p_v)


@right("1.4")
def pad_by_matrices(x, p_v, p_h):
    down = np.eye(len(x) + 2 * p_v)[:, p_v : p_v + len(x)]
    across = np.eye(x.shape[1] + 2 * p_h)[p_h : p_h + x.shape[1]]
    return down @ x @ across


@right("1.4")
def pad_by_recursion(x, p_v, p_h):
    if p_v > 0:
        row = np.zeros((1, x.shape[1]))
        return pad_by_recursion(np.concatenate([row, x, row]), p_v - 1, p_h)
    return x if not p_h else pad_by_recursion(x.T, p_h, 0).T


right("1.5", lambda n, k, d: n - d * (k - 1))
right("1.5", lambda n, k, d: n - (d * (k - 1) + 1) + 1)
right("1.5", lambda n, k, d: (n - (k + (k - 1) * (d - 1))) // 1 + 1)
right("1.5", lambda n, k, d: len(range(n - d * (k - 1))))
right("1.5", lambda inputs, cells, gap: float(inputs - gap * cells + gap))


@right("1.5")
def dilated_size_by_counting(n, k, d):
    places = 0
    while places + d * (k - 1) < n:
        places += 1
    return places


right("1.6", lambda k1, s1, k2: k1 + (k2 - 1) * s1)
right("1.6", lambda k1, s1, k2: (k2 - 1) * s1 + k1)
right(
    "1.6",
    lambda k1, s1, k2: (
        len({i * s1 + u for i in range(k2) for u in range(max(k1, s1))})
        if k1 >= s1
        else k1 + s1 * (k2 - 1)
    ),
)


@right("1.6")
def receptive_field_by_recursion(k1, s1, k2):
    return k1 if k2 == 1 else s1 + receptive_field_by_recursion(k1, s1, k2 - 1)


@right("1.6")
def receptive_field_last_minus_first(k1, s1, k2):
    last = s1 * (k2 - 1) + k1 - 1
    return last + 1


# ---- 02

right("2.edge", (2, 1), [2, 1], np.array([2, 1]), (2.0, 1.0))
right("2.derive", [(1, 0), (0, 0)], ((1, 0), (0, 0)), [[1, 0], [0, 0]], np.array([[1, 0], [0, 0]]))
right("2.hand", 6, 6.0, [6], 0 * -1 + 2 * 1 + 0 * -1 + 4 * 1, np.float32(6))
right("2.predict", 1, 1.0, -4 + 5 * 1, [1], np.int64(1))
right("2.1", [[2, 4, 0], [6, 7, -2], [0, -3, -4]], ((2, 4, 0), (6, 7, -2), (0, -3, -4)))
right("2.1", np.array([[2, 4, 0], [6, 7, -2], [0, -3, -4]]), [(2.0, 4, 0), (6, 7, -2), (0, -3, -4)])
right("2.2", (3, -1), [3, -1], np.array([3, -1]), (5 - 1 - 1, 3 - 1 - 3))
right("2.3", [0, 1, 3], {0, 1, 3}, (3, 1, 0), np.array([3, 1, 0]), frozenset({1, 3, 0}))
right("2.3", [3, 0, 1], np.array([0, 1, 3]), [0.0, 1.0, 3.0])
right("2.6", [(2, 2), (3, 1)], ((2, 2), (3, 1)), [[2, 2], [3, 1]], np.array([[2, 2], [3, 1]]))
right("2.7", (3, 5, 1, 2), [3, 5, 1, 2], np.array([3, 5, 1, 2]), ("3", "5", "1", "2"))
right("2.back", [1, 2, 7, 6, 11, -2, -4, 0], np.array([1, 2, 7, 6, 11, -2, -4, 0.0]))


@right("2.border")
def border_by_letters(size, K, s, p):
    r = (size + 2 * p - K) % s
    return K - 1 - p, K - 1 - p + r


@right("2.border")
def border_by_counting(size, K, s, p):
    n = (size + 2 * p - K) // s + 1
    return [K - 1 - p, p + size - 1 - (n - 1) * s]


@right("2.border")
def border_by_divmod(size, K, s, p):
    _, r = divmod(size + 2 * p - K, s)
    B = K - p - 1
    return np.array([B, B + r])


@right("2.line")
def scatter_by_letters(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(w.shape):
            grad_x[i * s + u, j * s + v] += delta[i, j] * w[u, v]
    return grad_x


@right("2.line")
def scatter_whole_kernels(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    rows, cols = w.shape
    for (i, j), d in np.ndenumerate(delta):
        grad_x[s * i : s * i + rows, s * j : s * j + cols] += d * w
    return grad_x


@right("2.line")
def scatter_by_place(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    H_out, W_out = delta.shape
    for (u, v), weight in np.ndenumerate(w):
        grad_x[u : u + s * (H_out - 1) + 1 : s, v : v + s * (W_out - 1) + 1 : s] += weight * delta
    return grad_x


@right("2.line")
def scatter_add_at(delta, w, input_size, s):
    i, j, u, v = np.indices(delta.shape + w.shape)
    grad_x = np.zeros(input_size)
    np.add.at(grad_x, (i * s + u, j * s + v), np.multiply.outer(delta, w))
    return grad_x


@right("2.line")
def scatter_by_matrix(delta, w, input_size, s):
    units = np.eye(int(np.prod(input_size))).reshape(-1, 1, *input_size)
    C = np.array([reference.conv2d(unit, w[None, None], [0], s).ravel() for unit in units]).T
    return (C.T @ delta.ravel()).reshape(input_size)


@right("2.line")
def scatter_by_fourier(delta, w, input_size, s):
    spread = np.zeros(input_size)
    spread[: s * len(delta) : s, : s * delta.shape[1] : s][: len(delta), : delta.shape[1]] = delta
    return np.fft.ifft2(np.fft.fft2(spread) * np.fft.fft2(w, input_size)).real


@right("2.line")
def scatter_by_gathering(delta, w, input_size, s):
    def cell(y, z):
        return sum(
            delta[i, j] * w[y - i * s, z - j * s]
            for i, j in np.ndindex(delta.shape)
            if 0 <= y - i * s < w.shape[0] and 0 <= z - j * s < w.shape[1]
        )

    return [[cell(y, z) for z in range(input_size[1])] for y in range(input_size[0])]


right("2.line", lambda d, w, n, s: reference.conv2d_grad_x(d[None], w[None, None], n, s)[0])


@right("2.gather")
def gather_turned(delta, w):
    K_H, K_W = w.shape
    wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
    turned = w[::-1, ::-1]
    return reference.conv2d(wide[None], turned[None, None], [0])[0]


@right("2.gather")
def gather_rot90_twice(delta, w):
    wide = np.pad(delta, [(k - 1, k - 1) for k in w.shape])
    return np.einsum("yzuv,uv->yz", sliding_window_view(wide, w.shape), np.rot90(w, 2))


@right("2.gather")
def gather_flip(delta, w):
    K_H, K_W = w.shape
    wide = np.zeros((delta.shape[0] + 2 * (K_H - 1), delta.shape[1] + 2 * (K_W - 1)))
    wide[K_H - 1 : K_H - 1 + delta.shape[0], K_W - 1 : K_W - 1 + delta.shape[1]] = delta
    return reference.conv2d(wide[None], np.flip(w)[None, None], [0])[0]


@right("2.gather")
def gather_fourier(delta, w):
    size = tuple(n + k - 1 for n, k in zip(delta.shape, w.shape))
    return np.fft.irfft2(np.fft.rfft2(delta, size) * np.fft.rfft2(w, size), size)


@right("2.gather")
def gather_rows_by_convolve(delta, w):
    grad_x = np.zeros((len(delta) + len(w) - 1, delta.shape[1] + w.shape[1] - 1))
    for i, row in enumerate(delta):
        for u, weights in enumerate(w):
            grad_x[i + u] += np.convolve(row, weights)
    return grad_x


@right("2.gather")
def gather_by_scatter(delta, w):
    size = delta.shape[0] + w.shape[0] - 1, delta.shape[1] + w.shape[1] - 1
    return scatter_by_letters(delta, w, size, 1)


@right("2.4")
def gather_spread(delta, w, s):
    (H_out, W_out), (K_H, K_W) = delta.shape, w.shape
    spread = np.zeros(((H_out - 1) * s + 1, (W_out - 1) * s + 1))
    spread[::s, ::s] = delta
    wide = np.pad(spread, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
    return reference.conv2d(wide[None], w[None, None, ::-1, ::-1], [0])[0]


@right("2.4")
def gather_spread_in_one_array(delta, w, s):
    (n, m), (K, L) = delta.shape, w.shape
    wide = np.zeros(((n - 1) * s + 2 * K - 1, (m - 1) * s + 2 * L - 1))
    wide[K - 1 : K + (n - 1) * s : s, L - 1 : L + (m - 1) * s : s] = delta
    return np.einsum("yzuv,uv->yz", sliding_window_view(wide, w.shape), w[::-1, ::-1])


@right("2.4")
def gather_insert(delta, w, s):
    rows = np.repeat(np.arange(1, len(delta)), s - 1)
    columns = np.repeat(np.arange(1, delta.shape[1]), s - 1)
    spread = np.insert(np.insert(delta, rows, 0, axis=0), columns, 0, axis=1)
    return gather_turned(spread, w)


@right("2.4")
def gather_kron(delta, w, s):
    one = np.zeros((s, s))
    one[0, 0] = 1
    spread = np.kron(delta, one)[: (len(delta) - 1) * s + 1, : (delta.shape[1] - 1) * s + 1]
    return gather_turned(spread, w)


@right("2.4")
def gather_stride_by_scatter(delta, w, s):
    size = [(n - 1) * s + k for n, k in zip(delta.shape, w.shape)]
    return reference.conv2d_grad_x(delta[None], w[None, None], size, s)[0]


right("2.5", lambda d, w, n: reference.conv2d_grad_x(d[None], w[None, None, ::-1, ::-1], n)[0])
right("2.5", lambda d, w, n: reference.conv2d_grad_x([d], [[np.rot90(w, 2)]], n)[0])


@right("2.5")
def true_conv_upright(delta, w, input_size):
    wide = np.pad(delta, [(k - 1, k - 1) for k in w.shape])
    return reference.conv2d(wide[None], w[None, None], [0])[0]


@right("2.5")
def true_conv_loops(delta, w, input_size):
    grad_x = np.zeros(input_size)
    K_H, K_W = w.shape
    for i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(w.shape):
            grad_x[i + u, j + v] += delta[i, j] * w[K_H - 1 - u, K_W - 1 - v]
    return grad_x


@right("2.5")
def true_conv_slices(delta, w, input_size):
    grad_x = np.zeros(input_size)
    for (i, j), d in np.ndenumerate(delta):
        grad_x[i : i + len(w), j : j + w.shape[1]] += d * np.flipud(np.fliplr(w))
    return grad_x


# ---- 03

right("3.derive", [(1, 1), (2, 3)], ((1, 1), (2, 3)), [[1, 1], [2, 3]], np.array([[1, 1], [2, 3]]))
right("3.hand", 1, 1.0, [1], np.int64(1), "1")
right("3.predict", 21, 21.0, 1 + 4 * 5, [21], "21")
right("3.1", [[7, 4], [6, 4]], ((7, 4), (6, 4)), np.array([[7, 4], [6, 4]]), [[7.0, 4.0], [6, 4]])
right("3.4", (20, 4), [20, 4], np.array([20, 4]), (20.0, 4.0))
right("3.5", 21, 21.0, 0.1 * 210, 0.1 * (100 + 9 + 100 + 1), [21], "21", Fraction(210, 10))


@right("3.line")
def grad_w_by_letters(delta, x, kernel_size):
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] += delta[i, j] * x[i + u, j + v]
    return grad_w


@right("3.line")
def grad_w_by_windows(delta, x, kernel_size):
    H_out, W_out = delta.shape
    corners = np.ndindex(tuple(kernel_size))
    read = [(delta * x[u : u + H_out, v : v + W_out]).sum() for u, v in corners]
    return np.reshape(read, kernel_size)


@right("3.line")
def grad_w_einsum(delta, x, kernel_size):
    return np.einsum("uvij,ij->uv", sliding_window_view(x, delta.shape), delta)


@right("3.line")
def grad_w_deltas_first(delta, x, kernel_size):
    K_H, K_W = kernel_size
    return sum(d * x[i : i + K_H, j : j + K_W] for (i, j), d in np.ndenumerate(delta))


@right("3.line")
def grad_w_fourier(delta, x, kernel_size):
    back = np.fft.ifft2(np.fft.fft2(x) * np.conj(np.fft.fft2(delta, x.shape))).real
    return back[: kernel_size[0], : kernel_size[1]]


@right("3.line")
def grad_w_float32(delta, x, kernel_size):
    windows = sliding_window_view(x.astype(np.float32), delta.shape)
    return np.tensordot(windows, delta.astype(np.float32), 2)


right("3.line", lambda delta, x, size: reference.conv2d_grad_w(delta[None], x[None], size)[0, 0])
right("3.line", lambda delta, x, size: reference.conv2d(x[None], delta[None, None], [0])[0])


@right("3.2")
def grad_w_stride_letters(delta, x, kernel_size, stride):
    s_v, s_h = stride
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] += delta[i, j] * x[i * s_v + u, j * s_h + v]
    return grad_w


@right("3.2")
def grad_w_stride_slices(delta, x, kernel_size, stride):
    (n, m), (s_v, s_h) = delta.shape, stride

    def entry(u, v):
        rows, columns = slice(u, u + (n - 1) * s_v + 1, s_v), slice(v, v + (m - 1) * s_h + 1, s_h)
        return np.vdot(delta, x[rows, columns])

    return [[entry(u, v) for v in range(kernel_size[1])] for u in range(kernel_size[0])]


@right("3.2")
def grad_w_stride_windows(delta, x, kernel_size, stride):
    windows = sliding_window_view(x, kernel_size)[:: stride[0], :: stride[1]]
    return np.einsum("ij,ijuv->uv", delta, windows[: delta.shape[0], : delta.shape[1]])


@right("3.2")
def grad_w_stride_spread(delta, x, kernel_size, stride):
    s_v, s_h = stride
    spread = np.zeros(((len(delta) - 1) * s_v + 1, (delta.shape[1] - 1) * s_h + 1))
    spread[::s_v, ::s_h] = delta
    windows = sliding_window_view(x, spread.shape)[: kernel_size[0], : kernel_size[1]]
    return np.tensordot(windows, spread, 2)


right("3.2", lambda d, x, k, s: reference.conv2d_grad_w(d[None], x[None], k, s)[0, 0])


@right("3.3")
def grad_w_dilated_letters(delta, x, kernel_size, d):
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] += delta[i, j] * x[i + d * u, j + d * v]
    return grad_w


@right("3.3")
def grad_w_dilated_slices(delta, x, kernel_size, d):
    rows, columns = delta.shape
    patch = [
        [x[d * u : d * u + rows, d * v : d * v + columns] for v in range(kernel_size[1])]
        for u in range(kernel_size[0])
    ]
    return np.einsum("uvij,ij->uv", np.array(patch), delta)


@right("3.3")
def grad_w_dilated_jumps(delta, x, kernel_size, d):
    return np.einsum("uvij,ij->uv", sliding_window_view(x, delta.shape)[::d, ::d], delta)


@right("3.3")
def grad_w_dilated_by_the_library(delta, x, kernel_size, d):
    return reference.conv2d_grad_w(delta[None], x[None], kernel_size, dilation=d)[0, 0]


right("3.3", lambda t, x, k, d: reference.conv2d(x[None], t[None, None], [0], d)[0])

# ---- 04

right("4.derive", 36, 36.0, 4 * 9, [36], "36")
right("4.hand", -1, -1.0, 0 - 0.1 * 10, [-1], "-1", np.float64(-1), Fraction(-1))
right("4.predict", [9, 7], (9, 7), np.array([9, 7]), [9.0, 7.0])
right("4.1", 30, 30.0, 5 * 4 * 3 * 0.5, [30], "30", np.float32(30))
right("4.4", 0.02, 4 / 200, Fraction(1, 50), [0.02], "0.02", "1/50", "0,02", np.float32(0.02))
right("4.5", 0, 0.0, [0], "0", 10 - 9 * 10 / 9, Fraction(0))


@right("4.line")
def grad_b_letters(delta):
    N, F, H_out, W_out = delta.shape
    grad_b = np.zeros(F)
    for n, f, i, j in np.ndindex(N, F, H_out, W_out):
        grad_b[f] += delta[n, f, i, j]
    return grad_b


@right("4.line")
def grad_b_nested(delta):
    grad_b = [0] * delta.shape[1]
    for image in delta:
        for f, one_map in enumerate(image):
            for row in one_map:
                for d in row:
                    grad_b[f] += d
    return grad_b


@right("4.line")
def grad_b_by_filter(delta):
    return [delta[:, f].sum() for f in range(delta.shape[1])]


@right("4.line")
def grad_b_as_a_weight(delta):
    N, F, H_out, W_out = delta.shape
    return ops.conv2d_grad_w(delta, np.ones((N, 1, H_out, W_out)), 1)[:, 0, 0, 0]


right("4.line", lambda delta: np.einsum("nfij->f", delta))
right("4.line", lambda delta: delta.sum((0, 2, 3)))
right("4.line", lambda delta: sum(reference.conv2d_grad_b(d) for d in delta))
right("4.line", lambda delta: delta.transpose(1, 0, 2, 3).reshape(delta.shape[1], -1).sum(1))
right("4.line", lambda delta: delta.astype(np.float32).sum((0, 2, 3)))
right("4.axes", lambda delta: delta.sum(axis=(0, 2, 3)))
right("4.axes", lambda delta: delta.sum(axis=(0, -2, -1)))
right("4.axes", lambda delta: delta.sum(axis=(3, 2, 0)))
right("4.axes", lambda delta: delta.sum(axis=(2, 3)).sum(axis=0))
right("4.axes", lambda delta: np.sum(delta, (0, 2, 3)))
right("4.axes", (0, 2, 3))
right("4.2", lambda delta: delta.sum(0))
right("4.2", lambda delta: delta.sum(axis=0))
right("4.2", lambda delta: np.einsum("nfij->fij", delta))
right("4.2", lambda delta: sum(delta))
right("4.2", lambda delta: np.add.reduce(delta))


@right("4.2")
def grad_untied_loops(delta):
    grad_b = np.zeros(delta.shape[1:])
    for n, f, i, j in np.ndindex(delta.shape):
        grad_b[f, i, j] += delta[n, f, i, j]
    return grad_b


right("4.3", lambda delta: 3 * delta.sum((0, 2, 3)))
right("4.3", lambda delta: (3 * delta).sum(axis=(0, 2, 3)))
right("4.3", lambda delta: 3 * ops.conv2d_grad_b(delta))
right("4.3", lambda delta: np.einsum("nfij->f", delta * 3))


@right("4.3")
def grad_tripled_loops(delta):
    grad_b = np.zeros(delta.shape[1])
    for n, f, i, j in np.ndindex(delta.shape):
        grad_b[f] += delta[n, f, i, j] * 3
    return grad_b


# ---- 05

right("5.derive", [1, 0], (1, 0), np.array([1, 0]), [1.0, 0.0])
right("5.hand", [[1, 0, 2], [3, 0, 4], [0, 0, 0]], np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]]))
right("5.hand", ((1, 0, 2), (3, 0, 4), (0, 0, 0)), [[1.0, 0, 2], [3, 0, 4], [0] * 3])
right("5.sign", 3, 3.0, [3], "3")
right("5.predict", 10, 10.0, 1 + 2 + 3 + 4, [10], "10")
right("5.mean", 2.5, 10 / 4, Fraction(5, 2), [2.5], "2.5", "2,5", "5/2", 1 / 4 + 2 / 4 + 3 / 4 + 1)
right("5.1", [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]])
right(
    "5.1",
    np.kron([[1, 2], [3, 4]], [[1, 0], [0, 0]]),
    [[1, 0, 2, 0], [0] * 4, [3, 0, 4, 0], [0] * 4],
)
right("5.6", [[0, 0], [0, 0]], np.zeros((2, 2)), ((0, 0), (0, 0)), [[0] * 2] * 2, [[0.0, -0.0]] * 2)


@right("5.line")
def route_letters(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(winners[i, j], K_W)
        grad_x[i * s + u, j * s + v] += grad_out[i, j]
    return grad_x


@right("5.line")
def route_add_at(grad_out, winners, input_size, K_W, s):
    rows, columns = np.indices(grad_out.shape)
    grad_x = np.zeros(input_size)
    np.add.at(grad_x, (rows * s + winners // K_W, columns * s + winners % K_W), grad_out)
    return grad_x


@right("5.line")
def route_bincount(grad_out, winners, input_size, K_W, s):
    H, W = input_size
    i, j = np.indices(winners.shape)
    flat = (i * s + winners // K_W) * W + j * s + winners % K_W
    return np.bincount(flat.ravel(), grad_out.ravel(), H * W).reshape(H, W)


@right("5.line")
def route_by_place(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    H_out, W_out = grad_out.shape
    for place in np.unique(winners):
        u, v = int(place) // K_W, int(place) % K_W
        cells = grad_x[u : u + s * (H_out - 1) + 1 : s, v : v + s * (W_out - 1) + 1 : s]
        cells += grad_out * (winners == place)
    return grad_x


@right("5.line")
def route_with_lists(errors, winners, input_size, K_W, s):
    sent = [[0.0] * input_size[1] for _ in range(input_size[0])]
    for i, row in enumerate(errors):
        for j, error in enumerate(row):
            sent[i * s + winners[i][j] // K_W][j * s + winners[i][j] % K_W] += error
    return sent


@right("5.2")
def spread_cells(grad_out, input_size, K, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        for u, v in np.ndindex(K, K):
            grad_x[i * s + u, j * s + v] += grad_out[i, j] / K**2
    return grad_x


@right("5.2")
def spread_slices(grad_out, input_size, K, s):
    grad_x = np.zeros(input_size)
    for (i, j), error in np.ndenumerate(grad_out):
        grad_x[i * s : i * s + K, j * s : j * s + K] += error / (K * K)
    return grad_x


@right("5.2")
def spread_as_scatter(grad_out, input_size, K, s):
    return reference.conv2d_grad_x(grad_out[None], np.full((1, 1, K, K), 1 / K**2), input_size, s)[
        0
    ]


right("5.2", lambda g, n, K, s: reference.mean_pool2d_grad_x(g[None], n, K, s)[0])


@right("5.3")
def split_slices(grad_out, x, K, s):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        window = x[i * s : i * s + K, j * s : j * s + K]
        tied = window == window.max()
        grad_x[i * s : i * s + K, j * s : j * s + K] += grad_out[i, j] * tied / tied.sum()
    return grad_x


@right("5.3")
def split_cells(grad_out, x, K, s):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        cells = [(i * s + u, j * s + v) for u in range(K) for v in range(K)]
        top = max(x[cell] for cell in cells)
        winners = [cell for cell in cells if x[cell] == top]
        for cell in winners:
            grad_x[cell] += grad_out[i, j] / len(winners)
    return grad_x


@right("5.3")
def split_windows(grad_out, x, K, s):
    windows = sliding_window_view(x, (K, K))[::s, ::s]
    tied = (windows == windows.max((2, 3), keepdims=True)).astype(float)
    shares = grad_out[:, :, None, None] * tied / tied.sum((2, 3), keepdims=True)
    grad_x, (H_out, W_out) = np.zeros(x.shape), grad_out.shape
    for u, v in np.ndindex(K, K):
        places = slice(u, u + s * (H_out - 1) + 1, s), slice(v, v + s * (W_out - 1) + 1, s)
        grad_x[places] += shares[:, :, u, v]
    return grad_x


right("5.4", lambda x: reference.max_pool2d(-x[None], 2, 2)[1][0])
right("5.4", lambda x: ops.max_pool2d(-x[None, None], 2, 2)[1][0, 0])
right(
    "5.4",
    lambda x: [
        [x[i : i + 2, j : j + 2].argmin() for j in range(0, x.shape[1] - 1, 2)]
        for i in range(0, len(x) - 1, 2)
    ],
)


@right("5.4")
def min_winners_windows(x):
    windows = sliding_window_view(x, (2, 2))[::2, ::2]
    return windows.reshape(*windows.shape[:2], 4).argmin(-1)


@right("5.4")
def min_winners_loops(x):
    H_out, W_out = x.shape[0] // 2, x.shape[1] // 2
    winners = np.zeros((H_out, W_out), int)
    for i, j in np.ndindex(H_out, W_out):
        least = x[2 * i, 2 * j]
        for u, v in np.ndindex(2, 2):
            if x[2 * i + u, 2 * j + v] < least:
                least, winners[i, j] = x[2 * i + u, 2 * j + v], 2 * u + v
    return winners


right("5.5", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum())
right("5.5", lambda grad_out, x: grad_out * np.exp(x - np.log(np.sum(np.exp(x)))))
right("5.5", lambda grad_out, x: grad_out / sum(np.exp(y - x) for y in np.ravel(x)))


@right("5.5")
def soft_max_stable(grad_out, x):
    e = np.exp(x - x.max())
    return grad_out * e / e.sum()


@right("5.5")
def soft_max_cell_by_cell(grad_out, x):
    total = sum(np.exp(y) for y in x.flat)
    grad_x = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        grad_x[place] = grad_out * np.exp(x[place]) / total
    return grad_x


# ---- 06


def as_batch(a):
    return a if a.ndim == 4 else a[None]


right("6.derive", [3, 0, 0], (3, 0, 0), np.array([3, 0, 0]), [3.0, 0.0, 0.0], [3, -0.0, 0])
right("6.hand", -8, -8.0, [-8], "-8", np.int64(-8))
right("6.step", [0.991, -0.007], (0.991, -0.007), np.array([0.991, -0.007]))
right("6.step", (1 - 0.001 * 9, -0.001 * 7), [Fraction(991, 1000), Fraction(-7, 1000)])
right("6.predict", 256, 256.0, 16 * 4 * 4, [256], 1024 / 4, "256")
right("6.1", 4704, 4704.0, 6 * 28 * 28, (4, 704), [4704], "4704", "4,704")
right("6.4", 4800, 4800.0, 160 + 4640, (4, 800), "4800", np.int64(4800))
right("6.5", 2, 2.0, [2], "2", Fraction(2), (1 / 4) / (1 / 8))

right(
    "6.size",
    lambda input_size, filter_size, zero_padding, stride: (
        (input_size + 2 * zero_padding - filter_size) // stride + 1
    ),
)
right("6.size", lambda n, k, p, s: int((n + 2 * p - k) / s) + 1)
right("6.size", lambda n, k, p, s: (n + 2 * p - k + s) // s)
right("6.size", lambda n, k, p, s: len(range(0, n + 2 * p - k + 1, s)))
right("6.size", lambda n, k, p, s: int(np.floor((n - k + p + p) / s)) + 1)
right("6.size", lambda n, k, p, s: divmod(n + 2 * p - k, s)[0] + 1)


@right("6.size")
def size_by_counting(input_size, filter_size, zero_padding, stride):
    places, start = 0, 0
    while start + filter_size <= input_size + 2 * zero_padding:
        places, start = places + 1, start + stride
    return places


@right("6.line")
def update_in_place(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias -= learning_rate * self.bias_grad


@right("6.line")
def update_by_dots(self, learning_rate):
    self.weights[...] = self.weights - learning_rate * self.weights_grad
    self.bias[...] = self.bias - learning_rate * self.bias_grad


@right("6.line")
def update_by_plus(self, rate):
    self.weights += -rate * self.weights_grad
    self.bias += -rate * self.bias_grad


@right("6.line")
def update_one_number(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias[0] -= learning_rate * self.bias_grad[0]


@right("6.line")
def update_by_subtract(self, learning_rate):
    np.subtract(self.weights, learning_rate * self.weights_grad, out=self.weights)
    np.subtract(self.bias, learning_rate * self.bias_grad, out=self.bias)


@right("6.line")
def update_both_in_a_loop(self, learning_rate):
    for q, grad in ((self.weights, self.weights_grad), (self.bias, self.bias_grad)):
        q -= learning_rate * grad


@right("6.forward")
def forward_by_ops(self, x):
    self.x = x
    net = ops.conv2d(as_batch(x), self.weights, self.bias, self.stride, self.zero_padding)
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.forward")
def forward_by_einsum(self, x):
    self.x, (p, s) = x, (self.zero_padding, self.stride)
    xp = np.pad(as_batch(x), ((0, 0), (0, 0), (p, p), (p, p)))
    windows = sliding_window_view(xp, self.weights.shape[2:], (2, 3))[:, :, ::s, ::s]
    net = np.einsum("ncijuv,fcuv->nfij", windows, self.weights) + self.bias[:, None, None]
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.forward")
def forward_image_by_image(self, x):
    self.x, places = x, (self.stride, self.zero_padding)
    nets = [reference.conv2d(one, self.weights, self.bias, *places) for one in as_batch(x)]
    self.net = np.array(nets) if x.ndim == 4 else nets[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.forward")
def forward_filter_by_filter(self, x):
    self.x, maps = x, []
    for weights, bias in zip(self.weights, self.bias):
        places = self.stride, self.zero_padding
        maps.append(ops.conv2d(as_batch(x), weights[None], [bias], *places)[:, 0])
    net = np.stack(maps, axis=1)
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.forward")
def forward_over_filters(self, x):
    self.x, places = x, (self.stride, self.zero_padding)
    each = [ops.conv2d(as_batch(x), f.weights[None], f.bias, *places) for f in self.filters]
    net = np.concatenate(each, axis=1)
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.forward")
def forward_by_fourier(self, x):
    self.x, (p, s) = x, (self.zero_padding, self.stride)
    xp = np.pad(as_batch(x), ((0, 0), (0, 0), (p, p), (p, p)))
    (H, W), (K_H, K_W) = xp.shape[2:], self.weights.shape[2:]
    product = np.einsum(
        "ncyz,fcyz->nfyz", np.fft.fft2(xp), np.conj(np.fft.fft2(self.weights, (H, W)))
    )
    net = np.fft.ifft2(product).real[:, :, : H - K_H + 1 : s, : W - K_W + 1 : s]
    net = net + self.bias[:, None, None]
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@right("6.delta")
def delta_by_chain_rule(self, grad_out):
    return grad_out * self.activator.derivative(self.net)


@right("6.delta")
def delta_other_order(self, grad_out):
    slope = self.activator.derivative(self.net)
    return np.multiply(slope, grad_out)


@right("6.delta")
def delta_cell_by_cell(self, grad_out):
    delta, slope = np.zeros(grad_out.shape), self.activator.derivative(self.net)
    for place in np.ndindex(grad_out.shape):
        delta[place] = grad_out[place] * slope[place]
    return delta


right("6.delta", lambda self, grad_out: self.activator.derivative(self.net) * grad_out)
right(
    "6.delta",
    lambda layer, error: np.einsum("...,...->...", error, layer.activator.derivative(layer.net)),
)


@right("6.backward")
def backward_by_ops(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@right("6.backward")
def backward_by_names(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    kernel = self.filter_height, self.filter_width
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, kernel, *places)
    self.bias_grad[...] = delta.sum(axis=(0, 2, 3))
    size = self.input_height, self.input_width
    grad_x = ops.conv2d_grad_x(delta, self.weights, size, *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@right("6.backward")
def backward_by_einsum(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, (s, p) = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    (K_H, K_W), (H_out, W_out) = self.weights.shape[2:], delta.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    grad_xp = np.zeros(xp.shape)
    for u, v in np.ndindex(K_H, K_W):
        cells = np.s_[:, :, u : u + s * (H_out - 1) + 1 : s, v : v + s * (W_out - 1) + 1 : s]
        self.weights_grad[:, :, u, v] = np.einsum("nfij,ncij->fc", delta, xp[cells])
        grad_xp[cells] += np.einsum("nfij,fc->ncij", delta, self.weights[:, :, u, v])
    self.bias_grad[...] = np.einsum("nfij->f", delta)
    grad_x = grad_xp[:, :, p : p + x.shape[2], p : p + x.shape[3]]
    return grad_x if self.x.ndim == 4 else grad_x[0]


@right("6.backward")
def backward_image_by_image(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    kernel, size = self.weights.shape[2:], x.shape[2:]
    pairs = zip(delta, x)
    self.weights_grad[...] = sum(reference.conv2d_grad_w(d, q, kernel, *places) for d, q in pairs)
    self.bias_grad[...] = sum(reference.conv2d_grad_b(d) for d in delta)
    grads = [reference.conv2d_grad_x(d, self.weights, size, *places) for d in delta]
    return np.array(grads) if self.x.ndim == 4 else grads[0]


@right("6.backward")
def backward_filter_by_filter(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    grad_x = np.zeros(x.shape)
    for f in range(len(self.weights)):
        one, w = delta[:, f : f + 1], self.weights[f : f + 1]
        self.weights_grad[f] = ops.conv2d_grad_w(one, x, w.shape[2:], *places)[0]
        self.bias_grad[f] = one.sum()
        grad_x += ops.conv2d_grad_x(one, w, x.shape[2:], *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


right("6.2", lambda w, grad_w, learning_rate, lam: w - learning_rate * (grad_w + lam * w))
right("6.2", lambda w, g, eta, lam: w - eta * g - eta * lam * w)
right("6.2", lambda w, g, eta, lam: (1 - eta * lam) * w - eta * g)


@right("6.2")
def decayed_in_steps(w, grad_w, learning_rate, lam):
    whole = grad_w + lam * w
    new = w.copy()
    new -= learning_rate * whole
    return new


right("6.3", lambda grad_out, net: grad_out * np.where(net > 0, 1, 0.1))
right("6.3", lambda grad_out, net: np.where(net <= 0, 0.1 * grad_out, grad_out))
right("6.3", lambda grad_out, net: grad_out * (0.1 + 0.9 * (net > 0)))


@right("6.3")
def leaky_delta_masks(grad_out, net):
    delta = np.array(grad_out, float)
    delta[net <= 0] *= 0.1
    return delta


@right("6.3")
def leaky_delta_loops(grad_out, net):
    delta = np.zeros(net.shape)
    for place, value in np.ndenumerate(net):
        delta[place] = grad_out[place] if value > 0 else 0.1 * grad_out[place]
    return delta


# ---- 07

right("7.derive", 3.01, 3 + 0.01, (1.1**3 - 0.9**3) / 0.2, [3.01], "3.01", Fraction(301, 100))
right("7.best", -5, -5.0, [-5], "-5", np.int64(-5))
right("7.kink", 5, 5.0, 3 + 4 / 2, [5], "5")
right("7.hand", 1 / 11, 0.0909, Fraction(1, 11), [1 / 11], "1/11", 0.090909, 0.09091)
right("7.predict", 2, 2.0, [2], "2")
right("7.12", 0.6, 0.75 / 1.25, Fraction(3, 5), [0.6], "3/5", "0,6", np.float32(0.6))
ILLNESSES = {1: 14, 2: 5, 3: 15, 4: 3, 5: 12, 6: 9, 7: 6, 8: 7, 9: 10, 10: 13, 11: 11}
for patient, number in ILLNESSES.items():
    bug = list(bugs.BUGS)[number - 1]
    right(f"7.{patient}", bug, bug.upper(), f" {bug} ")


@right("7.line")
def numerical_central(f, x, epsilon=1e-5):
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + epsilon
        high = f(x)
        x[place] = kept - epsilon
        low = f(x)
        x[place] = kept
        grad[place] = (high - low) / (2 * epsilon)
    return grad


@right("7.line")
def numerical_two_halves(f, x, epsilon=1e-5):
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + epsilon
        high = f(x)
        x[place] = kept - epsilon
        low = f(x)
        x[place] = kept
        grad[place] = 0.5 * (high - low) / epsilon
    return grad


@right("7.line")
def numerical_on_a_copy(f, x, epsilon=1e-5):
    def slope(place):
        step = np.zeros(x.shape)
        step[place] = epsilon
        return (f(x + step) - f(x - step)) / 2 / epsilon

    return np.reshape([slope(place) for place in np.ndindex(x.shape)], x.shape)


@right("7.1.mend")
def mended_1(delta, w, H, W, s, p):
    grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
    for f, i, j in np.ndindex(delta.shape):
        y, z = i * s, j * s
        grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : p + H, p : p + W]


@right("7.1.mend")
def mended_1_from_the_other_side(delta, w, H, W, s, p):
    grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
    for f, i, j in np.ndindex(delta.shape):
        grad_xp[:, i * s : i * s + 3, j * s : j * s + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : H + 2 * p - p, p : W + 2 * p - p]


for patient in (1, 2, 3):
    right(
        f"7.{patient}.mend",
        lambda delta, w, H, W, s, p: reference.conv2d_grad_x(delta, w, (H, W), s, p),
    )


@right("7.2.mend")
def mended_2(delta, w, H, W, s, p):
    grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
    for f, i, j in np.ndindex(delta.shape):
        y, z = s * i, s * j
        grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : p + H, p : p + W]


@right("7.3.mend")
def mended_3(delta, w, H, W, s, p):
    grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
    for f in range(len(delta)):
        for i, j in np.ndindex(delta.shape[1:]):
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : p + H, p : p + W]


@right("7.3.mend")
def mended_3_with_a_total(delta, w, H, W, s, p):
    total = 0
    for f in range(len(delta)):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for i, j in np.ndindex(delta.shape[1:]):
            grad_xp[:, i * s : i * s + 3, j * s : j * s + 3] += delta[f, i, j] * w[f]
        total = total + grad_xp
    return total[:, p : p + H, p : p + W]


@right("7.4.mend")
@right("7.5.mend")
def mended_4_and_5(delta, xp, s):
    grad_w = np.zeros((len(delta), len(xp), 3, 3))
    for f, i, j in np.ndindex(delta.shape):
        y, z = i * s, j * s
        grad_w[f] += delta[f, i, j] * xp[:, y : y + 3, z : z + 3]
    return grad_w


for name in ("7.4.mend", "7.5.mend"):
    right(name, lambda delta, xp, s: reference.conv2d_grad_w(delta, xp, 3, s))
right("7.6.mend", lambda grad_out, net: grad_out * (net > 0))
right("7.6.mend", lambda grad_out, net: np.where(net > 0, grad_out, 0))
right("7.6.mend", lambda grad_out, net: grad_out * np.heaviside(net, 0))


@right("7.6.mend")
def mended_6_on_out(grad_out, net):
    out = np.maximum(net, 0)
    return grad_out * (out > 0)


@right("7.7.mend")
def mended_7(grad_out, winners, H, W):
    grad_x = np.zeros((len(grad_out), H, W))
    for c, i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[c, i, j]), 3)
        grad_x[c, 2 * i + u, 2 * j + v] += grad_out[c, i, j]
    return grad_x


right("7.7.mend", lambda g, winners, H, W: reference.max_pool2d_grad_x(g, winners, (H, W), 3, 2))


@right("7.8.mend")
def mended_8(x, grad_out):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        u, v = np.unravel_index(x[i : i + 2, j : j + 2].argmax(), (2, 2))
        grad_x[i + u, j + v] += grad_out[i, j]
    return grad_x


@right("7.8.mend")
def mended_8_by_first_true(x, grad_out):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        window = x[i : i + 2, j : j + 2]
        u, v = np.argwhere(window == window.max())[0]
        grad_x[i : i + 2, j : j + 2][u, v] += grad_out[i, j]
    return grad_x


@right("7.9.mend")
@right("7.10.mend")
def mended_9_and_10(delta):
    grad_b = np.zeros(len(delta))
    for f in range(len(delta)):
        grad_b[f] = delta[f].sum()
    return grad_b


for name in ("7.9.mend", "7.10.mend"):
    right(name, lambda delta: delta.sum((1, 2)))
    right(name, lambda delta: [one.sum() for one in delta])


@right("7.11.mend")
def mended_11(deltas, xs):
    grad_w = np.zeros((3, 3))
    for n, i, j in np.ndindex(len(xs), 3, 3):
        grad_w += deltas[n, 0, i, j] * xs[n, 0, i : i + 3, j : j + 3]
    return grad_w


right("7.11.mend", lambda deltas, xs: ops.conv2d_grad_w(deltas, xs, 3)[0, 0])


@right("7.13")
def better_mixture(f, q, epsilon):
    def n(e):
        return (f(q + e) - f(q - e)) / (2 * e)

    return 4 / 3 * n(epsilon) - 1 / 3 * n(2 * epsilon)


@right("7.13")
def better_five_points(f, q, h):
    return (-f(q + 2 * h) + 8 * f(q + h) - 8 * f(q - h) + f(q - 2 * h)) / (12 * h)


@right("7.13")
def better_corrected(f, q, epsilon):
    one, two = [(f(q + e) - f(q - e)) / e / 2 for e in (epsilon, 2 * epsilon)]
    return one + (one - two) / 3


# ---- 08

right("8.bias", (3, 2), [3, 2], np.array([3, 2]), (2 + 1, -1 + 3))
right("8.batch", -0.1, (0.6 - 1) / 4, Fraction(-1, 10), [-0.1], "-0.1", "-1/10", np.float32(-0.1))
right("8.hand", [2, -3, 3], (2, -3, 3), np.array([2, -3, 3]), [2.0, -3.0, 3.0])
right("8.predict", 2.3026, np.log(10), -np.log(0.1), 2.303, 2.302585, [2.3026], "2.3026", "2,3026")
right("8.1", 0.6931, np.log(2), 0.693147, [0.6931], "0.6931", -np.log([0.25, 1]).mean())
right("8.4", 16010, 16010.0, 10 * 16 * 10**2 + 10, [16010], "16010", "16,010")
right("8.6", (2.71, 10), [2.71, 10], np.array([2.71, 10.0]), (1 + 0.9 + 0.81, 1 / (1 - 0.9)))


@right("8.line")
def scores_by_onehot(scores, labels):
    e = np.exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    onehot = np.eye(scores.shape[1])[labels]
    return (p - onehot) / len(scores)


@right("8.line")
def scores_by_index(scores, labels):
    p = np.exp(scores - scores.max(axis=1)[:, None])
    p /= p.sum(axis=1)[:, None]
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


@right("8.line")
def scores_by_logarithms(scores, labels):
    largest = scores.max(1, keepdims=True)
    log_p = scores - largest - np.log(np.exp(scores - largest).sum(1, keepdims=True))
    return (np.exp(log_p) - np.eye(scores.shape[1])[labels]) / scores.shape[0]


@right("8.line")
def scores_row_by_row(scores, labels):
    rows = []
    for s, y in zip(scores, labels):
        e = np.exp(s - max(s))
        p = e / sum(e)
        rows.append([(p[k] - (k == y)) / len(scores) for k in range(len(s))])
    return rows


@right("8.2")
def pixels_in_float32(pixels, marks):
    x = pixels.astype(np.float32)[:, np.newaxis] / 255
    labels = marks.copy()
    labels[labels == 10] = 0
    return x, labels


@right("8.2")
def pixels_reshaped(pixels, marks):
    N, H, W = pixels.shape
    return (pixels * (1 / 255)).reshape(N, 1, H, W), [int(m) % 10 for m in marks]


right("8.dense", lambda delta, x, w: (delta.T @ x, delta.sum(0), delta @ w))
right(
    "8.dense",
    lambda delta, x, w: [
        np.einsum("no,nk->ok", delta, x),
        np.einsum("no->o", delta),
        np.einsum("no,ok->nk", delta, w),
    ],
)
right(
    "8.dense", lambda d, x, w: (ops.dense_grad_w(d, x), ops.dense_grad_b(d), ops.dense_grad_x(d, w))
)


@right("8.dense")
def dense_backward_sums(delta, x, w):
    grad_w = sum(np.outer(d, row) for d, row in zip(delta, x))
    grad_b = np.ones(len(delta)) @ delta
    grad_x = np.dot(w.T, delta.T).T
    return grad_w, grad_b, grad_x


@right("8.dense")
def dense_backward_loops(delta, x, w):
    grad_w, grad_b, grad_x = np.zeros(w.shape), np.zeros(len(w)), np.zeros(x.shape)
    for n, o in np.ndindex(delta.shape):
        grad_b[o] += delta[n, o]
        for k in range(x.shape[1]):
            grad_w[o, k] += delta[n, o] * x[n, k]
            grad_x[n, k] += delta[n, o] * w[o, k]
    return grad_w, grad_b, grad_x


right("8.3", lambda scores, targets: (scores - targets) / len(scores))
right("8.3", lambda scores, targets: (scores - targets) / scores.shape[0])
right("8.3", lambda s, t: 2 * (s - t) / (2 * len(s)))
right(
    "8.3", lambda s, t: [[(a - b) / len(s) for a, b in zip(row, goal)] for row, goal in zip(s, t)]
)


@right("8.5")
def confusion_loop(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label, answer] += 1
    return counts


@right("8.5")
def confusion_add_at(labels, predicted, K):
    counts = np.zeros((K, K), int)
    np.add.at(counts, (labels, predicted), 1)
    return counts


right("8.5", lambda labels, predicted, K: np.eye(K)[labels].T @ np.eye(K)[predicted])
right("8.5", lambda y, a, K: np.bincount(np.array(y) * K + a, minlength=K * K).reshape(K, K))
right(
    "8.5",
    lambda y, a, K: [
        [int(np.sum((np.array(y) == r) & (np.array(a) == c))) for c in range(K)] for r in range(K)
    ],
)


@right("8.5")
def confusion_histogram(labels, predicted, K):
    return np.histogram2d(labels, predicted, bins=np.arange(K + 1) - 0.5)[0]


# ---- 09 and A1

right("9.derive", [(0, 2), (1, 1)], ((0, 2), (1, 1)), [[0, 2], [1, 1]], np.array([[0, 2], [1, 1]]))
right("9.count", 72, 72.0, 1 * 2 * 3 * 3 * 1 * 2 * 2, [72], "72")
right("9.hand", [0, 1, 0, 1], (0, 1, 0, 1), np.array([0, 1, 0, 1]), [0.0, 1, 0, 1])
right("9.rows", 2, 2.0, 2_097_152 // (8 * 9 * 28 * 64 * 8), [2], "2")
right("9.predict", (1, 300), [1, 300], np.array([1, 300]))
right("9.1", 5549, 5549.0, round(3 * 16 * 64 * 56 * 56 * 64 * 9 / 1e6), (5, 549), "5549", "5,549")
right("9.3", 116, 116.0, round(64 * 9 * 16 * 56 * 56 * 4 / 1e6), [116], "116")
right("9.5.count", 16, 16.0, [16], "16", 16 * 8 / 8)
right("9.6", (1, 1), [1, 1], np.array([1, 1]), (1.0, 1))


@right("9.line")
def columns_by_transpose(windows):
    rows = windows.shape[1] * windows.shape[4] * windows.shape[5]
    in_order = windows.transpose(1, 4, 5, 0, 2, 3)
    return in_order.reshape(rows, -1)


@right("9.line")
def columns_by_tuple(windows):
    rows = windows.shape[1] * windows.shape[4] * windows.shape[5]
    in_order = np.transpose(windows, (1, -2, -1, 0, 2, 3))
    return in_order.reshape(rows, -1)


@right("9.line")
def columns_by_moveaxis(windows):
    _, C, _, _, K_H, K_W = windows.shape
    return np.moveaxis(windows, (1, 4, 5), (0, 1, 2)).reshape(C * K_H * K_W, -1)


right(
    "9.line",
    lambda windows: np.einsum("ncijuv->cuvnij", windows).reshape(
        windows.shape[1] * windows.shape[4] * windows.shape[5], -1
    ),
)


@right("9.line")
def columns_row_by_row(windows):
    places = np.ndindex(windows.shape[1], windows.shape[4], windows.shape[5])
    return np.array([windows[:, c, :, :, u, v].ravel() for c, u, v in places])


@right("9.back")
def add_back_places(sent, grad_xp, s):
    (K_H, K_W), (H_out, W_out) = sent.shape[1:3], sent.shape[4:]
    for u, v in np.ndindex(K_H, K_W):
        grad_xp[:, :, u : u + H_out * s : s, v : v + W_out * s : s] += sent[:, u, v]
    return grad_xp


@right("9.back")
def add_back_on_a_copy(sent, grad_xp, s):
    total, (K_H, K_W), (H_out, W_out) = grad_xp.copy(), sent.shape[1:3], sent.shape[4:]
    for u, v in np.ndindex(K_H, K_W):
        total[:, :, u : u + H_out * s : s, v : v + W_out * s : s] += sent[:, u, v, :, :, :]
    return total


@right("9.back")
def add_back_cells(sent, grad_xp, s):
    C, K_H, K_W, N, H_out, W_out = sent.shape
    for u, v, i, j in np.ndindex(K_H, K_W, H_out, W_out):
        grad_xp[:, :, i * s + u, j * s + v] += sent[:, u, v, :, i, j]
    return grad_xp


right("9.2", lambda delta, windows: np.einsum("fijn,cuvijn->fcuv", delta, windows))
right("9.2", lambda delta, windows: np.einsum("aijn,bpqijn->abpq", delta, windows))
right("9.2", lambda delta, windows: np.tensordot(delta, windows, ([1, 2, 3], [3, 4, 5])))
right("9.2", "fijn,cuvijn->fcuv")


@right("9.2")
def grad_w_letters_product(delta, windows):
    F, place = len(delta), windows.shape[:3]
    return (delta.reshape(F, -1) @ windows.reshape(np.prod(place), -1).T).reshape(F, *place)


@right("9.4")
def add_back_1d_slices(G, n, s):
    grad_x = np.zeros(n)
    for u, row in enumerate(G):
        grad_x[u : u + len(row) * s : s] += row
    return grad_x


@right("9.4")
def add_back_1d_loops(G, n, s):
    grad_x = [0.0] * n
    for u, i in np.ndindex(G.shape):
        grad_x[i * s + u] += G[u, i]
    return grad_x


@right("9.4")
def add_back_1d_add_at(G, n, s):
    u, i = np.indices(G.shape)
    grad_x = np.zeros(n)
    np.add.at(grad_x, i * s + u, G)
    return grad_x


right(
    "9.4",
    lambda G, n, s: np.bincount(
        (np.arange(len(G))[:, None] + s * np.arange(G.shape[1])).ravel(), G.ravel(), n
    ),
)
right(
    "9.4",
    lambda G, n, s: [
        sum(G[u, i] for u, i in np.ndindex(G.shape) if i * s + u == y) for y in range(n)
    ],
)

right("9.5", lambda windows, w: np.einsum("ncijuv,cuv->ncij", windows, w))
right("9.5", lambda windows, w: (windows * w[:, None, None]).sum((-2, -1)))


@right("9.5")
def depthwise_by_channel(windows, w):
    return np.stack([np.tensordot(windows[:, c], w[c], 2) for c in range(len(w))], axis=1)


@right("9.5")
def depthwise_loops(windows, w):
    N, C, H_out, W_out, K_H, K_W = windows.shape
    net = np.zeros((N, C, H_out, W_out))
    for n, c, i, j in np.ndindex(net.shape):
        net[n, c, i, j] = np.vdot(windows[n, c, i, j], w[c])
    return net


right("A1.live", 6, 6.0, [6], "6")
right("A1.1", (20, 14), [20, 14], np.array([20, 14]), (2 * 10, 2 + 2 + 6 + 4))
right("A1.3", [(2, 2), (2, 1), (1, 2), (1, 1)], ((2, 2), (2, 1), (1, 2), (1, 1)))
right("A1.3", np.array([[2, 2], [2, 1], [1, 2], [1, 1]]), [[2, 2], [2, 1], [1, 2], [1, 1]])
right("A1.4", 5, 5.0, [5], "5")
right("A1.slip2", [[10, 3], [10, 1]], ((10, 3), (10, 1)), np.array([[10.0, 3], [10, 1]]))
right("A1.slip3", (2, 3), [2, 3], np.array([2, 3]))
right("A1.slip5", 10, 10.0, "10")
right("A1.slip9", [[1, 0, 3], [4, 0, 6], [7, 0, 9]], np.array([[1, 0, 3], [4, 0, 6], [7, 0, 9]]))
right("A1.slip11", 20, 2 * 10, "20")
right("A1.slip12", [1, -1, 2, -2], (1, -1, 2, -2))
right("A1.slip13", [(1, 2), (1, 1)], [[1, 2], [1, 1]])
right("A1.slip16", 10, 1 + 2 + 3 + 4)
right("A1.slip18", 5, "5")
right("A1.slip19", 0.25, 1 / 4, "1/4", Fraction(1, 4))
right("A1.slip20", 1.5, 3 * 2 / 4, "3/2")
right("A1.2", gather_turned, gather_flip, gather_fourier, gather_rows_by_convolve)


@right("A1.2")
def grad_input_mended(delta, kernel):
    K_H, K_W = kernel.shape
    wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
    turned = kernel[::-1, ::-1]
    gathered = np.zeros((delta.shape[0] + K_H - 1, delta.shape[1] + K_W - 1))
    for y, z in np.ndindex(gathered.shape):
        gathered[y, z] = (wide[y : y + K_H, z : z + K_W] * turned).sum()
    return gathered


# ---- 08b

right("8.first", 5.0752, np.log(160), np.log(16) + np.log(10), -np.log(1 / 160), 5.075, "5.0752")
right("8.share", 0.04, [0.04], "0.04", "1/25", 0.2 / 5, np.hypot(0, 0.2) / np.hypot(3, 4))
right("8.update", lambda a, b: np.sqrt(((b - a) ** 2).sum() / (a**2).sum()))
right("8.update", lambda a, b: np.linalg.norm((b - a).ravel()) / np.linalg.norm(a.ravel()))
right("8.update", lambda a, b: float(np.sqrt(np.square(a - b).sum()) / np.sqrt(np.square(a).sum())))
right("8.dead", lambda out: np.mean(out.max(axis=(0, 2, 3)) == 0))
right("8.dead", lambda out: 1 - (out > 0).any((0, 2, 3)).mean())
right("8.dead", lambda out: sum(not out[:, f].any() for f in range(out.shape[1])) / out.shape[1])
right("8.fit", [2, 3, 7, 8], {2, 3, 7, 8}, (8, 7, 3, 2), np.array([2, 3, 7, 8]))
right("8.sick1", "learning rate decays to nothing", " Learning rate decays to nothing ")
right("8.sick2", "labels moved by one", "LABELS MOVED BY ONE")
right("8.sick3", "kernel not rotated", "Kernel not rotated")
right("8.pixels", lambda x: x / 255, lambda x: x / 255.0, lambda x: np.asarray(x) * (1 / 255))
right("8.pixels", lambda x: np.divide(x, 255), lambda x: x.astype(float) / 255)
right("8.weights", lambda z: z * (2 / np.prod(z.shape[1:])) ** 0.5)
right("8.weights", lambda z: np.sqrt(2) * z / np.sqrt(z[0].size))
right("8.weights", lambda z: z * np.sqrt(2 * len(z) / z.size))
right("8.pairs", lambda x, y, o, a, n: (x[o[a : a + n]], y[o[a : a + n]]))
right("8.pairs", lambda x, y, o, a, n: (x[o][a : a + n], y[o][a : a + n]))


@right("8.shares")
def each_row_by_itself(scores):
    rows = []
    for row in scores:
        powers = np.exp(row - max(row))
        rows.append(powers / sum(powers))
    return np.array(rows)


@right("8.shares")
def transposed_and_back(scores):
    powers = np.exp(scores.T - scores.max(1))
    return (powers / powers.sum(0)).T


@right("8.pairs")
def pair_by_pair(x, labels, order, at, size):
    rows = [order[n] for n in range(at, min(at + size, len(order)))]
    return np.array([x[n] for n in rows]), np.array([labels[n] for n in rows])
