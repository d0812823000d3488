"""One answer to each exercise of lesson 02; tested by the checks that the learner runs."""

import numpy as np

from cnnlib import reference


def exercise_2_edge():
    return 2, 1


def exercise_2_derive():
    return [(1, 0), (0, 0)]


def exercise_2_hand():
    return 0 * (-1) + 2 * 1 + 0 * (-1) + 4 * 1


def exercise_2_gather():
    def gather(delta, w):
        K_H, K_W = w.shape
        wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
        turned = w[::-1, ::-1]
        return reference.conv2d(wide[None], turned[None, None], [0])[0]

    return gather


def exercise_2_predict():
    return -4 + 5 * 1


def exercise_2_1():
    return [[2, 4, 0], [6, 2 * 4 - 1, -2], [0, -3, -4]]


def exercise_2_2():
    return 5 - 1 - 1, 3 - 1 - 3


def exercise_2_3():
    return [0, 1, 3]


def exercise_2_back():
    return [1 * 1, 1 * 2, 1 * 4 + 3 * 1, 3 * 2, 3 * 4 - 1 * 1, -1 * 2, -1 * 4, 0]


def exercise_2_line():
    def scatter(delta, w, input_size, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(delta.shape):
            for u, v in np.ndindex(w.shape):
                grad_x[i * s + u, j * s + v] += delta[i, j] * w[u, v]
        return grad_x

    return scatter


def exercise_2_border():
    def border(size, K, s, p):
        B = K - 1 - p
        return B, B + (size + 2 * p - K) % s

    return border


def exercise_2_4():
    def gather_stride(delta, w, s):
        n, m = delta.shape
        spread = np.zeros(((n - 1) * s + 1, (m - 1) * s + 1))
        spread[::s, ::s] = delta
        wide = np.pad(spread, [(k - 1, k - 1) for k in w.shape])
        return reference.conv2d(wide[None], w[None, None, ::-1, ::-1], [0])[0]

    return gather_stride


def exercise_2_5():
    def true_conv_grad_x(delta, w, input_size):
        return reference.conv2d_grad_x(delta[None], w[None, None, ::-1, ::-1], input_size)[0]

    return true_conv_grad_x


def exercise_2_6():
    return [(2, 2), (3, 1)]


def exercise_2_7():
    return 4 - 1 - 0, 4 - 1 - 0 + 2, 3 - 1 - 1, 3 - 1 - 1 + 1
