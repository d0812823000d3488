"""One answer to each exercise of the appendix A1; tested by the checks that the learner runs."""

import numpy as np


def exercise_A1_live():
    return 9 - 3


def exercise_A1_1():
    return (1 + 2 + 3 + 4) * 2, 1 * 2 + 2 * 1 + 3 * 2 + 4 * 1


def exercise_A1_slip2():
    return [[10, 3], [10, 1]]


def exercise_A1_slip3():
    return 2 + 1 - 1, 3 + 1 - 1


def exercise_A1_slip5():
    return 1 + 0 + 2 + 3 + 0 + 4 + 0 + 0 + 0


def exercise_A1_slip9():
    return [[1, 0, 3], [4, 0, 6], [7, 0, 9]]


def exercise_A1_slip11():
    return 2 * (1 + 2 + 3 + 4)


def exercise_A1_slip12():
    return [1, -1, 2, -2]


def exercise_A1_slip13():
    return [(1, 2), (1, 1)]


def exercise_A1_slip16():
    return 1 + 2 + 3 + 4


def exercise_A1_slip18():
    return 7 + 2 * (2 - 1 - 2)


def exercise_A1_slip19():
    return 0.5 * (1 - 0.5)


def exercise_A1_slip20():
    return 3 * 2 * 0.5 * (1 - 0.5)


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
