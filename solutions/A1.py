"""One answer to each exercise of the appendix A1; tested by the checks that the learner runs."""

import numpy as np


def exercise_A1_live():
    return 9 - 3


def exercise_A1_1():
    return (1 + 2 + 3 + 4) * 2, 1 * 2 + 2 * 1 + 3 * 2 + 4 * 1


def exercise_A1_2():
    def grad_input(delta, kernel):
        K_H, K_W = kernel.shape
        wide = np.pad(delta, ((K_H - 1, K_H - 1), (K_W - 1, K_W - 1)))
        turned = kernel[::-1, ::-1]
        gathered = np.zeros((delta.shape[0] + K_H - 1, delta.shape[1] + K_W - 1))
        for y, z in np.ndindex(gathered.shape):
            gathered[y, z] = (wide[y : y + K_H, z : z + K_W] * turned).sum()
        return gathered

    return grad_input


def exercise_A1_3():
    return [(2, 2), (2, 1), (1, 2), (1, 1)]


def exercise_A1_4():
    return 6 - 1
