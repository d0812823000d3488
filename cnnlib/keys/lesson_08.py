"""The answers of lesson 08 and the wrong answers it knows by name."""
import numpy as np

from cnnlib.exercises import Exercise
from cnnlib.network import softmax_cross_entropy

rng = np.random.default_rng(8)
SCORES, LABELS = rng.standard_normal((4, 3)), np.array([2, 0, 1, 1])
TARGETS = rng.standard_normal((4, 3))
DELTA, X, W = rng.standard_normal((4, 3)), rng.standard_normal((4, 5)), rng.standard_normal((3, 5))


def _right_scores(scores, labels):
    return softmax_cross_entropy(scores, labels)[1]


def _onehot(scores, labels):
    return np.eye(scores.shape[1])[labels]


def _dense(delta, x, w):
    return delta.T @ x, delta.sum(0), delta @ w


EXERCISES = [
    Exercise(
        name="8.line",
        right=_right_scores,
        wrong={
            "1/N is missing: the loss is the mean over the batch": lambda s, y: _right_scores(s, y) * len(s),
            "the sign is turned round: (8.7) is p minus onehot": lambda s, y: -_right_scores(s, y),
            "this is p alone: nothing was subtracted for the right class": lambda s, y: (
                _right_scores(s, y) + _onehot(s, y) / len(s)
            ),
            "1/N is applied twice": lambda s, y: _right_scores(s, y) / len(s),
            "divided by the number of classes, not of samples": lambda s, y: _right_scores(s, y) * len(s) / s.shape[1],
        },
        hints=(
            "Look at (8.7): which two things are subtracted?",
            "onehot is the 1 for the right class; p and onehot have the same shape.",
            "The loss is a mean over the samples, so divide by len(scores).",
        ),
        cases=((SCORES, LABELS), (SCORES[:1], LABELS[:1])),
    ),
    Exercise(
        name="8.predict",
        right=np.log(10),
        tolerance=1e-4,
        wrong={
            "the sign is missing: a loss is minus the logarithm of the share": -np.log(10),
            "that is the share itself; the loss is minus its logarithm": 0.1,
            "that is the logarithm to base 10; the loss takes the natural one": 1.0,
            "that is the logarithm to base 2; the loss takes the natural one": np.log2(10),
        },
        hints=(
            "The loss of one image is -log of the share of its right class.",
            "The share is 1/10 for every image, so the mean over the images changes nothing.",
            "-log(1/10) = log 10. Use np.log.",
        ),
    ),
    Exercise(
        name="8.1",
        right=np.log(2),
        tolerance=1e-4,
        wrong={
            "that is the sum; the loss is the mean over the batch": 2 * np.log(2),
            "the logarithm comes before the mean: average the losses, not the shares": -np.log(5 / 8),
            "the sign is missing: a loss is never negative here": -np.log(2),
        },
        hints=(
            "Take the loss of each image first.",
            "-log(1/4) is 2 log 2, and -log(1) is 0.",
            "Then the mean of the two.",
        ),
    ),
    Exercise(
        name="8.2",
        right=_dense,
        wrong={
            "grad_w is transposed: it must have the shape of w, (O, I)": lambda d, x, w: (x.T @ d, d.sum(0), d @ w),
            "mean instead of sum: 1/N lives in the loss only": lambda d, x, w: (
                d.T @ x / len(d), d.mean(0), d @ w),
            "grad_b is the mean; samples are summed": lambda d, x, w: (d.T @ x, d.mean(0), d @ w),
            "grad_b adds up the outputs; it must add up the samples": lambda d, x, w: (d.T @ x, d.sum(1), d @ w),
        },
        hints=(
            "Write the shapes beside the names: delta (N, O), x (N, I), w (O, I).",
            "grad_w (O, I) must lose N: the matrix product sums over the inner index.",
            "delta.T @ x, delta.sum(0), delta @ w",
        ),
        cases=((DELTA, X, W), (DELTA[:2], X[:2], W)),
    ),
    Exercise(
        name="8.3",
        right=lambda s, t: (s - t) / len(s),
        wrong={
            "1/N is missing": lambda s, t: s - t,
            "the 2 of the square cancels the 1/2": lambda s, t: 2 * (s - t) / len(s),
            "the sign is turned round": lambda s, t: (t - s) / len(s),
            "divided by all the numbers; E divides by N only": lambda s, t: (s - t) / s.size,
        },
        hints=(
            "Each score stands in one square only.",
            "The derivative of (s - t)^2 / 2 by s is s - t.",
            "The factor 1/N stays: (scores - targets) / len(scores).",
        ),
        cases=((SCORES, TARGETS), (SCORES[:2], TARGETS[:2])),
    ),
]
