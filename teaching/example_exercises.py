"""Exercises of our class.

An example of own exercises: a value, a table of numbers and a function. What is wrong is
computed by wrong code, so no slip of the pen gets into it. docs/own_exercises.md tells the rest.
"""

import numpy as np

from cnnlib.course.exercise import Exercise

X = np.array([[1, 0, 2], [3, 1, 0], [0, 2, 1]])
W = np.array([[1, 2], [0, -1]])


def slid(x, w):
    """net without bias, stride 1, no border: the cross-correlation (1.1)."""
    K_H, K_W = w.shape
    H_out, W_out = x.shape[0] - K_H + 1, x.shape[1] - K_W + 1
    return np.array(
        [[(x[i : i + K_H, j : j + K_W] * w).sum() for j in range(W_out)] for i in range(H_out)]
    )


def total(image, threshold):
    return image[image > threshold].sum()


EXERCISES = [
    Exercise(
        name="class.1",
        text="A kernel of 4 rows slides over an image of 10 rows in steps of 2, without a border. "
        "How many rows has the output?",
        right=(10 - 4) // 2 + 1,
        wrong={
            "the first place counts, too: plus 1": (10 - 4) // 2,
            "that is stride 1": 10 - 4 + 1,
        },
        hints=(
            "How far can the kernel move down, in rows?",
            "By 10 - 4 = 6 rows, which are 3 steps. And one place more: where it starts.",
        ),
    ),
    Exercise(
        name="class.2",
        text="The image `[[1, 0, 2], [3, 1, 0], [0, 2, 1]]` and the kernel `[[1, 2], [0, -1]]`, "
        "bias 0, stride 1. What is `net`, as rows?",
        right=slid(X, W),
        wrong={
            "the kernel is not turned round in this course": slid(X, W[::-1, ::-1]),
            "transposed: the first index of w is the row": slid(X, W.T),
            "mean instead of sum": slid(X, W) / W.size,
        },
        hints=(
            "Lay the kernel on the upper left corner: which four numbers lie under it?",
            "1 * 1 + 0 * 2 + 3 * 0 + 1 * (-1) = 0 is net[0,0].",
        ),
    ),
    Exercise(
        name="class.3",
        text="Write a function: the sum of all pixels of an image above a threshold.",
        right=total,
        cases=(
            (np.array([[0.5, -1.0, 2.0], [1.0, 3.0, 0.0]]), 1.0),
            (np.array([[-3.0, -1.0], [-2.0, 4.0], [0.0, 0.25]]), -2.0),
            (np.array([[1.0, 2.0]]), 9.0),
        ),
        wrong={
            "those are counted; add them up": lambda image, threshold: (image > threshold).sum(),
            "larger, not equal": lambda image, threshold: image[image >= threshold].sum(),
        },
        hints=(
            "image > threshold is a mask of truth values.",
            "An image, indexed by its mask, gives the pixels. Add them up.",
        ),
    ),
]
