"""Plausible wrong answers to every exercise, each with the mistake in a few words."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib import bugs, ops, reference
from tests.corpus import nonsense, wrong

# ---- 00

wrong("0.maps", "the numbers of one map", 784)
wrong("0.maps", "the image, which is one", 1)
wrong("0.maps", "the second convolution", 16)
wrong("0.maps", "the scores", 10)
wrong("0.maps", "all numbers of all maps", 6272)
wrong("0.maps", "the rows of a map", 28)
wrong("0.net", "the change forgotten", -2)
wrong("0.net", "only the new product", 5)
wrong("0.net", "sum of the window, no weights", 7)
wrong("0.net", "sign turned: right minus left", -3)
wrong("0.net", "kernel transposed", -5)
wrong("0.net", "row and column exchanged", 2)
wrong("0.net", "only the lower row", 4)
wrong("0.net", "counted from 1", 1)
nonsense("0.net", "text", "three")
nonsense("0.net", "None", None)

# ---- 01

wrong("1.first", "kernel turned, or net_1", -1)
wrong("1.first", "only the last product", 0)
wrong("1.first", "all signs plus twice", 2)
wrong("1.size", "+1 forgotten, padding forgotten, or padding once", 2)
wrong("1.size", "stride forgotten", 5)
wrong("1.size", "kernel not taken away", 4)
wrong("1.size", "not rounded, kernel not taken away", 3.5)
wrong("1.size", "all cells", 9)
wrong("1.hand", "lower minus upper, or filter 1", 1)
wrong("1.hand", "signs forgotten", 3)
wrong("1.hand", "only the lower row", -2)
wrong("1.hand", "ReLU already applied", 0)
wrong("1.predict", "stride forgotten: all nine windows", 9)
wrong("1.predict", "four windows, as for x[1,1]", 4)
wrong("1.predict", "two windows", 2)
wrong("1.predict", "a zero changes nothing", 0)
wrong("1.predict", "all of the image", 25)
wrong("1.1", "+1 forgotten, padding forgotten or padding once", (7, 7))
wrong("1.1", "rounded up", (9, 9))
wrong("1.1", "not rounded", (8.25, 8.25))
wrong("1.1", "stride forgotten", (30, 30))
wrong("1.1", "stride and padding forgotten", (26, 26))
wrong("1.1", "+1 forgotten and not rounded", (7.25, 7.25))
wrong("1.1", "one axis only", 8)
wrong("1.1", "all cells", 64)
wrong("1.2", "biases forgotten", 1920)
wrong("1.2", "one bias for the layer", 1921)
wrong("1.2", "channels forgotten", 256)
wrong("1.2", "one filter only", 121)
wrong("1.2", "a bias for each channel", 2048)
wrong("1.2", "channels and biases forgotten", 240)
wrong("1.2", "one bias for each channel of the input", 1928)
wrong("1.2", "kernel 5x5", (8 * 25 + 1) * 16)
wrong("1.2", "kernel 3x3", (8 * 9 + 1) * 16)
wrong("1.2", "sizes added", (8 + 5 + 3 + 1) * 16)
wrong("1.3", "bias forgotten", (0.5, 1.5))
wrong("1.3", "sign of the bias", (0.7, 1.7))
wrong("1.3", "the corner like the middle", (0.3, 0.3))
wrong("1.3", "pair exchanged", (1.3, 0.3))
wrong("1.3", "an edge for the corner", (0.3, 0.8))
wrong("1.3", "pixels taken as 1", (0.8, 2.8))
wrong("1.3", "only the middle weight in the middle", (2.3, 1.3))
wrong("1.3", "only the middle weight", (2.3, 2.3))
wrong("1.3", "the corner reads only zeros", (0.3, -0.2))
wrong("1.3", "only the middle weight in the corner", (0.3, 2.3))


def sizes_of(xp, w, s):
    return [(n - k) // s + 1 for n, k in zip(xp.shape, w.shape)]


def conv_with(term):
    """conv with another term in its innermost line."""

    def conv(xp, w, b, s):
        net = np.full(sizes_of(xp, w, s), float(b))
        for i, j in np.ndindex(net.shape):
            for u, v in np.ndindex(w.shape):
                net[i, j] += term(xp, w, b, s, i, j, u, v)
        return net

    return conv


wrong(
    "1.line",
    "stride forgotten",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i + u, j + v]),
)
wrong(
    "1.line",
    "kernel rotated",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[-1 - u, -1 - v] * xp[i * s + u, j * s + v]),
)
wrong(
    "1.line",
    "stride on the kernel's index",
    conv_with(
        lambda xp, w, b, s, i, j, u, v: (
            w[u, v] * xp[(i + u * s) % len(xp), (j + v * s) % xp.shape[1]]
        )
    ),
    student=False,
)
wrong(
    "1.line",
    "kernel transposed",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[v, u] * xp[i * s + u, j * s + v]),
)
wrong(
    "1.line",
    "one off",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u - 1, j * s + v - 1]),
)
wrong(
    "1.line",
    "plus for times",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] + xp[i * s + u, j * s + v]),
)
wrong(
    "1.line",
    "bias added in each product",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j * s + v] + b),
)
wrong(
    "1.line",
    "kernel forgotten",
    conv_with(lambda xp, w, b, s, i, j, u, v: xp[i * s + u, j * s + v]),
)
wrong(
    "1.line",
    "the window's corner for the cell",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s, j * s]),
)
wrong(
    "1.line",
    "the kernel's index alone",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[u, v]),
)
wrong(
    "1.line",
    "stride down only",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j + v]),
)
wrong(
    "1.line",
    "minus for plus in the index",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s - u, j * s - v]),
)
wrong(
    "1.line",
    "mean for sum",
    conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j * s + v] / w.size),
)


@wrong("1.line", "bias forgotten")
def conv_without_bias(xp, w, b, s):
    return np.einsum("ijuv,uv->ij", sliding_window_view(xp, w.shape)[::s, ::s], w)


@wrong("1.line", "only the last product: = for +=")
def conv_overwritten(xp, w, b, s):
    net = np.full(sizes_of(xp, w, s), float(b))
    for i, j in np.ndindex(net.shape):
        for u, v in np.ndindex(w.shape):
            net[i, j] = w[u, v] * xp[i * s + u, j * s + v]
    return net


@wrong("1.line", "return too deep: only the first output")
def conv_returns_early(xp, w, b, s):
    net = np.full(sizes_of(xp, w, s), float(b))
    for i, j in np.ndindex(net.shape):
        for u, v in np.ndindex(w.shape):
            net[i, j] += w[u, v] * xp[i * s + u, j * s + v]
        return net


@wrong("1.line", "only the first product of each output")
def conv_breaks(xp, w, b, s):
    net = np.full(sizes_of(xp, w, s), float(b))
    for i, j in np.ndindex(net.shape):
        net[i, j] += w[0, 0] * xp[i * s, j * s]
    return net


@wrong("1.line", "ReLU in it")
def conv_with_relu(xp, w, b, s):
    net = np.einsum("ijuv,uv->ij", sliding_window_view(xp, w.shape)[::s, ::s], w) + b
    return np.maximum(net, 0)


@wrong("1.line", "stride ignored: every place")
def conv_at_every_place(xp, w, b, s):
    return np.einsum("ijuv,uv->ij", sliding_window_view(xp, w.shape), w) + b


wrong("1.4", "rows and columns exchanged", lambda x, p_v, p_h: np.pad(x, ((p_h, p_h), (p_v, p_v))))
wrong("1.4", "the vertical padding for both axes", lambda x, p_v, p_h: np.pad(x, p_v))
wrong("1.4", "the horizontal padding for both axes", lambda x, p_v, p_h: np.pad(x, p_h))
wrong("1.4", "above and left only", lambda x, p_v, p_h: np.pad(x, ((p_v, 0), (p_h, 0))))
wrong("1.4", "below and right only", lambda x, p_v, p_h: np.pad(x, ((0, p_v), (0, p_h))))
wrong("1.4", "p_v before and p_h after on each axis", lambda x, p_v, p_h: np.pad(x, (p_v, p_h)))
wrong("1.4", "edge repeated", lambda x, p_v, p_h: np.pad(x, ((p_v, p_v), (p_h, p_h)), "edge"))
wrong("1.4", "ones", lambda x, p_v, p_h: np.pad(x, ((p_v,), (p_h,)), constant_values=1))
wrong("1.4", "nothing added", lambda x, p_v, p_h: x)
wrong("1.4", "rows only", lambda x, p_v, p_h: np.pad(x, ((p_v, p_v), (0, 0))))
wrong("1.4", "columns only", lambda x, p_v, p_h: np.pad(x, ((0, 0), (p_h, p_h))))
wrong("1.4", "one row and column always", lambda x, p_v, p_h: np.pad(x, 1))
wrong(
    "1.4",
    "a channel too many",
    lambda x, p_v, p_h: np.pad(x[None], ((0, 0), (p_v,) * 2, (p_h,) * 2)),
)


@wrong("1.4", "a slice that ends at -0 is empty")
def pad_to_minus_p(x, p_v, p_h):
    xp = np.zeros((x.shape[0] + 2 * p_v, x.shape[1] + 2 * p_h))
    xp[p_v:-p_v, p_h:-p_h] = x
    return xp


@wrong("1.4", "x put into the corner")
def pad_in_the_corner(x, p_v, p_h):
    xp = np.zeros((x.shape[0] + 2 * p_v, x.shape[1] + 2 * p_h))
    xp[: x.shape[0], : x.shape[1]] = x
    return xp


@wrong("1.4", "an array of integers")
def pad_of_integers(x, p_v, p_h):
    return np.pad(np.array(x, int), ((p_v, p_v), (p_h, p_h)))


wrong("1.5", "k gaps for k - 1", lambda n, k, d: n - d * k + 1)
wrong("1.5", "dilation forgotten", lambda n, k, d: n - k + 1)
wrong("1.5", "one too few", lambda n, k, d: n - d * (k - 1) - 1)
wrong("1.5", "one too many", lambda n, k, d: n - d * (k - 1) + 1)
wrong("1.5", "dilation taken as a stride", lambda n, k, d: (n - k) // d + 1)
wrong("1.5", "the kernel d times as large, +1 forgotten", lambda n, k, d: n - d * k)
wrong("1.5", "the kernel larger by d", lambda n, k, d: n - (k + d) + 1)
wrong("1.5", "d cells in each gap for d - 1", lambda n, k, d: n - (k + (k - 1) * d) + 1)
wrong("1.5", "the size of the kernel only", lambda n, k, d: d * (k - 1) + 1)
wrong("1.5", "d - 1 for d", lambda n, k, d: n - (d - 1) * (k - 1))
wrong("1.5", "the input spread out", lambda n, k, d: d * (n - 1) + 1 - k + 1)
wrong("1.6", "stride forgotten", lambda k1, s1, k2: k1 + k2 - 1)
wrong("1.6", "kernels added", lambda k1, s1, k2: k1 + k2)
wrong("1.6", "kernels multiplied", lambda k1, s1, k2: k1 * k2)
wrong("1.6", "k2 steps for k2 - 1", lambda k1, s1, k2: k1 + k2 * s1)
wrong("1.6", "the kernels exchanged", lambda k1, s1, k2: k2 + (k1 - 1) * s1)
wrong("1.6", "one too few", lambda k1, s1, k2: k1 + (k2 - 1) * s1 - 1)
wrong("1.6", "one too many", lambda k1, s1, k2: k1 + (k2 - 1) * s1 + 1)
wrong("1.6", "the second kernel only", lambda k1, s1, k2: k2)
wrong("1.6", "the first kernel only", lambda k1, s1, k2: k1)
wrong("1.6", "stride on the whole", lambda k1, s1, k2: (k1 + k2 - 1) * s1)
wrong("1.6", "divided by the stride", lambda k1, s1, k2: (k1 - k2) // s1 + 1)
wrong("1.6", "windows side by side", lambda k1, s1, k2: k1 * k2 * s1)

# ---- 02

wrong("2.edge", "delta and weight exchanged", (1, 2))
wrong("2.edge", "the index of x for delta", (3, 0))
wrong("2.edge", "the first weight", (2, 0))
wrong("2.edge", "counted from 1", (3, 2))
wrong("2.edge", "one delta too early", (1, 1))
wrong("2.edge", "a delta that is not there", (3, 1))
wrong("2.edge", "values for indices", (2, -1))
wrong("2.edge", "the index of x for both", (3, 3))
wrong("2.edge", "the product itself", -2)
wrong("2.edge", "rotated: the left edge", (0, 0))
wrong("2.derive", "order exchanged: kernel not turned", [(0, 0), (1, 0)])
wrong("2.derive", "rows and columns exchanged", [(0, 1), (0, 0)])
wrong("2.derive", "the right column", [(1, 1), (0, 1)])
wrong("2.derive", "the cells of net", [(1, 0), (2, 0)])
wrong("2.derive", "turned by 180 degrees", [(0, 1), (1, 1)])
wrong("2.derive", "the example of the page", [(0, 0), (1, 1)])
wrong("2.derive", "counted from 1", [(2, 1), (1, 1)])
wrong("2.derive", "the pixel itself", [(2, 0), (2, 0)])
wrong("2.derive", "weights instead of cells", [1, 1])
wrong("2.hand", "kernel not turned: sign", -6)
wrong("2.hand", "row and column exchanged, grad_x[2,1]", -3)
wrong("2.hand", "only the last product", 4)
wrong("2.hand", "only delta[0,2], or kernel transposed", 2)
wrong("2.hand", "grad_x[1,1]", -4)
wrong("2.hand", "a product of 4 and 2", 8)
wrong("2.hand", "the whole of delta", 10)
wrong("2.predict", "only the new product", 5)
wrong("2.predict", "no change", -4)
wrong("2.predict", "through w[1,1]", -9)
wrong("2.predict", "kernel not turned", -1)
wrong("2.predict", "added twice", 6)
wrong("2.predict", "0 forgotten, product of old and new", -20)
wrong("2.1", "kernel turned in scatter", [[8, 6, 0], [4, 2 - 4, -3], [0, -2, -1]])
wrong("2.1", "= for +=", [[2, 4, 0], [6, -1, -2], [0, -3, -4]])
wrong("2.1", "first kernel kept in the overlap", [[2, 4, 0], [6, 8, -2], [0, -3, -4]])
wrong("2.1", "kernel transposed", [[2, 6, 0], [4, 7, -3], [0, -2, -4]])
wrong("2.1", "minus forgotten", [[2, 4, 0], [6, 9, 2], [0, 3, 4]])
wrong("2.1", "cell by cell", [[2, 0], [0, -4]])
wrong("2.1", "middle left out", [[2, 4, 0], [6, 0, -2], [0, -3, -4]])
wrong("2.1", "turned", [[-4, -3, 0], [-2, 7, 6], [0, 4, 2]])
wrong("2.1", "deltas not multiplied", [[1, 2, 0], [3, 5, 2], [0, 3, 4]])
wrong("2.1", "slip of the pencil", [[2, 4, 0], [6, 7, 2], [0, -3, -4]])
wrong("2.2", "padding forgotten", (4, 2))
wrong("2.2", "cropping forgotten", (3, 0))
wrong("2.2", "sign of the crop", (3, 1))
wrong("2.2", "rows and columns exchanged", (-1, 3))
wrong("2.2", "K - p", (4, 0))
wrong("2.2", "the padding itself", (1, 3))
wrong("2.2", "paddings exchanged", (1, 1))
wrong("2.2", "padding added", (5, 5))
wrong("2.2", "one too few", (2, -2))
wrong("2.2", "signs turned", (-3, 1))
wrong("2.2", "one axis only", 3)
wrong("2.3", "only the ones", [0])
wrong("2.3", "kernel 1 forgotten", [0, 3])
wrong("2.3", "kernel 3 forgotten", [0, 1])
wrong("2.3", "kernel 0 forgotten", [1, 3])
wrong("2.3", "those that can show it", [2, 4])
wrong("2.3", "kernel 4 too", [0, 1, 3, 4])
wrong("2.3", "left and right alike", [0, 4])
wrong("2.3", "kernel 2 for 3", [0, 1, 2])
wrong("2.3", "all", [0, 1, 2, 3, 4])
wrong("2.3", "counted from 1", [1, 2, 4])
wrong("2.3", "those that add up to 0", [3, 4])
wrong("2.6", "counted from 0", [(1, 1), (2, 0)])
wrong("2.6", "larger column first", [(3, 1), (2, 2)])
wrong("2.6", "h before delta", [(2, 2), (1, 3)])
wrong("2.6", "as printed", [(2, 3), (2, 1)])
wrong("2.6", "kernel not turned", [(2, 1), (3, 2)])
wrong("2.6", "one column too far left", [(1, 2), (2, 1)])
wrong("2.6", "printed with one mended", [(2, 2), (2, 1)])
wrong("2.6", "the other mended", [(2, 3), (3, 1)])
wrong("2.6", "with rows", [(1, 2), (1, 2)])
wrong("2.7", "remainder forgotten", (3, 3, 1, 1))
wrong("2.7", "remainder before", (5, 3, 2, 1))
wrong("2.7", "remainder on both sides", (5, 5, 2, 2))
wrong("2.7", "padding forgotten in B", (3, 5, 2, 3))
wrong("2.7", "one row behind", (3, 4, 1, 2))
wrong("2.7", "K zeros", (4, 6, 2, 3))
wrong("2.7", "columns first", (1, 2, 3, 5))
wrong("2.7", "above, left, below, right", (3, 1, 5, 2))
wrong("2.7", "one axis only", (3, 5))
wrong("2.7", "in pairs", [(3, 5), (1, 2)])
wrong("2.7", "the remainders", (2, 1))
wrong("2.back", "stride forgotten", [1, 5, 9, 10, -4, 0, 0, 0])
wrong("2.back", "remainder forgotten", [1, 2, 7, 6, 11, -2, -4])
wrong("2.back", "overwritten", [1, 2, 3, 6, -1, -2, -4, 0])
wrong("2.back", "kernel turned", [4, 2, 13, 6, -1, -2, -1, 0])
wrong("2.back", "minus lost", [1, 2, 7, 6, 13, 2, 4, 0])
wrong("2.back", "deltas spread only", [1, 0, 3, 0, -1, 0, 0, 0])
wrong("2.back", "slip of the pencil", [1, 2, 7, 6, 12, -2, -4, 0])
wrong("2.back", "zero at the front", [0, 1, 2, 7, 6, 11, -2, -4])


@wrong("2.border", "remainder forgotten")
def border_on_each_side(size, K, s, p):
    return K - 1 - p, K - 1 - p


@wrong("2.border", "remainder before")
def border_turned_round(size, K, s, p):
    return K - 1 - p + (size + 2 * p - K) % s, K - 1 - p


@wrong("2.border", "remainder on both sides")
def border_wide(size, K, s, p):
    B = K - 1 - p + (size + 2 * p - K) % s
    return B, B


@wrong("2.border", "padding forgotten in the remainder")
def border_without_padding(size, K, s, p):
    return K - 1 - p, K - 1 - p + (size - K) % s


@wrong("2.border", "division for remainder")
def border_by_division(size, K, s, p):
    return K - 1 - p, K - 1 - p + (size + 2 * p - K) // s


@wrong("2.border", "padding forgotten")
def border_of_kernel(size, K, s, p):
    return K - 1, K - 1 + (size + 2 * p - K) % s


@wrong("2.border", "never negative")
def border_without_crop(size, K, s, p):
    B = max(K - 1 - p, 0)
    return B, B + (size + 2 * p - K) % s


@wrong("2.border", "the remainder alone")
def border_of_rest(size, K, s, p):
    return K - 1 - p, (size + 2 * p - K) % s


@wrong("2.border", "K zeros")
def border_off_by_one(size, K, s, p):
    return K - p, K - p + (size + 2 * p - K) % s


@wrong("2.border", "print for return")
def border_printed(size, K, s, p):
    print(K - 1 - p, K - 1 - p + (size + 2 * p - K) % s)


def scatter_with(place, weight=lambda w, u, v: w[u, v]):
    """scatter with other places or weights in its innermost line."""

    def scatter(delta, w, input_size, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(delta.shape):
            for u, v in np.ndindex(w.shape):
                grad_x[place(i, j, u, v, s)] += delta[i, j] * weight(w, u, v)
        return grad_x

    return scatter


def by_stride(i, j, u, v, s):
    return i * s + u, j * s + v


wrong("2.line", "stride forgotten", scatter_with(lambda i, j, u, v, s: (i + u, j + v)))
wrong("2.line", "kernel rotated", scatter_with(by_stride, lambda w, u, v: w[-1 - u, -1 - v]))
wrong("2.line", "kernel upside down", scatter_with(by_stride, lambda w, u, v: w[-1 - u, v]))
wrong("2.line", "kernel left to right", scatter_with(by_stride, lambda w, u, v: w[u, -1 - v]))
wrong("2.line", "kernel transposed", scatter_with(by_stride, lambda w, u, v: w[v, u]))
wrong("2.line", "weight forgotten", scatter_with(by_stride, lambda w, u, v: 1))
wrong("2.line", "all at the corner", scatter_with(lambda i, j, u, v, s: (i * s, j * s)))
wrong("2.line", "minus for plus", scatter_with(lambda i, j, u, v, s: (i * s - u, j * s - v)))
wrong("2.line", "mean over the kernel", scatter_with(by_stride, lambda w, u, v: w[u, v] / w.size))
wrong("2.line", "sign turned", scatter_with(by_stride, lambda w, u, v: -w[u, v]))
wrong("2.line", "kernel's index alone", scatter_with(lambda i, j, u, v, s: (u, v)))
wrong("2.line", "only the first weight", scatter_with(by_stride, lambda w, u, v: w[0, 0]))
wrong("2.line", "one off", scatter_with(lambda i, j, u, v, s: (i * s + u - 1, j * s + v - 1)))
wrong("2.line", "stride down only", scatter_with(lambda i, j, u, v, s: (i * s + u, j + v)))
wrong("2.line", "stride on the kernel", scatter_with(lambda i, j, u, v, s: (i + u * s, j + v * s)))


@wrong("2.line", "= for +=")
def scatter_overwrites(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(w.shape):
            grad_x[i * s + u, j * s + v] = delta[i, j] * w[u, v]
    return grad_x


@wrong("2.line", "return too deep: only the first delta")
def scatter_returns_early(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(w.shape):
            grad_x[i * s + u, j * s + v] += delta[i, j] * w[u, v]
        return grad_x


@wrong("2.line", "x for w")
def scatter_squares(delta, w, input_size, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(w.shape):
            grad_x[i * s + u, j * s + v] += grad_x[i * s + u, j * s + v] * delta[i, j] + w[u, v]
    return grad_x


def full(delta, w, border=None):
    K_H, K_W = w.shape
    wide = np.pad(delta, border or ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
    return wide


def slide(wide, w):
    return reference.conv2d(wide[None], w[None, None], [0])[0]


for name in ("2.gather", "A1.2"):
    wrong(name, "kernel not turned", lambda delta, w: slide(full(delta, w), w))
    wrong(name, "kernel upside down only", lambda delta, w: slide(full(delta, w), w[::-1]))
    wrong(name, "kernel left to right only", lambda delta, w: slide(full(delta, w), w[:, ::-1]))
    wrong(name, "turned by 90 degrees", lambda delta, w: slide(full(delta, w), np.rot90(w)))
    wrong(
        name,
        "K zeros for K - 1",
        lambda delta, w: slide(full(delta, w, [(k, k) for k in w.shape]), w[::-1, ::-1]),
    )
    wrong(name, "no border", lambda delta, w: slide(delta, w[::-1, ::-1]))
    wrong(
        name,
        "border above and left only",
        lambda delta, w: slide(full(delta, w, [(k - 1, 0) for k in w.shape]), w[::-1, ::-1]),
    )
    wrong(
        name,
        "border from the width",
        lambda delta, w: slide(np.pad(delta, w.shape[1] - 1), w[::-1, ::-1]),
    )
    wrong(
        name,
        "border from the height",
        lambda delta, w: slide(np.pad(delta, len(w) - 1), w[::-1, ::-1]),
    )
    wrong(
        name,
        "borders exchanged",
        lambda delta, w: slide(
            np.pad(delta, [(k - 1, k - 1) for k in w.shape[::-1]]), w[::-1, ::-1]
        ),
    )
    wrong(
        name,
        "delta turned in place of the kernel",
        lambda delta, w: slide(full(delta, w)[::-1, ::-1], w),
    )
    wrong(name, "both turned", lambda delta, w: slide(full(delta, w)[::-1, ::-1], w[::-1, ::-1]))
    wrong(name, "a channel too many", lambda delta, w: slide(full(delta, w), w[::-1, ::-1])[None])


@wrong("A1.2", "the border from the width, loops as on the page")
def grad_input_by_width(delta, kernel):
    K_H, K_W = kernel.shape
    wide = np.pad(delta, K_W - 1)
    turned = kernel[::-1, ::-1]
    gathered = np.zeros((delta.shape[0] + K_H - 1, delta.shape[1] + K_W - 1))
    for y, z in np.ndindex(gathered.shape):
        gathered[y, z] = (wide[y : y + K_H, z : z + K_W] * turned).sum()
    return gathered


def grad_input_with(border):
    """The loop of A1.2 with another border."""

    def grad_input(delta, kernel):
        K_H, K_W = kernel.shape
        wide = np.pad(delta, border(K_H, K_W))
        turned = kernel[::-1, ::-1]
        gathered = np.zeros((delta.shape[0] + K_H - 1, delta.shape[1] + K_W - 1))
        for y, z in np.ndindex(gathered.shape):
            gathered[y, z] = (wide[y : y + K_H, z : z + K_W] * turned).sum()
        return gathered

    return grad_input


wrong("A1.2", "K zeros", grad_input_with(lambda K_H, K_W: ((K_H, K_H), (K_W, K_W))))
wrong("A1.2", "the height for both", grad_input_with(lambda K_H, K_W: K_H - 1))
wrong("A1.2", "exchanged", grad_input_with(lambda K_H, K_W: ((K_W - 1,) * 2, (K_H - 1,) * 2)))
wrong("A1.2", "below and right", grad_input_with(lambda K_H, K_W: ((0, K_H), (0, K_W))))


def spread_out(delta, s, apart=None, tail=False):
    step = apart or s
    size = [n * step if tail else (n - 1) * step + 1 for n in delta.shape]
    spread = np.zeros(size)
    spread[::step, ::step] = delta
    return spread


def wide_of(delta, w):
    return np.pad(delta, [(k - 1, k - 1) for k in w.shape])


wrong("2.4", "not spread out", lambda d, w, s: slide(wide_of(d, w), w[::-1, ::-1]))
wrong(
    "2.4",
    "s zeros between",
    lambda d, w, s: slide(wide_of(spread_out(d, s, s + 1), w), w[::-1, ::-1]),
)
wrong(
    "2.4",
    "zeros after the last delta",
    lambda d, w, s: slide(wide_of(spread_out(d, s, tail=True), w), w[::-1, ::-1]),
)
wrong("2.4", "kernel not turned", lambda d, w, s: slide(wide_of(spread_out(d, s), w), w))
wrong("2.4", "upside down only", lambda d, w, s: slide(wide_of(spread_out(d, s), w), w[::-1]))
wrong(
    "2.4",
    "slid by s, too",
    lambda d, w, s: slide(wide_of(spread_out(d, s), w), w[::-1, ::-1])[::s, ::s],
)
wrong(
    "2.4",
    "no border",
    lambda d, w, s: slide(np.pad(spread_out(d, s), [(0, k) for k in w.shape]), w[::-1, ::-1]),
)
wrong(
    "2.4",
    "K zeros around",
    lambda d, w, s: slide(np.pad(spread_out(d, s), [(k, k) for k in w.shape]), w[::-1, ::-1]),
)
wrong(
    "2.4",
    "spread after the border",
    lambda d, w, s: slide(spread_out(wide_of(d, w), s), w[::-1, ::-1]),
)
wrong(
    "2.4",
    "border from the width",
    lambda d, w, s: slide(np.pad(spread_out(d, s), w.shape[1] - 1), w[::-1, ::-1]),
)
wrong(
    "2.4",
    "deltas repeated, no zeros",
    lambda d, w, s: slide(
        wide_of(d.repeat(s, 0).repeat(s, 1)[: (len(d) - 1) * s + 1, : (d.shape[1] - 1) * s + 1], w),
        w[::-1, ::-1],
    ),
)
wrong(
    "2.4",
    "one zero between, for stride 2 only",
    lambda d, w, s: slide(wide_of(spread_out(d, 2), w), w[::-1, ::-1]),
)


def back(d, w, n):
    return reference.conv2d_grad_x(d[None], w[None, None], n)[0]


wrong("2.5", "as for cross-correlation", lambda d, w, n: back(d, w, n))
wrong("2.5", "turned in the rows only", lambda d, w, n: back(d, w[::-1], n))
wrong("2.5", "turned in the columns only", lambda d, w, n: back(d, w[:, ::-1], n))
wrong("2.5", "delta turned", lambda d, w, n: back(d[::-1, ::-1], w, n))
wrong("2.5", "delta and kernel turned", lambda d, w, n: back(d[::-1, ::-1], w[::-1, ::-1], n))
wrong("2.5", "the result turned", lambda d, w, n: back(d, w, n)[::-1, ::-1])
wrong("2.5", "kernel transposed", lambda d, w, n: back(d, w.T, n))
wrong("2.5", "turned by 90 degrees", lambda d, w, n: back(d, np.rot90(w), n))
wrong("2.5", "turned twice", lambda d, w, n: back(d, w[::-1, ::-1][::-1, ::-1], n))
wrong("2.5", "a channel too many", lambda d, w, n: back(d, w[::-1, ::-1], n)[None])
wrong("2.5", "axes forgotten", lambda d, w, n: reference.conv2d_grad_x(d, w[::-1, ::-1], n))
wrong("2.5", "sign turned", lambda d, w, n: -back(d, w[::-1, ::-1], n))

# ---- 03

wrong("3.derive", "the outputs' own cells: weight forgotten", [(0, 0), (1, 2)])
wrong("3.derive", "second cell with rows and columns exchanged", [(1, 1), (3, 2)])
wrong("3.derive", "first right, second the output's own", [(1, 1), (1, 2)])
wrong("3.derive", "counted from 1", [(2, 2), (3, 4)])
wrong("3.derive", "order exchanged", [(2, 3), (1, 1)])
wrong("3.derive", "column forgotten", [(1, 0), (2, 2)])
wrong("3.derive", "row forgotten", [(0, 1), (1, 3)])
wrong("3.derive", "minus for plus", [(-1, -1), (0, 1)])
wrong("3.derive", "one too far", [(1, 1), (3, 3)])
wrong("3.derive", "stride 2", [(1, 1), (3, 5)])
wrong("3.hand", "grad_w[0,0] again", 10)
wrong("3.hand", "grad_w[0,1] again", 3)
wrong("3.hand", "delta turned, or one off", 0)
wrong("3.hand", "delta transposed", 8)
wrong("3.hand", "the inputs without delta", 4)
wrong("3.hand", "the second product too", 5)
wrong("3.hand", "mean", 1 / 9)
wrong("3.predict", "only the new product", 20)
wrong("3.predict", "delta left out", 6)
wrong("3.predict", "no change: delta thought 0", 1)
wrong("3.predict", "the new input itself", 5)
wrong("3.predict", "delta 3 for 4", 16)
wrong("3.predict", "delta 2 for 4", 11)
wrong("3.predict", "starts from 10", 30)
wrong("3.1", "the old deltas", [[10, 3], [10, 1]])
wrong("3.1", "transposed", [[7, 6], [4, 4]])
wrong("3.1", "turned", [[4, 6], [4, 7]])
wrong("3.1", "mean for sum", [[7 / 9, 4 / 9], [6 / 9, 4 / 9]])
wrong("3.1", "the deltas counted, inputs forgotten", [[9, 9], [9, 9]])
wrong("3.1", "windows of 2x2", [[3, 3], [3, 3]])
wrong("3.1", "one slip in adding", [[7, 4], [6, 5]])
wrong("3.1", "one slip in adding", [[7, 4], [5, 4]])
wrong("3.1", "one slip in adding", [[7, 5], [6, 4]])
wrong("3.4", "mean for sum", (10, 2))
wrong("3.4", "first row only", (10, 3))
wrong("3.4", "second row only", (10, 1))
wrong("3.4", "rows added for columns", (13, 11))
wrong("3.4", "exchanged", (4, 20))
wrong("3.4", "product for sum", (100, 3))
wrong("3.4", "all four together", (24, 24))
wrong("3.4", "all four together, one number", 24)
wrong("3.5", "rate forgotten", 210)
wrong("3.5", "rate twice", 2.1)
wrong("3.5", "sign: E falls", -21)
wrong("3.5", "gradients not squared", 2.4)
wrong("3.5", "gradients not squared, no rate", 24)
wrong("3.5", "one half of the square", 10.5)
wrong("3.5", "the square twice", 42)
wrong("3.5", "only the first weight", 10)
wrong("3.5", "root of the sum of squares", 210**0.5)
wrong("3.5", "sum squared", 0.1 * 24**2)


def grad_w_with(term):
    """The loop of 3.line with another term."""

    def grad_w_loops(delta, x, kernel_size):
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            for i, j in np.ndindex(delta.shape):
                grad_w[u, v] += term(delta, x, i, j, u, v)
        return grad_w

    return grad_w_loops


wrong("3.line", "the output's own place", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i, j]))
wrong("3.line", "the weight's own place", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[u, v]))
wrong(
    "3.line",
    "delta turned",
    grad_w_with(lambda d, x, i, j, u, v: d[-1 - i, -1 - j] * x[i + u, j + v]),
)
wrong("3.line", "minus for plus", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i - u, j - v]))
wrong("3.line", "one off", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u - 1, j + v - 1]))
wrong(
    "3.line", "one too far", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u + 1, j + v + 1])
)
wrong("3.line", "delta forgotten", grad_w_with(lambda d, x, i, j, u, v: x[i + u, j + v]))
wrong("3.line", "input forgotten", grad_w_with(lambda d, x, i, j, u, v: d[i, j]))
wrong(
    "3.line",
    "mean for sum",
    grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u, j + v] / d.size),
)
wrong("3.line", "plus for times", grad_w_with(lambda d, x, i, j, u, v: d[i, j] + x[i + u, j + v]))
wrong(
    "3.line", "u and v exchanged", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + v, j + u])
)
wrong(
    "3.line",
    "i and j exchanged in x",
    grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[j + u, i + v]),
)
wrong(
    "3.line",
    "the weight's index on delta, too",
    grad_w_with(lambda d, x, i, j, u, v: d[i - u, j - v] * x[i, j]),
)
wrong("3.line", "sign turned", grad_w_with(lambda d, x, i, j, u, v: -d[i, j] * x[i + u, j + v]))
wrong("3.line", "row index only", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u, j]))


@wrong("3.line", "= for +=")
def grad_w_overwritten(delta, x, kernel_size):
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] = delta[i, j] * x[i + u, j + v]
    return grad_w


@wrong("3.line", "return too deep: first weight only")
def grad_w_returns_early(delta, x, kernel_size):
    grad_w = np.zeros(kernel_size)
    for u, v in np.ndindex(kernel_size):
        for i, j in np.ndindex(delta.shape):
            grad_w[u, v] += delta[i, j] * x[i + u, j + v]
        return grad_w


@wrong("3.line", "an array of integers")
def grad_w_of_integers(delta, x, kernel_size):
    grad_w = np.zeros(kernel_size, int)
    for u, v in np.ndindex(kernel_size):
        grad_w[u, v] = (delta * x[u : u + len(delta), v : v + delta.shape[1]]).sum()
    return grad_w


@wrong("3.line", "two axes too many")
def grad_w_with_axes(delta, x, kernel_size):
    return reference.conv2d_grad_w(delta[None], x[None], kernel_size)


def stride_with(place):
    """The loop of 3.2 with another place in x."""

    def grad_w_stride(delta, x, kernel_size, stride):
        s_v, s_h = stride
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            for i, j in np.ndindex(delta.shape):
                grad_w[u, v] += delta[i, j] * x[place(i, j, u, v, s_v, s_h)]
        return grad_w

    return grad_w_stride


wrong("3.2", "strides exchanged", stride_with(lambda i, j, u, v, a, b: (i * b + u, j * a + v)))
wrong(
    "3.2",
    "stride on the weight's index",
    stride_with(lambda i, j, u, v, a, b: (i + u * a, j + v * b)),
)
wrong("3.2", "stride forgotten", stride_with(lambda i, j, u, v, a, b: (i + u, j + v)))
wrong("3.2", "first stride for both", stride_with(lambda i, j, u, v, a, b: (i * a + u, j * a + v)))
wrong("3.2", "second stride for both", stride_with(lambda i, j, u, v, a, b: (i * b + u, j * b + v)))
wrong("3.2", "stride on the sum", stride_with(lambda i, j, u, v, a, b: ((i + u) * a, (j + v) * b)))
wrong("3.2", "stride added", stride_with(lambda i, j, u, v, a, b: (i + a + u, j + b + v)))
wrong("3.2", "weight's index forgotten", stride_with(lambda i, j, u, v, a, b: (i * a, j * b)))
wrong(
    "3.2", "divided by the stride", stride_with(lambda i, j, u, v, a, b: (i // a + u, j // b + v))
)
wrong(
    "3.2",
    "one less than the stride",
    stride_with(lambda i, j, u, v, a, b: (i * (a - 1) + u, j * (b - 1) + v)),
)
wrong("3.2", "down only", stride_with(lambda i, j, u, v, a, b: (i * a + u, j + v)))


@wrong("3.2", "every second delta read")
def grad_w_stride_on_delta(delta, x, kernel_size, stride):
    windows = sliding_window_view(x, kernel_size)
    grad_w = np.zeros(kernel_size)
    for i in range(0, len(delta), stride[0]):
        for j in range(0, delta.shape[1], stride[1]):
            grad_w += delta[i, j] * windows[i, j]
    return grad_w


def dilated_with(place):
    """The loop of 3.3 with another place in x."""

    def grad_w_dilated(delta, x, kernel_size, d):
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            for i, j in np.ndindex(delta.shape):
                grad_w[u, v] += delta[i, j] * x[place(i, j, u, v, d)]
        return grad_w

    return grad_w_dilated


wrong(
    "3.3",
    "dilation on the output's index: a stride",
    dilated_with(lambda i, j, u, v, d: (i * d + u, j * d + v)),
)
wrong("3.3", "dilation forgotten", dilated_with(lambda i, j, u, v, d: (i + u, j + v)))
wrong("3.3", "dilation on both", dilated_with(lambda i, j, u, v, d: (d * (i + u), d * (j + v))))
wrong("3.3", "d - 1 for d", dilated_with(lambda i, j, u, v, d: (i + (d - 1) * u, j + (d - 1) * v)))
wrong("3.3", "d + 1 for d", dilated_with(lambda i, j, u, v, d: (i + (d + 1) * u, j + (d + 1) * v)))
wrong("3.3", "dilation added", dilated_with(lambda i, j, u, v, d: (i + u + d, j + v + d)))
wrong("3.3", "rows only", dilated_with(lambda i, j, u, v, d: (i + d * u, j + v)))
wrong("3.3", "minus for plus", dilated_with(lambda i, j, u, v, d: (i - d * u, j - d * v)))
wrong("3.3", "transposed index", dilated_with(lambda i, j, u, v, d: (i + d * v, j + d * u)))
wrong(
    "3.3",
    "two axes too many",
    lambda t, x, k, d: reference.conv2d_grad_w(t[None], x[None], k, dilation=d),
)
wrong(
    "3.3",
    "mean for sum",
    lambda t, x, k, d: reference.conv2d_grad_w(t[None], x[None], k, dilation=d)[0, 0] / t.size,
)

# ---- 04

wrong("4.derive", "both filters", 72)
wrong("4.derive", "one image", 9)
wrong("4.derive", "filters for images", 18)
wrong("4.derive", "only the images", 4)
wrong("4.derive", "added for multiplied", 13)
wrong("4.derive", "all counted once: 4 + 2 + 9", 15)
wrong("4.derive", "both filters and images", 8)
wrong("4.hand", "sign: uphill", 1)
wrong("4.hand", "rate forgotten", -10)
wrong("4.hand", "the gradient itself", 10)
wrong("4.hand", "mean for sum", -0.1 * 10 / 9)
wrong("4.hand", "mean, rounded", -0.111)
wrong("4.hand", "four deltas", -0.4)
wrong("4.hand", "only the rate", -0.1)
wrong("4.hand", "no step", 0)
wrong("4.hand", "a power of ten", -0.01)
wrong("4.predict", "mean for sum", [1, 7 / 9])
wrong("4.predict", "mean for sum, rounded", [1, 0.778])
wrong("4.predict", "exchanged", [7, 9])
wrong("4.predict", "both filters together", 16)
wrong("4.predict", "both filters together, twice", [16, 16])
wrong("4.predict", "four deltas", [5, 1])
wrong("4.predict", "how many are not 0", [6, 5])
wrong("4.predict", "the largest", [2, 2])
wrong("4.predict", "the example of the page", [3, 4])
wrong("4.predict", "one slip in adding", [8, 7])
wrong("4.predict", "sums of the columns", [[3, 3, 3], [2, 2, 3]])
wrong("4.1", "one image", 10)
wrong("4.1", "mean over everything", 0.5)
wrong("4.1", "the count", 60)
wrong("4.1", "mean over the positions", 1.5)
wrong("4.1", "divided by the batch twice", 10 / 3)
wrong("4.1", "sides added", 9 * 3 * 0.5)
wrong("4.1", "the count of one image", 20)
wrong("4.1", "divided by 0.5", 120)
wrong("4.4", "mean over the positions only", 0.16)
wrong("4.4", "mean over the batch only", 0.5)
wrong("4.4", "multiplied", 800)
wrong("4.4", "the right one: nothing changes", 4)
wrong("4.4", "batch counted twice", 4 / 1600)
wrong("4.4", "sides added", 4 / (8 * 10))
wrong("4.4", "the loss's mean undone", 32)
wrong("4.4", "the factor only", 1 / 200)
wrong("4.4", "upside down", 200 / 4)
wrong("4.5", "the mean not felt: the sum", 10)
wrong("4.5", "the mean of the deltas", 10 / 9)
wrong("4.5", "sum minus mean", 10 - 10 / 9)
wrong("4.5", "only the way through the mean", -10)
wrong("4.5", "the local derivative forgotten", 1)
wrong("4.5", "one ninth", 1 / 9)
wrong("4.5", "8/9 each: one cell's own share", 10 * 8 / 9)
wrong("4.5", "nine", 9)

LINE_4 = {
    "mean for sum": lambda delta: delta.mean((0, 2, 3)),
    "mean over the batch": lambda delta: delta.mean(0).sum((1, 2)),
    "mean over the positions": lambda delta: delta.mean((2, 3)).sum(0),
    "batch forgotten": lambda delta: delta[0].sum((1, 2)),
    "last image only": lambda delta: delta[-1].sum((1, 2)),
    "everything in one number": lambda delta: delta.sum(),
    "batch kept": lambda delta: delta.sum((2, 3)),
    "summed over the filters": lambda delta: delta.sum((1, 2, 3)),
    "sign turned": lambda delta: -delta.sum((0, 2, 3)),
    "only the corner": lambda delta: delta[:, :, 0, 0].sum(0),
    "only the last": lambda delta: delta[-1, :, -1, -1],
    "rows only": lambda delta: delta.sum((0, 2)),
    "absolute values": lambda delta: np.abs(delta).sum((0, 2, 3)),
    "positions and batch counted": lambda d: np.full(d.shape[1], float(d.size // d.shape[1])),
    "all filters added into each": lambda delta: np.full(delta.shape[1], delta.sum()),
    "an axis kept": lambda delta: delta.sum((0, 2, 3), keepdims=True),
}
for tag, function in LINE_4.items():
    wrong("4.line", tag, function)


@wrong("4.line", "= for +=")
def grad_b_overwritten(delta):
    N, F, H_out, W_out = delta.shape
    grad_b = np.zeros(F)
    for n, f, i, j in np.ndindex(N, F, H_out, W_out):
        grad_b[f] = delta[n, f, i, j]
    return grad_b


@wrong("4.line", "return too deep: the first delta only")
def grad_b_returns_early(delta):
    N, F, H_out, W_out = delta.shape
    grad_b = np.zeros(F)
    for n, f, i, j in np.ndindex(N, F, H_out, W_out):
        grad_b[f] += delta[n, f, i, j]
        return grad_b


@wrong("4.line", "the whole sum added each time")
def grad_b_whole_sum(delta):
    N, F, H_out, W_out = delta.shape
    grad_b = np.zeros(F)
    for _n, f, _i, _j in np.ndindex(N, F, H_out, W_out):
        grad_b[f] += delta.sum()
    return grad_b


@wrong("4.line", "delta[f] for delta[n, f]")
def grad_b_first_index(delta):
    N, F, H_out, W_out = delta.shape
    grad_b = np.zeros(F)
    for n, f, i, j in np.ndindex(N, F, H_out, W_out):
        grad_b[f] += delta[f % N, n % F, i, j]
    return grad_b


AXES_4 = {
    "batch kept": (2, 3),
    "batch for filters": (1, 2, 3),
    "everything": None,
    "batch only": 0,
    "filters only": 1,
    "batch and filters": (0, 1),
    "columns forgotten": (0, 2),
    "rows forgotten": (0, 3),
    "rows only": 2,
    "columns only": 3,
}
for tag, axes in AXES_4.items():
    wrong("4.axes", tag, lambda delta, axes=axes: delta.sum(axis=axes))
wrong("4.axes", "counted from 1", lambda delta: delta.sum(axis=(1, 3, 4)))
wrong("4.axes", "a list for a tuple", lambda delta: delta.sum(axis=[0, 2, 3]))
wrong("4.axes", "the filter's own number", (1,))

wrong("4.2", "mean for sum", lambda delta: delta.mean(0))
wrong("4.2", "summed over the positions, too", lambda delta: delta.sum((0, 2, 3)))
wrong("4.2", "summed over the filters", lambda delta: delta.sum(1))
wrong("4.2", "the first image only", lambda delta: delta[0])
wrong("4.2", "positions in place of images", lambda delta: delta.sum((2, 3)))
wrong("4.2", "nothing summed", lambda delta: delta)
wrong("4.2", "images and filters", lambda delta: delta.sum((0, 1)))
wrong("4.2", "an axis kept", lambda delta: delta.sum(0, keepdims=True))
wrong("4.2", "the last image only", lambda delta: delta[-1])
wrong("4.2", "everything in one number", lambda delta: delta.sum())
wrong("4.2", "columns summed", lambda delta: delta.sum(-1))
wrong("4.3", "factor forgotten", lambda delta: delta.sum((0, 2, 3)))
wrong("4.3", "divided by 3", lambda delta: delta.sum((0, 2, 3)) / 3)
wrong("4.3", "mean for sum", lambda delta: 3 * delta.mean((0, 2, 3)))
wrong("4.3", "batch forgotten", lambda delta: 3 * delta[0].sum((1, 2)))
wrong("4.3", "batch kept", lambda delta: 3 * delta.sum((2, 3)))
wrong("4.3", "3 added", lambda delta: delta.sum((0, 2, 3)) + 3)
wrong("4.3", "3 added to each delta", lambda delta: (delta + 3).sum((0, 2, 3)))
wrong("4.3", "cubed", lambda delta: (delta**3).sum((0, 2, 3)))
wrong("4.3", "factor twice", lambda delta: 9 * delta.sum((0, 2, 3)))
wrong("4.3", "wrong axes", lambda delta: 3 * delta.sum((1, 2, 3)))
wrong("4.3", "everything in one number", lambda delta: 3 * delta.sum())
wrong("4.3", "mean over the batch", lambda delta: 3 * delta.sum((0, 2, 3)) / len(delta))

# ---- 05

wrong("5.derive", "loser gets its window's error", [1, 4])
wrong("5.derive", "x_0 thought a loser", [0, 4])
wrong("5.derive", "values of x", [4, 3])
wrong("5.derive", "both losers", [0, 0])
wrong("5.derive", "exchanged", [0, 1])
wrong("5.derive", "shared like a mean", [0.5, 2])
wrong("5.derive", "the sum of x_3 for x_4", [1, 7])
wrong("5.derive", "error times x", [4, 0])
wrong("5.derive", "the slopes of a winner only", [1, 1])
wrong("5.hand", "all tied cells get all", [[1, 0, 2], [4, 0, 6], [3, 0, 4]])
wrong("5.hand", "split", [[0.5, 0, 1], [2, 0, 3], [1.5, 0, 2]])
wrong("5.hand", "the last of equals wins", [[0, 0, 0], [1, 0, 2], [3, 0, 4]])
wrong("5.hand", "shape of out", [[1, 2], [3, 4]])
wrong("5.hand", "mean pooling", [[0.25, 0.75, 0.5], [1, 2.5, 1.5], [0.75, 1.75, 1]])
wrong("5.hand", "times x", [[1, 0, 4], [3, 0, 8], [0, 0, 0]])
wrong("5.hand", "times the winner's value, in one row", [[1, 0, 2], [0, 0, 0], [3, 0, 4]])
wrong("5.hand", "transposed", [[1, 3, 0], [0, 0, 0], [2, 4, 0]])
wrong("5.hand", "only the given two windows", [[1, 0, 2], [0, 0, 0], [0, 0, 0]])
wrong("5.hand", "the corner of each window", [[1, 2, 0], [3, 4, 0], [0, 0, 0]])
wrong("5.hand", "all twice for the upper row", [[4, 0, 6], [0, 0, 0], [0, 0, 0]])
wrong("5.sign", "the first", 0)
wrong("5.sign", "the second", 1)
wrong("5.sign", "the third", 2)
wrong("5.sign", "counted from 1", 4)
wrong("5.sign", "row and column", (1, 1))
wrong("5.predict", "only the last window", 4)
wrong("5.predict", "only the first window", 1)
wrong("5.predict", "the mean", 2.5)
wrong("5.predict", "its value", 9)
wrong("5.predict", "all errors", 19)
wrong("5.predict", "times its value", 90)
wrong("5.predict", "how many windows", 4.0)
wrong("5.predict", "product for sum", 24)
wrong("5.predict", "one window missed", 6)
wrong("5.predict", "0 windows", 0)
wrong("5.mean", "as for max", 10)
wrong("5.mean", "9 to be divided", 9 / 4)
wrong("5.mean", "times its value", 22.5)
wrong("5.mean", "divided by nine windows", 10 / 9)
wrong("5.mean", "all errors", 19 / 4)
wrong("5.mean", "only the last window", 1)
wrong("5.mean", "only the first window", 0.25)
wrong("5.mean", "divided by K", 5)
wrong("5.mean", "divided twice", 10 / 16)
wrong("5.1", "all tied cells", np.kron([[1, 2], [3, 4]], np.ones((2, 2))))
wrong("5.1", "split", np.kron([[1, 2], [3, 4]], np.ones((2, 2))) / 4)
wrong("5.1", "a zero gets nothing", np.zeros((4, 4)))
wrong("5.1", "the last wins", np.kron([[1, 2], [3, 4]], [[0, 0], [0, 1]]))
wrong("5.1", "moved by 1", [[1, 2, 0, 0], [3, 4, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
wrong("5.1", "shape of out", [[1, 2], [3, 4]])
wrong("5.1", "transposed", [[1, 0, 3, 0], [0, 0, 0, 0], [2, 0, 4, 0], [0, 0, 0, 0]])
wrong("5.1", "upper right wins", np.kron([[1, 2], [3, 4]], [[0, 1], [0, 0]]))
wrong("5.1", "lower left wins", np.kron([[1, 2], [3, 4]], [[0, 0], [1, 0]]))
wrong("5.1", "corners of the image", [[1, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]])
wrong("5.6", "ReLU's mask forgotten", [[7, 0], [0, 0]])
wrong("5.6", "largest of net", [[0, 7], [0, 0]])
wrong("5.6", "split", [[7 / 4, 7 / 4], [7 / 4, 7 / 4]])
wrong("5.6", "all tied cells", [[7, 7], [7, 7]])
wrong("5.6", "error only", 7)
wrong("5.6", "times net", [[-21, 0], [0, 0]])
wrong("5.6", "times net at its largest", [[0, -7], [0, 0]])
wrong("5.6", "last wins", [[0, 0], [0, 7]])
wrong("5.6", "net itself", [[-3, -1], [-2, -2]])


def route_with(place):
    """route with another place for the error."""

    def route(grad_out, winners, input_size, K_W, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(grad_out.shape):
            u, v = divmod(int(winners[i, j]), K_W)
            grad_x[place(i, j, u, v, s)] += grad_out[i, j]
        return grad_x

    return route


wrong("5.line", "stride forgotten", route_with(lambda i, j, u, v, s: (i + u, j + v)))
wrong("5.line", "place in the window forgotten", route_with(lambda i, j, u, v, s: (i * s, j * s)))
wrong("5.line", "window forgotten", route_with(lambda i, j, u, v, s: (u, v)))
wrong("5.line", "u and v exchanged", route_with(lambda i, j, u, v, s: (i * s + v, j * s + u)))
wrong("5.line", "i and j exchanged", route_with(lambda i, j, u, v, s: (j * s + u, i * s + v)))
wrong("5.line", "stride on the place", route_with(lambda i, j, u, v, s: (i + u * s, j + v * s)))
wrong("5.line", "stride on the sum", route_with(lambda i, j, u, v, s: ((i + u) * s, (j + v) * s)))
wrong("5.line", "stride down only", route_with(lambda i, j, u, v, s: (i * s + u, j + v)))
wrong("5.line", "the output's own place", route_with(lambda i, j, u, v, s: (i, j)))


@wrong("5.line", "= for +=")
def route_overwrites(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), K_W)
        grad_x[i * s + u, j * s + v] = grad_out[i, j]
    return grad_x


@wrong("5.line", "1 for the error")
def route_counts(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), K_W)
        grad_x[i * s + u, j * s + v] += 1
    return grad_x


@wrong("5.line", "the number of the winner for the error")
def route_winners(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), K_W)
        grad_x[i * s + u, j * s + v] += winners[i, j]
    return grad_x


@wrong("5.line", "flat indices, as in PyTorch")
def route_flat(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        grad_x.flat[int(winners[i, j])] += grad_out[i, j]
    return grad_x


@wrong("5.line", "return too deep: first window only")
def route_returns_early(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), K_W)
        grad_x[i * s + u, j * s + v] += grad_out[i, j]
        return grad_x


@wrong("5.line", "divmod by the stride")
def route_divmod_stride(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), s)
        grad_x[(i * s + u) % input_size[0], j * s + v] += grad_out[i, j]
    return grad_x


@wrong("5.line", "the error spread over the window")
def route_like_a_mean(grad_out, winners, input_size, K_W, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        window = grad_x[i * s : i * s + K_W, j * s : j * s + K_W]
        window += grad_out[i, j] / window.size
    return grad_x


def spread_with(share, step=True, put=None):
    """5.2 with another share, or without the stride."""

    def spread_the_mean(grad_out, input_size, K, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(grad_out.shape):
            y, z = (i * s, j * s) if step else (i, j)
            cells = grad_x[y : y + K, z : z + K]
            cells[...] = share(grad_out[i, j], K, grad_out) + (0 if put else cells)
        return grad_x

    return spread_the_mean


wrong("5.2", "not divided", spread_with(lambda g, K, all_g: g))
wrong("5.2", "divided by K", spread_with(lambda g, K, all_g: g / K))
wrong("5.2", "divided by 4", spread_with(lambda g, K, all_g: g / 4))
wrong("5.2", "divided by the number of windows", spread_with(lambda g, K, all_g: g / all_g.size))
wrong("5.2", "multiplied by K*K", spread_with(lambda g, K, all_g: g * K * K))
wrong("5.2", "divided by 2*K", spread_with(lambda g, K, all_g: g / (2 * K)))
wrong("5.2", "mean of all errors", spread_with(lambda g, K, all_g: all_g.mean() / K**2))
wrong("5.2", "integer division", spread_with(lambda g, K, all_g: g // (K * K)))
wrong("5.2", "stride forgotten", spread_with(lambda g, K, all_g: g / K**2, step=False))
wrong("5.2", "= for +=", spread_with(lambda g, K, all_g: g / K**2, put=True))
wrong("5.2", "sign turned", spread_with(lambda g, K, all_g: -g / K**2))


@wrong("5.2", "only the corner gets its share")
def spread_to_the_corner(grad_out, input_size, K, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        grad_x[i * s, j * s] += grad_out[i, j] / K**2
    return grad_x


@wrong("5.2", "return too deep: the first window only")
def spread_returns_early(grad_out, input_size, K, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        grad_x[i * s : i * s + K, j * s : j * s + K] += grad_out[i, j] / K**2
        return grad_x


@wrong("5.2", "windows up to the border divided by what is left of them")
def spread_one_short(grad_out, input_size, K, s):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        grad_x[i * s : i * s + K - 1, j * s : j * s + K - 1] += grad_out[i, j] / K**2
    return grad_x


def split_with(share, step=True, put=False):
    """5.3 with another share of a window."""

    def route_split(grad_out, x, K, s):
        grad_x = np.zeros(x.shape)
        for i, j in np.ndindex(grad_out.shape):
            y, z = (i * s, j * s) if step else (i, j)
            window, cells = x[y : y + K, z : z + K], grad_x[y : y + K, z : z + K]
            cells[...] = grad_out[i, j] * share(window, x) + (0 if put else cells)
        return grad_x

    return route_split


def first_only(window):
    chosen = np.zeros(window.shape)
    chosen.flat[window.argmax()] = 1
    return chosen


def last_only(window):
    return first_only(window[::-1, ::-1])[::-1, ::-1]


def shared(tied):
    return tied / max(tied.sum(), 1)


wrong("5.3", "all tied cells get all", split_with(lambda a, x: a == a.max()))
wrong("5.3", "the first of equals gets all", split_with(lambda a, x: first_only(a)))
wrong("5.3", "the last of equals gets all", split_with(lambda a, x: last_only(a)))
wrong("5.3", "divided by the whole window", split_with(lambda a, x: (a == a.max()) / a.size))
wrong("5.3", "divided by 2", split_with(lambda a, x: (a == a.max()) / 2))
wrong(
    "5.3", "shared by all cells, as a mean", split_with(lambda a, x: np.full(a.shape, 1 / a.size))
)
wrong("5.3", "maximum of the whole image", split_with(lambda a, x: shared(a == x.max())))
wrong("5.3", "minimum for maximum", split_with(lambda a, x: shared(a == a.min())))
wrong("5.3", "weighted by value", split_with(lambda a, x: a / a.sum()))
wrong("5.3", "times the value", split_with(lambda a, x: a * shared(a == a.max())))
wrong("5.3", "stride forgotten", split_with(lambda a, x: shared(a == a.max()), step=False))
wrong("5.3", "= for +=", split_with(lambda a, x: shared(a == a.max()), put=True))
wrong("5.3", "the losers", split_with(lambda a, x: shared(a != a.max())))


def min_with(choose, stride=2, dtype=int):
    """5.4 with another choice in each window."""

    def min_winners(x):
        windows = sliding_window_view(x, (2, 2))[::stride, ::stride]
        return np.array([[choose(a, x) for a in row] for row in windows], dtype)

    return min_winners


wrong("5.4", "maximum for minimum", min_with(lambda a, x: a.argmax()))
wrong("5.4", "the value for the place", min_with(lambda a, x: a.min(), dtype=float))
wrong("5.4", "the last of equals", min_with(lambda a, x: 3 - a.ravel()[::-1].argmin()))
wrong("5.4", "moved by 1", min_with(lambda a, x: a.argmin(), stride=1))
wrong("5.4", "counted from 1", min_with(lambda a, x: a.argmin() + 1))
wrong("5.4", "column by column", min_with(lambda a, x: a.T.argmin()))
wrong("5.4", "the first place that is negative", min_with(lambda a, x: (a < 0).argmax()))
wrong("5.4", "smallest absolute value", min_with(lambda a, x: np.abs(a).argmin()))
wrong("5.4", "row only", min_with(lambda a, x: a.argmin() // 2))
wrong("5.4", "column only", min_with(lambda a, x: a.argmin() % 2))
wrong("5.4", "the out of the max pool", lambda x: reference.max_pool2d(-x[None], 2, 2)[0][0])
wrong("5.4", "max pool of x", lambda x: reference.max_pool2d(x[None], 2, 2)[1][0])
wrong("5.4", "a channel too many", lambda x: reference.max_pool2d(-x[None], 2, 2)[1])
wrong("5.4", "out and winners", lambda x: reference.max_pool2d(-x[None], 2, 2))
wrong("5.4", "3 minus the max pool's", lambda x: 3 - reference.max_pool2d(x[None], 2, 2)[1][0])
wrong(
    "5.4",
    "place in the whole image",
    lambda x: [
        [
            int((2 * i + a.argmin() // 2) * x.shape[1] + 2 * j + a.argmin() % 2)
            for j, a in enumerate(row)
        ]
        for i, row in enumerate(sliding_window_view(x, (2, 2))[::2, ::2])
    ],
)
wrong("5.4", "one place for the whole image", lambda x: x.argmin())


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


wrong("5.5", "grad_out forgotten", lambda grad_out, x: softmax(x))
wrong("5.5", "p (1 - p)", lambda grad_out, x: grad_out * softmax(x) * (1 - softmax(x)))
wrong("5.5", "hard maximum", lambda grad_out, x: grad_out * (x == x.max()))
wrong("5.5", "not divided", lambda grad_out, x: grad_out * np.exp(x))
wrong("5.5", "divided by the sum of x", lambda grad_out, x: grad_out * x / x.sum())
wrong("5.5", "inner derivative forgotten", lambda grad_out, x: grad_out / np.exp(x).sum() + 0 * x)
wrong(
    "5.5", "the soft maximum itself", lambda grad_out, x: grad_out * np.log(np.exp(x).sum()) + 0 * x
)
wrong("5.5", "column by column", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum(0))
wrong(
    "5.5", "row by row", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum(-1, keepdims=True)
)
wrong("5.5", "divided by the largest", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).max())
wrong("5.5", "mean for sum", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).mean())
wrong("5.5", "minus 1", lambda grad_out, x: grad_out * (softmax(x) - 1))
wrong(
    "5.5",
    "the share of the winner only",
    lambda grad_out, x: grad_out * softmax(x) * (x == x.max()),
)
wrong("5.5", "divided by grad_out", lambda grad_out, x: softmax(x) / grad_out)
wrong("5.5", "added", lambda grad_out, x: grad_out + softmax(x))
wrong("5.5", "sign turned", lambda grad_out, x: -grad_out * softmax(x))
wrong("5.5", "equal parts", lambda grad_out, x: np.full(x.shape, grad_out / x.size))
wrong("5.5", "softmax of minus x", lambda grad_out, x: grad_out * softmax(-x))
wrong("5.5", "log of the shares", lambda grad_out, x: grad_out * np.log(softmax(x)))

# ---- 06

wrong("6.derive", "f' forgotten", [3, 5, 7])
wrong("6.derive", "relu'(0) taken as 1", [3, 0, 7])
wrong("6.derive", "times net", [6, -5, 0])
wrong("6.derive", "times out for f'", [6, 0, 0])
wrong("6.derive", "out", [2, 0, 0])
wrong("6.derive", "f' alone", [1, 0, 0])
wrong("6.derive", "sign of net", [3, -5, 0])
wrong("6.derive", "relu'(0) taken as one half", [3, 0, 3.5])
wrong("6.derive", "added up", 3)
wrong("6.derive", "masked where positive", [0, 5, 7])
wrong("6.hand", "sign forgotten", 8)
wrong("6.hand", "filter 1 for filter 2", 5)
wrong("6.hand", "the middle of the row", -5)
wrong("6.hand", "the left end of the row", 2)
wrong("6.hand", "bias 1 added", -7)
wrong("6.hand", "lower end of the column", -4)
wrong("6.hand", "after ReLU", 0)
wrong("6.step", "uphill", [1.009, 0.007])
wrong("6.step", "mean for sum", [1 - 0.001, -0.001 * 7 / 9])
wrong("6.step", "rate forgotten", [-8, -7])
wrong("6.step", "the step only", [0.009, 0.007])
wrong("6.step", "the gradients", [9, 7])
wrong("6.step", "both start at 1", [0.991, 0.993])
wrong("6.step", "all deltas for both", [0.984, -0.016])
wrong("6.step", "both start at 0", [-0.009, -0.007])
wrong("6.step", "exchanged", [-0.007, 0.991])
wrong("6.step", "a power of ten", [0.91, -0.07])
wrong("6.step", "bias times the rate", [0.999, 0])
wrong("6.predict", "all", 1024)
wrong("6.predict", "one map", 64)
wrong("6.predict", "one window for each map", 16)
wrong("6.predict", "half", 512)
wrong("6.predict", "those that must be 0", 768)
wrong("6.predict", "one map's winners are all", 4)
wrong("6.predict", "windows that move by 1", 16 * 49)
wrong("6.1", "one filter", 784)
wrong("6.1", "channels counted", 14112)
wrong("6.1", "size kept", 6144)
wrong("6.1", "parameters", 456)
wrong("6.1", "+1 forgotten", 4374)
wrong("6.1", "one too large", 5046)
wrong("6.1", "channels for filters", 2352)
wrong("6.1", "one side", 28)
wrong("6.1", "weights without biases", 450)
wrong("6.1", "out of one row", 168)
wrong("6.4", "biases forgotten", 4752)
wrong("6.4", "channels of the second forgotten", 480)
wrong("6.4", "second layer only", 4640)
wrong("6.4", "first layer only", 160)
wrong("6.4", "a bias for each channel", 5280)
wrong("6.4", "one bias a layer", 4754)
wrong("6.4", "filters added up", (16 + 32) * 9)
wrong("6.4", "biases of the first forgotten", 4784)
wrong("6.4", "biases of the second forgotten", 4768)
wrong("6.5", "no difference", 1)
wrong("6.5", "upside down", 0.5)
wrong("6.5", "the size of a half", 4)
wrong("6.5", "the size of the batch", 8)
wrong("6.5", "the weight of an image", 0.25)
wrong("6.5", "squared", 16)
wrong("6.5", "no difference, in percent", 100)
wrong("6.5", "root", 2**0.5)

wrong("6.size", "/ for //", lambda n, k, p, s: (n + 2 * p - k) / s + 1)
wrong("6.size", "+1 forgotten", lambda n, k, p, s: (n + 2 * p - k) // s)
wrong("6.size", "padding on one side", lambda n, k, p, s: (n + p - k) // s + 1)
wrong("6.size", "padding forgotten", lambda n, k, p, s: (n - k) // s + 1)
wrong("6.size", "rounded up", lambda n, k, p, s: int(np.ceil((n + 2 * p - k) / s)) + 1)
wrong("6.size", "rounded to the nearest", lambda n, k, p, s: round((n + 2 * p - k) / s) + 1)
wrong("6.size", "stride forgotten", lambda n, k, p, s: n + 2 * p - k + 1)
wrong("6.size", "+1 before the division", lambda n, k, p, s: (n + 2 * p - k + 1) // s)
wrong("6.size", "kernel forgotten", lambda n, k, p, s: (n + 2 * p) // s + 1)
wrong("6.size", "stride and padding exchanged", lambda n, k, p, s: (n + 2 * s - k) // max(p, 1) + 1)
wrong("6.size", "two places too many", lambda n, k, p, s: (n + 2 * p - k) // s + 2)
wrong("6.size", "kernel added", lambda n, k, p, s: (n + 2 * p + k) // s + 1)
wrong("6.size", "padding taken away", lambda n, k, p, s: (n - 2 * p - k) // s + 1)
wrong("6.size", "precedence", lambda n, k, p, s: n + 2 * p - k // s + 1)
wrong("6.size", "rounded up without +1", lambda n, k, p, s: -(-(n + 2 * p - k) // s))


def update_with(step):
    """update_filter with another last line."""

    def update_filter(self, learning_rate):
        self.weights -= learning_rate * self.weights_grad
        step(self, learning_rate)

    return update_filter


def rebound(self, learning_rate):
    self.bias = self.bias - learning_rate * self.bias_grad


def uphill(self, learning_rate):
    self.bias += learning_rate * self.bias_grad


def without_rate(self, learning_rate):
    self.bias -= self.bias_grad


def own_rate(self, learning_rate):
    self.bias -= 0.001 * self.bias_grad


def gradient_moved(self, learning_rate):
    self.bias_grad -= learning_rate * self.bias


def by_weights(self, learning_rate):
    self.bias -= learning_rate * self.weights_grad.sum()


def replaced(self, learning_rate):
    self.bias[...] = -learning_rate * self.bias_grad


def shrunk(self, learning_rate):
    self.bias *= learning_rate * self.bias_grad


def divided(self, learning_rate):
    self.bias -= self.bias_grad / learning_rate


def only_the_rate(self, learning_rate):
    self.bias -= learning_rate


def mean_gradient(self, learning_rate):
    self.bias -= learning_rate * self.bias_grad / self.weights.size


def rate_squared(self, learning_rate):
    self.bias -= learning_rate**2 * self.bias_grad


def of_an_own_name(self, learning_rate):
    bias = self.bias
    bias = bias - learning_rate * self.bias_grad


wrong("6.line", "rebound: the layer hears nothing", update_with(rebound))
wrong("6.line", "uphill", update_with(uphill))
wrong("6.line", "rate forgotten", update_with(without_rate))
wrong("6.line", "a rate of its own", update_with(own_rate))
wrong("6.line", "gradient and bias exchanged", update_with(gradient_moved))
wrong("6.line", "the weights' gradient", update_with(by_weights))
wrong("6.line", "replaced for moved", update_with(replaced))
wrong("6.line", "times for minus", update_with(shrunk))
wrong("6.line", "divided by the rate", update_with(divided))
wrong("6.line", "gradient forgotten", update_with(only_the_rate))
wrong("6.line", "mean for sum", update_with(mean_gradient))
wrong("6.line", "rate twice", update_with(rate_squared))
wrong("6.line", "a local name", update_with(of_an_own_name))
wrong("6.line", "the bias does not move", update_with(lambda self, learning_rate: None))


@wrong("6.line", "the weights' line lost")
def update_bias_only(self, learning_rate):
    self.bias -= learning_rate * self.bias_grad


@wrong("6.line", "weights twice")
def update_weights_twice(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.weights -= learning_rate * self.weights_grad
    self.bias -= learning_rate * self.bias_grad


@wrong("6.line", "gradients cleared afterwards")
def update_and_clear(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias -= learning_rate * self.bias_grad
    self.weights_grad[...], self.bias_grad[...] = 0, 0


def as_batch(a):
    return a if a.ndim == 4 else a[None]


def forward_with(net_of, out_of=lambda self: self.activator.forward(self.net)):
    """forward with other lines."""

    def forward(self, x):
        self.x = x
        net = net_of(self, as_batch(x))
        self.net = net if x.ndim == 4 else net[0]
        self.out = out_of(self)
        return self.out

    return forward


def right_net(self, x):
    return ops.conv2d(x, self.weights, self.bias, self.stride, self.zero_padding)


wrong("6.forward", "activation forgotten", forward_with(right_net, lambda self: self.net))
wrong(
    "6.forward",
    "f' for f",
    forward_with(right_net, lambda self: self.activator.derivative(self.net)),
)
wrong("6.forward", "ReLU built in", forward_with(right_net, lambda self: np.maximum(self.net, 0)))
wrong(
    "6.forward",
    "f twice",
    forward_with(right_net, lambda self: self.activator.forward(self.activator.forward(self.net))),
)
wrong(
    "6.forward",
    "f of x",
    forward_with(lambda self, x: right_net(self, self.activator.forward(x)), lambda self: self.net),
)
wrong(
    "6.forward",
    "stride and padding forgotten",
    forward_with(lambda self, x: ops.conv2d(x, self.weights, self.bias)),
)
wrong(
    "6.forward",
    "padding forgotten",
    forward_with(lambda self, x: ops.conv2d(x, self.weights, self.bias, self.stride)),
)
wrong(
    "6.forward",
    "stride forgotten",
    forward_with(lambda self, x: ops.conv2d(x, self.weights, self.bias, 1, self.zero_padding)),
)
wrong(
    "6.forward",
    "stride and padding exchanged",
    forward_with(
        lambda self, x: ops.conv2d(x, self.weights, self.bias, self.zero_padding, self.stride)
    ),
)
wrong(
    "6.forward",
    "bias forgotten",
    forward_with(
        lambda self, x: ops.conv2d(x, self.weights, 0 * self.bias, self.stride, self.zero_padding)
    ),
)
wrong(
    "6.forward",
    "kernel rotated",
    forward_with(
        lambda self, x: ops.conv2d(
            x, self.weights[:, :, ::-1, ::-1], self.bias, self.stride, self.zero_padding
        )
    ),
)
wrong(
    "6.forward",
    "bias after f",
    forward_with(
        lambda self, x: ops.conv2d(x, self.weights, 0 * self.bias, self.stride, self.zero_padding),
        lambda self: self.activator.forward(self.net) + self.bias[:, None, None],
    ),
)
wrong("6.forward", "channels in reverse", forward_with(lambda self, x: right_net(self, x[:, ::-1])))
wrong(
    "6.forward",
    "f in net already",
    forward_with(lambda self, x: self.activator.forward(right_net(self, x)), lambda self: self.net),
)
wrong(
    "6.forward",
    "bias taken away",
    forward_with(
        lambda self, x: ops.conv2d(x, self.weights, -self.bias, self.stride, self.zero_padding)
    ),
)


@wrong("6.forward", "as_batch forgotten")
def forward_of_a_batch_only(self, x):
    self.x = x
    net = ops.conv2d(x, self.weights, self.bias, self.stride, self.zero_padding)
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@wrong("6.forward", "first image only")
def forward_first_image(self, x):
    self.x = x
    self.net = right_net(self, as_batch(x))[0]
    self.out = self.activator.forward(self.net)
    return self.out


@wrong("6.forward", "always a batch")
def forward_always_a_batch(self, x):
    self.x = x
    self.net = right_net(self, as_batch(x))
    self.out = self.activator.forward(self.net)
    return self.out


@wrong("6.forward", "net not kept")
def forward_forgets_net(self, x):
    self.x = x
    net = right_net(self, as_batch(x))
    net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(net)
    return self.out


@wrong("6.forward", "x not kept")
def forward_forgets_x(self, x):
    net = right_net(self, as_batch(x))
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.out


@wrong("6.forward", "out kept as net")
def forward_keeps_out_as_net(self, x):
    self.x = x
    net = right_net(self, as_batch(x))
    self.out = self.activator.forward(net if x.ndim == 4 else net[0])
    self.net = self.out
    return self.out


@wrong("6.forward", "net returned for out")
def forward_returns_net(self, x):
    self.x = x
    net = right_net(self, as_batch(x))
    self.net = net if x.ndim == 4 else net[0]
    self.out = self.activator.forward(self.net)
    return self.net


wrong("6.delta", "f' forgotten", lambda self, grad_out: grad_out)
wrong("6.delta", "f' at out", lambda self, grad_out: grad_out * self.activator.derivative(self.out))
wrong("6.delta", "f for f'", lambda self, grad_out: grad_out * self.activator.forward(self.net))
wrong(
    "6.delta",
    "f' of grad_out",
    lambda self, grad_out: grad_out * self.activator.derivative(grad_out),
)
wrong(
    "6.delta",
    "f' of the product",
    lambda self, grad_out: self.activator.derivative(self.net * grad_out),
)
wrong("6.delta", "f' added", lambda self, grad_out: grad_out + self.activator.derivative(self.net))
wrong("6.delta", "f' alone", lambda self, grad_out: self.activator.derivative(self.net))
wrong("6.delta", "ReLU built in", lambda self, grad_out: grad_out * (self.net > 0))
wrong("6.delta", "ReLU mask >= on out", lambda self, grad_out: grad_out * (self.out >= 0))
wrong(
    "6.delta",
    "f' twice",
    lambda self, grad_out: grad_out * self.activator.derivative(self.net) ** 2,
)
wrong(
    "6.delta",
    "divided by f'",
    lambda self, grad_out: grad_out / (self.activator.derivative(self.net) + 1e-12),
)
wrong("6.delta", "times net", lambda self, grad_out: grad_out * self.net)
wrong("6.delta", "times out", lambda self, grad_out: grad_out * self.out)
wrong(
    "6.delta", "sign turned", lambda self, grad_out: -grad_out * self.activator.derivative(self.net)
)
wrong(
    "6.delta",
    "f' at x, the neighbour's place",
    lambda self, grad_out: grad_out * self.activator.derivative(self.x),
)
wrong(
    "6.delta",
    "divided by the batch",
    lambda self, grad_out: grad_out * self.activator.derivative(self.net) / len(grad_out),
)
wrong(
    "6.delta",
    "matrix product",
    lambda self, grad_out: grad_out @ self.activator.derivative(self.net),
)
wrong("6.delta", "f of grad_out", lambda self, grad_out: self.activator.forward(grad_out))


@wrong("6.delta", "written into grad_out")
def delta_in_place(self, grad_out):
    grad_out *= self.activator.derivative(self.net)
    return grad_out


@wrong("6.delta", "the return missing")
def delta_kept_only(self, grad_out):
    self.delta = grad_out * self.activator.derivative(self.net)


def backward_with(w=None, b=None, x=None):
    """backward with other lines for grad_w, grad_b or grad_x."""

    def backward(self, grad_out):
        self.delta = self.delta_of(grad_out)
        delta, image = as_batch(self.delta), as_batch(self.x)
        places = self.stride, self.zero_padding
        kernel, size = self.weights.shape[2:], image.shape[2:]
        right_w = ops.conv2d_grad_w(delta, image, kernel, *places)
        right_x = ops.conv2d_grad_x(delta, self.weights, size, *places)
        self.weights_grad[...] = w(self, delta, image, right_w) if w else right_w
        self.bias_grad[...] = b(self, delta) if b else ops.conv2d_grad_b(delta)
        grad_x = x(self, delta, image, right_x) if x else right_x
        return grad_x if self.x.ndim == 4 else grad_x[0]

    return backward


def turned(a):
    return a[..., ::-1, ::-1]


def places_of(self):
    return self.stride, self.zero_padding


wrong(
    "6.backward", "grad_w: mean over the batch", backward_with(w=lambda self, d, x, g: g / len(x))
)
wrong(
    "6.backward",
    "grad_w: delta rotated",
    backward_with(
        w=lambda self, d, x, g: ops.conv2d_grad_w(turned(d), x, g.shape[2:], *places_of(self))
    ),
)
wrong("6.backward", "grad_w: rotated", backward_with(w=lambda self, d, x, g: turned(g)))
wrong(
    "6.backward", "grad_w: channels in reverse", backward_with(w=lambda self, d, x, g: g[:, ::-1])
)
wrong(
    "6.backward",
    "grad_w: added to the old one",
    backward_with(w=lambda self, d, x, g: self.weights_grad + g),
)
wrong(
    "6.backward",
    "grad_w: first image only",
    backward_with(
        w=lambda self, d, x, g: ops.conv2d_grad_w(d[:1], x[:1], g.shape[2:], *places_of(self))
    ),
)
wrong("6.backward", "grad_w: sign turned", backward_with(w=lambda self, d, x, g: -g))
wrong(
    "6.backward",
    "grad_w: first filter only",
    backward_with(w=lambda self, d, x, g: g * (np.arange(len(g)) == 0)[:, None, None, None]),
)
wrong(
    "6.backward",
    "grad_w: rate already in it",
    backward_with(w=lambda self, d, x, g: self.learning_rate * g),
)
wrong("6.backward", "grad_w: never computed", backward_with(w=lambda self, d, x, g: 0))
wrong("6.backward", "grad_b: mean over all", backward_with(b=lambda self, d: d.mean((0, 2, 3))))
wrong(
    "6.backward",
    "grad_b: mean over the batch",
    backward_with(b=lambda self, d: d.sum((0, 2, 3)) / len(d)),
)
wrong("6.backward", "grad_b: all filters together", backward_with(b=lambda self, d: d.sum()))
wrong("6.backward", "grad_b: first image only", backward_with(b=lambda self, d: d[0].sum((1, 2))))
wrong(
    "6.backward",
    "grad_b: of grad_out, no f'",
    backward_with(b=lambda self, d: np.abs(d).sum((0, 2, 3))),
    student=False,
)
wrong(
    "6.backward",
    "grad_b: added to the old one",
    backward_with(b=lambda self, d: self.bias_grad + d.sum((0, 2, 3))),
)
wrong("6.backward", "grad_b: never computed", backward_with(b=lambda self, d: 0))
wrong("6.backward", "grad_b: sign turned", backward_with(b=lambda self, d: -d.sum((0, 2, 3))))
wrong(
    "6.backward",
    "grad_x: kernel turned",
    backward_with(
        x=lambda self, d, x, g: ops.conv2d_grad_x(
            d, turned(self.weights), x.shape[2:], *places_of(self)
        )
    ),
)
wrong(
    "6.backward",
    "grad_x: f' once more",
    backward_with(x=lambda self, d, x, g: g * self.activator.derivative(x)),
)
wrong(
    "6.backward", "grad_x: divided by the batch", backward_with(x=lambda self, d, x, g: g / len(x))
)
wrong(
    "6.backward",
    "grad_x: only the last filter",
    backward_with(
        x=lambda self, d, x, g: ops.conv2d_grad_x(
            d[:, -1:], self.weights[-1:], x.shape[2:], *places_of(self)
        )
    ),
)
wrong("6.backward", "grad_x: sign turned", backward_with(x=lambda self, d, x, g: -g))
wrong(
    "6.backward", "grad_x: channels in reverse", backward_with(x=lambda self, d, x, g: g[:, ::-1])
)
wrong(
    "6.backward",
    "grad_x: summed over the batch",
    backward_with(x=lambda self, d, x, g: g.sum(0, keepdims=True) + 0 * g),
)
wrong("6.backward", "grad_x: the size of net", backward_with(x=lambda self, d, x, g: d))
wrong(
    "6.backward",
    "grad_x: with the new weights",
    backward_with(
        x=lambda self, d, x, g: ops.conv2d_grad_x(
            d,
            self.weights - self.learning_rate * self.weights_grad,
            x.shape[2:],
            *places_of(self),
        )
    ),
)


@wrong("6.backward", "grad_out for delta")
def backward_without_slope(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(grad_out), as_batch(self.x), places_of(self)
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@wrong("6.backward", "arrays replaced: filters hear nothing")
def backward_rebinds(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), places_of(self)
    self.weights_grad = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
    self.bias_grad = ops.conv2d_grad_b(delta)
    grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@wrong("6.backward", "places forgotten")
def backward_without_places(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x = as_batch(self.delta), as_batch(self.x)
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:])
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:])
    return grad_x if self.x.ndim == 4 else grad_x[0]


@wrong("6.backward", "width before height")
def backward_width_first(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), places_of(self)
    kernel = self.filter_width, self.filter_height
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, kernel, *places)
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    size = self.input_width, self.input_height
    grad_x = ops.conv2d_grad_x(delta, self.weights, size, *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@wrong("6.backward", "delta computed twice: f' squared")
def backward_delta_twice(self, grad_out):
    self.delta = self.delta_of(self.delta_of(grad_out))
    delta, x, places = as_batch(self.delta), as_batch(self.x), places_of(self)
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)
    return grad_x if self.x.ndim == 4 else grad_x[0]


@wrong("6.backward", "always a batch")
def backward_always_a_batch(self, grad_out):
    self.delta = self.delta_of(grad_out)
    delta, x, places = as_batch(self.delta), as_batch(self.x), places_of(self)
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)
    self.bias_grad[...] = ops.conv2d_grad_b(delta)
    return ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)


wrong("6.2", "decay forgotten", lambda w, g, rate, lam: w - rate * g)
wrong("6.2", "decay added", lambda w, g, rate, lam: w - rate * (g - lam * w))
wrong("6.2", "rate on the gradient only", lambda w, g, rate, lam: w - rate * g - lam * w)
wrong("6.2", "one half kept", lambda w, g, rate, lam: w - rate * (g + lam / 2 * w))
wrong("6.2", "square not derived", lambda w, g, rate, lam: w - rate * (g + lam / 2 * w**2))
wrong("6.2", "the sum kept", lambda w, g, rate, lam: w - rate * (g + lam * w.sum()))
wrong("6.2", "w forgotten", lambda w, g, rate, lam: w - rate * (g + lam))
wrong("6.2", "uphill", lambda w, g, rate, lam: w + rate * (g + lam * w))
wrong("6.2", "2 lambda w", lambda w, g, rate, lam: w - rate * (g + 2 * lam * w))
wrong("6.2", "the step only", lambda w, g, rate, lam: rate * (g + lam * w))
wrong("6.2", "the sign of w (L1)", lambda w, g, rate, lam: w - rate * (g + lam * np.sign(w)))
wrong("6.2", "the error added", lambda w, g, rate, lam: w - rate * (g + lam / 2 * (w**2).sum()))
wrong("6.2", "rate forgotten", lambda w, g, rate, lam: w - (g + lam * w))
wrong("6.2", "lambda on the gradient, too", lambda w, g, rate, lam: w - rate * lam * (g + w))
wrong("6.2", "decay after the step", lambda w, g, rate, lam: (w - rate * g) * (1 - rate * lam))
wrong("6.2", "the whole gradient only", lambda w, g, rate, lam: g + lam * w)
wrong("6.2", "whole shrunk by lambda", lambda w, g, rate, lam: (1 - lam) * w - rate * g)


@wrong("6.2", "w written over")
def decayed_in_place(w, grad_w, learning_rate, lam):
    w -= learning_rate * (grad_w + lam * w)
    return w


wrong("6.3", "slope 1 at 0", lambda g, net: g * np.where(net >= 0, 1, 0.1))
wrong("6.3", "ordinary ReLU", lambda g, net: g * (net > 0))
wrong("6.3", "f for f'", lambda g, net: g * np.where(net > 0, net, 0.1 * net))
wrong("6.3", "f' alone", lambda g, net: np.where(net > 0, 1, 0.1) + 0 * g)
wrong("6.3", "f of grad_out", lambda g, net: np.where(g > 0, g, 0.1 * g))
wrong("6.3", "0.01 for 0.1", lambda g, net: g * np.where(net > 0, 1, 0.01))
wrong("6.3", "0.1 everywhere", lambda g, net: 0.1 * g)
wrong("6.3", "sides exchanged", lambda g, net: g * np.where(net > 0, 0.1, 1))
wrong("6.3", "minus 0.1", lambda g, net: g * np.where(net > 0, 1, -0.1))
wrong("6.3", "slope 0 at 0", lambda g, net: g * np.where(net > 0, 1, np.where(net < 0, 0.1, 0)))
wrong("6.3", "0.1 times net below 0", lambda g, net: np.where(net > 0, g, 0.1 * net))
wrong("6.3", "grad_out forgotten below 0", lambda g, net: np.where(net > 0, g, 0.1))
wrong("6.3", "f' forgotten", lambda g, net: g)
wrong("6.3", "0.9 below 0", lambda g, net: g * np.where(net > 0, 1, 0.9))
wrong("6.3", "one half at 0", lambda g, net: g * np.where(net > 0, 1, np.where(net < 0, 0.1, 0.55)))


@wrong("6.3", "grad_out written over")
def leaky_delta_in_place(grad_out, net):
    grad_out[net <= 0] *= 0.1
    return grad_out


# ---- 07

wrong("7.derive", "the slope itself", 3)
wrong("7.derive", "forward difference", 3.31)
wrong("7.derive", "backward difference", 2.71)
wrong("7.derive", "only the error", 0.01)
wrong("7.derive", "divided by epsilon", 6.02)
wrong("7.derive", "1/6 forgotten", 3.06)
wrong("7.derive", "epsilon not squared", 3.1)
wrong("7.derive", "epsilon cubed", 3.001)
wrong("7.derive", "sign of the error", 2.99)
wrong("7.derive", "E''' = 3", 3.005)
wrong("7.derive", "not divided", 0.602)
wrong("7.best", "sign forgotten", 5)
wrong("7.best", "rounded the wrong way", -6)
wrong("7.best", "forward difference: root of u", -8)
wrong("7.best", "u itself", -16)
wrong("7.best", "as small as possible", -15)
wrong("7.best", "float32", -2)
wrong("7.best", "the example", -3)
wrong("7.best", "epsilon, not its power", 1e-5)
wrong("7.best", "epsilon by (7.7)", 6.9e-6)
wrong("7.best", "not rounded", -5.16)
wrong("7.best", "-4", -4)
wrong("7.kink", "by the rule", 3)
wrong("7.kink", "each kink counts 1", 7)
wrong("7.kink", "all outputs", 9)
wrong("7.kink", "kinks only", 4)
wrong("7.kink", "half the kinks only", 2)
wrong("7.kink", "one kink", 3.5)
wrong("7.kink", "half of all", 4.5)
wrong("7.hand", "divided by n", 1 / 5)
wrong("7.hand", "divided by a", 1 / 6)
wrong("7.hand", "divided by the mean", 1 / 5.5)
wrong("7.hand", "not divided", 1)
wrong("7.hand", "upside down", 11)
wrong("7.hand", "sign", -1 / 11)
wrong("7.hand", "in percent", 9.09)
wrong("7.hand", "divided by a n", 1 / 30)
wrong("7.hand", "rounded to one digit", 0.1)
wrong("7.hand", "divided by the root of squares", 1 / 61**0.5)
wrong("7.predict", "weights", 0)
wrong("7.predict", "bias", 1)
wrong("7.predict", "counted from 1", 3)
wrong("7.predict", "weights and input", (0, 2))
LIST_7 = {
    1: {"stride ignored": 5, "kernel not rotated": 1, "only the last filter": 15},
    2: {"padding not cropped": 14, "rotated by 90": 2, "kernel not rotated": 1},
    3: {"only the first filter": 13, "channels in reverse": 12, "padding not cropped": 14},
    4: {"kernel not rotated": 1, "own output": 4, "kernel rotated by 90": 2},
    5: {"delta rotated": 3, "only the first filter": 13, "own output": 4},
    6: {"ReLU mask missing": 8, "1/N twice": 11, "only the last filter": 15},
    7: {"every tied cell": 7, "stride ignored": 5, "padding not cropped": 14},
    8: {"= for +=": 6, "ReLU mask missing": 8, "mean for sum": 10},
    9: {"1/N twice": 11, "only the first filter": 13, "= for +=": 6},
    10: {"only the last filter": 15, "bias mean": 10, "= for +=": 6},
    11: {"bias mean": 10, "only the first filter": 13, "delta rotated": 3},
}
for patient, guesses in LIST_7.items():
    for tag, number in guesses.items():
        wrong(f"7.{patient}", "diagnosis: " + tag, list(bugs.BUGS)[number - 1])


def numerical_with(slope, back=True):
    """numerical_gradient with another last line."""

    def numerical_gradient(f, x, epsilon=1e-5):
        grad = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            kept = x[place]
            here = f(x)
            x[place] = kept + epsilon
            high = f(x)
            x[place] = kept - epsilon
            low = f(x)
            if back:
                x[place] = kept
            grad[place] = slope(high, low, here, epsilon)
        return grad

    return numerical_gradient


wrong("7.line", "divided by epsilon", numerical_with(lambda high, low, here, e: (high - low) / e))
wrong(
    "7.line",
    "times epsilon: brackets",
    numerical_with(lambda high, low, here, e: (high - low) / 2 * e),
)
wrong("7.line", "sign", numerical_with(lambda high, low, here, e: (low - high) / (2 * e)))
wrong("7.line", "brackets above", numerical_with(lambda high, low, here, e: high - low / (2 * e)))
wrong(
    "7.line",
    "sum for difference",
    numerical_with(lambda high, low, here, e: (high + low) / (2 * e)),
)
wrong("7.line", "not divided", numerical_with(lambda high, low, here, e: high - low))
wrong("7.line", "epsilon squared", numerical_with(lambda high, low, here, e: (high - low) / e**2))
wrong("7.line", "divided by 2 only", numerical_with(lambda high, low, here, e: (high - low) / 2))
wrong("7.line", "a fixed epsilon", numerical_with(lambda high, low, here, e: (high - low) / 2e-5))
wrong("7.line", "forward difference", numerical_with(lambda high, low, here, e: (high - here) / e))
wrong("7.line", "backward difference", numerical_with(lambda high, low, here, e: (here - low) / e))
wrong(
    "7.line",
    "forward over 2 epsilon",
    numerical_with(lambda high, low, here, e: (high - here) / (2 * e)),
)
wrong("7.line", "the value", numerical_with(lambda high, low, here, e: high / (2 * e)))
wrong(
    "7.line", "absolute value", numerical_with(lambda high, low, here, e: abs(high - low) / (2 * e))
)
wrong(
    "7.line",
    "second derivative",
    numerical_with(lambda high, low, here, e: (high - 2 * here + low) / e**2),
)
wrong(
    "7.line",
    "not put back",
    numerical_with(lambda high, low, here, e: (high - low) / (2 * e), back=False),
)


@wrong("7.line", "return too deep: first number only")
def numerical_returns_early(f, x, epsilon=1e-5):
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


def patient_with(
    crop=lambda g, H, W, p: g[:, p : p + H, p : p + W],
    step=lambda i, j, s: (i * s, j * s),
    kernel=lambda w: w,
    put=False,
):
    """grad_x of the clinic with another crop, step or kernel."""

    def grad_x(delta, w, H, W, s, p):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for f, i, j in np.ndindex(delta.shape):
            y, z = step(i, j, s)
            cells = grad_xp[:, y : y + 3, z : z + 3]
            cells[...] = delta[f, i, j] * kernel(w[f]) + (0 if put else cells)
        return crop(grad_xp, H, W, p)

    return grad_x


CROP_7 = {
    "as it was: cut from the corner": lambda g, H, W, p: g[:, :H, :W],
    "not cut at all": lambda g, H, W, p: g,
    "twice the padding": lambda g, H, W, p: g[:, 2 * p : 2 * p + H, 2 * p : 2 * p + W],
    "rows only": lambda g, H, W, p: g[:, p : p + H, :W],
    "columns only": lambda g, H, W, p: g[:, :H, p : p + W],
    "ends at H and W": lambda g, H, W, p: g[:, p:H, p:W],
    "channels cut": lambda g, H, W, p: g[p:, p : p + H, p : p + W],
    "one always": lambda g, H, W, p: g[:, 1 : 1 + H, 1 : 1 + W],
    "height and width exchanged": lambda g, H, W, p: g[:, p : p + W, p : p + H],
    "ends at -p": lambda g, H, W, p: g[:, p:-p, p:-p],
}
for tag, crop in CROP_7.items():
    wrong("7.1.mend", tag, patient_with(crop=crop))
STEP_7 = {
    "as it was: stride ignored": lambda i, j, s: (i, j),
    "rows only": lambda i, j, s: (i * s, j),
    "columns only": lambda i, j, s: (i, j * s),
    "divided": lambda i, j, s: (i // s, j // s),
    "added": lambda i, j, s: (i + s, j + s),
    "two always": lambda i, j, s: (i * 2, j * 2),
    "exchanged": lambda i, j, s: (j * s, i * s),
    "stride less 1": lambda i, j, s: (i * (s - 1), j * (s - 1)),
}
for tag, step in STEP_7.items():
    wrong("7.2.mend", tag, patient_with(step=step))
wrong(
    "7.2.mend",
    "padding taken off twice",
    patient_with(step=lambda i, j, s: (max(i * s - 1, 0), max(j * s - 1, 0))),
)
for name in ("7.1.mend", "7.2.mend", "7.3.mend"):
    wrong(name, "kernel turned in scatter", patient_with(kernel=lambda w: w[:, ::-1, ::-1]))
    wrong(name, "= for +=", patient_with(put=True))


@wrong("7.3.mend", "as it was: only the last filter")
def patient_3(delta, w, H, W, s, p):
    for f in range(len(delta)):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for i, j in np.ndindex(delta.shape[1:]):
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : p + H, p : p + W]


@wrong("7.3.mend", "zeros inside both loops")
def patient_3_deeper(delta, w, H, W, s, p):
    for f in range(len(delta)):
        for i, j in np.ndindex(delta.shape[1:]):
            grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
    return grad_xp[:, p : p + H, p : p + W]


@wrong("7.3.mend", "return inside: only the first filter")
def patient_3_returns_early(delta, w, H, W, s, p):
    grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
    for f in range(len(delta)):
        for i, j in np.ndindex(delta.shape[1:]):
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
        return grad_xp[:, p : p + H, p : p + W]


@wrong("7.3.mend", "mean over the filters")
def patient_3_mean(delta, w, H, W, s, p):
    return reference.conv2d_grad_x(delta, w, (H, W), s, p) / len(delta)


def entry_with(d_of, x_of, put=False):
    """grad_w of the clinic with another delta or input."""

    def grad_w_of(delta, xp, s):
        grad_w = np.zeros((len(delta), len(xp), 3, 3))
        for f, i, j in np.ndindex(delta.shape):
            product = d_of(delta, f, i, j) * x_of(xp, i * s, j * s)
            grad_w[f] = product + (0 if put else grad_w[f])
        return grad_w

    return grad_w_of


def window(xp, y, z):
    return xp[:, y : y + 3, z : z + 3]


def plain(delta, f, i, j):
    return delta[f, i, j]


DELTA_7 = {
    "as it was: both axes turned": lambda d, f, i, j: d[f, -1 - i, -1 - j],
    "rows still turned": lambda d, f, i, j: d[f, -1 - i, j],
    "columns still turned": lambda d, f, i, j: d[f, i, -1 - j],
    "minus without 1": lambda d, f, i, j: d[f, -i, -j],
    "filters turned": lambda d, f, i, j: d[-1 - f, i, j],
    "first filter always": lambda d, f, i, j: d[0, i, j],
    "one off": lambda d, f, i, j: d[f, i - 1, j - 1],
    "sign": lambda d, f, i, j: -d[f, i, j],
}
for tag, read in DELTA_7.items():
    wrong("7.4.mend", tag, entry_with(read, window))
wrong(
    "7.4.mend", "window turned", entry_with(plain, lambda x, y, z: window(x, y, z)[:, ::-1, ::-1])
)
INPUT_7 = {
    "as it was: channels in reverse": lambda x, y, z: window(x[::-1], y, z),
    "rows turned": lambda x, y, z: window(x, y, z)[:, ::-1],
    "columns turned": lambda x, y, z: window(x, y, z)[:, :, ::-1],
    "first channel for all": lambda x, y, z: window(x, y, z)[:1],
    "sum of the channels": lambda x, y, z: window(x, y, z).sum(0),
    "channels moved by one": lambda x, y, z: window(np.roll(x, 1, 0), y, z),
    "turned by 180 degrees": lambda x, y, z: window(x, y, z)[:, ::-1, ::-1],
    "mean of the channels": lambda x, y, z: window(x, y, z).mean(0),
    "transposed": lambda x, y, z: window(x, y, z).transpose(0, 2, 1),
    "one channel too few": lambda x, y, z: window(x, y, z) * (np.arange(len(x)) > 0)[:, None, None],
}
for tag, read in INPUT_7.items():
    wrong("7.5.mend", tag, entry_with(plain, read))
for name in ("7.4.mend", "7.5.mend"):
    wrong(name, "= for +=", entry_with(plain, window, put=True))
    wrong(
        name,
        "mean for sum",
        lambda delta, xp, s: reference.conv2d_grad_w(delta, xp, 3, s) / delta[0].size,
    )
    wrong(
        name,
        "stride forgotten",
        lambda d, xp, s: np.array(
            [
                [
                    [
                        [(one * c[u : u + len(one), v : v + one.shape[1]]).sum() for v in range(3)]
                        for u in range(3)
                    ]
                    for c in xp
                ]
                for one in d
            ]
        ),
    )

wrong(
    "7.6.mend", "as it was: >= on out", lambda grad_out, net: grad_out * (np.maximum(net, 0) >= 0)
)
wrong("7.6.mend", ">= on net: relu'(0) taken as 1", lambda grad_out, net: grad_out * (net >= 0))
wrong("7.6.mend", "no mask", lambda grad_out, net: grad_out)
wrong("7.6.mend", "turned round", lambda grad_out, net: grad_out * (net <= 0))
wrong("7.6.mend", "mask of grad_out", lambda grad_out, net: grad_out * (grad_out > 0))
wrong("7.6.mend", "times out", lambda grad_out, net: grad_out * np.maximum(net, 0))
wrong("7.6.mend", "mask only", lambda grad_out, net: (net > 0) + 0 * grad_out)
wrong("7.6.mend", "times net", lambda grad_out, net: grad_out * net)
wrong("7.6.mend", "> 1", lambda grad_out, net: grad_out * (net > 1))
wrong("7.6.mend", "ReLU of the product", lambda grad_out, net: np.maximum(grad_out * net, 0))
wrong("7.6.mend", "one half at 0", lambda grad_out, net: grad_out * np.heaviside(net, 0.5))
wrong("7.6.mend", "sign of net", lambda grad_out, net: grad_out * np.sign(net))


def pool_7_with(place, put=False, share=lambda g, n: g):
    """pool_7 with another place."""

    def pool_7(grad_out, winners, H, W):
        grad_x = np.zeros((len(grad_out), H, W))
        for c, i, j in np.ndindex(grad_out.shape):
            u, v = divmod(int(winners[c, i, j]), 3)
            cell = (c, *place(i, j, u, v))
            grad_x[cell] = share(grad_out[c, i, j], winners[c, i, j]) + (0 if put else grad_x[cell])
        return grad_x

    return pool_7


def two_apart(i, j, u, v):
    return 2 * i + u, 2 * j + v


wrong("7.7.mend", "as it was: = for +=", pool_7_with(two_apart, put=True))
wrong("7.7.mend", "stride forgotten", pool_7_with(lambda i, j, u, v: (i + u, j + v)))
wrong("7.7.mend", "u and v exchanged", pool_7_with(lambda i, j, u, v: (2 * i + v, 2 * j + u)))
wrong("7.7.mend", "place forgotten", pool_7_with(lambda i, j, u, v: (2 * i, 2 * j)))
wrong("7.7.mend", "window forgotten", pool_7_with(lambda i, j, u, v: (u, v)))
wrong("7.7.mend", "-= for +=", pool_7_with(two_apart, share=lambda g, n: -g))
wrong("7.7.mend", "1 for the error", pool_7_with(two_apart, share=lambda g, n: 1))
wrong("7.7.mend", "winner's number for the error", pool_7_with(two_apart, share=lambda g, n: n))


@wrong("7.7.mend", "the largest kept")
def pool_7_largest(grad_out, winners, H, W):
    grad_x = np.zeros((len(grad_out), H, W))
    for c, i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[c, i, j]), 3)
        cell = c, 2 * i + u, 2 * j + v
        grad_x[cell] = max(grad_x[cell], grad_out[c, i, j])
    return grad_x


@wrong("7.7.mend", "+= of a list of places: only the last is added")
def pool_7_fancy(grad_out, winners, H, W):
    grad_x = np.zeros((len(grad_out), H, W))
    c, i, j = np.indices(grad_out.shape)
    grad_x[c, 2 * i + winners // 3, 2 * j + winners % 3] += grad_out
    return grad_x


def pool_8_with(share, put=False):
    """pool_8 with another share of a window."""

    def pool_8(x, grad_out):
        grad_x = np.zeros(x.shape)
        for i, j in np.ndindex(grad_out.shape):
            cells, here = grad_x[i : i + 2, j : j + 2], x[i : i + 2, j : j + 2]
            cells[...] = grad_out[i, j] * share(here) + (0 if put else cells)
        return grad_x

    return pool_8


wrong("7.8.mend", "as it was: all tied cells", pool_8_with(lambda a: a == a.max()))
wrong("7.8.mend", "split", pool_8_with(lambda a: shared(a == a.max())))
wrong("7.8.mend", "the last of equals", pool_8_with(last_only))
wrong("7.8.mend", "divided by 2", pool_8_with(lambda a: (a == a.max()) / 2))
wrong("7.8.mend", "divided by 4", pool_8_with(lambda a: (a == a.max()) / 4))
wrong("7.8.mend", "minimum", pool_8_with(lambda a: first_only(-a)))
wrong("7.8.mend", "= for +=", pool_8_with(first_only, put=True))
wrong("7.8.mend", "mean pooling", pool_8_with(lambda a: np.full(a.shape, 0.25)))
wrong("7.8.mend", "only where positive", pool_8_with(lambda a: (a == a.max()) & (a > 0)))
wrong(
    "7.8.mend", "none in a tie", pool_8_with(lambda a: (a == a.max()) * ((a == a.max()).sum() == 1))
)
wrong("7.8.mend", "first by columns", pool_8_with(lambda a: first_only(a.T).T))


@wrong("7.8.mend", "the argmax's row for both")
def pool_8_flat(x, grad_out):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        grad_x.flat[x[i : i + 2, j : j + 2].argmax()] += grad_out[i, j]
    return grad_x


BIAS_7 = {
    "mean": lambda d: d.mean((1, 2)),
    "sum of the rows only": lambda d: d.sum(1)[:, 0],
    "everything for each filter": lambda d: np.full(len(d), d.sum()),
    "one number": lambda d: d.sum(),
    "divided by the rows": lambda d: d.sum((1, 2)) / d.shape[1],
    "divided by the filters": lambda d: d.sum((1, 2)) / len(d),
    "over the filters": lambda d: d.sum(0),
    "only the first filter": lambda d: d.sum((1, 2)) * (np.arange(len(d)) == 0),
    "only the last filter": lambda d: d.sum((1, 2)) * (np.arange(len(d)) == len(d) - 1),
    "first filter for all": lambda d: np.full(len(d), d[0].sum()),
    "largest": lambda d: d.max((1, 2)),
    "added up from filter to filter": lambda d: d.sum((1, 2)).cumsum(),
    "sign": lambda d: -d.sum((1, 2)),
}
for tag, function in BIAS_7.items():
    wrong("7.9.mend", tag, function)
    wrong("7.10.mend", tag, function)


@wrong("7.10.mend", "as it was: return in the loop")
def patient_10(delta):
    grad_b = np.zeros(len(delta))
    for f in range(len(delta)):
        grad_b[f] = delta[f].sum()
        return grad_b


def batch_with(factor, pairs=None):
    """grad_w_11 with another factor."""

    def grad_w_11(deltas, xs):
        grads = [ops.conv2d_grad_w(d[None], x[None], 3)[0, 0] for d, x in zip(deltas, xs)]
        return sum(grads[: pairs or len(xs)]) * factor(deltas, xs)

    return grad_w_11


wrong("7.11.mend", "as it was: divided by N", batch_with(lambda d, x: 1 / len(x)))
wrong("7.11.mend", "multiplied by N", batch_with(lambda d, x: len(x)))
wrong("7.11.mend", "divided by the positions", batch_with(lambda d, x: 1 / d[0, 0].size))
wrong("7.11.mend", "divided by everything", batch_with(lambda d, x: 1 / d.size))
wrong("7.11.mend", "first image only", batch_with(lambda d, x: 1, pairs=1))
wrong("7.11.mend", "divided by 2 always", batch_with(lambda d, x: 1 / 2))
wrong("7.11.mend", "sign", batch_with(lambda d, x: -1))
wrong("7.11.mend", "root of N", batch_with(lambda d, x: len(x) ** -0.5))
wrong("7.11.mend", "divided twice", batch_with(lambda d, x: len(x) ** -2.0))
wrong("7.11.mend", "last image only", lambda d, x: ops.conv2d_grad_w(d[-1:], x[-1:], 3)[0, 0])
wrong("7.11.mend", "two axes too many", lambda d, x: ops.conv2d_grad_w(d, x, 3))
wrong("7.12", "difference only", 0.75)
wrong("7.12", "ratio", 0.25)
wrong("7.12", "divided by a", 3)
wrong("7.12", "difference over product", 0.75 / 0.25)
wrong("7.12", "N", 4)
wrong("7.12", "divided by the mean", 1.2)
wrong("7.12", "a not divided, N = 2", 1 / 3)
wrong("7.12", "nothing seen", 0)
wrong("7.12", "sign", -0.6)
wrong("7.12", "in percent", 60)
wrong("7.12", "1/N taken twice in a: 1/16", (15 / 16) / (17 / 16))
wrong("7.12", "upside down", 5 / 3)


def mixture(alpha, beta, n=None):
    """alpha n(epsilon) + beta n(2 epsilon)."""

    def better(f, q, epsilon):
        def central(e):
            return (f(q + e) - f(q - e)) / (2 * e)

        slope = n or (lambda f, q, e: central(e))
        return alpha * slope(f, q, epsilon) + beta * slope(f, q, 2 * epsilon)

    return better


wrong("7.13", "n(epsilon) alone", mixture(1, 0))
wrong("7.13", "n(2 epsilon) alone", mixture(0, 1))
wrong("7.13", "mean of both", mixture(0.5, 0.5))
wrong("7.13", "errors differ by 2, not 4", mixture(2, -1))
wrong("7.13", "exchanged", mixture(-1 / 3, 4 / 3))
wrong("7.13", "sign of beta", mixture(4 / 3, 1 / 3))
wrong("7.13", "not divided by 3", mixture(4, -1))
wrong("7.13", "weights 2/3 and 1/3", mixture(2 / 3, 1 / 3))
wrong("7.13", "weights 4/5 and 1/5", mixture(4 / 5, 1 / 5))
wrong("7.13", "forward differences", mixture(4 / 3, -1 / 3, lambda f, q, e: (f(q + e) - f(q)) / e))
wrong(
    "7.13", "forward differences, 2 and -1", mixture(2, -1, lambda f, q, e: (f(q + e) - f(q)) / e)
)
wrong("7.13", "alpha + 4 beta = 1", mixture(5 / 3, -2 / 3))
wrong(
    "7.13", "divided by epsilon", mixture(4 / 3, -1 / 3, lambda f, q, e: (f(q + e) - f(q - e)) / e)
)
wrong("7.13", "the second divided by 2 epsilon", mixture(4 / 3, -2 / 3))
wrong("7.13", "0.33 for a third", mixture(1.33, -0.33))


@wrong("7.13", "the two numbers in place of the mixture")
def better_numbers(f, q, epsilon):
    return 4 / 3, -1 / 3


# ---- 08

wrong("8.bias", "mean for sum", (1.5, 1))
wrong("8.bias", "summed over the outputs", (1, 4))
wrong("8.bias", "everything", 5)
wrong("8.bias", "first image only", (2, -1))
wrong("8.bias", "second image only", (1, 3))
wrong("8.bias", "multiplied", (2, -3))
wrong("8.bias", "minus forgotten", (3, 4))
wrong("8.bias", "exchanged", (2, 3))
wrong("8.bias", "difference", (1, -4))
wrong("8.batch", "1/N forgotten", -0.4)
wrong("8.batch", "sign", 0.1)
wrong("8.batch", "the 1 forgotten", 0.15)
wrong("8.batch", "sign, and 1/N forgotten", 0.4)
wrong("8.batch", "the share", 0.6)
wrong("8.batch", "p (1 - p)", 0.24)
wrong("8.batch", "p (1 - p) / N", 0.06)
wrong("8.batch", "1/N twice", -0.025)
wrong("8.batch", "divided by 2: image 2", -0.2)
wrong("8.batch", "times N", -1.6)
wrong("8.batch", "log of the share", -np.log(0.6) / 4)
wrong("8.batch", "divided by 10 classes", -0.04)
wrong("8.batch", "1/p", -1 / 0.6 / 4)
wrong("8.hand", "first output only", [2, -2, 4])
wrong("8.hand", "minus forgotten", [2, -1, 5])
wrong("8.hand", "not summed", [[2, -2, 4], [0, -1, -1]])
wrong("8.hand", "second output only", [0, -1, -1])
wrong("8.hand", "times x", [2, -6, 0])
wrong("8.hand", "rows for columns", [4, -2])
wrong("8.hand", "everything", 2)
wrong("8.hand", "grad_w's first row", [2, 4, 0])
wrong("8.hand", "sign", [-2, 3, -3])
wrong("8.hand", "columns of w without delta", [1, 0, 3])
wrong("8.hand", "mean", [1, -1.5, 1.5])
wrong("8.hand", "one slip", [2, -2, 3])
wrong("8.predict", "the share", 0.1)
wrong("8.predict", "one minus the share", 0.9)
wrong("8.predict", "logarithm to base 10", 1)
wrong("8.predict", "the number of classes", 10)
wrong("8.predict", "sign", -np.log(10))
wrong("8.predict", "mean over classes", np.log(10) / 10)
wrong("8.predict", "logarithm to base 2", np.log2(10))
wrong("8.predict", "sum over classes", 10 * np.log(10))
wrong("8.predict", "all classes: right and wrong", -np.log(0.1) - 9 * np.log(0.9))
wrong("8.predict", "log of 0.9", -np.log(0.9))
wrong("8.predict", "nothing known, no loss", 0)
wrong("8.predict", "one digit only", 2.3)
wrong("8.1", "mean forgotten", 2 * np.log(2))
wrong("8.1", "mean of the shares first", -np.log(5 / 8))
wrong("8.1", "mean of 1 - p", 0.375)
wrong("8.1", "mean of the shares", 0.625)
wrong("8.1", "sign", -np.log(2))
wrong("8.1", "base 10", np.log10(4) / 2)
wrong("8.1", "base 2", 1)
wrong("8.1", "divided by 4", np.log(4) / 4)
wrong("8.1", "log of the product of the mean", np.log(8))
wrong("8.1", "log(1/4) and log(1) with e", (np.log(4) + 1) / 2)
wrong("8.4", "biases forgotten", 16_000)
wrong("8.4", "both pools left out", 10 * 16 * 24 * 24 + 10)
wrong("8.4", "twice", 8020)
wrong("8.4", "four times", 16_040)
wrong("8.4", "the first layer's maps: 8", 8010)
wrong("8.4", "halved on one axis only", 10 * 16 * 5 * 10 + 10)
wrong("8.4", "no difference", 4010)
wrong("8.4", "weights of one output", 1601)
wrong("8.4", "inputs", 1600)
wrong("8.4", "one bias", 16_001)
wrong("8.4", "a bias for each input", 17_600)
wrong("8.4", "padding taken for granted", 10 * 16 * 14 * 14 + 10)
wrong("8.6", "no momentum, no end", (3, np.inf))
wrong("8.6", "two steps", (1.9, 10))
wrong("8.6", "four steps", (3.439, 10))
wrong("8.6", "goes to 1", (2.71, 1))
wrong("8.6", "goes to 9", (2.71, 9))
wrong("8.6", "averaged: 0.1 of the gradient", (0.271, 1))
wrong("8.6", "no momentum", (3, 10))
wrong("8.6", "only powers: 0.9 cubed", (0.729, 0))
wrong("8.6", "exchanged", (10, 2.71))
wrong("8.6", "0.9 without the square", (2.8, 10))
wrong("8.6", "begins at 1", (3.439, 10.0))
wrong("8.6", "1/0.9", (2.71, 1 / 0.9))
wrong("8.6", "rounded", (2.7, 10))
wrong("8.6", "one number", 2.71)


def scores_with(line):
    """grad_of_scores with another last line."""

    def grad_of_scores(scores, labels):
        e = np.exp(scores - scores.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        onehot = np.eye(scores.shape[1])[labels]
        return line(p, onehot)

    return grad_of_scores


LINE_8 = {
    "1/N forgotten": lambda p, y: p - y,
    "sign": lambda p, y: (y - p) / len(p),
    "bracket forgotten": lambda p, y: p / len(p),
    "divided by K": lambda p, y: (p - y) / p.shape[1],
    "divided by N K": lambda p, y: (p - y) / p.size,
    "p (1 - p)": lambda p, y: p * (1 - p) / len(p),
    "1 - p for the right class": lambda p, y: (p + y * (1 - 2 * p)) / len(p),
    "only the right class": lambda p, y: y * (p - 1) / len(p),
    "p of the right class only": lambda p, y: y * p / len(p),
    "-1/p": lambda p, y: -y / p / len(p),
    "the loss of each image": lambda p, y: -np.log((p * y).sum(1)) / len(p),
    "log p": lambda p, y: -y * np.log(p) / len(p),
    "mean over the batch": lambda p, y: (p - y).mean(0),
    "sum over the batch": lambda p, y: (p - y).sum(0),
    "squared": lambda p, y: (p - y) ** 2 / len(p),
    "squared error through softmax": lambda p, y: (p - y) * p * (1 - p) / len(p),
    "twice": lambda p, y: 2 * (p - y) / len(p),
    "times N": lambda p, y: (p - y) * len(p),
    "1/N twice": lambda p, y: (p - y) / len(p) ** 2,
    "brackets: only onehot divided": lambda p, y: p - y / len(p),
    "p + onehot": lambda p, y: (p + y) / len(p),
}
for tag, line in LINE_8.items():
    wrong("8.line", tag, scores_with(line))


@wrong("8.line", "scores for shares")
def scores_not_softmaxed(scores, labels):
    return (scores - np.eye(scores.shape[1])[labels]) / len(scores)


@wrong("8.line", "shares over the whole batch")
def scores_of_the_batch(scores, labels):
    p = np.exp(scores) / np.exp(scores).sum()
    return (p - np.eye(scores.shape[1])[labels]) / len(scores)


@wrong("8.line", "shares over the whole batch, stable")
def scores_of_the_stable_batch(scores, labels):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return (e / e.sum() - np.eye(scores.shape[1])[labels]) / len(scores)


@wrong("8.line", "shares over the images")
def scores_by_columns(scores, labels):
    p = np.exp(scores) / np.exp(scores).sum(0)
    return (p - np.eye(scores.shape[1])[labels]) / len(scores)


def scores_from(exponent, line=lambda p, y: (p - y) / len(p)):
    """grad_of_scores with another exponent."""

    def grad_of_scores(scores, labels):
        e = np.exp(exponent(scores))
        p = e / e.sum(1, keepdims=True)
        return line(p, np.eye(scores.shape[1])[labels])

    return grad_of_scores


wrong("8.line", "exp as it is", scores_from(lambda s: s))
wrong("8.line", "exp as it is, 1/N forgotten", scores_from(lambda s: s, lambda p, y: p - y))
wrong("8.line", "maximum of the batch", scores_from(lambda s: s - s.max()))
wrong("8.line", "maximum of each class", scores_from(lambda s: s - s.max(0)))
wrong("8.line", "minimum", scores_from(lambda s: s - s.min(1, keepdims=True)))
wrong("8.line", "no keepdims", scores_from(lambda s: s - s.max(1)))
wrong("8.line", "divided by the maximum", scores_from(lambda s: s / s.max(1, keepdims=True)))
wrong("8.line", "mean of the batch", scores_from(lambda s: s - s.mean()))


def scores_with_bracket(bracket):
    """grad_of_scores with another onehot."""

    def grad_of_scores(scores, labels):
        e = np.exp(scores - scores.max(1, keepdims=True))
        return (e / e.sum(1, keepdims=True) - bracket(scores, labels)) / len(scores)

    return grad_of_scores


wrong("8.line", "labels from 1", scores_with_bracket(lambda s, y: np.eye(s.shape[1])[y - 1]))
wrong("8.line", "by position", scores_with_bracket(lambda s, y: np.eye(*s.shape)))
wrong("8.line", "labels subtracted", scores_with_bracket(lambda s, y: y[:, None]))


def prepared_by(image, mark):
    """An answer to 8.2 from a function of the pixels and one of the marks."""
    return lambda pixels, marks: (image(pixels), mark(marks))


def right_marks(m):
    return m % 10


def right_pixels(a):
    return a[:, None] / 255


wrong("8.2", "0 to 255", prepared_by(lambda a: a[:, None], right_marks))
wrong("8.2", "0 to 255, as floats", prepared_by(lambda a: a[:, None] * 1.0, right_marks))
wrong("8.2", "/ 256", prepared_by(lambda a: a[:, None] / 256, right_marks))
wrong("8.2", "//", prepared_by(lambda a: a[:, None] // 255, right_marks))
wrong("8.2", "largest pixel", prepared_by(lambda a: a[:, None] / a.max(), right_marks))
wrong("8.2", "no channel", prepared_by(lambda a: a / 255, right_marks))
wrong("8.2", "channel last", prepared_by(lambda a: a[..., None] / 255, right_marks))
wrong("8.2", "255 is 1: + 1", prepared_by(lambda a: (a[:, None] + np.uint8(1)) / 256, right_marks))
wrong("8.2", "divided by 100", prepared_by(lambda a: a[:, None] / 100, right_marks))
wrong("8.2", "one less", prepared_by(right_pixels, lambda m: m - 1))
wrong("8.2", "as they are", prepared_by(right_pixels, lambda m: m))
wrong("8.2", "10 is 9", prepared_by(right_pixels, lambda m: np.where(m == 10, 9, m)))
wrong("8.2", "0 to 255, one less", prepared_by(lambda a: a[:, None], lambda m: m - 1))
wrong("8.2", "exchanged", lambda pixels, marks: (marks % 10, pixels[:, None] / 255))


DENSE_8 = {
    "mean for sum in all": lambda d, x, w: (d.T @ x / len(d), d.mean(0), d @ w / len(d)),
    "grad_w: mean": lambda d, x, w: (d.T @ x / len(d), d.sum(0), d @ w),
    "grad_b: mean": lambda d, x, w: (d.T @ x, d.mean(0), d @ w),
    "grad_w transposed": lambda d, x, w: (x.T @ d, d.sum(0), d @ w),
    "grad_b: over the outputs": lambda d, x, w: (d.T @ x, d.sum(1), d @ w),
    "grad_b: everything": lambda d, x, w: (d.T @ x, d.sum(), d @ w),
    "grad_b: an axis kept": lambda d, x, w: (d.T @ x, d.sum(0, keepdims=True), d @ w),
    "grad_b: not summed": lambda d, x, w: (d.T @ x, d, d @ w),
    "grad_x: w transposed": lambda d, x, w: (d.T @ x, d.sum(0), d @ w.T),
    "grad_x transposed": lambda d, x, w: (d.T @ x, d.sum(0), (d @ w).T),
    "grad_x: x in it": lambda d, x, w: (d.T @ x, d.sum(0), d @ w * x),
    "grad_x: summed over the batch": lambda d, x, w: (d.T @ x, d.sum(0), (d @ w).sum(0)),
    "order: x first": lambda d, x, w: (d @ w, d.T @ x, d.sum(0)),
    "order: b and x exchanged": lambda d, x, w: (d.T @ x, d @ w, d.sum(0)),
    "order: b first": lambda d, x, w: (d.sum(0), d.T @ x, d @ w),
    "grad_w: first image only": lambda d, x, w: (np.outer(d[0], x[0]), d.sum(0), d @ w),
    "grad_w: not summed": lambda d, x, w: (np.einsum("no,nk->nok", d, x), d.sum(0), d @ w),
    "grad_b forgotten": lambda d, x, w: (d.T @ x, d @ w),
    "grad_w only": lambda d, x, w: d.T @ x,
    "sign": lambda d, x, w: (-d.T @ x, -d.sum(0), -d @ w),
}
for tag, function in DENSE_8.items():
    wrong("8.dense", tag, function)
SQUARE_8 = {
    "1/N forgotten": lambda s, t: s - t,
    "2 kept": lambda s, t: 2 * (s - t) / len(s),
    "sign": lambda s, t: (t - s) / len(s),
    "one half kept": lambda s, t: (s - t) / (2 * len(s)),
    "divided by N K": lambda s, t: (s - t) / s.size,
    "divided by K": lambda s, t: (s - t) / s.shape[1],
    "the error itself": lambda s, t: (s - t) ** 2 / (2 * len(s)),
    "the error, one number": lambda s, t: ((s - t) ** 2).sum() / (2 * len(s)),
    "summed over the classes": lambda s, t: (s - t).sum(1) / len(s),
    "summed over the images": lambda s, t: (s - t).sum(0) / len(s),
    "target forgotten": lambda s, t: s / len(s),
    "softmax in it": lambda s, t: (np.exp(s) / np.exp(s).sum(1, keepdims=True) - t) / len(s),
    "brackets": lambda s, t: s - t / len(s),
    "absolute": lambda s, t: np.abs(s - t) / len(s),
    "times s": lambda s, t: (s - t) * s / len(s),
    "2 kept, 1/N forgotten": lambda s, t: 2 * (s - t),
    "everything in one number": lambda s, t: (s - t).mean(),
    "1/N twice": lambda s, t: (s - t) / len(s) ** 2,
}
for tag, function in SQUARE_8.items():
    wrong("8.3", tag, function)


@wrong("8.5", "the trap: a cell that comes twice counts once")
def confusion_trap(labels, predicted, K):
    counts = np.zeros((K, K), int)
    counts[labels, predicted] += 1
    return counts


@wrong("8.5", "rows and columns exchanged")
def confusion_transposed(labels, predicted, K):
    counts = np.zeros((K, K), int)
    np.add.at(counts, (predicted, labels), 1)
    return counts


@wrong("8.5", "= for +=")
def confusion_marks(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label, answer] = 1
    return counts


@wrong("8.5", "only the right answers")
def confusion_diagonal(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label, answer] += label == answer
    return counts


@wrong("8.5", "only the wrong answers")
def confusion_errors(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label, answer] += label != answer
    return counts


@wrong("8.5", "shares for counts")
def confusion_shares(labels, predicted, K):
    counts = np.zeros((K, K))
    np.add.at(counts, (labels, predicted), 1)
    return counts / len(labels)


@wrong("8.5", "shares of each row")
def confusion_row_shares(labels, predicted, K):
    counts = np.zeros((K, K))
    np.add.at(counts, (labels, predicted), 1)
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


@wrong("8.5", "one number: how many are right")
def confusion_accuracy(labels, predicted, K):
    return np.sum(np.array(labels) == predicted)


@wrong("8.5", "return too deep: the first image only")
def confusion_returns_early(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label, answer] += 1
        return counts


@wrong("8.5", "counted from 1")
def confusion_from_one(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label, answer in zip(labels, predicted):
        counts[label - 1, answer - 1] += 1
    return counts


@wrong("8.5", "both ways")
def confusion_symmetric(labels, predicted, K):
    counts = np.zeros((K, K), int)
    np.add.at(counts, (labels, predicted), 1)
    return counts + counts.T


@wrong("8.5", "all pairs")
def confusion_all_pairs(labels, predicted, K):
    counts = np.zeros((K, K), int)
    for label in labels:
        for answer in predicted:
            counts[label, answer] += 1
    return counts


# ---- 09 and A1

wrong("9.derive", "row and column exchanged", [(2, 0), (1, 1)])
wrong("9.derive", "the copy in row 1 first", [(1, 1), (0, 2)])
wrong("9.derive", "the copies of x_1", [(0, 1), (1, 0)])
wrong("9.derive", "counted from 1", [(1, 3), (2, 2)])
wrong("9.derive", "one copy, in both", [(0, 2), (0, 2)])
wrong("9.derive", "column 2 in both rows", [(0, 2), (1, 2)])
wrong("9.derive", "the copies of x_3, and x_2", [(0, 2), (1, 3)])
wrong("9.derive", "one copy", [(0, 2)])
wrong("9.derive", "column 1 in both rows", [(0, 1), (1, 1)])
wrong("9.count", "one filter", 36)
wrong("9.count", "outputs of the size of the image", 128)
wrong("9.count", "outputs only", 18)
wrong("9.count", "products of one output", 4)
wrong("9.count", "products of one output of both", 8)
wrong("9.count", "multiplications and additions apart", 144)
wrong("9.count", "one addition less", 126)
wrong("9.count", "outputs of one filter", 9)
wrong("9.count", "image times kernel", 64)
wrong("9.count", "with biases", 90)
wrong("9.hand", "column by column", [0, 0, 1, 1])
wrong("9.hand", "output (1, 2)", [1, 0, 1, 0])
wrong("9.hand", "counted from 1", [1, 1, 1, 0])
wrong("9.hand", "one column to the left", [1, 0, 0, 0])
wrong("9.hand", "times the kernel", [0, -1, 0, -1])
wrong("9.hand", "summed: net", -2)
wrong("9.hand", "two rows", [[0, 1], [0, 1]])
wrong("9.hand", "one column to the right", [1, 0, 1, 0.0])
wrong("9.hand", "turned", [1, 0, 1, 0])
wrong("9.hand", "a row of X", [0, 1, 0, 0, 1, 0, 0, 1, 0])
wrong("9.rows", "not rounded", 2_097_152 / 1_032_192)
wrong("9.rows", "rounded up", 3)
wrong("9.rows", "bytes forgotten", 16)
wrong("9.rows", "batch forgotten", 130)
wrong("9.rows", "all rows", 28)
wrong("9.rows", "one row", 1)
wrong("9.rows", "four bytes", 4)
wrong("9.rows", "kernel forgotten", 18)
wrong("9.rows", "W_out forgotten", 56)
wrong("9.rows", "filters for channels", 1.0)
wrong("9.rows", "the bytes of a row", 1_032_192)
wrong("9.predict", "columns gain most", (2, 30))
wrong("9.predict", "einsum, too little", (1, 30))
wrong("9.predict", "einsum, much too little", (1, 3))
wrong("9.predict", "the example", (4, 3))
wrong("9.predict", "columns, much", (2, 300))
wrong("9.predict", "exchanged", (300, 1))
wrong("9.predict", "batch last", (3, 3))
wrong("9.predict", "blocks", (4, 30))
wrong("9.predict", "step only", 1)
wrong("9.1", "forward only", 1850)
wrong("9.1", "forward and one gradient", 3699)
wrong("9.1", "not in millions", 5_549_064_192)
wrong("9.1", "in billions", 5.549)
wrong("9.1", "multiplications and additions", 11098)
wrong("9.1", "channels forgotten", 87)
wrong("9.1", "border forgotten", 5160)
wrong("9.1", "one image", 347)
wrong("9.1", "filters forgotten", 87.0)
wrong("9.1", "both gradients only", 3699.0)
wrong("9.1", "kernel forgotten", 617)
wrong("9.1", "the page's layer", 57.8 * 3)
wrong("9.1", "rounded to hundreds", 5500)
wrong("9.1", "one side of the output", 99)
wrong("9.3", "cut off, not rounded", 115)
wrong("9.3", "float64", 231)
wrong("9.3", "numbers, not bytes", 29)
wrong("9.3", "MiB", 110)
wrong("9.3", "x itself", 13)
wrong("9.3", "one image", 7)
wrong("9.3", "bytes", 115_605_504)
wrong("9.3", "nine times x, and x", 128)
wrong("9.3", "border forgotten", 107)
wrong("9.3", "times the filters", 7399)
wrong("9.3", "three times x", 39)
wrong("9.3", "gigabytes", 0.116)
wrong("9.3", "bits", 925)
wrong("9.5.count", "channels", 8)
wrong("9.5.count", "channels times filters", 128)
wrong("9.5.count", "places in the kernel", 9)
wrong("9.5.count", "upside down", 1 / 16)
wrong("9.5.count", "the count left", 3.6)
wrong("9.5.count", "filters over channels", 2)
wrong("9.5.count", "batch", 64)
wrong("9.5.count", "channels and kernel", 72)
wrong("9.5.count", "no difference", 1)
wrong("9.5.count", "filters and kernel", 144)
wrong("9.5.count", "the count left, in millions", 3_612_672)
wrong("9.6", "as for 3x3", (9, 9))
wrong("9.6", "additions of 3x3", (1, 9))
wrong("9.6", "no addition", (1, 0))
wrong("9.6", "memory of 3x3", (9, 1))
wrong("9.6", "no memory", (0, 1))
wrong("9.6", "additions: the channels", (1, 8))
wrong("9.6", "additions: the pixels", (1, 784))
wrong("9.6", "both 0", (0, 0))
wrong("9.6", "one number", 1)
wrong("9.6", "additions: two ways", (1, 2))

ORDERS_9 = {
    "as it is": (0, 1, 2, 3, 4, 5),
    "c, n, i, j, u, v": (1, 0, 2, 3, 4, 5),
    "u and v exchanged": (1, 5, 4, 0, 2, 3),
    "i and j exchanged": (1, 4, 5, 0, 3, 2),
    "positions before images": (1, 4, 5, 2, 3, 0),
    "rows and columns exchanged: n, i, j first": (0, 2, 3, 1, 4, 5),
    "u, v before c": (4, 5, 1, 0, 2, 3),
    "i, j for u, v": (1, 2, 3, 0, 4, 5),
    "reversed": (5, 4, 3, 2, 1, 0),
    "the inverse order": (3, 0, 4, 5, 1, 2),
    "u, c, v": (4, 1, 5, 0, 2, 3),
    "n first, then c, u, v": (0, 1, 4, 5, 2, 3),
    "v, u, c": (5, 4, 1, 0, 2, 3),
}


def columns_with(order):
    """columns_of with the axes in another order."""

    def columns_of(windows):
        rows = windows.shape[1] * windows.shape[4] * windows.shape[5]
        return windows.transpose(order).reshape(rows, -1)

    return columns_of


for tag, order in ORDERS_9.items():
    wrong("9.line", tag, columns_with(order))
wrong(
    "9.line", "transposed at the end", lambda windows: columns_with((1, 4, 5, 0, 2, 3))(windows).T
)
wrong("9.line", "not made a matrix", lambda windows: windows.transpose(1, 4, 5, 0, 2, 3))
wrong(
    "9.line",
    "a row for each image",
    lambda windows: windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(windows), -1),
)
wrong("9.line", "counted from 1", lambda windows: windows.transpose(2, 5, 6, 1, 3, 4))


def add_back_with(part, put=False, start=lambda u, v: (u, v)):
    """add_back with another part of `sent`, or with =."""

    def add_back(sent, grad_xp, s):
        (K_H, K_W), (H_out, W_out) = sent.shape[1:3], sent.shape[4:]
        for u, v in np.ndindex(K_H, K_W):
            y, z = start(u, v)
            cells = grad_xp[:, :, y : y + H_out * s : s, z : z + W_out * s : s]
            cells[...] = part(sent, u, v) + (0 if put else cells)
        return grad_xp

    return add_back


BACK_9 = {
    "kernel turned": lambda sent, u, v: sent[:, -1 - u, -1 - v],
    "u and v exchanged": lambda sent, u, v: sent[:, v, u],
    "the first place always": lambda sent, u, v: sent[:, 0, 0],
    "sum over the places": lambda sent, u, v: sent.sum((1, 2)),
    "mean over the places": lambda sent, u, v: sent.mean((1, 2)),
    "divided by the places": lambda sent, u, v: sent[:, u, v] / sent[0, :, :, 0, 0, 0].size,
    "sign": lambda sent, u, v: -sent[:, u, v],
    "u forgotten": lambda sent, u, v: sent[:, 0, v],
    "upside down": lambda sent, u, v: sent[:, -1 - u, v],
    "first axes": lambda sent, u, v: sent[u, v],
    "all of it": lambda sent, u, v: sent,
    "last axes": lambda sent, u, v: sent[..., u, v],
    "images summed": lambda sent, u, v: sent[:, u, v].sum(1, keepdims=True),
    "channels summed": lambda sent, u, v: sent[:, u, v].sum(0),
    "mean over the batch": lambda sent, u, v: sent[:, u, v] / sent.shape[3],
}
for tag, part in BACK_9.items():
    wrong("9.back", tag, add_back_with(part))
wrong("9.back", "= for +=", add_back_with(lambda sent, u, v: sent[:, u, v], put=True))


@wrong("9.back", "return too deep: first place only")
def add_back_returns_early(sent, grad_xp, s):
    (K_H, K_W), (H_out, W_out) = sent.shape[1:3], sent.shape[4:]
    for u, v in np.ndindex(K_H, K_W):
        grad_xp[:, :, u : u + H_out * s : s, v : v + W_out * s : s] += sent[:, u, v]
        return grad_xp


LETTERS_9 = {
    "letters of another layout": "nfij,ncijuv->fcuv",
    "order of the answer: c first": "fijn,cuvijn->cfuv",
    "order of the answer: u and v exchanged": "fijn,cuvijn->fcvu",
    "n kept": "fijn,cuvijn->nfcuv",
    "channels summed": "fijn,cuvijn->fuv",
    "filters summed": "fijn,cuvijn->cuv",
    "i and j exchanged": "fijn,cuvjin->fcuv",
    "u, v and i, j exchanged": "fijn,cijuvn->fcuv",
    "positions not met": "fijn,cuvyzn->fcuv",
    "images not met": "fijn,cuvijm->fcuv",
    "no letters behind the arrow": "fijn,cuvijn->",
    "positions kept": "fijn,cuvijn->fcuvij",
    "u and v before c": "fijn,cuvijn->fuvc",
    "channels of the filters": "fijn,fuvijn->fuv",
}
for tag, letters in LETTERS_9.items():
    wrong("9.2", tag, lambda delta, windows, letters=letters: np.einsum(letters, delta, windows))
wrong(
    "9.2",
    "divided by N",
    lambda d, windows: np.einsum("fijn,cuvijn->fcuv", d, windows) / d.shape[3],
)


def back_1d_with(place, part=lambda G, u, i: G[u, i], put=False):
    """add_back_1d by loops with another place."""

    def add_back_1d(G, n, s):
        grad_x = np.zeros(n)
        for u, i in np.ndindex(G.shape):
            y = place(u, i, s)
            grad_x[y] = part(G, u, i) + (0 if put else grad_x[y])
        return grad_x

    return add_back_1d


wrong("9.4", "stride forgotten", back_1d_with(lambda u, i, s: i + u))
wrong("9.4", "stride on u", back_1d_with(lambda u, i, s: i + u * s))
wrong("9.4", "= for +=", back_1d_with(lambda u, i, s: i * s + u, put=True))
wrong("9.4", "kernel turned", back_1d_with(lambda u, i, s: i * s + u, lambda G, u, i: G[-1 - u, i]))
wrong(
    "9.4",
    "deltas in reverse",
    back_1d_with(lambda u, i, s: i * s + u, lambda G, u, i: G[u, -1 - i]),
)
wrong("9.4", "minus for plus", back_1d_with(lambda u, i, s: i * s - u))
wrong("9.4", "u forgotten", back_1d_with(lambda u, i, s: i * s))
wrong("9.4", "i forgotten", back_1d_with(lambda u, i, s: u))
wrong("9.4", "one too far", back_1d_with(lambda u, i, s: i * s + u - 1))
wrong(
    "9.4",
    "mean over the kernel",
    back_1d_with(lambda u, i, s: i * s + u, lambda G, u, i: G[u, i] / len(G)),
)
wrong("9.4", "summed over u", lambda G, n, s: G.sum(0))
wrong("9.4", "summed over i", lambda G, n, s: G.sum(1))
wrong("9.4", "stride on both", back_1d_with(lambda u, i, s: (i + u) * s))
wrong(
    "9.4", "first row only", back_1d_with(lambda u, i, s: i * s, lambda G, u, i: G[0, i] * (u == 0))
)


@wrong("9.4", "slice that ends at n: too long with a remainder")
def add_back_1d_to_the_end(G, n, s):
    grad_x = np.zeros(n)
    for u in range(len(G)):
        grad_x[u::s] += G[u]
    return grad_x


@wrong("9.4", "return too deep: first row only")
def add_back_1d_returns_early(G, n, s):
    grad_x = np.zeros(n)
    for u, row in enumerate(G):
        grad_x[u : u + len(row) * s : s] += row
        return grad_x


@wrong("9.4", "length from G, not n")
def add_back_1d_own_length(G, n, s):
    grad_x = np.zeros((G.shape[1] - 1) * s + len(G))
    for u, row in enumerate(G):
        grad_x[u : u + len(row) * s : s] += row
    return grad_x


DEPTH_9 = {
    "channels mixed": "ncijuv,cuv->nij",
    "an outer product": "ncijuv,duv->ndij",
    "u and v exchanged": "ncijuv,cvu->ncij",
    "letters of another layout": "cijuvn,cuv->cijn",
    "c first": "ncijuv,cuv->cnij",
    "i and j exchanged": "ncijuv,cuv->ncji",
    "images summed": "ncijuv,cuv->cij",
    "positions summed": "ncijuv,cuv->nc",
    "u kept": "ncijuv,cuv->ncijuv",
    "kernel's places at i, j": "ncijuv,cij->ncuv",
    "all channels for all": "ncijuv,duv->ncdij",
    "an ordinary convolution": "ncijuv,fcuv->nfij",
}
for tag, letters in DEPTH_9.items():
    wrong("9.5", tag, lambda windows, w, letters=letters: np.einsum(letters, windows, w))
wrong(
    "9.5",
    "kernel turned",
    lambda windows, w: np.einsum("ncijuv,cuv->ncij", windows, w[:, ::-1, ::-1]),
)
wrong(
    "9.5", "mean for sum", lambda windows, w: np.einsum("ncijuv,cuv->ncij", windows, w) / w[0].size
)
wrong(
    "9.5", "channels in reverse", lambda windows, w: np.einsum("ncijuv,cuv->ncij", windows, w[::-1])
)
wrong(
    "9.5",
    "function and number in one",
    lambda windows, w: (np.einsum("ncijuv,cuv->ncij", windows, w), 16),
)

wrong("A1.live", "all", 9)
wrong("A1.live", "those that are found", 3)
wrong("A1.live", "none", 0)
wrong("A1.live", "one missed", 5)
wrong("A1.live", "one too many", 7)
wrong("A1.live", "two missed", 4)
wrong("A1.live", "only one is found", 8)
wrong("A1.slip2", "as printed", [[0, 8], [0, 2]])
wrong("A1.slip2", "only the factor", [[1, 4], [0, 4]])
wrong("A1.slip2", "transposed", [[10, 10], [3, 1]])
wrong("A1.slip3", "as printed", (3, 4))
wrong("A1.slip3", "from 0", (1, 2))
wrong("A1.slip3", "transposed", (3, 2))
wrong("A1.slip5", "as printed", 4)
wrong("A1.slip5", "how many", 9)
wrong("A1.slip5", "mean", 10 / 9)
wrong("A1.slip9", "as printed", [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
wrong("A1.slip9", "times net", [[1, -2, 6], [4, -5, 12], [7, -16, 18]])
wrong("A1.slip9", "the mask alone", [[1, 0, 1], [1, 0, 1], [1, 0, 1]])
wrong("A1.slip11", "what comes in", 10)
wrong("A1.slip11", "all four cells", 40)
wrong("A1.slip12", "as printed", [-4, 4, 0, 0])
wrong("A1.slip12", "its right row, off by one", [0, 1, -1, 2])
wrong("A1.slip13", "not rotated", [(1, 1), (1, 2)])
wrong("A1.slip13", "as printed", [(1, 3), (1, 1)])
wrong("A1.slip13", "transposed", [(2, 1), (1, 1)])
wrong("A1.slip16", "the last one", 4)
wrong("A1.slip16", "mean", 2.5)
wrong("A1.slip16", "the cell's number", 9)
wrong("A1.slip18", "nothing cropped", 7)
wrong("A1.slip18", "one side", 6)
wrong("A1.slip18", "added", 9)
wrong("A1.slip19", "the sigmoid", 0.5)
wrong("A1.slip19", "as printed", 0)
wrong("A1.slip19", "relu", 1)
wrong("A1.slip20", "as printed", 6)
wrong("A1.slip20", "times f", 3)
wrong("A1.slip20", "input forgotten", 0.75)
wrong("A1.1", "exchanged", (14, 20))
wrong("A1.1", "delta rotated", (20, 16))
wrong("A1.1", "delta transposed", (20, 13))
wrong("A1.1", "h forgotten", (10, 14))
wrong("A1.1", "only the first delta", (2, 14))
wrong("A1.1", "each delta with its h", (9, 14))
wrong("A1.1", "right only", 14)
wrong("A1.1", "first product only", (20, 2))
wrong("A1.1", "the image's sum", (20, 11))
wrong("A1.1", "both printed", (20, 20))
wrong("A1.3", "kernel not turned", [(1, 1), (1, 2), (2, 1), (2, 2)])
wrong("A1.3", "counted from 0", [(1, 1), (1, 0), (0, 1), (0, 0)])
wrong("A1.3", "transposed", [(2, 2), (1, 2), (2, 1), (1, 1)])
wrong("A1.3", "the example", [(1, 2), (1, 1), (2, 2), (2, 1)])
wrong("A1.3", "upside down only", [(2, 1), (2, 2), (1, 1), (1, 2)])
wrong("A1.3", "one too far, as printed", [(3, 3), (3, 4), (4, 3), (4, 4)])
wrong("A1.3", "i + m - 1", [(2, 2), (2, 3), (3, 2), (3, 3)])
wrong("A1.3", "always the same", [(2, 2), (2, 2), (2, 2), (2, 2)])
wrong("A1.4", "none more is found", 6)
wrong("A1.4", "one too few", 4)
wrong("A1.4", "all found", 0)
wrong("A1.4", "half", 3)
wrong("A1.4", "all live", 9)
wrong("A1.4", "only the mended one", 1)
wrong("A1.4", "two found", 2)
for number in ("1.size", "2.hand", "3.5", "4.1", "5.mean", "6.1", "7.12", "8.4", "9.1", "A1.4"):
    nonsense(number, "text", "I do not know")
    nonsense(number, "None", None)
    nonsense(number, "an empty list", [])
    nonsense(number, "a huge list", list(range(1000)))
    nonsense(number, "not a number", float("nan"))
for number in ("1.line", "2.4", "3.2", "4.2", "5.5", "6.2", "7.13", "8.3", "9.4", "A1.2"):
    nonsense(number, "a number for a function", 7)
    nonsense(number, "no arguments", lambda: 0)
    nonsense(number, "None", lambda *arguments: None)
    nonsense(number, "stops", lambda *arguments: 1 / 0)
    nonsense(number, "text", lambda *arguments: "done")


# ---- 08b: when it does not learn

wrong("8.first", "one image's sum", np.log(10), 2.303)
wrong("8.first", "classes forgotten", np.log(16))
wrong("8.first", "the share", 1 / 160)
wrong("8.first", "sign", -np.log(160))
wrong("8.first", "sum, not mean", 16 * np.log(160))
wrong("8.first", "base 10", np.log10(160))
wrong("8.first", "number of powers", 160)
wrong("8.share", "only the step", 0.2)
wrong("8.share", "without the learning rate", 0.4)
wrong("8.share", "sum of the weights", 0.2 / 7)
wrong("8.share", "only the weight that moves", 0.05)
wrong("8.share", "upside down", 25)
wrong("8.share", "sign", -0.04)
wrong("8.share", "squares", 0.04**2)
wrong("8.update", "only the step", lambda a, b: np.linalg.norm(b - a))
wrong("8.update", "divided by after", lambda a, b: np.linalg.norm(b - a) / np.linalg.norm(b))
wrong("8.update", "ratio of lengths", lambda a, b: np.linalg.norm(b) / np.linalg.norm(a))
wrong("8.update", "mean of shares", lambda a, b: np.mean(np.abs((b - a) / a)))
wrong("8.update", "squares", lambda a, b: np.sum((b - a) ** 2) / np.sum(a**2))
wrong("8.update", "for each weight", lambda a, b: abs(b - a) / abs(a))
wrong("8.dead", "single zeros", lambda out: (out == 0).mean())
wrong("8.dead", "each image by itself", lambda out: (out.max((2, 3)) == 0).mean())
wrong("8.dead", "count", lambda out: (out.max((0, 2, 3)) == 0).sum())
wrong("8.dead", "the living", lambda out: (out > 0).any((0, 2, 3)).mean())
wrong("8.dead", "for each filter", lambda out: out.max((0, 2, 3)) == 0)
wrong("8.dead", "images for filters", lambda out: (out.max((1, 2, 3)) == 0).mean())
wrong("8.fit", "labels must be right", [7, 8])
wrong("8.fit", "gradients must be right", [2, 3])
wrong("8.fit", "those that fail", [1, 4, 5, 6, 9, 10, 11])
wrong("8.fit", "all", list(range(1, 12)))
wrong("8.fit", "tiny steps learn, too", [2, 3, 7, 8, 10, 11])
wrong("8.sick1", "diagnosis", "learning rate too small", "learning rate too large")
wrong("8.sick2", "diagnosis", "labels shuffled", "softmax over the whole batch")
wrong("8.sick3", "diagnosis", "1/N applied twice", "every ReLU is dead")
wrong("8.pixels", "by the batch", lambda x: x / x.max())
wrong("8.pixels", "the scale of the small digits", lambda x: x / 16)
wrong("8.pixels", "256", lambda x: x / 256)
wrong("8.pixels", "whole division", lambda x: x // 255)
wrong("8.pixels", "standardised", lambda x: (x - x.mean()) / x.std())
wrong("8.weights", "no factor", lambda z: z)
wrong("8.weights", "no root", lambda z: z * 2 / z[0].size)
wrong("8.weights", "without the 2", lambda z: z / np.sqrt(z[0].size))
wrong("8.weights", "fan out", lambda z: z * np.sqrt(2 / len(z)))
wrong("8.weights", "all weights", lambda z: z * np.sqrt(2 / z.size))
wrong("8.weights", "equal", lambda z: np.full(z.shape, np.sqrt(2 / z[0].size)))
wrong("8.shares", "whole batch", lambda s: np.exp(s - s.max()) / np.exp(s - s.max()).sum())
wrong("8.shares", "no maximum", lambda s: np.exp(s) / np.exp(s).sum(1, keepdims=True))
wrong("8.shares", "powers only", lambda s: np.exp(s - s.max(1, keepdims=True)))
wrong("8.shares", "no powers", lambda s: s / s.sum(1, keepdims=True))
wrong("8.pairs", "labels in the old order", lambda x, y, o, a, n: (x[o[a : a + n]], y[a : a + n]))
wrong("8.pairs", "images in the old order", lambda x, y, o, a, n: (x[a : a + n], y[o[a : a + n]]))
wrong("8.pairs", "no order", lambda x, y, o, a, n: (x[a : a + n], y[a : a + n]))
wrong("8.pairs", "slice to size", lambda x, y, o, a, n: (x[o[a:n]], y[o[a:n]]))
wrong("8.pairs", "to the end", lambda x, y, o, a, n: (x[o[a:]], y[o[a:]]))


@wrong("8.shares", "one maximum for the batch")
def far_rows_vanish(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(1, keepdims=True)
