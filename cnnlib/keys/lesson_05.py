"""The answers of lesson 05 and the wrong answers it knows by name."""
import numpy as np

from cnnlib import reference
from cnnlib.exercises import Exercise

rng = np.random.default_rng(5)
GRAD_OUT, WINNERS = rng.integers(1, 9, (3, 3)).astype(float), np.array([[3, 2, 0], [1, 0, 2], [1, 0, 3]])
DISTINCT = rng.permutation(24).reshape(4, 6).astype(float)
TIED = np.array([[1.0, 1.0, 0.0, 2.0], [1.0, 1.0, 0.0, 0.0]])


def _route(grad_out, winners, input_size, K_W, s, store=np.add):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[i, j]), K_W)
        place = i * s + u, j * s + v
        grad_x[place] = store(grad_x[place], grad_out[i, j])
    return grad_x


def _mean(grad_out, input_size, K, s, share=lambda K: K * K, store=np.add):
    grad_x = np.zeros(input_size)
    for i, j in np.ndindex(grad_out.shape):
        window = grad_x[i * s : i * s + K, j * s : j * s + K]
        window[...] = store(window, grad_out[i, j] / share(K))
    return grad_x


def _last(old, new):
    return new


def _place(x, pick):
    blocks = x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    return pick(blocks.reshape(*blocks.shape[:2], 4))


OVERWROTE = "overwrote instead of adding: overlapping windows must add"

EXERCISES = [
    Exercise(
        name="5.line",
        right=_route,
        wrong={
            OVERWROTE: lambda *a: _route(*a, store=_last),
            "the stride is forgotten: window i begins at row i*s": lambda g, n, size, K, s: _route(g, n, size, K, 1),
            "transposed: u goes down, v goes across": lambda g, n, size, K, s: _route(g.T, n.T, size[::-1], K, s).T
            if size[0] == size[1]
            else np.zeros(size),
            "nothing is routed: grad_x stays 0": lambda g, n, size, K, s: np.zeros(size),
        },
        hints=(
            "Window (i, j) begins at row i*s, column j*s.",
            "The winner lies u rows and v columns further.",
            "grad_x[i*s + u, j*s + v] += grad_out[i, j]",
        ),
        cases=((GRAD_OUT, WINNERS, (4, 4), 2, 1), (GRAD_OUT[:2], WINNERS[:2], (4, 6), 2, 2)),
    ),
    Exercise(
        name="5.predict",
        right=10,
        wrong={
            "overwrote instead of adding: that is the last window alone": 4,
            "that is the first window alone; four windows hold the 9": 1,
            "mean instead of sum": 2.5,
            "that is 9, the number that won; the error does not depend on it": 9,
        },
        hints=("Which windows hold the cell (1, 1)?", "(0,0), (0,1), (1,0) and (1,1): all won by the 9.", "1 + 2 + 3 + 4"),
    ),
    Exercise(
        name="5.1",
        right=np.array([[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]),
        wrong={
            "every tied cell got all: error was made out of nothing": np.kron([[1, 2], [3, 4]], np.ones((2, 2))),
            "the tied cells share; the rule here is first": np.kron([[1, 2], [3, 4]], np.full((2, 2), 0.25)),
            "all zeros: a zero can win, too": np.zeros((4, 4)),
            "the last tied cell got it; the rule here is first": np.array(
                [[0, 0, 0, 0], [0, 1, 0, 2], [0, 0, 0, 0], [0, 3, 0, 4]]
            ),
        },
        hints=("All four cells of a window tie.", "The upper left comes first in reading order.", "Row 0 is 1, 0, 2, 0."),
    ),
    Exercise(
        name="5.2",
        right=_mean,
        wrong={
            OVERWROTE: lambda *a: _mean(*a, store=_last),
            "the share is missing: each cell gets grad_out / K^2": lambda *a: _mean(*a, share=lambda K: 1),
            "divided by K; a window has K*K cells": lambda *a: _mean(*a, share=lambda K: K),
            "nothing is spread: grad_x stays 0": lambda g, size, K, s: np.zeros(size),
        },
        hints=(
            "All K*K cells of the window get the same share.",
            "A slice takes the whole window: rows i*s to i*s + K.",
            "grad_x[i*s : i*s + K, j*s : j*s + K] += grad_out[i, j] / K**2",
        ),
        cases=((GRAD_OUT, (4, 4), 2, 1), (GRAD_OUT[:, :2], (7, 5), 3, 2)),
    ),
    Exercise(
        name="5.3",
        right=lambda x: reference.max_pool2d(-x[None], 2, 2)[1][0],
        wrong={
            "those are the winners of the maximum": lambda x: reference.max_pool2d(x[None], 2, 2)[1][0],
            "that is the smallest number itself, not its place": lambda x: _place(x, lambda b: b.min(-1)),
            "in a tie the last won; the rule is first": lambda x: _place(x, lambda b: 3 - b[..., ::-1].argmin(-1)),
        },
        hints=(
            "Which number of -x is the largest?",
            "The smallest of x is the largest of -x, in the same place.",
            "reference.max_pool2d(-x[None], 2, 2)[1][0]",
        ),
        cases=((DISTINCT,), (TIED,)),
    ),
]
