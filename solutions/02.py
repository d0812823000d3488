"""One answer to each exercise of lesson 02; tested by the checks that the learner runs."""
import numpy as np

from cnnlib import reference


def exercise_2_derive():
    return [(2, 1)]


def exercise_2_line():
    def scatter(delta, w, input_size, s):
        grad_x = np.zeros(input_size)
        for i, j in np.ndindex(delta.shape):
            for u, v in np.ndindex(w.shape):
                grad_x[i * s + u, j * s + v] += delta[i, j] * w[u, v]
        return grad_x

    return scatter


def exercise_2_predict():
    return 9


def exercise_2_1():
    return 2 * np.array([[1, 2], [3, 4]])


def exercise_2_2():
    def gather_stride(delta, w, s):
        apart = np.zeros([(n - 1) * s + 1 for n in delta.shape])
        apart[::s, ::s] = delta
        wide = np.pad(apart, [(k - 1, k - 1) for k in w.shape])
        return reference.conv2d(wide[None], w[None, None, ::-1, ::-1], [0])[0]

    return gather_stride


def exercise_2_3():
    return 3 - 1 - 1


def exercise_2_4():
    def true_conv_grad_x(delta, w, input_size):
        return reference.conv2d_grad_x(delta[None], w[None, None, ::-1, ::-1], input_size)[0]

    return true_conv_grad_x
