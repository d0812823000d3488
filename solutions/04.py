"""One answer to each exercise of lesson 04; tested by the checks that the learner runs."""

import numpy as np


def exercise_4_derive():
    return 4 * 3 * 3


def exercise_4_hand():
    return 0 - 0.1 * 10


def exercise_4_line():
    def grad_b_loops(delta):
        N, F, H_out, W_out = delta.shape
        grad_b = np.zeros(F)
        for n, f, i, j in np.ndindex(N, F, H_out, W_out):
            grad_b[f] += delta[n, f, i, j]
        return grad_b

    return grad_b_loops


def exercise_4_predict():
    return 0 + 1 + 1 + 2 + 2 + 2 + 1 + 0 + 0, 1 + 0 + 2 + 0 + 0 + 0 + 1 + 2 + 1


def exercise_4_axes():
    return lambda delta: delta.sum(axis=(0, 2, 3))


def exercise_4_1():
    return 5 * 4 * 3 * 0.5


def exercise_4_2():
    return lambda delta: delta.sum(0)


def exercise_4_3():
    return lambda delta: 3 * delta.sum((0, 2, 3))


def exercise_4_4():
    return 4 / (8 * 5 * 5)


def exercise_4_5():
    return 0
