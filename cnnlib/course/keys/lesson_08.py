"""The answers of lesson 08 and the wrong answers it knows by name."""

import numpy as np

from cnnlib.course.exercise import Exercise
from cnnlib.network import softmax_cross_entropy

RNG = np.random.default_rng(8)
SCORES, LABELS = RNG.standard_normal((4, 3)), np.array([2, 0, 1, 1])
TARGETS = RNG.standard_normal((4, 3))
DELTA, X, W = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 5)), RNG.standard_normal((3, 5))
TRUE, ANSWERS = np.array([0, 0, 1, 2, 2, 2, 1]), np.array([0, 0, 2, 2, 2, 1, 1])
FOUR_DIGITS = 5e-4  # log 10 = 2.302585 may be told as 2.303
ONE_N = "1/N is missing: E is the mean over the batch"
SIGN = "the sign is turned round: what the network said, minus what is right"


def scores_line(scores, labels):
    return softmax_cross_entropy(scores, labels)[1]


def shares(scores):
    return np.exp(scores) / np.exp(scores).sum(1, keepdims=True)


def onehot(scores, labels):
    return np.eye(scores.shape[1])[labels]


def dense(delta, x, w):
    return delta.T @ x, delta.sum(0), delta @ w


def dense_with(grad_w=None, grad_b=None, grad_x=None):
    """dense with one of its gradients, or two, computed in another way."""

    def backward(delta, x, w):
        right = dense(delta, x, w)
        return (
            grad_w(delta, x) if grad_w else right[0],
            grad_b(delta) if grad_b else right[1],
            grad_x(delta, w) if grad_x else right[2],
        )

    return backward


def in_order(*order):
    """dense with its three gradients in another order."""
    return lambda delta, x, w: tuple(dense(delta, x, w)[n] for n in order)


def counted(labels, predicted, K):
    counts = np.zeros((K, K))
    np.add.at(counts, (labels, predicted), 1)
    return counts


def once(labels, predicted, K):
    counts = np.zeros((K, K))
    counts[labels, predicted] += 1
    return counts


EXERCISES = [
    Exercise(
        name="8.bias",
        right=[3, 2],
        wrong={
            "mean instead of sum: 1/N is inside the deltas already": [1.5, 1],
            "those are the sums over the outputs; each output has a bias of its own": [1, 4],
            "overwrote instead of adding: only the second image is left": [1, 3],
            "only the first image: both use the bias": [2, -1],
            "all four deltas in one sum; each output has a bias of its own": 5,
        },
        hints=(
            "Who uses b_0? Look at (8.3): which output? And in which images?",
            "It stands in net_0 of both images, beside nothing: the local derivative is 1.",
            "Add up the two first deltas, then the two second ones: {solution}",
        ),
    ),
    Exercise(
        name="8.batch",
        right=-0.1,
        wrong={
            ONE_N: -0.4,
            SIGN: 0.1,
            "that is p / N: for the right class 1 is subtracted": 0.15,
            "that is the share itself": 0.6,
            "1/N is applied twice": -0.025,
            "1/N is missing, and the sign is turned round": 0.4,
            "divided by the ten classes; E is the mean over the 4 images": -0.04,
            "the answer is right, but with a share of 0.6 only: "
            "the error still falls when that share grows": 0,
        },
        hints=(
            "First for one image alone: (8.9).",
            "0.6 - 1 = -0.4. And how large is that image's part of the mean of 4?",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.hand",
        right=[2, -3, 3],
        wrong={
            "overwrote instead of adding: only the last output's way is left": [0, -1, -1],
            "only the way through net_0: x goes into both outputs": [2, -2, 4],
            "delta is missing: those are the sums of w's columns": [1, 0, 3],
            "mean instead of sum: both ways count in full": [1, -1.5, 1.5],
            "the two deltas are exchanged: delta_0 goes with row 0 of w": [-1, 3, 0],
            "that is a row of grad_w: there the factor is x, here it is w": [2, 4, 0],
            "that is the other row of grad_w: there the factor is x, here it is w": [-1, -2, 0],
            "delta_1 is -1: its sign is lost": [2, -1, 5],
        },
        hints=(
            "Three inputs, so three numbers; each is a sum of two products.",
            "The first: delta_0 w_00 + delta_1 w_10 = 2*1 + (-1)*0.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.line",
        right=scores_line,
        wrong={
            ONE_N: lambda s, y: scores_line(s, y) * len(s),
            SIGN: lambda s, y: -scores_line(s, y),
            "that is p alone: nothing was subtracted for the right class": lambda s, y: (
                scores_line(s, y) + onehot(s, y) / len(s)
            ),
            "1/N is applied twice": lambda s, y: scores_line(s, y) / len(s),
            "divided by the number of classes, not of images": lambda s, y: (
                scores_line(s, y) * len(s) / s.shape[1]
            ),
            "only p is divided by N; the bracket is, too": lambda s, y: (
                scores_line(s, y) + onehot(s, y) / len(s) - onehot(s, y)
            ),
            "the scores are no shares: subtract from p": lambda s, y: (s - onehot(s, y)) / len(s),
            "only the bracket is divided by N; p is, too": lambda s, y: (
                shares(s) - onehot(s, y) / len(s)
            ),
            "1 is subtracted everywhere; the bracket is 1 at the right class only": lambda s, y: (
                (shares(s) - 1) / len(s)
            ),
            "1/N is missing, and the sign is turned round": lambda s, y: onehot(s, y) - shares(s),
            "that is p alone: nothing was subtracted, nor divided by N": lambda s, y: shares(s),
            "that is the derivative by p; one step more leads to the scores": lambda s, y: (
                -onehot(s, y) / shares(s) / len(s)
            ),
        },
        hints=(
            "Look at (8.2): which two things are subtracted, and what divides them?",
            "p and onehot have the same shape. N is len(scores).",
            "{solution}",
        ),
        cases=((SCORES, LABELS), (SCORES[:1], LABELS[:1])),
    ),
    Exercise(
        name="8.predict",
        right=np.log(10),
        tolerance=FOUR_DIGITS,
        wrong={
            "the sign is missing: an error is minus the logarithm of the share": -np.log(10),
            "that is the share itself; the error is minus its logarithm": 0.1,
            "that is the logarithm to base 10; the error takes the natural one, np.log": 1.0,
            "that is the logarithm to base 2; the error takes the natural one, np.log": np.log2(10),
            "that is 1 - p; the error is -log p": 0.9,
            "one -log p counts in full, that of the right class; no share stands before it": np.log(
                10
            )
            / 10,
        },
        hints=(
            "The error of one image is -log of the share of its right class.",
            "The share is 1/10 in every image, so the mean over the images changes nothing.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.1",
        right=np.log(2),
        tolerance=FOUR_DIGITS,
        wrong={
            "that is the sum; the loss is the mean over the batch": 2 * np.log(2),
            "the logarithm comes before the mean: average the errors, not the shares": -np.log(
                5 / 8
            ),
            "the sign is missing: cross-entropy is never below 0": -np.log(2),
            "that is the mean of the shares; the error takes their logarithms": 5 / 8,
            "that is the logarithm to base 2; the error takes the natural one, np.log": 1.0,
            "that is the logarithm to base 10; the error takes the natural one, np.log": np.log10(
                2
            ),
            "that is the mean of 1 - p; the error is -log p": 3 / 8,
        },
        hints=(
            "Take the error of each image first.",
            "-log(1/4) is 2 log 2, and -log(1) is 0.",
            "Then the mean of the two: {solution}",
        ),
    ),
    Exercise(
        name="8.2",
        right=dense,
        wrong={
            "grad_w is transposed: it must have the shape of w, (O, I)": dense_with(
                grad_w=lambda d, x: x.T @ d
            ),
            "mean instead of sum: 1/N lives in the loss only": dense_with(
                grad_w=lambda d, x: d.T @ x / len(d), grad_b=lambda d: d.mean(0)
            ),
            "mean instead of sum, in all three: 1/N lives in the loss only": (
                lambda d, x, w: dense(d / len(d), x, w)
            ),
            "grad_b is the mean; images are summed": dense_with(grad_b=lambda d: d.mean(0)),
            "grad_b adds up the outputs; it must add up the images": dense_with(
                grad_b=lambda d: d.sum(1)
            ),
            "grad_b adds up everything; each output has a bias of its own": dense_with(
                grad_b=lambda d: d.sum()
            ),
            "delta is used for grad_b as it is; add up the images": dense_with(grad_b=lambda d: d),
            "grad_x is transposed: a row for each image": dense_with(grad_x=lambda d, w: w.T @ d.T),
            "grad_x comes first here; the order is grad_w, grad_b, grad_x": in_order(2, 0, 1),
            "grad_b comes first here; the order is grad_w, grad_b, grad_x": in_order(1, 0, 2),
        },
        hints=(
            "Write the shapes beside the names: delta (N, O), x (N, I), w (O, I).",
            "grad_w (O, I) must lose n: the matrix product sums over the inner index, "
            "so transpose delta.",
            "{solution}",
        ),
        cases=((DELTA, X, W), (DELTA[:2], X[:2], W)),
    ),
    Exercise(
        name="8.3",
        right=lambda s, t: (s - t) / len(s),
        wrong={
            "1/N is missing": lambda s, t: s - t,
            "the 2 of the square cancels the 1/2": lambda s, t: 2 * (s - t) / len(s),
            SIGN: lambda s, t: (t - s) / len(s),
            "divided by all the numbers; E divides by N only": lambda s, t: (s - t) / s.size,
            "divided by the number of classes, not of images": lambda s, t: (s - t) / s.shape[1],
            "1/N is missing, and the sign is turned round": lambda s, t: t - s,
            "the 1/2 is still there; the 2 of the square cancels it": lambda s, t: (
                (s - t) / (2 * len(s))
            ),
            "the sum over the images belongs to E; "
            "each score has a derivative of its own": lambda s, t: (s - t).sum(0) / len(s),
            "no softmax here: the scores themselves are compared with the targets": lambda s, t: (
                (shares(s) - t) / len(s)
            ),
            "that is the square itself; its derivative is wanted": lambda s, t: (
                (s - t) ** 2 / (2 * len(s))
            ),
        },
        hints=(
            "Who uses a score? One square only.",
            "The derivative of (s - t)^2 / 2 by s is s - t.",
            "The factor 1/N stays: {solution}",
        ),
        cases=((SCORES, TARGETS), (SCORES[:2], TARGETS[:2])),
    ),
    Exercise(
        name="8.4",
        right=5130,
        wrong={
            "the biases are missing: one for each of 10 outputs": 5120,
            "that is with the second pool": 1290,
            "one bias for each input? Each OUTPUT has one": 5632,
            "the maps are 4x4 without the pool, not 8x8: the first pool is still there": 20490,
            "that is the number of inputs; each of 10 outputs has a weight for each": 512,
            "the 32 maps are forgotten": 170,
        },
        hints=(
            "How large is a map behind the second convolution? How many maps are there?",
            "32 maps of 4x4 are 512 numbers. Each output has a weight for each of them.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.5",
        right=counted,
        wrong={
            "overwrote instead of adding: a cell that comes twice is counted once": once,
            "transposed: the label is the row, the answer the column": lambda t, p, K: counted(
                p, t, K
            ),
            "only the right answers are counted": lambda t, p, K: np.diag(
                np.diag(counted(t, p, K))
            ),
            "only the mistakes are counted": lambda t, p, K: counted(t, p, K) * (1 - np.eye(K)),
            "those are shares; counts are wanted": lambda t, p, K: counted(t, p, K) / len(t),
        },
        hints=(
            "Go through the pairs of label and answer, one after another.",
            "Each pair is a cell: row label, column answer. Add 1 to it.",
            "{solution}",
        ),
        cases=(
            (TRUE, ANSWERS, 3),
            (TRUE[:4], ANSWERS[:4], 4),
            (np.array([1, 1]), np.array([0, 0]), 2),
        ),
    ),
    Exercise(
        name="8.6",
        right=[2.71, 10],
        wrong={
            "that is the velocity after two steps": [1.9, 10],
            "that is the velocity after four steps": [3.439, 10],
            "another rule takes 0.1 times the gradient; (8.11) takes it whole": [0.271, 1],
            "in the long run v = 0.9 v + 1, and that gives v = 1 / (1 - 0.9)": np.array(
                [2.71, 1 / 0.9]
            ),
            "without momentum it would be so: 1 at each step": [1, 1],
            "only 0.9 of the old velocity is kept: less than the gradients' sum": [3, 10],
            "the newest gradient is missing in the long run: v = 0.9 v + 1": [2.71, 9],
            "0.9 stands before the old velocity; the newest gradient counts in full": [2.439, 9],
            "it does not fade: the gradient is 1 at every step": [2.71, 0],
            "the other way round: first after three steps, then in the long run": [10, 2.71],
        },
        hints=(
            "First step: 0.9 * 0 + 1. Second: 0.9 times that, plus 1.",
            "1, then 1.9, then 0.9 * 1.9 + 1. In the long run the velocity no longer changes.",
            "{solution}",
        ),
    ),
]
