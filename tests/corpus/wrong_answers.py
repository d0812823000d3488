"""Plausible wrong answers to every exercise, each with the mistake in a few words."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib import ops, reference
from tests.corpus import nonsense, wrong

# ---- 00

wrong("0.maps", "the numbers of one map", 64)
wrong("0.maps", "the image, which is one", 1)
wrong("0.maps", "the second convolution", 32)
wrong("0.maps", "the scores", 10)
wrong("0.maps", "all numbers of all maps", 1024)
wrong("0.maps", "the rows of a map", 8)
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


wrong("1.line", "stride forgotten", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i + u, j + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "kernel rotated", conv_with(lambda xp, w, b, s, i, j, u, v: w[-1 - u, -1 - v] * xp[i * s + u, j * s + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "stride on the kernel's index", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[(i + u * s) % len(xp), (j + v * s) % xp.shape[1]]), student=False)  # fmt: skip  # noqa: E501
wrong("1.line", "kernel transposed", conv_with(lambda xp, w, b, s, i, j, u, v: w[v, u] * xp[i * s + u, j * s + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "one off", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u - 1, j * s + v - 1]))  # fmt: skip  # noqa: E501
wrong("1.line", "plus for times", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] + xp[i * s + u, j * s + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "bias added in each product", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j * s + v] + b))  # fmt: skip  # noqa: E501
wrong("1.line", "kernel forgotten", conv_with(lambda xp, w, b, s, i, j, u, v: xp[i * s + u, j * s + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "the window's corner for the cell", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s, j * s]))  # fmt: skip  # noqa: E501
wrong("1.line", "the kernel's index alone", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[u, v]))  # fmt: skip  # noqa: E501
wrong("1.line", "stride down only", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j + v]))  # fmt: skip  # noqa: E501
wrong("1.line", "minus for plus in the index", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s - u, j * s - v]))  # fmt: skip  # noqa: E501
wrong("1.line", "mean for sum", conv_with(lambda xp, w, b, s, i, j, u, v: w[u, v] * xp[i * s + u, j * s + v] / w.size))  # fmt: skip  # noqa: E501


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
wrong("1.4", "a channel too many", lambda x, p_v, p_h: np.pad(x[None], ((0, 0), (p_v,) * 2, (p_h,) * 2)))  # fmt: skip  # noqa: E501


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
wrong("2.1", "all transposed", [[2, 6, 0], [4, 7, -3], [0, -2, -4]])
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
    wrong(name, "K zeros for K - 1", lambda delta, w: slide(full(delta, w, [(k, k) for k in w.shape]), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
    wrong(name, "no border", lambda delta, w: slide(delta, w[::-1, ::-1]))
    wrong(name, "border above and left only", lambda delta, w: slide(full(delta, w, [(k - 1, 0) for k in w.shape]), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
    wrong(name, "border from the width", lambda delta, w: slide(np.pad(delta, w.shape[1] - 1), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
    wrong(name, "border from the height", lambda delta, w: slide(np.pad(delta, len(w) - 1), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
    wrong(name, "borders exchanged", lambda delta, w: slide(np.pad(delta, [(k - 1, k - 1) for k in w.shape[::-1]]), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
    wrong(name, "delta turned in place of the kernel", lambda delta, w: slide(full(delta, w)[::-1, ::-1], w))  # fmt: skip  # noqa: E501
    wrong(name, "both turned", lambda delta, w: slide(full(delta, w)[::-1, ::-1], w[::-1, ::-1]))  # fmt: skip  # noqa: E501
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
wrong("2.4", "s zeros between", lambda d, w, s: slide(wide_of(spread_out(d, s, s + 1), w), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "zeros after the last delta", lambda d, w, s: slide(wide_of(spread_out(d, s, tail=True), w), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "kernel not turned", lambda d, w, s: slide(wide_of(spread_out(d, s), w), w))
wrong("2.4", "upside down only", lambda d, w, s: slide(wide_of(spread_out(d, s), w), w[::-1]))
wrong("2.4", "slid by s, too", lambda d, w, s: slide(wide_of(spread_out(d, s), w), w[::-1, ::-1])[::s, ::s])  # fmt: skip  # noqa: E501
wrong("2.4", "no border", lambda d, w, s: slide(np.pad(spread_out(d, s), [(0, k) for k in w.shape]), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "K zeros around", lambda d, w, s: slide(np.pad(spread_out(d, s), [(k, k) for k in w.shape]), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "spread after the border", lambda d, w, s: slide(spread_out(wide_of(d, w), s), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "border from the width", lambda d, w, s: slide(np.pad(spread_out(d, s), w.shape[1] - 1), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "deltas repeated, no zeros", lambda d, w, s: slide(wide_of(d.repeat(s, 0).repeat(s, 1)[: (len(d) - 1) * s + 1, : (d.shape[1] - 1) * s + 1], w), w[::-1, ::-1]))  # fmt: skip  # noqa: E501
wrong("2.4", "one zero between, for stride 2 only", lambda d, w, s: slide(wide_of(spread_out(d, 2), w), w[::-1, ::-1]))  # fmt: skip  # noqa: E501


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
wrong("3.1", "sum of the image everywhere", [[9, 9], [9, 9.0]])
wrong("3.1", "windows of 2x2", [[3, 3], [3, 3]])
wrong("3.1", "one slip in adding", [[7, 4], [6, 5]])
wrong("3.1", "one slip in adding", [[7, 4], [5, 4]])
wrong("3.1", "one slip in adding", [[7, 5], [6, 4]])
wrong("3.1", "columns for rows", [[7, 6], [4, 4]])
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
wrong("3.line", "delta turned", grad_w_with(lambda d, x, i, j, u, v: d[-1 - i, -1 - j] * x[i + u, j + v]))  # fmt: skip  # noqa: E501
wrong("3.line", "minus for plus", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i - u, j - v]))
wrong("3.line", "one off", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u - 1, j + v - 1]))
wrong("3.line", "one too far", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u + 1, j + v + 1]))  # fmt: skip  # noqa: E501
wrong("3.line", "delta forgotten", grad_w_with(lambda d, x, i, j, u, v: x[i + u, j + v]))
wrong("3.line", "input forgotten", grad_w_with(lambda d, x, i, j, u, v: d[i, j]))
wrong("3.line", "mean for sum", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + u, j + v] / d.size))  # fmt: skip  # noqa: E501
wrong("3.line", "plus for times", grad_w_with(lambda d, x, i, j, u, v: d[i, j] + x[i + u, j + v]))
wrong("3.line", "u and v exchanged", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[i + v, j + u]))  # fmt: skip  # noqa: E501
wrong("3.line", "i and j exchanged in x", grad_w_with(lambda d, x, i, j, u, v: d[i, j] * x[j + u, i + v]))  # fmt: skip  # noqa: E501
wrong("3.line", "the weight's index on delta, too", grad_w_with(lambda d, x, i, j, u, v: d[i - u, j - v] * x[i, j]))  # fmt: skip  # noqa: E501
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


@wrong("3.line", "own output: x through the mean kernel")
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
wrong("3.2", "stride on the weight's index", stride_with(lambda i, j, u, v, a, b: (i + u * a, j + v * b)))  # fmt: skip  # noqa: E501
wrong("3.2", "stride forgotten", stride_with(lambda i, j, u, v, a, b: (i + u, j + v)))
wrong("3.2", "first stride for both", stride_with(lambda i, j, u, v, a, b: (i * a + u, j * a + v)))
wrong("3.2", "second stride for both", stride_with(lambda i, j, u, v, a, b: (i * b + u, j * b + v)))
wrong("3.2", "stride on the sum", stride_with(lambda i, j, u, v, a, b: ((i + u) * a, (j + v) * b)))
wrong("3.2", "stride added", stride_with(lambda i, j, u, v, a, b: (i + a + u, j + b + v)))
wrong("3.2", "weight's index forgotten", stride_with(lambda i, j, u, v, a, b: (i * a, j * b)))
wrong("3.2", "divided by the stride", stride_with(lambda i, j, u, v, a, b: (i // a + u, j // b + v)))  # fmt: skip  # noqa: E501
wrong("3.2", "one less than the stride", stride_with(lambda i, j, u, v, a, b: (i * (a - 1) + u, j * (b - 1) + v)))  # fmt: skip  # noqa: E501
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


wrong("3.3", "dilation on the output's index: a stride", dilated_with(lambda i, j, u, v, d: (i * d + u, j * d + v)))  # fmt: skip  # noqa: E501
wrong("3.3", "dilation forgotten", dilated_with(lambda i, j, u, v, d: (i + u, j + v)))
wrong("3.3", "dilation on both", dilated_with(lambda i, j, u, v, d: (d * (i + u), d * (j + v))))
wrong("3.3", "d - 1 for d", dilated_with(lambda i, j, u, v, d: (i + (d - 1) * u, j + (d - 1) * v)))
wrong("3.3", "d + 1 for d", dilated_with(lambda i, j, u, v, d: (i + (d + 1) * u, j + (d + 1) * v)))
wrong("3.3", "dilation added", dilated_with(lambda i, j, u, v, d: (i + u + d, j + v + d)))
wrong("3.3", "rows only", dilated_with(lambda i, j, u, v, d: (i + d * u, j + v)))
wrong("3.3", "minus for plus", dilated_with(lambda i, j, u, v, d: (i - d * u, j - d * v)))
wrong("3.3", "transposed index", dilated_with(lambda i, j, u, v, d: (i + d * v, j + d * u)))
wrong("3.3", "two axes too many", lambda t, x, k, d: reference.conv2d_grad_w(t[None], x[None], k, dilation=d))  # fmt: skip  # noqa: E501
wrong("3.3", "mean for sum", lambda t, x, k, d: reference.conv2d_grad_w(t[None], x[None], k, dilation=d)[0, 0] / t.size)  # fmt: skip  # noqa: E501

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
wrong("5.3", "shared by all cells, as a mean", split_with(lambda a, x: np.full(a.shape, 1 / a.size)))  # fmt: skip  # noqa: E501
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
wrong("5.4", "place in the whole image", lambda x: [[int((2 * i + a.argmin() // 2) * x.shape[1] + 2 * j + a.argmin() % 2) for j, a in enumerate(row)] for i, row in enumerate(sliding_window_view(x, (2, 2))[::2, ::2])])  # fmt: skip  # noqa: E501
wrong("5.4", "one place for the whole image", lambda x: x.argmin())


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


wrong("5.5", "grad_out forgotten", lambda grad_out, x: softmax(x))
wrong("5.5", "p (1 - p)", lambda grad_out, x: grad_out * softmax(x) * (1 - softmax(x)))
wrong("5.5", "hard maximum", lambda grad_out, x: grad_out * (x == x.max()))
wrong("5.5", "not divided", lambda grad_out, x: grad_out * np.exp(x))
wrong("5.5", "divided by the sum of x", lambda grad_out, x: grad_out * x / x.sum())
wrong("5.5", "inner derivative forgotten", lambda grad_out, x: grad_out / np.exp(x).sum() + 0 * x)
wrong("5.5", "the soft maximum itself", lambda grad_out, x: grad_out * np.log(np.exp(x).sum()) + 0 * x)  # fmt: skip  # noqa: E501
wrong("5.5", "column by column", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum(0))
wrong("5.5", "row by row", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).sum(-1, keepdims=True))  # fmt: skip  # noqa: E501
wrong("5.5", "divided by the largest", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).max())
wrong("5.5", "mean for sum", lambda grad_out, x: grad_out * np.exp(x) / np.exp(x).mean())
wrong("5.5", "minus 1", lambda grad_out, x: grad_out * (softmax(x) - 1))
wrong("5.5", "the share of the winner only", lambda grad_out, x: grad_out * softmax(x) * (x == x.max()))  # fmt: skip  # noqa: E501
wrong("5.5", "divided by grad_out", lambda grad_out, x: softmax(x) / grad_out)
wrong("5.5", "added", lambda grad_out, x: grad_out + softmax(x))
wrong("5.5", "sign turned", lambda grad_out, x: -grad_out * softmax(x))
wrong("5.5", "equal parts", lambda grad_out, x: np.full(x.shape, grad_out / x.size))
wrong("5.5", "softmax of minus x", lambda grad_out, x: grad_out * softmax(-x))
wrong("5.5", "log of the shares", lambda grad_out, x: grad_out * np.log(softmax(x)))
