"""One answer to each exercise of lesson 03; tested by the checks that the learner runs."""

import numpy as np


def exercise_3_derive():
    return [(1, 1), (2, 3)]


def exercise_3_hand():
    return 1 * 1 + 2 * 0 + 3 * 0 + 4 * 0


def exercise_3_line():
    def grad_w_loops(delta, x, kernel_size):
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            for i, j in np.ndindex(delta.shape):
                grad_w[u, v] += delta[i, j] * x[i + u, j + v]
        return grad_w

    return grad_w_loops


def exercise_3_predict():
    return 1 - 4 * 0 + 4 * 5


def exercise_3_1():
    return [[7, 4], [6, 4]]


def exercise_3_2():
    def grad_w_stride(delta, x, kernel_size, stride):
        s_v, s_h = stride
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            for i, j in np.ndindex(delta.shape):
                grad_w[u, v] += delta[i, j] * x[i * s_v + u, j * s_h + v]
        return grad_w

    return grad_w_stride


def exercise_3_3():
    def grad_w_dilated(delta, x, kernel_size, d):
        H_out, W_out = delta.shape
        grad_w = np.zeros(kernel_size)
        for u, v in np.ndindex(kernel_size):
            grad_w[u, v] = (delta * x[d * u : d * u + H_out, d * v : d * v + W_out]).sum()
        return grad_w

    return grad_w_dilated


def exercise_3_4():
    return 10 + 10, 3 + 1


def exercise_3_5():
    return 0.1 * (10**2 + 3**2 + 10**2 + 1**2)
