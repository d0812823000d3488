"""reference: every operation as loops, one index a loop, for ONE image: the equations, letter by
letter (level 1).

Letters: f filter, c channel, i j output row and column, u v kernel row and column; s_v s_h the
strides down and across, d_v d_h the dilations: how far apart neighbours in the kernel lie in the
input, 1 where nobody says otherwise; o k output and input of a dense layer. "Convolution" here
means cross-correlation: the kernel is not rotated on the way forward. All arrays are float
(integers become float64). Each function leaves its arguments as they were.
"""

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
from cnnlib.geometry import Geometry


def _pad(x, padding):
    """xp: the image x (C, H, W) with `padding` rows and columns of zeros on every side."""
    C, H, W = x.shape
    p_v, p_h = padding
    xp = np.zeros((C, H + 2 * p_v, W + 2 * p_h), x.dtype)
    xp[:, p_v : p_v + H, p_h : p_h + W] = x
    return xp


def conv2d(
    x: ArrayLike, w: ArrayLike, b: ArrayLike,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    r"""Eq. 1.1: net[f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] * xp[c, i*s + u*d, j*s + v*d].

    x (C, H, W), w (F, C, K_H, K_W), b (F,); returns net (F, H_out, W_out).
    Raises ValueError for shapes that do not fit, TypeError for what is not numbers.
    """
    x, w, b = images(x, "x", "image"), weights(w), array(b, "b", "(F,)")
    same_channels(x, w)
    one_bias_a_filter(b, w)
    F, C, K_H, K_W = w.shape
    geometry = Geometry(x.shape[1:], (K_H, K_W), stride, padding, dilation)
    (s_v, s_h), (d_v, d_h) = geometry.stride, geometry.dilation
    H_out, W_out = geometry.out_size
    xp = _pad(x, geometry.padding)
    net = np.zeros((F, H_out, W_out), np.result_type(x, w, b))
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                net[f, i, j] = b[f]
                for c in range(C):
                    for u in range(K_H):
                        for v in range(K_W):
                            row, column = i * s_v + u * d_v, j * s_h + v * d_h
                            net[f, i, j] += w[f, c, u, v] * xp[c, row, column]
    return net


def conv2d_grad_x(
    delta: ArrayLike, w: ArrayLike, input_size: Size,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    r"""Eq. 2.1: grad_xp[c, i*s + u*d, j*s + v*d] gets delta[f,i,j] * w[f,c,u,v] from every
    f,i,j,u,v; then the padding is cropped.

    delta (F, H_out, W_out), w (F, C, K_H, K_W), input_size (H, W); returns grad_x (C, H, W).
    Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(F, H_out, W_out)"), weights(w)
    F, C, K_H, K_W = w.shape
    geometry = Geometry(input_size, (K_H, K_W), stride, padding, dilation)
    (s_v, s_h), (d_v, d_h) = geometry.stride, geometry.dilation
    H_out, W_out = geometry.out_size
    same_shape(delta, "delta", (F, H_out, W_out), "one number for each output cell of each filter")
    grad_xp = np.zeros((C, *geometry.padded_size), np.result_type(delta, w))
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                for c in range(C):
                    for u in range(K_H):
                        for v in range(K_W):
                            row, column = i * s_v + u * d_v, j * s_h + v * d_h
                            grad_xp[c, row, column] += delta[f, i, j] * w[f, c, u, v]
    (H, W), (p_v, p_h) = geometry.input_size, geometry.padding
    return grad_xp[:, p_v : p_v + H, p_h : p_h + W].copy()


def conv2d_grad_w(
    delta: ArrayLike, x: ArrayLike, kernel_size: Size,
    stride: Size = 1, padding: Size = 0, dilation: Size = 1,
) -> np.ndarray:  # fmt: skip
    r"""Eq. 3.1: grad_w[f,c,u,v] = sum over i,j of delta[f,i,j] * xp[c, i*s + u*d, j*s + v*d].

    delta (F, H_out, W_out), x (C, H, W), kernel_size an int or (K_H, K_W); returns grad_w (F, C,
    K_H, K_W). Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(F, H_out, W_out)"), images(x, "x", "image")
    geometry = Geometry(x.shape[1:], kernel_size, stride, padding, dilation)
    (s_v, s_h), (d_v, d_h) = geometry.stride, geometry.dilation
    (K_H, K_W), (H_out, W_out) = geometry.kernel_size, geometry.out_size
    F, C = len(delta), len(x)
    same_shape(delta, "delta", (F, H_out, W_out), "one number for each output cell of each filter")
    xp = _pad(x, geometry.padding)
    grad_w = np.zeros((F, C, K_H, K_W), np.result_type(delta, x))
    for f in range(F):
        for c in range(C):
            for u in range(K_H):
                for v in range(K_W):
                    for i in range(H_out):
                        for j in range(W_out):
                            row, column = i * s_v + u * d_v, j * s_h + v * d_h
                            grad_w[f, c, u, v] += delta[f, i, j] * xp[c, row, column]
    return grad_w


def conv2d_grad_b(delta: ArrayLike) -> np.ndarray:
    r"""Eq. 4.1: grad_b[f] = sum over i,j of delta[f,i,j].

    delta (F, H_out, W_out); returns grad_b (F,). Raises ValueError for another number of axes.
    """
    delta = array(delta, "delta", "(F, H_out, W_out)")
    F, H_out, W_out = delta.shape
    grad_b = np.zeros(F, delta.dtype)
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                grad_b[f] += delta[f, i, j]
    return grad_b


def max_pool2d(x: ArrayLike, size: Size, stride: Size) -> tuple[np.ndarray, np.ndarray]:
    """out[c,i,j] = the largest number of its window, and who won it; in a tie the first cell in
    reading order wins, and a NaN wins over all numbers.

    x (C, H, W), size and stride an int or (vertical, horizontal); returns (out, winners), both (C,
    H_out, W_out). winners[c,i,j] = u*K_W + v, the row-major place inside the window. Raises
    ValueError for a window larger than x.
    """
    x = images(x, "x", "image")
    geometry = Geometry.of_pool(x.shape[1:], size, stride)
    (K_H, K_W), (s_v, s_h) = geometry.kernel_size, geometry.stride
    C, H_out, W_out = len(x), *geometry.out_size
    out, winners = np.zeros((C, H_out, W_out), x.dtype), np.zeros((C, H_out, W_out), int)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                out[c, i, j] = x[c, i * s_v, j * s_h]
                for u in range(K_H):
                    for v in range(K_W):
                        cell, best = x[c, i * s_v + u, j * s_h + v], out[c, i, j]
                        if cell > best or (np.isnan(cell) and not np.isnan(best)):
                            out[c, i, j] = cell
                            winners[c, i, j] = u * K_W + v
    return out, winners


def max_pool2d_grad_x(
    grad_out: ArrayLike, winners: ArrayLike, input_size: Size, size: Size, stride: Size
) -> np.ndarray:
    """Eq. 5.1: grad_x[cell] = sum of grad_out over ALL windows that this cell won.

    grad_out and winners (C, H_out, W_out), input_size (H, W); returns grad_x (C, H, W).
    Raises ValueError for shapes that do not fit or a winner outside its window.
    """
    grad_out = array(grad_out, "grad_out", "(C, H_out, W_out)")
    geometry = Geometry.of_pool(input_size, size, stride)
    K_W, (s_v, s_h) = geometry.kernel_size[1], geometry.stride
    C, H_out, W_out = len(grad_out), *geometry.out_size
    same_shape(grad_out, "grad_out", (C, H_out, W_out), "one number for each window")
    winners = winners_of(winners, grad_out.shape, geometry.kernel_size)
    grad_x = np.zeros((C, *geometry.input_size), grad_out.dtype)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                u, v = divmod(int(winners[c, i, j]), K_W)
                grad_x[c, i * s_v + u, j * s_h + v] += grad_out[c, i, j]
    return grad_x


def mean_pool2d(x: ArrayLike, size: Size, stride: Size) -> np.ndarray:
    """out[c,i,j] = the mean of its window. x (C, H, W); returns out (C, H_out, W_out). Raises as
    max_pool2d does."""
    x = images(x, "x", "image")
    geometry = Geometry.of_pool(x.shape[1:], size, stride)
    (K_H, K_W), (s_v, s_h) = geometry.kernel_size, geometry.stride
    C, H_out, W_out = len(x), *geometry.out_size
    out = np.zeros((C, H_out, W_out), x.dtype)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                for u in range(K_H):
                    for v in range(K_W):
                        out[c, i, j] += x[c, i * s_v + u, j * s_h + v]
                out[c, i, j] /= K_H * K_W
    return out


def mean_pool2d_grad_x(
    grad_out: ArrayLike, input_size: Size, size: Size, stride: Size
) -> np.ndarray:
    """Eq. 5.2: grad_x[cell] = sum of grad_out / (K_H*K_W) over all windows that hold the cell.

    grad_out (C, H_out, W_out), input_size (H, W); returns grad_x (C, H, W). Raises ValueError for
    shapes that do not fit.
    """
    grad_out = array(grad_out, "grad_out", "(C, H_out, W_out)")
    geometry = Geometry.of_pool(input_size, size, stride)
    (K_H, K_W), (s_v, s_h) = geometry.kernel_size, geometry.stride
    C, H_out, W_out = len(grad_out), *geometry.out_size
    same_shape(grad_out, "grad_out", (C, H_out, W_out), "one number for each window")
    grad_x = np.zeros((C, *geometry.input_size), grad_out.dtype)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                for u in range(K_H):
                    for v in range(K_W):
                        grad_x[c, i * s_v + u, j * s_h + v] += grad_out[c, i, j] / (K_H * K_W)
    return grad_x


def dense(x: ArrayLike, w: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Eq. 8.1: net[o] = b[o] + sum over k of w[o,k] * x[k].

    x (I,), w (O, I), b (O,); returns net (O,). Raises ValueError for shapes that do not fit,
    TypeError for what is not numbers.
    """
    x, w, b = array(x, "x", "(I,)"), dense_weights(w), array(b, "b", "(O,)")
    same_inputs(x, w)
    one_bias_a_filter(b, w)
    O, I = w.shape  # noqa: E741 - the letters of (8.1)
    net = np.zeros(O, np.result_type(x, w, b))
    for o in range(O):
        net[o] = b[o]
        for k in range(I):
            net[o] += w[o, k] * x[k]
    return net


def dense_grad_x(delta: ArrayLike, w: ArrayLike) -> np.ndarray:
    """Eq. 8.1 and 8.6: grad_x[k] = sum over o of delta[o] * w[o,k].

    delta (O,), w (O, I); returns grad_x (I,). Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(O,)"), dense_weights(w)
    O, I = w.shape  # noqa: E741 - the letters of (8.1)
    same_shape(delta, "delta", (O,), "one number for each output")
    grad_x = np.zeros(I, np.result_type(delta, w))
    for k in range(I):
        for o in range(O):
            grad_x[k] += delta[o] * w[o, k]
    return grad_x


def dense_grad_w(delta: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Eq. 8.1 and 8.4: grad_w[o,k] = delta[o] * x[k]; a batch adds these up.

    delta (O,), x (I,); returns grad_w (O, I). Raises ValueError for another number of axes.
    """
    delta, x = array(delta, "delta", "(O,)"), array(x, "x", "(I,)")
    grad_w = np.zeros((len(delta), len(x)), np.result_type(delta, x))
    for o in range(len(delta)):
        for k in range(len(x)):
            grad_w[o, k] = delta[o] * x[k]
    return grad_w


def dense_grad_b(delta: ArrayLike) -> np.ndarray:
    """Eq. 8.1: grad_b[o] = delta[o]; a batch adds these up.

    delta (O,); returns grad_b (O,). Raises ValueError for another number of axes.
    """
    return array(delta, "delta", "(O,)").copy()
