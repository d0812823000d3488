"""One answer to each exercise of lesson 09; tested by the checks that the learner runs."""

import numpy as np


def exercise_9_derive():
    return [(0, 2), (1, 1)]


def exercise_9_count():
    return 1 * 2 * 3 * 3 * 1 * 2 * 2


def exercise_9_hand():
    return [0, 1, 0, 1]


def exercise_9_line():
    def columns_of(windows):
        rows = windows.shape[1] * windows.shape[4] * windows.shape[5]
        in_order = windows.transpose(1, 4, 5, 0, 2, 3)
        return in_order.reshape(rows, -1)

    return columns_of


def exercise_9_rows():
    return 2 * 1024**2 // (8 * 3 * 3 * 28 * 64 * 8)


def exercise_9_predict():
    return 1, 300


def exercise_9_back():
    def add_back(sent, grad_xp, s):
        (K_H, K_W), (H_out, W_out) = sent.shape[1:3], sent.shape[4:]
        for u, v in np.ndindex(K_H, K_W):
            grad_xp[:, :, u : u + H_out * s : s, v : v + W_out * s : s] += sent[:, u, v]
        return grad_xp

    return add_back


def exercise_9_1():
    return round(3 * 16 * 64 * 56 * 56 * 64 * 3 * 3 / 1e6)


def exercise_9_2():
    def grad_w_letters(delta, windows):
        return np.einsum("fijn,cuvijn->fcuv", delta, windows)

    return grad_w_letters


def exercise_9_3():
    return round(64 * 3 * 3 * 16 * 56 * 56 * 4 / 1e6)


def exercise_9_4():
    def add_back_1d(G, n, s):
        grad_x = np.zeros(n)
        for u in range(len(G)):
            grad_x[u : u + G.shape[1] * s : s] += G[u]
        return grad_x

    return add_back_1d


def exercise_9_5():
    def depthwise(windows, w):
        return np.einsum("ncijuv,cuv->ncij", windows, w)

    return depthwise


def exercise_9_5_count():
    return 64 * 16 * 28 * 28 * 8 * 9 / (64 * 8 * 28 * 28 * 9)


def exercise_9_6():
    return 1 * 1, 1 * 1
