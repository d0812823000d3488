"""reference: every operation as loops, one index a loop, for ONE image: the equations, letter by
letter (level 1).

Letters: f filter, c channel, i j output row and column, u v kernel row and column; s_v s_h the
strides down and across. "Convolution" here means cross-correlation: the kernel is not rotated on
the way forward. All arrays are float (integers become float64). Each function leaves its arguments
as they were.
"""

import numpy as np

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


def _pad(x, padding):
    """xp: the image x (C, H, W) with `padding` rows and columns of zeros on every side."""
    (p_v, p_h), (C, H, W) = padding, x.shape
    xp = np.zeros((C, H + 2 * p_v, W + 2 * p_h), x.dtype)
    xp[:, p_v : p_v + H, p_h : p_h + W] = x
    return xp


def conv2d(x, w, b, stride=1, padding=0):
    r"""Eq. 1.1: net[f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] * xp[c, i*s+u, j*s+v].

    x (C, H, W), w (F, C, K_H, K_W), b (F,); returns net (F, H_out, W_out).
    Raises ValueError for shapes that do not fit, TypeError for what is not numbers.
    """
    x, w, b = images(x, "x", "image"), weights(w), array(b, "b", "(F,)")
    same_channels(x, w)
    one_bias_a_filter(b, w)
    (s_v, s_h), p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    F, C, K_H, K_W = w.shape
    H_out, W_out = output_size(x.shape[1:], (K_H, K_W), stride, padding)
    xp, net = _pad(x, p), np.zeros((F, H_out, W_out), np.result_type(x, w, b))
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                net[f, i, j] = b[f]
                for c in range(C):
                    for u in range(K_H):
                        for v in range(K_W):
                            net[f, i, j] += w[f, c, u, v] * xp[c, i * s_v + u, j * s_h + v]
    return net


def conv2d_grad_x(delta, w, input_size, stride=1, padding=0):
    r"""Eq. 2.1: grad_xp[c, i*s+u, j*s+v] gets delta[f,i,j] * w[f,c,u,v] from every f,i,j,u,v; then
    the padding is cropped.

    delta (F, H_out, W_out), w (F, C, K_H, K_W), input_size (H, W); returns grad_x (C, H, W).
    Raises ValueError for shapes that do not fit.
    """
    delta, w = array(delta, "delta", "(F, H_out, W_out)"), weights(w)
    H, W = pair(input_size, "input_size", 1)
    (s_v, s_h), (p_v, p_h) = pair(stride, "stride", 1), pair(padding, "padding", 0)
    F, C, K_H, K_W = w.shape
    H_out, W_out = output_size((H, W), (K_H, K_W), stride, padding)
    same_shape(delta, "delta", (F, H_out, W_out), "one number for each output cell of each filter")
    grad_xp = np.zeros((C, H + 2 * p_v, W + 2 * p_h), np.result_type(delta, w))
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                for c in range(C):
                    for u in range(K_H):
                        for v in range(K_W):
                            grad_xp[c, i * s_v + u, j * s_h + v] += delta[f, i, j] * w[f, c, u, v]
    return grad_xp[:, p_v : p_v + H, p_h : p_h + W].copy()


def conv2d_grad_w(delta, x, kernel_size, stride=1, padding=0):
    r"""Eq. 3.1: grad_w[f,c,u,v] = sum over i,j of delta[f,i,j] * xp[c, i*s+u, j*s+v].

    delta (F, H_out, W_out), x (C, H, W), kernel_size an int or (K_H, K_W); returns grad_w (F, C,
    K_H, K_W). Raises ValueError for shapes that do not fit.
    """
    delta, x = array(delta, "delta", "(F, H_out, W_out)"), images(x, "x", "image")
    K_H, K_W = pair(kernel_size, "kernel_size", 1)
    (s_v, s_h), p = pair(stride, "stride", 1), pair(padding, "padding", 0)
    (F, H_out, W_out), C = delta.shape, len(x)
    wanted = output_size(x.shape[1:], (K_H, K_W), stride, padding)
    same_shape(delta, "delta", (F, *wanted), "one number for each output cell of each filter")
    xp, grad_w = _pad(x, p), np.zeros((F, C, K_H, K_W), np.result_type(delta, x))
    for f in range(F):
        for c in range(C):
            for u in range(K_H):
                for v in range(K_W):
                    for i in range(H_out):
                        for j in range(W_out):
                            grad_w[f, c, u, v] += delta[f, i, j] * xp[c, i * s_v + u, j * s_h + v]
    return grad_w


def conv2d_grad_b(delta):
    r"""Eq. 4.1: grad_b[f] = sum over i,j of delta[f,i,j]. delta (F, H_out, W_out); returns grad_b
    (F,).

    Raises ValueError for another number of axes.
    """
    delta = array(delta, "delta", "(F, H_out, W_out)")
    F, H_out, W_out = delta.shape
    grad_b = np.zeros(F, delta.dtype)
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                grad_b[f] += delta[f, i, j]
    return grad_b


def max_pool2d(x, size, stride):
    """out[c,i,j] = the largest number of its window, and who won it; in a tie the first cell in
    reading order wins.

    x (C, H, W), size and stride an int or (vertical, horizontal); returns (out, winners), both (C,
    H_out, W_out). winners[c,i,j] = u*K_W + v, the row-major place inside the window. Raises
    ValueError for a window larger than x.
    """
    x, (K_H, K_W), (s_v, s_h) = (
        images(x, "x", "image"),
        pair(size, "size", 1),
        pair(stride, "stride", 1),
    )
    shape = (len(x), *output_size(x.shape[1:], size, stride))
    out, winners = np.zeros(shape, x.dtype), np.zeros(shape, int)
    for c in range(shape[0]):
        for i in range(shape[1]):
            for j in range(shape[2]):
                out[c, i, j] = x[c, i * s_v, j * s_h]
                for u in range(K_H):
                    for v in range(K_W):
                        if x[c, i * s_v + u, j * s_h + v] > out[c, i, j]:
                            out[c, i, j] = x[c, i * s_v + u, j * s_h + v]
                            winners[c, i, j] = u * K_W + v
    return out, winners


def max_pool2d_grad_x(grad_out, winners, input_size, size, stride):
    """Eq. 5.1: grad_x[cell] = sum of grad_out over ALL windows that this cell won.

    grad_out and winners (C, H_out, W_out), input_size (H, W); returns grad_x (C, H, W).
    Raises ValueError for shapes that do not fit or a winner outside its window.
    """
    grad_out, (H, W) = (
        array(grad_out, "grad_out", "(C, H_out, W_out)"),
        pair(input_size, "input_size", 1),
    )
    (K_H, K_W), (s_v, s_h) = pair(size, "size", 1), pair(stride, "stride", 1)
    C, H_out, W_out = len(grad_out), *output_size((H, W), size, stride)
    same_shape(grad_out, "grad_out", (C, H_out, W_out), "one number for each window")
    winners = winners_of(winners, grad_out.shape, (K_H, K_W))
    grad_x = np.zeros((C, H, W), grad_out.dtype)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                u, v = divmod(int(winners[c, i, j]), K_W)
                grad_x[c, i * s_v + u, j * s_h + v] += grad_out[c, i, j]
    return grad_x


def mean_pool2d(x, size, stride):
    """out[c,i,j] = the mean of its window. x (C, H, W); returns out (C, H_out, W_out). Raises as
    max_pool2d does."""
    x, (K_H, K_W), (s_v, s_h) = (
        images(x, "x", "image"),
        pair(size, "size", 1),
        pair(stride, "stride", 1),
    )
    out = np.zeros((len(x), *output_size(x.shape[1:], size, stride)), x.dtype)
    for c in range(out.shape[0]):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                for u in range(K_H):
                    for v in range(K_W):
                        out[c, i, j] += x[c, i * s_v + u, j * s_h + v] / (K_H * K_W)
    return out


def mean_pool2d_grad_x(grad_out, input_size, size, stride):
    """Eq. 5.2: grad_x[cell] = sum of grad_out / (K_H*K_W) over all windows that hold the cell.

    grad_out (C, H_out, W_out), input_size (H, W); returns grad_x (C, H, W). Raises ValueError for
    shapes that do not fit.
    """
    grad_out, (H, W) = (
        array(grad_out, "grad_out", "(C, H_out, W_out)"),
        pair(input_size, "input_size", 1),
    )
    (K_H, K_W), (s_v, s_h) = pair(size, "size", 1), pair(stride, "stride", 1)
    C, H_out, W_out = len(grad_out), *output_size((H, W), size, stride)
    same_shape(grad_out, "grad_out", (C, H_out, W_out), "one number for each window")
    grad_x = np.zeros((C, H, W), grad_out.dtype)
    for c in range(C):
        for i in range(H_out):
            for j in range(W_out):
                for u in range(K_H):
                    for v in range(K_W):
                        grad_x[c, i * s_v + u, j * s_h + v] += grad_out[c, i, j] / (K_H * K_W)
    return grad_x
