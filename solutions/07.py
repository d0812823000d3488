"""One answer to each exercise of lesson 07; tested by the checks that the learner runs."""

import numpy as np


def exercise_7_derive():
    return 3 + 0.1**2 * 6 / 6


def exercise_7_best():
    return round(np.log10((3 * 1.1e-16) ** (1 / 3)))


def exercise_7_kink():
    return 3 + 4 / 2


def exercise_7_hand():
    return abs(6 - 5) / (6 + 5)


def exercise_7_line():
    def numerical_gradient(f, x, epsilon=1e-5):
        grad = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            kept = x[place]
            x[place] = kept + epsilon
            high = f(x)
            x[place] = kept - epsilon
            low = f(x)
            x[place] = kept
            grad[place] = (high - low) / (2 * epsilon)
        return grad

    return numerical_gradient


def exercise_7_predict():
    return ["weights", "bias", "input"].index("input")


def exercise_7_1():
    return "padding not cropped"


def exercise_7_1_mend():
    def grad_x_1(delta, w, H, W, s, p):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for f, i, j in np.ndindex(delta.shape):
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
        return grad_xp[:, p : p + H, p : p + W]

    return grad_x_1


def exercise_7_2():
    return "stride ignored backward"


def exercise_7_2_mend():
    def grad_x_2(delta, w, H, W, s, p):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for f, i, j in np.ndindex(delta.shape):
            y, z = i * s, j * s
            grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
        return grad_xp[:, p : p + H, p : p + W]

    return grad_x_2


def exercise_7_3():
    return "only the last filter"


def exercise_7_3_mend():
    def grad_x_3(delta, w, H, W, s, p):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for f in range(len(delta)):
            for i, j in np.ndindex(delta.shape[1:]):
                y, z = i * s, j * s
                grad_xp[:, y : y + 3, z : z + 3] += delta[f, i, j] * w[f]
        return grad_xp[:, p : p + H, p : p + W]

    return grad_x_3


def exercise_7_4():
    return "delta rotated in grad_w"


def exercise_7_4_mend():
    def grad_w_4(delta, xp, s):
        grad_w = np.zeros((len(delta), len(xp), 3, 3))
        for f, i, j in np.ndindex(delta.shape):
            y, z = i * s, j * s
            grad_w[f] += delta[f, i, j] * xp[:, y : y + 3, z : z + 3]
        return grad_w

    return grad_w_4


def exercise_7_5():
    return "channels in reverse order"


def exercise_7_5_mend():
    def grad_w_5(delta, xp, s):
        grad_w = np.zeros((len(delta), len(xp), 3, 3))
        for f, i, j in np.ndindex(delta.shape):
            y, z = i * s, j * s
            grad_w[f] += delta[f, i, j] * xp[:, y : y + 3, z : z + 3]
        return grad_w

    return grad_w_5


def exercise_7_6():
    return "ReLU mask >= on the output"


def exercise_7_6_mend():
    def delta_6(grad_out, net):
        return grad_out * (net > 0)

    return delta_6


def also_7_6_mend():
    def delta_6(grad_out, net):
        out = np.maximum(net, 0)
        return grad_out * (out > 0)

    return delta_6


def exercise_7_7():
    return "= for += in overlapping pools"


def exercise_7_7_mend():
    def pool_7(grad_out, winners, H, W):
        grad_x = np.zeros((len(grad_out), H, W))
        for c, i, j in np.ndindex(grad_out.shape):
            u, v = divmod(int(winners[c, i, j]), 3)
            grad_x[c, 2 * i + u, 2 * j + v] += grad_out[c, i, j]
        return grad_x

    return pool_7


def exercise_7_8():
    return "every tied cell gets the full delta"


def exercise_7_8_mend():
    def pool_8(x, grad_out):
        grad_x = np.zeros(x.shape)
        for i, j in np.ndindex(grad_out.shape):
            window = x[i : i + 2, j : j + 2]
            u, v = divmod(int(window.argmax()), 2)
            grad_x[i + u, j + v] += grad_out[i, j]
        return grad_x

    return pool_8


def exercise_7_9():
    return "bias mean for sum"


def exercise_7_9_mend():
    def grad_b_9(delta):
        grad_b = np.zeros(len(delta))
        for f in range(len(delta)):
            grad_b[f] = delta[f].sum()
        return grad_b

    return grad_b_9


def exercise_7_10():
    return "only the first filter's gradient"


def exercise_7_10_mend():
    def grad_b_10(delta):
        grad_b = np.zeros(len(delta))
        for f in range(len(delta)):
            grad_b[f] = delta[f].sum()
        return grad_b

    return grad_b_10


def exercise_7_11():
    return "1/N applied twice"


def exercise_7_11_mend():
    def grad_w_11(deltas, xs):
        grad_w = np.zeros((3, 3))
        for n, i, j in np.ndindex(len(xs), 3, 3):
            grad_w += deltas[n, 0, i, j] * xs[n, 0, i : i + 3, j : j + 3]
        return grad_w

    return grad_w_11


def exercise_7_12():
    return abs(1 / 4 - 1) / (1 / 4 + 1)


def exercise_7_13():
    def better(f, q, epsilon):
        def central(e):
            return (f(q + e) - f(q - e)) / (2 * e)

        return (4 * central(epsilon) - central(2 * epsilon)) / 3

    return better
