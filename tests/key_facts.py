"""key_facts: what the words of the keys claim of their pages, computed.

FACTS: {exercise: {words that stand in a hint or in the name of a wrong answer: whether they hold}}.
"""

import math

import numpy as np

from cnnlib import (
    ReluActivator,
    SigmoidActivator,
    datasets,
    mnist_network,
    numerical_gradient,
    reference,
)
from cnnlib.course.exercise import find

# ---- the numbers of the pages

X = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]])
W = np.array([[1, -1], [1, -1]])
DELTA = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
DELTA_2 = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])
SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
FIVE = [[1, 1, 1, 1], [1, 2, 2, 1], [1, 2, 3, 4], [1, -1, -1, 1], [1, 1, -1, -1]]
ROW = [4, 1, 2, 5, 3]
GRID = np.array([[1, 2, 0, 3], [0, 9, 4, 1], [5, 2, 1, 0], [1, 0, 2, 6]])
TOP_RIGHT = np.array([[0, 0, 0], [0, 2, 0], [2, 1, 0]])  # channel 0 of lesson 06's last window
W_2 = np.array([[1, 1, -1], [-1, -1, 1], [0, -1, 1]])
ROUNDING = 1.1e-16
WORK = 16 * 64 * 56 * 56 * 64 * 3 * 3  # multiply-adds of 9.1, forward
RELU = ReluActivator()


def net_of(x, w=W):
    return reference.conv2d(x[None], w[None, None], [0])[0]


def grad_x_of(w):
    return reference.conv2d_grad_x(DELTA[None], w[None, None], 4)[0]


def grad_w_of(delta, x):
    return reference.conv2d_grad_w(delta[None], x[None], 2)[0, 0]


def starts(n, k, p, s):
    """The first row of each window, in rows of x."""
    return [i * s - p for i in range((n + 2 * p - k) // s + 1)]


def holding(row, n, k, p, s):
    """The windows that hold a row, by their first row."""
    return [first for first in starts(n, k, p, s) if first <= row < first + k]


def weights_on(pixel, out=(3, 3)):
    """{output: the weight of a 2x2 kernel that lies on a pixel in its window}."""
    rows = reference_map(out)
    return {(i, j): (u, v) for i, j, u, v, y, x in rows if (y, x) == pixel}


def reference_map(out):
    return [(i, j, u, v, i + u, j + v) for i, j in np.ndindex(out) for u, v in np.ndindex(2, 2)]


def windows_of_9():
    """The windows of GRID that hold its 9."""
    return [(i, j) for i, j in np.ndindex(3, 3) if 9 in GRID[i : i + 2, j : j + 2].ravel().tolist()]


def central(f, q, epsilon):
    return (f(q + epsilon) - f(q - epsilon)) / (2 * epsilon)


def cube(q):
    return q**3


def velocities(steps):
    v = [0.0]
    for _ in range(steps):
        v.append(0.9 * v[-1] + 1)
    return np.round(v, 6).tolist()


def first_maps():
    """What the first layer of the network in lesson 00 makes of an image."""
    return mnist_network(np.random.default_rng(0)).layers[0].forward(np.zeros((1, 28, 28)))


X_31 = np.where(np.arange(16).reshape(4, 4) == 13, 5, X)  # x[3,1] is 5
NET, NET_31, OUT = net_of(X), net_of(X_31), np.maximum(net_of(X), 0)
GRAD_W, GRAD_X = grad_w_of(DELTA, X), grad_x_of(W)
SICK = "as sick as before: what it gives has not changed"

FACTS = {
    "0.maps": {
        "784 is the number of pixels in one map of 28x28": 28 * 28 == 784,
        "(8, 28, 28) means 8 maps": first_maps().shape == (8, 28, 28),
    },
    "0.net": {
        "that is the old one": NET[2, 1] == -2,
        "that is x[3,1] alone": X_31[3, 1] == 5,
        "that is net[1,2]": NET_31[1, 2] == 2,
        "that is net[1,0]": NET_31[1, 0] == 1,
        "The window holds [[0, 1], [5, 1]]": X_31[2:4, 1:3].tolist() == [[0, 1], [5, 1]],
        "Lay [[1, -1], [1, -1]] on it": W.tolist() == [[1, -1], [1, -1]],
    },
    "1.first": {
        "that is net_1": NET[0, 1] == -1,
        "the kernel is turned round": W[0, 1] * X[0, 2] + W[0, 0] * X[0, 3] == -1,
        "x_2 = 1 and x_3 = 0": X[0, 2:].tolist() == [1, 0],
        "w_0 = 1 lies on the first, w_1 = -1": W[0].tolist() == [1, -1],
    },
    "1.size": {
        "5 rows and 2 rows of padding: 7": 5 + 2 * 1 == 7,
        "takes 3 of them, 4 are left": 7 - 3 == 4,
        "each step takes 2 of them": np.diff(starts(5, 3, 1, 2)).tolist() == [2, 2],
    },
    "1.hand": {
        "that is filter 1": net_of(X)[0, 0] == 1,
        "filter 2 turned upside down": net_of(X, np.array([[-1, -1], [1, 1]]))[0, 0] == 1,
        "its upper row alone": X[0, :2].sum() == 1,
        "all four count negative": W.size == 4,
        "The window is [[1, 0], [1, 1]]": X[:2, :2].tolist() == [[1, 0], [1, 1]],
    },
    "1.predict": {
        "the windows begin at rows -1, 1 and 3": starts(5, 3, 1, 2) == [-1, 1, 3],
        "only one of them holds row 2": len(holding(2, 5, 3, 1, 2)) == 1,
        "Row 2 lies only in the window of rows 1 to 3": holding(2, 5, 3, 1, 2) == [1],
        "with stride 1: its nine windows": len(holding(2, 5, 3, 1, 1)) ** 2 == 9,
    },
    "1.3": {
        "The nine weights add up to 1": SHARPEN.size == 9 and SHARPEN.sum() == 1,
        "only 5, -1, -1 and 0 lie": SHARPEN[1:, 1:].ravel().tolist() == [5, -1, -1, 0],
        "in the corner four weights lie on pixels": SHARPEN[1:, 1:].size == 4,
    },
    "2.edge": {
        "the output has three numbers, 0 to 2": NET.shape[1] - 1 == 2,
        "So delta_2 and w_1: (2, 1)": (2 + 1, DELTA.shape[1] - 1) == (3, 2),
    },
    "2.derive": {
        "The window of net_10 holds rows 1 and 2": weights_on((2, 0))[1, 0] == (1, 0),
        "The window of net_20 begins at row 2": weights_on((2, 0))[2, 0] == (0, 0),
        "Beside delta_10 stands w[1,0], beside delta_20 stands w[0,0]": (
            weights_on((2, 0)) == {(1, 0): (1, 0), (2, 0): (0, 0)}
        ),
    },
    "2.hand": {
        "that is grad_x[1,1]": GRAD_X[1, 1] == -4,
        "beside delta_01 stands w_11": weights_on((1, 2))[0, 1] == (1, 1),
        "Four deltas reach x[1,2]: delta_01, delta_02, delta_11 and delta_12": (
            sorted(weights_on((1, 2))) == [(0, 1), (0, 2), (1, 1), (1, 2)]
        ),
        "Two of them are 0": [DELTA[at] for at in weights_on((1, 2))].count(0) == 2,
        "delta_02 = 2 meets w_10 = 1": DELTA[0, 2] == 2 and W[weights_on((1, 2))[0, 2]] == 1,
        "delta_12 = 4": DELTA[1, 2] == 4,
        "turned by 90 degrees": 2
        in (grad_x_of(np.rot90(W))[1, 2], grad_x_of(np.rot90(W, -1))[1, 2]),
    },
    "2.predict": {
        "beside delta[1,1] stands w[0,0] = 1, not a -1": W[weights_on((1, 1))[1, 1]] == 1,
        "it was -4": GRAD_X[1, 1] == -4,
        "w_00 = 1. Its product was 0*1": W[0, 0] == 1 and DELTA[1, 1] == 0,
    },
    "2.7": {"5 % 3 is 2": 5 % 3 == 2, "7 % 2 is 1": 7 % 2 == 1},
    "2.1": {
        "delta_00 = 2 lay its kernel": find("2.1").right[0, 0] == 2 * 1,
        "delta_11 = -1": find("2.1").right[2, 2] == -1 * 4,
        "They overlap in the middle: 2*4 - 1*1 = 7": find("2.1").right[1, 1] == 7,
    },
    "2.3": {
        "kernel 3 again: 1, -1, -1, 1": FIVE[3] == FIVE[3][::-1] == [1, -1, -1, 1],
        "kernel 1 again: 1, 2, 2, 1": FIVE[1] == FIVE[1][::-1] == [1, 2, 2, 1],
        "kernel 4 is [[-1, -1], [1, 1]]": FIVE[4][::-1] == [-1, -1, 1, 1],
        "1, 2, 3, 4 becomes 4, 3, 2, 1": FIVE[2][::-1] == [4, 3, 2, 1],
        "0, 1 and 3 read the same": [n for n in range(5) if FIVE[n] == FIVE[n][::-1]] == [0, 1, 3],
        "kernel 0 is blind, too": len({*FIVE[0]}) == 1,
    },
    "2.6": {
        "the printed products: their columns do not add up to 4": 4 not in (2 + 3, 2 + 1),
        "must add up to 4": find("2.6").right.sum(1).tolist() == [4, 4],
        "which columns add up to 2": (find("2.6").right - 1).sum(1).tolist() == [2, 2],
        "the columns are (2, 2) and (3, 1)": find("2.6").right.tolist() == [[2, 2], [3, 1]],
    },
    "3.derive": {
        "the second cell is (2, 3)": weights_on((2, 3), (2, 3))[1, 2] == (1, 1),
    },
    "3.hand": {
        "that is grad_w[0,0] or grad_w[1,0]": GRAD_W[:, 0].tolist() == [10, 10],
        "that is grad_w[0,1]": GRAD_W[0, 1] == 3,
        "Rotated, or on the output, it gives 0": (
            grad_w_of(DELTA[::-1, ::-1], X)[1, 1] == (DELTA[:2, :2] * OUT[1:, 1:]).sum() == 0
        ),
        "Only four deltas are not 0": np.count_nonzero(DELTA) == 4,
        "delta[0,0] = 1 lies on x[1,1], delta[0,2] = 2 on x[1,3]": DELTA[0, [0, 2]].tolist()
        == [1, 2],
        "delta[1,0] = 3 on x[2,1], delta[1,2] = 4 on x[2,3]": DELTA[1, [0, 2]].tolist() == [3, 4],
    },
    "3.predict": {
        "the 1 that was there": GRAD_W[1, 1] == 1,
        "only one product of nine has changed": DELTA.size == 9,
        "the other eight stay": DELTA.size - 1 == 8,
        "on x[2,3] lies delta[1,2]": weights_on((2, 3), (2, 3))[1, 2] == (1, 1),
        "It is delta[1,2] = 4. Its product was 4*0": (DELTA[1, 2], X[2, 3]) == (4, 0),
    },
    "3.1": {"that is 2 + 3 + 2": X[:3, :3].sum(1).tolist() == [2, 3, 2]},
    "3.4": {"Their gradients are 10 and 10": GRAD_W[:, 0].tolist() == [10, 10]},
    "3.5": {
        "that is grad_w[0,0] only": 0.1 * GRAD_W[0, 0] ** 2 == find("3.5").right - 11,
        "It moves by -0.1 * 10, and E changes by 10 times that: -10": -0.1 * 10 * GRAD_W[0, 0]
        == -10,
    },
    "4.hand": {
        "only four of the nine deltas": (DELTA[:2, :2].sum(), DELTA.size) == (4, 9),
        "the nine deltas are added": DELTA.size == 9,
        "grad_b is 10": DELTA.sum() == 10,
    },
    "4.predict": {
        "one corner of four was added": DELTA_2[:, :2, :2].sum((1, 2)).tolist() == [5, 1],
        "all nine cells use the bias": DELTA_2[0].size == 9,
    },
    "4.1": {"20 cells in each of 3 images": 5 * 4 == 20},
    "4.4": {"Their sum is 4": find("4.4").right * 8 * 5 * 5 == 4},
    "5.derive": {
        "x_4 is read by window 3, but the 5 wins there": max(ROW[3:5]) == 5,
        "x_0 is read by window 0, and its 4 beats the 1": ROW[:2] == [4, 1],
        "Window 3 is won by x_3 = 5": ROW[3] == max(ROW[3:5]) == 5,
    },
    "5.hand": {
        "the pool's input, 3x3": OUT.shape == (3, 3),
        "Window (1,0) holds the rows 1 and 2, columns 0 and 1 of x": OUT[1:3, :2].argmax() == 0,
        "At (1,0): it gets 3": find("5.hand").right[1, 0] == 3,
        "the first 2 is at (1,2)": np.unravel_index(OUT[1:, 1:].argmax(), (2, 2)) == (0, 1),
    },
    "5.predict": {
        "four windows hold the 9": len(windows_of_9()) == 4,
        "(0,0), (0,1), (1,0) and (1,1): all won by the 9": (
            windows_of_9() == [(0, 0), (0, 1), (1, 0), (1, 1)] and GRID.max() == 9
        ),
    },
    "5.mean": {
        "a window has 2*2 cells": GRID[:2, :2].size == 2 * 2,
        "Each of the four sends a quarter": len(windows_of_9()) == 4,
    },
    "5.1": {"Row 0 is 1, 0, 2, 0": find("5.1").right[0].tolist() == [1, 0, 2, 0]},
    "5.6": {
        "the net of the winner is -3, so f' is 0 there": RELU.derivative(np.array(-3.0)) == 0,
        "Four zeros: cell (0,0) wins": RELU.forward(np.array([-3.0, -1, -2, -2])).argmax() == 0,
        "the pool sees four zeros": not RELU.forward(np.array([-3.0, -1, -2, -2])).any(),
        "f'(-3) = 0": RELU.derivative(np.array(-3.0)) == 0,
    },
    "6.derive": {
        "f' = 1, 0, 0": RELU.derivative(np.array([2.0, -1, 0])).tolist() == [1, 0, 0],
        "at net = 0 we take f' = 0": RELU.derivative(np.array(0.0)) == 0,
    },
    "6.hand": {"= -3. Now channels 1 and 2": (TOP_RIGHT * W_2).sum() == -3},
    "6.step": {
        "of each filter: 9 and 7": DELTA_2.sum((1, 2)).tolist() == [9, 7],
        "the gradients are 9 and 7": DELTA_2.sum((1, 2)).tolist() == [9, 7],
    },
    "6.predict": {"4x4 of them on a map of 8x8": len(starts(8, 2, 0, 2)) == 4},
    "6.1": {
        "the window fits 28 times, not 32": len(starts(32, 5, 0, 1)) == 28,
        "28 x 28 for each filter": len(starts(32, 5, 0, 1)) == 28,
    },
    "7.derive": {
        "the third derivative is 6, and it is divided by 6": math.factorial(3) == 6,
        "The third derivative of q**3 is 6": (
            round(central(lambda q: central(lambda q: central(cube, q, 0.1), q, 0.1), 1, 0.1)) == 6
        ),
        "n = 3 + epsilon**2 * 6 / 6": math.isclose(central(cube, 1, 0.1), 3 + 0.1**2 * 6 / 6),
        "the error is epsilon squared times 6/6": math.isclose(central(cube, 1, 0.1) - 3, 0.1**2),
    },
    "7.best": {
        "the third root of 3.3e-16 is 6.9e-6": f"{(3 * ROUNDING) ** (1 / 3):.1e}" == "6.9e-06",
        "nearer to 1e-5": round(math.log10((3 * ROUNDING) ** (1 / 3))) == -5,
        "3u = 3.3e-16. Its third root is 6.9e-6": f"{3 * ROUNDING:.1e}" == "3.3e-16",
        "as -3 for 0.001": math.log10(0.001) == -3,
    },
    "7.kink": {
        "an output at 0 counts one half": (
            numerical_gradient(lambda q: np.maximum(q, 0).sum(), np.zeros(1))[0] == 1 / 2
        ),
    },
    "7.12": {
        "|a - n| = 0.75, |a| + |n| = 1.25": (abs(1 / 4 - 1), 1 / 4 + 1) == (0.75, 1.25),
    },
    "7.13": {
        "four times as far off": math.isclose(central(cube, 1, 0.2) - 3, 4 * 0.1**2),
        "the larger error is four times the smaller one": (2 * 0.5) ** 2 == 4 * 0.5**2,
        "alpha * 1/6 + beta * 4/6 = 0": math.isclose(4 / 3 * 1 / 6, 1 / 3 * 4 / 6),
        "alpha = 4/3 and beta = -1/3": math.isclose(4 / 3 - 1 / 3, 1),
    },
    "7.8": {
        "10 goes in, 20 comes out": (
            find("7.8.mend").wrong[SICK](OUT, np.array([[1, 2], [3, 4]])).sum() == 20 == 2 * 10
        ),
    },
    "8.batch": {"the ten classes": math.isclose(find("8.batch").right * 4 / 10, -0.04)},
    "8.1": {"-log(1/4) is 2 log 2": math.isclose(-math.log(1 / 4), 2 * math.log(2))},
    "8.hand": {
        "delta_0 w_00 + delta_1 w_10 = 2*1 + (-1)*0": 2 * 1 + (-1) * 0 == find("8.hand").right[0],
    },
    "8.2": {
        "255 + 1 is 0 again": (np.array([255], np.uint8) + np.uint8(1))[0] == 0,
        "an int8 ends at 127": np.iinfo(np.int8).max == 127,
        "a uint8 ends at 255": np.iinfo(np.uint8).max == 255,
        "divided by 256": 256 == 255 + 1,
        "9 became 0, and 10 became 1": (9 % 9, 10 % 9) == (0, 1),
    },
    "8.4": {
        "the maps are 10x10, not 24x24": (14 - 5 + 1, 28 - 5 + 1) == (10, 24),
        "of 14x14 it leaves 10x10": 14 - 5 + 1 == 10,
        "16 maps of 10x10 are 1,600 numbers": 16 * 10 * 10 == 1600,
    },
    "8.6": {
        "only 0.9 of the old velocity is kept": math.isclose(velocities(2)[2] - 1, 0.9),
        "0.9 stands before the old velocity only": math.isclose(velocities(2)[2] - 1, 0.9),
        "which takes 0.1 times the gradient": math.isclose(velocities(3)[-1] * 0.1, 0.271),
        "the velocity after four steps": velocities(4)[-1] == 3.439,
        "v = 0.9 v + 1": math.isclose(0.9 * 10 + 1, find("8.6").right[1]),
        "v = 1 / (1 - 0.9)": math.isclose(1 / (1 - 0.9), find("8.6").right[1]),
        "First step: 0.9 * 0 + 1. Second: 0.9 times that, plus 1": velocities(2) == [0, 1, 1.9],
        "1, then 1.9, then 0.9 * 1.9 + 1": velocities(3) == [0, 1, 1.9, 2.71],
    },
    "8.share": {
        "the length of the weights is 5": math.hypot(3, 4) == 5,
    },
    "8.pixels": {
        "256 is the number of grey levels": np.iinfo(np.uint8).max + 1 == 256,
        "that is the scale of the 8x8 digits": datasets.digits().train_x.shape[2:] == (8, 8),
    },
    "9.count": {
        "all 16 cells": X.size == 16,
        "3 rows of 3 outputs": NET.shape == (3, 3),
    },
    "9.hand": {
        "the window (1, 2)": X[1:3, 2:4].ravel().tolist() == [1, 0, 1, 0],
        "the window (1, 0)": X[1:3, 0:2].ravel().tolist() == [1, 1, 1, 0],
        "the window (1, 1)": X[1:3, 1:3].ravel().tolist() == [1, 1, 0, 1],
        "the window (2, 0)": X[2:4, 0:2].ravel().tolist() == [1, 0, 0, 0],
        "Row 2 of the image is 1 0 1 0, row 3 is 0 0 1 0": (
            X[2:].ravel().tolist() == [1, 0, 1, 0, 0, 0, 1, 0]
        ),
    },
    "9.line": {
        "First 1, 4, 5, then 0, 2, 3": ["ncijuv".index(a) for a in "cuvnij"] == [1, 4, 5, 0, 2, 3],
    },
    "9.rows": {
        "= 72 rows of X, W_out * N = 28 * 64 columns": (8 * 3 * 3, 28) == (72, 28),
    },
    "9.predict": {
        "57.8 million times": round(64 * 16 * 28**2 * 8 * 9 / 1e6, 1) == 57.8,
        "0.3 microseconds are 300 nanoseconds": math.isclose(0.3e-6, 300e-9),
    },
    "9.1": {
        "takes 1,849.69 million": round(WORK / 1e6, 2) == 1849.69,
        "1,849.7 million for one product": round(WORK / 1e6, 1) == 1849.7,
        "a 3x3 kernel has nine places": np.zeros((3, 3)).size == 9,
    },
    "9.3": {
        "12.8 is rounded too early; take 12.85": f"{16 * 64 * 56**2 * 4 / 1e6:.2f}" == "12.85",
        "X is nine times as large": np.zeros((3, 3)).size == 9,
        "keeps the size: 9 times": (56 + 2 * 1 - 3 + 1, 3 * 3) == (56, 9),
    },
    "9.5.count": {
        "N * F * 28 * 28 * C * 9, divided by N * C * 28 * 28 * 9": (28 + 2 * 1 - 3 + 1, 3 * 3)
        == (28, 9)
    },
    "A1.slip2": {"the nine deltas": DELTA.size == 9},
    "A1.slip20": {
        "The sigmoid's f' at 0 is 0.25": SigmoidActivator().derivative(np.zeros(1))[0] == 0.25
    },
}
